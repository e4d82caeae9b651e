/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
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
		return ("a pipe; dfuscope reads only regular files");
	return ("a device or a socket; dfuscope reads only regular files");
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

/* "it is larger than 64 MiB, the most that is read here" */
static void
too_large(struct buf *error, const char *path, size_t max)
{
	text_escape(error, path, strlen(path));
	buf_adds(error, ": larger than ");
	if (max >= 1024 * 1024)
		buf_addf(error, "%zu MiB", max / (1024 * 1024));
	else
		buf_addf(error, "%zu KiB", max / 1024);
	buf_adds(error, ", the most that dfuscope reads");
}

/* What has grown since, or does not tell its size, is found out by reading. */
static bool
read_all(int fd, size_t max, struct buf *b)
{
	uint8_t chunk[16384];
	size_t start = b->len;
	ssize_t n;

	do {
		n = read(fd, chunk, sizeof(chunk));
		if (n > 0)
			buf_add(b, chunk, (size_t)n);
	} while ((n > 0 && b->len - start <= max) ||
	    (n < 0 && errno == EINTR));
	return (n >= 0);
}

bool
file_read(const char *path, size_t max, struct buf *b, struct buf *error)
{
	size_t start = b->len;
	int fd = file_open(path, error);
	struct stat st;
	bool ok = fd >= 0;

	if (!ok)
		return (false);
	ok = fstat(fd, &st) == 0 &&
	    (uint64_t)st.st_size <= (uint64_t)max;
	if (ok && !read_all(fd, max, b)) {
		complain(error, path, strerror(errno));
		ok = false;
	} else if (!ok || b->len - start > max) {
		too_large(error, path, max);
		ok = false;
	}
	close(fd);
	return (ok);
}

int
file_create(const char *path, mode_t mode, struct buf *error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOCTTY, mode);

	if (fd < 0)
		complain(error, path, errno == EEXIST ? "the file exists "
		    "already" :
		    strerror(errno));
	return (fd);
}

bool
file_put(int fd, const void *p, size_t n)
{
	const uint8_t *at = p;
	ssize_t done;

	while (n > 0) {
		done = write(fd, at, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return (false);
		at += done;
		n -= (size_t)done;
	}
	return (true);
}

/* All of it, sync: on the disk, and closed; false: errno. */
static bool
put_and_close(int fd, const void *p, size_t n, bool sync)
{
	bool ok = file_put(fd, p, n);
	int why = errno;

	/* A place that knows no syncing keeps what it is given. */
	if (ok && sync && fsync(fd) != 0 && errno != EINVAL &&
	    errno != ENOTSUP) {
		why = errno;
		ok = false;
	}
	if (close(fd) != 0 && ok)
		return (false);
	errno = why;
	return (ok);
}

static bool
write_new(const char *path, const void *p, size_t n, mode_t mode,
    struct buf *error)
{
	int fd = file_create(path, mode, error);

	if (fd < 0)
		return (false);
	if (put_and_close(fd, p, n, true))
		return (true);
	complain(error, path, strerror(errno));
	(void)unlink(path);
	return (false);
}

int
file_draft(const char *path, char **draft, struct buf *error)
{
	char *whole = realpath(path, NULL);
	int fd;

	/* A link stays one: what it points to is replaced. */
	*draft = mem_printf("%s.XXXXXX", whole != NULL ? whole : path);
	free(whole);
	fd = mkostemp(*draft, O_CLOEXEC);
	if (fd >= 0)
		return (fd);
	text_escape(error, path, strlen(path));
	buf_addf(error, ": cannot create a file in the same folder: %s",
	    strerror(errno));
	free(*draft);
	*draft = NULL;
	return (-1);
}

bool
file_draft_becomes(const char *draft, const char *path, struct buf *error)
{
	char *whole = realpath(path, NULL);
	bool ok = rename(draft, whole != NULL ? whole : path) == 0;

	if (!ok)
		complain(error, path, strerror(errno));
	free(whole);
	return (ok);
}

/* Beside it, and put in its place: one of both is there always. */
static bool
write_over(const char *path, const void *p, size_t n, mode_t mode, bool sync,
    struct buf *error)
{
	char *draft;
	int fd = file_draft(path, &draft, error);
	bool ok = fd >= 0;

	if (!ok)
		return (false);
	if (fchmod(fd, mode) != 0 || !put_and_close(fd, p, n, sync)) {
		complain(error, path, strerror(errno));
		ok = false;
	}
	ok = ok && file_draft_becomes(draft, path, error);
	if (!ok)
		(void)unlink(draft);
	free(draft);
	return (ok);
}

/* 1: a regular file is there, 0: nothing is, -1: error says what is. */
static int
look(const char *path, struct stat *st, struct buf *error)
{
	if (stat(path, st) != 0) {
		if (errno == ENOENT)
			return (0);
		complain(error, path, strerror(errno));
		return (-1);
	}
	if (S_ISREG(st->st_mode))
		return (1);
	complain(error, path, S_ISDIR(st->st_mode) ? strerror(EISDIR) :
	    "not a regular file; dfuscope writes only regular files");
	return (-1);
}

bool
file_write(const char *path, const void *p, size_t n, bool replace,
    struct buf *error)
{
	struct stat st;
	int there = replace ? look(path, &st, error) : 0;

	if (there < 0)
		return (false);
	return (there == 0 ? write_new(path, p, n, 0666, error) :
		write_over(path, p, n, st.st_mode & 07777, true, error));
}

bool
file_keep(const char *path, const void *p, size_t n, struct buf *error)
{
	struct stat st;
	int there = look(path, &st, error);

	return (there >= 0 && write_over(path, p, n, there == 0 ? 0600 :
	    st.st_mode & 07777, false, error));
}

bool
file_writable(const char *path, bool replace, struct buf *error)
{
	struct stat st;
	int fd = -1, there = look(path, &st, error);
	char *draft = NULL;

	if (there > 0 && !replace)
		complain(error, path,
		    "the file exists already; add replace to overwrite it");
	else if (there > 0)
		fd = file_draft(path, &draft, error);
	else if (there == 0)
		fd = file_create(path, 0666, error);
	if (fd < 0)
		return (false);
	close(fd);
	(void)unlink(draft != NULL ? draft : path);
	free(draft);
	return (true);
}
