/* SPDX-License-Identifier: ISC */
#include "ui/view/recovery_shown.h"

#include "session/session.h"

const struct recovery_try *
recovery_shown_worked(const struct session *s, const struct runner *r)
{
	const struct recovery_try *t = recovery_worked(&r->recovery);

	if (t == NULL || (s->nrequests != 0 &&
	    s->requests[s->nrequests - 1].number > t->last))
		return (NULL);
	return (t);
}

/* Where nothing is to be got out, only what was tried is of interest. */
static bool
is_open(const struct session *s, const struct runner *r, uint64_t now)
{
	const struct estimate e = session_estimate(s, now);

	return (s->present && recovery_shown_worked(s, r) == NULL &&
	    (e.how == ESTIMATE_UNKNOWN || !recovery_is_out(e.state)));
}

/* The i-th option goes to place to, what is between moves down. */
static void
move_up(struct recovery_option *options, size_t i, size_t to)
{
	struct recovery_option o = options[i];

	for (; i > to; i--)
		options[i] = options[i - 1];
	options[to] = o;
}

void
recovery_shown_take(struct recovery_shown *l, const struct session *s,
    const struct runner *r, const struct dfu_stack *stack, uint64_t now,
    enum recovery_action wanted)
{
	size_t useful = recovery_option(s, stack, now, l->options), i;

	l->open = is_open(s, r, now);
	l->n = l->selected = 0;
	for (i = 0; i < RECOVERY_COUNT; i++) {
		if ((l->open && i < useful) || recovery_tried(&r->recovery,
		    l->options[i].action) != NULL)
			move_up(l->options, i, l->n++);
	}
	for (i = 0; i < l->n; i++) {
		if (l->options[i].action == wanted)
			l->selected = i;
	}
}

void
recovery_shown_drop(struct recovery_shown *l)
{
	recovery_options_free(l->options);
}
