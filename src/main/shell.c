/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "main/shell.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "command/command.h"
#include "device/sim.h"
#include "lesson/lesson.h"
#include "main/options.h"
#include "report/about.h"
#include "ui/prompt/complete.h"
#include "ui/prompt/files.h"

/* The words of a shell's line; the last is the one that is not finished. */
struct words {
	char	**word;
	size_t	  count;
};

struct shell {
	struct buf	*out;
	const char	*word;		/* the last of the line */
	size_t		 kept;		/* bytes of it that stay as they are */
};

static void
add_word(struct words *w, const struct buf *word)
{
	w->word = mem_array(w->word, w->count + 1, sizeof(*w->word));
	w->word[w->count++] = mem_strdup(buf_str(word));
}

/* One character, or a quoted part; returns what is behind it. */
static const char *
take_part(const char *p, struct buf *word)
{
	const char quote = *p;

	if (*p == '\\' && p[1] != '\0') {
		buf_addc(word, p[1]);
		return (p + 2);
	}
	if (*p != '"' && *p != '\'') {
		buf_addc(word, *p);
		return (p + 1);
	}
	for (p++; *p != '\0' && *p != quote; p++) {
		if (quote == '"' && *p == '\\' && p[1] != '\0')
			p++;
		buf_addc(word, *p);
	}
	return (p + (*p == quote));
}

static void
split(struct words *w, const char *line)
{
	struct buf word = { 0 };
	const char *p;

	for (p = line + strspn(line, " \t"); *p != '\0';) {
		if (*p != ' ' && *p != '\t') {
			p = take_part(p, &word);
			continue;
		}
		add_word(w, &word);
		buf_reset(&word);
		p += strspn(p, " \t");
	}
	add_word(w, &word);
	buf_free(&word);
}

static void
free_words(struct words *w)
{
	size_t i;

	for (i = 0; i < w->count; i++)
		free(w->word[i]);
	free(w->word);
}

/* The part of the word that is to be completed. */
static const char *
typed(const struct shell *s)
{
	return (s->word + s->kept);
}

static void
offer(const struct shell *s, const char *name, size_t n, const char *behind,
    const char *sentence)
{
	size_t length = strlen(typed(s));

	if (n < length || strncmp(name, typed(s), length) != 0)
		return;
	buf_add(s->out, s->word, s->kept);
	buf_add(s->out, name, n);
	buf_addf(s->out, "%s\t%s\n", behind, sentence);
}

static void
offer_word(const struct shell *s, const char *name, const char *sentence)
{
	offer(s, name, strlen(name), "", sentence);
}

static void
offer_path(void *arg, const char *path)
{
	offer_word(arg, path, "");
}

static void
offer_files(struct shell *s)
{
	if (s->kept == 0)
		buf_adds(s->out, SHELL_FILES "\n");
	else
		files_offer(typed(s), offer_path, s);
}

static void
offer_profiles(struct shell *s)
{
	size_t i;

	for (i = 0; i < sim_profiles_count; i++)
		offer_word(s, sim_profiles[i].name, sim_profiles[i].sentence);
}

/* The rest of the word, behind n more bytes of it. */
static void
keep(struct shell *s, size_t n)
{
	s->kept += n;
}

/* What the alternatives in capitals stand for, if it can be listed. */
static void
offer_kind(struct shell *s, const char *kind, size_t n)
{
	size_t i;

	if (n == strlen("PROFILE") && strncmp(kind, "PROFILE", n) == 0)
		offer_profiles(s);
	if (n == strlen("WRONG") && strncmp(kind, "WRONG", n) == 0)
		for (i = 0; i < sim_wrongs_count; i++)
			offer_word(s, sim_wrongs[i].name,
			    sim_wrongs[i].sentence);
}

static void
offer_values(struct shell *s, const char *alternatives)
{
	const char *p;
	size_t n;

	for (p = alternatives; *p != '\0'; p += n + (p[n] == '|')) {
		n = strcspn(p, "|");
		if (isupper((unsigned char)*p))
			offer_kind(s, p, n);
		else
			offer(s, p, n, "", "");
	}
}

