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

struct app;

/* A device's state as it is, or this: it is not on the bus. */
#define LESSON_GONE	(-1)

enum lesson_ask {
	LESSON_READ,		/* nothing: it is only read */
	LESSON_STATE,		/* the state behind it */
	LESSON_ANSWER,		/* the answer to the last request */
	LESSON_REACH		/* the operator brings it there by himself */
};

#define LESSON_CHOICES	6

struct lesson_step {
	size_t		 device;	/* index into lesson.devices */
	char		*text;
	char		*send;		/* command line, or NULL */
	enum lesson_ask	 ask;
	char		*choices[LESSON_CHOICES];
	int		 states[LESSON_CHOICES];	/* of LESSON_STATE */
	size_t		 nchoices;
	int		 reach;		/* state, or LESSON_GONE */
	char		*solution;	/* of LESSON_REACH: a command line */
	char		*more;		/* said afterwards, or NULL */
};

struct lesson {
	char			*id;
	char			*title;
	char			**devices;	/* targets: "sim:..." */
	size_t			 ndevices;
	struct lesson_step	*steps;
	size_t			 nsteps;
};

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
