/* SPDX-License-Identifier: ISC */
#include "ui/cells/escape.h"

void
escape_begin(struct escape *e)
{
	e->tail = ESCAPE_INTRODUCER;
}

void
escape_end(struct escape *e)
{
	if (e->tail == ESCAPE_STRING)
		e->tail = ESCAPE_NONE;
}

static void
begin_bytes(struct escape *e, int n)
{
	e->tail = ESCAPE_BYTES;
	e->left = n;
}

bool
escape_take(struct escape *e, bool code, uint32_t c)
{
	enum escape_tail was = e->tail;

	e->tail = ESCAPE_NONE;
	if (code || c == 27)
		return (false);
	switch (was) {
	case ESCAPE_NONE:
		return (false);
	case ESCAPE_INTRODUCER:
		if (c == '[')
			e->tail = ESCAPE_CSI_FIRST;
		else if (c == 'O')
			begin_bytes(e, 1);
		else if (c == ']' || c == 'P')
			e->tail = ESCAPE_STRING;
		return (e->tail != ESCAPE_NONE);
	case ESCAPE_CSI_FIRST:
		if (c == 'M' || c == '[') {
			begin_bytes(e, c == 'M' ? 3 : 1);
			return (true);
		}
		break;
	case ESCAPE_CSI:
		break;
	case ESCAPE_STRING:
		if (c != 7)
			e->tail = was;
		return (true);
	case ESCAPE_BYTES:
		if (--e->left > 0)
			e->tail = was;
		return (true);
	}
	if (c < 0x40 || c > 0x7e)
		e->tail = ESCAPE_CSI;
	return (true);
}
