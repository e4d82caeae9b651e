/* SPDX-License-Identifier: ISC */
#include "dfu/layout.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

#define END_OF_MEMORY	(UINT64_C(1) << 32)

/* What UM0424 4.3.2 allows. */
#define ADDRESS_DIGITS	8
#define COUNT_DIGITS	2
#define SIZE_DIGITS	3

static const struct {
	unsigned	 bit;
	const char	*words;
} oddities[] = {
	{ LAYOUT_ODD_NO_MULTIPLIER, "no multiplier: bytes, or omitted" },
	{ LAYOUT_ODD_CAPITAL_TYPE, "type in capitals" },
	{ LAYOUT_ODD_REFUSED_SEGMENT, "unreadable segment" },
	{ LAYOUT_ODD_OVERLAP, "segments overlap: dfuscope uses the first" },
	{ LAYOUT_ODD_BEYOND, "segment above 4 GiB" },
	{ LAYOUT_ODD_FORCED_TYPE, "device feature read as type e" },
	{ LAYOUT_ODD_DIGITS, "more digits than UM0424 allows" },
	{ LAYOUT_ODD_TAIL, "more text after a segment" },
};

struct cursor {
	const char	*s;
	size_t		 n;
	size_t		 pos;
};

/* The next character, -1 at the end. */
static int
peek(const struct cursor *c)
{
	return (c->pos < c->n ? (uint8_t)c->s[c->pos] : -1);
}

/* Strings come padded with blanks, and with NUL from careless devices. */
static bool
is_blank(int ch)
{
	return (ch == ' ' || ch == '\t' || ch == '\0');
}

