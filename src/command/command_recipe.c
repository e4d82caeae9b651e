/* Commands that recipes are for. */
#include "command/command_args.h"

#include <stdlib.h>

#include "base/line.h"
#include "base/mem.h"
#include "command/flow.h"
#include "command/recipe.h"
#include "job/condition.h"
#include "job/jobs.h"

struct job *
compile_on(
    const struct command_row *row, struct line_reader *w, struct buf *error)
{
	struct buf command = { 0 };
	struct job *j = NULL;
	struct condition c;

	(void)row;
	if (condition_parse(&c, w, error) &&
	    command_take(w, &command, error))
		j = job_on(&c, buf_str(&command));
	buf_free(&command);
	return (j);
}

struct job *
compile_try(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	struct buf command = { 0 };
	struct job *j = NULL;

	(void)row;
	if (command_take(w, &command, error))
		j = job_try(buf_str(&command));
	buf_free(&command);
	return (j);
}

struct job *
compile_source(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	const char *word = line_peek(w);
	struct job *j = NULL;
	char *path, **args = NULL;
	size_t nargs = 0;

	(void)row;
	if (word == NULL || *word == '\0') {
		buf_adds(error, "the file of a recipe is missing");
		return (NULL);
	}
	path = mem_strdup(word);
	line_take(w);
	while ((word = line_peek(w)) != NULL && recipe_is_argument(word)) {
		args = mem_array(args, nargs + 1, sizeof(*args));
		args[nargs++] = mem_strdup(word);
		line_take(w);
	}
	if (word != NULL) {
		buf_adds(error, "expected NAME=VALUE, not ");
		line_show(w, error);
	} else {
		j = job_source(path, args, nargs);
		if (w->sources != NULL)
			recipe_sources_add(w->sources, path, args, nargs,
			    w->depth);
	}
	while (nargs > 0)
		free(args[--nargs]);
	free(args);
	free(path);
	return (j);
}
