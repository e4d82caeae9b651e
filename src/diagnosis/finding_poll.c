/* SPDX-License-Identifier: ISC */
/* Findings: waits, polls and time limits. */
#include "diagnosis/finding_rule.h"

#include "base/text.h"
#include "wire/usb.h"

#define EARLY_MS	2	/* clocks of hosts are no better */
#define LONG_MS		10	/* nobody minds less */
#define ZERO_POLLS	100
#define BUSY_LONG	60000000	/* us */
#define WAIT_LONG	120000		/* ms */
#define BLOCKS_MANY	16

static bool
is_early(struct finding_case *c)
{
	uint64_t left = session_wait_left(c->s, c->now) / 1000;

	if (!finding_is(c, DFU_GETSTATUS) || left < EARLY_MS ||
	    !dfu_state_is(c->r->before, DFU_STATES_BUSY) ||
	    finding_clock_stands(c))
		return (false);
	return (finding_since(c, c->s->status.by,
	    "GETSTATUS %llu ms before the %u ms were over",
	    (unsigned long long)left, c->s->status.reply.bwPollTimeout));
}

static bool
is_early_refused(struct finding_case *c)
{
	if (!finding_is(c, DFU_GETSTATUS) || c->w->here.early != c->r->number ||
	    !finding_sure(c) ||
	    !dfu_state_is(c->r->before, DFU_STATES_BLOCK))
		return (false);
	return (finding_since(c, c->w->here.past.number,
	    "polled %u ms too early, then %s", c->w->here.early_left,
	    c->state == DFU_STATE_ERROR ? "dfuERROR" :
	    finding_ended(c->r->outcome)));
}

static bool
is_early_done(struct finding_case *c)
{
	if (c->w->here.early != c->r->number ||
	    !dfu_state_is(c->r->before, DFU_STATES_BLOCK) ||
	    c->state != DFU_STATE_DNLOAD_IDLE ||
	    c->w->here.early_left < LONG_MS ||
	    c->w->here.early_left * 4 < c->w->stay.wait)
		return (false);
	return (finding_since(c, c->w->here.past.number,
	    "done %u ms before the announced time",
	    c->w->here.early_left));
}

/* It was not at work any more: it had failed. */
static bool
failed_after_all(const struct finding_case *c, const struct finding *f)
{
	(void)f;
	return (c->state == DFU_STATE_ERROR);
}

static bool
is_mass_erase_short(struct finding_case *c)
{
	if (!finding_is(c, DFU_GETSTATUS) || c->w->work.polls == 0 ||
	    c->w->work.over || c->w->work.kind != DFU_KIND_MASS_ERASE)
		return (false);
	return (finding_since(c, c->w->work.by,
	    "mass erase: %u ms announced, then %s", c->w->work.wait,
	    finding_ended(c->r->outcome)));
}

static bool
is_busy_stall(struct finding_case *c)
{
	const struct request *last = session_request(c->s,
	    c->r->number - 1);

	if (!finding_is(c, DFU_GETSTATUS) ||
	    !dfu_state_is(c->r->before, DFU_STATES_BLOCK) ||
	    c->w->work.polls == 0 || !finding_sure(c) ||
	    c->w->work.kind == DFU_KIND_READ_UNPROTECT)
		return (false);
	finding_since(c, c->w->here.past.number,
	    "GETSTATUS stalled after the announced %u ms",
	    c->w->work.wait);
	if (last != NULL && last->number > c->w->work.by &&
	    dfu_input_of(&last->setup) < 0)
		finding_say(c, "; just before it came #%u, which is no DFU "
		    "request", last->number);
	return (true);
}

static bool
is_erase_silent(struct finding_case *c)
{
	if (!finding_erases(c) || c->w->work.over ||
	    (!finding_is(c, DFU_GETSTATUS) && !finding_is(c, DFU_DNLOAD)))
		return (false);
	return (finding_no_answer(c, c->w->work.by) &&
	    finding_say(c, " while erasing"));
}

