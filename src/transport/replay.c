/*
 * A journal as a device: it answers as recorded. A request that is not the
 * recorded one is not answered at all, and said so: guessing would be worse.
 */
#include "transport/transport.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"
#include "trace/identity.h"
#include "trace/journal.h"
#include "trace/trace.h"
#include "trace/words.h"

struct replay {
	struct transport	 head;
	struct trace		*trace;
	size_t			 next;		/* event not told yet */
	uint64_t		 anchor_now;	/* these two are the same */
	uint64_t		 anchor_then;	/* moment, here and recorded */
	uint32_t		 number;	/* pending here, 0: none */
	uint32_t		 recorded;	/* its number in the journal */
	struct buf		 bytes;		/* of an elided answer */
	uint16_t		 devs[UINT16_MAX + 1];	/* recorded to ours */
	struct event		 own;		/* OPENED, CLOSED, a miss */
	bool			 has_own;
	char			*diverged;
};

static bool
load(struct replay *r, const char *path, struct buf *error)
{
	struct journal_file *j = journal_open(path, error);
	enum journal_result result;
	struct event e;

	if (j == NULL)
		return (false);
	while ((result = journal_read(j, &e, error)) == JOURNAL_EVENT)
		trace_add(r->trace, &e);
	journal_close(j);
	return (result == JOURNAL_BLANK);
}

static void
replay_close(struct transport *head)
{
	struct replay *r = (struct replay *)head;

	trace_free(r->trace);
	buf_free(&r->bytes);
	free(r->diverged);
	free(r);
}

static struct transport *
replay_open(const char *arg, struct dev_numbers *numbers, struct buf *error)
{
	struct replay *r = mem_alloc(sizeof(*r));

	r->head.ops = &transport_replay;
	r->head.numbers = numbers;
	r->head.simulated = true;
	r->trace = trace_new();
	if (load(r, arg, error))
		return (&r->head);
	replay_close(&r->head);
	return (NULL);
}

static size_t
replay_pollfds(struct transport *head, struct pollfd *fds, size_t max)
{
	(void)head;
	(void)fds;
	(void)max;
	return (0);
}

/* What only the operator can bring about, and what concerns only him. */
static bool
is_wish(const struct event *e)
{
	return (e->kind == EVENT_SUBMIT || (e->kind == EVENT_RESET &&
	    e->outcome == OUTCOME_UNKNOWN));
}

static bool
is_told(const struct event *e)
{
	return (e->kind == EVENT_ARRIVED || e->kind == EVENT_LEFT ||
	    e->kind == EVENT_COMPLETE || e->kind == EVENT_RESET ||
	    e->kind == EVENT_LOST);
}

/* The next event that is told or wished for, or NULL at the end. */
static const struct event *
upcoming(struct replay *r)
{
	const struct event *e;

	for (; r->next < trace_end(r->trace); r->next++) {
		e = trace_get(r->trace, r->next);
		if (is_told(e) || is_wish(e))
			return (e);
	}
	return (NULL);
}

static uint64_t
due(const struct replay *r, const struct event *e)
{
	if (e->time <= r->anchor_then)
		return (r->anchor_now);
	return (r->anchor_now + (e->time - r->anchor_then));
}

static uint64_t
replay_deadline(const struct transport *head)
{
	struct replay *r = (struct replay *)(uintptr_t)head;
	const struct event *e = upcoming(r);

	if (r->has_own)
		return (0);
	if (e == NULL || is_wish(e))
		return (TRANSPORT_NEVER);
	return (due(r, e));
}

/* The bytes between the edges of an elided answer were not kept: zeros. */
static void
fill(struct replay *r, struct event *e)
{
	if (!e->elided)
		return;
	buf_reset(&r->bytes);
	buf_add(&r->bytes, e->data, EVENT_ELIDED_EDGE);
	while (r->bytes.len + EVENT_ELIDED_EDGE < e->len)
		buf_addc(&r->bytes, 0);
	buf_add(&r->bytes, e->data + EVENT_ELIDED_EDGE, EVENT_ELIDED_EDGE);
	e->data = r->bytes.data;
	e->kept = e->len;
	e->elided = false;
	e->crc = 0;
}

static bool
replay_read(struct transport *head, uint64_t now, struct event *e)
{
	struct replay *r = (struct replay *)head;
	const struct event *next;
	uint64_t when;

	if (r->has_own) {
		r->has_own = false;
		*e = r->own;
		return (true);
	}
	while ((next = upcoming(r)) != NULL && !is_wish(next)) {
		when = due(r, next);
		if (when > now)
			return (false);
		r->next++;
		/* A transfer that was cancelled here has ended already. */
		if (next->kind == EVENT_COMPLETE &&
		    (r->number == 0 || next->number != r->recorded))
			continue;
		*e = *next;
		e->time = when;
		if (e->kind == EVENT_ARRIVED)
			r->devs[e->dev] = ++r->head.numbers->last;
		e->dev = r->devs[e->dev];
		if (e->kind == EVENT_COMPLETE) {
			e->number = r->number;
			r->number = 0;
			fill(r, e);
		}
		return (true);
	}
	return (false);
}

