/* SPDX-License-Identifier: ISC */
/* Findings: what is in the memory, and what was asked of it. */
#include "diagnosis/finding_rule.h"

#include "diagnosis/verdict.h"

static bool
is_other(struct finding_case *c)
{
	const struct session_memory *m = &c->s->memory;
	const struct memory_mismatch *d = session_memory_mismatch(c->s);
	struct buf words = { 0 };

	if (d == NULL || m->compared != c->r->number || !m->compared_differs)
		return (false);
	verdict_words_mismatch(c->s, &words);
	finding_say(c, "%s", buf_str(&words));
	buf_free(&words);
	return (true);
}

const struct finding_row finding_memory_rows[] = {
	{ .id = "readback-differs",
	    .needs = FACT(FACT_PAYLOAD),
	    .title = "Data read back differs from the data written",
	    .class = FINDING_DATA,
	    .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_OPEN,
	    .mechanism = "The device accepted the blocks and reported them as "
			 "stored, but its memory holds other data. Flash that "
			 "was not erased keeps its zero bits. Some "
			 "write-protected memory accepts a block without "
			 "reporting an error.",
	    .apart = "All bytes ff: not written. Old contents: protected. "
		     "Fewer one bits than written: not erased.",
	    .advice = "Erase first; remove a write protection. A second try "
		      "tells whether the transfer was at fault.",
	    .firmware = "Answer a block that was not stored with errWRITE, "
			"errPROG or errVERIFY.",
	    .source = "AN3156; DFU 1.1 6.1.2",
	    .when = FINDING_ON_TAKEN,
	    .predicate = is_other },
};
const size_t finding_memory_count =
    sizeof(finding_memory_rows) / sizeof(finding_memory_rows[0]);
