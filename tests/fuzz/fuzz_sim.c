/* SPDX-License-Identifier: ISC */
/*
 * Any bytes: a line that describes a device (up to a newline), then what the
 * host does to it. Nothing may crash, only an acknowledged IN request brings
 * bytes, and only a device that is known to babble brings too many.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "device/sim.h"

int	LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define SPEC_MAX	300
#define REPLY_MAX	(UINT16_MAX + 8)	/* the fault `babble` */

static uint8_t payload[UINT16_MAX];
static bool babbles;

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_device(const struct sim *s, uint64_t now)
{
	int state = sim_state(s);

	must(sim_present(s) == (state >= 0) && state <= 15);
	must(sim_status(s) <= 15);
	must(sim_deadline(s) == SIM_NEVER || sim_deadline(s) > now);
}

static void
request(struct sim *s, uint64_t now, struct reader *r, struct buf *in)
{
	struct setup t;
	enum sim_answer answer;
	bool was = sim_present(s);

	t.bmRequestType = reader_u8(r);
	t.bRequest = reader_u8(r);
	t.wValue = reader_u16(r);
	t.wIndex = reader_u8(r) & 1;
	t.wLength = reader_u16(r);
	if (!setup_is_in(&t)) {
		payload[0] = reader_u8(r);
		put_u32(payload + 1, reader_u32(r));
	}
	buf_reset(in);
	answer = sim_control(s, now, &t, setup_is_in(&t) ? NULL : payload, in);
	must(answer == SIM_ACK || in->len == 0);
	must(in->len <= (babbles ? REPLY_MAX : t.wLength));
	must(setup_is_in(&t) || in->len == 0);
	must(was || sim_present(s) || answer == SIM_GONE);
}

static void
look(const struct sim *s, struct reader *r)
{
	uint8_t bytes[16], index = reader_u8(r);
	struct buf b = { 0 };

	sim_descriptors(s, &b);
	must(b.len >= 18 + 9 + 9 && b.len <= UINT16_MAX);
	buf_free(&b);
	if (sim_string(s, index) != NULL)
		must(strlen(sim_string(s, index)) <= 126);
	sim_peek(s, reader_u32(r), bytes, sizeof bytes);
}

static void
poke(struct sim *s, struct reader *r)
{
	uint8_t bytes[16];
	uint32_t address = reader_u32(r);

	if (sim_poke(s, address, payload, sizeof bytes)) {
		must(sim_peek(s, address, bytes, sizeof bytes));
		must(memcmp(bytes, payload, sizeof bytes) == 0);
	}
}

/* One act of the host; the time steps are short, long and endless ones. */
static uint64_t
act(struct sim *s, uint64_t now, struct reader *r, struct buf *in)
{
	switch (reader_u8(r) & 7) {
	case 0:
		sim_run(s, now += reader_u16(r));
		break;
	case 1:
		sim_run(s, now += (uint64_t)reader_u16(r) * 1000);
		break;
	case 2:
		sim_reset(s, now);
		break;
	case 3:
		sim_plug(s, now, (reader_u8(r) & 1) != 0);
		break;
	case 4:
		sim_force_state(s, now, reader_u8(r) & 15);
		break;
	case 5:
		look(s, r);
		break;
	case 6:
		poke(s, r);
		break;
	default:
		request(s, now, r, in);
		now += sim_latency(s);
		break;
	}
	sim_run(s, now);
	check_device(s, now);
	return (now);
}

/* The fault, or a profile that does not look at wLength. */
static bool
may_babble(const char *spec)
{
	static const char *const words[] = { "babble", "uboot", "libopencm3",
	    "blackmagic", "gd32", "back=st" };
	size_t i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strstr(spec, words[i]) != NULL)
			return (true);
	}
	return (strcmp(spec, "st") == 0 || strncmp(spec, "st,", 3) == 0);
}

static struct sim *
make(struct reader *r)
{
	const uint8_t *end = memchr(r->p, '\n', r->len);
	size_t n = end != NULL ? (size_t)(end - r->p) : r->len;
	struct buf error = { 0 }, spec = { 0 };
	struct sim *s;

	if (n > SPEC_MAX)
		n = SPEC_MAX;
	buf_add(&spec, reader_bytes(r, n), n);
	reader_u8(r);
	babbles = may_babble(buf_str(&spec));
	s = sim_new(buf_str(&spec), &error);
	must((s == NULL) == (error.len != 0));
	buf_free(&error);
	buf_free(&spec);
	return (s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct reader r = reader_of(p, n);
	struct buf in = { 0 };
	struct sim *s;
	uint64_t now = 0;

	if (n == 0)
		return (0);
	s = make(&r);
	while (s != NULL && reader_left(&r) > 0)
		now = act(s, now, &r, &in);
	sim_free(s);
	buf_free(&in);
	return (0);
}
