/* SPDX-License-Identifier: ISC */
/* Each row of lint against simulated devices with wrong words. */
#include "tests/diagnosis/walk.h"

#include <string.h>

#include "device/sim.h"
#include "diagnosis/session_lint.h"

static bool
found(const struct lint *l, const char *id)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (strcmp(l->findings[i].row->id, id) == 0)
			return (true);
	return (false);
}

/* GETSTATUS was answered so, whatever is made of it. */
#define SAID(ms, hex) \
	ASK(ms, DFU_GETSTATUS, 0, 0, NULL, OK, hex, ANY, ANY, ANY, ANY)

static const struct step waits[] = {
	SAID(0, "000000000700"), SAID(10, "000000000800")
};
static const struct step resumes[] = {
	SAID(0, "000000000700"), SAID(10, "000000000200")
};
static const struct step downloads[] = { SAID(0, "000000000500") };
static const struct step uploads[] = { STATE(0, "09", 9, ANY) };
static const struct step idles[] = { STATE(0, "02", 2, ANY) };
static const struct step app_idles[] = { SAID(0, "000000000000") };

#define SAYS(steps)	steps, COUNT(steps)

/* A device that raises each row, after answers if there are any. */
static const struct {
	const char		*id;
	const char		*spec;
	const struct step	*steps;
	size_t			 nsteps;
	const char		*detail;	/* NULL: not looked at */
} raised[] = {
	{ "bytes-lost", "dfu11,descriptors=cut", NULL, 0,
	    "4 bytes from offset 36" },
	{ "bytes-lost", "dfu11,descriptors=zero", NULL, 0,
	    "11 bytes from offset 36" },
	{ "transfer-size-zero", "dfu11,wrong=size-zero", NULL, 0, "" },
	{ "alternate-twice", "tinyusb,wrong=alternate-twice", NULL, 0,
	    "alternate 0" },
	{ "mode-is-dfu", "dfu11,mode=app", SAYS(idles),
	    "reported dfuIDLE" },
	{ "mode-is-run-time", "uboot", SAYS(app_idles),
	    "reported appIDLE" },
	{ "functional-absent", "dfu11,wrong=functional-none", NULL, 0, "" },
	{ "functional-differ", "dfu11,wrong=functional-differs", NULL, 0,
	    "2 of them" },
	{ "functional-ahead", "dfu11,wrong=functional-ahead", NULL, 0, "" },
	{ "functional-seven-dfuse", "st,descriptors=seven", NULL, 0,
	    "bLength 7" },
	{ "functional-length", "dfu11,wrong=functional-long", NULL, 0,
	    "bLength 11" },
	{ "dfuse-without-layout", "st,wrong=layout-plain", NULL, 0, "" },
	{ "layout-without-dfuse", "dapboot,wrong=layout-dfuse", NULL, 0,
	    "bcdDFUVersion 0110" },
	{ "protocol-0", "stm32f072,wrong=protocol-0", NULL, 0,
	    "alternate 0" },
	{ "protocol-1", "tinyusb,wrong=protocol-mixed", NULL, 0,
	    "alternate 1" },
	{ "protocol-mixed", "tinyusb,wrong=protocol-mixed", NULL, 0,
	    "alternate 0 has 2, alternate 1 has 1" },
	{ "run-time-alternates", "dfu11,mode=app,wrong=two-alternates", NULL,
	    0, "2 of them" },
	{ "detach-no-time", "dfu11,mode=app,wrong=detach-no-time", NULL, 0,
	    "" },
	{ "tolerant-waits", "dfu11,tolerant=0,wrong=tolerant", SAYS(waits),
	    "" },
	{ "no-transfer", "dfu11,wrong=no-transfer", NULL, 0,
	    "bmAttributes 0x04" },
	{ "dnload-unpromised", "dfu11,wrong=no-dnload", SAYS(downloads),
	    "bmAttributes 0x06" },
	{ "upload-unpromised", "dfu11,wrong=no-upload", SAYS(uploads),
	    "bmAttributes 0x05" },
	{ "version-too-low", "dapboot,wrong=version-1.0", NULL, 0,
	    "bcdDFUVersion 0100, bmAttributes 0x0b" },
	{ "transfer-size-small", "dfu11,wrong=size-small", NULL, 0,
	    "wTransferSize 32, bMaxPacketSize0 64" },
	{ "transfer-size-large", "dfu11,wrong=size-large", NULL, 0,
	    "wTransferSize 32768" },
	{ "total-length", "dfu11,wrong=total-length", NULL, 0,
	    "wTotalLength 36, but 27 bytes" },
	{ "interface-count", "dfu11,wrong=interface-count", NULL, 0,
	    "bNumInterfaces 2, but 1 interfaces" },
	{ "alternate-gap", "tinyusb,wrong=alternate-gap", NULL, 0,
	    "alternate 0 is missing" },
	{ "packet-size", "dfu11,wrong=packet-size", NULL, 0,
	    "bMaxPacketSize0 20" },
	{ "alternate-unnamed", "tinyusb,wrong=alternate-unnamed", NULL, 0,
	    "alternate 1" },
	{ "text-control", "st,strings=hostile", NULL, 0, NULL },
	{ "layout-unreadable", "st,wrong=layout-empty", NULL, 0,
	    "alternate 0" },
	{ "layout-segment", "st,wrong=layout-zero", NULL, 0, "alternate 0" },
	{ "layout-segment", "st,wrong=layout-letter", NULL, 0,
	    "alternate 0" },
	{ "layout-beyond", "st,wrong=layout-beyond", NULL, 0,
	    "alternate 0" },
	{ "layout-no-unit", "st,wrong=layout-no-unit", NULL, 0,
	    "alternate 0" },
	{ "layout-tail", "st,wrong=layout-tail", NULL, 0, "alternate 0" },
	{ "layout-read-only", "st,wrong=layout-read-only", NULL, 0,
	    "alternate 0" },
	{ "layout-overlap", "st,wrong=layout-overlap", NULL, 0,
	    "alternate 0" },
	{ "layout-capital", "st,wrong=layout-capital", NULL, 0,
	    "alternate 0" },
	{ "layout-forced", "st,wrong=layout-feature", NULL, 0,
	    "alternate 0" },
	{ "layout-digits", "st,wrong=layout-digits", NULL, 0,
	    "alternate 0" },
	{ "layout-blanks", "st,wrong=layout-blanks", NULL, 0,
	    "alternate 0" },
	{ "transfer-size-sectors", "st,wrong=size-odd", NULL, 0,
	    "wTransferSize 1000, sectors of 1024" },
	{ "transfer-size-packets", "st,wrong=size-odd", NULL, 0,
	    "wTransferSize 1000, bMaxPacketSize0 64" },
	{ "functional-several", "dfu11,wrong=functional-twice", NULL, 0,
	    "2 of them" },
	{ "functional-between", "tinyusb,wrong=functional-between", NULL, 0,
	    "" },
	{ "functional-seven", "dfu11,descriptors=seven", NULL, 0,
	    "bLength 7" },
	{ "version-unknown", "dfu11,wrong=version-none", NULL, 0,
	    "bcdDFUVersion 0000" },
	{ "attributes-reserved", "dfu11,wrong=reserved", NULL, 0,
	    "bmAttributes 0xf7" },
	{ "no-dnload", "dfu11,can-dnload=0", NULL, 0, "bmAttributes 0x06" },
	{ "no-upload", "dfu11,can-upload=0", NULL, 0, "bmAttributes 0x05" },
	{ "detach-both", "dfu11,mode=app,wrong=will-detach", NULL, 0,
	    "wDetachTimeOut 1000 ms" },
	{ "detach-long", "dfu11,mode=app,wrong=detach-long", NULL, 0,
	    "wDetachTimeOut 65535 ms" },
	{ "intolerant-resumes", "dfu11,wrong=intolerant", SAYS(resumes),
	    "" },
	{ "company", "dfu11,wrong=company", NULL, 0, "" },
	{ "endpoints", "dfu11,wrong=endpoints", NULL, 0, "bNumEndpoints 2" },
	{ "text-empty", "dfu11,strings=empty", NULL, 0, NULL },
	{ "serial-absent", "dfu11,wrong=serial-none", NULL, 0, "" },
	{ "serial-garbled", "dfu11,wrong=serial-garbled", NULL, 0, NULL },
	{ "shared-id", "stm32f072", NULL, 0,
	    "0483:df11: ST's ROMs and their copies" },
};

