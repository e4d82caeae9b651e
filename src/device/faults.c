/* SPDX-License-Identifier: ISC */
/*
 * Everything that can be asked of a simulated device. The `value` of a row is
 * its grammar as well as its help: alternatives, a word in capitals standing
 * for what `kinds` below says.
 */
#include "device/profile.h"

const struct sim_parameter_row sim_parameters[] = {
	[PARAM_STUCK] = { "stuck", "N|never|random", "0", NULL,
	    "stay in dfuMANIFEST for N more polls; never: forever; random: 0 "
	    "to 40 polls, drawn from the seed" },
	[PARAM_START] = { "start", "ok|error|manifest|3|5|6|9", "ok", NULL,
	    "start in this state; error: dfuERROR with errFIRMWARE at each "
	    "power-on; manifest: dfuMANIFEST as after an unfinished leave; "
	    "a number: that state" },
	[PARAM_SILENT] = { "silent", "REQUEST@N|off", "off", NULL,
	    "do not answer the Nth REQUEST, which has no effect" },
	[PARAM_STALL] = { "stall", "REQUEST@N|off", "off", NULL,
	    "stall the Nth REQUEST without reason; nothing else changes" },
	[PARAM_GONE] = { "gone", "REQUEST@N|off", "off", NULL,
	    "disconnect instead of answering the Nth REQUEST, until plugged "
	    "in again" },
	[PARAM_BUSERROR] = { "buserror", "REQUEST@N|off", "off", NULL,
	    "fail the Nth REQUEST with a bus error; it has no effect" },
	[PARAM_SHORT] = { "short", "REQUEST@N|off", "off", NULL,
	    "answer the Nth REQUEST with half of the bytes" },
	[PARAM_BABBLE] = { "babble", "REQUEST@N|off", "off", NULL,
	    "answer the Nth REQUEST with more bytes than wLength" },
	[PARAM_SLOW] = { "slow", "REQUEST@N|off", "off", NULL,
	    "delay the Nth REQUEST by slow-for" },
	[PARAM_SLOW_FOR] = { "slow-for", "MS", "3000", NULL,
	    "set the delay of slow" },
	[PARAM_FAIL] = { "fail", "REQUEST@N:STATUS[:ISTRING]|off", "off",
	    NULL,
	    "enter dfuERROR with this bStatus and iString at the Nth REQUEST" },
	[PARAM_CHAOS] = { "chaos", "PERCENT", "0", NULL,
	    "let each request stall, time out or fail on the bus with this "
	    "probability, drawn from the seed" },
	[PARAM_SEED] = { "seed", "N", "1", NULL,
	    "set the random seed" },
	[PARAM_LATENCY] = { "latency", "US", "300", NULL,
	    "set the duration of each control transfer" },
	[PARAM_ANNOUNCE] = { "announce", "noise|real|MS", "real", NULL,
	    "announce this bwPollTimeout in dfuDNBUSY and dfuMANIFEST; "
	    "noise: a new random value each time" },
	[PARAM_STICKS] = { "sticks", "none|3|6", "none", NULL,
	    "let GETSTATUS not leave dfuDNLOAD-SYNC (3) or dfuMANIFEST-SYNC "
	    "(6)" },
	[PARAM_LATE] = { "late", "0|1", "0", NULL,
	    "let GETSTATUS report the previous state" },
	[PARAM_READ_ONLY] = { "read-only", "none|ALT", "none", NULL,
	    "stall writes and erases in this alternate setting, with "
	    "errVENDOR" },
	[PARAM_ENDS] = { "ends", "asked|short", "asked", NULL,
	    "short: take a block shorter than wTransferSize as the last, "
	    "and restart without a leave" },
	[PARAM_IDLE] = { "idle", "off|MS", "off", NULL,
	    "disconnect after this time in dfuIDLE without a request" },
	[PARAM_WATCHDOG] = { "watchdog", "off|MS", "off", NULL,
	    "reset itself when busy for longer" },
	[PARAM_BACK] = { "back", "own|same|dead|app|none|PROFILE", "own", NULL,
	    "reconnect after a leave as: own (its default); same (as after "
	    "power-on); dead (same, no answer until replugged); app (no DFU "
	    "interface); none; or another PROFILE" },
	[PARAM_BACK_AFTER] = { "back-after", "MS", "100", NULL,
	    "set the time until it reconnects, also after its own reset" },
	[PARAM_STRINGS] = { "strings", "ok|hostile|empty|long", "ok", NULL,
	    "use strings that attack terminal and parser, are empty, or "
	    "fill the descriptor" },
	[PARAM_DESCRIPTORS] = { "descriptors", "ok|cut|seven|zero|many|loop",
	    "ok", NULL,
	    "cut: halve the last descriptor; seven: functional descriptor "
	    "of DFU 1.0; zero: insert one of length 0; many: 128 alternate "
	    "settings; loop: repeat the interface" },
	[PARAM_WRONG] = { "wrong", "none|WRONG", "none", NULL,
	    "make one string or descriptor faulty; repeatable" },

	[PARAM_MODE] = { "mode", "dfu|app", "dfu", "dfu11 zephyr",
	    "start in DFU mode, or in run-time mode until a DETACH; later "
	    "power-ons always start in run-time mode" },
	[PARAM_TOLERANT] = { "tolerant", "0|1", "1", "dfu11 tinyusb zephyr",
	    "bitManifestationTolerant: device still answers after "
	    "manifestation" },
	[PARAM_WILL_DETACH] = { "will-detach", "0|1", "0", "dfu11",
	    "bitWillDetach: device reconnects without a bus reset" },
	[PARAM_CAN_DNLOAD] = { "can-dnload", "0|1", "1", "dfu11",
	    "bitCanDnload: device supports download" },
	[PARAM_CAN_UPLOAD] = { "can-upload", "0|1", "1", "dfu11",
	    "bitCanUpload: device supports upload" },
	[PARAM_BUSY] = { "busy", "stall|reply", "stall", "dfu11",
	    "stall GETSTATUS and GETSTATE in dfuDNBUSY and dfuMANIFEST "
	    "(A.2.5, A.2.8), or answer them as real devices do" },
	[PARAM_POLL] = { "poll", "MS", "10", "dfu11",
	    "set the time to write a block, announced and needed; 0: done "
	    "at the first GETSTATUS" },
	[PARAM_BLOCK] = { "poll", "MS", "25", "tinyusb dapboot",
	    "set the time to write a block, announced and needed" },
	[PARAM_POLL_ALL] = { "poll", "MS", "100", "libopencm3",
	    "set the time that a DNLOAD needs, announced and needed" },
	[PARAM_POLL_ANY] = { "poll", "MS", "100", "zephyr",
	    "set every bwPollTimeout" },
	[PARAM_WRITE] = { "write", "MS", "0", "uboot mboot",
	    "set the time to write a block; not announced: EP0 answers NAK "
	    "until then"
	    },
	[PARAM_ERASE] = { "erase", "MS", "0", "mboot",
	    "set the time to erase; not announced: EP0 answers NAK until "
	    "then" },
	[PARAM_IMAGE_WRITE] = { "write", "MS", "0", "zephyr",
	    "set the time in dfuDNBUSY after each block" },
	[PARAM_MANIFEST] = { "manifest", "MS", "50", "dfu11 uboot",
	    "set the time of manifestation, announced and needed" },
	[PARAM_IMAGE_MANIFEST] = { "manifest", "MS", "0", "zephyr",
	    "set the time in dfuMANIFEST after the last block" },
	[PARAM_FINISH] = { "finish", "MS|never", "60", "tinyusb",
	    "set the time until the application reports the end of "
	    "manifestation, also announced; never: it does not" },
	[PARAM_REPORTS] = { "reports", "later|at-once", "later", "tinyusb",
	    "at-once: finish before the answer, which reports a busy state "
	    "that is already over" },
	[PARAM_SIZE] = { "size", "SIZE", "1024", "dfu11 tinyusb",
	    "wTransferSize" },
	[PARAM_ROM_SIZE] = { "size", "SIZE", "2048", "stm32f072",
	    "wTransferSize" },
	[PARAM_COUNTS] = { "counts", "0|1", "0", "dfu11",
	    "stall a block with the wrong number" },
	[PARAM_FIRST] = { "first", "BLOCK", "0", "dfu11",
	    "set the number of the first block for counts; 0 follows 65535" },
	[PARAM_WANT] = { "want", "BYTES|any", "any", "dfu11",
	    "expect this many bytes; reject a shorter download with "
	    "errNOTDONE" },
	[PARAM_FIRMWARE] = { "firmware", "ok|corrupt", "ok", "dfu11",
	    "corrupt: start in dfuERROR with errFIRMWARE until a download "
	    "is manifested" },

	[PARAM_FLASH] = { "flash", "blank|pattern", "blank",
	    "stm32f072 st dapboot mboot libopencm3 blackmagic gd32 zephyr",
	    "start with erased flash, or filled with a pattern" },
	[PARAM_RDP] = { "rdp", "0|1", "0", "stm32f072",
	    "set the read protection level; 1: reading, erasing and writing "
	    "give errVENDOR" },
	[PARAM_UNPROTECT] = { "unprotect", "reset|stays", "reset",
	    "stm32f072",
	    "stays: do not reset after read unprotect, so protection stays "
	    "on" },
	[PARAM_WRP] = { "wrp", "none|PAGE-PAGE", "none", "stm32f072 st",
	    "write-protect these sectors, counted from 0; stm32f072 (in "
	    "pairs) reports no error, st reports errVENDOR" },
	[PARAM_PAGES] = { "pages", "true|half|double", "true",
	    "stm32f072 st mboot libopencm3 blackmagic gd32",
	    "set the erased part of the sector size that the memory map "
	    "states" },
	[PARAM_ERASE_MOVES] = { "erase-moves", "0|1", "0", "stm32f072 st",
	    "let an erase set the address, too" },
	[PARAM_CORE] = { "core", "fs|otg", "fs", "st",
	    "set the USB peripheral; fs: the STALL of a request without "
	    "data is lost" },
	[PARAM_POLL_ADDRESS] = { "poll-address", "MS", "104", "stm32f072",
	    "set the time of Set Address, announced and needed" },
	[PARAM_POLL_ERASE] = { "poll-erase", "MS", "100", "stm32f072 st",
	    "set the time to erase a sector, announced and needed" },
	[PARAM_POLL_WRITE] = { "poll-write", "MS", "104", "stm32f072 st",
	    "set the time to write a block, announced and needed" },
	[PARAM_GD32_ERASE] = { "poll-erase", "MS", "60", "gd32",
	    "set the time to erase a sector, announced and needed" },
	[PARAM_GD32_WRITE] = { "poll-write", "MS", "80", "gd32",
	    "set the time to write a block; announced for a command, not "
	    "for data" },
	[PARAM_PROBE_ERASE] = { "poll-erase", "MS", "20", "blackmagic",
	    "set the time to erase a sector, announced and needed" },
	[PARAM_PROBE_WRITE] = { "poll-write", "MS", "27", "blackmagic",
	    "set the time to write a block, announced and needed" },
	[PARAM_POLL_MASS_ERASE] = { "poll-mass-erase", "MS", "100",
	    "stm32f072",
	    "set the time to erase everything, announced and needed" },
	[PARAM_POLL_MANIFEST] = { "poll-manifest", "MS", "0", "stm32f072",
	    "set the wait announced in dfuMANIFEST" },
};
const size_t sim_parameters_count =
    sizeof sim_parameters / sizeof sim_parameters[0];

