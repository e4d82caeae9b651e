/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "tests/lab/rig.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

#define FDS	64
#define LOG_WAIT	(2000 * RIG_MS)

/* The rig of the test that runs: it may end in the middle. */
static struct rig *current;

uint64_t
rig_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return ((uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000);
}

void
rig_lab(struct rig *r, const char *const *specs)
{
	struct buf error = { 0 };

	*r = (struct rig){ .lab = lab_new() };
	current = r;
	for (; *specs != NULL; specs++)
		if (lab_add(r->lab, *specs, &error) < 0)
			fail_msg("%s", buf_str(&error));
}

void
rig_start(struct rig *r)
{
	struct buf error = { 0 };

	r->t = transport_usb.open("", &r->numbers, &error);
	if (r->t == NULL)
		fail_msg("%s", buf_str(&error));
}

void
rig_one(struct rig *r, const char *spec)
{
	const char *specs[] = { spec, NULL };

	rig_lab(r, specs);
	rig_start(r);
	rig_expect(r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	assert_int_equal(r->event.dev, 1);
}

void
rig_end(struct rig *r)
{
	if (r->t != NULL)
		r->t->ops->close(r->t);
	lab_free(r->lab);
	buf_free(&r->bytes);
	identity_free(r->who);
	current = NULL;
}

int
rig_teardown(void **state)
{
	(void)state;
	if (current != NULL)
		rig_end(current);
	return (0);
}

/* An event is valid until the next read: what is looked at is a copy. */
static void
keep(struct rig *r, const struct event *e)
{
	buf_reset(&r->bytes);
	buf_add(&r->bytes, e->data, e->kept);
	identity_free(r->who);
	r->who = e->who != NULL ? identity_copy(e->who) : NULL;
	r->event = *e;
	r->event.data = r->bytes.data;
	r->event.who = r->who;
}

/* As the loop waits: for descriptors, until the deadline. */
static void
pause_until(struct rig *r, uint64_t end)
{
	struct pollfd fds[FDS];
	size_t n = r->t->ops->pollfds(r->t, fds, FDS);
	uint64_t now = rig_now(), at = r->t->ops->deadline(r->t);

	if (at > end)
		at = end;
	poll(fds, n, at <= now ? 0 : (int)((at - now) / RIG_MS) + 1);
}

bool
rig_next(struct rig *r, unsigned ms)
{
	uint64_t end = rig_now() + (uint64_t)ms * RIG_MS;
	struct event e;

	for (;;) {
		if (r->t->ops->read(r->t, rig_now(), &e)) {
			assert_true(e.time <= rig_now());
			keep(r, &e);
			return (true);
		}
		if (rig_now() >= end)
			return (false);
		pause_until(r, end);
	}
}

void
rig_expect(struct rig *r, enum event_kind kind, enum outcome outcome)
{
	if (!rig_next(r, RIG_LIMIT))
		fail_msg("no %s", event_kind_name(kind));
	if (r->event.kind != kind || r->event.outcome != outcome)
		fail_msg("%s %s %s, not %s %s",
		    event_kind_name((enum event_kind)r->event.kind),
		    outcome_name((enum outcome)r->event.outcome),
		    r->event.kind == EVENT_COMPLETE ? "" : buf_str(&r->bytes),
		    event_kind_name(kind), outcome_name(outcome));
}

void
rig_open(struct rig *r, uint16_t dev)
{
	r->t->ops->open_device(r->t, dev, rig_now());
	rig_expect(r, EVENT_OPENED, OUTCOME_OK);
	assert_int_equal(r->event.dev, dev);
}

void
rig_submit(struct rig *r, uint16_t dev, uint8_t type, uint8_t request,
    uint16_t value, uint16_t length, const void *data, uint32_t timeout)
{
	uint8_t *zeros = mem_alloc(length);
	struct xfer x = {
		.setup = { type, request, value, 0, length },
		.timeout = timeout
	};

	if ((type & USB_DIR_IN) == 0)
		x.data = data != NULL ? data : zeros;
	r->t->ops->submit(r->t, dev, ++r->number, &x, rig_now());
	free(zeros);
}

void
rig_complete(struct rig *r, enum outcome outcome)
{
	rig_expect(r, EVENT_COMPLETE, outcome);
	assert_int_equal(r->event.number, r->number);
}

void
rig_ask(struct rig *r, uint8_t type, uint8_t request, uint16_t value,
    uint16_t length, enum outcome outcome)
{
	rig_submit(r, 1, type, request, value, length, NULL, 2000);
	rig_complete(r, outcome);
}

bool
rig_log_has(struct rig *r, int i, const char *text)
{
	char *log = lab_log(r->lab, i);
	bool has = strstr(log, text) != NULL;

	free(log);
	return (has);
}

void
rig_log_is(struct rig *r, int i, const char *text)
{
	uint64_t end = rig_now() + LOG_WAIT;
	char *log = lab_log(r->lab, i);

	/* umockdev notices a close late. */
	while (strcmp(log, text) != 0 && rig_now() < end) {
		free(log);
		usleep(RIG_MS);
		log = lab_log(r->lab, i);
	}
	assert_string_equal(log, text);
	free(log);
}
