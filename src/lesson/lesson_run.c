/* SPDX-License-Identifier: ISC */
/* A lesson under way: which step comes, and what it came to. */
#include "lesson/lesson_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "lesson/rule.h"

const struct lesson_step *
lesson_step_of(const struct lesson_run *r)
{
	return (r->phase == LESSON_ENDS ? NULL :
	    &r->at.lesson->steps[r->at.step]);
}

static void
play(struct lesson_run *r, bool with, struct lesson_trace *t)
{
	struct lesson_script s;
	struct lesson_play p;
	struct buf error = { 0 };
	size_t i;

	lesson_script_make(&s, r->at.lesson, r->at.step, with);
	lesson_trace_free(t);
	p = (struct lesson_play){ .target = s.target, .lines = s.lines,
	    .n = s.n };
	if (!r->config.bench->play(r->config.bench, &p,
	    t, &error) &&
	    r->trouble.len == 0)
		buf_addf(&r->trouble, "line %u: %s",
		    r->at.lesson->steps[r->at.step].line, buf_str(&error));
	for (i = 0; i < t->n && t->moves[i].line < s.shown; i++)
		continue;
	r->first = i;
	lesson_script_free(&s);
	buf_free(&error);
}

/* Where the marks stand at first: nowhere that gives anything away. */
static void
reset_answer(struct lesson_run *r)
{
	r->mark = r->past.truth >= 0 && r->past.truth < DFU_STATE_COUNT ?
	    r->past.truth : DFU_STATE_IDLE;
	if (lesson_step_of(r)->quiet || !lesson_offers_state(r, r->mark)) {
		r->mark = DFU_STATE_APP_IDLE;
		while (r->mark < DFU_STATE_ERROR &&
		    !lesson_offers_state(r, r->mark))
			r->mark++;
	}
	r->answer = LESSON_ANSWERED;
	while (r->answer < LESSON_LEFT &&
	    !lesson_offers_answer(r, r->answer))
		r->answer = (enum lesson_answer)(r->answer + 1);
	r->choice = 0;
	r->typed[0] = '\0';
}

/* The question stands as it was written, whatever came before it. */
static void
begin_item(struct lesson_run *r, struct lesson_item item)
{
	const struct lesson_step *s = &item.lesson->steps[item.step];

	r->at = item;
	r->phase = s->ask == LESSON_REACH ? LESSON_GOES : LESSON_ASKS;
	buf_reset(&r->trouble);
	buf_reset(&r->told);
	buf_reset(&r->why);
	r->right = r->state_right = r->answer_right = r->tried = false;
	r->hints = r->points = 0;
	r->shown = r->scored = false;
	lesson_live_drop(r);
	lesson_trace_free(&r->deed);
	play(r, false, &r->past);
	reset_answer(r);
}

/* A question of that rule which stands elsewhere; else *item as it is. */
static void
find_other(const struct lesson_run *r, const char *rule,
    struct lesson_item *item, bool same, size_t turn)
{
	const struct lesson_step *s, *was = item->lesson != NULL ?
	    &item->lesson->steps[item->step] : NULL;
	const struct lesson *l;
	size_t i, k, n = 0, pass;

	/* Counted first, then taken: turn after turn another one. */
	for (pass = 0; pass < 2; pass++) {
		if (pass == 1 && n == 0)
			return;
		turn = pass == 1 ? turn % n : turn;
		for (i = 0, n = 0; i < r->config.nshelf; i++) {
			l = &r->config.shelf[i];
			if (!same && strcmp(l->id, r->lesson->id) == 0)
				continue;
			for (k = 0; k < l->nsteps; k++) {
				s = &l->steps[k];
				if (!lesson_is_question(s->ask) ||
				    s->rule == NULL ||
				    strcmp(s->rule, rule) != 0 || (was != NULL
				    && strcmp(l->devices[s->device],
				    item->lesson->devices[was->device]) == 0))
					continue;
				if (pass == 1 && n == turn) {
					item->lesson = l;
					item->step = k;
					return;
				}
				n++;
			}
		}
	}
}

/* The card of the rule that waits longest, once each; false: none is due. */
static bool
find_card(struct lesson_run *r, struct lesson_item *item)
{
	const struct lesson_memory *m = r->config.memory;
	const struct memory_rule *row;
	size_t i;

	for (i = 0; m != NULL && i < m->nrules; i++) {
		row = &m->rules[i];
		if ((r->carded >> i & 1u) != 0 ||
		    !memory_is_due(row, r->config.today))
			continue;
		r->carded |= (size_t)1 << i;
		*item = (struct lesson_item){ .kind = LESSON_CARD };
		find_other(r, row->rule, item, false, row->seen);
		if (item->lesson != NULL)
			return (true);
	}
	return (false);
}

/* Cards that are due come before the step that has room for them. */
static void
begin_step(struct lesson_run *r)
{
	struct lesson_item item;

	if (r->cards != 0 && find_card(r, &item)) {
		r->cards--;
		begin_item(r, item);
		return;
	}
	r->cards = 0;
	begin_item(r, (struct lesson_item){ r->lesson, r->step, LESSON_STEP });
}

