#include "ui/prompt/keys.h"

#include <string.h>

#include "base/line.h"
#include "base/text.h"

#define CONSOLE	KEY_ON(SCREEN_CONSOLE)
#define DETAIL	KEY_ON(SCREEN_DETAIL)
#define DEVICE	KEY_ON(SCREEN_DEVICE)
#define RECOVER	KEY_ON(SCREEN_RECOVER)
#define TIMELINE	KEY_ON(SCREEN_TIMELINE)
#define SEQUENCE	KEY_ON(SCREEN_SEQUENCE)
#define ROWS	(CONSOLE | SEQUENCE)
#define REQUESTS	(ROWS | DETAIL)
#define LISTS	(KEY_ON(SCREEN_DEVICES) | KEY_ON(SCREEN_SUBJECTS))
#define FINDINGS	(KEY_ON(SCREEN_FINDINGS) | KEY_ON(SCREEN_FINDING))
#define ALL	KEY_ON_ALL

const struct key_row key_rows[] = {
	{ PRESS_CHAR, ':', ACT_PROMPT, ":", "types a command; Tab completes",
	    "Command", ALL, ALL },
	{ PRESS_CHAR, '?', ACT_HELP, "?",
	    "shows the keys that work here; "
	    "once more: pages about everything",
	    "Help", ALL, ALL },
	{ PRESS_UP, 0, ACT_UP, "Up",
	    "goes a row up; the list of requests no "
	    "longer follows",
	    NULL, ALL, 0 },
	{ PRESS_DOWN, 0, ACT_DOWN, "Down", "goes a row down", NULL, ALL, 0 },
	{ PRESS_PAGE_UP, 0, ACT_PAGE_UP, "PgUp", "goes up a page", NULL, ALL,
	    0 },
	{ PRESS_PAGE_DOWN, 0, ACT_PAGE_DOWN, "PgDn", "goes down a page", NULL,
	    ALL, 0 },
	{ PRESS_HOME, 0, ACT_FIRST, "Home", "goes to the first row", NULL, ALL,
	    0 },
	{ PRESS_END, 0, ACT_LAST, "End",
	    "goes to the last row; the list of "
	    "requests follows again",
	    NULL, ALL, 0 },
	{ PRESS_ENTER, 0, ACT_OPEN, "Enter",
	    "goes deeper: opens what is "
	    "selected, decodes a request; sends nothing",
	    "Open", ROWS | LISTS | TIMELINE | FINDINGS,
	    LISTS | SEQUENCE | TIMELINE | FINDINGS },
	{ PRESS_ENTER, 0, ACT_OPEN, "Enter", "runs the rung that is selected",
	    "Run", RECOVER, RECOVER },
	{ PRESS_ESCAPE, 0, ACT_BACK, "Esc",
	    "goes back; in the console: "
	    "shows all requests again, then follows the latest",
	    "Back", ALL, ALL & ~CONSOLE },
	{ PRESS_FUNCTION, 1, ACT_ABOUT, "F1",
	    "a page about what is in "
	    "sight: the state, the request; once more: all pages",
	    "About", ALL, DETAIL | DEVICE },
	{ PRESS_CHAR, 'i', ACT_DEVICE, "i",
	    "shows the device: its memory, "
	    "alternate settings, descriptors; sends nothing",
	    "Device", CONSOLE | DETAIL, CONSOLE },
	{ PRESS_CHAR, 't', ACT_TIMES, "t",
	    "shows visits and time of each "
	    "state instead of the map, and back",
	    NULL, CONSOLE, 0 },
	{ PRESS_CHAR, 'I', ACT_WHAT_IF, "I",
	    "tells what each request would "
	    "do now, why, and what it would cost; sends nothing",
	    "If", CONSOLE | DETAIL, 0 },
	{ PRESS_TAB, 0, ACT_TAB, "Tab",
	    "changes what a small screen shows: now, if you send, requests",
	    NULL, CONSOLE, 0 },
	{ PRESS_CHAR, '0', ACT_DEVICES, "0  F2", "lists the devices", NULL, ALL,
	    0 },
	{ PRESS_FUNCTION, 2, ACT_DEVICES, NULL, NULL, NULL, ALL, 0 },
	{ PRESS_CHAR, '1', ACT_NUMBER, "1 to 9",
	    "opens the console of the "
	    "device of that number; each is left as it was; sends nothing",
	    NULL, ALL & ~RECOVER, 0 },
	{ PRESS_CHAR, '2', ACT_NUMBER, NULL, NULL, NULL, ALL & ~RECOVER, 0 },
	{ PRESS_CHAR, '3', ACT_NUMBER, NULL, NULL, NULL, ALL & ~RECOVER, 0 },
	{ PRESS_CHAR, '4', ACT_NUMBER, NULL, NULL, NULL, ALL & ~RECOVER, 0 },
	{ PRESS_CHAR, '5', ACT_NUMBER, NULL, NULL, NULL, ALL & ~RECOVER, 0 },
	{ PRESS_CHAR, '6', ACT_NUMBER, NULL, NULL, NULL, ALL & ~RECOVER, 0 },
	{ PRESS_CHAR, '7', ACT_NUMBER, NULL, NULL, NULL, ALL & ~RECOVER, 0 },
	{ PRESS_CHAR, '8', ACT_NUMBER, NULL, NULL, NULL, ALL & ~RECOVER, 0 },
	{ PRESS_CHAR, '9', ACT_NUMBER, NULL, NULL, NULL, ALL & ~RECOVER, 0 },
	{ PRESS_CHAR, PRESS_CONTROL('l'), ACT_REDRAW, "Ctrl-L",
	    "draws the screen anew", NULL, ALL, 0 },
	{ PRESS_CHAR, PRESS_CONTROL('z'), ACT_SUSPEND, NULL, NULL, NULL, ALL,
	    0 },
	{ PRESS_LEFT, 0, ACT_LEFT, "Left",
	    "decodes the request before; "
	    "moves the cursor of the scope",
	    NULL, DETAIL | TIMELINE, 0 },
	{ PRESS_RIGHT, 0, ACT_RIGHT, "Right",
	    "decodes the request behind; "
	    "moves the cursor of the scope",
	    NULL, DETAIL | TIMELINE, 0 },
	{ PRESS_FUNCTION, 3, ACT_TIMELINE, "F3",
	    "shows the states over time, "
	    "and where it stalled; sends nothing",
	    "Scope", ALL & ~TIMELINE, CONSOLE | DETAIL | SEQUENCE },
	{ PRESS_FUNCTION, 4, ACT_SEQUENCE, "F4",
	    "shows what went between host "
	    "and device, as arrows; sends nothing",
	    "Ladder", ALL & ~SEQUENCE, TIMELINE },
	{ PRESS_CHAR, '+', ACT_ZOOM_IN, "+",
	    "shows more of less: time, "
	    "or what a request holds",
	    "Zoom in", TIMELINE | SEQUENCE, TIMELINE | SEQUENCE },
	{ PRESS_CHAR, '=', ACT_ZOOM_IN, NULL, NULL, NULL, TIMELINE | SEQUENCE,
	    0 },
	{ PRESS_CHAR, '-', ACT_ZOOM_OUT, "-", "shows less of more", "out",
	    TIMELINE | SEQUENCE, TIMELINE | SEQUENCE },
	{ PRESS_CHAR, '*', ACT_FIT, "*", "shows the whole time", "All",
	    TIMELINE, TIMELINE },
	{ PRESS_CHAR, '~', ACT_GAPS, "~",
	    "shows long gaps in full, and cuts "
	    "them again",
	    "Gaps", TIMELINE, TIMELINE },
	{ PRESS_CHAR, '>', ACT_NEXT_TROUBLE, ">",
	    "goes to the next trouble: "
	    "a refusal, no answer, an overdue wait, a device gone",
	    "Trouble", TIMELINE | SEQUENCE, TIMELINE | SEQUENCE },
	{ PRESS_CHAR, '<', ACT_PREVIOUS_TROUBLE, "<",
	    "goes to the trouble "
	    "before",
	    NULL, TIMELINE | SEQUENCE, 0 },
	{ PRESS_CHAR, '}', ACT_NEXT_FINDING, "}",
	    "goes to the next finding, "
	    "and names it",
	    "Finding", TIMELINE | SEQUENCE, TIMELINE | SEQUENCE },
	{ PRESS_CHAR, '{', ACT_PREVIOUS_FINDING, "{",
	    "goes to the finding "
	    "before",
	    NULL, TIMELINE | SEQUENCE, 0 },
	{ PRESS_CHAR, 'P', ACT_PAUSE, "P",
	    "stops the list, or has it follow "
	    "again",
	    NULL, ROWS | TIMELINE, 0 },
	{ PRESS_CHAR, 'z', ACT_FOLD, "z",
	    "unfolds a loop of polls, and "
	    "folds it again",
	    NULL, ROWS, 0 },
	{ PRESS_CHAR, '/', ACT_SEARCH, "/",
	    "looks for a text in the list, "
	    "upwards",
	    NULL, REQUESTS, 0 },
	{ PRESS_CHAR, 'b', ACT_PREVIOUS, "b", "goes on looking upwards", NULL,
	    REQUESTS, 0 },
	{ PRESS_CHAR, 'n', ACT_NEXT, "n", "goes on looking downwards", NULL,
	    REQUESTS, 0 },
	{ PRESS_CHAR, 'f', ACT_FILTER, "f",
	    "shows only some requests: "
	    "\"request getstatus\", \"not outcome ok\", \"state dfuERROR\", "
	    "\"status errVENDOR\", \"since #12\", \"until #40\"",
	    NULL, ROWS, 0 },
	{ PRESS_CHAR, ' ', ACT_MARK, "Space",
	    "marks a request: gaps are "
	    "then told from it; again takes the mark away",
	    NULL, REQUESTS, 0 },
	{ PRESS_CHAR, ']', ACT_NEXT_MARK, "]", "selects the next mark", NULL,
	    REQUESTS, 0 },
	{ PRESS_CHAR, '[', ACT_PREVIOUS_MARK, "[", "selects the mark before",
	    NULL, REQUESTS, 0 },
	{ PRESS_CHAR, 'y', ACT_COPY, "y",
	    "copies the request as the journal "
	    "has it",
	    "Copy", REQUESTS, DETAIL },
	{ PRESS_CHAR, 'Y', ACT_COPY_COMMAND, "Y",
	    "copies the command that "
	    "would send it again",
	    NULL, REQUESTS, 0 },
	{ PRESS_CHAR, 'e', ACT_EDIT, "e",
	    "edits setup packet and data of a "
	    "request, byte by byte, and sends it",
	    "Edit", REQUESTS, DETAIL },
	{ PRESS_CHAR, 'r', ACT_RECOVER, "r",
	    "shows the ways out of the "
	    "present state, the mildest first; sends nothing",
	    NULL, CONSOLE | DETAIL | DEVICE, 0 },
	/* Found on their own screen only: input_recover_press. */
	{ PRESS_CHAR, '1', ACT_RECOVERY_ACTION, "1 to 9",
	    "runs the rung of that number", NULL, RECOVER, 0 },
	{ PRESS_CHAR, 'a', ACT_RECOVERY_ACTIONS, "a",
	    "runs one rung after the other, "
	    "the mildest first, until the device is out",
	    "All", RECOVER, RECOVER },
	{ PRESS_CHAR, 's', ACT_SAVE_WAY, "s", "saves what worked as a recipe",
	    "Save", RECOVER, RECOVER },
	{ PRESS_FUNCTION, 5, ACT_FINDINGS, "F5",
	    "lists what was found in "
	    "this session: mechanism, side, proof, what helps; sends nothing",
	    NULL, ALL & ~FINDINGS, 0 },
	{ PRESS_CHAR, 'T', ACT_TRY, "T",
	    "does what helps against the "
	    "finding: its command, which asks before it loses anything",
	    "Try it", FINDINGS, FINDINGS },
	{ PRESS_CHAR, '#', ACT_PROOF, "#",
	    "decodes the request that proves "
	    "the finding",
	    "Proof", FINDINGS, FINDINGS }
};
const size_t key_rows_count = sizeof(key_rows) / sizeof(key_rows[0]);

