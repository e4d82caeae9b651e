/* SPDX-License-Identifier: ISC */
/*
 * The server as a host sees it: what is listed and imported, what each kind
 * of answer becomes, what comes and goes. Time is the tests' own.
 */
#include "config.h"

#include "tests/dfu/check.h"

#include <string.h>

#include "base/bytes.h"
#include "base/code.h"
#include "device/sim.h"
#include "tests/serve/host.h"
#include "wire/usb.h"

#define RECORD	312
#define ANSWER	3	/* USBIP_RET_SUBMIT */
#define UNLINKED	4	/* USBIP_RET_UNLINK */

static const char *const one[] = { "stm32f072", NULL };

static const struct setup getstatus = { 0xa1, DFU_GETSTATUS, 0, 0, 6 };
static const struct setup abort_it = { 0x21, DFU_ABORT, 0, 0, 0 };
static const struct setup detach = { 0x21, DFU_DETACH, 1000, 0, 0 };
static const struct setup configure = { 0, USB_REQ_SET_CONFIGURATION, 1, 0,
	0 };
static const struct setup describe = { 0x80, USB_REQ_GET_DESCRIPTOR,
	USB_DT_DEVICE << 8, 0, 18 };
static const struct setup hub_reset = { 0x80, USB_REQ_GET_DESCRIPTOR,
	USB_DT_DEVICE << 8, 0, 64 };

/* The number of devices that a list has. */
static uint32_t
listed(struct bench *b)
{
	struct host h;
	struct reader r;
	uint32_t n;

	host_open(&h, b);
	host_list(&h);
	r = reader_of(h.in.data, h.in.len);
	r.big = true;
	assert_int_equal(reader_u32(&r), 0x01110005);
	assert_int_equal(reader_u32(&r), 0);
	n = reader_u32(&r);
	assert_int_equal(h.in.len, 12 + n * (RECORD + 4));
	assert_true(host_is_cut_off(&h));
	host_close(&h);
	return (n);
}

/* idProduct of the device in a record. */
static uint16_t
product_of(const uint8_t *record)
{
	struct reader r = reader_of(record, RECORD);

	r.big = true;
	reader_bytes(&r, 256 + 32 + 12 + 2);
	return (reader_u16(&r));
}

static void
test_list(void **state)
{
	static const char *const specs[] = { "stm32f072", "sim:dfu11,mode=app",
	    NULL };
	struct bench b;
	struct host h;

	(void)state;
	bench_open(&b, specs);
	host_open(&h, &b);
	host_list(&h);
	assert_int_equal(h.in.len, 12 + 2 * (RECORD + 4));
	assert_memory_equal(h.in.data + 8, "\0\0\0\2", 4);
	assert_string_equal((char *)h.in.data + 12, "stm32f072");
	assert_string_equal((char *)h.in.data + 12 + 256, "1-1");
	assert_int_equal(product_of(h.in.data + 12), 0xdf11);
	assert_memory_equal(h.in.data + 12 + RECORD, "\xfe\1\2", 4);
	assert_string_equal((char *)h.in.data + 12 + RECORD + 4 + 256, "1-2");
	assert_memory_equal(h.in.data + 12 + 2 * RECORD + 4, "\xfe\1\1", 4);
	/* An operation is all that a connection is for. */
	assert_true(host_is_cut_off(&h));
	host_close(&h);
	bench_logged(&b, "host lists 2 devices");
	bench_close(&b);
}

static void
test_import(void **state)
{
	struct bench b;
	struct host first, second;

	(void)state;
	bench_open(&b, one);
	host_open(&first, &b);
	assert_int_equal(host_import(&first, "1-1"), 0);
	assert_int_equal(product_of(first.in.data + 8), 0xdf11);
	assert_int_equal(first.devid, 0x10001);
	bench_logged(&b, "1-1 host attaches it");
	assert_int_equal(listed(&b), 0);
	host_open(&second, &b);
	assert_int_equal(host_import(&second, "1-1"), 2);
	assert_true(host_is_cut_off(&second));
	host_close(&second);
	host_open(&second, &b);
	assert_int_equal(host_import(&second, "1-2"), 4);
	host_close(&second);
	/* Once the first has let go of it, the next one can have it. */
	host_close(&first);
	bench_logged(&b, "1-1 host hangs up");
	assert_int_equal(listed(&b), 1);
	host_open(&second, &b);
	host_attach(&second, "1-1");
	host_close(&second);
	bench_close(&b);
}

