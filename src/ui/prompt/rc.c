/* SPDX-License-Identifier: ISC */
#include "ui/prompt/rc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/line.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"
#include "command/command.h"
#include "job/job.h"
#include "ui/prompt/keys.h"

#define JOURNALS	100

/* One setting: the words it takes, in the order of its values; or a number. */
static const struct setting {
	const char	*name;
	const char	*values[3];	/* none: a number from 1 on */
	size_t		 offset;
	const char	*comment;
} settings[] = {
	{ "color", { "never", "auto" }, offsetof(struct rc, color),
	    "never; auto: if the terminal has colours" },
	{ "background", { "auto", "dark", "light" },
	    offsetof(struct rc, background),
	    "background of the terminal, for 8 and 16 colours; auto reads "
	    "$COLORFGBG" },
	{ "ascii", { "off", "on" }, offsetof(struct rc, ascii),
	    "on: draw lines and arrows in ASCII" },
	{ "mouse", { "off", "on" }, offsetof(struct rc, mouse),
	    "on: select by clicks; hold Shift to mark text" },
	{ "clipboard", { "off", "on" }, offsetof(struct rc, clipboard),
	    "on: copy to the clipboard of the terminal (OSC 52)" },
	{ "history", { "off", "on" }, offsetof(struct rc, history),
	    "on: keep the history of the prompt in a file" },
	{ "journals", { NULL }, offsetof(struct rc, journals),
	    "how many to keep; the oldest are removed" },
	{ "keep-events", { NULL }, offsetof(struct rc, keep_events),
	    "how many stay in memory; the journal keeps the older ones" }
};
#define NSETTINGS	(sizeof(settings) / sizeof(settings[0]))

void
rc_init(struct rc *rc)
{
	*rc = (struct rc){ .color = true, .mouse = true, .clipboard = true,
	    .history = true, .journals = JOURNALS,
	    .keep_events = RC_KEEP_EVENTS };
}

static void
free_key(struct rc_key *k)
{
	free(k->name);
	free(k->line);
}

void
rc_free(struct rc *rc)
{
	while (rc->nkeys > 0)
		free_key(&rc->keys[--rc->nkeys]);
	free(rc->keys);
	rc->keys = NULL;
}

static unsigned
get(const struct rc *rc, const struct setting *s)
{
	const char *p = (const char *)rc + s->offset;

	if (s->offset == offsetof(struct rc, background))
		return (rc->background);
	if (s->offset == offsetof(struct rc, journals))
		return (rc->journals);
	if (s->offset == offsetof(struct rc, keep_events))
		return (rc->keep_events);
	return (*(const bool *)(const void *)p);
}

static void
put(struct rc *rc, const struct setting *s, unsigned value)
{
	char *p = (char *)rc + s->offset;

	if (s->offset == offsetof(struct rc, background))
		rc->background = (enum rc_background)value;
	else if (s->offset == offsetof(struct rc, journals))
		rc->journals = value;
	else if (s->offset == offsetof(struct rc, keep_events))
		rc->keep_events = value;
	else
		*(bool *)(void *)p = value != 0;
}

static void
expected(struct buf *error, const char *what, struct line_reader *w)
{
	buf_addf(error, "expected %s, not ", what);
	line_show(w, error);
}

static bool
nothing_left(struct line_reader *w, struct buf *error)
{
	if (line_peek(w) == NULL && *w->p != ';' && !w->broken)
		return (true);
	buf_adds(error, "too many words: ");
	if (line_peek(w) == NULL)
		buf_adds(error, "\";\"");
	else
		line_show(w, error);
	return (false);
}

static bool
set_number(struct rc *rc, const struct setting *s, struct line_reader *w,
    struct buf *error)
{
	unsigned most = s->offset == offsetof(struct rc, journals) ?
	    RC_JOURNALS_MAX : RC_KEEP_EVENTS_MAX;
	struct buf range = { 0 };
	uint64_t n;
	bool ok;

	buf_addf(&range, "a number from 1 to %u", most);
	ok = line_number(w, buf_str(&range), most, &n, error);
	if (ok && n == 0)
		buf_addf(error, "expected %s, not \"0\"", buf_str(&range));
	ok = ok && n != 0 && nothing_left(w, error);
	if (ok)
		put(rc, s, (unsigned)n);
	buf_free(&range);
	return (ok);
}

