/* SPDX-License-Identifier: ISC */
/*
 * One STALL has one culprit: of any request, to any simulated device, in
 * states that requests lead to, not both sides are told to be at fault.
 */
#include "config.h"

#include "tests/findings/replay.h"
#include "tests/loop/rig.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "diagnosis/finding.h"
#include "diagnosis/sessions.h"

#define JOURNAL	"test_culprits.journal"

static const char *const targets[] = { "dfu11", "dfu11,tolerant=0",
	"stm32f072", "stm32f072,rdp=1", "st", "tinyusb", "uboot", "dapboot",
	"mboot", "libopencm3", "blackmagic", "gd32", "zephyr" };

/* What leads to a state, and is asked nothing of. */
static const char *const ways[] = { "getstatus",
	"getstatus; dnload 0 hex:0011223344556677; getstatus; wait; getstatus",
	"getstatus; upload 2 64", "getstatus; upload 0 64; upload 1 16",
	"getstatus; dnload 2 hex:00112233; getstatus" };

static const unsigned blocks[] = { 0, 1, 2, 66 };
static const unsigned lengths[] = { 0, 16, 64, 4096 };
static const char *const others[] = { "dnload 0 hex:2100000008",
	"dnload 1 hex:0011", "dnload 2 hex:0011", "dnload 700 hex:0011",
	"dnload", "clrstatus", "abort", "detach 100", "getstate" };

struct tally {
	const char	*target;
	const char	*script;
	size_t		 blamed;
	size_t		 wrong;
};

static bool
stands(const struct finding *f, enum finding_fault side)
{
	return (f->life != FINDING_WITHDRAWN && f->culprit != 0 &&
	    f->row->severity != SEVERITY_NOTE && f->row->fault == side);
}

/* errVENDOR is of the protection, whatever the length: both are so. */
static bool
are_two(const struct finding *host, const struct finding *device)
{
	return (strcmp(host->row->id, "block-too-long") == 0 &&
	    strcmp(device->row->id, "read-protected") == 0);
}

static void
look(struct tally *y, const struct findings *f)
{
	const struct finding *x, *z;
	size_t i, j;

	for (i = 0; i < f->n; i++) {
		x = &f->list[i];
		if (!stands(x, FINDING_FAULT_HOST))
			continue;
		y->blamed++;
		for (j = 0; j < f->n; j++) {
			z = &f->list[j];
			if (!stands(z, FINDING_FAULT_DEVICE) ||
			    z->culprit != x->culprit || z->row->beside ||
			    are_two(x, z))
				continue;
			print_error("sim:%s: %s: #%u: %s and %s\n",
			    y->target, y->script, x->culprit, x->row->id,
			    z->row->id);
			y->wrong++;
		}
	}
}

static void
run(struct tally *y, const char *target, const char *way, const char *request)
{
	struct buf name = { 0 }, script = { 0 };
	struct replay p = { .n = 0 };
	struct rig r = { .flags = RIG_JSON | RIG_YES, .journal = JOURNAL };
	struct sessions *s = sessions_new(trace_new(), 0);
	size_t i;

	buf_addf(&name, "sim:%s", target);
	buf_addf(&script, "%s; try %s; getstatus", way, request);
	r.targets = buf_str(&name);
	r.script = buf_str(&script);
	y->target = target;
	y->script = r.script;
	unlink(JOURNAL);
	rig_batch(&r);
	replay_read(&p, JOURNAL);
	for (i = 0; i < p.n; i++)
		sessions_apply(s, &p.events[i]);
	sessions_finish(s, s->last, false);
	look(y, s->list[0]->findings);
	sessions_free(s);
	replay_free(&p);
	rig_free(&r);
	buf_free(&name);
	buf_free(&script);
}

static void
each_request(struct tally *y, const char *target, const char *way)
{
	char request[64];
	size_t i, j;

	for (i = 0; i < COUNT(blocks); i++) {
		for (j = 0; j < COUNT(lengths); j++) {
			snprintf(request, sizeof(request), "upload %u %u",
			    blocks[i], lengths[j]);
			run(y, target, way, request);
		}
	}
	for (i = 0; i < COUNT(others); i++)
		run(y, target, way, others[i]);
}

static void
test_one_culprit(void **state)
{
	struct tally y = { 0 };
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(targets); i++) {
		for (j = 0; j < COUNT(ways); j += walk_step(3))
			each_request(&y, targets[i], ways[j]);
	}
	unlink(JOURNAL);
	assert_true(y.blamed > 100);
	assert_int_equal(y.wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_culprit),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
