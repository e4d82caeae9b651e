#include "ui/hand.h"

#include <string.h>

#include "model/finding_text.h"
#include "model/lesson.h"
#include "ui/consoles.h"
#include "ui/findings.h"
#include "ui/hand_list.h"
#include "ui/hand_own.h"
#include "ui/hand_recover.h"
#include "ui/hand_scope.h"
#include "ui/keys.h"
#include "ui/page.h"

/* So that a long recording does not hold up one frame. */
#define TIMING_AT_ONCE	8000

struct scene
look_scene(struct look *look, const struct desk *d, uint64_t now)
{
	struct scene sc = { .desk = d, .now = now, .look = look };

	consoles_turn(look, d);
	sc.session = desk_session(d);
	sc.runner = desk_runner(d);
	if (sc.session != NULL)
		sc.belief = session_believed(sc.session, now);
	list_update(&look->list, d->bench, sc.session);
	if (look->list.hunt_failed) {
		look->list.hunt_failed = false;
		buf_reset(&look->notice);
		buf_addf(&look->notice, "nothing in the list says \"%s\"",
		    buf_str(&look->list.sought));
		look->notice_at = now;
	}
	/* The ladder jumps from trouble to trouble by the scope's index. */
	if (look->screen == LOOK_SCOPE || look->screen == LOOK_LADDER)
		scope_look_update(&look->scope, d->bench, sc.session,
		    sc.runner != NULL ? sc.runner->device_stack : NULL, now);
	if (look->screen == LOOK_LADDER)
		ladder_look_update(&look->ladder, d->bench, sc.session);
	look->timing_behind = look->times && timing_update(&look->timing,
	    d->bench, sc.session, TIMING_AT_ONCE);
	if (look->screen == LOOK_DEVICE)
		memory_map_update(&look->memory, sc.session, d->bench->trace);
	if (d->help)
		screen_show(look, LOOK_HELP);
	if (d->ways && sc.session != NULL)
		hand_recover_show(look, &sc);
	if (d->what_if) {
		look->what_if = d->what_if_row;
		screen_show(look, LOOK_WHAT_IF);
	}
	if (d->bench->nsessions == 0 && look->screen == LOOK_CONSOLE)
		screen_home(look, LOOK_DEVICES);
	if (look->screen == LOOK_DEVICES && !look->asked_devices &&
	    d->bench->nsessions == 1)
		screen_home(look, LOOK_CONSOLE);
	if (d->bench->nsessions > 1 && !look->chosen) {
		screen_home(look, LOOK_DEVICES);
		look->asked_devices = true;
		look->chosen = true;
	}
	return (sc);
}

bool
look_behind(const struct look *look)
{
	return (look->list.behind || look->timing_behind ||
	    (look->screen == LOOK_SCOPE && look->scope.behind) ||
	    (look->screen == LOOK_LADDER &&
	    (look->scope.behind || look->ladder.behind)));
}

void
look_free(struct look *look)
{
	consoles_free(look);
	list_free(&look->list);
	memory_map_clear(&look->memory);
	scope_look_clear(&look->scope);
	ladder_look_clear(&look->ladder);
	edit_free(&look->edit);
	prompt_free(&look->prompt);
	timing_clear(&look->timing);
	buf_free(&look->notice);
	buf_free(&look->box);
	buf_free(&look->copy);
}

void
hand_notice(const struct hand *h, const char *what, const char *why)
{
	buf_reset(&h->look->notice);
	buf_addf(&h->look->notice, "%s: %s", what, why);
	h->look->notice_at = h->now;
}

static void
select_device(const struct hand *h, long step)
{
	long n = (long)h->desk->bench->nsessions;
	long to = (long)h->look->device + step;

	if (n > 0)
		h->look->device = (size_t)(to < 0 ? 0 : to >= n ? n - 1 : to);
}

static void
scroll(struct look *look, long step)
{
	long to = look->scroll + step;

	look->scroll = (int)(to < 0 ? 0 : to > look->scroll_max ?
	    look->scroll_max : to);
}

static void
select_subject(struct look *look, long step)
{
	long n = (long)page_subjects(), to = (long)look->subject + step;

	look->subject = (size_t)(to < 0 ? 0 : to >= n ? n - 1 : to);
}

/* Behind the pages of the specification are those of no trace. */
static void
open_subject(struct look *look)
{
	look->page = look->subject < dfu_pages_count ?
	    &dfu_pages[look->subject] : NULL;
	look->text = look->page != NULL ? NULL :
	    &finding_texts[look->subject - dfu_pages_count];
	screen_show(look, LOOK_PAGE);
}

