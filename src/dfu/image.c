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
		    "the file has nothing but a DFU suffix" :
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

bool
image_read(struct image *image, const uint8_t *p, size_t n,
    struct buf *error)
{
	size_t payload, i;
	bool ok;

	*image = (struct image){ .size = n };
	payload = image_read_suffix(image, p, n);
	for (i = 1; i < FORMATS; i++) {
		if (formats[i].is(p, payload))
			image->kind = (enum image_kind)i;
	}
	ok = image->kind == IMAGE_RAW ? read_raw(image, p, payload, error) :
	    read_format(image, p, payload, error);
	if (ok)
		image_judge(image);
	else
		image_free(image);
	return (ok);
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

uint64_t
image_total(const struct image *image)
{
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < image->nsegments; i++)
		total += image->segments[i].len;
	return (total);
}
