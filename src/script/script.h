/* SPDX-License-Identifier: ISC */
/*
 * Tool scripts: what other tools send to a device, in which order, how they ask
 * whether it is done, which states end that, and what they print in the end.
 * All of it is rows; job_do_as.c walks them.
 */
#ifndef SCRIPT_SCRIPT_H
#define SCRIPT_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum script_task {
	SCRIPT_OPEN,
	SCRIPT_LEAVE,
	SCRIPT_FLASH
};

/* How often a step is walked. Steps of one group are walked together. */
enum script_each {
	SCRIPT_ONCE,
	SCRIPT_ALTERNATE,	/* each alternate setting that has a name */
	SCRIPT_PAGE,		/* each page to be erased */
	SCRIPT_RUN,		/* each run of bytes, before its blocks */
	SCRIPT_BLOCK,		/* each block of a run */
	SCRIPT_READ,		/* whole blocks, until one has to be short */
	SCRIPT_RUN_END		/* each run, behind its blocks */
};

enum script_send {
	SCRIPT_NOTHING,	/* only what follows */
	SCRIPT_SET_CONFIGURATION,
	SCRIPT_SET_INTERFACE,
	SCRIPT_CONFIGURATION_HEAD,	/* its first bytes */
	SCRIPT_CONFIGURATION,	/* all of it, wTotalLength */
	SCRIPT_LANGUAGES,	/* string 0 */
	SCRIPT_NAME,		/* the string of an alternate setting */
	SCRIPT_SERIAL,
	SCRIPT_ABORT,
	SCRIPT_ERASE,
	SCRIPT_POINTER,
	SCRIPT_DATA,
	SCRIPT_ZERO,		/* the zero-length DNLOAD */
	SCRIPT_UPLOAD,
	SCRIPT_RESET		/* of the bus */
};

/* A step is left out unless this is so. */
enum script_when {
	SCRIPT_ALWAYS,
	SCRIPT_ADDRESS,	/* an address was given */
	SCRIPT_ALTERNATES,	/* there are several alternate settings */
	SCRIPT_NAMED,		/* the one in use has a name */
	SCRIPT_NUMBERED,	/* the device has a serial number */
	SCRIPT_OPTIONS,	/* a memory map of option bytes is known */
	SCRIPT_IN_DFU,		/* the tool takes it to be in DFU mode */
	SCRIPT_TOLERANT,	/* bitManifestationTolerant */
	SCRIPT_INTOLERANT
};

/* Where the pointer goes. */
enum script_at {
	SCRIPT_AT_ITEM,	/* the page, the block, the run */
	SCRIPT_AT_START,	/* given, or of the file, or of the memory */
	SCRIPT_AT_GIVEN,	/* given, or 0 */
	SCRIPT_AT_FLASH,	/* 0x08000000 */
	SCRIPT_AT_OPTIONS	/* the option bytes */
};

/* When the announced wait is slept. */
enum script_sleep {
	SCRIPT_SLEEP_NEVER,
	SCRIPT_SLEEP_AGAIN,	/* before it asks once more */
	SCRIPT_SLEEP_ALWAYS	/* before anything else is sent */
};

/* What a state makes the tool do: the letters of struct script_poll. */
#define SCRIPT_GO	'.'	/* goes on with the next step */
#define SCRIPT_POLL	'p'	/* GETSTATUS again */
#define SCRIPT_ABORT_ASK 'a'	/* ABORT, then GETSTATUS again */
#define SCRIPT_CLEAR_ASK 'c'	/* CLRSTATUS, then GETSTATUS again */
#define SCRIPT_ABORT_GO 'A'	/* ABORT, then the next step */
#define SCRIPT_CLEAR_GO 'C'	/* CLRSTATUS, then the next step */
#define SCRIPT_NEXT	'n'	/* the next way of asking */
#define SCRIPT_RESET_GO 'r'	/* a bus reset, then the next step */
#define SCRIPT_FAIL	'!'	/* gives up */
#define SCRIPT_WHY_FAIL 'w'	/* one GETSTATUS, then gives up */
#define SCRIPT_WHY_GO	'W'	/* one GETSTATUS, then the next step */

/* Letters: one for each of the eleven states, one for all other numbers. */
#define SCRIPT_STATES	12
#define SCRIPT_NO_STATE 0xff

/*
 * A message of the tool and the code it then exits with; -1: it has none. The
 * holes: %c the step's name, %n the state or another number, %e bStatus, %r
 * what libusb returned, %l what libusb calls that, if it is printed at all,
 * and whatever stands before it; %s any text.
 */
struct script_message {
	const char	*text;	/* with holes, or NULL: it says nothing */
	int		 code;
};

/* GETSTATUS, and what follows from the answer. */
struct script_poll {
	const char		*first;	/* of the first answer; NULL: as then */
	const char		*then;
	enum script_sleep	 sleep;
	uint16_t		 more;	/* ms on top of a wait */
	bool			 before; /* sleeps the last wait first */
	/* Rounds. for_ever: the tool has no such bound, it is ours. */
	uint16_t		 max;
	bool			 for_ever;
	char			 over;	/* what it does then: GO or FAIL */
	uint32_t		 limit;	/* ms, 0: none; then as over */
	struct script_message	 over_says;
	/* GETSTATUS without an answer. */
	char			 lost;	/* GO, POLL or FAIL */
	uint8_t			 stall_is;	/* taken for this state */
	uint8_t			 stalls; /* so many: still dfuDNBUSY */
	struct script_message	 lost_says;
	/* bStatus is not OK in the end: GO, FAIL, or CLRSTATUS and NEXT. */
	char			 status;
	struct script_message	 status_says;
	uint16_t		 zeros;	/* bwPollTimeout 0 so often: fails */
	struct script_message	 zeros_says;
	struct script_message	 bad;	/* a state that it gives up in */
	struct script_message	 abort_says;	/* that one failed */
	struct script_message	 clear_says;
	const struct script_poll *next;
};

