/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "transport/tool.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <spawn.h>
#include <sys/stat.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "base/text.h"
#include "wire/tap.h"

#define TAP_FILE	"dfuscope-tap.so"
#define SEPARATORS	" :"

extern char **environ;

char *
tool_tap_path(void)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash, *beside;

	if (n > 0) {
		path[n] = '\0';
		slash = strrchr(path, '/');
		if (slash != NULL)
			*slash = '\0';
		beside = mem_printf("%s/" TAP_FILE, path);
		if (access(beside, R_OK) == 0)
			return (beside);
		free(beside);
	}
	return (mem_strdup(TAP_DIR "/" TAP_FILE));
}

static bool
is_sanitizer(const char *p, size_t n)
{
	static const char *const names[] = { "libasan.", "libubsan.",
	    "libtsan.", "liblsan.", "libclang_rt." };
	size_t i;

	for (i = n; i > 0 && p[i - 1] != '/'; i--)
		continue;
	p += i;
	n -= i;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (n > strlen(names[i]) &&
		    memcmp(p, names[i], strlen(names[i])) == 0)
			return (true);
	}
	return (false);
}

static void
add_preloads(struct buf *b, const char *was, bool sanitizers)
{
	size_t n;

	for (; *was != '\0'; was += n) {
		was += strspn(was, SEPARATORS);
		n = strcspn(was, SEPARATORS);
		if (n == 0 || is_sanitizer(was, n) != sanitizers)
			continue;
		if (b->len != 0)
			buf_addc(b, ' ');
		buf_add(b, was, n);
	}
}

void
tool_preload(struct buf *b, const char *was, const char *tap)
{
	if (was != NULL)
		add_preloads(b, was, true);
	if (b->len != 0)
		buf_addc(b, ' ');
	buf_adds(b, tap);
	if (was != NULL)
		add_preloads(b, was, false);
}

static bool
is_variable(const char *s, const char *name)
{
	size_t n = strlen(name);

	return (strncmp(s, name, n) == 0 && s[n] == '=');
}

/* Ours with two more; the last two are to be freed. */
static char **
environment(const char *socket, size_t *own)
{
	struct buf preload = { 0 };
	char *tap = tool_tap_path(), **e;
	size_t i, n = 0;

	for (i = 0; environ[i] != NULL; i++)
		continue;
	e = mem_array(NULL, i + 3, sizeof(*e));
	for (i = 0; environ[i] != NULL; i++) {
		if (!is_variable(environ[i], "LD_PRELOAD") &&
		    !is_variable(environ[i], TAP_SOCKET))
			e[n++] = environ[i];
	}
	tool_preload(&preload, getenv("LD_PRELOAD"), tap);
	*own = n;
	e[n++] = mem_printf("LD_PRELOAD=%s", buf_str(&preload));
	e[n++] = mem_printf(TAP_SOCKET "=%s", socket);
	e[n] = NULL;
	buf_free(&preload);
	free(tap);
	return (e);
}

/*
 * Signals as a program begins with them, whatever we do with ours; but that
 * its own terminal goes with us must not break off what it does to a device.
 */
static void
set_signals(posix_spawnattr_t *attributes, bool own)
{
	static const int ours[] = { SIGINT, SIGTERM, SIGPIPE, SIGXFSZ,
	    SIGHUP };
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	posix_spawnattr_setsigmask(attributes, &set);
	for (i = 0; i < sizeof(ours) / sizeof(ours[0]) - own; i++)
		sigaddset(&set, ours[i]);
	posix_spawnattr_setsigdefault(attributes, &set);
}

pid_t
tool_start(char *const *argv, const char *socket, const char *terminal,
    struct buf *error)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
	struct sigaction ignored = { .sa_handler = SIG_IGN }, before;
	size_t own;
	char **e = environment(socket, &own);
	pid_t pid;
	int code;

	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attributes);
	set_signals(&attributes, terminal != NULL);
	if (terminal != NULL) {
		/* The first one that a session opens is its own. */
		flags |= POSIX_SPAWN_SETSID;
		posix_spawn_file_actions_addopen(&files, STDIN_FILENO,
		    terminal, O_RDWR, 0);
		posix_spawn_file_actions_adddup2(&files, STDIN_FILENO,
		    STDOUT_FILENO);
		posix_spawn_file_actions_adddup2(&files, STDIN_FILENO,
		    STDERR_FILENO);
	}
	posix_spawnattr_setflags(&attributes, flags);
	if (terminal != NULL)
		sigaction(SIGHUP, &ignored, &before);
	code = posix_spawnp(&pid, argv[0], &files, &attributes, argv, e);
	if (terminal != NULL)
		sigaction(SIGHUP, &before, NULL);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	free(e[own]);
	free(e[own + 1]);
	free(e);
	if (code == 0)
		return (pid);
	text_escape(error, argv[0], strlen(argv[0]));
	buf_addf(error, ": %s", strerror(code));
	return (-1);
}

/* What the file tells. */

#define HEAD		4096	/* bytes of it that are looked at */
#define NESTED		4	/* interpreters of interpreters */

