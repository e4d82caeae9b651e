/* SPDX-License-Identifier: ISC */
#include "lesson/rule.h"

#include <stdlib.h>
#include <string.h>

#include "dfu/spec.h"

static const struct rule rules[RULE_COUNT] = {
	{ "R1", "unlisted",
	    "A state accepts only the requests it lists. The device stalls "
	    "all others: dfuERROR follows in DFU mode (2 to 10), appIDLE "
	    "in run-time mode (0, 1). Without bitCanDnload no state lists "
	    "DNLOAD, without bitCanUpload none UPLOAD.",
	    "A.1" },
	{ "R2", "queries",
	    "In 1, 2, 5, 9 and 10 the device answers GETSTATUS and "
	    "GETSTATE, and stays. In 3 and 6 this holds for GETSTATE only. "
	    "In 0 both are optional: the device answers or stalls them, "
	    "and stays in 0.",
	    "6.1.2, 6.1.5" },
	{ "R3", "GETSTATUS drives",
	    "GETSTATUS moves the SYNC states. 3 moves to 4, or to 5 if the "
	    "block is done. 6 moves to 7 if manifestation is not complete, "
	    "to 2 if it is complete and the device is tolerant. No other "
	    "answered request moves 3 or 6.",
	    "A.2.4, A.2.7" },
	{ "R4", "DNLOAD",
	    "A DNLOAD with data moves 2 (with bitCanDnload) and 5 to 3. A "
	    "zero-length DNLOAD moves 5 to 6. If data is missing, the "
	    "device stalls it: 10, errNOTDONE. 2 does not list it (R1), "
	    "but DfuSe lists it there as the leave, to 6.",
	    "A.2.3, A.2.6" },
	{ "R5", "UPLOAD",
	    "An UPLOAD of any length moves 2 (with bitCanUpload) to 9. In "
	    "9 the device stays after a full block, and returns to 2 after "
	    "a short one. 9 does not list an UPLOAD with wLength 0 (R1).",
	    "A.2.3, A.2.10" },
	{ "R6", "ABORT",
	    "Only 2, 5 and 9, the *-IDLE states of DFU mode, list ABORT, "
	    "which moves the device to 2. 3, 6 and 10 do not list it (R1). "
	    "Figure A.1 draws it in 3 and 6, and DFU stacks do either.",
	    "A.2.3, A.2.6, A.2.10" },
	{ "R7", "CLRSTATUS",
	    "Only 10 lists CLRSTATUS, which moves the device to 2, status "
	    "OK. In any other state CLRSTATUS is the mistake: the device "
	    "stalls it (R1).",
	    "A.2.11" },
	{ "R8", "DETACH",
	    "Only 0 lists DETACH, which moves the device to 1. With "
	    "bitWillDetach the device then disconnects and reconnects in "
	    "DFU mode; without it the host resets the bus within wTimeout. "
	    "No state of DFU mode lists DETACH (R1).",
	    "A.2.1" },
	{ "R9", "busy",
	    "4 and 7 list nothing. Until the announced wait is over the "
	    "device stalls every request, GETSTATUS and GETSTATE too, and "
	    "dfuERROR follows.",
	    "A.2.5, A.2.8" },
	{ "R10", "no answer",
	    "In 8 the device answers no request, not even with a STALL, "
	    "and stays in 8.",
	    "A.2.9" },
	{ "R11", "time",
	    "Elapsed time moves three states. When the announced wait is "
	    "over, 4 moves to 3, and 7 to 6 (tolerant) or 8 (not "
	    "tolerant). When wTimeout is over, 1 moves to 0. No other "
	    "state has a timer.",
	    "A.2.2, A.2.5, A.2.8" },
	{ "R12", "reset",
	    "A bus reset or a power cycle ends the states 2 to 10: 0 "
	    "follows if the firmware is valid, 10 if it is corrupt. In 1 a "
	    "bus reset starts DFU mode (2), and a power cycle returns to "
	    "0. In 0 neither changes the state.",
	    "A.2.2 to A.2.11" },
};

const struct rule *
rule_of(unsigned number)
{
	return (
	    number >= 1 && number <= RULE_COUNT ? &rules[number - 1] : NULL);
}

unsigned
rule_parse(const char *word)
{
	unsigned n;

	if (*word != 'R' && *word != 'r')
		return (0);
	for (n = 0; n < RULE_COUNT; n++)
		if (strcmp(rules[n].id + 1, word + 1) == 0)
			return (n + 1);
	return (0);
}

