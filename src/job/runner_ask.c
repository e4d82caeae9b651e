/* What a job may send, and what it has to ask before. */
#include "job/runner_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dfu/dfuse.h"
#include "dfu/layout.h"

/* A bus reset has no meaning of its own. */
static struct dfu_meaning
meaning_of(const struct effect *e, const struct session *s)
{
	if (e->kind == EFFECT_SUBMIT)
		return (session_xfer_meaning(s, &e->xfer));
	return ((struct dfu_meaning){ .danger = DFU_DANGER_LOSES,
	    .lost = DFU_LOST_BY_RESET });
}

/* What takes the whole device is answered with its own word. */
static const char *
word_of(const struct dfu_meaning *m, const struct session *s)
{
	if (m->kind == DFU_KIND_MASS_ERASE ||
	    m->kind == DFU_KIND_READ_UNPROTECT)
		return (dfuse_command_row((enum dfu_kind)m->kind)->name);
	if (m->kind == DFU_KIND_WRITE && m->dialect == DFU_DIALECT_DFUSE &&
	    layout_is_option_bytes(session_alternate_name(s, s->alternate)))
		return ("option-bytes");
	return (NULL);
}

static void
ask(struct runner *r, const struct effect *e, const struct dfu_meaning *m,
    const char *word)
{
	struct buf b = { 0 };

	if (e->kind == EFFECT_RESET)
		buf_adds(&b, "Bus reset");
	else
		words_xfer(&b, &e->xfer, m);
	buf_addf(&b,
	    m->danger == DFU_DANGER_DESTROYS ?
		". This cannot be undone. Lost: %s. Send it?" :
		". Lost: %s. Send it?",
	    dfu_meaning_loss(m) != NULL ? dfu_meaning_loss(m) : "not known");
	free(r->question);
	r->question = buf_take(&b);
	r->word = word;
}

/* "set address" as the beginning of a sentence: "Set address". */
static void
add_command(struct buf *b, const struct dfuse_command_row *row)
{
	const char *p;

	for (p = row->name; *p != '\0'; p++)
		buf_addc(b, p == row->name ? (char)(*p - 'a' + 'A') :
		    *p == '-' ? ' ' : *p);
}

static void
add_guess(struct buf *b, const struct dfuse_command_row *row)
{
	buf_adds(b, "a plain DFU device would store ");
	if (row->length == 1)
		buf_adds(b, "this byte as firmware");
	else
		buf_addf(b, "these %u bytes as firmware", row->length);
}

static void
ask_guess(struct runner *r, const struct dfu_meaning *m,
    const struct dfuse_command_row *row)
{
	struct buf b = { 0 };

	add_command(&b, row);
	buf_adds(&b, "? Undecided: ");
	add_guess(&b, row);
	if (row->length > 1)
		buf_addf(&b, ", and not take 0x%08x for an address",
		    m->maybe_address);
	if (row->loss != NULL)
		buf_addf(&b, ". Where DfuSe is spoken, lost: %s", row->loss);
	if (r->queried)
		buf_addf(&b, ". Asked: %s", buf_str(&r->result.text));
	buf_addc(&b, '.');
	free(r->question);
	r->question = buf_take(&b);
	r->asks_guess = true;
	r->word = m->maybe == DFU_KIND_MASS_ERASE ||
	    m->maybe == DFU_KIND_READ_UNPROTECT ? row->name : NULL;
}

/* Neither --yes nor arm answers what the device itself may be asked. */
static enum runner_pass
pass_guess(struct runner *r, const struct dfu_meaning *m,
    const struct dfuse_command_row *row)
{
	struct buf b = { 0 };

	if (r->guessed)
		return (RUNNER_PASS);
	if (r->policy.interactive) {
		ask_guess(r, m, row);
		return (RUNNER_PASS_WAIT);
	}
	buf_addf(&b, "%s refused: whether the device speaks DfuSe is "
	    "undecided, and ", row->name);
	add_guess(&b, row);
	buf_adds(&b, "; ask it: get-commands; say it: dialect dfuse|plain");
	runner_end_with(r, CODE_USAGE, buf_str(&b));
	buf_free(&b);
	return (RUNNER_PASS_ENDED);
}

/* What destroys asks; what only loses a state asks when one key sent it. */
enum runner_pass
runner_pass_danger(struct runner *r, const struct effect *e,
    const struct session *s)
{
	struct dfu_meaning m = meaning_of(e, s);
	const struct dfuse_command_row *guess = dfu_meaning_undecided(&m);
	struct buf b = { 0 };

	if (m.danger == DFU_DANGER_NONE)
		return (RUNNER_PASS);
	if (r->policy.read_only) {
		runner_end_with(r, CODE_USAGE, "refused: read-only, and this "
		    "request would change the device");
		return (RUNNER_PASS_ENDED);
	}
	if (guess != NULL)
		return (pass_guess(r, &m, guess));
	if (r->granted || r->policy.yes)
		return (RUNNER_PASS);
	if (m.danger == DFU_DANGER_LOSES &&
	    (!r->by_key || r->policy.confirm_off || !r->policy.loses_asks))
		return (RUNNER_PASS);
	if (r->policy.interactive) {
		ask(r, e, &m, word_of(&m, s));
		return (RUNNER_PASS_WAIT);
	}
	buf_addf(&b, "this needs --yes: lost would be %s",
	    dfu_meaning_loss(&m) != NULL ? dfu_meaning_loss(&m) :
	    "what is not known");
	runner_end_with(r, CODE_USAGE, buf_str(&b));
	buf_free(&b);
	return (RUNNER_PASS_ENDED);
}

enum runner_pass
runner_pass_wake(struct runner *r)
{
	if (!r->asleep || r->wake_granted || r->policy.yes || r->policy.wake)
		return (RUNNER_PASS);
	if (!r->policy.interactive) {
		runner_end_with(r, CODE_USAGE, "the device is suspended and "
		    "opening it would wake it with a GET_STATUS: this needs "
		    "--wake");
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

/* Nothing that destroys begins where everything is read-only. */
bool
runner_may_begin(struct runner *r, const struct job *j)
{
	if (j->ops->destroys == NULL || !r->policy.read_only)
		return (true);
	runner_end_with(r, CODE_USAGE, "refused: read-only, and this "
	    "would change the device");
	return (false);
}

static bool
is_allowed(const struct runner *r, struct job *j)
{
	if (j->ops->destroys == NULL)
		return (true);
	j->allowed = j->allowed || r->policy.interactive || r->policy.yes ||
	    r->granted;
	return (j->allowed);
}

/* What can be checked without the device has been, by now. */
bool
runner_are_allowed(struct runner *r)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < r->depth; i++) {
		if (is_allowed(r, r->jobs[i]))
			continue;
		buf_addf(&b, "this needs --yes: lost would be %s",
		    r->jobs[i]->ops->destroys);
		runner_end_with(r, CODE_USAGE, buf_str(&b));
		buf_free(&b);
		return (false);
	}
	return (true);
}