void
hand_move(const struct hand *h, long step)
{
	switch (h->look->screen) {
	case LOOK_CONSOLE:
		list_step(&h->look->list, step);
		break;
	case LOOK_DEVICES:
		select_device(h, step);
		break;
	case LOOK_SUBJECTS:
		select_subject(h->look, step);
		break;
	case LOOK_LADDER:
		hand_ladder_move(h, step);
		break;
	case LOOK_SCOPE:
		hand_scope_move(h, ACT_NONE, step);
		break;
	case LOOK_FINDINGS:
		hand_findings_move(h, step);
		break;
	case LOOK_DETAIL:
	case LOOK_FINDING:
	case LOOK_HELP:
	case LOOK_DEVICE:
	case LOOK_PAGE:
	case LOOK_WHAT_IF:
		scroll(h->look, step);
		break;
	case LOOK_RECOVER:
		hand_recover_move(h, step);
		break;
	case LOOK_EDIT:
		break;
	}
}

/* Turns to a device; its console is as it was left. */
static void
open_device(const struct hand *h, size_t i)
{
	size_t n = h->desk->bench->nsessions;

	if (i >= n) {
		buf_reset(&h->look->notice);
		buf_addf(&h->look->notice, n == 1 ? "there is no device %zu: "
		    "only 1" : "there is no device %zu: 1 to %zu", i + 1, n);
		h->look->notice_at = h->now;
		return;
	}
	buf_addf(h->line, "device %zu", i + 1);
	h->look->device = i;
	h->look->asked_devices = false;
	h->look->chosen = true;
	screen_home(h->look, LOOK_CONSOLE);
}

void
hand_open_selected(const struct hand *h)
{
	struct look *look = h->look;

	if (look->screen == LOOK_DEVICES && h->desk->bench->nsessions > 0) {
		open_device(h, look->device);
	} else if (look->screen == LOOK_CONSOLE &&
	    list_selected(&look->list) != NULL) {
		look->list.looking = !look->list.paused;
		look->list.paused = true;
		screen_show(look, LOOK_DETAIL);
	} else if (look->screen == LOOK_SCOPE) {
		hand_scope_open(h);
	} else if (look->screen == LOOK_LADDER &&
	    list_selected(&look->list) != NULL) {
		hand_ladder_open(h);
	} else if (look->screen == LOOK_SUBJECTS) {
		open_subject(look);
	} else if (look->screen == LOOK_RECOVER) {
		hand_recover(h, ACT_OPEN, NULL);
	} else if (look->screen == LOOK_FINDINGS) {
		hand_findings_open(h);
	} else if (look->screen == LOOK_FINDING) {
		hand_findings_proof(h);
	}
}

static void
back(const struct hand *h)
{
	struct look *look = h->look;

	if (look->screen == LOOK_DEVICES)
		look->asked_devices = false;
	/* A list that followed before follows again. */
	if (look->screen == LOOK_DETAIL && look->list.looking)
		look->list.paused = look->list.looking = false;
	if (look->screen != LOOK_CONSOLE)
		screen_back(look);
	else if (look->list.fold.sieve.n > 0)
		hand_filter(h, "");
	else
		look->list.paused = false;
	buf_reset(&look->notice);
}

/* The page about what is in sight; from a page: all of them. */
static void
about(const struct hand *h)
{
	struct look *look = h->look;
	struct scene sc = look_scene(look, h->desk, h->now);
	const struct dfu_page *page = page_about(&sc);

	if (look->screen == LOOK_FINDINGS) {
		hand_findings_open(h);
		return;
	}
	if (page != NULL)
		look->subject = (size_t)(page - dfu_pages);
	if (page == NULL || look->screen == LOOK_PAGE ||
	    look->screen == LOOK_HELP) {
		screen_show(look, LOOK_SUBJECTS);
		return;
	}
	look->page = page;
	screen_show(look, LOOK_PAGE);
}

static void
help(const struct hand *h)
{
	if (h->look->screen == LOOK_HELP)
		about(h);
	else
		screen_show(h->look, LOOK_HELP);
}

static void
list_devices(const struct hand *h)
{
	h->look->asked_devices = true;
	h->look->device = h->desk->current;
	screen_show(h->look, LOOK_DEVICES);
}

static void
turn_tab(struct look *look)
{
	look->tab = (enum look_tab)((look->tab + 1) % LOOK_TAB_COUNT);
}

/* Rows that a page key goes over. */
static long
page_rows(const struct look *look)
{
	int rows = look->screen == LOOK_CONSOLE || look->screen ==
	    LOOK_LADDER ? look->list.rows : look->screen == LOOK_SCOPE ?
	    look->scope.cols * 3 / 4 : look->scroll_rows;

	return (rows > 1 ? rows - 1 : 10);
}

static void
act_move(const struct hand *h, enum act a)
{
	long page = page_rows(h->look);

	if (h->look->screen == LOOK_SCOPE) {
		hand_scope_move(h, a, a == ACT_PAGE_UP ? -page : page);
		return;
	}
	if (a == ACT_UP || a == ACT_DOWN)
		hand_move(h, a == ACT_UP ? -1 : 1);
	else if (a == ACT_PAGE_UP || a == ACT_PAGE_DOWN)
		hand_move(h, a == ACT_PAGE_UP ? -page : page);
	else
		hand_move(h, a == ACT_FIRST ? -1000000000 : 1000000000);
}

