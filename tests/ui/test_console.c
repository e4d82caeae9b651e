/* SPDX-License-Identifier: ISC */
/*
 * What one glance must find: the map in all states of the program, in rows
 * that nothing moves; keys that do what is drawn of them, by hand and by
 * mouse; an answer to every key.
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "command/command.h"
#include "dfu/spec.h"
#include "report/text.h"
#include "tests/ui/harness.h"
#include "ui/prompt/keys.h"
#include "ui/view/screens.h"

static const struct {
	int	rows;
	int	cols;
} sizes[] = { { 24, 80 }, { 30, 100 }, { 50, 200 }, { 24, 139 }, { 40, 80 },
	{ 25, 100 } };
#define NSIZES	(sizeof(sizes) / sizeof(sizes[0]))
#define MOST_ROWS	64

static const char long_text[] = "flash: at 0x08004000 what was read back is "
    "not what was written; the first byte that differs is 0x08004321: 0x7f "
    "instead of 0x80; 26 of 40 KiB were written, 14 KiB were erased and not "
    "written, and the device still reports dfuDNLOAD-IDLE after the sixth "
    "attempt to write the block again, which is the last one that is made.";

static void
say_long(struct harness *st)
{
	buf_reset(&st->app.message);
	buf_adds(&st->app.message, long_text);
	st->app.message_at = st->now;
}

static void
notice_long(struct harness *st)
{
	buf_reset(&st->view.notice);
	buf_adds(&st->view.notice, long_text);
	st->view.notice_at = st->now;
}

static void
open_prompt(struct harness *st)
{
	prompt_open(&st->view.prompt, "flash firm");
}

static void
ask_long(struct harness *st)
{
	runner_clear(&st->runner);
	runner_init(&st->runner);
	st->runner.question = mem_strdup("Flash app.bin (40000 bytes) to "
	    "0x08000000? The contents of 40960 bytes are erased first and "
	    "lost. Then dfuscope writes 40000 bytes.");
}

static void
show_hints(struct harness *st)
{
	st->view.hints = true;
}

static void
copy_two(struct harness *st)
{
	buf_reset(&st->view.box);
	buf_adds(&st->view.box, "3.2 d1 submit #5\n3.3 d1 complete #5 ok\n");
}

static void
finish_job(struct harness *st)
{
	if (runner_busy(&st->runner))
		return;
	buf_reset(&st->runner.result.text);
	buf_adds(&st->runner.result.text, long_text);
}

/* What may come up while the console is in sight. */
static void (*const comes_up[])(struct harness *st) = { say_long,
	notice_long, finish_job, open_prompt, ask_long, show_hints, copy_two };
#define NCOMES	(sizeof(comes_up) / sizeof(comes_up[0]))

/* The console with its map, whatever the scene shows. */
static bool
begin(struct harness *st, const char *scene)
{
	harness_begin(st);
	assert_true(harness_scene(st, scene));
	st->view.chosen = true;
	st->view.screen = SCREEN_CONSOLE;
	prompt_close(&st->view.prompt);
	return (st->app.sessions->n != 0);
}

static void
row_text(const struct canvas *c, int row, int cols, struct buf *b)
{
	struct canvas one = *c;

	one.rows = 1;
	one.cols = cols;
	one.cells = c->cells + row * c->cols;
	buf_reset(b);
	canvas_dump(&one, b, false);
}

static bool
row_has(const struct canvas *c, int row, int cols, const char *text)
{
	struct buf b = { 0 };
	bool has;

	row_text(c, row, cols, &b);
	has = strstr(buf_str(&b), text) != NULL;
	buf_free(&b);
	return (has);
}

/* The row of the upper line around the map, or -1. */
static int
map_top(const struct canvas *c)
{
	int row;

	for (row = 0; row < c->rows; row++)
		if (row_has(c, row, c->cols, "─ State ─"))
			return (row);
	return (-1);
}

