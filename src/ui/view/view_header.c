/* SPDX-License-Identifier: ISC */
#include "ui/prompt/keys.h"
#include "ui/view/view.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "dfu/descriptor.h"
#include "dfu/layout.h"
#include "diagnosis/finding.h"

/* Of a DfuSe name only the name: the memory layout has no room here. */
static void
add_alternate(struct buf *b, const struct session *s)
{
	const char *name = session_alternate_name(s, s->alternate);
	struct layout l;

	buf_addf(b, "  alt %u ", s->alternate);
	if (name == NULL)
		buf_adds(b, "(name not read)");
	else if (layout_parse(&l, name, strlen(name)) && l.name != NULL)
		text_escape(b, l.name, strlen(l.name));
	else
		text_escape(b, name, strlen(name));
	if (name != NULL)
		layout_free(&l);
}

void
dialect_words(struct buf *b, const struct session *s)
{
	const struct dfu_function *f = session_function(s);

	if (f == NULL)
		return;
	buf_adds(b, session_dialect(s) == DFU_DIALECT_DFUSE ? "  DfuSe " :
	    "  DFU ");
	dfu_version_words(b, f->functional.bcdDFUVersion);
	if (session_dialect(s) == DFU_DIALECT_UNKNOWN)
		buf_adds(b, ", DfuSe?");
}

static void
add_scripts(struct buf *b, const struct session *s)
{
	const struct dfu_function *f = session_function(s);

	dialect_words(b, s);
	if (f == NULL)
		return;
	if (f->functional.present)
		buf_addf(b, " %u B", session_transfer_size(s));
	else
		buf_adds(b, " no functional descriptor");
}

/* "1 [2] (3)": the one in view, one that is gone; or "[2] of 12". */
static void
add_numbers(struct buf *b, const struct app *d)
{
	size_t n = d->sessions->n, i;

	if (n > 6)
		buf_addf(b, "[%zu] of %zu", d->current + 1, n);
	for (i = 0; n > 1 && n <= 6 && i < n; i++)
		buf_addf(b, i == d->current ? "%s[%zu]" :
		    d->sessions->list[i]->present ? "%s%zu" : "%s(%zu)",
		    i > 0 ? " " : "", i + 1);
	if (n > 1)
		buf_adds(b, "  ");
}

/* "F5 2 findings", as many as F5 lists, where one is above a note. */
static void
add_findings(struct buf *b, const struct frame *sc)
{
	const char *key = keys_of_act(sc->view->rc, ACT_FINDINGS);
	size_t i, serious = 0;

	for (i = 0; i < sc->findings.standing; i++)
		serious += sc->findings.list[i]->row->severity >
		    SEVERITY_NOTE;
	if (serious != 0)
		buf_addf(b, "  %s %zu finding%s", key != NULL ? key : "",
		    sc->findings.standing,
		    sc->findings.standing != 1 ? "s" : "");
}

/* What must be in sight whatever the width. */
static void
add_marks(struct buf *b, const struct frame *sc)
{
	if (sc->session != NULL) {
		add_findings(b, sc);
		if (sc->session->sent != 0 || sc->session->seen == 0)
			buf_addf(b, "  sent %u", sc->session->sent);
		if (sc->session->seen != 0)
			buf_addf(b, "  seen %u", sc->session->seen);
	}
	if (sc->runner != NULL && sc->runner->watch != 0)
		buf_adds(b, "  polling");
	if (sc->app->policy.past)
		buf_adds(b, "  recorded");
	else if (sc->app->policy.served)
		buf_adds(b, "  served");
	else if (sc->runner != NULL && sc->runner->policy.read_only)
		buf_adds(b, "  read-only");
	else if (sc->runner != NULL && sc->runner->policy.confirm_off)
		buf_adds(b, "  CONFIRM OFF");
	else if (sc->runner != NULL && sc->runner->policy.loses_asks)
		buf_adds(b, "  confirm on");
	if (sc->app->journal != NULL)
		buf_adds(b, "  rec");
	if (sc->app->recording)
		buf_adds(b, "  recipe");
	if (sc->app->simulated && !sc->app->policy.past)
		buf_adds(b, "  simulated");
	buf_addc(b, ' ');
}

/* A key that does nothing on the screen in sight is none. */
static void
add_hit(struct area a, const struct frame *sc, int col, int cols,
    const char *key, enum act act)
{
	if (key != NULL && keys_work(keys_row(act), sc->view->screen))
		view_hit(sc, a, 0, col, cols, key);
}

/* "1 [2] (3)": each leads to the console of that device. */
static void
add_digits(struct area a, const struct frame *sc, int at)
{
	const struct sessions *all = sc->app->sessions;
	char digit[2] = "1";
	int cols;
	size_t i;

	for (i = 0; all->n > 1 && all->n <= 6 && i < all->n; i++) {
		digit[0] = (char)('1' + i);
		cols = i == sc->app->current || !all->list[i]->present ? 3 :
		    1;
		add_hit(a, sc, at, cols, digit, ACT_NUMBER);
		at += cols + 1;
	}
}

/* The title leads to the page of the device, the marks to the findings. */
static void
add_hits(struct area a, const struct frame *sc, int at, int room, int marks)
{
	if (sc->session != NULL) {
		add_hit(a, sc, at, room - at,
		    keys_of_act(sc->view->rc, ACT_DEVICE), ACT_DEVICE);
		add_hit(a, sc, marks, a.cols - marks,
		    keys_of_act(sc->view->rc, ACT_FINDINGS), ACT_FINDINGS);
	}
	add_digits(a, sc, at);
}

void
view_header(struct area a, const struct frame *sc)
{
	const struct session *s = sc->session;
	struct buf left = { 0 }, marks = { 0 };
	int room, at;

	area_fill(a, 0, 0, 1, a.cols, STYLE_BAR);
	add_marks(&marks, sc);
	room = a.cols - area_columns(&a, buf_str(&marks));
	add_numbers(&left, sc->app);
	if (s != NULL) {
		session_title(s, &left);
		if (session_runtime(s))
			buf_adds(&left, "  run-time mode");
		add_alternate(&left, s);
		add_scripts(&left, s);
	} else {
		buf_adds(&left, "no device");
	}
	at = 1;
	if (area_columns(&a, buf_str(&left)) + 11 <= room)
		at += area_text(a, 0, 1, STYLE_TITLE, "dfuscope") + 2;
	area_fit(a, 0, at, room - at, STYLE_BAR, buf_str(&left));
	area_right(a, 0, STYLE_BAR, buf_str(&marks));
	add_hits(a, sc, at, room, a.cols - area_columns(&a,
	    buf_str(&marks)));
	buf_free(&left);
	buf_free(&marks);
}
