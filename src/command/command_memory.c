/* Commands that work on memory: files, ranges, all of it. */
#include "command/command_args.h"

#include <stdlib.h>
#include <string.h>

#include "base/line.h"
#include "base/mem.h"
#include "job/jobs.h"
#include "session/limits.h"
#include "tool/job_do_as.h"
#include "tool/tool_plan.h"

#define ADDRESS	"an address from 0 to 0xffffffff"

/* The caller frees; NULL: error says what is missing. */
static char *
take_path(struct line_reader *w, struct buf *error)
{
	char *path;

	if (line_peek(w) == NULL) {
		buf_adds(error, "a file is missing");
		return (NULL);
	}
	path = mem_strdup(line_peek(w));
	line_take(w);
	return (path);
}

static bool
starts_number(struct line_reader *w)
{
	const char *word = line_peek(w);

	return (word != NULL && word[0] >= '0' && word[0] <= '9');
}

static bool
optional_address(struct line_reader *w, struct flash_order *order,
    struct buf *error)
{
	uint64_t address;

	if (!starts_number(w))
		return (true);
	if (!line_number(w, ADDRESS, UINT32_MAX, &address, error))
		return (false);
	order->has_address = true;
	order->address = (uint32_t)address;
	return (true);
}

/* verify, leave [max N], no-read and here, in any order. */
static bool
take_order(struct line_reader *w, struct flash_order *order, struct buf *error)
{
	uint64_t n;

	order->max = LIMIT_LEAVE;
	for (;;) {
		if (line_accept(w, "verify")) {
			order->verify = true;
		} else if (line_accept(w, "no-read")) {
			order->no_read = true;
		} else if (line_accept(w, "here")) {
			order->here = true;
		} else if (line_accept(w, "leave")) {
			order->leave = true;
			if (!line_accept(w, "max"))
				continue;
			if (!line_number(w, "how many times", 1000000000, &n,
			    error))
				return (false);
			order->max = (unsigned)n;
		} else {
			return (true);
		}
	}
}

struct job *
compile_flash(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	struct flash_order order = { 0 };
	char *path = take_path(w, error);
	struct job *j = NULL;

	order.only_verify = strcmp(row->name, "verify") == 0;
	if (path != NULL && optional_address(w, &order, error) &&
	    (order.only_verify || take_order(w, &order, error))) {
		order.here |= line_accept(w, "here");
		j = job_flash(path, &order);
	}
	free(path);
	return (j);
}

static bool
take_range(struct line_reader *w, uint32_t *address, uint32_t *length,
    struct buf *error)
{
	uint64_t a, n;

	if (!line_number(w, ADDRESS, UINT32_MAX, &a, error) ||
	    !line_number(w, "a length in bytes", UINT32_MAX, &n, error))
		return (false);
	if (n == 0 || n > (UINT64_C(1) << 32) - a) {
		buf_addf(error, "no memory is %llu bytes long there",
		    (unsigned long long)n);
		return (false);
	}
	*address = (uint32_t)a;
	*length = (uint32_t)n;
	return (true);
}

struct job *
compile_read(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	uint32_t address = 0, length = 0;
	bool ranged = starts_number(w);
	struct job *j;
	char *path;

	(void)row;
	if (ranged && !take_range(w, &address, &length, error))
		return (NULL);
	path = take_path(w, error);
	if (path == NULL)
		return (NULL);
	j = job_read(ranged, address, length, path,
	    line_accept(w, "replace"));
	free(path);
	return (j);
}

struct job *
compile_erase_range(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	uint32_t address, length;

	(void)row;
	if (!take_range(w, &address, &length, error))
		return (NULL);
	return (job_erase_range(address, length));
}

struct job *
compile_whole(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	(void)w;
	(void)error;
	if (strcmp(row->name, "wipe") == 0)
		return (job_wipe());
	if (strcmp(row->name, "unprotect") == 0)
		return (job_unprotect());
	return (job_enter());
}

/* One of the words of a table, or error names them all. */
static bool
take_one_of(struct line_reader *w, const char *(*word)(size_t), size_t n,
    size_t *which, struct buf *error)
{
	for (*which = 0; *which < n; (*which)++) {
		if (line_accept(w, word(*which)))
			return (true);
	}
	for (*which = 0; *which < n; (*which)++)
		buf_addf(error, "%s%s", *which == 0 ? "expected " :
		    *which == n - 1 ? " or " : ", ", word(*which));
	buf_adds(error, ", not ");
	line_show(w, error);
	return (false);
}

static const char *
tool_word(size_t i)
{
	return (scripts[i]->name);
}

static const char *
task_word(size_t i)
{
	return (script_tasks[i]);
}

/* A tool, or a version of it; else error says which tools there are. */
static const struct script *
take_script(struct line_reader *w, struct buf *error)
{
	const char *word = line_peek(w);
	const struct script *d = word != NULL ? script_named(word, NULL) :
	    NULL;
	size_t i;

	if (d != NULL)
		line_take(w);
	else if (take_one_of(w, tool_word, scripts_count, &i, error))
		d = scripts[i];
	return (d);
}

struct job *
compile_do_as(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	struct tool_order order = { 0 };
	char *path = NULL;
	struct job *j = NULL;
	uint64_t address;
	size_t i;

	(void)row;
	order.script = take_script(w, error);
	if (order.script == NULL)
		return (NULL);
	if (!take_one_of(w, task_word, SCRIPT_FLASH + 1, &i, error))
		return (NULL);
	order.task = (enum script_task)i;
	if (order.task == SCRIPT_FLASH &&
	    (path = take_path(w, error)) == NULL)
		return (NULL);
	if (order.task != SCRIPT_OPEN && starts_number(w)) {
		if (!line_number(w, ADDRESS, UINT32_MAX, &address, error))
			goto out;
		order.has_address = true;
		order.address = (uint32_t)address;
	}
	order.leave = order.task == SCRIPT_FLASH &&
	    line_accept(w, "leave");
	j = job_do_as(&order, path);
out:
	free(path);
	return (j);
}
