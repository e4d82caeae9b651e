/* SPDX-License-Identifier: ISC */
/* What is in a ZIP archive, by its directory (APPNOTE 4.3.12, 4.3.16). */
#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "base/text.h"
#include "dfu/image_own.h"

#define END_BYTES	22
#define END_MOST	(END_BYTES + 65535)	/* with its comment */
#define FILE_BYTES	46
#define FILES_MOST	65535
#define SHOWN		60	/* characters of a name */

/* By their names alone: what is in them is not unpacked. */
static const char *const endings[] = { ".bin", ".hex", ".ihex", ".dfu",
	".elf", ".uf2", ".s19", ".s28", ".s37", ".srec", ".mot" };
#define ENDINGS	(sizeof(endings) / sizeof(endings[0]))

struct zip {
	size_t		 files;
	size_t		 firmware;	/* of them */
	const uint8_t	*first;		/* the first file's name, or NULL */
	size_t		 nfirst;
	const uint8_t	*name;		/* the first firmware's, or NULL */
	size_t		 nname;
};

static bool
is_firmware(const uint8_t *name, size_t n)
{
	size_t i, k;

	for (i = 0; i < ENDINGS; i++) {
		k = strlen(endings[i]);
		if (n > k && strncasecmp((const char *)name + n - k,
		    endings[i], k) == 0)
			return (true);
	}
	return (false);
}

static void
take_name(struct zip *z, const uint8_t *name, size_t n)
{
	/* A folder is none. */
	if (n == 0 || name[n - 1] == '/')
		return;
	if (z->files++ == 0) {
		z->first = name;
		z->nfirst = n;
	}
	if (is_firmware(name, n) && z->firmware++ == 0) {
		z->name = name;
		z->nname = n;
	}
}

/* One entry of the directory; false: there is no other. */
static bool
take_entry(struct zip *z, struct reader *r)
{
	struct reader head = reader_part(r, FILE_BYTES);
	uint16_t name, extra, comment;
	const uint8_t *p;

	if (reader_u32(&head) != 0x02014b50)
		return (false);
	reader_bytes(&head, 24);
	name = reader_u16(&head);
	extra = reader_u16(&head);
	comment = reader_u16(&head);
	p = reader_bytes(r, name);
	reader_bytes(r, (size_t)extra + comment);
	if (r->bad || head.bad)
		return (false);
	take_name(z, p, name);
	return (true);
}

/* Where the directory begins, by the record at the end; n: nowhere. */
static size_t
directory(const uint8_t *p, size_t n)
{
	size_t i, least = n > END_MOST ? n - END_MOST : 0;
	struct reader r;
	uint32_t at;

	for (i = n >= END_BYTES ? n - END_BYTES + 1 : 0; i-- > least;) {
		if (memcmp(p + i, "PK\5\6", 4) != 0)
			continue;
		r = reader_of(p + i, n - i);
		reader_bytes(&r, 16);
		at = reader_u32(&r);
		return (!r.bad && at < i ? at : n);
	}
	return (n);
}

static void
show(struct buf *b, const uint8_t *p, size_t n)
{
	text_quote(b, p, n < SHOWN ? n : SHOWN);
	if (n > SHOWN)
		buf_adds(b, "...");
}

void
image_zip_tell(const uint8_t *p, size_t n, struct buf *b)
{
	struct zip z = { 0 };
	size_t at = directory(p, n);
	struct reader r = reader_of(p + at, n - at);

	while (z.files < FILES_MOST && take_entry(&z, &r))
		continue;
	if (z.files == 0)
		return;
	buf_addf(b, " of %zu file%s", z.files, z.files == 1 ? "" : "s");
	if (z.firmware == 0) {
		buf_adds(b, ", the first is ");
		show(b, z.first, z.nfirst);
		buf_adds(b, ", none has the name of a firmware file");
		return;
	}
	buf_addf(b, ", %zu with the name of a firmware file: ", z.firmware);
	show(b, z.name, z.nname);
	if (z.firmware == 1 && z.nname <= SHOWN) {
		buf_adds(b, " (unzip -j ARCHIVE ");
		show(b, z.name, z.nname);
		buf_adds(b, " extracts it)");
	}
}
