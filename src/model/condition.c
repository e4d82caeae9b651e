#include "model/condition.h"

#include <string.h>

#include "dfu/spec.h"
#include "model/line.h"
#include "model/session.h"
#include "model/verdict.h"

static const char *const comparisons[] = {
	[LESS] = "<", [LESS_EQUAL] = "<=", [EQUAL] = "=",
	[NOT_EQUAL] = "!=", [GREATER_EQUAL] = ">=", [GREATER] = ">",
};

static bool
value_state(const char *word, uint32_t *v)
{
	uint8_t state;

	if (!dfu_state_parse(word, &state))
		return (false);
	*v = state;
	return (true);
}

static bool
value_status(const char *word, uint32_t *v)
{
	uint8_t status;

	if (!dfu_status_parse(word, &status))
		return (false);
	*v = status;
	return (true);
}

static bool
value_outcome(const char *word, uint32_t *v)
{
	enum outcome outcome;

	if (!outcome_parse(word, &outcome))
		return (false);
	*v = outcome;
	return (true);
}

static bool
value_verdict(const char *word, uint32_t *v)
{
	const struct verdict_row *row = verdict_named(word);

	if (row == NULL)
		return (false);
	*v = (uint32_t)(row - verdict_rows);
	return (true);
}

static const struct {
	const char		*word;
	enum condition_kind	 kind;
	const char		*what;	/* of value, or NULL: takes none */
	bool			(*value)(const char *word, uint32_t *v);
} kinds[] = {
	{ "state", CONDITION_STATE, "a state such as dfuIDLE", value_state },
	{ "status", CONDITION_STATUS, "a status such as errTARGET",
	    value_status },
	{ "outcome", CONDITION_OUTCOME, "an outcome such as stall",
	    value_outcome },
	{ "poll", CONDITION_POLL, NULL, NULL },
	{ "gone", CONDITION_GONE, NULL, NULL },
	{ "back", CONDITION_BACK, NULL, NULL },
	{ "verdict", CONDITION_VERDICT, "a verdict such as overdue",
	    value_verdict },
};
#define KINDS	(sizeof(kinds) / sizeof(kinds[0]))

static bool
parse_poll(struct condition *c, struct words *w, struct buf *error)
{
	const char *word = words_peek(w);
	uint64_t v;
	size_t i;

	for (i = 0; word != NULL && i <= GREATER; i++) {
		if (strcmp(word, comparisons[i]) != 0)
			continue;
		words_take(w);
		c->compare = (enum comparison)i;
		if (!words_number(w, "milliseconds", UINT32_MAX, &v, error))
			return (false);
		c->value = (uint32_t)v;
		return (true);
	}
	buf_adds(error, "expected < <= = != >= or > behind poll, not ");
	words_show(w, error);
	return (false);
}

bool
condition_parse(struct condition *c, struct words *w, struct buf *error)
{
	const char *word = words_peek(w);
	size_t i;

	*c = (struct condition){ .compare = EQUAL };
	for (i = 0; word != NULL && i < KINDS; i++) {
		if (strcmp(word, kinds[i].word) != 0)
			continue;
		words_take(w);
		c->kind = kinds[i].kind;
		if (c->kind == CONDITION_POLL)
			return (parse_poll(c, w, error));
		if (kinds[i].value == NULL)
			return (true);
		word = words_peek(w);
		if (word != NULL && kinds[i].value(word, &c->value)) {
			words_take(w);
			return (true);
		}
		buf_addf(error, "expected %s, not ", kinds[i].what);
		words_show(w, error);
		return (false);
	}
	buf_adds(error, "expected state, status, outcome, poll, gone, back or "
	    "verdict, not ");
	words_show(w, error);
	return (false);
}

static bool
compares(enum comparison how, uint32_t a, uint32_t b)
{
	switch (how) {
	case LESS:
		return (a < b);
	case LESS_EQUAL:
		return (a <= b);
	case EQUAL:
		return (a == b);
	case NOT_EQUAL:
		return (a != b);
	case GREATER_EQUAL:
		return (a >= b);
	case GREATER:
		return (a > b);
	}
	return (false);
}

/* The latest request that has ended, or NULL. */
static const struct request *
last_ended(const struct session *s)
{
	size_t i = s->nrequests;

	while (i-- > 0) {
		if (s->requests[i].complete != NO_EVENT)
			return (&s->requests[i]);
	}
	return (NULL);
}

