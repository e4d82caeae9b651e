/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/text.h"
#include "dfu/spec.h"
#include "diagnosis/advice.h"
#include "diagnosis/fingerprint.h"
#include "diagnosis/verdict.h"
#include "report/explain_own.h"
#include "report/text.h"
#include "report/wrap.h"

#define GLUE	'~'	/* no word of a way has one */

static const struct {
	const char		*name;
	enum timing_part	 part;
} parts[TIMING_PARTS] = {
	{ "took", TIMING_TOOK }, { "announced", TIMING_ANNOUNCED },
	{ "waited", TIMING_WAITED }, { "host's own", TIMING_OWN }
};

static void
add_damage(struct buf *b, const struct explain *x)
{
	if (x->damaged == 1)
		buf_addf(b, "dfuscope cannot read %s %lu: its contents are "
		    "missing.", x->unit, x->first_damaged);
	else
		buf_addf(b, "dfuscope cannot read %lu %ss, the first is %s "
		    "%lu: their contents are missing.", x->damaged, x->unit,
		    x->unit, x->first_damaged);
}

static void
add_head(struct buf *b, const struct explain *x)
{
	struct buf line = { 0 };

	buf_addf(&line, "%s ", x->noun);
	text_escape(&line, x->name, strlen(x->name));
	buf_addf(&line, ": %llu event%s in ", (unsigned long long)x->events,
	    TEXT_S(x->events));
	text_duration(&line, x->sessions->last - x->begin);
	if (x->wall.len != 0) {
		buf_adds(&line, ", started ");
		text_escape(&line, x->wall.data, x->wall.len);
	}
	wrap_hang(b, 0, 4, buf_str(&line));
	buf_reset(&line);
	if (x->cut != 0) {
		buf_addf(&line, "The recording ends in the middle of %s %lu: "
		    "the program that wrote it stopped, or is still writing. "
		    "dfuscope explains what comes before.", x->unit, x->cut);
		wrap_hang(b, 0, 0, buf_str(&line));
		buf_reset(&line);
	}
	if (x->damaged != 0) {
		add_damage(&line, x);
		wrap_hang(b, 0, 0, buf_str(&line));
	}
	buf_free(&line);
}

static void
add_device(struct buf *b, const struct explain *x, const struct session *s)
{
	const struct dfu_function *f = session_function(s);
	struct fingerprint print = fingerprint_of(s, NULL);
	struct buf line = { 0 };

	buf_addc(b, '\n');
	session_title(s, &line);
	wrap_hang(b, 0, 4, buf_str(&line));
	buf_reset(&line);
	if (s->sent != 0 || s->seen == 0)
		buf_addf(&line, "%u request%s sent", s->sent, TEXT_S(s->sent));
	if (s->seen != 0)
		buf_addf(&line, "%s%u request%s seen", s->sent != 0 ? ", " :
		    "", s->seen, TEXT_S(s->seen));
	if (f != NULL && f->functional.present) {
		buf_adds(&line, "; DFU ");
		dfu_version_words(&line, f->functional.bcdDFUVersion);
		buf_addf(&line, ", wTransferSize %u, bmAttributes 0x%02x",
		    f->functional.wTransferSize, f->functional.bmAttributes);
	}
	buf_adds(&line, "; DFU stack: ");
	fingerprint_words(s, &print, &line);
	wrap_hang(b, 4, 4, buf_str(&line));
	buf_reset(&line);
	if (explain_pending(s) != 0) {
		buf_addf(&line, "The %s ends while #%u has no answer yet: the "
		    "program that wrote it stopped, or is still writing.",
		    x->noun, explain_pending(s));
		wrap_hang(b, 4, 4, buf_str(&line));
	}
	buf_free(&line);
}

static void
add_path(struct buf *b, const struct path *p)
{
	struct buf line = { 0 };
	size_t start = b->len;

	buf_adds(b, "\npath\n");
	explain_path(p, GLUE, &line);
	wrap_hang(b, 4, 4, buf_str(&line));
	for (; start < b->len; start++) {
		if (b->data[start] == GLUE)
			b->data[start] = ' ';
	}
	buf_free(&line);
}

