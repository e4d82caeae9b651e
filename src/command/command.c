/* SPDX-License-Identifier: ISC */
#include "command/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/line.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "command/app.h"
#include "command/cmd.h"
#include "command/flow.h"
#include "command/recipe.h"
#include "job/job.h"
#include "job/runner.h"
#include "session/session.h"

/* In the order in which help and man page show them. */
static const struct command_row *const families[] = { cmd_request, cmd_dfuse,
	cmd_memory, cmd_tool, cmd_recover, cmd_flow, cmd_step, cmd_answer,
	cmd_device, cmd_keep, cmd_program };

const struct command_row *
command_at(size_t n)
{
	const struct command_row *row;
	size_t i;

	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		for (row = families[i]; row->name != NULL; row++)
			if (n-- == 0)
				return (row);
	}
	return (NULL);
}

const char *
command_group_title(enum command_group g)
{
	switch (g) {
	case COMMAND_REQUEST:
		return ("Single requests");
	case COMMAND_DFUSE:
		return ("DfuSe commands");
	case COMMAND_JOB:
		return ("Jobs");
	case COMMAND_FLOW:
		return ("Flow");
	case COMMAND_HOUSE:
		return ("Housekeeping");
	}
	return (NULL);
}

const struct command_row *
command_named(const char *name)
{
	const struct command_row *row;
	size_t i;

	for (i = 0; (row = command_at(i)) != NULL; i++)
		if (strcmp(row->name, name) == 0)
			break;
	return (row);
}

const struct command_row *
command_of_line(const char *line)
{
	const struct command_row *row;
	size_t i, n = strcspn(line, " ");

	for (i = 0; (row = command_at(i)) != NULL; i++) {
		if (strlen(row->name) == n && strncmp(row->name, line, n) == 0)
			break;
	}
	return (row);
}

const struct command_row *
command_keyed(int key)
{
	const struct command_row *row;
	size_t i;

	for (i = 0; (row = command_at(i)) != NULL; i++)
		if (key != 0 && row->key == key)
			break;
	return (row);
}

/* It acts at once. */
static bool
acts(const struct command_row *row)
{
	return (row->act != NULL || row->effect != APP_NOTHING);
}

/* Requests go nowhere without a device, whatever they are. */
static const char *
refuse_request(const struct command_row *row, const struct session *s)
{
	if (row->group > COMMAND_JOB)
		return (NULL);
	if (s == NULL)
		return ("no device is connected");
	if (!s->present)
		return ("the device is not connected");
	if (row->group == COMMAND_DFUSE &&
	    session_dialect(s) == DFU_DIALECT_PLAIN)
		return ("this command needs DfuSe; the device announces DFU "
		    "1.1");
	return (NULL);
}

static const char *
refuse_job(const struct session *s, const struct runner *r)
{
	if (s != NULL && s->pending.number != 0)
		return ("a request is waiting for an answer; k cancels it");
	if (r != NULL && runner_busy(r) && !runner_takes_in(r))
		return ("a job is still running; k cancels it");
	return (NULL);
}

bool
command_for_server(const struct command_row *row)
{
	return (acts(row) && row->group > COMMAND_FLOW && !row->jobs);
}

bool
command_for_past(const struct command_row *row)
{
	return (acts(row) && !row->adds);
}

const char *
command_refusal(const struct command_row *row, const struct session *s,
    const struct runner *r, uint64_t now)
{
	const char *why;

	if (r != NULL && r->policy.past && !command_for_past(row))
		return (RUNNER_PAST);
	if (r != NULL && r->policy.served && !command_for_server(row))
		return (RUNNER_SERVED);
	why = refuse_request(row, s);
	if (why == NULL && !acts(row))
		why = refuse_job(s, r);
	if (why == NULL && row->refuse != NULL)
		why = row->refuse(s, r, now);
	return (why);
}

void
command_unknown(const char *word, struct buf *error)
{
	const struct command_row *row;
	struct nearest near;
	size_t i;

	nearest_begin(&near, word);
	for (i = 0; (row = command_at(i)) != NULL; i++)
		nearest_offer(&near, row->name);
	row = word[0] != '\0' && word[1] == '\0' ?
	    command_keyed(word[0]) : NULL;
	if (row != NULL)
		buf_addf(error, "; key %s runs %s", word,
		    row->press != NULL ? row->press : row->name);
	else
		nearest_ask(&near, error);
}

