/* SPDX-License-Identifier: ISC */
/* How events change a session; session.c answers questions about it. */
#include "session/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "base/text.h"
#include "session/session_stats.h"
#include "wire/usb.h"

#define DEVICE_LENGTH	18	/* of a device descriptor */

static void
forget_state(struct session *s, uint64_t at, uint32_t by)
{
	s->estimate = s->by_spec = (struct estimate){ .since = at, .by = by };
	s->stands = NO_STATE;
	s->timer = s->spec_timer = SESSION_NEVER;
}

/* The visit that ends now is counted. */
static void
leave_state(struct session *s, const struct estimate *was, uint64_t at)
{
	if (was->how != ESTIMATE_UNKNOWN && was->state < DFU_STATE_COUNT)
		s->visits[was->state].total += at - s->entered;
}

static void
enter_state(struct session *s, const struct estimate *b, uint64_t at)
{
	s->entered = at;
	if (b->how != ESTIMATE_UNKNOWN && b->state < DFU_STATE_COUNT)
		s->visits[b->state].count++;
}

static void
add_path_step(struct session *s, uint8_t from, uint8_t to, int input,
    uint8_t outcome, uint32_t by, uint64_t at)
{
	struct path_step *step;

	if (s->npath == SESSION_PATH) {
		memmove(s->path, s->path + 1,
		    (SESSION_PATH - 1) * sizeof(s->path[0]));
		s->npath--;
	}
	step = &s->path[s->npath++];
	*step = (struct path_step){ .from = from, .to = to,
	    .input = (int8_t)input, .outcome = outcome, .by = by, .at = at };
}

static uint8_t
state_of(const struct estimate *b)
{
	return (b->how == ESTIMATE_UNKNOWN ? NO_STATE : b->state);
}

/*
 * The belief after a request: `before` is what time had made of the state
 * when it was sent, s->belief still the one before that.
 */
static void
believe(struct session *s, const struct estimate *before, struct estimate after,
    int input, uint8_t outcome, uint32_t by, uint64_t at)
{
	struct estimate was = s->estimate;
	bool still = state_of(&was) == state_of(&after) &&
	    was.how != ESTIMATE_UNKNOWN;

	/* Else the device contradicts that: the move did not happen. */
	if (((before->how == ESTIMATE_TIMED && was.how != ESTIMATE_TIMED) ||
	    s->stands != NO_STATE) && !still) {
		add_path_step(s, was.state, before->state,
		    before->how == ESTIMATE_TIMED ? DFU_IN_TIME :
		    DFU_IN_GETSTATUS, OUTCOME_OK,
		    before->how == ESTIMATE_TIMED ? 0 : was.by,
		    before->since);
		leave_state(s, &was, before->since);
		enter_state(s, before, before->since);
		was = *before;
		still = state_of(&was) == state_of(&after);
	}
	if (still)
		after.since = was.since;
	if (!outcome_is_answer(outcome) ||
	    (!still && state_of(before) != state_of(&after)))
		add_path_step(s, still ? was.state : state_of(before),
		    state_of(&after), input, outcome, by, at);
	if (!still) {
		leave_state(s, &was, at);
		enter_state(s, &after, at);
	}
	s->estimate = after;
	s->stands = NO_STATE;
}

/* The interface that was asked for, else the first one in DFU mode. */
static void
choose_function(struct session *s)
{
	const struct dfu_function *f = s->descriptors.functions;
	size_t i, best = 0;
	int score, most = -1;

	for (i = 0; i < s->descriptors.nfunctions; i++) {
		score = f[i].bInterfaceNumber == s->wanted_interface ? 2 :
		    !f[i].runtime;
		if (score > most) {
			most = score;
			best = i;
		}
	}
	s->function = best;
}

/* Which alternate setting is looked at: no request is sent for it. */
static void
choose_alternate(struct session *s)
{
	const struct dfu_function *f = session_function(s);
	const char *name;
	uint8_t number;
	uint64_t wanted;
	size_t i;

	s->alternate = 0;
	s->alternate_set = false;
	for (i = 0; f != NULL && s->wanted_alternate != NULL &&
	    i < f->nalternates; i++) {
		number = f->alternates[i].bAlternateSetting;
		name = session_alternate_name(s, number);
		if (text_number(s->wanted_alternate, UINT8_MAX, &wanted) ?
		    wanted == number :
		    name != NULL && strcmp(name, s->wanted_alternate) == 0)
			s->alternate = number;
	}
}

static void
forget_strings(struct session *s)
{
	size_t i;

	for (i = 0; i < sizeof(s->strings) / sizeof(s->strings[0]); i++) {
		free(s->strings[i]);
		s->strings[i] = NULL;
	}
}

/* The same kind of device as the one that left, but another one. */
static bool
is_another(const struct identity *was, const struct identity *is)
{
	return (was != NULL && is != NULL && was->vendor == is->vendor &&
	    was->product == is->product && was->serial != NULL &&
	    is->serial != NULL && strcmp(was->serial, is->serial) != 0);
}

