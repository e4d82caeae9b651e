/* SPDX-License-Identifier: ISC */
/*
 * A lesson under way. What is asked and what is right comes from a device of
 * the engine's own, which is played anew for every step; the device that the
 * pupil sees is brought to the same place when he is to use it. So nothing
 * that he does in between can spoil a question.
 */
#ifndef LESSON_LESSON_RUN_H
#define LESSON_LESSON_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "lesson/lesson.h"
#include "lesson/lesson_trace.h"
#include "lesson/memory.h"

struct app;

enum lesson_phase {
	LESSON_ASKS,		/* waits for an answer, or for "go on" */
	LESSON_GOES,		/* a goal: the pupil is at the device */
	LESSON_SHOWS,		/* a goal: the keys are typed for him */
	LESSON_TELLS,		/* what became of it */
	LESSON_ENDS		/* the cards, and what it came to */
};

enum lesson_kind {
	LESSON_STEP,		/* the lesson's own, in order */
	LESSON_CARD,		/* from another lesson: its rule is due */
	LESSON_AGAIN		/* missed before */
};

/* How the device that the pupil sees gets to where the step is. */
enum lesson_live {
	LESSON_STALE,		/* it is anywhere */
	LESSON_ANEW,		/* it was asked to begin anew */
	LESSON_REPLAYS,
	LESSON_THERE
};

struct lesson_item {
	const struct lesson	*lesson;
	size_t			 step;
	enum lesson_kind	 kind;
};

struct lesson_config {
	const struct lesson	*lesson;
	const struct lesson	*shelf;	/* in order, for cards; or NULL */
	size_t			 nshelf;
	const struct lesson_bench *bench;
	struct lesson_memory	*memory;	/* or NULL */
	uint32_t		 today;		/* day since 1970 */
	size_t			 resume;	/* the step to begin at */
	bool			 exam;	/* nothing is said before the end */
	bool			 recorded; /* nothing can be tried */
	uint32_t		 minutes;	/* of an exam; 0: no limit */
};

#define LESSON_TYPED	16
#define LESSON_OWN	64	/* lines of the pupil's that can be undone */
#define LESSON_POINTS	3	/* of a right answer without help */

struct lesson_run {
	struct lesson_config	 config;
	const struct lesson	*lesson;
	size_t			 step;	/* nsteps: all were taken */
	struct lesson_item	 at;		/* what is asked now */
	enum lesson_phase	 phase;

	/* What the engine's own device did. */
	struct lesson_trace	 past;	/* up to the question */
	struct lesson_trace	 deed;		/* and behind the answer */
	size_t			 first;	/* move of both that is shown */
	struct buf		 trouble;	/* it could not be played */

	/* The answer. */
	int			 mark;		/* state, or LESSON_GONE */
	enum lesson_answer	 answer;
	size_t			 choice;
	char			 typed[LESSON_TYPED];
	bool			 right;
	bool			 state_right;	/* of the two of a move */
	bool			 answer_right;
	bool			 scored;	/* once an item */
	unsigned		 points;
	unsigned		 hints;		/* that were asked for */
	bool			 tried;		/* beside, against points */
	struct buf		 told;		/* what is said to it */
	struct buf		 why;		/* and why */

	/* What it came to. */
	unsigned		 asked;		/* questions, the first time */
	unsigned		 rights;
	unsigned		 score;
	unsigned		 of;
	struct lesson_item	*missed;
	size_t			 nmissed;
	size_t			 again;		/* of those, the next */
	unsigned		 cards;		/* due before this step */
	size_t			 carded;	/* rules that were, as bits */
	bool			*marks;		/* of an exam, by step */

	/* The pupil's own device. */
	enum lesson_live	 live;
	size_t			 live_next;	/* line of the script */
	uint32_t		 arrivals;
	bool			 playing;	/* beside the question */
	struct buf		 waiting; /* his line, until it is there */
	char			*own[LESSON_OWN];
	size_t			 nown;
	size_t			 redo;		/* of own, when undone */
	struct lesson_trace	 moves;		/* since the goal began */
	const char		*forbidden;	/* request sent, or NULL */
	bool			 reached;
	bool			 shown;		/* the solution was typed */
	struct buf		 shows;	/* the command that is typed now */
	size_t			 show_next;
	uint64_t		 show_at;	/* us */
	struct buf		 line;		/* to be run */
	uint64_t		 began;		/* of an exam, us */
	bool			 late;
};

