/* SPDX-License-Identifier: ISC */
#include "lesson/exam.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dfu/spec.h"
#include "lesson/rule.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define MAX_QUESTIONS	256
#define WEAK		75	/* percent: below that a lesson is named */

struct maker {
	struct exam	*exam;
	struct buf	 devices;
	struct buf	 steps;
	char		*targets[MAX_QUESTIONS];
	size_t		 ntargets;
	struct buf	 parts;		/* a letter a step */
	uint32_t	 state;		/* of the drawing */
	unsigned	 part;
};

static const char *const part_names[EXAM_PARTS] = {
	"each request in each state",
	"the same under a condition; resets and elapsed time",
	"DfuSe: addresses and commands",
	"the six bytes of GETSTATUS",
	"the end: tolerant or not, will-detach or not",
	"uploads, and files",
	"traces: on whose side, and the next request",
};

const char *
exam_part(unsigned part)
{
	return (part < EXAM_PARTS ? part_names[part] : NULL);
}

static uint32_t
draw(struct maker *m, uint32_t n)
{
	m->state = m->state * 1664525u + 1013904223u;
	return ((m->state >> 10) % n);
}

static void
shuffle(struct maker *m, size_t *order, size_t n)
{
	size_t i, k, was;

	for (i = 0; i < n; i++)
		order[i] = i;
	for (i = n; i > 1; i--) {
		k = draw(m, (uint32_t)i);
		was = order[i - 1];
		order[i - 1] = order[k];
		order[k] = was;
	}
}

/* Devices have a line each, and a number for a name. */
static size_t
device_of(struct maker *m, const char *target)
{
	size_t i;

	for (i = 0; i < m->ntargets; i++)
		if (strcmp(m->targets[i], target) == 0)
			return (i);
	m->targets[m->ntargets] = mem_strdup(target);
	buf_addf(&m->devices, "device d%zu %s\n", i, target);
	m->ntargets++;
	return (i);
}

/* Begins a question; what follows is put into m->steps. */
static void
question(struct maker *m, const char *target, const char *begin)
{
	buf_addf(&m->steps, "step\non d%zu\nbegin %s\n", device_of(m, target),
	    begin);
	buf_addc(&m->parts, (int)('A' + m->part));
}

/* A: where each state is reached, on a device to the letter. */
static const struct {
	const char	*target;
	const char	*begin;
	const char	*more;		/* what the pupil has to know */
} places[DFU_STATE_COUNT] = {
	{ "sim:dfu11,mode=app", "", " GETSTATUS and GETSTATE are answered "
	    "here." },
	{ "sim:dfu11,mode=app", "detach 60000", " wTimeout is not over." },
	{ "sim:dfu11,poll=300", "", "" },
	{ "sim:dfu11,poll=300", "dnload 0 hex:00112233", " The block is not "
	    "done." },
	{ "sim:dfu11,poll=300", "dnload 0 hex:00112233; getstatus",
	    " The announced wait is not over." },
	{ "sim:dfu11,poll=300", "dnload 0 hex:00112233; getstatus; wait; "
	    "getstatus", " The device has all data." },
	{ "sim:dfu11,poll=300", "dnload 0 hex:00112233; getstatus; wait; "
	    "getstatus; dnload 1", " Manifestation has not begun." },
	{ "sim:dfu11,poll=300,manifest=500", "dnload 0 hex:00112233; "
	    "getstatus; wait; getstatus; dnload 1; getstatus",
	    " The announced wait is not over." },
	{ "sim:dfu11,poll=300,manifest=500,tolerant=0,will-detach=0",
	    "dnload 0 hex:00112233; getstatus; wait; getstatus; dnload 1; "
	    "getstatus; wait", "" },
	{ "sim:dfu11,poll=300", "upload 0 64", " More than 64 bytes are "
	    "left." },
	{ "sim:dfu11,poll=300", "clrstatus", "" },
};