static void
apply_arrived(struct session *s, const struct event *e, size_t index)
{
	static const struct buf none;
	const struct buf *d = e->who != NULL ? &e->who->descriptors : &none;
	bool other = is_another(s->who, e->who);

	leave_state(s, &s->estimate, e->time);
	identity_free(s->who);
	s->who = e->who != NULL ? identity_copy(e->who) : identity_new();
	dfu_descriptors_free(&s->descriptors);
	dfu_descriptors_parse(&s->descriptors, d->data, d->len);
	s->described_by = 0;
	forget_strings(s);
	choose_function(s);
	choose_alternate(s);
	session_note_names(s);
	s->dev = e->dev;
	s->present = true;
	s->opened = false;
	s->refused = OUTCOME_UNKNOWN;
	s->reset_at = 0;
	s->arrivals++;
	s->arrived_at = e->time;
	s->arrival = index;
	s->pointer_known = s->pointer_pending = s->erasing = false;
	s->at_once = s->unannounced = false;
	s->next_block = 0;
	s->reported.known = s->status.known = false;
	s->untold = 0;
	s->pending.number = 0;
	s->npath = 0;
	s->told = (struct session_told){ 0 };
	session_stats_restart(s);
	forget_state(s, e->time, 0);
	session_memory_arrives(s, other);
}

static void
apply_left(struct session *s, const struct event *e, const struct trace *t)
{
	struct request *last;

	session_memory_leaves(s, e, t);
	leave_state(s, &s->estimate, e->time);
	session_stats_left(s, e->time);
	s->present = s->opened = false;
	s->left_at = e->time;
	s->pending.number = 0;
	forget_state(s, e->time, s->estimate.by);
	if (s->nrequests == 0)
		return;
	last = &s->requests[s->nrequests - 1];
	if (last->outcome == OUTCOME_BUSERROR &&
	    e->time - last->done <= SESSION_GONE_WITHIN)
		last->outcome = OUTCOME_GONE;
}

/* It did more than to hear the same again. */
static bool
did_something(const struct session *s, const struct request *r)
{
	bool asks = r->meaning.kind == DFU_KIND_GETSTATUS ||
	    r->meaning.kind == DFU_KIND_GETSTATE;

	return (r->at >= s->arrived_at && (!asks ||
	    r->outcome != OUTCOME_OK || r->stood != r->after));
}

/* Those before end that did something stay at the front; returns how many. */
static size_t
keep_again(struct session *s, size_t end)
{
	size_t i, n = 0;

	for (i = 0; i < end; i++)
		n += did_something(s, &s->requests[i]);
	s->nagain = 0;
	for (i = 0; i < end; i++)
		if (did_something(s, &s->requests[i]) &&
		    n-- <= SESSION_AGAIN)
			s->requests[s->nagain++] = s->requests[i];
	return (s->nagain);
}

/* The n oldest go into the archive, and those after them move up. */
static void
put_away(struct session *s, size_t n)
{
	size_t i, end = s->nagain + n, kept;

	for (i = s->nagain; i < end; i++)
		archive_add(&s->archive, &s->requests[i]);
	kept = keep_again(s, end);
	memmove(s->requests + kept, s->requests + end,
	    (s->nrequests - end) * sizeof(*s->requests));
	s->nrequests -= end - kept;
}

/* The n oldest are no longer at hand. */
static void
drop(struct session *s, size_t n)
{
	size_t i;

	for (i = s->nagain; i < s->nagain + n; i++)
		if (s->requests[i].at >= s->arrived_at)
			session_told_add(&s->told, &s->requests[i]);
	if (s->requests_kept == 0) {
		put_away(s, n);
		return;
	}
	s->nrequests -= n;
	s->requests += n;
	s->requests_gone += n;
}

/* The array is full: those that are kept move to its begin, or it grows. */
static void
make_room(struct session *s)
{
	struct request *all = s->requests == NULL ? NULL :
	    s->requests - s->requests_gone;

	if (s->requests_gone > s->nrequests) {
		memcpy(all, s->requests, s->nrequests * sizeof(*all));
		s->requests = all;
		s->requests_gone = 0;
		return;
	}
	/* It grows by pages: little at a time costs little. */
	s->requests_cap += s->requests_cap / 32 + 32;
	all = mem_array(all, s->requests_cap, sizeof(*all));
	s->requests = all + s->requests_gone;
}

/* Old requests go a quarter at a time, so that keeping few stays cheap. */
static struct request *
new_request(struct session *s)
{
	size_t most = s->requests_kept != 0 ? s->requests_kept :
	    s->at_hand != 0 ? s->at_hand : SESSION_AT_HAND;

	if (s->nrequests - s->nagain >= most + most / 4 + 1)
		drop(s, most / 4 + 1);
	if (s->requests_gone + s->nrequests == s->requests_cap)
		make_room(s);
	return (&s->requests[s->nrequests++]);
}

/* A DfuSe command is under way: what it will have changed when it is done. */
static void
note_dnload(struct session *s, const struct request *r)
{
	const struct dfu_meaning *m = &r->meaning;

	if (dfu_request_of(&r->setup) == NULL ||
	    r->setup.bRequest != DFU_DNLOAD)
		return;
	/* One that was refused does nothing. */
	s->erasing = r->outcome != OUTCOME_STALL &&
	    (m->kind == DFU_KIND_ERASE || m->kind == DFU_KIND_MASS_ERASE ||
	    m->kind == DFU_KIND_READ_UNPROTECT);
	s->pointer_pending = r->outcome != OUTCOME_STALL &&
	    m->kind == DFU_KIND_SET_ADDRESS && m->addressed;
	if (s->pointer_pending)
		s->pointer_next = m->address;
}

