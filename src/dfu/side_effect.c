#include "dfu/side_effect.h"

#include <string.h>

#include "dfu/spec.h"

#define ANY	DFU_SIDE_EFFECT_ANY
#define IDLE	DFU_STATE_IDLE
#define SYNC	DFU_STATE_DNLOAD_SYNC
#define BUSY	DFU_STATE_DNBUSY
#define LOADED	DFU_STATE_DNLOAD_IDLE
#define MSYNC	DFU_STATE_MANIFEST_SYNC
#define MANIFEST DFU_STATE_MANIFEST
#define UPLOADED DFU_STATE_UPLOAD_IDLE
#define ERROR	DFU_STATE_ERROR

static const char nothing[] = "nothing to undo";
static const char again[] = "no: the transfer begins anew";
static const char clear[] = "CLRSTATUS, to dfuIDLE; the transfer is over";
static const char memory[] = "no";
static const char what_was[] = "what the memory held there";
static const char not_idle[] = "the present state: what is refused leads to "
    "dfuERROR";
static const char how_far[] = "how far the transfer was";
static const char why[] = "bStatus and iString: why it failed";
static const char all[] = "the state, bStatus and every transfer";
static const char leaving[] = "the leave: a device that is still at it may "
    "be half way for good";
static const char spec[] = "DFU 1.1";
static const char an3156[] = "AN3156";
static const char f072[] = "electronics.stackexchange 586519";
static const char st_source[] = "usbd_dfu.c 0b06460";
static const char mboot_source[] = "mboot main.c 1c3c201";

