/* SPDX-License-Identifier: ISC */
/*
 * Lessons on the real loop and under real keys: every step can be got through,
 * what comes with the program holds what it promises, and play in between
 * changes nothing of what is asked, what is right and where the device is.
 */
#include "tests/dfu/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dfu/spec.h"
#include "lesson/lesson_run.h"
#include "loop/loop.h"
#include "loop/loop_play.h"
#include "ui/input/input.h"
#include "ui/prompt/keys.h"

#define TODAY	20420
#define TURNS	2000000	/* of a lesson that has no end */

struct pupil {
	struct frontend		 frontend;
	struct view		 view;
	struct lesson_run	 run;
	struct buf		 line;
	unsigned		 turn;		/* which answer it gives */
	unsigned		 keys;	/* of play, before each answer */
	uint32_t		 seed;
	unsigned		 left;		/* of them, at this step */
	bool			 fresh;		/* a moment is not logged yet */
	unsigned		 turns;
	struct buf		 log;		/* what was asked and right */
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
	const struct pupil *p = (const struct pupil *)frontend;

	(void)d;
	(void)now;
	return (lesson_deadline(&p->run));
}

static uint32_t
random_of(struct pupil *p, uint32_t n)
{
	p->seed = p->seed * 1103515245u + 12345u;
	return ((p->seed >> 8) % n);
}

/* What stands before the pupil, whatever he did since. */
static void
log_moment(struct pupil *p, const struct app *d)
{
	const struct lesson_run *r = &p->run;
	const struct lesson_step *s = lesson_step_of(r);

	/* Play costs points, so more may be asked again for that. */
	if (r->at.kind != LESSON_STEP)
		return;
	buf_addf(&p->log, "%s %zu phase %d in %d: %s %s\n", r->at.lesson->id,
	    r->at.step + 1, (int)r->phase, r->phase == LESSON_TELLS ?
	    r->deed.truth : r->past.truth, buf_str(&r->told),
	    buf_str(&r->why));
	/* The device that is in the pupil's hands is there as well. */
	if (r->phase == LESSON_GOES && s->ask == LESSON_REACH)
		buf_addf(&p->log, "at hand: %d, after %zu moves\n", d->truth,
		    r->moves.n);
}

/* Of the keys those that answer, cost a hint, leave or undo are no play. */
static bool
is_play(const struct pupil *p, const struct press *press)
{
	if (press->kind == PRESS_ENTER)
		return (p->run.playing);
	if (press->kind == PRESS_BACKSPACE)
		return (p->run.phase != LESSON_TELLS);
	return (press->kind != PRESS_CHAR || strchr("hHq",
	    (int)press->cp) == NULL);
}

/* Every key there is, and lines that a prompt would have made. */
static const char *
play(struct pupil *p, const struct app *d, uint64_t now)
{
	static const char *const lines[] = { "getstatus", "getstate",
	    "clrstatus", "abort", "upload 0 64", "dnload 0 hex:0011",
	    "dnload 0", "detach 1000", "reset", "unplug", "plug", "anew",
	    "fault stall=getstatus@1", "wait", "leave", "step", "watch",
	    "break stall" };
	struct press press = { .kind = PRESS_CHAR };
	bool by_key;

	buf_reset(&p->line);
	if (random_of(p, 3) == 0) {
		buf_adds(&p->line, lines[random_of(p, COUNT(lines))]);
	} else {
		press.kind = (enum press_kind)(1 + random_of(p,
		    PRESS_FUNCTION));
		press.cp = press.kind == PRESS_CHAR ? '!' + random_of(p, 94) :
		    press.kind == PRESS_FUNCTION ? 1 + random_of(p, 6) : 0;
		if (!is_play(p, &press))
			return (NULL);
		(void)input_press(&p->view, d, now, &press, &p->line,
		    &by_key);
	}
	if (p->line.len == 0 || strncmp(buf_str(&p->line), "quit", 4) == 0 ||
	    strncmp(buf_str(&p->line), "device", 6) == 0 ||
	    lesson_take_line(&p->run, buf_str(&p->line)))
		return (NULL);
	return (buf_str(&p->line));
}

