/* SPDX-License-Identifier: ISC */
/*
 * Recovery: what may get the device out of its state, the least invasive
 * first; what each action is expected to do to this kind of device, and what
 * it did. What makes no sense in this state is only named.
 */
#include "ui/prompt/keys.h"
#include "ui/view/recovery_shown.h"
#include "ui/view/screen_stack.h"
#include "ui/view/screens.h"
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
	return (recovery_shown_worked(sc->session, sc->runner));
}

static void
add_out(struct buf *b, const struct frame *sc, const struct recovery_try *t)
{
	uint32_t n = sc->runner->recovery.sent;

	buf_addf(b, "out: %s after %u %s", t->left ? "disconnected" :
	    dfu_state_name(t->after), n, n == 1 ? "request" : "requests");
	if (t->left && sc->session->present)
		buf_adds(b, ", then reconnected");
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
		buf_adds(b, view_recover_memory(sc) ? "" :
		    ", no recovery needed");
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
		buf_adds(&b, "DFU 1.1: DFU stack unknown");
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
    bool selected, const struct frame *sc)
{
	const struct recovery_row *r = &recovery_rows[o->action];
	const struct recovery_try *t = recovery_tried(&sc->runner->recovery,
	    o->action);
	bool danger = r->danger != DFU_DANGER_NONE, roomy = a.cols >= ROOMY;
	/* Nothing is hoped for any more where it is out. */
	bool open = sc->session->present && worked(sc) == NULL;
	int did = did_column(&a);
	struct buf b = { 0 };

	if (selected)
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
	if (selected)
		area_restyle(a, row, AT_NAME, AT_FORECAST - AT_NAME - 1,
		    STYLE_SELECTED);
	buf_free(&b);
}

static void
draw_columns(struct area a, int row, bool present)
{
	bool roomy = a.cols >= ROOMY;

	area_text(a, row, AT_NAME, STYLE_LABEL, "action");
	area_text(a, row, did_column(&a), STYLE_LABEL, "result");
	if (!present)
		return;
	area_text(a, row, AT_FORECAST, STYLE_LABEL, "forecast");
	if (a.cols >= NARROW)
		area_text(a, row, AT_KNOWN, STYLE_LABEL, "source");
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
	int row;

	area_text(a, 0, 1, STYLE_TITLE, r->name);
	row = area_wrap(a, 0, 19, a.cols - 20, STYLE_NORMAL, r->sentence);
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
		draw_detail(a, row, "result", STYLE_NORMAL, buf_str(&b));
	}
	buf_free(&b);
}

/* "harmful here: ABORT, DETACH", if there are any; the row behind that. */
static int
draw_named(struct area a, int row, const struct recovery_shown *l,
    enum recovery_forecast forecast, const char *label, enum style st)
{
	struct buf b = { 0 };
	size_t i, n = 0;

	for (i = l->n; i < RECOVERY_COUNT; i++) {
		if (l->options[i].forecast != forecast)
			continue;
		buf_addf(&b, "%s%s", n++ == 0 ? label : ", ",
		    recovery_rows[l->options[i].action].name);
	}
	if (n != 0 && row < a.rows)
		row += area_wrap(a, row, AT_NAME, a.cols - AT_NAME - 1, st,
		    buf_str(&b));
	buf_free(&b);
	return (row);
}

/* A row for each that may help, or was tried; the others are named. */
static int
draw_actions(struct area a, const struct recovery_shown *l,
    const struct frame *sc)
{
	int row = 0;
	size_t i;

	/* Where they do not fit, the selected one is in sight. */
	if ((int)l->selected >= a.rows)
		row = a.rows - 1 - (int)l->selected;
	for (i = 0; i < l->n; i++)
		draw_action(a, row++, &l->options[i], i == l->selected, sc);
	if (!l->open)
		return (row);
	row = draw_named(a, row, l, RECOVERY_POINTLESS, "no effect here: ",
	    STYLE_DIM);
	row = draw_named(a, row, l, RECOVERY_HARMS, "harmful here: ",
	    STYLE_DANGER);
	if (recovery_is_protected(sc->session))
		row += area_wrap(a, row, AT_NAME, a.cols - AT_NAME - 1,
		    STYLE_DANGER, RECOVERY_LAST_WORDS);
	return (row);
}

