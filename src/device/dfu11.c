/* SPDX-License-Identifier: ISC */
/*
 * A device that does what DFU 1.1 says, written state by state from the prose
 * of its chapters 5 to 7 and appendix A.2.
 */
#include <string.h>

#include "device/profile.h"
#include "wire/usb.h"

/* Plausible values that the specification leaves open. */
#define FIRMWARE_MAX		0x40000
#define FIRMWARE_LENGTH		4000	/* the last block is a short one */
#define DETACH_TIMEOUT_MS	1000
#define DROP_US			5000	/* until it detaches by itself */

struct dfu11 {
	uint32_t got;		/* bytes that this download has stored */
	uint32_t offset;	/* where the next UPLOAD begins */
	bool	 valid;		/* the firmware could run */
	bool	 done;		/* block or manifestation processed */
	uint16_t block;		/* the number that `counts` expects */
	uint8_t	 verdict;	/* on the block */
};

static bool
is_set(const struct sim *s, enum param p)
{
	return (sim_number(s, p) != 0);
}

/* GETSTATUS and GETSTATE are answered while it works. */
static bool
answers_busy(const struct sim *s)
{
	return (sim_is(s, PARAM_BUSY, "reply"));
}

/* As it comes out of a reset or of power-on: the firmware runs if it can. */
static void
boot(struct sim *s)
{
	const struct dfu11 *d = s->own;

	s->state = d->valid ? STATE_APP_IDLE : STATE_ERROR;
	s->status = d->valid ? STATUS_OK : STATUS_FIRMWARE;
}

static void
dfu11_make(struct sim *s)
{
	struct dfu11 *d = s->own;

	sim_add_memory(s, 0, 0, FIRMWARE_MAX, 0);
	s->memory[0].used = FIRMWARE_LENGTH;
	sim_fill_pattern(s->memory[0].bytes, FIRMWARE_LENGTH);
	d->valid = sim_is(s, PARAM_FIRMWARE, "ok");
}

static void
dfu11_power(struct sim *s, bool first)
{
	const struct dfu11 *d = s->own;

	boot(s);
	if (first && d->valid && sim_is(s, PARAM_MODE, "dfu"))
		s->state = STATE_IDLE;
}

/* A.2.1: what a run-time mode does not know is stalled without harm. */
static enum sim_answer
in_app_idle(struct sim *s, const struct call *c)
{
	switch (c->request) {
	case DFU_DETACH:
		s->state = STATE_APP_DETACH;
		s->alarm = is_set(s, PARAM_WILL_DETACH) ?
		    sim_after(s, DROP_US) : sim_after_ms(s, c->value);
		return (SIM_ACK);
	case DFU_GETSTATUS:
		return (sim_say_status(s, c, 0));
	case DFU_GETSTATE:
		return (sim_say_state(s, c));
	default:
		return (SIM_STALL);
	}
}

/* A.2.2: anything but a question takes the DETACH back. */
static enum sim_answer
in_app_detach(struct sim *s, const struct call *c)
{
	switch (c->request) {
	case DFU_GETSTATUS:
		return (sim_say_status(s, c, 0));
	case DFU_GETSTATE:
		return (sim_say_state(s, c));
	default:
		s->state = STATE_APP_IDLE;
		s->alarm = SIM_NEVER;
		return (SIM_STALL);
	}
}

/* The fault `counts`. */
static bool
is_out_of_order(const struct sim *s, const struct call *c)
{
	const struct dfu11 *d = s->own;

	return (is_set(s, PARAM_COUNTS) && c->value != d->block);
}

/* A block was sent; nothing happens to it before GETSTATUS. */
static enum sim_answer
take_block(struct sim *s, const struct call *c)
{
	struct dfu11 *d = s->own;

	if (c->length > sim_number(s, PARAM_SIZE) || is_out_of_order(s, c))
		return (sim_refuse(s));
	d->block++;
	buf_reset(&s->block);
	buf_add(&s->block, c->out, c->length);
	d->done = false;
	s->state = STATE_DNLOAD_SYNC;
	return (SIM_ACK);
}

/*
 * The next block of the firmware; the end of it comes short (6.2). A block
 * larger than wTransferSize is not foreseen: refused (inferred).
 */
