/*
 * Opening a file to read; reading and writing one whole.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * A descriptor to read a file from its begin. Only a regular file will do: a
 * pipe, a device or a directory is refused, and none of them is waited for.
 * -1: error holds a sentence that names the file.
 */
int	file_open(const char *path, struct buf *error);

/*
 * Appends the bytes of a file, at most max: one that has more is refused.
 * False: error holds a sentence that names the file.
 */
bool	file_read(const char *path, size_t max, struct buf *b,
	    struct buf *error);

/*
 * Makes a file of n bytes. One that is there already is refused unless
 * replace is set. False: error holds a sentence that names the file, and what
 * was written of it is gone.
 */
bool	file_write(const char *path, const void *p, size_t n, bool replace,
	    struct buf *error);

/* file_write would be able to begin; leaves nothing behind. */
bool	file_writable(const char *path, bool replace, struct buf *error);

#endif