/* From the same place, wherever play left the marks. */
static void
set_marks(struct pupil *p)
{
	struct lesson_run *r = &p->run;
	unsigned i;

	for (i = 0; i < DFU_STATE_COUNT + 1; i++)
		(void)lesson_move_mark(r, -1);
	for (i = 0; i < 4; i++)
		(void)lesson_turn_answer(r, -1);
	for (i = 0; i < p->turn; i++)
		(void)lesson_move_mark(r, 1);
	for (i = 0; i < p->turn % 3; i++)
		(void)lesson_turn_answer(r, 1);
	if (!lesson_asks_number(r))
		return;
	for (i = 0; i < LESSON_TYPED; i++)
		(void)lesson_type(r, '\b');
	assert_true(lesson_type(r, '7'));
}

/* The answer that this pupil always gives. */
static void
answer(struct pupil *p)
{
	struct lesson_run *r = &p->run;

	if (r->playing)
		assert_true(lesson_return(r));
	p->view.prompt.open = false;
	if (r->phase == LESSON_ASKS)
		set_marks(p);
	assert_true(lesson_enter(r));
	p->fresh = true;
}

/* Shown once, then done by the pupil himself. */
static const char *
reach(struct pupil *p)
{
	struct lesson_run *r = &p->run;
	const char *line = lesson_step_of(r)->solution;

	if (!r->shown) {
		assert_true(lesson_show(r));
		return (NULL);
	}
	assert_false(lesson_take_line(r, line));
	p->fresh = true;
	return (line);
}

static const char *
pupil_command(struct frontend *frontend, const struct app *d, uint64_t now,
    bool *by_key)
{
	struct pupil *p = (struct pupil *)frontend;
	struct lesson_run *r = &p->run;
	const char *line;

	*by_key = false;
	for (;;) {
		if (++p->turns > TURNS)
			fail_msg("step %zu has no end, phase %d, live %d",
			    r->at.step + 1, (int)r->phase, (int)r->live);
		line = lesson_turn(r, d, now);
		if (line != NULL)
			return (line);
		if (r->phase == LESSON_ENDS)
			return ("quit");
		if (d->sessions->n < r->lesson->ndevices ||
		    (r->phase == LESSON_GOES && r->live != LESSON_THERE) ||
		    r->phase == LESSON_SHOWS)
			return (NULL);
		if (p->fresh) {
			log_moment(p, d);
			p->fresh = false;
			p->left = p->keys;
		}
		p->view.screen = r->playing ? SCREEN_CONSOLE : SCREEN_LESSON;
		if (r->phase == LESSON_GOES) {
			if (r->shown && r->nown != 0)
				return (NULL);
			line = reach(p);
		} else if (p->left != 0) {
			p->left--;
			line = play(p, d, now);
		} else {
			answer(p);
		}
		if (line != NULL)
			return (line);
	}
}

static bool
pupil_hurries(const struct frontend *frontend)
{
	return (lesson_hurries(&((const struct pupil *)frontend)->run));
}

static const struct frontend_ops pupil_ops = {
	.pollfds = pupil_pollfds,
	.deadline = pupil_deadline,
	.command = pupil_command,
	.hurries = pupil_hurries,
};

static void
take(struct pupil *p, const struct lesson *l, const struct lesson *shelf,
    size_t n, size_t resume)
{
	struct loop_config config = { .virtual = true, .policy = {
	    .yes = true, .interactive = true } };
	struct lesson_config lesson = { .lesson = l, .shelf = shelf,
	    .nshelf = n, .bench = &loop_bench, .today = TODAY,
	    .resume = resume };
	struct dev_numbers numbers = { 0 };
	struct transport **open;
	struct buf error = { 0 };
	struct loop *loop;
	size_t i;

	p->frontend.ops = &pupil_ops;
	p->fresh = true;
	open = mem_array(NULL, l->ndevices, sizeof(*open));
	for (i = 0; i < l->ndevices; i++) {
		open[i] = transport_open(l->devices[i], &numbers, &error);
		if (open[i] == NULL)
			fail_msg("%s: %s", l->id, buf_str(&error));
	}
	loop = loop_new(&config, open, l->ndevices, &error);
	lesson_begin(&p->run, &lesson);
	p->view.lesson = &p->run;
	p->view.screen = SCREEN_LESSON;
	p->view.chosen = true;
	(void)loop_run(loop, &p->frontend, &error);
	if (p->run.phase != LESSON_ENDS)
		fail_msg("%s ends in step %zu, phase %d, live %d: %s; %s",
		    l->id, p->run.step + 1, (int)p->run.phase,
		    (int)p->run.live, buf_str(&loop_app(loop)->message),
		    buf_str(&error));
	loop_free(loop);
	p->view.lesson = NULL;
	view_free(&p->view);
	buf_free(&p->line);
	buf_free(&error);
}

