/* SPDX-License-Identifier: ISC */
/* The rows of DFU 1.1: all present, all different, found by their names. */
#include "tests/dfu/check.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "dfu/spec.h"
#include "wire/usb.h"

static void
lower_copy(char *to, size_t size, const char *from)
{
	size_t i;

	snprintf(to, size, "%s", from);
	for (i = 0; to[i] != '\0'; i++)
		to[i] = (char)tolower((unsigned char)to[i]);
}

static void
states_s612(void **state)
{
	static const char *const names[] = {
		"appIDLE", "appDETACH", "dfuIDLE", "dfuDNLOAD-SYNC",
		"dfuDNBUSY", "dfuDNLOAD-IDLE", "dfuMANIFEST-SYNC",
		"dfuMANIFEST", "dfuMANIFEST-WAIT-RESET", "dfuUPLOAD-IDLE",
		"dfuERROR",
	};
	const struct dfu_state_row *row;
	char clause[16];
	uint8_t i, j;

	(void)state;
	assert_int_equal(COUNT(names), DFU_STATE_COUNT);
	for (i = 0; i < DFU_STATE_COUNT; i++) {
		row = dfu_state_row(i);
		assert_non_null(row);
		assert_string_equal(row->name, names[i]);
		assert_string_equal(dfu_state_name(i), names[i]);
		assert_true(strlen(row->meaning) > 10);
		assert_int_equal(row->meaning[strlen(row->meaning) - 1], '.');
		snprintf(clause, sizeof(clause), "A.2.%u", i + 1u);
		assert_string_equal(row->clause, clause);
		assert_int_equal(dfu_state_is(i, DFU_STATES_RUNTIME), i < 2);
		for (j = 0; j < i; j++)
			assert_string_not_equal(row->meaning,
			    dfu_state_row(j)->meaning);
	}
}

static void
states_undefined(void **state)
{
	unsigned i;

	(void)state;
	for (i = DFU_STATE_COUNT; i <= UINT8_MAX; i++) {
		assert_null(dfu_state_row((uint8_t)i));
		assert_string_equal(dfu_state_name((uint8_t)i), "undefined");
	}
}

static void
states_parse(void **state)
{
	char word[40];
	uint8_t i, v;

	(void)state;
	for (i = 0; i < DFU_STATE_COUNT; i++) {
		assert_true(dfu_state_parse(dfu_state_name(i), &v));
		assert_int_equal(v, i);
		lower_copy(word, sizeof(word), dfu_state_name(i));
		assert_true(dfu_state_parse(word, &v));
		assert_int_equal(v, i);
		assert_true(dfu_state_parse(word + 3, &v));
		assert_int_equal(v, i == DFU_STATE_APP_IDLE ?
		    DFU_STATE_IDLE : i);
		snprintf(word, sizeof(word), "%u", i);
		assert_true(dfu_state_parse(word, &v));
		assert_int_equal(v, i);
	}
	assert_true(dfu_state_parse("15", &v));
	assert_int_equal(v, 15);
	assert_true(dfu_state_parse("0xff", &v));
	assert_int_equal(v, 255);
}

static void
states_parse_refuses(void **state)
{
	static const char *const bad[] = {
		"", "dfu", "app", "256", "-1", "manifest-", "dfuDETACH",
		"sync", "idle ", "dfuidlex",
	};
	uint8_t v = 77;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		assert_false(dfu_state_parse(bad[i], &v));
		assert_int_equal(v, 77);
	}
}

static void
statuses_s612(void **state)
{
	static const char *const names[] = {
		"OK", "errTARGET", "errFILE", "errWRITE", "errERASE",
		"errCHECK_ERASED", "errPROG", "errVERIFY", "errADDRESS",
		"errNOTDONE", "errFIRMWARE", "errVENDOR", "errUSBR", "errPOR",
		"errUNKNOWN", "errSTALLEDPKT",
	};
	char word[40];
	uint8_t i, v;

	(void)state;
	assert_int_equal(COUNT(names), DFU_STATUS_COUNT);
	for (i = 0; i < DFU_STATUS_COUNT; i++) {
		assert_string_equal(dfu_status_row(i)->name, names[i]);
		assert_string_equal(dfu_status_name(i), names[i]);
		assert_true(strlen(dfu_status_row(i)->meaning) > 10);
		lower_copy(word, sizeof(word), names[i]);
		assert_true(dfu_status_parse(word, &v));
		assert_int_equal(v, i);
		assert_true(i == 0 || dfu_status_parse(word + 3, &v));
		assert_int_equal(v, i);
		snprintf(word, sizeof(word), "0x%02x", i);
		assert_true(dfu_status_parse(word, &v));
		assert_int_equal(v, i);
	}
	assert_null(dfu_status_row(DFU_STATUS_COUNT));
	assert_null(dfu_status_row(255));
	assert_string_equal(dfu_status_name(16), "undefined");
}

static void
statuses_parse_refuses(void **state)
{
	static const char *const bad[] = { "", "err", "errOK", "256", "OKAY" };
	uint8_t v = 77;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		assert_false(dfu_status_parse(bad[i], &v));
		assert_int_equal(v, 77);
	}
}

