/* SPDX-License-Identifier: ISC */
/*
 * The tap in a tool: this program, run again with the tap and a usbfs that is
 * played below it. What the tool gets is held against a run without the tap.
 */
#include "config.h"

#include "tests/dfu/check.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "wire/tap.h"

#define NODE	"bus/usb/001/007"
#define THREADS	4
/* All fit into the socket, so that a busy machine loses none. */
#define ROUNDS	25
#define MANY	3000

/* The tool. */

static void
say(const char *what, int result)
{
	int code = errno;

	printf("%s %d %s\n", what, result, result < 0 ? strerror(code) : "");
	fflush(stdout);
}

static int
control(int fd, uint8_t type, uint8_t request, uint8_t *data, uint16_t n)
{
	struct usbdevfs_ctrltransfer c = { .bRequestType = type,
	    .bRequest = request, .wValue = 0x0102, .wIndex = 3,
	    .wLength = n, .timeout = 500, .data = data };

	return (ioctl(fd, USBDEVFS_CONTROL, &c));
}

static void
urb(int fd, uint8_t type, uint8_t request, uint8_t endpoint)
{
	uint8_t b[8 + 6] = { type, request, 2, 0, 0, 0, 6, 0, 1, 2, 3, 4, 5,
	    6 };
	struct usbdevfs_urb u = { .type = USBDEVFS_URB_TYPE_CONTROL,
	    .endpoint = endpoint, .buffer = b, .buffer_length = sizeof(b) };
	struct usbdevfs_urb *reaped = NULL;
	int got;

	got = ioctl(fd, USBDEVFS_SUBMITURB, &u);
	say("submit", got);
	if (got < 0)
		return;
	say("reap", ioctl(fd, USBDEVFS_REAPURBNDELAY, &reaped));
	printf("%d %d %d %02x\n", reaped == &u, u.status, u.actual_length,
	    b[8]);
	say("nothing", ioctl(fd, USBDEVFS_REAPURBNDELAY, &reaped));
}

static void
play_all(int fd)
{
	struct usbdevfs_setinterface alternate = { 0, 2 };
	struct usbdevfs_disconnect_claim take = { .interface = 1 };
	struct usbdevfs_ioctl driver = { .ifno = 4,
	    .ioctl_code = USBDEVFS_DISCONNECT };
	struct usbdevfs_bulktransfer bulk = { .ep = 0x81, .len = 64 };
	unsigned interface = 0, taken = 9, one = 1;
	uint8_t data[6] = { 9, 8, 7, 6, 5, 4 };

	say("claim", ioctl(fd, USBDEVFS_CLAIMINTERFACE, &interface));
	say("claim", ioctl(fd, USBDEVFS_CLAIMINTERFACE, &taken));
	say("alternate", ioctl(fd, USBDEVFS_SETINTERFACE, &alternate));
	say("configuration", ioctl(fd, USBDEVFS_SETCONFIGURATION, &one));
	say("halt", ioctl(fd, USBDEVFS_CLEAR_HALT, &one));
	say("take", ioctl(fd, USBDEVFS_DISCONNECT_CLAIM, &take));
	say("driver", ioctl(fd, USBDEVFS_IOCTL, &driver));
	say("bulk", ioctl(fd, USBDEVFS_BULK, &bulk));
	say("out", control(fd, 0x21, 1, data, sizeof(data)));
	say("in", control(fd, 0xa1, 3, data, sizeof(data)));
	printf("%02x %02x\n", data[0], data[5]);
	say("stall", control(fd, 0x21, 0xee, data, sizeof(data)));
	urb(fd, 0x21, 1, 0);
	urb(fd, 0xa1, 3, 0);
	urb(fd, 0x21, 0xee, 0);
	urb(fd, 0x21, 1, 0x7f);
	say("discard", ioctl(fd, USBDEVFS_DISCARDURB, &bulk));
	say("reset", ioctl(fd, USBDEVFS_RESET, NULL));
	say("release", ioctl(fd, USBDEVFS_RELEASEINTERFACE, &interface));
	say("close", close(fd));
	say("close", close(fd));
}

