/* SPDX-License-Identifier: ISC */
/* Whether a lesson holds what it promises: every answer is given once. */
#include "lesson/lesson_own.h"

#include <string.h>

#include "lesson/rule.h"

struct checker {
	const struct lesson	*lesson;
	const struct lesson_bench *bench;
	bool			(*fits)(const struct lesson_run *);
	struct lesson_config	 config;
	struct lesson_run	 run;
	struct buf		*faults;
	size_t			 n;
};

static void
fault(struct checker *c, size_t step, const char *what, const char *which)
{
	buf_addf(c->faults, "line %u: step %zu: %s%s%s\n",
	    c->lesson->steps[step].line, step + 1, what,
	    *which != '\0' ? ": " : "", which);
	c->n++;
}

/* The run stands at the step, whatever was answered before. */
static void
go_to(struct checker *c, size_t step)
{
	lesson_end(&c->run);
	c->config.resume = step;
	lesson_begin(&c->run, &c->config);
}

static void
check_fits(struct checker *c, size_t step, const char *when)
{
	if (c->fits != NULL && !c->fits(&c->run))
		fault(c, step, "longer than 80x24 can show", when);
}

/* The answer that is marked is given; a wrong one has to be told why. */
static void
give(struct checker *c, size_t step, const char *said, unsigned *rights)
{
	const struct lesson_step *s = lesson_step_of(&c->run);

	(void)lesson_enter(&c->run);
	if (c->run.right && lesson_why(s, said) != NULL)
		fault(c, step, "a why for the right answer", said);
	if (!c->run.right && c->run.why.len == 0 && s->more == NULL)
		fault(c, step, "no feedback for the wrong answer", said);
	*rights += c->run.right;
	check_fits(c, step, said);
}

static void
check_states(struct checker *c, size_t step, unsigned *rights)
{
	int state;
	unsigned a;

	for (state = LESSON_GONE; state < DFU_STATE_COUNT; state++)
		for (a = LESSON_ANSWERED; a <= LESSON_LEFT; a++) {
			go_to(c, step);
			if ((!lesson_asks_answer(&c->run) && a != 0) ||
			    !lesson_offers_answer(&c->run,
			    (enum lesson_answer)a) ||
			    !lesson_offers_state(&c->run, state))
				continue;
			c->run.mark = state;
			c->run.answer = (enum lesson_answer)a;
			give(c, step, state == LESSON_GONE ? "gone" :
			    dfu_state_name((uint8_t)state), rights);
		}
}

static void
check_answers(struct checker *c, size_t step, unsigned *rights)
{
	unsigned a;

	for (a = LESSON_ANSWERED; a <= LESSON_LEFT; a++) {
		go_to(c, step);
		if (!lesson_offers_answer(&c->run, (enum lesson_answer)a))
			continue;
		c->run.answer = (enum lesson_answer)a;
		give(c, step, lesson_answer_name((enum lesson_answer)a),
		    rights);
	}
}

static void
check_choices(struct checker *c, size_t step, unsigned *rights)
{
	size_t i, n;

	go_to(c, step);
	n = lesson_choices_count(&c->run);
	for (i = 0; i < n; i++) {
		go_to(c, step);
		c->run.choice = i;
		give(c, step, lesson_choice_words(&c->run, i), rights);
	}
}

/* Any number is typed: the device, or the lesson, has to have one. */
static void
check_number(struct checker *c, size_t step)
{
	const struct lesson_step *s = &c->lesson->steps[step];
	size_t i;

	for (i = 0; i <= s->nwhys; i++) {
		go_to(c, step);
		(void)strncpy(c->run.typed, i < s->nwhys ? s->whys[i].choice :
		    "1", sizeof(c->run.typed) - 1);
		(void)lesson_enter(&c->run);
		if (i < s->nwhys && c->run.right)
			fault(c, step, "a why for the right answer",
			    s->whys[i].choice);
		check_fits(c, step, "the answer");
	}
	if (strstr(buf_str(&c->run.told), "unknown") != NULL)
		fault(c, step, "the device gives no such number", "");
}

