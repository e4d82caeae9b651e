#include "tests/ui/stage.h"

#include <string.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "dfu/descriptor.h"
#include "dfu/spec.h"
#include "trace/identity.h"
#include "wire/usb.h"

const struct stage_device stage_stm32 = { "sim-1", "STM32  BOOTLOADER",
    "@Internal Flash  /0x08000000/064*0002Kg", 0x0b, 2, DFU_VERSION_DFUSE,
    NULL, NULL, "FFFFFFFEFFFF", false, 0 };
const struct stage_device stage_dfu11 = { "1-1.2", "Blinky", "Firmware",
    0x07, 2, DFU_VERSION_11, NULL, NULL, "FFFFFFFEFFFF", false, 0 };

void
stage_begin(struct stage *st)
{
	memset(st, 0, sizeof(*st));
	st->desk.bench = bench_new(trace_new(), 0);
	st->desk.target = "usb";
	runner_init(&st->runner);
	st->runners[0] = &st->runner;
	st->desk.runners = st->runners;
}

void
stage_end(struct stage *st)
{
	runner_clear(&st->runner);
	bench_free(st->desk.bench);
	buf_free(&st->desk.message);
	buf_free(&st->desk.question);
	look_free(&st->look);
}

static void
descriptors(struct buf *b, const struct stage_device *d)
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
stage_arrive(struct stage *st, const struct stage_device *d)
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
	bench_apply(st->desk.bench, &e);
	st->desk.nrunners = 1;
	identity_free(who);
}

void
stage_leave(struct stage *st, uint64_t gap)
{
	struct event e = { .kind = EVENT_LEFT, .dev = st->dev };

	e.time = st->now += gap;
	bench_apply(st->desk.bench, &e);
}

void
stage_ask(struct stage *st, uint64_t gap, uint8_t request, uint16_t value,
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
	bench_apply(st->desk.bench, &e);
}

void
stage_answer(struct stage *st, uint64_t gap, enum outcome outcome,
    const void *data, uint32_t n)
{
	struct event e = { .kind = EVENT_COMPLETE, .dev = st->dev,
	    .number = st->number, .outcome = (uint8_t)outcome, .len = n };

	e.time = st->now += gap;
	e.data = data;
	e.kept = data == NULL ? 0 : n;
	bench_apply(st->desk.bench, &e);
}

void
stage_status(struct stage *st, uint64_t gap, uint8_t status, uint32_t poll,
    uint8_t state)
{
	uint8_t reply[6] = { status, 0, 0, 0, state, 0 };

	put_u24(reply + 1, poll);
	stage_ask(st, gap, DFU_GETSTATUS, 0, NULL, 0);
	stage_answer(st, 700, OUTCOME_OK, reply, sizeof(reply));
}

void
stage_state(struct stage *st, uint64_t gap, uint8_t state)
{
	stage_ask(st, gap, DFU_GETSTATE, 0, NULL, 0);
	stage_answer(st, 400, OUTCOME_OK, &state, 1);
}

struct canvas *
stage_draw(struct stage *st, int rows, int cols, bool ascii)
{
	struct canvas *c = canvas_new(rows, cols, ascii);
	struct scene sc = look_scene(&st->look, &st->desk, st->now);

	screen_draw(c, &sc);
	return (c);
}

const char *
stage_press(struct stage *st, const struct press *p, struct buf *line,
    bool *by_key)
{
	struct scene sc = look_scene(&st->look, &st->desk, st->now);

	(void)sc;
	buf_reset(line);
	hand_press(&st->look, &st->desk, st->now, p, line, by_key);
	return (buf_str(line));
}