/* The device of row i, after its answers. */
static void
check_of(size_t i, bool answered, struct lint *l)
{
	struct walk t;

	walk_open(&t, raised[i].spec);
	if (answered)
		walk_run(&t, raised[i].steps, raised[i].nsteps);
	session_lint(t.s, l);
	walk_close(&t);
}

static void
test_each_row_is_raised(void **state)
{
	struct lint l;
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT(raised); i++) {
		check_of(i, true, &l);
		for (k = 0; k < l.n && strcmp(l.findings[k].row->id,
		    raised[i].id) != 0; k++)
			;
		if (k == l.n)
			fail_msg("%s does not raise %s", raised[i].spec,
			    raised[i].id);
		if (raised[i].detail != NULL)
			assert_string_equal(l.findings[k].detail,
			    raised[i].detail);
		lint_free(&l);
		if (raised[i].nsteps == 0)
			continue;
		check_of(i, false, &l);
		assert_false(found(&l, raised[i].id));
		lint_free(&l);
	}
}

static void
test_no_row_is_left_out(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < lint_rows_count; i++) {
		for (k = 0; k < COUNT(raised) && strcmp(raised[k].id,
		    lint_rows[i].id) != 0; k++)
			;
		if (k == COUNT(raised))
			fail_msg("no device raises %s", lint_rows[i].id);
		for (k = 0; k < i; k++)
			assert_string_not_equal(lint_rows[k].id,
			    lint_rows[i].id);
		assert_ptr_equal(lint_named(lint_rows[i].id), &lint_rows[i]);
		assert_non_null(strchr(lint_rows[i].what, '.'));
		assert_non_null(strchr(lint_rows[i].consequence, '.'));
		assert_true(strlen(lint_rows[i].source) > 3);
	}
	assert_null(lint_named("no-such-row"));
	assert_null(lint_named(""));
}

