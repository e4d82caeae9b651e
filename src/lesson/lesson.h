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

struct app;

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
	unsigned		 within;	/* requests; 0: as many as it takes */
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
	unsigned	 par;		/* requests of the best way, 0: not told */
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

enum lesson_phase {
	LESSON_REPLAYS,		/* gets to where the learner was */
	LESSON_ASKS,		/* waits for an answer, or for "go on" */
	LESSON_SENDS,		/* the step's line runs */
	LESSON_TELLS		/* what became of it */
};

struct lesson_run {
	const struct lesson	*lesson;
	size_t			 step;	/* nsteps: it is finished */
	size_t			 resume;	/* replays up to here */
	enum lesson_phase	 phase;
	bool			 started;	/* its line was handed out */
	size_t			 chosen;
	bool			 right;
	bool			 hinted;	/* the solution was asked for */
	unsigned		 asked;		/* questions answered so far */
	unsigned		 rights;	/* of them well, at first */
	int			 before;	/* state when its line began */
	uint32_t		 sent;	/* requests until then */
	int			 last;	/* truth as last told ... */
	uint32_t		 last_sent; /* ... after so many requests */
	size_t			 last_device;
	int			 truth;	/* state behind the step, or GONE */
	struct buf		 line;		/* to be run */
	struct buf		 told;		/* LESSON_TELLS: what it says */
};

/* Begins at step `resume`: what comes before is replayed silently. */
void	lesson_begin(struct lesson_run *r, const struct lesson *l,
	    size_t resume);
void	lesson_end(struct lesson_run *r);

/*
 * What it wants now: a command line to run, valid until the next call, or NULL.
 * Looks at the application state for what happened; to be asked every turn.
 */
const char *lesson_turn(struct lesson_run *r, const struct app *d);

/* What a digit does now: "dfuDNBUSY", "go on"; NULL: nothing. From 1. */
const char *lesson_choice(const struct lesson_run *r, unsigned digit);

/* Takes a digit; false: it means nothing now. */
bool	lesson_press(struct lesson_run *r, unsigned digit);

/* The question is open: what the request would do is not to be shown. */
bool	lesson_hides(const struct lesson_run *r);

/* The question of the present step, in words, or "". */
const char *lesson_question(const struct lesson_run *r);

#endif
