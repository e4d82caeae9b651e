/* SPDX-License-Identifier: ISC */
/*
 * A journal as a device: it answers as recorded. A request that is not the
 * recorded one is not answered at all, and said so: guessing would be worse.
 */
#include "transport/transport.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"
#include "source/source.h"
#include "trace/identity.h"
#include "trace/trace.h"
#include "trace/words.h"

/* A transfer under way: its number here and in the journal. */
struct flight {
	uint16_t		 dev;
	uint32_t		 number;
	uint32_t		 recorded;
	uint64_t		 expires; /* us: never answered, or NEVER */
};

struct replay {
	struct transport	 head;
	struct trace		*trace;
	size_t			 next;		/* event not told yet */
	bool			 anchored;
	uint64_t		 anchor_now;	/* these two are the same */
	uint64_t		 anchor_then;	/* moment, here and recorded */
	struct flight		*flights;	/* at most one a device */
	size_t			 nflights;
	struct buf		 bytes;		/* of an elided answer */
	struct identity		*who;		/* of the latest arrival */
	uint16_t		 devs[UINT16_MAX + 1]; /* recorded to ours */
	struct event		*own;		/* OPENED, CLOSED, a miss */
	size_t			 nown;
	char			*diverged;
};

static bool
load(struct replay *r, const char *path, struct buf *error)
{
	struct source *source = source_open(path, NULL, error);
	enum source_result result;
	struct event e;

	if (source == NULL)
		return (false);
	do {
		result = source_read(source, &e, error);
		if (result == SOURCE_EVENT)
			trace_add(r->trace, &e);
	} while (result == SOURCE_EVENT || result == SOURCE_LATER);
	source_close(source);
	return (result == SOURCE_END);
}

