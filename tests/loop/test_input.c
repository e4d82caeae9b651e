/* SPDX-License-Identifier: ISC */
/* A hand on the keys: what is refused, cancelled, asked, held and watched. */
#include "config.h"

#include "tests/loop/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define F072	"sim:stm32f072"

static void
play(struct play *p, const char *const *texts, size_t n)
{
	play_run(p);
	play_expect(p, texts, n);
}

#define PLAY(p, texts)	play(p, texts, COUNT(texts))

static void
test_cancel_a_silent_request(void **state)
{
	static const struct press presses[] = {
		{ 0, "getstate; getstate", false },
		{ 700, "cancel", true }, { 800, "cancel", true },
		{ 900, "getstatus", true }, { 1000, "quit", false },
	};
	static const char *const texts[] = {
		"submit GETSTATE",
		"result 76 cancelled; the device is in an unknown state",
		"0.700000 complete cancelled after 700 ms",
		"said nothing to cancel",
		"0.900000 submit GETSTATUS", "complete dfuIDLE", "result 0",
	};
	struct play p = { .target = F072 ",silent=getstate@1",
	    .presses = presses, .n = COUNT(presses) };

	(void)state;
	PLAY(&p, texts);
	assert_int_equal(rig_count(buf_str(&p.said), "submit GETSTATE\n"), 1);
	/* After a cancel nobody knows: this was before the GETSTATUS. */
	assert_int_equal(loop_app(p.loop)->sessions->list[0]->sent, 2);
	play_free(&p);
}

/* One thing at a time: refused with what is pending, never queued. */
static void
test_second_command_is_refused(void **state)
{
	static const struct press presses[] = {
		{ 0, "getstate", true }, { 1000, "getstatus", true },
		{ 2000, "oops", false }, { 9000, "quit", true },
	};
	static const char *const texts[] = {
		"0.000000 submit GETSTATE",
		"said GETSTATE: still running; k cancels it",
		"said unknown command \"oops\"",
		"5.000000 complete no answer within 5.0 s", "result 0",
	};
	struct play p = { .target = F072 ",silent=getstate@1",
	    .presses = presses, .n = COUNT(presses) };

	(void)state;
	PLAY(&p, texts);
	assert_int_equal(rig_count(buf_str(&p.said), "GETSTATUS"), 0);
	play_free(&p);
}

static void
test_questions(void **state)
{
	static const struct press presses[] = {
		{ 0, "getstate", false }, { 10, "mass-erase", false },
		{ 20, "no", false }, { 30, "mass-erase", false },
		{ 40, "getstate", false }, { 45, "yes", false },
		{ 47, "yes masserase", false },
		{ 50, "yes mass-erase", false },
		{ 60, "yes", false }, { 70, "quit", false },
	};
	static const char *const texts[] = {
		"complete dfuIDLE", "asked Erase the entire memory",
		"this cannot be undone", "result 0 not sent",
		"asked Erase the entire memory", "still running",
		"said yes: type yes mass-erase to answer",
		"said yes: type yes mass-erase to answer",
		"0.050000 submit DNLOAD",
		("said yes: there is no question to answer"),
	};
	struct play p = { .target = F072, .presses = presses,
	    .n = COUNT(presses), .policy = { .interactive = true } };

	(void)state;
	PLAY(&p, texts);
	assert_int_equal(rig_count(buf_str(&p.said), "submit DNLOAD"), 1);
	play_free(&p);
}

/* What is paused tells how far it is, and no rate that only the pause makes. */
static void
test_no_estimate_while_paused(void **state)
{
	static const struct press presses[] = {
		{ 0, "break address 0x08001000", false },
		{ 10, "read 0x08000000 8192 paused.bin", false },
		{ 2000, "quit", true }, { 2010, "no", false },
		{ 2100, "cancel", false }, { 3000, "quit", false },
	};
	static const char *const texts[] = {
		("reading 0x08001000, 4096 of 8192 bytes (50 %) stops "
		"unfinished; the rest is lost"),
	};
	struct play p = { .target = F072, .presses = presses,
	    .n = COUNT(presses), .policy = { .interactive = true } };

	(void)state;
	PLAY(&p, texts);
	assert_int_equal(rig_count(buf_str(&p.said), "KiB/s"), 0);
	play_free(&p);
}