void	lesson_begin(struct lesson_run *r, const struct lesson_config *c);
void	lesson_end(struct lesson_run *r);

/* The step that is asked; NULL at the end. */
const struct lesson_step *lesson_step_of(const struct lesson_run *r);

/*
 * What it wants now: a command line to run, valid until the next call, or
 * NULL. To be asked every turn. now in us.
 */
const char *lesson_turn(struct lesson_run *r, const struct app *d,
	    uint64_t now);

/* What runs now is to take no time. */
bool	lesson_hurries(const struct lesson_run *r);

/* When it wants a turn, us, or UINT64_MAX. */
uint64_t lesson_deadline(const struct lesson_run *r);

/*
 * A line of the pupil's is to be run. True: the lesson keeps it until his
 * device is where the step is.
 */
bool	lesson_take_line(struct lesson_run *r, const char *line);

/*
 * The map may mark where the device is: not while the learner keeps track of
 * that, nor where a step only shows what it sends, and nothing has told the
 * state so far.
 */
bool	lesson_marks_state(const struct lesson_run *r);

/* A question is open: what a request would do is not to be shown. */
bool	lesson_hides(const struct lesson_run *r);

/* Keys. Each is false where it means nothing now. */
bool	lesson_move_mark(struct lesson_run *r, long rows);
bool	lesson_turn_answer(struct lesson_run *r, long columns);
bool	lesson_type(struct lesson_run *r, char c);	/* '\\b' takes back */
bool	lesson_enter(struct lesson_run *r);
bool	lesson_hint(struct lesson_run *r);
bool	lesson_show(struct lesson_run *r);	/* how a goal is reached */
bool	lesson_undo(struct lesson_run *r);	/* the last line; or a goal */
bool	lesson_play(struct lesson_run *r);	/* to the sandbox */
bool	lesson_return(struct lesson_run *r);	/* and back */

/*
 * Gives an answer in words, as somebody would write it: "STALL 10", "answered
 * dfuIDLE", "5", "gone", the number of a choice, a number. False: it is none
 * to what is asked, and nothing was given.
 */
bool	lesson_say(struct lesson_run *r, const char *words);

/* Gives the right one; or none at all, which is wrong. */
void	lesson_answer_right(struct lesson_run *r);
void	lesson_pass(struct lesson_run *r);

/* The n-th hint of the step, from 0; "" if there is none. */
void	lesson_hint_words(const struct lesson_run *r, unsigned n,
	    struct buf *b);
unsigned lesson_hints_count(const struct lesson_run *r);

/* States and answers among which the marks move. */
bool	lesson_offers_state(const struct lesson_run *r, int state);
bool	lesson_offers_answer(const struct lesson_run *r,
	    enum lesson_answer answer);
bool	lesson_asks_state(const struct lesson_run *r);
bool	lesson_asks_answer(const struct lesson_run *r);
bool	lesson_asks_number(const struct lesson_run *r);

/* Of a list of choices: their number, and the words of one. */
size_t	lesson_choices_count(const struct lesson_run *r);
const char *lesson_choice_words(const struct lesson_run *r, size_t i);

/*
 * Examines a lesson: each step is played, what is right is a choice, every
 * other answer is told why not, a solution reaches its goal within par and
 * without what is forbidden, and all of it is fits(): there is room for what
 * is shown. Appends a line for each fault; returns how many. shelf (n of
 * them) are the lessons that "requires" may name.
 */
size_t	lesson_check(const struct lesson *l, const struct lesson *shelf,
	    size_t n, const struct lesson_bench *bench,
	    bool (*fits)(const struct lesson_run *), struct buf *faults);

/* The lesson that comes next on the shelf, or NULL. */
const struct lesson *lesson_next(const struct lesson_run *r);

#endif
