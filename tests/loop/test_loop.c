/* SPDX-License-Identifier: ISC */
/* Whole scripts on whole devices: what is said, and the exit code. */
#include "config.h"

#include "tests/loop/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define F072	"sim:stm32f072"
#define DFU11	"sim:dfu11"
/* One block, downloaded to the end. */
#define BLOCK	"dnload hex:0011; getstatus; wait; getstatus; "

struct row {
	const char	*target;
	const char	*script;
	unsigned	 flags;
	int		 code;
	const char	*said;		/* NULL: nothing in particular */
	const char	*unsaid;
};

static const struct row rows[] = {
	/* The engineer with the stuck device. */
	{ F072 ",stuck=7", "set-address 0x08000000; getstatus; wait; "
	    "getstatus; dnload 2; getstatus; expect state dfuMANIFEST; "
	    "getstatus; expect state dfuMANIFEST; repeat 6 getstatus; "
	    "expect gone", 0, 0, "disconnected", NULL },
	{ F072 ",stuck=7", "leave 0x08000000", 0, 0,
	    "the device left after 8 polls (70 ms)", NULL },
	{ F072 ",stuck=never", "leave 0x08000000", 0, 76,
	    "still reports dfuMANIFEST after 100 polls in 5.3 s", NULL },
	{ F072 ",silent=getstatus@3", "leave 0x08000000", 0, 76,
	    "unanswered: #4 GETSTATUS", NULL },
	{ F072 ",start=error", "getstatus; clrstatus; getstatus; "
	    "expect state dfuIDLE", 0, 0, "errFIRMWARE", NULL },

	/* leave: left */
	{ F072, "leave", 0, 0, "after 1 poll", NULL },
	{ F072, "leave", 0, 0, "Nothing has reconnected yet",
	    "waits for what" },
	/* Something is behind it: that waits, or leave does. */
	{ F072 ",back=same", "leave; expect back", 0, 0, "(0.6 ms); \"expect "
	    "back\" waits for the device to reconnect", NULL },
	{ F072 ",back=same", "leave; until back wait 100", 0, 0,
	    "\"until back\" waits for the device to reconnect", NULL },
	{ F072, "leave; expect gone", 0, 0,
	    "Nothing reconnected within 3 s", NULL },
	{ F072 ",back=same", "leave; getstatus", 0, 0,
	    "is back in DFU mode after 100 ms: the application did not "
	    "start", NULL },
	{ F072 ",start=manifest,stuck=2", "leave", 0, 0,
	    "the device left after 2 polls", "DNLOAD" },
	{ F072 ",stuck=2,poll-manifest=500", "leave", 0, 0,
	    "after 3 polls (1.0 s)", NULL },
	{ F072 ",gone=getstatus@2", "leave", 0, 0, "the device left", NULL },
	{ F072 ",gone=dnload@1", "leave", 0, 0, "the device left", NULL },
	{ DFU11 ",tolerant=0,will-detach=1", BLOCK "leave; expect back",
	    RIG_YES, 0,
	    "as 1209:0001 \"Simulated device\", in run-time mode",
	    NULL },

	/* leave: still there */
	{ F072 ",stuck=never", "leave max 3", 0, 76,
	    "after 3 polls, for 20 ms", NULL },
	/* The look counts: one is the most there may be. */
	{ F072 ",start=manifest,stuck=never", "leave max 1", 0, 76,
	    "still reports dfuMANIFEST after 1 poll", "#2" },
	{ F072 ",stuck=never,poll-manifest=5000", "leave", 0, 76,
	    "after 6 polls, for 25.0 s", NULL },
	{ DFU11 ",tolerant=1", BLOCK "leave", RIG_YES, 0,
	    "back in dfuIDLE after 2 polls. A bus reset starts the "
	    "application if the device has not started it.", NULL },
	{ DFU11 ",tolerant=1,busy=reply", BLOCK "leave", RIG_YES, 0,
	    "back in dfuIDLE", NULL },

	/* leave: refused */
	{ F072 ",start=error", "leave", 0, 76, "cannot leave: dfuERROR, "
	    "errFIRMWARE (#1); clear the error first: clrstatus (c)",
		"DNLOAD" },
	{ F072, "upload 2 16; leave", 0, 76, "cannot leave: dfuUPLOAD-IDLE "
	    "(#1); end the upload first: abort (a)", "DNLOAD" },
	{ F072, "getstatus; upload 2 16; leave", 0, 76,
	    "cannot leave: dfuUPLOAD-IDLE (#2); end the upload first",
		"DNLOAD" },
	{ F072, "leave 0x20000000", 0, 76, "the device rejected set-address: "
	    "dfuERROR, errTARGET (#4)", NULL },
	{ F072 ",stall=dnload@1", "leave 0x08000000", 0, 76,
	    "the device rejected set-address: dfuIDLE, OK", NULL },
	{ F072 ",stall=dnload@2", "leave 0x08000000", 0, 76,
	    "the device rejected the zero-length DNLOAD: dfuDNLOAD-IDLE",
	    NULL },
	{ DFU11, "leave", 0, 76, "the device rejected the zero-length DNLOAD: "
	    "dfuERROR, errSTALLEDPKT", NULL },
	{ DFU11 ",mode=app", "leave", 0, 76,
	    "cannot leave: appIDLE, OK (#1); not in DFU mode. Run enter-dfu "
	    "first",
	    NULL },

	/* leave: silent */
	{ F072 ",silent=dnload@1", "leave", 0, 76,
	    "unanswered: #2 DNLOAD timed out (5.0 s).", NULL },
	{ F072 ",silent=getstatus@1", "leave", 0, 76,
	    "unanswered: #1 GETSTATUS", NULL },
	{ F072 ",silent=getstatus@5,stuck=9", "timeout 200; leave", 0, 76,
	    "(200 ms). The last of 3 answers was dfuMANIFEST.", NULL },
	{ F072 ",buserror=getstatus@2", "leave", 0, 76,
	    "failed: #3 GETSTATUS: bus error", NULL },
	{ DFU11 ",tolerant=0", BLOCK "leave", RIG_YES, 76,
	    "By its attributes the device now waits for a bus reset", NULL },

	/* The watch says the same at the end, and can be asked. */
	{ F072 ",stuck=7", "set-address 0x08000000; getstatus; wait; "
	    "getstatus; dnload 2; getstatus; expect verdict busy; wait 499; "
	    "expect verdict busy; wait 1; expect verdict overdue; leave; "
	    "expect verdict left", 0, 0,
	    "verdict  left: The leave worked: the device left after 8 "
	    "polls (", NULL },
	{ F072 ",stuck=7", "getstatus; dnload 2; getstatus; wait 500", 0, 0,
	    "verdict  overdue: The device accepted the leave (#2) but still "
	    "reports dfuMANIFEST (#3).",
	    NULL },
	{ F072 ",stuck=never", "leave", 0, 76,
	    "verdict  stuck: The device still reports dfuMANIFEST after 100 "
	    "polls",
	    NULL },
	{ F072 ",start=manifest", "getstate", 0, 0, "send ABORT "
	    "(dfu-util does): the device does not become idle", NULL },
	{ F072 ",start=error", "getstatus; expect verdict start-value", 0, 0,
	    "no failure", NULL },
	{ F072 ",start=error", "stack tinyusb; getstatus; "
	    "expect verdict error", 0, 0, "verdict  error: The device "
	    "is in dfuERROR: errFIRMWARE", NULL },
	{ F072 ",back=dead", "leave; timeout 200; getstate; "
	    "expect verdict unresponsive", 0, 0, "does not answer: #4 GETSTATE",
	    NULL },
	{ F072 ",back=same", "leave; expect verdict back-dfu", 0, 0,
	    "the application did not start", NULL },
	{ F072, "expect verdict none; getstate; expect verdict ready; unplug; "
	    "expect gone; expect verdict detached", 0, 0,
	    "verdict  detached", NULL },
	{ F072, "getstate; expect verdict overdue", 0, 76,
	    "expected verdict overdue, but the verdict is ready: The device "
	    "is in dfuIDLE (#1)",
	    NULL },
	{ F072 ",stuck=7", "getstatus; dnload 2; until verdict left "
	    "getstatus", 0, 0, "after 8 polls", "#11 " },

	/* Announced waits: kept, and not slept through when absurd. */
	{ F072, "set-address 0x08000000; getstatus; wait; getstatus", 0, 0,
	    "wait     dfuDNBUSY: 1 × 104 ms announced, waited 104 ms, took "
	    "at most 104 ms", NULL },
	{ F072 ",announce=64000", "set-address 0x08000000; getstatus; wait; "
	    "getstatus", 0, 0, "#3      64.00", NULL },
	{ F072 ",announce=64001", "set-address 0x08000000; getstatus; wait; "
	    "getstatus", 0, 76, "the device announced a wait of 1 min 4 s "
	    "(#2): longer than 64 s, so dfuscope did not wait. \"wait "
	    "64001\" or --yes waits that long", "#3 " },
	{ F072 ",announce=16777215", "set-address 0x08000000; getstatus; "
	    "until state dfuIDLE getstatus; getstate", 0, 76,
	    "a wait of 4 h 39 min (#3)", "#4 " },
	{ F072 ",announce=16777215", "set-address 0x08000000; getstatus; "
	    "wait 16777215; getstatus", 0, 0, "#3    16777.2", NULL },
	{ F072 ",announce=16777215", "set-address 0x08000000; getstatus; "
	    "wait; getstatus", RIG_YES, 0,
	    "announced longer than any known operation", NULL },
	{ F072 ",announce=16777215", "set-address 0x08000000; getstatus; "
	    "leave", 0, 76, "a wait of 4 h 39 min (#2)", "#3 " },
	{ F072 ",announce=16777215,stuck=3", "leave", 0, 76,
	    "a wait of 4 h 39 min (#3)", "#4 " },
	{ F072 ",announce=0,poll-write=200", "set-address 0x08000000; "
	    "getstatus; expect verdict needs-poll; skip", 0, 64,
	    "skip: no job waits and no request is paused", NULL },

	/* Outcomes are no failures. */
	{ F072 ",stall=getstate@1", "getstate; expect outcome stall; "
	    "getstate; expect outcome ok", 0, 0, "STALL", NULL },
	{ F072 ",silent=getstate@1", "timeout 200; getstate; "
	    "expect outcome timeout; timeout 0; getstate", 0, 0,
	    "no answer within 200 ms", NULL },
	{ F072 ",silent=getstate@1", "getstate", 0, 0, "no answer within 5.0 "
	    "s",
	    NULL },
	{ F072 ",silent=getstatus@1", "erase 0x08000000; getstatus", RIG_YES,
	    0, "no answer within 40.0 s", NULL },
	{ F072 ",buserror=getstate@1", "getstate; expect outcome buserror",
	    0, 0, "bus error", NULL },
	{ F072 ",gone=getstate@1", "getstate; expect gone", 0, 0,
	    "disconnected", NULL },
	{ F072 ",gone=getstate@1", "getstate; getstate", 0, 74,
	    "the device is not connected", NULL },
	{ F072, "getstate; expect state dfuERROR", 0, 76,
	    "expected state dfuERROR, but the state is dfuIDLE (#1)", NULL },
	{ F072, "expect status OK", 0, 76, "no request has been answered yet",
	    NULL },
	{ F072, "expect gone", 0, 76, "the device is connected", NULL },
	{ F072, "expect back", 0, 76, "never disconnected", NULL },

	/* Flow. */
	{ F072, "until state dfuIDLE getstate", 0, 0, "#1 ", "#2 " },
	{ F072, "until state dfuERROR max 3 getstate", 0, 76,
	    "state dfuERROR does not hold after 3 runs of getstate",
	    "#4 " },
	{ F072, "until gone max 0 getstate", 0, 76, "after 0 runs", "#1 " },
	{ F072, "repeat 0 getstate", 0, 0, NULL, "#1 " },
	{ F072, "repeat 2 repeat 2 repeat 1 getstate", 0, 0, "#4 ", "#5 " },
	{ F072, "repeat 1 repeat 1 repeat 1 repeat 1 repeat 1 leave", 0, 0,
	    "the device left", NULL },
	{ F072, "until state dfuIDLE max 2 expect gone", 0, 76,
	    "expected gone", NULL },
	{ F072, "getstate; wait 1500; getstate", 0, 0, "1.5003 s", NULL },
	{ F072, "wait; getstate", 0, 0, "0.0000 s  > GETSTATE", NULL },
	{ F072, "repeat 2 mark here; getstate", 0, 0, "0.0000 s  here",
	    NULL },
	{ F072 ",stuck=2", "set-address 0x08000000; leave", 0, 0,
	    "the device left after 3 polls", "STALL" },
	{ F072 ",stuck=2", "set-address 0x08000000; getstatus; leave", 0, 0,
	    "the device left after 3 polls", "STALL" },
	{ F072 ",start=manifest", "leave", 0, 0,
	    "the device left after 1 poll", "STALL" },
	{ F072, "break state dfuIDLE; getstate; getstate", 0, 76,
	    "paused at a breakpoint", "#2 " },
	{ F072, "", 0, 0, NULL, "#1 " },
	{ F072, "# nothing", 0, 0, NULL, "#1 " },
	{ F072, "mark only", 0, 0, "only", NULL },
	{ F072, "help", 0, 0, NULL, NULL },
	{ F072, "getstate; quit; getstate", 0, 0, "#1 ", "#2 " },
	{ F072, "getstate; device 9", 0, 64, "device: the list has 1", NULL },
	{ F072, "getstate; yes", 0, 64, "yes: there is no question to answer",
	    NULL },
	{ F072, "getstate; unplug; expect gone; plug; expect back; getstate",
	    0, 0, "#2 ", NULL },

	/* Blocks, sizes, names. */
	{ F072, "upload 2; xfer-size 64; upload 3; xfer-size 0; upload", 0,
	    0, "block 4, 2048 bytes", NULL },
	{ F072, "upload 2; xfer-size 64; upload 3", 0, 0,
	    "block 3, 64 bytes", NULL },
	{ F072, "names; names", 0, 0, "string 5", "#2 " },
	{ F072, "get-commands", 0, 0, "4 bytes (short)", NULL },
	{ F072, "alt 1; expect outcome ok", 0, 0,
	    "alternate 1 of interface 0", NULL },
	{ F072, "control 0x80 6 0x0100 0 18; expect outcome ok", 0, 0,
	    "18 bytes", NULL },
	{ F072, "release; getstate", 0, 0, "#1 ", NULL },

	/* Harm. */
	{ F072, "erase 0x08000000", 0, 64, "without confirmation", "#1 " },
	{ F072, "getstate; mass-erase; getstate", 0, 64, "--yes", "#2 " },
	{ F072, "repeat 2 read-unprotect", 0, 64, "--yes", "#1 " },
	{ F072, "dnload 2 hex:00", 0, 64, "--yes", "#1 " },
	{ F072, "dnload 1 hex:00", 0, 64, "--yes", "#1 " },
	{ F072, "control 0x21 1 2 0 1 hex:00", 0, 64, "--yes", "#1 " },
	{ F072, "erase 0x08000000; getstatus; wait; getstatus; "
	    "expect status OK", RIG_YES, 0, "erase", NULL },
	{ F072, "erase 0x08000000", RIG_READ_ONLY | RIG_YES, 64, "read-only",
	    "#1 " },
	{ F072, "abort", RIG_READ_ONLY, 64, "read-only", "#1 " },
	{ F072, "reset", RIG_READ_ONLY, 64, "read-only", "bus reset" },
	{ F072, "dnload", RIG_READ_ONLY, 64, "read-only", "#1 " },
	{ F072, "set-address 0x08000000; getstatus; upload 2 4; getstate",
	    RIG_READ_ONLY, 0, "#4 ", NULL },
	{ F072, "abort; expect outcome ok", 0, 0, "#1 ", NULL },

	/* The run-time half. */
	{ DFU11 ",mode=app,will-detach=1", "detach 1000; expect gone; "
	    "expect back; getstate; expect state dfuIDLE", 0, 0,
	    "1209:0002", NULL },
	{ DFU11 ",mode=app", "detach; reset; expect back; getstate; "
	    "expect state dfuIDLE", 0, 0, "1209:0002", NULL },
	{ DFU11 ",mode=app", "detach 100; wait 200; reset; expect gone", 0,
	    76, NULL, NULL },

	/* Several devices. */
	{ F072 " " DFU11, "getstate", RIG_ALL, 0, "sim-2  #2", NULL },
	{ F072 " " DFU11, "getstate", 0, 64, "2 devices match", "#1 " },
	{ F072 ",start=error " DFU11, "getstate; expect state dfuIDLE",
	    RIG_ALL, 76, "sim-1  0483:df11", NULL },
	{ F072 " " DFU11 ",gone=getstate@1", "getstate; getstate", RIG_ALL,
	    74, "disconnected", NULL },
	{ F072 " " F072 ",start=error", "erase 0; expect gone", RIG_ALL,
	    64, "--yes", "#1 " },
};