static void
answer(struct replay *r, enum event_kind kind, uint16_t dev, uint64_t now,
    enum outcome outcome)
{
	r->own = (struct event){ .time = now, .kind = (uint8_t)kind,
	    .dev = dev, .outcome = (uint8_t)outcome, .number =
	    kind == EVENT_COMPLETE ? r->number : 0 };
	r->has_own = true;
	if (kind == EVENT_COMPLETE)
		r->number = 0;
}

static void
replay_open_device(struct transport *head, uint16_t dev, uint64_t now)
{
	answer((struct replay *)head, EVENT_OPENED, dev, now, OUTCOME_OK);
}

static void
replay_close_device(struct transport *head, uint16_t dev, uint64_t now)
{
	answer((struct replay *)head, EVENT_CLOSED, dev, now, OUTCOME_UNKNOWN);
}

static bool
same_bytes(const struct event *recorded, const struct xfer *x)
{
	if (setup_is_in(&x->setup) || x->setup.wLength == 0)
		return (true);
	if (recorded->len != x->setup.wLength || x->data == NULL)
		return (recorded->len == 0 && x->data == NULL);
	if (recorded->elided)
		return (crc32(crc32(0, NULL, 0), x->data,
		    x->setup.wLength) == recorded->crc);
	return (memcmp(recorded->data, x->data, recorded->len) == 0);
}

static void
diverge(struct replay *r, const struct event *recorded,
    const struct xfer *x)
{
	struct words_context c = { 0 };
	struct event asked = { .kind = EVENT_SUBMIT, .setup = x->setup };
	struct buf b = { 0 };

	if (r->diverged != NULL)
		return;
	buf_adds(&b, "the recording differs: asked was ");
	words_event(&b, &asked, NULL, &c);
	if (recorded == NULL) {
		buf_adds(&b, ", recorded is nothing more");
	} else {
		buf_addf(&b, ", recorded is #%u ", recorded->number);
		words_event(&b, recorded, NULL, &c);
		if (setup_equal(&recorded->setup, &x->setup))
			buf_adds(&b, " with other bytes");
	}
	r->diverged = buf_take(&b);
}

static void
replay_submit(struct transport *head, uint16_t dev, uint32_t number,
    const struct xfer *x, uint64_t now)
{
	struct replay *r = (struct replay *)head;
	const struct event *next = upcoming(r);

	r->number = number;
	if (next == NULL || next->kind != EVENT_SUBMIT ||
	    !setup_equal(&next->setup, &x->setup) || !same_bytes(next, x)) {
		diverge(r, next, x);
		answer(r, EVENT_COMPLETE, dev, now, OUTCOME_CANCELLED);
		return;
	}
	r->recorded = next->number;
	r->anchor_now = now;
	r->anchor_then = next->time;
	r->next++;
}

static void
replay_cancel(struct transport *head, uint16_t dev, uint64_t now)
{
	struct replay *r = (struct replay *)head;

	if (r->number != 0)
		answer(r, EVENT_COMPLETE, dev, now, OUTCOME_CANCELLED);
}

static void
replay_reset(struct transport *head, uint16_t dev, uint64_t now)
{
	struct replay *r = (struct replay *)head;
	const struct event *next = upcoming(r);
	struct xfer none = { 0 };

	if (next == NULL || next->kind != EVENT_RESET) {
		diverge(r, next, &none);
		answer(r, EVENT_RESET, dev, now, OUTCOME_CANCELLED);
		return;
	}
	r->anchor_now = now;
	r->anchor_then = next->time;
	r->next++;
}

static const char *
replay_diverged(const struct transport *head)
{
	return (((const struct replay *)head)->diverged);
}

const struct transport_ops transport_replay = {
	.name = "replay",
	.usage = "replay:FILE",
	.sentence = "answers as a journal recorded them; another request "
	    "than the recorded one fails",
	.open = replay_open,
	.close = replay_close,
	.pollfds = replay_pollfds,
	.deadline = replay_deadline,
	.read = replay_read,
	.open_device = replay_open_device,
	.close_device = replay_close_device,
	.submit = replay_submit,
	.cancel = replay_cancel,
	.reset = replay_reset,
	.diverged = replay_diverged,
};
