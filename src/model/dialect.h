/*
 * Dialects: what other tools send to a device, in which order, how they ask
 * whether it is done, which states end that, and what they print in the end.
 * All of it is rows; job_dialect.c walks them.
 */
#ifndef MODEL_DIALECT_H
#define MODEL_DIALECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dfu/image.h"
#include "dfu/layout.h"
#include "model/session.h"

enum dialect_task {
	DIALECT_OPEN,
	DIALECT_LEAVE,
	DIALECT_FLASH
};

/* How often a step is walked. Steps of one group are walked together. */
enum dialect_each {
	DIALECT_ONCE,
	DIALECT_ALTERNATE,	/* each alternate setting that has a name */
	DIALECT_PAGE,		/* each page to be erased */
	DIALECT_RUN,		/* each run of bytes, before its blocks */
	DIALECT_BLOCK,		/* each block of a run */
	DIALECT_READ,		/* whole blocks, until one has to be short */
	DIALECT_RUN_END		/* each run, behind its blocks */
};

enum dialect_send {
	DIALECT_NOTHING,	/* only what follows */
	DIALECT_SET_CONFIGURATION,
	DIALECT_SET_INTERFACE,
	DIALECT_CONFIGURATION_HEAD,	/* its first bytes */
	DIALECT_CONFIGURATION,	/* all of it, wTotalLength */
	DIALECT_LANGUAGES,	/* string 0 */
	DIALECT_NAME,		/* the string of an alternate setting */
	DIALECT_SERIAL,
	DIALECT_ABORT,
	DIALECT_ERASE,
	DIALECT_POINTER,
	DIALECT_DATA,
	DIALECT_ZERO,		/* the zero-length DNLOAD */
	DIALECT_UPLOAD,
	DIALECT_RESET		/* of the bus */
};

/* A step is left out unless this is so. */
enum dialect_when {
	DIALECT_ALWAYS,
	DIALECT_ADDRESS,	/* an address was given */
	DIALECT_ALTERNATES,	/* there are several alternate settings */
	DIALECT_NAMED,		/* the one in use has a name */
	DIALECT_NUMBERED,	/* the device has a serial number */
	DIALECT_OPTIONS,	/* a memory map of option bytes is known */
	DIALECT_IN_DFU,		/* the tool takes it to be in DFU mode */
	DIALECT_TOLERANT,	/* bitManifestationTolerant */
	DIALECT_INTOLERANT
};

/* Where the pointer goes. */
enum dialect_at {
	DIALECT_AT_ITEM,	/* the page, the block, the run */
	DIALECT_AT_START,	/* given, or of the file, or of the memory */
	DIALECT_AT_FLASH,	/* 0x08000000 */
	DIALECT_AT_OPTIONS	/* the option bytes */
};

/* When the announced wait is slept. */
enum dialect_sleep {
	DIALECT_SLEEP_NEVER,
	DIALECT_SLEEP_AGAIN,	/* before it asks once more */
	DIALECT_SLEEP_ALWAYS	/* before anything else is sent */
};

/* What a state makes the tool do: the letters of struct dialect_poll. */
#define DIALECT_GO	'.'	/* goes on with the next step */
#define DIALECT_POLL	'p'	/* GETSTATUS again */
#define DIALECT_ABORT_ASK 'a'	/* ABORT, then GETSTATUS again */
#define DIALECT_CLEAR_ASK 'c'	/* CLRSTATUS, then GETSTATUS again */
#define DIALECT_ABORT_GO 'A'	/* ABORT, then the next step */
#define DIALECT_CLEAR_GO 'C'	/* CLRSTATUS, then the next step */
#define DIALECT_NEXT	'n'	/* the next way of asking */
#define DIALECT_RESET_GO 'r'	/* a bus reset, then the next step */
#define DIALECT_FAIL	'!'	/* gives up */
#define DIALECT_WHY_FAIL 'w'	/* one GETSTATUS, then gives up */
#define DIALECT_WHY_GO	'W'	/* one GETSTATUS, then the next step */

/* Letters: one for each of the eleven states, one for all other numbers. */
#define DIALECT_STATES	12
#define DIALECT_NO_STATE 0xff

/* A message of the tool and the code it then exits with; -1: it has none. */
struct dialect_words {
	const char	*text;	/* %c: the step's name; %n state; %e bStatus */
	int		 code;
};

/* GETSTATUS, and what follows from the answer. */
struct dialect_poll {
	const char		*first;	/* of the first answer; NULL: as then */
	const char		*then;
	enum dialect_sleep	 sleep;
	uint16_t		 more;	/* ms on top of a wait */
	bool			 before; /* sleeps the last wait first */
	/* Rounds. for_ever: the tool has no such bound, it is ours. */
	uint16_t		 max;
	bool			 for_ever;
	char			 over;	/* what it does then: GO or FAIL */
	uint32_t		 limit;	/* ms, 0: none; then as over */
	struct dialect_words	 over_says;
	/* GETSTATUS without an answer. */
	char			 lost;	/* GO, POLL or FAIL */
	uint8_t			 stall_is;	/* taken for this state */
	uint8_t			 stalls; /* so many: still dfuDNBUSY */
	struct dialect_words	 lost_says;
	/* bStatus is not OK in the end: GO, FAIL, or CLRSTATUS and NEXT. */
	char			 status;
	struct dialect_words	 status_says;
	uint16_t		 zeros;	/* bwPollTimeout 0 so often: fails */
	struct dialect_words	 zeros_says;
	struct dialect_words	 bad;	/* a state that it gives up in */
	struct dialect_words	 abort_says;	/* that one failed */
	struct dialect_words	 clear_says;
	const struct dialect_poll *next;
};

