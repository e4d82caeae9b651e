/* SPDX-License-Identifier: ISC */
#include "ui/view/view.h"

#include <string.h>

#include "base/text.h"
#include "diagnosis/conformance.h"

#define LONG_WORD	16	/* columns that no word leaves empty */

struct columns {
	int	number;
	int	time;
	int	gap;		/* 0 width: not shown */
	int	name;
	int	request;	/* -1: right behind the name */
	int	answer;
};

/* Where each column begins; narrow lists lose the time, then the gap. */
static struct columns
columns_for(int width)
{
	struct columns c;
	int at = 7, left;

	c.number = 1;
	c.time = width >= 90 ? at : -1;
	at += width >= 90 ? 10 : 0;
	c.gap = width >= 56 ? at : -1;
	at += width >= 56 ? 9 : 0;
	c.name = at;
	c.request = width >= 110 ? at + 11 : -1;
	left = width - at - (width >= 110 ? 11 : 0);
	c.answer = width - left * (width >= 110 ? 45 : 32) / 100;
	if (width < 90)
		c.answer = at + left * 56 / 100;
	return (c);
}

/* In at most 7 columns, so that the number before it stands apart. */
static void
add_span(struct buf *b, uint64_t span)
{
	unsigned s = (unsigned)(span / 1000000);

	if (span >= 1000 && span < 10000)
		buf_addf(b, "%u.%u ms", (unsigned)(span / 1000),
		    (unsigned)(span / 100 % 10));
	else if (s < 60)
		text_duration(b, span);
	else if (s < 10000)
		buf_addf(b, "%u s", s);
	else if (s < 1000 * 60)
		buf_addf(b, "%u min", s / 60);
	else
		buf_addf(b, "%u h", s / 3600);
}

/* Since what came before, or since (or until) the mark. */
static void
add_gap(struct buf *b, const struct list *l, const struct fold_row *row)
{
	const struct fold_row *mark = list_mark_of(l, row);
	uint64_t before = fold_before(&l->fold, row);
	uint64_t from = mark != NULL ? mark->at : before;

	if (mark == row || (mark == NULL && before == 0))
		return;
	buf_addc(b, row->at < from && mark != NULL ? '-' : '+');
	add_span(b, row->at > from ? row->at - from : mark != NULL ?
	    from - row->at : 0);
}

static enum style
answer_style(uint8_t outcome)
{
	switch ((enum outcome)outcome) {
	case OUTCOME_OK:
	case OUTCOME_SHORT:
		return (STYLE_NORMAL);
	case OUTCOME_STALL:
	case OUTCOME_BUSERROR:
	case OUTCOME_BABBLE:
		return (STYLE_DANGER);
	case OUTCOME_UNKNOWN:
	case OUTCOME_TIMEOUT:
	case OUTCOME_CANCELLED:
	case OUTCOME_GONE:
	case OUTCOME_DENIED:
	case OUTCOME_BUSY:
		return (STYLE_WARNING);
	}
	return (STYLE_NORMAL);
}

static void
add_pending(struct buf *b, const struct frame *sc, const struct fold_row *row)
{
	const char *cancel = frame_key(sc, "cancel");

	buf_adds(b, "waits ");
	clock_age(b, row->at, sc->now);
	if (cancel != NULL)
		buf_addf(b, ", %s cancels", cancel);
}

static enum style
add_answer(struct buf *b, const struct frame *sc, const struct request *r,
    const struct event *submit, const struct fold_row *row)
{
	const struct event *e;

	if (r == NULL || submit == NULL)
		return (STYLE_DIM);
	if (r->done == 0) {
		if (sc->session->pending.number != r->number) {
			buf_adds(b, "no end seen");
			return (STYLE_WARNING);
		}
		add_pending(b, sc, row);
		return (STYLE_WARNING);
	}
	e = trace_get(sc->app->sessions->trace, r->complete);
	if (e != NULL)
		words_answer(b, submit, e);
	return (answer_style(r->outcome));
}

/* Columns of the first clause: the rest says more of the same. */
static int
clause(const struct area *a, const char *words)
{
	static const char *const ends[] = { ", ", ": ", "; ", " (", "  " };
	struct buf b = { 0 };
	size_t i, n = strlen(words);
	const char *at;
	int cols;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		at = strstr(words, ends[i]);
		if (at != NULL && (size_t)(at - words) < n)
			n = (size_t)(at - words);
	}
	buf_add(&b, words, n);
	cols = area_columns(a, buf_str(&b));
	buf_free(&b);
	return (cols);
}

