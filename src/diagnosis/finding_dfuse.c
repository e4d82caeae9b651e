/* SPDX-License-Identifier: ISC */
/* Findings: DfuSe commands, addresses, erasing, protection. */
#include "diagnosis/finding_rule.h"

#include <string.h>

#include "base/text.h"
#include "dfu/dfuse.h"
#include "diagnosis/fingerprint.h"
#include "wire/usb.h"

#define SECOND		1000000

static uint8_t
status(const struct finding_case *c)
{
	return (c->r->replied ? c->r->reply.bStatus : DFU_STATUS_OK);
}

static bool
on_option_bytes(const struct session *s)
{
	return (session_option_bytes(s, s->alternate));
}

/* The address that this DNLOAD is about, and what the memory must allow. */
static bool
address_of(const struct finding_case *c, uint32_t *address, uint8_t *kind)
{
	const struct dfu_meaning *m = &c->r->meaning;

	if (!finding_is(c, DFU_DNLOAD) || !m->addressed)
		return (false);
	*kind = m->kind == DFU_KIND_WRITE ? LAYOUT_WRITABLE :
	    m->kind == DFU_KIND_ERASE ? LAYOUT_ERASABLE : 0;
	*address = m->address;
	/* To point there does no harm. */
	return (*kind != 0);
}

static bool
is_outside(struct finding_case *c)
{
	const struct layout_segment *segment;
	uint32_t address;
	uint8_t kind;

	if (c->w->here.layout.nsegments == 0 || !address_of(c, &address, &kind))
		return (false);
	segment = layout_at(&c->w->here.layout, address);
	if (segment != NULL && (segment->kind & kind) == kind)
		return (false);
	return (finding_say(c, "0x%08x is %s its memory layout", address,
	    segment == NULL ? "outside" : "read-only in"));
}

static bool
is_address_refused(struct finding_case *c)
{
	uint8_t s = status(c);

	if (s != DFU_STATUS_ERR_TARGET && s != 0x08)
		return (false);
	if (finding_dfuse(c))
		return (finding_since(c, c->w->work.by, "%s for 0x%08x",
		    dfu_status_name(s), c->w->work.address));
	finding_since(c, c->w->work.by, "%s for block %u of this download",
	    dfu_status_name(s), c->w->op.blocks);
	return (c->w->here.stored == 0 || finding_say(c,
	    "; stored before: %u byte%s", c->w->here.stored,
	    TEXT_S(c->w->here.stored)));
}

static bool
is_unprotect_refused(struct finding_case *c)
{
	if (c->w->work.kind != DFU_KIND_READ_UNPROTECT ||
	    status(c) == DFU_STATUS_ERR_STALLEDPKT)
		return (false);
	return (finding_since(c, c->w->work.by, "read unprotect, then %s",
	    dfu_status_name(status(c))));
}

static bool
is_unprotect_sent(struct finding_case *c)
{
	return (finding_is(c, DFU_DNLOAD) &&
	    c->r->meaning.kind == DFU_KIND_READ_UNPROTECT &&
	    finding_say(c, "read unprotect was sent"));
}

/* It says that all is well, and goes on as if nothing had been. */
static bool
is_unprotect_void(struct finding_case *c)
{
	if (c->w->work.kind != DFU_KIND_READ_UNPROTECT || c->w->work.over ||
	    !finding_is(c, DFU_GETSTATUS))
		return (false);
	return (finding_since(c, c->w->work.by,
	    "read unprotect, then %s, and no reset",
	    dfu_state_name(c->state)));
}

static bool
resets_after_all(const struct finding_case *c, const struct finding *f)
{
	(void)f;
	return (c->e->kind == EVENT_LEFT);
}

/* It did not leave, and talks. */
static bool
answers_after_all(const struct finding_case *c, const struct finding *f)
{
	return (c->state != NO_STATE &&
	    (!c->w->gone.ever || c->w->gone.at < f->at));
}

static bool
is_unprotect_done(struct finding_case *c)
{
	if (c->w->work.kind != DFU_KIND_READ_UNPROTECT || c->w->work.over ||
	    (c->r != NULL && (!finding_is(c, DFU_GETSTATUS) ||
	    c->w->work.polls == 0)))
		return (false);
	return (finding_since(c, c->w->work.by, "read unprotect, then %s",
	    c->r != NULL ? "STALL" : "the device disconnected"));
}

