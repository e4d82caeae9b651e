/* SPDX-License-Identifier: ISC */
#include "session/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "wire/usb.h"

struct session *
session_new(const char *place)
{
	struct session *s = mem_alloc(sizeof(*s));

	s->place = mem_strdup(place);
	s->timer = s->spec_timer = SESSION_NEVER;
	s->stands = NO_STATE;
	s->heard = NO_EVENT;
	s->wanted_interface = -1;
	return (s);
}

const char *
session_place(const struct identity *who)
{
	return (who != NULL && who->place != NULL ? who->place : "?");
}

static const char *
transport_of(const struct identity *who)
{
	return (who != NULL && who->transport != NULL ? who->transport : "");
}

bool
session_is_of(const struct session *s, const struct identity *who)
{
	return (strcmp(s->place, session_place(who)) == 0 &&
	    strcmp(transport_of(s->who), transport_of(who)) == 0);
}

void
session_free(struct session *s)
{
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < sizeof(s->strings) / sizeof(s->strings[0]); i++)
		free(s->strings[i]);
	dfu_descriptors_free(&s->descriptors);
	identity_free(s->who);
	session_memory_free(&s->memory);
	if (s->requests != NULL)
		free(s->requests - s->requests_gone);
	intern_free(&s->predictions);
	archive_free(&s->archive);
	free(s->command);
	free(s->failure.text);
	free(s->place);
	free(s);
}

const struct dfu_function *
session_function(const struct session *s)
{
	if (s->function >= s->descriptors.nfunctions)
		return (NULL);
	return (&s->descriptors.functions[s->function]);
}

uint32_t
session_requests(const struct session *s)
{
	return (s->sent + s->seen);
}

bool
session_runtime(const struct session *s)
{
	const struct dfu_function *f = session_function(s);

	return (s->present && f != NULL && f->runtime);
}

enum dfu_dialect
session_dialect(const struct session *s)
{
	return ((enum dfu_dialect)s->dialect);
}

const char *
session_mode_words(const struct session *s)
{
	const struct dfu_function *f = session_function(s);

	return (f == NULL  ? "without DFU" :
		f->runtime ? "in run-time mode" :
			     "in DFU mode");
}

uint16_t
session_transfer_size(const struct session *s)
{
	const struct dfu_function *f = session_function(s);

	if (f == NULL || !f->functional.present ||
	    f->functional.wTransferSize == 0)
		return (DFU_TRANSFER_SIZE_UNKNOWN);
	return (f->functional.wTransferSize);
}

struct dfu_conditions
session_conditions(const struct session *s)
{
	const struct dfu_function *f = session_function(s);
	/* A device that does not say is not refused anything. */
	uint8_t attributes = DFU_ATTR_CAN_DNLOAD | DFU_ATTR_CAN_UPLOAD;
	struct dfu_conditions c;

	if (f != NULL && f->functional.present)
		attributes = f->functional.bmAttributes;
	c = dfu_conditions_of(attributes, session_dialect(s) ==
	    DFU_DIALECT_DFUSE);
	c.at_once = s->at_once;
	c.unannounced = s->unannounced;
	return (c);
}

/* What time has made of b, whose timer is that; stack may be NULL. */
static struct estimate
pass_time(const struct session *s, const struct dfu_stack *stack,
    struct estimate b, uint64_t timer, uint64_t now)
{
	const struct dfu_transition *m;
	struct dfu_conditions c;
	struct dfu_outlook o;

	if (b.how == ESTIMATE_UNKNOWN || now < timer)
		return (b);
	c = dfu_conditions_working(session_conditions(s),
	    (enum dfu_work)b.work);
	m = dfu_transition(b.state, DFU_IN_TIME, &c);
	if (m == NULL)
		return (b);
	if (stack == NULL || !dfu_stack_outlook(stack, b.state, DFU_IN_TIME,
	    &c, &o))
		o = dfu_transition_outlook(m);
	if (o.next != m->next) {
		b.by_stack = true;
		b.certainty = (uint8_t)o.certainty;
	}
	if (o.next == DFU_NEXT_GONE || o.next == b.state)
		return (b);
	return ((struct estimate){ .how = ESTIMATE_TIMED, .state = o.next,
	    .by = b.by, .since = timer, .work = o.work == DFU_WORK_KEPT ?
	    b.work : o.work, .by_stack = o.next != m->next,
	    .certainty = (uint8_t)o.certainty,
	    .clause = o.next == m->next ? m->clause : NULL });
}

struct estimate
session_estimate(const struct session *s, uint64_t now)
{
	struct estimate b = s->estimate;

	if (s->stands != NO_STATE) {
		b.how = ESTIMATE_MOVED;
		b.state = s->stands;
		b.since = s->reported.at;
		b.by_stack = true;
	}
	return (pass_time(s, s->stack, b, s->timer, now));
}

