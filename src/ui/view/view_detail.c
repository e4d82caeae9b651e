/* SPDX-License-Identifier: ISC */
/* One request, decoded: every field with offset, value and meaning. */
#include "ui/view/detail.h"

#include <string.h>

#include "base/text.h"
#include "dfu/spec.h"
#include "diagnosis/conformance.h"
#include "trace/journal.h"
#include "ui/view/setup_words.h"
#include "wire/usb.h"

static void
add_setup(struct page *p, const struct setup *s)
{
	struct buf b = { 0 };

	page_title(p, "Setup packet (USB 2.0 9.3)");
	setup_type_words(&b, s->bmRequestType);
	detail_number(p, 0, "bmRequestType", 2, s->bmRequestType,
	    buf_str(&b));
	buf_reset(&b);
	setup_request_words(&b, s);
	detail_number(p, 1, "bRequest", 2, s->bRequest, buf_str(&b));
	buf_reset(&b);
	setup_value_words(&b, s);
	detail_number(p, 2, "wValue", 4, s->wValue, buf_str(&b));
	buf_reset(&b);
	setup_index_words(&b, s);
	detail_number(p, 4, "wIndex", 4, s->wIndex, buf_str(&b));
	detail_number(p, 6, "wLength", 4, s->wLength, setup_is_in(s) ?
	    "bytes requested at most" : "bytes of data");
	buf_free(&b);
}

static void
add_state(struct page *p, int offset, uint8_t state)
{
	const struct dfu_state_row *row = dfu_state_row(state);
	struct buf b = { 0 };

	if (row != NULL)
		buf_addf(&b, "%s: %s (DFU 1.1 %s)", row->name, row->meaning,
		    setup_clause(row->clause));
	else
		buf_adds(&b, "not defined by DFU 1.1");
	detail_number(p, offset, "bState", 2, state, buf_str(&b));
	buf_free(&b);
}

static void
add_status(struct page *p, const struct dfu_status_reply *r)
{
	const struct dfu_status_row *row = dfu_status_row(r->bStatus);
	struct buf b = { 0 };

	page_title(p, "Answer (DFU 1.1 6.1.2)");
	if (row != NULL)
		buf_addf(&b, "%s: %s", row->name, row->meaning);
	else
		buf_adds(&b, "not defined by DFU 1.1");
	detail_number(p, 0, "bStatus", 2, r->bStatus, buf_str(&b));
	detail_number(p, 1, "bwPollTimeout", 6, r->bwPollTimeout,
	    r->bwPollTimeout == 0 ? "ms: GETSTATUS may follow at once" :
	    "ms to wait before the next GETSTATUS");
	add_state(p, 4, r->bState);
	detail_number(p, 5, "iString", 2, r->iString, r->iString == 0 ?
	    "no string" : "a string that describes the status");
	buf_free(&b);
}

static void
add_answer(struct page *p, const struct request *r, const struct event *submit,
    const struct event *e)
{
	const struct dfu_request_row *row = dfu_request_of(&r->setup);
	struct dfu_status_reply reply;
	struct buf b = { 0 };

	page_title(p, "Outcome");
	if (e == NULL) {
		page_add(p, STYLE_WARNING, "no answer yet", 0, NULL);
		return;
	}
	words_answer(&b, submit, e);
	page_add(p, outcome_is_answer(e->outcome) ? STYLE_STRONG :
	    STYLE_DANGER, outcome_name(e->outcome), 14, buf_str(&b));
	buf_free(&b);
	if (row != NULL && row->bRequest == DFU_GETSTATUS &&
	    dfu_status_decode(e->data, e->kept, &reply))
		add_status(p, &reply);
	else if (row != NULL && row->bRequest == DFU_GETSTATE &&
	    e->kept >= 1) {
		page_title(p, "Answer (DFU 1.1 6.1.5)");
		add_state(p, 0, e->data[0]);
	}
	if (e->kept > 0)
		detail_data(p, "Data received", r, e);
}

/* Whether the answer was one that was to be expected. */
static void
add_conformance(struct page *p, const struct frame *sc,
    const struct request *r)
{
	struct conformance a = conformance_of(sc->session, r, sc->print.stack);
	struct buf b = { 0 };

	if (conformance_broken(&a)) {
		buf_adds(&b, "device: ");
		conformance_words(&a, &b);
	} else if (a.spec == CONFORMS_YES) {
		buf_adds(&b, "the answer follows DFU 1.1");
	}
	if (b.len != 0)
		page_add(p, conformance_broken(&a) ? STYLE_WARNING :
		    STYLE_NORMAL, buf_str(&b), 0, NULL);
	buf_free(&b);
}

/* "in 7 dfuMANIFEST: STALL, stays" */
static void
add_outlook(struct buf *b, uint8_t from, const struct dfu_outlook *o)
{
	buf_adds(b, "in ");
	dfu_state_label(b, from);
	buf_adds(b, ": ");
	outlook_words(b, from, o);
}