/* Where its upper line ends: the next pane begins there. */
static int
map_width(const struct canvas *c, int top)
{
	int col;

	for (col = 1; col < c->cols; col++)
		if (canvas_cell(c, top, col)->cp == 0x252c)
			return (col);
	return (c->cols);
}

/* The rows of the states below that line; all eleven are there. */
static void
state_rows(const struct canvas *c, int top, int rows[DFU_STATE_COUNT])
{
	int row, cols = map_width(c, top);
	struct buf label = { 0 };
	uint8_t state;

	for (state = 0; state < DFU_STATE_COUNT; state++) {
		buf_reset(&label);
		buf_addc(&label, ' ');
		dfu_state_label(&label, state);
		for (row = top + 1; row < c->rows && row < top + 18 &&
		    !row_has(c, row, cols, buf_str(&label)); row++)
			;
		rows[state] = row;
		if (row >= c->rows || row >= top + 18)
			print_error("%dx%d: %s is not in sight\n", c->cols,
			    c->rows, buf_str(&label));
		assert_true(row < c->rows && row < top + 18);
	}
	buf_free(&label);
}

/* The same cells from the row on, as many as the map takes. */
static void
same_cells(const struct canvas *a, const struct canvas *b, int top, int bottom)
{
	const struct cell *x, *y;
	int row, col;

	for (row = top; row < bottom; row++) {
		for (col = 0; col < a->cols; col++) {
			x = canvas_cell(a, row, col);
			y = canvas_cell(b, row, col);
			assert_int_equal(x->cp, y->cp);
			assert_int_equal(x->style, y->style);
		}
	}
}

static void
map_stands(struct harness *st, int rows, int cols, int want[DFU_STATE_COUNT])
{
	struct canvas *c = harness_draw(st, rows, cols, false);
	int got[DFU_STATE_COUNT], top = map_top(c);

	assert_true(top > 0);
	/* The list keeps its rows too. */
	assert_true(st->view.list.rows >= 4);
	state_rows(c, top, got);
	if (want[0] == 0)
		memcpy(want, got, sizeof(got));
	assert_memory_equal(got, want, sizeof(got));
	canvas_free(c);
}

static void
the_map_is_in_sight_in_every_state(void **state)
{
	int want[2][NSIZES][DFU_STATE_COUNT] = { { { 0 } } };
	struct harness st;
	size_t i, size;
	bool lesson;

	(void)state;
	for (i = 0; harness_scenes[i] != NULL; i++) {
		if (begin(&st, harness_scenes[i])) {
			lesson = st.view.lesson != NULL;
			for (size = 0; size < NSIZES; size++)
				map_stands(&st, sizes[size].rows,
				    sizes[size].cols, want[lesson][size]);
		}
		harness_end(&st);
	}
}

/* What comes up leaves each cell of the map as it was. */
static void
stays(const char *scene, size_t size, void (*come_up)(struct harness *st))
{
	int rows = sizes[size].rows, cols = sizes[size].cols, top;
	int at[DFU_STATE_COUNT];
	struct canvas *before, *after;
	struct harness st;

	begin(&st, scene);
	if (come_up == ask_long && runner_busy(&st.runner)) {
		harness_end(&st);
		return;
	}
	before = harness_draw(&st, rows, cols, false);
	come_up(&st);
	after = harness_draw(&st, rows, cols, false);
	top = map_top(before);
	state_rows(before, top, at);
	same_cells(before, after, top, at[DFU_STATE_MANIFEST_WAIT_RESET] + 1);
	canvas_free(before);
	canvas_free(after);
	harness_end(&st);
}

static void
nothing_that_comes_up_moves_or_covers_the_map(void **state)
{
	static const char *const scenes[] = { "unasked", "stuck", "pending",
	    "error", "gone", "held", "held-write", "writing", "done",
	    "ghost", "lesson", "told", "undefined" };
	size_t i, j, size;

	(void)state;
	for (i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++)
		for (size = 0; size < NSIZES; size++)
			for (j = 0; j < NCOMES; j++)
				stays(scenes[i], size, comes_up[j]);
}