/* In the order of bRequest: as a line, and as a pupil reads it. */
static const struct {
	const char	*line;
	enum dfu_input	 input;
	const char	*words;
} requests[DFU_REQUEST_COUNT] = {
	{ "detach 1000", DFU_IN_DETACH, "DETACH" },
	{ "dnload 1 hex:44556677", DFU_IN_DNLOAD, "DNLOAD of four bytes" },
	{ "upload 1 64", DFU_IN_UPLOAD, "UPLOAD of 64 bytes" },
	{ "getstatus", DFU_IN_GETSTATUS, "GETSTATUS" },
	{ "clrstatus", DFU_IN_CLRSTATUS, "CLRSTATUS" },
	{ "getstate", DFU_IN_GETSTATE, "GETSTATE" },
	{ "abort", DFU_IN_ABORT, "ABORT" },
};

/* The rule that decides it on a device that can everything. */
static void
add_rule(struct maker *m, uint8_t state, enum dfu_input input,
    unsigned conditions)
{
	struct rule_move move;

	if (rule_decide(&move, state, input, (uint16_t)conditions))
		buf_addf(&m->steps, "rule R%u\n", move.rule);
}

static void
make_cells(struct maker *m)
{
	size_t order[DFU_STATE_COUNT * DFU_REQUEST_COUNT], i;
	unsigned when = DFU_WHEN_CAN_DNLOAD | DFU_WHEN_CAN_UPLOAD |
	    DFU_WHEN_AGREES | DFU_WHEN_FIRMWARE_VALID;
	uint8_t state;
	size_t r;

	shuffle(m, order, COUNT(order));
	for (i = 0; i < COUNT(order); i++) {
		state = (uint8_t)(order[i] / DFU_REQUEST_COUNT);
		r = order[i] % DFU_REQUEST_COUNT;
		question(m, places[state].target, places[state].begin);
		add_rule(m, state, requests[r].input, when | (state ==
		    DFU_STATE_MANIFEST_WAIT_RESET ? 0 : DFU_WHEN_TOLERANT));
		buf_addf(&m->steps, "text The device is in %u %s.%s "
		    "You send %s.\nsend %s\nask move\n", state,
		    dfu_state_name(state), places[state].more,
		    requests[r].words, requests[r].line);
	}
}

