/* SPDX-License-Identifier: ISC */
#include "source/said.h"

#include <string.h>

#include "source/log_own.h"

/* Which holes of such a row have them. */
static const struct {
	const char	*part;		/* of its pattern */
	size_t		 state, status;
} tellers[] = {
	{ "state(%d) = %w, status(%d)", 0, 2 },
	{ "state = %w, status = %d", 0, 1 },
};

static void
take_state(const struct log_row *row, const struct log_match *m,
    struct said *said)
{
	const struct log_hole *h = m->hole;
	uint64_t state, status;
	size_t i;

	for (i = 0; i < sizeof(tellers) / sizeof(tellers[0]); i++) {
		if (strstr(row->pattern, tellers[i].part) == NULL ||
		    m->nholes <= tellers[i].status)
			continue;
		state = strstr(tellers[i].part, "state(%d)") != NULL ?
		    h[tellers[i].state].value :
		    log_state(h[tellers[i].state].text,
		    h[tellers[i].state].n);
		status = h[tellers[i].status].value;
		said->has_state = state < DFU_STATE_COUNT &&
		    status <= UINT8_MAX;
		said->state = (uint8_t)state;
		said->status = (uint8_t)status;
		return;
	}
}

bool
said_read(const char *line, size_t n, struct said *said)
{
	struct log_piece piece = log_strip(line, n);
	const struct log_reader *reader;
	const struct log_row *row;
	struct log_match m;

	*said = (struct said){ .tool = NULL };
	row = piece.n != 0 && !piece.prompt ?
	    log_find(piece.text, piece.n, &reader, &m) : NULL;
	if (row == NULL || row->weight == LOG_WEAK)
		return (false);
	said->tool = reader->name;
	take_state(row, &m, said);
	return (true);
}
