/* SPDX-License-Identifier: ISC */
/* The menu of lessons on a terminal of its own. */
#include "config.h"

#include "main/main_own.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>

#include "base/signals.h"
#include "ui/cells/term.h"
#include "ui/prompt/rc.h"
#include "ui/view/menu.h"

static bool
open_terminal(const struct rc *rc, struct buf *error)
{
	struct term_config t = { .colour = rc->color, .ascii = rc->ascii,
	    .mouse = rc->mouse };

	t.ground = rc->background == RC_BACKGROUND_LIGHT ? STYLE_GROUND_LIGHT :
	    rc->background == RC_BACKGROUND_DARK ? STYLE_GROUND_DARK :
	    STYLE_GROUND_AUTO;
	return (term_open(&t, error));
}

static void
show(struct canvas *c, struct menu *m)
{
	int rows, cols;

	if (!term_ready())
		return;
	term_size(&rows, &cols);
	if (rows != c->rows || cols != c->cols)
		canvas_resize(c, rows, cols);
	menu_draw(c, m);
	term_show(c);
}

/* All that was pressed. */
static enum menu_act
take_presses(struct menu *m)
{
	enum menu_act act = MENU_STAYS;
	struct press p;

	while (act == MENU_STAYS && (p = term_read()).kind != PRESS_NONE) {
		if (p.kind == PRESS_CHAR && p.cp == PRESS_CONTROL('z'))
			term_suspend();
		else if (p.kind == PRESS_CHAR && p.cp == PRESS_CONTROL('l'))
			term_redraw();
		else
			act = menu_press(m, &p);
	}
	return (act);
}

static enum menu_act
turn(struct canvas *c, struct menu *m)
{
	struct pollfd fds[8];
	enum menu_act act;
	size_t n;

	show(c, m);
	n = term_pollfds(fds, 7);
	fds[n].fd = signals_fd();
	fds[n++].events = POLLIN;
	if (poll(fds, (nfds_t)n, -1) < 0 && errno != EINTR)
		return (MENU_QUITS);
	act = take_presses(m);
	return (signals_ended() != 0 ? MENU_QUITS : act);
}

bool
main_menu(struct menu *m, bool *opens, struct buf *error)
{
	struct buf errors = { 0 };
	enum menu_act act = MENU_STAYS;
	struct canvas *c;
	struct rc rc;
	bool ok;

	main_load_rc(&rc, &errors);
	ok = open_terminal(&rc, error);
	if (ok) {
		c = canvas_new(1, 1, term_ascii());
		while (act == MENU_STAYS)
			act = turn(c, m);
		term_close();
		canvas_free(c);
	}
	*opens = act == MENU_OPENS;
	rc_free(&rc);
	buf_free(&errors);
	return (ok);
}
