/* SPDX-License-Identifier: ISC */
#include "tests/dfu/check_image.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool
check_read_copy(struct image *image, const void *p, size_t n,
    struct buf *error)
{
	uint8_t *copy = mem_copy(p, n);
	bool ok = image_read(image, copy, n, error);

	free(copy);
	if (ok != (error->len == 0))
		fail_msg("%s, and the error is \"%s\"", ok ? "read" :
		    "refused", buf_str(error));
	return (ok);
}

struct image
check_read_good(const struct buf *b)
{
	struct buf error = { 0 };
	struct image image;

	if (!check_read_copy(&image, b->data, b->len, &error))
		fail_msg("%s", buf_str(&error));
	return (image);
}

const struct image_note *
check_note_with(const struct image *image, const char *words)
{
	size_t i;

	for (i = 0; i < image->nnotes; i++) {
		if (strstr(image->notes[i].text, words) != NULL)
			return (&image->notes[i]);
	}
	return (NULL);
}

void
check_segment(const struct image *image, size_t i, unsigned alternate,
    uint32_t address, const char *data)
{
	const struct image_segment *s = &image->segments[i];

	assert_true(i < image->nsegments);
	assert_int_equal(s->alternate, alternate);
	assert_int_equal(s->address, address);
	assert_int_equal(s->len, strlen(data));
	assert_memory_equal(s->data, data, s->len);
}

void
check_refused(struct buf *b, const char *words)
{
	struct buf error = { 0 };
	struct image image;

	if (check_read_copy(&image, b->data, b->len, &error))
		fail_msg("read, not refused with \"%s\"", words);
	if (strstr(buf_str(&error), words) == NULL)
		fail_msg("\"%s\" instead of \"%s\"", buf_str(&error), words);
	assert_null(image.segments);
	buf_free(&error);
	buf_free(b);
}

void
check_noted(struct buf *b, const char *words, bool wrong, size_t at)
{
	struct image image = check_read_good(b);
	const struct image_note *note = words != NULL ?
	    check_note_with(&image, words) : NULL;

	if (words == NULL && image.nnotes > 0)
		fail_msg("a note: %s", image.notes[0].text);
	if (words != NULL && note == NULL)
		fail_msg("no note has \"%s\", the first has \"%s\"", words,
		    image.nnotes > 0 ? image.notes[0].text : "");
	if (note != NULL && (note->wrong != wrong || note->at != at))
		fail_msg("%s at %zu: %s", note->wrong ? "wrong" : "odd",
		    note->at, note->text);
	assert_int_equal(image_wrong(&image) != NULL, wrong);
	image_free(&image);
	buf_free(b);
}
