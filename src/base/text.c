/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

size_t
text_decode(const char *s, size_t n, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const uint8_t *p = (const uint8_t *)s;
	size_t len = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 :
	    p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;
	size_t i;

	*cp = TEXT_BAD;
	if (len == 0 || len > n)
		return (1);
	if (len == 1) {
		*cp = p[0];
		return (1);
	}
	uint32_t v = p[0] & (0x7fu >> len);
	for (i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return (1);
		v = v << 6 | (p[i] & 0x3f);
	}
	if (v < least[len] || v > 0x10ffff || (v >= 0xd800 && v < 0xe000))
		return (1);
	*cp = v;
	return (len);
}

void
text_encode(struct buf *b, uint32_t cp)
{
	if (cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
		cp = 0xfffd;
	if (cp < 0x80) {
		buf_addc(b, (int)cp);
		return;
	}
	if (cp < 0x800) {
		buf_addc(b, (int)(0xc0 | cp >> 6));
	} else {
		if (cp < 0x10000) {
			buf_addc(b, (int)(0xe0 | cp >> 12));
		} else {
			buf_addc(b, (int)(0xf0 | cp >> 18));
			buf_addc(b, (int)(0x80 | (cp >> 12 & 0x3f)));
		}
		buf_addc(b, (int)(0x80 | (cp >> 6 & 0x3f)));
	}
	buf_addc(b, (int)(0x80 | (cp & 0x3f)));
}

int
text_width(uint32_t cp)
{
	if (cp == TEXT_BAD || cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
		return (-1);
	if (cp < 0x7f)
		return (1);
	/* Marks that reorder or hide what stands around them. */
	if ((cp >= 0x200b && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202e) ||
	    (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff || cp == 0xad ||
	    (cp >= 0xfff0 && cp <= 0xfffb) || (cp >= 0xe0000 && cp <= 0xe0fff))
		return (-1);
	return (wcwidth((wchar_t)cp));
}

static void
show(struct buf *b, const void *s, size_t n, const char *backslash)
{
	const char *p = s;
	size_t i, len;
	uint32_t cp;

	for (; n > 0; p += len, n -= len) {
		len = text_decode(p, n, &cp);
		if (cp == '\\')
			buf_adds(b, backslash);
		else if (text_width(cp) > 0)
			buf_add(b, p, len);
		else
			for (i = 0; i < len; i++)
				buf_addf(b, "\\x%02x", (uint8_t)p[i]);
	}
}

void
text_escape(struct buf *b, const void *s, size_t n)
{
	show(b, s, n, "\\\\");
}

void
text_print(struct buf *b, const void *s, size_t n)
{
	show(b, s, n, "\\");
}

void
text_quote(struct buf *b, const void *s, size_t n)
{
	const uint8_t *p = s;

	buf_addc(b, '"');
	for (; n > 0; p++, n--) {
		if (*p == '"' || *p == '\\')
			buf_addf(b, "\\%c", *p);
		else if (*p >= 0x20 && *p < 0x7f)
			buf_addc(b, *p);
		else
			buf_addf(b, "\\x%02x", *p);
	}
	buf_addc(b, '"');
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return (c - '0');
	if (c >= 'a' && c <= 'f')
		return (c - 'a' + 10);
	if (c >= 'A' && c <= 'F')
		return (c - 'A' + 10);
	return (-1);
}

size_t
text_unquote(struct buf *b, const char *s)
{
	const char *p = s;

	if (*p++ != '"')
		return (0);
	for (; *p != '"'; p++) {
		if (*p == '\0')
			return (0);
		if (*p != '\\') {
			buf_addc(b, *p);
			continue;
		}
		p++;
		if (*p == '"' || *p == '\\')
			buf_addc(b, *p);
		else if (*p == 'x' && text_unhex(b, p + 1, 2))
			p += 2;
		else
			return (0);
	}
	return ((size_t)(p - s) + 1);
}

/* n * base + d, if that is at most max, as n is; base is at most 16. */
static bool
add_digit(uint64_t *n, unsigned base, int d, uint64_t max)
{
	if (d < 0 || (unsigned)d >= base)
		return (false);
	/* A division where the sum might not fit, and only there. */
	if (*n >= UINT64_MAX / 16 ? *n > (max - (unsigned)d) / base :
	    *n * base + (unsigned)d > max)
		return (false);
	*n = *n * base + (unsigned)d;
	return (true);
}

static bool
digits(const char *s, unsigned base, uint64_t max, uint64_t *v)
{
	uint64_t n = 0;

	if (*s == '\0')
		return (false);
	for (; *s != '\0'; s++) {
		if (!add_digit(&n, base, hex_digit(*s), max))
			return (false);
	}
	*v = n;
	return (true);
}

bool
text_number(const char *s, uint64_t max, uint64_t *v)
{
	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		return (digits(s + 2, 16, max, v));
	return (digits(s, 10, max, v));
}

size_t
text_decimal(const char *s, uint64_t max, uint64_t *v)
{
	uint64_t sum = 0;
	size_t n;

	for (n = 0; s[n] >= '0' && s[n] <= '9'; n++) {
		if (!add_digit(&sum, 10, s[n] - '0', max))
			return (0);
	}
	*v = sum;
	return (n);
}

bool
text_hexnumber(const char *s, uint64_t max, uint64_t *v)
{
	return (digits(s, 16, max, v));
}

bool
text_unhex(struct buf *b, const char *s, size_t n)
{
	size_t i, k = 0, start = b->len;
	uint8_t bytes[64];
	int high, low;

	for (i = 0; i + 1 < n; i += 2) {
		high = hex_digit(s[i]);
		low = high < 0 ? -1 : hex_digit(s[i + 1]);
		if (low < 0)
			break;
		bytes[k++] = (uint8_t)(high << 4 | low);
		if (k == sizeof(bytes)) {
			buf_add(b, bytes, k);
			k = 0;
		}
	}
	if (i == n) {
		if (k != 0)
			buf_add(b, bytes, k);
		return (true);
	}
	buf_cut(b, start);
	return (false);
}

void
text_duration(struct buf *b, uint64_t us)
{
	uint64_t s = us / 1000000;

	if (us == 0)
		buf_adds(b, "0 ms");
	else if (us < 50)
		buf_adds(b, "< 1 ms");
	else if (us < 1000)
		buf_addf(b, "%.1f ms", (double)us / 1000);
	else if (us < 1000000)
		buf_addf(b, "%u ms", (unsigned)(us / 1000));
	else if (us < 60000000)
		buf_addf(b, "%u.%u s", (unsigned)s,
		    (unsigned)(us / 100000 % 10));
	else if (s < 3600 && s % 60 == 0)
		buf_addf(b, "%u min", (unsigned)(s / 60));
	else if (s < 3600)
		buf_addf(b, "%u min %u s", (unsigned)(s / 60),
		    (unsigned)(s % 60));
	else
		buf_addf(b, "%llu h %u min", (unsigned long long)(s / 3600),
		    (unsigned)(s / 60 % 60));
}

void
text_base64(struct buf *b, const void *s, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const uint8_t *p = s;
	uint32_t v;
	size_t i, k;

	for (i = 0; i < n; i += 3) {
		v = (uint32_t)p[i] << 16;
		if (i + 1 < n)
			v |= (uint32_t)p[i + 1] << 8;
		if (i + 2 < n)
			v |= p[i + 2];
		for (k = 0; k < 4; k++)
			buf_addc(b, i + k > n ? '=' :
			    digits[v >> (18 - 6 * k) & 0x3f]);
	}
}

void
text_word(struct buf *b, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=,@%+-";

	if (*s != '\0' && s[strspn(s, plain)] == '\0')
		buf_adds(b, s);
	else
		text_quote(b, s, strlen(s));
}

void
text_sentence(struct buf *b, const char *s)
{
	const char *p = s;

	while (islower((unsigned char)*p))
		p++;
	if (*s == '\0' || isupper((unsigned char)*p)) {
		buf_adds(b, s);
		return;
	}
	buf_addc(b, (char)toupper((unsigned char)*s));
	buf_adds(b, s + 1);
}
