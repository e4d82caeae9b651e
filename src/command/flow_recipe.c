/* SPDX-License-Identifier: ISC */
/* Jobs that recipes are made of: source, on, try. */
#include "job/jobs.h"

#include <stdlib.h>
#include <string.h>

#include "base/line.h"
#include "base/mem.h"
#include "base/text.h"
#include "command/command.h"
#include "command/flow.h"
#include "command/recipe.h"
#include "job/condition.h"
#include "session/session.h"

/* source */

struct source_job {
	struct job		 job;
	struct recipe_check	 check;
	char			*wanted;	/* the file asked for */
	struct buf		 error;
	int			 code;		/* what error ends with */
	size_t			 line;		/* index of the next */
	struct buf		 said;
};

static void
source_say_where(const struct source_job *k, struct buf *b)
{
	const struct recipe *r = &k->check.recipe;

	text_escape(b, r->path, strlen(r->path));
	if (k->line != 0)
		buf_addf(b, ", line %u", r->lines[k->line - 1].number);
}

static enum job_step
source_read(struct source_job *k, const char *path)
{
	free(k->wanted);
	k->wanted = mem_strdup(path);
	k->job.effect = (struct effect){ .kind = EFFECT_READ_FILE,
	    .text = k->wanted };
	return (JOB_EFFECT);
}

static enum job_step
source_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct source_job *k = (struct source_job *)j;
	const char *path = recipe_check_wants(&k->check);
	const struct recipe *r = &k->check.recipe;

	(void)s;
	(void)set;
	(void)now;
	if (k->error.len != 0)
		return (job_done(j, k->code, "%s", buf_str(&k->error)));
	if (path != NULL)
		return (source_read(k, path));
	if (k->line == r->nlines)
		return (job_done(j, CODE_OK, "%s", buf_str(&k->said)));
	j->child = command_compile(r->lines[k->line++].text, &k->error, NULL);
	k->code = CODE_BAD_FILE;
	if (j->child != NULL)
		j->child->followed = k->line < r->nlines;
	return (j->child != NULL ? JOB_CALL :
	    job_done(j, k->code, "%s", buf_str(&k->error)));
}

static void
source_file(struct job *j, const void *p, size_t n, const char *error)
{
	struct source_job *k = (struct source_job *)j;

	k->code = error != NULL ? CODE_NO_INPUT : CODE_BAD_FILE;
	if (error != NULL)
		buf_adds(&k->error, error);
	else
		recipe_check_give(&k->check, p, n, &k->error);
}

static void
source_child(struct job *j, const struct job_result *r)
{
	struct source_job *k = (struct source_job *)j;

	if (r->code == CODE_OK) {
		if (r->text.len != 0) {
			buf_reset(&k->said);
			buf_add(&k->said, r->text.data, r->text.len);
		}
		return;
	}
	k->code = r->code;
	source_say_where(k, &k->error);
	buf_addf(&k->error, ": %s", buf_str(&r->text));
}

static void
source_words(const struct job *j, struct buf *b, uint64_t now)
{
	const struct source_job *k = (const struct source_job *)j;

	(void)now;
	if (k->line == 0)
		buf_adds(b, "reading the recipe");
	else
		source_say_where(k, b);
}

static void
source_free(struct job *j)
{
	struct source_job *k = (struct source_job *)j;

	recipe_check_end(&k->check);
	free(k->wanted);
	buf_free(&k->error);
	buf_free(&k->said);
}

static const struct job_ops source_ops = {
	.name = "source",
	.separate = true,
	.around = true,
	.next = source_next,
	.file = source_file,
	.child = source_child,
	.words = source_words,
	.free = source_free,
};

struct job *
job_source(const char *path, char *const *args, size_t nargs)
{
	struct source_job *k = mem_alloc(sizeof(*k));

	k->job.ops = &source_ops;
	recipe_check_begin(&k->check, path, args, nargs);
	return (&k->job);
}

/* on and try: one command, under a condition or without its failing */

struct guarded_job {
	struct job		 job;
	bool			 conditional;
	struct condition	 condition;
	char			*command;
	bool			 begun;
	bool			 called;
	struct job_result	 last;
};

static enum job_step
guarded_call(struct guarded_job *k)
{
	struct buf error = { 0 };
	struct line_reader w;

	k->called = true;
	line_begin(&w, k->command);
	if (line_next_command(&w))
		k->job.child = command_compile_one(&w, &error);
	line_end(&w);
	buf_free(&error);
	return (k->job.child != NULL ? JOB_CALL :
	    job_done(&k->job, CODE_USAGE, "the recipe cannot be run twice"));
}

static enum job_step
guarded_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct guarded_job *k = (struct guarded_job *)j;

	if (k->called)
		return (job_done(j, k->conditional ? k->last.code : CODE_OK,
		    "%s", buf_str(&k->last.text)));
	if (!k->conditional || condition_holds(&k->condition, s, set->stack,
	    now))
		return (guarded_call(k));
	if (!k->begun) {
		k->begun = true;
		j->until = now + (k->condition.kind == CONDITION_BACK &&
		    !s->present ? SESSION_BACK_WITHIN : 0);
	}
	return (now < j->until ? JOB_WAIT : job_done(j, CODE_OK, NULL));
}

static void
guarded_child(struct job *j, const struct job_result *r)
{
	struct guarded_job *k = (struct guarded_job *)j;

	k->last.code = r->code;
	buf_add(&k->last.text, r->text.data, r->text.len);
}

static void
guarded_free(struct job *j)
{
	struct guarded_job *k = (struct guarded_job *)j;

	free(k->command);
	buf_free(&k->last.text);
}

static const struct job_ops guarded_ops = {
	.name = "on",
	.separate = true,
	.next = guarded_next,
	.child = guarded_child,
	.free = guarded_free,
};

struct job *
job_try(const char *command)
{
	struct guarded_job *k = mem_alloc(sizeof(*k));

	k->job.ops = &guarded_ops;
	k->command = mem_strdup(command);
	return (&k->job);
}

struct job *
job_on(const struct condition *c, const char *command)
{
	struct job *j = job_try(command);

	((struct guarded_job *)j)->conditional = true;
	((struct guarded_job *)j)->condition = *c;
	if (c->kind == CONDITION_BACK)
		j->wants_back = "on back";
	return (j);
}