/* In room columns; what has no room goes word by word. */
static int
draw_cut(struct area a, int at, int col, int room, enum style st,
    const char *words)
{
	struct buf b = { 0 };
	size_t n = strlen(words);
	int cols;

	if (area_columns(&a, words) <= room)
		return (area_fit(a, at, col, room, st, words));
	do {
		while (n > 0 && words[n - 1] != ' ')
			n--;
		while (n > 0 && (words[n - 1] == ' ' || words[n - 1] == ','))
			n--;
		buf_reset(&b);
		buf_add(&b, words, n);
		buf_adds(&b, " …");
	} while (n > 0 && area_columns(&a, buf_str(&b)) > room);
	/* A word that is longer than the room is cut itself. */
	cols = area_fit(a, at, col, room, st, n > 0 &&
	    area_columns(&a, buf_str(&b)) + LONG_WORD > room ?
	    buf_str(&b) : words);
	buf_free(&b);
	return (cols);
}

/* What the request asks, or how often it was asked. */
static void
add_words(struct buf *b, const struct request *r, const struct event *submit,
    const struct fold_row *row)
{
	if (row->count > 1) {
		buf_addf(b, "×%u, ", row->count);
		text_duration(b, row->end - row->at);
		buf_addf(b, ", #%u to #%u", row->first, row->last);
	} else if (r != NULL && submit != NULL) {
		words_request(b, submit, &r->meaning);
	}
}

/*
 * Where both have no room, the meaning says more than the block, if that is
 * not cut; and how often more than which.
 */
static const char *
that_fits(const struct area *a, struct buf *b, int room)
{
	const char *words = buf_str(b), *meaning = strstr(words, "  ");
	const char *which = strstr(words, ", #");

	if (area_columns(a, words) <= room)
		return (words);
	if (meaning != NULL && clause(a, meaning + 2) <= room)
		return (meaning + 2);
	if (which != NULL || meaning != NULL)
		buf_cut(b, (size_t)((which != NULL ? which : meaning) -
		    words));
	return (buf_str(b));
}

/* Columns of the least that is to be told of the request, of so many. */
static int
asked(const struct area *a, const char *words, int usual, int most)
{
	const char *meaning = strstr(words, "  ");

	if (meaning == NULL || area_columns(a, words) <= usual ||
	    clause(a, meaning + 2) > most)
		return (clause(a, words));
	return (clause(a, meaning + 2));
}

/*
 * Where the answer begins, so that the first clause of both is whole, the
 * answer's before all, and then as much of the answer as there is room for: it
 * may begin further left, or right, than those above and below.
 */
static int
answer_column(const struct area *a, const struct columns *c, int from,
    const char *words, const char *answer)
{
	int last = a->cols - 1, at = c->answer, need = clause(a, answer);
	int asks = asked(a, words, c->answer - from - 1,
	    last - need - from - 1);

	/* All of the answer, if the request leaves that room. */
	if (at > last - area_columns(a, answer))
		at = last - area_columns(a, answer);
	if (at - from - 1 < asks)
		at = from + asks + 1;
	if (at > last - need)
		at = last - need;
	if (at < from)
		at = from;
	return (at);
}

/* Behind an answer that breaks a rule: whose, where there is room. */
static void
draw_broken(struct area a, int at, int col, const struct frame *sc,
    const struct request *r)
{
	struct conformance g;
	struct buf b = { 0 };

	if (r == NULL)
		return;
	g = conformance_of(sc->session, r, sc->print.stack);
	conformance_brief(&g, &b);
	if (b.len != 0 && col + area_columns(&a, buf_str(&b)) < a.cols)
		area_text(a, at, col, g.stack == CONFORMS_YES ? STYLE_DIM :
		    STYLE_WARNING, buf_str(&b));
	buf_free(&b);
}

static void
draw_request(struct area a, int at, const struct frame *sc,
    const struct fold_row *row, const struct columns *c)
{
	const struct request *r = session_request(sc->session, row->last);
	const struct event *submit = r == NULL ? NULL :
	    trace_get(sc->app->sessions->trace, r->submit);
	struct buf b = { 0 }, answer = { 0 };
	enum style st;
	int col, to;

	if (r == NULL || submit == NULL) {
		list_gone_words(&b, &sc->view->list, sc->app->sessions->trace,
		    row);
		area_fit(a, at, c->name, a.cols - c->name - 1, STYLE_WARNING,
		    buf_str(&b));
		buf_free(&b);
		return;
	}
	words_request_name(&b, &r->setup);
	col = c->name + area_fit(a, at, c->name, a.cols - c->name - 1,
	    STYLE_STRONG, buf_str(&b)) + 1;
	if (col < c->request)
		col = c->request;
	st = add_answer(&answer, sc, r, submit, row);
	buf_reset(&b);
	add_words(&b, r, submit, row);
	to = answer_column(&a, c, col, buf_str(&b), buf_str(&answer));
	draw_cut(a, at, col, to - col - 1, STYLE_NORMAL, that_fits(&a, &b,
	    to - col - 1));
	col = to + draw_cut(a, at, to, a.cols - to - 1, st,
	    buf_str(&answer));
	buf_free(&b);
	buf_free(&answer);
	draw_broken(a, at, col + 2, sc, r);
}

