/*
 * The kinds of files: those that are read here, and those that people have at
 * hand when something went wrong, so that one of them is called by its name.
 */
#include <string.h>

#include "source/source_own.h"

static enum source_certainty
sniff_magic(const struct source_kind *k, const uint8_t *p, size_t n)
{
	return (n >= k->at + k->length &&
	    memcmp(p + k->at, k->magic, k->length) == 0 ? SOURCE_SURE :
	    SOURCE_NOT);
}

/* In both byte orders, with microseconds or nanoseconds. */
static enum source_certainty
sniff_pcap(const struct source_kind *k, const uint8_t *p, size_t n)
{
	static const uint8_t magics[][4] = {
		{ 0xa1, 0xb2, 0xc3, 0xd4 }, { 0xd4, 0xc3, 0xb2, 0xa1 },
		{ 0xa1, 0xb2, 0x3c, 0x4d }, { 0x4d, 0x3c, 0xb2, 0xa1 },
	};
	size_t i;

	(void)k;
	for (i = 0; n >= 4 && i < sizeof(magics) / sizeof(magics[0]); i++) {
		if (memcmp(p, magics[i], 4) == 0)
			return (n >= 24 ? SOURCE_SURE : SOURCE_PERHAPS);
	}
	return (SOURCE_NOT);
}

/* Its block is of this type whatever the byte order, which stands behind. */
static enum source_certainty
sniff_pcapng(const struct source_kind *k, const uint8_t *p, size_t n)
{
	(void)k;
	if (n < 12 || memcmp(p, "\x0a\x0d\x0d\x0a", 4) != 0)
		return (SOURCE_NOT);
	return (memcmp(p + 8, "\x1a\x2b\x3c\x4d", 4) == 0 ||
	    memcmp(p + 8, "\x4d\x3c\x2b\x1a", 4) == 0 ? SOURCE_SURE :
	    SOURCE_NOT);
}

#define MAGIC(bytes)	.sniff = sniff_magic, .magic = (bytes), \
	.length = sizeof(bytes) - 1

const struct source_kind source_kinds[] = {
	{ .name = "journal", .words = "a journal of dfuscope",
	    .sniff = source_journal_sniff, .detail = source_journal_detail,
	    .begin = source_journal_begin, .read = source_journal_read,
	    .end = source_journal_end },
	{ .name = "json", .words = "JSON that dfuscope printed",
	    MAGIC("{\"v\":") },
	{ .name = "pcap", .words = "a capture (pcap)", .sniff = sniff_pcap },
	{ .name = "pcapng", .words = "a capture (pcapng)",
	    .sniff = sniff_pcapng },
	{ .name = "log", .words = "a log of ", .sniff = source_log_sniff,
	    .detail = source_log_detail, .begin = source_log_begin,
	    .read = source_log_read, .end = source_log_end },
	{ .name = "elf", .words = "a program (ELF)", MAGIC("\177ELF") },
	{ .name = "dfuse", .words = "a firmware file (DfuSe)",
	    MAGIC("DfuSe\1") },
	{ .name = "gzip", .words = "a compressed file (gzip)",
	    MAGIC("\x1f\x8b\x08") },
	{ .name = "xz", .words = "a compressed file (xz)",
	    MAGIC("\xfd" "7zXZ\0") },
	{ .name = "zstd", .words = "a compressed file (zstd)",
	    MAGIC("\x28\xb5\x2f\xfd") },
	{ .name = "zip", .words = "an archive (zip)", MAGIC("PK\3\4") },
	{ .name = "tar", .words = "an archive (tar)", MAGIC("ustar"),
	    .at = 257 },
	{ .name = "utf-16", .words = "a text in UTF-16",
	    MAGIC("\xff\xfe") },
	{ .name = "utf-16", .words = "a text in UTF-16",
	    MAGIC("\xfe\xff") },
};
const size_t source_kinds_count =
    sizeof(source_kinds) / sizeof(source_kinds[0]);
