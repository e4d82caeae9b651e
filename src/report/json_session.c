/* SPDX-License-Identifier: ISC */
/* Type "session": where a device stands. */
#include "diagnosis/advice.h"
#include "report/json.h"
#include "report/json_own.h"

#include "base/text.h"
#include "diagnosis/conformance.h"
#include "diagnosis/fingerprint.h"
#include "diagnosis/session_lint.h"
#include "diagnosis/verdict.h"
#include "diagnosis/what_if.h"

static json_t *
visits_object(const struct session *s)
{
	json_t *o = json_object(), *visit;
	uint8_t state;

	for (state = 0; state < DFU_STATE_COUNT; state++) {
		if (s->visits[state].count == 0)
			continue;
		visit = json_pack("{s:i}", "count",
		    (int)s->visits[state].count);
		json_own_time(visit, "time", s, s->visits[state].total);
		json_object_set_new(o, dfu_state_name(state), visit);
	}
	return (o);
}

static json_t *
span_object(const struct wait_stats_span *p)
{
	if (p->n == 0)
		return (json_null());
	return (json_pack("{s:I, s:o, s:o}", "count", (json_int_t)p->n,
	    "min", json_own_seconds(p->min), "max", json_own_seconds(p->max)));
}

static json_t *
flags_array(const struct wait_stats_row *r)
{
	json_t *flags = json_array();
	size_t i;

	for (i = 0; i < wait_stats_flags_count; i++) {
		if (wait_stats_flags[i].holds(r))
			json_array_append_new(flags,
			    json_string(wait_stats_flags[i].word));
	}
	return (flags);
}

static json_t *
waits_object(const struct session *s)
{
	const struct wait_stats_row *r;
	json_t *o = json_object(), *wait;
	uint8_t state;

	for (state = 0; state < WAIT_STATS_STATES; state++) {
		r = &s->wait_stats.rows[state];
		if (!wait_stats_tells(&s->wait_stats, state))
			continue;
		wait = json_pack("{s:o}", "announced",
		    span_object(&r->announced));
		/* What is odd about it rests on the clock, too. */
		if (json_own_clock(s))
			json_object_update_new(wait, json_pack(
			    "{s:o, s:o, s:o}", "waited",
			    span_object(&r->waited), "took",
			    span_object(&r->took), "flags", flags_array(r)));
		json_object_set_new(o, dfu_state_name(state), wait);
	}
	return (o);
}

static json_t *
verdict_object(const struct session *s, const struct dfu_stack *fixed,
    uint64_t now)
{
	struct verdict v = verdict_of(s, fixed, now);
	struct advice a = advice_of(s, fixed, now);
	struct buf text = { 0 };
	json_t *o;

	verdict_words(&v, s, now, &text);
	o = json_pack("{s:s, s:s, s:o, s:s?, s:o}", "word", v.row->word,
	    "severity", severity_name(v.row->severity), "by", v.by != 0 ?
	    json_integer(v.by) : json_null(), "remedy", a.command,
	    "advice", json_own_advice(&a));
	json_own_time(o, "since", s, v.since);
	json_own_words(o, "text", text.data, text.len);
	buf_free(&text);
	return (o);
}

static json_t *
dialect_object(const struct session *s)
{
	return (json_pack("{s:s, s:s?, s:o*}", "value",
	    dfu_dialect_name(session_dialect(s)), "why", s->dialect_why,
	    "by", s->dialect_by != 0 ? json_integer(s->dialect_by) : NULL));
}

void
json_dialect(struct buf *b, const struct session *s)
{
	json_t *o = json_own_of("dialect", s);

	json_object_update_new(o, dialect_object(s));
	json_own_finish(b, o);
}

/* What it is likely to be, and why; null: nobody knows. */
static json_t *
stack_object(const struct session *s, const struct dfu_stack *fixed)
{
	struct fingerprint f = fingerprint_of(s, fixed);
	struct buf evidence = { 0 };
	json_t *o;

	if (f.stack == NULL)
		return (json_null());
	fingerprint_evidence(s, &f, &evidence);
	o = json_pack("{s:s, s:s, s:s}", "id", f.stack->id, "name",
	    f.stack->name, "version", f.stack->version);
	json_own_words(o, "evidence", evidence.data, evidence.len);
	json_object_set_new(o, "source", json_string(f.source));
	json_object_set_new(o, "against",
	    f.against != 0 ? json_integer(f.against) : json_null());
	buf_free(&evidence);
	return (o);
}

/* All that it could be, the likeliest first. */
static json_t *
candidates_array(const struct session *s, const struct dfu_stack *fixed)
{
	struct fingerprint_candidate list[FINGERPRINT_CANDIDATES];
	json_t *a = json_array(), *o;
	struct buf words = { 0 };
	size_t i, n;

	n = fingerprint_candidates(s, fixed, list, FINGERPRINT_CANDIDATES);
	for (i = 0; i < n; i++) {
		buf_reset(&words);
		fingerprint_candidate_words(s, &list[i], &words);
		o = json_pack("{s:s, s:s, s:i, s:i}", "id",
		    list[i].print.stack->id, "certainty",
		    fingerprint_certainty_words(list[i].print.certainty),
		    "answers_for", (int)list[i].nspeaks, "answers_against",
		    (int)list[i].nagainst);
		json_own_words(o, "words", words.data, words.len);
		json_array_append_new(a, o);
	}
	buf_free(&words);
	return (a);
}

/* What the source could tell of it, and what not. */
static json_t *
facts_object(const struct session *s)
{
	static const char *const words[] = {
		[KNOWN_NOT] = "unknown",
		[KNOWN_YES] = "yes",
		[KNOWN_NO] = "no",
	};
	json_t *o = json_object();
	unsigned i;

	for (i = 0; i < FACT_COUNT; i++)
		json_object_set_new(o, fact_name((enum fact)i), json_string(
		    words[session_fact(s, (enum fact)i)]));
	return (o);
}

void
json_session(struct buf *b, const struct session *s,
    const struct dfu_stack *fixed, uint64_t now)
{
	struct estimate estimate = session_estimate(s, now);
	json_t *o = json_own_of("session", s);

	json_object_set_new(o, "present", json_boolean(s->present));
	json_object_set_new(o, "facts", facts_object(s));
	json_own_number(o, "sent", s->sent);
	json_own_number(o, "seen", s->seen);
	json_own_number(o, "arrivals", s->arrivals);
	json_object_set_new(o, "reported", s->reported.known ?
	    json_own_state(s->reported.state) : json_null());
	json_object_set_new(o, "believed", estimate.how != ESTIMATE_UNKNOWN ?
	    json_own_state(estimate.state) : json_null());
	if (session_estimates_differ(s, now))
		json_object_set_new(o, "by_spec", json_own_state(
		    session_estimate_spec(s, now).state));
	json_object_set_new(o, "visits", visits_object(s));
	json_object_set_new(o, "waits", waits_object(s));
	json_object_set_new(o, "dialect", dialect_object(s));
	json_object_set_new(o, "stack", stack_object(s, fixed));
	json_object_set_new(o, "stacks", candidates_array(s, fixed));
	json_object_set_new(o, "verdict", verdict_object(s, fixed, now));
	json_own_finish(b, o);
}
