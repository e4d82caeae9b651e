/* SPDX-License-Identifier: ISC */
/* What the pupil's keys do to a lesson. */
#include "lesson/lesson_own.h"

#include <stdlib.h>
#include <string.h>

#include "dfu/spec.h"

bool
lesson_asks_state(const struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);

	return (s != NULL && (s->ask == LESSON_STATE ||
	    s->ask == LESSON_MOVE));
}

bool
lesson_asks_answer(const struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);

	return (s != NULL && (s->ask == LESSON_ANSWER ||
	    s->ask == LESSON_MOVE));
}

bool
lesson_asks_number(const struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);

	return (s != NULL && (s->ask == LESSON_ADDRESS ||
	    s->ask == LESSON_MS || s->ask == LESSON_BYTES));
}

bool
lesson_offers_state(const struct lesson_run *r, int state)
{
	const struct lesson_step *s = lesson_step_of(r);
	size_t i;

	if (state < LESSON_GONE || state >= DFU_STATE_COUNT)
		return (false);
	if (s->ask != LESSON_STATE || s->nchoices == 0)
		return (true);
	for (i = 0; i < s->nchoices; i++)
		if (s->states[i] == state)
			return (true);
	return (false);
}

bool
lesson_offers_answer(const struct lesson_run *r, enum lesson_answer answer)
{
	const struct lesson_step *s = lesson_step_of(r);
	enum lesson_answer a;
	size_t i;

	if (s->ask != LESSON_ANSWER || s->nchoices == 0)
		return (answer <= LESSON_SILENT);
	for (i = 0; i < s->nchoices; i++)
		if (lesson_answer_parse(s->choices[i], &a) && a == answer)
			return (true);
	return (false);
}

static const char *const sides[] = { "host", "device", "bus", "nobody" };

size_t
lesson_choices_count(const struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);

	if (s == NULL || (s->ask != LESSON_ONE && s->ask != LESSON_SIDE))
		return (0);
	return (s->ask == LESSON_ONE ? s->nchoices :
	    sizeof(sides) / sizeof(sides[0]));
}

const char *
lesson_choice_words(const struct lesson_run *r, size_t i)
{
	if (i >= lesson_choices_count(r))
		return ("");
	return (lesson_step_of(r)->ask == LESSON_ONE ?
	    lesson_step_of(r)->choices[i] : sides[i]);
}

static bool
is_open(const struct lesson_run *r)
{
	return (r->phase == LESSON_ASKS && !r->playing);
}

bool
lesson_move_mark(struct lesson_run *r, long rows)
{
	size_t n = lesson_choices_count(r);
	int to = r->mark, step = rows < 0 ? -1 : 1;

	if (!is_open(r))
		return (false);
	if (n != 0) {
		if (rows < 0 ? r->choice != 0 : r->choice + 1 < n)
			r->choice = rows < 0 ? r->choice - 1 : r->choice + 1;
		return (true);
	}
	if (!lesson_asks_state(r))
		return (false);
	/* Off the bus stands below the states. */
	to = to == LESSON_GONE ? DFU_STATE_COUNT : to;
	for (to += step; to >= 0 && to <= DFU_STATE_COUNT; to += step)
		if (lesson_offers_state(r, to == DFU_STATE_COUNT ?
		    LESSON_GONE : to)) {
			r->mark = to == DFU_STATE_COUNT ? LESSON_GONE : to;
			break;
		}
	return (true);
}

bool
lesson_turn_answer(struct lesson_run *r, long columns)
{
	int to = (int)r->answer, step = columns < 0 ? -1 : 1;

	if (!is_open(r) || !lesson_asks_answer(r))
		return (false);
	for (to += step; to >= 0 && to <= LESSON_LEFT; to += step)
		if (lesson_offers_answer(r, (enum lesson_answer)to)) {
			r->answer = (enum lesson_answer)to;
			break;
		}
	return (true);
}

/* Of a number, decimal or 0x. */
static bool
type_number(struct lesson_run *r, char c)
{
	size_t n = strlen(r->typed);

	if (c == '\b') {
		r->typed[n != 0 ? n - 1 : 0] = '\0';
		return (true);
	}
	if (strchr("0123456789abcdefABCDEFxX", c) == NULL ||
	    n + 1 == sizeof(r->typed))
		return (false);
	r->typed[n] = c;
	r->typed[n + 1] = '\0';
	return (true);
}

bool
lesson_type(struct lesson_run *r, char c)
{
	int state = c == '-' ? DFU_STATE_ERROR : c - '0';

	if (!is_open(r) || c == '\0')
		return (false);
	if (lesson_asks_number(r))
		return (type_number(r, c));
	if (c != '-' && (c < '0' || c > '9'))
		return (false);
	if (lesson_asks_state(r)) {
		if (!lesson_offers_state(r, state))
			return (false);
		r->mark = state;
		return (true);
	}
	if (c < '1' || (size_t)(c - '1') >= lesson_choices_count(r))
		return (false);
	r->choice = (size_t)(c - '1');
	return (true);
}