/* bMaxPacketSize0 of the device descriptor. */
static uint32_t
packet_size(const struct finding_case *c)
{
	const struct buf *d = c->s->who != NULL ? &c->s->who->descriptors :
	    NULL;

	return (d != NULL && d->len > 7 && d->data[7] != 0 ? d->data[7] : 64);
}

/* Nor was any before it that needed more than one packet. */
static bool
is_long_block_silent(struct finding_case *c)
{
	const struct finding_state *w = c->w;

	if (!finding_is(c, DFU_GETSTATUS) || w->work.kind != DFU_KIND_WRITE ||
	    w->work.by == 0 || w->here.past.number != w->work.by ||
	    w->here.past.outcome != OUTCOME_TIMEOUT ||
	    w->work.length <= packet_size(c) ||
	    w->here.longest > packet_size(c))
		return (false);
	return (finding_no_answer(c, w->work.by) && finding_say(c,
	    " for a block of %u bytes and every later request; no block "
	    "longer than the %u bytes of a packet was ever answered",
	    w->work.length,
	    packet_size(c)));
}

/* It was said better: see above. */
static bool
is_too_long_after_all(const struct finding_case *c, const struct finding *f)
{
	return (c->e->kind == EVENT_COMPLETE && c->r != NULL &&
	    c->r->outcome == OUTCOME_TIMEOUT && f->count == 1 &&
	    f->culprit == c->w->work.by && finding_is(c, DFU_GETSTATUS) &&
	    c->w->work.length > packet_size(c) &&
	    c->w->here.longest <= packet_size(c));
}

static bool
is_block_silent(struct finding_case *c)
{
	if (c->w->work.kind != DFU_KIND_WRITE || c->w->work.over ||
	    !finding_sure(c) ||
	    (!finding_is(c, DFU_GETSTATUS) && !finding_is(c, DFU_DNLOAD)))
		return (false);
	return (finding_no_answer(c, c->w->work.by) &&
	    finding_say(c, " for a block of %u byte%s", c->w->work.length,
	    TEXT_S(c->w->work.length)));
}

static bool
is_manifest_silent(struct finding_case *c)
{
	if (!finding_is(c, DFU_GETSTATUS) || c->w->work.kind != DFU_KIND_END ||
	    c->w->work.polls != 0)
		return (false);
	return (finding_no_answer(c, c->w->work.by) &&
	    finding_say(c, " for the GETSTATUS that starts manifestation"));
}

static bool
is_slow_pipe(struct finding_case *c)
{
	if (c->w->here.timeouts < 2)
		return (false);
	return (finding_since(c, c->w->here.timeout_first,
	    "%u requests without an answer, then answers again",
	    c->w->here.timeouts));
}

static bool
is_silent(struct finding_case *c)
{
	/* Whether it was to answer in the state that it is in. */
	if (c->r->outcome != OUTCOME_TIMEOUT ||
	    (c->w->here.partial && c->r->before == NO_STATE) ||
	    c->r->before == DFU_STATE_MANIFEST_WAIT_RESET)
		return (false);
	return (finding_no_answer(c, c->first));
}

static bool
is_busy_zero(struct finding_case *c)
{
	if (!c->r->replied || c->state != DFU_STATE_DNBUSY ||
	    c->r->reply.bwPollTimeout != 0 ||
	    finding_stayed(c) == 0 || c->w->stay.zero + 1 < ZERO_POLLS)
		return (false);
	return (finding_since(c, c->w->stay.first,
	    "dfuDNBUSY with 0 ms, %u times in %.1f s",
	    c->w->stay.zero + 1,
	    (double)(c->now - c->w->stay.since) / 1e6));
}

