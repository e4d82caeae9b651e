/* SPDX-License-Identifier: ISC */
/* A request that has no answer, or had none. */
#include "diagnosis/verdict_own.h"

#include "base/code.h"
#include "base/text.h"
#include "dfu/spec.h"

static bool
pending(const struct verdict_facts *f)
{
	return (f->s->pending.number != 0);
}

/* The device kept still, or its answer was not waited for. */
static bool
no_answer(const struct request *r)
{
	return (r->outcome == OUTCOME_UNKNOWN ||
	    r->outcome == OUTCOME_TIMEOUT || r->outcome == OUTCOME_CANCELLED);
}

static bool
unanswered(const struct verdict_facts *f)
{
	return (f->last != NULL && no_answer(f->last));
}

static bool
unanswered_needs_reset(const struct verdict_facts *f)
{
	return (
	    unanswered(f) && verdict_state(f) == DFU_STATE_MANIFEST_WAIT_RESET);
}

static bool
unanswered_twice(const struct verdict_facts *f)
{
	const struct request *r = f->last;

	return (unanswered(f) && r > f->s->requests &&
	    r[-1].at >= f->s->arrived_at && no_answer(&r[-1]));
}

static bool
failed(const struct verdict_facts *f)
{
	return (f->last != NULL && f->last->outcome != OUTCOME_STALL &&
	    !outcome_is_answer(f->last->outcome));
}

/* A GETSTATUS or GETSTATE that told nothing, though it was answered. */
static bool
malformed(const struct verdict_facts *f)
{
	int input = f->last == NULL ? -1 : dfu_input_of(&f->last->setup);

	return ((input == DFU_IN_GETSTATUS && !f->last->replied &&
		    outcome_is_answer(f->last->outcome)) ||
	    (input == DFU_IN_GETSTATE && f->last->number != f->s->reported.by &&
		outcome_is_answer(f->last->outcome)));
}

static void
say_pending(const struct verdict_facts *f, struct buf *b)
{
	const struct pending *p = &f->s->pending;

	buf_addf(b, "#%u ", p->number);
	words_request_name(b, &p->setup);
	buf_adds(b, " has no answer yet");
	if (p->timeout != 0) {
		buf_adds(b, "; it times out after ");
		text_duration(b, (uint64_t)p->timeout * 1000);
	}
	buf_addc(b, '.');
}

static void
say_unanswered(const struct verdict_facts *f, struct buf *b)
{
	const struct session *s = f->s;

	if (f->last == NULL) {
		buf_adds(b, "A request has no answer.");
		return;
	}
	verdict_add_request(b, f->last);
	if (f->last->outcome == OUTCOME_TIMEOUT) {
		buf_adds(b, " timed out (");
		text_duration(b, f->last->done - f->last->at);
		buf_addc(b, ')');
	} else {
		buf_addf(b, ": %s",
		    outcome_words((enum outcome)f->last->outcome));
	}
	buf_addc(b, '.');
	if (s->leaving.polls != 0) {
		if (s->leaving.polls == 1)
			buf_adds(b, " The answer before it was ");
		else
			buf_addf(b, " The last of %u answers was ",
			    s->leaving.polls);
		dfu_state_words(b, s->status.reply.bState);
		buf_addc(b, '.');
	}
}

static void
say_malformed(const struct verdict_facts *f, struct buf *b)
{
	if (f->last == NULL)
		return;
	buf_adds(b, "The device answered ");
	verdict_add_request(b, f->last);
	buf_adds(b, " with too few bytes.");
}

static const struct verdict_row pending_rows[] = {
	{ .word = "unanswered",
	    .severity = SEVERITY_WARNING,
	    .code = CODE_PROTOCOL,
	    .origin = VERDICT_FROM_PENDING,
	    .clock = VERDICT_PENDING,
	    .from = VERDICT_PATIENCE,
	    .holds = pending,
	    .say = say_pending },
};
const struct verdict_table verdict_pending = { pending_rows,
	sizeof(pending_rows) / sizeof(pending_rows[0]) };

static const struct verdict_row unanswered_rows[] = {
	{ .word = "unanswered",
	    .severity = SEVERITY_WARNING,
	    .code = CODE_PROTOCOL,
	    .origin = VERDICT_FROM_LAST,
	    .holds = unanswered_needs_reset,
	    .say = say_unanswered,
	    .more = "By its attributes the device now waits for a bus reset "
		    "(A.2.9)." },
	{ .word = "unanswered",
	    .severity = SEVERITY_ERROR,
	    .code = CODE_PROTOCOL,
	    .origin = VERDICT_FROM_LAST,
	    .holds = unanswered_twice,
	    .say = say_unanswered,
	    .more = "The request before it also failed." },
	{ .word = "unanswered",
	    .severity = SEVERITY_WARNING,
	    .code = CODE_PROTOCOL,
	    .origin = VERDICT_FROM_LAST,
	    .holds = unanswered,
	    .say = say_unanswered },
	{ .word = "failed",
	    .severity = SEVERITY_WARNING,
	    .code = CODE_PROTOCOL,
	    .origin = VERDICT_FROM_LAST,
	    .holds = failed,
	    .say = say_unanswered },
	{ .word = "failed",
	    .severity = SEVERITY_WARNING,
	    .code = CODE_PROTOCOL,
	    .origin = VERDICT_FROM_LAST,
	    .holds = malformed,
	    .say = say_malformed },
};
const struct verdict_table verdict_unanswered = { unanswered_rows,
	sizeof(unanswered_rows) / sizeof(unanswered_rows[0]) };
