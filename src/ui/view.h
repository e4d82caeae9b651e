/*
 * Views: each draws one thing into an area, from what the desk holds and what
 * the operator looks at. Nothing else goes in, nothing but cells comes out.
 */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "dfu/move.h"
#include "dfu/pages.h"
#include "model/command.h"
#include "model/desk.h"
#include "model/memory_map.h"
#include "model/recovery.h"
#include "model/verdict.h"
#include "ui/canvas.h"
#include "ui/edit.h"
#include "model/timing.h"
#include "ui/ladder_look.h"
#include "ui/list.h"
#include "ui/prompt.h"
#include "ui/rc.h"
#include "ui/scope_look.h"

enum look_screen {
	LOOK_CONSOLE,
	LOOK_DETAIL,		/* one request, decoded */
	LOOK_HELP,		/* the keys that work here */
	LOOK_DEVICES,		/* the list of them */
	LOOK_DEVICE,		/* memory and descriptors of one */
	LOOK_PAGE,		/* about one subject */
	LOOK_SUBJECTS,		/* the list of them */
	LOOK_EDIT,		/* one request, to be changed and sent */
	LOOK_WHAT_IF,		/* what each request would do, and cost */
	LOOK_RECOVER,		/* the ways out of a state */
	LOOK_SCOPE,		/* states over time */
	LOOK_LADDER,		/* what went between host and device */
	LOOK_FINDINGS,		/* the list of what was found */
	LOOK_FINDING		/* one of it */
};
#define LOOK_SCREEN_COUNT	(LOOK_FINDING + 1)
#define LOOK_DEPTH		8	/* screens to go back through */

/* What a small terminal shows one at a time. */
enum look_tab {
	LOOK_NOW,
	LOOK_IF,
	LOOK_REQUESTS
};
#define LOOK_TAB_COUNT	(LOOK_REQUESTS + 1)

struct look_place {
	enum look_screen	 screen;
	int			 scroll;
};

struct console_kept;
struct lesson_run;

/* What the operator looks at. Nothing here belongs to the device. */
struct look {
	enum look_screen	 screen;
	struct look_place	 under[LOOK_DEPTH]; /* where Esc leads */
	size_t			 nunder;
	enum look_tab		 tab;
	struct list		 list;
	struct edit		 edit;
	struct buf		 box;	/* what was copied, in a box, or "" */
	struct buf		 copy;	/* for the terminal's clipboard */
	const struct rc		*rc;	/* the operator's file, or NULL */
	size_t			 device;	/* row in the list of devices */
	bool			 asked_devices;	/* the list was asked for */
	bool			 chosen;	/* among several devices */
	int			 scroll;	/* of pages */
	int			 scroll_max;	/* as drawn */
	int			 scroll_rows;	/* rows in sight, as drawn */
	const struct dfu_page	*page;		/* LOOK_PAGE; NULL: text */
	const struct finding_text *text;
	size_t			 subject;	/* row of LOOK_SUBJECTS */
	const struct what_if_row *what_if; /* LOOK_WHAT_IF; NULL: all */
	enum recovery_rung	 rung;		/* of LOOK_RECOVER */
	const struct finding_row *finding;	/* selected, or NULL */
	bool			 times;		/* instead of the map */
	bool			 hints;		/* the very first start */
	struct lesson_run	*lesson;	/* under way, or NULL */
	struct memory_map	 memory;
	struct scope_look	 scope;
	struct ladder_look	 ladder;
	struct timing		 timing; /* while times are shown */
	bool			 timing_behind;
	size_t			 shown;		/* session it was drawn for */
	struct console_kept	*kept;		/* of the other sessions */
	size_t			 nkept;
	struct prompt		 prompt;
	struct buf		 notice;	/* the console's own words */
	uint64_t		 notice_at;
};

/* What a view may see. session and runner may be NULL. */
struct scene {
	const struct desk	*desk;
	const struct session	*session;
	const struct runner	*runner;
	uint64_t		 now;		/* us */
	struct belief		 belief;	/* at now */
	int			 verdict_rows;	/* of this frame */
	struct look		*look;
};

/* What one request does now: shared by views. */
struct prospect {
	const struct command_row *row;	/* its command, or NULL */
	const char		*name;	/* "GETSTATUS" */
	const struct dfu_move	*move;	/* NULL: the table says nothing */
};

