/* SPDX-License-Identifier: ISC */
/*
 * Views: each draws one thing into an area, from what the application state
 * holds and what the operator looks at. Nothing else goes in, nothing but cells
 * comes out.
 */
#ifndef UI_VIEW_VIEW_H
#define UI_VIEW_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/memory_map.h"
#include "analysis/timing.h"
#include "base/buf.h"
#include "command/app.h"
#include "command/app_effect.h"
#include "command/command.h"
#include "dfu/pages.h"
#include "dfu/transition.h"
#include "diagnosis/advice.h"
#include "diagnosis/fingerprint.h"
#include "diagnosis/recovery.h"
#include "diagnosis/verdict.h"
#include "diagnosis/what_if.h"
#include "ui/cells/canvas.h"
#include "ui/cells/press.h"
#include "ui/list/list.h"
#include "ui/prompt/edit.h"
#include "ui/prompt/prompt.h"
#include "ui/prompt/rc.h"
#include "ui/prompt/screens.h"
#include "ui/view/findings_shown.h"
#include "ui/view/sequence_view.h"
#include "ui/view/timeline_view.h"

#define SCREEN_DEPTH		8	/* screens to go back through */
#define VIEW_HITS		96	/* places that can be clicked */

/* The least size at which it can be used. */
#define VIEW_LEAST_ROWS		12
#define VIEW_LEAST_COLS		40

/* What a small terminal shows one at a time. */
enum tab {
	TAB_NOW,
	TAB_IF,
	TAB_REQUESTS
};
#define TAB_COUNT	(TAB_REQUESTS + 1)

struct screen_place {
	enum screen_id	 screen;
	int			 scroll;
};

/* Drawn there stands a key: a click on it is that press. */
struct hit {
	int			 row;		/* of the canvas */
	int			 col;
	int			 cols;
	struct press		 press;
};

struct console_kept;
struct lesson_run;
struct pane;

/* A traced tool: what it writes, and whether keys are for it. */
struct tool_view {
	struct pane	*pane;		/* NULL: none was traced yet */
	struct buf	 line;		/* its command line */
	bool		 runs;
	struct buf	 typed;		/* keys for it, until they are taken */
	int		 rows;		/* of its terminal, as drawn; 0: */
	int		 cols;		/* not drawn yet */
};

/* What the operator looks at. Nothing here belongs to the device. */
struct view {
	enum screen_id	 screen;
	struct screen_place	 under[SCREEN_DEPTH]; /* where Esc leads */
	size_t			 nunder;
	enum tab		 tab;
	struct list		 list;
	struct edit		 edit;
	struct buf		 sought; /* on a page */
	int			 seek;	/* to be looked for: 1 down, -1 up */
	struct buf		 box;	/* what was copied, in a box, or "" */
	bool			 box_is_log; /* no: what a pasted log tells */
	struct buf		 copy;	/* for the terminal's clipboard */
	const struct rc		*rc;	/* the operator's file, or NULL */
	size_t			 device;	/* row in the list of devices */
	bool			 asked_devices;	/* the list was asked for */
	bool			 chosen;	/* among several devices */
	int			 scroll;	/* of pages */
	int			 scroll_max;	/* as drawn */
	int			 scroll_rows;	/* rows in sight, as drawn */
	const struct dfu_page	*page;		/* SCREEN_PAGE; NULL: text */
	const struct finding_text *text;
	size_t			 subject;	/* row of SCREEN_SUBJECTS */
	size_t			 fault;		/* row of SCREEN_FAULTS */
	size_t			 asked;		/* column of SCREEN_WHAT_IF */
	const struct what_if_row *what_if; /* of its page; NULL: all */
	size_t			 difference; /* row of SCREEN_DIFFERENCE */
	const struct command_row *helped; /* of SCREEN_HELP_COMMAND */
	enum recovery_action	 action;		/* of SCREEN_RECOVER */
	uint64_t		 recovered; /* the cursor went there, 0: no */
	const struct finding_row *finding;	/* selected, or NULL */
	bool			 hints;		/* the very first start */
	bool			 drops_line;	/* typed at a question */
	struct lesson_run	*lesson;	/* under way, or NULL */
	struct tool_view	 tool;
	bool			 lesson_small;	/* no room for it, as drawn */
	bool			 lesson_next;	/* the next one is wished */
	struct memory_map	 memory;
	bool			 memory_behind;
	struct timeline_view	 timeline;
	struct sequence_view	 sequence;
	struct timing		 timing; /* of SCREEN_TIMES */
	bool			 timing_behind;
	size_t			 shown;		/* session it was drawn for */
	struct console_kept	*kept;		/* of the other sessions */
	size_t			 nkept;
	struct prompt		 prompt;
	struct buf		 notice;	/* the console's own words */
	uint64_t		 notice_at;
	struct advice_kept	 advice;
	struct hit		 hits[VIEW_HITS];	/* as drawn */
	size_t			 nhits;
};

