#include "ui/input/input.h"

#include <string.h>

#include "diagnosis/finding_text.h"
#include "lesson/lesson.h"
#include "ui/input/consoles.h"
#include "ui/view/screen_stack.h"
#include "ui/input/input_list.h"
#include "ui/input/input_own.h"
#include "ui/input/input_recover.h"
#include "ui/input/input_timeline.h"
#include "ui/prompt/keys.h"
#include "ui/input/input_findings.h"
#include "ui/view/page.h"

/* So that a long recording does not hold up one frame. */
#define TIMING_AT_ONCE	8000

struct frame
view_frame(struct view *view, const struct app *d, uint64_t now)
{
	struct frame sc = { .app = d, .now = now, .view = view };

	consoles_turn(view, d);
	sc.session = app_session(d);
	sc.runner = app_runner(d);
	if (sc.session != NULL)
		sc.estimate = session_estimate(sc.session, now);
	list_update(&view->list, d->sessions, sc.session);
	if (view->list.hunt_failed) {
		view->list.hunt_failed = false;
		buf_reset(&view->notice);
		buf_addf(&view->notice, "nothing in the list says \"%s\"",
		    buf_str(&view->list.sought));
		view->notice_at = now;
	}
	/* The ladder jumps from trouble to trouble by the scope's index. */
	if (view->screen == SCREEN_TIMELINE || view->screen == SCREEN_SEQUENCE)
		timeline_view_update(&view->timeline, d->sessions, sc.session,
		    sc.runner != NULL ? sc.runner->device_stack : NULL, now);
	if (view->screen == SCREEN_SEQUENCE)
		sequence_view_update(&view->sequence, d->sessions, sc.session);
	view->timing_behind = view->times && timing_update(&view->timing,
	    d->sessions, sc.session, TIMING_AT_ONCE);
	if (view->screen == SCREEN_DEVICE)
		memory_map_update(
		    &view->memory, sc.session, d->sessions->trace);
	if (d->sessions->n == 0 && view->screen == SCREEN_CONSOLE)
		screen_home(view, SCREEN_DEVICES);
	if (view->screen == SCREEN_DEVICES && !view->asked_devices &&
	    d->sessions->n == 1)
		screen_home(view, SCREEN_CONSOLE);
	if (d->sessions->n > 1 && !view->chosen) {
		screen_home(view, SCREEN_DEVICES);
		view->asked_devices = true;
		view->chosen = true;
	}
	return (sc);
}

void
view_show(struct view *view, const struct app *d, const struct app_effect *e,
    uint64_t now)
{
	struct frame sc = { .app = d,
		.now = now,
		.view = view,
		.session = app_session(d),
		.runner = app_runner(d) };

	if (e->kind == APP_HELP)
		screen_show(view, SCREEN_HELP);
	if (e->kind == APP_WAYS)
		input_recover_show(view, &sc);
	if (e->kind == APP_WHAT_IF) {
		view->what_if = e->what_if;
		screen_show(view, SCREEN_WHAT_IF);
	}
}

bool
view_behind(const struct view *view)
{
	return (view->list.behind || view->timing_behind ||
	    (view->screen == SCREEN_TIMELINE && view->timeline.behind) ||
	    (view->screen == SCREEN_SEQUENCE &&
	    (view->timeline.behind || view->sequence.behind)));
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
	buf_free(&view->box);
	buf_free(&view->copy);
}

void
input_notice(const struct input *h, const char *what, const char *why)
{
	buf_reset(&h->view->notice);
	buf_addf(&h->view->notice, "%s: %s", what, why);
	h->view->notice_at = h->now;
}

static void
select_device(const struct input *h, long step)
{
	long n = (long)h->app->sessions->n;
	long to = (long)h->view->device + step;

	if (n > 0)
		h->view->device = (size_t)(to < 0 ? 0 : to >= n ? n - 1 : to);
}

static void
scroll(struct view *view, long step)
{
	long to = view->scroll + step;

	view->scroll = (int)(to < 0 ? 0 : to > view->scroll_max ?
	    view->scroll_max : to);
}

static void
select_subject(struct view *view, long step)
{
	long n = (long)page_subjects(), to = (long)view->subject + step;

	view->subject = (size_t)(to < 0 ? 0 : to >= n ? n - 1 : to);
}

/* Behind the pages of the specification are those of no trace. */
static void
open_subject(struct view *view)
{
	view->page = view->subject < dfu_pages_count ?
	    &dfu_pages[view->subject] : NULL;
	view->text = view->page != NULL ? NULL :
	    &finding_texts[view->subject - dfu_pages_count];
	screen_show(view, SCREEN_PAGE);
}