/* The whole screen. */
void	screen_draw(struct canvas *c, struct scene *sc);

/* When the clocks on it change next, us, or UINT64_MAX. */
uint64_t clock_deadline(const struct desk *d, uint64_t now);

/* The same for the list of devices. */
uint64_t clock_deadline_devices(const struct desk *d, uint64_t now);

/* "12.4 s", steps of 0.2 s below 10 s, of 1 s above. */
void	clock_age(struct buf *b, uint64_t since, uint64_t now);

/* A point in time, "3.104 s". */
void	clock_time(struct buf *b, uint64_t at);

/* A request in flight, an opening, or a device on the bus with a state. */
bool	scene_unknown(const struct scene *sc);

/* The key that fires a command, as it is shown, or NULL. */
const char *scene_key(const struct scene *sc, const char *command);

/* By the table of moves that command's request would get nowhere now. */
bool	scene_refuses(const struct scene *sc, const struct command_row *row);

/* The device stack it is likely to be, or NULL. */
const struct dfu_stack *scene_stack(const struct scene *sc);

/* That it is off the bus, and what may be done; needs a session. */
void	scene_off_bus(const struct scene *sc, struct buf *b);

/* How it stands with the device; needs a session. */
struct verdict scene_verdict(const struct scene *sc);

/* What is asked now, or NULL: whether to quit before all else. */
const char *scene_asked(const struct scene *sc);

/* The mildest first look is what is to be offered. */
bool	scene_first_look(const struct scene *sc);

void	view_header(struct area a, const struct scene *sc);
void	view_map(struct area a, const struct scene *sc);
void	view_map_list(struct area a, const struct scene *sc);
void	view_map_line(struct area a, const struct scene *sc);
int	view_now(struct area a, const struct scene *sc); /* rows */
void	view_what_if(struct area a, const struct scene *sc);
void	view_what_if_brief(struct area a, const struct scene *sc);
void	view_what_if_page(struct area a, const struct scene *sc);
void	view_requests(struct area a, const struct scene *sc);
void	view_requests_title(struct buf *b, const struct scene *sc);
void	view_lesson(struct area a, const struct scene *sc);
void	view_lesson_title(struct buf *b, const struct scene *sc);
void	view_times(struct area a, const struct scene *sc);
void	view_detail(struct area a, const struct scene *sc);
void	view_device(struct area a, const struct scene *sc);
void	view_findings(struct area a, const struct scene *sc);
void	view_finding(struct area a, const struct scene *sc);
void	view_page(struct area a, const struct scene *sc);
void	view_subjects(struct area a, const struct scene *sc);
void	view_hints(struct area a);
void	view_help(struct area a, const struct scene *sc);
void	view_devices(struct area a, const struct scene *sc);
void	view_edit(struct area a, const struct scene *sc);
void	view_recover(struct area a, const struct scene *sc);
void	view_scope(struct area a, const struct scene *sc);
void	view_scope_title(struct buf *b, const struct scene *sc);
void	view_ladder(struct area a, const struct scene *sc);
void	view_ladder_title(struct buf *b, const struct scene *sc);
void	view_box(struct area a, const struct scene *sc);
/* Word, age, key and sentences; takes rows only where it is worth them. */
int	view_held_rows(const struct scene *sc);
void	view_held(struct area a, const struct scene *sc);
int	view_verdict_rows(struct area a, const struct scene *sc);
void	view_verdict(struct area a, const struct scene *sc);
int	view_message_rows(struct area all, const struct scene *sc);
void	view_message(struct area a, const struct scene *sc);
void	view_keys(struct area a, const struct scene *sc);
void	view_prompt(struct area a, const struct scene *sc);
void	view_question(struct area a, const struct scene *sc);

/* Size the diagram needs. */
#define MAP_ROWS	18
#define MAP_COLS	60
#define MAP_LIST_ROWS	11

/* "reset" or the state behind a move, in words; style to show it in. */
enum style move_words(struct buf *b, const struct dfu_move *m);

/* "DfuSe 1.1a", "DFU 1.1"; appended if the device has a DFU interface. */
void	dialect_words(struct buf *b, const struct session *s);

/* The page about what is in sight, or NULL. */
const struct dfu_page *page_about(const struct scene *sc);

/* Name of an outcome that failed, short enough for an arrow. */
const char *outcome_mark(uint8_t outcome);

#endif
