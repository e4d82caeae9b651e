/* SPDX-License-Identifier: ISC */
/* Patterns of lines, and which row of which reader a piece is. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "source/log_own.h"

const struct log_reader *const log_readers[] = {
	&log_dfu_util, &log_libusb, &log_cube, &log_fwupd, &log_pydfu,
	&log_webdfu, &log_betaflight, &log_programmer, &log_usbmon,
	&log_system,
};
const size_t log_readers_count =
    sizeof(log_readers) / sizeof(log_readers[0]);

#define LONGEST	4096	/* of a piece that is looked at */

static bool
is_blank(char c)
{
	return (c == ' ' || c == '\t');
}

static int
digit_of(char c, unsigned base)
{
	int v = c >= '0' && c <= '9' ? c - '0' :
	    c >= 'a' && c <= 'f' ? c - 'a' + 10 :
	    c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;

	return (v < (int)base ? v : -1);
}

/* Takes the digits at s; false: there are none. */
static bool
take_number(const char **s, const char *end, unsigned base,
    struct log_hole *h)
{
	const char *p = *s;
	bool minus = base == 10 && p < end && *p == '-';

	p += minus;
	if (base == 16 && end - p > 2 && p[0] == '0' &&
	    (p[1] == 'x' || p[1] == 'X'))
		p += 2;
	h->text = *s;
	h->value = 0;
	for (*s = p; p < end && digit_of(*p, base) >= 0; p++)
		h->value = h->value * base + (uint64_t)digit_of(*p, base);
	if (p == *s)
		return (false);
	if (minus)
		h->value = (uint64_t)0 - h->value;
	h->n = (size_t)(p - h->text);
	*s = p;
	return (true);
}

static bool	 match(const char *pattern, const char *s, const char *end,
		    struct log_match *m);

/* As little as makes the rest fit. */
static bool
match_any(const char *pattern, const char *s, const char *end, bool blanks,
    struct log_match *m)
{
	size_t k = m->nholes++;
	const char *from = s;

	for (;; s++) {
		m->hole[k] = (struct log_hole){ from, (size_t)(s - from), 0 };
		m->nholes = k + 1;
		if (*pattern == '\0') {
			m->hole[k].n = (size_t)(end - from);
			for (; !blanks && s < end; s++) {
				if (is_blank(*s))
					return (false);
			}
			return (true);
		}
		if ((s == end || *s == *pattern || *pattern == '%' ||
		    (is_blank(*s) && *pattern == ' ')) &&
		    match(pattern, s, end, m))
			return (true);
		if (s == end || (!blanks && is_blank(*s)))
			return (false);
	}
}

static bool
take_bar(const char **s, const char *end)
{
	const char *p = *s;

	if (p == end || *p != '[')
		return (false);
	while (p < end && *p != ']')
		p++;
	*s = p < end ? p + 1 : p;
	return (true);
}

static bool
match(const char *pattern, const char *s, const char *end,
    struct log_match *m)
{
	for (; *pattern != '\0'; pattern++) {
		if (*pattern == ' ') {
			if (s == end || !is_blank(*s))
				return (false);
			while (s < end && is_blank(*s))
				s++;
			continue;
		}
		if (*pattern != '%' || pattern[1] == '\0' ||
		    strchr("dxbws", pattern[1]) == NULL) {
			if (s == end || *s++ != *pattern)
				return (false);
			continue;
		}
		if (m->nholes == LOG_HOLES)
			return (false);
		switch (*++pattern) {
		case 'd':
		case 'x':
			if (!take_number(&s, end, *pattern == 'd' ? 10 : 16,
			    &m->hole[m->nholes]))
				return (false);
			m->nholes++;
			break;
		case 'b':
			if (!take_bar(&s, end))
				return (false);
			break;
		case 'w':
			return (match_any(pattern + 1, s, end, false, m));
		default:
			return (match_any(pattern + 1, s, end, true, m));
		}
	}
	return (s == end);
}

bool
log_matches(const char *pattern, const char *text, size_t n,
    struct log_match *m)
{
	m->nholes = 0;
	m->text = text;
	m->n = n;
	return (match(pattern, text, text + n, m));
}

