/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "tests/loop/way.h"

#include "tests/dfu/check.h"

#include <string.h>

#include "base/buf.h"
#include "device/sim.h"
#include "wire/usb.h"

#define IDLE		2
#define MANIFEST_SYNC	6
#define APP_IDLE	0
#define PATIENCE	3000000	/* us that waiting may take */

#define OUT(text, request, value, length, bytes) \
	{ text, { USB_TYPE_CLASS | USB_RECIP_INTERFACE, request, value, 0, \
	    length }, bytes }
#define IN(text, request, value, length) \
	{ text, { USB_DIR_IN | USB_TYPE_CLASS | USB_RECIP_INTERFACE, request, \
	    value, 0, length }, NULL }

/* In the order of their mildness; the first are the ladder's. */
const struct ask asks[] = {
	IN("getstatus", DFU_GETSTATUS, 0, 6),
	OUT("clrstatus", DFU_CLRSTATUS, 0, 0, NULL),
	OUT("abort", DFU_ABORT, 0, 0, NULL),
	OUT("detach 1000", DFU_DETACH, 1000, 0, NULL),
	{ "alt 0", { USB_RECIP_INTERFACE, USB_REQ_SET_INTERFACE, 0, 0, 0 },
	    NULL },
	/* These only lead into states. */
	OUT("dnload 0 hex:2100000008", DFU_DNLOAD, 0, 5, "\x21\0\0\0\x08"),
	OUT("dnload 2 hex:0011", DFU_DNLOAD, 2, 2, "\0\x11"),
	OUT("dnload 0 hex:0011", DFU_DNLOAD, 0, 2, "\0\x11"),
	OUT("dnload 0 hex:ff00000000", DFU_DNLOAD, 0, 5, "\xff\0\0\0\0"),
	OUT("dnload 1", DFU_DNLOAD, 1, 0, NULL),
	IN("upload 0 16", DFU_UPLOAD, 0, 16),
	IN("upload 1 16", DFU_UPLOAD, 1, 16),
	IN("upload 2 16", DFU_UPLOAD, 2, 16),
};
const size_t asks_count = sizeof(asks) / sizeof(asks[0]);

#define SEQUENCE	5

/* How many of them each grade of mildness has, and how deep it is searched. */
static const struct {
	size_t	n;
	size_t	depth;
} grades[] = { { 1, 20 }, { 3, 5 }, { SEQUENCE, 3 } };
#define NGRADES	(sizeof(grades) / sizeof(grades[0]))

struct seat {
	struct sim	*sim;
	uint64_t	 now;
	uint32_t	 incarnation;
	int		 said;	/* bState of the last answer, -1: none */
};

static struct seat
sit(const char *spec)
{
	struct buf error = { 0 };
	struct seat s = { .sim = sim_new(spec, &error), .said = -1 };

	if (s.sim == NULL)
		fail_msg("%s: %s", spec, buf_str(&error));
	s.incarnation = sim_incarnation(s.sim);
	return (s);
}

/* Until nothing happens by itself any more, or for PATIENCE. */
static void
to_idle(struct seat *s)
{
	uint64_t end = s->now + PATIENCE, due;

	while ((due = sim_deadline(s->sim)) != SIM_NEVER && due <= end) {
		s->now = due > s->now ? due : s->now;
		sim_run(s->sim, s->now);
	}
}

static bool
left(const struct seat *s)
{
	return (!sim_present(s->sim) ||
	    sim_incarnation(s->sim) != s->incarnation);
}

static void
put(struct seat *s, const struct ask *a, bool settled)
{
	struct buf in = { 0 };
	enum sim_answer answer;

	if (settled)
		to_idle(s);
	answer = sim_control(s->sim, s->now, &a->setup,
	    (const uint8_t *)a->out, &in);
	s->now += sim_latency(s->sim);
	s->said = answer == SIM_ACK && in.len == 6 &&
	    a->setup.bRequest == DFU_GETSTATUS ? in.data[4] : -1;
	sim_run(s->sim, s->now + 1);
	buf_free(&in);
}

