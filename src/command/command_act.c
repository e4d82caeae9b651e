/* Commands that change the application state at once. With c NULL they only
 * check. */
#include "command/command_args.h"

#include <stdlib.h>
#include <string.h>

#include "base/line.h"
#include "base/mem.h"
#include "base/text.h"
#include "command/app.h"
#include "command/app_effect.h"
#include "diagnosis/what_if.h"
#include "job/condition.h"
#include "session/limits.h"

#define WATCH_LEAST	10

/* Said in the message line: what holds from now on. */
static struct buf *
tell(const struct command_context *c)
{
	c->effect->kind = APP_SAY;
	return (&c->effect->text);
}

static bool
no_device(struct buf *error)
{
	buf_adds(error, "there is no device");
	return (false);
}

static bool
wish(const struct command_context *c, enum app_effect_kind kind)
{
	if (c != NULL)
		c->effect->kind = kind;
	return (true);
}

bool
act_step(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	bool state = line_accept(w, "state");
	struct runner *r;

	if (c == NULL)
		return (true);
	r = c->runner;
	if (r == NULL)
		return (no_device(error));
	if (!runner_busy(r)) {
		r->stepping = true;
		buf_adds(tell(c),
		    "the next job is held before each request; "
		    "continue ends that");
		return (true);
	}
	r->gate = state ? RUNNER_STEP_STATE : RUNNER_STEP;
	r->stepped_from = app_session(c->app)->estimate;
	return (true);
}

bool
act_skip(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	struct runner *r;

	(void)w;
	if (c == NULL)
		return (true);
	r = c->runner;
	if (r != NULL && runner_skip_wait(r, app_session(c->app)))
		return (true);
	if (r == NULL || !runner_is_paused(r)) {
		buf_adds(error, "no job waits and no request is held");
		return (false);
	}
	buf_adds(tell(c), "skipped: ");
	runner_paused_words(r, app_session(c->app), &c->effect->text);
	runner_skip(r);
	return (true);
}

bool
act_instead(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	struct runner *r = c != NULL ? c->runner : NULL;
	struct buf command = { 0 };
	bool ok = command_take(w, &command, error);

	if (ok && c != NULL && (r == NULL || !runner_is_paused(r))) {
		buf_adds(error, "no request is held");
		ok = false;
	}
	if (ok && c != NULL) {
		c->effect->kind = APP_INSTEAD;
		buf_adds(&c->effect->text, buf_str(&command));
	}
	buf_free(&command);
	return (ok);
}

bool
act_continue(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	struct runner *r;

	(void)w;
	if (c == NULL)
		return (true);
	r = c->runner;
	if (r == NULL)
		return (no_device(error));
	if (!runner_busy(r))
		buf_adds(tell(c),
		    r->stepping ? "jobs begin unheld again" :
				  "nothing is held");
	r->gate = RUNNER_RUN;
	r->stepping = false;
	return (true);
}

/* The operator's own words, from what to where w stands. */
static void
tell_words(struct buf *b, const char *before, const char *what,
    struct line_reader *w)
{
	size_t n;

	line_peek(w);
	n = (size_t)(w->at - what);
	while (n > 0 && what[n - 1] == ' ')
		n--;
	buf_adds(b, before);
	text_escape(b, what, n);
}

bool
act_break(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	const char *what;
	struct condition condition;
	struct runner *r = c != NULL ? c->runner : NULL;

	if (c != NULL && r == NULL)
		return (no_device(error));
	if (line_peek(w) == NULL) {
		if (r != NULL) {
			buf_adds(tell(c),
			    r->nbreaks != 0 ? "no break is left" :
					      "there was no break");
			r->nbreaks = 0;
			r->broke_at = NULL;
		}
		return (true);
	}
	what = w->at;
	if (!condition_parse(&condition, w, error))
		return (false);
	if (r == NULL)
		return (true);
	if (r->nbreaks == RUNNER_BREAKS) {
		buf_addf(error, "at most %d at a time; break alone forgets "
		    "them", RUNNER_BREAKS);
		return (false);
	}
	r->breaks[r->nbreaks++] = condition;
	tell_words(tell(c),
	    condition_foresees(&condition) ? "holds before " : "holds when ",
	    what, w);
	if (r->nbreaks > 1)
		buf_addf(&c->effect->text, "; %zu breaks", r->nbreaks);
	return (true);
}

