#include "ui/console.h"

#include <stdlib.h>

#include "base/mem.h"
#include "ui/hand.h"
#include "ui/keys.h"
#include "ui/term.h"

struct console {
	struct front	 front;
	struct look	 look;
	struct canvas	*canvas;
	struct buf	 line;
	bool		 quitting;
};

static size_t
pollfds(struct front *f, struct pollfd *fds, size_t max)
{
	(void)f;
	return (term_pollfds(fds, max));
}

static uint64_t
deadline(const struct front *f, const struct desk *d, uint64_t now)
{
	const struct console *c = (const struct console *)f;

	return (c->look.screen == LOOK_DEVICES ?
	    clock_deadline_devices(d, now) : clock_deadline(d, now));
}

static void
for_terminal(struct console *c, const struct press *p)
{
	if (keys_act(p) == ACT_SUSPEND)
		term_suspend();
	else
		term_redraw();
	(void)c;
}

static const char *
command(struct front *f, const struct desk *d, uint64_t now, bool *by_key)
{
	struct console *c = (struct console *)f;
	struct press p;

	*by_key = false;
	if (term_signalled() != 0 && !c->quitting) {
		c->quitting = true;
		return ("quit");
	}
	for (;;) {
		p = term_read();
		if (p.kind == PRESS_NONE)
			return (NULL);
		buf_reset(&c->line);
		if (!hand_press(&c->look, d, now, &p, &c->line, by_key))
			for_terminal(c, &p);
		if (c->line.len > 0)
			return (buf_str(&c->line));
	}
}

static void
draw(struct front *f, const struct desk *d, uint64_t now)
{
	struct console *c = (struct console *)f;
	struct scene sc = look_scene(&c->look, d, now);
	int rows, cols;

	term_size(&rows, &cols);
	if (rows != c->canvas->rows || cols != c->canvas->cols)
		canvas_resize(c->canvas, rows, cols);
	screen_draw(c->canvas, &sc);
	term_show(c->canvas);
}

static const struct front_ops ops = {
	.pollfds = pollfds,
	.deadline = deadline,
	.command = command,
	.draw = draw
};

struct front *
console_new(bool first, struct buf *error)
{
	struct console *c;

	if (!term_open(error))
		return (NULL);
	c = mem_alloc(sizeof(*c));
	c->front.ops = &ops;
	c->look.hints = first;
	c->canvas = canvas_new(1, 1, term_ascii());
	return (&c->front);
}

void
console_free(struct front *f)
{
	struct console *c = (struct console *)f;

	if (c == NULL)
		return;
	term_close();
	look_free(&c->look);
	canvas_free(c->canvas);
	buf_free(&c->line);
	free(c);
}
