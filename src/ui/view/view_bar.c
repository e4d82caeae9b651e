/* What stands at the bottom: message, keys, prompt; and the question. */
#include "ui/view/screen_stack.h"
#include "ui/prompt/keys.h"
#include "ui/view/screens.h"

#include <string.h>

#define BAR_LEAST	8	/* a shorter one says nothing */
#define BAR_MOST	40

/* How far the job is, to the right of its words. */
static void
draw_progress(struct area a, const struct frame *sc, int col)
{
	int width = a.cols - 1 - col;
	struct job_progress p;

	if (width > BAR_MOST)
		width = BAR_MOST;
	if (width < BAR_LEAST || !runner_progress(sc->runner, &p) ||
	    p.total == 0)
		return;
	area_bar(a, 0, a.cols - 1 - width, width,
	    (int)(p.done * (uint64_t)width / p.total), STYLE_STRONG);
}

/* Where it has no rows of its own it is told in one line. */
static bool
add_verdict(const struct frame *sc, struct buf *b)
{
	const struct verdict *v = &sc->verdict;
	const char *key;

	if (sc->session == NULL || sc->verdict_rows != 0 ||
	    sc->view->lesson != NULL)
		return (false);
	if (v->row->quiet)
		return (false);
	key = sc->advice.command == NULL ? NULL :
	    frame_key(sc, sc->advice.command);
	buf_adds(b, v->row->word);
	if (key != NULL)
		buf_addf(b, ", %s %s", key, sc->advice.command);
	buf_adds(b, ": ");
	verdict_words(v, sc->session, sc->now, b);
	return (true);
}

/* A job that ended says what stands above already. */
static bool
says_verdict(const struct frame *sc, const char *text)
{
	struct buf b = { 0 };
	bool same;

	if (sc->verdict_rows == 0 || *text == '\0')
		return (false);
	verdict_words(&sc->verdict, sc->session, sc->now, &b);
	same = strcmp(buf_str(&b), text) == 0;
	buf_free(&b);
	return (same);
}

/* A device that is stuck, and the key that shows what may help. */
static bool
offers_ways(const struct frame *sc, struct buf *b)
{
	const char *key = keys_of_act(sc->view->rc, ACT_RECOVER);

	if (key == NULL || sc->session == NULL ||
	    sc->view->lesson != NULL ||
	    !recovery_is_stuck(sc->session, sc->now))
		return (false);
	buf_addf(b, "%s shows the ways out, the mildest first", key);
	return (true);
}

/* A job at work, unless it is held and there is something newer to say. */
static bool
tells_job(const struct frame *sc)
{
	return (sc->runner != NULL && runner_busy(sc->runner) &&
	    (!runner_is_paused(sc->runner) || sc->app->message.len == 0));
}

/* What there is to say, appended; how it looks. */
static enum style
message_words(const struct frame *sc, struct buf *b)
{
	const struct app *d = sc->app;
	const struct view *view = sc->view;

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
	if (!add_verdict(sc, b) && screen_row(view)->now)
		offers_ways(sc, b);
	return (STYLE_WARNING);
}

#define MESSAGE_ROWS	4
#define MESSAGE_LEAST	24	/* rows of a terminal that has room for it */

int
view_message_rows(struct area all, const struct frame *sc)
{
	struct buf b = { 0 };
	int rows = 1;

	/* What happened is told in full; what stands so in one line. */
	if (sc->app->message.len == 0 && sc->view->notice.len == 0 &&
	    !tells_job(sc))
		return (1);
	message_words(sc, &b);
	if (all.rows >= MESSAGE_LEAST && !sc->view->prompt.open)
		rows = area_wrap(area_part(all, 0, 0, 0, all.cols), 0, 1,
		    all.cols - 2, STYLE_NORMAL, buf_str(&b));
	buf_free(&b);
	return (rows < 1 ? 1 : rows > MESSAGE_ROWS ? MESSAGE_ROWS : rows);
}

void
view_message(struct area a, const struct frame *sc)
{
	struct buf b = { 0 };
	enum style st = message_words(sc, &b);

	if (a.rows > 1)
		area_wrap(a, 0, 1, a.cols - 2, st, buf_str(&b));
	else
		area_fit(a, 0, 1, a.cols - 2, st, buf_str(&b));
	if (tells_job(sc) && a.rows == 1)
		draw_progress(a, sc, 1 + area_columns(&a, buf_str(&b)) + 2);
	buf_free(&b);
}

static int
draw_command_key(struct area a, int col, int room, const struct frame *sc,
    const struct command_row *c)
{
	bool danger = c->danger != DFU_DANGER_NONE;
	const char *key = keys_of_command(sc->view->rc, c);
	int width;

	if (key == NULL)
		return (0);
	width = danger + (int)strlen(key) + 1 + (int)strlen(c->label);
	if (col + width > room)
		return (0);
	if (danger)
		area_text(a, 0, col++, STYLE_KEY_DANGER, "!");
	col += area_text(a, 0, col, danger ? STYLE_KEY_DANGER : STYLE_KEY,
	    key);
	area_text(a, 0, col + 1, STYLE_NORMAL, c->label);
	return (width + 2);
}

/* Columns from which keys of other screens stand on the console's bar. */
#define WIDE	100

/* Stands on the bar of each screen. */
static bool
everywhere(const struct key_row *row)
{
	return (row->bar == KEY_ON_ALL);
}

