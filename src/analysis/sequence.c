/* SPDX-License-Identifier: ISC */
#include "analysis/sequence.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "dfu/spec.h"

/* Shorter waits than this are not told, us. */
#define WAIT_LEAST	1000
/* So many bytes of data are shown. */
#define BYTES		16

static const char *const zooms[SEQUENCE_ZOOM_COUNT] = {
	[SEQUENCE_OPERATIONS] = "operations",
	[SEQUENCE_REQUESTS] = "requests",
	[SEQUENCE_FIELDS] = "fields"
};

const char *
sequence_zoom_name(enum sequence_zoom zoom)
{
	assert(zoom < SEQUENCE_ZOOM_COUNT && zooms[zoom] != NULL);
	return (zooms[zoom]);
}

bool
sequence_zoom_named(const char *name, enum sequence_zoom *zoom)
{
	unsigned i;

	for (i = 0; i < SEQUENCE_ZOOM_COUNT; i++) {
		if (strcmp(zooms[i], name) == 0) {
			*zoom = (enum sequence_zoom)i;
			return (true);
		}
	}
	return (false);
}

void
sequence_clear(struct sequence_row *entry)
{
	size_t i;

	for (i = 0; i < SEQUENCE_LINES; i++)
		buf_free(&entry->lines[i].text);
	memset(entry, 0, sizeof(*entry));
}

static struct sequence_line *
add(struct sequence_row *entry, enum sequence_kind kind)
{
	struct sequence_line *line = &entry->lines[entry->n];

	/* No request makes as many. */
	assert(entry->n < SEQUENCE_LINES);
	entry->n++;
	buf_reset(&line->text);
	line->kind = kind;
	line->at = SEQUENCE_NO_TIME;
	return (line);
}

bool
sequence_same(const struct trace *t, const struct request *x,
    const struct request *y)
{
	const struct event *e, *g;
	uint8_t edge[64];
	uint32_t kept, len;

	if (!setup_is_in(&x->setup) || !setup_equal(&x->setup, &y->setup) ||
	    x->outcome != y->outcome || x->done == 0 || y->done == 0)
		return (false);
	if (x->replied && y->replied)
		return (memcmp(&x->reply, &y->reply, sizeof(x->reply)) == 0);
	e = trace_get(t, x->complete);
	if (e == NULL || e->kept > sizeof(edge))
		return (false);
	kept = e->kept;
	len = e->len;
	if (kept > 0)
		memcpy(edge, e->data, kept);
	g = trace_get(t, y->complete);
	return (g != NULL && len == g->len && kept == g->kept &&
	    (kept == 0 || memcmp(edge, g->data, kept) == 0));
}

/* What passed since the answer before, and what that told to wait. */
static void
add_wait(struct sequence_row *entry, const struct sequence_step *step)
{
	const struct request *before = step->asked;
	uint64_t at = step->first->at, gap, announced = 0;
	struct sequence_line *line;

	if (step->before == 0 || at < step->before)
		return;
	gap = at - step->before;
	if (before != NULL && before->replied && before->done == step->before)
		announced = (uint64_t)before->reply.bwPollTimeout * 1000;
	if (gap < WAIT_LEAST && announced == 0)
		return;
	line = add(entry, SEQUENCE_WAIT);
	text_duration(&line->text, gap);
	if (announced == 0)
		return;
	buf_addf(&line->text, ", %u ms announced",
	    before->reply.bwPollTimeout);
	line->bad = gap < announced;
	if (line->bad)
		buf_adds(&line->text, ": polled too early");
}

static void
add_ask(struct sequence_row *entry, const struct sequence_step *step,
    const struct event *submit)
{
	const struct request *r = step->first;
	struct sequence_line *line = add(entry, SEQUENCE_ASK);
	size_t bare;

	line->at = r->at;
	words_request_name(&line->text, &r->setup);
	if (step->count > 1) {
		buf_addf(&line->text, " ×%u in ", step->count);
		text_duration(&line->text, step->last->done - r->at);
		return;
	}
	bare = line->text.len;
	buf_addc(&line->text, ' ');
	if (submit != NULL)
		words_request_brief(&line->text, submit, &r->meaning);
	if (line->text.len == bare + 1)
		buf_cut(&line->text, bare);
}

