#include "config.h"

#include "transport/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* Signals as a program begins with them, whatever we do with ours. */
static void
set_signals(posix_spawnattr_t *attributes)
{
	static const int ours[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE,
	    SIGXFSZ };
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	posix_spawnattr_setsigmask(attributes, &set);
	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
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
	size_t own;
	char **e = environment(socket, &own);
	pid_t pid;
	int code;

	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attributes);
	set_signals(&attributes);
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
	code = posix_spawnp(&pid, argv[0], &files, &attributes, argv, e);
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
