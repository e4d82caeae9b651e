/* What is remembered of the events that went before. */
#include "diagnosis/finding_rule.h"

#include <string.h>

#include "dfu/image.h"
#include "wire/usb.h"

bool
finding_touches(const struct finding_span *spans, size_t n, uint32_t from,
    uint32_t to)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (spans[i].from <= to && from <= spans[i].to)
			return (true);
	}
	return (false);
}

/* Spans that touch the latest grow it. False: the list had to forget one. */
static bool
add_span(struct finding_span *spans, size_t *n, uint32_t from, uint32_t to)
{
	struct finding_span *last = *n != 0 ? &spans[*n - 1] : NULL;
	bool full = *n == FINDING_SPANS;

	if (last != NULL && (uint64_t)from <= (uint64_t)last->to + 1 &&
	    (uint64_t)to + 1 >= last->from) {
		last->from = from < last->from ? from : last->from;
		last->to = to > last->to ? to : last->to;
		return (true);
	}
	if (full) {
		memmove(spans, spans + 1, (*n - 1) * sizeof(*spans));
		--*n;
	}
	spans[(*n)++] = (struct finding_span){ from, to };
	return (!full);
}

void
finding_forget(struct finding_state *w)
{
	layout_free(&w->layout);
}

/* The layout in use, parsed once for each name. */
static void
note_layout(struct finding_state *w, const struct session *s)
{
	const char *name = session_alternate_name(s, s->alternate);

	w->dfuse = session_dfuse(s);
	if (name == w->layout_name)
		return;
	layout_free(&w->layout);
	w->layout = (struct layout){ 0 };
	w->layout_name = name;
	if (name != NULL)
		layout_parse(&w->layout, name, strlen(name));
}

/* A new life: only what outlives an arrival is kept. */
static void
note_arrived(struct finding_state *w, const struct session *s)
{
	struct finding_state was = *w;

	layout_free(&w->layout);
	memset(w, 0, sizeof(*w));
	w->leave = was.leave;
	w->leave_at = was.leave_at;
	w->detach = was.detach;
	w->detach_at = was.detach_at;
	w->detach_taken = was.detach_taken;
	w->detach_timeout = was.detach_timeout;
	w->detach_reset = was.detach_reset;
	w->reset_ever = was.reset_ever;
	w->reset_at = was.reset_at;
	w->left = was.left;
	w->left_at = was.left_at;
	w->left_after = was.left_after;
	w->left_erased = was.left_erased;
	w->was_dfu = was.was_dfu;
	w->was_vendor = was.was_vendor;
	w->was_product = was.was_product;
	w->arrivals = s->arrivals;
	note_layout(w, s);
}

static void
note_left(struct finding_state *w, const struct session *s, uint64_t at)
{
	w->left = true;
	w->plugged = false;
	w->left_at = at;
	w->left_after = w->past.number;
	w->left_erased = w->work == DFU_KIND_READ_UNPROTECT && !w->work_over;
	w->was_dfu = session_function(s) != NULL &&
	    !session_function(s)->runtime;
	if (s->who != NULL) {
		w->was_vendor = s->who->vendor;
		w->was_product = s->who->product;
	}
}

static void
note_reset_begins(struct finding_state *w, const struct finding_case *c)
{
	struct estimate b = session_estimate(c->s, c->now);

	w->reset_state = b.how == ESTIMATE_UNKNOWN ? NO_STATE : b.state;
	w->reset_left = (uint32_t)(session_wait_left(c->s, c->now) / 1000);
}

static void
note_reset(struct finding_state *w, const struct finding_case *c)
{
	w->reset = true;
	w->reset_after = w->past.number;
	w->detach_reset = w->detach_taken;
	w->wait_reset = 0;
	w->manifest_first = w->manifest_polls = 0;
	w->busy_polls = w->busy_zero = 0;
	w->reset_ever = true;
	w->reset_at = c->now;
}

static enum dfu_kind
work_of(const struct finding_case *c)
{
	enum dfu_kind kind = (enum dfu_kind)c->r->meaning.kind;

	/* Firmware sent where DfuSe has its commands is no command. */
	if (kind == DFU_KIND_WRITE_RESERVED ||
	    (kind == DFU_KIND_COMMAND && c->e->len > 5))
		return (DFU_KIND_WRITE);
	return (kind == DFU_KIND_LEAVE ? DFU_KIND_END : kind);
}

bool
finding_to_start(const struct finding_case *c)
{
	const struct layout *l = &c->w->layout;
	size_t i = 0;

	while (i < l->nsegments && (l->segments[i].kind & LAYOUT_WRITABLE) ==
	    0)
		i++;
	return (i < l->nsegments && c->r->meaning.addressed &&
	    c->r->meaning.kind == DFU_KIND_WRITE &&
	    c->r->meaning.address == l->segments[i].start);
}

const char *
finding_file(const struct finding_case *c)
{
	return (finding_to_start(c) ? image_begins_as(c->e->data,
	    c->e->elided ? EVENT_ELIDED_EDGE : c->e->kept) : NULL);
}