/* A yes covers one command only, in a script and in its rounds. */
static void
test_yes_covers_one(void **state)
{
	static const struct press presses[] = {
		{ 0, "repeat 2 erase 0x08000000; mass-erase", false },
		{ 10, "yes", false }, { 20, "yes", false },
		{ 30, "no", false }, { 40, "quit", false },
	};
	static const char *const texts[] = {
		"asked ", "submit DNLOAD", "asked ", "submit DNLOAD", "asked ",
		"result 0 not sent",
	};
	struct play p = { .target = F072 ",stall=dnload@1,stall=dnload@2",
	    .presses = presses, .n = COUNT(presses),
	    .policy = { .interactive = true } };

	(void)state;
	PLAY(&p, texts);
	play_free(&p);
}

/* On a real device a single key that loses a state asks, a line does not. */
static void
test_keys_ask(void **state)
{
	static const struct press presses[] = {
		{ 0, "abort", true }, { 10, "no", false },
		{ 20, "abort", false }, { 30, "arm", true },
		{ 40, "abort", true }, { 50, "arm off", false },
		{ 60, "reset", true }, { 70, "no", true },
		{ 80, "getstatus", true }, { 90, "quit", true },
	};
	static const char *const texts[] = {
		"asked Abort the transfer? ", "result 0 not sent",
		"0.020000 submit ABORT", "0.040000 submit ABORT",
		"asked Reset the bus", "not sent",
		"0.080000 submit GETSTATUS",
	};
	struct play p = { .target = F072, .presses = presses, .strict = true,
	    .n = COUNT(presses), .policy = { .interactive = true } };

	(void)state;
	PLAY(&p, texts);
	assert_int_equal(rig_count(buf_str(&p.said), "submit ABORT"), 2);
	assert_int_equal(rig_count(buf_str(&p.said), "reset bus"), 0);
	play_free(&p);
}

static void
test_step(void **state)
{
	static const struct press presses[] = {
		{ 0, "step", true }, { 10, "repeat 3 getstate", false },
		{ 20, "step", true }, { 30, "step", true },
		{ 40, "continue", true }, { 50, "getstatus", true },
		{ 60, "quit", true },
	};
	static const char *const texts[] = {
		"0.010000 command", "0.020000 submit GETSTATE",
		"0.030000 submit GETSTATE", "0.040000 submit GETSTATE",
		"result 0", "0.050000 submit GETSTATUS",
	};
	struct play p = { .target = F072, .presses = presses,
	    .n = COUNT(presses), .policy = { .interactive = true } };

	(void)state;
	PLAY(&p, texts);
	assert_int_equal(rig_count(buf_str(&p.said), "submit GETSTATE\n"), 3);
	play_free(&p);
}

static void
test_break(void **state)
{
	static const struct press presses[] = {
		{ 0, "break state dfuMANIFEST", false },
		{ 10, "leave", true }, { 500, "step", true },
		{ 600, "break off", false }, { 610, "continue", true },
		{ 5000, "quit", true },
	};
	static const char *const texts[] = {
		"0.010300 submit DNLOAD", "complete dfuMANIFEST",
		"0.500000 submit GETSTATUS", "0.610000 submit GETSTATUS",
		"disconnected",
	};
	struct play p = { .target = F072 ",stuck=3", .presses = presses,
	    .n = COUNT(presses), .policy = { .interactive = true } };

	(void)state;
	PLAY(&p, texts);
	play_free(&p);
}

/* Looks every 100 ms, but not while a job runs. */
static void
test_watch(void **state)
{
	static const struct press presses[] = {
		{ 0, "watch 100", false }, { 250, "wait 1000", false },
		{ 1350, "watch off", false }, { 2000, "quit", true },
	};
	static const char *const texts[] = {
		"0.000000 submit GETSTATE", "0.100000 submit GETSTATE",
		"0.200000 submit GETSTATE", "1.250000 submit GETSTATE",
		"1.350000",
	};
	struct play p = { .target = F072, .presses = presses,
	    .n = COUNT(presses) };

	(void)state;
	play_run(&p);
	play_expect(&p, texts, COUNT(texts) - 1);
	assert_int_equal(rig_count(buf_str(&p.said), "submit GETSTATE\n"), 4);
	play_free(&p);
}

