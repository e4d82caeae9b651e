/* SPDX-License-Identifier: ISC */
#include "lesson/memory.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define FIELDS	6

static const uint32_t gaps[] = { 1, 3, 7, 21 };
#define NGAPS	(sizeof(gaps) / sizeof(gaps[0]))

/* Words of letters, digits and '-' that a file may hold. */
static bool
is_word(const char *s)
{
	size_t n = strlen(s);

	return (n != 0 && n < MEMORY_WORD && strspn(s,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-") == n);
}

static bool
numbers(char *const *word, uint32_t *to, size_t n)
{
	uint64_t v;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!text_number(word[i], 1000000000, &v))
			return (false);
		to[i] = (uint32_t)v;
	}
	return (true);
}

/* rule R6 SEEN RIGHT BOX DAY */
static void
read_rule(struct lesson_memory *m, char *const *word)
{
	struct memory_rule *r = &m->rules[m->nrules % MEMORY_RULES];
	uint32_t v[4];

	if (!is_word(word[1]) || !numbers(word + 2, v, 4) || v[1] > v[0] ||
	    v[0] == 0 || v[2] >= NGAPS || m->nrules == MEMORY_RULES ||
	    memory_of(m, word[1]) != NULL)
		return;
	*r = (struct memory_rule){ .seen = v[0], .right = v[1], .box = v[2],
	    .last = v[3] };
	memcpy(r->rule, word[1], strlen(word[1]) + 1);
	m->nrules++;
}

/* lesson upload POINTS OF DAY */
static void
read_lesson(struct lesson_memory *m, char *const *word)
{
	struct memory_lesson *l = &m->lessons[m->nlessons % MEMORY_LESSONS];
	uint32_t v[3];

	if (!is_word(word[1]) || !numbers(word + 2, v, 3) || v[0] > v[1] ||
	    m->nlessons == MEMORY_LESSONS ||
	    memory_lesson_of(m, word[1]) != NULL)
		return;
	*l = (struct memory_lesson){ .points = v[0], .of = v[1],
	    .day = v[2] };
	memcpy(l->lesson, word[1], strlen(word[1]) + 1);
	m->nlessons++;
}

static void
read_line(struct lesson_memory *m, char *line)
{
	char *word[FIELDS], *s = line;
	size_t n;

	for (n = 0; n < FIELDS && *s != '\0'; n++) {
		word[n] = s;
		s += strcspn(s, " ");
		if (*s != '\0')
			*s++ = '\0';
	}
	if (*s != '\0')
		return;
	if (n == 6 && strcmp(word[0], "rule") == 0)
		read_rule(m, word);
	else if (n == 5 && strcmp(word[0], "lesson") == 0)
		read_lesson(m, word);
}

void
memory_read(struct lesson_memory *m, const char *text)
{
	char line[128];
	size_t n;

	*m = (struct lesson_memory){ .changed = false };
	for (; *text != '\0'; text += n + (text[n] != '\0')) {
		n = strcspn(text, "\n");
		if (n >= sizeof(line))
			continue;
		memcpy(line, text, n);
		line[n] = '\0';
		read_line(m, line);
	}
}

void
memory_print(const struct lesson_memory *m, struct buf *b)
{
	const struct memory_lesson *l;
	const struct memory_rule *r;

	for (r = m->rules; r < m->rules + m->nrules; r++)
		buf_addf(b, "rule %s %u %u %u %u\n", r->rule, r->seen,
		    r->right, r->box, r->last);
	for (l = m->lessons; l < m->lessons + m->nlessons; l++)
		buf_addf(b, "lesson %s %u %u %u\n", l->lesson, l->points,
		    l->of, l->day);
}

const struct memory_rule *
memory_of(const struct lesson_memory *m, const char *rule)
{
	size_t i;

	for (i = 0; i < m->nrules; i++)
		if (strcmp(m->rules[i].rule, rule) == 0)
			return (&m->rules[i]);
	return (NULL);
}

const struct memory_lesson *
memory_lesson_of(const struct lesson_memory *m, const char *lesson)
{
	size_t i;

	for (i = 0; i < m->nlessons; i++)
		if (strcmp(m->lessons[i].lesson, lesson) == 0)
			return (&m->lessons[i]);
	return (NULL);
}

void
memory_mark(struct lesson_memory *m, const char *rule, bool right,
    uint32_t today)
{
	struct memory_rule *r = m->rules;

	while (r < m->rules + m->nrules && strcmp(r->rule, rule) != 0)
		r++;
	if (r == m->rules + m->nrules) {
		if (m->nrules == MEMORY_RULES || !is_word(rule))
			return;
		*r = (struct memory_rule){ .seen = 0 };
		memcpy(r->rule, rule, strlen(rule) + 1);
		m->nrules++;
	}
	/* Several questions of one day are one time: gaps are of days. */
	if (!right)
		r->box = 0;
	else if (r->seen != 0 && r->last != today && r->box + 1 < NGAPS)
		r->box++;
	r->seen++;
	r->right += right;
	r->last = today;
	m->changed = true;
}

void
memory_finish(struct lesson_memory *m, const char *lesson, uint32_t points,
    uint32_t of, uint32_t today)
{
	struct memory_lesson *l = &m->lessons[m->nlessons % MEMORY_LESSONS];

	if (memory_lesson_of(m, lesson) != NULL || !is_word(lesson) ||
	    m->nlessons == MEMORY_LESSONS)
		return;
	*l = (struct memory_lesson){ .points = points, .of = of,
	    .day = today };
	memcpy(l->lesson, lesson, strlen(lesson) + 1);
	m->nlessons++;
	m->changed = true;
}

bool
memory_is_due(const struct memory_rule *r, uint32_t today)
{
	/* A clock that went back is no reason to ask for ever. */
	return (today >= r->last && today - r->last >= gaps[r->box % NGAPS]);
}

size_t
memory_due(const struct lesson_memory *m, uint32_t today)
{
	size_t i, n = 0;

	for (i = 0; i < m->nrules; i++)
		n += memory_is_due(&m->rules[i], today);
	return (n);
}
