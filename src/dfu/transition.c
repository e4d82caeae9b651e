/* SPDX-License-Identifier: ISC */
#include "dfu/transition.h"

#include <stdbool.h>

#include "dfu/spec.h"
#include "wire/usb.h"

static const char *const input_names[DFU_INPUT_COUNT] = {
	[DFU_IN_DETACH] = "DETACH",
	[DFU_IN_DNLOAD] = "DNLOAD",
	[DFU_IN_DNLOAD0] = "zero-length DNLOAD",
	[DFU_IN_UPLOAD] = "UPLOAD",
	[DFU_IN_UPLOAD_SHORT] = "short UPLOAD",
	[DFU_IN_UPLOAD0] = "zero-length UPLOAD",
	[DFU_IN_GETSTATUS] = "GETSTATUS",
	[DFU_IN_CLRSTATUS] = "CLRSTATUS",
	[DFU_IN_GETSTATE] = "GETSTATE",
	[DFU_IN_ABORT] = "ABORT",
	[DFU_IN_OTHER] = "other request",
	[DFU_IN_RESET] = "bus reset",
	[DFU_IN_POWER] = "power-on",
	[DFU_IN_TIME] = "time",
};

static const char optional[] = "the answer in run-time mode is optional";
static const char unlisted[] = "DFU 1.1 lists no other state";
static const char in_time[] = "the reset came before the detach timer ran out";
static const char detach_timer[] = "no reset within the detach time";
static const char cannot[] = "bmAttributes does not allow this";
static const char leave[] = "DfuSe: leaves without a download before";
static const char short_first[] = "DFU 1.1 does not define a short first block";
static const char no_length[] = "the clause does not mention wLength";
static const char figure[] = "figure A.1 shows ABORT to dfuIDLE here";
static const char busy[] = "busy: no request is allowed, not even GETSTATUS";
static const char poll_timer[] = "the announced wait is over";
static const char not_done[] = "errNOTDONE: the device expects more data";
static const char intolerant[] = "only a manifestation-tolerant device "
    "returns to dfuIDLE";
static const char dead[] = "only a reset ends this state";
static const char last_block[] = "a short block ends the upload";
static const char cleared[] = "the only request that ends dfuERROR";
static const char reset_valid[] = "if the firmware is valid, the application "
    "starts";
static const char reset_corrupt[] = "if the firmware is corrupt, the "
    "application cannot start";

#define CLAUSE_APP_IDLE			"A.2.1"
#define CLAUSE_APP_DETACH		"A.2.2"
#define CLAUSE_IDLE			"A.2.3"
#define CLAUSE_DNLOAD_SYNC		"A.2.4"
#define CLAUSE_DNBUSY			"A.2.5"
#define CLAUSE_DNLOAD_IDLE		"A.2.6"
#define CLAUSE_MANIFEST_SYNC		"A.2.7"
#define CLAUSE_MANIFEST			"A.2.8"
#define CLAUSE_WAIT_RESET		"A.2.9"
#define CLAUSE_UPLOAD_IDLE		"A.2.10"
#define CLAUSE_ERROR			"A.2.11"

#define CAN_DNLOAD	DFU_WHEN_CAN_DNLOAD
#define CAN_UPLOAD	DFU_WHEN_CAN_UPLOAD
#define TOLERANT	DFU_WHEN_TOLERANT
#define BLOCK_DONE	DFU_WHEN_BLOCK_DONE
#define MANIFEST_DONE	DFU_WHEN_MANIFEST_DONE
#define AGREES		DFU_WHEN_AGREES
#define VALID		DFU_WHEN_FIRMWARE_VALID
#define DFUSE		DFU_WHEN_DFUSE
/* The long name leaves no room for the rest of a row. */
#define DFU_STATE_WAIT_RESET	DFU_STATE_MANIFEST_WAIT_RESET

#define DONE_TOLERANT	(MANIFEST_DONE | TOLERANT)