struct goal_look {
	const struct lesson_step *step;
	size_t			 from;
	bool			 reached;
	const char		*forbidden;
	size_t			 sent;
};

static void
look(void *arg, const struct lesson_trace *t, const struct app *d,
    uint64_t now)
{
	struct goal_look *g = arg;

	if (g->reached)
		return;
	g->forbidden = lesson_forbidden(g->step, t, g->from);
	g->reached = g->forbidden == NULL &&
	    lesson_goals_hold(g->step, t, g->from, d, now);
	g->sent = lesson_trace_requests(t, g->from);
}

static void
check_goal(struct checker *c, size_t step)
{
	const struct lesson_step *s = &c->lesson->steps[step];
	struct goal_look g = { .step = s };
	struct lesson_play p = { .look = look, .arg = &g };
	struct lesson_script script;
	struct lesson_trace t;
	struct buf error = { 0 };

	go_to(c, step);
	g.from = c->run.past.n;
	lesson_script_make(&script, c->lesson, step, true);
	p.target = script.target;
	p.lines = script.lines;
	p.n = script.n;
	if (!c->bench->play(c->bench, &p, &t, &error))
		fault(c, step, "the solution", buf_str(&error));
	else if (!g.reached)
		fault(c, step, g.forbidden != NULL ? "the solution is not "
		    "allowed" : "the solution does not reach the goal",
		    g.forbidden != NULL ? g.forbidden : "");
	else if (s->par != 0 && g.sent > s->par)
		fault(c, step, "the solution takes more than par", "");
	lesson_trace_free(&t);
	lesson_script_free(&script);
	buf_free(&error);
}

static void
check_question(struct checker *c, size_t step)
{
	const struct lesson_step *s = &c->lesson->steps[step];
	unsigned rights = 0;

	switch (s->ask) {
	case LESSON_STATE:
	case LESSON_MOVE:
		check_states(c, step, &rights);
		break;
	case LESSON_ANSWER:
		check_answers(c, step, &rights);
		break;
	case LESSON_ONE:
	case LESSON_SIDE:
		check_choices(c, step, &rights);
		break;
	case LESSON_ADDRESS:
	case LESSON_MS:
	case LESSON_BYTES:
		check_number(c, step);
		return;
	case LESSON_REACH:
		check_goal(c, step);
		return;
	case LESSON_READ:
		go_to(c, step);
		(void)lesson_enter(&c->run);
		return;
	}
	if (rights != 1)
		fault(c, step, rights == 0 ? "the right answer is not among "
		    "the choices" :
		    "more than one answer is right", "");
}

static void
check_step(struct checker *c, size_t step)
{
	const struct lesson_step *s = &c->lesson->steps[step];
	size_t i;

	if (s->rule != NULL && rule_parse(s->rule) == 0)
		fault(c, step, "unknown rule", s->rule);
	go_to(c, step);
	for (i = 0; i < LESSON_HINTS; i++)
		(void)lesson_hint(&c->run);
	check_fits(c, step, "the question with its hints");
	if (c->run.trouble.len != 0) {
		fault(c, step, "it cannot be played",
		    buf_str(&c->run.trouble));
		return;
	}
	check_question(c, step);
}

size_t
lesson_check(const struct lesson *l, const struct lesson *shelf, size_t n,
    const struct lesson_bench *bench,
    bool (*fits)(const struct lesson_run *), struct buf *faults)
{
	struct checker c = { .lesson = l, .bench = bench, .fits = fits,
	    .config = { .lesson = l, .bench = bench }, .faults = faults };
	size_t i;

	for (i = 0; i < n && l->requires != NULL; i++)
		if (strcmp(shelf[i].id, l->requires) == 0)
			break;
	if (l->requires != NULL && i == n) {
		buf_addf(faults, "requires names no lesson: %s\n",
		    l->requires);
		c.n++;
	}
	for (i = 0; i < l->nsteps; i++)
		check_step(&c, i);
	if (l->nsteps != 0) {
		c.run.phase = LESSON_ENDS;
		check_fits(&c, l->nsteps - 1, "the cards at the end");
	}
	lesson_end(&c.run);
	return (c.n);
}
