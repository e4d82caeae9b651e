#include "lesson/lesson.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "command/command.h"
#include "dfu/spec.h"
#include "job/job.h"

/* Parsing: a directive a line. */

struct lesson_reader {
	struct lesson	*lesson;
	char		**names;	/* of the devices */
	unsigned	 line;
	struct buf	*error;
};

static bool
wrong(const struct lesson_reader *r, const char *what, const char *rest)
{
	buf_addf(r->error, "line %u: %s%s%s", r->line, what,
	    *rest != '\0' ? ": " : "", rest);
	return (false);
}

/* Lines of text in a row are one paragraph; an empty one parts them. */
static void
add_text(char **to, const char *rest)
{
	char *was = *to;
	size_t n = was != NULL ? strlen(was) : 0;

	if (was == NULL)
		*to = mem_strdup(rest);
	else
		*to = mem_printf("%s%s%s", was, *rest == '\0' ? "\n" :
		    was[n - 1] == '\n' ? "" : " ", rest);
	free(was);
}

static bool
read_text(struct lesson_reader *r, struct lesson_step *s, const char *rest)
{
	(void)r;
	add_text(&s->text, rest);
	return (true);
}

static bool
read_more(struct lesson_reader *r, struct lesson_step *s, const char *rest)
{
	(void)r;
	add_text(&s->more, rest);
	return (true);
}

/* A line of commands that could be typed. */
static bool
read_line(struct lesson_reader *r, char **to, const char *rest)
{
	struct buf why = { 0 };
	struct job *j = command_compile(rest, &why, NULL);
	bool ok = j != NULL && *to == NULL;

	if (ok)
		*to = mem_strdup(rest);
	else
		wrong(r, *to != NULL ? "once a step" : buf_str(&why), rest);
	job_free(j);
	buf_free(&why);
	return (ok);
}

static bool
read_send(struct lesson_reader *r, struct lesson_step *s, const char *rest)
{
	return (read_line(r, &s->send, rest));
}

static bool
read_solution(struct lesson_reader *r, struct lesson_step *s,
    const char *rest)
{
	return (read_line(r, &s->solution, rest));
}

static bool
read_on(struct lesson_reader *r, struct lesson_step *s, const char *rest)
{
	for (s->device = 0; s->device < r->lesson->ndevices; s->device++) {
		if (strcmp(r->names[s->device], rest) == 0)
			return (true);
	}
	return (wrong(r, "no such device", rest));
}

static const char *const answers[] = { "answered", "STALL", "no answer",
    "gone" };
#define NANSWERS	(sizeof(answers) / sizeof(answers[0]))

/* "gone" or a state by its name; *state: which. */
static bool
state_of(const char *word, int *state)
{
	uint8_t n;

	*state = LESSON_GONE;
	if (strcmp(word, "gone") == 0)
		return (true);
	if (!dfu_state_parse(word, &n))
		return (false);
	*state = n;
	return (true);
}

static bool
read_ask(struct lesson_reader *r, struct lesson_step *s, const char *rest)
{
	if (s->ask != LESSON_READ)
		return (wrong(r, "asks twice", rest));
	if (strcmp(rest, "state") == 0)
		s->ask = LESSON_STATE;
	else if (strcmp(rest, "answer") == 0)
		s->ask = LESSON_ANSWER;
	else
		return (wrong(r, "ask takes state or answer", rest));
	return (true);
}

static bool
read_choice(struct lesson_reader *r, struct lesson_step *s,
    const char *rest)
{
	int *state = &s->states[s->nchoices % LESSON_CHOICES];
	size_t i;

	for (i = 0; i < NANSWERS && strcmp(answers[i], rest) != 0; i++)
		continue;
	if (s->ask == LESSON_READ || s->ask == LESSON_REACH ||
	    (s->ask == LESSON_STATE ? !state_of(rest, state) :
	    i == NANSWERS))
		return (wrong(r, "no choice for what is asked", rest));
	if (s->nchoices == LESSON_CHOICES)
		return (wrong(r, "too many choices", rest));
	s->choices[s->nchoices++] = mem_strdup(rest);
	return (true);
}

static bool
read_reach(struct lesson_reader *r, struct lesson_step *s, const char *rest)
{
	s->ask = LESSON_REACH;
	return (state_of(rest, &s->reach) || wrong(r, "no such state", rest));
}