/* B: the same under conditions, as rows. */
static const struct {
	const char	*rule;
	const char	*target;
	const char	*begin;
	const char	*text;
	const char	*send;
	bool		 request;	/* it has an answer */
} conditions[] = {
	{ "R3", "sim:dfu11,poll=300", "dnload 0 hex:00112233; getstatus; wait",
	    "The device is in dfuDNLOAD-SYNC, and the block is done. You "
	    "send GETSTATUS.",
	    "getstatus", true },
	{ "R3", "sim:dfu11,poll=300,manifest=300", "dnload 0 hex:00; "
	    "getstatus; wait; getstatus; dnload 1; getstatus; wait",
	    "The device is manifestation-tolerant, in dfuMANIFEST-SYNC, and "
	    "manifestation is complete. You send GETSTATUS.", "getstatus",
	    true },
	{ "R1", "sim:dfu11,poll=300", "", "The device uses plain DFU 1.1 and "
	    "is in dfuIDLE. You send a zero-length DNLOAD.", "dnload 0", true },
	{ "R4", "sim:dfu11,poll=300", "dnload 0 hex:00; getstatus; wait; "
	    "getstatus", "The device is in dfuDNLOAD-IDLE and has all its "
	    "data. You send a zero-length DNLOAD.", "dnload 1", true },
	{ "R4", "sim:dfu11,poll=300,want=64", "dnload 0 hex:00; getstatus; "
	    "wait; getstatus", "The device is in dfuDNLOAD-IDLE, and data is "
	    "missing. You send a zero-length DNLOAD.", "dnload 1", true },
	{ "R4", "sim:stm32f072", "", "The device uses DfuSe and is in dfuIDLE. "
	    "You send a zero-length DNLOAD.", "dnload 0", true },
	{ "R5", "sim:dfu11", "upload 0 1024; upload 1 1024; upload 2 1024",
	    "The device is in dfuUPLOAD-IDLE, and 928 bytes are left. You "
	    "send UPLOAD of 1024 bytes.", "upload 3 1024", true },
	{ "R1", "sim:dfu11", "upload 0 64", "The device is in dfuUPLOAD-IDLE. "
	    "You send UPLOAD with wLength 0.", "upload 1 0", true },
	{ "R5", "sim:dfu11", "", "The device is in dfuIDLE. You send UPLOAD "
	    "of 8 bytes.", "upload 0 8", true },
	{ "R1", "sim:dfu11,can-upload=0", "", "The device is in dfuIDLE, and "
	    "bitCanUpload is clear. You send UPLOAD.", "upload 0 64", true },
	{ "R1", "sim:dfu11,can-dnload=0", "", "The device is in dfuIDLE, and "
	    "bitCanDnload is clear. You send DNLOAD of four bytes.",
	    "dnload 0 hex:00112233", true },
	{ "R11", "sim:dfu11,poll=300", "dnload 0 hex:00; getstatus",
	    "The device is in dfuDNBUSY. You wait as announced.", "wait",
	    false },
	{ "R11", "sim:dfu11,poll=300,manifest=300", "dnload 0 hex:00; "
	    "getstatus; wait; getstatus; dnload 1; getstatus",
	    "The device is manifestation-tolerant and in dfuMANIFEST. You "
	    "wait as announced.", "wait", false },
	{ "R11", "sim:dfu11,poll=300,manifest=300,tolerant=0,will-detach=0",
	    "dnload 0 hex:00; getstatus; wait; getstatus; dnload 1; "
	    "getstatus", "bitManifestationTolerant and bitWillDetach are "
	    "clear. The device is in dfuMANIFEST. You wait as announced.",
	    "wait", false },
	{ "R11", "sim:dfu11,mode=app", "detach 1000", "The device is in "
	    "appDETACH. You wait until wTimeout is over.",
	    "wait 1200", false },
	{ "R12", "sim:dfu11,mode=app", "detach 60000", "The device is in "
	    "appDETACH. You reset the bus within wTimeout.",
	    "reset; wait 500", false },
	{ "R12", "sim:dfu11", "", "The device is in dfuIDLE, and its firmware "
	    "is valid. You reset the bus.", "reset; wait 500", false },
	{ "R12", "sim:dfu11", "upload 0 64", "The device is in dfuUPLOAD-IDLE, "
	    "and its firmware is valid. You reset the bus.",
	    "reset; wait 500", false },
	{ "R12", "sim:dfu11,firmware=corrupt", "clrstatus", "The device is in "
	    "dfuIDLE, and its firmware is corrupt. You reset the bus.",
	    "reset; wait 500", false },
	{ "R12", "sim:dfu11,firmware=corrupt", "", "The device is in dfuERROR, "
	    "and its firmware is corrupt. You reset the bus.",
	    "reset; wait 500", false },
	{ "R8", "sim:dfu11,mode=app,will-detach=1", "", "The application runs, "
	    "and bitWillDetach is set. You send DETACH, and then nothing for "
	    "half a second.", "detach 1000; wait 500", false },
	{ "R9", "sim:dfu11,poll=300", "dnload 0 hex:00; getstatus",
	    "The device has just reported dfuDNBUSY and announced 300 ms. "
	    "You send GETSTATE at once.", "getstate", true },
};

static void
make_conditions(struct maker *m)
{
	size_t order[COUNT(conditions)], i, k;

	shuffle(m, order, COUNT(order));
	for (i = 0; i < COUNT(order); i++) {
		k = order[i];
		question(m, conditions[k].target, conditions[k].begin);
		buf_addf(&m->steps, "rule %s\ntext %s\nsend %s\nask %s\n",
		    conditions[k].rule, conditions[k].text,
		    conditions[k].send, conditions[k].request ? "move" :
		    "state");
	}
}

