/* SPDX-License-Identifier: ISC */
/*
 * The band under the header: a word for how it stands, since when, why, what
 * to do and what not to do. A colour calls where something is to be seen to.
 */
#include "ui/prompt/keys.h"
#include "ui/view/screens.h"

#include <string.h>

#include "job/job.h"

/* From this size on the band has a row of its own for what harms. */
#define ROOMY_ROWS	30
#define ROOMY_COLS	100
#define MID_ROWS	18
#define TILE		(BAND_TEXT - 1)
#define BAR_LEAST	8	/* a shorter one says nothing */
#define BAR_MOST	60
#define WAYS_COLS	24	/* of "r more recovery actions" */

bool
view_is_paused(const struct frame *sc)
{
	return (sc->runner != NULL && sc->session != NULL &&
	    screen_row(sc->view)->now && runner_is_paused(sc->runner));
}

int
view_band_rows(struct area all, const struct frame *sc)
{
	if (sc->session == NULL || !screen_row(sc->view)->now)
		return (0);
	if (all.rows >= ROOMY_ROWS && all.cols >= ROOMY_COLS)
		return (4);
	return (all.rows >= MID_ROWS ? 3 : 2);
}

/* What is healthy is quiet; what went well is as clear as trouble. */
static enum style
tile_of(const struct verdict *v)
{
	switch (v->row->severity) {
	case SEVERITY_NOTE:
		break;
	case SEVERITY_WARNING:
		return (STYLE_TILE_WARNING);
	case SEVERITY_ERROR:
		return (STYLE_TILE_DANGER);
	}
	if (v->row->quiet)
		return (STYLE_STRONG);
	return (v->row->code == CODE_OK ? STYLE_TILE_GOOD : STYLE_SELECTED);
}

void
view_verdict_word(const struct frame *sc, struct buf *b)
{
	const char *p = sc->verdict.row->word;

	/* Nothing to call attention to: the word for that is no verdict. */
	if (sc->verdict.row->quiet && strcmp(p, "none") == 0)
		p = frame_unknown(sc) ? "unknown" : "ok";
	for (; *p != '\0'; p++)
		buf_addc(b, *p == '-' ? ' ' : *p >= 'a' && *p <= 'z' ?
		    (char)(*p - 'a' + 'A') : *p);
}

const char *
view_band_result(const struct frame *sc)
{
	const struct runner *r = sc->runner;

	if (sc->band_rows == 0 || r == NULL || runner_busy(r) ||
	    !sc->verdict.row->quiet || r->result.code != CODE_OK ||
	    r->result.text.len == 0)
		return (NULL);
	return (buf_str(&r->result.text));
}

static void
draw_tile(struct area a, int rows, const struct frame *sc)
{
	bool done = view_band_result(sc) != NULL;
	enum style st = done ? STYLE_TILE_GOOD : tile_of(&sc->verdict);
	struct buf word = { 0 }, age = { 0 };

	if (st != STYLE_STRONG)
		area_fill(a, 0, 0, rows, TILE, st);
	if (done)
		buf_adds(&word, "DONE");
	else
		view_verdict_word(sc, &word);
	area_fit(a, 0, 1, TILE - 1, st, buf_str(&word));
	clock_age(&age, sc->verdict.since, sc->now);
	if (rows > 1)
		area_fit(a, 1, 1, TILE - 1, st == STYLE_STRONG ? STYLE_DIM :
		    st, buf_str(&age));
	buf_free(&word);
	buf_free(&age);
}

