/* SPDX-License-Identifier: ISC */
/* What requests mean, by dialect, pointer and bytes. */
#include "tests/dfu/check.h"

#include <stdbool.h>
#include <string.h>

#include "dfu/meaning.h"
#include "wire/usb.h"

#define OUT	0x21
#define IN	0xa1
#define BASE	0x08000000u
#define NOWHERE	UINT64_MAX

static const struct dfu_context dfuse = { .dialect = DFU_DIALECT_DFUSE,
    .pointer_known = true, .pointer = BASE, .transfer_size = 2048 };
static const struct dfu_context adrift = { .dialect = DFU_DIALECT_DFUSE,
    .transfer_size = 2048 };
static const struct dfu_context options = { .dialect = DFU_DIALECT_DFUSE,
    .option_bytes = true, .pointer_known = true, .pointer = 0x1ffff800,
    .transfer_size = 2048 };
static const struct dfu_context top = { .dialect = DFU_DIALECT_DFUSE,
    .pointer_known = true, .pointer = 0xffffff00, .transfer_size = 2048 };
static const struct dfu_context wide = { .dialect = DFU_DIALECT_DFUSE,
    .pointer_known = true, .pointer = BASE, .transfer_size = 0xffff };
static const struct dfu_context narrow = { .dialect = DFU_DIALECT_DFUSE,
    .pointer_known = true, .pointer = BASE, .transfer_size = 0 };
static const struct dfu_context plain = { .dialect = DFU_DIALECT_PLAIN,
    .pointer_known = true, .pointer = BASE, .transfer_size = 2048 };
static const struct dfu_context unknown = { .pointer_known = true,
    .pointer = BASE, .transfer_size = 2048 };

struct row {
	const struct dfu_context *c;
	struct setup	 setup;
	const char	*data;		/* n bytes of it */
	size_t		 n;
	enum dfu_kind	 kind;
	enum dfu_kind	 maybe;
	uint64_t	 address;	/* NOWHERE: not known */
	uint16_t	 length;
	enum dfu_danger	 danger;
	const char	*loss;		/* of it, a part */
};

#define NO	DFU_KIND_NONE, NOWHERE, 0
#define FINE	DFU_DANGER_NONE, NULL
#define LOSES	DFU_DANGER_LOSES
#define DESTROYS DFU_DANGER_DESTROYS
#define POINTER	"\x21\0\x10\0\x08", 5
#define PAGE	"\x41\0\x10\0\x08", 5
#define COMMAND_UNKNOWN	DFU_KIND_COMMAND, NO, DESTROYS, "no DfuSe command"

