/* What the rows of verdicts say: facts of the session, no running clocks. */
#include "diagnosis/verdict_own.h"

#include <string.h>

#include "base/text.h"
#include "dfu/pages.h"
#include "dfu/spec.h"
#include "session/limits.h"

static void
add_number(struct buf *b, uint32_t number)
{
	if (number != 0)
		buf_addf(b, " (#%u)", number);
}

static void
add_request(struct buf *b, const struct request *r)
{
	buf_addf(b, "#%u ", r->number);
	words_request_name(b, &r->setup);
}

static void
add_polls(struct buf *b, uint32_t polls)
{
	buf_addf(b, " after %u GETSTATUS", polls);
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
	add_number(b, s->estimate.by);
}

void
verdict_say_state(const struct verdict_facts *f, struct buf *b)
{
	verdict_words_state(f->s, b);
	buf_addc(b, '.');
}

void
verdict_say_unknown(const struct verdict_facts *f, struct buf *b)
{
	buf_adds(b, "the state is not known");
	if (f->s->estimate.by != 0)
		buf_addf(b, " since #%u", f->s->estimate.by);
	buf_adds(b, ". GETSTATE is the mildest look.");
}

/* Off the bus, back on it. */

static void
add_left(const struct verdict_facts *f, struct buf *b)
{
	const struct session *s = f->s;
	const struct leaving *l = &s->departure.leaving;

	buf_adds(b, "the device left");
	if (l->by == 0) {
		add_number(b, s->departure.by);
		return;
	}
	add_polls(b, l->polls);
	if (s->left_at > l->began) {
		buf_adds(b, " (");
		text_duration(b, s->left_at - l->began);
		buf_addc(b, ')');
	}
}

void
verdict_say_left_waits(const struct verdict_facts *f, struct buf *b)
{
	add_left(f, b);
	buf_adds(b, "; nothing came back yet.");
}

static void
add_nothing_back(struct buf *b)
{
	buf_addf(b, "; nothing came back in %u s",
	    SESSION_BACK_WITHIN / 1000000);
}

void
verdict_say_left_for_good(const struct verdict_facts *f, struct buf *b)
{
	add_left(f, b);
	add_nothing_back(b);
	buf_adds(b, ". Firmware that has no USB looks like this.");
}

void
verdict_say_gone(const struct verdict_facts *f, struct buf *b)
{
	const struct request *r = session_request(f->s, f->s->departure.by);

	buf_adds(b, "it left the bus, and nobody had asked it to leave");
	if (r != NULL) {
		buf_adds(b, "; the last request was ");
		add_request(b, r);
	}
	if (f->now >= f->s->left_at + SESSION_BACK_WITHIN)
		add_nothing_back(b);
	buf_addc(b, '.');
}

static void
add_back(const struct verdict_facts *f, struct buf *b)
{
	const struct session *s = f->s;

	if (s->departure.leaving.by != 0) {
		add_left(f, b);
		buf_adds(b, "; ");
	}
	buf_addf(b, "came back as %04x:%04x", s->who->vendor,
	    s->who->product);
	if (s->who->product_name != NULL) {
		buf_addc(b, ' ');
		text_escape(b, s->who->product_name,
		    strlen(s->who->product_name));
	}
	buf_addf(b, ", %s%s", session_mode_words(s),
	    session_function(s) != NULL && !session_runtime(s) &&
		    s->departure.dfu && !s->departure.runtime ?
		" again" :
		"");
	if (s->arrived_at > s->left_at) {
		buf_adds(b, ", after ");
		text_duration(b, s->arrived_at - s->left_at);
	}
}

void
verdict_say_back(const struct verdict_facts *f, struct buf *b)
{
	add_back(f, b);
	buf_addc(b, '.');
}

void
verdict_say_back_dead(const struct verdict_facts *f, struct buf *b)
{
	add_back(f, b);
	buf_adds(b, ", and does not answer: ");
	add_request(b, f->last);
	buf_addf(b, ": %s.", outcome_words((enum outcome)f->last->outcome));
}

/* Requests. */

void
verdict_say_pending(const struct verdict_facts *f, struct buf *b)
{
	const struct pending *p = &f->s->pending;

	buf_addf(b, "#%u ", p->number);
	words_request_name(b, &p->setup);
	buf_adds(b, " is not answered yet");
	if (p->timeout != 0) {
		buf_adds(b, "; it is given up after ");
		text_duration(b, (uint64_t)p->timeout * 1000);
	}
	buf_addc(b, '.');
}