bool
lesson_enter(struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);

	if (r->playing)
		return (lesson_return(r));
	switch (r->phase) {
	case LESSON_ASKS:
		if (lesson_asks_number(r) && r->typed[0] == '\0')
			return (false);
		/* Read, and nothing comes of it: that was it. */
		if (s->ask == LESSON_READ && s->send == NULL &&
		    s->more == NULL)
			lesson_go_on(r);
		else
			lesson_tell(r);
		return (true);
	case LESSON_TELLS:
		lesson_go_on(r);
		return (true);
	case LESSON_GOES:
		/* What was not allowed cannot be mended: once more. */
		if (r->forbidden == NULL)
			return (false);
		lesson_live_drop(r);
		return (true);
	case LESSON_SHOWS:
	case LESSON_ENDS:
		break;
	}
	return (false);
}

bool
lesson_hint(struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);

	if (s == NULL || r->playing || r->config.exam ||
	    (r->phase != LESSON_ASKS && r->phase != LESSON_GOES) ||
	    s->ask == LESSON_READ || r->hints >= lesson_hints_count(r))
		return (false);
	r->hints++;
	return (true);
}

bool
lesson_show(struct lesson_run *r)
{
	if (r->phase != LESSON_GOES || r->config.exam)
		return (false);
	lesson_live_drop(r);
	r->phase = LESSON_SHOWS;
	r->shown = true;
	r->show_next = 0;
	r->show_at = 0;
	return (true);
}

bool
lesson_undo(struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);
	size_t n = r->nown;

	/* A goal that is reached may be reached better. */
	if (s == NULL || s->ask != LESSON_REACH || n == 0 ||
	    (r->phase != LESSON_GOES && r->phase != LESSON_TELLS))
		return (false);
	free(r->own[--r->nown]);
	buf_reset(&r->told);
	r->reached = false;
	r->phase = LESSON_GOES;
	r->live = LESSON_STALE;
	r->forbidden = NULL;
	return (true);
}

bool
lesson_play(struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);

	/* A card is of a device that does not stand here. */
	if (s == NULL || r->playing || r->at.lesson != r->lesson ||
	    r->config.exam || r->config.recorded ||
	    (r->phase != LESSON_ASKS && r->phase != LESSON_TELLS))
		return (false);
	r->playing = true;
	if (r->phase == LESSON_ASKS && lesson_is_question(s->ask) && !s->try)
		r->tried = true;
	return (true);
}

bool
lesson_return(struct lesson_run *r)
{
	if (!r->playing)
		return (false);
	r->playing = false;
	lesson_live_drop(r);
	return (true);
}

static bool
say_state(struct lesson_run *r, const char *words)
{
	uint8_t state;

	if (strcmp(words, "gone") == 0)
		r->mark = LESSON_GONE;
	else if (dfu_state_parse(words, &state) && state < DFU_STATE_COUNT)
		r->mark = state;
	else
		return (false);
	return (true);
}

/* The answer, and what is behind it. */
static bool
say_answer(struct lesson_run *r, const char *words, const char **rest)
{
	static const struct {
		const char		*word;
		enum lesson_answer	 answer;
	} all[] = { { "answered", LESSON_ANSWERED }, { "ok", LESSON_ANSWERED },
	    { "STALL", LESSON_STALLED }, { "stall", LESSON_STALLED },
	    { "silent", LESSON_SILENT }, { "no answer", LESSON_SILENT },
	    { "gone", LESSON_LEFT } };
	size_t i, n;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		n = strlen(all[i].word);
		if (strncmp(words, all[i].word, n) != 0)
			continue;
		r->answer = all[i].answer;
		*rest = words + n + strspn(words + n, " ,;:->");
		return (true);
	}
	return (false);
}

static bool
say_choice(struct lesson_run *r, const char *words)
{
	size_t i, n = lesson_choices_count(r);

	for (i = 0; i < n; i++)
		if (strcmp(lesson_choice_words(r, i), words) == 0 ||
		    (words[0] == (char)('1' + i) && words[1] == '\0')) {
			r->choice = i;
			return (true);
		}
	return (false);
}

bool
lesson_say(struct lesson_run *r, const char *words)
{
	const char *rest = words;
	bool ok = true;

	if (!is_open(r))
		return (false);
	if (lesson_asks_number(r)) {
		r->typed[0] = '\0';
		for (; ok && *words != '\0'; words++)
			ok = type_number(r, *words);
	} else if (lesson_choices_count(r) != 0) {
		ok = say_choice(r, words);
	} else {
		if (lesson_asks_answer(r))
			ok = say_answer(r, words, &rest);
		if (ok && lesson_asks_state(r))
			ok = say_state(r, rest);
	}
	return (ok && lesson_enter(r));
}

void
lesson_pass(struct lesson_run *r)
{
	r->mark = LESSON_GONE - 1;
	r->answer = (enum lesson_answer)(LESSON_LEFT + 1);
	r->choice = LESSON_CHOICES;
	r->typed[0] = '-';
	r->typed[1] = '\0';
	if (is_open(r))
		lesson_tell(r);
}
