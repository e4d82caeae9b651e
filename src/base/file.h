/* SPDX-License-Identifier: ISC */
/*
 * The door to files: opening one to read, reading one whole, making one, and
 * putting one in the place of another. Only regular files pass it.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"

/*
 * A descriptor to read a file from its begin. Only a regular file will do: a
 * pipe, a device or a directory is refused, and none of them is waited for.
 * -1: error holds a sentence that names the file.
 */
int	file_open(const char *path, struct buf *error);

/*
 * Appends the bytes of a file, at most max: one that has more is refused, by
 * its size, before it is read. False: error holds a sentence that names the
 * file.
 */
bool	file_read(const char *path, size_t max, struct buf *b,
	    struct buf *error);

/*
 * A descriptor to write a file that was not there. -1: error holds a sentence
 * that names it.
 */
int	file_create(const char *path, mode_t mode, struct buf *error);

/* Writes all of n bytes; false: errno says why not. */
bool	file_put(int fd, const void *p, size_t n);

/*
 * A file beside the one at path, to be put in its place when it is whole: a
 * descriptor, and *draft, its name, which the caller unlinks or lets become
 * the file, and frees. -1: error says why not.
 */
int	file_draft(const char *path, char **draft, struct buf *error);
bool	file_draft_becomes(const char *draft, const char *path,
	    struct buf *error);

/*
 * Makes a file of n bytes. One that is there already is refused unless
 * replace is set: then the new one is written beside it and takes its place
 * when it is on the disk. False: error holds a sentence that names the file,
 * what was there is there still, and what was written is gone.
 */
bool	file_write(const char *path, const void *p, size_t n, bool replace,
	    struct buf *error);

/*
 * The same with replace, for what is the operator's own (mode 0600) and kept
 * while he works: the disk is not waited for.
 */
bool	file_keep(const char *path, const void *p, size_t n,
	    struct buf *error);

/* file_write would be able to begin; leaves nothing behind. */
bool	file_writable(const char *path, bool replace, struct buf *error);

#endif
