/* SPDX-License-Identifier: ISC */
/* What is done by hand, written down as a recipe. */
#include "loop/loop_own.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "job/condition.h"

/* Pauses longer than this are told of, us. */
#define PAUSE	1000000

/* A recipe that cannot be written ends, and says so once. */
static void
write_line(struct loop *l, const char *before, const char *line, size_t n)
{
	struct buf why = { 0 };

	if (l->record == NULL || (fprintf(l->record, "%s%.*s\n", before,
	    (int)n, line) >= 0 && fflush(l->record) == 0))
		return;
	buf_addf(&why, "recording: %s", strerror(errno));
	buf_reset(&l->record_lost);
	buf_adds(&l->record_lost, buf_str(&why));
	fclose(l->record);
	l->record = NULL;
	loop_say(l, SEVERITY_ERROR, buf_str(&why));
	buf_free(&why);
	loop_record_stop(l);
}

/*
 * Until its job has ended nobody knows whether a line was done at all. Each
 * begins with what it is: DONE as it stands, ASKED a comment if declined.
 */
#define DONE	'='
#define ASKED	'?'

static void
keep_line(struct loop *l, char kind, const char *before, const char *line)
{
	size_t n;

	if (l->record == NULL)
		return;
	/* A line of the prompt may have been pasted, and be several. */
	for (; *line != '\0'; line += n + (line[n] == '\n')) {
		n = strcspn(line, "\n");
		buf_addc(&l->unwritten, kind);
		buf_adds(&l->unwritten, before);
		buf_add(&l->unwritten, line, n);
		buf_addc(&l->unwritten, '\n');
	}
}

static void
write_kept(struct loop *l, const char *asked)
{
	const char *p = buf_str(&l->unwritten);
	size_t n;

	for (; *p != '\0'; p += n + 1) {
		n = strcspn(p, "\n");
		write_line(l, *p == ASKED ? asked : "", p + 1, n - 1);
	}
	buf_reset(&l->unwritten);
}

/* No job of the recorded session is under way that could be declined. */
static void
to_idle(struct loop *l)
{
	if (l->record_of >= l->app.nrunners ||
	    !runner_busy(l->app.runners[l->record_of]))
		write_kept(l, "");
}

void
loop_record_stop(struct loop *l)
{
	if (l->record != NULL)
		write_kept(l, "");
	if (l->record != NULL)
		fclose(l->record);
	l->record = NULL;
	l->app.recording = false;
}

/* The first line: whose commands follow. */
static void
begin(struct loop *l)
{
	const struct session *s = app_session(&l->app);
	struct buf b = { 0 };

	l->app.recording = true;
	l->record_of = l->app.current;
	l->recorded = l->now;
	l->waited = s != NULL ? s->status.by : 0;
	if (s != NULL)
		session_title(s, &b);
	keep_line(l, DONE, "# recorded by hand: ", b.len != 0 ?
	    buf_str(&b) : "no device");
	to_idle(l);
	buf_free(&b);
}

bool
loop_record_start(struct loop *l, const char *path, struct buf *error)
{
	struct buf b = { 0 };
	int fd;

	loop_record_stop(l);
	/* What is there already is somebody's work. */
	fd = file_create(path, 0666, error);
	l->record = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (fd >= 0 && l->record == NULL)
		close(fd);
	if (l->record == NULL)
		return (false);
	begin(l);
	buf_adds(&b, "recording into ");
	text_escape(&b, path, strlen(path));
	if (l->record != NULL)
		loop_say(l, SEVERITY_NOTE, buf_str(&b));
	buf_free(&b);
	return (true);
}

/*
 * The operator's pause covered the announced wait: a rerun makes no pauses,
 * and would ask too early.
 */
static void
keep_wait(struct loop *l, const struct session *s, const char *line)
{
	bool is_new = s->status.known && s->status.by != l->waited;

	l->waited = s->status.known ? s->status.by : 0;
	if (is_new && s->status.reply.bwPollTimeout != 0 &&
	    session_wait_left(s, l->now) == 0 &&
	    strcmp(line, "wait") != 0)
		keep_line(l, DONE, "", "wait");
}

static void
keep_command(struct loop *l, char kind, const char *line)
{
	struct buf pause = { 0 };

	if (l->record == NULL || l->app.current != l->record_of)
		return;
	if (l->now - l->recorded > PAUSE) {
		text_duration(&pause, l->now - l->recorded);
		keep_line(l, DONE, "# later by ", buf_str(&pause));
		buf_free(&pause);
	}
	l->recorded = l->now;
	if (kind == ASKED && l->record_of < l->app.sessions->n)
		keep_wait(l, l->app.sessions->list[l->record_of], line);
	keep_line(l, kind, "", line);
}

void
loop_record_command(struct loop *l, const char *line)
{
	keep_command(l, ASKED, line);
}

void
loop_record_act(struct loop *l, const char *line)
{
	keep_command(l, DONE, line);
	to_idle(l);
}

void
loop_record_declined(struct loop *l, size_t i)
{
	if (l->record != NULL && i == l->record_of)
		write_kept(l, "# declined: ");
}

void
loop_record_result(struct loop *l, size_t i, const struct job_result *r)
{
	const struct condition state = { .kind = CONDITION_STATE };
	struct buf b = { 0 };

	if (l->record == NULL || i != l->record_of)
		return;
	l->recorded = l->now;
	if (r->text.len != 0)
		text_escape(&b, r->text.data, r->text.len);
	else
		condition_instead(&state, l->app.sessions->list[i], NULL,
		    l->now, &b);
	keep_line(l, DONE, r->code == CODE_OK ? "#   " : "#   failed: ",
	    buf_str(&b));
	buf_free(&b);
	to_idle(l);
}
