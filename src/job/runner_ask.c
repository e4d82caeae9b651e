/* What a job may send, and what it has to ask before. */
#include "job/runner_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "wire/usb.h"

static enum dfu_danger
danger_of(const struct effect *e, const struct session *s,
    const char **loss)
{
	if (e->kind == EFFECT_SUBMIT)
		return (session_danger(s, &e->xfer, loss));
	*loss = "the state, and every transfer that is not finished";
	return (DFU_DANGER_LOSES);
}

/* What takes the whole device is answered with its own word. */
static const char *
word_of(const struct effect *e, const struct session *s)
{
	const struct setup *q = &e->xfer.setup;
	const char *name = session_alternate_name(s, s->alternate);
	const struct dfuse_command_row *row;

	if (e->kind != EFFECT_SUBMIT || dfu_request_of(q) == NULL ||
	    q->bRequest != DFU_DNLOAD || !session_dfuse(s))
		return (NULL);
	if (q->wValue >= DFUSE_FIRST_BLOCK)
		return (name != NULL && strstr(name, "Option") != NULL ?
		    "option-bytes" : NULL);
	row = dfuse_command_of(e->xfer.data, q->wLength);
	return (row != NULL && row->length == 1 ? row->name : NULL);
}

static void
ask(struct runner *r, const struct effect *e, const struct session *s,
    enum dfu_danger danger, const char *loss)
{
	struct words_context c = session_words_context(s);
	struct event submit = { .kind = EVENT_SUBMIT,
	    .setup = e->xfer.setup, .data = e->xfer.data };
	struct buf b = { 0 };

	if (e->kind == EFFECT_RESET) {
		buf_adds(&b, "Bus reset");
	} else {
		submit.kept = submit.len = e->xfer.data != NULL ?
		    e->xfer.setup.wLength : 0;
		words_event(&b, &submit, NULL, &c);
	}
	buf_addf(&b, danger == DFU_DANGER_DESTROYS ?
	    ". This cannot be undone. Lost: %s. Send it?" :
	    ". Lost: %s. Send it?", loss != NULL ? loss : "not known");
	free(r->question);
	r->question = buf_take(&b);
	r->word = word_of(e, s);
}

/* What destroys asks; what only loses a state asks when one key sent it. */
enum runner_pass
runner_pass_danger(struct runner *r, const struct effect *e,
    const struct session *s)
{
	const char *loss;
	enum dfu_danger danger = danger_of(e, s, &loss);
	struct buf b = { 0 };

	if (danger == DFU_DANGER_NONE)
		return (RUNNER_PASS);
	if (r->policy.read_only) {
		runner_end_with(r, CODE_USAGE, "refused: read-only, and this "
		    "request would change the device");
		return (RUNNER_PASS_ENDED);
	}
	if (r->granted || r->policy.yes)
		return (RUNNER_PASS);
	if (danger == DFU_DANGER_LOSES &&
	    (!r->by_key || r->policy.confirm_off || !r->policy.loses_asks))
		return (RUNNER_PASS);
	if (r->policy.interactive) {
		ask(r, e, s, danger, loss);
		return (RUNNER_PASS_WAIT);
	}
	buf_addf(&b, "this needs --yes: lost would be %s",
	    loss != NULL ? loss : "what is not known");
	runner_end_with(r, CODE_USAGE, buf_str(&b));
	buf_free(&b);
	return (RUNNER_PASS_ENDED);
}

enum runner_pass
runner_pass_wake(struct runner *r)
{
	if (!r->asleep || r->wake_granted || r->policy.yes)
		return (RUNNER_PASS);
	if (!r->policy.interactive) {
		runner_end_with(r, CODE_USAGE, "the device is suspended and "
		    "opening it would wake it with a GET_STATUS: this needs "
		    "--yes");
		return (RUNNER_PASS_ENDED);
	}
	free(r->question);
	r->asks_wake = true;
	r->question = mem_strdup("The device is suspended. Opening it wakes "
	    "it with a GET_STATUS, and resets it if that fails. Open it?");
	return (RUNNER_PASS_WAIT);
}

/* A question of the job itself: a yes to it covers all that it sends. */
enum runner_pass
runner_pass_question(struct runner *r)
{
	if (r->granted || r->policy.yes) {
		r->has_paused = false;
		r->granted = true;
		return (RUNNER_PASS_ENDED);
	}
	if (r->question != NULL)
		return (RUNNER_PASS_WAIT);
	r->question = mem_strdup(r->paused.text);
	r->word = r->paused.word;
	return (RUNNER_PASS_WAIT);
}

/* What a job destroys is allowed before it sends anything, or never. */
bool
runner_is_allowed(struct runner *r, struct job *j)
{
	struct buf b = { 0 };

	if (j->allowed || j->ops->destroys == NULL)
		return (true);
	if (r->policy.read_only) {
		runner_end_with(r, CODE_USAGE, "refused: read-only, and this "
		    "would change the device");
		return (false);
	}
	j->allowed = r->policy.interactive || r->policy.yes || r->granted;
	if (j->allowed)
		return (true);
	buf_addf(&b, "this needs --yes: lost would be %s",
	    j->ops->destroys);
	runner_end_with(r, CODE_USAGE, buf_str(&b));
	buf_free(&b);
	return (false);
}
