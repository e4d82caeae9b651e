/* SPDX-License-Identifier: ISC */
/* What an answer is worth, and what is said to it. */
#include "lesson/lesson_own.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "lesson/feedback.h"
#include "lesson/rule.h"

#define TOLD	1024	/* bytes of a feedback */

static const char *
state_words(int state)
{
	return (state == LESSON_GONE ? "gone" :
	    dfu_state_name((uint8_t)state));
}

/*
 * The last thing that happened to the device in the step, or NULL. That it
 * came back to the bus is of what made it leave.
 */
static const struct lesson_move *
last_move(const struct lesson_run *r)
{
	const struct lesson_trace *t = &r->deed;
	size_t i = t->n;

	while (i > r->past.n + 1 && t->moves[i - 1].before == LESSON_GONE)
		i--;
	return (i > r->past.n ? &t->moves[i - 1] : NULL);
}

static bool
case_of(const struct lesson_run *r, struct lesson_case *c)
{
	const struct lesson_trace *t = &r->deed;
	const struct lesson_move *m = last_move(r);
	int from = m != NULL ? m->before : r->past.truth;

	if (from < 0 || from >= DFU_STATE_COUNT)
		return (false);
	*c = (struct lesson_case){ .from = (uint8_t)from,
	    .input = m != NULL ? (enum dfu_input)m->input : DFU_IN_TIME,
	    .conditions = t->conditions, .will_detach = t->will_detach,
	    .truth_state = t->truth, .truth_answer = m != NULL &&
	    m->request ? (int)m->answer : LESSON_UNASKED,
	    .said_state = LESSON_UNASKED, .said_answer = LESSON_UNASKED };
	if (m != NULL && m->input < 0)
		return (false);
	if (lesson_asks_state(r))
		c->said_state = r->mark;
	if (lesson_asks_answer(r) && m != NULL && m->request)
		c->said_answer = (int)r->answer;
	return (true);
}

/* The rules' own words. */
static void
tell_rule(struct lesson_run *r)
{
	struct lesson_case c;
	char text[TOLD];

	if (!case_of(r, &c) || lesson_feedback(text, sizeof(text), &c) == 0)
		return;
	buf_addf(&r->why, "%s%s", r->why.len != 0 ? "\n" : "", text);
}

/* What the lesson has for what was wrong of it. */
static const char *
own_why(const struct lesson_run *r, const char *state, const char *answer)
{
	const struct lesson_step *s = lesson_step_of(r);
	const char *why = NULL;

	if (!r->state_right)
		why = lesson_why(s, state);
	if (why == NULL && !r->answer_right)
		why = lesson_why(s, answer);
	return (why);
}

static void
judge_device(struct lesson_run *r)
{
	const struct lesson_move *last = lesson_trace_last(&r->deed,
	    r->past.n);
	enum lesson_answer is = last != NULL ? last->answer : LESSON_SILENT;
	const char *why;
	bool none = r->mark < LESSON_GONE;
	bool both = lesson_asks_state(r) && lesson_asks_answer(r);

	r->state_right = !lesson_asks_state(r) || r->mark == r->deed.truth;
	r->answer_right = !lesson_asks_answer(r) || r->answer == is;
	r->right = r->state_right && r->answer_right;
	buf_adds(&r->told, r->right ? "Right: " : "No: ");
	if (lesson_asks_answer(r) && (r->right || !r->answer_right))
		buf_addf(&r->told, "%s%s%s", lesson_answer_name(is),
		    r->answer_right ? "" : ", not ",
		    r->answer_right ? "" : lesson_answer_name(r->answer));
	if (both && (r->right || (!r->answer_right && !r->state_right)))
		buf_adds(&r->told, "; ");
	if (lesson_asks_state(r) && (r->right || !r->state_right))
		buf_addf(&r->told, "%s%s%s", state_words(r->deed.truth),
		    r->state_right || none ? "" : ", not ",
		    r->state_right || none ? "" : state_words(r->mark));
	buf_addc(&r->told, '.');
	why = r->right || none ? NULL : own_why(r, state_words(r->mark),
	    lesson_answer_name(r->answer));
	if (why != NULL)
		buf_adds(&r->why, why);
	else
		tell_rule(r);
}

/* What the device has for it, unless the lesson says it itself. */
static bool
number_of(const struct lesson_run *r, uint64_t *v)
{
	const struct lesson_step *s = lesson_step_of(r);
	const struct lesson_trace *t = &r->deed;
	const struct lesson_move *last = lesson_trace_last(t, r->past.n);
	size_t i;

	if (s->right != NULL)
		return (text_number(s->right, UINT32_MAX, v));
	if (last == NULL)
		return (false);
	*v = s->ask == LESSON_ADDRESS ? last->address : last->len;
	if (s->ask == LESSON_ADDRESS)
		return (last->addressed);
	for (i = t->n; s->ask == LESSON_MS && i > r->past.n; i--)
		if (t->moves[i - 1].replied) {
			*v = t->moves[i - 1].reply.bwPollTimeout;
			return (true);
		}
	return (s->ask == LESSON_BYTES);
}

