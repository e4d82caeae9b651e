/* SPDX-License-Identifier: ISC */
#include "command/recipe.h"

#include <stdlib.h>
#include <string.h>

#include "base/line.h"
#include "base/mem.h"
#include "base/text.h"
#include "command/command.h"
#include "job/job.h"

/* Parameters, while a file is read. */

struct parameter {
	char	*name;
	char	*value;
};

struct reader {
	struct recipe		*recipe;
	struct parameter	*parameters;
	size_t			 nparameters;
	char *const		*args;
	size_t			 nargs;
	unsigned		 line;
	struct buf		*error;
};

static size_t
name_length(const char *s)
{
	size_t n = 0;

	while ((s[n] >= 'a' && s[n] <= 'z') || (s[n] >= 'A' && s[n] <= 'Z') ||
	    s[n] == '_' || (n != 0 && s[n] >= '0' && s[n] <= '9'))
		n++;
	return (n);
}

bool
recipe_is_argument(const char *word)
{
	size_t n = name_length(word);

	return (n != 0 && word[n] == '=');
}

/* "PATH, line N: " */
static void
say_where(struct buf *b, const char *path, unsigned line)
{
	text_escape(b, path, strlen(path));
	buf_addf(b, ", line %u: ", line);
}

static void
complain(const struct reader *r, const char *what, const char *name,
    size_t n, const char *rest)
{
	say_where(r->error, r->recipe->path, r->line);
	buf_adds(r->error, what);
	text_escape(r->error, name, n);
	buf_adds(r->error, rest);
}

static const struct parameter *
parameter_named(const struct reader *r, const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < r->nparameters; i++) {
		if (strlen(r->parameters[i].name) == n &&
		    memcmp(r->parameters[i].name, name, n) == 0)
			return (&r->parameters[i]);
	}
	return (NULL);
}

/* What the caller says of a parameter, or NULL. */
static const char *
argument_of(const struct reader *r, const char *name)
{
	size_t i, n = strlen(name);

	for (i = 0; i < r->nargs; i++) {
		if (strncmp(r->args[i], name, n) == 0 &&
		    r->args[i][n] == '=')
			return (r->args[i] + n + 1);
	}
	return (NULL);
}

/* A quote or a control character would end the word it is put into. */
static bool
is_plain(const char *value)
{
	for (; *value != '\0'; value++) {
		if ((unsigned char)*value < ' ' || *value == '"' ||
		    *value == '\\' || *value == 0x7f)
			return (false);
	}
	return (true);
}

/* param NAME [DEFAULT] */
static bool
declare(struct reader *r, struct line_reader *w)
{
	const char *word = line_peek(w), *value;
	struct parameter *p;
	size_t n = word != NULL ? name_length(word) : 0;

	if (n == 0 || word[n] != '\0') {
		complain(r, "param: expected a name of letters, digits "
		    "and _", "",
		    0, "");
		return (false);
	}
	if (parameter_named(r, word, n) != NULL) {
		complain(r, "parameter ", word, n, " is already declared");
		return (false);
	}
	r->parameters = mem_array(r->parameters, r->nparameters + 1,
	    sizeof(*r->parameters));
	p = &r->parameters[r->nparameters++];
	*p = (struct parameter){ .name = mem_strdup(word) };
	line_take(w);
	value = argument_of(r, p->name);
	if (value == NULL)
		value = line_peek(w);
	if (value == NULL) {
		complain(r, "missing value of parameter ", p->name,
		    n, ", which has no default");
		return (false);
	}
	if (!is_plain(value)) {
		complain(r, "the value of ", p->name, n, " has a quote, a "
		    "backslash or a control character");
		return (false);
	}
	p->value = mem_strdup(value);
	if (line_peek(w) != NULL)
		line_take(w);
	if (line_peek(w) == NULL)
		return (true);
	complain(r, "too many words after param ", p->name, n, "");
	return (false);
}

/* $NAME at s; quoted: inside "...". Returns the bytes it takes, or 0. */
static size_t
fill_in(struct reader *r, struct buf *b, const char *s, bool quoted)
{
	const struct parameter *p;
	size_t n = name_length(s + 1);

	if (s[1] == '$') {
		buf_addc(b, '$');
		return (2);
	}
	if (n == 0) {
		complain(r, "expected a name after $ ($$ is a dollar)", "", 0,
		    "");
		return (0);
	}
	p = parameter_named(r, s + 1, n);
	if (p == NULL) {
		complain(r, "unknown parameter ", s + 1, n,
		    "; declare it with param");
		return (0);
	}
	if (!quoted && strpbrk(p->value, " \t;#") != NULL) {
		complain(r, "the value of ", s + 1, n, " has a blank, ; or #:"
		    " it needs \"...\" around it here");
		return (0);
	}
	buf_adds(b, p->value);
	return (n + 1);
}

