/* SPDX-License-Identifier: ISC */
#include "diagnosis/verdict_own.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "dfu/spec.h"
#include "diagnosis/fingerprint.h"
#include "session/limits.h"

/* The first row that fits is the verdict: so the order counts. */
static const struct verdict_table *const tables[] = { &verdict_memory,
	&verdict_job, &verdict_left, &verdict_pending, &verdict_back,
	&verdict_unanswered, &verdict_error, &verdict_wait, &verdict_detach,
	&verdict_manifest, &verdict_busy, &verdict_rest };

const struct verdict_meaning verdict_meanings[] = {
	{ "none", "No request has been sent." },
	{ "unsure", "The state of the device is unknown." },
	{ "not-told", "The file does not show the states of the device." },
	{ "ready", "The device is in an idle state; no problem is known." },
	{ "done", "Manifestation is done, and the device is back in dfuIDLE." },
	{ "needs-poll", "The next poll advances the device, or shows "
	    "that it has advanced." },
	{ "busy", "The device is still busy; the wait that it announced may "
	    "be over." },
	{ "overdue", "The announced wait and 500 ms are over, and the device "
	    "is still busy." },
	{ "stuck", LIMIT_TEXT(LIMIT_STUCK_POLLS) " polls in more than "
	    LIMIT_TEXT(LIMIT_STUCK_S) " s changed nothing, or "
	    LIMIT_TEXT(LIMIT_STUCK_SYNC) " polls in a state that one poll has "
	        "to end." },
	{ "bad-wait", "The device announced a wait longer than any known "
	    "operation." },
	{ "unanswered", "A request has no answer." },
	{ "failed", "A job failed, a request failed on the bus, or an answer "
	    "cannot be read." },
	{ "no-access", "You do not have permission to open the device." },
	{ "in-use", "Another program or a driver uses the device." },
	{ "stalled", "The device stalled the last request." },
	{ "error", "The device is in dfuERROR." },
	{ "bad-state", "The device reports a state that DFU 1.1 does not "
	    "define." },
	{ "start-value", "The device is in dfuERROR, the start value of its "
	    "ROM." },
	{ "needs-reset", "The device waits for a bus reset." },
	{ "needs-replug", "The device waits for a bus reset, but a bus reset "
	    "does not help." },
	{ "expired", "No bus reset followed DETACH in time." },
	{ "left", "The device disconnected after a leave." },
	{ "detached", "The device disconnected after DETACH, a bus reset or a "
	    "read unprotect." },
	{ "lost", "The device disconnected without a leave." },
	{ "back", "The device reconnected; no request has been sent since." },
	{ "back-dfu", "The device reconnected in DFU mode after a leave." },
	{ "unresponsive", "The device reconnected, but does not answer." },
	{ "incomplete", "A flash, download or erase stopped before its end, "
	    "and its memory has not been written completely since." },
	{ "mismatch", "The data read back differs from the data written." },
};
const size_t verdict_meanings_count =
    sizeof(verdict_meanings) / sizeof(verdict_meanings[0]);

const char *
verdict_meaning(const char *word)
{
	size_t i = 0;

	while (i < verdict_meanings_count &&
	    strcmp(verdict_meanings[i].word, word) != 0)
		i++;
	return (i < verdict_meanings_count ? verdict_meanings[i].sentence :
	    NULL);
}

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
	buf_addf(b, " after %u poll%s", polls, polls == 1 ? "" : "s");
}

void
verdict_add_announced(const struct verdict_facts *f, struct buf *b)
{
	text_duration(b, (uint64_t)f->s->status.reply.bwPollTimeout * 1000);
	buf_adds(b, " in ");
	dfu_state_words(b, f->s->status.reply.bState);
	verdict_add_number(b, f->s->status.by);
}

void
verdict_words_state(const struct session *s, struct buf *b)
{
	if (s->estimate.how == ESTIMATE_UNKNOWN) {
		buf_adds(b, "the state of the device is unknown");
		return;
	}
	dfu_state_words(b, s->estimate.state);
	/* Requests since may have led elsewhere. */
	if (s->status.known && s->estimate.by == s->status.by) {
		buf_adds(b, ", ");
		dfu_status_words(b, s->status.reply.bStatus);
	}
	verdict_add_number(b, s->estimate.by);
}

void
verdict_say_state(const struct verdict_facts *f, struct buf *b)
{
	if (f->s->estimate.how == ESTIMATE_UNKNOWN)
		buf_adds(b, "The state of the device is unknown");
	else
		buf_adds(b, "The device is in ");
	if (f->s->estimate.how != ESTIMATE_UNKNOWN)
		verdict_words_state(f->s, b);
	buf_addc(b, '.');
}

