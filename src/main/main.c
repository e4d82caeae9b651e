/* SPDX-License-Identifier: ISC */
/*
 * dfuscope: shows what a USB DFU device is doing. This file chooses the
 * subcommand, and it is the only one that ends the program.
 */
#include "config.h"

#include "main/main_own.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/signals.h"
#include "device/sim.h"
#include "report/about.h"
#include "report/diff.h"
#include "report/explain.h"
#include "main/out.h"
#include "main/plain_out.h"
#include "main/shell.h"
#include "report/text.h"

int
main_complain(int code, const struct buf *error)
{
	fprintf(stderr, "dfuscope: %s\n", buf_str(error));
	return (code);
}

/* Those of the profile, or of all: then with the profiles they belong to. */
static void
print_parameters(const struct sim_profile_row *profile)
{
	const struct sim_parameter_row *p;
	bool some;
	size_t i;

	printf("\nParameters and faults:\n");
	for (i = 0; i < sim_parameters_count; i++) {
		p = &sim_parameters[i];
		if (profile != NULL &&
		    !sim_parameter_belongs(p, profile->name))
			continue;
		some = profile == NULL && p->profiles != NULL;
		printf("  %s=%s%s%s%s\n      %s\n", p->name, p->value,
		    some ? "  (" : "", some ? p->profiles : "",
		    some ? ")" : "", p->sentence);
	}
}

static int
main_sims(const char *name)
{
	const struct sim_profile_row *profile = NULL;
	struct buf error = { 0 };
	int code = 0;
	size_t i;

	if (name != NULL && strncmp(name, "sim:", 4) == 0)
		name += 4;
	if (name != NULL)
		profile = sim_profile_named(name, &error);
	if (name != NULL && profile == NULL) {
		code = main_complain(EX_USAGE, &error);
		buf_free(&error);
		return (code);
	}
	printf("sim:%s[,NAME=VALUE...]\n\n", name != NULL ? name :
	    "PROFILE");
	if (profile == NULL)
		printf("Profiles:\n");
	for (i = 0; i < sim_profiles_count; i++)
		if (profile == NULL || profile == &sim_profiles[i])
			printf("  %-12s %s\n", sim_profiles[i].name,
			    sim_profiles[i].sentence);
	print_parameters(profile);
	printf("\nFaulty strings and descriptors, for wrong=WRONG:\n");
	for (i = 0; i < sim_wrongs_count; i++)
		printf("  %-19s %s\n", sim_wrongs[i].name,
		    sim_wrongs[i].sentence);
	return (code);
}

static int
main_about(const char *id)
{
	struct buf b = { 0 }, error = { 0 };
	int code = 0;

	if (about_text(&b, id, &error))
		fputs(buf_str(&b), stdout);
	else
		code = main_complain(EX_USAGE, &error);
	buf_free(&b);
	buf_free(&error);
	return (code);
}

static int
main_explain(const struct options *o)
{
	if (o->about != NULL)
		return (main_about(o->about));
	return (explain_files(o->files, o->nfiles, o->json ? EXPLAIN_JSON :
	    o->markdown ? EXPLAIN_MARKDOWN : EXPLAIN_TEXT, stdout, stderr));
}

static int
main_findings(void)
{
	struct buf b = { 0 };

	text_finding_rows(&b);
	fputs(buf_str(&b), stdout);
	buf_free(&b);
	return (0);
}

static int
main_complete(const char *line)
{
	struct buf b = { 0 };

	shell_complete(&b, line);
	fputs(buf_str(&b), stdout);
	buf_free(&b);
	return (0);
}

static int
main_help(void)
{
	struct buf b = { 0 };

	options_help(&b);
	fputs(buf_str(&b), stdout);
	buf_free(&b);
	return (0);
}

static int
dispatch(struct options *o)
{
	switch (o->sub) {
	case SUB_CONSOLE:
		return (main_console(o));
	case SUB_LIST:
		return (main_list(o));
	case SUB_RUN:
		return (main_run(o));
	case SUB_LEARN:
		return (main_learn(o));
	case SUB_SIMS:
		return (main_sims(o->nfiles > 0 ? o->files[0] : NULL));
	case SUB_INFO:
		return (main_info(o));
	case SUB_EXPLAIN:
		return (main_explain(o));
	case SUB_DOCTOR:
		return (main_doctor(o));
	case SUB_SERVE:
		return (main_serve(o));
	case SUB_DIFF:
		return (diff_files(o->files[0], o->files[1], stdout, stderr));
	case SUB_COMPLETE:
		return (main_complete(o->nfiles > 0 ? o->files[0] : ""));
	case SUB_TRACE:
		return (main_trace(o));
	case SUB_FINDINGS:
		return (main_findings());
	case SUB_CONFIG:
		return (main_config());
	case SUB_HELP:
		return (main_help());
	case SUB_VERSION:
		printf("%s %s\n", PACKAGE_NAME, PACKAGE_VERSION);
		return (0);
	}
	return (EX_SOFTWARE);
}

/*
 * A closed descriptor 0 to 2 would be given to the next file that is opened,
 * and a journal would get what is meant for the screen.
 */
static void
keep_standard_files(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		/* It fails to be written to, as the closed one did. */
		if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY :
		    O_RDONLY) != fd)
			break;
	}
}

/* These look whether a signal came; the others end by it. */
static bool
works_long(enum subcommand sub)
{
	return (sub == SUB_CONSOLE || sub == SUB_LIST || sub == SUB_RUN ||
	    sub == SUB_LEARN || sub == SUB_EXPLAIN || sub == SUB_TRACE);
}

/* What these print may be taken slowly: they go on meanwhile. */
static bool
prints_long(enum subcommand sub)
{
	return (sub == SUB_LIST || sub == SUB_RUN || sub == SUB_EXPLAIN);
}

static void
exhausted(size_t size)
{
	bool ok;

	fprintf(stderr, "dfuscope: out of memory (%zu bytes)\n", size);
	(void)out_finish(&ok);
}

/* All that was printed is out, or the exit code says that it is not. */
static int
finish_output(int code)
{
	bool ok, bad = fflush(stdout) != 0 || ferror(stdout);
	int error = errno;
	unsigned long lost = out_finish(&ok);

	/* Who waits for the program learns that a signal ended it. */
	signals_die();
	if (lost != 0)
		fprintf(stderr, "dfuscope: output: %lu lines were not "
		    "printed: the reader was too slow\n", lost);
	if (!ok || bad)
		fprintf(stderr, "dfuscope: output: %s\n",
		    strerror(ok ? error : errno));
	if (lost != 0)
		(void)out_finish(&ok);
	return (code == 0 && (bad || !ok || lost != 0) ? EX_IOERR : code);
}

int
main(int argc, char **argv)
{
	struct buf error = { 0 };
	struct options o;
	int code;

	keep_standard_files();
	/* A limit of the size of files is told like a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	setlocale(LC_ALL, "");
	/* Numbers in reports are read by programs. */
	setlocale(LC_NUMERIC, "C");
	plain_out_begin();
	mem_on_exhausted(exhausted);
	mem_grow_by_pages();
	if (options_parse(&o, argc, argv, &error)) {
		if (works_long(o.sub))
			signals_open();
		if (prints_long(o.sub))
			out_begin();
		code = dispatch(&o);
	} else {
		code = main_complain(EX_USAGE, &error);
	}
	options_free(&o);
	buf_free(&error);
	return (finish_output(code));
}
