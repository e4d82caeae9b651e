/* SPDX-License-Identifier: ISC */
/*
 * The boot loader of the Black Magic Probe, dfucore.c 116a72e, on an
 * STM32F103 with 128 KiB of flash, as driven request by request: DfuSe that
 * takes a DNLOAD in any state and knows one error, an address of others.
 */
#include <string.h>

#include "base/bytes.h"
#include "device/profile.h"
#include "wire/usb.h"

#define FLASH_BASE	0x08000000
#define FLASH_SIZE	0x20000
#define PAGE_SIZE	1024
#define APP_BASE	0x08002000
#define TRANSFER_SIZE	1024

/* First byte of a DNLOAD of block 0; its length is not looked at. */
#define COMMAND_SET_ADDRESS	0x21
#define COMMAND_ERASE		0x41

#define NO_PAGE		UINT32_MAX

struct probe {
	uint32_t pointer;
	uint32_t erased;		/* the last page that was */
	uint16_t block;
	uint16_t length;
	uint8_t	 error;			/* the last one there was */
	uint8_t	 data[TRANSFER_SIZE];	/* the rest is from before */
};

static void
probe_make(struct sim *s)
{
	sim_add_memory(s, 0, FLASH_BASE, FLASH_SIZE, 0xff);
	if (sim_is(s, PARAM_FLASH, "pattern"))
		sim_fill_pattern(s->memory[0].bytes, FLASH_SIZE);
}

static void
probe_power(struct sim *s, bool first)
{
	struct probe *p = s->own;

	(void)first;
	memset(p, 0, sizeof *p);
	p->erased = NO_PAGE;
	s->state = STATE_IDLE;
}

/* Of the application's part of the flash. */
static bool
is_target(uint32_t address)
{
	return (address >= APP_BASE && address - FLASH_BASE < FLASH_SIZE);
}

/* To reach no target says what the error before was, or nothing. */
static void
fall(struct sim *s)
{
	const struct probe *p = s->own;

	s->state = STATE_ERROR;
	s->status = p->error;
}

static uint32_t
command_address(const struct probe *p)
{
	struct reader r = reader_of(p->data, sizeof p->data);

	reader_u8(&r);
	return (reader_u32(&r));
}

/* The page that was erased last is not erased again. */
static bool
erase(struct sim *s)
{
	struct probe *p = s->own;
	uint32_t address = command_address(p);
	uint32_t page = (address - FLASH_BASE) / PAGE_SIZE;

	if (!is_target(address))
		return (false);
	if (page != p->erased)
		sim_erase_page(s, &s->memory[0], page * PAGE_SIZE, PAGE_SIZE);
	p->erased = page;
	return (true);
}

static uint32_t
block_address(const struct probe *p)
{
	return (p->pointer + (uint32_t)(p->block - 2) * TRANSFER_SIZE);
}

/*
 * Half words, and what cannot be programmed is not reported. At 0, where the
 * pointer begins, the flash can only be read; where there is nothing at all
 * the processor faults, and nothing is answered any more (inferred).
 */
static void
write_block(struct sim *s)
{
	struct probe *p = s->own;
	uint32_t address = block_address(p);
	uint32_t n = (p->length + 1u) & ~1u;
	struct memory *m = sim_memory_at(s, address);
	uint32_t i;

	if (address < FLASH_SIZE)
		return;
	if (m == NULL || n > m->size - (address - m->base)) {
		s->dead = true;
		return;
	}
	for (i = 0; i < n; i += 2)
		sim_program(m->bytes + (address - m->base) + i, p->data + i,
		    2);
}

/* By the first byte, even if it is one of data. */
static uint32_t
poll_time(const struct sim *s)
{
	const struct probe *p = s->own;

	return (sim_number(s, p->data[0] == COMMAND_ERASE ?
	    PARAM_PROBE_ERASE : PARAM_PROBE_WRITE));
}

