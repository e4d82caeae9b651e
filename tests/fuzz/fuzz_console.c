/* SPDX-License-Identifier: ISC */
/*
 * Any bytes: a line that names simulated devices, or a lesson ("learn ID"),
 * then what happens at the terminal: keys, clicks, pastes, other sizes, time
 * that passes. The console is the real one, on a terminal of our own: what it
 * shows there is inside, whole, and can be printed.
 */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "base/signals.h"
#include "base/text.h"
#include "loop/loop.h"
#include "loop/loop_play.h"
#include "report/explain.h"
#include "ui/cells/term.h"
#include "ui/input/console.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define SPEC_MAX 200
#define DEVICES_MAX 3
#define ROWS_MAX 60
#define COLS_MAX 200
#define PRESSES_MAX 1000

/* Bytes above those of ASCII; the others are keys. */
#define OP_SPECIAL 0x80    /* to 0x9f: enum press_kind */
#define OP_PASTE 0xa0      /* a length, and so many bytes */
#define OP_RESIZE 0xa1     /* rows and columns */
#define OP_CODE_POINT 0xa2 /* three bytes */
#define OP_ALT 0xa3        /* with the next byte */
#define OP_SLASH 0xa4      /* once: no path leads out of the folder */
#define OP_STALL 0xa5      /* the terminal takes nothing, or does again */

static char folder[] = "/tmp/dfuscope-fuzz-XXXXXX";
static int home = -1; /* where the fuzzer finds its corpus */

static struct {
	struct reader r;
	unsigned presses;
	int rows;
	int cols;
	bool ascii;
	bool stalled;
	bool slashed;
	bool ended;
	struct buf paste;
} tty;

#define must(holds) must_hold(holds, #holds)

static void
must_hold(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "not so: %s\n", what);
	abort();
}

/* The terminal. */

bool
term_open(const struct term_config *config, struct buf *error)
{
	(void)error;
	tty.ascii |= config->ascii;
	return (true);
}

void
term_close(void)
{
}

bool
term_stalled(void)
{
	return (tty.stalled);
}

bool
term_ascii(void)
{
	return (tty.ascii);
}

void
term_size(int *rows, int *cols)
{
	*rows = tty.rows;
	*cols = tty.cols;
}

bool
term_ready(void)
{
	return (!tty.stalled);
}

static void
check_cell(const struct canvas *c, int row, int col)
{
	const struct cell *cell = canvas_cell(c, row, col), *next;

	must(cell != NULL && cell->style < STYLE_COUNT && cell->width <= 2);
	if (cell->width == 0) {
		must(col > 0 && canvas_cell(c, row, col - 1)->width == 2);
		return;
	}
	must(!tty.ascii || cell->cp < 0x80);
	must(cell->cp >= ' ' && text_width(cell->cp) == cell->width);
	if (cell->width == 2) {
		next = canvas_cell(c, row, col + 1);
		must(next != NULL && next->width == 0);
	}
}

void
term_show(const struct canvas *c)
{
	int row, col;

	must(!tty.stalled && c->rows == tty.rows && c->cols == tty.cols);
	must(c->cursor_row >= -1 && c->cursor_row < c->rows);
	must(c->cursor_row < 0 ||
	    (c->cursor_col >= 0 && c->cursor_col < c->cols));
	for (row = 0; row < c->rows; row++)
		for (col = 0; col < c->cols; col++)
			check_cell(c, row, col);
}

void
term_redraw(void)
{
}

bool
term_copy(const void *p, size_t n)
{
	must(p != NULL && n > 0);
	return (true);
}

size_t
term_pollfds(struct pollfd *fds, size_t max)
{
	(void)fds;
	(void)max;
	return (0);
}

/* No tool is traced here. */
void
term_lend(bool lent)
{
	must(!lent);
}

bool
term_is_lent(void)
{
	return (false);
}

void
term_pass(const void *p, size_t n)
{
	(void)p;
	must(n == 0);
}

