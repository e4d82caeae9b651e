/* SPDX-License-Identifier: ISC */
/* What is said to a job that runs or asks. */
#include "command/cmd.h"

#include <stdlib.h>
#include <string.h>

#include "base/line.h"
#include "base/mem.h"
#include "command/app.h"
#include "job/runner.h"
#include "session/session.h"

/* What cannot be undone is answered with its own word, not with a slip. */
static bool
is_word(const struct runner *r, const char *word, struct buf *error)
{
	if (r->word == NULL ? word == NULL :
	    word != NULL && strcmp(word, r->word) == 0)
		return (true);
	if (r->word != NULL)
		buf_addf(error, "type yes %s to answer, or no to cancel",
		    r->word);
	else
		buf_adds(error, "type yes without a word to answer, or no to "
		    "cancel");
	return (false);
}

static bool
answer(const struct command_context *c, bool yes, const char *word,
    struct buf *error)
{
	if (c == NULL)
		return (true);
	c->effect->yes = yes;
	if (c->app->question.len != 0 && word == NULL) {
		buf_reset(&c->app->question);
		return (!yes || cmd_wish(c, APP_QUIT, NULL));
	}
	if (c->runner == NULL || c->runner->question == NULL) {
		buf_adds(error, "there is no question to answer");
		return (false);
	}
	if (yes && !is_word(c->runner, word, error))
		return (false);
	return (cmd_wish(c, APP_ANSWER, NULL));
}

static bool
act_yes(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	char *word = mem_strdup(line_peek(w));
	bool ok;

	if (word != NULL)
		line_take(w);
	ok = answer(c, true, word, error);
	free(word);
	return (ok);
}

static bool
act_no(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	(void)w;
	return (answer(c, false, NULL, error));
}

static bool
act_query(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	(void)w;
	if (c == NULL)
		return (true);
	if (c->runner != NULL && runner_asks_guess(c->runner))
		return (cmd_wish(c, APP_QUERY, NULL));
	buf_adds(error, "no open question asks for the dialect");
	return (false);
}

/* Without a word it is a switch: the key turns it on and off. */
static bool
act_arm(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	bool off = line_accept(w, "off");
	struct runner *r = c != NULL ? c->runner : NULL;

	(void)error;
	if (c == NULL)
		return (true);
	r->policy.confirm_off = !off && !r->policy.confirm_off;
	buf_adds(cmd_tell(c), r->policy.confirm_off ?
	    "confirmation is off: single-key requests are sent at once (A "
	    "turns it on)" :
	    "confirmation is on: a key that loses a state asks first (A "
	    "turns it off)");
	return (true);
}

static const char *
refuse_cancel(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)now;
	if (r != NULL && runner_busy(r))
		return (NULL);
	if (s != NULL && s->pending.number != 0)
		return (NULL);
	return ("nothing to cancel");
}

static const char *
refuse_answer(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)s;
	(void)now;
	return (r != NULL && r->question != NULL ? NULL :
	    "there is no question to answer");
}

static const char *
refuse_query(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)s;
	(void)now;
	return (r != NULL && runner_asks_guess(r) ? NULL :
	    "no open question asks for the dialect");
}

const struct command_row cmd_answer[] = {
	{ .name = "cancel", .args = "",
	    .sentence = "cancel the request in flight and the running job",
	    .group = COMMAND_HOUSE, .jobs = true,
	    .key = 'k', .label = "Cancel", .adds = true,
	    .effect = APP_CANCEL, .refuse = refuse_cancel },
	{ .name = "yes", .args = "[WORD]",
	    .sentence = "accept the question, with its WORD where one is "
	    "asked for",
	    .group = COMMAND_HOUSE, .jobs = true,
	    .act = act_yes, .refuse = refuse_answer },
	{ .name = "no", .args = "",
	    .sentence = "answer no",
	    .group = COMMAND_HOUSE, .jobs = true,
	    .act = act_no, .refuse = refuse_answer },
	{ .name = "query", .args = "",
	    .sentence = "read the dialect from the device (UPLOAD of block 0, "
	    "then ABORT) while a question asks for it",
	    .group = COMMAND_HOUSE, .jobs = true,
	    .act = act_query,
	    .refuse = refuse_query },
	{ .name = "arm", .args = "[off]",
	    .sentence = "switch confirmation of single-key requests off or on",
	    .group = COMMAND_HOUSE, .jobs = true,
	    .key = 'A', .label = "Arm", .device = true,
	    .adds = true, .act = act_arm,
	    .places = { { .literals = "off" } } },
	{ .name = NULL },
};
