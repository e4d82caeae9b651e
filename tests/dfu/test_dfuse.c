/* SPDX-License-Identifier: ISC */
/* The DfuSe commands (AN3156). */
#include "tests/dfu/check.h"

#include <stdbool.h>
#include <string.h>

#include "dfu/dfuse.h"

static void
commands_an3156(void **state)
{
	static const struct {
		const char *name;
		uint8_t byte, length;
		enum dfu_danger danger;
	} want[] = {
		{ "set-address", 0x21, 5, DFU_DANGER_NONE },
		{ "erase", 0x41, 5, DFU_DANGER_DESTROYS },
		{ "mass-erase", 0x41, 1, DFU_DANGER_DESTROYS },
		{ "read-unprotect", 0x92, 1, DFU_DANGER_DESTROYS },
	};
	const struct dfuse_command_row *row;
	size_t i;

	(void)state;
	assert_int_equal(dfuse_commands_count, COUNT(want));
	for (i = 0; i < COUNT(want); i++) {
		row = &dfuse_commands[i];
		assert_string_equal(row->name, want[i].name);
		assert_int_equal(row->byte, want[i].byte);
		assert_int_equal(row->length, want[i].length);
		assert_int_equal(row->danger, want[i].danger);
		assert_int_equal(row->loss != NULL,
		    row->danger != DFU_DANGER_NONE);
		assert_non_null(row->meaning);
	}
}

static void
commands_pack(void **state)
{
	const struct dfuse_command_row *row;
	uint8_t p[5];
	size_t i, n;

	(void)state;
	assert_null(dfuse_command_row(DFU_KIND_COMMAND));
	for (i = 0; i < dfuse_commands_count; i++) {
		row = &dfuse_commands[i];
		memset(p, 0xee, sizeof(p));
		n = dfuse_command_pack(row->kind, 0x08041234, p);
		assert_int_equal(n, row->length);
		assert_int_equal(p[0], row->byte);
		if (n == 5)
			assert_memory_equal(p + 1, "\x34\x12\x04\x08", 4);
		else
			assert_int_equal(p[1], 0xee);
		assert_ptr_equal(dfuse_command_row(row->kind), row);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_an3156),
		cmocka_unit_test(commands_pack),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
