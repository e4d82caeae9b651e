/* SPDX-License-Identifier: ISC */
/*
 * The DfuSe loader among libopencm3's examples, usb_dfu 15637e2, on an
 * STM32F103 with 64 KiB of flash, as driven request by request. Whatever comes
 * is taken in any state, and nothing is ever an error.
 */
#include <string.h>

#include "base/bytes.h"
#include "device/profile.h"
#include "wire/usb.h"

#define FLASH_BASE	0x08000000
#define FLASH_SIZE	0x10000
#define PAGE_SIZE	1024
#define APP_BASE	0x08002000
#define TRANSFER_SIZE	1024

/* First byte of a DNLOAD of block 0; its length is not looked at. */
#define COMMAND_SET_ADDRESS	0x21
#define COMMAND_ERASE		0x41

struct opencm3 {
	uint32_t pointer;
	uint16_t block;
	uint16_t length;
	uint8_t	 data[TRANSFER_SIZE];	/* the rest is from before */
};

static void
opencm3_make(struct sim *s)
{
	sim_add_memory(s, 0, FLASH_BASE, FLASH_SIZE, 0xff);
	if (sim_is(s, PARAM_FLASH, "pattern"))
		sim_fill_pattern(s->memory[0].bytes, FLASH_SIZE);
}

static void
opencm3_power(struct sim *s, bool first)
{
	(void)first;
	memset(s->own, 0, sizeof(struct opencm3));
	s->state = STATE_IDLE;
}

/* An erase goes on into Set Address: it moves the pointer. */
static void
run_command(struct sim *s)
{
	struct opencm3 *o = s->own;
	struct reader r = reader_of(o->data, sizeof o->data);
	uint8_t command = reader_u8(&r);
	uint32_t address = reader_u32(&r);
	struct memory *m = sim_memory_at(s, address);

	if (command == COMMAND_ERASE && m != NULL)
		sim_erase_page(s, m, address - m->base, PAGE_SIZE);
	if (command == COMMAND_ERASE || command == COMMAND_SET_ADDRESS)
		o->pointer = address;
}

/*
 * Half words, and what cannot be programmed is not reported. At 0, where the
 * pointer begins, the flash can only be read; where there is nothing at all
 * the processor faults, and nothing is answered any more (inferred).
 */
static void
write_block(struct sim *s)
{
	struct opencm3 *o = s->own;
	uint32_t address = o->pointer + (uint32_t)(o->block - 2) *
	    TRANSFER_SIZE;
	uint32_t n = (o->length + 1u) & ~1u;
	struct memory *m = sim_memory_at(s, address);
	uint32_t i;

	if (address < FLASH_SIZE)
		return;
	if (m == NULL || n > m->size - (address - m->base)) {
		s->dead = true;
		return;
	}
	for (i = 0; i < n; i += 2)
		sim_program(m->bytes + (address - m->base) + i, o->data + i,
		    2);
}

/* After the answer, and in one go. */
static void
run_block(struct sim *s)
{
	const struct opencm3 *o = s->own;

	s->work = sim_after_ms(s, sim_number(s, PARAM_POLL_ALL));
	if (o->block == 0)
		run_command(s);
	else
		write_block(s);
	s->state = STATE_DNLOAD_IDLE;
}

/* It resets itself, or does so when it was asked as often as `stuck` says. */
static enum sim_answer
manifest(struct sim *s, const struct call *c)
{
	if (s->state == STATE_MANIFEST)
		sim_pass_round(s);
	s->state = STATE_MANIFEST;
	if (s->rounds == 0)
		s->leaves = sim_after_answer(s);
	return (sim_say_status(s, c, 0));
}

/* Six bytes, whatever wLength is. */
static enum sim_answer
take_getstatus(struct sim *s, const struct call *c)
{
	s->overlong = true;
	switch (s->state) {
	case STATE_DNLOAD_SYNC:
		sim_say_other_state(s, c, STATE_DNBUSY,
		    sim_number(s, PARAM_POLL_ALL));
		run_block(s);
		return (SIM_ACK);
	case STATE_DNBUSY:
		sim_say_status(s, c, 0);
		run_block(s);
		return (SIM_ACK);
	case STATE_MANIFEST_SYNC:
	case STATE_MANIFEST:
		return (manifest(s, c));
	default:
		return (sim_say_status(s, c, 0));
	}
}