/* Where one request is decoded: its neighbour. */
static void
turn_request(const struct hand *h, enum act a)
{
	struct look *look = h->look;

	if (look->screen == LOOK_SCOPE)
		hand_scope_move(h, a, a == ACT_LEFT ? -1 : 1);
	if (look->screen != LOOK_DETAIL)
		return;
	list_step(&look->list, a == ACT_LEFT ? -1 : 1);
	look->list.paused = true;
	look->scroll = 0;
}

/* Screens that are about a device need one. */
static void
show_of_device(const struct hand *h, enum look_screen screen)
{
	if (h->look->screen != screen && desk_session(h->desk) != NULL)
		screen_show(h->look, screen);
}

static void
act_findings(const struct hand *h, enum act a)
{
	enum look_screen screen = h->look->screen;
	bool there = screen == LOOK_FINDINGS || screen == LOOK_FINDING;

	if (a == ACT_FINDINGS && !there)
		screen_show(h->look, LOOK_FINDINGS);
	else if (a == ACT_PROOF && there)
		hand_findings_proof(h);
	else if (a == ACT_TRY && there)
		hand_findings_try(h);
}

/* What digits do in a lesson, whose devices are not changed by a slip. */
static void
notice_answers(const struct hand *h)
{
	struct buf *b = &h->look->notice;
	const char *devices = keys_of_act(h->look->rc, ACT_DEVICES);
	unsigned n = 0;

	while (lesson_choice(h->look->lesson, n + 1) != NULL)
		n++;
	buf_reset(b);
	if (h->look->screen != LOOK_CONSOLE)
		buf_adds(b, "digits answer in the console");
	else if (n == 0)
		buf_adds(b, "nothing to answer now");
	else if (n == 1)
		buf_addf(b, "only 1 does something: %s",
		    lesson_choice(h->look->lesson, 1));
	else
		buf_addf(b, "1 to %u answer", n);
	if (devices != NULL)
		buf_addf(b, "; %s lists the devices", devices);
	h->look->notice_at = h->now;
}

/* Where a lesson asks, digits are answers. */
static void
digit(const struct hand *h, unsigned n)
{
	struct lesson_run *r = h->look->lesson;

	if (r == NULL || r->step == r->lesson->nsteps ||
	    h->look->screen == LOOK_DEVICES)
		open_device(h, n - 1);
	else if (h->look->screen != LOOK_CONSOLE || !lesson_press(r, n))
		notice_answers(h);
}

bool
hand_act(const struct hand *h, enum act a, const struct press *p)
{
	struct look *look = h->look;

	switch (a) {
	case ACT_UP:
	case ACT_DOWN:
	case ACT_PAGE_UP:
	case ACT_PAGE_DOWN:
	case ACT_FIRST:
	case ACT_LAST:
		act_move(h, a);
		break;
	case ACT_OPEN:
		hand_open_selected(h);
		break;
	case ACT_BACK:
		back(h);
		break;
	case ACT_TAB:
		turn_tab(look);
		break;
	case ACT_LEFT:
	case ACT_RIGHT:
		turn_request(h, a);
		break;
	case ACT_PROMPT:
		prompt_open(&look->prompt, "");
		break;
	case ACT_SCOPE:
	case ACT_LADDER:
	case ACT_ZOOM_IN:
	case ACT_ZOOM_OUT:
	case ACT_FIT:
	case ACT_GAPS:
	case ACT_NEXT_TROUBLE:
	case ACT_PREVIOUS_TROUBLE:
	case ACT_NEXT_FINDING:
	case ACT_PREVIOUS_FINDING:
		hand_scope(h, a);
		break;
	case ACT_PAUSE:
		if (!hand_scope(h, a))
			hand_list(h, a);
		break;
	case ACT_FOLD:
	case ACT_SEARCH:
	case ACT_NEXT:
	case ACT_PREVIOUS:
	case ACT_FILTER:
	case ACT_MARK:
	case ACT_NEXT_MARK:
	case ACT_PREVIOUS_MARK:
	case ACT_COPY:
	case ACT_COPY_COMMAND:
	case ACT_EDIT:
		hand_list(h, a);
		break;
	case ACT_HELP:
		help(h);
		break;
	case ACT_ABOUT:
		about(h);
		break;
	case ACT_DEVICE:
		show_of_device(h, LOOK_DEVICE);
		break;
	case ACT_RECOVER:
	case ACT_RUNG:
	case ACT_RUNGS:
	case ACT_SAVE_WAY:
		hand_recover(h, a, p);
		break;
	case ACT_DEVICES:
		list_devices(h);
		break;
	case ACT_FINDINGS:
	case ACT_PROOF:
	case ACT_TRY:
		act_findings(h, a);
		break;
	case ACT_NUMBER:
		digit(h, p->cp - '0');
		break;
	case ACT_TIMES:
		look->times ^= true;
		break;
	case ACT_WHAT_IF:
		look->what_if = NULL;
		show_of_device(h, LOOK_WHAT_IF);
		break;
	case ACT_REDRAW:
	case ACT_SUSPEND:
		return (false);
	case ACT_NONE:
		break;
	}
	return (true);
}
