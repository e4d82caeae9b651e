/* SPDX-License-Identifier: ISC */
/*
 * What to do next: the one place that says so. Verdict, keys, findings, the
 * page of recovery, reports and jobs all ask here, so that they cannot
 * contradict each other. It is the first of the recovery options that may
 * help, or something outside of them: a cable, a permission, another program.
 */
#ifndef DIAGNOSIS_ADVICE_H
#define DIAGNOSIS_ADVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "diagnosis/recovery.h"

struct finding;
struct verdict;

enum advice_kind {
	ADVICE_NONE,		/* nothing has to be done */
	ADVICE_REQUEST,		/* command sends one request, or waits */
	ADVICE_JOB,		/* command is work made of several */
	ADVICE_BY_HAND,		/* action is for the hand alone */
	ADVICE_OUTSIDE,		/* neither: why says what */
	ADVICE_UNKNOWN		/* something is wrong, nothing is known */
};

struct advice {
	enum advice_kind	 kind;
	/* A command line whose first word is a command; else NULL. */
	const char		*command;
	enum recovery_action	 action;	/* see advice_is_action */
	enum recovery_forecast	 forecast;
	enum dfu_certainty	 certainty;	/* of the forecast */
	uint32_t		 proof;	/* the request it rests on; 0: none */
	const char		*why;	/* what it does, a phrase; or NULL */
	/* Of one that is not given: why, a phrase; or NULL. */
	const char		*none;
	/* What harms though it is the obvious thing; or NULL. */
	const char		*dont;
};

/*
 * At now, for a device without a job: while one runs, or is paused, it has
 * the word and nothing else is to be done. fixed as for verdict_of. What
 * destroys memory is never advised. Nothing is allocated.
 */
struct advice	advice_of(const struct session *s,
		    const struct dfu_stack *fixed, uint64_t now);

/* The last advice, kept as long as nothing has happened and no time is up. */
struct advice_kept {
	const struct session	*s;	/* NULL: none is kept */
	const struct dfu_stack	*fixed;
	size_t			 events;
	uint64_t		 from;	/* us */
	uint64_t		 until;
	struct advice		 advice;
};

/* advice_of, where so many events have happened by now. */
struct advice	advice_take(struct advice_kept *k, const struct session *s,
		    const struct dfu_stack *fixed, size_t events,
		    uint64_t now);

/* "request", "by hand" */
const char	*advice_kind_name(enum advice_kind kind);

/* It is a recovery action, and action says which. */
bool		 advice_is_action(const struct advice *a);

/* There is something to do: neither none nor unknown. */
bool		 advice_is_given(const struct advice *a);

/* "clrstatus"; "unplug it"; what is to be done outside. "" for none. */
void		 advice_words(const struct advice *a, struct buf *b);

/*
 * The finding that the verdict rests on, of n in the order of
 * findings_sorted: the advice is for this one alone. Or NULL.
 */
const struct finding *advice_finding(const struct session *s,
		    const struct verdict *v,
		    const struct finding *const *list, size_t n);

#endif
