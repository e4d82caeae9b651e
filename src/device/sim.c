#include "device/sim.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "device/profile.h"
#include "wire/usb.h"

static bool
choose_profile(struct sim *s, const char *name, struct buf *error)
{
	size_t i;

	for (i = 0; i < sim_profiles_count; i++) {
		if (strcmp(sim_profiles[i].name, name) != 0)
			continue;
		s->name = sim_profiles[i].name;
		s->profile = sim_profile(i);
		return (true);
	}
	buf_adds(error, "device ");
	text_quote(error, name, strlen(name));
	buf_adds(error, " is not known; there are: ");
	for (i = 0; i < sim_profiles_count; i++)
		buf_addf(error, "%s%s", i == 0 ? "" : ", ",
		    sim_profiles[i].name);
	return (false);
}

/*
 * Comes onto the bus. It counts as configured: the host's system has done
 * that before a program sees a device.
 */
static void
arrive(struct sim *s)
{
	s->present = true;
	s->returns = SIM_NEVER;
	s->configuration = 1;
	s->alternate = 0;
	s->incarnation++;
}

static void
vanish(struct sim *s)
{
	s->present = false;
	s->alarm = s->leaves = s->returns = SIM_NEVER;
	buf_reset(&s->block);
}

struct sim *
sim_new(const char *spec, struct buf *error)
{
	struct sim *s = mem_alloc(sizeof *s), *made = NULL;
	char *text = mem_strdup(spec), *rest = strchr(text, ',');

	if (rest != NULL)
		*rest++ = '\0';
	if (!choose_profile(s, text, error) ||
	    !sim_parse_parameters(s, rest, error))
		goto out;
	s->random = sim_number(s, PARAM_SEED);
	s->own = mem_alloc(s->profile->own_size);
	s->profile->make(s);
	vanish(s);
	sim_power_on(s, true);
	arrive(s);
	made = s;
out:
	if (made == NULL)
		sim_free(s);
	free(text);
	return (made);
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
	free(s->triggers);
	free(s->own);
	free(s);
}

void
sim_power_on(struct sim *s, bool first)
{
	s->alarm = s->leaves = SIM_NEVER;
	s->status = STATUS_OK;
	s->rounds = 0;
	buf_reset(&s->block);
	s->profile->power(s, first);
	if (sim_is(s, PARAM_START, "error")) {
		s->state = STATE_ERROR;
		s->status = STATUS_FIRMWARE;
	} else if (first && sim_is(s, PARAM_START, "manifest")) {
		s->state = STATE_MANIFEST;
		s->status = STATUS_OK;
		s->profile->force(s);
	}
}

void
sim_leave_bus(struct sim *s)
{
	uint64_t away;

	vanish(s);
	away = s->profile->leave(s);
	if (away != SIM_NEVER)
		s->returns = sim_after(s, away);
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
	uint64_t due = s->alarm;

	if (s->leaves < due)
		due = s->leaves;
	if (s->returns < due)
		due = s->returns;
	return (due);
}

void
sim_run(struct sim *s, uint64_t now)
{
	uint64_t due;

	while ((due = sim_deadline(s)) != SIM_NEVER && due <= now) {
		if (due > s->now)
			s->now = due;
		if (due == s->leaves)
			sim_leave_bus(s);
		else if (due == s->returns)
			arrive(s);
		else {
			s->alarm = SIM_NEVER;
			s->profile->alarm(s);
		}
	}
	if (now > s->now)
		s->now = now;
}

bool
sim_present(const struct sim *s)
{
	return (s->present);
}

uint32_t
sim_incarnation(const struct sim *s)
{
	return (s->incarnation);
}

uint32_t
sim_latency(const struct sim *s)
{
	return (sim_number(s, PARAM_LATENCY));
}

/* The request, if the direction is the one of DFU 1.1 table 3.2 too. */
static int
request_of(const struct setup *r)
{
	bool in = r->bRequest == DFU_UPLOAD || r->bRequest == DFU_GETSTATUS ||
	    r->bRequest == DFU_GETSTATE;

	if (r->bRequest > DFU_ABORT || in != setup_is_in(r))
		return (REQUEST_OTHER);
	return (r->bRequest);
}

/* EP0 is dead here: no request at all is answered (A.2.9, as modelled). */
static bool
is_dead(const struct sim *s)
{
	return (s->state == STATE_MANIFEST_WAIT_RESET);
}

static enum sim_answer
class_request(struct sim *s, const struct setup *r, const uint8_t *out)
{
	struct call c = { .request = request_of(r), .value = r->wValue,
	    .length = r->wLength, .out = out, .reply = &s->reply };
	enum sim_answer answer;

	if (sim_fault(s, c.request, &answer)) {
		if (answer == SIM_GONE)
			vanish(s);
		return (answer);
	}
	if (is_dead(s))
		return (SIM_SILENT);
	if (s->configuration == 0 || r->wIndex != 0)
		return (SIM_STALL);
	return (s->profile->request(s, &c));
}

static enum sim_answer
any_request(struct sim *s, const struct setup *r, const uint8_t *out)
{
	if (setup_is_class(r))
		return (class_request(s, r, out));
	if (is_dead(s))
		return (SIM_SILENT);
	if ((r->bmRequestType & USB_TYPE_MASK) == USB_TYPE_STANDARD)
		return (sim_standard_request(s, r));
	return (SIM_STALL);
}

enum sim_answer
sim_control(struct sim *s, uint64_t now, const struct setup *r,
    const uint8_t *out, struct buf *in)
{
	enum sim_answer answer;

	sim_run(s, now);
	if (!s->present)
		return (SIM_GONE);
	buf_reset(&s->reply);
	answer = any_request(s, r, out);
	if (answer != SIM_ACK || !setup_is_in(r))
		return (answer);
	buf_cut(&s->reply, r->wLength);
	buf_add(in, s->reply.data, s->reply.len);
	return (answer);
}

void
sim_reset(struct sim *s, uint64_t now)
{
	sim_run(s, now);
	if (!s->present)
		return;
	s->alarm = s->leaves = SIM_NEVER;
	buf_reset(&s->block);
	s->configuration = 1;
	s->alternate = 0;
	if (s->profile->reset(s))
		s->incarnation++;
}

void
sim_plug(struct sim *s, uint64_t now, bool in)
{
	sim_run(s, now);
	if (!in)
		vanish(s);
	else if (!s->present) {
		sim_power_on(s, false);
		arrive(s);
	}
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
		arrive(s);
	s->alarm = s->leaves = SIM_NEVER;
	s->state = state;
	s->status = state == STATE_ERROR ? STATUS_UNKNOWN : STATUS_OK;
	buf_reset(&s->block);
	s->profile->force(s);
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
