/* SPDX-License-Identifier: ISC */
#include "job/poll.h"

#include <string.h>

#include "base/text.h"
#include "job/jobs.h"
#include "session/session.h"
#include "wire/usb.h"

/*
 * us between two GETSTATUS where the device announces no wait: none before
 * the first, for many are done by then; more and more before the others.
 */
#define PACE_FIRST	1000
#define PACE_MOST	10000
/* How often it is asked again that stalls, spoils or loses a GETSTATUS. */
#define AGAIN		4
#define LOST		1

enum phase {
	PHASE_ENDED,
	PHASE_SEND,		/* the request */
	PHASE_SENT,
	PHASE_TAKEN,		/* it was accepted: GETSTATUS when due */
	PHASE_WHY,		/* it was not: one GETSTATUS tells why */
	PHASE_ASKED,		/* GETSTATUS is on its way */
	PHASE_ASKED_WHY
};

void
poll_free(struct poll *p)
{
	buf_free(&p->in);
}

static void
begin(struct poll *p, enum poll_follow follow, uint32_t limit)
{
	struct poll was = *p;

	buf_reset(&was.in);
	*p = (struct poll){ .in = was.in,
		.due = was.due,
		.asked = was.asked,
		.follow = follow,
		.limit = (uint64_t)limit * 1000 };
}

void
poll_begin(struct poll *p, uint8_t bRequest, uint16_t value,
    const uint8_t *data, uint16_t length, enum poll_follow follow,
    uint32_t limit)
{
	const struct dfu_request_row *row = dfu_request_row(bRequest);

	begin(p, follow, limit);
	p->setup = (struct setup){ .bmRequestType = row->bmRequestType,
	    .bRequest = bRequest, .wValue = value,
	    .wLength = row->reply != 0 ? row->reply : length };
	p->data = data;
	p->phase = PHASE_SEND;
}

void
poll_begin_asking(struct poll *p, enum poll_follow follow, uint32_t limit)
{
	begin(p, follow, limit);
	p->phase = PHASE_TAKEN;
	p->taken = OUTCOME_OK;
}

bool
poll_pending(const struct poll *p)
{
	return (p->phase == PHASE_SENT || p->phase == PHASE_ASKED ||
	    p->phase == PHASE_ASKED_WHY);
}

static enum poll_end
end(struct poll *p, enum poll_end how)
{
	p->phase = PHASE_ENDED;
	return (how);
}

static enum poll_end
submit(struct poll *p, struct job_turn *t, const struct setup *setup,
    const uint8_t *data, enum phase phase)
{
	t->job->child = job_xfer_within(setup, data, p->timeout);
	t->step = JOB_CALL;
	if (p->begun == 0)
		p->begun = t->now;
	p->phase = phase;
	p->answered = false;
	return (POLL_GOING);
}

static enum poll_end
ask(struct poll *p, struct job_turn *t)
{
	const struct dfu_request_row *row = dfu_request_row(DFU_GETSTATUS);
	const struct setup setup = { .bmRequestType = row->bmRequestType,
	    .bRequest = DFU_GETSTATUS, .wLength = row->reply };

	p->asked = t->now;
	return (submit(p, t, &setup, NULL,
	    p->phase == PHASE_TAKEN ? PHASE_ASKED : PHASE_ASKED_WHY));
}

/* Asked too early, or half of an answer: the announced wait once more. */
static enum poll_end
ask_again(struct poll *p, enum phase phase)
{
	uint64_t wait = p->replied ?
	    (uint64_t)p->reply.bwPollTimeout * 1000 : 0;

	if (p->once || p->again++ == AGAIN)
		return (end(p, p->outcome == OUTCOME_STALL ? POLL_REFUSED :
		    POLL_SILENT));
	p->due = p->ended + (wait > PACE_MOST ? wait : PACE_MOST);
	p->phase = phase == PHASE_ASKED ? PHASE_TAKEN : PHASE_WHY;
	return (POLL_GOING);
}

#define BIT(state) (1u << (state))
#define BLOCK_BUSY (BIT(DFU_STATE_DNLOAD_SYNC) | BIT(DFU_STATE_DNBUSY))
#define BLOCK_OVER (BIT(DFU_STATE_IDLE) | BIT(DFU_STATE_DNLOAD_IDLE))
#define MANIFESTING (BIT(DFU_STATE_MANIFEST_SYNC) | BIT(DFU_STATE_MANIFEST))
#define MANIFESTED BIT(DFU_STATE_MANIFEST_WAIT_RESET)

