/* SPDX-License-Identifier: ISC */
#include "diagnosis/claim.h"

#include <string.h>

#include "base/text.h"
#include "diagnosis/advice.h"
#include "diagnosis/verdict.h"

/* What a device that was asked to go may take for it, and to be back, us. */
#define GOES	2000000
#define COMES	3000000

/* Behind what a shell makes of a signal. */
#define SIGNALLED	128

static bool
stays(const struct session *s, uint64_t now)
{
	return (s->leaving.by != 0 && !s->leaving.found && s->present &&
	    dfu_state_is(session_estimate(s, now).state,
	    DFU_STATES_MANIFEST));
}

static bool
is_good(const struct session *s, uint64_t now)
{
	struct verdict v = verdict_of(s, s->said_stack, now);

	return (v.row->severity != SEVERITY_ERROR && !stays(s, now) &&
	    !session_memory_is_cut(s) && session_memory_mismatch(s) == NULL);
}

uint64_t
claim_due(const struct session *s, uint64_t now)
{
	if (s->seen == 0)
		return (0);
	if (!s->present)
		return (s->left_at + COMES);
	if (stays(s, now))
		return (s->leaving.began + session_wait_left(s, now) + GOES);
	if (s->cause == DEPARTURE_DETACH || s->cause == DEPARTURE_RESET)
		return (s->last_answer + GOES);
	return (0);
}

static void
say_claim(struct buf *b, int code, bool good)
{
	if (code > SIGNALLED)
		buf_addf(b, " was ended by signal %d; ", code - SIGNALLED);
	else if (code != 0)
		buf_addf(b, " claims failure (exit %d); ", code);
	else
		buf_addf(b, " claims success (exit 0); %s: ", good ?
		    "confirmed" : "contradicted");
}

bool
claim_words(struct buf *b, const struct session *s, const char *name,
    int code, uint64_t now)
{
	struct verdict v = verdict_of(s, s->said_stack, now);
	struct advice a = advice_of(s, s->said_stack, now);
	bool good = is_good(s, now);

	text_escape(b, name, strlen(name));
	say_claim(b, code, good);
	buf_addf(b, "%s: ", v.row->word);
	verdict_words(&v, s, now, b);
	if (advice_is_given(&a)) {
		buf_adds(b, " Do: ");
		advice_words(&a, b);
		if (a.why != NULL)
			buf_addf(b, " (%s)", a.why);
	}
	return (code != 0 || good);
}

void
claim_words_unseen(struct buf *b, const char *name, int code, bool loaded,
    bool changed)
{
	text_escape(b, name, strlen(name));
	if (code > SIGNALLED)
		buf_addf(b, " was ended by signal %d; ", code - SIGNALLED);
	else
		buf_addf(b, " ended with exit code %d; ", code);
	if (changed)
		buf_adds(b, "no request was seen, but a device connected or "
		    "disconnected: the tool calls the kernel directly or uses "
		    "another program; -T usbmon:BUS shows such requests");
	else
		buf_adds(b, loaded ? "the tool sent no request to a DFU "
		    "device" :
		    "the tool sent no visible request to a USB device");
}
