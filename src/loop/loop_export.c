/* Writes what is to be looked at by others. */
#include "loop/loop_own.h"

#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "report/export.h"

static void
say_missing(struct loop *l)
{
	size_t missing = trace_first(l->app.sessions->trace);
	struct buf b = { 0 };

	if (missing == 0)
		return;
	buf_addf(&b, "%zu events are not in it: they were not kept", missing);
	loop_say(l, SEVERITY_WARNING, buf_str(&b));
	buf_free(&b);
}

bool
loop_export(struct loop *l, struct buf *error)
{
	struct export_wish *w = &l->app.export;
	const struct session *s = app_session(&l->app);
	struct buf b = { 0 };
	bool ok = true;

	if (!w->wanted)
		return (true);
	w->wanted = false;
	export_write(&b, &l->app, s, w, l->now);
	ok = file_write(buf_str(&w->path), b.data, b.len, w->replace,
	    error);
	if (ok) {
		buf_reset(&b);
		buf_adds(&b, "written: ");
		text_escape(&b, w->path.data, w->path.len);
		loop_say(l, SEVERITY_NOTE, buf_str(&b));
		say_missing(l);
	}
	buf_free(&b);
	return (ok);
}
