/* SPDX-License-Identifier: ISC */
/*
 * Coming onto the bus, leaving it, and what comes back.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "device/profile.h"

void
sim_become(struct sim *s, size_t profile)
{
	size_t i;

	for (i = 0; i < SIM_MEMORIES; i++)
		free(s->memory[i].bytes);
	memset(s->memory, 0, sizeof s->memory);
	free(s->own);
	s->name = sim_profiles[profile].name;
	s->profile = sim_profile(profile);
	s->own = mem_alloc(s->profile->own_size);
	s->profile->make(s);
}

void
sim_power_on(struct sim *s, bool first)
{
	s->alarm = s->leaves = SIM_NEVER;
	s->status = STATUS_OK;
	s->string = 0;
	s->rounds = 0;
	s->dead = s->ending = s->without_dfu = false;
	buf_reset(&s->block);
	s->profile->power(s, first);
	if (sim_is(s, PARAM_START, "error")) {
		s->state = STATE_ERROR;
		s->status = STATUS_FIRMWARE;
	} else if (first && !sim_is(s, PARAM_START, "ok")) {
		s->state = sim_is(s, PARAM_START, "manifest") ?
		    STATE_MANIFEST : (uint8_t)sim_number(s, PARAM_START);
		s->status = STATUS_OK;
		s->profile->force(s);
	}
}

/*
 * Comes onto the bus. It counts as configured: the host's system has done
 * that before a program sees a device.
 */
void
sim_arrive(struct sim *s)
{
	s->present = true;
	s->returns = SIM_NEVER;
	s->configuration = 1;
	s->alternate = 0;
	s->incarnation++;
}

void
sim_vanish(struct sim *s)
{
	s->present = false;
	s->alarm = s->leaves = s->returns = SIM_NEVER;
	s->watchdog = s->idle = SIM_NEVER;
	s->work = 0;
	buf_reset(&s->block);
}

static void
return_later(struct sim *s)
{
	s->returns = sim_after_ms(s, sim_number(s, PARAM_BACK_AFTER));
}

void
sim_leave_bus(struct sim *s)
{
	sim_vanish(s);
	if (sim_is(s, PARAM_BACK, "none"))
		return;
	if (sim_is(s, PARAM_BACK, "own")) {
		if (s->profile->leave(s))
			return_later(s);
		return;
	}
	if (sim_is(s, PARAM_BACK, "PROFILE") &&
	    s->profile != sim_profile(sim_number(s, PARAM_BACK)))
		sim_become(s, sim_number(s, PARAM_BACK));
	sim_power_on(s, false);
	s->dead = sim_is(s, PARAM_BACK, "dead");
	s->without_dfu = sim_is(s, PARAM_BACK, "app");
	return_later(s);
}

void
sim_restart(struct sim *s)
{
	sim_vanish(s);
	sim_power_on(s, false);
	return_later(s);
}

uint64_t
sim_next_move(const struct sim *s)
{
	uint64_t due = s->leaves;

	if (s->returns < due)
		due = s->returns;
	if (s->watchdog < due)
		due = s->watchdog;
	if (s->idle < due)
		due = s->idle;
	return (due);
}

static bool
is_busy(const struct sim *s)
{
	return (s->present && (s->state == STATE_DNBUSY ||
	    s->state == STATE_MANIFEST || s->work > s->now));
}

void
sim_guard(struct sim *s)
{
	sim_guard_idle(s);
	if (sim_is(s, PARAM_WATCHDOG, "off") || !is_busy(s))
		s->watchdog = SIM_NEVER;
	else if (s->watchdog == SIM_NEVER)
		s->watchdog = sim_after_ms(s, sim_number(s, PARAM_WATCHDOG));
}

void
sim_bite(struct sim *s)
{
	s->watchdog = SIM_NEVER;
	if (is_busy(s))
		sim_restart(s);
}
