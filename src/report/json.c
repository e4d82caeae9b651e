/* SPDX-License-Identifier: ISC */
#include "report/json.h"

#include "report/json_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "diagnosis/advice.h"
#include "diagnosis/conformance.h"
#include "diagnosis/finding.h"
#include "diagnosis/fingerprint.h"
#include "diagnosis/session_lint.h"
#include "diagnosis/verdict.h"
#include "diagnosis/what_if.h"

static void
set_setup(json_t *o, const struct setup *s)
{
	struct buf name = { 0 };

	words_request_name(&name, s);
	json_object_set_new(o, "request", json_string(buf_str(&name)));
	buf_free(&name);
	json_object_set_new(o, "setup", json_pack(
	    "{s:i, s:i, s:i, s:i, s:i}",
	    "bmRequestType", s->bmRequestType, "bRequest", s->bRequest,
	    "wValue", s->wValue, "wIndex", s->wIndex, "wLength",
	    s->wLength));
}

static json_t *
status_object(uint8_t status)
{
	return (json_own_named(status, dfu_status_row(status) != NULL ?
	    dfu_status_name(status) : NULL));
}

/* What of the answer is known: a tool may tell a state without its status. */
static void
set_reply(json_t *o, const struct event *e, const struct request *r)
{
	if (r == NULL || !r->replied)
		return;
	if (event_knows(e, EVENT_KNOWS_STATUS))
		json_object_set_new(o, "bStatus",
		    status_object(r->reply.bStatus));
	if (event_knows(e, EVENT_KNOWS_STATE))
		json_object_set_new(o, "bState",
		    json_own_state(r->reply.bState));
	if (event_knows(e, EVENT_KNOWS_WAIT))
		json_object_set_new(o, "bwPollTimeout", json_own_seconds(
		    (uint64_t)r->reply.bwPollTimeout * 1000));
	if (event_knows(e, EVENT_KNOWS_STRING))
		json_own_number(o, "iString", r->reply.iString);
}

/* Whose rules the answer keeps to: true, false, null where unjudged. */
static json_t *
agreed(enum conforms a)
{
	return (a == CONFORMS_UNJUDGED ? json_null() :
	    json_boolean(a == CONFORMS_YES));
}

static void
set_conformance(json_t *o, const struct session *s, const struct request *r)
{
	struct conformance a;
	struct buf b = { 0 };
	json_t *part;

	if (r == NULL)
		return;
	a = conformance_of(s, r, s->stack);
	if (a.spec == CONFORMS_UNJUDGED && a.stack == CONFORMS_UNJUDGED)
		return;
	part = json_pack("{s:o}", "specification", agreed(a.spec));
	json_own_string(part, "clause", a.clause);
	if (a.of != NULL) {
		json_own_string(part, "id", a.of->id);
		json_object_set_new(part, "stack", agreed(a.stack));
	}
	conformance_words(&a, &b);
	if (b.len != 0)
		json_own_words(part, "words", b.data, b.len);
	json_object_set_new(o, "agrees", part);
	buf_free(&b);
}

static void
set_words(json_t *o, const struct app *d, const struct session *s,
    const struct event *e, const struct request *r)
{
	struct dfu_meaning m = { 0 };
	struct buf b = { 0 };

	if (r != NULL)
		m = r->meaning;
	else if (s != NULL)
		m = session_meaning(s, &e->setup, e->data, e->kept);
	words_event(&b, e,
	    r != NULL ? trace_get(d->sessions->trace, r->submit) : NULL, &m);
	json_object_set_new(o, "words", json_string(buf_str(&b)));
	buf_free(&b);
}

static void
set_bytes(json_t *o, const struct event *e)
{
	if (e->kind != EVENT_SUBMIT && e->kind != EVENT_COMPLETE) {
		if (e->kept != 0)
			json_own_words(o, "text", e->data, e->kept);
		return;
	}
	json_own_number(o, "length", e->len);
	if (e->kept != 0)
		json_own_hex(o, "data", e->data, e->kept);
}

