/* Findings: blocks, lengths, and the errors of a transfer. */
#include "diagnosis/finding_rule.h"

#include <string.h>

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
	finding_helps(c, "xfer-size %u", f->functional.wTransferSize);
	return (finding_say(c, "%u bytes, wTransferSize is %u",
	    c->e->setup.wLength, f->functional.wTransferSize));
}

static bool
is_clamped(struct finding_case *c)
{
	if (!finding_is(c, DFU_DNLOAD) || c->w->whole_4096 < 4 ||
	    c->w->whole_4096 + 1 < c->w->data_blocks ||
	    session_transfer_size(c->s) <= 4096)
		return (false);
	return (finding_since(c, c->w->data_first,
	    "blocks of 4096 bytes, wTransferSize is %u",
	    session_transfer_size(c->s)));
}

static bool
is_capped(struct finding_case *c)
{
	if (!finding_is(c, DFU_ABORT) || c->w->upload_bytes != UPLOAD_CAP ||
	    !c->w->dfuse)
		return (false);
	return (finding_since(c, c->w->upload_first,
	    "16384 bytes read, then ABORT"));
}

static bool
is_wrapped(struct finding_case *c)
{
	bool up = finding_is(c, DFU_UPLOAD) && c->w->upload_any &&
	    c->w->upload_block == 255 && c->w->upload_bytes != 0;
	bool down = finding_is(c, DFU_DNLOAD) && c->w->plain &&
	    c->w->data_blocks != 0 && c->w->data_block == 255;

	if ((!up && !down) || c->e->setup.wValue != 0 ||
	    c->e->setup.wLength == 0)
		return (false);
	return (finding_since(c, up ? c->w->upload_first :
	    c->w->data_first, "block 0 follows block 255"));
}