/* Of a device on the bus, also where another state is expected. */
static void
the_reported_state_is_the_brightest(void **state)
{
	struct harness st;
	struct canvas *c;
	size_t i, size;
	int n, bright;

	(void)state;
	for (i = 0; harness_scenes[i] != NULL; i++) {
		if (begin(&st, harness_scenes[i]) &&
		    app_session(&st.app)->present &&
		    app_session(&st.app)->reported.known) {
			for (size = 0; size < NSIZES; size++) {
				c = harness_draw(&st, sizes[size].rows,
				    sizes[size].cols, false);
				bright = 0;
				for (n = 0; n < c->rows * c->cols; n++)
					bright += c->cells[n].style ==
					    STYLE_PRESENT;
				assert_true(bright > 8);
				canvas_free(c);
			}
		}
		harness_end(&st);
	}
}

/* What a press came to: a line, a screen, words. */
struct came {
	struct buf	 line;
	struct buf	 notice;
	enum screen_id	 was;		/* on which it was made */
	enum screen_id	 screen;
	bool		 by_key;
	bool		 prompt;
};

static void
press_fresh(struct came *came, const char *scene, enum screen_id screen,
    size_t size, const struct press *p)
{
	struct harness st;

	memset(came, 0, sizeof(*came));
	harness_begin(&st);
	harness_scene(&st, scene);
	/* SCREEN_CONSOLE: what the scene shows. */
	if (screen != SCREEN_CONSOLE)
		st.view.screen = screen;
	canvas_free(harness_draw(&st, sizes[size].rows, sizes[size].cols,
	    false));
	came->was = st.view.screen;
	input_press(&st.view, &st.app, st.now, p, &came->line, &came->by_key);
	buf_adds(&came->notice, buf_str(&st.view.notice));
	came->screen = st.view.screen;
	came->prompt = st.view.prompt.open;
	harness_end(&st);
}

static void
came_free(struct came *came)
{
	buf_free(&came->line);
	buf_free(&came->notice);
}

static void
same(const struct came *a, const struct came *b)
{
	assert_string_equal(buf_str(&a->line), buf_str(&b->line));
	assert_string_equal(buf_str(&a->notice), buf_str(&b->notice));
	assert_int_equal(a->screen, b->screen);
	assert_int_equal(a->by_key, b->by_key);
	assert_int_equal(a->prompt, b->prompt);
}

/* Each end of what is drawn of a key is the key. */
static void
click_all(const char *scene, enum screen_id screen, size_t size)
{
	struct press click = { .kind = PRESS_CLICK };
	struct came key, mouse;
	struct harness st;
	const struct hit *h;
	size_t i;

	harness_begin(&st);
	harness_scene(&st, scene);
	if (screen != SCREEN_CONSOLE)
		st.view.screen = screen;
	canvas_free(harness_draw(&st, sizes[size].rows, sizes[size].cols,
	    false));
	for (i = 0; i < st.view.nhits; i++) {
		h = &st.view.hits[i];
		press_fresh(&key, scene, screen, size, &h->press);
		click.row = h->row;
		click.col = h->col + (i % 2 == 0 ? 0 : h->cols - 1);
		press_fresh(&mouse, scene, screen, size, &click);
		same(&key, &mouse);
		came_free(&key);
		came_free(&mouse);
	}
	harness_end(&st);
}

static void
every_key_that_is_drawn_can_be_clicked(void **state)
{
	unsigned screen;
	size_t i, size;

	(void)state;
	for (i = 0; harness_scenes[i] != NULL; i++)
		for (size = 0; size < NSIZES; size += 2)
			click_all(harness_scenes[i], SCREEN_CONSOLE, size);
	for (screen = 1; screen < SCREEN_COUNT; screen++)
		for (size = 0; size < NSIZES; size++)
			click_all("stuck", (enum screen_id)screen, size);
}

