/* SPDX-License-Identifier: ISC */
/*
 * Healthy is silent: every profile, with every operation and as every tool,
 * and from every place in the middle of it, raises nothing but the notes that
 * are listed here, each with its reason; and each of those is raised.
 */
#include "config.h"

#include "tests/findings/replay.h"
#include "tests/loop/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diagnosis/finding.h"
#include "diagnosis/sessions.h"
#include "script/script.h"

#define IMAGE	"test_healthy.bin"
#define COPY	"test_healthy.read"
#define JOURNAL	"test_healthy.journal"
#define LENGTH	3000

/* A device, and where its memory may be written (DfuSe) or "". */
struct target {
	const char	*name;
	const char	*address;
};

static const struct target targets[] = {
	{ "dfu11", "" },
	{ "dfu11,tolerant=0", "" },
	{ "dfu11,tolerant=0,will-detach=1", "" },
	{ "stm32f072", "0x08000000" },
	{ "stm32f072,stuck=7", "0x08000000" },
	{ "stm32f072,back=dfu11", "0x08000000" },
	{ "st", "0x08004000" },
	{ "tinyusb", "" },
	{ "tinyusb,tolerant=0", "" },
	{ "uboot", "" },
	{ "dapboot", "" },
	{ "mboot", "0x08020000" },
	{ "libopencm3", "0x08002000" },
	{ "blackmagic", "0x08002000" },
	{ "gd32", "0x08004000" },
	{ "zephyr", "" },
};

/* %A: the address; %F: the image. */
struct work {
	const char	*name;
	const char	*script;
	bool		 dfuse;		/* only there */
};

static const struct work operations[] = {
	{ "look", "getstatus; getstate; names; getstatus", false },
	{ "flash", "flash %F %A", false },
	{ "flash-verify", "flash %F %A verify", false },
	{ "flash-verify-leave", "flash %F %A verify leave", false },
	{ "flash-twice", "flash %F %A; flash %F %A", false },
	{ "flash-leave-again", "flash %F %A leave; wait 4000; try unplug; "
	    "plug; wait 500; flash %F %A verify", false },
	{ "replug", "flash %F %A; unplug; wait 8000; plug; wait 500; "
	    "flash %F %A verify", false },
	{ "read", "read %A 2048 " COPY " replace", true },
	{ "read", "read " COPY " replace", false },
	{ "erase", "erase-range %A 2048", true },
	{ "wipe", "wipe", true },	/* but where it is not known */
	{ "leave", "leave %A", true },
	{ "leave-back", "leave %A; wait 4000", true },
};

/* What may be raised, and why. NULL: of any of them. */
struct allowed {
	const char	*target;	/* what its name begins with */
	const char	*operation;
	const char	*id;
	const char	*reason;
	bool		 seen;
};

#define UNLEFT	"it is written and was not to be left: no more than a note"
#define WAITS	"it is seen to leave only as it is asked on"
#define SILENT	"it leaves without an answer, as its library does"
#define EARLY	"the tool asks before the wait is over"
#define RESETS	"the tool resets the bus while the device still manifests"
#define BLANK	"its memory is blank: there is nothing that could start"
#define ELSE	"the tool leaves to 0x08000000, wherever it wrote"
#define LATE	"it announces a wait for what is done already"
#define UNREAD	"the tool reads, and bitCanUpload is clear"

