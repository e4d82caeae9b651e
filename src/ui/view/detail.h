/* SPDX-License-Identifier: ISC */
/* Parts of the page about one request. For view_detail.c. */
#ifndef UI_VIEW_DETAIL_H
#define UI_VIEW_DETAIL_H

#include "session/session.h"
#include "ui/view/page.h"

/* One field: where it stands, its name, value and meaning. */
void	detail_field(struct page *p, int offset, const char *name,
	    const char *value, const char *meaning);
void	detail_number(struct page *p, int offset, const char *name,
	    int digits, unsigned value, const char *meaning);

/* The bytes of e, an event of request r: what they are, then a dump. */
void	detail_data(struct page *p, const char *title, const struct request *r,
	    const struct event *e);

#endif
