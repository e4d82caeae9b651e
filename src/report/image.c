/* SPDX-License-Identifier: ISC */
#include "report/image.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/text.h"
#include "dfu/layout.h"
#include "job/image_fit.h"
#include "report/json_own.h"

static const char *
plural(uint64_t n)
{
	return (n == 1 ? "" : "s");
}

/* The common CRC-32, by which other tools can be asked for the same bytes. */
static uint32_t
crc_of(const struct image_segment *s)
{
	return ((uint32_t)crc32_z(crc32_z(0, NULL, 0), s->data, s->len));
}

static void
text_suffix(struct buf *b, const struct image *image)
{
	const struct image_suffix *s = &image->suffix;

	if (!image->has_suffix) {
		buf_adds(b, "  no DFU suffix\n");
		return;
	}
	buf_adds(b, "  DFU suffix: for ");
	image_suffix_ids(b, s);
	buf_addf(b, "\n    bcdDFU 0x%04x, bLength %u, dwCRC 0x%08x, which %s\n",
	    s->bcdDFU, s->bLength, s->dwCRC,
	    image->suffix_good ? "matches" : "does not match");
}

static void
text_target(struct buf *b, const struct image_target *t)
{
	buf_addf(b, "  alternate setting %u", t->bAlternateSetting);
	if (t->szTargetName != NULL) {
		buf_addc(b, ' ');
		text_quote(b, t->szTargetName, strlen(t->szTargetName));
	}
	buf_addf(b, ", %u element%s\n", t->dwNbElements,
	    plural(t->dwNbElements));
}

/* One line: a range, or what stands for it, bytes, and what they are. */
static void
text_range(struct buf *b, const char *range, uint64_t n)
{
	buf_addf(b, "    %-26s %10llu byte%s", range, (unsigned long long)n,
	    plural(n));
}

/* The range of a segment, after the gap that leads to it. */
static void
text_segment(struct buf *b, const struct image *image,
    const struct image_segment *s, const struct image_segment *before)
{
	struct buf range = { 0 };

	if (before != NULL && before->alternate == s->alternate) {
		text_range(b, "(nothing)", (uint64_t)s->address -
		    before->address - before->len);
		buf_addc(b, '\n');
	}
	if (image->addressed)
		buf_addf(&range, "0x%08x-0x%08x", s->address,
		    (uint32_t)(s->address + s->len - 1));
	text_range(b, range.len != 0 ? buf_str(&range) : "(no address)",
	    s->len);
	buf_addf(b, ", CRC-32 0x%08x\n", crc_of(s));
	buf_free(&range);
}

static void
text_segments(struct buf *b, const struct image *image, int alternate)
{
	const struct image_segment *s, *before = NULL;
	size_t i;

	for (i = 0; i < image->nsegments; i++) {
		s = &image->segments[i];
		if (alternate < 0 || s->alternate == alternate)
			text_segment(b, image, s, before);
		before = s;
	}
}

/* Each alternate setting once: its targets, then what goes there. */
static void
text_targets(struct buf *b, const struct image *image)
{
	const struct image_target *t = image->targets;
	size_t i, k;

	for (i = 0; i < image->ntargets; i++) {
		text_target(b, &t[i]);
		for (k = i + 1; k < image->ntargets; k++) {
			if (t[k].bAlternateSetting ==
			    t[i].bAlternateSetting)
				break;
		}
		if (k == image->ntargets)
			text_segments(b, image, t[i].bAlternateSetting);
	}
}

static void
text_note(struct buf *b, const struct image_note *note)
{
	buf_addf(b, "  %s: ", note->wrong ? "WRONG" : "note");
	if (note->at != IMAGE_NOWHERE)
		buf_addf(b, "%s %zu: ", note->by_line ? "line" : "byte",
		    note->at);
	buf_addf(b, "%s\n", note->text);
}

