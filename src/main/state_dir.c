/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "main/state_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

#define SUFFIX	".journal"
#define SEEN	"hints-seen"

static bool
make_folders(char *path)
{
	char *slash;

	for (slash = strchr(path + 1, '/'); slash != NULL;
	    slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(path, 0700);
		*slash = '/';
	}
	return (mkdir(path, 0700) == 0 || errno == EEXIST);
}

static char *
folder(void)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	char *path;
	int error;

	if (state != NULL && *state == '/') {
		path = mem_printf("%s/dfuscope", state);
	} else if (home != NULL && *home == '/') {
		path = mem_printf("%s/.local/state/dfuscope", home);
	} else {
		errno = 0;
		return (NULL);
	}
	if (make_folders(path))
		return (path);
	error = errno;
	free(path);
	errno = error;
	return (NULL);
}

static int
is_journal(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return (n > strlen(SUFFIX) &&
	    strcmp(e->d_name + n - strlen(SUFFIX), SUFFIX) == 0);
}

/* The one that a program has open to write is locked by it. */
static void
drop(char *victim)
{
	int fd = open(victim, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		(void)unlink(victim);
	if (fd >= 0)
		close(fd);
	free(victim);
}

/* Names begin with the date: the first ones are the oldest. */
static void
drop_oldest(const char *path, int kept)
{
	struct dirent **names;
	int i, n = scandir(path, &names, is_journal, alphasort);

	for (i = 0; i < n; i++) {
		if (i < n - (kept - 1))
			drop(mem_printf("%s/%s", path, names[i]->d_name));
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

/* Why there is no folder, or why nothing can be put into it. */
static void
explain_place(const char *path, int error, struct buf *why)
{
	const char *home = getenv("HOME");

	if (path == NULL && error == 0)
		buf_adds(why, home == NULL || *home == '\0' ?
		    "HOME is not set" : "HOME is not an absolute path");
	else if (path == NULL)
		buf_addf(why, "cannot create its folder: %s",
		    strerror(error));
	else
		buf_addf(why, "%s: %s", path, strerror(error));
}

char *
state_dir_folder(struct buf *why)
{
	char *path, *inside = NULL;
	bool ok;

	errno = 0;
	path = folder();
	if (path != NULL)
		inside = mem_printf("%s/.", path);
	ok = inside != NULL && access(inside, W_OK | X_OK) == 0;
	if (!ok)
		explain_place(path, errno, why);
	free(inside);
	if (ok)
		return (path);
	free(path);
	return (NULL);
}

char *
state_dir_journal(unsigned kept, struct buf *why)
{
	char *path = state_dir_folder(why), *journal;
	char stamp[32];
	struct tm tm;
	time_t now = time(NULL);

	if (path == NULL)
		return (NULL);
	drop_oldest(path, (int)kept);
	localtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &tm);
	journal = mem_printf("%s/%s-%ld%s", path, stamp, (long)getpid(),
	    SUFFIX);
	free(path);
	return (journal);
}

char *
state_dir_history(void)
{
	char *path = folder(), *history;

	if (path == NULL)
		return (NULL);
	history = mem_printf("%s/history", path);
	free(path);
	return (history);
}

char *
state_dir_lessons(void)
{
	char *path = folder(), *lessons;

	if (path == NULL)
		return (NULL);
	lessons = mem_printf("%s/lessons", path);
	free(path);
	return (lessons);
}

char *
state_dir_memory(void)
{
	char *path = folder(), *memory;

	if (path == NULL)
		return (NULL);
	memory = mem_printf("%s/memory", path);
	free(path);
	return (memory);
}

char *
state_dir_rc(void)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	if (config != NULL && *config == '/')
		return (mem_printf("%s/dfuscope/rc", config));
	if (home != NULL && *home == '/')
		return (mem_printf("%s/.config/dfuscope/rc", home));
	return (NULL);
}

bool
state_dir_first(void)
{
	char *path = folder(), *mark;
	int fd;

	if (path == NULL)
		return (false);
	mark = mem_printf("%s/%s", path, SEEN);
	fd = open(mark, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
	free(mark);
	free(path);
	return (fd >= 0);
}
