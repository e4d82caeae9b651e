#include "report/text.h"

#include <string.h>

#include "base/text.h"
#include "model/verdict.h"

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

static void
text_request(struct buf *b, const struct desk *d, const struct session *s,
    const struct event *e, uint64_t begin)
{
	const struct request *r = session_request(s, e->number);
	const struct event *submit = r != NULL ?
	    trace_get(d->bench->trace, r->submit) : NULL;
	size_t start = b->len;

	if (submit == NULL)
		return;
	buf_addf(b, "#%-4u %9.4f s  > ", e->number,
	    (double)(r->at - begin) / 1e6);
	words_request_name(b, &r->setup);
	pad(b, start, 30);
	words_request(b, submit, &r->context);
	pad(b, start, 74);
	words_answer(b, submit, e);
	buf_addc(b, '\n');
}

void
text_event(struct buf *b, const struct desk *d, const struct event *e,
    uint64_t begin, bool several)
{
	static const struct words_context none;
	const struct session *s = bench_by_dev(d->bench, e->dev);

	switch ((enum event_kind)e->kind) {
	case EVENT_COMPLETE:
		place(b, s, several);
		if (s != NULL)
			text_request(b, d, s, e, begin);
		return;
	case EVENT_ARRIVED:
	case EVENT_LEFT:
	case EVENT_RESET:
	case EVENT_NOTE:
	case EVENT_LOST:
		place(b, s, several);
		buf_addf(b, "=     %9.4f s  ", (double)(e->time - begin) /
		    1e6);
		words_event(b, e, NULL, &none);
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

static void
text_waits(struct buf *b, const struct session *s, bool several)
{
	uint8_t state;

	for (state = 0; state < LEDGER_STATES; state++) {
		if (!ledger_tells(&s->ledger, state))
			continue;
		place(b, s, several);
		buf_addf(b, "wait     %s: ", dfu_state_name(state));
		ledger_words(&s->ledger.rows[state], b);
		buf_addc(b, '\n');
	}
}

void
text_session(struct buf *b, const struct session *s,
    const struct dfu_stack *fixed, uint64_t now, bool several)
{
	struct verdict v = verdict_of(s, fixed, now);

	text_waits(b, s, several);
	place(b, s, several);
	buf_addf(b, "verdict  %s: ", v.row->word);
	verdict_words(&v, s, now, b);
	if (v.row->remedy != NULL)
		buf_addf(b, " Remedy: %s.", v.row->remedy);
	buf_addc(b, '\n');
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
	add_quoted(b, "held by ", s->who->holder);
	if (s->who->suspended)
		buf_adds(b, "  suspended");
	buf_addc(b, '\n');
	for (i = 0; i < s->descriptors.nfunctions; i++)
		add_function(b, s, &s->descriptors.functions[i]);
}