/* What is advised; else how to read the rows. */
static void
draw_next(struct area a, const struct frame *sc)
{
	const char *why = command_refusal(command_named("recover"),
	    sc->session, sc->runner, sc->now);
	struct buf b = { 0 };

	if (worked(sc) != NULL)
		buf_adds(&b, "* the action that worked");
	else if (advice_is_given(&sc->advice))
		buf_adds(&b, "next: ");
	else if (why != NULL)
		buf_addf(&b, "not now: %s", why);
	else
		buf_adds(&b, "Enter runs one, a runs them in order");
	if (worked(sc) == NULL)
		frame_advice_words(sc, &b);
	area_fit(a, 0, 1, a.cols - 2, advice_is_given(&sc->advice) &&
	    worked(sc) == NULL ? STYLE_STRONG : STYLE_DIM, buf_str(&b));
	buf_free(&b);
}

static int
draw_off_bus(struct area a, const struct frame *sc)
{
	struct buf b = { 0 };
	int rows;

	frame_off_bus(sc, &b);
	rows = area_wrap(a, 0, 1, a.cols - 2, STYLE_STRONG, buf_str(&b));
	buf_free(&b);
	return (rows);
}

/* What can be done where nothing has to be. */
static int
draw_well(struct area a, const struct frame *sc)
{
	static const struct {
		enum act	 act;
		const char	*sentence;
	} others[] = {
		{ ACT_WHAT_IF, "what each request would do now" },
		{ ACT_FINDINGS, "what went wrong before" },
		{ ACT_TIMELINE, "how the device got here" },
	};
	int row = 2;
	size_t i;

	area_text(a, 0, 1, STYLE_STRONG, view_recover_memory(sc) ?
	    "The state needs no recovery; the memory is not as it should be." :
	    "The device needs no recovery in this state.");
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		const char *key = keys_of_act(sc->view->rc, others[i].act);

		if (key == NULL || row >= a.rows)
			continue;
		view_key(sc, a, row, 3, STYLE_KEY, key);
		area_text(a, row++, 8, STYLE_NORMAL, others[i].sentence);
	}
	return (row);
}

/* What stands above the rows; the row behind it. */
static int
draw_top(struct area a, const struct frame *sc,
    const struct recovery_shown *l)
{
	int top = 0;

	if (sc->session->present)
		draw_head(area_part(a, top++, 0, 1, a.cols), sc);
	else if (worked(sc) != NULL)
		top += draw_off_bus(a, sc);
	if (worked(sc) == NULL && view_recover_is_none(sc))
		return (top + view_recover_none(area_part(a, top, 0,
		    a.rows - top, a.cols), sc, l->n != 0));
	if (l->n == 0)
		top += draw_well(area_part(a, top, 0, a.rows - top, a.cols),
		    sc);
	if (l->n != 0 || advice_is_given(&sc->advice))
		draw_next(area_part(a, top++, 0, 1, a.cols), sc);
	return (top);
}

void
view_recover(struct area a, const struct frame *sc)
{
	struct recovery_shown l;
	int top;

	if (sc->session == NULL || sc->runner == NULL)
		return;
	recovery_shown_take(&l, sc->session, sc->runner, sc->print.stack,
	    sc->now, sc->view->action);
	top = draw_top(a, sc, &l);
	if (l.n != 0) {
		draw_columns(a, top++, sc->session->present);
		top += draw_actions(area_part(a, top, 0, a.rows - top,
		    a.cols), &l, sc) + 1;
	}
	if (l.n != 0 && a.rows > top + 2)
		draw_details(area_part(a, top, 0, a.rows - top, a.cols),
		    &l.options[l.selected], sc);
	recovery_shown_drop(&l);
}

/* The cursor goes to what has just got it out. */
void
view_recover_update(const struct frame *sc)
{
	const struct recovery_try *t = sc->session == NULL ||
	    sc->runner == NULL ? NULL : worked(sc);

	if (t != NULL && t->at + 1 != sc->view->recovered) {
		sc->view->action = (enum recovery_action)t->action;
		sc->view->recovered = t->at + 1;
	}
}

void
view_recover_open(struct view *view, const struct session *s,
    const struct runner *r, const struct dfu_stack *stack, uint64_t now)
{
	struct recovery_shown l;

	recovery_shown_take(&l, s, r, stack, now, RECOVERY_WAIT);
	if (l.n != 0)
		view->action = l.options[0].action;
	recovery_shown_drop(&l);
	view->recovered = 0;
	screen_show(view, SCREEN_RECOVER);
}
