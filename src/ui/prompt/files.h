/* SPDX-License-Identifier: ISC */
/*
 * The names of files, for completion.
 */
#ifndef UI_PROMPT_FILES_H
#define UI_PROMPT_FILES_H

/*
 * Calls offer for each file whose path begins with prefix, in order; names
 * of folders end in '/'. Hidden ones only if the prefix asks for them, and
 * none with characters that cannot be shown.
 */
void	files_offer(const char *prefix, void (*offer)(void *arg,
	    const char *path), void *arg);

#endif
