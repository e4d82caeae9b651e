/* SPDX-License-Identifier: ISC */
/*
 * What mboot of MicroPython 1c3c201, ports/stm32/mboot/main.c, answered and
 * did when it was driven request by request. Only states that requests reach
 * are here: dfuUPLOAD-IDLE by an UPLOAD and a GETSTATUS. It never is in a SYNC
 * state, and dfuDNBUSY ends before the next request.
 */
#include "tests/device/proof.h"

static const struct matrix_cell cells[] = {
	{ 2, "DETACH", SIM_ACK, 2, 0, NOTHING, NOTHING, STAYS },
	{ 2, "DNLOAD", SIM_ACK, 2, 0, NOTHING, NOTHING, STAYS },
	{ 2, "DNLOAD0", SIM_ACK, 2, 0, NOTHING, NOTHING, STAYS },
	{ 2, "UPLOAD", SIM_ACK, 2, 0, NOTHING, NOTHING, STAYS },
	{ 2, "UPLOAD0", SIM_ACK, 2, 0, NOTHING, NOTHING, STAYS },
	{ 2, "GETSTATUS", SIM_ACK, 2, 0, 2, 0, STAYS },
	{ 2, "CLRSTATUS", SIM_ACK, 2, 0, NOTHING, NOTHING, STAYS },
	{ 2, "GETSTATE", SIM_ACK, 2, 0, 2, NOTHING, STAYS },
	{ 2, "ABORT", SIM_ACK, 2, 0, NOTHING, NOTHING, STAYS },
	{ 2, "UNKNOWN", SIM_ACK, 2, 0, NOTHING, NOTHING, STAYS },
	{ 2, "RESET", SIM_ACK, 2, 0, NOTHING, NOTHING, STAYS },
	{ 2, "POWER", SIM_ACK, 2, 0, NOTHING, NOTHING, STAYS },
	{ 2, "TIMEOUT", SIM_ACK, 2, 0, NOTHING, NOTHING, STAYS },

	{ 5, "DETACH", SIM_ACK, 5, 0, NOTHING, NOTHING, STAYS },
	{ 5, "DNLOAD", SIM_ACK, 5, 0, NOTHING, NOTHING, STAYS },
	{ 5, "DNLOAD0", SIM_ACK, 5, 0, NOTHING, NOTHING, STAYS },
	{ 5, "UPLOAD", SIM_ACK, 5, 0, NOTHING, NOTHING, STAYS },
	{ 5, "UPLOAD0", SIM_ACK, 5, 0, NOTHING, NOTHING, STAYS },
	{ 5, "GETSTATUS", SIM_ACK, 5, 0, 5, 0, STAYS },
	{ 5, "CLRSTATUS", SIM_ACK, 2, 0, NOTHING, NOTHING, STAYS },
	{ 5, "GETSTATE", SIM_ACK, 5, 0, 5, NOTHING, STAYS },
	{ 5, "ABORT", SIM_ACK, 2, 0, NOTHING, NOTHING, STAYS },
	{ 5, "UNKNOWN", SIM_ACK, 5, 0, NOTHING, NOTHING, STAYS },
	{ 5, "RESET", SIM_ACK, 5, 0, NOTHING, NOTHING, STAYS },
	{ 5, "POWER", SIM_ACK, 2, 0, NOTHING, NOTHING, STAYS },
	{ 5, "TIMEOUT", SIM_ACK, 5, 0, NOTHING, NOTHING, STAYS },

	{ 9, "DETACH", SIM_ACK, 9, 0, NOTHING, NOTHING, STAYS },
	{ 9, "DNLOAD", SIM_ACK, 9, 0, NOTHING, NOTHING, STAYS },
	{ 9, "DNLOAD0", SIM_ACK, 9, 0, NOTHING, NOTHING, STAYS },
	{ 9, "UPLOAD", SIM_ACK, 9, 0, NOTHING, NOTHING, STAYS },
	{ 9, "UPLOAD0", SIM_ACK, 9, 0, NOTHING, NOTHING, STAYS },
	{ 9, "GETSTATUS", SIM_ACK, 9, 0, 9, 0, STAYS },
	{ 9, "CLRSTATUS", SIM_ACK, 2, 0, NOTHING, NOTHING, STAYS },
	{ 9, "GETSTATE", SIM_ACK, 9, 0, 9, NOTHING, STAYS },
	{ 9, "ABORT", SIM_ACK, 2, 0, NOTHING, NOTHING, STAYS },
	{ 9, "UNKNOWN", SIM_ACK, 9, 0, NOTHING, NOTHING, STAYS },
	{ 9, "RESET", SIM_ACK, 9, 0, NOTHING, NOTHING, STAYS },
	{ 9, "POWER", SIM_ACK, 2, 0, NOTHING, NOTHING, STAYS },
	{ 9, "TIMEOUT", SIM_ACK, 9, 0, NOTHING, NOTHING, STAYS },

	{ 10, "DETACH", SIM_ACK, 10, 8, NOTHING, NOTHING, STAYS },
	{ 10, "DNLOAD", SIM_ACK, 10, 8, NOTHING, NOTHING, STAYS },
	{ 10, "DNLOAD0", SIM_ACK, 10, 8, NOTHING, NOTHING, STAYS },
	{ 10, "UPLOAD", SIM_ACK, 10, 8, NOTHING, NOTHING, STAYS },
	{ 10, "UPLOAD0", SIM_ACK, 10, 8, NOTHING, NOTHING, STAYS },
	{ 10, "GETSTATUS", SIM_ACK, 10, 0, 10, 0, STAYS },
	{ 10, "CLRSTATUS", SIM_ACK, 2, 0, NOTHING, NOTHING, STAYS },
	{ 10, "GETSTATE", SIM_ACK, 10, 8, 10, NOTHING, STAYS },
	{ 10, "ABORT", SIM_ACK, 2, 0, NOTHING, NOTHING, STAYS },
	{ 10, "UNKNOWN", SIM_ACK, 10, 8, NOTHING, NOTHING, STAYS },
	{ 10, "RESET", SIM_ACK, 10, 8, NOTHING, NOTHING, STAYS },
	{ 10, "POWER", SIM_ACK, 2, 0, NOTHING, NOTHING, STAYS },
	{ 10, "TIMEOUT", SIM_ACK, 10, 8, NOTHING, NOTHING, STAYS },
};

