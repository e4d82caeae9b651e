/* SPDX-License-Identifier: ISC */
/*
 * The transports by themselves: recordings that answer or only tell, simulated
 * devices that come and go, and several transports as one.
 */
#include "config.h"

#include "tests/dfu/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trace/identity.h"
#include "trace/journal.h"
#include "transport/transports.h"
#include "transport/usb_holder.h"
#include "wire/usb.h"

#define SECOND	1000000

static char path[] = "/tmp/dfuscope-transport-XXXXXX";
static struct dev_numbers numbers;

/* The journal of those lines as a transport of that kind. */
static struct transport *
open_lines(const char *kind, const char *lines)
{
	struct buf head = { 0 }, target = { 0 }, error = { 0 };
	FILE *f = fopen(path, "w");
	struct transport *t;

	assert_non_null(f);
	journal_print_header(&head);
	fputs(buf_str(&head), f);
	fputs(lines, f);
	assert_int_equal(fclose(f), 0);
	buf_addf(&target, "%s:%s", kind, path);
	t = transport_open(buf_str(&target), &numbers, &error);
	if (t == NULL)
		fail_msg("%s", buf_str(&error));
	buf_free(&head);
	buf_free(&target);
	return (t);
}

static void
expect(struct transport *t, uint64_t now, struct event *e,
    enum event_kind kind)
{
	assert_true(t->ops->read(t, now, e));
	if (e->kind != kind)
		fail_msg("%s instead of %s", event_kind_name(e->kind),
		    event_kind_name(kind));
}

static void
expect_nothing(struct transport *t, uint64_t now)
{
	struct event e;

	if (t->ops->read(t, now, &e))
		fail_msg("%s at %llu", event_kind_name(e.kind),
		    (unsigned long long)now);
}

#define ARRIVED(time, dev) time " d" dev " arrived transport=\"usb\" " \
	"place=\"1-" dev "\" id=0483:df11\n"

static const struct xfer getstate = { .setup = { 0xa1, DFU_GETSTATE, 0, 0,
    1 }, .timeout = 5000 };

/* A replay of lines behind the arrival of devices 1 and, then, 2. */
static struct transport *
replay(const char *lines, uint16_t dev[2])
{
	struct buf all = { 0 };
	struct transport *t;
	struct event e;
	int i;

	buf_adds(&all, ARRIVED("6999.000000", "1")
	    "6999.500000 d0 unheard-of\n"
	    "6999.600000 d0 note text=\"x\"\n"
	    ARRIVED("7000.000000", "2"));
	buf_adds(&all, lines);
	t = open_lines("replay", buf_str(&all));
	for (i = 0; i < 2; i++) {
		expect(t, SECOND, &e, EVENT_ARRIVED);
		assert_int_equal(e.time, SECOND);
		dev[i] = e.dev;
	}
	assert_int_not_equal(dev[0], dev[1]);
	buf_free(&all);
	return (t);
}

static void
replays_late_answers_and_its_own_alone(void **state)
{
	uint16_t dev[2];
	struct event e;
	struct transport *t = replay(
	    "7010.000000 d1 submit #1 setup=a105000000000100\n"
	    "7010.100000 d2 complete #1 ok len=1 data=05\n"
	    "7010.200000 d1 complete #9 ok len=1 data=06\n"
	    "7017.000000 d1 complete #1 ok len=1 data=07\n", dev);

	(void)state;
	t->ops->submit(t, dev[0], 40, &getstate, 2 * SECOND);
	expect_nothing(t, 2 * SECOND + SECOND / 2);
	/* Longer than the limit now set: it is told as it was. */
	assert_int_equal(t->ops->deadline(t), 9 * SECOND);
	expect_nothing(t, 8 * SECOND);
	expect(t, 9 * SECOND, &e, EVENT_COMPLETE);
	assert_int_equal(e.number, 40);
	assert_int_equal(e.dev, dev[0]);
	assert_int_equal(e.data[0], 7);
	assert_int_equal(e.time, 9 * SECOND);
	assert_null(t->ops->diverged(t));
	assert_int_equal(t->ops->deadline(t), TRANSPORT_NEVER);
	t->ops->close(t);
}