static void
replay_close(struct transport *head)
{
	struct replay *r = (struct replay *)head;

	trace_free(r->trace);
	buf_free(&r->bytes);
	identity_free(r->who);
	free(r->flights);
	free(r->own);
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

/* Devices that were there from the start are there at once. */
static void
anchor(struct replay *r, uint64_t now)
{
	const struct event *e;
	size_t i;

	if (r->anchored)
		return;
	r->anchored = true;
	r->anchor_now = now;
	for (i = 0; i < trace_end(r->trace); i++) {
		e = trace_get(r->trace, i);
		if (e->kind == EVENT_ARRIVED || i == 0)
			r->anchor_then = e->time;
		else if (e->kind != EVENT_WALL && e->kind != EVENT_OTHER &&
		    e->kind != EVENT_NOTE)
			break;
	}
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
	uint64_t earliest = TRANSPORT_NEVER;
	size_t i;

	if (r->nown != 0 || !r->anchored)
		return (0);
	if (e != NULL && !is_wish(e))
		earliest = due(r, e);
	for (i = 0; i < r->nflights; i++) {
		if (r->flights[i].expires < earliest)
			earliest = r->flights[i].expires;
	}
	return (earliest);
}

static struct flight *
flight_of(struct replay *r, uint16_t dev)
{
	size_t i;

	for (i = 0; i < r->nflights; i++) {
		if (r->flights[i].dev == dev)
			return (&r->flights[i]);
	}
	return (NULL);
}

static void
drop_flight(struct replay *r, struct flight *f)
{
	*f = r->flights[--r->nflights];
}

/* The recording does not say how it ended: as if nothing had come. */
static bool
expire(struct replay *r, uint64_t now, struct event *e)
{
	struct flight *f;
	size_t i;

	for (i = 0; i < r->nflights; i++) {
		f = &r->flights[i];
		if (f->expires > now)
			continue;
		*e = (struct event){ .time = f->expires, .dev = f->dev,
		    .kind = EVENT_COMPLETE, .outcome = OUTCOME_TIMEOUT,
		    .number = f->number };
		drop_flight(r, f);
		return (true);
	}
	return (false);
}

/* The bytes between the edges of an elided answer were not kept: zeros. */
static void
fill(struct replay *r, struct event *e)
{
	/* No control transfer carries more: the line is wrong. */
	if (!e->elided || e->len > UINT16_MAX)
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

/* Who was recorded is not who is here: a recording stands for it. */
static void
disguise(struct replay *r, struct event *e)
{
	if (e->who == NULL)
		return;
	identity_free(r->who);
	r->who = identity_copy(e->who);
	free(r->who->transport);
	r->who->transport = mem_strdup("replay");
	e->who = r->who;
}

static bool
replay_read(struct transport *head, uint64_t now, struct event *e)
{
	struct replay *r = (struct replay *)head;
	const struct event *next;
	struct flight *f;
	uint64_t when;

	anchor(r, now);
	if (r->nown != 0) {
		*e = r->own[0];
		memmove(r->own, r->own + 1, --r->nown * sizeof(*r->own));
		return (true);
	}
	while ((next = upcoming(r)) != NULL && !is_wish(next)) {
		when = due(r, next);
		if (when > now)
			break;
		r->next++;
		f = flight_of(r, r->devs[next->dev]);
		/* A transfer that was cancelled here has ended already. */
		if (next->kind == EVENT_COMPLETE &&
		    (f == NULL || next->number != f->recorded))
			continue;
		*e = *next;
		e->time = when;
		if (e->kind == EVENT_ARRIVED) {
			r->devs[e->dev] = ++r->head.numbers->last;
			disguise(r, e);
		}
		e->dev = r->devs[e->dev];
		if (e->kind == EVENT_COMPLETE) {
			e->number = f->number;
			drop_flight(r, f);
			fill(r, e);
		}
		return (true);
	}
	return (expire(r, now, e));
}

static void
answer(struct replay *r, enum event_kind kind, uint16_t dev, uint64_t now,
    enum outcome outcome)
{
	r->own = mem_array(r->own, r->nown + 1, sizeof(*r->own));
	r->own[r->nown++] = (struct event){ .time = now, .dev = dev,
	    .kind = (uint8_t)kind, .outcome = (uint8_t)outcome };
}

static void
end_flight(struct replay *r, uint16_t dev, uint32_t number, uint64_t now)
{
	answer(r, EVENT_COMPLETE, dev, now, OUTCOME_CANCELLED);
	r->own[r->nown - 1].number = number;
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
	/* The bytes were not kept at all: the length has to do. */
	return (recorded->kept == 0 || memcmp(recorded->data, x->data,
	    recorded->kept) == 0);
}

static void
diverge(struct replay *r, const struct event *recorded,
    const struct event *asked)
{
	struct buf b = { 0 };

	if (r->diverged != NULL)
		return;
	buf_adds(&b, "the request differs from the recording: sent ");
	words_event(&b, asked, NULL, NULL);
	if (recorded == NULL) {
		buf_adds(&b, "; the recording has ended");
	} else {
		buf_adds(&b, "; recorded ");
		if (recorded->number != 0)
			buf_addf(&b, "#%u ", recorded->number);
		words_event(&b, recorded, NULL, NULL);
		if (recorded->kind == asked->kind &&
		    setup_equal(&recorded->setup, &asked->setup))
			buf_adds(&b, " with other bytes");
	}
	r->diverged = buf_take(&b);
}

/* How the recorded request ended is in the journal. */
static bool
has_answer(const struct replay *r, const struct event *submit)
{
	const struct event *e;
	size_t i;

	for (i = r->next; i < trace_end(r->trace); i++) {
		e = trace_get(r->trace, i);
		if (e->kind == EVENT_COMPLETE &&
		    e->number == submit->number && e->dev == submit->dev)
			return (true);
	}
	return (false);
}

static void
take_off(struct replay *r, const struct event *recorded,
    const struct flight *f)
{
	r->flights = mem_array(r->flights, r->nflights + 1,
	    sizeof(*r->flights));
	r->flights[r->nflights] = *f;
	r->flights[r->nflights++].recorded = recorded->number;
}

static void
replay_submit(struct transport *head, uint16_t dev, uint32_t number,
    const struct xfer *x, uint64_t now)
{
	struct replay *r = (struct replay *)head;
	const struct event *next = upcoming(r);
	struct event asked = { .kind = EVENT_SUBMIT, .setup = x->setup };
	struct event submit;
	struct flight f = { .dev = dev, .number = number,
	    .expires = TRANSPORT_NEVER };

	if (next == NULL || next->kind != EVENT_SUBMIT ||
	    r->devs[next->dev] != dev ||
	    !setup_equal(&next->setup, &x->setup) || !same_bytes(next, x)) {
		diverge(r, next, &asked);
		end_flight(r, dev, number, now);
		return;
	}
	submit = *next;
	r->next++;
	if (x->timeout != 0 && !has_answer(r, &submit))
		f.expires = now + (uint64_t)x->timeout * 1000;
	take_off(r, &submit, &f);
	r->anchor_now = now;
	r->anchor_then = submit.time;
}

static void
replay_cancel(struct transport *head, uint16_t dev, uint64_t now)
{
	struct replay *r = (struct replay *)head;
	struct flight *f = flight_of(r, dev);

	if (f == NULL)
		return;
	end_flight(r, dev, f->number, now);
	drop_flight(r, f);
}

static void
replay_reset(struct transport *head, uint16_t dev, uint64_t now)
{
	struct replay *r = (struct replay *)head;
	const struct event *next = upcoming(r);
	struct event asked = { .kind = EVENT_RESET };

	if (next == NULL || next->kind != EVENT_RESET || !is_wish(next) ||
	    r->devs[next->dev] != dev) {
		diverge(r, next, &asked);
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
	.sentence = "replay the answers of a journal; a request that differs "
	    "from the recorded one fails",
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
