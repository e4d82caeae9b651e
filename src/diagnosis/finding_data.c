/* SPDX-License-Identifier: ISC */
/* Findings: blocks, lengths, and the errors of a transfer. */
#include "diagnosis/finding_rule.h"

#include <string.h>

#include "base/text.h"
#include "wire/usb.h"

#define UPLOAD_CAP	16384
#define SUFFIX		16
#define POLLS_IN_ERROR	3

static uint8_t
status(const struct finding_case *c)
{
	return (c->r->replied ? c->r->reply.bStatus : DFU_STATUS_OK);
}

static bool
is_too_long(struct finding_case *c)
{
	const struct dfu_function *f = session_function(c->s);

	if ((!finding_is(c, DFU_DNLOAD) && !finding_is(c, DFU_UPLOAD)) ||
	    f == NULL || !f->functional.present ||
	    f->functional.wTransferSize == 0 ||
	    c->e->setup.wLength <= f->functional.wTransferSize)
		return (false);
	return (finding_say(c, "block length %u, wTransferSize is %u",
	    c->e->setup.wLength, f->functional.wTransferSize));
}

static bool
is_clamped(struct finding_case *c)
{
	if (!finding_is(c, DFU_DNLOAD) || c->w->op.whole_4096 < 4 ||
	    c->w->op.whole_4096 + 1 < c->w->op.blocks ||
	    session_transfer_size(c->s) <= 4096)
		return (false);
	return (finding_since(c, c->w->op.first,
	    "blocks of 4096 bytes, wTransferSize is %u",
	    session_transfer_size(c->s)));
}

static bool
is_capped(struct finding_case *c)
{
	if (!finding_is(c, DFU_ABORT) || c->w->op.upload_bytes != UPLOAD_CAP ||
	    !finding_dfuse(c))
		return (false);
	return (finding_since(c, c->w->op.upload_first,
	    "16384 bytes read, then ABORT"));
}

static bool
is_wrapped(struct finding_case *c)
{
	bool up = finding_is(c, DFU_UPLOAD) && c->w->op.upload_any &&
	    c->w->op.upload_block == 255 && c->w->op.upload_bytes != 0;
	/* A command of DfuSe has no more than 5 bytes. */
	bool down = finding_is(c, DFU_DNLOAD) && (finding_plain(c) ||
	    c->e->setup.wLength > 5) && c->w->op.blocks != 0 &&
	    c->w->op.block == 255;

	if ((!up && !down) || c->e->setup.wValue != 0 ||
	    c->e->setup.wLength == 0)
		return (false);
	return (finding_since(c, up ? c->w->op.upload_first :
	    c->w->op.first, "block 0 follows block 255"));
}

/* 16 bits are not enough: it begins anew. */
static bool
is_over_wrapped(struct finding_case *c)
{
	if (!finding_is(c, DFU_UPLOAD) || !c->w->op.upload_any ||
	    c->w->op.upload_block != UINT16_MAX || c->w->op.upload_short ||
	    c->e->setup.wValue != 0 || c->e->setup.wLength == 0)
		return (false);
	return (finding_since(c, c->w->op.upload_first,
	    "block 0 follows block 65535, after %u bytes",
	    c->w->op.upload_bytes));
}

static bool
is_end_lost(struct finding_case *c)
{
	if (c->state != DFU_STATE_DNLOAD_IDLE ||
	    c->w->work.kind != DFU_KIND_END ||
	    c->w->here.past.number != c->w->leave.by ||
	    outcome_is_answer(c->w->here.past.outcome) ||
	    c->w->here.past.outcome == OUTCOME_STALL)
		return (false);
	return (finding_since(c, c->w->leave.by,
	    "zero-length DNLOAD: %s; still dfuDNLOAD-IDLE",
	    finding_ended(c->w->here.past.outcome)));
}

/* The suffix of a file of DFU 1.1 or the prefix of DfuSe's. */
static bool
is_container(struct finding_case *c)
{
	const uint8_t *p = c->e->data;
	size_t n = c->e->kept;

	if (!finding_is(c, DFU_DNLOAD) || n < SUFFIX)
		return (false);
	if (memcmp(p + n - 8, "UFD\020", 4) == 0)
		return (finding_say(c, "the block ends with a DFU suffix"));
	if (memcmp(p, "DfuSe\001", 6) == 0)
		return (finding_say(c, "the block begins with the prefix of "
		    "a DfuSe file"));
	return (false);
}

