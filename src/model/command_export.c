/* What can be exported, and where to. */
#include "model/command_args.h"

#include "model/desk.h"
#include "model/line.h"

/* What is wished for, up to the file. */
static bool
export_what(struct export_wish *w, struct words *words, struct buf *error)
{
	bool svg = words_accept(words, "svg");

	if (!svg && !words_accept(words, "ladder")) {
		buf_adds(error, "expected svg or ladder, not ");
		words_show(words, error);
		return (false);
	}
	w->kind = svg ? EXPORT_SVG : EXPORT_LADDER;
	w->zoom = LADDER_REQUESTS;
	if (!svg && words_peek(words) != NULL &&
	    ladder_zoom_named(words_peek(words), &w->zoom))
		words_take(words);
	if (words_peek(words) != NULL)
		return (true);
	buf_adds(error, "expected the name of a file");
	return (false);
}

bool
act_export(struct desk *d, struct words *w, struct buf *error)
{
	struct export_wish wish = { .wanted = true };

	if (!export_what(&wish, w, error))
		return (false);
	buf_adds(&wish.path, words_peek(w));
	words_take(w);
	wish.replace = words_accept(w, "replace");
	if (d == NULL || desk_session(d) == NULL) {
		buf_free(&wish.path);
		if (d != NULL)
			buf_adds(error, "there is no device");
		return (d == NULL);
	}
	buf_free(&d->export.path);
	d->export = wish;
	return (true);
}
