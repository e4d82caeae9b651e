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
	buf_adds(error, "only a simulated device can be plugged or broken "
	    "from here");
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
		buf_adds(error, "NAME=VALUE is missing (dfuscope sims lists "
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
	    .sentence = "takes a simulated device off the bus",
	    .group = COMMAND_HOUSE, .adds = true, .recorded = true,
	    .act = act_unplug },
	{ .name = "plug", .args = "",
	    .sentence = "puts it back",
	    .group = COMMAND_HOUSE, .adds = true, .recorded = true,
	    .act = act_plug },
	{ .name = "anew", .args = "",
	    .sentence = "puts a simulated device in its place that is as its "
	    "target has it: whatever was done to it is undone; without a job, "
	    "steps, breaks and a watch end too",
	    .group = COMMAND_HOUSE, .adds = true, .recorded = true,
	    .act = act_anew },
	{ .name = "restart", .args = "",
	    .sentence = "has a simulated device reset itself: it leaves the "
	    "bus and comes back as after power-on",
	    .group = COMMAND_HOUSE, .adds = true, .recorded = true,
	    .act = act_restart },
	{ .name = "fault", .args = "NAME=VALUE[,...]",
	    .sentence = "breaks a simulated device from now on, as the "
	    "parameters of its target do; an Nth request counts from here",
	    .group = COMMAND_HOUSE, .adds = true, .recorded = true,
	    .act = act_fault },
	{ .name = "help", .args = "[COMMAND]",
	    .sentence = "shows keys and commands, or what one command takes "
	    "and does",
	    .group = COMMAND_HOUSE, .act = act_help,
	    .places = { { .words = WORDS_COMMAND } } },
	{ .name = "quit", .args = "",
	    .sentence = "ends the program; stops a job that runs, as cancel "
	    "does, and tells what became of it; its key asks before that, "
	    "and beside the console goes back",
	    .group = COMMAND_HOUSE, .key = 'q', .label = "Quit",
	    .effect = APP_QUIT },
	{ .name = NULL },
};
