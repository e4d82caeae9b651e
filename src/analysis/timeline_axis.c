/* SPDX-License-Identifier: ISC */
#include "analysis/timeline_axis.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* A stretch that takes more than this part of the axis is cut. */
#define PART		6
/* So much must be left to be drawn to scale, us. */
#define LEAST		100
/* Beyond this a column holds more than can be told apart, us. */
#define SCALE_LEAST	1.0

static uint64_t
length(const struct timeline_gap *g)
{
	return (g->to - g->from);
}

static int
longer(const void *a, const void *b)
{
	uint64_t x = length(a), y = length(b);

	return (x > y ? -1 : x < y);
}

static int
earlier(const void *a, const void *b)
{
	const struct timeline_gap *x = a, *y = b;

	return (x->from < y->from ? -1 : x->from > y->from);
}

/* The stretches to be cut, in order of time; returns how many. */
static size_t
choose_cuts(struct timeline_gap *gaps, const struct timeline *sc,
    const struct timeline_frame *f, uint64_t *left)
{
	size_t most = (size_t)(f->columns / 2 / (f->cut > 0 ? f->cut : 1));
	uint64_t end = sc->n > 0 ? sc->last.at : f->now;
	size_t n = sc->ngaps, i;

	if (f->cut <= 0)
		return (0);
	memcpy(gaps, sc->gaps, n * sizeof(*gaps));
	/* Where patience ended is to be seen. */
	if ((sc->live.marks & TIMELINE_OVERDUE) != 0 && sc->live.from > end &&
	    sc->live.from < f->now) {
		gaps[n++] = (struct timeline_gap){ end, sc->live.from };
		end = sc->live.from;
	}
	if (f->now > end)
		gaps[n++] = (struct timeline_gap){ end, f->now };
	qsort(gaps, n, sizeof(*gaps), longer);
	for (i = 0; i < n && i < most; i++) {
		if (length(&gaps[i]) * PART <= *left ||
		    *left < length(&gaps[i]) + LEAST)
			break;
		*left -= length(&gaps[i]);
	}
	qsort(gaps, i, sizeof(*gaps), earlier);
	return (i);
}

static void
add_piece(struct timeline_axis *a, uint64_t from, uint64_t to, double cut)
{
	struct timeline_piece *p = &a->pieces[a->n];
	double width = (double)(to - from) / a->scale;

	if (to <= from && a->n > 0)
		return;
	*p = (struct timeline_piece){ from, to, a->width, width, false };
	if (cut > 0 && cut < width) {
		p->width = cut;
		p->cut = true;
	}
	a->width += p->width;
	a->n++;
}

void
timeline_axis_make(struct timeline_axis *a, const struct timeline *sc,
    const struct timeline_frame *f)
{
	struct timeline_gap gaps[TIMELINE_GAPS + 2];
	uint64_t begin = timeline_begin(sc, f->now), left, at = begin;
	size_t n, i;
	double room;

	left = f->now > begin ? f->now - begin : 0;
	n = choose_cuts(gaps, sc, f, &left);
	a->n = 0;
	a->width = 0;
	a->scale = f->scale;
	room = f->columns - (double)n * f->cut;
	if (a->scale <= 0)
		a->scale = (double)left / (room >= 1 ? room : 1);
	if (a->scale < SCALE_LEAST)
		a->scale = SCALE_LEAST;
	for (i = 0; i < n; i++) {
		add_piece(a, at, gaps[i].from, 0);
		add_piece(a, gaps[i].from, gaps[i].to, f->cut);
		at = gaps[i].to;
	}
	add_piece(a, at, f->now, 0);
	if (a->n == 0)
		add_piece(a, begin, begin, 0);
}

uint64_t
timeline_axis_time(const struct timeline_axis *a, double column)
{
	const struct timeline_piece *p = a->pieces;
	const struct timeline_piece *end = a->pieces + a->n;

	if (column <= 0)
		return (p->from);
	while (p + 1 < end && column >= p->at + p->width)
		p++;
	if (p->width <= 0 || column >= p->at + p->width)
		return (p->to);
	return (p->from + (uint64_t)((column - p->at) / p->width *
	    (double)(p->to - p->from)));
}

double
timeline_axis_column(const struct timeline_axis *a, uint64_t t)
{
	const struct timeline_piece *p = a->pieces;
	const struct timeline_piece *end = a->pieces + a->n;

	if (t <= p->from)
		return (0);
	while (p + 1 < end && t >= p->to)
		p++;
	if (t >= p->to)
		return (p->at + p->width);
	return (p->at + (double)(t - p->from) / (double)(p->to - p->from) *
	    p->width);
}

uint64_t
timeline_axis_step(const struct timeline_axis *a, double columns)
{
	static const unsigned steps[] = { 1, 2, 5 };
	uint64_t unit, step;
	size_t i;

	for (unit = 1; unit < UINT64_MAX / 100; unit *= 10) {
		for (i = 0; i < 3; i++) {
			step = unit * steps[i];
			if ((double)step >= columns * a->scale)
				return (step);
		}
	}
	return (unit);
}

void
timeline_axis_words(struct buf *b, uint64_t t, uint64_t step)
{
	unsigned places = 0;
	uint64_t unit = 1000000;

	if (step >= unit && t >= 60 * unit) {
		text_duration(b, t);
		return;
	}
	while (places < 6 && step % unit != 0) {
		unit /= 10;
		places++;
	}
	buf_addf(b, "%llu", (unsigned long long)(t / 1000000));
	if (places > 0)
		buf_addf(b, ".%0*llu", (int)places,
		    (unsigned long long)(t % 1000000 / unit));
	buf_adds(b, " s");
}
