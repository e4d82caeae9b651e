/* SPDX-License-Identifier: ISC */
/*
 * dfu-util: main.c, dfuse.c, dfu_load.c, dfu.c of each release; 0.6 sends what
 * 0.5 does. A row ends in the version that it began with; what has none is of
 * all of them.
 *
 * Not in the rows: up to 0.7 a raw file is written with its DFU suffix; and
 * quirks of single devices.
 */
#include "script/script_own.h"

/*
 * The status when it opens the device. c: its exit code; in run-time mode; if
 * the status is still not OK.
 */

#define OPEN(c, gone, mode, again)					\
	.then = "!!...a...ac.", .sleep = SCRIPT_SLEEP_ALWAYS,		\
	.max = LOOPS, .for_ever = true, .over = '!',			\
	.lost = '!', .stall_is = NO, .lost_says = { gone, c },		\
	.status = SCRIPT_NEXT, .bad = mode,				\
	.abort_says = { "can't send DFU_ABORT", c },			\
	.clear_says = { "error clear_status", c }, .next = again

#define RECHECK(c, gone, still)						\
	.then = ALL_GO, .sleep = SCRIPT_SLEEP_ALWAYS, .max = 1,		\
	.over = '.', .lost = '!', .stall_is = NO,			\
	.lost_says = { gone, c }, .status = '!', .status_says = still

#define SAYS(text, code)	{ text, code }

static const struct script_poll recheck_11 = {
	RECHECK(74, "USB communication error",
	    SAYS("Status is not OK: %e", 76)),
};

static const struct script_poll recheck_08 = {
	RECHECK(74, "USB communication error",
	    SAYS("Status is not OK: %e", 70)),
};

/* It does not look whether that was answered. */
static const struct script_poll recheck_05 = {
	RECHECK(1, "Error: %e", SAYS("Error: %e", 1)),
};

static const struct script_poll open_11 = {
	OPEN(74, "error get_status%l",
	    SAYS("Device still in Run-Time Mode!", 76), &recheck_11),
};

static const struct script_poll open_10 = {
	OPEN(74, "error get_status%l",
	    SAYS("Device still in Runtime Mode!", 74), &recheck_08),
};

static const struct script_poll open_08 = {
	OPEN(74, "error get_status",
	    SAYS("Device still in Runtime Mode!", 74), &recheck_08),
};

static const struct script_poll open_05 = {
	OPEN(1, "error get_status",
	    SAYS("Device still in Runtime Mode!", 1), &recheck_05),
};

/* A command of DfuSe. */

#define COMMAND								\
	.first = MUST_BE_BUSY, .then = WHILE_BUSY,			\
	.sleep = SCRIPT_SLEEP_ALWAYS,					\
	.max = BUSY, .for_ever = true, .over = '!',			\
	.lost = '!', .stall_is = NO,					\
	.lost_says = {							\
	    "Error during special command \"%c\" get_status", 74 },	\
	.status = '!', .status_says = { "%c not correctly executed", 74 }

#define WRONG_STATE	"Wrong state after command \"%c\" download"

/* STM32L4 stalls GETSTATUS; Black Magic Probe never gets on. */
#define PATIENT								\
	.stalls = 3, .zeros = 100,					\
	.zeros_says = { "Device stuck after special command request", 74 }

static const struct script_poll command_11 = {
	COMMAND, PATIENT, .bad = { WRONG_STATE, 76 },
};

static const struct script_poll command_10 = {
	COMMAND, PATIENT, .bad = { WRONG_STATE, 74 },
};

static const struct script_poll command_08 = {
	COMMAND, .bad = { WRONG_STATE, 74 },
};

static const struct script_poll second_05 = {
	.then = ALL_GO, .sleep = SCRIPT_SLEEP_ALWAYS, .max = 1,
	.over = '.', .lost = '!', .stall_is = NO,
	.lost_says = { "Error during second get_status", 1 },
	.status = '!',
	.status_says = { "Error: Command not correctly executed", 1 },
};

/* Two answers, whatever the second says. */
static const struct script_poll command_05 = {
	.then = "!!!!n!!!!!!!", .sleep = SCRIPT_SLEEP_ALWAYS, .max = 1,
	.over = '!', .lost = '!', .stall_is = NO,
	.lost_says = { "Error during special command get_status", 1 },
	.status = '.',
	.bad = { "Error: Wrong state after command download", 1 },
	.next = &second_05,
};