/* NAME=VALUE of a simulated device of that profile. */
static void
offer_parameter(struct shell *s, const char *profile)
{
	const char *equals = strchr(typed(s), '=');
	const struct sim_parameter_row *row;
	size_t i, n = equals != NULL ? (size_t)(equals - typed(s)) : 0;

	for (i = 0; i < sim_parameters_count; i++) {
		row = &sim_parameters[i];
		if (!sim_parameter_belongs(row, profile))
			continue;
		if (equals == NULL) {
			offer(s, row->name, strlen(row->name), "=",
			    row->sentence);
		} else if (strlen(row->name) == n &&
		    strncmp(row->name, typed(s), n) == 0) {
			keep(s, n + 1);
			offer_values(s, row->value);
			return;
		}
	}
}

/* PROFILE[,NAME=VALUE...] */
static void
offer_device(struct shell *s)
{
	const char *comma = strrchr(typed(s), ',');
	char *profile;

	if (comma == NULL) {
		offer_profiles(s);
		return;
	}
	profile = mem_printf("%.*s", (int)strcspn(typed(s), ","), typed(s));
	keep(s, (size_t)(comma + 1 - typed(s)));
	offer_parameter(s, profile);
	free(profile);
}

static const struct target_row {
	const char	*word;
	void		(*behind)(struct shell *);	/* or NULL */
	const char	*sentence;
} targets[] = {
	{ "usb", NULL, "devices on USB (default)" },
	{ "sim:", offer_device, "a simulated device" },
	{ "replay:", offer_files, "a device that answers as recorded" },
	{ "usbmon:", NULL, "listen to a bus (sends nothing)" },
};

static void
offer_targets(struct shell *s)
{
	const struct target_row *row;
	size_t i, n;

	for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		row = &targets[i];
		n = strlen(row->word);
		if (row->behind != NULL &&
		    strncmp(typed(s), row->word, n) == 0) {
			keep(s, n);
			row->behind(s);
			return;
		}
		offer_word(s, row->word, row->sentence);
	}
}

static void
offer_simulated(struct shell *s)
{
	if (strncmp(typed(s), "sim:", 4) == 0)
		keep(s, 4);
	offer_device(s);
}

static void
offer_lessons(struct shell *s)
{
	struct buf error = { 0 };
	struct lesson l;
	size_t i;

	for (i = 0; i < lesson_texts_count; i++) {
		if (!lesson_parse(&l, lesson_texts[i].text, &error))
			continue;
		offer_word(s, l.id, l.title);
		lesson_free(&l);
	}
	buf_free(&error);
}

static void
offer_ids(struct shell *s)
{
	size_t i;

	for (i = 0; i < about_names_count(); i++)
		offer_word(s, about_name(i), "");
}

/* A line of commands is one word of the shell's. */
static void
offer_commands(struct shell *s)
{
	struct buf word = { 0 }, choices = { 0 };
	const struct command_row *row;
	const char *p;
	size_t from, n;

	complete_line(typed(s), &from, &word, &choices);
	keep(s, from);
	if (choices.len == 0 && word.len > 0 && word.data[word.len - 1] == ' ')
		buf_cut(&word, word.len - 1);
	for (p = buf_str(choices.len > 0 ? &choices : &word); *p != '\0';
	    p += n + strspn(p + n, " ")) {
		char *name;

		n = strcspn(p, " ");
		name = mem_printf("%.*s", (int)n, p);
		row = command_named(name);
		offer_word(s, name, row != NULL ? row->sentence : "");
		free(name);
	}
	buf_free(&word);
	buf_free(&choices);
}

/* What an argument may be, by its name in the table of options. */
static const struct {
	const char	*argument;
	void		(*offer)(struct shell *);
} arguments[] = {
	{ "TARGET", offer_targets },
	{ "FILE", offer_files },
	{ "COMMANDS", offer_commands },
	{ "ID", offer_ids },
};

static void
offer_argument(struct shell *s, const struct option_row *row)
{
	size_t i;

	for (i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++)
		if (strcmp(arguments[i].argument, row->argument) == 0)
			arguments[i].offer(s);
}

static void
offer_subcommands(struct shell *s)
{
	size_t i;

	for (i = 0; i < subcommand_rows_count; i++)
		if (subcommand_rows[i].name != NULL)
			offer_word(s, subcommand_rows[i].name,
			    subcommand_rows[i].sentence);
	offer_files(s);
}

static void
offer_nothing(struct shell *s)
{
	(void)s;
}

