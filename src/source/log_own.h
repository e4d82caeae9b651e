/* SPDX-License-Identifier: ISC */
/*
 * What the readers of logs share. A log is cleaned and cut into pieces, each
 * piece is held against the rows of the readers, and what a row does tells
 * events: those that the text tells, and those that follow from it.
 */
#ifndef SOURCE_LOG_OWN_H
#define SOURCE_LOG_OWN_H

#include "base/buf.h"
#include "dfu/spec.h"
#include "source/source_own.h"
#include "trace/event.h"
#include "trace/fact.h"

/* bStatus, bState of an answer that the text does not tell. */
#define LOG_UNTOLD	0xff

/* What a hole of a pattern took. */
struct log_hole {
	const char	*text;
	size_t		 n;
	uint64_t	 value;		/* of %d and %x */
};
#define LOG_HOLES	8

struct log;

struct log_match {
	const char		*text;	/* the piece, without "dfu-util: " */
	size_t			 n;
	struct log_hole		 hole[LOG_HOLES];
	size_t			 nholes;
	int			 arg;	/* of the row */
};

/* How much a line tells of what the text is. */
enum log_weight {
	LOG_WEAK,		/* other texts have it, too */
	LOG_TELLS,		/* with one more it is a log */
	LOG_PROVES		/* alone */
};

/*
 * %d decimal, %x hexadecimal with 0x or not, %w no blanks, %s anything (as
 * little as fits), %b a bar in brackets; a blank is one or more of them. The
 * text ends where the pattern does.
 */
struct log_row {
	const char		*pattern;
	void			(*act)(struct log *l,
				    const struct log_match *m);
	int			 arg;
	enum log_weight		 weight;
};

struct log_reader {
	const char		*name;	/* of the tool */
	const struct log_row	*rows;	/* ends with one without pattern */
	/* A run ends: what it left open is told. NULL: nothing is. */
	void			(*finish)(struct log *l);
	/* Before the act of a row of it. NULL: nothing. */
	void			(*before)(struct log *l,
				    const struct log_row *row);
};

extern const struct log_reader log_dfu_util, log_libusb, log_cube, log_fwupd,
    log_pydfu, log_webdfu, log_betaflight, log_programmer, log_usbmon,
    log_system;
extern const struct log_reader *const log_readers[];
extern const size_t log_readers_count;

/* True: all of the text is the pattern; *m has what the holes took. */
bool	log_matches(const char *pattern, const char *text, size_t n,
	    struct log_match *m);

/* The row that the piece is; *reader whose it is. NULL: none. */
const struct log_row *log_find(const char *text, size_t n,
	    const struct log_reader **reader, struct log_match *m);

/* Where in the text another piece begins, or n. */
size_t	log_split(const char *text, size_t n);

/* Without colours, and with plain blanks and quotes; CR becomes a newline. */
void	log_clean(struct buf *b, const uint8_t *p, size_t n);

/* A piece without what others put in front of it. */
struct log_piece {
	const char	*text;
	size_t		 n;
	bool		 prompt;	/* a command line */
	bool		 timed;
	uint64_t	 us;		/* its stamp, if timed */
};
struct log_piece log_strip(const char *text, size_t n);

/* What a text is that is no log of these: a phrase. */
const char *log_seems(const char *text, size_t n);

/* The device as far as the text tells. */
struct log_device {
	bool		 known;		/* something is */
	bool		 arrived;
	uint16_t	 vendor, product, version;
	uint16_t	 bcd_dfu;	/* 0: not told */
	uint16_t	 transfer_size;	/* 0: not told */
	bool		 size_assumed;	/* the tool's own */
	uint8_t		 attributes;	/* all of them are told ... */
	bool		 has_attributes;	/* or one bit, and not 0 */
	uint16_t	 detach;	/* ms */
	uint8_t		 interface, alternate;
	bool		 runtime;
	bool		 no_functional;
	bool		 no_dfu;	/* nothing of DFU is told */
	bool		 has_map;
	bool		 clock;		/* the text holds it */
	bool		 captured;	/* on the wire */
	struct buf	 name;		/* of the alternate */
	struct buf	 serial;
	char		 place[32];
};

struct log_event {
	struct event	 e;
	uint8_t		 bytes[40];
	char		*text;
	struct identity	*who;
};

