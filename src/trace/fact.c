/* SPDX-License-Identifier: ISC */
#include "trace/fact.h"

#include <string.h>

static const char *const names[FACT_COUNT] = {
	[FACT_CLOCK] = "clock",
	[FACT_WAITS] = "waits",
	[FACT_PAYLOAD] = "payload",
	[FACT_DESCRIPTORS] = "descriptors",
	[FACT_ATTRIBUTES] = "attributes",
	[FACT_MAP] = "map",
	[FACT_STATUS] = "status",
	[FACT_ERROR_CODE] = "error-code",
	[FACT_OTHERS] = "others",
};

const char *
fact_name(enum fact f)
{
	return ((unsigned)f < FACT_COUNT ? names[f] : NULL);
}

/* The fact whose name is the n bytes at s. */
static bool
parse_bytes(const char *s, size_t n, enum fact *f)
{
	unsigned i;

	for (i = 0; i < FACT_COUNT; i++) {
		if (strlen(names[i]) == n && memcmp(names[i], s, n) == 0) {
			*f = (enum fact)i;
			return (true);
		}
	}
	return (false);
}

bool
fact_parse(const char *name, enum fact *f)
{
	return (parse_bytes(name, strlen(name), f));
}

void
fact_mask_print(struct buf *b, uint16_t mask)
{
	const char *comma = "";
	unsigned i;

	for (i = 0; i < FACT_COUNT; i++) {
		if (!(mask & FACT(i)))
			continue;
		buf_addf(b, "%s%s", comma, names[i]);
		comma = ",";
	}
}

bool
fact_mask_parse(const char *list, uint16_t *mask)
{
	enum fact f;
	size_t n;

	*mask = 0;
	for (;;) {
		n = strcspn(list, ",");
		if (!parse_bytes(list, n, &f))
			return (false);
		*mask |= FACT(f);
		list += n;
		if (*list == '\0')
			return (true);
		list++;
	}
}