static bool
is_unprotect_lost(struct finding_case *c)
{
	if (c->s->present || !c->w->gone.ever || !c->w->gone.erased ||
	    finding_idle(c) < 30 * SECOND)
		return (false);
	return (finding_since(c, c->w->work.by,
	    "read unprotect, nothing reconnected within 30 s"));
}

/* Something of it was, since the device arrived. */
static bool
was_read(const struct session *s)
{
	size_t i = s->nrequests;

	while (i-- > 0 && s->requests[i].at >= s->arrived_at)
		if (s->requests[i].meaning.kind == DFU_KIND_READ &&
		    outcome_is_answer((enum outcome)s->requests[i].outcome))
			return (true);
	return (false);
}

static bool
is_protected(struct finding_case *c)
{
	const struct dfu_stack *stack;

	if (status(c) != DFU_STATUS_ERR_VENDOR || !finding_dfuse(c) ||
	    c->w->work.kind == DFU_KIND_NONE || c->w->work.over)
		return (false);
	stack = fingerprint_stack(c->s, NULL);
	/* What is only not erased is refused in the same words. */
	if (c->w->work.kind != DFU_KIND_READ &&
	    (c->w->work.kind == DFU_KIND_WRITE || stack == NULL ||
	    strcmp(stack->id, "st-rom") != 0))
		return (false);
	if (was_read(c->s))
		return (false);
	return (finding_since(c, c->w->work.by != 0 ? c->w->work.by :
	    c->r->number, "errVENDOR, iString %u", c->r->reply.iString));
}

/* Memory was read or changed since, and not unprotected for that. */
static bool
is_open_after_all(const struct finding_case *c, const struct finding *f)
{
	const struct request *was = session_request(c->s, f->last);
	enum dfu_kind kind = c->w->work.kind;

	if (was == NULL || was->at < c->s->arrived_at ||
	    c->e->kind != EVENT_COMPLETE || c->r == NULL)
		return (false);
	if (c->r->meaning.kind == DFU_KIND_READ)
		return (outcome_is_answer((enum outcome)c->r->outcome));
	return (c->state == DFU_STATE_DNLOAD_IDLE && c->w->work.by > f->last &&
	    (kind == DFU_KIND_WRITE || kind == DFU_KIND_ERASE ||
		kind == DFU_KIND_MASS_ERASE));
}

static bool
is_option_write(struct finding_case *c)
{
	if (!finding_dfuse(c) || c->r->meaning.kind != DFU_KIND_WRITE ||
	    !on_option_bytes(c->s))
		return (false);
	return (finding_say(c, "%u byte%s written to the option bytes",
	    c->e->len, TEXT_S(c->e->len)));
}

static bool
is_option_reset(struct finding_case *c)
{
	if (c->w->work.kind != DFU_KIND_WRITE || c->w->work.over ||
	    !on_option_bytes(c->s))
		return (false);
	return (finding_since(c, c->w->work.by,
	    "option bytes written, then the device disconnected"));
}

static bool
is_plain_to_dfuse(struct finding_case *c)
{
	if (c->w->work.kind != DFU_KIND_WRITE || c->w->work.over ||
	    !finding_dfuse(c) || c->w->op.block >= DFUSE_FIRST_BLOCK ||
	    (!finding_is(c, DFU_DNLOAD) && !finding_is(c, DFU_GETSTATUS)))
		return (false);
	return (finding_since(c, c->w->work.by,
	    "%u byte%s as block %u, which is reserved for commands",
	    c->w->work.length, TEXT_S(c->w->work.length), c->w->op.block));
}

static bool
is_dfuse_to_plain(struct finding_case *c)
{
	static const struct dfu_context dfuse = {
	    .dialect = DFU_DIALECT_DFUSE };
	const struct dfuse_command_row *row;
	struct dfu_meaning m;

	if (!finding_plain(c) || c->e->setup.wLength != c->e->kept)
		return (false);
	m = dfu_meaning(&c->e->setup, c->e->data, c->e->kept, &dfuse);
	row = dfuse_command_row((enum dfu_kind)m.kind);
	if (row == NULL)
		return (false);
	return (finding_say(c, "%s as the first block", row->name));
}

