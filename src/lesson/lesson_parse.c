/* SPDX-License-Identifier: ISC */
/* Reads lessons: a directive a line, each a row of a table. */
#include "lesson/lesson.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/line.h"
#include "base/mem.h"
#include "base/text.h"
#include "command/command.h"
#include "dfu/spec.h"
#include "job/job.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MAX_STEPS 500
#define MAX_DEVICES 64
#define MAX_CARDS 16

struct lesson_reader {
	struct lesson *lesson;
	unsigned line;
	struct buf *error;
};

static bool
wrong(const struct lesson_reader *r, const char *what, const char *rest)
{
	buf_addf(r->error, "line %u: %s%s", r->line, what,
	    *rest != '\0' ? ": " : "");
	text_escape(r->error, rest, strlen(rest));
	return (false);
}

static struct lesson_step *
step_of(const struct lesson_reader *r)
{
	struct lesson *l = r->lesson;

	return (l->nsteps != 0 ? &l->steps[l->nsteps - 1] : NULL);
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
		*to = mem_printf("%s%s%s", was,
		    *rest == '\0'                    ? "\n" :
			n == 0 || was[n - 1] == '\n' ? "" :
						       " ",
		    rest);
	free(was);
}

static bool
once(const struct lesson_reader *r, char **to, const char *rest)
{
	if (*to != NULL)
		return (wrong(r, "a lesson has one such line", rest));
	if (*rest == '\0')
		return (wrong(r, "its value is missing", ""));
	*to = mem_strdup(rest);
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
		wrong(r, *to != NULL ? "a step has one such line" :
		    buf_str(&why), rest);
	job_free(j);
	buf_free(&why);
	return (ok);
}

/* Of the lesson. */

static bool
read_lesson(struct lesson_reader *r, const char *rest)
{
	return (once(r, &r->lesson->id, rest));
}

static bool
read_title(struct lesson_reader *r, const char *rest)
{
	return (once(r, &r->lesson->title, rest));
}

static bool
read_requires(struct lesson_reader *r, const char *rest)
{
	return (once(r, &r->lesson->requires, rest));
}

static bool
read_device(struct lesson_reader *r, const char *rest)
{
	struct lesson *l = r->lesson;
	size_t n = strcspn(rest, " ");

	if (n == 0 || rest[n] == '\0')
		return (wrong(r, "device takes a name and a target", rest));
	if (strncmp(rest + n + 1, "sim:", 4) != 0)
		return (wrong(r,
		    "a lesson uses simulated devices: the target begins with "
		    "\"sim:\"",
		    rest + n + 1));
	if (l->ndevices == MAX_DEVICES)
		return (wrong(r, "too many devices", rest));
	l->devices =
	    mem_array(l->devices, l->ndevices + 1, sizeof(*l->devices));
	l->names = mem_array(l->names, l->ndevices + 1, sizeof(*l->names));
	l->names[l->ndevices] = mem_printf("%.*s", (int)n, rest);
	l->devices[l->ndevices++] = mem_strdup(rest + n + 1);
	return (true);
}

static bool
read_card(struct lesson_reader *r, const char *rest)
{
	struct lesson *l = r->lesson;

	if (*rest == '\0')
		return (wrong(r, "its value is missing", ""));
	if (l->ncards == MAX_CARDS)
		return (wrong(r, "too many cards", rest));
	l->cards = mem_array(l->cards, l->ncards + 1, sizeof(*l->cards));
	l->cards[l->ncards++] = mem_strdup(rest);
	return (true);
}

static bool
read_step(struct lesson_reader *r, const char *rest)
{
	struct lesson *l = r->lesson;
	struct lesson_step *s;

	if (*rest != '\0')
		return (wrong(r, "step takes no words", rest));
	if (l->nsteps == MAX_STEPS)
		return (wrong(r, "too many steps", ""));
	l->steps = mem_array(l->steps, l->nsteps + 1, sizeof(*l->steps));
	s = &l->steps[l->nsteps];
	*s = (struct lesson_step){ .line = r->line,
		.device = l->nsteps != 0 ? s[-1].device : 0 };
	l->nsteps++;
	return (true);
}

/* Of a step. */

static bool
read_text(struct lesson_reader *r, const char *rest)
{
	add_text(&step_of(r)->text, rest);
	return (true);
}

static bool
read_more(struct lesson_reader *r, const char *rest)
{
	add_text(&step_of(r)->more, rest);
	return (true);
}