static bool
in_bar(const struct harness *st, int rows, enum press_kind kind, uint32_t cp)
{
	const struct hit *h;
	size_t i;

	for (i = 0; i < st->view.nhits; i++) {
		h = &st->view.hits[i];
		if (h->row == rows - 1 && h->press.kind == kind &&
		    h->press.cp == cp)
			return (true);
	}
	return (false);
}

/* Whatever the width, and as a click. */
static void
the_bar_names_the_ways_to_the_other_pages(void **state)
{
	static const struct press ways[] = {
		{ .kind = PRESS_FUNCTION, .cp = 3 },
		{ .kind = PRESS_FUNCTION, .cp = 4 },
		{ .kind = PRESS_FUNCTION, .cp = 5 },
		{ .kind = PRESS_CHAR, .cp = 'r' },
		{ .kind = PRESS_CHAR, .cp = 'i' },
		{ .kind = PRESS_CHAR, .cp = '?' },
		{ .kind = PRESS_CHAR, .cp = ':' },
	};
	static const char *const scenes[] = { "unasked", "stuck", "busy",
	    "held", "lesson", "gone" };
	struct harness st;
	size_t i, j;
	int cols;

	(void)state;
	for (i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
		begin(&st, scenes[i]);
		for (cols = VIEW_LEAST_COLS; cols < 210; cols++) {
			canvas_free(harness_draw(&st, 24, cols, false));
			for (j = 0; j < sizeof(ways) / sizeof(ways[0]); j++)
				assert_true(in_bar(&st, 24, ways[j].kind,
				    ways[j].cp));
		}
		harness_end(&st);
	}
}

/* It is the first of the bar, and nothing else looks as it does. */
static void
the_advised_key_leads_the_bar(void **state)
{
	const struct command_row *row;
	const struct cell *cell;
	struct harness st;
	struct canvas *c;
	struct frame f;
	size_t i;
	int seen = 0;

	(void)state;
	for (i = 0; harness_scenes[i] != NULL; i++) {
		if (!begin(&st, harness_scenes[i]) ||
		    st.view.lesson != NULL || st.runner.question != NULL ||
		    st.app.question.len != 0 ||
		    app_session(&st.app)->pending.number != 0) {
			harness_end(&st);
			continue;
		}
		c = canvas_new(24, 80, false);
		frame_begin(&f, &st.view, &st.app, st.now);
		screen_draw(c, &f);
		row = frame_advice(&f);
		if (st.app.policy.past) {
			assert_int_not_equal(canvas_cell(c, 23, 2)->style,
			    STYLE_ADVICE);
		} else if (row != NULL && row->key != 0) {
			cell = canvas_cell(c, 23, 2);
			assert_int_equal(cell->cp, row->key);
			assert_int_equal(cell->style, STYLE_ADVICE);
			assert_int_equal(canvas_cell(c, 3, 15)->style,
			    STYLE_ADVICE);
			seen++;
		}
		frame_end(&f);
		canvas_free(c);
		harness_end(&st);
	}
	assert_true(seen > 10);
}

/* The editor takes all it can type; every other screen answers. */
static bool
documented(enum screen_id screen, enum act act)
{
	size_t i;

	for (i = 0; i < key_rows_count; i++)
		if (key_rows[i].act == act && keys_work(&key_rows[i], screen))
			return (true);
	return (false);
}

static void
press_is_answered(const char *scene, enum screen_id screen,
    const struct press *p)
{
	struct key_does does;
	struct came came;

	press_fresh(&came, scene, screen, 0, p);
	does = keys_find(NULL, came.was, p);
	if (does.act != ACT_NONE && documented(came.was, does.act)) {
		came_free(&came);
		return;
	}
	if (does.act != ACT_NONE || does.line == NULL) {
		assert_int_equal(came.line.len, 0);
		if (came.notice.len == 0)
			print_error("'%c' is not answered on screen %u\n",
			    (int)p->cp, screen);
		assert_true(came.notice.len != 0);
	} else {
		assert_true(came.line.len != 0 || came.notice.len != 0 ||
		    came.prompt || came.screen != came.was);
	}
	came_free(&came);
}