static void
number_words(const struct lesson_run *r, uint64_t v, struct buf *b)
{
	switch (lesson_step_of(r)->ask) {
	case LESSON_ADDRESS:
		buf_addf(b, "0x%08llx", (unsigned long long)v);
		break;
	case LESSON_MS:
		buf_addf(b, "%llu ms", (unsigned long long)v);
		break;
	case LESSON_READ:
	case LESSON_STATE:
	case LESSON_ANSWER:
	case LESSON_MOVE:
	case LESSON_BYTES:
	case LESSON_ONE:
	case LESSON_SIDE:
	case LESSON_REACH:
		buf_addf(b, "%llu bytes", (unsigned long long)v);
		break;
	}
}

static void
judge_number(struct lesson_run *r)
{
	uint64_t is = 0, said = UINT64_MAX;
	char key[32];
	const char *why;
	bool known = number_of(r, &is);

	(void)text_number(r->typed, UINT32_MAX, &said);
	r->right = known && is == said;
	buf_adds(&r->told, r->right ? "Right: " : "No: ");
	if (known)
		number_words(r, is, &r->told);
	else
		buf_adds(&r->told, "unknown");
	if (!r->right && said != UINT64_MAX) {
		buf_adds(&r->told, ", not ");
		number_words(r, said, &r->told);
	}
	buf_addc(&r->told, '.');
	(void)snprintf(key, sizeof(key), "%llu", (unsigned long long)said);
	why = r->right ? NULL : lesson_why(lesson_step_of(r), key);
	if (why != NULL)
		buf_adds(&r->why, why);
}

static void
judge_choice(struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);
	const char *said = lesson_choice_words(r, r->choice);
	const char *why;

	r->right = s->right != NULL && strcmp(said, s->right) == 0;
	if (r->right)
		buf_addf(&r->told, "Right: %s.", said);
	else
		buf_addf(&r->told, "No: %s.", s->right);
	why = r->right ? NULL : lesson_why(s, said);
	if (why != NULL)
		buf_adds(&r->why, why);
}

void
lesson_judge(struct lesson_run *r)
{
	r->state_right = r->answer_right = true;
	if (lesson_asks_state(r) || lesson_asks_answer(r))
		judge_device(r);
	else if (lesson_asks_number(r))
		judge_number(r);
	else
		judge_choice(r);
}

void
lesson_judge_goal(struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);
	size_t n = lesson_trace_requests(&r->moves, 0);

	r->right = r->reached;
	buf_addf(&r->told, "Goal reached: %s. You sent %zu request%s",
	    state_words(r->moves.truth), n, n == 1 ? "" : "s");
	if (s->par != 0)
		buf_addf(&r->told, n <= s->par ? ", which is the fewest "
		    "possible." :
		    "; %u would be enough.", s->par);
	else
		buf_addc(&r->told, '.');
}

unsigned
lesson_hints_count(const struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);

	if (s == NULL || s->ask == LESSON_READ)
		return (0);
	if (s->nhints != 0)
		return ((unsigned)s->nhints);
	return (s->rule != NULL && rule_parse(s->rule) != 0 ? 3 : 0);
}

/* What the rule asks in the case that the step is, and no answer. */
static void
apply_rule(const struct lesson_run *r, struct buf *b)
{
	const struct lesson_step *s = lesson_step_of(r);
	int state = r->past.truth;

	if (s->send != NULL)
		buf_addf(b, "The device is in %s. Next: %s. Is that in the "
		    "list of %s, and under which condition?",
		    s->quiet ? "the state where you left it" :
		    state_words(state),
		    s->send, s->rule);
	else
		buf_addf(b, "The device is in %s. From there, which requests "
		    "does %s allow?", state_words(state), s->rule);
}

void
lesson_hint_words(const struct lesson_run *r, unsigned n, struct buf *b)
{
	const struct lesson_step *s = lesson_step_of(r);
	const struct rule *rule;

	if (s->nhints != 0) {
		buf_adds(b, n < s->nhints ? s->hints[n] : "");
		return;
	}
	rule = s->rule != NULL ? rule_of(rule_parse(s->rule)) : NULL;
	if (rule == NULL)
		return;
	if (n == 0)
		buf_addf(b, "It is %s: %s.", rule->id, rule->name);
	else if (n == 1)
		buf_adds(b, rule->text);
	else
		apply_rule(r, b);
}

/* The marks stand where the device has shown that they belong. */
static void
set_right(struct lesson_run *r, const struct lesson_trace *deed)
{
	const struct lesson_step *s = lesson_step_of(r);
	const struct lesson_move *last = lesson_trace_last(deed, r->past.n);
	size_t i;

	r->mark = deed->truth;
	r->answer = last != NULL ? last->answer : LESSON_SILENT;
	for (i = 0; i < lesson_choices_count(r); i++)
		if (s->right != NULL && strcmp(lesson_choice_words(r, i),
		    s->right) == 0)
			r->choice = i;
}

void
lesson_answer_right(struct lesson_run *r)
{
	enum lesson_ask ask = lesson_step_of(r)->ask;
	struct lesson_run other;
	struct lesson_config config = { .lesson = r->at.lesson,
	    .bench = r->config.bench, .resume = r->at.step };
	uint64_t v = 0;

	/* Looked up by somebody else, who is asked the same. */
	lesson_begin(&other, &config);
	other.typed[0] = '0';
	(void)lesson_enter(&other);
	set_right(r, &other.deed);
	if ((ask == LESSON_ADDRESS || ask == LESSON_MS ||
	    ask == LESSON_BYTES) && number_of(&other, &v))
		(void)snprintf(r->typed, sizeof(r->typed), "%llu",
		    (unsigned long long)v);
	lesson_end(&other);
	lesson_tell(r);
}
