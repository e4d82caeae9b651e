/* SPDX-License-Identifier: ISC */
/* Pages about states, requests, statuses; and the list of them. */
#include "ui/view/page.h"
#include "ui/view/screens.h"

#include <string.h>

#include "dfu/dfuse.h"
#include "dfu/spec.h"
#include "diagnosis/finding_text.h"
#include "wire/usb.h"

const struct dfu_page *
view_about_request(const struct frame *sc)
{
	const struct fold_row *selected = list_selected(&sc->view->list);
	const struct dfuse_command_row *command;
	const struct dfu_request_row *row;
	const struct request *r;

	if (selected == NULL || selected->event || sc->session == NULL)
		return (NULL);
	r = session_request(sc->session, selected->last);
	row = r != NULL ? dfu_request_of(&r->setup) : NULL;
	if (row == NULL)
		return (NULL);
	if (r->meaning.kind == DFU_KIND_LEAVE)
		return (dfu_page_named("leave"));
	if (r->meaning.kind == DFU_KIND_GET_COMMANDS)
		return (dfu_page_named("get-commands"));
	command = dfuse_command_row((enum dfu_kind)r->meaning.kind);
	if (command != NULL)
		return (dfu_page_named(command->name));
	return (dfu_page_of(DFU_PAGE_REQUEST, row->bRequest));
}

const struct dfu_page *
view_about_state(const struct frame *sc)
{
	const struct session *s = sc->session;

	if (s == NULL || !s->present)
		return (NULL);
	/* What time alone has made of it the device may know nothing of. */
	if (!frame_unknown(sc))
		return (dfu_page_of(DFU_PAGE_STATE, s->estimate.state));
	return (s->pending.number == 0 ?
	    dfu_page_of(DFU_PAGE_REQUEST, DFU_GETSTATE) : NULL);
}

/* In dfuERROR the list begins at the reason. */
static const struct dfu_page *
about_reason(const struct frame *sc)
{
	const struct session *s = sc->session;

	if (s == NULL || !s->status.known || s->status.reply.bStatus == 0 ||
	    frame_unknown(sc) || sc->estimate.state != DFU_STATE_ERROR ||
	    sc->view->page->kind != DFU_PAGE_STATE)
		return (NULL);
	return (dfu_page_of(DFU_PAGE_STATUS, s->status.reply.bStatus));
}

const struct dfu_page *
view_about_page(const struct frame *sc)
{
	const struct dfu_page *page;

	if (sc->view->page == NULL)
		return (NULL);
	page = about_reason(sc);
	return (page != NULL ? page : sc->view->page);
}

const struct dfu_page *
view_about_device(const struct frame *sc)
{
	(void)sc;
	return (dfu_page_named("bitCanDnload"));
}

const struct dfu_page *
view_about_edit(const struct frame *sc)
{
	const struct dfu_request_row *row;

	row = dfu_request_of(&sc->view->edit.setup);
	return (row == NULL ? NULL : dfu_page_of(DFU_PAGE_REQUEST,
	    row->bRequest));
}

/* A paragraph each, as they are parted in text. */
static void
add_paragraphs(struct page *p, const char *text)
{
	struct buf b = { 0 };
	const char *end;

	for (; text != NULL; text = end != NULL ? end + 1 : NULL) {
		end = strchr(text, '\n');
		buf_reset(&b);
		buf_add(&b, text, end != NULL ? (size_t)(end - text) :
		    strlen(text));
		page_add(p, STYLE_NORMAL, NULL, 3, buf_str(&b));
	}
	buf_free(&b);
}

static void
add_text_page(struct page *p, const struct finding_text *text)
{
	struct buf b = { 0 };

	buf_addf(&b, "%s: %s", text->id, text->title);
	page_title(p, buf_str(&b));
	add_paragraphs(p, text->text);
	page_title(p, "Try");
	add_paragraphs(p, text->try);
	page_title(p, "Sources");
	page_add(p, STYLE_DIM, NULL, 3, text->source);
	buf_free(&b);
}

static void
add_dfu_page(struct page *p, const struct dfu_page *page)
{
	struct buf b = { 0 };
	unsigned i;

	if (page->kind == DFU_PAGE_STATE || page->kind == DFU_PAGE_STATUS)
		buf_addf(&b, "%u ", page->number);
	buf_addf(&b, "%s: %s (%s)", page->subject, page->title, page->clause);
	page_title(p, buf_str(&b));
	for (i = 0; i < DFU_PAGE_PARAGRAPHS; i++) {
		if (page->paragraphs[i] == NULL)
			continue;
		page_title(p, dfu_page_paragraph_title(page,
		    (enum dfu_page_paragraph)i));
		page_add(p, STYLE_NORMAL, NULL, 3, page->paragraphs[i]);
	}
	page_title(p, "Sources");
	page_add(p, STYLE_DIM, NULL, 3, page->source);
	buf_free(&b);
}

void
view_page(struct area a, const struct frame *sc)
{
	struct page p = { 0 };

	if (sc->view->page != NULL)
		add_dfu_page(&p, sc->view->page);
	else if (sc->view->text != NULL)
		add_text_page(&p, sc->view->text);
	else
		return;
	page_add(&p, STYLE_NORMAL, NULL, 0, NULL);
	page_add(&p, STYLE_LABEL, "F1 lists all pages", 0, NULL);
	page_draw(area_part(a, 0, 0, a.rows, a.cols < 90 ? a.cols : 90), &p,
	    sc->view);
	page_free(&p);
}

size_t
page_subjects(void)
{
	return (dfu_pages_count + finding_texts_count);
}

static const char *
subject_kind(size_t i)
{
	return (i < dfu_pages_count ? dfu_page_kind_title(dfu_pages[i].kind) :
	    "Not visible in a bus trace");
}

/* Rows of the list before the page i: a title above each kind. */
static int
row_of(size_t i)
{
	const char *title = NULL, *next;
	size_t k;
	int row = -1;

	for (k = 0; k <= i; k++) {
		next = subject_kind(k);
		row += next != title ? 2 + (title != NULL) : 1;
		title = next;
	}
	return (row);
}

static void
draw_subject(struct area a, int row, size_t i, bool selected)
{
	const struct finding_text *text = finding_texts + (i >=
	    dfu_pages_count ? i - dfu_pages_count : 0);
	bool page = i < dfu_pages_count;

	area_text(a, row, 3, STYLE_STRONG, page ? dfu_pages[i].subject :
	    text->id);
	area_fit(a, row, 28, a.cols - 29, STYLE_NORMAL, page ?
	    dfu_pages[i].title : text->title);
	if (!selected)
		return;
	area_restyle(a, row, 0, a.cols, STYLE_SELECTED);
	area_text(a, row, 1, STYLE_SELECTED, ">");
}

void
view_subjects(struct area a, const struct frame *sc)
{
	struct view *view = sc->view;
	const char *title = NULL, *next;
	int row, top = view->scroll;
	size_t i;

	view->scroll_rows = a.rows;
	row = row_of(view->subject);
	if (row - 1 < top)
		top = row - 1;
	if (row >= top + a.rows)
		top = row - a.rows + 1;
	view->scroll = top < 0 ? 0 : top;
	for (i = 0; i < page_subjects(); i++) {
		row = row_of(i) - view->scroll;
		next = subject_kind(i);
		if (next != title)
			area_text(a, row - 1, 1, STYLE_TITLE, next);
		title = next;
		draw_subject(a, row, i, i == view->subject);
	}
}
