/* SPDX-License-Identifier: ISC */
/* Clocks: what they say, and when they must be drawn again. */
#include "ui/view/view.h"

#include "base/text.h"

#define STEP_YOUNG	200000u
#define STEP		1000000u
#define YOUNG		(10 * STEP)

void
clock_age(struct buf *b, uint64_t since, uint64_t now)
{
	uint64_t age = now > since ? now - since : 0;

	if (age < YOUNG) {
		age -= age % STEP_YOUNG;
		buf_addf(b, "%u.%u s", (unsigned)(age / STEP),
		    (unsigned)(age / 100000 % 10));
	} else if (age < 60 * (uint64_t)STEP) {
		buf_addf(b, "%u s", (unsigned)(age / STEP));
	} else {
		text_duration(b, age - age % STEP);
	}
}

void
clock_time(struct buf *b, uint64_t at)
{
	buf_addf(b, "%llu.%03u s", (unsigned long long)(at / STEP),
	    (unsigned)(at / 1000 % 1000));
}

bool
clock_is_known(const struct frame *sc)
{
	return (sc->session == NULL || sc->session->who == NULL ||
	    session_fact(sc->session, FACT_CLOCK) == KNOWN_YES);
}

static void
youngest(uint64_t since, uint64_t now, uint64_t *step)
{
	if (now < since || now - since < YOUNG)
		*step = STEP_YOUNG;
	else if (*step == 0)
		*step = STEP;
}

static void
youngest_of(const struct session *s, uint64_t now, uint64_t *step)
{
	if (s->pending.number != 0)
		youngest(s->pending.at, now, step);
	if (!s->present && s->arrivals > 0)
		youngest(s->left_at, now, step);
	if (s->present && s->estimate.how != ESTIMATE_UNKNOWN)
		youngest(session_estimate(s, now).since, now, step);
	if (s->arrivals > 1)
		youngest(s->arrived_at, now, step);
	if (s->leaving.by != 0)
		youngest(s->leaving.began, now, step);
	if (s->present && s->last_answer != 0)
		youngest(s->last_answer, now, step);
}

static uint64_t
next_step(uint64_t now, uint64_t step)
{
	return (step == 0 ? UINT64_MAX : now - now % step + step);
}

/* One grid for all clocks, so that they change in the same frame. */
uint64_t
clock_deadline(const struct app *d, uint64_t now)
{
	const struct session *s = app_session(d);
	uint64_t step = 0;

	if (s != NULL)
		youngest_of(s, now, &step);
	return (next_step(now, step));
}

uint64_t
clock_deadline_devices(const struct app *d, uint64_t now)
{
	const struct session *s;
	uint64_t step = 0;
	size_t i;

	for (i = 0; i < d->sessions->n; i++) {
		s = d->sessions->list[i];
		youngest_of(s, now, &step);
		if (s->present)
			youngest(s->arrived_at, now, &step);
	}
	return (next_step(now, step));
}
