#include "dfu/image.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dfu/image_own.h"

#define END_OF_MEMORY	(UINT64_C(1) << 32)

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

bool
pieces_add(struct image_pieces *pieces, const struct image_piece *p,
    const uint8_t *data, size_t n, struct buf *error)
{
	struct image_piece *last = pieces->n > 0 ?
	    &pieces->list[pieces->n - 1] : NULL;

	if (n > END_OF_MEMORY - p->address) {
		buf_addf(error, "byte %zu: the data for 0x%08x wrap past "
		    "0xffffffff", p->at, p->address);
		return (false);
	}
	if (n == 0)
		return (true);
	if (last == NULL || last->alternate != p->alternate ||
	    (uint64_t)last->address + last->len != p->address) {
		if (pieces->n == pieces->cap) {
			pieces->cap = pieces->cap * 2 + 16;
			pieces->list = mem_array(pieces->list, pieces->cap,
			    sizeof(*pieces->list));
		}
		last = &pieces->list[pieces->n++];
		*last = *p;
		last->from = pieces->bytes.len;
		last->len = 0;
	}
	buf_add(&pieces->bytes, data, n);
	last->len += n;
	return (true);
}

static int
compare(const void *a, const void *b)
{
	const struct image_piece *x = a, *y = b;

	if (x->alternate != y->alternate)
		return (x->alternate < y->alternate ? -1 : 1);
	if (x->address != y->address)
		return (x->address < y->address ? -1 : 1);
	return (x->at < y->at ? -1 : x->at > y->at);
}

/* Two pieces for the same address: which of them counts, nobody knows. */
static void
say_overlap(const struct image *image, const struct image_piece *a,
    const struct image_piece *b, struct buf *error)
{
	const char *unit = image->kind == IMAGE_DFUSE ? "byte" : "line";

	buf_addf(error, "%s %zu: the data for 0x%08x to 0x%08x overlap those "
	    "for 0x%08x to 0x%08x, which begin at %s %zu", unit, b->at,
	    b->address, (uint32_t)(b->address + b->len - 1), a->address,
	    (uint32_t)(a->address + a->len - 1), unit, a->at);
	if (image->ntargets > 1)
		buf_addf(error, " (alternate setting %u)", b->alternate);
}

/* Pieces that touch become one segment; their bytes lie side by side. */
static void
add_segment(struct image *image, const struct image_piece *p,
    const uint8_t *data)
{
	struct image_segment *s = image->nsegments > 0 ?
	    &image->segments[image->nsegments - 1] : NULL;

	if (s != NULL && s->alternate == p->alternate &&
	    (uint64_t)s->address + s->len == p->address)
		s->len += p->len;
	else
		image->segments[image->nsegments++] = (struct image_segment){
		    p->address, p->alternate, data, p->len };
}

static bool
put_in_order(struct image *image, struct image_pieces *pieces,
    struct buf *error)
{
	const struct image_piece *p;
	uint64_t end = 0;
	size_t i, at;

	if (pieces->n == 0) {
		buf_addf(error, "the file is %s and has no data",
		    image_kind_name(image->kind));
		return (false);
	}
	qsort(pieces->list, pieces->n, sizeof(*pieces->list), compare);
	image->segments = mem_array(NULL, pieces->n,
	    sizeof(*image->segments));
	image->store = mem_alloc(pieces->bytes.len);
	for (i = at = 0; i < pieces->n; i++, at += p->len) {
		p = &pieces->list[i];
		if (i > 0 && p[-1].alternate == p->alternate &&
		    p->address < end) {
			say_overlap(image, p - 1, p, error);
			return (false);
		}
		end = (uint64_t)p->address + p->len;
		memcpy(image->store + at, pieces->bytes.data + p->from,
		    p->len);
		add_segment(image, p, image->store + at);
	}
	return (true);
}

static bool
read_format(struct image *image, const uint8_t *p, size_t n,
    struct buf *error)
{
	struct image_pieces pieces = { 0 };
	bool ok;

	ok = formats[image->kind].read(image, &pieces, p, n, error) &&
	    put_in_order(image, &pieces, error);
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
