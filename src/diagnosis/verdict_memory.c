/* SPDX-License-Identifier: ISC */
/* Memory that is not as it was asked to be. */
#include "diagnosis/verdict_own.h"

#include <ctype.h>

#include "base/code.h"
#include "session/session_memory.h"

#define RANGES 4 /* are named, and the others counted */

static bool
mismatch(const struct verdict_facts *f)
{
	return (session_memory_mismatch(f->s) != NULL);
}

static bool
incomplete(const struct verdict_facts *f)
{
	return (session_memory_is_cut(f->s));
}

void
verdict_words_mismatch(const struct session *s, struct buf *b)
{
	const struct memory_mismatch *m = session_memory_mismatch(s);
	const char *how = m != NULL ? block_how_words(m->how) : NULL;

	if (m == NULL)
		return;
	buf_addf(b,
	    m->plain ? "the data read back at byte %u" :
		       "the data read back at 0x%08x",
	    m->address);
	buf_addf(b, " (#%u) differs from the data written (#%u)",
	    m->by, m->written);
	if (how != NULL)
		buf_addf(b, ": %s", how);
	if (m->old != 0)
		buf_addf(b, " (#%u)", m->old);
	if (m->count > 1)
		buf_addf(b, "; %zu blocks differ", m->count);
}

/* Words from `from` on become a sentence. */
static void
make_sentence(struct buf *b, size_t from)
{
	if (b->len > from)
		b->data[from] = (uint8_t)toupper(b->data[from]);
	buf_addc(b, '.');
}

static void
say_mismatch(const struct verdict_facts *f, struct buf *b)
{
	size_t from = b->len;

	verdict_words_mismatch(f->s, b);
	make_sentence(b, from);
}

static const char *
cut_words(enum memory_cut how)
{
	switch (how) {
	case MEMORY_CUT_STALL:
		return ("STALL");
	case MEMORY_CUT_ERROR:
		return ("dfuERROR");
	case MEMORY_CUT_SILENT:
		return ("no answer");
	case MEMORY_CUT_LEFT:
		return ("the device disconnected");
	case MEMORY_CUT_RESET:
		return ("the bus was reset");
	case MEMORY_CUT_ABORTED:
		return ("aborted");
	case MEMORY_CUT_DROPPED:
		return ("dfuIDLE: the device dropped the data");
	case MEMORY_CUT_UNWRITTEN:
		return ("no end of the download");
	case MEMORY_CUT_NOT:
	case MEMORY_CUT_NOTHING:
		break;
	}
	return ("no request followed");
}

/* Gaps i to *end in one range. */
static void
join_gaps(const struct session_memory *m, size_t i, size_t *end)
{
	const struct memory_gap *g = &m->gaps[i];

	for (*end = i + 1; *end < m->ngaps; g = &m->gaps[(*end)++])
		if (g[1].alternate != g->alternate || g[1].meant ||
		    g[1].doubt != g->doubt || g[1].from != g->to + 1)
			break;
}

/* "0x08000800 to 0x08000fff erased and not written, ..."; false: none. */
static bool
add_gaps(const struct session_memory *m, struct buf *b)
{
	size_t i, end, n = 0;

	for (i = 0; i < m->ngaps; i = end) {
		join_gaps(m, i, &end);
		if (m->gaps[i].meant || n++ >= RANGES)
			continue;
		buf_addf(b, "%s0x%08x-0x%08x %s", n == 1 ? "" : ", ",
		    m->gaps[i].from, m->gaps[end - 1].to,
		    m->gaps[i].doubt ? "unknown" : "erased and not written");
	}
	if (n > RANGES)
		buf_addf(b, " and %zu more", n - RANGES);
	return (n != 0);
}

static void
add_cut(const struct session *s, const struct memory_operation *o,
    struct buf *b)
{
	const struct request *r = session_request(s, o->cut_by);
	enum memory_cut how = (enum memory_cut)o->how;

	/* It had no answer because nobody was there. */
	if (how == MEMORY_CUT_SILENT && r != NULL &&
	    r->outcome == OUTCOME_GONE)
		how = MEMORY_CUT_LEFT;
	buf_addf(b, "the %s (#%u) stopped",
	    o->plain                             ? "download" :
		o->intent == MEMORY_INTENT_ERASE ? "erase" :
						   "flash",
	    o->first);
	if (o->cut_by != 0)
		buf_addf(b, " at #%u", o->cut_by);
	buf_addf(b, " (%s): ", cut_words(how));
}

static void
add_written(const struct memory_operation *o, struct buf *b)
{
	if (o->plain)
		buf_addf(b,
		    "the device accepted %llu bytes, the firmware is "
		    "incomplete",
		    (unsigned long long)o->bytes);
	else if (o->placed && o->bytes != 0)
		buf_addf(b, "%s%llu bytes from 0x%08x were written",
		    o->all ? "the memory was erased, " : "",
		    (unsigned long long)o->bytes, o->from);
	else if (o->bytes != 0 || o->all)
		buf_addf(b, "%s%llu bytes were written",
		    o->all ? "the memory was erased, " : "",
		    (unsigned long long)o->bytes);
	else
		buf_adds(b, "the contents of the memory are unknown");
}

void
verdict_words_incomplete(const struct session *s, struct buf *b)
{
	const struct session_memory *m = &s->memory;
	const struct memory_operation *o = session_memory_cut(s);

	if (o != NULL && o->first != 0) {
		add_cut(s, o, b);
	} else {
		buf_adds(b, "the memory is incomplete: ");
	}
	if (m->told != NULL)
		buf_adds(b, m->told);
	else if (!add_gaps(m, b) && o != NULL)
		add_written(o, b);
}

static void
say_incomplete(const struct verdict_facts *f, struct buf *b)
{
	size_t from = b->len;

	verdict_words_incomplete(f->s, b);
	make_sentence(b, from);
}

/* Whatever becomes of the device: verdict.under says that. */
static const struct verdict_row memory_rows[] = {
	{ .word = "mismatch",
	    .severity = SEVERITY_ERROR,
	    .code = CODE_PROTOCOL,
	    .origin = VERDICT_FROM_READ,
	    .holds = mismatch,
	    .say = say_mismatch },
	{ .word = "incomplete",
	    .severity = SEVERITY_ERROR,
	    .code = CODE_PROTOCOL,
	    .origin = VERDICT_FROM_CUT,
	    .holds = incomplete,
	    .say = say_incomplete },
};
const struct verdict_table verdict_memory = { memory_rows,
	sizeof(memory_rows) / sizeof(memory_rows[0]) };
