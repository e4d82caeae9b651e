/* SPDX-License-Identifier: ISC */
/*
 * The memory of a DfuSe device, drawn to scale: what its layout strings say,
 * where the pointer stands, what this session erased, wrote and read.
 */
#include "ui/view/page.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "dfu/layout.h"

#define BAR_ROWS	4	/* of one alternate setting, about */
#define ADDRESS_COLS	12
#define MOST_SEGMENTS	64
#define MOST_CELLS	4	/* of one sector */

/* How many bytes one cell of a bar stands for, cells in a row of it. */
struct scale {
	uint64_t	bytes;
	int		width;
};

static const struct {
	uint8_t		flag;
	char		whole;
	char		part;
	enum style	style;
	const char	*words;
} marks[] = {
	{ MEMORY_DOUBT, '?', '?', STYLE_DANGER, "in doubt" },
	{ MEMORY_WRITTEN, 'W', 'w', STYLE_WARNING, "written" },
	{ MEMORY_ERASED, 'E', 'e', STYLE_STRONG, "erased" },
	{ MEMORY_READ, 'R', 'r', STYLE_GOOD, "read" }
};
#define NMARKS	(sizeof(marks) / sizeof(marks[0]))

static void
size_words(struct buf *b, uint64_t n)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB",
	    "TiB" };
	size_t i = 0;

	while (n != 0 && n % 1024 == 0 && i < 4) {
		n /= 1024;
		i++;
	}
	buf_addf(b, "%llu %s", (unsigned long long)n, units[i]);
}

static void
kind_words(struct buf *b, uint8_t kind)
{
	static const char *const words[] = { "read", "erase", "write" };
	bool any = false;
	unsigned i;

	for (i = 0; i < 3; i++) {
		if (!(kind & 1 << i))
			continue;
		buf_addf(b, "%s%s", any ? ", " : "", words[i]);
		any = true;
	}
}

static uint64_t
bytes_of(const struct layout_segment *s)
{
	return ((uint64_t)s->count * s->size);
}

static uint64_t
power_of_two(uint64_t least)
{
	uint64_t n = 1;

	while (n < least)
		n *= 2;
	return (n);
}

/* The smallest sector of those segments that are long enough to count. */
static uint64_t
least_sector(const struct layout *l, uint64_t length)
{
	uint64_t least = length;
	bool any = false;
	size_t i;

	for (i = 0; i < l->nsegments; i++) {
		if (bytes_of(&l->segments[i]) < length ||
		    (any && l->segments[i].size >= least))
			continue;
		least = l->segments[i].size;
		any = true;
	}
	return (least);
}

/* One row if its cells are no larger than a sector, else up to BAR_ROWS. */
static struct scale
scale_of(const struct layout *l, int cols)
{
	int width = cols - ADDRESS_COLS - 1;
	struct scale sc = { .width = width < 8 ? 8 : width };
	uint64_t total = layout_total(l), least, w = (uint64_t)sc.width;

	sc.bytes = power_of_two((total + w - 1) / w);
	least = least_sector(l, sc.bytes);
	if (sc.bytes <= least) {
		least = power_of_two(least) / MOST_CELLS;
		if (sc.bytes < least)
			sc.bytes = least;
		return (sc);
	}
	for (w = 8; w * 2 <= (uint64_t)sc.width; w *= 2)
		continue;
	sc.width = (int)w;
	sc.bytes = power_of_two((total + w * BAR_ROWS - 1) / (w * BAR_ROWS));
	if (sc.bytes < least)
		sc.bytes = power_of_two(least);
	return (sc);
}

static uint64_t
cells_of(const struct scale *sc, const struct layout_segment *s)
{
	uint64_t n = (bytes_of(s) + sc->bytes - 1) / sc->bytes;

	return (n > 0 ? n : 1);
}

/* Where cell i of a segment begins. */
static uint64_t
cell_from(const struct scale *sc, const struct layout_segment *s, uint64_t i)
{
	uint64_t at = i * sc->bytes;

	return (s->start + (at < bytes_of(s) ? at : bytes_of(s)));
}

static char
cell_mark(const struct memory_map *m, uint64_t from, uint64_t to,
    uint8_t *style)
{
	uint8_t whole, any = memory_map_flags(m, from, to, &whole);
	size_t i;

	for (i = 0; i < NMARKS; i++) {
		if (!(any & marks[i].flag))
			continue;
		*style = (uint8_t)marks[i].style;
		return (whole & marks[i].flag ? marks[i].whole :
		    marks[i].part);
	}
	*style = STYLE_DIM;
	return ('.');
}

/* A line of cells that grows with its styles. */
struct cells {
	struct buf	text;
	struct buf	styles;
};

