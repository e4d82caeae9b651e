/* SPDX-License-Identifier: ISC */
/* What the operator says, and what the loop makes of it. */
#include "loop/loop_own.h"

#include "base/signals.h"
#include "command/command.h"
#include "diagnosis/dialect.h"
#include "diagnosis/sessions.h"
#include "job/job.h"
#include "report/diff.h"

/* How long a key waits for a request of the watch, us. */
#define WATCH_PATIENCE	100000
/* How long what quit stopped may wind down, us. */
#define LEAVE_TIME	10000000

/* The transport that a simulated device is plugged into, present or not. */
static struct transport *
plugged_into(const struct loop *l, const struct session *s)
{
	return (s != NULL ? transports_owner(l->transports, s->dev) : NULL);
}

static void
plug(struct loop *l, bool in)
{
	const struct session *s = app_session(&l->app);
	struct transport *t = plugged_into(l, s);

	if (t == NULL || t->ops->plug == NULL) {
		loop_say(l, SEVERITY_ERROR,
		    "only a simulated device can do that. Start one: -T "
		    "sim:PROFILE");
		return;
	}
	/* What a hand did is told from what the device did. */
	loop_deliver_text(l, EVENT_COMMAND, s->dev, in ? "plug" : "unplug");
	t->ops->plug(t, s->dev, l->now, in);
}

static void
restart(struct loop *l)
{
	const struct session *s = app_session(&l->app);
	struct transport *t = plugged_into(l, s);

	if (t == NULL || t->ops->restart == NULL) {
		loop_say(l, SEVERITY_ERROR, "only a simulated device can do "
		    "that. Start one: -T sim:PROFILE");
		return;
	}
	loop_deliver_text(l, EVENT_COMMAND, s->dev, "restart");
	t->ops->restart(t, s->dev, l->now);
}

/* False: error says why none, or not all of them, are set. */
static bool
set_faults(struct loop *l, const char *faults, struct buf *error)
{
	const struct session *s = app_session(&l->app);
	struct transport *t = plugged_into(l, s);
	struct buf line = { 0 };

	if (t == NULL || t->ops->fault == NULL) {
		buf_adds(error, "only a simulated device can do that. Start "
		    "one: -T sim:PROFILE");
		return (false);
	}
	buf_addf(&line, "fault %s", faults);
	loop_deliver_text(l, EVENT_COMMAND, s->dev, buf_str(&line));
	buf_free(&line);
	return (t->ops->fault(t, s->dev, l->now, faults, error));
}

static void
cancel(struct loop *l)
{
	const struct session *s = app_session(&l->app);
	struct effect effect = { .kind = EFFECT_CANCEL };
	struct runner *r;

	if (s == NULL)
		return;
	r = l->app.runners[l->app.current];
	if (s->pending.number == 0 && !runner_busy(r)) {
		loop_say(l, SEVERITY_NOTE, "nothing to cancel");
		return;
	}
	if (s->pending.number != 0)
		loop_perform(l, l->app.current, &effect);
	runner_stop(r, s, l->now, "cancelled");
}

/* Why no job can start now, or false. One thing happens at a time. */
static bool
is_taken(struct loop *l, const struct session *s, const struct runner *r,
    struct buf *why)
{
	if (runner_busy(r) && !runner_takes_in(r)) {
		runner_words(r, why, l->now);
		buf_adds(why, why->len != 0 ? ": still running" :
		    "a job is still running");
	} else if (s->pending.number != 0 &&
	    l->now - s->pending.at > WATCH_PATIENCE) {
		buf_adds(why, "a request is waiting for an answer");
	}
	if (why->len != 0)
		buf_adds(why, "; k cancels it");
	return (why->len != 0);
}

/* The simulated device as its target has it, with nothing done to it yet. */
static void
anew(struct loop *l)
{
	const struct session *s = app_session(&l->app);
	struct transport *t =
	    s != NULL ? transports_owner(l->transports, s->dev) : NULL;
	struct runner *r;

	if (t == NULL || t->ops->anew == NULL) {
		loop_say(l, SEVERITY_ERROR,
		    "only a simulated device can do that. Start one: -T "
		    "sim:PROFILE");
		return;
	}
	r = l->app.runners[l->app.current];
	/* Steps, breaks and a watch were for the one that goes. */
	if (!runner_busy(r)) {
		runner_clear(r);
		runner_init(r);
		r->policy = l->app.policy;
	}
	loop_deliver_text(l, EVENT_COMMAND, s->dev, "anew");
	t->ops->anew(t, s->dev, l->now);
}

