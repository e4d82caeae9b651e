/* SPDX-License-Identifier: ISC */
/*
 * U-Boot's gadget f_dfu with its dfu core, 6073c36, as driven request by
 * request: nearly DFU 1.1, but a wrong request leaves bStatus alone, and the
 * core counts blocks.
 */
#include <string.h>

#include "device/profile.h"
#include "wire/usb.h"

#define TRANSFER_SIZE	4096	/* also what every UPLOAD is answered with */
#define IMAGE_SIZE	0x40000
#define IMAGE_STORED	8202	/* the third block is a short one */
#define ENV_BASE	0x10000000
#define ENV_SIZE	0x1000
#define ENV_STORED	10	/* the first block is a short one */
#define DROP_US		5000	/* until the main loop has ended */

enum { IMAGE, ENV, ENTITIES };	/* of sim->memory, and the alternates */

/* A transaction of the core; only its own end ends it, not an ABORT. */
struct entity {
	bool		open;
	uint16_t	block;		/* the number that must come */
	uint32_t	offset;
};

struct uboot {
	struct entity	entities[ENTITIES];
};

static struct entity *
entity_of(struct sim *s)
{
	struct uboot *u = s->own;

	return (&u->entities[s->alternate < ENV ? IMAGE : ENV]);
}

static struct memory *
memory_of(struct sim *s)
{
	return (&s->memory[s->alternate < ENV ? IMAGE : ENV]);
}

static void
uboot_make(struct sim *s)
{
	sim_add_memory(s, IMAGE, 0, IMAGE_SIZE, 0);
	sim_add_memory(s, ENV, ENV_BASE, ENV_SIZE, 0);
	s->memory[IMAGE].used = IMAGE_STORED;
	s->memory[ENV].used = ENV_STORED;
	sim_fill_pattern(s->memory[IMAGE].bytes, IMAGE_STORED);
	sim_fill_pattern(s->memory[ENV].bytes, ENV_STORED);
}

static void
uboot_power(struct sim *s, bool first)
{
	(void)first;
	memset(s->own, 0, sizeof(struct uboot));
	s->state = STATE_IDLE;
}

/* The gadget does not touch bStatus here: dfuERROR with OK. */
static enum sim_answer
refuse(struct sim *s)
{
	s->state = STATE_ERROR;
	return (SIM_STALL);
}

/* Opens the transaction if there is none; false for a wrong number. */
static bool
is_in_sequence(struct entity *e, uint16_t block)
{
	if (!e->open)
		*e = (struct entity){ .open = true };
	if (e->block != block)
		return (false);
	e->block++;
	return (true);
}

/* The core writes as soon as the data stage is over. */
static void
core_write(struct sim *s, const struct call *c)
{
	struct entity *e = entity_of(s);
	struct memory *m = memory_of(s);

	if (!is_in_sequence(e, c->value) || c->length > m->size - e->offset) {
		e->open = false;
		sim_fail(s, STATUS_UNKNOWN);
		return;
	}
	if (c->length == 0)
		return;
	memcpy(m->bytes + e->offset, c->out, c->length);
	e->offset += c->length;
	m->used = e->offset;
	s->work = sim_after_ms(s, sim_number(s, PARAM_WRITE));
}

/* A block above the buffer ends in an overflow (inferred: refused). */
static enum sim_answer
take_dnload(struct sim *s, const struct call *c)
{
	if (c->length > TRANSFER_SIZE)
		return (refuse(s));
	s->rounds = c->length == 0 ? sim_stuck_rounds(s) : 0;
	s->state = c->length == 0 ? STATE_MANIFEST_SYNC : STATE_DNLOAD_SYNC;
	core_write(s, c);
	return (SIM_ACK);
}

/*
 * As much as the buffer holds, whatever wLength is. A number out of order is
 * stalled and the state stays; the transaction stays open, too.
 */
