/* SPDX-License-Identifier: ISC */
/*
 * Zephyr's DFU class for its stack device_next, usbd_dfu.c, with the sample
 * that goes with it and its flash images; by a reading of the source. It is
 * nearly DFU 1.1, but GETSTATUS tells the state before.
 */
#include <string.h>

#include "device/profile.h"
#include "wire/usb.h"

#define TRANSFER_SIZE	512
#define SLOT_SIZE	0x10000
#define SLOT_BASE(i)	((uint32_t)(i) << 28)
#define DISK_SIZE	100		/* less than a block */
#define DETACH_US	100000		/* until the sample switches */

enum { SLOT0, SLOT1, DISK, IMAGES };	/* of sim->memory, and the alternates */

/* bRequest values from here on are refused before the state is looked at. */
#define REQUESTS	11

struct zephyr {
	uint8_t	 next;			/* the state after the request */
	uint16_t last;			/* block */
	uint32_t offset;
	uint64_t detach;		/* when the sample switches */
	uint64_t ready;			/* and the image is done */
};

static void
zephyr_make(struct sim *s)
{
	unsigned i;

	for (i = SLOT0; i < DISK; i++)
		sim_add_memory(s, i, SLOT_BASE(i), SLOT_SIZE, 0xff);
	sim_add_memory(s, DISK, SLOT_BASE(DISK), DISK_SIZE, 0);
	sim_fill_pattern(s->memory[DISK].bytes, DISK_SIZE);
	if (sim_is(s, PARAM_FLASH, "pattern"))
		sim_fill_pattern(s->memory[SLOT0].bytes, SLOT_SIZE);
}

static void
zephyr_power(struct sim *s, bool first)
{
	memset(s->own, 0, sizeof(struct zephyr));
	s->state = first && sim_is(s, PARAM_MODE, "dfu") ? STATE_IDLE :
	    STATE_APP_IDLE;
}

static struct memory *
image_of(struct sim *s)
{
	return (&s->memory[s->alternate < IMAGES ? s->alternate : SLOT0]);
}

static enum sim_answer
fall(struct sim *s, uint8_t status)
{
	struct zephyr *z = s->own;

	z->next = STATE_ERROR;
	s->status = status;
	s->string = 0;
	return (SIM_STALL);
}

static bool
is_ready(const struct sim *s)
{
	const struct zephyr *z = s->own;

	return (s->now >= z->ready);
}

/* Blocks come in their order, from 0 on. */
static bool
is_in_sequence(struct zephyr *z, uint16_t block)
{
	if (block != 0 && block != (uint32_t)z->last + 1)
		return (false);
	if (block == 0)
		z->offset = 0;
	z->last = block;
	return (true);
}

static enum sim_answer
give_block(struct sim *s, const struct call *c)
{
	struct zephyr *z = s->own;
	const struct memory *m = image_of(s);
	uint32_t n = c->length;

	if (n == 0 || c->astray)
		return (SIM_ACK);
	if (n > TRANSFER_SIZE)
		return (fall(s, STATUS_STALLEDPKT));
	if (!is_in_sequence(z, c->value) || z->offset > m->size)
		return (fall(s, STATUS_UNKNOWN));
	if (n > m->size - z->offset)
		n = m->size - z->offset;
	buf_add(c->reply, m->bytes + z->offset, n);
	z->offset += c->length;
	return (SIM_ACK);
}

/* A block without data is the end; the first one of all would be none. */
static enum sim_answer
store_block(struct sim *s, const struct call *c)
{
	struct zephyr *z = s->own;
	struct memory *m = image_of(s);

	if (c->astray && c->length != 0)
		return (SIM_ACK);
	if (!is_in_sequence(z, c->value) || c->length > TRANSFER_SIZE ||
	    c->length > m->size - z->offset)
		return (fall(s, STATUS_UNKNOWN));
	if (c->length != 0)
		memcpy(m->bytes + z->offset, c->out, c->length);
	z->offset += c->length;
	z->ready = sim_after_ms(s, sim_number(s, c->length != 0 ?
	    PARAM_IMAGE_WRITE : PARAM_IMAGE_MANIFEST));
	return (SIM_ACK);
}