static bool
read_begin(struct lesson_reader *r, const char *rest)
{
	/* Nothing: the device is only taken anew. */
	if (*rest == '\0' && step_of(r)->begin == NULL)
		return ((step_of(r)->begin = mem_strdup("")) != NULL);
	return (read_line(r, &step_of(r)->begin, rest));
}

static bool
read_send(struct lesson_reader *r, const char *rest)
{
	return (read_line(r, &step_of(r)->send, rest));
}

static bool
read_solution(struct lesson_reader *r, const char *rest)
{
	return (read_line(r, &step_of(r)->solution, rest));
}

static bool
read_on(struct lesson_reader *r, const char *rest)
{
	struct lesson_step *s = step_of(r);

	for (s->device = 0; s->device < r->lesson->ndevices; s->device++) {
		if (strcmp(r->lesson->names[s->device], rest) == 0)
			return (true);
	}
	s->device = 0;
	return (wrong(r, "unknown device", rest));
}

/* "gone" or a state by its name; *state: which. */
static bool
state_of(const char *word, int *state)
{
	uint8_t n;

	*state = LESSON_GONE;
	if (strcmp(word, "gone") == 0)
		return (true);
	if (!dfu_state_parse(word, &n) || n >= DFU_STATE_COUNT)
		return (false);
	*state = n;
	return (true);
}

static bool
read_ask(struct lesson_reader *r, const char *rest)
{
	struct lesson_step *s = step_of(r);
	struct buf names = { 0 };
	size_t i;

	if (s->ask != LESSON_READ)
		return (wrong(r, "a step has one ask line", rest));
	buf_adds(&names, "ask takes one of");
	for (i = 0; i < COUNT(lesson_ask_rows); i++) {
		if (lesson_ask_rows[i].name == NULL)
			continue;
		if (strcmp(lesson_ask_rows[i].name, rest) == 0)
			s->ask = (enum lesson_ask)i;
		buf_addf(&names, " %s", lesson_ask_rows[i].name);
	}
	if (s->ask == LESSON_READ) {
		wrong(r, buf_str(&names), rest);
	}
	buf_free(&names);
	return (s->ask != LESSON_READ);
}

/* The sides that a cause can be on. */
static const char *const sides[] = { "host", "device", "bus", "nobody" };

static bool
is_side(const char *word)
{
	size_t i;

	for (i = 0; i < COUNT(sides) && strcmp(sides[i], word) != 0; i++)
		continue;
	return (i != COUNT(sides));
}

static bool
is_choice(const struct lesson_step *s, const char *rest, int *state)
{
	enum lesson_answer answer;

	if (s->ask == LESSON_STATE)
		return (state_of(rest, state));
	if (s->ask == LESSON_ANSWER)
		return (lesson_answer_parse(rest, &answer));
	return (s->ask == LESSON_ONE && *rest != '\0');
}

static bool
read_choice(struct lesson_reader *r, const char *rest)
{
	struct lesson_step *s = step_of(r);
	int *state = &s->states[s->nchoices % LESSON_CHOICES];
	size_t i;

	if (!is_choice(s, rest, state))
		return (wrong(r, "not a possible answer to this ask", rest));
	if (s->nchoices == LESSON_CHOICES)
		return (wrong(r, "too many choices", rest));
	for (i = 0; i < s->nchoices; i++)
		if (strcmp(s->choices[i], rest) == 0)
			return (wrong(r, "the same choice a second "
			    "time", rest));
	s->choices[s->nchoices++] = mem_strdup(rest);
	return (true);
}

static bool
is_number(const char *word)
{
	uint64_t n;

	return (text_number(word, UINT32_MAX, &n));
}

static bool
read_right(struct lesson_reader *r, const char *rest)
{
	struct lesson_step *s = step_of(r);

	switch (s->ask) {
	case LESSON_ONE:
		return (read_choice(r, rest) && once(r, &s->right, rest));
	case LESSON_SIDE:
		if (!is_side(rest))
			return (wrong(r,
			    "right takes host, device, bus or "
			    "nobody",
			    rest));
		break;
	case LESSON_ADDRESS:
	case LESSON_MS:
	case LESSON_BYTES:
		if (!is_number(rest))
			return (wrong(r, "right takes a number here", rest));
		break;
	case LESSON_READ:
	case LESSON_STATE:
	case LESSON_ANSWER:
	case LESSON_MOVE:
	case LESSON_REACH:
		return (
		    wrong(r, "the device decides what is right here; remove "
		    "this line", rest));
	}
	return (once(r, &s->right, rest));
}

