/* SPDX-License-Identifier: ISC */
/*
 * The tap of usbmon on a kernel that is made up: a ring, its events, and what
 * it says it lost.
 */
#include "config.h"

#include "tests/dfu/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/source/make_capture.h"
#include "trace/identity.h"
#include "transport/transport.h"
#include "transport/usbmon.h"
#include "wire/usb.h"

#define EVENTS	512

/* The kernel. */
static struct {
	uint8_t		*ring;
	size_t		 size;
	size_t		 end;		/* of what lies in the ring */
	uint32_t	 offsets[EVENTS];
	size_t		 n;		/* events so far, */
	size_t		 flushed;
	uint32_t	 dropped;
	int		 open_error;
	int		 fetch_error;
	char		 path[32];
} kernel;

static int
fake_open(const char *path)
{
	strncpy(kernel.path, path, sizeof(kernel.path) - 1);
	if (kernel.open_error == 0)
		return (dup(0));
	errno = kernel.open_error;
	return (-1);
}

static void *
fake_map(int fd, size_t size)
{
	(void)fd;
	kernel.size = size;
	kernel.ring = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return (kernel.ring);
}

static int
fake_fetch(int fd, struct usbmon_fetch *f)
{
	size_t n = 0;

	(void)fd;
	kernel.flushed += f->flush;
	assert_true(kernel.flushed <= kernel.n);
	if (kernel.fetch_error != 0) {
		errno = kernel.fetch_error;
		return (-1);
	}
	while (n < f->fetch && kernel.flushed + n < kernel.n) {
		f->offsets[n] = kernel.offsets[kernel.flushed + n];
		n++;
	}
	f->fetch = (uint32_t)n;
	if (n != 0)
		return (0);
	errno = EAGAIN;
	return (-1);
}

static int
fake_stats(int fd, struct usbmon_stats *s)
{
	(void)fd;
	*s = (struct usbmon_stats){ .dropped = kernel.dropped };
	kernel.dropped = 0;
	return (0);
}

static const struct usbmon_calls calls = { .open = fake_open,
	.map = fake_map, .fetch = fake_fetch, .stats = fake_stats,
	.devices = "/nonexistent" };

/* Puts the packets of a capture into the ring. */
static void
happen(struct maker *m)
{
	size_t at = 24, n;

	while (at < m->file.len) {
		memcpy(&n, m->file.data + at + 8, 4);
		n &= UINT32_MAX;
		memcpy(kernel.ring + kernel.end, m->file.data + at + 16, n);
		kernel.offsets[kernel.n++] = (uint32_t)kernel.end;
		kernel.end += (n + 63) / 64 * 64;
		assert_true(kernel.n < EVENTS && kernel.end < kernel.size);
		at += 16 + n;
	}
	maker_free(m);
}

static struct maker
maker(void)
{
	const uint16_t one = 1;

	return ((struct maker){ .link = 220, .address = 5, .bus = 3,
	    .form.big = *(const uint8_t *)&one == 0,
	    .time = 1700000000000000 });
}

static struct transport *
opened(struct dev_numbers *numbers)
{
	struct buf error = { 0 };
	struct transport *t;

	memset(&kernel, 0, sizeof(kernel));
	usbmon_calls = &calls;
	t = transport_open("usbmon:3", numbers, &error);
	assert_non_null(t);
	assert_string_equal(kernel.path, "/dev/usbmon3");
	return (t);
}

static const struct setup getstatus = { 0xa1, DFU_GETSTATUS, 0, 0, 6 };

static void
ask(struct maker *m)
{
	static const uint8_t idle[6] = { 0, 0, 0, 0, 2, 0 };

	maker_control(m, &getstatus, NULL, OUTCOME_OK, idle, 6);
}

static void
add_events(struct transport *t, uint64_t now, struct buf *told)
{
	struct event e;

	while (t->ops->read(t, now, &e)) {
		assert_true(e.time <= now);
		buf_addf(told, "%u %s", e.dev,
		    event_kind_name((enum event_kind)e.kind));
		if (e.kind == EVENT_ARRIVED)
			buf_addf(told, " %s %s", e.who->transport,
			    e.who->place);
		if (e.kind == EVENT_SUBMIT)
			buf_addf(told, " %s", event_agent_name(
			    (enum event_agent)e.agent));
		if (e.kind == EVENT_LOST || e.kind == EVENT_OPENED) {
			buf_addc(told, ' ');
			buf_add(told, e.data, e.kept < 40 ? e.kept : 40);
		}
		buf_addc(told, '\n');
	}
}

static void
test_follows_what_others_ask(void **state)
{
	struct dev_numbers numbers = { .last = 6 };
	struct transport *t = opened(&numbers);
	struct maker m = maker();
	struct buf told = { 0 };
	struct pollfd p;
	unsigned i;

	(void)state;
	add_events(t, 1000, &told);
	assert_int_equal(told.len, 0);
	assert_int_equal(t->ops->pollfds(t, &p, 1), 1);
	ask(&m);
	happen(&m);
	add_events(t, 2000, &told);
	assert_string_equal(buf_str(&told), "7 arrived usbmon 3-@5\n"
	    "7 submit other\n7 complete\n");
	/* More than one call takes, and a filler that says nothing. */
	buf_reset(&told);
	m = maker();
	for (i = 0; i < 100; i++)
		ask(&m);
	happen(&m);
	kernel.ring[kernel.offsets[4] + 8] = '@';
	add_events(t, 3000, &told);
	assert_int_equal(kernel.flushed, kernel.n);
	assert_int_equal(kernel.n, 202);
	t->ops->close(t);
	buf_free(&told);
}

