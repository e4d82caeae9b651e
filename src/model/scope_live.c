/* What the verdict warns of while time alone goes by. */
#include "model/scope.h"

#include "model/verdict.h"

/* A trouble is marked at that moment or since. */
static bool
is_marked(const struct scope *sc, uint64_t at)
{
	size_t i = scope_seek(sc, sc->n, -1, SCOPE_TROUBLE);

	return (i != SIZE_MAX && sc->moments[i].at >= at);
}

static struct scope_live
live_of(const struct scope *sc, const struct session *s,
    const struct verdict *v, uint64_t now)
{
	struct scope_live live = { .word = v->row->word, .from = v->since,
	    .by = v->by };

	if (v->row->origin == VERDICT_FROM_PENDING) {
		live.marks = SCOPE_TIMEOUT;
	} else if ((v->row->origin == VERDICT_FROM_LEAVE ||
	    v->row->origin == VERDICT_FROM_STATE) && sc->stay.here &&
	    now >= sc->stay.late && s->belief.state == sc->stay.lane) {
		/* The last answer may have marked it already. */
		if ((sc->moments[sc->n - 1].marks & SCOPE_LATE) == 0) {
			live.marks = SCOPE_OVERDUE;
			live.from = sc->stay.late;
			live.by = s->reported.by;
		}
	} else if (v->row->clock == VERDICT_ANY_TIME &&
	    !is_marked(sc, s->arrived_at)) {
		live.marks = s->belief.how != BELIEF_UNKNOWN &&
		    s->belief.state == DFU_STATE_ERROR ? SCOPE_ERROR :
		    SCOPE_VERDICT;
	}
	return (live);
}

void
scope_judge(struct scope *sc, const struct session *s,
    const struct dfu_stack *fixed, uint64_t now)
{
	struct verdict v;

	sc->live = (struct scope_live){ 0 };
	if (s == NULL || sc->of != s || sc->n == 0)
		return;
	v = verdict_of(s, fixed, now);
	if (v.row->severity != SEVERITY_NOTE)
		sc->live = live_of(sc, s, &v, now);
	if (sc->live.from > now)
		sc->live.from = now;
}
