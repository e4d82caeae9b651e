/* A lesson under way: what it asks, and what it says to the answer. */
#include "lesson/lesson.h"

#include <string.h>

#include "command/app.h"
#include "dfu/spec.h"
#include "dfu/transition.h"

void
lesson_begin(struct lesson_run *r, const struct lesson *l, size_t resume)
{
	*r = (struct lesson_run){ .lesson = l,
	    .resume = resume < l->nsteps ? resume : 0 };
	r->last_device = SIZE_MAX;
	r->phase = r->resume != 0 ? LESSON_REPLAYS : LESSON_ASKS;
}

void
lesson_end(struct lesson_run *r)
{
	buf_free(&r->line);
	buf_free(&r->told);
}

static const struct lesson_step *
step_of(const struct lesson_run *r)
{
	return (r->step < r->lesson->nsteps ? &r->lesson->steps[r->step] :
	    NULL);
}

static const char *
line_of(const struct lesson_run *r)
{
	const struct lesson_step *s = step_of(r);

	return (s->ask == LESSON_REACH ? s->solution : s->send);
}

/* What the device is in, by its own account of itself. */
static int
truth_of(const struct app *d)
{
	const struct session *s = app_session(d);

	return (s == NULL || !s->present ? LESSON_GONE : d->truth);
}

static const char *
state_words(int state)
{
	return (state == LESSON_GONE ? "gone" :
	    dfu_state_name((uint8_t)state));
}

static const struct request *
last_request(const struct app *d)
{
	const struct session *s = app_session(d);

	return (s != NULL && s->nrequests != 0 ?
	    &s->requests[s->nrequests - 1] : NULL);
}

static const char *
answer_words(const struct app *d)
{
	const struct request *q = last_request(d);

	if (q == NULL || q->outcome == OUTCOME_GONE ||
	    q->outcome == OUTCOME_BUSERROR)
		return ("gone");
	if (q->outcome == OUTCOME_STALL)
		return ("STALL");
	return (outcome_is_answer(q->outcome) ? "answered" : "no answer");
}

/* What the descriptors say of the device is as the row has it. */
static bool
meets(const struct dfu_conditions *c, const struct dfu_transition *m)
{
	unsigned is = (c->can_dnload ? DFU_WHEN_CAN_DNLOAD : 0u) |
	    (c->can_upload ? DFU_WHEN_CAN_UPLOAD : 0u) |
	    (c->tolerant ? DFU_WHEN_TOLERANT : 0u) |
	    (c->dfuse ? DFU_WHEN_DFUSE : 0u);
	unsigned asked = m->mask & (DFU_WHEN_CAN_DNLOAD |
	    DFU_WHEN_CAN_UPLOAD | DFU_WHEN_TOLERANT | DFU_WHEN_DFUSE);

	return ((is & asked) == (m->want & asked));
}

/*
 * The row for what just happened in the step: the one that leads where the
 * device is, else the one that was to be expected.
 */
static const struct dfu_transition *
move_of(const struct lesson_run *r, const struct app *d, uint8_t before,
    enum dfu_input input)
{
	const struct session *s = app_session(d);
	struct dfu_conditions c = session_conditions(s);
	const struct request *q = last_request(d);
	const struct dfu_transition *m;
	size_t i;

	for (i = 0; (m = dfu_transitions_row(i)) != NULL; i++) {
		if (m->state == before && m->input == input &&
		    m->next == r->truth && meets(&c, m))
			return (m);
	}
	m = q != NULL ? q->predicted->spec : NULL;
	if (m != NULL && m->state == before && m->input == input)
		return (m);
	return (dfu_transition(before, input, &c));
}

/* " (A.2.7, if manifestation is not complete)" */
static void
tell_condition(struct buf *b, const struct dfu_transition *m)
{
	struct buf when = { 0 };

	dfu_transition_when(m, &when);
	buf_addf(b, " (%s%s%s)", m->clause, when.len != 0 ? ", " : "",
	    buf_str(&when));
	buf_free(&when);
}

static void
tell_move(struct lesson_run *r, const struct dfu_transition *m, bool otherwise)
{
	struct buf *b = &r->told;

	buf_addf(b, " %s in %s", m->input == DFU_IN_TIME ? "The time" :
	    dfu_input_name((enum dfu_input)m->input),
	    dfu_state_name(m->state));
	if (m->response == DFU_RESPONSE_STALL)
		buf_adds(b, " is stalled and");
	if (m->response == DFU_RESPONSE_NONE_EXPECTED)
		buf_adds(b, " gets no answer");
	else if (m->next == m->state)
		buf_adds(b, m->input == DFU_IN_TIME ? " changes nothing" :
		    " stays there");
	else
		buf_addf(b, " goes to %s", dfu_state_name(m->next));
	/* A note has the reason, and there is room for one. */
	if (m->note != NULL)
		buf_addf(b, " (%s): %s", m->clause, m->note);
	else
		tell_condition(b, m);
	buf_addc(b, '.');
	if (otherwise)
		buf_adds(b, " So the specification; this device does "
		    "otherwise.");
}

