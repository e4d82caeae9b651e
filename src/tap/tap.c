/* SPDX-License-Identifier: ISC */
/*
 * The tap: a shared object that is loaded into a tool before its libraries
 * and tells what the tool asks of usbfs. It changes nothing: each call goes to
 * the one below as it came, and comes back as it was, errno included. What
 * it does itself goes to the kernel directly, for the C library's functions
 * may be replaced by others, and some of them are points of cancellation.
 * Nothing is allocated, nothing is locked, nothing is written into the tool's
 * memory.
 */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>

#include "wire/tap.h"

#define USB_MAJOR	189	/* of /dev/bus/usb, see devices.txt */
#define PER_BUS		128	/* minors */
#define USBFS		'U'	/* the type of its requests */
#define ABOVE		200	/* no tool counts on such a descriptor */
#define PATIENCE	50	/* ms for who listens to take something */
#define DESCRIPTORS	4096	/* whose closing is told */
#define SETUP		8
#define IN		0x80
#define PATH		192	/* of what is told of the program */

int	close(int fd);
int	ioctl(int fd, unsigned long request, ...);
int	__ioctl_time64(int fd, unsigned long request, ...);

typedef int	ioctl_call(int fd, unsigned long request, ...);
typedef int	close_call(int fd);

/* A packet in the making; setup and data stay where they are. */
struct message {
	uint8_t		 header[TAP_HEADER];
	uint8_t		 setup[SETUP];
	size_t		 nsetup;
	const void	*data;
	size_t		 ndata;
};

static _Atomic(ioctl_call *)	next_ioctl;
static _Atomic(ioctl_call *)	next_time64;
static _Atomic(close_call *)	next_close;

/*
 * The connection: the socket's inode, whose it is, and its descriptor, in one
 * word, so that threads see all of it or nothing. 0: there is none.
 */
static _Atomic uint64_t		wire;
#define WIRE_FD(w)	((int)((w) & 0x3ff))
#define WIRE_PID(w)	((int)((w) >> 10 & 0x3fffff))
#define WIRE_INODE(w)	((uint32_t)((w) >> 32))
static atomic_uint		lost;
/* Who listens took nothing in time: he is not waited for again. */
static atomic_bool		deaf;
/* Descriptors that were asked something of usbfs. */
static atomic_uint		asked[DESCRIPTORS / 32];

/* The kernel, without anybody in between. */

static long
node_of(int fd, struct stat *st)
{
#ifdef SYS_fstat
	return (syscall(SYS_fstat, fd, st));
#else
	return (syscall(SYS_newfstatat, fd, "", st, AT_EMPTY_PATH));
#endif
}

static bool
copy(void *to, const void *from, size_t n)
{
	struct iovec here = { to, n };
	struct iovec there = { (void *)(uintptr_t)from, n };
	long got;

	if (from == NULL)
		return (false);
	/* A pointer that leads nowhere is the kernel's to refuse. */
	got = syscall(SYS_process_vm_readv, getpid(), &here, 1UL, &there,
	    1UL, 0UL);
	if (got < 0 && (errno == ENOSYS || errno == EPERM)) {
		memcpy(to, from, n);
		return (true);
	}
	return (got == (long)n);
}

static uint64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return ((uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000);
}

/* Messages. */

static void
put(struct message *m, enum tap_at at, uint64_t v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		m->header[(size_t)at + i] = (uint8_t)(v >> 8 * i);
}

static struct message
message_of(enum tap_kind kind)
{
	struct message m = { .nsetup = 0 };

	put(&m, TAP_AT_MAGIC, TAP_MAGIC, 4);
	put(&m, TAP_AT_KIND, kind, 1);
	put(&m, TAP_AT_PID, (uint64_t)getpid(), 4);
	put(&m, TAP_AT_TID, (uint64_t)syscall(SYS_gettid), 4);
	put(&m, TAP_AT_TIME, now(), 8);
	put(&m, TAP_AT_LOST, atomic_load(&lost), 4);
	return (m);
}