static bool
set_word(struct rc *rc, const struct setting *s, struct line_reader *w,
    struct buf *error)
{
	unsigned i;

	for (i = 0; i < 3 && s->values[i] != NULL; i++) {
		if (!line_accept(w, s->values[i]))
			continue;
		if (!nothing_left(w, error))
			return (false);
		put(rc, s, i);
		return (true);
	}
	buf_addf(error, "%s: ", s->name);
	expected(error, s->values[2] != NULL ? "auto, dark or light" :
	    strcmp(s->values[1], "auto") == 0 ? "auto or never" :
	    "on or off", w);
	return (false);
}

static bool
parse_set(struct rc *rc, struct line_reader *w, struct buf *error)
{
	struct nearest near;
	size_t i;

	for (i = 0; i < NSETTINGS; i++)
		if (line_accept(w, settings[i].name))
			return (settings[i].values[0] == NULL ?
			    set_number(rc, &settings[i], w, error) :
			    set_word(rc, &settings[i], w, error));
	buf_adds(error, "unknown setting ");
	line_show(w, error);
	nearest_begin(&near, line_peek(w));
	for (i = 0; i < NSETTINGS; i++)
		nearest_offer(&near, settings[i].name);
	nearest_ask(&near, error);
	return (false);
}

/* The commands behind the key as typed, without a comment and blanks. */
static char *
take_line(struct line_reader *w)
{
	struct buf b = { 0 };
	const char *start, *end;

	line_peek(w);
	start = end = w->at;
	for (;;) {
		while (line_peek(w) != NULL) {
			end = w->p;
			line_take(w);
		}
		if (*w->p != ';')
			break;
		w->p++;
	}
	buf_add(&b, start, (size_t)(end - start));
	return (buf_take(&b));
}

/* Text in quotes is put into the prompt, to be finished there. */
static bool
take_prompt(struct rc_key *k, struct line_reader *w, struct buf *error)
{
	const char *text = line_peek(w);

	if (keys_first_command(text) == NULL) {
		buf_adds(error, "unknown command ");
		line_show(w, error);
		command_unknown(text, error);
		return (false);
	}
	k->line = mem_strdup(text);
	k->prompt = true;
	line_take(w);
	return (true);
}

static bool
compile_key(struct rc_key *k, struct line_reader *w, struct buf *error)
{
	struct job *j;

	line_peek(w);
	if (*w->at == '"')
		return (take_prompt(k, w, error));
	k->line = take_line(w);
	j = command_compile(k->line, error, NULL);
	job_free(j);
	if (j == NULL)
		free(k->line);
	return (j != NULL);
}

static void
bind(struct rc *rc, const struct rc_key *k)
{
	size_t i;

	for (i = 0; i < rc->nkeys; i++) {
		if (rc->keys[i].press.kind == k->press.kind &&
		    rc->keys[i].press.cp == k->press.cp) {
			free_key(&rc->keys[i]);
			rc->keys[i] = *k;
			return;
		}
	}
	rc->keys = mem_array(rc->keys, rc->nkeys + 1, sizeof(*rc->keys));
	rc->keys[rc->nkeys++] = *k;
}

static bool
parse_key(struct rc *rc, struct line_reader *w, struct buf *error)
{
	struct rc_key k = { .act = ACT_NONE };
	struct buf name = { 0 };
	bool ok = true;

	if (line_peek(w) == NULL || !keys_named(line_peek(w), &k.press)) {
		expected(error, "a key (a character, Space, Tab, Up, F5, "
		    "Ctrl-X ...)", w);
		return (false);
	}
	line_take(w);
	if (line_peek(w) == NULL) {
		expected(error, "a command after the key", w);
		return (false);
	}
	if (keys_act_named(line_peek(w), &k.act))
		line_take(w);
	else if (!line_accept(w, "none"))
		ok = compile_key(&k, w, error);
	if (!ok)
		return (false);
	if (!nothing_left(w, error)) {
		free(k.line);
		return (false);
	}
	keys_name(&k.press, &name);
	k.name = buf_take(&name);
	bind(rc, &k);
	return (true);
}

