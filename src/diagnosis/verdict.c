#include "diagnosis/verdict_own.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "diagnosis/fingerprint.h"
#include "base/code.h"
#include "session/limits.h"

#define NOTE	SEVERITY_NOTE
#define WARN	SEVERITY_WARNING
#define ERROR	SEVERITY_ERROR
#define STATE	VERDICT_FROM_STATE
#define LAST	VERDICT_FROM_LAST
#define LEAVE	VERDICT_FROM_LEAVE
#define LEFT	VERDICT_FROM_LEFT
#define BACK	VERDICT_FROM_BACK
#define READ	VERDICT_FROM_READ
#define CUT	VERDICT_FROM_CUT
#define ANY	VERDICT_ANY_TIME, 0
#define OVERDUE	VERDICT_REPORTED, VERDICT_PATIENCE
#define ROW(holds, say)	verdict_##holds, verdict_say_##say

const struct verdict_row verdict_rows[] = {
	/* Memory, whatever becomes of the device: verdict.under says that. */
	{ "mismatch", ERROR, false, CODE_PROTOCOL, NULL, READ, ANY,
	    ROW(mismatch, mismatch), NULL },
	{ "incomplete", ERROR, false, CODE_PROTOCOL, NULL, CUT, ANY,
	    ROW(incomplete, incomplete),
	    "Flash again, or mark complete." },

	/* Off the bus. */
	{ "left", NOTE, false, CODE_OK, NULL, LEFT, VERDICT_LEFT,
	    SESSION_BACK_WITHIN, ROW(left_asked, left_for_good), NULL },
	{ "left", NOTE, false, CODE_OK, NULL, LEFT, ANY,
	    ROW(left_asked, left_waits), NULL },
	{ "gone", WARN, false, CODE_LOST, NULL, LEFT, ANY, ROW(left, gone),
	    NULL },

	/* A request in flight: a short one is no news. */
	{ "silent", WARN, false, CODE_PROTOCOL, "cancel", VERDICT_FROM_PENDING,
	    VERDICT_PENDING, VERDICT_PATIENCE, ROW(pending, pending), NULL },

	/* It came back, and has not answered since. */
	{ "dead", ERROR, false, CODE_PROTOCOL, "reset", BACK, ANY,
	    ROW(back_dead, back_dead), NULL },
	{ "came-back", NOTE, false, CODE_OK, NULL, BACK, ANY,
	    ROW(back_runtime, back), NULL },
	{ "came-back", NOTE, false, CODE_OK, NULL, BACK, ANY,
	    ROW(back_no_dfu, back), NULL },
	{ "came-back", NOTE, false, CODE_OK, "getstate", BACK, ANY,
	    ROW(back_dfu_entered, back), NULL },
	{ "came-back", WARN, false, CODE_OK, "getstate", BACK, ANY,
	    ROW(back_dfu_again, back),
	    "The firmware did not start: boot "
	    "pins, an empty-check flag or an address without code keep a "
	    "device in its boot loader." },
	{ "came-back", NOTE, false, CODE_OK, "getstate", BACK, ANY,
	    ROW(back_other, back), NULL },
	{ "came-back", NOTE, false, CODE_OK, "getstate", BACK, ANY,
	    ROW(back, back), NULL },

	/* No answer. */
	{ "silent", WARN, false, CODE_PROTOCOL, "reset", LAST, ANY,
	    ROW(unanswered_needs_reset, unanswered),
	    "By its attributes it waits "
	    "for a bus reset now (A.2.9)." },
	{ "silent", ERROR, false, CODE_PROTOCOL, "reset", LAST, ANY,
	    ROW(unanswered_twice, unanswered),
	    "The request before it had "
	    "no answer either." },
	{ "silent", WARN, false, CODE_PROTOCOL, "getstate", LAST, ANY,
	    ROW(unanswered, unanswered), NULL },

	/* Errors. */
	{ "start-value", NOTE, false, CODE_OK, "clrstatus", STATE, ANY,
	    ROW(start_value, start_value), NULL },
	{ "refused", ERROR, false, CODE_PROTOCOL, "clrstatus", STATE, ANY,
	    ROW(undefined, state),
	    "DFU 1.1 does not define this state. "
	    "Stacks that report 15 mean errSTALLEDPKT: CLRSTATUS, if need be "
	    "twice." },
	{ "stalled", WARN, false, CODE_PROTOCOL, "getstatus", LAST, ANY,
	    ROW(stalled, stalled), "GETSTATUS says why." },
	{ "refused", ERROR, false, CODE_PROTOCOL, "clrstatus", STATE, ANY,
	    ROW(refused, error), NULL },
	{ "refused", ERROR, false, CODE_PROTOCOL, "getstatus", STATE, ANY,
	    ROW(error, state), "GETSTATUS says why." },

	/* A wait that nobody should sleep through. */
	{ "waiting", WARN, false, CODE_PROTOCOL, "getstatus", LAST, ANY,
	    ROW(wait_absurd, absurd), NULL },

	/* DETACH; before the other one of its word, which jobs end with. */
	{ "never-left", WARN, false, CODE_PROTOCOL, "detach", STATE, ANY,
	    ROW(detach_over, detach_over), NULL },
	{ "waiting", NOTE, true, CODE_OK, "reset", STATE, ANY,
	    ROW(detaching, state),
	    "It waits for a bus reset, as long as "
	    "DETACH said." },

	/* dfuMANIFEST and what is around it. */
	{ "never-left", ERROR, false, CODE_PROTOCOL, "reset", LEAVE, ANY,
	    ROW(manifest_given_up, still),
	    "leave asks on; reset and "
	    "unplugging are left." },
	{ "waiting", NOTE, false, CODE_OK, "wait", LEAVE, ANY,
	    ROW(manifest_waits, manifest_waits), NULL },
	{ "ready", NOTE, false, CODE_OK, "getstatus", STATE, ANY,
	    ROW(manifest_tolerant, manifest_tolerant), NULL },
	{ "overdue", WARN, false, CODE_PROTOCOL, "leave", LEAVE, OVERDUE,
	    ROW(manifest_polling_helps, manifest_late), NULL },
	{ "overdue", WARN, false, CODE_PROTOCOL, "leave", LEAVE, OVERDUE,
	    ROW(manifest_poll_ends, manifest_late), NULL },
	{ "overdue", WARN, false, CODE_PROTOCOL, "getstatus", LEAVE, OVERDUE,
	    ROW(manifest_stack_stays, manifest_late),
	    "If it says the same "
	    "once more: recover." },
	{ "overdue", WARN, false, CODE_PROTOCOL, "getstatus", LEAVE, OVERDUE,
	    ROW(manifest, manifest_late),
	    "GETSTATUS tells whether it is "
	    "still at it: then wait. If that has no answer: reset." },
	{ "busy", NOTE, false, CODE_OK, "leave", LEAVE, ANY,
	    ROW(manifest_polling_helps, manifest_late), NULL },
	{ "busy", NOTE, false, CODE_OK, "leave", LEAVE, ANY,
	    ROW(manifest_poll_ends, manifest_late), NULL },
	{ "busy", NOTE, false, CODE_OK, "getstatus", LEAVE, ANY,
	    ROW(manifest, manifest_late), NULL },
	{ "still-there", NOTE, false, CODE_PROTOCOL, NULL, LEAVE, ANY,
	    ROW(survives_reset, still),
	    "On this stack the state survives a "
	    "bus reset: unplug it." },
	{ "still-there", NOTE, false, CODE_PROTOCOL, "reset", LEAVE, ANY,
	    ROW(needs_reset, still), "It waits for a bus reset: reset." },
	{ "still-there", NOTE, false, CODE_PROTOCOL, "reset", LEAVE, ANY,
	    ROW(done_stays, still),
	    "Manifestation is done and the device "
	    "stays. By DFU 1.1 a bus reset starts the new firmware." },
	{ "ready", NOTE, true, CODE_OK, "getstatus", STATE, ANY,
	    ROW(manifest_sync, state), "GETSTATUS starts manifestation." },

	/* A block or a command. */
	{ "overdue", WARN, false, CODE_PROTOCOL, "getstatus", STATE, ANY,
	    ROW(busy_late, busy_late),
	    "Some ROMs announce 100 ms and erase "
	    "for 32 s." },
	{ "waiting", NOTE, true, CODE_OK, "wait", STATE, ANY,
	    ROW(busy_waits, wait), NULL },
	{ "busy", WARN, false, CODE_OK, "getstatus", STATE, ANY,
	    ROW(busy_zero, wait),
	    "It announces 0 ms and is not done: ask at "
	    "a pace of your own." },
	{ "ready", NOTE, true, CODE_OK, "getstatus", STATE, ANY,
	    ROW(busy_over, state),
	    "The announced wait is over: GETSTATUS "
	    "tells how it ended." },
	{ "ready", NOTE, true, CODE_OK, "getstatus", STATE, ANY,
	    ROW(sync, state), "GETSTATUS takes it on." },

	/* The rest. */
	{ "none", NOTE, true, CODE_OK, "getstate", BACK, ANY,
	    ROW(untouched, unknown), "Nothing was asked yet." },
	{ "unknown", NOTE, true, CODE_OK, "getstate", STATE, ANY,
	    ROW(unknown, unknown), NULL },
	{ "fine", NOTE, true, CODE_OK, NULL, STATE, ANY, ROW(always, state),
	    NULL },
};
const size_t verdict_rows_count = sizeof(verdict_rows) /
    sizeof(verdict_rows[0]);