/* Requests of a walk: each DFU request in several shapes, and chapter 9. */
static const struct setup walk[] = {
	{ 0xa1, DFU_GETSTATUS, 0, 0, 6 },
	{ 0xa1, DFU_GETSTATE, 0, 0, 1 },
	{ 0x21, DFU_CLRSTATUS, 0, 0, 0 },
	{ 0x21, DFU_ABORT, 0, 0, 0 },
	{ 0x21, DFU_DNLOAD, 0, 0, 64 },
	{ 0x21, DFU_DNLOAD, 1, 0, 64 },
	{ 0x21, DFU_DNLOAD, 2, 0, 64 },
	{ 0x21, DFU_DNLOAD, 0, 0, 0 },
	{ 0xa1, DFU_UPLOAD, 0, 0, 64 },
	{ 0xa1, DFU_UPLOAD, 2, 0, 64 },
	{ 0x21, DFU_DETACH, 100, 0, 0 },
	{ 0xa1, 7, 0, 0, 4 },
	{ 0x80, USB_REQ_GET_DESCRIPTOR, USB_DT_DEVICE << 8, 0, 18 },
	{ 0x80, USB_REQ_GET_DESCRIPTOR, USB_DT_CONFIG << 8, 0, 255 },
	{ 0x80, USB_REQ_GET_DESCRIPTOR, USB_DT_STRING << 8, 0, 255 },
	{ 0x80, USB_REQ_GET_DESCRIPTOR, USB_DT_STRING << 8 | 2, 0x409, 255 },
	{ 0x80, USB_REQ_GET_STATUS, 0, 0, 2 },
	{ 0x80, USB_REQ_GET_CONFIGURATION, 0, 0, 1 },
	{ 0x81, USB_REQ_GET_INTERFACE, 0, 0, 1 },
	{ 0x01, USB_REQ_SET_INTERFACE, 1, 0, 0 },
	{ 0x01, USB_REQ_SET_INTERFACE, 0, 0, 0 },
	{ 0x00, USB_REQ_SET_CONFIGURATION, 1, 0, 0 },
	{ 0xc0, 1, 2, 3, 4 },
};

#define STEPS	400

static size_t
draw(uint32_t *seed, size_t limit)
{
	*seed = *seed * 1664525 + 1013904223;
	return ((*seed >> 8) % limit);
}

/* What the device itself does, told as USB/IP does: errno of Linux. */
static int32_t
status_of(enum sim_answer answer)
{
	switch (answer) {
	case SIM_ACK:
		return (0);
	case SIM_STALL:
		return (-32);
	case SIM_BUSERROR:
		return (-71);
	case SIM_SILENT:
	case SIM_GONE:
		break;
	}
	return (1);
}

static void
attach_again(struct bench *b, struct host *h)
{
	host_close(h);
	bench_pass(b, 1000000);
	if (listed(b) == 0)
		bench_command(b, "plug");
	host_open(h, b);
	host_attach(h, "1-1");
}

/* One request to the server and to a twin of its device: the same answer. */
static void
step(struct bench *b, struct host *h, struct sim *twin,
    const struct setup *s)
{
	static const uint8_t data[64] = { 0x21, 0, 0, 0, 8 };
	struct answer a = { 0 };
	struct buf in = { 0 };
	enum sim_answer answer = sim_control(twin, b->now, s, data, &in);
	bool was = sim_present(twin), babble;

	if (host_ask(h, s, data, &a)) {
		babble = in.len > s->wLength;
		assert_int_equal(a.status, babble ? -75 : status_of(answer));
		buf_cut(&in, s->wLength);
		assert_int_equal(a.data.len, in.len);
		assert_true(a.status != 0 ||
		    a.actual == (setup_is_in(s) ? in.len : s->wLength));
		if (in.len != 0)
			assert_memory_equal(a.data.data, in.data, in.len);
	} else if (answer == SIM_SILENT && !host_is_cut_off(h)) {
		host_unlink(h, h->seqnum);
		assert_true(host_answer(h, false, &a));
		assert_int_equal(a.status, -104);
	} else
		assert_true(!was);
	sim_run(twin, b->now);
	if (host_is_cut_off(h)) {
		attach_again(b, h);
		sim_run(twin, b->now);
		if (!sim_present(twin))
			sim_plug(twin, b->now, true);
	}
	buf_free(&in);
	buf_free(&a.data);
}