static const struct command_row *
take_row(struct line_reader *w, struct buf *error)
{
	const struct command_row *row = NULL;

	if (line_peek(w) != NULL)
		row = command_named(line_peek(w));
	if (row == NULL) {
		buf_adds(error, "unknown command ");
		line_show(w, error);
		if (line_peek(w) != NULL)
			command_unknown(line_peek(w), error);
		return (NULL);
	}
	line_take(w);
	return (row);
}

/* An acting command in its turn: checked now, done when the job gets there. */
static struct job *
compile_act(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	const char *start = w->p;
	struct buf line = { 0 };
	struct job *j = NULL;

	if (row->act == NULL || row->act(NULL, w, error)) {
		line_peek(w);
		buf_adds(&line, row->name);
		buf_add(&line, start, (size_t)(w->at - start));
		j = job_act(buf_str(&line));
	}
	buf_free(&line);
	return (j);
}

/* Each word was taken, and the last one ends. */
static bool
is_whole(struct line_reader *w, struct buf *error)
{
	if (line_peek(w) == NULL && !w->broken)
		return (true);
	buf_adds(error, w->broken ? "missing closing quote in " :
	    "too many words: ");
	line_show(w, error);
	return (false);
}

/* error is what row's own words complain of: name the command first. */
static void
blame(const struct command_row *row, struct buf *error)
{
	char *what = buf_take(error);

	buf_addf(error, "%s: %s", row->name, what);
	free(what);
}

struct job *
command_compile_one(struct line_reader *w, struct buf *error)
{
	const struct command_row *row = take_row(w, error);
	struct job *j;

	if (row == NULL)
		return (NULL);
	if (row->whole && w->sources != NULL)
		w->sources->whole = true;
	j = row->compile != NULL ? row->compile(row, w, error) :
	    row->job != NULL ? row->job() : compile_act(row, w, error);
	if (j == NULL) {
		blame(row, error);
		return (NULL);
	}
	if (is_whole(w, error))
		return (j);
	blame(row, error);
	job_free(j);
	return (NULL);
}

struct job *
command_compile(const char *line, struct buf *error, size_t *at)
{
	return (command_compile_in(line, NULL, error, at));
}

struct job *
command_compile_in(const char *line, struct recipe_sources *sources,
    struct buf *error, size_t *at)
{
	struct job **children = NULL, *j, *script;
	struct line_reader w;
	size_t n = 0;

	line_begin(&w, line);
	w.sources = sources;
	while (line_next_command(&w)) {
		j = command_compile_one(&w, error);
		if (j == NULL) {
			if (at != NULL)
				*at = (size_t)(w.at - line);
			break;
		}
		children = mem_array(children, n + 1, sizeof(*children));
		children[n++] = j;
	}
	script = job_script(children, n);
	if (error->len != 0) {
		job_free(script);
		script = NULL;
	}
	line_end(&w);
	return (script);
}

/* Takes the name; the row, if it is of a command that acts at once. */
static const struct command_row *
take_acting(struct line_reader *w)
{
	const struct command_row *row = NULL;

	if (line_next_command(w)) {
		row = command_named(line_peek(w));
		line_take(w);
	}
	return (row != NULL && acts(row) ? row : NULL);
}

static bool
check_act(
    const struct command_row *row, struct line_reader *w, struct buf *error)
{
	if (row->act != NULL && !row->act(NULL, w, error))
		return (false);
	return (is_whole(w, error));
}

static bool
act(const struct command_row *row, const struct command_context *c,
    struct line_reader *w, struct buf *error)
{
	if (row->device && c->runner == NULL) {
		buf_adds(error, "no device is connected");
		return (false);
	}
	return (row->act != NULL ? row->act(c, w, error) :
	    cmd_wish(c, row->effect, NULL));
}

const struct command_row *
command_act(const char *line, struct app *app, struct app_effect *effect,
    bool *ok, struct buf *error)
{
	struct command_context c = { .app = app, .effect = effect };
	const struct command_row *row;
	struct line_reader w;

	if (app->current < app->nrunners)
		c.runner = app->runners[app->current];
	line_begin(&w, line);
	row = take_acting(&w);
	*ok = row != NULL && check_act(row, &w, error);
	if (*ok && line_next_command(&w)) {
		/* More commands follow: they go one after the other. */
		row = NULL;
	} else if (*ok) {
		line_end(&w);
		line_begin(&w, line);
		take_acting(&w);
		*ok = act(row, &c, &w, error);
	}
	if (row != NULL && !*ok)
		blame(row, error);
	line_end(&w);
	return (row);
}
