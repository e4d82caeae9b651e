/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "tests/findings/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
replay_read(struct replay *r, const char *path)
{
	struct buf error = { 0 };
	char line[65536];
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		r->events = mem_array(r->events, r->n + 1,
		    sizeof(*r->events));
		r->scratch = mem_array(r->scratch, r->n + 1,
		    sizeof(*r->scratch));
		r->scratch[r->n] = (struct journal_scratch){ .who = NULL };
		if (journal_parse(line, strlen(line), &r->events[r->n],
		    &r->scratch[r->n], &error) == JOURNAL_EVENT)
			r->n++;
		else
			journal_scratch_free(&r->scratch[r->n]);
	}
	fclose(f);
	buf_free(&error);
}

void
replay_free(struct replay *r)
{
	while (r->n > 0)
		journal_scratch_free(&r->scratch[--r->n]);
	free(r->events);
	free(r->scratch);
}
