/* SPDX-License-Identifier: ISC */
#include "diagnosis/what_if.h"

#include <string.h>

#include "base/text.h"
#include "dfu/spec.h"
#include "session/session.h"

#define DFUSE_ONLY	true
static const char executes[] = "the command executes on the next GETSTATUS";

const struct what_if_row what_if_rows[] = {
	{ "wait", "waiting", "wait", DFU_IN_TIME, false, NULL },
	{ "getstate", "GETSTATE", "getstate", DFU_IN_GETSTATE, false, NULL },
	{ "getstatus", "GETSTATUS", "getstatus", DFU_IN_GETSTATUS, false,
	    NULL },
	{ "clrstatus", "CLRSTATUS", "clrstatus", DFU_IN_CLRSTATUS, false,
	    NULL },
	{ "abort", "ABORT", "abort", DFU_IN_ABORT, false, NULL },
	{ "dnload", "DNLOAD", "dnload", DFU_IN_DNLOAD, false, NULL },
	{ "dnload 0", "DNLOAD len=0", "dnload", DFU_IN_DNLOAD0, false,
	    "a zero-length DNLOAD" },
	{ "upload", "UPLOAD", "upload", DFU_IN_UPLOAD, false, NULL },
	{ "detach", "DETACH", "detach", DFU_IN_DETACH, false, NULL },
	{ "alt", "SET_INTERFACE", "alt", WHAT_IF_ALTERNATE, false, NULL },
	{ "reset", "bus reset", "reset", DFU_IN_RESET, false, NULL },
	{ "get-commands", "get commands", "get-commands",
	    DFU_IN_UPLOAD_SHORT, DFUSE_ONLY, "an UPLOAD of block 0" },
	{ "set-address", "set address", "set-address", DFU_IN_DNLOAD,
	    DFUSE_ONLY, executes },
	{ "erase", "erase", "erase", DFU_IN_DNLOAD, DFUSE_ONLY, executes },
	{ "mass-erase", "mass erase", "mass-erase", DFU_IN_DNLOAD,
	    DFUSE_ONLY, executes },
	{ "read-unprotect", "read unprotect", "read-unprotect",
	    DFU_IN_DNLOAD, DFUSE_ONLY, executes },
};
const size_t what_if_rows_count =
    sizeof(what_if_rows) / sizeof(what_if_rows[0]);

const struct what_if_row *
what_if_named(const char *ask)
{
	size_t i;

	for (i = 0; i < what_if_rows_count; i++) {
		if (strcmp(what_if_rows[i].ask, ask) == 0)
			return (&what_if_rows[i]);
	}
	return (NULL);
}

const struct what_if_row *
what_if_row_of(const struct dfu_meaning *m)
{
	static const char *const asks[DFU_KIND_COUNT] = {
		[DFU_KIND_SET_INTERFACE] = "alt",
		[DFU_KIND_DETACH] = "detach",
		[DFU_KIND_GETSTATUS] = "getstatus",
		[DFU_KIND_CLRSTATUS] = "clrstatus",
		[DFU_KIND_GETSTATE] = "getstate",
		[DFU_KIND_ABORT] = "abort",
		[DFU_KIND_WRITE] = "dnload",
		[DFU_KIND_WRITE_RESERVED] = "dnload",
		[DFU_KIND_COMMAND] = "dnload",
		[DFU_KIND_END] = "dnload 0",
		[DFU_KIND_LEAVE] = "dnload 0",
		[DFU_KIND_READ] = "upload",
		[DFU_KIND_READ_RESERVED] = "upload",
		[DFU_KIND_GET_COMMANDS] = "get-commands",
		[DFU_KIND_SET_ADDRESS] = "set-address",
		[DFU_KIND_ERASE] = "erase",
		[DFU_KIND_MASS_ERASE] = "mass-erase",
		[DFU_KIND_READ_UNPROTECT] = "read-unprotect",
	};

	/* An UPLOAD of no bytes is another input. */
	if (asks[m->kind] == NULL ||
	    (m->kind == DFU_KIND_READ && m->length == 0))
		return (NULL);
	return (what_if_named(asks[m->kind]));
}

