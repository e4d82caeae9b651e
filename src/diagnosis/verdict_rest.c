/* SPDX-License-Identifier: ISC */
/* DETACH, and where nothing is the matter. */
#include "diagnosis/verdict_own.h"

#include "base/code.h"
#include "dfu/spec.h"

static bool
detaching(const struct verdict_facts *f)
{
	return (verdict_state(f) == DFU_STATE_APP_DETACH &&
	    f->estimate.state == DFU_STATE_APP_DETACH);
}

static bool
detach_over(const struct verdict_facts *f)
{
	return (verdict_state(f) == DFU_STATE_APP_DETACH &&
	    verdict_timed_into(f, DFU_STATE_APP_IDLE));
}

static bool
untouched(const struct verdict_facts *f)
{
	return (session_requests(f->s) == 0);
}

static bool
not_told(const struct verdict_facts *f)
{
	return (verdict_state(f) == NO_STATE &&
	    session_fact(f->s, FACT_STATUS) == KNOWN_NOT);
}

static bool
unknown(const struct verdict_facts *f)
{
	return (verdict_state(f) == NO_STATE);
}

static bool
always(const struct verdict_facts *f)
{
	(void)f;
	return (true);
}

static void
say_unknown(const struct verdict_facts *f, struct buf *b)
{
	if (session_requests(f->s) == 0)
		buf_adds(b, "No request has been sent");
	else
		buf_adds(b, "The state is unknown");
	if (f->s->estimate.by != 0)
		buf_addf(b, " since #%u", f->s->estimate.by);
	buf_adds(b,
	    ". GETSTATE is the least invasive query; it is an error only in "
	    "dfuDNBUSY and dfuMANIFEST (DFU 1.1).");
}

static void
say_not_told(const struct verdict_facts *f, struct buf *b)
{
	(void)f;
	buf_adds(b, "The file does not show the states of the device.");
}

static void
say_detach_over(const struct verdict_facts *f, struct buf *b)
{
	buf_addf(b,
	    "No bus reset followed DETACH (#%u) in time, so the device "
	    "should be back in appIDLE",
	    f->s->estimate.by);
	if (f->estimate.clause != NULL)
		buf_addf(b, " (%s)", f->estimate.clause);
	buf_addc(b, '.');
}

static const struct verdict_row detach_rows[] = {
	{ .word = "expired",
	    .severity = SEVERITY_WARNING,
	    .code = CODE_PROTOCOL,
	    .holds = detach_over,
	    .say = say_detach_over },
	{ .word = "needs-reset",
	    .quiet = true,
	    .holds = detaching,
	    .say = verdict_say_state,
	    .more = "The device waits for a bus reset until the timeout of "
		    "DETACH." },
};
const struct verdict_table verdict_detach = { detach_rows,
	sizeof(detach_rows) / sizeof(detach_rows[0]) };

static const struct verdict_row rest_rows[] = {
	{ .word = "none",
	    .quiet = true,
	    .origin = VERDICT_FROM_BACK,
	    .holds = untouched,
	    .say = say_unknown },
	{ .word = "not-told",
	    .quiet = true,
	    .holds = not_told,
	    .say = say_not_told },
	{ .word = "unsure",
	    .quiet = true,
	    .holds = unknown,
	    .say = say_unknown },
	{ .word = "ready",
	    .quiet = true,
	    .holds = always,
	    .say = verdict_say_state },
};
const struct verdict_table verdict_rest = { rest_rows,
	sizeof(rest_rows) / sizeof(rest_rows[0]) };
