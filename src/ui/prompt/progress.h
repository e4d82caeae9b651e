/* SPDX-License-Identifier: ISC */
/*
 * How far somebody is in each lesson: a file of lines "ID STEP".
 */
#ifndef UI_PROMPT_PROGRESS_H
#define UI_PROMPT_PROGRESS_H

#include <stddef.h>

#include "base/buf.h"

/* Steps done of the lesson; 0 where nothing is known. path may be NULL. */
size_t	progress_of(const char *path, const char *id);

/* Keeps it; what cannot be written is forgotten. */
void	progress_keep(const char *path, const char *id, size_t step);

/* The whole file at path, "" if there is none; path may be NULL. */
void	progress_read(const char *path, struct buf *b);

/* Writes it whole, or leaves it as it was. path may be NULL. */
void	progress_write(const char *path, const struct buf *b);

#endif
