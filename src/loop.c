#include "config.h"

#include "loop.h"

#include <poll.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "model/command.h"
#include "trace/identity.h"
#include "trace/journal.h"
#include "trace/words.h"
#include "transport/fleet.h"

#define NEVER		UINT64_MAX
#define MAX_FDS		64
#define FRAME		33333	/* us: at most 30 frames a second */
#define FRAME_KEY	10000	/* us: the hand waits less than the eye */
/* How long a key waits for a request of the watch, us. */
#define WATCH_PATIENCE	100000
#define SLICE		256	/* events of one transport in one turn */
/* A block is read whole; a firmware image is another job's business. */
#define MAX_FILE	65535

struct loop {
	struct desk		 desk;
	struct fleet		*fleet;
	struct front		*front;
	const struct filter	*filter;
	struct journal_writer	*journal;	/* NULL: none */
	bool			 virtual;
	uint64_t		 now;
	uint32_t		 number;	/* of the latest request */
	bool			 dirty;		/* something to draw */
	bool			 touched;	/* by a key */
	uint64_t		 drawn;
};

/* Events. */

static void
keep(struct loop *l, const struct session *s, const struct event *e)
{
	struct words_context c = { 0 };

	if (l->journal == NULL)
		return;
	if (s != NULL)
		c = session_words_context(s);
	journal_write(l->journal, e, bench_submit_of(l->desk.bench, e), &c);
}

static void
say(struct loop *l, enum severity severity, const char *text)
{
	desk_say(&l->desk, severity, text, l->now);
	l->dirty = true;
}

/* The way of every event: journal, model, jobs, front. */
static void
deliver(struct loop *l, const struct event *e)
{
	struct session *s = bench_by_dev(l->desk.bench, e->dev);

	keep(l, s, e);
	bench_apply(l->desk.bench, e);
	desk_add_runners(&l->desk);
	s = bench_by_dev(l->desk.bench, e->dev);
	if (s != NULL)
		runner_event(l->desk.runners[bench_index(l->desk.bench, s)],
		    s, e);
	if (l->front->ops->event != NULL)
		l->front->ops->event(l->front, &l->desk, e);
	l->dirty = true;
}

static void
deliver_text(struct loop *l, enum event_kind kind, uint16_t dev,
    const char *text)
{
	struct event e = event_text(kind, l->now, dev, text);

	deliver(l, &e);
}

static void
deliver_wall(struct loop *l)
{
	struct buf wall = { 0 };

	clock_wall(&wall);
	deliver_text(l, EVENT_WALL, 0, buf_str(&wall));
	buf_free(&wall);
}

static bool
is_meant(const void *filter, const struct identity *who)
{
	return (filter_matches(filter, who));
}

/* At most SLICE events a turn: a screen wants to be drawn meanwhile. */
static bool
drain(struct loop *l)
{
	struct event e;
	unsigned n;

	for (n = 0; n < SLICE; n++) {
		if (!fleet_read(l->fleet, l->now, &e, l->filter != NULL ?
		    is_meant : NULL, l->filter))
			break;
		deliver(l, &e);
	}
	return (n != 0);
}

/* Effects. */

static void	grant(struct loop *);

static void
perform_submit(struct loop *l, const struct session *s,
    struct transport *t, const struct xfer *x)
{
	struct event e = { .time = l->now, .kind = EVENT_SUBMIT,
	    .dev = s->dev, .number = ++l->number, .setup = x->setup,
	    .timeout = x->timeout, .data = x->data };

