/* SPDX-License-Identifier: ISC */
#include "diagnosis/session_lint.h"

#include "trace/identity.h"

/*
 * The states that the answers named, and whether dfuMANIFEST was left for
 * one where it goes on, between two GETSTATUS with nothing in between.
 */
static void
add_states(const struct session *s, struct lint_subject *u)
{
	struct session_told told = s->told;
	size_t i;

	for (i = s->nagain; i < s->nrequests; i++)
		if (s->requests[i].at >= s->arrived_at)
			session_told_add(&told, &s->requests[i]);
	u->states |= told.states;
	u->resumed |= told.resumed;
}

static void
add_names(const struct session *s, struct lint_subject *u)
{
	const struct dfu_function *f = u->function;
	uint8_t alternate;
	size_t i;

	for (i = 0; f != NULL && i < f->nalternates; i++) {
		alternate = f->alternates[i].bAlternateSetting;
		u->names[alternate] = session_alternate_name(s, alternate);
	}
}

void
session_lint(const struct session *s, struct lint *l)
{
	struct lint_subject u = {
		.descriptors = &s->descriptors,
		.function = session_function(s),
	};

	if (s->who != NULL) {
		u.bytes = s->who->descriptors.data;
		u.nbytes = s->who->descriptors.len;
		u.manufacturer = s->who->manufacturer;
		u.product = s->who->product_name;
		u.serial = s->who->serial;
	}
	add_names(s, &u);
	add_states(s, &u);
	lint_check(l, &u);
}

enum severity
session_lint_weight(const struct lint_row *row)
{
	switch (row->severity) {
	case LINT_NOTE:
		return (SEVERITY_NOTE);
	case LINT_WARNING:
		return (SEVERITY_WARNING);
	case LINT_ERROR:
		break;
	}
	return (SEVERITY_ERROR);
}

size_t
session_quirks(const struct session *s, const struct dfu_quirk **rows,
    size_t max)
{
	const struct dfu_function *f = session_function(s);
	struct dfu_quirk_subject q = { 0 };
	const struct dfu_alternate *a;

	if (s->who == NULL || f == NULL || f->nalternates == 0)
		return (0);
	a = dfu_function_alternate(f, s->alternate);
	if (a == NULL)
		a = &f->alternates[0];
	q.vendor = s->who->vendor;
	q.product = s->who->product;
	q.version = s->who->version;
	q.protocol = a->bInterfaceProtocol;
	q.serial = s->who->serial;
	q.functional = &f->functional;
	q.name = session_alternate_name(s, a->bAlternateSetting);
	return (dfu_quirks_of(&q, rows, max));
}

void
session_lint_quirk(const struct dfu_quirk *q, struct buf *b)
{
	buf_adds(b, q->does);
	if (q->when != NULL)
		buf_addf(b, " when %s", q->when);
	buf_addf(b, ": %s [", q->why);
	if (q->name != NULL)
		buf_addf(b, "%s, ", q->name);
	buf_addf(b, "%s]", q->source);
}
