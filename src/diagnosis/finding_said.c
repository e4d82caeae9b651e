/* SPDX-License-Identifier: ISC */
/*
 * What tools say where no request is involved, and which findings that proves;
 * and what of the others a log can prove.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "diagnosis/finding_rule.h"
#include "trace/event.h"
#include "wire/usb.h"

/* Where a row needs more than that phrase. */
enum when {
	ALWAYS,
	UNTOUCHED,	/* no request but GETSTATUS was sent */
	LEAVING,	/* a leave was sent */
	LOST,		/* UNEXPLAINED, and it was not told to leave */
	UNEXPLAINED	/* nothing above a note was found so far */
};

/* What a phrase tells of the cause, instead of the row's mechanism. */
static const struct {
	const char	*phrase;
	const char	*mechanism;
} causes[] = {
	{ "Lost device after RESET?", "The device was detached and reset, "
	    "and the tool did not find it again within its wait. Possible "
	    "causes: the firmware does not set up EP0 in DFU mode, the "
	    "disconnection was too short for this host, or the device is "
	    "still on its way." },
	{ "More than one DFU capable", "Several devices match the options, "
	    "and the tool does not choose among them. It sent no DFU request: "
	    "the devices are unchanged." },
	{ "pydfu does not wait: GETSTATUS refused", "Inferred: pydfu polls "
	    "without the wait that the device announces, and a device that "
	    "is busy may stall such a poll. The text holds neither the wait "
	    "nor the times. The operation itself may have worked." },
};

struct said {
	const char	*phrase;	/* stands in what was said */
	const char	*id;
	const char	*advice;	/* instead of the row's, or NULL */
	enum when	 when;
};

#define WINDOWS	"give this id the WinUSB driver (Zadig, or the maker's)"