void
verdict_say_unanswered(const struct verdict_facts *f, struct buf *b)
{
	const struct session *s = f->s;

	if (f->last == NULL) {
		buf_adds(b, "no answer.");
		return;
	}
	add_request(b, f->last);
	buf_addf(b, ": %s", outcome_words((enum outcome)f->last->outcome));
	if (f->last->outcome == OUTCOME_TIMEOUT) {
		buf_adds(b, " (");
		text_duration(b, f->last->done - f->last->at);
		buf_addc(b, ')');
	}
	if (s->leaving.polls != 0) {
		buf_addf(b, ", after %u answer%s, the last one ",
		    s->leaving.polls, s->leaving.polls == 1 ? "" : "s");
		dfu_state_words(b, s->status.reply.bState);
	}
	buf_addc(b, '.');
}

void
verdict_say_stalled(const struct verdict_facts *f, struct buf *b)
{
	if (f->last == NULL) {
		buf_adds(b, "a request was refused.");
		return;
	}
	add_request(b, f->last);
	buf_adds(b, " was refused: STALL.");
	if (f->s->estimate.by_stack && f->s->estimate.by == f->last->number) {
		buf_addf(b, " %s (%s) is in ", f->s->stack->name,
		    dfu_certainty_words((enum dfu_certainty)
		    f->s->estimate.certainty));
		dfu_state_words(b, f->s->estimate.state);
		buf_adds(b, " then.");
	}
	if (f->s->by_spec.by != f->last->number)
		return;
	buf_adds(b, " By DFU 1.1 ");
	dfu_state_words(b, f->s->by_spec.state);
	buf_adds(b, " follows.");
}

/* Errors. */

static void
add_status(struct buf *b, uint8_t status)
{
	const struct dfu_page *page = dfu_page_of(DFU_PAGE_STATUS, status);

	buf_adds(b, "status ");
	dfu_status_label(b, status);
	if (page != NULL)
		buf_addf(b, ", %s", page->title);
}

/* The request that led to the error, a look apart; or NULL. */
static const struct request *
culprit(const struct session *s)
{
	const struct path_step *step = s->npath == 0 ? NULL :
	    &s->path[s->npath - 1];
	size_t i = s->nrequests;
	int input;

	if (step == NULL || step->from == NO_STATE)
		return (NULL);
	while (i-- > 0 && s->requests[i].at >= s->arrived_at) {
		input = dfu_input_of(&s->requests[i].setup);
		/* In dfuERROR already: it came of something before. */
		if (s->requests[i].before == DFU_STATE_ERROR)
			continue;
		if (input >= 0 && input != DFU_IN_GETSTATUS &&
		    input != DFU_IN_GETSTATE)
			return (&s->requests[i]);
	}
	return (NULL);
}

void
verdict_say_error(const struct verdict_facts *f, struct buf *b)
{
	const struct session *s = f->s;
	const struct request *r = culprit(s);

	if (!s->status.known) {
		verdict_say_state(f, b);
		return;
	}
	dfu_state_words(b, s->estimate.state);
	buf_adds(b, ", ");
	add_status(b, s->status.reply.bStatus);
	add_number(b, s->status.by);
	if (r != NULL) {
		buf_adds(b, ". It came of ");
		add_request(b, r);
	}
	buf_adds(b, ". CLRSTATUS leads back to dfuIDLE.");
}

void
verdict_say_start_value(const struct verdict_facts *f, struct buf *b)
{
	uint8_t status = f->s->status.reply.bStatus;
	const char *source = NULL;

	/* The row holds for a stack that starts so. */
	if (f->stack == NULL || dfu_stack_start_value(f->stack, &source) == 0)
		return;
	buf_addf(b, "dfuERROR, %s as the first answer (#%u) is a start value "
	    "of %s (%s), no failure; by DFU 1.1 the firmware would be "
	    "corrupt. CLRSTATUS leads to dfuIDLE.", dfu_status_name(status),
	    f->s->status.by, f->stack->name, source);
}

/* Waits. */

static void
add_announced(const struct verdict_facts *f, struct buf *b)
{
	dfu_state_words(b, f->s->status.reply.bState);
	buf_adds(b, " announced ");
	text_duration(b, (uint64_t)f->s->status.reply.bwPollTimeout * 1000);
	add_number(b, f->s->status.by);
}

void
verdict_say_absurd(const struct verdict_facts *f, struct buf *b)
{
	add_announced(f, b);
	buf_adds(b, ". Nothing is known to need more than "
	    LIMIT_TEXT(LIMIT_NEEDED_S) " s. Ask again; a strict device takes "
	    "that for an error.");
}

void
verdict_say_wait(const struct verdict_facts *f, struct buf *b)
{
	if (!f->s->status.known) {
		verdict_say_state(f, b);
		return;
	}
	add_announced(f, b);
	buf_addc(b, '.');
}