/* ABORT: behind each command up to 0.7, else at the end. */

#define ABORTED(c, begin)						\
	.then = MUST_BE_IDLE, .sleep = SCRIPT_SLEEP_ALWAYS, .max = 1,	\
	.over = '.', .lost = '!', .stall_is = NO,			\
	.lost_says = { "Error during abort get_status", c },		\
	.status = '.',							\
	.bad = { begin "Failed to enter idle state on abort", c }

static const struct script_poll abort_08 = { ABORTED(74, "") };
static const struct script_poll abort_05 = { ABORTED(1, "Error: ") };

/* A block of data. */

#define BLOCK(c, states)						\
	.then = states, .sleep = SCRIPT_SLEEP_ALWAYS,			\
	.max = BUSY, .for_ever = true, .over = '!',			\
	.lost = '!', .stall_is = NO,					\
	.lost_says = { "Error during download get_status", c },		\
	.status = '!', .status_says = { "failed!", c }

static const struct script_poll block_08 = { BLOCK(74, "ppppp.p.pp.p") };
static const struct script_poll block_07 = { BLOCK(1, "ppppp.p.pp.p") };
static const struct script_poll block_05 = { BLOCK(1, "ppppp.pppp.p") };

/* What it returns is not looked at. */
static const struct script_poll leave_08 = {
	.then = "ppppp.p.pp.p", .sleep = SCRIPT_SLEEP_ALWAYS,
	.max = BUSY, .for_ever = true, .over = '!',
	.lost = '!', .stall_is = NO,
	.lost_says = { "Error during download get_status", 74 },
	.status = '.',
};

/* It says what went wrong, and goes on. */
static const struct script_poll leave_07 = {
	.then = "ppppp.p.pp.p", .sleep = SCRIPT_SLEEP_ALWAYS,
	.max = BUSY, .for_ever = true, .over = '!',
	.lost = '.', .stall_is = NO,
	.lost_says = { "Error during download get_status", 0 },
	.status = '.',
};

static const struct script_poll once_more_07 = {
	.then = ALL_GO, .sleep = SCRIPT_SLEEP_NEVER, .max = 1,
	.over = '.', .lost = '.', .stall_is = NO,
	.lost_says = { "Error during download get_status", 0 },
	.status = '.',
};

/*
 * Without DfuSe. Up to 0.10 what comes of a block that is refused, or of the
 * last answer, is lost on the way to the exit code.
 */

#define PLAIN(c, gone, code)						\
	.then = "ppppp.pppp.p", .sleep = SCRIPT_SLEEP_AGAIN,		\
	.max = BUSY, .for_ever = true, .over = '!',			\
	.lost = '!', .stall_is = NO, .lost_says = { gone, code },	\
	.status = '!', .status_says = { "failed!", c }

#define LOST_STATUS	"Error during download get_status"

static const struct script_poll plain_11 = {
	PLAIN(74, LOST_STATUS "%l", 74)
};
static const struct script_poll plain_10 = {
	PLAIN(0, LOST_STATUS "%l", 74)
};
static const struct script_poll plain_08 = { PLAIN(0, LOST_STATUS, 74) };
static const struct script_poll plain_05 = { PLAIN(0, LOST_STATUS, 0) };

/* Once a second, for as long as it says dfuMANIFEST. */
#define MANIFEST(states, gone, code)					\
	.then = states, .sleep = SCRIPT_SLEEP_ALWAYS, .more = 1000,	\
	.max = LOOPS, .for_ever = true, .over = '!',			\
	.lost = '!', .stall_is = NO, .lost_says = { gone, code },	\
	.status = '.'

static const struct script_poll manifest_11 = {
	MANIFEST("......ppr...",
	    "unable to read DFU status after completion%l", 74),
};

static const struct script_poll manifest_10 = {
	MANIFEST("......ppr...",
	    "unable to read DFU status after completion%l", 0),
};

static const struct script_poll manifest_08 = {
	MANIFEST("......pp....",
	    "unable to read DFU status after completion", 0),
};

static const struct script_poll manifest_05 = {
	MANIFEST("......pp....", "unable to read DFU status", 0),
};

/* The steps. */

