/* SPDX-License-Identifier: ISC */
/*
 * The console on a terminal that does not answer: Ctrl-S, or a reader that
 * has stopped. Requests go on, keys act, and signals end it with the device
 * led back. What happened is read from the journal. Finds the program as
 * ./dfuscope.
 */
#include "config.h"

#include "tests/dfu/check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"

#define BYTES		(8 * 2048)
#define GUARD		60000	/* ms: at all, and not how fast */
#define LOOK		20	/* ms between two looks */

/* A screen that does not fit into what the kernel keeps of a terminal. */
#define HUGE_ROWS	300
#define HUGE_COLS	400

#define CTRL_S	"\023"
#define CTRL_Q	"\021"

static char folder[] = "/tmp/dfuscope-pty-XXXXXX";
static char *firmware;
static char *journal;

static bool by_itself;	/* the journal goes where it goes by itself */
static bool home = true;
static const char *batch;	/* these commands, without a screen, in C */
static char *const *words;	/* or this whole command line */
static rlim_t longest = RLIM_INFINITY;	/* a file it writes; a full disk */
static bool stopped;		/* by Ctrl-S, before the program starts */

/* The program on a terminal of its own, of which we hold the other end. */
struct pty {
	int	 master;
	int	 slave;		/* -1: the program alone has it open */
	pid_t	 pid;
	bool	 reads;		/* what it prints is taken */
	struct buf seen;
};

static void
run_program(const char *slave, int rows, int cols)
{
	struct winsize size = { .ws_row = (unsigned short)rows,
	    .ws_col = (unsigned short)cols };
	int fd, i;

	setsid();
	fd = open(slave, O_RDWR);
	if (fd < 0 || ioctl(fd, TIOCSCTTY, 0) < 0 ||
	    ioctl(fd, TIOCSWINSZ, &size) < 0)
		_exit(98);
	for (i = 0; i < 3; i++)
		dup2(fd, i);
	if (fd > 2)
		close(fd);
	setenv("TERM", "xterm-256color", 1);
	if (home)
		setenv("XDG_STATE_HOME", folder, 1);
	else
		unsetenv("XDG_STATE_HOME");
	if (!home)
		unsetenv("HOME");
	unsetenv("LINES");
	unsetenv("COLUMNS");
	if (longest != RLIM_INFINITY)
		setrlimit(RLIMIT_FSIZE, &(struct rlimit){ longest, longest });
	if (words != NULL)
		execv("./dfuscope", words);
	if (batch != NULL) {
		setenv("LC_ALL", "C", 1);
		execl("./dfuscope", "dfuscope", "run", "--yes", "-j", journal,
		    "-T", "sim:stm32f072", "-x", batch, (char *)NULL);
	}
	execl("./dfuscope", "dfuscope", "-T", "sim:stm32f072,flash=pattern",
	    by_itself ? NULL : "-j", journal, (char *)NULL);
	_exit(99);
}

static void
pty_start(struct pty *p, int rows, int cols, bool reads)
{
	char slave[128];

	*p = (struct pty){ .reads = reads, .slave = -1 };
	unlink(journal);
	p->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(p->master >= 0 && grantpt(p->master) == 0 &&
	    unlockpt(p->master) == 0);
	assert_int_equal(ptsname_r(p->master, slave, sizeof(slave)), 0);
	if (stopped) {
		p->slave = open(slave, O_RDWR | O_NOCTTY | O_CLOEXEC);
		assert_int_equal(write(p->master, CTRL_S, 1), 1);
	}
	p->pid = fork();
	assert_true(p->pid >= 0);
	if (p->pid == 0)
		run_program(slave, rows, cols);
	fcntl(p->master, F_SETFL, O_NONBLOCK);
}

/* A while passes; what the program prints is taken, if it is. */
static void
pass(struct pty *p)
{
	struct pollfd fd = { p->master, POLLIN, 0 };
	char chunk[4096];
	ssize_t n;

	if (!p->reads || poll(&fd, 1, LOOK) <= 0) {
		(void)poll(NULL, 0, LOOK);
		return;
	}
	while ((n = read(p->master, chunk, sizeof(chunk))) > 0)
		buf_add(&p->seen, chunk, (size_t)n);
	/* A terminal that nobody has open any more is readable at once. */
	if (n < 0 && errno == EIO)
		(void)poll(NULL, 0, LOOK);
}

