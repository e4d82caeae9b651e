/* SPDX-License-Identifier: ISC */
#include "job/condition.h"

#include <string.h>

#include "base/line.h"
#include "base/nearest.h"
#include "base/text.h"
#include "dfu/spec.h"
#include "diagnosis/verdict.h"
#include "session/session.h"
#include "trace/words.h"
#include "wire/usb.h"

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

/* Those of now, then those of version 0.1.0; NULL past the last. */
static const char *
verdict_word(uint32_t i)
{
	if (i < verdict_meanings_count)
		return (verdict_meanings[i].word);
	i -= (uint32_t)verdict_meanings_count;
	return (i < verdict_aliases_count ? verdict_aliases[i].old : NULL);
}

static bool
value_verdict(const char *word, uint32_t *v)
{
	uint32_t i = 0;

	while (verdict_word(i) != NULL && strcmp(verdict_word(i), word) != 0)
		i++;
	*v = i;
	return (verdict_word(i) != NULL);
}

static bool
value_request(const char *word, uint32_t *v)
{
	const struct dfu_request_row *row = dfu_request_named(word);

	if (row == NULL)
		return (false);
	*v = row->bRequest;
	return (true);
}

static bool
value_address(const char *word, uint32_t *v)
{
	uint64_t n;

	if (!text_number(word, UINT32_MAX, &n))
		return (false);
	*v = (uint32_t)n;
	return (true);
}

const struct condition_row condition_rows[] = {
	{ "state", CONDITION_STATE, "STATE", "the reported or expected state "
	    "is STATE (a name or number)",
	    "a state such as dfuIDLE", value_state, 0 },
	{ "status", CONDITION_STATUS, "STATUS", "the bStatus of the last "
	    "GETSTATUS is STATUS",
	    "a status such as errTARGET", value_status, 0 },
	{ "outcome", CONDITION_OUTCOME, "OUTCOME", "the last request ended "
	    "with: ok, short, stall, timeout, cancelled, buserror, babble, "
	    "gone, denied or busy", "an outcome such as stall",
	    value_outcome, 0 },
	{ "stall", CONDITION_OUTCOME, "", "the last request was stalled",
	    NULL, NULL, OUTCOME_STALL },
	{ "timeout", CONDITION_OUTCOME, "", "the last request timed out",
	    NULL, NULL, OUTCOME_TIMEOUT },
	{ "poll", CONDITION_POLL, "CMP MS", "compare the bwPollTimeout of "
	    "the last GETSTATUS; CMP is one of < <= = != >= >", NULL, NULL, 0 },
	{ "time", CONDITION_TIME, "CMP MS", "compare the duration of the last "
	    "request",
	    NULL, NULL, 0 },
	{ "request", CONDITION_REQUEST, "REQUEST", "the last request is "
	    "REQUEST; for break: the next one", "a request such as getstatus",
	    value_request, 0 },
	{ "address", CONDITION_ADDRESS, "ADDRESS", "the last request acted on "
	    "ADDRESS, by the address pointer and block number; for break: the "
	    "next one",
	    "an address such as 0x08000000", value_address, 0 },
	{ "gone", CONDITION_GONE, "", "the device is disconnected", NULL,
	    NULL, 0 },
	{ "back", CONDITION_BACK, "", "the device disconnected and reconnected",
	    NULL, NULL, 0 },
	{ "verdict", CONDITION_VERDICT, "WORD", "the verdict is WORD",
	    "a verdict such as overdue",
	    value_verdict, 0 },
};
const size_t condition_rows_count =
    sizeof(condition_rows) / sizeof(condition_rows[0]);
#define KINDS	(sizeof(condition_rows) / sizeof(condition_rows[0]))

/* The names that a condition's value may have, in turn; NULL: no more. */
static const char *
value_name(enum condition_kind kind, unsigned i)
{
	if (kind == CONDITION_STATE)
		return (i < DFU_STATE_COUNT ? dfu_state_name((uint8_t)i) :
		    NULL);
	if (kind == CONDITION_STATUS)
		return (i < DFU_STATUS_COUNT ? dfu_status_name((uint8_t)i) :
		    NULL);
	if (kind == CONDITION_OUTCOME)
		return (i < OUTCOME_COUNT ? outcome_name((enum outcome)i) :
		    NULL);
	return (NULL);
}

static void
suggest_value(const struct condition_row *row, const char *word,
    struct buf *error)
{
	struct nearest near;
	const char *name;
	unsigned i;

	nearest_begin(&near, word);
	for (i = 0; (name = value_name(row->kind, i)) != NULL; i++)
		nearest_offer(&near, name);
	nearest_ask(&near, error);
}

static bool
parse_comparison(struct condition *c, const char *name, struct line_reader *w,
    struct buf *error)
{
	const char *word = line_peek(w);
	uint64_t v;
	size_t i;

	for (i = 0; word != NULL && i <= GREATER; i++) {
		if (strcmp(word, comparisons[i]) != 0)
			continue;
		line_take(w);
		c->compare = (enum comparison)i;
		if (!line_number(w, "milliseconds", UINT32_MAX, &v, error))
			return (false);
		c->value = (uint32_t)v;
		return (true);
	}
	buf_addf(error, "expected < <= = != >= or > after %s, not ", name);
	line_show(w, error);
	return (false);
}