static enum sim_answer
give_block(struct sim *s, const struct call *c, uint32_t *n)
{
	struct dfu11 *d = s->own;
	const struct memory *m = &s->memory[0];

	if (c->length > sim_number(s, PARAM_SIZE) || is_out_of_order(s, c))
		return (sim_refuse(s));
	d->block++;
	*n = m->used > d->offset ? m->used - d->offset : 0;
	if (*n > c->length)
		*n = c->length;
	buf_add(c->reply, m->bytes + d->offset, *n);
	d->offset += *n;
	s->state = STATE_UPLOAD_IDLE;
	return (SIM_ACK);
}

/* A.2.3; a short first block is not spelled out there: dfuUPLOAD-IDLE. */
static enum sim_answer
in_idle(struct sim *s, const struct call *c)
{
	struct dfu11 *d = s->own;
	uint32_t n;

	switch (c->request) {
	case DFU_DNLOAD:
		if (c->length == 0 || !is_set(s, PARAM_CAN_DNLOAD))
			return (sim_refuse(s));
		d->got = 0;
		d->block = (uint16_t)sim_number(s, PARAM_FIRST);
		return (take_block(s, c));
	case DFU_UPLOAD:
		if (!is_set(s, PARAM_CAN_UPLOAD))
			return (sim_refuse(s));
		d->offset = 0;
		d->block = (uint16_t)sim_number(s, PARAM_FIRST);
		return (give_block(s, c, &n));
	case DFU_ABORT:
		return (SIM_ACK);
	case DFU_GETSTATUS:
		return (sim_say_status(s, c, 0));
	case DFU_GETSTATE:
		return (sim_say_state(s, c));
	default:
		return (sim_refuse(s));
	}
}

/* Appends the block to the image; its first byte ends the old one. */
static void
store_block(struct sim *s)
{
	struct dfu11 *d = s->own;
	struct memory *m = &s->memory[0];
	uint32_t n = (uint32_t)s->block.len;

	d->done = true;
	d->verdict = n <= m->size - d->got ? STATUS_OK : STATUS_ADDRESS;
	if (n == 0 || d->verdict != STATUS_OK)
		return;
	memcpy(m->bytes + d->got, s->block.data, n);
	d->got += n;
	m->used = d->got;
	d->valid = false;
	buf_reset(&s->block);
}

static void
finish_block(struct sim *s)
{
	const struct dfu11 *d = s->own;

	if (d->verdict == STATUS_OK)
		s->state = STATE_DNLOAD_IDLE;
	else
		sim_fail(s, d->verdict);
}

/* A.2.4 */
static enum sim_answer
in_dnload_sync(struct sim *s, const struct call *c)
{
	struct dfu11 *d = s->own;
	uint32_t poll = sim_number(s, PARAM_POLL);

	if (c->request == DFU_GETSTATE)
		return (sim_say_state(s, c));
	if (c->request != DFU_GETSTATUS)
		return (sim_refuse(s));
	if (!d->done && poll == 0)
		store_block(s);
	if (d->done) {
		finish_block(s);
		return (sim_say_status(s, c, 0));
	}
	s->state = STATE_DNBUSY;
	s->alarm = sim_after_ms(s, poll);
	return (sim_say_status(s, c, poll));
}

/* A.2.5: not even a question is allowed. */
static enum sim_answer
in_dnbusy(struct sim *s, const struct call *c)
{
	if (answers_busy(s) && c->request == DFU_GETSTATUS)
		return (sim_say_status(s, c, sim_alarm_ms(s)));
	if (answers_busy(s) && c->request == DFU_GETSTATE)
		return (sim_say_state(s, c));
	return (sim_refuse(s));
}

/* The host says that this was all; the device may know better (6.1.1.1). */
static enum sim_answer
end_download(struct sim *s)
{
	struct dfu11 *d = s->own;

	if (!sim_is(s, PARAM_WANT, "any") &&
	    d->got < sim_number(s, PARAM_WANT)) {
		sim_fail(s, STATUS_NOTDONE);
		return (SIM_STALL);
	}
	d->done = false;
	s->rounds = sim_stuck_rounds(s);
	s->state = STATE_MANIFEST_SYNC;
	return (SIM_ACK);
}

