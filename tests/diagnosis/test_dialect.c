/* SPDX-License-Identifier: ISC */
/* What decides the dialect of a device, and what decides nothing. */
#include "tests/diagnosis/walk.h"

#include <stdlib.h>

#include "base/mem.h"
#include "diagnosis/dialect.h"
#include "trace/identity.h"

#define UNDECIDED	DFU_DIALECT_UNKNOWN
#define DFUSE		DFU_DIALECT_DFUSE
#define PLAIN		DFU_DIALECT_PLAIN

static void
test_by_descriptors(void **state)
{
	static const struct {
		const char	*spec;
		enum dfu_dialect dialect;
	} rows[] = {
		{ "stm32f072", DFUSE }, { "st", DFUSE },
		{ "dfu11,wrong=version-dfuse", DFUSE },
		{ "dfu11", PLAIN }, { "dfu11,mode=app", PLAIN },
		{ "tinyusb", PLAIN }, { "uboot", PLAIN },
		{ "stm32f072,wrong=version-1.1", UNDECIDED },
		{ "stm32f072,wrong=version-none", UNDECIDED },
		{ "stm32f072,descriptors=seven", UNDECIDED },
		{ "stm32f072,wrong=functional-none", UNDECIDED },
		{ "stm32f072,wrong=version-1.1,wrong=layout-plain", PLAIN },
		{ "dfu11,wrong=layout-dfuse", UNDECIDED },
		{ "dfu11,wrong=layout-empty", UNDECIDED },
		{ "tinyusb,wrong=layout-dfuse", UNDECIDED },
	};
	struct walk t;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		walk_open(&t, rows[i].spec);
		if (session_dialect(t.s) != rows[i].dialect)
			fail_msg("%s: %s", rows[i].spec, t.s->dialect_why);
		assert_non_null(t.s->dialect_why);
		assert_int_equal(t.s->dialect_by, 0);
		walk_close(&t);
	}
}

static void
arrive(struct walk *t, const struct identity *who)
{
	struct event e = { .kind = EVENT_ARRIVED, .who = who };

	walk_apply(t, e);
}

/* What the source of the events does not hold is no proof of anything. */
static void
test_without_facts(void **state)
{
	struct identity *who;
	struct walk t;

	(void)state;
	walk_open(&t, "dfu11");
	who = identity_copy(t.s->who);
	buf_reset(&who->descriptors);
	who->lacks = FACT(FACT_DESCRIPTORS);
	arrive(&t, who);
	assert_int_equal(session_dialect(t.s), UNDECIDED);
	assert_string_equal(t.s->dialect_why, "the descriptors are unknown");
	identity_free(who);
	walk_close(&t);

	walk_open(&t, "dfu11");
	who = identity_copy(t.s->who);
	while (who->nnames > 0)
		free(who->names[--who->nnames].text);
	arrive(&t, who);
	assert_int_equal(session_dialect(t.s), UNDECIDED);
	assert_string_equal(t.s->dialect_why,
	    "bcdDFUVersion is not 011a, and no name was read");
	identity_free(who);
	walk_close(&t);
}

/* An id of its own and what goes with it tell more than a name does. */
static void
test_by_stack(void **state)
{
	static const struct {
		uint16_t	 vendor;
		uint16_t	 product;
		const char	*name;
		enum dfu_dialect dialect;
	} rows[] = {
		{ 0x1209, 0xdb42, "DAPBoot DFU Bootloader", PLAIN },
		{ 0x1209, 0xdb42, "own", UNDECIDED },
		{ 0x1eaf, 0x0003, "own", UNDECIDED },
		{ 0xcafe, 0x4000, "TinyUSB Device", UNDECIDED },
		{ 0x0525, 0xa4a5, "own", UNDECIDED },
		{ 0x0525, 0xa4a5, "USB download gadget", PLAIN },
		{ 0x28e9, 0x0189, "GD32", UNDECIDED },
		{ 0x0483, 0xdf11, "STM32  BOOTLOADER", UNDECIDED },
	};
	struct identity *who;
	struct walk t;
	size_t i;

	(void)state;
	walk_open(&t, "dfu11,wrong=layout-dfuse");
	who = identity_copy(t.s->who);
	for (i = 0; i < COUNT(rows); i++) {
		who->vendor = rows[i].vendor;
		who->product = rows[i].product;
		free(who->product_name);
		who->product_name = mem_strdup(rows[i].name);
		arrive(&t, who);
		assert_int_equal(session_dialect(t.s), rows[i].dialect);
	}
	identity_free(who);
	walk_close(&t);
}

static void
ask(struct walk *t, struct setup setup, enum outcome outcome,
    const char *data, uint32_t n)
{
	struct event e = { .kind = EVENT_SUBMIT, .number = ++t->number,
		.setup = setup };

	walk_apply(t, e);
	e.kind = EVENT_COMPLETE;
	e.outcome = (uint8_t)outcome;
	e.data = (const uint8_t *)data;
	e.len = e.kept = n;
	walk_apply(t, e);
}

