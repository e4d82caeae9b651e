/* SPDX-License-Identifier: ISC */
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
	layout_free(&w->here.layout);
}

/* The layout in use, parsed once for each name. */
static void
note_layout(struct finding_state *w, const struct session *s)
{
	const char *name = session_alternate_name(s, s->alternate);

	w->here.dialect = session_dialect(s);
	w->here.transfer_size = session_transfer_size(s);
	if (name == w->here.layout_name)
		return;
	layout_free(&w->here.layout);
	w->here.layout = (struct layout){ 0 };
	w->here.layout_name = name;
	if (name != NULL)
		layout_parse(&w->here.layout, name, strlen(name));
}

/* The download or upload is over: what follows is another. */
static void
end_operation(struct finding_state *w)
{
	w->op = (struct finding_op){ .first = 0 };
}

static void
end_stay(struct finding_state *w)
{
	w->stay = (struct finding_stay){ .state = NO_STATE };
}

static void
note_arrived(struct finding_state *w, const struct session *s)
{
	layout_free(&w->here.layout);
	w->here = (struct finding_here){ .told = 0 };
	w->work = (struct finding_work){ .kind = DFU_KIND_NONE };
	end_operation(w);
	end_stay(w);
	w->gone.plugged = false;
	note_layout(w, s);
}

/* us since the latest request ended and its announced wait was over. */
static uint64_t
idle_at(const struct finding_state *w, const struct session *s, uint64_t at)
{
	uint64_t from = w->here.past.done, wait;

	wait = s->status.known ? s->status.at +
	    (uint64_t)s->status.reply.bwPollTimeout * 1000 : 0;
	if (wait > from)
		from = wait;
	return (at > from ? at - from : 0);
}

static void
note_left(struct finding_state *w, const struct session *s, uint64_t at)
{
	w->gone = (struct finding_gone){ .ever = true, .at = at,
	    .after = w->here.past.number, .state = w->here.past.state,
	    .idle = idle_at(w, s, at),
	    .erased = w->work.kind == DFU_KIND_READ_UNPROTECT &&
	    !w->work.over, .was_dfu = session_function(s) != NULL &&
	    !session_function(s)->runtime };
	if (s->who != NULL) {
		w->gone.vendor = s->who->vendor;
		w->gone.product = s->who->product;
	}
}

static void
note_reset_begins(struct finding_state *w, const struct finding_case *c)
{
	struct estimate b = session_estimate(c->s, c->now);

	w->here.reset_state = b.how == ESTIMATE_UNKNOWN ? NO_STATE : b.state;
	w->here.reset_left =
	    (uint32_t)(session_wait_left(c->s, c->now) / 1000);
}

