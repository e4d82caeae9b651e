/* What a tool makes of an answer: the letters of dialect.h. */
#include "model/dialect_own.h"

#define FIRST_WAIT	5	/* ms, of a tool that keeps the last wait */

void
dialect_next_step(struct dialect_job *k)
{
	k->at++;
	k->phase = DO_AS_STEP;
}

void
dialect_give_up(struct dialect_job *k, const struct dialect_words *w)
{
	dialect_fail(k, w);
	k->phase = DO_AS_WATCH;
}

void
dialect_begin_poll(struct dialect_job *k, const struct dialect_poll *poll,
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
keep_wait(struct dialect_job *k)
{
	const struct dialect *d = k->order.dialect;

	if (k->reply.bwPollTimeout != 0 || !d->keeps_wait)
		k->wait = k->reply.bwPollTimeout;
	else if (k->wait == 0)
		k->wait = FIRST_WAIT;
}

static void
sleep_for(struct dialect_job *k, uint32_t more)
{
	k->due = k->ended + ((uint64_t)k->wait + more) * 1000;
}

/* Its bound, or ours, is reached. */
static bool
is_over(const struct dialect_job *k)
{
	const struct dialect_poll *p = k->poll;

	return (k->rounds >= p->max || (p->limit != 0 &&
	    k->ended - k->polling > (uint64_t)p->limit * 1000));
}

/* What the tool makes of the answer: a letter of dialect.h. */
static char
letter_of(struct dialect_job *k)
{
	const struct dialect_poll *p = k->poll;

	if (!k->told && k->outcome == OUTCOME_STALL &&
	    k->stalls < p->stalls && k->wait != 0) {
		k->stalls++;
		return (DIALECT_POLL);
	}
	if (!k->told && k->outcome == OUTCOME_STALL &&
	    p->stall_is != DIALECT_NO_STATE) {
		k->state = p->stall_is;
		k->status = DFU_STATUS_OK;
		return (dialect_letter(p, k->first, k->state));
	}
	if (!k->told) {
		k->wait = 0;
		if (p->lost == DIALECT_FAIL)
			dialect_give_up(k, &p->lost_says);
		return (p->lost);
	}
	k->state = k->reply.bState;
	k->status = k->reply.bStatus;
	k->manifest |= k->state == DFU_STATE_MANIFEST;
	keep_wait(k);
	return (dialect_letter(p, k->first, k->state));
}

/* It would go on, but for its bStatus. */
static void
end_poll(struct dialect_job *k)
{
	const struct dialect_poll *p = k->poll;

	if (k->status != DFU_STATUS_OK && p->status == DIALECT_FAIL) {
		dialect_give_up(k, &p->status_says);
	} else if (k->status != DFU_STATUS_OK && p->status == DIALECT_NEXT) {
		k->letter = DIALECT_NEXT;
		k->phase = DO_AS_ACT;
	} else {
		dialect_next_step(k);
	}
}

static void
end_over(struct dialect_job *k)
{
	k->endless = k->poll->for_ever;
	dialect_give_up(k, &k->poll->over_says);
}

/* Once more, or an ABORT, a CLRSTATUS first. */
static void
ask_again(struct dialect_job *k, char letter)
{
	const struct dialect_poll *p = k->poll;

	if (is_over(k) && p->over == DIALECT_FAIL) {
		end_over(k);
		return;
	}
	if (p->sleep != DIALECT_SLEEP_NEVER)
		sleep_for(k, p->more);
	if (p->zeros != 0 && k->told && k->reply.bwPollTimeout == 0 &&
	    ++k->zeros == p->zeros) {
		dialect_give_up(k, &p->zeros_says);
		return;
	}
	k->letter = letter;
	if (letter != DIALECT_POLL)
		k->phase = DO_AS_ACT;
	else if (is_over(k))
		dialect_next_step(k);
	else
		k->phase = DO_AS_ASK;
}

void
dialect_after_answer(struct dialect_job *k, uint64_t now)
{
	char letter = letter_of(k);

	k->first = false;
	if (k->poll->sleep == DIALECT_SLEEP_ALWAYS)
		sleep_for(k, 0);
	switch (letter) {
	case DIALECT_GO:
		end_poll(k);
		break;
	case DIALECT_NEXT:
		dialect_begin_poll(k, k->poll->next, now);
		break;
	case DIALECT_POLL:
	case DIALECT_ABORT_ASK:
	case DIALECT_CLEAR_ASK:
		ask_again(k, letter);
		break;
	case DIALECT_ABORT_GO:
	case DIALECT_CLEAR_GO:
	case DIALECT_RESET_GO:
		k->letter = letter;
		k->phase = DO_AS_ACT;
		break;
	default:
		if (!k->failed)
			dialect_give_up(k, &k->poll->bad);
		break;
	}
}

void
dialect_after_act(struct dialect_job *k, uint64_t now)
{
	bool aborts = k->letter == DIALECT_ABORT_ASK ||
	    k->letter == DIALECT_ABORT_GO;
	const struct dialect_words *w;

	if (k->answered && !outcome_is_answer(k->outcome)) {
		w = aborts ? &k->poll->abort_says : &k->poll->clear_says;
		if (w->text != NULL || k->poll->lost != DIALECT_GO) {
			dialect_give_up(k, w);
			return;
		}
	}
	if (k->letter == DIALECT_NEXT)
		dialect_begin_poll(k, k->poll->next, now);
	else if ((k->letter == DIALECT_ABORT_ASK ||
	    k->letter == DIALECT_CLEAR_ASK) && !is_over(k))
		k->phase = DO_AS_ASK;
	else
		dialect_next_step(k);
}

bool
dialect_is_mute(const struct dialect_job *k, const struct session *s)
{
	const struct dfu_function *f = session_function(s);

	return (k->order.dialect->mute_in_manifest &&
	    k->state == DFU_STATE_MANIFEST && (f == NULL ||
	    !f->functional.present || (f->functional.bmAttributes &
	    DFU_ATTR_MANIFESTATION_TOLERANT) == 0));
}

