/* SPDX-License-Identifier: ISC */
/*
 * A device that is built with TinyUSB fd70160, as driven request by request:
 * an application that writes its flash in the background and reports the end,
 * as that of TinyUSB's own example. What the application does is our choice.
 */
#include <string.h>

#include "device/profile.h"
#include "wire/usb.h"

#define FLASH_SIZE	0x10000
#define EEPROM_SIZE	0x1000
#define FLASH_STORED	4106	/* the last block of 1024 is a short one */
#define EEPROM_STORED	100

enum { FLASH, EEPROM };		/* of sim->memory, and the alternates */

struct tiny {
	uint8_t		alternate;	/* of the block */
	uint16_t	number;
	bool		pending;	/* not yet given to the application */
};

static void
tiny_make(struct sim *s)
{
	sim_add_memory(s, FLASH, 0, FLASH_SIZE, 0);
	sim_add_memory(s, EEPROM, 0x10000000, EEPROM_SIZE, 0);
	s->memory[FLASH].used = FLASH_STORED;
	s->memory[EEPROM].used = EEPROM_STORED;
	sim_fill_pattern(s->memory[FLASH].bytes, FLASH_STORED);
	sim_fill_pattern(s->memory[EEPROM].bytes, EEPROM_STORED);
}

/* A bus reset, SET_CONFIGURATION and SET_INTERFACE begin anew. */
static void
begin(struct sim *s)
{
	struct tiny *t = s->own;

	s->state = STATE_IDLE;
	s->status = STATUS_OK;
	t->pending = false;
}

static void
tiny_power(struct sim *s, bool first)
{
	(void)first;
	begin(s);
}

/* What the application reports; errPROG past the end is its choice. */
static uint8_t
write_block(struct sim *s)
{
	const struct tiny *t = s->own;
	struct memory *m = &s->memory[t->alternate];
	uint64_t offset = (uint64_t)t->number * sim_number(s, PARAM_SIZE);

	if (s->block.len == 0)
		return (STATUS_OK);
	if (offset + s->block.len > m->size)
		return (STATUS_PROG);
	memcpy(m->bytes + offset, s->block.data, s->block.len);
	m->used = (uint32_t)(offset + s->block.len);
	buf_reset(&s->block);
	return (STATUS_OK);
}

/*
 * The application reports. After an ABORT it still does, and an error then
 * leads to dfuERROR out of dfuIDLE (read in dfu_device.c).
 */
static void
report(struct sim *s)
{
	uint8_t verdict;

	if (s->state == STATE_MANIFEST) {
		if (s->rounds == 0)
			s->state = sim_number(s, PARAM_TOLERANT) != 0 ?
			    STATE_MANIFEST_SYNC : STATE_MANIFEST_WAIT_RESET;
		return;
	}
	verdict = write_block(s);
	if (verdict != STATUS_OK)
		sim_fail(s, verdict);
	else if (s->state == STATE_DNBUSY)
		s->state = STATE_DNLOAD_SYNC;
}

/* In the callback that gives it the work, as the one of the example. */
static bool
reports_at_once(struct sim *s)
{
	if (!sim_is(s, PARAM_REPORTS, "at-once"))
		return (false);
	s->alarm = SIM_NEVER;
	return (true);
}

/* The application is given the block, and reports some time later. */
static enum sim_answer
start_write(struct sim *s, const struct call *c)
{
	struct tiny *t = s->own;
	uint32_t poll = sim_number(s, PARAM_BLOCK);

	t->pending = false;
	s->state = STATE_DNBUSY;
	s->alarm = sim_after_ms(s, poll);
	sim_say_status(s, c, poll);
	if (reports_at_once(s))
		report(s);
	return (SIM_ACK);
}

static enum sim_answer
take_dnload(struct sim *s, const struct call *c)
{
	struct tiny *t = s->own;

	if ((s->state != STATE_IDLE && s->state != STATE_DNLOAD_IDLE) ||
	    c->length > sim_number(s, PARAM_SIZE))
		return (SIM_STALL);
	if (c->length == 0) {
		t->pending = true;
		s->rounds = sim_stuck_rounds(s);
		s->state = STATE_MANIFEST_SYNC;
		return (SIM_ACK);
	}
	s->alarm = SIM_NEVER;
	buf_reset(&s->block);
	buf_add(&s->block, c->out, c->length);
	t->alternate = s->alternate < EEPROM ? FLASH : EEPROM;
	t->number = c->value;
	t->pending = true;
	s->state = STATE_DNLOAD_SYNC;
	return (SIM_ACK);
}

/* In every state, which it leaves alone; never dfuUPLOAD-IDLE. */
static enum sim_answer
take_upload(struct sim *s, const struct call *c)
{
	const struct memory *m =
	    &s->memory[s->alternate < EEPROM ? FLASH : EEPROM];
	uint64_t offset = (uint64_t)c->value * sim_number(s, PARAM_SIZE);
	uint32_t n = c->length;

	if (n > sim_number(s, PARAM_SIZE))
		return (SIM_STALL);
	if (offset >= m->used)
		return (SIM_ACK);
	if (n > m->used - offset)
		n = m->used - (uint32_t)offset;
	buf_add(c->reply, m->bytes + offset, n);
	return (SIM_ACK);
}

