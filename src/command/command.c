#include "command/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/line.h"
#include "base/mem.h"
#include "base/text.h"
#include "command/app.h"
#include "command/app_effect.h"
#include "command/command_args.h"
#include "command/flow.h"
#include "job/jobs.h"
#include "session/limits.h"

#define R	COMMAND_REQUEST
#define S	COMMAND_DFUSE
#define J	COMMAND_JOB
#define F	COMMAND_FLOW
#define H	COMMAND_HOUSE
#define NONE	DFU_DANGER_NONE
#define LOSES	DFU_DANGER_LOSES
#define DESTROYS DFU_DANGER_DESTROYS

/* In the order in which help and man page show them. */
const struct command_row commands[] = {
	{ "getstate", "", "asks for the state (GETSTATE); moves nothing but "
	    "a strict device in dfuDNBUSY or dfuMANIFEST",
	    R, 's', NULL, "State", NONE, compile_class, NULL },
	{ "getstatus", "", "asks for status, state and wait (GETSTATUS); "
	    "moves dfuDNLOAD-SYNC and dfuMANIFEST-SYNC on",
	    R, 'g', NULL, "Status", NONE, compile_class, NULL },
	{ "clrstatus", "", "clears the error and goes to dfuIDLE (CLRSTATUS)",
	    R, 'c', NULL, "Clear", LOSES, compile_class, NULL },
	{ "abort", "", "ends the transfer and goes to dfuIDLE (ABORT)",
	    R, 'a', NULL, "Abort", LOSES, compile_class, NULL },
	{ "detach", "[MS]", "asks a run-time device to enter DFU mode "
	    "(DETACH); MS is wTimeout",
	    R, 'x', NULL, "Detach", LOSES, compile_detach, NULL },
	{ "dnload", "[BLOCK] [hex:BYTES | @FILE]", "sends one block (DNLOAD); "
	    "without bytes the zero-length one that ends a download",
	    R, 'd', "dnload ", "Dnload", DESTROYS, compile_dnload, NULL },
	{ "upload", "[BLOCK] [LENGTH]", "reads one block (UPLOAD)",
	    R, 'u', NULL, "Upload", NONE, compile_upload, NULL },
	{ "reset", "", "resets the bus at the device's port",
	    R, 'R', NULL, "Reset", LOSES, compile_reset, NULL },
	{ "alt", "N", "selects an alternate setting (SET_INTERFACE)",
	    R, 0, NULL, NULL, LOSES, compile_alt, NULL },
	{ "control", "TYPE REQ VALUE INDEX LENGTH [hex:BYTES]",
	    "sends any control transfer",
	    R, 0, NULL, NULL, LOSES, compile_control, NULL },
	{ "names", "", "reads the names of the alternate settings, one string "
	    "each",
	    R, 'N', NULL, "Names", NONE, compile_names, NULL },
	{ "string", "[N]", "reads one string; without N the iString of the "
	    "last GETSTATUS",
	    R, 'S', NULL, "String", NONE, compile_string, NULL },

	{ "get-commands", "", "asks which DfuSe commands there are (UPLOAD of "
	    "block 0)",
	    S, 0, NULL, NULL, NONE, compile_get_commands, NULL },
	{ "set-address", "ADDR", "sets the address pointer; takes effect with "
	    "the next getstatus",
	    S, 'p', "set-address ", "Pointer", NONE, compile_dfuse, NULL },
	{ "erase", "ADDR", "erases the page at ADDR; takes effect with the "
	    "next getstatus",
	    S, 0, NULL, NULL, DESTROYS, compile_dfuse, NULL },
	{ "mass-erase", "", "erases everything; takes effect with the next "
	    "getstatus",
	    S, 0, NULL, NULL, DESTROYS, compile_dfuse, NULL },
	{ "read-unprotect", "", "lifts the read protection, which erases "
	    "everything; takes effect with the next getstatus",
	    S, 0, NULL, NULL, DESTROYS, compile_dfuse, NULL },

	{ "leave", "[ADDR] [max N]", "leaves DFU mode: pointer, zero-length "
	    "DNLOAD, then GETSTATUS until the device is gone",
	    J, 'L', NULL, "Leave", LOSES, compile_leave, NULL },
	{ "flash", "FILE [ADDR] [verify] [leave [max N]] [no-read] [here]",
	    "makes the memory hold FILE: reads it first unless no-read, "
	    "erases and writes what has to be, in each alternate setting "
	    "that FILE names unless here; a plain download where there "
	    "are no addresses",
	    J, 0, NULL, NULL, DESTROYS, compile_flash, NULL },
	{ "verify", "FILE [ADDR] [here]", "reads the memory and compares it "
	    "with FILE, in each alternate setting as flash",
	    J, 0, NULL, NULL, LOSES, compile_flash, NULL },
	{ "read", "[ADDR LENGTH] FILE [replace]", "reads memory into FILE; "
	    "without ADDR a plain upload, until a block comes short",
	    J, 0, NULL, NULL, LOSES, compile_read, NULL },
	{ "erase-range", "ADDR LENGTH", "erases every page that has bytes of "
	    "that range",
	    J, 0, NULL, NULL, DESTROYS, compile_erase_range, NULL },
	{ "wipe", "", "erases everything (mass erase) and waits until it is "
	    "done",
	    J, 0, NULL, NULL, DESTROYS, compile_whole, NULL },
	{ "unprotect", "", "lifts the read protection, which erases "
	    "everything, and waits for the device to come back",
	    J, 0, NULL, NULL, DESTROYS, compile_whole, NULL },
	{ "enter-dfu", "", "leads a run-time device into DFU mode: DETACH, a "
	    "bus reset if it needs one, and what comes back",
	    J, 0, NULL, NULL, LOSES, compile_whole, NULL },
	{ "do-as", "dfu-util|pydfu|fwupd|webdfu|betaflight open | "
	    "leave [ADDR] | flash FILE [ADDR] [leave]",
	    "sends what that tool would send to this device in this state, "
	    "and tells what it would claim; under step the request that "
	    "breaks it can be seen",
	    J, 0, NULL, NULL, DESTROYS, compile_do_as, NULL },
	{ "recover", "[RUNG | next | all | save FILE]", "tries what may get "
	    "the device out of its state, the mildest first; all: a bus reset "
	    "too; save: writes what worked as a recipe",
	    J, 0, NULL, NULL, LOSES, compile_recover, NULL },

	{ "wait", "[MS]", "waits; without MS for the rest of the announced "
	    "wait, which without a screen is at most "
	    LIMIT_TEXT(LIMIT_ANNOUNCED_S) " s",
	    F, 'w', NULL, "Wait", NONE, compile_wait, NULL },
	{ "expect", "WHAT", "fails unless WHAT is the case",
	    F, 0, NULL, NULL, NONE, compile_expect, NULL },
	{ "until", "WHAT [max N] COMMAND", "repeats COMMAND until WHAT is the "
	    "case, at most " LIMIT_TEXT(LIMIT_UNTIL) " times unless said",
	    F, 0, NULL, NULL, NONE, compile_until, NULL },
	{ "repeat", "N COMMAND", "does COMMAND N times",
	    F, 0, NULL, NULL, NONE, compile_repeat, NULL },
	{ "on", "WHAT COMMAND", "does COMMAND if WHAT is the case: on stall "
	    "clrstatus",
	    F, 0, NULL, NULL, NONE, compile_on, NULL },
	{ "try", "COMMAND", "does COMMAND; that it fails ends nothing",
	    F, 0, NULL, NULL, NONE, compile_try, NULL },
	{ "source", "FILE [NAME=VALUE...]", "does the lines of a recipe, "
	    "dfuscope-recipe(5); all of it is checked first",
	    F, 0, NULL, NULL, NONE, compile_source, NULL },
	{ "step", "[state]", "sends the held request and holds the next; "
	    "state: holds when the state is another; with no job running, "
	    "holds the next one's requests",
	    F, '.', NULL, "Step", NONE, NULL, act_step },
	{ "continue", "", "lets a held job run on; jobs begin unheld again",
	    F, ',', NULL, "Go on", NONE, NULL, act_continue },
	{ "skip", "", "ends the wait that a job is in, announced or not; or "
	    "does not send the held request, and its job goes on as if it "
	    "had changed nothing",
	    F, 'j', NULL, "Skip", NONE, NULL, act_skip },
	{ "instead", "COMMAND", "does COMMAND in place of the held request; "
	    "a command alone is done before it",
	    F, 0, NULL, NULL, NONE, NULL, act_instead },
	{ "break", "[WHAT]", "holds a running job when WHAT becomes the case, "
	    "before a request that it names; without WHAT forgets all of "
	    "them",
	    F, 0, NULL, NULL, NONE, NULL, act_break },
	{ "watch", "[MS [getstatus]] | off", "asks GETSTATE every MS while "
	    "nothing else runs (" LIMIT_TEXT(LIMIT_WATCH_MS)
	    " unless said); alone once more: off",
	    F, 'W', NULL, "Watch", NONE, NULL, act_watch },

	{ "cancel", "", "cancels the request in flight and the running job",
	    H, 'k', NULL, "Cancel", NONE, NULL, act_cancel },
	{ "yes", "[WORD]", "answers the question; with its word where that "
	    "is asked for",
	    H, 0, NULL, NULL, NONE, NULL, act_yes },
	{ "no", "", "answers the question",
	    H, 0, NULL, NULL, NONE, NULL, act_no },
	{ "arm", "[off]", "one-key requests that lose a state no longer ask",
	    H, 'A', NULL, "Arm", NONE, NULL, act_arm },
	{ "release", "", "lets go of the device, for another program",
	    H, 0, NULL, NULL, NONE, compile_release, NULL },
	{ "stack", "ID | auto", "says which device stack this is, for what a "
	    "request would do; auto goes by the descriptors",
	    H, 0, NULL, NULL, NONE, NULL, act_stack },
	{ "what-if", "[REQUEST]", "tells what a request would do now, and what "
	    "it would cost; sends nothing",
	    H, 0, NULL, NULL, NONE, NULL, act_what_if },
	{ "ways", "", "lists what may get the device out of its state, the "
	    "mildest first, and what it did; sends nothing",
	    H, 0, NULL, NULL, NONE, NULL, act_ways },
	{ "timeout", "MS", "time limit of a request; 0 for the default, "
	    LIMIT_TEXT(LIMIT_REQUEST_S) " s, and " LIMIT_TEXT(LIMIT_ERASE_S)
	    " s for erases",
	    H, 0, NULL, NULL, NONE, NULL, act_timeout },
	{ "xfer-size", "BYTES", "block size instead of wTransferSize; 0 for "
	    "wTransferSize again",
	    H, 0, NULL, NULL, NONE, NULL, act_xfer_size },
	{ "device", "N", "shows the device of that number in the list",
	    H, 0, NULL, NULL, NONE, NULL, act_device },
	{ "mark", "TEXT", "writes a remark into the journal",
	    H, 'm', "mark ", "Mark", NONE, NULL, act_mark },
	{ "export", "svg | ladder [operations | requests | fields] FILE "
	    "[replace]", "writes the states over time as a picture, or the "
	    "ladder as text; a file that is there stays unless replace is "
	    "said",
	    H, 0, NULL, NULL, NONE, NULL, act_export },
	{ "record", "FILE | off", "writes what is done by hand from now on "
	    "into a new recipe",
	    H, 0, NULL, NULL, NONE, NULL, act_record },
	{ "unplug", "", "takes a simulated device off the bus",
	    H, 0, NULL, NULL, NONE, NULL, act_unplug },
	{ "plug", "", "puts it back",
	    H, 0, NULL, NULL, NONE, NULL, act_plug },
	{ "help", "", "shows keys and commands",
	    H, 0, NULL, NULL, NONE, NULL, act_help },
	{ "quit", "", "ends the program; stops a job that runs, as cancel "
	    "does, and tells what became of it; its key asks before that, "
	    "and beside the console goes back",
	    H, 'q', NULL, "Quit", NONE, NULL, act_quit },
};
const size_t commands_count = sizeof(commands) / sizeof(commands[0]);