/* It does not write over itself: another address. */
static void
begin(struct rig *r)
{
	proof_dnload(r, 0, "\x21\0\0\2\x08", 5);
	proof_getstatus(r);
	rig_request(r, 0x21, DFU_ABORT, 0, 0, 0, NULL);
}

/* To erase what is no flash is errADDRESS. */
static void
fall(struct rig *r)
{
	proof_dnload(r, 0, "\x41\0\0\0\x10", 5);
	proof_getstatus(r);
}

static const struct step stuck[] = {
	{ DFU_GETSTATUS, .hex = "000000000700", .state = 7 },
	{ DFU_GETSTATUS, .hex = "000000000700", .state = 7 },
	{ STEP_WAIT, 1, .state = GONE },
	{ STEP_WAIT, 100, .state = 2 },
};

const struct proof proof_mboot = {
	.profile = "mboot", .stack = "mboot", .spec = "mboot",
	.cells = cells, .count = COUNT(cells),
	.deviates = {
		[2] = "DETACH DNLOAD DNLOAD0 UPLOAD UPLOAD0 CLRSTATUS UNKNOWN "
		    "RESET POWER",
		[5] = "DETACH DNLOAD DNLOAD0 UPLOAD UPLOAD0 CLRSTATUS UNKNOWN "
		    "RESET POWER",
		[9] = "DETACH DNLOAD DNLOAD0 UPLOAD0 CLRSTATUS UNKNOWN RESET "
		    "POWER",
		[10] = "DETACH DNLOAD DNLOAD0 UPLOAD UPLOAD0 ABORT UNKNOWN "
		    "POWER",
	},
	.begin = begin, .first = 2, .full = 64, .fall = fall,
	.fault = "start=manifest,stuck=2", .steps = stuck,
	.nsteps = COUNT(stuck),
};
