/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "base/text.h"
#include "ui/list/list.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "trace/words.h"

/* Rows looked at in one frame: a search must not hold up the screen. */
#define HUNT_AT_ONCE	1000

static bool
hunt_one(struct list *l, const struct sessions *b, const struct session *s,
    struct buf *words)
{
	size_t count = fold_count(&l->fold);

	if (l->hunting > 0)
		l->hunt_at = l->hunt_at + 1 < count ? l->hunt_at + 1 : 0;
	else
		l->hunt_at = l->hunt_at > 0 && l->hunt_at <= count ?
		    l->hunt_at - 1 : count - 1;
	buf_reset(words);
	list_words(words, b, s, fold_at(&l->fold, l->hunt_at));
	return (strcasestr(buf_str(words), buf_str(&l->sought)) != NULL);
}

static void
hunt(struct list *l, const struct sessions *b, const struct session *s)
{
	struct buf words = { 0 };
	bool found = false;
	size_t n;

	for (n = 0; !found && l->hunt_left > 0 && n < HUNT_AT_ONCE; n++) {
		l->hunt_left--;
		found = hunt_one(l, b, s, &words);
	}
	if (found)
		list_select(l, l->hunt_at);
	l->hunt_failed = !found && l->hunt_left == 0;
	if (found || l->hunt_failed)
		l->hunting = 0;
	buf_free(&words);
}

void
list_update(struct list *l, const struct sessions *b, const struct session *s)
{
	const struct fold_row *row = l->fold.of == s && l->paused ?
	    list_selected(l) : NULL;
	size_t index = row != NULL ? row->index : 0, was = l->selected;
	size_t first = trace_first(b->trace), count;

	if (l->fold.of != s) {
		l->hunting = 0;
		l->nmarks = 0;
		l->paused = l->staying = false;
	}
	l->behind = fold_update(&l->fold, b, s);
	count = fold_count(&l->fold);
	/* Rows before it were lost: it stays where it is seen. */
	if (row != NULL && first != l->first) {
		l->selected = fold_find(&l->fold, index);
		l->top -= was - l->selected < l->top && l->selected < was ?
		    was - l->selected : l->selected < was ? l->top : 0;
	}
	l->first = first;
	if (l->paused && l->staying)
		l->selected = fold_find(&l->fold, l->stay);
	l->staying &= l->behind;
	if (l->hunting != 0 && count > 0)
		hunt(l, b, s);
	l->behind |= l->hunting != 0;
	if (!l->paused || l->selected >= count)
		l->selected = count > 0 ? count - 1 : 0;
}

void
list_free(struct list *l)
{
	fold_clear(&l->fold);
	free(l->marks);
	buf_free(&l->sought);
}

const struct fold_row *
list_selected(const struct list *l)
{
	if (l->selected >= fold_count(&l->fold))
		return (NULL);
	return (fold_at(&l->fold, l->selected));
}

void
list_step(struct list *l, long step)
{
	long n = (long)fold_count(&l->fold), to;

	if (n == 0)
		return;
	to = (long)l->selected + step;
	l->selected = (size_t)(to < 0 ? 0 : to >= n ? n - 1 : to);
	l->paused = step < 0 || l->selected + 1 < (size_t)n;
}

void
list_select(struct list *l, size_t row)
{
	l->selected = row;
	l->paused = true;
}

void
list_toggle_pause(struct list *l)
{
	l->paused = !l->paused;
}

void
list_sift(struct list *l, struct list_filter *s)
{
	const struct fold_row *row = list_selected(l);

	/* Rows are judged bit by bit: the place is found when they are. */
	l->stay = row != NULL ? row->index : 0;
	l->staying = true;
	l->hunting = 0;
	fold_sift(&l->fold, s);
}

void
list_seek_again(struct list *l, long step)
{
	if (l->sought.len == 0)
		return;
	l->hunting = step;
	l->hunt_at = l->selected;
	l->hunt_left = fold_count(&l->fold);
	l->hunt_failed = l->hunt_left == 0;
	if (l->hunt_failed)
		l->hunting = 0;
}

void
list_seek(struct list *l, const char *text)
{
	buf_reset(&l->sought);
	buf_adds(&l->sought, text);
	/* The latest is what one looks for first: from it upwards. */
	list_seek_again(l, -1);
	l->hunt_at++;
}

