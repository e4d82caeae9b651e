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
	{ "strict", "strict", "revision 1.1",
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
	    ". . . . . . . . . . . >2' >2' .",
	    "S=' S=' S=' S=' S=' S=' = S=' =' S=' S=' >2' >2' =",
	    NULL,
	    ". . . . . . . . . . . >2' >2' .",
	    ". . . . . . . . . . . >2' >2' ." }, false },
	{ "st", "ST library", "USB device 2.11.3",
	    "usbd_dfu.c 0b06460, run", DFU_KNOWN_RUN,
	    "waits above 255 ms come out modulo 256 from ST's template", {
	    NULL, NULL,
	    "X >3 >6 >9 ? = = >10 = = S= = = =",
	    "X S= = S= ? >2 = >10 = >2 S= >2 >2 =",
	    "X' S=' =' S=' ? >2' >3' >10' >3' =' S=' >2' >2' ='",
	    "X >3 >6 S= ? >2 = >10 = >2 S= >2 >2 =",
	    "X S= = S= ? >2 X >10 = >2 S= >2 >2 =",
	    "X' S=' =' S=' ? >2' X' >10' X' =' S=' >2' >2' ='",
	    NULL,
	    "X S= = = ? >2 = >10 = >2 S= >2 >2 =",
	    "X S= = S= ? >2 = >2 = = S= >2 >2 =" }, false },
	{ "tinyusb", "TinyUSB", "fd70160",
	    "dfu_device.c, run with an asynchronous flash", DFU_KNOWN_RUN,
	    "announces 0 ms while it is busy", {
	    NULL, NULL,
	    "= >3 >6 = = = = = = = S= = = =",
	    "= S= S= = = = >4 >2 = >2 S= >2 >2 =",
	    "= S= S= = = = = >2 = >2 S= >2 >2 >3",
	    "= >3 >6 = = = = >2 = >2 S= >2 >2 =",
	    "= S= S= = = = >7 >2 = >2 S= >2 >2 =",
	    "= S= S= = = = = >2 = >2 S= >2 >2 .",
	    "= S= S= = = = = >2 = >2 S= >2 >2 =",
	    NULL,
	    "= S= S= = = = = >2 = >2 S= >2 >2 =" }, false },
	{ "u-boot", "U-Boot", "6073c36",
	    "f_dfu.c, run", DFU_KNOWN_RUN,
	    "announces 0 ms; the first answer is dfuDNLOAD-IDLE already", {
	    NULL, NULL,
	    ">0 >3 S>10 >9 = >9 = S>10 = = S>10 = = =",
	    "S>10 S>10 S>10 S>10 S>10 S>10 >5 S>10 = S>10 S>10 >2 >2 =",
	    "S>10' S>10' S>10' S>10' S>10' S>10' >5' S>10' S>10' S>10' "
	    "S>10' >2' >2' ='",
	    "S>10 >3 >6 S>10 S>10 S>10 = S>10 = >2 S>10 >2 >2 =",
	    "S>10 S>10 S>10 S>10 S>10 S>10 >7 S>10 = S>10 S>10 >2 >2 =",
	    "S>10 S>10 S>10 S>10 S>10 S>10 >2 S>10 = S>10 S>10 >2 >2 =",
	    "T=' T=' T=' T=' T=' T=' T=' T=' T=' T=' T=' >2' >2' ='",
	    "S>10 S>10 S>10 = >2 = = S>10 = >2 S>10 >2 >2 =",
	    "S= S= S= S= S= S= = >2 = S= S= >2 >2 =" }, false },
	{ "dapboot", "dapboot", "8a1f099",
	    "dfu.c, run", DFU_KNOWN_RUN, NULL, {
	    NULL, NULL,
	    "X >3 >10 >9 = >9 = = = = S>10 = = =",
	    "X = = = = = >5 = = >2 S>10 >2 >2 =",
	    "X' =' =' =' =' =' =' =' =' =' S>10' >2' >2' ='",
	    "X >3 >6 = = = = = = >2 S>10 >2 >2 =",
	    "X = = = = = X = = >2 S>10 >2 >2 =",
	    "X' =' =' =' =' =' =' =' =' =' S>10' >2' >2' ='",
	    NULL,
	    "X = = = >2 = = = = >2 S>10 >2 >2 =",
	    "X = = = = = = >2 = = S= >2 >2 =" }, false },
	{ "libopencm3", "libopencm3", "usb_dfu 15637e2",
	    "usbdfu.c example, run", DFU_KNOWN_RUN,
	    "announces 100 ms for everything", {
	    NULL, NULL,
	    "S= >3 >6 S= ? S= = = = = S= = = =",
	    "S= = >6 S= ? S= >5 = = >2 S= = >2 =",
	    "S=' >3' >6' S=' ? S=' >5' =' =' >2' S=' =' >2' ='",
	    "S= >3 >6 S= ? S= = = = >2 S= = >2 =",
	    "S= >3 = S= ? S= X = = >2 S= = >2 =",
	    NULL, NULL,
	    "S=' >3' >6' S=' ? S=' =' =' =' >2' S=' =' >2' ='",
	    "S=' >3' >6' S=' ? S=' =' >2' =' >2' S=' =' >2' ='" }, false },
	{ "mboot", "mboot", "MicroPython 1c3c201",
	    "ports/stm32/mboot/main.c, run", DFU_KNOWN_RUN,
	    "always announces 0 ms", {
	    NULL, NULL,
	    "= = = = ? = =' = = = = = = =",
	    NULL,
	    "=' =' =' =' ? =' >5' >2' >5' >2' =' =' >2' ='",
	    "= = = = ? = =' >2 = >2 = = >2 =",
	    NULL, NULL, NULL,
	    "=' =' =' =' ? =' =' >2' =' >2' =' =' >2' ='",
	    "= = = = ? = =' >2 = >2 = = >2 =" }, false },
	{ "zephyr-legacy", "Zephyr", "legacy stack, main",
	    "usb_dfu.c, read", DFU_KNOWN_SOURCE,
	    "announces a fixed wait, whatever it does", {
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
	    "usbd_dfu.c, read", DFU_KNOWN_SOURCE,
	    "GETSTATUS names the state before the answer, against 6.1.2", {
	    ">1 S= S= S= S= S= = S= = S= S= = = =",
	    "S= S= S= S= S= S= = S= = S= S= = >0 >2",
	    ". . . . . . . . . . . = >0 .",
	    ". . . . . . >5 . . . . = >0 .",
	    ".' .' .' .' .' .' >5' .' =' .' .' =' >0' ='",
	    ". . . . . . . . . . . = >0 .",
	    ". . . . . . >2 . . . . = >0 .",
	    ".' .' .' .' .' .' >2' .' =' .' .' =' >0' ='",
	    "=' =' =' =' >10' =' =' =' =' =' =' =' >0' ='",
	    ". . . = = = . . . . . = >0 .",
	    ". . . . . . . . . . . = >0 ." }, true },
	{ "embassy", "embassy", "main",
	    "embassy-usb-dfu, read", DFU_KNOWN_SOURCE, NULL, {
	    NULL, NULL, NULL, NULL, NULL, NULL, NULL,
	    "? ? ? ? ? ? = >2 ? >2 ? X ? ?",
	    NULL, NULL, NULL }, false },
	{ "gd32", "GD32", "GD32VF103 dfu_core.c",
	    "GigaDevice's example V1.0.0, run", DFU_KNOWN_RUN,
	    "announces 80 ms for a command, 60 for an erase, 0 for data", {
	    NULL, NULL,
	    "X >3 >6 >9 ? = = >10 = = S= = = =",
	    "X S= S= S= ? >2 = >10 = >2 S= = >2 =",
	    "X' S>3' S>3' S>3' ? >2' >5' >10' >3' >2' S>3' >3' >2' >3'",
	    "X >3 >6 S= ? >2 = >10 = >2 S= = >2 =",
	    "X S= S= S= ? >2 X >10 = >2 S= = >2 =",
	    NULL, NULL,
	    "X S= S= = ? >2 = >10 = >2 S= = >2 =",
	    "X S= S= S= ? >2 = >2 = = S= = >2 =" }, false },
	{ "openmoko", "Openmoko", "U-Boot patch set",
	    "usbdfu.c, read", DFU_KNOWN_SOURCE,
	    "never sets the wait: what it announces is noise", {
	    NULL, NULL,
	    ">8 . ? >9 ? ? . ? . . ? >10 ? .",
	    "? ? ? ? ? ? . ? . ? ? >10 ? ?",
	    "? ? ? ? ? ? = ? = ? ? >10 ? ?",
	    "? . . ? ? ? . ? . ? ? >10 ? .",
	    "? ? ? ? ? ? >2 ? . ? ? >10 ? ?",
	    NULL, NULL,
	    "? ? ? >9 ? ? . ? . ? ? >10 ? .",
	    "? ? ? ? ? ? . ? . ? ? >10 ? ." }, false },
	{ "black-magic", "Black Magic", "Probe's boot loader",
	    "dfucore.c 116a72e, run", DFU_KNOWN_RUN,
	    "announces 27 ms, 20 for an erase; older ones 0 ms for ever", {
	    NULL, NULL,
	    "X >3 >6 >9 ? >9 = = = = S= = = =",
	    "X = >6 S= ? S= >5 = = >2 S= = >2 =",
	    "X' >3' >6' S=' ? S=' >5' =' =' >2' S=' =' >2' ='",
	    "X >3 >6 >9 ? >9 = = = >2 S= = >2 =",
	    "X >3 = S= ? S= X = = >2 S= = >2 =",
	    NULL, NULL,
	    "X >3 >6 = ? = = = = >2 S= = >2 =",
	    "X >3 >6 S= ? S= = >2 = >2 S= = >2 =" }, false },
	{ "stm32duino", "STM32duino", "pull request 22",
	    "STM32duino-bootloader dfu.c, read", DFU_KNOWN_SOURCE,
	    "every request sets bStatus to OK", {
	    NULL, NULL, NULL, NULL, NULL,
	    "? ? ? ? ? ? >2 ? >2 ? ? ? ? ?",
	    "? ? ? ? ? ? >8 ? ? ? ? ? ? ?",
	    NULL,
	    "? ? ? ? ? ? = ? = ? ? X ? =",
	    NULL, NULL }, false },
};
const size_t dfu_stacks_count = sizeof(dfu_stacks) / sizeof(dfu_stacks[0]);