static void
all_keys_are_answered(const char *scene, enum screen_id screen)
{
	struct press p = { .kind = PRESS_CHAR };

	for (p.cp = ' '; p.cp < 127; p.cp++)
		press_is_answered(scene, screen, &p);
	p.kind = PRESS_FUNCTION;
	for (p.cp = 1; p.cp < 13; p.cp++)
		press_is_answered(scene, screen, &p);
}

static void
every_key_is_answered_on_every_screen(void **state)
{
	static const char *const scenes[] = { "unasked", "stuck", "gone" };
	unsigned screen;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++)
		for (screen = 0; screen < SCREEN_COUNT; screen++)
			if (screen != SCREEN_EDIT)
				all_keys_are_answered(scenes[i],
				    (enum screen_id)screen);
}

/* While something is asked no key is taken in silence, and none is sent. */
static void
a_question_answers_all_keys(void **state)
{
	struct press p = { .kind = PRESS_CHAR };
	struct came came;

	(void)state;
	for (p.cp = ' '; p.cp < 127; p.cp++) {
		press_fresh(&came, "question", SCREEN_CONSOLE, 0, &p);
		if (strchr("yYnN", (int)p.cp) != NULL)
			assert_true(came.line.len != 0);
		else
			assert_true(came.line.len == 0 &&
			    came.notice.len != 0);
		came_free(&came);
	}
}

/* Where a request that waits would lead is seen before it is sent. */
static void
a_ghost_shows_where_it_would_lead(void **state)
{
	struct harness st;
	struct canvas *c;
	struct buf text = { 0 };

	(void)state;
	begin(&st, "ghost");
	c = harness_draw(&st, 30, 100, false);
	canvas_dump(c, &text, false);
	assert_non_null(strstr(buf_str(&text), "{ 3 dfuDNLOAD-SYNC  next }"));
	assert_non_null(strstr(buf_str(&text), "[[ 2 dfuIDLE"));
	canvas_free(c);
	buf_reset(&text);
	c = harness_draw(&st, 24, 80, false);
	canvas_dump(c, &text, false);
	assert_non_null(strstr(buf_str(&text), "{ 3 dfuDNLOAD-SYNC  next }"));
	canvas_free(c);
	buf_free(&text);
	harness_end(&st);
}

/* So does the one that is paused, with what it loses and the keys. */
static void
a_pause_says_what_comes_next(void **state)
{
	static const char *const words[] = { "PAUSED",
	    "DNLOAD block 0, 5 bytes",
	    "→ 3 dfuDNLOAD-SYNC (ST ROM ", "loses", ". Send",
	    "j Skip", "e Edit", ", Continue", "{ 3 dfuDNLOAD-SYNC  next }" };
	struct buf text = { 0 };
	struct harness st;
	struct canvas *c;
	size_t i, size;

	(void)state;
	begin(&st, "held-write");
	for (size = 0; size < 2; size++) {
		c = harness_draw(&st, sizes[size].rows, sizes[size].cols,
		    false);
		buf_reset(&text);
		canvas_dump(c, &text, false);
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			if (strstr(buf_str(&text), words[i]) == NULL)
				print_error("not said: %s\n", words[i]);
			assert_non_null(strstr(buf_str(&text), words[i]));
		}
		canvas_free(c);
	}
	buf_free(&text);
	harness_end(&st);
}

static bool
says(struct harness *st, const char *words)
{
	struct canvas *c = harness_draw(st, 24, 80, false);
	struct buf text = { 0 };
	bool does;

	canvas_dump(c, &text, false);
	does = strstr(buf_str(&text), words) != NULL;
	canvas_free(c);
	buf_free(&text);
	return (does);
}

