/* SPDX-License-Identifier: ISC */
/*
 * Traces in a short hand, played into the sessions. A file holds several:
 *
 *	trace NAME
 *	cases NAME...		of the corpus, that it stands for
 *	raises ID...		must be found; nothing else above a note is
 *	also ID...		may be found as well
 *	withdraws ID...		must be found, and taken back
 *	cut			it is not the end: what was so far stays so
 *	quiet ID...		a near miss: must not be found
 *	tells ID=WORD...	its evidence, cause, check or advice has it
 *	hides ID=WORD...	... has not
 *	still			its clock stands still
 *	device WORD...		what arrives first: rom, plain, app, and
 *				KEY=VALUE (see play.c); default rom
 *
 * and then a line an event or a request with its answer:
 *
 *	getstatus STATE[,STATUS[,MS]] | OUTCOME
 *	polled ...			the same, after the announced time
 *	getstate STATE | OUTCOME
 *	data BLOCK LENGTH [tail=HEX] [head=HEX] [OUTCOME]
 *	dnload BLOCK HEX [OUTCOME]	set ADDRESS	erase ADDRESS
 *	mass-erase	unprotect	end [BLOCK]
 *	upload BLOCK LENGTH GOT [fill=HEX]
 *	clrstatus	abort	detach MS
 *	control SETUP [HEX]		an IN or OUT request of any type
 *	wait MS		waited (the announced time)	repeat N LINE
 *	left	back WORD...	reset [OUTCOME]	opened OUTCOME	closed	plug
 *	says WORD...	what a tool printed
 */
#ifndef TESTS_FINDINGS_PLAY_H
#define TESTS_FINDINGS_PLAY_H

#include "tests/dfu/check.h"

#include "base/buf.h"
#include "diagnosis/sessions.h"

#define PLAY_WORDS	24

struct play_trace {
	const char	*file;
	char		 name[64];
	char		*cases[PLAY_WORDS];
	size_t		 ncases;
	char		*raises[PLAY_WORDS];
	size_t		 nraises;
	char		*also[PLAY_WORDS];
	size_t		 nalso;
	char		*withdraws[PLAY_WORDS];
	size_t		 nwithdraws;
	char		*quiet[PLAY_WORDS];
	size_t		 nquiet;
	char		*tells[PLAY_WORDS];
	size_t		 ntells;
	char		*hides[PLAY_WORDS];
	size_t		 nhides;
	bool		 still;
	bool		 cut;

	/*
	 * FACT() bits that the source of the events does not hold; and, of
	 * WAITS, STATUS and ERROR_CODE, that its answers do not tell although
	 * it holds them.
	 */
	uint16_t	 lacks;
	uint16_t	 untold;

	/* While it is played: */
	struct sessions	*sessions;
	struct session	*s;
	uint64_t	 now;
	uint64_t	 lines;		/* the time without a clock */
	uint16_t	 dev;
	uint32_t	 number;
	int		 line;
};

/*
 * Plays every trace of the file at path and calls done for each, with the
 * session as it is at the end. What does not parse fails the test.
 */
void	play_file(const char *path,
	    void (*done)(const struct play_trace *t, void *arg), void *arg);

/* The same of a source that lacks those facts, or does not tell these. */
void	play_file_without(const char *path, uint16_t lacks, uint16_t untold,
	    void (*done)(const struct play_trace *t, void *arg), void *arg);

/* The paths of the files of traces; ends with NULL; free() it and each. */
char	**play_files(void);

#endif
