/* SPDX-License-Identifier: ISC */
#include "diagnosis/finding_part.h"

#include "diagnosis/advice.h"
#include "diagnosis/finding.h"

const char *
finding_part_label(enum finding_part part)
{
	switch (part) {
	case FINDING_PART_EVIDENCE:
		return ("Evidence");
	case FINDING_PART_CAUSE:
		return ("Cause");
	case FINDING_PART_CHECK:
		return ("Check");
	case FINDING_PART_TRY:
		return ("Try");
	case FINDING_PART_CURE:
		return ("Remedy");
	case FINDING_PART_FIRMWARE:
		return ("For firmware developers");
	case FINDING_PART_SOURCES:
		return ("Sources");
	}
	return (NULL);
}

static void
add(struct buf *b, const char *text)
{
	if (text != NULL)
		buf_adds(b, text);
}

static void
add_evidence(struct buf *b, const struct finding *f)
{
	finding_requests(f, b);
	if (f->evidence != NULL)
		buf_addf(b, "%s%s", b->len != 0 ? ": " : "", f->evidence);
	if (f->count > 1)
		buf_addf(b, " (found %u times)", f->count);
}

static void
add_try(struct buf *b, const struct advice *a)
{
	advice_words(a, b);
	if (a->command != NULL && a->why != NULL)
		buf_addf(b, ": %s", a->why);
}

void
finding_part_words(enum finding_part part, const struct finding_row *row,
    const struct finding *f, const struct advice *a, struct buf *b)
{
	switch (part) {
	case FINDING_PART_EVIDENCE:
		if (f != NULL)
			add_evidence(b, f);
		return;
	case FINDING_PART_CAUSE:
		buf_addf(b, "%s: ", finding_fault_words(row->fault));
		add(b, f != NULL ? finding_cause(f) :
		    finding_mechanism(row));
		return;
	case FINDING_PART_CHECK:
		add(b, row->apart);
		return;
	case FINDING_PART_TRY:
		if (a != NULL)
			add_try(b, a);
		return;
	case FINDING_PART_CURE:
		add(b, f != NULL ? finding_advice(f) : row->advice);
		return;
	case FINDING_PART_FIRMWARE:
		add(b, row->firmware);
		return;
	case FINDING_PART_SOURCES:
		add(b, row->source);
		return;
	}
}
