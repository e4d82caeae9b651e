/* SPDX-License-Identifier: ISC */
#include "dfu/stack.h"

#include <string.h>

#include "dfu/spec.h"

/*
 * Inputs: DETACH, DNLOAD, DNLOAD of length 0, UPLOAD, UPLOAD answered short,
 * UPLOAD of length 0, GETSTATUS, CLRSTATUS, GETSTATE, ABORT, other, bus
 * reset, power-on, time.
 */
#define AS_A2	". . . . . . . . . . . . . ."

const struct dfu_stack dfu_stacks[] = {
	{ "strict", "DFU 1.1", "appendix A.2",
	    "DFU 1.1 appendix A.2", DFU_KNOWN_SPEC, NULL,
	    { AS_A2, AS_A2, AS_A2, AS_A2, AS_A2, AS_A2, AS_A2, AS_A2, AS_A2,
	    AS_A2, AS_A2 }, false },
	{ "st-rom", "ST ROM", "AN3156 rev 18",
	    "AN3156; electronics.stackexchange 586519 on an STM32F072",
	    DFU_KNOWN_SPEC,
	    "a command executes on the GETSTATUS that follows it", {
	    NULL, NULL,
	    ". . >6 . . . . =' . . . >2' >2' .",
	    ". . . . . . . . . . . >2' >2' .",
	    ". . . . . . = . =' . . >2' >2' .",
	    ". . . . . . . . . . . >2' >2' .",
	    ". . . . . . X:7 . . . . >2' >2' .",
	    "S=' S=' S=' S=' S=' S=' = S=' =' S=' S=' >2' >2' =",
	    NULL,
	    ". . . . . . . . . . . >2' >2' .",
	    ". . . . . . . . . . . >2' >2' ." }, false },
	{ "st", "ST library", "USB device 2.11.3",
	    "usbd_dfu.c 0b06460", DFU_KNOWN_RUN,
	    "ST's template announces waits above 255 ms modulo 256", {
	    NULL, NULL,
	    "X >3 >6 >9 ? = = >10 = = S= = = =",
	    "X S= = S=! ? >2 b=:4!|>5 >10 = >2 S= >2 >2 =",
	    "X' S=' =' S=' ? >2' >3' >10' >3' =' S=' >2' >2' ='",
	    "X >3 >6 S= ? >2 = >10 = >2 S= >2 >2 =",
	    "X S= = S= ? >2 X:7 >10 = >2 S= >2 >2 =",
	    "X' S=' =' S=' ? >2' X' >10' X' =' S=' >2' >2' ='",
	    NULL,
	    "X S= = = ? >2 = >10 = >2 S= >2 >2 =",
	    "X S= = S= ? >2 = >2 = = S= >2 >2 =" }, false },
	{ "tinyusb", "TinyUSB", "fd70160",
	    "dfu_device.c with an asynchronous flash", DFU_KNOWN_RUN,
	    "announces 0 ms while it is busy", {
	    NULL, NULL,
	    "= >3 >6 = = = = = = = S= = = =",
	    "= S= S= = = = bq>3:4!|b>4|>5 >2 = >2 S= >2 >2 =",
	    "= S= S= = = = = >2 = >2 S= >2 >2 z=|>3",
	    "= >3 >6 = = = = >2 = >2 S= >2 >2 =",
	    "= S= S= = = = etq>6:7!|eq>8:7|e>7|>2 >2 = >2 S= >2 >2 =",
	    "= S= S= = = = = >2 = >2 S= >2 >2 z=|t>6|>8",
	    "= S= S= = = = = >2 = >2 S= >2 >2 =",
	    NULL,
	    "= S= S= = = = = >2 = >2 S= >2 >2 =" }, false },
	{ "u-boot", "U-Boot", "6073c36",
	    "f_dfu.c", DFU_KNOWN_RUN,
	    "announces 0 ms; the first answer is already dfuDNLOAD-IDLE", {
	    ">2' S=' S=' S=' S=' S=' =' S=' =' S=' S=' >2' >2' ='",
	    NULL,
	    ">0 o>10!|>3 S>10~ oS>9+o|>9 oS>9+o|= oS>9+o|>9 = S>10~ = = S>10~ "
	    "= =! =",
	    "S>10+o S>10+o S>10+o S>10+o S>10+o S>10+o >5 S>10+o = S>10+o "
	    "S>10+o >2+o >2 =",
	    "S>10' S>10' S>10' S>10' S>10' S>10' >5' S>10' S>10' S>10' "
	    "S>10' >2' >2' ='",
	    "S>10+o >3 >6 S>10+o S>10+o S>10+o = S>10+o = >2+o S>10+o >2+o "
	    ">2 =",
	    "S>10+o S>10+o S>10+o S>10+o S>10+o S>10+o >7 S>10+o = S>10+o "
	    "S>10+o >2+o >2 =",
	    "S>10 S>10 S>10 S>10 S>10 S>10 >2 S>10 = S>10 S>10 >2 >2 =",
	    "T=' T=' T=' T=' T=' T=' T=' T=' T=' T=' T=' >2' >2' ='",
	    "S>10+o S>10+o S>10+o o?|= o?|>2 o?|= = S>10+o = >2+o S>10+o "
	    ">2+o >2 =",
	    "S= S= S= S= S= S= = >2~ = S= S= >2~ >2 =" }, false },
	{ "dapboot", "dapboot", "8a1f099",
	    "dfu.c", DFU_KNOWN_RUN, NULL, {
	    NULL, NULL,
	    "X >3 >10 >9 = >9 = = = = S>10 = = =",
	    "X = = = = = >5:4 = = >2 S>10 >2 >2 =",
	    "X' =' =' =' =' =' =' =' =' =' S>10' >2' >2' ='",
	    "X >3 >6 = = = = = = >2 S>10 >2 >2 =",
	    "X = = = = = X:7 = = >2 S>10 >2 >2 =",
	    "X' =' =' =' =' =' =' =' =' =' S>10' >2' >2' ='",
	    NULL,
	    "X = = = >2 = = = = >2 S>10 >2 >2 =",
	    "X = = = = = = >2 = = S= >2 >2 =" }, false },
	{ "libopencm3", "libopencm3", "usb_dfu 15637e2",
	    "usbdfu.c example", DFU_KNOWN_RUN,
	    "announces 100 ms for everything", {
	    NULL, NULL,
	    "S= >3 >6 S= ? S= = = = = S= = = =",
	    "S= = >6 S= ? S= >5:4 = = >2 S= = >2 =",
	    "S=' >3' >6' S=' ? S=' >5:4' =' =' >2' S=' =' >2' ='",
	    "S= >3 >6 S= ? S= = = = >2 S= = >2 =",
	    "S= >3 = S= ? S= X:7 = = >2 S= = >2 =",
	    NULL, NULL,
	    "S=' >3' >6' S=' ? S=' =' =' =' >2' S=' =' >2' ='",
	    "S=' >3' >6' S=' ? S=' =' >2' =' >2' S=' =' >2' ='" }, false },
	{ "mboot", "mboot", "MicroPython 1c3c201",
	    "ports/stm32/mboot/main.c", DFU_KNOWN_RUN,
	    "always announces 0 ms", {
	    NULL, NULL,
	    "= =+b =+e =+u T= =+u b>5:4!|eX:7|u>9|= =! = =! = = = =",
	    NULL,
	    "=' =' =' =' T=' =' >5:4' >2' >5' >2' =' =' >2' ='",
	    "= =+b =+e =+u T= =+u b=:4!|eX:7|u>9|= >2 = >2 = = >2 =",
	    NULL, NULL,
	    NULL,
	    "= =+b =+e =+u T= =+u b>5:4!|eX:7|= >2 = >2 = = >2' =",
	    "= =+b =+e =+u T= =+u b>5:4!|eX:7|u>9|= >2 = >2 = = >2 =" },
	    false },
	{ "zephyr-legacy", "Zephyr", "legacy stack, main",
	    "usb_dfu.c", DFU_KNOWN_SOURCE,
	    "announces a fixed wait for every operation", {
	    NULL, NULL,
	    "? . ? >9 >9 ? . >2 . . S= = ? .",
	    "? ? ? ? ? ? ? ? = >2 S= = ? .",
	    "? ? ? ? ? ? = ? = >2 S= = ? >5",
	    "? . . ? ? ? . ? . >2 S= = ? .",
	    "? ? ? ? ? ? ? ? = >2 S= = ? .",
	    NULL, NULL,
	    "? ? ? >9 ? ? . ? . >2 S= = ? .",
	    "? ? ? ? ? ? . >2 . >2 S= = ? ." }, false },
	{ "zephyr-next", "Zephyr next", "device_next, main",
	    "usbd_dfu.c", DFU_KNOWN_SOURCE,
	    "GETSTATUS reports the state before the answer, unlike 6.1.2", {
	    ">1 S= S= S= S= S= = S= = S= S= = = =",
	    "S= S= S= S= S= S= = S= = S= S= = >0 >2",
	    ". . . . . . . . . . . = >0 .",
	    ". . . . . . >5 . . . . = >0 .",
	    ".' .' .' .' .' .' >5' .' =' .' .' =' >0' ='",
	    ". . . . . . . . . . . = >0 .",
	    ". . . . . . >2 . . . . = >0 .",
	    "t.'|>8' t.'|>8' t.'|>8' t.'|>8' t.'|>8' t.'|>8' t>2'|>8' "
	    "t.'|>8' t='|>8:7' t.'|>8' t.'|>8' =' >0' ='",
	    "=' =' =' =' >10' =' =' =' =' =' =' =' >0' ='",
	    ". . . = = = . . . . . = >0 .",
	    ". . . . . . . . . . . = >0 ." }, true },
	{ "embassy", "embassy", "main",
	    "embassy-usb-dfu", DFU_KNOWN_SOURCE, NULL, {
	    NULL, NULL, NULL, NULL, NULL, NULL, NULL,
	    "? ? ? ? ? ? = >2 ? >2 ? X ? ?",
	    NULL, NULL, NULL }, false },
	{ "gd32", "GD32", "GD32VF103 dfu_core.c",
	    "GigaDevice's example V1.0.0", DFU_KNOWN_RUN,
	    "announces 80 ms for a command, 60 ms for an erase, 0 ms for data",
	    {
	    NULL, NULL,
	    "X >3 >6 >9 ? = = >10 = = S= = = =",
	    "X S= S= S=! ? >2 b=:4!|>5 >10 = >2 S= = >2 =",
	    "X' S>3' S>3' S>3' ? >2' >5:4' >10' >3' >2' S>3' >3' >2' >3'",
	    "X >3 >6 S= ? >2 = >10 = >2 S= = >2 =",
	    "X S= S= S= ? >2 X:7 >10 = >2 S= = >2 =",
	    NULL, NULL,
	    "X S= S= = ? >2 = >10 = >2 S= = >2 =",
	    "X S= S= S= ? >2 = >2 = = S= = >2 =" }, false },
	{ "openmoko", "Openmoko", "U-Boot patch set",
	    "usbdfu.c", DFU_KNOWN_SOURCE,
	    "never sets bwPollTimeout: it is uninitialised memory", {
	    NULL, NULL,
	    ">8 . ? >9 ? ? . ? . . ? >10 ? .",
	    "? ? ? ? ? ? . ? . ? ? >10 ? ?",
	    "? ? ? ? ? ? = ? = ? ? >10 ? ?",
	    "? . . ? ? ? . ? . ? ? >10 ? .",
	    "? ? ? ? ? ? >2 ? . ? ? >10 ? ?",
	    NULL, NULL,
	    "? ? ? >9 ? ? . ? . ? ? >10 ? .",
	    "? ? ? ? ? ? . ? . ? ? >10 ? ." }, false },
	{ "black-magic", "Black Magic", "Probe's bootloader",
	    "dfucore.c 116a72e", DFU_KNOWN_RUN,
	    "announces 27 ms, 20 ms for an erase; older versions always 0 ms", {
	    NULL, NULL,
	    "X >3 >6 >9 ? >9 = = = = S= = = =",
	    "X = >6 S= ? S= >5:4 = = >2 S= = >2 =",
	    "X' >3' >6' S=' ? S=' >5:4' =' =' >2' S=' =' >2' ='",
	    "X >3 >6 >9 ? >9 = = = >2 S= = >2 =",
	    "X >3 = S= ? S= X:7 = = >2 S= = >2 =",
	    NULL, NULL,
	    "X >3 >6 = ? = = = = >2 S= = >2 =",
	    "X >3 >6 S= ? S= = >2 = >2 S= = >2 =" }, false },
	{ "stm32duino", "STM32duino", "pull request 22",
	    "STM32duino-bootloader dfu.c", DFU_KNOWN_SOURCE,
	    "every request sets bStatus to OK", {
	    NULL, NULL, NULL, NULL, NULL,
	    "? ? ? ? ? ? >2 ? >2 ? ? ? ? ?",
	    "? ? ? ? ? ? >8 ? ? ? ? ? ? ?",
	    NULL,
	    "? ? ? ? ? ? = ? = ? ? X ? =",
	    NULL, NULL }, false },
};
#define STACKS	(sizeof(dfu_stacks) / sizeof(dfu_stacks[0]))
const size_t dfu_stacks_count = STACKS;

