/* SPDX-License-Identifier: ISC */
/* One device: who it is, its memory, its descriptors field by field. */
#include "ui/view/screens.h"
#include "ui/view/page.h"

#include <string.h>

#include "base/text.h"
#include "dfu/fields.h"
#include "dfu/spec.h"
#include "diagnosis/dialect.h"
#include "diagnosis/fingerprint.h"
#include "diagnosis/session_lint.h"

#define VALUE_COL	18

static void
add_foreign(struct page *p, const char *head, const char *text)
{
	struct buf b = { 0 };

	if (text == NULL)
		return;
	text_escape(&b, text, strlen(text));
	page_add(p, STYLE_NORMAL, head, VALUE_COL, buf_str(&b));
	buf_free(&b);
}

static void
add_mode(struct page *p, const struct session *s)
{
	const struct dfu_function *f = session_function(s);
	struct buf b = { 0 };

	if (f == NULL) {
		page_add(p, STYLE_WARNING, "mode", VALUE_COL,
		    "no DFU interface");
		return;
	}
	buf_adds(&b, f->runtime ? "run-time mode" : "DFU mode");
	dialect_words(&b, s);
	buf_addf(&b, ", interface %u of configuration %u",
	    f->bInterfaceNumber, f->bConfigurationValue);
	page_add(p, STYLE_NORMAL, "mode", VALUE_COL, buf_str(&b));
	buf_free(&b);
}

/* Nothing of DfuSe is sent on a guess: what it rests on. */
static void
add_dialect(struct page *p, const struct session *s)
{
	struct buf b = { 0 };

	dialect_tell(s, &b);
	page_add(p, session_dialect(s) == DFU_DIALECT_UNKNOWN ?
	    STYLE_WARNING : STYLE_NORMAL, "dialect", VALUE_COL, buf_str(&b));
	buf_free(&b);
}

static void
add_identity(struct page *p, const struct session *s)
{
	const struct identity *who = s->who;
	struct buf b = { 0 };

	session_title(s, &b);
	page_title(p, buf_str(&b));
	add_mode(p, s);
	add_dialect(p, s);
	if (who != NULL) {
		add_foreign(p, "manufacturer", who->manufacturer);
		add_foreign(p, "product", who->product_name);
		add_foreign(p, "serial", who->serial);
		add_foreign(p, "in use by", who->holder);
		if (who->suspended && !s->opened)
			page_add(p, STYLE_WARNING, "power", VALUE_COL,
			    "suspended: the first request wakes the device");
	}
	buf_reset(&b);
	buf_addf(&b, "%u request%s; %s", s->sent, s->sent == 1 ? "" : "s",
	    s->opened ? "opened" : "not opened");
	if (s->arrivals > 1)
		buf_addf(&b, "; connected %u times", s->arrivals);
	page_add(p, STYLE_NORMAL, "sent", VALUE_COL, buf_str(&b));
	buf_free(&b);
}

static const struct {
	enum style	 style;
	const char	*label;
} weights[] = {
	[SEVERITY_NOTE] = { STYLE_NORMAL, "note" },
	[SEVERITY_WARNING] = { STYLE_WARNING, "warning" },
	[SEVERITY_ERROR] = { STYLE_DANGER, "error" },
};
#define LINT_COL	10

static void
add_finding(struct page *p, const struct lint_finding *f)
{
	struct buf b = { 0 };

	lint_words(&b, f);
	page_add(p, weights[session_lint_weight(f->row)].style,
	    weights[session_lint_weight(f->row)].label, LINT_COL, buf_str(&b));
	buf_reset(&b);
	buf_addf(&b, "%s [%s]", f->row->consequence, f->row->source);
	page_add(p, STYLE_NORMAL, NULL, LINT_COL, buf_str(&b));
	buf_free(&b);
}

/* So that nobody has to look for it at the end of a long page. */
static void
add_lint_count(struct page *p, const struct lint *l)
{
	unsigned counts[3] = { 0 };
	enum severity worst = SEVERITY_NOTE, w;
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < l->n; i++) {
		w = session_lint_weight(l->findings[i].row);
		counts[w]++;
		if (w > worst)
			worst = w;
	}
	for (i = 3; i-- > 0;)
		if (counts[i] != 0)
			buf_addf(&b, "%s%u %s%s", b.len != 0 ? ", " : "",
			    counts[i], weights[i].label,
			    counts[i] == 1 ? "" : "s");
	if (l->n != 0)
		buf_adds(&b, worst != SEVERITY_NOTE ? ": " : "");
	if (worst != SEVERITY_NOTE)
		buf_adds(&b, l->findings[0].row->what);
	page_add(p, weights[worst].style, "check", VALUE_COL, l->n != 0 ?
	    buf_str(&b) : "no contradiction found");
	buf_free(&b);
}

