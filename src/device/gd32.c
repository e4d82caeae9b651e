/* SPDX-License-Identifier: ISC */
/*
 * The DFU example of GigaDevice's firmware library for the GD32VF103, V1.0.0,
 * with the library's own USB core, as driven request by request: DfuSe after
 * ST's library, with less of it. It is not the loader in GigaDevice's ROM.
 */
#include <string.h>

#include "base/bytes.h"
#include "device/profile.h"
#include "wire/usb.h"

#define FLASH_BASE	0x08000000
#define FLASH_SIZE	0x20000
#define PAGE_SIZE	1024
#define APP_BASE	0x08010000
#define TRANSFER_SIZE	2048

/* First byte of a DNLOAD of block 0. */
#define COMMAND_SET_ADDRESS	0x21
#define COMMAND_ERASE		0x41
#define COMMAND_LENGTH		5

#define MANIFEST_MS	1

/* A bStatus (errSTALLEDPKT) that this software assigns to its state. */
#define STATE_BOGUS	0x0f

struct gd32 {
	uint32_t pointer;
	uint16_t block;
	uint16_t length;	/* 0: none to be processed */
	uint8_t	 data[TRANSFER_SIZE];
};

static void
gd32_make(struct sim *s)
{
	sim_add_memory(s, 0, FLASH_BASE, FLASH_SIZE, 0xff);
	if (sim_is(s, PARAM_FLASH, "pattern"))
		sim_fill_pattern(s->memory[0].bytes, FLASH_SIZE);
}

static void
gd32_power(struct sim *s, bool first)
{
	struct gd32 *g = s->own;

	(void)first;
	memset(g, 0, sizeof *g);
	g->pointer = APP_BASE;
	s->state = STATE_IDLE;
}

/* The result of an erase is not looked at; it moves the pointer. */
static void
run_command(struct sim *s)
{
	struct gd32 *g = s->own;
	struct reader r = reader_of(g->data, g->length);
	uint8_t command = reader_u8(&r);
	uint32_t address = reader_u32(&r);
	struct memory *m = sim_memory_at(s, address);

	if (g->length != COMMAND_LENGTH || (command != COMMAND_ERASE &&
	    command != COMMAND_SET_ADDRESS))
		return;
	g->pointer = address;
	if (command != COMMAND_ERASE)
		return;
	s->work = sim_after_ms(s, sim_number(s, PARAM_GD32_ERASE));
	if (m != NULL)
		sim_erase_page(s, m, address - m->base, PAGE_SIZE);
}

static uint32_t
block_address(const struct gd32 *g, uint16_t block)
{
	return (g->pointer + (uint32_t)(block - 2) * TRANSFER_SIZE);
}

/* Words; what is not written is not reported. */
static void
write_block(struct sim *s)
{
	struct gd32 *g = s->own;
	uint32_t address = block_address(g, g->block);
	struct memory *m = sim_memory_at(s, address);
	uint32_t i, offset;

	s->work = sim_after_ms(s, sim_number(s, PARAM_GD32_WRITE));
	for (i = g->length; i % 4 != 0; i++)
		g->data[i] = 0xff;
	for (i = 0; m != NULL && i < g->length; i += 4) {
		offset = address - m->base + i;
		if (offset + 4 <= m->size)
			sim_program(m->bytes + offset, g->data + i, 4);
	}
}

/* Runs what was downloaded, after a reply in dfuDNBUSY has been sent. */
static void
run_block(struct sim *s)
{
	struct gd32 *g = s->own;

	if (g->block == 0)
		run_command(s);
	else if (g->block > 1)
		write_block(s);
	g->length = 0;
	s->state = STATE_DNLOAD_SYNC;
}

/*
 * A reply to the host was sent. In dfuMANIFEST that is the end: off the bus
 * and reset, before the status stage of this very transfer.
 */
static void
reply_sent(struct sim *s)
{
	if (s->state == STATE_DNBUSY)
		run_block(s);
	else if (s->state == STATE_MANIFEST && s->rounds == 0)
		sim_leave_bus(s);
}

