/* SPDX-License-Identifier: ISC */
/* Makes the frame, and answers what several views ask of it. */
#include "ui/view/view.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/difference.h"
#include "base/mem.h"
#include "dfu/spec.h"
#include "ui/prompt/keys.h"
#include "ui/view/consoles.h"
#include "ui/view/recovery_shown.h"
#include "ui/view/screen_stack.h"
#include "ui/view/screens.h"


static const struct {
	enum dfu_input	 input;
	const char	*command;
	const char	*name;
} inputs[FRAME_PROSPECTS] = {
	{ DFU_IN_GETSTATUS, "getstatus", "GETSTATUS" },
	{ DFU_IN_GETSTATE, "getstate", "GETSTATE" },
	{ DFU_IN_CLRSTATUS, "clrstatus", "CLRSTATUS" },
	{ DFU_IN_ABORT, "abort", "ABORT" },
	{ DFU_IN_DNLOAD, "dnload", "DNLOAD" },
	{ DFU_IN_DNLOAD0, "dnload", "DNLOAD len=0" },
	{ DFU_IN_UPLOAD, "upload", "UPLOAD" },
	{ DFU_IN_RESET, "reset", "bus reset" },
	{ DFU_IN_DETACH, "detach", "DETACH" }
};

/*
 * Looks are worth a try even where the specification expects silence; so is
 * what this stack is known to do.
 */
static bool
is_refused(const struct prospect *p)
{
	const struct dfu_outlook *stack = &p->prediction.stack;
	const struct dfu_transition *spec = p->prediction.spec;

	if (spec == NULL || (spec->response != DFU_RESPONSE_STALL &&
	    (spec->response != DFU_RESPONSE_NONE_EXPECTED ||
	    (p->row->danger == DFU_DANGER_NONE &&
	    spec->input != DFU_IN_UPLOAD))))
		return (false);
	return (!p->prediction.known || stack->response != DFU_RESPONSE_OK ||
	    stack->certainty == DFU_KNOWN_INFERRED);
}

static void
make_prospects(struct frame *f)
{
	struct prospect *p;
	int i;

	for (i = 0; i < FRAME_PROSPECTS; i++) {
		p = &f->prospects[i];
		p->name = inputs[i].name;
		p->row = command_named(inputs[i].command);
		p->ends = inputs[i].input == DFU_IN_DNLOAD0;
		p->prediction = predict(f->session, inputs[i].input,
		    f->print.stack, f->now);
		p->refused = is_refused(p);
	}
}

/* Each request that the command may be would get nowhere. */
static bool
is_useless(const struct frame *f, const struct command_row *row)
{
	int i, rows = 0, refused = 0;

	for (i = 0; i < FRAME_PROSPECTS; i++) {
		rows += f->prospects[i].row == row;
		refused += f->prospects[i].row == row &&
		    f->prospects[i].refused;
	}
	return (rows > 0 && rows == refused);
}

static void
make_offers(struct frame *f)
{
	const struct command_row *c;
	size_t i, n = 0;

	if (!frame_unknown(f))
		make_prospects(f);
	while (command_at(n) != NULL)
		n++;
	f->offered = mem_alloc(n * sizeof(*f->offered));
	for (i = 0; (c = command_at(i)) != NULL; i++) {
		f->offered[i] = c->label != NULL &&
		    strcmp(c->name, "quit") != 0 && !is_useless(f, c) &&
		    command_refusal(c, f->session, f->runner, f->now) == NULL;
	}
}

void
view_show(struct view *view, const struct app *app,
    const struct app_effect *e, uint64_t now)
{
	const struct session *s = app_session(app);

	if (e->kind == APP_HELP) {
		view->helped = e->text.len == 0 ? NULL :
		    command_named(buf_str(&e->text));
		screen_show(view, view->helped != NULL ?
		    SCREEN_HELP_COMMAND : SCREEN_HELP);
	}
	if (e->kind == APP_DIFF && app->difference != NULL) {
		view->difference = app->difference->first;
		screen_show(view, SCREEN_DIFFERENCE);
	}
	if (e->kind == APP_WAYS && s != NULL && app_runner(app) != NULL)
		view_recover_open(view, s, app_runner(app), s->stack, now);
	if (e->kind == APP_WHAT_IF) {
		view->what_if = e->what_if;
		screen_show(view, e->what_if != NULL ?
		    SCREEN_WHAT_IF_PAGE : SCREEN_WHAT_IF);
	}
}

