#include "model/bench.h"

#include <stdlib.h>

#include "base/mem.h"
#include "model/verdict.h"

struct bench *
bench_new(struct trace *trace, size_t requests_kept)
{
	struct bench *b = mem_alloc(sizeof(*b));

	b->trace = trace;
	b->requests_kept = requests_kept;
	b->interface = -1;
	return (b);
}

void
bench_free(struct bench *b)
{
	size_t i;

	if (b == NULL)
		return;
	for (i = 0; i < b->nsessions; i++)
		session_free(b->sessions[i]);
	free(b->sessions);
	trace_free(b->trace);
	free(b);
}

struct session *
bench_by_dev(const struct bench *b, uint16_t dev)
{
	size_t i;

	for (i = 0; i < b->nsessions; i++) {
		if (b->sessions[i]->dev == dev)
			return (b->sessions[i]);
	}
	return (NULL);
}

/* A device that comes back to its place goes on with its session. */
static struct session *
session_of(struct bench *b, const struct identity *who)
{
	struct session *s;
	size_t i;

	for (i = 0; i < b->nsessions; i++) {
		if (session_is_of(b->sessions[i], who))
			return (b->sessions[i]);
	}
	s = session_new(session_place(who));
	s->requests_kept = b->requests_kept;
	s->wanted_alternate = b->alternate;
	s->wanted_interface = b->interface;
	b->sessions = mem_array(b->sessions, b->nsessions + 1,
	    sizeof(*b->sessions));
	b->sessions[b->nsessions++] = s;
	return (s);
}

void
bench_apply(struct bench *b, const struct event *e)
{
	size_t index = trace_add(b->trace, e);
	struct session *s;

	b->last = e->time;
	if (e->kind == EVENT_ARRIVED)
		s = session_of(b, e->who);
	else
		s = bench_by_dev(b, e->dev);
	if (s != NULL)
		session_apply(s, e, index);
}

size_t
bench_index(const struct bench *b, const struct session *s)
{
	size_t i;

	for (i = 0; i < b->nsessions; i++) {
		if (b->sessions[i] == s)
			break;
	}
	return (i);
}

const struct event *
bench_submit_of(const struct bench *b, const struct event *complete)
{
	const struct session *s = bench_by_dev(b, complete->dev);
	const struct request *r;

	if (complete->kind != EVENT_COMPLETE || s == NULL)
		return (NULL);
	r = session_request(s, complete->number);
	return (r != NULL ? trace_get(b->trace, r->submit) : NULL);
}

uint64_t
bench_deadline(const struct bench *b, uint64_t now)
{
	uint64_t earliest = SESSION_NEVER, t;
	size_t i;

	for (i = 0; i < b->nsessions; i++) {
		t = verdict_deadline(b->sessions[i], now);
		if (t < earliest)
			earliest = t;
		t = findings_deadline(b->sessions[i], now);
		if (t < earliest)
			earliest = t;
	}
	return (earliest);
}