/* The time is that of a command; for data none is set. */
static uint32_t
poll_time(const struct sim *s)
{
	const struct gd32 *g = s->own;

	if (g->block != 0)
		return (0);
	return (sim_number(s, g->data[0] == COMMAND_ERASE ?
	    PARAM_GD32_ERASE : PARAM_GD32_WRITE));
}

/* Six bytes, whatever wLength is. */
static enum sim_answer
take_getstatus(struct sim *s, const struct call *c)
{
	const struct gd32 *g = s->own;
	uint32_t poll = 0;

	s->overlong = true;
	if (s->state == STATE_DNLOAD_SYNC && g->length != 0) {
		s->state = STATE_DNBUSY;
		poll = poll_time(s);
	} else if (s->state == STATE_DNLOAD_SYNC) {
		s->state = STATE_DNLOAD_IDLE;
	} else if (s->state == STATE_MANIFEST_SYNC) {
		s->state = STATE_MANIFEST;
		poll = MANIFEST_MS;
	} else if (s->state == STATE_MANIFEST) {
		sim_pass_round(s);
	}
	sim_say_status(s, c, poll);
	if (!c->astray)
		reply_sent(s);
	return (SIM_ACK);
}

static enum sim_answer
take_getstate(struct sim *s, const struct call *c)
{
	s->overlong = true;
	sim_say_state(s, c);
	if (!c->astray)
		reply_sent(s);
	return (SIM_ACK);
}

/* Longer than its buffer, it writes over what lies behind (inferred). */
static enum sim_answer
take_dnload(struct sim *s, const struct call *c)
{
	struct gd32 *g = s->own;

	if (s->state != STATE_IDLE && s->state != STATE_DNLOAD_IDLE)
		return (SIM_STALL);
	if (c->length == 0) {
		s->rounds = sim_stuck_rounds(s);
		s->state = STATE_MANIFEST_SYNC;
		return (SIM_ACK);
	}
	if (c->length > TRANSFER_SIZE) {
		s->dead = true;
		return (SIM_SILENT);
	}
	g->block = c->value;
	g->length = c->length;
	memcpy(g->data, c->out, c->length);
	s->state = STATE_DNLOAD_SYNC;
	return (SIM_ACK);
}

/* Where there is no flash its buffer is given; past the end, 0 (inferred). */
static enum sim_answer
read_memory(struct sim *s, const struct call *c)
{
	const struct gd32 *g = s->own;
	uint32_t address = block_address(g, c->value);
	const struct memory *m = sim_memory_at(s, address);
	uint32_t at = m != NULL ? address - m->base : 0, i;
	uint32_t size = m != NULL ? m->size : TRANSFER_SIZE;
	const uint8_t *bytes = m != NULL ? m->bytes : g->data;

	s->state = STATE_UPLOAD_IDLE;
	for (i = 0; i < c->length; i++, at++)
		buf_addc(c->reply, at < size ? bytes[at] : 0);
	return (SIM_ACK);
}

/* Asked for nothing it goes to dfuIDLE, out of any state. */
static enum sim_answer
take_upload(struct sim *s, const struct call *c)
{
	static const uint8_t get[] = { 0x00, COMMAND_SET_ADDRESS,
	    COMMAND_ERASE };
	struct gd32 *g = s->own;

	if (c->length == 0) {
		s->state = STATE_IDLE;
		return (SIM_ACK);
	}
	if (s->state != STATE_IDLE && s->state != STATE_UPLOAD_IDLE) {
		g->length = 0;
		return (SIM_STALL);
	}
	if (c->value > 1)
		return (read_memory(s, c));
	if (c->value == 1) {
		s->state = STATE_BOGUS;
		return (SIM_STALL);
	}
	s->state = c->length > sizeof get ? STATE_IDLE : STATE_UPLOAD_IDLE;
	memcpy(g->data, get, sizeof get);
	buf_add(c->reply, get, sizeof get);
	return (SIM_ACK);
}