uint16_t
rule_conditions(const struct dfu_conditions *c, bool will_detach)
{
	return ((uint16_t)((c->can_dnload ? DFU_WHEN_CAN_DNLOAD : 0u) |
	    (c->can_upload ? DFU_WHEN_CAN_UPLOAD : 0u) |
	    (c->tolerant ? DFU_WHEN_TOLERANT : 0u) |
	    (c->block_done ? DFU_WHEN_BLOCK_DONE : 0u) |
	    (c->manifest_done ? DFU_WHEN_MANIFEST_DONE : 0u) |
	    (c->agrees ? DFU_WHEN_AGREES : 0u) |
	    (c->firmware_valid ? DFU_WHEN_FIRMWARE_VALID : 0u) |
	    (c->dfuse ? DFU_WHEN_DFUSE : 0u) |
	    (will_detach ? RULE_WHEN_WILL_DETACH : 0u)));
}

const char *
rule_input_words(enum dfu_input input)
{
	static const char *const words[DFU_INPUT_COUNT] = {
		[DFU_IN_DETACH] = "DETACH",
		[DFU_IN_DNLOAD] = "a DNLOAD with data",
		[DFU_IN_DNLOAD0] = "a zero-length DNLOAD",
		[DFU_IN_UPLOAD] = "an UPLOAD",
		[DFU_IN_UPLOAD_SHORT] = "an UPLOAD answered short",
		[DFU_IN_UPLOAD0] = "an UPLOAD with wLength 0",
		[DFU_IN_GETSTATUS] = "GETSTATUS",
		[DFU_IN_CLRSTATUS] = "CLRSTATUS",
		[DFU_IN_GETSTATE] = "GETSTATE",
		[DFU_IN_ABORT] = "ABORT",
		[DFU_IN_OTHER] = "a request with another bRequest",
		[DFU_IN_RESET] = "a bus reset",
		[DFU_IN_POWER] = "a power cycle",
		[DFU_IN_TIME] = "elapsed time",
	};

	return ((unsigned)input < DFU_INPUT_COUNT ? words[input] : "");
}

/* Sets of states and of inputs. */
#define S(state) (1u << DFU_STATE_##state)
#define RUNTIME (S(APP_IDLE) | S(APP_DETACH))
#define REST (S(IDLE) | S(DNLOAD_IDLE) | S(UPLOAD_IDLE))
#define SYNC (S(DNLOAD_SYNC) | S(MANIFEST_SYNC))
#define BUSY (S(DNBUSY) | S(MANIFEST))
#define ALL_STATES ((1u << DFU_STATE_COUNT) - 1)
#define DFU_MODE (ALL_STATES & ~RUNTIME)
#define WAIT_RESET (1u << DFU_STATE_MANIFEST_WAIT_RESET)

#define I(input) (1u << DFU_IN_##input)
#define QUERIES (I(GETSTATUS) | I(GETSTATE))
#define RESETS (I(RESET) | I(POWER))
#define REQUESTS ((1u << DFU_IN_RESET) - 1)
#define BLOCKS (I(UPLOAD) | I(UPLOAD_SHORT))
#define UPLOADS (BLOCKS | I(UPLOAD0))

#define CAN_DNLOAD DFU_WHEN_CAN_DNLOAD
#define CAN_UPLOAD DFU_WHEN_CAN_UPLOAD
#define TOLERANT DFU_WHEN_TOLERANT
#define BLOCK_DONE DFU_WHEN_BLOCK_DONE
#define MANIFEST_DONE DFU_WHEN_MANIFEST_DONE
#define AGREES DFU_WHEN_AGREES
#define VALID DFU_WHEN_FIRMWARE_VALID
#define DFUSE DFU_WHEN_DFUSE
#define WILL_DETACH RULE_WHEN_WILL_DETACH

#define STAYS 0xff /* instead of the next state */

struct rule_row {
	uint8_t rule;
	uint16_t states, inputs; /* sets */
	uint16_t mask, want;     /* conditions */
	uint8_t response;
	uint8_t next; /* or STAYS */
	uint16_t then;
	const char *why; /* {F} the state, {I} the input */
};

#define ROW(rule, states, inputs, mask, want, response, next, why)        \
	{                                                                 \
		rule, (uint16_t)(states), (uint16_t)(inputs), mask, want, \
		    DFU_RESPONSE_##response, next, 0, why                 \
	}