static bool
parse_line(struct rc *rc, struct line_reader *w, struct buf *error)
{
	if (line_accept(w, "key"))
		return (parse_key(rc, w, error));
	if (line_accept(w, "set"))
		return (parse_set(rc, w, error));
	expected(error, "key or set", w);
	return (false);
}

void
rc_parse(struct rc *rc, const char *text, const char *name,
    struct buf *errors)
{
	struct buf line = { 0 }, error = { 0 };
	unsigned number = 0;
	struct line_reader w;
	size_t n;

	for (; *text != '\0'; text += n + (text[n] != '\0')) {
		n = strcspn(text, "\n");
		number++;
		buf_reset(&line);
		buf_reset(&error);
		buf_add(&line, text, n);
		line_begin(&w, buf_str(&line));
		if (line_peek(&w) == NULL && *w.p != ';') {
			line_end(&w);
			continue;
		}
		if (!parse_line(rc, &w, &error)) {
			text_escape(errors, name, strlen(name));
			buf_addf(errors, ", line %u: %s\n", number,
			    buf_str(&error));
		}
		line_end(&w);
	}
	buf_free(&line);
	buf_free(&error);
}

static void
print_key(struct buf *b, const char *key, const char *does, bool prompt)
{
	buf_adds(b, "key ");
	if (*key == '"' || *key == '#' || *key == ';' ||
	    (uint8_t)*key >= 0x80)
		text_quote(b, key, strlen(key));
	else
		buf_adds(b, key);
	buf_addc(b, ' ');
	if (prompt)
		text_quote(b, does, strlen(does));
	else
		buf_adds(b, does);
	buf_addc(b, '\n');
}

static void
print_settings(const struct rc *rc, struct buf *b)
{
	const struct setting *s;
	size_t i, start;
	unsigned value;

	for (i = 0; i < NSETTINGS; i++) {
		s = &settings[i];
		value = get(rc, s);
		start = b->len;
		buf_addf(b, "set %s ", s->name);
		if (s->values[0] != NULL)
			buf_adds(b, s->values[value]);
		else
			buf_addf(b, "%u", value);
		do
			buf_addc(b, ' ');
		while (b->len - start < 24);
		buf_addf(b, "# %s\n", s->comment);
	}
}

static bool
is_own(const struct rc *rc, const struct press *p)
{
	size_t i;

	for (i = 0; i < rc->nkeys; i++)
		if (rc->keys[i].press.kind == p->kind &&
		    rc->keys[i].press.cp == p->cp)
			return (true);
	return (false);
}

/* Keys of the tables that the operator has left alone. */
static void
print_tables(const struct rc *rc, struct buf *b)
{
	struct buf name = { 0 };
	struct press p = { .kind = PRESS_NONE };
	const struct command_row *row;
	struct key_does does;
	const char *word;
	size_t i;

	for (i = 0; i < key_rows_count; i++) {
		p.kind = key_rows[i].kind;
		p.cp = key_rows[i].cp;
		word = keys_row(key_rows[i].act)->word;
		if (word == NULL || p.kind == PRESS_NONE || is_own(rc, &p))
			continue;
		buf_reset(&name);
		keys_name(&p, &name);
		print_key(b, buf_str(&name), word, false);
	}
	for (i = 0; (row = command_at(i)) != NULL; i++) {
		p = (struct press){ .kind = PRESS_CHAR,
		    .cp = (uint32_t)row->key };
		if (p.cp == 0 || is_own(rc, &p))
			continue;
		buf_reset(&name);
		keys_name(&p, &name);
		does = keys_find(NULL, SCREEN_CONSOLE, &p);
		print_key(b, buf_str(&name), does.line, does.prompt);
	}
	buf_free(&name);
}

void
rc_print(const struct rc *rc, struct buf *b)
{
	const struct rc_key *k;
	size_t i;

	print_settings(rc, b);
	buf_addc(b, '\n');
	for (i = 0; i < rc->nkeys; i++) {
		k = &rc->keys[i];
		print_key(b, k->name, k->act != ACT_NONE ?
		    keys_row(k->act)->word : k->line != NULL ? k->line :
		    "none", k->prompt);
	}
	print_tables(rc, b);
}
