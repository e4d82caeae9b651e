/* SPDX-License-Identifier: ISC */
/* A signal at every single request of a flash, as a batch is run. */
#include "config.h"

#include "tests/loop/rig.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/signals.h"
#include "report/batch.h"

#define BYTES	(16 * 2048)
#define TARGET	"sim:stm32f072,flash=pattern"

static char firmware[] = "/tmp/dfuscope-signal-XXXXXX";
static char *journal;
static char *script;

/* A batch, and who sends signals at the n-th request of it. */
struct sender {
	struct frontend		 frontend;
	struct frontend_ops	 ops;
	struct frontend		*inner;
	size_t			 requests;
	size_t			 at;		/* 0: at none */
	int			 sig;
	unsigned		 times;
};

static struct sender *
sender(struct frontend *f)
{
	return ((struct sender *)f);
}

static size_t
sender_pollfds(struct frontend *f, struct pollfd *fds, size_t max)
{
	return (sender(f)->inner->ops->pollfds(sender(f)->inner, fds, max));
}

static uint64_t
sender_deadline(const struct frontend *f, const struct app *d, uint64_t now)
{
	const struct sender *s = (const struct sender *)f;

	return (s->inner->ops->deadline(s->inner, d, now));
}

static const char *
sender_command(struct frontend *f, const struct app *d, uint64_t now,
    bool *by_key)
{
	return (sender(f)->inner->ops->command(sender(f)->inner, d, now,
	    by_key));
}

static void
sender_event(struct frontend *f, const struct app *d, const struct event *e)
{
	struct sender *s = sender(f);
	unsigned i;

	s->inner->ops->event(s->inner, d, e);
	if (e->kind != EVENT_SUBMIT || ++s->requests != s->at)
		return;
	for (i = 0; i < s->times; i++)
		raise(s->sig);
}

static void
sender_result(struct frontend *f, const struct app *d, size_t i,
    const struct job_result *r)
{
	sender(f)->inner->ops->result(sender(f)->inner, d, i, r);
}

static const struct frontend_ops sender_ops = {
	.pollfds = sender_pollfds,
	.deadline = sender_deadline,
	.command = sender_command,
	.event = sender_event,
	.result = sender_result,
};

/* Runs the flash; what it prints goes to out. Returns its requests. */
static size_t
flash(struct sender *s, FILE *out)
{
	struct batch_config batch = { .script = script, .most = 1,
	    .out = out, .err = out };
	struct loop_config config = { .keep = 4096, .virtual = true,
	    .policy = { .yes = true }, .journal = journal };
	struct dev_numbers numbers = { 0 };
	struct buf error = { 0 };
	struct transport **t = mem_array(NULL, 1, sizeof(struct transport *));
	struct loop *l;

	s->frontend.ops = &sender_ops;
	s->inner = batch_new(&batch);
	t[0] = transport_open(TARGET, &numbers, &error);
	assert_true(t[0] != NULL && signals_open());
	(void)unlink(journal);
	l = loop_new(&config, t, 1, &error);
	assert_non_null(l);
	assert_int_equal(loop_run(l, &s->frontend, &error), 0);
	assert_int_equal(error.len, 0);
	loop_free(l);
	batch_free(s->inner);
	fflush(out);
	return (s->requests);
}

/* As the program does it, in a process of its own; its status. */
static int
flash_apart(int sig, size_t at, unsigned times, struct buf *out)
{
	struct sender s = { .at = at, .sig = sig, .times = times };
	FILE *f = tmpfile();
	char chunk[4096];
	int status;
	pid_t pid;
	size_t n;

	assert_non_null(f);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		flash(&s, f);
		signals_die();
		_exit(99);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	rewind(f);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(out, chunk, n);
	fclose(f);
	return (status);
}

static bool
journal_says(const char *text)
{
	struct buf b = { 0 }, error = { 0 };
	bool said;

	assert_true(file_read(journal, 16 * 1024 * 1024, &b, &error));
	said = strstr(buf_str(&b), text) != NULL;
	buf_free(&b);
	buf_free(&error);
	return (said);
}