static void
test_counts_what_is_lost(void **state)
{
	struct dev_numbers numbers = { 0 };
	struct transport *t = opened(&numbers);
	struct buf told = { 0 };
	struct maker m = maker();

	(void)state;
	ask(&m);
	happen(&m);
	add_events(t, 2000, &told);
	buf_reset(&told);
	m = maker();
	ask(&m);
	happen(&m);
	kernel.dropped = 3;
	add_events(t, 3000, &told);
	assert_string_equal(buf_str(&told), "1 lost the kernel dropped 3 "
	    "events here, 3 so f\n1 submit other\n1 complete\n");
	buf_reset(&told);
	kernel.fetch_error = ENODEV;
	add_events(t, 4000, &told);
	assert_string_equal(buf_str(&told), "1 lost usbmon has ended: the "
	    "bus no longer exis\n");
	assert_int_equal(t->ops->pollfds(t, NULL, 1), 0);
	add_events(t, 5000, &told);
	t->ops->close(t);
	buf_free(&told);
}

static void
test_sends_nothing(void **state)
{
	struct dev_numbers numbers = { 0 };
	struct transport *t = opened(&numbers);
	struct xfer x = { .setup = getstatus };
	struct buf told = { 0 };
	struct event e;

	(void)state;
	t->ops->open_device(t, 1, 1000);
	assert_int_equal(t->ops->deadline(t), 0);
	assert_true(t->ops->read(t, 1000, &e));
	assert_int_equal(e.kind, EVENT_OPENED);
	assert_int_equal(e.outcome, OUTCOME_DENIED);
	buf_add(&told, e.data, e.kept);
	assert_non_null(strstr(buf_str(&told), "only listens"));
	t->ops->submit(t, 1, 1, &x, 1000);
	assert_true(t->ops->read(t, 1000, &e));
	assert_int_equal(e.kind, EVENT_COMPLETE);
	assert_int_equal(e.outcome, OUTCOME_DENIED);
	t->ops->reset(t, 1, 1000);
	assert_true(t->ops->read(t, 1000, &e));
	assert_int_equal(e.kind, EVENT_RESET);
	assert_int_equal(e.outcome, OUTCOME_DENIED);
	assert_false(t->ops->read(t, 1000, &e));
	t->ops->close(t);
	buf_free(&told);
}

/* As large as it is said; nothing is read past it. */
static void
test_ring(void **state)
{
	struct dev_numbers numbers = { 0 };
	struct buf error = { 0 }, told = { 0 };
	struct maker m = maker();
	struct transport *t;

	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	usbmon_calls = &calls;
	t = transport_open("usbmon:0,ring=8", &numbers, &error);
	assert_non_null(t);
	assert_int_equal(kernel.size, 8192);
	ask(&m);
	happen(&m);
	kernel.offsets[kernel.n++] = 8192;
	add_events(t, 1000, &told);
	assert_string_equal(buf_str(&told), "1 arrived usbmon 3-@5\n"
	    "1 submit other\n1 complete\n");
	t->ops->close(t);
	buf_free(&told);
}

static void
test_says_why_it_cannot(void **state)
{
	static const struct {
		const char	*target;
		int		 code;
		const char	*says;
	} cases[] = {
		{ "usbmon:1", EACCES, "setfacl -m u:$USER:r /dev/usbmon1" },
		{ "usbmon:1", ENOENT, "sudo modprobe usbmon" },
		{ "usbmon:x", 0, "expected a bus number" },
		{ "usbmon", 0, "expected a bus number" },
		{ "usbmon:1,ring=4", 0, "from 8 to 1200" },
		{ "usbmon:1,ring=9", 0, "from 8 to 1200" },
		{ "usbmon:1,ring=1204", 0, "from 8 to 1200" },
		{ "usbmon:1,rings=64", 0, "from 8 to 1200" },
	};
	struct dev_numbers numbers = { 0 };
	struct buf error = { 0 };
	size_t i;

	(void)state;
	usbmon_calls = &calls;
	for (i = 0; i < COUNT(cases); i++) {
		memset(&kernel, 0, sizeof(kernel));
		kernel.open_error = cases[i].code;
		buf_reset(&error);
		assert_null(transport_open(cases[i].target, &numbers,
		    &error));
		if (strstr(buf_str(&error), cases[i].says) == NULL)
			fail_msg("%s", buf_str(&error));
	}
	buf_free(&error);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_follows_what_others_ask),
		cmocka_unit_test(test_counts_what_is_lost),
		cmocka_unit_test(test_sends_nothing),
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_says_why_it_cannot),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
