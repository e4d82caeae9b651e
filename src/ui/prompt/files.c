/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "ui/prompt/files.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/text.h"

/* A folder that holds more is not worth the wait. */
#define MOST	4096

static bool
can_be_shown(const char *s)
{
	size_t left = strlen(s), n;
	uint32_t cp;

	for (; left > 0; s += n, left -= n) {
		n = text_decode(s, left, &cp);
		if (text_width(cp) < 0)
			return (false);
	}
	return (true);
}

static bool
fits(const char *name, const char *base)
{
	if (strncmp(name, base, strlen(base)) != 0)
		return (false);
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return (false);
	return ((*name != '.' || *base == '.') && can_be_shown(name));
}

static int
compare(const void *a, const void *b)
{
	return (strcmp(*(char *const *)a, *(char *const *)b));
}

/* The names in folder that begin with base, sorted; *n of them. */
static char **
read_folder(const char *folder, const char *base, size_t *n)
{
	DIR *d = opendir(folder);
	char **names = NULL;
	struct dirent *e;

	*n = 0;
	while (d != NULL && *n < MOST && (e = readdir(d)) != NULL) {
		if (!fits(e->d_name, base))
			continue;
		names = mem_array(names, *n + 1, sizeof(*names));
		names[(*n)++] = mem_strdup(e->d_name);
	}
	if (d != NULL)
		closedir(d);
	if (*n > 0)
		qsort(names, *n, sizeof(*names), compare);
	return (names);
}

void
files_offer(const char *prefix, void (*offer)(void *arg, const char *path),
    void *arg)
{
	const char *slash = strrchr(prefix, '/');
	const char *base = slash == NULL ? prefix : slash + 1;
	char *folder = slash == NULL ? mem_strdup("") :
	    mem_printf("%.*s", (int)(base - prefix), prefix);
	char **names, *path, *marked;
	struct stat st;
	size_t i, n;

	names = read_folder(*folder == '\0' ? "." : folder, base, &n);
	for (i = 0; i < n; i++) {
		path = mem_printf("%s%s", folder, names[i]);
		marked = mem_printf("%s%s", path, stat(path, &st) == 0 &&
		    S_ISDIR(st.st_mode) ? "/" : "");
		offer(arg, marked);
		free(marked);
		free(path);
		free(names[i]);
	}
	free(names);
	free(folder);
}
