/* SPDX-License-Identifier: ISC */
/* The files of a session; the sequence as text is here. */
#include "report/export.h"

#include <string.h>

#include "analysis/sequence.h"
#include "base/text.h"
#include "dfu/spec.h"
#include "report/export_own.h"
#include "report/svg.h"

#define TIME		19	/* columns left of the host */
#define LANE		72	/* columns between host and device */

struct writer {
	struct buf		*b;
	const struct trace	*trace;
	const struct session	*s;
	enum sequence_zoom	 zoom;
	uint64_t		 now;
	uint64_t		 start;		/* time 0 */
	struct sequence_row	 entry;
	struct operations	 operations;
	size_t			 next;		/* operation to be written */
	/* Equal polls that wait for one that differs. */
	struct request		 first;	/* of the step, */
	struct request		 last;
	struct request		 asked;
	struct sequence_step	 step;
	uint64_t		 before;
};

/* Columns of UTF-8 text of our own. */
static size_t
columns(const struct buf *b, size_t from)
{
	size_t n = 0;
	uint32_t cp;

	while (from < b->len) {
		from += text_decode((const char *)b->data + from,
		    b->len - from, &cp);
		n += text_width(cp) > 0 ? (size_t)text_width(cp) : 0;
	}
	return (n);
}

static void
pad(struct buf *b, size_t from, size_t to, const char *with)
{
	while (columns(b, from) < to)
		buf_adds(b, with);
}

/* The sides of the lane, what fills it, and whether text is at the right. */
static const struct {
	const char	*left;
	const char	*fill;
	const char	*right;
	bool		 ends;
} shapes[] = {
	[SEQUENCE_WAIT] = { ":   ", " ", "   :", false },
	[SEQUENCE_EVENT] = { ":.. ", ".", "...:", false },
	[SEQUENCE_ASK] = { "|-- ", "-", "-->|", false },
	[SEQUENCE_SENT] = { "|   ", " ", "   |", false },
	[SEQUENCE_ANSWER] = { "|<--", "-", " --|", true },
	[SEQUENCE_REFUSAL] = { "|<--", "-", " --X", true },
	[SEQUENCE_SILENCE] = { "| x ", " ", "   |", false },
	[SEQUENCE_GOT] = { "|   ", " ", "   |", true },
	[SEQUENCE_OPERATION] = { "|<= ", "=", "==>|", false }
};
_Static_assert(sizeof(shapes) / sizeof(shapes[0]) == SEQUENCE_OPERATION + 1,
    "each kind of line has its shape");

static void
put_time(struct writer *w, const struct sequence_line *line)
{
	struct buf t = { 0 };

	if (line->at != SEQUENCE_NO_TIME && (line->kind == SEQUENCE_ANSWER ||
	    line->kind == SEQUENCE_REFUSAL || line->kind == SEQUENCE_SILENCE)) {
		buf_addf(&t, "+%u.%u ms", (unsigned)(line->span / 1000),
		    (unsigned)(line->span / 100 % 10));
	} else if (line->at != SEQUENCE_NO_TIME) {
		buf_addf(&t, "%.4f s", (double)(line->at - w->start) / 1e6);
	}
	buf_addf(w->b, "%*s ", (int)(TIME - 8), buf_str(&t));
	buf_free(&t);
}

static void
put_lane(struct writer *w, const struct sequence_line *line)
{
	size_t from = w->b->len, room = LANE + 4, n;

	buf_adds(w->b, shapes[line->kind].left);
	n = columns(&line->text, 0);
	if (shapes[line->kind].ends) {
		if (n + 1 < room - columns(w->b, from))
			pad(w->b, from, room - n - 1,
			    shapes[line->kind].fill);
		buf_addc(w->b, ' ');
		buf_add(w->b, line->text.data, line->text.len);
	} else {
		buf_add(w->b, line->text.data, line->text.len);
		buf_addc(w->b, ' ');
		pad(w->b, from, room, shapes[line->kind].fill);
	}
	buf_adds(w->b, shapes[line->kind].right);
}

static void
put_action(struct writer *w)
{
	const struct sequence_line *line;
	size_t i, said = w->entry.n;
	bool named = false;

	for (i = 0; i < w->entry.n; i++)
		if (w->entry.lines[i].kind != SEQUENCE_GOT)
			said = i;
	for (i = 0; i < w->entry.n; i++) {
		line = &w->entry.lines[i];
		if (w->entry.number != 0 && line->kind != SEQUENCE_WAIT &&
		    !named) {
			buf_addf(w->b, "#%-6u", w->entry.number);
			named = true;
		} else {
			buf_adds(w->b, "       ");
		}
		put_time(w, line);
		put_lane(w, line);
		if (i == said && w->entry.number != 0 &&
		    w->entry.state != NO_STATE) {
			buf_addc(w->b, ' ');
			dfu_state_label(w->b, w->entry.state);
		}
		buf_addc(w->b, '\n');
	}
}