bool
condition_parse(struct condition *c, struct line_reader *w, struct buf *error)
{
	const char *word = line_peek(w);
	struct nearest near;
	size_t i;

	*c = (struct condition){ .compare = EQUAL };
	for (i = 0; word != NULL && i < KINDS; i++) {
		if (strcmp(word, condition_rows[i].word) != 0)
			continue;
		line_take(w);
		c->kind = condition_rows[i].kind;
		if (c->kind == CONDITION_POLL || c->kind == CONDITION_TIME)
			return (parse_comparison(c, condition_rows[i].word,
			    w, error));
		c->value = condition_rows[i].fixed;
		if (condition_rows[i].value == NULL)
			return (true);
		word = line_peek(w);
		if (word != NULL && condition_rows[i].value(word, &c->value)) {
			line_take(w);
			return (true);
		}
		buf_addf(error, "expected %s, not ", condition_rows[i].what);
		line_show(w, error);
		suggest_value(&condition_rows[i], word, error);
		return (false);
	}
	buf_adds(error, "expected ");
	for (i = 0; i < KINDS; i++)
		buf_addf(error, i == 0 ? "%s" : i + 1 < KINDS ? ", %s" :
		    " or %s", condition_rows[i].word);
	buf_adds(error, ", not ");
	line_show(w, error);
	nearest_begin(&near, line_peek(w));
	for (i = 0; i < KINDS; i++)
		nearest_offer(&near, condition_rows[i].word);
	nearest_ask(&near, error);
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
condition_foresees(const struct condition *c)
{
	return (c->kind == CONDITION_REQUEST || c->kind == CONDITION_ADDRESS);
}

bool
condition_meets(const struct condition *c, const struct setup *setup,
    const struct dfu_meaning *meaning)
{
	if (c->kind == CONDITION_REQUEST)
		return (dfu_request_of(setup) != NULL &&
		    setup->bRequest == c->value);
	return (c->kind == CONDITION_ADDRESS && meaning->addressed &&
	    c->value - meaning->address < meaning->length);
}

bool
condition_holds(const struct condition *c, const struct session *s,
    const struct dfu_stack *stack, uint64_t now)
{
	const struct request *last = last_ended(s);

	switch (c->kind) {
	case CONDITION_STATE:
		return (s->estimate.how != ESTIMATE_UNKNOWN &&
		    s->estimate.state == c->value);
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
		return (verdict_means(verdict_word(c->value),
		    verdict_of(s, stack, now).row->word));
	case CONDITION_REQUEST:
	case CONDITION_ADDRESS:
		return (last != NULL &&
		    condition_meets(c, &last->setup, &last->meaning));
	case CONDITION_TIME:
		return (last != NULL && compares(c->compare,
		    (uint32_t)((last->done - last->at) / 1000), c->value));
	}
	return (false);
}

void
condition_words(const struct condition *c, struct buf *b)
{
	size_t i = 0;

	while (condition_rows[i].kind != c->kind)
		i++;
	buf_adds(b, condition_rows[i].word);
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
	case CONDITION_TIME:
		buf_addf(b, " %s %u ms", comparisons[c->compare], c->value);
		break;
	case CONDITION_VERDICT:
		buf_addf(b, " %s", verdict_word(c->value));
		break;
	case CONDITION_REQUEST:
		buf_addf(b, " %s",
		    dfu_request_row((uint8_t)c->value)->name);
		break;
	case CONDITION_ADDRESS:
		buf_addf(b, " 0x%08x", c->value);
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
		buf_adds(b, "the device is disconnected");
	else if (s->estimate.how == ESTIMATE_UNKNOWN)
		buf_adds(b, "the state is unknown");
	else if (dfu_state_row(s->estimate.state) == NULL)
		buf_addf(b, "the state is %u", s->estimate.state);
	else
		buf_addf(b, "the state is %s",
		    dfu_state_name(s->estimate.state));
	if (s->estimate.by != 0)
		buf_addf(b, " (#%u)", s->estimate.by);
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
		buf_adds(b, "the status is ");
		dfu_status_label(b, s->status.reply.bStatus);
		buf_addf(b, " (#%u)", s->status.by);
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
		buf_adds(b, "the device is connected");
		return;
	case CONDITION_BACK:
		buf_adds(b, s->present ? "the device never disconnected" :
		    "the device is disconnected");
		return;
	case CONDITION_VERDICT:
		v = verdict_of(s, stack, now);
		buf_addf(b, "the verdict is %s: ", v.row->word);
		verdict_words(&v, s, now, b);
		return;
	case CONDITION_REQUEST:
	case CONDITION_ADDRESS:
		if (last == NULL)
			break;
		buf_addf(b, "#%u was ", last->number);
		words_request_name(b, &last->setup);
		return;
	case CONDITION_TIME:
		if (last == NULL)
			break;
		buf_addf(b, "#%u took ", last->number);
		text_duration(b, last->done - last->at);
		return;
	}
	buf_adds(b, "no request has been answered yet");
}
