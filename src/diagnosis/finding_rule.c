/* SPDX-License-Identifier: ISC */
/* What predicates say and ask; the words of classes and sides. */
#include "diagnosis/finding_rule.h"

#include "wire/usb.h"

const char *
finding_class_name(enum finding_class class)
{
	switch (class) {
	case FINDING_POLL:
		return ("waits and polls");
	case FINDING_MANIFEST:
		return ("manifestation and leaving");
	case FINDING_DFUSE:
		return ("DfuSe commands and protection");
	case FINDING_DATA:
		return ("blocks and their errors");
	case FINDING_HOST:
		return ("requests not allowed in their state");
	case FINDING_RUNTIME:
		return ("DETACH, reset, reconnection");
	case FINDING_BUS:
		return ("cable and system");
	case FINDING_DEVICE:
		return ("descriptors and strings");
	}
	return (NULL);
}

const char *
finding_fault_words(enum finding_fault fault)
{
	switch (fault) {
	case FINDING_FAULT_HOST:
		return ("host software");
	case FINDING_FAULT_DEVICE:
		return ("device firmware");
	case FINDING_FAULT_SYSTEM:
		return ("cable, driver or OS");
	case FINDING_FAULT_NOBODY:
		return ("no fault");
	case FINDING_FAULT_OPEN:
		return ("not determined");
	}
	return (NULL);
}

const char *
finding_life_name(enum finding_life life)
{
	switch (life) {
	case FINDING_SO_FAR:
		return ("so-far");
	case FINDING_STANDS:
		return ("stands");
	case FINDING_WITHDRAWN:
		return ("withdrawn");
	}
	return (NULL);
}

bool
finding_say(struct finding_case *c, const char *fmt, ...)
{
	va_list ap;

	if (!c->known) {
		va_start(ap, fmt);
		buf_addv(c->evidence, fmt, ap);
		va_end(ap);
	}
	return (true);
}

bool
finding_since(struct finding_case *c, uint32_t first, const char *fmt, ...)
{
	va_list ap;

	c->first = first;
	if (!c->known) {
		va_start(ap, fmt);
		buf_addv(c->evidence, fmt, ap);
		va_end(ap);
	}
	return (true);
}

bool
finding_no_answer(struct finding_case *c, uint32_t first)
{
	finding_since(c, first, "no answer");
	return (session_fact(c->s, FACT_CLOCK) != KNOWN_YES ||
	    finding_say(c, " in %.1f s",
	    (double)(c->r->done - c->r->at) / 1e6));
}

const char *
finding_status(const struct finding_case *c)
{
	return (c->r != NULL && c->r->replied &&
	    session_fact(c->s, FACT_ERROR_CODE) == KNOWN_YES ?
	    dfu_status_name(c->r->reply.bStatus) :
	    dfu_state_name(DFU_STATE_ERROR));
}

bool
finding_is(const struct finding_case *c, uint8_t bRequest)
{
	return (c->r != NULL && c->r->setup.bRequest == bRequest &&
	    dfu_request_of(&c->r->setup) != NULL);
}

bool
finding_is_end(const struct finding_case *c)
{
	return (finding_is(c, DFU_DNLOAD) && c->r->setup.wLength == 0);
}

bool
finding_knows_before(const struct finding_case *c)
{
	/* A tool tells from its own beginning on. */
	return (c->e->basis != EVENT_SEEN || c->s->who == NULL ||
	    !(c->s->who->lacks & FACT(FACT_OTHERS)));
}

bool
finding_asks(const struct setup *setup)
{
	return (setup->bRequest == DFU_GETSTATUS ||
	    setup->bRequest == DFU_GETSTATE);
}

bool
finding_dfuse(const struct finding_case *c)
{
	return (c->w->here.dialect == DFU_DIALECT_DFUSE);
}

bool
finding_plain(const struct finding_case *c)
{
	return (c->w->here.dialect == DFU_DIALECT_PLAIN);
}

bool
finding_sure(const struct finding_case *c)
{
	return (!c->w->work.unsure);
}

bool
finding_erases(const struct finding_case *c)
{
	return (c->w->work.kind == DFU_KIND_ERASE ||
	    c->w->work.kind == DFU_KIND_MASS_ERASE);
}

bool
finding_after(const struct finding_case *c, uint8_t bRequest)
{
	return (c->w->here.past.number != 0 &&
	    c->w->here.past.request == bRequest &&
	    outcome_is_answer(c->w->here.past.outcome));
}

bool
finding_back(const struct finding_case *c, const struct finding *f)
{
	(void)f;
	return (c->e->kind == EVENT_ARRIVED);
}

/* The request whose work an event shows to be done, or NULL. */
static const struct request *
done_work(const struct finding_case *c)
{
	if (c->r == NULL || c->e->kind != EVENT_COMPLETE)
		return (NULL);
	if (c->r->meaning.kind == DFU_KIND_READ)
		return (outcome_is_answer((enum outcome)c->r->outcome) ?
		    c->r : NULL);
	return (c->state == DFU_STATE_DNLOAD_IDLE && !c->w->work.over ?
	    session_request(c->s, c->w->work.by) : NULL);
}

bool
finding_done_after_all(const struct finding_case *c, const struct finding *f)
{
	const struct request *done = done_work(c);
	const struct request *was = session_request(c->s, f->first);

	return (done != NULL && was != NULL && done->number > f->last &&
	    was->at >= c->s->arrived_at &&
	    done->meaning.kind == was->meaning.kind &&
	    done->alternate == was->alternate &&
	    done->meaning.addressed == was->meaning.addressed &&
	    (done->meaning.addressed ?
		done->meaning.address == was->meaning.address :
		done->setup.wValue == was->setup.wValue));
}

const char *
finding_ended(uint8_t outcome)
{
	switch ((enum outcome)outcome) {
	case OUTCOME_OK:
	case OUTCOME_SHORT:
		return ("an answer");
	case OUTCOME_STALL:
		return ("STALL");
	case OUTCOME_TIMEOUT:
		return ("no answer");
	case OUTCOME_CANCELLED:
		return ("cancelled");
	case OUTCOME_BUSERROR:
		return ("bus error");
	case OUTCOME_BABBLE:
		return ("more bytes than requested");
	case OUTCOME_GONE:
		return ("no answer");
	case OUTCOME_DENIED:
		return ("permission denied");
	case OUTCOME_BUSY:
		return ("in use by another program");
	case OUTCOME_UNKNOWN:
		break;
	}
	return ("outcome unknown");
}

uint32_t
finding_stayed(const struct finding_case *c)
{
	return (c->w->stay.state == c->state ? c->w->stay.told : 0);
}

bool
finding_clock_stands(const struct finding_case *c)
{
	const struct request *told = session_request(c->s, c->s->status.by);

	return (told != NULL && told->at == c->now);
}

uint64_t
finding_idle(const struct finding_case *c)
{
	return (c->now - c->w->last_event);
}

uint8_t
finding_attributes(const struct session *s)
{
	const struct dfu_function *f = session_function(s);

	return (f != NULL && f->functional.present ?
	    f->functional.bmAttributes : 0);
}

bool
finding_is_stuck(const struct session *s)
{
	/* Not even a bus reset has ended what was found under way. */
	return (session_is_stuck(s) || (s->reset_at != 0 && s->leaving.found &&
	    s->leaving.began > s->reset_at));
}