/* What was let go stays so: the watch ends, and says it. */
static void
test_release_ends_the_watch(void **state)
{
	static const struct press presses[] = {
		{ 0, "watch 100", false }, { 250, "release", false },
		{ 1350, "watch 100", false }, { 1400, "watch off", false },
		{ 2000, "quit", true },
	};
	static const char *const texts[] = {
		"0.200000 submit GETSTATE", "device closed; watch is off",
		"1.350000",
	};
	struct play p = { .target = F072, .presses = presses,
	    .n = COUNT(presses) };

	(void)state;
	play_run(&p);
	play_expect(&p, texts, COUNT(texts));
	assert_int_equal(rig_count(buf_str(&p.said), "submit GETSTATE\n"), 4);
	play_free(&p);
}

/* dfuDNBUSY with 104 ms to wait: looking would disturb it (A.2.5). */
static void
test_watch_pauses_while_busy(void **state)
{
	static const struct press presses[] = {
		{ 0, "set-address 0x08000000; getstatus", false },
		{ 5, "watch 10 getstatus", false }, { 130, "quit", true },
	};
	static const char *const texts[] = {
		"0.000600 complete dfuDNBUSY, wait 104 ms",
		"0.104600 submit GETSTATUS", "complete dfuDNLOAD-IDLE",
	};
	struct play p = { .target = F072, .presses = presses,
	    .n = COUNT(presses) };

	(void)state;
	PLAY(&p, texts);
	assert_null(strstr(buf_str(&p.said), "0.005000 submit"));
	play_free(&p);
}

/* What a job sends waits for the watch's answer and gets its own. */
static void
test_watch_does_not_answer_a_job(void **state)
{
	static const struct press presses[] = {
		{ 0, "watch 1000", false },
		{ 50, "getstatus; expect status OK", false },
		{ 8000, "quit", true },
	};
	static const char *const texts[] = {
		"0.000000 submit GETSTATE", "0.050000 command",
		"0.090000 complete dfuIDLE", "0.090000 submit GETSTATUS",
		"0.180000 complete dfuIDLE", "result 0",
	};
	struct play p = { .target = F072 ",latency=90000",
	    .presses = presses, .n = COUNT(presses) };

	(void)state;
	PLAY(&p, texts);
	play_free(&p);
}

/* Unplugged and plugged within one turn: its transfer goes with it. */
static void
test_replug(void **state)
{
	static const struct press presses[] = {
		{ 0, "getstate", true }, { 100, "unplug", false },
		{ 100, "plug", false }, { 200, "getstatus", true },
		{ 300, "quit", true },
	};
	static const char *const texts[] = {
		"0.000000 submit GETSTATE",
		"0.100000 complete the device disconnected",
		"left disconnected",
		"arrived", "0.200000 submit GETSTATUS", "complete dfuIDLE",
	};
	struct play p = { .target = F072 ",silent=getstate@1",
	    .presses = presses, .n = COUNT(presses) };

	(void)state;
	PLAY(&p, texts);
	assert_int_equal(loop_app(p.loop)->sessions->n, 1);
	play_free(&p);
}

static void
test_no_device_to_command(void **state)
{
	static const struct press presses[] = {
		{ 0, "getstate", true }, { 1, "mark alone", false },
		{ 2, "unplug", false }, { 3, "quit", true },
	};
	static const char *const texts[] = {
		"said no device is connected", "note alone",
		"said only a simulated device",
	};
	struct play p = { .target = "", .presses = presses,
	    .n = COUNT(presses) };

	(void)state;
	PLAY(&p, texts);
	play_free(&p);
}

