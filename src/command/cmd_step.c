/* SPDX-License-Identifier: ISC */
/* A job held, and the state watched. */
#include "command/cmd.h"

#include "base/line.h"
#include "base/text.h"
#include "command/app.h"
#include "job/condition.h"
#include "job/runner.h"
#include "session/limits.h"
#include "session/session.h"

#define WATCH_LEAST	10

static bool
act_step(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	bool state = line_accept(w, "state");
	struct runner *r;

	(void)error;
	if (c == NULL)
		return (true);
	r = c->runner;
	if (!runner_busy(r)) {
		r->stepping = true;
		buf_adds(cmd_tell(c), "the next job pauses before each "
		    "request; continue ends that");
		return (true);
	}
	r->gate = state ? RUNNER_STEP_STATE : RUNNER_STEP;
	r->stepped_from = app_session(c->app)->estimate;
	return (true);
}

static bool
act_continue(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	struct runner *r;

	(void)w;
	(void)error;
	if (c == NULL)
		return (true);
	r = c->runner;
	if (!runner_busy(r))
		buf_adds(cmd_tell(c), r->stepping ?
		    "jobs no longer pause before each request" :
		    "no job is paused");
	r->gate = RUNNER_RUN;
	r->stepping = false;
	return (true);
}

static bool
act_skip(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	struct runner *r;

	(void)w;
	if (c == NULL)
		return (true);
	r = c->runner;
	if (r != NULL && runner_skip_wait(r, app_session(c->app)))
		return (true);
	if (r == NULL || !runner_is_paused(r)) {
		buf_adds(error, "no job waits and no request is paused");
		return (false);
	}
	buf_adds(cmd_tell(c), "skipped: ");
	runner_paused_words(r, app_session(c->app), &c->effect->text);
	runner_skip(r);
	return (true);
}

static bool
act_instead(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	struct runner *r = c != NULL ? c->runner : NULL;
	struct buf command = { 0 };
	bool ok = cmd_take_command(w, &command, error);

	if (ok && c != NULL && (r == NULL || !runner_is_paused(r))) {
		buf_adds(error, "no request is paused");
		ok = false;
	}
	if (ok)
		cmd_wish(c, APP_INSTEAD, buf_str(&command));
	buf_free(&command);
	return (ok);
}

/* The operator's own words, from what to where w stands. */
static void
tell_words(struct buf *b, const char *before, const char *what,
    struct line_reader *w)
{
	size_t n;

	line_peek(w);
	n = (size_t)(w->at - what);
	while (n > 0 && what[n - 1] == ' ')
		n--;
	buf_adds(b, before);
	text_escape(b, what, n);
}

static void
forget_breaks(const struct command_context *c)
{
	buf_adds(cmd_tell(c), c->runner->nbreaks != 0 ? "all breakpoints "
	    "removed" :
	    "no breakpoint was set");
	c->runner->nbreaks = 0;
	c->runner->broke_at = NULL;
}

/* "2 breaks: before request getstatus, when state dfuIDLE" */
static void
list_breaks(const struct command_context *c)
{
	const struct runner *r = c->runner;
	struct buf *b = cmd_tell(c);
	size_t i;

	if (r->nbreaks == 0)
		buf_adds(b, "no breakpoint is set; break CONDITION sets one");
	for (i = 0; i < r->nbreaks; i++) {
		if (i == 0)
			buf_addf(b, r->nbreaks == 1 ? "%zu breakpoint: " :
			    "%zu breakpoints: ", r->nbreaks);
		else
			buf_adds(b, ", ");
		buf_adds(b, condition_foresees(&r->breaks[i]) ? "before " :
		    "when ");
		condition_words(&r->breaks[i], b);
	}
	if (r->nbreaks != 0)
		buf_adds(b, "; break off removes them");
}

static bool
act_break(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	const char *what;
	struct condition condition;
	struct runner *r = c != NULL ? c->runner : NULL;

	if (line_peek(w) == NULL) {
		if (r != NULL)
			list_breaks(c);
		return (true);
	}
	if (line_accept(w, "off")) {
		if (r != NULL)
			forget_breaks(c);
		return (true);
	}
	what = w->at;
	if (!condition_parse(&condition, w, error))
		return (false);
	if (r == NULL)
		return (true);
	if (r->nbreaks == RUNNER_BREAKS) {
		buf_addf(error, "cannot set more than %d breakpoints; break "
		    "off removes them", RUNNER_BREAKS);
		return (false);
	}
	r->breaks[r->nbreaks++] = condition;
	tell_words(cmd_tell(c),
	    condition_foresees(&condition) ? "will pause before " :
		"will pause when ",
	    what, w);
	if (r->nbreaks > 1)
		buf_addf(&c->effect->text, "; %zu breakpoints", r->nbreaks);
	return (true);
}

