/* SPDX-License-Identifier: ISC */
/*
 * Descriptors field by field, for showing: names as the specifications print
 * them, values as they stand in the bytes. descriptor.h says what they mean
 * together; nothing here is believed.
 */
#ifndef DFU_FIELDS_H
#define DFU_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"

struct dfu_piece;

struct dfu_field_row {
	const char	*name;		/* "wTransferSize" */
	uint8_t		 size;		/* bytes: 1 or 2 */
	/* What value means, or NULL: the number says it all. */
	void		(*words)(struct buf *b, const struct dfu_piece *d,
			    uint16_t value);
};

struct dfu_piece_row {
	uint8_t				 type;
	const char			*name;	/* "interface descriptor" */
	const char			*clause;
	const struct dfu_field_row	*fields;
	size_t				 nfields;
};

/* One descriptor of many. */
struct dfu_piece {
	size_t				 at;	/* its offset */
	const uint8_t			*bytes;
	uint8_t				 length;
	uint8_t				 type;
	const struct dfu_piece_row	*row;	/* NULL: unknown kind */
};

/* One field of it. */
struct dfu_field {
	size_t				 at;	/* offset in all the bytes */
	uint16_t			 value;
	const struct dfu_field_row	*row;
};

struct dfu_walk {
	struct reader	r;
	bool		dfu;		/* below a DFU interface */
	bool		seen;		/* any interface yet */
};

/* Goes through n bytes at p, which are borrowed. */
void	dfu_walk_begin(struct dfu_walk *w, const void *p, size_t n);

/*
 * The next descriptor, or false: at the end, or where bLength leads nowhere
 * (then w->r.pos is before the end: the bytes from there on are the rest).
 */
bool	dfu_walk_next(struct dfu_walk *w, struct dfu_piece *d);

/* Field number i; false if the descriptor ends before it. */
bool	dfu_piece_field(const struct dfu_piece *d, size_t i,
	    struct dfu_field *f);

/* Bytes of it that are fields with a name; the others are only bytes. */
size_t	dfu_piece_named(const struct dfu_piece *d);

/* Appends what the value means; nothing if the number says it all. */
void	dfu_field_words(struct buf *b, const struct dfu_piece *d,
	    const struct dfu_field *f);

#endif