static const struct said says[] = {
	{ "It may not be opened", "second-id-denied",
	    "install driver or permission for the id of DFU mode, too "
	    "(Windows: WinUSB by Zadig)", ALWAYS },
	{ "the leave goes to the last chunk", "leave-moved-pointer",
	    "dfu-util -s ADDRESS:leave with the address of the vectors",
	    ALWAYS },
	{ "found in dfuMANIFEST, and refused", "request-in-manifest",
	    "poll with getstatus until the device leaves, or power-cycle it; "
	    "then flash", ALWAYS },
	{ "Erasing flash... ", "request-failed", NULL, UNEXPLAINED },
	{ "Lost device after RESET?", "detach-no-return", NULL, ALWAYS },
	{ "LIBUSB_ERROR_NOT_SUPPORTED", "drivers", WINDOWS, ALWAYS },
	{ "driver on Windows may not be opened", "drivers", WINDOWS, ALWAYS },
	{ "LIBUSB_ERROR_NOT_FOUND)", "drivers", WINDOWS, UNTOUCHED },
	{ "No DFU capable USB device", "no-device", NULL, ALWAYS },
	{ "no device present", "no-device", NULL, ALWAYS },
	{ "No DFU device", "no-device", NULL, ALWAYS },
	{ "No STM32 device in DFU mode", "no-device", NULL, ALWAYS },
	{ "Target device not found", "no-device", NULL, ALWAYS },
	{ "Failed to open USB device", "no-device", NULL, ALWAYS },
	{ "NoBackendError", "drivers", "install libusb: pyusb cannot find it",
	    ALWAYS },
	{ "More than one DFU capable", "host-refused",
	    "select one device by its serial (-S) or path (-p), or unplug the "
	    "others", ALWAYS },
	{ "Transfer size must be specified", "transfer-size-zero",
	    "dfu-util -t SIZE, with the size that the manufacturer states",
	    ALWAYS },
	{ "has no DFU functional descriptor", "no-functional-descriptor",
	    "dfu-util -d ID, with the id of the right device", ALWAYS },
	{ "Device still in Run", "app-state-in-dfu-mode", NULL, ALWAYS },
	{ "is not writeable", "host-refused",
	    "compare -s and the size of the file with the map (dfu-util -l)",
	    ALWAYS },
	{ "can not be erased", "host-refused",
	    "compare -s and the size of the file with the map (dfu-util -l)",
	    ALWAYS },
	{ "Bootloader and code overlap", "host-refused",
	    "the file overlaps the bootloader: make the firmware smaller, or "
	    "leave that part out (--suppress-bootloader-mem); sectors erased "
	    "before are empty", ALWAYS },
	{ "the option bytes were downloaded", "option-bytes-written",
	    "Replug the device, and read the option bytes back.", ALWAYS },
	{ "does not match", "file-suffix", NULL, ALWAYS },
	{ "DFU suffix CRC", "file-suffix", NULL, ALWAYS },
	{ "Unsupported DFU file revision", "file-suffix", NULL, ALWAYS },
	{ "Only DfuSe file", "host-refused",
	    "give the address with -s: the file is not a DfuSe file", ALWAYS },
	{ "Invalid DfuSe prefix", "host-refused",
	    "give the address with -s: the file is not a DfuSe file", ALWAYS },
	{ "failed to parse element", "host-refused", NULL, ALWAYS },
	{ "for writing", "host-refused",
	    "the file exists: give another name, or remove it", ALWAYS },
	{ "for reading", "host-refused", "check the name of the file",
	    ALWAYS },
	{ "Limiting default upload to", "upload-capped", NULL, ALWAYS },
	{ "Status is not OK", "error-reported", NULL, ALWAYS },
	{ "pydfu does not wait: GETSTATUS refused", "poll-early-refused",
	    "use a tool that waits for bwPollTimeout, such as dfu-util",
	    ALWAYS },
	{ "completion packet (LIBUSB_ERROR_PIPE", "leave-refused",
	    "read the status: the device reports the image as incomplete or "
	    "invalid", ALWAYS },
	{ "completion packet (LIBUSB_ERROR_IO", "end-lost", NULL, ALWAYS },
	{ "Error during final DFU download", "end-lost", NULL, ALWAYS },
	{ "Very likely due to read protection", "read-protected",
	    NULL, ALWAYS },
	{ "read protection is active", "read-protected", NULL, ALWAYS },
	{ "Board seems read protected", "read-protected", NULL, ALWAYS },
	{ "Unprotect successful", "unprotect-done",
	    "unplug the device and reconnect it in DFU mode", ALWAYS },
	{ "Failed to unprotect", "unprotect-refused", NULL, ALWAYS },
	{ "device descriptor read/", "no-enumeration", NULL, ALWAYS },
	{ "device not accepting address", "no-enumeration", NULL, ALWAYS },
	{ "unable to enumerate USB device", "no-enumeration", NULL,
	    ALWAYS },
	{ "Bus 0", "manifest-abandoned",
	    "poll with getstatus until the device leaves; dfu-util 0.11 polls "
	    "once", LEAVING },
	{ "Failed to enter idle state on abort", "abort-upsets", NULL,
	    ALWAYS },
	{ "address is wrong or unsupported", "address-refused", NULL,
	    ALWAYS },
	{ "Stuck in DFU_DNBUSY", "busy-long", NULL, ALWAYS },
	{ "reach to max polling tries", "busy-long", NULL, ALWAYS },
	{ "\"MASS_ERASE\" get_status", "mass-erase-wait-short", NULL,
	    UNEXPLAINED },
	{ "Device stalled USB pipe", "busy-stall", NULL, ALWAYS },
	{ "gone in the middle of its work", "vanished",
	    "Use another cable and port, without a hub, and a stable supply. "
	    "Check that no watchdog or reset pin restarts the device.",
	    ALWAYS },
	{ "reset took", "reset-in-manifest", NULL, LEAVING },
	{ "unable to read DFU status", "left-after-manifest",
	    "Nothing, if the new firmware runs: a device that is not "
	    "manifestation-tolerant may not answer here. Otherwise reset or "
	    "replug it.", LEAVING },
	{ "Error during special command", "request-failed", NULL,
	    UNEXPLAINED },
	{ "Error during second get_status", "request-failed", NULL,
	    UNEXPLAINED },
	{ "Error during download", "request-failed", NULL, UNEXPLAINED },
	{ "Error during upload", "request-failed", NULL, UNEXPLAINED },
	{ "dfuse_upload: ", "request-failed", NULL, UNEXPLAINED },
	{ "dfuse_download: ", "request-failed", NULL, UNEXPLAINED },
	{ "Error sending", "request-failed", NULL, UNEXPLAINED },
	{ "error get_status", "request-failed", NULL, UNEXPLAINED },
	{ "error clear_status", "request-failed", NULL, UNEXPLAINED },
	{ "can't send DFU_ABORT", "request-failed", NULL, UNEXPLAINED },
	{ "error detaching", "request-failed", NULL, UNEXPLAINED },
	{ "can't detach", "request-failed", NULL, UNEXPLAINED },
	{ "Cannot claim interface", "request-failed", NULL, UNEXPLAINED },
	{ "Cannot set alternate", "setting-refused", NULL, UNEXPLAINED },
	{ "urb type=2 status=-", "request-failed", NULL, UNEXPLAINED },
	{ "Status: errVENDOR", "read-protected", NULL, ALWAYS },
	{ "USBError", "request-failed", NULL, UNEXPLAINED },
	{ "USBTimeoutError", "request-failed", NULL, UNEXPLAINED },
	{ "USB controlTransfer", "request-failed", NULL, UNEXPLAINED },
	{ "cannot wait for busy", "request-failed", NULL, LOST },
	{ "failed to write", "request-failed", NULL, LOST },
	{ "Uploading Option Bytes bank", "request-failed", NULL, UNEXPLAINED },
	{ "Write failed at address", "request-failed", NULL, UNEXPLAINED },
	{ "failed to download Segment", "request-failed", NULL, UNEXPLAINED },
	{ "failed to download the File", "request-failed", NULL, UNEXPLAINED },
	{ "failed to erase memory", "erase-refused", NULL, ALWAYS },
	{ "Failed to erase", "erase-refused", NULL, ALWAYS },
	{ "Failed to write", "request-failed", NULL, UNEXPLAINED },
	{ "Failed to initiate", "request-failed", NULL, UNEXPLAINED },
	{ "Failed to execute", "request-failed", NULL, UNEXPLAINED },
	{ "Programming: FAILED", "request-failed", NULL, UNEXPLAINED },
	{ "Memory write error", "request-failed", NULL, UNEXPLAINED },
	{ "Bad state machine in firmware", "request-failed", NULL,
	    UNEXPLAINED },
	{ "commandName is not defined", "request-failed", NULL, UNEXPLAINED },
	{ "Error during DfuSe", "request-failed", NULL, UNEXPLAINED },
	{ "Error during DFU download", "request-failed", NULL, UNEXPLAINED },
};

