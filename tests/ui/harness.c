/* SPDX-License-Identifier: ISC */
#include "tests/ui/harness.h"

#include <string.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "dfu/descriptor.h"
#include "dfu/spec.h"
#include "trace/identity.h"
#include "wire/usb.h"

const struct harness_device harness_stm32 = { "sim-1", "STM32  BOOTLOADER",
    "@Internal Flash  /0x08000000/064*0002Kg", 0x0b, 2, DFU_VERSION_DFUSE,
    NULL, NULL, "FFFFFFFEFFFF", false, 0 };
const struct harness_device harness_dfu11 = { "1-1.2", "Blinky", "Firmware",
    0x07, 2, DFU_VERSION_11, NULL, NULL, "FFFFFFFEFFFF", false, 0 };

void
harness_begin(struct harness *st)
{
	memset(st, 0, sizeof(*st));
	st->app.sessions = sessions_new(trace_new(), 0);
	st->app.target = "usb";
	runner_init(&st->runner);
	st->runners[0] = &st->runner;
	st->app.runners = st->runners;
}

void
harness_end(struct harness *st)
{
	app_take_difference(&st->app, NULL);
	runner_clear(&st->runner);
	sessions_free(st->app.sessions);
	buf_free(&st->app.message);
	buf_free(&st->app.question);
	view_free(&st->view);
}

static void
descriptors(struct buf *b, const struct harness_device *d)
{
	const uint8_t device[] = { 18, USB_DT_DEVICE, 0, 2, 0, 0, 0, 64, 0x83,
	    0x04, 0x11, 0xdf, 0, 0x22, 1, 2, 3, 1 };
	const uint8_t config[] = { 9, USB_DT_CONFIG, 27, 0, 1, 1, 0, 0xc0,
	    50 };
	const uint8_t interface[] = { 9, USB_DT_INTERFACE, 0, 0, 0,
	    USB_CLASS_APPLICATION, USB_SUBCLASS_DFU, d->protocol, 4 };
	uint8_t functional[] = { 9, USB_DT_DFU, d->attributes, 255, 0, 0, 8,
	    0, 0 };

	put_u16(functional + 7, d->version);
	buf_add(b, device, sizeof(device));
	buf_add(b, config, sizeof(config));
	buf_add(b, interface, sizeof(interface));
	buf_add(b, functional, sizeof(functional));
}

void
harness_arrive(struct harness *st, const struct harness_device *d)
{
	struct identity *who = identity_new();
	struct event e = { .kind = EVENT_ARRIVED, .time = st->now,
	    .dev = ++st->dev, .who = who };

	who->transport = mem_strdup("sim");
	who->place = mem_strdup(d->place);
	who->vendor = 0x0483;
	who->product = 0xdf11;
	who->product_name = mem_strdup(d->product);
	who->manufacturer = mem_strdup(d->maker);
	who->serial = mem_strdup(d->serial);
	if (d->name != NULL)
		identity_name(who, 0, 0, d->name, strlen(d->name));
	who->holder = mem_strdup(d->holder);
	who->suspended = d->suspended;
	descriptors(&who->descriptors, d);
	buf_cut(&who->descriptors, who->descriptors.len - d->cut);
	sessions_apply(st->app.sessions, &e);
	st->app.nrunners = 1;
	identity_free(who);
}

void
harness_leave(struct harness *st, uint64_t gap)
{
	struct event e = { .kind = EVENT_LEFT, .dev = st->dev };

	e.time = st->now += gap;
	sessions_apply(st->app.sessions, &e);
}

void
harness_ask(struct harness *st, uint64_t gap, uint8_t request, uint16_t value,
    const void *data, uint16_t n)
{
	const struct dfu_request_row *row = dfu_request_row(request);
	struct event e = { .kind = EVENT_SUBMIT, .dev = st->dev,
	    .number = ++st->number, .timeout = 5000 };

	e.time = st->now += gap;
	e.setup = (struct setup){ row->bmRequestType, request, value, 0,
	    row->reply != 0 ? row->reply : n };
	e.data = data;
	e.len = e.kept = data == NULL ? 0 : n;
	sessions_apply(st->app.sessions, &e);
}

void
harness_answer(struct harness *st, uint64_t gap, enum outcome outcome,
    const void *data, uint32_t n)
{
	struct event e = { .kind = EVENT_COMPLETE, .dev = st->dev,
	    .number = st->number, .outcome = (uint8_t)outcome, .len = n };

	e.time = st->now += gap;
	e.data = data;
	e.kept = data == NULL ? 0 : n;
	sessions_apply(st->app.sessions, &e);
}

void
harness_status(struct harness *st, uint64_t gap, uint8_t status, uint32_t poll,
    uint8_t state)
{
	uint8_t reply[6] = { status, 0, 0, 0, state, 0 };

	put_u24(reply + 1, poll);
	harness_ask(st, gap, DFU_GETSTATUS, 0, NULL, 0);
	harness_answer(st, 700, OUTCOME_OK, reply, sizeof(reply));
}

void
harness_state(struct harness *st, uint64_t gap, uint8_t state)
{
	harness_ask(st, gap, DFU_GETSTATE, 0, NULL, 0);
	harness_answer(st, 400, OUTCOME_OK, &state, 1);
}

void
harness_update(struct harness *st)
{
	struct frame f;

	frame_begin(&f, &st->view, &st->app, st->now);
	frame_end(&f);
}

struct canvas *
harness_draw(struct harness *st, int rows, int cols, bool ascii)
{
	struct canvas *c = canvas_new(rows, cols, ascii);
	struct frame f;

	frame_begin(&f, &st->view, &st->app, st->now);
	screen_draw(c, &f);
	frame_end(&f);
	return (c);
}

const char *
harness_press(struct harness *st, const struct press *p, struct buf *line,
    bool *by_key)
{
	harness_update(st);
	buf_reset(line);
	input_press(&st->view, &st->app, st->now, p, line, by_key);
	return (buf_str(line));
}