/* What the specification says of what happened last; NULL: nothing told. */
static const struct dfu_transition *
tell_clause(struct lesson_run *r, const struct app *d)
{
	const struct session *s = app_session(d);
	const struct request *q = last_request(d);
	const struct dfu_transition *m;
	uint32_t sent = s->sent - r->sent;
	int input = DFU_IN_TIME, before = r->before;
	bool single = strchr(line_of(r), ';') == NULL, otherwise;

	if (!single && sent != 0 && q != NULL && q->before < DFU_STATE_COUNT)
		before = q->before;
	if (sent != 0)
		input = q != NULL ? session_input_of(q) : -1;
	if (input < 0 || before < 0 || before >= DFU_STATE_COUNT)
		return (NULL);
	m = move_of(r, d, (uint8_t)before, (enum dfu_input)input);
	if (m == NULL)
		return (NULL);
	otherwise = m->next != r->truth || (sent != 0 &&
	    (m->response == DFU_RESPONSE_STALL) !=
	    (q->outcome == OUTCOME_STALL));
	/* Of several, more than the last one may have moved it. */
	if (m->response == DFU_RESPONSE_NONE_EXPECTED)
		otherwise = sent != 0 && outcome_is_answer(q->outcome);
	if (!single && otherwise)
		return (NULL);
	tell_move(r, m, otherwise);
	return (m);
}

/* Into dfuERROR nothing else leads; out of it there is a proper way. */
static bool
is_proper(const struct dfu_transition *m, int state, bool requests)
{
	if (state == DFU_STATE_ERROR)
		return (m->response == DFU_RESPONSE_STALL);
	if (m->state == DFU_STATE_ERROR && m->input != DFU_IN_CLRSTATUS)
		return (false);
	/* What ends by itself is no way that one takes. */
	if (state == DFU_STATE_IDLE && m->input == DFU_IN_UPLOAD_SHORT)
		return (false);
	return (m->response == DFU_RESPONSE_OK ||
	    (!requests && m->response == DFU_RESPONSE_NONE));
}

static bool
leads_to(const struct dfu_transition *m, int state, bool requests)
{
	return (m->next == state && m->state != state &&
	    (m->input < DFU_IN_OTHER || (!requests &&
	    m->input != DFU_IN_POWER && m->input != DFU_IN_OTHER)) &&
	    (m->mask & DFU_WHEN_DFUSE) == 0 && is_proper(m, state, requests));
}

/*
 * The way into a state, for this device: best from where the step began, or
 * from where the device is now; best by a request. NULL: it has none.
 */
static const struct dfu_transition *
way_to(const struct lesson_run *r, const struct app *d, int state)
{
	const struct dfu_conditions c = session_conditions(app_session(d));
	const int from[] = { r->before, r->truth, -1 };
	const struct dfu_transition *m;
	size_t i;
	unsigned pass;

	for (pass = 0; pass < 6; pass++)
		for (i = 0; (m = dfu_transitions_row(i)) != NULL; i++)
			if ((from[pass / 2] < 0 ? pass / 2 == 2 :
			    from[pass / 2] == m->state) &&
			    leads_to(m, state, pass % 2 == 0) &&
			    meets(&c, m))
				return (m);
	return (NULL);
}

/* What a state is, and how one gets into it, unless that was just told. */
static void
tell_way(struct lesson_run *r, const struct app *d, int state,
    const struct dfu_transition *told)
{
	const struct dfu_transition *m;

	if (state == LESSON_GONE)
		return;
	m = way_to(r, d, state);
	if (m == told)
		m = NULL;
	if (m == NULL && step_of(r)->more != NULL)
		return;
	buf_addf(&r->told, "\n%s: ", dfu_state_name((uint8_t)state));
	/* The step's own words are worth more room. */
	if (step_of(r)->more == NULL)
		buf_adds(&r->told,
		    dfu_state_row((uint8_t)state)->meaning);
	if (m == NULL)
		return;
	buf_addf(&r->told, "%s way there: %s in %s",
	    step_of(r)->more == NULL ? " One" : "one",
	    dfu_input_name((enum dfu_input)m->input),
	    dfu_state_name(m->state));
	tell_condition(&r->told, m);
	buf_addc(&r->told, '.');
}

/* The device has shown what is so: the answer is judged. */
static void
judge(struct lesson_run *r, const struct app *d)
{
	const struct lesson_step *s = step_of(r);
	const struct dfu_transition *m;
	const char *said = s->choices[r->chosen];
	const char *is = s->ask == LESSON_ANSWER ? answer_words(d) :
	    state_words(r->truth);

	r->right = s->ask == LESSON_ANSWER ? strcmp(said, is) == 0 :
	    s->states[r->chosen] == r->truth;
	r->asked++;
	r->rights += r->right;
	if (r->right)
		buf_addf(&r->told, "Right: %s.", is);
	else
		buf_addf(&r->told, "No: not %s, but %s.", said, is);
	m = tell_clause(r, d);
	if (!r->right && s->ask == LESSON_STATE)
		tell_way(r, d, s->states[r->chosen], m);
}

