/* SPDX-License-Identifier: ISC */
#include "analysis/state_path.h"

#include <string.h>

#include "dfu/spec.h"
#include "dfu/transition.h"
#include "session/session.h"

static bool
is_same(const struct state_path_step *a, const struct state_path_step *b)
{
	return (a->kind == b->kind && a->input == b->input &&
	    a->outcome == b->outcome && a->state == b->state);
}

/* No loop begins in steps i to i + n, or they are just one. */
static bool
is_plain(const struct path *p, size_t i, size_t n, bool or_loop)
{
	size_t k;

	if (or_loop && p->steps[i].loop == n)
		return (true);
	/* A loop that ends in here begins at most so far before. */
	for (k = i > STATE_PATH_LOOP ? i - STATE_PATH_LOOP : 0; k < i + n;
	     k++) {
		if (p->steps[k].loop != 0 && k + p->steps[k].loop > i)
			return (false);
	}
	return (true);
}

static bool
is_round(const struct path *p, size_t n)
{
	size_t i, from;

	if (p->n < p->gap + 2 * n)
		return (false);
	from = p->n - 2 * n;
	for (i = 0; i < n; i++) {
		if (!is_same(&p->steps[from + i], &p->steps[from + n + i]))
			return (false);
	}
	return (is_plain(p, from, n, true) &&
	    is_plain(p, from + n, n, false));
}

static void
fold_round(struct path *p, size_t n)
{
	struct state_path_step *to = &p->steps[p->n - 2 * n];
	const struct state_path_step *more = to + n;
	size_t i;

	to->rounds = to->loop != 0 ? to->rounds + 1 : 2;
	to->loop = (uint32_t)n;
	for (i = 0; i < n; i++) {
		to[i].last = more[i].last;
		if (more[i].least < to[i].least)
			to[i].least = more[i].least;
		if (more[i].most > to[i].most)
			to[i].most = more[i].most;
	}
	p->n -= n;
}

static void
fold(struct path *p)
{
	size_t n;

	for (n = 1; n <= STATE_PATH_LOOP; n++) {
		if (!is_round(p, n))
			continue;
		fold_round(p, n);
		return;
	}
}

/* A step, or a loop as a whole, behind the head goes. */
static void
omit(struct path *p)
{
	size_t i = 0, n;

	while (i < STATE_PATH_HEAD)
		i += p->steps[i].loop != 0 ? p->steps[i].loop : 1;
	n = p->steps[i].loop != 0 ? p->steps[i].loop : 1;
	p->omitted += p->steps[i + n - 1].last >= p->steps[i].first &&
	    p->steps[i].first != 0 ? p->steps[i + n - 1].last -
	    p->steps[i].first + 1 : 0;
	p->gap = i;
	p->n -= n;
	memmove(&p->steps[i], &p->steps[i + n],
	    (p->n - i) * sizeof(p->steps[0]));
}

static void
add(struct path *p, const struct state_path_step *step)
{
	struct state_path_step *last =
	    p->n > p->gap ? &p->steps[p->n - 1] : NULL;

	if (last != NULL && last->loop == 0 && is_same(last, step) &&
	    is_plain(p, p->n - 1, 1, false)) {
		last->last = step->last;
		last->least = ++last->most;
		return;
	}
	fold(p);
	if (p->n == STATE_PATH_MOST)
		omit(p);
	p->steps[p->n++] = *step;
}

static void
add_request(struct path *p, const struct request *r)
{
	int input = dfu_input_of(&r->setup);
	struct state_path_step step = { .kind = STATE_PATH_REQUEST,
	    .outcome = r->outcome == OUTCOME_SHORT ? OUTCOME_OK : r->outcome,
	    .state = r->after, .first = r->number, .last = r->number,
	    .least = 1, .most = 1 };

	if (input < 0)
		return;
	step.input = (uint8_t)input;
	add(p, &step);
}

void
state_path_event(struct path *p, const struct session *s, const struct event *e)
{
	struct state_path_step step = {
		.state = NO_STATE, .least = 1, .most = 1
	};
	const struct request *r;

	switch ((enum event_kind)e->kind) {
	case EVENT_COMPLETE:
		r = session_request(s, e->number);
		if (r != NULL && r->done != 0)
			add_request(p, r);
		return;
	case EVENT_ARRIVED:
		step.kind = STATE_PATH_ARRIVED;
		break;
	case EVENT_LEFT:
		step.kind = STATE_PATH_LEFT;
		break;
	case EVENT_RESET:
		if (e->outcome == OUTCOME_UNKNOWN)
			return;
		step.kind = STATE_PATH_RESET;
		step.state = s->estimate.how != ESTIMATE_UNKNOWN ?
		    s->estimate.state : NO_STATE;
		break;
	case EVENT_OTHER:
	case EVENT_WALL:
	case EVENT_OPENED:
	case EVENT_CLOSED:
	case EVENT_SUBMIT:
	case EVENT_COMMAND:
	case EVENT_NOTE:
	case EVENT_LOST:
		return;
	}
	add(p, &step);
}

void
state_path_finish(struct path *p)
{
	fold(p);
}

static void
add_count(struct buf *b, const struct state_path_step *step)
{
	if (step->most == 1)
		return;
	if (step->least == step->most)
		buf_addf(b, " x%u", step->most);
	else
		buf_addf(b, " x%u-%u", step->least, step->most);
}

static void
add_outcome(struct buf *b, uint8_t outcome)
{
	if (outcome_is_answer(outcome))
		return;
	if (outcome == OUTCOME_STALL)
		buf_adds(b, " STALL");
	else if (outcome == OUTCOME_TIMEOUT || outcome == OUTCOME_GONE)
		buf_adds(b, " no answer");
	else if (outcome == OUTCOME_UNKNOWN)
		buf_adds(b, " outcome unknown");
	else
		buf_addf(b, " %s", outcome_words(outcome));
}

static void
add_state(struct buf *b, uint8_t state)
{
	buf_addc(b, ' ');
	if (state == NO_STATE)
		buf_adds(b, "unknown");
	else
		dfu_state_words(b, state);
}

void
state_path_step_words(const struct path *p, size_t i, struct buf *b)
{
	const struct state_path_step *step = &p->steps[i];

	switch ((enum state_path_kind)step->kind) {
	case STATE_PATH_ARRIVED:
		buf_adds(b, "connected:");
		break;
	case STATE_PATH_LEFT:
		buf_adds(b, "-> disconnected");
		return;
	case STATE_PATH_RESET:
		buf_adds(b, "-bus reset");
		if (step->outcome != OUTCOME_UNKNOWN)
			add_outcome(b, step->outcome);
		buf_adds(b, "->");
		break;
	case STATE_PATH_REQUEST:
		buf_addf(b, "-#%u %s", step->first, dfu_input_name(
		    (enum dfu_input)step->input));
		add_outcome(b, step->outcome);
		add_count(b, step);
		buf_adds(b, "->");
		break;
	}
	add_state(b, step->state);
}