static enum sim_answer
take_clrstatus(struct sim *s)
{
	bool error = s->state == STATE_ERROR;

	s->state = error ? STATE_IDLE : STATE_ERROR;
	s->status = error ? STATUS_OK : STATUS_UNKNOWN;
	return (SIM_ACK);
}

/* Of an ABORT and of a DETACH alike. */
static void
give_up(struct sim *s)
{
	struct gd32 *g = s->own;

	switch (s->state) {
	case STATE_IDLE:
	case STATE_DNLOAD_SYNC:
	case STATE_DNLOAD_IDLE:
	case STATE_MANIFEST_SYNC:
	case STATE_UPLOAD_IDLE:
		s->state = STATE_IDLE;
		s->status = STATUS_OK;
		g->length = 0;
		break;
	default:
		break;
	}
}

static enum sim_answer
gd32_request(struct sim *s, const struct call *c)
{
	switch (c->request) {
	case DFU_DETACH:
		/* Off the bus and on again, as what it is. */
		give_up(s);
		s->leaves = sim_after_answer(s);
		return (SIM_ACK);
	case DFU_DNLOAD:
		return (take_dnload(s, c));
	case DFU_UPLOAD:
		return (take_upload(s, c));
	case DFU_GETSTATUS:
		return (take_getstatus(s, c));
	case DFU_CLRSTATUS:
		return (take_clrstatus(s));
	case DFU_GETSTATE:
		return (take_getstate(s, c));
	case DFU_ABORT:
		give_up(s);
		return (SIM_ACK);
	default:
		return (SIM_STALL);
	}
}

/* It does not notice a bus reset. */
static bool
gd32_reset(struct sim *s)
{
	(void)s;
	return (false);
}

/* By a DETACH only from the bus; else a reset, into an application. */
static bool
gd32_leave(struct sim *s)
{
	if (s->state != STATE_MANIFEST)
		return (true);
	if (sim_boots(s, APP_BASE))
		return (false);
	sim_power_on(s, false);
	return (true);
}

static void
gd32_force(struct sim *s)
{
	struct gd32 *g = s->own;

	memset(g, 0, sizeof *g);
	g->pointer = APP_BASE;
	s->rounds = sim_stuck_rounds(s);
	if (s->state != STATE_DNLOAD_SYNC && s->state != STATE_DNBUSY)
		return;
	g->block = 2;
	g->length = 4;
	memset(g->data, 0xff, 4);
}

/* It has a memory layout among its strings, but its interface names none. */
static void
gd32_identify(const struct sim *s, struct sim_identity *id)
{
	(void)s;
	id->bcdUSB = 0x0200;
	id->idVendor = 0x28e9;
	id->idProduct = 0x0189;
	id->bcdDevice = 0x0100;
	id->manufacturer = "GigaDevice";
	id->product = "GD32 USB DFU in FS Mode";
	id->serial = "3C";
	id->config_attributes = 0x80;
	id->config_power = 50;
	id->protocol = USB_PROTOCOL_DFU;
	id->alternates_count = 1;
	id->bmAttributes = ATTRIBUTE_CAN_DNLOAD | ATTRIBUTE_CAN_UPLOAD |
	    ATTRIBUTE_WILL_DETACH;
	id->wDetachTimeOut = 255;
	id->wTransferSize = TRANSFER_SIZE;
	id->bcdDFUVersion = 0x011a;
}

const struct profile sim_gd32 = {
	.own_size = sizeof(struct gd32),
	.states = 1 << STATE_IDLE | 1 << STATE_DNLOAD_SYNC |
	    1 << STATE_DNBUSY | 1 << STATE_DNLOAD_IDLE |
	    1 << STATE_MANIFEST_SYNC | 1 << STATE_MANIFEST |
	    1 << STATE_UPLOAD_IDLE | 1 << STATE_ERROR,
	.takes = TAKES_ANY_DIRECTION | NAKS_ASTRAY,
	.make = gd32_make,
	.power = gd32_power,
	.request = gd32_request,
	.reset = gd32_reset,
	.leave = gd32_leave,
	.force = gd32_force,
	.identify = gd32_identify,
};
