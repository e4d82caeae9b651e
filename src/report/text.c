/* SPDX-License-Identifier: ISC */
#include "report/text.h"

#include <string.h>

#include "analysis/sequence.h"
#include "base/text.h"
#include "command/command.h"
#include "diagnosis/advice.h"
#include "diagnosis/conformance.h"
#include "diagnosis/dialect.h"
#include "diagnosis/fingerprint.h"
#include "diagnosis/session_lint.h"
#include "diagnosis/verdict.h"
#include "diagnosis/what_if.h"
#include "wire/usb.h"

static void
place(struct buf *b, const struct session *s, bool several)
{
	if (!several || s == NULL)
		return;
	text_escape(b, s->place, strlen(s->place));
	buf_adds(b, "  ");
}

/* Blanks up to column n of this line. */
static void
pad(struct buf *b, size_t start, size_t n)
{
	do
		buf_addc(b, ' ');
	while (b->len - start < n);
}

/* polls: those that end with it; the first has told how far it conforms. */
static void
text_request(struct buf *b, const struct app *d, const struct session *s,
    const struct event *e, uint64_t begin, const struct text_polls *polls)
{
	const struct request *r = session_request(s, e->number);
	const struct event *submit = r != NULL ?
	    trace_get(d->sessions->trace, r->submit) : NULL;
	size_t start = b->len;
	struct conformance a;

	if (submit == NULL)
		return;
	buf_addf(b, "#%-4u %9.4f s  > ", e->number,
	    (double)(r->at - begin) / 1e6);
	words_request_name(b, &r->setup);
	pad(b, start, 30);
	if (polls != NULL && polls->count > 1)
		buf_addf(b, r->setup.bRequest == DFU_GETSTATUS ?
		    "%u more polls, #%u-#%u" : "%u more, #%u-#%u",
		    polls->count, polls->first, polls->last);
	else
		words_request(b, submit, &r->meaning);
	pad(b, start, 74);
	words_answer(b, submit, e);
	a = conformance_of(s, r, s->stack);
	if (polls == NULL && conformance_broken(&a)) {
		buf_adds(b, "  (");
		conformance_words(&a, b);
		buf_addc(b, ')');
	}
	buf_addc(b, '\n');
}

void
text_event(struct buf *b, const struct app *d, const struct event *e,
    uint64_t begin, bool several)
{
	const struct session *s = sessions_by_dev(d->sessions, e->dev);

	switch ((enum event_kind)e->kind) {
	case EVENT_COMPLETE:
		place(b, s, several);
		if (s != NULL)
			text_request(b, d, s, e, begin, NULL);
		return;
	case EVENT_ARRIVED:
	case EVENT_LEFT:
	case EVENT_RESET:
	case EVENT_NOTE:
	case EVENT_LOST:
		place(b, s, several);
		buf_addf(b, "=     %9.4f s  ", (double)(e->time - begin) /
		    1e6);
		words_event(b, e, NULL, NULL);
		buf_addc(b, '\n');
		return;
	case EVENT_OTHER:
	case EVENT_WALL:
	case EVENT_OPENED:
	case EVENT_CLOSED:
	case EVENT_SUBMIT:
	case EVENT_COMMAND:
		return;
	}
}

/* What is to be remarked of them is the same. */
static bool
conform_alike(const struct session *s, const struct request *x,
    const struct request *y)
{
	const struct conformance a = conformance_of(s, x, s->stack);
	const struct conformance g = conformance_of(s, y, s->stack);
	struct buf one = { 0 }, other = { 0 };
	bool alike;

	if (conformance_broken(&a))
		conformance_words(&a, &one);
	if (conformance_broken(&g))
		conformance_words(&g, &other);
	alike = strcmp(buf_str(&one), buf_str(&other)) == 0;
	buf_free(&one);
	buf_free(&other);
	return (alike);
}

/* It has a line of its own, or none at all. */
static bool
has_line(const struct event *e)
{
	switch ((enum event_kind)e->kind) {
	case EVENT_COMPLETE:
	case EVENT_ARRIVED:
	case EVENT_LEFT:
	case EVENT_RESET:
	case EVENT_NOTE:
	case EVENT_LOST:
		return (true);
	case EVENT_OTHER:
	case EVENT_WALL:
	case EVENT_OPENED:
	case EVENT_CLOSED:
	case EVENT_SUBMIT:
	case EVENT_COMMAND:
		return (false);
	}
	return (false);
}

