/* SPDX-License-Identifier: ISC */
/*
 * What the operator can do to the devices while hosts talk to them.
 */
#include <string.h>

#include "base/line.h"
#include "base/text.h"
#include "serve/client.h"
#include "serve/say.h"
#include "serve/serve_own.h"

enum command {
	COMMAND_SET,
	COMMAND_UNPLUG,
	COMMAND_PLUG,
	COMMAND_RESTART,
	COMMAND_STATE,
	COMMAND_HELP,
	COMMAND_QUIT
};

const struct serve_command_row serve_commands[] = {
	[COMMAND_SET] = { "set", "[DEVICE] NAME=VALUE[,...]",
	    "set faults of a device; N counts requests from now on"
	    },
	[COMMAND_UNPLUG] = { "unplug", "[DEVICE]",
	    "disconnect the device and remove its power" },
	[COMMAND_PLUG] = { "plug", "[DEVICE]",
	    "power the device on: it starts again and can be attached" },
	[COMMAND_RESTART] = { "restart", "[DEVICE]",
	    "let the device reset itself: its host sees a disconnect and "
	    "can attach it again" },
	[COMMAND_STATE] = { "state", "[DEVICE]",
	    "show the device's own state and its host" },
	[COMMAND_HELP] = { "help", "", "show these commands" },
	[COMMAND_QUIT] = { "quit", "", "end; each host sees a disconnect" },
};
const size_t serve_commands_count =
    sizeof serve_commands / sizeof serve_commands[0];

static void
say_row(const struct serve *s, const struct served *d, struct buf *b)
{
	size_t i;

	buf_addf(b, "%s %s, ", d->busid, d->spec);
	for (i = 0; i < s->clients_count; i++) {
		if (s->clients[i]->device == d)
			buf_addf(b, "attached by %s, ", s->clients[i]->who);
	}
	say_device(b, d);
}

static bool
state(struct serve *s, struct served *one, struct buf *b)
{
	size_t i;

	for (i = 0; i < s->devices_count; i++) {
		if (one == NULL || one == s->devices[i])
			say_row(s, s->devices[i], b);
	}
	return (true);
}

static void
help(struct buf *b)
{
	size_t i;

	for (i = 0; i < serve_commands_count; i++)
		buf_addf(b, "%s%s%s: %s\n", serve_commands[i].name,
		    serve_commands[i].arguments[0] != '\0' ? " " : "",
		    serve_commands[i].arguments, serve_commands[i].sentence);
}

/*
 * The device that the next word names; the only one there is needs no name.
 * NULL: none is named.
 */
static struct served *
which(const struct serve *s, struct line_reader *w)
{
	const char *word = line_peek(w);
	struct served *d = word != NULL ? serve_device(s, word) : NULL;

	if (d != NULL)
		line_take(w);
	else if (s->devices_count == 1)
		d = s->devices[0];
	return (d);
}

static bool
complain(struct line_reader *w, const char *what, struct buf *b)
{
	buf_addf(b, "%s, not ", what);
	line_show(w, b);
	buf_addc(b, '\n');
	while (line_peek(w) != NULL)
		line_take(w);
	return (true);
}

static bool
set(struct serve *s, struct served *d, uint64_t now, struct line_reader *w,
    struct buf *b)
{
	const char *word = line_peek(w);
	struct buf error = { 0 };

	if (word == NULL)
		return (complain(w, "expected NAME=VALUE", b));
	if (!sim_set(d->sim, now, word, &error))
		buf_addf(b, "%s\n", buf_str(&error));
	else
		say_row(s, d, b);
	buf_free(&error);
	line_take(w);
	return (true);
}

static bool
act_on(struct serve *s, struct served *d, uint64_t now, enum command command,
    struct buf *b)
{
	if (command == COMMAND_RESTART)
		sim_reboot(d->sim, now);
	else
		sim_plug(d->sim, now, command == COMMAND_PLUG);
	say_row(s, d, b);
	return (true);
}

static bool
obey(struct serve *s, uint64_t now, enum command command,
    struct line_reader *w, struct buf *b)
{
	struct served *d;

	switch (command) {
	case COMMAND_HELP:
		help(b);
		return (true);
	case COMMAND_QUIT:
		return (false);
	case COMMAND_SET:
	case COMMAND_UNPLUG:
	case COMMAND_PLUG:
	case COMMAND_RESTART:
	case COMMAND_STATE:
		break;
	}
	d = which(s, w);
	if (d == NULL && (command != COMMAND_STATE || line_peek(w) != NULL))
		return (complain(w, "expected a device, such as 1-1", b));
	if (command == COMMAND_SET)
		return (set(s, d, now, w, b));
	if (line_peek(w) != NULL)
		return (complain(w, "expected the end of the command", b));
	if (command == COMMAND_STATE)
		return (state(s, d, b));
	return (act_on(s, d, now, command, b));
}

static bool
obey_next(struct serve *s, uint64_t now, struct line_reader *w,
    struct buf *b)
{
	const char *word = line_peek(w);
	size_t i;

	if (word == NULL)
		return (true);
	for (i = 0; i < serve_commands_count; i++) {
		if (!line_accept(w, serve_commands[i].name))
			continue;
		if (!obey(s, now, (enum command)i, w, b))
			return (false);
		if (line_peek(w) != NULL)
			return (complain(w, "expected the end of the command",
			    b));
		return (true);
	}
	return (complain(w, "expected a command (help lists them)", b));
}

bool
serve_command(struct serve *s, uint64_t now, const char *line, struct buf *b)
{
	struct line_reader w;
	bool goes_on = true;

	line_begin(&w, line);
	do
		goes_on = obey_next(s, now, &w, b);
	while (goes_on && line_next_command(&w));
	line_end(&w);
	return (goes_on);
}
