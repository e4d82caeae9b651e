/*
 * The lessons, taken by a pupil who always gives the same answer: every step
 * can be got through, the device decides, and the right answer is among those
 * offered.
 */
#include "tests/loop/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dfu/spec.h"
#include "lesson/lesson.h"

struct pupil {
	struct frontend		 frontend;
	struct lesson_run	 run;
	unsigned		 digit;		/* the answer it gives */
	unsigned		 states;	/* seen, as bits */
	unsigned		 requests;
	struct buf		 log;
};

static size_t
pupil_pollfds(struct frontend *frontend, struct pollfd *fds, size_t max)
{
	(void)frontend;
	(void)fds;
	(void)max;
	return (0);
}

static uint64_t
pupil_deadline(
    const struct frontend *frontend, const struct app *d, uint64_t now)
{
	(void)frontend;
	(void)d;
	(void)now;
	return (FRONTEND_NEVER);
}

/* What a terminal of 80x24 has for a lesson. */
#define ROWS	7
#define COLS	76

/* Rows that a text takes, broken at blanks. */
static unsigned
rows_of(const char *text)
{
	unsigned rows = 1, col = 0;
	size_t n;

	for (; *text != '\0'; text += n) {
		n = strcspn(text, " \n");
		if (col + n > COLS) {
			rows++;
			col = 0;
		}
		col += (unsigned)n + 1;
		if (text[n] == '\n' && text[n + 1] != '\0') {
			rows++;
			col = 0;
		}
		n += text[n] != '\0';
	}
	return (rows);
}

/* Text, what is sent, the question, the choices. */
static void
check_fits(const struct lesson *l)
{
	const struct lesson_step *s;
	unsigned rows, width;
	size_t i, k;

	for (i = 0; i < l->nsteps; i++) {
		s = &l->steps[i];
		rows = rows_of(s->text) + (s->ask != LESSON_READ) + 1;
		if (s->send != NULL)
			rows += rows_of(s->send);
		for (k = 0, width = 0; k < s->nchoices; k++)
			width += (unsigned)strlen(s->choices[k]) + 5;
		rows += width > COLS + 3;
		if (rows > ROWS)
			fail_msg("%s, step %zu takes %u rows", l->id, i + 1,
			    rows);
	}
}

/* The truth is one of the choices, or the question is a trap. */
static void
check_told(struct pupil *p)
{
	const struct lesson_step *s = &p->run.lesson->steps[p->run.step];
	bool among = s->ask != LESSON_STATE;
	size_t i;

	buf_addf(&p->log, "%zu %s\n", p->run.step + 1,
	    buf_str(&p->run.told));
	if (rows_of(buf_str(&p->run.told)) + 1 > ROWS)
		fail_msg("%s, step %zu says too much: %s", p->run.lesson->id,
		    p->run.step + 1, buf_str(&p->run.told));
	for (i = 0; i < s->nchoices && s->ask == LESSON_STATE; i++)
		among = among || s->states[i] == p->run.truth;
	if (s->ask == LESSON_ANSWER)
		for (i = 0, among = p->run.right; i < s->nchoices; i++)
			among = among || strstr(buf_str(&p->run.told),
			    s->choices[i]) != NULL;
	if (!among)
		fail_msg("%s, step %zu: the answer is no choice: %s",
		    p->run.lesson->id, p->run.step + 1,
		    buf_str(&p->run.told));
	assert_int_equal(p->run.right, (s->ask == LESSON_STATE ||
	    s->ask == LESSON_ANSWER) && strncmp(buf_str(&p->run.told),
	    "Right", 5) == 0);
}

static const char *
pupil_command(struct frontend *frontend, const struct app *d, uint64_t now,
    bool *by_key)
{
	struct pupil *p = (struct pupil *)frontend;
	const char *line;
	unsigned digit;

	(void)now;
	(void)by_key;
	if (d->truth >= 0 && d->truth < 32)
		p->states |= 1u << d->truth;
	for (;;) {
		line = lesson_turn(&p->run, d);
		if (line != NULL)
			return (line);
		if (p->run.step == p->run.lesson->nsteps)
			return ("quit");
		if (p->run.phase == LESSON_TELLS)
			check_told(p);
		else if (p->run.phase != LESSON_ASKS ||
		    d->sessions->n <
		    p->run.lesson->ndevices)
			return (NULL);
		digit = p->digit;
		while (lesson_choice(&p->run, digit) == NULL)
			digit--;
		assert_false(lesson_press(&p->run, 9));
		assert_true(lesson_press(&p->run, digit));
	}
}