/* The answer of the other device with that number is none of its own. */
static void
replays_a_request_without_an_end_until_its_limit(void **state)
{
	uint16_t dev[2];
	struct event e;
	struct transport *t = replay(
	    "7010.000000 d1 submit #1 setup=a105000000000100\n"
	    "7010.100000 d2 complete #1 ok len=1 data=05\n", dev);

	(void)state;
	t->ops->submit(t, dev[0], 40, &getstate, 2 * SECOND);
	assert_true(t->ops->deadline(t) <= 7 * SECOND);
	expect_nothing(t, 7 * SECOND - 1);
	expect(t, 7 * SECOND, &e, EVENT_COMPLETE);
	assert_int_equal(e.outcome, OUTCOME_TIMEOUT);
	assert_int_equal(e.number, 40);
	assert_null(t->ops->diverged(t));
	t->ops->close(t);
}

static void
replays_the_time_of_a_reset(void **state)
{
	uint16_t dev[2];
	struct event e;
	struct transport *t = replay("7020.000000 d1 reset\n"
	    "7020.500000 d1 reset ok\n", dev);

	(void)state;
	t->ops->reset(t, dev[0], 3 * SECOND);
	expect_nothing(t, 3 * SECOND + SECOND / 2 - 1);
	expect(t, 3 * SECOND + SECOND / 2, &e, EVENT_RESET);
	assert_int_equal(e.outcome, OUTCOME_OK);
	assert_int_equal(e.dev, dev[0]);
	t->ops->close(t);
}

/* What was asked of the other device is not what was recorded. */
static void
differs_by_device(void **state)
{
	uint16_t dev[2];
	struct event e;
	struct transport *t = replay(
	    "7010.000000 d1 submit #1 setup=a105000000000100\n", dev);

	(void)state;
	t->ops->submit(t, dev[1], 40, &getstate, 2 * SECOND);
	assert_non_null(t->ops->diverged(t));
	assert_int_equal(t->ops->deadline(t), 0);
	expect(t, 2 * SECOND, &e, EVENT_COMPLETE);
	assert_int_equal(e.outcome, OUTCOME_CANCELLED);
	assert_int_equal(e.dev, dev[1]);
	t->ops->close(t);
	t = replay("7010.000000 d1 reset\n"
	    "7010.100000 d1 reset ok\n", dev);
	t->ops->reset(t, dev[1], 2 * SECOND);
	assert_non_null(t->ops->diverged(t));
	expect(t, 2 * SECOND, &e, EVENT_RESET);
	assert_int_equal(e.outcome, OUTCOME_CANCELLED);
	t->ops->close(t);
}

/* A download that was recorded without its bytes is no other download. */
static void
differs_by_bytes(void **state)
{
	static const struct {
		const char	*recorded;
		const char	*data;
		bool		 same;
	} rows[] = {
		{ " len=4 data=01020304", "\1\2\3\4", true },
		{ " len=4 data=01020304", "\1\2\3\5", false },
		{ " len=4", "\1\2\3\4", true },
		{ "", "\1\2\3\4", false },
		{ "", NULL, true },
		{ " len=3 data=010203", "\1\2\3\4", false },
	};
	struct xfer x = { .setup = { 0x21, DFU_DNLOAD, 0, 0, 4 } };
	struct buf line = { 0 };
	struct transport *t;
	uint16_t dev[2];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		buf_reset(&line);
		buf_addf(&line, "7010.000000 d1 submit #1 "
		    "setup=2101000000000400%s\n", rows[i].recorded);
		t = replay(buf_str(&line), dev);
		x.data = (uint8_t *)(uintptr_t)rows[i].data;
		t->ops->submit(t, dev[0], 1, &x, SECOND);
		if ((t->ops->diverged(t) == NULL) != rows[i].same)
			fail_msg("row %zu", i);
		t->ops->close(t);
	}
	buf_free(&line);
}

/* What was left out of an answer is there again, as zeros. */
static void
fills_what_was_left_out(void **state)
{
	static const struct xfer upload = { .setup = { 0xa1, DFU_UPLOAD, 0, 0,
	    50 } };
	uint16_t dev[2];
	struct event e;
	struct transport *t = replay(
	    "7010.000000 d1 submit #1 setup=a102000000003200\n"
	    "7010.000000 d1 complete #1 ok len=50 data="
	    "000102030405060708090a0b0c0d0e0f.."
	    "101112131415161718191a1b1c1d1e1f crc=89abcdef\n", dev);
	uint32_t i;

	(void)state;
	t->ops->submit(t, dev[0], 1, &upload, SECOND);
	expect(t, SECOND, &e, EVENT_COMPLETE);
	assert_int_equal(e.len, 50);
	assert_int_equal(e.kept, 50);
	assert_false(e.elided);
	for (i = 0; i < 50; i++)
		assert_int_equal(e.data[i], i < 16 ? i : i < 34 ? 0 : i - 18);
	t->ops->close(t);
}

