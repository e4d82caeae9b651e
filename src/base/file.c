#include "config.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

static void
complain(struct buf *error, const char *path, const char *what)
{
	text_escape(error, path, strlen(path));
	buf_addf(error, ": %s", what);
}

static const char *
kind_words(mode_t mode)
{
	if (S_ISDIR(mode))
		return (strerror(EISDIR));
	if (S_ISFIFO(mode))
		return ("it is a pipe; only a regular file can be read here");
	return ("it is a device or a socket; only a regular file can be read "
	    "here");
}

int
file_open(const char *path, struct buf *error)
{
	/* Opening a pipe to read waits for who writes, but for this flag. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0) {
		complain(error, path, strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		complain(error, path, kind_words(st.st_mode));
	} else {
		return (fd);
	}
	if (fd >= 0)
		close(fd);
	return (-1);
}

bool
file_read(const char *path, size_t max, struct buf *b, struct buf *error)
{
	uint8_t chunk[4096];
	size_t n, start = b->len;
	FILE *f = fopen(path, "re");
	bool ok = f != NULL;

	while (ok && (n = fread(chunk, 1, sizeof(chunk), f)) > 0 &&
	    b->len - start <= max)
		buf_add(b, chunk, n);
	if (!ok || ferror(f)) {
		complain(error, path, strerror(errno));
		ok = false;
	} else if (b->len - start > max) {
		complain(error, path, "the file is too large");
		ok = false;
	}
	if (f != NULL)
		fclose(f);
	return (ok);
}

bool
file_write(const char *path, const void *p, size_t n, bool replace,
    struct buf *error)
{
	FILE *f = fopen(path, replace ? "we" : "wxe");
	bool ok = f != NULL;

	if (ok && n != 0)
		ok = fwrite(p, 1, n, f) == n;
	if (f != NULL && fclose(f) != 0)
		ok = false;
	if (!ok)
		complain(error, path, strerror(errno));
	/* Half a file is no file; one that was replaced is lost already. */
	if (!ok && f != NULL)
		remove(path);
	return (ok);
}

bool
file_writable(const char *path, bool replace, struct buf *error)
{
	bool is_there = access(path, F_OK) == 0;
	FILE *f = fopen(path, is_there && replace ? "ae" : "wxe");

	if (f == NULL) {
		complain(error, path, is_there && !replace ?
		    "is there already: replace overwrites it" :
		    strerror(errno));
		return (false);
	}
	fclose(f);
	if (!is_there)
		unlink(path);
	return (true);
}
