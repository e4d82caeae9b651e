/* SPDX-License-Identifier: ISC */
#include "device/sim.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"
#include "device/profile.h"
#include "wire/usb.h"

const struct sim_profile_row *
sim_profile_named(const char *name, struct buf *error)
{
	struct nearest near;
	size_t i;

	nearest_begin(&near, name);
	for (i = 0; i < sim_profiles_count; i++) {
		if (strcmp(sim_profiles[i].name, name) == 0)
			return (&sim_profiles[i]);
		nearest_offer(&near, sim_profiles[i].name);
	}
	buf_adds(error, "unknown profile ");
	text_quote(error, name, strlen(name));
	if (nearest_ask(&near, error))
		return (NULL);
	buf_adds(error, "; known: ");
	for (i = 0; i < sim_profiles_count; i++)
		buf_addf(error, "%s%s", i == 0 ? "" : ", ",
		    sim_profiles[i].name);
	return (NULL);
}

/* The first state is one that the profile has. */
static bool
check_start(const struct sim *s, const char *name, struct buf *error)
{
	uint32_t state = sim_number(s, PARAM_START);

	if (state == 0 || (s->profile->states >> state & 1) != 0)
		return (true);
	buf_addf(error, "start: %u is not a state of %s", state,
	    name);
	return (false);
}

struct sim *
sim_new(const char *spec, struct buf *error)
{
	struct sim *s = mem_alloc(sizeof *s), *made = NULL;
	char *text = mem_strdup(spec), *rest = strchr(text, ',');
	const struct sim_profile_row *row;
	size_t profile;

	if (rest != NULL)
		*rest++ = '\0';
	row = sim_profile_named(text, error);
	if (row == NULL)
		goto out;
	profile = (size_t)(row - sim_profiles);
	s->name = row->name;
	if (!sim_parse_parameters(s, rest, error))
		goto out;
	s->took = sim_number(s, PARAM_LATENCY);
	sim_become(s, profile);
	if (!check_start(s, text, error))
		goto out;
	sim_vanish(s);
	sim_power_on(s, true);
	sim_arrive(s);
	sim_guard(s);
	made = s;
out:
	if (made == NULL)
		sim_free(s);
	free(text);
	return (made);
}

bool
sim_set(struct sim *s, uint64_t now, const char *faults, struct buf *error)
{
	char *text = mem_strdup(faults);
	bool good;

	sim_run(s, now);
	/* It points among the triggers, which move. */
	s->failing = NULL;
	good = sim_parse_faults(s, text, error);
	free(text);
	sim_guard(s);
	return (good);
}

void
sim_free(struct sim *s)
{
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < SIM_MEMORIES; i++)
		free(s->memory[i].bytes);
	buf_free(&s->block);
	buf_free(&s->reply);
	buf_free(&s->control);
	free(s->triggers);
	free(s->own);
	free(s);
}

uint64_t
sim_after(const struct sim *s, uint64_t us)
{
	return (us < SIM_NEVER - s->now ? s->now + us : SIM_NEVER);
}

uint64_t
sim_after_ms(const struct sim *s, uint32_t ms)
{
	return (sim_after(s, (uint64_t)ms * 1000));
}

uint64_t
sim_after_answer(const struct sim *s)
{
	return (sim_after(s, sim_number(s, PARAM_LATENCY)));
}

uint32_t
sim_alarm_ms(const struct sim *s)
{
	uint64_t ms;

	if (s->alarm == SIM_NEVER || s->alarm <= s->now)
		return (0);
	ms = (s->alarm - s->now + 999) / 1000;
	return (ms < 0xffffff ? (uint32_t)ms : 0xffffff);
}

uint64_t
sim_deadline(const struct sim *s)
{
	uint64_t due = sim_next_move(s);

	return (s->alarm < due ? s->alarm : due);
}

/* Does the one thing that is due now. */
static void
happen(struct sim *s, uint64_t due)
{
	if (due == s->leaves)
		sim_leave_bus(s);
	else if (due == s->returns)
		sim_arrive(s);
	else if (due == s->idle)
		sim_leave_bus(s);
	else if (due == s->alarm) {
		s->alarm = SIM_NEVER;
		s->profile->alarm(s);
	} else
		sim_bite(s);
	sim_guard(s);
}

void
sim_run(struct sim *s, uint64_t now)
{
	uint64_t due;

	while ((due = sim_deadline(s)) != SIM_NEVER && due <= now) {
		if (due > s->now)
			s->now = due;
		happen(s, due);
	}
	if (now > s->now)
		s->now = now;
}

bool
sim_present(const struct sim *s)
{
	return (s->present);
}

bool
sim_has_dfu(const struct sim *s)
{
	return (!s->without_dfu);
}

uint32_t
sim_incarnation(const struct sim *s)
{
	return (s->incarnation);
}

uint64_t
sim_latency(const struct sim *s)
{
	return (s->took);
}

/* The direction is part of a request, unless the software is blind to it. */
static struct call
call_of(struct sim *s, const struct setup *r, const uint8_t *out)
{
	struct call c = { .request = r->bRequest, .number = r->bRequest,
	    .in = setup_is_in(r), .value = r->wValue, .length = r->wLength,
	    .out = out, .reply = &s->reply };

	if (r->bRequest > DFU_ABORT)
		c.request = REQUEST_OTHER;
	else if (sim_is_astray(r)) {
		c.astray = (s->profile->takes & TAKES_ANY_DIRECTION) != 0;
		if (!c.astray)
			c.request = REQUEST_OTHER;
	}
	return (c);
}