bool
act_watch(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	struct runner *r = c != NULL ? c->runner : NULL;
	bool off = line_accept(w, "off"), status;
	uint64_t ms = LIMIT_WATCH_MS;
	bool bare = !off && line_peek(w) == NULL;

	if (c != NULL && r == NULL)
		return (no_device(error));
	if (!off && line_peek(w) != NULL &&
	    !line_number(w, "milliseconds, or off", 3600000, &ms, error))
		return (false);
	if (!off && ms < WATCH_LEAST) {
		buf_addf(error, "at least %d ms", WATCH_LEAST);
		return (false);
	}
	status = !off && line_accept(w, "getstatus");
	/* Without a word it is a switch, as the key is. */
	if (bare && r != NULL && r->watch != 0)
		off = true;
	if (r == NULL)
		return (true);
	if (r->policy.past && !off) {
		buf_adds(error, RUNNER_PAST);
		return (false);
	}
	r->watch = off ? 0 : ms * 1000;
	r->watch_status = status;
	r->watch_next = 0;
	if (off)
		buf_adds(tell(c), "the watch is off");
	else
		buf_addf(tell(c),
		    "asks %s every %u ms while nothing else "
		    "runs; watch off ends that",
		    status ? "GETSTATUS" : "GETSTATE", (unsigned)ms);
	return (true);
}

bool
act_cancel(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	(void)w;
	(void)error;
	return (wish(c, APP_CANCEL));
}

/* What cannot be undone is answered with its own word, not with a slip. */
static bool
is_word(const struct runner *r, const char *word, struct buf *error)
{
	if (r->word == NULL ? word == NULL :
	    word != NULL && strcmp(word, r->word) == 0)
		return (true);
	if (r->word != NULL)
		buf_addf(error, "this is answered with: yes %s", r->word);
	else
		buf_adds(error, "yes alone is the answer");
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
		return (!yes || wish(c, APP_QUIT));
	}
	if (c->runner == NULL || c->runner->question == NULL) {
		buf_adds(error, "nothing is asked");
		return (false);
	}
	if (yes && !is_word(c->runner, word, error))
		return (false);
	return (wish(c, APP_ANSWER));
}

bool
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

bool
act_no(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	(void)w;
	return (answer(c, false, NULL, error));
}

/* Without a word it is a switch: the key turns it on and off. */
bool
act_arm(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	bool off = line_accept(w, "off");
	struct runner *r = c != NULL ? c->runner : NULL;

	if (c == NULL)
		return (true);
	if (r == NULL)
		return (no_device(error));
	r->policy.confirm_off = !off && !r->policy.confirm_off;
	buf_adds(tell(c),
	    r->policy.confirm_off ? "armed: requests that lose a "
				    "state no longer ask" :
				    "not armed: a key that loses a state "
				    "asks first");
	return (true);
}

static void
name_stacks(struct buf *error)
{
	size_t i;

	buf_adds(error, ", but auto");
	for (i = 0; i < dfu_stacks_count; i++)
		buf_addf(error, ", %s", dfu_stacks[i].id);
}

bool
act_stack(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	struct runner *r = c != NULL ? c->runner : NULL;
	const struct dfu_stack *stack = NULL;
	bool any = line_accept(w, "auto");

	if (!any && line_peek(w) != NULL)
		stack = dfu_stack_named(line_peek(w));
	if (!any && stack == NULL) {
		buf_adds(error, "no device stack is called ");
		line_show(w, error);
		name_stacks(error);
		return (false);
	}
	if (stack != NULL)
		line_take(w);
	if (c != NULL && r == NULL)
		return (no_device(error));
	if (r != NULL) {
		r->device_stack = stack;
		buf_addf(tell(c), "judged %s%s",
		    stack != NULL ? "as " : "by its descriptors",
		    stack != NULL ? stack->name : "");
	}
	return (true);
}

static void
name_asks(struct buf *error)
{
	size_t i;

	buf_adds(error, ", but ");
	for (i = 0; i < what_if_rows_count; i++)
		buf_addf(error, "%s%s", i > 0 ? ", " : "",
		    what_if_rows[i].ask);
}

