/*
 * The ladder: what may get the device out of its state, mildest first; what
 * each action is expected to do to this kind of device, and what it did.
 */
#include "ui/view/screen_stack.h"
#include "ui/view/view.h"

#include "dfu/spec.h"
#include "diagnosis/fingerprint.h"
#include "diagnosis/recovery.h"

#define AT_NAME		6
#define AT_FORECAST		23
#define AT_KNOWN	36
#define AT_DID		49
#define NARROW		70	/* then it stands at AT_KNOWN */
#define AT_WORDS	49	/* where there is room for them, too */
#define WORDS_COLS	56
#define ROOMY		(AT_WORDS + WORDS_COLS + 40)

static enum style
forecast_style(enum recovery_forecast forecast)
{
	switch (forecast) {
	case RECOVERY_OUT:
		return (STYLE_GOOD);
	case RECOVERY_MOVES:
		return (STYLE_NORMAL);
	case RECOVERY_UNKNOWN:
		return (STYLE_WARNING);
	case RECOVERY_POINTLESS:
		return (STYLE_DIM);
	case RECOVERY_HARMS:
		return (STYLE_DANGER);
	}
	return (STYLE_NORMAL);
}

static void
add_state(struct buf *b, uint8_t state)
{
	if (dfu_state_row(state) == NULL)
		dfu_state_words(b, state);
	else
		dfu_state_label(b, state);
}

/* What got it out, as long as that holds; or NULL. */
static const struct recovery_try *
worked(const struct frame *sc)
{
	const struct session *s = sc->session;
	const struct recovery_try *t =
	    recovery_worked(&sc->runner->recovery);

	if (t == NULL || (s->nrequests != 0 &&
	    s->requests[s->nrequests - 1].number > t->last))
		return (NULL);
	return (t);
}

static void
add_out(struct buf *b, const struct frame *sc, const struct recovery_try *t)
{
	uint32_t n = sc->runner->recovery.sent;

	buf_addf(b, "out: %s after %u %s", t->left ? "off the bus" :
	    dfu_state_name(t->after), n, n == 1 ? "request" : "requests");
	if (t->left && sc->session->present)
		buf_adds(b, ", and back");
}

/* The device's own word goes before what time has made of it. */
static void
add_estimate(struct buf *b, const struct frame *sc)
{
	const struct estimate *said = &sc->session->estimate;

	if (sc->estimate.how == ESTIMATE_UNKNOWN) {
		buf_adds(b, "state unknown");
		return;
	}
	add_state(b, said->state);
	buf_adds(b, " for ");
	clock_age(b, said->since, sc->now);
	if (recovery_is_out(sc->estimate.state))
		buf_adds(b, ", nothing to recover from");
	else if (sc->estimate.state != said->state)
		buf_addf(b, " (%s: %u by now)", sc->estimate.by_stack ?
		    sc->session->stack->name : "DFU 1.1",
		    sc->estimate.state);
	else if (session_estimates_differ(sc->session, sc->now))
		buf_addf(b, " (DFU 1.1: %u by now)", sc->by_spec.state);
}

static void
draw_head(struct area a, const struct frame *sc)
{
	const struct recovery_try *out = worked(sc);
	struct buf b = { 0 };
	int col = 1;

	if (out != NULL)
		add_out(&b, sc, out);
	else
		add_estimate(&b, sc);
	col += area_text(a, 0, col, out != NULL ? STYLE_GOOD : STYLE_STRONG,
	    buf_str(&b));
	buf_reset(&b);
	buf_adds(&b, "; judged by ");
	if (sc->print.stack != NULL)
		fingerprint_words(sc->session, &sc->print, &b);
	else
		buf_adds(&b, "DFU 1.1: no known stack");
	area_fit(a, 0, col, a.cols - col - 1, STYLE_NORMAL, buf_str(&b));
	buf_free(&b);
}

static int
did_column(const struct area *a)
{
	if (a->cols < NARROW)
		return (AT_KNOWN);
	return (a->cols >= ROOMY ? AT_WORDS + WORDS_COLS : AT_DID);
}