const struct verdict_meaning verdict_meanings[] = {
	{ "none", "nothing was asked yet" },
	{ "unknown", "the state is not known any more" },
	{ "fine", "nothing is the matter" },
	{ "ready", "it waits to be asked" },
	{ "waiting", "a wait that the device announced is not over, or it "
	    "waits for a bus reset after DETACH" },
	{ "busy", "it is not done, and no announced wait is left" },
	{ "overdue", "the announced wait is over, 500 ms are too, and it is "
	    "not done" },
	{ "silent", "a request has no answer" },
	{ "stalled", "the last request was refused with a STALL" },
	{ "refused", "it is in dfuERROR, or in no state that DFU 1.1 "
	    "defines" },
	{ "start-value", "it is in dfuERROR as its ROM always is at first" },
	{ "left", "it left the bus after a leave" },
	{ "gone", "it left the bus, and nobody had asked it to" },
	{ "came-back", "it is on the bus again and was not asked since" },
	{ "dead", "it is on the bus again and does not answer" },
	{ "never-left", "it is in dfuMANIFEST after "
	    LIMIT_TEXT(LIMIT_LEAVE) " GETSTATUS or more, or DETACH came to "
	    "nothing" },
	{ "still-there", "manifestation is done and it did not leave" },
	{ "incomplete", "a flash, a download or an erase was cut, and its "
	    "memory was not written whole since" },
	{ "mismatch", "what was read back is not what was written" },
};
const size_t verdict_meanings_count = sizeof(verdict_meanings) /
    sizeof(verdict_meanings[0]);

