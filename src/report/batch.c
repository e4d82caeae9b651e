/* SPDX-License-Identifier: ISC */
#include "report/batch.h"

#include <stdlib.h>

#include "base/mem.h"
#include "job/repeat_stats.h"
#include "report/diff.h"
#include "report/json.h"
#include "report/text.h"
#include "report/ways.h"


/* What was told of a device: its progress last, and its findings so far. */
struct told {
	const char	*what;
	uint64_t	 tenth;
	uint32_t	 changes;
	struct text_polls polls;
};

struct batch {
	struct frontend		 frontend;
	struct batch_config	 config;
	bool			 begun;
	size_t			 devices;	/* to run on */
	size_t			 started;
	bool			 chosen;	/* "device N" was said */
	size_t			 ended;
	int			 code;
	unsigned long		 round;		/* of the latest device */
	bool			 between;	/* rounds */
	uint64_t		 patience;	/* for what has left, us */
	struct repeat_stats *repeat_stats;      /* NULL: one round */
	bool			 has_begin;
	uint64_t		 begin;		/* of the first event, us */
	struct buf		 line;
	struct told		*told;		/* one for each device */
	size_t			 ntold;
};

/* How bad a code is: the first of these that occurred is what counts. */
static int
rank(int code)
{
	static const int worst[] = { CODE_LOST, CODE_PROTOCOL, CODE_NO_DEVICE,
	    CODE_DENIED, CODE_BAD_FILE, CODE_USAGE, CODE_NO_INPUT };
	size_t i;

	for (i = 0; i < sizeof(worst) / sizeof(worst[0]); i++) {
		if (worst[i] == code)
			return ((int)(sizeof(worst) / sizeof(worst[0]) - i));
	}
	return (code != 0 ? 1 : 0);
}

static void
worsen(struct batch *k, int code)
{
	if (rank(code) > rank(k->code))
		k->code = code;
}

static void
emit(struct batch *k, struct buf *b)
{
	fwrite(buf_str(b), 1, b->len, k->config.out);
	fflush(k->config.out);
	buf_free(b);
}

static size_t
batch_pollfds(struct frontend *frontend, struct pollfd *fds, size_t max)
{
	(void)frontend;
	(void)fds;
	(void)max;
	return (0);
}

static uint64_t
batch_deadline(const struct frontend *frontend, const struct app *d,
    uint64_t now)
{
	const struct batch *k = (const struct batch *)frontend;

	(void)d;
	(void)now;
	return (k->between && k->patience != 0 ? k->patience : FRONTEND_NEVER);
}

/* How long the device may be away between two rounds, us. */
#define BETWEEN	60000000

/* Failing before any job: as a result, so that JSON readers see it too. */
static void
fail(struct batch *k, int code, const char *text)
{
	struct job_result r = { .code = code };
	struct buf b = { 0 };

	worsen(k, code);
	if (k->config.json) {
		buf_adds(&r.text, text);
		json_result(&b, NULL, &r);
		buf_free(&r.text);
		emit(k, &b);
	}
	fprintf(k->config.err, "dfuscope: %s\n", text);
}

static void
begin(struct batch *k, const struct app *d)
{
	char *text;

	k->begun = true;
	k->devices = k->config.script != NULL ? d->sessions->n : 0;
	if (k->config.list && d->sessions->n == 0 && !k->config.json)
		fprintf(k->config.err, "dfuscope: no DFU device found\n");
	if (k->config.script == NULL || d->sessions->n <= k->config.most)
		goto none;
	k->devices = 0;
	text = mem_printf("%zu devices match: choose one with -d, -p, -S or "
	    "-n, or use --all", d->sessions->n);
	fail(k, CODE_USAGE, text);
	free(text);
none:
	if (k->config.script != NULL && d->sessions->n == 0 &&
	    !k->config.list)
		fail(k, CODE_NO_DEVICE, "no DFU device found");
}

static struct told *
told_of(struct batch *k, size_t i)
{
	if (i >= k->ntold) {
		k->told = mem_array(k->told, i + 1, sizeof(*k->told));
		while (k->ntold <= i)
			k->told[k->ntold++] = (struct told){ 0 };
	}
	return (&k->told[i]);
}

/* What is new of the findings of session i, as JSON. */
static void
tell_findings(struct batch *k, const struct session *s, size_t i,
    struct buf *b)
{
	struct told *told = told_of(k, i);

	told->changes = json_finding_changes(b, s, told->changes);
}