static void
add_cell(struct cells *c, char ch, enum style st)
{
	buf_addc(&c->text, ch);
	buf_addc(&c->styles, (int)st);
}

static void
add_words(struct cells *c, enum style st, const char *words)
{
	for (; *words != '\0'; words++)
		add_cell(c, *words, st);
}

static void
flush_cells(struct page *p, struct cells *c)
{
	page_cells(p, buf_str(&c->text), c->styles.data);
	buf_reset(&c->text);
	buf_reset(&c->styles);
}

static void
free_cells(struct cells *c)
{
	buf_free(&c->text);
	buf_free(&c->styles);
}

/* The caret under the cell that holds the pointer. */
static void
add_pointer(struct page *p, struct cells *c, int col, uint32_t pointer)
{
	struct buf words = { 0 };
	int i;

	buf_addf(&words, "^ pointer 0x%08x", pointer);
	for (i = 0; i < ADDRESS_COLS + col; i++)
		add_cell(c, ' ', STYLE_NORMAL);
	add_words(c, STYLE_ESTIMATED, buf_str(&words));
	flush_cells(p, c);
	buf_free(&words);
}

static void
add_bar(struct page *p, const struct frame *sc, const struct scale *scale,
    const struct layout_segment *s)
{
	const struct session *session = sc->session;
	uint64_t n = cells_of(scale, s), i = 0, from, to;
	struct cells c = { 0 };
	struct buf address = { 0 };
	uint8_t style;
	char ch;
	int col, mark;

	while (i < n) {
		buf_reset(&address);
		buf_addf(&address, " 0x%08llx ",
		    (unsigned long long)cell_from(scale, s, i));
		add_words(&c, STYLE_LABEL, buf_str(&address));
		mark = -1;
		for (col = 0; col < scale->width && i < n; col++, i++) {
			from = cell_from(scale, s, i);
			to = cell_from(scale, s, i + 1);
			ch = cell_mark(&sc->view->memory, from, to, &style);
			add_cell(&c, ch, (enum style)style);
			if (session->pointer_known && session->pointer >=
			    from && session->pointer < to)
				mark = col;
		}
		flush_cells(p, &c);
		if (mark >= 0)
			add_pointer(p, &c, mark, session->pointer);
	}
	buf_free(&address);
	free_cells(&c);
}

static void
add_segment(struct page *p, const struct layout_segment *s)
{
	struct buf b = { 0 };

	buf_addf(&b, "  0x%08x to 0x%08llx  %u x ", s->start,
	    (unsigned long long)(s->start + bytes_of(s) - 1), s->count);
	size_words(&b, s->size);
	buf_adds(&b, " = ");
	size_words(&b, bytes_of(s));
	buf_adds(&b, "  ");
	kind_words(&b, s->kind);
	page_add(p, STYLE_NORMAL, buf_str(&b), 0, NULL);
	buf_free(&b);
}

static void
add_scale(struct page *p, const struct layout *l, const struct scale *scale)
{
	struct buf b = { 0 };

	if (l->nsegments == 0)
		return;
	buf_adds(&b, "one character is ");
	size_words(&b, scale->bytes);
	page_add(p, STYLE_NORMAL, NULL, 3, buf_str(&b));
	buf_free(&b);
}

/* Leading zeros are how ST writes it: not worth a warning. */
static bool
is_worrying(const struct layout *l)
{
	return ((l->odd & ~(unsigned)LAYOUT_ODD_DIGITS) != 0);
}

static void
add_odd(struct page *p, const struct layout *l)
{
	struct buf b = { 0 };
	unsigned bit;

	for (bit = 1; bit <= LAYOUT_ODD_TAIL; bit <<= 1) {
		if (!(l->odd & bit))
			continue;
		buf_adds(&b, b.len == 0 ? "unusual syntax: " : "; ");
		buf_adds(&b, layout_odd_words(bit));
	}
	if (b.len > 0) {
		buf_addf(&b, " (first at character %zu)", l->odd_at + 1);
		page_add(p, STYLE_WARNING, is_worrying(l) ? "!" : NULL, 3,
		    buf_str(&b));
	}
	buf_free(&b);
}

