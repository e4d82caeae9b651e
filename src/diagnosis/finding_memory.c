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
	    .title = "what was read back is not what was written",
	    .class = FINDING_DATA,
	    .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_OPEN,
	    .mechanism = "The device accepted the blocks and said that they "
			 "were stored, and its memory holds something else. "
			 "Flash that was not erased keeps its zeros; some "
			 "write-protected memory takes a block without a word.",
	    .apart = "All ff: not written. As before: protected. Fewer ones "
		     "than were written: not erased.",
	    .advice = "Erase first; lift a write protection; another try "
		      "tells a bad transfer.",
	    .firmware = "Answer what was not stored with errWRITE, errPROG "
			"or errVERIFY.",
	    .source = "AN3156; DFU 1.1 6.1.2",
	    .when = FINDING_ON_TAKEN,
	    .predicate = is_other },
};
const size_t finding_memory_count =
    sizeof(finding_memory_rows) / sizeof(finding_memory_rows[0]);
