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
	verdict_add_announced(f, b);
	buf_adds(b,
	    ". Nothing is known to need more than " LIMIT_TEXT(
		LIMIT_NEEDED_S) " s.");
}

static void
say_wait(const struct verdict_facts *f, struct buf *b)
{
	if (!f->s->status.known) {
		verdict_say_state(f, b);
		return;
	}
	verdict_add_announced(f, b);
	buf_addc(b, '.');
}

static void
say_busy_late(const struct verdict_facts *f, struct buf *b)
{
	const struct wait_stats *l = &f->s->wait_stats;

	dfu_state_words(b, f->s->estimate.state);
	buf_adds(b, " for ");
	text_duration(b, f->s->reported.at - l->since);
	buf_adds(b, " and more; it announced ");
	text_duration(b, l->first);
	verdict_add_number(b, f->s->reported.by);
	buf_addc(b, '.');
}

static void
say_stuck(const struct verdict_facts *f, struct buf *b)
{
	const struct wait_stats *l = &f->s->wait_stats;

	buf_adds(b, "still in ");
	dfu_state_words(b, l->state);
	verdict_add_polls(b, l->polls);
	buf_adds(b, ", for ");
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
	    .say = say_wait,
	    .more = "It announces 0 ms and is not done." },
	{ .word = "needs-poll",
	    .quiet = true,
	    .holds = busy_over,
	    .say = verdict_say_state,
	    .more = "The announced wait is over: GETSTATUS tells how it "
		    "ended." },
	{ .word = "needs-poll",
	    .quiet = true,
	    .holds = sync,
	    .say = verdict_say_state,
	    .more = "GETSTATUS takes it on." },
};
const struct verdict_table verdict_busy = { busy_rows,
	sizeof(busy_rows) / sizeof(busy_rows[0]) };
