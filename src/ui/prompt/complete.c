/* SPDX-License-Identifier: ISC */
#include "ui/prompt/complete.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/line.h"
#include "base/mem.h"
#include "base/text.h"
#include "command/command.h"
#include "dfu/spec.h"
#include "dfu/stack.h"
#include "diagnosis/recovery.h"
#include "diagnosis/verdict.h"
#include "diagnosis/what_if.h"
#include "job/condition.h"
#include "script/script.h"
#include "ui/list/list_filter.h"
#include "ui/prompt/files.h"
#include "wire/xfer.h"

struct search {
	const char	*word;
	size_t		 length;
	char		*first;		/* the first that fits */
	size_t		 common;	/* letters all that fit begin with */
	size_t		 count;
	size_t		 skip;	/* what choices need not repeat: a folder */
	bool		 files;		/* file names were offered */
	struct buf	*choices;
};

static void
offer(struct search *s, const char *name)
{
	size_t i = 0;

	if (strncasecmp(name, s->word, s->length) != 0)
		return;
	if (s->count++ == 0) {
		s->first = mem_strdup(name);
		s->common = strlen(name);
	} else {
		while (i < s->common && name[i] == s->first[i])
			i++;
		s->common = i;
		buf_addc(s->choices, ' ');
	}
	buf_adds(s->choices, name + (s->skip < strlen(name) ? s->skip : 0));
}

/* Words that are rows of a table: the nth, or NULL behind the last. */

static const char *
command_word(size_t n)
{
	const struct command_row *row = command_at(n);

	return (row != NULL ? row->name : NULL);
}

static const char *
condition_word(size_t n)
{
	return (n < condition_rows_count ? condition_rows[n].word : NULL);
}

static const char *
state_word(size_t n)
{
	return (n < DFU_STATE_COUNT ? dfu_state_name((uint8_t)n) : NULL);
}

static const char *
status_word(size_t n)
{
	return (n < DFU_STATUS_COUNT ? dfu_status_name((uint8_t)n) : NULL);
}

static const char *
outcome_word(size_t n)
{
	n += OUTCOME_OK;
	return (n < OUTCOME_COUNT ? outcome_name((enum outcome)n) : NULL);
}

static const char *
verdict_word(size_t n)
{
	return (n < verdict_meanings_count ? verdict_meanings[n].word : NULL);
}

static const char *
stack_word(size_t n)
{
	return (n < dfu_stacks_count ? dfu_stacks[n].id : NULL);
}

static const char *
tool_word(size_t n)
{
	return (n < scripts_count ? scripts[n]->name : NULL);
}

static const char *
task_word(size_t n)
{
	return (n <= SCRIPT_FLASH ? script_tasks[n] : NULL);
}

static const char *
what_if_word(size_t n)
{
	return (n < what_if_rows_count ? what_if_rows[n].ask : NULL);
}

static const char *
recovery_word(size_t n)
{
	return (n < RECOVERY_COUNT ? recovery_rows[n].id : NULL);
}

static const struct {
	enum command_words	  words;
	const char		*(*nth)(size_t n);
} tables[] = {
	{ WORDS_COMMAND, command_word },
	{ WORDS_CONDITION, condition_word },
	{ WORDS_STATE, state_word },
	{ WORDS_STATUS, status_word },
	{ WORDS_OUTCOME, outcome_word },
	{ WORDS_VERDICT, verdict_word },
	{ WORDS_STACK, stack_word },
	{ WORDS_TOOL, tool_word },
	{ WORDS_TASK, task_word },
	{ WORDS_WHAT_IF, what_if_word },
	{ WORDS_RECOVERY, recovery_word },
};

static void
offer_requests(struct search *s)
{
	const struct dfu_request_row *row;
	struct buf name = { 0 };
	const char *p;
	uint8_t i;

	for (i = 0; i < DFU_REQUEST_COUNT; i++) {
		row = dfu_request_row(i);
		buf_reset(&name);
		for (p = row->name; *p != '\0'; p++)
			buf_addc(&name, *p >= 'A' && *p <= 'Z' ?
			    *p - 'A' + 'a' : *p);
		offer(s, buf_str(&name));
	}
	offer(s, "other");
	buf_free(&name);
}

static void
offer_file(void *arg, const char *path)
{
	struct search *s = arg;
	char *name = mem_printf("%s%s", *s->word == '@' ? "@" : "", path);

	offer(s, name);
	free(name);
}

static void
offer_files(struct search *s)
{
	const char *prefix = *s->word == '@' ? s->word + 1 : s->word;
	const char *slash = strrchr(s->word, '/');

	s->files = true;
	s->skip = slash != NULL ? (size_t)(slash + 1 - s->word) :
	    *s->word == '@';
	files_offer(prefix, offer_file, s);
}

