/* SPDX-License-Identifier: ISC */
/*
 * How keys are done: input_NAME for each NAME of the rows of screens.def, and
 * what a screen makes of them. For this room alone.
 */
#ifndef UI_INPUT_INPUT_ACT_H
#define UI_INPUT_INPUT_ACT_H

#include "ui/cells/press.h"
#include "ui/view/view.h"

/* One press, and what it works on. */
struct input {
	struct view		*view;
	const struct app	*app;
	uint64_t		 now;
	struct buf		*line;	/* takes the command line it makes */
	bool			*by_key; /* a single key fired that line */
	const struct press	*press;
	enum act		 act;	/* for input_NAME: which it is */
};

/* Columns of the row of a screen. */
struct input_row {
	void	(*move)(const struct input *in, long step); /* rows down */
	void	(*open)(const struct input *in);		/* Enter */
	void	(*back)(const struct input *in);		/* Esc */
	/*
	 * Keys that do something else there than on other screens, or NULL;
	 * returns false for all others.
	 */
	bool	(*act)(const struct input *in, enum act a);
	/* Takes control keys as well just now; NULL: never. */
	bool	(*wants)(const struct view *view);
	/* Takes presses, function keys apart; false: that one not. NULL. */
	bool	(*press)(const struct input *in, const struct press *p);
	void	(*click)(const struct input *in, const struct press *p);
	int	(*rows)(const struct view *view); /* NULL: of a page */
};

extern const struct input_row input_rows[SCREEN_COUNT];

/* What the screen in sight makes of keys. */
const struct input_row *input_row(const struct input *in);

/* Does it, as the screen in sight does. */
void	input_act(const struct input *in, enum act a);

/* Says something in the message line: "what: why". */
void	input_notice(const struct input *in, const char *what, const char *why);

/* Asks for it by the line of a command, as a key would. */
void	input_fire(const struct input *in, const char *line);

/* Shows what passes; "" shows all. */
void	input_sift(const struct input *in, const char *text);

/* Takes what stands in the prompt into the editor. */
void	input_edit_line(const struct input *in);

/* A page is in sight that is searched itself, not the list of requests. */
bool	input_on_page(const struct input *in);

/* Looks for the text on it, downwards or up; "": the same as before. */
void	input_seek(const struct input *in, const char *text, int step);

/* What keys do unless the screen says else: input_NAME. */
#define KEY(id, name, ...)						\
	void input_##name(const struct input *in);
#include "ui/prompt/screens.def"

/* What screens make of them: see struct input_row. */
void	input_stay(const struct input *in, long step);
void	input_scroll(const struct input *in, long step);
void	input_leave(const struct input *in);
bool	input_help_act(const struct input *in, enum act a);
bool	input_page_act(const struct input *in, enum act a);
void	input_subjects_move(const struct input *in, long step);
void	input_subjects_open(const struct input *in);
void	input_devices_move(const struct input *in, long step);
void	input_devices_open(const struct input *in);
void	input_devices_back(const struct input *in);
bool	input_devices_act(const struct input *in, enum act a);
void	input_lesson_move(const struct input *in, long step);
void	input_lesson_open(const struct input *in);
bool	input_lesson_act(const struct input *in, enum act a);
bool	input_lesson_press(const struct input *in, const struct press *p);
void	input_list_move(const struct input *in, long step);
void	input_list_open(const struct input *in);
void	input_list_back(const struct input *in);
void	input_list_click(const struct input *in, const struct press *p);
int	input_list_rows(const struct view *view);
void	input_faults_move(const struct input *in, long step);
void	input_faults_open(const struct input *in);
bool	input_faults_act(const struct input *in, enum act a);
void	input_detail_back(const struct input *in);
bool	input_detail_act(const struct input *in, enum act a);
bool	input_edit_press(const struct input *in, const struct press *p);
void	input_tool_move(const struct input *in, long step);
bool	input_tool_wants(const struct view *view);
bool	input_tool_press(const struct input *in, const struct press *p);
void	input_recover_move(const struct input *in, long step);
void	input_recover_open(const struct input *in);
bool	input_recover_act(const struct input *in, enum act a);
void	input_what_if_move(const struct input *in, long step);
void	input_what_if_open(const struct input *in);
bool	input_what_if_act(const struct input *in, enum act a);
void	input_difference_move(const struct input *in, long step);
void	input_difference_open(const struct input *in);
bool	input_difference_act(const struct input *in, enum act a);
void	input_findings_move(const struct input *in, long step);
void	input_findings_open(const struct input *in);
void	input_findings_proof(const struct input *in);
bool	input_findings_act(const struct input *in, enum act a);
bool	input_finding_act(const struct input *in, enum act a);
void	input_timeline_move(const struct input *in, long step);
void	input_timeline_open(const struct input *in);
bool	input_timeline_act(const struct input *in, enum act a);
int	input_timeline_columns(const struct view *view);
void	input_sequence_move(const struct input *in, long step);
void	input_sequence_open(const struct input *in);

#endif
