/* SPDX-License-Identifier: ISC */
/*
 * What several loaders do with their flash.
 */
#include <string.h>

#include "base/bytes.h"
#include "device/profile.h"

void
sim_erase_page(struct sim *s, struct memory *m, uint32_t offset,
    uint32_t size)
{
	if (sim_is(s, PARAM_PAGES, "half"))
		size /= 2;
	else if (sim_is(s, PARAM_PAGES, "double"))
		size *= 2;
	offset = offset / size * size;
	if (offset < m->size)
		memset(m->bytes + offset, 0xff,
		    size < m->size - offset ? size : m->size - offset);
}

void
sim_burn(uint8_t *to, const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		to[i] &= p[i];
}

bool
sim_boots(const struct sim *s, uint32_t address)
{
	uint8_t vector[4];
	struct reader r;

	if (!sim_peek(s, address, vector, sizeof vector))
		return (false);
	r = reader_of(vector, sizeof vector);
	return ((reader_u32(&r) & 0x2ffe0000) == 0x20000000);
}
