/* SPDX-License-Identifier: ISC */
/*
 * The messages of USB/IP, byte for byte as the protocol's description has
 * them, and cut off at every byte.
 */
#include "config.h"

#include "tests/dfu/check.h"

#include <string.h>

#include "base/text.h"
#include "wire/usbip.h"

#define SUBMIT	48

enum phase { OPERATION, TRANSFER };

static enum usbip_reading
read_in(enum phase phase, const uint8_t *p, size_t n,
    struct usbip_request *r, size_t *used, const char **why)
{
	return (phase == OPERATION ?
	    usbip_read_operation(p, n, r, used, why) :
	    usbip_read_transfer(p, n, r, used, why));
}

static void
hex(struct buf *b, const char *digits)
{
	size_t n;

	for (; *digits != '\0'; digits += n + (digits[n] == ' ')) {
		n = strcspn(digits, " ");
		assert_true(text_unhex(b, digits, n));
	}
}

/* A whole message needs all of its bytes and takes none that follow. */
static void
check_whole(enum phase phase, const struct buf *message,
    struct usbip_request *r)
{
	struct buf longer = { 0 };
	const char *why = NULL;
	size_t n, used = 0;

	for (n = 0; n < message->len; n++)
		assert_int_equal(read_in(phase, message->data, n, r, &used,
		    &why), USBIP_PART);
	buf_add(&longer, message->data, message->len);
	buf_adds(&longer, "what follows");
	assert_int_equal(read_in(phase, longer.data, longer.len, r, &used,
	    &why), USBIP_WHOLE);
	assert_int_equal(used, message->len);
	buf_free(&longer);
	/* What it borrows is the caller's. */
	assert_int_equal(read_in(phase, message->data, message->len, r,
	    &used, &why), USBIP_WHOLE);
}

static void
check_broken(enum phase phase, const char *digits, const char *reason)
{
	struct usbip_request r;
	struct buf b = { 0 };
	const char *why = NULL;
	size_t used;

	hex(&b, digits);
	assert_int_equal(read_in(phase, b.data, b.len, &r, &used, &why),
	    USBIP_BROKEN);
	assert_string_equal(why, reason);
	buf_free(&b);
}

static void
test_operations(void **state)
{
	struct usbip_request r;
	struct buf b = { 0 };
	size_t i;

	(void)state;
	hex(&b, "0111 8005 00000000");
	check_whole(OPERATION, &b, &r);
	assert_int_equal(r.kind, USBIP_DEVLIST);
	buf_reset(&b);
	hex(&b, "0111 8003 00000000 312d33");
	for (i = 3; i < USBIP_BUSID_LENGTH; i++)
		buf_addc(&b, 0);
	check_whole(OPERATION, &b, &r);
	assert_int_equal(r.kind, USBIP_IMPORT);
	assert_string_equal(r.busid, "1-3");
	buf_free(&b);
}

static void
test_operations_broken(void **state)
{
	struct buf b = { 0 };
	int i;

	(void)state;
	check_broken(OPERATION, "0110", "a version other than USB/IP 1.1.1");
	check_broken(OPERATION, "474554202f20",
	    "a version other than USB/IP 1.1.1");
	check_broken(OPERATION, "0111 0005 00000000",
	    "an unsupported operation");
	check_broken(OPERATION, "0111 8002 00000000",
	    "an unsupported operation");
	buf_adds(&b, "0111 8003 00000000 ");
	for (i = 0; i < USBIP_BUSID_LENGTH; i++)
		buf_adds(&b, "31");
	check_broken(OPERATION, buf_str(&b),
	    "a bus id without a terminating NUL");
	buf_free(&b);
}

static void
test_submit(void **state)
{
	struct usbip_request r;
	struct buf b = { 0 };

	(void)state;
	hex(&b, "00000001 00000d05 0001000f 00000001 00000000 00000200 "
	    "00000040 ffffffff 00000000 00000004 8006000100004000");
	check_whole(TRANSFER, &b, &r);
	assert_int_equal(r.kind, USBIP_SUBMIT);
	assert_int_equal(r.seqnum, 0xd05);
	assert_int_equal(r.devid, 0x1000f);
	assert_int_equal(r.endpoint, 0);
	assert_true(r.in);
	assert_int_equal(r.length, 0x40);
	assert_int_equal(r.setup.bmRequestType, 0x80);
	assert_int_equal(r.setup.bRequest, 6);
	assert_int_equal(r.setup.wValue, 0x100);
	assert_int_equal(r.setup.wLength, 0x40);
	assert_null(r.data);
	buf_reset(&b);
	hex(&b, "00000001 00000d06 0001000f 00000000 00000000 00000000 "
	    "00000003 00000000 00000000 00000000 2101020000000300 a1b2c3");
	check_whole(TRANSFER, &b, &r);
	assert_false(r.in);
	assert_int_equal(r.length, 3);
	assert_memory_equal(r.data, "\xa1\xb2\xc3", 3);
	buf_free(&b);
}

static void
test_unlink(void **state)
{
	struct usbip_request r;
	struct buf b = { 0 };

	(void)state;
	hex(&b, "00000002 00000d07 0001000f 00000000 00000000 00000d06");
	while (b.len < SUBMIT)
		buf_addc(&b, 0);
	check_whole(TRANSFER, &b, &r);
	assert_int_equal(r.kind, USBIP_UNLINK);
	assert_int_equal(r.seqnum, 0xd07);
	assert_int_equal(r.unlink, 0xd06);
	buf_free(&b);
}

