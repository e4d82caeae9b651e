/* SPDX-License-Identifier: ISC */
/* Journals that runs write, and runs that journals answer. */
#include "config.h"

#include "tests/loop/rig.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "source/source.h"
#include "trace/journal.h"

static char path[64], again[64], target[96];

static void
record(const char *targets, const char *script, unsigned flags)
{
	struct rig r = { .targets = targets, .script = script,
	    .flags = flags, .journal = path };

	rig_batch(&r);
	rig_free(&r);
}

/* Times of the wall clock differ; nothing else does. */
static char *
without_wall(const struct buf *b)
{
	struct buf out = { 0 };
	const char *p = buf_str(b), *end;

	for (; *p != '\0'; p = end + 1) {
		end = strchr(p, '\n');
		assert_non_null(end);
		if (strstr(p, "wall") == NULL || strstr(p, "wall") > end)
			buf_add(&out, p, (size_t)(end - p) + 1);
	}
	return (buf_take(&out));
}

static void
check_same(const char *targets, const char *script, unsigned flags)
{
	struct rig first = { .targets = targets, .script = script,
	    .flags = flags, .journal = path }, second = first;
	char *a, *b;

	second.targets = target;
	second.journal = again;
	rig_batch(&first);
	rig_batch(&second);
	a = without_wall(&first.out);
	b = without_wall(&second.out);
	if (first.code != second.code || strcmp(a, b) != 0)
		fail_msg("%s: %s\nrecorded %d\n%sreplayed %d\n%s%s%s",
		    targets, script, first.code, a, second.code, b,
		    buf_str(&second.err), buf_str(&second.trouble));
	free(a);
	free(b);
	rig_free(&first);
	rig_free(&second);
}