static enum sim_answer
in_app(struct sim *s, const struct call *c)
{
	struct zephyr *z = s->own;

	if (c->request == DFU_GETSTATUS || c->request == DFU_GETSTATE)
		return (SIM_ACK);
	if (s->state != STATE_APP_IDLE || c->request != DFU_DETACH)
		return (SIM_STALL);
	z->next = STATE_APP_DETACH;
	z->detach = s->alarm = sim_after(s, DETACH_US);
	return (SIM_ACK);
}

/* dfuIDLE, dfuDNLOAD-IDLE and dfuUPLOAD-IDLE */
static enum sim_answer
in_idle(struct sim *s, const struct call *c)
{
	struct zephyr *z = s->own;

	switch (c->request) {
	case DFU_DNLOAD:
		if (s->state == STATE_UPLOAD_IDLE ||
		    (s->state == STATE_IDLE && c->length == 0))
			return (fall(s, STATUS_STALLEDPKT));
		if (c->length == 0)
			s->rounds = sim_stuck_rounds(s);
		z->next = c->length == 0 ? STATE_MANIFEST_SYNC :
		    STATE_DNLOAD_SYNC;
		return (store_block(s, c));
	case DFU_UPLOAD:
		if (s->state == STATE_DNLOAD_IDLE)
			return (fall(s, STATUS_STALLEDPKT));
		z->next = STATE_UPLOAD_IDLE;
		return (give_block(s, c));
	case DFU_ABORT:
		z->next = STATE_IDLE;
		return (SIM_ACK);
	case DFU_GETSTATUS:
	case DFU_GETSTATE:
		return (SIM_ACK);
	default:
		return (fall(s, STATUS_STALLEDPKT));
	}
}

/* In dfuDNBUSY it is taken for dfuDNLOAD-SYNC, and says so. */
static enum sim_answer
in_dnload_sync(struct sim *s, const struct call *c)
{
	struct zephyr *z = s->own;

	s->state = STATE_DNLOAD_SYNC;
	if (c->request == DFU_GETSTATE)
		return (SIM_ACK);
	if (c->request != DFU_GETSTATUS)
		return (fall(s, STATUS_STALLEDPKT));
	z->next = is_ready(s) ? STATE_DNLOAD_IDLE : STATE_DNBUSY;
	return (SIM_ACK);
}

static enum sim_answer
in_manifest_sync(struct sim *s, const struct call *c)
{
	struct zephyr *z = s->own;

	s->state = STATE_MANIFEST_SYNC;
	if (c->request == DFU_GETSTATE)
		return (SIM_ACK);
	if (c->request != DFU_GETSTATUS)
		return (fall(s, STATUS_STALLEDPKT));
	z->next = is_ready(s) && !sim_pass_round(s) ? STATE_IDLE :
	    STATE_MANIFEST;
	return (SIM_ACK);
}

/* It takes whatever comes, and only a wrong UPLOAD is an error. */
static enum sim_answer
in_wait_reset(struct sim *s, const struct call *c)
{
	if (c->request == DFU_UPLOAD)
		return (give_block(s, c));
	if (c->request == DFU_DNLOAD)
		return (store_block(s, c));
	return (SIM_ACK);
}

static enum sim_answer
in_manifest(struct sim *s, const struct call *c)
{
	struct zephyr *z = s->own;

	if (sim_number(s, PARAM_TOLERANT) != 0)
		return (in_manifest_sync(s, c));
	z->next = STATE_MANIFEST_WAIT_RESET;
	return (in_wait_reset(s, c));
}

static enum sim_answer
in_error(struct sim *s, const struct call *c)
{
	struct zephyr *z = s->own;

	switch (c->request) {
	case DFU_GETSTATUS:
	case DFU_GETSTATE:
		return (SIM_ACK);
	case DFU_CLRSTATUS:
		z->next = STATE_IDLE;
		s->status = STATUS_OK;
		return (SIM_ACK);
	default:
		return (SIM_STALL);
	}
}

