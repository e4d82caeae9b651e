/* SPDX-License-Identifier: ISC */
#include "ui/prompt/keys.h"

#include <string.h>

#include "base/line.h"
#include "base/text.h"

/* For the columns on and bar. */
#define CONSOLE		KEY_ON(SCREEN_CONSOLE)
#define SERVED		KEY_ON(SCREEN_SERVED)
#define CONSOLES	(CONSOLE | SERVED)
#define FAULTS		KEY_ON(SCREEN_FAULTS)
#define DETAIL		KEY_ON(SCREEN_DETAIL)
#define DEVICE		KEY_ON(SCREEN_DEVICE)
#define LESSON		KEY_ON(SCREEN_LESSON)
#define WHAT_IF		KEY_ON(SCREEN_WHAT_IF)
#define RECOVER		KEY_ON(SCREEN_RECOVER)
#define TIMELINE	KEY_ON(SCREEN_TIMELINE)
#define SEQUENCE	KEY_ON(SCREEN_SEQUENCE)
#define DIFFERENCE	KEY_ON(SCREEN_DIFFERENCE)
#define ROWS		(CONSOLES | SEQUENCE)
#define REQUESTS	(ROWS | DETAIL)
#define LISTS		(KEY_ON(SCREEN_DEVICES) | KEY_ON(SCREEN_SUBJECTS))
#define FINDINGS	(KEY_ON(SCREEN_FINDINGS) | KEY_ON(SCREEN_FINDING))
#define VERDICT		KEY_ON(SCREEN_VERDICT)
#define SEARCHED	(VERDICT | KEY_ON(SCREEN_HELP) | \
			KEY_ON(SCREEN_HELP_COMMAND) | KEY_ON(SCREEN_PAGE))
#define ALL		KEY_ON_ALL

const struct key_row key_rows[] = {
#define KEY(a, does, w, k, c, shown, says, ...)	{ .kind = PRESS_##k,	\
	.cp = c, .act = ACT_##a, .word = w, .name = shown,		\
	.sentence = says, __VA_ARGS__ },
#define ALSO(a, k, c, ...)	{ .kind = PRESS_##k, .cp = c,		\
	.act = ACT_##a, __VA_ARGS__ },
#include "ui/prompt/screens.def"
};
const size_t key_rows_count = sizeof(key_rows) / sizeof(key_rows[0]);

static const struct {
	const char	*name;
	enum press_kind	 kind;
	uint32_t	 cp;
} named[] = {
	{ "Space", PRESS_CHAR, ' ' }, { "Up", PRESS_UP, 0 },
	{ "Down", PRESS_DOWN, 0 }, { "Left", PRESS_LEFT, 0 },
	{ "Right", PRESS_RIGHT, 0 }, { "PgUp", PRESS_PAGE_UP, 0 },
	{ "PgDn", PRESS_PAGE_DOWN, 0 }, { "Home", PRESS_HOME, 0 },
	{ "End", PRESS_END, 0 }, { "Enter", PRESS_ENTER, 0 },
	{ "Esc", PRESS_ESCAPE, 0 }, { "Tab", PRESS_TAB, 0 },
	{ "BackTab", PRESS_BACKTAB, 0 },
	{ "Backspace", PRESS_BACKSPACE, 0 }, { "Del", PRESS_DELETE, 0 },
	{ "Ins", PRESS_INSERT, 0 }
};
#define NNAMED	(sizeof(named) / sizeof(named[0]))

/* A name for each character, to be pointed to. */
static const char *
char_name(int c)
{
	static char names[128][2];

	if (c <= ' ' || c > '~')
		return (c == ' ' ? "Space" : NULL);
	names[c][0] = (char)c;
	return (names[c]);
}

void
keys_name(const struct press *p, struct buf *b)
{
	size_t i;

	if (p->kind == PRESS_FUNCTION) {
		buf_addf(b, "F%u", p->cp);
		return;
	}
	for (i = 0; i < NNAMED; i++) {
		if (named[i].kind == p->kind && named[i].cp == p->cp) {
			buf_adds(b, named[i].name);
			return;
		}
	}
	if (p->cp < 0x20)
		buf_addf(b, "Ctrl-%c", (int)(p->cp + 0x40));
	else
		text_encode(b, p->cp);
}

bool
keys_named(const char *name, struct press *p)
{
	size_t n = strlen(name), i;
	uint64_t number;

	*p = (struct press){ .kind = PRESS_CHAR };
	for (i = 0; i < NNAMED; i++) {
		if (strcmp(named[i].name, name) == 0) {
			p->kind = named[i].kind;
			p->cp = named[i].cp;
			return (true);
		}
	}
	if (n == 6 && strncmp(name, "Ctrl-", 5) == 0 && name[5] >= '@' &&
	    name[5] <= 'z') {
		p->cp = PRESS_CONTROL(name[5]);
		/* These are keys with names of their own. */
		return (p->cp != 0 && strchr("\b\t\n\r\033", (int)p->cp) ==
		    NULL);
	}
	if (*name == 'F' && n > 1 && text_number(name + 1, 12, &number)) {
		p->kind = PRESS_FUNCTION;
		p->cp = (uint32_t)number;
		return (number > 0);
	}
	return (n > 0 && text_decode(name, n, &p->cp) == n &&
	    text_width(p->cp) > 0);
}

