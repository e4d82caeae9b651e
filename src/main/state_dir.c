#include "config.h"

#include "main/state_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
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

	if (state != NULL && *state == '/')
		path = mem_printf("%s/dfuscope", state);
	else if (home != NULL && *home == '/')
		path = mem_printf("%s/.local/state/dfuscope", home);
	else
		return (NULL);
	if (make_folders(path))
		return (path);
	free(path);
	return (NULL);
}

static int
is_journal(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return (n > strlen(SUFFIX) &&
	    strcmp(e->d_name + n - strlen(SUFFIX), SUFFIX) == 0);
}

/* Names begin with the date: the first ones are the oldest. */
static void
drop_oldest(const char *path, int kept)
{
	struct dirent **names;
	int i, n = scandir(path, &names, is_journal, alphasort);
	char *victim;

	for (i = 0; i < n; i++) {
		if (i < n - (kept - 1)) {
			victim = mem_printf("%s/%s", path, names[i]->d_name);
			(void)unlink(victim);
			free(victim);
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

char *
state_dir_journal(unsigned kept)
{
	char *path = folder(), *journal;
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