/* What a cell cannot say. */
static const struct {
	const char		*stack;
	uint8_t			 state;
	enum dfu_input		 input;
	enum dfu_certainty	 certainty;
	const char		*note;
} notes[] = {
	{ "st-rom", DFU_STATE_MANIFEST, DFU_IN_GETSTATUS, DFU_KNOWN_REPORT,
	    "after several of them it leaves" },
	{ "st-rom", DFU_STATE_MANIFEST, DFU_IN_ABORT, DFU_KNOWN_REPORT,
	    "it is not idle afterwards" },
	{ "st-rom", DFU_STATE_MANIFEST, DFU_IN_TIME, DFU_KNOWN_REPORT,
	    "waiting alone does not make it leave" },
	{ "st-rom", DFU_STATE_IDLE, DFU_IN_DNLOAD0, DFU_KNOWN_SPEC,
	    "AN3156: the leave request" },
	{ "st", DFU_STATE_IDLE, DFU_IN_CLRSTATUS, DFU_KNOWN_RUN,
	    "makes errUNKNOWN; a second one clears it" },
	{ "st", DFU_STATE_DNBUSY, DFU_IN_ABORT, DFU_KNOWN_SOURCE,
	    "ignored; two CLRSTATUS get out" },
	{ "st", DFU_STATE_MANIFEST, DFU_IN_GETSTATE, DFU_KNOWN_SOURCE,
	    "any answer to the host starts the leave" },
	{ "st", DFU_STATE_DNLOAD_SYNC, DFU_IN_DNLOAD0, DFU_KNOWN_RUN,
	    "on an OTG core the host sees the STALL" },
	{ "st", DFU_STATE_MANIFEST_SYNC, DFU_IN_DNLOAD0, DFU_KNOWN_RUN,
	    "on an OTG core the host sees the STALL" },
	{ "st", DFU_STATE_UPLOAD_IDLE, DFU_IN_DNLOAD0, DFU_KNOWN_RUN,
	    "on an OTG core the host sees the STALL" },
	{ "st", DFU_STATE_ERROR, DFU_IN_DNLOAD0, DFU_KNOWN_RUN,
	    "on an OTG core the host sees the STALL" },
	{ "tinyusb", DFU_STATE_DNLOAD_SYNC, DFU_IN_GETSTATUS, DFU_KNOWN_RUN,
	    "if the application finishes at once, it is in "
	    "dfuDNLOAD-SYNC again" },
	{ "tinyusb", DFU_STATE_MANIFEST_SYNC, DFU_IN_GETSTATUS,
	    DFU_KNOWN_RUN, "if the application finishes at once, it is in "
	    "dfuMANIFEST-SYNC again" },
	{ "tinyusb", DFU_STATE_MANIFEST, DFU_IN_GETSTATUS, DFU_KNOWN_SOURCE,
	    "goes on only when the application calls finish" },
	{ "u-boot", DFU_STATE_ERROR, DFU_IN_GETSTATUS, DFU_KNOWN_RUN,
	    "bStatus may be OK all the same" },
	{ "dapboot", DFU_STATE_IDLE, DFU_IN_DETACH, DFU_KNOWN_RUN,
	    "a system reset" },
	{ "embassy", DFU_STATE_MANIFEST, DFU_IN_GETSTATUS, DFU_KNOWN_SOURCE,
	    "announces 50 ms; PR 6257 makes it dfuMANIFEST-WAIT-RESET" },
	{ "gd32", DFU_STATE_DNLOAD_IDLE, DFU_IN_DNLOAD0, DFU_KNOWN_REPORT,
	    "the ROM may leave at once, before GETSTATUS" },
	{ "gd32", DFU_STATE_IDLE, DFU_IN_CLRSTATUS, DFU_KNOWN_RUN,
	    "makes errUNKNOWN; a second one clears it" },
	{ "mboot", DFU_STATE_IDLE, DFU_IN_GETSTATUS, DFU_KNOWN_INFERRED,
	    "does what was asked for last; after DNLOAD it says dfuDNBUSY, "
	    "and is in dfuDNLOAD-IDLE" },
	{ "mboot", DFU_STATE_DNLOAD_IDLE, DFU_IN_GETSTATUS,
	    DFU_KNOWN_INFERRED,
	    "does what was asked for last; after DNLOAD it says dfuDNBUSY, "
	    "and is in dfuDNLOAD-IDLE" },
	{ "mboot", DFU_STATE_ERROR, DFU_IN_GETSTATUS, DFU_KNOWN_INFERRED,
	    "if nothing was asked for; bStatus is cleared by the first "
	    "answer" },
	{ "zephyr-next", DFU_STATE_DNLOAD_SYNC, DFU_IN_GETSTATUS,
	    DFU_KNOWN_SOURCE, "dfuDNBUSY where its image is not ready" },
	{ "zephyr-next", DFU_STATE_MANIFEST, DFU_IN_GETSTATUS,
	    DFU_KNOWN_INFERRED, "not tolerant: dfuMANIFEST-WAIT-RESET, "
	    "which accepts everything" },
	{ "stm32duino", DFU_STATE_DNLOAD_IDLE, DFU_IN_GETSTATUS,
	    DFU_KNOWN_SOURCE, "the next DNLOAD begins the image anew" },
	{ "stm32duino", DFU_STATE_MANIFEST_WAIT_RESET, DFU_IN_RESET,
	    DFU_KNOWN_REPORT, "macOS sends no bus reset: there it stays" },
};