/* out, err and the loop's own trouble, for a failed test. */
static void
wrong(const struct row *row, const struct rig *r, const char *why)
{
	fail_msg("%s: %s\n%s; the code is %d\n%s%s%s", row->target,
	    row->script, why, r->code, buf_str(&r->out), buf_str(&r->err),
	    buf_str(&r->trouble));
}

static void
check_row(void **state)
{
	const struct row *row = *state;
	struct rig r = { .targets = row->target, .script = row->script,
	    .flags = row->flags };

	rig_batch(&r);
	if (r.code != row->code)
		wrong(row, &r, "the code is wrong");
	if (row->said != NULL && !rig_said(&r, row->said))
		wrong(row, &r, row->said);
	if (row->unsaid != NULL && rig_said(&r, row->unsaid))
		wrong(row, &r, row->unsaid);
	rig_free(&r);
}

static void
test_no_device(void **state)
{
	struct rig r = { .targets = "", .script = "getstate" };

	(void)state;
	rig_batch(&r);
	assert_int_equal(r.code, 69);
	assert_true(rig_said(&r, "no DFU device found"));
	rig_free(&r);
	r = (struct rig){ .targets = "", .flags = RIG_LIST };
	rig_batch(&r);
	assert_int_equal(r.code, 0);
	rig_free(&r);
}

