/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "report/explain.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/signals.h"
#include "base/text.h"
#include "diagnosis/finding.h"
#include "diagnosis/recovery.h"
#include "diagnosis/verdict.h"
#include "job/jobs.h"
#include "report/explain_log.h"
#include "report/explain_own.h"
#include "source/source.h"

/*
 * Enough for the requests between two looks at where the time went, and for
 * what findings look back at.
 */
#define KEEP_EVENTS	1024
#define KEEP_REQUESTS	512
#define LOOK_EVERY	256

static void
add_parts(struct explain *x)
{
	while (x->nparts < x->sessions->n) {
		x->parts = mem_array(x->parts, x->nparts + 1,
		    sizeof(*x->parts));
		x->parts[x->nparts++] = mem_alloc(sizeof(**x->parts));
	}
}

static void
look(struct explain *x)
{
	size_t i;

	for (i = 0; i < x->nparts; i++)
		timing_update(&x->parts[i]->timing, x->sessions,
		    x->sessions->list[i], SIZE_MAX);
}

static void
take(struct explain *x, const struct event *e)
{
	const struct session *s;

	if (x->events++ == 0)
		x->begin = e->time;
	if (e->kind == EVENT_WALL && x->wall.len == 0)
		buf_add(&x->wall, e->data, e->kept);
	sessions_apply(x->sessions, e);
	s = sessions_by_dev(x->sessions, e->dev);
	add_parts(x);
	if (s != NULL)
		state_path_event(
		    &x->parts[sessions_index(x->sessions, s)]->path, s, e);
	if (x->log && e->kind == EVENT_COMPLETE)
		explain_log_request(x, e);
	if (x->events % LOOK_EVERY == 0)
		look(x);
}

/* False: the file itself cannot be read on. */
static bool
read_all(struct explain *x, struct source *source, struct buf *error)
{
	enum source_result r;
	struct event e;
	size_t i;

	do {
		r = source_read(source, &e, error);
		if (r == SOURCE_EVENT)
			take(x, &e);
	} while ((r == SOURCE_EVENT || r == SOURCE_LATER) &&
	    signals_ended() == 0);
	if (r == SOURCE_BAD)
		return (false);
	x->cut = source_cut(source);
	x->damaged = source_damaged(source, &x->first_damaged);
	look(x);
	sessions_finish(x->sessions, x->sessions->last, x->cut != 0);
	for (i = 0; i < x->nparts; i++)
		state_path_finish(&x->parts[i]->path);
	return (true);
}

/* What is only so far, where the recording was cut, may yet be taken back. */
static bool
has_error(const struct session *s)
{
	const struct findings *f = s->findings;
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (f->list[i].life == FINDING_STANDS &&
		    f->list[i].row->severity == SEVERITY_ERROR)
			return (true);
	}
	return (false);
}

/* Not merely at work still where the journal ends. */
static bool
ends_stuck(const struct session *s, uint64_t now)
{
	return (recovery_is_stuck(s, now) &&
	    verdict_of(s, s->said_stack, now).row->code != CODE_OK);
}

static int
code_of(const struct explain *x)
{
	size_t i;

	for (i = 0; i < x->sessions->n; i++) {
		/* A state that only follows from the text proves nothing. */
		if (x->log && !has_error(x->sessions->list[i]) &&
		    !explain_log_failed(x->sessions->list[i]))
			continue;
		if (has_error(x->sessions->list[i]) ||
		    session_memory_is_cut(x->sessions->list[i]) ||
		    session_memory_mismatch(x->sessions->list[i]) != NULL ||
		    ends_stuck(x->sessions->list[i], x->sessions->last))
			return (EX_PROTOCOL);
	}
	return (0);
}

static void
forget(struct explain *x)
{
	size_t i;

	for (i = 0; i < x->nparts; i++) {
		timing_clear(&x->parts[i]->timing);
		free(x->parts[i]);
	}
	free(x->parts);
	buf_free(&x->wall);
	buf_free(&x->requests);
	sessions_free(x->sessions);
}

/* False: there is no more of it, error says why if it did not just end. */
static bool
read_input(char *block, size_t max, size_t *n, struct buf *error)
{
	struct pollfd fds[2] = { { STDIN_FILENO, POLLIN, 0 },
		{ signals_fd(), POLLIN, 0 } };
	ssize_t done;

	if (signals_ended() == 0)
		(void)poll(fds, 2, -1);
	if (signals_ended() != 0) {
		buf_addf(error, "stopped by %s", signals_name());
		return (false);
	}
	if (fds[0].revents == 0)
		return (true);
	done = read(STDIN_FILENO, block, max);
	if (done < 0 && errno != EINTR && errno != EAGAIN)
		buf_adds(error, strerror(errno));
	*n = done > 0 ? (size_t)done : 0;
	return (done > 0 || (done < 0 && error->len == 0));
}

/* By its first bytes it may be something that happened. */
static bool
is_worth(int fd, struct buf *words)
{
	uint8_t *first = mem_alloc(SOURCE_SNIFF);
	ssize_t n = pread(fd, first, SOURCE_SNIFF, 0);
	bool worth = n > 0 && source_sniff(first, (size_t)n, words) != NULL;

	free(first);
	return (worth);
}

/* What never ends is refused as soon as its first bytes tell. */
static bool
spool_all(int fd, struct buf *error)
{
	struct buf words = { 0 };
	char block[8192];
	size_t n = 0, total = 0;
	bool worth = true;

	while (worth && read_input(block, sizeof(block), &n, error)) {
		if (!file_put(fd, block, n)) {
			buf_addf(error, "cannot keep a copy: %s",
			    strerror(errno));
			break;
		}
		if (total < SOURCE_SNIFF && total + n >= SOURCE_SNIFF)
			worth = is_worth(fd, &words);
		total += n;
		n = 0;
	}
	buf_free(&words);
	return (error->len == 0);
}

