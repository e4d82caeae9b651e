#include "report/json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/verdict.h"
#include "model/agree.h"
#include "model/what_if.h"
#include "model/fingerprint.h"
#include "model/lint.h"

/* Whole numbers of microseconds, as seconds. */
static json_t *
seconds(uint64_t us)
{
	return (json_real((double)us / 1e6));
}

static void
set_text(json_t *o, const char *key, const void *s, size_t n)
{
	struct buf b = { 0 };

	text_escape(&b, s, n);
	json_object_set_new(o, key, json_string(buf_str(&b)));
	buf_free(&b);
}

/* Text that was put together here. */
static void
set_own(json_t *o, const char *key, const void *s, size_t n)
{
	struct buf b = { 0 };

	text_print(&b, s, n);
	json_object_set_new(o, key, json_string(buf_str(&b)));
	buf_free(&b);
}

static void
set_string(json_t *o, const char *key, const char *s)
{
	if (s != NULL)
		set_text(o, key, s, strlen(s));
}

static void
set_number(json_t *o, const char *key, uint64_t v)
{
	json_object_set_new(o, key, json_integer((json_int_t)v));
}

static void
set_hex(json_t *o, const char *key, const void *p, size_t n)
{
	struct buf b = { 0 };

	buf_addhex(&b, p, n);
	json_object_set_new(o, key, json_string(buf_str(&b)));
	buf_free(&b);
}

/* A state or status by number and name; the name of none is null. */
static json_t *
named(uint8_t number, const char *name)
{
	return (json_pack("{s:i, s:s?}", "number", number, "name", name));
}

static json_t *
state_object(uint8_t state)
{
	return (named(state, dfu_state_row(state) != NULL ?
	    dfu_state_name(state) : NULL));
}

static json_t *
new_object(const char *type)
{
	return (json_pack("{s:i, s:s}", "v", 1, "type", type));
}

static void
finish(struct buf *b, json_t *o)
{
	char *line = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(15));

	if (line != NULL)
		buf_addf(b, "%s\n", line);
	free(line);
	json_decref(o);
}

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

static void
set_reply(json_t *o, const struct request *r)
{
	if (r == NULL || !r->replied)
		return;
	json_object_set_new(o, "bStatus", named(r->reply.bStatus,
	    dfu_status_row(r->reply.bStatus) != NULL ?
	    dfu_status_name(r->reply.bStatus) : NULL));
	json_object_set_new(o, "bState", state_object(r->reply.bState));
	json_object_set_new(o, "bwPollTimeout",
	    seconds((uint64_t)r->reply.bwPollTimeout * 1000));
	set_number(o, "iString", r->reply.iString);
}

/* Whose rules the answer keeps to: true, false, null where unjudged. */
static json_t *
agreed(enum agree a)
{
	return (a == AGREE_UNJUDGED ? json_null() :
	    json_boolean(a == AGREE_YES));
}

static void
set_agreement(json_t *o, const struct desk *d, const struct session *s,
    const struct request *r)
{
	const struct dfu_stack *stack;
	struct agreement a;
	struct buf b = { 0 };
	json_t *part;

	if (r == NULL)
		return;
	stack = desk_stack(d, s);
	a = agreement_of(s, r, stack);
	if (a.spec == AGREE_UNJUDGED && a.stack == AGREE_UNJUDGED)
		return;
	part = json_pack("{s:o}", "specification", agreed(a.spec));
	set_string(part, "clause", a.clause);
	if (a.of != NULL) {
		set_string(part, "id", a.of->id);
		json_object_set_new(part, "stack", agreed(a.stack));
	}
	agreement_words(&a, &b);
	if (b.len != 0)
		set_own(part, "words", b.data, b.len);
	json_object_set_new(o, "agrees", part);
	buf_free(&b);
}

static void
set_words(json_t *o, const struct desk *d, const struct session *s,
    const struct event *e, const struct request *r)
{
	struct words_context c = { 0 };
	struct buf b = { 0 };

	if (r != NULL)
		c = r->context;
	else if (s != NULL)
		c = session_words_context(s);
	words_event(&b, e, r != NULL ? trace_get(d->bench->trace,
	    r->submit) : NULL, &c);
	json_object_set_new(o, "words", json_string(buf_str(&b)));
	buf_free(&b);
}

