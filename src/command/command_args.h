/*
 * What the words behind a command's name mean: the functions that the rows of
 * command.c point to.
 */
#ifndef COMMAND_COMMAND_ARGS_H
#define COMMAND_COMMAND_ARGS_H

#include "command/command.h"

/*
 * The command inside a command, as text: it is compiled here to be checked,
 * and anew for each round, because a job can run only once.
 */
bool	command_take(struct line_reader *w, struct buf *command,
	    struct buf *error);

/* They have the types of compile and act in struct command_row. */
#define COMPILE(name)	struct job *compile_##name( \
	const struct command_row *row, struct line_reader *w, struct buf *error)
#define ACT(name)	bool act_##name( \
	const struct command_context *c, struct line_reader *w, \
	struct buf *error)

COMPILE(class);
COMPILE(detach);
COMPILE(dnload);
COMPILE(upload);
COMPILE(reset);
COMPILE(alt);
COMPILE(control);
COMPILE(names);
COMPILE(string);
COMPILE(get_commands);
COMPILE(dfuse);
COMPILE(leave);
COMPILE(flash);
COMPILE(read);
COMPILE(erase_range);
COMPILE(whole);
COMPILE(do_as);
COMPILE(recover);
COMPILE(wait);
COMPILE(expect);
COMPILE(until);
COMPILE(repeat);
COMPILE(release);

ACT(step);
ACT(continue);
ACT(skip);
ACT(instead);
ACT(break);
ACT(watch);
ACT(cancel);
ACT(yes);
ACT(no);
ACT(arm);
ACT(timeout);
ACT(xfer_size);
ACT(device);
ACT(mark);
ACT(record);
ACT(unplug);
ACT(plug);
ACT(export);
ACT(help);
ACT(quit);
ACT(stack);
ACT(what_if);
ACT(ways);

COMPILE(source);
COMPILE(on);
COMPILE(try);

#undef COMPILE
#undef ACT

#endif
