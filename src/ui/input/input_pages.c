/* Keys of the pages, and of the list of them. */
#include "ui/input/input_act.h"

#include "diagnosis/finding_text.h"
#include "ui/view/page.h"
#include "ui/view/screen_stack.h"
#include "ui/view/screens.h"

/* The page about what is in sight, or NULL. */
static const struct dfu_page *
page_in_sight(const struct input *h)
{
	const struct dfu_page *page;
	struct frame f;

	frame_begin(&f, h->view, h->app, h->now);
	page = screen_rows[h->view->screen].about(&f);
	frame_end(&f);
	return (page);
}

/* The list of all pages, with the one in sight selected. */
static void
show_subjects(const struct input *h)
{
	const struct dfu_page *page = page_in_sight(h);

	if (page != NULL)
		h->view->subject = (size_t)(page - dfu_pages);
	screen_show(h->view, SCREEN_SUBJECTS);
}

void
input_about(const struct input *h, enum act a)
{
	const struct dfu_page *page = page_in_sight(h);

	(void)a;
	if (page == NULL) {
		screen_show(h->view, SCREEN_SUBJECTS);
		return;
	}
	h->view->subject = (size_t)(page - dfu_pages);
	h->view->page = page;
	screen_show(h->view, SCREEN_PAGE);
}

bool
input_page_act(const struct input *h, enum act a)
{
	if (a == ACT_ABOUT)
		show_subjects(h);
	return (a == ACT_ABOUT);
}

bool
input_help_act(const struct input *h, enum act a)
{
	return (input_page_act(h, a == ACT_HELP ? ACT_ABOUT : a));
}

void
input_subjects_move(const struct input *h, long step)
{
	long n = (long)page_subjects(), to = (long)h->view->subject + step;

	h->view->subject = (size_t)(to < 0 ? 0 : to >= n ? n - 1 : to);
}

/* Behind the pages of the specification are those of no trace. */
void
input_subjects_open(const struct input *h)
{
	struct view *view = h->view;

	view->page = view->subject < dfu_pages_count ?
	    &dfu_pages[view->subject] : NULL;
	view->text = view->page != NULL ? NULL :
	    &finding_texts[view->subject - dfu_pages_count];
	screen_show(view, SCREEN_PAGE);
}
