/* Findings as text: those of a session, and the rows themselves. */
#include "report/text.h"

#include <stdlib.h>

#include "diagnosis/advice.h"
#include "diagnosis/finding.h"
#include "diagnosis/finding_text.h"
#include "diagnosis/verdict.h"
#include "report/wrap.h"
#include "session/session.h"

static void
add_row(struct buf *b, const struct finding_row *row, const char *command)
{
	wrap_add(b, 4, "side: ", finding_fault_words(row->fault));
	wrap_add(b, 4, "", finding_mechanism(row));
	wrap_add(b, 4, "", row->apart);
	wrap_add(b, 4, "try: ", command);
	wrap_add(b, 4, "", row->advice);
	wrap_add(b, 4, "in the firmware: ", row->firmware);
}

static void
add_finding(struct buf *b, const struct finding *f, const struct advice *a)
{
	struct buf proof = { 0 }, title = { 0 }, try = { 0 };

	finding_requests(f, &proof);
	if (proof.len != 0 && f->evidence != NULL)
		buf_adds(&proof, ": ");
	if (f->evidence != NULL)
		buf_adds(&proof, f->evidence);
	if (f->count > 1)
		buf_addf(&proof, " (%u times)", f->count);
	buf_addf(&title, "%s%s: %s [%s]", severity_name(f->row->severity),
	    f->life == FINDING_SO_FAR ? ", so far" : "", f->row->title,
	    f->row->id);
	wrap_hang(b, 0, 4, buf_str(&title));
	buf_free(&title);
	wrap_add(b, 4, "", buf_str(&proof));
	if (a != NULL)
		advice_words(a, &try);
	if (f->row->severity != SEVERITY_NOTE)
		add_row(b, f->row, try.len != 0 ? buf_str(&try) : NULL);
	buf_free(&proof);
	buf_free(&try);
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

	if (row != NULL) {
		buf_addf(b, "%s: %s (%s)\n", row->id, row->title,
		    severity_name(row->severity));
		add_row(b, row, NULL);
		wrap_add(b, 4, "known from: ", row->source);
	} else if (text != NULL) {
		buf_addf(b, "%s: %s\n", text->id, text->title);
		wrap_add(b, 4, "", text->text);
		wrap_add(b, 4, "try: ", text->try);
		wrap_add(b, 4, "known from: ", text->source);
	}
	return (row != NULL || text != NULL);
}
