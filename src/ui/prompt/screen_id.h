/* The screens there are. */
#ifndef UI_PROMPT_SCREEN_ID_H
#define UI_PROMPT_SCREEN_ID_H

enum screen_id {
	SCREEN_CONSOLE,
	SCREEN_DETAIL,		/* one request, decoded */
	SCREEN_HELP,		/* the keys that work here */
	SCREEN_DEVICES,		/* the list of them */
	SCREEN_DEVICE,		/* memory and descriptors of one */
	SCREEN_PAGE,		/* about one subject */
	SCREEN_SUBJECTS,		/* the list of them */
	SCREEN_EDIT,		/* one request, to be changed and sent */
	SCREEN_WHAT_IF,		/* what each request would do, and cost */
	SCREEN_RECOVER,		/* the ways out of a state */
	SCREEN_TIMELINE,		/* states over time */
	SCREEN_SEQUENCE,		/* what went between host and device */
	SCREEN_FINDINGS,		/* the list of what was found */
	SCREEN_FINDING		/* one of it */
};
#define SCREEN_COUNT	(SCREEN_FINDING + 1)

#endif
