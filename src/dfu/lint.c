#include "dfu/lint.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dfu/layout.h"
#include "dfu/lint_rules.h"
#include "dfu/spec.h"
#include "wire/usb.h"

/* Where bitManifestationTolerant and the like are laid down. */
static const char functional[] = "DFU 1.1 4.1.3";
static const char layouts[] = "UM0424 4.3.2";
static const char st_strings[] = "UM0424 4.3.2; ST's own ROMs deviate";

const struct lint_row lint_rows[] = {
	{ "bytes-lost", LINT_ERROR,
	    "The descriptors lead nowhere: a bLength is 0, or reaches past "
	    "the end.",
	    "Interfaces and attributes behind that place are not known to "
	    "anybody; no program can find more there than is shown here.",
	    "USB 2.0 9.5", lint_lost_bytes, 0 },
	{ "transfer-size-zero", LINT_ERROR,
	    "wTransferSize is 0: no block has room in it.",
	    "dfu-util stops with \"Transfer size must be specified\". Blocks "
	    "of 4096 bytes are taken here; xfer-size N sets another size.",
	    "DFU 1.1 6.1.1; dfu-util commit 00cff46", lint_size_zero, 0 },
	{ "alternate-twice", LINT_ERROR,
	    "An alternate setting is described twice.",
	    "Two programs may take different ones for it: the first counts "
	    "here. What is sent to it may land in the wrong memory.",
	    "USB 2.0 9.6.5", lint_alternate_twice, 0 },
	{ "mode-is-dfu", LINT_ERROR,
	    "bInterfaceProtocol says run-time mode, and it answered with a "
	    "state of DFU mode.",
	    "Programs will send DETACH first and wait for a device that is "
	    "here already. Go on with the requests of DFU mode.",
	    "DFU 1.1 4.2.1, 4.2.3", lint_seen_other_mode, 1 },
	{ "mode-is-run-time", LINT_WARNING,
	    "The descriptors say DFU mode, and it answered with a state of "
	    "run-time mode.",
	    "A download is refused in that state. DETACH, or a bus reset, may "
	    "bring it to dfuIDLE.",
	    "DFU 1.1 4.1.1, 4.2.3", lint_seen_other_mode, 0 },
	{ "functional-absent", LINT_WARNING,
	    "There is a DFU interface and no functional descriptor.",
	    "Version, size of blocks and attributes are guesses: DFU 1.0, "
	    "4096 bytes. It may not be meant for DFU at all: some Bluetooth "
	    "and audio devices have such an interface.",
	    "DFU 1.1 4.1.3; po-util issue 17", lint_functional_absent, 0 },
	{ "functional-differ", LINT_WARNING,
	    "The functional descriptors of one interface do not agree.",
	    "Which one is believed depends on the program; here it is the "
	    "first. Size of blocks and end of a download may differ from "
	    "tool to tool.",
	    functional, lint_functional_several, 1 },
	{ "functional-ahead", LINT_WARNING,
	    "The functional descriptor stands before all interfaces.",
	    "Programs that look behind the interface do not find it, and "
	    "take DFU 1.0 without a size of blocks.",
	    "DFU 1.1 4.1, 4.2", lint_functional_place, 1 },
	{ "functional-seven-dfuse", LINT_WARNING,
	    "The functional descriptor has the 7 bytes of DFU 1.0, and the "
	    "names are memory layouts of DfuSe.",
	    "A program that goes by the version sends plain DFU: its block 0 "
	    "is taken for a command, its block 1 for nothing. Undecided "
	    "here until the device or the operator tells.",
	    "met on AIR32 boot loaders", lint_short_dfuse, 0 },
	{ "functional-length", LINT_WARNING,
	    "The functional descriptor has neither 7 nor 9 bytes.",
	    "What stands in it is read as far as it goes; other programs "
	    "refuse it and take DFU 1.0.",
	    functional, lint_functional_length, 0 },
	{ "dfuse-without-layout", LINT_WARNING,
	    "The version is the one of DfuSe, and no name is a memory layout.",
	    "DfuSe without addresses, or plain DFU with a wrong version: then "
	    "Set Address is taken for firmware. Upload a little before "
	    "anything is written.",
	    "UM0424 4.3.2; usbd-dfu issue 18", lint_dfuse_no_layout, 0 },
	{ "layout-without-dfuse", LINT_WARNING,
	    "A name is a memory layout of DfuSe, and the version is not the "
	    "one of DfuSe (011a).",
	    "Programs that go by the version send plain DFU, those that go "
	    "by the name send Set Address, which plain DFU writes as "
	    "firmware. Undecided here until the device or the operator "
	    "tells.",
	    "dapboot issue 59", lint_layout_no_dfuse, 0 },
	{ "protocol-0", LINT_WARNING,
	    "bInterfaceProtocol is 0 in DFU mode, where it has to be 2.",
	    "Programs take it for run-time mode, send DETACH, or refuse to "
	    "choose among its alternate settings.",
	    "DFU 1.1 4.2.3; dfu-util commit fe11ce0", lint_protocol, 0 },
	{ "protocol-1", LINT_WARNING,
	    "bInterfaceProtocol is 1 (run-time) in DFU mode, where it has to "
	    "be 2.",
	    "Programs send DETACH to a device that is in DFU mode already, "
	    "which in dfuIDLE is an error.",
	    "DFU 1.1 4.2.3, A.2.3", lint_protocol, USB_PROTOCOL_RUNTIME },
	{ "protocol-mixed", LINT_WARNING,
	    "Alternate settings of one interface differ in "
	    "bInterfaceProtocol.",
	    "Whether it counts as run-time or DFU mode depends on the "
	    "alternate a program looks at first.",
	    "DFU 1.1 4.2.3", lint_protocol_mixed, 0 },
	{ "run-time-alternates", LINT_WARNING,
	    "The run-time interface has several alternate settings.",
	    "It has one by the specification: this may be a boot loader with "
	    "a wrong bInterfaceProtocol. dfu-util refuses it.",
	    "DFU 1.1 4.1.2; dfu-util commit fe11ce0", lint_runtime_alternates,
	    0 },
	{ "detach-no-time", LINT_WARNING,
	    "bitWillDetach is 0, so the host must reset the bus within "
	    "wDetachTimeOut, and that is 0 ms.",
	    "It may be back in appIDLE before a reset can reach it, and "
	    "DETACH seems to do nothing. Send detach 1000, then reset.",
	    "DFU 1.1 5.1, A.2.1", lint_detach_no_time, 0 },
	{ "tolerant-waits", LINT_WARNING,
	    "bitManifestationTolerant is set, and it went to "
	    "dfuMANIFEST-WAIT-RESET.",
	    "Programs wait for dfuIDLE, which does not come. Believe the "
	    "state: reset the bus, or unplug it.",
	    "DFU 1.1 7; Renesas FSP issue 267", lint_seen_wait_reset, 0 },
	{ "no-transfer", LINT_WARNING,
	    "Neither bitCanDnload nor bitCanUpload is set.",
	    "By its own words nothing can be done with it; programs refuse "
	    "both. A single dnload shows whether that is true.",
	    functional, lint_attributes,
	    DFU_ATTR_CAN_DNLOAD | DFU_ATTR_CAN_UPLOAD },
	{ "dnload-unpromised", LINT_WARNING,
	    "bitCanDnload is 0, and it took a DNLOAD.",
	    "Programs refuse to flash it although it can be flashed.",
	    "DFU 1.1 4.1.3, A.2.3", lint_seen_unpromised,
	    DFU_ATTR_CAN_DNLOAD },
	{ "upload-unpromised", LINT_WARNING,
	    "bitCanUpload is 0, and it took an UPLOAD.",
	    "Programs refuse to read it back or to verify, although it can "
	    "be read.",
	    "DFU 1.1 4.1.3, A.2.3", lint_seen_unpromised,
	    DFU_ATTR_CAN_UPLOAD },
	{ "version-too-low", LINT_WARNING,
	    "bcdDFUVersion says DFU 1.0, and bitWillDetach is a thing of "
	    "DFU 1.1.",
	    "Programs that believe the version reset the bus after DETACH, "
	    "while the device is detaching by itself.",
	    "DFU 1.1 4.1.3; dfu-util commit 5a75f3d", lint_version_too_low,
	    0 },
	{ "transfer-size-small", LINT_WARNING,
	    "wTransferSize is less than one packet of endpoint 0.",
	    "Blocks have to be as large as bMaxPacketSize0 at least. dfu-util "
	    "raises the size, and the device may refuse such blocks.",
	    "DFU 1.1 6.1.1", lint_size_small, 0 },
	{ "transfer-size-large", LINT_WARNING,
	    "wTransferSize is more than Linux sends in one control transfer "
	    "(4096 bytes).",
	    "Larger blocks are refused by the kernel, not by the device: set "
	    "xfer-size 4096. With DfuSe addresses still count in blocks of "
	    "wTransferSize.",
	    "dfu-util commit 6c9fa24", lint_size_large, 0 },
	{ "total-length", LINT_WARNING,
	    "wTotalLength is not the length of the configuration.",
	    "A host reads so many bytes and no more: what is behind is lost "
	    "to it, or it waits for what is not there.",
	    "USB 2.0 9.6.3", lint_total_length, 0 },
	{ "interface-count", LINT_WARNING,
	    "bNumInterfaces is not the number of interfaces.",
	    "The kernel makes as many as it finds and complains in its log; "
	    "other systems refuse the whole device.",
	    "USB 2.0 9.6.3", lint_interface_count, 0 },
	{ "alternate-gap", LINT_WARNING,
	    "The alternate settings are not numbered from 0 without a hole.",
	    "Alternate 0 is the one in use after power-on. Programs that "
	    "count instead of reading the numbers choose the wrong memory.",
	    "USB 2.0 9.6.5", lint_alternate_gap, 0 },
	{ "packet-size", LINT_WARNING,
	    "bMaxPacketSize0 is none of 8, 16, 32 and 64.",
	    "The host guesses; transfers on endpoint 0 may end in babble or "
	    "time out.",
	    "USB 2.0 5.5.3, 9.6.1", lint_packet_size, 0 },
	{ "alternate-unnamed", LINT_WARNING,
	    "There are several alternate settings, and one has no name.",
	    "Nothing tells which memory it is. Read from it before anything "
	    "is written there.",
	    "DFU 1.1 4.2.3", lint_no_name, 0 },
	{ "text-control", LINT_WARNING,
	    "A string holds control characters, or what turns the direction "
	    "of text.",
	    "Printed raw it acts on a terminal or a log. It is shown with "
	    "escapes here; be careful with the output of other programs.",
	    "USB 2.0 9.6.7", lint_text_control, 0 },
	{ "layout-unreadable", LINT_WARNING,
	    "A name begins like a memory layout and holds no memory.",
	    "Where something may be written is not known; programs refuse "
	    "each address or accept any.",
	    layouts, lint_layout_none, 0 },
	{ "layout-segment", LINT_WARNING,
	    "A memory layout has a segment that cannot be read, or of no "
	    "size, or of no known type.",
	    "That memory is missing from the map, and what is behind it may "
	    "be, too. Some programs refuse the whole string.",
	    "UM0424 4.3.2; fwupd commit 46f5415ed", lint_layout_odd,
	    LAYOUT_ODD_REFUSED_SEGMENT },
	{ "layout-beyond", LINT_WARNING,
	    "A memory layout reaches past 4 GiB.",
	    "Its numbers are wrong: sizes and counts of the whole string "
	    "deserve no trust for erasing.",
	    layouts, lint_layout_odd, LAYOUT_ODD_BEYOND },
	{ "layout-no-unit", LINT_WARNING,
	    "A size in a memory layout has no unit, neither blank, B, K "
	    "nor M.",
	    "Bytes by the letter; kilobytes may be meant. Erasing by it may "
	    "miss sectors or take too many.",
	    "UM0424 4.3.2; met on STM32F745 and L07x", lint_layout_odd,
	    LAYOUT_ODD_NO_MULTIPLIER },
	{ "layout-tail", LINT_WARNING,
	    "There is more text behind a segment of a memory layout.",
	    "Mostly a string that was overwritten by a shorter one. Strict "
	    "programs refuse it.",
	    "UM0424 4.3.2; met on BIGTREETECH boards", lint_layout_odd,
	    LAYOUT_ODD_TAIL },
	{ "layout-read-only", LINT_WARNING,
	    "No segment of a memory layout can be written.",
	    "Programs refuse to flash this alternate setting; another one "
	    "may be meant for it.",
	    layouts, lint_layout_read_only, 0 },

	{ "layout-overlap", LINT_NOTE,
	    "Segments of a memory layout overlap.",
	    "The first one counts here. STM32G4 names its option bytes "
	    "twice, which does no harm.",
	    st_strings, lint_layout_odd, LAYOUT_ODD_OVERLAP },
	{ "layout-capital", LINT_NOTE,
	    "A type in a memory layout is a capital letter.",
	    "Taken for the small one here; strict programs drop the segment.",
	    layouts, lint_layout_odd, LAYOUT_ODD_CAPITAL_TYPE },
	{ "layout-forced", LINT_NOTE,
	    "\"Device Feature\" is not of type e.",
	    "Taken for e, as dfu-util does: it can be read and written, and "
	    "erasing it is an error.",
	    "AN3156; dfu-util dfuse_mem.c", lint_layout_odd,
	    LAYOUT_ODD_FORCED_TYPE },
	{ "layout-digits", LINT_NOTE,
	    "A number in a memory layout has more digits than it may.",
	    "Common, in ST's ROMs too; parsers with fixed fields stumble.",
	    st_strings, lint_layout_odd, LAYOUT_ODD_DIGITS },
	{ "layout-blanks", LINT_NOTE,
	    "A memory layout ends in blanks.",
	    "Programs that compare names as a whole do not find it by the "
	    "trimmed one.",
	    layouts, lint_layout_blanks, 0 },
	{ "transfer-size-sectors", LINT_NOTE,
	    "wTransferSize neither divides a sector nor is a multiple of it.",
	    "Blocks lie across the ends of sectors. A device that erases "
	    "while it writes may lose what the block before put there.",
	    "dfu-util commit 7408582", lint_size_sectors, 0 },
	{ "transfer-size-packets", LINT_NOTE,
	    "wTransferSize is no multiple of bMaxPacketSize0.",
	    "Each full block ends in a short packet, which some device "
	    "controllers take for the end of the download.",
	    "DFU 1.1 6.1.1", lint_size_packets, 0 },
	{ "functional-several", LINT_NOTE,
	    "There is more than one functional descriptor; they are alike.",
	    "It does no harm here. Programs that count on one may read the "
	    "next interface wrongly.",
	    functional, lint_functional_several, 0 },
	{ "functional-between", LINT_NOTE,
	    "A functional descriptor stands before the last alternate "
	    "setting.",
	    "Programs that look only behind the last one do not find it.",
	    "DFU 1.1 4.2", lint_functional_place, 0 },
	{ "functional-seven", LINT_NOTE,
	    "The functional descriptor has the 7 bytes of DFU 1.0, without "
	    "a version.",
	    "DFU 1.0 is taken: no bitWillDetach, a bus reset after DETACH.",
	    "DFU 1.0 4.1.3", lint_functional_length, 7 },
	{ "version-unknown", LINT_NOTE,
	    "bcdDFUVersion is none of 0100, 0110 and 011a.",
	    "Taken for DFU 1.1. A program that compares the whole number may "
	    "take it for 1.0.",
	    functional, lint_version_unknown, 0 },
	{ "attributes-reserved", LINT_NOTE,
	    "Reserved bits of bmAttributes are set.",
	    "Bit 7 is ST's, for faster downloads; nobody else should use "
	    "them. They are ignored.",
	    "DFU 1.1 4.1.3; UM0424", lint_attributes_reserved, 0 },
	{ "no-dnload", LINT_NOTE,
	    "bitCanDnload is 0.",
	    "Programs refuse to flash it: it can be read only.",
	    functional, lint_attributes, DFU_ATTR_CAN_DNLOAD },
	{ "no-upload", LINT_NOTE,
	    "bitCanUpload is 0.",
	    "What was written cannot be read back: no verify, no backup.",
	    functional, lint_attributes, DFU_ATTR_CAN_UPLOAD },
	{ "detach-both", LINT_NOTE,
	    "bitWillDetach is set, and there is a wDetachTimeOut.",
	    "It detaches by itself. A program that waits that time and then "
	    "resets the bus may hit the boot loader while it starts.",
	    "DFU 1.1 4.1.3, 5.1", lint_detach_both, 0 },
	{ "detach-long", LINT_NOTE,
	    "wDetachTimeOut is more than 10 s.",
	    "Without a bus reset it stays in appDETACH for so long, and a "
	    "DETACH in the meantime is an error.",
	    "DFU 1.1 4.1.3, A.2.2", lint_detach_long, 0 },
	{ "intolerant-resumes", LINT_NOTE,
	    "bitManifestationTolerant is 0, and it came back from "
	    "dfuMANIFEST by itself.",
	    "More can be downloaded without a bus reset than it promises.",
	    "DFU 1.1 7, A.2.8", lint_seen_resumed, 0 },
	{ "company", LINT_NOTE,
	    "There are other interfaces beside DFU in DFU mode.",
	    "DFU is the only one by the specification. The drivers of the "
	    "others may send requests in between.",
	    "DFU 1.1 4.2.2", lint_company, 0 },
	{ "endpoints", LINT_NOTE,
	    "The DFU interface has endpoints of its own.",
	    "DFU uses endpoint 0 alone; a driver may take the interface for "
	    "something else.",
	    "DFU 1.1 4.2.3", lint_endpoints, 0 },
	{ "text-empty", LINT_NOTE,
	    "A string is there and empty.",
	    "Selection by name or serial number does not find it.",
	    "USB 2.0 9.6.7", lint_text_empty, 0 },
	{ "serial-absent", LINT_NOTE,
	    "There is no serial number.",
	    "Two of them cannot be told apart but by the port, and not with "
	    "-S.",
	    "DFU 1.1 4.2.1", lint_serial_absent, 0 },
	{ "serial-garbled", LINT_NOTE,
	    "The serial number holds what is not ASCII, or '?' for what the "
	    "host could not read.",
	    "Sent as bytes instead of UTF-16, most likely: -S may not match "
	    "what other programs show.",
	    "USB 2.0 9.6.7; dfu-util commit 529fa51", lint_serial_garbled,
	    0 },
	{ "shared-id", LINT_NOTE,
	    "Many different devices have these ids.",
	    "They do not tell which firmware fits: look at the memory layout "
	    "and at the board before anything is written.",
	    "public lists of USB ids", lint_shared_id, 0 },
};
const size_t lint_rows_count = sizeof(lint_rows) / sizeof(lint_rows[0]);