static struct allowed allowed[] = {
	{ NULL, "flash", "leave-not-sent", UNLEFT, false },
	{ NULL, "flash-verify", "leave-not-sent", UNLEFT, false },
	{ NULL, "flash-twice", "leave-not-sent", UNLEFT, false },
	{ NULL, "replug", "leave-not-sent", UNLEFT, false },
	{ NULL, "dfu-util", "leave-not-sent", UNLEFT, false },
	{ "libopencm3", "flash-verify-leave", "leave-not-sent",
	    "it cannot be read back, and what is not verified is not left",
	    false },
	{ "libopencm3", "flash-leave-again", "leave-not-sent", UNLEFT,
	    false },
	{ "libopencm3", "fwupd", "leave-not-sent",
	    "the tool gives up when it is not let to read", false },
	{ "libopencm3", "fwupd", "request-out-of-place", UNREAD, false },
	{ "libopencm3", "betaflight", "request-out-of-place", UNREAD, false },
	{ "stm32f072,stuck=7", "flash-verify-leave", "manifest-wants-polls",
	    WAITS, false },
	{ "stm32f072,stuck=7", "flash-leave-again", "manifest-wants-polls",
	    WAITS, false },
	{ "stm32f072,stuck=7", "leave", "manifest-wants-polls", WAITS,
	    false },
	{ "stm32f072,stuck=7", "leave-back", "manifest-wants-polls", WAITS,
	    false },
	{ "stm32f072,stuck=7", "webdfu", "manifest-unasked", WAITS, false },
	{ "stm32f072,stuck=7", "dfu-util", "manifest-unasked", WAITS, false },
	{ "stm32f072,stuck=7", "fwupd", "manifest-unasked", WAITS, false },
	{ "stm32f072,stuck=7", "betaflight", "manifest-unasked", WAITS,
	    false },
	{ "st", "flash-verify-leave", "left-before-status", SILENT, false },
	{ "st", "flash-leave-again", "left-before-status", SILENT, false },
	{ "st", "leave", "left-before-status", SILENT, false },
	{ "st", "leave-back", "left-before-status", SILENT, false },
	{ "gd32", "leave", "left-before-status", SILENT, false },
	{ "st", "pydfu", "left-before-status", SILENT, false },
	{ "st", "webdfu", "left-before-status", SILENT, false },
	{ "st", "dfu-util", "left-before-status", SILENT, false },
	{ "st", "fwupd", "left-before-status", SILENT, false },
	{ "st", "betaflight", "left-before-status", SILENT, false },
	{ NULL, "pydfu", "poll-early", EARLY, false },
	{ NULL, "fwupd", "poll-early", EARLY, false },
	{ "st", "pydfu", "wait-too-long",
	    "the tool asks early, and the device is done by then", false },
	{ "libopencm3", "pydfu", "wait-too-long", LATE, false },
	{ "blackmagic", "pydfu", "wait-too-long", LATE, false },
	{ "dfu11", "fwupd", "stall-after-leave",
	    "asked before the wait is over, it answers with a STALL", false },
	{ "dfu11,tolerant=0", "fwupd", "reset-in-manifest", RESETS, false },
	{ "dfu11,tolerant=0", "webdfu", "reset-in-manifest", RESETS, false },
	{ "tinyusb,tolerant=0", "fwupd", "reset-in-manifest", RESETS, false },
	{ "tinyusb,tolerant=0", "webdfu", "reset-in-manifest", RESETS,
	    false },
	{ "st", "pydfu", "leave-moved-pointer", ELSE, false },
	{ "mboot", "pydfu", "leave-moved-pointer", ELSE, false },
	{ "libopencm3", "pydfu", "leave-moved-pointer", ELSE, false },
	{ "blackmagic", "pydfu", "address-refused",
	    "the tool points to 0x08000000, where this loader is", false },
	{ "blackmagic", "pydfu", "found-in-error",
	    "the same, where it begins in the error", false },
	{ "blackmagic", "leave-back", "back-in-dfu", BLANK, false },
	{ "gd32", "leave-back", "back-in-dfu", BLANK, false },
	{ "libopencm3", "leave-back", "back-in-dfu", BLANK, false },
	{ "mboot", "leave-back", "back-in-dfu", BLANK, false },
};

struct tally {
	const char	*target;
	const char	*operation;
	size_t		 wrong;
};

/* By a whole name, or an option more. */
static bool
begins(const char *name, const char *with)
{
	size_t n = strlen(with);

	return (strncmp(name, with, n) == 0 &&
	    (name[n] == '\0' || name[n] == ','));
}

static void
raised(struct tally *y, const char *id, bool note, const char *where)
{
	size_t i;

	for (i = 0; i < COUNT(allowed); i++) {
		if (strcmp(allowed[i].id, id) == 0 &&
		    (allowed[i].target == NULL ||
		    begins(y->target, allowed[i].target)) &&
		    (allowed[i].operation == NULL ||
		    strcmp(allowed[i].operation, y->operation) == 0)) {
			allowed[i].seen = true;
			return;
		}
	}
	print_error("sim:%s: %s%s: %s%s\n", y->target, y->operation, where,
	    note ? "note " : "", id);
	y->wrong++;
}

/* What the sessions made of these events found, in the end. */
static void
look(struct tally *y, const struct sessions *s, const char *where)
{
	const struct findings *f;
	size_t i, j;

	for (i = 0; i < s->n; i++) {
		f = s->list[i]->findings;
		for (j = 0; j < f->n; j++) {
			if (f->list[j].life != FINDING_WITHDRAWN)
				raised(y, f->list[j].row->id,
				    f->list[j].row->severity == SEVERITY_NOTE,
				    where);
		}
	}
}

