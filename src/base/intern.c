/* SPDX-License-Identifier: ISC */
#include "base/intern.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static size_t
hash_of(const void *record, size_t width)
{
	const unsigned char *p = record;
	uint64_t word, h = 0;
	size_t i, n;

	for (i = 0; i < width; i += n) {
		n = width - i < sizeof(word) ? width - i : sizeof(word);
		word = 0;
		memcpy(&word, p + i, n);
		h = (h ^ word) * 0x9e3779b97f4a7c15u;
	}
	return ((size_t)(h >> 32));
}

/* Where it is in the table, or where it belongs. */
static size_t
place_of(const struct intern *t, const void *record, size_t width)
{
	size_t i = hash_of(record, width) & (t->size - 1);

	while (t->table[i] != 0 &&
	    memcmp(t->list[t->table[i] - 1], record, width) != 0)
		i = (i + 1) & (t->size - 1);
	return (i);
}

static void
grow(struct intern *t, size_t width)
{
	uint32_t i;

	t->cap = t->cap == 0 ? 16 : t->cap * 2;
	t->list = mem_array(t->list, t->cap, sizeof(*t->list));
	free(t->table);
	/* Half of it stays free, so that a search ends soon. */
	t->size = t->cap * 2;
	t->table = mem_alloc(t->size * sizeof(*t->table));
	for (i = 0; i < t->n; i++)
		t->table[place_of(t, t->list[i], width)] = i + 1;
}

uint32_t
intern_keep(struct intern *t, const void *record, size_t width, size_t most)
{
	size_t place;

	if (t->n == t->cap)
		grow(t, width);
	place = place_of(t, record, width);
	if (t->table[place] == 0) {
		if (t->n >= most)
			return (INTERN_NONE);
		t->list[t->n] = mem_copy(record, width);
		t->table[place] = (uint32_t)++t->n;
	}
	return (t->table[place] - 1);
}

const void *
intern_get(const struct intern *t, uint32_t number)
{
	return (t->list[number]);
}

void
intern_free(struct intern *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		free(t->list[i]);
	free(t->list);
	free(t->table);
	memset(t, 0, sizeof(*t));
}

size_t
intern_memory(const struct intern *t, size_t width)
{
	return (t->cap * sizeof(*t->list) + t->size * sizeof(*t->table) +
	    t->n * width);
}