/* What a cell cannot say. */
static const struct {
	const char		*stack;
	uint8_t			 state;
	enum dfu_input		 input;
	enum dfu_certainty	 certainty;
	const char		*note;
} notes[] = {
	{ "st-rom", DFU_STATE_MANIFEST, DFU_IN_GETSTATUS, DFU_KNOWN_REPORT,
	    "leaves after several polls" },
	{ "st-rom", DFU_STATE_MANIFEST, DFU_IN_ABORT, DFU_KNOWN_REPORT,
	    "does not become idle" },
	{ "st-rom", DFU_STATE_MANIFEST, DFU_IN_TIME, DFU_KNOWN_REPORT,
	    "does not leave without polls" },
	{ "st-rom", DFU_STATE_IDLE, DFU_IN_DNLOAD0, DFU_KNOWN_SPEC,
	    "AN3156: the leave request" },
	{ "st", DFU_STATE_IDLE, DFU_IN_CLRSTATUS, DFU_KNOWN_RUN,
	    "causes errUNKNOWN; a second CLRSTATUS clears it" },
	{ "st", DFU_STATE_DNBUSY, DFU_IN_ABORT, DFU_KNOWN_SOURCE,
	    "ignored; CLRSTATUS twice ends the state" },
	{ "st", DFU_STATE_MANIFEST, DFU_IN_GETSTATE, DFU_KNOWN_SOURCE,
	    "any answer starts the leave" },
	{ "st", DFU_STATE_DNLOAD_SYNC, DFU_IN_DNLOAD0, DFU_KNOWN_RUN,
	    "on an OTG core the host sees the STALL" },
	{ "st", DFU_STATE_MANIFEST_SYNC, DFU_IN_DNLOAD0, DFU_KNOWN_RUN,
	    "on an OTG core the host sees the STALL" },
	{ "st", DFU_STATE_UPLOAD_IDLE, DFU_IN_DNLOAD0, DFU_KNOWN_RUN,
	    "on an OTG core the host sees the STALL" },
	{ "st", DFU_STATE_ERROR, DFU_IN_DNLOAD0, DFU_KNOWN_RUN,
	    "on an OTG core the host sees the STALL" },
	{ "tinyusb", DFU_STATE_DNBUSY, DFU_IN_GETSTATUS, DFU_KNOWN_RUN,
	    "unless the application is done before the answer" },
	{ "tinyusb", DFU_STATE_MANIFEST, DFU_IN_GETSTATUS, DFU_KNOWN_SOURCE,
	    "continues only when the application calls finish" },
	{ "u-boot", DFU_STATE_ERROR, DFU_IN_GETSTATUS, DFU_KNOWN_RUN,
	    "bStatus may be OK" },
	{ "u-boot", DFU_STATE_IDLE, DFU_IN_DNLOAD, DFU_KNOWN_RUN,
	    "ABORT does not restart the block count" },
	{ "u-boot", DFU_STATE_IDLE, DFU_IN_UPLOAD, DFU_KNOWN_RUN,
	    "ABORT does not restart the block count" },
	{ "dapboot", DFU_STATE_IDLE, DFU_IN_DETACH, DFU_KNOWN_RUN,
	    "a system reset" },
	{ "embassy", DFU_STATE_MANIFEST, DFU_IN_GETSTATUS, DFU_KNOWN_SOURCE,
	    "announces 50 ms; with PR 6257 dfuMANIFEST-WAIT-RESET follows" },
	{ "gd32", DFU_STATE_DNLOAD_IDLE, DFU_IN_DNLOAD0, DFU_KNOWN_REPORT,
	    "may leave at once, before GETSTATUS" },
	{ "gd32", DFU_STATE_IDLE, DFU_IN_CLRSTATUS, DFU_KNOWN_RUN,
	    "causes errUNKNOWN; a second CLRSTATUS clears it" },
	{ "mboot", DFU_STATE_IDLE, DFU_IN_GETSTATUS, DFU_KNOWN_RUN,
	    "carries out the last request" },
	{ "mboot", DFU_STATE_DNLOAD_IDLE, DFU_IN_GETSTATUS, DFU_KNOWN_RUN,
	    "carries out the last request" },
	{ "mboot", DFU_STATE_ERROR, DFU_IN_GETSTATUS, DFU_KNOWN_RUN,
	    "the first answer clears bStatus" },
	{ "st-rom", DFU_STATE_MANIFEST_SYNC, DFU_IN_GETSTATUS,
	    DFU_KNOWN_REPORT, "some devices stay in dfuMANIFEST" },
	{ "zephyr-next", DFU_STATE_DNLOAD_SYNC, DFU_IN_GETSTATUS,
	    DFU_KNOWN_SOURCE, "dfuDNBUSY if the image is not ready" },
	{ "stm32duino", DFU_STATE_DNLOAD_IDLE, DFU_IN_GETSTATUS,
	    DFU_KNOWN_SOURCE, "the next DNLOAD starts the image again" },
	{ "stm32duino", DFU_STATE_MANIFEST_WAIT_RESET, DFU_IN_RESET,
	    DFU_KNOWN_REPORT, "macOS sends no bus reset, so the device stays" },
};