static bool
is_letter(int ch)
{
	return ((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z'));
}

static void
skip_blanks(struct cursor *c)
{
	while (is_blank(peek(c)))
		c->pos++;
}

static bool
accept(struct cursor *c, char ch)
{
	if (peek(c) != ch)
		return (false);
	c->pos++;
	return (true);
}

static void
odd(struct layout *l, unsigned bit, size_t at)
{
	if (l->odd == 0)
		l->odd_at = at;
	l->odd |= bit;
}

static unsigned
digit_of(int ch)
{
	if (ch >= '0' && ch <= '9')
		return ((unsigned)(ch - '0'));
	if (ch >= 'a' && ch <= 'f')
		return ((unsigned)(ch - 'a' + 10));
	if (ch >= 'A' && ch <= 'F')
		return ((unsigned)(ch - 'A' + 10));
	return (16);
}

/* A number, END_OF_MEMORY when it is that or more; returns its digits. */
static size_t
number(struct cursor *c, unsigned base, uint64_t *v)
{
	size_t start = c->pos;
	unsigned digit;

	*v = 0;
	while ((digit = digit_of(peek(c))) < base) {
		*v = *v * base + digit;
		if (*v > END_OF_MEMORY)
			*v = END_OF_MEMORY;
		c->pos++;
	}
	return (c->pos - start);
}

/* Stands at "/0x" or "/0X". */
static bool
at_address(const struct cursor *c)
{
	return (c->n - c->pos >= 3 && c->s[c->pos] == '/' &&
	    c->s[c->pos + 1] == '0' &&
	    (c->s[c->pos + 2] == 'x' || c->s[c->pos + 2] == 'X'));
}

static bool
skip_to_address(struct cursor *c)
{
	while (c->pos < c->n && !at_address(c))
		c->pos++;
	return (c->pos < c->n);
}

static char *
name_of(const struct cursor *c)
{
	struct buf b = { 0 };
	size_t start = 1, end = c->pos;

	while (start < end && is_blank(c->s[start]))
		start++;
	while (end > start && is_blank(c->s[end - 1]))
		end--;
	buf_add(&b, c->s + start, end - start);
	return (buf_take(&b));
}

/* In order of addresses; what comes first in the text wins. */
static void
segment_add(struct layout *l, const struct layout_segment *add, size_t at)
{
	uint64_t end = add->start + (uint64_t)add->count * add->size;
	const struct layout_segment *s;
	size_t i;

	for (i = l->nsegments; i > 0; i--) {
		s = &l->segments[i - 1];
		if (s->start + (uint64_t)s->count * s->size <= add->start)
			break;
		if (s->start < end) {
			odd(l, LAYOUT_ODD_OVERLAP, at);
			return;
		}
	}
	l->segments = mem_array(l->segments, l->nsegments + 1,
	    sizeof(*l->segments));
	memmove(l->segments + i + 1, l->segments + i,
	    (l->nsegments - i) * sizeof(*l->segments));
	l->segments[i] = *add;
	l->nsegments++;
}

/* B, K, M or none; a type letter that follows the digits means none. */
static uint64_t
multiplier(struct layout *l, struct cursor *c)
{
	bool blank = is_blank(peek(c));

	skip_blanks(c);
	if (accept(c, 'B'))
		return (1);
	if (accept(c, 'K'))
		return (1024);
	if (accept(c, 'M'))
		return (1024 * 1024);
	if (!blank && is_letter(peek(c)))
		odd(l, LAYOUT_ODD_NO_MULTIPLIER, c->pos);
	return (1);
}

/* The bits of a type letter, which is eaten; 0 if there is none to know. */
static uint8_t
kind(struct layout *l, struct cursor *c)
{
	int ch;

	skip_blanks(c);
	ch = peek(c);
	if (!is_letter(ch))
		return (0);
	c->pos++;
	if (ch >= 'A' && ch <= 'G')
		odd(l, LAYOUT_ODD_CAPITAL_TYPE, c->pos - 1);
	else if (ch < 'a' || ch > 'g')
		return (0);
	return ((uint8_t)(ch & 7));
}

/* One segment as written, bounds not yet checked. */
struct raw_segment {
	uint64_t	count;
	uint64_t	size;
	uint8_t		kind;
};

/* False if it cannot even be told how much memory it stands for. */
static bool
segment_read(struct layout *l, struct cursor *c, struct raw_segment *w)
{
	size_t start = c->pos, digits;

	digits = number(c, 10, &w->count);
	if (digits == 0 || !accept(c, '*'))
		return (false);
	if (digits > COUNT_DIGITS)
		odd(l, LAYOUT_ODD_DIGITS, start);
	start = c->pos;
	digits = number(c, 10, &w->size);
	if (digits == 0)
		return (false);
	if (digits > SIZE_DIGITS)
		odd(l, LAYOUT_ODD_DIGITS, start);
	w->size *= multiplier(l, c);
	w->kind = kind(l, c);
	/* "128bg": neither letter can be trusted. */
	return (digit_of(peek(c)) == 16 && !is_letter(peek(c)));
}

/*
 * Puts the segment at *address and moves that behind it. A segment of unknown
 * kind leaves a hole, so that those behind it lie where they belong.
 */
static void
segment_place(struct layout *l, const struct raw_segment *w, uint64_t *address,
    size_t at)
{
	uint64_t room = END_OF_MEMORY - *address;
	struct layout_segment s;

	if (w->count == 0 || w->size == 0) {
		odd(l, LAYOUT_ODD_REFUSED_SEGMENT, at);
		return;
	}
	/* 2^32 sectors of one byte have room at 0, but not in count. */
	if (w->count >= END_OF_MEMORY || w->size >= END_OF_MEMORY ||
	    w->size > room || w->count > room / w->size) {
		odd(l, LAYOUT_ODD_BEYOND, at);
		*address = END_OF_MEMORY;
		return;
	}
	s.start = (uint32_t)*address;
	s.count = (uint32_t)w->count;
	s.size = (uint32_t)w->size;
	s.kind = w->kind;
	*address += w->count * w->size;
	if (s.kind == 0)
		odd(l, LAYOUT_ODD_REFUSED_SEGMENT, at);
	else
		segment_add(l, &s, at);
}

/* Newer ROMs describe it as e, older ones as g, and e is right (AN3156). */
static void
force_kind(struct layout *l, struct raw_segment *w, size_t at)
{
	const uint8_t e = LAYOUT_READABLE | LAYOUT_WRITABLE;

	if (w->kind == 0 || w->kind == e ||
	    strcmp(l->name, "Device Feature") != 0)
		return;
	odd(l, LAYOUT_ODD_FORCED_TYPE, at);
	w->kind = e;
}

static void
segments_parse(struct layout *l, struct cursor *c, uint64_t address)
{
	struct raw_segment w;
	size_t at;

	do {
		skip_blanks(c);
		at = c->pos;
		if (!segment_read(l, c, &w)) {
			odd(l, LAYOUT_ODD_REFUSED_SEGMENT, at);
			return;
		}
		force_kind(l, &w, at);
		segment_place(l, &w, &address, at);
		skip_blanks(c);
	} while (accept(c, ','));
	if (peek(c) != -1 && !at_address(c))
		odd(l, LAYOUT_ODD_TAIL, c->pos);
}

/* Stands at "/0x". */
static void
group_parse(struct layout *l, struct cursor *c)
{
	size_t start = c->pos, digits;
	uint64_t address;

	c->pos += 3;
	digits = number(c, 16, &address);
	if (digits > ADDRESS_DIGITS)
		odd(l, LAYOUT_ODD_DIGITS, start + 3);
	skip_blanks(c);
	/* "/0x" may be the next address: not for us to eat. */
	if (digits == 0 || at_address(c) || !accept(c, '/')) {
		odd(l, LAYOUT_ODD_REFUSED_SEGMENT, start);
		return;
	}
	segments_parse(l, c, address);
}

bool
layout_parse(struct layout *l, const char *s, size_t n)
{
	struct cursor c = { s, n, 0 };

	*l = (struct layout){ 0 };
	if (peek(&c) != '@' || !skip_to_address(&c))
		return (false);
	l->name = name_of(&c);
	do
		group_parse(l, &c);
	while (skip_to_address(&c));
	return (true);
}

void
layout_free(struct layout *l)
{
	free(l->name);
	free(l->segments);
	*l = (struct layout){ 0 };
}

bool
layout_is_option_bytes(const char *name)
{
	/* Some write it small. */
	return (name != NULL && strstr(name, "ption") != NULL);
}

const char *
layout_odd_words(unsigned bit)
{
	size_t i;

	for (i = 0; i < sizeof(oddities) / sizeof(oddities[0]); i++)
		if (oddities[i].bit == bit)
			return (oddities[i].words);
	return (NULL);
}

const struct layout_segment *
layout_at(const struct layout *l, uint32_t address)
{
	const struct layout_segment *s;
	size_t i;

	for (i = 0; i < l->nsegments; i++) {
		s = &l->segments[i];
		if (address >= s->start &&
		    address - s->start < (uint64_t)s->count * s->size)
			return (s);
	}
	return (NULL);
}

uint32_t
layout_sector(const struct layout *l, uint32_t address)
{
	const struct layout_segment *s = layout_at(l, address);

	if (s == NULL)
		return (address);
	return (address - (address - s->start) % s->size);
}

uint64_t
layout_without(const struct layout *l, uint64_t at, uint64_t to, uint8_t kind)
{
	const struct layout_segment *s;

	while (at < to && at <= UINT32_MAX) {
		s = layout_at(l, (uint32_t)at);
		if (s == NULL || (s->kind & kind) == 0)
			break;
		at = layout_sector(l, (uint32_t)at) + (uint64_t)s->size;
	}
	return (at);
}

uint64_t
layout_total(const struct layout *l)
{
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < l->nsegments; i++)
		total += (uint64_t)l->segments[i].count * l->segments[i].size;
	return (total);
}