/* What one request does now. */
struct prospect {
	const struct command_row *row;	/* its command */
	const char		*name;	/* "GETSTATUS" */
	struct prediction	 prediction;
	bool			 ends;	/* a DNLOAD of no data */
	bool			 refused; /* it would get nowhere */
};
#define FRAME_PROSPECTS		9	/* requests that are told of */

/*
 * What a view may see, worked out once for all of them. session and runner
 * may be NULL; without a session the verdict has no row and no stack is known.
 */
struct frame {
	const struct app	*app;
	const struct session	*session;
	const struct runner	*runner;
	uint64_t		 now;		/* us */
	struct estimate		 estimate;	/* at now */
	struct estimate		 by_spec;	/* by DFU 1.1 alone */
	struct fingerprint	 print;		/* of the stack it may be */
	struct verdict		 verdict;
	struct findings_shown	 findings;
	struct prospect		 prospects[FRAME_PROSPECTS];
	bool			*offered; /* by command_at, or NULL */
	struct advice		 advice; /* NONE while a job has the word */
	int			 band_rows;	/* of this frame */
	/* Where a request that is paused or pending would lead. */
	uint8_t			 ghost;		/* NO_STATE: nowhere else */
	int			 ghost_input;	/* enum dfu_input, or -1 */
	struct view		*view;
};

/*
 * Takes in what is new for the view and makes the frame of it at now. It ends
 * with frame_end, and before anything else happens to the session.
 */
void	frame_begin(struct frame *f, struct view *view, const struct app *app,
	    uint64_t now);
void	frame_end(struct frame *f);

/* What is in sight for want of what was: before a press, and in each frame. */
void	view_turn(struct view *view, const struct app *app);

/* Shows what a command asked for: help, a what-if, the ways out. */
void	view_show(struct view *view, const struct app *app,
	    const struct app_effect *e, uint64_t now);

/* What is in sight is not all taken in yet: draw again soon. */
bool	view_behind(const struct view *view);

/* What is behind may take in more before this frame is drawn. */
struct frame;
bool	frame_has_time(const struct frame *f);
void	view_free(struct view *view);

/* The whole screen. */
void	screen_draw(struct canvas *c, struct frame *sc);

/* When the clocks on it change next, us, or UINT64_MAX. */
uint64_t clock_deadline(const struct app *d, uint64_t now);

/* The same for the list of devices. */
uint64_t clock_deadline_devices(const struct app *d, uint64_t now);

/* "12.4 s", steps of 0.2 s below 10 s, of 1 s above. */
void	clock_age(struct buf *b, uint64_t since, uint64_t now);

/* A point in time, "3.104 s". */
void	clock_time(struct buf *b, uint64_t at);

/* What is known of it has times: a text without a clock has none. */
bool	clock_is_known(const struct frame *sc);

/* A request in flight, an opening, or a device on the bus with a state. */
bool	frame_unknown(const struct frame *sc);

/* The key that fires a command, as it is shown, or NULL. */
const char *frame_key(const struct frame *sc, const char *command);

/* The row of what the advice says, if a key fires just that; or NULL. */
const struct command_row *frame_advice(const struct frame *sc);

/*
 * "c clrstatus: clears the error"; nothing: there is none. Of a recording
 * without a key: it is to be done elsewhere.
 */
#define ON_THE_DEVICE	" (on the device)"
void	frame_advice_words(const struct frame *sc, struct buf *b);

/* The finding that the advice is for, or NULL. */
const struct finding *frame_advised(const struct frame *sc);

/* That it is off the bus, and what may be done; needs a session. */
void	frame_off_bus(const struct frame *sc, struct buf *b);

struct key_row;

/* The page in sight has rows to select, if it is one of rows. */
bool	frame_has_rows(const struct frame *sc);

/* On a bar it would be something that can be done now. */
bool	frame_offers_key(const struct frame *sc, const struct key_row *row);

/*
 * What the last job came to, of a recording too, or NULL; *good (unless NULL):
 * it went well.
 */
const char *frame_result(const struct frame *sc, bool *good);

/* What is asked now, or NULL: whether to quit before all else. */
const char *frame_asked(const struct frame *sc);

/* The command would do something now, and has a key: for the bar. */
bool	frame_offers(const struct frame *sc, const struct command_row *row);

/* The mildest first look is what is to be offered. */
bool	frame_first_query(const struct frame *sc);

/* The screens, each within its box: view_NAME of the rows of screens.def. */
#define SCREEN(id, name, ...)						\
	void view_##name(struct area a, const struct frame *sc);
#include "ui/prompt/screens.def"