#define DIALECT_COUNTS	(-1)	/* wBlockNum: from 2 in each run */
#define DIALECT_PLAIN	(-2)	/* wBlockNum: from 0 */

struct dialect_step {
	uint8_t			 group;
	enum dialect_each	 each;
	enum dialect_send	 send;
	enum dialect_when	 when;
	enum dialect_at		 at;
	int			 block;
	uint16_t		 length; /* of strings, of the head */
	const struct dialect_poll *poll; /* NULL: nothing is asked */
	char			 refused;	/* GO, FAIL, WHY_... */
	struct dialect_words	 says;	/* then */
	const char		*name;	/* of it, in the tool's messages */
	const char		*what;	/* in ours: "erases the page" */
};

/* How it finds the pages it erases. */
enum dialect_pages {
	DIALECT_PAGES,		/* each one touched, at its start */
	DIALECT_PAGES_LITERAL,	/* dfu-util: at the block, see dialect_plan */
	DIALECT_PAGES_WHOLE	/* fwupd: of whole blocks */
};

/* The steps end with one without `what`. */
struct dialect {
	const char		*name;
	const char		*version;
	const char		*source;	/* its files */
	enum dialect_pages	 pages;
	bool			 bare_leave;	/* leave does not open */
	bool			 always_leaves;	/* behind every flash */
	/* GETSTATUS is not sent to an intolerant device in dfuMANIFEST. */
	bool			 mute_in_manifest;
	bool			 keeps_wait; /* wait 0: the one before, 5 ms */
	bool			 accelerates; /* bmAttributes bit 7: 4 KiB */
	uint16_t		 most;	/* bytes a block, 0: no limit */
	const struct dialect_step *open;
	const struct dialect_step *write;
	const struct dialect_step *end;		/* of all but open */
	const struct dialect_step *leave;
	const struct dialect_step *plain;	/* NULL: DfuSe only */
	const char		*own_files;	/* NULL: takes raw binaries */
	const char		*after;	/* a leave: "would ... and" this */
	struct dialect_words	 opened;
	struct dialect_words	 flashed;
	struct dialect_words	 plain_done;	/* NULL: as flashed */
	struct dialect_words	 left;		/* dfuMANIFEST was seen */
	struct dialect_words	 not_left;	/* it was not */
	struct dialect_words	 differs; /* from what was read back */
};

extern const struct dialect dialects[];
extern const size_t dialects_count;

const struct dialect *dialect_named(const char *name);

/* The words of tasks: "open", "leave", "flash". */
extern const char *const dialect_tasks[DIALECT_FLASH + 1];

/* The letter of poll for a state, of its first answer or a later one. */
char	dialect_letter(const struct dialect_poll *p, bool first,
	    uint8_t state);

/* What the tool does, in words: "sends ABORT and goes on"; or NULL. */
const char *dialect_letter_words(char letter);

/* One request and what follows it. */
struct dialect_act {
	const struct dialect_step *step;
	uint32_t		 address;
	uint16_t		 block;
	const uint8_t		*data;	/* of the image */
	uint16_t		 len;
	uint16_t		 expect; /* of UPLOAD: bytes of data to come */
	uint8_t			 string;	/* index */
};

struct dialect_plan {
	struct dialect_act	*acts;
	size_t			 n;
	size_t			 leave;	/* the first act of leaving */
	uint32_t		 erased;	/* bytes */
	uint32_t		 written;
	uint32_t		 blocks;
};

/* What the plan is made for. */
struct dialect_order {
	const struct dialect	*dialect;
	enum dialect_task	 task;
	bool			 leave;		/* behind a flash */
	bool			 has_address;
	uint32_t		 address;
	/* Filled in by the job. */
	bool			 dfuse;
	uint16_t		 size;		/* of a block */
	const struct image	*image;	/* NULL: no file */
	const struct layout	*layout;	/* NULL: plain DFU */
};

/* The image and the layout are borrowed. */
void	dialect_plan_make(struct dialect_plan *p,
	    const struct dialect_order *o, const struct session *s);
void	dialect_plan_free(struct dialect_plan *p);

/*
 * The memory map of the option bytes, if the name of an alternate setting that
 * is known is one. The caller frees it.
 */
bool	dialect_options(const struct session *s, struct layout *l);

/* The request of an act into setup, its payload into bytes (of 5) or data. */
void	dialect_request(const struct dialect_act *a, const struct session *s,
	    struct setup *setup, uint8_t bytes[5], const uint8_t **data);

#endif
