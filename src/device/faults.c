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
	[PARAM_START] = { "start", "ok|error|manifest|3|5|6|9", "ok", NULL,
	    "first state: error is dfuERROR with errFIRMWARE at each power-on, "
	    "manifest is dfuMANIFEST as after an unfinished leave, a number "
	    "is a state as somebody left it" },
	[PARAM_SILENT] = { "silent", "REQUEST@N|off", "off", NULL,
	    "never answers the Nth REQUEST, which has no effect" },
	[PARAM_STALL] = { "stall", "REQUEST@N|off", "off", NULL,
	    "stalls the Nth REQUEST without reason; nothing else changes" },
	[PARAM_GONE] = { "gone", "REQUEST@N|off", "off", NULL,
	    "drops off the bus instead of answering the Nth REQUEST, until it "
	    "is plugged in again" },
	[PARAM_BUSERROR] = { "buserror", "REQUEST@N|off", "off", NULL,
	    "the Nth REQUEST breaks on the bus and has no effect" },
	[PARAM_SHORT] = { "short", "REQUEST@N|off", "off", NULL,
	    "answers the Nth REQUEST with half of the bytes" },
	[PARAM_BABBLE] = { "babble", "REQUEST@N|off", "off", NULL,
	    "answers the Nth REQUEST with more bytes than asked for" },
	[PARAM_SLOW] = { "slow", "REQUEST@N|off", "off", NULL,
	    "takes its time for the Nth REQUEST, as slow-for says" },
	[PARAM_SLOW_FOR] = { "slow-for", "MS", "3000", NULL,
	    "how long that is" },
	[PARAM_FAIL] = { "fail", "REQUEST@N:STATUS[:ISTRING]|off", "off",
	    NULL,
	    "dfuERROR with that bStatus, and iString, at the Nth REQUEST" },
	[PARAM_CHAOS] = { "chaos", "PERCENT", "0", NULL,
	    "each request stalls, stays unanswered or breaks with that "
	    "probability, drawn from the seed" },
	[PARAM_SEED] = { "seed", "N", "1", NULL,
	    "what random draws from" },
	[PARAM_LATENCY] = { "latency", "US", "300", NULL,
	    "how long each control transfer takes" },
	[PARAM_ANNOUNCE] = { "announce", "noise|real|MS", "real", NULL,
	    "what bwPollTimeout says in dfuDNBUSY and dfuMANIFEST, whatever "
	    "the work needs; noise: something else each time" },
	[PARAM_STICKS] = { "sticks", "none|3|6", "none", NULL,
	    "GETSTATUS does not lead out of dfuDNLOAD-SYNC (3) or "
	    "dfuMANIFEST-SYNC (6)" },
	[PARAM_LATE] = { "late", "0|1", "0", NULL,
	    "GETSTATUS tells the state before it" },
	[PARAM_READ_ONLY] = { "read-only", "none|ALT", "none", NULL,
	    "an alternate setting that stalls what would change it, with "
	    "errVENDOR" },
	[PARAM_ENDS] = { "ends", "asked|short", "asked", NULL,
	    "short: a block shorter than wTransferSize is the last, and it "
	    "restarts without being asked to leave" },
	[PARAM_IDLE] = { "idle", "off|MS", "off", NULL,
	    "leaves when it was in dfuIDLE for that long and not asked" },
	[PARAM_WATCHDOG] = { "watchdog", "off|MS", "off", NULL,
	    "resets itself when it is busy for longer" },
	[PARAM_BACK] = { "back", "own|same|dead|app|none|PROFILE", "own", NULL,
	    "what comes back after it left by itself: its own way; the same "
	    "device as after power-on; that, but silent until it is unplugged; "
	    "an application that has no DFU interface; nothing; a device of "
	    "another profile" },
	[PARAM_BACK_AFTER] = { "back-after", "MS", "100", NULL,
	    "how long it is away then, and after a reset of its own" },
	[PARAM_STRINGS] = { "strings", "ok|hostile|empty|long", "ok", NULL,
	    "strings that attack the terminal and the parser, that are empty, "
	    "or that fill the descriptor" },
	[PARAM_DESCRIPTORS] = { "descriptors", "ok|cut|seven|zero|many|loop",
	    "ok", NULL,
	    "the last one cut in half; the functional one with the 7 bytes of "
	    "DFU 1.0; one of length 0 in between; 128 alternate settings; the "
	    "same interface again and again" },
	[PARAM_WRONG] = { "wrong", "none|WRONG", "none", NULL,
	    "one thing of the strings or the descriptors is wrong; given "
	    "again, another one too" },

	[PARAM_MODE] = { "mode", "dfu|app", "dfu", "dfu11 zephyr",
	    "begins in DFU mode, or in run-time mode where DETACH leads to it; "
	    "a later power-on always begins in run-time mode" },
	[PARAM_TOLERANT] = { "tolerant", "0|1", "1", "dfu11 tinyusb zephyr",
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
	[PARAM_BLOCK] = { "poll", "MS", "25", "tinyusb dapboot",
	    "time to write a block, announced and needed" },
	[PARAM_POLL_ALL] = { "poll", "MS", "100", "libopencm3",
	    "time of what a DNLOAD asks for, announced and needed" },
	[PARAM_POLL_ANY] = { "poll", "MS", "100", "zephyr",
	    "what every bwPollTimeout says" },
	[PARAM_WRITE] = { "write", "MS", "0", "uboot mboot",
	    "time to write a block; not announced, EP0 answers NAK until then"
	    },
	[PARAM_ERASE] = { "erase", "MS", "0", "mboot",
	    "time to erase; not announced, EP0 answers NAK until then" },
	[PARAM_IMAGE_WRITE] = { "write", "MS", "0", "zephyr",
	    "how long its image is not ready after a block: dfuDNBUSY" },
	[PARAM_MANIFEST] = { "manifest", "MS", "50", "dfu11 uboot",
	    "time of manifestation, announced and needed" },
	[PARAM_IMAGE_MANIFEST] = { "manifest", "MS", "0", "zephyr",
	    "how long its image is not ready after the last: dfuMANIFEST" },
	[PARAM_FINISH] = { "finish", "MS|never", "60", "tinyusb",
	    "how long after the manifestation began the application says that "
	    "it is finished, which is announced too; never: it forgets to" },
	[PARAM_REPORTS] = { "reports", "later|at-once", "later", "tinyusb",
	    "at-once: its application is done before the answer, which tells "
	    "a busy state that is over" },
	[PARAM_SIZE] = { "size", "SIZE", "1024", "dfu11 tinyusb",
	    "wTransferSize" },
	[PARAM_ROM_SIZE] = { "size", "SIZE", "2048", "stm32f072",
	    "wTransferSize" },
	[PARAM_COUNTS] = { "counts", "0|1", "0", "dfu11",
	    "a block whose number does not follow is refused" },
	[PARAM_FIRST] = { "first", "BLOCK", "0", "dfu11",
	    "the number of the first block then; 65535 is followed by 0" },
	[PARAM_WANT] = { "want", "BYTES|any", "any", "dfu11",
	    "expects that many bytes; a download that ends before is refused "
	    "with errNOTDONE" },
	[PARAM_FIRMWARE] = { "firmware", "ok|corrupt", "ok", "dfu11",
	    "corrupt: starts in dfuERROR with errFIRMWARE until a download is "
	    "manifested" },

	[PARAM_FLASH] = { "flash", "blank|pattern", "blank",
	    "stm32f072 st dapboot mboot libopencm3 blackmagic gd32 zephyr",
	    "erased, or filled so that reading it shows something" },
	[PARAM_RDP] = { "rdp", "0|1", "0", "stm32f072",
	    "read protection level; at 1 reading, erasing and writing give "
	    "errVENDOR" },
	[PARAM_UNPROTECT] = { "unprotect", "reset|stays", "reset",
	    "stm32f072",
	    "read unprotect: stays leaves out the reset, without which the "
	    "protection is still on" },
	[PARAM_WRP] = { "wrp", "none|PAGE-PAGE", "none", "stm32f072 st",
	    "write-protected pages, counted from 0: neither erased nor "
	    "written, which stm32f072 does not report (it protects pages in "
	    "pairs); st says errVENDOR" },
	[PARAM_PAGES] = { "pages", "true|half|double", "true",
	    "stm32f072 st mboot libopencm3 blackmagic gd32",
	    "how much an erase takes of what the name of the alternate "
	    "setting promises" },
	[PARAM_ERASE_MOVES] = { "erase-moves", "0|1", "0", "stm32f072 st",
	    "an erase sets the address too" },
	[PARAM_CORE] = { "core", "fs|otg", "fs", "st",
	    "its peripheral: on fs a STALL of a request without data is "
	    "lost, on otg it is not" },
	[PARAM_POLL_ADDRESS] = { "poll-address", "MS", "104", "stm32f072",
	    "time of Set Address, announced and needed" },
	[PARAM_POLL_ERASE] = { "poll-erase", "MS", "100", "stm32f072 st",
	    "time to erase a page, announced and needed" },
	[PARAM_POLL_WRITE] = { "poll-write", "MS", "104", "stm32f072 st",
	    "time to write a block, announced and needed" },
	[PARAM_GD32_ERASE] = { "poll-erase", "MS", "60", "gd32",
	    "time to erase a page, announced and needed" },
	[PARAM_GD32_WRITE] = { "poll-write", "MS", "80", "gd32",
	    "time to write a block; announced for a command, not for data" },
	[PARAM_PROBE_ERASE] = { "poll-erase", "MS", "20", "blackmagic",
	    "time to erase a page, announced and needed" },
	[PARAM_PROBE_WRITE] = { "poll-write", "MS", "27", "blackmagic",
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