static const struct row rows[] = {
	/* What is the same in every dialect. */
	{ &plain, { OUT, DFU_DETACH, 1000, 0, 0 }, NULL, 0, DFU_KIND_DETACH,
	    NO, LOSES, "present mode" },
	{ &dfuse, { IN, DFU_GETSTATUS, 0, 0, 6 }, NULL, 0, DFU_KIND_GETSTATUS,
	    NO, FINE },
	{ &dfuse, { OUT, DFU_CLRSTATUS, 0, 0, 0 }, NULL, 0,
	    DFU_KIND_CLRSTATUS, NO, LOSES, "the error" },
	{ &unknown, { IN, DFU_GETSTATE, 0, 0, 1 }, NULL, 0,
	    DFU_KIND_GETSTATE, NO, FINE },
	{ &unknown, { OUT, DFU_ABORT, 0, 0, 0 }, NULL, 0, DFU_KIND_ABORT, NO,
	    LOSES, "the transfer" },
	/* Not of the class, or in the wrong direction. */
	{ &dfuse, { OUT, DFU_UPLOAD, 0, 0, 0 }, NULL, 0, DFU_KIND_OTHER, NO,
	    LOSES, "outside the DFU class" },
	{ &dfuse, { IN, DFU_DNLOAD, 0, 0, 5 }, NULL, 0, DFU_KIND_OTHER, NO,
	    FINE },
	{ &dfuse, { OUT, 9, 0, 0, 0 }, NULL, 0, DFU_KIND_OTHER, NO, LOSES,
	    "outside the DFU class" },
	{ &plain, { 0x40, DFU_DNLOAD, 0, 0, 5 }, POINTER, DFU_KIND_OTHER, NO,
	    LOSES, "outside the DFU class" },
	{ &plain, { 0xc0, 5, 0, 0, 1 }, NULL, 0, DFU_KIND_OTHER, NO, FINE },
	/* Standard ones. */
	{ &plain, { 0x01, USB_REQ_SET_INTERFACE, 1, 0, 0 }, NULL, 0,
	    DFU_KIND_SET_INTERFACE, NO, LOSES, "outside" },
	{ &plain, { 0x00, USB_REQ_SET_INTERFACE, 1, 0, 0 }, NULL, 0,
	    DFU_KIND_STANDARD, NO, LOSES, "outside" },
	{ &plain, { 0x80, USB_REQ_GET_DESCRIPTOR, 0x301, 0, 255 }, NULL, 0,
	    DFU_KIND_GET_DESCRIPTOR, NO, FINE },
	{ &plain, { 0x00, USB_REQ_GET_DESCRIPTOR, 0x301, 0, 0 }, NULL, 0,
	    DFU_KIND_STANDARD, NO, LOSES, "outside" },
	{ &plain, { 0x00, USB_REQ_SET_CONFIGURATION, 1, 0, 0 }, NULL, 0,
	    DFU_KIND_STANDARD, NO, LOSES, "outside" },
	{ &plain, { 0x80, USB_REQ_GET_STATUS, 0, 0, 2 }, NULL, 0,
	    DFU_KIND_STANDARD, NO, FINE },
	/* Commands. */
	{ &dfuse, { OUT, DFU_DNLOAD, 0, 0, 5 }, POINTER,
	    DFU_KIND_SET_ADDRESS, DFU_KIND_NONE, 0x08001000, 1, FINE },
	{ &adrift, { OUT, DFU_DNLOAD, 0, 0, 5 }, PAGE, DFU_KIND_ERASE,
	    DFU_KIND_NONE, 0x08001000, 1, DESTROYS, "that sector" },
	{ &dfuse, { OUT, DFU_DNLOAD, 0, 0, 1 }, "\x41", 1,
	    DFU_KIND_MASS_ERASE, NO, DESTROYS, "whole memory" },
	{ &dfuse, { OUT, DFU_DNLOAD, 0, 0, 1 }, "\x92", 1,
	    DFU_KIND_READ_UNPROTECT, NO, DESTROYS, "flash and RAM" },
	{ &dfuse, { IN, DFU_UPLOAD, 0, 0, 255 }, NULL, 0,
	    DFU_KIND_GET_COMMANDS, NO, FINE },
	{ &dfuse, { OUT, DFU_DNLOAD, 7, 0, 0 }, NULL, 0, DFU_KIND_LEAVE, NO,
	    LOSES, "manifests" },
	/* Bytes that are missing: the command is known, its address is not. */
	{ &dfuse, { OUT, DFU_DNLOAD, 0, 0, 5 }, "\x41\0\x10\0", 4,
	    DFU_KIND_ERASE, NO, DESTROYS, "sector" },
	{ &dfuse, { OUT, DFU_DNLOAD, 0, 0, 5 }, "", 0, COMMAND_UNKNOWN },
	{ &dfuse, { OUT, DFU_DNLOAD, 0, 0, 5 }, NULL, 5, COMMAND_UNKNOWN },
	/* Block 0 that is no command: one byte, another length, firmware. */
	{ &dfuse, { OUT, DFU_DNLOAD, 0, 0, 1 }, "\x21", 1, COMMAND_UNKNOWN },
	{ &dfuse, { OUT, DFU_DNLOAD, 0, 0, 1 }, "\0", 1, COMMAND_UNKNOWN },
	{ &dfuse, { OUT, DFU_DNLOAD, 0, 0, 2 }, "\x41\0", 2,
	    COMMAND_UNKNOWN },
	{ &dfuse, { OUT, DFU_DNLOAD, 0, 0, 6 }, "\x21\0\0\0\x08\0", 6,
	    COMMAND_UNKNOWN },
	{ &dfuse, { OUT, DFU_DNLOAD, 0, 0, 2048 }, "\x41\0\0\0\x08", 5,
	    COMMAND_UNKNOWN },
	/* Block 1. */
	{ &dfuse, { OUT, DFU_DNLOAD, 1, 0, 1 }, "\x41", 1,
	    DFU_KIND_WRITE_RESERVED, NO, DESTROYS, "no DfuSe command" },
	{ &dfuse, { IN, DFU_UPLOAD, 1, 0, 64 }, NULL, 0,
	    DFU_KIND_READ_RESERVED, NO, FINE },
	/* Blocks with data. */
	{ &dfuse, { OUT, DFU_DNLOAD, 2, 0, 2048 }, NULL, 0, DFU_KIND_WRITE,
	    DFU_KIND_NONE, BASE, 2048, DESTROYS,
	    "the contents of the memory there" },
	{ &options, { OUT, DFU_DNLOAD, 2, 0, 16 }, NULL, 0, DFU_KIND_WRITE,
	    DFU_KIND_NONE, 0x1ffff800, 16, DESTROYS, "option bytes" },
	{ &options, { IN, DFU_UPLOAD, 2, 0, 16 }, NULL, 0, DFU_KIND_READ,
	    DFU_KIND_NONE, 0x1ffff800, 16, FINE },
	{ &dfuse, { IN, DFU_UPLOAD, 3, 0, 1 }, NULL, 0, DFU_KIND_READ,
	    DFU_KIND_NONE, BASE + 0x800, 1, FINE },
	{ &adrift, { IN, DFU_UPLOAD, 3, 0, 64 }, NULL, 0, DFU_KIND_READ,
	    DFU_KIND_NONE, NOWHERE, 64, FINE },
	{ &dfuse, { IN, DFU_UPLOAD, 2, 0, 0 }, NULL, 0, DFU_KIND_READ,
	    DFU_KIND_NONE, BASE, 0, FINE },
	/* The last block; the address goes round at 2^32. */
	{ &dfuse, { OUT, DFU_DNLOAD, 0xffff, 0, 1 }, "x", 1, DFU_KIND_WRITE,
	    DFU_KIND_NONE, BASE + 0xfffdu * 2048, 1, DESTROYS, "memory" },
	{ &wide, { OUT, DFU_DNLOAD, 0xffff, 0, 1 }, "x", 1, DFU_KIND_WRITE,
	    DFU_KIND_NONE, (uint32_t)(BASE + 0xfffdull * 0xffff), 1,
	    DESTROYS, "memory" },
	{ &top, { OUT, DFU_DNLOAD, 3, 0, 2048 }, NULL, 0, DFU_KIND_WRITE,
	    DFU_KIND_NONE, 0x700, 2048, DESTROYS, "memory" },
	{ &narrow, { IN, DFU_UPLOAD, 9, 0, 64 }, NULL, 0, DFU_KIND_READ,
	    DFU_KIND_NONE, BASE, 64, FINE },
	/* Plain DFU has no commands and no addresses. */
	{ &plain, { OUT, DFU_DNLOAD, 0, 0, 5 }, POINTER, DFU_KIND_WRITE,
	    DFU_KIND_NONE, NOWHERE, 5, DESTROYS, "the firmware" },
	{ &plain, { OUT, DFU_DNLOAD, 0xffff, 0, 64 }, NULL, 0,
	    DFU_KIND_WRITE, DFU_KIND_NONE, NOWHERE, 64, DESTROYS,
	    "the firmware" },
	{ &plain, { OUT, DFU_DNLOAD, 0, 0, 0 }, NULL, 0, DFU_KIND_END, NO,
	    LOSES, "manifests" },
	{ &plain, { IN, DFU_UPLOAD, 0, 0, 64 }, NULL, 0, DFU_KIND_READ,
	    DFU_KIND_NONE, NOWHERE, 64, FINE },
	{ &plain, { IN, DFU_UPLOAD, 1, 0, 64 }, NULL, 0, DFU_KIND_READ,
	    DFU_KIND_NONE, NOWHERE, 64, FINE },
	/* While it is not decided, both are held: plain, and the command. */
	{ &unknown, { OUT, DFU_DNLOAD, 0, 0, 5 }, POINTER, DFU_KIND_WRITE,
	    DFU_KIND_SET_ADDRESS, NOWHERE, 5, DESTROYS, "the firmware" },
	{ &unknown, { OUT, DFU_DNLOAD, 0, 0, 5 }, PAGE, DFU_KIND_WRITE,
	    DFU_KIND_ERASE, NOWHERE, 5, DESTROYS, "the firmware" },
	{ &unknown, { OUT, DFU_DNLOAD, 0, 0, 1 }, "\x41", 1, DFU_KIND_WRITE,
	    DFU_KIND_MASS_ERASE, NOWHERE, 1, DESTROYS, "the firmware" },
	{ &unknown, { OUT, DFU_DNLOAD, 0, 0, 1 }, "\x92", 1, DFU_KIND_WRITE,
	    DFU_KIND_READ_UNPROTECT, NOWHERE, 1, DESTROYS, "the firmware" },
	{ &unknown, { OUT, DFU_DNLOAD, 0, 0, 2 }, "\x41\0", 2,
	    DFU_KIND_WRITE, DFU_KIND_NONE, NOWHERE, 2, DESTROYS,
	    "the firmware" },
	{ &unknown, { IN, DFU_UPLOAD, 0, 0, 16 }, NULL, 0, DFU_KIND_READ,
	    DFU_KIND_GET_COMMANDS, NOWHERE, 16, FINE },
	{ &unknown, { OUT, DFU_DNLOAD, 1, 0, 5 }, POINTER, DFU_KIND_WRITE,
	    DFU_KIND_NONE, NOWHERE, 5, DESTROYS, "the firmware" },
	{ &unknown, { OUT, DFU_DNLOAD, 3, 0, 64 }, NULL, 0, DFU_KIND_WRITE,
	    DFU_KIND_NONE, BASE + 0x800, 64, DESTROYS, "the firmware" },
	{ &unknown, { OUT, DFU_DNLOAD, 3, 0, 0 }, NULL, 0, DFU_KIND_END, NO,
	    LOSES, "manifests" },
};

