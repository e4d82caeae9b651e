/* SPDX-License-Identifier: ISC */
/*
 * What there is to know of a screen to draw it: the first column of the rows
 * of screens.def.
 */
#ifndef UI_VIEW_SCREENS_H
#define UI_VIEW_SCREENS_H

#include "ui/view/view.h"

struct screen_row {
	void	(*draw)(struct area a, const struct frame *f);
	/* Of the box around it; neither: it makes its own. */
	const char *title;
	void	(*titled)(struct buf *b, const struct frame *f);
	const char *keys;		/* above its keys in the help */
	/* The page about what is in sight there, or NULL. */
	const struct dfu_page *(*about)(const struct frame *f);
	void	(*bar)(struct area a, const struct frame *f); /* of keys */
	const char *command;		/* that stands on it too, or NULL */
	/* Takes in what is new, once a frame; there may be no session. */
	void	(*update)(const struct frame *f);
	bool	(*behind)(const struct view *view); /* not all is taken in */
	/* The screen that stands for it while it has nothing to show. */
	enum screen_id (*instead)(const struct view *view,
		    const struct app *app);
	/* When it changes by time alone, us; NULL: clock_deadline. */
	uint64_t (*deadline)(const struct app *app, uint64_t now);
	bool	first;			/* nothing needs to lie below it */
	bool	selects;		/* one of its rows is selected */
	bool	of_device;		/* it is not shown without one */
	bool	now;			/* has verdict, pause and hints */
	bool	shares;	/* its lowest line bears the message */
	bool	offers;			/* frames know what may be sent */
	bool	commands;		/* keys of commands work there */
	bool	searched;		/* a search looks on the page */
};

extern const struct screen_row screen_rows[SCREEN_COUNT];

/* That of the screen in sight. */
const struct screen_row *screen_row(const struct view *view);

/* See the members of struct screen_row. */
const struct dfu_page	*view_about_state(const struct frame *f);
const struct dfu_page	*view_about_lesson(const struct frame *f);
const struct dfu_page	*view_about_request(const struct frame *f);
const struct dfu_page	*view_about_page(const struct frame *f);
const struct dfu_page	*view_about_device(const struct frame *f);
const struct dfu_page	*view_about_edit(const struct frame *f);
void	view_edit_title(struct buf *b, const struct frame *f);
void	view_timeline_title(struct buf *b, const struct frame *f);
void	view_sequence_title(struct buf *b, const struct frame *f);
void	view_bar_keys(struct area a, const struct frame *f);
void	view_bar_lesson(struct area a, const struct frame *f);
void	view_bar_served(struct area a, const struct frame *f);
void	view_bar_commands(struct area a, const struct frame *f);
void	view_bar_tool(struct area a, const struct frame *f);
void	view_bar_edit(struct area a, const struct frame *f);
void	view_recover_update(const struct frame *f);
void	view_device_update(const struct frame *f);
void	view_timeline_update(const struct frame *f);
void	view_sequence_update(const struct frame *f);
void	view_times_update(const struct frame *f);
bool	view_device_behind(const struct view *view);
bool	view_times_behind(const struct view *view);
bool	view_timeline_behind(const struct view *view);
bool	view_sequence_behind(const struct view *view);
enum screen_id	view_console_instead(const struct view *view,
		    const struct app *app);
enum screen_id	view_devices_instead(const struct view *view,
		    const struct app *app);

#endif