/* What cannot be read twice goes to a file that has no name. */
static int
spool(struct buf *error)
{
	FILE *file = tmpfile();
	int fd = file != NULL ? dup(fileno(file)) : -1;

	if (file != NULL)
		fclose(file);
	if (fd < 0) {
		buf_adds(error, strerror(errno));
		return (-1);
	}
	if (spool_all(fd, error)) {
		lseek(fd, 0, SEEK_SET);
		return (fd);
	}
	close(fd);
	return (-1);
}

static struct source *
open_input(const char *path, int *code, struct buf *error)
{
	struct buf why = { 0 };
	int fd;

	if (strcmp(path, "-") != 0)
		return (source_open(path, code, error));
	fd = spool(&why);
	*code = fd < 0 ? EX_NOINPUT : EX_DATAERR;
	if (fd < 0)
		buf_addf(error, "standard input: %s", buf_str(&why));
	buf_free(&why);
	if (fd < 0)
		return (NULL);
	return (source_open_fd(fd, "standard input", error));
}

static void
say(struct buf *b, const struct explain *x, const struct source *source,
    enum explain_as as)
{
	switch (as) {
	case EXPLAIN_TEXT:
		if (x->log)
			explain_log_text(b, x, source);
		else
			explain_text(b, x);
		break;
	case EXPLAIN_JSON:
		if (x->log)
			explain_log_json(b, x, source);
		else
			explain_json(b, x);
		break;
	case EXPLAIN_MARKDOWN:
		if (x->log)
			explain_log_markdown(b, x, source);
		else
			explain_markdown(b, x);
		break;
	}
}

bool
explain_paste(const char *text, struct buf *said)
{
	struct source_told told;
	struct explain x = { .name = "the pasted text" };
	struct buf error = { 0 };
	struct source *source;
	size_t n = strlen(text);
	int fd = memfd_create("paste", MFD_CLOEXEC);

	if (fd < 0)
		return (false);
	if (write(fd, text, n) != (ssize_t)n || lseek(fd, 0, SEEK_SET) != 0) {
		close(fd);
		return (false);
	}
	source = source_open_fd(fd, "the pasted text", &error);
	if (source != NULL && source_told(source, &told)) {
		x.noun = source_kind_of(source)->noun;
		x.unit = source_kind_of(source)->unit;
		x.log = true;
		x.sessions = sessions_new(trace_new_window(KEEP_EVENTS),
		    KEEP_REQUESTS);
		if (read_all(&x, source, &error))
			explain_log_markdown(said, &x, source);
		forget(&x);
	}
	source_close(source);
	buf_free(&error);
	return (x.log);
}

/* As explain_files, one of them into b; what is wrong with it to error. */
static int
explain_one(struct buf *b, const char *path, enum explain_as as,
    struct buf *error)
{
	struct source_told told;
	int code;
	struct source *source = open_input(path, &code, error);
	const char *slash = strrchr(path, '/');
	struct explain x = { .name = slash != NULL ? slash + 1 :
	    strcmp(path, "-") == 0 ? "standard input" : path };

	if (source == NULL)
		return (code);
	x.noun = source_kind_of(source)->noun;
	x.unit = source_kind_of(source)->unit;
	x.sessions = sessions_new(trace_new_window(KEEP_EVENTS), KEEP_REQUESTS);
	x.log = source_told(source, &told);
	x.listed = as == EXPLAIN_JSON;
	if (read_all(&x, source, error)) {
		if (signals_ended() != 0) {
			text_escape(error, x.name, strlen(x.name));
			buf_addf(error, ": stopped by %s after %llu event%s",
			    signals_name(), (unsigned long long)x.events,
			    TEXT_S(x.events));
		}
		say(b, &x, source, as);
		code = code_of(&x);
	}
	source_close(source);
	forget(&x);
	return (code);
}

int
explain_files(char *const *files, size_t n, enum explain_as as, FILE *out,
    FILE *err)
{
	struct buf b = { 0 }, error = { 0 };
	int code, found = 0, bad = 0;
	size_t i;

	for (i = 0; i < n && signals_ended() == 0; i++) {
		buf_reset(&error);
		buf_reset(&b);
		code = explain_one(&b, files[i], as, &error);
		if (i != 0 && as != EXPLAIN_JSON && b.len != 0)
			fputc('\n', out);
		fputs(buf_str(&b), out);
		if (error.len == 0) {
			found = code != 0 ? code : found;
			continue;
		}
		bad = bad != 0 ? bad : code;
		fprintf(err, "dfuscope: %s\n", buf_str(&error));
	}
	buf_free(&b);
	buf_free(&error);
	return (bad != 0 ? bad : found);
}

uint32_t
explain_pending(const struct session *s)
{
	return (s->present ? s->pending.number : 0);
}

void
explain_path(const struct path *p, int glue, struct buf *b)
{
	size_t i, k, head = 0, end = 0;

	for (i = 0; i < p->n; i++) {
		if (i != 0)
			buf_addc(b, ' ');
		if (p->omitted != 0 && i == p->gap)
			buf_addf(b, "... (%llu requests are left out) ... ",
			    (unsigned long long)p->omitted);
		if (p->steps[i].loop != 0) {
			head = i;
			end = i + p->steps[i].loop;
			buf_adds(b, "( ");
		}
		k = b->len;
		state_path_step_words(p, i, b);
		for (; k < b->len; k++) {
			if (b->data[k] == ' ')
				b->data[k] = (uint8_t)glue;
		}
		if (end == i + 1) {
			buf_addf(b, " ) x%u", p->steps[head].rounds);
			end = 0;
		}
	}
}
