/* SPDX-License-Identifier: ISC */
/* What lessons are made of: their life, and the words for their parts. */
#include "lesson/lesson.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const struct lesson_ask_row lesson_ask_rows[LESSON_REACH + 1] = {
	[LESSON_READ] = { NULL, "", "" },
	[LESSON_STATE] = { "state", "In which state is the device then?",
	    "the state after what is sent; choices are optional" },
	[LESSON_ANSWER] = { "answer", "What does the device answer?",
	    "the answer to the last request; choices are optional" },
	[LESSON_MOVE] = { "move", "What does the device answer, and in which "
	    "state is it then?",
	    "the answer to the last request and the state after it: no "
	    "choices" },
	[LESSON_ADDRESS] = { "address", "Which address does the request use?",
	    "the address that the last request uses, by DfuSe; a number is "
	    "typed" },
	[LESSON_MS] = { "ms", "How many milliseconds does the device announce?",
	    "the wait that the last GETSTATUS announced; a number is typed" },
	[LESSON_BYTES] = { "bytes", "How many bytes does the request carry?",
	    "how many bytes the last request carried; a number is typed" },
	[LESSON_ONE] = { "one", "Which is right?",
	    "one of the lesson's own choices, of which one is right" },
	[LESSON_SIDE] = { "side", "On whose side is the cause?",
	    "on whose side the cause is: host, device, bus or nobody" },
	[LESSON_REACH] = { NULL, "Your turn: use the keys of the console.",
	    "" },
};

static const char *const answers[] = {
	[LESSON_ANSWERED] = "answered",
	[LESSON_STALLED] = "STALL",
	[LESSON_SILENT] = "no answer",
	[LESSON_LEFT] = "gone",
};

bool
lesson_is_question(enum lesson_ask ask)
{
	return (ask != LESSON_READ && ask != LESSON_REACH);
}

const char *
lesson_answer_name(enum lesson_answer answer)
{
	return ((size_t)answer < COUNT(answers) ? answers[answer] : "");
}

bool
lesson_answer_parse(const char *name, enum lesson_answer *answer)
{
	size_t i;

	if (strcmp(name, "silent") == 0)
		name = answers[LESSON_SILENT];
	for (i = 0; i < COUNT(answers); i++) {
		if (strcmp(answers[i], name) != 0)
			continue;
		*answer = (enum lesson_answer)i;
		return (true);
	}
	return (false);
}

const char *
lesson_why(const struct lesson_step *s, const char *said)
{
	size_t i;

	for (i = 0; i < s->nwhys; i++)
		if (strcmp(s->whys[i].choice, said) == 0)
			return (s->whys[i].text);
	return (NULL);
}

const char *
lesson_line(const struct lesson_step *s)
{
	return (s->ask == LESSON_REACH ? s->solution : s->send);
}

static void
add_line(struct lesson_script *s, const char *line)
{
	if (line == NULL || *line == '\0')
		return;
	s->lines = mem_array(s->lines, s->n + 1, sizeof(*s->lines));
	s->lines[s->n++] = line;
}

void
lesson_script_make(struct lesson_script *s, const struct lesson *l, size_t i,
    bool with)
{
	const struct lesson_step *step;
	size_t device = l->steps[i].device, k;

	*s = (struct lesson_script){ .target = l->devices[device] };
	for (k = 0; k <= i; k++) {
		step = &l->steps[k];
		if (step->device != device)
			continue;
		if (step->begin != NULL) {
			s->n = 0;
			add_line(s, step->begin);
			s->shown = s->n;
		}
		if (k < i || with)
			add_line(s, lesson_line(step));
	}
}

void
lesson_script_free(struct lesson_script *s)
{
	free(s->lines);
	*s = (struct lesson_script){ 0 };
}

static void
free_step(struct lesson_step *s)
{
	size_t k;

	for (k = 0; k < s->nchoices; k++)
		free(s->choices[k]);
	for (k = 0; k < s->nwhys; k++) {
		free(s->whys[k].choice);
		free(s->whys[k].text);
	}
	for (k = 0; k < s->nhints; k++)
		free(s->hints[k]);
	for (k = 0; k < s->ngoals; k++)
		free(s->goals[k].words);
	free(s->text);
	free(s->begin);
	free(s->send);
	free(s->right);
	free(s->solution);
	free(s->more);
	free(s->rule);
}

void
lesson_free(struct lesson *l)
{
	size_t i;

	for (i = 0; i < l->nsteps; i++)
		free_step(&l->steps[i]);
	for (i = 0; i < l->ndevices; i++) {
		free(l->devices[i]);
		free(l->names[i]);
	}
	for (i = 0; i < l->ncards; i++)
		free(l->cards[i]);
	free(l->devices);
	free(l->names);
	free(l->cards);
	free(l->steps);
	free(l->id);
	free(l->title);
	free(l->requires);
	*l = (struct lesson){ 0 };
}
