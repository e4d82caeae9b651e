/* SPDX-License-Identifier: ISC */
/*
 * The boot loader in the ROM of an STM32F072, after AN3156 and what logs and
 * descriptor dumps of it and of its relatives show. Where neither says what
 * happens, the comment says "inferred".
 */
#include <string.h>

#include "base/bytes.h"
#include "device/profile.h"
#include "wire/usb.h"

#define FLASH_BASE	0x08000000
#define FLASH_SIZE	0x20000
#define PAGE_SIZE	2048
#define OPTION_BASE	0x1ffff800
#define OPTION_SIZE	16

enum { FLASH, OPTIONS };	/* of sim->memory */

/* First byte of a DNLOAD of block 0 (AN3156). */
#define COMMAND_SET_ADDRESS	0x21
#define COMMAND_ERASE		0x41
#define COMMAND_READ_UNPROTECT	0x92

/* wBlockNum of memory at the pointer; 0 is a command, 1 is reserved. */
#define BLOCK_MEMORY		2

/* RDP and its complement: any other pair protects (RM0091 option bytes). */
static const uint8_t factory_options[OPTION_SIZE] = {
	0xaa, 0x55, 0xff, 0x00, 0xff, 0x00, 0xff, 0x00,
	0xff, 0x00, 0xff, 0x00, 0xff, 0x00, 0xff, 0x00,
};
#define RDP_NONE	0xaa

/* WRP0 to WRP3, each before its complement; a 0 bit protects two pages. */
#define OPTION_WRP	8
#define WRP_PAGES	2

/* What a DNLOAD asked for; it runs at the GETSTATUS that follows. */
struct job {
	enum param	 poll;
	uint8_t		(*run)(struct sim *);	/* returns a bStatus */
};

struct rom {
	uint32_t		 pointer;
	bool			 protected;	/* as loaded at reset */
	uint32_t		 wrp;		/* as well; a 1 protects */
	const struct job	*job;		/* NULL: not a command */
	uint64_t		 address;	/* it is about */
	bool			 done;
	uint8_t			 verdict;
};

static uint8_t
run_set_address(struct sim *s)
{
	struct rom *r = s->own;

	if (sim_memory_at(s, r->address) == NULL)
		return (STATUS_TARGET);
	r->pointer = (uint32_t)r->address;
	return (STATUS_OK);
}

/* A page of the n bytes is write protected. */
static bool
is_protected(const struct rom *r, uint32_t offset, size_t n)
{
	uint32_t page = offset / PAGE_SIZE;
	size_t last = (offset + n - 1) / PAGE_SIZE;

	for (; page <= last; page++) {
		if ((r->wrp >> page / WRP_PAGES & 1) != 0)
			return (true);
	}
	return (false);
}

/* Any address inside means the page around it (inferred). */
static uint8_t
run_erase(struct sim *s)
{
	struct rom *r = s->own;
	struct memory *m = sim_memory_at(s, r->address);
	uint32_t page;

	if (r->protected)
		return (STATUS_VENDOR);
	if (m != &s->memory[FLASH])
		return (STATUS_TARGET);
	page = ((uint32_t)r->address - m->base) / PAGE_SIZE * PAGE_SIZE;
	if (!is_protected(r, page, PAGE_SIZE))
		sim_erase_page(s, m, page, PAGE_SIZE);
	if (sim_number(s, PARAM_ERASE_MOVES) != 0)
		r->pointer = (uint32_t)r->address;
	return (STATUS_OK);
}

/* With a protected page it erases nothing (inferred from the other two). */
static uint8_t
run_mass_erase(struct sim *s)
{
	const struct rom *r = s->own;

	if (r->protected)
		return (STATUS_VENDOR);
	if (r->wrp == 0)
		memset(s->memory[FLASH].bytes, 0xff, FLASH_SIZE);
	return (STATUS_OK);
}

/*
 * Erases, then a system reset; the device vanishes before it can report. The
 * option bytes count from a reset on.
 */
