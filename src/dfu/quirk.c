/* SPDX-License-Identifier: ISC */
#include "dfu/quirk.h"

#include <string.h>

#define ANY		DFU_QUIRK_ANY
#define DFU_UTIL	"dfu-util"
#define FWUPD		"fwupd"

static const char fixed_wait[] = "waits 5 ms, whatever bwPollTimeout says";
static const char noise[] = "the firmware never sets bwPollTimeout: it is "
    "uninitialised memory";
static const char quirks_c[] = "dfu-util 0.11 quirks.c";
static const char dfuse_c[] = "dfu-util 0.11 dfuse.c";
static const char dfu_util_c[] = "dfu-util 0.11 dfu_util.c";
static const char dfu_quirk[] = "fwupd dfu.quirk";
static const char poly_manifest[] = "the device does all flashing in "
    "dfuMANIFEST; a bus reset there cancels it";
static const char dummy_upload[] = "reads a block before it leaves";
static const char no_transfer[] = "without a transfer before it the reset "
    "does not end DFU mode";

const struct dfu_quirk dfu_quirks[] = {
	{ DFU_UTIL, "POLLTIMEOUT", 0x1d50, 0x5117, 0x5126, ANY,
	    DFU_QUIRK_IDS, fixed_wait, NULL, noise, quirks_c },
	{ DFU_UTIL, "POLLTIMEOUT", 0x1457, 0x5117, 0x5126, ANY,
	    DFU_QUIRK_IDS, fixed_wait, NULL, noise, quirks_c },
	{ DFU_UTIL, "POLLTIMEOUT", 0x16c0, 0x0762, ANY, ANY,
	    DFU_QUIRK_IDS, fixed_wait, NULL, noise, quirks_c },
	{ DFU_UTIL, "POLLTIMEOUT", 0x16c0, 0x076b, 0x076c, ANY,
	    DFU_QUIRK_IDS, fixed_wait, NULL, noise, quirks_c },
	{ DFU_UTIL, "POLLTIMEOUT", 0x0908, 0x02c4, 0x02c5, 0x0000,
	    DFU_QUIRK_IDS, fixed_wait, NULL, noise, quirks_c },
	{ DFU_UTIL, "POLLTIMEOUT", 0x0763, 0x2806, ANY, ANY,
	    DFU_QUIRK_IDS, fixed_wait, NULL, noise, quirks_c },
	{ DFU_UTIL, "FORCE_DFU11", 0x1eaf, 0x0003, ANY, 0x0200,
	    DFU_QUIRK_IDS, "treats the device as DFU 1.1", NULL,
	    "bcdDFUVersion does not match the protocol in use", quirks_c },
	{ DFU_UTIL, "DFUSE_LEAVE", 0x28e9, 0x0189, ANY, ANY,
	    DFU_QUIRK_IDS, "ignores the result of the leave's DNLOAD and "
	    "GETSTATUS", NULL,
	    "the device leaves on the zero-length DNLOAD, before GETSTATUS",
	    "dfu-util commit c66695c" },
	{ DFU_UTIL, "DFUSE_LAYOUT", 0x28e9, 0x0189, ANY, ANY,
	    DFU_QUIRK_GD32_LAYOUT, "assumes pages of 1024 bytes, and their "
	    "number by the third letter of the serial number", NULL,
	    "the memory layout string is wrong for most parts",
	    quirks_c },
	{ DFU_UTIL, "UTF8_SERIAL", 0x28e9, 0x0189, ANY, ANY,
	    DFU_QUIRK_IDS, "reads the serial number as UTF-8", NULL,
	    "the firmware sends UTF-8 instead of UTF-16", quirks_c },
	{ DFU_UTIL, NULL, 0x0483, 0xdf11, ANY, ANY, DFU_QUIRK_IDS,
	    "waits 35 s", "the device announces 100 ms for a mass erase",
	    "on an STM32F405 a mass erase takes up to 32 s", dfuse_c },
	{ DFU_UTIL, NULL, 0x0483, 0xdf11, ANY, ANY, DFU_QUIRK_IDS,
	    "treats up to 3 of these STALLs as dfuDNBUSY and waits again",
	    "the device stalls GETSTATUS after an announced wait",
	    "an STM32L4 announces too little and is still busy", dfuse_c },
	{ DFU_UTIL, NULL, 0x1d50, 0x6017, ANY, ANY, DFU_QUIRK_IDS,
	    "gives up", "100 answers to a command announce a wait of 0 ms",
	    "the device may announce 0 ms without end", dfuse_c },
	{ DFU_UTIL, NULL, ANY, ANY, ANY, ANY, DFU_QUIRK_DEVICE_FEATURE,
	    "treats the memory as readable, erasable and not writable",
	    NULL, "the string of an STM32F4 does not match its memory",
	    "dfu-util 0.11 dfuse_mem.c" },
	{ DFU_UTIL, NULL, 0x1fc9, 0x000c, ANY, ANY, DFU_QUIRK_IDS,
	    "assumes DFU mode", "the interface announces run-time mode",
	    "an LPC part has protocol 1 in DFU mode", dfu_util_c },
	{ DFU_UTIL, NULL, 0x0b0e, ANY, ANY, ANY, DFU_QUIRK_IDS,
	    "assumes DFU mode", "the only interface has protocol 0",
	    "the device has the same ids in both modes", dfu_util_c },
	{ DFU_UTIL, NULL, ANY, ANY, ANY, ANY, DFU_QUIRK_DFUSE_PROTOCOL_0,
	    "assumes DFU mode", NULL,
	    "many of ST's devices announce protocol 0 in DFU mode",
	    dfu_util_c },
	{ DFU_UTIL, NULL, ANY, ANY, ANY, ANY, DFU_QUIRK_SHORT_FUNCTIONAL,
	    "assumes DFU 1.0", NULL,
	    "the descriptor of 7 bytes has no version", dfu_util_c },
	{ DFU_UTIL, NULL, ANY, ANY, ANY, ANY, DFU_QUIRK_NO_FUNCTIONAL,
	    "assumes DFU 1.0 without a transfer size", NULL,
	    "the device has no functional descriptor", dfu_util_c },
	{ FWUPD, "DfuForceTimeout", 0x0483, 0xdf11, ANY, ANY,
	    DFU_QUIRK_IDS, "uses a timeout of 5000 ms per request", NULL,
	    "an STM32F745 announces 5 ms and takes longer", dfu_quirk },
	{ FWUPD, "DfuForceVersion", 0x0483, 0xdf11, ANY, ANY,
	    DFU_QUIRK_IDS, "assumes DfuSe 1.1a", NULL,
	    "this id belongs to DfuSe devices", dfu_quirk },
	{ FWUPD, "will-disappear", 0x0483, 0xdf11, ANY, ANY,
	    DFU_QUIRK_IDS, "expects a disconnection after the leave", NULL,
	    "the application may have no USB", dfu_quirk },
	{ FWUPD, "DfuForceVersion", 0x1eaf, 0x0003, ANY, 0x0200,
	    DFU_QUIRK_IDS, "assumes DFU 1.1", NULL,
	    "bcdDFUVersion does not match the protocol in use", dfu_quirk },
	{ FWUPD, "force-dfu-mode", 0x28e9, 0x0189, ANY, ANY,
	    DFU_QUIRK_IDS, "assumes dfuIDLE at the start", NULL,
	    "the first reported state is wrong", dfu_quirk },
	{ FWUPD, "force-dfu-mode", 0x1fc9, 0x000c, ANY, ANY,
	    DFU_QUIRK_IDS, "assumes dfuIDLE at the start", NULL,
	    "the first reported state is wrong", dfu_quirk },
	{ FWUPD, "force-dfu-mode", 0x03eb, 0x2f00, 0x2fff, ANY,
	    DFU_QUIRK_IDS, "assumes dfuIDLE at the start", NULL,
	    "the first reported state is wrong", dfu_quirk },
	{ FWUPD, "ignore-polltimeout", 0x1d50, 0x5119, ANY, ANY,
	    DFU_QUIRK_IDS, fixed_wait, NULL, noise, dfu_quirk },
	{ FWUPD, "ignore-polltimeout", 0x16c0, 0x0762, ANY, ANY,
	    DFU_QUIRK_IDS, fixed_wait, NULL, noise, dfu_quirk },
	{ FWUPD, "ignore-polltimeout", 0x16c0, 0x076b, 0x076c, ANY,
	    DFU_QUIRK_IDS, fixed_wait, NULL, noise, dfu_quirk },
	{ FWUPD, "no-get-status-upload", 0x1d50, 0x5119, ANY, ANY,
	    DFU_QUIRK_IDS, "lists this quirk, but no longer uses it", NULL,
	    "GETSTATUS fails during an upload", dfu_quirk },
	{ FWUPD, "manifest-poll", 0x095d, ANY, ANY, ANY, DFU_QUIRK_IDS,
	    "polls up to 200 times during manifestation", NULL,
	    poly_manifest, dfu_quirk },
	{ FWUPD, "no-bus-reset-attach", 0x095d, ANY, ANY, ANY,
	    DFU_QUIRK_IDS, "ends without a bus reset on some devices", NULL,
	    poly_manifest, dfu_quirk },
	{ FWUPD, "allow-zero-polltimeout", 0x095d, ANY, ANY, ANY,
	    DFU_QUIRK_IDS, "polls again at once where 0 ms is announced",
	    NULL, "the device means 0 ms: pauses of 5 ms per block made "
	        "updates long",
	    dfu_quirk },
	{ FWUPD, "index-force-detach", 0x095d, ANY, ANY, ANY,
	    DFU_QUIRK_IDS, "sets bit 8 of DETACH's wIndex", NULL,
	    "the device stalls DETACH while it streams", dfu_quirk },
	{ FWUPD, "attach-upload-download", 0x273f, 0x1003, ANY, ANY,
	    DFU_QUIRK_IDS, dummy_upload, NULL, no_transfer, dfu_quirk },
	{ FWUPD, "attach-upload-download", 0x273f, 0x1008, ANY, ANY,
	    DFU_QUIRK_IDS, dummy_upload, NULL, no_transfer, dfu_quirk },
	{ FWUPD, "attach-upload-download", 0x273f, 0x100a, ANY, ANY,
	    DFU_QUIRK_IDS, dummy_upload, NULL, no_transfer, dfu_quirk },
	{ FWUPD, "no-pid-change", 0x0b0e, ANY, ANY, ANY, DFU_QUIRK_IDS,
	    "does not expect another id in DFU mode", NULL,
	    "some devices have the same ids in both modes", dfu_quirk },
	{ FWUPD, "detach-for-attach", 0x0bda, 0x5800, ANY, ANY,
	    DFU_QUIRK_IDS, "leaves with DETACH", NULL,
	    "DETACH returns the device to run-time mode", dfu_quirk },
};
const size_t dfu_quirks_count = sizeof(dfu_quirks) / sizeof(dfu_quirks[0]);