/* The same when GETSTATUS was answered. */
static void
note_reply(struct session *s, const struct dfu_status_reply *reply)
{
	if (s->pointer_pending && reply->bState != DFU_STATE_ERROR) {
		s->pointer = s->pointer_next;
		s->pointer_known = true;
	}
	s->pointer_pending = false;
	if (reply->bState != DFU_STATE_DNBUSY)
		s->erasing = false;
}

static void
read_request(struct session *s, struct request *r, const struct trace *t)
{
	const struct event *e = trace_get(t, r->submit);
	struct dfu_context c = session_context(s, r->alternate);
	struct dfu_meaning m;

	r->revision = s->revision;
	if (e == NULL)
		return;
	m = dfu_meaning(&r->setup, e->data, e->kept, &c);
	/* Its pointer was set by a request that is forgotten. */
	if (!m.addressed && r->meaning.addressed &&
	    m.kind == r->meaning.kind && m.dialect == r->meaning.dialect)
		return;
	r->meaning = m;
}

/* What it means now is what it means where it is here again. */
static size_t
mean_again(struct session *s, size_t i, const struct request *r)
{
	while (i < s->nagain && s->requests[i].number < r->number)
		i++;
	if (i < s->nagain && s->requests[i].number == r->number) {
		s->requests[i].meaning = r->meaning;
		s->requests[i].revision = r->revision;
	}
	return (i);
}

/* Those put away too: what is said must not hang on how many are at hand. */
void
session_read_again(struct session *s, const struct trace *t)
{
	bool known = s->pointer_known;
	uint32_t pointer = s->pointer;
	size_t i = session_since_arrival(s), n = session_history(s), again = 0;
	struct request taken, *r;

	s->revision++;
	s->pointer_known = s->pointer_pending = s->erasing = false;
	for (; i < n; i++) {
		r = i < s->archive.n ? &taken :
		    &s->requests[i - s->archive.n + s->nagain];
		if (r == &taken && !archive_take(&s->archive, i, t, r))
			continue;
		read_request(s, r, t);
		note_dnload(s, r);
		if (r->replied)
			note_reply(s, &r->reply);
		if (r != &taken)
			continue;
		archive_mean(&s->archive, i, r);
		again = mean_again(s, again, r);
	}
	if (!s->pointer_known) {
		s->pointer_known = known;
		s->pointer = pointer;
	}
	session_memory_again(s, t);
}

static const struct prediction *
predicted(struct session *s, const struct request *r)
{
	struct prediction p = { .by = s->stack, .stack_state = NO_STATE,
	    .otherwise = NO_STATE };
	int input = dfu_input_of(&r->setup);

	/* It is asked for more than there are. */
	if (input >= 0 && r->meaning.kind == DFU_KIND_GET_COMMANDS)
		input = DFU_IN_UPLOAD_SHORT;
	if (r->meaning.kind == DFU_KIND_SET_INTERFACE)
		p = predict_alternate(s, s->stack, r->at);
	else if (input >= 0)
		return (predictions_of(s, (enum dfu_input)input, &s->asked,
		    &s->spec_asked));
	return (predictions_keep(&s->predictions, &p));
}

/* Where it stood when r was sent: mostly nothing happened since. */
static struct estimate
asked_at(const struct session *s, const struct request *r)
{
	return (s->heard == r->submit ? s->asked :
	    session_estimate(s, r->at));
}

static struct estimate
spec_asked_at(const struct session *s, const struct request *r)
{
	return (s->heard == r->submit ? s->spec_asked :
	    session_estimate_spec(s, r->at));
}

static void
apply_submit(struct session *s, const struct event *e, size_t index)
{
	struct request *r = new_request(s);

	s->asked = session_estimate(s, e->time);
	s->spec_asked = session_estimate_spec(s, e->time);
	*r = (struct request){ .number = e->number, .setup = e->setup,
	    .at = e->time, .stood = state_of(&s->estimate),
	    .before = state_of(&s->asked), .after = NO_STATE,
	    .spec_stood = state_of(&s->by_spec),
	    .spec_before = state_of(&s->spec_asked), .spec_after = NO_STATE,
	    .submit = index, .complete = NO_EVENT,
	    .alternate = s->alternate, .revision = s->revision,
	    .meaning = session_meaning(s, &e->setup, e->data, e->kept) };
	r->predicted = predicted(s, r);
	s->pending = (struct pending){ .number = e->number,
	    .setup = e->setup, .at = e->time, .timeout = e->timeout };
	if (e->agent == EVENT_BY_SELF)
		s->sent++;
	else
		s->seen++;
	session_stats_submit(s, r);
	session_memory_sent(s);
	note_dnload(s, r);
}

/* The one state that every cell accepting this input leads to. */
static bool
sole_next(const struct dfu_conditions *c, enum dfu_input input,
    const struct dfu_transition **found)
{
	const struct dfu_transition *m;
	uint8_t state;

	*found = NULL;
	for (state = 0; state < DFU_STATE_COUNT; state++) {
		m = dfu_transition(state, input, c);
		if (m == NULL || m->response != DFU_RESPONSE_OK)
			continue;
		if (*found != NULL && (*found)->next != m->next)
			return (false);
		*found = m;
	}
	return (*found != NULL);
}

