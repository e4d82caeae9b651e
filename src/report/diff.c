/* SPDX-License-Identifier: ISC */
#include "report/diff.h"

#include "analysis/difference.h"
#include "base/code.h"
#include "base/mem.h"
#include "command/app.h"
#include "diagnosis/sessions.h"
#include "source/source.h"

#define DIFFERENT	1
#define WORDS		44	/* columns of what is asked */
#define NUMBER		10

static bool
read_all(const char *path, struct sessions *all, int *code,
    struct buf *error)
{
	struct source *source = source_open(path, code, error);
	enum source_result r = SOURCE_BAD;
	struct event e;

	if (source == NULL)
		return (false);
	*code = CODE_BAD_FILE;
	do {
		r = source_read(source, &e, error);
		if (r == SOURCE_EVENT)
			sessions_apply(all, &e);
	} while (r == SOURCE_EVENT || r == SOURCE_LATER);
	source_close(source);
	return (r == SOURCE_END);
}

/* The device that was asked most. */
static bool
read_way(struct difference_way *w, const char *path, int *code,
    struct buf *error)
{
	struct sessions *all = sessions_new(trace_new(), 0);
	const struct session *s = NULL;
	size_t i;
	bool ok = read_all(path, all, code, error);

	for (i = 0; ok && i < all->n; i++) {
		if (s == NULL ||
		    session_history(all->list[i]) > session_history(s))
			s = all->list[i];
	}
	if (ok)
		difference_take(w, path, s, all->trace);
	sessions_free(all);
	return (ok);
}

static void
add_number(struct buf *b, const struct difference_step *s)
{
	struct buf n = { 0 };

	difference_number(s, &n);
	buf_addf(b, "%-*s ", NUMBER, buf_str(&n));
	buf_free(&n);
}

static void
add_row(struct buf *b, const struct difference_row *row)
{
	if (row->equal != 0) {
		buf_addf(b, "  ... %zu equal\n", row->equal);
		return;
	}
	buf_adds(b, difference_mark(row));
	add_number(b, row->a);
	add_number(b, row->b);
	buf_addf(b, "%-*s ", WORDS, row->a != NULL ? row->a->asked :
	    row->b->asked);
	difference_answer(row, b);
	buf_addc(b, '\n');
}

void
diff_text(const struct difference *d, struct buf *b)
{
	size_t i;

	difference_title(&d->a, 'A', b);
	buf_addc(b, '\n');
	difference_title(&d->b, 'B', b);
	buf_addc(b, '\n');
	difference_words(d, b);
	buf_addc(b, '\n');
	if (d->n != 0)
		buf_addc(b, '\n');
	for (i = 0; i < d->n; i++)
		add_row(b, &d->rows[i]);
	if (d->too_long)
		buf_adds(b, "\nthe rest is too long to compare\n");
}

int
diff_files(const char *a, const char *b, FILE *out, FILE *err)
{
	struct difference d = { .n = 0 };
	struct buf text = { 0 }, error = { 0 };
	int code = 0;

	if (!read_way(&d.a, a, &code, &error) ||
	    !read_way(&d.b, b, &code, &error)) {
		fprintf(err, "dfuscope: %s\n", buf_str(&error));
	} else {
		code = difference_make(&d) ? CODE_OK : DIFFERENT;
		diff_text(&d, &text);
	}
	fputs(buf_str(&text), out);
	difference_free(&d);
	buf_free(&text);
	buf_free(&error);
	return (code);
}

bool
diff_app(struct app *app, const char *path, struct buf *said,
    struct buf *error)
{
	struct difference d = { .n = 0 };
	int code;

	if (!read_way(&d.b, path, &code, error)) {
		difference_free(&d);
		return (false);
	}
	difference_take(&d.a, "this session", app_session(app),
	    app->sessions->trace);
	difference_make(&d);
	difference_words(&d, said);
	app_take_difference(app, mem_copy(&d, sizeof(d)));
	return (true);
}
