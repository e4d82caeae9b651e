/* SPDX-License-Identifier: ISC */
/*
 * Sequences of a terminal that no key is known for: its reports, a mouse of
 * another kind. Their letters must not fire keys.
 */
#ifndef UI_CELLS_ESCAPE_H
#define UI_CELLS_ESCAPE_H

#include <stdbool.h>
#include <stdint.h>

/* What is still to come of a sequence. */
enum escape_tail {
	ESCAPE_NONE,
	ESCAPE_INTRODUCER,	/* just behind the ESC */
	ESCAPE_CSI_FIRST,	/* behind ESC [ */
	ESCAPE_CSI,		/* up to its final byte */
	ESCAPE_STRING,		/* a report: up to BEL or ESC */
	ESCAPE_BYTES
};

/* Zero it to begin. */
struct escape {
	enum escape_tail	tail;
	int			left;	/* bytes, of ESCAPE_BYTES */
};

/* An ESC was read. */
void	escape_begin(struct escape *e);

/* c, or a key that has a code: true if it belongs to a sequence. */
bool	escape_take(struct escape *e, bool code, uint32_t c);

/* A report whose end got lost ends here. */
void	escape_end(struct escape *e);

#endif