static bool
says_so(const struct event *e, const char *phrase)
{
	return (memmem(e->data, e->kept, phrase, strlen(phrase)) != NULL);
}

/* How it was found is behind it once something was sent. */
static bool
is_behind(const struct finding_case *c, const struct finding_row *row)
{
	return (strncmp(row->id, "found-in-", strlen("found-in-")) == 0 &&
	    (c->w->work.kind != DFU_KIND_NONE || c->w->op.blocks != 0));
}

static bool
is_explained(const struct finding_case *c)
{
	const struct findings *f = c->s->findings;
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (f->list[i].life != FINDING_WITHDRAWN &&
		    f->list[i].row->severity != SEVERITY_NOTE &&
		    !is_behind(c, f->list[i].row))
			return (true);
	}
	return (false);
}

static bool
fits(const struct finding_case *c, const struct said *row)
{
	switch (row->when) {
	case ALWAYS:
		return (true);
	case UNTOUCHED:
		return (c->w->op.blocks == 0 &&
		    c->w->work.kind == DFU_KIND_NONE);
	case LEAVING:
		return (c->w->leave.by != 0 && c->s->present);
	case LOST:
		return (c->w->leave.by == 0 && !is_explained(c));
	case UNEXPLAINED:
		return (!is_explained(c));
	}
	return (false);
}