static void
test_by_name(void **state)
{
	static const char name[] = "\x10\x03" "F\0i\0r\0m\0w\0a\0r\0";
	struct setup string = { 0x80, USB_REQ_GET_DESCRIPTOR, 0, 0x409, 255 };
	const struct dfu_function *f;
	struct identity *who;
	struct walk t;

	(void)state;
	walk_open(&t, "dfu11");
	who = identity_copy(t.s->who);
	while (who->nnames > 0)
		free(who->names[--who->nnames].text);
	arrive(&t, who);
	f = session_function(t.s);
	string.wValue = (uint16_t)(USB_DT_STRING << 8 |
	    f->alternates[0].iInterface);
	ask(&t, string, OUTCOME_STALL, NULL, 0);
	assert_int_equal(session_dialect(t.s), UNDECIDED);
	ask(&t, string, OUTCOME_SHORT, name, sizeof(name) - 1);
	assert_int_equal(session_dialect(t.s), PLAIN);
	identity_free(who);
	walk_close(&t);
}

static void
test_by_answer(void **state)
{
	static const struct {
		const char	*answer;
		uint32_t	 n;
		uint16_t	 block;
		uint8_t		 request;
		enum outcome	 outcome;
		enum dfu_dialect dialect;
	} rows[] = {
		{ "\x00\x21\x41\x92", 4, 0, 2, OUTCOME_SHORT, DFUSE },
		{ "\x00\x21\x41", 3, 0, 2, OUTCOME_SHORT, DFUSE },
		{ "\x00\x21\x41\x92\0\0\0\0\0\0\0\0\0\0\0\0", 16, 0, 2,
		    OUTCOME_SHORT, DFUSE },
		{ "\x00\x21\x41\x92\0\0\0\0\0\0\0\0\0\0\0\0\0", 17, 0, 2,
		    OUTCOME_SHORT, UNDECIDED },
		{ "\x00\x21\x41\x93", 4, 0, 2, OUTCOME_SHORT, UNDECIDED },
		{ "\x00\x21", 2, 0, 2, OUTCOME_SHORT, UNDECIDED },
		{ "\x21\x41\x92", 3, 0, 2, OUTCOME_SHORT, UNDECIDED },
		{ "", 0, 0, 2, OUTCOME_SHORT, UNDECIDED },
		{ "\x00\x21\x41\x92", 4, 2, 2, OUTCOME_SHORT, UNDECIDED },
		{ "\x00\x21\x41\x92", 4, 0, 3, OUTCOME_SHORT, UNDECIDED },
		{ "", 0, 0, 2, OUTCOME_STALL, UNDECIDED },
		{ "", 0, 0, 2, OUTCOME_TIMEOUT, UNDECIDED },
	};
	struct setup setup = { 0xa1, DFU_UPLOAD, 0, 0, 255 };
	struct walk t;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		walk_open(&t, "stm32f072,wrong=version-1.1");
		setup.bRequest = rows[i].request;
		setup.wValue = rows[i].block;
		ask(&t, setup, rows[i].outcome, rows[i].answer, rows[i].n);
		if (session_dialect(t.s) != rows[i].dialect)
			fail_msg("row %zu: %s", i, t.s->dialect_why);
		assert_int_equal(t.s->dialect_by,
		    rows[i].dialect == DFUSE ? 1 : 0);
		/* It is kept, whatever comes then, until the next arrival. */
		ask(&t, setup, OUTCOME_STALL, NULL, 0);
		assert_int_equal(session_dialect(t.s), rows[i].dialect);
		walk_arrive(&t, "stm32f072,wrong=version-1.1", "1-1");
		assert_int_equal(session_dialect(t.s), UNDECIDED);
		walk_close(&t);
	}
}

static void
test_by_word(void **state)
{
	static const struct {
		const char	*line;
		enum dfu_dialect dialect;
	} rows[] = {
		{ "dialect dfuse", DFUSE }, { "dialect plain", PLAIN },
		{ "dialect", UNDECIDED },
		{ "dialect dfuse; read a", UNDECIDED },
		{ "dialect dfus", UNDECIDED }, { "", UNDECIDED },
	};
	struct buf b = { 0 };
	struct walk t;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		walk_open(&t, "dfu11,wrong=layout-dfuse");
		walk_apply(&t, event_text(EVENT_COMMAND, 0, 0, rows[i].line));
		assert_int_equal(session_dialect(t.s), rows[i].dialect);
		/* The latest word counts, and against the device's own. */
		walk_apply(&t, event_text(EVENT_COMMAND, 0, 0,
		    "dialect plain"));
		assert_int_equal(session_dialect(t.s), PLAIN);
		dialect_tell(t.s, &b);
		assert_string_equal(buf_str(&b), "plain DFU: set by you");
		buf_free(&b);
		/* Said of what has left it is no word of what comes. */
		walk_apply(&t, (struct event){ .kind = EVENT_LEFT });
		walk_arrive(&t, "dfu11,wrong=layout-dfuse", "1-1");
		assert_int_equal(session_dialect(t.s), UNDECIDED);
		walk_close(&t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_descriptors),
		cmocka_unit_test(test_without_facts),
		cmocka_unit_test(test_by_stack),
		cmocka_unit_test(test_by_name),
		cmocka_unit_test(test_by_answer),
		cmocka_unit_test(test_by_word),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