static void
note_data(struct finding_state *w, const struct finding_case *c)
{
	const struct event *e = c->e;

	if (finding_to_start(c)) {
		w->file = finding_file(c);
		w->file_by = e->number;
	}
	if (w->data_blocks++ == 0)
		w->data_first = e->number;
	w->data_last = e->number;
	w->data_block = e->setup.wValue;
	w->whole_4096 += e->len == 4096;
	if (!c->r->meaning.addressed)
		return;
	if (!w->data_placed || w->work_address < w->data_lowest)
		w->data_lowest = w->work_address;
	w->data_placed = true;
	add_span(w->written, &w->nwritten, w->work_address,
	    w->work_address + e->len - 1);
}

/* A DNLOAD goes out: what it sets going. */
static void
note_dnload(struct finding_state *w, const struct finding_case *c)
{
	w->instant_slow += w->past.state == DFU_STATE_DNLOAD_IDLE &&
	    c->s->status.known && c->s->status.reply.bwPollTimeout == 0 &&
	    c->now - w->past.done >= 4000;
	w->work = work_of(c);
	w->work_by = c->e->number;
	w->work_polls = w->work_wait = 0;
	w->work_over = false;
	w->work_address = c->r->meaning.addressed ? c->r->meaning.address : 0;
	w->work_length = c->e->len;
	w->busy_polls = w->busy_zero = 0;
	if (w->work == DFU_KIND_WRITE) {
		note_data(w, c);
	} else if (w->work == DFU_KIND_ERASE ||
	    w->work == DFU_KIND_MASS_ERASE) {
		w->erases++;
		w->turns += w->data_blocks != 0;
	} else if (w->work == DFU_KIND_END) {
		w->unended = 0;
		w->leave = c->e->number;
		w->leave_at = c->now;
	}
}

static void
note_submit(struct finding_state *w, const struct finding_case *c)
{
	if (dfu_request_of(&c->e->setup) == NULL)
		return;
	if (w->begin == 0)
		w->begin = c->now;
	if (c->e->setup.bRequest == DFU_DNLOAD)
		note_dnload(w, c);
	w->early = 0;
	if ((c->e->setup.bRequest == DFU_GETSTATUS ||
	    c->e->setup.bRequest == DFU_GETSTATE) && w->past.state != NO_STATE)
		w->early_left = (uint32_t)(session_wait_left(c->s, c->now) /
		    1000);
	else
		w->early_left = 0;
	if (w->early_left != 0)
		w->early = c->e->number;
}

static void
note_busy(struct finding_state *w, const struct finding_case *c)
{
	uint32_t wait = c->r->replied ? c->r->reply.bwPollTimeout : 0;

	if (c->state != DFU_STATE_DNBUSY) {
		w->busy_polls = w->busy_zero = 0;
		return;
	}
	if (!c->r->replied)
		return;
	if (w->busy_polls++ == 0) {
		w->busy_first = c->r->number;
		w->busy_since = c->now;
	}
	w->busy_zero = wait == 0 ? w->busy_zero + 1 : 0;
	w->busy_wait = wait;
}

static void
note_manifest(struct finding_state *w, const struct finding_case *c)
{
	w->wait_reset = c->state == DFU_STATE_MANIFEST_WAIT_RESET ?
	    c->r->number : 0;
	if (c->state != DFU_STATE_MANIFEST) {
		w->manifest_first = w->manifest_polls = 0;
		return;
	}
	if (w->manifest_polls++ == 0) {
		w->manifest_first = c->r->number;
		w->manifest_since = c->now;
	}
}

/* The work of the latest DNLOAD is over: state says how it went. */
static void
note_over(struct finding_state *w, const struct finding_case *c)
{
	bool well = c->state == DFU_STATE_DNLOAD_IDLE;
	const struct layout_segment *segment =
	    layout_at(&w->layout, w->work_address);
	uint32_t size = segment != NULL ? segment->size :
	    session_transfer_size(c->s);
	uint32_t from = layout_sector(&w->layout, w->work_address);

	if (w->work_over)
		return;
	w->work_over = true;
	if (well && w->work == DFU_KIND_MASS_ERASE)
		w->all_erased = true;
	if (well && w->work == DFU_KIND_ERASE) {
		w->erases_done++;
		/* What is forgotten is not held against the host. */
		if (!add_span(w->erased, &w->nerased, from, from + size - 1))
			w->all_erased = true;
	}
	if (well && w->work == DFU_KIND_WRITE && w->work_polls == 1 &&
	    c->r->replied && c->r->reply.bwPollTimeout == 0)
		w->instant++;
}

static void
note_told(struct finding_state *w, const struct finding_case *c)
{
	if (w->told++ == 0)
		w->first_told = c->r->number;
	w->reset = false;
	if (c->r->replied) {
		w->announced += (uint64_t)c->r->reply.bwPollTimeout * 1000;
		if (w->work_polls++ == 0)
			w->work_wait = c->r->reply.bwPollTimeout;
	}
	note_busy(w, c);
	note_manifest(w, c);
	if (c->state != DFU_STATE_ERROR)
		w->error_polls = 0;
	else if (c->r->replied && w->error_polls++ == 0)
		w->error_first = c->r->number;
	if (!dfu_state_is(c->state, DFU_STATES_BLOCK))
		note_over(w, c);
	if (c->state == DFU_STATE_IDLE) {
		w->data_blocks = w->upload_bytes = w->turns = 0;
		w->nwritten = 0;
	}
}

