/* The ladder as text. */
#include "report/export.h"

#include <string.h>

#include "base/text.h"
#include "dfu/spec.h"
#include "model/ladder.h"

#define TIME		19	/* columns left of the host */
#define LANE		72	/* columns between host and device */

struct writer {
	struct buf		*b;
	const struct trace	*trace;
	const struct session	*s;
	enum ladder_zoom	 zoom;
	uint64_t		 now;
	uint64_t		 start;		/* time 0 */
	struct ladder_rung	 rung;
	struct operations	 operations;
	size_t			 next;		/* operation to be written */
	/* Equal polls that wait for one that differs. */
	struct ladder_step	 step;
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
	[LADDER_WAIT] = { ":   ", " ", "   :", false },
	[LADDER_EVENT] = { ":.. ", ".", "...:", false },
	[LADDER_ASK] = { "|-- ", "-", "-->|", false },
	[LADDER_SENT] = { "|   ", " ", "   |", false },
	[LADDER_ANSWER] = { "|<--", "-", " --|", true },
	[LADDER_REFUSAL] = { "|<--", "-", " --X", true },
	[LADDER_SILENCE] = { "| x ", " ", "   |", false },
	[LADDER_GOT] = { "|   ", " ", "   |", true },
	[LADDER_OPERATION] = { "|<= ", "=", "==>|", false }
};

static void
put_time(struct writer *w, const struct ladder_line *line)
{
	struct buf t = { 0 };

	if (line->at != LADDER_NO_TIME && (line->kind == LADDER_ANSWER ||
	    line->kind == LADDER_REFUSAL || line->kind == LADDER_SILENCE)) {
		buf_addf(&t, "+%u.%u ms", (unsigned)(line->span / 1000),
		    (unsigned)(line->span / 100 % 10));
	} else if (line->at != LADDER_NO_TIME) {
		buf_addf(&t, "%.4f s", (double)(line->at - w->start) / 1e6);
	}
	buf_addf(w->b, "%*s ", (int)(TIME - 8), buf_str(&t));
	buf_free(&t);
}

static void
put_lane(struct writer *w, const struct ladder_line *line)
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
put_rung(struct writer *w)
{
	const struct ladder_line *line;
	size_t i, said = w->rung.n;
	bool named = false;

	for (i = 0; i < w->rung.n; i++)
		if (w->rung.lines[i].kind != LADDER_GOT)
			said = i;
	for (i = 0; i < w->rung.n; i++) {
		line = &w->rung.lines[i];
		if (w->rung.number != 0 && line->kind != LADDER_WAIT &&
		    !named) {
			buf_addf(w->b, "#%-6u", w->rung.number);
			named = true;
		} else {
			buf_adds(w->b, "       ");
		}
		put_time(w, line);
		put_lane(w, line);
		if (i == said && w->rung.number != 0 &&
		    w->rung.state != NO_STATE)
			buf_addf(w->b, " %u %s", w->rung.state,
			    dfu_state_name(w->rung.state));
		buf_addc(w->b, '\n');
	}
}

/* Writes the polls that were held back. */
static void
flush(struct writer *w)
{
	if (w->step.count == 0)
		return;
	ladder_request(&w->rung, w->trace, &w->step, w->zoom);
	put_rung(w);
	w->before = w->step.last->done;
	w->step.count = 0;
}

static void
put_request(struct writer *w, const struct request *r)
{
	if (w->step.count > 0 && ladder_same(w->trace, w->step.last, r)) {
		w->step.last = r;
		w->step.count++;
		return;
	}
	flush(w);
	w->step = (struct ladder_step){ .first = r, .last = r, .count = 1,
	    .before = w->before, .now = w->now };
	if (r > w->s->requests)
		w->step.asked = r - 1;
}

static void
put_event(struct writer *w, const struct event *e)
{
	if (e->kind != EVENT_ARRIVED && e->kind != EVENT_LEFT &&
	    e->kind != EVENT_NOTE && e->kind != EVENT_LOST &&
	    (e->kind != EVENT_RESET || e->outcome == OUTCOME_UNKNOWN))
		return;
	flush(w);
	ladder_event(&w->rung, e);
	put_rung(w);
	w->before = e->time;
}

/* Operations that begin before an event's index. */
static void
put_operations(struct writer *w, size_t index)
{
	for (; w->next < w->operations.n; w->next++) {
		if (w->operations.list[w->next].index >= index)
			break;
		ladder_operation(&w->rung, &w->operations.list[w->next]);
		put_rung(w);
	}
}

static void
take(struct writer *w, const struct event *e, size_t index)
{
	const struct request *r;

	if (w->zoom == LADDER_OPERATIONS && e->kind != EVENT_SUBMIT &&
	    e->kind != EVENT_COMPLETE)
		put_operations(w, index);
	if (e->kind != EVENT_SUBMIT) {
		put_event(w, e);
		return;
	}
	r = w->zoom == LADDER_OPERATIONS ? NULL :
	    session_request(w->s, e->number);
	if (r != NULL)
		put_request(w, r);
}

void
export_ladder(struct buf *b, const struct desk *d, const struct session *s,
    enum ladder_zoom zoom, uint64_t now)
{
	struct writer w = { .b = b, .trace = d->bench->trace, .s = s,
	    .zoom = zoom, .now = now };
	struct follow f = { .next = 0 };
	size_t budget = SIZE_MAX, index;
	const struct event *e;
	struct event copy;

	if (zoom == LADDER_OPERATIONS)
		operations_update(&w.operations, d->bench, s, SIZE_MAX);
	session_title(s, b);
	if (trace_first(w.trace) != 0)
		buf_addf(b, "\nThe %zu events before this were not kept.",
		    trace_first(w.trace));
	buf_addf(b, "\n%*s%-*s%s\n", TIME - 1, "", LANE + 3, "host",
	    "device");
	while ((e = follow_next(&f, d->bench, s, &budget, &index)) != NULL) {
		/* It is read again below: what is kept is not for long. */
		copy = *e;
		w.start = f.start;
		take(&w, &copy, index);
	}
	flush(&w);
	if (zoom == LADDER_OPERATIONS)
		put_operations(&w, SIZE_MAX);
	ladder_clear(&w.rung);
	operations_clear(&w.operations);
}

void
export_write(struct buf *b, const struct desk *d, const struct session *s,
    const struct export_wish *w, uint64_t now)
{
	switch (w->kind) {
	case EXPORT_SVG:
		export_svg(b, d, s, now);
		break;
	case EXPORT_LADDER:
		export_ladder(b, d, s, w->zoom, now);
		break;
	}
}