static void
walk(struct seat *s, const struct way *w)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		put(s, &asks[w->ask[i]], w->settled[i]);
}

/* Where no more has to be done: by its own word, or because it left. */
static bool
out(struct seat *s)
{
	if (s->said == IDLE || s->said == APP_IDLE || left(s))
		return (true);
	to_idle(s);
	return (left(s));
}

static bool
gets_out(const char *spec, const struct way *into, const struct way *w)
{
	struct seat s = sit(spec);
	bool is;

	walk(&s, into);
	walk(&s, w);
	is = out(&s);
	sim_free(s.sim);
	return (is);
}

/* The next way of that length over n requests; false: that was the last. */
static bool
next_way(struct way *w, size_t n)
{
	size_t i;

	for (i = 0; i < w->n; i++) {
		if (!w->settled[i]) {
			w->settled[i] = true;
			return (true);
		}
		w->settled[i] = false;
		if (++w->ask[i] < n)
			return (true);
		w->ask[i] = 0;
	}
	return (false);
}

/* Questions alone: one after the other says as much as all ways would. */
static size_t
ask_on(const char *spec, const struct way *into)
{
	struct way w = { .n = 0 };

	for (w.n = 1; w.n <= grades[0].depth; w.n++) {
		w.settled[w.n - 1] = true;
		if (gets_out(spec, into, &w))
			return (w.n);
	}
	return (0);
}

/*
 * Requests of the best way out, 0: there is none. Nobody is faster than the
 * device's own timers, so that it has settled before the first of them.
 */
static size_t
search(const char *spec, const struct way *into)
{
	size_t g, n = ask_on(spec, into);
	struct way w;

	for (g = 1; g < NGRADES && n == 0; g++) {
		for (w.n = 1; w.n <= grades[g].depth && n == 0; w.n++) {
			memset(w.ask, 0, sizeof(w.ask));
			memset(w.settled, 0, sizeof(w.settled));
			do {
				if (w.settled[0] && gets_out(spec, into, &w))
					n = w.n;
			} while (n == 0 && next_way(&w, grades[g].n));
		}
	}
	return (n);
}

/*
 * In dfuMANIFEST-SYNC a leave was asked for that GETSTATUS goes on with. To
 * break it off is no way out, even if that would be shorter.
 */
static struct way
go_on(const char *spec, const struct way *into)
{
	struct seat s = sit(spec);
	struct way on = *into;

	walk(&s, into);
	if (sim_state(s.sim) == MANIFEST_SYNC) {
		on.settled[on.n] = true;
		on.ask[on.n++] = 0;
	}
	sim_free(s.sim);
	return (on);
}

size_t
way_best(const char *spec, const struct way *into)
{
	const struct way none = { .n = 0 };
	struct way on = go_on(spec, into);
	size_t n;

	if (on.n == into->n)
		return (search(spec, into));
	if (gets_out(spec, &on, &none))
		return (1);
	n = search(spec, &on);
	return (n == 0 ? 0 : n + 1);
}

bool
way_reset_helps(const char *spec, const struct way *into)
{
	struct way on = go_on(spec, into);
	struct seat s = sit(spec);
	bool helps;

	walk(&s, &on);
	to_idle(&s);
	s.incarnation = sim_incarnation(s.sim);
	sim_reset(s.sim, s.now);
	to_idle(&s);
	if (sim_present(s.sim))
		put(&s, &asks[0], true);
	helps = s.said == IDLE || s.said == APP_IDLE || !sim_present(s.sim);
	sim_free(s.sim);
	return (helps);
}

int
way_place(const char *spec, const struct way *w, bool whole)
{
	struct seat s = sit(spec);
	int place = -1;

	walk(&s, w);
	if (sim_present(s.sim) && sim_incarnation(s.sim) == 1)
		place = sim_state(s.sim) << 8 | sim_status(s.sim);
	if (whole && place >= 0 && w->n > 0 && w->ask[w->n - 1] >= SEQUENCE)
		place |= w->ask[w->n - 1] << 16;
	sim_free(s.sim);
	return (place);
}
