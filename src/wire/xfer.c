/* SPDX-License-Identifier: ISC */
#include "wire/xfer.h"

#include <assert.h>
#include <string.h>

#include "base/bytes.h"
#include "wire/usb.h"

static const struct {
	const char *name;
	const char *words;
} outcomes[OUTCOME_COUNT] = {
	[OUTCOME_UNKNOWN] = { "unknown", "not answered yet" },
	[OUTCOME_OK] = { "ok", "accepted" },
	[OUTCOME_SHORT] = { "short", "answered with fewer bytes" },
	[OUTCOME_STALL] = { "stall", "stalled by the device" },
	[OUTCOME_TIMEOUT] = { "timeout", "timed out" },
	[OUTCOME_CANCELLED] = { "cancelled", "cancelled by dfuscope" },
	[OUTCOME_BUSERROR] = { "buserror", "bus error" },
	[OUTCOME_BABBLE] = { "babble", "more bytes than requested" },
	[OUTCOME_GONE] = { "gone", "the device disconnected" },
	[OUTCOME_DENIED] = { "denied", "permission denied" },
	[OUTCOME_BUSY] = { "busy", "in use by another program" },
};

void
setup_pack(const struct setup *s, uint8_t out[SETUP_LENGTH])
{
	out[0] = s->bmRequestType;
	out[1] = s->bRequest;
	put_u16(out + 2, s->wValue);
	put_u16(out + 4, s->wIndex);
	put_u16(out + 6, s->wLength);
}

struct setup
setup_unpack(const uint8_t in[SETUP_LENGTH])
{
	struct reader r = reader_of(in, SETUP_LENGTH);
	struct setup s;

	s.bmRequestType = reader_u8(&r);
	s.bRequest = reader_u8(&r);
	s.wValue = reader_u16(&r);
	s.wIndex = reader_u16(&r);
	s.wLength = reader_u16(&r);
	return (s);
}

bool
setup_equal(const struct setup *a, const struct setup *b)
{
	return (a->bmRequestType == b->bmRequestType &&
	    a->bRequest == b->bRequest && a->wValue == b->wValue &&
	    a->wIndex == b->wIndex && a->wLength == b->wLength);
}

const char *
outcome_name(enum outcome o)
{
	return ((unsigned)o < OUTCOME_COUNT ? outcomes[o].name : NULL);
}

const char *
outcome_words(enum outcome o)
{
	return ((unsigned)o < OUTCOME_COUNT ? outcomes[o].words : NULL);
}

bool
outcome_parse(const char *name, enum outcome *o)
{
	unsigned i;

	for (i = 0; i < OUTCOME_COUNT; i++) {
		assert(outcomes[i].name != NULL);
		if (strcmp(name, outcomes[i].name) != 0)
			continue;
		*o = (enum outcome)i;
		return (true);
	}
	return (false);
}