/* What polls of session i were only counted so far, as text. */
static void
end_polls(struct batch *k, const struct app *d, size_t i)
{
	struct buf b = { 0 };

	if (k->config.json || k->config.list || k->repeat_stats != NULL ||
	    i >= d->sessions->n)
		return;
	text_polls_end(&told_of(k, i)->polls, &b, d, d->sessions->list[i],
	    k->begin, k->devices > 1);
	emit(k, &b);
}

static void
summary(struct batch *k, const struct app *d, uint64_t now)
{
	const struct dfu_stack *stack;
	const struct session *s;
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < d->sessions->n; i++)
		end_polls(k, d, i);
	if (!k->config.list)
		sessions_finish(d->sessions, now, false);
	for (i = 0; i < d->sessions->n; i++) {
		s = d->sessions->list[i];
		stack = s->said_stack;
		if (i < k->devices && (session_memory_is_cut(s) ||
		    session_memory_mismatch(s) != NULL))
			worsen(k, CODE_PROTOCOL);
		if (k->config.list && k->config.each != NULL)
			k->config.each(&b, s, k->config.argument);
		else if (k->config.list && k->config.json)
			json_device(&b, s, k->config.verbose);
		else if (k->config.list)
			text_device(&b, s);
		else if (k->config.json)
			json_session(&b, s, stack, now);
		else if (i < k->devices)
			text_session(&b, s, stack, now, k->devices > 1);
		if (!k->config.list && k->config.json)
			tell_findings(k, s, i, &b);
		else if (!k->config.list && i < k->devices)
			text_findings(&b, s, now);
		if (k->config.list && k->config.verbose && !k->config.json)
			text_lint(&b, s);
	}
	emit(k, &b);
}

static bool
busy(const struct app *d)
{
	size_t i;

	for (i = 0; i < d->nrunners; i++) {
		if (runner_busy(d->runners[i]))
			return (true);
	}
	return (false);
}

/*
 * The next round of the device that ran last. A simulated one that has left
 * is put back; for a real one somebody must do so.
 */
static const char *
next_round(struct batch *k, const struct app *d, uint64_t now)
{
	const struct session *s = app_session(d);

	if (s->present) {
		k->between = false;
		k->patience = 0;
		return (k->config.script);
	}
	if (d->simulated && k->patience == 0) {
		k->patience = now + BETWEEN;
		return ("plug");
	}
	if (k->patience == 0)
		k->patience = now + BETWEEN;
	if (now < k->patience)
		return (NULL);
	k->between = false;
	fail(k, CODE_NO_DEVICE, "the device did not reconnect for the next "
	    "round");
	return (NULL);
}

static const char *
batch_command(struct frontend *frontend, const struct app *d, uint64_t now,
    bool *by_key)
{
	struct batch *k = (struct batch *)frontend;

	(void)by_key;
	if (!k->begun)
		begin(k, d);
	if (d->leaving) {
		if (busy(d))
			return (NULL);
		summary(k, d, now);
		return ("quit");
	}
	if (k->between)
		return (next_round(k, d, now));
	if (k->started < k->devices) {
		k->chosen = !k->chosen;
		if (!k->chosen) {
			k->started++;
			return (k->config.script);
		}
		buf_reset(&k->line);
		buf_addf(&k->line, "device %zu", k->started + 1);
		return (buf_str(&k->line));
	}
	/* A script that only acts on the application state has no job and no
	 * result. */
	if (k->ended < k->devices && busy(d))
		return (NULL);
	summary(k, d, now);
	return ("quit");
}

/* A line at each tenth of what a job does: requests alone tell no end. */
static void
tell_progress(struct batch *k, const struct app *d, const struct event *e)
{
	const struct session *s = sessions_by_dev(d->sessions, e->dev);
	size_t i = s != NULL ? sessions_index(d->sessions, s) : d->nrunners;
	struct job_progress p;
	struct buf b = { 0 };
	struct told *told;

	if (e->kind != EVENT_COMPLETE || i >= d->nrunners ||
	    !runner_progress(d->runners[i], &p) || p.total == 0 ||
	    p.done == 0)
		return;
	told = told_of(k, i);
	if (told->what == p.what && told->tenth == p.done * 10 / p.total)
		return;
	end_polls(k, d, i);
	told->what = p.what;
	told->tenth = p.done * 10 / p.total;
	if (k->config.json) {
		json_progress(&b, s, &p, e->time);
		emit(k, &b);
		return;
	}
	buf_addf(&b, "=     %9.4f s  ", (double)(e->time - k->begin) / 1e6);
	job_progress_words(&p, &b, e->time);
	buf_addc(&b, '\n');
	emit(k, &b);
}