static void
draw_action(struct area a, int row, const struct recovery_option *o,
    const struct frame *sc)
{
	const struct recovery_row *r = &recovery_rows[o->action];
	const struct recovery_try *t = recovery_tried(&sc->runner->recovery,
	    o->action);
	bool danger = r->danger != DFU_DANGER_NONE, roomy = a.cols >= ROOMY;
	/* Nothing is hoped for any more where it is out. */
	bool open = sc->session->present && worked(sc) == NULL;
	int did = did_column(&a);
	struct buf b = { 0 };

	if (sc->view->action == o->action)
		area_text(a, row, 1, STYLE_STRONG, ">");
	if (t != NULL && t == worked(sc))
		area_text(a, row, 2, STYLE_GOOD, "*");
	if (danger)
		area_text(a, row, 3, STYLE_KEY_DANGER, "!");
	area_textf(a, row, 4, danger ? STYLE_KEY_DANGER : STYLE_KEY, "%u",
	    o->action + 1u);
	area_fit(a, row, AT_NAME, AT_FORECAST - AT_NAME - 1,
	    o->forecast == RECOVERY_POINTLESS ? STYLE_DIM : STYLE_NORMAL,
	    r->name);
	if (open) {
		area_text(a, row, AT_FORECAST, forecast_style(o->forecast),
		    recovery_forecast_words(o->forecast));
		if (a.cols >= NARROW)
			area_text(a, row, AT_KNOWN, STYLE_DIM,
			    dfu_certainty_words(o->certainty));
	}
	if (roomy && open)
		area_fit(a, row, AT_WORDS, WORDS_COLS - 2, STYLE_NORMAL,
		    buf_str(&o->words));
	if (t != NULL)
		recovery_try_words(&b, t);
	area_fit(a, row, did, a.cols - did - 1, t != NULL && (t->left ||
	    (t->after != NO_STATE && recovery_is_out(t->after))) ?
	    STYLE_GOOD : STYLE_NORMAL, buf_str(&b));
	if (sc->view->action == o->action)
		area_restyle(a, row, AT_NAME, AT_FORECAST - AT_NAME - 1,
		    STYLE_SELECTED);
	buf_free(&b);
}

static void
draw_columns(struct area a, int row, bool present)
{
	bool roomy = a.cols >= ROOMY;

	area_text(a, row, AT_NAME, STYLE_LABEL, "rung");
	area_text(a, row, did_column(&a), STYLE_LABEL, "what it did");
	if (!present)
		return;
	area_text(a, row, AT_FORECAST, STYLE_LABEL, "expected");
	if (a.cols >= NARROW)
		area_text(a, row, AT_KNOWN, STYLE_LABEL, "known by");
	if (roomy)
		area_text(a, row, AT_WORDS, STYLE_LABEL, "because");
}

static int
draw_detail(struct area a, int row, const char *label, enum style st,
    const char *words)
{
	if (row >= a.rows)
		return (row);
	area_text(a, row, 1, STYLE_LABEL, label);
	return (row + area_wrap(a, row, 11, a.cols - 13, st, words));
}

/* The selected one, in full. */
static void
draw_details(struct area a, const struct recovery_option *o,
    const struct frame *sc)
{
	const struct recovery_row *r = &recovery_rows[o->action];
	const struct recovery_try *t = recovery_tried(&sc->runner->recovery,
	    o->action);
	struct buf b = { 0 };
	int row = 1;

	area_text(a, 0, 1, STYLE_TITLE, r->name);
	area_fit(a, 0, 19, a.cols - 20, STYLE_NORMAL, r->sentence);
	buf_addf(&b, "%s (%s, %s)", buf_str(&o->words), o->whose,
	    dfu_certainty_words(o->certainty));
	if (sc->session->present && worked(sc) == NULL)
		row = draw_detail(a, row, "here", forecast_style(o->forecast),
		    buf_str(&b));
	row = draw_detail(a, row, "may lose", r->danger == DFU_DANGER_NONE ?
	    STYLE_NORMAL : STYLE_DANGER, r->risk);
	if (t != NULL) {
		buf_reset(&b);
		recovery_try_words(&b, t);
		draw_detail(a, row, "it did", STYLE_NORMAL, buf_str(&b));
	}
	buf_free(&b);
}