/* A.2.6 */
static enum sim_answer
in_dnload_idle(struct sim *s, const struct call *c)
{
	switch (c->request) {
	case DFU_DNLOAD:
		return (c->length == 0 ? end_download(s) : take_block(s, c));
	case DFU_ABORT:
		s->state = STATE_IDLE;
		return (SIM_ACK);
	case DFU_GETSTATUS:
		return (sim_say_status(s, c, 0));
	case DFU_GETSTATE:
		return (sim_say_state(s, c));
	default:
		return (sim_refuse(s));
	}
}

/* A.2.7: another round in dfuMANIFEST until nothing is left to do. */
static enum sim_answer
in_manifest_sync(struct sim *s, const struct call *c)
{
	struct dfu11 *d = s->own;
	uint32_t poll = sim_number(s, PARAM_MANIFEST);

	if (c->request == DFU_GETSTATE)
		return (sim_say_state(s, c));
	if (c->request != DFU_GETSTATUS)
		return (sim_refuse(s));
	if (d->done && !sim_pass_round(s)) {
		s->state = STATE_IDLE;
		return (sim_say_status(s, c, 0));
	}
	s->state = STATE_MANIFEST;
	s->alarm = sim_after_ms(s, poll);
	return (sim_say_status(s, c, poll));
}

/* A.2.8; where busy=reply, a question counts as one round of `stuck`. */
static enum sim_answer
in_manifest(struct sim *s, const struct call *c)
{
	enum sim_answer answer;

	if (answers_busy(s) && c->request == DFU_GETSTATE)
		return (sim_say_state(s, c));
	if (!answers_busy(s) || c->request != DFU_GETSTATUS)
		return (sim_refuse(s));
	answer = sim_say_status(s, c, sim_alarm_ms(s));
	sim_pass_round(s);
	if (s->rounds == 0 && s->alarm == SIM_NEVER)
		s->alarm = sim_after_answer(s);
	return (answer);
}

/* A.2.10: a short block ends the upload, and asking for nothing is wrong. */
static enum sim_answer
in_upload_idle(struct sim *s, const struct call *c)
{
	enum sim_answer answer;
	uint32_t n = 0;

	switch (c->request) {
	case DFU_UPLOAD:
		if (c->length == 0)
			return (sim_refuse(s));
		answer = give_block(s, c, &n);
		if (answer == SIM_ACK && n < c->length)
			s->state = STATE_IDLE;
		return (answer);
	case DFU_ABORT:
		s->state = STATE_IDLE;
		return (SIM_ACK);
	case DFU_GETSTATUS:
		return (sim_say_status(s, c, 0));
	case DFU_GETSTATE:
		return (sim_say_state(s, c));
	default:
		return (sim_refuse(s));
	}
}

static enum sim_answer
dfu11_request(struct sim *s, const struct call *c)
{
	switch (s->state) {
	case STATE_APP_IDLE:
		return (in_app_idle(s, c));
	case STATE_APP_DETACH:
		return (in_app_detach(s, c));
	case STATE_IDLE:
		return (in_idle(s, c));
	case STATE_DNLOAD_SYNC:
		return (in_dnload_sync(s, c));
	case STATE_DNBUSY:
		return (in_dnbusy(s, c));
	case STATE_DNLOAD_IDLE:
		return (in_dnload_idle(s, c));
	case STATE_MANIFEST_SYNC:
		return (in_manifest_sync(s, c));
	case STATE_MANIFEST:
		return (in_manifest(s, c));
	case STATE_UPLOAD_IDLE:
		return (in_upload_idle(s, c));
	case STATE_ERROR:
		return (sim_error_request(s, c));
	default:
		return (SIM_SILENT);
	}
}

/* A.2.9 and chapter 7: without bitWillDetach only the host gets it out. */
static void
wait_for_reset(struct sim *s)
{
	s->state = STATE_MANIFEST_WAIT_RESET;
	if (is_set(s, PARAM_WILL_DETACH))
		s->leaves = sim_after(s, DROP_US);
}

/* The firmware is complete; an intolerant device never says so. */
static void
end_manifestation(struct sim *s)
{
	struct dfu11 *d = s->own;

	d->done = true;
	d->valid = true;
	if (is_set(s, PARAM_TOLERANT))
		s->state = STATE_MANIFEST_SYNC;
	else if (s->rounds == 0)
		wait_for_reset(s);
}