static bool
journal_says(const char *text)
{
	struct buf b = { 0 }, error = { 0 };
	bool said;

	said = file_read(journal, 64 * 1024 * 1024, &b, &error) &&
	    strstr(buf_str(&b), text) != NULL;
	buf_free(&b);
	buf_free(&error);
	return (said);
}

static void
await_journal(struct pty *p, const char *text)
{
	unsigned ms;

	for (ms = 0; ms < GUARD && !journal_says(text); ms += LOOK)
		pass(p);
	if (ms >= GUARD) {
		kill(p->pid, SIGKILL);
		fail_msg("the journal never says: %s", text);
	}
}

static void
await_screen(struct pty *p, const char *text)
{
	unsigned ms;

	for (ms = 0; ms < GUARD && strstr(buf_str(&p->seen), text) == NULL;
	    ms += LOOK)
		pass(p);
	if (ms >= GUARD) {
		kill(p->pid, SIGKILL);
		fail_msg("the screen never says: %s, but:\n%s", text,
		    buf_str(&p->seen));
	}
}

/* It has ended: with this exit code, or by this signal, if sig is not 0. */
static void
await_end(struct pty *p, int sig, int code)
{
	int status = 0;
	unsigned ms;

	for (ms = 0; ms < GUARD &&
	    waitpid(p->pid, &status, WNOHANG) != p->pid; ms += LOOK)
		pass(p);
	if (ms >= GUARD) {
		kill(p->pid, SIGKILL);
		fail_msg("the program does not end");
	}
	if (sig != 0 ? !WIFSIGNALED(status) || WTERMSIG(status) != sig :
	    !WIFEXITED(status) || WEXITSTATUS(status) != code)
		fail_msg("it ended with status %#x", (unsigned)status);
}

static void
pty_end(struct pty *p)
{
	if (p->slave >= 0)
		close(p->slave);
	close(p->master);
	buf_free(&p->seen);
}

static void
type(struct pty *p, const char *text)
{
	assert_int_equal(write(p->master, text, strlen(text)), strlen(text));
}

static void
type_flash(struct pty *p)
{
	type(p, ":flash ");
	type(p, firmware);
	type(p, " 0x08000000 verify\r");
	/* It reads what is there, and asks whether to erase it. */
	await_journal(p, "complete #15 ");
	type(p, "y");
}

/* The program runs, and its terminal takes nothing from now on. */
static void
start_stopped(struct pty *p, bool xoff)
{
	if (!xoff) {
		pty_start(p, HUGE_ROWS, HUGE_COLS, false);
		await_journal(p, "arrived");
		return;
	}
	pty_start(p, 30, 100, true);
	await_screen(p, "Quit");
	type(p, CTRL_S);
}

static void
goes_on(bool xoff)
{
	struct pty p;

	start_stopped(&p, xoff);
	type_flash(&p);
	await_journal(&p, "and verified");
	type(&p, "q");
	await_end(&p, 0, 0);
	pty_end(&p);
}

static void
test_goes_on(void **state)
{
	(void)state;
	goes_on(true);
	goes_on(false);
}

static void
cancels(bool xoff)
{
	struct pty p;

	start_stopped(&p, xoff);
	type_flash(&p);
	await_journal(&p, "#30 ");
	type(&p, "k");
	await_journal(&p, "cancelled; the device is in dfuIDLE");
	type(&p, "q");
	await_end(&p, 0, 0);
	pty_end(&p);
}

static void
test_keys_act(void **state)
{
	(void)state;
	cancels(true);
	cancels(false);
}

static void
ends_by(bool xoff, int sig, const char *name)
{
	char *why = mem_printf("stopped by %s; the device is in dfuIDLE", name);
	struct pty p;

	start_stopped(&p, xoff);
	type_flash(&p);
	await_journal(&p, "#30 ");
	kill(p.pid, sig);
	await_end(&p, sig, 0);
	if (!journal_says(why) || !journal_says("0x08003fff"))
		fail_msg("the journal does not say: %s, and the pages", why);
	pty_end(&p);
	free(why);
}

static void
test_signals_end_it(void **state)
{
	(void)state;
	ends_by(true, SIGTERM, "SIGTERM");
	ends_by(false, SIGTERM, "SIGTERM");
	ends_by(true, SIGHUP, "SIGHUP");
	ends_by(false, SIGINT, "SIGINT");
}

