/* SPDX-License-Identifier: ISC */
/*
 * Which devices are meant: dfu-util's letters with dfu-util's meaning.
 */
#ifndef SESSION_FILTER_H
#define SESSION_FILTER_H

#include <stdbool.h>

#include "base/buf.h"
#include "trace/identity.h"

#define FILTER_ANY	(-1)
#define FILTER_NONE	(-2)	/* "-": matches nothing */

/* Zeroed is not "any": begin with filter_init. Strings are borrowed. */
struct filter {
	int		 vendor, product;		/* run-time ids */
	int		 dfu_vendor, dfu_product;	/* ids in DFU mode */
	const char	*path;				/* "1-1.2" */
	const char	*serial;
	int		 devnum;
	int		 interface;
	const char	*alternate;			/* number or name */
};

void	filter_init(struct filter *f);

/*
 * Reads [VID]:[PID][,[VID]:[PID]], hexadecimal, '*' or nothing for any, '-'
 * for none. A second pair is for DFU mode; alone the first holds for both.
 * False: error says what is wrong.
 */
bool	filter_parse_ids(struct filter *f, const char *s, struct buf *error);

/* The device is meant. runtime: its DFU interface is the run-time one. */
bool	filter_matches(const struct filter *f, const struct identity *who);

#endif