static void
forget(struct pupil *p)
{
	lesson_end(&p->run);
	buf_free(&p->log);
}

static size_t
open_shelf(struct lesson **shelf)
{
	struct buf error = { 0 };
	size_t i;

	*shelf = mem_array(NULL, lesson_texts_count, sizeof(**shelf));
	for (i = 0; i < lesson_texts_count; i++)
		if (!lesson_parse(&(*shelf)[i], lesson_texts[i].text, &error))
			fail_msg("lesson %zu: %s", i + 1, buf_str(&error));
	return (lesson_texts_count);
}

static void
close_shelf(struct lesson *shelf, size_t n)
{
	while (n != 0)
		lesson_free(&shelf[--n]);
	free(shelf);
}

static void
test_check(void **state)
{
	struct buf faults = { 0 };
	struct lesson *shelf;
	size_t i, n = open_shelf(&shelf);

	(void)state;
	assert_true(n >= 3);
	for (i = 0; i < n; i++)
		if (lesson_check(&shelf[i], shelf, n, &loop_bench,
		    view_lesson_fits, &faults) != 0)
			fail_msg("%s: %s", shelf[i].id, buf_str(&faults));
	close_shelf(shelf, n);
	buf_free(&faults);
}

/* What each fault of a lesson is called. */
static void
test_check_faults(void **state)
{
#define HEAD	"lesson a\ntitle b\ndevice c sim:dfu11,poll=300\nstep\ntext d\n"
	static const struct {
		const char *text;
		const char *fault;	/* NULL: none */
	} rows[] = {
		{ HEAD "send abort\nask state\nchoice dfuERROR\n"
		    "choice dfuDNBUSY\n",
		    "the right answer is not among the choices" },
		{ HEAD "send abort\nask state\nchoice dfuIDLE\n"
		    "choice dfuDNBUSY\n", NULL },
		{ HEAD "send abort\nask move\nwhy dfuIDLE no\n",
		    "a why for the right answer: dfuIDLE" },
		{ HEAD "send abort\nask move\nrule R99\n",
		    "unknown rule: R99" },
		{ HEAD "ask one\nchoice a\nright b\n",
		    "no feedback for the wrong answer: a" },
		{ HEAD "ask one\nchoice a\nright b\nwhy a because\n", NULL },
		{ HEAD "goal state dfuUPLOAD-IDLE\nsolution abort\n",
		    "the solution does not reach the goal" },
		{ HEAD "goal state dfuIDLE\nsolution upload 0 4; abort\n"
		    "par 2\n", NULL },
		{ HEAD "goal request upload\ngoal state dfuIDLE\n"
		    "solution upload 0 4; getstate; abort\npar 2\n",
		    "more than par" },
		{ HEAD "goal state dfuERROR\nsolution clrstatus\n"
		    "forbid clrstatus\n", "not allowed: CLRSTATUS" },
		{ HEAD "goal request upload 1\nsolution upload 0 4\n",
		    "does not reach the goal" },
		{ HEAD "goal request upload 1\ngoal state dfuUPLOAD-IDLE\n"
		    "solution upload 0 4; upload 1 4\npar 2\n", NULL },
		{ HEAD "goal state dfuUPLOAD-IDLE in 1\n"
		    "solution getstate; upload 0 4\n",
		    "not allowed: this many requests" },
		{ HEAD "goal status errSTALLEDPKT\n"
		    "solution clrstatus; getstatus\n", NULL },
		{ HEAD "goal status errTARGET\n"
		    "solution clrstatus; getstatus\n",
		    "does not reach the goal" },
		{ HEAD "send getstatus\nask address\n",
		    "the device gives no such number" },
		{ HEAD "send getstatus\nask ms\nwhy 0 it is\n",
		    "a why for the right answer: 0" },
		{ HEAD "begin dnload 0 hex:00\nsend getstatus\nask ms\n"
		    "why 0 it says 300\n", NULL },
		{ "lesson a\ntitle b\nrequires c\ndevice c sim:dfu11\n"
		    "step\ntext d\n", "requires names no lesson: c" },
		{ "lesson a\ntitle b\ndevice c sim:nothing\nstep\ntext d\n",
		    "it cannot be played" },
	};
	struct buf faults = { 0 }, text = { 0 };
	struct lesson l;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		buf_reset(&faults);
		if (!lesson_parse(&l, rows[i].text, &faults))
			fail_msg("%zu: %s", i, buf_str(&faults));
		(void)lesson_check(&l, NULL, 0, &loop_bench,
		    view_lesson_fits, &faults);
		if (rows[i].fault == NULL ? faults.len != 0 :
		    strstr(buf_str(&faults), rows[i].fault) == NULL)
			fail_msg("%s: \"%s\"", rows[i].text,
			    buf_str(&faults));
		lesson_free(&l);
	}
	buf_adds(&text, HEAD);
	for (i = 0; i < 200; i++)
		buf_adds(&text, "text More and more of it.\n");
	buf_reset(&faults);
	assert_true(lesson_parse(&l, buf_str(&text), &faults));
	assert_int_equal(lesson_check(&l, NULL, 0, &loop_bench,
	    view_lesson_fits, &faults), 1);
	assert_non_null(strstr(buf_str(&faults), "longer than"));
	lesson_free(&l);
	buf_free(&text);
	buf_free(&faults);
}