/* A wait of hours: said, and over with one key. */
static void
test_skip(void **state)
{
	static const struct press presses[] = {
		{ 0, "set-address 0x08000000; getstatus", false },
		{ 100, "skip", true },
		{ 200, "wait", true }, { 1000, "skip", true },
		{ 1100, "wait 5000; getstatus", false },
		{ 2000, "skip", true },
		{ 2100, "set-address 0x08000000; getstatus", false },
		{ 2200, "leave", true }, { 3000, "skip", true },
		{ 9000, "quit", true },
	};
	static const char *const texts[] = {
		"complete dfuDNBUSY, wait 4 h 39 min",
		"said skip: no job waits and no request is paused", "result 0",
		"2.000000 submit GETSTATUS", "complete dfuDNLOAD-IDLE",
		"complete dfuDNBUSY, wait 4 h 39 min",
		"3.000000 submit GETSTATUS", "complete dfuDNLOAD-IDLE",
		"submit DNLOAD",
	};
	struct play p = { .target = F072 ",announce=16777215",
	    .policy = { .interactive = true },
	    .presses = presses, .n = COUNT(presses) };

	(void)state;
	PLAY(&p, texts);
	play_free(&p);
}

/* A key asks before it drops a job; then that is stopped, and told of. */
static void
test_quit_in_a_job(void **state)
{
	static const struct press presses[] = {
		{ 0, "erase-range 0x08000000 0x2000", false },
		{ 50, "quit", true }, { 60, "no", false },
		{ 150, "quit", true }, { 160, "yes", false },
		{ 8000, "getstate", false },
	};
	static const char *const texts[] = {
		"0.000000 submit GETSTATUS", "submit ABORT",
		"parting stopped: dfuscope was quit; the device is in",
		"dfuIDLE",
	};
	struct play p = { .target = F072, .presses = presses,
	    .n = COUNT(presses), .policy = { .interactive = true,
	    .yes = true }, .stops = true };

	(void)state;
	PLAY(&p, texts);
	assert_int_equal(p.code, 76);
	assert_int_equal(loop_app(p.loop)->runners[0]->depth, 0);
	play_free(&p);
}

/* What changes something says what holds now. */
static void
test_commands_tell(void **state)
{
	static const struct press presses[] = {
		{ 0, "step", true }, { 10, "continue", true },
		{ 20, "break request abort", false },
		{ 30, "break  state dfuERROR # x", false },
		{ 35, "break", false }, { 40, "break off", false },
		{ 45, "break", false }, { 50, "timeout 100", false },
		{ 60, "xfer-size 64", false }, { 70, "stack tinyusb", false },
		{ 80, "arm", true }, { 90, "watch", true },
		{ 1400, "watch", true }, { 3000, "record off", false },
		{ 3010, "quit", true },
	};
	static const char *const texts[] = {
		"said the next job pauses before each request",
		"said jobs no longer pause before each request",
		"said will pause before request abort\n",
		"said will pause when state dfuERROR; 2 breakpoints\n",
		("said 2 breakpoints: before request ABORT, when state "
		    "dfuERROR; break off removes them\n"),
		"said all breakpoints removed",
		"said no breakpoint is set; break CONDITION sets one\n",
		"said timeout of each request: 100 ms",
		"said block size: 64 bytes", "said DFU stack set to TinyUSB",
		"said confirmation is off: ", "0.090000 submit GETSTATE",
		"said watch is off", "said nothing recorded",
	};
	struct play p = { .target = F072, .presses = presses,
	    .n = COUNT(presses), .policy = { .interactive = true } };

	(void)state;
	PLAY(&p, texts);
	assert_int_equal(rig_count(buf_str(&p.said), "submit GETSTATE\n"), 3);
	play_free(&p);
}

/* The job goes on behind the question, which goes when there is none. */
static void
test_quit_is_asked(void **state)
{
	/* The job ends while it is asked: then it is quit. */
	static const struct press presses[] = {
		{ 0, "erase-range 0x08000000 0x2000", false },
		{ 300, "quit", true }, { 8000, "getstate", false },
	};
	static const char *const texts[] = { "submit DNLOAD", "result 0" };
	struct play p = { .target = F072, .presses = presses,
	    .n = COUNT(presses), .policy = { .interactive = true,
	    .yes = true } };

	(void)state;
	PLAY(&p, texts);
	assert_int_equal(p.code, 0);
	assert_int_equal(rig_count(buf_str(&p.said), "GETSTATE\n"), 0);
	play_free(&p);
}