static void
play_nowhere(int fd)
{
	static const unsigned long requests[] = { USBDEVFS_CONTROL,
	    USBDEVFS_SUBMITURB, USBDEVFS_REAPURB, USBDEVFS_CLAIMINTERFACE,
	    USBDEVFS_SETINTERFACE, USBDEVFS_IOCTL, USBDEVFS_BULK };
	size_t i;

	for (i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		say("nowhere", ioctl(fd, requests[i], (void *)8));
}

static void *
many(void *argument)
{
	uint8_t data[2] = { 0 };
	int i, bad = 0;

	for (i = 0; i < ROUNDS; i++)
		bad += control(*(int *)argument, 0x21, 1, data,
		    sizeof(data)) != sizeof(data);
	return (bad != 0 ? argument : NULL);
}

static void
play_threads(int fd)
{
	pthread_t thread[THREADS];
	void *bad;
	int i;

	for (i = 0; i < THREADS; i++)
		pthread_create(&thread[i], NULL, many, &fd);
	for (i = 0; i < THREADS; i++) {
		pthread_join(thread[i], &bad);
		printf("thread %s\n", bad != NULL ? "bad" : "good");
	}
}

/* A child that does not exec, and one that outlives its parent's request. */
static void
play_fork(int fd)
{
	uint8_t data[2] = { 1, 2 };
	pid_t child;

	say("parent", control(fd, 0x21, 1, data, sizeof(data)));
	child = fork();
	if (child == 0) {
		say("child", control(fd, 0x21, 2, data, sizeof(data)));
		_exit(3);
	}
	waitpid(child, NULL, 0);
	say("parent", control(fd, 0x21, 3, data, sizeof(data)));
}

/* As a daemon does it: nothing that it did not open may be there. */
static void
play_closes(int fd)
{
	uint8_t data[2] = { 1, 2 };
	int i, open = 0;

	say("before", control(fd, 0x21, 1, data, sizeof(data)));
	for (i = fd + 1; i < 1024; i++)
		open += close(i) == 0;
	printf("%d were open\n", open);
	say("after", control(fd, 0x21, 2, data, sizeof(data)));
	/* And takes each number for its own. */
	for (i = fd + 1; i < 256; i++)
		open += dup2(STDOUT_FILENO, i) == i;
	printf("%d are\n", open);
	fflush(stdout);
	say("at last", control(fd, 0x21, 3, data, sizeof(data)));
}

static void
play_many(int fd)
{
	uint8_t data[256] = { 0 };
	int i, bad = 0;

	for (i = 0; i < MANY; i++)
		bad += control(fd, 0x21, 1, data, sizeof(data)) !=
		    sizeof(data);
	printf("%d bad\n", bad);
}

static const struct play {
	const char	*name;
	void		(*run)(int fd);
} plays[] = {
	{ "all", play_all },
	{ "nowhere", play_nowhere },
	{ "threads", play_threads },
	{ "fork", play_fork },
	{ "closes", play_closes },
	{ "many", play_many },
};

static int
play(const char *name, const char *node)
{
	int fd = open(node, O_RDWR);
	size_t i;

	for (i = 0; i < sizeof(plays) / sizeof(plays[0]); i++) {
		if (strcmp(plays[i].name, name) == 0)
			plays[i].run(fd);
	}
	return (fd < 0 ? 1 : 5);
}

/* The test. */

struct heard {
	struct tap_message	 m;
	uint8_t			 first;	/* byte of the data */
};

struct rig {
	char		 dir[64];
	char		*node;
	char		*socket;
	char		*log;
	char		*here;		/* where the build is */
	int		 listening;
	struct heard	 heard[2 * MANY];
	size_t		 n;
	unsigned	 connections;
};

static struct rig rig;

static void
make_dirs(void)
{
	static const char *const parts[] = { "bus", "bus/usb", "bus/usb/001" };
	char *path;
	size_t i;
	int fd;

	for (i = 0; i < 3; i++) {
		path = mem_printf("%s/%s", rig.dir, parts[i]);
		assert_int_equal(mkdir(path, 0700), 0);
		free(path);
	}
	fd = open(rig.node, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	close(fd);
}

static int
set_up(void **state)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	char cwd[4096];

	(void)state;
	memset(&rig, 0, sizeof(rig));
	memcpy(rig.dir, "/tmp/test_tap-XXXXXX", 21);
	assert_non_null(mkdtemp(rig.dir));
	assert_non_null(getcwd(cwd, sizeof(cwd)));
	rig.here = mem_strdup(cwd);
	rig.node = mem_printf("%s/" NODE, rig.dir);
	rig.socket = mem_printf("%s/tap", rig.dir);
	rig.log = mem_printf("%s/log", rig.dir);
	make_dirs();
	rig.listening = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	memcpy(a.sun_path, rig.socket, strlen(rig.socket) + 1);
	assert_int_equal(bind(rig.listening, (struct sockaddr *)&a,
	    sizeof(a)), 0);
	assert_int_equal(listen(rig.listening, 16), 0);
	return (0);
}

static int
tear_down(void **state)
{
	char *line = mem_printf("rm -rf '%s'", rig.dir);

	(void)state;
	close(rig.listening);
	assert_int_equal(system(line), 0);
	free(line);
	free(rig.node);
	free(rig.socket);
	free(rig.log);
	free(rig.here);
	return (0);
}

static void
keep(const uint8_t *p, size_t n)
{
	struct heard *h = &rig.heard[rig.n];

	assert_true(rig.n < 2 * MANY);
	assert_true(tap_read(p, n, &h->m));
	h->first = h->m.kept != 0 ? h->m.data[0] : 0;
	h->m.data = NULL;
	rig.n++;
}

/* All that comes until the tool is gone, and nobody has a connection. */
static void
hear(int done)
{
	static uint8_t packet[TAP_MESSAGE_MAX];
	struct pollfd p[18];
	size_t n = 2, i;
	ssize_t got;

	p[0] = (struct pollfd){ .fd = done, .events = POLLIN };
	p[1] = (struct pollfd){ .fd = rig.listening, .events = POLLIN };
	for (;;) {
		assert_true(poll(p, (nfds_t)n, 60000) > 0);
		if (p[1].revents != 0 && n < 18) {
			p[n].fd = accept(rig.listening, NULL, NULL);
			p[n].events = POLLIN;
			p[n].revents = 0;
			rig.connections += p[n].fd >= 0;
			n += p[n].fd >= 0;
			continue;
		}
		for (i = 2; i < n && p[i].revents == 0; i++)
			continue;
		if (i == n) {
			/* The tool has ended, and all was heard. */
			if (n == 2)
				return;
			p[0].fd = -1;
			continue;
		}
		got = recv(p[i].fd, packet, sizeof(packet), 0);
		if (got > 0) {
			keep(packet, (size_t)got);
			continue;
		}
		close(p[i].fd);
		memmove(p + i, p + i + 1, (--n - i) * sizeof(p[0]));
		if (n == 2 && p[0].fd < 0)
			return;
	}
}

/* What the tool wrote, and what lies below it was asked. */
static void
run(const char *name, bool tapped, bool listens, struct buf *out)
{
	char *line = mem_printf("{ LD_PRELOAD='%s%s%s/tests/tap/below.so' "
	    TAP_SOCKET "='%s%s' BELOW_LOG='%s' "
	    "ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0 "
	    "%s/tests/tap/test_tap tool %s '%s'; echo ended $?; } "
	    ">'%s.out' 2>&1 3<&-; touch '%s'; cat '%s.out'; %s '%s'; "
	    "rm -f '%s'", tapped ? rig.here : "",
	    tapped ? "/dfuscope-tap.so " : "", rig.here, rig.socket,
	    listens ? "" : "-none", rig.log, rig.here, name, rig.node,
	    rig.log, rig.log, rig.log,
	    /* Threads come in any order. */
	    strcmp(name, "threads") == 0 ? "sort" : "cat", rig.log, rig.log);
	char chunk[4096];
	FILE *f = popen(line, "r");
	size_t n;

	assert_non_null(f);
	if (tapped && listens)
		hear(fileno(f));
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(out, chunk, n);
	pclose(f);
	free(line);
}

static void
compare(const char *name, bool listens)
{
	struct buf with = { 0 }, without = { 0 };

	run(name, false, false, &without);
	run(name, true, listens, &with);
	assert_string_equal(buf_str(&with), buf_str(&without));
	assert_non_null(strstr(buf_str(&with), "ended 5"));
	buf_free(&with);
	buf_free(&without);
}

static size_t
count(enum tap_kind kind)
{
	size_t i, n = 0;

	for (i = 0; i < rig.n; i++)
		n += rig.heard[i].m.kind == kind;
	return (n);
}

/* Each of them in this order. */
static const struct {
	enum tap_kind	 kind;
	enum tap_act	 act;
	uint32_t	 code;
	uint32_t	 value, other;
	uint8_t		 request;	/* of a transfer */
	uint32_t	 length;
	uint32_t	 kept;
	uint8_t		 first;
} expected[] = {
	{ .kind = TAP_HELLO },
	{ TAP_DONE, TAP_CLAIM, 0, 0, 0, 0, 0, 0, 0 },
	{ TAP_DONE, TAP_CLAIM, EBUSY, 9, 0, 0, 0, 0, 0 },
	{ TAP_BEGINS, TAP_SET_INTERFACE, 0, 0, 2, 0, 0, 0, 0 },
	{ TAP_DONE, TAP_SET_INTERFACE, 0, 0, 2, 0, 0, 0, 0 },
	{ TAP_BEGINS, TAP_SET_CONFIGURATION, 0, 1, 0, 0, 0, 0, 0 },
	{ TAP_DONE, TAP_SET_CONFIGURATION, 0, 1, 0, 0, 0, 0, 0 },
	{ TAP_BEGINS, TAP_CLEAR_HALT, 0, 1, 0, 0, 0, 0, 0 },
	{ TAP_DONE, TAP_CLEAR_HALT, 0, 1, 0, 0, 0, 0, 0 },
	{ TAP_DONE, TAP_DISCONNECT_CLAIM, 0, 1, 0, 0, 0, 0, 0 },
	{ TAP_DONE, TAP_DISCONNECT, 0, 4, 0, 0, 0, 0, 0 },
	{ TAP_DONE, TAP_BULK, 0, 0x81, 64, 0, 0, 0, 0 },
	{ TAP_SUBMIT, TAP_NONE, 0, 0, 0, 1, 6, 6, 9 },
	{ TAP_COMPLETE, TAP_NONE, 0, 0, 0, 1, 6, 0, 0 },
	{ TAP_SUBMIT, TAP_NONE, 0, 0, 0, 3, 6, 0, 0 },
	{ TAP_COMPLETE, TAP_NONE, 0, 0, 0, 3, 3, 3, 0xa5 },
	{ TAP_SUBMIT, TAP_NONE, 0, 0, 0, 0xee, 6, 6, 0xa5 },
	{ TAP_COMPLETE, TAP_NONE, EPIPE, 0, 0, 0xee, 0, 0, 0 },
	{ TAP_SUBMIT, TAP_NONE, 0, 0, 0, 1, 14, 6, 1 },
	{ TAP_COMPLETE, TAP_NONE, 0, 0, 0, 1, 6, 0, 0 },
	{ TAP_SUBMIT, TAP_NONE, 0, 0, 0, 3, 14, 0, 0 },
	{ TAP_COMPLETE, TAP_NONE, 0, 0, 0, 3, 6, 6, 0x5a },
	{ TAP_SUBMIT, TAP_NONE, 0, 0, 0, 0xee, 14, 6, 1 },
	{ TAP_COMPLETE, TAP_NONE, EPIPE, 0, 0, 0xee, 0, 0, 0 },
	{ TAP_SUBMIT, TAP_NONE, 0, 0, 0, 1, 14, 6, 1 },
	{ TAP_COMPLETE, TAP_NONE, ENOENT, 0, 0, 1, 0, 0, 0 },
	{ TAP_DONE, TAP_DISCARD, 0, 0, 0, 0, 0, 0, 0 },
	{ TAP_BEGINS, TAP_RESET, 0, 0, 0, 0, 0, 0, 0 },
	{ TAP_DONE, TAP_RESET, 0, 0, 0, 0, 0, 0, 0 },
	{ TAP_DONE, TAP_RELEASE, 0, 0, 0, 0, 0, 0, 0 },
	{ TAP_DONE, TAP_CLOSE, 0, 0, 0, 0, 0, 0, 0 },
};

static void
test_all(void **state)
{
	const struct tap_message *m;
	size_t i;

	(void)state;
	compare("all", true);
	for (i = 0; i < rig.n; i++) {
		m = &rig.heard[i].m;
		assert_true(i < sizeof(expected) / sizeof(expected[0]));
		if (m->kind != expected[i].kind || m->act != expected[i].act ||
		    m->code != expected[i].code ||
		    m->value != expected[i].value ||
		    m->other != expected[i].other ||
		    m->setup.bRequest != expected[i].request ||
		    (m->has_setup && (m->length != expected[i].length ||
		    m->kept != expected[i].kept ||
		    rig.heard[i].first != expected[i].first)))
			fail_msg("message %zu: kind %d, act %d, code %u, "
			    "value %u, %u, request %02x, length %u, kept %u, "
			    "first %02x", i, m->kind, m->act, m->code,
			    m->value, m->other, m->setup.bRequest, m->length,
			    m->kept, rig.heard[i].first);
		if (m->kind != TAP_HELLO) {
			assert_int_equal(m->bus, 1);
			assert_int_equal(m->address, 7);
		}
		assert_int_equal(m->lost, 0);
	}
	assert_int_equal(i, sizeof(expected) / sizeof(expected[0]));
	assert_int_equal(rig.connections, 1);
}

static void
test_setup_and_times(void **state)
{
	size_t i;

	(void)state;
	compare("all", true);
	/* The first is told of when the connection stands. */
	for (i = 2; i < rig.n; i++) {
		assert_true(rig.heard[i].m.time >= rig.heard[i - 1].m.time);
		if (rig.heard[i].m.kind == TAP_COMPLETE)
			assert_int_equal(rig.heard[i].m.id,
			    rig.heard[i - 1].m.id);
	}
	assert_int_equal(rig.heard[12].m.setup.wValue, 0x0102);
	assert_int_equal(rig.heard[12].m.setup.wIndex, 3);
	assert_int_equal(rig.heard[12].m.setup.wLength, 6);
	assert_int_equal(rig.heard[12].m.timeout, 500);
}

static void
test_nowhere(void **state)
{
	(void)state;
	compare("nowhere", true);
	assert_int_equal(count(TAP_SUBMIT), 0);
}

static void
test_threads(void **state)
{
	size_t i, k;

	(void)state;
	compare("threads", true);
	assert_int_equal(count(TAP_SUBMIT), THREADS * ROUNDS);
	assert_int_equal(count(TAP_COMPLETE), THREADS * ROUNDS);
	assert_int_equal(count(TAP_HELLO), 1);
	/* What a thread begins it ends before it begins again. */
	for (i = 0; i < rig.n; i++) {
		if (rig.heard[i].m.kind != TAP_SUBMIT)
			continue;
		for (k = i + 1; k < rig.n && rig.heard[k].m.tid !=
		    rig.heard[i].m.tid; k++)
			continue;
		assert_true(k < rig.n);
		assert_int_equal(rig.heard[k].m.kind, TAP_COMPLETE);
		assert_int_equal(rig.heard[k].m.id, rig.heard[i].m.id);
	}
}

static void
test_fork(void **state)
{
	size_t i, mine = 0;

	(void)state;
	compare("fork", true);
	assert_int_equal(rig.connections, 2);
	assert_int_equal(count(TAP_HELLO), 2);
	assert_int_equal(count(TAP_SUBMIT), 3);
	for (i = 0; i < rig.n; i++)
		mine += rig.heard[i].m.pid == rig.heard[0].m.pid;
	assert_int_equal(mine, 5);
}

static void
test_closes(void **state)
{
	(void)state;
	compare("closes", true);
	assert_int_equal(count(TAP_SUBMIT), 3);
	assert_int_equal(count(TAP_COMPLETE), 3);
}

/* Nobody is there, or he goes away, or he takes nothing. */
static void
test_alone(void **state)
{
	(void)state;
	compare("all", false);
	compare("many", false);
	assert_int_equal(rig.n, 0);
}

static void
test_deaf(void **state)
{
	struct buf with = { 0 }, without = { 0 };
	uint8_t packet[TAP_MESSAGE_MAX];
	struct tap_message m;
	uint32_t told = 0;
	char *link;
	ssize_t n;
	int fd;

	(void)state;
	run("many", false, false, &without);
	/* Where nobody was, the queue of him who does not read. */
	link = mem_printf("%s-none", rig.socket);
	assert_int_equal(symlink(rig.socket, link), 0);
	run("many", true, false, &with);
	free(link);
	assert_string_equal(buf_str(&with), buf_str(&without));
	fd = accept(rig.listening, NULL, NULL);
	assert_true(fd >= 0);
	while ((n = recv(fd, packet, sizeof(packet), 0)) > 0) {
		assert_true(tap_read(packet, (size_t)n, &m));
		told++;
	}
	close(fd);
	assert_true(told > 10);
	assert_true(told < 2 * MANY);
	buf_free(&with);
	buf_free(&without);
}

static void
test_read(void **state)
{
	uint8_t p[TAP_HEADER + SETUP_LENGTH + 4] = { 0 };
	struct tap_message m;
	size_t n;

	(void)state;
	p[0] = TAP_MAGIC & 0xff;
	p[1] = TAP_MAGIC >> 8 & 0xff;
	p[2] = TAP_MAGIC >> 16 & 0xff;
	p[3] = (uint8_t)(TAP_MAGIC >> 24);
	p[TAP_AT_KIND] = TAP_SUBMIT;
	p[TAP_AT_TYPE] = USBDEVFS_URB_TYPE_CONTROL;
	for (n = 0; n < TAP_HEADER + SETUP_LENGTH; n++)
		assert_false(tap_read(p, n, &m));
	assert_true(tap_read(p, sizeof(p), &m));
	assert_int_equal(m.kept, 4);
	p[TAP_AT_ACT] = TAP_ACT_COUNT;
	assert_false(tap_read(p, sizeof(p), &m));
	p[TAP_AT_ACT] = 0;
	p[TAP_AT_KIND] = 0;
	assert_false(tap_read(p, sizeof(p), &m));
	p[TAP_AT_KIND] = TAP_DONE + 1;
	assert_false(tap_read(p, sizeof(p), &m));
	p[TAP_AT_KIND] = TAP_SUBMIT;
	p[0]++;
	assert_false(tap_read(p, sizeof(p), &m));
}

int
main(int argc, char **argv)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_all),
		TEST(test_setup_and_times),
		TEST(test_nowhere),
		TEST(test_threads),
		TEST(test_fork),
		TEST(test_closes),
		TEST(test_alone),
		TEST(test_deaf),
		cmocka_unit_test(test_read),
	};

	if (argc == 4 && strcmp(argv[1], "tool") == 0)
		return (play(argv[2], argv[3]));
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
