/* SPDX-License-Identifier: ISC */
#include "analysis/timeline_axis.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* A stretch that takes more than this part of the axis is cut. */
#define PART		6
/* Where one of equal stretches has fewer columns they are folded. */
#define CYCLE		6
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

static bool
is_folded(const struct timeline_gap *g, const struct timeline_fold *folds,
    size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (g->from < folds[i].to && g->to > folds[i].from)
			return (true);
	return (false);
}

/* Those outside of folds, and what goes on now; returns how many. */
static size_t
take_gaps(struct timeline_gap *gaps, const struct timeline *sc, uint64_t now,
    const struct timeline_fold *folds, size_t nfolds)
{
	uint64_t end = sc->n > 0 ? sc->last.at : now;
	size_t n = 0, i;

	for (i = 0; i < sc->ngaps; i++)
		if (!is_folded(&sc->gaps[i], folds, nfolds))
			gaps[n++] = sc->gaps[i];
	/* Where patience ended is to be seen. */
	if ((sc->live.marks & TIMELINE_OVERDUE) != 0 && sc->live.from > end &&
	    sc->live.from < now) {
		gaps[n++] = (struct timeline_gap){ end, sc->live.from };
		end = sc->live.from;
	}
	if (now > end)
		gaps[n++] = (struct timeline_gap){ end, now };
	return (n);
}

/* The stretches to be cut, in order of time; returns how many. */
static size_t
choose_cuts(struct timeline_gap *gaps, size_t n,
    const struct timeline_frame *f, uint64_t *left)
{
	size_t most = (size_t)(f->columns / 2 / (f->cut > 0 ? f->cut : 1)), i;

	if (f->cut <= 0)
		return (0);
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

/* How much a column would hold, us, with so many cuts. */
static double
scale_of(const struct timeline_frame *f, uint64_t left, size_t cuts,
    size_t folds)
{
	double room = f->columns - (double)cuts * f->cut -
	    (double)folds * f->fold;

	if (f->scale > 0)
		return (f->scale);
	return ((double)left / (room >= 1 ? room : 1));
}

/*
 * Equal stretches that are too small to be seen one by one, and that take
 * more room than to say so.
 */
static size_t
choose_folds(struct timeline_fold *folds, const struct timeline *sc,
    const struct timeline_frame *f, uint64_t *left)
{
	struct timeline_gap gaps[TIMELINE_GAPS + 2];
	uint64_t whole = *left, took;
	size_t n, i, kept = 0, cuts;
	double scale;

	if (f->fold <= 0)
		return (0);
	cuts = choose_cuts(gaps, take_gaps(gaps, sc, f->now, NULL, 0), f,
	    &whole);
	scale = scale_of(f, whole, cuts, 0);
	n = timeline_folds_all(&sc->folds, folds);
	for (i = 0; i < n; i++) {
		took = folds[i].to - folds[i].from;
		if ((double)took / folds[i].times >= CYCLE * scale)
			continue;
		*left -= took;
		whole -= whole < took ? whole : took;
		folds[kept++] = folds[i];
	}
	scale = scale_of(f, whole, cuts, kept);
	for (i = n = 0; i < kept; i++) {
		took = folds[i].to - folds[i].from;
		if ((double)took < f->fold * scale)
			*left += took;
		else
			folds[n++] = folds[i];
	}
	return (n);
}

static struct timeline_piece *
add_piece(struct timeline_axis *a, uint64_t from, uint64_t to, double cut)
{
	struct timeline_piece *p = &a->pieces[a->n];
	double width = (double)(to - from) / a->scale;

	*p = (struct timeline_piece){ .from = from, .to = to, .at = a->width,
	    .width = width };
	if (to <= from && a->n > 0)
		return (p);
	if (cut > 0 && cut < width) {
		p->width = cut;
		p->cut = true;
	}
	a->width += p->width;
	a->n++;
	return (p);
}

/* Up to `to`, with the cuts on the way there. */
static size_t
add_cuts(struct timeline_axis *a, const struct timeline_frame *f,
    const struct timeline_gap *gaps, size_t n, uint64_t *at, uint64_t to)
{
	size_t i;

	for (i = 0; i < n && gaps[i].from < to; i++) {
		add_piece(a, *at, gaps[i].from, 0);
		add_piece(a, gaps[i].from, gaps[i].to, f->cut);
		*at = gaps[i].to;
	}
	add_piece(a, *at, to, 0);
	return (i);
}

void
timeline_axis_make(struct timeline_axis *a, const struct timeline *sc,
    const struct timeline_frame *f)
{
	struct timeline_fold folds[TIMELINE_FOLDS + 1];
	struct timeline_gap gaps[TIMELINE_GAPS + 2];
	uint64_t begin = timeline_begin(sc, f->now), left, at = begin;
	size_t n, nfolds, i, k = 0;
	struct timeline_piece *p;

	left = f->now > begin ? f->now - begin : 0;
	nfolds = choose_folds(folds, sc, f, &left);
	n = choose_cuts(gaps, take_gaps(gaps, sc, f->now, folds, nfolds), f,
	    &left);
	a->n = 0;
	a->width = 0;
	a->scale = scale_of(f, left, n, nfolds);
	if (a->scale < SCALE_LEAST)
		a->scale = SCALE_LEAST;
	for (i = 0; i < nfolds; i++) {
		k += add_cuts(a, f, gaps + k, n - k, &at, folds[i].from);
		p = add_piece(a, folds[i].from, folds[i].to, f->fold);
		p->times = p->cut ? folds[i].times : 0;
		p->lanes = folds[i].lanes;
		at = folds[i].to;
	}
	add_cuts(a, f, gaps + k, n - k, &at, f->now);
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