/* EP0 is dead: no request at all is answered (A.2.9, as modelled). */
static bool
is_dead(const struct sim *s)
{
	return (s->dead || (s->state == STATE_MANIFEST_WAIT_RESET &&
	    !s->profile->answers_in_8));
}

/* It goes to where the profile looks for requests of the class. */
static bool
is_for_dfu(const struct sim *s, const struct setup *r)
{
	uint8_t type = r->bmRequestType & USB_TYPE_MASK;
	uint8_t recipient = r->bmRequestType & USB_RECIP_MASK;
	uint8_t takes = s->profile->takes;

	if (type != USB_TYPE_CLASS &&
	    (type != USB_TYPE_VENDOR || (takes & TAKES_VENDOR_TYPE) == 0))
		return (false);
	return (recipient == USB_RECIP_INTERFACE ||
	    (recipient == USB_RECIP_DEVICE &&
	    (takes & TAKES_DEVICE_RECIPIENT) != 0));
}

static enum sim_answer
class_request(struct sim *s, const struct setup *r, const uint8_t *out)
{
	struct call c = call_of(s, r, out);
	enum sim_answer answer;
	uint8_t before;

	if (sim_fault(s, c.request, &answer)) {
		if (answer == SIM_GONE)
			sim_vanish(s);
		return (answer);
	}
	sim_delay(s);
	if (!s->present)
		return (SIM_GONE);
	if (is_dead(s))
		return (SIM_SILENT);
	if (s->without_dfu)
		return (SIM_STALL);
	if (s->configuration == 0 || (r->wIndex != 0 &&
	    (s->profile->takes & TAKES_ANY_INTERFACE) == 0))
		return (SIM_STALL);
	if (c.astray)
		sim_fill_astray(s, &c);
	if (sim_prevent(s, &c, &answer))
		return (answer);
	before = s->state;
	answer = s->profile->request(s, &c);
	sim_twist(s, &c, before, answer);
	if (c.astray)
		return (sim_end_astray(s, &c, answer));
	if (answer == SIM_ACK)
		sim_keep_control(s, &c);
	return (answer);
}

static enum sim_answer
any_request(struct sim *s, const struct setup *r, const uint8_t *out)
{
	if (is_for_dfu(s, r))
		return (class_request(s, r, out));
	if (is_dead(s))
		return (SIM_SILENT);
	if ((r->bmRequestType & USB_TYPE_MASK) == USB_TYPE_STANDARD)
		return (sim_standard_request(s, r));
	return (SIM_STALL);
}

/* Work that the device does in one go: until then EP0 answers NAK. */
static void
wait_for_work(struct sim *s)
{
	uint64_t start = s->now;

	sim_guard(s);
	if (s->present && s->work > s->now)
		sim_run(s, s->work);
	s->took = s->now - start + sim_number(s, PARAM_LATENCY);
}

enum sim_answer
sim_control(struct sim *s, uint64_t now, const struct setup *r,
    const uint8_t *out, struct buf *in)
{
	enum sim_answer answer;

	sim_run(s, now);
	wait_for_work(s);
	if (!s->present)
		return (SIM_GONE);
	s->overlong = s->shorten = s->babble = s->slow = false;
	s->failing = NULL;
	buf_reset(&s->reply);
	answer = any_request(s, r, out);
	s->idle = SIM_NEVER;
	sim_guard(s);
	if (answer != SIM_ACK || !setup_is_in(r))
		return (answer);
	sim_corrupt_reply(s, r->wLength);
	buf_add(in, s->reply.data, s->reply.len);
	return (answer);
}

void
sim_reset(struct sim *s, uint64_t now)
{
	sim_run(s, now);
	if (!s->present)
		return;
	s->alarm = s->leaves = s->idle = SIM_NEVER;
	buf_reset(&s->block);
	s->configuration = 1;
	s->alternate = 0;
	if (!s->profile->reset(s)) {
		sim_guard_idle(s);
		return;
	}
	if (sim_is(s, PARAM_BACK, "own")) {
		s->incarnation++;
		sim_guard_idle(s);
	}	else
		sim_leave_bus(s);
}

void
sim_plug(struct sim *s, uint64_t now, bool in)
{
	sim_run(s, now);
	if (!in)
		sim_vanish(s);
	else if (!s->present) {
		sim_power_on(s, false);
		sim_arrive(s);
	}
	sim_guard(s);
}

void
sim_reboot(struct sim *s, uint64_t now)
{
	sim_run(s, now);
	if (s->present)
		sim_restart(s);
	sim_guard(s);
}

uint8_t
sim_alternate(const struct sim *s)
{
	return (s->alternate);
}

void
sim_force_state(struct sim *s, uint64_t now, uint8_t state)
{
	sim_run(s, now);
	if (state > STATE_ERROR || (s->profile->states >> state & 1) == 0)
		return;
	if (!s->present)
		sim_arrive(s);
	s->alarm = s->leaves = s->idle = SIM_NEVER;
	s->state = state;
	s->status = state == STATE_ERROR ? STATUS_UNKNOWN : STATUS_OK;
	buf_reset(&s->block);
	s->profile->force(s);
	s->watchdog = SIM_NEVER;
	sim_guard(s);
}

int
sim_state(const struct sim *s)
{
	return (s->present ? s->state : -1);
}

int
sim_status(const struct sim *s)
{
	return (s->present ? s->status : -1);
}
