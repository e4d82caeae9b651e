/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "tests/loop/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/batch.h"
#include "tests/report/schema.h"
#include "trace/words.h"

static struct transport **
open_targets(const char *names, struct dev_numbers *numbers, size_t *n)
{
	char *copy = mem_strdup(names), *name, *rest = NULL;
	struct transport **open = NULL;
	struct buf error = { 0 };

	*n = 0;
	for (name = strtok_r(copy, " ", &rest); name != NULL;
	    name = strtok_r(NULL, " ", &rest)) {
		open = mem_array(open, *n + 1, sizeof(*open));
		open[*n] = transport_open(name, numbers, &error);
		if (open[(*n)++] == NULL)
			fail_msg("%s: %s", name, buf_str(&error));
	}
	free(copy);
	return (open);
}

static void
take_file(FILE *f, char **text, size_t *n, struct buf *b)
{
	assert_int_equal(fclose(f), 0);
	buf_add(b, *text, *n);
	free(*text);
}

void
rig_batch(struct rig *r)
{
	struct loop_config config = { .keep = 4096, .virtual = true,
	    .journal = r->journal, .payload = (r->flags & RIG_PAYLOAD) != 0,
	    .policy = { .yes = (r->flags & RIG_YES) != 0,
	    .read_only = (r->flags & RIG_READ_ONLY) != 0 } };
	struct batch_config batch = { .script = r->script,
	    .json = (r->flags & RIG_JSON) != 0,
	    .list = (r->flags & RIG_LIST) != 0,
	    .most = (r->flags & (RIG_ALL | RIG_LIST)) != 0 ? SIZE_MAX : 1 };
	struct dev_numbers numbers = { 0 };
	struct transport **open;
	struct frontend *frontend;
	struct loop *l;
	char *out, *err;
	size_t n, outn, errn;
	int trouble;

	open = open_targets(r->targets, &numbers, &n);
	batch.out = open_memstream(&out, &outn);
	batch.err = open_memstream(&err, &errn);
	assert_true(batch.out != NULL && batch.err != NULL);
	frontend = batch_new(&batch);
	l = loop_new(&config, open, n, &r->trouble);
	assert_non_null(l);
	trouble = loop_run(l, frontend, &r->trouble);
	r->code = trouble != 0 ? trouble : batch_code(frontend);
	loop_free(l);
	batch_free(frontend);
	take_file(batch.out, &out, &outn, &r->out);
	take_file(batch.err, &err, &errn, &r->err);
	if (batch.json)
		schema_check_lines(buf_str(&r->out));
}

void
rig_free(struct rig *r)
{
	buf_free(&r->out);
	buf_free(&r->err);
	buf_free(&r->trouble);
}

bool
rig_said(const struct rig *r, const char *text)
{
	return (strstr(buf_str(&r->out), text) != NULL ||
	    strstr(buf_str(&r->err), text) != NULL ||
	    strstr(buf_str(&r->trouble), text) != NULL);
}

size_t
rig_count(const char *s, const char *text)
{
	size_t n = 0;

	for (; (s = strstr(s, text)) != NULL; s += strlen(text))
		n++;
	return (n);
}

/* The hand. */

struct hand {
	struct frontend	 frontend;
	struct play	*play;
	size_t		 next;
	uint64_t	 told;	/* message_at of the last message */
};

static size_t
hand_pollfds(struct frontend *frontend, struct pollfd *fds, size_t max)
{
	(void)frontend;
	(void)fds;
	(void)max;
	return (0);
}

static uint64_t
hand_deadline(
    const struct frontend *frontend, const struct app *d, uint64_t now)
{
	const struct hand *h = (const struct hand *)frontend;

	(void)d;
	(void)now;
	return (h->next < h->play->n ?
	    (uint64_t)h->play->presses[h->next].ms * 1000 : FRONTEND_NEVER);
}

static const char *
hand_command(struct frontend *frontend, const struct app *d, uint64_t now,
    bool *by_key)
{
	struct hand *h = (struct hand *)frontend;
	const struct press *press = &h->play->presses[h->next];
	const struct runner *r = app_runner(d);

	if (d->message.len != 0 && d->message_at != h->told)
		buf_addf(&h->play->said, "said %s\n", buf_str(&d->message));
	h->told = d->message.len != 0 ? d->message_at : UINT64_MAX;
	if (h->next == h->play->n)
		return ("quit");
	if (now < (uint64_t)press->ms * 1000)
		return (NULL);
	if (r != NULL && r->question != NULL)
		buf_addf(&h->play->said, "asked %s\n", r->question);
	if (d->question.len != 0)
		buf_addf(&h->play->said, "asked %s\n", buf_str(&d->question));
	h->told = UINT64_MAX;
	h->next++;
	*by_key = press->key;
	return (press->line);
}

static void
hand_event(
    struct frontend *frontend, const struct app *d, const struct event *e)
{
	struct hand *h = (struct hand *)frontend;
	struct buf *b = &h->play->said;

	if (e->kind == EVENT_WALL)
		return;
	buf_addf(b, "%u.%06u %s ", (unsigned)(e->time / 1000000),
	    (unsigned)(e->time % 1000000), event_kind_name(e->kind));
	words_event(b, e, sessions_submit_of(d->sessions, e), NULL);
	buf_addc(b, '\n');
}

static void
hand_result(struct frontend *frontend, const struct app *d, size_t i,
    const struct job_result *r)
{
	struct hand *h = (struct hand *)frontend;

	(void)d;
	(void)i;
	buf_addf(&h->play->said, "result %d %s\n", r->code,
	    buf_str(&r->text));
}

static const struct frontend_ops hand_ops = {
	.pollfds = hand_pollfds,
	.deadline = hand_deadline,
	.command = hand_command,
	.event = hand_event,
	.result = hand_result,
};

void
play_run(struct play *p)
{
	struct hand hand = { .frontend = { &hand_ops }, .play = p,
	    .told = UINT64_MAX };
	struct loop_config config = { .virtual = true, .policy = p->policy };
	struct dev_numbers numbers = { 0 };
	struct transport **open;
	struct buf error = { 0 };
	size_t n;

	open = open_targets(p->target, &numbers, &n);
	p->loop = loop_new(&config, open, n, &error);
	assert_non_null(p->loop);
	/* The application state takes a simulated device lightly; this one does
	 * not. */
	if (p->strict)
		((struct app *)(uintptr_t)loop_app(p->loop))->
		    policy.loses_asks = true;
	p->code = loop_run(p->loop, &hand.frontend, &error);
	assert_true(p->code == 0 || p->stops);
	if (error.len != 0)
		buf_addf(&p->said, "parting %s\n", buf_str(&error));
	buf_free(&error);
}

void
play_free(struct play *p)
{
	loop_free(p->loop);
	buf_free(&p->said);
}

void
play_expect(const struct play *p, const char *const *texts, size_t n)
{
	const char *at = buf_str(&p->said), *found;
	size_t i;

	for (i = 0; i < n; i++) {
		found = strstr(at, texts[i]);
		if (found == NULL)
			fail_msg("\"%s\" is not in what follows:\n%s",
			    texts[i], buf_str(&p->said));
		at = found + strlen(texts[i]);
	}
}