static struct estimate
moved(const struct estimate *before, const struct dfu_outlook *o,
    const char *clause, uint32_t by, uint64_t at)
{
	uint8_t work = o->work;

	uint8_t next = o->next == DFU_NEXT_GONE ? o->says : o->next;

	/* That it goes will come as an event. */
	if (next == DFU_NEXT_GONE)
		return ((struct estimate){ .by = by, .since = at });
	if (work == DFU_WORK_KEPT)
		work = before->how != ESTIMATE_UNKNOWN ? before->work :
		    DFU_WORK_UNKNOWN;
	return ((struct estimate){ .how = ESTIMATE_MOVED, .state = next,
	    .work = work, .by_stack = clause == NULL,
	    .certainty = (uint8_t)o->certainty, .by = by, .since = at,
	    .clause = clause });
}

static struct estimate
moved_by(const struct estimate *before, const struct dfu_transition *m,
    uint32_t by, uint64_t at)
{
	struct dfu_outlook o = dfu_transition_outlook(m);

	return (moved(before, &o, m->clause, by, at));
}

/* What A.2 has for it in that state, or NULL. */
static const struct dfu_transition *
transition_of(const struct session *s, const struct estimate *before,
    enum dfu_input input)
{
	struct dfu_conditions c;

	if (before->how == ESTIMATE_UNKNOWN)
		return (NULL);
	c = dfu_conditions_working(session_conditions(s),
	    (enum dfu_work)before->work);
	return (dfu_transition(before->state, input, &c));
}

static struct estimate
after_accepted(const struct session *s, const struct estimate *before,
    enum dfu_input input, uint32_t by, uint64_t at)
{
	struct dfu_conditions c = session_conditions(s);
	const struct dfu_transition *m = transition_of(s, before, input);

	if (m != NULL && (m->response == DFU_RESPONSE_OK ||
	    m->response == DFU_RESPONSE_ANY))
		return (moved_by(before, m, by, at));
	/* Said itself where it was, it contradicts the table: no other row. */
	if (m != NULL && before->how == ESTIMATE_REPORTED)
		return ((struct estimate){ .since = at, .by = by,
		    .clause = m->clause });
	if (sole_next(&c, input, &m))
		return (moved_by(before, m, by, at));
	return ((struct estimate){ .since = at, .by = by });
}

/* A STALL leads to dfuERROR, in the run-time half to appIDLE (A.1). */
static struct estimate
after_stall(const struct session *s, const struct estimate *before,
    enum dfu_input input, uint32_t by, uint64_t at)
{
	const struct dfu_transition *m = transition_of(s, before, input);

	if (m != NULL && m->response == DFU_RESPONSE_STALL)
		return (moved_by(before, m, by, at));
	return ((struct estimate){ .how = ESTIMATE_MOVED, .by = by, .since = at,
	    .state = session_runtime(s) ? DFU_STATE_APP_IDLE :
	    DFU_STATE_ERROR, .clause = "A.1" });
}

/* By DFU 1.1 alone. */
static struct estimate
after_request(const struct session *s, const struct request *r,
    const struct estimate *before, enum dfu_input input)
{
	switch ((enum outcome)r->outcome) {
	case OUTCOME_OK:
	case OUTCOME_SHORT:
		return (after_accepted(s, before, input, r->number, r->done));
	case OUTCOME_STALL:
		return (after_stall(s, before, input, r->number, r->done));
	case OUTCOME_TIMEOUT:
	case OUTCOME_CANCELLED:
		/* Silence is what A.2.9 promises. */
		if (before->how != ESTIMATE_UNKNOWN &&
		    before->state == DFU_STATE_MANIFEST_WAIT_RESET)
			return (*before);
		break;
	case OUTCOME_UNKNOWN:
	case OUTCOME_BUSERROR:
	case OUTCOME_BABBLE:
	case OUTCOME_GONE:
	case OUTCOME_DENIED:
	case OUTCOME_BUSY:
		break;
	}
	return ((struct estimate){ .since = r->done, .by = r->number });
}

/* The answer is the one that o has. */
static bool
fits(const struct dfu_outlook *o, uint8_t outcome)
{
	if (outcome_is_answer(outcome))
		return (o->response == DFU_RESPONSE_OK ||
		    o->response == DFU_RESPONSE_ANY);
	if (outcome == OUTCOME_STALL)
		return (o->response == DFU_RESPONSE_STALL);
	return ((outcome == OUTCOME_TIMEOUT || outcome == OUTCOME_CANCELLED) &&
	    o->response == DFU_RESPONSE_NONE_EXPECTED);
}

/*
 * What such an answer says of a device of that stack whose state was not
 * known: something, if it leads to the same from wherever it is given. *any:
 * the stack gives it at all.
 */
static bool
sole_outlook(const struct session *s, uint8_t outcome, enum dfu_input input,
    struct dfu_outlook *o, bool *any)
{
	struct estimate from = { .how = ESTIMATE_MOVED };
	struct dfu_outlook one;
	unsigned i;

	*any = false;
	/* Silence has other causes, too. */
	if (!outcome_is_answer(outcome) && outcome != OUTCOME_STALL)
		return (false);
	for (i = 0; i < DFU_STATE_COUNT * DFU_WORK_UNKNOWN; i++) {
		from.state = (uint8_t)(i / DFU_WORK_UNKNOWN);
		from.work = (uint8_t)(i % DFU_WORK_UNKNOWN);
		if (s->stack->cells[from.state] == NULL)
			continue;
		if (!predict_from(s, s->stack, &from, input, &one)) {
			*any = true;
			return (false);
		}
		if (!fits(&one, outcome))
			continue;
		if (*any && one.next != o->next)
			return (false);
		if (one.work == DFU_WORK_KEPT)
			one.work = from.work;
		if (*any && one.work != o->work)
			one.work = DFU_WORK_UNKNOWN;
		*o = one;
		*any = true;
	}
	return (*any);
}

