/*
 * The files that the screen itself needs: names for completion, the history
 * of the prompt. Nothing else under ui/ touches one.
 */
#ifndef UI_PROMPT_FILES_H
#define UI_PROMPT_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Calls offer for each file whose path begins with prefix, in order; names
 * of folders end in '/'. Hidden ones only if the prefix asks for them, and
 * none with characters that cannot be shown.
 */
void	files_offer(const char *prefix, void (*offer)(void *arg,
	    const char *path), void *arg);

/*
 * Writes a file anew, readable by its owner alone: whole, or not at all.
 * False: error holds a sentence that names it.
 */
bool	files_write(const char *path, const struct buf *b,
	    struct buf *error);

#endif
