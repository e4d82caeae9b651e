/* SPDX-License-Identifier: ISC */
/*
 * Memory that is there or the program ends: allocation never returns NULL.
 * Out of memory calls the hook that main sets (it restores the terminal),
 * then aborts.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stdarg.h>
#include <stddef.h>

/* hook is called once, with the size that could not be had, in bytes. */
void	mem_on_exhausted(void (*hook)(size_t size));

/*
 * For the start of a program: arrays of 256 KiB and more grow by moving pages
 * and not by copying, so that no growth holds up a frame. Where the C library
 * cannot do that, nothing changes.
 */
void	mem_grow_by_pages(void);

/* size bytes, zeroed; the caller frees. size 0 gives a pointer to free. */
void	*mem_alloc(size_t size);

/* As realloc(3); new bytes are not zeroed. */
void	*mem_resize(void *p, size_t size);

/* p resized to n members of size bytes; an overflow counts as exhausted. */
void	*mem_array(void *p, size_t n, size_t size);

/* A copy of n bytes; the caller frees. NULL for n == 0. */
void	*mem_copy(const void *p, size_t n);

/* A copy of s, or NULL for NULL; the caller frees. */
char	*mem_strdup(const char *s);

/* A formatted string; the caller frees. */
char	*mem_printf(const char *fmt, ...)
	    __attribute__((format(printf, 1, 2)));

#endif
