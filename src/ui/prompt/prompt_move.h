/* SPDX-License-Identifier: ISC */
/* Where the cursor of a line of text can go. For prompt.c. */
#ifndef UI_PROMPT_PROMPT_MOVE_H
#define UI_PROMPT_PROMPT_MOVE_H

#include <stddef.h>

#include "base/buf.h"

/* From byte at: the character before and behind. */
size_t	move_left(const struct buf *text, size_t at);
size_t	move_right(const struct buf *text, size_t at);

/* The begin of the word before, as blanks part them; all of it. */
size_t	move_blank_left(const struct buf *text, size_t at);

/* Begin and end of words of letters and digits, as Alt-b and Alt-f go. */
size_t	move_word_left(const struct buf *text, size_t at);
size_t	move_word_right(const struct buf *text, size_t at);

#endif
