/* SPDX-License-Identifier: ISC */
#include "job/to_idle.h"

#include "session/session.h"
#include "wire/usb.h"

#define ACTS		10	/* requests at most */
#define BRIEF_MS	1000	/* time limit of a request when a job ends */
#define BUSY_MS		40000	/* what is under way may take so long */
#define BUSY_ENDING_MS	5000

void
to_idle_begin(struct to_idle *w, bool ending)
{
	w->active = false;
	w->ending = ending;
	w->acts = 0;
	w->poll.left = false;
}

void
to_idle_free(struct to_idle *w)
{
	poll_free(&w->poll);
}

static void
act(struct to_idle *w, uint8_t bRequest)
{
	poll_begin(&w->poll, bRequest, 0, NULL, 0, POLL_NOTHING, 0);
	w->active = true;
}

static void
look(struct to_idle *w, const struct session *s, uint64_t now,
    enum poll_follow follow)
{
	poll_begin_asking(&w->poll, follow,
	    w->ending ? BUSY_ENDING_MS : BUSY_MS);
	w->poll.due = now + session_wait_left(s, now);
	/* A job that ends does not wait for what may never be over. */
	if (w->ending && w->poll.due > now + BUSY_ENDING_MS * 1000)
		w->poll.due = now + BUSY_ENDING_MS * 1000;
	w->active = true;
}

/* A way out of the state, or false: there is none to be tried here. */
static bool
choose(struct to_idle *w, const struct session *s, uint8_t state,
    uint64_t now)
{
	switch (state) {
	case DFU_STATE_APP_IDLE:
	case DFU_STATE_APP_DETACH:
	case DFU_STATE_MANIFEST_SYNC:
	case DFU_STATE_MANIFEST:
	case DFU_STATE_MANIFEST_WAIT_RESET:
		return (false);
	case DFU_STATE_DNLOAD_SYNC:
	case DFU_STATE_DNBUSY:
		look(w, s, now, POLL_BLOCK);
		return (true);
	case DFU_STATE_ERROR:
		act(w, DFU_CLRSTATUS);
		return (true);
	case DFU_STATE_DNLOAD_IDLE:
	case DFU_STATE_UPLOAD_IDLE:
		act(w, DFU_ABORT);
		return (true);
	default:
		/* No state of DFU: one of the two may lead out of it. */
		act(w, w->acts % 2 == 0 ? DFU_ABORT : DFU_CLRSTATUS);
		return (true);
	}
}

static enum poll_end
decide(struct to_idle *w, const struct session *s, uint64_t now)
{
	struct estimate b = session_estimate(s, now);

	if (w->acts++ == ACTS)
		return (POLL_REFUSED);
	if (b.how == ESTIMATE_UNKNOWN) {
		look(w, s, now, POLL_NOTHING);
		return (POLL_GOING);
	}
	if (b.state == DFU_STATE_IDLE) {
		/* What failed is not trusted to have ended as it should. */
		if ((w->acts == 1 && !w->ending) || b.how == ESTIMATE_REPORTED)
			return (POLL_DONE);
		look(w, s, now, POLL_NOTHING);
		return (POLL_GOING);
	}
	return (choose(w, s, b.state, now) ? POLL_GOING : POLL_REFUSED);
}

enum poll_end
to_idle_next(struct to_idle *w, struct job_turn *t)
{
	enum poll_end how;

	if (!t->s->present)
		return (POLL_GONE);
	/* What was cancelled ends first. */
	if (t->s->pending.number != 0) {
		t->job->until = JOB_FOREVER;
		t->step = JOB_WAIT;
		return (POLL_GOING);
	}
	for (;;) {
		if (!w->active) {
			how = decide(w, t->s, t->now);
			if (how != POLL_GOING)
				return (how);
			w->poll.timeout = w->ending ? BRIEF_MS : 0;
			w->poll.hurries = w->ending;
		}
		how = poll_next(&w->poll, t);
		if (how == POLL_GOING)
			return (how);
		w->active = false;
		/* What was refused shows in the state, which is asked for. */
		if (how != POLL_DONE && how != POLL_REFUSED)
			return (how);
		if (how == POLL_REFUSED && !w->poll.replied) {
			if (w->acts++ >= ACTS)
				return (POLL_REFUSED);
			look(w, t->s, t->now, POLL_NOTHING);
		}
	}
}

/* That time ends a manifestation is promised, and not always kept. */
static struct estimate
spoken(const struct session *s, uint64_t now)
{
	struct estimate k = session_estimate(s, now);

	return (k.how == ESTIMATE_TIMED &&
	    s->estimate.state == DFU_STATE_MANIFEST ? s->estimate : k);
}

void
to_idle_state(const struct session *s, uint64_t now, struct buf *b)
{
	struct estimate k = spoken(s, now);

	if (k.how == ESTIMATE_UNKNOWN) {
		buf_adds(b, "an unknown state");
		return;
	}
	dfu_state_words(b, k.state);
	if (k.by != 0)
		buf_addf(b, " (#%u)", k.by);
}

/* The command that leads out of a state which is not left here. */
static const char *
help_for(uint8_t state)
{
	switch (state) {
	case DFU_STATE_APP_IDLE:
	case DFU_STATE_APP_DETACH:
		return (". Run enter-dfu first");
	case DFU_STATE_MANIFEST_SYNC:
	case DFU_STATE_MANIFEST:
		return (". Run leave (L) to continue polling");
	case DFU_STATE_MANIFEST_WAIT_RESET:
		return (". Run reset (R): the device waits for a bus reset");
	default:
		return ("; neither ABORT nor CLRSTATUS ends that state");
	}
}

void
to_idle_words(const struct to_idle *w, const struct session *s,
    enum poll_end how, uint64_t now, struct buf *b)
{
	struct estimate k = spoken(s, now);

	if (how != POLL_REFUSED || k.how == ESTIMATE_UNKNOWN) {
		poll_words(&w->poll, how, b);
		return;
	}
	buf_adds(b, "the device is in ");
	to_idle_state(s, now, b);
	buf_adds(b, help_for(k.state));
}