/* libusb of today asks for four bytes of languages where it is asked to. */
#define STRINGS(n, second, its_when, its_what)				\
	{ .send = SCRIPT_LANGUAGES, .when = SCRIPT_NAMED, .length = n,	\
	    .refused = '.', .what = "reads the languages of strings" }, \
	{ .send = SCRIPT_NAME, .when = SCRIPT_NAMED, .length = 255,	\
	    .refused = '.',						\
	    .what = "reads the name of the alternate setting" },	\
	{ .send = SCRIPT_LANGUAGES, .when = its_when, .length = n,	\
	    .refused = '.', .what = "reads the languages again" },	\
	{ .send = second, .when = its_when, .length = 255,		\
	    .refused = '.', .what = its_what }

#define SERIAL		SCRIPT_SERIAL, SCRIPT_NUMBERED,			\
	"reads the serial number"
#define NAME_AGAIN	SCRIPT_NAME, SCRIPT_NAMED,			\
	"reads the name again"
#define STRINGS_OF(n, second)	STRINGS(n, second)

#define OPENS(text, code, status)					\
	{ .send = SCRIPT_SET_INTERFACE, .refused = '!',			\
	    .says = { text, code },					\
	    .what = "selects the alternate setting, needed or not" },	\
	{ .poll = status, .what = "reads the status" },		\
	END

#define NO_ALTERNATE	"Cannot set alternate interface"

static const struct script_step opens_11[] = {
	STRINGS_OF(255, SERIAL), OPENS(NO_ALTERNATE "%l", 74, &open_11)
};

static const struct script_step opens_10[] = {
	STRINGS_OF(255, SERIAL), OPENS(NO_ALTERNATE "%l", 74, &open_10)
};

static const struct script_step opens_08[] = {
	STRINGS_OF(4, SERIAL), OPENS(NO_ALTERNATE, 74, &open_08)
};

static const struct script_step opens_05[] = {
	STRINGS_OF(4, NAME_AGAIN), OPENS(NO_ALTERNATE, 1, &open_05)
};

/* Up to 0.9 a page is erased when a block comes to it, else all of them. */
#define ERASE(g, status, ...)						\
	{ .group = g, .each = SCRIPT_PAGE, .send = SCRIPT_ERASE,	\
	    .poll = status, .refused = '!', .says = { __VA_ARGS__ },	\
	    .name = "ERASE_PAGE", .what = "erases a sector" }
#define POINTER(status, ...)						\
	{ .group = 2, .each = SCRIPT_BLOCK, .send = SCRIPT_POINTER,	\
	    .poll = status, .refused = '!', .says = { __VA_ARGS__ },	\
	    .name = "SET_ADDRESS", .what = "sets the pointer, before every " \
	    "block" }
#define DATA(status, ...)						\
	{ .group = 2, .each = SCRIPT_BLOCK, .send = SCRIPT_DATA,	\
	    .block = 2, .poll = status, .refused = '!',			\
	    .says = { __VA_ARGS__ },					\
	    .what = "writes a block, always as number 2" }
#define ABORT_EACH(e)							\
	{ .group = 2, .each = e, .send = SCRIPT_ABORT, .poll = &abort_05, \
	    .refused = '!',						\
	    .says = { "Error sending dfu abort request", 1 },		\
	    .what = "sends ABORT to reach dfuIDLE" }

#define FAILED	"Error during special command \"%c\" download", 74
/* The exit stands in what sends the request. */
#define RETURNED							\
	"dfuse_download: libusb_control_transfer returned %r", 74
#define FAILED_05	"Error during special command download", 1

static const struct script_step writes_11[] = {
	ERASE(1, &command_11, FAILED), POINTER(&command_11, FAILED),
	DATA(&block_08, "Error during download", 74), END
};

static const struct script_step writes_10[] = {
	ERASE(1, &command_10, FAILED), POINTER(&command_10, FAILED),
	DATA(&block_08, "Error during download", 74), END
};

static const struct script_step writes_08[] = {
	ERASE(2, &command_08, RETURNED), POINTER(&command_08, RETURNED),
	DATA(&block_08, RETURNED), END
};

static const struct script_step writes_07[] = {
	ERASE(2, &command_05, FAILED_05), ABORT_EACH(SCRIPT_PAGE),
	POINTER(&command_05, FAILED_05), ABORT_EACH(SCRIPT_BLOCK),
	DATA(&block_07, "Error during download", 1), END
};