static void
pupil_event(
    struct frontend *frontend, const struct app *d, const struct event *e)
{
	struct pupil *p = (struct pupil *)frontend;

	(void)d;
	if (e->kind == EVENT_SUBMIT && dfu_request_of(&e->setup) != NULL)
		p->requests |= 1u << e->setup.bRequest;
}

static const struct frontend_ops pupil_ops = {
	.pollfds = pupil_pollfds,
	.deadline = pupil_deadline,
	.command = pupil_command,
	.event = pupil_event,
};

static void
take(struct pupil *p, const struct lesson *l, size_t resume)
{
	struct loop_config config = { .virtual = true, .policy = {
	    .yes = true, .interactive = true } };
	struct dev_numbers numbers = { 0 };
	struct transport **open;
	struct buf error = { 0 };
	struct loop *loop;
	size_t i;

	p->frontend.ops = &pupil_ops;
	open = mem_array(NULL, l->ndevices, sizeof(*open));
	for (i = 0; i < l->ndevices; i++) {
		open[i] = transport_open(l->devices[i], &numbers, &error);
		if (open[i] == NULL)
			fail_msg("%s: %s", l->id, buf_str(&error));
	}
	loop = loop_new(&config, open, l->ndevices, &error);
	lesson_begin(&p->run, l, resume);
	assert_int_equal(loop_run(loop, &p->frontend, &error), 0);
	if (p->run.step != l->nsteps)
		fail_msg("%s ends in step %zu: %s", l->id, p->run.step + 1,
		    buf_str(&loop_app(loop)->message));
	loop_free(loop);
	lesson_end(&p->run);
}

/* All states and all requests occur; each step can be answered. */
static void
test_all(void **state)
{
	unsigned states = 0, requests = 0;
	struct buf error = { 0 };
	struct lesson l;
	size_t i;

	(void)state;
	assert_true(lesson_texts_count >= 3);
	for (i = 0; i < lesson_texts_count; i++) {
		struct pupil p = { .digit = 1 };

		if (!lesson_parse(&l, lesson_texts[i].text, &error))
			fail_msg("lesson %zu: %s", i + 1, buf_str(&error));
		check_fits(&l);
		take(&p, &l, 0);
		if (getenv("LESSON_LOG") != NULL)
			fprintf(stderr, "%s\n%s\n", l.id,
			    buf_str(&p.log));
		states |= p.states;
		requests |= p.requests;
		buf_free(&p.log);
		lesson_free(&l);
	}
	assert_int_equal(states & 0x7ff, 0x7ff);
	assert_int_equal(requests, 0x7f);
}

/* The ways told of are those one would take. */
static void
check_ways(const char *told)
{
	static const char *const odd[] = {
	    "way there: DETACH in appDETACH", "way there: other", ". one",
	    ". the ",
	    "dfuIDLE: one way there: UPLOAD",
	    "way there: bus reset in dfuERROR",
	    /* The rows of these cells differ by what the device is. */
	    "GETSTATUS in dfuMANIFEST-SYNC (A.2.7).",
	    "GETSTATUS in dfuDNLOAD-SYNC (A.2.4)." };
	size_t i;

	for (i = 0; i < COUNT(odd); i++)
		if (strstr(told, odd[i]) != NULL)
			fail_msg("%s:\n%s", odd[i], told);
}