/* In the band until the next job, whatever else is said; whole on Enter. */
static void
what_a_job_came_to_stays_in_sight(void **state)
{
	struct press enter = { .kind = PRESS_ENTER };
	struct buf line = { 0 };
	struct harness st;
	bool by_key;

	(void)state;
	begin(&st, "done");
	assert_true(says(&st, "DONE"));
	assert_true(says(&st, "40000 of 40000 bytes written"));
	assert_false(says(&st, "written already"));
	say_long(&st);
	assert_true(says(&st, "40000 of 40000 bytes written"));
	harness_press(&st, &enter, &line, &by_key);
	assert_true(says(&st, "written already"));
	buf_free(&line);
	harness_end(&st);
}

static void
below_its_smallest_size_it_says_so(void **state)
{
	struct buf text = { 0 };
	struct harness st;
	struct canvas *c;

	(void)state;
	begin(&st, "stuck");
	c = harness_draw(&st, VIEW_LEAST_ROWS - 1, 60, false);
	canvas_dump(c, &text, false);
	assert_non_null(strstr(buf_str(&text), "40x12 needed"));
	canvas_free(c);
	buf_reset(&text);
	c = harness_draw(&st, VIEW_LEAST_ROWS, VIEW_LEAST_COLS, false);
	canvas_dump(c, &text, false);
	assert_null(strstr(buf_str(&text), "needed"));
	assert_non_null(strstr(buf_str(&text), "OVERDUE"));
	assert_non_null(strstr(buf_str(&text), "7 dfuMANIFEST"));
	canvas_free(c);
	buf_free(&text);
	harness_end(&st);
}

static void
press_text(struct harness *st, const char *s)
{
	struct press p = { .kind = PRESS_CHAR };
	struct buf line = { 0 };
	bool by_key;

	for (; *s != '\0'; s++) {
		p.kind = *s == '\n' ? PRESS_ENTER : PRESS_CHAR;
		p.cp = *s == '\n' ? 0 : (uint8_t)*s;
		harness_press(st, &p, &line, &by_key);
		canvas_free(harness_draw(st, 24, 80, false));
	}
	buf_free(&line);
}

/* The help is searched on its own page, again and round the end. */
static void
the_help_is_searched_where_it_stands(void **state)
{
	struct harness st;
	int first;

	(void)state;
	begin(&st, "stuck");
	press_text(&st, "?");
	assert_int_equal(st.view.screen, SCREEN_HELP);
	press_text(&st, "/BREAK\n");
	assert_int_equal(st.view.screen, SCREEN_HELP);
	first = st.view.scroll;
	assert_true(first > 0);
	press_text(&st, "n");
	assert_int_equal(st.view.screen, SCREEN_HELP);
	assert_int_not_equal(st.view.scroll, first);
	press_text(&st, "b");
	assert_int_equal(st.view.scroll, first);
	press_text(&st, "/nosuchword\n");
	assert_non_null(strstr(buf_str(&st.view.notice), "nosuchword"));
	harness_end(&st);
}

/* A row of the screen, without the blanks at its end. */
static char *
row_of(const struct canvas *c, int row)
{
	struct buf b = { 0 };
	size_t n;

	row_text(c, row, c->cols, &b);
	for (n = b.len; n > 0 && (b.data[n - 1] == ' ' ||
	    b.data[n - 1] == '\n'); n--)
		continue;
	buf_cut(&b, n);
	return (buf_take(&b));
}

static void
row_says(const struct canvas *c, int row, const char *scene, const char *words)
{
	char *text = row_of(c, row);

	if (strstr(text, words) == NULL)
		fail_msg("%s: row %d has no \"%s\": %s", scene, row, words,
		    text);
	free(text);
}

/* The act of a Don't, and why where it fits; else a mark that tells more. */
static void
dont_stands(const struct canvas *c, const struct frame *f, const char *scene)
{
	const char *dont = f->advice.dont;
	char *text = row_of(c, c->rows < 30 ? 3 : 4);

	if (dont != NULL && strstr(text, dont) == NULL &&
	    (strstr(text, "send ABORT") == NULL ||
	    strstr(text, "Enter") == NULL))
		fail_msg("%s: no Don't: %s", scene, text);
	free(text);
}