/* SET_INTERFACE: a word a state, as in the cells above. */
static const struct {
	const char		*stack;
	const char		*cells;
	enum dfu_certainty	 certainty;
	const char		*note;
} alternates[] = {
	{ "strict", "= = = = = = = = = = =", DFU_KNOWN_INFERRED,
	    "DFU 1.1 does not define this" },
	{ "st-rom", "? ? =' =' =' =' =' = ? =' ='", DFU_KNOWN_REPORT,
	    "dfu-util sends SET_INTERFACE, and a stuck leave stays stuck" },
	{ "st", "? ? = = = = = = ? = =", DFU_KNOWN_RUN, NULL },
	{ "tinyusb", "? ? >2 >2 >2 >2 >2 >2 >2' >2 >2", DFU_KNOWN_RUN,
	    "clears bStatus too" },
	{ "u-boot", "? ? >2 >2+o >2 >2+o >2+o >2 T=' >2+o >2~",
	    DFU_KNOWN_RUN,
	    "clears bStatus too" },
	{ "dapboot", "? ? = = = = = = ? = =", DFU_KNOWN_RUN, NULL },
	{ "libopencm3", "? ? = = = = = = ? = =", DFU_KNOWN_RUN, NULL },
	{ "mboot", "? ? = = = = = = ? = =", DFU_KNOWN_RUN, NULL },
	{ "zephyr-legacy", "? ? ? ? ? ? ? = ? ? ?", DFU_KNOWN_SOURCE, NULL },
	{ "zephyr-next", "= = = = = = = = = = =", DFU_KNOWN_SOURCE, NULL },
	{ "gd32", "? ? = = = = = = ? = =", DFU_KNOWN_SOURCE, NULL },
	{ "black-magic", "? ? = = = = = ? ? = =", DFU_KNOWN_SOURCE, NULL },
	{ "openmoko", "? ? ? >10 >10 >10 ? ? ? >10 ?", DFU_KNOWN_SOURCE,
	    "errNOTDONE: the transfer ends early" },
};

