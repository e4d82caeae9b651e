/* SPDX-License-Identifier: ISC */
#include "report/traced.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "diagnosis/claim.h"
#include "report/json.h"
#include "report/text.h"

/* What was printed of a device. */
struct told {
	uint32_t	 changes;
	struct text_polls polls;
};

struct traced {
	struct frontend		 frontend;
	struct traced_config	 config;
	bool			 started;
	bool			 failed;
	bool			 asked;		/* the tool to end */
	bool			 changed;	/* a device came or left */
	uint64_t		 until;		/* the device may go, us; 0 */
	int			 code;
	bool			 has_begin;
	uint64_t		 begin;		/* of the first event, us */
	struct told		*told;		/* one for each device */
	size_t			 ntold;
};

static struct told *
told_of(struct traced *k, size_t i)
{
	if (i >= k->ntold) {
		k->told = mem_array(k->told, i + 1, sizeof(*k->told));
		while (k->ntold <= i)
			k->told[k->ntold++] = (struct told){ 0 };
	}
	return (&k->told[i]);
}

static void
emit(struct traced *k, struct buf *b)
{
	fwrite(buf_str(b), 1, b->len, k->config.out);
	fflush(k->config.out);
	buf_free(b);
}

/* Turns. */

static size_t
traced_pollfds(struct frontend *frontend, struct pollfd *fds, size_t max)
{
	(void)frontend;
	(void)fds;
	(void)max;
	return (0);
}

static uint64_t
traced_deadline(const struct frontend *frontend, const struct app *d,
    uint64_t now)
{
	const struct traced *k = (const struct traced *)frontend;

	(void)d;
	(void)now;
	return (k->until != 0 ? k->until : FRONTEND_NEVER);
}

/* Nothing more is to be waited for. */
static bool
settled(struct traced *k, const struct app *d, uint64_t now)
{
	uint64_t due;
	size_t i;

	k->until = 0;
	for (i = 0; i < d->sessions->n; i++) {
		due = claim_due(d->sessions->list[i], now);
		if (due > now && due > k->until)
			k->until = due;
	}
	return (k->until == 0);
}

static void
end_polls(struct traced *k, const struct app *d, size_t i)
{
	struct buf b = { 0 };

	if (!k->config.json)
		text_polls_end(&told_of(k, i)->polls, &b, d,
		    d->sessions->list[i], k->begin, d->sessions->n > 1);
	emit(k, &b);
}

static void
tell_unseen(struct traced *k, const struct traced_tool *tool)
{
	struct job_result r = { .code = tool->code };
	struct buf b = { 0 };

	claim_words_unseen(&r.text, k->config.name, tool->code,
	    tool->processes != 0, k->changed);
	if (k->config.json)
		json_result(&b, NULL, &r);
	else
		buf_addf(&b, "dfuscope: %s\n", buf_str(&r.text));
	emit(k, &b);
	buf_free(&r.text);
}

static void
tell_session(struct traced *k, const struct app *d, size_t i,
    const struct traced_tool *tool, uint64_t now)
{
	const struct session *s = d->sessions->list[i];
	struct job_result r = { .code = tool->code };
	struct buf b = { 0 };

	if (!claim_words(&r.text, s, k->config.name, tool->code, now))
		k->code = r.code = CODE_PROTOCOL;
	if (k->config.json) {
		json_session(&b, s, s->said_stack, now);
		told_of(k, i)->changes = json_finding_changes(&b, s,
		    told_of(k, i)->changes);
		json_result(&b, s, &r);
	} else {
		text_session(&b, s, s->said_stack, now, d->sessions->n > 1);
		text_findings(&b, s, now);
		buf_addf(&b, "dfuscope: %s\n", buf_str(&r.text));
	}
	emit(k, &b);
	buf_free(&r.text);
}

static void
summary(struct traced *k, const struct app *d, uint64_t now)
{
	struct traced_tool tool = k->config.tool(k->config.argument);
	bool any = false;
	size_t i;

	k->code = tool.code;
	for (i = 0; i < d->sessions->n; i++)
		end_polls(k, d, i);
	sessions_finish(d->sessions, now, false);
	for (i = 0; i < d->sessions->n; i++) {
		if (d->sessions->list[i]->seen == 0)
			continue;
		any = true;
		tell_session(k, d, i, &tool, now);
	}
	if (!any)
		tell_unseen(k, &tool);
}

static void
start(struct traced *k)
{
	struct buf error = { 0 };

	k->started = true;
	if (!k->config.start(k->config.argument, &error)) {
		k->failed = true;
		k->code = CODE_NO_INPUT;
		fprintf(k->config.out, "dfuscope: %s\n", buf_str(&error));
	}
	buf_free(&error);
}

static const char *
traced_command(struct frontend *frontend, const struct app *d, uint64_t now,
    bool *by_key)
{
	struct traced *k = (struct traced *)frontend;

	(void)by_key;
	if (!k->started)
		start(k);
	if (k->failed)
		return ("quit");
	if (d->leaving && !k->asked) {
		k->asked = true;
		k->config.stop(k->config.argument);
	}
	if (!k->config.tool(k->config.argument).ended)
		return (NULL);
	if (!d->leaving && !settled(k, d, now))
		return (NULL);
	summary(k, d, now);
	return ("quit");
}

static void
traced_event(struct frontend *frontend, const struct app *d,
    const struct event *e)
{
	struct traced *k = (struct traced *)frontend;
	const struct session *s = sessions_by_dev(d->sessions, e->dev);
	bool several = d->sessions->n > 1;
	struct buf b = { 0 };
	size_t i = s != NULL ? sessions_index(d->sessions, s) : 0;

	if (!k->has_begin)
		k->begin = e->time;
	k->has_begin = true;
	k->changed = k->changed || (k->started &&
	    (e->kind == EVENT_ARRIVED || e->kind == EVENT_LEFT));
	if (k->config.json)
		json_event(&b, d, e);
	else if (s == NULL || !text_polls_take(&told_of(k, i)->polls, &b, d,
	    e, k->begin, several))
		text_event(&b, d, e, k->begin, several);
	if (k->config.json && s != NULL)
		told_of(k, i)->changes = json_finding_changes(&b, s,
		    told_of(k, i)->changes);
	emit(k, &b);
}

static const struct frontend_ops traced_ops = {
	.pollfds = traced_pollfds,
	.deadline = traced_deadline,
	.command = traced_command,
	.event = traced_event,
};

struct frontend *
traced_new(const struct traced_config *config)
{
	struct traced *k = mem_alloc(sizeof(*k));

	k->frontend.ops = &traced_ops;
	k->config = *config;
	return (&k->frontend);
}

void
traced_free(struct frontend *frontend)
{
	struct traced *k = (struct traced *)frontend;

	free(k->told);
	free(k);
}

int
traced_code(const struct frontend *frontend)
{
	return (((const struct traced *)frontend)->code);
}