static void
draw_event(struct area a, int at, const struct frame *sc,
    const struct fold_row *row, const struct columns *c)
{
	const struct event *e = trace_get(sc->app->sessions->trace, row->index);
	struct buf b = { 0 };

	area_text(a, at, c->number, STYLE_DIM, e != NULL &&
	    e->kind == EVENT_NOTE ? "=" : "@");
	if (e != NULL)
		words_event(&b, e, NULL, NULL);
	else
		list_gone_words(&b, &sc->view->list, sc->app->sessions->trace,
		    row);
	draw_cut(a, at, c->name, a.cols - c->name - 1, e != NULL ?
	    STYLE_STRONG : STYLE_WARNING, buf_str(&b));
	buf_free(&b);
}

static void
draw_row(struct area a, int at, const struct frame *sc,
    const struct fold_row *row, const struct columns *c)
{
	struct buf b = { 0 };

	if (!row->event)
		area_textf(a, at, c->number, STYLE_LABEL, "#%u", row->last);
	if (c->time >= 0 && clock_is_known(sc)) {
		clock_time(&b, row->at - sc->view->list.fold.follow.start);
		area_text(a, at, c->time + 9 - area_columns(&a, buf_str(&b)),
		    STYLE_LABEL, buf_str(&b));
	}
	if (c->gap >= 0 && clock_is_known(sc)) {
		buf_reset(&b);
		add_gap(&b, &sc->view->list, row);
		area_text(a, at, c->gap + 8 - area_columns(&a, buf_str(&b)),
		    STYLE_LABEL, buf_str(&b));
	}
	buf_free(&b);
	if (row->event)
		draw_event(a, at, sc, row, c);
	else
		draw_request(a, at, sc, row, c);
}

/* Keeps the selected row in sight. */
static void
scroll_list(struct list *l, int rows)
{
	size_t n = fold_count(&l->fold), room = rows > 0 ? (size_t)rows : 1;

	if (l->selected < l->top)
		l->top = l->selected;
	if (l->selected >= l->top + room)
		l->top = l->selected - room + 1;
	if (l->top + room > n)
		l->top = n > room ? n - room : 0;
}

/* Of a file that is longer it is told how far it is read, bytes. */
#define FILE_LONG	10000000

static void
draw_nothing(struct area a, const struct list *l)
{
	if (l->behind)
		area_text(a, 0, 1, STYLE_DIM, "reading ...");
	else if (l->fold.nrows == 0)
		area_text(a, 0, 1, STYLE_DIM, "No request has been sent.");
	else
		area_text(a, 0, 1, STYLE_DIM, "No request passes the filter. "
		    "Esc shows all.");
}

void
view_requests(struct area a, const struct frame *sc)
{
	struct columns c = columns_for(a.cols);
	struct list *l = &sc->view->list;
	const struct fold_row *row;
	size_t i;
	int at;

	if (sc->session == NULL)
		return;
	scroll_list(l, a.rows);
	l->rows = a.rows;
	l->at = a.row;
	if (fold_count(&l->fold) == 0)
		draw_nothing(a, l);
	for (at = 0; at < a.rows; at++) {
		i = l->top + (size_t)at;
		if (i >= fold_count(&l->fold))
			break;
		row = fold_at(&l->fold, i);
		draw_row(a, at, sc, row, &c);
		if (l->paused && i == l->selected) {
			area_restyle(a, at, 0, a.cols, STYLE_SELECTED);
			area_text(a, at, 0, STYLE_SELECTED, ">");
		}
		if (list_marked(l, row))
			area_text(a, at, 0, l->paused && i == l->selected ?
			    STYLE_SELECTED : STYLE_STRONG, "*");
	}
}

/* What the list is doing that one may not expect of it. */
void
view_requests_title(struct buf *b, const struct frame *sc)
{
	const struct list *l = &sc->view->list;
	size_t hidden = l->fold.judged - l->fold.nshown;
	bool sifted = l->fold.list_filter.n > 0;

	buf_adds(b, "Requests");
	if (sifted) {
		buf_adds(b, ": ");
		text_escape(b, l->fold.list_filter.text.data,
		    l->fold.list_filter.text.len);
		buf_addf(b, " (%zu hidden, Esc shows all)", hidden);
	}
	if (l->paused)
		buf_adds(b, sifted ? ", paused" : " (paused, Esc follows)");
	if (l->nmarks > 0)
		buf_adds(b, ", gaps from the mark");
	if (l->behind && l->hunting != 0)
		buf_adds(b, ", looking ...");
	else if (sc->app->read_of >= FILE_LONG)
		buf_addf(b, ", reading ... %u of %u MB",
		    (unsigned)(sc->app->read_at / 1000000),
		    (unsigned)(sc->app->read_of / 1000000));
	else if (l->behind || sc->app->read_of != 0)
		buf_adds(b, ", reading ...");
}