/* The line with its parameters filled in; comments are left as they are. */
static bool
expand(struct reader *r, struct buf *b, const char *s)
{
	bool quoted = false;
	size_t n;

	for (; *s != '\0' && (quoted || *s != '#'); s += n) {
		n = 1;
		if (*s == '$') {
			n = fill_in(r, b, s, quoted);
			if (n == 0)
				return (false);
			continue;
		}
		if (*s == '"')
			quoted = !quoted;
		if (*s == '\\' && quoted && s[1] != '\0')
			n = 2;
		buf_add(b, s, n);
	}
	return (true);
}

static void
add_line(struct reader *r, struct buf *text)
{
	struct recipe *recipe = r->recipe;

	recipe->lines = mem_array(recipe->lines, recipe->nlines + 1,
	    sizeof(*recipe->lines));
	recipe->lines[recipe->nlines++] = (struct recipe_line){
	    .number = r->line, .text = buf_take(text) };
}

static bool
read_line(struct reader *r, const char *line)
{
	struct buf text = { 0 };
	struct line_reader w;
	bool ok = true;

	line_begin(&w, line);
	if (line_peek(&w) == NULL) {
		/* Empty, a comment, or ';' alone. */
	} else if (line_accept(&w, "param")) {
		ok = r->recipe->nlines == 0;
		if (!ok)
			complain(r, "param must stand before the first "
			    "command", "", 0, "");
		ok = ok && declare(r, &w);
	} else {
		ok = expand(r, &text, line);
		if (ok)
			add_line(r, &text);
	}
	line_end(&w);
	buf_free(&text);
	return (ok);
}

/* A value for what the recipe does not know is a mistake of the caller. */
static bool
check_arguments(const struct reader *r)
{
	size_t i, n;

	for (i = 0; i < r->nargs; i++) {
		n = name_length(r->args[i]);
		if (parameter_named(r, r->args[i], n) != NULL)
			continue;
		text_escape(r->error, r->recipe->path,
		    strlen(r->recipe->path));
		buf_adds(r->error, " does not have the parameter ");
		text_escape(r->error, r->args[i], n);
		return (false);
	}
	return (true);
}

bool
recipe_read(struct recipe *recipe, const char *path, const uint8_t *p,
    size_t n, char *const *args, size_t nargs, struct buf *error)
{
	struct reader r = { .recipe = recipe, .args = args, .nargs = nargs,
	    .error = error };
	struct buf line = { 0 };
	size_t i, end;
	bool ok = true;

	*recipe = (struct recipe){ .path = mem_strdup(path) };
	for (i = 0; ok && i < n; i = end + 1) {
		for (end = i; end < n && p[end] != '\n'; end++)
			continue;
		r.line++;
		buf_reset(&line);
		buf_add(&line, p + i, end - i);
		ok = memchr(p + i, '\0', end - i) == NULL;
		if (!ok)
			complain(&r, "the file has a NUL byte: not a recipe",
			    "", 0,
			    "");
		ok = ok && read_line(&r, buf_str(&line));
	}
	ok = ok && check_arguments(&r);
	for (i = 0; i < r.nparameters; i++) {
		free(r.parameters[i].name);
		free(r.parameters[i].value);
	}
	free(r.parameters);
	buf_free(&line);
	if (!ok)
		recipe_free(recipe);
	return (ok);
}

void
recipe_free(struct recipe *r)
{
	size_t i;

	for (i = 0; i < r->nlines; i++)
		free(r->lines[i].text);
	free(r->lines);
	free(r->path);
	*r = (struct recipe){ 0 };
}

/* Checking. */

/* FNV-1a, the NUL at the end included. */
static uint32_t
hash_word(uint32_t hash, const char *s)
{
	do
		hash = (hash ^ (uint8_t)*s) * 16777619u;
	while (*s++ != '\0');
	return (hash);
}