/* GETSTATUS answered with another state than the one that it leads to. */
static const struct {
	const char	*stack;
	uint8_t		 state;
	uint8_t		 says;
} replies[] = {
	{ "st", DFU_STATE_DNLOAD_SYNC, DFU_STATE_DNBUSY },
	{ "st", DFU_STATE_MANIFEST_SYNC, DFU_STATE_MANIFEST },
	{ "dapboot", DFU_STATE_DNLOAD_SYNC, DFU_STATE_DNBUSY },
	{ "dapboot", DFU_STATE_MANIFEST_SYNC, DFU_STATE_MANIFEST },
	{ "libopencm3", DFU_STATE_DNLOAD_SYNC, DFU_STATE_DNBUSY },
	{ "libopencm3", DFU_STATE_DNBUSY, DFU_STATE_DNBUSY },
	{ "libopencm3", DFU_STATE_MANIFEST_SYNC, DFU_STATE_MANIFEST },
	{ "black-magic", DFU_STATE_DNLOAD_SYNC, DFU_STATE_DNBUSY },
	{ "black-magic", DFU_STATE_DNBUSY, DFU_STATE_DNBUSY },
	{ "black-magic", DFU_STATE_MANIFEST_SYNC, DFU_STATE_MANIFEST },
	{ "mboot", DFU_STATE_DNBUSY, DFU_STATE_DNBUSY },
	{ "gd32", DFU_STATE_DNLOAD_SYNC, DFU_STATE_DNBUSY },
	{ "gd32", DFU_STATE_MANIFEST_SYNC, DFU_STATE_MANIFEST },
};

