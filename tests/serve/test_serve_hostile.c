/* SPDX-License-Identifier: ISC */
/*
 * Who is no host: what it can do is to lose its own connection. A well-behaved
 * host beside it never notices.
 */
#include "config.h"

#include "tests/dfu/check.h"

#include <string.h>

#include "base/text.h"
#include "tests/serve/host.h"
#include "wire/usb.h"

static const char *const specs[] = { "dfu11,latency=0", "stm32f072,latency=0",
    "dfu11,latency=0", NULL };

static const struct setup getstatus = { 0xa1, DFU_GETSTATUS, 0, 0, 6 };

/* Beside each attack, a host that has 1-1 and asks. */
static struct bench bench;
static struct host good;

static int
set_up(void **state)
{
	(void)state;
	bench_open(&bench, specs);
	host_open(&good, &bench);
	host_attach(&good, "1-1");
	return (0);
}

static int
tear_down(void **state)
{
	(void)state;
	host_close(&good);
	bench_close(&bench);
	return (0);
}

static void
good_is_served(void)
{
	struct answer a = { 0 };

	assert_true(host_ask(&good, &getstatus, NULL, &a));
	assert_int_equal(a.status, 0);
	assert_int_equal(a.actual, 6);
	buf_free(&a.data);
}

/* The attacker lost its connection for that reason, and nobody else did. */
static void
is_cut_off(struct host *h, const char *why)
{
	assert_true(host_is_cut_off(h));
	bench_logged(&bench, why);
	host_close(h);
	good_is_served();
}

static void
send_hex(struct host *h, const char *digits)
{
	struct buf b = { 0 };
	size_t n;

	for (; *digits != '\0'; digits += n + (digits[n] == ' ')) {
		n = strcspn(digits, " ");
		assert_true(text_unhex(&b, digits, n));
	}
	host_send(h, b.data, b.len);
	buf_free(&b);
}

#define SUBMIT_IN	"00000001 000000aa 00010002 00000001 00000000 " \
	"00000000 "
#define SUBMIT_OUT	"00000001 000000aa 00010002 00000000 00000000 " \
	"00000000 "
#define TAIL_OUT	" 00000000 00000000 00000000 2101000000000100"
#define TAIL		" 00000000 00000000 00000000 a103000000000600"

static const struct attack {
	const char	*attach;	/* the device, or NULL */
	const char	*bytes;
	const char	*why;
} attacks[] = {
	{ NULL, "474554202f20485454502f312e310d0a", "a version other than "
	    "USB/IP 1.1.1" },
	{ NULL, "0106 8005 00000000", "a version other than USB/IP 1.1.1" },
	{ NULL, "0111 8006 00000000", "an unsupported operation" },
	{ NULL, "0111 8002 00000000", "an unsupported operation" },
	{ NULL, "0111 8003 00000000 41414141414141414141414141414141"
	    "41414141414141414141414141414141", "a bus id without a "
		"terminating NUL" },
	/* A transfer before there is a device. */
	{ NULL, SUBMIT_IN "00000006" TAIL,
	    "a version other than USB/IP 1.1.1" },
	{ "1-2", "0111 8005 00000000", "a command that hosts do not send" },
	{ "1-2", "00000003", "a command that hosts do not send" },
	{ "1-2", "00000001 000000aa 00010001 00000001 00000000 00000000 "
	    "00000006" TAIL, "a transfer for a device that it did not attach" },
	{ "1-2", "00000002 000000aa 00010003 00000000 00000000 00000001 "
	    "000000000000000000000000000000000000000000000000",
	    "a transfer for a device that it did not attach" },
	{ "1-2", SUBMIT_IN "ffffffff" TAIL, "more than 65535 bytes" },
	{ "1-2", SUBMIT_IN "00010000" TAIL, "more than 65535 bytes" },
	{ "1-2", "00000001 000000aa 00010002 00000001 00000001 00000000 "
	    "00000006 00000000 7fffffff 00000000 0000000000000000",
	    "isochronous packets" },
	{ "1-2", "00000001 000000aa 00010002 00000001 00000010 00000000 "
	    "00000006" TAIL, "an invalid endpoint" },
	{ "1-2", "00000001 000000aa 00010002 00000007 00000000 00000000 "
	    "00000006" TAIL, "an invalid direction" },
	{ "1-2", "00000001 000000aa 00010002 00000001 00000001 00000000 "
	    "00000006" TAIL "00000001 000000aa 00010002 00000001 00000001 "
	    "00000000 00000006" TAIL, "two transfers have the same number" },
};

static void
test_attacks(void **state)
{
	struct host h;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(attacks); i++) {
		host_open(&h, &bench);
		if (attacks[i].attach != NULL)
			host_attach(&h, attacks[i].attach);
		send_hex(&h, attacks[i].bytes);
		is_cut_off(&h, attacks[i].why);
	}
}