/* Both signals are pending when it goes on: the order is the kernel's. */
static void
signal_twice(struct pty *p)
{
	int status;

	kill(p->pid, SIGSTOP);
	assert_int_equal(waitpid(p->pid, &status, WUNTRACED), p->pid);
	assert_true(WIFSTOPPED(status));
	kill(p->pid, SIGTERM);
	kill(p->pid, SIGINT);
	kill(p->pid, SIGCONT);
}

/* Twice at once: it ends at once, and waits for nothing. */
static void
test_second_signal(void **state)
{
	struct pty p;

	(void)state;
	start_stopped(&p, true);
	type_flash(&p);
	await_journal(&p, "#30 ");
	signal_twice(&p);
	await_end(&p, SIGINT, 0);
	pty_end(&p);
}

/* What was not shown is shown when the terminal answers again. */
static void
test_comes_back(void **state)
{
	struct pty p;

	(void)state;
	start_stopped(&p, true);
	type_flash(&p);
	await_journal(&p, "and verified");
	buf_reset(&p.seen);
	type(&p, CTRL_Q);
	await_screen(&p, "verified");
	type(&p, "q");
	await_end(&p, 0, 0);
	pty_end(&p);
}

/* The window is closed in the middle of it. */
static void
test_hangs_up(void **state)
{
	struct pty p;

	(void)state;
	start_stopped(&p, true);
	type_flash(&p);
	await_journal(&p, "#30 ");
	close(p.master);
	p.master = -1;
	p.reads = false;
	await_end(&p, SIGHUP, 0);
	assert_true(journal_says("stopped by SIGHUP; the device is in "
	    "dfuIDLE"));
	pty_end(&p);
}

/* The names of journals that were made by themselves; the first one of them. */
static size_t
journals(char first[256])
{
	char *path = mem_printf("%s/dfuscope", folder);
	struct dirent **names;
	int i, n = scandir(path, &names, NULL, alphasort);
	size_t count = 0;

	for (i = 0; i < n; i++) {
		if (strstr(names[i]->d_name, ".journal") != NULL &&
		    count++ == 0)
			snprintf(first, 256, "%s", names[i]->d_name);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	free(path);
	return (count);
}

/* 101 later journals: those go, and the one that is written stays. */
static void
test_live_journal_stays(void **state)
{
	char first[256], again[256], *name;
	struct pty one, other;
	unsigned i;
	int fd;

	(void)state;
	by_itself = true;
	pty_start(&one, 30, 100, true);
	await_screen(&one, "Quit");
	assert_int_equal(journals(first), 1);
	for (i = 0; i < 101; i++) {
		name = mem_printf("%s/dfuscope/29990101-%06u-1.journal",
		    folder, i);
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);
		assert_true(fd >= 0);
		close(fd);
		free(name);
	}
	pty_start(&other, 30, 100, true);
	await_screen(&other, "Quit");
	/* Those that are dropped would have been it, too. */
	assert_in_range(journals(again), 2, 101);
	assert_string_equal(first, again);
	type(&one, "q");
	type(&other, "q");
	await_end(&one, 0, 0);
	await_end(&other, 0, 0);
	pty_end(&one);
	pty_end(&other);
	by_itself = false;
}

/* No place for a journal: said, and the program goes on without. */
static void
test_no_place(void **state)
{
	struct pty p;

	(void)state;
	by_itself = true;
	home = false;
	pty_start(&p, 30, 100, true);
	await_screen(&p, "cannot write a journal: HOME is not set");
	type(&p, "q");
	await_end(&p, 0, 0);
	pty_end(&p);
	by_itself = false;
	home = true;
}

/* A terminal whose characters are not UTF-8 gets ASCII alone. */
static void
test_plain_terminal(void **state)
{
	struct pty p;
	size_t i;

	(void)state;
	batch = "set-address 0x08000000; getstatus; wait; getstatus";
	pty_start(&p, 30, 100, true);
	await_screen(&p, "1 x 104 ms announced");
	await_end(&p, 0, 0);
	for (i = 0; i < p.seen.len; i++)
		assert_true(p.seen.data[i] < 0x80);
	pty_end(&p);
	batch = NULL;
}

/* What the prompt remembers, or how far lessons are, and what is there then. */
static char *
state_file(const char *name)
{
	char *path = mem_printf("%s/dfuscope", folder);

	mkdir(path, 0700);
	free(path);
	path = mem_printf("%s/dfuscope/%s", folder, name);
	(void)unlink(path);
	return (path);
}

