/* SPDX-License-Identifier: ISC */
/*
 * Whether udevd runs, for what looks in this process: the machine of the tests
 * may have one or not.
 */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/lab/lab_bus.h"
#include "transport/usb_sysfs.h"

static bool there = true;

void
lab_udevd(bool runs)
{
	there = runs;
}

/* That of the C library comes after ours, and after umockdev's. */
int
access(const char *path, int mode)
{
	static int (*next)(const char *, int);

	if (strcmp(path, USB_UDEVD_CONTROL) == 0) {
		errno = ENOENT;
		return (there ? 0 : -1);
	}
	if (next == NULL)
		*(void **)&next = dlsym(RTLD_NEXT, "access");
	return (next(path, mode));
}

/*
 * umockdev sends what udevd would to each socket of that name: one that is
 * called otherwise hears nothing.
 */
void
lab_no_udevd(struct lab *lab, bool opened)
{
	char *pattern = mem_printf("%s/event[0-9]*", lab->root), *deaf;
	glob_t found;
	size_t i;

	lab_udevd(false);
	if (opened && glob(pattern, 0, NULL, &found) == 0) {
		for (i = 0; i < found.gl_pathc; i++) {
			deaf = mem_printf("%s/deaf%zu", lab->root, i);
			if (rename(found.gl_pathv[i], deaf) != 0)
				abort();
			free(deaf);
		}
		globfree(&found);
	}
	free(pattern);
}
