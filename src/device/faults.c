/*
 * Everything that can be asked of a simulated device. The `value` of a row is
 * its grammar as well as its help: alternatives, a word in capitals standing
 * for what `kinds` below says.
 */
#include "device/profile.h"

const struct sim_parameter_row sim_parameters[] = {
	[PARAM_STUCK] = { "stuck", "N|never|random", "0", NULL,
	    "answers dfuMANIFEST to N more GETSTATUS before it is done; "
	    "never: for ever; random: 0 to 40, drawn from the seed" },
	[PARAM_START] = { "start", "ok|error|manifest", "ok", NULL,
	    "first state: error is dfuERROR with errFIRMWARE at each power-on, "
	    "manifest is dfuMANIFEST as after an unfinished leave" },
	[PARAM_SILENT] = { "silent", "REQUEST@N", NULL, NULL,
	    "never answers the Nth REQUEST, which has no effect" },
	[PARAM_STALL] = { "stall", "REQUEST@N", NULL, NULL,
	    "stalls the Nth REQUEST without reason; nothing else changes" },
	[PARAM_GONE] = { "gone", "REQUEST@N", NULL, NULL,
	    "drops off the bus instead of answering the Nth REQUEST, until it "
	    "is plugged in again" },
	[PARAM_BUSERROR] = { "buserror", "REQUEST@N", NULL, NULL,
	    "the Nth REQUEST breaks on the bus and has no effect" },
	[PARAM_SEED] = { "seed", "N", "1", NULL,
	    "what random draws from" },
	[PARAM_LATENCY] = { "latency", "US", "300", NULL,
	    "how long each control transfer takes" },

	[PARAM_MODE] = { "mode", "dfu|app", "dfu", "dfu11",
	    "begins in DFU mode, or in run-time mode where DETACH leads to it; "
	    "a later power-on always begins in run-time mode" },
	[PARAM_TOLERANT] = { "tolerant", "0|1", "1", "dfu11",
	    "bitManifestationTolerant: still talks after manifestation" },
	[PARAM_WILL_DETACH] = { "will-detach", "0|1", "0", "dfu11",
	    "bitWillDetach: re-attaches by itself where else the host has to "
	    "reset the bus" },
	[PARAM_CAN_DNLOAD] = { "can-dnload", "0|1", "1", "dfu11",
	    "bitCanDnload: takes a download" },
	[PARAM_CAN_UPLOAD] = { "can-upload", "0|1", "1", "dfu11",
	    "bitCanUpload: gives its firmware back" },
	[PARAM_BUSY] = { "busy", "stall|reply", "stall", "dfu11",
	    "GETSTATUS and GETSTATE in dfuDNBUSY and dfuMANIFEST: an error as "
	    "A.2.5 and A.2.8 have it, or answered as real devices do" },
	[PARAM_POLL] = { "poll", "MS", "10", "dfu11",
	    "time to write a block, announced and needed; 0: already done at "
	    "the first GETSTATUS" },
	[PARAM_MANIFEST] = { "manifest", "MS", "50", "dfu11",
	    "time of manifestation, announced and needed" },
	[PARAM_SIZE] = { "size", "SIZE", "1024", "dfu11",
	    "wTransferSize" },
	[PARAM_WANT] = { "want", "BYTES|any", "any", "dfu11",
	    "expects that many bytes; a download that ends before is refused "
	    "with errNOTDONE" },
	[PARAM_FIRMWARE] = { "firmware", "ok|corrupt", "ok", "dfu11",
	    "corrupt: starts in dfuERROR with errFIRMWARE until a download is "
	    "manifested" },

	[PARAM_FLASH] = { "flash", "blank|pattern", "blank", "stm32f072",
	    "erased, or filled so that reading it shows something" },
	[PARAM_RDP] = { "rdp", "0|1", "0", "stm32f072",
	    "read protection level; at 1 reading, erasing and writing give "
	    "errVENDOR" },
	[PARAM_BACK] = { "back", "none|dfu", "none", "stm32f072",
	    "after a leave: gone, as an application without USB; or back in "
	    "the boot loader, as if there was no code to jump to" },
	[PARAM_POLL_ADDRESS] = { "poll-address", "MS", "104", "stm32f072",
	    "time of Set Address, announced and needed" },
	[PARAM_POLL_ERASE] = { "poll-erase", "MS", "100", "stm32f072",
	    "time to erase a page, announced and needed" },
	[PARAM_POLL_WRITE] = { "poll-write", "MS", "104", "stm32f072",
	    "time to write a block, announced and needed" },
	[PARAM_POLL_MASS_ERASE] = { "poll-mass-erase", "MS", "100",
	    "stm32f072",
	    "time to erase everything, announced and needed" },
	[PARAM_POLL_MANIFEST] = { "poll-manifest", "MS", "0", "stm32f072",
	    "poll time announced in dfuMANIFEST" },
};
const size_t sim_parameters_count =
    sizeof sim_parameters / sizeof sim_parameters[0];

_Static_assert(sizeof sim_parameters / sizeof sim_parameters[0] ==
    PARAM_COUNT, "one row for each parameter");

/* SplitMix64 (Steele, Lea and Flood 2014): any seed will do. */
static uint64_t
draw(struct sim *s)
{
	uint64_t z = s->random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (z ^ z >> 31);
}

#define STUCK_RANDOM_MAX	40

uint32_t
sim_stuck_rounds(struct sim *s)
{
	if (sim_is(s, PARAM_STUCK, "never"))
		return (UINT32_MAX);
	if (sim_is(s, PARAM_STUCK, "random"))
		return ((uint32_t)(draw(s) % (STUCK_RANDOM_MAX + 1)));
	return (sim_number(s, PARAM_STUCK));
}

bool
sim_pass_round(struct sim *s)
{
	if (s->rounds == 0)
		return (false);
	if (s->rounds != UINT32_MAX)
		s->rounds--;
	return (true);
}

static enum sim_answer
answer_of(const struct trigger *t)
{
	switch (t->param) {
	case PARAM_SILENT:
		return (SIM_SILENT);
	case PARAM_STALL:
		return (SIM_STALL);
	case PARAM_GONE:
		return (SIM_GONE);
	default:
		return (SIM_BUSERROR);
	}
}

bool
sim_fault(struct sim *s, int request, enum sim_answer *answer)
{
	const struct trigger *t;
	size_t i;

	s->counts[request]++;
	s->counts[REQUEST_ANY]++;
	for (i = 0; i < s->triggers_count; i++) {
		t = &s->triggers[i];
		if (t->request != request && t->request != REQUEST_ANY)
			continue;
		if (s->counts[t->request] != t->nth)
			continue;
		*answer = answer_of(t);
		return (true);
	}
	return (false);
}
