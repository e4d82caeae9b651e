/* SPDX-License-Identifier: ISC */
#include "command/cmd.h"

#include <string.h>

#include "base/line.h"
#include "base/mem.h"
#include "job/job.h"

bool
cmd_optional_number(struct line_reader *w, const char *what, uint64_t max,
    int *v, struct buf *error)
{
	uint64_t n;

	*v = -1;
	if (line_peek(w) == NULL)
		return (true);
	if (!line_number(w, what, max, &n, error))
		return (false);
	*v = (int)n;
	return (true);
}

bool
cmd_optional_max(struct line_reader *w, unsigned *max, struct buf *error)
{
	uint64_t n;

	if (!line_accept(w, "max"))
		return (true);
	if (!line_number(w, "how many times", 1000000000, &n, error))
		return (false);
	*max = (unsigned)n;
	return (true);
}

bool
cmd_take_command(struct line_reader *w, struct buf *command, struct buf *error)
{
	const char *start;
	struct job *j;

	if (line_peek(w) == NULL) {
		buf_adds(error, "expected a command");
		return (false);
	}
	if (w->depth == COMMAND_NEST) {
		buf_addf(error, "cannot nest more than %d deep", COMMAND_NEST);
		return (false);
	}
	start = w->at;
	w->depth++;
	j = command_compile_one(w, error);
	w->depth--;
	if (j == NULL)
		return (false);
	job_free(j);
	buf_add(command, start, (size_t)(w->p - start));
	return (true);
}

char *
cmd_take_path(struct line_reader *w, struct buf *error)
{
	char *path;

	if (line_peek(w) == NULL) {
		buf_adds(error, "expected a file name");
		return (NULL);
	}
	path = mem_strdup(line_peek(w));
	line_take(w);
	return (path);
}

bool
cmd_starts_number(struct line_reader *w)
{
	const char *word = line_peek(w);

	return (word != NULL && word[0] >= '0' && word[0] <= '9');
}

bool
cmd_optional_address(struct line_reader *w, bool *given, uint32_t *address,
    struct buf *error)
{
	uint64_t n;

	if (!cmd_starts_number(w))
		return (true);
	if (!line_number(w, CMD_ADDRESS, UINT32_MAX, &n, error))
		return (false);
	*given = true;
	*address = (uint32_t)n;
	return (true);
}

bool
cmd_wish(const struct command_context *c, enum app_effect_kind kind,
    const char *text)
{
	if (c == NULL)
		return (true);
	c->effect->kind = kind;
	if (text != NULL)
		buf_adds(&c->effect->text, text);
	return (true);
}

struct buf *
cmd_tell(const struct command_context *c)
{
	c->effect->kind = APP_SAY;
	return (&c->effect->text);
}
