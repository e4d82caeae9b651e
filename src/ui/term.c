#include "ui/term.h"

#include <curses.h>
#include <langinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/guard.h"

#define PASTE_ON	"\033[?2004h"
#define PASTE_OFF	"\033[?2004l"
#define KEY_PASTE_BEGIN	(KEY_MAX + 1)
#define KEY_PASTE_END	(KEY_MAX + 2)
#define PASTE_MAX	65536
/* What terminals commonly take in one OSC 52, as base64. */
#define COPY_MAX	74994

/* There is one terminal. */
static struct {
	bool		 open;
	bool		 ascii;
	bool		 mouse;
	SCREEN		*screen;
	WINDOW		*keys;		/* a pad: reading does not refresh */
	struct cell	*shown;		/* what curses was told last */
	int		 rows;
	int		 cols;
	bool		 pasting;
	struct buf	 paste;
	struct buf	 restore;
	attr_t		 attrs[STYLE_COUNT];
	short		 pairs[STYLE_COUNT];
} term;

/*
 * A role's look: attributes, and its colour where there are 8 or 16 on a dark
 * ground and on a light one, and where there are 256. Those 256 are half as
 * bright as can be, so that they are read on both grounds.
 */
static const struct {
	attr_t	attrs;
	short	dark;
	short	light;
	short	rich;
} looks[STYLE_COUNT] = {
	[STYLE_NORMAL]		= { 0, -1, -1, -1 },
	[STYLE_DIM]		= { A_DIM, -1, -1, 244 },
	[STYLE_FRAME]		= { A_DIM, -1, -1, 243 },
	[STYLE_TITLE]		= { A_BOLD, -1, -1, -1 },
	[STYLE_LABEL]		= { A_DIM, -1, -1, 244 },
	[STYLE_STRONG]		= { A_BOLD, -1, -1, -1 },
	[STYLE_PRESENT]		= { A_BOLD | A_REVERSE, -1, -1, -1 },
	[STYLE_BELIEVED]	= { A_BOLD, COLOR_CYAN, COLOR_BLUE, 31 },
	[STYLE_WAY]		= { A_BOLD, COLOR_CYAN, COLOR_BLUE, 63 },
	[STYLE_GOOD]		= { A_BOLD, COLOR_GREEN, -1, 28 },
	[STYLE_WARNING]		= { A_BOLD, COLOR_MAGENTA, COLOR_MAGENTA,
	    130 },
	[STYLE_DANGER]		= { A_BOLD, COLOR_RED, COLOR_RED, 196 },
	[STYLE_KEY]		= { A_BOLD, COLOR_CYAN, COLOR_BLUE, 31 },
	[STYLE_KEY_DANGER]	= { A_BOLD, COLOR_RED, COLOR_RED, 196 },
	[STYLE_SELECTED]	= { A_REVERSE, -1, -1, -1 },
	[STYLE_BAR]		= { A_BOLD, -1, -1, -1 },
	[STYLE_WRONG]		= { A_BOLD | A_UNDERLINE, COLOR_RED,
	    COLOR_RED, 196 }
};

static bool
is_light(const struct term_config *config)
{
	const char *s = getenv("COLORFGBG");

	if (config->ground != TERM_GROUND_AUTO)
		return (config->ground == TERM_GROUND_LIGHT);
	/* "15;0": foreground; background. */
	if (s == NULL || (s = strrchr(s, ';')) == NULL)
		return (false);
	return (strcmp(s, ";7") == 0 || strcmp(s, ";15") == 0);
}