static bool
act_watch(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	struct runner *r = c != NULL ? c->runner : NULL;
	bool off = line_accept(w, "off"), status;
	uint64_t ms = LIMIT_WATCH_MS;
	bool bare = !off && line_peek(w) == NULL;

	if (!off && line_peek(w) != NULL &&
	    !line_number(w, "milliseconds, or off", 3600000, &ms, error))
		return (false);
	if (!off && ms < WATCH_LEAST) {
		buf_addf(error, "at least %d ms", WATCH_LEAST);
		return (false);
	}
	status = !off && line_accept(w, "getstatus");
	/* Without a word it is a switch, as the key is. */
	if (bare && r != NULL && r->watch != 0)
		off = true;
	if (r == NULL)
		return (true);
	if (runner_bound(&r->policy) != NULL && !off) {
		buf_adds(error, runner_bound(&r->policy));
		return (false);
	}
	r->watch = off ? 0 : ms * 1000;
	r->watch_status = status;
	r->watch_next = 0;
	if (off)
		buf_adds(cmd_tell(c), "watch is off");
	else
		buf_addf(cmd_tell(c), "sending %s every %u ms while nothing "
		    "else runs; watch off ends that", status ?
		    "GETSTATUS" : "GETSTATE", (unsigned)ms);
	return (true);
}

static const char *
refuse_step(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)s;
	(void)now;
	if (r == NULL)
		return ("no device is connected. Plug one in");
	if (!runner_busy(r) && r->stepping)
		return ("the next job already pauses before each request");
	return (NULL);
}

static const char *
refuse_continue(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)s;
	(void)now;
	if (r != NULL && (r->stepping || (runner_busy(r) &&
	    r->gate != RUNNER_RUN)))
		return (NULL);
	return ("no job is paused");
}

static const char *
refuse_paused(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)s;
	(void)now;
	return (r != NULL && runner_is_paused(r) ? NULL : "no request is "
	    "paused");
}

static const char *
refuse_skip(const struct session *s, const struct runner *r, uint64_t now)
{
	if (r != NULL && r->waits_until > now)
		return (NULL);
	return (refuse_paused(s, r, now) == NULL ? NULL :
	    "no job waits and no request is paused");
}

const struct command_row cmd_step[] = {
	{ .name = "step", .args = "[state]",
	    .sentence = "send the paused request and pause before the next "
	    "one; state: pause when the state changes; with no job running: "
	    "pause the next job",
	    .group = COMMAND_FLOW, .key = '.', .label = "Step", .device = true,
	    .adds = true, .act = act_step, .refuse = refuse_step,
	    .places = { { .literals = "state" } } },
	{ .name = "continue", .args = "",
	    .sentence = "continue a paused job; jobs no longer pause",
	    .group = COMMAND_FLOW, .key = ',', .label = "Continue",
		.device = true,
	    .act = act_continue, .refuse = refuse_continue },
	{ .name = "skip", .args = "",
	    .sentence = "end the wait of a job; or skip the paused request, "
	    "and its job continues as if the request had changed nothing",
	    .group = COMMAND_FLOW, .key = 'j', .label = "Skip",
	    .recorded = true, .act = act_skip, .refuse = refuse_skip },
	{ .name = "instead", .args = "COMMAND",
	    .sentence = "run COMMAND in place of the paused request; a "
	    "command alone runs before it",
	    .group = COMMAND_FLOW, .recorded = true, .act = act_instead,
	    .refuse = refuse_paused,
	    .places = { { .words = WORDS_COMMAND } } },
	{ .name = "break", .args = "[WHAT | off]",
	    .sentence = "pause a running job when WHAT holds, or before a "
	    "request that it names; off: remove all; without a word: list them",
	    .group = COMMAND_FLOW, .device = true, .act = act_break,
	    .places = { { .words = WORDS_CONDITION, .literals = "off" } } },
	{ .name = "watch", .args = "[MS [getstatus]] | off",
	    .sentence = "send GETSTATE every MS while nothing else runs ("
	    LIMIT_TEXT(LIMIT_WATCH_MS) " by default); watch without an "
		"argument, again: off",
	    .group = COMMAND_FLOW, .key = 'W', .label = "Watch", .device = true,
	    .adds = true, .act = act_watch,
	    .places = { { .literals = "getstatus off" } } },
	{ .name = NULL },
};
