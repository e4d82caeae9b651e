#include "model/ladder.h"

#include <string.h>

#include "base/text.h"
#include "dfu/spec.h"

/* Shorter waits than this are not told, us. */
#define WAIT_LEAST	1000
/* So many bytes of data are shown. */
#define BYTES		16

static const char *const zooms[LADDER_ZOOM_COUNT] = {
	[LADDER_OPERATIONS] = "operations",
	[LADDER_REQUESTS] = "requests",
	[LADDER_FIELDS] = "fields"
};

const char *
ladder_zoom_name(enum ladder_zoom zoom)
{
	return (zooms[zoom]);
}

bool
ladder_zoom_named(const char *name, enum ladder_zoom *zoom)
{
	unsigned i;

	for (i = 0; i < LADDER_ZOOM_COUNT; i++) {
		if (strcmp(zooms[i], name) == 0) {
			*zoom = (enum ladder_zoom)i;
			return (true);
		}
	}
	return (false);
}

void
ladder_clear(struct ladder_rung *rung)
{
	size_t i;

	for (i = 0; i < LADDER_LINES; i++)
		buf_free(&rung->lines[i].text);
	memset(rung, 0, sizeof(*rung));
}

static struct ladder_line *
add(struct ladder_rung *rung, enum ladder_kind kind)
{
	struct ladder_line *line = &rung->lines[rung->n];

	/* A rung has fewer lines by its making; the last one would be lost. */
	if (rung->n + 1 < LADDER_LINES)
		rung->n++;
	buf_reset(&line->text);
	line->kind = kind;
	line->at = LADDER_NO_TIME;
	return (line);
}

bool
ladder_same(const struct trace *t, const struct request *x,
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
add_wait(struct ladder_rung *rung, const struct ladder_step *step)
{
	const struct request *before = step->asked;
	uint64_t at = step->first->at, gap, announced = 0;
	struct ladder_line *line;

	if (step->before == 0 || at < step->before)
		return;
	gap = at - step->before;
	if (before != NULL && before->replied && before->done == step->before)
		announced = (uint64_t)before->reply.bwPollTimeout * 1000;
	if (gap < WAIT_LEAST && announced == 0)
		return;
	line = add(rung, LADDER_WAIT);
	text_duration(&line->text, gap);
	if (announced == 0)
		return;
	buf_addf(&line->text, ", %u ms announced",
	    before->reply.bwPollTimeout);
	line->bad = gap < announced;
	if (line->bad)
		buf_adds(&line->text, ": asked too early");
}

static void
add_ask(struct ladder_rung *rung, const struct ladder_step *step,
    const struct event *submit)
{
	const struct request *r = step->first;
	struct ladder_line *line = add(rung, LADDER_ASK);
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
		words_request(&line->text, submit, &r->context);
	if (line->text.len == bare + 1)
		buf_cut(&line->text, bare);
}

static void
add_bytes(struct ladder_rung *rung, enum ladder_kind kind,
    const struct event *e)
{
	struct ladder_line *line;
	uint32_t i, n = e->kept < BYTES ? e->kept : BYTES;

	if (e->kept == 0)
		return;
	line = add(rung, kind);
	for (i = 0; i < n; i++)
		buf_addf(&line->text, i == 0 ? "%02x" : " %02x", e->data[i]);
	if (e->len > n)
		buf_addf(&line->text, " …, %u bytes", e->len);
}

static void
add_setup(struct ladder_rung *rung, const struct setup *s)
{
	struct ladder_line *line = add(rung, LADDER_SENT);

	buf_addf(&line->text, "bmRequestType 0x%02x  bRequest %u  "
	    "wValue 0x%04x  wIndex %u  wLength %u", s->bmRequestType,
	    s->bRequest, s->wValue, s->wIndex, s->wLength);
}

static void
add_reply(struct ladder_rung *rung, const struct dfu_status_reply *r)
{
	struct ladder_line *line = add(rung, LADDER_GOT);

	buf_addf(&line->text, "bStatus %u %s  bwPollTimeout %u ms  "
	    "bState %u %s  iString %u", r->bStatus,
	    dfu_status_name(r->bStatus), r->bwPollTimeout, r->bState,
	    dfu_state_name(r->bState), r->iString);
	line->bad = r->bStatus != DFU_STATUS_OK;
}

static void
add_answer(struct ladder_rung *rung, const struct ladder_step *step,
    const struct event *submit, const struct event *e)
{
	const struct request *r = step->last;
	struct ladder_line *line;

	line = add(rung, r->done == 0 ? LADDER_SILENCE :
	    outcome_is_answer(r->outcome) ? LADDER_ANSWER :
	    r->outcome == OUTCOME_STALL ? LADDER_REFUSAL : LADDER_SILENCE);
	line->bad = line->kind != LADDER_ANSWER;
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
ladder_request(struct ladder_rung *rung, const struct trace *t,
    const struct ladder_step *step, enum ladder_zoom zoom)
{
	const struct request *r = step->last;
	/* Read back one after the other: with a file only one is valid. */
	const struct event *e = trace_get(t, step->first->submit);

	ladder_clear(rung);
	rung->number = r->number;
	rung->state = r->after;
	add_wait(rung, step);
	add_ask(rung, step, e);
	if (zoom == LADDER_FIELDS) {
		add_setup(rung, &r->setup);
		if (e != NULL)
			add_bytes(rung, LADDER_SENT, e);
	}
	add_answer(rung, step, trace_get(t, r->submit), r->complete !=
	    NO_EVENT ? trace_get(t, r->complete) : NULL);
	if (zoom != LADDER_FIELDS || r->done == 0)
		return;
	e = r->replied || r->complete == NO_EVENT ? NULL :
	    trace_get(t, r->complete);
	if (r->replied)
		add_reply(rung, &r->reply);
	else if (e != NULL)
		add_bytes(rung, LADDER_GOT, e);
}

void
ladder_operation(struct ladder_rung *rung, const struct operation *op)
{
	struct ladder_line *line;

	ladder_clear(rung);
	rung->number = op->first;
	rung->state = op->state;
	line = add(rung, LADDER_OPERATION);
	line->at = op->at;
	line->span = op->end - op->at;
	line->bad = op->refused + op->failed > 0;
	operation_words(&line->text, op);
	buf_adds(&line->text, ": ");
	operation_cost(&line->text, op);
}

void
ladder_event(struct ladder_rung *rung, const struct event *e)
{
	struct words_context none = { .dfuse = false };
	struct ladder_line *line;

	ladder_clear(rung);
	rung->state = NO_STATE;
	line = add(rung, LADDER_EVENT);
	line->at = e->time;
	line->bad = e->kind == EVENT_LEFT || e->kind == EVENT_LOST;
	words_event(&line->text, e, NULL, &none);
}
