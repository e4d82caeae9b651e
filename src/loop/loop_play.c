/* SPDX-License-Identifier: ISC */
#include "loop/loop_play.h"

#include <stdlib.h>

#include "base/code.h"
#include "base/mem.h"
#include "loop/loop.h"

/* No line of a lesson takes so many turns of the loop. */
#define MAX_TURNS	200000

struct player {
	struct frontend		 frontend;
	const struct lesson_play *play;
	size_t			 next;
	struct lesson_trace	*trace;
	struct buf		*error;
	bool			 handed;	/* a line, just now */
	unsigned		 turns;
};

static size_t
player_pollfds(struct frontend *f, struct pollfd *fds, size_t max)
{
	(void)f;
	(void)fds;
	(void)max;
	return (0);
}

/* What a line did at once is seen before the next one. */
static uint64_t
player_deadline(const struct frontend *f, const struct app *d, uint64_t now)
{
	(void)d;
	(void)now;
	return (((const struct player *)f)->handed ? 0 : FRONTEND_NEVER);
}

static const char *
player_command(struct frontend *f, const struct app *d, uint64_t now,
    bool *by_key)
{
	struct player *p = (struct player *)f;
	const struct runner *r = app_runner(d);

	(void)by_key;
	if (app_session(d) == NULL)
		return (NULL);
	lesson_trace_watch(p->trace, d, now);
	if (p->play->look != NULL)
		p->play->look(p->play->arg, p->trace, d, now);
	if (p->error->len != 0)
		return ("quit");
	if (p->handed) {
		p->handed = false;
		return (NULL);
	}
	if (++p->turns > MAX_TURNS) {
		buf_addf(p->error, "\"%s\" has no closing quote",
		    p->next != 0 ? p->play->lines[p->next - 1] : "it");
		return ("quit");
	}
	if (runner_busy(r) || app_session(d)->pending.number != 0)
		return (NULL);
	if (p->next != 0 && p->trace->nends < p->next)
		lesson_trace_line(p->trace);
	if (p->next == p->play->n)
		return ("quit");
	p->handed = true;
	return (p->play->lines[p->next++]);
}

/* A request that is refused is what lessons are about; a word is not. */
static void
player_result(struct frontend *f, const struct app *d, size_t i,
    const struct job_result *r)
{
	struct player *p = (struct player *)f;

	(void)d;
	(void)i;
	if (r->code == CODE_USAGE && p->error->len == 0)
		buf_addf(p->error, "\"%s\": %s", p->next != 0 ?
		    p->play->lines[p->next - 1] : "", buf_str(&r->text));
}

static const struct frontend_ops ops = {
	.pollfds = player_pollfds,
	.deadline = player_deadline,
	.command = player_command,
	.result = player_result,
};

bool
loop_play(const struct lesson_play *play, struct lesson_trace *t,
    struct buf *error)
{
	struct loop_config config = { .virtual = true,
	    .policy = { .yes = true, .interactive = true } };
	struct player p = { .frontend.ops = &ops, .play = play, .trace = t,
	    .error = error };
	struct dev_numbers numbers = { 0 };
	struct transport **open;
	struct buf trouble = { 0 };
	struct loop *l;

	*t = (struct lesson_trace){ .truth = LESSON_GONE };
	open = mem_array(NULL, 1, sizeof(*open));
	open[0] = transport_open(play->target, &numbers, error);
	if (open[0] == NULL) {
		free(open);
		return (false);
	}
	l = loop_new(&config, open, 1, error);
	(void)loop_run(l, &p.frontend, &trouble);
	/* Nothing could happen any more: the lines that are left would not. */
	if (error->len == 0 && t->nends < play->n)
		buf_addf(error, "\"%s\" has no closing quote",
		    play->lines[p.next != 0 ?
		    p.next - 1 : 0]);
	loop_free(l);
	buf_free(&trouble);
	return (error->len == 0);
}

static bool
play(const struct lesson_bench *bench, const struct lesson_play *p,
    struct lesson_trace *t, struct buf *error)
{
	(void)bench;
	return (loop_play(p, t, error));
}

const struct lesson_bench loop_bench = { .play = play };