static bool
is_polled_at_once(struct finding_case *c)
{
	if (!c->r->replied || c->state != DFU_STATE_DNBUSY ||
	    c->r->reply.bwPollTimeout != 0 || finding_stayed(c) == 0 ||
	    c->w->stay.zero + 1 < WAIT_STATS_LOOP ||
	    c->w->stay.zero + 1 >= ZERO_POLLS)
		return (false);
	return (finding_since(c, c->w->stay.first,
	    "dfuDNBUSY with 0 ms, %u times", c->w->stay.zero + 1));
}

/* It did not end soon: that is said in its place. */
static bool
is_zero_wait_after_all(const struct finding_case *c, const struct finding *f)
{
	(void)f;
	return (c->state == DFU_STATE_DNBUSY &&
	    c->w->stay.zero + 1 >= ZERO_POLLS);
}

static bool
is_busy_long(struct finding_case *c)
{
	if (c->state != DFU_STATE_DNBUSY || finding_stayed(c) < 2 ||
	    (!session_is_stuck(c->s) &&
	    c->now - c->w->stay.since < BUSY_LONG))
		return (false);
	return (finding_since(c, c->w->stay.first,
	    "dfuDNBUSY %u times, for %.0f s", finding_stayed(c) + 1,
	    (double)(c->now - c->w->stay.since) / 1e6));
}

/* A wait may be long, and grow, but not by chance. */
static bool
is_noise(struct finding_case *c)
{
	uint32_t wait = c->r->replied ? c->r->reply.bwPollTimeout : 0;

	if (wait <= WAIT_LONG &&
	    (c->w->stay.state != DFU_STATE_DNBUSY || wait < 5000 ||
		wait / 8 <= c->w->stay.wait))
		return (false);
	if (wait > WAIT_LONG)
		return (finding_say(c, "%u ms announced: %.0f min", wait,
		    (double)wait / 60000));
	return (finding_since(c, c->w->stay.first,
	    "%u ms announced after %u ms for the same work", wait,
	    c->w->stay.wait));
}

static bool
is_wait_dominant(struct finding_case *c)
{
	uint64_t all = c->now - c->w->here.begin;

	if (c->state != DFU_STATE_DNLOAD_IDLE ||
	    c->w->work.kind != DFU_KIND_WRITE ||
	    c->w->op.blocks < BLOCKS_MANY || all < 10000000 ||
	    c->w->here.announced < all / 10 * 8)
		return (false);
	return (finding_since(c, c->w->op.first,
	    "%.1f s of %.1f s are announced waits, %u blocks",
	    (double)c->w->here.announced / 1e6, (double)all / 1e6,
	    c->w->op.blocks));
}

static bool
is_host_slow(struct finding_case *c)
{
	if (!finding_is(c, DFU_DNLOAD) || c->w->op.instant < 4 * BLOCKS_MANY ||
	    c->w->op.instant_slow < c->w->op.instant / 4 * 3)
		return (false);
	return (finding_since(c, c->w->op.first,
	    "%u blocks done with 0 ms announced, the host paused after %u of "
	    "them",
	    c->w->op.instant, c->w->op.instant_slow));
}