bool
act_what_if(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	const struct what_if_row *row = NULL;
	struct buf ask = { 0 };

	if (line_peek(w) != NULL) {
		buf_adds(&ask, line_peek(w));
		row = what_if_named(buf_str(&ask));
		if (row == NULL) {
			buf_adds(error, "no request is called ");
			line_show(w, error);
			name_asks(error);
			buf_free(&ask);
			return (false);
		}
		line_take(w);
		/* The one of length 0 has two words. */
		buf_adds(&ask, " 0");
		if (what_if_named(buf_str(&ask)) != NULL &&
		    line_accept(w, "0"))
			row = what_if_named(buf_str(&ask));
	}
	buf_free(&ask);
	if (c == NULL)
		return (true);
	if (c->runner == NULL)
		return (no_device(error));
	c->effect->what_if = row;
	return (wish(c, APP_WHAT_IF));
}

bool
act_ways(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	(void)w;
	if (c == NULL)
		return (true);
	if (c->runner == NULL)
		return (no_device(error));
	return (wish(c, APP_WAYS));
}

bool
act_timeout(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	struct runner *r = c != NULL ? c->runner : NULL;
	uint64_t ms;

	if (!line_number(w, "milliseconds", 3600000, &ms, error))
		return (false);
	if (c != NULL && r == NULL)
		return (no_device(error));
	if (r == NULL)
		return (true);
	r->settings.timeout = (uint32_t)ms;
	if (ms != 0)
		buf_addf(tell(c), "each request may take %u ms", (unsigned)ms);
	else
		buf_adds(tell(c), "each request may take "
		    LIMIT_TEXT(LIMIT_REQUEST_S) " s, an erase "
		    LIMIT_TEXT(LIMIT_ERASE_S) " s");
	return (true);
}

bool
act_xfer_size(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	struct runner *r = c != NULL ? c->runner : NULL;
	uint64_t n;

	if (!line_number(w, "bytes from 0 to 65535", UINT16_MAX, &n, error))
		return (false);
	if (c != NULL && r == NULL)
		return (no_device(error));
	if (r == NULL)
		return (true);
	r->settings.xfer_size = (uint16_t)n;
	if (n != 0)
		buf_addf(tell(c), "blocks have %u bytes", (unsigned)n);
	else
		buf_adds(tell(c), "blocks are as long as wTransferSize says");
	return (true);
}

bool
act_device(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	uint64_t n;

	if (!line_number(w, "the number of a device", UINT16_MAX, &n, error))
		return (false);
	if (c == NULL)
		return (true);
	if (n == 0 || n > c->app->sessions->n) {
		buf_addf(error, c->app->sessions->n == 1 ?
		    "there is %zu device" : "there are %zu devices",
		    c->app->sessions->n);
		return (false);
	}
	c->app->current = (size_t)n - 1;
	return (true);
}

bool
act_mark(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	struct buf text = { 0 };
	bool ok;

	line_rest(w, &text);
	ok = text.len != 0;
	if (!ok)
		buf_adds(error, "the remark is missing");
	if (ok && wish(c, APP_MARK) && c != NULL)
		buf_add(&c->effect->text, text.data, text.len);
	buf_free(&text);
	return (ok);
}

bool
act_record(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	const char *word = line_peek(w);

	if (word == NULL || *word == '\0') {
		buf_adds(error, "the name of a new file is missing");
		return (false);
	}
	wish(c, strcmp(word, "off") == 0 ? APP_UNRECORD : APP_RECORD);
	if (c != NULL)
		buf_adds(&c->effect->text, word);
	line_take(w);
	return (true);
}

static bool
needs_simulated(const struct command_context *c, struct buf *error)
{
	if (c == NULL || c->app->simulated)
		return (true);
	buf_adds(error, "only a simulated device can be plugged from here");
	return (false);
}

bool
act_unplug(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	(void)w;
	return (needs_simulated(c, error) && wish(c, APP_UNPLUG));
}

bool
act_plug(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	(void)w;
	return (needs_simulated(c, error) && wish(c, APP_PLUG));
}

bool
act_help(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	(void)w;
	(void)error;
	return (wish(c, APP_HELP));
}

bool
act_quit(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	(void)w;
	(void)error;
	return (wish(c, APP_QUIT));
}
