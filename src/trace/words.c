/* SPDX-License-Identifier: ISC */
#include "trace/words.h"

#include <string.h>

#include "base/text.h"
#include "dfu/spec.h"
#include "trace/identity.h"
#include "wire/usb.h"

/* Standard requests that can meet a DFU device (USB 2.0 table 9-4). */
static const struct {
	uint8_t		 bRequest;
	const char	*name;
} standard[] = {
	{ USB_REQ_GET_STATUS, "GET_STATUS" },
	{ USB_REQ_GET_DESCRIPTOR, "GET_DESCRIPTOR" },
	{ USB_REQ_GET_CONFIGURATION, "GET_CONFIGURATION" },
	{ USB_REQ_SET_CONFIGURATION, "SET_CONFIGURATION" },
	{ USB_REQ_GET_INTERFACE, "GET_INTERFACE" },
	{ USB_REQ_SET_INTERFACE, "SET_INTERFACE" },
};

static bool
is_standard(const struct setup *s)
{
	return ((s->bmRequestType & USB_TYPE_MASK) == USB_TYPE_STANDARD);
}

void
words_request_name(struct buf *b, const struct setup *s)
{
	const struct dfu_request_row *row = dfu_request_of(s);
	size_t i;

	if (row != NULL) {
		buf_adds(b, row->name);
		return;
	}
	for (i = 0; i < sizeof(standard) / sizeof(standard[0]); i++) {
		if (is_standard(s) && standard[i].bRequest == s->bRequest) {
			buf_adds(b, standard[i].name);
			return;
		}
	}
	buf_addf(b, "0x%02x 0x%02x", s->bmRequestType, s->bRequest);
}

static void
words_standard(struct buf *b, const struct setup *s)
{
	if (!is_standard(s)) {
		buf_addf(b, "wValue 0x%04x, wIndex 0x%04x, %u byte%s",
		    s->wValue, s->wIndex, s->wLength, TEXT_S(s->wLength));
	} else if (s->bRequest == USB_REQ_SET_INTERFACE) {
		buf_addf(b, "alternate %u of interface %u", s->wValue,
		    s->wIndex);
	} else if (s->bRequest == USB_REQ_SET_CONFIGURATION) {
		buf_addf(b, "%u", s->wValue);
	} else if (s->bRequest == USB_REQ_GET_DESCRIPTOR) {
		switch (s->wValue >> 8) {
		case USB_DT_DEVICE:
			buf_adds(b, "device");
			break;
		case USB_DT_CONFIG:
			buf_adds(b, "configuration");
			break;
		case USB_DT_STRING:
			buf_addf(b, "string %u", s->wValue & 0xff);
			break;
		case USB_DT_DFU:
			buf_adds(b, "DFU functional");
			break;
		default:
			buf_addf(b, "type 0x%02x", s->wValue >> 8);
			break;
		}
		buf_addf(b, ", %u byte%s", s->wLength, TEXT_S(s->wLength));
	}
}

static void
words_bytes(struct buf *b, uint32_t n)
{
	buf_addf(b, n == 1 ? "%u byte" : "%u bytes", n);
}

static void
words_block(
    struct buf *b, const struct event *submit, const struct dfu_meaning *m)
{
	const struct setup *s = &submit->setup;
	size_t start;

	buf_addf(b, "block %u, ", s->wValue);
	if (!setup_is_in(s) && s->wLength == 0)
		buf_adds(b, "len=0");
	else
		words_bytes(b, s->wLength);
	if (m == NULL)
		return;
	buf_adds(b, "  ");
	start = b->len;
	dfu_meaning_words(b, m, s, submit->data, submit->kept);
	if (b->len == start)
		buf_cut(b, start - 2);
}

/* The size of the block is that of the data which m tells of. */
static bool
tells_size(const struct dfu_meaning *m, const struct setup *s)
{
	struct buf words = { 0 }, size = { 0 };
	bool tells;

	dfu_meaning_words(&words, m, s, NULL, 0);
	buf_adds(&size, " ");
	words_bytes(&size, s->wLength);
	tells = strstr(buf_str(&words), buf_str(&size)) != NULL;
	buf_free(&words);
	buf_free(&size);
	return (tells);
}

void
words_request_brief(
    struct buf *b, const struct event *submit, const struct dfu_meaning *m)
{
	const struct setup *s = &submit->setup;
	const struct dfu_request_row *row = dfu_request_of(s);

	if (m == NULL || row == NULL || (row->bRequest != DFU_DNLOAD &&
	    row->bRequest != DFU_UPLOAD) || !tells_size(m, s)) {
		words_request(b, submit, m);
		return;
	}
	buf_addf(b, "block %u  ", s->wValue);
	dfu_meaning_words(b, m, s, submit->data, submit->kept);
}

void
words_request(
    struct buf *b, const struct event *submit, const struct dfu_meaning *m)
{
	const struct setup *s = &submit->setup;
	const struct dfu_request_row *row = dfu_request_of(s);

	if (row == NULL)
		words_standard(b, s);
	else if (row->bRequest == DFU_DNLOAD || row->bRequest == DFU_UPLOAD)
		words_block(b, submit, m);
	else if (row->bRequest == DFU_DETACH)
		buf_addf(b, "wTimeout %u ms", s->wValue);
	else if (row->reply != 0 && s->wLength != row->reply)
		buf_addf(b, "wLength %u", s->wLength);
}

