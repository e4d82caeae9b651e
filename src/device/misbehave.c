/* SPDX-License-Identifier: ISC */
/*
 * Faults that stand between a request and the device that it goes to: what
 * the device would have done is delayed, prevented or told otherwise.
 */
#include "device/profile.h"
#include "wire/usb.h"

#define VERSION_DFUSE		0x011a
#define COMMAND_SET_ADDRESS	0x21	/* AN3156 */

static struct sim_identity
identity_of(const struct sim *s)
{
	struct sim_identity id = { 0 };

	s->profile->identify(s, &id);
	return (id);
}

/* The fault `slow`: EP0 answers NAK until then. */
void
sim_delay(struct sim *s)
{
	uint64_t start = s->now;

	if (!s->slow)
		return;
	sim_run(s, sim_after_ms(s, sim_number(s, PARAM_SLOW_FOR)));
	s->took += s->now - start;
}

/* A block of data or an erase, but no address that is only to be read. */
static bool
changes_memory(const struct sim *s, const struct call *c)
{
	if (c->request != DFU_DNLOAD || c->length == 0 ||
	    (s->state != STATE_IDLE && s->state != STATE_DNLOAD_IDLE))
		return (false);
	return (identity_of(s).bcdDFUVersion != VERSION_DFUSE ||
	    c->value != 0 || c->out[0] != COMMAND_SET_ADDRESS);
}

/* The fault `fail`, where its status is to be told. */
static void
fail(struct sim *s)
{
	s->state = STATE_ERROR;
	s->status = s->failing->status;
	s->string = s->failing->string;
	s->alarm = SIM_NEVER;
	buf_reset(&s->block);
}

static bool
is_question(const struct call *c)
{
	return (c->request == DFU_GETSTATUS || c->request == DFU_GETSTATE);
}

bool
sim_prevent(struct sim *s, const struct call *c, enum sim_answer *answer)
{
	if (s->failing != NULL && is_question(c))
		fail(s);
	if (c->request == DFU_GETSTATUS && !sim_is(s, PARAM_STICKS, "none") &&
	    s->state == sim_number(s, PARAM_STICKS)) {
		*answer = sim_say_status(s, c, 0);
		return (true);
	}
	if (!sim_is(s, PARAM_READ_ONLY, "none") &&
	    s->alternate == sim_number(s, PARAM_READ_ONLY) &&
	    changes_memory(s, c)) {
		sim_fail(s, STATUS_VENDOR);
		*answer = SIM_STALL;
		return (true);
	}
	return (false);
}

/* The fault `ends`: was this block the last one, and is it written? */
static void
look_for_the_end(struct sim *s, const struct call *c, enum sim_answer answer)
{
	struct sim_identity id;

	if (sim_is(s, PARAM_ENDS, "asked") || !s->present)
		return;
	id = identity_of(s);
	if (c->request == DFU_DNLOAD && answer == SIM_ACK)
		s->ending = c->length != 0 && c->length < id.wTransferSize &&
		    (id.bcdDFUVersion != VERSION_DFUSE || c->value > 1);
	if (!s->ending || s->state != STATE_DNLOAD_IDLE)
		return;
	s->ending = false;
	if (s->profile->complete != NULL)
		s->profile->complete(s);
	s->leaves = sim_after_answer(s);
}

void
sim_twist(struct sim *s, const struct call *c, uint8_t before,
    enum sim_answer answer)
{
	if (s->failing != NULL && !is_question(c) && answer == SIM_ACK &&
	    s->present)
		fail(s);
	if (sim_number(s, PARAM_LATE) != 0 && c->request == DFU_GETSTATUS &&
	    answer == SIM_ACK && c->reply->len == DFU_GETSTATUS_LENGTH)
		c->reply->data[4] = before;
	look_for_the_end(s, c, answer);
}

void
sim_guard_idle(struct sim *s)
{
	if (sim_is(s, PARAM_IDLE, "off") || !s->present ||
	    s->state != STATE_IDLE)
		s->idle = SIM_NEVER;
	else if (s->idle == SIM_NEVER)
		s->idle = sim_after_ms(s, sim_number(s, PARAM_IDLE));
}

const char *
sim_error_string(const struct sim *s, uint8_t index)
{
	const char *text = s->profile->string != NULL ?
	    s->profile->string(index) : NULL;

	if (text == NULL && index != 0 && index == s->string)
		return ("simulated reason");
	return (text);
}
