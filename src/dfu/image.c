#include "dfu/image.h"

#include <stdlib.h>

#include "base/mem.h"

static const char *const kinds[] = {
	[IMAGE_RAW] = "raw binary",
	[IMAGE_DFUSE] = "DfuSe",
	[IMAGE_IHEX] = "Intel HEX",
	[IMAGE_SREC] = "S-record",
};

static void
read_raw(struct image *image, const uint8_t *p, size_t n)
{
	image->kind = IMAGE_RAW;
	image->store = mem_copy(p, n);
	image->segments = mem_alloc(sizeof(*image->segments));
	image->nsegments = 1;
	image->segments[0].data = image->store;
	image->segments[0].len = n;
}

bool
image_read(struct image *image, const uint8_t *p, size_t n,
    struct buf *error)
{
	*image = (struct image){ .size = n };
	if (n == 0) {
		buf_adds(error, "the file is empty");
		return (false);
	}
	read_raw(image, p, n);
	return (true);
}

void
image_free(struct image *image)
{
	size_t i;

	for (i = 0; i < image->nnotes; i++)
		free(image->notes[i].text);
	for (i = 0; i < image->ntargets; i++)
		free(image->targets[i].szTargetName);
	free(image->notes);
	free(image->targets);
	free(image->segments);
	free(image->header);
	free(image->store);
	*image = (struct image){ 0 };
}

const char *
image_kind_name(enum image_kind kind)
{
	return (kinds[kind]);
}

const struct image_note *
image_wrong(const struct image *image)
{
	size_t i;

	for (i = 0; i < image->nnotes; i++) {
		if (image->notes[i].wrong)
			return (&image->notes[i]);
	}
	return (NULL);
}

uint64_t
image_total(const struct image *image)
{
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < image->nsegments; i++)
		total += image->segments[i].len;
	return (total);
}

bool
image_matches(const struct image *image, uint16_t idVendor,
    uint16_t idProduct, uint16_t bcdDevice, struct buf *why)
{
	const struct image_suffix *s = &image->suffix;
	bool fits;

	if (!image->has_suffix) {
		buf_adds(why, "the file does not say for which device it is");
		return (true);
	}
	fits = (s->idVendor == 0xffff || s->idVendor == idVendor) &&
	    (s->idProduct == 0xffff || s->idProduct == idProduct);
	buf_adds(why, "the file is for ");
	image_suffix_ids(why, s);
	buf_addf(why, "; the device is %04x:%04x, version %04x", idVendor,
	    idProduct, bcdDevice);
	if (fits && s->bcdDevice == bcdDevice && bcdDevice != 0xffff)
		buf_adds(why, ", the same as in the file");
	return (fits);
}

void
image_suffix_ids(struct buf *b, const struct image_suffix *s)
{
	if (s->idVendor == 0xffff && s->idProduct == 0xffff)
		buf_adds(b, "any device");
	else if (s->idVendor == 0xffff)
		buf_addf(b, "product %04x of any vendor", s->idProduct);
	else if (s->idProduct == 0xffff)
		buf_addf(b, "any product of vendor %04x", s->idVendor);
	else
		buf_addf(b, "%04x:%04x", s->idVendor, s->idProduct);
	if (s->bcdDevice == 0xffff)
		buf_adds(b, ", any version");
	else
		buf_addf(b, ", version %04x", s->bcdDevice);
}