/* A row for each, and one between what may help and what does not. */
static void
draw_actions(struct area a, const struct recovery_option *options,
    size_t useful, const struct frame *sc)
{
	size_t i, at = 0;
	int row = 0;

	for (i = 0; i < RECOVERY_COUNT; i++) {
		if (options[i].action == sc->view->action)
			at = i + (i >= useful);
	}
	/* Where they do not fit, the selected one is in sight. */
	if ((int)at >= a.rows)
		row = a.rows - 1 - (int)at;
	for (i = 0; i < RECOVERY_COUNT; i++) {
		if (i == useful)
			area_text(a, row++, AT_NAME, STYLE_LABEL,
			    "not here:");
		draw_action(a, row++, &options[i], sc);
	}
	if (recovery_is_protected(sc->session))
		area_fit(a, row, AT_NAME, a.cols - AT_NAME - 1, STYLE_DANGER,
		    RECOVERY_LAST_WORDS);
}

/* What is advised; else how to read the rows. */
static void
draw_next(struct area a, const struct frame *sc)
{
	struct buf b = { 0 };

	if (worked(sc) != NULL)
		buf_adds(&b, "* the rung that got it out");
	else if (advice_is_given(&sc->advice))
		buf_adds(&b, "next: ");
	else
		buf_adds(&b, "a rung: one way to try, the mildest first");
	if (worked(sc) == NULL)
		frame_advice_words(sc, &b);
	area_fit(a, 1, 1, a.cols - 2, advice_is_given(&sc->advice) &&
	    worked(sc) == NULL ? STYLE_STRONG : STYLE_DIM, buf_str(&b));
	buf_free(&b);
}

/* What was tried before it left is still worth to be seen. */
static bool
draw_gone(struct area a, const struct frame *sc)
{
	struct buf b = { 0 };
	bool tried = false;
	unsigned i;

	frame_off_bus(sc, &b);
	area_wrap(a, 0, 1, a.cols - 2, STYLE_STRONG, buf_str(&b));
	buf_free(&b);
	for (i = 0; i < RECOVERY_COUNT; i++)
		tried = tried || recovery_tried(&sc->runner->recovery,
		    (enum recovery_action)i) != NULL;
	return (tried);
}

void
view_recover(struct area a, const struct frame *sc)
{
	struct recovery_option options[RECOVERY_COUNT];
	int rows = RECOVERY_COUNT + 1;
	int top = a.rows < rows + 3 && !advice_is_given(&sc->advice) ? 2 : 3;
	size_t useful, i;

	if (sc->session == NULL || sc->runner == NULL)
		return;
	if (!sc->session->present && !draw_gone(a, sc))
		return;
	useful = recovery_option(sc->session, sc->print.stack, sc->now,
	    options);
	if (!sc->session->present || worked(sc) != NULL)
		useful = RECOVERY_COUNT;
	if (sc->session->present)
		draw_head(a, sc);
	if (top == 3)
		draw_next(a, sc);
	draw_columns(a, top - 1, sc->session->present);
	draw_actions(
	    area_part(a, top, 0, a.rows - top, a.cols), options, useful, sc);
	top += rows + 1 + recovery_is_protected(sc->session);
	for (i = 0; i < RECOVERY_COUNT && a.rows > top + 2; i++) {
		if (options[i].action == sc->view->action)
			draw_details(area_part(a, top, 0, a.rows - top,
			    a.cols), &options[i], sc);
	}
	recovery_options_free(options);
}

void
view_recover_open(struct view *view, const struct session *s,
    const struct dfu_stack *stack, uint64_t now)
{
	struct recovery_option options[RECOVERY_COUNT];

	recovery_option(s, stack, now, options);
	view->action = options[0].action;
	recovery_options_free(options);
	screen_show(view, SCREEN_RECOVER);
}
