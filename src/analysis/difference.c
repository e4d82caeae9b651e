/* SPDX-License-Identifier: ISC */
#include "analysis/difference.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "dfu/spec.h"
#include "session/session.h"
#include "trace/words.h"
#include "wire/usb.h"

#define CELLS	((size_t)32 * 1024 * 1024)	/* of the table */
#define AROUND	2	/* steps that are shown beside a difference */

static void
add_step(struct difference_way *w, const struct trace *t,
    const struct request *r)
{
	const struct event *submit = trace_get(t, r->submit);
	const struct event *complete = r->complete != NO_EVENT ?
	    trace_get(t, r->complete) : NULL;
	struct difference_step *last = w->n != 0 ? &w->steps[w->n - 1] : NULL;
	struct buf asked = { 0 }, answer = { 0 };

	if (submit == NULL)
		return;
	words_request_name(&asked, &r->setup);
	buf_addc(&asked, ' ');
	words_request(&asked, submit, &r->meaning);
	if (buf_str(&asked)[asked.len - 1] == ' ')
		buf_cut(&asked, asked.len - 1);
	if (complete != NULL)
		words_answer(&answer, submit, complete);
	else
		buf_adds(&answer, "no answer");
	w->requests++;
	if (last != NULL && dfu_request_of(&r->setup) != NULL &&
	    r->setup.bRequest == DFU_GETSTATUS &&
	    strcmp(last->asked, buf_str(&asked)) == 0 &&
	    strcmp(last->answer, buf_str(&answer)) == 0) {
		last->last = r->number;
		last->count++;
		buf_free(&asked);
		buf_free(&answer);
		return;
	}
	w->steps = mem_array(w->steps, w->n + 1, sizeof(*w->steps));
	w->steps[w->n++] = (struct difference_step){
	    .asked = mem_strdup(buf_str(&asked)),
	    .answer = mem_strdup(buf_str(&answer)), .first = r->number,
	    .last = r->number, .count = 1 };
	buf_free(&asked);
	buf_free(&answer);
}

static char *
escaped(const char *s)
{
	struct buf b = { 0 };
	char *copy;

	text_escape(&b, s, strlen(s));
	copy = mem_strdup(buf_str(&b));
	buf_free(&b);
	return (copy);
}

void
difference_take(struct difference_way *w, const char *name,
    const struct session *s, const struct trace *t)
{
	const struct request *r;
	size_t i;

	w->name = escaped(name);
	w->place = escaped(s != NULL ? s->place : "no device");
	for (i = 0; s != NULL && i < session_history(s); i++) {
		r = session_nth(s, i);
		if (r != NULL)
			add_step(w, t, r);
	}
}

static void
free_way(struct difference_way *w)
{
	size_t i;

	for (i = 0; i < w->n; i++) {
		free(w->steps[i].asked);
		free(w->steps[i].answer);
	}
	free(w->steps);
	free(w->place);
	free(w->name);
}

void
difference_free(struct difference *d)
{
	free_way(&d->a);
	free_way(&d->b);
	free(d->rows);
	*d = (struct difference){ .n = 0 };
}

static bool
alike(const struct difference_step *a, const struct difference_step *b)
{
	return (strcmp(a->asked, b->asked) == 0);
}

/* The longest that both have in common, from each pair of places on. */
struct table {
	struct difference	*d;
	size_t			 na, nb;	/* behind what is the same */
	uint16_t		*common;	/* (na + 1) * (nb + 1) */
};

static uint16_t *
cell(const struct table *t, size_t i, size_t k)
{
	return (&t->common[i * (t->nb + 1) + k]);
}

static const struct difference_step *
step_a(const struct table *t, size_t i)
{
	return (&t->d->a.steps[t->d->same + i]);
}

static const struct difference_step *
step_b(const struct table *t, size_t k)
{
	return (&t->d->b.steps[t->d->same + k]);
}

/* False: they are too long for it. */
static bool
fill(struct table *t)
{
	size_t i, k;
	uint16_t down, right;

	if (t->na >= UINT16_MAX || t->nb >= UINT16_MAX ||
	    (t->na + 1) * (t->nb + 1) > CELLS)
		return (false);
	t->common = mem_array(NULL, (t->na + 1) * (t->nb + 1),
	    sizeof(*t->common));
	for (i = t->na + 1; i-- > 0;) {
		for (k = t->nb + 1; k-- > 0;) {
			down = i < t->na ? *cell(t, i + 1, k) : 0;
			right = k < t->nb ? *cell(t, i, k + 1) : 0;
			*cell(t, i, k) = i < t->na && k < t->nb &&
			    alike(step_a(t, i), step_b(t, k)) ?
			    (uint16_t)(*cell(t, i + 1, k + 1) + 1) :
			    down > right ? down : right;
		}
	}
	return (true);
}