/* GigaDevice's example speaks DfuSe, and its interface has no name. */
static bool
is_true_of(const char *spec, const char *id)
{
	return (strcmp(spec, "gd32") == 0 &&
	    strcmp(id, "dfuse-without-layout") == 0);
}

/* What is only said of wrong devices is not said of the others. */
static void
test_healthy_devices_raise_notes_only(void **state)
{
	static const char *const more[] = { "dfu11,mode=app",
	    "dfu11,tolerant=0,will-detach=1", "tinyusb,tolerant=0" };
	const char *spec;
	struct walk t;
	struct lint l;
	size_t i, k;

	(void)state;
	for (i = 0; i < sim_profiles_count + COUNT(more); i++) {
		spec = i < sim_profiles_count ? sim_profiles[i].name :
		    more[i - sim_profiles_count];
		walk_open(&t, spec);
		session_lint(t.s, &l);
		for (k = 0; k < l.n; k++)
			if (l.findings[k].row->severity != LINT_NOTE &&
			    !is_true_of(spec, l.findings[k].row->id))
				fail_msg("%s raises %s", spec,
				    l.findings[k].row->id);
		assert_true(l.n <= 2);
		lint_free(&l);
		walk_close(&t);
	}
}

static void
test_the_weightiest_first(void **state)
{
	static const char *const order[] = { "transfer-size-zero",
	    "functional-ahead", "no-transfer", "attributes-reserved",
	    "endpoints" };
	size_t i, k, at = 0;
	struct walk t;
	struct lint l;

	(void)state;
	walk_open(&t, "dfu11,wrong=endpoints,wrong=reserved,"
	    "wrong=no-transfer,wrong=functional-ahead,wrong=size-zero");
	session_lint(t.s, &l);
	for (i = 0; i < l.n; i++) {
		for (k = 0; k < COUNT(order) &&
		    strcmp(order[k], l.findings[i].row->id) != 0; k++)
			;
		if (k < COUNT(order))
			assert_int_equal(k, at++);
		assert_true(i == 0 || l.findings[i - 1].row->severity >=
		    l.findings[i].row->severity);
	}
	assert_int_equal(at, COUNT(order));
	lint_free(&l);
	walk_close(&t);
}