static void
add(struct lint *l, const struct lint_row *row, struct buf *detail)
{
	l->findings = mem_array(l->findings, l->n + 1, sizeof(*l->findings));
	l->findings[l->n++] = (struct lint_finding){ row, buf_take(detail) };
}

/* The weightiest first; of one weight in the order of the rows. */
static int
compare(const void *a, const void *b)
{
	const struct lint_row *x = ((const struct lint_finding *)a)->row;
	const struct lint_row *y = ((const struct lint_finding *)b)->row;

	if (x->severity != y->severity)
		return (x->severity > y->severity ? -1 : 1);
	return (x < y ? -1 : x > y);
}

void
lint_check(struct lint *l, const struct lint_subject *s)
{
	struct lint_look k = { .s = s };
	struct buf detail = { 0 };
	size_t i;

	*l = (struct lint){ 0 };
	lint_survey(&k.survey, s);
	for (i = 0; i < lint_rows_count; i++) {
		buf_reset(&detail);
		if (lint_rows[i].is(&k, lint_rows[i].arg, &detail))
			add(l, &lint_rows[i], &detail);
	}
	buf_free(&detail);
	if (l->n > 1)
		qsort(l->findings, l->n, sizeof(*l->findings), compare);
}

void
lint_free(struct lint *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		free(l->findings[i].detail);
	free(l->findings);
	*l = (struct lint){ 0 };
}

void
lint_words(struct buf *b, const struct lint_finding *f)
{
	size_t n = strlen(f->row->what);

	if (*f->detail == '\0') {
		buf_adds(b, f->row->what);
		return;
	}
	buf_add(b, f->row->what, n - 1);	/* without the full stop */
	buf_addf(b, " (%s).", f->detail);
}

const struct lint_row *
lint_named(const char *id)
{
	size_t i;

	for (i = 0; i < lint_rows_count; i++) {
		if (strcmp(lint_rows[i].id, id) == 0)
			return (&lint_rows[i]);
	}
	return (NULL);
}
