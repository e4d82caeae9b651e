/* SPDX-License-Identifier: ISC */
/*
 * Files that are no firmware as they are: archives, packed files, documents,
 * programs for a computer, text. Recognised by their bytes, the first row
 * that fits counts; what no row knows is never refused.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "base/text.h"
#include "dfu/image_own.h"

#define TEXT_LEAST	64	/* without a line end, less proves nothing */
#define SHOWN		40	/* characters of a line or a name */
#define TITLE_WITHIN	4096

struct magic {
	const char	*name;		/* "a ZIP archive" */
	const char	*bytes;		/* at the start, or NULL */
	size_t		 n;
	/* Is it so, if the bytes are there? NULL: they are proof enough. */
	bool		(*is)(const uint8_t *p, size_t n);
	/* Appends more about it to the name, or NULL. */
	void		(*tell)(const uint8_t *p, size_t n, struct buf *b);
	const char	*cure;		/* a half sentence */
};

static uint32_t
number(const uint8_t *p, size_t n, size_t at, size_t width)
{
	struct reader r = reader_of(p, n);

	reader_bytes(&r, at);
	return (width == 2 ? reader_u16(&r) : reader_u32(&r));
}

static bool
has(const uint8_t *p, size_t n, size_t at, const char *bytes, size_t len)
{
	return (n >= len && at <= n - len &&
	    (len == 0 || memcmp(p + at, bytes, len) == 0));
}

/* A name or a line, cut to what is worth showing. */
static void
show(struct buf *b, const uint8_t *p, size_t n)
{
	text_quote(b, p, n < SHOWN ? n : SHOWN);
	if (n > SHOWN)
		buf_adds(b, "...");
}

/* By its directory, or the local header of its first file (APPNOTE 4.3.7). */
static void
tell_zip(const uint8_t *p, size_t n, struct buf *b)
{
	size_t len = number(p, n, 26, 2), was = b->len;

	image_zip_tell(p, n, b);
	if (b->len != was || len == 0 || n < 30 || len > n - 30)
		return;
	buf_adds(b, " (its first file is ");
	show(b, p + 30, len);
	buf_addc(b, ')');
}

static bool
is_tar(const uint8_t *p, size_t n)
{
	return (has(p, n, 257, "ustar", 5));
}

static void
tell_tar(const uint8_t *p, size_t n, struct buf *b)
{
	size_t len = 0;

	while (len < 100 && len < n && p[len] != '\0')
		len++;
	buf_adds(b, " (its first file is ");
	show(b, p, len);
	buf_addc(b, ')');
}

static bool
is_bzip2(const uint8_t *p, size_t n)
{
	/* The level, and pi or the root of it, in decimal. */
	return (n >= 10 && p[3] >= '1' && p[3] <= '9' &&
	    (has(p, n, 4, "1AY&SY", 6) ||
	    has(p, n, 4, "\x17\x72\x45\x38\x50\x90", 6)));
}

/*
 * Linux kernels and UEFI's own programs carry the same header and do belong
 * on devices: a program for Windows has its subsystem (2, 3).
 */
static bool
is_windows(const uint8_t *p, size_t n)
{
	uint32_t at = number(p, n, 0x3c, 4), subsystem;

	if (n < 0x40 || !has(p, n, at, "PE\0\0", 4))
		return (false);
	subsystem = number(p, n, (size_t)at + 4 + 20 + 68, 2);
	return (subsystem == 2 || subsystem == 3);
}

/* A processor that macOS runs on, or several of them. */
static bool
is_mach(const uint8_t *p, size_t n)
{
	uint32_t kind = number(p, n, 4, 4) & 0xfeffffff;

	return (n >= 16 && (kind == 7 || kind == 12));
}

static bool
is_lz4(const uint8_t *p, size_t n)
{
	/* Version 01, and no reserved bit. */
	return (n >= 7 && (p[4] & 0xc2) == 0x40 && (p[5] & 0x8f) == 0);
}

/* Letters of ASCII in two bytes each, behind the mark. */
static bool
is_utf16(const uint8_t *p, size_t n)
{
	size_t i, high, most = n < 64 ? n : 64;

	if (n < 8 || n % 2 != 0 || (p[0] ^ p[1]) != 1)
		return (false);
	high = p[0] == 0xff ? 1 : 0;
	for (i = 2; i + 1 < most; i += 2) {
		if (p[i + high] != 0 || (!isprint(p[i + 1 - high]) &&
		    !isspace(p[i + 1 - high])))
			return (false);
	}
	return (true);
}

/* Behind what may stand ahead of it: a mark, blanks. */
static size_t
skip_blank(const uint8_t *p, size_t n)
{
	size_t at = has(p, n, 0, "\xef\xbb\xbf", 3) ? 3 : 0;

	while (at < n && isspace(p[at]))
		at++;
	return (at);
}

