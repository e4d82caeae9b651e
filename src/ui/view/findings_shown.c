/* SPDX-License-Identifier: ISC */
#include "ui/view/findings_shown.h"

#include <stdlib.h>

#include "base/mem.h"
#include "session/session.h"

/* Until the next job they stay where they were read. */
static void
add_withdrawn(struct findings_shown *f, const struct findings *all)
{
	size_t i;

	f->standing = f->n;
	f->list = mem_array(f->list, f->n + all->n + 1, sizeof(*f->list));
	for (i = 0; i < all->n; i++) {
		if (all->list[i].life == FINDING_WITHDRAWN &&
		    all->list[i].changed >= all->job)
			f->list[f->n++] = &all->list[i];
	}
}

void
findings_take(struct findings_shown *f, const struct session *s,
    const struct finding_row *row, uint64_t now)
{
	size_t i;

	*f = (struct findings_shown){ 0 };
	if (s == NULL)
		return;
	f->n = findings_sorted(s, now, f->held, &f->nheld, &f->list);
	add_withdrawn(f, s->findings);
	for (i = 0; i < f->n; i++) {
		if (f->list[i]->row == row)
			f->selected = i;
	}
}

void
findings_drop(struct findings_shown *f)
{
	size_t i;

	for (i = 0; i < f->nheld; i++)
		finding_free(&f->held[i]);
	free(f->list);
}