/* What the device said before it came back is another device's word. */
static void
test_an_arrival_forgets_the_states(void **state)
{
	static const struct step back[] = {
		HAPPENS(20, STEP_LEFT, NULL, ANY, ANY, ANY, ANY),
		HAPPENS(30, STEP_BACK, "dfu11,tolerant=1", ANY, ANY, ANY,
		    ANY),
	};
	struct walk t;
	struct lint l;

	(void)state;
	walk_open(&t, "dfu11,tolerant=1");
	walk_run(&t, waits, COUNT(waits));
	session_lint(t.s, &l);
	assert_true(found(&l, "tolerant-waits"));
	lint_free(&l);
	walk_run(&t, back, COUNT(back));
	session_lint(t.s, &l);
	assert_false(found(&l, "tolerant-waits"));
	lint_free(&l);
	walk_close(&t);
}

/* A CLRSTATUS between the two answers may be what led out of it. */
static void
test_only_the_device_itself_resumes(void **state)
{
	static const struct step steps[] = {
		SAID(0, "000000000700"),
		SEND(5, DFU_ABORT, OK, ANY, ANY, ANY, ANY),
		SAID(10, "000000000200"),
	};
	struct walk t;
	struct lint l;

	(void)state;
	walk_open(&t, "dfu11,wrong=intolerant");
	walk_run(&t, steps, COUNT(steps));
	session_lint(t.s, &l);
	assert_false(found(&l, "intolerant-resumes"));
	lint_free(&l);
	walk_close(&t);
}

/* The detail of row id for a device of which only these words are known. */
static void
check_label(const char *id, const struct lint_subject *words,
    const char *detail)
{
	static const struct dfu_descriptors nothing;
	struct lint_subject s = *words;
	struct lint l;
	size_t i;

	s.descriptors = &nothing;
	lint_check(&l, &s);
	for (i = 0; i < l.n; i++) {
		if (strcmp(l.findings[i].row->id, id) == 0)
			break;
	}
	if (i == l.n)
		fail_msg("%s: not raised for %s", id, detail);
	assert_string_equal(l.findings[i].detail, detail);
	lint_free(&l);
}

static void
test_text_is_named_by_where_it_stands(void **state)
{
	static const struct {
		const char	*id;
		const char	*text;
	} rows[] = { { "text-control", "a\033b" }, { "text-empty", "" } };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		check_label(rows[i].id, &(struct lint_subject){
		    .manufacturer = rows[i].text }, "manufacturer");
		check_label(rows[i].id, &(struct lint_subject){
		    .manufacturer = "good", .product = rows[i].text },
		    "product");
		check_label(rows[i].id, &(struct lint_subject){
		    .serial = rows[i].text }, "serial");
		check_label(rows[i].id, &(struct lint_subject){
		    .names[7] = rows[i].text }, "the name of alternate 7");
	}
}

static void
test_quirks_of_tools(void **state)
{
	const struct dfu_quirk *rows[DFU_QUIRKS_MAX];
	struct buf b = { 0 };
	struct walk t;

	(void)state;
	walk_open(&t, "dfu11,descriptors=seven");
	assert_int_equal(session_quirks(t.s, rows, DFU_QUIRKS_MAX), 1);
	session_lint_quirk(rows[0], &b);
	assert_string_equal(buf_str(&b), "assumes DFU 1.0: the descriptor of "
	    "7 bytes has no version [dfu-util 0.11 dfu_util.c]");
	buf_free(&b);
	walk_close(&t);
	walk_open(&t, "dapboot");
	assert_int_equal(session_quirks(t.s, rows, DFU_QUIRKS_MAX), 0);
	walk_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_row_is_raised),
		cmocka_unit_test(test_no_row_is_left_out),
		cmocka_unit_test(test_healthy_devices_raise_notes_only),
		cmocka_unit_test(test_the_weightiest_first),
		cmocka_unit_test(test_an_arrival_forgets_the_states),
		cmocka_unit_test(test_only_the_device_itself_resumes),
		cmocka_unit_test(test_text_is_named_by_where_it_stands),
		cmocka_unit_test(test_quirks_of_tools),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