/* The lengths that setup and buffer have must agree, or nothing is done. */
static void
test_lengths(void **state)
{
	static const char *const wrong[] = {
		/* a buffer larger, and one smaller than wLength */
		SUBMIT_IN "00000040" TAIL,
		SUBMIT_IN "00000001" TAIL,
		/* data that go the other way */
		SUBMIT_OUT "00000006" TAIL "010203040506",
		SUBMIT_IN "00000001" TAIL_OUT,
	};
	struct answer a = { 0 };
	struct host h;
	size_t i;

	(void)state;
	host_open(&h, &bench);
	host_attach(&h, "1-2");
	for (i = 0; i < COUNT(wrong); i++) {
		send_hex(&h, wrong[i]);
		assert_true(host_answer(&h, false, &a));
		assert_int_equal(a.seqnum, 0xaa);
		assert_int_equal(a.status, -22);
		assert_int_equal(a.actual, 0);
		assert_int_equal(h.in.len, 0);
	}
	bench_logged(&bench, "not possible");
	assert_false(host_is_cut_off(&h));
	host_close(&h);
	good_is_served();
	buf_free(&a.data);
}

/* Half of each message: there is time to send the rest, and it ends. */
static void
test_half(void **state)
{
	static const struct {
		const char *attach, *bytes, *why;
	} halves[] = {
		{ NULL, "", "no request within the timeout" },
		{ NULL, "01", "an incomplete message" },
		{ NULL, "0111 8003 00000000 312d", "an incomplete message" },
		{ "1-2", "00", "an incomplete message" },
		{ "1-2", "00000001 000000aa 00010002 00000000 00000000 "
		    "00000000 0000ffff 00000000 00000000 00000000 "
		    "210100000000ffff 00", "an incomplete message" },
	};
	struct host h;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(halves); i++) {
		host_open(&h, &bench);
		if (halves[i].attach != NULL)
			host_attach(&h, halves[i].attach);
		bench_pass(&bench, SERVE_PATIENCE - 2);
		if (halves[i].attach == NULL)
			bench_pass(&bench, 1);
		send_hex(&h, halves[i].bytes);
		assert_false(host_is_cut_off(&h));
		bench_pass(&bench, SERVE_PATIENCE);
		is_cut_off(&h, halves[i].why);
	}
	/* Who has a device may be silent for as long as it likes. */
	host_open(&h, &bench);
	host_attach(&h, "1-2");
	bench_pass(&bench, 1000 * (uint64_t)SERVE_PATIENCE);
	assert_false(host_is_cut_off(&h));
	host_close(&h);
	good_is_served();
}

/* A byte now and then does not make a message. */
static void
test_drip(void **state)
{
	static const uint8_t submit[11] = { 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0 };
	struct host h;
	int i;

	(void)state;
	host_open(&h, &bench);
	host_attach(&h, "1-2");
	for (i = 0; i < 11; i++) {
		host_send(&h, &submit[i], 1);
		bench_pass(&bench, SERVE_PATIENCE / 10);
	}
	is_cut_off(&h, "an incomplete message");
}

static void
test_flood_of_transfers(void **state)
{
	struct host h;
	int i;

	(void)state;
	host_open(&h, &bench);
	host_attach(&h, "1-2");
	bench_command(&bench, "set 1-2 silent=getstatus@1");
	for (i = 0; i < SERVE_UNANSWERED; i++)
		host_submit(&h, &getstatus, NULL);
	assert_false(host_is_cut_off(&h));
	good_is_served();
	host_submit(&h, &getstatus, NULL);
	is_cut_off(&h, "too many transfers at once");
}

static void
test_flood_of_connections(void **state)
{
	struct host h[SERVE_CLIENTS];
	size_t i;

	(void)state;
	/* One place is taken. */
	for (i = 0; i < SERVE_CLIENTS - 1; i++)
		host_open(&h[i], &bench);
	bench_settle(&bench);
	assert_false(host_is_cut_off(&h[SERVE_CLIENTS - 2]));
	host_open(&h[SERVE_CLIENTS - 1], &bench);
	is_cut_off(&h[SERVE_CLIENTS - 1], "rejected: too many connections");
	bench_pass(&bench, SERVE_PATIENCE);
	for (i = 0; i < SERVE_CLIENTS - 1; i++)
		is_cut_off(&h[i], i == 0 ? "no request within the timeout" :
		    "");
	host_open(&h[0], &bench);
	host_attach(&h[0], "1-2");
	host_close(&h[0]);
}

/* Asks and asks, and never reads: what waits for it stays bounded. */
static void
test_slow_reader(void **state)
{
	static const struct setup upload = { 0xa1, DFU_UPLOAD, 2, 0, 2048 };
	struct answer a = { 0 };
	struct host h;
	int i;

	(void)state;
	host_open(&h, &bench);
	host_attach(&h, "1-2");
	for (i = 0; i < 200; i++)
		host_submit(&h, &upload, NULL);
	good_is_served();
	/* It may read late, and then gets all of it. */
	bench_pass(&bench, SERVE_PATIENCE / 2);
	for (i = 0; i < 200; i++) {
		assert_true(host_answer(&h, true, &a));
		assert_int_equal(a.actual, 2048);
	}
	for (i = 0; i < 200; i++)
		host_submit(&h, &upload, NULL);
	bench_pass(&bench, SERVE_PATIENCE);
	bench_logged(&bench, "it does not read its answers");
	host_close(&h);
	good_is_served();
	buf_free(&a.data);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_attacks, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_lengths, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_half, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_drip, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_flood_of_transfers,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_flood_of_connections,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_slow_reader, set_up,
		    tear_down),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