static uint8_t
run_read_unprotect(struct sim *s)
{
	memset(s->memory[FLASH].bytes, 0xff, FLASH_SIZE);
	memcpy(s->memory[OPTIONS].bytes, factory_options, OPTION_SIZE);
	if (sim_is(s, PARAM_UNPROTECT, "reset"))
		sim_restart(s);
	return (STATUS_OK);
}

/*
 * Option bytes are written as one block from their start, which ends in a
 * system reset (AN3156); another start is refused (inferred).
 */
static uint8_t
write_options(struct sim *s, struct memory *m, uint32_t offset)
{
	if (offset != 0)
		return (STATUS_TARGET);
	memcpy(m->bytes, s->block.data, s->block.len);
	sim_restart(s);
	return (STATUS_OK);
}

/*
 * That the loader says errVENDOR where the flash refuses to be programmed is
 * inferred from ST's middleware. A write-protected block is not an error, it
 * is silently not written (AN3156); that this goes for the whole of a block of
 * which a part is protected is inferred.
 */
static uint8_t
run_write(struct sim *s)
{
	const struct rom *r = s->own;
	struct memory *m = sim_memory_at(s, r->address);
	uint32_t offset;

	if (s->block.len == 0)
		return (STATUS_OK);
	if (r->protected)
		return (STATUS_VENDOR);
	if (m == NULL)
		return (STATUS_TARGET);
	offset = (uint32_t)r->address - m->base;
	if (s->block.len > m->size - offset)
		return (STATUS_TARGET);
	if (m == &s->memory[OPTIONS])
		return (write_options(s, m, offset));
	if (is_protected(r, offset, s->block.len))
		return (STATUS_OK);
	if (!sim_program(m->bytes + offset, s->block.data, s->block.len))
		return (STATUS_VENDOR);
	return (STATUS_OK);
}

static const struct job job_set_address = {
	PARAM_POLL_ADDRESS, run_set_address
};
static const struct job job_erase = { PARAM_POLL_ERASE, run_erase };
static const struct job job_mass_erase = {
	PARAM_POLL_MASS_ERASE, run_mass_erase
};
static const struct job job_read_unprotect = {
	PARAM_POLL_MASS_ERASE, run_read_unprotect
};
static const struct job job_write = { PARAM_POLL_WRITE, run_write };

/* The commands of AN3156 by first byte and length. */
static const struct {
	uint8_t			 byte;
	size_t			 length;
	const struct job	*job;
} commands[] = {
	{ COMMAND_SET_ADDRESS, 5, &job_set_address },
	{ COMMAND_ERASE, 5, &job_erase },
	{ COMMAND_ERASE, 1, &job_mass_erase },
	{ COMMAND_READ_UNPROTECT, 1, &job_read_unprotect },
};

static const struct job *
find_command(const struct buf *b)
{
	size_t i;

	for (i = 0; i < sizeof commands / sizeof commands[0]; i++) {
		if (commands[i].length == b->len &&
		    commands[i].byte == b->data[0])
			return (commands[i].job);
	}
	return (NULL);
}

static uint64_t
block_address(const struct sim *s, uint16_t block)
{
	const struct rom *r = s->own;

	return (r->pointer + (uint64_t)(block - BLOCK_MEMORY) *
	    sim_number(s, PARAM_ROM_SIZE));
}

/* Nothing but the length is looked at before GETSTATUS. */
static enum sim_answer
take_block(struct sim *s, const struct call *c)
{
	struct rom *r = s->own;
	struct reader read;

	if (c->length > sim_number(s, PARAM_ROM_SIZE))
		return (sim_refuse(s));
	buf_reset(&s->block);
	buf_add(&s->block, c->out, c->length);
	r->job = NULL;
	r->done = false;
	if (c->value >= BLOCK_MEMORY) {
		r->job = &job_write;
		r->address = block_address(s, c->value);
	} else if (c->value == 0) {
		r->job = find_command(&s->block);
		read = reader_of(s->block.data, s->block.len);
		reader_u8(&read);
		r->address = reader_u32(&read);
	}
	s->state = STATE_DNLOAD_SYNC;
	return (SIM_ACK);
}