/* dfuERROR as the first state, whatever the firmware is like. */
static const struct {
	const char	*stack;
	uint8_t		 bStatus;
	const char	*source;
} starts[] = {
	{ "st-rom", DFU_STATUS_ERR_FIRMWARE,
	    "dfu-util's device logs" },
	{ "gd32", DFU_STATUS_ERR_FIRMWARE, "fwupd dfu.quirk" },
};

/* Their sources know no command in a block, and hand block 0 on as data. */
static const char *const plain_stacks[] = { "tinyusb", "u-boot", "dapboot",
	"zephyr-legacy", "zephyr-next", "embassy", "openmoko", "stm32duino" };

const char *
dfu_certainty_words(enum dfu_certainty c)
{
	switch (c) {
	case DFU_KNOWN_SPEC:
		return ("specified");
	case DFU_KNOWN_RUN:
		return ("tested");
	case DFU_KNOWN_SOURCE:
		return ("source");
	case DFU_KNOWN_REPORT:
		return ("reported");
	case DFU_KNOWN_INFERRED:
		return ("inferred");
	}
	return (NULL);
}

const struct dfu_stack *
dfu_stack_named(const char *id)
{
	size_t i;

	for (i = 0; i < dfu_stacks_count; i++) {
		if (strcmp(dfu_stacks[i].id, id) == 0)
			return (&dfu_stacks[i]);
	}
	return (NULL);
}

