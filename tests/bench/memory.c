/* SPDX-License-Identifier: ISC */
/*
 * Measures the memory that a kept event costs, payload apart: a poll loop of
 * a million GETSTATUS through the sessions, as a console that runs for hours.
 */
#include "config.h"

#include <malloc.h>
#include <stdint.h>
#include <stdio.h>

#include "diagnosis/sessions.h"
#include "trace/identity.h"
#include "wire/usb.h"

#define ROUNDS	1000000

static void
arrive(struct sessions *b)
{
	struct identity who = { .place = (char *)(uintptr_t)"1-1",
	    .transport = (char *)(uintptr_t)"bench" };
	struct event e = { .kind = EVENT_ARRIVED, .dev = 1, .who = &who };

	sessions_apply(b, &e);
}

int
main(void)
{
	static const uint8_t reply[6] = { 0, 0, 0, 0, 7, 0 };
	struct event submit = { .kind = EVENT_SUBMIT, .dev = 1,
	    .setup = { .bmRequestType = 0xa1, .bRequest = DFU_GETSTATUS,
	    .wLength = 6 }, .timeout = 5000 };
	struct event complete = { .kind = EVENT_COMPLETE, .dev = 1,
	    .outcome = OUTCOME_OK, .len = 6, .kept = 6, .data = reply };
	struct sessions *b = sessions_new(trace_new(), 0);
	size_t before = mallinfo2().uordblks + mallinfo2().hblkhd, after;
	size_t events, payload, n;
	uint32_t i;

	arrive(b);
	for (i = 1; i <= ROUNDS; i++) {
		submit.number = complete.number = i;
		submit.time = (uint64_t)i * 1000;
		complete.time = submit.time + 300;
		sessions_apply(b, &submit);
		sessions_apply(b, &complete);
	}
	after = mallinfo2().uordblks + mallinfo2().hblkhd;
	n = trace_end(b->trace);
	trace_memory(b->trace, &events, &payload);
	printf("%zu events: %.1f bytes an event in the trace, %.1f with the "
	    "requests of the session and the allocator's overhead for "
	    "payload\n", n, (double)events / (double)n,
	    (double)(after - before - payload) / (double)n);
	sessions_free(b);
	return (0);
}
