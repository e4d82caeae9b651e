/*
 * One voice: what the watch proposes is nothing that the ladder of recovery
 * knows to harm or to be pointless, and nothing dangerous where the ladder
 * has something milder; for every stack, in every state, at every age.
 */
#include "config.h"

#include "tests/diagnosis/walk.h"

#include <string.h>

#include "dfu/dfuse.h"
#include "diagnosis/recovery.h"
#include "diagnosis/verdict.h"
#include "session/session.h"

/* The action that a command is a step of; by itself or with its like. */
static const struct {
	const char		*command;
	enum recovery_action	 action;
} actions[] = {
	{ "wait", RECOVERY_WAIT },
	{ "getstatus", RECOVERY_POLL },
	{ "getstate", RECOVERY_POLL },
	{ "leave", RECOVERY_POLL },
	{ "clrstatus", RECOVERY_CLRSTATUS },
	{ "abort", RECOVERY_ABORT },
	{ "detach", RECOVERY_DETACH },
	{ "reset", RECOVERY_RESET },
};

static const char *const replies[] = {
	"000000000300", "000000000400", "006400000400", "000000000500",
	"000000000600", "000000000700", "006400000700", "000000000800",
	"000000000900", "0a0000000a00", "0e0000000a00", "000000000f00",
};
static const int ages[] = { 1, 99, 150, 499, 600, 5000 };

static bool
is_action(const char *command, enum recovery_action *action)
{
	size_t i;

	for (i = 0; i < COUNT(actions); i++) {
		*action = actions[i].action;
		if (strcmp(actions[i].command, command) == 0)
			return (true);
	}
	return (false);
}

/* The advice and what the ladder has, of one session. */
static bool
agrees(const struct verdict *v, const struct recovery_option *options,
    size_t useful)
{
	enum recovery_action action = RECOVERY_POLL;
	size_t i;

	assert_true(is_action(v->row->remedy, &action));
	/* To look is no advice against anything. */
	if (recovery_rows[action].danger == DFU_DANGER_NONE)
		return (true);
	for (i = 0; i < useful && options[i].action != action; i++) {
		if (recovery_rows[options[i].action].danger == DFU_DANGER_NONE)
			return (false);
	}
	return (i < useful);
}

static void
check(const struct walk *t, const struct dfu_stack *stack,
    const char *reply, int age)
{
	struct recovery_option options[RECOVERY_COUNT];
	uint64_t now = t->now + (uint64_t)age * 1000;
	struct verdict v = verdict_of(t->s, stack, now);
	size_t useful = recovery_option(t->s, stack, now, options);

	if (v.row->remedy != NULL && !v.row->quiet &&
	    !agrees(&v, options, useful))
		fail_msg("%s, %s, %d ms: %s proposes %s; the ladder %s",
		    stack != NULL ? stack->id : "no stack", reply, age,
		    v.row->word, v.row->remedy, useful == 0 ? "nothing" :
		    recovery_rows[options[0].action].id);
	recovery_options_free(options);
}

/* In the state that a GETSTATUS after a leave, or as the first, names. */
static void
check_state(const struct dfu_stack *stack, const char *spec,
    const char *reply, bool leaves)
{
	const struct step leave[] = {
		STATUS(0, "000000000200", 2, ANY),
		SEND(10, DFU_DNLOAD, OK, ANY, ANY, ANY, ANY),
	};
	const struct step view[] = {
		ASK(20, DFU_GETSTATUS, 0, 0, NULL, OK, reply, ANY, ANY, ANY,
		    ANY),
	};
	struct walk t;
	size_t i;

	walk_open(&t, spec);
	if (leaves)
		walk_run(&t, leave, COUNT(leave));
	walk_run(&t, view, COUNT(view));
	for (i = 0; i < COUNT(ages); i++)
		check(&t, stack, reply, ages[i]);
	walk_close(&t);
}

static void
test_agrees_with_the_ladder(void **state)
{
	static const char *const specs[] = { "dfu11,tolerant=0",
	    "dfu11,tolerant=1", "stm32f072" };
	size_t i, k, n;

	(void)state;
	for (i = 0; i <= dfu_stacks_count; i++) {
		for (n = 0; n < COUNT(specs) * 2; n++) {
			for (k = 0; k < COUNT(replies); k++)
				check_state(i < dfu_stacks_count ?
				    &dfu_stacks[i] : NULL, specs[n / 2],
				    replies[k], n % 2 != 0);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agrees_with_the_ladder),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
