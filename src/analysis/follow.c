/* SPDX-License-Identifier: ISC */
#include "analysis/follow.h"

#include <string.h>

static bool
is_ours(struct follow *f, const struct sessions *b, const struct session *s,
    const struct event *e)
{
	size_t i;

	for (i = 0; i < f->ndevs && i < FOLLOW_DEVICES; i++)
		if (f->devs[i] == e->dev)
			return (true);
	if (e->kind != EVENT_ARRIVED || e->who == NULL)
		return (e->dev != 0 && e->dev == s->dev);
	if (!session_is_of(s, e->who) &&
	    sessions_by_dev(b, e->dev) != s)
		return (false);
	/* The oldest makes room: it does not come back. */
	f->devs[f->ndevs++ % FOLLOW_DEVICES] = e->dev;
	return (true);
}

const struct event *
follow_next(struct follow *f, const struct sessions *b, const struct session *s,
    size_t *budget, size_t *index)
{
	size_t end = trace_end(b->trace);
	const struct event *e;

	if (f->next < trace_first(b->trace))
		f->next = trace_first(b->trace);
	while (f->next < end && *budget > 0) {
		*index = f->next++;
		(*budget)--;
		e = trace_get(b->trace, *index);
		if (e == NULL)
			continue;
		if (!f->begun)
			f->start = e->time;
		f->begun = true;
		if (is_ours(f, b, s, e))
			return (e);
	}
	return (NULL);
}

const struct request *
follow_ended(const struct session *s, const struct event *e)
{
	const struct request *r = e->kind != EVENT_COMPLETE ? NULL :
	    session_request(s, e->number);

	return (r != NULL && r->done != 0 ? r : NULL);
}

bool
follow_is_same(const struct follow *f, const struct follow *other)
{
	return (f->next == other->next && f->ndevs == other->ndevs &&
	    memcmp(f->devs, other->devs, sizeof(f->devs)) == 0);
}

bool
follow_behind(const struct follow *f, const struct sessions *b)
{
	return (f->next < trace_end(b->trace));
}
