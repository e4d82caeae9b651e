/* SPDX-License-Identifier: ISC */
#include "analysis/operation.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "dfu/meaning.h"
#include "dfu/spec.h"
#include "wire/usb.h"

static const struct {
	const char	*name;
	bool		 polled;	/* GETSTATUS behind it is part of it */
	bool		 grows;		/* its next request too */
} kinds[OPERATION_KIND_COUNT] = {
	[OPERATION_QUERY] = { "query", true, true },
	[OPERATION_SET_ADDRESS] = { "set address", true, false },
	[OPERATION_ERASE] = { "erase sector", true, false },
	[OPERATION_MASS_ERASE] = { "erase everything", true, false },
	[OPERATION_READ_UNPROTECT] = { "remove read protection", true, false },
	[OPERATION_COMMAND] = { "unknown command", true, false },
	[OPERATION_GET_COMMANDS] = { "get commands", true, false },
	[OPERATION_WRITE] = { "write", true, true },
	[OPERATION_READ] = { "read", true, true },
	[OPERATION_MANIFEST] = { "manifest", true, false },
	[OPERATION_LEAVE] = { "leave", true, false },
	[OPERATION_CLEAR] = { "clear status", true, false },
	[OPERATION_ABORT] = { "abort", true, false },
	[OPERATION_DETACH] = { "detach", true, false },
	[OPERATION_OTHER] = { "other request", false, false }
};

const char *
operation_name(enum operation_kind kind)
{
	assert(kind < OPERATION_KIND_COUNT && kinds[kind].name != NULL);
	return (kinds[kind].name);
}

void
operations_clear(struct operations *o)
{
	packed_clear(&o->list);
	memset(o, 0, sizeof(*o));
}

size_t
operations_memory(const struct operations *o)
{
	return (packed_memory(&o->list));
}

/*
 * Operations before the last, as numbers. Those from LATE on are told by how
 * they differ from what others make likely, and mostly are 0.
 */
enum { AT, TOOK, ASKED, WAITED, ANNOUNCED, LAST, REQUESTS, POLLS, WHAT, BLOCK,
	BYTES, ADDRESS, LATE, IDEAL, INDEX, BLOCKS, REFUSED, FAILED, GAPS,
	FIELDS };
_Static_assert(FIELDS <= PACKED_FIELDS, "a record holds an operation");

static void
pack(struct operations *o, const struct operation *op)
{
	const uint64_t v[FIELDS] = { [AT] = op->at, [TOOK] = op->end - op->at,
	    [ASKED] = op->asked, [WAITED] = op->waited,
	    [ANNOUNCED] = op->announced, [LAST] = op->last,
	    [REQUESTS] = op->requests, [POLLS] = op->polls,
	    [WHAT] = op->kind | (uint32_t)op->state << 8 |
	    (uint32_t)op->outcome << 16 | (uint32_t)op->addressed << 24 |
	    (uint32_t)op->told << 25, [BLOCK] = op->block,
	    [BYTES] = op->bytes, [ADDRESS] = op->address,
	    [LATE] = op->late - (op->waited - op->announced),
	    [IDEAL] = op->ideal - (op->asked + op->announced),
	    [INDEX] = op->index - 2 * (uint64_t)op->first,
	    [BLOCKS] = (uint16_t)(op->block_last - op->block),
	    [REFUSED] = op->refused, [FAILED] = op->failed,
	    [GAPS] = op->last - op->first + 1 - op->requests };

	o->list.width = FIELDS;
	o->list.steady = 1 << AT;
	packed_add(&o->list, v);
}

struct operation
operations_at(const struct operations *o, size_t i)
{
	uint64_t v[FIELDS];
	uint32_t first;

	if (i + 1 == o->n)
		return (o->last);
	packed_get(&o->list, i, v);
	first = (uint32_t)(v[LAST] + 1 - v[REQUESTS] - v[GAPS]);
	return ((struct operation){ .at = v[AT], .end = v[AT] + v[TOOK],
	    .asked = v[ASKED], .waited = v[WAITED],
	    .announced = v[ANNOUNCED],
	    .late = v[LATE] + (v[WAITED] - v[ANNOUNCED]),
	    .ideal = v[IDEAL] + v[ASKED] + v[ANNOUNCED],
	    .index = (size_t)(v[INDEX] + 2 * (uint64_t)first),
	    .first = first, .last = (uint32_t)v[LAST],
	    .kind = (uint8_t)v[WHAT], .state = (uint8_t)(v[WHAT] >> 8),
	    .outcome = (uint8_t)(v[WHAT] >> 16),
	    .addressed = (v[WHAT] >> 24 & 1) != 0,
	    .told = (v[WHAT] >> 25 & 1) != 0,
	    .requests = (uint32_t)v[REQUESTS], .polls = (uint32_t)v[POLLS],
	    .address = (uint32_t)v[ADDRESS], .block = (uint16_t)v[BLOCK],
	    .block_last = (uint16_t)(v[BLOCK] + v[BLOCKS]),
	    .bytes = v[BYTES], .refused = (uint32_t)v[REFUSED],
	    .failed = (uint32_t)v[FAILED] });
}

