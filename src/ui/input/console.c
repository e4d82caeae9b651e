/* SPDX-License-Identifier: ISC */
#include "ui/input/console.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/cells/pane.h"
#include "ui/cells/term.h"
#include "ui/input/input.h"
#include "ui/prompt/keys.h"
#include "ui/prompt/progress.h"
#include "ui/view/screen_stack.h"
#include "ui/view/screens.h"

struct console {
	struct frontend	 frontend;
	struct view	 view;
	struct canvas	*canvas;
	struct buf	 line;
	struct buf	 begin;		/* a line that nobody typed, or "" */
	bool		 clipboard;
	bool		 taken_back;	/* the terminal, from this tool */
	struct lesson_run lesson;
	size_t		 kept;		/* step that progress knows */
	const char	*progress;	/* path, or NULL */
	const char	*memory;	/* likewise */
	struct lesson_run *ended;	/* takes the lesson over, or NULL */
	bool		*next;		/* or NULL */
	bool		(*read_paste)(const char *text, struct buf *said);
	uint64_t	 drawn;		/* us */
};

/* Between frames while events are read bit by bit, us. */
#define CATCH_UP	34000

static size_t
pollfds(struct frontend *f, struct pollfd *fds, size_t max)
{
	(void)f;
	return (term_pollfds(fds, max));
}

static uint64_t
deadline(const struct frontend *f, const struct app *d, uint64_t now)
{
	const struct console *c = (const struct console *)f;
	const struct screen_row *row = screen_row(&c->view);
	uint64_t tick = d->policy.past ? UINT64_MAX : row->deadline != NULL ?
	    row->deadline(d, now) : clock_deadline(d, now);

	if (c->view.lesson != NULL && lesson_deadline(&c->lesson) < tick)
		tick = lesson_deadline(&c->lesson);
	/* Nobody sees a clock on a terminal that takes nothing. */
	if (!term_ready())
		return (UINT64_MAX);
	if (view_behind(&c->view) && c->drawn + CATCH_UP < tick)
		return (c->drawn + CATCH_UP);
	return (tick);
}

static void
for_terminal(const struct console *c, const struct press *p)
{
	if (keys_find(c->view.rc, c->view.screen, p).act == ACT_SUSPEND)
		term_suspend();
	else
		term_redraw();
}

static void
copy(struct console *c)
{
	if (c->view.copy.len > 0 && c->clipboard)
		term_copy(c->view.copy.data, c->view.copy.len);
	buf_reset(&c->view.copy);
}

/* How far it is outlives the program, and so does what was learnt. */
static void
keep_lesson(struct console *c)
{
	struct lesson_memory *m = c->lesson.config.memory;
	struct buf text = { 0 };

	if (c->lesson.config.exam)
		return;
	if (c->lesson.step != c->kept) {
		c->kept = c->lesson.step;
		progress_keep(c->progress, c->lesson.lesson->id,
		    c->lesson.step);
	}
	if (m == NULL || !m->changed)
		return;
	m->changed = false;
	memory_print(m, &text);
	progress_write(c->memory, &text);
	buf_free(&text);
}

/* What the lesson wants sent; its screen and the sandbox are in turn. */
static const char *
lesson_wants(struct console *c, const struct app *d, uint64_t now)
{
	const char *line;

	if (c->view.lesson == NULL)
		return (NULL);
	line = lesson_turn(&c->lesson, d, now);
	keep_lesson(c);
	if (c->view.screen == SCREEN_CONSOLE && !c->lesson.playing)
		c->view.screen = SCREEN_LESSON;
	else if (c->view.screen == SCREEN_LESSON && c->lesson.playing)
		c->view.screen = SCREEN_CONSOLE;
	return (line);
}

static bool
hurries(const struct frontend *f)
{
	const struct console *c = (const struct console *)f;

	return (c->view.lesson != NULL && lesson_hurries(&c->lesson));
}

/* A log that was pasted is read, and never gets into the prompt. */
static bool
reads_log(struct console *c, const struct press *p)
{
	if (p->kind != PRESS_PASTE || c->read_paste == NULL ||
	    strchr(p->text, '\n') == NULL)
		return (false);
	buf_reset(&c->view.box);
	c->view.box_is_log = c->read_paste(p->text, &c->view.box);
	return (c->view.box_is_log);
}

static const char *
command(struct frontend *f, const struct app *d, uint64_t now, bool *by_key)
{
	struct console *c = (struct console *)f;
	const char *line;
	struct press p;

	*by_key = false;
	if (c->begin.len != 0) {
		buf_reset(&c->line);
		buf_add(&c->line, c->begin.data, c->begin.len);
		buf_reset(&c->begin);
		return (buf_str(&c->line));
	}
	for (;;) {
		line = lesson_wants(c, d, now);
		if (line != NULL)
			return (line);
		p = term_read();
		if (p.kind == PRESS_NONE)
			return (NULL);
		buf_reset(&c->line);
		if (reads_log(c, &p))
			continue;
		if (!input_press(&c->view, d, app_now(d, now), &p, &c->line,
		    by_key))
			for_terminal(c, &p);
		copy(c);
		if (c->line.len > 0 && (c->view.lesson == NULL ||
		    !lesson_take_line(&c->lesson, buf_str(&c->line))))
			return (buf_str(&c->line));
	}
}

