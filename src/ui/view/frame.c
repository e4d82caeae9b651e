/* Questions that several views ask. */
#include "ui/prompt/keys.h"
#include "ui/view/view.h"

#include "dfu/spec.h"

bool
frame_unknown(const struct frame *sc)
{
	return (sc->session == NULL || sc->estimate.how == ESTIMATE_UNKNOWN);
}

bool
frame_first_query(const struct frame *sc)
{
	const struct session *s = sc->session;

	return (s != NULL && s->present && s->pending.number == 0 &&
	    sc->estimate.how == ESTIMATE_UNKNOWN);
}

struct verdict
frame_verdict(const struct frame *sc)
{
	return (verdict_of(sc->session, sc->runner != NULL ?
	    sc->runner->device_stack : NULL, sc->now));
}

const char *
frame_key(const struct frame *sc, const char *command)
{
	const struct command_row *row = command_named(command);

	return (row == NULL ? NULL : keys_of_command(sc->view->rc, row));
}

const char *
outcome_mark(uint8_t outcome)
{
	switch ((enum outcome)outcome) {
	case OUTCOME_STALL:
		return ("STALL");
	case OUTCOME_TIMEOUT:
		return ("no answer");
	case OUTCOME_GONE:
		return ("gone");
	case OUTCOME_CANCELLED:
		return ("cancelled");
	case OUTCOME_BUSERROR:
		return ("bus error");
	case OUTCOME_BABBLE:
		return ("babble");
	case OUTCOME_DENIED:
		return ("denied");
	case OUTCOME_BUSY:
		return ("busy");
	case OUTCOME_UNKNOWN:
	case OUTCOME_OK:
	case OUTCOME_SHORT:
		break;
	}
	return ("");
}

enum style
transition_words(struct buf *b, const struct dfu_transition *m)
{
	switch ((enum dfu_response)m->response) {
	case DFU_RESPONSE_STALL:
		buf_adds(b, m->next == m->state ? "STALL, stays" : "STALL → ");
		if (m->next != m->state)
			dfu_state_label(b, m->next);
		return (STYLE_DANGER);
	case DFU_RESPONSE_NONE_EXPECTED:
		buf_adds(b, "no answer");
		return (STYLE_WARNING);
	case DFU_RESPONSE_ANY:
		buf_adds(b, "left open");
		return (STYLE_WARNING);
	case DFU_RESPONSE_OK:
	case DFU_RESPONSE_NONE:
		break;
	}
	if (m->next == m->state) {
		buf_adds(b, "stays");
		return (STYLE_DIM);
	}
	buf_adds(b, "→ ");
	dfu_state_label(b, m->next);
	return (STYLE_NORMAL);
}

const char *
frame_asked(const struct frame *sc)
{
	if (sc->app->question.len != 0)
		return (buf_str(&sc->app->question));
	return (sc->runner != NULL ? sc->runner->question : NULL);
}

void
frame_off_bus(const struct frame *sc, struct buf *b)
{
	buf_adds(b, "The device is off the bus");
	if (sc->app->policy.past)
		buf_addc(b, '.');
	else if (sc->app->simulated)
		buf_adds(b, "; :plug puts the simulated one back.");
	else
		buf_adds(b, ": nothing can be sent to it.");
}