/* The whole name of the region, which a '/' ends. */
static bool
is_feature(const char *s)
{
	static const char words[] = "@Device Feature";

	if (strncmp(s, words, sizeof(words) - 1) != 0)
		return (false);
	s += sizeof(words) - 1;
	return (s[strspn(s, " ")] == '/');
}

static bool
has_trait(const struct dfu_quirk *q, const struct dfu_quirk_subject *who)
{
	const struct dfu_functional *f = who->functional;

	switch ((enum dfu_quirk_trait)q->trait) {
	case DFU_QUIRK_IDS:
		return (true);
	case DFU_QUIRK_SHORT_FUNCTIONAL:
		return (f != NULL && f->present && f->bLength == 7);
	case DFU_QUIRK_NO_FUNCTIONAL:
		return (f != NULL && !f->present);
	case DFU_QUIRK_DFUSE_PROTOCOL_0:
		return (f != NULL && f->present && who->protocol == 0 &&
		    f->bcdDFUVersion == DFU_VERSION_DFUSE);
	case DFU_QUIRK_DEVICE_FEATURE:
		return (who->name != NULL && is_feature(who->name));
	case DFU_QUIRK_GD32_LAYOUT:
		return (who->name != NULL && who->name[0] == '@' &&
		    who->serial != NULL && strlen(who->serial) == 4 &&
		    who->serial[0] == '3' && who->serial[3] == 'J');
	}
	return (false);
}

static bool
fits(const struct dfu_quirk *q, const struct dfu_quirk_subject *who)
{
	int32_t last = q->last == ANY ? q->product : q->last;

	return ((q->vendor == ANY || q->vendor == who->vendor) &&
	    (q->product == ANY || (who->product >= q->product &&
	    who->product <= last)) &&
	    (q->version == ANY || q->version == who->version) &&
	    has_trait(q, who));
}

size_t
dfu_quirks_of(const struct dfu_quirk_subject *who,
    const struct dfu_quirk **rows, size_t max)
{
	size_t i, n = 0;

	for (i = 0; i < dfu_quirks_count; i++) {
		if (!fits(&dfu_quirks[i], who))
			continue;
		if (n < max)
			rows[n] = &dfu_quirks[i];
		n++;
	}
	return (n);
}
