/* SPDX-License-Identifier: ISC */
/* A line as it was pasted, made plain; and what stands in front of it. */
#include "config.h"

#include <string.h>

#include "source/log_own.h"

struct log_plain {
	const char	*from;
	const char	*to;
};

/* Characters of chats and word processors, and those that are not seen. */
static const struct log_plain plains[] = {
	{ "\xc2\xa0", " " }, { "\xe2\x80\xaf", " " }, { "\xe2\x80\x87", " " },
	{ "\xe2\x80\x8b", "" }, { "\xe2\x80\x8c", "" }, { "\xe2\x80\x8d", "" },
	{ "\xe2\x80\x8e", "" }, { "\xe2\x80\x8f", "" }, { "\xe2\x81\xa0", "" },
	{ "\xef\xbb\xbf", "" }, { "\xe2\x80\xaa", "" }, { "\xe2\x80\xab", "" },
	{ "\xe2\x80\xac", "" }, { "\xe2\x80\xad", "" }, { "\xe2\x80\xae", "" },
	{ "\xe2\x81\xa6", "" }, { "\xe2\x81\xa7", "" }, { "\xe2\x81\xa8", "" },
	{ "\xe2\x81\xa9", "" }, { "\xe2\x80\x98", "'" },
	{ "\xe2\x80\x99", "'" }, { "\xe2\x80\x9c", "\"" },
	{ "\xe2\x80\x9d", "\"" }, { "\xe2\x80\x94", "--" },
	{ "\xe2\x80\x93", "-" }, { "\xe2\x80\xa6", "..." },
	{ "\xe2\x96\x88", "#" }, { "&quot;", "\"" }, { "&#39;", "'" },
	{ "&gt;", ">" }, { "&lt;", "<" }, { "&amp;", "&" },
	{ "&nbsp;", " " },
};

/* Behind the escape sequence that begins at p. */
static const uint8_t *
behind_escape(const uint8_t *p, const uint8_t *end)
{
	if (++p == end)
		return (p);
	if (*p == ']') {
		while (p < end && *p != '\a' && *p != '\033')
			p++;
		return (p < end && *p == '\a' ? p + 1 : p);
	}
	if (*p++ != '[')
		return (p);
	while (p < end && (*p < 0x40 || *p > 0x7e))
		p++;
	return (p < end ? p + 1 : p);
}

static const struct log_plain *
plain_at(const uint8_t *p, const uint8_t *end)
{
	size_t i, n;

	for (i = 0; i < sizeof(plains) / sizeof(plains[0]); i++) {
		n = strlen(plains[i].from);
		if ((size_t)(end - p) >= n && memcmp(p, plains[i].from, n) == 0)
			return (&plains[i]);
	}
	return (NULL);
}

static bool
is_ordinary(uint8_t c)
{
	return ((c >= ' ' && c < 0x7f && c != '&') || c == '\t');
}

void
log_clean(struct buf *b, const uint8_t *p, size_t n)
{
	const uint8_t *end = p + n, *from;
	const struct log_plain *plain;

	while (p < end) {
		for (from = p; p < end && is_ordinary(*p); p++)
			;
		buf_add(b, from, (size_t)(p - from));
		if (p == end)
			break;
		if (*p == '\033') {
			p = behind_escape(p, end);
		} else if (*p == '\b') {
			if (b->len > 0 && b->data[b->len - 1] != '\n')
				buf_cut(b, b->len - 1);
			p++;
		} else if (*p == '\r' || *p == '\n') {
			buf_addc(b, '\n');
			p++;
		} else if ((plain = plain_at(p, end)) != NULL) {
			buf_adds(b, plain->to);
			p += strlen(plain->from);
		} else {
			if (*p >= 0x80 || *p == '&')
				buf_addc(b, *p);
			p++;
		}
	}
}

static bool
is_digit(char c)
{
	return (c >= '0' && c <= '9');
}

/* "dd:dd:ss" with what pattern has: d a digit, # one or more of them. */
static size_t
shape(const char *pattern, const char *s, size_t n)
{
	size_t i = 0;

	for (; *pattern != '\0'; pattern++) {
		if (*pattern == 'd') {
			if (i == n || !is_digit(s[i++]))
				return (0);
		} else if (*pattern == '#') {
			if (i == n || !is_digit(s[i]))
				return (0);
			while (i < n && is_digit(s[i]))
				i++;
		} else if (*pattern == '_') {
			while (i < n && (s[i] == ' ' || s[i] == '\t'))
				i++;
		} else if (*pattern == 'w') {
			size_t was = i;

			while (i < n && s[i] > ' ' && s[i] != ']' &&
			    s[i] != ')' && s[i] != '[' && !(s[i] == ':' &&
			    i + 1 < n && s[i + 1] == ' '))
				i++;
			if (i == was)
				return (0);
		} else if (i == n || s[i++] != *pattern) {
			return (0);
		}
	}
	return (i);
}

