#include "diagnosis/verdict_own.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "dfu/spec.h"
#include "diagnosis/fingerprint.h"
#include "session/limits.h"

/* The first row that fits is the verdict: so the order counts. */
static const struct verdict_table *const tables[] = { &verdict_left,
	&verdict_pending, &verdict_back, &verdict_unanswered, &verdict_error,
	&verdict_absurd, &verdict_detach, &verdict_manifest, &verdict_busy,
	&verdict_rest };

const struct verdict_meaning verdict_meanings[] = {
	{ "none", "nothing was asked yet" },
	{ "unknown", "the state is not known any more" },
	{ "fine", "nothing is the matter" },
	{ "ready", "it waits to be asked" },
	{ "waiting",
	    "a wait that the device announced is not over, or it "
	    "waits for a bus reset after DETACH" },
	{ "busy", "it is not done, and no announced wait is left" },
	{ "overdue",
	    "the announced wait is over, 500 ms are too, and it is "
	    "not done" },
	{ "silent", "a request has no answer" },
	{ "stalled", "the last request was refused with a STALL" },
	{ "refused",
	    "it is in dfuERROR, or in no state that DFU 1.1 "
	    "defines" },
	{ "start-value", "it is in dfuERROR as its ROM always is at first" },
	{ "left", "it left the bus after a leave" },
	{ "gone", "it left the bus, and nobody had asked it to" },
	{ "came-back", "it is on the bus again and was not asked since" },
	{ "dead", "it is on the bus again and does not answer" },
	{ "never-left",
	    "it is in dfuMANIFEST after " LIMIT_TEXT(
		LIMIT_LEAVE) " GETSTATUS or more, or DETACH came to "
			     "nothing" },
	{ "still-there", "manifestation is done and it did not leave" },
};
const size_t verdict_meanings_count =
    sizeof(verdict_meanings) / sizeof(verdict_meanings[0]);

const struct verdict_row *
verdict_row(size_t i)
{
	size_t k;

	for (k = 0; k < sizeof(tables) / sizeof(tables[0]); k++) {
		if (i < tables[k]->n)
			return (&tables[k]->rows[i]);
		i -= tables[k]->n;
	}
	return (NULL);
}

uint8_t
verdict_state(const struct verdict_facts *f)
{
	return (f->s->estimate.how == ESTIMATE_UNKNOWN ? NO_STATE :
							 f->s->estimate.state);
}

bool
verdict_timed_into(const struct verdict_facts *f, uint8_t state)
{
	return (
	    f->estimate.how == ESTIMATE_TIMED && f->estimate.state == state);
}

void
verdict_add_number(struct buf *b, uint32_t number)
{
	if (number != 0)
		buf_addf(b, " (#%u)", number);
}

void
verdict_add_request(struct buf *b, const struct request *r)
{
	buf_addf(b, "#%u ", r->number);
	words_request_name(b, &r->setup);
}

void
verdict_add_polls(struct buf *b, uint32_t polls)
{
	buf_addf(b, " after %u GETSTATUS", polls);
}

void
verdict_add_announced(const struct verdict_facts *f, struct buf *b)
{
	dfu_state_words(b, f->s->status.reply.bState);
	buf_adds(b, " announced ");
	text_duration(b, (uint64_t)f->s->status.reply.bwPollTimeout * 1000);
	verdict_add_number(b, f->s->status.by);
}

void
verdict_words_state(const struct session *s, struct buf *b)
{
	if (s->estimate.how == ESTIMATE_UNKNOWN) {
		buf_adds(b, "its state is not known");
		return;
	}
	dfu_state_words(b, s->estimate.state);
	/* Requests since may have led elsewhere. */
	if (s->status.known && s->estimate.by == s->status.by) {
		buf_adds(b, ", status ");
		dfu_status_label(b, s->status.reply.bStatus);
	}
	verdict_add_number(b, s->estimate.by);
}

void
verdict_say_state(const struct verdict_facts *f, struct buf *b)
{
	verdict_words_state(f->s, b);
	buf_addc(b, '.');
}

static struct verdict_facts
facts_of(const struct session *s, const struct dfu_stack *stack, uint64_t now)
{
	struct verdict_facts f = { .s = s,
		.stack = stack,
		.now = now,
		.estimate = session_estimate(s, now) };
	size_t i = s->nrequests;

	while (i-- > 0 && f.last == NULL && s->requests[i].at >= s->arrived_at)
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
		return (s->present || s->arrivals == 0 ?
			SESSION_NEVER :
			s->left_at + row->from);
	case VERDICT_REPORTED:
		return (!l->here ? SESSION_NEVER :
				   l->since +
			    (l->first > row->from ? l->first : row->from));
	}
	return (SESSION_NEVER);
}

static struct verdict
judged(const struct verdict_row *row, const struct verdict_facts *f)
{
	const struct session *s = f->s;
	struct verdict v = { .row = row,
		.stack = f->stack,
		.since = f->estimate.since,
		.by = s->estimate.by };

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
	}
	return (v);
}

struct verdict
verdict_of(const struct session *s, const struct dfu_stack *fixed, uint64_t now)
{
	struct verdict_facts f = facts_of(s, fingerprint_stack(s, fixed), now);
	const struct verdict_row *row;
	size_t i = 0;

	do {
		row = verdict_row(i++);
		/* The last row always holds. */
		assert(row != NULL);
	} while (now < due(row, s) || !row->holds(&f));
	return (judged(row, &f));
}

struct verdict
verdict_as(const char *word, const struct session *s,
    const struct dfu_stack *fixed, uint64_t now)
{
	struct verdict_facts f = facts_of(s, fingerprint_stack(s, fixed), now);
	const struct verdict_row *row, *found = NULL;
	size_t i;

	for (i = 0; (row = verdict_row(i)) != NULL; i++) {
		if (strcmp(row->word, word) != 0)
			continue;
		found = row;
		if (found->holds(&f))
			break;
	}
	return (judged(found, &f));
}

void
verdict_words(const struct verdict *v, const struct session *s, uint64_t now,
    struct buf *b)
{
	struct verdict_facts f = facts_of(s, v->stack, now);

	v->row->say(&f, b);
	if (v->row->more != NULL)
		buf_addf(b, " %s", v->row->more);
}

uint64_t
verdict_deadline(const struct session *s, uint64_t now)
{
	uint64_t next = session_deadline(s, now), t;
	const struct verdict_row *row;
	size_t i;

	for (i = 0; (row = verdict_row(i)) != NULL; i++) {
		t = due(row, s);
		if (t > now && t < next)
			next = t;
	}
	return (next);
}

const struct verdict_row *
verdict_named(const char *word)
{
	const struct verdict_row *row;
	size_t i = 0;

	while ((row = verdict_row(i)) != NULL && strcmp(row->word, word) != 0)
		i++;
	return (row);
}
