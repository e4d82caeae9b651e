/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "main/plain_out.h"

#include <langinfo.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "main/out.h"

/* Characters of our own that have an ASCII likeness; the others are '?'. */
static const struct {
	uint32_t	 cp;
	const char	*ascii;
} likenesses[] = { { 0xd7, "x" }, { 0x2026, "..." }, { 0x2192, "->" } };

struct stream {
	int		 fd;
	struct buf	 rest;	/* begun, and not whole yet */
};

static struct stream streams[2] = { { .fd = STDOUT_FILENO },
	{ .fd = STDERR_FILENO } };

static void
add_plain(struct buf *b, uint32_t cp)
{
	size_t i;

	if (cp < 0x80) {
		buf_addc(b, (int)cp);
		return;
	}
	for (i = 0; i < sizeof(likenesses) / sizeof(likenesses[0]); i++) {
		if (likenesses[i].cp == cp) {
			buf_adds(b, likenesses[i].ascii);
			return;
		}
	}
	buf_addc(b, '?');
}

/* How many bytes a character has that begins so; 1: none does. */
static size_t
length_of(uint8_t first)
{
	return (first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1);
}

static ssize_t
write_plain(void *cookie, const char *p, size_t n)
{
	struct stream *s = cookie;
	struct buf out = { 0 };
	const char *at;
	size_t left, used;
	uint32_t cp;
	bool ok;

	buf_add(&s->rest, p, n);
	at = buf_str(&s->rest);
	for (left = s->rest.len; left > 0 &&
	    left >= length_of((uint8_t)*at); at += used, left -= used) {
		used = text_decode(at, left, &cp);
		add_plain(&out, cp);
	}
	used = s->rest.len - left;
	memmove(s->rest.data, s->rest.data + used, left);
	buf_cut(&s->rest, left);
	ok = out_put(s->fd, out.data, out.len);
	buf_free(&out);
	return (ok ? (ssize_t)n : 0);
}

static FILE *
plain(struct stream *s, int mode, FILE *was)
{
	const cookie_io_functions_t io = { .write = write_plain };
	FILE *f = isatty(s->fd) ? fopencookie(s, "w", io) : NULL;

	if (f == NULL)
		return (was);
	setvbuf(f, NULL, mode, BUFSIZ);
	return (f);
}

void
plain_out_begin(void)
{
	if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
		return;
	stdout = plain(&streams[0], _IOLBF, stdout);
	stderr = plain(&streams[1], _IONBF, stderr);
}
