/* How recover ends, in words; and recover save, which writes the recipe. */
#include "job/job_recover.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* What this job did, each action. */
static void
say_tries(const struct recover_job *k, struct buf *b)
{
	const struct recovery_try *t;
	size_t i;

	for (i = k->mine; i < k->log->n; i++) {
		t = &k->log->tries[i];
		buf_addf(b, "%s%s ", i == k->mine ? "" : "; ",
		    recovery_rows[t->action].id);
		recovery_try_words(b, t);
	}
}

static void
say_sent(const struct recover_job *k, struct buf *b)
{
	buf_addf(b, " after %u %s", k->sent, k->sent == 1 ? "request" :
	    "requests");
	if (k->log->n > k->mine)
		buf_adds(b, ": ");
	say_tries(k, b);
}

static void
say_back(struct buf *b, const struct recover_job *k, const struct session *s)
{
	if (!s->present) {
		buf_addf(b, "; nothing came back in %u s",
		    SESSION_BACK_WITHIN / 1000000);
		return;
	}
	buf_addf(b, "; came back as %04x:%04x", s->who->vendor,
	    s->who->product);
	buf_adds(b, session_function(s) == NULL ? ", without DFU" :
	    session_runtime(s) ? ", in run-time mode" :
	    ", in DFU mode again");
	buf_adds(b, ", after ");
	text_duration(b, s->arrived_at - k->left);
}

/* What is left where no request helps. */
static void
say_rest(const struct recover_job *k, const struct session *s, uint64_t now,
    struct buf *b)
{
	struct recovery_option options[RECOVERY_COUNT];
	const struct recovery_try *reset = recovery_tried(k->log,
	    RECOVERY_RESET);
	size_t i;

	if (reset != NULL) {
		buf_adds(b, "; a bus reset did not help: only unplugging "
		    "does");
		return;
	}
	recovery_option(s, k->stack, now, options);
	for (i = 0; options[i].action != RECOVERY_RESET; i++)
		continue;
	if (options[i].forecast > RECOVERY_UNKNOWN)
		buf_addf(b, "; a bus reset does not help (%s: %s), only "
		    "unplugging does", options[i].whose,
		    buf_str(&options[i].words));
	else
		buf_addf(b, "; no request is known to help: left are a bus "
		    "reset (recover reset; %s, %s: %s) and unplugging",
		    options[i].whose, dfu_certainty_words(options[i].certainty),
		    buf_str(&options[i].words));
	recovery_options_free(options);
}

enum job_step
recover_done_left(struct recover_job *k, const struct session *s)
{
	struct buf *b = &k->job.result.text;

	k->job.result.code = CODE_OK;
	buf_adds(b, "out: the device left the bus");
	say_sent(k, b);
	say_back(b, k, s);
	return (JOB_DONE);
}

enum job_step
recover_done_out(struct recover_job *k, uint8_t state)
{
	struct buf *b = &k->job.result.text;

	k->job.result.code = CODE_OK;
	if (k->done == 0 && k->log->n == k->mine) {
		buf_addf(b, "%s: there is nothing to recover from",
		    dfu_state_name(state));
		return (JOB_DONE);
	}
	buf_addf(b, "out: %s", dfu_state_name(state));
	say_sent(k, b);
	return (JOB_DONE);
}

enum job_step
recover_done_one(struct recover_job *k, uint8_t state)
{
	const struct recovery_try *t = &k->log->tries[k->log->n - 1];

	k->job.result.code = t->action == RECOVERY_WAIT ||
	    t->before != state ? CODE_OK : CODE_PROTOCOL;
	buf_addf(&k->job.result.text, "%s, ", recovery_rows[t->action].name);
	recovery_try_words(&k->job.result.text, t);
	return (JOB_DONE);
}

enum job_step
recover_done_stuck(struct recover_job *k, const struct session *s,
    uint8_t state, uint64_t now)
{
	struct buf *b = &k->job.result.text;

	k->job.result.code = CODE_PROTOCOL;
	if (state == NO_STATE) {
		buf_adds(b, "silent");
	} else {
		buf_adds(b, "still in ");
		dfu_state_words(b, state);
	}
	say_sent(k, b);
	say_rest(k, s, now, b);
	return (JOB_DONE);
}

/* save */

struct save_job {
	struct job	 job;
	char		*path;
	struct buf	 recipe;
	bool		 asked;
	char		*error;
};

static enum job_step
save_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct save_job *k = (struct save_job *)j;
	struct buf b = { 0 };
	enum job_step step;

	(void)now;
	if (k->asked && k->error != NULL)
		return (job_done(j, CODE_LOST, "%s", k->error));
	if (k->asked) {
		text_escape(&b, k->path, strlen(k->path));
		step = job_done(j, CODE_OK, "what worked is in %s",
		    buf_str(&b));
		buf_free(&b);
		return (step);
	}
	if (!recovery_recipe(set->recovery, s, &k->recipe))
		return (job_done(j, CODE_USAGE, "recover has got nothing out "
		    "of its state yet"));
	k->asked = true;
	j->effect = (struct effect){ .kind = EFFECT_WRITE_FILE,
	    .text = k->path, .bytes = &k->recipe };
	return (JOB_EFFECT);
}

static void
save_told(struct job *j, const void *p, size_t n, const char *error)
{
	(void)p;
	(void)n;
	if (error != NULL)
		((struct save_job *)j)->error = mem_strdup(error);
}

static void
save_free(struct job *j)
{
	struct save_job *k = (struct save_job *)j;

	free(k->path);
	free(k->error);
	buf_free(&k->recipe);
}

static const struct job_ops save_ops = {
	.name = "save",
	.next = save_next,
	.file = save_told,
	.free = save_free,
};

struct job *
job_recover_save(const char *path)
{
	struct save_job *k = mem_alloc(sizeof(*k));

	k->job.ops = &save_ops;
	k->path = mem_strdup(path);
	return (&k->job);
}