static void
dfu11_alarm(struct sim *s)
{
	switch (s->state) {
	case STATE_APP_DETACH:
		if (is_set(s, PARAM_WILL_DETACH))
			sim_leave_bus(s);
		else
			s->state = STATE_APP_IDLE;
		break;
	case STATE_DNBUSY:
		store_block(s);
		s->state = STATE_DNLOAD_SYNC;
		break;
	case STATE_MANIFEST:
		end_manifestation(s);
		break;
	default:
		break;
	}
}

/* 5.1 and A.2.2: only a reset within the detach time starts DFU mode. */
static bool
dfu11_reset(struct sim *s)
{
	switch (s->state) {
	case STATE_APP_IDLE:
		return (false);
	case STATE_APP_DETACH:
		s->state = STATE_IDLE;
		return (true);
	default:
		boot(s);
		return (s->state == STATE_APP_IDLE);
	}
}

/* It knew the length: what it has is a firmware. */
static void
dfu11_complete(struct sim *s)
{
	struct dfu11 *d = s->own;

	d->valid = true;
}

static bool
dfu11_leave(struct sim *s)
{
	if (s->state == STATE_APP_DETACH) {
		s->state = STATE_IDLE;
		s->status = STATUS_OK;
	} else
		boot(s);
	return (true);
}

static void
dfu11_force(struct sim *s)
{
	struct dfu11 *d = s->own;

	d->got = d->offset = 0;
	d->done = false;
	d->verdict = STATUS_OK;
	s->rounds = sim_stuck_rounds(s);
	switch (s->state) {
	case STATE_APP_DETACH:
		s->alarm = sim_after_ms(s, DETACH_TIMEOUT_MS);
		d->valid = true;
		break;
	case STATE_APP_IDLE:
		d->valid = true;
		break;
	case STATE_DNBUSY:
		s->alarm = sim_after_ms(s, sim_number(s, PARAM_POLL));
		break;
	case STATE_MANIFEST:
		s->alarm = sim_after_ms(s, sim_number(s, PARAM_MANIFEST));
		break;
	case STATE_MANIFEST_WAIT_RESET:
		wait_for_reset(s);
		break;
	default:
		break;
	}
}

/* The ids are test ids of pid.codes, so that no real device is meant. */
static void
dfu11_identify(const struct sim *s, struct sim_identity *id)
{
	static const char *const runtime_names[] = { "Run-time DFU" };
	static const char *const dfu_names[] = { "Firmware" };
	bool app = s->state <= STATE_APP_DETACH;

	id->bcdUSB = app ? 0x0200 : 0x0100;
	id->idVendor = 0x1209;
	id->idProduct = app ? 0x0001 : 0x0002;
	id->bcdDevice = 0x0100;
	id->manufacturer = "dfuscope";
	id->product = app ? "Simulated device" : "Simulated device (DFU mode)";
	id->serial = "SIM0001";
	id->config_attributes = 0x80;
	id->config_power = 50;
	id->protocol = app ? USB_PROTOCOL_RUNTIME : USB_PROTOCOL_DFU;
	id->alternates = app ? runtime_names : dfu_names;
	id->alternates_count = id->names_count = 1;
	if (is_set(s, PARAM_CAN_DNLOAD))
		id->bmAttributes |= ATTRIBUTE_CAN_DNLOAD;
	if (is_set(s, PARAM_CAN_UPLOAD))
		id->bmAttributes |= ATTRIBUTE_CAN_UPLOAD;
	if (is_set(s, PARAM_TOLERANT))
		id->bmAttributes |= ATTRIBUTE_TOLERANT;
	if (is_set(s, PARAM_WILL_DETACH))
		id->bmAttributes |= ATTRIBUTE_WILL_DETACH;
	id->wDetachTimeOut = DETACH_TIMEOUT_MS;
	id->wTransferSize = (uint16_t)sim_number(s, PARAM_SIZE);
	id->bcdDFUVersion = 0x0110;
}

const struct profile sim_dfu11 = {
	.own_size = sizeof(struct dfu11),
	.states = (1 << (STATE_ERROR + 1)) - 1,
	.make = dfu11_make,
	.power = dfu11_power,
	.request = dfu11_request,
	.alarm = dfu11_alarm,
	.reset = dfu11_reset,
	.complete = dfu11_complete,
	.leave = dfu11_leave,
	.force = dfu11_force,
	.identify = dfu11_identify,
};
