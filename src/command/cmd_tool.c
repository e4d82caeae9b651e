/* SPDX-License-Identifier: ISC */
/* What other tools would send. */
#include "command/cmd.h"

#include <stdlib.h>

#include "base/line.h"
#include "base/text.h"
#include "base/nearest.h"
#include "job/jobs.h"
#include "script/script.h"
#include "tool/job_do_as.h"
#include "tool/tool_plan.h"

/* One of the words of a table, or error names them all. */
static bool
take_one_of(struct line_reader *w, const char *(*word)(size_t), size_t n,
    size_t *which, struct buf *error)
{
	struct nearest near;

	for (*which = 0; *which < n; (*which)++) {
		if (line_accept(w, word(*which)))
			return (true);
	}
	for (*which = 0; *which < n; (*which)++)
		buf_addf(error, "%s%s", *which == 0 ? "expected " :
		    *which == n - 1 ? " or " : ", ", word(*which));
	buf_adds(error, ", not ");
	line_show(w, error);
	nearest_begin(&near, line_peek(w));
	for (*which = 0; *which < n; (*which)++)
		nearest_offer(&near, word(*which));
	nearest_ask(&near, error);
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

static struct job *
compile_do_as(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	struct tool_order order = { 0 };
	char *path = NULL;
	struct job *j = NULL;
	size_t i;

	(void)row;
	order.script = take_script(w, error);
	if (order.script == NULL)
		return (NULL);
	if (!take_one_of(w, task_word, SCRIPT_FLASH + 1, &i, error))
		return (NULL);
	order.task = (enum script_task)i;
	if (order.task == SCRIPT_FLASH &&
	    (path = cmd_take_path(w, error)) == NULL)
		return (NULL);
	if (order.task == SCRIPT_OPEN || cmd_optional_address(w,
	    &order.has_address, &order.address, error)) {
		order.leave = order.task == SCRIPT_FLASH &&
		    line_accept(w, "leave");
		j = job_do_as(&order, path);
	}
	free(path);
	return (j);
}

static bool
act_trace(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	struct buf line = { 0 };
	bool ok = line_peek(w) != NULL;

	for (; line_peek(w) != NULL; line_take(w)) {
		if (line.len != 0)
			buf_addc(&line, ' ');
		text_word(&line, line_peek(w));
	}
	if (ok) {
		cmd_wish(c, APP_TRACE, buf_str(&line));
	} else {
		buf_adds(error, "expected the command line of a tool, such "
		    "as: trace dfu-util -l");
	}
	buf_free(&line);
	return (ok);
}

const struct command_row cmd_tool[] = {
	{ .name = "trace", .args = "TOOL [ARGUMENT...]",
	    .sentence = "run another tool and show its requests live; at its "
	    "end, compare its claim with the state of the device",
	    .group = COMMAND_HOUSE, .adds = true, .act = act_trace },
	{ .name = "do-as",
	    .args = "dfu-util|pydfu|fwupd|webdfu|betaflight open | leave "
	    "[ADDR] | flash FILE [ADDR] [leave]",
	    .sentence = "send what that tool would send to this device, and "
	    "report what it would claim; step shows the request that fails",
	    .group = COMMAND_JOB, .danger = DFU_DANGER_DESTROYS,
	    .compile = compile_do_as,
	    .places = { { .words = WORDS_TOOL }, { .words = WORDS_TASK },
	    { .words = WORDS_FILE, .under = "flash" },
	    { .literals = "leave", .under = "flash" } } },
	{ .name = NULL },
};