/*
 * The bytes that every line of a pattern begins with, four at most: most rows
 * are told apart by them. Behind a blank or a hole more than one may stand.
 */
struct front {
	uint32_t	bytes;
	uint32_t	mask;
};

/* The rows by the character that they begin with; a hole: by all. */
static struct {
	const struct log_row	**rows;
	const struct log_reader	**readers;
	struct front		 *fronts;
	size_t			 n;
	struct start {
		const char	*text;	/* the pattern */
		size_t		 n;	/* before its first hole */
	}			*starts;	/* at which a line is split */
	size_t			 nstarts;
} index_of[128];
/* A piece may begin with it: a row does, or row_begins() has more. */
static bool begins_piece[128];
static bool indexed;

#define SPLIT_LEAST	5

/* The characters of a pattern before its first hole. */
static size_t
literal(const char *pattern)
{
	return (strcspn(pattern, "%"));
}

/* What is short, or begins with a hole, stands in many a line. */
static void
add_start(size_t c, const char *pattern)
{
	size_t k = literal(pattern), n = index_of[c].nstarts;

	if (k < SPLIT_LEAST && strncmp(pattern, "ID %x", 5) != 0)
		return;
	index_of[c].starts = mem_array(index_of[c].starts, n + 1,
	    sizeof(*index_of[c].starts));
	index_of[c].starts[n] = (struct start){ pattern, k };
	index_of[c].nstarts++;
	begins_piece[c] = true;
}

static struct front
front_of(const char *text, size_t n)
{
	struct front f = { 0, 0 };
	size_t i;

	for (i = 0; i < 4 && i < n; i++) {
		f.bytes |= (uint32_t)(unsigned char)text[i] << 8 * i;
		f.mask |= (uint32_t)0xff << 8 * i;
	}
	return (f);
}

static void
add_row(size_t c, const struct log_row *row, const struct log_reader *reader)
{
	size_t n = index_of[c].n++;

	index_of[c].rows = mem_array(index_of[c].rows, n + 1,
	    sizeof(const struct log_row *));
	index_of[c].readers = mem_array(index_of[c].readers, n + 1,
	    sizeof(const struct log_reader *));
	index_of[c].fronts = mem_array(index_of[c].fronts, n + 1,
	    sizeof(*index_of[c].fronts));
	index_of[c].rows[n] = row;
	index_of[c].readers[n] = reader;
	index_of[c].fronts[n] = front_of(row->pattern,
	    strcspn(row->pattern, "% "));
}

/* What else a piece begins with: see row_begins(). */
static const char beginnings[] = "d[EW$";

static void
index_rows(void)
{
	const struct log_row *row;
	size_t i, c;

	for (i = 0; beginnings[i] != '\0'; i++)
		begins_piece[(size_t)beginnings[i]] = true;
	for (i = 0; i < log_readers_count; i++) {
		for (row = log_readers[i]->rows; row->pattern != NULL; row++) {
			if (row->pattern[0] != '%') {
				c = (size_t)row->pattern[0] & 127;
				add_row(c, row, log_readers[i]);
				add_start(c, row->pattern);
				continue;
			}
			for (c = ' '; c < 127; c++)
				add_row(c, row, log_readers[i]);
		}
	}
	indexed = true;
}

static bool
begins(const char *s, size_t n, const char *with)
{
	return (n >= strlen(with) && memcmp(s, with, strlen(with)) == 0);
}

/* "dfu-util: ", "/usr/bin/dfu-util.exe: " and "Error: " in front. */
static size_t
name_front(const char *s, size_t n)
{
	static const char *const names[] = { "dfu-util: ", "dfu-util.exe: ",
	    "dfu-util-static: ", "dfu-util-static.exe: " };
	size_t i;

	if (n == 0 || *s != 'd')
		return (0);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (begins(s, n, names[i]))
			return (strlen(names[i]));
	}
	return (0);
}

static const struct log_row *
find(const char *text, size_t n, const struct log_reader **reader,
    struct log_match *m)
{
	size_t i, c = n > 0 ? (size_t)(unsigned char)text[0] : 0;
	struct front is = front_of(text, n);