void
view_turn(struct view *view, const struct app *app)
{
	const struct screen_row *row;

	row = screen_row(view);
	if (row->instead != NULL && row->instead(view, app) != view->screen)
		screen_home(view, row->instead(view, app));
	if (app->sessions->n > 1 && !view->chosen) {
		screen_home(view, SCREEN_DEVICES);
		view->asked_devices = true;
		view->chosen = true;
	}
}

bool
frame_has_time(const struct frame *f)
{
	return (f->app->has_time != NULL && f->app->has_time(f->app));
}

static void
update_list(const struct frame *f)
{
	struct view *view = f->view;

	do {
		list_update(&view->list, f->app->sessions, f->session);
	} while (view->list.behind && frame_has_time(f));
	if (!view->list.hunt_failed)
		return;
	view->list.hunt_failed = false;
	buf_reset(&view->notice);
	buf_addf(&view->notice, "no request shown contains \"%s\"",
	    buf_str(&view->list.sought));
	view->notice_at = f->now;
}

/* While work goes on, or is paused, that has the word. */
static struct advice
advice_now(const struct frame *f)
{
	if (f->view->tool.runs || f->app->policy.served ||
	    (f->runner != NULL &&
	    (runner_busy(f->runner) || runner_is_paused(f->runner))))
		return ((struct advice){ .kind = ADVICE_NONE });
	return (advice_take(&f->view->advice, f->session, f->print.stack,
	    trace_end(f->app->sessions->trace), f->now));
}

/* The setup packet that waits to be sent, or for its answer; or NULL. */
static const struct setup *
waiting(const struct frame *f)
{
	if (f->session->pending.number != 0)
		return (&f->session->pending.setup);
	if (f->runner == NULL || !runner_is_paused(f->runner) ||
	    f->runner->paused.kind != EFFECT_SUBMIT)
		return (NULL);
	return (&f->runner->paused.xfer.setup);
}

/* Where it would lead, by the stack where that is known. */
static void
work_out_ghost(struct frame *f)
{
	const struct setup *setup = waiting(f);
	struct dfu_outlook o;
	struct prediction p;
	uint8_t from;

	f->ghost = NO_STATE;
	f->ghost_input = setup != NULL ? dfu_input_of(setup) :
	    f->runner != NULL && runner_is_paused(f->runner) &&
	    f->runner->paused.kind == EFFECT_RESET ? DFU_IN_RESET : -1;
	if (f->ghost_input < 0 || f->estimate.how == ESTIMATE_UNKNOWN)
		return;
	p = predict(f->session, (enum dfu_input)f->ghost_input,
	    f->print.stack, f->now);
	if (prediction_first(&p, &o, &from) && o.next < DFU_STATE_COUNT &&
	    o.next != from)
		f->ghost = o.next;
}

static void
work_out(struct frame *f)
{
	const struct session *s = f->session;

	f->estimate = session_estimate(s, f->now);
	f->by_spec = session_estimate_spec(s, f->now);
	f->print = fingerprint_of(s, s->said_stack);
	f->verdict = verdict_of(s, f->print.stack, f->now);
	f->advice = advice_now(f);
	work_out_ghost(f);
	findings_take(&f->findings, s, f->view->finding, f->now);
	if (screen_row(f->view)->offers)
		make_offers(f);
}

void
frame_begin(struct frame *f, struct view *view, const struct app *app,
    uint64_t now)
{
	*f = (struct frame){ .app = app, .session = app_session(app),
	    .runner = app_runner(app), .now = now, .view = view,
	    .ghost = NO_STATE, .ghost_input = -1 };
	consoles_turn(view, app);
	update_list(f);
	view_turn(view, app);
	if (f->session != NULL)
		work_out(f);
	if (screen_row(view)->update != NULL)
		screen_row(view)->update(f);
}

