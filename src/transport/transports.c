/* SPDX-License-Identifier: ISC */
#include "transport/transports.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct transports {
	struct transport	**open;
	size_t			  n;
	size_t			  turn;	/* who is asked next */
	uint16_t		 *owner;/* index + 1, 0: none */
	size_t			  ndevs;
};

struct transports *
transports_new(struct transport **open, size_t n)
{
	struct transports *f = mem_alloc(sizeof(*f));

	f->open = open;
	f->n = n;
	return (f);
}

void
transports_free(struct transports *f)
{
	size_t i;

	if (f == NULL)
		return;
	for (i = 0; i < f->n; i++)
		f->open[i]->ops->close(f->open[i]);
	free(f->open);
	free(f->owner);
	free(f);
}

bool
transports_simulated(const struct transports *f)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (!f->open[i]->simulated)
			return (false);
	}
	return (true);
}

bool
transports_past(const struct transports *f)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (f->open[i]->past)
			return (true);
	}
	return (false);
}

bool
transports_served(const struct transports *f)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (f->open[i]->served)
			return (true);
	}
	return (false);
}

struct transport *
transports_owner(const struct transports *f, uint16_t dev)
{
	if (dev >= f->ndevs || f->owner[dev] == 0)
		return (NULL);
	return (f->open[f->owner[dev] - 1]);
}

static void
own(struct transports *f, uint16_t dev, size_t i)
{
	size_t was = f->ndevs;

	if (dev >= f->ndevs) {
		f->ndevs = (size_t)dev + 1;
		f->owner = mem_array(f->owner, f->ndevs, sizeof(*f->owner));
		memset(f->owner + was, 0,
		    (f->ndevs - was) * sizeof(*f->owner));
	}
	f->owner[dev] = (uint16_t)(i + 1);
}

bool
transports_read(struct transports *f, uint64_t now, struct event *e,
    bool (*meant)(const void *, const struct identity *), const void *arg)
{
	size_t asked = 0, i;

	/* In turn, so that a busy one does not hide the others. */
	while (asked < f->n) {
		i = f->turn;
		f->turn = (i + 1) % f->n;
		if (!f->open[i]->ops->read(f->open[i], now, e)) {
			asked++;
			continue;
		}
		asked = 0;
		if (e->kind == EVENT_ARRIVED &&
		    (meant == NULL || meant(arg, e->who)))
			own(f, e->dev, i);
		if (e->dev == 0 || transports_owner(f, e->dev) != NULL)
			return (true);
	}
	return (false);
}

size_t
transports_pollfds(struct transports *f, struct pollfd *fds, size_t max)
{
	size_t i, n = 0;

	for (i = 0; i < f->n; i++)
		n += f->open[i]->ops->pollfds(f->open[i], fds + n, max - n);
	return (n);
}

uint64_t
transports_deadline(const struct transports *f)
{
	uint64_t earliest = TRANSPORT_NEVER, t;
	size_t i;

	for (i = 0; i < f->n; i++) {
		t = f->open[i]->ops->deadline(f->open[i]);
		if (t < earliest)
			earliest = t;
	}
	return (earliest);
}

const char *
transports_diverged(const struct transports *f)
{
	const char *why = NULL;
	size_t i;

	for (i = 0; i < f->n && why == NULL; i++) {
		if (f->open[i]->ops->diverged != NULL)
			why = f->open[i]->ops->diverged(f->open[i]);
	}
	return (why);
}

struct transport *
transports_tap(const struct transports *f)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (transport_is_tap(f->open[i]))
			return (f->open[i]);
	}
	return (NULL);
}

void
transports_read_so_far(const struct transports *f, uint64_t *at, uint64_t *of)
{
	size_t i;

	*at = *of = 0;
	for (i = 0; i < f->n; i++)
		if (f->open[i]->ops->read_so_far != NULL)
			f->open[i]->ops->read_so_far(f->open[i], at, of);
}

int
transports_where(const struct transports *f, uint64_t *offset)
{
	if (f->n != 1 || f->open[0]->ops->where == NULL)
		return (-1);
	return (f->open[0]->ops->where(f->open[0], offset));
}
