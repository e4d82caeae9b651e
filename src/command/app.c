/* SPDX-License-Identifier: ISC */
#include "command/app.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/difference.h"
#include "base/mem.h"

uint64_t
app_now(const struct app *d, uint64_t now)
{
	return (d->policy.past ? d->sessions->last : now);
}

void
app_say(struct app *d, enum severity severity, const char *text,
    uint64_t now)
{
	buf_reset(&d->message);
	buf_adds(&d->message, text);
	d->message_severity = severity;
	d->message_at = now;
}

const struct session *
app_session(const struct app *d)
{
	if (d->current >= d->sessions->n)
		return (NULL);
	return (d->sessions->list[d->current]);
}

const struct runner *
app_runner(const struct app *d)
{
	if (d->current >= d->nrunners)
		return (NULL);
	return (d->runners[d->current]);
}

void
app_add_runners(struct app *d)
{
	while (d->nrunners < d->sessions->n) {
		d->runners = mem_array(d->runners, d->nrunners + 1,
		    sizeof(*d->runners));
		d->runners[d->nrunners] = mem_alloc(sizeof(struct runner));
		runner_init(d->runners[d->nrunners]);
		d->runners[d->nrunners++]->policy = d->policy;
	}
}

void
app_free_runners(struct app *d)
{
	while (d->nrunners > 0) {
		runner_clear(d->runners[--d->nrunners]);
		free(d->runners[d->nrunners]);
	}
	free(d->runners);
	d->runners = NULL;
}

void
app_take_difference(struct app *app, struct difference *d)
{
	if (app->difference != NULL)
		difference_free(app->difference);
	free(app->difference);
	app->difference = d;
}

bool
app_fault_is_set(const struct app_fault *f)
{
	return (f->initial == NULL ||
	    strcmp(buf_str(&f->now), f->initial) != 0);
}

struct app_fault *
app_add_fault(struct app *d)
{
	if (d->nfaults == d->cfaults) {
		d->faults = mem_array(d->faults, d->cfaults + 1,
		    sizeof(*d->faults));
		d->faults[d->cfaults++] = (struct app_fault){ .name = NULL };
	}
	buf_reset(&d->faults[d->nfaults].now);
	return (&d->faults[d->nfaults++]);
}

void
app_free_faults(struct app *d)
{
	size_t i;

	for (i = 0; i < d->cfaults; i++)
		buf_free(&d->faults[i].now);
	free(d->faults);
	d->faults = NULL;
	d->nfaults = d->cfaults = 0;
}
