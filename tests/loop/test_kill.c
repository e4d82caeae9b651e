/* SPDX-License-Identifier: ISC */
/* Cancelled, or without a device, at every single event of a flash. */
#include "config.h"

#include "tests/loop/claims.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

#define BASE	0x08000000
#define BYTES	(16 * 2048)
#define SPEC	"stm32f072,flash=pattern"

static const struct claims *told;

static void
view(struct trial *t)
{
	if (t->results != 1)
		return;
	claims_check(t, told, buf_str(&t->texts[0]));
	/* Cancelled, it is led back to dfuIDLE. */
	if (t->cut == TRIAL_CANCEL && t->codes[0] != 0 &&
	    sim_state(t->sim) != 2)
		fail_msg("cancelled at event %zu, it is in state %d: %s",
		    t->at, sim_state(t->sim), buf_str(&t->texts[0]));
}

/* The number of events that the flash has. */
static size_t
cut_at(enum trial_cut cut, size_t at, const char *options)
{
	uint8_t *bytes, *before = claims_before(SPEC, BASE, BYTES);
	char *name = trial_file(BYTES, 21, &bytes);
	char *flash = mem_printf("flash %s 0x08000000 %s", name, options);
	char *again = mem_printf("flash %s 0x08000000 verify", name);
	struct claims c = { BASE, bytes, BYTES, before };
	struct trial t = { .target = "sim:" SPEC, .cut = cut, .at = at,
	    .commands = { flash, again }, .view = view };
	size_t events;

	told = &c;
	trial_run(&t);
	assert_true(t.results == 2);
	if (t.codes[0] == 0)
		trial_expect(&t, 0, 0, "verified");
	else if (cut == TRIAL_CANCEL)
		trial_expect(&t, 0, 76, "cancelled; the device is in ");
	else
		assert_true(t.codes[0] == 74 || t.codes[0] == 76);
	trial_expect(&t, 1, 0, "verified");
	assert_true(trial_same(&t, BASE, bytes, BYTES));
	/* Nothing hangs: in time on the device's clock. */
	assert_true(t.longest < 60000000);
	events = t.events;
	trial_free(&t);
	unlink(name);
	free(again);
	free(flash);
	free(name);
	free(bytes);
	free(before);
	return (events);
}

static void
cut_everywhere(enum trial_cut cut, const char *options)
{
	size_t n = cut_at(TRIAL_NOTHING, 0, options), at;

	assert_true(n > 16 * 2 * 4);
	for (at = 0; at < n; at += walk_step(5))
		cut_at(cut, at, options);
}

static void
cancelled(void **state)
{
	(void)state;
	cut_everywhere(TRIAL_CANCEL, "verify");
}

static void
cancelled_unread(void **state)
{
	(void)state;
	cut_everywhere(TRIAL_CANCEL, "no-read verify");
}

static void
unplugged(void **state)
{
	(void)state;
	cut_everywhere(TRIAL_UNPLUG, "verify");
}

static void
unplugged_unread(void **state)
{
	(void)state;
	cut_everywhere(TRIAL_UNPLUG, "no-read verify");
}

/* Whole lines of a file; one that is not ended fails the test. */
static size_t
lines_of(const char *path)
{
	struct buf b = { 0 }, error = { 0 };
	size_t i, n = 0;

	assert_true(file_read(path, 1 << 20, &b, &error));
	assert_true(b.len > 0 && b.data[b.len - 1] == '\n');
	for (i = 0; i < b.len; i++)
		n += b.data[i] == '\n';
	buf_free(&b);
	return (n);
}

/* A run in a process of its own; how many events it had, or 0: it died. */
static size_t
run_apart(const char *flash, const char *journal, size_t die_at)
{
	struct trial t = { .target = "sim:" SPEC, .commands = { flash },
	    .journal = journal, .die_at = die_at };
	pid_t child;
	int status;

	unlink(journal);
	if (die_at == 0) {
		trial_run(&t);
		trial_expect(&t, 0, 0, "verified");
		trial_free(&t);
		return (t.seen);
	}
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		trial_run(&t);
		_exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	return (0);
}

/* The journal is complete to the event behind which it died. */
static void
killed(void **state)
{
	uint8_t *bytes;
	char *name = trial_file(BYTES, 22, &bytes);
	char *journal = mem_printf("%s.journal", name);
	char *flash = mem_printf("flash %s 0x08000000 verify", name);
	size_t n = run_apart(flash, journal, 0), at;
	size_t head = lines_of(journal) - n;

	(void)state;
	assert_true(n > 16 * 2 * 4);
	for (at = 1; at <= n; at += walk_step(5)) {
		run_apart(flash, journal, at);
		assert_int_equal(lines_of(journal), head + at);
	}
	unlink(journal);
	unlink(name);
	free(flash);
	free(journal);
	free(name);
	free(bytes);
}

/*
 * What comes after that: a new program finds the device as the killed one has
 * left it, in the middle of whatever it was.
 */
static void
done_over(void **state)
{
	uint8_t *bytes;
	char *name = trial_file(BYTES, 23, &bytes);
	char *flash = mem_printf("flash %s 0x08000000 verify", name);
	struct buf error = { 0 };
	size_t at = 1, seen;
	struct sim *sim;

	(void)state;
	do {
		struct trial killed = { .target = "sim:" SPEC,
		    .commands = { flash }, .end_at = at };
		struct trial again = { .target = "sim:" SPEC,
		    .commands = { flash } };

		sim = sim_new(SPEC, &error);
		killed.lent = again.lent = sim;
		trial_run(&killed);
		seen = killed.seen;
		trial_free(&killed);
		trial_run(&again);
		again.sim = sim;
		trial_expect(&again, 0, 0, "verified");
		assert_true(trial_same(&again, BASE, bytes, BYTES));
		trial_free(&again);
		sim_free(sim);
	} while (seen >= at++);
	assert_true(at > 16 * 2 * 4);
	unlink(name);
	free(flash);
	free(name);
	free(bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cancelled),
		cmocka_unit_test(cancelled_unread),
		cmocka_unit_test(unplugged),
		cmocka_unit_test(unplugged_unread),
		cmocka_unit_test(killed),
		cmocka_unit_test(done_over),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
