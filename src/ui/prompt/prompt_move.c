/* SPDX-License-Identifier: ISC */
#include "ui/prompt/prompt_move.h"

#include <stdbool.h>

#include "base/text.h"

size_t
move_left(const struct buf *text, size_t at)
{
	if (at > 0)
		at--;
	while (at > 0 && (text->data[at] & 0xc0) == 0x80)
		at--;
	return (at);
}

size_t
move_right(const struct buf *text, size_t at)
{
	uint32_t cp;

	if (at >= text->len)
		return (text->len);
	return (at + text_decode((const char *)text->data + at,
	    text->len - at, &cp));
}

size_t
move_blank_left(const struct buf *text, size_t at)
{
	while (at > 0 && text->data[at - 1] == ' ')
		at--;
	while (at > 0 && text->data[at - 1] != ' ')
		at--;
	return (at);
}

static bool
in_word(uint8_t c)
{
	return ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z') || c >= 0x80);
}

size_t
move_word_left(const struct buf *text, size_t at)
{
	while (at > 0 && !in_word(text->data[at - 1]))
		at--;
	while (at > 0 && in_word(text->data[at - 1]))
		at--;
	return (at);
}

size_t
move_word_right(const struct buf *text, size_t at)
{
	while (at < text->len && !in_word(text->data[at]))
		at++;
	while (at < text->len && in_word(text->data[at]))
		at++;
	return (at);
}