void
image_text(struct buf *b, const char *path, const struct image *image)
{
	uint64_t total = image_total(image);
	size_t i;

	text_escape(b, path, strlen(path));
	buf_addf(b, ": %s, %zu byte%s; %llu byte%s of data\n",
	    image_kind_name(image->kind), image->size, plural(image->size),
	    (unsigned long long)total, plural(total));
	if (image->about != NULL)
		buf_addf(b, "  %s\n", image->about);
	if (image->header != NULL && *image->header != '\0') {
		buf_adds(b, "  header ");
		text_quote(b, image->header, strlen(image->header));
		buf_addc(b, '\n');
	}
	if (image->has_suffix || image->kind == IMAGE_RAW ||
	    image->kind == IMAGE_DFUSE)
		text_suffix(b, image);
	if (image->kind == IMAGE_DFUSE)
		text_targets(b, image);
	else
		text_segments(b, image, -1);
	if (image->has_entry)
		buf_addf(b, "  start address 0x%08x\n", image->entry);
	for (i = 0; i < image->nnotes; i++)
		text_note(b, &image->notes[i]);
}

/* A device. */

struct verdict {
	bool		 matches;
	bool		 exact;		/* by both ids, none left open */
	bool		 fits;
	struct buf	 ids;		/* why it matches or not */
	struct buf	 memory;	/* why it does not fit, or is unsure */
	struct buf	 astray;	/* why it would not start, or nothing */
};

/* Where flash would put bytes without an address; 0: not known. */
static uint32_t
first_address(const struct session *s)
{
	uint32_t address = 0;

	image_fit_base(s, &address);
	return (address);
}

static bool
judge(struct verdict *v, const struct image *image, const struct session *s)
{
	const struct dfu_descriptors *d = &s->descriptors;

	*v = (struct verdict){ 0 };
	v->matches = image_matches(image, d->idVendor, d->idProduct,
	    d->bcdDevice, &v->ids);
	v->exact = image->has_suffix &&
	    image->suffix.idVendor == d->idVendor &&
	    image->suffix.idProduct == d->idProduct;
	v->fits = image_fit_check(image, s, first_address(s), &v->memory);
	image_fit_astray(image, s, s->alternate, first_address(s), &v->astray);
	return (v->matches && v->fits);
}

static void
verdict_free(struct verdict *v)
{
	buf_free(&v->ids);
	buf_free(&v->memory);
	buf_free(&v->astray);
}

bool
image_fit_text(struct buf *b, const struct image *image,
    const struct session *s)
{
	struct verdict v;
	bool good = judge(&v, image, s);

	buf_adds(b, "  on ");
	session_title(s, b);
	buf_addf(b, "\n    %s: %s\n", !v.matches ? "NOT FOR THIS DEVICE" :
	    v.exact ? "for this device" : "may be for this device",
	    buf_str(&v.ids));
	buf_addf(b, "    %s", v.fits ? "fits" : "DOES NOT FIT");
	if (v.fits && !image->addressed && v.memory.len == 0 &&
	    session_dialect(s) != DFU_DIALECT_PLAIN)
		buf_addf(b, " at 0x%08x", first_address(s));
	if (v.memory.len != 0)
		buf_addf(b, "%s: %s", v.fits ? ", as far as known" : "",
		    buf_str(&v.memory));
	buf_addc(b, '\n');
	if (v.astray.len != 0)
		buf_addf(b, "    note: %s\n", buf_str(&v.astray));
	verdict_free(&v);
	return (good);
}

/* JSON. */

static json_t *
escaped(const char *s)
{
	struct buf b = { 0 };
	json_t *o;

	text_escape(&b, s, strlen(s));
	o = json_string(buf_str(&b));
	buf_free(&b);
	return (o);
}

static json_t *
new_object(const char *type, const char *path, int code)
{
	json_t *o = json_own_object(type);

	json_own_string(o, "file", path);
	json_own_number(o, "code", (uint64_t)code);
	return (o);
}