static void
tell(struct lesson_run *r, const struct app *d)
{
	const struct lesson_step *s = step_of(r);

	r->phase = LESSON_TELLS;
	r->truth = r->last = truth_of(d);
	r->last_sent = app_session(d)->sent;
	r->last_device = d->current;
	buf_reset(&r->told);
	if (s->ask == LESSON_STATE || s->ask == LESSON_ANSWER) {
		judge(r, d);
	} else if (s->ask == LESSON_REACH) {
		buf_addf(&r->told, "There it is: %s.", state_words(r->truth));
	}
	if (s->more != NULL)
		buf_addf(&r->told, "%s%s", r->told.len != 0 ? "\n" : "",
		    s->more);
}

static void
next_step(struct lesson_run *r)
{
	r->step++;
	r->started = r->right = r->hinted = false;
	r->chosen = 0;
	r->before = LESSON_GONE;
	r->phase = r->step < r->resume ? LESSON_REPLAYS : LESSON_ASKS;
}

static const char *
hand_out(struct lesson_run *r, const struct app *d)
{
	r->started = true;
	r->sent = app_session(d)->sent;
	/* While one reads, time goes by: that belongs to the step too. */
	r->before = r->last_device == d->current && r->last_sent == r->sent ?
	    r->last : truth_of(d);
	return (line_of(r));
}

static bool
is_reached(const struct lesson_run *r, const struct app *d)
{
	const struct lesson_step *s = step_of(r);

	return (s->ask == LESSON_REACH && truth_of(d) == s->reach);
}

const char *
lesson_turn(struct lesson_run *r, const struct app *d)
{
	const struct lesson_step *s = step_of(r);
	const struct runner *runner = app_runner(d);

	if (s == NULL || runner == NULL || runner_busy(runner) ||
	    s->device >= d->sessions->n)
		return (NULL);
	if (d->current != s->device && r->phase != LESSON_TELLS) {
		buf_reset(&r->line);
		buf_addf(&r->line, "device %zu", s->device + 1);
		return (buf_str(&r->line));
	}
	switch (r->phase) {
	case LESSON_REPLAYS:
		/* Done another time: only its line counts. */
		if (!r->started && line_of(r) != NULL)
			return (hand_out(r, d));
		next_step(r);
		return (lesson_turn(r, d));
	case LESSON_ASKS:
		if (is_reached(r, d))
			tell(r, d);
		break;
	case LESSON_SENDS:
		if (!r->started)
			return (hand_out(r, d));
		if (s->ask != LESSON_REACH || is_reached(r, d))
			tell(r, d);
		else
			r->phase = LESSON_ASKS;
		break;
	case LESSON_TELLS:
		break;
	}
	return (NULL);
}

const char *
lesson_choice(const struct lesson_run *r, unsigned digit)
{
	const struct lesson_step *s = step_of(r);

	if (s == NULL || digit == 0)
		return (NULL);
	if (r->phase == LESSON_TELLS)
		return (digit != 1 ? NULL : r->step + 1 ==
		    r->lesson->nsteps ? "finish" : "go on");
	if (r->phase != LESSON_ASKS)
		return (NULL);
	switch (s->ask) {
	case LESSON_READ:
		return (digit != 1 ? NULL : s->send != NULL ? "do it" :
		    "go on");
	case LESSON_STATE:
	case LESSON_ANSWER:
		return (digit <= s->nchoices ? s->choices[digit - 1] : NULL);
	case LESSON_REACH:
		return (digit == 1 ? "show me how" : NULL);
	}
	return (NULL);
}

bool
lesson_press(struct lesson_run *r, unsigned digit)
{
	const struct lesson_step *s = step_of(r);

	if (lesson_choice(r, digit) == NULL)
		return (false);
	if (r->phase == LESSON_TELLS || (s->ask == LESSON_READ &&
	    s->send == NULL)) {
		next_step(r);
		return (true);
	}
	r->chosen = digit - 1;
	r->hinted = s->ask == LESSON_REACH;
	r->started = false;
	r->phase = LESSON_SENDS;
	return (true);
}

bool
lesson_hides(const struct lesson_run *r)
{
	const struct lesson_step *s = step_of(r);

	return (s != NULL && r->phase == LESSON_ASKS &&
	    (s->ask == LESSON_STATE || s->ask == LESSON_ANSWER));
}

const char *
lesson_question(const struct lesson_run *r)
{
	const struct lesson_step *s = step_of(r);

	if (s == NULL)
		return ("");
	switch (s->ask) {
	case LESSON_READ:
		return ("");
	case LESSON_STATE:
		return ("In which state is the device then?");
	case LESSON_ANSWER:
		return ("What does the device answer?");
	case LESSON_REACH:
		return ("Your turn: use the keys of the console.");
	}
	return ("");
}