static bool
begins_with(const uint8_t *p, size_t n, const char *const *words)
{
	size_t at = skip_blank(p, n), len;

	for (; *words != NULL; words++) {
		len = strlen(*words);
		if (n - at >= len && strncasecmp((const char *)p + at, *words,
		    len) == 0)
			return (true);
	}
	return (false);
}

static bool
is_html(const uint8_t *p, size_t n)
{
	static const char *const words[] = { "<!doctype html", "<html",
		"<head", "<body", NULL };

	return (begins_with(p, n, words));
}

static void
tell_html(const uint8_t *p, size_t n, struct buf *b)
{
	static const char head[] = "<title>";
	size_t len = sizeof(head) - 1, at, end;

	n = n < TITLE_WITHIN ? n : TITLE_WITHIN;
	for (at = 0; n > len && at < n - len; at++) {
		if (strncasecmp((const char *)p + at, head, len) != 0)
			continue;
		at = end = at + len;
		while (end < n && p[end] != '<' && p[end] != '\0')
			end++;
		buf_adds(b, " (");
		show(b, p + at, end - at);
		buf_addc(b, ')');
		return;
	}
}

static bool
is_xml(const uint8_t *p, size_t n)
{
	static const char *const words[] = { "<?xml", "<!--", "<!doctype",
		NULL };

	return (begins_with(p, n, words));
}

/* Addresses behind '@', as TI-TXT and Verilog's $readmemh have them. */
static bool
is_at_hex(const uint8_t *p, size_t n)
{
	struct image_lines l = image_lines_of(p, n);
	size_t i;

	if (!image_lines_next(&l) || l.len < 5 || *l.s != '@')
		return (false);
	for (i = 1; i < l.len; i++) {
		if (!isxdigit((unsigned char)l.s[i]))
			return (false);
	}
	return (true);
}

/* Letters, blanks and line ends alone, ASCII or UTF-8. */
static bool
is_text(const uint8_t *p, size_t n)
{
	bool lines = false, blanks = false, letters = false;
	uint32_t cp;
	size_t at;

	for (at = 0; at < n;) {
		lines |= p[at] == '\n' || p[at] == '\r';
		blanks |= p[at] == ' ' || p[at] == '\t';
		letters |= !isspace(p[at]);
		if (p[at] < 0x80 && !isprint(p[at]) && !isspace(p[at]))
			return (false);
		at += text_decode((const char *)p + at, n - at, &cp);
		if (cp == TEXT_BAD || (cp >= 0x80 && cp < 0xa0))
			return (false);
	}
	/* Firmware filled with one letter is none. */
	return (letters && (lines || (blanks && n >= TEXT_LEAST)));
}

static void
tell_text(const uint8_t *p, size_t n, struct buf *b)
{
	struct image_lines l = image_lines_of(p, n);

	buf_adds(b, ", neither Intel HEX nor S-record");
	if (!image_lines_next(&l))
		return;
	buf_adds(b, "; it begins ");
	show(b, (const uint8_t *)l.s, l.len);
}

#define UNPACK_WITH(tool)	"unpack it first (" tool ")"
#define NO_FIRMWARE		"not firmware"
#define OF_A_COMPUTER		"it runs on a computer, not on a device"