/* How many letters of rest are an answer that the step could be given. */
static size_t
said_in(const struct lesson_step *s, const char *rest)
{
	size_t word = strcspn(rest, " "), best = 0, i, n;
	char *first = mem_printf("%.*s", (int)word, rest);
	enum lesson_answer a;
	int state;
	bool ok = false;

	if (s->ask == LESSON_STATE || s->ask == LESSON_MOVE)
		ok = state_of(first, &state);
	if (s->ask == LESSON_ANSWER || s->ask == LESSON_MOVE)
		ok = ok || lesson_answer_parse(first, &a);
	if (s->ask == LESSON_ADDRESS || s->ask == LESSON_MS ||
	    s->ask == LESSON_BYTES)
		ok = is_number(first);
	if (s->ask == LESSON_SIDE)
		ok = is_side(first);
	free(first);
	if (ok)
		best = word;
	else if ((s->ask == LESSON_ANSWER || s->ask == LESSON_MOVE) &&
	    strncmp(rest, "no answer ", 10) == 0)
		best = 9;
	for (i = 0; i < s->nchoices; i++) {
		n = strlen(s->choices[i]);
		if (n > best && strncmp(s->choices[i], rest, n) == 0 &&
		    rest[n] == ' ')
			best = n;
	}
	return (best);
}

/* States and answers have several names: one is kept. */
static char *
proper(const struct lesson_step *s, const char *word, size_t n)
{
	char *was = mem_printf("%.*s", (int)n, word), *is = NULL;
	enum lesson_answer a;
	uint64_t number;
	int state;

	if ((s->ask == LESSON_STATE || s->ask == LESSON_MOVE) &&
	    state_of(was, &state))
		is = mem_strdup(state == LESSON_GONE ?
			"gone" :
			dfu_state_name((uint8_t)state));
	else if ((s->ask == LESSON_ANSWER || s->ask == LESSON_MOVE) &&
	    lesson_answer_parse(was, &a))
		is = mem_strdup(lesson_answer_name(a));
	else if ((s->ask == LESSON_ADDRESS || s->ask == LESSON_MS ||
		     s->ask == LESSON_BYTES) &&
	    text_number(was, UINT32_MAX, &number))
		is = mem_printf("%llu", (unsigned long long)number);
	if (is == NULL)
		return (was);
	free(was);
	return (is);
}

static bool
read_why(struct lesson_reader *r, const char *rest)
{
	struct lesson_step *s = step_of(r);
	struct lesson_why *w = &s->whys[s->nwhys % LESSON_WHYS];
	size_t n, i;

	if (!lesson_is_question(s->ask))
		return (
		    wrong(r, "why comes after ask and its choices", rest));
	n = said_in(s, rest);
	if (n == 0)
		return (wrong(
		    r, "why must begin with an answer to what is asked", rest));
	if (rest[n] == '\0' || rest[n + 1] == '\0')
		return (wrong(r, "why has no text", rest));
	if (s->nwhys == LESSON_WHYS)
		return (wrong(r, "too many whys", rest));
	w->choice = proper(s, rest, n);
	w->text = mem_strdup(rest + n + 1);
	s->nwhys++;
	for (i = 0; i + 1 < s->nwhys; i++)
		if (strcmp(s->whys[i].choice, w->choice) == 0)
			return (
			    wrong(r, "a second why for the same answer", rest));
	return (true);
}

static bool
read_hint(struct lesson_reader *r, const char *rest)
{
	struct lesson_step *s = step_of(r);

	if (s->nhints == LESSON_HINTS)
		return (wrong(r, "a step has three hints at most", rest));
	return (once(r, &s->hints[s->nhints++], rest));
}