bool
term_take_keys(struct buf *b)
{
	(void)b;
	return (true);
}

void
term_suspend(void)
{
}

static uint32_t
no_slash(uint32_t cp)
{
	return (cp == '/' ? '_' : cp);
}

static struct press
take_key(uint8_t byte)
{
	struct press p = { .kind = PRESS_CHAR, .cp = no_slash(byte) };

	switch (byte) {
	case '\r':
		p.kind = PRESS_ENTER;
		break;
	case '\t':
		p.kind = PRESS_TAB;
		break;
	case 0x1b:
		p.kind = PRESS_ESCAPE;
		break;
	case 0x7f:
		p.kind = PRESS_BACKSPACE;
		break;
	}
	return (p);
}

static struct press
take_special(uint8_t byte)
{
	struct press p = { .kind =
			       (enum press_kind)(byte % (PRESS_RESIZE + 1)) };

	if (p.kind == PRESS_CHAR || p.kind == PRESS_PASTE)
		p.kind = PRESS_NONE;
	if (p.kind == PRESS_FUNCTION)
		p.cp = 1u + reader_u8(&tty.r) % 12;
	if (p.kind == PRESS_CLICK) {
		p.row = reader_u8(&tty.r) % tty.rows;
		p.col = reader_u8(&tty.r) % tty.cols;
	}
	return (p);
}

/* As term.c hands it out: UTF-8 without a zero. */
static struct press
take_paste(void)
{
	size_t n = reader_u8(&tty.r), length;
	const char *at;
	uint32_t cp;

	if (n > reader_left(&tty.r))
		n = reader_left(&tty.r);
	buf_reset(&tty.paste);
	for (at = (const char *)reader_bytes(&tty.r, n); n > 0;
	     at += length, n -= length) {
		length = text_decode(at, n, &cp);
		if (cp != 0)
			text_encode(&tty.paste, no_slash(cp));
	}
	return (
	    (struct press){ .kind = PRESS_PASTE, .text = buf_str(&tty.paste) });
}

static void
resize(void)
{
	tty.rows = 1 + reader_u8(&tty.r) % ROWS_MAX;
	tty.cols = 1 + reader_u8(&tty.r) % COLS_MAX;
}

static struct press
take_op(uint8_t byte)
{
	struct press p = { .kind = PRESS_NONE };

	switch (byte) {
	case OP_PASTE:
		return (take_paste());
	case OP_RESIZE:
		resize();
		p.kind = PRESS_RESIZE;
		break;
	case OP_CODE_POINT:
		p.kind = PRESS_CHAR;
		p.cp = no_slash(reader_u24(&tty.r) & 0x1fffff);
		break;
	case OP_ALT:
		p = take_key(reader_u8(&tty.r) & 0x7f);
		p.alt = true;
		break;
	case OP_SLASH:
		p.kind = tty.slashed ? PRESS_NONE : PRESS_CHAR;
		p.cp = '/';
		tty.slashed = true;
		break;
	case OP_STALL:
		tty.stalled = !tty.stalled;
		break;
	}
	return (p);
}

struct press
term_read(void)
{
	uint8_t byte;

	if (reader_left(&tty.r) == 0 || tty.presses++ == PRESSES_MAX) {
		if (!tty.ended)
			signals_raise(SIGTERM);
		tty.ended = true;
		return ((struct press){ .kind = PRESS_NONE });
	}
	byte = reader_u8(&tty.r);
	if (byte < OP_SPECIAL)
		return (take_key(byte));
	return (byte < OP_PASTE ? take_special(byte) : take_op(byte));
}

/* The devices. */

static size_t
open_devices(char *names, struct transport **list)
{
	static struct dev_numbers numbers;
	struct buf error = { 0 };
	char *name, *rest = NULL, *target;
	size_t n = 0;

	numbers.last = 0;
	for (name = strtok_r(names, " ", &rest);
	     name != NULL && n < DEVICES_MAX;
	     name = strtok_r(NULL, " ", &rest)) {
		target = mem_printf(
		    "sim:%s", strncmp(name, "sim:", 4) == 0 ? name + 4 : name);
		list[n] = transport_open(target, &numbers, &error);
		n += list[n] != NULL;
		free(target);
	}
	buf_free(&error);
	return (n);
}

