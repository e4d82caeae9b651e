/* SPDX-License-Identifier: ISC */
/* Off the bus, and back on it. */
#include "diagnosis/verdict_own.h"

#include <string.h>

#include "base/code.h"
#include "base/text.h"

/* What the host did between its polls is told from here on, us. */
#define LEFT_APART	1000000

static bool
left(const struct verdict_facts *f)
{
	return (!f->s->present);
}

static bool
left_asked(const struct verdict_facts *f)
{
	return (!f->s->present && f->s->departure.leaving.by != 0);
}

static bool
detached(const struct verdict_facts *f)
{
	return (!f->s->present && f->s->departure.cause != DEPARTURE_UNASKED);
}

static bool
no_access(const struct verdict_facts *f)
{
	return (f->s->refused == OUTCOME_DENIED ||
	    (f->last != NULL && f->last->outcome == OUTCOME_DENIED));
}

static bool
in_use(const struct verdict_facts *f)
{
	return (f->s->refused == OUTCOME_BUSY ||
	    (f->last != NULL && f->last->outcome == OUTCOME_BUSY));
}

static bool
not_opened(const struct verdict_facts *f)
{
	return (f->s->refused != OUTCOME_UNKNOWN);
}

/* Since it came back, nothing was answered. */
static bool
back(const struct verdict_facts *f)
{
	return (f->s->arrivals > 1 && f->s->last_answer <= f->s->arrived_at);
}

static bool
back_dead(const struct verdict_facts *f)
{
	return (back(f) && f->last != NULL);
}

static bool
back_runtime(const struct verdict_facts *f)
{
	return (back(f) && session_runtime(f->s));
}

static bool
back_no_dfu(const struct verdict_facts *f)
{
	return (back(f) && session_function(f->s) == NULL);
}

static bool
back_dfu_entered(const struct verdict_facts *f)
{
	return (back(f) && f->s->departure.runtime);
}

static bool
same_id(const struct verdict_facts *f)
{
	const struct departure *d = &f->s->departure;

	return (f->s->who != NULL && f->s->who->vendor == d->vendor &&
	    f->s->who->product == d->product);
}

/* At once: whoever comes later may have been plugged in again. */
static bool
back_dfu_again(const struct verdict_facts *f)
{
	return (back(f) && f->s->departure.leaving.by != 0 && same_id(f) &&
	    f->s->arrived_at - f->s->left_at < SESSION_BACK_WITHIN);
}

static bool
back_other(const struct verdict_facts *f)
{
	return (back(f) && !same_id(f));
}

void
verdict_words_left(const struct session *s, struct buf *b)
{
	const struct leaving *l = &s->departure.leaving;
	uint64_t total;

	buf_adds(b, "the device left");
	if (l->by == 0) {
		verdict_add_number(b, s->departure.by);
		return;
	}
	if (l->polls != 0)
		verdict_add_polls(b, l->polls);
	if (s->left_at <= l->began)
		return;
	total = s->left_at - l->began;
	if (l->polls != 0 && l->polling + LEFT_APART < total) {
		buf_adds(b, " (");
		text_duration(b, l->polling);
		buf_adds(b, "), ");
		text_duration(b, total);
		buf_addf(b, " after #%u", l->by);
	} else {
		buf_adds(b, l->polls != 0 ? " (" : " at once (");
		text_duration(b, total);
		buf_addc(b, ')');
	}
}

static void
say_left_waits(const struct verdict_facts *f, struct buf *b)
{
	buf_adds(b, "The leave worked: ");
	verdict_words_left(f->s, b);
	buf_adds(b, ". Nothing has reconnected yet.");
}

static void
add_nothing_back(struct buf *b)
{
	buf_addf(b, " Nothing reconnected within %u s",
	    SESSION_BACK_WITHIN / 1000000);
}

static void
say_left_for_good(const struct verdict_facts *f, struct buf *b)
{
	buf_adds(b, "The leave worked: ");
	verdict_words_left(f->s, b);
	buf_addc(b, '.');
	add_nothing_back(b);
	buf_adds(b, "; normal without USB.");
}

static void
say_lost(const struct verdict_facts *f, struct buf *b)
{
	const struct request *r = session_request(f->s, f->s->departure.by);

	buf_adds(b, "The device disconnected without a leave.");
	if (r != NULL) {
		buf_adds(b, " Last request: ");
		verdict_add_request(b, r);
		buf_addc(b, '.');
	}
	if (f->now < f->s->left_at + SESSION_BACK_WITHIN)
		return;
	add_nothing_back(b);
	buf_addc(b, '.');
}

static void
add_cause(const struct session *s, struct buf *b)
{
	const struct departure *d = &s->departure;
	const struct request *r = session_request(s, d->cause_by);

	if (r != NULL && d->cause != DEPARTURE_UNPROTECT)
		verdict_add_request(b, r);
	else if (r != NULL)
		buf_addf(b, "the read unprotect (#%u)", r->number);
	else
		buf_adds(b,
		    d->cause == DEPARTURE_RESET ? "a bus reset" :
			d->cause == DEPARTURE_HAND ? "it was unplugged" :
						     "a request to do so");
}

static void
say_detached(const struct verdict_facts *f, struct buf *b)
{
	buf_adds(b, "The device disconnected after ");
	add_cause(f->s, b);
	buf_addc(b, '.');
	if (f->now >= f->s->left_at + SESSION_BACK_WITHIN)
		add_nothing_back(b);
	else
		buf_adds(b, " Nothing has reconnected yet");
	buf_addc(b, '.');
}

