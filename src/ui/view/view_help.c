/* SPDX-License-Identifier: ISC */
/* Help, made of the tables: it cannot say what is not so. */
#include "ui/prompt/keys.h"
#include "ui/view/page.h"
#include "ui/view/screens.h"

#include <string.h>

static void
add_command(struct page *p, const struct frame *sc,
    const struct command_row *c)
{
	const char *key = keys_of_command(sc->view->rc, c);
	struct buf head = { 0 };

	if (key != NULL)
		buf_addf(&head, "%s%s  ", c->danger != DFU_DANGER_NONE ?
		    "!" : " ", key);
	else
		buf_addf(&head, "%s   ", c->danger != DFU_DANGER_NONE ?
		    "!" : " ");
	buf_addf(&head, "%s %s", c->name, c->args);
	if (head.len > 24) {
		page_add(p, c->danger != DFU_DANGER_NONE ? STYLE_KEY_DANGER :
		    STYLE_KEY, buf_str(&head), 0, NULL);
		buf_reset(&head);
	}
	page_add(p, c->danger != DFU_DANGER_NONE ? STYLE_KEY_DANGER :
	    STYLE_KEY, buf_str(&head), 27, c->sentence);
	buf_free(&head);
}

/* It can be given here. */
static bool
is_for(const struct frame *sc, const struct command_row *c)
{
	return ((!sc->app->policy.served || command_for_server(c)) &&
	    (!sc->app->policy.past || command_for_past(c)));
}

static void
add_commands(struct page *p, const struct frame *sc)
{
	const struct command_row *c;
	bool any;
	size_t i;
	unsigned g;

	for (g = 0; g < COMMAND_GROUP_COUNT; g++) {
		if (sc->app->policy.served && g <= COMMAND_FLOW)
			continue;
		any = false;
		for (i = 0; (c = command_at(i)) != NULL; i++) {
			if (c->group != g || !is_for(sc, c))
				continue;
			if (!any)
				page_title(p, command_group_title(
				    (enum command_group)g));
			any = true;
			add_command(p, sc, c);
		}
	}
}

static void
add_reading(struct page *p)
{
	page_title(p, "How to read the screen");
	page_add(p, STYLE_STRONG, "[[ 7 dfuMANIFEST ]]", 27,
	    "what the device reported last, and the request (#9)");
	page_add(p, STYLE_ESTIMATED, "( 8 ... )", 27, "the state expected "
	    "since, by requests or by elapsed time");
	page_add(p, STYLE_GHOST, "{ 6 ... }", 27,
	    "the state expected after the paused or pending request");
	page_add(p, STYLE_KEY_DANGER, "!", 27,
	    "may lose a state or destroy data; the key asks first");
}

/* The signs of pages whose own legend has not always room for all. */
static const struct {
	enum screen_id	 screen;
	const char	*sign;
	const char	*sentence;
} signs[] = {
	{ SCREEN_TIMELINE, "━  ─  ┄", "the state: reported, expected, "
	    "unknown" },
	{ SCREEN_TIMELINE, "█", "several states in one column" },
	{ SCREEN_TIMELINE, "//", "time left out" },
	{ SCREEN_TIMELINE, "|  2 to 9  #", "requests in the column: one, so "
	    "many, more" },
	{ SCREEN_TIMELINE, "-", "a request has no answer yet" },
	{ SCREEN_TIMELINE, "░  !", "the announced wait; it is overdue" },
	{ SCREEN_TIMELINE, "F", "a finding" },
	{ SCREEN_WHAT_IF, "·  →5", "no change; the next state" },
	{ SCREEN_WHAT_IF, "×  ×→10", "STALL; STALL, then that state" },
	{ SCREEN_WHAT_IF, "→4/5", "one or the other: the latter when the "
	    "work is done" },
	{ SCREEN_WHAT_IF, "none", "the device does not answer" },
	{ SCREEN_WHAT_IF, "out", "the device disconnects" },
	{ SCREEN_WHAT_IF, "any", "DFU 1.1 does not define what happens" },
	{ SCREEN_WHAT_IF, "DNL. len=0", "a zero-length DNLOAD" },
};