/* As many words as fit; the others are a key away. */
static void
draw_text(struct area a, int rows, const struct frame *sc)
{
	const char *open = keys_of_act(sc->view->rc, ACT_OPEN);
	int width = a.cols - BAND_TEXT - 1, more = 0;
	struct area in = area_part(a, 0, BAND_TEXT, rows, width);
	struct area nowhere = area_part(in, 0, 0, 0, 0);
	struct buf b = { 0 };

	if (view_band_result(sc) != NULL)
		buf_adds(&b, view_band_result(sc));
	else if (sc->app->policy.served && sc->verdict.row->quiet &&
	    frame_unknown(sc))
		buf_adds(&b, "No host has read the state yet. The map shows "
		    "the device's own state.");
	else
		verdict_words(&sc->verdict, sc->session, sc->now, &b);
	if (open != NULL && area_wrap(nowhere, 0, 0, width, STYLE_NORMAL,
	    buf_str(&b)) > rows)
		more = area_columns(&a, open) + 3;
	area_wrap(in, 0, 0, width - more, STYLE_NORMAL, buf_str(&b));
	if (more != 0) {
		area_text(in, rows - 1, width - more + 1, STYLE_KEY, "…");
		view_key(sc, in, rows - 1, width - more + 3, STYLE_KEY, open);
	}
	buf_free(&b);
}

/* The key of the advice, or the command to be typed; what it is called. */
static int
draw_command(struct area a, int row, const struct frame *sc)
{
	const struct command_row *c = frame_advice(sc);
	bool past = sc->app->policy.past;
	const char *key = c == NULL || past ? NULL : frame_key(sc, c->name);
	int col = BAND_TEXT;
	struct buf b = { 0 };

	if (key != NULL) {
		col += view_key(sc, a, row, col, STYLE_ADVICE, key) + 1;
		col += area_text(a, row, col, STYLE_STRONG, c->label != NULL ?
		    c->label : c->name);
	} else {
		if (sc->advice.command != NULL && !past)
			buf_addc(&b, ':');
		advice_words(&sc->advice, &b);
		if (sc->advice.command != NULL && past)
			buf_adds(&b, ON_THE_DEVICE);
		col += area_fit(a, row, col, a.cols - col - 1, STYLE_GOOD,
		    buf_str(&b));
	}
	buf_free(&b);
	return (col);
}

static int
draw_do(struct area a, int row, const struct frame *sc)
{
	const char *ways = keys_of_act(sc->view->rc, ACT_RECOVER);
	int col, right = a.cols;

	if (!advice_is_given(&sc->advice))
		return (1);
	area_text(a, row, 1, STYLE_GOOD, "Do");
	col = draw_command(a, row, sc) + 2;
	/* What harms needs the room more: the bar has that key, too. */
	if (sc->verdict.row->severity != SEVERITY_NOTE && ways != NULL &&
	    (a.rows > 3 || sc->advice.dont == NULL) &&
	    a.cols - col > WAYS_COLS + 16 && (sc->advice.command == NULL ||
	    sc->advice.why == NULL || area_columns(&a, sc->advice.why) <=
	    a.cols - WAYS_COLS - 1 - col)) {
		right = a.cols - WAYS_COLS - 1;
		right += 1 + view_key(sc, a, row, right, STYLE_KEY, ways);
		area_text(a, row, right, STYLE_DIM, "more recovery actions");
		right = a.cols - WAYS_COLS - 1;
	}
	if (sc->advice.command != NULL && sc->advice.why != NULL)
		col += area_fit(a, row, col, right - col - 1, STYLE_NORMAL,
		    sc->advice.why);
	return (col + 2);
}

/* On a row of its own, or behind what to do where that leaves room. */
static void
draw_dont(struct area a, int row, int col, const struct frame *sc)
{
	const char *dont = sc->advice.dont;
	const char *open = keys_of_act(sc->view->rc, ACT_OPEN);
	int room, text = col > 1 ? col + 7 : BAND_TEXT;

	if (dont == NULL)
		return;
	room = a.cols - text - 1;
	if (col <= 1 || area_columns(&a, dont) <= room) {
		area_text(a, row, col, STYLE_DANGER, "Don't");
		area_fit(a, row, text, room, STYLE_NORMAL, dont);
		return;
	}
	/* The act alone; why not is a key away. */
	room -= open == NULL ? 0 : area_columns(&a, open) + 3;
	if ((int)strcspn(dont, "(:") - 1 > room)
		return;
	area_text(a, row, col, STYLE_DANGER, "Don't");
	text += area_textf(a, row, text, STYLE_NORMAL, "%.*s",
	    (int)strcspn(dont, "(:"), dont);
	if (open == NULL)
		return;
	text += 1 + area_text(a, row, text, STYLE_KEY, "…");
	view_key(sc, a, row, text, STYLE_KEY, open);
}

