/* SPDX-License-Identifier: ISC */
/*
 * What a traced tool is given besides its words, and what its file tells of
 * whether anything of it can be seen.
 */
#include "config.h"

#include "tests/dfu/check.h"

#include <elf.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "transport/tool.h"

static void
preload(const char *was, const char *wanted)
{
	struct buf b = { 0 };

	tool_preload(&b, was, "/x/tap.so");
	assert_string_equal(buf_str(&b), wanted);
	buf_free(&b);
}

static void
test_preload(void **state)
{
	(void)state;
	preload(NULL, "/x/tap.so");
	preload("", "/x/tap.so");
	preload("libumockdev-preload.so.0",
	    "/x/tap.so libumockdev-preload.so.0");
	preload("/lib/libasan.so.8 libumockdev-preload.so.0",
	    "/lib/libasan.so.8 /x/tap.so libumockdev-preload.so.0");
	preload("a.so:b.so :/lib/libclang_rt.asan-x86_64.so",
	    "/lib/libclang_rt.asan-x86_64.so /x/tap.so a.so b.so");
	preload("libasanity.so", "/x/tap.so libasanity.so");
}

/* Files. */

static char dir[] = "/tmp/test_tool-XXXXXX";

static char *
write_file(const char *name, const void *p, size_t n, mode_t mode)
{
	char *path = mem_printf("%s/%s", dir, name);
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	fclose(f);
	assert_int_equal(chmod(path, mode), 0);
	return (path);
}

static char *
write_elf(const char *name, unsigned char class, uint32_t segment,
    mode_t mode)
{
	struct {
		Elf64_Ehdr	h;
		Elf64_Phdr	p[2];
	} e;

	memset(&e, 0, sizeof(e));
	memcpy(e.h.e_ident, ELFMAG, SELFMAG);
	e.h.e_ident[EI_CLASS] = class;
	e.h.e_ident[EI_DATA] = ELFDATA2LSB;
	e.h.e_phoff = offsetof(__typeof__(e), p);
	e.h.e_phentsize = sizeof(e.p[0]);
	e.h.e_phnum = 2;
	e.p[0].p_type = PT_LOAD;
	e.p[1].p_type = segment;
	return (write_file(name, &e, sizeof(e), mode));
}

/* text: a part of what is said, NULL: nothing is. */
static void
says(char *path, const char *text)
{
	struct buf b = { 0 };

	tool_unseen(path, &b);
	if (text == NULL)
		assert_string_equal(buf_str(&b), "");
	else if (strstr(buf_str(&b), text) == NULL)
		fail_msg("%s: \"%s\"", path, buf_str(&b));
	buf_free(&b);
	free(path);
}

static void
test_unseen(void **state)
{
	const unsigned char other = sizeof(void *) == 8 ? ELFCLASS32 :
	    ELFCLASS64;
	char *script, *line;

	(void)state;
	if (sizeof(void *) != 8)
		skip();
	says(write_elf("dynamic", ELFCLASS64, PT_INTERP, 0755), NULL);
	says(write_elf("static", ELFCLASS64, PT_LOAD, 0755), "statically");
	says(write_elf("narrow", other, PT_INTERP, 0755), "ELF class");
	says(write_elf("other", ELFCLASS64, PT_INTERP, 04755), "setuid");
	says(write_file("short", ELFMAG "\2", 5, 0755), NULL);
	says(write_file("empty", "", 0, 0755), NULL);
	line = mem_printf("#!%s/static -x\n", dir);
	script = write_file("script", line, strlen(line), 0755);
	free(line);
	line = mem_printf("#! %s\nnothing", script);
	says(write_file("twice", line, strlen(line), 0755), "statically");
	says(script, "statically");
	free(line);
	line = mem_printf("#!%s/loop\n", dir);
	says(write_file("loop", line, strlen(line), 0755), NULL);
	free(line);
	says(mem_strdup("/usr/bin/sudo"), "dfuscope trace -- COMMAND");
	says(mem_strdup("fwupdmgr"), "usbmon");
	says(mem_strdup("sudoku-of-which-there-is-none"), NULL);
}

static int
make_dir(void **state)
{
	(void)state;
	return (mkdtemp(dir) != NULL ? 0 : -1);
}

static int
remove_dir(void **state)
{
	char *line = mem_printf("rm -rf '%s'", dir);
	int code = system(line);

	(void)state;
	free(line);
	return (code);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_preload),
		cmocka_unit_test(test_unseen),
	};

	return (cmocka_run_group_tests(tests, make_dir, remove_dir));
}
