/* SPDX-License-Identifier: ISC */
#include "analysis/timing.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "dfu/spec.h"
#include "session/wait_stats.h"

static void
count(struct timing_row *row, enum timing_part part, uint64_t us)
{
	struct distribution **s = &row->parts[part];

	if (*s == NULL)
		*s = mem_alloc(sizeof(**s));
	distribution_add(*s, us);
}

/* Operations. */

static uint64_t
own_of(const struct operation *op)
{
	uint64_t spent = op->asked + op->waited - op->late;
	uint64_t took = op->end - op->at;

	return (took > spent ? took - spent : 0);
}

static void
take_operation(struct timing *t, const struct operation *op)
{
	struct timing_row *row = &t->kinds[op->kind];

	count(row, TIMING_TOOK, op->end - op->at);
	count(row, TIMING_ANNOUNCED, op->announced);
	count(row, TIMING_WAITED, op->waited);
	count(row, TIMING_OWN, own_of(op));
	row->asked += op->asked;
	row->ideal += op->ideal;
}

static void
take_operations(struct timing *t)
{
	struct operation op;
	size_t i;

	for (i = 0; i + 1 < t->operations.n; i++) {
		op = operations_at(&t->operations, i);
		take_operation(t, &op);
	}
	operations_forget(&t->operations);
}

/* States. */

static void
leave(struct timing *t, uint64_t at)
{
	if (t->here)
		count(&t->states[t->state], TIMING_TOOK, at - t->since);
	t->here = t->told = false;
	t->zeros = 0;
}

static void
enter(struct timing *t, uint8_t state, uint64_t at)
{
	if (t->here && t->state == state)
		return;
	leave(t, at);
	if (state >= DFU_STATE_COUNT)
		return;
	t->here = true;
	t->state = state;
	t->since = at;
}

/* The host went on after an answer. */
static void
take_wait(struct timing *t, const struct request *r)
{
	uint64_t wait = (uint64_t)t->reply.bwPollTimeout * 1000, waited;
	struct timing_row *row;

	if (!t->told || t->reply.bState >= DFU_STATE_COUNT)
		return;
	waited = r->at - t->answered;
	row = &t->states[t->reply.bState];
	count(row, TIMING_ANNOUNCED, wait);
	count(row, TIMING_WAITED, waited);
	count(row, TIMING_OWN, waited > wait ? waited - wait : 0);
	t->told = false;
}

static void
take_loop(struct timing *t, const struct request *r)
{
	bool busy = r->replied && r->reply.bwPollTimeout == 0 &&
	    dfu_state_is(r->reply.bState, DFU_STATES_BUSY);

	t->zeros = busy ? t->zeros + 1 : 0;
	if (t->zeros >= WAIT_STATS_LOOP)
		t->states[r->reply.bState].loop = true;
}

static void
take_request(struct timing *t, const struct request *r)
{
	take_wait(t, r);
	if (t->begin == 0)
		t->begin = r->at + 1;
	t->end = r->done;
	if (dfu_input_of(&r->setup) < 0)
		return;
	if (r->before < DFU_STATE_COUNT)
		t->states[r->before].asked += r->done - r->at;
	enter(t, r->after, r->done);
	take_loop(t, r);
	t->told = r->replied;
	t->reply = r->reply;
	t->answered = r->done;
}

static void
take_event(struct timing *t, const struct event *e, const struct request *r)
{
	if (e->kind == EVENT_LEFT || e->kind == EVENT_ARRIVED ||
	    (e->kind == EVENT_RESET && e->outcome != OUTCOME_UNKNOWN))
		leave(t, e->time);
	if (r != NULL)
		take_request(t, r);
}

bool
timing_update(struct timing *t, const struct sessions *b,
    const struct session *s, size_t budget)
{
	size_t index, left = budget;
	const struct request *r;
	const struct event *e;
	bool both, more;

	/* After a dialect told late operations begin anew, and so do sums. */
	if (t->of != s || (s != NULL && t->operations.of == s &&
	    t->operations.revision != s->revision)) {
		timing_clear(t);
		t->of = s;
	}
	if (s == NULL)
		return (false);
	operations_begin(&t->operations, s);
	/* One follows for both, unless operations have begun anew. */
	both = follow_is_same(&t->follow, &t->operations.follow);
	while ((e = follow_next(&t->follow, b, s, &left, &index)) != NULL) {
		r = follow_ended(s, e);
		take_event(t, e, r);
		if (both)
			operations_event(&t->operations, e, r, b->trace);
	}
	if (both)
		t->operations.follow = t->follow;
	more = operations_update(&t->operations, b, s, both ? 0 : budget);
	take_operations(t);
	return (more || follow_behind(&t->follow, b));
}

