/* SPDX-License-Identifier: ISC */
/*
 * Now: what is known of the device, each with its proof. Lines are collected
 * first, then the least important are left out until the rest fits.
 */
#include "ui/view/view.h"

#include <string.h>

#include "base/text.h"
#include "dfu/spec.h"

#define NOW_LINES	24
#define VALUE_COL	11

struct now_line {
	const char	*label;		/* NULL: text takes its place */
	struct buf	 text;
	struct buf	 proof;		/* at the right edge */
	enum style	 style;
	int		 rank;		/* the higher, the sooner left out */
	bool		 bar;		/* of the announced wait */
};

struct now {
	struct now_line	 lines[NOW_LINES];
	size_t		 n;
};

static struct now_line *
add(struct now *now, const char *label, int rank, enum style st)
{
	struct now_line *l = &now->lines[now->n++];

	memset(l, 0, sizeof(*l));
	l->label = label;
	l->rank = rank;
	l->style = st;
	return (l);
}

static void
add_reported(struct now *now, const struct session *s)
{
	struct now_line *l = add(now, "reported", 0, STYLE_STRONG);

	if (!s->reported.known) {
		buf_adds(&l->text, "none");
		l->style = STYLE_NORMAL;
		return;
	}
	dfu_state_label(&l->text, s->reported.state);
	buf_addf(&l->proof, "#%u", s->reported.by);
}

static void
add_unknown(struct now *now, const struct session *s)
{
	struct now_line *l = add(now, "expected", 0, STYLE_WARNING);
	const struct request *r;

	buf_adds(&l->text, "unknown");
	if (s->estimate.by == 0)
		return;
	buf_addf(&l->proof, "#%u", s->estimate.by);
	if (s->estimate.clause != NULL) {
		l = add(now, "", 5, STYLE_DIM);
		buf_adds(&l->text, "answer unexpected");
		buf_adds(&l->proof, s->estimate.clause);
		return;
	}
	r = session_request(s, s->estimate.by);
	if (r != NULL && !outcome_is_answer(r->outcome)) {
		l = add(now, "", 5, STYLE_DIM);
		buf_addf(&l->text, "since %s", outcome_mark(r->outcome));
	}
}

/* "ST ROM, reported": whose state it is, and how well that is known. */
static void
add_stack(struct buf *b, const struct frame *sc)
{
	buf_addf(b, "%s, %s", sc->session->stack->name, dfu_certainty_words(
	    (enum dfu_certainty)sc->estimate.certainty));
}

static void
add_estimated(struct now *now, const struct frame *sc)
{
	const struct estimate *b = &sc->estimate;
	struct now_line *l;

	if (b->how == ESTIMATE_UNKNOWN) {
		add_unknown(now, sc->session);
		return;
	}
	if (b->how == ESTIMATE_REPORTED) {
		l = add(now, "expected", b->by_stack ? 0 : 4, STYLE_DIM);
		buf_adds(&l->text, b->by_stack ? "same (" : "same");
		if (b->by_stack) {
			add_stack(&l->text, sc);
			buf_addc(&l->text, ')');
		}
		return;
	}
	l = add(now, "expected", 0, STYLE_ESTIMATED);
	dfu_state_label(&l->text, b->state);
	l = add(now, "", 3, STYLE_DIM);
	if (b->by_stack)
		add_stack(&l->text, sc);
	else if (b->how == ESTIMATE_TIMED)
		buf_adds(&l->text, "by elapsed time");
	else
		buf_addf(&l->text, "by request #%u", b->by);
	if (b->clause != NULL)
		buf_adds(&l->proof, b->clause);
	else if (b->how == ESTIMATE_TIMED)
		buf_adds(&l->proof, "time");
	else if (b->by != 0)
		buf_addf(&l->proof, "#%u", b->by);
}

/* The specification's, where the stack that counts has another. */
static void
add_by_spec(struct now *now, const struct frame *sc)
{
	const struct reported *said = &sc->session->reported;
	struct now_line *l;

	if (!session_estimates_differ(sc->session, sc->now))
		return;
	/* What it said itself is there already. */
	l = add(now, "DFU 1.1", said->known &&
	    said->state == sc->by_spec.state ? 4 : 1, STYLE_DIM);
	dfu_state_label(&l->text, sc->by_spec.state);
	if (sc->by_spec.clause != NULL)
		buf_adds(&l->proof, sc->by_spec.clause);
}