static bool
read_rule(struct lesson_reader *r, const char *rest)
{
	size_t n = strspn(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	if (n == 0 || rest[n] == '\0' ||
	    strspn(rest + n, "0123456789") != strlen(rest + n))
		return (
		    wrong(r, "a rule is a letter and a number, such as "
		    "R6", rest));
	return (once(r, &step_of(r)->rule, rest));
}

/* A whole number from 1 to max, and nothing else. */
static bool
read_count(
    struct lesson_reader *r, unsigned *to, const char *rest, unsigned max)
{
	uint64_t n;
	char words[40];

	if (text_number(rest, max, &n) && n != 0) {
		*to = (unsigned)n;
		return (true);
	}
	(void)snprintf(words, sizeof(words),
	    "expected a number from 1 to %u",
	    max);
	return (wrong(r, words, rest));
}

static bool
read_par(struct lesson_reader *r, const char *rest)
{
	return (read_count(r, &step_of(r)->par, rest, 1000));
}

static bool
read_review(struct lesson_reader *r, const char *rest)
{
	return (read_count(r, &step_of(r)->review, rest, 9));
}

static bool
set_flag(const struct lesson_reader *r, bool *flag, const char *rest)
{
	*flag = true;
	return (*rest == '\0' || wrong(r, "this line takes no words", rest));
}

static bool
read_quiet(struct lesson_reader *r, const char *rest)
{
	return (set_flag(r, &step_of(r)->quiet, rest));
}

static bool
read_try(struct lesson_reader *r, const char *rest)
{
	return (set_flag(r, &step_of(r)->try, rest));
}

static bool
read_export(struct lesson_reader *r, const char *rest)
{
	return (set_flag(r, &step_of(r)->exports, rest));
}

/* request NAME [BLOCK] */
static bool
goal_request(struct lesson_goal *g, struct line_reader *w, struct buf *error)
{
	const struct dfu_request_row *row =
	    line_peek(w) != NULL ? dfu_request_named(line_peek(w)) : NULL;
	uint64_t block;

	if (row == NULL) {
		buf_adds(error, "unknown request: ");
		line_show(w, error);
		return (false);
	}
	line_take(w);
	g->kind = LESSON_GOAL_REQUEST;
	g->value = row->bRequest;
	g->block = -1;
	if (line_peek(w) == NULL || strcmp(line_peek(w), "in") == 0)
		return (true);
	if (!line_number(w, "a block number", UINT16_MAX, &block, error))
		return (false);
	g->block = (int)block;
	return (true);
}

/* WHAT, without "in N" */
static bool
goal_what(struct lesson_goal *g, struct line_reader *w, struct buf *error)
{
	if (line_accept(w, "request"))
		return (goal_request(g, w, error));
	if (line_accept(w, "gone")) {
		g->kind = LESSON_GOAL_GONE;
		return (true);
	}
	if (line_accept(w, "state")) {
		g->kind = LESSON_GOAL_STATE;
		if (line_peek(w) != NULL && state_of(line_peek(w), &g->value) &&
		    g->value != LESSON_GONE) {
			line_take(w);
			return (true);
		}
		buf_adds(error, "unknown state: ");
		line_show(w, error);
		return (false);
	}
	g->kind = LESSON_GOAL_WHAT;
	return (condition_parse(&g->condition, w, error));
}

static bool
parse_goal(struct lesson_goal *g, struct line_reader *w, struct buf *error)
{
	uint64_t n;

	if (!goal_what(g, w, error))
		return (false);
	if (line_accept(w, "in")) {
		if (!line_number(w, "a number of requests", 1000, &n, error))
			return (false);
		g->within = (unsigned)n;
	}
	if (line_peek(w) == NULL)
		return (true);
	buf_adds(error, "unknown word in a goal: ");
	line_show(w, error);
	return (false);
}

static bool
read_goal(struct lesson_reader *r, const char *rest)
{
	struct lesson_step *s = step_of(r);
	struct lesson_goal g = { .block = -1 };
	struct buf error = { 0 };
	struct line_reader w;
	bool ok;

	if (s->ngoals == LESSON_GOALS)
		return (wrong(r, "too many goals", rest));
	if (lesson_is_question(s->ask))
		return (wrong(r, "a step asks or has a goal", rest));
	s->ask = LESSON_REACH;
	line_begin(&w, rest);
	ok = parse_goal(&g, &w, &error);
	line_end(&w);
	if (ok) {
		g.words = mem_strdup(rest);
		s->goals[s->ngoals++] = g;
	} else {
		wrong(r, buf_str(&error), "");
	}
	buf_free(&error);
	return (ok);
}

/* reach STATE|gone: as lessons had it before there were goals. */
static bool
read_reach(struct lesson_reader *r, const char *rest)
{
	char *goal;
	int state;
	bool ok;

	if (!state_of(rest, &state))
		return (wrong(r, "unknown state", rest));
	goal = state == LESSON_GONE ? mem_strdup("gone") :
				      mem_printf("state %s", rest);
	ok = read_goal(r, goal);
	free(goal);
	return (ok);
}

static bool
read_forbid(struct lesson_reader *r, const char *rest)
{
	struct lesson_step *s = step_of(r);
	const struct dfu_request_row *row;
	struct line_reader w;
	bool ok = true;

	line_begin(&w, rest);
	if (line_peek(&w) == NULL)
		ok = wrong(r, "forbid takes requests, or reset", "");
	for (; ok && line_peek(&w) != NULL; line_take(&w)) {
		row = dfu_request_named(line_peek(&w));
		if (row != NULL)
			s->forbidden |= 1u << row->bRequest;
		else if (strcmp(line_peek(&w), "reset") == 0)
			s->forbidden |= LESSON_RESET;
		else
			ok = wrong(r, "forbid takes requests, or reset",
			    line_peek(&w));
	}
	line_end(&w);
	return (ok);
}

enum place {
	HEAD,
	STEP,
	BOTH
};

static const struct {
	struct lesson_directive row;
	enum place place;
	bool (*read)(struct lesson_reader *, const char *rest);
} directives[] = {
	{ { "lesson", "ID", "the name that starts the lesson" }, HEAD,
	    read_lesson },
	{ { "title", "TEXT", "the subject, in one line" }, HEAD,
	    read_title },
	{ { "requires", "LESSON",
	      "the lesson to take before this one; the menu shows it" },
	    HEAD, read_requires },
	{ { "device", "NAME TARGET",
	      "a simulated device, as after -T: sim:PROFILE[,NAME=VALUE...]" },
	    HEAD, read_device },
	{ { "card", "TEXT",
	      "a line to remember; the end of the lesson and its worksheet "
	      "show all cards" },
	    BOTH, read_card },
	{ { "step", "", "begins a step; the lines that follow belong to "
	    "it" }, BOTH,
	    read_step },
	{ { "on", "NAME",
	      "the device of this step and of those that follow; without this "
	      "line the first device" },
	    STEP, read_on },
	{ { "begin", "[COMMANDS]",
	      "starts the device again, as its target describes it, and runs "
	      "COMMANDS unseen; without begin the step continues where the "
	      "last step on this device ended" },
	    STEP, read_begin },
	{ { "text", "TEXT",
	      "the text shown; lines in a row are one paragraph, an empty line "
	      "separates two" },
	    STEP, read_text },
	{ { "send", "COMMANDS",
	      "the commands sent once the answer is given, as typed at the "
	      "prompt" },
	    STEP, read_send },
	{ { "ask", "WHAT", "asks a question; see below for the kinds" },
	    STEP, read_ask },
	{ { "choice", "TEXT",
	      "one of up to six choices, of ask state, ask "
	      "answer and ask one" },
	    STEP, read_choice },
	{ { "right", "TEXT",
	      "the right one of the choices of ask one, or the side of ask "
	      "side; where the step sends nothing, the number of ask address, "
	      "ask ms and ask bytes" },
	    STEP, read_right },
	{ { "why", "CHOICE TEXT",
	      "feedback for that wrong answer, instead of the rule's; comes "
	      "after ask and the choices; CHOICE is a choice, a state, "
	      "answered, STALL, no answer, gone, a side or a number" },
	    STEP, read_why },
	{ { "hint", "TEXT",
	      "one of up to three hints; without any, the rule "
	      "has three" },
	    STEP, read_hint },
	{ { "more", "TEXT", "shown after any answer" }, STEP,
	    read_more },
	{ { "rule", "RULE",
	      "the rule that the step trains, such as R6: its "
	      "score, its hints, and its card" },
	    STEP, read_rule },
	{ { "goal", "WHAT [in N]",
	      "the learner brings the device there, in N requests at most; "
	      "WHAT is state STATE, gone, request REQUEST [BLOCK] (sent in "
	      "this step, and answered), or a condition of dfuscope-recipe(5); "
	      "up to four goals, which must all hold at once" },
	    STEP, read_goal },
	{ { "reach", "STATE", "the same as goal state STATE, or goal gone" },
	    STEP, read_reach },
	{ { "forbid", "REQUEST ...",
	      "requests that must not be used for the goal; reset is a bus "
	      "reset" },
	    STEP, read_forbid },
	{ { "par", "N", "the smallest number of requests that reaches the "
	    "goal" }, STEP,
	    read_par },
	{ { "solution", "COMMANDS",
	      "a line of commands that reaches the goal within par" },
	    STEP, read_solution },
	{ { "review", "N",
	      "asks up to N due questions of earlier lessons "
	      "before this step" },
	    STEP, read_review },
	{ { "quiet", "",
	      "hides the state on the map and in the list; the learner keeps "
	      "track" },
	    STEP, read_quiet },
	{ { "try", "",
	      "the learner may try it first at no cost" },
	    STEP, read_try },
	{ { "export", "",
	      "shows how to give the device of this step to other tools on "
	      "this machine" },
	    STEP, read_export },
};

size_t
lesson_directives_count(void)
{
	return (COUNT(directives));
}

struct lesson_directive
lesson_directive_at(size_t i)
{
	return (directives[i].row);
}

static bool
read_directive(struct lesson_reader *r, const char *name, const char *rest)
{
	bool in_step = r->lesson->nsteps != 0;
	size_t i;

	for (i = 0; i < COUNT(directives); i++) {
		if (strcmp(directives[i].row.name, name) != 0)
			continue;
		if (directives[i].place == HEAD && in_step)
			return (
			    wrong(r, "this line belongs before the first "
			    "step", name));
		if (directives[i].place == STEP && !in_step)
			return (wrong(r, "this line belongs in a step", name));
		return (directives[i].read(r, rest));
	}
	return (wrong(r, "unknown word", name));
}

/* What a step lacks, or NULL. */
static const char *
lacks(const struct lesson_step *s)
{
	bool typed = s->ask == LESSON_ADDRESS || s->ask == LESSON_MS ||
	    s->ask == LESSON_BYTES;

	if (s->text == NULL)
		return ("a text");
	if (s->ask == LESSON_REACH && s->ngoals == 0)
		return ("a goal");
	if (s->ask == LESSON_REACH && s->solution == NULL)
		return ("a solution for its goal");
	if (s->nchoices == 1 || (s->ask == LESSON_ONE && s->nchoices < 2))
		return ("a second choice");
	if ((s->ask == LESSON_ONE || s->ask == LESSON_SIDE) && s->right == NULL)
		return ("the right answer");
	if (typed && s->send == NULL && s->right == NULL)
		return ("something to send, or the right answer");
	if ((s->ask == LESSON_STATE || s->ask == LESSON_ANSWER ||
		s->ask == LESSON_MOVE) &&
	    s->send == NULL)
		return ("something to send");
	if (s->ask != LESSON_REACH &&
	    (s->solution != NULL || s->par != 0 || s->forbidden != 0))
		return ("a goal");
	return (NULL);
}

static bool
check_lesson(const struct lesson *l, struct buf *error)
{
	const char *what;
	size_t i;

	for (i = 0; i < l->nsteps; i++) {
		what = lacks(&l->steps[i]);
		if (what == NULL)
			continue;
		buf_addf(error, "line %u: step %zu lacks %s", l->steps[i].line,
		    i + 1, what);
		return (false);
	}
	what = l->id == NULL ? "lesson ID" :
	    l->title == NULL ? "title TEXT" :
	    l->ndevices == 0 ? "device NAME TARGET" :
	    l->nsteps == 0   ? "step" :
			       NULL;
	if (what != NULL)
		buf_addf(error, "the lesson has no line \"%s\"", what);
	return (what == NULL);
}

static char *
trimmed(const char *line, size_t n)
{
	while (n != 0 &&
	    (line[n - 1] == ' ' || line[n - 1] == '\t' || line[n - 1] == '\r'))
		n--;
	return (mem_printf("%.*s", (int)n, line));
}

bool
lesson_parse(struct lesson *l, const char *text, struct buf *error)
{
	struct lesson_reader r = { .lesson = l, .error = error };
	char *line, *rest;
	size_t n;
	bool ok = true;

	*l = (struct lesson){ 0 };
	for (; ok && *text != '\0'; text += n + (text[n] != '\0')) {
		n = strcspn(text, "\n");
		r.line++;
		line = trimmed(text, n);
		rest = line + strcspn(line, " ");
		if (*rest != '\0')
			*rest++ = '\0';
		rest += strspn(rest, " ");
		if (*line != '\0' && *line != '#')
			ok = read_directive(&r, line, rest);
		free(line);
	}
	ok = ok && check_lesson(l, error);
	if (!ok)
		lesson_free(l);
	return (ok);
}