static void
ends_a_cancelled_request_once(void **state)
{
	uint16_t dev[2];
	struct event e;
	struct transport *t = replay(
	    "7010.000000 d1 submit #1 setup=a105000000000100\n"
	    "7011.000000 d1 complete #1 ok len=1 data=05\n"
	    "7012.000000 d1 left\n", dev);

	(void)state;
	t->ops->submit(t, dev[0], 3, &getstate, SECOND);
	t->ops->cancel(t, dev[1], SECOND);
	expect_nothing(t, SECOND);
	t->ops->cancel(t, dev[0], SECOND);
	expect(t, SECOND, &e, EVENT_COMPLETE);
	assert_int_equal(e.outcome, OUTCOME_CANCELLED);
	assert_int_equal(e.number, 3);
	expect(t, 9 * SECOND, &e, EVENT_LEFT);
	assert_int_equal(e.time, 3 * SECOND);
	t->ops->close(t);
}

/* It is told where and when it ends, if it does so too early. */
static void
recording_tells_how_it_ends(void **state)
{
	static const struct {
		const char	*lines;
		const char	*lost;	/* NULL: it is whole */
		bool		 whole;	/* its first line is */
	} rows[] = {
		{ "3.000000 d2 left\n", NULL, true },
		{ "3.000000 d2 le", "the file ends in the middle", false },
		{ "3.000000 d0 note text=\"x\"\nbad\n"
		    "4.000000 d1 left\n", "line 4", true },
	};
	struct buf lines = { 0 };
	struct transport *t;
	struct event e;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		buf_reset(&lines);
		buf_addf(&lines, "%s%s", ARRIVED("1.000000", "2"),
		    rows[i].lines);
		t = open_lines("recording", buf_str(&lines));
		assert_true(t->past);
		assert_true(t->simulated);
		assert_int_equal(t->ops->deadline(t), 0);
		expect(t, 0, &e, EVENT_ARRIVED);
		if (rows[i].whole) {
			assert_true(t->ops->read(t, 0, &e));
			assert_int_equal(e.time, 3 * SECOND);
		}
		if (rows[i].lost != NULL) {
			expect(t, 0, &e, EVENT_LOST);
			assert_int_equal(e.time, (rows[i].whole ? 3 : 1) *
			    SECOND);
			assert_int_equal(e.dev, 2);
			assert_non_null(strstr((const char *)e.data,
			    rows[i].lost));
		}
		/* What is damaged is told, and read past. */
		if (rows[i].lost != NULL && rows[i].whole)
			expect(t, 0, &e, EVENT_LEFT);
		expect_nothing(t, 0);
		expect_nothing(t, 0);
		assert_int_equal(t->ops->deadline(t), TRANSPORT_NEVER);
		t->ops->close(t);
	}
	buf_free(&lines);
}

static struct transport *
simulated(const char *target, struct event *e)
{
	struct buf error = { 0 };
	struct transport *t = transport_open(target, &numbers, &error);

	assert_non_null(t);
	expect(t, 0, e, EVENT_ARRIVED);
	expect_nothing(t, 0);
	return (t);
}

/* It left while a request was under way: first that ends, then it is gone. */
static void
request_ends_before_its_device_leaves(void **state)
{
	struct event e;
	struct transport *t = simulated("sim:dfu11,silent=getstate@1", &e);
	uint16_t dev = e.dev;

	(void)state;
	t->ops->submit(t, dev, 5, &getstate, SECOND);
	expect_nothing(t, SECOND);
	t->ops->plug(t, dev, 2 * SECOND, false);
	t->ops->plug(t, dev, 2 * SECOND, true);
	assert_int_equal(t->ops->deadline(t), 0);
	expect(t, 2 * SECOND, &e, EVENT_COMPLETE);
	assert_int_equal(e.outcome, OUTCOME_GONE);
	assert_int_equal(e.number, 5);
	expect(t, 2 * SECOND, &e, EVENT_LEFT);
	assert_int_equal(e.dev, dev);
	expect(t, 2 * SECOND, &e, EVENT_ARRIVED);
	assert_int_not_equal(e.dev, dev);
	assert_int_equal(t->ops->truth(t, dev), -1);
	assert_int_not_equal(t->ops->truth(t, e.dev), -1);
	expect_nothing(t, 2 * SECOND);
	t->ops->close(t);
}