static void
add_verdict(struct buf *b, const struct session *s, uint64_t now)
{
	struct verdict v = verdict_of(s, s->said_stack, now);
	struct advice a = advice_of(s, s->said_stack, now);
	struct buf line = { 0 };

	buf_addf(&line, "%s: ", v.row->word);
	verdict_words(&v, s, now, &line);
	buf_adds(b, "\nverdict at the end\n");
	wrap_hang(b, 4, 4, buf_str(&line));
	/* Unless the verdict says it already. */
	if (s->failure.text != NULL &&
	    strstr(buf_str(&line), s->failure.text) == NULL)
		wrap_add(b, 4, "last job: ", s->failure.text);
	if (advice_is_given(&a)) {
		buf_reset(&line);
		advice_words(&a, &line);
		if (a.command != NULL && a.why != NULL)
			buf_addf(&line, ": %s", a.why);
		wrap_add(b, 4, "do: ", buf_str(&line));
	}
	wrap_add(b, 4, "don't: ", a.dont);
	buf_free(&line);
}

static void
add_findings(struct buf *b, const struct session *s, uint64_t now)
{
	size_t was;

	buf_adds(b, "\nfindings\n");
	was = b->len;
	text_findings(b, s, now);
	if (b->len == was)
		buf_adds(b, "    none\n");
}

/* Right to the column that is so many columns on. */
static void
add_cell(struct buf *b, const char *s, int width)
{
	buf_addf(b, "%*s", width, s);
}

static void
add_time(struct buf *b, uint64_t us, int width)
{
	struct buf cell = { 0 };

	text_duration(&cell, us);
	add_cell(b, buf_str(&cell), width);
	buf_free(&cell);
}

/* One value is its own minimum, median and maximum. */
static void
add_sum(struct buf *b, const char *name, const struct timing_sum *sum)
{
	if (sum->total == 0)
		return;
	buf_addf(b, "      %-12s", name);
	add_time(b, sum->total, 12);
	if (sum->n > 1) {
		add_time(b, sum->min, 12);
		add_time(b, sum->median, 12);
		add_time(b, sum->most95, 12);
		add_time(b, sum->max, 12);
	}
	buf_addc(b, '\n');
}

static void
add_line(struct buf *b, const char *name, const struct timing_line *line,
    uint64_t n)
{
	size_t i;

	buf_addf(b, "    %s, %llu time%s%s\n", name, (unsigned long long)n,
	    n == 1 ? "" : "s", line->loop ? "; 0 ms announced repeatedly" : "");
	for (i = 0; i < TIMING_PARTS; i++)
		add_sum(b, parts[i].name, &line->parts[parts[i].part]);
}

static void
add_columns(struct buf *b, const char *what)
{
	buf_addf(b, "  %-16s%12s%12s%12s%12s%12s\n", what, "total", "min",
	    "median", "95%", "max");
}

static void
add_timing(struct buf *b, const struct timing *t, uint64_t now)
{
	struct timing_line line;
	struct buf words = { 0 };
	size_t i;

	if (t->begin == 0)
		return;
	buf_adds(b, "\ntime\n");
	timing_words(t, &words);
	wrap_hang(b, 4, 4, buf_str(&words));
	add_columns(b, "operations");
	for (i = 0; i < OPERATION_KIND_COUNT; i++) {
		if (timing_kind(t, (enum operation_kind)i, &line))
			add_line(b, operation_name((enum operation_kind)i),
			    &line, line.parts[TIMING_TOOK].n);
	}
	add_columns(b, "states");
	for (i = 0; i < DFU_STATE_COUNT; i++) {
		if (timing_state(t, (uint8_t)i, now, &line))
			add_line(b, dfu_state_name((uint8_t)i), &line,
			    line.parts[TIMING_TOOK].n);
	}
	buf_free(&words);
}

/* Nothing that a terminal or a web page would take for more than text. */
static void
print_safely(struct buf *b, const struct buf *text)
{
	const char *s = buf_str(text), *end;

	for (; *s != '\0'; s = end + (*end != '\0')) {
		end = s + strcspn(s, "\n");
		text_print(b, s, (size_t)(end - s));
		buf_addc(b, '\n');
	}
}

void
explain_text(struct buf *b, const struct explain *x)
{
	uint64_t now = x->sessions->last;
	const struct session *s;
	struct buf text = { 0 };
	size_t i;

	add_head(&text, x);
	if (x->nparts == 0)
		buf_adds(&text, "No device was connected.\n");
	for (i = 0; i < x->nparts; i++) {
		s = x->sessions->list[i];
		add_device(&text, x, s);
		add_path(&text, &x->parts[i]->path);
		add_verdict(&text, s, now);
		add_findings(&text, s, now);
		add_timing(&text, &x->parts[i]->timing, now);
	}
	print_safely(b, &text);
	buf_free(&text);
}
