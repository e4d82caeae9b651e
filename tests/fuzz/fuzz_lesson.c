/* SPDX-License-Identifier: ISC */
/*
 * Any text as a lesson, and as what was learnt: what is refused names a line
 * or what is missing; what is taken has what each step needs, and what is kept
 * reads back as the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lesson/lesson.h"
#include "lesson/memory.h"

int	LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_step(const struct lesson *l, size_t i)
{
	const struct lesson_step *s = &l->steps[i];
	struct lesson_script script;
	size_t k;

	must(s->text != NULL && s->device < l->ndevices);
	must(s->ask != LESSON_REACH || (s->ngoals != 0 &&
	    s->solution != NULL));
	must((s->ask != LESSON_ONE && s->ask != LESSON_SIDE) ||
	    s->right != NULL);
	for (k = 0; k < s->nwhys; k++)
		must(lesson_why(s, s->whys[k].choice) == s->whys[k].text);
	lesson_script_make(&script, l, i, true);
	must(script.shown <= script.n);
	lesson_script_free(&script);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf text = { 0 }, error = { 0 }, once = { 0 }, twice = { 0 };
	static struct lesson_memory m;
	struct lesson l;
	size_t i;

	buf_add(&text, p, n);
	if (lesson_parse(&l, buf_str(&text), &error)) {
		must(error.len == 0 && l.nsteps != 0);
		for (i = 0; i < l.nsteps; i++)
			check_step(&l, i);
		lesson_free(&l);
	} else {
		must(strncmp(buf_str(&error), "line ", 5) == 0 ||
		    strncmp(buf_str(&error), "the lesson ", 11) == 0);
	}
	memory_read(&m, buf_str(&text));
	memory_print(&m, &once);
	memory_read(&m, buf_str(&once));
	memory_print(&m, &twice);
	must(strcmp(buf_str(&once), buf_str(&twice)) == 0);
	buf_free(&text);
	buf_free(&error);
	buf_free(&once);
	buf_free(&twice);
	return (0);
}
