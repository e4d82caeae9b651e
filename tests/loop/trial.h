/* SPDX-License-Identifier: ISC */
/*
 * One simulated device, and commands on it one after the other, with a hand
 * that cancels or pulls the plug at a certain event. The memory of the device
 * is looked at beside the wire.
 */
#ifndef TESTS_LOOP_TRIAL_H
#define TESTS_LOOP_TRIAL_H

#include "tests/dfu/check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "device/sim.h"
#include "loop/loop.h"

enum trial_cut {
	TRIAL_NOTHING,
	TRIAL_CANCEL,
	TRIAL_UNPLUG,
	TRIAL_SKIP		/* every wait */
};

#define TRIAL_COMMANDS	8

struct trial {
	const char	*target;
	const char	*commands[TRIAL_COMMANDS];	/* ends with NULL */
	enum trial_cut	 cut;
	size_t		 at;	/* the event of the first command, from 0 */
	const char	*answer;	/* to questions; NULL: --yes */
	bool		 read_only;
	bool		 replug;	/* what left is put back between them */
	const char	*journal;

	/* What came of it. */
	int		 codes[TRIAL_COMMANDS];
	struct buf	 texts[TRIAL_COMMANDS];
	size_t		 results;
	size_t		 events;	/* while the first command ran */
	size_t		 sent;		/* requests in all */
	size_t		 seen;		/* events in all */
	size_t		 die_at;	/* SIGKILL behind this many; 0: never */
	size_t		 end_at;	/* the loop ends there; 0: never */
	struct sim	*lent;		/* this device, not a new one */
	size_t		 questions;
	struct buf	 question;	/* the last one */
	uint64_t	 longest;	/* of a command, us */
	struct loop	*loop;
	struct sim	*sim;
	/* called when a result has come, before the next command */
	void		(*view)(struct trial *t);
	void		*arg;
};

void	trial_run(struct trial *t);
void	trial_free(struct trial *t);

/* Result i has this code, and this text in it; the test fails otherwise. */
void	trial_expect(const struct trial *t, size_t i, int code,
	    const char *text);

/* A file with n bytes that seed makes; the caller frees name and bytes. */
char	*trial_file(size_t n, unsigned seed, uint8_t **bytes);

/* The memory of the device holds these n bytes. */
bool	trial_same(const struct trial *t, uint32_t address,
	    const uint8_t *bytes, size_t n);

#endif
