/* SPDX-License-Identifier: ISC */
/* betaflight: src/js/protocols/usbdfu.js, UsbDfuDescriptors.js */
#include "script/script_own.h"

static const struct script_poll bf_clear = {
	.then = "pp.ppapppacp", .sleep = SCRIPT_SLEEP_AGAIN, .max = 100,
	.over = '!', .over_says = { "clearStatus: device did not reach "
	    "dfuIDLE after 100 attempts", -1 },
	.lost = SCRIPT_POLL, .stall_is = NO, .status = '.',
	.abort_says = { "USB controlTransfer OUT failed", -1 },
	.clear_says = { "USB controlTransfer OUT failed", -1 },
};

#define BF_OUT		"USB controlTransfer OUT failed", -1

static const struct script_poll bf_pointer = {
	.first = MUST_BE_BUSY, .then = MUST_BE_DNLOAD_IDLE,
	.sleep = SCRIPT_SLEEP_AGAIN, .max = 2, .over = '!',
	.lost = '!', .stall_is = NO,
	.lost_says = { "Failed to execute address load", -1 },
	.status = '.', .bad = { "Failed to execute address load", -1 },
};

/* One that stays in dfuDNBUSY gets a pair of CLRSTATUS. */
static const struct script_poll bf_unstuck = {
	.then = MUST_BE_IDLE, .sleep = SCRIPT_SLEEP_AGAIN, .max = 1,
	.over = '.', .lost = '!', .stall_is = NO,
	.lost_says = { "Failed to erase page", -1 },
	.status = '.', .bad = { "Failed to erase page", -1 },
};

static const struct script_poll bf_stuck = {
	.then = "ppnpcapppacp", .sleep = SCRIPT_SLEEP_AGAIN, .max = 100,
	.over = '!', .over_says = { "clearStatus: device did not reach "
	    "dfuIDLE after 100 attempts", -1 },
	.lost = SCRIPT_POLL, .stall_is = NO, .status = '.',
	.abort_says = { BF_OUT }, .clear_says = { BF_OUT },
	.next = &bf_unstuck,
};

static const struct script_poll bf_erase = {
	.first = MUST_BE_BUSY, .then = "!!!!n.!!!!!!",
	.sleep = SCRIPT_SLEEP_AGAIN, .max = 2, .over = '!',
	.lost = '!', .stall_is = NO,
	.lost_says = { "Failed to erase page", -1 },
	.status = '.', .bad = { "Failed to erase page", -1 },
	.next = &bf_stuck,
};

static const struct script_poll bf_write = {
	.first = MUST_BE_BUSY, .then = MUST_BE_DNLOAD_IDLE,
	.sleep = SCRIPT_SLEEP_AGAIN, .max = 2, .over = '!',
	.lost = '!', .stall_is = NO,
	.lost_says = { "Failed to write", -1 },
	.status = '.', .bad = { "Failed to write", -1 },
};

static const struct script_poll bf_options = {
	.then = "!!!!!!!!!.!!", .sleep = SCRIPT_SLEEP_NEVER, .max = 1,
	.over = '.', .lost = '!', .stall_is = NO,
	.lost_says = { "Option bytes could not be read. Quite possibly read "
	    "protected.", -1 },
	.status = '.', .bad = { "Option bytes could not be read. Quite "
	    "possibly read protected.", -1 },
};

static const struct script_step bf_opens[] = {
	{ .send = SCRIPT_CONFIGURATION_HEAD, .length = 9, .refused = '!',
	    .says = { "Failed to detect chip info", -1 },
	    .what = "reads the length of the configuration" },
	{ .send = SCRIPT_CONFIGURATION, .refused = '!',
	    .says = { "Failed to detect chip info", -1 },
	    .what = "reads the configuration" },
	{ .send = SCRIPT_LANGUAGES, .when = SCRIPT_NAMED, .length = 255,
	    .refused = '.', .what = "reads the languages of strings" },
	{ .group = 1, .each = SCRIPT_ALTERNATE, .send = SCRIPT_NAME,
	    .length = 255, .refused = '.',
	    .what = "reads a memory map" },
	{ .poll = &bf_clear, .what = "sends CLRSTATUS" },
	END
};