/* "/dev/bus/usb/001/004", wherever that hangs. */
static bool
read_node(const char *path, unsigned *bus, unsigned *address)
{
	static const char middle[] = "/bus/usb/";
	const char *p = strstr(path, middle);
	int i;

	if (p == NULL)
		return (false);
	p += strlen(middle);
	*bus = *address = 0;
	for (i = 0; i < 3; i++, p++) {
		if (*p < '0' || *p > '9')
			return (false);
		*bus = *bus * 10 + (unsigned)(*p - '0');
	}
	if (*p++ != '/')
		return (false);
	for (i = 0; i < 3; i++, p++) {
		if (*p < '0' || *p > '9')
			return (false);
		*address = *address * 10 + (unsigned)(*p - '0');
	}
	return (true);
}

static void
number_path(char *path, size_t n, int fd)
{
	static const char dir[] = "/proc/self/fd/";
	char digits[12];
	size_t i = 0, at = strlen(dir);

	memcpy(path, dir, at);
	do
		digits[i++] = (char)('0' + fd % 10);
	while ((fd /= 10) != 0 && i < sizeof(digits));
	while (i > 0 && at + 1 < n)
		path[at++] = digits[--i];
	path[at] = '\0';
}

/* Which device the descriptor is; false: it is no node of usbfs. */
static bool
identify(struct message *m, int fd)
{
	char link[40], path[PATH];
	unsigned bus, address;
	struct stat st;
	long n;

	if (fd < 0 || node_of(fd, &st) != 0)
		return (false);
	if (S_ISCHR(st.st_mode) && major(st.st_rdev) == USB_MAJOR) {
		bus = minor(st.st_rdev) / PER_BUS + 1;
		address = minor(st.st_rdev) % PER_BUS + 1;
	} else {
		/* A simulated bus. */
		number_path(link, sizeof(link), fd);
		n = syscall(SYS_readlinkat, AT_FDCWD, link, path,
		    sizeof(path) - 1);
		if (n <= 0)
			return (false);
		path[n] = '\0';
		if (!read_node(path, &bus, &address))
			return (false);
	}
	put(m, TAP_AT_BUS, bus, 2);
	put(m, TAP_AT_ADDRESS, address, 2);
	return (true);
}

/* The connection. */

static bool
is_own(uint64_t w)
{
	return (w != 0 && WIRE_PID(w) == ((int)getpid() & 0x3fffff));
}

/* A tool may have closed all it did not open, and the number is another's. */
static bool
is_there(uint64_t w)
{
	struct stat st;

	return (w != 0 && node_of(WIRE_FD(w), &st) == 0 &&
	    S_ISSOCK(st.st_mode) && (uint32_t)st.st_ino == WIRE_INODE(w));
}

static int
dial(void)
{
	const char *path = getenv(TAP_SOCKET);
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	long fd, high;

	if (path == NULL || strlen(path) >= sizeof(a.sun_path))
		return (-1);
	memcpy(a.sun_path, path, strlen(path) + 1);
	fd = syscall(SYS_socket, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	if (fd < 0)
		return (-1);
	high = syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, ABOVE);
	if (high >= 0) {
		syscall(SYS_close, fd);
		fd = high;
	}
	if (syscall(SYS_connect, fd, &a, sizeof(a)) != 0) {
		syscall(SYS_close, fd);
		return (-1);
	}
	return ((int)fd);
}

static bool
pass(int fd, const struct message *m)
{
	struct iovec v[3] = {
		{ (void *)(uintptr_t)m->header, TAP_HEADER },
		{ (void *)(uintptr_t)m->setup, m->nsetup },
		{ (void *)(uintptr_t)m->data, m->ndata },
	};
	struct msghdr h = { .msg_iov = v, .msg_iovlen = m->ndata != 0 ? 3 :
	    2 };
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	struct timespec patience = { 0, PATIENCE * 1000000L };
	bool waited = false;

	while (syscall(SYS_sendmsg, fd, &h, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN || waited || atomic_load(&deaf)) {
			atomic_store(&deaf, errno == EAGAIN);
			return (false);
		}
		waited = true;
		syscall(SYS_ppoll, &p, 1UL, &patience, NULL, 0UL);
	}
	atomic_store(&deaf, false);
	return (true);
}

