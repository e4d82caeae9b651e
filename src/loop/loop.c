/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "loop/loop_own.h"

#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/signals.h"
#include "diagnosis/dialect.h"
#include "trace/identity.h"
#include "trace/words.h"

#define NEVER		UINT64_MAX
#define MAX_FDS		64
#define FRAME		33333	/* us: at most 30 frames a second */
#define FRAME_KEY	10000	/* us: the hand waits less than the eye */
#define FRAME_JOB	200000	/* us: while a job works, nobody reads more */
/*
 * Between two looks at the keys no more than this, us: so long events are
 * taken, or so long a frame takes in what is new, and then it is drawn.
 */
#define SLICE		8000
#define SLICE_FRAME	8000
#define LOOK		32	/* events between two looks at the clock */

/* Events. */

/* The line of the event that is added next begins there in that journal. */
static void
stands(struct loop *l, int fd, uint64_t offset)
{
	if (fd < 0)
		return;
	trace_store(l->app.sessions->trace, fd);
	trace_next_at(l->app.sessions->trace, offset);
}

static void
keep(struct loop *l, const struct session *s, const struct event *e)
{
	struct dfu_meaning m = { 0 };
	uint64_t offset;

	if (l->journal == NULL)
		return;
	if (journal_where(l->journal, &offset))
		stands(l, l->store, offset);
	if (s != NULL)
		m = session_meaning(s, &e->setup, e->data, e->kept);
	journal_write(
	    l->journal, e, sessions_submit_of(l->app.sessions, e), &m);
}

void
loop_say(struct loop *l, enum severity severity, const char *text)
{
	app_say(&l->app, severity, text, app_now(&l->app, l->now));
	l->dirty = true;
}

/* The way of every event: journal, model, jobs, front. */
static void
deliver(struct loop *l, const struct event *e, int journal, uint64_t offset)
{
	struct session *s = sessions_by_dev(l->app.sessions, e->dev);
	struct event left;

	if (sessions_untold_leaving(l->app.sessions, e, &left))
		deliver(l, &left, -1, 0);
	stands(l, journal, offset);
	keep(l, s, e);
	sessions_apply(l->app.sessions, e);
	app_add_runners(&l->app);
	s = sessions_by_dev(l->app.sessions, e->dev);
	if (s != NULL)
		runner_event(l->app.runners[sessions_index(l->app.sessions, s)],
		    s, e);
	if (l->frontend->ops->event != NULL)
		l->frontend->ops->event(l->frontend, &l->app, e);
	l->dirty = true;
}

