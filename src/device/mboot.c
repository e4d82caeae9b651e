/* SPDX-License-Identifier: ISC */
/*
 * MicroPython's boot loader mboot, 1c3c201, on an STM32F405 with 1 MiB of
 * flash, as driven request by request: DfuSe, and nothing happens before
 * GETSTATUS. What it does not know is acknowledged, or never answered.
 */
#include <string.h>

#include "base/bytes.h"
#include "device/profile.h"
#include "wire/usb.h"

#define FLASH_BASE	0x08000000
#define FLASH_SIZE	0x100000
#define OWN_SIZE	0x8000		/* of it, which is not to be written */
#define APP_BASE	0x08020000
#define APP_VALIDITY	0x07		/* bits of its first word */
#define TRANSFER_SIZE	2048

/* First byte of a DNLOAD of block 0. */
#define COMMAND_SET_ADDRESS	0x21
#define COMMAND_ERASE		0x41
#define ADDRESS_LENGTH		5

/* iString of errADDRESS */
#define STRING_OWN		0x10
#define STRING_RANGE		0x11

/* What the last request asked for. */
enum pending { NONE, EXIT, READ, WRITE };

struct mboot {
	enum pending	pending;
	uint32_t	pointer;
	uint16_t	block;
	uint16_t	length;
	uint8_t		data[TRANSFER_SIZE];
};

static void
mboot_make(struct sim *s)
{
	sim_add_memory(s, 0, FLASH_BASE, FLASH_SIZE, 0xff);
	if (sim_is(s, PARAM_FLASH, "pattern"))
		sim_fill_pattern(s->memory[0].bytes, FLASH_SIZE);
}

static void
mboot_power(struct sim *s, bool first)
{
	struct mboot *b = s->own;

	(void)first;
	memset(b, 0, sizeof *b);
	b->pointer = FLASH_BASE;
	s->state = STATE_IDLE;
}

/* The sector of an offset: 4 of 16 KiB, one of 64 and the rest of 128. */
static uint32_t
sector_size(uint32_t offset)
{
	if (offset < 0x10000)
		return (0x4000);
	return (offset < 0x20000 ? 0x10000 : 0x20000);
}

/* False, with the reason for the next GETSTATUS. */
static bool
may_change(struct sim *s, uint32_t address)
{
	if (address >= FLASH_BASE + OWN_SIZE &&
	    address - FLASH_BASE < FLASH_SIZE)
		return (true);
	s->status = STATUS_ADDRESS;
	s->string = address >= FLASH_BASE &&
	    address - FLASH_BASE < FLASH_SIZE ? STRING_OWN : STRING_RANGE;
	return (false);
}

static bool
erase(struct sim *s, uint32_t address)
{
	uint32_t offset = address - FLASH_BASE;

	s->work = sim_after_ms(s, sim_number(s, PARAM_ERASE));
	if (!may_change(s, address))
		return (false);
	sim_erase_page(s, &s->memory[0], offset, sector_size(offset));
	return (true);
}

/* All but its own part. */
static bool
erase_all(struct sim *s)
{
	s->work = sim_after_ms(s, sim_number(s, PARAM_ERASE));
	memset(s->memory[0].bytes + OWN_SIZE, 0xff, FLASH_SIZE - OWN_SIZE);
	return (true);
}

static bool
run_command(struct sim *s)
{
	struct mboot *b = s->own;
	struct reader r = reader_of(b->data, b->length);
	uint8_t command = reader_u8(&r);
	uint32_t address = reader_u32(&r);

	if (command == COMMAND_ERASE && b->length == 1)
		return (erase_all(s));
	if (b->length != ADDRESS_LENGTH)
		return (false);
	if (command == COMMAND_ERASE)
		return (erase(s, address));
	if (command == COMMAND_SET_ADDRESS)
		b->pointer = address;
	return (command == COMMAND_SET_ADDRESS);
}

static uint32_t
block_address(const struct mboot *b, uint16_t block)
{
	return (b->pointer + (uint32_t)(block - 2) * TRANSFER_SIZE);
}

/* Words, so that three bytes more are written than were sent. */
static bool
write_block(struct sim *s)
{
	struct mboot *b = s->own;
	uint32_t address = block_address(b, b->block);
	uint32_t n = (b->length + 3u) & ~3u;

	s->work = sim_after_ms(s, sim_number(s, PARAM_WRITE));
	if (!may_change(s, address))
		return (false);
	if (n > FLASH_SIZE - (address - FLASH_BASE))
		return (false);
	sim_burn(s->memory[0].bytes + (address - FLASH_BASE), b->data, n);
	return (true);
}

/* A reply was sent: what it announced is done now. */
static void
process(struct sim *s)
{
	struct mboot *b = s->own;
	bool good = false;

	if (s->state == STATE_MANIFEST && s->rounds == 0)
		s->leaves = sim_after_answer(s);
	if (s->state != STATE_DNBUSY || b->pending != WRITE)
		return;
	b->pending = NONE;
	if (b->block == 0)
		good = run_command(s);
	else if (b->block > 1)
		good = write_block(s);
	s->state = good ? STATE_DNLOAD_IDLE : STATE_ERROR;
}

