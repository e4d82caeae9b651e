/* SPDX-License-Identifier: ISC */
#include "analysis/timeline_fold.h"

#include <string.h>

#include "analysis/timeline.h"

/* One that takes so much longer than those before is no equal, and is shown. */
#define LONGER	4
#define SLACK	2000	/* us */
/* What is to be seen by itself. */
#define APART	(TIMELINE_TROUBLE | TIMELINE_ARRIVED | TIMELINE_RESET)

static uint64_t
length(const struct timeline_fold *f)
{
	return (f->to - f->from);
}

/* The longest are kept. */
static void
keep(struct timeline_folds *f)
{
	size_t i, least = 0;

	if (f->open.times < TIMELINE_FOLD_LEAST)
		return;
	if (f->n < TIMELINE_FOLDS) {
		f->list[f->n++] = f->open;
		return;
	}
	for (i = 1; i < f->n; i++)
		if (length(&f->list[i]) < length(&f->list[least]))
			least = i;
	if (length(&f->open) <= length(&f->list[least]))
		return;
	memmove(f->list + least, f->list + least + 1,
	    (f->n - least - 1) * sizeof(f->list[0]));
	f->list[f->n - 1] = f->open;
}

static void
end_run(struct timeline_folds *f)
{
	keep(f);
	f->open = (struct timeline_fold){ .times = 0 };
	f->period = 0;
	f->nturns = 0;
}

static void
push(struct timeline_folds *f, const struct timeline_turn *t)
{
	size_t most = sizeof(f->turns) / sizeof(f->turns[0]);

	if (f->nturns == most)
		memmove(f->turns, f->turns + 1,
		    --f->nturns * sizeof(f->turns[0]));
	f->turns[f->nturns++] = *t;
}

/* The latest 2 * period turns, and the first of a third, are equal. */
static bool
repeats(const struct timeline_folds *f, unsigned period)
{
	const struct timeline_turn *t;
	unsigned i;

	if (f->nturns < 2 * period + 1)
		return (false);
	t = f->turns + f->nturns - (2 * period + 1);
	for (i = 0; i <= period; i++)
		if (t[i].lane != t[i + period].lane)
			return (false);
	return (true);
}

static void
begin_run(struct timeline_folds *f, unsigned period)
{
	const struct timeline_turn *t = f->turns + f->nturns -
	    (2 * period + 1);
	unsigned i;

	f->period = period;
	f->turned = 0;
	f->first = t[0].at;
	f->began = t[2 * period].at;
	f->open = (struct timeline_fold){ .from = t[period].at,
	    .to = t[period].at };
	for (i = 0; i < period; i++)
		f->open.lanes |= 1u << t[i].lane;
}

/* Those before the last one are folded but the first. */
static void
count_one(struct timeline_folds *f, uint64_t at)
{
	uint64_t took = at - f->began, before = f->began - f->first;

	if (took > LONGER * (before / (f->open.times + 2)) + SLACK) {
		end_run(f);
		return;
	}
	f->open.times++;
	f->open.to = f->began;
	f->began = at;
	f->turned = 0;
}

static void
take(struct timeline_folds *f, const struct timeline_turn *t)
{
	unsigned period = f->period;

	if (period != 0 && f->turns[f->nturns - period].lane != t->lane)
		end_run(f);
	push(f, t);
	if (f->period != 0 && ++f->turned == f->period)
		count_one(f, t->at);
	for (period = 2; f->period == 0 && period <= TIMELINE_FOLD_LANES;
	    period++)
		if (repeats(f, period))
			begin_run(f, period);
}

void
timeline_fold_update(struct timeline_folds *f, const struct timeline *sc)
{
	struct timeline_moment m;

	for (; f->seen + 1 < sc->n; f->seen++) {
		m = timeline_moment(sc, f->seen);
		if ((m.marks & APART) != 0)
			end_run(f);
		else if (f->nturns == 0 ||
		    f->turns[f->nturns - 1].lane != m.lane)
			take(f, &(struct timeline_turn){ m.at, m.lane });
	}
}

size_t
timeline_folds_all(const struct timeline_folds *f,
    struct timeline_fold all[TIMELINE_FOLDS + 1])
{
	size_t n = f->n;

	memcpy(all, f->list, n * sizeof(*all));
	if (f->open.times >= TIMELINE_FOLD_LEAST)
		all[n++] = f->open;
	return (n);
}