struct estimate
session_estimate_spec(const struct session *s, uint64_t now)
{
	return (pass_time(s, NULL, s->by_spec, s->spec_timer, now));
}

struct estimate
session_estimate_by(const struct session *s, const struct dfu_stack *stack,
    uint64_t now)
{
	return (stack == s->stack ? session_estimate(s, now) :
	    pass_time(s, stack, s->by_spec, s->spec_timer, now));
}

bool
session_estimates_differ(const struct session *s, uint64_t now)
{
	struct estimate a = session_estimate(s, now);
	struct estimate b = session_estimate_spec(s, now);

	return (a.how != ESTIMATE_UNKNOWN && b.how != ESTIMATE_UNKNOWN &&
	    a.state != b.state);
}

void
session_take_stack(struct session *s, const struct dfu_stack *stack)
{
	if (s->stack == stack)
		return;
	s->stack = stack;
	s->estimate = s->by_spec;
	s->timer = s->spec_timer;
	s->stands = NO_STATE;
	s->heard = NO_EVENT;
}

uint64_t
session_deadline(const struct session *s, uint64_t now)
{
	uint64_t wait = session_wait_left(s, now);
	uint64_t over = wait != 0 ? now + wait : SESSION_NEVER;

	if (s->timer > now && s->timer < over)
		over = s->timer;
	if (s->spec_timer > now && s->spec_timer < over)
		over = s->spec_timer;
	return (over);
}

uint64_t
session_wait_left(const struct session *s, uint64_t now)
{
	uint64_t over;

	if (!s->present || !s->status.known)
		return (0);
	over = s->status.at + (uint64_t)s->status.reply.bwPollTimeout * 1000;
	return (over > now ? over - now : 0);
}

const char *
session_alternate_name(const struct session *s, uint8_t alternate)
{
	const struct dfu_function *f = session_function(s);
	const struct dfu_alternate *a;
	const char *name;

	if (f == NULL || s->who == NULL)
		return (NULL);
	name = identity_name_of(s->who, f->bInterfaceNumber, alternate);
	if (name != NULL)
		return (name);
	a = dfu_function_alternate(f, alternate);
	return (a != NULL ? s->strings[a->iInterface] : NULL);
}

const struct request *
session_last_ended(const struct session *s)
{
	size_t i = s->nrequests;

	while (i-- > 0 && s->requests[i].at >= s->arrived_at) {
		if (s->requests[i].complete != NO_EVENT)
			return (&s->requests[i]);
	}
	return (NULL);
}

bool
session_transfers(const struct session *s)
{
	size_t i = s->nrequests;
	int input;

	if (s->told.transfers)
		return (true);
	while (i-- > 0 && s->requests[i].at >= s->arrived_at) {
		input = dfu_input_of(&s->requests[i].setup);
		if ((input == DFU_IN_DNLOAD || input == DFU_IN_UPLOAD) &&
		    outcome_is_answer((enum outcome)s->requests[i].outcome))
			return (true);
	}
	return (false);
}

bool
session_is_found(const struct session *s)
{
	return (s->npath == 1 && s->path[0].from == NO_STATE);
}

size_t
session_bytes(const struct session *s)
{
	return (s->requests_cap * sizeof(*s->requests) +
	    archive_bytes(&s->archive) +
	    intern_memory(&s->predictions, sizeof(struct prediction)));
}

