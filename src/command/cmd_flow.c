/* SPDX-License-Identifier: ISC */
/* What waits, compares and repeats. */
#include "command/cmd.h"

#include <stdlib.h>

#include "base/line.h"
#include "base/mem.h"
#include "command/flow.h"
#include "command/recipe.h"
#include "job/condition.h"
#include "job/jobs.h"
#include "session/limits.h"
#include "session/session.h"

static struct job *
compile_wait(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	int ms;

	(void)row;
	/* 24 bits: as long as a device may announce. */
	if (!cmd_optional_number(w, "milliseconds up to 16777215", 0xffffff,
	    &ms, error))
		return (NULL);
	return (job_wait(ms));
}

static struct job *
compile_expect(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	struct condition c;

	(void)row;
	if (!condition_parse(&c, w, error))
		return (NULL);
	return (job_expect(&c));
}

static struct job *
compile_until(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	struct buf command = { 0 };
	struct job *j = NULL;
	unsigned max = LIMIT_UNTIL;
	struct condition c;

	(void)row;
	if (condition_parse(&c, w, error) && cmd_optional_max(w, &max, error) &&
	    cmd_take_command(w, &command, error))
		j = job_until(&c, max, buf_str(&command));
	buf_free(&command);
	return (j);
}

static struct job *
compile_repeat(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	struct buf command = { 0 };
	struct job *j = NULL;
	uint64_t n;

	(void)row;
	if (line_number(w, "how many times", 1000000000, &n, error) &&
	    cmd_take_command(w, &command, error))
		j = job_repeat((unsigned)n, buf_str(&command));
	buf_free(&command);
	return (j);
}

static struct job *
compile_on(
    const struct command_row *row, struct line_reader *w, struct buf *error)
{
	struct buf command = { 0 };
	struct job *j = NULL;
	struct condition c;

	(void)row;
	if (condition_parse(&c, w, error) &&
	    cmd_take_command(w, &command, error))
		j = job_on(&c, buf_str(&command));
	buf_free(&command);
	return (j);
}

static struct job *
compile_try(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	struct buf command = { 0 };
	struct job *j = NULL;

	(void)row;
	if (cmd_take_command(w, &command, error))
		j = job_try(buf_str(&command));
	buf_free(&command);
	return (j);
}

static struct job *
compile_source(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	const char *word = line_peek(w);
	struct job *j = NULL;
	char *path, **args = NULL;
	size_t nargs = 0;

	(void)row;
	if (word == NULL || *word == '\0') {
		buf_adds(error, "expected the file name of a recipe");
		return (NULL);
	}
	path = mem_strdup(word);
	line_take(w);
	while ((word = line_peek(w)) != NULL && recipe_is_argument(word)) {
		args = mem_array(args, nargs + 1, sizeof(*args));
		args[nargs++] = mem_strdup(word);
		line_take(w);
	}
	if (word != NULL) {
		buf_adds(error, "expected NAME=VALUE, not ");
		line_show(w, error);
	} else {
		j = job_source(path, args, nargs);
		if (w->sources != NULL)
			recipe_sources_add(w->sources, path, args, nargs,
			    w->depth);
	}
	while (nargs > 0)
		free(args[--nargs]);
	free(args);
	free(path);
	return (j);
}

static const char *
refuse_wait(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)r;
	return (s != NULL && session_wait_left(s, now) != 0 ? NULL :
	    "nothing to wait for: the announced wait is over");
}

const struct command_row cmd_flow[] = {
	{ .name = "wait", .args = "[MS]",
	    .sentence = "wait MS milliseconds; without MS: the rest of the "
	    "announced wait, non-interactively at most "
	    LIMIT_TEXT(LIMIT_ANNOUNCED_S) " s",
	    .group = COMMAND_FLOW, .key = 'w', .label = "Wait",
	    .compile = compile_wait, .refuse = refuse_wait },
	{ .name = "expect", .args = "WHAT",
	    .sentence = "fail unless WHAT holds",
	    .group = COMMAND_FLOW, .compile = compile_expect,
	    .places = { { .words = WORDS_CONDITION } } },
	{ .name = "until", .args = "WHAT [max N] COMMAND",
	    .sentence = "repeat COMMAND until WHAT holds, at most "
	    LIMIT_TEXT(LIMIT_UNTIL) " times unless max is given",
	    .group = COMMAND_FLOW, .compile = compile_until,
	    .places = { { .words = WORDS_CONDITION },
	    { .words = WORDS_COMMAND, .literals = "max" },
	    { .words = WORDS_COMMAND, .under = "max" } } },
	{ .name = "repeat", .args = "N COMMAND",
	    .sentence = "run COMMAND N times",
	    .group = COMMAND_FLOW, .compile = compile_repeat,
	    .places = { { .words = WORDS_COMMAND } } },
	{ .name = "on", .args = "WHAT COMMAND",
	    .sentence = "run COMMAND if WHAT holds: on stall clrstatus",
	    .group = COMMAND_FLOW, .compile = compile_on,
	    .places = { { .words = WORDS_CONDITION },
	    { .words = WORDS_COMMAND } } },
	{ .name = "try", .args = "COMMAND",
	    .sentence = "run COMMAND and ignore failure",
	    .group = COMMAND_FLOW, .compile = compile_try,
	    .places = { { .words = WORDS_COMMAND } } },
	{ .name = "source", .args = "FILE [NAME=VALUE...]",
	    .sentence = "run the lines of a recipe, dfuscope-recipe(5), after "
	    "checking all of them",
	    .group = COMMAND_FLOW, .compile = compile_source,
	    .places = { { .words = WORDS_FILE } } },
	{ .name = NULL },
};