static bool
is_same(const struct recipe_source *e, const char *path, char *const *args,
    size_t nargs)
{
	size_t i;

	if (e->nargs != nargs || strcmp(e->path, path) != 0)
		return (false);
	for (i = 0; i < nargs; i++)
		if (strcmp(e->args[i], args[i]) != 0)
			return (false);
	return (true);
}

/*
 * A recipe that sources itself is found at ever greater depths: it is added,
 * and refused when it is read.
 */
static bool
is_known(const struct recipe_sources *s, uint32_t hash, const char *path,
    char *const *args, size_t nargs, unsigned depth)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->list[i].hash == hash && s->list[i].depth >= depth &&
		    is_same(&s->list[i], path, args, nargs))
			return (true);
	return (false);
}

void
recipe_sources_add(struct recipe_sources *s, const char *path,
    char *const *args, size_t nargs, unsigned depth)
{
	struct recipe_source *e;
	uint32_t hash = hash_word(2166136261u, path);
	size_t i;

	for (i = 0; i < nargs; i++)
		hash = hash_word(hash, args[i]);
	/* A recipe is one job, and the commands around it are. */
	if (s->n != 0)
		depth += s->list[s->reading].depth + 1;
	else
		depth = 0;
	if (is_known(s, hash, path, args, nargs, depth))
		return;
	s->list = mem_array(s->list, s->n + 1, sizeof(*s->list));
	e = &s->list[s->n];
	*e = (struct recipe_source){ .path = mem_strdup(path),
	    .args = mem_array(NULL, nargs + 1, sizeof(*e->args)),
	    .nargs = nargs, .parent = s->reading, .depth = depth,
	    .hash = hash };
	for (i = 0; i < nargs; i++)
		e->args[i] = mem_strdup(args[i]);
	s->n++;
}

void
recipe_check_begin(struct recipe_check *c, const char *path,
    char *const *args, size_t nargs)
{
	*c = (struct recipe_check){ 0 };
	recipe_sources_add(&c->sources, path, args, nargs, 0);
}

void
recipe_sources_free(struct recipe_sources *s)
{
	size_t i, k;

	for (i = 0; i < s->n; i++) {
		for (k = 0; k < s->list[i].nargs; k++)
			free(s->list[i].args[k]);
		free(s->list[i].args);
		free(s->list[i].path);
	}
	free(s->list);
}

const char *
recipe_check_wants(const struct recipe_check *c)
{
	return (c->next < c->sources.n ? c->sources.list[c->next].path :
	    NULL);
}

static bool
check_line(struct recipe_check *c, const struct recipe *r,
    const struct recipe_line *line, struct buf *error)
{
	struct buf why = { 0 };
	struct job *j;

	j = command_compile_in(line->text, &c->sources, &why, NULL);
	if (j == NULL) {
		say_where(error, r->path, line->number);
		buf_adds(error, buf_str(&why));
	}
	job_free(j);
	buf_free(&why);
	return (error->len == 0);
}

/* What was found last would be run inside itself, or too deep. */
static bool
check_nesting(const struct recipe_check *c, struct buf *error)
{
	const struct recipe_source *list = c->sources.list;
	const struct recipe_source *e = &list[c->next];
	size_t up;

	for (up = c->next; up != 0;) {
		up = list[up].parent;
		if (strcmp(list[up].path, e->path) != 0)
			continue;
		text_escape(error, e->path, strlen(e->path));
		buf_adds(error, " sources itself");
		return (false);
	}
	if (e->depth < COMMAND_NEST)
		return (true);
	text_escape(error, e->path, strlen(e->path));
	buf_addf(error, " nests commands more than %d deep",
	    COMMAND_NEST);
	return (false);
}

bool
recipe_check_give(struct recipe_check *c, const uint8_t *p, size_t n,
    struct buf *error)
{
	const struct recipe_source *e = &c->sources.list[c->next];
	struct recipe r;
	size_t i;

	if (!check_nesting(c, error) ||
	    !recipe_read(&r, e->path, p, n, e->args, e->nargs, error))
		return (false);
	c->sources.reading = c->next;
	for (i = 0; i < r.nlines && error->len == 0; i++)
		check_line(c, &r, &r.lines[i], error);
	if (c->next++ == 0)
		c->recipe = r;
	else
		recipe_free(&r);
	return (error->len == 0);
}

void
recipe_check_end(struct recipe_check *c)
{
	recipe_sources_free(&c->sources);
	recipe_free(&c->recipe);
	*c = (struct recipe_check){ 0 };
}
