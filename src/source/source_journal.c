/* SPDX-License-Identifier: ISC */
/* The journal of this program as a source; trace/ knows its lines. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "source/source_own.h"
#include "trace/journal.h"

/* Two digits a byte of the longest transfer, and as much for all else. */
#define LINE	((size_t)4 * UINT16_MAX)

/* A call reads no more than this and a line. */
#define SHARE	((uint64_t)256 * 1024)

/* Lines in a row that could not be read. */
struct damage {
	unsigned long	 first, last;
	uint16_t	 dev;		/* that they are about; 0: unknown */
	struct buf	 why;		/* of the first */
	struct buf	 text;		/* of the event */
};

struct journal_source {
	struct journal_scratch	 scratch;
	uint64_t		 time;		/* of what was told last, us */
	uint32_t		 number;	/* of the last request */
	uint32_t		 refused;	/* one not answered yet */
	uint16_t		*devs;		/* that are there */
	size_t			 ndevs;
	struct damage		 damage;	/* first is 0: none */
	bool			 telling;	/* it, */
	size_t			 told;		/* to so many of devs */
	struct event		 held;		/* read behind it */
	bool			 has_held;
	bool			 ended;
};

static bool
begins(const uint8_t *p, size_t n, const char *s)
{
	return (n >= strlen(s) && memcmp(p, s, strlen(s)) == 0);
}

/* Cut off in its first words it is one all the same. */
enum source_certainty
source_journal_sniff(const struct source_kind *k, const uint8_t *p, size_t n)
{
	size_t least = strlen("dfuscope");

	(void)k;
	if (begins(p, n, JOURNAL_MAGIC " "))
		return (SOURCE_SURE);
	if (n >= least && n <= strlen(JOURNAL_MAGIC) &&
	    memcmp(p, JOURNAL_MAGIC, n) == 0)
		return (SOURCE_PERHAPS);
	return (SOURCE_NOT);
}

/* Up to a blank or the end of the line, behind what it is, if it is there. */
static void
add_word(struct buf *b, const char *what, const uint8_t **p,
    const uint8_t *end)
{
	const uint8_t *from;

	while (*p < end && **p == ' ')
		(*p)++;
	for (from = *p; *p < end && **p > ' '; (*p)++)
		;
	if (*p == from)
		return;
	buf_adds(b, what);
	text_escape(b, from, (size_t)(*p - from));
}

void
source_journal_detail(struct buf *words, const uint8_t *p, size_t n)
{
	const uint8_t *end = p + n;

	p += strlen(JOURNAL_MAGIC) < n ? strlen(JOURNAL_MAGIC) : n;
	add_word(words, ", format ", &p, end);
	add_word(words, ", written by version ", &p, end);
}

/* The first line says which format it is: nothing is guessed behind that. */
bool
source_journal_begin(struct source *s, struct buf *error)
{
	struct journal_source *j = mem_alloc(sizeof(*j));
	enum source_line_result r;
	struct event e;

	s->state = j;
	source_lines_begin(&s->lines, s->lines.fd, LINE);
	r = source_lines_next(&s->lines);
	if (r == SOURCE_LINE_CUT) {
		s->cut = s->lines.number;
		return (true);
	}
	if (r == SOURCE_LINE_READ) {
		if (journal_parse(buf_str(&s->lines.text), s->lines.text.len,
		    &e, &j->scratch, error) == JOURNAL_HEADER)
			return (true);
	} else {
		buf_adds(error, r == SOURCE_LINE_BAD ? strerror(errno) :
		    "the line is too long");
	}
	source_place(s, 1, error);
	return (false);
}

void
source_journal_end(struct source *s)
{
	struct journal_source *j = s->state;

	journal_scratch_free(&j->scratch);
	buf_free(&j->damage.why);
	buf_free(&j->damage.text);
	free(j->devs);
	free(j);
}

static size_t
place_of(const struct journal_source *j, uint16_t dev)
{
	size_t i;

	for (i = 0; i < j->ndevs && j->devs[i] != dev; i++)
		;
	return (i);
}

/* Who is there, for what concerns all of them. */
static void
note(struct journal_source *j, const struct event *e)
{
	size_t i = place_of(j, e->dev);

	j->time = e->time;
	if (e->kind == EVENT_ARRIVED && i == j->ndevs) {
		j->devs = mem_array(j->devs, j->ndevs + 1, sizeof(*j->devs));
		j->devs[j->ndevs++] = e->dev;
	} else if (e->kind == EVENT_LEFT && i < j->ndevs) {
		j->devs[i] = j->devs[--j->ndevs];
	}
}

