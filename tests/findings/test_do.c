/* SPDX-License-Identifier: ISC */
/*
 * Where something is to be done, the verdict has a Do: walks every journal of
 * the tests, after each event and when time alone has changed the verdict.
 * Those without a Do are the ones below, each with its reason, and no others.
 */
#include "config.h"

#include "tests/dfu/check.h"
#include "tests/findings/replay.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "diagnosis/advice.h"
#include "diagnosis/fingerprint.h"
#include "diagnosis/sessions.h"
#include "diagnosis/verdict.h"

/* The verdicts that need nothing, and what is said instead of a Do. */
static const struct rest {
	const char	*word;
	const char	*none;
} rests[] = {
	{ "ready", "the device is idle" },
	{ "done", "the device is idle" },
	/* By a STALL it stays where it was. */
	{ "stalled", "the device is idle" },
	{ "left", "the device left as asked" },
	{ "detached", "the device may still reconnect" },
	{ "back", "the device runs its application" },
	{ "not-told", "the source does not contain the states" },
};
#define WAITS	"a request waits for its answer"

struct tally {
	unsigned	 looked;
	bool		 seen[COUNT(rests)];
};

static void
check_rest(struct tally *y, const struct verdict *v, const struct advice *a,
    const struct session *s, const char *path)
{
	size_t i;

	if (a->none == NULL)
		fail_msg("%s: %s has no Do, and no reason", path,
		    v->row->word);
	/* As long as it may still come: behind that it is overdue. */
	if (s->pending.number != 0 && strcmp(a->none, WAITS) == 0)
		return;
	for (i = 0; i < COUNT(rests); i++) {
		if (strcmp(rests[i].word, v->row->word) == 0 &&
		    strcmp(rests[i].none, a->none) == 0)
			break;
	}
	if (i == COUNT(rests))
		fail_msg("%s: %s has no Do: %s", path, v->row->word, a->none);
	y->seen[i] = true;
}

static void
look(struct tally *y, const struct session *s, uint64_t now, const char *path)
{
	const struct dfu_stack *stack = fingerprint_stack(s, NULL);
	struct verdict v = verdict_of(s, stack, now);
	struct advice a = advice_of(s, stack, now);

	y->looked++;
	if (!advice_is_given(&a))
		check_rest(y, &v, &a, s, path);
	else if (a.none != NULL)
		fail_msg("%s: %s has a Do, and a reason why not", path,
		    v.row->word);
	/* Trouble is never left alone but while an answer is waited for. */
	if (!advice_is_given(&a) && v.row->severity != SEVERITY_NOTE &&
	    s->pending.number == 0)
		assert_string_equal(v.row->word, "stalled");
}

static void
walk(struct tally *y, const char *path)
{
	struct replay r = { .n = 0 };
	struct sessions *all = sessions_new(trace_new(), 0);
	uint64_t due;
	size_t i, k;

	replay_read(&r, path);
	for (i = 0; i < r.n; i++) {
		sessions_apply(all, &r.events[i]);
		for (k = 0; k < all->n; k++) {
			look(y, all->list[k], all->last, path);
			due = verdict_deadline(all->list[k], all->last);
			if (due != SESSION_NEVER)
				look(y, all->list[k], due, path);
		}
	}
	sessions_free(all);
	replay_free(&r);
}

static void
all_verdicts_say_what_to_do(void **state)
{
	static const char *const where[] = {
	    TESTS_DIR "/differential/journals/*/*.journal",
	    TESTS_DIR "/journal/0.1.0/*.journal",
	    TESTS_DIR "/report/*.journal" };
	struct tally y = { .looked = 0 };
	glob_t g;
	size_t i, k;

	(void)state;
	for (k = 0; k < COUNT(where); k++) {
		assert_int_equal(glob(where[k], 0, NULL, &g), 0);
		for (i = 0; i < g.gl_pathc; i++)
			walk(&y, g.gl_pathv[i]);
		globfree(&g);
	}
	assert_true(y.looked > 1000);
	for (i = 0; i < COUNT(rests); i++) {
		if (!y.seen[i] && strcmp(rests[i].word, "not-told") != 0)
			fail_msg("no journal is %s without a Do",
			    rests[i].word);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_verdicts_say_what_to_do)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