const struct key_row *
keys_row(enum act act)
{
	const struct key_row *row = key_rows;

	while (row->act != act)
		row++;
	return (row);
}

/* Words of version 0.1.0, which the operator's file may still have. */
static const struct {
	const char	*old;
	const char	*word;
} old_words[] = {
	{ "screen-scope", "screen-timeline" },
	{ "screen-ladder", "screen-sequence" },
	{ "screen-next-trouble", "screen-next-problem" },
	{ "screen-previous-trouble", "screen-previous-problem" },
};

bool
keys_act_named(const char *name, enum act *act)
{
	size_t i;

	for (i = 0; i < sizeof(old_words) / sizeof(old_words[0]); i++) {
		if (strcmp(old_words[i].old, name) == 0)
			name = old_words[i].word;
	}
	for (i = 0; i < key_rows_count; i++) {
		if (key_rows[i].word != NULL &&
		    strcmp(key_rows[i].word, name) == 0) {
			*act = key_rows[i].act;
			return (true);
		}
	}
	return (false);
}

const struct command_row *
keys_first_command(const char *line)
{
	const struct command_row *row = NULL;
	struct line_reader w;

	line_begin(&w, line);
	if (line_next_command(&w))
		row = command_named(line_peek(&w));
	line_end(&w);
	return (row);
}

static const struct rc_key *
own_key(const struct rc *rc, const struct press *p)
{
	size_t i;

	for (i = 0; rc != NULL && i < rc->nkeys; i++)
		if (rc->keys[i].press.kind == p->kind &&
		    rc->keys[i].press.cp == p->cp)
			return (&rc->keys[i]);
	return (NULL);
}

static const char *
line_of(const struct command_row *row)
{
	return (row->press != NULL ? row->press : row->name);
}

/* The row of a key: of all screens, or of that one alone. */
static const struct key_row *
row_of(const struct press *p, bool local, enum screen_id screen)
{
	const struct key_row *row;
	size_t i;

	if (p->alt || p->kind == PRESS_NONE)
		return (NULL);
	for (i = 0; i < key_rows_count; i++) {
		row = &key_rows[i];
		if (row->kind == p->kind && row->local == local &&
		    p->cp >= row->cp && p->cp <= (row->last != 0 ? row->last :
		    row->cp) && (!local || keys_work(row, screen)))
			return (row);
	}
	return (NULL);
}

struct key_does
keys_find(const struct rc *rc, enum screen_id screen, const struct press *p)
{
	const struct rc_key *own = p->alt ? NULL : own_key(rc, p);
	const struct key_row *row = row_of(p, true, screen);
	struct key_does d = { .act = ACT_NONE };

	if (row == NULL && own != NULL) {
		d.act = own->act;
		d.line = own->line;
		d.prompt = own->prompt;
		if (d.line != NULL)
			d.row = keys_first_command(d.line);
		return (d);
	}
	if (row == NULL)
		row = row_of(p, false, screen);
	if (row != NULL) {
		d.act = row->act;
		return (d);
	}
	if (p->kind == PRESS_CHAR && !p->alt && p->cp > ' ' && p->cp <= '~')
		d.row = command_keyed((int)p->cp);
	if (d.row == NULL)
		return (d);
	d.line = line_of(d.row);
	/* A text of the table that ends with a blank is to be finished. */
	d.prompt = d.line[strlen(d.line) - 1] == ' ';
	return (d);
}

/* The command alone, or the command to be finished in the prompt. */
static bool
fires(const struct rc_key *k, const struct command_row *row)
{
	return (k->line != NULL && (strcmp(k->line, line_of(row)) == 0 ||
	    (k->prompt && keys_first_command(k->line) == row)));
}

const char *
keys_of_command(const struct rc *rc, const struct command_row *row)
{
	struct press p = { .kind = PRESS_CHAR, .cp = (uint32_t)row->key };
	size_t i;

	for (i = 0; rc != NULL && i < rc->nkeys; i++)
		if (fires(&rc->keys[i], row))
			return (rc->keys[i].name);
	if (row->key == 0 || own_key(rc, &p) != NULL)
		return (NULL);
	return (char_name(row->key));
}

const char *
keys_of_act(const struct rc *rc, enum act act)
{
	struct press p = { .kind = PRESS_NONE };
	size_t i;

	for (i = 0; rc != NULL && i < rc->nkeys; i++)
		if (rc->keys[i].act == act)
			return (rc->keys[i].name);
	for (i = 0; i < key_rows_count; i++) {
		p.kind = key_rows[i].kind;
		p.cp = key_rows[i].cp;
		if (key_rows[i].act == act && key_rows[i].name != NULL &&
		    own_key(rc, &p) == NULL)
			return (p.kind == PRESS_CHAR && p.cp >= 0x20 ?
			    char_name((int)p.cp) : key_rows[i].name);
	}
	return (NULL);
}

bool
keys_work(const struct key_row *row, enum screen_id screen)
{
	return ((row->on & KEY_ON(screen)) != 0);
}

bool
keys_live(const struct key_row *row, enum screen_id screen, bool served)
{
	return (keys_work(row, screen) && !(served && row->asks));
}