static void
say_hello(int fd)
{
	struct message m = message_of(TAP_HELLO);
	char path[PATH];
	long n = syscall(SYS_readlinkat, AT_FDCWD, "/proc/self/exe", path,
	    sizeof(path));

	m.data = path;
	m.ndata = n > 0 ? (size_t)n : 0;
	(void)pass(fd, &m);
}

/* Whoever is second gives his own up. */
static int
connection(void)
{
	uint64_t was = atomic_load(&wire), made;
	struct stat st;
	int fd;

	if (is_own(was) && is_there(was))
		return (WIRE_FD(was));
	fd = dial();
	if (fd < 0)
		return (-1);
	if (fd != WIRE_FD((uint64_t)fd) || node_of(fd, &st) != 0) {
		syscall(SYS_close, fd);
		return (-1);
	}
	made = (uint64_t)(uint32_t)st.st_ino << 32 |
	    ((uint64_t)getpid() & 0x3fffff) << 10 | (uint64_t)fd;
	if (!atomic_compare_exchange_strong(&wire, &was, made)) {
		syscall(SYS_close, fd);
		return (WIRE_FD(was));
	}
	say_hello(fd);
	return (fd);
}

static void
tell(const struct message *m)
{
	int fd = connection();

	if (fd < 0 || !pass(fd, m))
		atomic_fetch_add(&lost, 1);
}

/* What a child has of it keeps the end of its parent from being seen. */
static void
in_child(void)
{
	uint64_t was = atomic_load(&wire);

	atomic_store(&wire, 0);
	atomic_store(&lost, 0);
	if (is_there(was))
		syscall(SYS_close, WIRE_FD(was));
}

__attribute__((constructor))
static void
begin(void)
{
	pthread_atfork(NULL, NULL, in_child);
}

/* Transfers. */

static bool
is_in(const uint8_t *setup)
{
	return ((setup[0] & IN) != 0);
}

static size_t
w_length(const uint8_t *setup)
{
	return ((size_t)(setup[6] | setup[7] << 8));
}

static void
tell_urb(int fd, const struct usbdevfs_urb *where, bool begins, int code)
{
	struct message m = message_of(begins ? TAP_SUBMIT : TAP_COMPLETE);
	struct usbdevfs_urb u;
	size_t n;

	if (!copy(&u, where, sizeof(u)) || !identify(&m, fd))
		return;
	put(&m, TAP_AT_ENDPOINT, u.endpoint, 1);
	put(&m, TAP_AT_TYPE, u.type, 1);
	put(&m, TAP_AT_ID, (uint64_t)(uintptr_t)where, 8);
	if (!begins)
		put(&m, TAP_AT_CODE, code != 0 ? (uint64_t)code :
		    (uint64_t)(uint32_t)-u.status, 4);
	put(&m, TAP_AT_LENGTH, (uint64_t)(uint32_t)(begins ?
	    u.buffer_length : code != 0 ? 0 : u.actual_length), 4);
	if (u.type == USBDEVFS_URB_TYPE_CONTROL) {
		if (u.buffer_length < SETUP ||
		    !copy(m.setup, u.buffer, SETUP))
			return;
		m.nsetup = SETUP;
		n = (size_t)u.buffer_length - SETUP;
		if (w_length(m.setup) < n)
			n = w_length(m.setup);
		if (!begins && (code != 0 || u.actual_length < 0))
			n = 0;
		else if (!begins && (size_t)u.actual_length < n)
			n = (size_t)u.actual_length;
		if (is_in(m.setup) != begins) {
			m.data = (const uint8_t *)u.buffer + SETUP;
			m.ndata = n;
		}
	}
	tell(&m);
}

