/* SPDX-License-Identifier: ISC */
/* Any bytes: what is read is in order, apart, inside of the file. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dfu/image.h"
#include "dfu/layout.h"

int	LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_segments(const struct image *image, size_t n)
{
	const struct image_segment *s, *before = NULL;
	uint64_t total = 0, sum = 0;
	size_t i, k;

	for (i = 0; i < image->nsegments; i++) {
		s = &image->segments[i];
		must(s->len > 0);
		must(s->address + (uint64_t)s->len <= UINT64_C(1) << 32);
		if (before != NULL)
			must(s->alternate > before->alternate ||
			    (s->alternate == before->alternate && s->address >
			    (uint64_t)before->address + before->len));
		/* A sanitizer looks at every byte. */
		for (k = 0; k < s->len; k++)
			sum += s->data[k];
		total += s->len;
		before = s;
	}
	must(image_total(image) == total && total <= n && total > 0);
	must(sum <= total * 255);
	must(image->addressed || image->nsegments == 1);
}

static void
check_notes(const struct image *image, size_t n)
{
	bool wrong = false;
	size_t i;

	for (i = 0; i < image->nnotes; i++) {
		must(image->notes[i].text[0] != '\0');
		must(image->notes[i].at <= n ||
		    image->notes[i].at == IMAGE_NOWHERE);
		wrong = wrong || image->notes[i].wrong;
	}
	must(wrong == (image_wrong(image) != NULL));
}

/* The same bytes without a look at them. */
static void
check_raw(const uint8_t *p, size_t n)
{
	struct buf error = { 0 };
	struct image image;

	if (image_read_file(&image, "a.hex.gz", true, p, n, &error)) {
		must(image.kind == IMAGE_RAW && image.unpacked == 0);
		check_segments(&image, n);
		check_notes(&image, n);
	}
	image_free(&image);
	buf_free(&error);
}

/* What is inside and what is left out are all there was. */
static void
check_inside(struct image *image, size_t n)
{
	static const char name[] = "@F /0x08000000/2*016Ka,4*001Kg/0x00000000/"
	    "1*004Kg";
	uint64_t total = image_total(image), kept = 0, gone = 0;
	struct image_segment *left;
	struct layout l;
	struct buf b = { 0 };
	size_t i, k;

	must(layout_parse(&l, name, strlen(name)));
	image_astray(image, &l, 0, 0x08000000, &b);
	k = image_keep_inside(image, &l, 0, 0x08008000, &left);
	for (i = 0; i < k; i++)
		gone += left[i].len;
	kept = image_total(image);
	must(kept + gone == total);
	if (kept != 0)
		check_segments(image, n);
	for (i = 0; i < image->nsegments; i++)
		must(layout_at(&l, image->segments[i].address) != NULL);
	free(left);
	layout_free(&l);
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf error = { 0 }, why = { 0 };
	struct image image;
	size_t most;
	bool ok;

	image_begins_as(p, n);
	check_raw(p, n);
	ok = image_read(&image, p, n, &error);
	must(ok == (error.len == 0));
	if (ok) {
		must(image.size == n);
		must(image.kind != IMAGE_DFUSE || image.ntargets > 0);
		most = image.unpacked > n ? image.unpacked : n;
		check_segments(&image, most);
		check_notes(&image, most);
		image_words_aloud(&image, &why);
		buf_reset(&why);
		check_inside(&image, most);
		image_matches(&image, 0x0483, 0xdf11, 0x0200, &why);
		must(why.len > 0);
	} else {
		must(image.segments == NULL && image.notes == NULL);
	}
	image_free(&image);
	buf_free(&error);
	buf_free(&why);
	return (0);
}