/* Writes the polls that were held back. */
static void
flush(struct writer *w)
{
	if (w->step.count == 0)
		return;
	sequence_request(&w->entry, w->trace, &w->step, w->zoom);
	put_action(w);
	w->before = w->step.last->done;
	w->step.count = 0;
}

/* They may be read back from afar, and are held for long: copies. */
static void
put_request(struct writer *w, const struct request *r)
{
	const struct request *asked;

	if (w->step.count > 0 && sequence_same(w->trace, w->step.last, r)) {
		w->last = *r;
		w->step.count++;
		return;
	}
	flush(w);
	w->first = w->last = *r;
	w->step = (struct sequence_step){ .first = &w->first,
	    .last = &w->last, .count = 1, .before = w->before,
	    .now = w->now };
	asked = session_before(w->s, r);
	if (asked == NULL)
		return;
	w->asked = *asked;
	w->step.asked = &w->asked;
}

static void
put_event(struct writer *w, const struct event *e)
{
	if (e->kind != EVENT_ARRIVED && e->kind != EVENT_LEFT &&
	    e->kind != EVENT_NOTE && e->kind != EVENT_LOST &&
	    (e->kind != EVENT_RESET || e->outcome == OUTCOME_UNKNOWN))
		return;
	flush(w);
	sequence_event(&w->entry, e);
	put_action(w);
	w->before = e->time;
}

/* Operations that begin before an event's index. */
static void
put_operations(struct writer *w, size_t index)
{
	struct operation op;

	for (; w->next < w->operations.n; w->next++) {
		op = operations_at(&w->operations, w->next);
		if (op.index >= index)
			break;
		sequence_operation(&w->entry, &op);
		put_action(w);
	}
}

static void
take(struct writer *w, const struct event *e, size_t index)
{
	const struct request *r;

	if (w->zoom == SEQUENCE_OPERATIONS && e->kind != EVENT_SUBMIT &&
	    e->kind != EVENT_COMPLETE)
		put_operations(w, index);
	if (e->kind != EVENT_SUBMIT) {
		put_event(w, e);
		return;
	}
	r = w->zoom == SEQUENCE_OPERATIONS ? NULL :
	    session_request(w->s, e->number);
	if (r != NULL)
		put_request(w, r);
}

static void
export_sequence(struct buf *b, const struct app *d, const struct session *s,
    enum sequence_zoom zoom, uint64_t now)
{
	struct writer w = { .b = b, .trace = d->sessions->trace, .s = s,
	    .zoom = zoom, .now = now };
	struct follow f = { .next = 0 };
	size_t budget = SIZE_MAX, index;
	const struct event *e;
	struct event copy;

	if (zoom == SEQUENCE_OPERATIONS)
		operations_update(&w.operations, d->sessions, s, SIZE_MAX);
	session_title(s, b);
	if (trace_first(w.trace) != 0)
		buf_addf(b, "\ndfuscope did not keep what came before (%zu "
		    "event%s).",
		    trace_first(w.trace), TEXT_S(trace_first(w.trace)));
	buf_addf(b, "\n%*s%-*s%s\n", TIME - 1, "", LANE + 3, "host",
	    "device");
	while ((e = follow_next(&f, d->sessions, s, &budget, &index)) != NULL) {
		/* It is read again below: what is kept is not for long. */
		copy = *e;
		w.start = f.start;
		take(&w, &copy, index);
	}
	flush(&w);
	if (zoom == SEQUENCE_OPERATIONS)
		put_operations(&w, SIZE_MAX);
	sequence_clear(&w.entry);
	operations_clear(&w.operations);
}

void
export_write(struct buf *b, const struct app *d, const struct session *s,
    const struct export *w, uint64_t now)
{
	switch (w->kind) {
	case EXPORT_SVG:
		svg_export(b, d, s, now);
		break;
	case EXPORT_PCAPNG:
		export_pcapng(b, d, s);
		break;
	case EXPORT_IMAGE:
		/* It may fail: export_image. */
		break;
	case EXPORT_SEQUENCE:
		export_sequence(b, d, s, w->zoom, now);
		break;
	}
}
