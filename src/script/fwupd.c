/* SPDX-License-Identifier: ISC */
/* fwupd: plugins/dfu fu-dfu-device.c, fu-dfu-target.c, -target-stm.c */
#include "script/script_own.h"

#define FW_STATE	"cannot get device state", 1
#define FW_WAIT		"cannot wait for busy", 1
#define FW_STUCK	"Stuck in DFU_DNBUSY", 1
#define FW_DOWN		"cannot download data", 1
#define FW_BUSY_LIMIT	120000

static const struct script_poll fw_clear = {
	.then = "...A.A...AC.", .sleep = SCRIPT_SLEEP_NEVER, .max = 1,
	.over = '.', .lost = '!', .stall_is = 0, .lost_says = { FW_STATE },
	.status = '.', .abort_says = { "cannot abort device", 1 },
	.clear_says = { "cannot clear status on the device", 1 },
};

static const struct script_poll fw_check = {
	.then = "....p.....!.", .sleep = SCRIPT_SLEEP_AGAIN,
	.max = UINT16_MAX, .over = '!', .limit = FW_BUSY_LIMIT,
	.over_says = { FW_STUCK }, .lost = '!', .stall_is = 0,
	.lost_says = { FW_STATE }, .status = '.', .bad = { FW_WAIT },
};

static const struct script_poll fw_plain = {
	.then = "....p.....!.", .sleep = SCRIPT_SLEEP_AGAIN,
	.before = true, .max = UINT16_MAX, .over = '!',
	.limit = FW_BUSY_LIMIT, .over_says = { FW_STUCK },
	.lost = '!', .stall_is = 0, .lost_says = { FW_STATE },
	.status = '.', .bad = { FW_WAIT },
};

static const struct script_poll fw_busy = {
	.then = "nnnnpnnnnn!n", .sleep = SCRIPT_SLEEP_AGAIN,
	.max = UINT16_MAX, .over = '!', .limit = FW_BUSY_LIMIT,
	.over_says = { FW_STUCK }, .lost = '!', .stall_is = 0,
	.lost_says = { FW_STATE }, .status = '.', .bad = { FW_WAIT },
	.next = &fw_check,
};

/* A chunk: one answer, its wait, then until it is not busy, then again. */
static const struct script_poll fw_chunk = {
	.then = "nnnnnnnnnnnn", .sleep = SCRIPT_SLEEP_ALWAYS, .max = 1,
	.over = '.', .lost = '!', .stall_is = 0, .lost_says = { FW_STATE },
	.status = '.', .next = &fw_busy,
};

/* Every error of the leave is taken for a device that left. */
static const struct script_poll fw_leave_busy = {
	.then = WHILE_BUSY, .sleep = SCRIPT_SLEEP_AGAIN,
	.max = UINT16_MAX, .over = '!', .limit = FW_BUSY_LIMIT,
	.over_says = { FW_STUCK }, .lost = '.', .stall_is = 0,
	.status = '.',
};

static const struct script_poll fw_leave = {
	.then = "nnnnnnnnnnnn", .sleep = SCRIPT_SLEEP_ALWAYS, .max = 1,
	.over = '.', .lost = '.', .stall_is = 0, .status = '.',
	.next = &fw_leave_busy,
};

static const struct script_step fw_opens[] = {
	{ .poll = &fw_clear, .what = "reads the status, then sends ABORT "
	    "or CLRSTATUS if needed" },
	END
};