static void
add_label(struct buf *b, const struct frame *sc, const struct key_row *row)
{
	const char *key = keys_of_act(sc->view->rc, row->act);

	if (key != NULL)
		buf_addf(b, "%.*s %s  ", (int)strcspn(key, " "), key,
		    row->label);
}

/* From the right edge: what is there at all times, or all there is. */
static int
draw_fixed(struct area a, const struct frame *sc, bool all)
{
	unsigned here = KEY_ON(sc->view->screen);
	const char *key = frame_key(sc, "quit");
	struct buf b = { 0 };
	size_t i;
	int col;

	for (i = 0; i < key_rows_count; i++)
		/* A narrow bar is for what can be sent. */
		if (key_rows[i].label != NULL &&
		    (key_rows[i].kind != PRESS_FUNCTION || a.cols >= WIDE) &&
		    (key_rows[i].bar & here) != 0 &&
		    (all || everywhere(&key_rows[i])))
			add_label(&b, sc, &key_rows[i]);
	if (key != NULL && screen_is_first(sc->view))
		buf_addf(&b, "%s Quit ", key);
	col = a.cols - area_columns(&a, buf_str(&b));
	if (col < 0)
		col = 1;
	area_text(a, 0, col, STYLE_LABEL, buf_str(&b));
	buf_free(&b);
	return (col);
}

/* What ends what goes on, or is known to help: before all others. */
static const struct command_row *
first_offer(const struct frame *sc)
{
	if (sc->session->pending.number != 0)
		return (command_named("cancel"));
	if (sc->runner != NULL && sc->runner->waits_until > sc->now)
		return (command_named("skip"));
	return (sc->view->lesson != NULL ? NULL : frame_advice(sc));
}

void
view_bar_commands(struct area a, const struct frame *sc)
{
	const struct command_row *first = first_offer(sc);
	const struct command_row *c;
	int room = draw_fixed(a, sc, true) - 1, col = 1;
	size_t i;

	if (first != NULL && first->label != NULL)
		col += draw_command_key(a, col, room, sc, first);
	for (i = 0; (c = command_at(i)) != NULL; i++)
		if (sc->offered[i] && c != first)
			col += draw_command_key(a, col, room, sc, c);
}

static void
draw_hint(struct area a, int *col, const char *key, const char *label)
{
	*col += area_text(a, 0, *col, STYLE_KEY, key) + 1;
	*col += area_text(a, 0, *col, STYLE_NORMAL, label) + 2;
}

void
view_bar_edit(struct area a, const struct frame *sc)
{
	int col = 1;

	(void)sc;
	draw_hint(a, &col, "Enter", "Send");
	draw_hint(a, &col, "Esc", "Leave, keeps it");
	draw_hint(a, &col, "Tab", "Next field");
	draw_hint(a, &col, "Left Right", "Other request, type");
	draw_hint(a, &col, "F1", "About");
}

/* How the question is answered. */
static void
draw_answers(struct area a, int col, const struct frame *sc)
{
	const struct runner *r = sc->runner;
	struct buf b = { 0 };

	if (sc->app->question.len != 0) {
		draw_hint(a, &col, "y", "yes, quit");
		draw_hint(a, &col, "n", "no");
		return;
	}
	if (runner_asks_guess(r)) {
		draw_hint(a, &col, "q", "query first");
		if (r->word == NULL)
			buf_adds(&b, "send");
	}
	if (r->word != NULL)
		buf_addf(&b, "then type %s and Enter", r->word);
	else if (b.len == 0)
		buf_adds(&b, "yes, do it");
	draw_hint(a, &col, "y", buf_str(&b));
	draw_hint(a, &col, "n", runner_asks_guess(r) ? "cancel" :
	    r->sent ? "no" : "no, send nothing");
	buf_free(&b);
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

	if (screen->selects || sc->view->scroll_max > 0)
		draw_hint(a, &col, "Up Down", screen->selects ? "Select" :
		    "Scroll");
	for (i = 0; i < key_rows_count; i++) {
		row = &key_rows[i];
		if (row->label == NULL || everywhere(row) ||
		    (row->bar & KEY_ON(sc->view->screen)) == 0)
			continue;
		key = keys_of_act(sc->view->rc, row->act);
		if (key != NULL && col + (int)strlen(key) + 1 +
		    (int)strlen(row->label) < room)
			draw_hint(a, &col, key, row->label);
	}
	if (command != NULL && frame_offers(sc, command))
		draw_command_key(a, col, room, sc, command);
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
	int width = a.cols < 64 ? a.cols : 64, rows, said = 0;
	const char *question = frame_asked(sc);
	const char *bad = bad_answer(sc);
	struct area box, in, nowhere = area_part(a, 0, 0, 0, 0);

	rows = area_wrap(nowhere, 0, 0, width - 6, STYLE_NORMAL,
	    question);
	if (*bad != '\0')
		said = 1 + area_wrap(nowhere, 0, 0, width - 6, STYLE_NORMAL,
		    bad);
	box = area_part(a, (a.rows - rows - said - 6) / 2,
	    (a.cols - width) / 2, rows + said + 6, width);
	area_fill(box, 0, 0, box.rows, box.cols, STYLE_NORMAL);
	area_frame(box, STYLE_DANGER, "! sure?");
	in = area_inside(box);
	area_wrap(in, 1, 2, width - 6, STYLE_STRONG, question);
	if (*bad != '\0')
		area_wrap(in, rows + 2, 2, width - 6, STYLE_DANGER, bad);
	in = area_part(in, rows + said + 2, 0, 1, in.cols);
	draw_answers(in, 2, sc);
}
