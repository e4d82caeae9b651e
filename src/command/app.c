#include "command/app.h"

#include <stdlib.h>

#include "base/mem.h"
#include "diagnosis/fingerprint.h"

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

const struct dfu_stack *
app_stack(const struct app *d, const struct session *s)
{
	const struct dfu_stack *fixed = NULL;
	size_t i;

	for (i = 0; i < d->nrunners; i++) {
		if (d->sessions->list[i] == s)
			fixed = d->runners[i]->device_stack;
	}
	return (fingerprint_stack(s, fixed));
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