static void
add_string(struct now *now, const struct frame *sc,
    const struct dfu_status_reply *r)
{
	const struct session *s = sc->session;
	const char *read = frame_key(sc, "string");
	const char *text = s->strings[r->iString];
	struct now_line *l = add(now, "iString", r->bStatus == DFU_STATUS_OK ?
	    6 : 2, STYLE_NORMAL);

	if (text != NULL)
		text_escape(&l->text, text, strlen(text));
	else if (read != NULL)
		buf_addf(&l->text, "%u, %s reads it", r->iString, read);
	if (text != NULL)
		buf_addf(&l->proof, "%u", r->iString);
}

static void
add_status(struct now *now, const struct frame *sc)
{
	const struct session *s = sc->session;
	const struct dfu_status_reply *r = &s->status.reply;
	const struct dfu_page *page = dfu_page_of(DFU_PAGE_STATUS,
	    r->bStatus);
	struct now_line *l;

	if (!s->status.known)
		return;
	l = add(now, "bStatus", 1, r->bStatus == DFU_STATUS_OK ?
	    STYLE_NORMAL : STYLE_DANGER);
	dfu_status_label(&l->text, r->bStatus);
	buf_addf(&l->proof, "#%u", s->status.by);
	if (r->bStatus != DFU_STATUS_OK && page != NULL) {
		l = add(now, NULL, 3, STYLE_NORMAL);
		buf_adds(&l->text, page->title);
	}
	if (r->iString != 0)
		add_string(now, sc, r);
}

static void
add_wait(struct now *now, const struct frame *sc)
{
	const struct status_seen *st = &sc->session->status;
	uint64_t wait = (uint64_t)st->reply.bwPollTimeout * 1000;
	struct now_line *l;

	if (!st->known || !sc->session->present)
		return;
	l = add(now, "wait", 2, STYLE_NORMAL);
	buf_addf(&l->text, "%u ms announced", st->reply.bwPollTimeout);
	if (wait == 0 || sc->estimate.how == ESTIMATE_UNKNOWN)
		return;
	l = add(now, "", 2, STYLE_NORMAL);
	l->bar = true;
	if (sc->now - st->at > wait) {
		clock_age(&l->proof, st->at + wait, sc->now);
		buf_adds(&l->proof, " over");
	} else {
		clock_age(&l->proof, sc->now, st->at + wait);
		buf_adds(&l->proof, " left");
	}
}

/* Nobody saw it come in: it may have been there before the first look. */
static bool
entry_unseen(const struct session *s, uint8_t state)
{
	size_t i;

	for (i = s->npath; i > 0; i--)
		if (s->path[i - 1].to == state)
			return (s->path[i - 1].from == NO_STATE);
	return (true);
}

static void
add_here(struct now *now, const struct frame *sc)
{
	const struct session *s = sc->session;
	struct now_line *l;

	if (!clock_is_known(sc)) {
		if (!s->present)
			add(now, "gone", 0, STYLE_WARNING);
		return;
	}
	if (!s->present) {
		l = add(now, "gone", 0, STYLE_WARNING);
		clock_age(&l->text, s->left_at, sc->now);
		buf_adds(&l->text, " ago");
		return;
	}
	if (sc->estimate.how != ESTIMATE_UNKNOWN) {
		l = add(now, "here", 1, STYLE_NORMAL);
		if (sc->estimate.how != ESTIMATE_TIMED &&
		    entry_unseen(s, sc->estimate.state))
			buf_adds(&l->text, "at least ");
		clock_age(&l->text, sc->estimate.since, sc->now);
	}
	l = add(now, "answered", 2, STYLE_NORMAL);
	if (s->last_answer == 0) {
		buf_adds(&l->text, "never");
	} else {
		clock_age(&l->text, s->last_answer, sc->now);
		buf_adds(&l->text, " ago");
	}
}

