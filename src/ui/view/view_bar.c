/* SPDX-License-Identifier: ISC */
/* What stands at the bottom: message, keys, prompt; and the question. */
#include "ui/view/screen_stack.h"
#include "ui/prompt/keys.h"
#include "ui/view/screens.h"

#include <string.h>

#include "base/text.h"

#include "dfu/spec.h"

/* Where it has no rows of its own it is told in one line. */
static void
add_verdict(const struct frame *sc, struct buf *b)
{
	const struct verdict *v = &sc->verdict;
	const char *key;

	if (sc->session == NULL || sc->band_rows != 0 ||
	    sc->view->screen == SCREEN_VERDICT ||
	    sc->view->screen == SCREEN_LESSON)
		return;
	if (v->row->quiet)
		return;
	key = sc->advice.command == NULL || sc->app->policy.past ? NULL :
	    frame_key(sc, sc->advice.command);
	buf_adds(b, v->row->word);
	if (key != NULL)
		buf_addf(b, ", %s %s", key, sc->advice.command);
	buf_adds(b, ": ");
	verdict_words(v, sc->session, sc->now, b);
}

/* A job that ended says what stands above already. */
static bool
says_verdict(const struct frame *sc, const char *text)
{
	const char *done = view_band_result(sc);
	struct buf b = { 0 };
	bool same;

	if (sc->band_rows == 0 || *text == '\0')
		return (false);
	if (done != NULL && strcmp(done, text) == 0)
		return (true);
	verdict_words(&sc->verdict, sc->session, sc->now, &b);
	same = strstr(buf_str(&b), text) != NULL;
	buf_free(&b);
	return (same);
}

/* A job at work; one that is paused has a strip of its own. */
static bool
tells_job(const struct frame *sc)
{
	return (sc->runner != NULL && runner_busy(sc->runner) &&
	    (!runner_is_paused(sc->runner) || !screen_row(sc->view)->now) &&
	    !view_band_has_job(sc));
}

/* What the last job came to stays until the next one, if it says more. */
static bool
tells_result(const struct frame *sc)
{
	return (sc->band_rows != 0 && sc->runner != NULL &&
	    !runner_busy(sc->runner) && frame_result(sc, NULL) != NULL &&
	    !says_verdict(sc, frame_result(sc, NULL)));
}

/* The latest request that led to a state and did not tell which, or NULL. */
static const struct request *
moved(const struct frame *sc)
{
	const struct request *r = sc->session == NULL ? NULL :
	    session_last_ended(sc->session);

	return (sc->band_rows != 0 && r != NULL && !r->replied &&
	    r->outcome == OUTCOME_OK && sc->estimate.by == r->number &&
	    sc->estimate.how == ESTIMATE_MOVED ? r : NULL);
}

/* "#4 DNLOAD block 0, len=0  leave: ok, expected 6 dfuMANIFEST-SYNC (...)" */
static bool
add_moved(const struct frame *sc, struct buf *b)
{
	const struct request *r = moved(sc);
	const struct event *submit = r == NULL ? NULL :
	    trace_get(sc->app->sessions->trace, r->submit);

	if (submit == NULL)
		return (false);
	buf_addf(b, "#%u ", r->number);
	words_event(b, submit, NULL, &r->meaning);
	buf_adds(b, ": ok, expected ");
	dfu_state_label(b, sc->estimate.state);
	if (sc->estimate.by_stack)
		buf_addf(b, " (%s, %s)", sc->session->stack->name,
		    dfu_certainty_words(
		    (enum dfu_certainty)sc->estimate.certainty));
	else
		buf_adds(b, " (DFU 1.1)");
	return (true);
}

/* What there is to say, appended; how it looks. */
static enum style
message_words(const struct frame *sc, struct buf *b)
{
	const struct app *d = sc->app;
	const struct view *view = sc->view;
	bool good;

	if (view->notice.len > 0 && (d->message.len == 0 ||
	    view->notice_at >= d->message_at)) {
		buf_adds(b, buf_str(&view->notice));
		return (STYLE_WARNING);
	}
	if (tells_job(sc)) {
		runner_words(sc->runner, b, sc->now);
		return (STYLE_STRONG);
	}
	if (d->message.len != 0) {
		if (!says_verdict(sc, buf_str(&d->message)))
			buf_adds(b, buf_str(&d->message));
		return (d->message_severity == SEVERITY_ERROR ? STYLE_DANGER :
		    d->message_severity == SEVERITY_WARNING ? STYLE_WARNING :
		    STYLE_NORMAL);
	}
	if (tells_result(sc)) {
		buf_adds(b, frame_result(sc, &good));
		return (good ? STYLE_NORMAL : STYLE_DANGER);
	}
	if (sc->view->lesson == NULL && add_moved(sc, b))
		return (STYLE_NORMAL);
	add_verdict(sc, b);
	return (b->len != 0 && sc->verdict.row->severity == SEVERITY_NOTE &&
	    sc->verdict.row->code == CODE_OK ? STYLE_GOOD : STYLE_WARNING);
}

