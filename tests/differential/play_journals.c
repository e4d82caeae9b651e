/* SPDX-License-Identifier: ISC */
/*
 * play_journals DIRECTORY FILE.trace...: plays each trace and writes what
 * happened as the journal DIRECTORY/FILE/NAME.journal, with the project's own
 * writer. A journal that is there already stays as it is: those of older
 * formats are to be read for ever.
 */
#include "config.h"

#include "tests/findings/play.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "trace/journal.h"
#include "trace/words.h"

/* The same day for all: nothing is played at a time of its own. */
#define BEGUN	"2026-01-01T00:00:00.000000Z"

static void
make_directory(const char *path)
{
	if (mkdir(path, 0777) != 0 && errno != EEXIST)
		fail_msg("%s: %s", path, strerror(errno));
}

/* As the loop does: written before the session knows of it. */
static void
write_event(struct journal_writer *w, struct sessions *b, const struct event *e)
{
	const struct session *s = sessions_by_dev(b, e->dev);
	struct dfu_meaning m = { 0 };

	if (s != NULL)
		m = session_meaning(s, &e->setup, e->data, e->kept);
	journal_write(w, e, sessions_submit_of(b, e), &m);
	sessions_apply(b, e);
}

/*
 * Seen once more from the first event on, for the words of each. A wait at
 * the end is over with a last command: a journal ends with its last event.
 */
static void
write_events(const struct play_trace *t, struct journal_writer *w)
{
	struct event begun = event_text(EVENT_WALL, 0, 0, BEGUN);
	struct event end = event_text(EVENT_COMMAND, t->now, t->dev, "quit");
	struct sessions *again = sessions_new(trace_new(), 0);
	const struct event *e;
	size_t i;

	write_event(w, again, &begun);
	for (i = trace_first(t->sessions->trace);
	     i < trace_end(t->sessions->trace); i++) {
		e = trace_get(t->sessions->trace, i);
		assert_non_null(e);
		write_event(w, again, e);
	}
	if (t->now > again->last)
		write_event(w, again, &end);
	sessions_free(again);
}

static void
one_trace(const struct play_trace *t, void *arg)
{
	const char *directory = arg;
	char *path = mem_printf("%s/%s.journal", directory, t->name);
	struct buf error = { 0 };
	int code;
	struct journal_writer *w;

	if (access(path, F_OK) != 0) {
		w = journal_create(path, false, &code, &error);
		if (w == NULL)
			fail_msg("%s", buf_str(&error));
		write_events(t, w);
		if (!journal_written(w, &error))
			fail_msg("%s", buf_str(&error));
		journal_finish(w);
		/* A journal is its owner's alone; these are everyone's. */
		if (chmod(path, 0644) != 0)
			fail_msg("%s: %s", path, strerror(errno));
	}
	buf_free(&error);
	free(path);
}

/* The name of a file without its directory and its end. */
static char *
stem(const char *path)
{
	const char *name = strrchr(path, '/');

	name = name != NULL ? name + 1 : path;
	return (mem_printf("%.*s", (int)strcspn(name, "."), name));
}

int
main(int argc, char **argv)
{
	char *name, *directory;
	int i;

	if (argc < 3) {
		fprintf(stderr,
		    "usage: play_journals DIRECTORY "
		    "FILE.trace...\n");
		return (1);
	}
	make_directory(argv[1]);
	for (i = 2; i < argc; i++) {
		name = stem(argv[i]);
		directory = mem_printf("%s/%s", argv[1], name);
		make_directory(directory);
		play_file(argv[i], one_trace, directory);
		free(directory);
		free(name);
	}
	return (0);
}