void
loop_deliver(struct loop *l, const struct event *e)
{
	deliver(l, e, -1, 0);
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

/* What the target says of its devices, of each that arrives. */
static void
tell_dialect(struct loop *l, uint16_t dev)
{
	const struct transport *t = transports_owner(l->transports, dev);
	const char *line = t == NULL ? NULL :
	    dialect_line((enum dfu_dialect)t->dialect);

	if (line != NULL)
		loop_deliver_text(l, EVENT_COMMAND, dev, line);
}

/*
 * A SLICE a turn where a screen wants to be drawn meanwhile. A batch begins
 * with all the devices that are there.
 */
static bool
drain(struct loop *l)
{
	bool whole = l->frontend->ops->draw == NULL;
	uint64_t end = whole ? 0 : l->clock() + SLICE;
	struct event e;
	uint64_t offset = 0;
	int stand;
	unsigned n;

	for (n = 0; whole || n % LOOK != 0 || n == 0 || l->clock() < end;
	    n++) {
		if (!transports_read(l->transports, l->now, &e,
			l->filter != NULL ? is_meant : NULL, l->filter))
			break;
		stand = transports_where(l->transports, &offset);
		deliver(l, &e, stand, offset);
		if (e.kind == EVENT_ARRIVED)
			tell_dialect(l, e.dev);
	}
	return (n != 0);
}

/* Time. */

/* A job makes requests: what it asks or is held at is looked at by somebody. */
static bool
works(const struct loop *l)
{
	const struct runner *r = app_runner(&l->app);

	return (r != NULL && runner_busy(r) && !runner_is_paused(r) &&
	    r->question == NULL);
}

/* What is done now is past already: it takes no time of anybody's. */
static bool
hurries(const struct loop *l)
{
	const struct frontend_ops *f = l->frontend->ops;

	return (l->virtual || (l->app.simulated && f->hurries != NULL &&
	    f->hurries(l->frontend)));
}

static uint64_t
next_frame(const struct loop *l)
{
	return (l->drawn + (l->touched ? FRAME_KEY :
	    works(l) ? FRAME_JOB : FRAME));
}

static uint64_t
earliest(const struct loop *l, uint64_t until)
{
	const struct frontend_ops *f = l->frontend->ops;
	uint64_t t = f->deadline(l->frontend, &l->app, l->now);

	/* What has its clock in what is drawn waits for the frame. */
	if (f->draw != NULL && t < next_frame(l) && !hurries(l))
		t = next_frame(l);
	if (t < until)
		until = t;
	t = transports_deadline(l->transports);
	if (t < until)
		until = t;
	if (l->leave_by != 0 && l->leave_by < until)
		until = l->leave_by;
	if (l->trace_due != 0 && l->trace_due < until)
		until = l->trace_due;
	if (f->draw == NULL || hurries(l))
		return (until);
	t = l->app.policy.past ? NEVER :
	    sessions_deadline(l->app.sessions, l->now);
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
	return (l->frontend->ops->deadline(l->frontend, &l->app, l->drawn) <=
	    l->now || (!l->app.policy.past &&
	    sessions_deadline(l->app.sessions, l->drawn) <= l->now));
}

/* Asked while a frame is made. */
static bool
has_time(const struct app *d)
{
	const struct loop *l = (const struct loop *)(const void *)d;

	return (l->clock() < l->drawing + SLICE_FRAME);
}

static void
draw(struct loop *l)
{
	if (l->frontend->ops->draw == NULL || hurries(l) ||
	    l->now < next_frame(l) ||
	    !(l->dirty || stale(l)))
		return;
	transports_read_so_far(l->transports, &l->app.read_at,
	    &l->app.read_of);
	l->drawing = l->clock();
	l->frontend->ops->draw(l->frontend, &l->app, l->now);
	l->drawn = l->now;
	l->dirty = l->touched = false;
}

/* False: nothing can ever happen again. */
static bool
sleep_until(struct loop *l, uint64_t until)
{
	struct pollfd fds[MAX_FDS];
	struct timespec t, *limit = NULL;
	size_t own = l->frontend->ops->pollfds(l->frontend, fds, MAX_FDS - 1);
	size_t i, n = own;
	uint64_t left;

	n += transports_pollfds(l->transports, fds + n, MAX_FDS - 1 - n);
	if (until == NEVER && n == 0)
		return (false);
	if (hurries(l)) {
		/* A virtual clock has nobody to wait for but the model. */
		if (until != NEVER && until > l->now) {
			l->ahead += l->virtual ? 0 : until - l->now;
			l->now = until;
		}
		return (until != NEVER || !l->virtual);
	}
	if (until != NEVER) {
		left = until > l->now ? until - l->now : 0;
		t.tv_sec = (time_t)(left / 1000000);
		t.tv_nsec = (long)(left % 1000000 * 1000);
		limit = &t;
	}
	/* It stays readable, and is heard once. */
	if (!l->app.leaving && signals_fd() >= 0)
		fds[n++] = (struct pollfd){ signals_fd(), POLLIN, 0 };
	/* A key may change what is shown without being a command. */
	if (ppoll(fds, (nfds_t)n, limit, NULL) > 0) {
		for (i = 0; i < own; i++) {
			l->touched |= (fds[i].revents & ~POLLOUT) != 0;
			/* A terminal has room again for what was dropped. */
			l->dirty |= fds[i].revents != 0;
		}
	}
	l->now = l->clock() + l->ahead;
	return (true);
}

/* What still runs can never end: it says so. False: nothing runs. */
static bool
give_up(struct loop *l)
{
	bool any = false;
	size_t i;

	for (i = 0; i < l->app.nrunners; i++) {
		if (!runner_busy(l->app.runners[i]))
			continue;
		runner_give_up(l->app.runners[i], l->now);
		loop_report_result(l, i);
		any = true;
	}
	return (any);
}

static int
trouble(const struct loop *l, struct buf *error)
{
	const char *why = transports_diverged(l->transports);

	if (why != NULL) {
		buf_adds(error, why);
		return (CODE_PROTOCOL);
	}
	if (l->journal == NULL || journal_written(l->journal, error))
		return (0);
	return (CODE_LOST);
}

/* What went wrong with the recording or the journal is said once, at once. */
static void
tell_trouble(struct loop *l)
{
	struct buf error = { 0 };

	if (!l->told && trouble(l, &error) != 0) {
		loop_say(l, SEVERITY_ERROR, buf_str(&error));
		/* No mark in the header for what is not kept any more. */
		if (transports_diverged(l->transports) == NULL)
			l->app.journal = NULL;
		l->told = true;
	}
	buf_free(&error);
}

/* A recording that is at its end, and not only read so far. */
static void
end_recording(struct loop *l)
{
	struct sessions *all = l->app.sessions;
	size_t i;

	if (!l->app.policy.past || transports_deadline(l->transports) != NEVER)
		return;
	for (i = 0; i < all->n; i++)
		session_memory_finish(all->list[i], all->last);
}

int
loop_run(struct loop *l, struct frontend *frontend, struct buf *error)
{
	uint64_t until;
	bool busy, alive = true;
	int code;

	l->frontend = frontend;
	l->now = l->virtual ? 0 : l->clock();
	if (!l->app.policy.past)
		deliver_wall(l);
	while (alive) {
		busy = drain(l);
		busy = loop_trace_turn(l) || busy;
		busy = loop_take_commands(l) || busy;
		loop_take_signal(l);
		busy = loop_run_sessions(l, &until) || busy;
		loop_wind_down(l);
		tell_trouble(l);
		end_recording(l);
		if (l->quit)
			break;
		/* Here the next request is under way: there is time. */
		draw(l);
		if (!busy)
			alive = sleep_until(l, earliest(l, until)) ||
			    give_up(l);
		else if (!l->virtual)
			l->now = l->clock() + l->ahead;
	}
	/* What is still unwritten may not find its place. */
	loop_record_stop(l);
	code = trouble(l, error);
	if (code == 0 && l->record_lost.len != 0) {
		buf_adds(error, buf_str(&l->record_lost));
		return (CODE_LOST);
	}
	if (code != 0 || l->parting.len == 0)
		return (code);
	buf_adds(error, buf_str(&l->parting));
	return (CODE_PROTOCOL);
}

/* Life. */

struct loop *
loop_new(const struct loop_config *config, struct transport **open,
    size_t n, struct buf *error)
{
	struct loop *l = mem_alloc(sizeof(*l));
	struct buf why = { 0 };
	int code;

	l->transports = transports_new(open, n);
	l->filter = config->filter;
	l->virtual = config->virtual;
	l->clock = config->clock != NULL ? config->clock : clock_now;
	l->app.simulated = transports_simulated(l->transports);
	l->virtual &= l->app.simulated;
	if (!l->virtual)
		l->app.has_time = has_time;
	l->app.policy = config->policy;
	l->app.policy.loses_asks = !l->app.simulated;
	l->app.policy.past = transports_past(l->transports);
	l->app.policy.served = transports_served(l->transports);
	l->app.simulated &= !l->app.policy.past;
	l->app.target = config->target;
	l->app.journal = config->journal;
	l->app.sessions = sessions_new(config->keep != 0 ?
	    trace_new_window(config->keep) : trace_new(), config->keep);
	if (config->filter != NULL) {
		l->app.sessions->alternate = config->filter->alternate;
		l->app.sessions->interface = config->filter->interface;
	}
	trace_chunk(l->app.sessions->trace, config->chunk != 0 ?
	    config->chunk : TRACE_CHUNK);
	trace_bound(l->app.sessions->trace, config->bound);
	l->app.sessions->at_hand = config->at_hand;
	l->store = -1;
	if (config->journal == NULL)
		return (l);
	l->journal = journal_create(config->journal, config->payload,
	    config->code != NULL ? config->code : &code, error);
	if (l->journal == NULL) {
		loop_free(l);
		return (NULL);
	}
	/* Without it what leaves memory is lost, and said so. */
	if (config->bound != 0)
		l->store = file_open(config->journal, &why);
	buf_free(&why);
	return (l);
}

const struct app *
loop_app(const struct loop *l)
{
	return (&l->app);
}

void
loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	transports_free(l->transports);
	app_free_runners(&l->app);
	app_free_faults(&l->app);
	app_take_difference(&l->app, NULL);
	sessions_free(l->app.sessions);
	buf_free(&l->app.message);
	buf_free(&l->app.question);
	buf_free(&l->parting);
	buf_free(&l->traced);
	buf_free(&l->tool);
	loop_record_stop(l);
	buf_free(&l->unwritten);
	buf_free(&l->record_lost);
	journal_finish(l->journal);
	if (l->store >= 0)
		close(l->store);
	free(l);
}
