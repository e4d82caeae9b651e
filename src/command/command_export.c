/* What can be exported, and where to. */
#include "command/command_args.h"

#include "base/line.h"
#include "command/app_effect.h"

/* What is wished for, up to the file. */
static bool
export_what(struct export *w, struct line_reader *words, struct buf *error)
{
	bool svg = line_accept(words, "svg");

	if (!svg && !line_accept(words, "ladder")) {
		buf_adds(error, "expected svg or ladder, not ");
		line_show(words, error);
		return (false);
	}
	w->kind = svg ? EXPORT_SVG : EXPORT_SEQUENCE;
	w->zoom = SEQUENCE_REQUESTS;
	if (!svg && line_peek(words) != NULL &&
	    sequence_zoom_named(line_peek(words), &w->zoom))
		line_take(words);
	if (line_peek(words) != NULL)
		return (true);
	buf_adds(error, "expected the name of a file");
	return (false);
}

bool
act_export(
    const struct command_context *c, struct line_reader *w, struct buf *error)
{
	struct export wish = { .replace = false };

	if (!export_what(&wish, w, error))
		return (false);
	if (c != NULL && c->runner == NULL) {
		buf_adds(error, "there is no device");
		return (false);
	}
	if (c != NULL)
		buf_adds(&c->effect->text, line_peek(w));
	line_take(w);
	wish.replace = line_accept(w, "replace");
	if (c != NULL) {
		c->effect->kind = APP_EXPORT;
		c->effect->export = wish;
	}
	return (true);
}
