/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "tests/loop/trial.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "command/frontend.h"
#include "transport/transport.h"

struct trial_frontend {
	struct frontend	 frontend;
	struct trial	*trial;
	size_t		 next;		/* command */
	bool		 running;
	bool		 cut;
	bool		 pulled;
	bool		 answered;
	bool		 replugged;
	uint64_t	 begun;
	uint64_t	 skipped;
};

static size_t
trial_pollfds(struct frontend *frontend, struct pollfd *fds, size_t max)
{
	(void)frontend;
	(void)fds;
	(void)max;
	return (0);
}

static uint64_t
trial_deadline(
    const struct frontend *frontend, const struct app *d, uint64_t now)
{
	const struct trial_frontend *f =
	    (const struct trial_frontend *)frontend;
	const struct runner *r = app_runner(d);

	(void)f;
	return (r != NULL && r->question != NULL ? now : FRONTEND_NEVER);
}

static const char *
cut_now(struct trial_frontend *f)
{
	struct trial *t = f->trial;

	if (t->cut == TRIAL_SKIP || f->cut || !f->running || f->next != 1 ||
	    t->cut == TRIAL_NOTHING || t->events <= t->at)
		return (NULL);
	f->cut = true;
	f->pulled = t->cut == TRIAL_UNPLUG;
	return (t->cut == TRIAL_CANCEL ? "cancel" : "unplug");
}

static const char *
trial_command(struct frontend *frontend, const struct app *d, uint64_t now,
    bool *by_key)
{
	struct trial_frontend *f = (struct trial_frontend *)frontend;
	struct trial *t = f->trial;
	const struct runner *r = app_runner(d);
	const char *cut = cut_now(f);

	(void)by_key;
	if (t->end_at != 0 && t->seen >= t->end_at)
		return ("quit");
	if (cut != NULL)
		return (cut);
	if (r == NULL)
		return (NULL);
	/* Once each: it is asked until it has nothing more to say. */
	if (t->cut == TRIAL_SKIP && r->waits_until > now &&
	    r->waits_until != f->skipped) {
		f->skipped = r->waits_until;
		return ("skip");
	}
	if (r->question != NULL && !f->answered) {
		buf_reset(&t->question);
		buf_adds(&t->question, r->question);
		t->questions++;
		f->answered = true;
		return (t->answer);
	}
	f->answered = r->question != NULL;
	if (f->running)
		return (NULL);
	if (f->pulled) {
		f->pulled = false;
		return ("plug");
	}
	if (!app_session(d)->present && t->commands[f->next] != NULL) {
		if (!t->replug || f->replugged)
			return (NULL);
		f->replugged = true;
		return ("plug");
	}
	f->replugged = false;
	if (t->commands[f->next] == NULL)
		return ("quit");
	f->running = true;
	f->begun = now;
	return (t->commands[f->next++]);
}

static void
trial_event(
    struct frontend *frontend, const struct app *d, const struct event *e)
{
	struct trial_frontend *f = (struct trial_frontend *)frontend;

	(void)d;
	if (f->running && f->next == 1)
		f->trial->events++;
	f->trial->sent += e->kind == EVENT_SUBMIT;
	if (++f->trial->seen == f->trial->die_at)
		kill(getpid(), SIGKILL);
}

static void
trial_result(struct frontend *frontend, const struct app *d, size_t i,
    const struct job_result *r)
{
	struct trial_frontend *f = (struct trial_frontend *)frontend;
	struct trial *t = f->trial;
	uint64_t took = d->sessions->last - f->begun;

	(void)i;
	f->running = false;
	t->codes[t->results] = r->code;
	buf_add(&t->texts[t->results++], r->text.data, r->text.len);
	if (took > t->longest)
		t->longest = took;
	if (t->view != NULL)
		t->view(t);
}

static const struct frontend_ops trial_ops = {
	.pollfds = trial_pollfds,
	.deadline = trial_deadline,
	.command = trial_command,
	.event = trial_event,
	.result = trial_result,
};

void
trial_run(struct trial *t)
{
	struct trial_frontend frontend = { .frontend = { &trial_ops },
		.trial = t };
	struct loop_config config = { .virtual = true, .keep = 4096,
	    .journal = t->journal, .policy = { .yes = t->answer == NULL,
	    .interactive = t->answer != NULL, .read_only = t->read_only } };
	struct dev_numbers numbers = { 0 };
	struct transport **open = mem_array(NULL, 1, sizeof(*open));
	struct buf error = { 0 };

	open[0] = t->lent != NULL ? transport_sim_lend(t->lent, &numbers) :
	    transport_open(t->target, &numbers, &error);
	if (open[0] == NULL)
		fail_msg("%s: %s", t->target, buf_str(&error));
	t->sim = transport_sim_device(open[0]);
	t->loop = loop_new(&config, open, 1, &error);
	assert_non_null(t->loop);
	assert_int_equal(loop_run(t->loop, &frontend.frontend, &error), 0);
	buf_free(&error);
}

void
trial_free(struct trial *t)
{
	size_t i;

	loop_free(t->loop);
	for (i = 0; i < TRIAL_COMMANDS; i++)
		buf_free(&t->texts[i]);
	buf_free(&t->question);
}

void
trial_expect(const struct trial *t, size_t i, int code, const char *text)
{
	if (i >= t->results)
		fail_msg("%s: only %zu results", t->target, t->results);
	if (t->codes[i] != code || strstr(buf_str(&t->texts[i]), text) == NULL)
		fail_msg("%s: %s: %d, not %d: \"%s\" is not in \"%s\"",
		    t->target, t->commands[i], t->codes[i], code, text,
		    buf_str(&t->texts[i]));
}

char *
trial_file(size_t n, unsigned seed, uint8_t **bytes)
{
	char *name = mem_strdup("/tmp/dfuscope-trial-XXXXXX");
	struct buf error = { 0 };
	int fd = mkstemp(name);
	size_t i;

	assert_true(fd >= 0);
	close(fd);
	*bytes = mem_alloc(n);
	for (i = 0; i < n; i++) {
		seed = seed * 1103515245 + 12345;
		(*bytes)[i] = (uint8_t)(seed >> 16);
	}
	/* A Cortex-M vector table, so that loaders take it for firmware. */
	if (n >= 8)
		memcpy(*bytes, "\x00\x10\x00\x20\x01\x00\x00\x08", 8);
	if (!file_write(name, *bytes, n, true, &error))
		fail_msg("%s", buf_str(&error));
	return (name);
}

bool
trial_same(const struct trial *t, uint32_t address, const uint8_t *bytes,
    size_t n)
{
	uint8_t *got = mem_alloc(n);
	bool same = sim_peek(t->sim, address, got, n) &&
	    memcmp(got, bytes, n) == 0;

	free(got);
	return (same);
}
