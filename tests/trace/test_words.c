/* SPDX-License-Identifier: ISC */
/* One event, or a request with its answer, in words. */
#include "tests/dfu/check.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "trace/identity.h"
#include "trace/words.h"
#include "wire/usb.h"

static const struct dfu_context dfuse = { .dialect = DFU_DIALECT_DFUSE,
	.transfer_size = 2048,
	.pointer_known = true,
	.pointer = 0x08000000 };

struct row {
	struct setup		 setup;
	const char		*out;	/* data of the SUBMIT, hex */
	bool			 dfuse;
	const char		*asked;
	enum outcome		 outcome;
	uint32_t		 len;	/* bytes taken of an OUT request */
	const char		*in;	/* reply, hex */
	const char		*answered;
};

#define IN	0xa1
#define OUT	0x21

static const struct row rows[] = {
	{ { OUT, DFU_DETACH, 1000, 0, 0 }, NULL, false,
	    "DETACH wTimeout 1000 ms", OUTCOME_OK, 0, NULL, "ok" },
	{ { OUT, DFU_DNLOAD, 3, 0, 2 }, "0011", false,
	    "DNLOAD block 3, 2 bytes", OUTCOME_OK, 2, NULL, "ok" },
	{ { OUT, DFU_DNLOAD, 3, 0, 2 }, "0011", false,
	    "DNLOAD block 3, 2 bytes", OUTCOME_OK, 1, NULL,
	    "ok, 1 of 2 bytes accepted" },
	{ { OUT, DFU_DNLOAD, 0, 0, 5 }, "2100000008", true,
	    "DNLOAD block 0, 5 bytes  set address 0x08000000", OUTCOME_STALL,
	    0, NULL, "STALL" },
	/* Its bytes were not kept: nothing more can be said, no blank. */
	{ { OUT, DFU_DNLOAD, 0, 0, 5 }, NULL, true,
	    "DNLOAD block 0, 5 bytes", OUTCOME_OK, 5, NULL, "ok" },
	{ { IN, DFU_UPLOAD, 1, 0, 4 }, NULL, false,
	    "UPLOAD block 1, 4 bytes", OUTCOME_OK, 0, "00010203", "ok" },
	{ { IN, DFU_UPLOAD, 1, 0, 4 }, NULL, false,
	    "UPLOAD block 1, 4 bytes", OUTCOME_SHORT, 0, "0001",
	    "2 bytes (short)" },
	{ { IN, DFU_UPLOAD, 1, 0, 0 }, NULL, false,
	    "UPLOAD block 1, 0 bytes", OUTCOME_OK, 0, NULL, "ok" },
	{ { IN, DFU_GETSTATUS, 0, 0, 6 }, NULL, false, "GETSTATUS",
	    OUTCOME_OK, 0, "006800000400", "dfuDNBUSY, wait 104 ms" },
	{ { IN, DFU_GETSTATUS, 0, 0, 6 }, NULL, false, "GETSTATUS",
	    OUTCOME_OK, 0, "0a0000000a00", "dfuERROR, errFIRMWARE" },
	{ { IN, DFU_GETSTATUS, 0, 0, 6 }, NULL, false, "GETSTATUS",
	    OUTCOME_OK, 0, "ff0000000f07",
	    "undefined state 15, undefined status 255, string 7" },
	{ { IN, DFU_GETSTATUS, 0, 0, 6 }, NULL, false, "GETSTATUS",
	    OUTCOME_SHORT, 0, "0068000004",
	    "incomplete answer: 5 of 6 bytes" },
	{ { IN, DFU_GETSTATUS, 0, 0, 7 }, NULL, false,
	    "GETSTATUS wLength 7", OUTCOME_SHORT, 0, "000000000200",
	    "dfuIDLE" },
	{ { IN, DFU_GETSTATE, 0, 0, 1 }, NULL, false, "GETSTATE",
	    OUTCOME_OK, 0, "08", "dfuMANIFEST-WAIT-RESET" },
	{ { IN, DFU_GETSTATE, 0, 0, 1 }, NULL, false, "GETSTATE",
	    OUTCOME_SHORT, 0, NULL, "incomplete answer: 0 of 1 byte" },
	{ { OUT, DFU_CLRSTATUS, 0, 0, 0 }, NULL, false, "CLRSTATUS",
	    OUTCOME_OK, 0, NULL, "ok" },
	{ { OUT, DFU_ABORT, 0, 0, 0 }, NULL, false, "ABORT",
	    OUTCOME_TIMEOUT, 0, NULL, "no answer within 5.0 s" },
	{ { OUT, DFU_ABORT, 0, 0, 0 }, NULL, false, "ABORT",
	    OUTCOME_CANCELLED, 0, NULL, "cancelled after 5.0 s" },
	{ { 0x80, USB_REQ_GET_DESCRIPTOR, 0x0304, 0x409, 255 }, NULL, false,
	    "GET_DESCRIPTOR string 4, 255 bytes", OUTCOME_SHORT, 0, "0403",
	    "2 bytes (short)" },
	{ { 0x80, USB_REQ_GET_DESCRIPTOR, 0x2100, 0, 9 }, NULL, false,
	    "GET_DESCRIPTOR DFU functional, 9 bytes", OUTCOME_STALL, 0, NULL,
	    "STALL" },
	{ { 0x01, USB_REQ_SET_INTERFACE, 1, 2, 0 }, NULL, false,
	    "SET_INTERFACE alternate 1 of interface 2", OUTCOME_OK, 0, NULL,
	    "ok" },
	{ { 0x00, USB_REQ_SET_CONFIGURATION, 1, 0, 0 }, NULL, false,
	    "SET_CONFIGURATION 1", OUTCOME_OK, 0, NULL, "ok" },
	{ { OUT, 9, 1, 2, 0 }, NULL, false,
	    "0x21 0x09 wValue 0x0001, wIndex 0x0002, 0 bytes", OUTCOME_OK, 0,
	    NULL, "ok" },
};