#undef R
#undef S
#undef J
#undef F
#undef H
#undef NONE
#undef LOSES
#undef DESTROYS

const char *
command_group_title(enum command_group g)
{
	switch (g) {
	case COMMAND_REQUEST:
		return ("Single requests");
	case COMMAND_DFUSE:
		return ("DfuSe commands");
	case COMMAND_JOB:
		return ("Jobs");
	case COMMAND_FLOW:
		return ("Flow");
	case COMMAND_HOUSE:
		return ("Housekeeping");
	}
	return (NULL);
}

const struct command_row *
command_named(const char *name)
{
	size_t i;

	for (i = 0; i < commands_count; i++) {
		if (strcmp(commands[i].name, name) == 0)
			return (&commands[i]);
	}
	return (NULL);
}

const struct command_row *
command_keyed(int key)
{
	size_t i;

	for (i = 0; i < commands_count; i++) {
		if (key != 0 && commands[i].key == key)
			return (&commands[i]);
	}
	return (NULL);
}

static const struct command_row *
take_row(struct line_reader *w, struct buf *error)
{
	const struct command_row *row = NULL;

	if (line_peek(w) != NULL)
		row = command_named(line_peek(w));
	if (row == NULL) {
		buf_adds(error, "there is no command ");
		line_show(w, error);
		return (NULL);
	}
	line_take(w);
	return (row);
}

