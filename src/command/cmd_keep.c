/* SPDX-License-Identifier: ISC */
/* What is kept of a session. */
#include "command/cmd.h"

#include <stdlib.h>
#include <string.h>

#include "base/line.h"
#include "session/session_memory.h"

static bool
act_mark(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	struct buf text = { 0 };
	bool ok;

	line_rest(w, &text);
	ok = text.len != 0;
	if (!ok)
		buf_adds(error, "expected a remark");
	if (ok && strcmp(buf_str(&text), "complete") == 0)
		cmd_wish(c, APP_MEANT, SESSION_MEMORY_MEANT);
	else if (ok)
		cmd_wish(c, APP_MARK, buf_str(&text));
	buf_free(&text);
	return (ok);
}

/* What is to be written, up to the file. */
static bool
export_what(struct export *w, struct line_reader *words, struct buf *error)
{
	static const struct {
		const char	*word;
		enum export_kind kind;
	} kinds[] = {
		{ "svg", EXPORT_SVG }, { "pcapng", EXPORT_PCAPNG },
		{ "sequence", EXPORT_SEQUENCE },
		/* As version 0.1.0 called it. */
		{ "ladder", EXPORT_SEQUENCE }
	};
	const size_t n = sizeof(kinds) / sizeof(kinds[0]);
	size_t i;

	for (i = 0; i < n && !line_accept(words, kinds[i].word); i++)
		continue;
	if (i == n) {
		buf_adds(error, "expected svg, pcapng or sequence, not ");
		line_show(words, error);
		return (false);
	}
	w->kind = kinds[i].kind;
	w->zoom = SEQUENCE_REQUESTS;
	if (w->kind == EXPORT_SEQUENCE && line_peek(words) != NULL &&
	    sequence_zoom_named(line_peek(words), &w->zoom))
		line_take(words);
	if (line_peek(words) != NULL)
		return (true);
	buf_adds(error, "expected a file name");
	return (false);
}

static bool
act_export(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	struct export what = { .replace = false };

	if (!export_what(&what, w, error))
		return (false);
	cmd_wish(c, APP_EXPORT, line_peek(w));
	line_take(w);
	what.replace = line_accept(w, "replace");
	if (c != NULL)
		c->effect->export = what;
	return (true);
}

static bool
act_save(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	struct export what = { .kind = EXPORT_IMAGE };

	if (!line_accept(w, "image")) {
		buf_adds(error, "expected image, not ");
		line_show(w, error);
		return (false);
	}
	if (line_peek(w) == NULL) {
		buf_adds(error, "expected a file name");
		return (false);
	}
	cmd_wish(c, APP_EXPORT, line_peek(w));
	line_take(w);
	what.replace = line_accept(w, "replace");
	if (c != NULL)
		c->effect->export = what;
	return (true);
}

/* A file, how it is taken, and where it begins. */
static bool
compare_file(struct image_comparison *what, struct line_reader *w,
    struct buf *error)
{
	if (line_accept(w, "as")) {
		what->raw = line_accept(w, "raw");
		if (!what->raw) {
			buf_adds(error, "expected as raw, not as ");
			line_show(w, error);
			return (false);
		}
	}
	return (cmd_optional_address(w, &what->has_address, &what->address,
	    error));
}

static bool
act_compare(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	struct image_comparison what = { .read = line_accept(w, "read") };
	bool ok = what.read || line_accept(w, "image");
	char *path = NULL;

	if (!ok) {
		buf_adds(error, "expected image or read, not ");
		line_show(w, error);
		return (false);
	}
	if (!what.read) {
		path = cmd_take_path(w, error);
		ok = path != NULL && compare_file(&what, w, error);
	}
	if (ok)
		cmd_wish(c, APP_COMPARE, path != NULL ? path : "");
	if (ok && c != NULL)
		c->effect->comparison = what;
	free(path);
	return (ok);
}

static bool
act_record(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	const char *word = line_peek(w);

	if (word == NULL || *word == '\0') {
		buf_adds(error, "expected the name of a new file");
		return (false);
	}
	cmd_wish(c, strcmp(word, "off") == 0 ? APP_UNRECORD : APP_RECORD,
	    word);
	line_take(w);
	return (true);
}

const struct command_row cmd_keep[] = {
	{ .name = "mark", .args = "TEXT",
	    .sentence = "write a remark into the journal; complete: accept "
	    "the memory as an interrupted flash or erase left it",
	    .group = COMMAND_HOUSE, .key = 'm', .press = "mark ",
	    .label = "Mark", .adds = true, .recorded = true, .act = act_mark },
	{ .name = "export",
	    .args = "svg | pcapng | sequence [operations | requests | fields] "
	    "FILE [replace]",
	    .sentence = "write the timeline as a picture, the requests as a "
	    "capture for Wireshark, or the sequence diagram as text; replace "
	    "overwrites an existing file",
	    .group = COMMAND_HOUSE, .device = true, .whole = true,
	    .act = act_export,
	    .places = { { .literals = "svg pcapng sequence" },
	    { .words = WORDS_FILE, .literals = "operations requests fields" },
	    { .words = WORDS_FILE, .under = "operations requests fields" },
	    { .literals = "replace" } } },
	{ .name = "save", .args = "image FILE [replace]",
	    .sentence = "write the downloaded blocks to a file: as Intel HEX "
	    "if FILE ends in .hex, else as bytes",
	    .group = COMMAND_HOUSE, .device = true, .whole = true,
	    .act = act_save,
	    .places = { { .literals = "image" }, { .words = WORDS_FILE },
	    { .literals = "replace" } } },
	{ .name = "compare", .args = "image FILE [as raw] [ADDR] | read",
	    .sentence = "compare the downloaded data with FILE, or with the "
	    "data read back since; ADDR: where the bytes of a FILE without "
	    "addresses begin; fails at a difference, and names it (sends "
	    "nothing)",
	    .group = COMMAND_HOUSE, .device = true, .whole = true,
	    .act = act_compare,
	    .places = { { .literals = "image read" },
	    { .words = WORDS_FILE, .under = "image" } } },
	{ .name = "record", .args = "FILE | off",
	    .sentence = "record the commands from now on as a new recipe",
	    .group = COMMAND_HOUSE, .adds = true, .act = act_record,
	    .places = { { .words = WORDS_FILE, .literals = "off" } } },
	{ .name = NULL },
};