bool
dfu_stack_plain(const struct dfu_stack *stack)
{
	size_t i;

	for (i = 0; i < sizeof(plain_stacks) / sizeof(plain_stacks[0]); i++) {
		if (strcmp(plain_stacks[i], stack->id) == 0)
			return (true);
	}
	return (false);
}

/* The nth word of a line of cells; its length is stored. */
static const char *
cell(const char *line, unsigned n, size_t *len)
{
	for (; n > 0; n--) {
		line += strcspn(line, " ");
		line += strspn(line, " ");
	}
	*len = strcspn(line, " ");
	return (line);
}

/* The same of a stack's row, by an index that the first call makes. */
static const char *
cell_of(const struct dfu_stack *stack, uint8_t state, enum dfu_input input)
{
	static uint8_t at[STACKS][DFU_STATE_COUNT][DFU_INPUT_COUNT];
	static bool made;
	const char *line;
	size_t i, len;
	unsigned n;

	for (i = 0; !made && i < STACKS * DFU_STATE_COUNT; i++) {
		line = dfu_stacks[i / DFU_STATE_COUNT].cells[
		    i % DFU_STATE_COUNT];
		for (n = 0; line != NULL && n < DFU_INPUT_COUNT; n++)
			at[i / DFU_STATE_COUNT][i % DFU_STATE_COUNT][n] =
			    (uint8_t)(cell(line, n, &len) - line);
	}
	made = true;
	return (stack->cells[state] + at[stack - dfu_stacks][state][input]);
}

