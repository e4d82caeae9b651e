/* SPDX-License-Identifier: ISC */
/*
 * ST's USB device library 2.11.3 with the DFU class, on an STM32F103 whose
 * first 12 KiB are the loader, as driven request by request on a full-speed
 * peripheral. It speaks DfuSe; it is not the boot loader in ST's ROMs.
 */
#include <string.h>

#include "base/bytes.h"
#include "device/profile.h"
#include "wire/usb.h"

#define FLASH_BASE	0x08000000
#define FLASH_SIZE	0x20000
#define PAGE_SIZE	1024
#define APP_BASE	0x08003000
#define TRANSFER_SIZE	1024

/* First byte of a DNLOAD of block 0. */
#define COMMAND_SET_ADDRESS	0x21
#define COMMAND_ERASE		0x41
#define COMMAND_LENGTH		5

/* A bStatus (errSTALLEDPKT) that this software assigns to its state. */
#define STATE_BOGUS	0x0f

struct st {
	uint32_t pointer;
	uint16_t block;		/* of the data, with */
	uint16_t length;	/* 0: none to be processed */
};

static void
st_make(struct sim *s)
{
	sim_add_memory(s, 0, FLASH_BASE, FLASH_SIZE, 0xff);
	if (sim_is(s, PARAM_FLASH, "pattern"))
		sim_fill_pattern(s->memory[0].bytes, FLASH_SIZE);
}

static void
st_power(struct sim *s, bool first)
{
	struct st *t = s->own;

	(void)first;
	memset(t, 0, sizeof *t);
	t->pointer = APP_BASE;
	s->state = STATE_IDLE;
}

static void
forget_block(struct sim *s)
{
	struct st *t = s->own;

	t->block = t->length = 0;
	buf_reset(&s->block);
}

/* A page of the n bytes is write protected. */
static bool
is_protected(const struct sim *s, uint32_t offset, size_t n)
{
	uint32_t page = offset / PAGE_SIZE;
	size_t last = (offset + n - 1) / PAGE_SIZE;

	while (page <= last && !sim_is_write_protected(s, page))
		page++;
	return (page <= last);
}

/* What the media layer below refuses is errVENDOR. */
static bool
erase(struct sim *s, uint32_t address)
{
	struct memory *m = sim_memory_at(s, address);
	struct st *t = s->own;
	uint32_t page;

	s->work = sim_after_ms(s, sim_number(s, PARAM_POLL_ERASE));
	if (m == NULL)
		return (false);
	page = (address - m->base) / PAGE_SIZE * PAGE_SIZE;
	if (is_protected(s, page, PAGE_SIZE))
		return (false);
	sim_erase_page(s, m, page, PAGE_SIZE);
	if (sim_number(s, PARAM_ERASE_MOVES) != 0)
		t->pointer = address;
	return (true);
}

static uint64_t
block_address(const struct st *t, uint16_t block)
{
	return (t->pointer + (uint64_t)(block - 2) * TRANSFER_SIZE);
}

static bool
write_memory(struct sim *s)
{
	struct st *t = s->own;
	uint64_t address = block_address(t, t->block);
	struct memory *m = sim_memory_at(s, address);
	uint32_t offset;

	s->work = sim_after_ms(s, sim_number(s, PARAM_POLL_WRITE));
	if (m == NULL)
		return (false);
	offset = (uint32_t)address - m->base;
	if (t->length > m->size - offset ||
	    is_protected(s, offset, t->length))
		return (false);
	return (sim_program(m->bytes + offset, s->block.data, t->length));
}

/* Other lengths than five are taken for a command that has been done. */
static bool
run_command(struct sim *s, bool *known)
{
	struct st *t = s->own;
	struct reader r = reader_of(s->block.data, s->block.len);
	uint8_t command = reader_u8(&r);
	uint32_t address = reader_u32(&r);

	*known = true;
	if (t->length != COMMAND_LENGTH)
		return (true);
	if (command == COMMAND_ERASE)
		return (erase(s, address));
	if (command == COMMAND_SET_ADDRESS)
		t->pointer = address;
	else
		*known = false;
	return (true);
}

/*
 * Runs what was downloaded, after a reply in dfuDNBUSY has been sent. A
 * command of five bytes that it does not know leaves everything as it is: it
 * stays busy for ever.
 */
