#include "dfu/move.h"

#include "dfu/spec.h"
#include "wire/usb.h"

static const char *const input_names[DFU_INPUT_COUNT] = {
	[DFU_IN_DETACH] = "DETACH",
	[DFU_IN_DNLOAD] = "DNLOAD",
	[DFU_IN_DNLOAD0] = "DNLOAD of length 0",
	[DFU_IN_UPLOAD] = "UPLOAD",
	[DFU_IN_UPLOAD_SHORT] = "UPLOAD answered short",
	[DFU_IN_UPLOAD0] = "UPLOAD of length 0",
	[DFU_IN_GETSTATUS] = "GETSTATUS",
	[DFU_IN_CLRSTATUS] = "CLRSTATUS",
	[DFU_IN_GETSTATE] = "GETSTATE",
	[DFU_IN_ABORT] = "ABORT",
	[DFU_IN_OTHER] = "other request",
	[DFU_IN_RESET] = "bus reset",
	[DFU_IN_POWER] = "power-on",
	[DFU_IN_TIME] = "time",
};

static const char optional[] = "answering in run-time mode is optional";
static const char unlisted[] = "not listed: nothing else makes sense";
static const char in_time[] = "the reset came before the detach timer ran out";
static const char detach_timer[] = "no reset within the detach time";
static const char cannot[] = "bmAttributes says it cannot";
static const char leave[] = "DfuSe: leaves without a download before it";
static const char short_first[] = "a short first block is not spelled out";
static const char no_length[] = "the clause does not look at wLength";
static const char figure[] = "figure A.1 draws ABORT to dfuIDLE here";
static const char busy[] = "busy: no request is legal, not even GETSTATUS";
static const char poll_timer[] = "bwPollTimeout is over";
static const char not_done[] = "errNOTDONE: the device expects more data";
static const char intolerant[] = "only a tolerant device goes back to dfuIDLE";
static const char dead[] = "waits for a reset and answers nothing";
static const char last_block[] = "a short block ends the upload";
static const char cleared[] = "the only request that leads out";
static const char reset_valid[] = "the firmware is valid: it runs";
static const char reset_corrupt[] = "the firmware is corrupt: it cannot run";

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
#define MOVE(state, in, response, next, note) \
	ROW(state, in, 0, 0, response, next, CLAUSE_##state, note)
#define AN3156(state, in, response, next, note) \
	ROW(state, in, DFUSE, DFUSE, response, next, "AN3156", note)

static const struct dfu_move moves[] = {
	/* appIDLE (A.2.1) */
	MOVE(APP_IDLE, DETACH, OK, APP_DETACH, NULL),
	MOVE(APP_IDLE, DNLOAD, STALL, APP_IDLE, NULL),
	MOVE(APP_IDLE, DNLOAD0, STALL, APP_IDLE, NULL),
	MOVE(APP_IDLE, UPLOAD, STALL, APP_IDLE, NULL),
	MOVE(APP_IDLE, UPLOAD_SHORT, STALL, APP_IDLE, NULL),
	MOVE(APP_IDLE, UPLOAD0, STALL, APP_IDLE, NULL),
	MOVE(APP_IDLE, GETSTATUS, ANY, APP_IDLE, optional),
	MOVE(APP_IDLE, CLRSTATUS, STALL, APP_IDLE, NULL),
	MOVE(APP_IDLE, GETSTATE, ANY, APP_IDLE, optional),
	MOVE(APP_IDLE, ABORT, STALL, APP_IDLE, NULL),
	MOVE(APP_IDLE, OTHER, STALL, APP_IDLE, NULL),
	MOVE(APP_IDLE, RESET, NONE, APP_IDLE, unlisted),
	MOVE(APP_IDLE, POWER, NONE, APP_IDLE, unlisted),
	MOVE(APP_IDLE, TIME, NONE, APP_IDLE, NULL),

	/* appDETACH (A.2.2) */
	MOVE(APP_DETACH, DETACH, STALL, APP_IDLE, NULL),
	MOVE(APP_DETACH, DNLOAD, STALL, APP_IDLE, NULL),
	MOVE(APP_DETACH, DNLOAD0, STALL, APP_IDLE, NULL),
	MOVE(APP_DETACH, UPLOAD, STALL, APP_IDLE, NULL),
	MOVE(APP_DETACH, UPLOAD_SHORT, STALL, APP_IDLE, NULL),
	MOVE(APP_DETACH, UPLOAD0, STALL, APP_IDLE, NULL),
	MOVE(APP_DETACH, GETSTATUS, OK, APP_DETACH, NULL),
	MOVE(APP_DETACH, CLRSTATUS, STALL, APP_IDLE, NULL),
	MOVE(APP_DETACH, GETSTATE, OK, APP_DETACH, NULL),
	MOVE(APP_DETACH, ABORT, STALL, APP_IDLE, NULL),
	MOVE(APP_DETACH, OTHER, STALL, APP_IDLE, NULL),
	MOVE(APP_DETACH, RESET, NONE, IDLE, in_time),
	MOVE(APP_DETACH, POWER, NONE, APP_IDLE, NULL),
	MOVE(APP_DETACH, TIME, NONE, APP_IDLE, detach_timer),

	/* dfuIDLE (A.2.3) */
	MOVE(IDLE, DETACH, STALL, ERROR, NULL),
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
	MOVE(IDLE, GETSTATUS, OK, IDLE, NULL),
	MOVE(IDLE, CLRSTATUS, STALL, ERROR, NULL),
	MOVE(IDLE, GETSTATE, OK, IDLE, NULL),
	MOVE(IDLE, ABORT, OK, IDLE, NULL),
	MOVE(IDLE, OTHER, STALL, ERROR, NULL),
	WHEN(IDLE, RESET, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(IDLE, RESET, VALID, 0, NONE, ERROR, reset_corrupt),
	WHEN(IDLE, POWER, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(IDLE, POWER, VALID, 0, NONE, ERROR, reset_corrupt),
	MOVE(IDLE, TIME, NONE, IDLE, NULL),

	/* dfuDNLOAD-SYNC (A.2.4) */
	MOVE(DNLOAD_SYNC, DETACH, STALL, ERROR, NULL),
	MOVE(DNLOAD_SYNC, DNLOAD, STALL, ERROR, NULL),
	MOVE(DNLOAD_SYNC, DNLOAD0, STALL, ERROR, NULL),
	MOVE(DNLOAD_SYNC, UPLOAD, STALL, ERROR, NULL),
	MOVE(DNLOAD_SYNC, UPLOAD_SHORT, STALL, ERROR, NULL),
	MOVE(DNLOAD_SYNC, UPLOAD0, STALL, ERROR, NULL),
	WHEN(DNLOAD_SYNC, GETSTATUS, BLOCK_DONE, 0, OK, DNBUSY, NULL),
	WHEN(DNLOAD_SYNC, GETSTATUS, BLOCK_DONE, BLOCK_DONE, OK, DNLOAD_IDLE,
	    NULL),
	MOVE(DNLOAD_SYNC, CLRSTATUS, STALL, ERROR, NULL),
	MOVE(DNLOAD_SYNC, GETSTATE, OK, DNLOAD_SYNC, NULL),
	MOVE(DNLOAD_SYNC, ABORT, STALL, ERROR, figure),
	MOVE(DNLOAD_SYNC, OTHER, STALL, ERROR, NULL),
	WHEN(DNLOAD_SYNC, RESET, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(DNLOAD_SYNC, RESET, VALID, 0, NONE, ERROR, reset_corrupt),
	WHEN(DNLOAD_SYNC, POWER, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(DNLOAD_SYNC, POWER, VALID, 0, NONE, ERROR, reset_corrupt),
	MOVE(DNLOAD_SYNC, TIME, NONE, DNLOAD_SYNC, NULL),

	/* dfuDNBUSY (A.2.5) */
	MOVE(DNBUSY, DETACH, STALL, ERROR, busy),
	MOVE(DNBUSY, DNLOAD, STALL, ERROR, busy),
	MOVE(DNBUSY, DNLOAD0, STALL, ERROR, busy),
	MOVE(DNBUSY, UPLOAD, STALL, ERROR, busy),
	MOVE(DNBUSY, UPLOAD_SHORT, STALL, ERROR, busy),
	MOVE(DNBUSY, UPLOAD0, STALL, ERROR, busy),
	MOVE(DNBUSY, GETSTATUS, STALL, ERROR, busy),
	MOVE(DNBUSY, CLRSTATUS, STALL, ERROR, busy),
	MOVE(DNBUSY, GETSTATE, STALL, ERROR, busy),
	MOVE(DNBUSY, ABORT, STALL, ERROR, busy),
	MOVE(DNBUSY, OTHER, STALL, ERROR, busy),
	WHEN(DNBUSY, RESET, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(DNBUSY, RESET, VALID, 0, NONE, ERROR, reset_corrupt),
	WHEN(DNBUSY, POWER, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(DNBUSY, POWER, VALID, 0, NONE, ERROR, reset_corrupt),
	MOVE(DNBUSY, TIME, NONE, DNLOAD_SYNC, poll_timer),

	/* dfuDNLOAD-IDLE (A.2.6) */
	MOVE(DNLOAD_IDLE, DETACH, STALL, ERROR, NULL),
	MOVE(DNLOAD_IDLE, DNLOAD, OK, DNLOAD_SYNC, NULL),
	WHEN(DNLOAD_IDLE, DNLOAD0, AGREES, AGREES, OK, MANIFEST_SYNC, NULL),
	WHEN(DNLOAD_IDLE, DNLOAD0, AGREES, 0, STALL, ERROR, not_done),
	MOVE(DNLOAD_IDLE, UPLOAD, STALL, ERROR, NULL),
	MOVE(DNLOAD_IDLE, UPLOAD_SHORT, STALL, ERROR, NULL),
	MOVE(DNLOAD_IDLE, UPLOAD0, STALL, ERROR, NULL),
	MOVE(DNLOAD_IDLE, GETSTATUS, OK, DNLOAD_IDLE, NULL),
	MOVE(DNLOAD_IDLE, CLRSTATUS, STALL, ERROR, NULL),
	MOVE(DNLOAD_IDLE, GETSTATE, OK, DNLOAD_IDLE, NULL),
	MOVE(DNLOAD_IDLE, ABORT, OK, IDLE, NULL),
	MOVE(DNLOAD_IDLE, OTHER, STALL, ERROR, NULL),
	WHEN(DNLOAD_IDLE, RESET, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(DNLOAD_IDLE, RESET, VALID, 0, NONE, ERROR, reset_corrupt),
	WHEN(DNLOAD_IDLE, POWER, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(DNLOAD_IDLE, POWER, VALID, 0, NONE, ERROR, reset_corrupt),
	MOVE(DNLOAD_IDLE, TIME, NONE, DNLOAD_IDLE, NULL),

	/* dfuMANIFEST-SYNC (A.2.7) */
	MOVE(MANIFEST_SYNC, DETACH, STALL, ERROR, NULL),
	MOVE(MANIFEST_SYNC, DNLOAD, STALL, ERROR, NULL),
	MOVE(MANIFEST_SYNC, DNLOAD0, STALL, ERROR, NULL),
	MOVE(MANIFEST_SYNC, UPLOAD, STALL, ERROR, NULL),
	MOVE(MANIFEST_SYNC, UPLOAD_SHORT, STALL, ERROR, NULL),
	MOVE(MANIFEST_SYNC, UPLOAD0, STALL, ERROR, NULL),
	WHEN(MANIFEST_SYNC, GETSTATUS, MANIFEST_DONE, 0, OK, MANIFEST, NULL),
	WHEN(MANIFEST_SYNC, GETSTATUS, DONE_TOLERANT, DONE_TOLERANT, OK, IDLE,
	    NULL),
	WHEN(MANIFEST_SYNC, GETSTATUS, DONE_TOLERANT, MANIFEST_DONE, OK,
	    MANIFEST, intolerant),
	MOVE(MANIFEST_SYNC, CLRSTATUS, STALL, ERROR, NULL),
	MOVE(MANIFEST_SYNC, GETSTATE, OK, MANIFEST_SYNC, NULL),
	MOVE(MANIFEST_SYNC, ABORT, STALL, ERROR, figure),
	MOVE(MANIFEST_SYNC, OTHER, STALL, ERROR, NULL),
	WHEN(MANIFEST_SYNC, RESET, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(MANIFEST_SYNC, RESET, VALID, 0, NONE, ERROR, reset_corrupt),
	WHEN(MANIFEST_SYNC, POWER, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(MANIFEST_SYNC, POWER, VALID, 0, NONE, ERROR, reset_corrupt),
	MOVE(MANIFEST_SYNC, TIME, NONE, MANIFEST_SYNC, NULL),

	/* dfuMANIFEST (A.2.8) */
	MOVE(MANIFEST, DETACH, STALL, ERROR, busy),
	MOVE(MANIFEST, DNLOAD, STALL, ERROR, busy),
	MOVE(MANIFEST, DNLOAD0, STALL, ERROR, busy),
	MOVE(MANIFEST, UPLOAD, STALL, ERROR, busy),
	MOVE(MANIFEST, UPLOAD_SHORT, STALL, ERROR, busy),
	MOVE(MANIFEST, UPLOAD0, STALL, ERROR, busy),
	MOVE(MANIFEST, GETSTATUS, STALL, ERROR, busy),
	MOVE(MANIFEST, CLRSTATUS, STALL, ERROR, busy),
	MOVE(MANIFEST, GETSTATE, STALL, ERROR, busy),
	MOVE(MANIFEST, ABORT, STALL, ERROR, busy),
	MOVE(MANIFEST, OTHER, STALL, ERROR, busy),
	WHEN(MANIFEST, RESET, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(MANIFEST, RESET, VALID, 0, NONE, ERROR, reset_corrupt),
	WHEN(MANIFEST, POWER, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(MANIFEST, POWER, VALID, 0, NONE, ERROR, reset_corrupt),
	WHEN(MANIFEST, TIME, TOLERANT, TOLERANT, NONE, MANIFEST_SYNC,
	    poll_timer),
	WHEN(MANIFEST, TIME, TOLERANT, 0, NONE, WAIT_RESET, poll_timer),

	/* dfuMANIFEST-WAIT-RESET (A.2.9) */
	MOVE(WAIT_RESET, DETACH, DEAD, WAIT_RESET, dead),
	MOVE(WAIT_RESET, DNLOAD, DEAD, WAIT_RESET, dead),
	MOVE(WAIT_RESET, DNLOAD0, DEAD, WAIT_RESET, dead),
	MOVE(WAIT_RESET, UPLOAD, DEAD, WAIT_RESET, dead),
	MOVE(WAIT_RESET, UPLOAD_SHORT, DEAD, WAIT_RESET, dead),
	MOVE(WAIT_RESET, UPLOAD0, DEAD, WAIT_RESET, dead),
	MOVE(WAIT_RESET, GETSTATUS, DEAD, WAIT_RESET, dead),
	MOVE(WAIT_RESET, CLRSTATUS, DEAD, WAIT_RESET, dead),
	MOVE(WAIT_RESET, GETSTATE, DEAD, WAIT_RESET, dead),
	MOVE(WAIT_RESET, ABORT, DEAD, WAIT_RESET, dead),
	MOVE(WAIT_RESET, OTHER, DEAD, WAIT_RESET, dead),
	WHEN(WAIT_RESET, RESET, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(WAIT_RESET, RESET, VALID, 0, NONE, ERROR, reset_corrupt),
	WHEN(WAIT_RESET, POWER, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(WAIT_RESET, POWER, VALID, 0, NONE, ERROR, reset_corrupt),
	MOVE(WAIT_RESET, TIME, NONE, WAIT_RESET, NULL),

	/* dfuUPLOAD-IDLE (A.2.10) */
	MOVE(UPLOAD_IDLE, DETACH, STALL, ERROR, NULL),
	MOVE(UPLOAD_IDLE, DNLOAD, STALL, ERROR, NULL),
	MOVE(UPLOAD_IDLE, DNLOAD0, STALL, ERROR, NULL),
	MOVE(UPLOAD_IDLE, UPLOAD, OK, UPLOAD_IDLE, NULL),
	MOVE(UPLOAD_IDLE, UPLOAD_SHORT, OK, IDLE, last_block),
	MOVE(UPLOAD_IDLE, UPLOAD0, STALL, ERROR, NULL),
	MOVE(UPLOAD_IDLE, GETSTATUS, OK, UPLOAD_IDLE, NULL),
	MOVE(UPLOAD_IDLE, CLRSTATUS, STALL, ERROR, NULL),
	MOVE(UPLOAD_IDLE, GETSTATE, OK, UPLOAD_IDLE, NULL),
	MOVE(UPLOAD_IDLE, ABORT, OK, IDLE, NULL),
	MOVE(UPLOAD_IDLE, OTHER, STALL, ERROR, NULL),
	WHEN(UPLOAD_IDLE, RESET, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(UPLOAD_IDLE, RESET, VALID, 0, NONE, ERROR, reset_corrupt),
	WHEN(UPLOAD_IDLE, POWER, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(UPLOAD_IDLE, POWER, VALID, 0, NONE, ERROR, reset_corrupt),
	MOVE(UPLOAD_IDLE, TIME, NONE, UPLOAD_IDLE, NULL),

	/* dfuERROR (A.2.11) */
	MOVE(ERROR, DETACH, STALL, ERROR, NULL),
	MOVE(ERROR, DNLOAD, STALL, ERROR, NULL),
	MOVE(ERROR, DNLOAD0, STALL, ERROR, NULL),
	MOVE(ERROR, UPLOAD, STALL, ERROR, NULL),
	MOVE(ERROR, UPLOAD_SHORT, STALL, ERROR, NULL),
	MOVE(ERROR, UPLOAD0, STALL, ERROR, NULL),
	MOVE(ERROR, GETSTATUS, OK, ERROR, NULL),
	MOVE(ERROR, CLRSTATUS, OK, IDLE, cleared),
	MOVE(ERROR, GETSTATE, OK, ERROR, NULL),
	MOVE(ERROR, ABORT, STALL, ERROR, NULL),
	MOVE(ERROR, OTHER, STALL, ERROR, NULL),
	WHEN(ERROR, RESET, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(ERROR, RESET, VALID, 0, NONE, ERROR, reset_corrupt),
	WHEN(ERROR, POWER, VALID, VALID, NONE, APP_IDLE, reset_valid),
	WHEN(ERROR, POWER, VALID, 0, NONE, ERROR, reset_corrupt),
	MOVE(ERROR, TIME, NONE, ERROR, NULL),
};

const char *
dfu_input_name(enum dfu_input in)
{
	return ((unsigned)in < DFU_INPUT_COUNT ? input_names[in] : NULL);
}

int
dfu_input_of(const struct setup *s)
{
	static const uint8_t inputs[DFU_REQUEST_COUNT] = {
		[DFU_DETACH] = DFU_IN_DETACH,
		[DFU_DNLOAD] = DFU_IN_DNLOAD,
		[DFU_UPLOAD] = DFU_IN_UPLOAD,
		[DFU_GETSTATUS] = DFU_IN_GETSTATUS,
		[DFU_CLRSTATUS] = DFU_IN_CLRSTATUS,
		[DFU_GETSTATE] = DFU_IN_GETSTATE,
		[DFU_ABORT] = DFU_IN_ABORT,
	};

	if (!setup_is_class(s))
		return (-1);
	if (dfu_request_of(s) == NULL)
		return (DFU_IN_OTHER);
	if (s->bRequest == DFU_DNLOAD && s->wLength == 0)
		return (DFU_IN_DNLOAD0);
	if (s->bRequest == DFU_UPLOAD && s->wLength == 0)
		return (DFU_IN_UPLOAD0);
	return (inputs[s->bRequest]);
}

struct dfu_conditions
dfu_conditions_of(uint8_t bmAttributes, int dfuse)
{
	struct dfu_conditions c = {
		.can_dnload = (bmAttributes & DFU_ATTR_CAN_DNLOAD) != 0,
		.can_upload = (bmAttributes & DFU_ATTR_CAN_UPLOAD) != 0,
		.tolerant =
		    (bmAttributes & DFU_ATTR_MANIFESTATION_TOLERANT) != 0,
		.agrees = 1,
		.firmware_valid = 1,
		.dfuse = dfuse != 0,
	};

	return (c);
}

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

const struct dfu_move *
dfu_move(uint8_t state, enum dfu_input input, const struct dfu_conditions *c)
{
	unsigned bits = condition_bits(c);
	const struct dfu_move *m;

	for (m = moves; m < moves + dfu_moves_count(); m++)
		if (m->state == state && m->input == input &&
		    (bits & m->mask) == m->want)
			return (m);
	return (NULL);
}

size_t
dfu_moves_count(void)
{
	return (sizeof(moves) / sizeof(moves[0]));
}

const struct dfu_move *
dfu_moves_row(size_t i)
{
	return (i < dfu_moves_count() ? &moves[i] : NULL);
}