/* A number at *s, which is then what follows it. */
static uint8_t
number(const char **s)
{
	uint8_t v = 0;

	for (; **s >= '0' && **s <= '9'; (*s)++)
		v = (uint8_t)(v * 10 + (**s - '0'));
	return (v);
}

/* A request is answered, an event only happens. */
static enum dfu_response
answered(enum dfu_input input)
{
	return (input >= DFU_IN_RESET ? DFU_RESPONSE_NONE : DFU_RESPONSE_OK);
}

/* What there is to do afterwards, unless that is said. */
static enum dfu_work
work_after(uint8_t state, enum dfu_input input, uint8_t next)
{
	if (input == DFU_IN_DNLOAD && next == DFU_STATE_DNLOAD_SYNC)
		return (DFU_WORK_BLOCK);
	if (input == DFU_IN_DNLOAD0 && next == DFU_STATE_MANIFEST_SYNC)
		return (DFU_WORK_END);
	if (next == state || (input != DFU_IN_TIME &&
	    dfu_state_is(next, DFU_STATES_WORK)))
		return (DFU_WORK_KEPT);
	return (DFU_WORK_NONE);
}

static bool
holds(char letter, const struct dfu_conditions *c)
{
	switch (letter) {
	case 'b':
		return (!c->block_done);
	case 'e':
		return (!c->manifest_done);
	case 'u':
		return (c->read_waits);
	case 'o':
		return (c->open);
	case 't':
		return (c->tolerant);
	case 'q':
		return (c->at_once);
	case 'z':
		return (c->unannounced);
	default:
		return (false);
	}
}