static void
finish_later(struct sim *s)
{
	if (!sim_is(s, PARAM_FINISH, "never"))
		s->alarm = sim_after_ms(s, sim_number(s, PARAM_FINISH));
}

static enum sim_answer
start_manifestation(struct sim *s, const struct call *c)
{
	struct tiny *t = s->own;

	t->pending = false;
	s->state = STATE_MANIFEST;
	finish_later(s);
	sim_say_status(s, c, sim_number(s, PARAM_FINISH));
	if (reports_at_once(s))
		report(s);
	return (SIM_ACK);
}

/* While it is busy a question says 0 ms, and counts as a round of `stuck`. */
static enum sim_answer
say_busy(struct sim *s, const struct call *c)
{
	enum sim_answer answer = sim_say_status(s, c, 0);

	if (s->state != STATE_MANIFEST || !sim_pass_round(s))
		return (answer);
	if (s->rounds == 0 && s->alarm == SIM_NEVER &&
	    !sim_is(s, PARAM_FINISH, "never"))
		s->alarm = sim_after_answer(s);
	return (answer);
}

static enum sim_answer
take_getstatus(struct sim *s, const struct call *c)
{
	const struct tiny *t = s->own;

	switch (s->state) {
	case STATE_DNLOAD_SYNC:
		if (t->pending)
			return (start_write(s, c));
		s->state = STATE_DNLOAD_IDLE;
		return (sim_say_status(s, c, 0));
	case STATE_MANIFEST_SYNC:
		if (t->pending)
			return (start_manifestation(s, c));
		s->state = STATE_IDLE;
		return (sim_say_status(s, c, 0));
	default:
		return (say_busy(s, c));
	}
}

static enum sim_answer
tiny_request(struct sim *s, const struct call *c)
{
	switch (c->request) {
	case DFU_DETACH:
		return (SIM_ACK);
	case DFU_DNLOAD:
		return (take_dnload(s, c));
	case DFU_UPLOAD:
		return (take_upload(s, c));
	case DFU_GETSTATUS:
		return (take_getstatus(s, c));
	case DFU_CLRSTATUS:
	case DFU_ABORT:
		begin(s);
		return (SIM_ACK);
	case DFU_GETSTATE:
		return (sim_say_state(s, c));
	default:
		return (SIM_STALL);
	}
}

static bool
tiny_reset(struct sim *s)
{
	begin(s);
	return (false);
}

/* It never leaves by itself. */
static bool
tiny_leave(struct sim *s)
{
	tiny_power(s, false);
	return (true);
}

static void
tiny_force(struct sim *s)
{
	struct tiny *t = s->own;

	memset(t, 0, sizeof *t);
	s->rounds = sim_stuck_rounds(s);
	t->pending = s->state == STATE_DNLOAD_SYNC ||
	    s->state == STATE_MANIFEST_SYNC;
	if (s->state == STATE_DNBUSY)
		s->alarm = sim_after_ms(s, sim_number(s, PARAM_BLOCK));
	else if (s->state == STATE_MANIFEST)
		finish_later(s);
}

/* The example of TinyUSB; 0x0101 is in its descriptor macro. */
static void
tiny_identify(const struct sim *s, struct sim_identity *id)
{
	static const char *const alternates[] = { "FLASH", "EEPROM" };

	id->bcdUSB = 0x0200;
	id->idVendor = 0xcafe;
	id->idProduct = 0x4000;
	id->bcdDevice = 0x0100;
	id->manufacturer = "TinyUSB";
	id->product = "TinyUSB Device";
	id->serial = "123456";
	id->config_attributes = 0x80;
	id->config_power = 50;
	id->protocol = USB_PROTOCOL_DFU;
	id->alternates = alternates;
	id->alternates_count = id->names_count = 2;
	id->bmAttributes = ATTRIBUTE_CAN_DNLOAD | ATTRIBUTE_CAN_UPLOAD;
	if (sim_number(s, PARAM_TOLERANT) != 0)
		id->bmAttributes |= ATTRIBUTE_TOLERANT;
	id->wDetachTimeOut = 1000;
	id->wTransferSize = (uint16_t)sim_number(s, PARAM_SIZE);
	id->bcdDFUVersion = 0x0101;
}

const struct profile sim_tinyusb = {
	.own_size = sizeof(struct tiny),
	.states = 1 << STATE_IDLE | 1 << STATE_DNLOAD_SYNC |
	    1 << STATE_DNBUSY | 1 << STATE_DNLOAD_IDLE |
	    1 << STATE_MANIFEST_SYNC | 1 << STATE_MANIFEST |
	    1 << STATE_MANIFEST_WAIT_RESET | 1 << STATE_ERROR,
	.takes = TAKES_ANY_DIRECTION | GIVES_STALE,
	.answers_in_8 = true,
	.make = tiny_make,
	.power = tiny_power,
	.request = tiny_request,
	.alarm = report,
	.reset = tiny_reset,
	.configure = begin,
	.leave = tiny_leave,
	.force = tiny_force,
	.identify = tiny_identify,
};
