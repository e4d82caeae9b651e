/* Commands that change the application state at once. With desk NULL they only
 * check. */
#include "command/command_args.h"

#include <stdlib.h>
#include <string.h>

#include "base/line.h"
#include "base/mem.h"
#include "base/text.h"
#include "command/app.h"
#include "diagnosis/what_if.h"
#include "job/condition.h"
#include "session/limits.h"

#define WATCH_LEAST	10

static struct runner *
runner_of(const struct app *d)
{
	return (d->current < d->nrunners ? d->runners[d->current] : NULL);
}

/* Said in the message line: what holds from now on. */
static struct buf *
tell(struct app *d)
{
	buf_reset(&d->told);
	return (&d->told);
}

static bool
no_device(struct buf *error)
{
	buf_adds(error, "there is no device");
	return (false);
}

bool
act_step(struct app *d, struct line_reader *w, struct buf *error)
{
	bool state = line_accept(w, "state");
	struct runner *r;

	if (d == NULL)
		return (true);
	r = runner_of(d);
	if (r == NULL)
		return (no_device(error));
	if (!runner_busy(r)) {
		r->stepping = true;
		buf_adds(tell(d), "the next job is held before each request; "
		    "continue ends that");
		return (true);
	}
	r->gate = state ? RUNNER_STEP_STATE : RUNNER_STEP;
	r->stepped_from = d->sessions->list[d->current]->estimate;
	return (true);
}

bool
act_skip(struct app *d, struct line_reader *w, struct buf *error)
{
	struct buf text = { 0 };
	struct runner *r;

	(void)w;
	if (d == NULL)
		return (true);
	r = runner_of(d);
	if (r != NULL && runner_skip_wait(r,
	    d->sessions->list[d->current]))
		return (true);
	if (r == NULL || !runner_is_paused(r)) {
		buf_adds(error, "no job waits and no request is held");
		return (false);
	}
	buf_adds(&text, "skipped: ");
	runner_paused_words(r, d->sessions->list[d->current], &text);
	app_say(d, SEVERITY_NOTE, buf_str(&text), d->sessions->last);
	buf_free(&text);
	runner_skip(r);
	return (true);
}

bool
act_instead(struct app *d, struct line_reader *w, struct buf *error)
{
	struct runner *r = d != NULL ? runner_of(d) : NULL;
	struct buf command = { 0 };
	bool ok = command_take(w, &command, error);

	if (ok && d != NULL && (r == NULL || !runner_is_paused(r))) {
		buf_adds(error, "no request is held");
		ok = false;
	}
	if (ok && d != NULL) {
		buf_reset(&d->instead);
		buf_adds(&d->instead, buf_str(&command));
	}
	buf_free(&command);
	return (ok);
}