static void
run_block(struct sim *s)
{
	const struct st *t = s->own;
	bool good = true, known = true;

	if (t->block == 0)
		good = run_command(s, &known);
	else if (t->block > 1)
		good = write_memory(s);
	if (!known)
		return;
	forget_block(s);
	if (good)
		s->state = STATE_DNLOAD_SYNC;
	else
		sim_fail(s, STATUS_VENDOR);
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

/*
 * The template of the media layer shifts the second byte out of sight, so
 * that times are announced modulo 256.
 */
static uint32_t
media_time(const struct sim *s)
{
	const struct st *t = s->own;
	bool erases = t->block == 0 && s->block.data[0] == COMMAND_ERASE;

	return (sim_number(s, erases ? PARAM_POLL_ERASE : PARAM_POLL_WRITE) &
	    0xff);
}

/* Six bytes, whatever wLength is; only the two SYNC states say a time. */
static enum sim_answer
take_getstatus(struct sim *s, const struct call *c)
{
	const struct st *t = s->own;
	uint32_t poll = 0;

	s->overlong = true;
	if (s->state == STATE_DNLOAD_SYNC && t->length != 0) {
		s->state = STATE_DNBUSY;
		poll = media_time(s);
	} else if (s->state == STATE_DNLOAD_SYNC)
		s->state = STATE_DNLOAD_IDLE;
	else if (s->state == STATE_MANIFEST_SYNC) {
		s->state = STATE_MANIFEST;
		poll = 1;
	} else if (s->state == STATE_MANIFEST)
		sim_pass_round(s);
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

/*
 * What is longer than the buffer is cut, and the rest of it stalled. For no
 * data a STALL is replaced by the packet that ends the transfer, so that the
 * host sees it acknowledged; on an OTG core it stays.
 */
static enum sim_answer
take_dnload(struct sim *s, const struct call *c)
{
	struct st *t = s->own;

	if (s->state != STATE_IDLE && s->state != STATE_DNLOAD_IDLE)
		return (c->length == 0 && sim_is(s, PARAM_CORE, "fs") ?
		    SIM_ACK : SIM_STALL);
	if (c->length == 0) {
		s->rounds = sim_stuck_rounds(s);
		s->state = STATE_MANIFEST_SYNC;
		return (SIM_ACK);
	}
	t->block = c->value;
	t->length = c->length < TRANSFER_SIZE ? c->length : TRANSFER_SIZE;
	buf_reset(&s->block);
	buf_add(&s->block, c->out, t->length);
	s->state = STATE_DNLOAD_SYNC;
	return (c->length > TRANSFER_SIZE ? SIM_STALL : SIM_ACK);
}

/*
 * Addresses are not checked; outside of the memory the processor faults, and
 * nothing is answered any more (inferred).
 */
static enum sim_answer
read_memory(struct sim *s, const struct call *c)
{
	uint64_t address = block_address(s->own, c->value);
	const struct memory *m = sim_memory_at(s, address);
	uint32_t n = c->length < TRANSFER_SIZE ? c->length : TRANSFER_SIZE;

	s->state = STATE_UPLOAD_IDLE;
	if (m == NULL || n > m->size - ((uint32_t)address - m->base)) {
		s->dead = true;
		return (SIM_SILENT);
	}
	buf_add(c->reply, m->bytes + ((uint32_t)address - m->base), n);
	return (SIM_ACK);
}

/* Asked for nothing it goes to dfuIDLE, out of any state. */
static enum sim_answer
take_upload(struct sim *s, const struct call *c)
{
	static const uint8_t get[] = { 0x00, COMMAND_SET_ADDRESS,
	    COMMAND_ERASE };

	if (c->length == 0) {
		s->state = STATE_IDLE;
		return (SIM_ACK);
	}
	if (s->state != STATE_IDLE && s->state != STATE_UPLOAD_IDLE) {
		forget_block(s);
		return (SIM_STALL);
	}
	if (c->value > 1)
		return (read_memory(s, c));
	if (c->value == 1) {
		s->state = STATE_BOGUS;
		return (SIM_STALL);
	}
	s->state = c->length > sizeof get ? STATE_IDLE : STATE_UPLOAD_IDLE;
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

static enum sim_answer
take_abort(struct sim *s)
{
	switch (s->state) {
	case STATE_IDLE:
	case STATE_DNLOAD_SYNC:
	case STATE_DNLOAD_IDLE:
	case STATE_MANIFEST_SYNC:
	case STATE_UPLOAD_IDLE:
		s->state = STATE_IDLE;
		s->status = STATUS_OK;
		forget_block(s);
		break;
	default:
		break;
	}
	return (SIM_ACK);
}

static enum sim_answer
st_request(struct sim *s, const struct call *c)
{
	switch (c->request) {
	case DFU_DETACH:
		/* Off the bus and on again, before the status stage. */
		sim_restart(s);
		return (SIM_GONE);
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
		return (take_abort(s));
	default:
		return (SIM_STALL);
	}
}

static bool
st_reset(struct sim *s)
{
	s->state = STATE_IDLE;
	s->status = STATUS_OK;
	forget_block(s);
	return (false);
}

/* After the reset the application runs, which has no USB. */
static bool
st_leave(struct sim *s)
{
	(void)s;
	return (false);
}

static void
st_force(struct sim *s)
{
	struct st *t = s->own;

	forget_block(s);
	s->rounds = sim_stuck_rounds(s);
	if (s->state != STATE_DNLOAD_SYNC && s->state != STATE_DNBUSY)
		return;
	t->block = 2;
	t->length = 2;
	buf_add(&s->block, "\xff\xff", 2);
}

/* As ST's tools generate it; the layout is that of a part with 128 KiB. */
static void
st_identify(const struct sim *s, struct sim_identity *id)
{
	static const char *const alternates[] = {
		"@Internal Flash   /0x08000000/12*001Ka,116*001Kg",
	};

	(void)s;
	id->bcdUSB = 0x0200;
	id->idVendor = 0x0483;
	id->idProduct = 0xdf11;
	id->bcdDevice = 0x0200;
	id->manufacturer = "STMicroelectronics";
	id->product = "STM32 DownLoad Firmware Update";
	id->serial = "00000000001A";
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

const struct profile sim_st = {
	.own_size = sizeof(struct st),
	.states = 1 << STATE_IDLE | 1 << STATE_DNLOAD_SYNC |
	    1 << STATE_DNBUSY | 1 << STATE_DNLOAD_IDLE |
	    1 << STATE_MANIFEST_SYNC | 1 << STATE_MANIFEST |
	    1 << STATE_UPLOAD_IDLE | 1 << STATE_ERROR,
	.takes = TAKES_ANY_INTERFACE | TAKES_DEVICE_RECIPIENT |
	    TAKES_ANY_DIRECTION | NAKS_ASTRAY,
	.make = st_make,
	.power = st_power,
	.request = st_request,
	.reset = st_reset,
	.leave = st_leave,
	.force = st_force,
	.identify = st_identify,
};