/* Of an event of no device: one without a clock is of a source without. */
static bool
sessions_clock(const struct sessions *sessions)
{
	size_t i;

	for (i = 0; i < sessions->n; i++) {
		if (!json_own_clock(sessions->list[i]))
			return (false);
	}
	return (true);
}

/* When it was, what it was, how it is known and who did it. */
static json_t *
event_object(const struct app *d, const struct session *s,
    const struct event *e)
{
	json_t *o = json_own_of("event", s);

	if (s != NULL ? json_own_clock(s) : sessions_clock(d->sessions))
		json_object_set_new(o, "time", json_own_seconds(e->time));
	json_own_string(o, "kind", event_kind_name(e->kind));
	json_own_string(o, "basis", event_basis_name(e->basis));
	json_own_string(o, "agent", event_agent_name(e->agent));
	if (e->line != 0)
		json_own_number(o, "line", e->line);
	if (e->dev != 0)
		json_own_number(o, "dev", e->dev);
	if (e->number != 0)
		json_own_number(o, "number", e->number);
	return (o);
}

void
json_event(struct buf *b, const struct app *d, const struct event *e)
{
	const struct session *s = sessions_by_dev(d->sessions, e->dev);
	const struct request *r = s != NULL && e->number != 0 ?
	    session_request(s, e->number) : NULL;
	json_t *o = event_object(d, s, e);

	if (e->kind == EVENT_SUBMIT)
		set_setup(o, &e->setup);
	if (e->kind == EVENT_COMPLETE || e->kind == EVENT_OPENED ||
	    e->kind == EVENT_RESET)
		json_object_set_new(o, "outcome",
		    json_string(outcome_name(e->outcome)));
	if (e->kind == EVENT_COMPLETE) {
		set_reply(o, e, r);
		set_conformance(o, s, r);
	}
	set_bytes(o, e);
	set_words(o, d, s, e, r);
	json_own_finish(b, o);
}

static json_t *
function_object(const struct session *s, const struct dfu_function *f)
{
	json_t *o = json_pack("{s:i, s:i, s:s}", "configuration",
	    f->bConfigurationValue, "interface", f->bInterfaceNumber, "mode",
	    f->runtime ? "run-time" : "dfu");
	json_t *alternates = json_array(), *a;
	size_t i;

	if (f->functional.present)
		json_object_set_new(o, "functional", json_pack(
		    "{s:i, s:i, s:i, s:i, s:i}", "bLength",
		    f->functional.bLength, "bmAttributes",
		    f->functional.bmAttributes, "wDetachTimeOut",
		    f->functional.wDetachTimeOut, "wTransferSize",
		    f->functional.wTransferSize, "bcdDFUVersion",
		    f->functional.bcdDFUVersion));
	for (i = 0; i < f->nalternates; i++) {
		a = json_pack("{s:i, s:i}", "alternate",
		    f->alternates[i].bAlternateSetting, "iInterface",
		    f->alternates[i].iInterface);
		json_own_string(a, "name", session_alternate_name(s,
		    f->alternates[i].bAlternateSetting));
		json_array_append_new(alternates, a);
	}
	json_object_set_new(o, "alternates", alternates);
	return (o);
}

static json_t *
lint_array(const struct session *s)
{
	json_t *a = json_array(), *o;
	const struct lint_row *row;
	struct lint l;
	size_t i;

	session_lint(s, &l);
	for (i = 0; i < l.n; i++) {
		row = l.findings[i].row;
		o = json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", row->id,
		    "severity", severity_name(session_lint_weight(row)), "text",
		    row->what, "consequence", row->consequence, "source",
		    row->source);
		if (*l.findings[i].detail != '\0')
			json_own_words(o, "detail", l.findings[i].detail,
			    strlen(l.findings[i].detail));
		json_array_append_new(a, o);
	}
	lint_free(&l);
	return (a);
}

static json_t *
quirks_array(const struct session *s)
{
	const struct dfu_quirk *rows[DFU_QUIRKS_MAX], *q;
	size_t i, n = session_quirks(s, rows, DFU_QUIRKS_MAX);
	json_t *a = json_array();

	for (i = 0; i < n && i < DFU_QUIRKS_MAX; i++) {
		q = rows[i];
		json_array_append_new(a, json_pack(
		    "{s:s, s:s?, s:s, s:s?, s:s, s:s}", "tool", q->tool,
		    "name", q->name, "does", q->does, "when", q->when,
		    "why", q->why, "source", q->source));
	}
	return (a);
}