/* What a plain device would store. */
static bool
is_undecided(struct finding_case *c)
{
	const struct dfuse_command_row *row =
	    dfu_meaning_undecided(&c->r->meaning);

	return (row != NULL && session_fact(c->s, FACT_MAP) != KNOWN_NOT &&
	    finding_say(c, "%s, %u byte%s; DfuSe is not known for this device",
	    row->name, c->e->setup.wLength, TEXT_S(c->e->setup.wLength)));
}

/* It does. */
static bool
speaks_dfuse(const struct finding_case *c, const struct finding *f)
{
	(void)f;
	return (session_dialect(c->s) == DFU_DIALECT_DFUSE);
}

static bool
is_sector_refused(struct finding_case *c)
{
	if (!finding_erases(c) || c->w->here.erases_done == 0)
		return (false);
	return (finding_since(c, c->w->work.by,
	    "%u sector%s erased, 0x%08x refused with %s",
	    c->w->here.erases_done, TEXT_S(c->w->here.erases_done),
	    c->w->work.address,
	    finding_status(c)));
}

#define MASS_ERASE_CAUSE \
	"The bootloader does not erase everything at once. Possible causes: " \
	"it does not know the mass erase, the flash is protected against " \
	"reads or writes, or it is worn."
#define MASS_ERASE_ADVICE \
	"Use erase-range, sector by sector: if that works, only the mass " \
	"erase is missing. Read unprotect removes a read protection, and " \
	"erases the whole flash."

static bool
is_erase_refused(struct finding_case *c)
{
	if (!finding_erases(c))
		return (false);
	if (c->w->work.kind == DFU_KIND_MASS_ERASE) {
		c->mechanism = MASS_ERASE_CAUSE;
		c->advice = MASS_ERASE_ADVICE;
	}
	return (finding_since(c, c->w->work.by, "%s, then %s",
	    c->w->work.kind == DFU_KIND_MASS_ERASE ? "mass erase" : "erase",
	    finding_status(c)));
}

/* Written where nothing was erased, though other sectors were. */
static bool
is_not_erased(struct finding_case *c)
{
	const struct layout_segment *segment;
	uint32_t address;
	uint8_t kind;

	if (c->w->here.erases_done == 0 || c->w->here.all_erased ||
	    !address_of(c, &address, &kind) || kind != LAYOUT_WRITABLE)
		return (false);
	segment = layout_at(&c->w->here.layout, address);
	if (segment == NULL || !(segment->kind & LAYOUT_ERASABLE) ||
	    finding_touches(
		c->w->here.erased, c->w->here.nerased, address, address))
		return (false);
	return (finding_say(c, "0x%08x was written, its sector was not erased",
	    address));
}

static bool
is_erased_again(struct finding_case *c)
{
	const struct layout_segment *segment;
	uint32_t address, from;
	uint8_t kind;

	if (!address_of(c, &address, &kind) || kind != LAYOUT_ERASABLE)
		return (false);
	segment = layout_at(&c->w->here.layout, address);
	from = layout_sector(&c->w->here.layout, address);
	if (segment == NULL || !finding_touches(c->w->op.written,
	    c->w->op.nwritten, from, from + segment->size - 1))
		return (false);
	return (finding_since(c, c->w->op.first,
	    "erase of 0x%08x, already written by this download", from));
}

static bool
is_interleaved(struct finding_case *c)
{
	uint32_t address;
	uint8_t kind;

	if (c->w->op.turns < 2 || !address_of(c, &address, &kind) ||
	    kind != LAYOUT_ERASABLE || c->w->op.blocks == 0)
		return (false);
	return (finding_since(c, c->w->op.first,
	    "erases and writes alternate, %u times", c->w->op.turns));
}

static bool
is_command_unknown(struct finding_case *c)
{
	if (status(c) != DFU_STATUS_ERR_STALLEDPKT ||
	    (c->w->work.kind != DFU_KIND_COMMAND &&
	    c->w->work.kind != DFU_KIND_READ_UNPROTECT) || !finding_dfuse(c))
		return (false);
	return (finding_since(c, c->w->work.by,
	    "a command of %u byte%s, then errSTALLEDPKT",
	    c->w->work.length, TEXT_S(c->w->work.length)));
}

