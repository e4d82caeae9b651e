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

	buf_adds(b, "status ");
	dfu_status_label(b, status);
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

static void
say_error(const struct verdict_facts *f, struct buf *b)
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
	verdict_add_number(b, s->status.by);
	if (r != NULL) {
		buf_adds(b, ". It came of ");
		verdict_add_request(b, r);
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
	    "dfuERROR, %s as the first answer (#%u) is a start value "
	    "of %s (%s), no failure; by DFU 1.1 the firmware would be "
	    "corrupt.",
	    dfu_status_name(status), f->s->status.by, f->stack->name, source);
}

static void
say_stalled(const struct verdict_facts *f, struct buf *b)
{
	const struct estimate *e = &f->s->estimate, *spec = &f->s->by_spec;

	if (f->last == NULL)
		return;
	verdict_add_request(b, f->last);
	buf_adds(b, " was refused: STALL.");
	if (e->by_stack && e->by == f->last->number) {
		buf_addf(b, " %s (%s) is in ", f->s->stack->name,
		    dfu_certainty_words((enum dfu_certainty)e->certainty));
		dfu_state_words(b, e->state);
		buf_adds(b, " then.");
	}
	if (spec->by == f->last->number) {
		buf_adds(b, " By DFU 1.1 ");
		dfu_state_words(b, spec->state);
		buf_adds(b,
		    spec->state == f->last->stood ? " stays." : " follows.");
	}
}

static const struct verdict_row error_rows[] = {
	{ .word = "start-value",
	    .holds = start_value,
	    .say = say_start_value },
	{ .word = "bad-state",
	    .severity = SEVERITY_ERROR,
	    .code = CODE_PROTOCOL,
	    .holds = undefined,
	    .say = verdict_say_state,
	    .more = "DFU 1.1 does not define this state. Stacks that report "
		    "15 mean errSTALLEDPKT." },
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
	    .more = "The reason was not read." },
};
const struct verdict_table verdict_error = { error_rows,
	sizeof(error_rows) / sizeof(error_rows[0]) };