/* A command that acts at once could not: a batch has to know, as of a job. */
static void
refuse(struct loop *l, int code, const struct buf *error)
{
	struct job_result r = { .code = code, .text = *error };
	const struct session *s = app_session(&l->app);

	loop_say(l, SEVERITY_ERROR, buf_str(error));
	if (l->frontend->ops->result == NULL || s == NULL)
		return;
	loop_deliver_text(l, EVENT_NOTE, s->dev, buf_str(error));
	l->frontend->ops->result(l->frontend, &l->app, l->app.current, &r);
}

static void
start(struct loop *l, const char *line, bool by_key, bool instead)
{
	const struct session *s = app_session(&l->app);
	struct buf error = { 0 };
	struct job *j = command_compile(line, &error, NULL);
	struct runner *r;

	if (j != NULL && runner_bound(&l->app.policy) != NULL) {
		buf_adds(&error, runner_bound(&l->app.policy));
		refuse(l, CODE_USAGE, &error);
		job_free(j);
		goto out;
	}
	if (j != NULL && s == NULL)
		buf_adds(&error, "no device is connected");
	if (error.len != 0) {
		loop_say(l, SEVERITY_ERROR, buf_str(&error));
		job_free(j);
		goto out;
	}
	r = l->app.runners[l->app.current];
	if (is_taken(l, s, r, &error)) {
		loop_say(l, SEVERITY_WARNING, buf_str(&error));
		job_free(j);
		goto out;
	}
	loop_deliver_text(l, EVENT_COMMAND, s->dev, line);
	if (!instead)
		loop_record_command(l, line);
	if (runner_busy(r))
		runner_insert(r, j, by_key, instead);
	else
		runner_start(r, j, by_key);
out:
	buf_free(&error);
}

/* The question of the job in view is answered. */
static void
answer(struct loop *l, bool yes)
{
	struct app *d = &l->app;

	runner_answer(d->runners[d->current], yes);
	if (!yes)
		loop_record_declined(l, d->current);
	if (d->runners[d->current]->ended)
		loop_report_result(l, d->current);
}

/* The operator's word for it, which a replay hears again. */
static void
take_stack(struct loop *l, const struct dfu_stack *stack)
{
	const struct session *s = app_session(&l->app);
	struct buf line = { 0 }, text = { 0 };

	if (s == NULL)
		return;
	buf_addf(&line, SESSIONS_STACK " %s", stack != NULL ? stack->id :
	    SESSIONS_STACK_AUTO);
	loop_deliver_text(l, EVENT_COMMAND, s->dev, buf_str(&line));
	buf_addf(&text, "DFU stack set%s%s", stack != NULL ? " to " :
	    " by descriptors", stack != NULL ? stack->name : "");
	loop_say(l, SEVERITY_NOTE, buf_str(&text));
	buf_free(&line);
	buf_free(&text);
}

/* The device itself is asked what the operator was asked. */
static void
query(struct loop *l)
{
	if (!runner_query(l->app.runners[l->app.current]))
		loop_say(l, SEVERITY_WARNING, "the device cannot be queried "
		    "during this job. Answer yes or no");
}

/* The operator's word is an event: what is past was read by it, too. */
static void
take_dialect(struct loop *l, const struct app_effect *e)
{
	const struct session *s = app_session(&l->app);
	struct buf b = { 0 };

	if (s == NULL)
		return;
	if (e->text.len != 0)
		loop_deliver_text(l, EVENT_COMMAND, s->dev, buf_str(&e->text));
	dialect_tell(s, &b);
	loop_say(l, SEVERITY_NOTE, buf_str(&b));
	if (l->frontend->ops->show != NULL && e->text.len == 0)
		l->frontend->ops->show(l->frontend, &l->app, e, l->now);
	buf_free(&b);
}

/* The session in view with a recording; what it came to is shown. */
static bool
compare(struct loop *l, const struct app_effect *e, struct buf *error)
{
	struct buf words = { 0 };
	bool ok = diff_app(&l->app, buf_str(&e->text), &words, error);

	if (ok)
		loop_say(l, SEVERITY_NOTE, buf_str(&words));
	buf_free(&words);
	if (ok && l->frontend->ops->show != NULL)
		l->frontend->ops->show(l->frontend, &l->app, e, l->now);
	return (ok);
}