/* Whatever is answered, the device does the same. */
static void
test_answers_change_nothing(void **state)
{
	struct buf error = { 0 };
	struct lesson l;
	size_t i;
	unsigned digit;

	(void)state;
	for (i = 0; i < lesson_texts_count; i++) {
		assert_true(lesson_parse(&l, lesson_texts[i].text, &error));
		for (digit = 2; digit <= LESSON_CHOICES; digit++) {
			struct pupil p = { .digit = digit };

			take(&p, &l, 0);
			assert_true(p.run.asked > p.run.rights);
			if (getenv("LESSON_LOG") != NULL)
				fprintf(stderr, "%s\n%s\n", l.id,
				    buf_str(&p.log));
			check_ways(buf_str(&p.log));
			buf_free(&p.log);
		}
		lesson_free(&l);
	}
}

/* From any step on: what came before is done first. */
static void
test_resume(void **state)
{
	struct buf error = { 0 };
	struct lesson l;
	size_t i, step;

	(void)state;
	for (i = 0; i < lesson_texts_count; i++) {
		assert_true(lesson_parse(&l, lesson_texts[i].text, &error));
		for (step = 1; step < l.nsteps; step++) {
			struct pupil p = { .digit = 1 };

			take(&p, &l, step);
			buf_free(&p.log);
		}
		lesson_free(&l);
	}
}

static void
test_parse_errors(void **state)
{
	static const struct {
		const char *text;
		const char *error;
	} rows[] = {
		{ "", "the lesson has no line \"lesson ID\"" },
		{ "lesson a\ntitle b\ndevice c sim:dfu11\nstep\n",
		    "line 4: step 1 lacks a text" },
		{ "text a\n", "line 1: it stands in a step: text" },
		{ "step\ntitle b\n",
		    "line 2: it stands before the first step: title" },
		{ "frobnicate\n", "line 1: no such word: frobnicate" },
		{ "device a\n", "line 1: device takes a name and a target: "
		    "a" },
		{ "device a usb\n", "line 1: lessons are on simulated "
		    "devices: the target begins with \"sim:\": usb" },
		{ "step\non b\n", "line 2: no such device: b" },
		{ "step\nsend frobnicate\n", "line 2: unknown command "
		    "\"frobnicate\": frobnicate" },
		{ "step\nsend abort\nsend abort\n",
		    "line 3: once a step: abort" },
		{ "step\nask time\n", "line 2: ask takes one of state "
		    "answer move address ms bytes one side: time" },
		{ "step\nask state\nask state\n",
		    "line 3: asks twice: state" },
		{ "step\nchoice dfuIDLE\n",
		    "line 2: no choice for what is asked: dfuIDLE" },
		{ "step\nask state\nchoice nowhere\n",
		    "line 3: no choice for what is asked: nowhere" },
		{ "step\nask answer\nchoice dfuIDLE\n",
		    "line 3: no choice for what is asked: dfuIDLE" },
		{ "step\nask state\nchoice dfuIDLE\nchoice dfuIDLE\n",
		    "line 4: twice the same choice: dfuIDLE" },
		{ "step\nask state\nright dfuIDLE\n",
		    "line 3: here the device decides what is right: "
		    "dfuIDLE" },
		{ "step\nask side\nright me\n", "line 3: right takes host, "
		    "device, bus or nobody: me" },
		{ "step\nask ms\nright soon\n",
		    "line 3: right takes a number here: soon" },
		{ "step\nwhy dfuIDLE no\n", "line 2: why stands behind ask "
		    "and its choices: dfuIDLE no" },
		{ "step\nask move\nwhy nowhere no\n", "line 3: why begins "
		    "with no answer to what is asked: nowhere no" },
		{ "step\nask move\nwhy dfuIDLE\n",
		    "line 3: why has no text: dfuIDLE" },
		{ "step\nask move\nwhy silent a\nwhy no answer b\n",
		    "line 4: twice a why for the same answer: no answer b" },
		{ "step\nhint a\nhint b\nhint c\nhint d\n",
		    "line 5: a step has three hints at most: d" },
		{ "step\nrule six\n", "line 2: a rule is a letter and a "
		    "number, as R6: six" },
		{ "step\npar 0\n",
		    "line 2: a number from 1 to 1000 is wanted: 0" },
		{ "step\nreview 10\n",
		    "line 2: a number from 1 to 9 is wanted: 10" },
		{ "step\nquiet please\n",
		    "line 2: it stands alone: please" },
		{ "step\ngoal state nowhere\n",
		    "line 2: no such state: \"nowhere\"" },
		{ "step\ngoal request frobnicate\n",
		    "line 2: no such request: \"frobnicate\"" },
		{ "step\ngoal request upload 70000\n", "line 2: expected a "
		    "block number, not \"70000\"" },
		{ "step\ngoal gone soon\n",
		    "line 2: not understood in a goal: \"soon\"" },
		{ "step\nask move\ngoal gone\n",
		    "line 3: a step asks or has a goal: gone" },
		{ "step\nforbid abort frobnicate\n", "line 2: forbid takes "
		    "requests, or reset: frobnicate" },
		{ "step\ntext a\ngoal gone\n",
		    "line 1: step 1 lacks a solution for its goal" },
		{ "step\ntext a\nask one\nchoice a\nchoice b\n",
		    "line 1: step 1 lacks the right answer" },
		{ "step\ntext a\nask bytes\n", "line 1: step 1 lacks "
		    "something to send, or the right answer" },
		{ "step\nreach nowhere\n", "line 2: no such state: nowhere" },
	};
	struct buf error = { 0 };
	struct lesson l;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		if (lesson_parse(&l, rows[i].text, &error))
			fail_msg("no error: %s", rows[i].text);
		assert_string_equal(buf_str(&error), rows[i].error);
		buf_reset(&error);
	}
	buf_free(&error);
}

