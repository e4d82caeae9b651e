/* SPDX-License-Identifier: ISC */
#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

static void (*exhausted)(size_t);

void
mem_on_exhausted(void (*hook)(size_t size))
{
	exhausted = hook;
}

void
mem_grow_by_pages(void)
{
#ifdef __GLIBC__
	/* Left alone, it rises with each large array that is freed. */
	mallopt(M_MMAP_THRESHOLD, 256 * 1024);
#endif
}

static void *
need(void *p, size_t size)
{
	if (p != NULL)
		return (p);
	if (exhausted != NULL)
		exhausted(size);
	abort();
}

void *
mem_alloc(size_t size)
{
	return (need(calloc(1, size != 0 ? size : 1), size));
}

void *
mem_resize(void *p, size_t size)
{
	return (need(realloc(p, size != 0 ? size : 1), size));
}

void *
mem_array(void *p, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / size)
		need(NULL, SIZE_MAX);
	return (mem_resize(p, n * size));
}

void *
mem_copy(const void *p, size_t n)
{
	if (n == 0)
		return (NULL);
	return (memcpy(mem_alloc(n), p, n));
}

char *
mem_strdup(const char *s)
{
	if (s == NULL)
		return (NULL);
	return (mem_copy(s, strlen(s) + 1));
}

char *
mem_printf(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	s = mem_alloc((size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(s, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return (s);
}
