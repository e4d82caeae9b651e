/* SPDX-License-Identifier: ISC */
/* The program itself, and the plug of a simulated device. */
#include "command/cmd.h"

#include "base/buf.h"
#include "base/line.h"
#include "command/app.h"

static bool
needs_simulated(const struct command_context *c, struct buf *error)
{
	if (c == NULL || c->app->simulated)
		return (true);
	buf_adds(error, "only a simulated device can do that. Start one: -T "
	    "sim:PROFILE");
	return (false);
}

static bool
act_unplug(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	(void)w;
	return (needs_simulated(c, error) && cmd_wish(c, APP_UNPLUG, NULL));
}

static bool
act_plug(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	(void)w;
	return (needs_simulated(c, error) && cmd_wish(c, APP_PLUG, NULL));
}

static bool
act_anew(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	(void)w;
	return (needs_simulated(c, error) && cmd_wish(c, APP_ANEW, NULL));
}

static bool
act_restart(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	(void)w;
	return (needs_simulated(c, error) && cmd_wish(c, APP_RESTART, NULL));
}

static bool
act_fault(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	const char *faults = line_peek(w);
	bool ok = needs_simulated(c, error);

	if (ok && faults == NULL) {
		buf_adds(error, "expected NAME=VALUE (dfuscope sims lists "
		    "the faults)");
		ok = false;
	}
	if (ok)
		cmd_wish(c, APP_FAULT, faults);
	if (faults != NULL)
		line_take(w);
	return (ok);
}

/* Of one command, or of all. */
static bool
act_help(const struct command_context *c, struct line_reader *w,
    struct buf *error)
{
	const char *name = line_peek(w);
	const struct command_row *row;

	if (name == NULL)
		return (cmd_wish(c, APP_HELP, NULL));
	row = command_named(name);
	if (row == NULL && name[1] == '\0')
		row = command_keyed(name[0]);
	if (row == NULL) {
		buf_adds(error, "unknown command ");
		line_show(w, error);
		command_unknown(name, error);
		return (false);
	}
	line_take(w);
	return (cmd_wish(c, APP_HELP, row->name));
}

const struct command_row cmd_program[] = {
	{ .name = "unplug", .args = "",
	    .sentence = "disconnect a simulated device",
	    .group = COMMAND_HOUSE, .adds = true, .recorded = true,
	    .act = act_unplug },
	{ .name = "plug", .args = "",
	    .sentence = "connect it again",
	    .group = COMMAND_HOUSE, .adds = true, .recorded = true,
	    .act = act_plug },
	{ .name = "anew", .args = "",
	    .sentence = "replace a simulated device by a new one with the "
	    "parameters of its target; jobs, steps, breaks and watches end",
	    .group = COMMAND_HOUSE, .adds = true, .recorded = true,
	    .act = act_anew },
	{ .name = "restart", .args = "",
	    .sentence = "let a simulated device reset itself: it disconnects "
	    "and reconnects as after power-on",
	    .group = COMMAND_HOUSE, .adds = true, .recorded = true,
	    .act = act_restart },
	{ .name = "fault", .args = "NAME=VALUE[,...]",
	    .sentence = "add faults to a simulated device, as parameters of "
	    "its target; N counts requests from now on",
	    .group = COMMAND_HOUSE, .adds = true, .recorded = true,
	    .act = act_fault },
	{ .name = "help", .args = "[COMMAND]",
	    .sentence = "show keys and commands, or the arguments of one "
	    "command",
	    .group = COMMAND_HOUSE, .act = act_help,
	    .places = { { .words = WORDS_COMMAND } } },
	{ .name = "quit", .args = "",
	    .sentence = "end the program; a running job is cancelled first, "
	    "and its key asks before that; on other screens the key goes back",
	    .group = COMMAND_HOUSE, .key = 'q', .label = "Quit",
	    .effect = APP_QUIT },
	{ .name = NULL },
};