/* DNLOAD without data is the leave request, in dfuIDLE too (AN3156). */
static enum sim_answer
take_dnload(struct sim *s, const struct call *c)
{
	if (c->length != 0)
		return (take_block(s, c));
	s->rounds = sim_stuck_rounds(s);
	s->state = STATE_MANIFEST_SYNC;
	return (SIM_ACK);
}

/* A.1: an error that is found in the request itself stalls it. */
static enum sim_answer
refuse_with(struct sim *s, uint8_t status)
{
	sim_fail(s, status);
	return (SIM_STALL);
}

/* Memory; a block that passes its end is answered short (inferred). */
static enum sim_answer
read_memory(struct sim *s, const struct call *c)
{
	const struct rom *r = s->own;
	uint64_t address = block_address(s, c->value);
	const struct memory *m = sim_memory_at(s, address);
	uint32_t offset, n = c->length;

	if (r->protected)
		return (refuse_with(s, STATUS_VENDOR));
	if (m == NULL)
		return (refuse_with(s, STATUS_TARGET));
	offset = (uint32_t)address - m->base;
	if (n > m->size - offset)
		n = m->size - offset;
	buf_add(c->reply, m->bytes + offset, n);
	return (SIM_ACK);
}

/*
 * Block 0 is the Get command. Block 1 is reserved and a block longer than
 * wTransferSize is not foreseen: both are refused (inferred).
 */
static enum sim_answer
take_upload(struct sim *s, const struct call *c)
{
	static const uint8_t get[] = { 0x00, COMMAND_SET_ADDRESS,
	    COMMAND_ERASE, COMMAND_READ_UNPROTECT };
	bool more = s->state == STATE_UPLOAD_IDLE;
	enum sim_answer answer = SIM_ACK;

	if (c->value == 1 || c->length > sim_number(s, PARAM_ROM_SIZE) ||
	    (more && c->length == 0))
		return (sim_refuse(s));
	if (c->value == 0)
		buf_add(c->reply, get, sizeof get);
	else
		answer = read_memory(s, c);
	if (answer != SIM_ACK)
		return (answer);
	s->state = more && c->reply->len < c->length ?
	    STATE_IDLE : STATE_UPLOAD_IDLE;
	return (SIM_ACK);
}

/* dfuIDLE, dfuDNLOAD-IDLE and dfuUPLOAD-IDLE */
static enum sim_answer
in_idle(struct sim *s, const struct call *c)
{
	switch (c->request) {
	case DFU_DNLOAD:
		if (s->state == STATE_UPLOAD_IDLE)
			return (sim_refuse(s));
		return (take_dnload(s, c));
	case DFU_UPLOAD:
		if (s->state == STATE_DNLOAD_IDLE)
			return (sim_refuse(s));
		return (take_upload(s, c));
	case DFU_GETSTATUS:
		return (sim_say_status(s, c, 0));
	case DFU_GETSTATE:
		return (sim_say_state(s, c));
	case DFU_CLRSTATUS:
		if (s->state != STATE_IDLE)
			return (sim_refuse(s));
		return (SIM_ACK);
	case DFU_ABORT:
		s->state = STATE_IDLE;
		return (SIM_ACK);
	default:
		return (sim_refuse(s));
	}
}

/*
 * The first GETSTATUS runs the command and says so, the next one brings the
 * verdict (AN3156). What is no command is refused at the first one: AN2662
 * figure 55 has the status, that it comes at once is inferred.
 */
