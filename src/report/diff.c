/* SPDX-License-Identifier: ISC */
#include "report/diff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/code.h"
#include "base/mem.h"
#include "base/text.h"
#include "diagnosis/sessions.h"
#include "dfu/spec.h"
#include "source/source.h"
#include "trace/words.h"
#include "wire/usb.h"

#define DIFFERENT	1
#define CELLS		((size_t)32 * 1024 * 1024)	/* of the table */
#define AROUND		2	/* steps that are shown beside a difference */
#define WORDS		44	/* columns of what is asked */

/* A request, or polls with the same answer. */
struct step {
	char		*asked;
	char		*answer;
	uint32_t	 first, last;	/* numbers */
	uint32_t	 count;
};

/* One of the two. */
struct way {
	const char	*path;
	char		*place;
	struct step	*steps;
	size_t		 n;
	uint32_t	 requests;
};

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

static void
add_step(struct way *w, const struct trace *t, const struct request *r)
{
	const struct event *submit = trace_get(t, r->submit);
	const struct event *complete = r->complete != NO_EVENT ?
	    trace_get(t, r->complete) : NULL;
	struct step *last = w->n != 0 ? &w->steps[w->n - 1] : NULL;
	struct buf asked = { 0 }, answer = { 0 };

	if (submit == NULL)
		return;
	words_request_name(&asked, &r->setup);
	buf_addc(&asked, ' ');
	words_request(&asked, submit, &r->meaning);
	if (complete != NULL)
		words_answer(&answer, submit, complete);
	else
		buf_adds(&answer, "no answer");
	w->requests++;
	if (last != NULL && dfu_request_of(&r->setup) != NULL &&
	    r->setup.bRequest == DFU_GETSTATUS &&
	    strcmp(last->asked, buf_str(&asked)) == 0 &&
	    strcmp(last->answer, buf_str(&answer)) == 0) {
		last->last = r->number;
		last->count++;
		buf_free(&asked);
		buf_free(&answer);
		return;
	}
	w->steps = mem_array(w->steps, w->n + 1, sizeof(*w->steps));
	w->steps[w->n++] = (struct step){ .asked = mem_strdup(buf_str(&asked)),
	    .answer = mem_strdup(buf_str(&answer)), .first = r->number,
	    .last = r->number, .count = 1 };
	buf_free(&asked);
	buf_free(&answer);
}

static bool
read_way(struct way *w, const char *path, int *code, struct buf *error)
{
	struct sessions *all = sessions_new(trace_new(), 0);
	const struct session *s = NULL;
	const struct request *r;
	size_t i;
	bool ok = read_all(path, all, code, error);

	w->path = path;
	for (i = 0; i < all->n; i++) {
		if (s == NULL ||
		    session_history(all->list[i]) > session_history(s))
			s = all->list[i];
	}
	for (i = 0; ok && s != NULL && i < session_history(s); i++) {
		r = session_nth(s, i);
		if (r != NULL)
			add_step(w, all->trace, r);
	}
	w->place = mem_strdup(s != NULL ? s->place : "no device");
	sessions_free(all);
	return (ok);
}

static void
free_way(struct way *w)
{
	size_t i;

	for (i = 0; i < w->n; i++) {
		free(w->steps[i].asked);
		free(w->steps[i].answer);
	}
	free(w->steps);
	free(w->place);
}

static bool
alike(const struct step *a, const struct step *b)
{
	return (strcmp(a->asked, b->asked) == 0);
}

/* The longest that both have in common, from each pair of places on. */
struct table {
	const struct way	*a, *b;
	size_t			 same;	/* at the begin */
	size_t			 na, nb;	/* behind that */
	uint16_t		*common;	/* (na + 1) * (nb + 1) */
};

static uint16_t *
cell(const struct table *t, size_t i, size_t k)
{
	return (&t->common[i * (t->nb + 1) + k]);
}

/* False: they are too long for it. */
static bool
fill(struct table *t)
{
	size_t i, k;
	uint16_t down, right;

	if (t->na >= UINT16_MAX || t->nb >= UINT16_MAX ||
	    (t->na + 1) * (t->nb + 1) > CELLS)
		return (false);
	t->common = mem_array(NULL, (t->na + 1) * (t->nb + 1),
	    sizeof(*t->common));
	for (i = t->na + 1; i-- > 0;) {
		for (k = t->nb + 1; k-- > 0;) {
			down = i < t->na ? *cell(t, i + 1, k) : 0;
			right = k < t->nb ? *cell(t, i, k + 1) : 0;
			*cell(t, i, k) = i < t->na && k < t->nb &&
			    alike(&t->a->steps[t->same + i],
			    &t->b->steps[t->same + k]) ?
			    (uint16_t)(*cell(t, i + 1, k + 1) + 1) :
			    down > right ? down : right;
		}
	}
	return (true);
}

