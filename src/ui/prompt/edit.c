/* SPDX-License-Identifier: ISC */
#include "ui/prompt/edit.h"

#include <string.h>

#include "base/line.h"
#include "base/text.h"
#include "dfu/spec.h"
#include "trace/event.h"
#include "wire/usb.h"

#define DATA_MAX	UINT16_MAX

void
edit_begin(struct edit *e, const struct setup *s, const void *data, size_t n)
{
	e->kept = true;
	e->from = 0;
	e->setup = *s;
	e->field = setup_is_in(s) ? EDIT_REQUEST : EDIT_HEX;
	e->at = e->top = 0;
	e->low = e->over = e->instead = false;
	buf_reset(&e->data);
	buf_reset(&e->notice);
	if (data != NULL)
		buf_add(&e->data, data, n);
}

static uint16_t
interface_of(const struct session *s)
{
	const struct dfu_function *f = session_function(s);

	return (f != NULL ? f->bInterfaceNumber : 0);
}

void
edit_begin_request(struct edit *e, const struct session *s,
    const struct request *r, const struct event *submit)
{
	const struct dfu_request_row *row = dfu_request_row(DFU_DNLOAD);
	struct setup setup = { row->bmRequestType, DFU_DNLOAD, s->next_block,
	    interface_of(s), 0 };

	if (r == NULL || submit == NULL) {
		edit_begin(e, &setup, NULL, 0);
	} else if (submit->elided || submit->kept != submit->len) {
		edit_begin(e, &r->setup, NULL, 0);
		buf_adds(&e->notice, "only part of its data is kept");
	} else {
		edit_begin(e, &r->setup, submit->data, submit->kept);
	}
	if (r != NULL)
		e->from = r->number;
}

static bool
read_bytes(struct line_reader *w, struct buf *data)
{
	const char *word = line_peek(w);

	if (word == NULL)
		return (true);
	return (strncmp(word, "hex:", 4) == 0 &&
	    text_unhex(data, word + 4, strlen(word + 4)));
}

static bool
read_control(struct line_reader *w, struct setup *s, struct buf *data)
{
	struct buf why = { 0 };
	uint64_t v[5];
	bool ok;

	ok = line_number(w, "", UINT8_MAX, &v[0], &why) &&
	    line_number(w, "", UINT8_MAX, &v[1], &why) &&
	    line_number(w, "", UINT16_MAX, &v[2], &why) &&
	    line_number(w, "", UINT16_MAX, &v[3], &why);
	buf_free(&why);
	if (!ok)
		return (false);
	/* The length may still be wrong: that is what the editor is for. */
	if (!line_number(w, "", UINT16_MAX, &v[4], &why))
		v[4] = 0;
	buf_free(&why);
	*s = (struct setup){ (uint8_t)v[0], (uint8_t)v[1], (uint16_t)v[2],
	    (uint16_t)v[3], (uint16_t)v[4] };
	return (read_bytes(w, data));
}

static bool
read_dnload(struct line_reader *w, struct setup *s, struct buf *data)
{
	struct buf why = { 0 };
	uint64_t block;

	if (line_number(w, "", UINT16_MAX, &block, &why))
		s->wValue = (uint16_t)block;
	buf_free(&why);
	return (read_bytes(w, data));
}

bool
edit_begin_line(struct edit *e, const struct session *s, const char *line)
{
	struct buf data = { 0 };
	struct edit fresh = { .kept = false };
	struct line_reader w;
	bool ok;

	edit_begin_request(&fresh, s, NULL, NULL);
	line_begin(&w, line);
	if (line_accept(&w, "control"))
		ok = read_control(&w, &fresh.setup, &data);
	else
		ok = line_peek(&w) == NULL || (line_accept(&w, "dnload") &&
		    read_dnload(&w, &fresh.setup, &data));
	if (ok)
		edit_begin(e, &fresh.setup, data.data, data.len);
	line_end(&w);
	buf_free(&data);
	return (ok);
}

struct xfer
edit_xfer(const struct edit *e)
{
	struct xfer x = { .setup = e->setup };

	if (setup_is_in(&e->setup))
		return (x);
	x.setup.wLength = (uint16_t)e->data.len;
	x.data = e->data.len > 0 ? e->data.data : NULL;
	return (x);
}

void
edit_control(struct buf *b, const struct xfer *x)
{
	buf_addf(b, "control 0x%02x 0x%02x 0x%04x 0x%04x %u",
	    x->setup.bmRequestType, x->setup.bRequest, x->setup.wValue,
	    x->setup.wIndex, x->setup.wLength);
	if (x->data == NULL || x->setup.wLength == 0)
		return;
	buf_adds(b, " hex:");
	buf_addhex(b, x->data, x->setup.wLength);
}

