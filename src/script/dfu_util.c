/* dfu-util: main.c, dfuse.c, dfu_load.c, dfu.c */
#include "script/script_own.h"

static const struct script_poll du_recheck = {
	.then = ALL_GO, .sleep = SCRIPT_SLEEP_ALWAYS, .max = 1,
	.over = '.', .lost = '!', .stall_is = NO,
	.lost_says = { "USB communication error", 74 },
	.status = '!', .status_says = { "Status is not OK: %e", 76 },
};

static const struct script_poll du_open = {
	.then = "!!...a...ac.", .sleep = SCRIPT_SLEEP_ALWAYS,
	.max = LOOPS, .for_ever = true, .over = '!',
	.lost = '!', .stall_is = NO,
	.lost_says = { "error get_status", 74 },
	.status = SCRIPT_NEXT, .bad = { "Device still in Run-Time Mode!",
	    76 },
	.abort_says = { "can't send DFU_ABORT", 74 },
	.clear_says = { "error clear_status", 74 },
	.next = &du_recheck,
};

static const struct script_poll du_command = {
	.first = MUST_BE_BUSY, .then = WHILE_BUSY,
	.sleep = SCRIPT_SLEEP_ALWAYS,
	.max = BUSY, .for_ever = true, .over = '!',
	.lost = '!', .stall_is = NO, .stalls = 3,
	.lost_says = { "Error during special command \"%c\" get_status",
	    74 },
	.status = '!', .status_says = { "%c not correctly executed", 74 },
	.zeros = 100,
	.zeros_says = { "Device stuck after special command request", 74 },
	.bad = { "Wrong state after command \"%c\" download", 76 },
};

static const struct script_poll du_block = {
	.then = "ppppp.p.pp.p", .sleep = SCRIPT_SLEEP_ALWAYS,
	.max = BUSY, .for_ever = true, .over = '!',
	.lost = '!', .stall_is = NO,
	.lost_says = { "Error during download get_status", 74 },
	.status = '!', .status_says = { "failed!", 74 },
};

/* What it returns is not looked at. */
static const struct script_poll du_leave = {
	.then = "ppppp.p.pp.p", .sleep = SCRIPT_SLEEP_ALWAYS,
	.max = BUSY, .for_ever = true, .over = '!',
	.lost = '!', .stall_is = NO,
	.lost_says = { "Error during download get_status", 74 },
	.status = '.',
};

static const struct script_poll du_abort = {
	.then = MUST_BE_IDLE, .sleep = SCRIPT_SLEEP_ALWAYS, .max = 1,
	.over = '.', .lost = '!', .stall_is = NO,
	.lost_says = { "Error during abort get_status", 74 },
	.status = '.', .bad = { "Failed to enter idle state on abort", 74 },
};

static const struct script_poll du_plain = {
	.then = "ppppp.pppp.p", .sleep = SCRIPT_SLEEP_AGAIN,
	.max = BUSY, .for_ever = true, .over = '!',
	.lost = '!', .stall_is = NO,
	.lost_says = { "Error during download get_status", 74 },
	.status = '!', .status_says = { "failed!", 74 },
};

/* Once a second, for as long as it says dfuMANIFEST. */
static const struct script_poll du_manifest = {
	.then = "......ppr...", .sleep = SCRIPT_SLEEP_ALWAYS, .more = 1000,
	.max = LOOPS, .for_ever = true, .over = '!',
	.lost = '!', .stall_is = NO,
	.lost_says = { "unable to read DFU status after completion", 74 },
	.status = '.',
};

#define DU_FAILED	"Error during special command \"%c\" download", 74

static const struct script_step du_opens[] = {
	{ .send = SCRIPT_LANGUAGES, .when = SCRIPT_NAMED, .length = 255,
	    .refused = '.', .what = "asks for the languages of strings" },
	{ .send = SCRIPT_NAME, .when = SCRIPT_NAMED, .length = 255,
	    .refused = '.', .what = "reads the name of the alternate" },
	{ .send = SCRIPT_LANGUAGES, .when = SCRIPT_NUMBERED,
	    .length = 255, .refused = '.',
	    .what = "asks for the languages again" },
	{ .send = SCRIPT_SERIAL, .when = SCRIPT_NUMBERED, .length = 255,
	    .refused = '.', .what = "reads the serial number" },
	{ .send = SCRIPT_SET_INTERFACE, .refused = '!',
	    .says = { "Cannot set alternate interface", 74 },
	    .what = "selects the alternate, needed or not" },
	{ .poll = &du_open, .what = "determines the status" },
	END
};

static const struct script_step du_writes[] = {
	{ .group = 1, .each = SCRIPT_PAGE, .send = SCRIPT_ERASE,
	    .poll = &du_command, .refused = '!', .says = { DU_FAILED },
	    .name = "ERASE_PAGE", .what = "erases a page" },
	{ .group = 2, .each = SCRIPT_BLOCK, .send = SCRIPT_POINTER,
	    .poll = &du_command, .refused = '!', .says = { DU_FAILED },
	    .name = "SET_ADDRESS", .what = "sets the pointer, before every "
	    "block" },
	{ .group = 2, .each = SCRIPT_BLOCK, .send = SCRIPT_DATA,
	    .block = 2, .poll = &du_block, .refused = '!',
	    .says = { "Error during download", 74 },
	    .what = "writes a block, always as number 2" },
	END
};

static const struct script_step du_ends[] = {
	{ .send = SCRIPT_ABORT, .poll = &du_abort, .refused = '!',
	    .says = { "Error sending dfu abort request", 74 },
	    .what = "aborts to dfuIDLE" },
	END
};

static const struct script_step du_leaves[] = {
	{ .send = SCRIPT_POINTER, .when = SCRIPT_ADDRESS,
	    .at = SCRIPT_AT_START, .poll = &du_command, .refused = '!',
	    .says = { DU_FAILED }, .name = "SET_ADDRESS",
	    .what = "sets the pointer, as an address was given" },
	{ .send = SCRIPT_ZERO, .block = 2, .poll = &du_leave,
	    .refused = '!', .says = { "Error during download", 74 },
	    .what = "asks to leave, and for the first answer to that" },
	END
};

static const struct script_step du_plains[] = {
	{ .group = 1, .each = SCRIPT_BLOCK, .send = SCRIPT_DATA,
	    .block = SCRIPT_PLAIN, .poll = &du_plain, .refused = '!',
	    .says = { "Error during download", 74 },
	    .what = "writes a block" },
	{ .send = SCRIPT_ZERO, .block = SCRIPT_PLAIN,
	    .poll = &du_manifest, .refused = '!',
	    .says = { "Error sending completion packet", 74 },
	    .what = "ends the download, and asks until it is done" },
	END
};

const struct script script_dfu_util[] = {
	{ .name = "dfu-util", .version = "0.11",
	    .source = "main.c, dfuse.c, dfu_load.c",
	    .pages = SCRIPT_PAGES_LITERAL, .most = 4096,
	    .after = "not look again",
	    .open = du_opens, .write = du_writes, .end = du_ends,
	    .leave = du_leaves, .plain = du_plains,
	    .opened = { NULL, 0 },
	    .flashed = { "File downloaded successfully", 0 },
	    .plain_done = { "Done!", 0 },
	    .left = { "Transitioning to dfuMANIFEST state", 0 },
	    .not_left = { "Submitting leave request...", 0 } },
	{ .name = NULL }
};