static void
add_pending(struct now *now, const struct frame *sc)
{
	const struct pending *p = &sc->session->pending;
	const char *cancel = frame_key(sc, "cancel");
	struct now_line *l;

	if (p->number == 0)
		return;
	l = add(now, "pending", 0, STYLE_WARNING);
	clock_age(&l->text, p->at, sc->now);
	if (cancel != NULL)
		buf_addf(&l->text, ", %s cancels", cancel);
	buf_addf(&l->proof, "#%u", p->number);
}

static void
add_device(struct now *now, const struct session *s)
{
	const struct dfu_function *f = session_function(s);
	struct now_line *l;
	size_t i;

	if (s->who != NULL && s->who->holder != NULL) {
		l = add(now, "in use by", 2, STYLE_WARNING);
		text_escape(&l->text, s->who->holder, strlen(s->who->holder));
	}
	if (s->who != NULL && s->who->suspended && !s->opened) {
		l = add(now, "power", 2, STYLE_WARNING);
		buf_adds(&l->text, "suspended: opening wakes the device");
	}
	if (s->pointer_known && session_dialect(s) == DFU_DIALECT_DFUSE) {
		l = add(now, "pointer", 5, STYLE_NORMAL);
		buf_addf(&l->text, "0x%08x", s->pointer);
	}
	if (f == NULL || !f->functional.present)
		return;
	for (i = 0; i < dfu_attributes_count; i++) {
		bool set = f->functional.bmAttributes &
		    dfu_attributes[i].mask;

		l = add(now, i == 0 ? "device" : "", 7, STYLE_DIM);
		buf_adds(&l->text, set ? dfu_attributes[i].brief_set :
		    dfu_attributes[i].brief_clear);
	}
}

static void
draw_line(struct area a, int row, const struct now_line *l,
    const struct frame *sc)
{
	const struct status_seen *st = &sc->session->status;
	uint64_t wait = (uint64_t)st->reply.bwPollTimeout * 1000;
	uint64_t gone = sc->now > st->at ? sc->now - st->at : 0;
	int proof = area_columns(&a, buf_str(&l->proof));
	int col = l->label != NULL ? VALUE_COL : 3;
	int room = a.cols - col - 1 - (proof > 0 ? proof + 1 : 0);

	/* A state's name is whole, and its clause gives way. */
	if (!l->bar && area_columns(&a, buf_str(&l->text)) > room &&
	    area_columns(&a, buf_str(&l->text)) <= a.cols - col - 1) {
		room = a.cols - col - 1;
		proof = 0;
	}
	if (l->label != NULL)
		area_text(a, row, 1, STYLE_LABEL, l->label);
	if (proof > 0)
		area_text(a, row, a.cols - 1 - proof, l->bar && gone > wait ?
		    STYLE_WARNING : STYLE_DIM, buf_str(&l->proof));
	if (!l->bar)
		area_fit(a, row, col, room, l->style,
		    buf_str(&l->text));
	else
		area_bar(a, row, col, room, gone >= wait ? room :
		    (int)(gone * (uint64_t)room / wait), gone > wait ?
		    STYLE_WARNING : STYLE_GOOD);
}

/* The most important lines that fit, in their order. */
static int
highest_rank(const struct now *now, int rows)
{
	int rank, n;
	size_t i;

	for (rank = 20; rank > 0; rank--) {
		for (i = 0, n = 0; i < now->n; i++)
			n += now->lines[i].rank <= rank;
		if (n <= rows)
			break;
	}
	return (rank);
}

int
view_now(struct area a, const struct frame *sc)
{
	struct now now = { .n = 0 };
	int rank, row = 0;
	size_t i;

	if (sc->session == NULL)
		return (0);
	add_reported(&now, sc->session);
	add_estimated(&now, sc);
	add_by_spec(&now, sc);
	add_pending(&now, sc);
	add_status(&now, sc);
	add_wait(&now, sc);
	add_here(&now, sc);
	add_device(&now, sc->session);
	rank = highest_rank(&now, a.rows);
	for (i = 0; i < now.n; i++) {
		if (now.lines[i].rank <= rank)
			draw_line(a, row++, &now.lines[i], sc);
		buf_free(&now.lines[i].text);
		buf_free(&now.lines[i].proof);
	}
	return (row);
}
