/* SPDX-License-Identifier: ISC */
/*
 * A row says at which requests, works and states it can be so, and is not
 * asked at others: with every row asked at each of its moments, the traces of
 * the tests, and requests that a die has thrown, are found to be the same.
 */
#include "config.h"

#include "tests/findings/play.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diagnosis/finding.h"
#include "wire/usb.h"

/* What a die throws. */
#define RUNS		600
#define REQUESTS	120

struct walk {
	size_t	raised;		/* findings that were compared */
	size_t	wrong;
};

static void
ask_all(const struct sessions *b)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		b->list[i]->findings->unmasked = true;
}

static bool
is_same(const struct finding *a, const struct finding *b)
{
	return (a->row == b->row && a->life == b->life &&
	    a->count == b->count && a->first == b->first &&
	    a->last == b->last && a->at == b->at && a->latest == b->latest &&
	    a->culprit == b->culprit);
}

static void
compare(struct walk *k, const char *name, const struct sessions *masked,
    const struct sessions *asked)
{
	const struct findings *a, *b;
	size_t i, n;

	assert_int_equal(masked->n, asked->n);
	for (n = 0; n < masked->n; n++) {
		a = masked->list[n]->findings;
		b = asked->list[n]->findings;
		k->raised += b->n;
		for (i = 0; i < a->n && i < b->n &&
		    is_same(&a->list[i], &b->list[i]); i++)
			continue;
		if (i == a->n && i == b->n)
			continue;
		print_error("%s: %s, and %s if every row is asked\n", name,
		    i < a->n ? a->list[i].row->id : "nothing",
		    i < b->n ? b->list[i].row->id : "nothing");
		k->wrong++;
	}
}

/* The events of t once more. */
static struct sessions *
play_again(const struct trace *t, bool all)
{
	struct sessions *b = sessions_new(trace_new(), 0);
	size_t i;

	for (i = trace_first(t); i < trace_end(t); i++) {
		sessions_apply(b, trace_get(t, i));
		if (all)
			ask_all(b);
	}
	sessions_finish(b, b->last, false);
	return (b);
}

static void
one_trace(const struct play_trace *t, void *arg)
{
	struct sessions *masked = play_again(t->sessions->trace, false);
	struct sessions *asked = play_again(t->sessions->trace, true);

	compare(arg, t->name, masked, asked);
	sessions_free(masked);
	sessions_free(asked);
}

static void
test_traces(void **state)
{
	struct walk k = { 0 };
	char **paths = play_files();
	size_t i;

	(void)state;
	for (i = 0; paths[i] != NULL; i++) {
		play_file(paths[i], one_trace, &k);
		free(paths[i]);
	}
	free(paths);
	assert_int_equal(k.wrong, 0);
	assert_true(k.raised > 200);
}

/* The same numbers on each machine. */
static unsigned
throw(uint32_t *die, unsigned sides)
{
	*die = *die * 1664525 + 1013904223;
	return ((*die >> 16) % sides);
}

static struct setup
throw_setup(uint32_t *die)
{
	static const struct setup setups[] = {
		{ 0x21, DFU_DETACH, 1000, 0, 0 },
		{ 0x21, DFU_DNLOAD, 2, 0, 64 },
		{ 0x21, DFU_DNLOAD, 0, 0, 5 },
		{ 0x21, DFU_DNLOAD, 0, 0, 1 },
		{ 0x21, DFU_DNLOAD, 0, 0, 0 },
		{ 0xa1, DFU_UPLOAD, 2, 0, 64 },
		{ 0xa1, DFU_UPLOAD, 0, 0, 0 },
		{ 0xa1, DFU_GETSTATUS, 0, 0, 6 },
		{ 0xa1, DFU_GETSTATUS, 0, 0, 6 },
		{ 0xa1, DFU_GETSTATUS, 0, 0, 6 },
		{ 0x21, DFU_CLRSTATUS, 0, 0, 0 },
		{ 0xa1, DFU_GETSTATE, 0, 0, 1 },
		{ 0x21, DFU_ABORT, 0, 0, 0 },
		{ 0x21, 9, 0, 0, 0 },
		{ 0x01, USB_REQ_SET_INTERFACE, 0, 0, 0 },
		{ 0x80, USB_REQ_GET_DESCRIPTOR, 0x301, 0x409, 255 },
	};

	return (setups[throw(die, sizeof(setups) / sizeof(setups[0]))]);
}