static void
console_comes(void)
{
	struct pty p;

	by_itself = true;
	pty_start(&p, 30, 100, true);
	await_screen(&p, "Quit");
	type(&p, ":getstatus\r");
	await_screen(&p, "#1");
	type(&p, "q");
	await_end(&p, 0, 0);
	pty_end(&p);
	by_itself = false;
}

/* A history that is no file: nobody waits for it, and it stays. */
static void
test_odd_history(void **state)
{
	char *history = state_file("history");
	struct stat st;

	(void)state;
	assert_int_equal(mkfifo(history, 0600), 0);
	console_comes();
	assert_true(lstat(history, &st) == 0 && S_ISFIFO(st.st_mode));
	unlink(history);
	assert_int_equal(symlink("/dev/zero", history), 0);
	console_comes();
	assert_true(lstat(history, &st) == 0 && S_ISLNK(st.st_mode));
	unlink(history);
	free(history);
}

/* Curses draws into memory that has this limit, too: a frame is shorter. */
#define LONGEST		20000
#define OLD_LINES	300

/* More than may be written. */
static void
fill(const char *path, struct buf *old)
{
	struct buf error = { 0 };
	int i;

	for (i = 0; i < OLD_LINES; i++)
		buf_addf(old, "%0100d %d\n", i, i);
	assert_true(file_write(path, old->data, old->len, false, &error));
}

static void
check_kept(char *path, struct buf *old)
{
	struct buf now = { 0 }, error = { 0 };

	assert_true(file_read(path, 65536, &now, &error));
	assert_string_equal(buf_str(&now), buf_str(old));
	unlink(path);
	free(path);
	buf_free(old);
	buf_free(&now);
}

static void
await_size(struct pty *p, off_t size)
{
	struct stat st = { .st_size = 0 };
	unsigned ms;

	for (ms = 0; ms < GUARD && st.st_size < size; ms += LOOK) {
		pass(p);
		(void)stat(journal, &st);
	}
	assert_true(st.st_size == size);
}

/* A disk that is full: said, and what was there is there. */
static void
test_full_disk(void **state)
{
	char *history = state_file("history");
	struct buf old = { 0 };
	struct pty p;

	(void)state;
	fill(history, &old);
	longest = LONGEST;
	pty_start(&p, 30, 100, true);
	longest = RLIM_INFINITY;
	await_screen(&p, "Quit");
	type(&p, ":repeat 200 getstatus\r");
	/* Of the history, then of the journal. */
	await_screen(&p, "File too large");
	await_size(&p, LONGEST);
	type(&p, "q");
	await_end(&p, 0, 74);
	pty_end(&p);
	check_kept(history, &old);
}

static void
test_full_disk_learns(void **state)
{
	static char name[] = "dfuscope", learn[] = "learn", id[] = "look";
	char *learn_words[] = { name, learn, id, NULL };
	char *lessons = state_file("lessons");
	struct buf old = { 0 };
	struct pty p;

	(void)state;
	fill(lessons, &old);
	longest = LONGEST;
	words = learn_words;
	pty_start(&p, 30, 100, true);
	words = NULL;
	longest = RLIM_INFINITY;
	await_screen(&p, "smaller query");
	type(&p, "\r");
	await_screen(&p, "Enter Continue");
	type(&p, "\r");
	await_screen(&p, "Left Right");
	kill(p.pid, SIGTERM);
	await_end(&p, SIGTERM, 0);
	pty_end(&p);
	check_kept(lessons, &old);
}

/* A batch on a terminal that takes nothing. */
static void
batch_start(struct pty *p, const char *line)
{
	stopped = true;
	batch = line;
	pty_start(p, 30, 100, true);
	stopped = false;
	batch = NULL;
}

static void
test_batch_goes_on(void **state)
{
	char *line = mem_printf("flash %s 0x08000000 verify", firmware);
	struct pty p;

	(void)state;
	batch_start(&p, line);
	await_journal(&p, "and verified");
	assert_int_equal(p.seen.len, 0);
	type(&p, CTRL_Q);
	await_screen(&p, "verdict");
	await_end(&p, 0, 0);
	assert_non_null(strstr(buf_str(&p.seen), "connected"));
	pty_end(&p);
	free(line);
}