void
json_device(struct buf *b, const struct session *s, bool verbose)
{
	json_t *o = json_own_of("device", s), *functions = json_array();
	char id[16];
	size_t i;

	json_own_string(o, "transport", s->who->transport);
	snprintf(id, sizeof(id), "%04x:%04x", s->who->vendor,
	    s->who->product);
	json_object_set_new(o, "id", json_string(id));
	json_own_number(o, "bcdDevice", s->who->version);
	json_own_number(o, "bus", s->who->bus);
	json_own_number(o, "devnum", s->who->devnum);
	json_object_set_new(o, "present", json_boolean(s->present));
	json_object_set_new(o, "suspended", json_boolean(s->who->suspended));
	json_object_set_new(o, "dfuse", session_dialect(s) ==
	    DFU_DIALECT_UNKNOWN ? json_null() : json_boolean(
	    session_dialect(s) == DFU_DIALECT_DFUSE));
	json_own_string(o, "manufacturer", s->who->manufacturer);
	json_own_string(o, "product", s->who->product_name);
	json_own_string(o, "serial", s->who->serial);
	json_own_string(o, "holder", s->who->holder);
	for (i = 0; i < s->descriptors.nfunctions; i++)
		json_array_append_new(functions,
		    function_object(s, &s->descriptors.functions[i]));
	json_object_set_new(o, "functions", functions);
	if (verbose) {
		json_object_set_new(o, "lint", lint_array(s));
		json_object_set_new(o, "quirks", quirks_array(s));
	}
	json_own_finish(b, o);
}

/* The first proofs and the latest: how often it was so says count. */
static json_t *
proofs_array(const struct finding *f)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < f->nproofs; i++)
		json_array_append_new(list, json_pack("[i, i]",
		    (int)f->proofs[i].first, (int)f->proofs[i].last));
	return (list);
}

static void
add_finding(struct buf *b, const struct session *s, const struct finding *f,
    const struct advice *a)
{
	const struct finding_row *row = f->row;
	json_t *o = json_own_of("finding", s);

	json_own_string(o, "id", row->id);
	json_own_string(o, "life", finding_life_name(f->life));
	json_own_string(o, "severity", severity_name(row->severity));
	json_own_string(o, "class", finding_class_name(row->class));
	json_own_string(o, "side", finding_fault_words(row->fault));
	json_own_string(o, "title", row->title);
	json_own_string(o, "evidence", f->evidence);
	json_own_time(o, "time", s, f->at);
	json_object_set_new(o, "requests", json_pack("[i, i]", (int)f->first,
	    (int)f->last));
	json_object_set_new(o, "proofs", proofs_array(f));
	json_own_number(o, "count", f->count);
	json_own_string(o, "mechanism", finding_cause(f));
	json_own_string(o, "apart", row->apart);
	json_own_string(o, "remedy", a != NULL ? a->command : NULL);
	json_own_string(o, "advice", finding_advice(f));
	json_own_string(o, "firmware", row->firmware);
	json_own_string(o, "source", row->source);
	json_own_finish(b, o);
}

void
json_findings(struct buf *b, const struct session *s, uint64_t now)
{
	struct verdict v = verdict_of(s, s->said_stack, now);
	struct advice a = advice_of(s, s->said_stack, now);
	struct finding held[FINDINGS_AT_MOST];
	const struct finding **sorted, *advised;
	size_t i, n, nheld;

	n = findings_sorted(s, now, held, &nheld, &sorted);
	advised = advice_finding(s, &v, sorted, n);
	for (i = 0; i < n; i++)
		add_finding(b, s, sorted[i],
		    sorted[i] == advised ? &a : NULL);
	for (i = 0; i < nheld; i++)
		finding_free(&held[i]);
	free(sorted);
}

uint32_t
json_finding_changes(struct buf *b, const struct session *s, uint32_t since)
{
	const struct findings *f = s->findings;
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (f->list[i].change > since)
			add_finding(b, s, &f->list[i], NULL);
	}
	return (f->changes);
}