static enum sim_answer
in_state(struct sim *s, const struct call *c)
{
	switch (s->state) {
	case STATE_APP_IDLE:
	case STATE_APP_DETACH:
		return (in_app(s, c));
	case STATE_DNLOAD_SYNC:
	case STATE_DNBUSY:
		return (in_dnload_sync(s, c));
	case STATE_MANIFEST_SYNC:
		return (in_manifest_sync(s, c));
	case STATE_MANIFEST:
		return (in_manifest(s, c));
	case STATE_MANIFEST_WAIT_RESET:
		return (in_wait_reset(s, c));
	case STATE_ERROR:
		return (in_error(s, c));
	default:
		return (in_idle(s, c));
	}
}

/* With the state of before; asked for another length it says nothing. */
static void
say(struct sim *s, const struct call *c)
{
	if (c->request == DFU_GETSTATUS && c->length == DFU_GETSTATUS_LENGTH)
		sim_say_status(s, c, sim_number(s, PARAM_POLL_ANY));
	if (c->request == DFU_GETSTATE && c->length == DFU_GETSTATE_LENGTH)
		sim_say_state(s, c);
}

static enum sim_answer
zephyr_request(struct sim *s, const struct call *c)
{
	struct zephyr *z = s->own;
	enum sim_answer answer;

	if (c->number >= REQUESTS)
		return (SIM_STALL);
	z->next = s->state;
	answer = in_state(s, c);
	if (answer == SIM_ACK)
		say(s, c);
	s->state = z->next;
	return (answer);
}

/* The sample disables one device and enables the other. */
static void
zephyr_alarm(struct sim *s)
{
	if (s->state == STATE_APP_DETACH)
		sim_leave_bus(s);
}

/* The class does not notice a bus reset. */
static bool
zephyr_reset(struct sim *s)
{
	const struct zephyr *z = s->own;

	if (s->state == STATE_APP_DETACH)
		s->alarm = z->detach;
	return (false);
}

static bool
zephyr_leave(struct sim *s)
{
	bool detached = s->state == STATE_APP_DETACH;

	sim_power_on(s, false);
	if (detached)
		s->state = STATE_IDLE;
	return (true);
}

static void
zephyr_force(struct sim *s)
{
	struct zephyr *z = s->own;

	memset(z, 0, sizeof *z);
	s->rounds = sim_stuck_rounds(s);
	if (s->state == STATE_APP_DETACH)
		z->detach = s->alarm = sim_after(s, DETACH_US);
}

/* In DFU mode the sample has no strings but the names of its images. */
static void
zephyr_identify(const struct sim *s, struct sim_identity *id)
{
	static const char *const alternates[] = { "slot0_image",
	    "slot1_image", "ramdisk0" };
	bool app = s->state <= STATE_APP_DETACH;

	id->bcdUSB = 0x0200;
	id->idVendor = 0x2fe3;
	id->idProduct = app ? 0x0001 : 0xffff;
	id->bcdDevice = 0x0402;
	id->manufacturer = app ? "Zephyr Project" : NULL;
	id->product = app ? "USBD sample" : NULL;
	id->serial = app ? "0123456789ABCDEF" : NULL;
	id->config_attributes = 0x80;
	id->config_power = 125;
	id->protocol = app ? USB_PROTOCOL_RUNTIME : USB_PROTOCOL_DFU;
	id->alternates = alternates;
	id->alternates_count = app ? 1 : IMAGES;
	id->names_count = app ? 0 : IMAGES;
	id->bmAttributes = ATTRIBUTE_CAN_DNLOAD | ATTRIBUTE_CAN_UPLOAD |
	    ATTRIBUTE_WILL_DETACH;
	if (sim_number(s, PARAM_TOLERANT) != 0)
		id->bmAttributes |= ATTRIBUTE_TOLERANT;
	id->wDetachTimeOut = 0;
	id->wTransferSize = TRANSFER_SIZE;
	id->bcdDFUVersion = 0x0110;
}

const struct profile sim_zephyr = {
	.own_size = sizeof(struct zephyr),
	.states = (1 << (STATE_ERROR + 1)) - 1,
	.takes = TAKES_ANY_DIRECTION,
	.answers_in_8 = true,
	.make = zephyr_make,
	.power = zephyr_power,
	.request = zephyr_request,
	.alarm = zephyr_alarm,
	.reset = zephyr_reset,
	.leave = zephyr_leave,
	.force = zephyr_force,
	.identify = zephyr_identify,
};