/* Line by line: the first that differs is told. */
static void
same_log(const struct buf *calm, const struct buf *wild,
    const struct lesson *l, uint32_t seed)
{
	const char *a = buf_str(calm), *b = buf_str(wild);
	size_t at = 0, i;

	for (i = 0; a[i] == b[i] && a[i] != '\0'; i++)
		if (a[i] == '\n')
			at = i + 1;
	if (a[i] != b[i])
		fail_msg("%s, seed %u: \"%.*s\" is not \"%.*s\"", l->id,
		    (unsigned)seed, (int)strcspn(b + at, "\n"), b + at,
		    (int)strcspn(a + at, "\n"), a + at);
}

/*
 * Whoever plays with any key between the questions is asked the same, and told
 * the same, and finds the device in the same place, as who only answers.
 */
static void
test_play_changes_nothing(void **state)
{
	struct lesson *shelf;
	struct pupil calm, wild;
	size_t i, n = open_shelf(&shelf);
	uint32_t seed;

	(void)state;
	for (i = 0; i < n; i++)
		for (seed = 1; seed <= 3; seed += walk_step(3)) {
			calm = (struct pupil){ .turn = seed };
			take(&calm, &shelf[i], shelf, n, 0);
			wild = (struct pupil){ .turn = seed, .keys = 200,
			    .seed = seed * 1000 + (uint32_t)i };
			take(&wild, &shelf[i], shelf, n, 0);
			same_log(&calm.log, &wild.log, &shelf[i], seed);
			assert_int_equal(calm.run.rights, wild.run.rights);
			forget(&calm);
			forget(&wild);
		}
	close_shelf(shelf, n);
}

/* Begun at each step, the device is where it is in the whole lesson. */
static void
test_resume(void **state)
{
	struct lesson *shelf;
	struct pupil whole, rest;
	size_t i, step, n = open_shelf(&shelf);
	const char *tail;

	(void)state;
	for (i = 0; i < n; i++) {
		whole = (struct pupil){ .turn = 1 };
		take(&whole, &shelf[i], shelf, n, 0);
		for (step = 1; step < shelf[i].nsteps; step += 3) {
			rest = (struct pupil){ .turn = 1 };
			take(&rest, &shelf[i], shelf, n, step);
			/* Where it begins. */
			tail = strchr(buf_str(&rest.log), '\n');
			assert_non_null(tail);
			buf_cut(&rest.log,
			    (size_t)(tail - buf_str(&rest.log)));
			if (strstr(buf_str(&whole.log),
			    buf_str(&rest.log)) == NULL)
				fail_msg("%s from step %zu: %s", shelf[i].id,
				    step + 1, buf_str(&rest.log));
			forget(&rest);
		}
		forget(&whole);
	}
	close_shelf(shelf, n);
}

static void
say(struct lesson_run *r, int state)
{
	r->mark = state;
	r->answer = LESSON_ANSWERED;
	assert_true(lesson_enter(r));
	assert_int_equal(r->phase, LESSON_TELLS);
}

static const char two[] = "lesson a\ntitle b\ndevice c sim:dfu11\n"
    "step\ntext d\nrule R6\nsend abort\nask move\n"
    "step\ntext e\nrule R6\nsend clrstatus\nask state\ntry\n";

