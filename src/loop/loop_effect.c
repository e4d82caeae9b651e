/* SPDX-License-Identifier: ISC */
/* What the loop does for a job that wishes it; loop.c has the turn. */
#include "loop/loop_own.h"

#include <string.h>

#include "base/file.h"
#include "command/command.h"
#include "dfu/spec.h"
#include "job/condition.h"

#define NEVER		UINT64_MAX
#define MAX_FILE	(64 * 1024 * 1024)

static void
perform_submit(struct loop *l, const struct session *s,
    struct transport *t, const struct xfer *x)
{
	/* Requests of others are counted in between. */
	uint32_t *number = transport_is_tap(t) ? &t->numbers->request :
	    &l->number;
	struct event e = { .time = l->now, .kind = EVENT_SUBMIT,
	    .dev = s->dev, .number = ++*number, .setup = x->setup,
	    .timeout = x->timeout, .data = x->data };

	if (x->data != NULL)
		e.len = e.kept = x->setup.wLength;
	/* Written before it is sent: a request that never ends left a trace. */
	loop_deliver(l, &e);
	t->ops->submit(t, s->dev, e.number, x, l->now);
}

static void
perform_read(struct runner *r, const char *path)
{
	struct buf bytes = { 0 }, error = { 0 };
	bool ok = file_read(path, MAX_FILE, &bytes, &error);

	runner_file(r, bytes.data, bytes.len, ok ? NULL : buf_str(&error));
	buf_free(&error);
	buf_free(&bytes);
}

static void
perform_write(struct runner *r, const struct effect *effect)
{
	struct buf error = { 0 };
	bool ok = effect->bytes == NULL ?
	    file_writable(effect->text, effect->replace, &error) :
	    file_write(effect->text, effect->bytes->data,
	    effect->bytes->len, effect->replace, &error);

	runner_file(r, NULL, 0, ok ? NULL : buf_str(&error));
	buf_free(&error);
}

static void
perform_act(struct loop *l, size_t i, const char *line)
{
	struct app_effect effect = { .kind = APP_NOTHING };
	struct buf error = { 0 };
	size_t current = l->app.current;
	size_t code = 0;
	bool ok;

	/* A job speaks of its own device, whichever is in view. */
	l->app.current = i;
	if (command_act(line, &l->app, &effect, &ok, &error) != NULL && ok &&
	    !loop_grant(l, &effect, &error))
		code = effect.kind == APP_FAULT ? CODE_USAGE : CODE_LOST;
	runner_file(l->app.runners[i], NULL, code, error.len != 0 ?
	    buf_str(&error) : NULL);
	if (l->app.current == i)
		l->app.current = current;
	buf_free(&effect.text);
	buf_free(&error);
}

void
loop_perform(struct loop *l, size_t i, const struct effect *effect)
{
	const struct session *s = l->app.sessions->list[i];
	struct transport *t = transports_owner(l->transports, s->dev);
	struct event e = { .time = l->now, .kind = EVENT_RESET,
	    .dev = s->dev };

	if (t == NULL)
		return;
	switch (effect->kind) {
	case EFFECT_NONE:
		break;
	case EFFECT_SUBMIT:
		perform_submit(l, s, t, &effect->xfer);
		break;
	case EFFECT_CANCEL:
		t->ops->cancel(t, s->dev, l->now);
		break;
	case EFFECT_RESET:
		loop_deliver(l, &e);
		t->ops->reset(t, s->dev, l->now);
		break;
	case EFFECT_OPEN:
		t->ops->open_device(t, s->dev, l->now);
		break;
	case EFFECT_CLOSE:
		t->ops->close_device(t, s->dev, l->now);
		break;
	case EFFECT_READ_FILE:
		perform_read(l->app.runners[i], effect->text);
		break;
	case EFFECT_WRITE_FILE:
		perform_write(l->app.runners[i], effect);
		break;
	case EFFECT_ASK:
		/* The runner asks. */
		break;
	case EFFECT_ACT:
		perform_act(l, i, effect->text);
		break;
	}
}

/* There is no screen any more when this is read. */
static void
add_parting(struct loop *l, size_t i)
{
	const struct condition state = { .kind = CONDITION_STATE };
	const struct session *s = l->app.sessions->list[i];
	const char *text = buf_str(&l->app.runners[i]->result.text);
	const char *name = dfu_state_name(s->estimate.state);
	struct buf *b = &l->parting;

	buf_adds(b, b->len != 0 ? "\n" : "");
	if (l->app.sessions->n > 1) {
		session_title(s, b);
		buf_adds(b, ": ");
	}
	buf_adds(b, *text != '\0' ? text : "stopped");
	if (strstr(text, "the device is ") != NULL ||
	    (name != NULL && strstr(text, name) != NULL))
		return;
	buf_adds(b, "; ");
	condition_instead(&state, s, NULL, l->now, b);
}

void
loop_report_result(struct loop *l, size_t i)
{
	struct runner *r = l->app.runners[i];
	const char *text = buf_str(&r->result.text);
	struct event e = event_text(EVENT_NOTE, l->now,
	    l->app.sessions->list[i]->dev, text);

	r->ended = false;
	if (*text != '\0') {
		e.code = (uint32_t)r->result.code;
		loop_deliver(l, &e);
		loop_say(l, r->result.code == CODE_OK ? SEVERITY_NOTE :
		    SEVERITY_ERROR, text);
	}
	if (l->leave_by != 0 && l->app.policy.interactive)
		add_parting(l, i);
	loop_record_result(l, i, &r->result);
	if (l->frontend->ops->result != NULL)
		l->frontend->ops->result(l->frontend, &l->app, i, &r->result);
	l->dirty = true;
}

static bool
is_asleep(const struct loop *l, const struct session *s)
{
	struct transport *t = transports_owner(l->transports, s->dev);

	return (t != NULL && t->ops->asleep != NULL &&
	    t->ops->asleep(t, s->dev));
}

/* Everything that the jobs of one session wish for now. */
static bool
run_session(struct loop *l, size_t i, uint64_t *until)
{
	struct runner *r = l->app.runners[i];
	struct session *s = l->app.sessions->list[i];
	struct effect effect;
	bool any = false, more = true;

	while (more) {
		if (!s->opened && (runner_busy(r) || r->watch != 0))
			r->asleep = is_asleep(l, s);
		more = runner_next(r, s, l->now, &effect, until);
		if (more)
			loop_perform(l, i, &effect);
		/* The front may have something to do about a result. */
		any = any || more || r->ended;
		if (r->ended)
			loop_report_result(l, i);
	}
	return (any);
}

bool
loop_run_sessions(struct loop *l, uint64_t *until)
{
	uint64_t t;
	bool any = false;
	size_t i;

	*until = NEVER;
	for (i = 0; i < l->app.nrunners; i++) {
		any = run_session(l, i, &t) || any;
		if (t < *until)
			*until = t;
	}
	return (any);
}
