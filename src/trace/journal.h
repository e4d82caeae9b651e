/* SPDX-License-Identifier: ISC */
/*
 * The journal: one event a line, as text; source/ reads files of it. The law,
 * fuzzed: parse(print(e)) == e. What stands behind " ; " is a comment for
 * people. Format 1, that of version 0.1.0, is read too. Kinds and fields that
 * are not known here, of a later format, are kept as they are.
 *
 *   dfuscope-journal 2 VERSION
 *   0.000000 d1 arrived transport=sim place=sim-1 id=0483:df11 ...
 *   3.104210 d1 submit #5 setup=2101000000000500 timeout=5000 data=2100000008
 *   3.104598 d1 complete #5 ok len=5 ; DNLOAD block 0 ...
 */
#ifndef TRACE_JOURNAL_H
#define TRACE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "trace/event.h"

#define JOURNAL_MAGIC	"dfuscope-journal"
#define JOURNAL_FORMAT	2
#define JOURNAL_OLDEST	1	/* that is read */

/* Appends the first line, which names format and version. */
void	journal_print_header(struct buf *b);

/*
 * Appends one line for e, newline included. words, if not NULL, is appended
 * as the comment (control characters become blanks).
 */
void	journal_print(struct buf *b, const struct event *e, const char *words);

enum journal_result {
	JOURNAL_EVENT,
	JOURNAL_HEADER,		/* the first line, format known */
	JOURNAL_BLANK,		/* nothing on it, or only a comment */
	JOURNAL_BAD		/* error says what is wrong, and where */
};

/*
 * Parses one line (n bytes without newline, line[n] is NUL). On JOURNAL_EVENT
 * *e is filled; its data and who point into *scratch, which the caller zeroes
 * once, passes again and again, and frees with journal_scratch_free. A line
 * of an unknown kind is EVENT_OTHER with the rest of the line as text. On
 * JOURNAL_BAD error holds a sentence with the column.
 */
struct journal_scratch {
	struct buf	 bytes;
	struct buf	 word;		/* the value of a field */
	struct identity	*who;
};
enum journal_result journal_parse(const char *line, size_t n, struct event *e,
	    struct journal_scratch *scratch, struct buf *error);
void	journal_scratch_free(struct journal_scratch *scratch);

/* What a line may have behind its kind; dfuscope-journal(5) lists them. */
struct journal_field {
	const char	*key;
	const char	*value;		/* what it looks like: "HEX" */
	const char	*sentence;
	unsigned	 on;		/* a bit for each kind of event */
};
extern const size_t journal_fields_count;

/* Row i of the table of fields. */
const struct journal_field *journal_field(size_t i);

/* "state,wait" as EVENT_KNOWS_ bits; false: a word that is none of them. */
bool	journal_parts_parse(const char *list, uint8_t *known);

/*
 * Writes a journal. Each event goes to the system before journal_write
 * returns: it outlives the program, however that ends.
 */
struct journal_writer;

/* A device that never rests must not fill the disk: then it ends. Bytes. */
#define JOURNAL_MOST	((uint64_t)4 << 30)

/*
 * Makes the file, and keeps it locked (flock) as long as it is written. One
 * that is there is replaced if it is a journal that nobody has locked; what
 * else is there stays. payload: keep firmware whole. NULL: error says why,
 * and *code is CODE_BAD_FILE if something else is there, else CODE_LOST.
 */
struct journal_writer *journal_create(const char *path, bool payload,
	    int *code, struct buf *error);

/* submit and m: as words_event takes them, for the words of the comment. */
struct dfu_meaning;
void	journal_write(struct journal_writer *w, const struct event *e,
	    const struct event *submit, const struct dfu_meaning *m);

/* Where the next line will begin, if one can still be written. */
bool	journal_where(const struct journal_writer *w, uint64_t *offset);

/* All was written; false: error says what went wrong first. */
bool	journal_written(const struct journal_writer *w, struct buf *error);

void	journal_finish(struct journal_writer *w);

#endif