#define ROW(state, in, mask, want, response, next, clause, note) \
	{ DFU_STATE_##state, DFU_IN_##in, DFU_RESPONSE_##response, \
	    DFU_STATE_##next, mask, want, clause, note }
#define WHEN(state, in, mask, want, response, next, note) \
	ROW(state, in, mask, want, response, next, CLAUSE_##state, note)
#define TRANSITION(state, in, response, next, note) \
	ROW(state, in, 0, 0, response, next, CLAUSE_##state, note)
#define AN3156(state, in, response, next, note) \
	ROW(state, in, DFUSE, DFUSE, response, next, "AN3156", note)

/* In order of state and input: the rows of a cell stand together. */
static const struct dfu_transition moves[] = {
	/* appIDLE (A.2.1) */
	TRANSITION(APP_IDLE, DETACH, OK, APP_DETACH, NULL),
	TRANSITION(APP_IDLE, DNLOAD, STALL, APP_IDLE, NULL),
	TRANSITION(APP_IDLE, DNLOAD0, STALL, APP_IDLE, NULL),
	TRANSITION(APP_IDLE, UPLOAD, STALL, APP_IDLE, NULL),
	TRANSITION(APP_IDLE, UPLOAD_SHORT, STALL, APP_IDLE, NULL),
	TRANSITION(APP_IDLE, UPLOAD0, STALL, APP_IDLE, NULL),
	TRANSITION(APP_IDLE, GETSTATUS, ANY, APP_IDLE, optional),
	TRANSITION(APP_IDLE, CLRSTATUS, STALL, APP_IDLE, NULL),
	TRANSITION(APP_IDLE, GETSTATE, ANY, APP_IDLE, optional),
	TRANSITION(APP_IDLE, ABORT, STALL, APP_IDLE, NULL),
	TRANSITION(APP_IDLE, OTHER, STALL, APP_IDLE, NULL),
	TRANSITION(APP_IDLE, RESET, NONE, APP_IDLE, unlisted),
	TRANSITION(APP_IDLE, POWER, NONE, APP_IDLE, unlisted),
	TRANSITION(APP_IDLE, TIME, NONE, APP_IDLE, NULL),

	/* appDETACH (A.2.2) */
	TRANSITION(APP_DETACH, DETACH, STALL, APP_IDLE, NULL),
	TRANSITION(APP_DETACH, DNLOAD, STALL, APP_IDLE, NULL),
	TRANSITION(APP_DETACH, DNLOAD0, STALL, APP_IDLE, NULL),
	TRANSITION(APP_DETACH, UPLOAD, STALL, APP_IDLE, NULL),
	TRANSITION(APP_DETACH, UPLOAD_SHORT, STALL, APP_IDLE, NULL),
	TRANSITION(APP_DETACH, UPLOAD0, STALL, APP_IDLE, NULL),
	TRANSITION(APP_DETACH, GETSTATUS, OK, APP_DETACH, NULL),
	TRANSITION(APP_DETACH, CLRSTATUS, STALL, APP_IDLE, NULL),
	TRANSITION(APP_DETACH, GETSTATE, OK, APP_DETACH, NULL),
	TRANSITION(APP_DETACH, ABORT, STALL, APP_IDLE, NULL),
	TRANSITION(APP_DETACH, OTHER, STALL, APP_IDLE, NULL),
	TRANSITION(APP_DETACH, RESET, NONE, IDLE, in_time),
	TRANSITION(APP_DETACH, POWER, NONE, APP_IDLE, NULL),
	TRANSITION(APP_DETACH, TIME, NONE, APP_IDLE, detach_timer),

	/* dfuIDLE (A.2.3) */
	TRANSITION(IDLE, DETACH, STALL, ERROR, NULL),
	WHEN(IDLE, DNLOAD, CAN_DNLOAD, CAN_DNLOAD, OK, DNLOAD_SYNC, NULL),
	WHEN(IDLE, DNLOAD, CAN_DNLOAD, 0, STALL, ERROR, cannot),
	WHEN(IDLE, DNLOAD0, DFUSE, 0, STALL, ERROR, NULL),
	AN3156(IDLE, DNLOAD0, OK, MANIFEST_SYNC, leave),
	WHEN(IDLE, UPLOAD, CAN_UPLOAD, CAN_UPLOAD, OK, UPLOAD_IDLE, NULL),
	WHEN(IDLE, UPLOAD, CAN_UPLOAD, 0, STALL, ERROR, cannot),
	WHEN(IDLE, UPLOAD_SHORT, CAN_UPLOAD, CAN_UPLOAD, OK, UPLOAD_IDLE,
	    short_first),
	WHEN(IDLE, UPLOAD_SHORT, CAN_UPLOAD, 0, STALL, ERROR, cannot),
	WHEN(IDLE, UPLOAD0, CAN_UPLOAD, CAN_UPLOAD, OK, UPLOAD_IDLE, no_length),
	WHEN(IDLE, UPLOAD0, CAN_UPLOAD, 0, STALL, ERROR, cannot),
	TRANSITION(IDLE, GETSTATUS, OK, IDLE, NULL),
	TRANSITION(IDLE, CLRSTATUS, STALL, ERROR, NULL),
	TRANSITION(IDLE, GETSTATE, OK, IDLE, NULL),
	TRANSITION(IDLE, ABORT, OK, IDLE, NULL),
	TRANSITION(IDLE, OTHER, STALL, ERROR, NULL),
	WHEN(IDLE, RESET, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(IDLE, RESET, VALID, 0, NONE, ERROR, reset_corrupt),
	WHEN(IDLE, POWER, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(IDLE, POWER, VALID, 0, NONE, ERROR, reset_corrupt),
	TRANSITION(IDLE, TIME, NONE, IDLE, NULL),

	/* dfuDNLOAD-SYNC (A.2.4) */
	TRANSITION(DNLOAD_SYNC, DETACH, STALL, ERROR, NULL),
	TRANSITION(DNLOAD_SYNC, DNLOAD, STALL, ERROR, NULL),
	TRANSITION(DNLOAD_SYNC, DNLOAD0, STALL, ERROR, NULL),
	TRANSITION(DNLOAD_SYNC, UPLOAD, STALL, ERROR, NULL),
	TRANSITION(DNLOAD_SYNC, UPLOAD_SHORT, STALL, ERROR, NULL),
	TRANSITION(DNLOAD_SYNC, UPLOAD0, STALL, ERROR, NULL),
	WHEN(DNLOAD_SYNC, GETSTATUS, BLOCK_DONE, 0, OK, DNBUSY, NULL),
	WHEN(DNLOAD_SYNC, GETSTATUS, BLOCK_DONE, BLOCK_DONE, OK, DNLOAD_IDLE,
	    NULL),
	TRANSITION(DNLOAD_SYNC, CLRSTATUS, STALL, ERROR, NULL),
	TRANSITION(DNLOAD_SYNC, GETSTATE, OK, DNLOAD_SYNC, NULL),
	TRANSITION(DNLOAD_SYNC, ABORT, STALL, ERROR, figure),
	TRANSITION(DNLOAD_SYNC, OTHER, STALL, ERROR, NULL),
	WHEN(DNLOAD_SYNC, RESET, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(DNLOAD_SYNC, RESET, VALID, 0, NONE, ERROR, reset_corrupt),
	WHEN(DNLOAD_SYNC, POWER, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(DNLOAD_SYNC, POWER, VALID, 0, NONE, ERROR, reset_corrupt),
	TRANSITION(DNLOAD_SYNC, TIME, NONE, DNLOAD_SYNC, NULL),

	/* dfuDNBUSY (A.2.5) */
	TRANSITION(DNBUSY, DETACH, STALL, ERROR, busy),
	TRANSITION(DNBUSY, DNLOAD, STALL, ERROR, busy),
	TRANSITION(DNBUSY, DNLOAD0, STALL, ERROR, busy),
	TRANSITION(DNBUSY, UPLOAD, STALL, ERROR, busy),
	TRANSITION(DNBUSY, UPLOAD_SHORT, STALL, ERROR, busy),
	TRANSITION(DNBUSY, UPLOAD0, STALL, ERROR, busy),
	TRANSITION(DNBUSY, GETSTATUS, STALL, ERROR, busy),
	TRANSITION(DNBUSY, CLRSTATUS, STALL, ERROR, busy),
	TRANSITION(DNBUSY, GETSTATE, STALL, ERROR, busy),
	TRANSITION(DNBUSY, ABORT, STALL, ERROR, busy),
	TRANSITION(DNBUSY, OTHER, STALL, ERROR, busy),
	WHEN(DNBUSY, RESET, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(DNBUSY, RESET, VALID, 0, NONE, ERROR, reset_corrupt),
	WHEN(DNBUSY, POWER, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(DNBUSY, POWER, VALID, 0, NONE, ERROR, reset_corrupt),
	TRANSITION(DNBUSY, TIME, NONE, DNLOAD_SYNC, poll_timer),

	/* dfuDNLOAD-IDLE (A.2.6) */
	TRANSITION(DNLOAD_IDLE, DETACH, STALL, ERROR, NULL),
	TRANSITION(DNLOAD_IDLE, DNLOAD, OK, DNLOAD_SYNC, NULL),
	WHEN(DNLOAD_IDLE, DNLOAD0, AGREES, AGREES, OK, MANIFEST_SYNC, NULL),
	WHEN(DNLOAD_IDLE, DNLOAD0, AGREES, 0, STALL, ERROR, not_done),
	TRANSITION(DNLOAD_IDLE, UPLOAD, STALL, ERROR, NULL),
	TRANSITION(DNLOAD_IDLE, UPLOAD_SHORT, STALL, ERROR, NULL),
	TRANSITION(DNLOAD_IDLE, UPLOAD0, STALL, ERROR, NULL),
	TRANSITION(DNLOAD_IDLE, GETSTATUS, OK, DNLOAD_IDLE, NULL),
	TRANSITION(DNLOAD_IDLE, CLRSTATUS, STALL, ERROR, NULL),
	TRANSITION(DNLOAD_IDLE, GETSTATE, OK, DNLOAD_IDLE, NULL),
	TRANSITION(DNLOAD_IDLE, ABORT, OK, IDLE, NULL),
	TRANSITION(DNLOAD_IDLE, OTHER, STALL, ERROR, NULL),
	WHEN(DNLOAD_IDLE, RESET, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(DNLOAD_IDLE, RESET, VALID, 0, NONE, ERROR, reset_corrupt),
	WHEN(DNLOAD_IDLE, POWER, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(DNLOAD_IDLE, POWER, VALID, 0, NONE, ERROR, reset_corrupt),
	TRANSITION(DNLOAD_IDLE, TIME, NONE, DNLOAD_IDLE, NULL),

	/* dfuMANIFEST-SYNC (A.2.7) */
	TRANSITION(MANIFEST_SYNC, DETACH, STALL, ERROR, NULL),
	TRANSITION(MANIFEST_SYNC, DNLOAD, STALL, ERROR, NULL),
	TRANSITION(MANIFEST_SYNC, DNLOAD0, STALL, ERROR, NULL),
	TRANSITION(MANIFEST_SYNC, UPLOAD, STALL, ERROR, NULL),
	TRANSITION(MANIFEST_SYNC, UPLOAD_SHORT, STALL, ERROR, NULL),
	TRANSITION(MANIFEST_SYNC, UPLOAD0, STALL, ERROR, NULL),
	WHEN(MANIFEST_SYNC, GETSTATUS, MANIFEST_DONE, 0, OK, MANIFEST, NULL),
	WHEN(MANIFEST_SYNC, GETSTATUS, DONE_TOLERANT, DONE_TOLERANT, OK, IDLE,
	    NULL),
	WHEN(MANIFEST_SYNC, GETSTATUS, DONE_TOLERANT, MANIFEST_DONE, OK,
	    MANIFEST, intolerant),
	TRANSITION(MANIFEST_SYNC, CLRSTATUS, STALL, ERROR, NULL),
	TRANSITION(MANIFEST_SYNC, GETSTATE, OK, MANIFEST_SYNC, NULL),
	TRANSITION(MANIFEST_SYNC, ABORT, STALL, ERROR, figure),
	TRANSITION(MANIFEST_SYNC, OTHER, STALL, ERROR, NULL),
	WHEN(MANIFEST_SYNC, RESET, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(MANIFEST_SYNC, RESET, VALID, 0, NONE, ERROR, reset_corrupt),
	WHEN(MANIFEST_SYNC, POWER, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(MANIFEST_SYNC, POWER, VALID, 0, NONE, ERROR, reset_corrupt),
	TRANSITION(MANIFEST_SYNC, TIME, NONE, MANIFEST_SYNC, NULL),

	/* dfuMANIFEST (A.2.8) */
	TRANSITION(MANIFEST, DETACH, STALL, ERROR, busy),
	TRANSITION(MANIFEST, DNLOAD, STALL, ERROR, busy),
	TRANSITION(MANIFEST, DNLOAD0, STALL, ERROR, busy),
	TRANSITION(MANIFEST, UPLOAD, STALL, ERROR, busy),
	TRANSITION(MANIFEST, UPLOAD_SHORT, STALL, ERROR, busy),
	TRANSITION(MANIFEST, UPLOAD0, STALL, ERROR, busy),
	TRANSITION(MANIFEST, GETSTATUS, STALL, ERROR, busy),
	TRANSITION(MANIFEST, CLRSTATUS, STALL, ERROR, busy),
	TRANSITION(MANIFEST, GETSTATE, STALL, ERROR, busy),
	TRANSITION(MANIFEST, ABORT, STALL, ERROR, busy),
	TRANSITION(MANIFEST, OTHER, STALL, ERROR, busy),
	WHEN(MANIFEST, RESET, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(MANIFEST, RESET, VALID, 0, NONE, ERROR, reset_corrupt),
	WHEN(MANIFEST, POWER, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(MANIFEST, POWER, VALID, 0, NONE, ERROR, reset_corrupt),
	WHEN(MANIFEST, TIME, TOLERANT, TOLERANT, NONE, MANIFEST_SYNC,
	    poll_timer),
	WHEN(MANIFEST, TIME, TOLERANT, 0, NONE, WAIT_RESET, poll_timer),

	/* dfuMANIFEST-WAIT-RESET (A.2.9) */
	TRANSITION(WAIT_RESET, DETACH, NONE_EXPECTED, WAIT_RESET, dead),
	TRANSITION(WAIT_RESET, DNLOAD, NONE_EXPECTED, WAIT_RESET, dead),
	TRANSITION(WAIT_RESET, DNLOAD0, NONE_EXPECTED, WAIT_RESET, dead),
	TRANSITION(WAIT_RESET, UPLOAD, NONE_EXPECTED, WAIT_RESET, dead),
	TRANSITION(WAIT_RESET, UPLOAD_SHORT, NONE_EXPECTED, WAIT_RESET, dead),
	TRANSITION(WAIT_RESET, UPLOAD0, NONE_EXPECTED, WAIT_RESET, dead),
	TRANSITION(WAIT_RESET, GETSTATUS, NONE_EXPECTED, WAIT_RESET, dead),
	TRANSITION(WAIT_RESET, CLRSTATUS, NONE_EXPECTED, WAIT_RESET, dead),
	TRANSITION(WAIT_RESET, GETSTATE, NONE_EXPECTED, WAIT_RESET, dead),
	TRANSITION(WAIT_RESET, ABORT, NONE_EXPECTED, WAIT_RESET, dead),
	TRANSITION(WAIT_RESET, OTHER, NONE_EXPECTED, WAIT_RESET, dead),
	WHEN(WAIT_RESET, RESET, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(WAIT_RESET, RESET, VALID, 0, NONE, ERROR, reset_corrupt),
	WHEN(WAIT_RESET, POWER, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(WAIT_RESET, POWER, VALID, 0, NONE, ERROR, reset_corrupt),
	TRANSITION(WAIT_RESET, TIME, NONE, WAIT_RESET, NULL),

	/* dfuUPLOAD-IDLE (A.2.10) */
	TRANSITION(UPLOAD_IDLE, DETACH, STALL, ERROR, NULL),
	TRANSITION(UPLOAD_IDLE, DNLOAD, STALL, ERROR, NULL),
	TRANSITION(UPLOAD_IDLE, DNLOAD0, STALL, ERROR, NULL),
	TRANSITION(UPLOAD_IDLE, UPLOAD, OK, UPLOAD_IDLE, NULL),
	TRANSITION(UPLOAD_IDLE, UPLOAD_SHORT, OK, IDLE, last_block),
	TRANSITION(UPLOAD_IDLE, UPLOAD0, STALL, ERROR, NULL),
	TRANSITION(UPLOAD_IDLE, GETSTATUS, OK, UPLOAD_IDLE, NULL),
	TRANSITION(UPLOAD_IDLE, CLRSTATUS, STALL, ERROR, NULL),
	TRANSITION(UPLOAD_IDLE, GETSTATE, OK, UPLOAD_IDLE, NULL),
	TRANSITION(UPLOAD_IDLE, ABORT, OK, IDLE, NULL),
	TRANSITION(UPLOAD_IDLE, OTHER, STALL, ERROR, NULL),
	WHEN(UPLOAD_IDLE, RESET, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(UPLOAD_IDLE, RESET, VALID, 0, NONE, ERROR, reset_corrupt),
	WHEN(UPLOAD_IDLE, POWER, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(UPLOAD_IDLE, POWER, VALID, 0, NONE, ERROR, reset_corrupt),
	TRANSITION(UPLOAD_IDLE, TIME, NONE, UPLOAD_IDLE, NULL),

	/* dfuERROR (A.2.11) */
	TRANSITION(ERROR, DETACH, STALL, ERROR, NULL),
	TRANSITION(ERROR, DNLOAD, STALL, ERROR, NULL),
	TRANSITION(ERROR, DNLOAD0, STALL, ERROR, NULL),
	TRANSITION(ERROR, UPLOAD, STALL, ERROR, NULL),
	TRANSITION(ERROR, UPLOAD_SHORT, STALL, ERROR, NULL),
	TRANSITION(ERROR, UPLOAD0, STALL, ERROR, NULL),
	TRANSITION(ERROR, GETSTATUS, OK, ERROR, NULL),
	TRANSITION(ERROR, CLRSTATUS, OK, IDLE, cleared),
	TRANSITION(ERROR, GETSTATE, OK, ERROR, NULL),
	TRANSITION(ERROR, ABORT, STALL, ERROR, NULL),
	TRANSITION(ERROR, OTHER, STALL, ERROR, NULL),
	WHEN(ERROR, RESET, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(ERROR, RESET, VALID, 0, NONE, ERROR, reset_corrupt),
	WHEN(ERROR, POWER, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(ERROR, POWER, VALID, 0, NONE, ERROR, reset_corrupt),
	TRANSITION(ERROR, TIME, NONE, ERROR, NULL),
};

#define MOVES	(sizeof(moves) / sizeof(moves[0]))

const char *
dfu_input_name(enum dfu_input in)
{
	return ((unsigned)in < DFU_INPUT_COUNT ? input_names[in] : NULL);
}

const uint8_t dfu_request_inputs[DFU_REQUEST_COUNT] = {
	[DFU_DETACH] = DFU_IN_DETACH,
	[DFU_DNLOAD] = DFU_IN_DNLOAD,
	[DFU_UPLOAD] = DFU_IN_UPLOAD,
	[DFU_GETSTATUS] = DFU_IN_GETSTATUS,
	[DFU_CLRSTATUS] = DFU_IN_CLRSTATUS,
	[DFU_GETSTATE] = DFU_IN_GETSTATE,
	[DFU_ABORT] = DFU_IN_ABORT,
};

static unsigned
condition_bits(const struct dfu_conditions *c)
{
	return ((c->can_dnload ? CAN_DNLOAD : 0u) |
	    (c->can_upload ? CAN_UPLOAD : 0u) |
	    (c->tolerant ? TOLERANT : 0u) |
	    (c->block_done ? BLOCK_DONE : 0u) |
	    (c->manifest_done ? MANIFEST_DONE : 0u) |
	    (c->agrees ? AGREES : 0u) |
	    (c->firmware_valid ? VALID : 0u) |
	    (c->dfuse ? DFUSE : 0u));
}

/* The first row of a cell, by an index that the first call makes. */
static const struct dfu_transition *
first_row(uint8_t state, enum dfu_input input)
{
	static uint8_t first[DFU_STATE_COUNT][DFU_INPUT_COUNT];
	static bool made;
	size_t i = MOVES;

	_Static_assert(MOVES <= UINT8_MAX, "the index holds bytes");
	while (!made && i-- > 0)
		first[moves[i].state][moves[i].input] = (uint8_t)i;
	made = true;
	return (&moves[first[state][input]]);
}

const struct dfu_transition *
dfu_transition(
    uint8_t state, enum dfu_input input, const struct dfu_conditions *c)
{
	const struct dfu_transition *m;
	unsigned bits;

	if (state >= DFU_STATE_COUNT || (unsigned)input >= DFU_INPUT_COUNT)
		return (NULL);
	m = first_row(state, input);
	/* Of most cells the one row holds for all. */
	if (m->mask == 0)
		return (m);
	bits = condition_bits(c);
	for (; m < moves + MOVES && m->state == state && m->input == input;
	    m++) {
		if ((bits & m->mask) == m->want)
			return (m);
	}
	return (NULL);
}

size_t
dfu_transitions_count(void)
{
	return (MOVES);
}

const struct dfu_transition *
dfu_transitions_row(size_t i)
{
	return (i < MOVES ? &moves[i] : NULL);
}

/* In the order in which they are told. */
static const struct {
	unsigned bit;
	const char *is;
	const char *is_not;	/* NULL: that goes without saying */
} conditions[] = {
	{ CAN_DNLOAD, "bitCanDnload is set", "bitCanDnload is clear" },
	{ CAN_UPLOAD, "bitCanUpload is set", "bitCanUpload is clear" },
	{ TOLERANT, "manifestation-tolerant",
	    "not manifestation-tolerant" },
	{ BLOCK_DONE, "the block is stored", "the block is not stored yet" },
	{ MANIFEST_DONE, "manifestation is complete",
	    "manifestation is not complete" },
	{ AGREES, "all data was sent", "data is missing" },
	{ VALID, "the firmware is valid", "the firmware is corrupt" },
	{ DFUSE, "the device uses DfuSe", NULL },
};

void
dfu_transition_when(const struct dfu_transition *m, struct buf *b)
{
	const char *glue = "if ", *words;
	size_t i;

	for (i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++) {
		words = (m->want & conditions[i].bit) != 0 ?
		    conditions[i].is : conditions[i].is_not;
		if ((m->mask & conditions[i].bit) == 0 || words == NULL)
			continue;
		buf_addf(b, "%s%s", glue, words);
		glue = " and ";
	}
}