/* What does not fit is a key away, where the band is. */
static void
draw_more(struct area a, const struct frame *sc)
{
	const char *open = keys_of_act(sc->view->rc, ACT_OPEN);
	int col;

	if (open == NULL || sc->band_rows == 0)
		return;
	col = a.cols - 5 - area_columns(&a, open);
	area_fill(a, 0, col, 1, a.cols - 1 - col, STYLE_NORMAL);
	area_text(a, 0, col, STYLE_KEY, "…");
	view_key(sc, a, 0, col + 2, STYLE_KEY, open);
}

void
view_message(struct area a, const struct frame *sc, bool in_frame)
{
	struct buf b = { 0 };
	enum style st = message_words(sc, &b);
	int col = in_frame ? 2 : 1, width = area_columns(&a, buf_str(&b));

	if (b.len != 0 && in_frame)
		area_fill(a, 0, 1, 1, (width + 2 < a.cols - 2 ? width + 2 :
		    a.cols - 2), STYLE_NORMAL);
	area_fit(a, 0, col, a.cols - 2 * col, st, buf_str(&b));
	if (width > a.cols - 2 * col)
		draw_more(a, sc);
	else if (tells_job(sc))
		view_progress(a, sc, col + width + 2);
	buf_free(&b);
}

static int
draw_command_key(struct area a, int col, int room, const struct frame *sc,
    const struct command_row *c, bool advised)
{
	bool danger = c->danger != DFU_DANGER_NONE && !advised;
	const char *key = keys_of_command(sc->view->rc, c);
	int width;

	if (key == NULL)
		return (0);
	width = danger + 2 * advised + (int)strlen(key) + 1 +
	    (int)strlen(c->label);
	if (col + width > room)
		return (0);
	if (danger)
		area_text(a, 0, col++, STYLE_KEY_DANGER, "!");
	col += view_key(sc, a, 0, col, advised ? STYLE_ADVICE : danger ?
	    STYLE_KEY_DANGER : STYLE_KEY, key);
	area_text(a, 0, col + 1, advised ? STYLE_STRONG : STYLE_NORMAL,
	    c->label);
	view_hit(sc, a, 0, col, 1 + (int)strlen(c->label), key);
	return (width + 2);
}

/* From these widths on the ways are told in full, by name, in brief. */
#define FULL	130
#define NAMED	100
#define BRIEF	64

/* Stands on the bar of each screen. */
static bool
everywhere(const struct key_row *row)
{
	return (row->bar == KEY_ON_ALL);
}

/* The ways that are at the right edge of a bar. */
struct ways {
	struct {
		const char	*key;
		const char	*label;	/* NULL: no room for it */
	} way[16];
	size_t	n;
	int	gap;
};

static void
add_way(struct ways *w, const char *key, const char *label)
{
	if (key == NULL || w->n == sizeof(w->way) / sizeof(w->way[0]))
		return;
	w->way[w->n].key = key;
	w->way[w->n++].label = label;
}

static const char *
label_of(const struct key_row *row, int cols)
{
	if (cols < BRIEF)
		return (NULL);
	if (row->brief == NULL || cols >= FULL ||
	    (cols >= NAMED && !everywhere(row)))
		return (row->label);
	return (row->brief);
}

static void
add_ways(struct ways *w, const struct frame *sc, int cols, bool all)
{
	unsigned here = KEY_ON(sc->view->screen);
	const struct key_row *row;
	size_t i;

	for (i = 0; i < 2 * key_rows_count; i++) {
		row = &key_rows[i % key_rows_count];
		if (row->label != NULL && (row->bar & here) != 0 &&
		    !row->local && frame_offers_key(sc, row) &&
		    everywhere(row) == (i >= key_rows_count) &&
		    (all || everywhere(row)))
			add_way(w, keys_of_act(sc->view->rc, row->act),
			    label_of(row, cols));
	}
	if (screen_is_first(sc->view))
		add_way(w, frame_key(sc, "quit"), cols < BRIEF ? NULL :
		    "Quit");
}