static void
note_reset(struct finding_state *w, const struct finding_case *c)
{
	w->here.reset = true;
	w->here.reset_after = w->here.past.number;
	w->detach.reset = w->detach.taken;
	end_stay(w);
	w->bus_reset = (struct finding_bus_reset){ true, c->now };
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
	const struct layout *l = &c->w->here.layout;
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

/* A block goes out. */
static void
note_data(struct finding_state *w, const struct finding_case *c)
{
	if (finding_to_start(c)) {
		w->here.file = finding_file(c);
		w->here.file_by = c->e->number;
	}
	if (w->op.blocks++ == 0)
		w->op.first = c->e->number;
	w->op.block = c->e->setup.wValue;
	w->op.whole_4096 += c->e->len == 4096;
}

/* A block was taken: only then does it lie there. */
static void
note_written(struct finding_state *w, const struct finding_case *c)
{
	if (w->work.kind != DFU_KIND_WRITE || !c->r->meaning.addressed ||
	    w->work.length == 0)
		return;
	if (!w->here.placed || w->work.address < w->here.lowest)
		w->here.lowest = w->work.address;
	if (!w->here.placed)
		w->here.lowest_by = w->op.first;
	w->here.placed = true;
	add_span(w->op.written, &w->op.nwritten, w->work.address,
	    w->work.address + w->work.length - 1);
}

/* So few bytes may be a DfuSe command, and which is not known. */
static bool
may_command(const struct finding_case *c)
{
	return (c->e->setup.wLength != 0 && c->e->setup.wLength <= 5 &&
	    !finding_plain(c) && (c->r->meaning.maybe != DFU_KIND_NONE ||
	    (c->e->setup.wValue == 0 &&
	    session_fact(c->s, FACT_PAYLOAD) != KNOWN_YES)));
}

/* A DNLOAD goes out: what it sets going. */
static void
note_dnload(struct finding_state *w, const struct finding_case *c)
{
	w->op.instant_slow += w->here.past.state == DFU_STATE_DNLOAD_IDLE &&
	    c->s->status.known && c->s->status.reply.bwPollTimeout == 0 &&
	    c->now - w->here.past.done >= 4000;
	w->work = (struct finding_work){ .kind = work_of(c),
	    .by = c->e->number, .length = c->e->len,
	    .unsure = may_command(c),
	    .address = c->r->meaning.addressed ? c->r->meaning.address : 0 };
	if (w->work.kind == DFU_KIND_WRITE) {
		note_data(w, c);
	} else if (w->work.kind == DFU_KIND_ERASE ||
	    w->work.kind == DFU_KIND_MASS_ERASE) {
		w->op.turns += w->op.blocks != 0;
	} else if (w->work.kind == DFU_KIND_END) {
		w->here.unended = 0;
		w->leave = (struct finding_leave){ c->e->number, c->now };
	}
}

static void
note_submit(struct finding_state *w, const struct finding_case *c)
{
	w->here.closed = false;
	/* A file whose numbers do not grow has requests that are not found. */
	if (c->r == NULL || dfu_request_of(&c->e->setup) == NULL)
		return;
	if (w->here.begin == 0)
		w->here.begin = c->now;
	if (c->e->setup.bRequest == DFU_DNLOAD)
		note_dnload(w, c);
	if (!finding_asks(&c->e->setup)) {
		w->here.acted = c->e->number;
		w->here.forced = finding_is_stuck(c->s);
	}
	w->here.hasty = session_wait_left(c->s, c->now) != 0;
	w->here.early_left = finding_asks(&c->e->setup) &&
	    w->here.past.state != NO_STATE && !finding_clock_stands(c) ?
	    (uint32_t)(session_wait_left(c->s, c->now) / 1000) : 0;
	w->here.early = w->here.early_left != 0 ? c->e->number : 0;
}

static void
note_stay(struct finding_state *w, const struct finding_case *c)
{
	struct finding_stay *stay = &w->stay;

	if (stay->told == 0 || stay->state != c->state)
		*stay = (struct finding_stay){ .state = c->state,
		    .first = c->r->number, .since = c->now };
	stay->told++;
	if (!c->r->replied)
		return;
	stay->asked++;
	stay->wait = c->r->reply.bwPollTimeout;
	stay->zero = stay->wait == 0 ? stay->zero + 1 : 0;
}

/* The work of the latest DNLOAD is over: state says how it went. */
static void
note_over(struct finding_state *w, const struct finding_case *c)
{
	bool well = c->state == DFU_STATE_DNLOAD_IDLE;
	const struct layout_segment *segment =
	    layout_at(&w->here.layout, w->work.address);
	uint32_t size = segment != NULL ? segment->size :
	    session_transfer_size(c->s);
	uint32_t from = layout_sector(&w->here.layout, w->work.address);

	if (w->work.over)
		return;
	w->work.over = true;
	if (well && w->work.kind == DFU_KIND_WRITE)
		w->here.stored += w->work.length;
	if (well && w->work.kind == DFU_KIND_MASS_ERASE)
		w->here.all_erased = true;
	if (well && w->work.kind == DFU_KIND_ERASE) {
		w->here.erases_done++;
		/* What is forgotten is not held against the host. */
		if (!add_span(w->here.erased, &w->here.nerased, from,
			from + size - 1))
			w->here.all_erased = true;
	}
	if (well && w->work.kind == DFU_KIND_WRITE && w->work.polls == 1 &&
	    c->r->replied && c->r->reply.bwPollTimeout == 0)
		w->op.instant++;
}

static void
note_told(struct finding_state *w, const struct finding_case *c)
{
	if (w->here.told++ == 0 && w->work.kind == DFU_KIND_NONE &&
	    dfu_state_is(c->state, DFU_STATES_WORK | DFU_STATES_OPEN))
		w->here.partial = w->here.all_erased = true;
	w->here.reset = false;
	if (c->r->replied) {
		w->here.announced += (uint64_t)c->r->reply.bwPollTimeout * 1000;
		if (w->work.polls++ == 0)
			w->work.wait = c->r->reply.bwPollTimeout;
	}
	note_stay(w, c);
	if (!dfu_state_is(c->state, DFU_STATES_BLOCK))
		note_over(w, c);
	if (c->state == DFU_STATE_DNLOAD_IDLE)
		w->here.dropped = 0;
	if (c->state != DFU_STATE_IDLE)
		return;
	if (w->op.blocks != 0 && w->work.kind == DFU_KIND_WRITE)
		w->here.dropped = c->r->number;
	end_operation(w);
}

static void
note_upload(struct finding_state *w, const struct finding_case *c)
{
	if (!w->op.upload_any || c->r->before == DFU_STATE_IDLE) {
		w->op.upload_first = c->r->number;
		w->op.upload_bytes = 0;
	}
	w->op.upload_any = true;
	w->op.upload_bytes += c->e->len;
	w->op.upload_block = c->r->setup.wValue;
	w->op.upload_short = c->e->len < c->r->setup.wLength;
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
		w->here.abort = c->r->before == DFU_STATE_DNLOAD_IDLE ?
		    c->r->number : 0;
		if (w->op.blocks != 0)
			w->here.unended = w->op.first;
		end_operation(w);
		break;
	case DFU_CLRSTATUS:
		end_operation(w);
		break;
	case DFU_DNLOAD:
		w->op.upload_any = false;
		if (w->work.length > w->here.longest)
			w->here.longest = w->work.length;
		note_written(w, c);
		break;
	}
	end_stay(w);
}