static void
add_signs(struct page *p, enum screen_id screen)
{
	bool any = false;
	size_t i;

	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (signs[i].screen != screen)
			continue;
		if (!any)
			page_title(p, "How to read the page");
		any = true;
		page_add(p, STYLE_STRONG, signs[i].sign, 27,
		    signs[i].sentence);
	}
}

/* The screen that help was asked for on. */
static enum screen_id
helped(const struct view *view)
{
	return (view->nunder > 0 ? view->under[view->nunder - 1].screen :
	    SCREEN_CONSOLE);
}

static void
add_screen_key(struct page *p, const struct frame *sc,
    const struct key_row *row)
{
	const char *key = keys_of_act(sc->view->rc, row->act);

	if (key != NULL)
		page_add(p, STYLE_KEY, strncmp(row->name, key,
		    strlen(key)) == 0 ? row->name : key, 27, row->sentence);
}

/* What a key is for; sections of the help, in their order. */
enum help_part { HELP_PAGES, HELP_OTHER, HELP_MOVING };

static enum help_part
part_of(const struct key_row *row)
{
	static const enum act moving[] = { ACT_UP, ACT_DOWN, ACT_PAGE_UP,
	    ACT_PAGE_DOWN, ACT_FIRST, ACT_LAST, ACT_LEFT, ACT_RIGHT,
	    ACT_OPEN, ACT_BACK, ACT_TAB, ACT_REDRAW, ACT_SUSPEND };
	size_t i;

	for (i = 0; i < sizeof(moving) / sizeof(moving[0]); i++)
		if (row->act == moving[i])
			return (HELP_MOVING);
	return (row->kind == PRESS_FUNCTION || row->shows != 0 ||
	    row->act == ACT_RECOVER || row->act == ACT_WHAT_IF ||
	    row->act == ACT_DEVICES || row->act == ACT_TIMES ?
	    HELP_PAGES : HELP_OTHER);
}

static void
add_screen_keys(struct page *p, const struct frame *sc,
    enum screen_id screen, enum help_part part, const char *title)
{
	bool any = false;
	size_t i;

	for (i = 0; i < key_rows_count; i++) {
		if (key_rows[i].name == NULL ||
		    !keys_live(&key_rows[i], screen,
		    sc->app->policy.served) ||
		    part_of(&key_rows[i]) != part)
			continue;
		if (!any)
			page_title(p, title);
		any = true;
		add_screen_key(p, sc, &key_rows[i]);
	}
}

/* "→ 5 dfuDNLOAD-IDLE (ST ROM, reported)" */
static void
add_outcome(struct buf *b, const struct frame *sc, const struct prospect *r)
{
	struct dfu_outlook o;
	uint8_t from;

	if (!prediction_first(&r->prediction, &o, &from))
		return;
	outlook_words(b, from, &o);
	if (r->prediction.known)
		buf_addf(b, " (%s, %s)", sc->print.stack->name,
		    dfu_certainty_words(o.certainty));
	else
		buf_addf(b, " (DFU 1.1 %s)", r->prediction.spec->clause);
}

/* What this device makes of each request in the state that it is in. */
static void
add_requests(struct page *p, const struct frame *sc)
{
	const struct command_row *advised = frame_advice(sc);
	const struct prospect *r = sc->prospects;
	bool past = sc->app->policy.past;
	struct buf head = { 0 }, does = { 0 };
	bool danger;
	int i;

	for (i = 0; i < FRAME_PROSPECTS; i++, r++) {
		if (r->row == NULL || frame_key(sc, r->row->name) == NULL)
			continue;
		buf_reset(&head);
		buf_reset(&does);
		danger = r->row->danger != DFU_DANGER_NONE &&
		    r->row != advised;
		buf_addf(&head, "%s%s  %s", danger && !past ? "!" : " ",
		    past ? "" : frame_key(sc, r->row->name), r->name);
		add_outcome(&does, sc, r);
		if (does.len != 0)
			page_add(p, r->row == advised ? STYLE_GOOD : danger ?
			    STYLE_KEY_DANGER : STYLE_KEY, buf_str(&head), 27,
			    buf_str(&does));
	}
	buf_free(&head);
	buf_free(&does);
}