/*
 * As the stack does, where its answer is the one that was to be expected; else
 * by DFU 1.1: where that had it by now, if the stack is contradicted.
 */
static struct estimate
after_of_stack(const struct session *s, const struct request *r,
    const struct estimate *before, const struct estimate *spec,
    enum dfu_input input)
{
	struct estimate by_spec = after_request(s, r, before, input), after;
	bool unknown = before->how == ESTIMATE_UNKNOWN, any = false;
	struct dfu_outlook o;

	if (s->stack == NULL)
		return (by_spec);
	if (unknown && !sole_outlook(s, r->outcome, input, &o, &any))
		return (!any ? by_spec : (struct estimate){
		    .by = r->number, .since = r->done });
	if (!unknown && !predict_from(s, s->stack, before, input, &o))
		return (by_spec);
	if (!unknown && !fits(&o, r->outcome))
		return (after_request(s, r, spec, input));
	after = moved(before, &o, NULL, r->number, r->done);
	/* A row of the specification says more than that it is the same. */
	if (!unknown && by_spec.how == ESTIMATE_MOVED &&
	    by_spec.state == after.state) {
		after.by_stack = false;
		after.clause = by_spec.clause;
	}
	return (after);
}

static void
report(struct session *s, uint8_t state, const struct event *e)
{
	bool again = s->reported.known && s->reported.state == state &&
	    s->by_spec.how == ESTIMATE_REPORTED;

	/* What merely follows was not said by the device. */
	if (e->basis == EVENT_INFERRED)
		return;
	s->reported.since = again ? s->reported.since : e->time;
	s->reported.known = true;
	s->reported.state = state;
	s->reported.by = e->number;
	s->reported.at = e->time;
}

/*
 * The timer of the state, which is the announced wait or DETACH's wTimeout;
 * timer: the one before.
 */
static uint64_t
timer_of(const struct request *r, const struct estimate *before,
    const struct estimate *after, uint64_t timer)
{
	uint8_t state = after->state;

	if (after->how == ESTIMATE_UNKNOWN)
		return (SESSION_NEVER);
	if (r->replied && !(r->told & EVENT_KNOWS_WAIT))
		return (SESSION_NEVER);
	if (r->replied && dfu_state_is(state, DFU_STATES_BUSY))
		return (r->done + (uint64_t)r->reply.bwPollTimeout * 1000);
	if (state == DFU_STATE_APP_DETACH && r->setup.bRequest == DFU_DETACH)
		return (r->done + (uint64_t)r->setup.wValue * 1000);
	/* GETSTATE repeats a state without a new announcement. */
	return (state_of(before) == state ? timer : SESSION_NEVER);
}

static bool
is_reply(const struct request *r, uint8_t bRequest)
{
	const struct dfu_request_row *row = dfu_request_of(&r->setup);

	return (row != NULL && row->bRequest == bRequest &&
	    outcome_is_answer(r->outcome));
}

/* FACT() bits of what an answer does not tell. */
static uint16_t
untold(const struct event *e)
{
	return ((event_knows(e, EVENT_KNOWS_STATUS) ? 0 :
	    FACT(FACT_ERROR_CODE)) |
	    (event_knows(e, EVENT_KNOWS_WAIT) ? 0 : FACT(FACT_WAITS)) |
	    (event_knows(e, EVENT_KNOWS_STATE) ? 0 : FACT(FACT_STATUS)));
}

/* The state in the answer, if it is one that tells. */
static bool
reported_state(struct session *s, struct request *r, const struct event *e,
    uint8_t *state)
{
	if (is_reply(r, DFU_GETSTATUS))
		s->untold = untold(e);
	if (!event_knows(e, EVENT_KNOWS_STATE))
		return (false);
	if (is_reply(r, DFU_GETSTATUS) &&
	    dfu_status_decode(e->data, e->kept, &r->reply)) {
		r->replied = true;
		r->told = e->basis == EVENT_SEEN ? EVENT_KNOWS_ALL : e->known;
		s->status = (struct status_seen){
		    .known = event_knows(e, EVENT_KNOWS_STATUS) ||
		    event_knows(e, EVENT_KNOWS_WAIT),
		    .reply = r->reply, .by = r->number, .at = e->time };
		note_reply(s, &r->reply);
		*state = r->reply.bState;
		return (true);
	}
	if (!is_reply(r, DFU_GETSTATE) || e->kept < 1)
		return (false);
	*state = e->data[0];
	return (true);
}

/* What is left to be done in a state that nothing foretold. */
static uint8_t
work_in(uint8_t state, const struct estimate *before)
{
	if (before->how != ESTIMATE_UNKNOWN && before->state == state)
		return (before->work);
	if (dfu_state_is(state, DFU_STATES_SYNC))
		return (before->how != ESTIMATE_UNKNOWN &&
		    dfu_state_is(before->state, DFU_STATES_BUSY) ?
		    DFU_WORK_NONE : DFU_WORK_UNKNOWN);
	return (!dfu_state_is(state, DFU_STATES_BUSY) ? DFU_WORK_NONE :
		state == DFU_STATE_DNBUSY	      ? DFU_WORK_BLOCK :
							DFU_WORK_END);
}