/* Choices of which the right one is drawn to a place. */
static void
one_of(struct maker *m, const char *right, const char *const *wrong, size_t n)
{
	size_t at = draw(m, (uint32_t)n + 1), i;

	buf_adds(&m->steps, "ask one\n");
	for (i = 0; i <= n; i++)
		buf_addf(&m->steps, "%s %s\n", i == at ? "right" : "choice",
		    i == at ? right : wrong[i < at ? i : i - 1]);
}

/* Questions that are drawn: so many of a kind, none of them twice. */
struct drawn {
	void		(*ask)(struct maker *, bool which);
	bool		 which;
	unsigned	 times;
};

/* The text of the question that begins there was there before. */
static bool
is_asked(struct maker *m, size_t begin)
{
	const char *text = strstr(buf_str(&m->steps) + begin, "\ntext ");
	struct buf line = { 0 };
	const char *found;

	buf_add(&line, text, strcspn(text + 1, "\n") + 2);
	found = strstr(buf_str(&m->steps), buf_str(&line));
	buf_free(&line);
	return (found != NULL && found < buf_str(&m->steps) + begin);
}

static void
make_drawn(struct maker *m, const struct drawn *rows, size_t n)
{
	size_t i, steps, parts;
	unsigned k;

	for (i = 0; i < n; i++) {
		for (k = 0; k < rows[i].times; k++) {
			steps = m->steps.len;
			parts = m->parts.len;
			do {
				buf_cut(&m->steps, steps);
				buf_cut(&m->parts, parts);
				rows[i].ask(m, rows[i].which);
			} while (is_asked(m, steps));
		}
	}
}

/* C: DfuSe. */

#define STM	"sim:stm32f072,flash=pattern"
#define FLASH	0x08000000u

/* (block - 2) * wTransferSize + pointer, whatever wLength is. */
static void
ask_address(struct maker *m, bool erases)
{
	uint32_t pointer = FLASH + 2048 * draw(m, 16), block = 2 + draw(m, 14);
	uint32_t bytes = 16u << draw(m, 6);

	question(m, STM, "");
	buf_cut(&m->steps, m->steps.len - 1);
	buf_addf(&m->steps, "set-address 0x%08x; getstatus; getstatus",
	    (unsigned)pointer);
	if (erases)
		buf_addf(&m->steps, "; erase 0x%08x; getstatus; wait; "
		    "getstatus", (unsigned)(FLASH + 2048 * (20 + draw(m, 8))));
	buf_addf(&m->steps, "; abort\ntext wTransferSize is 2048. The address "
	    "pointer was set to 0x%08x%s, and the device is in dfuIDLE. "
	    "Which address does UPLOAD of block %u, wLength %u read?\n"
	    "send upload %u %u\nask address\n", (unsigned)pointer,
	    erases ? "; then another sector was erased" : "", (unsigned)block,
	    (unsigned)bytes, (unsigned)block, (unsigned)bytes);
}

/* The other way round. */
static void
ask_block(struct maker *m, bool which)
{
	uint32_t block = 4 + draw(m, 12);
	char right[16], wrong[3][16];
	const char *const wrongs[] = { wrong[0], wrong[1], wrong[2] };

	(void)which;
	(void)snprintf(right, sizeof(right), "%u", (unsigned)block);
	(void)snprintf(wrong[0], sizeof(wrong[0]), "%u", (unsigned)block - 2);
	(void)snprintf(wrong[1], sizeof(wrong[1]), "%u", (unsigned)block - 1);
	(void)snprintf(wrong[2], sizeof(wrong[2]), "%u", (unsigned)block + 2);
	question(m, STM, "");
	buf_addf(&m->steps, "text wTransferSize is 2048 and the address "
	    "pointer is 0x%08x. Which block begins at 0x%08x?\n", FLASH,
	    (unsigned)(FLASH + 2048 * (block - 2)));
	one_of(m, right, wrongs, COUNT(wrongs));
}