static void
start_colours(const struct term_config *config)
{
	const char *no = getenv("NO_COLOR");
	bool colours = config->colour && (no == NULL || *no == '\0') &&
	    has_colors(), light = is_light(config);
	short pair = 1, colour;
	int i;

	if (colours && start_color() == OK)
		use_default_colors();
	else
		colours = false;
	for (i = 0; i < STYLE_COUNT; i++) {
		colour = !colours ? -1 : COLORS >= 256 ? looks[i].rich :
		    light ? looks[i].light : looks[i].dark;
		term.attrs[i] = looks[i].attrs;
		term.pairs[i] = 0;
		if (colour < 0 || pair >= COLOR_PAIRS)
			continue;
		/* A colour that is faint already need not be made fainter. */
		if (COLORS >= 256)
			term.attrs[i] &= (attr_t)~A_DIM;
		if (init_pair(pair, colour, -1) == OK)
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

static void
send_raw(const char *s)
{
	fputs(s, stdout);
	fflush(stdout);
}

static void
start_keys(void)
{
	term.keys = newpad(1, 1);
	keypad(term.keys, TRUE);
	nodelay(term.keys, TRUE);
	define_key("\033[200~", KEY_PASTE_BEGIN);
	define_key("\033[201~", KEY_PASTE_END);
	if (term.mouse)
		mousemask(BUTTON1_PRESSED | BUTTON1_CLICKED |
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
	getmaxyx(stdscr, term.rows, term.cols);
	free(term.shown);
	term.shown = mem_alloc((size_t)term.rows * (size_t)term.cols *
	    sizeof(*term.shown));
}

bool
term_open(const struct term_config *config, struct buf *error)
{
	if (term.open)
		return (true);
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		buf_adds(error, "the console needs a terminal");
		return (false);
	}
	if (!guard_open()) {
		buf_adds(error, "no pipe for signals");
		return (false);
	}
	term.screen = newterm(NULL, stdout, stdin);
	if (term.screen == NULL) {
		guard_close();
		buf_addf(error, "terminal type \"%s\" is not known",
		    getenv("TERM") == NULL ? "" : getenv("TERM"));
		return (false);
	}
	cbreak();
	noecho();
	nonl();
	curs_set(0);
	term.ascii = config->ascii || !has_utf8();
	term.mouse = config->mouse;
	start_colours(config);
	start_keys();
	if (!is_old())
		send_raw(PASTE_ON);
	prepare_restore();
	learn_size();
	term.open = true;
	return (true);
}

void
term_close(void)
{
	if (!term.open)
		return;
	term.open = false;
	delwin(term.keys);
	send_raw(PASTE_OFF);
	endwin();
	delscreen(term.screen);
	guard_close();
	free(term.shown);
	term.shown = NULL;
	term.pasting = false;
	buf_free(&term.paste);
	buf_free(&term.restore);
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

void
term_show(const struct canvas *c)
{
	int row;

	for (row = 0; row < c->rows && row < term.rows; row++)
		show_row(c, row);
	if (c->cursor_row >= 0) {
		move(c->cursor_row, c->cursor_col);
		curs_set(1);
	} else {
		curs_set(0);
	}
	refresh();
}

static void
add_base64(struct buf *b, const uint8_t *p, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t v;
	size_t i, k;

	for (i = 0; i < n; i += 3) {
		v = (uint32_t)p[i] << 16;
		if (i + 1 < n)
			v |= (uint32_t)p[i + 1] << 8;
		if (i + 2 < n)
			v |= p[i + 2];
		for (k = 0; k < 4; k++)
			buf_addc(b, i + k > n ? '=' :
			    digits[v >> (18 - 6 * k) & 0x3f]);
	}
}

bool
term_copy(const void *p, size_t n)
{
	struct buf b = { 0 };

	if (!term.open || is_old() || n > COPY_MAX / 4 * 3)
		return (false);
	buf_adds(&b, "\033]52;c;");
	add_base64(&b, p, n);
	buf_adds(&b, "\033\\");
	send_raw(buf_str(&b));
	buf_free(&b);
	return (true);
}

static void
resize(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 ||
	    size.ws_row == 0 || size.ws_col == 0)
		return;
	resizeterm(size.ws_row, size.ws_col);
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
	reset_prog_mode();
	send_raw(PASTE_ON);
	clearok(curscr, TRUE);
	resize();
	refresh();
}

void
term_suspend(void)
{
	send_raw(PASTE_OFF);
	endwin();
	guard_stop();
	come_back();
}

static struct press
press_mouse(void)
{
	struct press p = { .kind = PRESS_NONE };
	MEVENT e;

	if (getmouse(&e) != OK)
		return (p);
	p.row = e.y;
	p.col = e.x;
	if (e.bstate & BUTTON4_PRESSED)
		p.kind = PRESS_WHEEL_UP;
	else if (e.bstate & BUTTON5_PRESSED)
		p.kind = PRESS_WHEEL_DOWN;
	else if (e.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED))
		p.kind = PRESS_CLICK;
	return (p);
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

static struct press
read_key(void)
{
	struct press p = { .kind = PRESS_NONE };
	wint_t c;
	int kind;

	while ((kind = wget_wch(term.keys, &c)) != ERR) {
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
		p = kind == KEY_CODE_YES ? press_code(c) : press_char(c);
		take_alt(&p);
		if (p.kind != PRESS_NONE)
			return (p);
	}
	return (p);
}

static void
check_hangup(void)
{
	struct pollfd fd = { STDIN_FILENO, POLLIN, 0 };

	if (poll(&fd, 1, 0) > 0 && (fd.revents & (POLLHUP | POLLERR |
	    POLLNVAL)) != 0)
		guard_signal(SIGHUP);
}

struct press
term_read(void)
{
	struct press p = { .kind = PRESS_NONE };
	struct guard_news news;

	if (!term.open)
		return (p);
	news = guard_take();
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
	if (!term.open || max < 2)
		return (0);
	fds[0] = (struct pollfd){ STDIN_FILENO, POLLIN, 0 };
	fds[1] = (struct pollfd){ guard_fd(), POLLIN, 0 };
	return (2);
}

int
term_signalled(void)
{
	return (guard_signalled());
}
