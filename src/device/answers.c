/* SPDX-License-Identifier: ISC */
/*
 * Answers that every device gives which follows DFU 1.1.
 */
#include "base/bytes.h"
#include "device/profile.h"
#include "wire/usb.h"

#define POLL_MAX	0xffffff	/* bwPollTimeout has three bytes */

/* The fault `announce`: while busy the device says another time. */
static uint32_t
announced(struct sim *s, uint8_t state, uint32_t poll)
{
	if (state != STATE_DNBUSY && state != STATE_MANIFEST)
		return (poll);
	if (sim_is(s, PARAM_ANNOUNCE, "real"))
		return (poll);
	if (sim_is(s, PARAM_ANNOUNCE, "noise"))
		return ((uint32_t)(sim_draw(s) & POLL_MAX));
	return (sim_number(s, PARAM_ANNOUNCE));
}

enum sim_answer
sim_say_other_state(struct sim *s, const struct call *c, uint8_t state,
    uint32_t poll)
{
	uint8_t reply[DFU_GETSTATUS_LENGTH] = { 0 };

	reply[0] = s->status;
	put_u24(reply + 1, announced(s, state, poll));
	reply[4] = state;
	if (state == STATE_ERROR)
		reply[5] = s->string;
	buf_add(c->reply, reply, sizeof reply);
	return (SIM_ACK);
}

enum sim_answer
sim_say_status(struct sim *s, const struct call *c, uint32_t poll)
{
	return (sim_say_other_state(s, c, s->state, poll));
}

enum sim_answer
sim_say_state(struct sim *s, const struct call *c)
{
	buf_addc(c->reply, s->state);
	return (SIM_ACK);
}

void
sim_fail(struct sim *s, uint8_t status)
{
	if (s->state != STATE_ERROR) {
		s->status = status;
		s->string = 0;
	}
	s->state = STATE_ERROR;
	s->alarm = SIM_NEVER;
	buf_reset(&s->block);
}

enum sim_answer
sim_refuse(struct sim *s)
{
	sim_fail(s, STATUS_STALLEDPKT);
	return (SIM_STALL);
}

enum sim_answer
sim_error_request(struct sim *s, const struct call *c)
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
		return (sim_refuse(s));
	}
}
