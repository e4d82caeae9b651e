/* SPDX-License-Identifier: ISC */
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
static const char again[] = "not possible: the transfer starts again";
static const char clear[] = "CLRSTATUS returns to dfuIDLE; the transfer ends";
static const char memory[] = "not possible";
static const char cannot[] = "not possible";
static const char leaves[] = "not possible: the device leaves";
static const char off[] = "not possible: the device disconnects";
static const char image[] = "not possible: the image starts again";
static const char what_was[] = "the contents of the memory there";
static const char not_idle[] = "the present state: a stalled request ends in "
    "dfuERROR";
static const char how_far[] = "the progress of the transfer";
static const char why[] = "bStatus and iString, the reason of the error";
static const char all[] = "the state, bStatus and every transfer";
static const char leaving[] = "the leave: the device may never finish it";
static const char spec[] = "DFU 1.1";
static const char an3156[] = "AN3156";
static const char f072[] = "electronics.stackexchange 586519";
static const char st_source[] = "usbd_dfu.c 0b06460";
static const char stm32duino[] = "STM32duino-bootloader dfu.c";
static const char mboot_source[] = "mboot main.c 1c3c201";

/* A stack's own rows stand before those of any. */
const struct dfu_side_effect dfu_side_effects[] = {
	{ "st-rom", "getstatus", MANIFEST, ANY, "not needed: the leave "
	    "continues",
	    NULL, f072 },
	{ "st-rom", "getstatus", BUSY, ANY, nothing, NULL, an3156 },
	{ "tinyusb", "getstatus", BUSY, ANY, nothing, NULL,
	    "dfu_device.c fd70160" },
	{ "tinyusb", "getstatus", MANIFEST, ANY, nothing, NULL,
	    "dfu_device.c fd70160" },
	{ "mboot", "getstatus", ERROR, ANY, "not possible: bStatus can be read "
	    "once",
	    "bStatus, which the first answer clears", mboot_source },
	{ "u-boot", "getstatus", MANIFEST, ANY, "not possible: dfuIDLE follows",
	    "dfuMANIFEST", "f_dfu.c 6073c36" },
	{ "stm32duino", "getstatus", LOADED, ANY,
	    image, how_far, stm32duino },
	{ "stm32duino", "getstate", LOADED, ANY,
	    image, how_far, stm32duino },
	{ "stm32duino", "getstatus", ERROR, ANY, nothing,
	    "bStatus, which every request sets to OK", stm32duino },
	{ "st", "getstatus", MANIFEST, ANY, leaves, "dfuMANIFEST",
	    st_source },
	{ "st", "getstate", MANIFEST, ANY, leaves, "dfuMANIFEST",
	    st_source },
	{ NULL, "getstatus", SYNC, 1, "not possible: the command executes",
	    "the memory before the command, which executes now", an3156 },
	{ NULL, "getstatus", SYNC, ANY, "not possible: the block is processed",
	    "dfuDNLOAD-SYNC", spec },
	{ NULL, "getstatus", MSYNC, 1, leaves, "dfuMANIFEST-SYNC",
	    an3156 },
	{ NULL, "getstatus", MSYNC, ANY, "not possible: manifestation "
	    "continues",
	    "dfuMANIFEST-SYNC", spec },
	{ NULL, "getstatus", ANY, ANY, nothing, NULL, spec },

	{ "st-rom", "getstate", BUSY, ANY, nothing, NULL, "inferred" },
	{ "st-rom", "getstate", MANIFEST, ANY, nothing, NULL, "inferred" },
	{ "tinyusb", "getstate", ANY, ANY, nothing, NULL,
	    "dfu_device.c fd70160" },
	{ NULL, "getstate", ANY, ANY, nothing, NULL, spec },

	{ "st", "clrstatus", IDLE, ANY, "a second CLRSTATUS",
	    "nothing, but causes errUNKNOWN if there was no error", st_source },
	{ "gd32", "clrstatus", IDLE, ANY, "a second CLRSTATUS",
	    "nothing, but causes errUNKNOWN if there was no error",
	    "dfu_core.c" },
	{ NULL, "clrstatus", ERROR, ANY, cannot, why, spec },

	{ "st-rom", "abort", MANIFEST, ANY, "unknown: the device does not "
	    "become idle", leaving, f072 },
	{ "u-boot", "abort", LOADED, ANY, again, "the progress of the "
	    "transfer; the next download starts with errUNKNOWN", "f_dfu.c "
	    "6073c36" },
	{ "u-boot", "abort", UPLOADED, ANY, again, "the progress of the "
	    "transfer; the device stalls the next upload", "f_dfu.c 6073c36" },
	{ "tinyusb", "abort", ERROR, ANY, cannot, why, "dfu_device.c fd70160" },
	{ "libopencm3", "abort", ERROR, ANY, cannot, why, "usbdfu.c 15637e2" },
	{ "mboot", "abort", ERROR, ANY, cannot, why, mboot_source },
	{ NULL, "abort", IDLE, ANY, nothing, NULL, spec },
	{ NULL, "abort", LOADED, ANY, again, "the progress of the transfer; "
	    "the device does not manifest the data", spec },
	{ NULL, "abort", UPLOADED, ANY, again, how_far, spec },

	{ NULL, "dnload 0", IDLE, 1, leaves, "the state of "
	    "the "
	    "device, which disconnects", an3156 },
	{ NULL, "dnload 0", LOADED, 1, leaves, "the state of "
	    "the "
	    "device, which disconnects", an3156 },
	{ NULL, "dnload 0", LOADED, ANY, "not possible: manifestation begins",
	    how_far, spec },
	{ NULL, "dnload", IDLE, ANY, memory, what_was, spec },
	{ NULL, "dnload", LOADED, ANY, memory, what_was, spec },
	{ NULL, "upload", IDLE, ANY, "ABORT", NULL, spec },
	{ NULL, "upload", UPLOADED, ANY, nothing, NULL, spec },
	{ NULL, "detach", DFU_STATE_APP_IDLE, ANY, "not needed: without a bus "
	    "reset the device returns to appIDLE after wTimeout", NULL, spec },
	{ "tinyusb", "detach", ANY, ANY, "not possible: the application "
	    "decides",
	    all, "dfu_device.c fd70160" },
	{ "st", "detach", ANY, ANY, off,
	    all, st_source },
	{ "dapboot", "detach", ANY, ANY, "not possible: the device resets", all,
	    "dfu.c 8a1f099" },
	{ "gd32", "detach", ANY, ANY, off, all,
	    "dfu_core.c" },
	{ "libopencm3", "reset", ANY, ANY, nothing, "nothing: the state "
	    "survives, and a pending leave is carried out later", "usbdfu.c "
	    "15637e2" },
	{ "mboot", "reset", ANY, ANY, nothing, "nothing: the state "
	    "survives", mboot_source },
	{ NULL, "reset", MANIFEST, ANY, cannot, "the state, and an unfinished "
	    "manifestation", "fwupd 2347; DFU 1.1 A.2.8" },
	{ NULL, "reset", ANY, ANY, cannot, all, spec },
	{ "tinyusb", "alt", ANY, ANY, "not possible: the device starts in "
	    "dfuIDLE", all,
	    "dfu_device.c fd70160" },
	{ "u-boot", "alt", ANY, ANY, "not possible: the device starts in "
	    "dfuIDLE", all,
	    "f_dfu.c 6073c36" },
	{ "openmoko", "alt", ANY, ANY, "CLRSTATUS returns to dfuIDLE", how_far,
	    "usbdfu.c" },
	{ NULL, "alt", IDLE, ANY, "the previous alternate setting", NULL,
	    "USB 2.0 9.4.10" },
	{ NULL, "alt", ANY, ANY, "not possible if SET_INTERFACE restarts the "
	    "DFU stack", "the state and bStatus, on TinyUSB and U-Boot",
	    "source of TinyUSB and U-Boot" },
	{ NULL, "wait", ANY, ANY, nothing, NULL, spec },
	{ NULL, "clrstatus", ANY, ANY, cannot, "the present state", spec },
	{ NULL, "abort", ANY, ANY, cannot, "the present state", spec },
	{ NULL, "dnload 0", ANY, ANY, cannot, "the present state", spec },
	{ NULL, "dnload", ANY, ANY, memory, what_was, spec },
	{ NULL, "upload", ANY, ANY, nothing, NULL, spec },
	{ NULL, "detach", ANY, ANY, cannot, "the present state", spec },

	{ NULL, DFU_SIDE_EFFECT_STAYS, ANY, ANY, nothing, NULL, spec },
	{ NULL, DFU_SIDE_EFFECT_IGNORED, ERROR, ANY, nothing, "bStatus, if "
	    "the STALL counts as another error", spec },
	{ NULL, DFU_SIDE_EFFECT_IGNORED, ANY, ANY, nothing, NULL, spec },
	{ NULL, DFU_SIDE_EFFECT_REFUSED, DFU_STATE_APP_DETACH, ANY,
	    "DETACH again: the device is in appIDLE", "appDETACH", spec },
	{ NULL, DFU_SIDE_EFFECT_REFUSED, SYNC, ANY, clear, how_far, spec },
	{ NULL, DFU_SIDE_EFFECT_REFUSED, LOADED, ANY, clear, how_far, spec },
	{ NULL, DFU_SIDE_EFFECT_REFUSED, UPLOADED, ANY, clear, how_far, spec },
	{ NULL, DFU_SIDE_EFFECT_REFUSED, MSYNC, ANY, clear, leaving, spec },
	{ NULL, DFU_SIDE_EFFECT_REFUSED, MANIFEST, ANY, clear, leaving, spec },
	{ NULL, DFU_SIDE_EFFECT_REFUSED, ANY, ANY, clear, not_idle, spec },

	{ NULL, "get-commands", ANY, ANY, "ABORT, if the device reports "
	    "dfuUPLOAD-IDLE", NULL, an3156 },
	{ NULL, "set-address", ANY, ANY, "set-address with the previous "
	    "address",
	    "the address pointer, which cannot be read", an3156 },
	{ NULL, "erase", ANY, ANY, memory, "the contents of the sector",
	    an3156 },
	{ NULL, "mass-erase", ANY, ANY, memory, "the contents of the whole "
	    "memory",
	    an3156 },
	{ NULL, "read-unprotect", ANY, ANY, memory, "the contents of the "
	    "whole memory, and the device resets", an3156 },
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