/* The alternative of a cell that holds, behind its letters; or its end. */
static const char *
alternative(const char *s, const struct dfu_conditions *c)
{
	bool held;

	for (;; s++) {
		for (held = true; *s >= 'a' && *s <= 'z'; s++)
			held = held && holds(*s, c);
		if (held)
			return (s);
		s += strcspn(s, "| ");
		if (*s != '|')
			return (s);
	}
}

static enum dfu_work
work_named(char letter)
{
	return (letter == 'b' ? DFU_WORK_BLOCK :
		letter == 'e' ? DFU_WORK_END :
		letter == 'u' ? DFU_WORK_READ :
				DFU_WORK_OPEN);
}

/* What stands behind a word; o has the rest. */
static void
read_suffixes(const char *s, struct dfu_outlook *o)
{
	for (;; s++) {
		switch (*s) {
		case ':':
			s++;
			o->says = number(&s);
			s--;
			break;
		case '!':
			o->work = DFU_WORK_NONE;
			break;
		case '~':
			o->work = DFU_WORK_KEPT;
			break;
		case '+':
			o->work = (uint8_t)work_named(*++s);
			break;
		case '\'':
			o->certainty = DFU_KNOWN_INFERRED;
			break;
		default:
			return;
		}
	}
}

/* m: what A.2 has there, for a dot. */
static bool
read_cell(const char *s, uint8_t state, enum dfu_input input,
    const struct dfu_transition *m, struct dfu_outlook *o)
{
	o->next = state;
	o->response = answered(input);
	if (*s == 'S' || *s == 'T')
		o->response = *s++ == 'S' ? DFU_RESPONSE_STALL :
		    DFU_RESPONSE_NONE_EXPECTED;
	switch (*s++) {
	case '=':
		break;
	case '>':
		o->next = number(&s);
		break;
	case 'X':
		o->next = DFU_NEXT_GONE;
		break;
	case '.':
		o->response = (enum dfu_response)m->response;
		o->next = m->next;
		o->note = m->note;
		break;
	default:
		return (false);
	}
	o->says = o->next;
	o->work = (uint8_t)work_after(state, input, o->next);
	read_suffixes(s, o);
	return (true);
}

static void
add_note(const struct dfu_stack *stack, uint8_t state, enum dfu_input input,
    struct dfu_outlook *o)
{
	size_t i;

	for (i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
		if (notes[i].state != state || notes[i].input != input ||
		    strcmp(notes[i].stack, stack->id) != 0)
			continue;
		o->note = notes[i].note;
		o->certainty = notes[i].certainty;
	}
}

struct dfu_outlook
dfu_transition_outlook(const struct dfu_transition *m)
{
	return ((struct dfu_outlook){
	    .response = (enum dfu_response)m->response, .next = m->next,
	    .says = m->next, .certainty = DFU_KNOWN_SPEC, .note = m->note,
	    .work = (uint8_t)work_after(m->state, (enum dfu_input)m->input,
		m->next) });
}