void
frame_end(struct frame *f)
{
	findings_drop(&f->findings);
	free(f->offered);
}

bool
view_behind(const struct view *view)
{
	const struct screen_row *row = screen_row(view);

	return (view->list.behind ||
	    (row->behind != NULL && row->behind(view)));
}

void
view_free(struct view *view)
{
	consoles_free(view);
	list_free(&view->list);
	memory_map_clear(&view->memory);
	timeline_view_clear(&view->timeline);
	sequence_view_clear(&view->sequence);
	edit_free(&view->edit);
	prompt_free(&view->prompt);
	timing_clear(&view->timing);
	buf_free(&view->notice);
	buf_free(&view->sought);
	buf_free(&view->box);
	buf_free(&view->copy);
	buf_free(&view->tool.line);
	buf_free(&view->tool.typed);
}

bool
frame_offers(const struct frame *f, const struct command_row *row)
{
	const struct command_row *c;
	size_t i;

	for (i = 0; (c = command_at(i)) != NULL; i++) {
		if (c == row)
			return (f->offered != NULL && f->offered[i]);
	}
	return (false);
}

bool
frame_unknown(const struct frame *sc)
{
	return (sc->session == NULL || sc->estimate.how == ESTIMATE_UNKNOWN);
}

bool
frame_first_query(const struct frame *sc)
{
	const struct session *s = sc->session;

	return (s != NULL && s->present && !sc->app->policy.served &&
	    s->pending.number == 0 &&
	    sc->estimate.how == ESTIMATE_UNKNOWN);
}

const struct command_row *
frame_advice(const struct frame *sc)
{
	const char *line = sc->advice.command;

	return (line == NULL ? NULL : command_named(line));
}

void
frame_advice_words(const struct frame *sc, struct buf *b)
{
	const struct command_row *row = frame_advice(sc);
	bool past = sc->app->policy.past;
	const char *key = row == NULL || past ? NULL :
	    keys_of_command(sc->view->rc, row);

	if (!advice_is_given(&sc->advice))
		return;
	if (key != NULL)
		buf_addf(b, "%s ", key);
	advice_words(&sc->advice, b);
	if (sc->advice.command != NULL)
		buf_addf(b, "%s: %s", past ? ON_THE_DEVICE : "",
		    sc->advice.why);
}

const struct finding *
frame_advised(const struct frame *sc)
{
	return (sc->session == NULL ? NULL : advice_finding(sc->session,
	    &sc->verdict, sc->findings.list, sc->findings.standing));
}

const char *
frame_key(const struct frame *sc, const char *command)
{
	const struct command_row *row = command_of_line(command);

	if (row == NULL || (sc->app->policy.served &&
	    !command_for_server(row)))
		return (NULL);
	return (keys_of_command(sc->view->rc, row));
}

const char *
outcome_mark(uint8_t outcome)
{
	switch ((enum outcome)outcome) {
	case OUTCOME_STALL:
		return ("STALL");
	case OUTCOME_TIMEOUT:
		return ("no answer");
	case OUTCOME_GONE:
		return ("gone");
	case OUTCOME_CANCELLED:
		return ("cancelled");
	case OUTCOME_BUSERROR:
		return ("bus error");
	case OUTCOME_BABBLE:
		return ("babble");
	case OUTCOME_DENIED:
		return ("denied");
	case OUTCOME_BUSY:
		return ("busy");
	case OUTCOME_UNKNOWN:
	case OUTCOME_OK:
	case OUTCOME_SHORT:
		break;
	}
	return ("");
}