static void
silence_ends_at_the_limit(void **state)
{
	struct event e;
	struct transport *t = simulated("sim:dfu11,silent=getstate@1", &e);
	uint16_t dev = e.dev;

	(void)state;
	t->ops->submit(t, dev, 5, &getstate, SECOND);
	assert_int_equal(t->ops->deadline(t), 6 * SECOND);
	expect_nothing(t, 6 * SECOND - 1);
	expect(t, 7 * SECOND, &e, EVENT_COMPLETE);
	assert_int_equal(e.outcome, OUTCOME_TIMEOUT);
	assert_int_equal(e.time, 6 * SECOND);
	t->ops->submit(t, dev, 5, &getstate, 7 * SECOND);
	t->ops->cancel(t, dev, 7 * SECOND);
	expect(t, 7 * SECOND, &e, EVENT_COMPLETE);
	assert_int_equal(e.outcome, OUTCOME_CANCELLED);
	assert_int_equal(e.time, 7 * SECOND);
	assert_int_equal(e.len, 0);
	t->ops->submit(t, dev, 6, &getstate, 8 * SECOND);
	expect(t, 9 * SECOND, &e, EVENT_COMPLETE);
	assert_int_equal(e.outcome, OUTCOME_OK);
	assert_int_equal(e.len, 1);
	assert_int_equal(e.data[0], 2);
	/* Of a device that is not there any more nobody answers. */
	t->ops->submit(t, (uint16_t)(dev + 1), 7, &getstate, 9 * SECOND);
	expect(t, 10 * SECOND, &e, EVENT_COMPLETE);
	assert_int_equal(e.outcome, OUTCOME_GONE);
	assert_int_equal(e.len, 0);
	t->ops->close(t);
}

/* It comes while nobody looks, but after the limit: it does not count. */
static void
answer_after_the_limit_is_none(void **state)
{
	struct event e;
	struct transport *t = simulated("sim:dfu11,latency=6000000", &e);

	(void)state;
	t->ops->submit(t, e.dev, 5, &getstate, SECOND);
	expect(t, 9 * SECOND, &e, EVENT_COMPLETE);
	assert_int_equal(e.outcome, OUTCOME_TIMEOUT);
	assert_int_equal(e.time, 6 * SECOND);
	expect_nothing(t, 9 * SECOND);
	t->ops->close(t);
}

static bool
is_second(const void *arg, const struct identity *who)
{
	(void)arg;
	return (strcmp(who->place, "1-2") == 0);
}

static struct transports *
two_recordings(void)
{
	struct transport **open = calloc(2, sizeof(struct transport *));

	assert_non_null(open);
	/* Each is a file of its own: it stays open, the name is taken again. */
	open[0] = open_lines("recording", ARRIVED("1.000000", "1")
	    "2.000000 d1 left\n3.000000 d0 note text=\"a\"\n");
	assert_int_equal(unlink(path), 0);
	open[1] = open_lines("recording", ARRIVED("1.000000", "2")
	    "2.000000 d2 left\n3.000000 d0 note text=\"b\"\n");
	return (transports_new(open, 2));
}

/* One that has much to tell does not hide the others. */
static void
transports_are_asked_in_turn(void **state)
{
	static const uint16_t devs[] = { 1, 2, 1, 2, 0, 0 };
	struct transports *f = two_recordings();
	struct event e;
	size_t i;

	(void)state;
	assert_null(transports_owner(f, 1));
	for (i = 0; i < COUNT(devs); i++) {
		assert_true(transports_read(f, 0, &e, NULL, NULL));
		assert_int_equal(e.dev, devs[i]);
	}
	assert_false(transports_read(f, 0, &e, NULL, NULL));
	assert_int_equal(transports_deadline(f), TRANSPORT_NEVER);
	assert_non_null(transports_owner(f, 1));
	assert_non_null(transports_owner(f, 2));
	assert_ptr_not_equal(transports_owner(f, 1), transports_owner(f, 2));
	assert_null(transports_owner(f, 0));
	assert_null(transports_owner(f, 3));
	assert_true(transports_past(f));
	assert_true(transports_simulated(f));
	assert_null(transports_diverged(f));
	transports_free(f);
}

/* A device that is not meant is not told of; what concerns none always is. */
static void
transports_tell_of_what_is_meant(void **state)
{
	static const uint16_t devs[] = { 2, 2, 0, 0 };
	struct transports *f = two_recordings();
	struct event e;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(devs); i++) {
		assert_true(transports_read(f, 0, &e, is_second, NULL));
		assert_int_equal(e.dev, devs[i]);
	}
	assert_false(transports_read(f, 0, &e, is_second, NULL));
	assert_null(transports_owner(f, 1));
	transports_free(f);
}

