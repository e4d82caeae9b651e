/* SPDX-License-Identifier: ISC */
/*
 * The rows of the tools: whole, found by their names, and recognised by what
 * they print.
 */
#include "config.h"

#include "tests/dfu/check.h"

#include <string.h>

#include "script/script.h"

static void
assert_poll(const struct script_poll *p)
{
	assert_int_equal(strlen(p->then), SCRIPT_STATES);
	assert_int_equal(strspn(p->then, ".pacACnr!"), SCRIPT_STATES);
	assert_true(p->first == NULL || strlen(p->first) == SCRIPT_STATES);
	assert_true(p->max > 0);
	assert_true(p->lost != 0 && p->over != 0 && p->status != 0);
	/* What leads on has somewhere to go. */
	if (strchr(p->then, SCRIPT_NEXT) != NULL || p->status == SCRIPT_NEXT)
		assert_non_null(p->next);
}

static void
assert_steps(const struct script_step *step)
{
	const struct script_poll *p;

	for (; step != NULL && step->what != NULL; step++) {
		for (p = step->poll; p != NULL; p = p->next)
			assert_poll(p);
		assert_true(step->send == SCRIPT_NOTHING ||
		    step->refused != 0);
		/* A request that ends it all says so. */
		if (step->refused == SCRIPT_FAIL)
			assert_non_null(step->says.text);
	}
}

/* Every state of every row has a letter that the job knows. */
static void
test_rows_are_whole(void **state)
{
	const struct script *d;
	size_t i, k;

	(void)state;
	for (i = 0; i < scripts_count; i++) {
		for (d = scripts[i]; d->name != NULL; d++) {
			const struct script_step *const all[] = { d->open,
			    d->write, d->end, d->leave, d->plain };

			assert_string_equal(d->name, scripts[i]->name);
			assert_ptr_equal(script_named(d->name, d->version),
			    d);
			assert_non_null(d->lines);
			for (k = 0; k < COUNT(all); k++)
				assert_steps(all[k]);
		}
	}
}

static void
assert_named(const char *name, const char *version, const char *called)
{
	const struct script *d = script_named(name, version);
	struct buf b = { 0 };

	if (called == NULL) {
		assert_null(d);
		return;
	}
	assert_non_null(d);
	script_called(d, &b);
	assert_string_equal(buf_str(&b), called);
	buf_free(&b);
}

static void
test_names(void **state)
{
	(void)state;
	assert_named("dfu-util", NULL, "dfu-util");
	assert_named("dfu-util", "0.11", "dfu-util");
	assert_named("dfu-util", "0.9", "dfu-util 0.9");
	assert_named("dfu-util-0.11", NULL, "dfu-util");
	assert_named("dfu-util-0.5", NULL, "dfu-util 0.5");
	assert_named("pydfu", NULL, "pydfu");
	assert_named("dfu-util-", NULL, NULL);
	assert_named("dfu-util-0", NULL, NULL);
	assert_named("dfu-util-0.1", NULL, NULL);
	assert_named("dfu-util-0.90", NULL, NULL);
	assert_named("dfu-utils", NULL, NULL);
	assert_named("dfu", NULL, NULL);
	assert_named("0.9", NULL, NULL);
	assert_named("pydfu-0.9", NULL, NULL);
	assert_named("", NULL, NULL);
}

/* What a version does in dfuMANIFEST-WAIT-RESET at the end without DfuSe. */
static void
test_reset_is_of_later_versions(void **state)
{
	static const struct {
		const char	*name;
		char		 letter;
	} rows[] = {
		{ "dfu-util", SCRIPT_RESET_GO },
		{ "dfu-util-0.10", SCRIPT_RESET_GO },
		{ "dfu-util-0.9", SCRIPT_GO },
		{ "dfu-util-0.7", SCRIPT_GO },
		{ "dfu-util-0.5", SCRIPT_GO },
	};
	const struct script_step *step;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		step = script_named(rows[i].name, NULL)->plain;
		while (step->send != SCRIPT_ZERO)
			step++;
		assert_int_equal(script_letter(step->poll, true, 8),
		    rows[i].letter);
		assert_int_equal(script_letter(step->poll, true, 7),
		    SCRIPT_POLL);
	}
}

