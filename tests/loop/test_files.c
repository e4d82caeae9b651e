/* SPDX-License-Identifier: ISC */
/* What flash and verify make of files: of each kind, and of none. */
#include "config.h"

#include "tests/dfu/make_image.h"
#include "tests/loop/claims.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

#define F072	"sim:stm32f072"
#define BASE	0x08000000

/* A program that starts: SP, reset, and letters. */
static const char program[] = "\0\x40\0\x20\x09\0\0\x08" "bcdefghi";
#define PROGRAM	(sizeof(program) - 1)

static void
make_program(struct buf *b)
{
	buf_add(b, program, PROGRAM);
}

static void
make_packed_program(struct buf *b)
{
	make_gzip(b, program, PROGRAM);
}

static void
make_zip(struct buf *b)
{
	buf_add(b, "PK\3\4\24\0\0\0\10\0\x5b\xba\x7d\x5d", 14);
	buf_add(b, "\0\0\0\0\0\0\0\0\0\0\0\0\7\0\0\0app.bin\1\2\3", 26);
}

static void
make_html(struct buf *b)
{
	buf_adds(b, "<!DOCTYPE html>\n<title>404</title>\n");
}

static void
make_text(struct buf *b)
{
	buf_adds(b, "int main(void);\n");
}

static void
make_host_program(struct buf *b)
{
	make_elf(b, &(struct make_elf){ .wide = true, .type = 2,
	    .machine = 62, .segments = { { 1, 0, BASE, BASE, "abcd" } } });
}

/* Vectors that lead nowhere: the letters of a text in their place. */
static void
make_astray(struct buf *b)
{
	buf_adds(b, "this is no vector table");
	buf_addc(b, 1);
}

/* One run in the flash, one behind its end, one for the option bytes. */
static void
make_three_runs(struct buf *b)
{
	make_srec(b, 3, BASE, program, PROGRAM);
	make_srec(b, 3, BASE + 0x1fffe, "wxyz", 4);
	make_srec(b, 3, 0x1ffff800, "opti", 4);
	make_srec(b, 7, 0, "", 0);
}

static void
make_two_runs(struct buf *b)
{
	make_srec(b, 3, 0, "abcd", 4);
	make_srec(b, 3, 0x100, "efgh", 4);
	make_srec(b, 7, 0, "", 0);
}

/* The file goes in, and this comes of it. */
struct row {
	const char	*target;
	void		(*make)(struct buf *b);
	const char	*command;	/* %: the file */
	int		 code;
	const char	*said;
	const char	*unsaid;	/* or NULL */
	const char	*asked;		/* in the question, or NULL: none */
};