static const struct script_step bf_writes[] = {
	{ .when = SCRIPT_OPTIONS, .poll = &bf_clear,
	    .what = "sends CLRSTATUS" },
	{ .send = SCRIPT_POINTER, .when = SCRIPT_OPTIONS,
	    .at = SCRIPT_AT_OPTIONS, .poll = &bf_pointer, .refused = '!',
	    .says = { BF_OUT },
	    .what = "sets the pointer to the option bytes, to check for "
	    "read protection" },
	{ .when = SCRIPT_OPTIONS, .poll = &bf_clear,
	    .what = "sends CLRSTATUS" },
	{ .send = SCRIPT_UPLOAD, .when = SCRIPT_OPTIONS,
	    .at = SCRIPT_AT_OPTIONS, .block = 2, .poll = &bf_options,
	    .refused = '!',
	    .says = { "USB transfer error while reading option bytes", -1 },
	    .what = "reads the option bytes" },
	{ .when = SCRIPT_OPTIONS, .poll = &bf_clear,
	    .what = "sends CLRSTATUS" },
	{ .group = 1, .each = SCRIPT_PAGE, .send = SCRIPT_ERASE,
	    .poll = &bf_erase, .refused = '!', .says = { BF_OUT },
	    .what = "erases a sector" },
	{ .group = 2, .each = SCRIPT_RUN, .send = SCRIPT_POINTER,
	    .poll = &bf_pointer, .refused = '!', .says = { BF_OUT },
	    .what = "sets the pointer" },
	{ .group = 2, .each = SCRIPT_BLOCK, .send = SCRIPT_DATA,
	    .block = SCRIPT_COUNTS, .poll = &bf_write, .refused = '!',
	    .says = { BF_OUT }, .what = "writes a block" },
	{ .group = 3, .each = SCRIPT_RUN, .poll = &bf_clear,
	    .what = "sends CLRSTATUS" },
	{ .group = 3, .each = SCRIPT_RUN, .send = SCRIPT_POINTER,
	    .poll = &bf_pointer, .refused = '!', .says = { BF_OUT },
	    .what = "sets the pointer to read back" },
	{ .group = 3, .each = SCRIPT_RUN, .poll = &bf_clear,
	    .what = "sends CLRSTATUS" },
	{ .group = 3, .each = SCRIPT_BLOCK, .send = SCRIPT_UPLOAD,
	    .block = SCRIPT_COUNTS, .refused = '.',
	    .what = "reads a block back" },
	END
};

/* Whatever comes of it is swallowed. */
static const struct script_poll bf_leave = {
	.then = ALL_GO, .sleep = SCRIPT_SLEEP_NEVER, .max = 1,
	.over = '.', .lost = '.', .stall_is = NO, .status = '.',
};

static const struct script_step bf_leaves[] = {
	{ .poll = &bf_clear, .what = "sends CLRSTATUS" },
	{ .send = SCRIPT_POINTER, .at = SCRIPT_AT_START,
	    .poll = &bf_pointer, .refused = '!', .says = { BF_OUT },
	    .what = "sets the pointer to the start" },
	{ .send = SCRIPT_ZERO, .block = 0, .poll = &bf_leave,
	    .refused = '!', .says = { BF_OUT },
	    .what = "leaves with block 0, then polls once" },
	END
};

static const char *const bf_lines[] = { "[USB DFU] %s", "%s[USB DFU] %s",
	"Claimed interface: %n", "Using transfer size: %n",
	"Executing local chip erase", "Erase: complete", NULL };

const struct script script_betaflight[] = {
	{ .name = "betaflight", .version = "of 2026-08-22 (e1320feff)",
	    .lines = bf_lines,
	    .source = "usbdfu.js, UsbDfuDescriptors.js",
	    .bare_leave = true, .always_leaves = true,
	    .after = "send no further request",
	    .open = bf_opens, .write = bf_writes, .leave = bf_leaves,
	    .own_files = "Intel HEX files",
	    .opened = { NULL, -1 },
	    .flashed = { "Programming: SUCCESSFUL", -1 },
	    .left = { "Script finished", -1 },
	    .not_left = { "Script finished", -1 },
	    .differs = { "Programming: FAILED", -1 } },
	{ .name = NULL }
};
