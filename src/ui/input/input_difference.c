/* SPDX-License-Identifier: ISC */
/* Keys of two histories side by side. */
#include "ui/input/input_act.h"

#include "analysis/difference.h"
#include "ui/view/screen_stack.h"

void
input_difference_move(const struct input *in, long step)
{
	const struct difference *d = in->app->difference;
	long to = (long)in->view->difference + step, n;

	if (d == NULL || d->n == 0)
		return;
	n = (long)d->n;
	in->view->difference = (size_t)(to < 0 ? 0 : to >= n ? n - 1 : to);
}

/* The request of this session; the other's is not at hand. */
void
input_difference_open(const struct input *in)
{
	const struct difference *d = in->app->difference;
	const struct session *s = app_session(in->app);
	struct list *l = &in->view->list;
	const struct request *r;
	size_t row;

	if (d == NULL || in->view->difference >= d->n)
		return;
	if (d->rows[in->view->difference].a == NULL) {
		input_notice(in, "diff", d->rows[in->view->difference].b !=
		    NULL ? "only the other recording has this request" :
		    "these requests are equal in both");
		return;
	}
	r = s == NULL ? NULL : session_request(s,
	    d->rows[in->view->difference].a->first);
	if (r == NULL) {
		input_notice(in, "diff", "this request is no longer kept in "
		    "memory");
		return;
	}
	/* The last row that begins at or before the request. */
	row = fold_find(&l->fold, r->submit + 1);
	list_select(l, row > 0 ? row - 1 : 0);
	screen_show(in->view, SCREEN_DETAIL);
}

static bool
is_difference(const struct difference_row *row)
{
	return ((row->a == NULL) != (row->b == NULL));
}

/* To the next one that stands behind something that both did. */
static void
seek(const struct input *in, long step)
{
	const struct difference *d = in->app->difference;
	long i;

	if (d == NULL || d->n == 0)
		return;
	i = (long)in->view->difference;
	while (i >= 0 && i < (long)d->n && is_difference(&d->rows[i]))
		i += step;
	while (i >= 0 && i < (long)d->n && !is_difference(&d->rows[i]))
		i += step;
	if (i < 0 || i >= (long)d->n) {
		input_notice(in, "diff", step > 0 ?
		    "no difference follows" : "no difference stands before");
		return;
	}
	/* Its first row. */
	while (step < 0 && i > 0 && is_difference(&d->rows[i - 1]))
		i--;
	in->view->difference = (size_t)i;
}

bool
input_difference_act(const struct input *in, enum act a)
{
	if (a != ACT_NEXT_TROUBLE && a != ACT_PREVIOUS_TROUBLE)
		return (false);
	seek(in, a == ACT_NEXT_TROUBLE ? 1 : -1);
	return (true);
}