static void
set_bytes(json_t *o, const struct event *e)
{
	if (e->kind != EVENT_SUBMIT && e->kind != EVENT_COMPLETE) {
		if (e->kept != 0)
			set_own(o, "text", e->data, e->kept);
		return;
	}
	set_number(o, "length", e->len);
	if (e->kept != 0)
		set_hex(o, "data", e->data, e->kept);
}

void
json_event(struct buf *b, const struct desk *d, const struct event *e)
{
	const struct session *s = bench_by_dev(d->bench, e->dev);
	const struct request *r = s != NULL && e->number != 0 ?
	    session_request(s, e->number) : NULL;
	json_t *o = new_object("event");

	json_object_set_new(o, "time", seconds(e->time));
	json_object_set_new(o, "kind",
	    json_string(event_kind_name(e->kind)));
	if (e->dev != 0)
		set_number(o, "dev", e->dev);
	if (s != NULL)
		set_string(o, "place", s->place);
	if (e->number != 0)
		set_number(o, "number", e->number);
	if (e->kind == EVENT_SUBMIT)
		set_setup(o, &e->setup);
	if (e->kind == EVENT_COMPLETE || e->kind == EVENT_OPENED ||
	    e->kind == EVENT_RESET)
		json_object_set_new(o, "outcome",
		    json_string(outcome_name(e->outcome)));
	if (e->kind == EVENT_COMPLETE) {
		set_reply(o, r);
		set_agreement(o, d, s, r);
	}
	set_bytes(o, e);
	set_words(o, d, s, e, r);
	finish(b, o);
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
		set_string(a, "name", session_alternate_name(s,
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
		    "severity", severity_name(lint_weight(row)), "text",
		    row->what, "consequence", row->consequence, "source",
		    row->source);
		if (*l.findings[i].detail != '\0')
			set_own(o, "detail", l.findings[i].detail,
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
	json_t *o = new_object("device"), *functions = json_array();
	char id[16];
	size_t i;

	set_string(o, "place", s->place);
	set_string(o, "transport", s->who->transport);
	snprintf(id, sizeof(id), "%04x:%04x", s->who->vendor,
	    s->who->product);
	json_object_set_new(o, "id", json_string(id));
	set_number(o, "bcdDevice", s->who->version);
	set_number(o, "bus", s->who->bus);
	set_number(o, "devnum", s->who->devnum);
	json_object_set_new(o, "present", json_boolean(s->present));
	json_object_set_new(o, "suspended", json_boolean(s->who->suspended));
	json_object_set_new(o, "dfuse", json_boolean(session_dfuse(s)));
	set_string(o, "manufacturer", s->who->manufacturer);
	set_string(o, "product", s->who->product_name);
	set_string(o, "serial", s->who->serial);
	set_string(o, "holder", s->who->holder);
	for (i = 0; i < s->descriptors.nfunctions; i++)
		json_array_append_new(functions,
		    function_object(s, &s->descriptors.functions[i]));
	json_object_set_new(o, "functions", functions);
	if (verbose) {
		json_object_set_new(o, "lint", lint_array(s));
		json_object_set_new(o, "quirks", quirks_array(s));
	}
	finish(b, o);
}

static json_t *
visits_object(const struct session *s)
{
	json_t *o = json_object();
	uint8_t state;

	for (state = 0; state < DFU_STATE_COUNT; state++) {
		if (s->visits[state].count == 0)
			continue;
		json_object_set_new(o, dfu_state_name(state), json_pack(
		    "{s:i, s:o}", "count", (int)s->visits[state].count,
		    "time", seconds(s->visits[state].total)));
	}
	return (o);
}

static json_t *
span_object(const struct ledger_span *p)
{
	if (p->n == 0)
		return (json_null());
	return (json_pack("{s:I, s:o, s:o}", "count", (json_int_t)p->n,
	    "min", seconds(p->min), "max", seconds(p->max)));
}

static json_t *
flags_array(const struct ledger_row *r)
{
	json_t *flags = json_array();
	size_t i;

	for (i = 0; i < ledger_flags_count; i++) {
		if (ledger_flags[i].holds(r))
			json_array_append_new(flags,
			    json_string(ledger_flags[i].word));
	}
	return (flags);
}

static json_t *
waits_object(const struct session *s)
{
	const struct ledger_row *r;
	json_t *o = json_object();
	uint8_t state;

	for (state = 0; state < LEDGER_STATES; state++) {
		r = &s->ledger.rows[state];
		if (!ledger_tells(&s->ledger, state))
			continue;
		json_object_set_new(o, dfu_state_name(state), json_pack(
		    "{s:o, s:o, s:o, s:o}",
		    "announced", span_object(&r->announced),
		    "waited", span_object(&r->waited),
		    "took", span_object(&r->took),
		    "flags", flags_array(r)));
	}
	return (o);
}

static json_t *
verdict_object(const struct session *s, const struct dfu_stack *fixed,
    uint64_t now)
{
	struct verdict v = verdict_of(s, fixed, now);
	struct buf text = { 0 };
	json_t *o;

	verdict_words(&v, s, now, &text);
	o = json_pack("{s:s, s:s, s:o, s:o, s:s?}", "word", v.row->word,
	    "severity", severity_name(v.row->severity),
	    "since", seconds(v.since), "by", v.by != 0 ?
	    json_integer(v.by) : json_null(), "remedy", v.row->remedy);
	set_own(o, "text", text.data, text.len);
	buf_free(&text);
	return (o);
}

/* What it is likely to be, and why; null: nobody knows. */
static json_t *
stack_object(const struct session *s, const struct dfu_stack *fixed)
{
	struct fingerprint f = fingerprint_of(s, fixed);

	if (f.stack == NULL)
		return (json_null());
	return (json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "id",
	    f.stack->id, "name", f.stack->name, "version", f.stack->version,
	    "evidence", f.evidence, "source", f.source, "against",
	    f.against != 0 ? json_integer(f.against) : json_null()));
}

void
json_session(struct buf *b, const struct session *s,
    const struct dfu_stack *fixed, uint64_t now)
{
	struct belief belief = session_believed(s, now);
	json_t *o = new_object("session");

	set_string(o, "place", s->place);
	json_object_set_new(o, "present", json_boolean(s->present));
	set_number(o, "sent", s->sent);
	set_number(o, "arrivals", s->arrivals);
	json_object_set_new(o, "reported", s->reported.known ?
	    state_object(s->reported.state) : json_null());
	json_object_set_new(o, "believed", belief.how != BELIEF_UNKNOWN ?
	    state_object(belief.state) : json_null());
	json_object_set_new(o, "visits", visits_object(s));
	json_object_set_new(o, "waits", waits_object(s));
	json_object_set_new(o, "stack", stack_object(s, fixed));
	json_object_set_new(o, "verdict", verdict_object(s, fixed, now));
	finish(b, o);
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
add_finding(struct buf *b, const struct session *s, const struct finding *f)
{
	const struct finding_row *row = f->row;
	json_t *o = new_object("finding");

	set_string(o, "place", s->place);
	set_string(o, "id", row->id);
	set_string(o, "severity", severity_name(row->severity));
	set_string(o, "class", finding_class_name(row->class));
	set_string(o, "side", finding_side_words(row->side));
	set_string(o, "title", row->title);
	set_string(o, "evidence", f->evidence);
	json_object_set_new(o, "time", seconds(f->at));
	json_object_set_new(o, "requests", json_pack("[i, i]", (int)f->first,
	    (int)f->last));
	json_object_set_new(o, "proofs", proofs_array(f));
	set_number(o, "count", f->count);
	set_string(o, "mechanism", finding_mechanism(row));
	set_string(o, "apart", row->apart);
	set_string(o, "remedy", finding_remedy(f));
	set_string(o, "advice", row->advice);
	set_string(o, "firmware", row->firmware);
	set_string(o, "source", row->source);
	finish(b, o);
}

void
json_findings(struct buf *b, const struct session *s, uint64_t now)
{
	struct finding held[FINDINGS_AT_MOST];
	const struct finding **sorted;
	size_t i, n, nheld;

	n = findings_sorted(s, now, held, &nheld, &sorted);
	for (i = 0; i < n; i++)
		add_finding(b, s, sorted[i]);
	for (i = 0; i < nheld; i++)
		finding_free(&held[i]);
	free(sorted);
}

static json_t *
spread_object(const struct spread *s, double unit)
{
	if (s->n == 0)
		return (json_null());
	return (json_pack("{s:f, s:f, s:f, s:f, s:f}",
	    "min", (double)s->min / unit,
	    "median", (double)spread_quantile(s, 0.5) / unit,
	    "p95", (double)spread_quantile(s, 0.95) / unit,
	    "max", (double)s->max / unit,
	    "mean", (double)s->sum / (double)s->n / unit));
}

void
json_soak(struct buf *b, const struct session *s, const struct soak *k)
{
	json_t *o = new_object("soak");

	set_string(o, "place", s->place);
	set_number(o, "rounds", k->rounds);
	set_number(o, "failed", k->failed);
	set_number(o, "left", k->left);
	set_number(o, "came_back", k->came_back);
	json_object_set_new(o, "polls", spread_object(&k->polls, 1));
	json_object_set_new(o, "leaving", spread_object(&k->leaving, 1e6));
	json_object_set_new(o, "requests", spread_object(&k->requests, 1));
	if (k->failed != 0)
		set_own(o, "first_failure", k->first_failure.data,
		    k->first_failure.len);
	finish(b, o);
}

void
json_progress(struct buf *b, const struct session *s,
    const struct job_progress *p, uint64_t now)
{
	json_t *o = new_object("progress");
	uint64_t us = now > p->since ? now - p->since : 0;

	json_object_set_new(o, "time", seconds(now));
	set_string(o, "place", s->place);
	set_string(o, "what", p->what);
	set_number(o, "bytes", p->done);
	set_number(o, "total", p->total);
	json_object_set_new(o, "address", p->has_address ?
	    json_integer((json_int_t)p->address) : json_null());
	json_object_set_new(o, "rate", us != 0 ? json_real((double)p->done *
	    1e6 / (double)us) : json_null());
	finish(b, o);
}

void
json_result(struct buf *b, const struct session *s,
    const struct job_result *r)
{
	json_t *o = new_object("result");

	if (s != NULL)
		set_string(o, "place", s->place);
	set_number(o, "code", (uint64_t)r->code);
	json_object_set_new(o, "severity", json_string(severity_name(
	    r->code == 0 ? SEVERITY_NOTE : SEVERITY_ERROR)));
	json_object_set_new(o, "text",
	    json_string(buf_str(&r->text)));
	finish(b, o);
}

static void
json_what_if_row(struct buf *b, const struct session *s,
    const struct what_if_row *row, const struct dfu_stack *stack,
    uint64_t now)
{
	json_t *o = new_object("what-if"), *part;
	struct what_if_words w;

	what_if_tell(s, row, stack, now, &w);
	set_string(o, "place", s->place);
	set_string(o, "request", row->ask);
	set_string(o, "state", w.state.len != 0 ? buf_str(&w.state) : NULL);
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
	set_string(o, "undo", w.undo);
	set_string(o, "lost", w.spoils);
	set_string(o, "source", w.cost_source);
	what_if_words_free(&w);
	finish(b, o);
}

void
json_what_if(struct buf *b, const struct desk *d, uint64_t now)
{
	const struct session *s = desk_session(d);
	size_t i;

	for (i = 0; s != NULL && i < what_if_rows_count; i++) {
		if (what_if_wanted(&what_if_rows[i], d->what_if_row, s))
			json_what_if_row(b, s, &what_if_rows[i],
			    desk_stack(d, s), now);
	}
}