/* What contradicts what, the weightiest first. */
static void
add_lint(struct page *p, const struct lint *l)
{
	size_t i;

	page_title(p, "Descriptor check");
	if (l->n == 0)
		page_add(p, STYLE_NORMAL, NULL, 1, "Descriptors and strings "
		    "agree with the specification, with each other and with "
		    "the answers.");
	for (i = 0; i < l->n; i++)
		add_finding(p, &l->findings[i]);
}

/* Which device software this is likely to be, and why that is thought. */
static void
add_stack(struct page *p, const struct frame *sc)
{
	const struct fingerprint *f = &sc->print;
	struct fingerprint_candidate list[FINGERPRINT_CANDIDATES];
	struct buf b = { 0 };
	size_t i, n;

	fingerprint_words(sc->session, f, &b);
	page_add(p, f->against != 0 ? STYLE_WARNING : STYLE_NORMAL, "DFU stack",
	    VALUE_COL, buf_str(&b));
	if (f->stack != NULL && f->stack->polling != NULL)
		page_add(p, STYLE_NORMAL, NULL, VALUE_COL, f->stack->polling);
	if (f->stack != NULL) {
		buf_reset(&b);
		buf_addf(&b, "%s (%s)", f->stack->source,
		    dfu_certainty_words(f->stack->certainty));
		page_add(p, STYLE_DIM, NULL, VALUE_COL, buf_str(&b));
	}
	n = fingerprint_candidates(sc->session, sc->session->said_stack, list,
	    FINGERPRINT_CANDIDATES);
	for (i = 0; i < n; i++) {
		buf_reset(&b);
		fingerprint_candidate_words(sc->session, &list[i], &b);
		page_add(p, STYLE_NORMAL, i == 0 ? "could be" : NULL,
		    VALUE_COL, buf_str(&b));
	}
	buf_free(&b);
}

/* What tools do otherwise: who compares them with this must know. */
static void
add_quirks(struct page *p, const struct session *s)
{
	const struct dfu_quirk *rows[DFU_QUIRKS_MAX], *q;
	size_t i, n = session_quirks(s, rows, DFU_QUIRKS_MAX);
	struct buf b = { 0 };

	if (n > 0)
		page_title(p, "Workarounds of other tools for this device");
	for (i = 0; i < n && i < DFU_QUIRKS_MAX; i++) {
		q = rows[i];
		buf_reset(&b);
		session_lint_quirk(q, &b);
		page_add(p, STYLE_NORMAL, q->tool, LINT_COL, buf_str(&b));
	}
	buf_free(&b);
}

static void
add_alternate(struct page *p, const struct frame *sc,
    const struct dfu_alternate *a)
{
	const struct session *s = sc->session;
	const char *name = session_alternate_name(s, a->bAlternateSetting);
	const char *key = frame_key(sc, "names");
	struct buf head = { 0 }, b = { 0 };

	buf_addf(&head, "%s %3u", a->bAlternateSetting == s->alternate ?
	    "in use" : "      ", a->bAlternateSetting);
	if (name != NULL)
		text_escape(&b, name, strlen(name));
	else if (a->iInterface == 0)
		buf_adds(&b, "has no name");
	else
		buf_addf(&b, "not read; %s reads the names, one request each",
		    key != NULL ? key : ":names");
	page_add(p, name != NULL ? STYLE_NORMAL : STYLE_DIM, buf_str(&head),
	    VALUE_COL, buf_str(&b));
	buf_free(&head);
	buf_free(&b);
}

static void
add_alternates(struct page *p, const struct frame *sc)
{
	const struct session *s = sc->session;
	const struct dfu_function *f = session_function(s);
	size_t i;

	if (f == NULL)
		return;
	page_title(p, "Alternate settings");
	for (i = 0; i < f->nalternates; i++)
		add_alternate(p, sc, &f->alternates[i]);
}

/* In words, and in full. */
static void
add_promises(struct page *p, const struct session *s)
{
	const struct dfu_function *f = session_function(s);
	struct buf b = { 0 };
	size_t i;
	bool set;

	if (f == NULL)
		return;
	page_title(p, "Attributes (DFU 1.1 4.1.3)");
	if (!f->functional.present) {
		buf_addf(&b, "No functional descriptor: dfuscope assumes DFU "
		    "1.0 with blocks of %u bytes.",
		    session_transfer_size(s));
		page_add(p, STYLE_WARNING, NULL, 1, buf_str(&b));
		buf_free(&b);
		return;
	}
	for (i = 0; i < dfu_attributes_count; i++) {
		set = f->functional.bmAttributes & dfu_attributes[i].mask;
		buf_reset(&b);
		buf_addf(&b, "%u %s", set, dfu_attributes[i].name);
		page_add(p, set ? STYLE_NORMAL : STYLE_DIM, buf_str(&b), 28,
		    set ? dfu_attributes[i].set : dfu_attributes[i].clear);
	}
	buf_free(&b);
}

