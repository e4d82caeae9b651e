/*
 * The rows of script.h. Read in the sources of the tools that each row names;
 * the requests of dfu-util are held against the real one in tests/lab.
 */
#include "script/script.h"

#include <string.h>

#define LOOPS	30	/* rounds of what has no end */
#define BUSY	1000	/* the same while a device says that it works */

/*                                0123456789 10 other */
#define ALL_GO			 "............"
#define ALL_FAIL		 "!!!!!!!!!!!!"
#define MUST_BE_BUSY		 "!!!!p!!!!!!!"
#define MUST_BE_DNLOAD_IDLE	 "!!!!!.!!!!!!"
#define MUST_BE_IDLE		 "!!.!!!!!!!!!"
#define WHILE_BUSY		 "....p......."

#define NO	SCRIPT_NO_STATE
#define END	{ .what = NULL }

/* dfu-util: main.c, dfuse.c, dfu_load.c, dfu.c */

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

/* pydfu: pydfu.py; strings as pyusb's util.py reads them */

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
	    .says = { PY_ERROR }, .what = "sets the configuration anew" },
	{ .poll = &py_open, .what = "gets the device into dfuIDLE, in at "
	    "most four rounds" },
	END
};

static const struct script_step py_writes[] = {
	{ .send = SCRIPT_LANGUAGES, .when = SCRIPT_NAMED, .length = 254,
	    .refused = '!', .says = { PY_ERROR },
	    .what = "asks for the languages of strings" },
	{ .send = SCRIPT_NAME, .when = SCRIPT_NAMED, .length = 255,
	    .refused = '!', .says = { PY_ERROR },
	    .what = "reads the memory map" },
	{ .group = 1, .each = SCRIPT_PAGE, .send = SCRIPT_ERASE,
	    .poll = &py_check, .refused = '!', .says = { PY_ERROR },
	    .name = "erase", .what = "erases a page" },
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
	    .name = "set address", .what = "sets the pointer to 0x08000000, "
	    "whatever the chip" },
	{ .send = SCRIPT_ZERO, .block = 0, .poll = &py_leave,
	    .refused = '!', .says = { PY_ERROR },
	    .what = "asks to leave by block 0, and for one answer" },
	END
};

/* fwupd: plugins/dfu fu-dfu-device.c, fu-dfu-target.c, -target-stm.c */

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
	{ .poll = &fw_clear, .what = "refreshes, and aborts or clears" },
	END
};

static const struct script_step fw_writes[] = {
	{ .poll = &fw_clear, .what = "refreshes again before it writes" },
	{ .send = SCRIPT_SET_INTERFACE, .refused = '!',
	    .says = { "cannot set alternate setting", 1 },
	    .what = "selects the alternate" },
	{ .group = 1, .each = SCRIPT_PAGE, .send = SCRIPT_ERASE,
	    .poll = &fw_chunk, .refused = 'w', .says = { FW_DOWN },
	    .what = "erases a page" },
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
	    .what = "aborts to dfuIDLE" },
	{ .group = 3, .each = SCRIPT_READ, .send = SCRIPT_UPLOAD,
	    .block = SCRIPT_COUNTS, .refused = 'w',
	    .says = { "cannot upload data", 1 },
	    .what = "reads a block back, one more than was written where "
	    "that fills whole blocks" },
	{ .group = 3, .each = SCRIPT_RUN_END, .send = SCRIPT_ABORT,
	    .refused = 'w', .says = { "cannot abort device", 1 },
	    .what = "aborts to dfuIDLE" },
	END
};

static const struct script_step fw_leaves[] = {
	{ .poll = &fw_clear, .what = "refreshes, and aborts or clears" },
	{ .send = SCRIPT_ZERO, .when = SCRIPT_IN_DFU, .block = 2,
	    .poll = &fw_leave, .refused = 'W',
	    .what = "asks to leave, and for one answer" },
	END
};

static const struct script_step fw_plains[] = {
	{ .poll = &fw_clear, .what = "refreshes again before it writes" },
	{ .send = SCRIPT_SET_INTERFACE, .refused = '!',
	    .says = { "cannot set alternate setting", 1 },
	    .what = "selects the alternate" },
	{ .group = 1, .each = SCRIPT_BLOCK, .send = SCRIPT_DATA,
	    .block = SCRIPT_PLAIN, .poll = &fw_plain, .refused = 'w',
	    .says = { FW_DOWN }, .what = "writes a block" },
	{ .send = SCRIPT_ZERO, .block = SCRIPT_PLAIN,
	    .poll = &fw_plain, .refused = 'w', .says = { FW_DOWN },
	    .what = "ends the download" },
	{ .poll = &fw_clear, .what = "refreshes, and aborts or clears" },
	{ .send = SCRIPT_RESET, .when = SCRIPT_IN_DFU, .refused = '!',
	    .says = { "cannot reset USB device", 1 },
	    .what = "resets the bus" },
	END
};