	if (x->data != NULL)
		e.len = e.kept = x->setup.wLength;
	/* Written before it is sent: a request that never ends left a trace. */
	deliver(l, &e);
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
perform_act(struct loop *l, size_t i, const char *line)
{
	struct buf error = { 0 };
	size_t current = l->desk.current;
	bool ok;

	/* A job speaks of its own device, whichever is in view. */
	l->desk.current = i;
	if (command_act(line, &l->desk, &ok, &error) && ok)
		grant(l);
	runner_file(l->desk.runners[i], NULL, 0, error.len != 0 ?
	    buf_str(&error) : NULL);
	if (l->desk.current == i)
		l->desk.current = current;
	buf_free(&error);
}

static void
perform(struct loop *l, size_t i, const struct effect *effect)
{
	const struct session *s = l->desk.bench->sessions[i];
	struct transport *t = fleet_owner(l->fleet, s->dev);
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
		deliver(l, &e);
		t->ops->reset(t, s->dev, l->now);
		break;
	case EFFECT_OPEN:
		t->ops->open_device(t, s->dev, l->now);
		break;
	case EFFECT_CLOSE:
		t->ops->close_device(t, s->dev, l->now);
		break;
	case EFFECT_READ_FILE:
		perform_read(l->desk.runners[i], effect->text);
		break;
	case EFFECT_NOTE:
		deliver_text(l, EVENT_NOTE, s->dev, effect->text);
		break;
	case EFFECT_ACT:
		perform_act(l, i, effect->text);
		break;
	}
}

static void
report_result(struct loop *l, size_t i)
{
	struct runner *r = l->desk.runners[i];
	const char *text = buf_str(&r->result.text);

	r->ended = false;
	if (*text != '\0') {
		deliver_text(l, EVENT_NOTE, l->desk.bench->sessions[i]->dev,
		    text);
		say(l, r->result.code == JOB_OK ? SEVERITY_NOTE :
		    SEVERITY_ERROR, text);
	}
	if (l->front->ops->result != NULL)
		l->front->ops->result(l->front, &l->desk, i, &r->result);
	l->dirty = true;
}

static bool
is_asleep(const struct loop *l, const struct session *s)
{
	struct transport *t = fleet_owner(l->fleet, s->dev);

	return (t != NULL && t->ops->asleep != NULL &&
	    t->ops->asleep(t, s->dev));
}

/* Everything that the jobs of one session wish for now. */
static bool
run_session(struct loop *l, size_t i, uint64_t *until)
{
	struct runner *r = l->desk.runners[i];
	struct session *s = l->desk.bench->sessions[i];
	struct effect effect;
	bool any = false, more = true;

	while (more) {
		if (!s->opened && (runner_busy(r) || r->watch != 0))
			r->asleep = is_asleep(l, s);
		more = runner_next(r, s, l->now, &effect, until);
		if (more)
			perform(l, i, &effect);
		/* The front may have something to do about a result. */
		any = any || more || r->ended;
		if (r->ended)
			report_result(l, i);
	}
	return (any);
}

static bool
run_sessions(struct loop *l, uint64_t *until)
{
	uint64_t t;
	bool any = false;
	size_t i;

	*until = NEVER;
	for (i = 0; i < l->desk.nrunners; i++) {
		any = run_session(l, i, &t) || any;
		if (t < *until)
			*until = t;
	}
	return (any);
}

/* Commands. */

/* The transport that a simulated device is plugged into, present or not. */
static void
plug(struct loop *l, bool in)
{
	const struct session *s = desk_session(&l->desk);
	struct transport *t = s != NULL ? fleet_owner(l->fleet, s->dev) : NULL;

	if (t != NULL && t->ops->plug != NULL)
		t->ops->plug(t, s->dev, l->now, in);
	else
		say(l, SEVERITY_ERROR, "this device cannot be plugged here");
}

static void
cancel(struct loop *l)
{
	const struct session *s = desk_session(&l->desk);
	struct effect effect = { .kind = EFFECT_CANCEL };
	struct runner *r;

	if (s == NULL)
		return;
	r = l->desk.runners[l->desk.current];
	if (s->pending.number == 0 && !runner_busy(r)) {
		say(l, SEVERITY_NOTE, "nothing is pending");
		return;
	}
	if (s->pending.number != 0)
		perform(l, l->desk.current, &effect);
	runner_stop(r, "cancelled");
}