void
input_move(const struct input *h, long step)
{
	switch (h->view->screen) {
	case SCREEN_CONSOLE:
		list_step(&h->view->list, step);
		break;
	case SCREEN_DEVICES:
		select_device(h, step);
		break;
	case SCREEN_SUBJECTS:
		select_subject(h->view, step);
		break;
	case SCREEN_SEQUENCE:
		input_sequence_move(h, step);
		break;
	case SCREEN_TIMELINE:
		input_timeline_move(h, ACT_NONE, step);
		break;
	case SCREEN_FINDINGS:
		input_findings_move(h, step);
		break;
	case SCREEN_DETAIL:
	case SCREEN_FINDING:
	case SCREEN_HELP:
	case SCREEN_DEVICE:
	case SCREEN_PAGE:
	case SCREEN_WHAT_IF:
		scroll(h->view, step);
		break;
	case SCREEN_RECOVER:
		input_recover_move(h, step);
		break;
	case SCREEN_EDIT:
		break;
	}
}

/* Turns to a device; its console is as it was left. */
static void
open_device(const struct input *h, size_t i)
{
	size_t n = h->app->sessions->n;

	if (i >= n) {
		buf_reset(&h->view->notice);
		buf_addf(&h->view->notice, n == 1 ? "there is no device %zu: "
		    "only 1" : "there is no device %zu: 1 to %zu", i + 1, n);
		h->view->notice_at = h->now;
		return;
	}
	buf_addf(h->line, "device %zu", i + 1);
	h->view->device = i;
	h->view->asked_devices = false;
	h->view->chosen = true;
	screen_home(h->view, SCREEN_CONSOLE);
}

void
input_open_selected(const struct input *h)
{
	struct view *view = h->view;

	if (view->screen == SCREEN_DEVICES && h->app->sessions->n > 0) {
		open_device(h, view->device);
	} else if (view->screen == SCREEN_CONSOLE &&
	    list_selected(&view->list) != NULL) {
		view->list.looking = !view->list.paused;
		view->list.paused = true;
		screen_show(view, SCREEN_DETAIL);
	} else if (view->screen == SCREEN_TIMELINE) {
		input_timeline_open(h);
	} else if (view->screen == SCREEN_SEQUENCE &&
	    list_selected(&view->list) != NULL) {
		input_sequence_open(h);
	} else if (view->screen == SCREEN_SUBJECTS) {
		open_subject(view);
	} else if (view->screen == SCREEN_RECOVER) {
		input_recover(h, ACT_OPEN, NULL);
	} else if (view->screen == SCREEN_FINDINGS) {
		input_findings_open(h);
	} else if (view->screen == SCREEN_FINDING) {
		input_findings_proof(h);
	}
}

static void
back(const struct input *h)
{
	struct view *view = h->view;

	if (view->screen == SCREEN_DEVICES)
		view->asked_devices = false;
	/* A list that followed before follows again. */
	if (view->screen == SCREEN_DETAIL && view->list.looking)
		view->list.paused = view->list.looking = false;
	if (view->screen != SCREEN_CONSOLE)
		screen_back(view);
	else if (view->list.fold.list_filter.n > 0)
		input_filter(h, "");
	else
		view->list.paused = false;
	buf_reset(&view->notice);
}

/* The page about what is in sight; from a page: all of them. */
static void
about(const struct input *h)
{
	struct view *view = h->view;
	struct frame sc = view_frame(view, h->app, h->now);
	const struct dfu_page *page = page_about(&sc);

	if (view->screen == SCREEN_FINDINGS) {
		input_findings_open(h);
		return;
	}
	if (page != NULL)
		view->subject = (size_t)(page - dfu_pages);
	if (page == NULL || view->screen == SCREEN_PAGE ||
	    view->screen == SCREEN_HELP) {
		screen_show(view, SCREEN_SUBJECTS);
		return;
	}
	view->page = page;
	screen_show(view, SCREEN_PAGE);
}

static void
help(const struct input *h)
{
	if (h->view->screen == SCREEN_HELP)
		about(h);
	else
		screen_show(h->view, SCREEN_HELP);
}

static void
list_devices(const struct input *h)
{
	h->view->asked_devices = true;
	h->view->device = h->app->current;
	screen_show(h->view, SCREEN_DEVICES);
}

static void
turn_tab(struct view *view)
{
	view->tab = (enum tab)((view->tab + 1) % TAB_COUNT);
}

/* Rows that a page key goes over. */
static long
page_rows(const struct view *view)
{
	int rows =
	    view->screen == SCREEN_CONSOLE || view->screen == SCREEN_SEQUENCE ?
	    view->list.rows :
	    view->screen == SCREEN_TIMELINE ? view->timeline.cols * 3 / 4 :
					      view->scroll_rows;

	return (rows > 1 ? rows - 1 : 10);
}