#define SCRIPT_COUNTS	(-1)	/* wBlockNum: from 2 in each run */
#define SCRIPT_PLAIN	(-2)	/* wBlockNum: from 0 */

struct script_step {
	uint8_t			 group;
	enum script_each	 each;
	enum script_send	 send;
	enum script_when	 when;
	enum script_at		 at;
	int			 block;
	uint16_t		 length; /* of strings, of the head */
	const struct script_poll *poll; /* NULL: nothing is asked */
	char			 refused;	/* GO, FAIL, WHY_... */
	struct script_message	 says;	/* then */
	const char		*name;	/* of it, in the tool's messages */
	const char		*what;	/* in ours: "erases the page" */
};

/* How it finds the pages it erases. */
enum script_pages {
	SCRIPT_PAGES,		/* each one touched, at its start */
	SCRIPT_PAGES_LITERAL,	/* dfu-util: at the block, see tool_plan */
	SCRIPT_PAGES_BLOCK,	/* the same, each just before its block */
	SCRIPT_PAGES_WHOLE	/* fwupd: of whole blocks */
};

/* The steps end with one without `what`. */
struct script {
	const char		*name;
	const char		*version;
	const char		*source;	/* its files */
	enum script_pages	 pages;
	bool			 bare_leave;	/* leave does not open */
	bool			 always_leaves;	/* behind every flash */
	bool			 leaves_behind_flash; /* and only there */
	/* GETSTATUS is not sent to an intolerant device in dfuMANIFEST. */
	bool			 mute_in_manifest;
	bool			 keeps_wait; /* wait 0: the one before, 5 ms */
	bool			 accelerates; /* bmAttributes bit 7: 4 KiB */
	uint16_t		 most;	/* bytes a block, 0: no limit */
	const struct script_step *open;
	const struct script_step *write;
	const struct script_step *end;		/* of all but open */
	const struct script_step *leave;	/* NULL: it has none */
	const struct script_step *plain;	/* NULL: DfuSe only */
	const char		*own_files;	/* NULL: takes raw binaries */
	const char		*after;	/* a leave: "would ... and" this */
	struct script_message	 opened;
	struct script_message	 flashed;
	struct script_message	 plain_done;	/* NULL: as flashed */
	struct script_message	 left;		/* dfuMANIFEST was seen */
	struct script_message	 not_left;	/* it was not */
	struct script_message	 differs; /* from what was read back */
	const char *const	*lines;	/* it prints them in any run; or NULL */
};

/*
 * The tools, each as its latest version; behind that stand the others, the
 * later first, and then a row without a name.
 */
extern const struct script *const scripts[];
extern const size_t scripts_count;

/*
 * That version of a tool, or NULL. Without one name may hold it, as in
 * "dfu-util-0.9"; else it is the latest.
 */
const struct script *script_named(const char *name, const char *version);

/* Appends what it is called in a sentence: "dfu-util", "dfu-util 0.9". */
void	script_called(const struct script *d, struct buf *b);

/* The words of tasks: "open", "leave", "flash". */
extern const char *const script_tasks[SCRIPT_FLASH + 1];

/* The letter of poll for a state, of its first answer or a later one. */
char	script_letter(const struct script_poll *p, bool first,
	    uint8_t state);

/* What the tool does, in words: "sends ABORT and goes on"; or NULL. */
const char *script_letter_words(char letter);

/*
 * What tools print, for who reads their logs. A line stands without its
 * newline, without blanks before it and without "NAME: ".
 */

/* A text with holes is this line; command stands for %c, or NULL. */
bool	script_matches(const char *text, const char *command,
	    const char *line, size_t n);

/* What made the tool say something. */
enum script_why {
	SCRIPT_WHY_REFUSED,	/* the step's request failed */
	SCRIPT_WHY_LOST,	/* its GETSTATUS did */
	SCRIPT_WHY_STATUS,	/* bStatus was not OK */
	SCRIPT_WHY_STATE,	/* the tool gives up in the state told */
	SCRIPT_WHY_OVER,	/* it took too long */
	SCRIPT_WHY_ZEROS,	/* it told to wait for 0 ms again and again */
	SCRIPT_WHY_ABORT,	/* an ABORT failed */
	SCRIPT_WHY_CLEAR,	/* a CLRSTATUS failed */
	SCRIPT_WHY_END		/* all is done; step is NULL */
};

struct script_saying {
	const struct script_message	*message;
	const struct script_step	*step;
	enum script_why			 why;
};

/* The first message of this version that is this line; false: none is. */
bool	script_find(const struct script *d, const char *line, size_t n,
	    struct script_saying *saying);

/* The versions of a tool that most lines of a text may be of, at least two. */
struct script_guess {
	const struct script	*latest, *earliest;
	unsigned		 lines;
};

/* False: it is no tool's log. */
bool	script_guess(const char *text, size_t n, struct script_guess *g);

#endif