static void
add_now(struct page *p, const struct frame *sc)
{
	struct buf b = { 0 };

	if (sc->session == NULL)
		return;
	page_title(p, "Now");
	if (sc->app->policy.past)
		page_add(p, STYLE_NORMAL, NULL, 1, "This is a recording: "
		    "nothing can be sent. What would help at its end, and "
		    "what each request would do:");
	frame_advice_words(sc, &b);
	if (b.len != 0)
		page_add(p, STYLE_GOOD, " Do", 27, buf_str(&b));
	if (sc->advice.dont != NULL)
		page_add(p, STYLE_DANGER, " Don't", 27, sc->advice.dont);
	if (!frame_unknown(sc))
		add_requests(p, sc);
	else if (frame_first_query(sc))
		page_add(p, STYLE_NORMAL, NULL, 1, "The state is unknown. The "
		    "effect of each request is shown once the device has "
		    "answered.");
	buf_free(&b);
}

/* What helps now comes first, what moves the cursor last. */
void
view_help(struct area a, const struct frame *sc)
{
	enum screen_id screen = helped(sc->view);
	struct page p = { 0 };

	if (screen_rows[screen].commands && !sc->app->policy.served)
		add_now(&p, sc);
	add_screen_keys(&p, sc, screen, HELP_PAGES, "Other pages");
	add_screen_keys(&p, sc, screen, HELP_OTHER,
	    screen_rows[screen].keys);
	if (screen_rows[screen].now)
		add_reading(&p);
	add_signs(&p, screen);
	if (screen_rows[screen].commands) {
		add_commands(&p, sc);
	} else if (!sc->app->policy.served && !sc->app->policy.past) {
		page_add(&p, STYLE_NORMAL, NULL, 0, NULL);
		page_add(&p, STYLE_LABEL, NULL, 1, "Keys that send a request "
		    "work in the console, on a decoded request and on the "
		    "device page (Esc).");
	}
	add_screen_keys(&p, sc, screen, HELP_MOVING, "Keys that move");
	page_draw(a, &p, sc->view);
	page_free(&p);
}

static const char *
danger_words(const struct command_row *row)
{
	switch (row->danger) {
	case DFU_DANGER_NONE:
		return ("nothing");
	case DFU_DANGER_LOSES:
		return ("the state or an unfinished transfer; asks first");
	case DFU_DANGER_DESTROYS:
		return ("data in the device; asks first");
	}
	return ("");
}

void
view_help_command(struct area a, const struct frame *sc)
{
	const struct command_row *row = sc->view->helped;
	const char *key, *why;
	struct page p = { 0 };
	struct buf b = { 0 };

	if (row == NULL)
		return;
	key = keys_of_command(sc->view->rc, row);
	buf_addf(&b, "%s %s", row->name, row->args);
	page_title(&p, buf_str(&b));
	page_add(&p, STYLE_NORMAL, NULL, 1, row->sentence);
	if (key != NULL)
		page_add(&p, STYLE_KEY, " key", 10, key);
	page_add(&p, STYLE_LABEL, " loses", 10, danger_words(row));
	why = command_refusal(row, sc->session, sc->runner, sc->now);
	buf_reset(&b);
	if (why != NULL)
		buf_addf(&b, "not possible now: %s", why);
	else
		view_forecast(sc, row, row->name, &b);
	if (b.len != 0)
		page_add(&p, STYLE_LABEL, " now", 10, buf_str(&b));
	page_draw(a, &p, sc->view);
	page_free(&p);
	buf_free(&b);
}
