/*
 * Which rows of the list of requests are shown: "request getstatus",
 * "outcome stall", "state dfuERROR", "status errVENDOR", "since #12",
 * "until #40", each with "not" before it if need be. Terms of one kind are
 * alternatives; kinds are combined.
 */
#ifndef UI_SIEVE_H
#define UI_SIEVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/session.h"

enum sieve_kind {
	SIEVE_REQUEST,
	SIEVE_OUTCOME,
	SIEVE_STATE,
	SIEVE_STATUS,
	SIEVE_SINCE,
	SIEVE_UNTIL
};
#define SIEVE_KIND_COUNT	(SIEVE_UNTIL + 1)
#define SIEVE_TERMS		16

struct sieve {
	struct sieve_term {
		enum sieve_kind	 kind;
		bool		 not;
		uint32_t	 value;
	}		terms[SIEVE_TERMS];
	size_t		n;		/* 0: everything passes */
	struct buf	text;		/* as it was typed */
};

/* The word that begins a term of the kind. */
const char	*sieve_word(enum sieve_kind kind);

/*
 * Reads a line of terms. False: error says why, *at where; s is then empty.
 * sieve_free releases it.
 */
bool	sieve_parse(struct sieve *s, const char *line, struct buf *error,
	    size_t *at);
void	sieve_free(struct sieve *s);

/* A request that is pending passes in any case. */
bool	sieve_passes(const struct sieve *s, const struct request *r);

/* The same for what is no request, after the request of that number. */
bool	sieve_passes_event(const struct sieve *s, uint32_t after);

#endif
