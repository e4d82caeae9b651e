/* One request, decoded: every field with offset, value and meaning. */
#include "ui/page.h"

#include <string.h>

#include "base/text.h"
#include "dfu/spec.h"
#include "trace/journal.h"
#include "wire/usb.h"

/* "6.1.2": the rows write "S" for the specification itself. */
static const char *
clause(const char *s)
{
	return (strncmp(s, "S ", 2) == 0 ? s + 2 : s);
}

static void
field(struct page *p, int offset, const char *name, const char *value,
    const char *meaning)
{
	struct buf head = { 0 };

	buf_addf(&head, "%3d  %-14s %s", offset, name, value);
	page_add(p, STYLE_NORMAL, buf_str(&head), 34, meaning);
	buf_free(&head);
}

static void
field_number(struct page *p, int offset, const char *name, int digits,
    unsigned value, const char *meaning)
{
	struct buf b = { 0 };

	buf_addf(&b, "0x%0*x  %u", digits, value, value);
	field(p, offset, name, buf_str(&b), meaning);
	buf_free(&b);
}

static void
type_words(struct buf *b, uint8_t type)
{
	static const char *const types[] = { "standard", "class", "vendor",
	    "reserved type" };
	static const char *const recipients[] = { "device", "interface",
	    "endpoint", "other" };
	uint8_t r = type & USB_RECIP_MASK;

	buf_addf(b, "%s, %s, to the %s", type & USB_DIR_IN ?
	    "device to host" : "host to device",
	    types[(type & USB_TYPE_MASK) >> 5],
	    r < 4 ? recipients[r] : "reserved");
}

static const char *
value_words(struct buf *b, const struct setup *s)
{
	const struct dfu_request_row *row = dfu_request_of(s);

	buf_reset(b);
	if (row == NULL)
		return ("");
	if (row->bRequest == DFU_DNLOAD || row->bRequest == DFU_UPLOAD)
		buf_addf(b, "block %u", s->wValue);
	else if (row->bRequest == DFU_DETACH)
		buf_addf(b, "wTimeout %u ms", s->wValue);
	return (buf_str(b));
}

static void
add_setup(struct page *p, const struct setup *s)
{
	const struct dfu_request_row *row = dfu_request_of(s);
	struct buf b = { 0 };

	page_title(p, "Setup packet");
	type_words(&b, s->bmRequestType);
	field_number(p, 0, "bmRequestType", 2, s->bmRequestType, buf_str(&b));
	buf_reset(&b);
	words_request_name(&b, s);
	if (row != NULL)
		buf_addf(&b, ": %s (DFU 1.1 %s)", row->meaning,
		    clause(row->clause));
	field_number(p, 1, "bRequest", 2, s->bRequest, buf_str(&b));
	field_number(p, 2, "wValue", 4, s->wValue, value_words(&b, s));
	field_number(p, 4, "wIndex", 4, s->wIndex,
	    (s->bmRequestType & USB_RECIP_MASK) == USB_RECIP_INTERFACE ?
	    "interface" : "");
	field_number(p, 6, "wLength", 4, s->wLength, "bytes of data");
	buf_free(&b);
}

static void
add_dump(struct page *p, const char *title, const struct event *e)
{
	struct buf b = { 0 };
	uint32_t i, j, at;

	buf_addf(&b, "%s, %u bytes", title, e->len);
	if (e->elided)
		buf_addf(&b, "; the first and the last %u are kept",
		    EVENT_ELIDED_EDGE);
	page_title(p, buf_str(&b));
	for (i = 0; i < e->kept; i += 16) {
		at = e->elided && i >= EVENT_ELIDED_EDGE ? e->len - e->kept +
		    i : i;
		buf_reset(&b);
		buf_addf(&b, "%6x ", at);
		for (j = i; j < i + 16; j++)
			if (j < e->kept)
				buf_addf(&b, " %02x", e->data[j]);
			else
				buf_adds(&b, "   ");
		buf_adds(&b, "  ");
		for (j = i; j < i + 16 && j < e->kept; j++)
			buf_addc(&b, e->data[j] >= 0x20 && e->data[j] < 0x7f ?
			    e->data[j] : '.');
		page_add(p, STYLE_NORMAL, buf_str(&b), 0, NULL);
	}
	buf_free(&b);
}