static struct verdict_facts
facts_of(const struct session *s, const struct dfu_stack *stack,
    uint64_t now)
{
	struct verdict_facts f = { .s = s, .stack = stack, .now = now,
	    .estimate = session_estimate(s, now),
	    .by_spec = session_estimate_spec(s, now) };
	size_t i = s->nrequests;

	while (i-- > 0 && f.last == NULL && s->requests[i].at >=
	    s->arrived_at)
		if (s->requests[i].complete != NO_EVENT)
			f.last = &s->requests[i];
	return (f);
}

/* When a row's threshold is reached, SESSION_NEVER: its clock stands. */
static uint64_t
due(const struct verdict_row *row, const struct session *s)
{
	const struct wait_stats *l = &s->wait_stats;

	switch (row->clock) {
	case VERDICT_ANY_TIME:
		return (0);
	case VERDICT_PENDING:
		return (s->pending.number == 0 ? SESSION_NEVER :
		    s->pending.at + row->from);
	case VERDICT_LEFT:
		return (s->present || s->arrivals == 0 ? SESSION_NEVER :
		    s->left_at + row->from);
	case VERDICT_REPORTED:
		return (!l->here ? SESSION_NEVER : l->since + (l->first >
		    row->from ? l->first : row->from));
	}
	return (SESSION_NEVER);
}