/* What DNLOADs of block 0 and 1 are; the rows of dfuse.h have the bytes. */
static const struct {
	const char	*text;
	const char	*right;
	const char	*wrong[3];
} dfuse_choices[] = {
	{ "DNLOAD of block 0 with the five bytes 21 00 08 00 08.",
	    "sets the address pointer to 0x08000800",
	    { "sets the address pointer to 0x00080008",
	    "erases the sector at 0x08000800", "writes five bytes" } },
	{ "DNLOAD of block 0 with the five bytes 41 00 08 00 08.",
	    "erases the sector at 0x08000800",
	    { "sets the address pointer to 0x08000800",
	    "erases the whole flash", "writes five bytes" } },
	{ "DNLOAD of block 0 with the single byte 41.",
	    "erases the whole flash",
	    { "erases the sector at the address pointer",
	    "sets the address pointer to 0x41", "writes one byte" } },
	{ "DNLOAD of block 1 with data.", "nothing useful: block 1 is reserved",
	    { "writes at the address pointer",
	    "writes 2048 bytes after the address pointer",
	    "sets the address pointer" } },
};

static void
make_dfuse(struct maker *m)
{
	static const struct drawn drawn[] = { { ask_address, false, 4 },
		{ ask_address, true, 2 }, { ask_block, false, 2 } };
	size_t i;

	make_drawn(m, drawn, COUNT(drawn));
	for (i = 0; i < COUNT(dfuse_choices); i++) {
		question(m, STM, "");
		buf_addf(&m->steps, "text %s What does it do?\n",
		    dfuse_choices[i].text);
		one_of(m, dfuse_choices[i].right, dfuse_choices[i].wrong, 3);
	}
}

/* D: what six bytes say. */

static void
ask_wait(struct maker *m, bool which)
{
	uint32_t ms = 1 + draw(m, 250) + 256 * draw(m, 256) +
	    (draw(m, 3) == 0 ? 65536u : 0u);
	char target[64];

	(void)which;
	(void)snprintf(target, sizeof(target), "sim:dfu11,poll=%u",
	    (unsigned)ms);
	question(m, target, "dnload 0 hex:00112233");
	buf_addf(&m->steps, "text GETSTATUS answers 00 %02x %02x %02x 04 00. "
	    "How long is the wait, in milliseconds?\nsend getstatus\n"
	    "ask ms\n", (unsigned)(ms & 0xff), (unsigned)(ms >> 8 & 0xff),
	    (unsigned)(ms >> 16));
}

static void
ask_status(struct maker *m, bool state)
{
	uint8_t status = (uint8_t)draw(m, DFU_STATUS_COUNT);
	uint8_t at = (uint8_t)(status == 0 ? 2 + draw(m, 8) : 10);
	uint8_t value = state ? at : status;
	const char *wrong[3];
	unsigned count = state ? DFU_STATE_COUNT : DFU_STATUS_COUNT, i;

	for (i = 0; i < 3; i++) {
		unsigned other = (value + 1 + i * 2 + draw(m, 2)) % count;

		wrong[i] = state ? dfu_state_name((uint8_t)other) :
		    dfu_status_name((uint8_t)other);
	}
	question(m, "sim:dfu11", "");
	buf_addf(&m->steps, "text GETSTATUS answers %02x 0a 00 00 %02x 00. "
	    "What is %s?\n", status, at, state ? "bState" : "bStatus");
	one_of(m, state ? dfu_state_name(value) : dfu_status_name(value),
	    wrong, 3);
}

static void
make_bytes(struct maker *m)
{
	static const struct drawn drawn[] = { { ask_wait, false, 4 },
		{ ask_status, false, 2 }, { ask_status, true, 2 } };

	make_drawn(m, drawn, COUNT(drawn));
}