/* What is past takes no effects that make something happen. */
static bool
is_refused(const struct loop *l, const struct app_effect *e)
{
	enum app_effect_kind kind = e->kind;

	return (l->app.policy.past &&
	    (kind == APP_CANCEL || kind == APP_PLUG || kind == APP_UNPLUG ||
		kind == APP_ANEW || kind == APP_RESTART || kind == APP_FAULT ||
		kind == APP_MARK || kind == APP_MEANT ||
		kind == APP_RECORD || kind == APP_TRACE ||
		(kind == APP_DIALECT && e->text.len != 0)));
}

static void
unrecord(struct loop *l)
{
	loop_say(l, SEVERITY_NOTE, l->app.recording ? "recipe written" :
	    "nothing recorded");
	loop_record_stop(l);
}

bool
loop_grant(struct loop *l, const struct app_effect *e, struct buf *error)
{
	const struct session *s = app_session(&l->app);
	const char *text = buf_str(&e->text);

	l->dirty = true;
	if (is_refused(l, e)) {
		loop_say(l, SEVERITY_ERROR, RUNNER_PAST);
		return (true);
	}
	if (l->app.policy.served && e->kind == APP_CANCEL) {
		loop_say(l, SEVERITY_ERROR, RUNNER_SERVED);
		return (true);
	}
	switch (e->kind) {
	case APP_NOTHING:
		break;
	case APP_SAY:
		loop_say(l, SEVERITY_NOTE, text);
		break;
	case APP_HELP:
	case APP_WHAT_IF:
	case APP_WAYS:
		if (l->frontend->ops->show != NULL)
			l->frontend->ops->show(l->frontend, &l->app, e, l->now);
		break;
	case APP_DIFF:
		return (compare(l, e, error));
	case APP_STACK:
		take_stack(l, e->stack);
		break;
	case APP_CANCEL:
		cancel(l);
		break;
	case APP_ANSWER:
		answer(l, e->yes);
		break;
	case APP_QUERY:
		query(l);
		break;
	case APP_DIALECT:
		take_dialect(l, e);
		break;
	case APP_INSTEAD:
		start(l, text, false, true);
		break;
	case APP_PLUG:
	case APP_UNPLUG:
		plug(l, e->kind == APP_PLUG);
		break;
	case APP_ANEW:
		anew(l);
		break;
	case APP_RESTART:
		restart(l);
		break;
	case APP_FAULT:
		return (set_faults(l, text, error));
	case APP_MARK:
	case APP_MEANT:
		loop_deliver_text(l, e->kind == APP_MARK ? EVENT_NOTE :
		    EVENT_COMMAND, s != NULL ? s->dev : 0, text);
		break;
	case APP_EXPORT:
		return (loop_export(l, text, &e->export, error));
	case APP_COMPARE:
		return (loop_compare(l, text, &e->comparison, error));
	case APP_RECORD:
		return (loop_record_start(l, text, error));
	case APP_UNRECORD:
		unrecord(l);
		break;
	case APP_TRACE:
		return (loop_trace_start(l, text, error));
	case APP_QUIT:
		l->quit = true;
		break;
	}
	return (true);
}

/* The faults of the served device in view. */
static void
look_faults(struct loop *l)
{
	const struct session *s = app_session(&l->app);
	const struct transport *t = plugged_into(l, s);
	struct transport_fault f;
	struct app_fault *to;
	struct buf now = { 0 };
	size_t i;

	l->app.nfaults = 0;
	if (t == NULL || t->ops->fault_at == NULL || !l->app.policy.served)
		return;
	for (i = 0; t->ops->fault_at(t, s->dev, i, &f, &now); i++) {
		to = app_add_fault(&l->app);
		to->name = f.name;
		to->value = f.value;
		to->initial = f.initial;
		to->sentence = f.sentence;
		buf_add(&to->now, now.data, now.len);
		buf_reset(&now);
	}
	buf_free(&now);
}

/* What a simulated device would say of itself: lessons are judged by it. */
static void
look_truth(struct loop *l)
{
	const struct session *s = app_session(&l->app);
	struct transport *t = plugged_into(l, s);

	l->app.truth = t != NULL && t->ops->truth != NULL ?
	    t->ops->truth(t, s->dev) : -1;
}

/* A job runs, is held or asks. */
static bool
busy(const struct loop *l)
{
	size_t i;

	for (i = 0; i < l->app.nrunners; i++)
		if (runner_busy(l->app.runners[i]))
			return (true);
	return (false);
}

/* A request in flight is waited for: what it did belongs to the end. */
static bool
in_flight(const struct loop *l)
{
	size_t i;

	for (i = 0; i < l->app.sessions->n; i++)
		if (l->app.sessions->list[i]->pending.number != 0)
			return (true);
	return (false);
}