/* The dfu-util run that is read. */
struct log_run {
	bool		 begun, banner, opened, dfuse, plain, upload;
	bool		 libusb;	/* its lines tell each request */
	int		 version;	/* 5..11, 0: not told */
	bool		 old;		/* 0.5 to 0.7 */
	bool		 early_end;	/* errors before the banner */
	uint32_t	 address, size;	/* of the element */
	bool		 element;	/* one is begun */
	bool		 erases_first;	/* 0.10 on */
	uint32_t	 page;		/* bytes, 0: not told */
	uint32_t	 erased, written; /* bytes told done */
	uint32_t	 sent_erased, sent_written; /* requests are told for */
	uint32_t	 block;		/* plain: wBlockNum */
	bool		 erase_done, download_done, all_done;
	bool		 aborted;	/* behind all of it */
	bool		 left;		/* the leave was told */
	bool		 ended_plain;	/* DNLOAD 0 was told */
	bool		 state_due;	/* a status line is expected */
	bool		 told_any;
	bool		 in_manifest;	/* found so */
	int		 command;	/* open: enum of log_dfu_util.c */
	uint32_t	 command_at, command_size;
	bool		 block_due;	/* told by -v, behind its pointer */
	uint32_t	 due_at, due_size;
	bool		 polled;	/* plain: -vv tells each poll */
	unsigned	 block_polls;	/* plain, -vv: of the block in flight */
	uint32_t	 block_wait;	/* ms, the latest */
	bool		 erase_begun;	/* a bar was drawn */
	bool		 mass_erased;
	bool		 leave_aimed;	/* the pointer of the leave was told */
	bool		 block_failed;	/* its state follows */
	bool		 late;		/* a state whose command comes next */
	uint8_t		 late_state, late_status;
	bool		 broken;	/* libusb: a transfer failed, which? */
	uint8_t		 broken_how;
	bool		 due;		/* libusb: the tool said what comes */
	uint8_t		 due_request;
	bool		 pointer_set;
	unsigned	 polls;		/* of the open command */
	bool		 parsed_dfuse;	/* a DfuSe file was parsed */
	bool		 addressed;	/* -s names an address */
	bool		 wants_leave, has_command;
	bool		 wide;		/* the device names an interface map */
	uint32_t	 elements;
	bool		 gone_back;	/* DETACH was sent */
	struct buf	 denied;	/* a Cannot-open line */
	unsigned long	 denied_line;
	uint8_t		 denied_outcome;
	uint16_t	 denied_vendor, denied_product;
};

struct log {
	struct source		*s;
	const struct log_reader	*reader;	/* of the latest line */
	struct log_device	 device;
	struct log_run		 run;
	struct log_event	*queue;
	size_t			 head, n, cap;
	size_t			 held;	/* index + 1 of what waits for more */
	struct buf		 clean, piece;
	struct buf		 early;	/* errors before their banner */
	bool			 replaying;
	uint32_t		 number;
	uint16_t		 dev;
	uint64_t		 now, last;	/* us */
	bool			 stamped;	/* the piece, with ... */
	uint64_t		 stamp;		/* us of its own clock */
	bool			 clocked;	/* a tool's stamps are read */
	uint64_t		 clock_from;	/* that stamp is time ... */
	uint64_t		 clock_to;
	uint64_t		 submitted, reaped;	/* libusb: times */
	uint64_t		 broken_at;
	unsigned long		 line;
	unsigned long		 telling;	/* its line, if not 0 */
	unsigned long		 step_line;	/* of the code in step */
	bool			 pending;	/* a SUBMIT has no end yet */
	bool			 present;
	struct setup		 setup;		/* of the latest request */
	uint8_t			 state;		/* or UNTOLD */
	bool			 leave_sent;
	bool			 ended;
	unsigned long		 lines, understood, passed, first_passed;
	unsigned		 runs;
	const char		*tools[8];
	struct buf		 command;	/* line, the last one */
	unsigned		 system;	/* enum source_system */
	size_t			 ntools;
	void			*usbmon;
	void			*libusb;
	int			 webdfu;	/* state of other readers */
	uint64_t		 number_a, number_b;
	uint32_t		 step;
};

/* Telling. basis: EVENT_TOLD, EVENT_INFERRED. */

/* A device that has not been told of arrives; what is told later of it
 * still counts until log_release. */
void	log_need(struct log *l);
void	log_release(struct log *l);
/* Another device, or the same one anew: the next log_need lets it arrive. */
void	log_forget(struct log *l);
void	log_left(struct log *l, enum event_basis basis);
void	log_opened(struct log *l, enum outcome how, const char *text, size_t n);
void	log_reset(struct log *l, enum outcome how, enum event_basis basis);
void	log_submit(struct log *l, uint8_t type, uint8_t request,
	    uint16_t value, uint16_t length, const uint8_t *data, size_t n,
	    enum event_basis basis);
/* Ends the latest request. */
void	log_complete(struct log *l, enum outcome how, uint32_t len,
	    enum event_basis basis);
/* The same of GETSTATUS with an answer; parts: EVENT_KNOWS_. */
void	log_answer(struct log *l, uint8_t state, uint8_t status, uint32_t wait,
	    uint8_t parts, enum event_basis basis);
/* Whole requests. */
void	log_status(struct log *l, uint8_t state, uint8_t status, uint32_t wait,
	    uint8_t parts, enum event_basis basis);
void	log_status_failed(struct log *l, enum outcome how);
void	log_simple(struct log *l, uint8_t request, enum outcome how,
	    enum event_basis basis);	/* CLRSTATUS, ABORT, DETACH */
void	log_command(struct log *l, uint8_t code, uint32_t address);
void	log_data(struct log *l, uint16_t block, uint32_t length);
/* What the tool said, for what no request is behind. */
void	log_said(struct log *l, const char *text, size_t n);
void	log_says(struct log *l, const struct log_match *m);

/* "LIBUSB_ERROR_PIPE", "Pipe error", "-9": what it means. */
enum outcome log_outcome(const char *text, size_t n);
/* A state by its name in any tool's spelling; LOG_UNTOLD: none. */
uint8_t	log_state(const char *text, size_t n);
uint8_t	log_status_named(const char *text, size_t n);

/* What was held back until its run was known. */
void	source_log_replay(struct log *l);

/* The transfer that libusb told to have failed was that request. */
void	log_libusb_broken(struct log *l, uint8_t request);

/* usbmon and libusb keep more than a line. */
void	log_usbmon_free(struct log *l);

#endif