/* E: four kinds of device, each where it is and what the host does. */
static void
make_ends(struct maker *m)
{
	static const char *const does[] = { "sends GETSTATUS",
	    "waits until the device has disconnected", "resets the bus",
	    "sends CLRSTATUS" };
	size_t order[4], i;
	char target[96];
	bool tolerant, detach;
	const char *wrong[3];

	shuffle(m, order, COUNT(order));
	for (i = 0; i < COUNT(order); i++) {
		size_t right, k, n = 0;

		tolerant = (order[i] & 1u) != 0;
		detach = (order[i] & 2u) != 0;
		(void)snprintf(target, sizeof(target), "sim:dfu11,poll=300,"
		    "manifest=300,tolerant=%d,will-detach=%d", tolerant,
		    detach);
		question(m, target, "dnload 0 hex:00; getstatus; wait; "
		    "getstatus; dnload 1; getstatus");
		buf_addf(&m->steps, "text bitManifestationTolerant is %d, "
		    "bitWillDetach %d. The device is in dfuMANIFEST. You wait "
		    "as announced.\nsend wait\nask state\n",
		    tolerant, detach);
		question(m, target, "");
		buf_addf(&m->steps, "text bitManifestationTolerant is %d, "
		    "bitWillDetach %d. The wait that the device announced in "
		    "dfuMANIFEST is over. What does the host do next?\n",
		    tolerant, detach);
		right = tolerant ? 0 : detach ? 1 : 2;
		for (k = 0; k < COUNT(does); k++)
			if (k != right)
				wrong[n++] = does[k];
		one_of(m, does[right], wrong, n);
	}
}

/* F: how long firmware is, by its blocks; and what a file says of itself. */
static void
ask_last(struct maker *m, bool count)
{
	uint32_t size = 2 + draw(m, 3), blocks = 1 + draw(m, 3);
	uint32_t block = 500 * size, total = 4000, i;
	char right[16], wrong[3][16], target[64];
	const char *const wrongs[] = { wrong[0], wrong[1], wrong[2] };
	uint32_t n = total / block + 1;

	(void)blocks;
	(void)snprintf(target, sizeof(target), "sim:dfu11,size=%u",
	    (unsigned)block);
	question(m, target, "");
	buf_addf(&m->steps, "text wTransferSize is %u, and the firmware has "
	    "%u bytes. The host reads all of it, block by block. ",
	    (unsigned)block, (unsigned)total);
	if (!count) {
		buf_adds(&m->steps, "How many bytes does the last "
		    "answer have?\nsend upload 0");
		for (i = 0; i < n; i++)
			buf_addf(&m->steps, i == 0 ? " %u" : "; upload %u %u",
			    i == 0 ? (unsigned)block : (unsigned)i,
			    (unsigned)block);
		buf_adds(&m->steps, "\nask bytes\n");
		return;
	}
	buf_adds(&m->steps, "How many UPLOADs is that?\n");
	(void)snprintf(right, sizeof(right), "%u", (unsigned)n);
	(void)snprintf(wrong[0], sizeof(wrong[0]), "%u", (unsigned)n - 1);
	(void)snprintf(wrong[1], sizeof(wrong[1]), "%u", (unsigned)n + 1);
	(void)snprintf(wrong[2], sizeof(wrong[2]), "%u", (unsigned)n + 2);
	one_of(m, right, wrongs, COUNT(wrongs));
}

static void
make_uploads(struct maker *m)
{
	static const char *const other[] = { "DFU 1.1, for 11df:8304",
	    "DfuSe, for 11df:8304", "DFU 1.1, for 0483:df11" };
	static const char *const dfuse[] = { "DfuSe, for 11df:8304",
	    "DFU 1.1, for 0483:df11", "DFU 1.1, for 11df:8304" };
	static const struct drawn drawn[] = { { ask_last, false, 3 },
		{ ask_last, true, 2 } };

	make_drawn(m, drawn, COUNT(drawn));
	question(m, "sim:dfu11", "");
	buf_adds(&m->steps, "text The last 16 bytes of a file are ff ff 11 df "
	    "83 04 1a 01 55 46 44 10 and a CRC. What is it for?\n");
	one_of(m, "DfuSe, for 0483:df11", dfuse, 3);
	question(m, "sim:dfu11", "");
	buf_adds(&m->steps, "text The last 16 bytes of a file are ff ff 01 00 "
	    "09 12 00 01 55 46 44 10 and a CRC. What is it for?\n");
	one_of(m, "DFU 1.1, for 1209:0001", other, 3);
}