static void
walk_profile(const char *spec, uint32_t seed)
{
	const char *const specs[] = { spec, NULL };
	struct buf error = { 0 };
	struct sim *twin = sim_new(spec, &error);
	struct bench b;
	struct host h;
	int i;

	assert_non_null(twin);
	bench_open(&b, specs);
	host_open(&h, &b);
	host_attach(&h, "1-1");
	for (i = 0; i < STEPS; i++) {
		step(&b, &h, twin, &walk[draw(&seed, COUNT(walk))]);
		buf_reset(&b.log);
	}
	host_close(&h);
	bench_close(&b);
	sim_free(twin);
}

static void
test_every_profile(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sim_profiles_count; i++)
		walk_profile(sim_profiles[i].name, (uint32_t)i);
	walk_profile("dfu11,chaos=20", 7);
	walk_profile("tinyusb,chaos=20", 8);
}

static void
test_trouble(void **state)
{
	static const char *const specs[] = { "dfu11,stall=getstatus@1,"
	    "babble=getstatus@2,buserror=getstatus@3,short=getstatus@4",
	    NULL };
	static const struct { int32_t status; uint32_t actual; } wanted[] = {
		{ -32, 0 }, { -75, 6 }, { -71, 0 }, { 0, 3 }, { 0, 6 }
	};
	struct answer a = { 0 };
	struct setup wrong = getstatus;
	struct bench b;
	struct host h;
	size_t i;

	(void)state;
	bench_open(&b, specs);
	host_open(&h, &b);
	host_attach(&h, "1-1");
	for (i = 0; i < COUNT(wanted); i++) {
		assert_true(host_ask(&h, &getstatus, NULL, &a));
		assert_int_equal(a.status, wanted[i].status);
		assert_int_equal(a.actual, wanted[i].actual);
		assert_int_equal(a.data.len, wanted[i].actual);
	}
	bench_logged(&b, "1-1 GETSTATUS, 6 bytes: STALL; 2 dfuIDLE\n");
	/* IN by the setup packet, without a data stage: no direction. */
	wrong.wLength = 0;
	assert_true(host_ask(&h, &wrong, NULL, &a));
	assert_int_equal(a.actual, 0);
	host_close(&h);
	buf_free(&a.data);
	bench_close(&b);
}

/* EP0 does one thing after the other; what is given up gets no answer. */
static void
test_silence(void **state)
{
	static const char *const specs[] = { "dfu11,silent=getstatus@2",
	    NULL };
	struct answer a = { 0 };
	struct bench b;
	struct host h;
	uint32_t first, silent, behind, last;

	(void)state;
	bench_open(&b, specs);
	host_open(&h, &b);
	host_attach(&h, "1-1");
	first = host_submit(&h, &getstatus, NULL);
	silent = host_submit(&h, &getstatus, NULL);
	behind = host_submit(&h, &abort_it, NULL);
	last = host_submit(&h, &getstatus, NULL);
	bench_pass(&b, 3600000000);
	assert_true(host_answer(&h, true, &a));
	assert_int_equal(a.seqnum, first);
	assert_false(host_answer(&h, true, &a));
	bench_logged(&b, "1-1 GETSTATUS, 6 bytes: no answer; 2 dfuIDLE\n");
	/* One that has not begun is given up, then the silent one. */
	host_unlink(&h, behind);
	assert_true(host_answer(&h, false, &a));
	assert_int_equal(a.command, UNLINKED);
	assert_int_equal(a.seqnum, h.seqnum);
	assert_int_equal(a.status, -104);
	assert_false(host_answer(&h, true, &a));
	host_unlink(&h, silent);
	assert_true(host_answer(&h, false, &a));
	assert_int_equal(a.status, -104);
	bench_pass(&b, 1000000);
	assert_true(host_answer(&h, true, &a));
	assert_int_equal(a.command, ANSWER);
	assert_int_equal(a.seqnum, last);
	assert_int_equal(a.status, 0);
	/* What has been answered is not given up any more. */
	host_unlink(&h, last);
	assert_true(host_answer(&h, false, &a));
	assert_int_equal(a.command, UNLINKED);
	assert_int_equal(a.status, 0);
	assert_false(host_answer(&h, false, &a));
	host_close(&h);
	buf_free(&a.data);
	bench_close(&b);
}