/* An acting command in its turn: checked now, done when the job gets there. */
static struct job *
compile_act(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	const char *start = w->p;
	struct buf line = { 0 };
	struct job *j = NULL;

	if (row->act(NULL, w, error)) {
		line_peek(w);
		buf_adds(&line, row->name);
		buf_add(&line, start, (size_t)(w->at - start));
		j = job_act(buf_str(&line));
	}
	buf_free(&line);
	return (j);
}

/* error is what row's own words complain of: name the command first. */
static void
blame(const struct command_row *row, struct buf *error)
{
	char *what = buf_take(error);

	buf_addf(error, "%s: %s", row->name, what);
	free(what);
}

struct job *
command_compile_one(struct line_reader *w, struct buf *error)
{
	const struct command_row *row = take_row(w, error);
	struct job *j;

	if (row == NULL)
		return (NULL);
	j = row->compile != NULL ? row->compile(row, w, error) :
	    compile_act(row, w, error);
	if (j == NULL) {
		blame(row, error);
		return (NULL);
	}
	if (line_peek(w) == NULL && !w->broken)
		return (j);
	buf_adds(error, w->broken ? "a quote is not closed in " :
	    "too many words: ");
	line_show(w, error);
	blame(row, error);
	job_free(j);
	return (NULL);
}