static struct verdict
judged(const struct verdict_row *row, const struct verdict_facts *f)
{
	const struct session *s = f->s;
	const struct memory_mismatch *m = session_memory_mismatch(s);
	const struct memory_operation *cut = session_memory_cut(s);
	struct verdict v = { .row = row, .stack = f->stack,
	    .since = f->estimate.since, .by = s->estimate.by };

	switch (row->origin) {
	case VERDICT_FROM_STATE:
		break;
	case VERDICT_FROM_LAST:
		v.since = f->last != NULL ? f->last->done : v.since;
		v.by = f->last != NULL ? f->last->number : v.by;
		break;
	case VERDICT_FROM_PENDING:
		v.since = s->pending.at;
		v.by = s->pending.number;
		break;
	case VERDICT_FROM_LEAVE:
		v.since = s->leaving.by != 0 ? s->leaving.began : v.since;
		break;
	case VERDICT_FROM_LEFT:
		v.since = s->left_at;
		v.by = s->departure.by;
		break;
	case VERDICT_FROM_BACK:
		v.since = s->arrived_at;
		v.by = 0;
		break;
	case VERDICT_FROM_READ:
		v.since = m != NULL ? m->at : v.since;
		v.by = m != NULL ? m->by : v.by;
		break;
	case VERDICT_FROM_CUT:
		v.since = cut != NULL ? cut->cut_at : v.since;
		v.by = cut != NULL ? cut->cut_by : v.by;
		break;
	}
	return (v);
}

static bool
is_of_memory(const struct verdict_row *row)
{
	return (row->origin == VERDICT_FROM_READ ||
	    row->origin == VERDICT_FROM_CUT);
}

static const struct verdict_row *
first_row(const struct verdict_row *row, const struct verdict_facts *f)
{
	while (f->now < due(row, f->s) || !row->holds(f)) {
		row++;
		/* The last row always holds. */
		assert(row < verdict_rows + verdict_rows_count);
	}
	return (row);
}

struct verdict
verdict_of(const struct session *s, const struct dfu_stack *fixed,
    uint64_t now)
{
	struct verdict_facts f = facts_of(s, fingerprint_stack(s, fixed), now);
	const struct verdict_row *row = first_row(verdict_rows, &f), *under;
	struct verdict v = judged(row, &f);

	for (under = row; is_of_memory(under);)
		under = first_row(under + 1, &f);
	v.under = under != row ? under : NULL;
	return (v);
}

struct verdict
verdict_of_device(const struct session *s, const struct dfu_stack *fixed,
    uint64_t now)
{
	struct verdict_facts f = facts_of(s, fingerprint_stack(s, fixed), now);
	const struct verdict_row *row = first_row(verdict_rows, &f);

	while (is_of_memory(row))
		row = first_row(row + 1, &f);
	return (judged(row, &f));
}

struct verdict
verdict_as(const char *word, const struct session *s,
    const struct dfu_stack *fixed, uint64_t now)
{
	struct verdict_facts f = facts_of(s, fingerprint_stack(s, fixed), now);
	const struct verdict_row *found = NULL;
	size_t i;

	for (i = 0; i < verdict_rows_count; i++) {
		if (strcmp(verdict_rows[i].word, word) != 0)
			continue;
		found = &verdict_rows[i];
		if (found->holds(&f))
			break;
	}
	return (judged(found, &f));
}

const char *
verdict_remedy(const struct verdict *v)
{
	return (v->row->remedy != NULL || v->under == NULL ? v->row->remedy :
	    v->under->remedy);
}

/* A sentence begins, but with the name of a state. */
static void
capitalise(struct buf *b, size_t from)
{
	const char *s = buf_str(b) + from;

	if (b->len > from && strncmp(s, "dfu", 3) != 0 &&
	    strncmp(s, "app", 3) != 0)
		b->data[from] = (uint8_t)toupper(b->data[from]);
}

void
verdict_words(const struct verdict *v, const struct session *s,
    uint64_t now, struct buf *b)
{
	struct verdict_facts f = facts_of(s, v->stack, now);
	size_t from;

	v->row->say(&f, b);
	if (v->row->more != NULL)
		buf_addf(b, " %s", v->row->more);
	if (v->under == NULL)
		return;
	buf_addc(b, ' ');
	from = b->len;
	v->under->say(&f, b);
	capitalise(b, from);
	if (v->under->more != NULL)
		buf_addf(b, " %s", v->under->more);
}

uint64_t
verdict_deadline(const struct session *s, uint64_t now)
{
	uint64_t next = session_deadline(s, now), t;
	size_t i;

	for (i = 0; i < verdict_rows_count; i++) {
		t = due(&verdict_rows[i], s);
		if (t > now && t < next)
			next = t;
	}
	return (next);
}

const struct verdict_row *
verdict_named(const char *word)
{
	size_t i;

	for (i = 0; i < verdict_rows_count; i++) {
		if (strcmp(verdict_rows[i].word, word) == 0)
			return (&verdict_rows[i]);
	}
	return (NULL);
}