const struct finding_row finding_dfuse_rows[] = {
	{ .id = "address-outside-map",
	    .needs = FACT(FACT_PAYLOAD) | FACT(FACT_MAP),
	    .title = "Address outside the memory of the device",
	    .class = FINDING_DFUSE,
	    .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism =
		"The memory layout of the alternate setting does not have this "
		"address, or has it only for reading. Bootloaders answer "
		"errTARGET or errADDRESS, do not answer, or hang.",
	    .advice = "Check the address that the image is linked for.",
	    .firmware = "Check the range; answer errADDRESS.",
	    .source = "micropython 5728; AN3156",
	    .when = FINDING_ON_SENT,
	    .requests = FINDING_OF_DNLOAD,
	    .predicate = is_outside },
	{ .id = "address-refused",
	    .needs = FACT(FACT_STATUS) | FACT(FACT_ERROR_CODE),
	    .title = "Device refuses this address or target",
	    .class = FINDING_DFUSE,
	    .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism =
		"errTARGET and errADDRESS mean that the device does not read, "
		"write or erase at this address. The image is for another "
		"part, too big, or linked for another address.",
	    .advice = "Compare the address with the memory layout.",
	    .source = "AN2662 p. 78; fomu-workshop 9; blackmagic 308",
	    .when = FINDING_ON_ERROR,
	    .group = GROUP_ERROR,
	    .predicate = is_address_refused,
	    .general = 1 },
	{ .id = "unprotect-refused",
	    .needs = FACT(FACT_PAYLOAD) | FACT(FACT_STATUS) |
		FACT(FACT_ERROR_CODE),
	    .title = "Read unprotect failed",
	    .class = FINDING_DFUSE,
	    .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism =
		"A successful read unprotect ends in a reset, without "
		"another answer. This answer means that the device did not "
		"carry it out. Protection level 2 cannot be removed.",
	    .advice = "Read the protection level with a debug probe.",
	    .source = "AN2662 p. 79",
	    .when = FINDING_ON_ERROR,
	    .group = GROUP_ERROR,
	    .predicate = is_unprotect_refused,
	    .general = 1 },
	{ .id = "unprotect-sent",
	    .needs = FACT(FACT_PAYLOAD),
	    .title = "Read unprotect erases the whole flash",
	    .class = FINDING_DFUSE,
	    .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "If the device knows this command, it erases its "
			 "contents permanently and resets.",
	    .source = "AN3156 5.5; AN2662 p. 79",
	    .when = FINDING_ON_SENT,
	    .requests = FINDING_OF_DNLOAD,
	    .predicate = is_unprotect_sent },
	{ .id = "unprotect-void",
	    .needs = FACT(FACT_PAYLOAD) | FACT(FACT_STATUS),
	    .title = "Read unprotect answered, but no reset followed",
	    .class = FINDING_DFUSE,
	    .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism =
		"A successful read unprotect ends in a reset. This device "
		"answered OK and keeps running: it has not carried out the "
		"command yet, or does not know it.",
	    .advice = "Read a block: unchanged contents mean that nothing was "
		      "done.",
	    .firmware = "Reset when the protection has changed.",
	    .source = "AN2662 p. 79",
	    .when = FINDING_ON_STATUS,
	    .works = FINDING_BIT(DFU_KIND_READ_UNPROTECT),
	    .predicate = is_unprotect_void,
	    .taken_back = resets_after_all,
	    .within = 60000000 },
	{ .id = "unprotect-done",
	    .needs = FACT(FACT_PAYLOAD),
	    .title = "No answer after read unprotect: counts as success",
	    .class = FINDING_DFUSE,
	    .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_NOBODY,
	    .mechanism = "The device erases its flash, removes the protection "
			 "and resets, so it cannot answer again. Tools report "
			 "an error.",
	    .apart = "An answer such as errUNKNOWN would mean failure.",
	    .advice = "Reconnect the device in DFU mode; its flash is empty.",
	    .source = "AN2662 p. 79",
	    .when = FINDING_ON_STALL | FINDING_ON_LEFT,
	    .group = GROUP_STALL,
	    .predicate = is_unprotect_done,
	    .taken_back = answers_after_all,
	    .settled = FINDING_ON_LEFT },
	{ .id = "unprotect-no-return",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_PAYLOAD),
	    .title = "Device not reconnected after read unprotect",
	    .class = FINDING_DFUSE,
	    .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism =
		"The flash is empty now, so only the boot pin or a boot "
		"address in the option bytes starts the bootloader. Wrong "
		"option bytes (boot addresses, bank mode) start nothing.",
	    .advice = "Power-cycle the device with the boot pin set; else use "
	        "a debug probe.",
	    .source = "rusefi 3597",
	    .when = FINDING_ON_TIME,
	    .predicate = is_unprotect_lost,
	    .taken_back = finding_back },
	{ .id = "read-protected",
	    .needs = FACT(FACT_STATUS) | FACT(FACT_ERROR_CODE),
	    .title = "Flash access refused, probably read protection",
	    .class = FINDING_DFUSE,
	    .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism =
		"ST's bootloaders answer errVENDOR to every flash access "
		"while read protection is on. Removing the protection erases "
		"everything.",
	    .apart = "Other vendors use errVENDOR too: read the status string "
		     "(iString) first. TI's bootloader requires its own "
		     "prefix in the file.",
	    .source = "AN2662 p. 78; betaflight-configurator 200",
	    .when = FINDING_ON_ERROR,
	    .group = GROUP_ERROR,
	    .predicate = is_protected,
	    .taken_back = is_open_after_all },
	{ .id = "option-bytes-written",
	    .needs = FACT(FACT_MAP),
	    .title = "Option bytes written",
	    .class = FINDING_DFUSE,
	    .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "Option bytes hold protection and boot mode. A wrong "
			 "value locks the device, and read protection also "
			 "write-protects the first pages. The device resets "
			 "when they change.",
	    .firmware = "Do not set protection in an update.",
	    .source = "AN3156; blackmagic 220",
	    .when = FINDING_ON_SENT,
	    .requests = FINDING_OF_DNLOAD,
	    .predicate = is_option_write },
	{ .id = "option-bytes-reset",
	    .needs = FACT(FACT_MAP),
	    .title = "Reset after writing option bytes: no fault",
	    .class = FINDING_DFUSE,
	    .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_NOBODY,
	    .mechanism =
		"Writing option bytes ends in a system reset. dfuDNLOAD-IDLE "
		"never follows; tools that wait for it report an error.",
	    .source = "AN3156 5.1; dfu-util 3332f92",
	    .when = FINDING_ON_LEFT,
	    .group = GROUP_LEFT,
	    .predicate = is_option_reset },
	{ .id = "plain-dfu-to-dfuse",
	    .title = "Plain DFU sent to a DfuSe device",
	    .class = FINDING_DFUSE,
	    .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism =
		"The host software counted blocks from 0 and sent firmware "
		"there. DfuSe reads block 0 as a command and reserves block "
		"1; data starts with block 2.",
	    .advice = "Use a tool that supports DfuSe.",
	    .firmware = "Announce 0x011a only if the firmware implements "
	        "DfuSe.",
	    .source = "AN3156; usbd-dfu 18",
	    .when = FINDING_ON_ERROR | FINDING_ON_STALL,
	    .group = GROUP_ERROR,
	    .predicate = is_plain_to_dfuse },
	{ .id = "dfuse-to-plain",
	    .needs = FACT(FACT_PAYLOAD),
	    .title = "DfuSe command sent to a plain DFU device",
	    .class = FINDING_DFUSE,
	    .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "A plain DFU device stores the command as the first "
			 "bytes of its firmware.",
	    .apart = "Some bootloaders implement DfuSe but announce version "
	        "1.1.",
	    .firmware = "Announce 0x011a if the firmware implements DfuSe.",
	    .source = "AN3156; DFU 1.1 6.1.1",
	    .when = FINDING_ON_SENT,
	    .requests = FINDING_OF_DNLOAD | FINDING_OF_UPLOAD,
	    .predicate = is_dfuse_to_plain },
	{ .id = "command-undecided",
	    .needs = FACT(FACT_PAYLOAD) | FACT(FACT_ATTRIBUTES),
	    .title = "DfuSe command sent, but the dialect is undecided",
	    .class = FINDING_DFUSE,
	    .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism =
		"No evidence shows that the device supports DfuSe; a name "
		"that reads like a memory layout is not enough. A plain DFU "
		"device stores these bytes as firmware and loses its contents.",
	    .apart = "A DfuSe device answers an UPLOAD of block 0 with its "
	        "commands.",
	    .advice = "Download the firmware again; set the protocol with "
		      "dialect.",
	    .firmware = "Announce 0x011a if the firmware implements DfuSe.",
	    .source = "AN3156; DFU 1.1 6.1.1",
	    .when = FINDING_ON_SENT,
	    .requests = FINDING_OF_DNLOAD,
	    .predicate = is_undecided,
	    .taken_back = speaks_dfuse },
	{ .id = "sector-refused",
	    .needs = FACT(FACT_PAYLOAD) | FACT(FACT_STATUS),
	    .title = "One sector cannot be erased, others can",
	    .class = FINDING_DFUSE,
	    .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism =
		"Single sectors are write-protected: by the option bytes, "
		"which a brown-out can corrupt, or because they hold the "
		"bootloader.",
	    .apart = "ST's ROM reports no error at all; then the data differs.",
	    .advice = "Rewrite the option bytes.",
	    .source = "rusefi 8926",
	    .when = FINDING_ON_ERROR,
	    .group = GROUP_ERROR,
	    .predicate = is_sector_refused,
	    .taken_back = finding_done_after_all,
	    .general = 1 },
	{ .id = "erase-refused",
	    .needs = FACT(FACT_PAYLOAD) | FACT(FACT_STATUS),
	    .title = "Erase failed",
	    .class = FINDING_DFUSE,
	    .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism =
		"The bootloader does not erase there. Possible causes: the "
		"flash is protected against reads or writes, the sector holds "
		"the bootloader, the address is outside the flash, or the "
		"flash is worn.",
	    .apart = "If no sector can be erased, suspect read protection; "
		     "if only this one, the sector.",
	    .advice = "Check the address. Read unprotect removes a read "
		      "protection, and erases the whole flash.",
	    .source = "gd32-dfu-utils 5; micropython 4586",
	    .when = FINDING_ON_ERROR,
	    .group = GROUP_ERROR,
	    .predicate = is_erase_refused,
	    .taken_back = finding_done_after_all,
	    .general = 1 },
	{ .id = "write-not-erased",
	    .needs = FACT(FACT_PAYLOAD) | FACT(FACT_MAP),
	    .title = "Write to a sector that was not erased",
	    .class = FINDING_DFUSE,
	    .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "Flash can be written only after an erase. The host "
			 "software erased some sectors and writes beyond "
			 "them: the data will differ or the write fails.",
	    .advice = "Erase the whole range of the image first.",
	    .source = "ST forum on the B-L475E; fwupd f6ee6043c",
	    .when = FINDING_ON_SENT,
	    .requests = FINDING_OF_DNLOAD,
	    .predicate = is_not_erased },
	{ .id = "erased-again",
	    .needs = FACT(FACT_PAYLOAD) | FACT(FACT_MAP),
	    .title = "Erase destroys data just written",
	    .class = FINDING_DFUSE,
	    .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism =
		"The sector to erase holds data of this download. The host "
		"software assumes smaller sectors than the device has.",
	    .advice = "Erase everything first, then write.",
	    .source = "fwupd f6ee6043c; dfu-util 7408582",
	    .when = FINDING_ON_SENT,
	    .requests = FINDING_OF_DNLOAD,
	    .predicate = is_erased_again },
	{ .id = "erase-interleaved",
	    .needs = FACT(FACT_PAYLOAD),
	    .title = "Erases and writes alternate",
	    .class = FINDING_DFUSE,
	    .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism =
		"This order is safe only if the announced sector size is "
		"right. Where real sectors are larger, each erase destroys "
		"the block written before (Radiolink AT9).",
	    .advice = "Verify; if the data differs, erase the whole range "
	        "first.",
	    .firmware = "Announce the real sector size.",
	    .source = "dfu-util 7408582",
	    .when = FINDING_ON_SENT,
	    .requests = FINDING_OF_DNLOAD,
	    .predicate = is_interleaved },
	{ .id = "command-unknown",
	    .needs = FACT(FACT_PAYLOAD) | FACT(FACT_STATUS) |
		FACT(FACT_ERROR_CODE),
	    .title = "Device does not know this DfuSe command",
	    .class = FINDING_DFUSE,
	    .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism =
		"Block 0 carried a command that the bootloader rejects with "
		"errSTALLEDPKT.",
	    .advice = "List the supported commands with get-commands.",
	    .source = "AN2662 p. 74",
	    .when = FINDING_ON_ERROR,
	    .group = GROUP_ERROR,
	    .predicate = is_command_unknown },
};
const size_t finding_dfuse_count =
    sizeof(finding_dfuse_rows) / sizeof(finding_dfuse_rows[0]);