static void
tell_control(int fd, const struct usbdevfs_ctrltransfer *where, bool begins,
    int result, int code)
{
	struct message m = message_of(begins ? TAP_SUBMIT : TAP_COMPLETE);
	struct usbdevfs_ctrltransfer c;

	if (!copy(&c, where, sizeof(c)) || !identify(&m, fd))
		return;
	put(&m, TAP_AT_TYPE, USBDEVFS_URB_TYPE_CONTROL, 1);
	put(&m, TAP_AT_ID, (uint64_t)(uintptr_t)where, 8);
	put(&m, TAP_AT_TIMEOUT, c.timeout, 4);
	put(&m, TAP_AT_CODE, result < 0 ? (uint64_t)code : 0, 4);
	put(&m, TAP_AT_LENGTH, begins ? c.wLength : result > 0 ?
	    (uint64_t)result : 0, 4);
	/* As the bus has it, whatever the machine's order. */
	m.setup[0] = c.bRequestType;
	m.setup[1] = c.bRequest;
	m.setup[2] = (uint8_t)c.wValue;
	m.setup[3] = (uint8_t)(c.wValue >> 8);
	m.setup[4] = (uint8_t)c.wIndex;
	m.setup[5] = (uint8_t)(c.wIndex >> 8);
	m.setup[6] = (uint8_t)c.wLength;
	m.setup[7] = (uint8_t)(c.wLength >> 8);
	m.nsetup = SETUP;
	if (begins && !is_in(m.setup)) {
		m.data = c.data;
		m.ndata = c.wLength;
	} else if (!begins && is_in(m.setup) && result > 0) {
		m.data = c.data;
		m.ndata = (size_t)result < c.wLength ? (size_t)result :
		    c.wLength;
	}
	tell(&m);
}

/* Acts. */

/* Where in its argument what stands: -1: nothing. */
static const struct act_row {
	unsigned long	 request;
	enum tap_act	 act;
	bool		 begins;	/* it reaches the device */
	int		 words;		/* of 32 bits, of the argument */
	int		 value, other;	/* which of them */
} acts[] = {
	{ USBDEVFS_CLAIMINTERFACE, TAP_CLAIM, false, 1, 0, -1 },
	{ USBDEVFS_RELEASEINTERFACE, TAP_RELEASE, false, 1, 0, -1 },
	{ USBDEVFS_RESET, TAP_RESET, true, 0, -1, -1 },
	{ USBDEVFS_SETINTERFACE, TAP_SET_INTERFACE, true, 2, 0, 1 },
	{ USBDEVFS_SETCONFIGURATION, TAP_SET_CONFIGURATION, true, 1, 0, -1 },
	{ USBDEVFS_CLEAR_HALT, TAP_CLEAR_HALT, true, 1, 0, -1 },
	{ USBDEVFS_RESETEP, TAP_CLEAR_HALT, true, 1, 0, -1 },
	{ USBDEVFS_DISCONNECT_CLAIM, TAP_DISCONNECT_CLAIM, false, 2, 0, -1 },
	{ USBDEVFS_BULK, TAP_BULK, false, 2, 0, 1 },
	{ USBDEVFS_DISCARDURB, TAP_DISCARD, false, 0, -1, -1 },
};

static void
tell_act(int fd, const struct act_row *row, const void *argument, bool begins,
    int code)
{
	struct message m = message_of(begins ? TAP_BEGINS : TAP_DONE);
	uint32_t word[2] = { 0 };

	if (!identify(&m, fd) || (row->words != 0 && !copy(word, argument,
	    (size_t)row->words * sizeof(word[0]))))
		return;
	put(&m, TAP_AT_ACT, row->act, 1);
	put(&m, TAP_AT_CODE, (uint64_t)code, 4);
	if (row->value >= 0)
		put(&m, TAP_AT_VALUE, word[row->value], 4);
	if (row->other >= 0)
		put(&m, TAP_AT_OTHER, word[row->other], 4);
	if (row->act == TAP_DISCARD)
		put(&m, TAP_AT_ID, (uint64_t)(uintptr_t)argument, 8);
	tell(&m);
}

/* A driver of the kernel goes or comes: an ioctl within one. */
static void
tell_driver(int fd, const struct usbdevfs_ioctl *where, int code)
{
	struct act_row row = { .value = 0, .other = -1, .words = 1 };
	struct usbdevfs_ioctl i;

	if (!copy(&i, where, sizeof(i)))
		return;
	if ((unsigned)i.ioctl_code == USBDEVFS_DISCONNECT)
		row.act = TAP_DISCONNECT;
	else if ((unsigned)i.ioctl_code == USBDEVFS_CONNECT)
		row.act = TAP_CONNECT;
	else
		return;
	tell_act(fd, &row, where, false, code);
}

static const struct act_row *
act_of(unsigned long request)
{
	size_t i;

	for (i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		if (acts[i].request == request)
			return (&acts[i]);
	}
	return (NULL);
}