static void
draw(struct frontend *f, const struct app *d, uint64_t now)
{
	struct console *c = (struct console *)f;
	struct frame frame;
	int rows, cols;

	/* A frame that nobody takes is not drawn either. */
	if (!term_ready() || term_is_lent())
		return;
	term_size(&rows, &cols);
	if (rows != c->canvas->rows || cols != c->canvas->cols)
		canvas_resize(c->canvas, rows, cols);
	frame_begin(&frame, &c->view, d, app_now(d, now));
	screen_draw(c->canvas, &frame);
	frame_end(&frame);
	term_show(c->canvas);
	c->drawn = now;
}

static void
show(struct frontend *f, const struct app *d, const struct app_effect *e,
    uint64_t now)
{
	view_show(&((struct console *)f)->view, d, e, app_now(d, now));
}

/*
 * A tool that draws on all of the screen, or reads keys one by one, is lent
 * the terminal; Ctrl-] takes it back.
 */
static void
lend(struct console *c, struct frontend_tool *news, bool whole)
{
	bool wants = news->runs && !c->taken_back &&
	    (pane_whole(c->view.tool.pane) || news->raw);

	if (wants && !term_is_lent())
		term_lend(true);
	if (term_is_lent() && (wants || whole))
		term_pass(news->output, news->n);
	if (term_is_lent() && !term_take_keys(news->typed)) {
		c->taken_back = true;
		wants = false;
	}
	if (!wants && term_is_lent())
		term_lend(false);
	if (term_is_lent())
		term_size(&news->rows, &news->cols);
}

/* A tool is traced: what it writes, what is typed for it. */
static void
tool(struct frontend *f, struct frontend_tool *news)
{
	struct console *c = (struct console *)f;
	struct view *v = &c->view;
	bool whole;

	if (news->begins) {
		c->taken_back = false;
		pane_free(v->tool.pane);
		v->tool.pane = pane_new(news->cols);
		buf_reset(&v->tool.line);
		buf_adds(&v->tool.line, news->line);
		buf_reset(&v->tool.typed);
		if (v->screen != SCREEN_TOOL)
			screen_show(v, SCREEN_TOOL);
		v->scroll = 0;
	}
	if (v->tool.cols != 0) {
		news->rows = v->tool.rows;
		news->cols = v->tool.cols;
		pane_resize(v->tool.pane, news->cols);
	}
	v->tool.runs = news->runs;
	whole = term_is_lent();
	pane_write(v->tool.pane, news->output, news->n);
	buf_add(news->typed, v->tool.typed.data, v->tool.typed.len);
	buf_reset(&v->tool.typed);
	lend(c, news, whole);
}

static const struct frontend_ops ops = { .pollfds = pollfds,
	.deadline = deadline,
	.command = command,
	.hurries = hurries,
	.show = show,
	.tool = tool,
	.draw = draw };

struct frontend *
console_new(const struct console_config *config, struct buf *error)
{
	const struct rc *rc = config->rc;
	struct term_config t = { .colour = rc->color, .ascii = rc->ascii,
	    .mouse = rc->mouse };
	struct console *c;

	t.ground = rc->background == RC_BACKGROUND_LIGHT ? STYLE_GROUND_LIGHT :
	    rc->background == RC_BACKGROUND_DARK ? STYLE_GROUND_DARK :
	    STYLE_GROUND_AUTO;
	if (!term_open(&t, error))
		return (NULL);
	c = mem_alloc(sizeof(*c));
	c->frontend.ops = &ops;
	c->view.hints = config->first;
	c->read_paste = config->read_paste;
	c->canvas = canvas_new(1, 1, term_ascii());
	c->view.rc = rc;
	c->clipboard = rc->clipboard;
	history_open(&c->view.prompt.history, config->history);
	if (config->lesson != NULL) {
		c->progress = config->progress;
		c->memory = config->memory;
		c->kept = config->lesson->resume;
		lesson_begin(&c->lesson, config->lesson);
		c->view.lesson = &c->lesson;
		screen_home(&c->view, SCREEN_LESSON);
		c->ended = config->ended;
		c->next = config->next;
		c->view.chosen = true;
		c->view.hints = false;
	}
	if (config->line != NULL)
		buf_adds(&c->begin, config->line);
	if (config->notice != NULL)
		buf_adds(&c->view.notice, config->notice);
	return (&c->frontend);
}

void
console_free(struct frontend *f)
{
	struct console *c = (struct console *)f;

	if (c == NULL)
		return;
	term_close();
	if (c->next != NULL)
		*c->next = c->view.lesson_next;
	if (c->ended != NULL && c->view.lesson != NULL)
		*c->ended = c->lesson;
	else
		lesson_end(&c->lesson);
	pane_free(c->view.tool.pane);
	view_free(&c->view);
	canvas_free(c->canvas);
	buf_free(&c->line);
	buf_free(&c->begin);
	free(c);
}
