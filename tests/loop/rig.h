/* SPDX-License-Identifier: ISC */
/*
 * The real loop in this process, on simulated or replayed targets, with a
 * batch or a scripted front before it and a clock that jumps.
 */
#ifndef TESTS_LOOP_RIG_H
#define TESTS_LOOP_RIG_H

#include "tests/dfu/check.h"

#include <stdbool.h>

#include "base/buf.h"
#include "loop/loop.h"
#include "wire/usb.h"

#define RIG_JSON	0x01
#define RIG_YES		0x02
#define RIG_READ_ONLY	0x04
#define RIG_ALL		0x08
#define RIG_LIST	0x10
#define RIG_PAYLOAD	0x20

/* A batch, as the program runs one. targets are separated by blanks. */
struct rig {
	const char	*targets;
	const char	*script;	/* NULL: none */
	unsigned	 flags;
	const char	*journal;	/* path, NULL: none */

	int		 code;		/* what the program would exit with */
	struct buf	 out;
	struct buf	 err;
	struct buf	 trouble;	/* of the loop */
};

void	rig_batch(struct rig *r);
void	rig_free(struct rig *r);

/* out, err or trouble has this text. */
bool	rig_said(const struct rig *r, const char *text);

/* How often text stands in s. */
size_t	rig_count(const char *s, const char *text);

/* A hand on the keys: at ms, this line; key: fired by one key. */
struct press {
	uint32_t	 ms;
	const char	*line;
	bool		 key;
};

/*
 * One target with a hand before it, which quits with the last press. What
 * happened is a line each, "5.000300 complete GETSTATUS ok dfuIDLE" and
 * "result 76 sentence", "said sentence" and "parting sentence", in said.
 */
struct play {
	const char		*target;
	struct runner_policy	 policy;
	const struct press	*presses;
	size_t			 n;
	bool			 strict; /* as on a real device: keys ask */

	bool			 stops;	/* a job still runs when it quits */

	struct buf		 said;
	int			 code;		/* of the loop */
	struct loop		*loop;
};

void	play_run(struct play *p);
void	play_free(struct play *p);

/* These texts stand in said, in this order; the test fails otherwise. */
void	play_expect(const struct play *p, const char *const *texts, size_t n);

#endif