static void
means(void **state)
{
	const struct row *r;
	struct dfu_meaning m;
	const char *lost;
	uint64_t at;

	(void)state;
	for (r = rows; r < rows + COUNT(rows); r++) {
		m = dfu_meaning(&r->setup, (const uint8_t *)r->data, r->n,
		    r->c);
		at = m.addressed ? m.address : NOWHERE;
		if (m.dialect != r->c->dialect || m.kind != r->kind ||
		    m.maybe != r->maybe || at != r->address ||
		    m.length != r->length || m.danger != r->danger)
			fail_msg("row %zu: kind %u, maybe %u, at 0x%llx, %u "
			    "bytes, danger %u", (size_t)(r - rows), m.kind,
			    m.maybe, (unsigned long long)at, m.length,
			    m.danger);
		lost = dfu_meaning_loss(&m);
		if (r->loss == NULL)
			assert_null(lost);
		else if (lost == NULL || strstr(lost, r->loss) == NULL)
			fail_msg("row %zu: lost: %s", (size_t)(r - rows),
			    lost != NULL ? lost : "nothing");
	}
}

/* Every kind is some row's, and what it says does not hang on the dialect. */
static void
kinds_are_all_there(void **state)
{
	bool seen[DFU_KIND_COUNT] = { false };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		seen[rows[i].kind] = true;
	for (i = DFU_KIND_OTHER; i < DFU_KIND_COUNT; i++)
		if (!seen[i])
			fail_msg("no row is of kind %zu", i);
}

