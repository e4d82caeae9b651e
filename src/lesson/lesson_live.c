/* SPDX-License-Identifier: ISC */
/*
 * The device that the pupil sees: brought to where the step is, by the lines
 * that lead there, when he is to use it.
 */
#include "lesson/lesson_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/line.h"
#include "base/mem.h"
#include "command/app.h"
#include "command/command.h"

/* A key of those that are shown, and the last look, us. */
#define SHOW_KEY	1000000
#define SHOW_END	2000000

static void
forget_own(struct lesson_run *r)
{
	while (r->nown != 0)
		free(r->own[--r->nown]);
}

void
lesson_live_drop(struct lesson_run *r)
{
	r->live = LESSON_STALE;
	r->playing = false;
	r->reached = false;
	r->forbidden = NULL;
	forget_own(r);
	buf_reset(&r->waiting);
	buf_reset(&r->shows);
	lesson_trace_free(&r->moves);
}

static bool
is_wanted(const struct lesson_run *r)
{
	return (r->playing || r->phase == LESSON_GOES ||
	    r->phase == LESSON_SHOWS);
}

bool
lesson_hurries(const struct lesson_run *r)
{
	return (is_wanted(r) && (r->live == LESSON_ANEW ||
	    r->live == LESSON_REPLAYS));
}

uint64_t
lesson_deadline(const struct lesson_run *r)
{
	if (r->phase == LESSON_SHOWS && r->live == LESSON_THERE)
		return (r->show_at);
	if (r->config.minutes != 0 && r->phase != LESSON_ENDS)
		return (r->began + (uint64_t)r->config.minutes * 60000000);
	return (UINT64_MAX);
}

static const char *
line_to(struct lesson_run *r, const char *text)
{
	buf_reset(&r->line);
	buf_adds(&r->line, text);
	return (buf_str(&r->line));
}

/* The script's lines, then those of the pupil that were not undone. */
static const char *
replay(struct lesson_run *r)
{
	struct lesson_script s;
	const char *line = NULL;
	size_t n;

	lesson_script_make(&s, r->at.lesson, r->at.step, r->playing &&
	    r->phase == LESSON_TELLS);
	n = s.n;
	if (r->live_next < n)
		line = line_to(r, s.lines[r->live_next++]);
	lesson_script_free(&s);
	if (line != NULL)
		return (line);
	/* What was done since counts, also where it is done again. */
	if (r->live_next == n)
		lesson_trace_free(&r->moves);
	if (r->live_next - n < r->nown)
		return (line_to(r, r->own[r->live_next++ - n]));
	r->live = LESSON_THERE;
	return (NULL);
}

static bool
is_idle(const struct app *d)
{
	return (!runner_busy(app_runner(d)) &&
	    app_session(d)->pending.number == 0);
}

static const char *
bring(struct lesson_run *r, const struct app *d)
{
	size_t device = r->at.lesson->steps[r->at.step].device;

	if (d->current != device) {
		buf_reset(&r->line);
		buf_addf(&r->line, "device %zu", device + 1);
		return (buf_str(&r->line));
	}
	if (!is_idle(d))
		return (r->live == LESSON_STALE ? line_to(r, "cancel") : NULL);
	switch (r->live) {
	case LESSON_STALE:
		r->arrivals = app_session(d)->arrivals;
		r->live_next = 0;
		r->live = LESSON_ANEW;
		return (line_to(r, "anew"));
	case LESSON_ANEW:
		if (app_session(d)->arrivals == r->arrivals)
			return (NULL);
		r->live = LESSON_REPLAYS;
		return (replay(r));
	case LESSON_REPLAYS:
		return (replay(r));
	case LESSON_THERE:
		break;
	}
	return (NULL);
}

/* By what was done, never by the state alone. */
static void
look_goal(struct lesson_run *r, const struct app *d, uint64_t now)
{
	const struct lesson_step *s = lesson_step_of(r);

	lesson_trace_watch(&r->moves, d, now);
	r->forbidden = lesson_forbidden(s, &r->moves, 0);
	r->reached = r->forbidden == NULL &&
	    lesson_goals_hold(s, &r->moves, 0, d, now);
}