static uint64_t
number(const char *s, size_t n)
{
	uint64_t v = 0;

	while (n-- > 0 && is_digit(*s))
		v = v * 10 + (uint64_t)(*s++ - '0');
	return (v);
}

/* us of "HH:MM:SS.fff" or "s.ffffff" within n bytes. */
static uint64_t
stamp(const char *s, size_t n)
{
	uint64_t parts[4] = { 0 }, us = 0, unit = 100000;
	size_t i = 0, k = 0;

	while (i < n && !is_digit(s[i]))
		i++;
	while (i < n && k < 3) {
		parts[k++] = number(s + i, n - i);
		while (i < n && is_digit(s[i]))
			i++;
		if (i >= n || s[i] != ':')
			break;
		i++;
	}
	if (i < n && (s[i] == '.' || s[i - 1] == ':')) {
		i += s[i] == '.';
		for (; i < n && is_digit(s[i]) && unit > 0; i++) {
			us += (uint64_t)(s[i] - '0') * unit;
			unit /= 10;
		}
	}
	if (k == 3)
		parts[0] = parts[0] * 3600 + parts[1] * 60 + parts[2];
	return (parts[0] * 1000000 + us);
}

/* What stands in front, and whether it tells a time. */
static const struct {
	const char	*shape;
	bool		 times;
} fronts[] = {
	{ "dddd-dd-dd @ dd:dd:dd -- ", true },
	{ "dddd-dd-ddTdd:dd:dd.#Z ", false },
	{ "dddd-dd-ddTdd:dd:ddZ ", false },
	{ "dddd-dd-ddTdd:dd:dd.#+dd:dd ", false },
	{ "dddd-dd-ddTdd:dd:dd+dd:dd w w: ", false },
	{ "dddd-dd-dd dd:dd:dd,# ", false },
	{ "dddd-dd-dd dd:dd:dd.# ", false },
	{ "dddd-dd-dd dd:dd:dd ", false },
	{ "[dd:dd:dd.#] ", false },
	{ "[dd:dd:dd] ", false },
	{ "[dddd-dd-dd dd:dd:dd] ", false },
	{ "[dddd-dd-dd dd:dd:dd.#] ", false },
	{ "dd:dd:dd.# -> ", false },
	{ "dd:dd:dd.#_", true },
	{ "dd:dd:dd:# : ", true },
	{ "dd:dd:dd:#_", true },
	{ "dd:dd:dd : ", false },
	{ "[_#.#] [w] ", true },
	{ "[_#.#] ", true },
	{ "(w): w: dd:dd:dd.#: ", true },
	{ "(w): w **: dd:dd:dd.#: ", true },
	{ ">>> ", false }, { "*** ", false }, { "> ", false }, { "| ", false },
	{ "[INFO] ", false }, { "[LOG] ", false },
	/* Prompts of zsh themes: U+276F, U+279C, U+03BB. */
	{ "\xe2\x9d\xaf ", false }, { "\xe2\x9e\x9c ", false },
	{ "\xce\xbb ", false },
};

/* "Mar 11 19:20:41 host kernel: ". */
static size_t
syslog_front(const char *s, size_t n)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char month[4] = "";
	size_t k;

	if (n < 16)
		return (0);
	if (s[3] != ' ')
		return (0);
	memcpy(month, s, 3);
	if (strstr(months, month) == NULL)
		return (0);
	k = shape("_#_dd:dd:dd w w[#]: ", s + 3, n - 3);
	if (k == 0)
		k = shape("_#_dd:dd:dd w w: ", s + 3, n - 3);
	if (k == 0)
		k = shape("_#_dd:dd:dd w ", s + 3, n - 3);
	return (k == 0 ? 0 : k + 3);
}

/* "usbdfu.js:197 ", "webstm32.ts:12:3 ". */
static size_t
script_front(const char *s, size_t n)
{
	static const char *const ends[] = { ".js:", ".ts:", ".vue:", ".mjs:" };
	size_t i, k, e;

	for (i = 0; i < n && i < 120 && s[i] > ' '; i++) {
		if (s[i] != '.')
			continue;
		for (e = 0; e < 4; e++) {
			k = strlen(ends[e]);
			if (n - i <= k || memcmp(s + i, ends[e], k) != 0)
				continue;
			k += i;
			while (k < n && (is_digit(s[k]) || s[k] == ':'))
				k++;
			return (k < n && s[k] == ' ' ? k + 1 : 0);
		}
	}
	return (0);
}