static void
add_state(struct page *p, int offset, uint8_t state)
{
	const struct dfu_state_row *row = dfu_state_row(state);
	struct buf b = { 0 };

	if (row != NULL)
		buf_addf(&b, "%s: %s (DFU 1.1 %s)", row->name, row->meaning,
		    clause(row->clause));
	else
		buf_adds(&b, "not defined by DFU 1.1");
	field_number(p, offset, "bState", 2, state, buf_str(&b));
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
	field_number(p, 0, "bStatus", 2, r->bStatus, buf_str(&b));
	field_number(p, 1, "bwPollTimeout", 6, r->bwPollTimeout,
	    "ms to wait before the next GETSTATUS");
	add_state(p, 4, r->bState);
	field_number(p, 5, "iString", 2, r->iString, r->iString == 0 ?
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
		add_dump(p, "Data of the answer", e);
}

/* What the specification makes of this request in the state it met. */
static void
add_specification(struct page *p, const struct scene *sc,
    const struct request *r)
{
	struct dfu_conditions c = session_conditions(sc->session);
	const struct dfu_move *m;
	struct buf b = { 0 };
	int input = dfu_input_of(&r->setup);

	if (r->before == NO_STATE || input < 0)
		return;
	m = dfu_move(r->before, (enum dfu_input)input, &c);
	if (m == NULL)
		return;
	page_title(p, "By the specification");
	buf_addf(&b, "in %u %s: ", r->before, dfu_state_name(r->before));
	move_words(&b, m);
	buf_addf(&b, " (DFU 1.1 %s)", m->clause);
	if (m->note != NULL)
		buf_addf(&b, ". %s", m->note);
	page_add(p, STYLE_NORMAL, NULL, 1, buf_str(&b));
	buf_free(&b);
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
add_head(struct page *p, const struct request *r, const struct event *submit,
    uint64_t start)
{
	struct buf b = { 0 };

	buf_addf(&b, "#%u  ", r->number);
	words_request_name(&b, &r->setup);
	buf_adds(&b, "  ");
	words_request(&b, submit, &r->context);
	page_title(p, buf_str(&b));
	buf_reset(&b);
	buf_adds(&b, "sent at ");
	clock_time(&b, r->at - start);
	if (r->done != 0) {
		buf_adds(&b, ", answered after ");
		text_duration(&b, r->done - r->at);
	}
	page_add(p, STYLE_NORMAL, buf_str(&b), 0, NULL);
	buf_free(&b);
}

static void
add_event(struct page *p, const struct event *e)
{
	struct words_context none = { .dfuse = false };
	struct buf b = { 0 };

	if (e == NULL)
		return;
	words_event(&b, e, NULL, &none);
	page_title(p, event_kind_name(e->kind));
	page_add(p, STYLE_NORMAL, NULL, 1, buf_str(&b));
	page_title(p, "Journal");
	add_journal(p, e);
	buf_free(&b);
}

static void
add_request(struct page *p, const struct scene *sc, const struct request *r)
{
	const struct trace *t = sc->desk->bench->trace;
	const struct event *submit = trace_get(t, r->submit), *e;

	if (submit == NULL)
		return;
	e = r->complete == NO_EVENT ? NULL : trace_get(t, r->complete);
	add_head(p, r, submit, sc->look->fold.start);
	add_setup(p, &r->setup);
	if (submit->kept > 0)
		add_dump(p, "Data sent", submit);
	add_answer(p, r, submit, e);
	add_specification(p, sc, r);
	page_title(p, "Journal");
	add_journal(p, submit);
	add_journal(p, e);
}

void
view_detail(struct area a, const struct scene *sc)
{
	const struct fold *f = &sc->look->fold;
	const struct fold_row *row;
	const struct request *r;
	struct page p = { 0 };

	if (sc->session == NULL || sc->look->selected >= f->nrows)
		return;
	row = &f->rows[sc->look->selected];
	r = session_request(sc->session, row->last);
	if (row->event)
		add_event(&p, trace_get(sc->desk->bench->trace, row->index));
	else if (r != NULL)
		add_request(&p, sc, r);
	page_draw(a, &p, sc->look);
	page_free(&p);
}
