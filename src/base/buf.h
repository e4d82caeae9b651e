/* SPDX-License-Identifier: ISC */
/*
 * A growable byte buffer that is also a string: data[len] is always NUL once
 * anything was added. Zero it to begin (`struct buf b = { 0 };`).
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	uint8_t	*data;
	size_t	 len;	/* bytes in use, the final NUL apart */
	size_t	 cap;
};

void	buf_add(struct buf *b, const void *p, size_t n);
void	buf_addc(struct buf *b, int c);
void	buf_adds(struct buf *b, const char *s);
void	buf_addf(struct buf *b, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
void	buf_addv(struct buf *b, const char *fmt, va_list ap)
	    __attribute__((format(printf, 2, 0)));

/* n bytes as lower-case hexadecimal, without blanks. */
void	buf_addhex(struct buf *b, const void *p, size_t n);

/* Makes it empty and keeps the memory. */
void	buf_reset(struct buf *b);

/* Shortens to len bytes; longer is left alone. */
void	buf_cut(struct buf *b, size_t len);

/* For buf_free alone. */
void	buf_release(struct buf *b);

static inline void
buf_free(struct buf *b)
{
	if (b->data != NULL)
		buf_release(b);
}

/* The bytes as a string, never NULL; valid until the next change. */
const char	*buf_str(const struct buf *b);

/* The bytes as a string that the caller frees; b is empty afterwards. */
char	*buf_take(struct buf *b);

#endif