_Static_assert(sizeof sim_parameters / sizeof sim_parameters[0] ==
    PARAM_COUNT, "one row for each parameter");

/* SplitMix64 (Steele, Lea and Flood 2014): any seed will do. */
uint64_t
sim_draw(struct sim *s)
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
		return ((uint32_t)(sim_draw(s) % (STUCK_RANDOM_MAX + 1)));
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

/* The fault `chaos`. */
static bool
strike(struct sim *s, enum sim_answer *answer)
{
	static const enum sim_answer strikes[] = {
		SIM_STALL, SIM_SILENT, SIM_BUSERROR
	};
	uint32_t percent = sim_number(s, PARAM_CHAOS);

	if (percent == 0 || sim_draw(s) % 100 >= percent)
		return (false);
	*answer = strikes[sim_draw(s) % (sizeof strikes / sizeof strikes[0])];
	return (true);
}

static bool
is_due(const struct sim *s, const struct trigger *t, int request)
{
	return ((t->request == request || t->request == REQUEST_ANY) &&
	    s->counts[t->request] == t->nth);
}

bool
sim_fault(struct sim *s, int request, enum sim_answer *answer)
{
	const struct trigger *t, *first = NULL;
	size_t i;

	s->counts[request]++;
	s->counts[REQUEST_ANY]++;
	for (i = 0; i < s->triggers_count; i++) {
		t = &s->triggers[i];
		if (!is_due(s, t, request))
			continue;
		if (t->param == PARAM_SHORT)
			s->shorten = true;
		else if (t->param == PARAM_BABBLE)
			s->babble = true;
		else if (t->param == PARAM_SLOW)
			s->slow = true;
		else if (t->param == PARAM_FAIL)
			s->failing = t;
		else if (first == NULL)
			first = t;
	}
	if (first == NULL)
		return (strike(s, answer));
	*answer = answer_of(first);
	return (true);
}

bool
sim_is_write_protected(const struct sim *s, uint32_t page)
{
	const struct value *v = &s->value[PARAM_WRP];

	return (!sim_is(s, PARAM_WRP, "none") && page >= v->number &&
	    page <= v->last);
}