static bool
applies(const struct what_if_row *row, const struct session *s)
{
	return (!row->dfuse ||
	    (s != NULL && session_dialect(s) != DFU_DIALECT_PLAIN));
}

bool
what_if_wanted(const struct what_if_row *row,
    const struct what_if_row *asked, const struct session *s)
{
	return (asked != NULL ? row == asked : applies(row, s));
}

struct prediction
what_if_row(const struct session *s, const struct what_if_row *row,
    const struct dfu_stack *stack, uint64_t now)
{
	return (row->input == WHAT_IF_ALTERNATE ?
	    predict_alternate(s, stack, now) :
	    predict(s, (enum dfu_input)row->input, stack, now));
}

/* By whom it is where it is: the stack, or the specification. */
static const char *
whose(const struct session *s, const struct estimate *b)
{
	return (b->by_stack ? s->stack->name : "DFU 1.1");
}

void
what_if_title(const struct session *s, uint64_t now, struct buf *b)
{
	struct estimate estimate = session_estimate(s, now);

	if (!s->present) {
		buf_adds(b, "the device is not connected");
		return;
	}
	switch (estimate.how) {
	case ESTIMATE_UNKNOWN:
		buf_adds(b, "the state is unknown, so the effect of a request "
		    "is unknown");
		return;
	case ESTIMATE_REPORTED:
		buf_adds(b, "reported by the device: ");
		break;
	case ESTIMATE_MOVED:
		buf_addf(b, "expected (%s): ",
		    whose(s, &estimate));
		break;
	case ESTIMATE_TIMED:
		buf_addf(b, "expected by elapsed time (%s): ",
		    whose(s, &estimate));
		break;
	}
	dfu_state_label(b, estimate.state);
	if (!session_estimates_differ(s, now))
		return;
	buf_adds(b, ", by DFU 1.1: ");
	dfu_state_label(b, session_estimate_spec(s, now).state);
}

/* "answered, goes to 2 dfuIDLE" */
static void
add_outlook(struct buf *b, uint8_t from, const struct dfu_outlook *o)
{
	bool stays = o->next == from;

	if (o->next == DFU_NEXT_GONE) {
		buf_adds(b, "disconnects");
		return;
	}
	switch (o->response) {
	case DFU_RESPONSE_OK:
		buf_adds(b, "answered");
		if (o->says != o->next) {
			buf_adds(b, " as if in ");
			dfu_state_label(b, o->says);
		}
		buf_adds(b, ", ");
		break;
	case DFU_RESPONSE_STALL:
		buf_adds(b, "STALL, ");
		break;
	case DFU_RESPONSE_ANY:
		buf_adds(b, "answered or not, ");
		break;
	case DFU_RESPONSE_NONE_EXPECTED:
		buf_adds(b, "no answer, ");
		break;
	case DFU_RESPONSE_NONE:
		break;
	}
	buf_adds(b, stays ? "stays in " : "goes to ");
	dfu_state_label(b, o->next);
}

static void
add_note(struct buf *b, const char *note)
{
	if (note != NULL)
		buf_addf(b, "; %s", note);
}

/* How long until time moves it, where the request is to wait. */
static void
add_wait(struct buf *b, const struct session *s, uint64_t now)
{
	uint64_t left = session_deadline(s, now);

	if (left == SESSION_NEVER)
		return;
	buf_adds(b, "in ");
	text_duration(b, left - now);
	buf_adds(b, ": ");
}