/* What acting commands have wished for on the desk. */
static void
grant(struct loop *l)
{
	struct desk *d = &l->desk;
	const struct session *s = desk_session(d);

	if (d->answered && d->current < d->nrunners) {
		runner_answer(d->runners[d->current], d->yes);
		if (d->runners[d->current]->ended)
			report_result(l, d->current);
	}
	if (d->cancel)
		cancel(l);
	if (d->unplug)
		plug(l, false);
	if (d->plug)
		plug(l, true);
	if (d->mark.len != 0)
		deliver_text(l, EVENT_NOTE, s != NULL ? s->dev : 0,
		    buf_str(&d->mark));
	buf_reset(&d->mark);
	d->answered = d->cancel = d->plug = d->unplug = false;
}

/* Why no job can start now, or false. One thing happens at a time. */
static bool
is_taken(struct loop *l, const struct session *s, const struct runner *r,
    struct buf *why)
{
	if (runner_busy(r)) {
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

static void
start(struct loop *l, const char *line, bool by_key)
{
	const struct session *s = desk_session(&l->desk);
	struct buf error = { 0 };
	struct job *j = command_compile(line, &error, NULL);
	struct runner *r;

	if (j != NULL && s == NULL)
		buf_adds(&error, "there is no device");
	if (error.len != 0) {
		say(l, SEVERITY_ERROR, buf_str(&error));
		job_free(j);
		goto out;
	}
	r = l->desk.runners[l->desk.current];
	if (is_taken(l, s, r, &error)) {
		say(l, SEVERITY_WARNING, buf_str(&error));
		job_free(j);
		goto out;
	}
	deliver_text(l, EVENT_COMMAND, s->dev, line);
	runner_start(r, j, by_key);
out:
	buf_free(&error);
}

static bool
take_commands(struct loop *l)
{
	struct buf error = { 0 };
	const char *line;
	bool any = false, by_key, ok;

	while (!l->desk.quit) {
		by_key = false;
		line = l->front->ops->command(l->front, &l->desk, l->now,
		    &by_key);
		if (line == NULL)
			break;
		any = true;
		buf_reset(&l->desk.message);
		buf_reset(&error);
		if (!command_act(line, &l->desk, &ok, &error))
			start(l, line, by_key);
		else if (!ok)
			say(l, SEVERITY_ERROR, buf_str(&error));
		grant(l);
		l->dirty = true;
	}
	buf_free(&error);
	return (any);
}

/* Time. */

static uint64_t
next_frame(const struct loop *l)
{
	return (l->drawn + (l->touched ? FRAME_KEY : FRAME));
}

static uint64_t
earliest(const struct loop *l, uint64_t until)
{
	const struct front_ops *f = l->front->ops;
	uint64_t t = f->deadline(l->front, &l->desk, l->now);

	if (t < until)
		until = t;
	t = fleet_deadline(l->fleet);
	if (t < until)
		until = t;
	if (f->draw == NULL)
		return (until);
	t = bench_deadline(l->desk.bench, l->now);
	if (t < until)
		until = t;
	if (l->dirty && next_frame(l) < until)
		until = next_frame(l);
	return (until);
}

/* A clock of the front, or a deadline of the model, has passed. */
static bool
stale(const struct loop *l)
{
	return (l->front->ops->deadline(l->front, &l->desk, l->drawn) <=
	    l->now || bench_deadline(l->desk.bench, l->drawn) <= l->now);
}

static void
draw(struct loop *l)
{
	if (l->front->ops->draw == NULL ||
	    l->now < next_frame(l) ||
	    !(l->dirty || stale(l)))
		return;
	l->front->ops->draw(l->front, &l->desk, l->now);
	l->desk.help = false;
	l->drawn = l->now;
	l->dirty = l->touched = false;
}

/* False: nothing can ever happen again. */
static bool
sleep_until(struct loop *l, uint64_t until)
{
	struct pollfd fds[MAX_FDS];
	struct timespec t, *limit = NULL;
	size_t own = l->front->ops->pollfds(l->front, fds, MAX_FDS);
	size_t i, n = own;
	uint64_t left;

	n += fleet_pollfds(l->fleet, fds + n, MAX_FDS - n);
	if (until == NEVER && n == 0)
		return (false);
	if (l->virtual) {
		/* A virtual clock has nobody to wait for but the model. */
		if (until != NEVER && until > l->now)
			l->now = until;
		return (until != NEVER);
	}
	if (until != NEVER) {
		left = until > l->now ? until - l->now : 0;
		t.tv_sec = (time_t)(left / 1000000);
		t.tv_nsec = (long)(left % 1000000 * 1000);
		limit = &t;
	}
	/* A key may change what is shown without being a command. */
	if (ppoll(fds, (nfds_t)n, limit, NULL) > 0) {
		for (i = 0; i < own; i++)
			l->touched |= fds[i].revents != 0;
		l->dirty |= l->touched;
	}
	l->now = clock_now();
	return (true);
}

/* What still runs can never end: it says so. False: nothing runs. */
static bool
give_up(struct loop *l)
{
	bool any = false;
	size_t i;

	for (i = 0; i < l->desk.nrunners; i++) {
		if (!runner_busy(l->desk.runners[i]))
			continue;
		runner_give_up(l->desk.runners[i], l->now);
		report_result(l, i);
		any = true;
	}
	return (any);
}

static int
trouble(const struct loop *l, struct buf *error)
{
	const char *why = fleet_diverged(l->fleet);

	if (why != NULL) {
		buf_adds(error, why);
		return (JOB_PROTOCOL);
	}
	if (l->journal == NULL || journal_written(l->journal, error))
		return (0);
	return (JOB_LOST);
}

int
loop_run(struct loop *l, struct front *front, struct buf *error)
{
	uint64_t until;
	bool busy, alive = true;

	l->front = front;
	l->now = l->virtual ? 0 : clock_now();
	deliver_wall(l);
	while (alive) {
		busy = drain(l);
		busy = take_commands(l) || busy;
		busy = run_sessions(l, &until) || busy;
		if (l->desk.quit)
			break;
		/* Here the next request is under way: there is time. */
		draw(l);
		if (!busy)
			alive = sleep_until(l, earliest(l, until)) ||
			    give_up(l);
		else if (!l->virtual)
			l->now = clock_now();
	}
	return (trouble(l, error));
}

/* Life. */

struct loop *
loop_new(const struct loop_config *config, struct transport **open,
    size_t n, struct buf *error)
{
	struct loop *l = mem_alloc(sizeof(*l));

	l->fleet = fleet_new(open, n);
	l->filter = config->filter;
	l->virtual = config->virtual;
	l->desk.simulated = fleet_simulated(l->fleet);
	l->virtual &= l->desk.simulated;
	l->desk.policy = config->policy;
	l->desk.policy.loses_asks = !l->desk.simulated;
	l->desk.target = config->target;
	l->desk.journal = config->journal;
	l->desk.bench = bench_new(config->keep != 0 ?
	    trace_new_window(config->keep) : trace_new(), config->keep);
	if (config->filter != NULL) {
		l->desk.bench->alternate = config->filter->alternate;
		l->desk.bench->interface = config->filter->interface;
	}
	if (config->journal == NULL)
		return (l);
	l->journal = journal_create(config->journal, config->payload, error);
	if (l->journal != NULL)
		return (l);
	loop_free(l);
	return (NULL);
}

const struct desk *
loop_desk(const struct loop *l)
{
	return (&l->desk);
}

void
loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	fleet_free(l->fleet);
	desk_free_runners(&l->desk);
	bench_free(l->desk.bench);
	buf_free(&l->desk.message);
	buf_free(&l->desk.mark);
	journal_finish(l->journal);
	free(l);
}