/* "0  F2": the first of them. */
static int
key_length(const char *key)
{
	return ((int)strcspn(key, " "));
}

static int
ways_width(const struct area *a, const struct ways *w)
{
	int width = 1;
	size_t i;

	for (i = 0; i < w->n; i++) {
		width += w->gap + key_length(w->way[i].key);
		if (w->way[i].label != NULL)
			width += 1 + area_columns(a, w->way[i].label);
	}
	return (width);
}

static int
draw_way(struct area a, int col, const struct frame *sc, const char *key,
    const char *label)
{
	int from = col;

	col += area_textf(a, 0, col, STYLE_KEY, "%.*s", key_length(key), key);
	if (label != NULL)
		col += 1 + area_text(a, 0, col + 1, STYLE_LABEL, label);
	view_hit(sc, a, 0, from, col - from, key);
	return (col);
}

/* At the right edge: what is there at all times, or all there is. */
static int
draw_fixed(struct area a, const struct frame *sc, bool all)
{
	struct ways w = { .gap = a.cols >= FULL ? 2 : 1 };
	int col, left;
	size_t i;

	add_ways(&w, sc, a.cols, all);
	left = col = a.cols - ways_width(&a, &w);
	for (i = 0; i < w.n; i++)
		col = draw_way(a, col + w.gap, sc, w.way[i].key,
		    w.way[i].label);
	return (left);
}

/* What ends what goes on, or is known to help: before all others. */
static const struct command_row *
first_offer(const struct frame *sc, bool *advised)
{
	const struct command_row *c, *advice = sc->view->screen !=
	    SCREEN_LESSON ? frame_advice(sc) : NULL;

	*advised = false;
	if (sc->app->policy.past)
		return (NULL);
	if (sc->session->pending.number != 0)
		c = command_named("cancel");
	else if (sc->runner != NULL && sc->runner->waits_until > sc->now)
		c = command_named("skip");
	else
		c = advice;
	*advised = c != NULL && c == advice;
	return (c);
}

void
view_bar_commands(struct area a, const struct frame *sc)
{
	bool advised;
	const struct command_row *first = first_offer(sc, &advised);
	const struct command_row *c;
	int room = draw_fixed(a, sc, true) - 1, col = 1;
	size_t i;

	if (first != NULL && first->label != NULL)
		col += draw_command_key(a, col, room, sc, first, advised);
	for (i = 0; (c = command_at(i)) != NULL; i++)
		if (sc->offered[i] && c != first)
			col += draw_command_key(a, col, room, sc, c, false);
}

static void
draw_hint(struct area a, int *col, const struct frame *sc, const char *key,
    const char *label)
{
	int from = *col;

	*col += area_text(a, 0, *col, STYLE_KEY, key) + 1;
	*col += area_text(a, 0, *col, STYLE_NORMAL, label) + 2;
	view_hit(sc, a, 0, from, *col - 2 - from, key);
}

void
view_bar_edit(struct area a, const struct frame *sc)
{
	int col = 1;

	draw_hint(a, &col, sc, "Enter", "Send");
	draw_hint(a, &col, sc, "Esc", "Leave and keep");
	draw_hint(a, &col, sc, "Tab", "Next field");
	draw_hint(a, &col, sc, "Left Right", "Change request");
	draw_hint(a, &col, sc, "F1", "About");
}

void
view_bar_tool(struct area a, const struct frame *sc)
{
	int col = 1;

	if (sc->view->tool.runs)
		draw_hint(a, &col, sc, "F6", "Back to the console");
	else
		view_bar_commands(a, sc);
}

/* The verb of a question, its first word: what y does. */
static void
add_verb(struct buf *b, const char *question)
{
	buf_add(b, question, strcspn(question, " "));
}

/* How the question is answered. */
static void
draw_answers(struct area a, int col, const struct frame *sc)
{
	const struct runner *r = sc->runner;
	bool quits = sc->app->question.len != 0;
	struct buf b = { 0 };

	if (!quits && runner_asks_guess(r))
		draw_hint(a, &col, sc, "q", "Query first");
	add_verb(&b, frame_asked(sc));
	if (!quits && r->word != NULL)
		buf_addf(&b, ": type %s and press Enter", r->word);
	draw_hint(a, &col, sc, "y", buf_str(&b));
	draw_hint(a, &col, sc, "n", quits ? "Continue" : "Cancel");
	buf_free(&b);
}