static bool
is_file(struct finding_case *c)
{
	const char *file = finding_is(c, DFU_DNLOAD) ? finding_file(c) : NULL;

	return (file != NULL && finding_say(c, "the block for the start of "
	    "the memory begins like %s", file));
}

static bool
is_upload_status(struct finding_case *c)
{
	if (!finding_is(c, DFU_GETSTATUS) ||
	    c->r->before != DFU_STATE_UPLOAD_IDLE ||
	    !finding_after(c, DFU_UPLOAD))
		return (false);
	return (finding_since(c, c->w->here.past.number,
	    "GETSTATUS after UPLOAD: %s",
	    finding_ended(c->r->outcome)));
}

static bool
is_statusless(struct finding_case *c)
{
	if (!c->r->replied || status(c) != DFU_STATUS_OK)
		return (false);
	return (finding_since(c, c->w->work.by != 0 ? c->w->work.by :
	    c->r->number, "dfuERROR with bStatus OK"));
}

static bool
is_abort_upset(struct finding_case *c)
{
	/* An UPLOAD may be refused for reasons of its own. */
	if (c->w->here.abort == 0 ||
	    c->w->here.past.number != c->w->here.abort ||
	    (!finding_asks(&c->r->setup) && !finding_is(c, DFU_DNLOAD)))
		return (false);
	return (finding_since(c, c->w->here.abort,
	    "ABORT in dfuDNLOAD-IDLE, then %s",
	    finding_ended(c->r->outcome)));
}

static bool
is_dnload_refused(struct finding_case *c)
{
	struct buf b = { 0 };
	uint32_t before;
	bool said;

	if (!finding_is(c, DFU_DNLOAD) || c->r->setup.wLength == 0 ||
	    c->r->setup.wLength > session_transfer_size(c->s) ||
	    (c->r->before != DFU_STATE_IDLE &&
	    c->r->before != DFU_STATE_DNLOAD_IDLE &&
	    c->r->before != NO_STATE))
		return (false);
	/* A command is no block, and was not counted. */
	before = c->w->op.blocks -
	    (c->w->work.kind == DFU_KIND_WRITE && c->w->op.blocks != 0);
	/* Which command, and for which address. */
	dfu_meaning_words(&b, &c->r->meaning, &c->r->setup, NULL, 0);
	if (b.len != 0)
		buf_adds(&b, ": ");
	said = finding_say(c, "%sDNLOAD of block %u: STALL, after %u %s",
	    buf_str(&b), c->r->setup.wValue, before, before == 1 ? "block" :
	    "blocks");
	buf_free(&b);
	return (said);
}

static bool
is_upload_refused(struct finding_case *c)
{
	if (!finding_is(c, DFU_UPLOAD) ||
	    (c->r->before != DFU_STATE_IDLE &&
	    c->r->before != DFU_STATE_UPLOAD_IDLE) ||
	    !session_conditions(c->s).can_upload)
		return (false);
	return (finding_say(c, "UPLOAD of block %u, length %u: STALL",
	    c->r->setup.wValue, c->r->setup.wLength));
}

static bool
is_clrstatus_made(struct finding_case *c)
{
	if (!finding_after(c, DFU_CLRSTATUS) || c->w->here.forced ||
	    c->w->here.past.before == DFU_STATE_ERROR ||
	    c->w->here.past.before == NO_STATE)
		return (false);
	return (finding_since(c, c->w->here.past.number,
	    "CLRSTATUS in %s, then dfuERROR",
	    dfu_state_name(c->w->here.past.before)));
}

static bool
is_not_done(struct finding_case *c)
{
	if (status(c) != DFU_STATUS_ERR_NOTDONE)
		return (false);
	return (finding_since(c, c->w->op.first != 0 ? c->w->op.first :
	    c->r->number, "errNOTDONE after %u block%s", c->w->op.blocks,
	    TEXT_S(c->w->op.blocks)));
}

