/* SPDX-License-Identifier: ISC */
/*
 * Every tool of do-as on every kind of device, and with every fault at every
 * request: what it would claim stands beside what is the case. A claim that
 * is not so by the memory of the device never ends in 0, unless it is said
 * that nothing was read back and the device itself says that all is well.
 */
#include "config.h"

#include "tests/loop/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "script/script.h"

#define BYTES	3000

struct place {
	const char *spec;
	const char *where; /* behind the file, "" where plain */
	uint32_t base;
	bool lies; /* it says that it stored what it did not */
};

static const struct place places[] = {
	{ "stm32f072,flash=pattern", " 0x08000000", 0x08000000, false },
	{ "st,flash=pattern", " 0x08004000", 0x08004000, false },
	{ "dfu11", "", 0, false },
	{ "dfu11,tolerant=0", "", 0, false },
	{ "tinyusb", "", 0, false },
	{ "tinyusb,tolerant=0", "", 0, false },
	{ "uboot", "", 0, false },
	{ "dapboot", "", 0x08002000, true },
	{ "mboot,flash=pattern", " 0x08020000", 0x08020000, false },
	{ "libopencm3,flash=pattern", " 0x08002000", 0x08002000, true },
	{ "blackmagic,flash=pattern", " 0x08002000", 0x08002000, true },
	{ "gd32,flash=pattern", " 0x08004000", 0x08004000, true },
	{ "zephyr", "", 0, true },
	{ "stm32f072,flash=pattern,wrp=0-1", " 0x08000000", 0x08000000, true },
	{ "stm32f072,rdp=1", " 0x08000000", 0x08000000, false },
	{ "stm32f072,stuck=7", " 0x08000000", 0x08000000, false },
	{ "dfu11,sticks=3", "", 0, false },
	{ "dfu11,can-upload=0", "", 0, false },
	{ "stm32f072,read-only=0", " 0x08000000", 0x08000000, false },
	{ "stm32f072,pages=half,flash=pattern", " 0x08000000", 0x08000000,
	    true },
};

static const char *const at_request[] = {
	"stall=any@%u", "silent=any@%u", "gone=any@%u", "buserror=any@%u",
	"short=any@%u", "babble=any@%u", "slow=any@%u", "fail=any@%u:3",
};

static const char *const tasks[] = { "flash", "flash leave", "leave",
	"open" };

struct frame {
	const struct place *place;
	const uint8_t *image;
	const char *task;
	size_t sent;
	size_t wrong;
	size_t good, bad, denied;
};

static void
must(struct frame *c, const struct trial *t, bool good, const char *what)
{
	if (good)
		return;
	c->wrong++;
	print_error("%s: %s: %s\n  %d: %s\n", t->target, t->commands[0],
	    what, t->codes[0], buf_str(&t->texts[0]));
}

/* The job has told it, or it was not begun. */
static void
view(struct trial *t)
{
	struct frame *c = t->arg;
	const char *text = buf_str(&t->texts[0]);
	bool flashes = strncmp(c->task, "flash", 5) == 0;
	bool same = trial_same(t, c->place->base, c->image, BYTES);
	int code = t->codes[0];

	c->sent = t->sent;
	/* What it needs is not known, and it was not begun. */
	if (code == 64 || code == 65 || (code == 76 && t->sent == 0))
		return;
	must(c, t, strstr(text, "would ") != NULL ||
	    strstr(text, "not on the bus") != NULL, "no claim");
	must(c, t, strstr(text, "the device ") != NULL ||
	    strstr(text, "not known") != NULL, "no state");
	must(c, t, !flashes || strstr(text, "memory: ") != NULL ||
	    strstr(text, "stopped") != NULL ||
	    strstr(text, "what was read back") != NULL, "no memory");
	must(c, t, strstr(text, "the same") == NULL || same,
	    "it is not the same");
	must(c, t, !flashes || code != 0 || same || (c->place->lies &&
	    strstr(text, "not read back") != NULL), "0, and it is not there");
	must(c, t, code == 0 || code == 74 || code == 76, "another code");
	c->good += code == 0;
	c->bad += code != 0;
	c->denied += strstr(text, "; but ") != NULL;
}

static void
try_one(struct frame *c, const char *tool, const char *file,
    const char *fault)
{
	bool flashes = strncmp(c->task, "flash", 5) == 0;
	char *target = mem_printf("sim:%s%s%s", c->place->spec,
	    fault[0] != '\0' ? "," : "", fault);
	char *command = mem_printf("do-as %s %.*s%s%s%s%s", tool,
	    flashes ? 5 : 9, c->task, flashes ? " " : "",
	    flashes ? file : "", flashes ? c->place->where : "",
	    flashes ? c->task + 5 : "");
	struct trial t = { .target = target, .commands = { command },
		.view = view, .arg = c };

	trial_run(&t);
	trial_free(&t);
	free(command);
	free(target);
}

static void
try_requests(struct frame *c, const char *tool, const char *file,
    const char *fault)
{
	char spec[64];
	unsigned n;

	for (n = 1; n < 200; n += walk_step(13)) {
		snprintf(spec, sizeof(spec), fault, n);
		try_one(c, tool, file, spec);
		if (c->sent < n)
			break;
	}
}

static bool
is_latest(const struct script *d)
{
	return (strchr(d->name, '.') == NULL);
}

static void
every_tool_everywhere(void **state)
{
	struct frame c = { 0 };
	uint8_t *bytes;
	char *file = trial_file(BYTES, 5, &bytes);
	size_t i, j, k;

	(void)state;
	c.image = bytes;
	for (i = 0; i < COUNT(places); i++)
		for (j = 0; j < scripts_count; j++)
			for (k = 0; k < COUNT(tasks); k++) {
				if (scripts[j]->name == NULL)
					continue;
				c.place = &places[i];
				c.task = tasks[k];
				try_one(&c, scripts[j]->name, file, "");
			}
	assert_true(c.good > 20 && c.bad > 20 && c.denied > 5);
	assert_int_equal(c.wrong, 0);
	unlink(file);
	free(file);
	free(bytes);
}

static void
every_fault_at_every_request(void **state)
{
	struct frame c = { .task = "flash" };
	uint8_t *bytes;
	char *file = trial_file(BYTES, 5, &bytes);
	size_t i, j, k;

	(void)state;
	c.image = bytes;
	for (i = 0; i < COUNT(places); i++)
		for (j = 0; j < scripts_count; j++)
			for (k = 0; k < COUNT(at_request); k++) {
				if (scripts[j]->name == NULL ||
				    !is_latest(scripts[j]))
					continue;
				c.place = &places[i];
				try_requests(&c, scripts[j]->name, file,
				    at_request[k]);
			}
	assert_true(c.good > 20 && c.bad > 20 && c.denied > 5);
	assert_int_equal(c.wrong, 0);
	unlink(file);
	free(file);
	free(bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_tool_everywhere),
		cmocka_unit_test(every_fault_at_every_request),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
