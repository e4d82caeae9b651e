/* SPDX-License-Identifier: ISC */
#include "dfu/image_own.h"

#include <ctype.h>

#include "base/text.h"

#define END_OF_FILE	0x1a	/* as DOS wrote it */
#define DIGITS_TO_TELL	8

struct image_lines
image_lines_of(const uint8_t *p, size_t n)
{
	static const uint8_t mark[] = { 0xef, 0xbb, 0xbf };
	struct image_lines l = { .p = p, .n = n };

	if (n >= 3 && p[0] == mark[0] && p[1] == mark[1] && p[2] == mark[2])
		l.pos = 3;
	return (l);
}

static bool
is_blank(char c)
{
	return (c == ' ' || c == '\t' || c == '\0' || c == END_OF_FILE);
}

/* To the end of the line, its end and blanks apart. */
static void
take_line(struct image_lines *l)
{
	uint8_t c = 0;

	if (l->cr && l->p[l->pos] == '\n')
		l->pos++;
	l->cr = false;
	l->number++;
	l->s = (const char *)l->p + l->pos;
	l->len = 0;
	while (l->pos < l->n) {
		c = l->p[l->pos++];
		if (c == '\n' || c == '\r')
			break;
		l->len++;
	}
	l->cr = c == '\r';
	while (l->len > 0 && is_blank(l->s[l->len - 1]))
		l->len--;
	while (l->len > 0 && is_blank(*l->s)) {
		l->s++;
		l->len--;
	}
}

bool
image_lines_next(struct image_lines *l)
{
	l->len = 0;
	while (l->len == 0) {
		/* The LF of a CR LF is no line. */
		if (l->cr && l->pos + 1 == l->n && l->p[l->pos] == '\n')
			l->pos++;
		if (l->pos >= l->n)
			return (false);
		take_line(l);
	}
	return (true);
}

static bool
is_comment(const struct image_lines *l)
{
	return (*l->s == ';' || *l->s == '#' ||
	    (l->len > 1 && l->s[0] == '/' && l->s[1] == '/'));
}

bool
image_lines_record(struct image_lines *l)
{
	while (image_lines_next(l)) {
		if (!is_comment(l))
			return (true);
		if (l->comments++ == 0)
			l->comment = l->number;
	}
	return (false);
}

void
image_lines_note_comments(const struct image_lines *l, struct image *image)
{
	if (l->comments == 0)
		return;
	image_note(image, false, l->comment, "%zu comment line%s skipped",
	    l->comments, l->comments == 1 ? " was" : "s were");
	image->notes[image->nnotes - 1].by_line = true;
	image_note_aloud(image);
}

bool
image_lines_begin(const uint8_t *p, size_t n, size_t head)
{
	struct image_lines l = image_lines_of(p, n);
	size_t i;

	if (!image_lines_record(&l) || l.len < head)
		return (false);
	for (i = head; i < l.len && i < head + DIGITS_TO_TELL; i++) {
		if (!isxdigit((unsigned char)l.s[i]))
			return (false);
	}
	return (true);
}

bool
image_lines_hex(const struct image_lines *l, size_t skip, struct buf *b,
    struct buf *error)
{
	size_t i;

	for (i = skip; i < l->len; i++) {
		if (!isxdigit((unsigned char)l->s[i]))
			return (image_lines_refuse(l, error, "character %zu "
			    "is not a hexadecimal digit", i + 1));
	}
	if ((l->len - skip) % 2 != 0)
		return (image_lines_refuse(l, error, "half a byte at the end: "
		    "the record is truncated"));
	buf_reset(b);
	return (text_unhex(b, l->s + skip, l->len - skip));
}

bool
image_lines_refuse(const struct image_lines *l, struct buf *error,
    const char *fmt, ...)
{
	va_list ap;

	buf_addf(error, "line %zu: ", l->number);
	va_start(ap, fmt);
	buf_addv(error, fmt, ap);
	va_end(ap);
	return (false);
}

void
image_lines_note(const struct image_lines *l, struct image *image,
    bool wrong, const char *fmt, ...)
{
	struct buf b = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_addv(&b, fmt, ap);
	va_end(ap);
	image_note(image, wrong, l->number, "%s", buf_str(&b));
	image->notes[image->nnotes - 1].by_line = true;
	buf_free(&b);
}

void
image_lines_note_end(const struct image_lines *l, struct image *image,
    const char *record)
{
	image_lines_note(l, image, true, "the file ends without %s: it is "
	    "truncated", record);
}

void
image_lines_note_rest(struct image_lines *l, struct image *image)
{
	size_t end = l->number;

	if (image_lines_record(l))
		image_lines_note(l, image, true, "data follows the end record "
		    "in line %zu; dfuscope ignores it", end);
}

uint32_t
image_big_endian(const uint8_t *p, size_t n)
{
	uint32_t v = 0;

	while (n-- > 0)
		v = v << 8 | *p++;
	return (v);
}
