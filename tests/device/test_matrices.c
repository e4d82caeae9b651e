/*
 * The simulated devices that are modelled on real device software do what that
 * was observed to do, in every state that requests can reach.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/device/matrix.h"

#define FOUR	"00100020"	/* data that an application begins with */

/* How a device is brought into its states. */
struct device {
	const char			*name;
	const char			*spec;
	const struct matrix_cell	*cells;
	const size_t			*count;
	uint16_t			 first;	/* block of a transfer */
	uint16_t			 full;	/* wLength answered in full */
	void				(*fall)(struct rig *);
};

struct test {
	const struct device		*device;
	const struct matrix_cell	*cell;
};

static enum sim_answer
dnload(struct rig *r, uint16_t block, const char *bytes, uint16_t n)
{
	return (rig_request(r, 0x21, DFU_DNLOAD, block, 0, n,
	    (const uint8_t *)bytes));
}

static enum sim_answer
getstatus(struct rig *r)
{
	return (rig_request(r, 0xa1, DFU_GETSTATUS, 0, 0,
	    DFU_GETSTATUS_LENGTH, NULL));
}

/* Past the end of the memory, where the application says errPROG. */
static void
fall_tinyusb(struct rig *r)
{
	dnload(r, 64, "\0\1\2\3", 4);
	getstatus(r);
	r->now += 25000;
	sim_run(r->sim, r->now);
}

/* A transfer that does not begin with block 0: errUNKNOWN. */
static void
fall_uboot(struct rig *r)
{
	dnload(r, 5, "\0\1\2\3", 4);
}

/* As many blocks as fit, and one more: errVERIFY. */
static void
fall_dapboot(struct rig *r)
{
	static const char block[1024];
	unsigned i;

	for (i = 0; i < 64 && sim_state(r->sim) != 10; i++) {
		dnload(r, 0, block, sizeof block);
		getstatus(r);
	}
}

/* To erase what is not there is errVENDOR. */
static void
fall_st(struct rig *r)
{
	dnload(r, 0, "\x41\0\0\0\x10", 5);
	getstatus(r);
}

static const struct device devices[] = {
	{ "tinyusb", "tinyusb,poll=25,finish=60", matrix_tinyusb,
	    &matrix_tinyusb_count, 0, 1024, fall_tinyusb },
	{ "uboot", "uboot,manifest=60", matrix_uboot, &matrix_uboot_count, 0,
	    4096, fall_uboot },
	{ "dapboot", "dapboot,poll=25", matrix_dapboot, &matrix_dapboot_count,
	    0, 64, fall_dapboot },
	{ "st", "st,poll-write=25", matrix_st, &matrix_st_count, 2, 64,
	    fall_st },
};

static void
download(struct rig *r, const struct device *d)
{
	unsigned i;

	dnload(r, d->first, "\x00\x10\x00\x20", 4);
	for (i = 0; i < 3 && sim_state(r->sim) != 5; i++) {
		getstatus(r);
		r->now += 100000;
		sim_run(r->sim, r->now);
	}
}

static void
reach(struct rig *r, const struct device *d, uint8_t state)
{
	switch (state) {
	case 3:
	case 4:
		dnload(r, d->first, "\x00\x10\x00\x20", 4);
		if (state == 4)
			getstatus(r);
		break;
	case 5:
	case 6:
	case 7:
		download(r, d);
		if (state > 5)
			dnload(r, (uint16_t)(d->first + 1), NULL, 0);
		if (state == 7)
			getstatus(r);
		break;
	case 9:
		rig_request(r, 0xa1, DFU_UPLOAD, d->first, 0, d->full, NULL);
		break;
	case 10:
		d->fall(r);
		break;
	default:
		break;
	}
	if (sim_state(r->sim) != state)
		fail_msg("%s: in %d instead of %d", d->name,
		    sim_state(r->sim), state);
}