void
edit_command(const struct edit *e, const struct session *s, struct buf *line)
{
	struct xfer x = edit_xfer(e);
	const struct dfu_request_row *row = dfu_request_of(&x.setup);

	if (row == NULL || row->bRequest != DFU_DNLOAD ||
	    x.setup.wIndex != interface_of(s)) {
		edit_control(line, &x);
		return;
	}
	buf_addf(line, "dnload %u", x.setup.wValue);
	if (x.data == NULL)
		return;
	buf_adds(line, " hex:");
	buf_addhex(line, x.data, x.setup.wLength);
}

static int
digit(const struct press *p)
{
	if (p->kind != PRESS_CHAR || p->alt)
		return (-1);
	if (p->cp >= '0' && p->cp <= '9')
		return ((int)p->cp - '0');
	if (p->cp >= 'a' && p->cp <= 'f')
		return ((int)p->cp - 'a' + 10);
	if (p->cp >= 'A' && p->cp <= 'F')
		return ((int)p->cp - 'A' + 10);
	return (-1);
}

static unsigned
field_value(const struct edit *e)
{
	switch (e->field) {
	case EDIT_TYPE:
		return (e->setup.bmRequestType);
	case EDIT_REQUEST:
		return (e->setup.bRequest);
	case EDIT_VALUE:
		return (e->setup.wValue);
	case EDIT_INDEX:
		return (e->setup.wIndex);
	case EDIT_LENGTH:
		return (e->setup.wLength);
	case EDIT_HEX:
	case EDIT_TEXT:
		break;
	}
	return (0);
}

static void
set_field(struct edit *e, unsigned v)
{
	switch (e->field) {
	case EDIT_TYPE:
		e->setup.bmRequestType = (uint8_t)v;
		break;
	case EDIT_REQUEST:
		e->setup.bRequest = (uint8_t)v;
		break;
	case EDIT_VALUE:
		e->setup.wValue = (uint16_t)v;
		break;
	case EDIT_INDEX:
		e->setup.wIndex = (uint16_t)v;
		break;
	case EDIT_LENGTH:
		e->setup.wLength = (uint16_t)v;
		break;
	case EDIT_HEX:
	case EDIT_TEXT:
		break;
	}
}

/* The next request of the DFU class, as the specification has it. */
static void
turn_request(struct edit *e, unsigned step)
{
	const struct dfu_request_row *row = dfu_request_of(&e->setup);
	unsigned n = row == NULL ? 0 : (row->bRequest + step) %
	    DFU_REQUEST_COUNT;

	row = dfu_request_row((uint8_t)n);
	e->setup.bmRequestType = row->bmRequestType;
	e->setup.bRequest = row->bRequest;
	e->setup.wLength = row->reply;
}

static void
turn_field(struct edit *e, int step)
{
	static const uint8_t types[] = { 0x21, 0xa1, 0x00, 0x80, 0x01, 0x81,
	    0x40, 0xc0 };
	unsigned n = sizeof(types), i;

	if (e->field == EDIT_REQUEST) {
		turn_request(e, step > 0 ? 1 : DFU_REQUEST_COUNT - 1);
	} else if (e->field == EDIT_TYPE) {
		for (i = 0; i < n; i++)
			if (types[i] == e->setup.bmRequestType)
				break;
		i = i == n ? 0 : (i + (step > 0 ? 1 : n - 1)) % n;
		e->setup.bmRequestType = types[i];
	} else {
		set_field(e, field_value(e) + (unsigned)step);
	}
}

static bool
in_data(const struct edit *e)
{
	return (e->field == EDIT_HEX || e->field == EDIT_TEXT);
}

static void
press_field(struct edit *e, const struct press *p)
{
	int d = digit(p);

	if (e->field == EDIT_LENGTH && !setup_is_in(&e->setup)) {
		buf_adds(&e->notice, "wLength is the length of the data; "
		    "change the data");
		return;
	}
	if (d >= 0)
		set_field(e, field_value(e) << 4 | (unsigned)d);
	else if (p->kind == PRESS_BACKSPACE)
		set_field(e, field_value(e) >> 4);
	else if (p->kind == PRESS_DELETE)
		set_field(e, 0);
	else if (p->kind == PRESS_LEFT || p->kind == PRESS_RIGHT)
		turn_field(e, p->kind == PRESS_LEFT ? -1 : 1);
}

/* Puts n bytes where `out` bytes were. */
static void
splice(struct edit *e, size_t at, size_t out, const void *p, size_t n)
{
	struct buf tail = { 0 };

	if (e->data.len - out + n > DATA_MAX) {
		buf_reset(&e->notice);
		buf_adds(&e->notice, "a control transfer carries no more "
		    "than 65535 bytes");
		return;
	}
	if (at + out < e->data.len)
		buf_add(&tail, e->data.data + at + out,
		    e->data.len - at - out);
	buf_cut(&e->data, at);
	buf_add(&e->data, p, n);
	buf_add(&e->data, tail.data, tail.len);
	buf_free(&tail);
}