/* True: the line names a lesson, whose devices are then meant. */
static bool
find_lesson(const char *line, struct lesson *l, struct buf *names)
{
	struct buf error = { 0 };
	size_t i, k;

	if (strncmp(line, "learn ", 6) != 0)
		return (false);
	for (i = 0; i < lesson_texts_count; i++) {
		must(lesson_parse(l, lesson_texts[i].text, &error));
		if (strcmp(l->id, line + 6) == 0)
			break;
		lesson_free(l);
	}
	for (k = 0; i < lesson_texts_count && k < l->ndevices; k++)
		buf_addf(names, "%s ", l->devices[k]);
	return (i < lesson_texts_count);
}

static void
run(struct transport **list, size_t n, const struct lesson *lesson)
{
	struct loop_config config = {
		.virtual = true, .keep = 4096, .policy = { .interactive = true }
	};
	struct lesson_config learn = { .lesson = lesson,
	    .bench = &loop_bench };
	struct console_config console = {
		.lesson = lesson != NULL ? &learn : NULL,
		.first = lesson == NULL,
		.read_paste = explain_paste };
	struct buf error = { 0 };
	struct frontend *f;
	struct loop *l;
	struct rc rc;

	rc_init(&rc);
	console.rc = &rc;
	must(signals_open());
	l = loop_new(&config, list, n, &error);
	must(l != NULL);
	f = console_new(&console, &error);
	must(f != NULL);
	(void)loop_run(l, f, &error);
	console_free(f);
	loop_free(l);
	signals_close();
	rc_free(&rc);
	buf_free(&error);
}

static void
begin(const uint8_t *p, size_t n, struct buf *line)
{
	const uint8_t *end = n == 0 ? NULL : memchr(p, '\n', n);
	size_t length = end != NULL ? (size_t)(end - p) : n;

	if (length > SPEC_MAX)
		length = SPEC_MAX;
	buf_reset(&tty.paste);
	tty.r = reader_of(p + length, n - length);
	(void)reader_u8(&tty.r);
	tty.presses = 0;
	tty.rows = 24;
	tty.cols = 80;
	tty.ascii = n % 5 == 0;
	tty.stalled = tty.slashed = tty.ended = false;
	buf_add(line, p, length);
}

static void
remove_folder(void)
{
	struct dirent *entry;
	DIR *d = chdir(folder) == 0 ? opendir(".") : NULL;

	while (d != NULL && (entry = readdir(d)) != NULL)
		(void)unlink(entry->d_name);
	if (d != NULL)
		closedir(d);
	(void)rmdir(folder);
}

/* What is written stays in a folder of its own. */
static void
into_folder(void)
{
	if (home < 0) {
		must(setlocale(LC_ALL, "C.UTF-8") != NULL);
		home = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		must(home >= 0 && mkdtemp(folder) != NULL);
		atexit(remove_folder);
	}
	must(chdir(folder) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct transport **list =
	    mem_array(NULL, DEVICES_MAX, sizeof(struct transport *));
	struct buf line = { 0 }, names = { 0 };
	struct lesson lesson;
	bool learns;
	size_t i;

	into_folder();
	begin(p, n, &line);
	learns = find_lesson(buf_str(&line), &lesson, &names);
	if (!learns)
		buf_adds(&names, buf_str(&line));
	i = open_devices((char *)(uintptr_t)buf_str(&names), list);
	if (i > 0)
		run(list, i, learns ? &lesson : NULL);
	else
		free(list);
	if (learns)
		lesson_free(&lesson);
	buf_free(&line);
	buf_free(&names);
	buf_free(&tty.paste);
	must(fchdir(home) == 0);
	return (0);
}