bool
text_polls_take(struct text_polls *p, struct buf *b, const struct app *d,
    const struct event *e, uint64_t begin, bool several)
{
	const struct session *s = sessions_by_dev(d->sessions, e->dev);
	const struct request *x, *y;

	if (s == NULL || !has_line(e))
		return (false);
	x = session_request(s, p->last);
	y = session_request(s, e->number);
	if (e->kind == EVENT_COMPLETE && x != NULL && y != NULL &&
	    sequence_same(d->sessions->trace, x, y) &&
	    conform_alike(s, x, y)) {
		if (p->count++ == 0)
			p->first = e->number;
		p->last = e->number;
		return (true);
	}
	text_polls_end(p, b, d, s, begin, several);
	if (e->kind == EVENT_COMPLETE)
		p->last = e->number;
	return (false);
}

void
text_polls_end(struct text_polls *p, struct buf *b, const struct app *d,
    const struct session *s, uint64_t begin, bool several)
{
	const struct request *r = p->count != 0 ?
	    session_request(s, p->last) : NULL;
	const struct event *e = r != NULL ?
	    trace_get(d->sessions->trace, r->complete) : NULL;

	if (e != NULL) {
		place(b, s, several);
		text_request(b, d, s, e, begin, p);
	}
	*p = (struct text_polls){ 0 };
}

static void
text_waits(struct buf *b, const struct session *s, bool several)
{
	uint8_t state;

	for (state = 0; state < WAIT_STATS_STATES; state++) {
		if (!wait_stats_tells(&s->wait_stats, state))
			continue;
		place(b, s, several);
		buf_addf(b, "wait     %s: ", dfu_state_name(state));
		wait_stats_words(&s->wait_stats.rows[state], b);
		buf_addc(b, '\n');
	}
}

/* "do       leave: polls it until it leaves", and what not to do. */
static void
text_advice(struct buf *b, const struct session *s, const struct advice *a,
    bool several)
{
	if (advice_is_given(a)) {
		place(b, s, several);
		buf_adds(b, "do       ");
		advice_words(a, b);
		if (a->command != NULL && a->why != NULL)
			buf_addf(b, ": %s", a->why);
		buf_addc(b, '\n');
	}
	if (a->dont != NULL) {
		place(b, s, several);
		buf_addf(b, "don't    %s\n", a->dont);
	}
}

void
text_session(struct buf *b, const struct session *s,
    const struct dfu_stack *fixed, uint64_t now, bool several)
{
	struct verdict v = verdict_of(s, fixed, now);
	struct advice a = advice_of(s, fixed, now);

	text_waits(b, s, several);
	place(b, s, several);
	buf_addf(b, "verdict  %s: ", v.row->word);
	verdict_words(&v, s, now, b);
	buf_addc(b, '\n');
	text_advice(b, s, &a, several);
}

static void
add_quoted(struct buf *b, const char *label, const char *s)
{
	if (s == NULL)
		return;
	buf_addf(b, "  %s\"", label);
	text_escape(b, s, strlen(s));
	buf_addc(b, '"');
}

static void
add_function(struct buf *b, const struct session *s,
    const struct dfu_function *f)
{
	const struct dfu_functional *d = &f->functional;
	const char *name;
	size_t i;

	buf_addf(b, "    interface %u, %s", f->bInterfaceNumber,
	    f->runtime ? "run-time mode" : "DFU mode");
	if (d->present) {
		buf_adds(b, ", DFU ");
		dfu_version_words(b, d->bcdDFUVersion);
		buf_addf(b, ", wTransferSize %u, wDetachTimeOut %u ms, "
		    "bmAttributes 0x%02x", d->wTransferSize,
		    d->wDetachTimeOut, d->bmAttributes);
	} else {
		buf_adds(b, ", no functional descriptor");
	}
	buf_addc(b, '\n');
	for (i = 0; i < f->nalternates; i++) {
		name = session_alternate_name(s,
		    f->alternates[i].bAlternateSetting);
		buf_addf(b, "        alt %u",
		    f->alternates[i].bAlternateSetting);
		if (name != NULL)
			add_quoted(b, "", name);
		else
			buf_adds(b, f->alternates[i].iInterface != 0 ?
			    "  name not read" : "  no name");
		buf_addc(b, '\n');
	}
}

void
text_device(struct buf *b, const struct session *s)
{
	size_t i;

	text_escape(b, s->place, strlen(s->place));
	buf_addf(b, "  %04x:%04x  version %04x", s->who->vendor,
	    s->who->product, s->who->version);
	add_quoted(b, "", s->who->product_name);
	add_quoted(b, "serial ", s->who->serial);
	add_quoted(b, "in use by ", s->who->holder);
	if (s->who->suspended)
		buf_adds(b, "  suspended");
	buf_addc(b, '\n');
	for (i = 0; i < s->descriptors.nfunctions; i++)
		add_function(b, s, &s->descriptors.functions[i]);
}