/* What y does, by key and by job, and what is lost if it is pressed. */
static void
every_question_says_what_is_lost(void **state)
{
	static const struct {
		const char *target, *before, *line, *verb;
	} rows[] = {
		{ F072, "getstatus", "reset", "Reset" },
		{ F072 ",start=error", "getstatus", "clrstatus", "Clear" },
		{ F072, "upload 2 16", "abort", "Abort" },
		{ "sim:dfu11,mode=app", "getstatus", "detach", "Detach" },
		{ F072, "getstatus", "dnload 2 hex:00", "Send" },
		{ F072, "getstatus", "dnload 0 hex:77", "Send" },
		{ F072, "getstatus", "erase 0x08000000", "Erase" },
		{ F072, "getstatus", "mass-erase", "Erase" },
		{ F072, "getstatus", "read-unprotect", "Remove" },
		{ F072, "getstatus", "erase-range 0x08000000 1", "Erase" },
		{ F072, "getstatus", "wipe", "Erase" },
		{ F072, "getstatus", "unprotect", "Remove" },
		{ F072, "getstatus", "flash test_input.bin 0x08000000",
		    "Flash" },
		{ "sim:dfu11", "getstatus", "flash test_input.bin",
		    "Download" },
		{ F072, "getstatus",
		    "do-as pydfu flash test_input.bin 0x08000000", "Flash" },
	};
	struct press presses[] = { { 0, NULL, false }, { 500, NULL, true },
		{ 90000, "no", true }, { 99000, "quit", false } };
	struct play p;
	char *asked;
	size_t i;
	FILE *f = fopen("test_input.bin", "w");

	(void)state;
	assert_non_null(f);
	fputs("0123456789abcdef", f);
	fclose(f);
	for (i = 0; i < COUNT(rows); i++) {
		presses[0].line = rows[i].before;
		presses[1].line = rows[i].line;
		/* What a line sends of these is not asked. */
		presses[1].key = i < 4;
		p = (struct play){ .target = rows[i].target,
			.presses = presses, .n = COUNT(presses),
			.strict = true, .policy = {
			    .interactive = true } };
		play_run(&p);
		asked = strstr(buf_str(&p.said), "asked ");
		if (asked == NULL)
			fail_msg("%s: no question in\n%s", rows[i].line,
			    buf_str(&p.said));
		asked += strlen("asked ");
		asked[strcspn(asked, "\n")] = '\0';
		/* The first word is the verb of the key, too. */
		if (strncmp(asked, rows[i].verb, strlen(rows[i].verb)) != 0 ||
		    strchr(asked, '?') == NULL ||
		    asked[strlen(asked) - 1] == '?' ||
		    (strstr(asked, "los") == NULL &&
			strstr(asked, "disconnect") == NULL &&
			strstr(asked, "erases all") == NULL) ||
		    strstr(asked, "Do it") != NULL)
			fail_msg("%s: asked %s", rows[i].line, asked);
		play_free(&p);
	}
	unlink("test_input.bin");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cancel_a_silent_request),
		cmocka_unit_test(every_question_says_what_is_lost),
		cmocka_unit_test(test_second_command_is_refused),
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_no_estimate_while_paused),
		cmocka_unit_test(test_yes_covers_one),
		cmocka_unit_test(test_keys_ask),
		cmocka_unit_test(test_step),
		cmocka_unit_test(test_break),
		cmocka_unit_test(test_watch),
		cmocka_unit_test(test_release_ends_the_watch),
		cmocka_unit_test(test_watch_pauses_while_busy),
		cmocka_unit_test(test_watch_does_not_answer_a_job),
		cmocka_unit_test(test_replug),
		cmocka_unit_test(test_skip),
		cmocka_unit_test(test_no_device_to_command),
		cmocka_unit_test(test_quit_in_a_job),
		cmocka_unit_test(test_quit_is_asked),
		cmocka_unit_test(test_commands_tell),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
