/* SPDX-License-Identifier: ISC */
/* Whether a goal is reached: by what was done, never by the state alone. */
#include "lesson/lesson_trace.h"

#include "command/app.h"
#include "dfu/spec.h"

static bool
is_sent(const struct lesson_trace *t, size_t from,
    const struct lesson_goal *g)
{
	const struct lesson_move *m;

	for (; from < t->n; from++) {
		m = &t->moves[from];
		if (m->request && m->setup.bRequest == g->value &&
		    m->answer == LESSON_ANSWERED &&
		    (g->block < 0 || m->setup.wValue == g->block))
			return (true);
	}
	return (false);
}

static bool
holds(const struct lesson_goal *g, const struct lesson_trace *t, size_t from,
    const struct app *d, uint64_t now)
{
	if (g->within != 0 && lesson_trace_requests(t, from) > g->within)
		return (false);
	switch (g->kind) {
	case LESSON_GOAL_STATE:
		return (t->truth == g->value);
	case LESSON_GOAL_GONE:
		return (t->truth == LESSON_GONE);
	case LESSON_GOAL_REQUEST:
		return (is_sent(t, from, g));
	case LESSON_GOAL_WHAT:
		return (condition_holds(&g->condition, app_session(d),
		    app_runner(d)->settings.stack, now));
	}
	return (false);
}

bool
lesson_goals_hold(const struct lesson_step *s, const struct lesson_trace *t,
    size_t from, const struct app *d, uint64_t now)
{
	size_t i;

	if (t->n <= from)
		return (false);
	for (i = 0; i < s->ngoals; i++)
		if (!holds(&s->goals[i], t, from, d, now))
			return (false);
	return (s->ngoals != 0);
}

const char *
lesson_forbidden(const struct lesson_step *s, const struct lesson_trace *t,
    size_t from)
{
	const struct lesson_move *m;
	size_t i;

	for (i = from; i < t->n; i++) {
		m = &t->moves[i];
		if (m->request && m->setup.bRequest < DFU_REQUEST_COUNT &&
		    (s->forbidden >> m->setup.bRequest & 1u) != 0)
			return (dfu_request_row(m->setup.bRequest)->name);
		if (m->input == DFU_IN_RESET &&
		    (s->forbidden & LESSON_RESET) != 0)
			return ("a bus reset");
	}
	/* Too many requests are as good as a wrong one. */
	for (i = 0; i < s->ngoals; i++)
		if (s->goals[i].within != 0 &&
		    lesson_trace_requests(t, from) > s->goals[i].within)
			return ("this many requests");
	return (NULL);
}
