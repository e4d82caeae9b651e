/* SPDX-License-Identifier: ISC */
/*
 * What the readers of the formats share; for image*.c alone.
 */
#ifndef DFU_IMAGE_OWN_H
#define DFU_IMAGE_OWN_H

#include "dfu/image.h"

/* Bytes as a file gives them, before they are put in order. */
struct image_piece {
	uint32_t	 address;
	uint8_t		 alternate;
	size_t		 from;		/* offset in pieces.bytes */
	size_t		 len;
	size_t		 at;		/* in the file: byte or line */
};

struct image_pieces {
	struct image_piece	*list;
	size_t			 n;
	size_t			 cap;
	struct buf		 bytes;
};

/*
 * Adds n bytes (none is nothing) for an address; what goes on where the piece
 * before ended is joined to it. False if they reach past 4 GiB: error says so.
 */
bool	pieces_add(struct image_pieces *pieces, const struct image_piece *p,
	    const uint8_t *data, size_t n, struct buf *error);

/*
 * Makes segments of the pieces, ascending and disjoint. Bytes that come twice
 * have to be the same both times, and in an ELF file must not. False: error
 * says why not.
 */
bool	pieces_order(struct image *image, struct image_pieces *pieces,
	    struct buf *error);

/* at: a byte of the file. */
void	image_note(struct image *image, bool wrong, size_t at,
	    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The note made last is to be said by whoever writes the file, too. */
void	image_note_aloud(struct image *image);

/*
 * Looks for a DFU suffix and fills in what it says, with notes; returns the
 * bytes ahead of it, n if there is none.
 */
size_t	image_read_suffix(struct image *image, const uint8_t *p, size_t n);

/* Notes on what the suffix says that does not go with the kind of file. */
void	image_judge_suffix(struct image *image);

/* Notes on what is in a file that was read. */
void	image_judge(struct image *image);

/* Those that begin as if they were of the kind. */
bool	image_is_dfuse(const uint8_t *p, size_t n);
bool	image_is_ihex(const uint8_t *p, size_t n);
bool	image_is_srec(const uint8_t *p, size_t n);
bool	image_is_elf(const uint8_t *p, size_t n);
bool	image_is_uf2(const uint8_t *p, size_t n);
bool	image_is_gzip(const uint8_t *p, size_t n);

/* Unpacks gzip into out. False: error says why not. */
bool	image_unpack(struct image *image, const uint8_t *p, size_t n,
	    struct buf *out, struct buf *error);

/*
 * True: n bytes are a file of another kind (image_magic.c); error says which
 * and what to do. ending: of its name where that promises something else, or
 * NULL.
 */
bool	image_is_foreign(const uint8_t *p, size_t n, const char *ending,
	    struct buf *error);

/*
 * What the name at path promises (NULL: nothing): the ending, and in *kind
 * which kind of file.
 */
const char *image_promise(const char *path, enum image_kind *kind);

/* n bytes, without the suffix. False: error says why, and where. */
bool	image_read_dfuse(struct image *image, struct image_pieces *pieces,
	    const uint8_t *p, size_t n, struct buf *error);
bool	image_read_ihex(struct image *image, struct image_pieces *pieces,
	    const uint8_t *p, size_t n, struct buf *error);
bool	image_read_srec(struct image *image, struct image_pieces *pieces,
	    const uint8_t *p, size_t n, struct buf *error);
bool	image_read_elf(struct image *image, struct image_pieces *pieces,
	    const uint8_t *p, size_t n, struct buf *error);
bool	image_read_uf2(struct image *image, struct image_pieces *pieces,
	    const uint8_t *p, size_t n, struct buf *error);

/* The lines of a text that have something on them, blanks trimmed. */
struct image_lines {
	const uint8_t	*p;
	size_t		 n;
	size_t		 pos;
	size_t		 number;	/* of the present line, from 1 */
	const char	*s;		/* the present line, len > 0 */
	size_t		 len;
	bool		 cr;		/* it ended with a CR */
	size_t		 comments;	/* passed by image_lines_record */
	size_t		 comment;	/* the line of the first one */
};
struct image_lines image_lines_of(const uint8_t *p, size_t n);
bool	image_lines_next(struct image_lines *l);

/* The next line that is no comment; those begin with ';', '#' or "//". */
bool	image_lines_record(struct image_lines *l);

/* A note on the comments that were passed, if there were any. */
void	image_lines_note_comments(const struct image_lines *l,
	    struct image *image);

/*
 * The first record is head and hexadecimal digits: at least as far as 8.
 */
bool	image_lines_begin(const uint8_t *p, size_t n, size_t head);

/*
 * The digits of the line behind its first skip characters, as bytes in b;
 * false: error says what is in their place.
 */
bool	image_lines_hex(const struct image_lines *l, size_t skip,
	    struct buf *b, struct buf *error);

/* Appends "line 7: " and the sentence; returns false. */
bool	image_lines_refuse(const struct image_lines *l, struct buf *error,
	    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* A note on the present line. */
void	image_lines_note(const struct image_lines *l, struct image *image,
	    bool wrong, const char *fmt, ...)
	    __attribute__((format(printf, 4, 5)));

/* A note that the file should have gone on. */
void	image_lines_note_end(const struct image_lines *l,
	    struct image *image, const char *record);

/* The present line is the end record: a note if others follow. */
void	image_lines_note_rest(struct image_lines *l, struct image *image);

/*
 * Appends how many files a ZIP archive has, and which is firmware by its name;
 * nothing where its directory cannot be read.
 */
void	image_zip_tell(const uint8_t *p, size_t n, struct buf *b);

/* n big-endian bytes, at most 4. */
uint32_t image_big_endian(const uint8_t *p, size_t n);

#endif