static const struct {
	const char	*name;
	bool		(*read)(struct lesson_reader *, struct lesson_step *,
			    const char *rest);
} directives[] = {
	{ "text", read_text },
	{ "more", read_more },
	{ "on", read_on },
	{ "send", read_send },
	{ "ask", read_ask },
	{ "choice", read_choice },
	{ "reach", read_reach },
	{ "solution", read_solution },
};

static struct lesson_step *
add_step(struct lesson *l)
{
	struct lesson_step *s;

	l->steps = mem_array(l->steps, l->nsteps + 1, sizeof(*l->steps));
	s = &l->steps[l->nsteps];
	*s = (struct lesson_step){ .device = l->nsteps != 0 ?
	    s[-1].device : 0 };
	l->nsteps++;
	return (s);
}

/* device NAME TARGET */
static bool
add_device(struct lesson_reader *r, const char *rest)
{
	struct lesson *l = r->lesson;
	size_t n = strcspn(rest, " ");

	if (rest[n] == '\0')
		return (wrong(r, "device takes a name and a target", rest));
	l->devices = mem_array(l->devices, l->ndevices + 1,
	    sizeof(*l->devices));
	r->names = mem_array(r->names, l->ndevices + 1, sizeof(*r->names));
	r->names[l->ndevices] = mem_printf("%.*s", (int)n, rest);
	l->devices[l->ndevices++] = mem_strdup(rest + n + 1);
	return (true);
}

static bool
read_directive(struct lesson_reader *r, const char *name, const char *rest)
{
	struct lesson *l = r->lesson;
	size_t i;

	if (strcmp(name, "lesson") == 0 && l->id == NULL)
		return ((l->id = mem_strdup(rest)) != NULL);
	if (strcmp(name, "title") == 0 && l->title == NULL)
		return ((l->title = mem_strdup(rest)) != NULL);
	if (strcmp(name, "device") == 0)
		return (add_device(r, rest));
	if (strcmp(name, "step") == 0)
		return (add_step(l) != NULL);
	for (i = 0; i < sizeof(directives) / sizeof(directives[0]); i++) {
		if (strcmp(directives[i].name, name) == 0 && l->nsteps != 0)
			return (directives[i].read(r,
			    &l->steps[l->nsteps - 1], rest));
	}
	return (wrong(r, "not understood here", name));
}

static bool
check_steps(const struct lesson *l, struct buf *error)
{
	const struct lesson_step *s;
	size_t i;

	for (i = 0; i < l->nsteps; i++) {
		s = &l->steps[i];
		if (s->text == NULL || ((s->ask == LESSON_STATE ||
		    s->ask == LESSON_ANSWER) && (s->nchoices < 2 ||
		    s->send == NULL)) ||
		    (s->ask == LESSON_REACH && s->solution == NULL)) {
			buf_addf(error, "step %zu lacks something", i + 1);
			return (false);
		}
	}
	if (l->id != NULL && l->title != NULL && l->ndevices != 0 &&
	    l->nsteps != 0)
		return (true);
	buf_adds(error, "the lesson lacks a name, a title, a device or "
	    "steps");
	return (false);
}

bool
lesson_parse(struct lesson *l, const char *text, struct buf *error)
{
	struct lesson_reader r = { .lesson = l, .error = error };
	char *line, *rest;
	size_t n, i;
	bool ok = true;

	*l = (struct lesson){ 0 };
	for (; ok && *text != '\0'; text += n + (text[n] != '\0')) {
		n = strcspn(text, "\n");
		r.line++;
		line = mem_printf("%.*s", (int)n, text);
		rest = line + strcspn(line, " ");
		if (*rest != '\0')
			*rest++ = '\0';
		if (*line != '\0' && *line != '#')
			ok = read_directive(&r, line, rest);
		free(line);
	}
	ok = ok && check_steps(l, error);
	for (i = 0; i < l->ndevices; i++)
		free(r.names[i]);
	free(r.names);
	if (!ok)
		lesson_free(l);
	return (ok);
}

void
lesson_free(struct lesson *l)
{
	struct lesson_step *s;
	size_t i, k;

	for (i = 0; i < l->nsteps; i++) {
		s = &l->steps[i];
		for (k = 0; k < s->nchoices; k++)
			free(s->choices[k]);
		free(s->text);
		free(s->send);
		free(s->solution);
		free(s->more);
	}
	for (i = 0; i < l->ndevices; i++)
		free(l->devices[i]);
	free(l->devices);
	free(l->steps);
	free(l->id);
	free(l->title);
	*l = (struct lesson){ 0 };
}
