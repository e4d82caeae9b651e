/* SPDX-License-Identifier: ISC */
/*
 * What the files of the room share: an open source, and its lines.
 */
#ifndef SOURCE_SOURCE_OWN_H
#define SOURCE_SOURCE_OWN_H

#include "source/source.h"

/* The longest line of a text that is read. */
#define SOURCE_LINE	((size_t)64 * 1024)

enum source_line_result {
	SOURCE_LINE_READ,	/* text and length hold it, without newline */
	SOURCE_LINE_LONG,	/* longer than its limit; passed over */
	SOURCE_LINE_CUT,	/* the last, without newline; as READ */
	SOURCE_LINE_LATER,	/* a long one goes on */
	SOURCE_LINE_END,
	SOURCE_LINE_BAD		/* errno says why */
};

/* Reads a file line by line and holds no more of it than a line and a block. */
struct source_lines {
	int		 fd;
	size_t		 most;		/* bytes of a line */
	uint8_t		*block;
	size_t		 from, to;	/* of block: not taken yet */
	bool		 ended;
	bool		 skipping;
	struct buf	 text;
	uint64_t	 offset;	/* of the line just read */
	uint64_t	 next;		/* of what comes behind it */
	unsigned long	 number;	/* of the line just read, from 1 */
};

void	source_lines_begin(struct source_lines *l, int fd, size_t most);
enum source_line_result source_lines_next(struct source_lines *l);
void	source_lines_end(struct source_lines *l);

struct source {
	const struct source_kind *kind;
	char			*path;
	struct source_lines	 lines;
	void			*state;		/* of the kind */
	unsigned long		 cut;
	unsigned long		 damaged;
	unsigned long		 first;		/* of those */
};

/* "PATH, line N: ", or "PATH: " for line 0, before what error has. */
void	source_place(const struct source *s, unsigned long line,
	    struct buf *error);

/* The journal; see its row in source_kinds.c. */
enum source_certainty source_journal_sniff(const struct source_kind *k,
	    const uint8_t *p, size_t n);
void	source_journal_detail(struct buf *words, const uint8_t *p, size_t n);
bool	source_journal_begin(struct source *s, struct buf *error);
enum source_result source_journal_read(struct source *s, struct event *e,
	    struct buf *error);
void	source_journal_end(struct source *s);

/* Logs of other tools; log_own.h has their readers. */
enum source_certainty source_log_sniff(const struct source_kind *k,
	    const uint8_t *p, size_t n);
void	source_log_detail(struct buf *words, const uint8_t *p, size_t n);
bool	source_log_begin(struct source *s, struct buf *error);
enum source_result source_log_read(struct source *s, struct event *e,
	    struct buf *error);
void	source_log_end(struct source *s);
/* What a text is that is neither; a phrase. */
const char *source_log_seems(const uint8_t *p, size_t n);
/* Captures, plain or compressed. */
bool	source_capture_begin(struct source *s, struct buf *error);
bool	source_capture_begin_gzip(struct source *s, struct buf *error);
enum source_result source_capture_read(struct source *s, struct event *e,
	    struct buf *error);
void	source_capture_end(struct source *s);

#endif
