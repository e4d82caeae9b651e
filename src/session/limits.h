/* SPDX-License-Identifier: ISC */
/*
 * Numbers that are both used and told of: what help says of them is made from
 * them.
 */
#ifndef SESSION_LIMITS_H
#define SESSION_LIMITS_H

#define LIMIT_REQUEST_S		5	/* a request, seconds */
#define LIMIT_ERASE_S		40	/* one that erases: F405 needs 32 s */
#define LIMIT_UNTIL		100	/* rounds of until, unless said */
#define LIMIT_LEAVE		100	/* GETSTATUS of leave, unless said */
#define LIMIT_LEAVE_S		30	/* and seconds */
#define LIMIT_OVERDUE_MS	500	/* nothing is overdue before */
#define LIMIT_STUCK_POLLS	100	/* unchanged answers that are stuck */
#define LIMIT_STUCK_S		5	/* and seconds that they cover */
#define LIMIT_STUCK_SYNC	3	/* of a state that one must leave */
#define LIMIT_RECOVER_POLLS	8	/* GETSTATUS that change nothing */
#define LIMIT_WATCH_MS		500	/* between two looks of the watch */
#define LIMIT_NEEDED_S		32	/* the longest erase known: an F405 */
#define LIMIT_ANNOUNCED_S	64	/* twice that is waited for unasked */

/* LIMIT_TEXT(LIMIT_UNTIL) is "100". */
#define LIMIT_TEXT_OF(n)	#n
#define LIMIT_TEXT(n)		LIMIT_TEXT_OF(n)

#endif