static const struct row rows[] = {
	/* read */
	{ F072, make_program, "flash % verify", 0,
	    "wrote 16 and verified 16 bytes", "note", "lost" },
	{ F072, make_packed_program, "flash % verify", 0,
	    "; note: unpacked from gzip: 16 bytes from 39", NULL,
	    "Note: unpacked from gzip" },
	{ F072, make_whole_elf, "flash % verify", 0,
	    "wrote 12 and verified 12 bytes", NULL,
	    "Note: ELF for ARM, 32 bits, low byte first" },
	{ F072, make_whole_uf2, "flash % verify", 0,
	    "0x08000000-0x08000101: wrote 10 and verified 10 bytes",
	    NULL, "UF2 for the family STM32F0 (0x647824b6)" },
	{ "sim:dfu11", make_packed_program, "flash % verify", 0,
	    "downloaded 16 bytes (note: unpacked from gzip: 16 bytes from "
	    "39); ", NULL, "Note: unpacked from gzip" },
	{ "sim:dfu11", make_whole_elf, "flash % verify", 0,
	    "downloaded 12 bytes (note: ELF for ARM", NULL, "Note: ELF" },
	/* recognised as something else */
	{ F072, make_zip, "flash % 0x08000000", 65,
	    "the file is a ZIP archive (its first file is \"app.bin\"): "
	    "unzip it",
	    NULL, NULL },
	{ F072, make_zip, "verify % 0x08000000", 65, "a ZIP archive", NULL,
	    NULL },
	{ F072, make_html, "flash % 0x08000000", 65,
	    "an HTML page (\"404\")", NULL, NULL },
	{ F072, make_text, "flash % 0x08000000", 65, "the file is text", NULL,
	    NULL },
	{ F072, make_host_program, "flash %", 65, "an ELF program for x86-64",
	    NULL, NULL },
	{ "sim:dfu11", make_zip, "flash %", 65, "a ZIP archive", NULL, NULL },
	{ "sim:dfu11", make_html, "verify %", 65, "an HTML page", NULL,
	    NULL },
	{ "sim:dfu11", make_two_runs, "flash %", 65, "the file has a gap",
	    NULL, NULL },
	/* as raw */
	{ F072, make_zip, "flash % as raw 0x08000000 verify", 0,
	    "wrote 40 and verified 40 bytes", NULL,
	    "Note: the file begins like a ZIP archive; dfuscope reads it as "
	    "raw binary nevertheless" },
	{ F072, make_zip, "flash % 0x08000000 verify as raw", 0,
	    "and verified", NULL, "a ZIP archive" },
	{ F072, make_whole_elf, "flash % as raw verify", 0,
	    "wrote 160 and verified 160 bytes", NULL, "an ELF file" },
	{ F072, make_zip, "verify % as raw 0x08000000", 76,
	    "differs from the file at", NULL, NULL },
	{ F072, make_whole_ihex, "flash % as raw", 0, "note: the file "
	    "begins like an Intel HEX file", NULL, "Intel HEX" },
	{ "sim:dfu11", make_zip, "flash % as raw verify", 0,
	    "verified: the device returned the 40 bytes",
	    NULL, "a ZIP archive" },
	{ "sim:dfu11", make_zip, "verify % as raw", 76, "", NULL, NULL },
	/* fits */
	{ F072, make_three_runs, "flash %", 65,
	    "0x08020000 is outside the memory of alternate setting 0 "
	    "(Internal Flash), which ends at 0x0801ffff", "has it", NULL },
	{ F072, make_three_runs, "flash % fits verify", 0,
	    "wrote 18 and verified 18 bytes", NULL,
	    "Note: left out: 0x08020000-0x08020001 (2 bytes), "
	    "0x1ffff800-0x1ffff803 (4 bytes, for alternate setting 1 (Option "
	    "Bytes))" },
	{ F072, make_three_runs, "verify % fits", 76,
	    "differs from the file at", NULL, NULL },
	{ F072, make_program, "flash % fits verify", 0, "and verified",
	    "left out", "lost" },
	{ F072, make_program, "flash % 0x0801fff8 fits verify", 0,
	    "wrote 8 and verified 8 bytes", NULL,
	    "left out: 0x08020000-0x08020007 (8 bytes)" },
	{ F072, make_two_runs, "flash % fits", 65, "has no data for "
	    "alternate setting 0; left out: 0x00000000-0x00000003", NULL,
	    NULL },
	{ F072, make_whole_dfuse, "flash % fits verify", 0,
	    "wrote 8 and verified 8 bytes", NULL,
	    "left out: 0x1ffff800-0x1ffff805 (6 bytes, for alternate setting "
	    "1)" },
	{ "sim:dfu11", make_program, "flash % fits", 64,
	    "Leave out \"fits\"", NULL, NULL },
	/* what starts */
	{ F072, make_astray, "flash %", 0, "; note: the initial SP is "
	    "0x73696874, not in RAM, and the reset vector 0x20736920 lacks "
	    "the Thumb bit: no Cortex-M starts this from 0x08000000",
	    NULL, "Note: the initial SP is 0x73696874" },
	{ F072, make_astray, "flash % 0x08000800", 0, "wrote 24 of 24 bytes",
	    "note", "lost" },
	{ "sim:dfu11", make_astray, "flash %", 0, "downloaded 24 bytes; ",
	    "note", "lost" },
};