/* dev: what could be read of the line says so, or 0. */
static void
damaged(struct source *s, struct journal_source *j, uint16_t dev,
    const struct buf *why)
{
	struct damage *d = &j->damage;

	if (s->damaged++ == 0)
		s->first = s->lines.number;
	if (place_of(j, dev) == j->ndevs)
		dev = 0;
	if (d->first == 0) {
		d->first = s->lines.number;
		d->dev = dev;
		buf_reset(&d->why);
		buf_add(&d->why, why->data, why->len);
	} else if (d->dev != dev) {
		d->dev = 0;
	}
	d->last = s->lines.number;
}

static void
begin_telling(struct journal_source *j)
{
	struct damage *d = &j->damage;

	if (d->first == 0)
		return;
	buf_reset(&d->text);
	if (d->first == d->last)
		buf_addf(&d->text, "cannot read line %lu: ", d->first);
	else
		buf_addf(&d->text, "cannot read lines %lu-%lu; the first: ",
		    d->first, d->last);
	buf_add(&d->text, d->why.data, d->why.len);
	j->telling = true;
	j->told = 0;
}

/* Once for each device that it may concern; without any all the same. */
static void
tell(struct journal_source *j, struct event *e)
{
	struct damage *d = &j->damage;
	uint16_t dev = d->dev;

	if (dev == 0 && j->ndevs != 0)
		dev = j->devs[j->told++];
	*e = event_text(EVENT_LOST, j->time, dev, buf_str(&d->text));
	if (d->dev != 0 || j->told == j->ndevs) {
		j->telling = false;
		d->first = 0;
	}
}

/*
 * Requests are found by their numbers: false if e does not go on with them, or
 * ends one that did not.
 */
static bool
numbers_grow(struct journal_source *j, const struct event *e, struct buf *why)
{
	if (e->kind == EVENT_COMPLETE && j->refused != 0 &&
	    e->number == j->refused) {
		j->refused = 0;
		buf_addf(why, "request #%u could not be read", e->number);
		return (false);
	}
	if (e->kind != EVENT_SUBMIT)
		return (true);
	if (e->number <= j->number) {
		j->refused = e->number;
		buf_addf(why, "request #%u comes after #%u, but numbers only "
		    "grow in a journal", e->number, j->number);
		return (false);
	}
	j->number = e->number;
	return (true);
}

/* One line; LATER if it holds no event. */
static enum source_result
read_line(struct source *s, struct journal_source *j, struct event *e,
    struct buf *error)
{
	struct buf why = { 0 };

	switch (source_lines_next(&s->lines)) {
	case SOURCE_LINE_READ:
		break;
	case SOURCE_LINE_LONG:
		buf_addf(&why, "the line has more than %zu bytes", LINE);
		damaged(s, j, 0, &why);
		buf_free(&why);
		return (SOURCE_LATER);
	case SOURCE_LINE_LATER:
		return (SOURCE_LATER);
	case SOURCE_LINE_CUT:
		s->cut = s->lines.number;
		return (SOURCE_END);
	case SOURCE_LINE_END:
		return (SOURCE_END);
	case SOURCE_LINE_BAD:
		buf_adds(error, strerror(errno));
		source_place(s, s->lines.number + 1, error);
		return (SOURCE_BAD);
	}
	switch (journal_parse(buf_str(&s->lines.text), s->lines.text.len, e,
	    &j->scratch, &why)) {
	case JOURNAL_EVENT:
		/* What is held in order of time is searched by it. */
		if (e->time < j->time)
			e->time = j->time;
		if (numbers_grow(j, e, &why))
			return (SOURCE_EVENT);
		/* FALLTHROUGH */
	case JOURNAL_BAD:
		damaged(s, j, e->dev, &why);
		break;
	case JOURNAL_HEADER:
	case JOURNAL_BLANK:
		break;
	}
	buf_free(&why);
	return (SOURCE_LATER);
}

enum source_result
source_journal_read(struct source *s, struct event *e, struct buf *error)
{
	struct journal_source *j = s->state;
	uint64_t from = s->lines.next;
	enum source_result r;

	while (!j->telling && !j->has_held && !j->ended) {
		r = read_line(s, j, &j->held, error);
		if (r == SOURCE_BAD)
			return (r);
		j->has_held = r == SOURCE_EVENT;
		j->ended = r == SOURCE_END;
		if (r != SOURCE_LATER)
			begin_telling(j);
		else if (s->lines.next - from > SHARE)
			return (r);
	}
	if (j->telling) {
		tell(j, e);
		return (SOURCE_EVENT);
	}
	if (!j->has_held)
		return (SOURCE_END);
	j->has_held = false;
	*e = j->held;
	note(j, e);
	return (SOURCE_EVENT);
}