/* An endpoint that is only described answers nothing, and delays nothing. */
static void
test_other_endpoint(void **state)
{
	static const uint8_t message[48] = { 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0,
	    1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 64 };
	struct answer a = { 0 };
	struct bench b;
	struct host h;

	(void)state;
	bench_open(&b, one);
	host_open(&h, &b);
	host_attach(&h, "1-1");
	host_send(&h, message, sizeof message);
	assert_true(host_ask(&h, &getstatus, NULL, &a));
	assert_int_equal(a.status, 0);
	host_unlink(&h, 0x100);
	assert_true(host_answer(&h, false, &a));
	assert_int_equal(a.status, -104);
	bench_logged(&b, "1-1 endpoint 1");
	host_close(&h);
	buf_free(&a.data);
	bench_close(&b);
}

/* Gone with a request: nothing answers it, and the connection ends. */
static void
test_gone(void **state)
{
	static const char *const specs[] = { "stm32f072,gone=getstatus@2",
	    NULL };
	struct answer a = { 0 };
	struct bench b;
	struct host h;

	(void)state;
	bench_open(&b, specs);
	host_open(&h, &b);
	host_attach(&h, "1-1");
	assert_true(host_ask(&h, &getstatus, NULL, &a));
	assert_false(host_is_cut_off(&h));
	host_submit(&h, &getstatus, NULL);
	assert_true(host_is_cut_off(&h));
	assert_int_equal(h.in.len, 0);
	bench_logged(&b, "GETSTATUS, 6 bytes: disconnected; disconnected");
	host_close(&h);
	assert_int_equal(listed(&b), 0);
	host_open(&h, &b);
	assert_int_equal(host_import(&h, "1-1"), 4);
	host_close(&h);
	bench_command(&b, "plug");
	assert_int_equal(listed(&b), 1);
	buf_free(&a.data);
	bench_close(&b);
}

/* It answers DETACH, leaves, and is another device when it is back. */
static void
test_return(void **state)
{
	static const char *const specs[] = { "dfu11,mode=app,will-detach=1",
	    NULL };
	struct answer a = { 0 };
	struct bench b;
	struct host h;
	uint16_t before;

	(void)state;
	bench_open(&b, specs);
	host_open(&h, &b);
	assert_int_equal(host_import(&h, "1-1"), 0);
	before = product_of(h.in.data + 8);
	buf_reset(&h.in);
	host_submit(&h, &detach, NULL);
	bench_pass(&b, 300);
	assert_true(host_answer(&h, false, &a));
	assert_int_equal(a.status, 0);
	bench_pass(&b, 10000000);
	assert_true(host_is_cut_off(&h));
	host_close(&h);
	assert_int_equal(listed(&b), 1);
	host_open(&h, &b);
	assert_int_equal(host_import(&h, "1-1"), 0);
	assert_int_not_equal(product_of(h.in.data + 8), before);
	host_close(&h);
	buf_free(&a.data);
	bench_close(&b);
}

/* An answer that is due with the leaving is still told, before the end. */
static void
test_last_answer(void **state)
{
	struct answer a = { 0 };
	static const struct setup leave = { 0x21, DFU_DNLOAD, 0, 0, 0 };
	struct bench b;
	struct host h;

	(void)state;
	bench_open(&b, one);
	host_open(&h, &b);
	host_attach(&h, "1-1");
	assert_true(host_ask(&h, &leave, NULL, &a));
	host_submit(&h, &getstatus, NULL);
	bench_pass(&b, 10000000);
	assert_true(host_answer(&h, true, &a));
	assert_int_equal(a.status, 0);
	assert_int_equal(a.data.data[4], 7);
	assert_true(host_is_cut_off(&h));
	host_close(&h);
	buf_free(&a.data);
	bench_close(&b);
}

