/* SPDX-License-Identifier: ISC */
/*
 * The scenes of a device that may speak DfuSe or plain DFU: its version says
 * plain, the name of its alternate setting is a memory layout. A job of the
 * real runner asks; the test answers for the device.
 */
#include "tests/dfu/check.h"
#include "tests/ui/harness.h"

#include <string.h>

#include "command/command.h"
#include "dfu/spec.h"

static const struct harness_device undecided = {
	.place = "1-1.2", .product = "Board in DFU mode",
	.name = "@Internal Flash  /0x08000000/64*0002Kg", .attributes = 0x07,
	.protocol = 2, .version = DFU_VERSION_11, .serial = "FFFFFFFEFFFF",
};

/* What a device answers to UPLOAD of block 0. */
struct contents {
	uint8_t		bytes[16];
	uint32_t	n;
};
static const struct contents commands = { { 0x00, 0x21, 0x41, 0x92 }, 4 };
static const struct contents blank = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, 16 };

/* As the loop does: the session first, then the runner. */
static void
happen(struct harness *st, struct event e)
{
	struct sessions *sessions = st->app.sessions;

	e.dev = st->dev;
	e.time = st->now;
	sessions_apply(sessions, &e);
	runner_event(&st->runner, sessions->list[0], &e);
}

/* The request crosses, and is answered after 0.4 ms. */
static void
cross(struct harness *st, const struct xfer *x, const struct contents *answer)
{
	struct event sent = { .kind = EVENT_SUBMIT, .number = ++st->number,
	    .setup = x->setup, .timeout = x->timeout };
	struct event got = { .kind = EVENT_COMPLETE, .number = st->number,
	    .outcome = OUTCOME_OK };

	if (!setup_is_in(&x->setup)) {
		sent.data = x->data;
		sent.len = sent.kept = got.len = x->setup.wLength;
	} else {
		got.data = answer->bytes;
		got.len = got.kept = answer->n;
		got.outcome = OUTCOME_SHORT;
	}
	happen(st, sent);
	st->now += 400;
	happen(st, got);
	st->now += 100;
}

/* All that the runner wishes, until it waits for somebody. */
static void
turn(struct harness *st, const struct contents *answer)
{
	struct effect e;
	uint64_t until;

	while (runner_next(&st->runner, st->app.sessions->list[0], st->now,
	    &e, &until)) {
		switch (e.kind) {
		case EFFECT_OPEN:
			happen(st, (struct event){ .kind = EVENT_OPENED,
			    .outcome = OUTCOME_OK });
			break;
		case EFFECT_SUBMIT:
			cross(st, &e.xfer, answer);
			break;
		case EFFECT_NONE:
		case EFFECT_CANCEL:
		case EFFECT_RESET:
		case EFFECT_CLOSE:
		case EFFECT_READ_FILE:
		case EFFECT_WRITE_FILE:
		case EFFECT_ASK:
		case EFFECT_ACT:
			fail_msg("a wish that is none of these");
		}
	}
}

static void
scene_undecided(struct harness *st)
{
	harness_arrive(st, &undecided);
	harness_state(st, 3100000, DFU_STATE_IDLE);
	st->now += 1000000;
}

static void
scene_question(struct harness *st)
{
	struct buf error = { 0 };
	struct job *j = command_compile("set-address 0x08000000", &error,
	    NULL);

	assert_non_null(j);
	scene_undecided(st);
	st->runner.policy.interactive = true;
	runner_start(&st->runner, j, true);
	turn(st, &blank);
}

/* After q: the device tells its commands, and set-address is sent. */
static void
scene_decided(struct harness *st)
{
	scene_question(st);
	assert_true(runner_query(&st->runner));
	turn(st, &commands);
	assert_null(st->runner.question);
}

/* After q: what was read could be firmware; the question is asked again. */
static void
scene_untold(struct harness *st)
{
	scene_question(st);
	assert_true(runner_query(&st->runner));
	turn(st, &blank);
	assert_non_null(st->runner.question);
}

bool
harness_scene_dialect(struct harness *st, const char *name)
{
	static const struct {
		const char	*name;
		void		(*make)(struct harness *st);
	} scenes[] = {
		{ "dialect-undecided", scene_undecided },
		{ "dialect-question", scene_question },
		{ "dialect-decided", scene_decided },
		{ "dialect-untold", scene_untold },
	};
	size_t i;

	for (i = 0; i < COUNT(scenes); i++) {
		if (strcmp(scenes[i].name, name) != 0)
			continue;
		scenes[i].make(st);
		return (true);
	}
	return (false);
}