static json_t *
distribution_object(const struct distribution *s, double unit)
{
	if (s->n == 0)
		return (json_null());
	return (json_pack("{s:f, s:f, s:f, s:f, s:f}",
	    "min", (double)s->min / unit,
	    "median", (double)distribution_quantile(s, 0.5) / unit,
	    "p95", (double)distribution_quantile(s, 0.95) / unit,
	    "max", (double)s->max / unit,
	    "mean", (double)s->sum / (double)s->n / unit));
}

void
json_repeat_stats(
    struct buf *b, const struct session *s, const struct repeat_stats *k)
{
	json_t *o = json_own_of("soak", s);

	json_own_number(o, "rounds", k->rounds);
	json_own_number(o, "failed", k->failed);
	json_own_number(o, "left", k->left);
	json_own_number(o, "came_back", k->came_back);
	json_object_set_new(o, "polls", distribution_object(&k->polls, 1));
	json_object_set_new(
	    o, "leaving", distribution_object(&k->leaving, 1e6));
	json_object_set_new(
	    o, "requests", distribution_object(&k->requests, 1));
	if (k->failed != 0)
		json_own_words(o, "first_failure", k->first_failure.data,
		    k->first_failure.len);
	json_own_finish(b, o);
}

void
json_progress(struct buf *b, const struct session *s,
    const struct job_progress *p, uint64_t now)
{
	json_t *o = json_own_of("progress", s);
	uint64_t us = now > p->since && json_own_clock(s) ?
	    now - p->since : 0;

	json_own_time(o, "time", s, now);
	json_own_string(o, "what", p->what);
	json_own_number(o, "bytes", p->done);
	json_own_number(o, "total", p->total);
	json_object_set_new(o, "address", p->has_address ?
	    json_integer((json_int_t)p->address) : json_null());
	json_object_set_new(o, "rate", us != 0 ? json_real((double)p->done *
	    1e6 / (double)us) : json_null());
	json_own_finish(b, o);
}

void
json_result(struct buf *b, const struct session *s,
    const struct job_result *r)
{
	json_t *o = json_own_of("result", s);

	json_own_number(o, "code", (uint64_t)r->code);
	json_object_set_new(o, "severity", json_string(severity_name(
	    r->code == 0 ? SEVERITY_NOTE : SEVERITY_ERROR)));
	json_object_set_new(o, "text",
	    json_string(buf_str(&r->text)));
	json_own_finish(b, o);
}

static void
json_what_if_row(struct buf *b, const struct session *s,
    const struct what_if_row *row, const struct dfu_stack *stack,
    uint64_t now)
{
	json_t *o = json_own_of("what-if", s), *part;
	struct what_if_words w;

	what_if_tell(s, row, stack, now, &w);
	json_own_string(o, "request", row->ask);
	json_own_string(o, "state", w.state.len != 0 ? buf_str(&w.state) :
	    NULL);
	if (w.spec.len != 0)
		json_object_set_new(o, "specification", json_pack(
		    "{s:s, s:s}", "words", buf_str(&w.spec), "clause",
		    buf_str(&w.clause)));
	if (w.stack.len != 0) {
		part = json_pack("{s:s, s:s, s:s?, s:s?}", "id", stack->id,
		    "words", buf_str(&w.stack), "certainty", w.certainty,
		    "source", w.source);
		json_object_set_new(o, "stack", part);
		json_object_set_new(o, "differs", json_boolean(w.differs));
	}
	json_own_string(o, "undo", w.undo);
	json_own_string(o, "lost", w.spoils);
	json_own_string(o, "source", w.side_effect_source);
	what_if_words_free(&w);
	json_own_finish(b, o);
}

void
json_what_if(struct buf *b, const struct app *d,
    const struct what_if_row *asked, uint64_t now)
{
	const struct session *s = app_session(d);
	size_t i;

	for (i = 0; s != NULL && i < what_if_rows_count; i++) {
		if (what_if_wanted(&what_if_rows[i], asked, s))
			json_what_if_row(b, s, &what_if_rows[i],
			    s->stack, now);
	}
}