static void
note_detach(struct finding_state *w, const struct finding_case *c)
{
	w->detach = (struct finding_detach){ .by = c->r->number,
	    .at = c->now, .taken = outcome_is_answer(c->r->outcome),
	    .timeout = c->r->setup.wValue };
}

static void
note_failure(struct finding_state *w, const struct finding_case *c)
{
	/* A refused question can lead into dfuERROR, too. */
	if (c->r->outcome == OUTCOME_STALL && w->here.acted == 0)
		w->here.acted = c->r->number;
	if ((c->r->outcome == OUTCOME_TIMEOUT) && w->here.timeouts++ == 0)
		w->here.timeout_first = c->r->number;
	if (c->r->outcome != OUTCOME_BUSERROR &&
	    c->r->outcome != OUTCOME_BABBLE)
		return;
	w->here.broken_at = c->now;
	if (w->here.broken++ == 0)
		w->here.broken_first = c->r->number;
}

/* Not a request of the DFU class. */
static void
note_other(struct finding_state *w, const struct finding_case *c)
{
	note_layout(w, c->s);
	if (c->r->setup.bRequest == USB_REQ_SET_INTERFACE &&
	    (c->r->setup.bmRequestType & USB_TYPE_MASK) ==
	    USB_TYPE_STANDARD && w->here.past.outcome == OUTCOME_STALL &&
	    w->here.past.request == DFU_GETSTATUS)
		w->here.set_after = c->r->number;
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
	w->here.set_after = 0;
	if (c->state != NO_STATE)
		note_told(w, c);
	else if (outcome_is_answer(c->r->outcome))
		note_taken(w, c);
	else
		note_failure(w, c);
	if (c->r->setup.bRequest == DFU_DETACH)
		note_detach(w, c);
	/* What follows is not of the latest DNLOAD's making any more. */
	if (c->r->setup.bRequest != DFU_DNLOAD && !finding_asks(&c->r->setup)) {
		w->work = (struct finding_work){ .by = c->r->number,
		    .kind = c->r->setup.bRequest == DFU_UPLOAD ?
		    DFU_KIND_READ : DFU_KIND_NONE,
		    .address = c->r->meaning.addressed ?
		    c->r->meaning.address : 0 };
	}
	w->here.past = (struct finding_past){ .number = c->r->number,
	    .request = c->r->setup.bRequest, .outcome = c->r->outcome,
	    .before = c->r->before, .state = c->state,
	    .line = c->e->line, .done = c->now };
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
		/* Others may use it in between. */
		w->here.opened = w->here.past.number;
		w->here.closed = c->e->kind == EVENT_CLOSED;
		end_operation(w);
		break;
	case EVENT_LOST:
		/* What came before proves nothing about what comes now. */
		note_arrived(w, c->s);
		w->here.told = 1;
		w->here.partial = w->here.all_erased = true;
		break;
	case EVENT_COMMAND:
		w->gone.plugged = w->gone.plugged || is_plug(c->e);
		return;
	case EVENT_OTHER:
	case EVENT_WALL:
	case EVENT_NOTE:
		return;
	}
	w->last_event = c->e->time;
}