/* webdfu: dfu-util/dfu.js, dfuse.js, dfu-util.js */

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
	    -1 }, .what = "selects the alternate, as there are several" },
	{ .send = SCRIPT_CONFIGURATION_HEAD, .length = 4, .refused = '!',
	    .says = { "ControlTransferIn failed", -1 },
	    .what = "asks how long the configuration is" },
	{ .send = SCRIPT_CONFIGURATION, .refused = '!',
	    .says = { "ControlTransferIn failed", -1 },
	    .what = "reads the configuration" },
	{ .poll = &wd_open, .what = "looks for an error to clear" },
	END
};

static const struct script_step wd_writes[] = {
	{ .group = 1, .each = SCRIPT_PAGE, .send = SCRIPT_ERASE,
	    .poll = &wd_command, .refused = '!',
	    .says = { "Error during special DfuSe command ERASE_SECTOR",
	    -1 }, .what = "erases a page" },
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
	    .what = "asks to leave by block 0, until it says dfuMANIFEST" },
	END
};

static const struct script_step wd_plains[] = {
	{ .group = 1, .each = SCRIPT_BLOCK, .send = SCRIPT_DATA,
	    .block = SCRIPT_PLAIN, .poll = &wd_block, .refused = '!',
	    .says = { WD_SEND }, .what = "writes a block" },
	{ .send = SCRIPT_ZERO, .block = SCRIPT_PLAIN,
	    .when = SCRIPT_TOLERANT, .poll = &wd_tolerant, .refused = '!',
	    .says = { "Error during final DFU download", -1 },
	    .what = "ends the download, until dfuIDLE or "
	    "dfuMANIFEST-WAIT-RESET" },
	{ .send = SCRIPT_ZERO, .block = SCRIPT_PLAIN,
	    .when = SCRIPT_INTOLERANT, .poll = &wd_once, .refused = '!',
	    .says = { "Error during final DFU download", -1 },
	    .what = "ends the download, with one GETSTATUS" },
	{ .send = SCRIPT_RESET, .refused = '.', .what = "resets the bus" },
	END
};

/* betaflight: src/js/protocols/usbdfu.js, UsbDfuDescriptors.js */

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
	    .what = "asks how long the configuration is" },
	{ .send = SCRIPT_CONFIGURATION, .refused = '!',
	    .says = { "Failed to detect chip info", -1 },
	    .what = "reads the configuration" },
	{ .send = SCRIPT_LANGUAGES, .when = SCRIPT_NAMED, .length = 255,
	    .refused = '.', .what = "asks for the languages of strings" },
	{ .group = 1, .each = SCRIPT_ALTERNATE, .send = SCRIPT_NAME,
	    .length = 255, .refused = '.',
	    .what = "reads a memory map" },
	{ .poll = &bf_clear, .what = "clears the status" },
	END
};

static const struct script_step bf_writes[] = {
	{ .when = SCRIPT_OPTIONS, .poll = &bf_clear,
	    .what = "clears the status" },
	{ .send = SCRIPT_POINTER, .when = SCRIPT_OPTIONS,
	    .at = SCRIPT_AT_OPTIONS, .poll = &bf_pointer, .refused = '!',
	    .says = { BF_OUT },
	    .what = "sets the pointer to the option bytes, to learn whether "
	    "the chip is read protected" },
	{ .when = SCRIPT_OPTIONS, .poll = &bf_clear,
	    .what = "clears the status" },
	{ .send = SCRIPT_UPLOAD, .when = SCRIPT_OPTIONS,
	    .at = SCRIPT_AT_OPTIONS, .block = 2, .poll = &bf_options,
	    .refused = '!',
	    .says = { "USB transfer error while reading option bytes", -1 },
	    .what = "reads the option bytes" },
	{ .when = SCRIPT_OPTIONS, .poll = &bf_clear,
	    .what = "clears the status" },
	{ .group = 1, .each = SCRIPT_PAGE, .send = SCRIPT_ERASE,
	    .poll = &bf_erase, .refused = '!', .says = { BF_OUT },
	    .what = "erases a page" },
	{ .group = 2, .each = SCRIPT_RUN, .send = SCRIPT_POINTER,
	    .poll = &bf_pointer, .refused = '!', .says = { BF_OUT },
	    .what = "sets the pointer" },
	{ .group = 2, .each = SCRIPT_BLOCK, .send = SCRIPT_DATA,
	    .block = SCRIPT_COUNTS, .poll = &bf_write, .refused = '!',
	    .says = { BF_OUT }, .what = "writes a block" },
	{ .group = 3, .each = SCRIPT_RUN, .poll = &bf_clear,
	    .what = "clears the status" },
	{ .group = 3, .each = SCRIPT_RUN, .send = SCRIPT_POINTER,
	    .poll = &bf_pointer, .refused = '!', .says = { BF_OUT },
	    .what = "sets the pointer to read back" },
	{ .group = 3, .each = SCRIPT_RUN, .poll = &bf_clear,
	    .what = "clears the status" },
	{ .group = 3, .each = SCRIPT_BLOCK, .send = SCRIPT_UPLOAD,
	    .block = SCRIPT_COUNTS, .refused = '.',
	    .what = "reads a block back" },
	END
};