void
operations_forget(struct operations *o)
{
	if (o->n < 2)
		return;
	packed_clear(&o->list);
	o->n = 1;
}

/* What a request alone would be. */
static const uint8_t kind_of[DFU_KIND_COUNT] = {
	[DFU_KIND_NONE] = OPERATION_OTHER,
	[DFU_KIND_OTHER] = OPERATION_OTHER,
	[DFU_KIND_STANDARD] = OPERATION_OTHER,
	[DFU_KIND_GET_DESCRIPTOR] = OPERATION_OTHER,
	[DFU_KIND_SET_INTERFACE] = OPERATION_OTHER,
	[DFU_KIND_DETACH] = OPERATION_DETACH,
	[DFU_KIND_GETSTATUS] = OPERATION_QUERY,
	[DFU_KIND_CLRSTATUS] = OPERATION_CLEAR,
	[DFU_KIND_GETSTATE] = OPERATION_QUERY,
	[DFU_KIND_ABORT] = OPERATION_ABORT,
	[DFU_KIND_WRITE] = OPERATION_WRITE,
	[DFU_KIND_WRITE_RESERVED] = OPERATION_WRITE,
	[DFU_KIND_END] = OPERATION_MANIFEST,
	[DFU_KIND_LEAVE] = OPERATION_LEAVE,
	[DFU_KIND_READ] = OPERATION_READ,
	[DFU_KIND_READ_RESERVED] = OPERATION_READ,
	[DFU_KIND_GET_COMMANDS] = OPERATION_GET_COMMANDS,
	[DFU_KIND_SET_ADDRESS] = OPERATION_SET_ADDRESS,
	[DFU_KIND_ERASE] = OPERATION_ERASE,
	[DFU_KIND_MASS_ERASE] = OPERATION_MASS_ERASE,
	[DFU_KIND_READ_UNPROTECT] = OPERATION_READ_UNPROTECT,
	[DFU_KIND_COMMAND] = OPERATION_COMMAND,
};

/* How bad it is for an operation. */
static unsigned
rank(uint8_t outcome)
{
	return (outcome_is_answer(outcome) ? 0 : outcome == OUTCOME_STALL ?
	    1 : outcome == OUTCOME_UNKNOWN ? 2 : 3);
}

static bool
is_data(uint8_t kind)
{
	return (kind == OPERATION_WRITE || kind == OPERATION_READ);
}

/* The device rests, and the host knows: who polls now looks for himself. */
static bool
is_over(const struct operation *op)
{
	switch (op->state) {
	case DFU_STATE_IDLE:
	case DFU_STATE_UPLOAD_IDLE:
		return (true);
	case DFU_STATE_APP_IDLE:
	case DFU_STATE_DNLOAD_IDLE:
	case DFU_STATE_ERROR:
		return (op->told);
	default:
		return (false);
	}
}

/* A poll belongs to what it polls. Blocks that follow each other are one. */
static bool
goes_on(const struct operation *op, uint8_t kind, const struct request *r)
{
	if (kind == OPERATION_QUERY && op->kind != OPERATION_QUERY)
		return (kinds[op->kind].polled && !is_over(op));
	if (kind != op->kind || !kinds[kind].grows)
		return (false);
	if (is_data(kind))
		return (op->failed == 0 && op->refused == 0 &&
		    (uint16_t)(op->block_last + 1) == r->setup.wValue);
	return (op->state == r->after);
}

static struct operation *
begin(struct operations *o, const struct operation *op)
{
	if (o->n > 0)
		pack(o, &o->last);
	o->last = *op;
	o->n++;
	return (&o->last);
}

/* What the host waited since an answer that told it to. */
static void
take_wait(struct operations *o, struct operation *op, const struct request *r)
{
	uint64_t told = (uint64_t)o->poll * 1000, waited;

	if (o->poll_at != 0 && r->at >= o->poll_at) {
		waited = r->at - o->poll_at;
		op->announced += told;
		op->waited += waited;
		op->late += waited > told ? waited - told : 0;
	}
	o->poll = r->replied ? r->reply.bwPollTimeout : 0;
	o->poll_at = o->poll != 0 ? r->done : 0;
}