static void
offer_words(struct search *s, unsigned words)
{
	const char *word;
	size_t i, n;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (n = 0; words & tables[i].words &&
		     (word = tables[i].nth(n)) != NULL; n++)
			offer(s, word);
	if (words & WORDS_REQUEST)
		offer_requests(s);
	if (words & WORDS_FILE || (words & WORDS_AT_FILE && *s->word == '@'))
		offer_files(s);
}

/* The next of words with blanks between them, or the end; *n: its bytes. */
static const char *
next_literal(const char *p, size_t *n)
{
	p += strspn(p, " ");
	*n = strcspn(p, " ");
	return (p);
}

static bool
word_is(const char *p, size_t n, const char *word)
{
	return (strlen(word) == n && strncmp(p, word, n) == 0);
}

static bool
is_among(const char *literals, const char *word)
{
	const char *p = literals;
	size_t n = 0;

	while (p != NULL && *(p = next_literal(p + n, &n)) != '\0')
		if (word_is(p, n, word))
			return (true);
	return (false);
}

static void
offer_place(struct search *s, const struct command_place *place)
{
	const char *p = place->literals;
	struct buf word = { 0 };
	size_t n = 0;

	while (p != NULL && *(p = next_literal(p + n, &n)) != '\0') {
		buf_reset(&word);
		buf_add(&word, p, n);
		offer(s, buf_str(&word));
	}
	buf_free(&word);
	offer_words(s, place->words);
}

/* What the value of a condition may be. */
static unsigned
value_words(enum condition_kind kind)
{
	switch (kind) {
	case CONDITION_STATE:
		return (WORDS_STATE);
	case CONDITION_STATUS:
		return (WORDS_STATUS);
	case CONDITION_OUTCOME:
		return (WORDS_OUTCOME);
	case CONDITION_VERDICT:
		return (WORDS_VERDICT);
	case CONDITION_REQUEST:
		return (WORDS_REQUEST);
	case CONDITION_POLL:
	case CONDITION_TIME:
	case CONDITION_ADDRESS:
	case CONDITION_GONE:
	case CONDITION_BACK:
		break;
	}
	return (0);
}

/* Takes a condition; true: the word to be completed is in it. */
static bool
in_condition(struct search *s, struct line_reader *w)
{
	const struct condition_row *row = NULL;
	const char *p;
	size_t i, n = 0;

	for (i = 0; row == NULL && i < condition_rows_count; i++)
		if (strcmp(condition_rows[i].word, line_peek(w)) == 0)
			row = &condition_rows[i];
	line_take(w);
	if (row == NULL)
		return (false);
	/* As many words as it says behind its own. */
	for (p = row->args; *(p = next_literal(p + n, &n)) != '\0';) {
		if (line_peek(w) == NULL) {
			offer_words(s, value_words(row->kind));
			return (true);
		}
		line_take(w);
	}
	return (false);
}

/* A walk over the words of a command. */
struct walk {
	const struct command_place	*places;
	size_t				 at;
	bool				 under[COMMAND_PLACES];
};

static bool
is_end(const struct command_place *p)
{
	return (p->words == 0 && p->literals == NULL);
}

/* The place it has come to, or NULL behind the last. */
static const struct command_place *
walk_place(struct walk *k)
{
	const struct command_place *p;

	for (p = &k->places[k->at]; !is_end(p); p = &k->places[++k->at])
		if (p->under == NULL || k->under[k->at])
			return (p);
	return (NULL);
}

/* It begins neither a command nor a condition. */
static bool
is_plain(const struct command_place *p, const char *word)
{
	uint64_t n;

	return (
	    is_among(p->literals, word) || text_number(word, UINT32_MAX, &n));
}

static void
walk_over(struct walk *k, const struct command_place *p, const char *word)
{
	uint64_t n;
	size_t i;

	for (i = 0; !is_end(&k->places[i]); i++)
		k->under[i] |= is_among(k->places[i].under, word);
	if (!text_number(word, UINT32_MAX, &n) &&
	    !(p->several && is_among(p->literals, word)))
		k->at++;
}

/* What may stand where the words of w end. */
static void
offer_next(struct search *s, struct line_reader *w)
{
	static const struct command_place first[] = {
		{ .words = WORDS_COMMAND }, { .words = 0 }
	};
	struct walk k = { .places = first };
	const struct command_place *p;
	const struct command_row *row;
	const char *word;
	unsigned words;

	while ((p = walk_place(&k)) != NULL && (word = line_peek(w)) != NULL) {
		words = is_plain(p, word) ? 0 : p->words;
		if (words & WORDS_COMMAND) {
			row = command_named(word);
			if (row == NULL)
				return;
			k = (struct walk){ .places = row->places };
			line_take(w);
		} else if (words & WORDS_CONDITION) {
			if (in_condition(s, w))
				return;
			k.at++;
		} else {
			walk_over(&k, p, word);
			line_take(w);
		}
	}
	if (p != NULL)
		offer_place(s, p);
}