/* Strings that are known: from the host, or read. */
static const char *
string_of(const struct session *s, const struct dfu_piece *d,
    const struct dfu_field *f)
{
	const char *name = f->row->name;

	if (f->value == 0 || f->value > 255 || s->who == NULL)
		return (NULL);
	if (strcmp(name, "iManufacturer") == 0)
		return (s->who->manufacturer);
	if (strcmp(name, "iProduct") == 0)
		return (s->who->product_name);
	if (strcmp(name, "iSerialNumber") == 0)
		return (s->who->serial);
	if (strcmp(name, "iInterface") == 0 && d->length > 3)
		name = identity_name_of(s->who, d->bytes[2], d->bytes[3]);
	else
		name = NULL;
	return (name != NULL ? name : s->strings[f->value]);
}

static void
add_field(struct page *p, const struct session *s, const struct dfu_piece *d,
    const struct dfu_field *f)
{
	const char *string = string_of(s, d, f);
	struct buf head = { 0 }, b = { 0 };

	buf_addf(&head, "%4zu  0x%0*x%s  %-18s %5u", f->at,
	    f->row->size * 2, f->value, f->row->size == 1 ? "  " : "",
	    f->row->name, f->value);
	dfu_field_words(&b, d, f);
	if (string != NULL) {
		buf_adds(&b, ": ");
		text_escape(&b, string, strlen(string));
	}
	page_add(p, STYLE_NORMAL, buf_str(&head), 41, buf_str(&b));
	buf_free(&head);
	buf_free(&b);
}

static void
add_bytes(struct page *p, size_t at, const uint8_t *bytes, size_t n)
{
	struct buf b = { 0 };
	size_t i, j;

	for (i = 0; i < n; i += 16) {
		buf_reset(&b);
		buf_addf(&b, "%4zu ", at + i);
		for (j = i; j < i + 16 && j < n; j++)
			buf_addf(&b, " %02x", bytes[j]);
		page_add(p, STYLE_NORMAL, buf_str(&b), 0, NULL);
	}
	buf_free(&b);
}

static void
add_piece(struct page *p, const struct session *s, const struct dfu_piece *d)
{
	struct dfu_field f;
	struct buf b = { 0 };
	size_t i, named = dfu_piece_named(d);

	if (d->row != NULL)
		buf_addf(&b, "%s (%s)", d->row->name, d->row->clause);
	else
		buf_addf(&b, "descriptor of type 0x%02x, not decoded",
		    d->type);
	page_title(p, buf_str(&b));
	for (i = 0; dfu_piece_field(d, i, &f); i++)
		add_field(p, s, d, &f);
	if (d->length > named)
		add_bytes(p, d->at + named, d->bytes + named,
		    d->length - named);
	buf_free(&b);
}

static void
add_descriptors(struct page *p, const struct session *s)
{
	const struct buf *blob = &s->who->descriptors;
	struct dfu_piece d;
	struct dfu_walk w;
	struct buf b = { 0 };

	page_title(p, "Descriptors");
	buf_addf(&b, "%zu bytes, as the host read them when the device was "
	    "plugged in.", blob->len);
	page_add(p, STYLE_NORMAL, NULL, 1, buf_str(&b));
	if (s->descriptors.fault != NULL) {
		buf_reset(&b);
		buf_addf(&b, "damaged: %s, at offset %zu",
		    s->descriptors.fault, s->descriptors.fault_at);
		page_add(p, STYLE_DANGER, buf_str(&b), 0, NULL);
	}
	page_add(p, STYLE_LABEL, "  at  raw     field              value",
	    41, "meaning");
	dfu_walk_begin(&w, blob->data, blob->len);
	while (dfu_walk_next(&w, &d))
		add_piece(p, s, &d);
	if (w.r.pos < blob->len) {
		page_title(p, "The rest, not decoded");
		add_bytes(p, w.r.pos, blob->data + w.r.pos,
		    blob->len - w.r.pos);
	}
	buf_free(&b);
}

void
view_device(struct area a, const struct frame *sc)
{
	struct page p = { 0 };
	struct lint lint;

	if (sc->session == NULL)
		return;
	session_lint(sc->session, &lint);
	add_identity(&p, sc->session);
	add_stack(&p, sc);
	add_lint_count(&p, &lint);
	page_memory(&p, sc, a.cols);
	add_alternates(&p, sc);
	add_promises(&p, sc->session);
	add_lint(&p, &lint);
	add_quirks(&p, sc->session);
	if (sc->session->who != NULL)
		add_descriptors(&p, sc->session);
	page_draw(a, &p, sc->view);
	lint_free(&lint);
	page_free(&p);
}

/* So that a long session does not hold up one frame. */
#define MEMORY_AT_ONCE	5000

void
view_device_update(const struct frame *sc)
{
	struct view *view = sc->view;

	do {
		view->memory_behind = memory_map_update(&view->memory,
		    sc->session, sc->app->sessions->trace, MEMORY_AT_ONCE);
	} while (view->memory_behind && frame_has_time(sc));
}

bool
view_device_behind(const struct view *view)
{
	return (view->memory_behind);
}
