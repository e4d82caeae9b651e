/* SPDX-License-Identifier: ISC */
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

/*
 * What a request is asked about: the act, which is also the key's, and what
 * is lost.
 */
static const struct {
	const char	*act;
	const char	*lost;
} asks[DFU_KIND_COUNT] = {
	[DFU_KIND_DETACH] = { "Detach the device",
	    "It may disconnect and leave run-time mode." },
	[DFU_KIND_CLRSTATUS] = { "Clear the error",
	    "The reason is lost: it cannot be read again afterwards." },
	[DFU_KIND_ABORT] = { "Abort the transfer", "Its progress is lost." },
	[DFU_KIND_WRITE] = { "Send this block",
	    "It overwrites the firmware in the device; the old contents are "
	    "lost." },
	[DFU_KIND_END] = { "End the download",
	    "The device starts manifestation; the open transfer is lost." },
	[DFU_KIND_LEAVE] = { "Leave DFU mode",
	    "The device starts manifestation; the open transfer is lost." },
	[DFU_KIND_WRITE_RESERVED] = { "Send this block",
	    "Its effect is unknown: DfuSe reserves block 1. The contents of "
	    "the memory may be lost." },
	[DFU_KIND_ERASE] = { "Erase the sector at",
	    "Its contents are lost and cannot be recovered." },
	[DFU_KIND_MASS_ERASE] = { "Erase the entire memory of the device",
	    "All contents are lost; this cannot be undone." },
	[DFU_KIND_READ_UNPROTECT] = { "Remove read protection",
	    "All of flash and RAM is lost; the device resets and "
	    "disconnects." },
	[DFU_KIND_COMMAND] = { "Send this block",
	    "Its effect is unknown: it is no known DfuSe command. The "
	    "contents of the memory may be lost." },
};

/* The act as a title, without its question mark. */
static void
add_act(struct buf *b, const struct effect *e, const struct dfu_meaning *m,
    const struct session *s)
{
	const struct status_seen *seen = &s->status;

	if (e->kind == EFFECT_RESET) {
		buf_adds(b, "Reset the bus at this port");
		return;
	}
	if (m->kind == DFU_KIND_CLRSTATUS && seen->known &&
	    seen->reply.bStatus != DFU_STATUS_OK) {
		buf_adds(b, "Clear ");
		dfu_status_label(b, seen->reply.bStatus);
		return;
	}
	buf_adds(b, asks[m->kind].act != NULL ? asks[m->kind].act :
	    "Send this request");
	if (m->kind == DFU_KIND_ERASE && m->addressed)
		buf_addf(b, " 0x%08x", m->address);
	if (asks[m->kind].act == NULL || m->kind == DFU_KIND_WRITE ||
	    m->kind == DFU_KIND_WRITE_RESERVED ||
	    m->kind == DFU_KIND_COMMAND) {
		buf_adds(b, " (");
		words_xfer(b, &e->xfer, m);
		buf_addc(b, ')');
	}
}

static const char *
lost_by(const struct effect *e, const struct dfu_meaning *m)
{
	if (e->kind == EFFECT_RESET)
		return ("The device loses its state and any unfinished "
		    "transfer.");
	return (asks[m->kind].lost != NULL ? asks[m->kind].lost :
	    "Its effect is unknown: the state of the device may be lost.");
}

static void
ask(struct runner *r, const struct effect *e, const struct dfu_meaning *m,
    const char *word, const struct session *s)
{
	struct buf b = { 0 };

	add_act(&b, e, m, s);
	buf_addf(&b, "? %s", lost_by(e, m));
	if (word != NULL && m->kind == DFU_KIND_WRITE)
		buf_adds(&b, " " JOB_OPTION_BYTES);
	free(r->question);
	r->question = buf_take(&b);
	r->word = word;
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

	buf_addf(&b, "Send %s", row->name);
	if (row->length > 1)
		buf_addf(&b, " 0x%08x", m->maybe_address);
	buf_adds(&b, "? The dialect is undecided: ");
	add_guess(&b, row);
	if (row->loss != NULL)
		buf_addf(&b, ". A DfuSe device would lose %s", row->loss);
	if (r->queried)
		buf_addf(&b, ". Query: %s", buf_str(&r->result.text));
	buf_addc(&b, '.');
	free(r->question);
	r->question = buf_take(&b);
	r->asks_guess = true;
	r->word = m->maybe == DFU_KIND_MASS_ERASE ||
	    m->maybe == DFU_KIND_READ_UNPROTECT ? row->name : NULL;
}

static void
add_cost(struct buf *b, const char *loss)
{
	buf_addf(b, "it destroys %s. Add --yes to allow it",
	    loss != NULL ? loss : "what is not known");
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
	buf_addf(&b, "%s: not sent: the dialect is undecided, and ",
	    row->name);
	add_guess(&b, row);
	buf_adds(&b, ". Run get-commands first, or set it: dialect "
	    "dfuse|plain");
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
		runner_end_with(r, CODE_USAGE, "not sent: --read-only is set "
		    "and this request changes the device");
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
		ask(r, e, &m, word_of(&m, s), s);
		return (RUNNER_PASS_WAIT);
	}
	buf_adds(&b, "not sent without confirmation: ");
	add_cost(&b, dfu_meaning_loss(&m));
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
		runner_end_with(r, CODE_USAGE, "cannot open the device: it "
		    "is suspended, and opening sends GET_STATUS. Add --wake "
		    "to allow it");
		return (RUNNER_PASS_ENDED);
	}
	free(r->question);
	r->asks_wake = true;
	r->question = mem_strdup("Open the device although it is suspended? "
	    "Opening wakes it: the host sends GET_STATUS, and a bus reset if "
	    "that fails.");
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
	runner_end_with(r, CODE_USAGE, "not sent: --read-only is set and "
	    "this command changes the device");
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
		buf_addf(&b, "cannot run %s without confirmation: ",
		    r->jobs[i]->ops->name);
		add_cost(&b, r->jobs[i]->ops->destroys);
		runner_end_with(r, CODE_USAGE, buf_str(&b));
		buf_free(&b);
		return (false);
	}
	return (true);
}
