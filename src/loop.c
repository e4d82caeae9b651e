#include "config.h"

#include "loop_own.h"

#include <poll.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "trace/identity.h"
#include "trace/words.h"

#define NEVER		UINT64_MAX
#define MAX_FDS		64
#define FRAME		33333	/* us: at most 30 frames a second */
#define FRAME_KEY	10000	/* us: the hand waits less than the eye */
#define SLICE		256	/* events of one transport in one turn */

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

void
loop_say(struct loop *l, enum severity severity, const char *text)
{
	desk_say(&l->desk, severity, text, desk_now(&l->desk, l->now));
	l->dirty = true;
}

/* The way of every event: journal, model, jobs, front. */
void
loop_deliver(struct loop *l, const struct event *e)
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

void
loop_deliver_text(struct loop *l, enum event_kind kind, uint16_t dev,
    const char *text)
{
	struct event e = event_text(kind, l->now, dev, text);

	loop_deliver(l, &e);
}

static void
deliver_wall(struct loop *l)
{
	struct buf wall = { 0 };

	clock_wall(&wall);
	loop_deliver_text(l, EVENT_WALL, 0, buf_str(&wall));
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
		loop_deliver(l, &e);
	}
	return (n != 0);
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
	if (l->leave_by != 0 && l->leave_by < until)
		until = l->leave_by;
	if (f->draw == NULL)
		return (until);
	t = l->desk.policy.past ? NEVER :
	    bench_deadline(l->desk.bench, l->now);
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
	    l->now || (!l->desk.policy.past &&
	    bench_deadline(l->desk.bench, l->drawn) <= l->now));
}

static void
draw(struct loop *l)
{
	if (l->front->ops->draw == NULL ||
	    l->now < next_frame(l) ||
	    !(l->dirty || stale(l)))
		return;
	l->front->ops->draw(l->front, &l->desk, l->now);
	l->desk.help = l->desk.what_if = l->desk.ways = false;
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
		loop_report_result(l, i);
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

/* What went wrong with the recording or the journal is said once, at once. */
static void
tell_trouble(struct loop *l)
{
	struct buf error = { 0 };

	if (!l->told && trouble(l, &error) != 0) {
		loop_say(l, SEVERITY_ERROR, buf_str(&error));
		/* No mark in the header for what is not kept any more. */
		if (fleet_diverged(l->fleet) == NULL)
			l->desk.journal = NULL;
		l->told = true;
	}
	buf_free(&error);
}

int
loop_run(struct loop *l, struct front *front, struct buf *error)
{
	uint64_t until;
	bool busy, alive = true;
	int code;

	l->front = front;
	l->now = l->virtual ? 0 : clock_now();
	if (!l->desk.policy.past)
		deliver_wall(l);
	while (alive) {
		busy = drain(l);
		busy = loop_take_commands(l) || busy;
		busy = loop_run_sessions(l, &until) || busy;
		loop_wind_down(l);
		tell_trouble(l);
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
	code = trouble(l, error);
	if (code != 0 || l->parting.len == 0)
		return (code);
	buf_adds(error, buf_str(&l->parting));
	return (JOB_PROTOCOL);
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
	l->desk.policy.past = fleet_past(l->fleet);
	l->desk.simulated &= !l->desk.policy.past;
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
	buf_free(&l->desk.export.path);
	buf_free(&l->desk.instead);
	buf_free(&l->desk.told);
	buf_free(&l->desk.question);
	buf_free(&l->parting);
	buf_free(&l->desk.record);
	loop_record_stop(l);
	buf_free(&l->unwritten);
	journal_finish(l->journal);
	free(l);
}
