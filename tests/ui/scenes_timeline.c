/* SPDX-License-Identifier: ISC */
/*
 * Five devices that stall, each in its own way, seen over time: "scope-stuck"
 * and "ladder-stuck" are the same session.
 */
#include "tests/ui/harness.h"

#include <string.h>

#include "dfu/spec.h"
#include "wire/usb.h"

static void
erase(struct harness *st, uint32_t poll)
{
	static const uint8_t page[] = { 0x41, 0, 0, 0, 8 };

	harness_arrive(st, &harness_stm32);
	harness_state(st, 3100000, DFU_STATE_IDLE);
	harness_ask(st, 800, DFU_DNLOAD, 0, page, sizeof(page));
	harness_answer(st, 300, OUTCOME_OK, NULL, sizeof(page));
	harness_status(st, 400, 0, poll, DFU_STATE_DNBUSY);
}

/* Told dfuMANIFEST once, and not asked again. */
static void
stuck(struct harness *st)
{
	erase(st, 104);
	harness_status(st, 105000, 0, 0, DFU_STATE_DNLOAD_IDLE);
	harness_ask(st, 900, DFU_DNLOAD, 2, NULL, 0);
	harness_answer(st, 300, OUTCOME_OK, NULL, 0);
	harness_status(st, 700, 0, 0, DFU_STATE_MANIFEST);
	st->now += 12400000;
}

/* Announces 100 ms, and is busy after each of them. */
static void
overdue(struct harness *st)
{
	int i;

	erase(st, 100);
	for (i = 0; i < 7; i++)
		harness_status(st, 140000, 0, 100, DFU_STATE_DNBUSY);
	st->now += 300000;
}

/* A block that is refused: the error is read, and stays. */
static void
refused(struct harness *st)
{
	harness_arrive(st, &harness_dfu11);
	harness_status(st, 2000000, 0, 0, DFU_STATE_IDLE);
	harness_ask(st, 5000, DFU_DNLOAD, 0, "\1\2\3\4\5\6\7", 7);
	harness_answer(st, 300, OUTCOME_OK, NULL, 7);
	harness_status(st, 400, 0, 5, DFU_STATE_DNBUSY);
	harness_status(st, 5200, 0, 0, DFU_STATE_DNLOAD_IDLE);
	harness_ask(st, 900, DFU_DNLOAD, 1, "\1\2\3\4\5\6\7", 7);
	harness_answer(st, 300, OUTCOME_STALL, NULL, 0);
	harness_status(st, 1400, DFU_STATUS_ERR_FIRMWARE, 0, DFU_STATE_ERROR);
	st->now += 4600000;
}

/* Answers no more, first to one request, then to another. */
static void
silent(struct harness *st)
{
	erase(st, 104);
	harness_ask(st, 105000, DFU_GETSTATUS, 0, NULL, 0);
	harness_answer(st, 5000000, OUTCOME_TIMEOUT, NULL, 0);
	harness_ask(st, 200000, DFU_GETSTATE, 0, NULL, 0);
	st->now += 2400000;
}

/* Falls off the bus in the middle of a download. */
static void
vanished(struct harness *st)
{
	erase(st, 104);
	harness_status(st, 105000, 0, 0, DFU_STATE_DNLOAD_IDLE);
	harness_ask(st, 900, DFU_DNLOAD, 2, "\1\2\3\4\5\6\7", 7);
	harness_answer(st, 900, OUTCOME_BUSERROR, NULL, 0);
	harness_leave(st, 100000);
	st->now += 3200000;
}

static void
block(struct harness *st, uint16_t number, uint32_t wait)
{
	harness_ask(st, 900, DFU_DNLOAD, number, "\1\2\3\4\5\6\7", 7);
	harness_answer(st, 300, OUTCOME_OK, NULL, 7);
	harness_status(st, 400, 0, wait, DFU_STATE_DNBUSY);
	harness_status(st, (uint64_t)wait * 1000 + 200, 0, 0,
	    DFU_STATE_DNLOAD_IDLE);
}

/* A download of many blocks; one of them, in the middle, takes long. */
static void
many(struct harness *st)
{
	uint16_t i;

	erase(st, 104);
	harness_status(st, 105000, 0, 0, DFU_STATE_DNLOAD_IDLE);
	for (i = 2; i < 200; i++)
		block(st, i, i == 100 ? 150 : 12);
	st->now += 1000;
}

static const struct {
	const char	*name;
	void		(*make)(struct harness *);
} cases[] = {
	{ "stuck", stuck }, { "overdue", overdue }, { "refused", refused },
	{ "silent", silent }, { "vanished", vanished },
	{ "many", many }
};

bool
harness_scene_timeline(struct harness *st, const char *name)
{
	bool timeline = strncmp(name, "scope-", 6) == 0;
	size_t i;

	if (!timeline && strncmp(name, "ladder-", 7) != 0)
		return (false);
	name += timeline ? 6 : 7;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (strcmp(cases[i].name, name) != 0)
			continue;
		cases[i].make(st);
		st->view.screen = timeline ? SCREEN_TIMELINE : SCREEN_SEQUENCE;
		st->view.sequence.zoom = SEQUENCE_REQUESTS;
		return (true);
	}
	return (false);
}
