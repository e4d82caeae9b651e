/* SPDX-License-Identifier: ISC */
/* Records that are alike are one, however many there are of others. */
#include "config.h"

#include "tests/dfu/check.h"

#include <string.h>

#include "base/intern.h"

#define MANY	5000

/* A width that no word divides. */
struct record {
	uint8_t	bytes[13];
};

static struct record
record_of(uint32_t n)
{
	struct record r;

	memset(&r, 0, sizeof(r));
	memcpy(&r.bytes[9], &n, sizeof(n));
	return (r);
}

static void
each_is_kept_once(void **state)
{
	struct intern t = { 0 };
	struct record r;
	const void *first = NULL;
	uint32_t i;

	(void)state;
	for (i = 0; i < MANY; i++) {
		r = record_of(i);
		assert_int_equal(intern_keep(&t, &r, sizeof(r), SIZE_MAX), i);
		if (i == 0)
			first = intern_get(&t, 0);
	}
	for (i = 0; i < MANY; i++) {
		r = record_of(i);
		assert_int_equal(intern_keep(&t, &r, sizeof(r), SIZE_MAX), i);
		assert_memory_equal(intern_get(&t, i), &r, sizeof(r));
	}
	assert_int_equal(t.n, MANY);
	/* It grew, and what was handed out is where it was. */
	assert_ptr_equal(intern_get(&t, 0), first);
	assert_true(intern_memory(&t, sizeof(r)) >= MANY * sizeof(r));
	intern_free(&t);
	assert_int_equal(t.n, 0);
}

static void
no_more_than_most(void **state)
{
	struct intern t = { 0 };
	struct record r;
	uint32_t i;

	(void)state;
	for (i = 0; i < 20; i++) {
		r = record_of(i);
		assert_int_equal(intern_keep(&t, &r, sizeof(r), 17),
		    i < 17 ? i : INTERN_NONE);
	}
	r = record_of(16);
	assert_int_equal(intern_keep(&t, &r, sizeof(r), 17), 16);
	intern_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_kept_once),
		cmocka_unit_test(no_more_than_most),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