static enum sim_answer
take_upload(struct sim *s, const struct call *c, uint16_t block)
{
	struct entity *e = entity_of(s);
	const struct memory *m = memory_of(s);
	uint32_t n;

	s->state = STATE_UPLOAD_IDLE;
	if (!is_in_sequence(e, block))
		return (SIM_STALL);
	n = m->used > e->offset ? m->used - e->offset : 0;
	if (n >= TRANSFER_SIZE)
		n = TRANSFER_SIZE;
	else
		e->open = false;
	buf_add(c->reply, m->bytes + e->offset, n);
	e->offset += n;
	s->overlong = true;
	if (n < c->length)
		s->state = STATE_IDLE;
	return (SIM_ACK);
}

/* DETACH leads to run-time mode at once, and ends the command `dfu`. */
static enum sim_answer
detach(struct sim *s)
{
	s->state = STATE_APP_IDLE;
	s->leaves = sim_after(s, DROP_US);
	return (SIM_ACK);
}

static enum sim_answer
in_app_idle(struct sim *s, const struct call *c)
{
	switch (c->request) {
	case DFU_GETSTATUS:
		return (sim_say_status(s, c, 0));
	case DFU_GETSTATE:
		return (sim_say_state(s, c));
	case DFU_DETACH:
		s->state = STATE_IDLE;
		return (SIM_ACK);
	default:
		return (SIM_STALL);
	}
}

static enum sim_answer
in_idle(struct sim *s, const struct call *c)
{
	switch (c->request) {
	case DFU_DNLOAD:
		return (c->length == 0 ? refuse(s) : take_dnload(s, c));
	case DFU_UPLOAD:
		return (take_upload(s, c, 0));
	case DFU_ABORT:
		return (SIM_ACK);
	case DFU_GETSTATUS:
		return (sim_say_status(s, c, 0));
	case DFU_GETSTATE:
		return (sim_say_state(s, c));
	case DFU_DETACH:
		return (detach(s));
	default:
		return (refuse(s));
	}
}

static enum sim_answer
in_dnload_sync(struct sim *s, const struct call *c)
{
	if (c->request == DFU_GETSTATE)
		return (sim_say_state(s, c));
	if (c->request != DFU_GETSTATUS)
		return (refuse(s));
	s->state = STATE_DNLOAD_IDLE;
	return (sim_say_status(s, c, 0));
}

/* dfuDNLOAD-IDLE and dfuUPLOAD-IDLE */
static enum sim_answer
in_transfer(struct sim *s, const struct call *c)
{
	switch (c->request) {
	case DFU_DNLOAD:
		if (s->state == STATE_UPLOAD_IDLE)
			return (refuse(s));
		return (take_dnload(s, c));
	case DFU_UPLOAD:
		if (s->state == STATE_DNLOAD_IDLE)
			return (refuse(s));
		return (take_upload(s, c, c->value));
	case DFU_ABORT:
		s->state = STATE_IDLE;
		return (SIM_ACK);
	case DFU_GETSTATUS:
		return (sim_say_status(s, c, 0));
	case DFU_GETSTATE:
		return (sim_say_state(s, c));
	default:
		return (refuse(s));
	}
}

/* The flush that this starts closes the transaction; EP0 waits for it. */
static enum sim_answer
in_manifest_sync(struct sim *s, const struct call *c)
{
	uint32_t poll = sim_number(s, PARAM_MANIFEST);

	if (c->request == DFU_GETSTATE)
		return (sim_say_state(s, c));
	if (c->request != DFU_GETSTATUS)
		return (refuse(s));
	entity_of(s)->open = false;
	s->work = sim_after_ms(s, poll);
	s->state = STATE_MANIFEST;
	return (sim_say_status(s, c, poll));
}

/* Asked once more it is done, but for what `stuck` asks for. */
static enum sim_answer
in_manifest(struct sim *s, const struct call *c)
{
	if (c->request == DFU_GETSTATE)
		return (sim_say_state(s, c));
	if (c->request != DFU_GETSTATUS)
		return (refuse(s));
	if (!sim_pass_round(s))
		s->state = STATE_IDLE;
	return (sim_say_status(s, c, 0));
}