static bool
read_outlook(const struct dfu_stack *stack, uint8_t state,
    enum dfu_input input, const struct dfu_conditions *c,
    struct dfu_outlook *o)
{
	const struct dfu_transition *m = dfu_transition(state, input, c);
	const char *s;

	if (m == NULL || stack->cells[state] == NULL)
		return (false);
	*o = (struct dfu_outlook){ .certainty = stack->certainty };
	s = alternative(cell_of(stack, state, input), c);
	if (!read_cell(s, state, input, m, o))
		return (false);
	if (stack->late && input == DFU_IN_GETSTATUS)
		o->says = state;
	add_note(stack, state, input, o);
	return (true);
}

/* Each combination that they can have is another number. */
#define CONDITIONS	12
static uint32_t
condition_number(const struct dfu_conditions *c)
{
	return ((uint32_t)(c->can_dnload | c->can_upload << 1 |
	    c->tolerant << 2 | c->block_done << 3 | c->manifest_done << 4 |
	    c->agrees << 5 | c->firmware_valid << 6 | c->dfuse << 7 |
	    c->read_waits << 8 | c->open << 9 | c->at_once << 10 |
	    c->unannounced << 11));
}

/* What was read last of each slot: the words of the cells never change. */
#define REMEMBERED	1024

bool
dfu_stack_outlook(const struct dfu_stack *stack, uint8_t state,
    enum dfu_input input, const struct dfu_conditions *c,
    struct dfu_outlook *o)
{
	static struct {
		uint32_t		key;	/* 0: none */
		bool			known;
		struct dfu_outlook	o;
	} remembered[REMEMBERED], *r;
	uint32_t key;

	if (state >= DFU_STATE_COUNT || (unsigned)input >= DFU_INPUT_COUNT)
		return (false);
	key = (((uint32_t)(stack - dfu_stacks) * DFU_STATE_COUNT + state) *
	    DFU_INPUT_COUNT + (uint32_t)input) << CONDITIONS |
	    condition_number(c);
	r = &remembered[(key * 2654435761u) >> 22];
	if (r->key != key + 1) {
		r->key = key + 1;
		r->known = read_outlook(stack, state, input, c, &r->o);
	}
	if (r->known)
		*o = r->o;
	return (r->known);
}

bool
dfu_stack_depends(const struct dfu_stack *stack, uint8_t state,
    enum dfu_input input)
{
	const char *s;

	if (state >= DFU_STATE_COUNT || stack->cells[state] == NULL)
		return (false);
	s = cell_of(stack, state, input);
	return (*s == '.' || memchr(s, '|', strcspn(s, " ")) != NULL);
}

bool
dfu_stack_alternate(const struct dfu_stack *stack, uint8_t state,
    struct dfu_outlook *o)
{
	const char *s;
	size_t i, len;

	for (i = 0; i < sizeof(alternates) / sizeof(alternates[0]); i++) {
		if (strcmp(alternates[i].stack, stack->id) != 0 ||
		    state >= DFU_STATE_COUNT)
			continue;
		*o = (struct dfu_outlook){
		    .certainty = alternates[i].certainty,
		    .note = alternates[i].note };
		s = cell(alternates[i].cells, state, &len);
		/* As a request, whichever. */
		if (!read_cell(s, state, DFU_IN_OTHER, NULL, o))
			return (false);
		/* The note is about the cells that somebody has seen. */
		if (s[len - 1] == '\'')
			o->note = NULL;
		return (true);
	}
	return (false);
}

uint8_t
dfu_stack_start_value(const struct dfu_stack *stack, const char **source)
{
	size_t i;

	for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		if (strcmp(starts[i].stack, stack->id) != 0)
			continue;
		if (source != NULL)
			*source = starts[i].source;
		return (starts[i].bStatus);
	}
	return (DFU_STATUS_OK);
}
