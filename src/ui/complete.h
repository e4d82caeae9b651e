/*
 * What a half-typed line of commands could become.
 */
#ifndef UI_COMPLETE_H
#define UI_COMPLETE_H

#include "base/buf.h"

/*
 * Completes the word at the end of line (a NUL-terminated part of a line of
 * commands) as far as it is unique: appends the missing letters to more, and
 * the candidates, if there are several, to choices.
 */
void	complete_line(const char *line, struct buf *more, struct buf *choices);

#endif