/* To point and to read change no memory, and what is done is done. */
static bool
stores_nothing(const struct finding_case *c)
{
	return (c->w->work.kind == DFU_KIND_NONE ||
	    c->w->work.kind == DFU_KIND_READ ||
	    c->w->work.kind == DFU_KIND_SET_ADDRESS || c->w->work.over);
}

/* errFILE to errVERIFY: of the image or of the flash. */
static bool
is_flash_error(struct finding_case *c)
{
	/* Of a log the work is inferred: there the status has the word. */
	if (status(c) < 0x03 || status(c) > 0x07 ||
	    (c->e->basis == EVENT_SEEN && stores_nothing(c)))
		return (false);
	return (finding_since(c, c->w->work.by != 0 ? c->w->work.by :
	    c->r->number, "%s %s", dfu_status_name(status(c)),
	    c->w->op.blocks < 2 ? "for the first block" :
	    "after other blocks were accepted"));
}

static bool
is_image_refused(struct finding_case *c)
{
	if (status(c) != 0x02)
		return (false);
	return (finding_since(c, c->w->work.by != 0 ? c->w->work.by :
	    c->r->number, "errFILE at block %u of this download",
	    c->w->op.blocks));
}

static bool
is_stalledpkt(struct finding_case *c)
{
	if (status(c) != DFU_STATUS_ERR_STALLEDPKT)
		return (false);
	return (finding_since(c, c->w->here.past.number != 0 ?
	    c->w->here.past.number : c->r->number, "errSTALLEDPKT"));
}

static bool
is_unknown_error(struct finding_case *c)
{
	if (status(c) != DFU_STATUS_ERR_UNKNOWN)
		return (false);
	finding_since(c, c->w->work.by != 0 ? c->w->work.by : c->r->number,
	    "errUNKNOWN");
	return (c->w->op.blocks == 0 || finding_say(c, " after %u block%s",
	    c->w->op.blocks, TEXT_S(c->w->op.blocks)));
}

static bool
is_other_error(struct finding_case *c)
{
	if (!c->r->replied)
		return (false);
	finding_since(c, c->w->work.by != 0 ? c->w->work.by : c->r->number,
	    "dfuERROR");
	if (session_fact(c->s, FACT_ERROR_CODE) == KNOWN_YES)
		finding_say(c, " with %s", finding_status(c));
	return (c->r->reply.iString == 0 ||
	    finding_say(c, ", iString %u, which \"string %u\" reads",
		c->r->reply.iString, c->r->reply.iString));
}

static bool
is_polled_in_error(struct finding_case *c)
{
	if (!c->r->replied || finding_stayed(c) < POLLS_IN_ERROR)
		return (false);
	return (finding_since(c, c->w->stay.first,
	    "dfuERROR reported %u times in a row", finding_stayed(c) + 1));
}