/* The device said a state; o, if not NULL, is what it was expected to say. */
static struct estimate
told(const struct session *s, const struct request *r,
    const struct estimate *before, uint8_t state, const struct dfu_outlook *o)
{
	struct estimate after = { .how = ESTIMATE_REPORTED, .state = state,
	    .by = r->number, .since = s->reported.since,
	    .work = work_in(state, before) };

	if (o == NULL || o->says != state || !fits(o, r->outcome))
		return (after);
	after.certainty = (uint8_t)o->certainty;
	if (o->work != DFU_WORK_KEPT)
		after.work = o->work;
	else if (before->how != ESTIMATE_UNKNOWN)
		after.work = before->work;
	return (after);
}

/*
 * It was busy, the announced wait was not over, and it is done all the same:
 * what it says while it begins is over when it says so.
 */
static void
note_at_once(struct session *s, const struct request *r,
    const struct estimate *before, uint8_t state)
{
	bool busy = dfu_state_is(state, DFU_STATES_BUSY);

	if (r->at < s->timer && s->timer != SESSION_NEVER && !busy &&
	    dfu_state_is(before->state, DFU_STATES_BUSY))
		s->at_once = true;
	if (s->at_once && busy && before->how == ESTIMATE_MOVED &&
	    before->work == DFU_WORK_NONE)
		s->at_once = false;
}

/*
 * A stack that is asked while it is busy may say 0 ms: that does not shorten
 * what it had announced before.
 */
static void
set_timer(struct session *s, const struct request *r,
    const struct estimate *before, const struct estimate *after)
{
	uint64_t timer = timer_of(r, before, after, s->timer);
	bool zero = timer == r->done;

	if (timer == s->timer)
		return;
	if (zero && s->stack != NULL && s->timer != SESSION_NEVER &&
	    s->timer > timer && state_of(before) == after->state)
		return;
	s->timer = timer;
	s->unannounced = zero;
}

/* A state that was said, and where the stack is known to stand by then. */
static void
apply_told(struct session *s, struct request *r, const struct event *e,
    enum dfu_input input, uint8_t state)
{
	struct estimate before = asked_at(s, r), from = before;
	struct estimate spec = spec_asked_at(s, r), after;
	const struct dfu_transition *m = transition_of(s, &spec, input);
	struct dfu_outlook o, by_spec;
	bool known;

	if (m != NULL)
		by_spec = dfu_transition_outlook(m);
	note_at_once(s, r, &before, state);
	/* It names the state that it was in. */
	if (s->stack != NULL && s->stack->late &&
	    before.how == ESTIMATE_UNKNOWN)
		from = (struct estimate){ .how = ESTIMATE_REPORTED,
		    .state = state, .work = work_in(state, &before) };
	known = s->stack != NULL && from.how != ESTIMATE_UNKNOWN &&
	    predict_from(s, s->stack, &from, input, &o);
	report(s, state, e);
	after = told(s, r, &before, state, known ? &o :
	    s->stack == NULL && m != NULL ? &by_spec : NULL);
	if (e->basis == EVENT_INFERRED) {
		after.how = ESTIMATE_MOVED;
		after.since = e->time;
	}
	believe(s, &before, after, (int)input, r->outcome, r->number, e->time);
	r->after = r->spec_after = state;
	if (known && o.says == state && o.next != state &&
	    o.next != DFU_NEXT_GONE && fits(&o, r->outcome))
		s->stands = after.state = o.next;
	set_timer(s, r, &before, &after);
	after = told(s, r, &spec, state, m != NULL ? &by_spec : NULL);
	s->spec_timer = timer_of(r, &spec, &after, s->spec_timer);
	s->by_spec = after;
}

/* An answer that names no state. */
static void
apply_untold(struct session *s, struct request *r, const struct event *e,
    enum dfu_input input)
{
	struct estimate before = asked_at(s, r), after;
	struct estimate spec = spec_asked_at(s, r);

	after = after_of_stack(s, r, &before, &spec, input);
	believe(s, &before, after, (int)input, r->outcome, r->number, e->time);
	r->after = state_of(&after);
	s->timer = timer_of(r, &before, &after, s->timer);
	after = after_request(s, r, &spec, input);
	if (state_of(&after) == state_of(&s->by_spec))
		after.since = s->by_spec.since;
	r->spec_after = state_of(&after);
	s->spec_timer = timer_of(r, &spec, &after, s->spec_timer);
	s->by_spec = after;
}

static void
apply_class(struct session *s, struct request *r, const struct event *e,
    int input)
{
	uint8_t state;

	if (reported_state(s, r, e, &state)) {
		apply_told(s, r, e, (enum dfu_input)input, state);
		return;
	}
	if (input == DFU_IN_UPLOAD && e->len < r->setup.wLength &&
	    outcome_is_answer(e->outcome))
		input = DFU_IN_UPLOAD_SHORT;
	apply_untold(s, r, e, (enum dfu_input)input);
}

