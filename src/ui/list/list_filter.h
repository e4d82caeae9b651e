/* SPDX-License-Identifier: ISC */
/*
 * Which rows of the list of requests are shown: "request getstatus",
 * "outcome stall", "state dfuERROR", "status errVENDOR", "since #12",
 * "until #40", each with "not" before it if need be. Terms of one kind are
 * alternatives; kinds are combined.
 */
#ifndef UI_LIST_LIST_FILTER_H
#define UI_LIST_LIST_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "session/session.h"

enum list_filter_kind {
	LIST_FILTER_REQUEST,
	LIST_FILTER_OUTCOME,
	LIST_FILTER_STATE,
	LIST_FILTER_STATUS,
	LIST_FILTER_SINCE,
	LIST_FILTER_UNTIL
};
#define LIST_FILTER_KIND_COUNT	(LIST_FILTER_UNTIL + 1)
#define LIST_FILTER_TERMS		16

struct list_filter {
	struct list_filter_term {
		enum list_filter_kind	 kind;
		bool		 not;
		uint32_t	 value;
	}		terms[LIST_FILTER_TERMS];
	size_t		n;		/* 0: everything passes */
	struct buf	text;		/* as it was typed */
};

/* The word that begins a term of the kind. */
const char	*list_filter_word(enum list_filter_kind kind);

/*
 * Reads a line of terms. False: error says why, *at where; s is then empty.
 * list_filter_free releases it.
 */
bool	list_filter_parse(struct list_filter *s, const char *line,
	    struct buf *error, size_t *at);
void	list_filter_free(struct list_filter *s);

/* A request that is pending passes in any case. */
bool	list_filter_passes(const struct list_filter *s,
    const struct request *r);

/* The same for what is no request, after the request of that number. */
bool	list_filter_passes_event(const struct list_filter *s, uint32_t after);

#endif