static void
add_stack(struct page *p, const struct request *r)
{
	const struct dfu_outlook *o = &r->predicted->stack;
	struct buf b = { 0 };

	if (r->predicted->by == NULL || r->predicted->stack_state == NO_STATE)
		return;
	buf_addf(&b, "%s: ", r->predicted->by->name);
	if (r->predicted->known) {
		add_outlook(&b, r->predicted->stack_state, o);
		buf_addf(&b, " (%s)", dfu_certainty_words(o->certainty));
		if (o->note != NULL)
			buf_addf(&b, "; %s", o->note);
	} else {
		buf_adds(&b, "not known");
	}
	page_add(p, STYLE_NORMAL, NULL, 1, buf_str(&b));
	buf_free(&b);
}

/* What was to be expected of this request when it was sent. */
static void
add_prediction(struct page *p, const struct frame *sc,
    const struct request *r)
{
	const struct dfu_transition *m = r->predicted->spec;
	struct dfu_outlook o = prediction_spec(r->predicted);
	struct buf b = { 0 };

	if (m == NULL && !r->predicted->known)
		return;
	page_title(p, "By the rules");
	if (m != NULL) {
		add_outlook(&b, r->predicted->state, &o);
		buf_adds(&b, " (");
		setup_clause_words(&b, m->clause);
		buf_addc(&b, ')');
		if (m->note != NULL)
			buf_addf(&b, "; %s", m->note);
		page_add(p, STYLE_NORMAL, NULL, 1, buf_str(&b));
	}
	add_stack(p, r);
	buf_free(&b);
	add_conformance(p, sc, r);
}

static void
add_journal(struct page *p, const struct event *e)
{
	struct buf b = { 0 };

	if (e == NULL)
		return;
	journal_print(&b, e, NULL);
	if (b.len > 0)
		buf_cut(&b, b.len - 1);
	page_add(p, STYLE_NORMAL, NULL, 1, buf_str(&b));
	buf_free(&b);
}

static void
add_head(struct page *p, const struct frame *sc, const struct request *r,
    const struct event *submit)
{
	struct buf b = { 0 };

	buf_addf(&b, "#%u  ", r->number);
	words_request_name(&b, &r->setup);
	buf_adds(&b, "  ");
	words_request(&b, submit, &r->meaning);
	page_title(p, buf_str(&b));
	buf_reset(&b);
	if (!clock_is_known(sc)) {
		buf_adds(&b, "sent at an unknown time (not in the log)");
	} else {
		buf_adds(&b, "sent at ");
		clock_time(&b, r->at - sc->view->list.fold.follow.start);
	}
	if (clock_is_known(sc) && r->done != 0) {
		buf_adds(&b, ", answered after ");
		text_duration(&b, r->done - r->at);
	}
	page_add(p, STYLE_NORMAL, buf_str(&b), 0, NULL);
	buf_free(&b);
}

/* Which of those folded into one row this is. */
static void
add_loop(struct page *p, const struct fold_row *row)
{
	struct buf b = { 0 };

	buf_addf(&b, "the last of %u equal polls since #%u, in ",
	    row->count, row->first);
	text_duration(&b, row->end - row->at);
	page_add(p, STYLE_NORMAL, buf_str(&b), 0, NULL);
	buf_free(&b);
}

/* It left memory, and is not to be had any more. */
static void
add_gone(struct page *p, const struct frame *sc, const struct fold_row *row)
{
	struct buf b = { 0 };

	list_gone_words(&b, &sc->view->list, sc->app->sessions->trace, row);
	page_add(p, STYLE_WARNING, NULL, 1, buf_str(&b));
	buf_free(&b);
}

static void
add_event(struct page *p, const struct event *e)
{
	struct buf b = { 0 };

	if (e == NULL)
		return;
	words_event(&b, e, NULL, NULL);
	page_title(p, event_kind_name(e->kind));
	page_add(p, STYLE_NORMAL, NULL, 1, buf_str(&b));
	page_title(p, "Journal");
	add_journal(p, e);
	buf_free(&b);
}

static void
add_request(struct page *p, const struct frame *sc, const struct request *r,
    const struct fold_row *row)
{
	const struct trace *t = sc->app->sessions->trace;
	const struct event *submit = trace_get(t, r->submit), *e;

	if (submit == NULL)
		return;
	e = r->complete == NO_EVENT ? NULL : trace_get(t, r->complete);
	add_head(p, sc, r, submit);
	if (row->count > 1)
		add_loop(p, row);
	add_setup(p, &r->setup);
	if (submit->kept > 0)
		detail_data(p, "Data sent", r, submit);
	add_answer(p, r, submit, e);
	add_prediction(p, sc, r);
	page_title(p, "Journal");
	add_journal(p, submit);
	add_journal(p, e);
}

void
view_detail(struct area a, const struct frame *sc)
{
	const struct fold_row *row = list_selected(&sc->view->list);
	const struct request *r;
	struct page p = { 0 };

	if (sc->session == NULL || row == NULL)
		return;
	r = row->event ? NULL : session_request(sc->session, row->last);
	if (row->event)
		add_event(&p, trace_get(sc->app->sessions->trace, row->index));
	else if (r != NULL)
		add_request(&p, sc, r, row);
	if (p.n == 0)
		add_gone(&p, sc, row);
	page_draw(a, &p, sc->view);
	page_free(&p);
}