static void
test_replays_what_was_recorded(void **state)
{
	static const struct {
		const char *target;
		const char *script;
	} rows[] = {
		{ "sim:stm32f072,stuck=7", "leave 0x08000000" },
		{ "sim:stm32f072,stuck=never", "leave" },
		{ "sim:stm32f072,back=same", "leave" },
		{ "sim:stm32f072,silent=getstatus@3", "leave 0x08000000" },
		{ "sim:stm32f072,stall=getstate@1", "getstate; getstate" },
		{ "sim:stm32f072,gone=getstate@1", "getstate; expect gone" },
		{ "sim:stm32f072,buserror=getstate@1", "getstate" },
		{ "sim:stm32f072", "names; get-commands; upload 2 16" },
		{ "sim:dfu11", "dnload hex:0011; getstatus; wait; getstatus" },
		{ "sim:dfu11,mode=app,will-detach=1",
		    "detach; expect gone; expect back; getstate" },
		{ "sim:dfu11,mode=app", "detach; reset; expect back; abort" },
		{ "sim:stm32f072", "getstate; release; getstate" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		check_same(rows[i].target, rows[i].script,
		    RIG_YES | RIG_JSON);
}

static void
test_replays_several_devices(void **state)
{
	(void)state;
	check_same("sim:stm32f072 sim:dfu11 sim:dfu11,start=error",
	    "getstatus; repeat 3 getstate; abort; getstatus", RIG_ALL);
}

/* Firmware that was elided is known by its CRC. */
static void
test_elided_payload(void **state)
{
	struct buf script = { 0 };
	struct rig r;
	int i;

	(void)state;
	buf_adds(&script, "dnload hex:");
	for (i = 0; i < 1024; i++)
		buf_addf(&script, "%02x", i & 0xff);
	buf_adds(&script, "; getstatus; wait; getstatus");
	check_same("sim:dfu11", buf_str(&script), RIG_YES);
	script.data[strlen("dnload hex:") + 300] ^= 1;
	r = (struct rig){ .targets = target, .script = buf_str(&script),
	    .flags = RIG_YES };
	rig_batch(&r);
	assert_int_equal(r.code, 76);
	assert_true(rig_said(&r, "with other bytes"));
	rig_free(&r);
	buf_free(&script);
	/* Read back, the edges are what they were and the rest is there. */
	check_same("sim:stm32f072", "upload 2 32", 0);
	record("sim:stm32f072,flash=pattern", "upload 2 2048", 0);
	r = (struct rig){ .targets = target, .script = "upload 2 2048" };
	rig_batch(&r);
	assert_int_equal(r.code, 0);
	assert_true(rig_said(&r, " ok\n"));
	rig_free(&r);
}

static void
check_differs(const char *script, const char *said)
{
	struct rig r = { .targets = target, .script = script,
	    .flags = RIG_YES };

	rig_batch(&r);
	if (r.code != 76 || !rig_said(&r, said))
		fail_msg("%s: %d, %s%s", script, r.code, buf_str(&r.err),
		    buf_str(&r.trouble));
	rig_free(&r);
}

static void
test_another_request_is_76(void **state)
{
	(void)state;
	record("sim:stm32f072", "getstate; set-address 0x08000000; reset", 0);
	check_differs("getstatus", "the request differs from the recording: "
	    "sent GETSTATUS; recorded #1 GETSTATE");
	check_differs("getstate; set-address 0x08000800",
	    "recorded #2 DNLOAD block 0, 5 bytes with other bytes");
	check_differs("getstate; reset", "sent bus reset; recorded "
	    "#2 DNLOAD");
	check_differs("getstate; set-address 0x08000000; getstate",
	    "sent GETSTATE; recorded bus reset");
	check_differs("getstate; set-address 0x08000000; reset; getstate",
	    "the recording has ended");
}

/* Writes a journal by hand; its lines come after the head. */
static void
write_journal(const char *lines)
{
	struct buf head = { 0 };
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	journal_print_header(&head);
	fputs(buf_str(&head), f);
	fputs(lines, f);
	assert_int_equal(fclose(f), 0);
	buf_free(&head);
}

#define ARRIVED(time, dev) time " d" dev " arrived transport=\"usb\" " \
	"place=\"1-" dev "\" id=0483:df11 descriptors=" \
	"12010001000000408304" "11df00220102030109021b00010100c032" \
	"0904000000fe01020409210bff0000081a01\n"

static void
check_journal(const char *lines, const char *script, unsigned flags, int code,
    const char *said)
{
	struct rig r = { .targets = target, .script = script,
	    .flags = flags };

	write_journal(lines);
	rig_batch(&r);
	if (r.code != code || (said != NULL && !rig_said(&r, said)))
		fail_msg("%s: %d\n%s%s%s", script, r.code, buf_str(&r.out),
		    buf_str(&r.err), buf_str(&r.trouble));
	rig_free(&r);
}

/* A real machine has been up for hours; devices were found one by one. */
static void
test_times_of_a_real_machine(void **state)
{
	(void)state;
	check_journal("7261.100000 d0 wall text=\"x\"\n"
	    ARRIVED("7261.100100", "1") ARRIVED("7261.100900", "2")
	    "7269.000000 d1 submit #1 setup=a105000000000100\n"
	    "7269.000100 d2 submit #2 setup=a105000000000100\n"
	    "7269.000200 d2 complete #2 ok len=1 data=05\n"
	    "7269.004000 d1 complete #1 ok len=1 data=02\n",
	    "getstate", RIG_ALL, 0, "dfuDNLOAD-IDLE");
	check_journal("7261.100000 d0 wall text=\"x\"\n"
	    ARRIVED("7261.100100", "1") ARRIVED("7261.100900", "2"),
	    "getstate", 0, 64, "2 devices match");
}

/* The program was killed: the request in flight has no end. */
static void
test_request_without_an_end(void **state)
{
	(void)state;
	check_journal(ARRIVED("0.000000", "1")
	    "1.000000 d1 submit #1 setup=a105000000000100 timeout=5000\n",
	    "getstate; expect outcome timeout", 0, 0, "no answer within 5.0 s");
	check_journal(ARRIVED("0.000000", "1")
	    "1.000000 d1 submit #1 setup=a105000000000100 timeout=5000\n"
	    "2.000000 d1 left\n", "getstate; expect gone", 0, 0, NULL);
}

/* Lines that parse but that no device made. */
static void
test_hostile_journals(void **state)
{
	(void)state;
	/* Data that was not kept at all. */
	check_journal(ARRIVED("0.000000", "1")
	    "1.000000 d1 submit #1 setup=2101000000000500 len=5\n"
	    "1.000100 d1 complete #1 ok len=5\n",
	    "dnload 0 hex:2100000008", RIG_YES, 0, "set address");
	/* Lengths that no transfer has. */
	check_journal(ARRIVED("0.000000", "1")
	    "1.000000 d1 submit #1 setup=a105000000000100\n"
	    "1.000100 d1 complete #1 ok len=4294967295 data="
	    "000102030405060708090a0b0c0d0e0f.."
	    "000102030405060708090a0b0c0d0e0f crc=89abcdef\n",
	    "getstate", 0, 0, NULL);
	/* Events of devices that never arrived, answers never asked for. */
	check_journal("0.000000 d7 left\n0.000000 d9 complete #1 ok\n"
	    ARRIVED("0.000000", "1") ARRIVED("0.000000", "1")
	    "0.000000 d1 complete #0 ok\n0.000000 d1 reset ok\n"
	    "1.000000 d1 submit #1 setup=a105000000000100\n"
	    "1.000100 d1 complete #1 ok len=1 data=02\n",
	    "getstate; expect state dfuIDLE", 0, 0, NULL);
	check_journal("0.000000 d0 lost text=\"a hole\"\n", "getstate", 0,
	    69, "no DFU device");
	check_journal("", "getstate", 0, 69, "no DFU device");
}

/* What was recorded at a place is not what is there now. */
static void
test_recording_beside_the_device(void **state)
{
	char *targets = mem_printf("sim:stm32f072 %s", target);
	struct rig r = { .targets = targets,
	    .flags = RIG_LIST | RIG_JSON };

	(void)state;
	record("sim:stm32f072", "getstate", 0);
	rig_batch(&r);
	assert_int_equal(rig_count(buf_str(&r.out), "\"place\":\"sim-1\""), 2);
	assert_int_equal(rig_count(buf_str(&r.out),
	    "\"transport\":\"sim\""), 1);
	assert_int_equal(rig_count(buf_str(&r.out),
	    "\"transport\":\"replay\""), 1);
	rig_free(&r);
	free(targets);
}

/* Every event that was seen is in the journal, in the same order. */
static void
test_journal_is_what_was_seen(void **state)
{
	struct rig r = { .targets = "sim:stm32f072,stuck=3",
	    .script = "leave 0x08000000", .journal = path };
	struct source *j;
	struct buf error = { 0 }, seen = { 0 }, line = { 0 };
	struct event e;
	size_t events = 0;

	(void)state;
	r.flags = RIG_JSON;
	rig_batch(&r);
	j = source_open(path, NULL, &error);
	assert_non_null(j);
	while (source_read(j, &e, &error) == SOURCE_EVENT) {
		buf_reset(&line);
		buf_addf(&line, "\"kind\":\"%s\"",
		    event_kind_name((enum event_kind)e.kind));
		buf_adds(&seen, buf_str(&line));
		events++;
	}
	assert_int_equal(error.len, 0);
	source_close(j);
	assert_int_equal(rig_count(buf_str(&r.out), "\"type\":\"event\""),
	    events);
	assert_int_equal(rig_count(buf_str(&r.out), "\"kind\":\"submit\""),
	    rig_count(buf_str(&seen), "\"kind\":\"submit\""));
	buf_free(&seen);
	buf_free(&line);
	rig_free(&r);
}

static void
test_journal_that_cannot_be_written(void **state)
{
	struct rig r = { .targets = "sim:stm32f072", .script = "getstate",
	    .journal = again };
	struct rlimit was, small = { 128, 128 };

	(void)state;
	/* No file may be larger than 128 bytes. */
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	small.rlim_max = was.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	rig_batch(&r);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(r.code, 74);
	assert_true(rig_said(&r, "journal test_replay."));
	assert_true(rig_said(&r, ".again: File too large"));
	assert_true(rig_said(&r, "dfuIDLE"));
	rig_free(&r);
}

/* Appends the line of an arrival again, at when it is, and what it lacks. */
static void
add_arrival(struct buf *b, const char *arrived, const char *line)
{
	const char *end = strstr(arrived, " descriptors=");

	buf_add(b, line, strcspn(line, " \n"));
	arrived += strcspn(arrived, " ");
	buf_add(b, arrived, (size_t)(end - arrived));
	buf_addc(b, '\n');
}

/*
 * The journal in whole, with a second arrival of the present device before
 * its line at `from`: false if there is no such line.
 */
static bool
arrive_twice(const char *whole, size_t from)
{
	const char *arrived = strstr(whole, " d1 arrived "), *s;
	struct buf b = { 0 }, error = { 0 };
	size_t n = 0;

	assert_non_null(arrived);
	while (arrived > whole && arrived[-1] != '\n')
		arrived--;
	for (s = whole; s != NULL; s = strchr(s, '\n')) {
		s += *s == '\n';
		if (*s == '\0')
			break;
		if (s > arrived && n++ == from)
			add_arrival(&b, arrived, s);
		buf_add(&b, s, strcspn(s, "\n") + 1);
	}
	unlink(again);
	assert_true(file_write(again, b.data, b.len, false, &error));
	buf_free(&b);
	return (from < n);
}

/* Who comes back without having left was away: no job works on. */
static void
test_arrives_twice(void **state)
{
	static const char name[] = "test_replay.bin";
	static const char *const scripts[] = {
		"dialect dfuse; flash test_replay.bin 0x08000000 verify leave",
		"dialect dfuse; verify test_replay.bin 0x08000000",
		"recover" };
	struct buf whole = { 0 }, error = { 0 };
	char *replayed = mem_printf("replay:%s", again);
	struct rig r = { .flags = RIG_YES };
	uint8_t bytes[4096] = { 0, 0, 1, 0x20 };
	size_t i, from;

	(void)state;
	assert_true(file_write(name, bytes, sizeof(bytes), true, &error));
	for (i = 0; i < COUNT(scripts); i++) {
		record("sim:stm32f072,flash=pattern", scripts[i],
		    RIG_YES | RIG_PAYLOAD);
		buf_reset(&whole);
		assert_true(file_read(path, 1 << 24, &whole, &error));
		for (from = 0; arrive_twice(buf_str(&whole), from); from++) {
			r = (struct rig){ .targets = replayed,
			    .script = scripts[i], .flags = RIG_YES };
			rig_batch(&r);
			if (!rig_said(&r, "disconnected"))
				fail_msg("%s, line %zu: no leaving:\n%s",
				    scripts[i], from, buf_str(&r.out));
			rig_free(&r);
		}
		assert_true(from > 4);
	}
	unlink(name);
	free(replayed);
	buf_free(&whole);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replays_what_was_recorded),
		cmocka_unit_test(test_replays_several_devices),
		cmocka_unit_test(test_elided_payload),
		cmocka_unit_test(test_another_request_is_76),
		cmocka_unit_test(test_times_of_a_real_machine),
		cmocka_unit_test(test_request_without_an_end),
		cmocka_unit_test(test_hostile_journals),
		cmocka_unit_test(test_recording_beside_the_device),
		cmocka_unit_test(test_journal_is_what_was_seen),
		cmocka_unit_test(test_journal_that_cannot_be_written),
		cmocka_unit_test(test_arrives_twice),
	};
	int failed;

	snprintf(path, sizeof(path), "test_replay.%ld.journal",
	    (long)getpid());
	snprintf(again, sizeof(again), "test_replay.%ld.again",
	    (long)getpid());
	snprintf(target, sizeof(target), "replay:%s", path);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	unlink(again);
	return (failed);
}