/* A stack's own rows stand before those of any. */
const struct dfu_side_effect dfu_side_effects[] = {
	{ "st-rom", "getstatus", MANIFEST, ANY, "no need: it leads out",
	    NULL, f072 },
	{ "st-rom", "getstatus", BUSY, ANY, nothing, NULL, an3156 },
	{ "tinyusb", "getstatus", BUSY, ANY, nothing, NULL,
	    "dfu_device.c fd70160" },
	{ "tinyusb", "getstatus", MANIFEST, ANY, nothing, NULL,
	    "dfu_device.c fd70160" },
	{ "mboot", "getstatus", ERROR, ANY, "no: it can be read once",
	    "bStatus, which the first answer clears", mboot_source },
	{ "u-boot", "getstatus", MANIFEST, ANY, "no: it is dfuIDLE then",
	    "dfuMANIFEST", "f_dfu.c 6073c36" },
	{ "stm32duino", "getstatus", LOADED, ANY,
	    "no: the image begins anew", how_far, "its dfu.c" },
	{ "stm32duino", "getstate", LOADED, ANY,
	    "no: the image begins anew", how_far, "its dfu.c" },
	{ "stm32duino", "getstatus", ERROR, ANY, nothing,
	    "bStatus, which every request sets to OK", "its dfu.c" },
	{ "st", "getstatus", MANIFEST, ANY, "no: it leaves", "dfuMANIFEST",
	    st_source },
	{ "st", "getstate", MANIFEST, ANY, "no: it leaves", "dfuMANIFEST",
	    st_source },
	{ NULL, "getstatus", SYNC, 1, "no: the command is done",
	    "the memory before the command: it executes now", an3156 },
	{ NULL, "getstatus", SYNC, ANY, "no: the block is done",
	    "dfuDNLOAD-SYNC", spec },
	{ NULL, "getstatus", MSYNC, 1, "no: it leaves", "dfuMANIFEST-SYNC",
	    an3156 },
	{ NULL, "getstatus", MSYNC, ANY, "no: manifestation goes on",
	    "dfuMANIFEST-SYNC", spec },
	{ NULL, "getstatus", ANY, ANY, nothing, NULL, spec },

	{ "st-rom", "getstate", BUSY, ANY, nothing, NULL, "inferred" },
	{ "st-rom", "getstate", MANIFEST, ANY, nothing, NULL, "inferred" },
	{ "tinyusb", "getstate", ANY, ANY, nothing, NULL,
	    "dfu_device.c fd70160" },
	{ NULL, "getstate", ANY, ANY, nothing, NULL, spec },

	{ "st", "clrstatus", IDLE, ANY, "a second CLRSTATUS",
	    "nothing, but makes errUNKNOWN where no error was", st_source },
	{ "gd32", "clrstatus", IDLE, ANY, "a second CLRSTATUS",
	    "nothing, but makes errUNKNOWN where no error was",
	    "dfu_core.c" },
	{ NULL, "clrstatus", ERROR, ANY, "no", why, spec },

	{ "st-rom", "abort", MANIFEST, ANY, "not known: it is not idle "
	    "afterwards", leaving, f072 },
	{ "u-boot", "abort", LOADED, ANY, again, "how far the transfer was; "
	    "the next download begins with errUNKNOWN", "f_dfu.c 6073c36" },
	{ "u-boot", "abort", UPLOADED, ANY, again, "how far the transfer "
	    "was; the next upload is refused", "f_dfu.c 6073c36" },
	{ "tinyusb", "abort", ERROR, ANY, "no", why, "dfu_device.c fd70160" },
	{ "libopencm3", "abort", ERROR, ANY, "no", why, "usbdfu.c 15637e2" },
	{ "mboot", "abort", ERROR, ANY, "no", why, mboot_source },
	{ NULL, "abort", IDLE, ANY, nothing, NULL, spec },
	{ NULL, "abort", LOADED, ANY, again, "how far the transfer was; what "
	    "was sent is not manifested", spec },
	{ NULL, "abort", UPLOADED, ANY, again, how_far, spec },

	{ NULL, "dnload 0", IDLE, 1, "no: it leaves", "the device's state: "
	    "it is gone then", an3156 },
	{ NULL, "dnload 0", LOADED, 1, "no: it leaves", "the device's state: "
	    "it is gone then", an3156 },
	{ NULL, "dnload 0", LOADED, ANY, "no: manifestation begins",
	    how_far, spec },
	{ NULL, "dnload", IDLE, ANY, memory, what_was, spec },
	{ NULL, "dnload", LOADED, ANY, memory, what_was, spec },
	{ NULL, "upload", IDLE, ANY, "ABORT", NULL, spec },
	{ NULL, "upload", UPLOADED, ANY, nothing, NULL, spec },
	{ NULL, "detach", DFU_STATE_APP_IDLE, ANY, "time: it goes back "
	    "after wTimeout without a reset", NULL, spec },
	{ "tinyusb", "detach", ANY, ANY, "no: its application decides",
	    all, "dfu_device.c fd70160" },
	{ "st", "detach", ANY, ANY, "no: it leaves the bus", all, st_source },
	{ "dapboot", "detach", ANY, ANY, "no: it resets itself", all,
	    "dfu.c 8a1f099" },
	{ "gd32", "detach", ANY, ANY, "no: it leaves the bus", all,
	    "dfu_core.c" },
	{ "libopencm3", "reset", ANY, ANY, nothing, "nothing: the state "
	    "survives, and a pending leave fires later", "usbdfu.c 15637e2" },
	{ "mboot", "reset", ANY, ANY, nothing, "nothing: the state "
	    "survives", mboot_source },
	{ NULL, "reset", MANIFEST, ANY, "no", "the state, and manifestation "
	    "if it is not finished", "fwupd 2347; DFU 1.1 A.2.8" },
	{ NULL, "reset", ANY, ANY, "no", all, spec },
	{ "tinyusb", "alt", ANY, ANY, "no: it begins in dfuIDLE", all,
	    "dfu_device.c fd70160" },
	{ "u-boot", "alt", ANY, ANY, "no: it begins in dfuIDLE", all,
	    "f_dfu.c 6073c36" },
	{ "openmoko", "alt", ANY, ANY, "CLRSTATUS, to dfuIDLE", how_far,
	    "usbdfu.c" },
	{ NULL, "alt", IDLE, ANY, "the former alternate setting", NULL,
	    "USB 2.0 9.4.10" },
	{ NULL, "alt", ANY, ANY, "no, if the device takes it for a new "
	    "start", "state and bStatus: TinyUSB and U-Boot forget them",
	    "their source" },
	{ NULL, "wait", ANY, ANY, nothing, NULL, spec },
	{ NULL, "clrstatus", ANY, ANY, "no", "the present state", spec },
	{ NULL, "abort", ANY, ANY, "no", "the present state", spec },
	{ NULL, "dnload 0", ANY, ANY, "no", "the present state", spec },
	{ NULL, "dnload", ANY, ANY, memory, what_was, spec },
	{ NULL, "upload", ANY, ANY, nothing, NULL, spec },
	{ NULL, "detach", ANY, ANY, "no", "the present state", spec },

	{ NULL, DFU_SIDE_EFFECT_STAYS, ANY, ANY, nothing, NULL, spec },
	{ NULL, DFU_SIDE_EFFECT_IGNORED, ERROR, ANY, nothing, "bStatus, if the "
	    "refusal counts as an error of its own", spec },
	{ NULL, DFU_SIDE_EFFECT_IGNORED, ANY, ANY, nothing, NULL, spec },
	{ NULL, DFU_SIDE_EFFECT_REFUSED, DFU_STATE_APP_DETACH, ANY,
	    "DETACH: it is appIDLE then", "appDETACH", spec },
	{ NULL, DFU_SIDE_EFFECT_REFUSED, SYNC, ANY, clear, how_far, spec },
	{ NULL, DFU_SIDE_EFFECT_REFUSED, LOADED, ANY, clear, how_far, spec },
	{ NULL, DFU_SIDE_EFFECT_REFUSED, UPLOADED, ANY, clear, how_far, spec },
	{ NULL, DFU_SIDE_EFFECT_REFUSED, MSYNC, ANY, clear, leaving, spec },
	{ NULL, DFU_SIDE_EFFECT_REFUSED, MANIFEST, ANY, clear, leaving, spec },
	{ NULL, DFU_SIDE_EFFECT_REFUSED, ANY, ANY, clear, not_idle, spec },

	{ NULL, "get-commands", ANY, ANY, "ABORT, if it says "
	    "dfuUPLOAD-IDLE then", NULL, an3156 },
	{ NULL, "set-address", ANY, ANY, "set-address with the former one",
	    "the address pointer, which nothing reads back", an3156 },
	{ NULL, "erase", ANY, ANY, memory, "what the page held", an3156 },
	{ NULL, "mass-erase", ANY, ANY, memory, "all that the memory held",
	    an3156 },
	{ NULL, "read-unprotect", ANY, ANY, memory, "all that the memory "
	    "held, and the device resets", an3156 },
};
const size_t dfu_side_effects_count =
    sizeof(dfu_side_effects) / sizeof(dfu_side_effects[0]);

const struct dfu_side_effect *
dfu_side_effect_of(const struct dfu_stack *stack, uint8_t state,
    const char *command, int dfuse)
{
	const struct dfu_side_effect *c;
	size_t i;

	for (i = 0; i < dfu_side_effects_count; i++) {
		c = &dfu_side_effects[i];
		if (strcmp(c->command, command) == 0 &&
		    (c->stack == NULL || (stack != NULL &&
		    strcmp(c->stack, stack->id) == 0)) &&
		    (c->state == ANY || c->state == state) &&
		    (c->dfuse == ANY || c->dfuse == dfuse))
			return (c);
	}
	return (NULL);
}
