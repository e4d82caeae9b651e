/* SPDX-License-Identifier: ISC */
/* What the verdict warns of while time alone goes by. */
#include "analysis/timeline.h"

#include "diagnosis/verdict.h"

/* A trouble is marked at that moment or since. */
static bool
is_marked(const struct timeline *sc, uint64_t at)
{
	size_t i = timeline_seek(sc, sc->n, -1, TIMELINE_TROUBLE);

	return (i != SIZE_MAX && timeline_moment(sc, i).at >= at);
}

static struct timeline_live
live_of(const struct timeline *sc, const struct session *s,
    const struct verdict *v, uint64_t now)
{
	struct timeline_live live = { .word = v->row->word, .from = v->since,
	    .by = v->by };

	if (v->row->origin == VERDICT_FROM_PENDING) {
		live.marks = TIMELINE_TIMEOUT;
	} else if ((v->row->origin == VERDICT_FROM_LEAVE ||
	    v->row->origin == VERDICT_FROM_REPORT ||
	    v->row->origin == VERDICT_FROM_STATE) && sc->stay.here &&
	    now >= sc->stay.late && s->estimate.state == sc->stay.lane) {
		/* The last answer may have marked it already. */
		if ((sc->last.marks & TIMELINE_LATE) == 0) {
			live.marks = TIMELINE_OVERDUE;
			live.from = sc->stay.late;
			live.by = s->reported.by;
		}
	} else if (v->row->clock == VERDICT_ANY_TIME &&
	    !is_marked(sc, s->arrived_at)) {
		live.marks = s->estimate.how != ESTIMATE_UNKNOWN &&
		    s->estimate.state == DFU_STATE_ERROR ? TIMELINE_ERROR :
		    TIMELINE_VERDICT;
	}
	return (live);
}

void
timeline_judge(struct timeline *sc, const struct session *s,
    const struct verdict *v, uint64_t now)
{
	struct verdict device;

	sc->live = (struct timeline_live){ 0 };
	if (s == NULL || sc->of != s || sc->n == 0)
		return;
	/* States are of the device, whatever its memory holds. */
	if (v->under != NULL) {
		device = verdict_of_device(s, v->stack, now);
		v = &device;
	}
	if (v->row->severity != SEVERITY_NOTE)
		sc->live = live_of(sc, s, v, now);
	if (sc->live.from > now)
		sc->live.from = now;
}
