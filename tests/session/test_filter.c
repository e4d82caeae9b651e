/* SPDX-License-Identifier: ISC */
/* Which devices are meant: dfu-util's letters. */
#include "tests/diagnosis/walk.h"

#include <stdlib.h>

#include <string.h>

#include "base/mem.h"
#include "session/filter.h"

static const struct {
	const char	*ids;		/* of -d */
	bool		 runtime;	/* dfu11,mode=app: 1209:0001 */
	bool		 dfu;		/* dfu11: 1209:0002 */
} rows[] = {
	{ "1209:0001", true, false },
	{ "1209:0002", false, true },
	{ "0x1209:0x0002", false, true },
	{ "1209:", true, true },
	{ "1209", true, true },
	{ ":0001", true, false },
	{ ":", true, true },
	{ "*:*", true, true },
	{ "*:0001,*:0002", true, true },
	{ "1209:0001,1209:0002", true, true },
	{ "1209:0001,-", true, false },
	{ "-,1209:0002", false, true },
	{ "-", false, false },
	{ ",1209:0002", true, true },
	{ "1209:0001,", true, true },
	{ "ffff:0001", false, false },
};

static bool
matches(const struct filter *f, const char *spec)
{
	struct walk t;
	bool is;

	walk_open(&t, spec);
	t.s->who->vendor = t.s->descriptors.idVendor;
	t.s->who->product = t.s->descriptors.idProduct;
	t.s->who->devnum = 9;
	free(t.s->who->peer);
	t.s->who->peer = mem_strdup("2-1.3");
	free(t.s->who->serial);
	t.s->who->serial = mem_strdup("S1");
	is = filter_matches(f, t.s->who);
	walk_close(&t);
	return (is);
}

static void
test_ids(void **state)
{
	struct buf error = { 0 };
	struct filter f;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		filter_init(&f);
		if (!filter_parse_ids(&f, rows[i].ids, &error))
			fail_msg("%s", buf_str(&error));
		if (matches(&f, "dfu11,mode=app") != rows[i].runtime ||
		    matches(&f, "dfu11") != rows[i].dfu)
			fail_msg("%s", rows[i].ids);
	}
}

static void
test_bad_ids(void **state)
{
	static const char *const bad[] = { "g", "12345", "1209:0001:2",
	    "1209:10000", "0x:1", " 1209", "1209:0001,x:1", "--", "1209:-1",
	    "0x12345678901:1" };
	struct buf error = { 0 };
	struct filter f;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		filter_init(&f);
		buf_reset(&error);
		if (filter_parse_ids(&f, bad[i], &error))
			fail_msg("accepted: %s", bad[i]);
		assert_non_null(strstr(buf_str(&error), bad[i]));
	}
	buf_free(&error);
}

static void
test_letters(void **state)
{
	struct filter f;

	(void)state;
	filter_init(&f);
	assert_true(matches(&f, "stm32f072"));
	f.path = "1-1";
	assert_true(matches(&f, "stm32f072"));
	f.path = "2-1.3";
	assert_true(matches(&f, "stm32f072"));
	f.path = "1-1.1";
	assert_false(matches(&f, "stm32f072"));
	filter_init(&f);
	f.serial = "S1";
	assert_true(matches(&f, "stm32f072"));
	f.serial = "S";
	assert_false(matches(&f, "stm32f072"));
	filter_init(&f);
	f.devnum = 9;
	assert_true(matches(&f, "stm32f072"));
	f.devnum = 0;
	assert_false(matches(&f, "stm32f072"));
	filter_init(&f);
	f.interface = 0;
	assert_true(matches(&f, "stm32f072"));
	f.interface = 1;
	assert_false(matches(&f, "stm32f072"));
}

static void
test_alternates(void **state)
{
	struct filter f;

	(void)state;
	filter_init(&f);
	f.alternate = "1";
	assert_true(matches(&f, "stm32f072"));
	f.alternate = "2";
	assert_false(matches(&f, "stm32f072"));
	f.alternate = "@Internal Flash  /0x08000000/064*0002Kg";
	assert_true(matches(&f, "stm32f072"));
	f.alternate = "@Internal";
	assert_false(matches(&f, "stm32f072"));
}

/* Without a DFU interface nothing is meant. */
static void
test_no_function(void **state)
{
	struct identity who = { .place = NULL };
	struct filter f;

	(void)state;
	filter_init(&f);
	assert_false(filter_matches(&f, &who));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_bad_ids),
		cmocka_unit_test(test_letters),
		cmocka_unit_test(test_alternates),
		cmocka_unit_test(test_no_function),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
