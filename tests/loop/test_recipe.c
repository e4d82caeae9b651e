/* SPDX-License-Identifier: ISC */
/* Recipes, stepping and recording in the real loop, on simulated devices. */
#include "tests/loop/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

#define F072	"sim:stm32f072"
#define PLAY(p, texts)	do {						\
	play_run(p);							\
	play_expect(p, texts, COUNT(texts));				\
} while (0)

static char path[64];

/* A file of this test, with text. */
static void
write_file(const char *text)
{
	FILE *f;

	snprintf(path, sizeof(path), "test-recipe-%ld.txt", (long)getpid());
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
run_recipe(struct rig *r, const char *text, const char *args)
{
	char script[128];

	write_file(text);
	snprintf(script, sizeof(script), "source %s%s", path, args);
	*r = (struct rig){ .targets = F072 ",stuck=3", .script = script };
	rig_batch(r);
	r->script = NULL;
	unlink(path);
}

static void
test_source(void **state)
{
	struct rig r;

	(void)state;
	run_recipe(&r, "param A\ngetstatus\non stall clrstatus\n"
	    "on state dfuIDLE set-address $A\nuntil state dfuDNLOAD-IDLE "
	    "getstatus\ntry expect gone\nleave\nexpect gone\n",
	    " A=0x08000400");
	assert_int_equal(r.code, 0);
	assert_true(rig_said(&r, "set address 0x08000400"));
	assert_true(rig_said(&r, "disconnected"));
	assert_false(rig_said(&r, "CLRSTATUS"));
	rig_free(&r);
}

/* What is wrong in its last line is found before the first is sent. */
static void
test_nothing_sent(void **state)
{
	struct rig r;

	(void)state;
	run_recipe(&r, "getstatus\nabort\nnonsense\n", "");
	assert_int_equal(r.code, 65);
	assert_true(rig_said(&r, "line 3: unknown command"));
	assert_false(rig_said(&r, "GETSTATUS"));
	rig_free(&r);
	r = (struct rig){ .targets = F072, .script = "source no/such/file" };
	rig_batch(&r);
	assert_int_equal(r.code, 66);
	rig_free(&r);
}

static void
test_failure_names_line(void **state)
{
	struct rig r;

	(void)state;
	run_recipe(&r, "getstatus\n\nexpect state dfuERROR\nabort\n", "");
	assert_int_equal(r.code, 76);
	assert_true(rig_said(&r, "line 3: expected state dfuERROR, but the "
	    "state is dfuIDLE"));
	assert_false(rig_said(&r, "ABORT"));
	rig_free(&r);
}

static void
test_on(void **state)
{
	struct rig r = { .targets = F072 ",stall=getstatus@1",
	    .script = "getstatus; on stall getstate; on timeout abort; "
	    "expect time < 5; expect request getstate" };

	(void)state;
	rig_batch(&r);
	assert_int_equal(r.code, 0);
	assert_true(rig_said(&r, "GETSTATE"));
	assert_false(rig_said(&r, "ABORT"));
	rig_free(&r);
}

static void
test_insert(void **state)
{
	static const struct press presses[] = {
		{ 0, "step", true }, { 10, "set-address 0x08000000; leave",
		    false },
		{ 20, "getstate", true }, { 30, "step", true },
		{ 40, "quit", true },
	};
	static const char *const texts[] = {
		"0.020000 submit GETSTATE", "result 0",
		"0.030000 submit DNLOAD",
	};
	struct play p = { .target = F072, .presses = presses,
	    .n = COUNT(presses), .policy = { .interactive = true },
	    .stops = true };

	(void)state;
	PLAY(&p, texts);
	assert_int_equal(rig_count(buf_str(&p.said), " submit "), 2);
	play_free(&p);
}

static void
test_skip_and_instead(void **state)
{
	static const struct press presses[] = {
		{ 0, "step", true },
		{ 10, "getstatus; abort; getstate; clrstatus", false },
		{ 20, "skip", true }, { 30, "instead upload 0 4", true },
		{ 40, "step", true }, { 50, "skip", true },
		{ 60, "quit", true },
	};
	static const char *const texts[] = {
		"0.030000 submit UPLOAD", "0.040000 submit GETSTATE",
		"result 0",
	};
	struct play p = { .target = F072, .presses = presses,
	    .n = COUNT(presses), .policy = { .interactive = true } };

	(void)state;
	PLAY(&p, texts);
	assert_int_equal(rig_count(buf_str(&p.said), " submit "), 2);
	play_free(&p);
}

/* A break on a request holds it before it is sent; going on sends it. */
static void
test_break_before(void **state)
{
	static const struct press presses[] = {
		{ 0, "break address 0x08000800", false },
		{ 1, "break request abort", false },
		{ 10, "getstatus; set-address 0x08000800; getstatus; abort",
		    false },
		{ 500, "continue", true }, { 900, "continue", true },
		{ 1500, "quit", true },
	};
	static const char *const texts[] = {
		"0.010000 submit GETSTATUS", "0.500000 submit DNLOAD",
		"submit GETSTATUS", "0.900000 submit ABORT", "result 0",
	};
	struct play p = { .target = F072, .presses = presses,
	    .n = COUNT(presses), .policy = { .interactive = true } };

	(void)state;
	PLAY(&p, texts);
	play_free(&p);
}

static void
test_step_state(void **state)
{
	static const struct press presses[] = {
		{ 0, "step", true },
		{ 10, "repeat 3 getstate; set-address 0x08000000; getstatus",
		    false },
		{ 1000, "step state", true }, { 2000, "step state", true },
		{ 3000, "step state", true }, { 4000, "quit", true },
	};
	static const char *const texts[] = {
		"1.000000 submit GETSTATE", "2.000000 submit GETSTATE",
		"2.000300 submit GETSTATE", "2.000600 submit DNLOAD",
		"3.000000 submit GETSTATUS",
	};
	struct play p = { .target = F072, .presses = presses,
	    .n = COUNT(presses), .policy = { .interactive = true } };

	(void)state;
	PLAY(&p, texts);
	play_free(&p);
}

/* What was recorded does the same again. */
static void
test_record(void **state)
{
	static struct press presses[] = {
		{ 0, NULL, false }, { 10, "getstatus", true },
		{ 20, "timeout 200", false },
		{ 3000, "set-address 0x08000000", false },
		{ 3010, "device 1", false },
		{ 3500, "leave", false }, { 9000, "record off", false },
		{ 9010, "getstatus", true }, { 9100, "quit", true },
	};
	static const char *const wanted[] = { "\ngetstatus\n", "dfuIDLE",
	    "\ntimeout 200\n", "# later by 2.9 s\n",
	    "set-address 0x08000000\n", "\nleave\n", "left after" };
	struct play p = { .target = F072 ",stuck=3", .presses = presses,
	    .n = COUNT(presses), .policy = { .interactive = true } };
	struct buf text = { 0 }, error = { 0 };
	char line[96];
	struct rig r;
	const char *at;
	size_t i;

	(void)state;
	snprintf(path, sizeof(path), "test-record-%ld.txt", (long)getpid());
	snprintf(line, sizeof(line), "record %s", path);
	unlink(path);
	presses[0].line = line;
	play_run(&p);
	play_free(&p);
	assert_true(file_read(path, 4096, &text, &error));
	for (i = 0, at = buf_str(&text); i < COUNT(wanted); i++) {
		at = strstr(at, wanted[i]);
		if (at == NULL)
			fail_msg("%s is not in its place in\n%s", wanted[i],
			    buf_str(&text));
		at += strlen(wanted[i]) - 1;
	}
	assert_int_equal(rig_count(buf_str(&text), "getstatus\n"), 1);
	assert_null(strstr(buf_str(&text), "device 1"));
	snprintf(line, sizeof(line), "source %s", path);
	r = (struct rig){ .targets = F072 ",stuck=3", .script = line };
	rig_batch(&r);
	assert_int_equal(r.code, 0);
	assert_true(rig_said(&r, "disconnected"));
	rig_free(&r);
	unlink(path);
	buf_free(&text);
	buf_free(&error);
}

/*
 * A request that was declined is not done again; the pause that covered an
 * announced wait is made again, and one that did not is not.
 */
static void
test_record_what_was_done(void **state)
{
	static struct press presses[] = {
		{ 0, NULL, false }, { 10, "set-address 0x08000000", false },
		{ 20, "getstatus", false }, { 40, "wait", true },
		{ 300, "getstatus", false },
		{ 310, "set-address 0x08000400", false },
		{ 320, "getstatus", false }, { 500, "getstatus", false },
		{ 600, "abort", true }, { 610, "timeout 300", false },
		{ 620, "no", false },
		{ 700, "set-address 0x08000000; getstatus", false },
		{ 720, "getstatus", false }, { 900, "record off", false },
		{ 910, "quit", false },
	};
	static const char wanted[] = "\nset-address 0x08000000\n#   "
	    "the state is dfuDNLOAD-SYNC (#1)\ngetstatus\n#   "
	    "the state is dfuDNBUSY (#2)\nwait\n";
	static const char waits[] = "set-address 0x08000400\n#   "
	    "the state is dfuDNLOAD-SYNC (#4)\ngetstatus\n#   "
	    "the state is dfuDNBUSY (#5)\nwait\ngetstatus\n";
	static const char declined[] = "\n# declined: abort\n"
	    "timeout 300\n#   not sent\nset-address";
	struct play p = { .target = F072, .presses = presses,
	    .n = COUNT(presses), .policy = { .interactive = true },
	    .strict = true };
	struct buf text = { 0 }, error = { 0 };
	char line[96];

	(void)state;
	snprintf(path, sizeof(path), "test-record-%ld.txt", (long)getpid());
	snprintf(line, sizeof(line), "record %s", path);
	unlink(path);
	presses[0].line = line;
	play_run(&p);
	play_free(&p);
	assert_true(file_read(path, 4096, &text, &error));
	unlink(path);
	if (strstr(buf_str(&text), wanted) == NULL ||
	    strstr(buf_str(&text), waits) == NULL ||
	    strstr(buf_str(&text), declined) == NULL)
		fail_msg("%s", buf_str(&text));
	assert_int_equal(rig_count(buf_str(&text), "\nwait\n"), 2);
	buf_free(&text);
}

/* What is there already is not written over. */
static void
test_record_spares(void **state)
{
	static struct press presses[] = { { 0, NULL, false },
	    { 10, "getstatus", true }, { 20, "quit", true } };
	static const char *const texts[] = { "said test-recipe-",
	    "the file exists already" };
	struct play p = { .target = F072, .presses = presses,
	    .n = COUNT(presses), .policy = { .interactive = true } };
	struct buf text = { 0 }, error = { 0 };
	char line[96];

	(void)state;
	write_file("mine\n");
	snprintf(line, sizeof(line), "record %s", path);
	presses[0].line = line;
	PLAY(&p, texts);
	play_free(&p);
	assert_true(file_read(path, 4096, &text, &error));
	assert_string_equal(buf_str(&text), "mine\n");
	unlink(path);
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_source),
		cmocka_unit_test(test_nothing_sent),
		cmocka_unit_test(test_failure_names_line),
		cmocka_unit_test(test_on),
		cmocka_unit_test(test_insert),
		cmocka_unit_test(test_skip_and_instead),
		cmocka_unit_test(test_break_before),
		cmocka_unit_test(test_step_state),
		cmocka_unit_test(test_record),
		cmocka_unit_test(test_record_what_was_done),
		cmocka_unit_test(test_record_spares),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