static void
with_file(const char *bytes, size_t n, const char *script, int code,
    const char *said)
{
	static const char path[] = "test_loop.block";
	FILE *f = fopen(path, "w");
	struct rig r = { .targets = F072, .script = script,
	    .flags = RIG_YES };

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	rig_batch(&r);
	if (r.code != code || !rig_said(&r, said))
		fail_msg("%d, %s%s", r.code, buf_str(&r.out),
		    buf_str(&r.err));
	rig_free(&r);
	remove(path);
}

static void
test_dnload_of_a_file(void **state)
{
	char *large = mem_alloc(70000);

	(void)state;
	with_file("!\0\0\0\010", 5, "dnload 0 @test_loop.block; getstatus; "
	    "wait; getstatus; expect state dfuDNLOAD-IDLE", 0,
	    "set address 0x08000000");
	with_file("", 0, "dnload 2 @test_loop.block", 66, "has 0 bytes");
	with_file(large, 65536, "dnload 2 @test_loop.block", 66,
	    "test_loop.block");
	with_file(large, 70000, "dnload 2 @test_loop.block", 66,
	    "test_loop.block");
	with_file(large, 1, "dnload 2 @test_loop.missing", 66,
	    "test_loop.missing: No such file");
	with_file(large, 1, "dnload 2 @.", 66, ".: Is a directory");
	free(large);
}

int
main(void)
{
	static struct CMUnitTest tests[COUNT(rows) + 2];
	static char names[COUNT(rows)][80];
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		snprintf(names[i], sizeof(names[i]), "%s: %s", rows[i].target,
		    rows[i].script);
		tests[i] = (struct CMUnitTest){ names[i], check_row, NULL,
		    NULL, (void *)(uintptr_t)&rows[i] };
	}
	tests[i++] = (struct CMUnitTest)cmocka_unit_test(test_no_device);
	tests[i] = (struct CMUnitTest)cmocka_unit_test(test_dnload_of_a_file);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
