/* SPDX-License-Identifier: ISC */
/*
 * The kinds of files: those that are read here, and those that people have at
 * hand when something went wrong, so that one of them is called by its name.
 */
#include <string.h>

#include "source/source_own.h"
#include "wire/capture.h"

static enum source_certainty
sniff_magic(const struct source_kind *k, const uint8_t *p, size_t n)
{
	return (n >= k->at + k->length &&
	    memcmp(p + k->at, k->magic, k->length) == 0 ? SOURCE_SURE :
	    SOURCE_NOT);
}

static enum source_certainty
sniff_pcap(const struct source_kind *k, const uint8_t *p, size_t n)
{
	(void)k;
	return (!capture_is_pcap(p, n) ? SOURCE_NOT : n >= 24 ? SOURCE_SURE :
	    SOURCE_PERHAPS);
}

static enum source_certainty
sniff_pcapng(const struct source_kind *k, const uint8_t *p, size_t n)
{
	(void)k;
	return (capture_is_pcapng(p, n) ? SOURCE_SURE : SOURCE_NOT);
}

#define MAGIC(bytes)	.sniff = sniff_magic, .magic = (bytes), \
	.length = sizeof(bytes) - 1

const struct source_kind source_kinds[] = {
	{ .name = "journal", .words = "a journal of dfuscope",
	    .noun = "journal", .unit = "line",
	    .sniff = source_journal_sniff, .detail = source_journal_detail,
	    .begin = source_journal_begin, .read = source_journal_read,
	    .end = source_journal_end },
	{ .name = "json", .words = "JSON that dfuscope printed",
	    MAGIC("{\"v\":") },
	{ .name = "pcap", .words = "a capture (pcap)",
	    .noun = "capture", .unit = "record",
	    .sniff = sniff_pcap, .begin = source_capture_begin,
	    .read = source_capture_read, .end = source_capture_end },
	{ .name = "pcapng", .words = "a capture (pcapng)",
	    .noun = "capture", .unit = "record",
	    .sniff = sniff_pcapng, .begin = source_capture_begin,
	    .read = source_capture_read, .end = source_capture_end },
	{ .name = "log", .words = "a log of ",
	    .noun = "log", .unit = "line", .sniff = source_log_sniff,
	    .detail = source_log_detail, .begin = source_log_begin,
	    .read = source_log_read, .end = source_log_end },
	{ .name = "elf", .words = "a program (ELF)", MAGIC("\177ELF") },
	{ .name = "dfuse", .words = "a firmware file (DfuSe)",
	    MAGIC("DfuSe\1") },
	{ .name = "gzip", .words = "a compressed file (gzip)",
	    .noun = "capture", .unit = "record",
	    .begin = source_capture_begin_gzip,
	    .read = source_capture_read, .end = source_capture_end,
	    MAGIC("\x1f\x8b\x08") },
	{ .name = "xz", .words = "a compressed file (xz)",
	    MAGIC("\xfd" "7zXZ\0") },
	{ .name = "zstd", .words = "a compressed file (zstd)",
	    MAGIC("\x28\xb5\x2f\xfd") },
	{ .name = "zip", .words = "an archive (zip)", MAGIC("PK\3\4") },
	{ .name = "tar", .words = "an archive (tar)", MAGIC("ustar"),
	    .at = 257 },
	{ .name = "utf-16", .words = "a UTF-16 text",
	    MAGIC("\xff\xfe") },
	{ .name = "utf-16", .words = "a UTF-16 text",
	    MAGIC("\xfe\xff") },
};
const size_t source_kinds_count =
    sizeof(source_kinds) / sizeof(source_kinds[0]);