/* G: what went wrong, as rows; each is played, and asked for twice. */
static const struct {
	const char	*target;
	const char	*send;
	const char	*side;
	const char	*next;
	const char	*wrong[3];
} traces[] = {
	{ "sim:dfu11", "clrstatus; getstatus", "host", "CLRSTATUS",
	    { "ABORT", "GETSTATUS", "bus reset" } },
	{ "sim:dfu11,poll=300", "dnload 0 hex:0011; getstatus; getstatus; "
	    "getstatus", "host", "CLRSTATUS",
	    { "ABORT", "DNLOAD of block 0", "bus reset" } },
	{ "sim:dfu11,poll=10", "dnload 0 hex:0011; abort; getstatus", "host",
	    "CLRSTATUS", { "ABORT", "DNLOAD of block 1", "GETSTATUS" } },
	{ "sim:dfu11,poll=10", "upload 0 64; dnload 1 hex:0011; getstatus",
	    "host", "CLRSTATUS", { "ABORT", "UPLOAD of block 1",
	    "bus reset" } },
	{ "sim:dfu11,want=64,poll=10", "dnload 0 hex:0011; getstatus; wait; "
	    "getstatus; dnload 1; getstatus", "host", "CLRSTATUS",
	    { "ABORT", "Zero-length DNLOAD", "bus reset" } },
	{ "sim:dfu11,poll=10,fail=dnload@2:3", "dnload 0 hex:0011; "
	    "getstatus; wait; getstatus; dnload 1 hex:0011; getstatus",
	    "device", "CLRSTATUS", { "ABORT", "DNLOAD of block 2",
	    "GETSTATUS" } },
	{ "sim:dfu11,poll=10,buserror=dnload@2", "dnload 0 hex:0011; "
	    "getstatus; wait; getstatus; dnload 1 hex:0011", "bus",
	    "GETSTATUS", { "CLRSTATUS", "DNLOAD of block 2",
	    "Zero-length DNLOAD" } },
	{ "sim:dfu11,poll=10,silent=getstatus@2", "dnload 0 hex:0011; "
	    "getstatus; wait; getstatus", "device", "GETSTATE",
	    { "CLRSTATUS", "ABORT", "bus reset" } },
	{ "sim:dfu11,poll=10,manifest=10,tolerant=1", "dnload 0 hex:0011; "
	    "getstatus; wait; getstatus; dnload 1; getstatus; wait", "nobody",
	    "GETSTATUS", { "CLRSTATUS", "ABORT", "DNLOAD of block 1" } },
	{ "sim:dfu11,poll=10", "dnload 0 hex:0011; getstatus; wait; getstatus",
	    "nobody", "DNLOAD of block 1", { "CLRSTATUS",
	    "DNLOAD of block 0", "bus reset" } },
};

static void
make_traces(struct maker *m)
{
	size_t order[COUNT(traces)], i, k;

	shuffle(m, order, COUNT(order));
	for (i = 0; i < COUNT(order); i++) {
		k = order[i];
		question(m, traces[k].target, "");
		if (strstr(traces[k].target, "tolerant=1") != NULL)
			buf_adds(&m->steps, "text The device is "
			    "manifestation-tolerant.\n");
		buf_addf(&m->steps, "text The host sends these requests.\n"
		    "send %s\n", traces[k].send);
		buf_addf(&m->steps, "step\ntext Judge this trace. It may "
		    "have no fault.\nask side\nright %s\n",
		    traces[k].side);
		buf_adds(&m->steps, "step\ntext Which request comes next?\n");
		buf_addc(&m->parts, 'G');
		buf_addc(&m->parts, 'G');
		one_of(m, traces[k].next, traces[k].wrong, 3);
	}
}