bool
view_band_has_job(const struct frame *sc)
{
	struct job_progress p;

	return (sc->band_rows > 2 && sc->runner != NULL &&
	    runner_busy(sc->runner) && !runner_is_paused(sc->runner) &&
	    sc->verdict.row->severity == SEVERITY_NOTE &&
	    runner_progress(sc->runner, &p));
}

void
view_progress(struct area a, const struct frame *sc, int col)
{
	int width = a.cols - 1 - col;
	struct job_progress p;

	if (width > BAR_MOST)
		width = BAR_MOST;
	if (width < BAR_LEAST || !runner_progress(sc->runner, &p) ||
	    p.total == 0)
		return;
	area_bar(a, 0, sc->band_rows > 2 ? col : a.cols - 1 - width, width,
	    (int)(p.done * (uint64_t)width / p.total), STYLE_STRONG);
}

static int
draw_job_key(struct area a, int row, int col, const struct frame *sc,
    const char *command, const char *label)
{
	const char *key = frame_key(sc, command);

	if (key == NULL)
		return (col);
	col += 1 + view_key(sc, a, row, col, STYLE_KEY, key);
	return (col + 3 + area_text(a, row, col, STYLE_NORMAL, label));
}

/* Where the room is short, the time that is left says it, too. */
static void
drop_pace(struct buf *b, bool short_of_room)
{
	struct buf out = { 0 };
	const char *s = buf_str(b), *pace = strstr(s, "iB/s, "), *from = pace;

	while (from != NULL && from > s && *from != ',')
		from--;
	if (!short_of_room || from == NULL || from == s)
		return;
	buf_add(&out, s, (size_t)(from - s));
	buf_adds(&out, pace + 4);
	buf_reset(b);
	buf_adds(b, buf_str(&out));
	buf_free(&out);
}

/* Work that goes well stands still: its polls are not told one by one. */
static void
draw_job(struct area a, const struct frame *sc)
{
	struct job_progress p;
	struct buf b = { 0 };
	int col = BAND_TEXT;

	area_text(a, 0, 1, STYLE_STRONG, "RUNNING");
	if (runner_progress(sc->runner, &p))
		clock_age(&b, p.since, sc->now);
	area_fit(a, 1, 1, TILE - 1, STYLE_DIM, buf_str(&b));
	buf_reset(&b);
	runner_words(sc->runner, &b, sc->now);
	drop_pace(&b, area_columns(&a, buf_str(&b)) > a.cols - col - 1);
	area_fit(a, 0, col, a.cols - col - 1, STYLE_STRONG, buf_str(&b));
	view_progress(area_part(a, 1, 0, 1, a.cols), sc, col);
	col = draw_job_key(a, 2, col, sc, "cancel", "Cancel");
	draw_job_key(a, 2, col, sc, "step", "Pause before the next request");
	buf_free(&b);
}

void
view_band_verdict(struct area a, const struct frame *sc)
{
	int text = a.rows > 2 ? 2 : 1, col;

	if (view_band_has_job(sc)) {
		draw_job(a, sc);
		return;
	}
	draw_tile(a, text, sc);
	draw_text(a, text, sc);
	if (a.rows < 2)
		return;
	col = draw_do(a, text, sc);
	if (a.rows > 3)
		draw_dont(a, 3, 1, sc);
	else if (col > 1)
		draw_dont(a, text, col, sc);
}