/* A name with a blank in it stands in quotes. */
static void
put_word(const struct search *s, struct buf *word)
{
	struct buf found = { 0 };
	bool whole = s->count == 1 && s->first[s->common - 1] != '/';

	buf_add(&found, s->first, s->common);
	if (s->files && strpbrk(buf_str(&found), " ;#\"") != NULL) {
		text_quote(word, found.data, found.len);
		/* More letters are to come: the quote is still open. */
		if (!whole)
			buf_cut(word, word->len - 1);
	} else {
		buf_add(word, found.data, found.len);
	}
	if (whole && word->data[word->len - 1] != ':')
		buf_addc(word, ' ');
	buf_free(&found);
}

/* Where the last word begins: behind a blank that is in no quotes. */
static const char *
last_word(const char *start)
{
	const char *word = start, *p;
	bool quoted = false;

	for (p = start; *p != '\0'; p++) {
		if (*p == '"' && (quoted || p == word))
			quoted = !quoted;
		else if (*p == '\\' && quoted && p[1] != '\0')
			p++;
		else if (*p == ' ' && !quoted)
			word = p + 1;
	}
	return (word);
}

struct place {
	const char	*start;		/* of the command */
	const char	*word;		/* to be completed */
	const char	*before;	/* the word before it */
	size_t		 length;	/* of that, 0: none */
};

static struct place
find_place(const char *line)
{
	struct place p = { .start = line };
	const char *end;

	if ((end = strrchr(line, ';')) != NULL)
		p.start = end + 1;
	while (*p.start == ' ')
		p.start++;
	p.word = last_word(p.start);
	for (end = p.word; end > p.start && end[-1] == ' '; end--)
		continue;
	for (p.before = end; p.before > p.start && p.before[-1] != ' ';
	    p.before--)
		continue;
	p.length = (size_t)(end - p.before);
	return (p);
}

static void
finish(struct search *s, const char *line, const struct place *p,
    size_t *from, struct buf *word)
{
	*from = (size_t)(p->word - line);
	if (s->count > 0 && s->common > 0 && s->common >= s->length)
		put_word(s, word);
	else
		buf_adds(word, p->word);
	if (s->count < 2)
		buf_reset(s->choices);
	free(s->first);
}

/* A quoted word whose last quote may not have been typed yet. */
static void
unquote(struct buf *plain, const char *word)
{
	char *closed = mem_printf("%s\"", word);

	if (text_unquote(plain, closed) == 0)
		buf_adds(plain, word + 1);
	free(closed);
}

void
complete_line(const char *line, size_t *from, struct buf *word,
    struct buf *choices)
{
	struct place p = find_place(line);
	struct search s = { .choices = choices };
	struct buf plain = { 0 }, before = { 0 };
	struct line_reader w;

	if (*p.word == '"')
		unquote(&plain, p.word);
	else
		buf_adds(&plain, p.word);
	s.word = buf_str(&plain);
	s.length = plain.len;
	buf_add(&before, p.start, (size_t)(p.word - p.start));
	line_begin(&w, buf_str(&before));
	offer_next(&s, &w);
	line_end(&w);
	finish(&s, line, &p, from, word);
	buf_free(&before);
	buf_free(&plain);
}

/* What of the filter's words has values that are known. */
static const struct {
	enum list_filter_kind	kind;
	enum command_words	words;
} values[] = {
	{ LIST_FILTER_REQUEST, WORDS_REQUEST },
	{ LIST_FILTER_STATE, WORDS_STATE },
	{ LIST_FILTER_STATUS, WORDS_STATUS },
	{ LIST_FILTER_OUTCOME, WORDS_OUTCOME },
};

void
complete_filter(const char *line, size_t *from, struct buf *word,
    struct buf *choices)
{
	struct place p = find_place(line);
	struct search s = { .word = p.word, .length = strlen(p.word),
	    .choices = choices };
	size_t i;
	unsigned k;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (word_is(
			p.before, p.length, list_filter_word(values[i].kind)))
			break;
	if (i < sizeof(values) / sizeof(values[0])) {
		offer_words(&s, values[i].words);
	} else {
		for (k = 0; k < LIST_FILTER_KIND_COUNT; k++)
			offer(&s, list_filter_word((enum list_filter_kind)k));
		offer(&s, "not");
	}
	finish(&s, line, &p, from, word);
}
