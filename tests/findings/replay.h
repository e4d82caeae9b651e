/* SPDX-License-Identifier: ISC */
/*
 * The events of a journal, for who plays them once more, or some of them.
 */
#ifndef TESTS_FINDINGS_REPLAY_H
#define TESTS_FINDINGS_REPLAY_H

#include "tests/dfu/check.h"

#include "trace/journal.h"

struct replay {
	struct event		*events;
	struct journal_scratch	*scratch;	/* what each points into */
	size_t			 n;
};

/* A journal that cannot be read fails the test. */
void	replay_read(struct replay *r, const char *path);
void	replay_free(struct replay *r);

#endif
