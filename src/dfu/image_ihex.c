/* SPDX-License-Identifier: ISC */
#include "dfu/image_own.h"

#define HEAD		4	/* length, offset (2), type */
#define SEGMENT		0x10000u
#define BLOCK_START	0x0a	/* of a Universal Hex: board, 0xc0de */
#define BLOCK_MAGIC	0xc0de

enum record_type {
	RECORD_DATA,
	RECORD_END,
	RECORD_SEGMENT,		/* extended segment address */
	RECORD_START_SEGMENT,
	RECORD_LINEAR,		/* extended linear address */
	RECORD_START_LINEAR
};

/* Bytes of data that a record of a type has; -1 for any number. */
static const int lengths[] = {
	[RECORD_DATA] = -1,
	[RECORD_END] = 0,
	[RECORD_SEGMENT] = 2,
	[RECORD_START_SEGMENT] = 4,
	[RECORD_LINEAR] = 2,
	[RECORD_START_LINEAR] = 4,
};
#define TYPES	(sizeof(lengths) / sizeof(lengths[0]))

/* How the offset of a data record becomes an address. */
enum mode {
	MODE_NONE,		/* no address record yet */
	MODE_SEGMENT,
	MODE_LINEAR
};

struct walk {
	struct image		*image;
	struct image_pieces	*pieces;
	struct image_lines	 lines;
	struct buf		 record;
	enum mode		 mode;
	uint32_t		 base;
	struct buf		*error;
};

bool
image_is_ihex(const uint8_t *p, size_t n)
{
	struct image_lines l = image_lines_of(p, n);

	return (image_lines_record(&l) && *l.s == ':' &&
	    image_lines_begin(p, n, 1));
}

/* Several files in one (microbit-foundation/spec-universal-hex, format). */
static bool
is_block_start(const struct buf *record)
{
	const uint8_t *p = record->data;

	return (p[3] == BLOCK_START && p[0] >= 4 &&
	    image_big_endian(p + HEAD + 2, 2) == BLOCK_MAGIC);
}

/* The type of a record that is whole, and how much it has. */
static bool
check_type(struct walk *w)
{
	const uint8_t *p = w->record.data;

	if (is_block_start(&w->record))
		return (image_lines_refuse(&w->lines, w->error, "the file is "
		    "a Universal Hex of the micro:bit: firmware for several "
		    "boards (the first is %04X), from which the board selects "
		    "its own; use the Intel HEX of one board",
		    image_big_endian(p + HEAD, 2)));
	if (p[3] >= TYPES)
		return (image_lines_refuse(&w->lines, w->error,
		    "unknown record type %02X", p[3]));
	if (lengths[p[3]] >= 0 && p[0] != lengths[p[3]])
		return (image_lines_refuse(&w->lines, w->error, "a record of "
		    "type %02X has %d bytes of data, not %u", p[3],
		    lengths[p[3]], p[0]));
	return (true);
}

/* The record of the present line, whole and with a good checksum. */
static bool
read_record(struct walk *w)
{
	const struct buf *b = &w->record;
	uint8_t sum = 0;
	size_t i;

	if (*w->lines.s != ':')
		return (image_lines_refuse(&w->lines, w->error,
		    "a record must begin with ':'"));
	if (!image_lines_hex(&w->lines, 1, &w->record, w->error))
		return (false);
	if (b->len < HEAD + 1)
		return (image_lines_refuse(&w->lines, w->error, "the record "
		    "is truncated: %zu of at least 5 bytes", b->len));
	if (b->len != b->data[0] + HEAD + 1u)
		return (image_lines_refuse(&w->lines, w->error, "the record "
		    "announces %u bytes of data, but has %zu",
		    b->data[0], b->len - HEAD - 1));
	for (i = 0; i < b->len; i++)
		sum = (uint8_t)(sum + b->data[i]);
	if (sum != 0)
		return (image_lines_refuse(&w->lines, w->error, "the checksum "
		    "is %02X; it should be %02X", b->data[b->len - 1],
		    (uint8_t)(b->data[b->len - 1] - sum)));
	return (check_type(w));
}

static bool
add(struct walk *w, uint32_t address, const uint8_t *data, size_t n)
{
	struct image_piece piece = { .address = address,
	    .at = w->lines.number };
	size_t start = w->error->len;

	if (pieces_add(w->pieces, &piece, data, n, w->error))
		return (true);
	buf_cut(w->error, start);
	return (image_lines_refuse(&w->lines, w->error, "the data for 0x%08x "
	    "reaches past 0xffffffff", address));
}

static bool
add_data(struct walk *w, uint32_t offset, const uint8_t *data, uint32_t n)
{
	uint32_t fits = SEGMENT - offset;

	if (w->mode == MODE_LINEAR || n <= fits)
		return (add(w, w->base + offset, data, n));
	if (w->mode == MODE_NONE) {
		image_lines_note(&w->lines, w->image, false, "the data "
		    "crosses 64 KiB without an address record; dfuscope "
		    "continues it there");
		return (add(w, w->base + offset, data, n));
	}
	image_lines_note(&w->lines, w->image, false, "the data wraps at the "
	    "end of the segment and continues at 0x%08x", w->base);
	return (add(w, w->base + offset, data, fits) &&
	    add(w, w->base, data + fits, n - fits));
}

static void
set_entry(struct walk *w, uint32_t entry)
{
	struct image *image = w->image;

	if (image->has_entry && image->entry != entry)
		image_lines_note(&w->lines, image, false, "a second start "
		    "address, 0x%08x; the first was 0x%08x", entry,
		    image->entry);
	image->has_entry = true;
	image->entry = entry;
}

/* False: refused. */
static bool
perform(struct walk *w)
{
	const uint8_t *p = w->record.data, *data = p + HEAD;

	switch ((enum record_type)p[3]) {
	case RECORD_DATA:
		return (add_data(w, image_big_endian(p + 1, 2), data, p[0]));
	case RECORD_END:
		image_lines_note_rest(&w->lines, w->image);
		return (true);
	case RECORD_SEGMENT:
		w->mode = MODE_SEGMENT;
		w->base = image_big_endian(data, 2) << 4;
		return (true);
	case RECORD_LINEAR:
		w->mode = MODE_LINEAR;
		w->base = image_big_endian(data, 2) << 16;
		return (true);
	case RECORD_START_SEGMENT:
		set_entry(w, (image_big_endian(data, 2) << 4) +
		    image_big_endian(data + 2, 2));
		return (true);
	case RECORD_START_LINEAR:
		set_entry(w, image_big_endian(data, 4));
		return (true);
	}
	return (false);
}

bool
image_read_ihex(struct image *image, struct image_pieces *pieces,
    const uint8_t *p, size_t n, struct buf *error)
{
	struct walk w = { .image = image, .pieces = pieces,
	    .lines = image_lines_of(p, n), .error = error };
	bool ok = true, ended = false;

	image->addressed = true;
	while (ok && !ended && image_lines_record(&w.lines)) {
		ok = read_record(&w);
		ended = ok && w.record.data[3] == RECORD_END;
		ok = ok && perform(&w);
	}
	if (ok && !ended)
		image_lines_note_end(&w.lines, image, "an end record "
		    "(:00000001FF)");
	image_lines_note_comments(&w.lines, image);
	buf_free(&w.record);
	return (ok);
}