static void
note_asked(int fd)
{
	if (fd >= 0 && fd < DESCRIPTORS)
		atomic_fetch_or(&asked[fd / 32], 1u << fd % 32);
}

static void
tell_before(int fd, unsigned long request, const void *argument)
{
	const struct act_row *row = act_of(request);

	note_asked(fd);
	if (request == USBDEVFS_SUBMITURB)
		tell_urb(fd, argument, true, 0);
	else if (request == USBDEVFS_CONTROL)
		tell_control(fd, argument, true, 0, 0);
	else if (row != NULL && row->begins)
		tell_act(fd, row, argument, true, 0);
}

static void
tell_after(int fd, unsigned long request, void *argument, int result,
    int code)
{
	const struct act_row *row = act_of(request);
	struct usbdevfs_urb *reaped;

	if (request == USBDEVFS_SUBMITURB) {
		if (result < 0)
			tell_urb(fd, argument, false, code);
	} else if (request == USBDEVFS_CONTROL) {
		tell_control(fd, argument, false, result, code);
	} else if (request == USBDEVFS_REAPURB ||
	    request == USBDEVFS_REAPURBNDELAY) {
		if (result >= 0 && copy(&reaped, argument, sizeof(reaped)))
			tell_urb(fd, reaped, false, 0);
	} else if (request == USBDEVFS_IOCTL) {
		tell_driver(fd, argument, result < 0 ? code : 0);
	} else if (row != NULL) {
		tell_act(fd, row, argument, false, result < 0 ? code : 0);
	}
}

/* What the tool calls. */

static int
through(ioctl_call *below, int fd, unsigned long request, void *argument)
{
	int result, code, before = errno;

	if (below == NULL) {
		errno = ENOSYS;
		return (-1);
	}
	if (_IOC_TYPE(request) != USBFS)
		return (below(fd, request, argument));
	tell_before(fd, request, argument);
	errno = before;
	result = below(fd, request, argument);
	code = errno;
	tell_after(fd, request, argument, result, code);
	errno = code;
	return (result);
}

static ioctl_call *
below_ioctl(_Atomic(ioctl_call *) *kept, const char *name)
{
	ioctl_call *f = atomic_load(kept);
	void *p;

	if (f != NULL)
		return (f);
	p = dlsym(RTLD_NEXT, name);
	memcpy(&f, &p, sizeof(f));
	atomic_store(kept, f);
	return (f);
}

int
ioctl(int fd, unsigned long request, ...)
{
	void *argument;
	va_list ap;

	va_start(ap, request);
	argument = va_arg(ap, void *);
	va_end(ap);
	return (through(below_ioctl(&next_ioctl, "ioctl"), fd, request,
	    argument));
}

/* As programs with times of 64 bits call it where longs have 32. */
int
__ioctl_time64(int fd, unsigned long request, ...)
{
	void *argument;
	va_list ap;

	va_start(ap, request);
	argument = va_arg(ap, void *);
	va_end(ap);
	return (through(below_ioctl(&next_time64, "__ioctl_time64"), fd,
	    request, argument));
}

int
close(int fd)
{
	struct message m;
	close_call *f = atomic_load(&next_close);
	uint64_t w = atomic_load(&wire);
	bool told = false, own = is_own(w);
	unsigned bit;
	void *p;
	int result, code, before = errno;

	if (f == NULL) {
		p = dlsym(RTLD_NEXT, "close");
		memcpy(&f, &p, sizeof(f));
		atomic_store(&next_close, f);
	}
	if (own && fd == WIRE_FD(w) && is_there(w)) {
		/* The tool has no such descriptor. */
		errno = EBADF;
		return (-1);
	}
	/* A child that shares memory or descriptors closes only its own. */
	if (own && fd >= 0 && fd < DESCRIPTORS) {
		bit = 1u << fd % 32;
		if ((atomic_fetch_and(&asked[fd / 32], ~bit) & bit) != 0) {
			m = message_of(TAP_DONE);
			put(&m, TAP_AT_ACT, TAP_CLOSE, 1);
			told = identify(&m, fd);
		}
	}
	errno = before;
	result = f(fd);
	code = errno;
	if (told)
		tell(&m);
	errno = code;
	return (result);
}
