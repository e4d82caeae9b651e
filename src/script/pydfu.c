/* SPDX-License-Identifier: ISC */
/* pydfu: pydfu.py; strings as pyusb's util.py reads them */
#include "script/script_own.h"

#define PY_ERROR	"usb.core.USBError", 1

static const struct script_poll py_open = {
	.then = "cc.ccacccacc", .sleep = SCRIPT_SLEEP_NEVER, .max = 4,
	.over = '.', .lost = '!', .stall_is = NO,
	.lost_says = { PY_ERROR }, .status = '.',
	.abort_says = { PY_ERROR }, .clear_says = { PY_ERROR },
};

static const struct script_poll py_check = {
	.first = MUST_BE_BUSY, .then = MUST_BE_DNLOAD_IDLE,
	.sleep = SCRIPT_SLEEP_NEVER, .max = 2, .over = '!',
	.lost = '!', .stall_is = NO, .lost_says = { PY_ERROR },
	.status = '.', .bad = { "DFU: %c failed", 1 },
};

/* Whatever comes of it is swallowed. */
static const struct script_poll py_leave = {
	.then = ALL_GO, .sleep = SCRIPT_SLEEP_NEVER, .max = 1,
	.over = '.', .lost = '.', .stall_is = NO, .status = '.',
};

static const struct script_step py_opens[] = {
	{ .send = SCRIPT_SET_CONFIGURATION, .refused = '!',
	    .says = { PY_ERROR }, .what = "sets the configuration again" },
	{ .poll = &py_open, .what = "gets the device into dfuIDLE, in at "
	    "most four rounds" },
	END
};

static const struct script_step py_writes[] = {
	{ .send = SCRIPT_LANGUAGES, .when = SCRIPT_NAMED, .length = 254,
	    .refused = '!', .says = { PY_ERROR },
	    .what = "reads the languages of strings" },
	{ .send = SCRIPT_NAME, .when = SCRIPT_NAMED, .length = 255,
	    .refused = '!', .says = { PY_ERROR },
	    .what = "reads the memory map" },
	{ .group = 1, .each = SCRIPT_PAGE, .send = SCRIPT_ERASE,
	    .poll = &py_check, .refused = '!', .says = { PY_ERROR },
	    .name = "erase", .what = "erases a sector" },
	{ .group = 1, .each = SCRIPT_BLOCK, .send = SCRIPT_POINTER,
	    .poll = &py_check, .refused = '!', .says = { PY_ERROR },
	    .name = "set address", .what = "sets the pointer, before every "
	    "block" },
	{ .group = 1, .each = SCRIPT_BLOCK, .send = SCRIPT_DATA,
	    .block = 2, .poll = &py_check, .refused = '!',
	    .says = { PY_ERROR }, .name = "write memory",
	    .what = "writes a block, always as number 2" },
	END
};

static const struct script_step py_leaves[] = {
	{ .send = SCRIPT_POINTER, .at = SCRIPT_AT_FLASH,
	    .poll = &py_check, .refused = '!', .says = { PY_ERROR },
	    .name = "set address", .what = "sets the pointer to 0x08000000 "
	    "on every chip" },
	{ .send = SCRIPT_ZERO, .block = 0, .poll = &py_leave,
	    .refused = '!', .says = { PY_ERROR },
	    .what = "leaves with block 0, then polls once" },
	END
};

static const char *const py_lines[] = { "File: %s", "b'DfuSe' v%s", "DfuSe v%s",
	"Writing memory...", "Exiting DFU...", NULL };

const struct script script_pydfu[] = {
	{ .name = "pydfu", .version = "of 2025-09-10 (3c60e0cf2)",
	    .lines = py_lines,
	    .source = "pydfu.py",
	    .always_leaves = true,
	    .after = "send no further request",
	    .open = py_opens, .write = py_writes, .leave = py_leaves,
	    .own_files = "DfuSe files",
	    .opened = { "No command specified", 0 },
	    .flashed = { "Finished", 0 }, .left = { "Finished", 0 },
	    .not_left = { "Failed to reset device", 0 } },
	{ .name = NULL }
};
