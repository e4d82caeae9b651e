/* SPDX-License-Identifier: ISC */
#include "lesson/lesson_trace.h"

#include <string.h>

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "command/app.h"
#include "wire/usb.h"

void
lesson_trace_free(struct lesson_trace *t)
{
	free(t->moves);
	free(t->ends);
	*t = (struct lesson_trace){ .truth = LESSON_GONE };
}

static int
truth_of(const struct app *d)
{
	const struct session *s = app_session(d);

	return (s == NULL || !s->present ? LESSON_GONE : d->truth);
}

static enum lesson_answer
answer_of(uint8_t outcome)
{
	if (outcome == OUTCOME_GONE || outcome == OUTCOME_BUSERROR)
		return (LESSON_LEFT);
	if (outcome == OUTCOME_STALL)
		return (LESSON_STALLED);
	return (outcome_is_answer(outcome) ? LESSON_ANSWERED : LESSON_SILENT);
}

static struct lesson_move *
add_move(struct lesson_trace *t, int input)
{
	struct lesson_move *m;

	t->moves = mem_array(t->moves, t->n + 1, sizeof(*t->moves));
	m = &t->moves[t->n++];
	*m = (struct lesson_move){ .line = t->line, .input = input,
	    .before = t->truth, .after = t->truth };
	return (m);
}

static void
add_request(struct lesson_trace *t, const struct session *s,
    const struct event *e)
{
	const struct request *q = session_request(s, e->number);
	struct lesson_move *m;

	if (q == NULL || session_input_of(q) < 0)
		return;
	m = add_move(t, session_input_of(q));
	m->request = true;
	m->setup = q->setup;
	m->answer = answer_of(q->outcome);
	m->len = e->len;
	m->replied = q->replied;
	m->reply = q->reply;
	m->addressed = q->meaning.addressed;
	m->address = q->meaning.address;
}

/* The operator took its power; it is back when it is plugged in again. */
static bool
is_unplug(const struct event *e)
{
	static const char word[] = "unplug";

	return (e->kept == sizeof(word) - 1 &&
	    memcmp(e->data, word, sizeof(word) - 1) == 0);
}

static void
take_event(struct lesson_trace *t, const struct session *s,
    const struct event *e)
{
	switch ((enum event_kind)e->kind) {
	case EVENT_SUBMIT:
		t->pending = true;
		break;
	case EVENT_COMPLETE:
		t->pending = false;
		add_request(t, s, e);
		break;
	case EVENT_RESET:
		t->pending = e->outcome == OUTCOME_UNKNOWN;
		if (!t->pending)
			add_move(t, DFU_IN_RESET);
		break;
	case EVENT_COMMAND:
		if (is_unplug(e))
			add_move(t, DFU_IN_POWER);
		break;
	case EVENT_OTHER:
	case EVENT_WALL:
	case EVENT_ARRIVED:
	case EVENT_LEFT:
	case EVENT_OPENED:
	case EVENT_CLOSED:
	case EVENT_NOTE:
	case EVENT_LOST:
		break;
	}
}

/* What its descriptors say; an application may say less than the loader. */
static void
take_device(struct lesson_trace *t, const struct session *s)
{
	const struct dfu_function *f = session_function(s);

	if (f == NULL || !f->functional.present)
		return;
	t->conditions = session_conditions(s);
	t->will_detach = (f->functional.bmAttributes &
	    DFU_ATTR_WILL_DETACH) != 0;
	t->vendor = (uint32_t)s->descriptors.idVendor << 16 |
	    s->descriptors.idProduct;
}

static void
begin(struct lesson_trace *t, const struct app *d, uint64_t now)
{
	t->begun = true;
	t->seen = trace_end(d->sessions->trace);
	t->truth = truth_of(d);
	t->dev = app_session(d)->dev;
	t->since = now;
	take_device(t, app_session(d));
}

void
lesson_trace_watch(struct lesson_trace *t, const struct app *d, uint64_t now)
{
	const struct session *s = app_session(d);
	const struct event *e;
	size_t before = t->n, end;
	int truth;

	if (s == NULL)
		return;
	if (!t->begun) {
		begin(t, d, now);
		return;
	}
	truth = truth_of(d);
	for (end = trace_end(d->sessions->trace); t->seen < end; t->seen++) {
		e = trace_get(d->sessions->trace, t->seen);
		if (e != NULL && (e->dev == t->dev ||
		    sessions_by_dev(d->sessions, e->dev) == s))
			take_event(t, s, e);
	}
	t->dev = s->dev;
	take_device(t, s);
	if (t->n != before)
		t->moves[t->n - 1].after = truth;
	else if (t->pending || truth == t->truth)
		return;
	else
		add_move(t, DFU_IN_TIME)->after = truth;
	if (t->moves[t->n - 1].input == DFU_IN_TIME)
		t->moves[t->n - 1].took = now - t->since;
	t->since = now;
	t->truth = truth;
}

void
lesson_trace_line(struct lesson_trace *t)
{
	t->ends = mem_array(t->ends, t->nends + 1, sizeof(*t->ends));
	t->ends[t->nends++] = t->truth;
	t->line++;
}

size_t
lesson_trace_requests(const struct lesson_trace *t, size_t from)
{
	size_t n = 0;

	for (; from < t->n; from++)
		n += t->moves[from].request;
	return (n);
}

const struct lesson_move *
lesson_trace_last(const struct lesson_trace *t, size_t from)
{
	size_t i;

	for (i = t->n; i > from; i--)
		if (t->moves[i - 1].request)
			return (&t->moves[i - 1]);
	return (NULL);
}

void
lesson_move_words(const struct lesson_move *m, struct buf *b)
{
	const struct dfu_request_row *row;

	if (!m->request) {
		if (m->input == DFU_IN_TIME && m->took >= 1000)
			text_duration(b, (m->took + 500) / 1000 * 1000);
		else
			buf_adds(b, dfu_input_name((enum dfu_input)m->input));
		return;
	}
	row = dfu_request_row(m->setup.bRequest);
	buf_addf(b, "%s", row != NULL ? row->name : "other request");
	if (m->setup.bRequest == DFU_DNLOAD ||
	    m->setup.bRequest == DFU_UPLOAD)
		buf_addf(b, " block %u, %u byte%s", m->setup.wValue,
		    m->setup.wLength, m->setup.wLength == 1 ? "" : "s");
}

void
lesson_move_answer(const struct lesson_move *m, struct buf *b)
{
	if (!m->request)
		return;
	if (m->answer != LESSON_ANSWERED) {
		buf_adds(b, lesson_answer_name(m->answer));
		return;
	}
	if (m->replied) {
		dfu_state_words(b, m->reply.bState);
		if (m->reply.bStatus != DFU_STATUS_OK) {
			buf_adds(b, ", ");
			dfu_status_words(b, m->reply.bStatus);
		}
		if (m->reply.bwPollTimeout != 0)
			buf_addf(b, ", wait %u ms",
			    (unsigned)m->reply.bwPollTimeout);
		return;
	}
	buf_adds(b, "ok");
	if (m->setup.bRequest == DFU_UPLOAD)
		buf_addf(b, ", %u byte%s", (unsigned)m->len,
		    m->len == 1 ? "" : "s");
}