/* A command of DfuSe, or bytes. */
static void
throw_data(uint32_t *die, struct event *e, uint8_t *data)
{
	static const uint8_t commands[] = { 0x21, 0x41, 0x92, 0x5a };

	memset(data, 0x5a, 64);
	data[0] = commands[throw(die, sizeof(commands))];
	memcpy(data + 1, (uint8_t[]){ 0, (uint8_t)(throw(die, 4) * 8), 0, 8 },
	    4);
	e->len = e->kept = e->setup.wLength;
	e->data = data;
}

static void
throw_answer(uint32_t *die, const struct setup *setup, struct event *e,
    uint8_t *data)
{
	static const uint8_t waits[] = { 0, 0, 5, 100 };

	e->outcome = (uint8_t)(throw(die, 4) != 0 ? OUTCOME_OK :
	    OUTCOME_OK + throw(die, OUTCOME_COUNT - OUTCOME_OK));
	if (!outcome_is_answer((enum outcome)e->outcome))
		return;
	e->len = setup->wLength;
	if (!setup_is_in(setup))
		return;
	memset(data, 0, 256);
	if (setup->bRequest == DFU_GETSTATUS) {
		data[4] = (uint8_t)throw(die, 13);
		data[0] = data[4] == 10 ? (uint8_t)throw(die, 16) : 0;
		data[1] = waits[throw(die, sizeof(waits))];
	} else if (setup->bRequest == DFU_GETSTATE) {
		data[0] = (uint8_t)throw(die, 12);
	}
	if (throw(die, 8) == 0)
		e->len = e->len / 2;
	e->kept = e->len;
	e->data = data;
}

/* One request, its answer, and what else may happen. */
static void
throw_request(uint32_t *die, struct sessions *b, uint64_t *now,
    uint32_t number)
{
	struct event e = { .dev = 1, .number = number, .kind = EVENT_SUBMIT,
	    .setup = throw_setup(die), .agent = EVENT_BY_OTHER };
	struct setup setup = e.setup;
	uint8_t data[256];

	*now += throw(die, 6) == 0 ? 2500000 : 3000;
	e.time = *now;
	if (!setup_is_in(&setup))
		throw_data(die, &e, data);
	sessions_apply(b, &e);
	e = (struct event){ .dev = 1, .number = number, .time = ++*now,
	    .kind = EVENT_COMPLETE, .agent = EVENT_BY_OTHER };
	throw_answer(die, &setup, &e, data);
	sessions_apply(b, &e);
	if (throw(die, 24) != 0)
		return;
	e = (struct event){ .dev = 1, .time = ++*now,
	    .kind = (uint8_t)(throw(die, 2) ? EVENT_RESET : EVENT_CLOSED),
	    .outcome = OUTCOME_OK };
	sessions_apply(b, &e);
}

static struct sessions *
throw_run(const struct trace *begin, uint32_t die, bool all)
{
	struct sessions *b = sessions_new(trace_new(), 0);
	uint64_t now = 1;
	uint32_t i;

	sessions_apply(b, trace_get(begin, trace_first(begin)));
	if (all)
		ask_all(b);
	now += b->last;
	for (i = 1; i <= REQUESTS; i++)
		throw_request(&die, b, &now, i);
	sessions_finish(b, b->last, false);
	return (b);
}

static void
thrown(const struct play_trace *t, void *arg)
{
	static uint32_t runs;
	const struct event *first = trace_get(t->sessions->trace,
	    trace_first(t->sessions->trace));
	struct sessions *masked, *asked;

	if (first->kind != EVENT_ARRIVED || first->dev != 1 || runs == RUNS)
		return;
	runs++;
	masked = throw_run(t->sessions->trace, runs, false);
	asked = throw_run(t->sessions->trace, runs, true);
	compare(arg, t->name, masked, asked);
	sessions_free(masked);
	sessions_free(asked);
}

static void
test_thrown_requests(void **state)
{
	struct walk k = { 0 };
	char **paths = play_files();
	size_t i;

	(void)state;
	for (i = 0; paths[i] != NULL; i++) {
		play_file(paths[i], thrown, &k);
		free(paths[i]);
	}
	free(paths);
	assert_int_equal(k.wrong, 0);
	assert_true(k.raised > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_traces),
		cmocka_unit_test(test_thrown_requests),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
