/* SPDX-License-Identifier: ISC */
/* Findings as text: those of a session, and the rows themselves. */
#include "report/text.h"

#include <stdlib.h>

#include "diagnosis/advice.h"
#include "diagnosis/finding.h"
#include "diagnosis/finding_part.h"
#include "diagnosis/finding_text.h"
#include "diagnosis/verdict.h"
#include "report/wrap.h"
#include "session/session.h"

static void
add_part(struct buf *b, enum finding_part part, const struct finding_row *row,
    const struct finding *f, const struct advice *a)
{
	struct buf words = { 0 }, label = { 0 };

	finding_part_words(part, row, f, a, &words);
	buf_addf(&label, "%s: ", finding_part_label(part));
	if (words.len != 0)
		wrap_add(b, 4, buf_str(&label), buf_str(&words));
	buf_free(&words);
	buf_free(&label);
}

/* Of a note title and evidence are enough; its sources are behind its id. */
static void
add_finding(struct buf *b, const struct finding *f, const struct advice *a)
{
	bool note = f->row->severity == SEVERITY_NOTE;
	enum finding_part part;
	struct buf title = { 0 };

	buf_addf(&title, "%s%s: %s [%s]", severity_name(f->row->severity),
	    f->life == FINDING_SO_FAR ? ", so far" : "", f->row->title,
	    f->row->id);
	wrap_hang(b, 0, 4, buf_str(&title));
	buf_free(&title);
	for (part = FINDING_PART_EVIDENCE; part < FINDING_PART_SOURCES;
	    part++) {
		if (!note || part == FINDING_PART_EVIDENCE)
			add_part(b, part, f->row, f, a);
	}
}

void
text_findings(struct buf *b, const struct session *s, uint64_t now)
{
	struct verdict v = verdict_of(s, s->said_stack, now);
	struct advice a = advice_of(s, s->said_stack, now);
	struct finding held[FINDINGS_AT_MOST];
	const struct finding **sorted, *advised;
	size_t i, n, nheld;

	n = findings_sorted(s, now, held, &nheld, &sorted);
	advised = advice_finding(s, &v, sorted, n);
	for (i = 0; i < n; i++)
		add_finding(b, sorted[i], sorted[i] == advised ? &a : NULL);
	for (i = 0; i < nheld; i++)
		finding_free(&held[i]);
	free(sorted);
}

void
text_finding_rows(struct buf *b)
{
	const struct finding_row *row;
	size_t i;

	for (i = 0; (row = finding_row(i)) != NULL; i++)
		buf_addf(b, "%-26s %-8s %s\n", row->id,
		    severity_name(row->severity), row->title);
	for (i = 0; i < finding_texts_count; i++)
		buf_addf(b, "%-26s %-8s %s\n", finding_texts[i].id, "text",
		    finding_texts[i].title);
}

bool
text_finding_about(struct buf *b, const char *id)
{
	const struct finding_row *row = finding_row_named(id);
	const struct finding_text *text = finding_text_named(id);
	enum finding_part part;

	if (row != NULL) {
		buf_addf(b, "%s: %s (%s)\n", row->id, row->title,
		    severity_name(row->severity));
		for (part = FINDING_PART_CAUSE; part < FINDING_PART_COUNT;
		    part++)
			add_part(b, part, row, NULL, NULL);
	} else if (text != NULL) {
		buf_addf(b, "%s: %s\n", text->id, text->title);
		wrap_add(b, 4, "", text->text);
		wrap_add(b, 4, "Try: ", text->try);
		wrap_add(b, 4, "Sources: ", text->source);
	}
	return (row != NULL || text != NULL);
}
