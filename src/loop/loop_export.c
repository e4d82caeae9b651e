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
	buf_addf(&b, "%zu older events are missing: dfuscope did not keep "
	    "them", missing);
	loop_say(l, SEVERITY_WARNING, buf_str(&b));
	buf_free(&b);
}

bool
loop_export(struct loop *l, const char *path, const struct export *what,
    struct buf *error)
{
	const struct session *s = app_session(&l->app);
	struct buf b = { 0 }, said = { 0 };
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
		say_missing(l);
	}
	buf_free(&b);
	buf_free(&said);
	return (ok);
}
