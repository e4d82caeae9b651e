/* SPDX-License-Identifier: ISC */
/* Keys of the pages, and of the list of them. */
#include "ui/input/input_act.h"

#include "diagnosis/finding_text.h"
#include "ui/view/page.h"
#include "ui/view/screen_stack.h"
#include "ui/view/screens.h"

/* The page about what is in sight, or NULL. */
static const struct dfu_page *
page_in_sight(const struct input *in)
{
	const struct dfu_page *page;
	struct frame f;

	frame_begin(&f, in->view, in->app, in->now);
	page = screen_rows[in->view->screen].about(&f);
	frame_end(&f);
	return (page);
}

/* The list of all pages, with the one in sight selected. */
static void
show_subjects(const struct input *in)
{
	const struct dfu_page *page = page_in_sight(in);

	if (page != NULL)
		in->view->subject = (size_t)(page - dfu_pages);
	screen_show(in->view, SCREEN_SUBJECTS);
}

void
input_about(const struct input *in)
{
	const struct dfu_page *page = page_in_sight(in);

	/* No state is known of one that is gone: the verdict is in sight. */
	if (page == NULL) {
		screen_show(in->view, app_session(in->app) != NULL &&
		    screen_rows[in->view->screen].about == view_about_state &&
		    in->view->screen != SCREEN_VERDICT &&
		    in->view->screen != SCREEN_SUBJECTS ? SCREEN_VERDICT :
		    SCREEN_SUBJECTS);
		return;
	}
	in->view->subject = (size_t)(page - dfu_pages);
	in->view->page = page;
	screen_show(in->view, SCREEN_PAGE);
}

bool
input_page_act(const struct input *in, enum act a)
{
	if (a == ACT_ABOUT)
		show_subjects(in);
	return (a == ACT_ABOUT);
}

bool
input_help_act(const struct input *in, enum act a)
{
	return (input_page_act(in, a == ACT_HELP ? ACT_ABOUT : a));
}

void
input_subjects_move(const struct input *in, long step)
{
	long n = (long)page_subjects(), to = (long)in->view->subject + step;

	in->view->subject = (size_t)(to < 0 ? 0 : to >= n ? n - 1 : to);
}

/* Behind the pages of the specification are those of no trace. */
void
input_subjects_open(const struct input *in)
{
	struct view *view = in->view;

	view->page = view->subject < dfu_pages_count ?
	    &dfu_pages[view->subject] : NULL;
	view->text = view->page != NULL ? NULL :
	    &finding_texts[view->subject - dfu_pages_count];
	screen_show(view, SCREEN_PAGE);
}

void
input_what_if_move(const struct input *in, long step)
{
	view_what_if_step(in->view, step);
}

void
input_what_if_open(const struct input *in)
{
	in->view->what_if = view_what_if_selected(in->view);
	screen_show(in->view, SCREEN_WHAT_IF_PAGE);
}

bool
input_what_if_act(const struct input *in, enum act a)
{
	if (a != ACT_LEFT && a != ACT_RIGHT)
		return (false);
	input_what_if_move(in, a == ACT_LEFT ? -1 : 1);
	return (true);
}

bool
input_on_page(const struct input *in)
{
	return (screen_rows[in->view->screen].searched);
}

void
input_seek(const struct input *in, const char *text, int step)
{
	struct view *view = in->view;

	if (*text != '\0') {
		buf_reset(&view->sought);
		buf_adds(&view->sought, text);
	}
	if (view->sought.len == 0)
		prompt_ask(&view->prompt, PROMPT_SEARCH, "");
	else
		view->seek = step;
}
