/* SPDX-License-Identifier: ISC */
/* The rows of other tools' quirks are whole, and find their devices. */
#include "tests/dfu/check.h"

#include <stdbool.h>
#include <string.h>

#include "dfu/quirk.h"

static const struct dfu_functional plain = {
	.present = true, .bLength = 9, .bcdDFUVersion = DFU_VERSION_DFUSE,
};

static bool
has(const struct dfu_quirk_subject *who, const char *tool, const char *name,
    const char *does)
{
	const struct dfu_quirk *rows[DFU_QUIRKS_MAX];
	size_t i, n = dfu_quirks_of(who, rows, DFU_QUIRKS_MAX);

	assert_true(n <= DFU_QUIRKS_MAX);
	for (i = 0; i < n; i++) {
		if (strcmp(rows[i]->tool, tool) == 0 && (name == NULL ||
		    (rows[i]->name != NULL &&
		    strcmp(rows[i]->name, name) == 0)) &&
		    strstr(rows[i]->does, does) != NULL)
			return (true);
	}
	return (false);
}

static void
every_row_says_why_and_whence(void **state)
{
	const struct dfu_quirk *q;
	size_t i;

	(void)state;
	for (i = 0; i < dfu_quirks_count; i++) {
		q = &dfu_quirks[i];
		assert_non_null(q->tool);
		assert_non_null(q->does);
		assert_non_null(q->why);
		assert_non_null(q->source);
		assert_true(q->vendor != DFU_QUIRK_ANY ||
		    q->trait != DFU_QUIRK_IDS);
		assert_true(q->last == DFU_QUIRK_ANY || q->last > q->product);
	}
}

static void
the_rom_is_given_time(void **state)
{
	struct dfu_quirk_subject who = { .vendor = 0x0483,
	    .product = 0xdf11, .protocol = 2, .functional = &plain };

	(void)state;
	assert_true(has(&who, "dfu-util", NULL, "35 s"));
	assert_true(has(&who, "fwupd", "DfuForceTimeout", "5000 ms"));
	assert_false(has(&who, "dfu-util", NULL, "DFU mode"));
	who.protocol = 0;
	assert_true(has(&who, "dfu-util", NULL, "DFU mode"));
}

static void
ranges_and_versions_bound(void **state)
{
	struct dfu_quirk_subject who = { .vendor = 0x1d50,
	    .product = 0x5117 };

	(void)state;
	assert_true(has(&who, "dfu-util", "POLLTIMEOUT", "5 ms"));
	who.product = 0x5126;
	assert_true(has(&who, "dfu-util", "POLLTIMEOUT", "5 ms"));
	who.product = 0x5127;
	assert_false(has(&who, "dfu-util", "POLLTIMEOUT", "5 ms"));
	who = (struct dfu_quirk_subject){ .vendor = 0x0908,
	    .product = 0x02c4 };
	assert_true(has(&who, "dfu-util", "POLLTIMEOUT", "5 ms"));
	who.version = 1;
	assert_false(has(&who, "dfu-util", "POLLTIMEOUT", "5 ms"));
}

static void
strings_and_descriptors_tell(void **state)
{
	struct dfu_quirk_subject who = { .vendor = 0x28e9,
	    .product = 0x0189, .serial = "3CBJ", .functional = &plain,
	    .name = "@Internal Flash  /0x08000000/512*002Kg" };
	struct dfu_functional other = { .present = true, .bLength = 7 };

	(void)state;
	assert_true(has(&who, "dfu-util", "DFUSE_LAYOUT", "1024"));
	assert_true(has(&who, "dfu-util", "DFUSE_LEAVE", ""));
	who.serial = "3CBK";
	assert_false(has(&who, "dfu-util", "DFUSE_LAYOUT", ""));
	who = (struct dfu_quirk_subject){ .functional = &other };
	assert_true(has(&who, "dfu-util", NULL, "DFU 1.0"));
	other.bLength = 9;
	assert_int_equal(dfu_quirks_of(&who, NULL, 0), 0);
	who.name = "@Device Feature/0xFFFF0000/01*004 e";
	assert_int_equal(dfu_quirks_of(&who, NULL, 0), 1);
	who.name = "@Device Features/0xFFFF0000/01*004 e";
	assert_int_equal(dfu_quirks_of(&who, NULL, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_says_why_and_whence),
		cmocka_unit_test(the_rom_is_given_time),
		cmocka_unit_test(ranges_and_versions_bound),
		cmocka_unit_test(strings_and_descriptors_tell),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
