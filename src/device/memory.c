/* SPDX-License-Identifier: ISC */
/*
 * The memory of simulated devices.
 */
#include <string.h>

#include "base/mem.h"
#include "device/profile.h"

void
sim_add_memory(struct sim *s, unsigned i, uint32_t base, uint32_t size,
    uint8_t fill)
{
	struct memory *m = &s->memory[i];

	m->base = base;
	m->size = m->used = size;
	m->bytes = mem_alloc(size);
	if (fill != 0)
		memset(m->bytes, fill, size);
}

bool
sim_program(uint8_t *to, const uint8_t *p, size_t n)
{
	size_t i, width;
	bool erased, zero;

	for (i = 0; i < n; i += width) {
		width = n - i > 1 ? 2 : 1;
		erased = to[i] == 0xff && to[i + width - 1] == 0xff;
		zero = p[i] == 0 && p[i + width - 1] == 0;
		if (!erased && !zero)
			return (false);
		memcpy(to + i, p + i, width);
	}
	return (true);
}

void
sim_fill_pattern(uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		p[i] = (uint8_t)(i ^ (i >> 8) * 31 ^ 0xa5);
}

static const struct memory *
memory_at(const struct sim *s, uint64_t address)
{
	const struct memory *m;
	unsigned i;

	for (i = 0; i < SIM_MEMORIES; i++) {
		m = &s->memory[i];
		if (address >= m->base && address - m->base < m->size)
			return (m);
	}
	return (NULL);
}

struct memory *
sim_memory_at(struct sim *s, uint64_t address)
{
	const struct memory *m = memory_at(s, address);

	return (m != NULL ? &s->memory[m - s->memory] : NULL);
}

bool
sim_peek(const struct sim *s, uint32_t address, uint8_t *p, size_t n)
{
	const struct memory *m = memory_at(s, address);
	uint32_t offset;

	if (m == NULL)
		return (false);
	offset = address - m->base;
	if (offset > m->used || n > m->used - offset)
		return (false);
	memcpy(p, m->bytes + offset, n);
	return (true);
}

bool
sim_poke(struct sim *s, uint32_t address, const uint8_t *p, size_t n)
{
	struct memory *m = sim_memory_at(s, address);
	uint32_t offset;

	if (m == NULL)
		return (false);
	offset = address - m->base;
	if (n > m->size - offset)
		return (false);
	memcpy(m->bytes + offset, p, n);
	if (offset + n > m->used)
		m->used = offset + (uint32_t)n;
	return (true);
}
