/* SPDX-License-Identifier: ISC */
#include "ui/list/list_filter.h"

#include <string.h>

#include "base/line.h"
#include "base/text.h"
#include "dfu/spec.h"

/* No bRequest: a request outside the DFU class. */
#define OTHER	0x100u

static bool
request_value(const char *s, uint32_t *v)
{
	const struct dfu_request_row *row = dfu_request_named(s);

	if (row == NULL && strcmp(s, "other") != 0)
		return (false);
	*v = row != NULL ? row->bRequest : OTHER;
	return (true);
}

static bool
outcome_value(const char *s, uint32_t *v)
{
	enum outcome o;

	if (!outcome_parse(s, &o))
		return (false);
	*v = o;
	return (true);
}

static bool
state_value(const char *s, uint32_t *v)
{
	uint8_t state;

	if (!dfu_state_parse(s, &state))
		return (false);
	*v = state;
	return (true);
}

static bool
status_value(const char *s, uint32_t *v)
{
	uint8_t status;

	if (!dfu_status_parse(s, &status))
		return (false);
	*v = status;
	return (true);
}

static bool
number_value(const char *s, uint32_t *v)
{
	uint64_t n;

	if (!text_number(*s == '#' ? s + 1 : s, UINT32_MAX, &n))
		return (false);
	*v = (uint32_t)n;
	return (true);
}

static const struct {
	const char	*word;
	const char	*what;		/* what stands behind it */
	bool		(*value)(const char *s, uint32_t *v);
} kinds[LIST_FILTER_KIND_COUNT] = { [LIST_FILTER_REQUEST] = { "request",
					"a DFU request or other",
					request_value },
	[LIST_FILTER_OUTCOME] = { "outcome", "an outcome", outcome_value },
	[LIST_FILTER_STATE] = { "state", "a state", state_value },
	[LIST_FILTER_STATUS] = { "status", "a status", status_value },
	[LIST_FILTER_SINCE] = { "since", "the number of a request",
	    number_value },
	[LIST_FILTER_UNTIL] = {
	    "until", "the number of a request", number_value } };

const char *
list_filter_word(enum list_filter_kind kind)
{
	return (kinds[kind].word);
}

/*
 * The next word. '#' would begin a comment in a line of commands; here it
 * belongs to a number.
 */
static size_t
next_word(const char **p, struct buf *word)
{
	size_t n;

	*p += strspn(*p, " \t");
	n = strcspn(*p, " \t");
	buf_reset(word);
	buf_add(word, *p, n);
	return (n);
}

static void
complain(struct buf *error, const char *what, const struct buf *word)
{
	buf_addf(error, "expected %s, not ", what);
	if (word->len == 0) {
		buf_adds(error, "nothing");
		return;
	}
	buf_addc(error, '"');
	text_escape(error, word->data, word->len);
	buf_addc(error, '"');
}

/* One term at *p, which is left behind it or at the word that is wrong. */
static bool
parse_term(struct list_filter_term *t, const char **p, struct buf *word,
    struct buf *error)
{
	size_t n = next_word(p, word), k;

	*t = (struct list_filter_term){ .not =
					    strcmp(buf_str(word), "not") == 0 };
	if (t->not) {
		*p += n;
		n = next_word(p, word);
	}
	for (k = 0; k < LIST_FILTER_KIND_COUNT; k++)
		if (strcmp(buf_str(word), kinds[k].word) == 0)
			break;
	if (k == LIST_FILTER_KIND_COUNT) {
		complain(error, "request, outcome, state, status, since, "
		    "until or not", word);
		return (false);
	}
	*p += n;
	t->kind = (enum list_filter_kind)k;
	n = next_word(p, word);
	if (!kinds[k].value(buf_str(word), &t->value)) {
		complain(error, kinds[k].what, word);
		return (false);
	}
	*p += n;
	return (true);
}

bool
list_filter_parse(
    struct list_filter *s, const char *line, struct buf *error, size_t *at)
{
	struct buf word = { 0 };
	const char *p = line;
	bool ok = true;

	memset(s, 0, sizeof(*s));
	while (ok && p[strspn(p, " \t")] != '\0') {
		ok = s->n < LIST_FILTER_TERMS;
		if (!ok)
			buf_addf(error, "at most %d terms", LIST_FILTER_TERMS);
		else
			ok = parse_term(&s->terms[s->n++], &p, &word, error);
	}
	*at = (size_t)(p - line);
	if (ok)
		buf_adds(&s->text, line);
	else
		s->n = 0;
	buf_free(&word);
	return (ok);
}

void
list_filter_free(struct list_filter *s)
{
	buf_free(&s->text);
	memset(s, 0, sizeof(*s));
}

static bool
term_holds(const struct list_filter_term *t, const struct request *r)
{
	const struct dfu_request_row *row;

	switch (t->kind) {
	case LIST_FILTER_REQUEST:
		row = dfu_request_of(&r->setup);
		return (t->value == (row != NULL ? row->bRequest : OTHER));
	case LIST_FILTER_OUTCOME:
		return (t->value == r->outcome);
	case LIST_FILTER_STATE:
		return (t->value == r->before || t->value == r->after);
	case LIST_FILTER_STATUS:
		return (r->replied && t->value == r->reply.bStatus);
	case LIST_FILTER_SINCE:
		return (r->number >= t->value);
	case LIST_FILTER_UNTIL:
		return (r->number <= t->value);
	}
	return (false);
}

bool
list_filter_passes(const struct list_filter *s, const struct request *r)
{
	unsigned wanted = 0, held = 0, bit;
	size_t i;

	if (r->done == 0)
		return (true);
	for (i = 0; i < s->n; i++) {
		bit = 1u << s->terms[i].kind;
		if (s->terms[i].not) {
			if (term_holds(&s->terms[i], r))
				return (false);
			continue;
		}
		wanted |= bit;
		if (term_holds(&s->terms[i], r))
			held |= bit;
	}
	return (wanted == held);
}

/* Only a part of the time can be meant by what is not a request. */
bool
list_filter_passes_event(const struct list_filter *s, uint32_t after)
{
	size_t i;
	bool in;

	for (i = 0; i < s->n; i++) {
		if (s->terms[i].kind == LIST_FILTER_SINCE)
			in = after >= s->terms[i].value;
		else if (s->terms[i].kind == LIST_FILTER_UNTIL)
			in = after < s->terms[i].value;
		else
			return (false);
		if (in == s->terms[i].not)
			return (false);
	}
	return (true);
}