bool
finding_said(struct finding_case *c, size_t *i, const char **id,
    const char **advice)
{
	const struct said *row;
	size_t k;

	while (*i < sizeof(says) / sizeof(says[0])) {
		row = &says[(*i)++];
		if (!says_so(c->e, row->phrase) || !fits(c, row))
			continue;
		c->known = false;
		finding_say(c, "message: %.*s", (int)c->e->kept,
		    (const char *)c->e->data);
		c->mechanism = NULL;
		for (k = 0; k < sizeof(causes) / sizeof(causes[0]); k++) {
			if (strcmp(causes[k].phrase, row->phrase) == 0)
				c->mechanism = causes[k].mechanism;
		}
		*id = row->id;
		*advice = row->advice;
		return (true);
	}
	return (false);
}

/* Nothing was told before that may be the reason. */
static bool
holds_untold(const struct finding_case *c)
{
	return (c->w->here.told == 0);
}

/* What leaves need not answer. */
static bool
holds_silent(const struct finding_case *c)
{
	return (c->w->leave.by == 0);
}

/* How many bytes came before is inferred. */
static bool
holds_never(const struct finding_case *c)
{
	(void)c;
	return (false);
}

/* The text has the beginning of it. */
static bool
holds_found(const struct finding_case *c)
{
	return (c->s->opened);
}

/* Something was sent before, else that error is an old one. */
static bool
holds_error(const struct finding_case *c)
{
	return (c->w->work.kind != DFU_KIND_NONE || c->w->op.blocks != 0);
}

/* Something was going on: when idle it may have been told to leave. */
static bool
holds_vanished(const struct finding_case *c)
{
	return (c->w->here.past.request != DFU_GETSTATUS ||
	    c->w->here.past.before != DFU_STATE_DNLOAD_IDLE);
}

/* The tool did not say that it was done. */
static bool
holds_cut(const struct finding_case *c)
{
	const struct findings *f = c->s->findings;
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (strcmp(f->list[i].row->id, "option-bytes-written") == 0)
			return (false);
	}
	return (true);
}

/* What a log must show besides, as what it leaves out is not seen. */
static const struct {
	const char	*id;
	bool		(*holds)(const struct finding_case *c);
} shown[] = {
	{ "state-untold", holds_untold },
	{ "no-answer", holds_silent },
	{ "end-refused", holds_never },
	{ "found-in-transfer", holds_found },
	{ "found-in-manifest", holds_found },
	{ "found-in-error", holds_found },
	{ "vanished", holds_vanished },
	{ "ends-in-transfer", holds_cut },
};

/*
 * That the host sent a request is inferred from what it printed, so that its
 * order is no proof of anything.
 */
static bool
is_inferred(const struct finding_case *c, const struct finding_row *row)
{
	return (c->e != NULL && c->e->kind == EVENT_SUBMIT &&
	    c->e->basis == EVENT_INFERRED && row->severity != SEVERITY_NOTE);
}

static bool
is_log(const struct session *s)
{
	return (s->who != NULL && s->who->transport != NULL &&
	    strcmp(s->who->transport, "log") == 0);
}

bool
finding_has_facts(const struct finding_case *c, const struct finding_row *row)
{
	size_t i;

	if (!is_log(c->s))
		return (true);
	/* Its descriptors are made of what the tool told of them. */
	if (row->class == FINDING_DEVICE || is_inferred(c, row) ||
	    (row->group == GROUP_ERROR && row->severity != SEVERITY_NOTE &&
	    !holds_error(c)))
		return (false);
	/* Lines may be missing between two states. */
	if (row->group == GROUP_PATH && c->e != NULL &&
	    c->e->basis != EVENT_SEEN)
		return (false);
	for (i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		if (strcmp(shown[i].id, row->id) == 0 && !shown[i].holds(c))
			return (false);
	}
	return (true);
}

/* "12 ms", "3.5 s": nobody has told that. */
static bool
has_duration(const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9' || s[1] != ' ')
			continue;
		if ((s[2] == 's' && (s[3] == '\0' || strchr(",. ;)", s[3]))) ||
		    (s[2] == 'm' && s[3] == 's'))
			return (true);
	}
	return (false);
}

void
finding_untold(struct finding_case *c)
{
	if (is_log(c->s) && (c->s->who->lacks & FACT(FACT_CLOCK)) &&
	    has_duration(buf_str(c->evidence)))
		buf_reset(c->evidence);
}

