#include "ui/view/findings_shown.h"

#include <stdlib.h>

void
findings_take(struct findings_shown *f, const struct session *s,
    const struct finding_row *row, uint64_t now)
{
	size_t i;

	*f = (struct findings_shown){ 0 };
	if (s == NULL)
		return;
	f->n = findings_sorted(s, now, f->held, &f->nheld, &f->list);
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