void
verdict_say_busy_late(const struct verdict_facts *f, struct buf *b)
{
	const struct wait_stats *l = &f->s->wait_stats;

	dfu_state_words(b, f->s->estimate.state);
	buf_adds(b, " for ");
	text_duration(b, f->s->reported.at - l->since);
	buf_adds(b, " and more; it announced ");
	text_duration(b, l->first);
	add_number(b, f->s->reported.by);
	buf_addc(b, '.');
}

void
verdict_say_detach_over(const struct verdict_facts *f, struct buf *b)
{
	buf_addf(b, "no bus reset came within the time that DETACH (#%u) "
	    "gave: by DFU 1.1 it is in appIDLE again",
	    f->s->estimate.by);
	if (f->estimate.clause != NULL)
		buf_addf(b, " (%s)", f->estimate.clause);
	buf_addc(b, '.');
}

/* dfuMANIFEST. */

void
verdict_words_still(const struct session *s, struct buf *b)
{
	uint8_t state = s->reported.known ? s->reported.state :
	    s->estimate.state;
	bool back = state == DFU_STATE_IDLE;

	buf_adds(b, back ? "back in " : "still in ");
	dfu_state_words(b, state);
	if (s->leaving.polls != 0)
		add_polls(b, s->leaving.polls);
	if (back) {
		buf_addc(b, '.');
		return;
	}
	buf_adds(b, s->leaving.polls != 0 ? ", for " : " for ");
	text_duration(b,
	    s->reported.at > s->wait_stats.since && s->wait_stats.here ?
		s->reported.at - s->wait_stats.since :
		0);
	buf_addc(b, '.');
}

void
verdict_say_still(const struct verdict_facts *f, struct buf *b)
{
	verdict_words_still(f->s, b);
}

static void
add_leave(const struct verdict_facts *f, struct buf *b)
{
	const struct leaving *l = &f->s->leaving;

	if (l->found)
		buf_addf(b, "found in dfuMANIFEST (#%u): a leave was begun "
		    "before", l->by);
	else if (l->by != 0)
		buf_addf(b, "the leave (#%u) was accepted", l->by);
	else
		verdict_say_state(f, b);
}

/* Why not the obvious things. */
static void
add_no_abort(const struct verdict_facts *f, struct buf *b)
{
	struct dfu_outlook o;

	buf_adds(b, " No ABORT, and no dfu-util, which sends it: ");
	if (!verdict_manifest_outlook(f, DFU_IN_ABORT, &o))
		buf_adds(b, f->by_spec.state == DFU_STATE_MANIFEST ?
		    "it is an error here (A.2.8)." :
		    "it does not help here (A.2.9).");
	else if (o.note != NULL)
		buf_addf(b, "%s (%s).", o.note,
		    dfu_certainty_words(o.certainty));
	else if (o.response == DFU_RESPONSE_STALL)
		buf_addf(b, "%s refuses it.", f->stack->name);
	else if (o.next == DFU_STATE_MANIFEST)
		buf_addf(b, "%s ignores it.", f->stack->name);
	else
		buf_addf(b, "on %s it gives the leave up.", f->stack->name);
}

void
verdict_say_manifest_waits(const struct verdict_facts *f, struct buf *b)
{
	add_leave(f, b);
	buf_adds(b, "; ");
	add_announced(f, b);
	buf_addc(b, '.');
	add_no_abort(f, b);
}

void
verdict_say_manifest_tolerant(const struct verdict_facts *f, struct buf *b)
{
	add_leave(f, b);
	buf_adds(b, " and the announced wait is over: GETSTATUS ends it in "
	    "dfuIDLE (A.2.7).");
}

/* What asking on does, by the stack. */
static void
add_polling(const struct verdict_facts *f, struct buf *b)
{
	struct dfu_outlook o;

	if (!verdict_manifest_outlook(f, DFU_IN_GETSTATUS, &o))
		return;
	buf_addf(b, " GETSTATUS on %s (%s): ", f->stack->name,
	    dfu_certainty_words(o.certainty));
	if (o.next == DFU_NEXT_GONE)
		buf_adds(b, "it leaves.");
	else if (o.next != DFU_STATE_MANIFEST)
		buf_addf(b, "it goes to %s.", dfu_state_name(o.next));
	else
		buf_addf(b, "%s.", o.note != NULL ? o.note :
		    "it changes nothing");
}

void
verdict_say_manifest_late(const struct verdict_facts *f, struct buf *b)
{
	add_leave(f, b);
	buf_adds(b, " and is not finished.");
	if (f->by_spec.how == ESTIMATE_TIMED) {
		buf_adds(b, " By DFU 1.1: ");
		dfu_state_words(b, f->by_spec.state);
		buf_addf(b, " (%u)%s.", f->by_spec.state,
		    f->by_spec.state == DFU_STATE_MANIFEST_WAIT_RESET ?
		    ", no answer" : "");
	}
	add_polling(f, b);
	add_no_abort(f, b);
}