static void
assert_words(struct buf *b, const char *words)
{
	if (strcmp(buf_str(b), words) != 0)
		fail_msg("\"%s\" instead of \"%s\"", buf_str(b), words);
	buf_free(b);
}

static void
check_row(const struct row *row)
{
	struct buf out = { 0 }, in = { 0 }, b = { 0 };
	struct dfu_meaning m;
	struct event submit = { .kind = EVENT_SUBMIT, .setup = row->setup },
	    done = { .kind = EVENT_COMPLETE, .time = 5000000,
	    .outcome = (uint8_t)row->outcome };

	if (row->out != NULL)
		assert_true(text_unhex(&out, row->out, strlen(row->out)));
	submit.data = out.data;
	submit.len = submit.kept = (uint32_t)out.len;
	if (row->in != NULL)
		assert_true(text_unhex(&in, row->in, strlen(row->in)));
	done.data = in.data;
	done.kept = (uint32_t)in.len;
	done.len = row->in != NULL ? done.kept : row->len;
	m = dfu_meaning(&row->setup, out.data, out.len, &dfuse);
	words_event(&b, &submit, NULL, row->dfuse ? &m : NULL);
	assert_words(&b, row->asked);
	words_event(&b, &done, &submit, NULL);
	assert_words(&b, row->answered);
	buf_free(&out);
	buf_free(&in);
}

static void
test_requests_and_answers(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		check_row(&rows[i]);
}

/* An answer without its request, and every outcome, say something. */
static void
test_every_outcome_has_words(void **state)
{
	struct event submit = { .kind = EVENT_SUBMIT, .setup = rows[0].setup },
	    done = { .kind = EVENT_COMPLETE };
	struct buf b = { 0 };

	(void)state;
	for (done.outcome = 0; done.outcome < OUTCOME_COUNT; done.outcome++) {
		words_event(&b, &done, NULL, NULL);
		assert_true(b.len > 0);
		buf_reset(&b);
		words_event(&b, &done, &submit, NULL);
		assert_true(b.len > 0);
		buf_reset(&b);
	}
	buf_free(&b);
}

static void
test_other_events(void **state)
{
	struct identity *who = identity_new();
	struct event e = { .kind = EVENT_ARRIVED, .who = who };
	struct buf b = { 0 };

	(void)state;
	who->place = mem_strdup("1-1\x1b[2J");
	who->vendor = 0x0483;
	who->product = 0xdf11;
	who->product_name = mem_strdup("STM32\xff");
	words_event(&b, &e, NULL, NULL);
	assert_words(&b, "connected: 1-1\\x1b[2J  0483:df11  STM32\\xff");
	identity_free(who);
	e = (struct event){ .kind = EVENT_LEFT };
	words_event(&b, &e, NULL, NULL);
	assert_words(&b, "disconnected");
	e.kind = EVENT_RESET;
	words_event(&b, &e, NULL, NULL);
	assert_words(&b, "bus reset");
	e = event_text(EVENT_OPENED, 0, 1, "used by \x07");
	e.outcome = OUTCOME_BUSY;
	words_event(&b, &e, NULL, NULL);
	assert_non_null(strstr(buf_str(&b), "used by \\x07"));
	buf_reset(&b);
	e = event_text(EVENT_NOTE, 0, 1, "a\nb");
	words_event(&b, &e, NULL, NULL);
	assert_words(&b, "a\\x0ab");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests_and_answers),
		cmocka_unit_test(test_every_outcome_has_words),
		cmocka_unit_test(test_other_events),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