/* What the words behind a subcommand are. */
static void (*const operands[])(struct shell *) = {
	[SUB_CONSOLE] = offer_subcommands,
	[SUB_LIST] = offer_nothing,
	[SUB_RUN] = offer_files,
	[SUB_LEARN] = offer_lessons,
	[SUB_SIMS] = offer_profiles,
	[SUB_INFO] = offer_files,
	[SUB_EXPLAIN] = offer_files,
	[SUB_DOCTOR] = offer_nothing,
	[SUB_CONFIG] = offer_nothing,
	[SUB_FINDINGS] = offer_nothing,
	[SUB_SERVE] = offer_simulated,
	[SUB_TRACE] = offer_files,
	[SUB_COMPLETE] = offer_nothing,
	[SUB_HELP] = offer_nothing,
	[SUB_VERSION] = offer_nothing,
};

static const struct option_row *
option_named(const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < option_rows_count; i++)
		if (strlen(option_rows[i].name) == n &&
		    strncmp(option_rows[i].name, name, n) == 0)
			return (&option_rows[i]);
	return (NULL);
}

static const struct option_row *
option_lettered(char letter)
{
	size_t i;

	for (i = 0; i < option_rows_count; i++)
		if (option_rows[i].letter == letter)
			return (&option_rows[i]);
	return (NULL);
}

/*
 * The option of a word, or NULL; *argument: bytes of the word before the
 * argument that is joined to it, 0: none is.
 */
static const struct option_row *
option_of(const char *word, size_t *argument)
{
	const char *equals = strchr(word, '=');

	*argument = 0;
	if (word[0] != '-' || word[1] == '\0')
		return (NULL);
	if (word[1] != '-') {
		*argument = word[2] != '\0' ? 2 : 0;
		return (option_lettered(word[1]));
	}
	if (equals == NULL)
		return (option_named(word + 2, strlen(word + 2)));
	*argument = (size_t)(equals + 1 - word);
	return (option_named(word + 2, (size_t)(equals - word - 2)));
}

static void
offer_options(struct shell *s, unsigned on)
{
	const struct option_row *row;
	char *name;
	size_t i;

	for (i = 0; i < option_rows_count; i++) {
		row = &option_rows[i];
		if ((row->on & on) == 0)
			continue;
		name = mem_printf("--%s", row->name);
		offer_word(s, name, row->sentence);
		free(name);
	}
}

/* What the words before the last one say of it. */
struct before {
	enum subcommand			 sub;
	bool				 chosen;	/* sub was typed */
	bool				 bare;		/* behind "--" */
	const struct option_row		*wants;		/* an argument */
};

static void
take_operand(struct before *b, const char *word)
{
	size_t i;

	for (i = 0; !b->chosen && i < subcommand_rows_count; i++)
		if (subcommand_rows[i].name != NULL &&
		    strcmp(subcommand_rows[i].name, word) == 0)
			b->sub = subcommand_rows[i].sub;
	b->chosen = true;
}

static struct before
look_before(const struct words *w)
{
	struct before b = { .sub = SUB_CONSOLE };
	const struct option_row *row;
	size_t i, joined;

	for (i = 1; i + 1 < w->count; i++) {
		if (b.wants != NULL) {
			b.wants = NULL;
		} else if (!b.bare && strcmp(w->word[i], "--") == 0) {
			b.bare = true;
		} else if (b.bare || *w->word[i] != '-') {
			take_operand(&b, w->word[i]);
		} else {
			row = option_of(w->word[i], &joined);
			if (row != NULL && row->argument != NULL &&
			    joined == 0)
				b.wants = row;
		}
	}
	return (b);
}

static void
offer_operands(struct shell *s, const struct before *b)
{
	if (b->chosen && b->sub == SUB_CONSOLE)
		return;		/* a file to look at: nothing more */
	operands[b->sub](s);
}

void
shell_complete(struct buf *out, const char *line)
{
	const struct option_row *row;
	struct words w = { 0 };
	struct before b;
	struct shell s;

	split(&w, line);
	b = look_before(&w);
	s = (struct shell){ .out = out, .word = w.word[w.count - 1] };
	row = option_of(s.word, &s.kept);
	if (w.count < 2) {
		s.kept = 0;	/* the program's own name */
	} else if (b.wants != NULL) {
		s.kept = 0;
		offer_argument(&s, b.wants);
	} else if (!b.bare && s.kept > 0 && row != NULL &&
	    row->argument != NULL) {
		offer_argument(&s, row);
	} else if (!b.bare && *s.word == '-') {
		s.kept = 0;
		offer_options(&s, b.chosen ? 1u << b.sub : ~0u);
	} else {
		s.kept = 0;
		offer_operands(&s, &b);
	}
	free_words(&w);
}
