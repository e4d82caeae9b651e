/* SPDX-License-Identifier: ISC */
/*
 * A whole operation on every simulated device with every fault there is: it
 * ends in time, with the right code, says in what state the device is, and
 * claims nothing that is not so.
 */
#include "config.h"

#include "tests/loop/claims.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "dfu/spec.h"

#define BYTES		8192
#define LONGEST		2000000000	/* us: of the device's clock */

/* A device, and where in it what goes into it is found. */
struct device {
	const char	*spec;
	const char	*where;
	uint32_t	 address;
	bool		 peeks;		/* its memory can be looked at */
	const char	*upload;	/* a request that it answers */
};

static const struct device devices[] = {
	{ "stm32f072,flash=pattern", "0x08000000", 0x08000000, true,
	    "upload" },
	{ "st,flash=pattern", "0x08003000", 0x08003000, true, "upload" },
	{ "dfu11", "", 0, true, "upload" },
	{ "tinyusb", "", 0, true, "upload" },
	{ "uboot", "", 0, true, "upload" },
	{ "dapboot", "", 0x08002000, true, "upload" },
};
#define DEVICES	(sizeof(devices) / sizeof(devices[0]))

struct frame {
	const struct device	*device;
	const uint8_t		*bytes;
	const uint8_t		*before;
	const char		*file;
	bool			 lies;
	size_t			 good;
	size_t			 bad;
};

static const char *const faults[] = {
	"start=error", "start=manifest", "stuck=1", "stuck=7", "stuck=never",
	"stuck=random,seed=3", "announce=0", "announce=1", "announce=300",
	"announce=59000", "announce=16777215", "watchdog=1", "watchdog=20",
	"watchdog=50", "watchdog=1,back=same", "watchdog=20,back=same",
	"watchdog=20,back=dead", "watchdog=20,back=none",
	"watchdog=20,back=tinyusb", "back=same", "back=dead", "back=none",
	"back=dfu11", "back=same,back-after=4000", "back=same,back-after=1",
	"strings=hostile", "strings=empty", "strings=long",
	"descriptors=cut", "descriptors=seven", "descriptors=zero",
	"descriptors=many", "descriptors=loop", "latency=100000",
};
#define FAULTS	(sizeof(faults) / sizeof(faults[0]))

/* What only some of them know: another says so, and is left out. */
static const char *const own_faults[][2] = {
	{ "stm32f072", "rdp=1" }, { "stm32f072", "rdp=1,back=same" },
	{ "stm32f072", "wrp=0-1" }, { "stm32f072", "wrp=2-3" },
	{ "stm32f072", "poll-erase=0,poll-write=0,poll-address=0" },
	{ "stm32f072", "poll-erase=39000" },
	{ "stm32f072", "poll-manifest=5000,stuck=3" },
	{ "st", "wrp=12-12" }, { "st", "wrp=15-16" },
	{ "st", "poll-erase=0,poll-write=0" },
	{ "dfu11", "tolerant=0" }, { "dfu11", "tolerant=0,back=dead" },
	{ "dfu11", "tolerant=0,will-detach=1" },
	{ "dfu11", "tolerant=0,will-detach=1,back=none" },
	{ "dfu11", "tolerant=0,will-detach=1,stuck=never" },
	{ "dfu11", "can-dnload=0" }, { "dfu11", "can-upload=0" },
	{ "dfu11", "busy=reply" }, { "dfu11", "busy=reply,poll=0" },
	{ "dfu11", "want=any" }, { "dfu11", "want=4096" },
	{ "dfu11", "want=99999" }, { "dfu11", "firmware=corrupt" },
	{ "dfu11", "manifest=30000" }, { "dfu11", "mode=app" },
	{ "dfu11", "size=8" }, { "dfu11", "size=65535" },
	{ "tinyusb", "tolerant=0" }, { "tinyusb", "finish=never" },
	{ "tinyusb", "finish=2000" }, { "tinyusb", "poll=500" },
	{ "uboot", "write=30" }, { "uboot", "write=6000" },
	{ "uboot", "manifest=700" }, { "dapboot", "poll=500" },
};
#define OWN	(sizeof(own_faults) / sizeof(own_faults[0]))

static const char *const requests[] = { "getstatus", "dnload", "upload",
    "abort", "clrstatus", "getstate", "any" };
static const char *const breaks[] = { "silent", "stall", "gone", "buserror",
    "short", "babble" };

/* "the device is in dfuIDLE (#7)": so it is, by its own knowledge. */
static void
check_state(const struct trial *t, const char *text)
{
	static const char lead[] = "the device is in ";
	const char *p = strstr(text, lead), *name;

	if (p == NULL || !sim_present(t->sim))
		return;
	p += sizeof(lead) - 1;
	name = dfu_state_name((uint8_t)sim_state(t->sim));
	if (strncmp(p, "an unknown state", 16) == 0 ||
	    strncmp(p, "run-time mode", 13) == 0)
		return;
	if (strncmp(p, name, strlen(name)) != 0)
		fail_msg("%s: it is in %s, not as said: %s", t->target, name,
		    text);
}

/* A failed end of a device that is there names a state, in some words. */
static bool
says_state(const char *text)
{
	return (strstr(text, "the device is in ") != NULL ||
	    strstr(text, "dfu") != NULL || strstr(text, "run-time mode") !=
	    NULL || strstr(text, "disconnected") != NULL);
}

