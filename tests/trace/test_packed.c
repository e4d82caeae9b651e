/* SPDX-License-Identifier: ISC */
/* A packed list gives back each record, in any order, and takes few bytes. */
#include "config.h"

#include "tests/dfu/check.h"

#include <string.h>

#include "base/packed.h"

#define MANY	5000
#define WIDTH	5

/* Numbers of any size, the same each time. */
static uint64_t
noise(uint64_t n)
{
	n = (n ^ n >> 31) * 0x9e3779b97f4a7c15u;
	return ((n ^ n >> 29) * 0xbf58476d1ce4e5b9u);
}

/* Even steps, steps that jump, what stays, what is anything, extremes. */
static void
record_of(size_t i, uint64_t *v)
{
	v[0] = 1000 + 7 * i;
	v[1] = i % 97 == 3 ? 0 : 100 * i;
	v[2] = i / 1000;
	v[3] = noise(i) >> noise(i + 1) % 64;
	v[4] = i % 3 == 0 ? 0 : i % 3 == 1 ? UINT64_MAX : INT64_MAX;
}

static void
assert_record(const struct packed *p, size_t i)
{
	uint64_t want[WIDTH], is[WIDTH];

	record_of(i, want);
	packed_get(p, i, is);
	assert_memory_equal(is, want, sizeof(is));
}

static void
each_comes_back(void **state)
{
	struct packed p = { .width = WIDTH, .steady = 3 };
	uint64_t v[WIDTH];
	size_t i, k;

	(void)state;
	for (i = 0; i < MANY; i++) {
		record_of(i, v);
		packed_add(&p, v);
		assert_int_equal(p.n, i + 1);
		/* The block that grows may be the one that is open. */
		for (k = i > 2 ? i - 2 : 0; k <= i; k++)
			assert_record(&p, k);
		assert_record(&p, (size_t)(noise(i) % (i + 1)));
	}
	for (i = MANY; i-- > 0;)
		assert_record(&p, i);
	packed_clear(&p);
	assert_int_equal(p.n, 0);
	assert_int_equal(packed_memory(&p), 0);
	record_of(0, v);
	packed_add(&p, v);
	assert_record(&p, 0);
	packed_clear(&p);
}

/* What follows from before takes a byte. */
static void
what_is_even_takes_little(void **state)
{
	struct packed p = { .width = 3, .steady = 3 };
	uint64_t v[3] = { 0, 0, 12 };
	size_t i;

	(void)state;
	for (i = 0; i < MANY; i++) {
		v[0] += 1000000;
		v[1] += 1;
		packed_add(&p, v);
	}
	assert_in_range(p.len, MANY, MANY + MANY / 2);
	assert_in_range(packed_memory(&p), MANY, 4 * MANY);
	packed_clear(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_comes_back),
		cmocka_unit_test(what_is_even_takes_little),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