const struct verdict_alias verdict_aliases[] = {
	{ "unknown", "unsure" },
	{ "unknown", "not-told" },
	{ "fine", "ready" },
	{ "waiting", "busy" },
	{ "waiting", "bad-wait" },
	{ "waiting", "needs-reset" },
	{ "silent", "unanswered" },
	{ "silent", "failed" },
	{ "refused", "error" },
	{ "refused", "bad-state" },
	{ "gone", "lost" },
	{ "gone", "detached" },
	{ "came-back", "back" },
	{ "came-back", "back-dfu" },
	{ "dead", "unresponsive" },
	{ "never-left", "stuck" },
	{ "never-left", "expired" },
	{ "still-there", "needs-reset" },
	{ "still-there", "needs-replug" },
	{ "still-there", "done" },
};
const size_t verdict_aliases_count =
    sizeof(verdict_aliases) / sizeof(verdict_aliases[0]);

bool
verdict_means(const char *word, const char *now)
{
	size_t i;

	if (strcmp(word, now) == 0)
		return (true);
	for (i = 0; i < verdict_aliases_count; i++) {
		if (strcmp(verdict_aliases[i].old, word) == 0 &&
		    strcmp(verdict_aliases[i].word, now) == 0)
			return (true);
	}
	return (false);
}

static struct verdict_facts
facts_of(const struct session *s, const struct dfu_stack *stack, uint64_t now)
{
	struct verdict_facts f = { .s = s, .stack = stack, .now = now,
	    .estimate = session_estimate(s, now),
	    .by_spec = session_estimate_spec(s, now),
	    .last = session_last_ended(s) };

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
	const struct memory_mismatch *m = session_memory_mismatch(s);
	const struct memory_operation *cut = session_memory_cut(s);
	struct verdict v = { .row = row, .stack = f->stack,
	    .since = f->estimate.since, .by = s->estimate.by };

	switch (row->origin) {
	case VERDICT_FROM_STATE:
		break;
	case VERDICT_FROM_REPORT:
		v.since = s->wait_stats.here ? s->wait_stats.since : v.since;
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
	case VERDICT_FROM_JOB:
		v.since = s->failure.at;
		v.by = s->failure.by;
		break;
	}
	return (v);
}

/* It is about memory or a job: how the device stands is another matter. */
static bool
is_of_work(const struct verdict_row *row)
{
	return (row->origin == VERDICT_FROM_READ ||
	    row->origin == VERDICT_FROM_CUT ||
	    row->origin == VERDICT_FROM_JOB);
}

/* The first that fits from row *i on; *i goes past it. */
static const struct verdict_row *
first_row(size_t *i, const struct verdict_facts *f)
{
	const struct verdict_row *row;

	do {
		row = verdict_row((*i)++);
		/* The last row always holds. */
		assert(row != NULL);
	} while (f->now < due(row, f->s) || !row->holds(f));
	return (row);
}

struct verdict
verdict_of(const struct session *s, const struct dfu_stack *fixed, uint64_t now)
{
	struct verdict_facts f = facts_of(s, fingerprint_stack(s, fixed), now);
	size_t i = 0;
	const struct verdict_row *row = first_row(&i, &f);
	struct verdict v = judged(row, &f);

	while (is_of_work(row))
		row = first_row(&i, &f);
	/* Where the device itself shows what failed, that is the matter. */
	if (v.row->origin == VERDICT_FROM_JOB && !row->quiet &&
	    (row->severity != SEVERITY_NOTE ||
	    verdict_state(&f) != DFU_STATE_MANIFEST))
		return (judged(row, &f));
	v.under = row != v.row ? row : NULL;
	return (v);
}

struct verdict
verdict_of_device(const struct session *s, const struct dfu_stack *fixed,
    uint64_t now)
{
	struct verdict_facts f = facts_of(s, fingerprint_stack(s, fixed), now);
	size_t i = 0;
	const struct verdict_row *row;

	do
		row = first_row(&i, &f);
	while (is_of_work(row));
	return (judged(row, &f));
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
verdict_words(const struct verdict *v, const struct session *s, uint64_t now,
    struct buf *b)
{
	struct verdict_facts f = facts_of(s, v->stack, now);
	size_t from = b->len;

	v->row->say(&f, b);
	capitalise(b, from);
	if (v->row->more != NULL)
		buf_addf(b, " %s", v->row->more);
	if (v->under == NULL || (v->row->origin == VERDICT_FROM_JOB &&
	    strstr(buf_str(b) + from, "the device ") != NULL))
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
