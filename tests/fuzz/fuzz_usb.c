/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as what a device says of itself, through the real libusb and a
 * sysfs of umockdev: two bytes, the length of its descriptors; those; then its
 * product. The transport tells of another device all the same, what it tells
 * of this one can be kept and read back, opened, asked and shown.
 */
#include "config.h"

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "diagnosis/sessions.h"
#include "report/json.h"
#include "report/text.h"
#include "tests/lab/lab.h"
#include "trace/identity.h"
#include "trace/journal.h"
#include "transport/transport.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define PLACE "1-1" /* the one that says anything */
#define OTHER "1-2"
#define GUARD 20000000 /* us: at all, and not how fast */
#define FDS 64
#define DEVICE_DESCRIPTOR 18 /* bytes */
#define CONFIGURATION 2 /* bDescriptorType */

static struct lab *lab;

#define must(holds) must_hold(holds, #holds)

static void
must_hold(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "not so: %s\n", what);
	abort();
}

static void
end_lab(void)
{
	lab_free(lab);
}

static void
begin_lab(void)
{
	struct buf error = { 0 };

	must(setlocale(LC_ALL, "C.UTF-8") != NULL);
	lab = lab_new();
	must(lab_add(lab, "dfu11", &error) == 0);
	must(lab_add(lab, "stm32f072", &error) == 1);
	atexit(end_lab);
}

/* umockdev shows its own folder under that name. */
static void
write_attribute(const char *name, const uint8_t *p, size_t n)
{
	char *path = mem_printf("/sys/bus/usb/devices/%s/%s", PLACE, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	must(fd >= 0);
	must(n == 0 || write(fd, p, n) == (ssize_t)n);
	close(fd);
	free(path);
}

static void
check_law(const struct event *e)
{
	struct journal_scratch scratch = { 0 };
	struct buf line = { 0 }, error = { 0 };
	struct event back;

	journal_print(&line, e, NULL);
	must(line.len > 0 && line.data[line.len - 1] == '\n');
	buf_cut(&line, line.len - 1);
	must(journal_parse(buf_str(&line), line.len, &back, &scratch, &error) ==
	    JOURNAL_EVENT);
	must(event_equal(e, &back));
	journal_scratch_free(&scratch);
	buf_free(&line);
	buf_free(&error);
}

/* The next event into e; false: there is none now. */
static bool
next(struct transport *t, struct sessions *all, struct event *e)
{
	if (!t->ops->read(t, clock_now(), e))
		return (false);
	check_law(e);
	sessions_apply(all, e);
	return (true);
}

static void
pause_for(struct transport *t)
{
	struct pollfd fds[FDS];
	size_t n = t->ops->pollfds(t, fds, FDS);

	(void)poll(fds, (nfds_t)n, 5);
}

/* Until both are there, or the other one has been for a while. */
static void
arrive(struct transport *t, struct sessions *all, uint16_t *dev)
{
	uint64_t began = clock_now();
	unsigned after = 0;
	bool other = false;
	struct event e;

	*dev = 0;
	while (after < 2 && (*dev == 0 || !other)) {
		must(clock_now() - began < GUARD);
		if (!next(t, all, &e)) {
			after += other;
			pause_for(t);
			continue;
		}
		if (e.kind != EVENT_ARRIVED)
			continue;
		if (strcmp(e.who->place, PLACE) == 0)
			*dev = e.dev;
		other |= strcmp(e.who->place, OTHER) == 0;
	}
}

/* Until that kind of event of this device. */
static bool
await(struct transport *t, struct sessions *all, uint16_t dev,
    enum event_kind kind)
{
	uint64_t began = clock_now();
	struct event e;

	for (;;) {
		must(clock_now() - began < GUARD);
		if (!next(t, all, &e))
			pause_for(t);
		else if (e.dev == dev && e.kind == kind)
			return (e.outcome == OUTCOME_OK);
		else if (e.dev == dev && e.kind == EVENT_LEFT)
			return (false);
	}
}

static void
ask(struct transport *t, struct sessions *all, uint16_t dev)
{
	struct xfer x = { .setup = { 0xa1, 3, 0, 0, 6 }, .timeout = 1000 };

	t->ops->open_device(t, dev, clock_now());
	if (!await(t, all, dev, EVENT_OPENED))
		return;
	t->ops->submit(t, dev, 1, &x, clock_now());
	(void)await(t, all, dev, EVENT_COMPLETE);
}

/* It can go to a terminal as it is. */
static void
check_text(const struct buf *b)
{
	const char *at = buf_str(b);
	size_t n = b->len, length;
	uint32_t cp;

	for (; n > 0; at += length, n -= length) {
		length = text_decode(at, n, &cp);
		must(cp == '\n' || (cp != TEXT_BAD && text_width(cp) > 0));
	}
}

static void
show(const struct sessions *all)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < all->n; i++) {
		text_device(&b, all->list[i]);
		text_lint(&b, all->list[i]);
		json_device(&b, all->list[i], true);
	}
	check_text(&b);
	buf_free(&b);
}

/*
 * The kernel's usb_parse_configuration() ends a configuration before a
 * descriptor that has no length, so sysfs never shows one. A libusb before
 * 1.0.27 would not get past it, nor past one that it finds in a
 * configuration descriptor of more than 9 bytes.
 */
static size_t
shown_by_kernel(const uint8_t *p, size_t n)
{
	size_t at = DEVICE_DESCRIPTOR;

	while (at + 1 < n && p[at] >= 2 &&
	    (p[at + 1] != CONFIGURATION || p[at] == 9))
		at += p[at];
	return (at < n ? at : n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct reader r = reader_of(p, n);
	struct dev_numbers numbers = { 0 };
	struct buf error = { 0 };
	struct sessions *all;
	struct transport *t;
	size_t length = reader_u16(&r), rest;
	const uint8_t *bytes;
	uint16_t dev;

	if (lab == NULL)
		begin_lab();
	if (length > reader_left(&r))
		length = reader_left(&r);
	bytes = reader_bytes(&r, length);
	write_attribute("descriptors", bytes, shown_by_kernel(bytes, length));
	rest = reader_left(&r);
	write_attribute("product", reader_bytes(&r, rest), rest);
	all = sessions_new(trace_new_window(256), 128);
	t = transport_usb.open("", &numbers, &error);
	must(t != NULL);
	arrive(t, all, &dev);
	if (dev != 0)
		ask(t, all, dev);
	show(all);
	t->ops->close(t);
	sessions_free(all);
	buf_free(&error);
	return (0);
}