static const struct script_step bf_leaves[] = {
	{ .poll = &bf_clear, .what = "clears the status" },
	{ .send = SCRIPT_POINTER, .at = SCRIPT_AT_START,
	    .poll = &bf_pointer, .refused = '!', .says = { BF_OUT },
	    .what = "sets the pointer to the start" },
	{ .send = SCRIPT_ZERO, .block = 0, .poll = &py_leave,
	    .refused = '!', .says = { BF_OUT },
	    .what = "asks to leave by block 0, and for one answer" },
	END
};

const struct script scripts[] = {
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
	{ .name = "pydfu", .version = "of 2025-09-10 (3c60e0cf2)",
	    .source = "pydfu.py",
	    .always_leaves = true,
	    .after = "not look again",
	    .open = py_opens, .write = py_writes, .leave = py_leaves,
	    .own_files = "DfuSe files",
	    .opened = { "No command specified", 0 },
	    .flashed = { "Finished", 0 }, .left = { "Finished", 0 },
	    .not_left = { "Failed to reset device", 0 } },
	{ .name = "fwupd", .version = "of 2026-08-19 (6e9504964)",
	    .source = "fu-dfu-device.c, fu-dfu-target.c, "
	    "fu-dfu-target-stm.c",
	    .pages = SCRIPT_PAGES_WHOLE, .bare_leave = true,
	    .always_leaves = true, .mute_in_manifest = true,
	    .keeps_wait = true, .accelerates = true,
	    .after = "only wait for it to come back",
	    .open = fw_opens, .write = fw_writes, .leave = fw_leaves,
	    .plain = fw_plains,
	    .flashed = { "Successfully installed firmware", 0 },
	    .left = { "Successfully installed firmware", 0 },
	    .not_left = { "Successfully installed firmware", 0 },
	    .differs = { "verify failed", 1 } },
	{ .name = "webdfu", .version = "of 2021-06 (56d5d1d)",
	    .source = "dfu-util.js, dfu.js, dfuse.js",
	    .always_leaves = true,
	    .after = "not look again",
	    .open = wd_opens, .write = wd_writes, .leave = wd_leaves,
	    .plain = wd_plains,
	    .opened = { NULL, -1 },
	    .flashed = { "Done!", -1 }, .left = { "Done!", -1 },
	    .not_left = { "Done!", -1 } },
	{ .name = "betaflight", .version = "of 2026-08-22 (e1320feff)",
	    .source = "usbdfu.js, UsbDfuDescriptors.js",
	    .bare_leave = true, .always_leaves = true,
	    .after = "not look again",
	    .open = bf_opens, .write = bf_writes, .leave = bf_leaves,
	    .own_files = "Intel HEX files",
	    .opened = { NULL, -1 },
	    .flashed = { "Programming: SUCCESSFUL", -1 },
	    .left = { "Script finished", -1 },
	    .not_left = { "Script finished", -1 },
	    .differs = { "Programming: FAILED", -1 } },
};
const size_t scripts_count = sizeof(scripts) / sizeof(scripts[0]);

const char *const script_tasks[SCRIPT_FLASH + 1] = {
	[SCRIPT_OPEN] = "open",
	[SCRIPT_LEAVE] = "leave",
	[SCRIPT_FLASH] = "flash",
};

const struct script *
script_named(const char *name)
{
	size_t i;

	for (i = 0; i < scripts_count; i++) {
		if (strcmp(scripts[i].name, name) == 0)
			return (&scripts[i]);
	}
	return (NULL);
}

char
script_letter(const struct script_poll *p, bool first, uint8_t state)
{
	const char *letters = first && p->first != NULL ? p->first : p->then;

	return (letters[state < SCRIPT_STATES - 1 ? state :
	    SCRIPT_STATES - 1]);
}

const char *
script_letter_words(char letter)
{
	static const struct {
		char		 letter;
		const char	*words;
	} rows[] = {
		{ SCRIPT_GO, "goes on" },
		{ SCRIPT_NEXT, "goes on" },
		{ SCRIPT_POLL, "asks again" },
		{ SCRIPT_ABORT_ASK, "sends ABORT and asks again" },
		{ SCRIPT_CLEAR_ASK, "sends CLRSTATUS and asks again" },
		{ SCRIPT_ABORT_GO, "sends ABORT and goes on" },
		{ SCRIPT_CLEAR_GO, "sends CLRSTATUS and goes on" },
		{ SCRIPT_RESET_GO, "resets the bus and goes on" },
		{ SCRIPT_FAIL, "gives up" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].letter == letter)
			return (rows[i].words);
	}
	return (NULL);
}