static enum sim_answer
in_error(struct sim *s, const struct call *c)
{
	switch (c->request) {
	case DFU_GETSTATUS:
		return (sim_say_status(s, c, 0));
	case DFU_GETSTATE:
		return (sim_say_state(s, c));
	case DFU_CLRSTATUS:
		s->state = STATE_IDLE;
		s->status = STATUS_OK;
		return (SIM_ACK);
	default:
		return (SIM_STALL);
	}
}

static enum sim_answer
uboot_request(struct sim *s, const struct call *c)
{
	switch (s->state) {
	case STATE_APP_IDLE:
		return (in_app_idle(s, c));
	case STATE_DNLOAD_SYNC:
		return (in_dnload_sync(s, c));
	case STATE_MANIFEST_SYNC:
		return (in_manifest_sync(s, c));
	case STATE_MANIFEST:
		return (in_manifest(s, c));
	case STATE_ERROR:
		return (in_error(s, c));
	case STATE_IDLE:
		return (in_idle(s, c));
	default:
		return (in_transfer(s, c));
	}
}

/* The composite layer selects the alternate anew, which is dfuIDLE. */
static void
uboot_configure(struct sim *s)
{
	s->state = STATE_IDLE;
	s->status = STATUS_OK;
}

static bool
uboot_reset(struct sim *s)
{
	uboot_configure(s);
	return (false);
}

/* The command has ended and the gadget is gone. */
static bool
uboot_leave(struct sim *s)
{
	(void)s;
	return (false);
}

static void
uboot_force(struct sim *s)
{
	memset(s->own, 0, sizeof(struct uboot));
	s->rounds = sim_stuck_rounds(s);
	if (s->state == STATE_UPLOAD_IDLE || s->state == STATE_DNLOAD_IDLE)
		entity_of(s)->open = true;
}

/* 0525:a4a5 is what many boards give the download gadget. */
static void
uboot_identify(const struct sim *s, struct sim_identity *id)
{
	static const char *const alternates[] = { "Image", "env" };

	(void)s;
	id->bcdUSB = 0x0200;
	id->idVendor = 0x0525;
	id->idProduct = 0xa4a5;
	id->bcdDevice = 0x0223;
	id->manufacturer = "U-Boot";
	id->product = "USB download gadget";
	id->serial = "0000000000000000";
	id->config_attributes = 0xc0;
	id->config_power = 1;
	id->protocol = USB_PROTOCOL_DFU;
	id->alternates = alternates;
	id->alternates_count = id->names_count = 2;
	id->bmAttributes = ATTRIBUTE_CAN_DNLOAD | ATTRIBUTE_CAN_UPLOAD |
	    ATTRIBUTE_TOLERANT | ATTRIBUTE_WILL_DETACH;
	id->wDetachTimeOut = 0;
	id->wTransferSize = TRANSFER_SIZE;
	id->bcdDFUVersion = 0x0110;
}

const struct profile sim_uboot = {
	.own_size = sizeof(struct uboot),
	.states = 1 << STATE_APP_IDLE | 1 << STATE_IDLE |
	    1 << STATE_DNLOAD_SYNC | 1 << STATE_DNLOAD_IDLE |
	    1 << STATE_MANIFEST_SYNC | 1 << STATE_MANIFEST |
	    1 << STATE_UPLOAD_IDLE | 1 << STATE_ERROR,
	.takes = TAKES_VENDOR_TYPE | TAKES_ANY_DIRECTION | GIVES_STALE,
	.make = uboot_make,
	.power = uboot_power,
	.request = uboot_request,
	.reset = uboot_reset,
	.configure = uboot_configure,
	.leave = uboot_leave,
	.force = uboot_force,
	.identify = uboot_identify,
};
