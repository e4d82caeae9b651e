/* SPDX-License-Identifier: ISC */
/*
 * What somebody remembers, rule by rule and not question by question: how
 * often a rule was asked for, how often it was known, and when it is to be
 * asked for again. As text it is a file of lines, which anybody may spoil.
 */
#ifndef LESSON_MEMORY_H
#define LESSON_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define MEMORY_RULES	64
#define MEMORY_LESSONS	64
#define MEMORY_WORD	32	/* bytes of a rule or a lesson, NUL included */

struct memory_rule {
	char		rule[MEMORY_WORD];
	uint32_t	seen;		/* questions */
	uint32_t	right;		/* of them at first, without help */
	uint32_t	box;		/* which gap comes next */
	uint32_t	last;		/* day since 1970 */
};

/* The first time through a lesson. */
struct memory_lesson {
	char		lesson[MEMORY_WORD];
	uint32_t	points;
	uint32_t	of;
	uint32_t	day;
};

struct lesson_memory {
	struct memory_rule	rules[MEMORY_RULES];
	size_t			nrules;
	struct memory_lesson	lessons[MEMORY_LESSONS];
	size_t			nlessons;
	bool			changed;	/* since it was read */
};

/* Lines that are none of it are left out. */
void	memory_read(struct lesson_memory *m, const char *text);
void	memory_print(const struct lesson_memory *m, struct buf *b);

/* The row of a rule, or NULL: never asked for. */
const struct memory_rule *memory_of(const struct lesson_memory *m,
	    const char *rule);
const struct memory_lesson *memory_lesson_of(const struct lesson_memory *m,
	    const char *lesson);

/* A question about the rule was answered today. */
void	memory_mark(struct lesson_memory *m, const char *rule, bool right,
	    uint32_t today);

/* A lesson came to its end; only the first time is kept. */
void	memory_finish(struct lesson_memory *m, const char *lesson,
	    uint32_t points, uint32_t of, uint32_t today);

/* It was seen, and its gap (1, 3, 7, 21 days) is over. */
bool	memory_is_due(const struct memory_rule *r, uint32_t today);

/* How many rules are due. */
size_t	memory_due(const struct lesson_memory *m, uint32_t today);

#endif