/* As posix_spawnp looks for it; NULL: it is not there. To be freed. */
static char *
find(const char *program)
{
	const char *dir = getenv("PATH");
	char *path;
	size_t n;

	if (strchr(program, '/') != NULL)
		return (mem_strdup(program));
	for (; dir != NULL && *dir != '\0'; dir += n + (dir[n] == ':')) {
		n = strcspn(dir, ":");
		path = mem_printf("%.*s/%s", (int)n, n != 0 ? dir : ".",
		    program);
		if (access(path, X_OK) == 0)
			return (path);
		free(path);
		if (dir[n] == '\0')
			break;
	}
	return (NULL);
}

/* Programs that have others do it, or change who does. */
static const struct {
	const char	*name;
	const char	*why;
} indirect[] = {
	{ "sudo", "its child processes are not traced. Run sudo dfuscope "
	    "trace -- COMMAND instead" },
	{ "doas", "its child processes are not traced. Run doas dfuscope "
	    "trace -- COMMAND instead" },
	{ "pkexec", "its child processes are not traced. Run pkexec "
	    "dfuscope trace -- COMMAND instead" },
	{ "su", "its child processes are not traced. Run dfuscope trace "
	    "inside it" },
	{ "fwupdmgr", "the daemon fwupd sends the requests, not this "
	    "program. Use -T usbmon:BUS" },
};

/* It is loaded by ld.so: there is a PT_INTERP. */
static bool
is_dynamic(const uint8_t *p, size_t n)
{
	struct reader r = reader_of(p, n);
	bool wide = n > EI_CLASS && p[EI_CLASS] == ELFCLASS64;
	uint64_t at;
	uint32_t type;
	uint16_t size, count, i;

	r.big = n > EI_DATA && p[EI_DATA] == ELFDATA2MSB;
	(void)reader_bytes(&r, wide ? offsetof(Elf64_Ehdr, e_phoff) :
	    offsetof(Elf32_Ehdr, e_phoff));
	at = wide ? reader_u64(&r) : reader_u32(&r);
	r.pos = 0;
	(void)reader_bytes(&r, wide ? offsetof(Elf64_Ehdr, e_phentsize) :
	    offsetof(Elf32_Ehdr, e_phentsize));
	size = reader_u16(&r);
	count = reader_u16(&r);
	for (i = 0; !r.bad && i < count && at + (uint64_t)i * size <
	    n; i++) {
		r.pos = (size_t)(at + (uint64_t)i * size);
		type = reader_u32(&r);
		if (!r.bad && type == PT_INTERP)
			return (true);
	}
	/* What cannot be looked at is not accused. */
	return (r.bad || count == 0 || at >= n);
}

static const char *
why_elf(const uint8_t *p, size_t n, const struct stat *st)
{
	const uint8_t own = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;

	if (st->st_mode & (S_ISUID | S_ISGID))
		return ("the program is setuid or setgid, so the tap is not "
		    "loaded. Trace it as that user");
	if (n > EI_CLASS && p[EI_CLASS] != own)
		return ("the program and the tap differ in ELF class (32 or "
		    "64 bit)");
	if (!is_dynamic(p, n))
		return ("the program is linked statically, so the tap cannot "
		    "be loaded. Use -T usbmon:BUS");
	return (NULL);
}

static size_t
read_head(const char *path, uint8_t *head, struct stat *st)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = -1;

	if (fd >= 0 && fstat(fd, st) == 0 && S_ISREG(st->st_mode))
		n = pread(fd, head, HEAD, 0);
	if (fd >= 0)
		close(fd);
	return (n > 0 ? (size_t)n : 0);
}

/* "#!/usr/bin/env python3": what runs it; to be freed. NULL: it is no script */
static char *
interpreter(const uint8_t *head, size_t n)
{
	char *line, *word, *rest, *found;

	if (n < 3 || memcmp(head, "#!", 2) != 0)
		return (NULL);
	line = mem_printf("%.*s", (int)(n - 2), (const char *)head + 2);
	line[strcspn(line, "\n")] = '\0';
	word = strtok_r(line, " \t", &rest);
	if (word != NULL && strlen(word) > 4 &&
	    strcmp(word + strlen(word) - 4, "/env") == 0)
		word = strtok_r(NULL, " \t", &rest);
	found = word != NULL ? find(word) : NULL;
	free(line);
	return (found);
}

void
tool_unseen(const char *program, struct buf *b)
{
	const char *slash = strrchr(program, '/'), *why = NULL;
	uint8_t head[HEAD];
	struct stat st;
	char *path, *next;
	size_t i, n;

	for (i = 0; i < sizeof(indirect) / sizeof(indirect[0]); i++) {
		if (strcmp(slash != NULL ? slash + 1 : program,
		    indirect[i].name) == 0)
			why = indirect[i].why;
	}
	path = find(program);
	for (i = 0; path != NULL && why == NULL && i < NESTED; i++) {
		n = read_head(path, head, &st);
		if (n >= SELFMAG && memcmp(head, ELFMAG, SELFMAG) == 0)
			why = why_elf(head, n, &st);
		next = interpreter(head, n);
		free(path);
		path = next;
	}
	free(path);
	if (why == NULL)
		return;
	text_escape(b, program, strlen(program));
	buf_addf(b, ": %s", why);
}