/* SET_INTERFACE: a word a state, as in the cells above. */
static const struct {
	const char		*stack;
	const char		*cells;
	enum dfu_certainty	 certainty;
	const char		*note;
} alternates[] = {
	{ "strict", "= = = = = = = = = = =", DFU_KNOWN_INFERRED,
	    "DFU 1.1 does not say so, nor otherwise" },
	{ "st-rom", "? ? =' =' =' =' =' = ? =' ='", DFU_KNOWN_REPORT,
	    "dfu-util sends it, and a stuck leave stays stuck" },
	{ "st", "? ? = = = = = = ? = =", DFU_KNOWN_RUN, NULL },
	{ "tinyusb", "? ? >2 >2 >2 >2 >2 >2 ? >2 >2", DFU_KNOWN_RUN,
	    "clears bStatus too" },
	{ "u-boot", "? ? >2 >2 >2 >2 >2 >2 T=' >2 >2", DFU_KNOWN_RUN,
	    "clears bStatus too" },
	{ "dapboot", "? ? = = = = = = ? = =", DFU_KNOWN_RUN, NULL },
	{ "libopencm3", "? ? = = = = = = ? = =", DFU_KNOWN_RUN, NULL },
	{ "mboot", "? ? = = = = = = ? = =", DFU_KNOWN_RUN, NULL },
	{ "zephyr-legacy", "? ? ? ? ? ? ? = ? ? ?", DFU_KNOWN_SOURCE, NULL },
	{ "zephyr-next", "= = = = = = = = = = =", DFU_KNOWN_SOURCE, NULL },
	{ "gd32", "? ? = = = = = = ? = =", DFU_KNOWN_SOURCE, NULL },
	{ "black-magic", "? ? = = = = = ? ? = =", DFU_KNOWN_SOURCE, NULL },
	{ "openmoko", "? ? ? >10 >10 >10 ? ? ? >10 ?", DFU_KNOWN_SOURCE,
	    "errNOTDONE: it cuts the transfer short" },
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
		return ("seen running");
	case DFU_KNOWN_SOURCE:
		return ("source read");
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

static uint8_t
state_number(const char *s, size_t len)
{
	uint8_t v = 0;

	for (; len > 0 && *s >= '0' && *s <= '9'; s++, len--)
		v = (uint8_t)(v * 10 + (*s - '0'));
	return (v);
}

/* A request is answered, an event only happens. */
static enum dfu_response
answered(enum dfu_input input)
{
	return (input >= DFU_IN_RESET ? DFU_RESPONSE_NONE : DFU_RESPONSE_OK);
}

static bool
read_cell(const char *s, size_t len, uint8_t state, enum dfu_input input,
    struct dfu_outlook *o)
{
	if (len > 0 && s[len - 1] == '\'') {
		o->certainty = DFU_KNOWN_INFERRED;
		len--;
	}
	o->next = state;
	o->response = answered(input);
	switch (*s) {
	case '=':
		return (true);
	case '>':
		o->next = state_number(s + 1, len - 1);
		return (true);
	case 'S':
		o->response = DFU_RESPONSE_STALL;
		if (s[1] == '>')
			o->next = state_number(s + 2, len - 2);
		return (true);
	case 'T':
		o->response = DFU_RESPONSE_NONE_EXPECTED;
		return (true);
	case 'X':
		o->next = DFU_NEXT_GONE;
		return (true);
	default:
		return (false);
	}
}

static void
add_note(const struct dfu_stack *stack, uint8_t state, enum dfu_input input,
    struct dfu_outlook *o)
{
	size_t i;

	for (i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
		if (strcmp(notes[i].stack, stack->id) != 0 ||
		    notes[i].state != state || notes[i].input != input)
			continue;
		o->note = notes[i].note;
		o->certainty = notes[i].certainty;
	}
}

static void
add_reply(const struct dfu_stack *stack, uint8_t state,
    enum dfu_input input, struct dfu_outlook *o)
{
	size_t i;

	o->says = o->next;
	if (stack->late && input == DFU_IN_GETSTATUS)
		o->says = state;
	for (i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		if (input == DFU_IN_GETSTATUS && replies[i].state == state &&
		    strcmp(replies[i].stack, stack->id) == 0)
			o->says = replies[i].says;
	}
}

bool
dfu_stack_outlook(const struct dfu_stack *stack, uint8_t state,
    enum dfu_input input, const struct dfu_conditions *c,
    struct dfu_outlook *o)
{
	const struct dfu_transition *m = dfu_transition(state, input, c);
	const char *s;
	size_t len;

	if (m == NULL || stack->cells[state] == NULL)
		return (false);
	*o = (struct dfu_outlook){ .certainty = stack->certainty };
	s = cell(stack->cells[state], input, &len);
	if (*s == '.') {
		o->response = (enum dfu_response)m->response;
		o->next = m->next;
		o->note = m->note;
		if (len > 1)
			o->certainty = DFU_KNOWN_INFERRED;
	} else if (!read_cell(s, len, state, input, o)) {
		return (false);
	}
	add_note(stack, state, input, o);
	add_reply(stack, state, input, o);
	return (true);
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
		if (!read_cell(s, len, state, DFU_IN_OTHER, o))
			return (false);
		/* The note is about the cells that somebody has seen. */
		if (s[len - 1] == '\'')
			o->note = NULL;
		o->says = o->next;
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