static void
type_digit(struct edit *e, unsigned d)
{
	uint8_t byte = (uint8_t)(d << 4);

	if (e->low && e->at < e->data.len) {
		e->data.data[e->at] = (uint8_t)((e->data.data[e->at] & 0xf0) |
		    d);
		e->at++;
		e->low = false;
		return;
	}
	if (e->over && e->at < e->data.len)
		e->data.data[e->at] = (uint8_t)(byte |
		    (e->data.data[e->at] & 0x0f));
	else
		splice(e, e->at, 0, &byte, 1);
	e->low = e->at < e->data.len;
}

static void
type_byte(struct edit *e, uint8_t byte)
{
	size_t before = e->data.len;
	bool over = e->over && e->at < e->data.len;

	splice(e, e->at, over, &byte, 1);
	if (over || e->data.len > before)
		e->at++;
}

static void
paste_data(struct edit *e, const char *text)
{
	struct press p = { .kind = PRESS_CHAR };

	for (; *text != '\0'; text++) {
		p.cp = (uint8_t)*text;
		if (e->field == EDIT_TEXT)
			type_byte(e, (uint8_t)*text);
		else if (digit(&p) >= 0)
			type_digit(e, (unsigned)digit(&p));
	}
}

static void
erase(struct edit *e, bool back)
{
	if (back && e->at > 0 && !e->low)
		e->at--;
	else if (back && !e->low)
		return;
	if (e->at < e->data.len)
		splice(e, e->at, 1, NULL, 0);
	e->low = false;
}

static void
move_data(struct edit *e, enum press_kind kind)
{
	size_t n = e->data.len;

	e->low = false;
	if (kind == PRESS_LEFT)
		e->at -= e->at > 0;
	else if (kind == PRESS_RIGHT)
		e->at += e->at < n;
	else if (kind == PRESS_UP && e->at < EDIT_ROW)
		e->field = EDIT_LENGTH;
	else if (kind == PRESS_UP)
		e->at -= EDIT_ROW;
	else if (kind == PRESS_DOWN)
		e->at = e->at + EDIT_ROW < n ? e->at + EDIT_ROW : n;
	else if (kind == PRESS_PAGE_UP)
		e->at = e->at > 8 * EDIT_ROW ? e->at - 8 * EDIT_ROW : 0;
	else if (kind == PRESS_PAGE_DOWN)
		e->at = e->at + 8 * EDIT_ROW < n ? e->at + 8 * EDIT_ROW : n;
	else if (kind == PRESS_HOME)
		e->at = 0;
	else if (kind == PRESS_END)
		e->at = n;
}

static void
press_data(struct edit *e, const struct press *p)
{
	if (p->kind == PRESS_PASTE)
		paste_data(e, p->text);
	else if (p->kind == PRESS_INSERT || (p->kind == PRESS_CHAR &&
	    p->cp == PRESS_CONTROL('o')))
		e->over = !e->over;
	else if (p->kind == PRESS_BACKSPACE || p->kind == PRESS_DELETE)
		erase(e, p->kind == PRESS_BACKSPACE);
	else if (p->kind != PRESS_CHAR)
		move_data(e, p->kind);
	else if (e->field == EDIT_TEXT && p->cp >= 0x20 && p->cp < 0x7f)
		type_byte(e, (uint8_t)p->cp);
	else if (e->field == EDIT_HEX && digit(p) >= 0)
		type_digit(e, (unsigned)digit(p));
}

static void
next_field(struct edit *e, bool forward)
{
	unsigned n = setup_is_in(&e->setup) ? EDIT_HEX : EDIT_FIELD_COUNT;

	e->field = (enum edit_field)((e->field + (forward ? 1 : n - 1)) % n);
	e->low = false;
}

enum edit_result
edit_press(struct edit *e, const struct press *p)
{
	buf_reset(&e->notice);
	if (p->kind == PRESS_ESCAPE)
		return (EDIT_LEFT);
	if (p->kind == PRESS_ENTER)
		return (EDIT_SEND);
	if (p->kind == PRESS_TAB || p->kind == PRESS_BACKTAB)
		next_field(e, p->kind == PRESS_TAB);
	else if (in_data(e))
		press_data(e, p);
	else if (p->kind == PRESS_UP && e->field > EDIT_TYPE)
		e->field--;
	else if (p->kind == PRESS_DOWN && (e->field < EDIT_LENGTH ||
	    !setup_is_in(&e->setup)))
		e->field++;
	else
		press_field(e, p);
	/* An IN request has no data to stand in. */
	if (setup_is_in(&e->setup) && in_data(e))
		e->field = EDIT_LENGTH;
	return (EDIT_OPEN);
}

void
edit_free(struct edit *e)
{
	buf_free(&e->data);
	buf_free(&e->notice);
}