/* The error is told once, whatever the state is afterwards. */
static enum sim_answer
take_getstatus(struct sim *s, const struct call *c)
{
	struct mboot *b = s->own;

	switch (b->pending) {
	case EXIT:
		if (s->state != STATE_MANIFEST)
			s->rounds = sim_stuck_rounds(s);
		else
			sim_pass_round(s);
		s->state = STATE_MANIFEST;
		break;
	case READ:
		s->state = STATE_UPLOAD_IDLE;
		break;
	case WRITE:
		s->state = STATE_DNBUSY;
		break;
	case NONE:
		break;
	}
	sim_say_status(s, c, 0);
	s->status = STATUS_OK;
	s->string = 0;
	process(s);
	return (SIM_ACK);
}

/* Longer than its buffer, or not there: it crashes (inferred). */
static enum sim_answer
crash(struct sim *s)
{
	s->dead = true;
	return (SIM_SILENT);
}

static enum sim_answer
take_upload(struct sim *s, const struct call *c)
{
	struct mboot *b = s->own;
	uint32_t address = block_address(b, c->value);
	const struct memory *m = sim_memory_at(s, address);

	if (c->length > TRANSFER_SIZE || m == NULL ||
	    c->length > m->size - (address - m->base))
		return (crash(s));
	b->pending = READ;
	buf_add(c->reply, m->bytes + (address - m->base), c->length);
	return (SIM_ACK);
}

/* What it has no answer to stays without one, where data is wanted. */
static enum sim_answer
from_device(struct sim *s, const struct call *c)
{
	enum sim_answer answer;

	if (c->request == DFU_UPLOAD && c->value > 1) {
		answer = take_upload(s, c);
	} else if (c->request == DFU_GETSTATUS &&
	    c->length == DFU_GETSTATUS_LENGTH) {
		return (take_getstatus(s, c));
	} else if (c->request == DFU_GETSTATE &&
	    c->length == DFU_GETSTATE_LENGTH) {
		answer = sim_say_state(s, c);
	} else {
		return (c->length == 0 ? SIM_ACK : SIM_SILENT);
	}
	process(s);
	return (answer);
}

static enum sim_answer
take_dnload(struct sim *s, const struct call *c)
{
	struct mboot *b = s->own;

	if (c->length == 0) {
		b->pending = EXIT;
		return (SIM_ACK);
	}
	if (c->length > TRANSFER_SIZE)
		return (crash(s));
	memcpy(b->data, c->out, c->length);
	b->block = c->value;
	b->length = c->length;
	b->pending = WRITE;
	return (SIM_ACK);
}

static enum sim_answer
mboot_request(struct sim *s, const struct call *c)
{
	struct mboot *b = s->own;

	if (c->in)
		return (from_device(s, c));
	if (c->request == DFU_DNLOAD)
		return (take_dnload(s, c));
	if (c->request != DFU_CLRSTATUS && c->request != DFU_ABORT)
		return (SIM_ACK);
	b->pending = NONE;
	s->state = STATE_IDLE;
	s->status = STATUS_OK;
	s->string = 0;
	return (SIM_ACK);
}

/* It does not notice a bus reset: what was asked for is still to be done. */
static bool
mboot_reset(struct sim *s)
{
	(void)s;
	return (false);
}

/* A system reset: an application is started, if it is marked as valid. */
static bool
mboot_leave(struct sim *s)
{
	if ((s->memory[0].bytes[APP_BASE - FLASH_BASE] & APP_VALIDITY) == 0)
		return (false);
	sim_power_on(s, false);
	return (true);
}

static void
mboot_force(struct sim *s)
{
	struct mboot *b = s->own;

	memset(b, 0, sizeof *b);
	b->pointer = FLASH_BASE;
	s->string = 0;
	s->rounds = sim_stuck_rounds(s);
	if (s->state == STATE_MANIFEST)
		b->pending = EXIT;
	if (s->state != STATE_DNBUSY)
		return;
	b->pending = WRITE;
	b->block = 2;
	b->length = 4;
	b->pointer = APP_BASE;
}

static const char *
mboot_string(uint8_t index)
{
	if (index == STRING_OWN)
		return ("Can't overwrite mboot");
	return (index == STRING_RANGE ? "Address out of range" : NULL);
}

/* What mboot says by itself; the serial number is an invented one. */
static void
mboot_identify(const struct sim *s, struct sim_identity *id)
{
	static const char *const alternates[] = {
		"@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg",
	};

	(void)s;
	id->bcdUSB = 0x0200;
	id->idVendor = 0x0483;
	id->idProduct = 0xdf11;
	id->bcdDevice = 0x0300;
	id->manufacturer = "MicroPython";
	id->product = "Pyboard DFU";
	id->serial = "206A359C5546";
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

const struct profile sim_mboot = {
	.own_size = sizeof(struct mboot),
	.states = 1 << STATE_IDLE | 1 << STATE_DNBUSY |
	    1 << STATE_DNLOAD_IDLE | 1 << STATE_MANIFEST |
	    1 << STATE_UPLOAD_IDLE | 1 << STATE_ERROR,
	.make = mboot_make,
	.power = mboot_power,
	.request = mboot_request,
	.reset = mboot_reset,
	.leave = mboot_leave,
	.string = mboot_string,
	.force = mboot_force,
	.identify = mboot_identify,
};