const struct finding_row finding_poll_rows[] = {
	{ .id = "poll-early",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_WAITS) | FACT(FACT_STATUS),
	    .title = "Poll before the announced wait was over",
	    .class = FINDING_POLL, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "bwPollTimeout is the minimum time before the next "
	    "GETSTATUS, not a maximum. Most devices accept an early poll; "
	    "some stall it or go to dfuERROR.",
	    .source = "DFU 1.1 6.1.2",
	    .when = FINDING_ON_SENT,
	    .requests = FINDING_BIT(DFU_IN_GETSTATUS),
	    .predicate = is_early },
	{ .id = "poll-early-refused",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_WAITS) | FACT(FACT_STATUS),
	    .title = "Early poll caused an error",
	    .class = FINDING_POLL, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The host polled before bwPollTimeout was over, "
	    "while the device could not answer. The operation itself may have "
	    "worked.",
	    .apart = "A device that stalls after the full wait announces too "
	    "little; then the firmware is at fault.",
	    .advice = "Wait, then poll again. Send CLRSTATUS only in dfuERROR.",
	    .firmware = "Answer GETSTATUS while busy, with dfuDNBUSY and the "
	    "remaining time.",
	    .source = "DFU 1.1 A.2.5; dfu-util af3eb04; ST forum on the "
	    "STM32L432",
	    .when = FINDING_ON_STALL | FINDING_ON_SILENT | FINDING_ON_ERROR,
	    .group = GROUP_STALL, .predicate = is_early_refused },
	{ .id = "wait-too-long",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_WAITS) | FACT(FACT_STATUS),
	    .title = "Device is done long before the announced time",
	    .class = FINDING_POLL, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The device answered an early poll with "
	    "dfuDNLOAD-IDLE. A host that follows bwPollTimeout sleeps the "
	    "whole announced time for nothing.",
	    .firmware = "Announce the typical time and let the host poll "
	    "again.",
	    .source = "blackmagic 813cbaf8; dapboot 24d7045",
	    .when = FINDING_ON_STATUS,
	    .states = FINDING_BIT(DFU_STATE_DNLOAD_IDLE),
	    .predicate = is_early_done },
	{ .id = "mass-erase-wait-short",
	    .needs = FACT(FACT_WAITS) | FACT(FACT_PAYLOAD),
	    .title = "Mass erase takes longer than announced",
	    .class = FINDING_POLL, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The device announced too short a time for the mass "
	    "erase and does not answer while it erases. An STM32F405 "
	    "announces 100 ms and needs up to 32 s. The erase continues "
	    "nevertheless.",
	    .advice = "Keep the device powered, wait, then send GETSTATUS.",
	    .firmware = "Announce the time that the erase takes.",
	    .source = "dfu-util 47af500; dfu-util ticket 231",
	    .when = FINDING_ON_STALL | FINDING_ON_SILENT, .group = GROUP_STALL,
	    .predicate = is_mass_erase_short,
	    .taken_back = failed_after_all,
	    .settled = FINDING_ON_TOLD },
	{ .id = "busy-stall",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_WAITS) | FACT(FACT_STATUS),
	    .title = "Poll stalled although the announced wait is over",
	    .class = FINDING_POLL, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_OPEN,
	    .mechanism = "By DFU 1.1 a device that stalls a request is in "
	    "dfuERROR. Some devices (ROM of the STM32L4) announce too short "
	    "a time and stall polls while they work: such a device is busy, "
	    "and answers the same poll one wait later.",
	    .apart = "The next GETSTATUS tells: dfuERROR, or an answer as if "
	    "nothing had happened.",
	    .advice = "Poll at most three times, one announced wait apart.",
	    .over = "Nothing for this stall: a later poll was answered, so "
	    "the device was busy.",
	    .firmware = "Announce enough time; answer while busy.",
	    .source = "dfu-util c15ee60", .when = FINDING_ON_STALL,
	    .group = GROUP_STALL, .predicate = is_busy_stall,
	    .taken_back = failed_after_all,
	    .settled = FINDING_ON_TOLD },
	{ .id = "erase-silent",
	    .needs = FACT(FACT_PAYLOAD),
	    .title = "Request timed out during an erase",
	    .class = FINDING_POLL, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The processor erases and serves no USB meanwhile, "
	    "or the erase runs inside the request (ST's ROM starts it on "
	    "GETSTATUS). The timeout of the host is too short; the erase "
	    "continues.",
	    .apart = "If the device never answers again, the erase hangs: "
	        "power-cycle the device.",
	    .advice = "Allow 35 s for an erase: timeout 40000, then poll "
	        "again.",
	    .firmware = "Serve USB between sectors.",
	    .source = "micropython 494bcad; fwupd c40d77bdb",
	    .when = FINDING_ON_SILENT, .group = GROUP_SILENT,
	    .predicate = is_erase_silent },
	{ .id = "long-block-silent",
	    .title = "No block longer than a packet is answered",
	    .class = FINDING_POLL, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The device answered neither the first block longer "
	    "than one packet nor any later request. Its control endpoint does "
	    "not accept a data stage of several packets, whatever "
	    "wTransferSize says. A longer timeout does not help.",
	    .apart = "A device that erases for the first block answers again "
	    "when it is done: allow it 1 min once.",
	    .advice = "Unplug the device; then use smaller blocks: xfer-size "
	        "64.",
	    .firmware = "Accept data stages of wTransferSize bytes, or "
	    "announce the real limit.",
	    .source = "zephyr 45359; DFU 1.1 4.1.3",
	    .when = FINDING_ON_SILENT, .group = GROUP_SILENT,
	    .predicate = is_long_block_silent },
	{ .id = "block-silent",
	    .title = "Block timed out",
	    .class = FINDING_POLL, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The device works inside the request: it erases a "
	    "whole region for the first block, or starts before the status "
	    "stage is over. EP0 does not answer until the work is done.",
	    .apart = "If the device answers blocks of 64 bytes (xfer-size "
	    "64), it accepts none longer than a packet. An address outside "
	    "its memory can hang it permanently.",
	    .advice = "Use a longer timeout or a smaller image.",
	    .firmware = "Start the work after the status stage; erase step by "
	    "step.",
	    .source = "esp-idf 6999; zephyr 45359 and 15497",
	    .when = FINDING_ON_SILENT, .group = GROUP_SILENT,
	    .predicate = is_block_silent,
	    .taken_back = is_too_long_after_all,
	    .settled = FINDING_ON_TOLD | FINDING_ON_TAKEN },
	{ .id = "manifest-silent",
	    .title = "Request timed out when manifestation should start",
	    .class = FINDING_POLL, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The device manifests before it answers: it writes a "
	    "file system or finishes the update inside the status stage.",
	    .apart = "If the device then disconnects, the update is done. If "
	    "it answers later, it was still writing.",
	    .advice = "Allow 1 min before any other request.",
	    .firmware = "Do the work after the control transfer has ended.",
	    .source = "U-Boot fc18f8d; saturn-v 8", .when = FINDING_ON_SILENT,
	    .group = GROUP_SILENT, .predicate = is_manifest_silent },
	{ .id = "slow-pipe",
	    .title = "Device sometimes answers too late",
	    .class = FINDING_POLL, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "Several requests of different kinds timed out, and "
	    "the device answers later ones. Something delays its control "
	    "endpoint: debug output or a long interrupt.",
	    .firmware = "Lower the log level; shorten what blocks USB.",
	    .source = "zephyr 15497", .when = FINDING_ON_TOLD,
	    .predicate = is_slow_pipe, .beside = true },
	{ .id = "busy-zero-wait",
	    .needs = FACT(FACT_WAITS) | FACT(FACT_STATUS),
	    .title = "Device stays busy and announces 0 ms",
	    .class = FINDING_POLL, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The device reports dfuDNBUSY with no wait, so the "
	    "host polls without a pause. If blocks advance, 0 ms is all it "
	    "ever announces. If one block stays busy, its work never starts "
	    "or never ends (Black Magic Probe).",
	    .apart = "Watch the progress: mboot and TinyUSB announce 0 ms by "
	    "design.",
	    .advice = "Limit the number of polls, then power-cycle the device.",
	    .firmware = "Leave dfuDNBUSY when the status stage is over; "
	    "announce a time.",
	    .source = "dfu-util f42b6b5", .when = FINDING_ON_BUSY,
	    .states = FINDING_BIT(DFU_STATE_DNBUSY),
	    .predicate = is_busy_zero },
	{ .id = "busy-polled-at-once",
	    .needs = FACT(FACT_WAITS) | FACT(FACT_STATUS),
	    .title = "Host polls a busy device without a pause",
	    .class = FINDING_POLL, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The device reports dfuDNBUSY and announces 0 ms, "
	    "and the host polls without a pause. Each answer costs the device "
	    "time that its work needs.",
	    .advice = "Pause some ms between two polls.",
	    .firmware = "Announce how long the work takes.",
	    .source = "DFU 1.1 6.1.2", .when = FINDING_ON_BUSY,
	    .states = FINDING_BIT(DFU_STATE_DNBUSY),
	    .predicate = is_polled_at_once,
	    .taken_back = is_zero_wait_after_all,
	    .settled = FINDING_ON_STATUS },
	{ .id = "busy-long",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_WAITS) | FACT(FACT_STATUS),
	    .title = "dfuDNBUSY for more than a minute", .class = FINDING_POLL,
	    .severity = SEVERITY_WARNING, .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "One block or command keeps the device busy for "
	    "longer than any flash needs. The device refuses the operation "
	    "without reporting it, or hangs.",
	    .apart = "A big mass erase may take 32 s, rarely more.",
	    .firmware = "Report errERASE or errWRITE instead.",
	    .source = "micropython 4586", .when = FINDING_ON_BUSY,
	    .states = FINDING_BIT(DFU_STATE_DNBUSY),
	    .predicate = is_busy_long },
	{ .id = "wait-noise",
	    .needs = FACT(FACT_WAITS) | FACT(FACT_STATUS),
	    .title = "Announced wait is uninitialised memory",
	    .class = FINDING_POLL,
	    .severity = SEVERITY_WARNING, .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The firmware never sets bwPollTimeout: its three "
	    "bytes hold old memory contents. A host that follows it waits for "
	    "minutes or fails.",
	    .apart = "A real long erase announces the same time twice.",
	    .advice = "Ignore the announced wait; 5 ms are enough.",
	    .firmware = "Set all three bytes of bwPollTimeout.",
	    .source = "dfu-util af3eb04 and 30c6c09",
	    .when = FINDING_ON_BUSY | FINDING_ON_STATUS,
	    .predicate = is_noise },
	{ .id = "waits-dominate",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_WAITS) | FACT(FACT_STATUS),
	    .title = "Most of the time is spent in announced waits",
	    .class = FINDING_POLL, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The device announces the worst case for each block, "
	    "and the host waits that long. The download is slow but correct.",
	    .advice = "Try one early getstatus to see whether a shorter wait "
	        "is enough.",
	    .firmware = "Announce the typical time and let the host poll "
	    "again.",
	    .source = "blackmagic 1718; micropython 4d6f60d",
	    .when = FINDING_ON_STATUS,
	    .works = FINDING_BIT(DFU_KIND_WRITE),
	    .states = FINDING_BIT(DFU_STATE_DNLOAD_IDLE),
	    .predicate = is_wait_dominant },
	{ .id = "host-waits",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_WAITS) | FACT(FACT_STATUS),
	    .title = "Host waits although the device announces no wait",
	    .class = FINDING_POLL, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The device answers each block with dfuDNLOAD-IDLE "
	    "and 0 ms, which means no wait. The host still pauses after each "
	    "block. On big images these pauses take most of the time.",
	    .source = "fwupd dfc025468", .when = FINDING_ON_SENT,
	    .requests = FINDING_OF_DNLOAD,
	    .predicate = is_host_slow },
	{ .id = "no-answer",
	    .title = "Request timed out",
	    .class = FINDING_POLL, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_OPEN,
	    .mechanism = "Neither data nor STALL came within the timeout of "
	    "the host. Whether the device processed the request is unknown: "
	    "query its state.",
	    .apart = "If the device answers nothing else either, its USB side "
	    "hangs: unplug it.",
	    .source = "DFU 1.1 A.1",
	    .when = FINDING_ON_SILENT, .group = GROUP_SILENT,
	    .predicate = is_silent,
	    .general = 2 },
};
const size_t finding_poll_count =
    sizeof(finding_poll_rows) / sizeof(finding_poll_rows[0]);