bool
condition_holds(const struct condition *c, const struct session *s,
    const struct dfu_stack *stack, uint64_t now)
{
	const struct request *last = last_ended(s);

	switch (c->kind) {
	case CONDITION_STATE:
		return (s->belief.how != BELIEF_UNKNOWN &&
		    s->belief.state == c->value);
	case CONDITION_STATUS:
		return (s->status.known &&
		    s->status.reply.bStatus == c->value);
	case CONDITION_OUTCOME:
		return (last != NULL && last->outcome == c->value);
	case CONDITION_POLL:
		return (s->status.known && compares(c->compare,
		    s->status.reply.bwPollTimeout, c->value));
	case CONDITION_GONE:
		return (!s->present);
	case CONDITION_BACK:
		return (s->present && s->arrivals > 1);
	case CONDITION_VERDICT:
		return (strcmp(verdict_of(s, stack, now).row->word,
		    verdict_rows[c->value].word) == 0);
	}
	return (false);
}

void
condition_words(const struct condition *c, struct buf *b)
{
	size_t i;

	for (i = 0; i < KINDS; i++) {
		if (kinds[i].kind == c->kind)
			buf_adds(b, kinds[i].word);
	}
	switch (c->kind) {
	case CONDITION_STATE:
		if (dfu_state_row((uint8_t)c->value) != NULL)
			buf_addf(b, " %s", dfu_state_name((uint8_t)c->value));
		else
			buf_addf(b, " %u", c->value);
		break;
	case CONDITION_STATUS:
		if (dfu_status_row((uint8_t)c->value) != NULL)
			buf_addf(b, " %s",
			    dfu_status_name((uint8_t)c->value));
		else
			buf_addf(b, " %u", c->value);
		break;
	case CONDITION_OUTCOME:
		buf_addf(b, " %s", outcome_name((enum outcome)c->value));
		break;
	case CONDITION_POLL:
		buf_addf(b, " %s %u ms", comparisons[c->compare], c->value);
		break;
	case CONDITION_VERDICT:
		buf_addf(b, " %s", verdict_rows[c->value].word);
		break;
	case CONDITION_GONE:
	case CONDITION_BACK:
		break;
	}
}

static void
instead_state(const struct session *s, struct buf *b)
{
	if (!s->present)
		buf_adds(b, "the device is gone");
	else if (s->belief.how == BELIEF_UNKNOWN)
		buf_adds(b, "the state is not known");
	else if (dfu_state_row(s->belief.state) == NULL)
		buf_addf(b, "the state is %u", s->belief.state);
	else
		buf_addf(b, "the state is %s",
		    dfu_state_name(s->belief.state));
	if (s->belief.by != 0)
		buf_addf(b, " (#%u)", s->belief.by);
}

void
condition_instead(const struct condition *c, const struct session *s,
    const struct dfu_stack *stack, uint64_t now, struct buf *b)
{
	const struct request *last = last_ended(s);
	struct verdict v;

	switch (c->kind) {
	case CONDITION_STATE:
		instead_state(s, b);
		return;
	case CONDITION_STATUS:
		if (!s->status.known)
			break;
		buf_addf(b, "the status is %u %s (#%u)",
		    s->status.reply.bStatus,
		    dfu_status_name(s->status.reply.bStatus), s->status.by);
		return;
	case CONDITION_OUTCOME:
		if (last == NULL)
			break;
		buf_addf(b, "the outcome is %s (#%u)",
		    outcome_name(last->outcome), last->number);
		return;
	case CONDITION_POLL:
		if (!s->status.known)
			break;
		buf_addf(b, "bwPollTimeout is %u ms (#%u)",
		    s->status.reply.bwPollTimeout, s->status.by);
		return;
	case CONDITION_GONE:
		buf_adds(b, "the device is on the bus");
		return;
	case CONDITION_BACK:
		buf_adds(b, s->present ? "the device never left" :
		    "the device is gone");
		return;
	case CONDITION_VERDICT:
		v = verdict_of(s, stack, now);
		buf_addf(b, "the verdict is %s: ", v.row->word);
		verdict_words(&v, s, now, b);
		return;
	}
	buf_adds(b, "nothing was answered yet");
}