/* As cancel does; all: those, too, that wind down already. */
static void
stop_jobs(struct loop *l, bool all)
{
	struct effect effect = { .kind = EFFECT_CANCEL };
	struct buf why = { 0 };
	struct runner *r;
	size_t i;

	if (l->app.leaving)
		buf_addf(&why, "stopped by %s", signals_name());
	else
		buf_adds(&why, "stopped: dfuscope was quit");

	for (i = 0; i < l->app.nrunners; i++) {
		r = l->app.runners[i];
		if (!runner_busy(r) || (!all && r->stopping != 0))
			continue;
		if (l->app.sessions->list[i]->pending.number != 0)
			loop_perform(l, i, &effect);
		runner_stop(r, l->app.sessions->list[i], l->now,
		    buf_str(&why));
		if (r->ended)
			loop_report_result(l, i);
	}
	buf_free(&why);
}

/* Something would be left half done. */
static bool
winds_down(const struct loop *l)
{
	size_t i;

	for (i = 0; i < l->app.nrunners; i++)
		if (runner_winds_down(l->app.runners[i]))
			return (true);
	return (false);
}

static void
ask_quit(struct loop *l)
{
	struct buf *b = &l->app.question;
	size_t i, from, n = 0;

	buf_reset(b);
	buf_adds(b, "Stop and quit? ");
	for (i = 0; i < l->app.nrunners; i++) {
		if (!runner_busy(l->app.runners[i]))
			continue;
		if (n++ > 0)
			buf_addc(b, ' ');
		if (l->app.sessions->n > 1)
			buf_addf(b, "Device %zu: ", i + 1);
		from = b->len;
		runner_words(l->app.runners[i], b, l->now);
		buf_adds(b, b->len == from ? "A job stops unfinished." :
		    " stops unfinished; the rest is lost.");
	}
}

/* What runs is not dropped in silence: it is stopped, and what it did told. */
static void
leave(struct loop *l, bool by_key)
{
	if (!l->app.policy.interactive || (!winds_down(l) && l->leave_by == 0))
		return;
	if (l->leave_by != 0) {
		stop_jobs(l, true);
		return;
	}
	l->quit = false;
	if (by_key) {
		ask_quit(l);
		return;
	}
	buf_reset(&l->app.question);
	l->leave_by = l->now + LEAVE_TIME;
	stop_jobs(l, false);
}

void
loop_take_signal(struct loop *l)
{
	if (l->app.leaving || signals_ended() == 0)
		return;
	l->app.leaving = true;
	buf_reset(&l->app.question);
	if (l->leave_by == 0)
		l->leave_by = l->now + LEAVE_TIME;
	stop_jobs(l, false);
}

void
loop_wind_down(struct loop *l)
{
	bool late;

	if (l->app.question.len != 0 && !busy(l)) {
		/* What the question was about is over: then it is quit. */
		buf_reset(&l->app.question);
		l->quit = true;
	}
	if (l->leave_by == 0)
		return;
	late = l->now >= l->leave_by;
	if (late)
		stop_jobs(l, true);
	if (l->app.policy.interactive)
		l->quit = l->quit || late || (!busy(l) && !in_flight(l));
	/* A batch has something to say before it quits. */
	else if (late)
		l->leave_by = UINT64_MAX;
}

static void
take_command(struct loop *l, const char *line, bool by_key)
{
	struct app_effect effect = { .kind = APP_NOTHING };
	const struct command_row *row;
	struct buf error = { 0 };
	bool ok;

	row = command_act(line, &l->app, &effect, &ok, &error);
	if (row == NULL)
		start(l, line, by_key, false);
	else if (!ok)
		refuse(l, CODE_USAGE, &error);
	if (row != NULL && ok && row->recorded)
		loop_record_act(l, line);
	if (row != NULL && ok && !loop_grant(l, &effect, &error))
		refuse(l, CODE_LOST, &error);
	if (l->quit)
		leave(l, by_key && !effect.yes);
	buf_free(&effect.text);
	buf_free(&error);
}

bool
loop_take_commands(struct loop *l)
{
	const char *line;
	bool any = false, by_key;

	while (!l->quit) {
		by_key = false;
		look_truth(l);
		look_faults(l);
		line = l->frontend->ops->command(l->frontend, &l->app, l->now,
		    &by_key);
		if (line == NULL)
			break;
		any = true;
		buf_reset(&l->app.message);
		take_command(l, line, by_key);
		l->dirty = true;
	}
	return (any);
}
