/* SPDX-License-Identifier: ISC */
/* What a journal or a capture tells, short, to be posted in an issue. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "dfu/spec.h"
#include "diagnosis/advice.h"
#include "diagnosis/finding.h"
#include "diagnosis/finding_part.h"
#include "diagnosis/fingerprint.h"
#include "diagnosis/verdict.h"
#include "report/explain_own.h"

#define FINDINGS	3	/* that are told */

static void
add_device(struct buf *b, const struct session *s)
{
	const struct dfu_function *f = session_function(s);
	struct fingerprint print = fingerprint_of(s, NULL);

	buf_addf(b, "%04x:%04x", s->who->vendor, s->who->product);
	if (print.stack != NULL)
		buf_addf(b, ", %s", print.stack->name);
	if (f == NULL || !f->functional.present)
		return;
	buf_adds(b, ", DFU ");
	dfu_version_words(b, f->functional.bcdDFUVersion);
	buf_addf(b, ", wTransferSize %u, bmAttributes 0x%02x",
	    f->functional.wTransferSize, f->functional.bmAttributes);
}

/* What stands, without notes, unless there are only those. */
static size_t
choose(const struct finding **list, size_t n)
{
	size_t i;

	for (i = 0; i < n && i < FINDINGS; i++)
		if (i > 0 && list[i]->row->severity == SEVERITY_NOTE)
			break;
	return (i);
}

static void
add_findings(struct buf *b, const struct finding **list, size_t n)
{
	struct buf line = { 0 };
	size_t i;

	for (i = 0; i < n; i++) {
		buf_reset(&line);
		finding_part_words(FINDING_PART_EVIDENCE, list[i]->row,
		    list[i], NULL, &line);
		buf_adds(b, "\n**");
		text_sentence(b, list[i]->row->title);
		buf_addf(b, "** (`%s`). %s\n", list[i]->row->id,
		    buf_str(&line));
		if (list[i]->row->severity != SEVERITY_NOTE)
			buf_addf(b, "%s\n", finding_cause(list[i]));
	}
	buf_free(&line);
}

static void
add_session(struct buf *b, const struct session *s, uint64_t now)
{
	struct verdict v = verdict_of(s, s->said_stack, now);
	struct advice a = advice_of(s, s->said_stack, now);
	struct finding held[FINDINGS_AT_MOST];
	const struct finding **sorted;
	struct buf line = { 0 };
	size_t i, n, nheld;

	buf_adds(b, "**Verdict.** ");
	verdict_words(&v, s, now, &line);
	buf_addf(b, "%s: %s (", v.row->word, buf_str(&line));
	add_device(b, s);
	buf_adds(b, ")\n");
	if (s->failure.text != NULL)
		buf_addf(b, "\n**Last job.** %s\n", s->failure.text);
	n = findings_sorted(s, now, held, &nheld, &sorted);
	add_findings(b, sorted, choose(sorted, n));
	for (i = 0; i < nheld; i++)
		finding_free(&held[i]);
	free(sorted);
	if (advice_is_given(&a)) {
		buf_reset(&line);
		advice_words(&a, &line);
		buf_adds(b, "\n**Try.** ");
		if (a.command != NULL)
			buf_addf(b, "`dfuscope run -x '%s'`%s%s\n",
			    a.command, a.why != NULL ? ": " : "",
			    a.why != NULL ? a.why : "");
		else
			buf_addf(b, "%s\n", buf_str(&line));
	}
	buf_free(&line);
}

void
explain_markdown(struct buf *b, const struct explain *x)
{
	size_t i;

	for (i = 0; i < x->nparts; i++) {
		if (i > 0)
			buf_addc(b, '\n');
		add_session(b, x->sessions->list[i], x->sessions->last);
	}
	if (x->nparts == 0)
		buf_addf(b, "The %s contains no DFU device.\n", x->noun);
	else
		buf_addf(b, "\n**To attach:** the %s. It may hold a serial "
		    "number and firmware.\n", x->noun);
}
