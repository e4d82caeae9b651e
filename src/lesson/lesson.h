/* SPDX-License-Identifier: ISC */
/*
 * Lessons: steps on simulated devices. A step says something, sends
 * something, and asks what the device will make of it; the answer is compared
 * with what the device did make of it, never with the lesson's own words.
 */
#ifndef LESSON_LESSON_H
#define LESSON_LESSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "job/condition.h"

/* A device's state as it is, or this: it is not on the bus. */
#define LESSON_GONE	(-1)

/* What a device does with a request, as a pupil says it. */
enum lesson_answer {
	LESSON_ANSWERED,
	LESSON_STALLED,
	LESSON_SILENT,		/* no answer, not even a STALL */
	LESSON_LEFT		/* it left the bus instead */
};

enum lesson_ask {
	LESSON_READ,		/* nothing: it is only read */
	LESSON_STATE,		/* the state behind it */
	LESSON_ANSWER,		/* the answer to the last request */
	LESSON_MOVE,		/* both */
	LESSON_ADDRESS,		/* where in memory the last request goes */
	LESSON_MS,		/* the wait that was announced last, ms */
	LESSON_BYTES,		/* how many the last request carried */
	LESSON_ONE,		/* one of the lesson's own choices */
	LESSON_SIDE,		/* host, device, bus or nobody */
	LESSON_REACH		/* the operator brings it there by himself */
};

#define LESSON_CHOICES	6
#define LESSON_WHYS	12
#define LESSON_HINTS	3
#define LESSON_GOALS	4

enum lesson_goal_kind {
	LESSON_GOAL_STATE,	/* it is in that state, by its own account */
	LESSON_GOAL_GONE,	/* it is not on the bus */
	LESSON_GOAL_REQUEST,	/* that was sent in the step, and answered */
	LESSON_GOAL_WHAT	/* a condition, as recipes have it */
};

struct lesson_goal {
	enum lesson_goal_kind	 kind;
	char			*words;		/* as the lesson has them */
	int			 value;		/* state, or bRequest */
	int			 block;		/* wValue, or -1: any */
	struct condition	 condition;
	unsigned		 within;	/* requests; 0: no limit */
};

/* What is said to one wrong answer. */
struct lesson_why {
	char	*choice;
	char	*text;
};

struct lesson_step {
	unsigned	 line;		/* of "step" in the file, from 1 */
	size_t		 device;	/* index into lesson.devices */
	char		*text;
	char		*begin;		/* command line, or NULL */
	char		*send;		/* command line, or NULL */
	enum lesson_ask	 ask;
	char		*choices[LESSON_CHOICES];
	int		 states[LESSON_CHOICES];	/* of LESSON_STATE */
	size_t		 nchoices;
	char		*right;		/* the lesson's own answer, or NULL */
	struct lesson_why whys[LESSON_WHYS];
	size_t		 nwhys;
	char		*hints[LESSON_HINTS];
	size_t		 nhints;
	struct lesson_goal goals[LESSON_GOALS];
	size_t		 ngoals;
	unsigned	 forbidden;	/* bits of bRequest, and LESSON_RESET */
	unsigned	 par;		/* requests of the best way; 0 */
	char		*solution;	/* of LESSON_REACH: a command line */
	char		*more;		/* said afterwards, or NULL */
	char		*rule;		/* "R6", or NULL */
	unsigned	 review;	/* due cards that are asked before it */
	bool		 quiet;		/* nothing but the answers is shown */
	bool		 try;		/* it may be tried beside for nothing */
	bool		 exports;	/* says how to serve the device */
};

/* A bus reset, among what is forbidden. */
#define LESSON_RESET	(1u << 31)

struct lesson {
	char			*id;
	char			*title;
	char			*requires;	/* id of a lesson, or NULL */
	char			**devices;	/* targets: "sim:..." */
	char			**names;	/* of the devices */
	size_t			 ndevices;
	struct lesson_step	*steps;
	size_t			 nsteps;
	char			**cards;	/* said at the end */
	size_t			 ncards;
};

/* The words that a line of a lesson may begin with. */
struct lesson_directive {
	const char	*name;
	const char	*args;		/* "" if it takes none */
	const char	*sentence;
};
size_t	lesson_directives_count(void);
struct lesson_directive lesson_directive_at(size_t i);

/* What there is to ask for, for the manual page. */
struct lesson_ask_row {
	const char	*name;		/* "move"; NULL: not by "ask" */
	const char	*question;	/* to the pupil, or "" */
	const char	*sentence;
};
/* In the order of enum lesson_ask. */
extern const struct lesson_ask_row lesson_ask_rows[LESSON_REACH + 1];

/* A question that is answered, and marked. */
bool	lesson_is_question(enum lesson_ask ask);

/* "answered", "STALL", "no answer", "gone" */
const char *lesson_answer_name(enum lesson_answer answer);
bool	lesson_answer_parse(const char *name, enum lesson_answer *answer);

/* The step's own words to that answer, or NULL. said: as it was said. */
const char *lesson_why(const struct lesson_step *s, const char *said);

/* The lessons that come with the program, as text. */
struct lesson_text {
	const char	*text;
};
extern const struct lesson_text lesson_texts[];
extern const size_t lesson_texts_count;

/* False: error says what is wrong in which line. */
bool	lesson_parse(struct lesson *l, const char *text, struct buf *error);
void	lesson_free(struct lesson *l);

/*
 * What a device went through before a step: lines to be played one after the
 * other on the target as it is at its start.
 */
struct lesson_script {
	const char	*target;
	const char	**lines;	/* borrowed from the lesson */
	size_t		 n;
	size_t		 shown;	/* from this one on the pupil saw them */
};

/*
 * The script that leads to step i; with: what the step itself sends (of a
 * goal its solution) is the last line. To be freed.
 */
void	lesson_script_make(struct lesson_script *s, const struct lesson *l,
	    size_t i, bool with);
void	lesson_script_free(struct lesson_script *s);

/* What a step sends, or the solution of its goal; or NULL. */
const char *lesson_line(const struct lesson_step *s);

#endif
