/* SPDX-License-Identifier: ISC */
#include "report/about.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "dfu/pages.h"
#include "diagnosis/finding.h"
#include "diagnosis/finding_text.h"
#include "diagnosis/recovery.h"
#include "diagnosis/verdict.h"
#include "report/text.h"
#include "report/wrap.h"

#define NEAR_MOST	6	/* so many near names are listed */
#define NEAR_LONG	40	/* characters of a name that are looked at */

/* Names. */

size_t
about_names_count(void)
{
	return (finding_rows_count() + finding_texts_count +
	    verdict_meanings_count + dfu_pages_count + RECOVERY_COUNT);
}

const char *
about_name(size_t i)
{
	if (i < finding_rows_count())
		return (finding_row(i)->id);
	i -= finding_rows_count();
	if (i < finding_texts_count)
		return (finding_texts[i].id);
	i -= finding_texts_count;
	if (i < verdict_meanings_count)
		return (verdict_meanings[i].word);
	i -= verdict_meanings_count;
	if (i < dfu_pages_count)
		return (dfu_pages[i].subject);
	return (recovery_rows[i - dfu_pages_count].id);
}

/* A recovery action that is a request goes by the name of that: told once. */
static bool
is_told_before(size_t i)
{
	return (i >= about_names_count() - RECOVERY_COUNT &&
	    dfu_page_named(about_name(i)) != NULL);
}

static int
lower(char c)
{
	return (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Letters to change, add or drop until the one is the other. */
static unsigned
distance(const char *a, const char *b)
{
	unsigned row[NEAR_LONG + 1], left, above;
	size_t i, k, na = strlen(a), nb = strlen(b);

	na = na > NEAR_LONG ? NEAR_LONG : na;
	nb = nb > NEAR_LONG ? NEAR_LONG : nb;
	for (k = 0; k <= nb; k++)
		row[k] = (unsigned)k;
	for (i = 1; i <= na; i++) {
		left = row[0];
		row[0] = (unsigned)i;
		for (k = 1; k <= nb; k++) {
			above = row[k];
			left += lower(a[i - 1]) != lower(b[k - 1]);
			if (above + 1 < left)
				left = above + 1;
			if (row[k - 1] + 1 < left)
				left = row[k - 1] + 1;
			row[k] = left;
			left = above;
		}
	}
	return (row[nb]);
}

static bool
is_near(const char *id, const char *name, unsigned limit)
{
	size_t n = strlen(id), i;

	for (i = 0; n >= 3 && name[i] != '\0'; i++) {
		if (strncasecmp(name + i, id, n) == 0)
			return (true);
	}
	return (distance(id, name) <= limit);
}

static void
list_near(const char *id, struct buf *error)
{
	unsigned limit = (unsigned)strlen(id) / 3 + 1, found = 0;
	size_t i;

	for (i = 0; i < about_names_count() && found < NEAR_MOST; i++) {
		if (!is_told_before(i) && is_near(id, about_name(i), limit))
			buf_addf(error, "%s %s", found++ == 0 ?
			    "; did you mean" : ",", about_name(i));
	}
	if (found == 0)
		buf_adds(error, "; --list-findings lists all findings");
}

/* Texts. */

static bool
about_verdict(struct buf *b, const char *id)
{
	bool found = false;
	size_t i;

	for (i = 0; i < verdict_meanings_count; i++) {
		if (strcasecmp(verdict_meanings[i].word, id) != 0 &&
		    !verdict_means(id, verdict_meanings[i].word))
			continue;
		buf_addf(b, "%s: a verdict\n", verdict_meanings[i].word);
		wrap_add(b, 4, "", verdict_meanings[i].sentence);
		found = true;
	}
	return (found);
}

static bool
about_page(struct buf *b, const char *id)
{
	const struct dfu_page *page = dfu_page_named(id);
	struct buf title = { 0 };
	size_t i;

	if (page == NULL)
		return (false);
	buf_addf(&title, "%s: %s (%s)", page->subject, page->title,
	    page->clause);
	wrap_hang(b, 0, 4, buf_str(&title));
	buf_free(&title);
	for (i = 0; i < DFU_PAGE_PARAGRAPHS; i++) {
		if (page->paragraphs[i] == NULL)
			continue;
		buf_addf(b, "  %s\n", dfu_page_paragraph_title(page,
		    (enum dfu_page_paragraph)i));
		wrap_add(b, 4, "", page->paragraphs[i]);
	}
	wrap_add(b, 4, "Sources: ", page->source);
	return (true);
}

static bool
about_recovery(struct buf *b, const char *id)
{
	const struct recovery_row *row;
	int i;

	for (i = 0; i < RECOVERY_COUNT; i++) {
		row = &recovery_rows[i];
		if (strcasecmp(row->id, id) != 0)
			continue;
		buf_addf(b, "%s: a recovery action\n", row->id);
		wrap_add(b, 4, "does: ", row->sentence);
		wrap_add(b, 4, "may lose: ", row->risk);
		wrap_add(b, 4, "by hand: ", row->command);
		return (true);
	}
	return (false);
}

bool
about_text(struct buf *b, const char *id, struct buf *error)
{
	bool found = text_finding_about(b, id);

	found = about_verdict(b, id) || found;
	found = about_page(b, id) || found;
	found = about_recovery(b, id) || found;
	if (found)
		return (true);
	buf_adds(error, "unknown finding, verdict, state, request or action "
	    "\"");
	text_escape(error, id, strlen(id));
	buf_addc(error, '"');
	list_near(id, error);
	return (false);
}