static json_t *
suffix_object(const struct image *image)
{
	const struct image_suffix *s = &image->suffix;

	if (!image->has_suffix)
		return (json_null());
	return (json_pack("{s:i, s:i, s:i, s:i, s:i, s:I, s:b}",
	    "idVendor", s->idVendor, "idProduct", s->idProduct,
	    "bcdDevice", s->bcdDevice, "bcdDFU", s->bcdDFU,
	    "bLength", s->bLength, "dwCRC", (json_int_t)s->dwCRC,
	    "good", image->suffix_good));
}

static json_t *
target_array(const struct image *image)
{
	const struct image_target *t;
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < image->ntargets; i++) {
		t = &image->targets[i];
		json_array_append_new(list, json_pack("{s:i, s:o, s:I}",
		    "alternate", t->bAlternateSetting, "name",
		    t->szTargetName != NULL ? escaped(t->szTargetName) :
		    json_null(), "elements", (json_int_t)t->dwNbElements));
	}
	return (list);
}

static json_t *
segment_array(const struct image *image)
{
	const struct image_segment *s;
	json_t *list = json_array(), *o;
	size_t i;

	for (i = 0; i < image->nsegments; i++) {
		s = &image->segments[i];
		o = json_pack("{s:I, s:I}", "length", (json_int_t)s->len,
		    "crc32", (json_int_t)crc_of(s));
		if (image->addressed)
			json_object_set_new(o, "address",
			    json_integer((json_int_t)s->address));
		if (image->kind == IMAGE_DFUSE)
			json_object_set_new(o, "alternate",
			    json_integer(s->alternate));
		json_array_append_new(list, o);
	}
	return (list);
}

static json_t *
note_array(const struct image *image)
{
	const struct image_note *note;
	json_t *list = json_array(), *o;
	size_t i;

	for (i = 0; i < image->nnotes; i++) {
		note = &image->notes[i];
		o = json_pack("{s:s, s:s}", "severity",
		    note->wrong ? "error" : "note", "text", note->text);
		if (note->at != IMAGE_NOWHERE)
			json_object_set_new(o, note->by_line ? "line" :
			    "byte", json_integer((json_int_t)note->at));
		json_array_append_new(list, o);
	}
	return (list);
}

void
image_json(struct buf *b, const char *path, const struct image *image,
    int code)
{
	json_t *o = new_object("image", path, code);

	json_object_update_new(o, json_pack("{s:s, s:I, s:o, s:o, s:o, s:o}",
	    "kind", image_kind_name(image->kind),
	    "size", (json_int_t)image->size, "suffix", suffix_object(image),
	    "targets", target_array(image), "segments", segment_array(image),
	    "notes", note_array(image)));
	if (image->header != NULL)
		json_object_set_new(o, "header", escaped(image->header));
	if (image->about != NULL)
		json_object_set_new(o, "about", json_string(image->about));
	if (image->unpacked != 0)
		json_object_set_new(o, "unpacked",
		    json_integer((json_int_t)image->unpacked));
	if (image->has_entry)
		json_object_set_new(o, "entry",
		    json_integer((json_int_t)image->entry));
	json_own_finish(b, o);
}

void
image_json_error(struct buf *b, const char *path, const char *error,
    int code)
{
	json_t *o = new_object("image", path, code);

	json_object_set_new(o, "error", json_string(error));
	json_own_finish(b, o);
}

bool
image_fit_json(struct buf *b, const char *path, const struct image *image,
    const struct session *s, int code)
{
	struct verdict v;
	bool good = judge(&v, image, s);
	json_t *o = new_object("fit", path, good ? 0 : code);

	json_object_update_new(o, json_pack("{s:o, s:b, s:s, s:b, s:s}",
	    "place", escaped(s->place), "matches", v.matches, "ids",
	    buf_str(&v.ids), "fits", v.fits, "memory", buf_str(&v.memory)));
	if (v.astray.len != 0)
		json_object_set_new(o, "astray",
		    json_string(buf_str(&v.astray)));
	json_own_finish(b, o);
	verdict_free(&v);
	return (good);
}
