#include "ui/prompt/complete.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "command/command.h"
#include "dfu/spec.h"
#include "diagnosis/verdict.h"
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

static void
offer_commands(struct search *s)
{
	const struct command_row *row;
	size_t i;

	for (i = 0; (row = command_at(i)) != NULL; i++)
		offer(s, row->name);
}

static void
offer_states(struct search *s)
{
	const struct dfu_state_row *row;
	uint8_t i;

	for (i = 0; i < DFU_STATE_COUNT; i++)
		if ((row = dfu_state_row(i)) != NULL)
			offer(s, row->name);
}

static void
offer_statuses(struct search *s)
{
	const struct dfu_status_row *row;
	uint8_t i;

	for (i = 0; i < DFU_STATUS_COUNT; i++)
		if ((row = dfu_status_row(i)) != NULL)
			offer(s, row->name);
}

static void
offer_outcomes(struct search *s)
{
	unsigned o;

	for (o = OUTCOME_OK; o < OUTCOME_COUNT; o++)
		offer(s, outcome_name((enum outcome)o));
}

static void
offer_verdicts(struct search *s)
{
	size_t i;

	for (i = 0; i < verdict_meanings_count; i++)
		offer(s, verdict_meanings[i].word);
}

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
offer_conditions(struct search *s)
{
	size_t i;

	for (i = 0; i < condition_rows_count; i++)
		offer(s, condition_rows[i].word);
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

/* Words that stand in a command's list of arguments as they are typed. */
static void
offer_literals(struct search *s, const char *args)
{
	struct buf word = { 0 };
	size_t n;

	for (; *args != '\0'; args += n) {
		args += strcspn(args, "abcdefghijklmnopqrstuvwxyz"
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		n = strspn(args, "abcdefghijklmnopqrstuvwxyz:"
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		if (n == 0 || *args < 'a')
			continue;
		buf_reset(&word);
		buf_add(&word, args, n);
		if (strncmp(args, "hex:", 4) == 0)
			buf_cut(&word, 4);
		offer(s, buf_str(&word));
	}
	buf_free(&word);
}

static bool
word_is(const char *p, size_t n, const char *word)
{
	return (strlen(word) == n && strncmp(p, word, n) == 0);
}

/* Behind do-as: a tool, then what it is to do, then its file. */
static void
offer_scripts(struct search *s, bool first, const char *p, size_t n)
{
	size_t i;

	if (word_is(p, n, script_tasks[SCRIPT_FLASH])) {
		offer_files(s);
		return;
	}
	for (i = 0; i < scripts_count; i++) {
		if (first)
			offer(s, scripts[i]->name);
		else if (word_is(p, n, scripts[i]->name))
			break;
	}
	if (first || i == scripts_count)
		return;
	for (i = 0; i <= SCRIPT_FLASH; i++)
		offer(s, script_tasks[i]);
}

static const struct command_row *
command_of(const char *p, size_t n)
{
	const struct command_row *row;
	size_t i;

	for (i = 0; (row = command_at(i)) != NULL; i++)
		if (word_is(p, n, row->name))
			break;
	return (row);
}

/*
 * What may stand behind the word p (n bytes), the last of the command that
 * begins at start.
 */
static void
offer_after(struct search *s, const char *start, const char *p, size_t n)
{
	const struct command_row *row = command_of(start, strcspn(start,
	    " "));

	if (*s->word == '@')
		offer_files(s);
	else if (n == 0)
		offer_commands(s);
	else if (word_is(p, n, "state"))
		offer_states(s);
	else if (word_is(p, n, "status"))
		offer_statuses(s);
	else if (word_is(p, n, "outcome"))
		offer_outcomes(s);
	else if (word_is(p, n, "verdict"))
		offer_verdicts(s);
	else if (row == NULL)
		return;
	else if (p == start && strstr(row->args, "WHAT") != NULL)
		offer_conditions(s);
	else if (strcmp(row->name, "do-as") == 0)
		offer_scripts(s, p == start, p, n);
	else if (strstr(row->args, "FILE") != NULL &&
	    strstr(row->args, "@FILE") == NULL)
		offer_files(s);
	else {
		offer_literals(s, row->args);
		if (strstr(row->args, "COMMAND") != NULL)
			offer_commands(s);
	}
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
	struct buf plain = { 0 };

	if (*p.word == '"')
		unquote(&plain, p.word);
	else
		buf_adds(&plain, p.word);
	s.word = buf_str(&plain);
	s.length = plain.len;
	offer_after(&s, p.start, p.before, p.length);
	finish(&s, line, &p, from, word);
	buf_free(&plain);
}

void
complete_filter(const char *line, size_t *from, struct buf *word,
    struct buf *choices)
{
	struct place p = find_place(line);
	struct search s = { .word = p.word, .length = strlen(p.word),
	    .choices = choices };
	unsigned k;

	if (word_is(
		p.before, p.length, list_filter_word(LIST_FILTER_REQUEST))) {
		offer_requests(&s);
	} else if (word_is(p.before, p.length,
		       list_filter_word(LIST_FILTER_STATE))) {
		offer_states(&s);
	} else if (word_is(p.before, p.length,
		       list_filter_word(LIST_FILTER_STATUS))) {
		offer_statuses(&s);
	} else if (word_is(p.before, p.length,
		       list_filter_word(LIST_FILTER_OUTCOME))) {
		offer_outcomes(&s);
	} else {
		for (k = 0; k < LIST_FILTER_KIND_COUNT; k++)
			offer(&s, list_filter_word((enum list_filter_kind)k));
		offer(&s, "not");
	}
	finish(&s, line, &p, from, word);
}
