/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a recording and as commands for it, behind the first line "--":
 * the batch ends with one of its codes, the same as text and as JSON, and each
 * line of that is as the schema has it. What it writes goes to a folder that
 * is its own.
 */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/code.h"
#include "base/file.h"
#include "base/signals.h"
#include "command/command.h"
#include "command/recipe.h"
#include "job/job.h"
#include "loop/loop.h"
#include "report/batch.h"
#include "tests/report/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define EVENTS_MAX 2000 /* then it is asked to end */
#define RUNS_KEPT 64    /* runs between two looks at what they wrote */

static char folder[] = "/tmp/dfuscope-fuzz-XXXXXX";
static int home = -1; /* where the fuzzer finds its corpus */

/* A batch, and who ends it when it goes on for ever. */
struct bounded {
	struct frontend frontend;
	struct frontend *inner;
	unsigned events;
};

static void
must(bool holds, const char *what, const char *line)
{
	if (holds)
		return;
	fprintf(stderr, "%s: %s\n", what, line);
	abort();
}

static size_t
bounded_pollfds(struct frontend *f, struct pollfd *fds, size_t max)
{
	struct frontend *inner = ((struct bounded *)f)->inner;

	return (inner->ops->pollfds(inner, fds, max));
}

static uint64_t
bounded_deadline(const struct frontend *f, const struct app *d, uint64_t now)
{
	const struct frontend *inner = ((const struct bounded *)f)->inner;

	return (inner->ops->deadline(inner, d, now));
}

static const char *
bounded_command(
    struct frontend *f, const struct app *d, uint64_t now, bool *by_key)
{
	struct frontend *inner = ((struct bounded *)f)->inner;

	return (inner->ops->command(inner, d, now, by_key));
}

static void
bounded_event(struct frontend *f, const struct app *d, const struct event *e)
{
	struct bounded *b = (struct bounded *)f;

	b->inner->ops->event(b->inner, d, e);
	if (++b->events == EVENTS_MAX)
		signals_raise(SIGTERM);
}

static void
bounded_result(struct frontend *f, const struct app *d, size_t i,
    const struct job_result *r)
{
	struct frontend *inner = ((struct bounded *)f)->inner;

	inner->ops->result(inner, d, i, r);
}

static const struct frontend_ops bounded_ops = {
	.pollfds = bounded_pollfds,
	.deadline = bounded_deadline,
	.command = bounded_command,
	.event = bounded_event,
	.result = bounded_result,
};

/* Removes all of the folder but what the commands may find there. */
static void
sweep(void)
{
	struct dirent *entry;
	DIR *d = opendir(".");

	while (d != NULL && (entry = readdir(d)) != NULL)
		if (strcmp(entry->d_name, "fw") != 0 &&
		    strcmp(entry->d_name, "r") != 0)
			(void)unlink(entry->d_name);
	if (d != NULL)
		closedir(d);
}

static void
remove_folder(void)
{
	if (chdir(folder) != 0)
		return;
	sweep();
	(void)unlink("fw");
	(void)unlink("r");
	(void)rmdir(folder);
}

static void
prepare(void)
{
	static const char recipe[] = "getstatus\nclrstatus\n";
	static uint8_t firmware[3000];
	struct buf error = { 0 };

	must(setlocale(LC_ALL, "C.UTF-8") != NULL, "setlocale", "");
	(void)schema_of_tree();
	home = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(home >= 0 && mkdtemp(folder) != NULL && chdir(folder) == 0,
	    "folder", folder);
	must(file_write("fw", firmware, sizeof(firmware), false, &error) &&
		file_write("r", recipe, sizeof(recipe) - 1, false, &error),
	    "file", buf_str(&error));
	atexit(remove_folder);
}

