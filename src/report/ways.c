/* SPDX-License-Identifier: ISC */
#include "report/ways.h"

#include "diagnosis/advice.h"
#include "diagnosis/fingerprint.h"
#include "diagnosis/recovery.h"
#include "diagnosis/what_if.h"
#include "report/json_own.h"

/* What it did, or nothing. */
static void
add_try(struct buf *b, const struct runner *r, enum recovery_action action)
{
	const struct recovery_try *t = recovery_tried(&r->recovery, action);

	if (t != NULL)
		recovery_try_words(b, t);
}

static void
text_way(struct buf *b, const struct recovery_option *o,
    const struct runner *r)
{
	const struct recovery_row *row = &recovery_rows[o->action];
	struct buf did = { 0 };

	add_try(&did, r, o->action);
	buf_addf(b, "%-16s %s: %s (%s, %s)\n", row->id,
	    recovery_forecast_words(o->forecast), buf_str(&o->words), o->whose,
	    dfu_certainty_words(o->certainty));
	buf_addf(b, "    does     %s\n    may lose %s\n", row->sentence,
	    row->risk);
	if (did.len != 0)
		buf_addf(b, "    result   %s\n", buf_str(&did));
	buf_free(&did);
}

/* What is advised, unless work goes on. */
static void
text_next(struct buf *b, const struct session *s, const struct runner *r,
    uint64_t now)
{
	struct advice a = advice_of(s, s->said_stack, now);

	if (runner_busy(r) || !advice_is_given(&a))
		return;
	buf_adds(b, "next: ");
	advice_words(&a, b);
	if (a.command != NULL)
		buf_addf(b, ": %s", a.why);
	buf_addc(b, '\n');
}

void
ways_text(struct buf *b, const struct app *d, uint64_t now)
{
	struct recovery_option options[RECOVERY_COUNT];
	const struct session *s = app_session(d);
	const struct runner *r = app_runner(d);
	struct fingerprint f;
	size_t i, useful;

	if (s == NULL || r == NULL)
		return;
	f = fingerprint_of(s, s->said_stack);
	what_if_title(s, now, b);
	buf_adds(b, "; DFU stack: ");
	fingerprint_words(s, &f, b);
	buf_addc(b, '\n');
	if (!s->present)
		return;
	text_next(b, s, r, now);
	useful = recovery_option(s, f.stack, now, options);
	for (i = 0; i < RECOVERY_COUNT; i++) {
		if (i == useful)
			buf_adds(b, "not recommended:\n");
		text_way(b, &options[i], r);
	}
	if (recovery_is_protected(s))
		buf_adds(b, RECOVERY_LAST_WORDS "\n");
	recovery_options_free(options);
}

static void
json_way(struct buf *b, const struct session *s,
    const struct recovery_option *o, const struct runner *r, bool advised)
{
	const struct recovery_row *row = &recovery_rows[o->action];
	struct buf did = { 0 };
	json_t *object = json_own_of("way", s);

	add_try(&did, r, o->action);
	json_object_update_new(object, json_pack("{s:s, s:s, s:s, s:s, s:s, "
	    "s:s, s:s, s:b, s:s*, s:s*}", "id", row->id, "expected",
	    recovery_forecast_words(o->forecast), "words",
	    buf_str(&o->words), "source", o->whose, "certainty",
	    dfu_certainty_words(o->certainty), "does", row->sentence,
	    "may_lose", row->risk, "advised", advised, "command",
	    row->command, "tried", did.len != 0 ? buf_str(&did) : NULL));
	json_own_finish(b, object);
	buf_free(&did);
}

void
ways_json(struct buf *b, const struct app *d, uint64_t now)
{
	struct recovery_option options[RECOVERY_COUNT];
	const struct session *s = app_session(d);
	const struct runner *r = app_runner(d);
	struct advice a;
	size_t i;

	if (s == NULL || r == NULL || !s->present)
		return;
	a = advice_of(s, s->said_stack, now);
	recovery_option(s, fingerprint_stack(s, s->said_stack), now, options);
	for (i = 0; i < RECOVERY_COUNT; i++)
		json_way(b, s, &options[i], r, !runner_busy(r) &&
		    advice_is_action(&a) && a.action == options[i].action);
	recovery_options_free(options);
}
