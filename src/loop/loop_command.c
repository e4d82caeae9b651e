/* What the operator says, and what the loop makes of it. */
#include "loop/loop_own.h"

#include "command/command.h"
#include "job/job.h"

/* How long a key waits for a request of the watch, us. */
#define WATCH_PATIENCE	100000
/* How long what quit stopped may wind down, us. */
#define LEAVE_TIME	10000000

/* The transport that a simulated device is plugged into, present or not. */
static void
plug(struct loop *l, bool in)
{
	const struct session *s = app_session(&l->app);
	struct transport *t =
	    s != NULL ? transports_owner(l->transports, s->dev) : NULL;

	if (t == NULL || t->ops->plug == NULL) {
		loop_say(l, SEVERITY_ERROR,
		    "this device cannot be plugged here");
		return;
	}
	/* What a hand did is told from what the device did. */
	loop_deliver_text(l, EVENT_COMMAND, s->dev, in ? "plug" : "unplug");
	t->ops->plug(t, s->dev, l->now, in);
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
		loop_say(l, SEVERITY_NOTE, "nothing is pending");
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
		buf_adds(why, why->len != 0 ? " is not finished" :
		    "a job is not finished");
	} else if (s->pending.number != 0 &&
	    l->now - s->pending.at > WATCH_PATIENCE) {
		buf_adds(why, "a request is pending");
	}
	if (why->len != 0)
		buf_adds(why, ": cancel ends it");
	return (why->len != 0);
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

	if (j != NULL && l->app.policy.past) {
		buf_adds(&error, RUNNER_PAST);
		refuse(l, CODE_USAGE, &error);
		job_free(j);
		goto out;
	}
	if (j != NULL && s == NULL)
		buf_adds(&error, "there is no device");
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

/* What is past takes no wishes that something happen. */
static void
refuse_past(struct loop *l)
{
	struct app *d = &l->app;

	if (d->cancel || d->plug || d->unplug || d->mark.len != 0 ||
	    d->record.len != 0)
		loop_say(l, SEVERITY_ERROR, RUNNER_PAST);
	d->cancel = d->plug = d->unplug = d->answered = false;
	buf_reset(&d->mark);
	buf_reset(&d->record);
}

/* What acting commands have wished for on the application state. */
void
loop_grant(struct loop *l)
{
	struct app *d = &l->app;
	const struct session *s = app_session(d);

	if (d->policy.past)
		refuse_past(l);
	if (d->answered && d->current < d->nrunners) {
		runner_answer(d->runners[d->current], d->yes);
		if (!d->yes)
			loop_record_declined(l, d->current);
		if (d->runners[d->current]->ended)
			loop_report_result(l, d->current);
	}
	if (d->told.len != 0)
		loop_say(l, SEVERITY_NOTE, buf_str(&d->told));
	buf_reset(&d->told);
	if (d->cancel)
		cancel(l);
	if (d->unplug)
		plug(l, false);
	if (d->plug)
		plug(l, true);
	if (d->mark.len != 0)
		loop_deliver_text(l, EVENT_NOTE, s != NULL ? s->dev : 0,
		    buf_str(&d->mark));
	buf_reset(&d->mark);
	if (d->what_if && l->frontend->ops->what_if != NULL) {
		l->frontend->ops->what_if(l->frontend, d, l->now);
		d->what_if = false;
	}
	if (d->ways && l->frontend->ops->ways != NULL) {
		l->frontend->ops->ways(l->frontend, d, l->now);
		d->ways = false;
	}
	if (d->unrecord) {
		loop_say(l, SEVERITY_NOTE, d->recording ?
		    "the recipe is written" : "nothing was recorded");
		loop_record_stop(l);
	}
	if (d->record.len != 0)
		loop_record_start(l, buf_str(&d->record));
	buf_reset(&d->record);
	d->unrecord = false;
	if (d->instead.len != 0)
		start(l, buf_str(&d->instead), false, true);
	buf_reset(&d->instead);
	d->answered = d->cancel = d->plug = d->unplug = false;
}

/* What a simulated device would say of itself: lessons are judged by it. */
static void
look_truth(struct loop *l)
{
	const struct session *s = app_session(&l->app);
	struct transport *t =
	    s != NULL ? transports_owner(l->transports, s->dev) : NULL;

	l->app.truth = t != NULL && t->ops->truth != NULL ?
	    t->ops->truth(t, s->dev) : -1;
}

bool
loop_busy(const struct loop *l)
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
	struct runner *r;
	size_t i;

	for (i = 0; i < l->app.nrunners; i++) {
		r = l->app.runners[i];
		if (!runner_busy(r) || (!all && r->stopping != 0))
			continue;
		if (l->app.sessions->list[i]->pending.number != 0)
			loop_perform(l, i, &effect);
		runner_stop(r, l->app.sessions->list[i], l->now,
		    "stopped: the program was quit");
		if (r->ended)
			loop_report_result(l, i);
	}
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
	size_t i, from;

	buf_reset(b);
	for (i = 0; i < l->app.nrunners; i++) {
		if (!runner_busy(l->app.runners[i]))
			continue;
		if (l->app.sessions->n > 1)
			buf_addf(b, "Device %zu: ", i + 1);
		from = b->len;
		runner_words(l->app.runners[i], b, l->now);
		buf_adds(b, b->len == from ? "a job is not finished. " :
		    ": not finished. ");
	}
	buf_adds(b, "To quit stops it, as cancel does. Quit?");
}

/* What runs is not dropped in silence: it is stopped, and what it did told. */
static void
leave(struct loop *l, bool by_key)
{
	struct app *d = &l->app;
	bool sure = d->sure;

	d->sure = false;
	if (!d->policy.interactive || (!winds_down(l) && l->leave_by == 0))
		return;
	if (l->leave_by != 0) {
		stop_jobs(l, true);
		return;
	}
	d->quit = false;
	if (by_key && !sure) {
		ask_quit(l);
		return;
	}
	buf_reset(&d->question);
	l->leave_by = l->now + LEAVE_TIME;
	stop_jobs(l, false);
}

void
loop_wind_down(struct loop *l)
{
	if (l->app.question.len != 0 && !loop_busy(l)) {
		/* What the question was about is over: then it is quit. */
		buf_reset(&l->app.question);
		l->app.quit = true;
	}
	if (l->leave_by == 0)
		return;
	if (l->now >= l->leave_by)
		stop_jobs(l, true);
	l->app.quit = l->app.quit || l->now >= l->leave_by ||
	    (!loop_busy(l) && !in_flight(l));
}

bool
loop_take_commands(struct loop *l)
{
	struct buf error = { 0 };
	const char *line;
	bool any = false, by_key, ok;

	while (!l->app.quit) {
		by_key = false;
		look_truth(l);
		line = l->frontend->ops->command(l->frontend, &l->app, l->now,
		    &by_key);
		if (line == NULL)
			break;
		any = true;
		buf_reset(&l->app.message);
		buf_reset(&error);
		if (!command_act(line, &l->app, &ok, &error))
			start(l, line, by_key, false);
		else if (!ok || !loop_export(l, &error))
			refuse(l, ok ? CODE_LOST : CODE_USAGE, &error);
		else
			loop_record_act(l, line);
		loop_grant(l);
		if (l->app.quit)
			leave(l, by_key);
		l->dirty = true;
	}
	buf_free(&error);
	return (any);
}