static void
test_matches(void **state)
{
	static const struct {
		const char	*text, *line;
		bool		 is;
	} rows[] = {
		{ "Done!", "Done!", true },
		{ "Done!", "Done", false },
		{ "Done!", "Done!!", false },
		{ "Status is not OK: %e", "Status is not OK: 10", true },
		{ "Status is not OK: %e", "Status is not OK: ", false },
		{ "Status is not OK: %e", "Status is not OK: x", false },
		{ "returned %r", "returned -9", true },
		{ "returned %r", "returned 9", true },
		{ "returned %r", "returned -", false },
		{ "\"%c\" download", "\"ERASE_PAGE\" download", true },
		{ "\"%c\" download", "\"MASS_ERASE\" download", false },
		{ "\"%c\" download", "\"ERASE\" download", false },
		{ "error get_status%l", "error get_status", true },
		{ "error get_status%l", "error get_status: LIBUSB_ERROR_IO",
		    true },
		{ "error get_status%l", "error get_status (PIPE)", true },
		{ "error get_status%l", "error get_status: ", false },
		{ "error get_status%l", "error get_statuses", false },
		{ "state(%n) = %s, status(%e) = %s", "state(7) = "
		    "dfuMANIFEST, status(0) = No error condition", true },
		{ "state(%n) = %s, status(%e) = %s", "state(7) = "
		    "dfuMANIFEST, status = 0", false },
		{ "ID %s", "ID 0483:df11", true },
		{ "ID %s", "ID", false },
		{ "%s-- %s", "2021 @ -- Claimed", true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		if (script_matches(rows[i].text, "ERASE_PAGE", rows[i].line,
		    strlen(rows[i].line)) != rows[i].is)
			fail_msg("\"%s\", \"%s\"", rows[i].text,
			    rows[i].line);
	}
	/* No more of a line than there is. */
	assert_true(script_matches("Done!", NULL, "Done!x", 5));
	assert_false(script_matches("Done!", NULL, "Done!", 4));
	assert_false(script_matches("%c", NULL, "SET", 3));
}

/* Which step a line stands for. */
static void
test_finds_the_step(void **state)
{
	static const struct {
		const char		*name, *line;
		enum script_send	 send;
		enum script_why		 why;
		int			 code;	/* -2: it says no such thing */
	} rows[] = {
		{ "dfu-util", "Error during special command \"ERASE_PAGE\" "
		    "download", SCRIPT_ERASE, SCRIPT_WHY_REFUSED, 74 },
		{ "dfu-util", "Error during special command \"SET_ADDRESS\" "
		    "get_status", SCRIPT_POINTER, SCRIPT_WHY_LOST, 74 },
		{ "dfu-util", "Wrong state after command \"ERASE_PAGE\" "
		    "download", SCRIPT_ERASE, SCRIPT_WHY_STATE, 76 },
		{ "dfu-util-0.10", "Wrong state after command "
		    "\"ERASE_PAGE\" download", SCRIPT_ERASE,
		    SCRIPT_WHY_STATE, 74 },
		{ "dfu-util-0.7", "Wrong state after command \"ERASE_PAGE\" "
		    "download", SCRIPT_NOTHING, SCRIPT_WHY_END, -2 },
		{ "dfu-util-0.7", "Error: Wrong state after command "
		    "download", SCRIPT_ERASE, SCRIPT_WHY_STATE, 1 },
		{ "dfu-util", "Device stuck after special command request",
		    SCRIPT_ERASE, SCRIPT_WHY_ZEROS, 74 },
		{ "dfu-util-0.9", "Device stuck after special command "
		    "request", SCRIPT_NOTHING, SCRIPT_WHY_END, -2 },
		{ "dfu-util", "ERASE_PAGE not correctly executed",
		    SCRIPT_ERASE, SCRIPT_WHY_STATUS, 74 },
		{ "dfu-util", "Error sending completion packet "
		    "(LIBUSB_ERROR_PIPE)", SCRIPT_ZERO, SCRIPT_WHY_REFUSED,
		    74 },
		{ "dfu-util-0.5", "Error sending completion packet",
		    SCRIPT_ZERO, SCRIPT_WHY_REFUSED, 0 },
		{ "dfu-util", "Failed to enter idle state on abort",
		    SCRIPT_ABORT, SCRIPT_WHY_STATE, 74 },
		{ "dfu-util", "can't send DFU_ABORT", SCRIPT_NOTHING,
		    SCRIPT_WHY_ABORT, 74 },
		{ "dfu-util", "error clear_status", SCRIPT_NOTHING,
		    SCRIPT_WHY_CLEAR, 74 },
		{ "pydfu", "DFU: erase failed", SCRIPT_ERASE,
		    SCRIPT_WHY_STATE, 1 },
		{ "dfu-util", "Erasing page", SCRIPT_NOTHING,
		    SCRIPT_WHY_END, -2 },
	};
	struct script_saying s;
	bool found;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		found = script_find(script_named(rows[i].name, NULL),
		    rows[i].line, strlen(rows[i].line), &s);
		if (found != (rows[i].code != -2))
			fail_msg("%s: %s", rows[i].name, rows[i].line);
		if (!found)
			continue;
		assert_int_equal(s.message->code, rows[i].code);
		assert_int_equal(s.why, rows[i].why);
		assert_int_equal(s.step->send, rows[i].send);
	}
	assert_true(script_find(script_named("dfu-util", NULL), "Done!", 5,
	    &s));
	assert_int_equal(s.why, SCRIPT_WHY_END);
	assert_null(s.step);
}