/* All words of it are there, or the mark that leads to them. */
static void
why_stands(const struct canvas *c, const struct buf *why, const char *scene)
{
	char *one = row_of(c, 1), *two = row_of(c, 2);
	const char *end = buf_str((struct buf *)(uintptr_t)why) + why->len;
	char last[9] = "";

	if (why->len > sizeof(last))
		memcpy(last, end - sizeof(last) + 1, sizeof(last) - 1);
	/* The last word may be broken where the row ends. */
	if (strstr(one, last) == NULL && strstr(two, last) == NULL &&
	    strstr(two, strrchr(last, ' ') != NULL ? strrchr(last, ' ') :
	    last) == NULL && strstr(two, "Enter") == NULL)
		fail_msg("%s: cut without a mark: %s", scene, two);
	free(one);
	free(two);
}

static bool
calls(struct harness *st)
{
	return (st->view.lesson == NULL && st->runner.question == NULL &&
	    st->app.question.len == 0 && !runner_busy(&st->runner) &&
	    !runner_is_paused(&st->runner));
}

/* Word, since when, why, the one Do; run's last lines say the same. */
static void
band_says(struct harness *st, const char *scene, int rows, int cols)
{
	struct buf word = { 0 }, age = { 0 }, why = { 0 }, run = { 0 };
	struct buf line = { 0 };
	struct canvas *c = canvas_new(rows, cols, false);
	const struct command_row *row;
	struct frame f;

	frame_begin(&f, &st->view, &st->app, st->now);
	screen_draw(c, &f);
	/* A job that went well has the word where nothing is the matter. */
	if (view_band_result(&f) != NULL)
		goto out;
	view_verdict_word(&f, &word);
	row_says(c, 1, scene, buf_str(&word));
	clock_age(&age, f.verdict.since, f.now);
	row_says(c, 2, scene, buf_str(&age));
	verdict_words(&f.verdict, f.session, f.now, &why);
	why_stands(c, &why, scene);
	row = frame_advice(&f);
	if (row != NULL && row->label != NULL && row->key != 0)
		row_says(c, 3, scene, st->app.policy.past ?
		    "(on the device)" : row->label);
	else if (f.advice.why != NULL)
		row_says(c, 3, scene, " Do ");
	dont_stands(c, &f, scene);
	text_session(&run, f.session, NULL, f.now, false);
	buf_addf(&line, "verdict  %s: %s\n", f.verdict.row->word,
	    buf_str(&why));
	assert_non_null(strstr(buf_str(&run), buf_str(&line)));
	if (f.advice.command != NULL) {
		buf_reset(&line);
		buf_addf(&line, "do       %s", f.advice.command);
		assert_non_null(strstr(buf_str(&run), buf_str(&line)));
	}
out:
	frame_end(&f);
	canvas_free(c);
	buf_free(&word);
	buf_free(&age);
	buf_free(&why);
	buf_free(&run);
	buf_free(&line);
}

static void
the_band_says_all_of_it(void **state)
{
	struct harness st;
	size_t i, size;
	int n = 0;

	(void)state;
	for (i = 0; harness_scenes[i] != NULL; i++) {
		if (begin(&st, harness_scenes[i]) && calls(&st)) {
			for (size = 0; size < 2; size++)
				band_says(&st, harness_scenes[i],
				    sizes[size].rows, sizes[size].cols);
			n++;
		}
		harness_end(&st);
	}
	assert_true(n > 20);
}

/* Whatever takes words says which, above where they are typed. */
static void
a_prompt_shows_the_syntax(void **state)
{
	const struct command_row *row;
	struct harness st;
	struct canvas *c;
	struct buf b = { 0 };
	size_t i;

	(void)state;
	begin(&st, "stuck");
	for (i = 0; (row = command_at(i)) != NULL; i++) {
		buf_reset(&b);
		buf_addf(&b, "%s ", row->name);
		prompt_open(&st.view.prompt, buf_str(&b));
		c = harness_draw(&st, 24, 80, false);
		buf_addf(&b, "%.*s", 78 - (int)b.len > 0 &&
		    (size_t)(78 - (int)b.len) < strlen(row->args) ?
		    78 - (int)b.len : (int)strlen(row->args), row->args);
		row_says(c, 21, row->name, row->args[0] != '\0' ?
		    buf_str(&b) : row->name);
		canvas_free(c);
	}
	buf_free(&b);
	harness_end(&st);
}