/* In any state, dfuERROR too. */
static enum sim_answer
take_dnload(struct sim *s, const struct call *c)
{
	struct opencm3 *o = s->own;

	if (c->length > TRANSFER_SIZE)
		return (SIM_STALL);
	s->status = STATUS_OK;
	if (c->length == 0) {
		s->rounds = sim_stuck_rounds(s);
		s->state = STATE_MANIFEST_SYNC;
		return (SIM_ACK);
	}
	o->block = c->value;
	o->length = c->length;
	memcpy(o->data, c->out, c->length);
	s->state = STATE_DNLOAD_SYNC;
	return (SIM_ACK);
}

static enum sim_answer
opencm3_request(struct sim *s, const struct call *c)
{
	switch (c->request) {
	case DFU_DNLOAD:
		return (take_dnload(s, c));
	case DFU_GETSTATUS:
		return (take_getstatus(s, c));
	case DFU_GETSTATE:
		s->overlong = true;
		return (sim_say_state(s, c));
	case DFU_CLRSTATUS:
		if (s->state == STATE_ERROR)
			s->state = STATE_IDLE;
		s->status = STATUS_OK;
		return (SIM_ACK);
	case DFU_ABORT:
		s->state = STATE_IDLE;
		s->status = STATUS_OK;
		return (SIM_ACK);
	default:
		/* DETACH and UPLOAD as well. */
		return (SIM_STALL);
	}
}

/* It does not notice a bus reset. */
static bool
opencm3_reset(struct sim *s)
{
	(void)s;
	return (false);
}

/* A system reset: an application is started, if there is one. */
static bool
opencm3_leave(struct sim *s)
{
	if (sim_boots(s, APP_BASE))
		return (false);
	sim_power_on(s, false);
	return (true);
}

static void
opencm3_force(struct sim *s)
{
	struct opencm3 *o = s->own;

	memset(o, 0, sizeof *o);
	o->pointer = APP_BASE;
	o->block = 2;
	s->rounds = sim_stuck_rounds(s);
}

static void
opencm3_identify(const struct sim *s, struct sim_identity *id)
{
	static const char *const alternates[] = {
		"@Internal Flash   /0x08000000/8*001Ka,56*001Kg",
	};

	(void)s;
	id->bcdUSB = 0x0200;
	id->idVendor = 0x0483;
	id->idProduct = 0xdf11;
	id->bcdDevice = 0x0200;
	id->manufacturer = "Black Sphere Technologies";
	id->product = "DFU Demo";
	id->serial = "DEMO";
	id->config_attributes = 0xc0;
	id->config_power = 50;
	id->protocol = USB_PROTOCOL_DFU;
	id->alternates = alternates;
	id->alternates_count = id->names_count = 1;
	id->bmAttributes = ATTRIBUTE_CAN_DNLOAD | ATTRIBUTE_WILL_DETACH;
	id->wDetachTimeOut = 255;
	id->wTransferSize = TRANSFER_SIZE;
	id->bcdDFUVersion = 0x011a;
}

const struct profile sim_libopencm3 = {
	.own_size = sizeof(struct opencm3),
	.states = 1 << STATE_IDLE | 1 << STATE_DNLOAD_SYNC |
	    1 << STATE_DNBUSY | 1 << STATE_DNLOAD_IDLE |
	    1 << STATE_MANIFEST_SYNC | 1 << STATE_MANIFEST |
	    1 << STATE_ERROR,
	.takes = TAKES_ANY_INTERFACE | TAKES_ANY_DIRECTION | GIVES_STALE,
	.make = opencm3_make,
	.power = opencm3_power,
	.request = opencm3_request,
	.reset = opencm3_reset,
	.leave = opencm3_leave,
	.force = opencm3_force,
	.identify = opencm3_identify,
};
