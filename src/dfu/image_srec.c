/* SPDX-License-Identifier: ISC */
#include "dfu/image_own.h"

#include <stdlib.h>

#include "base/mem.h"

enum record_use {
	RECORD_NONE,
	RECORD_HEADER,
	RECORD_DATA,
	RECORD_COUNT,
	RECORD_END
};

/* By the digit behind S. */
static const struct {
	enum record_use	 use;
	uint8_t		 address;	/* bytes */
} types[] = {
	{ RECORD_HEADER, 2 },
	{ RECORD_DATA, 2 },
	{ RECORD_DATA, 3 },
	{ RECORD_DATA, 4 },
	{ RECORD_NONE, 0 },
	{ RECORD_COUNT, 2 },
	{ RECORD_COUNT, 3 },
	{ RECORD_END, 4 },
	{ RECORD_END, 3 },
	{ RECORD_END, 2 },
};

struct walk {
	struct image		*image;
	struct image_pieces	*pieces;
	struct image_lines	 lines;
	struct buf		 record;	/* count, address, data, sum */
	size_t			 records;	/* of data */
	struct buf		*error;
};

/* 'S' and a digit; small letters are taken, as other readers take them. */
static bool
is_start(const struct image_lines *l)
{
	return (l->len >= 2 && (l->s[0] == 'S' || l->s[0] == 's') &&
	    l->s[1] >= '0' && l->s[1] <= '9');
}

bool
image_is_srec(const uint8_t *p, size_t n)
{
	struct image_lines l = image_lines_of(p, n);

	return (image_lines_record(&l) && is_start(&l) &&
	    image_lines_begin(p, n, 2));
}

static unsigned
type_of(const struct walk *w)
{
	return ((unsigned)(w->lines.s[1] - '0'));
}

/* Bytes of data of the present record, which is whole. */
static size_t
data_length(const struct walk *w)
{
	return (w->record.len - 2 - types[type_of(w)].address);
}

/* The record of the present line, whole and with a good checksum. */
static bool
read_record(struct walk *w)
{
	const struct image_lines *l = &w->lines;
	const struct buf *b = &w->record;
	uint8_t sum = 0;
	size_t i;

	if (!is_start(l))
		return (image_lines_refuse(l, w->error,
		    "a record must begin with 'S' and a digit"));
	if (types[type_of(w)].use == RECORD_NONE)
		return (image_lines_refuse(l, w->error, "record type S4 is "
		    "reserved"));
	if (!image_lines_hex(l, 2, &w->record, w->error))
		return (false);
	if (b->len < 2u + types[type_of(w)].address)
		return (image_lines_refuse(l, w->error, "the record is "
		    "truncated: of at least %u bytes it has %zu",
		    2u + types[type_of(w)].address, b->len));
	if (b->len != b->data[0] + 1u)
		return (image_lines_refuse(l, w->error, "the record announces "
		    "%u bytes after its count, but has %zu",
		    b->data[0], b->len - 1));
	for (i = 0; i < b->len; i++)
		sum = (uint8_t)(sum + b->data[i]);
	if (sum != 0xff)
		return (image_lines_refuse(l, w->error, "the checksum is "
		    "%02X; it should be %02X", b->data[b->len - 1],
		    (uint8_t)(b->data[b->len - 1] + 0xff - sum)));
	return (true);
}

static void
set_header(struct walk *w, const uint8_t *data)
{
	free(w->image->header);
	w->image->header = mem_printf("%.*s", (int)data_length(w),
	    (const char *)data);
}

static bool
add_data(struct walk *w, uint32_t address, const uint8_t *data)
{
	struct image_piece piece = { .address = address,
	    .at = w->lines.number };
	size_t start = w->error->len;

	w->records++;
	if (pieces_add(w->pieces, &piece, data, data_length(w), w->error))
		return (true);
	buf_cut(w->error, start);
	return (image_lines_refuse(&w->lines, w->error, "the data for 0x%08x "
	    "reaches past 0xffffffff", address));
}

static bool
perform(struct walk *w)
{
	unsigned type = type_of(w), width = types[type].address;
	uint32_t v = image_big_endian(w->record.data + 1, width);
	const uint8_t *data = w->record.data + 1 + width;

	switch (types[type].use) {
	case RECORD_HEADER:
		set_header(w, data);
		break;
	case RECORD_DATA:
		return (add_data(w, v, data));
	case RECORD_COUNT:
		if (v != w->records)
			image_lines_note(&w->lines, w->image, true, "the file "
			    "announces %u data records, but has %zu",
			    v, w->records);
		break;
	case RECORD_END:
		/* 0 is what tools write that know of none. */
		w->image->has_entry = v != 0;
		w->image->entry = v;
		image_lines_note_rest(&w->lines, w->image);
		break;
	case RECORD_NONE:
		break;
	}
	return (true);
}

bool
image_read_srec(struct image *image, struct image_pieces *pieces,
    const uint8_t *p, size_t n, struct buf *error)
{
	struct walk w = { .image = image, .pieces = pieces,
	    .lines = image_lines_of(p, n), .error = error };
	bool ok = true, ended = false;

	image->addressed = true;
	while (ok && !ended && image_lines_record(&w.lines)) {
		ok = read_record(&w);
		ended = ok && types[type_of(&w)].use == RECORD_END;
		ok = ok && perform(&w);
	}
	if (ok && !ended)
		image_lines_note_end(&w.lines, image,
		    "an end record (S7, S8 or S9)");
	image_lines_note_comments(&w.lines, image);
	buf_free(&w.record);
	return (ok);
}