static enum sim_answer
in_dnload_sync(struct sim *s, const struct call *c)
{
	struct rom *r = s->own;
	uint32_t poll;

	if (c->request == DFU_GETSTATE)
		return (sim_say_state(s, c));
	if (c->request != DFU_GETSTATUS)
		return (sim_refuse(s));
	if (r->job != NULL && !r->done) {
		poll = sim_number(s, r->job->poll);
		s->state = STATE_DNBUSY;
		s->alarm = sim_after_ms(s, poll);
		return (sim_say_status(s, c, poll));
	}
	if (r->job == NULL)
		sim_fail(s, STATUS_STALLEDPKT);
	else if (r->verdict != STATUS_OK)
		sim_fail(s, r->verdict);
	else
		s->state = STATE_DNLOAD_IDLE;
	return (sim_say_status(s, c, 0));
}

/*
 * Logs of relatives show GETSTATUS answered here; GETSTATE alike, and that an
 * illegal request gives the operation up, are inferred.
 */
static enum sim_answer
in_dnbusy(struct sim *s, const struct call *c)
{
	switch (c->request) {
	case DFU_GETSTATUS:
		return (sim_say_status(s, c, sim_alarm_ms(s)));
	case DFU_GETSTATE:
		return (sim_say_state(s, c));
	default:
		return (sim_refuse(s));
	}
}

/* The answer still reaches the host, then it is off the bus. */
static void
leave_after_answer(struct sim *s)
{
	s->leaves = sim_after_answer(s);
}

static enum sim_answer
in_manifest_sync(struct sim *s, const struct call *c)
{
	if (c->request == DFU_GETSTATE)
		return (sim_say_state(s, c));
	if (c->request != DFU_GETSTATUS)
		return (sim_refuse(s));
	s->state = STATE_MANIFEST;
	if (s->rounds == 0)
		leave_after_answer(s);
	return (sim_say_status(s, c, sim_number(s, PARAM_POLL_MANIFEST)));
}

/*
 * That a board may stay here until it was asked several times is reported;
 * that GETSTATE does not count, and that everything else is stalled without
 * leaving the state, is inferred.
 */
static enum sim_answer
in_manifest(struct sim *s, const struct call *c)
{
	if (c->request == DFU_GETSTATE)
		return (sim_say_state(s, c));
	if (c->request != DFU_GETSTATUS)
		return (SIM_STALL);
	sim_pass_round(s);
	if (s->rounds == 0)
		leave_after_answer(s);
	return (sim_say_status(s, c, sim_number(s, PARAM_POLL_MANIFEST)));
}

static enum sim_answer
rom_request(struct sim *s, const struct call *c)
{
	switch (s->state) {
	case STATE_DNLOAD_SYNC:
		return (in_dnload_sync(s, c));
	case STATE_DNBUSY:
		return (in_dnbusy(s, c));
	case STATE_MANIFEST_SYNC:
		return (in_manifest_sync(s, c));
	case STATE_MANIFEST:
		return (in_manifest(s, c));
	case STATE_ERROR:
		return (sim_error_request(s, c));
	default:
		return (in_idle(s, c));
	}
}

static void
rom_alarm(struct sim *s)
{
	struct rom *r = s->own;

	if (s->state != STATE_DNBUSY)
		return;
	s->state = STATE_DNLOAD_SYNC;
	r->done = true;
	r->verdict = r->job->run(s);
}

/* The option bytes that `wrp` asks for. */
static void
protect_pages(const struct sim *s, uint8_t *options)
{
	uint32_t page, bit;
	uint8_t *pair;

	for (page = 0; page < FLASH_SIZE / PAGE_SIZE; page++) {
		if (!sim_is_write_protected(s, page))
			continue;
		bit = page / WRP_PAGES;
		pair = options + OPTION_WRP + bit / 8 * 2;
		pair[0] = (uint8_t)(pair[0] & ~(1u << bit % 8));
		pair[1] = (uint8_t)~pair[0];
	}
}

static uint32_t
loaded_wrp(const uint8_t *options)
{
	uint32_t mask = 0;
	unsigned i;

	for (i = 0; i < 4; i++)
		mask |= (uint32_t)options[OPTION_WRP + i * 2] << i * 8;
	return (~mask);
}