static const struct script_step fw_writes[] = {
	{ .poll = &fw_clear, .what = "reads the status again before it "
	    "writes" },
	{ .send = SCRIPT_SET_INTERFACE, .refused = '!',
	    .says = { "cannot set alternate setting", 1 },
	    .what = "selects the alternate setting" },
	{ .group = 1, .each = SCRIPT_PAGE, .send = SCRIPT_ERASE,
	    .poll = &fw_chunk, .refused = 'w', .says = { FW_DOWN },
	    .what = "erases a sector" },
	{ .group = 2, .each = SCRIPT_RUN, .send = SCRIPT_POINTER,
	    .poll = &fw_chunk, .refused = 'w', .says = { FW_DOWN },
	    .what = "sets the pointer" },
	{ .group = 2, .each = SCRIPT_BLOCK, .send = SCRIPT_DATA,
	    .block = SCRIPT_COUNTS, .poll = &fw_chunk, .refused = 'w',
	    .says = { FW_DOWN }, .what = "writes a block" },
	{ .group = 3, .each = SCRIPT_RUN, .send = SCRIPT_POINTER,
	    .poll = &fw_chunk, .refused = 'w', .says = { FW_DOWN },
	    .what = "sets the pointer to read back" },
	{ .group = 3, .each = SCRIPT_RUN, .send = SCRIPT_ABORT,
	    .refused = 'w', .says = { "cannot abort device", 1 },
	    .what = "sends ABORT to reach dfuIDLE" },
	{ .group = 3, .each = SCRIPT_READ, .send = SCRIPT_UPLOAD,
	    .block = SCRIPT_COUNTS, .refused = 'w',
	    .says = { "cannot upload data", 1 },
	    .what = "reads a block back, one more than was written where "
	    "that fills whole blocks" },
	{ .group = 3, .each = SCRIPT_RUN_END, .send = SCRIPT_ABORT,
	    .refused = 'w', .says = { "cannot abort device", 1 },
	    .what = "sends ABORT to reach dfuIDLE" },
	END
};

static const struct script_step fw_leaves[] = {
	{ .poll = &fw_clear, .what = "reads the status, then sends ABORT "
	    "or CLRSTATUS if needed" },
	{ .send = SCRIPT_ZERO, .when = SCRIPT_IN_DFU, .block = 2,
	    .poll = &fw_leave, .refused = 'W',
	    .what = "leaves, then polls once" },
	END
};

static const struct script_step fw_plains[] = {
	{ .poll = &fw_clear, .what = "reads the status again before it "
	    "writes" },
	{ .send = SCRIPT_SET_INTERFACE, .refused = '!',
	    .says = { "cannot set alternate setting", 1 },
	    .what = "selects the alternate setting" },
	{ .group = 1, .each = SCRIPT_BLOCK, .send = SCRIPT_DATA,
	    .block = SCRIPT_PLAIN, .poll = &fw_plain, .refused = 'w',
	    .says = { FW_DOWN }, .what = "writes a block" },
	{ .send = SCRIPT_ZERO, .block = SCRIPT_PLAIN,
	    .poll = &fw_plain, .refused = 'w', .says = { FW_DOWN },
	    .what = "ends the download" },
	{ .poll = &fw_clear, .what = "reads the status, then sends ABORT "
	    "or CLRSTATUS if needed" },
	{ .send = SCRIPT_RESET, .when = SCRIPT_IN_DFU, .refused = '!',
	    .says = { "cannot reset USB device", 1 },
	    .what = "resets the bus" },
	END
};

static const char *const fw_lines[] = { "%sFuPluginDfu%s",
	"%srefreshed status=%s and state=%s",
	"%swaiting for FU_DFU_STATE_DFU_DNBUSY to clear",
	"%swriting sector at 0x%s", NULL };

const struct script script_fwupd[] = {
	{ .name = "fwupd", .version = "of 2026-08-19 (6e9504964)",
	    .lines = fw_lines,
	    .source = "fu-dfu-device.c, fu-dfu-target.c, "
	    "fu-dfu-target-stm.c",
	    .pages = SCRIPT_PAGES_WHOLE, .bare_leave = true,
	    .always_leaves = true, .mute_in_manifest = true,
	    .keeps_wait = true, .accelerates = true,
	    .after = "only wait for it to reconnect",
	    .open = fw_opens, .write = fw_writes, .leave = fw_leaves,
	    .plain = fw_plains,
	    .flashed = { "Successfully installed firmware", 0 },
	    .left = { "Successfully installed firmware", 0 },
	    .not_left = { "Successfully installed firmware", 0 },
	    .differs = { "verify failed", 1 } },
	{ .name = NULL }
};