static void
tell_spec(const struct session *s, const struct what_if_row *row,
    const struct prediction *w, uint64_t now, struct what_if_words *words)
{
	struct dfu_outlook o = prediction_spec(w);

	if (row->input == WHAT_IF_ALTERNATE) {
		buf_adds(&words->spec, "answered, stays in ");
		dfu_state_label(&words->spec, w->state);
		add_note(&words->spec, "DFU 1.1 does not name this request");
		buf_adds(&words->clause, "USB 2.0 9.4.10");
		return;
	}
	if (w->spec == NULL)
		return;
	if (row->input == DFU_IN_TIME)
		add_wait(&words->spec, s, now);
	add_outlook(&words->spec, w->state, &o);
	add_note(&words->spec, o.note);
	if (w->otherwise != NO_STATE) {
		buf_adds(&words->spec, "; otherwise the device goes to ");
		dfu_state_label(&words->spec, w->otherwise);
	}
	if (o.response == DFU_RESPONSE_OK)
		add_note(&words->spec, row->means);
	dfu_clause_words(&words->clause, w->spec->clause);
}

static void
tell_stack(const struct prediction *w, const struct dfu_stack *stack,
    struct what_if_words *words)
{
	if (stack == NULL || w->stack_state == NO_STATE)
		return;
	if (w->stack_state != w->state) {
		buf_adds(&words->stack, "in ");
		dfu_state_label(&words->stack, w->stack_state);
		buf_adds(&words->stack, ": ");
	}
	if (!w->known) {
		buf_adds(&words->stack, "unknown");
		return;
	}
	add_outlook(&words->stack, w->stack_state, &w->stack);
	add_note(&words->stack, w->stack.note);
	words->certainty = dfu_certainty_words(w->stack.certainty);
	words->source = stack->source;
}

/* What is refused costs something else than what is done. */
static const struct dfu_side_effect *
cost_of(const struct session *s, const struct what_if_row *row,
    const struct dfu_stack *stack, const struct prediction *w)
{
	bool dfuse = session_dialect(s) == DFU_DIALECT_DFUSE;
	bool firm = w->known && w->stack.certainty != DFU_KNOWN_INFERRED;
	struct dfu_outlook o = firm ? w->stack : prediction_spec(w);
	uint8_t from = firm ? w->stack_state : w->state;
	const struct dfu_side_effect *own = dfu_side_effect_of(stack, w->known ?
	    w->stack_state : w->state, row->ask, dfuse);
	const char *instead = NULL;

	if ((own != NULL && own->stack != NULL) || w->spec == NULL)
		return (own);
	/* The announced wait is over: what was sent has been executed. */
	if (from == DFU_STATE_DNLOAD_SYNC &&
	    o.next == DFU_STATE_DNLOAD_IDLE && o.says == o.next)
		return (dfu_side_effect_of(stack, from, DFU_SIDE_EFFECT_STAYS,
		    dfuse));
	if (o.response == DFU_RESPONSE_STALL ||
	    o.response == DFU_RESPONSE_NONE_EXPECTED)
		instead = o.next == from ? DFU_SIDE_EFFECT_IGNORED :
		    DFU_SIDE_EFFECT_REFUSED;
	else if (o.response == DFU_RESPONSE_OK && o.next == from)
		instead = DFU_SIDE_EFFECT_STAYS;
	return (instead == NULL ? own : dfu_side_effect_of(stack, from, instead,
	    dfuse));
}

void
what_if_tell(const struct session *s, const struct what_if_row *row,
    const struct dfu_stack *stack, uint64_t now, struct what_if_words *words)
{
	struct prediction w = what_if_row(s, row, stack, now);
	bool by_spec = session_estimate_spec(s, now).how != ESTIMATE_UNKNOWN;
	const struct dfu_side_effect *cost;

	*words = (struct what_if_words){ .differs = prediction_differs(&w) ||
	    (row->input == WHAT_IF_ALTERNATE && w.known && by_spec &&
	    w.stack.next != w.state) };
	if (by_spec) {
		dfu_state_label(&words->state, w.state);
		tell_spec(s, row, &w, now, words);
	}
	tell_stack(&w, stack, words);
	cost = cost_of(s, row, stack, &w);
	if (cost == NULL)
		return;
	words->undo = cost->undo;
	words->spoils = cost->spoils;
	words->side_effect_source = cost->source;
}

void
what_if_words_free(struct what_if_words *w)
{
	buf_free(&w->state);
	buf_free(&w->spec);
	buf_free(&w->clause);
	buf_free(&w->stack);
}
