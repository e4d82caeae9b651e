/* SPDX-License-Identifier: ISC */
#include "tests/device/proof.h"

/* Those that were written from a specification have no matrix. */
static const struct step strict[] = {
	{ DFU_GETSTATUS, .answer = SIM_STALL, .state = 10, .status = 15 },
	{ DFU_CLRSTATUS, .state = 2 },
};

const struct proof proof_dfu11 = {
	.profile = "dfu11", .stack = "strict", .spec = "dfu11",
	.written = "DFU 1.1",
	.fault = "start=manifest,stuck=never", .steps = strict,
	.nsteps = COUNT(strict),
};

static const struct step stuck[] = {
	{ DFU_GETSTATUS, .hex = "000000000700", .state = 7 },
	{ DFU_ABORT, .answer = SIM_STALL, .state = 7 },
	{ DFU_GETSTATUS, .hex = "000000000700", .state = 7 },
	{ STEP_WAIT, 1, .state = GONE },
};

const struct proof proof_stm32f072 = {
	.profile = "stm32f072", .stack = "st-rom", .spec = "stm32f072",
	.written = "AN3156",
	.fault = "start=manifest,stuck=2", .steps = stuck,
	.nsteps = COUNT(stuck),
};

const struct proof *
proof_at(size_t i)
{
#define ROW(name, sentence)	&proof_##name,
	static const struct proof *const proofs[] = { SIM_PROFILES(ROW) };

	return (proofs[i]);
}

const struct proof *
proof_of(size_t i)
{
	const struct proof *p = proof_at(i);
	const char *name = sim_profiles[i].name;

	if (p == NULL)
		fail_msg("nothing is shown of the simulated device %s: write "
		    "tests/device/matrix_%s.c with its proof_%s", name, name,
		    name);
	assert_string_equal(p->profile, name);
	return (p);
}

enum sim_answer
proof_dnload(struct rig *r, uint16_t block, const char *bytes, uint16_t n)
{
	return (rig_request(r, 0x21, DFU_DNLOAD, block, 0, n,
	    (const uint8_t *)bytes));
}

enum sim_answer
proof_getstatus(struct rig *r)
{
	return (rig_request(r, 0xa1, DFU_GETSTATUS, 0, 0,
	    DFU_GETSTATUS_LENGTH, NULL));
}
