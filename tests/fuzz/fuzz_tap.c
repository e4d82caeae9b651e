/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as what the taps in a tool's processes tell: packets, each behind
 * two bytes of length. A message holds no more than the packet, and what
 * comes of all of them are events in the order of time, each request of them
 * submitted before it ends.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source/tap.h"
#include "trace/identity.h"
#include "wire/tap.h"

#define BUS	1
#define ADDRESS	7

int	LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check(const uint8_t *p, size_t n)
{
	struct tap_message m;

	if (!tap_read(p, n, &m))
		return;
	must(n >= TAP_HEADER && m.kept <= n - TAP_HEADER);
	must(m.kept == 0 || m.data + m.kept == p + n);
}

static void
drain(struct tap *t, uint64_t *last, uint32_t *numbers)
{
	struct event e;

	while (tap_next(t, &e)) {
		must(e.time >= *last && e.kept <= e.len);
		*last = e.time;
		if (e.kind == EVENT_SUBMIT)
			must(e.number != 0 && e.number <= *numbers);
		must(e.dev <= 1);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	uint32_t numbers = 0;
	uint64_t last = 0;
	struct tap *t = tap_new(&numbers);
	struct identity *who = identity_new();
	size_t at, length, i;

	who->bus = BUS;
	who->devnum = ADDRESS;
	for (at = 0, i = 0; at + 2 <= n; at += length, i++) {
		length = (size_t)(p[at] | p[at + 1] << 8);
		at += 2;
		if (length > n - at)
			length = n - at;
		check(p + at, length);
		(void)tap_take(t, p + at, length);
		if (i == 3)
			tap_arrived(t, who, 1);
		if (i == 30)
			tap_left(t, 1);
		drain(t, &last, &numbers);
	}
	tap_ended(t, 4711, last);
	drain(t, &last, &numbers);
	identity_free(who);
	tap_free(t);
	return (0);
}