const struct finding_row finding_data_rows[] = {
	{ .id = "block-too-long",
	    .needs = FACT(FACT_ATTRIBUTES),
	    .title = "Block longer than wTransferSize",
	    .class = FINDING_DATA, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The device announces how many bytes it accepts at "
	    "once, and the host sends more. The device stalls the block, "
	    "truncates it or reports errSTALLEDPKT. Tools that know 2048 "
	    "bytes from the STM32F4 send them to an STM32G4 too.",
	    .advice = "Use the announced block size.",
	    .source = "DFU 1.1 4.1.3; web-stm32-updater 3",
	    .when = FINDING_ON_SENT,
	    .requests = FINDING_OF_DNLOAD | FINDING_OF_UPLOAD,
	    .predicate = is_too_long },
	{ .id = "clamped-to-4096",
	    .needs = FACT(FACT_ATTRIBUTES),
	    .title = "Host sends 4096 bytes, device accepts more",
	    .class = FINDING_DATA, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "Older tools keep to a former limit of Linux for "
	    "control transfers. The download is slower, but not at risk.",
	    .source = "dfu-util 6c9fa24", .when = FINDING_ON_SENT,
	    .requests = FINDING_OF_DNLOAD,
	    .predicate = is_clamped },
	{ .id = "upload-capped",
	    .title = "Host stopped the upload at 16384 bytes",
	    .class = FINDING_DATA, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "dfu-util reads no more from a DfuSe device when no "
	    "length is given. A comparison of the file with the image fails "
	    "for this reason alone.",
	    .advice = "Give address and length: read ADDR LENGTH FILE.",
	    .source = "dfu-util 9a5e70e", .when = FINDING_ON_TAKEN,
	    .requests = FINDING_BIT(DFU_IN_ABORT),
	    .predicate = is_capped },
	{ .id = "block-wraps",
	    .title = "Block number wraps after 255", .class = FINDING_DATA,
	    .severity = SEVERITY_ERROR, .fault = FINDING_FAULT_HOST,
	    .mechanism = "wBlockNum has 16 bits, but this host software "
	    "counts in 8. The device loses or mixes up later blocks, or "
	    "rejects them with errSTALLEDPKT.",
	    .advice = "Use another version of the tool, or bigger blocks.",
	    .source = "fwupd a1c7716cd; DFU 1.1 6.1.1",
	    .when = FINDING_ON_SENT,
	    .requests = FINDING_OF_DNLOAD | FINDING_OF_UPLOAD,
	    .predicate = is_wrapped },
	{ .id = "upload-wraps",
	    .title = "Upload has more blocks than wBlockNum can count",
	    .class = FINDING_DATA, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_OPEN,
	    .mechanism = "wBlockNum has 16 bits, and the upload continued "
	    "with block 0. A device that finds its position by the number "
	    "sends the beginning again. A DfuSe device sends its list of "
	    "commands.",
	    .apart = "Compare the new data with the first block.",
	    .advice = "Use bigger blocks, or read by address (DfuSe).",
	    .firmware = "Count the blocks in the firmware, not by wBlockNum.",
	    .source = "DFU 1.1 6.2", .when = FINDING_ON_SENT,
	    .requests = FINDING_OF_UPLOAD,
	    .predicate = is_over_wrapped },
	{ .id = "end-lost",
	    .needs = FACT(FACT_STATUS),
	    .title = "Zero-length DNLOAD did not reach the device",
	    .class = FINDING_DATA, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_SYSTEM,
	    .mechanism = "The transfer failed on the side of the host and the "
	    "device is still in dfuDNLOAD-IDLE. Some drivers (libusb0) cannot "
	    "send a control transfer without data. All blocks are written.",
	    .advice = "Use WinUSB, or another computer.",
	    .source = "dapboot 11; libusb 382", .when = FINDING_ON_STATUS,
	    .works = FINDING_BIT(DFU_KIND_END),
	    .predicate = is_end_lost },
	{ .id = "container-flashed",
	    .needs = FACT(FACT_PAYLOAD),
	    .title = "File prefix or suffix written to flash",
	    .class = FINDING_DATA, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The host software must check the DFU suffix or DfuSe "
	    "prefix and remove it. Firmware that checks its own CRC or length "
	    "rejects itself. After a prefix all code is at the wrong address.",
	    .advice = "Write the raw image, or use a tool that knows the "
	        "format.",
	    .source = "toboot 35; DFU 1.1 appendix B", .when = FINDING_ON_SENT,
	    .requests = FINDING_OF_DNLOAD,
	    .predicate = is_container },
	{ .id = "file-flashed",
	    .needs = FACT(FACT_PAYLOAD) | FACT(FACT_MAP),
	    .title = "File format written to flash instead of its contents",
	    .class = FINDING_DATA, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The start of the memory holds the header of a file "
	    "format, not code, so nothing starts there. The device reconnects "
	    "in DFU mode, or not at all.",
	    .apart = "Memory that no processor starts from may hold any file.",
	    .advice = "Write the contents: flash accepts ELF, Intel HEX, "
	    "S-record, UF2 and gzip. Unpack an archive first.",
	    .source = "System V ABI; RFC 1952; UF2",
	    .when = FINDING_ON_SENT,
	    .requests = FINDING_OF_DNLOAD,
	    .predicate = is_file },
	{ .id = "getstatus-in-upload",
	    .title = "Device cannot report its state during an upload",
	    .class = FINDING_DATA, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "GETSTATUS between two UPLOADs fails on this device "
	    "(Openmoko). Uploads without it work.",
	    .advice = "Upload without GETSTATUS between the blocks.",
	    .firmware = "Answer GETSTATUS in dfuUPLOAD-IDLE.",
	    .source = "fwupd's quirks", .when = FINDING_ON_FAILED,
	    .group = GROUP_STALL, .predicate = is_upload_status },
	{ .id = "error-without-status",
	    .needs = FACT(FACT_STATUS) | FACT(FACT_ERROR_CODE),
	    .title = "dfuERROR with status OK", .class = FINDING_DATA,
	    .severity = SEVERITY_WARNING, .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The device clears bStatus with every request or "
	    "never sets it, so the reason is lost. Tools that check bStatus "
	    "alone continue writing without effect.",
	    .apart = "The name of the alternate setting may state the reason "
	    "(RAM upload not supported: choose another one).",
	    .advice = "Use another alternate setting or address.",
	    .firmware = "Keep bStatus until CLRSTATUS.",
	    .source = "STM32duino-bootloader 118; U-Boot f_dfu",
	    .when = FINDING_ON_ERROR, .group = GROUP_ERROR,
	    .predicate = is_statusless, .beside = true },
	{ .id = "abort-upsets",
	    .needs = FACT(FACT_STATUS),
	    .title = "Request failed after ABORT between two DNLOADs",
	    .class = FINDING_DATA, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The request after an ABORT in dfuDNLOAD-IDLE "
	    "failed. Old bootloaders (STR750) require one DNLOAD right after "
	    "the other.",
	    .advice = "Send no ABORT before a DNLOAD.",
	    .firmware = "Go to dfuIDLE on ABORT.",
	    .source = "dfu-util 6348baf; DFU 1.1 A.2.6",
	    .when = FINDING_ON_STALL | FINDING_ON_SILENT,
	    .group = GROUP_STALL, .predicate = is_abort_upset },
	{ .id = "dnload-refused",
	    .title = "Block or command stalled in a state that allows it",
	    .class = FINDING_DATA, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_OPEN,
	    .mechanism = "This state allows a DNLOAD, but the device stalled "
	    "it. The device does not accept this address, alternate setting "
	    "or block size, or the image is not for this device.",
	    .apart = "If the blocks that stall differ each time, suspect the "
	    "bus clock or the cable; if the same block stalls each time, the "
	    "image.",
	    .advice = "Read bStatus (g); check that the image fits this "
	        "product.",
	    .firmware = "Give the reason in bStatus.",
	    .source = "hackrf 1518; tmk_keyboard 537; qmk_firmware 17890",
	    .when = FINDING_ON_STALL, .group = GROUP_STALL,
	    .predicate = is_dnload_refused,
	    .taken_back = finding_done_after_all, .general = 2 },
	{ .id = "upload-refused",
	    .needs = FACT(FACT_ATTRIBUTES),
	    .title = "UPLOAD stalled in a state that allows it",
	    .class = FINDING_DATA, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_OPEN,
	    .mechanism = "This state allows an UPLOAD, but the device stalled "
	    "this one. The device does not read this address, block number or "
	    "length, or reading is protected.",
	    .advice = "Check address, block number and length.",
	    .firmware = "Give the reason in bStatus.", .source = "DFU 1.1 6.2",
	    .when = FINDING_ON_STALL, .group = GROUP_STALL,
	    .predicate = is_upload_refused, .general = 2 },
	{ .id = "clrstatus-made-error",
	    .needs = FACT(FACT_STATUS),
	    .title = "Unneeded CLRSTATUS caused an error",
	    .class = FINDING_DATA,
	    .severity = SEVERITY_WARNING, .fault = FINDING_FAULT_HOST,
	    .mechanism = "CLRSTATUS is for dfuERROR alone. In any other state "
	    "it puts the device into dfuERROR (with ST's library: errUNKNOWN).",
	    .advice = "One more CLRSTATUS clears the error.",
	    .source = "DFU 1.1 A.2; dfu-core", .when = FINDING_ON_ERROR,
	    .group = GROUP_ERROR, .predicate = is_clrstatus_made },
	{ .id = "ended-too-early",
	    .needs = FACT(FACT_STATUS) | FACT(FACT_ERROR_CODE),
	    .title = "Download ended before all data was sent",
	    .class = FINDING_DATA, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The device reports errNOTDONE: it knows the expected "
	    "length and received less.",
	    .advice = "Check the length of the file.",
	    .source = "DFU 1.1 6.1.2", .when = FINDING_ON_ERROR,
	    .group = GROUP_ERROR, .predicate = is_not_done },
	{ .id = "flash-error",
	    .needs = FACT(FACT_STATUS) | FACT(FACT_ERROR_CODE),
	    .title = "Device could not store this block",
	    .class = FINDING_DATA, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "errWRITE, errERASE, errCHECK_ERASED, errPROG and "
	    "errVERIFY concern the memory: not erased, protected or worn out. "
	    "Plain DFU has no erase command; the device erases on its own.",
	    .apart = "If the first block fails: the memory is protected, or "
	    "alternate setting or image are not for this device.",
	    .source = "DFU 1.1 6.1.2", .when = FINDING_ON_ERROR,
	    .group = GROUP_ERROR, .predicate = is_flash_error,
	    .taken_back = finding_done_after_all, .general = 1 },
	{ .id = "image-refused",
	    .needs = FACT(FACT_STATUS) | FACT(FACT_ERROR_CODE),
	    .title = "Image is not for this device", .class = FINDING_DATA,
	    .severity = SEVERITY_ERROR, .fault = FINDING_FAULT_HOST,
	    .mechanism = "The device reports errFILE: it checked the data and "
	    "does not recognise its own firmware. Its memory is not the cause.",
	    .advice = "Use the image that the manufacturer offers for this "
	        "device.",
	    .source = "DFU 1.1 6.1.2", .when = FINDING_ON_ERROR,
	    .group = GROUP_ERROR, .predicate = is_image_refused },
	{ .id = "request-refused-error",
	    .needs = FACT(FACT_STATUS) | FACT(FACT_ERROR_CODE),
	    .title = "Device did not expect the last request",
	    .class = FINDING_DATA, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_OPEN,
	    .mechanism = "The device reports errSTALLEDPKT: the state did not "
	    "allow the previous request, its block was too long, or its number "
	    "was out of order.",
	    .source = "DFU 1.1 6.1.2",
	    .when = FINDING_ON_ERROR, .group = GROUP_ERROR,
	    .predicate = is_stalledpkt,
	    .general = 1 },
	{ .id = "unknown-error",
	    .needs = FACT(FACT_STATUS) | FACT(FACT_ERROR_CODE),
	    .title = "Error that the device cannot name",
	    .class = FINDING_DATA, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_OPEN,
	    .mechanism = "The device reports errUNKNOWN: an operation failed. "
	    "The same image worked with another build of the tool or another "
	    "driver (reported).",
	    .apart = "Try again: if the same block fails, the device is at "
	    "fault; if another block fails, the connection.",
	    .advice = "Try once more, then another tool or port.",
	    .source = "qmk_toolbox 375; DFU 1.1 6.1.2",
	    .when = FINDING_ON_ERROR, .group = GROUP_ERROR,
	    .predicate = is_unknown_error,
	    .general = 2 },
	{ .id = "error-reported",
	    .needs = FACT(FACT_STATUS),
	    .title = "Device is in dfuERROR", .class = FINDING_DATA,
	    .severity = SEVERITY_ERROR, .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The device accepts nothing until the error is "
	    "cleared. bStatus names the error. The string iString may explain "
	    "a vendor's error; CLRSTATUS may delete it.",
	    .source = "DFU 1.1 A.2.11",
	    .when = FINDING_ON_ERROR, .group = GROUP_ERROR,
	    .predicate = is_other_error,
	    .general = 2 },
	{ .id = "polls-in-error",
	    .needs = FACT(FACT_STATUS),
	    .title = "Host keeps polling in dfuERROR",
	    .class = FINDING_DATA, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "dfuERROR does not end without CLRSTATUS, so a loop "
	    "that waits for dfuDNLOAD-IDLE never ends.",
	    .source = "dfu-util cb548bf; A.2.11",
	    .when = FINDING_ON_ERROR, .predicate = is_polled_in_error },
};
const size_t finding_data_count =
    sizeof(finding_data_rows) / sizeof(finding_data_rows[0]);
