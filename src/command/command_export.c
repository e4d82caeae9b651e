/* What can be exported, and where to. */
#include "command/command_args.h"

#include "base/line.h"
#include "command/app.h"

/* What is wished for, up to the file. */
static bool
export_what(struct export_wish *w, struct line_reader *words, struct buf *error)
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
act_export(struct app *d, struct line_reader *w, struct buf *error)
{
	struct export_wish wish = { .wanted = true };

	if (!export_what(&wish, w, error))
		return (false);
	buf_adds(&wish.path, line_peek(w));
	line_take(w);
	wish.replace = line_accept(w, "replace");
	if (d == NULL || app_session(d) == NULL) {
		buf_free(&wish.path);
		if (d != NULL)
			buf_adds(error, "there is no device");
		return (d == NULL);
	}
	buf_free(&d->export.path);
	d->export = wish;
	return (true);
}
