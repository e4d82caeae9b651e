/* What is done by hand, written down as a recipe. */
#include "loop_own.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "model/condition.h"
#include "model/line.h"

/* Pauses longer than this are told of, us. */
#define PAUSE	1000000

/* Commands that act at once and that another time needs too. */
static const char *const kept[] = { "timeout", "xfer-size", "mark", "plug",
    "unplug", "skip", "instead" };

static bool
is_kept(const char *line)
{
	struct words w;
	const char *name;
	bool found = false;
	size_t i;

	words_begin(&w, line);
	name = words_peek(&w);
	for (i = 0; name != NULL && i < sizeof(kept) / sizeof(kept[0]); i++)
		found = found || strcmp(name, kept[i]) == 0;
	words_end(&w);
	return (found);
}

/* A recipe that cannot be written ends, and says so once. */
static void
write_line(struct loop *l, const char *before, const char *line)
{
	struct buf why = { 0 };

	if (fprintf(l->record, "%s%s\n", before, line) >= 0 &&
	    fflush(l->record) == 0)
		return;
	buf_addf(&why, "recording: %s", strerror(errno));
	loop_say(l, SEVERITY_ERROR, buf_str(&why));
	buf_free(&why);
	loop_record_stop(l);
}

void
loop_record_stop(struct loop *l)
{
	if (l->record != NULL)
		fclose(l->record);
	l->record = NULL;
	l->desk.recording = false;
}

void
loop_record_start(struct loop *l, const char *path)
{
	struct buf b = { 0 };

	loop_record_stop(l);
	/* What is there already is somebody's work. */
	l->record = fopen(path, "wxe");
	if (l->record == NULL) {
		text_escape(&b, path, strlen(path));
		buf_addf(&b, ": %s", strerror(errno));
		loop_say(l, SEVERITY_ERROR, buf_str(&b));
	} else {
		l->desk.recording = true;
		l->record_of = l->desk.current;
		l->recorded = l->now;
		if (l->record_of < l->desk.bench->nsessions)
			session_title(
			    l->desk.bench->sessions[l->record_of], &b);
		write_line(l, "# recorded by hand: ", buf_str(&b));
	}
	buf_free(&b);
}

void
loop_record_command(struct loop *l, const char *line)
{
	struct buf pause = { 0 };

	if (l->record == NULL || l->desk.current != l->record_of)
		return;
	if (l->now - l->recorded > PAUSE) {
		text_duration(&pause, l->now - l->recorded);
		write_line(l, "# later by ", buf_str(&pause));
		buf_free(&pause);
	}
	l->recorded = l->now;
	if (l->record != NULL)
		write_line(l, "", line);
}

void
loop_record_act(struct loop *l, const char *line)
{
	if (is_kept(line))
		loop_record_command(l, line);
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
		condition_instead(&state, l->desk.bench->sessions[i], NULL,
		    l->now, &b);
	write_line(l, r->code == JOB_OK ? "#   " : "#   failed: ",
	    buf_str(&b));
	buf_free(&b);
}
