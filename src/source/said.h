/* SPDX-License-Identifier: ISC */
/*
 * A line that another tool prints while it works, as the readers of logs know
 * it.
 */
#ifndef SOURCE_SAID_H
#define SOURCE_SAID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct said {
	const char	*tool;		/* whose words they are */
	/* It tells how the device answered GETSTATUS. */
	bool		 has_state;
	uint8_t		 state;
	uint8_t		 status;
};

/* False: no reader knows such a line, or it tells nothing. */
bool	said_read(const char *line, size_t n, struct said *said);

#endif