/* The arrival, and then what came from event `from` on. */
static void
play_from(struct tally *y, const struct replay *r, size_t from)
{
	struct sessions *s = sessions_new(trace_new(), 0);
	struct event lost = event_text(EVENT_LOST, 0, 0, "begun later");
	char where[48] = "";
	size_t i, arrival = SIZE_MAX, opened = SIZE_MAX;

	for (i = 0; i < from; i++) {
		if (r->events[i].kind == EVENT_ARRIVED)
			arrival = i;
		else if (r->events[i].kind == EVENT_OPENED)
			opened = i;
	}
	if (arrival != SIZE_MAX) {
		sessions_apply(s, &r->events[arrival]);
		if (opened != SIZE_MAX && opened > arrival)
			sessions_apply(s, &r->events[opened]);
		lost.time = r->events[arrival].time;
		lost.dev = r->events[arrival].dev;
		sessions_apply(s, &lost);
		snprintf(where, sizeof(where), " from #%u on",
		    r->events[from].number);
	}
	for (i = from; i < r->n; i++)
		sessions_apply(s, &r->events[i]);
	sessions_finish(s, s->last, false);
	look(y, s, where);
	sessions_free(s);
}

static void
play_all(struct tally *y)
{
	struct replay r = { 0 };
	size_t i;

	replay_read(&r, JOURNAL);
	play_from(y, &r, 0);
	for (i = 0; i < r.n; i++) {
		if (r.events[i].kind == EVENT_SUBMIT &&
		    (r.events[i].number < 40 || r.events[i].number % 16 == 0))
			play_from(y, &r, i);
	}
	replay_free(&r);
}

static void
expand(struct buf *b, const char *script, const char *address)
{
	const char *p;

	for (p = script; *p != '\0'; p++) {
		if (*p == '%' && p[1] == 'A')
			buf_adds(b, address);
		else if (*p == '%' && p[1] == 'F')
			buf_adds(b, IMAGE);
		else
			buf_addc(b, *p);
		p += *p == '%';
	}
}

static void
run(struct tally *y, const struct target *t, const char *script)
{
	struct buf target = { 0 }, line = { 0 };
	struct rig r = { .flags = RIG_JSON | RIG_YES, .journal = JOURNAL };

	y->target = t->name;
	buf_addf(&target, "sim:%s", t->name);
	expand(&line, script, t->address);
	r.targets = buf_str(&target);
	r.script = buf_str(&line);
	unlink(JOURNAL);
	rig_batch(&r);
	play_all(y);
	rig_free(&r);
	buf_free(&target);
	buf_free(&line);
}

static void
write_image(void)
{
	uint8_t image[LENGTH] = { 0x00, 0x40, 0x00, 0x20, 0x01, 0x02, 0x00,
	    0x08 };
	FILE *f = fopen(IMAGE, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(image, 1, sizeof(image), f), sizeof(image));
	assert_int_equal(fclose(f), 0);
}

static void
test_operations(void **state)
{
	struct tally y = { 0 };
	size_t i, j;

	(void)state;
	write_image();
	for (i = 0; i < COUNT(targets); i++) {
		for (j = 0; j < COUNT(operations); j++) {
			y.operation = operations[j].name;
			if ((!operations[j].dfuse ||
			    targets[i].address[0] != '\0') &&
			    (strcmp(operations[j].name, "wipe") != 0 ||
			    !begins(targets[i].name, "blackmagic")))
				run(&y, &targets[i], operations[j].script);
		}
	}
	assert_int_equal(y.wrong, 0);
}

static void
test_tools(void **state)
{
	static const char *const tasks[] = { "open", "flash %F %A",
	    "flash %F %A leave" };
	struct tally y = { 0 };
	struct buf line = { 0 };
	size_t i, j, k;

	(void)state;
	write_image();
	for (i = 0; i < COUNT(targets); i++) {
		for (j = 0; j < scripts_count; j++) {
			if (scripts[j]->name == NULL)
				continue;
			y.operation = scripts[j]->name;
			for (k = 0; k < COUNT(tasks); k++) {
				buf_reset(&line);
				buf_addf(&line, "do-as %s %s",
				    scripts[j]->name, tasks[k]);
				run(&y, &targets[i], buf_str(&line));
			}
		}
	}
	buf_free(&line);
	assert_int_equal(y.wrong, 0);
}

static void
test_run_time(void **state)
{
	static const struct target app[] = {
		{ "dfu11,mode=app", "" },
		{ "dfu11,mode=app,will-detach=1", "" },
	};
	struct tally y = { .operation = "detach" };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(app); i++) {
		run(&y, &app[i], "enter-dfu; getstatus");
		run(&y, &app[i], "enter-dfu; flash %F leave");
	}
	assert_int_equal(y.wrong, 0);
}

/* What is allowed and is not raised any more is struck off. */
static void
test_allowed_are_raised(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(allowed); i++) {
		if (!allowed[i].seen)
			fail_msg("%s is not raised", allowed[i].id);
	}
	unlink(IMAGE);
	unlink(COPY);
	unlink(JOURNAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_operations),
		cmocka_unit_test(test_tools),
		cmocka_unit_test(test_run_time),
		cmocka_unit_test(test_allowed_are_raised),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