static void
forecast_is(const char *scene, const char *typed, const char *says)
{
	struct harness st;
	struct canvas *c;

	begin(&st, scene);
	prompt_open(&st.view.prompt, typed);
	c = harness_draw(&st, 30, 100, false);
	row_says(c, 29, typed, says);
	canvas_free(c);
	harness_end(&st);
}

/* Before it is sent, as each letter is typed. */
static void
a_prompt_says_what_would_become_of_it(void **state)
{
	(void)state;
	forecast_is("done", "dnload", "(len=0): → 6 dfuMANIFEST-SYNC");
	forecast_is("done", "dnload 2 hex:00", "→ 3 dfuDNLOAD-SYNC");
	forecast_is("done", "dnload 0 hex:2100000008",
	    "set address 0x08000000");
	forecast_is("done", "getstatus; abort", "ABORT: ");
	forecast_is("done", "dnload blo", "expected a block number");
	forecast_is("stuck", "dnload", "(len=0): STALL");
	forecast_is("unasked", "dnload", "the state is unknown");
	forecast_is("gone", "getstatus", "not now: the device is not "
	    "connected");
}

/* Of what only sends, nothing stands on a bar where nothing can be sent. */
static void
a_recording_offers_what_works_there(void **state)
{
	static const enum screen_id screens[] = { SCREEN_CONSOLE,
	    SCREEN_DETAIL, SCREEN_RECOVER, SCREEN_FINDINGS };
	struct harness st;
	struct canvas *c;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(screens) / sizeof(screens[0]); i++) {
		begin(&st, "stuck");
		st.app.policy.past = st.runner.policy.past = true;
		st.view.screen = screens[i];
		c = harness_draw(&st, 24, 80, false);
		assert_false(in_bar(&st, 24, PRESS_CHAR, 'e'));
		assert_false(in_bar(&st, 24, PRESS_CHAR, 'T'));
		assert_false(in_bar(&st, 24, PRESS_CHAR, 'a'));
		assert_false(in_bar(&st, 24, PRESS_CHAR, 'g'));
		assert_false(screens[i] == SCREEN_RECOVER &&
		    in_bar(&st, 24, PRESS_ENTER, 0));
		assert_true(in_bar(&st, 24, PRESS_CHAR, '?'));
		canvas_free(c);
		harness_end(&st);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_map_is_in_sight_in_every_state),
		cmocka_unit_test(
		    nothing_that_comes_up_moves_or_covers_the_map),
		cmocka_unit_test(the_reported_state_is_the_brightest),
		cmocka_unit_test(every_key_that_is_drawn_can_be_clicked),
		cmocka_unit_test(the_band_says_all_of_it),
		cmocka_unit_test(a_prompt_shows_the_syntax),
		cmocka_unit_test(a_prompt_says_what_would_become_of_it),
		cmocka_unit_test(a_recording_offers_what_works_there),
		cmocka_unit_test(the_bar_names_the_ways_to_the_other_pages),
		cmocka_unit_test(the_advised_key_leads_the_bar),
		cmocka_unit_test(every_key_is_answered_on_every_screen),
		cmocka_unit_test(a_question_answers_all_keys),
		cmocka_unit_test(a_ghost_shows_where_it_would_lead),
		cmocka_unit_test(a_pause_says_what_comes_next),
		cmocka_unit_test(what_a_job_came_to_stays_in_sight),
		cmocka_unit_test(below_its_smallest_size_it_says_so),
		cmocka_unit_test(the_help_is_searched_where_it_stands)
	};

	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return (1);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