static void
words_status_reply(struct buf *b, const struct dfu_status_reply *r)
{
	dfu_state_words(b, r->bState);
	if (r->bStatus != DFU_STATUS_OK) {
		buf_adds(b, ", ");
		dfu_status_words(b, r->bStatus);
	}
	if (r->bwPollTimeout != 0) {
		buf_adds(b, ", wait ");
		text_duration(b, (uint64_t)r->bwPollTimeout * 1000);
	}
	if (r->iString != 0)
		buf_addf(b, ", string %u", r->iString);
}

/* Answers of the DFU class that have a meaning of their own. */
static bool
words_reply(struct buf *b, const struct event *submit,
    const struct event *complete)
{
	const struct dfu_request_row *row = dfu_request_of(&submit->setup);
	struct dfu_status_reply reply;

	if (row == NULL || row->reply == 0)
		return (false);
	if (row->bRequest == DFU_GETSTATE && complete->kept >= 1) {
		dfu_state_words(b, complete->data[0]);
		return (true);
	}
	if (row->bRequest == DFU_GETSTATUS &&
	    dfu_status_decode(complete->data, complete->kept, &reply)) {
		words_status_reply(b, &reply);
		return (true);
	}
	buf_addf(b, "incomplete answer: %u of %u byte%s", complete->len,
	    row->reply, TEXT_S(row->reply));
	return (true);
}

static void
words_accepted(struct buf *b, const struct event *submit,
    const struct event *complete)
{
	uint32_t asked = submit->setup.wLength;

	if (words_reply(b, submit, complete))
		return;
	/* All that the request names already is not told twice. */
	if (setup_is_in(&submit->setup) && complete->len < asked) {
		words_bytes(b, complete->len);
		buf_adds(b, " (short)");
	} else if (complete->len < asked) {
		buf_addf(b, "ok, %u of %u byte%s accepted",
		    complete->len, asked, TEXT_S(asked));
	} else {
		buf_adds(b, "ok");
	}
}

void
words_answer(struct buf *b, const struct event *submit,
    const struct event *complete)
{
	switch ((enum outcome)complete->outcome) {
	case OUTCOME_OK:
	case OUTCOME_SHORT:
		words_accepted(b, submit, complete);
		break;
	case OUTCOME_STALL:
		buf_adds(b, "STALL");
		break;
	case OUTCOME_TIMEOUT:
		buf_adds(b, "no answer within ");
		text_duration(b, complete->time - submit->time);
		break;
	case OUTCOME_CANCELLED:
		buf_adds(b, "cancelled after ");
		text_duration(b, complete->time - submit->time);
		break;
	case OUTCOME_UNKNOWN:
	case OUTCOME_BUSERROR:
	case OUTCOME_BABBLE:
	case OUTCOME_GONE:
	case OUTCOME_DENIED:
	case OUTCOME_BUSY:
		buf_adds(b, outcome_words(complete->outcome));
		break;
	}
}

static void
words_identity(struct buf *b, const struct identity *who)
{
	if (who->place != NULL)
		text_escape(b, who->place, strlen(who->place));
	buf_addf(b, "  %04x:%04x", who->vendor, who->product);
	if (who->product_name != NULL) {
		buf_adds(b, "  ");
		text_escape(b, who->product_name, strlen(who->product_name));
	}
}

static void
words_outcome(struct buf *b, const struct event *e, const char *what)
{
	buf_addf(b, "%s: %s", what, outcome_words(e->outcome));
	if (e->kept != 0) {
		buf_adds(b, ": ");
		text_print(b, e->data, e->kept);
	}
}

static void
words_submit(struct buf *b, const struct event *e, const struct dfu_meaning *m)
{
	size_t start;

	words_request_name(b, &e->setup);
	buf_addc(b, ' ');
	start = b->len;
	words_request(b, e, m);
	if (b->len == start)
		buf_cut(b, start - 1);
}

void
words_xfer(struct buf *b, const struct xfer *x, const struct dfu_meaning *m)
{
	struct event e = {
		.kind = EVENT_SUBMIT, .setup = x->setup, .data = x->data
	};

	e.len = e.kept = x->data != NULL ? x->setup.wLength : 0;
	words_submit(b, &e, m);
}

void
words_event(struct buf *b, const struct event *e, const struct event *submit,
    const struct dfu_meaning *m)
{
	switch ((enum event_kind)e->kind) {
	case EVENT_ARRIVED:
		buf_adds(b, "connected: ");
		if (e->who != NULL)
			words_identity(b, e->who);
		break;
	case EVENT_LEFT:
		buf_adds(b, "disconnected");
		break;
	case EVENT_OPENED:
		words_outcome(b, e, "open");
		break;
	case EVENT_CLOSED:
		buf_adds(b, "closed");
		break;
	case EVENT_SUBMIT:
		words_submit(b, e, m);
		break;
	case EVENT_COMPLETE:
		if (submit != NULL)
			words_answer(b, submit, e);
		else
			buf_adds(b, outcome_words(e->outcome));
		break;
	case EVENT_RESET:
		if (e->outcome == OUTCOME_UNKNOWN)
			buf_adds(b, "bus reset");
		else
			words_outcome(b, e, "bus reset");
		break;
	case EVENT_OTHER:
	case EVENT_WALL:
	case EVENT_COMMAND:
	case EVENT_NOTE:
	case EVENT_LOST:
		text_print(b, e->data, e->kept);
		break;
	}
}