/* It tells the pages, if there were any, and the state; in the journal, too. */
static void
check_wound_down(int sig, const char *name, size_t at, unsigned times)
{
	static const char range[] = "0x08007fff";
	struct buf out = { 0 };
	int status = flash_apart(sig, at, times, &out);
	char *why = mem_printf("stopped by %s; the device is in dfuIDLE", name);
	const char *said = strstr(buf_str(&out), why);

	if (!WIFSIGNALED(status) || WTERMSIG(status) != sig)
		fail_msg("%s at request %zu: status %#x:\n%s", name, at,
		    (unsigned)status, buf_str(&out));
	/* The last answer may have been the last that was needed. */
	if (said == NULL)
		why[0] = '\0';
	if (said == NULL && strstr(buf_str(&out), "and verified") == NULL)
		fail_msg("%s at request %zu is not told:\n%s", name, at,
		    buf_str(&out));
	if (said != NULL && strstr(said, range) == NULL &&
	    strstr(buf_str(&out), "DNLOAD") != NULL)
		fail_msg("%s at request %zu: no pages:\n%s", name, at, said);
	if (said != NULL && !journal_says(why))
		fail_msg("%s at request %zu: not in the journal", name, at);
	if (strstr(buf_str(&out), "\nverdict ") == NULL)
		fail_msg("%s at request %zu: no verdict", name, at);
	free(why);
	buf_free(&out);
}

static void
check_ended_at_once(int sig, const char *name, size_t at)
{
	struct buf out = { 0 };
	int status = flash_apart(sig, at, 2, &out);

	if (!WIFSIGNALED(status) || WTERMSIG(status) != sig ||
	    journal_says("stopped by"))
		fail_msg("%s twice at request %zu: status %#x", name, at,
		    (unsigned)status);
	buf_free(&out);
}

static size_t
requests(void)
{
	struct sender s = { .at = 0 };
	FILE *f = fopen("/dev/null", "w");
	size_t n;

	assert_non_null(f);
	n = flash(&s, f);
	signals_close();
	fclose(f);
	assert_true(n > 16 * 4);
	return (n);
}

static void
every_request(int sig, const char *name)
{
	size_t at, n = requests();

	for (at = 1; at <= n; at += walk_step(5))
		check_wound_down(sig, name, at, 1);
	/* What no person repeats ends nothing twice. */
	for (at = 1; at <= n; at += 7 * walk_step(3)) {
		if (sig == SIGPIPE || sig == SIGHUP)
			check_wound_down(sig, name, at, 2);
		else
			check_ended_at_once(sig, name, at);
	}
}

static void
test_int(void **state)
{
	(void)state;
	every_request(SIGINT, "SIGINT");
}

static void
test_term(void **state)
{
	(void)state;
	every_request(SIGTERM, "SIGTERM");
}

static void
test_hup(void **state)
{
	(void)state;
	every_request(SIGHUP, "SIGHUP");
}

static void
test_pipe(void **state)
{
	(void)state;
	every_request(SIGPIPE, "SIGPIPE");
}

/* Who started the program with it ignored meant it: nohup. */
static void
test_ignored(void **state)
{
	(void)state;
	signal(SIGHUP, SIG_IGN);
	assert_true(signals_open());
	raise(SIGHUP);
	assert_int_equal(signals_ended(), 0);
	signals_close();
	signal(SIGHUP, SIG_DFL);
}

static int
prepare(void **state)
{
	uint8_t bytes[BYTES];
	int fd = mkstemp(firmware);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 + i / 256);
	if (fd < 0 || write(fd, bytes, sizeof(bytes)) != BYTES)
		return (-1);
	close(fd);
	journal = mem_printf("%s.journal", firmware);
	script = mem_printf("flash %s 0x08000000 verify", firmware);
	return (0);
}

static int
clean(void **state)
{
	(void)state;
	unlink(firmware);
	unlink(journal);
	free(journal);
	free(script);
	return (0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_int),
		cmocka_unit_test(test_term),
		cmocka_unit_test(test_hup),
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_ignored),
	};

	return (cmocka_run_group_tests(tests, prepare, clean));
}