#define ROW_THEN(rule, states, inputs, mask, want, response, next, then, why) \
	{                                                                     \
		rule, (uint16_t)(states), (uint16_t)(inputs), mask, want,     \
		    DFU_RESPONSE_##response, next, (uint16_t)(then), why      \
	}
#define TO(state) DFU_STATE_##state
/* The long name leaves no room for the rest of a row. */
#define DFU_STATE_WAIT DFU_STATE_MANIFEST_WAIT_RESET

/* The first that fits decides. */
static const struct rule_row rows[] = {
	ROW(10, WAIT_RESET, REQUESTS, 0, 0, NONE_EXPECTED, STAYS,
	    "{F} answers no request: {I} gets no answer, not even a STALL, "
	    "and the device stays"),
	ROW(9, BUSY, REQUESTS, 0, 0, STALL, TO(ERROR),
	    "{F} lists no request until the announced wait is over: {I} is "
	    "stalled, and dfuERROR follows"),

	ROW(12, S(APP_DETACH), I(RESET), 0, 0, NONE, TO(IDLE),
	    "{I} within wTimeout of the DETACH starts DFU mode: dfuIDLE"),
	ROW(12, S(APP_DETACH), I(POWER), 0, 0, NONE, TO(APP_IDLE),
	    "{I} cancels the DETACH: appIDLE"),
	ROW(12, S(APP_IDLE), RESETS, 0, 0, NONE, STAYS,
	    "in appIDLE {I} changes nothing, for no DETACH came before"),
	ROW(12, DFU_MODE, RESETS, VALID, VALID, NONE, TO(APP_IDLE),
	    "{I} ends DFU mode, and the firmware is valid: appIDLE"),
	ROW(12, DFU_MODE, RESETS, VALID, 0, NONE, TO(ERROR),
	    "after {I} a device with corrupt firmware cannot start it: "
	    "dfuERROR, errFIRMWARE"),

	ROW_THEN(8, S(APP_DETACH), I(TIME), WILL_DETACH, WILL_DETACH, NONE,
	    TO(IDLE), RULE_THEN_GONE,
	    "with bitWillDetach the device leaves "
	    "the bus after a DETACH and returns in dfuIDLE, without a bus "
	    "reset"),
	ROW(11, S(APP_DETACH), I(TIME), WILL_DETACH, 0, NONE, TO(APP_IDLE),
	    "wTimeout is over and no bus reset came: appIDLE"),
	ROW(11, S(DNBUSY), I(TIME), 0, 0, NONE, TO(DNLOAD_SYNC),
	    "the announced wait is over: from dfuDNBUSY to dfuDNLOAD-SYNC"),
	ROW(11, S(MANIFEST), I(TIME), TOLERANT, TOLERANT, NONE,
	    TO(MANIFEST_SYNC),
	    "the announced wait is over and the device is "
	    "manifestation-tolerant: from dfuMANIFEST to dfuMANIFEST-SYNC"),
	ROW_THEN(11, S(MANIFEST), I(TIME), TOLERANT | WILL_DETACH, WILL_DETACH,
	    NONE, TO(WAIT), RULE_THEN_GONE | S(APP_IDLE),
	    "the announced wait "
	    "is over: dfuMANIFEST-WAIT-RESET, from which a device with "
	    "bitWillDetach leaves the bus without a bus reset"),
	ROW(11, S(MANIFEST), I(TIME), TOLERANT | WILL_DETACH, 0, NONE, TO(WAIT),
	    "the announced wait is over and the device is not "
	    "manifestation-tolerant: from dfuMANIFEST to "
	    "dfuMANIFEST-WAIT-RESET"),
	ROW_THEN(8, WAIT_RESET, I(TIME), WILL_DETACH, WILL_DETACH, NONE,
	    TO(APP_IDLE), RULE_THEN_GONE | WAIT_RESET,
	    "with bitWillDetach "
	    "the device leaves the bus without a bus reset, and its "
	    "application starts: appIDLE"),
	ROW(11, ALL_STATES, I(TIME), 0, 0, NONE, STAYS,
	    "{F} has no timer, so {I} changes nothing"),

	ROW(2, S(APP_IDLE), QUERIES, 0, 0, ANY, STAYS,
	    "in run-time mode {I} is optional: answered or stalled, and the "
	    "device stays in appIDLE"),
	ROW(2, S(APP_DETACH) | REST | S(ERROR), QUERIES, 0, 0, OK, STAYS,
	    "{F} answers {I}, which only reads: the state stays"),
	ROW(2, SYNC, I(GETSTATE), 0, 0, OK, STAYS,
	    "{F} answers GETSTATE, which only reads: the state stays"),

	ROW(3, S(DNLOAD_SYNC), I(GETSTATUS), BLOCK_DONE, 0, OK, TO(DNBUSY),
	    "GETSTATUS starts the work on the block: dfuDNBUSY"),
	ROW(3, S(DNLOAD_SYNC), I(GETSTATUS), BLOCK_DONE, BLOCK_DONE, OK,
	    TO(DNLOAD_IDLE),
	    "GETSTATUS fetches the result of the block: "
	    "dfuDNLOAD-IDLE"),
	ROW_THEN(3, S(MANIFEST_SYNC), I(GETSTATUS),
	    MANIFEST_DONE | TOLERANT | WILL_DETACH, WILL_DETACH, OK,
	    TO(MANIFEST), RULE_THEN_GONE | WAIT_RESET | S(APP_IDLE),
	    "GETSTATUS starts manifestation: dfuMANIFEST, from which a "
	    "device with bitWillDetach leaves the bus in the end"),
	ROW(3, S(MANIFEST_SYNC), I(GETSTATUS), MANIFEST_DONE, 0, OK,
	    TO(MANIFEST), "GETSTATUS starts manifestation: dfuMANIFEST"),
	ROW(3, S(MANIFEST_SYNC), I(GETSTATUS), MANIFEST_DONE | TOLERANT,
	    MANIFEST_DONE | TOLERANT, OK, TO(IDLE),
	    "GETSTATUS fetches the result of manifestation, and a "
	    "manifestation-tolerant device returns to dfuIDLE"),
	ROW(3, S(MANIFEST_SYNC), I(GETSTATUS), MANIFEST_DONE | TOLERANT,
	    MANIFEST_DONE, OK, TO(MANIFEST),
	    "only a manifestation-tolerant device returns to dfuIDLE: "
	    "dfuMANIFEST"),

	ROW(4, S(IDLE), I(DNLOAD), CAN_DNLOAD, CAN_DNLOAD, OK, TO(DNLOAD_SYNC),
	    "{I} opens a download and hands a block over: dfuDNLOAD-SYNC"),
	ROW(4, S(DNLOAD_IDLE), I(DNLOAD), 0, 0, OK, TO(DNLOAD_SYNC),
	    "{I} hands the next block over: dfuDNLOAD-SYNC"),
	ROW(4, S(DNLOAD_IDLE), I(DNLOAD0), AGREES, AGREES, OK,
	    TO(MANIFEST_SYNC), "{I} ends the download: dfuMANIFEST-SYNC"),
	ROW(4, S(DNLOAD_IDLE), I(DNLOAD0), AGREES, 0, STALL, TO(ERROR),
	    "the device expects more data: {I} is stalled, and dfuERROR, "
	    "errNOTDONE follows"),
	ROW(4, S(IDLE), I(DNLOAD0), DFUSE, DFUSE, OK, TO(MANIFEST_SYNC),
	    "DfuSe lists {I} in dfuIDLE, as the leave: dfuMANIFEST-SYNC"),

	ROW(5, S(IDLE), UPLOADS, CAN_UPLOAD, CAN_UPLOAD, OK, TO(UPLOAD_IDLE),
	    "with bitCanUpload an UPLOAD of any length opens an upload: "
	    "dfuUPLOAD-IDLE"),
	ROW(5, S(UPLOAD_IDLE), I(UPLOAD), 0, 0, OK, STAYS,
	    "a full block leaves the upload open: the device stays in "
	    "dfuUPLOAD-IDLE"),
	ROW(5, S(UPLOAD_IDLE), I(UPLOAD_SHORT), 0, 0, OK, TO(IDLE),
	    "a short block is the last one: from dfuUPLOAD-IDLE to dfuIDLE"),

	ROW(6, S(IDLE), I(ABORT), 0, 0, OK, STAYS,
	    "dfuIDLE lists ABORT, and with no transfer open the device stays "
	    "in dfuIDLE"),
	ROW(6, REST, I(ABORT), 0, 0, OK, TO(IDLE),
	    "{F} lists ABORT, and dfuIDLE follows"),
	ROW(7, S(ERROR), I(CLRSTATUS), 0, 0, OK, TO(IDLE),
	    "dfuERROR lists CLRSTATUS, and dfuIDLE with status OK follows"),
	ROW_THEN(8, S(APP_IDLE), I(DETACH), WILL_DETACH, WILL_DETACH, OK,
	    TO(APP_DETACH), RULE_THEN_GONE | S(IDLE),
	    "appIDLE lists DETACH: "
	    "appDETACH, and with bitWillDetach the device then leaves the bus "
	    "and returns in dfuIDLE"),
	ROW(8, S(APP_IDLE), I(DETACH), WILL_DETACH, 0, OK, TO(APP_DETACH),
	    "appIDLE lists DETACH: appDETACH, until a bus reset comes or "
	    "wTimeout is over"),

	/* The same rule with the reason that the cell has. */
	ROW(1, S(IDLE), I(DNLOAD), 0, 0, STALL, TO(ERROR),
	    "without bitCanDnload dfuIDLE does not list DNLOAD: STALL, and "
	    "dfuERROR follows"),
	ROW(1, S(IDLE), UPLOADS, 0, 0, STALL, TO(ERROR),
	    "without bitCanUpload dfuIDLE does not list UPLOAD: STALL, and "
	    "dfuERROR follows"),
	ROW(1, S(IDLE), I(DNLOAD0), 0, 0, STALL, TO(ERROR),
	    "no download is open in dfuIDLE, so it does not list {I}: STALL, "
	    "and dfuERROR follows"),
	ROW(1, S(UPLOAD_IDLE), I(UPLOAD0), 0, 0, STALL, TO(ERROR),
	    "dfuUPLOAD-IDLE lists UPLOAD with wLength above 0 only: STALL, "
	    "and dfuERROR follows"),
	ROW(1, SYNC, I(ABORT), 0, 0, STALL, TO(ERROR),
	    "{F} does not list ABORT, although figure A.1 draws it: STALL, "
	    "and dfuERROR follows"),
	ROW(1, S(APP_IDLE), REQUESTS, 0, 0, STALL, STAYS,
	    "appIDLE does not list {I}: STALL, and the device stays in "
	    "appIDLE"),
	ROW(1, S(APP_DETACH), REQUESTS, 0, 0, STALL, TO(APP_IDLE),
	    "appDETACH does not list {I}: STALL, and the DETACH is cancelled: "
	    "appIDLE"),
	ROW(1, S(ERROR), REQUESTS, 0, 0, STALL, STAYS,
	    "dfuERROR does not list {I}: STALL, and the device stays in "
	    "dfuERROR"),
	ROW(1, ALL_STATES, REQUESTS, 0, 0, STALL, TO(ERROR),
	    "{F} does not list {I}: STALL, and dfuERROR follows"),
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* The row that decides; *asked: the conditions on the way to it. */
static const struct rule_row *
row_of(uint8_t state, enum dfu_input input, uint16_t when, uint16_t *asked)
{
	size_t i;

	*asked = 0;
	if (state >= DFU_STATE_COUNT || (unsigned)input >= DFU_INPUT_COUNT)
		return (NULL);
	for (i = 0; i < ROWS; i++) {
		if ((rows[i].states >> state & 1) == 0 ||
		    (rows[i].inputs >> input & 1) == 0)
			continue;
		*asked |= rows[i].mask;
		if ((when & rows[i].mask) == rows[i].want)
			return (&rows[i]);
	}
	return (NULL);
}

bool
rule_decide(
    struct rule_move *m, uint8_t state, enum dfu_input input, uint16_t when)
{
	uint16_t asked;
	const struct rule_row *r = row_of(state, input, when, &asked);

	if (r == NULL)
		return (false);
	*m = (struct rule_move){ .rule = r->rule,
		.response = (enum dfu_response)r->response,
		.next = r->next == STAYS ? state : r->next,
		.then = r->then,
		.asked = asked };
	return (true);
}

/* The row's sentence, with names in the places of {F} and {I}. */
static void
add_why(struct buf *b, const char *why, uint8_t state, enum dfu_input input)
{
	size_t n;

	for (; *why != '\0'; why += n) {
		n = strcspn(why, "{");
		buf_add(b, why, n);
		if (why[n] == '\0')
			return;
		buf_adds(b,
		    why[n + 1] == 'F' ? dfu_state_name(state) :
					rule_input_words(input));
		n += 3;
	}
}

void
rule_tell(struct buf *b, uint8_t state, enum dfu_input input, uint16_t when)
{
	uint16_t asked;
	const struct rule_row *r = row_of(state, input, when, &asked);

	if (r == NULL)
		return;
	add_why(b, r->why, state, input);
	buf_addf(b, " (%s, %s)", rules[r->rule - 1].id,
	    (r->want & DFUSE) != 0 ? "AN3156" : dfu_state_row(state)->clause);
}
