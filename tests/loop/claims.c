/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "tests/loop/claims.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

uint8_t *
claims_before(const char *spec, uint32_t base, size_t n)
{
	uint8_t *p = mem_alloc(n);
	struct buf error = { 0 };
	struct sim *sim = sim_new(spec, &error);

	assert_non_null(sim);
	assert_true(sim_peek(sim, base, p, n));
	sim_free(sim);
	return (p);
}

static bool
all_ones(const uint8_t *p, size_t n)
{
	while (n > 0 && p[n - 1] == 0xff)
		n--;
	return (n == 0);
}

static void
check_one(const struct trial *t, const struct claims *c, uint32_t from,
    uint32_t to, const char *word, const char *text)
{
	size_t at = from - c->base, n = to - from + 1;
	size_t cut = at + n > c->n ? c->n - at : n;
	uint8_t *is = mem_alloc(n);
	bool good = true;

	assert_true(at < c->n);
	assert_true(sim_peek(t->sim, from, is, n));
	if (strncmp(word, "verified", 8) == 0 ||
	    strncmp(word, "written", 7) == 0)
		good = memcmp(is, c->image + at, cut) == 0;
	else if (strncmp(word, "untouched", 9) == 0)
		good = memcmp(is, c->before + at, cut) == 0;
	else if (strncmp(word, "erased", 6) == 0)
		good = all_ones(is, n);
	else if (strncmp(word, "differs", 7) == 0)
		good = memcmp(is, c->image + at, cut) != 0;
	else
		good = strncmp(word, "unknown", 7) == 0 ||
		    strncmp(word, "partly written", 14) == 0;
	free(is);
	if (!good)
		fail_msg("%s: not so: 0x%08x to 0x%08x %.10s, of \"%s\"",
		    t->target, from, to, word, text);
}

void
claims_check(const struct trial *t, const struct claims *c, const char *text)
{
	unsigned from, to;
	const char *p = text;
	int used;

	while ((p = strstr(p, "0x")) != NULL) {
		used = 0;
		if (sscanf(p, "0x%8x to 0x%8x %n", &from, &to, &used) != 2 ||
		    used == 0) {
			p += 2;
			continue;
		}
		p += used;
		/* The range that all of it is about. */
		if (*p == ':' || strncmp(p, "of ", 3) == 0)
			continue;
		check_one(t, c, from, to, p, text);
	}
}