/* "" as the tool: none. */
static void
assert_guess(const char *text, const char *tool, const char *earliest,
    const char *latest)
{
	struct script_guess g;

	if (!script_guess(text, strlen(text), &g)) {
		assert_string_equal(tool, "");
		return;
	}
	assert_string_equal(g.latest->name, tool);
	assert_string_equal(g.latest->version, latest);
	assert_string_equal(g.earliest->version, earliest);
}

static void
test_guesses(void **state)
{
	(void)state;
	assert_guess("", "", "", "");
	assert_guess("Done!\n", "", "", "");
	assert_guess("some words\nthat are no log\n", "", "", "");
	assert_guess("dfu-util 0.9\n", "", "", "");
	assert_guess("dfu-util 0.9\n\nOpening DFU capable USB device...\n"
	    "ID 0483:df11\nClaiming USB DFU Interface...\n", "dfu-util",
	    "0.9", "0.9");
	/* The banner is cut: what is left fits several. */
	assert_guess("Opening DFU capable USB device...\r\nID 0483:df11\r\n"
	    "Run-time device DFU version 011a\r\n", "dfu-util", "0.8",
	    "0.10");
	assert_guess("Opening DFU capable USB device...\nID 0483:df11\n"
	    "Downloading to address = 0x08000000, size = 5000\n", "dfu-util",
	    "0.8", "0.9");
	assert_guess("Opening DFU capable USB device...\n"
	    "Device ID 0483:df11\nDetermining device status...\n",
	    "dfu-util", "0.11", "0.11");
	assert_guess("Opening DFU capable USB device... ID 1209:0002\n"
	    "Run-time device DFU version 0110\nbytes_per_hash=100\n",
	    "dfu-util", "0.6", "0.7");
	assert_guess("Opening DFU USB device... ID 1fc9:000c\n"
	    "Run-time device DFU version 0100\n", "dfu-util", "0.5", "0.5");
	/* What was said of an error, with and without its name. */
	assert_guess("Device ID 0483:df11\ndfu-util: Error during download "
	    "get_status\n", "dfu-util", "0.11", "0.11");
	assert_guess("File: fw.dfu\nWriting memory...\nExiting DFU...\n",
	    "pydfu", script_named("pydfu", NULL)->version,
	    script_named("pydfu", NULL)->version);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_are_whole),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_reset_is_of_later_versions),
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_finds_the_step),
		cmocka_unit_test(test_guesses),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
