/* SPDX-License-Identifier: ISC */
/*
 * What happened elsewhere, read as events: the same that a transport hands
 * out. A source tells what a file says and decides nothing. Kinds of files are
 * rows; the first bytes say which of them a file is.
 */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "trace/event.h"

/* So many first bytes are enough to tell what a file is. */
#define SOURCE_SNIFF	65536

enum source_certainty {
	SOURCE_NOT,
	SOURCE_PERHAPS,
	SOURCE_SURE
};

enum source_result {
	SOURCE_EVENT,
	SOURCE_LATER,		/* nothing yet: it is called again */
	SOURCE_END,
	SOURCE_BAD		/* error says what is wrong, and where */
};

struct source;

/* A kind of file. One that cannot be read here has no begin, read and end. */
struct source_kind {
	const char	*name;		/* "journal" */
	const char	*words;		/* "a journal of dfuscope" */
	const char	*noun;		/* "journal", "capture" */
	const char	*unit;	/* that is counted in it: "line", "record" */

	/* By the first n bytes of a file that may have more. */
	enum source_certainty (*sniff)(const struct source_kind *,
	    const uint8_t *p, size_t n);
	const char	*magic;		/* these bytes */
	size_t		 length;
	size_t		 at;		/* stand here */

	/* Appends what else the first bytes tell, ", format 1"; or NULL. */
	void		 (*detail)(struct buf *words, const uint8_t *p,
	    size_t n);

	/* False: error says what is wrong. state is then freed by end. */
	bool		 (*begin)(struct source *, struct buf *error);
	enum source_result (*read)(struct source *, struct event *e,
	    struct buf *error);
	void		 (*end)(struct source *);
};

extern const struct source_kind source_kinds[];
extern const size_t source_kinds_count;

/*
 * What a file is that begins with these n bytes; appends it to words as "a
 * journal of dfuscope, format 1, version 0.1.0". NULL: of no kind that has a
 * row, and words say what can be said of it all the same ("an empty file").
 */
const struct source_kind *source_sniff(const uint8_t *p, size_t n,
	    struct buf *words);

/*
 * Opens a file that holds what happened. The first bytes are looked at first;
 * what is not regular is never waited for. NULL: error is a sentence that
 * names the file, and code, if not NULL, is CODE_NO_INPUT if it cannot be
 * opened or CODE_BAD_FILE if it cannot be read as events.
 */
struct source	*source_open(const char *path, int *code, struct buf *error);

/* The same of a regular file that is open; fd is the source's from here on. */
struct source	*source_open_fd(int fd, const char *name, struct buf *error);

/*
 * The next event. A call reads a bounded piece of the file: SOURCE_LATER
 * means that it held no event. *e, its data and who are valid until the next
 * call. Lines that cannot be read are counted and told once as an EVENT_LOST,
 * for each device that they may concern, with their numbers and what is wrong
 * with the first; what stands behind them is read on. SOURCE_BAD: the file
 * itself cannot be read on.
 */
enum source_result source_read(struct source *s, struct event *e,
	    struct buf *error);
void		 source_close(struct source *s);

const struct source_kind *source_kind_of(const struct source *s);

/* Where the event just read stands: offset and length in bytes, and its line,
 * from 1. */
void		 source_where(const struct source *s, uint64_t *offset,
		    size_t *length);
unsigned long	 source_line(const struct source *s);

/* For reading back by source_where; stays the source's. */
int		 source_fd(const struct source *s);

/* At the end: in this line the file is cut off, and nothing of it was taken;
 * 0: its last line is whole. */
unsigned long	 source_cut(const struct source *s);

/* What a log of other tools has told so far. */
struct source_told {
	const char *const	*tools;		/* their names; the source's */
	size_t			 ntools;
	unsigned long		 lines;		/* that are not blank */
	unsigned long		 passed;	/* of them: not understood */
	unsigned long		 first_passed;	/* the first of them */
	const char		*command;	/* the last one; "": none */
	enum source_system {
		SOURCE_ANY_SYSTEM,		/* nothing tells */
		SOURCE_LINUX,
		SOURCE_MACOS,
		SOURCE_WINDOWS
	}			 system;
};

/* False: it is no such log. */
bool	source_told(const struct source *s, struct source_told *told);

/* So many lines could not be read so far, the first of them at *first. */
unsigned long	 source_damaged(const struct source *s, unsigned long *first);

#endif