/* After the answer, and in one go. */
static void
run_block(struct sim *s)
{
	const struct probe *p = s->own;

	s->work = sim_after_ms(s, poll_time(s));
	s->state = STATE_DNLOAD_IDLE;
	if (p->block != 0)
		write_block(s);
	else if (p->data[0] == COMMAND_ERASE && !erase(s))
		fall(s);
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
		sim_say_other_state(s, c, STATE_DNBUSY, poll_time(s));
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

/* In any state; an address is looked at, and set, at once. */
static enum sim_answer
take_dnload(struct sim *s, const struct call *c)
{
	struct probe *p = s->own;

	if (c->length > TRANSFER_SIZE)
		return (SIM_STALL);
	s->status = STATUS_OK;
	if (c->length == 0) {
		s->rounds = sim_stuck_rounds(s);
		s->state = STATE_MANIFEST_SYNC;
		return (SIM_ACK);
	}
	p->block = c->value;
	p->length = c->length;
	memcpy(p->data, c->out, c->length);
	s->state = STATE_DNLOAD_SYNC;
	if (c->value != 0 || p->data[0] != COMMAND_SET_ADDRESS)
		return (SIM_ACK);
	if (is_target(command_address(p)))
		p->pointer = command_address(p);
	else {
		p->error = STATUS_TARGET;
		fall(s);
	}
	return (SIM_ACK);
}

/* Blocks 0 and 1 are what the buffer of EP0 holds. */
static enum sim_answer
take_upload(struct sim *s, const struct call *c)
{
	struct probe *p = s->own;
	const struct memory *m = &s->memory[0];
	uint32_t address, i;

	if (s->state != STATE_IDLE && s->state != STATE_DNLOAD_IDLE &&
	    s->state != STATE_UPLOAD_IDLE)
		return (SIM_STALL);
	s->state = STATE_UPLOAD_IDLE;
	p->block = c->value;
	for (i = 0; p->block < 2 && i < c->length; i++)
		buf_addc(c->reply, i < s->control.len ?
		    s->control.data[i] : 0);
	if (p->block < 2)
		return (SIM_ACK);
	address = block_address(p);
	if (address < FLASH_SIZE)
		address += FLASH_BASE;
	if (address < FLASH_BASE || address - FLASH_BASE > FLASH_SIZE ||
	    c->length > FLASH_SIZE - (address - FLASH_BASE)) {
		s->dead = true;
		return (SIM_SILENT);
	}
	buf_add(c->reply, m->bytes + (address - FLASH_BASE), c->length);
	return (SIM_ACK);
}

static enum sim_answer
probe_request(struct sim *s, const struct call *c)
{
	switch (c->request) {
	case DFU_DETACH:
		s->leaves = sim_after_answer(s);
		return (SIM_ACK);
	case DFU_DNLOAD:
		return (take_dnload(s, c));
	case DFU_UPLOAD:
		return (take_upload(s, c));
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
		return (SIM_STALL);
	}
}

/* It does not notice a bus reset. */
static bool
probe_reset(struct sim *s)
{
	(void)s;
	return (false);
}

/* A system reset: an application is started, if there is one. */
static bool
probe_leave(struct sim *s)
{
	if (sim_boots(s, APP_BASE))
		return (false);
	sim_power_on(s, false);
	return (true);
}

static void
probe_force(struct sim *s)
{
	struct probe *p = s->own;

	memset(p, 0, sizeof *p);
	p->pointer = APP_BASE;
	p->erased = NO_PAGE;
	p->block = 2;
	s->rounds = sim_stuck_rounds(s);
}

/* The version and the serial number are invented ones. */
static void
probe_identify(const struct sim *s, struct sim_identity *id)
{
	static const char *const alternates[] = {
		"@Internal Flash   /0x08000000/8*001Ka,120*001Kg",
	};

	(void)s;
	id->bcdUSB = 0x0200;
	id->idVendor = 0x1d50;
	id->idProduct = 0x6017;
	id->bcdDevice = 0x0100;
	id->manufacturer = "Black Magic Debug";
	id->product = "Black Magic Probe DFU v1.10.2";
	id->serial = "7BB180B4";
	id->config_attributes = 0xc0;
	id->config_power = 50;
	id->protocol = USB_PROTOCOL_DFU;
	id->alternates = alternates;
	id->alternates_count = id->names_count = 1;
	id->bmAttributes = ATTRIBUTE_CAN_DNLOAD | ATTRIBUTE_CAN_UPLOAD |
	    ATTRIBUTE_WILL_DETACH;
	id->wDetachTimeOut = 255;
	id->wTransferSize = TRANSFER_SIZE;
	id->bcdDFUVersion = 0x011a;
}

const struct profile sim_blackmagic = {
	.own_size = sizeof(struct probe),
	.states = 1 << STATE_IDLE | 1 << STATE_DNLOAD_SYNC |
	    1 << STATE_DNBUSY | 1 << STATE_DNLOAD_IDLE |
	    1 << STATE_MANIFEST_SYNC | 1 << STATE_MANIFEST |
	    1 << STATE_UPLOAD_IDLE | 1 << STATE_ERROR,
	.takes = TAKES_ANY_INTERFACE | TAKES_ANY_DIRECTION | GIVES_STALE,
	.make = probe_make,
	.power = probe_power,
	.request = probe_request,
	.reset = probe_reset,
	.leave = probe_leave,
	.force = probe_force,
	.identify = probe_identify,
};