/* Of "(dfu-tool:1): FuPluginDfu-DEBUG: 18:31:40.702: " only the time. */
static size_t
front(const char *s, size_t n, struct log_piece *p)
{
	bool some = n > 0 && (is_digit(s[0]) ||
	    strchr("[(>*|\xe2\xce", s[0]) != NULL);
	size_t i, k;
	const char *colon;

	for (i = 0; some && i < sizeof(fronts) / sizeof(fronts[0]); i++) {
		if (fronts[i].shape[0] != (is_digit(s[0]) ? 'd' : s[0]))
			continue;
		k = shape(fronts[i].shape, s, n);
		if (k == 0)
			continue;
		if (fronts[i].times) {
			colon = s[0] == '(' ? memchr(s, ' ', k) :
			    memchr(s, '@', k);
			if (colon == NULL)
				colon = s;
			p->timed = true;
			p->us = stamp(colon, (size_t)(s + k - colon));
		}
		return (k);
	}
	k = syslog_front(s, n);
	return (k != 0 ? k : script_front(s, n));
}

static bool
begins(const char *s, size_t n, const char *with)
{
	return (n >= strlen(with) && memcmp(s, with, strlen(with)) == 0);
}

static const char *const prompts[] = { "$ ", "# ", "% ", "PS C:", "C:\\" };

/* As one of the tools below does; asked of each character of a line. */
static bool
may_begin(char c)
{
	static const bool begin[256] = { ['d'] = true, ['p'] = true,
		['l'] = true, ['S'] = true };

	return (begin[(unsigned char)c]);
}

/* Of a command line only the command, if it is a tool's. */
static void
command(struct log_piece *p)
{
	static const char *const tools[] = { "dfu-util", "pydfu", "dfu-tool",
	    "dfu-programmer", "lsusb", "STM32_Programmer" };
	size_t i, k, at, after, n = p->n < 160 ? p->n : 160;

	for (i = 0; strchr("$#%PC", p->text[0]) != NULL &&
	    i < sizeof(prompts) / sizeof(prompts[0]); i++)
		p->prompt = p->prompt || begins(p->text, p->n, prompts[i]);
	for (k = 0; k < n; k++) {
		if (!may_begin(p->text[k]) || (k > 0 &&
		    strchr(" /\\>", p->text[k - 1]) == NULL))
			continue;
		for (i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
			if (!begins(p->text + k, p->n - k, tools[i]))
				continue;
			/* "C:\\dfu-util>" */
			after = k + strlen(tools[i]);
			if (after < p->n && p->text[after] == '>')
				continue;
			at = k;
			if (at > 5 && begins(p->text + at - 5, 5, "sudo "))
				at -= 5;
			if (at > 1 && strchr("$#>%", p->text[at - 2]) != NULL &&
			    p->text[at - 1] == ' ')
				p->prompt = true;
			if (k > 0 && p->text[k - 1] == '>')
				p->prompt = true;
			if (memmem(p->text + k, p->n - k, " -", 2) == NULL &&
			    !p->prompt)
				continue;
			if (p->prompt || k == 0 ||
			    begins(p->text, p->n, "sudo ") ||
			    p->text[k - 1] == '/' || p->text[k - 1] == '\\') {
				if (begins(p->text + k + strlen(tools[i]),
				    p->n - k - strlen(tools[i]), ": "))
					return;
				p->prompt = true;
				p->text += k;
				p->n -= k;
			}
			return;
		}
	}
}

struct log_piece
log_strip(const char *text, size_t n)
{
	struct log_piece p = { .text = text, .n = n };
	unsigned round;
	size_t k;

	for (round = 0; round < 8; round++) {
		while (p.n > 0 && (*p.text == ' ' || *p.text == '\t')) {
			p.text++;
			p.n--;
		}
		if (p.n == 1 && *p.text == '>')
			p.n = 0;
		k = front(p.text, p.n, &p);
		while (k < p.n && (p.text[k] == '`' || p.text[k] == '*') &&
		    !begins(p.text + k, p.n - k, "* Device"))
			k++;
		if (k == 0)
			break;
		p.text += k;
		p.n -= k;
	}
	while (p.n > 0 && (p.text[p.n - 1] == ' ' || p.text[p.n - 1] == '\t' ||
	    p.text[p.n - 1] == '`' || p.text[p.n - 1] == '*'))
		p.n--;
	if (p.n > 0)
		command(&p);
	return (p);
}
