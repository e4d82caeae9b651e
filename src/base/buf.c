/* SPDX-License-Identifier: ISC */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Room for n more bytes and the NUL behind them. */
static void
reserve(struct buf *b, size_t n)
{
	size_t want = b->len + n + 1;

	if (want <= b->cap)
		return;
	b->cap = b->cap < 32 ? 64 : b->cap * 2;
	if (b->cap < want)
		b->cap = want;
	b->data = mem_resize(b->data, b->cap);
}

void
buf_add(struct buf *b, const void *p, size_t n)
{
	reserve(b, n);
	if (n != 0)
		memcpy(b->data + b->len, p, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void
buf_addc(struct buf *b, int c)
{
	uint8_t byte = (uint8_t)c;

	buf_add(b, &byte, 1);
}

void
buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_addv(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	size_t room;
	int n;

	reserve(b, 0);
	room = b->cap - b->len;
	va_copy(again, ap);
	n = vsnprintf((char *)b->data + b->len, room, fmt, again);
	va_end(again);
	/* It mostly fits. */
	if (n >= 0 && (size_t)n >= room) {
		reserve(b, (size_t)n);
		n = vsnprintf((char *)b->data + b->len, (size_t)n + 1, fmt,
		    ap);
	}
	if (n > 0)
		b->len += (size_t)n;
	b->data[b->len] = '\0';
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_addv(b, fmt, ap);
	va_end(ap);
}

void
buf_addhex(struct buf *b, const void *p, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *bytes = p;
	size_t i;

	reserve(b, 2 * n);
	b->data[b->len] = '\0';
	for (i = 0; i < n; i++) {
		buf_addc(b, digits[bytes[i] >> 4]);
		buf_addc(b, digits[bytes[i] & 15]);
	}
}

void
buf_reset(struct buf *b)
{
	buf_cut(b, 0);
}

void
buf_cut(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->data[len] = '\0';
}

void
buf_release(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ 0 };
}

const char *
buf_str(const struct buf *b)
{
	return (b->data != NULL ? (const char *)b->data : "");
}

char *
buf_take(struct buf *b)
{
	char *s;

	reserve(b, 0);
	b->data[b->len] = '\0';
	s = (char *)b->data;
	*b = (struct buf){ 0 };
	return (s);
}