/* The states to go on in, and those that what was asked for ends in. */
static const struct {
	unsigned busy;
	unsigned over;
} follows[] = {
	[POLL_BLOCK] = { BLOCK_BUSY, BLOCK_OVER },
	[POLL_MANIFEST] = { BLOCK_BUSY | MANIFESTING, BLOCK_OVER | MANIFESTED },
	[POLL_LEAVE] = { MANIFESTING, BIT(DFU_STATE_IDLE) | MANIFESTED },
};

static bool
is_busy(const struct poll *p)
{
	uint8_t state = p->reply.bState;

	if (p->follow == POLL_CHANGE)
		return (state == p->from);
	return (state < DFU_STATE_COUNT &&
	    (follows[p->follow].busy & BIT(state)) != 0);
}

static bool
is_over(const struct poll *p)
{
	uint8_t state = p->reply.bState;

	return (p->follow == POLL_CHANGE ||
	    (state < DFU_STATE_COUNT &&
		(follows[p->follow].over & BIT(state)) != 0));
}

/* When to ask a device next that is busy. */
static void
schedule(struct poll *p)
{
	uint64_t pace = p->idle == 0 ? 0 : PACE_FIRST;
	unsigned i;

	p->due += p->grace;
	if (p->pace != 0 || p->reply.bwPollTimeout != 0)
		return;
	for (i = 1; i < p->idle && pace < PACE_MOST; i++)
		pace *= 2;
	p->idle++;
	p->due = p->ended + p->grace +
	    (pace < PACE_MOST ? pace : PACE_MOST);
}

static enum poll_end
judge(struct poll *p, enum phase phase)
{
	uint64_t wait = (uint64_t)p->reply.bwPollTimeout * 1000;

	p->again = p->lost = 0;
	/* A wait runs from any announcement to the next GETSTATUS. */
	if (p->told)
		p->due = p->ended +
		    (p->patience != 0 && wait > p->patience ? p->patience :
							      wait);
	if (phase == PHASE_ASKED_WHY)
		return (end(p, POLL_REFUSED));
	if (p->follow == POLL_NOTHING)
		return (end(p, POLL_DONE));
	if (is_busy(p)) {
		schedule(p);
		if (p->limit != 0 && p->ended - p->begun > p->limit)
			return (end(p, POLL_STILL));
		p->phase = PHASE_TAKEN;
		return (POLL_GOING);
	}
	return (end(p, is_over(p) ? POLL_DONE : POLL_REFUSED));
}

/* No answer came. What a GETSTATUS asks can be asked once more. */
static enum poll_end
no_answer(struct poll *p, enum phase phase, uint64_t now)
{
	enum outcome outcome = (enum outcome)p->outcome;

	if (phase == PHASE_SENT || outcome == OUTCOME_CANCELLED ||
	    outcome == OUTCOME_DENIED || outcome == OUTCOME_BUSY || p->once ||
	    p->lost++ == LOST)
		return (end(p, phase == PHASE_ASKED_WHY ? POLL_REFUSED :
		    POLL_SILENT));
	/* The silence was not the device's work. */
	p->begun = p->due = now;
	p->phase = phase == PHASE_ASKED ? PHASE_TAKEN : PHASE_WHY;
	return (POLL_GOING);
}

/* Of questions, and of ABORT and CLRSTATUS, nothing but the answer counts. */
static bool
tells_why(const struct poll *p)
{
	return (p->setup.bRequest == DFU_DNLOAD ||
	    p->setup.bRequest == DFU_UPLOAD);
}

static enum poll_end
after_request(struct poll *p, uint64_t now)
{
	p->taken = p->outcome;
	if (p->outcome == OUTCOME_STALL && tells_why(p)) {
		p->phase = PHASE_WHY;
		return (POLL_GOING);
	}
	if (p->outcome == OUTCOME_STALL)
		return (end(p, POLL_REFUSED));
	if (!outcome_is_answer(p->outcome))
		return (no_answer(p, PHASE_SENT, now));
	if (p->follow == POLL_NOTHING)
		return (end(p, POLL_DONE));
	p->phase = PHASE_TAKEN;
	return (POLL_GOING);
}