static void
add_bytes(struct sequence_row *entry, enum sequence_kind kind,
    const struct event *e)
{
	struct sequence_line *line;
	uint32_t i, n = e->kept < BYTES ? e->kept : BYTES;

	if (e->kept == 0)
		return;
	line = add(entry, kind);
	for (i = 0; i < n; i++)
		buf_addf(&line->text, i == 0 ? "%02x" : " %02x", e->data[i]);
	if (e->len > n)
		buf_addf(&line->text, " …, %u byte%s", e->len,
		    TEXT_S(e->len));
}

static void
add_setup(struct sequence_row *entry, const struct setup *s)
{
	struct sequence_line *line = add(entry, SEQUENCE_SENT);

	buf_addf(&line->text, "bmRequestType 0x%02x  bRequest %u  "
	    "wValue 0x%04x  wIndex %u  wLength %u", s->bmRequestType,
	    s->bRequest, s->wValue, s->wIndex, s->wLength);
}

static void
add_reply(struct sequence_row *entry, const struct dfu_status_reply *r)
{
	struct sequence_line *line = add(entry, SEQUENCE_GOT);

	buf_addf(&line->text, "bStatus %u %s  bwPollTimeout %u ms  "
	    "bState %u %s  iString %u", r->bStatus,
	    dfu_status_name(r->bStatus), r->bwPollTimeout, r->bState,
	    dfu_state_name(r->bState), r->iString);
	line->bad = r->bStatus != DFU_STATUS_OK;
}

static void
add_answer(struct sequence_row *entry, const struct sequence_step *step,
    const struct event *submit, const struct event *e)
{
	const struct request *r = step->last;
	struct sequence_line *line;

	line = add(entry, r->done == 0 ? SEQUENCE_SILENCE :
	    outcome_is_answer(r->outcome) ? SEQUENCE_ANSWER :
	    r->outcome == OUTCOME_STALL ? SEQUENCE_REFUSAL : SEQUENCE_SILENCE);
	line->bad = line->kind != SEQUENCE_ANSWER;
	if (r->done == 0) {
		buf_adds(&line->text, "no answer yet, ");
		text_duration(&line->text, step->now > r->at ?
		    (step->now - r->at) / 200000 * 200000 : 0);
		return;
	}
	line->at = r->done;
	line->span = r->done - r->at;
	if (submit != NULL && e != NULL)
		words_answer(&line->text, submit, e);
}

void
sequence_request(struct sequence_row *entry, const struct trace *t,
    const struct sequence_step *step, enum sequence_zoom zoom)
{
	const struct request *r = step->last;
	/* Read back one after the other: with a file only one is valid. */
	const struct event *e = trace_get(t, step->first->submit);

	sequence_clear(entry);
	entry->number = r->number;
	entry->state = r->after;
	add_wait(entry, step);
	add_ask(entry, step, e);
	if (zoom == SEQUENCE_FIELDS) {
		add_setup(entry, &r->setup);
		if (e != NULL)
			add_bytes(entry, SEQUENCE_SENT, e);
	}
	add_answer(entry, step, trace_get(t, r->submit), r->complete !=
	    NO_EVENT ? trace_get(t, r->complete) : NULL);
	if (zoom != SEQUENCE_FIELDS || r->done == 0)
		return;
	e = r->replied || r->complete == NO_EVENT ? NULL :
	    trace_get(t, r->complete);
	if (r->replied)
		add_reply(entry, &r->reply);
	else if (e != NULL)
		add_bytes(entry, SEQUENCE_GOT, e);
}

void
sequence_operation(struct sequence_row *entry, const struct operation *op)
{
	struct sequence_line *line;

	sequence_clear(entry);
	entry->number = op->first;
	entry->state = op->state;
	line = add(entry, SEQUENCE_OPERATION);
	line->at = op->at;
	line->span = op->end - op->at;
	line->bad = op->refused + op->failed > 0;
	if (line->bad)
		line->why = op->outcome == OUTCOME_STALL ? "STALL" :
		    outcome_name((enum outcome)op->outcome);
	operation_words(&line->text, op);
	buf_adds(&line->text, ": ");
	operation_cost(&line->text, op);
}

void
sequence_event(struct sequence_row *entry, const struct event *e)
{
	struct sequence_line *line;

	sequence_clear(entry);
	entry->state = NO_STATE;
	line = add(entry, SEQUENCE_EVENT);
	line->at = e->time;
	line->bad = e->kind == EVENT_LEFT || e->kind == EVENT_LOST;
	words_event(&line->text, e, NULL, NULL);
}