/* "screen-" keeps them apart from the names of commands. */
static const char *const act_names[ACT_COUNT] = {
	[ACT_UP] = "screen-up", [ACT_DOWN] = "screen-down",
	[ACT_LEFT] = "screen-left", [ACT_RIGHT] = "screen-right",
	[ACT_PAGE_UP] = "screen-page-up",
	[ACT_PAGE_DOWN] = "screen-page-down",
	[ACT_FIRST] = "screen-first", [ACT_LAST] = "screen-last",
	[ACT_OPEN] = "screen-open", [ACT_BACK] = "screen-back",
	[ACT_TAB] = "screen-tab", [ACT_PROMPT] = "screen-prompt",
	[ACT_HELP] = "screen-help", [ACT_ABOUT] = "screen-about",
	[ACT_DEVICE] = "screen-device", [ACT_DEVICES] = "screen-devices",
	[ACT_TIMES] = "screen-times", [ACT_WHAT_IF] = "screen-what-if",
	[ACT_PAUSE] = "screen-pause", [ACT_FOLD] = "screen-fold",
	[ACT_SEARCH] = "screen-search", [ACT_NEXT] = "screen-next",
	[ACT_PREVIOUS] = "screen-previous",
	[ACT_FILTER] = "screen-filter", [ACT_MARK] = "screen-mark",
	[ACT_NEXT_MARK] = "screen-next-mark",
	[ACT_PREVIOUS_MARK] = "screen-previous-mark",
	[ACT_COPY] = "screen-copy",
	[ACT_COPY_COMMAND] = "screen-copy-command",
	[ACT_RECOVER] = "screen-recover",
	[ACT_EDIT] = "screen-edit", [ACT_TIMELINE] = "screen-scope",
	[ACT_SEQUENCE] = "screen-ladder", [ACT_ZOOM_IN] = "screen-zoom-in",
	[ACT_ZOOM_OUT] = "screen-zoom-out", [ACT_FIT] = "screen-fit",
	[ACT_GAPS] = "screen-gaps",
	[ACT_NEXT_TROUBLE] = "screen-next-trouble",
	[ACT_PREVIOUS_TROUBLE] = "screen-previous-trouble",
	[ACT_NEXT_FINDING] = "screen-next-finding",
	[ACT_PREVIOUS_FINDING] = "screen-previous-finding",
	[ACT_FINDINGS] = "screen-findings",
	[ACT_PROOF] = "screen-proof", [ACT_TRY] = "screen-try",
	[ACT_REDRAW] = "screen-redraw",
	[ACT_SUSPEND] = "screen-suspend"
};

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