static void
batch_event(struct frontend *frontend, const struct app *d,
    const struct event *e)
{
	struct batch *k = (struct batch *)frontend;
	const struct session *s = sessions_by_dev(d->sessions, e->dev);
	struct buf b = { 0 };

	if (!k->has_begin)
		k->begin = e->time;
	k->has_begin = true;
	if (k->repeat_stats != NULL) {
		repeat_stats_event(k->repeat_stats, s, e);
		return;
	}
	if (k->config.list)
		return;
	if (k->config.json)
		json_event(&b, d, e);
	else if (s == NULL || !text_polls_take(&told_of(k,
	    sessions_index(d->sessions, s))->polls, &b, d, e, k->begin,
	    k->devices > 1))
		text_event(&b, d, e, k->begin, k->devices > 1);
	if (k->config.json && s != NULL)
		tell_findings(k, s, sessions_index(d->sessions, s), &b);
	emit(k, &b);
	tell_progress(k, d, e);
}

static void
report_repeat_stats(struct batch *k, const struct session *s)
{
	struct buf b = { 0 };

	if (k->config.json)
		json_repeat_stats(&b, s, k->repeat_stats);
	else
		repeat_stats_words(k->repeat_stats, &b);
	emit(k, &b);
	repeat_stats_free(k->repeat_stats);
	*k->repeat_stats = (struct repeat_stats){ .began = 0 };
	k->round = 0;
}

static void
batch_result(struct frontend *frontend, const struct app *d, size_t i,
    const struct job_result *r)
{
	struct batch *k = (struct batch *)frontend;
	struct buf title = { 0 }, b = { 0 };

	worsen(k, r->code);
	end_polls(k, d, i);
	if (k->repeat_stats != NULL) {
		repeat_stats_round(k->repeat_stats, d->sessions->list[i], r);
		k->between = ++k->round < k->config.rounds;
		if (!k->between) {
			k->ended++;
			report_repeat_stats(k, d->sessions->list[i]);
		}
		return;
	}
	k->ended++;
	if (k->config.json && !k->config.list) {
		json_result(&b, d->sessions->list[i], r);
		emit(k, &b);
	}
	/* As text, the note among the events has said it already. */
	if (r->code == 0 || (k->config.one_reader && !k->config.json))
		return;
	session_title(d->sessions->list[i], &title);
	fprintf(k->config.err, "dfuscope: %s: %s\n", buf_str(&title),
	    buf_str(&r->text));
	buf_free(&title);
}

static void
batch_show(struct frontend *frontend, const struct app *d,
    const struct app_effect *e, uint64_t now)
{
	struct batch *k = (struct batch *)frontend;
	struct buf b = { 0 };

	if (app_session(d) != NULL)
		end_polls(k, d, sessions_index(d->sessions, app_session(d)));
	if (e->kind == APP_WHAT_IF && k->config.json)
		json_what_if(&b, d, e->what_if, now);
	else if (e->kind == APP_WHAT_IF)
		text_what_if(&b, d, e->what_if, now);
	else if (e->kind == APP_WAYS && k->config.json)
		ways_json(&b, d, now);
	else if (e->kind == APP_WAYS)
		ways_text(&b, d, now);
	else if (e->kind == APP_DIALECT && k->config.json)
		json_dialect(&b, app_session(d));
	else if (e->kind == APP_DIALECT)
		text_dialect(&b, app_session(d));
	else if (e->kind == APP_DIFF && !k->config.json)
		diff_text(d->difference, &b);
	else if (e->kind == APP_HELP && !k->config.json)
		text_help(&b, buf_str(&e->text));
	emit(k, &b);
}

static const struct frontend_ops batch_ops = {
	.pollfds = batch_pollfds,
	.deadline = batch_deadline,
	.command = batch_command,
	.event = batch_event,
	.result = batch_result,
	.show = batch_show,
};

struct frontend *
batch_new(const struct batch_config *config)
{
	struct batch *k = mem_alloc(sizeof(*k));

	k->frontend.ops = &batch_ops;
	k->config = *config;
	if (config->rounds > 1)
		k->repeat_stats = mem_alloc(sizeof(*k->repeat_stats));
	return (&k->frontend);
}

void
batch_free(struct frontend *frontend)
{
	struct batch *k = (struct batch *)frontend;

	buf_free(&k->line);
	if (k->repeat_stats != NULL)
		repeat_stats_free(k->repeat_stats);
	free(k->repeat_stats);
	free(k->told);
	free(k);
}

int
batch_code(const struct frontend *frontend)
{
	return (((const struct batch *)frontend)->code);
}