static uint8_t
state_told(struct host *h)
{
	static const struct setup getstate = { 0xa1, DFU_GETSTATE, 0, 0, 1 };
	struct answer a = { 0 };
	uint8_t state;

	assert_true(host_ask(h, &getstate, NULL, &a));
	assert_int_equal(a.data.len, 1);
	state = a.data.data[0];
	buf_free(&a.data);
	return (state);
}

/* The first enumeration belongs to the plug; one after that is a reset. */
static void
test_reset(void **state)
{
	static const char *const specs[] = { "stm32f072,start=error", NULL };
	struct answer a = { 0 };
	struct bench b;
	struct host h;

	(void)state;
	bench_open(&b, specs);
	host_open(&h, &b);
	host_attach(&h, "1-1");
	assert_true(host_ask(&h, &hub_reset, NULL, &a));
	assert_int_equal(a.actual, 18);
	assert_true(host_ask(&h, &describe, NULL, &a));
	assert_true(host_ask(&h, &configure, NULL, &a));
	assert_int_equal(state_told(&h), 10);
	assert_true(host_ask(&h, &describe, NULL, &a));
	assert_int_equal(state_told(&h), 10);
	buf_reset(&b.log);
	assert_true(host_ask(&h, &hub_reset, NULL, &a));
	assert_int_equal(a.actual, 18);
	bench_logged(&b, "1-1 bus reset: 2 dfuIDLE\n");
	/* A hub asks several times where it must: that is one reset. */
	assert_true(host_ask(&h, &hub_reset, NULL, &a));
	assert_null(strstr(buf_str(&b.log), "bus reset"));
	assert_true(host_ask(&h, &configure, NULL, &a));
	assert_int_equal(state_told(&h), 2);
	host_close(&h);
	buf_free(&a.data);
	bench_close(&b);
}

/* Several at once: none waits for another one's device. */
static void
test_several(void **state)
{
	static const char *const specs[] = { "stm32f072,silent=any@1",
	    "dfu11,latency=5000", "tinyusb", NULL };
	struct answer a = { 0 };
	struct bench b;
	struct host h[3];
	size_t i;

	(void)state;
	bench_open(&b, specs);
	for (i = 0; i < COUNT(h); i++) {
		host_open(&h[i], &b);
		host_attach(&h[i], i == 0 ? "1-1" : i == 1 ? "1-2" : "1-3");
	}
	assert_int_equal(listed(&b), 0);
	for (i = 0; i < COUNT(h); i++)
		host_submit(&h[i], &getstatus, NULL);
	bench_pass(&b, 300);
	assert_false(host_answer(&h[0], true, &a));
	assert_false(host_answer(&h[1], true, &a));
	assert_true(host_answer(&h[2], true, &a));
	bench_pass(&b, 4700);
	assert_false(host_answer(&h[0], true, &a));
	assert_true(host_answer(&h[1], true, &a));
	bench_command(&b, "unplug 1-2");
	assert_true(host_is_cut_off(&h[1]));
	assert_false(host_is_cut_off(&h[0]));
	assert_int_equal(state_told(&h[2]), 2);
	for (i = 0; i < COUNT(h); i++)
		host_close(&h[i]);
	assert_int_equal(listed(&b), 2);
	buf_free(&a.data);
	bench_close(&b);
}

static void
says(struct bench *b, const char *line, const char *text)
{
	const char *answer = bench_command(b, line);

	if (strstr(answer, text) == NULL)
		fail_msg("%s: no \"%s\" in:\n%s", line, text, answer);
}