static void
grow(struct operation *op, const struct request *r, uint8_t kind,
    const struct trace *t)
{
	const struct event *answer;

	op->last = r->number;
	op->requests++;
	op->polls += kind == OPERATION_QUERY;
	op->told = kind == OPERATION_QUERY;
	op->end = r->done != 0 ? r->done : r->at;
	op->asked += op->end - r->at;
	op->state = r->after;
	op->refused += r->outcome == OUTCOME_STALL;
	op->failed += rank(r->outcome) > 1;
	if (rank(r->outcome) >= rank(op->outcome))
		op->outcome = r->outcome;
	if (!is_data(kind))
		return;
	op->block_last = r->setup.wValue;
	answer = r->complete != NO_EVENT ? trace_get(t, r->complete) : NULL;
	if (answer != NULL && outcome_is_answer(r->outcome))
		op->bytes += answer->len;
}

static void
take(struct operations *o, const struct request *r, const struct trace *t)
{
	struct operation fresh = { .first = r->number, .at = r->at,
	    .state = NO_STATE, .outcome = OUTCOME_OK, .index = r->submit,
	    .block = r->setup.wValue, .kind = kind_of[r->meaning.kind],
	    .addressed = r->meaning.addressed,
	    .address = r->meaning.address };
	struct operation *op = o->n > 0 ? &o->last : NULL;

	if (op == NULL || o->cut || !goes_on(op, fresh.kind, r)) {
		/* A wait that ran then was the operation's before. */
		op = begin(o, &fresh);
		o->poll_at = 0;
		o->ideal_host = (struct ideal_host){ .waits = false };
		o->cut = false;
	}
	take_wait(o, op, r);
	op->ideal += ideal_host_request(&o->ideal_host, r);
	grow(op, r, fresh.kind, t);
}

static bool
cuts(const struct event *e)
{
	switch ((enum event_kind)e->kind) {
	case EVENT_ARRIVED:
	case EVENT_LEFT:
	case EVENT_RESET:
	case EVENT_NOTE:
	case EVENT_LOST:
		return (true);
	case EVENT_OTHER:
	case EVENT_WALL:
	case EVENT_OPENED:
	case EVENT_CLOSED:
	case EVENT_SUBMIT:
	case EVENT_COMPLETE:
	case EVENT_COMMAND:
		break;
	}
	return (false);
}

void
operations_begin(struct operations *o, const struct session *s)
{
	if (o->of != s || (s != NULL && o->revision != s->revision)) {
		operations_clear(o);
		o->of = s;
	}
	if (s != NULL)
		o->revision = s->revision;
}

void
operations_event(struct operations *o, const struct event *e,
    const struct request *r, const struct trace *t)
{
	o->cut = o->cut || cuts(e);
	if (r != NULL)
		take(o, r, t);
}

bool
operations_update(struct operations *o, const struct sessions *b,
    const struct session *s, size_t budget)
{
	const struct event *e;
	size_t index;

	operations_begin(o, s);
	if (s == NULL)
		return (false);
	while ((e = follow_next(&o->follow, b, s, &budget, &index)) != NULL)
		operations_event(o, e, follow_ended(s, e), b->trace);
	return (follow_behind(&o->follow, b));
}

bool
operations_of(const struct operations *o, uint32_t number,
    struct operation *op)
{
	size_t low = 0, high = o->n, middle;

	while (low < high) {
		middle = packed_middle(low, high);
		if (operations_at(o, middle).first <= number)
			low = middle + 1;
		else
			high = middle;
	}
	if (low > 0)
		*op = operations_at(o, low - 1);
	return (low > 0);
}

void
operation_words(struct buf *b, const struct operation *op)
{
	buf_adds(b, operation_name((enum operation_kind)op->kind));
	if (is_data(op->kind) && op->block != op->block_last)
		buf_addf(b, " block %u to %u, %llu byte%s", op->block,
		    op->block_last, (unsigned long long)op->bytes,
		    TEXT_S(op->bytes));
	else if (op->kind == OPERATION_WRITE && op->bytes == 0)
		/* What was refused has a size that did not cross. */
		buf_addf(b, " block %u", op->block);
	else if (is_data(op->kind))
		buf_addf(b, " block %u, %llu byte%s", op->block,
		    (unsigned long long)op->bytes, TEXT_S(op->bytes));
	if (op->addressed)
		buf_addf(b, is_data(op->kind) ? " at 0x%08x" : " 0x%08x",
		    op->address);
}

void
operation_cost(struct buf *b, const struct operation *op)
{
	buf_addf(b, op->requests == 1 ? "%u request, " : "%u requests, ",
	    op->requests);
	text_duration(b, op->end - op->at);
	if (op->refused > 0)
		buf_addf(b, op->refused == 1 ? ", STALL" : ", %u STALLs",
		    op->refused);
	if (op->failed > 0)
		buf_addf(b, op->failed == 1 ? ", 1 unanswered" :
		    ", %u unanswered", op->failed);
}