static void
add_row(struct difference *d, const struct difference_step *a,
    const struct difference_step *b, size_t equal)
{
	if ((a == NULL) != (b == NULL) && d->first == SIZE_MAX)
		d->first = d->n;
	d->rows = mem_array(d->rows, d->n + 1, sizeof(*d->rows));
	d->rows[d->n++] = (struct difference_row){ a, b, equal };
}

/* What both did, of which only the edges are shown. */
struct run {
	size_t	from, to;	/* steps of a */
	size_t	at;		/* of b, where it begins */
	bool	first;		/* nothing stands above it */
};

static void
end_run(struct difference *d, struct run *r, bool last)
{
	size_t n = r->to - r->from, i;
	size_t head = r->first ? 0 : AROUND, tail = last ? 0 : AROUND;

	for (i = 0; i < n; i++) {
		if (i >= head && i + tail < n) {
			add_row(d, NULL, NULL, n - head - tail);
			i = n - tail - 1;
			continue;
		}
		add_row(d, &d->a.steps[r->from + i], &d->b.steps[r->at + i],
		    0);
	}
	r->first = false;
}

static void
add_rows(const struct table *t)
{
	struct difference *d = t->d;
	struct run r = { .first = true };
	size_t i = 0, k = 0;

	r.to = d->same;
	while (i < t->na || k < t->nb) {
		if (i < t->na && k < t->nb && alike(step_a(t, i),
		    step_b(t, k))) {
			r.to = d->same + ++i;
			k++;
			continue;
		}
		end_run(d, &r, false);
		if (k == t->nb || (i < t->na &&
		    *cell(t, i + 1, k) >= *cell(t, i, k + 1)))
			add_row(d, step_a(t, i++), NULL, 0);
		else
			add_row(d, NULL, step_b(t, k++), 0);
		r.from = r.to = d->same + i;
		r.at = d->same + k;
	}
	end_run(d, &r, true);
}

bool
difference_make(struct difference *d)
{
	struct table t = { .d = d };

	d->first = SIZE_MAX;
	while (d->same < d->a.n && d->same < d->b.n &&
	    alike(&d->a.steps[d->same], &d->b.steps[d->same]))
		d->same++;
	t.na = d->a.n - d->same;
	t.nb = d->b.n - d->same;
	if (t.na == 0 && t.nb == 0) {
		d->first = 0;
		return (true);
	}
	d->too_long = !fill(&t);
	if (!d->too_long)
		add_rows(&t);
	free(t.common);
	if (d->first == SIZE_MAX)
		d->first = d->n;
	return (false);
}

static void
add_next(struct buf *b, const struct difference_way *w, size_t i,
    const char *name)
{
	if (i < w->n)
		buf_addf(b, "%s #%u %s", name, w->steps[i].first,
		    w->steps[i].asked);
	else
		buf_addf(b, "%s no further request", name);
}

void
difference_words(const struct difference *d, struct buf *b)
{
	if (d->same == d->a.n && d->same == d->b.n) {
		buf_adds(b, "both sent the same requests in the same order");
		return;
	}
	buf_addf(b, "first difference after %zu equal request%s: ", d->same,
	    TEXT_S(d->same));
	add_next(b, &d->a, d->same, "A");
	add_next(b, &d->b, d->same, "; B");
}

void
difference_title(const struct difference_way *w, char name, struct buf *b)
{
	buf_addf(b, "%c  %s: %u request%s, %s", name, w->name, w->requests,
	    w->requests == 1 ? "" : "s", w->place);
}

const char *
difference_mark(const struct difference_row *row)
{
	if ((row->a == NULL) == (row->b == NULL))
		return ("  ");
	return (row->a == NULL ? "> " : "< ");
}

void
difference_number(const struct difference_step *s, struct buf *b)
{
	if (s != NULL && s->count > 1)
		buf_addf(b, "#%u-%u", s->first, s->last);
	else if (s != NULL)
		buf_addf(b, "#%u", s->first);
}

void
difference_answer(const struct difference_row *row, struct buf *b)
{
	const struct difference_step *any = row->a != NULL ? row->a : row->b;

	if (any == NULL)
		return;
	buf_adds(b, any->answer);
	if (row->a != NULL && row->b != NULL &&
	    strcmp(row->a->answer, row->b->answer) != 0)
		buf_addf(b, " | %s", row->b->answer);
}