/* UTF-16LE, as a string descriptor carries it, into UTF-8. */
static char *
string_of(const struct event *e)
{
	struct reader r = reader_of(e->data, e->kept);
	struct buf b = { 0 };
	uint32_t unit, low;
	size_t pos;

	reader_bytes(&r, 2);
	while (reader_left(&r) >= 2) {
		unit = reader_u16(&r);
		pos = r.pos;
		if (unit >= 0xd800 && unit < 0xdc00) {
			low = reader_u16(&r);
			if (!r.bad && low >= 0xdc00 && low < 0xe000)
				unit = 0x10000 + ((unit - 0xd800) << 10) +
				    (low - 0xdc00);
			else
				r.pos = pos;
		}
		text_encode(&b, unit);
	}
	return (buf_take(&b));
}

static void
apply_string(struct session *s, uint8_t index, const struct event *e)
{
	free(s->strings[index]);
	s->strings[index] = string_of(e);
	session_note_names(s);
}

/* Some stacks take SET_INTERFACE for a beginning. */
static void
apply_alternate(struct session *s, struct request *r, const struct event *e)
{
	struct prediction p = predict_alternate(s, s->stack, r->at);
	struct estimate before = asked_at(s, r), after;

	s->alternate = (uint8_t)r->setup.wValue;
	s->alternate_set = true;
	if (!p.known || !fits(&p.stack, r->outcome) ||
	    p.stack.next == p.stack_state)
		return;
	after = moved(&before, &p.stack, NULL, r->number, r->done);
	believe(s, &before, after, -1, r->outcome, r->number, e->time);
	r->after = state_of(&after);
	s->timer = SESSION_NEVER;
}

/* Who it is; in front of what else is held of it. */
static void
apply_device_descriptor(struct session *s, const struct request *r,
    const struct event *e)
{
	const struct buf *held = &s->who->descriptors;
	struct buf all = { 0 };

	if (e->kept < DEVICE_LENGTH || s->who->vendor != 0 ||
	    (held->len > 1 && held->data[1] == USB_DT_DEVICE))
		return;
	s->who->vendor = (uint16_t)(e->data[8] | e->data[9] << 8);
	s->who->product = (uint16_t)(e->data[10] | e->data[11] << 8);
	s->who->version = (uint16_t)(e->data[12] | e->data[13] << 8);
	buf_add(&all, e->data, DEVICE_LENGTH);
	buf_add(&all, held->data, held->len);
	buf_free(&s->who->descriptors);
	s->who->descriptors = all;
	s->described_by = r->number;
}

/* What no arrival told, from here on. */
static void
apply_config_descriptor(struct session *s, const struct request *r,
    const struct event *e)
{
	size_t total = e->kept < 4 ? 0 :
	    (size_t)(e->data[2] | e->data[3] << 8);
	struct dfu_descriptors parsed;

	if (!(s->who->lacks & FACT(FACT_DESCRIPTORS)) || total < 9 ||
	    e->kept < total || e->elided)
		return;
	dfu_descriptors_parse(&parsed, e->data, total);
	if (parsed.nfunctions == 0) {
		dfu_descriptors_free(&parsed);
		return;
	}
	dfu_descriptors_free(&s->descriptors);
	s->descriptors = parsed;
	buf_add(&s->who->descriptors, e->data, total);
	s->who->lacks &= (uint16_t)~(FACT(FACT_DESCRIPTORS) |
	    FACT(FACT_ATTRIBUTES) | FACT(FACT_MAP));
	choose_function(s);
	if (!s->alternate_set)
		choose_alternate(s);
	session_note_names(s);
	s->described_by = r->number;
}

static void
apply_standard(struct session *s, struct request *r, const struct event *e)
{
	const struct setup *q = &r->setup;

	r->after = r->before;
	r->spec_after = r->spec_before;
	if (!outcome_is_answer(e->outcome))
		return;
	if (r->meaning.kind == DFU_KIND_SET_INTERFACE)
		apply_alternate(s, r, e);
	if (q->bmRequestType == USB_DIR_IN && s->who != NULL &&
	    q->bRequest == USB_REQ_GET_DESCRIPTOR) {
		if (q->wValue >> 8 == USB_DT_DEVICE)
			apply_device_descriptor(s, r, e);
		else if (q->wValue >> 8 == USB_DT_CONFIG)
			apply_config_descriptor(s, r, e);
	}
	if (r->meaning.kind == DFU_KIND_GET_DESCRIPTOR &&
	    q->wValue >> 8 == USB_DT_STRING && (q->wValue & 0xff) != 0 &&
	    e->kept >= 2)
		apply_string(s, (uint8_t)q->wValue, e);
}

static void
next_block(struct session *s, const struct request *r)
{
	if (is_reply(r, DFU_DNLOAD) || is_reply(r, DFU_UPLOAD))
		s->next_block = (uint16_t)(r->setup.wValue + 1);
	if (s->estimate.how != ESTIMATE_UNKNOWN &&
	    s->estimate.state == DFU_STATE_IDLE)
		s->next_block = 0;
}

static void
apply_complete(struct session *s, const struct event *e, size_t index,
    const struct trace *t)
{
	struct request *r;
	int input;

	r = (struct request *)(uintptr_t)session_request(s, e->number);
	if (s->pending.number == e->number)
		s->pending.number = 0;
	/* After so many others nobody waits for it. */
	if (r == NULL || s->nrequests == 0 || r < s->requests ||
	    r >= s->requests + s->nrequests)
		return;
	r->done = e->time;
	r->outcome = e->outcome;
	r->complete = index;
	if (outcome_is_answer(e->outcome) || e->outcome == OUTCOME_STALL)
		s->last_answer = e->time;
	input = dfu_input_of(&r->setup);
	if (r->outcome == OUTCOME_STALL)
		note_dnload(s, r);
	if (input >= 0)
		apply_class(s, r, e, input);
	else
		apply_standard(s, r, e);
	next_block(s, r);
	session_stats_complete(s, r);
	session_memory_request(s, r, t);
}

