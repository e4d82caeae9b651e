/* SPDX-License-Identifier: ISC */
/*
 * Text that came from a device, a file or a person: decoded with care, shown
 * without harm.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define TEXT_BAD	UINT32_MAX	/* not UTF-8 */

/*
 * Decodes one UTF-8 sequence of s (n bytes, n > 0): returns the bytes it
 * takes and stores the code point, or 1 and TEXT_BAD. Overlong forms,
 * surrogates and values over U+10FFFF are bad.
 */
size_t	text_decode(const char *s, size_t n, uint32_t *cp);

/* Appends cp as UTF-8; TEXT_BAD and surrogates become U+FFFD. */
void	text_encode(struct buf *b, uint32_t cp);

/* Adds a word of a command line: quoted where it has to be. */
void	text_word(struct buf *b, const char *s);

/*
 * Columns that cp takes on a terminal: 0, 1 or 2, and -1 for what must not
 * be sent to one (C0 and C1 controls, bidirectional overrides, bad UTF-8).
 */
int	text_width(uint32_t cp);

/*
 * Appends n bytes so that they can be printed anywhere: what text_width
 * refuses, and what has no width, is shown as \xHH per byte, a backslash as
 * two.
 */
void	text_escape(struct buf *b, const void *s, size_t n);

/*
 * The same for text that was put together here: what came from elsewhere is
 * escaped in it already, so a backslash is left as it is.
 */
void	text_print(struct buf *b, const void *s, size_t n);

/*
 * Appends the n bytes as a quoted word, "..." with \" \\ and \xHH for
 * everything outside printable ASCII; text_unquote is its inverse.
 */
void	text_quote(struct buf *b, const void *s, size_t n);

/*
 * Reads a quoted word at s (NUL terminated, begins with '"'), appends its
 * bytes; returns the characters it takes, quotes included, or 0 if it is not
 * one.
 */
size_t	text_unquote(struct buf *b, const char *s);

/*
 * The decimal digits that s begins with: how many they are; 0 if there are
 * none, or they come to more than max.
 */
size_t	text_decimal(const char *s, uint64_t max, uint64_t *v);

/* The whole of s as a decimal or 0x number of at most max. */
bool	text_number(const char *s, uint64_t max, uint64_t *v);

/* The whole of s as hexadecimal digits without 0x, at most max. */
bool	text_hexnumber(const char *s, uint64_t max, uint64_t *v);

/* Appends the bytes of an even number of hex digits; n characters of s. */
bool	text_unhex(struct buf *b, const char *s, size_t n);

/* Appends n bytes as base64 (RFC 4648 section 4). */
void	text_base64(struct buf *b, const void *s, size_t n);

/*
 * Appends s as it begins a sentence: with a capital, unless its first word is
 * a name that has capitals further on ("wTransferSize").
 */
void	text_sentence(struct buf *b, const char *s);

/* The end of a plural: "%u byte%s", n, TEXT_S(n). */
#define TEXT_S(n)	((n) == 1 ? "" : "s")

/* Milliseconds in words: "104 ms", "12.4 s", "3 min 34 s", "4 h 39 min". */
void	text_duration(struct buf *b, uint64_t us);

#endif