static const struct script_step writes_05[] = {
	ERASE(2, &command_05, FAILED_05), ABORT_EACH(SCRIPT_PAGE),
	POINTER(&command_05, FAILED_05), ABORT_EACH(SCRIPT_BLOCK),
	DATA(&block_05, "Error during download", 1), END
};

static const struct script_step ends_08[] = {
	{ .send = SCRIPT_ABORT, .poll = &abort_08, .refused = '!',
	    .says = { "Error sending dfu abort request", 74 },
	    .what = "sends ABORT to reach dfuIDLE" },
	END
};

#define LEAVES(its_when, where, status, why, ...)			\
	{ .send = SCRIPT_POINTER, .when = its_when, .at = where,	\
	    .poll = status, .refused = '!', .says = { __VA_ARGS__ },	\
	    .name = "SET_ADDRESS", .what = "sets the pointer" why }
#define ZERO(...)							\
	{ .send = SCRIPT_ZERO, .block = 2, .poll = &leave_08,		\
	    .refused = '!', .says = { __VA_ARGS__ },			\
	    .what = "leaves, then polls once" }

static const struct script_step leaves_11[] = {
	LEAVES(SCRIPT_ADDRESS, SCRIPT_AT_START, &command_11,
	    ", because an address was given", FAILED),
	ZERO("Error during download", 74), END
};

static const struct script_step leaves_10[] = {
	LEAVES(SCRIPT_ADDRESS, SCRIPT_AT_START, &command_10,
	    ", because an address was given", FAILED),
	ZERO("Error during download", 74), END
};

static const struct script_step leaves_08[] = {
	LEAVES(SCRIPT_ALWAYS, SCRIPT_AT_GIVEN, &command_08,
	    ", to 0 if no address was given", RETURNED),
	ZERO(RETURNED), END
};

static const struct script_step leaves_07[] = {
	{ .send = SCRIPT_ZERO, .block = 2, .poll = &leave_07,
	    .refused = '.', .says = { "Error during download", 0 },
	    .what = "leaves, then polls once" },
	{ .poll = &once_more_07, .what = "polls once more" },
	END
};

#define PLAINS(each_status, data, code, last, zero, its_code)		\
	{ .group = 1, .each = SCRIPT_BLOCK, .send = SCRIPT_DATA,	\
	    .block = SCRIPT_PLAIN, .poll = each_status, .refused = '!',	\
	    .says = { data, code }, .what = "writes a block" },		\
	{ .send = SCRIPT_ZERO, .block = SCRIPT_PLAIN, .poll = last,	\
	    .refused = '!', .says = { zero, its_code },			\
	    .what = "ends the download, then polls until done" },	\
	END

#define NO_BLOCK	"Error during download"
#define NO_END		"Error sending completion packet"

static const struct script_step plains_11[] = {
	PLAINS(&plain_11, NO_BLOCK "%l", 74, &manifest_11, NO_END "%l", 74)
};

static const struct script_step plains_10[] = {
	PLAINS(&plain_10, NO_BLOCK "%l", 0, &manifest_10, NO_END "%l", 74)
};

static const struct script_step plains_08[] = {
	PLAINS(&plain_08, NO_BLOCK, 0, &manifest_08, NO_END, 74)
};

static const struct script_step plains_05[] = {
	PLAINS(&plain_05, NO_BLOCK, 0, &manifest_05, NO_END, 0)
};

/* What they print in every run; the more of it, the surer the version. */

#define EVER		"Claiming USB DFU Interface...",		\
	"Device returned transfer size %n", "DFU mode device DFU version %s", \
	"DfuSe interface name: \"%s\"", "Limited transfer size to %n"
#define UP_TO_10	"Run-time device DFU version %s",		\
	"Setting Alternate Setting #%n ...",				\
	"Determining device status: state = %s, status = %e",		\
	"dfuIDLE, continuing", "dfuERROR, clearing status",		\
	"aborting previous incomplete transfer",			\
	"state(%n) = %s, status(%e) = %s"
#define UP_TO_07	"Found DFU: %s", "bytes_per_hash=%n",		\
	"Starting download: [%s"
#define BARS		"Download\t[%s", "Download done."
#define TO_ADDRESS	"Downloading to address = %s"

