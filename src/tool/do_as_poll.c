/* SPDX-License-Identifier: ISC */
/* What a tool makes of an answer: the letters of script.h. */
#include "tool/do_as_own.h"

#define FIRST_WAIT	5	/* ms, of a tool that keeps the last wait */

void
do_as_next_step(struct do_as_job *k)
{
	k->at++;
	k->phase = DO_AS_STEP;
}

void
do_as_give_up(struct do_as_job *k, const struct script_message *w)
{
	do_as_fail(k, w);
	k->phase = DO_AS_WATCH;
}

void
do_as_begin_poll(struct do_as_job *k, const struct script_poll *poll,
    uint64_t now)
{
	k->poll = poll;
	k->first = true;
	k->rounds = k->zeros = k->stalls = 0;
	k->polling = now;
	if (poll->before)
		k->due = now + (k->wait != 0 ? k->wait : FIRST_WAIT) * 1000ull;
	k->phase = DO_AS_ASK;
}

static void
keep_wait(struct do_as_job *k)
{
	const struct script *d = k->order.script;

	if (k->reply.bwPollTimeout != 0 || !d->keeps_wait)
		k->wait = k->reply.bwPollTimeout;
	else if (k->wait == 0)
		k->wait = FIRST_WAIT;
}

static void
sleep_for(struct do_as_job *k, uint32_t more)
{
	k->due = k->ended + ((uint64_t)k->wait + more) * 1000;
}

/* Its bound, or ours, is reached. */
static bool
is_over(const struct do_as_job *k)
{
	const struct script_poll *p = k->poll;

	return (k->rounds >= p->max || (p->limit != 0 &&
	    k->ended - k->polling > (uint64_t)p->limit * 1000));
}

/* What the tool makes of the answer: a letter of script.h. */
static char
letter_of(struct do_as_job *k)
{
	const struct script_poll *p = k->poll;

	if (!k->told && k->outcome == OUTCOME_STALL &&
	    k->stalls < p->stalls && k->wait != 0) {
		k->stalls++;
		return (SCRIPT_POLL);
	}
	if (!k->told && k->outcome == OUTCOME_STALL &&
	    p->stall_is != SCRIPT_NO_STATE) {
		k->state = p->stall_is;
		k->status = DFU_STATUS_OK;
		return (script_letter(p, k->first, k->state));
	}
	if (!k->told) {
		k->wait = 0;
		if (p->lost == SCRIPT_FAIL)
			do_as_give_up(k, &p->lost_says);
		return (p->lost);
	}
	k->state = k->reply.bState;
	k->status = k->reply.bStatus;
	k->manifest |= k->state == DFU_STATE_MANIFEST;
	keep_wait(k);
	return (script_letter(p, k->first, k->state));
}

/* It would go on, but for its bStatus. */
static void
end_poll(struct do_as_job *k)
{
	const struct script_poll *p = k->poll;

	if (k->status != DFU_STATUS_OK && p->status == SCRIPT_FAIL) {
		do_as_give_up(k, &p->status_says);
	} else if (k->status != DFU_STATUS_OK && p->status == SCRIPT_NEXT) {
		k->letter = SCRIPT_NEXT;
		k->phase = DO_AS_ACT;
	} else {
		do_as_next_step(k);
	}
}

static void
end_over(struct do_as_job *k)
{
	k->endless = k->poll->for_ever;
	do_as_give_up(k, &k->poll->over_says);
}

/* Once more, or an ABORT, a CLRSTATUS first. */
static void
ask_again(struct do_as_job *k, char letter)
{
	const struct script_poll *p = k->poll;

	if (is_over(k) && p->over == SCRIPT_FAIL) {
		end_over(k);
		return;
	}
	if (p->sleep != SCRIPT_SLEEP_NEVER)
		sleep_for(k, p->more);
	if (p->zeros != 0 && k->told && k->reply.bwPollTimeout == 0 &&
	    ++k->zeros == p->zeros) {
		do_as_give_up(k, &p->zeros_says);
		return;
	}
	k->letter = letter;
	if (letter != SCRIPT_POLL)
		k->phase = DO_AS_ACT;
	else if (is_over(k))
		do_as_next_step(k);
	else
		k->phase = DO_AS_ASK;
}

void
do_as_after_answer(struct do_as_job *k, uint64_t now)
{
	char letter = letter_of(k);

	k->first = false;
	if (k->poll->sleep == SCRIPT_SLEEP_ALWAYS)
		sleep_for(k, 0);
	switch (letter) {
	case SCRIPT_GO:
		end_poll(k);
		break;
	case SCRIPT_NEXT:
		do_as_begin_poll(k, k->poll->next, now);
		break;
	case SCRIPT_POLL:
	case SCRIPT_ABORT_ASK:
	case SCRIPT_CLEAR_ASK:
		ask_again(k, letter);
		break;
	case SCRIPT_ABORT_GO:
	case SCRIPT_CLEAR_GO:
	case SCRIPT_RESET_GO:
		k->letter = letter;
		k->phase = DO_AS_ACT;
		break;
	default:
		if (!k->failed)
			do_as_give_up(k, &k->poll->bad);
		break;
	}
}

void
do_as_after_act(struct do_as_job *k, uint64_t now)
{
	bool aborts = k->letter == SCRIPT_ABORT_ASK ||
	    k->letter == SCRIPT_ABORT_GO;
	const struct script_message *w;

	if (k->answered && !outcome_is_answer(k->outcome)) {
		w = aborts ? &k->poll->abort_says : &k->poll->clear_says;
		if (w->text != NULL || k->poll->lost != SCRIPT_GO) {
			do_as_give_up(k, w);
			return;
		}
	}
	if (k->letter == SCRIPT_NEXT)
		do_as_begin_poll(k, k->poll->next, now);
	else if ((k->letter == SCRIPT_ABORT_ASK ||
	    k->letter == SCRIPT_CLEAR_ASK) && !is_over(k))
		k->phase = DO_AS_ASK;
	else
		do_as_next_step(k);
}

bool
do_as_is_mute(const struct do_as_job *k, const struct session *s)
{
	const struct dfu_function *f = session_function(s);

	return (k->order.script->mute_in_manifest &&
	    k->state == DFU_STATE_MANIFEST && (f == NULL ||
	    !f->functional.present || (f->functional.bmAttributes &
	    DFU_ATTR_MANIFESTATION_TOLERANT) == 0));
}