static void
text_cost(struct buf *b, const struct what_if_words *w)
{
	if (w->undo != NULL)
		buf_addf(b, "    undo         %s\n", w->undo);
	if (w->undo != NULL)
		buf_addf(b, "    loses        %s (%s)\n", w->spoils != NULL ?
		    w->spoils : "nothing", w->side_effect_source);
}

static void
text_what_if_row(struct buf *b, const struct session *s,
    const struct what_if_row *row, const struct dfu_stack *stack,
    uint64_t now)
{
	struct what_if_words w;

	what_if_tell(s, row, stack, now, &w);
	if (w.spec.len != 0 || w.stack.len != 0) {
		buf_adds(b, row->name);
		if (w.differs)
			buf_addf(b, ": DFU 1.1 and %s differ", stack->name);
		buf_addc(b, '\n');
		if (w.spec.len != 0)
			buf_addf(b, "    DFU 1.1      %s (%s)\n",
			    buf_str(&w.spec), buf_str(&w.clause));
		if (w.stack.len != 0)
			buf_addf(b, "    %-12s %s", stack->name,
			    buf_str(&w.stack));
		if (w.certainty != NULL)
			buf_addf(b, " (%s: %s)", w.certainty, w.source);
		if (w.stack.len != 0)
			buf_addc(b, '\n');
		text_cost(b, &w);
	}
	what_if_words_free(&w);
}

void
text_help(struct buf *b, const char *command)
{
	const struct command_row *row = command_named(command);

	if (row != NULL)
		buf_addf(b, "help     %s%s%s: %s\n", row->name,
		    row->args[0] != '\0' ? " " : "", row->args,
		    row->sentence);
}

void
text_dialect(struct buf *b, const struct session *s)
{
	buf_adds(b, "dialect  ");
	dialect_tell(s, b);
	buf_addc(b, '\n');
}

void
text_what_if(struct buf *b, const struct app *d,
    const struct what_if_row *asked, uint64_t now)
{
	const struct runner *r = app_runner(d);
	const struct session *s = app_session(d);
	struct fingerprint_candidate list[FINGERPRINT_CANDIDATES];
	struct fingerprint f;
	size_t i, n;

	if (s == NULL || r == NULL)
		return;
	f = fingerprint_of(s, s->said_stack);
	what_if_title(s, now, b);
	buf_adds(b, "; DFU stack: ");
	fingerprint_words(s, &f, b);
	buf_addc(b, '\n');
	n = fingerprint_candidates(s, s->said_stack, list,
	    FINGERPRINT_CANDIDATES);
	for (i = 0; i < n; i++) {
		buf_adds(b, "candidate ");
		fingerprint_candidate_words(s, &list[i], b);
		buf_addc(b, '\n');
	}
	for (i = 0; i < what_if_rows_count; i++) {
		if (what_if_wanted(&what_if_rows[i], asked, s))
			text_what_if_row(b, s, &what_if_rows[i], f.stack,
			    now);
	}
}

/* Breaks the text at blanks, so that it ends before column 79. */
static void
wrap(struct buf *b, size_t indent, const char *text)
{
	size_t column = 0, n;

	for (; *text != '\0'; text += n + strspn(text + n, " ")) {
		n = strcspn(text, " ");
		if (column != 0 && column + 1 + n > 79) {
			buf_addc(b, '\n');
			column = 0;
		}
		if (column == 0)
			buf_addf(b, "%*s", (int)indent, "");
		else
			buf_addc(b, ' ');
		column += n + (column == 0 ? indent : 1);
		buf_add(b, text, n);
	}
	buf_addc(b, '\n');
}

static void
add_finding(struct buf *b, const struct lint_finding *f)
{
	struct buf t = { 0 };

	buf_addf(&t, "%s: ", severity_name(session_lint_weight(f->row)));
	lint_words(&t, f);
	wrap(b, 4, buf_str(&t));
	wrap(b, 8, f->row->consequence);
	buf_reset(&t);
	buf_addf(&t, "[%s; %s]", f->row->id, f->row->source);
	wrap(b, 8, buf_str(&t));
	buf_free(&t);
}

void
text_lint(struct buf *b, const struct session *s)
{
	const struct dfu_quirk *rows[DFU_QUIRKS_MAX];
	struct buf t = { 0 };
	struct lint l;
	size_t i, n;

	session_lint(s, &l);
	for (i = 0; i < l.n; i++)
		add_finding(b, &l.findings[i]);
	lint_free(&l);
	n = session_quirks(s, rows, DFU_QUIRKS_MAX);
	for (i = 0; i < n && i < DFU_QUIRKS_MAX; i++) {
		buf_reset(&t);
		buf_addf(&t, "%s ", rows[i]->tool);
		session_lint_quirk(rows[i], &t);
		wrap(b, 4, buf_str(&t));
	}
	buf_free(&t);
}
