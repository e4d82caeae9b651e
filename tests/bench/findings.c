/* SPDX-License-Identifier: ISC */
/*
 * What judging costs an event: a download of many blocks is applied to a
 * session with the judging done once, then with it done twice; the
 * difference is the price. At most 0.3 us an event are meant.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "diagnosis/finding.h"
#include "diagnosis/sessions.h"
#include "trace/identity.h"
#include "wire/usb.h"

#define BLOCKS	100000

static uint64_t now;
static uint32_t number;

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return ((double)t.tv_sec + (double)t.tv_nsec / 1e9);
}

/* What was written and read is not kept here. */
static struct trace *trace;

static void
apply(struct session *s, const struct event *e, int twice)
{
	findings_before(s, e);
	session_apply(s, e, 0, trace);
	findings_after(s, e);
	if (twice) {
		findings_before(s, e);
		findings_after(s, e);
	}
}

static void
request(struct session *s, struct setup setup, const uint8_t *data,
    uint32_t n, int twice)
{
	struct event e = { .kind = EVENT_SUBMIT, .dev = 1, .time = now,
	    .number = ++number, .setup = setup, .len = setup.wLength };
	int in = setup_is_in(&setup);

	if (!in) {
		e.data = data;
		e.kept = n;
	}
	apply(s, &e, twice);
	now += 300;
	e = (struct event){ .kind = EVENT_COMPLETE, .dev = 1, .time = now,
	    .number = number, .outcome = OUTCOME_OK, .len = n };
	if (in) {
		e.data = data;
		e.kept = n;
	}
	apply(s, &e, twice);
	now += 300;
}

static double
run(int twice)
{
	static const uint8_t address[] = { 0x21, 0, 0, 0, 8 };
	static const uint8_t block[32];
	uint8_t reply[6] = { 0 };
	struct identity *who = identity_new();
	struct event e = { .kind = EVENT_ARRIVED, .dev = 1, .who = who };
	struct session *s = session_new("1-1");
	static const char name[] = "@Internal Flash  /0x08000000/64*02Kg";
	static const uint8_t descriptors[] = { 18, 1, 0, 2, 0, 0, 0, 64,
	    0x83, 4, 0x11, 0xdf, 0, 2, 1, 2, 3, 1, 9, 2, 27, 0, 1, 1, 0,
	    0x80, 50, 9, 4, 0, 0, 0, 0xfe, 1, 2, 4, 9, 0x21, 0x0b, 0xff, 0,
	    0, 8, 0x1a, 1 };
	struct setup status = { 0xa1, DFU_GETSTATUS, 0, 0, 6 };
	double begin;
	int i;

	now = number = 0;
	s->findings = findings_new();
	s->requests_kept = 256;
	buf_add(&who->descriptors, descriptors, sizeof(descriptors));
	identity_name(who, 0, 0, name, strlen(name));
	trace = trace_new();
	session_apply(s, &e, 0, trace);
	begin = seconds();
	for (i = 0; i < BLOCKS; i++) {
		request(s, i % 8 == 0 ?
		    (struct setup){ 0x21, DFU_DNLOAD, 0, 0, 5 } :
		    (struct setup){ 0x21, DFU_DNLOAD,
		    (uint16_t)(2 + i % 8), 0, 2048 },
		    i % 8 == 0 ? address : block, i % 8 == 0 ? 5 : 32, twice);
		reply[4] = DFU_STATE_DNBUSY;
		request(s, status, reply, 6, twice);
		reply[4] = DFU_STATE_DNLOAD_IDLE;
		request(s, status, reply, 6, twice);
	}
	begin = seconds() - begin;
	identity_free(who);
	findings_free(s->findings);
	session_free(s);
	trace_free(trace);
	return (begin * 1e6 / (6.0 * BLOCKS));
}

int
main(void)
{
	double once = 1e9, twice = 1e9, t;
	int i;

	for (i = 0; i < 7; i++) {
		t = run(0);
		once = t < once ? t : once;
		t = run(1);
		twice = t < twice ? t : twice;
	}
	printf("findings: %.3f us an event (session_apply in all: %.3f us)\n",
	    twice - once, once);
	return (0);
}