static const char *const lines_11[] = { "dfu-util 0.11", EVER, BARS,
	"Opening DFU capable USB device...", "Device ID %s",
	"Device DFU version %s", "Run-Time Device DFU version %s",
	"Setting Alternate Interface #%n ...",
	"Determining device status...", "Clearing status",
	"Aborting previous incomplete transfer",
	"DFU state(%n) = %s, status(%e) = %s", "Erase   \t[%s",
	"Erase    done.", "Downloading element to address = %s", NULL };

static const char *const lines_10[] = { "dfu-util 0.10", EVER, UP_TO_10,
	BARS, "Opening DFU capable USB device...", "ID %s", "Erase   \t[%s",
	"Erase    done.", "Downloading element to address = %s",
	"DfuSe command mode", NULL };

static const char *const lines_09[] = { "dfu-util 0.9", EVER, UP_TO_10,
	BARS, TO_ADDRESS, "Opening DFU capable USB device...", "ID %s",
	"Setting timeout to 35 seconds", NULL };

static const char *const lines_08[] = { "dfu-util 0.8", EVER, UP_TO_10,
	BARS, TO_ADDRESS, "Opening DFU capable USB device...", "ID %s",
	NULL };

static const char *const lines_07[] = { "dfu-util 0.7", EVER, UP_TO_10,
	UP_TO_07, TO_ADDRESS, "Opening DFU capable USB device... ID %s",
	NULL };

static const char *const lines_06[] = { "dfu-util 0.6", EVER, UP_TO_10,
	UP_TO_07, TO_ADDRESS, "Opening DFU capable USB device... ID %s",
	NULL };

static const char *const lines_05[] = { "dfu-util 0.5", EVER, UP_TO_10,
	UP_TO_07, "dfu-util does currently only support DFU version 1.0",
	"Opening DFU USB device... ID %s", NULL };

#define DFU_UTIL(v, its_lines)						\
	.name = "dfu-util", .version = v, .lines = its_lines,		\
	.source = "main.c, dfuse.c, dfu_load.c", .most = 4096,		\
	.after = "send no further request", .opened = { NULL, 0 },	\
	.plain_done = { "Done!", 0 }
#define DOWNLOADED	{ "File downloaded successfully", 0 }
#define MANIFESTS	{ "Transitioning to dfuMANIFEST state", 0 }

const struct script script_dfu_util[] = {
	{ DFU_UTIL("0.11", lines_11), .pages = SCRIPT_PAGES_LITERAL,
	    .open = opens_11, .write = writes_11, .end = ends_08,
	    .leave = leaves_11, .plain = plains_11, .flashed = DOWNLOADED,
	    .left = MANIFESTS,
	    .not_left = { "Submitting leave request...", 0 } },
	{ DFU_UTIL("0.10", lines_10), .pages = SCRIPT_PAGES_LITERAL,
	    .open = opens_10, .write = writes_10, .end = ends_08,
	    .leave = leaves_10, .plain = plains_10, .flashed = DOWNLOADED,
	    .left = MANIFESTS },
	{ DFU_UTIL("0.9", lines_09), .pages = SCRIPT_PAGES_BLOCK,
	    .open = opens_08, .write = writes_08, .end = ends_08,
	    .leave = leaves_08, .leaves_behind_flash = true,
	    .plain = plains_08, .flashed = DOWNLOADED, .left = MANIFESTS },
	{ DFU_UTIL("0.8", lines_08), .pages = SCRIPT_PAGES_BLOCK,
	    .open = opens_08, .write = writes_08, .end = ends_08,
	    .leave = leaves_08, .leaves_behind_flash = true,
	    .plain = plains_08, .flashed = DOWNLOADED, .left = MANIFESTS },
	{ DFU_UTIL("0.7", lines_07), .pages = SCRIPT_PAGES_BLOCK,
	    .open = opens_05, .write = writes_07, .leave = leaves_07,
	    .leaves_behind_flash = true, .plain = plains_05,
	    .flashed = DOWNLOADED, .left = MANIFESTS },
	{ DFU_UTIL("0.6", lines_06), .pages = SCRIPT_PAGES_BLOCK,
	    .open = opens_05, .write = writes_05, .plain = plains_05,
	    .flashed = DOWNLOADED },
	{ DFU_UTIL("0.5", lines_05), .pages = SCRIPT_PAGES_BLOCK,
	    .open = opens_05, .write = writes_05, .plain = plains_05 },
	{ .name = NULL }
};
