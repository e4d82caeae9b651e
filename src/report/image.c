#include "report/image.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char *
plural(uint64_t n)
{
	return (n == 1 ? "" : "s");
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
	buf_addf(b, "; bcdDFU 0x%04x, bLength %u, dwCRC 0x%08x, which %s\n",
	    s->bcdDFU, s->bLength, s->dwCRC,
	    image->suffix_good ? "holds" : "does not hold");
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

/* The range of a segment, after the gap that leads to it. */
static void
text_segment(struct buf *b, const struct image_segment *s,
    const struct image_segment *before)
{
	uint64_t gap;

	if (before != NULL && before->alternate == s->alternate) {
		gap = s->address - before->address - before->len;
		buf_addf(b, "    %-26s %10llu byte%s\n", "(nothing)",
		    (unsigned long long)gap, plural(gap));
	}
	buf_addf(b, "    0x%08x to 0x%08x   %10zu byte%s\n", s->address,
	    (uint32_t)(s->address + s->len - 1), s->len, plural(s->len));
}

static void
text_segments(struct buf *b, const struct image *image, int alternate)
{
	const struct image_segment *s, *before = NULL;
	size_t i;

	for (i = 0; i < image->nsegments; i++) {
		s = &image->segments[i];
		if (alternate < 0 || s->alternate == alternate)
			text_segment(b, s, before);
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
	buf_addf(b, ": %s, %zu byte%s; %llu byte%s of data%s\n",
	    image_kind_name(image->kind), image->size, plural(image->size),
	    (unsigned long long)total, plural(total),
	    image->addressed ? "" : ", without an address");
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
	else if (image->addressed)
		text_segments(b, image, -1);
	if (image->has_entry)
		buf_addf(b, "  start address 0x%08x\n", image->entry);
	for (i = 0; i < image->nnotes; i++)
		text_note(b, &image->notes[i]);
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
new_object(const char *path, int code)
{
	return (json_pack("{s:i, s:s, s:o, s:i}", "v", 1, "type", "image",
	    "file", escaped(path), "code", code));
}

static void
finish(struct buf *b, json_t *o)
{
	char *line = json_dumps(o, JSON_COMPACT);

	if (line != NULL)
		buf_addf(b, "%s\n", line);
	free(line);
	json_decref(o);
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
		o = json_pack("{s:I}", "length", (json_int_t)s->len);
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
	json_t *o = new_object(path, code);

	json_object_update_new(o, json_pack("{s:s, s:I, s:o, s:o, s:o, s:o}",
	    "kind", image_kind_name(image->kind),
	    "size", (json_int_t)image->size, "suffix", suffix_object(image),
	    "targets", target_array(image), "segments", segment_array(image),
	    "notes", note_array(image)));
	if (image->header != NULL)
		json_object_set_new(o, "header", escaped(image->header));
	if (image->has_entry)
		json_object_set_new(o, "entry",
		    json_integer((json_int_t)image->entry));
	finish(b, o);
}

void
image_json_error(struct buf *b, const char *path, const char *error,
    int code)
{
	json_t *o = new_object(path, code);

	json_object_set_new(o, "error", json_string(error));
	finish(b, o);
}
