/* SPDX-License-Identifier: ISC */
#include "tests/device/steps.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "wire/xfer.h"

void
rig_open(struct rig *r, const char *spec)
{
	struct buf error = { 0 };

	*r = (struct rig){ .sim = sim_new(spec, &error) };
	if (r->sim == NULL)
		fail_msg("%s: %s", spec, buf_str(&error));
	assert_int_equal(error.len, 0);
	buf_free(&error);
}

void
rig_close(struct rig *r)
{
	sim_free(r->sim);
	buf_free(&r->in);
}

enum sim_answer
rig_request(struct rig *r, uint8_t type, uint8_t request, uint16_t value,
    uint16_t index, uint16_t length, const uint8_t *out)
{
	const struct setup s = { type, request, value, index, length };
	enum sim_answer answer;

	buf_reset(&r->in);
	answer = sim_control(r->sim, r->now, &s, out, &r->in);
	r->now += sim_latency(r->sim);
	return (answer);
}

static enum sim_answer
send_step(struct rig *r, const struct step *t)
{
	uint8_t type = USB_TYPE_CLASS | USB_RECIP_INTERFACE;
	struct buf out = { 0 };
	uint16_t length = 0;
	enum sim_answer answer;

	switch (t->request) {
	case DFU_UPLOAD:
		type |= USB_DIR_IN;
		length = t->length;
		break;
	case DFU_GETSTATUS:
		type |= USB_DIR_IN;
		length = DFU_GETSTATUS_LENGTH;
		break;
	case DFU_GETSTATE:
		type |= USB_DIR_IN;
		length = DFU_GETSTATE_LENGTH;
		break;
	case DFU_DNLOAD:
		if (t->hex != NULL)
			assert_true(text_unhex(&out, t->hex, strlen(t->hex)));
		length = (uint16_t)out.len;
		break;
	default:
		break;
	}
	answer = rig_request(r, type, (uint8_t)t->request, t->value, 0, length,
	    out.data);
	buf_free(&out);
	return (answer);
}

static void
check_reply(const struct rig *r, const struct step *t, size_t i)
{
	struct buf hex = { 0 };

	if (t->hex == NULL || t->request == DFU_DNLOAD)
		return;
	buf_addhex(&hex, r->in.data, r->in.len);
	if (strcmp(buf_str(&hex), t->hex) != 0)
		fail_msg("step %zu: %s instead of %s", i, buf_str(&hex),
		    t->hex);
	buf_free(&hex);
}

static void
check_state(const struct rig *r, const struct step *t, size_t i)
{
	int state = sim_state(r->sim), status = sim_status(r->sim);

	if (t->state != ANY && state != t->state)
		fail_msg("step %zu: state %d instead of %d", i, state,
		    t->state);
	if (t->state >= 0 && status != t->status)
		fail_msg("step %zu: status %d instead of %d", i, status,
		    t->status);
}

static void
run_step(struct rig *r, const struct step *t, size_t i)
{
	enum sim_answer answer;

	switch (t->request) {
	case STEP_WAIT:
		r->now += (uint64_t)t->value * 1000;
		sim_run(r->sim, r->now);
		break;
	case STEP_RESET:
		sim_reset(r->sim, r->now);
		break;
	case STEP_UNPLUG:
		sim_plug(r->sim, r->now, false);
		break;
	case STEP_PLUG:
		sim_plug(r->sim, r->now, true);
		break;
	default:
		answer = send_step(r, t);
		if (answer != t->answer)
			fail_msg("step %zu: answer %d instead of %d", i,
			    answer, t->answer);
		check_reply(r, t, i);
		break;
	}
	check_state(r, t, i);
}

void
rig_run(struct rig *r, const struct step *steps, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		run_step(r, &steps[i], i);
}

/* GETSTATUS; waits as long as the reply says and returns the bState. */
static uint8_t
poll_once(struct rig *r)
{
	assert_int_equal(rig_request(r, 0xa1, DFU_GETSTATUS, 0, 0,
	    DFU_GETSTATUS_LENGTH, NULL), SIM_ACK);
	assert_int_equal(r->in.len, DFU_GETSTATUS_LENGTH);
	r->now += (uint64_t)(r->in.data[1] | r->in.data[2] << 8) * 1000;
	return (r->in.data[4]);
}

void
rig_block(struct rig *r, uint16_t block, const uint8_t *data, uint16_t n)
{
	unsigned i;
	uint8_t state = 0;

	assert_int_equal(rig_request(r, 0x21, DFU_DNLOAD, block, 0, n, data),
	    SIM_ACK);
	for (i = 0; i < 3 && state != 5; i++)
		state = poll_once(r);
	assert_int_equal(state, 5);
}

void
rig_expect(struct rig *r, uint16_t block, uint16_t length,
    const uint8_t *data, size_t n)
{
	assert_int_equal(rig_request(r, 0xa1, DFU_UPLOAD, block, 0, length,
	    NULL), SIM_ACK);
	assert_int_equal(r->in.len, n);
	if (n != 0)
		assert_memory_equal(r->in.data, data, n);
}

void
rig_fill(uint8_t *p, size_t n)
{
	uint32_t x = 1;
	size_t i;

	for (i = 0; i < n; i++) {
		x = x * 1664525 + 1013904223;
		p[i] = (uint8_t)(x >> 24);
	}
}

void
rig_refuse(const char *spec, const char *a, const char *b)
{
	struct buf error = { 0 };

	assert_null(sim_new(spec, &error));
	if (strstr(buf_str(&error), a) == NULL ||
	    strstr(buf_str(&error), b) == NULL)
		fail_msg("%s: \"%s\"", spec, buf_str(&error));
	buf_free(&error);
}
