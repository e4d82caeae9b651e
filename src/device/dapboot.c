/* SPDX-License-Identifier: ISC */
/*
 * The boot loader dapboot 8a1f099 on an STM32F103C8, as driven request by
 * request: what does not fit the state is acknowledged and dropped.
 */
#include <string.h>

#include "device/profile.h"
#include "wire/usb.h"

/* 64 KiB of flash, 8 KiB of which is the boot loader. */
#define APP_BASE	0x08002000
#define APP_SIZE	0xe000
#define TRANSFER_SIZE	1024

struct dapboot {
	uint32_t offset;		/* its own; wValue is not looked at */
	uint8_t	 buffer[TRANSFER_SIZE];	/* of control transfers */
};

static void
dapboot_make(struct sim *s)
{
	sim_add_memory(s, 0, APP_BASE, APP_SIZE, 0xff);
	if (sim_is(s, PARAM_FLASH, "pattern"))
		sim_fill_pattern(s->memory[0].bytes, APP_SIZE);
}

static void
dapboot_power(struct sim *s, bool first)
{
	struct dapboot *d = s->own;

	(void)first;
	memset(d, 0, sizeof *d);
	s->state = STATE_IDLE;
}

/*
 * Pages are erased on the way. It programs half words and drops an odd last
 * byte (read in dfu.c); past the end of the flash it fails.
 */
static void
write_block(struct sim *s)
{
	struct dapboot *d = s->own;
	struct memory *m = &s->memory[0];
	size_t n = s->block.len;

	s->work = sim_after_ms(s, sim_number(s, PARAM_BLOCK));
	if (n > m->size - d->offset) {
		sim_fail(s, STATUS_VERIFY);
		return;
	}
	if (n > 1)
		memcpy(m->bytes + d->offset, s->block.data, n & ~(size_t)1);
	d->offset += (uint32_t)n;
	s->state = STATE_DNLOAD_IDLE;
}

static enum sim_answer
take_block(struct sim *s, const struct call *c)
{
	struct dapboot *d = s->own;

	if (s->state == STATE_IDLE)
		d->offset = 0;
	buf_reset(&s->block);
	buf_add(&s->block, c->out, c->length);
	s->state = STATE_DNLOAD_SYNC;
	return (SIM_ACK);
}

/*
 * A block that is larger than the control buffer is stalled by libopencm3.
 * In dfuIDLE the STALL for no data is replaced by the packet that ends the
 * transfer: the host sees an acknowledgement.
 */
static enum sim_answer
take_dnload(struct sim *s, const struct call *c)
{
	struct dapboot *d = s->own;

	if (c->length > TRANSFER_SIZE)
		return (SIM_STALL);
	if (c->length != 0)
		memcpy(d->buffer, c->out, c->length);
	if (s->state != STATE_IDLE && s->state != STATE_DNLOAD_IDLE)
		return (SIM_ACK);
	if (c->length != 0)
		return (take_block(s, c));
	if (s->state == STATE_IDLE)
		sim_fail(s, STATUS_STALLEDPKT);
	else {
		s->rounds = sim_stuck_rounds(s);
		s->state = STATE_MANIFEST_SYNC;
	}
	return (SIM_ACK);
}

/* Whatever was in the control buffer; what lies behind it is not known. */
static enum sim_answer
give_stale(struct sim *s, const struct call *c)
{
	const struct dapboot *d = s->own;
	size_t i;

	for (i = 0; i < c->length; i++)
		buf_addc(c->reply, i < TRANSFER_SIZE ? d->buffer[i] : 0);
	return (SIM_ACK);
}

static enum sim_answer
take_upload(struct sim *s, const struct call *c)
{
	struct dapboot *d = s->own;
	const struct memory *m = &s->memory[0];
	uint32_t n = c->length;

	if (s->state != STATE_IDLE && s->state != STATE_UPLOAD_IDLE)
		return (give_stale(s, c));
	if (s->state == STATE_IDLE)
		d->offset = 0;
	s->state = STATE_UPLOAD_IDLE;
	if (n > m->size - d->offset) {
		n = m->size - d->offset;
		s->state = STATE_IDLE;
	}
	buf_add(c->reply, m->bytes + d->offset, n);
	d->offset += n;
	return (SIM_ACK);
}