static void
note_upload(struct finding_state *w, const struct finding_case *c)
{
	if (!w->upload_any || c->r->before == DFU_STATE_IDLE) {
		w->upload_first = c->r->number;
		w->upload_bytes = 0;
	}
	w->upload_any = true;
	w->upload_bytes += c->e->len;
	w->upload_block = c->r->setup.wValue;
}

/* A request other than the two that tell the state was answered. */
static void
note_taken(struct finding_state *w, const struct finding_case *c)
{
	switch (c->r->setup.bRequest) {
	case DFU_UPLOAD:
		note_upload(w, c);
		break;
	case DFU_ABORT:
		w->abort = c->r->before == DFU_STATE_DNLOAD_IDLE ?
		    c->r->number : 0;
		if (w->data_blocks != 0)
			w->unended = w->data_first;
		w->data_blocks = w->upload_bytes = w->turns = 0;
		w->nwritten = 0;
		w->upload_any = false;
		break;
	case DFU_DNLOAD:
		w->upload_any = false;
		break;
	}
}

static void
note_detach(struct finding_state *w, const struct finding_case *c)
{
	w->detach = c->r->number;
	w->detach_at = c->now;
	w->detach_taken = outcome_is_answer(c->r->outcome);
	w->detach_timeout = c->r->setup.wValue;
	w->detach_reset = false;
}

static void
note_failure(struct finding_state *w, const struct finding_case *c)
{
	if ((c->r->outcome == OUTCOME_TIMEOUT) && w->timeouts++ == 0)
		w->timeout_first = c->r->number;
	if ((c->r->outcome == OUTCOME_BUSERROR ||
	    c->r->outcome == OUTCOME_BABBLE) && w->broken++ == 0)
		w->broken_first = c->r->number;
}

/* Not a request of the DFU class. */
static void
note_other(struct finding_state *w, const struct finding_case *c)
{
	note_layout(w, c->s);
	if (c->r->setup.bRequest == USB_REQ_SET_INTERFACE &&
	    (c->r->setup.bmRequestType & USB_TYPE_MASK) ==
	    USB_TYPE_STANDARD && w->past.outcome == OUTCOME_STALL &&
	    w->past.request == DFU_GETSTATUS)
		w->set_after = c->r->number;
}

/* It asks for the state, and changes nothing. */
static bool
asks(const struct request *r)
{
	return (r->setup.bRequest == DFU_GETSTATUS ||
	    r->setup.bRequest == DFU_GETSTATE);
}

static void
note_complete(struct finding_state *w, const struct finding_case *c)
{
	if (c->r == NULL)
		return;
	if (dfu_request_of(&c->r->setup) == NULL) {
		note_other(w, c);
		return;
	}
	w->set_after = 0;
	if (c->state != NO_STATE)
		note_told(w, c);
	else if (outcome_is_answer(c->r->outcome))
		note_taken(w, c);
	else
		note_failure(w, c);
	if (c->r->setup.bRequest == DFU_DETACH)
		note_detach(w, c);
	/* What follows is not of the latest DNLOAD's making any more. */
	if (c->r->setup.bRequest != DFU_DNLOAD && !asks(c->r)) {
		w->work = c->r->setup.bRequest == DFU_UPLOAD ?
		    DFU_KIND_READ : DFU_KIND_NONE;
		w->work_by = c->r->number;
	}
	w->before = w->past;
	w->past = (struct finding_past){ .number = c->r->number,
	    .request = c->r->setup.bRequest, .outcome = c->r->outcome,
	    .before = c->r->before, .state = c->state, .done = c->now };
}

/* The operator puts it back: what arrives then did not do so itself. */
static bool
is_plug(const struct event *e)
{
	return (e->kept == 4 && memcmp(e->data, "plug", 4) == 0);
}

void
finding_note(struct finding_state *w, const struct finding_case *c)
{
	switch ((enum event_kind)c->e->kind) {
	case EVENT_ARRIVED:
		note_arrived(w, c->s);
		break;
	case EVENT_LEFT:
		note_left(w, c->s, c->now);
		break;
	case EVENT_RESET:
		if (c->e->outcome == OUTCOME_UNKNOWN)
			note_reset_begins(w, c);
		else
			note_reset(w, c);
		break;
	case EVENT_SUBMIT:
		note_submit(w, c);
		break;
	case EVENT_COMPLETE:
		note_complete(w, c);
		break;
	case EVENT_OPENED:
	case EVENT_CLOSED:
		break;
	case EVENT_LOST:
		/* What came before proves nothing about what comes now. */
		note_arrived(w, c->s);
		w->told = 1;
		break;
	case EVENT_COMMAND:
		w->plugged = w->plugged || is_plug(c->e);
		return;
	case EVENT_OTHER:
	case EVENT_WALL:
	case EVENT_NOTE:
		return;
	}
	w->last_event = c->e->time;
}