/* Whether the firmware is valid, only the device knows. */
static struct estimate
reset_by_spec(const struct estimate *before, uint64_t at)
{
	if (before->how != ESTIMATE_UNKNOWN &&
	    before->state == DFU_STATE_APP_DETACH)
		return ((struct estimate){ .how = ESTIMATE_MOVED,
		    .state = DFU_STATE_IDLE, .since = at, .clause = "A.2.2" });
	return ((struct estimate){ .since = at });
}

static void
apply_reset(struct session *s, const struct event *e)
{
	struct estimate before = session_estimate(s, e->time), after;
	struct estimate spec = session_estimate_spec(s, e->time);
	struct dfu_outlook o;

	if (e->outcome == OUTCOME_UNKNOWN)
		return;
	after = reset_by_spec(&before, e->time);
	if (s->stack != NULL && before.how != ESTIMATE_UNKNOWN &&
	    predict_from(s, s->stack, &before, DFU_IN_RESET, &o) &&
	    o.certainty != DFU_KNOWN_SPEC)
		after = moved(&before, &o, NULL, 0, e->time);
	believe(s, &before, after, DFU_IN_RESET, e->outcome, 0, e->time);
	s->by_spec = reset_by_spec(&spec, e->time);
	s->timer = s->spec_timer = SESSION_NEVER;
	s->status.known = false;
	s->reset_at = e->time;
	session_stats_reset(s);
	session_memory_reset(s, e);
}

/* What was known of it may have changed in what is missing. */
static void
apply_lost(struct session *s, const struct event *e)
{
	leave_state(s, &s->estimate, e->time);
	forget_state(s, e->time, 0);
	s->reported.known = s->status.known = false;
	s->pointer_known = s->pointer_pending = s->erasing = false;
	s->at_once = s->unannounced = s->alternate_set = false;
	s->pending.number = 0;
	session_stats_restart(s);
	session_memory_lost(s);
}

/* By hand: whatever was asked before did not make it leave. */
static void
note_unplug(struct session *s, const struct event *e)
{
	/* Who takes a simulated device anew takes the old one away. */
	static const struct {
		const char		*word;
		enum departure_cause	 cause;
	} rows[] = { { "unplug", DEPARTURE_HAND },
	    { "anew", DEPARTURE_ANEW } };
	size_t i, n = sizeof(rows) / sizeof(rows[0]);

	for (i = 0; i < n && (e->kept != strlen(rows[i].word) ||
	    memcmp(e->data, rows[i].word, e->kept) != 0); i++)
		continue;
	if (!s->present || i == n)
		return;
	s->cause = rows[i].cause;
	s->cause_by = 0;
}

/* What somebody else may have written: for the eye alone. */
static char *
text_of(const struct event *e)
{
	struct buf b = { 0 };

	text_escape(&b, e->data, e->kept);
	return (buf_take(&b));
}

/* What was to be done; what failed before is past. */
static void
begin_job(struct session *s, const struct event *e)
{
	free(s->command);
	s->command = text_of(e);
	free(s->failure.text);
	s->failure = (struct job_failure){ .code = 0 };
}

static void
note_failure(struct session *s, const struct event *e)
{
	if (e->code == 0)
		return;
	free(s->failure.text);
	s->failure = (struct job_failure){ .code = e->code, .at = e->time,
	    .text = text_of(e), .by = s->nrequests != 0 ?
	    s->requests[s->nrequests - 1].number : 0 };
}

/* Another program takes hold of it: that opens nothing here. */
static bool
is_anothers(const struct event *e)
{
	return (e->agent == EVENT_BY_OTHER && e->basis == EVENT_SEEN);
}

void
session_apply(struct session *s, const struct event *e, size_t index,
    const struct trace *t)
{
	s->trace = t;
	switch ((enum event_kind)e->kind) {
	case EVENT_ARRIVED:
		apply_arrived(s, e, index);
		break;
	case EVENT_LEFT:
		apply_left(s, e, t);
		break;
	case EVENT_OPENED:
		if (is_anothers(e))
			break;
		s->opened = e->outcome == OUTCOME_OK;
		s->refused = s->opened ? OUTCOME_UNKNOWN :
		    (enum outcome)e->outcome;
		break;
	case EVENT_CLOSED:
		if (!is_anothers(e))
			s->opened = false;
		break;
	case EVENT_SUBMIT:
		apply_submit(s, e, index);
		break;
	case EVENT_COMPLETE:
		apply_complete(s, e, index, t);
		break;
	case EVENT_RESET:
		apply_reset(s, e);
		break;
	case EVENT_COMMAND:
		note_unplug(s, e);
		session_memory_text(s, e);
		begin_job(s, e);
		break;
	case EVENT_NOTE:
		session_memory_text(s, e);
		note_failure(s, e);
		break;
	case EVENT_LOST:
		apply_lost(s, e);
		break;
	case EVENT_OTHER:
	case EVENT_WALL:
		break;
	}
	s->heard = index;
}