/* The last answer but for those that `stuck` asks for. */
static enum sim_answer
manifest(struct sim *s, const struct call *c)
{
	if (s->state == STATE_MANIFEST)
		sim_pass_round(s);
	if (s->rounds == 0)
		s->leaves = sim_after_answer(s);
	else
		s->state = STATE_MANIFEST;
	return (sim_say_other_state(s, c, STATE_MANIFEST, 0));
}

/* The reply says what is done after it; then it is done in one go. */
static enum sim_answer
take_getstatus(struct sim *s, const struct call *c)
{
	switch (s->state) {
	case STATE_DNLOAD_SYNC:
		sim_say_other_state(s, c, STATE_DNBUSY,
		    sim_number(s, PARAM_BLOCK));
		write_block(s);
		return (SIM_ACK);
	case STATE_MANIFEST_SYNC:
		if (sim_boots(s, APP_BASE))
			return (manifest(s, c));
		sim_fail(s, STATUS_FIRMWARE);
		return (sim_say_status(s, c, 0));
	case STATE_MANIFEST:
		return (manifest(s, c));
	default:
		return (sim_say_status(s, c, 0));
	}
}

static enum sim_answer
take_abort(struct sim *s)
{
	if (s->state != STATE_DNBUSY && s->state != STATE_MANIFEST &&
	    s->state != STATE_ERROR)
		s->state = STATE_IDLE;
	return (SIM_ACK);
}

static enum sim_answer
take_clrstatus(struct sim *s)
{
	s->status = STATUS_OK;
	if (s->state == STATE_ERROR)
		s->state = STATE_IDLE;
	return (SIM_ACK);
}

static enum sim_answer
dapboot_request(struct sim *s, const struct call *c)
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
	case DFU_CLRSTATUS:
		return (take_clrstatus(s));
	case DFU_GETSTATE:
		return (sim_say_state(s, c));
	case DFU_ABORT:
		return (take_abort(s));
	default:
		s->state = STATE_IDLE;	/* a new status, even in dfuERROR */
		return (sim_refuse(s));
	}
}

/*
 * A system reset. That it is in the boot loader again is what was observed,
 * without an application that could be started.
 */
static bool
dapboot_reset(struct sim *s)
{
	s->status = STATUS_OK;
	dapboot_power(s, false);
	return (true);
}

/* A system reset: an application is started, if there is one. */
static bool
dapboot_leave(struct sim *s)
{
	if (sim_boots(s, APP_BASE))
		return (false);
	sim_power_on(s, false);
	return (true);
}

static void
dapboot_force(struct sim *s)
{
	struct dapboot *d = s->own;

	d->offset = 0;
	s->rounds = sim_stuck_rounds(s);
}

static void
dapboot_identify(const struct sim *s, struct sim_identity *id)
{
	static const char *const alternates[] = { "DAPBoot DFU" };

	(void)s;
	id->bcdUSB = 0x0210;
	id->idVendor = 0x1209;
	id->idProduct = 0xdb42;
	id->bcdDevice = 0x0111;
	id->manufacturer = "Devanarchy";
	id->product = "DAPBoot DFU Bootloader";
	id->serial = "0123456789ABCDEF01234567";
	id->config_attributes = 0xc0;
	id->config_power = 50;
	id->protocol = USB_PROTOCOL_DFU;
	id->alternates = alternates;
	id->alternates_count = id->names_count = 1;
	id->bmAttributes = ATTRIBUTE_CAN_DNLOAD | ATTRIBUTE_CAN_UPLOAD |
	    ATTRIBUTE_WILL_DETACH;
	id->wDetachTimeOut = 255;
	id->wTransferSize = TRANSFER_SIZE;
	id->bcdDFUVersion = 0x0110;
}

const struct profile sim_dapboot = {
	.own_size = sizeof(struct dapboot),
	.states = 1 << STATE_IDLE | 1 << STATE_DNLOAD_SYNC |
	    1 << STATE_DNLOAD_IDLE | 1 << STATE_MANIFEST_SYNC |
	    1 << STATE_MANIFEST | 1 << STATE_UPLOAD_IDLE | 1 << STATE_ERROR,
	.takes = TAKES_ANY_DIRECTION | GIVES_STALE,
	.make = dapboot_make,
	.power = dapboot_power,
	.request = dapboot_request,
	.reset = dapboot_reset,
	.leave = dapboot_leave,
	.force = dapboot_force,
	.identify = dapboot_identify,
};