bool
act_continue(struct app *d, struct line_reader *w, struct buf *error)
{
	struct runner *r;

	(void)w;
	if (d == NULL)
		return (true);
	r = runner_of(d);
	if (r == NULL)
		return (no_device(error));
	if (!runner_busy(r))
		buf_adds(tell(d), r->stepping ? "jobs begin unheld again" :
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
act_break(struct app *d, struct line_reader *w, struct buf *error)
{
	const char *what;
	struct condition c;
	struct runner *r = d != NULL ? runner_of(d) : NULL;

	if (d != NULL && r == NULL)
		return (no_device(error));
	if (line_peek(w) == NULL) {
		if (r != NULL) {
			buf_adds(tell(d), r->nbreaks != 0 ? "no break is left"
			    : "there was no break");
			r->nbreaks = 0;
			r->broke_at = NULL;
		}
		return (true);
	}
	what = w->at;
	if (!condition_parse(&c, w, error))
		return (false);
	if (r == NULL)
		return (true);
	if (r->nbreaks == RUNNER_BREAKS) {
		buf_addf(error, "at most %d at a time; break alone forgets "
		    "them", RUNNER_BREAKS);
		return (false);
	}
	r->breaks[r->nbreaks++] = c;
	tell_words(tell(d), condition_foresees(&c) ? "holds before " :
	    "holds when ", what, w);
	if (r->nbreaks > 1)
		buf_addf(&d->told, "; %zu breaks", r->nbreaks);
	return (true);
}

bool
act_watch(struct app *d, struct line_reader *w, struct buf *error)
{
	struct runner *r = d != NULL ? runner_of(d) : NULL;
	bool off = line_accept(w, "off"), status;
	uint64_t ms = LIMIT_WATCH_MS;
	bool bare = !off && line_peek(w) == NULL;

	if (d != NULL && r == NULL)
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
		buf_adds(tell(d), "the watch is off");
	else
		buf_addf(tell(d), "asks %s every %u ms while nothing else "
		    "runs; watch off ends that", status ? "GETSTATUS" :
		    "GETSTATE", (unsigned)ms);
	return (true);
}

bool
act_cancel(struct app *d, struct line_reader *w, struct buf *error)
{
	(void)w;
	(void)error;
	if (d != NULL)
		d->cancel = true;
	return (true);
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
answer(struct app *d, bool yes, const char *word, struct buf *error)
{
	const struct runner *r;

	if (d == NULL)
		return (true);
	if (d->question.len != 0 && word == NULL) {
		buf_reset(&d->question);
		d->quit = d->sure = yes;
		return (true);
	}
	r = runner_of(d);
	if (r == NULL || r->question == NULL) {
		buf_adds(error, "nothing is asked");
		return (false);
	}
	if (yes && !is_word(r, word, error))
		return (false);
	d->answered = true;
	d->yes = yes;
	return (true);
}

bool
act_yes(struct app *d, struct line_reader *w, struct buf *error)
{
	char *word = mem_strdup(line_peek(w));
	bool ok;

	if (word != NULL)
		line_take(w);
	ok = answer(d, true, word, error);
	free(word);
	return (ok);
}

bool
act_no(struct app *d, struct line_reader *w, struct buf *error)
{
	(void)w;
	return (answer(d, false, NULL, error));
}

/* Without a word it is a switch: the key turns it on and off. */
bool
act_arm(struct app *d, struct line_reader *w, struct buf *error)
{
	bool off = line_accept(w, "off");
	struct runner *r = d != NULL ? runner_of(d) : NULL;

	if (d == NULL)
		return (true);
	if (r == NULL)
		return (no_device(error));
	r->policy.confirm_off = !off && !r->policy.confirm_off;
	buf_adds(tell(d), r->policy.confirm_off ? "armed: requests that lose a "
	    "state no longer ask" : "not armed: a key that loses a state "
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
act_stack(struct app *d, struct line_reader *w, struct buf *error)
{
	struct runner *r = d != NULL ? runner_of(d) : NULL;
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
	if (d != NULL && r == NULL)
		return (no_device(error));
	if (r != NULL) {
		r->device_stack = stack;
		buf_addf(tell(d), "judged %s%s", stack != NULL ? "as " :
		    "by its descriptors", stack != NULL ? stack->name : "");
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
act_what_if(struct app *d, struct line_reader *w, struct buf *error)
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
	if (d == NULL)
		return (true);
	if (runner_of(d) == NULL)
		return (no_device(error));
	d->what_if = true;
	d->what_if_row = row;
	return (true);
}

bool
act_ways(struct app *d, struct line_reader *w, struct buf *error)
{
	(void)w;
	if (d == NULL)
		return (true);
	if (runner_of(d) == NULL)
		return (no_device(error));
	d->ways = true;
	return (true);
}

bool
act_timeout(struct app *d, struct line_reader *w, struct buf *error)
{
	struct runner *r = d != NULL ? runner_of(d) : NULL;
	uint64_t ms;

	if (!line_number(w, "milliseconds", 3600000, &ms, error))
		return (false);
	if (d != NULL && r == NULL)
		return (no_device(error));
	if (r == NULL)
		return (true);
	r->settings.timeout = (uint32_t)ms;
	if (ms != 0)
		buf_addf(tell(d), "each request may take %u ms", (unsigned)ms);
	else
		buf_adds(tell(d), "each request may take "
		    LIMIT_TEXT(LIMIT_REQUEST_S) " s, an erase "
		    LIMIT_TEXT(LIMIT_ERASE_S) " s");
	return (true);
}

bool
act_xfer_size(struct app *d, struct line_reader *w, struct buf *error)
{
	struct runner *r = d != NULL ? runner_of(d) : NULL;
	uint64_t n;

	if (!line_number(w, "bytes from 0 to 65535", UINT16_MAX, &n, error))
		return (false);
	if (d != NULL && r == NULL)
		return (no_device(error));
	if (r == NULL)
		return (true);
	r->settings.xfer_size = (uint16_t)n;
	if (n != 0)
		buf_addf(tell(d), "blocks have %u bytes", (unsigned)n);
	else
		buf_adds(tell(d), "blocks are as long as wTransferSize says");
	return (true);
}

bool
act_device(struct app *d, struct line_reader *w, struct buf *error)
{
	uint64_t n;

	if (!line_number(w, "the number of a device", UINT16_MAX, &n, error))
		return (false);
	if (d == NULL)
		return (true);
	if (n == 0 || n > d->sessions->n) {
		buf_addf(error, d->sessions->n == 1 ? "there is %zu "
		    "device" : "there are %zu devices", d->sessions->n);
		return (false);
	}
	d->current = (size_t)n - 1;
	return (true);
}

bool
act_mark(struct app *d, struct line_reader *w, struct buf *error)
{
	struct buf text = { 0 };
	bool ok;

	line_rest(w, &text);
	ok = text.len != 0;
	if (!ok)
		buf_adds(error, "the remark is missing");
	if (ok && d != NULL) {
		buf_reset(&d->mark);
		buf_add(&d->mark, text.data, text.len);
	}
	buf_free(&text);
	return (ok);
}

bool
act_record(struct app *d, struct line_reader *w, struct buf *error)
{
	const char *word = line_peek(w);

	if (word == NULL || *word == '\0') {
		buf_adds(error, "the name of a new file is missing");
		return (false);
	}
	if (d != NULL && strcmp(word, "off") == 0) {
		d->unrecord = true;
	} else if (d != NULL) {
		buf_reset(&d->record);
		buf_adds(&d->record, word);
	}
	line_take(w);
	return (true);
}

static bool
needs_simulated(const struct app *d, struct buf *error)
{
	if (d == NULL || d->simulated)
		return (true);
	buf_adds(error, "only a simulated device can be plugged from here");
	return (false);
}

bool
act_unplug(struct app *d, struct line_reader *w, struct buf *error)
{
	(void)w;
	if (!needs_simulated(d, error))
		return (false);
	if (d != NULL)
		d->unplug = true;
	return (true);
}

bool
act_plug(struct app *d, struct line_reader *w, struct buf *error)
{
	(void)w;
	if (!needs_simulated(d, error))
		return (false);
	if (d != NULL)
		d->plug = true;
	return (true);
}

bool
act_help(struct app *d, struct line_reader *w, struct buf *error)
{
	(void)w;
	(void)error;
	if (d != NULL)
		d->help = true;
	return (true);
}

bool
act_quit(struct app *d, struct line_reader *w, struct buf *error)
{
	(void)w;
	(void)error;
	if (d != NULL)
		d->quit = true;
	return (true);
}