/* The input of a cell as a step; a transfer goes on with the next block. */
static struct step
input_of(const struct device *d, const struct matrix_cell *c)
{
	static const struct {
		const char	*name;
		struct step	 step;
	} inputs[] = {
		{ "DETACH", { DFU_DETACH, .hex = NULL } },
		{ "DNLOAD", { DFU_DNLOAD, .hex = FOUR } },
		{ "DNLOAD0", { DFU_DNLOAD, .hex = NULL } },
		{ "UPLOAD", { DFU_UPLOAD, .length = 1 } },
		{ "UPLOADS", { DFU_UPLOAD, .length = 1 } },
		{ "UPLOAD0", { DFU_UPLOAD, .length = 0 } },
		{ "GETSTATUS", { DFU_GETSTATUS, .hex = NULL } },
		{ "CLRSTATUS", { DFU_CLRSTATUS, .hex = NULL } },
		{ "GETSTATE", { DFU_GETSTATE, .hex = NULL } },
		{ "ABORT", { DFU_ABORT, .hex = NULL } },
		{ "UNKNOWN", { 7, .hex = NULL } },
		{ "RESET", { STEP_RESET, .hex = NULL } },
		{ "POWER", { STEP_PLUG, .hex = NULL } },
		{ "TIMEOUT", { STEP_WAIT, 1000, .hex = NULL } },
	};
	struct step step;
	size_t i;

	for (i = 0; strcmp(inputs[i].name, c->input) != 0;)
		assert_true(++i < COUNT(inputs));
	step = inputs[i].step;
	if (step.request == DFU_DNLOAD || step.request == DFU_UPLOAD)
		step.value = (uint16_t)(d->first +
		    (c->state == 5 || c->state == 9));
	if (step.length != 0)
		step.length = d->full;
	step.answer = c->answer;
	step.state = c->next;
	step.status = c->status;
	return (step);
}

/* Makes sure that the device has only a short block to give. */
static void
prepare_short(struct rig *r, const struct device *d, uint8_t state,
    struct step *step)
{
	if (strcmp(d->name, "tinyusb") == 0)
		step->value = 4;
	else if (strcmp(d->name, "dapboot") == 0)
		step->length = UINT16_MAX;
	else if (state == 2)
		rig_request(r, 0x01, USB_REQ_SET_INTERFACE, 1, 0, 0, NULL);
	else if (state == 9)
		rig_request(r, 0xa1, DFU_UPLOAD, step->value++, 0, d->full,
		    NULL);
}

static void
check_reply(const struct rig *r, const struct matrix_cell *c)
{
	if (c->says == NOTHING)
		return;
	if (strcmp(c->input, "GETSTATE") == 0) {
		assert_int_equal(r->in.len, 1);
		assert_int_equal(r->in.data[0], c->says);
		return;
	}
	assert_int_equal(r->in.len, DFU_GETSTATUS_LENGTH);
	assert_int_equal(r->in.data[0], c->status == ANY ? 0 : c->status);
	assert_int_equal(r->in.data[1], c->poll);
	assert_int_equal(r->in.data[2] | r->in.data[3], 0);
	assert_int_equal(r->in.data[4], c->says);
}

#define LEAVES_WITHIN	6000	/* us */

static void
test_cell(void **state)
{
	static const struct step unplug = { STEP_UNPLUG, .state = GONE };
	const struct test *t = *state;
	const struct matrix_cell *c = t->cell;
	struct step step = input_of(t->device, c);
	struct rig r;

	rig_open(&r, t->device->spec);
	reach(&r, t->device, c->state);
	if (strcmp(c->input, "UPLOADS") == 0)
		prepare_short(&r, t->device, c->state, &step);
	if (step.request == STEP_PLUG)
		rig_run(&r, &unplug, 1);
	rig_run(&r, &step, 1);
	check_reply(&r, c);
	sim_run(r.sim, r.now + LEAVES_WITHIN);
	assert_int_equal(sim_present(r.sim), !c->leaves && c->next != GONE);
	rig_close(&r);
}

static void
add_tests(const struct device *d, struct CMUnitTest *units,
    struct test *tests)
{
	size_t i;

	for (i = 0; i < *d->count; i++) {
		tests[i] = (struct test){ d, &d->cells[i] };
		units[i] = (struct CMUnitTest){
			.name = mem_printf("test_%s_state_%d_%s", d->name,
			    d->cells[i].state, d->cells[i].input),
			.test_func = test_cell,
			.initial_state = &tests[i],
		};
	}
}

int
main(void)
{
	struct CMUnitTest *units;
	struct test *tests;
	size_t i, n = 0;
	int failed;

	for (i = 0; i < COUNT(devices); i++)
		n += *devices[i].count;
	units = mem_alloc(n * sizeof *units);
	tests = mem_alloc(n * sizeof *tests);
	n = 0;
	for (i = 0; i < COUNT(devices); i++) {
		add_tests(&devices[i], units + n, tests + n);
		n += *devices[i].count;
	}
	failed = _cmocka_run_group_tests("matrices", units, n, NULL, NULL);
	for (i = 0; i < n; i++)
		free((void *)(uintptr_t)units[i].name);
	free(units);
	free(tests);
	return (failed);
}
