/* SPDX-License-Identifier: ISC */
/* Another tool at work, in a terminal of its own beside ours. */
#include "loop/loop_own.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/line.h"
#include "base/mem.h"
#include "diagnosis/claim.h"
#include "diagnosis/sessions.h"

#define ROWS	24	/* until the front end says */
#define COLS	80

static const char *
name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return (slash != NULL && slash[1] != '\0' ? slash + 1 : path);
}

/* The words of the line; free_words frees them. */
static char **
split(const char *line)
{
	struct line_reader w;
	const char *word;
	char **words = mem_array(NULL, 1, sizeof(*words));
	size_t n = 0;

	line_begin(&w, line);
	while ((word = line_peek(&w)) != NULL) {
		words = mem_array(words, n + 2, sizeof(*words));
		words[n++] = mem_strdup(word);
		line_take(&w);
	}
	words[n] = NULL;
	line_end(&w);
	return (words);
}

static void
free_words(char **words)
{
	size_t i;

	for (i = 0; words[i] != NULL; i++)
		free(words[i]);
	free(words);
}

/* One turn of the front end; false: nothing was written or typed. */
static bool
show(struct loop *l, struct transport *t, bool runs, bool raw)
{
	struct buf output = { 0 }, typed = { 0 };
	struct frontend_tool tool = { .line = buf_str(&l->traced),
	    .begins = l->trace_begins, .runs = runs, .raw = raw,
	    .typed = &typed, .rows = l->trace_rows, .cols = l->trace_cols };
	bool any;

	transport_tap_output(t, &output);
	tool.output = output.data;
	tool.n = output.len;
	l->trace_begins = false;
	l->frontend->ops->tool(l->frontend, &tool);
	if (tool.rows != l->trace_rows || tool.cols != l->trace_cols) {
		struct tap_size size = { tool.rows, tool.cols };

		l->trace_rows = tool.rows;
		l->trace_cols = tool.cols;
		transport_tap_resize(t, &size);
	}
	if (typed.len != 0)
		transport_tap_type(t, typed.data, typed.len);
	any = output.len != 0;
	l->dirty = l->dirty || any;
	buf_free(&output);
	buf_free(&typed);
	return (any);
}

static bool
may_start(const struct loop *l, const struct transport *t,
    struct buf *error)
{
	size_t i;

	if (t == NULL)
		buf_adds(error, "cannot trace a tool without the devices of "
		    "this machine. Start dfuscope with -T usb");
	else if (l->frontend->ops->tool == NULL)
		buf_adds(error, "cannot trace a tool in a non-interactive "
		    "run. Use dfuscope trace -- COMMAND");
	else if (l->app.policy.read_only)
		buf_adds(error, "cannot trace a tool: --read-only is set and "
		    "cannot stop the requests of another tool");
	for (i = 0; i < l->app.nrunners && error->len == 0; i++) {
		if (runner_busy(l->app.runners[i]))
			buf_adds(error, "a job is still running; k cancels it");
	}
	return (error->len == 0);
}

/* What we hold the tool could not claim. */
static void
let_go(struct loop *l, struct transport *t)
{
	const struct sessions *all = l->app.sessions;
	size_t i;

	for (i = 0; i < all->n; i++) {
		if (all->list[i]->opened &&
		    transports_owner(l->transports, all->list[i]->dev) == t)
			t->ops->close_device(t, all->list[i]->dev, l->now);
	}
}

bool
loop_trace_start(struct loop *l, const char *line, struct buf *error)
{
	struct transport *t = transports_tap(l->transports);
	struct tap_size size = { ROWS, COLS };
	char **words;
	bool ok;

	if (!may_start(l, t, error))
		return (false);
	let_go(l, t);
	words = split(line);
	l->trace_rows = size.rows;
	l->trace_cols = size.cols;
	ok = transport_tap_start(t, words, &size, error);
	if (ok) {
		buf_reset(&l->traced);
		buf_adds(&l->traced, line);
		buf_reset(&l->tool);
		buf_adds(&l->tool, name_of(words[0]));
		l->trace_begins = true;
		l->trace_due = 0;
		l->trace_from = l->now;
		(void)show(l, t, true, false);
	}
	free_words(words);
	return (ok);
}

static int
code_of(int status)
{
	return (WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
	    WEXITSTATUS(status));
}

static void
tell_unseen(struct loop *l, const struct tap_tool *tool)
{
	const struct sessions *all = l->app.sessions;
	bool changed = false;
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < all->n; i++)
		changed = changed || (all->list[i]->present ?
		    all->list[i]->arrived_at : all->list[i]->left_at) >=
		    l->trace_from;
	claim_words_unseen(&b, buf_str(&l->tool), code_of(tool->status),
	    tool->processes != 0, changed);
	loop_say(l, SEVERITY_NOTE, buf_str(&b));
	buf_free(&b);
}

/* It asked something of that device. */
static bool
used(const struct loop *l, const struct session *s)
{
	return (s->seen != 0 && s->nrequests != 0 &&
	    s->requests[s->nrequests - 1].at >= l->trace_from);
}

/* What it claims beside what is the case, of each device that it used. */
static void
tell_end(struct loop *l, const struct tap_tool *tool)
{
	const struct sessions *all = l->app.sessions;
	struct buf b = { 0 };
	bool any = false, so;
	size_t i;

	for (i = 0; i < all->n; i++) {
		if (!used(l, all->list[i]))
			continue;
		any = true;
		buf_reset(&b);
		so = claim_words(&b, all->list[i], buf_str(&l->tool),
		    code_of(tool->status), l->now);
		loop_deliver_text(l, EVENT_NOTE, all->list[i]->dev,
		    buf_str(&b));
		loop_say(l, so ? SEVERITY_NOTE : SEVERITY_ERROR, buf_str(&b));
	}
	if (!any)
		tell_unseen(l, tool);
	buf_free(&b);
}

static uint64_t
due(const struct loop *l)
{
	const struct sessions *all = l->app.sessions;
	uint64_t latest = 0, t;
	size_t i;

	for (i = 0; i < all->n; i++) {
		t = used(l, all->list[i]) ?
		    claim_due(all->list[i], l->now) : 0;
		if (t > l->now && t > latest)
			latest = t;
	}
	return (latest);
}

bool
loop_trace_turn(struct loop *l)
{
	struct transport *t;
	struct tap_tool tool;
	bool any;

	if (l->traced.len == 0 || l->frontend->ops->tool == NULL)
		return (false);
	t = transports_tap(l->transports);
	tool = transport_tap_tool(t);
	any = show(l, t, !tool.ended, tool.raw);
	if (!tool.ended)
		return (any);
	l->trace_due = due(l);
	if (l->trace_due != 0)
		return (any);
	tell_end(l, &tool);
	buf_reset(&l->traced);
	return (true);
}