struct job *
command_compile(const char *line, struct buf *error, size_t *at)
{
	return (command_compile_in(line, NULL, error, at));
}

struct job *
command_compile_in(const char *line, struct recipe_sources *sources,
    struct buf *error, size_t *at)
{
	struct job **children = NULL, *j, *script;
	struct line_reader w;
	size_t n = 0;

	line_begin(&w, line);
	w.sources = sources;
	while (line_next_command(&w)) {
		j = command_compile_one(&w, error);
		if (j == NULL) {
			if (at != NULL)
				*at = (size_t)(w.at - line);
			break;
		}
		children = mem_array(children, n + 1, sizeof(*children));
		children[n++] = j;
	}
	script = job_script(children, n);
	if (error->len != 0) {
		job_free(script);
		script = NULL;
	}
	line_end(&w);
	return (script);
}

/* Takes the name; the row, if it is of a command that acts at once. */
static const struct command_row *
take_acting(struct line_reader *w)
{
	const struct command_row *row = NULL;

	if (line_next_command(w)) {
		row = command_named(line_peek(w));
		line_take(w);
	}
	return (row != NULL && row->act != NULL ? row : NULL);
}

static bool
check_act(
    const struct command_row *row, struct line_reader *w, struct buf *error)
{
	if (!row->act(NULL, w, error))
		return (false);
	if (line_peek(w) == NULL)
		return (true);
	buf_adds(error, "too many words: ");
	line_show(w, error);
	return (false);
}

const struct command_row *
command_act(const char *line, struct app *app, struct app_effect *effect,
    bool *ok, struct buf *error)
{
	struct command_context c = { .app = app, .effect = effect };
	const struct command_row *row;
	struct line_reader w;

	if (app->current < app->nrunners)
		c.runner = app->runners[app->current];
	line_begin(&w, line);
	row = take_acting(&w);
	*ok = row != NULL && check_act(row, &w, error);
	if (*ok && line_next_command(&w)) {
		/* More commands follow: they go one after the other. */
		row = NULL;
	} else if (*ok) {
		line_end(&w);
		line_begin(&w, line);
		take_acting(&w);
		*ok = row->act(&c, &w, error);
	}
	if (row != NULL && !*ok)
		blame(row, error);
	line_end(&w);
	return (row);
}