static char *
file_of(void (*make)(struct buf *b))
{
	uint8_t *unused;
	char *name = trial_file(1, 1, &unused);
	struct buf b = { 0 }, error = { 0 };

	make(&b);
	assert_true(file_write(name, b.data, b.len, true, &error));
	buf_free(&b);
	free(unused);
	return (name);
}

static void
run_row(const struct row *r)
{
	const char *hole = strchr(r->command, '%');
	char *name = file_of(r->make);
	char *command = mem_printf("%.*s%s%s", (int)(hole - r->command),
	    r->command, name, hole + 1);
	struct trial t = { .target = r->target, .commands = { command },
	    .answer = "yes" };

	trial_run(&t);
	trial_expect(&t, 0, r->code, r->said);
	if (r->unsaid != NULL && strstr(buf_str(&t.texts[0]), r->unsaid) !=
	    NULL)
		fail_msg("%s: %s", command, buf_str(&t.texts[0]));
	assert_int_equal(t.questions, r->asked != NULL);
	if (r->asked != NULL && strstr(buf_str(&t.question), r->asked) ==
	    NULL)
		fail_msg("%s: %s", command, buf_str(&t.question));
	/* For what is refused nothing but names is asked for. */
	if (r->code == 65 || r->code == 64)
		assert_true(t.sent <= 1);
	trial_free(&t);
	unlink(name);
	free(command);
	free(name);
}

static void
every_file(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		run_row(&rows[i]);
}

/* The bytes are where they belong, and nowhere else. */
static void
bytes_go_where_they_belong(void **state)
{
	char *elf = file_of(make_whole_elf);
	char *runs = file_of(make_three_runs);
	char *first = mem_printf("flash %s", elf);
	char *second = mem_printf("flash %s fits", runs);
	char *third = mem_printf("flash %s", runs);
	struct trial t = { .target = F072, .commands = { first } };
	uint8_t blank[16];

	(void)state;
	memset(blank, 0xff, sizeof(blank));
	trial_run(&t);
	assert_true(trial_same(&t, BASE, (const uint8_t *)"abcdefghdata", 12));
	assert_true(trial_same(&t, BASE + 12, blank, 16));
	trial_free(&t);

	t = (struct trial){ .target = F072, .commands = { third, second } };
	trial_run(&t);
	trial_expect(&t, 0, 65, "outside");
	trial_expect(&t, 1, 0, "left out");
	assert_true(trial_same(&t, BASE, (const uint8_t *)program, PROGRAM));
	assert_true(trial_same(&t, BASE + 0x1fffe, (const uint8_t *)"wx", 2));
	assert_false(trial_same(&t, 0x1ffff800, (const uint8_t *)"opti", 4));
	trial_free(&t);
	unlink(runs);
	unlink(elf);
	free(third);
	free(second);
	free(first);
	free(runs);
	free(elf);
}

static void
make_odd_runs(struct buf *b)
{
	make_srec(b, 3, BASE, "abc", 3);
	make_srec(b, 3, BASE + 16, "defgh", 5);
	make_srec(b, 3, BASE + 32, "i", 1);
	make_srec(b, 7, 0, "", 0);
}

/* Half words are written; the other half of each stays what it was. */
static void
odd_ends_keep_what_is_beside(void **state)
{
	static const char target[] = F072 ",flash=pattern";
	uint8_t *wanted = claims_before(target + 4, BASE, 64);
	char *name = file_of(make_odd_runs);
	char *command = mem_printf("flash %s verify", name);
	struct trial t = { .target = target, .commands = { command } };

	(void)state;
	memcpy(wanted, "abc", 3);
	memcpy(wanted + 16, "defgh", 5);
	wanted[32] = 'i';
	trial_run(&t);
	trial_expect(&t, 0, 0, "wrote 12 and verified 12 bytes");
	assert_true(trial_same(&t, BASE, wanted, 64));
	trial_free(&t);
	unlink(name);
	free(command);
	free(name);
	free(wanted);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_file),
		cmocka_unit_test(bytes_go_where_they_belong),
		cmocka_unit_test(odd_ends_keep_what_is_beside),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