static void
act_move(const struct input *h, enum act a)
{
	long page = page_rows(h->view);

	if (h->view->screen == SCREEN_TIMELINE) {
		input_timeline_move(h, a, a == ACT_PAGE_UP ? -page : page);
		return;
	}
	if (a == ACT_UP || a == ACT_DOWN)
		input_move(h, a == ACT_UP ? -1 : 1);
	else if (a == ACT_PAGE_UP || a == ACT_PAGE_DOWN)
		input_move(h, a == ACT_PAGE_UP ? -page : page);
	else
		input_move(h, a == ACT_FIRST ? -1000000000 : 1000000000);
}

/* Where one request is decoded: its neighbour. */
static void
turn_request(const struct input *h, enum act a)
{
	struct view *view = h->view;

	if (view->screen == SCREEN_TIMELINE)
		input_timeline_move(h, a, a == ACT_LEFT ? -1 : 1);
	if (view->screen != SCREEN_DETAIL)
		return;
	list_step(&view->list, a == ACT_LEFT ? -1 : 1);
	view->list.paused = true;
	view->scroll = 0;
}

/* Screens that are about a device need one. */
static void
show_of_device(const struct input *h, enum screen_id screen)
{
	if (h->view->screen != screen && app_session(h->app) != NULL)
		screen_show(h->view, screen);
}

static void
act_findings(const struct input *h, enum act a)
{
	enum screen_id screen = h->view->screen;
	bool there = screen == SCREEN_FINDINGS || screen == SCREEN_FINDING;

	if (a == ACT_FINDINGS && !there)
		screen_show(h->view, SCREEN_FINDINGS);
	else if (a == ACT_PROOF && there)
		input_findings_proof(h);
	else if (a == ACT_TRY && there)
		input_findings_try(h);
}

/* What digits do in a lesson, whose devices are not changed by a slip. */
static void
notice_answers(const struct input *h)
{
	struct buf *b = &h->view->notice;
	const char *devices = keys_of_act(h->view->rc, ACT_DEVICES);
	unsigned n = 0;

	while (lesson_choice(h->view->lesson, n + 1) != NULL)
		n++;
	buf_reset(b);
	if (h->view->screen != SCREEN_CONSOLE)
		buf_adds(b, "digits answer in the console");
	else if (n == 0)
		buf_adds(b, "nothing to answer now");
	else if (n == 1)
		buf_addf(b, "only 1 does something: %s",
		    lesson_choice(h->view->lesson, 1));
	else
		buf_addf(b, "1 to %u answer", n);
	if (devices != NULL)
		buf_addf(b, "; %s lists the devices", devices);
	h->view->notice_at = h->now;
}

/* Where a lesson asks, digits are answers. */
static void
digit(const struct input *h, unsigned n)
{
	struct lesson_run *r = h->view->lesson;

	if (r == NULL || r->step == r->lesson->nsteps ||
	    h->view->screen == SCREEN_DEVICES)
		open_device(h, n - 1);
	else if (h->view->screen != SCREEN_CONSOLE || !lesson_press(r, n))
		notice_answers(h);
}

bool
input_act(const struct input *h, enum act a, const struct press *p)
{
	struct view *view = h->view;

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
		input_open_selected(h);
		break;
	case ACT_BACK:
		back(h);
		break;
	case ACT_TAB:
		turn_tab(view);
		break;
	case ACT_LEFT:
	case ACT_RIGHT:
		turn_request(h, a);
		break;
	case ACT_PROMPT:
		prompt_open(&view->prompt, "");
		break;
	case ACT_TIMELINE:
	case ACT_SEQUENCE:
	case ACT_ZOOM_IN:
	case ACT_ZOOM_OUT:
	case ACT_FIT:
	case ACT_GAPS:
	case ACT_NEXT_TROUBLE:
	case ACT_PREVIOUS_TROUBLE:
	case ACT_NEXT_FINDING:
	case ACT_PREVIOUS_FINDING:
		input_timeline(h, a);
		break;
	case ACT_PAUSE:
		if (!input_timeline(h, a))
			input_list(h, a);
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
		input_list(h, a);
		break;
	case ACT_HELP:
		help(h);
		break;
	case ACT_ABOUT:
		about(h);
		break;
	case ACT_DEVICE:
		show_of_device(h, SCREEN_DEVICE);
		break;
	case ACT_RECOVER:
	case ACT_RECOVERY_ACTION:
	case ACT_RECOVERY_ACTIONS:
	case ACT_SAVE_WAY:
		input_recover(h, a, p);
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
		view->times ^= true;
		break;
	case ACT_WHAT_IF:
		view->what_if = NULL;
		show_of_device(h, SCREEN_WHAT_IF);
		break;
	case ACT_REDRAW:
	case ACT_SUSPEND:
		return (false);
	case ACT_NONE:
		break;
	}
	return (true);
}
