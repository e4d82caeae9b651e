#include "ui/complete.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "dfu/spec.h"
#include "model/command.h"
#include "wire/xfer.h"

struct search {
	const char	*word;
	size_t		 length;
	const char	*first;		/* the first that fits */
	size_t		 common;	/* letters all that fit begin with */
	size_t		 count;
	struct buf	*choices;
};

static void
offer(struct search *s, const char *name)
{
	size_t i = 0;

	if (strncasecmp(name, s->word, s->length) != 0)
		return;
	if (s->count++ == 0) {
		s->first = name;
		s->common = strlen(name);
	} else {
		while (i < s->common && name[i] == s->first[i])
			i++;
		s->common = i;
		buf_addc(s->choices, ' ');
	}
	buf_adds(s->choices, name);
}

static void
offer_commands(struct search *s)
{
	size_t i;

	for (i = 0; i < commands_count; i++)
		offer(s, commands[i].name);
}

static void
offer_states(struct search *s)
{
	const struct dfu_state_row *row;
	uint8_t i;

	for (i = 0; i < DFU_STATE_COUNT; i++)
		if ((row = dfu_state_row(i)) != NULL)
			offer(s, row->name);
}

static void
offer_statuses(struct search *s)
{
	const struct dfu_status_row *row;
	uint8_t i;

	for (i = 0; i < DFU_STATUS_COUNT; i++)
		if ((row = dfu_status_row(i)) != NULL)
			offer(s, row->name);
}

static void
offer_outcomes(struct search *s)
{
	unsigned o;

	for (o = OUTCOME_OK; o < OUTCOME_COUNT; o++)
		offer(s, outcome_name((enum outcome)o));
}

static void
offer_conditions(struct search *s)
{
	static const char *const words[] = { "state", "status", "outcome",
	    "poll", "gone", "back" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		offer(s, words[i]);
}

static bool
word_is(const char *p, size_t n, const char *word)
{
	return (strlen(word) == n && strncmp(p, word, n) == 0);
}

/* What may stand behind the word p (n bytes; n 0: the line begins). */
static void
offer_after(struct search *s, const char *p, size_t n)
{
	if (n == 0)
		offer_commands(s);
	else if (word_is(p, n, "state"))
		offer_states(s);
	else if (word_is(p, n, "status"))
		offer_statuses(s);
	else if (word_is(p, n, "outcome"))
		offer_outcomes(s);
	else if (word_is(p, n, "expect") || word_is(p, n, "until") ||
	    word_is(p, n, "break"))
		offer_conditions(s);
	else
		offer_commands(s);
}

void
complete_line(const char *line, struct buf *more, struct buf *choices)
{
	const char *start = line, *word, *end, *before;
	struct search s = { .choices = choices };

	if ((word = strrchr(line, ';')) != NULL)
		start = word + 1;
	while (*start == ' ')
		start++;
	word = start + strlen(start);
	while (word > start && word[-1] != ' ')
		word--;
	for (end = word; end > start && end[-1] == ' '; end--)
		continue;
	for (before = end; before > start && before[-1] != ' '; before--)
		continue;
	s.word = word;
	s.length = strlen(word);
	offer_after(&s, before, (size_t)(end - before));
	if (s.count > 0 && s.common > s.length)
		buf_add(more, s.first + s.length, s.common - s.length);
	if (s.count == 1)
		buf_addc(more, ' ');
	if (s.count < 2)
		buf_reset(choices);
}
