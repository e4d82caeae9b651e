/* SPDX-License-Identifier: ISC */
/* The device in view: what it is taken for, and how it is asked. */
#include "command/cmd.h"

#include "base/line.h"
#include "command/app.h"
#include "dfu/stack.h"
#include "diagnosis/dialect.h"
#include "diagnosis/what_if.h"
#include "job/jobs.h"
#include "job/runner.h"
#include "session/limits.h"
#include "session/session.h"

static void
name_stacks(struct buf *error)
{
	size_t i;

	buf_adds(error, "; known: auto");
	for (i = 0; i < dfu_stacks_count; i++)
		buf_addf(error, ", %s", dfu_stacks[i].id);
}

static bool
act_stack(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	const struct dfu_stack *stack = NULL;
	bool any = line_accept(w, "auto");

	if (!any && line_peek(w) != NULL)
		stack = dfu_stack_named(line_peek(w));
	if (!any && stack == NULL) {
		buf_adds(error, "unknown DFU stack ");
		line_show(w, error);
		name_stacks(error);
		return (false);
	}
	if (stack != NULL)
		line_take(w);
	if (c != NULL)
		c->effect->stack = stack;
	return (cmd_wish(c, APP_STACK, NULL));
}

/* Without a word: what is known of it. */
static bool
act_dialect(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	const char *line = line_accept(w, "dfuse") ?
	    dialect_line(DFU_DIALECT_DFUSE) :
	    line_accept(w, "plain") ? dialect_line(DFU_DIALECT_PLAIN) : NULL;

	if (line == NULL && line_peek(w) != NULL) {
		buf_adds(error, "expected dfuse or plain, not ");
		line_show(w, error);
		return (false);
	}
	return (cmd_wish(c, APP_DIALECT, line));
}

static void
name_asks(struct buf *error)
{
	size_t i;

	buf_adds(error, "; known: ");
	for (i = 0; i < what_if_rows_count; i++)
		buf_addf(error, "%s%s", i > 0 ? ", " : "",
		    what_if_rows[i].ask);
}

static bool
act_what_if(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	const struct what_if_row *row = NULL;
	struct buf ask = { 0 };

	if (line_peek(w) != NULL) {
		buf_adds(&ask, line_peek(w));
		row = what_if_named(buf_str(&ask));
		if (row == NULL) {
			buf_adds(error, "unknown request ");
			line_show(w, error);
			name_asks(error);
			buf_free(&ask);
			return (false);
		}
		line_take(w);
		/* The one of length 0 has two words. */
		buf_adds(&ask, " 0");
		if (what_if_named(buf_str(&ask)) != NULL &&
		    line_accept(w, "0"))
			row = what_if_named(buf_str(&ask));
	}
	buf_free(&ask);
	if (c == NULL)
		return (true);
	c->effect->what_if = row;
	return (cmd_wish(c, APP_WHAT_IF, NULL));
}

static bool
act_timeout(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	struct runner *r = c != NULL ? c->runner : NULL;
	uint64_t ms;

	if (!line_number(w, "milliseconds", 3600000, &ms, error))
		return (false);
	if (r == NULL)
		return (true);
	r->settings.timeout = (uint32_t)ms;
	if (ms != 0)
		buf_addf(cmd_tell(c), "timeout of each request: %u ms",
		    (unsigned)ms);
	else
		buf_adds(cmd_tell(c), "timeout of each request: "
		    LIMIT_TEXT(LIMIT_REQUEST_S) " s, of an erase: "
		    LIMIT_TEXT(LIMIT_ERASE_S) " s");
	return (true);
}

static bool
act_xfer_size(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	struct runner *r = c != NULL ? c->runner : NULL;
	uint64_t n;

	if (!line_number(w, "a number of bytes from 0 to 65535",
	    UINT16_MAX, &n, error))
		return (false);
	if (r == NULL)
		return (true);
	r->settings.xfer_size = (uint16_t)n;
	if (n != 0)
		buf_addf(cmd_tell(c), "block size: %u bytes", (unsigned)n);
	else
		buf_adds(cmd_tell(c), "block size: wTransferSize");
	return (true);
}

static bool
act_device(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	uint64_t n;

	if (!line_number(w, "the number of a device", UINT16_MAX, &n, error))
		return (false);
	if (c == NULL)
		return (true);
	if (n == 0 || n > c->app->sessions->n) {
		buf_addf(error, c->app->sessions->n == 1 ?
		    "the list has %zu device" : "the list has %zu devices",
		    c->app->sessions->n);
		return (false);
	}
	c->app->current = (size_t)n - 1;
	return (true);
}

static const char *
refuse_release(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)r;
	(void)now;
	return (s != NULL && s->opened ? NULL : "the device is not open: "
	    "nothing to release");
}

const struct command_row cmd_device[] = {
	{ .name = "release", .args = "",
	    .sentence = "close the device so that another program can use it",
	    .group = COMMAND_HOUSE, .job = job_release,
	    .refuse = refuse_release },
	{ .name = "stack", .args = "ID | auto",
	    .sentence = "set the DFU stack that predictions go by; auto: by "
	    "the descriptors",
	    .group = COMMAND_HOUSE, .device = true, .act = act_stack,
	    .places = { { .words = WORDS_STACK, .literals = "auto" } } },
	{ .name = "dialect", .args = "[dfuse | plain]",
	    .sentence = "set the dialect until the device reconnects; without "
	    "a word: show what is known, and why",
	    .group = COMMAND_HOUSE, .device = true, .recorded = true,
	    .act = act_dialect,
	    .places = { { .literals = "dfuse plain" } } },
	{ .name = "what-if", .args = "[REQUEST]",
	    .sentence = "predict what a request would do now (sends nothing)",
	    .group = COMMAND_HOUSE, .device = true, .act = act_what_if,
	    .places = { { .words = WORDS_WHAT_IF } } },
	{ .name = "ways", .args = "",
	    .sentence = "list recovery actions, least invasive first, and "
	    "their results (sends nothing)",
	    .group = COMMAND_HOUSE, .jobs = true, .device = true,
	    .effect = APP_WAYS },
	{ .name = "timeout", .args = "MS",
	    .sentence = "set the timeout of requests; 0 for the default, "
	    LIMIT_TEXT(LIMIT_REQUEST_S) " s, and " LIMIT_TEXT(LIMIT_ERASE_S)
	    " s for erases",
	    .group = COMMAND_HOUSE, .jobs = true, .device = true,
	    .recorded = true,
	    .act = act_timeout },
	{ .name = "xfer-size", .args = "BYTES",
	    .sentence = "set the block size instead of wTransferSize; 0: "
	    "wTransferSize",
	    .group = COMMAND_HOUSE, .jobs = true, .device = true,
	    .recorded = true,
	    .act = act_xfer_size },
	{ .name = "device", .args = "N",
	    .sentence = "show device N of the list",
	    .group = COMMAND_HOUSE, .act = act_device },
	{ .name = NULL },
};