static void
add_layout(struct page *p, const struct frame *sc, const struct layout *l,
    const struct dfu_alternate *a, int cols)
{
	struct scale scale = scale_of(l, cols);
	struct buf b = { 0 };
	size_t i;

	buf_addf(&b, "Memory of alternate %u, ", a->bAlternateSetting);
	text_escape(&b, l->name, strlen(l->name));
	buf_adds(&b, ": ");
	size_words(&b, layout_total(l));
	if (a->bAlternateSetting == sc->session->alternate)
		buf_adds(&b, " (in use)");
	page_title(p, buf_str(&b));
	for (i = 0; i < l->nsegments && i < MOST_SEGMENTS; i++) {
		add_segment(p, &l->segments[i]);
		add_bar(p, sc, &scale, &l->segments[i]);
	}
	buf_reset(&b);
	if (l->nsegments > MOST_SEGMENTS) {
		buf_addf(&b, "and %zu more segment%s",
		    l->nsegments - MOST_SEGMENTS,
		    TEXT_S(l->nsegments - MOST_SEGMENTS));
		page_add(p, STYLE_WARNING, NULL, 3, buf_str(&b));
	}
	add_scale(p, l, &scale);
	add_odd(p, l);
	buf_free(&b);
}

/* What was done, in numbers, which are the legend as well. */
static void
add_sums(struct page *p, const struct memory_map *m)
{
	struct cells c = { 0 };
	struct buf b = { 0 };
	uint64_t n;
	size_t i;

	add_words(&c, STYLE_NORMAL, "  ");
	for (i = NMARKS; i-- > 0;) {
		n = memory_map_bytes(m, marks[i].flag);
		buf_reset(&b);
		buf_addf(&b, " %s ", marks[i].words);
		size_words(&b, n);
		buf_adds(&b, "   ");
		if (n == 0 && marks[i].flag == MEMORY_DOUBT)
			continue;
		add_cell(&c, marks[i].whole, marks[i].style);
		add_words(&c, n > 0 ? STYLE_NORMAL : STYLE_DIM, buf_str(&b));
	}
	flush_cells(p, &c);
	page_add(p, STYLE_NORMAL, NULL, 3, "Where several apply, the last in "
	    "this list is drawn. Small letter: a part of it. Dot: untouched.");
	buf_free(&b);
	free_cells(&c);
}

static void
add_blocks(struct page *p, const char *head, const struct memory_blocks *n)
{
	struct buf b = { 0 };

	if (n->count == 0) {
		buf_adds(&b, "none");
	} else {
		buf_addf(&b, "%u block%s, ", n->count,
		    n->count == 1 ? "" : "s");
		size_words(&b, n->bytes);
		buf_addf(&b, ", the last is number %u", n->last);
	}
	page_add(p, STYLE_NORMAL, head, 18, buf_str(&b));
	buf_free(&b);
}

/* Both readings of the latest block that may have been a command. */
static void
add_undecided(struct page *p, const struct frame *sc)
{
	const struct memory_map *m = &sc->view->memory;
	const struct request *r = session_request(sc->session,
	    m->undecided_by);
	const struct event *e = r == NULL ? NULL :
	    trace_get(sc->app->sessions->trace, r->submit);
	struct buf b = { 0 };

	if (e == NULL || m->undecided == 0)
		return;
	buf_addf(&b, "%u, the latest #%u: ", m->undecided, r->number);
	dfu_meaning_words(&b, &r->meaning, &e->setup, e->data, e->kept);
	page_add(p, STYLE_WARNING, "undecided", 18, buf_str(&b));
	buf_free(&b);
}

static const char *
explain_blocks(enum dfu_dialect d)
{
	switch (d) {
	case DFU_DIALECT_UNKNOWN:
		return ("dfuscope does not know whether the device uses DfuSe, "
		    "so it does not know where blocks go.");
	case DFU_DIALECT_DFUSE:
		return ("The memory layout is in the name of an alternate "
		    "setting; that name was not read.");
	case DFU_DIALECT_PLAIN:
		return ("Plain DFU has block numbers and no addresses: only "
		    "the device knows where blocks go.");
	}
	return (NULL);
}

void
page_memory(struct page *p, const struct frame *sc, int cols)
{
	const struct dfu_function *f = session_function(sc->session);
	enum dfu_dialect d = session_dialect(sc->session);
	const struct memory_map *m = &sc->view->memory;
	const char *name;
	struct layout l;
	size_t i, n = 0;

	for (i = 0; f != NULL && i < f->nalternates; i++) {
		name = session_alternate_name(sc->session,
		    f->alternates[i].bAlternateSetting);
		if (name == NULL || !layout_parse(&l, name, strlen(name)))
			continue;
		add_layout(p, sc, &l, &f->alternates[i], cols);
		layout_free(&l);
		n++;
	}
	page_title(p, "What this session did");
	if ((n > 0 && d == DFU_DIALECT_DFUSE) || m->nranges > 0) {
		add_sums(p, m);
		return;
	}
	add_blocks(p, "blocks sent", &m->down);
	add_blocks(p, "blocks read", &m->up);
	add_undecided(p, sc);
	page_add(p, STYLE_NORMAL, NULL, 1, explain_blocks(d));
}
