/*
 * Reading and writing a small file whole.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Appends the bytes of a file, at most max: one that has more is refused.
 * False: error holds a sentence that names the file.
 */
bool	file_read(const char *path, size_t max, struct buf *b,
	    struct buf *error);

/*
 * Writes n bytes to a new file; one that exists is left alone. False: error
 * holds a sentence that names the file, and what was written of it is gone.
 */
bool	file_write_new(const char *path, const void *p, size_t n,
	    struct buf *error);

#endif
