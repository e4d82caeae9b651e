/* SPDX-License-Identifier: ISC */
#include "diagnosis/sessions.h"

#include <stdlib.h>

#include "base/line.h"
#include "base/mem.h"
#include "diagnosis/dialect.h"
#include "diagnosis/finding.h"
#include "diagnosis/fingerprint.h"
#include "diagnosis/verdict.h"

struct sessions *
sessions_new(struct trace *trace, size_t requests_kept)
{
	struct sessions *b = mem_alloc(sizeof(*b));

	b->trace = trace;
	b->requests_kept = requests_kept;
	b->interface = -1;
	return (b);
}

void
sessions_free(struct sessions *b)
{
	size_t i;

	if (b == NULL)
		return;
	for (i = 0; i < b->n; i++) {
		findings_free(b->list[i]->findings);
		session_free(b->list[i]);
	}
	free(b->list);
	trace_free(b->trace);
	free(b);
}

struct session *
sessions_by_dev(const struct sessions *b, uint16_t dev)
{
	size_t i;

	for (i = 0; i < b->n; i++) {
		if (b->list[i]->dev == dev)
			return (b->list[i]);
	}
	return (NULL);
}

/* A device that comes back to its place goes on with its session. */
static struct session *
session_of(struct sessions *b, const struct identity *who)
{
	struct session *s;
	size_t i;

	for (i = 0; i < b->n; i++) {
		if (session_is_of(b->list[i], who))
			return (b->list[i]);
	}
	s = session_new(session_place(who));
	s->findings = findings_new();
	s->requests_kept = b->requests_kept;
	s->at_hand = b->at_hand;
	s->wanted_alternate = b->alternate;
	s->wanted_interface = b->interface;
	b->list = mem_array(b->list, b->n + 1,
	    sizeof(*b->list));
	b->list[b->n++] = s;
	return (s);
}

bool
sessions_untold_leaving(const struct sessions *b, const struct event *e,
    struct event *left)
{
	size_t i;

	for (i = 0; i < b->n && e->kind == EVENT_ARRIVED; i++) {
		if (!b->list[i]->present || !session_is_of(b->list[i], e->who))
			continue;
		*left = (struct event){ .time = e->time, .kind = EVENT_LEFT,
		    .dev = b->list[i]->dev, .basis = EVENT_INFERRED };
		return (true);
	}
	return (false);
}

/* What the operator asked for may say what the device is. */
static void
hear(struct session *s, const struct event *e)
{
	struct line_reader w;
	struct buf text = { 0 };

	buf_add(&text, e->data, e->kept);
	line_begin(&w, buf_str(&text));
	if (line_accept(&w, SESSIONS_STACK) && line_peek(&w) != NULL) {
		s->said_stack = dfu_stack_named(line_peek(&w));
		session_take_stack(s, fingerprint_stack(s, s->said_stack));
	}
	line_end(&w);
	buf_free(&text);
}

/* It told what the arrival did not. */
static bool
describes(const struct session *s, const struct event *e)
{
	return (e->kind == EVENT_COMPLETE && e->number != 0 &&
	    e->number == s->described_by);
}

void
sessions_apply(struct sessions *b, const struct event *e)
{
	struct session *s;
	struct event left;
	size_t index;

	if (e->kind == EVENT_ARRIVED && sessions_untold_leaving(b, e, &left))
		sessions_apply(b, &left);
	index = trace_add(b->trace, e);
	b->last = e->time;
	if (e->kind == EVENT_ARRIVED)
		s = session_of(b, e->who);
	else
		s = sessions_by_dev(b, e->dev);
	if (s == NULL)
		return;
	findings_before(s, e);
	session_apply(s, e, index, b->trace);
	if (e->kind == EVENT_ARRIVED || describes(s, e))
		session_take_stack(s, fingerprint_stack(s, s->said_stack));
	if (e->kind == EVENT_COMMAND)
		hear(s, e);
	if (dialect_event(s, e))
		session_read_again(s, b->trace);
	findings_after(s, e);
}

void
sessions_finish(struct sessions *b, uint64_t now, bool cut)
{
	size_t i;

	for (i = 0; i < b->n; i++) {
		session_memory_finish(b->list[i], now);
		findings_finish(b->list[i], now, cut);
	}
}

size_t
sessions_index(const struct sessions *b, const struct session *s)
{
	size_t i;

	for (i = 0; i < b->n; i++) {
		if (b->list[i] == s)
			break;
	}
	return (i);
}

const struct event *
sessions_submit_of(const struct sessions *b, const struct event *complete)
{
	const struct session *s = sessions_by_dev(b, complete->dev);
	const struct request *r;

	if (complete->kind != EVENT_COMPLETE || s == NULL)
		return (NULL);
	r = session_request(s, complete->number);
	return (r != NULL ? trace_get(b->trace, r->submit) : NULL);
}

uint64_t
sessions_deadline(const struct sessions *b, uint64_t now)
{
	uint64_t earliest = SESSION_NEVER, t;
	size_t i;

	for (i = 0; i < b->n; i++) {
		t = verdict_deadline(b->list[i], now);
		if (t < earliest)
			earliest = t;
		t = findings_deadline(b->list[i], now);
		if (t < earliest)
			earliest = t;
	}
	return (earliest);
}
