/* SPDX-License-Identifier: ISC */
#include "tests/diagnosis/seat.h"

#include "tests/dfu/check.h"

#include <string.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "diagnosis/sessions.h"
#include "trace/identity.h"
#include "wire/usb.h"

/* String indices of every simulated device. */
enum { MANUFACTURER = 1, PRODUCT, SERIAL, FIRST_NAME };
#define ALTERNATES	3	/* whose names are looked at */

static void
apply(struct seat *t, struct event e)
{
	e.time = t->st.now;
	e.dev = t->st.dev;
	sessions_apply(t->st.app.sessions, &e);
}

static void
arrive(struct seat *t)
{
	struct identity *who = identity_new();
	struct event e = { .kind = EVENT_ARRIVED, .who = who };
	struct reader r;
	const char *name;
	uint8_t i;

	sim_descriptors(t->sim, &who->descriptors);
	r = reader_of(who->descriptors.data, who->descriptors.len);
	reader_bytes(&r, 8);
	who->vendor = reader_u16(&r);
	who->product = reader_u16(&r);
	who->transport = mem_strdup("sim");
	who->place = mem_strdup("sim-1");
	who->manufacturer = mem_strdup(sim_string(t->sim, MANUFACTURER));
	who->product_name = mem_strdup(sim_string(t->sim, PRODUCT));
	who->serial = mem_strdup(sim_string(t->sim, SERIAL));
	for (i = 0; i < ALTERNATES; i++) {
		name = sim_string(t->sim, (uint8_t)(FIRST_NAME + i));
		if (name != NULL)
			identity_name(who, 0, i, name, strlen(name));
	}
	t->incarnation = sim_incarnation(t->sim);
	t->st.dev++;
	apply(t, e);
	t->s = t->st.app.sessions->list[0];
	t->st.app.nrunners = 1;
	identity_free(who);
}

bool
seat_left(const struct seat *t, uint32_t incarnation)
{
	return (!sim_present(t->sim) ||
	    sim_incarnation(t->sim) != incarnation);
}

/* The program sees who left and who came. */
static void
look(struct seat *t)
{
	struct event e = { .kind = EVENT_LEFT };

	if (t->s->present && seat_left(t, t->incarnation))
		apply(t, e);
	if (!t->s->present && sim_present(t->sim))
		arrive(t);
}

void
seat_open(struct seat *t, const char *spec,
    void (*begin)(struct sim *sim, uint64_t *now))
{
	struct buf error = { 0 };

	memset(t, 0, sizeof(*t));
	harness_begin(&t->st);
	t->sim = sim_new(spec, &error);
	if (t->sim == NULL)
		fail_msg("%s: %s", spec, buf_str(&error));
	if (begin != NULL)
		begin(t->sim, &t->st.now);
	arrive(t);
}

void
seat_close(struct seat *t)
{
	sim_free(t->sim);
	harness_end(&t->st);
}

void
seat_wait(struct seat *t, uint64_t us)
{
	uint64_t end = t->st.now + us, due;

	while ((due = sim_deadline(t->sim)) != SIM_NEVER && due <= end) {
		if (due > t->st.now)
			t->st.now = due;
		sim_run(t->sim, t->st.now);
		look(t);
	}
	t->st.now = end;
	sim_run(t->sim, end);
	look(t);
}

static enum outcome
outcome_of(enum sim_answer answer, bool is_short)
{
	switch (answer) {
	case SIM_ACK:
		return (is_short ? OUTCOME_SHORT : OUTCOME_OK);
	case SIM_STALL:
		return (OUTCOME_STALL);
	case SIM_SILENT:
		return (OUTCOME_TIMEOUT);
	case SIM_GONE:
		return (OUTCOME_GONE);
	case SIM_BUSERROR:
		break;
	}
	return (OUTCOME_BUSERROR);
}

void
seat_ask(struct seat *t, const struct setup *s, const char *out)
{
	struct event e = { .kind = EVENT_SUBMIT, .number = ++t->st.number,
	    .setup = *s, .timeout = 5000, .data = (const uint8_t *)out,
	    .len = setup_is_in(s) ? 0 : s->wLength };
	struct buf in = { 0 };

	e.kept = e.len;
	apply(t, e);
	t->answer = sim_control(t->sim, t->st.now, s, (const uint8_t *)out,
	    &in);
	t->st.now += t->answer == SIM_SILENT ? 5000000 : sim_latency(t->sim);
	t->is_short = setup_is_in(s) && in.len < s->wLength;
	t->said = -1;
	if (t->answer == SIM_ACK && s->bRequest == DFU_GETSTATUS &&
	    in.len == DFU_GETSTATUS_LENGTH)
		t->said = in.data[4];
	else if (t->answer == SIM_ACK && s->bRequest == DFU_GETSTATE &&
	    in.len == 1)
		t->said = in.data[0];
	e = (struct event){ .kind = EVENT_COMPLETE, .number = t->st.number,
	    .outcome = (uint8_t)outcome_of(t->answer, t->is_short),
	    .data = in.data,
	    .len = (uint32_t)in.len, .kept = (uint32_t)in.len };
	apply(t, e);
	buf_free(&in);
	seat_wait(t, 1);
}

void
seat_reset(struct seat *t)
{
	struct event e = { .kind = EVENT_RESET };

	t->said = -1;
	apply(t, e);
	sim_reset(t->sim, t->st.now);
	e.outcome = OUTCOME_OK;
	apply(t, e);
	seat_wait(t, 1);
}
