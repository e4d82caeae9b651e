/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a file for explain, whatever it seems to be: it ends with one
 * of its codes, the same in all forms; what it says can go to a terminal as it
 * is, and a line of JSON is as the schema has it.
 */
#include "config.h"

#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/code.h"
#include "base/text.h"
#include "report/explain.h"
#include "tests/report/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

struct said {
	char *out;
	char *err;
	int code;
};

static void
must(bool holds, const char *what, const char *line)
{
	if (holds)
		return;
	fprintf(stderr, "%s: %s\n", what, line);
	abort();
}

static char *
file_of(const uint8_t *p, size_t n)
{
	static char path[32];
	static int fd = -1;

	if (fd < 0) {
		must(setlocale(LC_ALL, "C.UTF-8") != NULL, "setlocale", "");
		fd = memfd_create("explain", MFD_CLOEXEC);
		must(fd >= 0, "memfd_create", "");
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	must(ftruncate(fd, 0) == 0, "ftruncate", path);
	must(n == 0 || pwrite(fd, p, n, 0) == (ssize_t)n, "pwrite", path);
	return (path);
}

static void
explain(char *path, enum explain_as as, struct said *said)
{
	size_t outn, errn;
	FILE *out = open_memstream(&said->out, &outn);
	FILE *err = open_memstream(&said->err, &errn);

	must(out != NULL && err != NULL, "open_memstream", path);
	said->code = explain_files(&path, 1, as, out, err);
	must(fclose(out) == 0 && fclose(err) == 0, "fclose", path);
	must(strlen(said->out) == outn, "a zero in what is said", said->out);
}

static void
check_line(const char *line, size_t n)
{
	size_t length;
	uint32_t cp;

	for (; n > 0; line += length, n -= length) {
		length = text_decode(line, n, &cp);
		must(cp != TEXT_BAD && text_width(cp) > 0, "raw", line);
	}
}

static void
check_lines(const char *text)
{
	const char *end;

	for (; *text != '\0'; text = end + 1) {
		end = strchr(text, '\n');
		must(end != NULL, "no end of a line", text);
		check_line(text, (size_t)(end - text));
	}
}

static void
check_json(char *text)
{
	struct buf why = { 0 };
	char *line, *rest = NULL;

	check_lines(text);
	for (line = strtok_r(text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest))
		must(schema_allows(schema_of_tree(), line, &why), buf_str(&why),
		    line);
	buf_free(&why);
}

static void
forget(struct said *said)
{
	free(said->out);
	free(said->err);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct said text, json, markdown;
	char *path = file_of(p, n);

	explain(path, EXPLAIN_TEXT, &text);
	explain(path, EXPLAIN_JSON, &json);
	explain(path, EXPLAIN_MARKDOWN, &markdown);
	must(text.code == CODE_OK || text.code == CODE_PROTOCOL ||
		(text.code == CODE_BAD_FILE && *text.err != '\0'),
	    "code", text.err);
	must(json.code == text.code && markdown.code == text.code,
	    "another code", json.err);
	check_lines(text.out);
	check_lines(text.err);
	check_lines(markdown.out);
	check_json(json.out);
	forget(&text);
	forget(&json);
	forget(&markdown);
	return (0);
}