static void
clear_rows(struct timing_row *rows, size_t n)
{
	size_t i, part;

	for (i = 0; i < n; i++) {
		for (part = 0; part < TIMING_PARTS; part++)
			free(rows[i].parts[part]);
	}
}

void
timing_clear(struct timing *t)
{
	operations_clear(&t->operations);
	clear_rows(t->kinds, OPERATION_KIND_COUNT);
	clear_rows(t->states, DFU_STATE_COUNT);
	memset(t, 0, sizeof(*t));
}

/* What it came to. */

/* One more than the row holds, if `more`. */
static void
sum(const struct distribution *s, bool more, uint64_t us,
    struct timing_sum *out)
{
	struct distribution copy = { 0 };

	if (s != NULL)
		copy = *s;
	if (more)
		distribution_add(&copy, us);
	*out = (struct timing_sum){ .n = copy.n, .total = copy.sum,
	    .min = copy.min, .max = copy.max };
	if (copy.n == 0)
		return;
	out->median = distribution_quantile(&copy, 0.5);
	out->most95 = distribution_quantile(&copy, 0.95);
}

bool
timing_kind(const struct timing *t, enum operation_kind kind,
    struct timing_line *line)
{
	const struct timing_row *row = &t->kinds[kind];
	const struct operation *op = t->operations.n != 0 ?
	    &t->operations.last : NULL;
	bool more = op != NULL && op->kind == kind;

	*line = (struct timing_line){ .asked = row->asked,
	    .ideal = row->ideal };
	if (row->parts[TIMING_TOOK] == NULL && !more)
		return (false);
	if (more) {
		line->asked += op->asked;
		line->ideal += op->ideal;
	}
	sum(row->parts[TIMING_TOOK], more, more ? op->end - op->at : 0,
	    &line->parts[TIMING_TOOK]);
	sum(row->parts[TIMING_ANNOUNCED], more, more ? op->announced : 0,
	    &line->parts[TIMING_ANNOUNCED]);
	sum(row->parts[TIMING_WAITED], more, more ? op->waited : 0,
	    &line->parts[TIMING_WAITED]);
	sum(row->parts[TIMING_OWN], more, more ? own_of(op) : 0,
	    &line->parts[TIMING_OWN]);
	return (true);
}

bool
timing_state(const struct timing *t, uint8_t state, uint64_t now,
    struct timing_line *line)
{
	const struct timing_row *row = &t->states[state];
	bool more = t->here && t->state == state;
	size_t part;

	*line = (struct timing_line){ .asked = row->asked,
	    .loop = row->loop };
	sum(row->parts[TIMING_TOOK], more, more && now > t->since ?
	    now - t->since : 0, &line->parts[TIMING_TOOK]);
	for (part = TIMING_ANNOUNCED; part < TIMING_PARTS; part++)
		sum(row->parts[part], false, 0, &line->parts[part]);
	return (line->parts[TIMING_TOOK].n != 0 ||
	    line->parts[TIMING_ANNOUNCED].n != 0);
}

static uint64_t
of_row(const struct timing_row *row, enum timing_part part)
{
	return (row->parts[part] != NULL ? row->parts[part]->sum : 0);
}

struct timing_total
timing_total(const struct timing *t)
{
	const struct operation *op = &t->operations.last;
	struct timing_total total = { .span = t->begin != 0 ?
	    t->end - (t->begin - 1) : 0 };
	uint64_t took = 0, spent;
	size_t i;

	for (i = 0; i < OPERATION_KIND_COUNT; i++) {
		took += of_row(&t->kinds[i], TIMING_TOOK);
		total.own += of_row(&t->kinds[i], TIMING_OWN);
		total.asked += t->kinds[i].asked;
		total.ideal += t->kinds[i].ideal;
	}
	if (t->operations.n != 0) {
		took += op->end - op->at;
		total.own += own_of(op);
		total.asked += op->asked;
		total.ideal += op->ideal;
	}
	spent = total.own + total.asked;
	total.waited = took > spent ? took - spent : 0;
	total.between = total.span > took ? total.span - took : 0;
	return (total);
}

void
timing_words(const struct timing *t, struct buf *b)
{
	struct timing_total total = timing_total(t);

	if (t->begin == 0)
		return;
	text_duration(b, total.span);
	buf_adds(b, " from the first request to the last answer. Answers "
	    "took ");
	text_duration(b, total.asked);
	buf_adds(b, ", announced waits ");
	text_duration(b, total.waited);
	buf_adds(b, ", the host itself ");
	text_duration(b, total.own);
	buf_adds(b, " within operations and ");
	text_duration(b, total.between);
	buf_adds(b, " between them. A host that follows every announced wait "
	    "would need ");
	text_duration(b, total.ideal);
	buf_adds(b, " for the operations, which took ");
	text_duration(b, total.asked + total.waited + total.own);
	buf_adds(b, ".");
}