static void
rom_make(struct sim *s)
{
	struct memory *flash = &s->memory[FLASH];
	struct memory *options = &s->memory[OPTIONS];

	sim_add_memory(s, FLASH, FLASH_BASE, FLASH_SIZE, 0xff);
	sim_add_memory(s, OPTIONS, OPTION_BASE, OPTION_SIZE, 0);
	memcpy(options->bytes, factory_options, OPTION_SIZE);
	if (sim_number(s, PARAM_RDP) != 0)
		put_u16(options->bytes, 0x44bb);
	protect_pages(s, options->bytes);
	if (sim_is(s, PARAM_FLASH, "pattern"))
		sim_fill_pattern(flash->bytes, FLASH_SIZE);
}

/* A system reset into the loader: it loads the option bytes anew. */
static void
rom_power(struct sim *s, bool first)
{
	struct rom *r = s->own;

	(void)first;
	memset(r, 0, sizeof *r);
	r->pointer = FLASH_BASE;
	r->protected = s->memory[OPTIONS].bytes[0] != RDP_NONE;
	r->wrp = loaded_wrp(s->memory[OPTIONS].bytes);
	s->state = STATE_IDLE;
}

/* It stays in the loader; that the pointer stays as well is inferred. */
static bool
rom_reset(struct sim *s)
{
	s->state = STATE_IDLE;
	s->status = STATUS_OK;
	return (false);
}

/* Jumps to an application, which has no USB. */
static bool
rom_leave(struct sim *s)
{
	(void)s;
	return (false);
}

static void
rom_force(struct sim *s)
{
	struct rom *r = s->own;

	r->job = &job_write;
	r->address = r->pointer;
	r->done = false;
	s->rounds = sim_stuck_rounds(s);
	if (s->state == STATE_DNBUSY)
		s->alarm = sim_after_ms(s, sim_number(s, PARAM_POLL_WRITE));
}

/* Dumps of the F4 and F107 loaders; 0x2200 and the names are the F072's. */
static void
rom_identify(const struct sim *s, struct sim_identity *id)
{
	static const char *const alternates[] = {
		"@Internal Flash  /0x08000000/064*0002Kg",
		"@Option Bytes  /0x1FFFF800/01*016 e",
	};

	id->bcdUSB = 0x0100;
	id->idVendor = 0x0483;
	id->idProduct = 0xdf11;
	id->bcdDevice = 0x2200;
	id->manufacturer = "STMicroelectronics";
	id->product = "STM32  BOOTLOADER";
	id->serial = "FFFFFFFEFFFF";
	id->config_attributes = 0xc0;
	id->config_power = 50;
	id->protocol = USB_PROTOCOL_DFU;
	id->alternates = alternates;
	id->alternates_count = id->names_count = 2;
	id->bmAttributes = ATTRIBUTE_CAN_DNLOAD | ATTRIBUTE_CAN_UPLOAD |
	    ATTRIBUTE_WILL_DETACH;
	id->wDetachTimeOut = 255;
	id->wTransferSize = (uint16_t)sim_number(s, PARAM_ROM_SIZE);
	id->bcdDFUVersion = 0x011a;
}

const struct profile sim_stm32f072 = {
	.own_size = sizeof(struct rom),
	.states = 1 << STATE_IDLE | 1 << STATE_DNLOAD_SYNC |
	    1 << STATE_DNBUSY | 1 << STATE_DNLOAD_IDLE |
	    1 << STATE_MANIFEST_SYNC | 1 << STATE_MANIFEST |
	    1 << STATE_UPLOAD_IDLE | 1 << STATE_ERROR,
	.make = rom_make,
	.power = rom_power,
	.request = rom_request,
	.alarm = rom_alarm,
	.reset = rom_reset,
	.leave = rom_leave,
	.force = rom_force,
	.identify = rom_identify,
};