static bool
is_end_lost(struct finding_case *c)
{
	if (c->state != DFU_STATE_DNLOAD_IDLE || c->w->work != DFU_KIND_END ||
	    c->w->past.number != c->w->leave ||
	    outcome_is_answer(c->w->past.outcome) ||
	    c->w->past.outcome == OUTCOME_STALL)
		return (false);
	return (finding_since(c, c->w->leave,
	    "DNLOAD of length 0: %s; still dfuDNLOAD-IDLE",
	    finding_ended(c->w->past.outcome)));
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
is_upload_status(struct finding_case *c)
{
	if (!finding_is(c, DFU_GETSTATUS) ||
	    c->r->before != DFU_STATE_UPLOAD_IDLE ||
	    !finding_after(c, DFU_UPLOAD))
		return (false);
	return (finding_since(c, c->w->past.number,
	    "GETSTATUS after UPLOAD: %s",
	    finding_ended(c->r->outcome)));
}

static bool
is_statusless(struct finding_case *c)
{
	if (!c->r->replied || status(c) != DFU_STATUS_OK)
		return (false);
	return (finding_since(c, c->w->work_by != 0 ? c->w->work_by :
	    c->r->number, "dfuERROR with bStatus OK"));
}

static bool
is_abort_upset(struct finding_case *c)
{
	if (c->w->abort == 0 || c->w->past.number != c->w->abort ||
	    c->r->outcome == OUTCOME_GONE)
		return (false);
	return (finding_since(c, c->w->abort,
	    "ABORT in dfuDNLOAD-IDLE, then %s",
	    finding_ended(c->r->outcome)));
}

static bool
is_dnload_refused(struct finding_case *c)
{
	uint32_t before;

	if (!finding_is(c, DFU_DNLOAD) || c->r->setup.wLength == 0 ||
	    c->r->setup.wLength > session_transfer_size(c->s) ||
	    (c->r->before != DFU_STATE_IDLE &&
	    c->r->before != DFU_STATE_DNLOAD_IDLE &&
	    c->r->before != NO_STATE))
		return (false);
	/* A command is no block, and was not counted. */
	before = c->w->data_blocks -
	    (c->w->work == DFU_KIND_WRITE && c->w->data_blocks != 0);
	return (finding_say(c, "DNLOAD of block %u: STALL, after %u %s",
	    c->r->setup.wValue, before, before == 1 ? "block" : "blocks"));
}

static bool
is_clrstatus_made(struct finding_case *c)
{
	if (!finding_after(c, DFU_CLRSTATUS) ||
	    c->w->past.before == DFU_STATE_ERROR ||
	    c->w->past.before == NO_STATE)
		return (false);
	return (finding_since(c, c->w->past.number,
	    "CLRSTATUS in %s, then dfuERROR",
	    dfu_state_name(c->w->past.before)));
}

static bool
is_not_done(struct finding_case *c)
{
	if (status(c) != DFU_STATUS_ERR_NOTDONE)
		return (false);
	return (finding_since(c, c->w->data_first != 0 ? c->w->data_first :
	    c->r->number, "errNOTDONE after %u blocks", c->w->data_blocks));
}

/* errFILE to errVERIFY: of the image or of the flash. */
static bool
is_flash_error(struct finding_case *c)
{
	if (status(c) < 0x02 || status(c) > 0x07)
		return (false);
	return (finding_since(c, c->w->work_by != 0 ? c->w->work_by :
	    c->r->number, "%s", dfu_status_name(status(c))));
}

static bool
is_stalledpkt(struct finding_case *c)
{
	if (status(c) != DFU_STATUS_ERR_STALLEDPKT)
		return (false);
	return (finding_since(c, c->w->past.number != 0 ?
	    c->w->past.number : c->r->number, "errSTALLEDPKT"));
}

static bool
is_unknown_error(struct finding_case *c)
{
	if (status(c) != DFU_STATUS_ERR_UNKNOWN)
		return (false);
	return (finding_since(c, c->w->work_by != 0 ? c->w->work_by :
	    c->r->number, "errUNKNOWN after %u blocks", c->w->data_blocks));
}

static bool
is_other_error(struct finding_case *c)
{
	if (!c->r->replied)
		return (false);
	return (finding_since(c, c->w->work_by != 0 ? c->w->work_by :
	    c->r->number, "dfuERROR with %s", dfu_status_name(status(c))));
}

static bool
is_polled_in_error(struct finding_case *c)
{
	if (!c->r->replied || c->w->error_polls < POLLS_IN_ERROR)
		return (false);
	return (finding_since(c, c->w->error_first,
	    "dfuERROR told %u times in a row", c->w->error_polls + 1));
}

const struct finding_row finding_data_rows[] = {
	{ "block-too-long", "a block longer than wTransferSize",
	    FINDING_DATA, SEVERITY_ERROR, FINDING_FAULT_HOST,
	    "The device says how many bytes it takes at once, and the host "
	    "sends more (tools that know 2048 from the F4 do so to a G4). "
	    "It is stalled, cut, or answered with errSTALLEDPKT.",
	    NULL, NULL, "Use the size that it announces.", NULL,
	    "DFU 1.1 4.1.3; web-stm32-updater 3",
	    FINDING_ON_SENT, GROUP_NONE, is_too_long },
	{ "clamped-to-4096", "the host sends 4096 bytes, it could take more",
	    FINDING_DATA, SEVERITY_NOTE, FINDING_FAULT_HOST,
	    "Older tools keep to Linux's former limit of a control transfer. "
	    "It is only slower.",
	    NULL, NULL, NULL, NULL, "dfu-util 6c9fa24",
	    FINDING_ON_SENT, GROUP_NONE, is_clamped },
	{ "upload-capped", "the upload was cut at 16384 bytes by the host",
	    FINDING_DATA, SEVERITY_NOTE, FINDING_FAULT_HOST,
	    "dfu-util reads no more from a DfuSe device when no length is "
	    "given. Comparing the file with the image fails for that reason "
	    "alone.",
	    NULL, NULL, "Give address and length: read ADDR LENGTH FILE.", NULL,
	    "dfu-util 9a5e70e", FINDING_ON_TAKEN, GROUP_NONE, is_capped },
	{ "block-wraps", "the block number wraps after 255",
	    FINDING_DATA, SEVERITY_ERROR, FINDING_FAULT_HOST,
	    "wBlockNum has 16 bits; this host counts in 8. What comes after "
	    "is lost, mixed up or refused with errSTALLEDPKT.",
	    NULL, NULL, "Another version of the tool; bigger blocks.", NULL,
	    "fwupd a1c7716cd; DFU 1.1 6.1.1",
	    FINDING_ON_SENT, GROUP_NONE, is_wrapped },
	{ "end-lost", "the DNLOAD of length 0 did not reach it",
	    FINDING_DATA, SEVERITY_WARNING, FINDING_FAULT_SYSTEM,
	    "The transfer failed on the host's side and the device is still "
	    "in dfuDNLOAD-IDLE: some drivers (libusb0) cannot send a control "
	    "transfer without data. All blocks are written.",
	    NULL, "leave", "Use WinUSB, or another computer.", NULL,
	    "dapboot 11; libusb 382", FINDING_ON_STATUS, GROUP_NONE,
	    is_end_lost },
	{ "container-flashed", "the file's wrapping went into the flash",
	    FINDING_DATA, SEVERITY_WARNING, FINDING_FAULT_HOST,
	    "The DFU suffix (or DfuSe's prefix) is for the host to check and "
	    "to take off. Firmware that checks its own CRC or length will "
	    "reject itself; behind a prefix nothing is where it belongs.",
	    NULL, NULL, "Write the raw image, or use a tool that knows it.",
	    NULL, "toboot 35; DFU 1.1 appendix B",
	    FINDING_ON_SENT, GROUP_NONE, is_container },
	{ "getstatus-in-upload", "it cannot tell its state during an upload",
	    FINDING_DATA, SEVERITY_WARNING, FINDING_FAULT_DEVICE,
	    "GETSTATUS between two UPLOADs fails on this device (Openmoko). "
	    "Uploads work without it.",
	    NULL, "abort", "Upload without GETSTATUS in between.",
	    "Answer GETSTATUS in dfuUPLOAD-IDLE.", "fwupd's quirks",
	    FINDING_ON_FAILED, GROUP_STALL, is_upload_status },
	{ "error-without-status", "dfuERROR, but the status says OK",
	    FINDING_DATA, SEVERITY_WARNING, FINDING_FAULT_DEVICE,
	    "The device clears bStatus with every request or never sets it: "
	    "the reason is lost. Tools that look at bStatus alone go on "
	    "writing into nothing.",
	    "The name of the alternate setting may say why (RAM upload not "
	    "supported: take another one).",
	    "clrstatus", "Then another alternate setting or address.",
	    "Keep bStatus until CLRSTATUS.",
	    "STM32duino-bootloader 118; U-Boot f_dfu",
	    FINDING_ON_ERROR, GROUP_ERROR, is_statusless },
	{ "abort-upsets", "it does not take ABORT between two DNLOADs well",
	    FINDING_DATA, SEVERITY_WARNING, FINDING_FAULT_DEVICE,
	    "The request after an ABORT in dfuDNLOAD-IDLE failed. Old "
	    "loaders (STR750) want one DNLOAD after the other.",
	    NULL, "recover", "No ABORT where a DNLOAD follows.",
	    "Go to dfuIDLE on ABORT.", "dfu-util 6348baf; DFU 1.1 A.2.6",
	    FINDING_ON_FAILED, GROUP_STALL, is_abort_upset },
	{ "dnload-refused", "a block is refused although it was its turn",
	    FINDING_DATA, SEVERITY_ERROR, FINDING_FAULT_OPEN,
	    "In this state a DNLOAD is right, and the device stalls it: it "
	    "does not take this address, alternate setting or size, or this "
	    "is not the device that the image is for.",
	    "Refused at random blocks, it is the bus clock or the cable; at "
	    "the same block always, the image.",
	    "getstatus", "bStatus tells more; check product and image.",
	    "Say why in bStatus.",
	    "hackrf 1518; tmk_keyboard 537; qmk_firmware 17890",
	    FINDING_ON_STALL, GROUP_STALL, is_dnload_refused },
	{ "clrstatus-made-error", "CLRSTATUS made the error itself",
	    FINDING_DATA, SEVERITY_WARNING, FINDING_FAULT_HOST,
	    "CLRSTATUS is for dfuERROR alone. Sent in another state it "
	    "leads into dfuERROR (ST's library even says errUNKNOWN).",
	    NULL, "clrstatus", "One more clears it.", NULL,
	    "DFU 1.1 A.2; dfu-core",
	    FINDING_ON_ERROR, GROUP_ERROR, is_clrstatus_made },
	{ "ended-too-early", "the download ended before all data was there",
	    FINDING_DATA, SEVERITY_ERROR, FINDING_FAULT_HOST,
	    "errNOTDONE: the device knows how much it wants and got less.",
	    NULL, "clrstatus", "Check the length of the file.", NULL,
	    "DFU 1.1 6.1.2", FINDING_ON_ERROR, GROUP_ERROR, is_not_done },
	{ "flash-error", "the device could not store this block",
	    FINDING_DATA, SEVERITY_ERROR, FINDING_FAULT_DEVICE,
	    "errFILE is about the image; errWRITE, errERASE, "
	    "errCHECK_ERASED, errPROG and errVERIFY are about the flash: "
	    "not erased, protected or worn out.",
	    "After a full erase the same image tells flash from image.",
	    "clrstatus", "Erase the whole range, then try again.", NULL,
	    "DFU 1.1 6.1.2",
	    FINDING_ON_ERROR, GROUP_ERROR, is_flash_error },
	{ "request-refused-error", "it did not expect the last request",
	    FINDING_DATA, SEVERITY_ERROR, FINDING_FAULT_HOST,
	    "errSTALLEDPKT: the request before was none for that state, its "
	    "block was too long, or its block number out of turn.",
	    NULL, "clrstatus", NULL, NULL, "DFU 1.1 6.1.2",
	    FINDING_ON_ERROR, GROUP_ERROR, is_stalledpkt },
	{ "unknown-error", "an error that the device cannot name",
	    FINDING_DATA, SEVERITY_ERROR, FINDING_FAULT_OPEN,
	    "errUNKNOWN: something failed in the device. The same image "
	    "went through with another build of the tool or another driver "
	    "in the reports.",
	    "A second try: the same block again is the device, another one "
	    "is the way there.",
	    "clrstatus", "Try once more, then another tool or port.", NULL,
	    "qmk_toolbox 375; DFU 1.1 6.1.2",
	    FINDING_ON_ERROR, GROUP_ERROR, is_unknown_error },
	{ "error", "the device is in dfuERROR",
	    FINDING_DATA, SEVERITY_ERROR, FINDING_FAULT_DEVICE,
	    "Nothing is taken until the error is cleared; bStatus names it, "
	    "and a vendor's may be described by the string iString.",
	    NULL, "clrstatus", NULL, NULL, "DFU 1.1 A.2.11",
	    FINDING_ON_ERROR, GROUP_ERROR, is_other_error },
	{ "polls-in-error", "the host keeps polling in dfuERROR",
	    FINDING_DATA, SEVERITY_WARNING, FINDING_FAULT_HOST,
	    "dfuERROR does not pass by itself: a loop that waits for "
	    "dfuDNLOAD-IDLE waits for ever.",
	    NULL, "clrstatus", NULL, NULL, "dfu-util cb548bf; A.2.11",
	    FINDING_ON_ERROR, GROUP_NONE, is_polled_in_error },
};
const size_t finding_data_count =
    sizeof(finding_data_rows) / sizeof(finding_data_rows[0]);