static void
requests_table_32(void **state)
{
	static const struct {
		const char *name;
		uint8_t type;
		uint16_t reply;
	} want[] = {
		{ "DETACH", 0x21, 0 }, { "DNLOAD", 0x21, 0 },
		{ "UPLOAD", 0xa1, 0 }, { "GETSTATUS", 0xa1, 6 },
		{ "CLRSTATUS", 0x21, 0 }, { "GETSTATE", 0xa1, 1 },
		{ "ABORT", 0x21, 0 },
	};
	const struct dfu_request_row *row;
	char word[40];
	uint8_t i;

	(void)state;
	assert_int_equal(COUNT(want), DFU_REQUEST_COUNT);
	for (i = 0; i < DFU_REQUEST_COUNT; i++) {
		row = dfu_request_row(i);
		assert_string_equal(row->name, want[i].name);
		assert_int_equal(row->bRequest, i);
		assert_int_equal(row->bmRequestType, want[i].type);
		assert_int_equal(row->reply, want[i].reply);
		assert_non_null(row->meaning);
		assert_memory_equal(row->clause, "S ", 2);
		lower_copy(word, sizeof(word), row->name);
		assert_ptr_equal(dfu_request_named(word), row);
	}
	assert_null(dfu_request_row(7));
	assert_null(dfu_request_row(255));
	assert_null(dfu_request_named("GETSTAT"));
	assert_null(dfu_request_named(""));
}

static void
requests_of_a_setup_packet(void **state)
{
	struct setup s = { 0xa1, DFU_GETSTATUS, 0, 0, 6 };

	(void)state;
	assert_ptr_equal(dfu_request_of(&s), dfu_request_row(DFU_GETSTATUS));
	s.bmRequestType = 0x21;
	assert_null(dfu_request_of(&s));
	s.bmRequestType = 0xa0;		/* to the device */
	assert_null(dfu_request_of(&s));
	s.bmRequestType = 0xc1;		/* vendor */
	assert_null(dfu_request_of(&s));
	s = (struct setup){ 0x21, 7, 0, 0, 0 };
	assert_null(dfu_request_of(&s));
}

static void
attributes_s413(void **state)
{
	static const char *const names[] = {
		"bitCanDnload", "bitCanUpload", "bitManifestationTolerant",
		"bitWillDetach",
	};
	size_t i;

	(void)state;
	assert_int_equal(dfu_attributes_count, COUNT(names));
	for (i = 0; i < COUNT(names); i++) {
		assert_string_equal(dfu_attributes[i].name, names[i]);
		assert_int_equal(dfu_attributes[i].mask, 1 << i);
		assert_string_not_equal(dfu_attributes[i].set,
		    dfu_attributes[i].clear);
	}
}

static void
status_reply_s612(void **state)
{
	static const uint8_t bytes[] = { 0x0f, 0x68, 0x00, 0x01, 4, 9, 0xee };
	struct dfu_status_reply r = { .iString = 77 };
	size_t n;

	(void)state;
	for (n = 0; n < 6; n++) {
		assert_false(dfu_status_decode(bytes, n, &r));
		assert_int_equal(r.iString, 77);
	}
	for (n = 6; n <= sizeof(bytes); n++) {
		assert_true(dfu_status_decode(bytes, n, &r));
		assert_int_equal(r.bStatus, DFU_STATUS_ERR_STALLEDPKT);
		assert_int_equal(r.bwPollTimeout, 0x010068);
		assert_int_equal(r.bState, DFU_STATE_DNBUSY);
		assert_int_equal(r.iString, 9);
	}
}

static void
in_words(void (*say)(struct buf *, uint8_t), uint8_t number, const char *want)
{
	struct buf b = { 0 };

	say(&b, number);
	assert_string_equal(buf_str(&b), want);
	buf_free(&b);
}

static void
states_and_statuses_in_words(void **state)
{
	(void)state;
	in_words(dfu_state_words, 0, "appIDLE");
	in_words(dfu_state_words, 10, "dfuERROR");
	in_words(dfu_state_words, 11, "undefined state 11");
	in_words(dfu_state_label, 10, "10 dfuERROR");
	in_words(dfu_state_label, 255, "255 undefined");
	in_words(dfu_status_words, 0, "OK");
	in_words(dfu_status_words, 15, "errSTALLEDPKT");
	in_words(dfu_status_words, 16, "undefined status 16");
	in_words(dfu_status_label, 1, "1 errTARGET");
	in_words(dfu_status_label, 16, "16 undefined");
}

/* A.1: each state is in the classes that its place in the figure gives. */
static void
states_have_classes(void **state)
{
	static const struct {
		unsigned class;
		const char *members; /* their numbers */
	} want[] = {
		{ DFU_STATES_RUNTIME, "01" },
		{ DFU_STATES_REST, "02" },
		{ DFU_STATES_BLOCK, "34" },
		{ DFU_STATES_OPEN, "59" },
		{ DFU_STATES_MANIFEST, "67" },
		{ DFU_STATES_SYNC, "36" },
		{ DFU_STATES_BUSY, "47" },
		{ DFU_STATES_MUTE, "8" },
		{ DFU_STATES_WORK, "3467" },
	};
	size_t i;
	unsigned s;

	(void)state;
	for (i = 0; i < COUNT(want); i++)
		for (s = 0; s < 256; s++)
			assert_int_equal(
			    dfu_state_is((uint8_t)s, want[i].class),
			    s < 10 &&
				strchr(want[i].members, (int)('0' + s)) !=
				    NULL);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_s612),
		cmocka_unit_test(states_undefined),
		cmocka_unit_test(states_parse),
		cmocka_unit_test(states_parse_refuses),
		cmocka_unit_test(statuses_s612),
		cmocka_unit_test(statuses_parse_refuses),
		cmocka_unit_test(requests_table_32),
		cmocka_unit_test(requests_of_a_setup_packet),
		cmocka_unit_test(attributes_s413),
		cmocka_unit_test(status_reply_s612),
		cmocka_unit_test(states_and_statuses_in_words),
		cmocka_unit_test(states_have_classes),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