void
list_gone_words(struct buf *b, const struct list *l, const struct trace *t,
    const struct fold_row *row)
{
	if (fold_is_lost(&l->fold, row))
		buf_addf(b, "%zu event%s lost: no longer in memory, and in no "
		    "journal", trace_lost(t), TEXT_S(trace_lost(t)));
	else
		buf_addf(b, "no longer in memory, and cannot be read back: %s",
		    trace_trouble(t));
}

void
list_words(struct buf *b, const struct sessions *sessions,
    const struct session *s, const struct fold_row *row)
{
	const struct event *submit, *e;
	const struct request *r;

	if (row->event) {
		e = trace_get(sessions->trace, row->index);
		if (e != NULL)
			words_event(b, e, NULL, NULL);
		return;
	}
	r = session_request(s, row->last);
	submit = r == NULL ? NULL : trace_get(sessions->trace, r->submit);
	if (submit == NULL)
		return;
	buf_addf(b, "#%u ", r->number);
	words_request_name(b, &r->setup);
	buf_addc(b, ' ');
	words_request(b, submit, &r->meaning);
	buf_addc(b, ' ');
	e = r->complete == NO_EVENT ? NULL : trace_get(sessions->trace,
	    r->complete);
	if (e != NULL)
		words_answer(b, submit, e);
}

/* The first mark at index or behind it. */
static size_t
mark_place(const struct list *l, size_t index)
{
	size_t i = 0;

	while (i < l->nmarks && l->marks[i] < index)
		i++;
	return (i);
}

void
list_toggle_mark(struct list *l)
{
	const struct fold_row *row = list_selected(l);
	size_t i;

	if (row == NULL)
		return;
	i = mark_place(l, row->index);
	if (i < l->nmarks && l->marks[i] == row->index) {
		l->nmarks--;
		memmove(l->marks + i, l->marks + i + 1,
		    (l->nmarks - i) * sizeof(*l->marks));
		return;
	}
	l->marks = mem_array(l->marks, l->nmarks + 1, sizeof(*l->marks));
	memmove(l->marks + i + 1, l->marks + i,
	    (l->nmarks - i) * sizeof(*l->marks));
	l->marks[i] = row->index;
	l->nmarks++;
}

bool
list_marked(const struct list *l, const struct fold_row *row)
{
	size_t i = mark_place(l, row->index);

	return (i < l->nmarks && l->marks[i] == row->index);
}

/* The row that is shown and begins at that trace index, or NULL. */
static const struct fold_row *
row_of(const struct list *l, size_t index, size_t *place)
{
	*place = fold_find(&l->fold, index);
	if (*place >= fold_count(&l->fold) ||
	    fold_at(&l->fold, *place)->index != index)
		return (NULL);
	return (fold_at(&l->fold, *place));
}

bool
list_next_mark(struct list *l, long step)
{
	const struct fold_row *row = list_selected(l);
	size_t i, place;

	if (row == NULL || l->nmarks == 0)
		return (false);
	i = mark_place(l, row->index + (step > 0));
	if (step < 0 && i-- == 0)
		return (false);
	for (; i < l->nmarks; i = step > 0 ? i + 1 : i - 1) {
		if (row_of(l, l->marks[i], &place) != NULL) {
			list_select(l, place);
			return (true);
		}
	}
	return (false);
}

const struct fold_row *
list_mark_of(const struct list *l, const struct fold_row *row)
{
	const struct fold_row *marked;
	size_t i, place;

	if (l->nmarks == 0)
		return (NULL);
	for (i = mark_place(l, row->index + 1); i-- > 0;)
		if ((marked = row_of(l, l->marks[i], &place)) != NULL)
			return (marked);
	for (i = 0; i < l->nmarks; i++)
		if ((marked = row_of(l, l->marks[i], &place)) != NULL)
			return (marked);
	return (NULL);
}

bool
list_toggle_fold(struct list *l, const struct session *s)
{
	const struct fold_row *row = list_selected(l);
	size_t index = row != NULL ? row->index : 0;
	size_t loop = row != NULL ? row->loop : 0;

	if (row == NULL || !fold_toggle(&l->fold, s, l->selected))
		return (false);
	list_select(l, fold_find(&l->fold, index));
	/* Folded again, the loop begins before the row that was selected. */
	row = list_selected(l);
	if (loop != 0 && l->selected > 0 && (row == NULL ||
	    row->index != index))
		l->selected--;
	return (true);
}