static enum poll_end
after_answer(struct poll *p, const struct session *s, uint64_t now)
{
	enum phase phase = (enum phase)p->phase;

	if (phase == PHASE_SENT)
		return (after_request(p, now));
	if (outcome_is_answer(p->outcome) && (p->told || p->once)) {
		if (!p->told)
			p->reply = s->status.reply;
		return (judge(p, phase));
	}
	if (outcome_is_answer(p->outcome) || p->outcome == OUTCOME_STALL ||
	    p->outcome == OUTCOME_BABBLE)
		return (ask_again(p, phase));
	return (no_answer(p, phase, now));
}

/* The operator did not let it through: as if it had changed nothing. */
static void
take_skipped(struct poll *p, uint64_t now)
{
	p->answered = true;
	p->outcome = OUTCOME_OK;
	p->told = false;
	p->ended = now;
}

static bool
is_skipped(const struct job_turn *t)
{
	return (t->s->status.known && t->set->skipped == t->s->status.by &&
	    t->set->skipped != 0);
}

/* It has been asked often or long enough. */
static bool
is_enough(const struct poll *p, uint64_t now)
{
	return (p->phase == PHASE_TAKEN && p->answers != 0 &&
	    ((p->most != 0 && p->answers >= p->most) ||
		(p->until != 0 && now >= p->until)));
}

/* When the next GETSTATUS is due, or the time for them is over. */
static uint64_t
due(const struct poll *p, const struct job_turn *t)
{
	uint64_t at = is_skipped(t) ? 0 : p->due;

	if ((p->answers != 0 || p->asked != 0) && at < p->asked + p->pace)
		at = p->asked + p->pace;
	return (
	    p->until != 0 && p->answers != 0 && at > p->until ? p->until : at);
}

enum poll_end
poll_next(struct poll *p, struct job_turn *t)
{
	enum poll_end how = POLL_GOING;

	if (p->left || !t->s->present)
		return (end(p, POLL_GONE));
	if (poll_pending(p)) {
		if (!p->answered)
			take_skipped(p, t->now);
		how = after_answer(p, t->s, t->now);
	}
	if (how != POLL_GOING)
		return (how);
	if (p->phase == PHASE_SEND)
		return (submit(p, t, &p->setup, p->data, PHASE_SENT));
	if (is_enough(p, t->now))
		return (end(p, POLL_STILL));
	if (t->now >= due(p, t))
		return (ask(p, t));
	t->step = job_wait_announced(t->job, due(p, t));
	t->job->announced = !p->hurries;
	return (POLL_GOING);
}

void
poll_event(struct poll *p, const struct event *e)
{
	if (e->kind == EVENT_LEFT && p->phase != PHASE_ENDED)
		p->left = true;
	if (e->kind != EVENT_COMPLETE || !poll_pending(p) || p->answered)
		return;
	p->answered = true;
	p->outcome = e->outcome;
	p->number = e->number;
	p->ended = e->time;
	if (p->phase == PHASE_SENT) {
		if (e->kept != 0)
			buf_add(&p->in, e->data, e->kept);
		return;
	}
	p->answers += p->phase == PHASE_ASKED && outcome_is_answer(e->outcome);
	p->told = outcome_is_answer(e->outcome) &&
	    dfu_status_decode(e->data, e->kept, &p->reply);
	p->replied |= p->told;
}

static void
say_reply(const struct poll *p, struct buf *b)
{
	dfu_state_words(b, p->reply.bState);
	if (p->reply.bStatus != DFU_STATUS_OK) {
		buf_adds(b, ", ");
		dfu_status_words(b, p->reply.bStatus);
	}
}

void
poll_words(const struct poll *p, enum poll_end how, struct buf *b)
{
	switch (how) {
	case POLL_GOING:
	case POLL_DONE:
		return;
	case POLL_REFUSED:
		buf_adds(b, "rejected: ");
		if (p->replied)
			say_reply(p, b);
		else
			buf_adds(b, "STALL");
		break;
	case POLL_SILENT:
		buf_adds(b, outcome_words(p->outcome));
		break;
	case POLL_STILL:
		buf_adds(b, "still ");
		say_reply(p, b);
		buf_adds(b, " after ");
		text_duration(b, p->ended - p->begun);
		break;
	case POLL_GONE:
		buf_adds(b, "the device disconnected");
		return;
	}
	buf_addf(b, " (#%u)", p->number);
}