/* Each hint costs a point; an answer that was right with help is none. */
static void
test_hints_cost(void **state)
{
	struct lesson_memory memory = { .nrules = 0 };
	struct lesson_config config = { .bench = &loop_bench,
	    .memory = &memory, .today = TODAY };
	struct buf error = { 0 };
	struct lesson_run r;
	struct lesson l;
	unsigned hints, i;

	(void)state;
	assert_true(lesson_parse(&l, two, &error));
	config.lesson = &l;
	for (hints = 0; hints <= LESSON_HINTS; hints++) {
		lesson_begin(&r, &config);
		for (i = 0; i < hints; i++)
			assert_true(lesson_hint(&r));
		say(&r, DFU_STATE_IDLE);
		assert_true(r.right);
		assert_int_equal(r.points, LESSON_POINTS - hints);
		assert_false(lesson_hint(&r));
		lesson_end(&r);
	}
	assert_int_equal(memory_of(&memory, "R6")->seen, 4);
	assert_int_equal(memory_of(&memory, "R6")->right, 1);
	lesson_free(&l);
	buf_free(&error);
}

/* What was tried is worth nothing, unless it may be; the missed come again. */
static void
test_points(void **state)
{
	struct lesson_memory memory = { .nrules = 0 };
	struct lesson_config config = { .bench = &loop_bench,
	    .memory = &memory, .today = TODAY };
	struct buf error = { 0 };
	struct lesson_run r;
	struct lesson l;

	(void)state;
	assert_true(lesson_parse(&l, two, &error));
	config.lesson = &l;
	lesson_begin(&r, &config);
	assert_true(lesson_play(&r));
	assert_true(lesson_enter(&r));
	say(&r, DFU_STATE_IDLE);
	assert_true(r.right);
	assert_int_equal(r.points, 0);
	assert_true(lesson_enter(&r));
	assert_true(lesson_play(&r));
	assert_true(lesson_enter(&r));
	say(&r, DFU_STATE_ERROR);
	assert_int_equal(r.points, LESSON_POINTS);
	assert_true(lesson_enter(&r));
	assert_int_equal(r.at.kind, LESSON_AGAIN);
	assert_int_equal(r.at.step, 0);
	assert_true(lesson_enter(&r));
	assert_true(lesson_enter(&r));
	assert_int_equal(r.phase, LESSON_ENDS);
	assert_int_equal(r.of, 2 * LESSON_POINTS);
	assert_int_equal(memory_lesson_of(&memory, "a")->points,
	    LESSON_POINTS);
	lesson_end(&r);
	lesson_free(&l);
	buf_free(&error);
}

/* A rule that is due is asked for where there is room, from elsewhere. */
static void
test_cards(void **state)
{
	static const char *const texts[] = { two,
	    "lesson e\ntitle f\ndevice g sim:dfu11\nstep\n"
	    "review 2\ntext h\n" };
	struct lesson_memory memory = { .nrules = 0 };
	struct lesson shelf[2];
	struct lesson_config config = { .lesson = &shelf[1], .shelf = shelf,
	    .nshelf = 2, .bench = &loop_bench, .memory = &memory,
	    .today = TODAY };
	struct buf error = { 0 };
	struct lesson_run r;

	(void)state;
	assert_true(lesson_parse(&shelf[0], texts[0], &error));
	assert_true(lesson_parse(&shelf[1], texts[1], &error));
	memory_mark(&memory, "R6", true, TODAY);
	lesson_begin(&r, &config);
	assert_int_equal(r.at.kind, LESSON_STEP);
	lesson_end(&r);
	config.today++;
	lesson_begin(&r, &config);
	assert_int_equal(r.at.kind, LESSON_CARD);
	assert_ptr_equal(r.at.lesson, &shelf[0]);
	/* It is answered by heart: its device does not stand here. */
	assert_false(lesson_play(&r));
	assert_true(lesson_enter(&r));
	assert_true(lesson_enter(&r));
	assert_int_equal(r.at.kind, LESSON_STEP);
	assert_int_equal(memory_of(&memory, "R6")->seen, 2);
	lesson_end(&r);
	lesson_free(&shelf[0]);
	lesson_free(&shelf[1]);
	buf_free(&error);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_check_faults),
		cmocka_unit_test(test_play_changes_nothing),
		cmocka_unit_test(test_resume),
		cmocka_unit_test(test_hints_cost),
		cmocka_unit_test(test_points),
		cmocka_unit_test(test_cards),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
