/* SPDX-License-Identifier: ISC */
/*
 * Every fault at every request of every job that touches memory: what is said
 * of the memory afterwards is so, by the memory itself. What was cut in the
 * middle is called incomplete, until it is done again.
 */
#include "config.h"

#include "tests/loop/claims.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "diagnosis/verdict.h"

#define BASE	0x08000000
#define BYTES	(2 * 2048)
#define SPEC	"stm32f072,flash=pattern,back=same"
#define READ_INTO "test_memory_truth.read"
#define LONGEST 80 /* requests of a job, and of what leads it back */

enum aim {
	AIM_IMAGE,
	AIM_BLANK,
	AIM_NOTHING
};

/* A job, and what it makes of the memory if nothing goes wrong. */
static const struct job_row {
	const char *before; /* the file */
	const char *behind; /* NULL: no file is named */
	enum aim aim;
} jobs[] = {
	{ "flash ", " 0x08000000", AIM_IMAGE },
	{ "flash ", " 0x08000000 verify", AIM_IMAGE },
	{ "flash ", " 0x08000000 verify leave", AIM_IMAGE },
	{ "xfer-size 1024; flash ", " 0x08000000", AIM_IMAGE },
	{ "read 0x08000000 4096 " READ_INTO " replace", NULL, AIM_NOTHING },
	{ "wipe", NULL, AIM_BLANK },
	{ "erase-range 0x08000000 4096", NULL, AIM_BLANK },
};
#define JOBS (sizeof(jobs) / sizeof(jobs[0]))

static const char *const faults[] = { "stall", "silent", "gone", "buserror",
	NULL /* cancel, at an event */ };
#define FAULTS (sizeof(faults) / sizeof(faults[0]))

struct frame {
	const struct job_row *job;
	struct claims claims;
	const char *word; /* of the verdict behind the job */
	size_t sent;      /* requests of the job */
	size_t cut;       /* trials that were */
	size_t whole;
};

static const struct session *
session_of(const struct trial *t)
{
	return (loop_app(t->loop)->sessions->list[0]);
}

static bool
holds(const struct trial *t, const uint8_t *bytes)
{
	uint8_t is[BYTES];
	size_t i;

	assert_true(sim_peek(t->sim, BASE, is, BYTES));
	for (i = 0; i < BYTES; i++)
		if (is[i] != (bytes != NULL ? bytes[i] : 0xff))
			return (false);
	return (true);
}

/* All that was asked for, or nothing of it. */
static bool
is_whole(const struct frame *c, const struct trial *t)
{
	if (holds(t, c->claims.before))
		return (true);
	switch (c->job->aim) {
	case AIM_IMAGE:
		return (holds(t, c->claims.image));
	case AIM_BLANK:
		return (holds(t, NULL));
	case AIM_NOTHING:
		break;
	}
	return (false);
}

static void
view(struct trial *t)
{
	struct frame *c = t->arg;
	const struct session *s = session_of(t);
	uint64_t now = loop_app(t->loop)->sessions->last;
	struct verdict v = verdict_of(s, NULL, now);
	struct buf b = { 0 };
	const char *text = buf_str(&t->texts[0]);

	if (t->results != 1)
		return;
	c->sent = t->sent;
	verdict_words(&v, s, now, &b);
	c->word = v.row->word;
	if (!is_whole(c, t) && strcmp(c->word, "incomplete") != 0)
		fail_msg("%s at %zu: %s: cut, and it says %s: %s (%s)",
		    t->target, t->at, t->commands[0], c->word, buf_str(&b),
		    text);
	if (t->codes[0] == 0 && strcmp(c->word, "incomplete") == 0)
		fail_msg("%s at %zu: %s: whole, and it says %s (%s)",
		    t->target, t->at, t->commands[0], buf_str(&b), text);
	if (session_memory_mismatch(s) != NULL)
		fail_msg("%s: nothing differs: %s", t->target, buf_str(&b));
	if (strstr(text, "verified") != NULL && t->codes[0] == 0 &&
	    !holds(t, c->claims.image))
		fail_msg("%s: not verified: %s", t->target, text);
	if (strstr(text, "nothing was erased") != NULL &&
	    !holds(t, c->claims.before))
		fail_msg("%s: it was erased: %s", t->target, text);
	claims_check(t, &c->claims, buf_str(&b));
	if (c->job->aim != AIM_NOTHING)
		claims_check(t, &c->claims, text);
	c->cut += strcmp(c->word, "incomplete") == 0;
	c->whole += strcmp(c->word, "incomplete") != 0;
	buf_free(&b);
}

/* False: the fault comes behind the end of the job. */
static bool
try_one(struct frame *c, const char *file, const char *fault, unsigned n)
{
	char *command = c->job->behind == NULL ?
		  mem_strdup(c->job->before) :
		  mem_printf("%s%s%s", c->job->before, file, c->job->behind);
	char *again = mem_printf("flash %s 0x08000000 verify", file);
	char *target = fault == NULL ?
		  mem_strdup("sim:" SPEC) :
		  mem_printf("sim:" SPEC ",%s=any@%u", fault, n);
	struct trial t = { .target = target,
		/* One that is leaving may do so in between. */
		.commands = { command, "recover", again, again },
		.cut = fault == NULL ? TRIAL_CANCEL : TRIAL_NOTHING,
		.at = n,
		.replug = true,
		.view = view,
		.arg = c };
	bool within;

	trial_run(&t);
	within = fault == NULL ? t.events > n : c->sent >= n;
	if (!within)
		goto out;
	if (t.results != 4)
		fail_msg("%s at %u: %s: %zu results: %s", target, n, command,
		    t.results, buf_str(&t.texts[0]));
	trial_expect(&t, 3, 0, "verified");
	assert_true(trial_same(&t, BASE, c->claims.image, BYTES));
	if (session_memory_is_cut(session_of(&t)))
		fail_msg("%s at %u: %s: written again, and still cut", target,
		    n, command);
out:
	trial_free(&t);
	free(target);
	free(again);
	free(command);
	return (within);
}

/* How many trials were cut. */
static size_t
try_all(const struct job_row *job, const char *fault)
{
	uint8_t *bytes, *before = claims_before(SPEC, BASE, BYTES);
	char *file = trial_file(BYTES, 5, &bytes);
	struct frame c = { .job = job,
		.claims = { BASE, bytes, BYTES, before } };
	unsigned n, most = fault == NULL ? 3 * LONGEST : LONGEST;

	for (n = 1; n < most && try_one(&c, file, fault, n); n++)
		continue;
	/* The faults did reach it, and not all of them cut it. */
	assert_true(n > 3 && c.whole > 0);
	unlink(file);
	free(file);
	free(bytes);
	free(before);
	return (c.cut);
}

static void
every_fault_everywhere(void **state)
{
	size_t i, k, cut;

	(void)state;
	for (i = 0; i < JOBS; i++) {
		cut = 0;
		for (k = 0; k < FAULTS; k++)
			cut += try_all(&jobs[i], faults[k]);
		assert_true((cut > 0) == (jobs[i].aim != AIM_NOTHING));
	}
	(void)unlink(READ_INTO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault_everywhere),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