/* Whatever is sent, the plain kind is the undecided device's, too. */
static void
dialects_agree(void **state)
{
	static const uint8_t bytes[] = { 0x00, 0x21, 0x41, 0x92 };
	struct dfu_meaning p, d, u;
	uint8_t data[5] = { 0, 0, 0, 0, 8 };
	struct setup s = { OUT, 0, 0, 0, 0 };
	unsigned i, request, block, n;

	(void)state;
	for (i = 0; i < COUNT(bytes); i++)
	for (request = 0; request < 14; request++)
	for (block = 0; block < 4; block++)
	for (n = 0; n <= 5; n++) {
		data[0] = bytes[i];
		s.bmRequestType = request < 7 ? OUT : IN;
		s.bRequest = (uint8_t)(request % 7);
		s.wValue = (uint16_t)block;
		s.wLength = (uint16_t)n;
		p = dfu_meaning(&s, data, n, &plain);
		d = dfu_meaning(&s, data, n, &dfuse);
		u = dfu_meaning(&s, data, n, &unknown);
		assert_int_equal(u.kind, p.kind);
		assert_int_equal(u.danger, p.danger);
		assert_int_equal(u.length, p.length);
		assert_int_equal(p.maybe, DFU_KIND_NONE);
		assert_int_equal(d.maybe, DFU_KIND_NONE);
		assert_false(p.addressed);
		if (u.maybe == DFU_KIND_NONE) {
			assert_int_equal(u.addressed, d.addressed);
			assert_int_equal(u.address, d.address);
			continue;
		}
		assert_int_equal(u.maybe, d.kind);
		assert_int_equal(u.maybe_address, d.address);
		assert_false(u.addressed);
	}
}