/* How a batch that never ends by itself is ended. */
enum how {
	ONE_SIGNAL,
	TWO_SIGNALS,	/* at once */
	HANG_UP
};

static void
batch_ends_by(int sig, enum how how, const char *name)
{
	char *why = mem_printf("stopped by %s; the device is in dfuIDLE", name);
	char *line = mem_printf("repeat 1000000 flash %s 0x08000000", firmware);
	struct pty p;

	batch_start(&p, line);
	await_journal(&p, "#30 ");
	if (how == HANG_UP) {
		close(p.slave);
		close(p.master);
		p.slave = p.master = -1;
		p.reads = false;
	} else if (how == TWO_SIGNALS) {
		signal_twice(&p);
	} else {
		kill(p.pid, sig);
	}
	await_end(&p, how == TWO_SIGNALS ? SIGINT : sig, 0);
	if (how != TWO_SIGNALS && !journal_says(why))
		fail_msg("the journal does not say: %s", why);
	pty_end(&p);
	free(line);
	free(why);
}

static void
test_batch_ends(void **state)
{
	(void)state;
	batch_ends_by(SIGTERM, ONE_SIGNAL, "SIGTERM");
	batch_ends_by(SIGINT, ONE_SIGNAL, "SIGINT");
	batch_ends_by(SIGHUP, ONE_SIGNAL, "SIGHUP");
	batch_ends_by(SIGTERM, TWO_SIGNALS, "SIGTERM");
	batch_ends_by(SIGHUP, HANG_UP, "SIGHUP");
}

/* The thread that prints is there: so are the handlers of signals. */
static void
await_printing(struct pty *p)
{
	char *path = mem_printf("/proc/%d/task", (int)p->pid);
	struct dirent **names;
	int i, n = 0;
	unsigned ms;

	for (ms = 0; ms < GUARD && n != 4; ms += LOOK) {
		pass(p);
		n = scandir(path, &names, NULL, NULL);
		for (i = 0; i < n; i++)
			free(names[i]);
		if (n >= 0)
			free(names);
	}
	assert_int_equal(n, 4);
	free(path);
}

static void
test_looking_ends(void **state)
{
	static char explained[] = TESTS_DIR "/report/error.journal";
	static char sub[] = "list", target[] = "sim:dfu11", option[] = "-T",
	    explain[] = "explain", name[] = "dfuscope";
	char *list_words[] = { name, sub, option, target, NULL };
	char *explain_words[] = { name, explain, explained, NULL };
	struct pty p;
	int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		words = i < 2 ? list_words : explain_words;
		stopped = true;
		pty_start(&p, 30, 100, true);
		stopped = false;
		words = NULL;
		await_printing(&p);
		if (i % 2 == 0) {
			kill(p.pid, SIGTERM);
			await_end(&p, SIGTERM, 0);
			assert_int_equal(p.seen.len, 0);
		} else {
			type(&p, CTRL_Q);
			await_end(&p, 0, i == 1 ? 0 : 76);
		}
		pty_end(&p);
	}
}

static int
prepare(void **state)
{
	uint8_t bytes[BYTES];
	struct buf error = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 + i / 256);
	if (mkdtemp(folder) == NULL)
		return (-1);
	firmware = mem_printf("%s/fw.bin", folder);
	journal = mem_printf("%s/journal", folder);
	return (file_write(firmware, bytes, sizeof(bytes), false, &error) ?
	    0 : -1);
}

static int
clean(void **state)
{
	char *remove = mem_printf("rm -rf %s", folder);

	(void)state;
	free(firmware);
	free(journal);
	if (system(remove) != 0)
		return (-1);
	free(remove);
	return (0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_goes_on),
		cmocka_unit_test(test_keys_act),
		cmocka_unit_test(test_signals_end_it),
		cmocka_unit_test(test_second_signal),
		cmocka_unit_test(test_comes_back),
		cmocka_unit_test(test_hangs_up),
		cmocka_unit_test(test_live_journal_stays),
		cmocka_unit_test(test_no_place),
		cmocka_unit_test(test_plain_terminal),
		cmocka_unit_test(test_odd_history),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_full_disk_learns),
		cmocka_unit_test(test_batch_goes_on),
		cmocka_unit_test(test_batch_ends),
		cmocka_unit_test(test_looking_ends),
	};

	return (cmocka_run_group_tests(tests, prepare, clean));
}