/* What the key does to this device. */
static const char *
label_here(const struct key_row *row, const struct frame *sc)
{
	return (row->act == ACT_PLUG && !sc->session->present ? "Plug in" :
	    row->label);
}

/* What can be done to a device that others ask; then the other pages. */
void
view_bar_served(struct area a, const struct frame *sc)
{
	int room = draw_fixed(a, sc, true), col = 1;
	const struct key_row *row;
	const char *label;
	size_t i;

	for (i = 0; i < key_rows_count; i++) {
		row = &key_rows[i];
		if (!row->local || (row->bar & KEY_ON(sc->view->screen)) == 0)
			continue;
		label = a.cols < NAMED && row->brief != NULL ? row->brief :
		    label_here(row, sc);
		if (col + (int)(strlen(row->name) + strlen(label)) + 1 < room)
			draw_hint(a, &col, sc, row->name, label);
	}
}

/* What can be done on a screen, and a command that belongs to it. */
void
view_bar_keys(struct area a, const struct frame *sc)
{
	const struct screen_row *screen = screen_row(sc->view);
	const struct command_row *command = screen->command == NULL ? NULL :
	    command_named(screen->command);
	const struct key_row *row;
	const char *key;
	int room = draw_fixed(a, sc, false), col = 1;
	size_t i;

	if ((screen->selects && frame_has_rows(sc)) ||
	    sc->view->scroll_max > 0)
		draw_hint(a, &col, sc, "Up Down", screen->selects ? "Select" :
		    "Scroll");
	for (i = 0; i < key_rows_count; i++) {
		row = &key_rows[i];
		if (row->label == NULL || everywhere(row) ||
		    (row->bar & KEY_ON(sc->view->screen)) == 0 ||
		    (row->asks && sc->app->policy.served) ||
		    !frame_offers_key(sc, row))
			continue;
		key = keys_of_act(sc->view->rc, row->act);
		if (key != NULL && col + (int)strlen(key) + 1 +
		    (int)strlen(row->label) < room)
			draw_hint(a, &col, sc, key, label_here(row, sc));
	}
	if (command != NULL && frame_offers(sc, command))
		draw_command_key(a, col, room, sc, command, false);
}

void
view_keys(struct area a, const struct frame *sc)
{
	const struct screen_row *row = screen_row(sc->view);

	if (sc->session == NULL)
		draw_fixed(a, sc, row->now);
	else if (frame_asked(sc) != NULL)
		draw_answers(a, 1, sc);
	else
		row->bar(a, sc);
}

/* An answer that was none: the line of messages is the job's meanwhile. */
static const char *
bad_answer(const struct frame *sc)
{
	return (sc->app->message_severity == SEVERITY_NOTE ? "" :
	    buf_str(&sc->app->message));
}

void
view_question(struct area a, const struct frame *sc)
{
	int width = a.cols < 100 ? a.cols : 100, rows, said = 0;
	const char *question = frame_asked(sc);
	const char *bad = bad_answer(sc);
	struct area box, in, nowhere = area_part(a, 0, 0, 0, 0);
	struct buf title = { 0 };

	rows = area_wrap(nowhere, 0, 0, width - 4, STYLE_NORMAL,
	    question);
	if (*bad != '\0')
		said = area_wrap(nowhere, 0, 0, width - 4, STYLE_NORMAL, bad);
	/* Over the list of requests: the map stays in sight. */
	box = area_part(a, a.rows - rows - said - 3, (a.cols - width) / 2,
	    rows + said + 3, width);
	area_fill(box, 0, 0, box.rows, box.cols, STYLE_NORMAL);
	add_verb(&title, question);
	area_frame(box, STYLE_DANGER, buf_str(&title));
	buf_free(&title);
	in = area_inside(box);
	area_wrap(in, 0, 1, width - 4, STYLE_STRONG, question);
	if (*bad != '\0')
		area_wrap(in, rows, 1, width - 4, STYLE_DANGER, bad);
	in = area_part(in, rows + said, 0, 1, in.cols);
	draw_answers(in, 1, sc);
}