static void
finish(struct lesson_run *r)
{
	r->phase = LESSON_ENDS;
	lesson_live_drop(r);
	if (r->config.memory != NULL && r->config.resume == 0 && r->of != 0 &&
	    !r->config.exam)
		memory_finish(r->config.memory, r->lesson->id, r->score,
		    r->of, r->config.today);
}

static void
begin_again(struct lesson_run *r)
{
	struct lesson_item item;

	if (r->again == r->nmissed || r->config.exam) {
		finish(r);
		return;
	}
	item = r->missed[r->again++];
	item.kind = LESSON_AGAIN;
	if (item.lesson->steps[item.step].rule != NULL)
		find_other(r, item.lesson->steps[item.step].rule, &item, true,
		    r->again);
	begin_item(r, item);
}

void
lesson_go_on(struct lesson_run *r)
{
	switch (r->at.kind) {
	case LESSON_STEP:
		r->step++;
		r->cards = r->step < r->lesson->nsteps ?
		    r->lesson->steps[r->step].review : 0;
		if (r->step < r->lesson->nsteps && !r->late)
			begin_step(r);
		else
			begin_again(r);
		break;
	case LESSON_CARD:
		begin_step(r);
		break;
	case LESSON_AGAIN:
		begin_again(r);
		break;
	}
}

static void
keep_score(struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);

	if (r->at.kind == LESSON_AGAIN)
		return;
	if (r->at.kind == LESSON_STEP) {
		r->asked++;
		r->rights += r->right;
		r->score += r->points;
		r->of += LESSON_POINTS;
		if (r->marks != NULL)
			r->marks[r->at.step] = r->right;
	}
	if (s->rule != NULL && r->config.memory != NULL && !r->config.exam)
		memory_mark(r->config.memory, s->rule, r->right &&
		    r->points == LESSON_POINTS, r->config.today);
	if (r->right && r->points != 0)
		return;
	r->missed = mem_array(r->missed, r->nmissed + 1, sizeof(*r->missed));
	r->missed[r->nmissed++] = r->at;
}

static unsigned
points_of(const struct lesson_run *r)
{
	if (!r->right || r->tried || r->shown)
		return (0);
	return (r->hints >= LESSON_POINTS ? 0 : LESSON_POINTS - r->hints);
}

void
lesson_tell(struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);

	r->phase = LESSON_TELLS;
	if (s->ask == LESSON_REACH)
		lesson_judge_goal(r);
	else
		play(r, true, &r->deed);
	if (lesson_is_question(s->ask))
		lesson_judge(r);
	r->points = points_of(r);
	/* Over par is reached, and could be better. */
	if (s->ask == LESSON_REACH && r->points == LESSON_POINTS &&
	    s->par != 0 && lesson_trace_requests(&r->moves, 0) > s->par)
		r->points--;
	/* A goal that was undone is reached for the second time. */
	if (s->ask != LESSON_READ && !r->scored)
		keep_score(r);
	r->scored = true;
	if (r->config.exam)
		lesson_go_on(r);
}

void
lesson_begin(struct lesson_run *r, const struct lesson_config *c)
{
	*r = (struct lesson_run){ .config = *c, .lesson = c->lesson,
	    .step = c->resume < c->lesson->nsteps ? c->resume : 0 };
	r->config.resume = r->step;
	if (c->exam)
		r->marks = mem_alloc(c->lesson->nsteps * sizeof(*r->marks));
	r->cards = r->lesson->steps[r->step].review;
	begin_step(r);
}

void
lesson_end(struct lesson_run *r)
{
	if (r->lesson == NULL)
		return;
	lesson_live_drop(r);
	lesson_trace_free(&r->past);
	lesson_trace_free(&r->deed);
	lesson_trace_free(&r->moves);
	buf_free(&r->trouble);
	buf_free(&r->told);
	buf_free(&r->why);
	buf_free(&r->waiting);
	buf_free(&r->shows);
	buf_free(&r->line);
	free(r->missed);
	free(r->marks);
	*r = (struct lesson_run){ .lesson = NULL };
}

static bool
has_answers(const struct lesson_trace *t)
{
	size_t i = 0;

	while (i < t->n && !t->moves[i].request)
		i++;
	return (i < t->n);
}

bool
lesson_marks_state(const struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);

	return (s != NULL && (r->phase == LESSON_TELLS || (!s->quiet &&
	    (s->ask != LESSON_READ || has_answers(&r->past)))));
}

bool
lesson_hides(const struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);

	return (s != NULL && !r->playing && r->phase != LESSON_TELLS &&
	    (lesson_is_question(s->ask) || s->quiet));
}

const struct lesson *
lesson_next(const struct lesson_run *r)
{
	size_t i;

	for (i = 0; i + 1 < r->config.nshelf; i++)
		if (strcmp(r->config.shelf[i].id, r->lesson->id) == 0)
			return (&r->config.shelf[i + 1]);
	return (NULL);
}
