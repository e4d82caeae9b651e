/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "ui/cells/term.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <term.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/signals.h"
#include "base/text.h"
#include "ui/cells/escape.h"
#include "ui/cells/guard.h"
#include "ui/cells/style.h"
#include "ui/cells/tty.h"

#define PASTE_ON	"\033[?2004h"
#define PASTE_OFF	"\033[?2004l"
#define KEY_PASTE_BEGIN	(KEY_MAX + 1)
#define KEY_PASTE_END	(KEY_MAX + 2)
#define PASTE_MAX	65536
/* What terminals commonly take in one OSC 52, as base64. */
#define COPY_MAX	74994
#define CLICKS_MAX	8

/* There is one terminal. */
static struct {
	bool		 lent;		/* to another program */
	bool		 open;
	bool		 ascii;
	bool		 mouse;
	bool		 stalled;
	FILE		*drawn;		/* where curses writes: in memory */
	SCREEN		*screen;
	WINDOW		*keys;		/* a pad: reading does not refresh */
	struct cell	*shown;		/* what curses was told last */
	int		 rows;
	int		 cols;
	bool		 pasting;
	struct buf	 paste;
	struct escape	 escape;
	struct press	 clicks[CLICKS_MAX];	/* the next one last */
	size_t		 nclicks;
	struct buf	 restore;
	attr_t		 attrs[STYLE_COUNT];
	short		 pairs[STYLE_COUNT];
} term;

static attr_t
attributes(const struct style_look *view)
{
	return ((view->bold ? A_BOLD : 0) | (view->dim ? A_DIM : 0) |
	    (view->reverse ? A_REVERSE : 0) |
	    (view->underline ? A_UNDERLINE : 0));
}

static void
start_colours(const struct term_config *config)
{
	const char *no = getenv("NO_COLOR");
	bool colours = config->colour && (no == NULL || *no == '\0') &&
	    has_colors();
	struct style_look view;
	short pair = 1;
	int i;

	if (colours && start_color() == OK)
		use_default_colors();
	else
		colours = false;
	for (i = 0; i < STYLE_COUNT; i++) {
		view = style_look((enum style)i, colours ? COLORS : 0,
		    config->ground);
		term.attrs[i] = attributes(&view);
		term.pairs[i] = 0;
		if (view.colour < 0 || pair >= COLOR_PAIRS)
			continue;
		if (init_pair(pair, (short)view.colour, -1) == OK)
			term.pairs[i] = pair++;
	}
}

static int
keep_byte(int c)
{
	buf_addc(&term.restore, c);
	return (c);
}

static void
keep_capability(const char *name)
{
	char *s = tigetstr(name);

	if (s != NULL && s != (char *)-1)
		tputs(s, 1, keep_byte);
}

/* What a crash sends, made ready while curses may still be called. */
static void
prepare_restore(void)
{
	buf_reset(&term.restore);
	buf_adds(&term.restore, PASTE_OFF "\033[?1000l\033[?1006l");
	keep_capability("sgr0");
	keep_capability("cnorm");
	keep_capability("rmkx");
	keep_capability("rmcup");
	buf_adds(&term.restore, "\r\n");
	guard_restore_bytes(term.restore.data, term.restore.len);
}

/*
 * Curses waits for a terminal that does not take what it writes. So it writes
 * into memory: unlike a pipe that has no bound at which curses would wait.
 */
static FILE *
open_drawn(void)
{
	int fd = memfd_create("screen", MFD_CLOEXEC);
	FILE *f = fd >= 0 ? fdopen(fd, "w+") : NULL;

	if (fd >= 0 && f == NULL)
		close(fd);
	return (f);
}

