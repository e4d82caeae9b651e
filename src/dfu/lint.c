/* SPDX-License-Identifier: ISC */
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
	    "The descriptors are truncated: a bLength is 0 or reaches past "
	    "the end.",
	    "No program can read the interfaces and attributes after that "
	    "place.",
	    "USB 2.0 9.5", lint_lost_bytes, 0 },
	{ "transfer-size-zero", LINT_ERROR,
	    "wTransferSize is 0, so no block fits.",
	    "dfu-util stops with \"Transfer size must be specified\". "
	    "dfuscope uses blocks of 4096 bytes; xfer-size N sets another "
	    "size.",
	    "DFU 1.1 6.1.1; dfu-util commit 00cff46", lint_size_zero, 0 },
	{ "alternate-twice", LINT_ERROR,
	    "The configuration describes an alternate setting twice.",
	    "dfuscope uses the first description; other programs may use the "
	    "other one. Data sent to this setting may reach the wrong memory.",
	    "USB 2.0 9.6.5", lint_alternate_twice, 0 },
	{ "mode-is-dfu", LINT_ERROR,
	    "bInterfaceProtocol announces run-time mode, but the device "
	    "reported a state of DFU mode.",
	    "Programs send DETACH first and wait for a device that is already "
	    "connected. Continue with the requests of DFU mode.",
	    "DFU 1.1 4.2.1, 4.2.3", lint_seen_other_mode, 1 },
	{ "mode-is-run-time", LINT_WARNING,
	    "The descriptors announce DFU mode, but the device reported a "
	    "state of run-time mode.",
	    "The device stalls a download in that state. DETACH or a bus "
	    "reset may bring it to dfuIDLE.",
	    "DFU 1.1 4.1.1, 4.2.3", lint_seen_other_mode, 0 },
	{ "functional-absent", LINT_WARNING,
	    "The DFU interface has no functional descriptor.",
	    "dfuscope assumes DFU 1.0 and blocks of 4096 bytes. The interface "
	    "may not be meant for DFU: some Bluetooth and audio devices have "
	    "such an interface.",
	    "DFU 1.1 4.1.3; po-util issue 17", lint_functional_absent, 0 },
	{ "functional-differ", LINT_WARNING,
	    "The functional descriptors of one interface contradict each "
	    "other.",
	    "dfuscope uses the first one; other programs may use another. "
	    "Block size and end of a download may differ from tool to tool.",
	    functional, lint_functional_several, 1 },
	{ "functional-ahead", LINT_WARNING,
	    "The functional descriptor stands before all interfaces.",
	    "Programs that search after the interface do not find it and "
	    "assume DFU 1.0 without a block size.",
	    "DFU 1.1 4.1, 4.2", lint_functional_place, 1 },
	{ "functional-seven-dfuse", LINT_WARNING,
	    "The functional descriptor has the 7 bytes of DFU 1.0, but the "
	    "names are DfuSe memory layouts.",
	    "A program that follows the version sends plain DFU: a DfuSe "
	    "device executes block 0 as a command and ignores block 1. "
	    "dfuscope leaves the protocol undecided until the device answers "
	    "get-commands or you set the dialect.",
	    "reported for AIR32 bootloaders", lint_short_dfuse, 0 },
	{ "functional-length", LINT_WARNING,
	    "The functional descriptor has neither 7 nor 9 bytes.",
	    "dfuscope reads the fields that are present; other programs "
	    "reject the descriptor and assume DFU 1.0.",
	    functional, lint_functional_length, 0 },
	{ "dfuse-without-layout", LINT_WARNING,
	    "bcdDFUVersion is that of DfuSe, but no name is a memory layout.",
	    "The device may use DfuSe without addresses, or plain DFU with a "
	    "wrong version. A plain DFU device stores Set Address as "
	    "firmware. Upload a block before writing.",
	    "UM0424 4.3.2; usbd-dfu issue 18", lint_dfuse_no_layout, 0 },
	{ "layout-without-dfuse", LINT_WARNING,
	    "A name is a DfuSe memory layout, but bcdDFUVersion is not that "
	    "of DfuSe (011a).",
	    "Programs that follow the version send plain DFU. Programs that "
	    "follow the name send Set Address, which a plain DFU device "
	    "stores as firmware. dfuscope leaves the protocol undecided until "
	    "the device answers get-commands or you set the dialect.",
	    "dapboot issue 59", lint_layout_no_dfuse, 0 },
	{ "protocol-0", LINT_WARNING,
	    "bInterfaceProtocol is 0 in DFU mode; it must be 2.",
	    "Programs assume run-time mode, send DETACH, or refuse to choose "
	    "among the alternate settings.",
	    "DFU 1.1 4.2.3; dfu-util commit fe11ce0", lint_protocol, 0 },
	{ "protocol-1", LINT_WARNING,
	    "bInterfaceProtocol is 1 (run-time) in DFU mode; it must be 2.",
	    "Programs send DETACH to a device that is already in DFU mode; in "
	    "dfuIDLE that is an error.",
	    "DFU 1.1 4.2.3, A.2.3", lint_protocol, USB_PROTOCOL_RUNTIME },
	{ "protocol-mixed", LINT_WARNING,
	    "Alternate settings of one interface differ in bInterfaceProtocol.",
	    "Programs see run-time mode or DFU mode, depending on the "
	    "alternate setting that they read first.",
	    "DFU 1.1 4.2.3", lint_protocol_mixed, 0 },
	{ "run-time-alternates", LINT_WARNING,
	    "The run-time interface has several alternate settings.",
	    "By the specification it has one, so this may be a bootloader "
	    "with a wrong bInterfaceProtocol. dfu-util refuses the device.",
	    "DFU 1.1 4.1.2; dfu-util commit fe11ce0", lint_runtime_alternates,
	    0 },
	{ "detach-no-time", LINT_WARNING,
	    "bitWillDetach is 0, so the host must reset the bus within "
	    "wDetachTimeOut, but that is 0 ms.",
	    "The device may return to appIDLE before a reset, and DETACH has "
	    "no effect. Send detach 1000, then reset.",
	    "DFU 1.1 5.1, A.2.1", lint_detach_no_time, 0 },
	{ "tolerant-waits", LINT_WARNING,
	    "bitManifestationTolerant is set, but the device went to "
	    "dfuMANIFEST-WAIT-RESET.",
	    "Programs wait for dfuIDLE, which does not follow. Trust the "
	    "state: reset the bus or unplug the device.",
	    "DFU 1.1 7; Renesas FSP issue 267", lint_seen_wait_reset, 0 },
	{ "no-transfer", LINT_WARNING,
	    "Neither bitCanDnload nor bitCanUpload is set.",
	    "By its attributes the device allows neither download nor upload; "
	    "programs refuse both. Send a single dnload to test it.",
	    functional, lint_attributes,
	    DFU_ATTR_CAN_DNLOAD | DFU_ATTR_CAN_UPLOAD },
	{ "dnload-unpromised", LINT_WARNING,
	    "bitCanDnload is 0, but the device accepted a DNLOAD.",
	    "Programs refuse to flash the device although it accepts "
	    "downloads.",
	    "DFU 1.1 4.1.3, A.2.3", lint_seen_unpromised,
	    DFU_ATTR_CAN_DNLOAD },
	{ "upload-unpromised", LINT_WARNING,
	    "bitCanUpload is 0, but the device accepted an UPLOAD.",
	    "Programs refuse to read back or verify, although the device "
	    "allows it.",
	    "DFU 1.1 4.1.3, A.2.3", lint_seen_unpromised,
	    DFU_ATTR_CAN_UPLOAD },
	{ "version-too-low", LINT_WARNING,
	    "bcdDFUVersion is DFU 1.0, but bitWillDetach belongs to DFU 1.1.",
	    "Programs that follow the version reset the bus after DETACH, "
	    "while the device is disconnecting.",
	    "DFU 1.1 4.1.3; dfu-util commit 5a75f3d", lint_version_too_low,
	    0 },
	{ "transfer-size-small", LINT_WARNING,
	    "wTransferSize is less than one packet of endpoint 0.",
	    "Blocks must have at least bMaxPacketSize0 bytes. dfu-util raises "
	    "the size, and the device may stall such blocks.",
	    "DFU 1.1 6.1.1", lint_size_small, 0 },
	{ "transfer-size-large", LINT_WARNING,
	    "wTransferSize is more than Linux sends in one control transfer "
	    "(4096 bytes).",
	    "The kernel refuses larger blocks, not the device: set xfer-size "
	    "4096. On DfuSe, addresses still count in blocks of wTransferSize.",
	    "dfu-util commit 6c9fa24", lint_size_large, 0 },
	{ "total-length", LINT_WARNING,
	    "wTotalLength differs from the length of the configuration.",
	    "A host reads wTotalLength bytes: it loses what follows, or waits "
	    "for missing bytes.",
	    "USB 2.0 9.6.3", lint_total_length, 0 },
	{ "interface-count", LINT_WARNING,
	    "bNumInterfaces differs from the number of interfaces.",
	    "The Linux kernel creates the interfaces it finds and logs a "
	    "warning; other systems refuse the whole device.",
	    "USB 2.0 9.6.3", lint_interface_count, 0 },
	{ "alternate-gap", LINT_WARNING,
	    "The alternate settings are not numbered from 0 without gaps.",
	    "Alternate setting 0 is in use after power-on. Programs that "
	    "count instead of reading the numbers choose the wrong memory.",
	    "USB 2.0 9.6.5", lint_alternate_gap, 0 },
	{ "packet-size", LINT_WARNING,
	    "bMaxPacketSize0 is none of 8, 16, 32 and 64.",
	    "The host guesses the size; transfers on endpoint 0 may end in "
	    "babble or time out.",
	    "USB 2.0 5.5.3, 9.6.1", lint_packet_size, 0 },
	{ "alternate-unnamed", LINT_WARNING,
	    "The device has several alternate settings, and one has no name.",
	    "The memory of that setting is unknown. Read from it before you "
	    "write to it.",
	    "DFU 1.1 4.2.3", lint_no_name, 0 },
	{ "text-control", LINT_WARNING,
	    "A string holds control characters or characters that change the "
	    "text direction.",
	    "Printed raw, the string changes a terminal or a log. dfuscope "
	    "shows it with escapes; check the output of other programs.",
	    "USB 2.0 9.6.7", lint_text_control, 0 },
	{ "layout-unreadable", LINT_WARNING,
	    "A name begins like a memory layout but holds no memory.",
	    "The writable addresses are unknown; programs refuse each address "
	    "or accept any.",
	    layouts, lint_layout_none, 0 },
	{ "layout-segment", LINT_WARNING,
	    "A memory layout has a segment that is unreadable, has no size, "
	    "or has no known type.",
	    "The memory map lacks that memory and perhaps what follows. Some "
	    "programs refuse the whole string.",
	    "UM0424 4.3.2; fwupd commit 46f5415ed", lint_layout_odd,
	    LAYOUT_ODD_REFUSED_SEGMENT },
	{ "layout-beyond", LINT_WARNING,
	    "A memory layout reaches past 4 GiB.",
	    "The numbers are wrong: do not rely on any size or count of this "
	    "string for an erase.",
	    layouts, lint_layout_odd, LAYOUT_ODD_BEYOND },
	{ "layout-no-unit", LINT_WARNING,
	    "A size in a memory layout has no unit (blank, B, K or M).",
	    "By UM0424 the size is in bytes; the vendor may mean kilobytes. "
	    "An erase by this size may miss sectors or cover too many.",
	    "UM0424 4.3.2; reported for STM32F745 and L07x", lint_layout_odd,
	    LAYOUT_ODD_NO_MULTIPLIER },
	{ "layout-tail", LINT_WARNING,
	    "More text follows a segment of a memory layout.",
	    "Usually a shorter string overwrote a longer one. Strict programs "
	    "refuse it.",
	    "UM0424 4.3.2; reported for BIGTREETECH boards", lint_layout_odd,
	    LAYOUT_ODD_TAIL },
	{ "layout-read-only", LINT_WARNING,
	    "No segment of a memory layout is writable.",
	    "Programs refuse to flash this alternate setting; try another one.",
	    layouts, lint_layout_read_only, 0 },

	{ "layout-overlap", LINT_NOTE,
	    "Segments of a memory layout overlap.",
	    "dfuscope uses the first one. STM32G4 lists its option bytes "
	    "twice, which does no harm.",
	    st_strings, lint_layout_odd, LAYOUT_ODD_OVERLAP },
	{ "layout-capital", LINT_NOTE,
	    "A type in a memory layout is a capital letter.",
	    "dfuscope reads it as the small letter; strict programs drop the "
	    "segment.",
	    layouts, lint_layout_odd, LAYOUT_ODD_CAPITAL_TYPE },
	{ "layout-forced", LINT_NOTE,
	    "\"Device Feature\" does not have type e.",
	    "dfuscope assumes type e, as dfu-util does: readable and "
	    "writable; an erase is an error.",
	    "AN3156; dfu-util dfuse_mem.c", lint_layout_odd,
	    LAYOUT_ODD_FORCED_TYPE },
	{ "layout-digits", LINT_NOTE,
	    "A number in a memory layout has too many digits.",
	    "Common, also in ST's ROMs; parsers with fixed fields fail.",
	    st_strings, lint_layout_odd, LAYOUT_ODD_DIGITS },
	{ "layout-blanks", LINT_NOTE,
	    "A memory layout ends in blanks.",
	    "Programs that compare whole names do not find it by the trimmed "
	    "name.",
	    layouts, lint_layout_blanks, 0 },
	{ "transfer-size-sectors", LINT_NOTE,
	    "wTransferSize neither divides a sector nor is a multiple of it.",
	    "Blocks cross the ends of sectors. A device that erases while it "
	    "writes may lose the data of the previous block.",
	    "dfu-util commit 7408582", lint_size_sectors, 0 },
	{ "transfer-size-packets", LINT_NOTE,
	    "wTransferSize is not a multiple of bMaxPacketSize0.",
	    "Each full block ends in a short packet; some device controllers "
	    "end the download there.",
	    "DFU 1.1 6.1.1", lint_size_packets, 0 },
	{ "functional-several", LINT_NOTE,
	    "The interface has several identical functional descriptors.",
	    "No effect on dfuscope. Programs that expect one may misread the "
	    "next interface.",
	    functional, lint_functional_several, 0 },
	{ "functional-between", LINT_NOTE,
	    "A functional descriptor stands before the last alternate setting.",
	    "Programs that search only after the last setting do not find it.",
	    "DFU 1.1 4.2", lint_functional_place, 0 },
	{ "functional-seven", LINT_NOTE,
	    "The functional descriptor has the 7 bytes of DFU 1.0, without "
	    "a version.",
	    "dfuscope assumes DFU 1.0: no bitWillDetach, a bus reset after "
	    "DETACH.",
	    "DFU 1.0 4.1.3", lint_functional_length, 7 },
	{ "version-unknown", LINT_NOTE,
	    "bcdDFUVersion is none of 0100, 0110 and 011a.",
	    "dfuscope assumes DFU 1.1. A program that compares the whole "
	    "number may assume 1.0.",
	    functional, lint_version_unknown, 0 },
	{ "attributes-reserved", LINT_NOTE,
	    "Reserved bits of bmAttributes are set.",
	    "Bit 7 belongs to ST, for faster downloads; no other firmware "
	    "should set these bits. dfuscope ignores them.",
	    "DFU 1.1 4.1.3; UM0424", lint_attributes_reserved, 0 },
	{ "no-dnload", LINT_NOTE,
	    "bitCanDnload is 0.",
	    "Programs refuse to flash the device: it allows only reading.",
	    functional, lint_attributes, DFU_ATTR_CAN_DNLOAD },
	{ "no-upload", LINT_NOTE,
	    "bitCanUpload is 0.",
	    "The host cannot read back written data: no verify, no backup.",
	    functional, lint_attributes, DFU_ATTR_CAN_UPLOAD },
	{ "detach-both", LINT_NOTE,
	    "bitWillDetach is set, and wDetachTimeOut is not 0.",
	    "The device detaches without a reset. A program that waits for "
	    "that time and then resets the bus may hit the bootloader while "
	    "it starts.",
	    "DFU 1.1 4.1.3, 5.1", lint_detach_both, 0 },
	{ "detach-long", LINT_NOTE,
	    "wDetachTimeOut is more than 10 s.",
	    "Without a bus reset the device stays in appDETACH that long; "
	    "another DETACH in that time is an error.",
	    "DFU 1.1 4.1.3, A.2.2", lint_detach_long, 0 },
	{ "intolerant-resumes", LINT_NOTE,
	    "bitManifestationTolerant is 0, but the device returned from "
	    "dfuMANIFEST without a reset.",
	    "The device accepts further downloads without a bus reset, "
	    "although it does not announce that.",
	    "DFU 1.1 7, A.2.8", lint_seen_resumed, 0 },
	{ "company", LINT_NOTE,
	    "In DFU mode the device has interfaces other than DFU.",
	    "By the specification DFU is the only one. Drivers of the other "
	    "interfaces may send requests in between.",
	    "DFU 1.1 4.2.2", lint_company, 0 },
	{ "endpoints", LINT_NOTE,
	    "The DFU interface has endpoints.",
	    "DFU uses endpoint 0 alone; another driver may claim the "
	    "interface.",
	    "DFU 1.1 4.2.3", lint_endpoints, 0 },
	{ "text-empty", LINT_NOTE,
	    "A string is empty.",
	    "Selection by name or serial number does not find the device.",
	    "USB 2.0 9.6.7", lint_text_empty, 0 },
	{ "serial-absent", LINT_NOTE,
	    "The device has no serial number.",
	    "Only the port distinguishes two such devices; -S does not.",
	    "DFU 1.1 4.2.1", lint_serial_absent, 0 },
	{ "serial-garbled", LINT_NOTE,
	    "The serial number holds characters other than ASCII, or '?' "
	    "where the host could not read it.",
	    "The firmware probably sends bytes instead of UTF-16: the value "
	    "for -S may differ from what other programs show.",
	    "USB 2.0 9.6.7; dfu-util commit 529fa51", lint_serial_garbled,
	    0 },
	{ "shared-id", LINT_NOTE,
	    "Many different devices use these ids.",
	    "The ids do not identify the firmware: check the memory layout "
	    "and the board before you write.",
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