/* The i-th command of a line. */
static bool
command_of(const char *line, size_t i, struct buf *b)
{
	struct line_reader w;
	size_t k;

	buf_reset(b);
	line_begin(&w, line);
	for (k = 0; k <= i; k++) {
		buf_reset(b);
		line_rest(&w, b);
		if (k < i && !line_next_command(&w)) {
			buf_reset(b);
			break;
		}
	}
	line_end(&w);
	return (b->len != 0);
}

/* Typed one by one, and then it is the pupil's turn, as at the start. */
static const char *
show(struct lesson_run *r, const struct app *d, uint64_t now)
{
	const struct lesson_step *s = lesson_step_of(r);
	struct buf next = { 0 };
	bool more;

	lesson_trace_watch(&r->moves, d, now);
	if (r->show_at == 0) {
		r->show_at = now + SHOW_KEY;
		(void)command_of(s->solution, 0, &r->shows);
		return (NULL);
	}
	if (now < r->show_at || !is_idle(d))
		return (NULL);
	if (r->shows.len == 0) {
		lesson_live_drop(r);
		r->phase = LESSON_GOES;
		return (bring(r, d));
	}
	(void)line_to(r, buf_str(&r->shows));
	more = command_of(s->solution, ++r->show_next, &next);
	buf_reset(&r->shows);
	buf_adds(&r->shows, buf_str(&next));
	buf_free(&next);
	r->show_at = now + (more ? SHOW_KEY : SHOW_END);
	return (buf_str(&r->line));
}

const char *
lesson_live_turn(struct lesson_run *r, const struct app *d, uint64_t now)
{
	if (!is_wanted(r))
		return (NULL);
	if (r->live != LESSON_THERE) {
		if (r->live == LESSON_REPLAYS)
			lesson_trace_watch(&r->moves, d, now);
		return (bring(r, d));
	}
	if (!r->playing &&
	    d->current != r->at.lesson->steps[r->at.step].device)
		return (bring(r, d));
	if (r->phase == LESSON_SHOWS)
		return (show(r, d, now));
	if (r->waiting.len != 0 && is_idle(d)) {
		(void)line_to(r, buf_str(&r->waiting));
		buf_reset(&r->waiting);
		return (buf_str(&r->line));
	}
	if (r->playing)
		return (NULL);
	look_goal(r, d, now);
	if (r->reached)
		lesson_tell(r);
	return (NULL);
}

const char *
lesson_turn(struct lesson_run *r, const struct app *d, uint64_t now)
{
	size_t device;

	if (r->phase == LESSON_ENDS || app_session(d) == NULL ||
	    app_runner(d) == NULL)
		return (NULL);
	if (r->began == 0)
		r->began = now;
	if (r->config.minutes != 0 && now >= lesson_deadline(r)) {
		r->late = true;
		lesson_go_on(r);
		return (NULL);
	}
	device = r->at.lesson->steps[r->at.step].device;
	if (is_wanted(r) && device >= d->sessions->n)
		return (NULL);
	return (lesson_live_turn(r, d, now));
}

/* It does something to the device, and not only to the program. */
static bool
touches(const char *line)
{
	static const char *const also[] = { "unplug", "plug", "anew",
	    "fault" };
	const struct command_row *row;
	struct line_reader w;
	size_t i;

	line_begin(&w, line);
	row = line_peek(&w) != NULL ? command_named(line_peek(&w)) : NULL;
	line_end(&w);
	if (row == NULL)
		return (false);
	for (i = 0; i < sizeof(also) / sizeof(also[0]); i++)
		if (strcmp(row->name, also[i]) == 0)
			return (true);
	return (row->group != COMMAND_HOUSE);
}

bool
lesson_take_line(struct lesson_run *r, const char *line)
{
	if (r->phase == LESSON_ENDS || !touches(line))
		return (false);
	if (r->phase == LESSON_GOES) {
		if (r->live == LESSON_THERE && r->nown < LESSON_OWN)
			r->own[r->nown++] = mem_strdup(line);
		/* A device that is on its way there takes nothing. */
		return (r->live != LESSON_THERE);
	}
	if (r->phase == LESSON_SHOWS)
		return (true);
	if (!r->playing && !lesson_play(r))
		return (true);
	if (r->live == LESSON_THERE)
		return (false);
	buf_reset(&r->waiting);
	buf_adds(&r->waiting, line);
	return (true);
}