/* It is said though a later recording goes as it went. */
static void
the_first_that_differs_is_told(void **state)
{
	struct transport **open = calloc(2, sizeof(struct transport *));
	struct transports *f;
	uint16_t dev[2];

	(void)state;
	assert_non_null(open);
	open[0] = replay("", dev);
	open[0]->ops->submit(open[0], dev[0], 1, &getstate, SECOND);
	assert_int_equal(unlink(path), 0);
	open[1] = replay("", dev);
	f = transports_new(open, 2);
	assert_non_null(transports_diverged(f));
	assert_false(transports_past(f));
	transports_free(f);
}

static void
unknown_targets_are_named(void **state)
{
	static const char *const targets[] = { "", "simulated:dfu11", "si:x",
	    "usb2" };
	struct buf error = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(targets); i++) {
		buf_reset(&error);
		assert_null(transport_open(targets[i], &numbers, &error));
		assert_non_null(strstr(buf_str(&error), targets[i]));
		assert_non_null(strstr(buf_str(&error), "unknown target"));
		assert_non_null(strstr(buf_str(&error),
		    transport_sim.usage));
	}
	buf_free(&error);
}

/* With the rule installed it is not the rule that is missing. */
static void
denial_knows_the_rule(void **state)
{
	static const char *const folders[] = { "etc/udev", "run/udev",
		"usr/local/lib/udev", "usr/lib/udev", "lib/udev" };
	char root[] = "/tmp/dfuscope-root-XXXXXX", line[256];
	struct buf b = { 0 };
	size_t i;

	(void)state;
	assert_non_null(mkdtemp(root));
	usb_say_denied(&b, "/dev/bus/usb/001/002", root);
	assert_non_null(strstr(buf_str(&b), "Install the udev rule "
	    "data/60-dfuscope"));
	for (i = 0; i < COUNT(folders); i++) {
		snprintf(line, sizeof(line), "mkdir -p %s/%s/rules.d && "
		    ": >%s/%s/rules.d/60-dfuscope.rules", root, folders[i],
		    root, folders[i]);
		assert_int_equal(system(line), 0);
		buf_reset(&b);
		usb_say_denied(&b, "/dev/bus/usb/001/002", root);
		assert_null(strstr(buf_str(&b), "install data/"));
		assert_non_null(strstr(buf_str(&b), folders[i]));
		assert_non_null(strstr(buf_str(&b), "GROUP=\"plugdev\""));
		snprintf(line, sizeof(line), "rm -r %s/*", root);
		assert_int_equal(system(line), 0);
	}
	assert_int_equal(rmdir(root), 0);
	buf_free(&b);
}

/* The kernel resets what does not wake up, and takes its time for it. */
static void
tells_of_a_slow_open(void **state)
{
	struct buf b = { 0 };

	(void)state;
	assert_false(transport_words_slow_open(0, &b));
	assert_false(transport_words_slow_open(3999999, &b));
	assert_int_equal(b.len, 0);
	assert_true(transport_words_slow_open(5200000, &b));
	assert_string_equal(buf_str(&b), "opening the device took 5.2 s: the "
	    "kernel probably reset it when it woke up; its answers are from "
	    "after that reset");
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replays_late_answers_and_its_own_alone),
		cmocka_unit_test(
		    replays_a_request_without_an_end_until_its_limit),
		cmocka_unit_test(replays_the_time_of_a_reset),
		cmocka_unit_test(tells_of_a_slow_open),
		cmocka_unit_test(differs_by_device),
		cmocka_unit_test(differs_by_bytes),
		cmocka_unit_test(fills_what_was_left_out),
		cmocka_unit_test(ends_a_cancelled_request_once),
		cmocka_unit_test(recording_tells_how_it_ends),
		cmocka_unit_test(request_ends_before_its_device_leaves),
		cmocka_unit_test(silence_ends_at_the_limit),
		cmocka_unit_test(answer_after_the_limit_is_none),
		cmocka_unit_test(transports_are_asked_in_turn),
		cmocka_unit_test(transports_tell_of_what_is_meant),
		cmocka_unit_test(the_first_that_differs_is_told),
		cmocka_unit_test(unknown_targets_are_named),
		cmocka_unit_test(denial_knows_the_rule)
	};
	int fd = mkstemp(path), failed;

	if (fd < 0 || close(fd) != 0)
		return (1);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return (failed);
}