static const struct magic magics[] = {
	{ "a ZIP archive", "PK\3\4", 4, NULL, tell_zip,
	    "unzip it and use the firmware file in it" },
	{ "an empty ZIP archive", "PK\5\6", 4, NULL, NULL,
	    "the archive holds no file" },
	{ "a part of a ZIP archive", "PK\7\10", 4, NULL, NULL,
	    "join the parts and unzip them" },
	{ "a file packed with xz", "\xfd" "7zXZ\0", 6, NULL, NULL,
	    UNPACK_WITH("xz -dk") },
	{ "a file packed with bzip2", "BZh", 3, is_bzip2, NULL,
	    UNPACK_WITH("bzip2 -dk") },
	{ "a file packed with zstd", "\x28\xb5\x2f\xfd", 4, NULL, NULL,
	    UNPACK_WITH("zstd -d") },
	{ "a file packed with lz4", "\x04\x22\x4d\x18", 4, is_lz4, NULL,
	    UNPACK_WITH("lz4 -d") },
	{ "a 7z archive", "7z\xbc\xaf\x27\x1c", 6, NULL, NULL,
	    UNPACK_WITH("7z x") },
	{ "a RAR archive", "Rar!\x1a\x07", 6, NULL, NULL,
	    UNPACK_WITH("unrar x") },
	{ "a tar archive", NULL, 0, is_tar, tell_tar, UNPACK_WITH("tar -xf") },
	{ "an ar archive (a library or a Debian package)", "!<arch>\n", 8,
	    NULL, NULL, NO_FIRMWARE },
	{ "a Windows program", "MZ", 2, is_windows, NULL, OF_A_COMPUTER },
	{ "a macOS program", "\xce\xfa\xed\xfe", 4, is_mach, NULL,
	    OF_A_COMPUTER },
	{ "a macOS program", "\xcf\xfa\xed\xfe", 4, is_mach, NULL,
	    OF_A_COMPUTER },
	{ "a PDF document", "%PDF-", 5, NULL, NULL, NO_FIRMWARE },
	{ "a picture (PNG)", "\x89PNG\r\n\x1a\n", 8, NULL, NULL,
	    NO_FIRMWARE },
	{ "a picture (JPEG)", "\xff\xd8\xff\xe0\0\20JFIF", 10, NULL, NULL,
	    NO_FIRMWARE },
	{ "a picture (JPEG)", "\xff\xd8\xff\xe1", 4, NULL, NULL,
	    NO_FIRMWARE },
	{ "a picture (GIF)", "GIF8", 4, NULL, NULL, NO_FIRMWARE },
	{ "a packet capture (pcapng)", "\n\r\r\n", 4, NULL, NULL,
	    NO_FIRMWARE },
	{ "a git-lfs pointer", "version https://git-lfs.github.com/", 35,
	    NULL, NULL, "git lfs pull fetches the file itself" },
	{ "a dfuscope journal", "dfuscope-journal ", 17, NULL, NULL,
	    "dfuscope explain summarises it" },
	{ "an HTML page", NULL, 0, is_html, tell_html, "a server sent this "
	    "page instead of the file; download the file itself" },
	{ "XML", NULL, 0, is_xml, NULL, NO_FIRMWARE },
	{ "UTF-16 text", "\xff\xfe", 2, is_utf16, NULL,
	    "convert it with iconv -f UTF-16 -t ASCII" },
	{ "UTF-16 text", "\xfe\xff", 2, is_utf16, NULL,
	    "convert it with iconv -f UTF-16 -t ASCII" },
	{ "hexadecimal text with addresses after @ (TI-TXT, Verilog)",
	    NULL, 0, is_at_hex, NULL, "convert it to Intel HEX (srec_cat)" },
	{ "text", NULL, 0, is_text, tell_text, NO_FIRMWARE },
};
#define MAGICS	(sizeof(magics) / sizeof(magics[0]))

static const struct magic *
find(const uint8_t *p, size_t n)
{
	const struct magic *m;

	for (m = magics; m < magics + MAGICS; m++) {
		if (has(p, n, 0, m->bytes != NULL ? m->bytes : "", m->n) &&
		    (m->is == NULL || m->is(p, n)))
			return (m);
	}
	return (NULL);
}

bool
image_is_foreign(const uint8_t *p, size_t n, const char *ending,
    struct buf *error)
{
	const struct magic *m = find(p, n);

	if (m == NULL)
		return (false);
	buf_addf(error, "the file is %s", m->name);
	if (m->tell != NULL)
		m->tell(p, n, error);
	if (ending != NULL)
		buf_addf(error, ", although its name ends in %s", ending);
	buf_addf(error, ": %s", m->cure);
	return (true);
}

/* What is read as firmware, and is none as it is. */
static const struct {
	const char	*name;
	bool		(*is)(const uint8_t *p, size_t n);
} wrapped[] = {
	{ "an ELF file", image_is_elf },
	{ "a UF2 file", image_is_uf2 },
	{ "a gzip file", image_is_gzip },
	{ "an Intel HEX file", image_is_ihex },
	{ "an S-record file", image_is_srec },
};

const char *
image_begins_as(const uint8_t *p, size_t n)
{
	const struct magic *m;
	size_t i;

	if (n < 16)
		return (NULL);
	for (i = 0; i < sizeof(wrapped) / sizeof(wrapped[0]); i++) {
		if (wrapped[i].is(p, n))
			return (wrapped[i].name);
	}
	m = find(p, n);
	return (m != NULL ? m->name : NULL);
}

static const struct {
	const char	*ending;
	enum image_kind	 kind;
} promises[] = {
	{ ".bin", IMAGE_RAW },
	{ ".hex", IMAGE_IHEX },
	{ ".ihex", IMAGE_IHEX },
	{ ".ihx", IMAGE_IHEX },
	{ ".srec", IMAGE_SREC },
	{ ".s19", IMAGE_SREC },
	{ ".s28", IMAGE_SREC },
	{ ".s37", IMAGE_SREC },
	{ ".mot", IMAGE_SREC },
	{ ".elf", IMAGE_ELF },
	{ ".axf", IMAGE_ELF },
	{ ".uf2", IMAGE_UF2 },
};

static size_t
without(const char *path, size_t n, const char *ending)
{
	size_t len = strlen(ending);

	return (n > len && strncasecmp(path + n - len, ending, len) == 0 ?
	    n - len : n);
}

const char *
image_promise(const char *path, enum image_kind *kind)
{
	size_t n = path != NULL ? strlen(path) : 0, i;

	n = path != NULL ? without(path, n, ".gz") : 0;
	for (i = 0; n > 0 && i < sizeof(promises) / sizeof(promises[0]);
	    i++) {
		if (without(path, n, promises[i].ending) == n)
			continue;
		*kind = promises[i].kind;
		return (promises[i].ending);
	}
	return (NULL);
}