enum style
outlook_words(struct buf *b, uint8_t from, const struct dfu_outlook *o)
{
	if (o->next == DFU_NEXT_GONE) {
		buf_adds(b, "leaves the bus");
		return (STYLE_GOOD);
	}
	switch (o->response) {
	case DFU_RESPONSE_STALL:
		buf_adds(b, o->next == from ? "STALL, no change" : "STALL → ");
		if (o->next != from)
			dfu_state_label(b, o->next);
		return (STYLE_DANGER);
	case DFU_RESPONSE_NONE_EXPECTED:
		buf_adds(b, "no answer");
		return (STYLE_WARNING);
	case DFU_RESPONSE_ANY:
		buf_adds(b, "optional");
		return (STYLE_WARNING);
	case DFU_RESPONSE_OK:
	case DFU_RESPONSE_NONE:
		break;
	}
	if (o->next == from) {
		buf_adds(b, "no change");
		return (STYLE_DIM);
	}
	buf_adds(b, "→ ");
	dfu_state_label(b, o->next);
	return (STYLE_NORMAL);
}

const char *
frame_asked(const struct frame *sc)
{
	if (sc->app->question.len != 0)
		return (buf_str(&sc->app->question));
	return (sc->runner != NULL ? sc->runner->question : NULL);
}

void
frame_off_bus(const struct frame *sc, struct buf *b)
{
	buf_adds(b, "The device is disconnected");
	if (sc->app->policy.past)
		buf_addc(b, '.');
	else if (sc->app->simulated)
		buf_adds(b, "; :plug plugs the simulated one in.");
	else
		buf_adds(b, ": nothing can be sent to it.");
}

/* What only sends is no offer where nothing can be sent. */
static bool
sends(const struct key_row *row, enum screen_id screen)
{
	return (row->act == ACT_EDIT || row->act == ACT_TRY ||
	    row->act == ACT_RECOVERY_ACTIONS ||
	    (row->act == ACT_OPEN && screen == SCREEN_RECOVER));
}

bool
frame_has_rows(const struct frame *sc)
{
	struct recovery_shown l;
	size_t n;

	if (sc->view->screen == SCREEN_FINDINGS)
		return (sc->findings.n != 0);
	if (sc->view->screen != SCREEN_RECOVER || sc->session == NULL ||
	    sc->runner == NULL)
		return (true);
	recovery_shown_take(&l, sc->session, sc->runner, sc->print.stack,
	    sc->now, sc->view->action);
	n = l.n;
	recovery_shown_drop(&l);
	return (n != 0);
}

static bool
is_event(const struct frame *sc)
{
	const struct fold_row *row = list_selected(&sc->view->list);

	return (row != NULL && row->event);
}

/* What has to do with a row is no offer where the page has none. */
static bool
needs_row(const struct key_row *row, enum screen_id screen)
{
	return ((row->act == ACT_OPEN && (screen == SCREEN_FINDINGS ||
	    screen == SCREEN_RECOVER)) || row->act == ACT_PROOF ||
	    row->act == ACT_RECOVERY_ACTIONS);
}

bool
frame_offers_key(const struct frame *sc, const struct key_row *row)
{
	if (sends(row, sc->view->screen) &&
	    (runner_bound(&sc->app->policy) != NULL || (sc->session != NULL &&
	    !sc->session->present)))
		return (false);
	if (needs_row(row, sc->view->screen) && !frame_has_rows(sc))
		return (false);
	if (row->act == ACT_SAVE_WAY && (sc->runner == NULL ||
	    !sc->runner->recovery.over))
		return (false);
	/* An event is no request. */
	if (row->act == ACT_EDIT && sc->view->screen == SCREEN_DETAIL &&
	    is_event(sc))
		return (false);
	/* Only the finding that the verdict rests on has a cure to fire. */
	return (row->act != ACT_TRY || (sc->advice.command != NULL &&
	    sc->findings.n != 0 && frame_advised(sc) ==
	    sc->findings.list[sc->findings.selected]));
}

const char *
frame_result(const struct frame *sc, bool *good)
{
	const struct runner *r = sc->runner;
	bool own = r != NULL && r->result.text.len != 0;

	if (good != NULL)
		*good = own && r->result.code == CODE_OK;
	if (own)
		return (buf_str(&r->result.text));
	return (sc->session != NULL ? sc->session->failure.text : NULL);
}
