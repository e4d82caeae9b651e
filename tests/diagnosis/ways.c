/* SPDX-License-Identifier: ISC */
#include "tests/diagnosis/ways.h"

#include "tests/dfu/check.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "wire/usb.h"

const struct way_of ways[] = {
	{ "dfu11", "dfu11,tolerant=0", 0, 16, false, NULL, 0 },
	{ "dfu11", "dfu11,tolerant=1", 0, 16, false, NULL, 0 },
	{ "dfu11", "dfu11,can-upload=0", 0, 16, false, NULL, 0 },
	{ "stm32f072", NULL, 2, 64, false, "\x41\0\0\0\x10", 0 },
	{ "st", NULL, 2, 64, false, "\x41\0\0\0\x10", 0 },
	{ "tinyusb", NULL, 0, 1024, false, "\0\1\2\3\4", 64 },
	{ "tinyusb", "tinyusb,tolerant=0", 0, 1024, false, "\0\1\2\3\4", 64 },
	{ "tinyusb", "tinyusb,finish=never", 0, 1024, false, NULL, 0 },
	{ "uboot", NULL, 0, 4096, true, "\0\1\2\3\4", 5 },
	{ "dapboot", NULL, 0, 64, false, NULL, 0 },
	{ "mboot", NULL, 2, 64, false, "\x41\0\0\0\x10", 0 },
	{ "libopencm3", NULL, 2, 64, false, NULL, 0 },
	{ "blackmagic", NULL, 2, 64, false, "\x41\0\0\0\x10", 0 },
	{ "gd32", NULL, 2, 64, false, NULL, 0 },
	{ "zephyr", NULL, 0, 512, true, NULL, 0 },
	{ "zephyr", "zephyr,tolerant=0", 0, 512, true, NULL, 0 },
};
const size_t ways_count = COUNT(ways);
_Static_assert(COUNT(ways) == WAYS_OF, "as many as the header says");

const char *
way_spec(const struct way_of *w)
{
	return (w->spec != NULL ? w->spec : w->profile);
}

/* What it takes to write at all. */
static void
begin_mboot(struct sim *sim, uint64_t *now)
{
	static const struct {
		struct setup	 setup;
		const char	*out;
	} steps[] = {
		{ { 0x21, DFU_DNLOAD, 0, 0, 5 }, "\x21\0\0\2\x08" },
		{ { 0xa1, DFU_GETSTATUS, 0, 0, 6 }, NULL },
		{ { 0x21, DFU_ABORT, 0, 0, 0 }, NULL },
	};
	struct buf in = { 0 };
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		assert_int_equal(sim_control(sim, *now, &steps[i].setup,
		    (const uint8_t *)steps[i].out, &in), SIM_ACK);
		*now += sim_latency(sim);
	}
	buf_free(&in);
}

void
way_sit(const struct way_of *w, const char *fault, struct seat *t)
{
	char spec[200];

	snprintf(spec, sizeof(spec), "%s%s%s", way_spec(w),
	    fault != NULL ? "," : "", fault != NULL ? fault : "");
	seat_open(t, spec, fault == NULL && strcmp(w->profile, "mboot") == 0 ?
	    begin_mboot : NULL);
	/* Where DFU begins in run-time mode nothing else is known. */
	t->block = w->first;
}

/* The number of the next block. DfuSe addresses: none is written twice. */
static uint16_t
next_block(const struct way_of *w, struct seat *t, bool write)
{
	int state = sim_state(t->sim);

	if (w->counts && state != 5 && state != 9)
		t->block = w->first;
	else if (w->counts || (write && w->first != 0))
		t->block++;
	return (write || w->counts ? t->block : w->first);
}

static void
transfer(struct seat *t, bool in, uint16_t block, uint16_t n, const char *out)
{
	struct setup s = { in ? 0xa1 : 0x21, in ? DFU_UPLOAD : DFU_DNLOAD,
	    block, 0, n };

	seat_ask(t, &s, out);
}

void
way_put(const struct way_of *w, struct seat *t, enum ask ask)
{
	static const struct setup setups[] = {
		[ASK_GETSTATUS] = { 0xa1, DFU_GETSTATUS, 0, 0, 6 },
		[ASK_GETSTATE] = { 0xa1, DFU_GETSTATE, 0, 0, 1 },
		[ASK_CLRSTATUS] = { 0x21, DFU_CLRSTATUS, 0, 0, 0 },
		[ASK_ABORT] = { 0x21, DFU_ABORT, 0, 0, 0 },
		[ASK_DETACH] = { 0x21, DFU_DETACH, 1000, 0, 0 },
		[ASK_ALTERNATE] = { 0x01, USB_REQ_SET_INTERFACE, 0, 0, 0 },
	};
	/* An application begins like that. */
	static const char four[] = "\x00\x10\x00\x20";

	switch (ask) {
	case ASK_DNLOAD:
		transfer(t, false, next_block(w, t, true), 4, four);
		break;
	case ASK_DNLOAD0:
		transfer(t, false, next_block(w, t, true), 0, NULL);
		break;
	case ASK_UPLOAD:
		transfer(t, true, next_block(w, t, false), w->full,
		    NULL);
		break;
	case ASK_RESET:
		seat_reset(t);
		break;
	case ASK_GETSTATUS:
	case ASK_GETSTATE:
	case ASK_CLRSTATUS:
	case ASK_ABORT:
	case ASK_DETACH:
	case ASK_ALTERNATE:
		seat_ask(t, &setups[ask], NULL);
		break;
	case WAYS:
	case ASK_WRONG:
		transfer(t, false, w->wrong_block, 5, w->wrong);
		seat_ask(t, &setups[ASK_GETSTATUS], NULL);
		seat_wait(t, session_wait_left(t->s, t->st.now) + 1000);
		seat_ask(t, &setups[ASK_GETSTATUS], NULL);
		break;
	}
}

void
way_wait(struct seat *t)
{
	uint64_t left = session_wait_left(t->s, t->st.now);

	if (left != 0)
		seat_wait(t, left + 1000);
}

void
way_go(const struct way_of *w, const char *fault, struct seat *t,
    const struct way_path *p)
{
	size_t i;

	way_sit(w, fault, t);
	for (i = 0; i < p->n; i++) {
		way_put(w, t, (enum ask)p->ask[i]);
		if (p->waits[i])
			way_wait(t);
	}
}
