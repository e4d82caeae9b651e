/* SPDX-License-Identifier: ISC */
/* A block or a command, and waits that nobody should sleep through. */
#include "diagnosis/verdict_own.h"

#include "base/code.h"
#include "base/text.h"
#include "dfu/spec.h"
#include "session/limits.h"

static bool
wait_absurd(const struct verdict_facts *f)
{
	return (session_wait_left(f->s, f->now) != 0 &&
	    f->s->status.reply.bwPollTimeout > LIMIT_ANNOUNCED_S * 1000u &&
	    f->s->estimate.how != ESTIMATE_UNKNOWN);
}

static bool
busy(const struct verdict_facts *f)
{
	return (verdict_state(f) == DFU_STATE_DNBUSY);
}

/* It said so again after the time that it had announced first. */
static bool
busy_late(const struct verdict_facts *f)
{
	const struct wait_stats *l = &f->s->wait_stats;

	return (busy(f) && l->here &&
	    f->s->reported.at - l->since >=
		(l->first > VERDICT_PATIENCE ? l->first : VERDICT_PATIENCE));
}

static bool
busy_waits(const struct verdict_facts *f)
{
	return (busy(f) && session_wait_left(f->s, f->now) != 0);
}

static bool
busy_zero(const struct verdict_facts *f)
{
	return (busy(f) && f->s->wait_stats.zeros >= WAIT_STATS_LOOP);
}

static bool
busy_over(const struct verdict_facts *f)
{
	return (busy(f));
}

static bool
sync(const struct verdict_facts *f)
{
	return (verdict_state(f) == DFU_STATE_DNLOAD_SYNC);
}

static bool
stuck(const struct verdict_facts *f)
{
	return (session_is_stuck(f->s) &&
	    verdict_state(f) == f->s->wait_stats.state);
}

static void
say_absurd(const struct verdict_facts *f, struct buf *b)
{
	buf_adds(b, "The device announced ");
	verdict_add_announced(f, b);
	buf_adds(b,
	    "; the longest known operation takes " LIMIT_TEXT(
		LIMIT_NEEDED_S) " s.");
}

static void
say_wait(const struct verdict_facts *f, struct buf *b)
{
	if (!f->s->status.known) {
		verdict_say_state(f, b);
		return;
	}
	buf_adds(b, "The device is busy and asked for ");
	verdict_add_announced(f, b);
	buf_addc(b, '.');
}

static void
say_zero(const struct verdict_facts *f, struct buf *b)
{
	buf_adds(b, "The device keeps announcing 0 ms and is still busy");
	verdict_add_number(b, f->s->status.by);
	buf_addc(b, '.');
}

static void
say_over(const struct verdict_facts *f, struct buf *b)
{
	buf_adds(b, "The announced wait of dfuDNBUSY is over");
	verdict_add_number(b, f->s->estimate.by);
	buf_adds(b, ". The next poll reads the result.");
}

static void
say_sync(const struct verdict_facts *f, struct buf *b)
{
	buf_adds(b, "The device holds a block in dfuDNLOAD-SYNC");
	verdict_add_number(b, f->s->estimate.by);
	buf_adds(b, ". The next poll makes it process the block.");
}

static void
say_busy_late(const struct verdict_facts *f, struct buf *b)
{
	const struct wait_stats *l = &f->s->wait_stats;

	buf_adds(b, "The device announced ");
	text_duration(b, l->first);
	buf_adds(b, " but still reports dfuDNBUSY after ");
	text_duration(b, f->s->reported.at - l->since);
	verdict_add_number(b, f->s->reported.by);
	buf_addc(b, '.');
}

static void
say_stuck(const struct verdict_facts *f, struct buf *b)
{
	const struct wait_stats *l = &f->s->wait_stats;

	buf_adds(b, "The device still reports ");
	dfu_state_words(b, l->state);
	verdict_add_polls(b, l->polls);
	buf_adds(b, " in ");
	text_duration(b, l->answered - l->since);
	buf_addc(b, '.');
}

static const struct verdict_row wait_rows[] = {
	{ .word = "bad-wait",
	    .severity = SEVERITY_WARNING,
	    .code = CODE_PROTOCOL,
	    .origin = VERDICT_FROM_LAST,
	    .holds = wait_absurd,
	    .say = say_absurd },
	{ .word = "stuck",
	    .severity = SEVERITY_ERROR,
	    .code = CODE_PROTOCOL,
	    .holds = stuck,
	    .say = say_stuck },
};
const struct verdict_table verdict_wait = { wait_rows,
	sizeof(wait_rows) / sizeof(wait_rows[0]) };

static const struct verdict_row busy_rows[] = {
	{ .word = "overdue",
	    .severity = SEVERITY_WARNING,
	    .code = CODE_PROTOCOL,
	    .holds = busy_late,
	    .say = say_busy_late,
	    .more = "Some ROMs announce 100 ms and erase for 32 s." },
	{ .word = "busy",
	    .quiet = true,
	    .holds = busy_waits,
	    .say = say_wait },
	{ .word = "busy",
	    .severity = SEVERITY_WARNING,
	    .holds = busy_zero,
	    .say = say_zero },
	{ .word = "needs-poll",
	    .quiet = true,
	    .holds = busy_over,
	    .say = say_over },
	{ .word = "needs-poll",
	    .quiet = true,
	    .holds = sync,
	    .say = say_sync },
};
const struct verdict_table verdict_busy = { busy_rows,
	sizeof(busy_rows) / sizeof(busy_rows[0]) };
