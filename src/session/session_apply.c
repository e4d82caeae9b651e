/* How events change a session; session.c answers questions about it. */
#include "session/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "base/text.h"
#include "session/session_stats.h"
#include "wire/usb.h"

static void
forget_state(struct session *s, uint64_t at, uint32_t by)
{
	s->estimate = (struct estimate){ .since = at, .by = by };
	s->timer = SESSION_NEVER;
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

	/* Else the device contradicts the clock: that move did not happen. */
	if (before->how == ESTIMATE_TIMED && was.how != ESTIMATE_TIMED &&
	    !still) {
		add_path_step(s, was.state, before->state, DFU_IN_TIME,
		    OUTCOME_OK, 0, before->since);
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

static void
apply_arrived(struct session *s, const struct event *e, size_t index)
{
	static const struct buf none;
	const struct buf *d = e->who != NULL ? &e->who->descriptors : &none;

	leave_state(s, &s->estimate, e->time);
	identity_free(s->who);
	s->who = e->who != NULL ? identity_copy(e->who) : identity_new();
	dfu_descriptors_free(&s->descriptors);
	dfu_descriptors_parse(&s->descriptors, d->data, d->len);
	forget_strings(s);
	choose_function(s);
	choose_alternate(s);
	s->dev = e->dev;
	s->present = true;
	s->opened = false;
	s->refused = OUTCOME_UNKNOWN;
	s->arrivals++;
	s->arrived_at = e->time;
	s->arrival = index;
	s->pointer_known = s->pointer_pending = s->erasing = false;
	s->next_block = 0;
	s->reported.known = s->status.known = false;
	s->pending.number = 0;
	s->npath = 0;
	session_stats_restart(s);
	forget_state(s, e->time, 0);
}

static void
apply_left(struct session *s, const struct event *e)
{
	struct request *last;

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

/* Old requests go a quarter at a time, so that keeping few stays cheap. */
static struct request *
new_request(struct session *s)
{
	size_t drop = s->requests_kept / 4 + 1;

	if (s->requests_kept != 0 && s->nrequests >= s->requests_kept + drop) {
		s->nrequests -= drop;
		memmove(s->requests, s->requests + drop,
		    s->nrequests * sizeof(*s->requests));
	}
	if (s->nrequests == s->requests_cap) {
		s->requests_cap = s->requests_cap < 16 ? 32 :
		    s->requests_cap + s->requests_cap / 2;
		s->requests = mem_array(s->requests, s->requests_cap,
		    sizeof(*s->requests));
	}
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
	s->erasing = m->kind == DFU_KIND_ERASE ||
	    m->kind == DFU_KIND_MASS_ERASE ||
	    m->kind == DFU_KIND_READ_UNPROTECT;
	s->pointer_pending = m->kind == DFU_KIND_SET_ADDRESS && m->addressed;
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
	if (!m.addressed && r->meaning.addressed && m.kind == r->meaning.kind)
		return;
	r->meaning = m;
}

void
session_read_again(struct session *s, const struct trace *t)
{
	bool known = s->pointer_known;
	uint32_t pointer = s->pointer;
	size_t i = s->nrequests;

	while (i > 0 && s->requests[i - 1].submit > s->arrival)
		i--;
	s->revision++;
	s->pointer_known = s->pointer_pending = s->erasing = false;
	for (; i < s->nrequests; i++) {
		read_request(s, &s->requests[i], t);
		note_dnload(s, &s->requests[i]);
		if (s->requests[i].replied)
			note_reply(s, &s->requests[i].reply);
	}
	if (!s->pointer_known) {
		s->pointer_known = known;
		s->pointer = pointer;
	}
}

static void
apply_submit(struct session *s, const struct event *e, size_t index)
{
	struct estimate b = session_estimate(s, e->time);
	struct request *r = new_request(s);

	*r = (struct request){ .number = e->number, .setup = e->setup,
	    .at = e->time, .stood = state_of(&s->estimate),
	    .before = state_of(&b), .after = NO_STATE, .submit = index,
	    .complete = NO_EVENT, .alternate = s->alternate,
	    .revision = s->revision,
	    .meaning = session_meaning(s, &e->setup, e->data, e->kept) };
	s->pending = (struct pending){ .number = e->number,
	    .setup = e->setup, .at = e->time, .timeout = e->timeout };
	if (e->agent == EVENT_BY_SELF)
		s->sent++;
	else
		s->seen++;
	session_stats_submit(s, r);
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
estimate_moved(const struct dfu_transition *m, uint32_t by, uint64_t at)
{
	return ((struct estimate){ .how = ESTIMATE_MOVED, .state = m->next,
	    .by = by, .since = at, .clause = m->clause });
}

static struct estimate
after_accepted(const struct session *s, const struct estimate *before,
    enum dfu_input input, uint32_t by, uint64_t at)
{
	struct dfu_conditions c = session_conditions(s);
	const struct dfu_transition *m = NULL;

	if (before->how != ESTIMATE_UNKNOWN)
		m = dfu_transition(before->state, input, &c);
	if (m != NULL && (m->response == DFU_RESPONSE_OK ||
	    m->response == DFU_RESPONSE_ANY))
		return (estimate_moved(m, by, at));
	/* Said itself where it was, it contradicts the table: no other row. */
	if (m != NULL && before->how == ESTIMATE_REPORTED)
		return ((struct estimate){ .since = at, .by = by,
		    .clause = m->clause });
	if (sole_next(&c, input, &m))
		return (estimate_moved(m, by, at));
	return ((struct estimate){ .since = at, .by = by });
}

/* A STALL leads to dfuERROR, in the run-time half to appIDLE (A.1). */
static struct estimate
after_stall(const struct session *s, const struct estimate *before,
    enum dfu_input input, uint32_t by, uint64_t at)
{
	struct dfu_conditions c = session_conditions(s);
	const struct dfu_transition *m = NULL;

	if (before->how != ESTIMATE_UNKNOWN)
		m = dfu_transition(before->state, input, &c);
	if (m != NULL && m->response == DFU_RESPONSE_STALL)
		return (estimate_moved(m, by, at));
	return ((struct estimate){ .how = ESTIMATE_MOVED, .by = by, .since = at,
	    .state = session_runtime(s) ? DFU_STATE_APP_IDLE :
	    DFU_STATE_ERROR, .clause = "A.1" });
}

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

static void
report(struct session *s, uint8_t state, const struct event *e)
{
	bool again = s->reported.known && s->reported.state == state &&
	    s->estimate.how == ESTIMATE_REPORTED;

	s->reported.since = again ? s->reported.since : e->time;
	s->reported.known = true;
	s->reported.state = state;
	s->reported.by = e->number;
	s->reported.at = e->time;
}

/* The state's own timer: the announced wait, or DETACH's wTimeout. */
static void
start_timer(struct session *s, const struct request *r)
{
	uint8_t state = s->estimate.state;
	uint64_t wait;

	if (s->estimate.how == ESTIMATE_UNKNOWN) {
		s->timer = SESSION_NEVER;
		return;
	}
	if (r->replied && dfu_state_is(state, DFU_STATES_BUSY)) {
		wait = r->reply.bwPollTimeout;
	} else if (state == DFU_STATE_APP_DETACH &&
	    r->setup.bRequest == DFU_DETACH) {
		wait = r->setup.wValue;
	} else {
		/* GETSTATE repeats a state without a new announcement. */
		if (r->after != r->before)
			s->timer = SESSION_NEVER;
		return;
	}
	s->timer = r->done + wait * 1000;
}

static bool
is_reply(const struct request *r, uint8_t bRequest)
{
	const struct dfu_request_row *row = dfu_request_of(&r->setup);

	return (row != NULL && row->bRequest == bRequest &&
	    outcome_is_answer(r->outcome));
}

/* The state in the answer, if it is one that tells. */
static bool
reported_state(struct session *s, struct request *r, const struct event *e,
    uint8_t *state)
{
	if (is_reply(r, DFU_GETSTATUS) &&
	    dfu_status_decode(e->data, e->kept, &r->reply)) {
		r->replied = true;
		s->status = (struct status_seen){ .known = true,
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

static void
apply_class(struct session *s, struct request *r, const struct event *e,
    int input)
{
	struct estimate before = session_estimate(s, r->at), after;
	uint8_t state;

	if (reported_state(s, r, e, &state)) {
		report(s, state, e);
		after = (struct estimate){ .how = ESTIMATE_REPORTED,
		    .state = state, .by = r->number,
		    .since = s->reported.since };
	} else {
		if (input == DFU_IN_UPLOAD && e->len < r->setup.wLength &&
		    outcome_is_answer(e->outcome))
			input = DFU_IN_UPLOAD_SHORT;
		after = after_request(s, r, &before, (enum dfu_input)input);
	}
	believe(s, &before, after, input, r->outcome, r->number, e->time);
	r->after = state_of(&after);
	start_timer(s, r);
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

static size_t
dfuse_alternates(const struct session *s)
{
	const struct dfu_function *f = session_function(s);
	size_t i, n = 0;

	for (i = 0; f != NULL && i < f->nalternates; i++)
		n += session_dialect(s, f->alternates[i].bAlternateSetting) ==
		    DFU_DIALECT_DFUSE;
	return (n);
}

static void
apply_string(struct session *s, uint8_t index, const struct event *e,
    const struct trace *t)
{
	size_t before = dfuse_alternates(s);

	free(s->strings[index]);
	s->strings[index] = string_of(e);
	/* The name of an alternate setting can tell the dialect. */
	if (dfuse_alternates(s) != before)
		session_read_again(s, t);
}

static void
apply_standard(struct session *s, const struct request *r,
    const struct event *e, const struct trace *t)
{
	const struct setup *q = &r->setup;

	if (!outcome_is_answer(e->outcome))
		return;
	if (r->meaning.kind == DFU_KIND_SET_INTERFACE) {
		s->alternate = (uint8_t)q->wValue;
		s->alternate_set = true;
	}
	if (r->meaning.kind == DFU_KIND_GET_DESCRIPTOR &&
	    q->wValue >> 8 == USB_DT_STRING && (q->wValue & 0xff) != 0 &&
	    e->kept >= 2)
		apply_string(s, (uint8_t)q->wValue, e, t);
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
	if (r == NULL)
		return;
	r->done = e->time;
	r->outcome = e->outcome;
	r->complete = index;
	if (outcome_is_answer(e->outcome) || e->outcome == OUTCOME_STALL)
		s->last_answer = e->time;
	input = dfu_input_of(&r->setup);
	if (input >= 0) {
		apply_class(s, r, e, input);
	} else {
		apply_standard(s, r, e, t);
		r->after = r->before;
	}
	next_block(s, r);
	session_stats_complete(s, r);
}

static void
apply_reset(struct session *s, const struct event *e)
{
	struct estimate before = session_estimate(s, e->time);
	struct estimate after = { .since = e->time };

	if (e->outcome == OUTCOME_UNKNOWN)
		return;
	/* Whether the firmware is valid, only the device knows. */
	if (before.how != ESTIMATE_UNKNOWN &&
	    before.state == DFU_STATE_APP_DETACH)
		after = (struct estimate){ .how = ESTIMATE_MOVED,
		    .state = DFU_STATE_IDLE, .since = e->time,
		    .clause = "A.2.2" };
	believe(s, &before, after, DFU_IN_RESET, e->outcome, 0, e->time);
	s->timer = SESSION_NEVER;
	s->status.known = false;
	session_stats_reset(s);
}

void
session_apply(struct session *s, const struct event *e, size_t index,
    const struct trace *t)
{
	switch ((enum event_kind)e->kind) {
	case EVENT_ARRIVED:
		apply_arrived(s, e, index);
		break;
	case EVENT_LEFT:
		apply_left(s, e);
		break;
	case EVENT_OPENED:
		s->opened = e->outcome == OUTCOME_OK;
		s->refused = s->opened ? OUTCOME_UNKNOWN :
		    (enum outcome)e->outcome;
		break;
	case EVENT_CLOSED:
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
	case EVENT_OTHER:
	case EVENT_WALL:
	case EVENT_COMMAND:
	case EVENT_NOTE:
	case EVENT_LOST:
		break;
	}
}
