/* SPDX-License-Identifier: ISC */
#include "dfu/image_own.h"

#include <string.h>

#include "base/bytes.h"
#include "base/mem.h"

#define PREFIX_LENGTH	11
#define TARGET_LENGTH	274	/* "Target" to dwNbElements */
#define NAME_LENGTH	255
#define ELEMENT_LENGTH	8
#define SUFFIX_LENGTH	16
#define VERSION		1

static const char signature[] = "DfuSe";
static const char target_signature[] = "Target";

/* One pass over the bytes. */
struct walk {
	struct image		*image;
	struct image_pieces	*pieces;
	struct reader		 r;
	struct buf		*error;
};

bool
image_is_dfuse(const uint8_t *p, size_t n)
{
	size_t most = sizeof(signature) - 1;

	/* A file of a few bytes may be one that was cut. */
	return (n >= 3 && memcmp(p, signature, n < most ? n : most) == 0);
}

static bool
refuse(struct walk *w, size_t at, const char *what)
{
	buf_addf(w->error, "byte %zu: %s", at, what);
	return (false);
}

/* A field that does not count what it should; a good CRC vouches for it. */
static bool
is_grave(const struct walk *w)
{
	return (!w->image->suffix_good);
}

static bool
read_prefix(struct walk *w, uint8_t *bTargets)
{
	size_t n = w->r.len;
	uint32_t size;
	uint8_t version;

	if (n < PREFIX_LENGTH)
		return (refuse(w, n, "the file ends in the DfuSe prefix"));
	reader_bytes(&w->r, sizeof(signature) - 1);
	version = reader_u8(&w->r);
	size = reader_u32(&w->r);
	*bTargets = reader_u8(&w->r);
	if (version != VERSION) {
		buf_addf(w->error, "byte 5: unknown version %u of the DfuSe "
		    "format; dfuscope knows version 1", version);
		return (false);
	}
	if (size == n + SUFFIX_LENGTH)
		image_note(w->image, false, 6, "DFUImageSize is %u and "
		    "includes the suffix, as dfuse-pack.py writes it; it "
		    "should be %zu",
		    size, n);
	else if (size != n)
		image_note(w->image, is_grave(w), 6, "DFUImageSize is %u; the "
		    "file has %zu bytes without its suffix", size, n);
	return (true);
}

/* Stands behind "Target". */
static struct image_target *
read_target_prefix(struct walk *w, uint32_t *dwTargetSize)
{
	struct image *image = w->image;
	struct image_target *t;
	const uint8_t *name;
	size_t length = 0;
	bool named;

	image->targets = mem_array(image->targets, image->ntargets + 1,
	    sizeof(*image->targets));
	t = &image->targets[image->ntargets++];
	*t = (struct image_target){ 0 };
	t->bAlternateSetting = reader_u8(&w->r);
	/* Four bytes, of which writers fill the first alone. */
	named = (reader_u32(&w->r) & 0xff) != 0;
	name = reader_bytes(&w->r, NAME_LENGTH);
	*dwTargetSize = reader_u32(&w->r);
	t->dwNbElements = reader_u32(&w->r);
	while (length < NAME_LENGTH && name[length] != '\0')
		length++;
	if (named)
		t->szTargetName = mem_printf("%.*s", (int)length,
		    (const char *)name);
	return (t);
}

static bool
read_element(struct walk *w, uint8_t alternate)
{
	struct image_piece piece = { .alternate = alternate,
	    .at = w->r.pos };
	uint32_t size;

	piece.address = reader_u32(&w->r);
	size = reader_u32(&w->r);
	if (size > reader_left(&w->r)) {
		buf_addf(w->error, "byte %zu: the element for 0x%08x should "
		    "have %u bytes, but the file ends after %zu: the file is "
		    "truncated, or dwElementSize is wrong",
		    piece.at, piece.address,
		    size, reader_left(&w->r));
		return (false);
	}
	if (size == 0)
		image_note(w->image, false, piece.at, "the element for "
		    "0x%08x has no data", piece.address);
	return (pieces_add(w->pieces, &piece, reader_bytes(&w->r, size), size,
	    w->error));
}

static bool
at_target(const struct walk *w)
{
	size_t n = sizeof(target_signature) - 1;

	return (reader_left(&w->r) >= n &&
	    memcmp(w->r.p + w->r.pos, target_signature, n) == 0);
}

static bool
read_elements(struct walk *w, struct image_target *t, size_t at)
{
	uint32_t says = t->dwNbElements, i;

	for (i = 0; i < says; i++) {
		if (reader_left(&w->r) == 0 || at_target(w)) {
			image_note(w->image, is_grave(w), at + 270,
			    "dwNbElements is %u, but the target has %u",
			    says, i);
			t->dwNbElements = i;
			return (true);
		}
		if (reader_left(&w->r) < ELEMENT_LENGTH)
			return (refuse(w, w->r.len, "the file ends between "
			    "the address and the size of an element"));
		if (!read_element(w, t->bAlternateSetting))
			return (false);
	}
	return (true);
}

static bool
read_target(struct walk *w)
{
	size_t at = w->r.pos, begin;
	struct image_target *t;
	uint32_t size;

	if (reader_left(&w->r) < TARGET_LENGTH)
		return (refuse(w, w->r.len,
		    "the file ends in the prefix of a target"));
	reader_bytes(&w->r, sizeof(target_signature) - 1);
	t = read_target_prefix(w, &size);
	begin = w->r.pos;
	if (!read_elements(w, t, at))
		return (false);
	if (w->r.pos - begin != size)
		image_note(w->image, false, at + 266, "dwTargetSize is %u; "
		    "the elements of the target have %zu bytes", size,
		    w->r.pos - begin);
	return (true);
}

bool
image_read_dfuse(struct image *image, struct image_pieces *pieces,
    const uint8_t *p, size_t n, struct buf *error)
{
	struct walk w = { image, pieces, reader_of(p, n), error };
	uint8_t bTargets;

	image->addressed = true;
	if (!read_prefix(&w, &bTargets))
		return (false);
	/* bTargets is wrong in some files; the signature is not. */
	while (at_target(&w) ||
	    (image->ntargets < bTargets && reader_left(&w.r) > 0)) {
		if (!at_target(&w) && reader_left(&w.r) >=
		    sizeof(target_signature) - 1)
			return (refuse(&w, w.r.pos, "a target should begin "
			    "here"));
		if (!read_target(&w))
			return (false);
	}
	if (image->ntargets != bTargets)
		image_note(image, is_grave(&w), 10, "bTargets is %u, but the "
		    "file has %zu targets", bTargets, image->ntargets);
	if (reader_left(&w.r) > 0)
		image_note(image, is_grave(&w), w.r.pos, "%zu bytes follow "
		    "the last element; dfuscope ignores them",
		    reader_left(&w.r));
	if (!image->has_suffix)
		image_note(image, true, n, "the file has no DFU suffix: it is "
		    "truncated or incomplete");
	return (true);
}
