/* DfuSe commands, block addresses and words (AN3156). */
#include "tests/dfu/check.h"

#include <stdbool.h>
#include <string.h>

#include "dfu/dfuse.h"
#include "wire/usb.h"

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
commands_pack_and_come_back(void **state)
{
	const struct dfuse_command_row *row;
	uint8_t p[5];
	size_t i, n;

	(void)state;
	for (i = 0; i < dfuse_commands_count; i++) {
		row = &dfuse_commands[i];
		memset(p, 0xee, sizeof(p));
		n = dfuse_command_pack(row, 0x08041234, p);
		assert_int_equal(n, row->length);
		assert_int_equal(p[0], row->byte);
		if (n == 5)
			assert_memory_equal(p + 1, "\x34\x12\x04\x08", 4);
		else
			assert_int_equal(p[1], 0xee);
		assert_ptr_equal(dfuse_command_of(p, n), row);
	}
}

static void
commands_unknown(void **state)
{
	static const uint8_t p[16] = { 0x41, 0, 0, 0, 8 };
	static const uint8_t q[1] = { 0x00 }, pointer[1] = { 0x21 };
	size_t n;

	(void)state;
	for (n = 0; n <= sizeof(p); n++)
		assert_int_equal(dfuse_command_of(p, n) != NULL,
		    n == 1 || n == 5);
	assert_null(dfuse_command_of(q, 1));
	assert_null(dfuse_command_of(pointer, 1));
	assert_null(dfuse_command_of(NULL, 0));
}

static void
block_addresses(void **state)
{
	(void)state;
	assert_int_equal(dfuse_block_address(2, 2048, 0x08000000), 0x08000000);
	assert_int_equal(dfuse_block_address(3, 2048, 0x08000000), 0x08000800);
	assert_int_equal(dfuse_block_address(65535, 65535, 0x08000000),
	    (uint32_t)(0x08000000ull + 65533ull * 65535ull));
	assert_int_equal(dfuse_block_address(3, 2048, 0xffffff00), 0x700);
	assert_int_equal(dfuse_block_address(9, 0, 0x08000000), 0x08000000);
}

static void
says(const struct setup *s, const void *data, size_t n,
    const uint32_t *pointer, const char *want)
{
	struct buf b = { 0 };

	dfuse_words(&b, s, data, n, 2048, pointer);
	assert_string_equal(buf_str(&b), want);
	buf_free(&b);
}

static void
words_of_commands(void **state)
{
	struct setup s = { 0x21, DFU_DNLOAD, 0, 0, 5 };

	(void)state;
	says(&s, "\x21\0\0\0\x08", 5, NULL, "set address 0x08000000");
	says(&s, "\x41\0\x08\0\x08", 5, NULL, "erase 0x08000800");
	says(&s, "\x41\0\x08", 3, NULL, "erase");
	says(&s, "\x55\0\0\0\0", 5, NULL, "no command: 0x55 in 5 bytes");
	says(&s, NULL, 0, NULL, "");
	s.wLength = 1;
	says(&s, "\x41", 1, NULL, "mass erase");
	says(&s, "\x92", 1, NULL, "read unprotect");
	says(&s, "\x21", 1, NULL, "no command: 0x21 in 1 byte");
	s.wLength = 0;
	says(&s, NULL, 0, NULL, "leave");
	s = (struct setup){ 0xa1, DFU_UPLOAD, 0, 0, 64 };
	says(&s, NULL, 0, NULL, "get commands");
}

static void
words_of_blocks(void **state)
{
	const uint32_t pointer = 0x08000000;
	struct setup s = { 0x21, DFU_DNLOAD, 3, 0, 2048 };

	(void)state;
	says(&s, NULL, 0, &pointer, "write 2048 bytes at 0x08000800");
	says(&s, NULL, 0, NULL, "write 2048 bytes at the pointer + 0x800");
	s.wValue = 1;
	says(&s, NULL, 0, &pointer, "write block 1, which is reserved");
	s = (struct setup){ 0xa1, DFU_UPLOAD, 2, 0, 1 };
	says(&s, NULL, 0, &pointer, "read 1 byte at 0x08000000");
	s = (struct setup){ 0x21, DFU_DNLOAD, 7, 0, 0 };
	says(&s, NULL, 0, &pointer, "leave");
}

static void
words_of_the_rest(void **state)
{
	static const struct setup rest[] = {
		{ 0xa1, DFU_GETSTATUS, 0, 0, 6 },
		{ 0x21, DFU_CLRSTATUS, 0, 0, 0 },
		{ 0x21, DFU_ABORT, 0, 0, 0 },
		{ 0x21, DFU_UPLOAD, 0, 0, 0 },		/* wrong direction */
		{ 0x80, USB_REQ_GET_DESCRIPTOR, 0x100, 0, 18 },
		{ 0x21, 9, 0, 0, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rest); i++)
		says(&rest[i], "\x21\0\0\0\x08", 5, NULL, "");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_an3156),
		cmocka_unit_test(commands_pack_and_come_back),
		cmocka_unit_test(commands_unknown),
		cmocka_unit_test(block_addresses),
		cmocka_unit_test(words_of_commands),
		cmocka_unit_test(words_of_blocks),
		cmocka_unit_test(words_of_the_rest),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
