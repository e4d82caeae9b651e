/* SPDX-License-Identifier: ISC */
/* Jobs that wait, compare and repeat. */
#include "job/jobs.h"

#include <stdlib.h>
#include <string.h>

#include "base/line.h"
#include "base/mem.h"
#include "base/text.h"
#include "command/command.h"
#include "command/flow.h"
#include "job/condition.h"
#include "session/session.h"

/* script */

struct script_job {
	struct job	 job;
	struct job	**children;
	size_t		 n;
	size_t		 next;
	bool		 failed;
	int		 code;
	struct buf	 said;
};

static enum job_step
script_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct script_job *k = (struct script_job *)j;
	size_t i;

	(void)s;
	(void)set;
	(void)now;
	if (k->failed || k->next == k->n)
		return (job_done(j, k->code, "%s", buf_str(&k->said)));
	j->child = k->children[k->next];
	k->children[k->next++] = NULL;
	j->child->followed = k->next < k->n;
	for (i = k->next; i < k->n && j->child->back_wanted == NULL; i++)
		j->child->back_wanted = k->children[i]->wants_back;
	return (JOB_CALL);
}

/* What the last child said that said something is what the script says. */
static void
script_child(struct job *j, const struct job_result *r)
{
	struct script_job *k = (struct script_job *)j;

	k->code = r->code;
	k->failed = r->code != CODE_OK;
	if (k->failed || r->text.len != 0) {
		buf_reset(&k->said);
		buf_add(&k->said, r->text.data, r->text.len);
	}
}

static void
script_free(struct job *j)
{
	struct script_job *k = (struct script_job *)j;
	size_t i;

	for (i = 0; i < k->n; i++)
		job_free(k->children[i]);
	free(k->children);
	buf_free(&k->said);
}

static const struct job_ops script_ops = {
	.name = "script",
	.separate = true,
	.next = script_next,
	.child = script_child,
	.free = script_free,
};

struct job *
job_script(struct job **children, size_t n)
{
	struct script_job *k = mem_alloc(sizeof(*k));

	k->job.ops = &script_ops;
	k->children = children;
	k->n = n;
	return (&k->job);
}

/* wait */

struct wait_job {
	struct job	job;
	int64_t		ms;
	bool		begun;
	uint32_t	skips;
};

static enum job_step
wait_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct wait_job *w = (struct wait_job *)j;

	if (!w->begun) {
		w->begun = true;
		w->skips = set->skips;
		j->skippable = true;
		j->announced = w->ms < 0;
		j->until = now + (w->ms < 0 ? job_wait_left(s, set, now) :
		    (uint64_t)w->ms * 1000);
	}
	if (now >= j->until || w->skips != set->skips)
		return (job_done(j, CODE_OK, NULL));
	return (JOB_WAIT);
}

static void
wait_words(const struct job *j, struct buf *b, uint64_t now)
{
	const struct wait_job *w = (const struct wait_job *)j;

	buf_adds(b, "waiting");
	if (!w->begun || j->until <= now)
		return;
	buf_adds(b, ", ");
	text_duration(b, j->until - now);
	buf_adds(b, " left");
}

static const struct job_ops wait_ops = {
	.name = "wait",
	.next = wait_next,
	.words = wait_words,
};

struct job *
job_wait(int64_t ms)
{
	struct wait_job *w = mem_alloc(sizeof(*w));

	w->job.ops = &wait_ops;
	w->ms = ms;
	return (&w->job);
}

/* expect */

struct expect_job {
	struct job		job;
	struct condition	condition;
	bool			begun;
};

static uint64_t
patience(const struct condition *c)
{
	if (c->kind == CONDITION_GONE)
		return (SESSION_GONE_WITHIN);
	return (c->kind == CONDITION_BACK ? SESSION_BACK_WITHIN : 0);
}

static enum job_step
expect_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct expect_job *x = (struct expect_job *)j;

	if (condition_holds(&x->condition, s, set->stack, now))
		return (job_done(j, CODE_OK, NULL));
	if (!x->begun) {
		x->begun = true;
		j->until = now + patience(&x->condition);
	}
	if (now < j->until)
		return (JOB_WAIT);
	j->result.code = CODE_PROTOCOL;
	buf_adds(&j->result.text, "expected ");
	condition_words(&x->condition, &j->result.text);
	buf_adds(&j->result.text, ", but ");
	condition_instead(&x->condition, s, set->stack, now,
	    &j->result.text);
	return (JOB_DONE);
}

static void
expect_words(const struct job *j, struct buf *b, uint64_t now)
{
	(void)now;
	buf_adds(b, "waiting until ");
	condition_words(&((const struct expect_job *)j)->condition, b);
}

static const struct job_ops expect_ops = {
	.name = "expect",
	.next = expect_next,
	.words = expect_words,
};

struct job *
job_expect(const struct condition *c)
{
	struct expect_job *x = mem_alloc(sizeof(*x));

	x->job.ops = &expect_ops;
	x->condition = *c;
	if (c->kind == CONDITION_BACK)
		x->job.wants_back = "expect back";
	return (&x->job);
}

/* until and repeat: a command in rounds */

