/* SPDX-License-Identifier: ISC */
/* The console, and its settings. */
#include "config.h"

#include "main/main_own.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "main/state_dir.h"
#include "report/explain.h"
#include "ui/cells/term.h"
#include "ui/input/console.h"

#define MAX_RC		(1024 * 1024)

void
main_load_rc(struct rc *rc, struct buf *errors)
{
	char *path = state_dir_rc();
	struct buf text = { 0 };

	rc_init(rc);
	if (path != NULL && access(path, F_OK) == 0 &&
	    file_read(path, MAX_RC, &text, errors))
		rc_parse(rc, buf_str(&text), path, errors);
	else if (errors->len != 0)
		buf_addc(errors, '\n');
	buf_free(&text);
	free(path);
}

int
main_config(void)
{
	struct buf errors = { 0 }, b = { 0 };
	struct rc rc;

	main_load_rc(&rc, &errors);
	rc_print(&rc, &b);
	fputs(buf_str(&b), stdout);
	fputs(buf_str(&errors), stderr);
	buf_free(&b);
	buf_free(&errors);
	rc_free(&rc);
	return (0);
}

/* One line for the screen: the first error, and how many more there are. */
static void
first_error(struct buf *b, const struct buf *errors)
{
	const char *s = buf_str(errors), *p;
	unsigned more = 0;

	if (errors->len == 0)
		return;
	for (p = strchr(s, '\n'); p != NULL && p[1] != '\0';
	    p = strchr(p + 1, '\n'))
		more++;
	buf_add(b, s, strcspn(s, "\n"));
	if (more != 0)
		buf_addf(b, "; %u more: dfuscope --print-config", more);
}

/* A terminal that takes nothing would keep what is said to it, and us. */
static void
leave_stalled(void)
{
	int fd, nowhere;

	if (!term_stalled())
		return;
	nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	for (fd = STDOUT_FILENO; nowhere >= 0 && fd <= STDERR_FILENO; fd++)
		if (isatty(fd))
			(void)dup2(nowhere, fd);
}

int
main_run_console(const struct options *o, struct console_config *console,
    const char *journal)
{
	struct loop_config config = { .policy = { .interactive = true,
	    .yes = o->yes, .read_only = o->read_only }, .journal = journal,
	    .bound = o->keep_events != 0 ? o->keep_events :
	    console->rc->keep_events };
	struct buf error = { 0 };
	struct frontend *frontend;
	struct loop *l;
	int code;

	/* Without a terminal nothing begins, and no old journal goes. */
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		config.journal = NULL;
	/* What goes wrong before is said on a terminal that is its own. */
	l = main_make_loop(o, &config, &code, &error);
	if (l != NULL && console->lesson == NULL && console->line == NULL &&
	    o->recording.len == 0)
		console->first = state_dir_first();
	frontend = l != NULL ? console_new(console, &error) : NULL;
	if (frontend != NULL) {
		code = loop_run(l, frontend, &error);
		console_free(frontend);
		leave_stalled();
		if (journal != NULL)
			printf("journal: %s\n", journal);
	} else if (l != NULL) {
		code = EX_USAGE;
		if (o->journal == NULL && journal != NULL)
			(void)unlink(journal);
	}
	loop_free(l);
	if (error.len != 0)
		main_complain(code, &error);
	buf_free(&error);
	return (code);
}

/* "trace dfu-util -l" */
static void
add_traced(struct buf *b, const struct options *o)
{
	size_t i;

	buf_adds(b, "trace");
	for (i = 0; i < o->nfiles; i++) {
		buf_addc(b, ' ');
		text_word(b, o->files[i]);
	}
}

int
main_console(const struct options *o)
{
	struct buf line = { 0 }, errors = { 0 }, notice = { 0 }, why = { 0 };
	struct console_config console = {
		.read_paste = explain_paste };
	char *journal = NULL, *history = NULL;
	struct rc rc;
	int code;

	main_load_rc(&rc, &errors);
	first_error(&notice, &errors);
	if (o->recording.len != 0)
		journal = NULL;
	else if (o->journal == NULL)
		journal = state_dir_journal(rc.journals, &why);
	else if (*o->journal != '\0')
		journal = mem_strdup(o->journal);
	if (why.len != 0)
		buf_addf(&notice, "%scannot write a journal: %s",
		    notice.len != 0 ?
		    "; " : "", buf_str(&why));
	if (rc.history)
		history = state_dir_history();
	if (o->sub == SUB_TRACE) {
		add_traced(&line, o);
		console.line = buf_str(&line);
	}
	console.rc = &rc;
	console.history = history;
	console.notice = notice.len != 0 ? buf_str(&notice) : NULL;
	code = main_run_console(o, &console, journal);
	rc_free(&rc);
	buf_free(&errors);
	buf_free(&notice);
	buf_free(&why);
	buf_free(&line);
	free(journal);
	free(history);
	return (code);
}

int
main_watch(struct loop *l, const char *notice)
{
	struct buf errors = { 0 }, error = { 0 };
	struct console_config console = { .notice = notice,
	    .read_paste = explain_paste };
	struct frontend *frontend;
	struct rc rc;
	int code = EX_USAGE;

	main_load_rc(&rc, &errors);
	console.rc = &rc;
	frontend = console_new(&console, &error);
	if (frontend != NULL) {
		code = loop_run(l, frontend, &error);
		console_free(frontend);
		leave_stalled();
	}
	if (error.len != 0)
		main_complain(code, &error);
	rc_free(&rc);
	buf_free(&errors);
	buf_free(&error);
	return (code);
}