static void
say_no_access(const struct verdict_facts *f, struct buf *b)
{
	(void)f;
	buf_adds(b, "You do not have permission to open the device.");
}

static void
say_in_use(const struct verdict_facts *f, struct buf *b)
{
	(void)f;
	buf_adds(b, "Another program or a driver uses the device.");
}

static void
say_not_opened(const struct verdict_facts *f, struct buf *b)
{
	buf_addf(b, "The device could not be opened: %s.",
	    outcome_words(f->s->refused));
}

static void
add_back(const struct verdict_facts *f, struct buf *b)
{
	const struct session *s = f->s;

	if (s->departure.leaving.by != 0) {
		verdict_words_left(f->s, b);
		buf_adds(b, " and");
	} else {
		buf_adds(b, "the device");
	}
	buf_adds(b, " reconnected");
	if (s->arrived_at > s->left_at) {
		buf_adds(b, " after ");
		text_duration(b, s->arrived_at - s->left_at);
	}
	buf_addf(b, " as %04x:%04x", s->who->vendor, s->who->product);
	if (s->who->product_name != NULL) {
		buf_adds(b, " \"");
		text_escape(
		    b, s->who->product_name, strlen(s->who->product_name));
		buf_addc(b, '"');
	}
	buf_addf(b, ", %s%s", session_mode_words(s),
	    session_function(s) != NULL && !session_runtime(s) &&
		    s->departure.dfu && !s->departure.runtime ?
		" again" :
		"");
}

static void
say_back(const struct verdict_facts *f, struct buf *b)
{
	add_back(f, b);
	buf_addc(b, '.');
}

/* It is the same, so who it is says nothing new. */
static void
say_back_dfu(const struct verdict_facts *f, struct buf *b)
{
	const struct session *s = f->s;

	buf_adds(b, "The device left");
	if (s->departure.leaving.polls != 0)
		verdict_add_polls(b, s->departure.leaving.polls);
	buf_adds(b, " and is back in DFU mode");
	if (s->arrived_at > s->left_at) {
		buf_adds(b, " after ");
		text_duration(b, s->arrived_at - s->left_at);
	}
	buf_adds(b,
	    ": the application did not start (boot pin, empty flash, wrong "
	    "address).");
}

static void
say_back_dead(const struct verdict_facts *f, struct buf *b)
{
	add_back(f, b);
	buf_adds(b, ", but does not answer: ");
	verdict_add_request(b, f->last);
	buf_addf(b, ": %s.", outcome_words((enum outcome)f->last->outcome));
}

static const struct verdict_row left_rows[] = {
	{ .word = "left",
	    .origin = VERDICT_FROM_LEFT,
	    .clock = VERDICT_LEFT,
	    .from = SESSION_BACK_WITHIN,
	    .holds = left_asked,
	    .say = say_left_for_good },
	{ .word = "left",
	    .origin = VERDICT_FROM_LEFT,
	    .holds = left_asked,
	    .say = say_left_waits },
	{ .word = "detached",
	    .origin = VERDICT_FROM_LEFT,
	    .holds = detached,
	    .say = say_detached },
	{ .word = "lost",
	    .severity = SEVERITY_WARNING,
	    .code = CODE_LOST,
	    .origin = VERDICT_FROM_LEFT,
	    .holds = left,
	    .say = say_lost },
	{ .word = "no-access",
	    .severity = SEVERITY_WARNING,
	    .code = CODE_DENIED,
	    .holds = no_access,
	    .say = say_no_access },
	{ .word = "in-use",
	    .severity = SEVERITY_WARNING,
	    .code = CODE_LOST,
	    .holds = in_use,
	    .say = say_in_use },
	{ .word = "failed",
	    .severity = SEVERITY_WARNING,
	    .code = CODE_LOST,
	    .holds = not_opened,
	    .say = say_not_opened },
};
const struct verdict_table verdict_left = { left_rows,
	sizeof(left_rows) / sizeof(left_rows[0]) };

static const struct verdict_row back_rows[] = {
	{ .word = "unresponsive",
	    .severity = SEVERITY_ERROR,
	    .code = CODE_PROTOCOL,
	    .origin = VERDICT_FROM_BACK,
	    .holds = back_dead,
	    .say = say_back_dead },
	{ .word = "back",
	    .origin = VERDICT_FROM_BACK,
	    .holds = back_runtime,
	    .say = say_back },
	{ .word = "back",
	    .origin = VERDICT_FROM_BACK,
	    .holds = back_no_dfu,
	    .say = say_back },
	{ .word = "back",
	    .origin = VERDICT_FROM_BACK,
	    .holds = back_dfu_entered,
	    .say = say_back },
	{ .word = "back-dfu",
	    .severity = SEVERITY_WARNING,
	    .origin = VERDICT_FROM_BACK,
	    .holds = back_dfu_again,
	    .say = say_back_dfu },
	{ .word = "back",
	    .origin = VERDICT_FROM_BACK,
	    .holds = back_other,
	    .say = say_back },
	{ .word = "back",
	    .origin = VERDICT_FROM_BACK,
	    .holds = back,
	    .say = say_back },
};
const struct verdict_table verdict_back = { back_rows,
	sizeof(back_rows) / sizeof(back_rows[0]) };