struct rounds_job {
	struct job		 job;
	bool			 conditional;
	struct condition	 condition;
	unsigned		 max;
	unsigned		 done;
	char			*command;
	struct job_result	 last;
};

static enum job_step
rounds_over(struct rounds_job *k, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct job *j = &k->job;

	if (!k->conditional)
		return (job_done(j, CODE_OK, "%s", buf_str(&k->last.text)));
	j->result.code = CODE_PROTOCOL;
	condition_words(&k->condition, &j->result.text);
	buf_addf(&j->result.text, " does not hold after %u run%s of ", k->done,
	    TEXT_S(k->done));
	text_escape(&j->result.text, k->command, strlen(k->command));
	buf_adds(&j->result.text, ": ");
	condition_instead(&k->condition, s, set->stack, now,
	    &j->result.text);
	return (JOB_DONE);
}

/* Without a script around it, which would take one of JOB_DEPTH. */
static struct job *
round_of(const struct rounds_job *k)
{
	struct buf error = { 0 };
	struct job *j = NULL;
	struct line_reader w;

	line_begin(&w, k->command);
	if (line_next_command(&w))
		j = command_compile_one(&w, &error);
	line_end(&w);
	buf_free(&error);
	return (j);
}

static enum job_step
rounds_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct rounds_job *k = (struct rounds_job *)j;

	if (k->conditional && condition_holds(&k->condition, s, set->stack,
	    now))
		return (job_done(j, CODE_OK, NULL));
	if (k->last.code != CODE_OK)
		return (job_done(j, k->last.code, "%s",
		    buf_str(&k->last.text)));
	if (k->done == k->max)
		return (rounds_over(k, s, set, now));
	/* Asking again before the announced wait is over proves nothing. */
	if (k->conditional && k->done != 0 &&
	    job_wait_left(s, set, now) != 0)
		return (job_wait_announced(j, now + job_wait_left(s, set,
		    now)));
	k->done++;
	j->child = round_of(k);
	if (j->child == NULL)
		return (job_done(j, CODE_USAGE, "this command cannot be "
		    "repeated"));
	j->child->followed = k->conditional || k->done < k->max;
	return (JOB_CALL);
}

static void
rounds_child(struct job *j, const struct job_result *r)
{
	struct rounds_job *k = (struct rounds_job *)j;

	k->last.code = r->code;
	buf_reset(&k->last.text);
	buf_add(&k->last.text, r->text.data, r->text.len);
}

static void
rounds_words(const struct job *j, struct buf *b, uint64_t now)
{
	const struct rounds_job *k = (const struct rounds_job *)j;

	text_escape(b, k->command, strlen(k->command));
	buf_addf(b, ": %u of at most %u", k->done, k->max);
	if (!k->conditional)
		return;
	buf_adds(b, ", until ");
	condition_words(&k->condition, b);
	job_words_wait(j, b, now);
}

static void
rounds_free(struct job *j)
{
	struct rounds_job *k = (struct rounds_job *)j;

	free(k->command);
	buf_free(&k->last.text);
}

static const struct job_ops rounds_ops = {
	.name = "repeat",
	.separate = true,
	.next = rounds_next,
	.child = rounds_child,
	.words = rounds_words,
	.free = rounds_free,
};

struct job *
job_repeat(unsigned n, const char *command)
{
	struct rounds_job *k = mem_alloc(sizeof(*k));

	k->job.ops = &rounds_ops;
	k->max = n;
	k->command = mem_strdup(command);
	return (&k->job);
}

struct job *
job_until(const struct condition *c, unsigned max, const char *command)
{
	struct job *j = job_repeat(max, command);

	((struct rounds_job *)j)->conditional = true;
	((struct rounds_job *)j)->condition = *c;
	if (c->kind == CONDITION_BACK)
		j->wants_back = "until back";
	return (j);
}

/* act */

struct act_job {
	struct job	 job;
	char		*line;
	bool		 done;
	char		*error;		/* why it could not be done */
	int		 code;		/* and what to end with then */
};

static enum job_step
act_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct act_job *a = (struct act_job *)j;

	(void)s;
	(void)set;
	(void)now;
	if (a->error != NULL)
		return (job_done(j, a->code, "%s", a->error));
	if (a->done)
		return (job_done(j, CODE_OK, NULL));
	a->done = true;
	j->effect = (struct effect){ .kind = EFFECT_ACT, .text = a->line };
	return (JOB_EFFECT);
}

static void
act_told(struct job *j, const void *p, size_t n, const char *error)
{
	(void)p;
	((struct act_job *)j)->error = mem_strdup(error);
	((struct act_job *)j)->code = n != 0 ? (int)n : CODE_USAGE;
}

static void
act_free(struct job *j)
{
	free(((struct act_job *)j)->line);
	free(((struct act_job *)j)->error);
}

static const struct job_ops act_ops = {
	.name = "act",
	.next = act_next,
	.file = act_told,
	.free = act_free,
};

struct job *
job_act(const char *line)
{
	struct act_job *a = mem_alloc(sizeof(*a));

	a->job.ops = &act_ops;
	a->line = mem_strdup(line);
	return (&a->job);
}