	if (c < ' ' || c > 126)
		return (NULL);
	for (i = 0; i < index_of[c].n; i++) {
		if (((is.bytes ^ index_of[c].fronts[i].bytes) &
		    index_of[c].fronts[i].mask) != 0 || !log_matches(
		    index_of[c].rows[i]->pattern, text, n, m))
			continue;
		m->arg = index_of[c].rows[i]->arg;
		*reader = index_of[c].readers[i];
		return (index_of[c].rows[i]);
	}
	return (NULL);
}

const struct log_row *
log_find(const char *text, size_t n, const struct log_reader **reader,
    struct log_match *m)
{
	static const char *const kinds[] = { "Error: ", "Warning: ",
	    "error: ", "ERROR: " };
	const struct log_row *row;
	size_t k, i;

	if (!indexed)
		index_rows();
	if (n > LONGEST)
		n = LONGEST;
	k = name_front(text, n);
	text += k;
	n -= k;
	row = find(text, n, reader, m);
	for (i = 0; row == NULL && i < 4; i++) {
		if (begins(text, n, kinds[i]))
			row = find(text + strlen(kinds[i]),
			    n - strlen(kinds[i]), reader, m);
	}
	return (row);
}

/* A tab is a blank. */
static bool
same(const char *s, const char *pattern, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (s[i] != pattern[i] && !(s[i] == '\t' && pattern[i] == ' '))
			return (false);
	}
	return (true);
}

/* "[ 0.006641] ": a line of libusb's behind an open bar. */
static bool
stamp_begins(const char *s, size_t n)
{
	size_t i = 1, dots = 0;

	if (n < 2 || s[0] != '[')
		return (false);
	while (i < n && s[i] == ' ')
		i++;
	if (i == n || s[i] < '0' || s[i] > '9')
		return (false);
	for (; i < n && i < 24 && ((s[i] >= '0' && s[i] <= '9') ||
	    s[i] == '.'); i++)
		dots += s[i] == '.';
	return (dots == 1 && i < n && s[i] == ']');
}

static bool
row_begins(const char *s, size_t n)
{
	size_t c = (size_t)(unsigned char)s[0] & 127, i;
	const struct start *start;

	if (name_front(s, n) != 0 || stamp_begins(s, n) ||
	    (*s == 'E' && begins(s, n, "Error: ")) ||
	    (*s == 'W' && begins(s, n, "Warning: ")) ||
	    (*s == '$' && begins(s, n, "$ ")))
		return (true);
	for (i = 0; i < index_of[c].nstarts; i++) {
		start = &index_of[c].starts[i];
		if (n >= start->n && same(s, start->text, start->n) &&
		    (start->n > 3 || (n > 7 && s[7] == ':')))
			return (true);
	}
	return (false);
}

/* Something that goes on, not a beginning. */
static bool
goes_on(const char *text, size_t at)
{
	return ((at >= 2 && text[at - 2] != '.' && text[at] == 'I') ||
	    (at >= 4 && memcmp(text + at - 4, "DFU ", 4) == 0) ||
	    (at >= 7 && memcmp(text + at - 7, "Device ", 7) == 0) ||
	    (at >= 7 && memcmp(text + at - 7, "Error: ", 7) == 0) ||
	    (at >= 9 && memcmp(text + at - 9, "Warning: ", 9) == 0) ||
	    (at >= 10 && memcmp(text + at - 10, "dfu-util: ", 10) == 0));
}

/* Behind that, something else may begin. */
static bool
may_end(const char *text, size_t at)
{
	return (text[at] != 's' || (at >= 4 &&
	    memcmp(text + at - 4, "bytes", 5) == 0));
}

size_t
log_split(const char *text, size_t n)
{
	static const bool ends[256] = { [' '] = true, ['\t'] = true,
		[']'] = true, ['%'] = true, ['s'] = true };
	size_t i;

	if (!indexed)
		index_rows();
	for (i = 1; i < n; i++) {
		if (!ends[(unsigned char)text[i - 1]] ||
		    !begins_piece[(unsigned char)text[i] & 127] ||
		    !may_end(text, i - 1))
			continue;
		if (!goes_on(text, i) && row_begins(text + i, n - i))
			return (i);
	}
	return (n);
}