const char *
keys_act_name(enum act act)
{
	return (act_names[act]);
}

bool
keys_act_named(const char *name, enum act *act)
{
	unsigned i;

	for (i = 0; i < ACT_COUNT; i++) {
		if (act_names[i] != NULL && strcmp(act_names[i], name) == 0) {
			*act = (enum act)i;
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

struct key_does
keys_find(const struct rc *rc, const struct press *p)
{
	const struct rc_key *own = p->alt ? NULL : own_key(rc, p);
	struct key_does d = { .act = ACT_NONE };
	size_t i;

	if (own != NULL) {
		d.act = own->act;
		d.line = own->line;
		d.prompt = own->prompt;
		if (d.line != NULL)
			d.row = keys_first_command(d.line);
		return (d);
	}
	for (i = 0; i < key_rows_count && !p->alt; i++) {
		if (!keys_local(&key_rows[i]) &&
		    key_rows[i].kind == p->kind && key_rows[i].cp == p->cp) {
			d.act = key_rows[i].act;
			return (d);
		}
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
keys_local(const struct key_row *row)
{
	return (row->on == RECOVER);
}

bool
keys_command(enum screen_id screen)
{
	return (screen == SCREEN_CONSOLE || screen == SCREEN_DETAIL ||
	    screen == SCREEN_DEVICE || screen == SCREEN_TIMELINE ||
	    screen == SCREEN_SEQUENCE);
}