static void
test_transfers_broken(void **state)
{
	(void)state;
	check_broken(TRANSFER, "00000003",
	    "a command that hosts do not send");
	check_broken(TRANSFER, "01118005",
	    "a command that hosts do not send");
	check_broken(TRANSFER, "00000001 00000001 00010001 "
	    "00000002 00000000 00000000 00000000 00000000 00000000 00000000 "
	    "0000000000000000", "an invalid direction");
	check_broken(TRANSFER, "00000001 00000001 00010001 "
	    "00000000 00000010 00000000 00000000 00000000 00000000 00000000 "
	    "0000000000000000", "an invalid endpoint");
	check_broken(TRANSFER, "00000001 00000001 00010001 "
	    "00000000 00000000 00000000 00010000 00000000 00000000 00000000 "
	    "0000000000000000", "a transfer of more than 65535 bytes");
	check_broken(TRANSFER, "00000001 00000001 00010001 "
	    "00000001 00000000 00000000 80000000 00000000 00000000 00000000 "
	    "0000000000000000", "a transfer of more than 65535 bytes");
	check_broken(TRANSFER, "00000001 00000001 00010001 "
	    "00000001 00000001 00000000 00000008 00000000 00000001 00000000 "
	    "0000000000000000", "isochronous packets");
}

/* The bytes from there on are these. */
static void
at(const struct buf *b, size_t offset, const char *digits)
{
	struct buf wanted = { 0 };

	hex(&wanted, digits);
	assert_true(b->len >= offset + wanted.len);
	assert_memory_equal(b->data + offset, wanted.data, wanted.len);
	buf_free(&wanted);
}

static const struct usbip_device device = {
	.path = "/a/path", .busid = "1-2", .busnum = 1, .devnum = 2,
	.speed = USBIP_SPEED_FULL, .idVendor = 0x0483, .idProduct = 0xdf11,
	.bcdDevice = 0x2200, .code = { 0xef, 2, 1 },
	.bConfigurationValue = 1, .bNumConfigurations = 1,
	.interfaces_count = 2, .interfaces = { { { 0xfe, 1, 2 } },
	    { { 0xff, 3, 4 } } }
};

static void
check_device(const struct buf *b, size_t offset)
{
	at(b, offset, "2f612f70617468 00 00 00");
	at(b, offset + 255, "00 312d32 00 00");
	at(b, offset + 288, "00000001 00000002 00000002 0483 df11 2200 "
	    "ef 02 01 01 01 02");
}

static void
test_answers(void **state)
{
	struct buf b = { 0 };

	(void)state;
	usbip_add_devlist(&b, &device, 1);
	assert_int_equal(b.len, 12 + 312 + 8);
	at(&b, 0, "0111 0005 00000000 00000001");
	check_device(&b, 12);
	at(&b, 12 + 312, "fe010200 ff030400");
	buf_reset(&b);
	usbip_add_import(&b, USBIP_DONE, &device);
	assert_int_equal(b.len, 8 + 312);
	at(&b, 0, "0111 0003 00000000");
	check_device(&b, 8);
	buf_reset(&b);
	usbip_add_import(&b, USBIP_NO_DEVICE, NULL);
	assert_int_equal(b.len, 8);
	at(&b, 0, "0111 0003 00000004");
	buf_reset(&b);
	usbip_add_submitted(&b, 0xd05, USBIP_OK, (const uint8_t *)"\1\2", 2);
	assert_int_equal(b.len, 48 + 2);
	at(&b, 0, "00000003 00000d05 00000000 00000000 00000000 00000000 "
	    "00000002 00000000 00000000 00000000 0000000000000000 0102");
	buf_reset(&b);
	usbip_add_submitted(&b, 1, USBIP_STALL, NULL, 0);
	assert_int_equal(b.len, 48);
	at(&b, 20, "ffffffe0 00000000");
	buf_reset(&b);
	usbip_add_unlinked(&b, 7, USBIP_UNLINKED);
	assert_int_equal(b.len, 48);
	at(&b, 0, "00000004 00000007 00000000 00000000 00000000 ffffff98");
	assert_int_equal(usbip_devid(&device), 0x10002);
	buf_free(&b);
}

/* What is too long for its field is cut, and still has an end. */
static void
test_long_fields(void **state)
{
	char path[2 * USBIP_PATH_LENGTH];
	struct usbip_device d = device;
	struct buf b = { 0 };

	(void)state;
	memset(path, 'p', sizeof path - 1);
	path[sizeof path - 1] = '\0';
	d.path = d.busid = path;
	usbip_add_import(&b, USBIP_DONE, &d);
	assert_int_equal(b.len, 8 + 312);
	at(&b, 8 + 254, "70 00 70");
	at(&b, 8 + 256 + 30, "70 00 00000001");
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_operations),
		cmocka_unit_test(test_operations_broken),
		cmocka_unit_test(test_submit),
		cmocka_unit_test(test_unlink),
		cmocka_unit_test(test_transfers_broken),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_long_fields),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
