/* SPDX-License-Identifier: ISC */
/* webdfu: dfu-util/dfu.js, dfuse.js, dfu-util.js */
#include "script/script_own.h"

/* Only its log has exit codes to tell from: a page has none. */
#define WD_SEND		"ControlTransferOut failed", -1
#define WD_ASK		"DFU GETSTATUS failed", -1

static const struct script_poll wd_open = {
	.then = "..........C.", .sleep = SCRIPT_SLEEP_NEVER, .max = 1,
	.over = '.', .lost = '.', .stall_is = NO, .status = '.',
	.clear_says = { NULL, 0 },
};

static const struct script_poll wd_command = {
	.then = WHILE_BUSY, .sleep = SCRIPT_SLEEP_AGAIN,
	.max = BUSY, .for_ever = true, .over = '!',
	.lost = '!', .stall_is = NO, .lost_says = { WD_ASK },
	.status = '!', .status_says = { "ReferenceError: commandName is not "
	    "defined", -1 },
};

static const struct script_poll wd_block = {
	.then = "ppppp.pppp.p", .sleep = SCRIPT_SLEEP_AGAIN,
	.max = BUSY, .for_ever = true, .over = '!',
	.lost = '!', .stall_is = NO, .lost_says = { WD_ASK },
	.status = '!',
	.status_says = { "DFU DOWNLOAD failed state=%n, status=%e", -1 },
};

static const struct script_poll wd_leave = {
	.then = "ppppppp.pp.p", .sleep = SCRIPT_SLEEP_AGAIN,
	.max = BUSY, .for_ever = true, .over = '!',
	.lost = '.', .stall_is = NO, .status = '.',
};

static const struct script_poll wd_tolerant = {
	.then = "pp.ppppp.p.p", .sleep = SCRIPT_SLEEP_AGAIN,
	.max = BUSY, .for_ever = true, .over = '!',
	.lost = '!', .stall_is = NO, .lost_says = { WD_ASK },
	.status = '!',
	.status_says = { "DFU MANIFEST failed state=%n, status=%e", -1 },
};

static const struct script_poll wd_once = {
	.then = ALL_GO, .sleep = SCRIPT_SLEEP_NEVER, .max = 1,
	.over = '.', .lost = '.', .stall_is = NO, .status = '.',
};

static const struct script_step wd_opens[] = {
	{ .send = SCRIPT_SET_INTERFACE, .when = SCRIPT_ALTERNATES,
	    .refused = '!', .says = { "Unable to set device interface.",
	    -1 }, .what = "selects the alternate setting, if there are "
	    "several" },
	{ .send = SCRIPT_CONFIGURATION_HEAD, .length = 4, .refused = '!',
	    .says = { "ControlTransferIn failed", -1 },
	    .what = "reads the length of the configuration" },
	{ .send = SCRIPT_CONFIGURATION, .refused = '!',
	    .says = { "ControlTransferIn failed", -1 },
	    .what = "reads the configuration" },
	{ .poll = &wd_open, .what = "reads the status, to clear an error" },
	END
};

static const struct script_step wd_writes[] = {
	{ .group = 1, .each = SCRIPT_PAGE, .send = SCRIPT_ERASE,
	    .poll = &wd_command, .refused = '!',
	    .says = { "Error during special DfuSe command ERASE_SECTOR",
	    -1 }, .what = "erases a sector" },
	{ .group = 2, .each = SCRIPT_BLOCK, .send = SCRIPT_POINTER,
	    .poll = &wd_command, .refused = '!',
	    .says = { "Error during special DfuSe command SET_ADDRESS",
	    -1 }, .what = "sets the pointer, before every block" },
	{ .group = 2, .each = SCRIPT_BLOCK, .send = SCRIPT_DATA,
	    .block = 2, .poll = &wd_block, .refused = '!',
	    .says = { "Error during DfuSe download", -1 },
	    .what = "writes a block, always as number 2" },
	END
};

static const struct script_step wd_leaves[] = {
	{ .send = SCRIPT_POINTER, .at = SCRIPT_AT_START,
	    .poll = &wd_command, .refused = '!',
	    .says = { "Error during DfuSe manifestation", -1 },
	    .what = "sets the pointer to the start" },
	{ .send = SCRIPT_ZERO, .block = 0, .poll = &wd_leave,
	    .refused = '!',
	    .says = { "Error during DfuSe manifestation", -1 },
	    .what = "leaves with block 0, then polls until dfuMANIFEST" },
	END
};

static const struct script_step wd_plains[] = {
	{ .group = 1, .each = SCRIPT_BLOCK, .send = SCRIPT_DATA,
	    .block = SCRIPT_PLAIN, .poll = &wd_block, .refused = '!',
	    .says = { WD_SEND }, .what = "writes a block" },
	{ .send = SCRIPT_ZERO, .block = SCRIPT_PLAIN,
	    .when = SCRIPT_TOLERANT, .poll = &wd_tolerant, .refused = '!',
	    .says = { "Error during final DFU download", -1 },
	    .what = "ends the download, then polls until dfuIDLE or "
	    "dfuMANIFEST-WAIT-RESET" },
	{ .send = SCRIPT_ZERO, .block = SCRIPT_PLAIN,
	    .when = SCRIPT_INTOLERANT, .poll = &wd_once, .refused = '!',
	    .says = { "Error during final DFU download", -1 },
	    .what = "ends the download, with one GETSTATUS" },
	{ .send = SCRIPT_RESET, .refused = '.', .what = "resets the bus" },
	END
};

static const char *const wd_lines[] = { "Erasing DFU device memory",
	"Copying data from browser to DFU device", "Wrote %n bytes",
	"Manifesting new firmware", "Set address to 0x%s",
	"Sleeping for %nms", NULL };

const struct script script_webdfu[] = {
	{ .name = "webdfu", .version = "of 2021-06 (56d5d1d)",
	    .lines = wd_lines,
	    .source = "dfu-util.js, dfu.js, dfuse.js",
	    .always_leaves = true,
	    .after = "send no further request",
	    .open = wd_opens, .write = wd_writes, .leave = wd_leaves,
	    .plain = wd_plains,
	    .opened = { NULL, -1 },
	    .flashed = { "Done!", -1 }, .left = { "Done!", -1 },
	    .not_left = { "Done!", -1 } },
	{ .name = NULL }
};
