/* SPDX-License-Identifier: ISC */
/*
 * The editor of one request: the fields of its setup packet, and its data in
 * hexadecimal and ASCII. wLength of what goes to the device follows the data.
 */
#ifndef UI_PROMPT_EDIT_H
#define UI_PROMPT_EDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "session/session.h"
#include "ui/cells/press.h"
#include "wire/xfer.h"

enum edit_field {
	EDIT_TYPE,
	EDIT_REQUEST,
	EDIT_VALUE,
	EDIT_INDEX,
	EDIT_LENGTH,
	EDIT_HEX,
	EDIT_TEXT
};
#define EDIT_FIELD_COUNT	(EDIT_TEXT + 1)
#define EDIT_ROW		16	/* bytes in a row */

struct edit {
	bool		 kept;		/* there is a draft */
	bool		 instead;	/* of the request that is held */
	uint32_t	 from;		/* request it began from, or 0 */
	struct setup	 setup;		/* wLength: of an IN request */
	struct buf	 data;		/* of an OUT request */
	enum edit_field	 field;
	size_t		 at;		/* byte in the data */
	bool		 low;		/* its second digit is next */
	bool		 over;		/* bytes are overwritten */
	struct buf	 notice;
	size_t		 top;		/* first row of data in sight */
};

enum edit_result {
	EDIT_OPEN,		/* go on */
	EDIT_LEFT,		/* the draft is kept */
	EDIT_SEND
};

/* Begins with a request; data may be NULL. */
void	edit_begin(struct edit *e, const struct setup *s, const void *data,
	    size_t n);

/*
 * Begins with the request numbered, or, if that is NULL, with a DNLOAD of the
 * session's next block.
 */
void	edit_begin_request(struct edit *e, const struct session *s,
	    const struct request *r, const struct event *submit);

/* Begins with a control or dnload line; false if it is something else. */
bool	edit_begin_line(struct edit *e, const struct session *s,
	    const char *line);

enum edit_result edit_press(struct edit *e, const struct press *p);

/* What would be sent; data is the editor's. */
struct xfer	edit_xfer(const struct edit *e);

/* The line of commands that sends it. */
void	edit_command(const struct edit *e, const struct session *s,
	    struct buf *line);

/* "control 0x21 0x01 0x0000 0x0000 5 hex:..." for any transfer. */
void	edit_control(struct buf *b, const struct xfer *x);

void	edit_free(struct edit *e);

#endif