static void (*const makers[EXAM_PARTS])(struct maker *) = {
	make_cells, make_conditions, make_dfuse, make_bytes, make_ends,
	make_uploads, make_traces
};

void
exam_make(struct exam *e, uint32_t seed, unsigned parts)
{
	struct maker m = { .exam = e };
	struct buf text = { 0 }, error = { 0 };
	size_t i;

	*e = (struct exam){ .seed = seed };
	for (m.part = 0; m.part < EXAM_PARTS; m.part++) {
		/* A part is the same whether others are asked or not. */
		m.state = seed * 2654435761u + m.part * 40503u + 1;
		if ((parts >> m.part & 1u) != 0)
			makers[m.part](&m);
	}
	buf_addf(&text, "lesson exam\ntitle Exam %u\n%s%s", (unsigned)seed,
	    buf_str(&m.devices), buf_str(&m.steps));
	/* It is made of rows of this file: a test reads all of them. */
	if (!lesson_parse(&e->lesson, buf_str(&text), &error))
		e->lesson.nsteps = 0;
	e->parts = mem_strdup(buf_str(&m.parts));
	for (i = 0; i < m.ntargets; i++)
		free(m.targets[i]);
	buf_free(&m.devices);
	buf_free(&m.steps);
	buf_free(&m.parts);
	buf_free(&text);
	buf_free(&error);
}

void
exam_free(struct exam *e)
{
	lesson_free(&e->lesson);
	free(e->parts);
	e->parts = NULL;
}

/* The lesson that trains a rule most. */
static const struct lesson *
lesson_for(const char *rule, const struct lesson *shelf, size_t n)
{
	const struct lesson *best = NULL;
	size_t i, k, count, most = 0;

	for (i = 0; i < n; i++) {
		for (k = 0, count = 0; k < shelf[i].nsteps; k++)
			count += shelf[i].steps[k].rule != NULL &&
			    strcmp(shelf[i].steps[k].rule, rule) == 0;
		if (count > most) {
			most = count;
			best = &shelf[i];
		}
	}
	return (best);
}

static void
count_marks(const struct exam *e, const bool *marks, const char *rule,
    char part, unsigned *right, unsigned *asked)
{
	const struct lesson_step *s;
	size_t i;

	*right = *asked = 0;
	for (i = 0; i < e->lesson.nsteps; i++) {
		s = &e->lesson.steps[i];
		if (!lesson_is_question(s->ask) || (rule != NULL ?
		    s->rule == NULL || strcmp(s->rule, rule) != 0 :
		    e->parts[i] != part))
			continue;
		*right += marks[i];
		++*asked;
	}
}

void
exam_report(const struct exam *e, const bool *marks,
    const struct lesson *shelf, size_t n, struct buf *b)
{
	unsigned i, right, asked, rules = 0, sum = 0;
	const struct lesson *l;
	const struct rule *rule;

	buf_addf(b, "exam %u\n", (unsigned)e->seed);
	for (i = 1; (rule = rule_of(i)) != NULL; i++) {
		count_marks(e, marks, rule->id, '\0', &right, &asked);
		if (asked == 0)
			continue;
		rules++;
		sum += right * 100 / asked;
		buf_addf(b, "%-4s %3u of %3u  %s", rule->id, right, asked,
		    rule->name);
		l = lesson_for(rule->id, shelf, n);
		if (right * 100 < asked * WEAK && l != NULL)
			buf_addf(b, ": dfuscope learn %s", l->id);
		buf_addc(b, '\n');
	}
	for (i = 0; i < EXAM_PARTS; i++) {
		count_marks(e, marks, NULL, (char)('A' + i), &right, &asked);
		if (asked != 0)
			buf_addf(b, "%c    %3u of %3u  %s\n", 'A' + i, right,
			    asked, part_names[i]);
	}
	if (rules != 0)
		buf_addf(b, "rules %u %%, each rule counts the same\n",
		    sum / rules);
}