/* Each word says what it says; old names of answers are the same answers. */
static void
test_parse(void **state)
{
	static const char text[] = "lesson a\ntitle b\nrequires c\n"
	    "device d sim:dfu11\ncard R1 all\nstep\nbegin dnload 0 hex:00\n"
	    "text e\nask move\nsend getstatus\nrule R3\nwhy dnbusy not yet\n"
	    "why silent it speaks\nhint f\nhint g\nreview 3\nquiet\ntry\n"
	    "export\nstep\ntext h\nask one\nchoice i\nright i j\n"
	    "why i too short\nstep\ntext k\ngoal state idle in 4\n"
	    "goal request upload 2\ngoal status errTARGET\n"
	    "forbid abort reset\npar 2\nsolution upload 0 4; abort\n"
	    "step\ntext l\nreach gone\nsolution detach\n";
	struct buf error = { 0 };
	struct lesson_step *s;
	struct lesson l;

	(void)state;
	if (!lesson_parse(&l, text, &error))
		fail_msg("%s", buf_str(&error));
	assert_string_equal(l.requires, "c");
	assert_int_equal(l.ncards, 1);
	s = &l.steps[0];
	assert_string_equal(s->begin, "dnload 0 hex:00");
	assert_int_equal(s->ask, LESSON_MOVE);
	assert_string_equal(lesson_why(s, "dfuDNBUSY"), "not yet");
	assert_string_equal(lesson_why(s, "no answer"), "it speaks");
	assert_null(lesson_why(s, "STALL"));
	assert_string_equal(s->rule, "R3");
	assert_int_equal(s->nhints, 2);
	assert_int_equal(s->review, 3);
	assert_true(s->quiet && s->try && s->exports);
	s = &l.steps[1];
	assert_int_equal(s->nchoices, 2);
	assert_string_equal(s->right, "i j");
	assert_string_equal(lesson_why(s, "i"), "too short");
	s = &l.steps[2];
	assert_int_equal(s->ngoals, 3);
	assert_int_equal(s->goals[0].value, DFU_STATE_IDLE);
	assert_int_equal(s->goals[0].within, 4);
	assert_int_equal(s->goals[1].block, 2);
	assert_int_equal(s->goals[2].condition.kind, CONDITION_STATUS);
	assert_int_equal(s->forbidden, LESSON_RESET | 1u << 6);
	assert_int_equal(l.steps[3].goals[0].kind, LESSON_GOAL_GONE);
	lesson_free(&l);
	buf_free(&error);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_answers_change_nothing),
		cmocka_unit_test(test_resume),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_errors),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