/* The first of those at hand and not archived whose number is not below. */
static size_t
place_at_hand(const struct session *s, uint32_t number)
{
	/* Without requests there is no array, and so nothing to add to. */
	const struct request *r = s->nrequests == 0 ? NULL :
	    s->requests + s->nagain;
	size_t low = 0, high = s->nrequests - s->nagain, middle;

	/* Mostly one after the other; at least they grow. */
	middle = high != 0 ? r[high - 1].number - number : 0;
	if (middle < high && r[high - 1 - middle].number == number)
		return (high - 1 - middle);
	while (low < high) {
		middle = low + (high - low) / 2;
		if (r[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return (low);
}

static bool
is_archived(const struct session *s, uint32_t number)
{
	const struct archive *a = &s->archive;

	return (a->n != 0 && number <= a->list[a->n - 1].number);
}

const struct request *
session_request(const struct session *s, uint32_t number)
{
	const struct request *last = s->nrequests == s->nagain ? NULL :
	    &s->requests[s->nrequests - 1];
	size_t i;

	if (is_archived(s, number)) {
		i = archive_find(&s->archive, number);
		if (i == s->archive.n ||
		    s->archive.list[i].number != number)
			return (NULL);
		return (session_nth(s, i));
	}
	/* Mostly the latest. */
	if (last != NULL && last->number == number)
		return (last);
	i = place_at_hand(s, number) + s->nagain;
	return (i < s->nrequests && s->requests[i].number == number ?
	    &s->requests[i] : NULL);
}

size_t
session_history(const struct session *s)
{
	return (s->archive.n + s->nrequests - s->nagain);
}

/* To open one is a cache: the session does not change. */
const struct request *
session_nth(const struct session *s, size_t i)
{
	struct archive *a = (struct archive *)(uintptr_t)&s->archive;

	return (i < a->n ? archive_open(a, i, s->trace) :
	    &s->requests[i - a->n + s->nagain]);
}

size_t
session_since_arrival(const struct session *s)
{
	const struct archive *a = &s->archive;
	size_t i = s->nrequests;

	while (i > s->nagain && s->requests[i - 1].submit > s->arrival)
		i--;
	i += a->n - s->nagain;
	while (i > 0 && i <= a->n && a->list[i - 1].submit > s->arrival)
		i--;
	return (i);
}

uint32_t
session_number(const struct session *s, size_t i)
{
	return (i < s->archive.n ? s->archive.list[i].number :
	    s->requests[i - s->archive.n + s->nagain].number);
}

size_t
session_place_of(const struct session *s, uint32_t number)
{
	return (is_archived(s, number) ? archive_find(&s->archive, number) :
	    s->archive.n + place_at_hand(s, number));
}

size_t
session_place_after(const struct session *s, uint32_t number)
{
	return (number == UINT32_MAX ? session_history(s) :
	    session_place_of(s, number + 1));
}

const struct request *
session_before(const struct session *s, const struct request *r)
{
	size_t place = session_place_of(s, r->number);

	return (place > 0 ? session_nth(s, place - 1) : NULL);
}

const struct request *
session_behind(const struct session *s, const struct request *r, size_t n,
    struct request *room, size_t *i)
{
	size_t place, first, k;

	place = session_place_of(s, r->number);
	if (place >= s->archive.n + (s->archive.n != 0 ? n : 0)) {
		*i = place - s->archive.n;
		return (s->requests + s->nagain);
	}
	first = place > n ? place - n : 0;
	*i = 0;
	for (k = first; k < place; k++) {
		if (k >= s->archive.n)
			room[(*i)++] = *session_nth(s, k);
		else if (archive_take(&s->archive, k, s->trace, &room[*i]))
			(*i)++;
		else
			*i = 0; /* what came before a gap does not count */
	}
	room[*i] = *r;
	return (room);
}

void
session_told_add(struct session_told *k, const struct request *r)
{
	const struct dfu_request_row *row = dfu_request_of(&r->setup);
	uint8_t state = r->replied ? r->reply.bState : row != NULL &&
	    row->bRequest == DFU_GETSTATE && r->outcome == OUTCOME_OK ?
	    r->after : NO_STATE;
	int input = dfu_input_of(&r->setup);

	k->transfers |= (input == DFU_IN_DNLOAD || input == DFU_IN_UPLOAD) &&
	    outcome_is_answer((enum outcome)r->outcome);
	if (state < DFU_STATE_COUNT)
		k->states |= (uint16_t)(1u << state);
	if (k->manifest && r->replied && (state == DFU_STATE_MANIFEST_SYNC ||
	    state == DFU_STATE_IDLE))
		k->resumed = true;
	k->manifest = state == DFU_STATE_MANIFEST;
}

struct dfu_context
session_context(const struct session *s, uint8_t alternate)
{
	return ((struct dfu_context){
	    .dialect = session_dialect(s),
	    .option_bytes = session_option_bytes(s, alternate),
	    .pointer_known = s->pointer_known,
	    .pointer = s->pointer,
	    .transfer_size = session_transfer_size(s),
	});
}

int
session_input_of(const struct request *r)
{
	int input = dfu_input_of(&r->setup);

	return (input == DFU_IN_UPLOAD && r->outcome == OUTCOME_SHORT ?
	    DFU_IN_UPLOAD_SHORT : input);
}

struct dfu_meaning
session_meaning(const struct session *s, const struct setup *setup,
    const uint8_t *data, size_t n)
{
	struct dfu_context c = session_context(s, s->alternate);

	return (dfu_meaning(setup, data, n, &c));
}

struct dfu_meaning
session_xfer_meaning(const struct session *s, const struct xfer *x)
{
	return (session_meaning(
	    s, &x->setup, x->data, x->data != NULL ? x->setup.wLength : 0));
}

void
session_title(const struct session *s, struct buf *b)
{
	text_escape(b, s->place, strlen(s->place));
	if (s->who == NULL)
		return;
	buf_addf(b, "  %04x:%04x", s->who->vendor, s->who->product);
	if (s->who->product_name == NULL)
		return;
	buf_adds(b, "  ");
	text_escape(b, s->who->product_name, strlen(s->who->product_name));
}