const struct finding_row finding_said_rows[] = {
	{ .id = "no-device", .title = "No matching device found",
	    .class = FINDING_BUS, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_OPEN,
	    .mechanism = "The tool found no device to open. The device may be "
	    "disconnected, have another id, or run its application. A driver "
	    "or a missing permission may hide it. The message does not tell "
	    "which.",
	    .apart = "Compare dfu-util -l without other options, lsusb, and "
	    "the kernel messages when you plug in the device.",
	    .advice = "Check whether the system lists the device: lsusb, or "
	    "the device manager.",
	    .source = "dfu-util main.c", .when = FINDING_ON_SAID },
	{ .id = "no-enumeration",
	    .title = "No descriptor received: bootloader not running",
	    .class = FINDING_BUS, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_SYSTEM,
	    .mechanism = "The host detects a device but receives no "
	    "descriptor from it. A jump into ST's ROM with clocks, interrupts "
	    "or USB still running often fails. Other causes: a load on D+ and "
	    "D- (a CAN transceiver on the same pins) or a missing pull-up. A "
	    "crystal that the ROM misdetects, a bad cable, or too short a "
	    "disconnection have the same effect.",
	    .apart = "If direct ports fail and a USB 2.0 hub works, suspect "
	    "the host controller.",
	    .advice = "Reset with the boot pin held; try another cable, "
	    "another port, a USB 2.0 hub.",
	    .firmware = "Enter the ROM through a system reset with a flag in "
	    "RAM, before any peripheral is set up.",
	    .source = "micropython 4862; Klipper 5596; AIOC 21; ST forum "
	    "139655 and 778392; STM32duino-bootloader 6",
	    .when = FINDING_ON_SAID },
	{ .id = "drivers", .title = "Tool does not find the device, the "
	    "system does", .class = FINDING_BUS, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_SYSTEM,
	    .mechanism = "The system assigned the device to another driver, "
	    "or to none that the tool can use. ST's old tools need their own "
	    "driver and do not find a device bound to WinUSB; other tools "
	    "need WinUSB.",
	    .advice = "Change the driver of this id, then replug the device.",
	    .source = "blog.the78mole.de on STM32 and USB",
	    .when = FINDING_ON_SAID },
	{ .id = "host-refused",
	    .title = "Tool stopped: its options or the file do not fit",
	    .class = FINDING_HOST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The tool compared its options with the device and "
	    "stopped. Examples: an image for external flash with the ROM "
	    "bootloader, a file that spans a hole, or a read-only first "
	    "segment. An existing output file or several matching devices "
	    "also stop a tool. The tool sent no data to the device.",
	    .advice = "Compare the address of the image with the memory map "
	    "of the device; split images that span a hole.",
	    .source = "DaisySeedProjects 15; libDaisy 545; IronOS-dfu 36; "
	    "sx1302_hal 140; betaflight-configurator 5300",
	    .when = FINDING_ON_SAID },
	{ .id = "file-suffix", .title = "Suffix of the file does not match",
	    .class = FINDING_HOST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "Tools check the DFU suffix before they send "
	    "anything. Causes: a CRC that no longer matches because data was "
	    "appended, a revision of 0, or the id of another device. Old "
	    "tools also reject a file without a suffix; newer ones (since "
	    "dfu-util 0.7) warn and write it.",
	    .advice = "Add the suffix last (dfu-suffix -a), or use a newer "
	    "tool. info FILE shows the contents.",
	    .source = "portapack-hackrf 53; hackrf 1358",
	    .when = FINDING_ON_SAID },
	{ .id = "request-failed",
	    .title = "Step failed, the tool gives no reason",
	    .class = FINDING_DATA, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_OPEN,
	    .mechanism = "The tool reports that a step failed, but neither "
	    "the answer of the device nor its state.",
	    .advice = "Query the state with a tool that shows it, and repeat "
	    "with more output (-vvv, -vb 3).",
	    .source = "dfu-util dfuse.c; STM32CubeProgrammer",
	    .when = FINDING_ON_SAID },
};
const size_t finding_said_count =
    sizeof(finding_said_rows) / sizeof(finding_said_rows[0]);
