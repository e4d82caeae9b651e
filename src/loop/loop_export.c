/* SPDX-License-Identifier: ISC */
/* Writes what is to be looked at by others. */
#include "loop/loop_own.h"

#include <string.h>

#include "base/code.h"
#include "base/file.h"
#include "base/text.h"
#include "job/image_fit.h"
#include "report/export.h"

/* missed: as it was before. */
static void
say_missing(struct loop *l, size_t missed)
{
	const struct trace *t = l->app.sessions->trace;
	size_t missing = trace_lost(t);
	struct buf b = { 0 };

	if (missing != 0)
		buf_addf(&b, "%zu older event%s missing: dfuscope did not "
		    "keep the data", missing, missing == 1 ? " is" : "s are");
	else if (trace_missed(t) != missed)
		buf_adds(&b, "some events are missing: dfuscope cannot read "
		    "them back from the journal");
	else
		return;
	loop_say(l, SEVERITY_WARNING, buf_str(&b));
	buf_free(&b);
}

bool
loop_export(struct loop *l, const char *path, const struct export *what,
    struct buf *error)
{
	const struct session *s = app_session(&l->app);
	struct buf b = { 0 }, said = { 0 };
	size_t missed = trace_missed(l->app.sessions->trace);
	bool ok = true;

	if (what->kind == EXPORT_IMAGE)
		ok = export_image(&b, &l->app, s, path, &said);
	else
		export_write(&b, &l->app, s, what, l->now);
	if (!ok)
		buf_add(error, said.data, said.len);
	ok = ok && file_write(path, b.data, b.len, what->replace, error);
	if (ok) {
		buf_reset(&b);
		buf_adds(&b, "wrote ");
		text_escape(&b, path, strlen(path));
		if (said.len != 0)
			buf_addf(&b, ": %s", buf_str(&said));
		loop_say(l, SEVERITY_NOTE, buf_str(&b));
		say_missing(l, missed);
	}
	buf_free(&b);
	buf_free(&said);
	return (ok);
}

static bool
read_image(const char *path, const struct image_comparison *what,
    struct image *image, struct buf *error)
{
	struct buf bytes = { 0 }, why = { 0 };
	bool ok = file_read(path, IMAGE_UNPACKED_MOST, &bytes, &why);

	ok = image_fit_read(image, path, what->raw, bytes.data, bytes.len,
	    ok ? NULL : buf_str(&why), error) == CODE_OK;
	buf_free(&why);
	buf_free(&bytes);
	return (ok);
}

/* A batch has to show it, too. */
static void
tell(struct loop *l, const struct session *s, const char *text)
{
	loop_say(l, SEVERITY_NOTE, text);
	if (l->frontend->ops->result != NULL)
		loop_deliver_text(l, EVENT_NOTE, s->dev, text);
}

bool
loop_compare(struct loop *l, const char *path,
    const struct image_comparison *what, struct buf *error)
{
	const struct session *s = app_session(&l->app);
	size_t missed = trace_missed(l->app.sessions->trace);
	struct image image = { 0 };
	struct buf said = { 0 };
	bool ok = what->read || read_image(path, what, &image, error);

	if (ok) {
		ok = export_compare(&l->app, s, what,
		    what->read ? NULL : &image, &said);
		if (ok)
			tell(l, s, buf_str(&said));
		else
			buf_add(error, said.data, said.len);
		say_missing(l, missed);
	}
	image_free(&image);
	buf_free(&said);
	return (ok);
}