static struct transport *
recording(const uint8_t *p, size_t n)
{
	static struct dev_numbers numbers;
	static int fd = -1;
	struct buf error = { 0 };
	struct transport *t;
	char target[48];

	if (fd < 0)
		fd = memfd_create("replay", MFD_CLOEXEC);
	must(fd >= 0 && ftruncate(fd, 0) == 0, "memfd_create", "");
	must(n == 0 || pwrite(fd, p, n, 0) == (ssize_t)n, "pwrite", "");
	snprintf(target, sizeof(target), "replay:/proc/self/fd/%d", fd);
	numbers.last = 0;
	t = transport_open(target, &numbers, &error);
	must((t == NULL) == (error.len != 0), "open", buf_str(&error));
	buf_free(&error);
	return (t);
}

static bool
is_code(int code)
{
	return (code == CODE_OK || code == CODE_USAGE ||
	    code == CODE_BAD_FILE || code == CODE_NO_INPUT ||
	    code == CODE_NO_DEVICE || code == CODE_LOST ||
	    code == CODE_PROTOCOL || code == CODE_DENIED);
}

static void
check_json(char *text)
{
	struct buf why = { 0 };
	char *line, *rest = NULL;

	for (line = strtok_r(text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest))
		must(schema_allows(schema_of_tree(), line, &why), buf_str(&why),
		    line);
	buf_free(&why);
}

/* As the program runs a batch. */
static void
run(struct transport *t, const char *script, bool json, bool yes)
{
	struct loop_config config = {
		.keep = 4096, .virtual = true, .policy = { .yes = yes }
	};
	struct batch_config batch = {
		.script = script, .json = json, .most = 1
	};
	struct bounded b = { .frontend = { &bounded_ops } };
	struct transport **list = calloc(1, sizeof(struct transport *));
	struct buf error = { 0 };
	char *text;
	size_t length;
	struct loop *l;
	int code;

	must(list != NULL && signals_open(), "out of memory", "");
	list[0] = t;
	batch.out = open_memstream(&text, &length);
	batch.err = batch.out != NULL ? fopen("/dev/null", "w") : NULL;
	must(batch.err != NULL, "open_memstream", "");
	b.inner = batch_new(&batch);
	l = loop_new(&config, list, 1, &error);
	must(l != NULL, "loop_new", buf_str(&error));
	code = loop_run(l, &b.frontend, &error);
	must(is_code(code) && is_code(batch_code(b.inner)), "code", script);
	loop_free(l);
	batch_free(b.inner);
	fclose(batch.out);
	fclose(batch.err);
	signals_close();
	must(strlen(text) == length, "a zero in what is said", text);
	if (json)
		check_json(text);
	free(text);
	buf_free(&error);
}

/* Its commands, with no path out of the folder; false: they are refused. */
static bool
take_script(struct buf *script, const uint8_t *p, size_t n)
{
	struct recipe_sources sources = { 0 };
	struct buf error = { 0 };
	struct job *j;
	size_t i;

	for (i = 0; i < n; i++)
		buf_addc(script, p[i] == '/' || p[i] == '\0' ? '_' : p[i]);
	j = command_compile_in(buf_str(script), &sources, &error, NULL);
	must((j == NULL) == (error.len != 0), "compile", buf_str(&error));
	recipe_sources_free(&sources);
	job_free(j);
	buf_free(&error);
	return (j != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static unsigned runs;
	struct buf script = { 0 };
	const uint8_t *mark = n == 0 ? NULL : memmem(p, n, "\n--\n", 4);
	struct transport *t = NULL;
	bool yes = n % 2 == 0;

	if (runs++ == 0)
		prepare();
	must(chdir(folder) == 0, "chdir", folder);
	if (mark != NULL &&
	    take_script(&script, mark + 4, n - (size_t)(mark + 4 - p)))
		t = recording(p, (size_t)(mark + 1 - p));
	if (t != NULL) {
		run(t, buf_str(&script), true, yes);
		t = recording(p, (size_t)(mark + 1 - p));
		run(t, buf_str(&script), false, yes);
	}
	if (runs % RUNS_KEPT == 0)
		sweep();
	must(fchdir(home) == 0, "chdir", "back");
	buf_free(&script);
	return (0);
}
