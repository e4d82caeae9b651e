/* SPDX-License-Identifier: ISC */
/* STALL, dfuERROR, and states that are none. */
#include "diagnosis/verdict_own.h"

#include "base/code.h"
#include "dfu/pages.h"
#include "dfu/spec.h"

static bool
start_value(const struct verdict_facts *f)
{
	const struct dfu_status_reply *last = &f->s->status.reply;

	return (verdict_state(f) == DFU_STATE_ERROR && f->stack != NULL &&
	    f->s->status.known && session_is_found(f->s) &&
	    last->bStatus != DFU_STATUS_OK &&
	    last->bStatus == dfu_stack_start_value(f->stack, NULL));
}

static bool
undefined(const struct verdict_facts *f)
{
	return (verdict_state(f) != NO_STATE &&
	    dfu_state_row(verdict_state(f)) == NULL);
}

static bool
stalled(const struct verdict_facts *f)
{
	return (f->last != NULL && f->last->outcome == OUTCOME_STALL);
}

static bool
error(const struct verdict_facts *f)
{
	return (verdict_state(f) == DFU_STATE_ERROR);
}

static bool
refused(const struct verdict_facts *f)
{
	return (error(f) && f->s->status.known &&
	    f->s->status.reply.bState == DFU_STATE_ERROR);
}

static void
add_status(struct buf *b, uint8_t status)
{
	const struct dfu_page *page = dfu_page_of(DFU_PAGE_STATUS, status);

	dfu_status_words(b, status);
	if (page != NULL)
		buf_addf(b, ", %s", page->title);
}

/* The request that led to the error, a look apart; or NULL. */
static const struct request *
culprit(const struct session *s)
{
	const struct path_step *step =
	    s->npath == 0 ? NULL : &s->path[s->npath - 1];
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

/* " (set address 0x08000000)": which command it was, and for where. */
static void
add_meaning(struct buf *b, const struct request *r)
{
	struct buf words = { 0 };

	dfu_meaning_words(&words, &r->meaning, &r->setup, NULL, 0);
	if (words.len != 0)
		buf_addf(b, " (%s)", buf_str(&words));
	buf_free(&words);
}

static void
say_error(const struct verdict_facts *f, struct buf *b)
{
	const struct session *s = f->s;
	const struct request *r = culprit(s);

	if (!s->status.known) {
		verdict_say_state(f, b);
		return;
	}
	buf_adds(b, "The device is in ");
	dfu_state_words(b, s->estimate.state);
	if (s->status.reply.bStatus == DFU_STATUS_OK) {
		buf_adds(b, ", but bStatus is OK");
	} else {
		buf_adds(b, ": ");
		add_status(b, s->status.reply.bStatus);
	}
	verdict_add_number(b, s->status.by);
	if (r != NULL) {
		buf_adds(b, ". It followed ");
		verdict_add_request(b, r);
		add_meaning(b, r);
	}
	buf_addc(b, '.');
}

static void
say_start_value(const struct verdict_facts *f, struct buf *b)
{
	uint8_t status = f->s->status.reply.bStatus;
	const char *source = NULL;

	/* The row holds for a stack that starts so. */
	if (f->stack == NULL || dfu_stack_start_value(f->stack, &source) == 0)
		return;
	buf_addf(b,
	    "The first answer is dfuERROR, %s (#%u): a start value of %s (%s), "
	    "no failure. By DFU 1.1 it would be a failure.",
	    dfu_status_name(status), f->s->status.by, f->stack->name, source);
}

static void
say_stalled(const struct verdict_facts *f, struct buf *b)
{
	const struct estimate *e = &f->s->estimate, *spec = &f->s->by_spec;

	if (f->last == NULL)
		return;
	buf_adds(b, "The device stalled ");
	verdict_add_request(b, f->last);
	add_meaning(b, f->last);
	if (e->by_stack && e->by == f->last->number) {
		buf_adds(b, " and should be in ");
		dfu_state_words(b, e->state);
		buf_addf(b, " (%s, %s)", f->s->stack->name,
		    dfu_certainty_words((enum dfu_certainty)e->certainty));
	}
	buf_addc(b, '.');
	if (spec->by == f->last->number && (!e->by_stack ||
	    e->by != f->last->number || e->state != spec->state)) {
		buf_adds(b, " By DFU 1.1 ");
		dfu_state_words(b, spec->state);
		buf_adds(b,
		    spec->state == f->last->stood ? " stays." : " follows.");
	}
}

static void
say_undefined(const struct verdict_facts *f, struct buf *b)
{
	buf_addf(b,
	    "The device reports state %u, which DFU 1.1 does not define",
	    verdict_state(f));
	verdict_add_number(b, f->s->estimate.by);
	buf_adds(b, ". DFU stacks that send 15 mean errSTALLEDPKT.");
}

static const struct verdict_row error_rows[] = {
	{ .word = "start-value",
	    .holds = start_value,
	    .say = say_start_value },
	{ .word = "bad-state",
	    .severity = SEVERITY_ERROR,
	    .code = CODE_PROTOCOL,
	    .holds = undefined,
	    .say = say_undefined },
	{ .word = "stalled",
	    .severity = SEVERITY_WARNING,
	    .code = CODE_PROTOCOL,
	    .origin = VERDICT_FROM_LAST,
	    .holds = stalled,
	    .say = say_stalled },
	{ .word = "error",
	    .severity = SEVERITY_ERROR,
	    .code = CODE_PROTOCOL,
	    .holds = refused,
	    .say = say_error },
	{ .word = "error",
	    .severity = SEVERITY_ERROR,
	    .code = CODE_PROTOCOL,
	    .holds = error,
	    .say = verdict_say_state,
	    .more = "The reason has not been read." },
};
const struct verdict_table verdict_error = { error_rows,
	sizeof(error_rows) / sizeof(error_rows[0]) };