/* What curses wrote is put on its way. */
static void
send_drawn(void)
{
	uint8_t chunk[8192];
	int fd = fileno(term.drawn);
	off_t at = 0, end;
	ssize_t n = 1;

	fflush(term.drawn);
	end = lseek(fd, 0, SEEK_CUR);
	for (; at < end && n > 0; at += n) {
		n = pread(fd, chunk, (size_t)(end - at) < sizeof(chunk) ?
		    (size_t)(end - at) : sizeof(chunk), at);
		if (n > 0)
			tty_send(chunk, (size_t)n);
	}
	(void)lseek(fd, 0, SEEK_SET);
}

static void
send_raw(const char *s)
{
	send_drawn();
	tty_send(s, strlen(s));
}

/* As far as the terminal takes it, at once. */
static void
send_now(void)
{
	send_drawn();
	if (!tty_pump())
		signals_raise(SIGHUP);
}

static void
start_keys(void)
{
	term.keys = newpad(1, 1);
	keypad(term.keys, TRUE);
	nodelay(term.keys, TRUE);
	define_key("\033[200~", KEY_PASTE_BEGIN);
	define_key("\033[201~", KEY_PASTE_END);
	/* Without the releases curses loses the second of two clicks. */
	if (term.mouse)
		mousemask(BUTTON1_PRESSED | BUTTON1_RELEASED |
		    BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	mouseinterval(0);
	set_escdelay(25);
}

/* A terminal that may print what it does not know. */
static bool
is_old(void)
{
	const char *name = getenv("TERM");

	return (name == NULL || strncmp(name, "vt1", 3) == 0 ||
	    strncmp(name, "vt2", 3) == 0 || strcmp(name, "dumb") == 0 ||
	    strncmp(name, "ansi", 4) == 0);
}

static bool
has_utf8(void)
{
	const char *name = getenv("TERM");

	if (name != NULL && strncmp(name, "vt1", 3) == 0)
		return (false);
	return (strcmp(nl_langinfo(CODESET), "UTF-8") == 0);
}

static void
learn_size(void)
{
	int rows, cols;

	if (tty_size(&rows, &cols))
		resizeterm(rows, cols);
	getmaxyx(stdscr, term.rows, term.cols);
	/* newterm() may have let only the rows of the terminfo entry scroll. */
	if (change_scroll_region != NULL) {
		putp(tiparm(change_scroll_region, 0, term.rows - 1));
		clearok(curscr, TRUE);
	}
	free(term.shown);
	term.shown = mem_alloc((size_t)term.rows * (size_t)term.cols *
	    sizeof(*term.shown));
}

static void
close_screen(void)
{
	if (term.screen != NULL) {
		endwin();
		send_drawn();
		delscreen(term.screen);
		term.screen = NULL;
	}
	if (term.drawn != NULL)
		fclose(term.drawn);
	term.drawn = NULL;
	term.stalled = !tty_finish();
	guard_close();
	tty_close();
}

static void
refuse(struct buf *error)
{
	const char *type = getenv("TERM");

	if (term.drawn == NULL) {
		buf_addf(error, "cannot allocate memory to draw in: %s",
		    strerror(errno));
	} else {
		buf_adds(error, "terminal type \"");
		if (type != NULL)
			text_escape(error, type, strlen(type));
		buf_adds(error, term.screen == NULL ? "\" is not known" :
		    "\" cannot place its cursor");
	}
	close_screen();
}

/*
 * Curses asks no file in memory for a size, and sets the lines that scroll by
 * what it takes for one: it is told in its own variables.
 */
static void
open_screen(void)
{
	char text[16];
	int rows, cols;

	if (tty_size(&rows, &cols)) {
		snprintf(text, sizeof(text), "%d", rows);
		setenv("LINES", text, 1);
		snprintf(text, sizeof(text), "%d", cols);
		setenv("COLUMNS", text, 1);
	}
	term.screen = newterm(NULL, term.drawn, stdin);
	unsetenv("LINES");
	unsetenv("COLUMNS");
}

bool
term_open(const struct term_config *config, struct buf *error)
{
	if (term.open)
		return (true);
	if (!tty_open(error))
		return (false);
	if (!guard_open()) {
		buf_adds(error, "no pipe for signals");
		tty_close();
		return (false);
	}
	term.drawn = open_drawn();
	if (term.drawn != NULL)
		open_screen();
	if (term.screen == NULL || cursor_address == NULL) {
		refuse(error);
		return (false);
	}
	tty_program_modes();
	noecho();
	curs_set(0);
	/* A frame is whole: what is typed does not break it off. */
	typeahead(-1);
	term.ascii = config->ascii || !has_utf8();
	term.mouse = config->mouse;
	start_colours(config);
	start_keys();
	if (!is_old())
		send_raw(PASTE_ON);
	prepare_restore();
	learn_size();
	send_now();
	term.open = true;
	return (true);
}

void
term_close(void)
{
	if (!term.open)
		return;
	term.open = term.lent = false;
	/* Of a frame that is not through yet the rest is of no use. */
	tty_drop();
	delwin(term.keys);
	send_raw(PASTE_OFF);
	close_screen();
	free(term.shown);
	term.shown = NULL;
	term.pasting = false;
	buf_free(&term.paste);
	buf_free(&term.restore);
}

bool
term_stalled(void)
{
	return (term.stalled);
}

bool
term_ascii(void)
{
	return (term.ascii);
}

void
term_size(int *rows, int *cols)
{
	*rows = term.rows;
	*cols = term.cols;
}

static void
show_cell(int row, int col, const struct cell *cell)
{
	wchar_t text[2] = { (wchar_t)cell->cp, L'\0' };
	cchar_t c;

	setcchar(&c, text, term.attrs[cell->style], term.pairs[cell->style],
	    NULL);
	mvadd_wch(row, col, &c);
}

static void
show_row(const struct canvas *c, int row)
{
	const struct cell *cell;
	struct cell *old;
	int col;

	for (col = 0; col < c->cols && col < term.cols; col++) {
		cell = canvas_cell(c, row, col);
		old = &term.shown[row * term.cols + col];
		if (cell->cp == old->cp && cell->width == old->width &&
		    cell->style == old->style)
			continue;
		*old = *cell;
		if (cell->width > 0)
			show_cell(row, col, cell);
	}
}

bool
term_ready(void)
{
	return (!tty_waits());
}

void
term_show(const struct canvas *c)
{
	int row;

	if (tty_waits())
		return;

	for (row = 0; row < c->rows && row < term.rows; row++)
		show_row(c, row);
	if (c->cursor_row >= 0) {
		move(c->cursor_row, c->cursor_col);
		curs_set(1);
	} else {
		curs_set(0);
	}
	refresh();
	send_now();
}

bool
term_copy(const void *p, size_t n)
{
	struct buf b = { 0 };

	if (!term.open || is_old() || n > COPY_MAX / 4 * 3)
		return (false);
	buf_adds(&b, "\033]52;c;");
	text_base64(&b, p, n);
	buf_adds(&b, "\033\\");
	send_raw(buf_str(&b));
	send_now();
	buf_free(&b);
	return (true);
}

static void
resize(void)
{
	learn_size();
	/* What the terminal kept of the old picture is not ours to guess. */
	clearok(curscr, TRUE);
	werase(stdscr);
}

void
term_redraw(void)
{
	clearok(curscr, TRUE);
}

static void
come_back(void)
{
	tty_program_modes();
	send_raw(PASTE_ON);
	resize();
	refresh();
	send_now();
}

void
term_suspend(void)
{
	tty_drop();
	send_raw(PASTE_OFF);
	endwin();
	send_drawn();
	(void)tty_finish();
	tty_shell_modes();
	guard_stop();
	tty_drop();
	come_back();
}

void
term_lend(bool lent)
{
	if (!term.open || term.lent == lent)
		return;
	term.lent = lent;
	tty_drop();
	if (!lent) {
		/* Whatever it did with the colours and its own screen. */
		send_raw("\033[m\033[?1049h");
		come_back();
		term_redraw();
		return;
	}
	send_raw(PASTE_OFF);
	endwin();
	send_drawn();
	tty_wire_modes();
}

bool
term_is_lent(void)
{
	return (term.lent);
}

void
term_pass(const void *p, size_t n)
{
	tty_send(p, n);
	(void)tty_pump();
}

bool
term_take_keys(struct buf *b)
{
	struct pollfd fd = { STDIN_FILENO, POLLIN, 0 };
	char chunk[256], *back;
	ssize_t n;

	while (poll(&fd, 1, 0) > 0 && (fd.revents & POLLIN) != 0 &&
	    (n = read(STDIN_FILENO, chunk, sizeof(chunk))) > 0) {
		back = memchr(chunk, PRESS_CONTROL(']'), (size_t)n);
		buf_add(b, chunk, back != NULL ? (size_t)(back - chunk) :
		    (size_t)n);
		if (back != NULL)
			return (false);
	}
	return (true);
}

static struct press
press_event(const MEVENT *e)
{
	struct press p = { .kind = PRESS_NONE, .row = e->y, .col = e->x };

	if (e->bstate & BUTTON4_PRESSED)
		p.kind = PRESS_WHEEL_UP;
	else if (e->bstate & BUTTON5_PRESSED)
		p.kind = PRESS_WHEEL_DOWN;
	else if (e->bstate & BUTTON1_PRESSED)
		p.kind = PRESS_CLICK;
	return (p);
}

static struct press
next_click(void)
{
	struct press none = { .kind = PRESS_NONE };

	return (term.nclicks > 0 ? term.clicks[--term.nclicks] : none);
}

/* One KEY_MOUSE may stand for several events; curses gives the last first. */
static struct press
press_mouse(void)
{
	struct press p;
	MEVENT e;

	while (getmouse(&e) == OK) {
		p = press_event(&e);
		if (p.kind != PRESS_NONE && term.nclicks < CLICKS_MAX)
			term.clicks[term.nclicks++] = p;
	}
	return (next_click());
}

static const struct {
	int		 code;
	enum press_kind	 kind;
} codes[] = {
	{ KEY_UP, PRESS_UP }, { KEY_DOWN, PRESS_DOWN },
	{ KEY_LEFT, PRESS_LEFT }, { KEY_RIGHT, PRESS_RIGHT },
	{ KEY_PPAGE, PRESS_PAGE_UP }, { KEY_NPAGE, PRESS_PAGE_DOWN },
	{ KEY_HOME, PRESS_HOME }, { KEY_END, PRESS_END },
	{ KEY_ENTER, PRESS_ENTER }, { KEY_BTAB, PRESS_BACKTAB },
	{ KEY_BACKSPACE, PRESS_BACKSPACE }, { KEY_DC, PRESS_DELETE },
	{ KEY_IC, PRESS_INSERT }
};

static struct press
press_code(wint_t code)
{
	struct press p = { .kind = PRESS_NONE };
	size_t i;

	if (code == KEY_MOUSE)
		return (press_mouse());
	if (code >= KEY_F(1) && code <= KEY_F(12)) {
		p.kind = PRESS_FUNCTION;
		p.cp = code - KEY_F0;
	}
	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if ((wint_t)codes[i].code == code)
			p.kind = codes[i].kind;
	return (p);
}

static struct press
press_char(wint_t c)
{
	struct press p = { .kind = PRESS_CHAR, .cp = (uint32_t)c };

	if (c == '\r' || c == '\n')
		p.kind = PRESS_ENTER;
	else if (c == '\t')
		p.kind = PRESS_TAB;
	else if (c == 27)
		p.kind = PRESS_ESCAPE;
	else if (c == 8 || c == 127)
		p.kind = PRESS_BACKSPACE;
	/* A key with a name is that name, whatever byte it came as. */
	if (p.kind != PRESS_CHAR)
		p.cp = 0;
	return (p);
}

/*
 * ESC and a letter that came in one piece are the letter with Alt; only those
 * that mean something are, so that no ESC is lost.
 */
static bool
take_alt(struct press *p)
{
	wint_t c;
	int kind;

	if (p->kind != PRESS_ESCAPE)
		return (false);
	kind = wget_wch(term.keys, &c);
	if (kind == ERR)
		return (false);
	if (kind == OK && (c == 'b' || c == 'f' || c == 'd' || c == 8 ||
	    c == 127)) {
		*p = press_char(c);
		p->alt = true;
		return (true);
	}
	if (kind == KEY_CODE_YES)
		ungetch((int)c);
	else
		unget_wch((wchar_t)c);
	return (false);
}

/* A paste whose end got lost must not swallow the keyboard: ESC ends it. */
static bool
paste_take(int kind, wint_t c)
{
	if (kind == KEY_CODE_YES)
		return (c == KEY_PASTE_END);
	if (c == 27)
		return (true);
	if (term.paste.len < PASTE_MAX)
		text_encode(&term.paste, c == '\r' ? '\n' : (uint32_t)c);
	return (false);
}

/* Is this ESC, just read, a key, or does it begin a sequence? */
static bool
escape_begins(void)
{
	wint_t c;
	int kind = wget_wch(term.keys, &c);

	if (kind == ERR)
		return (false);
	escape_begin(&term.escape);
	if (escape_take(&term.escape, kind == KEY_CODE_YES, c))
		return (true);
	if (kind == KEY_CODE_YES)
		ungetch((int)c);
	else
		unget_wch((wchar_t)c);
	return (false);
}

static struct press
read_key(void)
{
	struct press p = next_click();
	wint_t c;
	int kind;

	if (p.kind != PRESS_NONE)
		return (p);
	while ((kind = wget_wch(term.keys, &c)) != ERR) {
		if (escape_take(&term.escape, kind == KEY_CODE_YES, c))
			continue;
		if (term.pasting) {
			if (!paste_take(kind, c))
				continue;
			term.pasting = false;
			p.kind = PRESS_PASTE;
			p.text = buf_str(&term.paste);
			return (p);
		}
		if (kind == KEY_CODE_YES && c == KEY_PASTE_BEGIN) {
			term.pasting = true;
			buf_reset(&term.paste);
			continue;
		}
		if (kind == OK && c == 27 && escape_begins())
			continue;
		p = kind == KEY_CODE_YES ? press_code(c) : press_char(c);
		take_alt(&p);
		if (p.kind != PRESS_NONE)
			return (p);
	}
	/* A string without an end must not swallow the keyboard. */
	escape_end(&term.escape);
	return (p);
}

static void
check_hangup(void)
{
	struct pollfd fd = { STDIN_FILENO, POLLIN, 0 };

	if (poll(&fd, 1, 0) > 0 && (fd.revents & (POLLHUP | POLLERR |
	    POLLNVAL)) != 0)
		signals_raise(SIGHUP);
}

struct press
term_read(void)
{
	struct press p = { .kind = PRESS_NONE };
	struct guard_news news;

	if (!term.open)
		return (p);
	if (!tty_pump())
		signals_raise(SIGHUP);
	news = guard_take();
	if (term.lent) {
		if (news.resized)
			learn_size();
		check_hangup();
		return (p);
	}
	if (news.stop)
		term_suspend();
	else if (news.continued)
		come_back();
	else if (news.resized)
		resize();
	if (news.stop || news.continued || news.resized) {
		p.kind = PRESS_RESIZE;
		return (p);
	}
	p = read_key();
	if (p.kind == PRESS_NONE)
		check_hangup();
	return (p);
}

size_t
term_pollfds(struct pollfd *fds, size_t max)
{
	if (!term.open || max < 3)
		return (0);
	tty_pollfds(fds);
	fds[2] = (struct pollfd){ guard_fd(), POLLIN, 0 };
	return (3);
}