/* Their parts. */
void	view_header(struct area a, const struct frame *sc);
void	view_map(struct area a, const struct frame *sc);
void	view_map_path(struct area a, const struct frame *sc); /* one line */
void	view_map_list(struct area a, const struct frame *sc);
void	view_map_line(struct area a, const struct frame *sc);
int	view_now(struct area a, const struct frame *sc); /* rows */
void	view_what_if(struct area a, const struct frame *sc);
/* The request that is selected on SCREEN_WHAT_IF; and to another one. */
const struct what_if_row *view_what_if_selected(const struct view *view);
void	view_what_if_step(struct view *view, long step);
void	view_what_if_brief(struct area a, const struct frame *sc);
/* What a served device is in, and what is wrong with it. */
void	view_served_device(struct area a, const struct frame *sc);
void	view_requests(struct area a, const struct frame *sc);
void	view_requests_title(struct buf *b, const struct frame *sc);
/*
 * What a tool writes that runs now, in its frame, where a request would be
 * decoded: not while one is selected.
 */
bool	view_tool_beside(const struct frame *sc);
void	view_tool_output(struct area a, const struct frame *sc);
/* There is room for all that it says now at 80x24. */
bool	view_lesson_fits(const struct lesson_run *r);
void	view_lesson_header(struct area a, const struct frame *sc);
/* A question is open that the screen in sight would answer. */
bool	view_lesson_keeps(const struct frame *sc);
/* The map of a lesson, as a diagram: see lesson_run.h. */
void	view_map_lesson(struct area a, const struct lesson_run *r);
void	view_times(struct area a, const struct frame *sc);
void	view_hints(struct area a);
/* Nothing can be sent; then why, above other rows; the row behind it. */
bool	view_recover_is_none(const struct frame *sc);
int	view_recover_none(struct area a, const struct frame *sc, bool others);
/* What is to be done is to write the memory, whatever the state. */
bool	view_recover_memory(const struct frame *sc);
/* Opens it with the mildest that may help selected. */
void	view_recover_open(struct view *view, const struct session *s,
	    const struct runner *r, const struct dfu_stack *stack,
	    uint64_t now);
void	view_box(struct area a, const struct frame *sc);
/*
 * The band under the header: the verdict with what to do, or the request that
 * is paused. Its rows depend on the size of the terminal alone.
 */
#define BAND_TEXT	14	/* where its text begins */
int	view_band_rows(struct area all, const struct frame *sc);
void	view_band_verdict(struct area a, const struct frame *sc);
bool	view_is_paused(const struct frame *sc);
/* It tells of a job that goes well instead of the verdict. */
bool	view_band_has_job(const struct frame *sc);
/* What the last job came to, where the band tells that; or NULL. */
const char *view_band_result(const struct frame *sc);
/* How far the job is, right of col in the first row. */
void	view_progress(struct area a, const struct frame *sc, int col);
void	view_paused(struct area a, const struct frame *sc);
/* The same in whole sentences. */
void	view_paused_effect(const struct frame *sc, struct buf *does,
	    struct buf *loses);
/* The word of the verdict in capitals. */
void	view_verdict_word(const struct frame *sc, struct buf *b);
/* One line; in a frame where it shares a row with the box above. */
void	view_message(struct area a, const struct frame *sc, bool in_frame);
/* That a click there presses the key of that name; NULL: none. */
void	view_hit(const struct frame *sc, struct area a, int row, int col,
	    int cols, const char *key);
/* Draws a key of that name and says so; returns the columns it takes. */
int	view_key(const struct frame *sc, struct area a, int row, int col,
	    enum style st, const char *key);
void	view_keys(struct area a, const struct frame *sc);
void	view_prompt(struct area a, const struct frame *sc);

/* Rows that it takes of a terminal of so many: 3 with a command's syntax. */
int	view_prompt_rows(const struct frame *sc, int rows);

/*
 * Appends "→ 6 dfuMANIFEST-SYNC (ST ROM and DFU 1.1)", what an input (enum
 * dfu_input, or -1) does now. False: nothing is known.
 */
bool	view_forecast_of(const struct frame *sc, int input, struct buf *b);

/*
 * The same of a command of that row and what else it would lose; nothing if
 * it is no single request. The style is that of what is lost.
 */
enum style	view_forecast(const struct frame *sc,
		    const struct command_row *row, const char *line,
		    struct buf *b);
void	view_question(struct area a, const struct frame *sc);

/* Size the diagram needs. */
#define MAP_ROWS	18
#define MAP_COLS	60
#define MAP_LIST_ROWS	11

/* What becomes of a request in state from, in words; style to show it in. */
enum style outlook_words(struct buf *b, uint8_t from,
	    const struct dfu_outlook *o);

/* "DfuSe 1.1a", "DFU 1.1"; appended if the device has a DFU interface. */
void	dialect_words(struct buf *b, const struct session *s);

/* Name of an outcome that failed, short enough for an arrow. */
const char *outcome_mark(uint8_t outcome);

#endif