static void
add_number(struct buf *b, const struct step *s)
{
	struct buf n = { 0 };

	if (s != NULL && s->count > 1)
		buf_addf(&n, "#%u-%u", s->first, s->last);
	else if (s != NULL)
		buf_addf(&n, "#%u", s->first);
	buf_addf(b, "%-10s ", buf_str(&n));
	buf_free(&n);
}

/* A step of either, or of both. */
static void
add_line(struct buf *b, const struct step *x, const struct step *y)
{
	const struct step *any = x != NULL ? x : y;

	buf_adds(b, x == NULL ? "> " : y == NULL ? "< " : "  ");
	add_number(b, x);
	add_number(b, y);
	buf_addf(b, "%-*s %s", WORDS, any->asked, any->answer);
	if (x != NULL && y != NULL && strcmp(x->answer, y->answer) != 0)
		buf_addf(b, " | %s", y->answer);
	buf_addc(b, '\n');
}

/* What both did, of which only the edges are shown. */
struct run {
	size_t	from, to;	/* steps of a */
	size_t	at;		/* of b, where it begins */
	bool	first;		/* nothing stands above it */
};

static void
end_run(struct buf *b, const struct table *t, struct run *r, bool last)
{
	size_t n = r->to - r->from, i;
	size_t head = r->first ? 0 : AROUND, tail = last ? 0 : AROUND;

	for (i = 0; i < n; i++) {
		if (i >= head && i + tail < n) {
			buf_addf(b, "  ... %zu equal\n", n - head - tail);
			i = n - tail - 1;
			continue;
		}
		add_line(b, &t->a->steps[r->from + i],
		    &t->b->steps[r->at + i]);
	}
	r->first = false;
}

static void
add_differences(struct buf *b, const struct table *t)
{
	struct run r = { .first = true };
	size_t i = 0, k = 0;

	r.to = t->same;
	while (i < t->na || k < t->nb) {
		if (i < t->na && k < t->nb && alike(&t->a->steps[t->same + i],
		    &t->b->steps[t->same + k])) {
			r.to = t->same + ++i;
			k++;
			continue;
		}
		end_run(b, t, &r, false);
		if (k == t->nb || (i < t->na &&
		    *cell(t, i + 1, k) >= *cell(t, i, k + 1)))
			add_line(b, &t->a->steps[t->same + i++], NULL);
		else
			add_line(b, NULL, &t->b->steps[t->same + k++]);
		r.from = r.to = t->same + i;
		r.at = t->same + k;
	}
	end_run(b, t, &r, true);
}

static void
add_next(struct buf *b, const struct way *w, size_t i, const char *name)
{
	if (i < w->n)
		buf_addf(b, "%s #%u %s", name, w->steps[i].first,
		    w->steps[i].asked);
	else
		buf_addf(b, "%s no further request", name);
}

static void
add_title(struct buf *b, char name, const struct way *w)
{
	buf_addf(b, "%c  ", name);
	text_escape(b, w->path, strlen(w->path));
	buf_addf(b, ": %u request%s, ", w->requests, w->requests == 1 ? "" :
	    "s");
	text_escape(b, w->place, strlen(w->place));
	buf_addc(b, '\n');
}

static bool
compare(struct buf *b, const struct way *x, const struct way *y)
{
	struct table t = { .a = x, .b = y };

	add_title(b, 'A', x);
	add_title(b, 'B', y);
	while (t.same < x->n && t.same < y->n && alike(&x->steps[t.same],
	    &y->steps[t.same]))
		t.same++;
	if (t.same == x->n && t.same == y->n) {
		buf_adds(b, "both sent the same requests in the same order\n");
		return (true);
	}
	buf_addf(b, "first difference after %zu equal request%s: ", t.same,
	    TEXT_S(t.same));
	add_next(b, x, t.same, "A");
	add_next(b, y, t.same, "; B");
	buf_adds(b, "\n\n");
	t.na = x->n - t.same;
	t.nb = y->n - t.same;
	if (fill(&t))
		add_differences(b, &t);
	else
		buf_adds(b, "the rest is too long to compare\n");
	free(t.common);
	return (false);
}

int
diff_files(const char *a, const char *b, FILE *out, FILE *err)
{
	struct way x = { 0 }, y = { 0 };
	struct buf text = { 0 }, error = { 0 };
	int code = 0;

	if (!read_way(&x, a, &code, &error) ||
	    !read_way(&y, b, &code, &error))
		fprintf(err, "dfuscope: %s\n", buf_str(&error));
	else
		code = compare(&text, &x, &y) ? CODE_OK : DIFFERENT;
	fputs(buf_str(&text), out);
	free_way(&x);
	free_way(&y);
	buf_free(&text);
	buf_free(&error);
	return (code);
}
