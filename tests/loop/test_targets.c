/* SPDX-License-Identifier: ISC */
/* Containers with data for more than one alternate setting. */
#include "config.h"

#include "tests/dfu/make_image.h"
#include "tests/loop/rig.h"
#include "tests/loop/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

#define F072	"sim:stm32f072"
#define BASE	0x08000000

/* A container with 4096 bytes for the flash and 16 for option bytes. */
static char *
container(const uint8_t *bytes, const uint8_t *options, uint8_t second)
{
	uint8_t *unused;
	char *name = trial_file(1, 1, &unused);
	struct buf b = { 0 }, error = { 0 };

	make_prefix(&b, 11 + 2 * 274 + 2 * 8 + 4096 + 16, 2);
	make_target(&b, 0, "Flash", 8 + 4096, 1);
	make_element(&b, BASE, bytes, 4096);
	make_target(&b, second, "Options", 8 + 16, 1);
	make_element(&b, 0x1ffff800, options, 16);
	make_suffix(&b, 0x0483, 0xdf11, 0xffff, 0x011a);
	assert_true(file_write(name, b.data, b.len, true, &error));
	buf_free(&b);
	free(unused);
	return (name);
}

struct targets_row {
	const char	*spec;
	const char	*command;	/* %s: the file, of two targets */
	int		 code;
	const char	*said[2];
	bool		 written[2];
	size_t		 questions;
	const char	*answer;
};

static const struct targets_row targets[] = {
	/* Option bytes come last, whichever is in use; then it is over. */
	{ ",back=same", "flash %s verify", 0, { "alternate setting 0: "
	    "0x08000000-0x08000fff: wrote 4096 and verified 4096 bytes",
	    "; alternate setting 1: option bytes sent; the device reset "
	    "itself, as expected after option bytes; the device reconnected "
	    "as 0483:df11, in DFU mode; verified" }, { true, true },
	    1, "yes option-bytes" },
	{ ",back=same", "alt 1; flash %s no-read", 0, { "alternate setting "
	    "0: 0x08000000", "alternate setting 1: option bytes sent" },
	    { true, true }, 1, "yes option-bytes" },
	{ ",back=same", "flash %s leave", 0, { "alternate setting 0: ",
	    "DFU mode; not read back" }, { true, true }, 1,
	    "yes option-bytes" },
	{ "", "flash %s", 0, { "not sent", "" }, { false, false }, 1, "no" },
	{ "", "flash %s here", 0, { "wrote 4096 of 4096 bytes", "; data "
	    "for alternate setting 1 was not written. Run alt 1" },
	    { true, false }, 1, "yes" },
	{ "", "verify %s", 76, { "differs from the file at", "alternate "
	    "setting 1: not begun" }, { false, false }, 0, "yes" },
	/* Nothing is written when not all can be. */
	{ ",wrong=layout-plain", "flash %s", 76, { "has no memory map", "" },
	    { false, false }, 0, "yes" },
	{ ",flash=pattern,stall=dnload@3", "flash %s", 76, { "alternate "
	    "setting 0: erase", "; alternate setting 1: not begun" },
	    { false, false }, 1, "yes option-bytes" },
};

static void
run_targets(const struct targets_row *r, const char *name,
    const uint8_t *bytes, const uint8_t *options)
{
	const char *hole = strstr(r->command, "%s");
	char *target = mem_printf(F072 "%s", r->spec);
	char *command = mem_printf("%.*s%s%s", (int)(hole - r->command),
	    r->command, name, hole + 2);
	struct trial t = { .target = target, .commands = { command },
	    .answer = r->answer };

	trial_run(&t);
	trial_expect(&t, 0, r->code, r->said[0]);
	trial_expect(&t, 0, r->code, r->said[1]);
	assert_int_equal(t.questions, r->questions);
	assert_int_equal(trial_same(&t, BASE, bytes, 4096), r->written[0]);
	assert_int_equal(trial_same(&t, 0x1ffff800, options, 16),
	    r->written[1]);
	trial_free(&t);
	free(command);
	free(target);
}

static void
every_target_in_turn(void **state)
{
	static const uint8_t options[16] = { 0xaa, 0x55, 0xfe, 0x01, 0xff, 0,
	    0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0 };
	uint8_t *bytes;
	char *raw = trial_file(4096, 41, &bytes);
	char *name = container(bytes, options, 1);
	char *other = container(bytes, options, 5);
	char *command = mem_printf("flash %s", other);
	struct trial t = { .target = F072, .commands = { command } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		run_targets(&targets[i], name, bytes, options);
	/* An alternate setting that there is none of: nothing is sent. */
	trial_run(&t);
	trial_expect(&t, 0, 65, "alternate setting 5, but the device has no "
	    "such setting");
	assert_int_equal(t.sent, 0);
	trial_free(&t);
	unlink(other);
	unlink(name);
	unlink(raw);
	free(command);
	free(other);
	free(name);
	free(raw);
	free(bytes);
}

/* Cancelled at each event: it ends, and says where the device is. */
static void
cancelled_anywhere(void **state)
{
	static const uint8_t options[16] = { 0xaa, 0x55, 0xfe, 0x01, 0xff, 0,
	    0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0 };
	uint8_t *bytes;
	char *raw = trial_file(4096, 43, &bytes);
	char *name = container(bytes, options, 1);
	char *command = mem_printf("flash %s leave", name);
	struct trial whole = { .target = F072 ",flash=pattern,back=same",
	    .commands = { command } };
	size_t at, cancelled = 0;

	(void)state;
	trial_run(&whole);
	for (at = 0; at < whole.events; at++) {
		struct trial t = { .target = F072 ",flash=pattern,back=same",
		    .cut = TRIAL_CANCEL, .at = at, .commands = { command } };

		trial_run(&t);
		assert_int_equal(t.results, 1);
		if (t.codes[0] != 0) {
			trial_expect(&t, 0, 76, "cancelled");
			cancelled++;
		}
		/* What came back after that is another start of it. */
		if (t.codes[0] != 0 && sim_present(t.sim) && strstr(
		    buf_str(&t.texts[0]), "reset itself") == NULL)
			trial_expect(&t, 0, 76, "the device is in ");
		/* The names, which come first, have no part in that. */
		if (t.codes[0] != 0 && t.sent > 2 && sim_present(t.sim) &&
		    strstr(buf_str(&t.texts[0]), "reset itself") == NULL)
			trial_expect(&t, 0, 76, "the device is in dfuIDLE");
		trial_free(&t);
	}
	assert_true(cancelled > 20);
	trial_free(&whole);
	unlink(name);
	unlink(raw);
	free(command);
	free(name);
	free(raw);
	free(bytes);
}

/* As many as somebody may have on a rack: all of them are listed. */
static void
all_are_there(void **state)
{
	struct rig r = { .flags = RIG_LIST };
	struct buf names = { 0 };
	unsigned i;

	(void)state;
	for (i = 0; i < 600; i++)
		buf_adds(&names, "sim:stm32f072 ");
	r.targets = buf_str(&names);
	rig_batch(&r);
	assert_int_equal(r.code, 0);
	assert_int_equal(rig_count(buf_str(&r.out), "0483:df11"), 600);
	rig_free(&r);
	buf_free(&names);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_there),
		cmocka_unit_test(every_target_in_turn),
		cmocka_unit_test(cancelled_anywhere),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
