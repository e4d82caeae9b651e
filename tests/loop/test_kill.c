/* Cancelled, or without a device, at every single event of a flash. */
#include "config.h"

#include "tests/loop/claims.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#define BASE	0x08000000
#define BYTES	(16 * 2048)
#define SPEC	"stm32f072,flash=pattern"

static const struct claims *told;

static void
look(struct trial *t)
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
	    .commands = { flash, again }, .look = look };
	size_t events;

	told = &c;
	trial_run(&t);
	assert_true(t.results == 2);
	/* The line was taken, and the job had not begun. */
	if (t.codes[0] == 0 && (cut == TRIAL_NOTHING || at > 1))
		trial_expect(&t, 0, 0, "verified");
	else if (t.codes[0] == 0)
		trial_expect(&t, 0, 0, "cancelled");
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
	for (at = 0; at < n; at++)
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cancelled),
		cmocka_unit_test(cancelled_unread),
		cmocka_unit_test(unplugged),
		cmocka_unit_test(unplugged_unread),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