static void
check_end(struct frame *c, struct trial *t, const char *command)
{
	const char *text = buf_str(&t->texts[0]);
	struct claims claims = { c->device->address, c->bytes, BYTES,
	    c->before };
	/* What was sent till then was to find out whether it may begin. */
	bool before = t->sent == 0 ||
	    strstr(text, "the dialect is undecided") != NULL;

	if (t->results != 1 || *text == '\0')
		fail_msg("%s: %s: %zu results, \"%s\"", t->target, command,
		    t->results, text);
	/* --yes waits for what nobody would. */
	if (t->longest > LONGEST && strstr(t->target, "16777215") == NULL)
		fail_msg("%s: took %llu us: %s", t->target,
		    (unsigned long long)t->longest, text);
	if (t->codes[0] != 0 && t->codes[0] != 74 && t->codes[0] != 76 &&
	    !(before && (t->codes[0] == 64 || t->codes[0] == 65)))
		fail_msg("%s: code %d: %s", t->target, t->codes[0], text);
	c->good += t->codes[0] == 0;
	c->bad += t->codes[0] != 0;
	/* Another device than the one that was written may be there now. */
	if (t->codes[0] == 0 && strstr(text, "verified") != NULL &&
	    !c->lies && strstr(t->target, "back=dfu11") == NULL &&
	    !trial_same(t, c->device->address, c->bytes, BYTES))
		fail_msg("%s: not verified: %s", t->target, text);
	if (t->codes[0] == 0 && strstr(text, "verified") == NULL &&
	    strstr(text, "not read back") == NULL)
		fail_msg("%s: does not say that it was not read: %s",
		    t->target, text);
	if (t->codes[0] != 0 && !before && sim_present(t->sim) &&
	    !says_state(text))
		fail_msg("%s: no state: %s", t->target, text);
	check_state(t, text);
	/* One that lies about blocks or pages takes them where it likes. */
	if (c->before != NULL && (!c->lies || t->codes[0] == 0))
		claims_check(t, &claims, text);
}

static void
try_one(struct frame *c, const char *fault, const char *words)
{
	char *target = mem_printf("sim:%s,%s", c->device->spec, fault);
	char *command = mem_printf("flash %s %s %s", c->file,
	    c->device->where, words);
	struct trial t = { .target = target, .commands = { command } };

	trial_run(&t);
	if (getenv("FAULTS_SHOW") != NULL)
		printf("%-50s %-7s %2d %s\n", target, words, t.codes[0],
		    buf_str(&t.texts[0]));
	check_end(c, &t, command);
	trial_free(&t);
	free(command);
	free(target);
}

static void
try_all_words(struct frame *c, const char *fault)
{
	try_one(c, fault, "verify");
	try_one(c, fault, "leave");
	try_one(c, fault, "verify leave max 20");
}

static void
on_each_device(void (*run)(struct frame *c), size_t good, size_t bad)
{
	struct frame c = { 0 };
	uint8_t *bytes, *before;
	char *file = trial_file(BYTES, 31, &bytes);
	size_t i;

	c.file = file;
	c.bytes = bytes;
	for (i = 0; i < DEVICES; i++) {
		c.device = &devices[i];
		before = c.device->where[0] == '\0' ? NULL :
		    claims_before(c.device->spec, c.device->address, BYTES);
		c.before = before;
		run(&c);
		free(before);
	}
	/* It cannot all fail, nor all succeed. */
	if (c.good < good || c.bad < bad)
		fail_msg("%zu good, %zu bad", c.good, c.bad);
	unlink(file);
	free(file);
	free(bytes);
}

static void
run_faults(struct frame *c)
{
	size_t i, n = strcspn(c->device->spec, ",");

	for (i = 0; i < FAULTS; i++)
		try_all_words(c, faults[i]);
	for (i = 0; i < OWN; i++)
		if (strlen(own_faults[i][0]) == n &&
		    memcmp(own_faults[i][0], c->device->spec, n) == 0)
			try_all_words(c, own_faults[i][1]);
}

static void
run_wrongs(struct frame *c)
{
	char *fault;
	size_t i;

	for (i = 0; i < sim_wrongs_count; i++) {
		fault = mem_printf("wrong=%s", sim_wrongs[i].name);
		c->lies = strncmp(sim_wrongs[i].name, "size-", 5) == 0 ||
		    strncmp(sim_wrongs[i].name, "functional-", 11) == 0 ||
		    strncmp(sim_wrongs[i].name, "layout-", 7) == 0;
		try_one(c, fault, "verify");
		free(fault);
	}
}

static void
run_requests(struct frame *c)
{
	size_t i, j;
	unsigned n;
	char *fault;

	for (i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
		for (j = 0; j < sizeof(requests) / sizeof(requests[0]); j++) {
			for (n = 1; n <= 14; n++) {
				fault = mem_printf("%s=%s@%u", breaks[i],
				    requests[j], n);
				try_one(c, fault, n % 2 == 0 ? "verify" :
				    "verify leave");
				free(fault);
			}
		}
	}
}

static void
run_chaos(struct frame *c)
{
	unsigned seed;
	char *fault;

	for (seed = 1; seed <= 60; seed++) {
		fault = mem_printf("chaos=%u,seed=%u", seed % 12, seed);
		try_one(c, fault, seed % 2 == 0 ? "verify" : "leave");
		free(fault);
	}
}

static void
every_fault(void **state)
{
	(void)state;
	on_each_device(run_faults, 100, 100);
}

static void
every_wrong_descriptor(void **state)
{
	(void)state;
	on_each_device(run_wrongs, 100, 20);
}

static void
every_request(void **state)
{
	(void)state;
	on_each_device(run_requests, 500, 200);
}

static void
every_kind_of_chaos(void **state)
{
	(void)state;
	on_each_device(run_chaos, 40, 40);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault),
		cmocka_unit_test(every_wrong_descriptor),
		cmocka_unit_test(every_request),
		cmocka_unit_test(every_kind_of_chaos),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