static void
says(const struct dfu_context *c, const struct setup *s, const char *data,
    size_t n, const char *want)
{
	const uint8_t *bytes = (const uint8_t *)data;
	struct dfu_meaning m = dfu_meaning(s, bytes, n, c);
	struct buf b = { 0 };

	dfu_meaning_words(&b, &m, s, bytes, n);
	assert_string_equal(buf_str(&b), want);
	buf_free(&b);
}

static void
words_of_commands(void **state)
{
	struct setup s = { OUT, DFU_DNLOAD, 0, 0, 5 };

	(void)state;
	says(&adrift, &s, "\x21\0\0\0\x08", 5, "set address 0x08000000");
	says(&adrift, &s, "\x41\0\x08\0\x08", 5, "erase 0x08000800");
	says(&adrift, &s, "\x41\0\x08", 3, "erase");
	says(&adrift, &s, "\x55\0\0\0\0", 5, "no command: 0x55 in 5 bytes");
	says(&adrift, &s, NULL, 0, "");
	says(&plain, &s, "\x21\0\0\0\x08", 5, "");
	says(&unknown, &s, "\x21\0\0\0\x08", 5,
	    "set address 0x08000000, or 5 bytes of firmware");
	says(&unknown, &s, "\x21\0\0", 3,
	    "set address, or 5 bytes of firmware");
	says(&unknown, &s, "\x22\0\0\0\x08", 5, "");
	s.wLength = 1;
	says(&adrift, &s, "\x41", 1, "mass erase");
	says(&adrift, &s, "\x92", 1, "read unprotect");
	says(&adrift, &s, "\x21", 1, "no command: 0x21 in 1 byte");
	s.wLength = 0;
	says(&adrift, &s, NULL, 0, "leave");
	says(&plain, &s, NULL, 0, "");
	s = (struct setup){ IN, DFU_UPLOAD, 0, 0, 64 };
	says(&adrift, &s, NULL, 0, "get commands");
}

static void
words_of_blocks(void **state)
{
	struct setup s = { OUT, DFU_DNLOAD, 3, 0, 2048 };

	(void)state;
	says(&dfuse, &s, NULL, 0, "write 2048 bytes at 0x08000800");
	says(&adrift, &s, NULL, 0, "write 2048 bytes at the pointer + 0x800");
	says(&plain, &s, NULL, 0, "");
	s.wValue = 1;
	says(&dfuse, &s, NULL, 0, "write block 1, which is reserved");
	s = (struct setup){ IN, DFU_UPLOAD, 2, 0, 1 };
	says(&dfuse, &s, NULL, 0, "read 1 byte at 0x08000000");
	says(&adrift, &s, NULL, 0, "read 1 byte at the pointer + 0x0");
	s.wValue = 1;
	says(&dfuse, &s, NULL, 0, "read block 1, which is reserved");
	s = (struct setup){ OUT, DFU_DNLOAD, 7, 0, 0 };
	says(&dfuse, &s, NULL, 0, "leave");
}

static void
words_of_the_rest(void **state)
{
	static const struct setup rest[] = {
		{ IN, DFU_GETSTATUS, 0, 0, 6 },
		{ OUT, DFU_CLRSTATUS, 0, 0, 0 },
		{ OUT, DFU_ABORT, 0, 0, 0 },
		{ OUT, DFU_UPLOAD, 0, 0, 0 },
		{ 0x80, USB_REQ_GET_DESCRIPTOR, 0x100, 0, 18 },
		{ OUT, 9, 0, 0, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rest); i++)
		says(&dfuse, &rest[i], "\x21\0\0\0\x08", 5, "");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(means),
		cmocka_unit_test(kinds_are_all_there),
		cmocka_unit_test(dialects_agree),
		cmocka_unit_test(words_of_commands),
		cmocka_unit_test(words_of_blocks),
		cmocka_unit_test(words_of_the_rest),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