static void
test_commands(void **state)
{
	static const char *const two[] = { "stm32f072", "dfu11", NULL };
	struct answer a = { 0 };
	struct bench b;
	struct host h;
	size_t i;

	(void)state;
	bench_open(&b, two);
	host_open(&h, &b);
	host_attach(&h, "1-2");
	says(&b, "state", "1-1 stm32f072, 2 dfuIDLE\n"
	    "1-2 dfu11, attached by host, 2 dfuIDLE\n");
	says(&b, "state 1-1", "1-1 stm32f072, 2 dfuIDLE\n");
	assert_true(host_ask(&h, &getstatus, NULL, &a));
	/* Counted from now on, not from the begin. */
	says(&b, "set 1-2 stall=getstatus@2,latency=0", "1-2 dfu11");
	assert_true(host_ask(&h, &getstatus, NULL, &a));
	assert_int_equal(a.status, 0);
	assert_true(host_ask(&h, &getstatus, NULL, &a));
	assert_int_equal(a.status, -32);
	assert_true(host_ask(&h, &getstatus, NULL, &a));
	assert_int_equal(a.status, 0);
	says(&b, "set 1-2 stall=getstatus@0", "stall: invalid value");
	says(&b, "set 1-2 nothing=1", "fault \"nothing\"");
	says(&b, "set 1-2 size=64", "cannot change size now");
	says(&b, "set 1-2 start=error",
	    "cannot change start now");
	says(&b, "set 1-2", "expected NAME=VALUE, not nothing");
	says(&b, "set stuck=1", "expected a device, such as 1-1");
	says(&b, "unplug", "expected a device, such as 1-1, not nothing");
	says(&b, "unplug 1-3; state", "expected a device, such as 1-1, not "
	    "\"1-3\"\n1-1 ");
	says(&b, "hello", "expected a command (help lists them), not ");
	says(&b, "state 1-1 1-2", "expected the end of the command, not "
	    "\"1-2\"\n");
	assert_false(host_is_cut_off(&h));
	says(&b, "unplug 1-2; plug 1-2", "1-2 dfu11, attached by host, "
	    "disconnected\n");
	/* It is another one since, though it is back already. */
	assert_true(host_is_cut_off(&h));
	says(&b, "state 1-2", "1-2 dfu11, ");
	says(&b, "set 1-2 back-after=0; restart 1-2", "1-2 dfu11");
	for (i = 0; i < serve_commands_count; i++)
		says(&b, "help", serve_commands[i].sentence);
	assert_true(serve_command(b.serve, b.now, " # nothing", &b.log));
	assert_false(serve_command(b.serve, b.now, "quit", &b.log));
	host_close(&h);
	buf_free(&a.data);
	bench_close(&b);
}

static void
test_listen(void **state)
{
	static const struct { const char *at; bool open; } good[] = {
		{ "127.0.0.1:0", false }, { "127.1.2.3:0", false },
		{ "0.0.0.0:0", true },
	};
	static const char *const bad[] = { "", ":", "3240", ":3240",
	    "localhost:3240", "127.0.0.1", "127.0.0.1:", "127.0.0.1:http",
	    "127.0.0.1:65536", "127.0.0.1:-1", "[::1:0", "999.0.0.1:0" };
	struct buf where = { 0 }, error = { 0 }, log = { 0 };
	struct serve *s;
	bool open;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(good); i++) {
		s = serve_new(&log);
		buf_reset(&where);
		assert_int_equal(serve_listen(s, good[i].at, &where, &open,
		    &error), CODE_OK);
		assert_int_equal(open, good[i].open);
		/* The port that was chosen, not the one asked for. */
		assert_null(strstr(buf_str(&where), ":0"));
		serve_free(s);
	}
	for (i = 0; i < COUNT(bad); i++) {
		s = serve_new(&log);
		buf_reset(&error);
		if (serve_listen(s, bad[i], &where, &open, &error) !=
		    CODE_USAGE)
			fail_msg("\"%s\" is no error of usage", bad[i]);
		assert_non_null(strstr(buf_str(&error), "--listen: "));
		serve_free(s);
	}
	buf_free(&where);
	buf_free(&error);
}

/* A good address that is not to be had is no error of usage. */
static void
test_taken(void **state)
{
	struct buf log = { 0 }, where = { 0 }, error = { 0 }, again = { 0 };
	struct serve *s = serve_new(&log), *second = serve_new(&log);
	bool open;

	(void)state;
	assert_int_equal(serve_listen(s, "127.0.0.1:0", &where, &open,
	    &error), CODE_OK);
	assert_int_equal(serve_listen(second, buf_str(&where), &again, &open,
	    &error), CODE_NO_DEVICE);
	assert_non_null(strstr(buf_str(&error), buf_str(&where)));
	serve_free(second);
	serve_free(s);
	buf_free(&where);
	buf_free(&error);
	buf_free(&again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_import),
		cmocka_unit_test(test_every_profile),
		cmocka_unit_test(test_trouble),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_other_endpoint),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_return),
		cmocka_unit_test(test_last_answer),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_listen),
		cmocka_unit_test(test_taken),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
