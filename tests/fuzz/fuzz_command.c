/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a line of commands, and as the words of a command line: they
 * are understood, or a sentence that can be printed says why not.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "command/app.h"
#include "command/app_effect.h"
#include "command/command.h"
#include "job/job.h"
#include "main/options.h"
#include "trace/trace.h"

int	LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define MAX_WORDS	16

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* What is said can go to a terminal as it is. */
static void
check_sentence(const struct buf *error)
{
	const char *p = buf_str(error);
	size_t n = error->len, length;
	uint32_t cp;

	must(n > 0);
	for (; n > 0; p += length, n -= length) {
		length = text_decode(p, n, &cp);
		must(cp != TEXT_BAD && text_width(cp) > 0);
	}
}

static void
run_line(const char *line)
{
	struct buf error = { 0 };
	struct app d = { .simulated = true };
	struct app_effect effect = { .kind = APP_NOTHING };
	struct job *j = command_compile(line, &error, NULL);
	bool ok = false, compiled = j != NULL;

	if (!compiled)
		check_sentence(&error);
	else
		must(error.len == 0);
	job_free(j);
	buf_reset(&error);
	d.sessions = sessions_new(trace_new(), 0);
	if (command_act(line, &d, &effect, &ok, &error) != NULL) {
		if (!ok)
			check_sentence(&error);
		/* Refused by the compiler is refused by the application state.
		 */
		must(compiled || !ok);
	}
	sessions_free(d.sessions);
	buf_free(&effect.text);
	buf_free(&error);
}

/* The bytes, split at newlines, as argv behind the program's name. */
static void
run_options(char *line)
{
	char *argv[MAX_WORDS + 2] = { (char *)(uintptr_t)"dfuscope" };
	struct buf error = { 0 };
	struct options o;
	int argc = 1;

	while (argc <= MAX_WORDS) {
		argv[argc++] = line;
		line = strchr(line, '\n');
		if (line == NULL)
			break;
		*line++ = '\0';
	}
	argv[argc] = NULL;
	if (options_parse(&o, argc, argv, &error))
		must(error.len == 0);
	else
		check_sentence(&error);
	options_free(&o);
	buf_free(&error);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char *line = malloc(n + 1);

	must(line != NULL);
	memcpy(line, p, n);
	line[n] = '\0';
	run_line(line);
	run_options(line);
	free(line);
	return (0);
}
