/* SPDX-License-Identifier: ISC */
/*
 * What was downloaded, held against files and what was read back, while it is
 * done and in the recording of it.
 */
#include "config.h"

#include "tests/loop/rig.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

#define BYTES	5000
#define FILE_NAME	"test_compare.bin"
#define OTHER	"test_compare.other"
#define READ	"test_compare.read"
#define JOURNAL	"test_compare.journal"

static uint8_t bytes[BYTES + 3];

static const struct row {
	const char	*target;
	const char	*before;	/* ahead of it, live alone; or NULL */
	const char	*command;
	size_t		 changed;	/* byte of the other file; or BYTES */
	size_t		 length;	/* of it */
	int		 code;
	const char	*said;
} rows[] = {
	{ "sim:stm32f072", NULL, "compare image " OTHER, BYTES, BYTES, 0,
	    "5000 bytes downloaded, equal to the file" },
	{ "sim:stm32f072", NULL, "compare image " OTHER, 2064, BYTES, 74,
	    "1 byte of 5000 differs, the first at 0x08000810: 0x78 "
	    "was downloaded, and 0x87 is in the file" },
	{ "sim:stm32f072", NULL, "compare image " OTHER, BYTES, BYTES - 7, 74,
	    "4993 bytes downloaded, equal to the file; 7 bytes, the "
	    "first at 0x08001381, were downloaded and not in the file" },
	{ "sim:stm32f072", NULL, "compare image " OTHER, BYTES, BYTES + 3, 74,
	    "; 3 bytes, the first at 0x08001388, were in the file and not "
	    "downloaded" },
	{ "sim:stm32f072", NULL, "compare image " OTHER " as raw 0x08000800",
	    BYTES, BYTES, 74, "; 2040 bytes, the first at 0x08000000, were "
	    "downloaded and not in the file; 2048 bytes, the first at "
	    "0x08001388, were in the file and not downloaded" },
	{ "sim:stm32f072", NULL, "compare image no-such-file", BYTES, BYTES,
	    74, "no-such-file" },
	{ "sim:stm32f072", NULL, "compare read", BYTES, BYTES, 74,
	    "none of the downloaded data was read back" },
	{ "sim:stm32f072", "verify " FILE_NAME, "compare read", BYTES, BYTES,
	    0, "5000 bytes read back, equal to the download" },
	{ "sim:stm32f072", "read 0x08000000 2048 " READ " replace",
	    "compare read", BYTES, BYTES, 74, "2048 bytes "
	    "read back, equal to the download; 2952 bytes, "
	    "the first at 0x08000800, were downloaded and not read back" },
	{ "sim:stm32f072,wrp=0-1", "verify " FILE_NAME, "compare read",
	    BYTES, BYTES, 74, "the first at 0x08000000: 0x00 was "
	    "downloaded, and 0xff was read back" },
	{ "sim:dfu11", NULL, "compare image " OTHER, 16, BYTES, 74,
	    "the first at 0x00000010: " },
	{ "sim:dfu11", "verify " FILE_NAME, "compare read", BYTES, BYTES, 0,
	    "5000 bytes read back, equal to the download" },
};

static void
write_file(const char *name, size_t n)
{
	struct buf error = { 0 };

	assert_true(file_write(name, bytes, n, true, &error));
}

static void
expect(const struct row *row, const char *targets, const char *script,
    const char *journal)
{
	struct rig r = { .targets = targets, .script = script,
		.flags = RIG_YES | RIG_PAYLOAD, .journal = journal };

	rig_batch(&r);
	if (r.code != row->code || !rig_said(&r, row->said))
		fail_msg("%s: %s: %d\n%s", targets, script, r.code,
		    buf_str(&r.err));
	rig_free(&r);
}

/* Live, and the same of what was recorded. */
static void
run_row(const struct row *row)
{
	char *script = mem_printf("flash " FILE_NAME "%s%s\n%s",
	    row->before != NULL ? "\ntry " : "",
	    row->before != NULL ? row->before : "", row->command);

	write_file(FILE_NAME, BYTES);
	bytes[row->changed] ^= 0xff;
	write_file(OTHER, row->length);
	bytes[row->changed] ^= 0xff;
	unlink(JOURNAL);
	expect(row, row->target, script, JOURNAL);
	expect(row, "recording:" JOURNAL, row->command, NULL);
	free(script);
}

static void
each_comparison(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 + i / 256);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		run_row(&rows[i]);
	unlink(JOURNAL);
	unlink(OTHER);
	unlink(READ);
	unlink(FILE_NAME);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_comparison),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
