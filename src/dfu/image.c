/* SPDX-License-Identifier: ISC */
#include "dfu/image.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dfu/image_own.h"

/* By content, in this order; what nobody knows is raw. */
static const struct format {
	const char	*name;
	bool		(*is)(const uint8_t *p, size_t n);
	bool		(*read)(struct image *image,
			    struct image_pieces *pieces, const uint8_t *p,
			    size_t n, struct buf *error);
} formats[] = {
	[IMAGE_RAW] = { "raw binary", NULL, NULL },
	[IMAGE_DFUSE] = { "DfuSe", image_is_dfuse, image_read_dfuse },
	[IMAGE_IHEX] = { "Intel HEX", image_is_ihex, image_read_ihex },
	[IMAGE_SREC] = { "S-record", image_is_srec, image_read_srec },
	[IMAGE_ELF] = { "ELF", image_is_elf, image_read_elf },
	[IMAGE_UF2] = { "UF2", image_is_uf2, image_read_uf2 },
};
#define FORMATS	(sizeof(formats) / sizeof(formats[0]))

void
image_note(struct image *image, bool wrong, size_t at, const char *fmt, ...)
{
	struct buf b = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_addv(&b, fmt, ap);
	va_end(ap);
	image->notes = mem_array(image->notes, image->nnotes + 1,
	    sizeof(*image->notes));
	image->notes[image->nnotes++] = (struct image_note){ .wrong = wrong,
	    .at = at, .text = buf_take(&b) };
}

void
image_note_aloud(struct image *image)
{
	image->notes[image->nnotes - 1].aloud = true;
}

static bool
read_format(struct image *image, const uint8_t *p, size_t n,
    struct buf *error)
{
	struct image_pieces pieces = { 0 };
	bool ok;

	ok = formats[image->kind].read(image, &pieces, p, n, error) &&
	    pieces_order(image, &pieces, error);
	free(pieces.list);
	buf_free(&pieces.bytes);
	return (ok);
}

static bool
read_raw(struct image *image, const uint8_t *p, size_t n, struct buf *error)
{
	if (n == 0) {
		buf_adds(error, image->has_suffix ?
		    "the file holds only a DFU suffix" :
		    "the file is empty");
		return (false);
	}
	image->store = mem_copy(p, n);
	image->segments = mem_alloc(sizeof(*image->segments));
	image->nsegments = 1;
	image->segments[0].data = image->store;
	image->segments[0].len = n;
	return (true);
}

/* A name that promises another kind of file than the bytes are of. */
static void
note_promise(struct image *image, const char *path)
{
	enum image_kind kind = IMAGE_RAW;
	const char *ending = image_promise(path, &kind);

	if (ending == NULL || kind == image->kind)
		return;
	image_note(image, false, IMAGE_NOWHERE, "the name ends in %s, but the "
	    "contents are %s: dfuscope reads them as that", ending,
	    image_kind_name(image->kind));
	image_note_aloud(image);
}

/* As bytes, whatever they look like. */
static bool
read_as_raw(struct image *image, const uint8_t *p, size_t n,
    struct buf *error)
{
	const char *looks = image_begins_as(p, n);

	if (!read_raw(image, p, n, error))
		return (false);
	if (looks != NULL) {
		image_note(image, false, 0, "the file begins like %s; "
		    "dfuscope reads it as raw binary nevertheless", looks);
		image_note_aloud(image);
	}
	return (true);
}

/* By its content; what nobody knows is raw. */
static bool
read_content(struct image *image, const char *path, const uint8_t *p,
    size_t n, struct buf *error)
{
	enum image_kind kind;
	size_t i;
	bool ok;

	for (i = 1; i < FORMATS; i++) {
		if (formats[i].is(p, n))
			image->kind = (enum image_kind)i;
	}
	if (image->kind != IMAGE_RAW) {
		ok = read_format(image, p, n, error);
	} else {
		ok = !image_is_foreign(p, n, image_promise(path, &kind),
		    error) && read_raw(image, p, n, error);
	}
	if (ok)
		note_promise(image, path);
	return (ok);
}

/* What is in gzip is read as if it had been a file of its own. */
static bool
read_packed(struct image *image, const char *path, const uint8_t *p, size_t n,
    struct buf *error)
{
	struct buf out = { 0 };
	size_t payload;
	bool ok;

	ok = image_unpack(image, p, n, &out, error);
	if (ok && image_is_gzip(out.data, out.len)) {
		buf_adds(error, "the file is gzip inside gzip: unpack it once "
		    "with gunzip, then try again");
		ok = false;
	}
	if (ok) {
		payload = image->has_suffix ? out.len :
		    image_read_suffix(image, out.data, out.len);
		ok = read_content(image, path, out.data, payload, error);
	}
	buf_free(&out);
	return (ok);
}

bool
image_read_file(struct image *image, const char *path, bool raw,
    const uint8_t *p, size_t n, struct buf *error)
{
	size_t payload;
	bool ok;

	*image = (struct image){ .size = n };
	payload = image_read_suffix(image, p, n);
	if (raw)
		ok = read_as_raw(image, p, payload, error);
	else if (image_is_gzip(p, payload))
		ok = read_packed(image, path, p, payload, error);
	else
		ok = read_content(image, path, p, payload, error);
	if (ok)
		image_judge(image);
	else
		image_free(image);
	return (ok);
}

bool
image_read(struct image *image, const uint8_t *p, size_t n,
    struct buf *error)
{
	return (image_read_file(image, NULL, false, p, n, error));
}

void
image_free(struct image *image)
{
	size_t i;

	for (i = 0; i < image->nnotes; i++)
		free(image->notes[i].text);
	for (i = 0; i < image->ntargets; i++)
		free(image->targets[i].szTargetName);
	free(image->notes);
	free(image->targets);
	free(image->segments);
	free(image->header);
	free(image->about);
	free(image->store);
	*image = (struct image){ 0 };
}

const char *
image_kind_name(enum image_kind kind)
{
	return (formats[kind].name);
}

const struct image_note *
image_wrong(const struct image *image)
{
	size_t i;

	for (i = 0; i < image->nnotes; i++) {
		if (image->notes[i].wrong)
			return (&image->notes[i]);
	}
	return (NULL);
}

void
image_words_aloud(const struct image *image, struct buf *b)
{
	const char *between = "";
	size_t i;

	if (image->about != NULL) {
		buf_addf(b, "%s %s", image_kind_name(image->kind),
		    image->about);
		between = "; ";
	}
	for (i = 0; i < image->nnotes; i++) {
		if (!image->notes[i].aloud)
			continue;
		buf_addf(b, "%s%s", between, image->notes[i].text);
		between = "; ";
	}
}

uint64_t
image_total(const struct image *image)
{
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < image->nsegments; i++)
		total += image->segments[i].len;
	return (total);
}
