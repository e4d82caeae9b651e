/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "main/options.h"

#include <assert.h>
#include <getopt.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"

#define ON(sub)		(1u << (sub))
#define ALWAYS		(~0u)
#define CONSOLE		ON(SUB_CONSOLE)
#define LIST		ON(SUB_LIST)
#define RUN		ON(SUB_RUN)
#define INFO		ON(SUB_INFO)
#define EXPLAIN		ON(SUB_EXPLAIN)
#define DOCTOR		ON(SUB_DOCTOR)
#define SERVE		ON(SUB_SERVE)
#define LEARN		ON(SUB_LEARN)
#define TRACE		ON(SUB_TRACE)
#define DEVICES		(CONSOLE | LIST | RUN | INFO)

enum {
	OPTION_ABOUT = 256,
	OPTION_ALL,
	OPTION_BATCH,
	OPTION_CHECK,
	OPTION_FROM,
	OPTION_HTML,
	OPTION_JSON,
	OPTION_KEY,
	OPTION_LISTEN,
	OPTION_MARKDOWN,
	OPTION_MINUTES,
	OPTION_LIST_FINDINGS,
	OPTION_NAMES,
	OPTION_NO_JOURNAL,
	OPTION_PART,
	OPTION_PAYLOAD,
	OPTION_PRINT,
	OPTION_PRINT_CONFIG,
	OPTION_READ_ONLY,
	OPTION_KEEP_EVENTS,
	OPTION_REPEAT,
	OPTION_WAKE,
	OPTION_YES
};

const struct subcommand_row subcommand_rows[] = {
	{ NULL, "dfuscope [OPTIONS] [FILE]",
	    "start the console; FILE: show a journal or capture", SUB_CONSOLE,
	    0 },
	{ "list", "dfuscope list [OPTIONS]",
	    "list DFU devices and their alternate settings", SUB_LIST, 0 },
	{ "run", "dfuscope run [OPTIONS] [-x COMMANDS] [RECIPE...]",
	    "run commands non-interactively", SUB_RUN, SIZE_MAX },
	{ "learn", "dfuscope learn [OPTIONS] [LESSON | FILE... | exam [SEED]]",
	    "work through lessons on simulated devices, or an exam", SUB_LEARN,
	    SIZE_MAX },
	{ "sims", "dfuscope sims [PROFILE]",
	    "list simulated devices and their faults", SUB_SIMS, 1 },
	{ "serve", "dfuscope serve [--listen ADDR:PORT] SIM...",
	    "serve simulated devices to any machine over USB/IP", SUB_SERVE,
	    SIZE_MAX },
	{ "info", "dfuscope info [OPTIONS] FILE [as raw]...",
	    "describe firmware files and their addresses", SUB_INFO,
	    SIZE_MAX },
	{ "explain", "dfuscope explain [--json | --markdown] FILE... | "
	    "--about ID",
	    "summarise journals, captures and other tools' logs (-: standard "
	    "input), or explain one finding, state or request", SUB_EXPLAIN,
	    SIZE_MAX },
	{ "trace", "dfuscope trace [-j FILE] [--json] -- COMMAND...",
	    "run another tool and show its requests live", SUB_TRACE,
	    SIZE_MAX },
	{ "diff", "dfuscope diff FILE FILE",
	    "compare two recordings and show where their requests differ",
	    SUB_DIFF, 2 },
	{ "doctor", "dfuscope doctor [--json]",
	    "check what prevents access to a device (sends nothing)",
	    SUB_DOCTOR,
	    0 },
	{ "complete", "dfuscope complete LINE",
	    "list completions of LINE, for shells",
	    SUB_COMPLETE, 1 },
};
const size_t subcommand_rows_count =
    sizeof(subcommand_rows) / sizeof(subcommand_rows[0]);

const struct option_row option_rows[] = {
	{ 'T', "target", "TARGET", DEVICES,
	    "devices to use: usb (default), sim:PROFILE[,NAME=VALUE...], "
	    "replay:FILE or usbmon:BUS[,ring=KIB] (listens only); "
	    "dialect=dfuse|plain sets the dialect; repeatable" },
	{ 'd', "device", "VID:PID[,VID:PID]", DEVICES,
	    "show only devices with this VID:PID (hexadecimal); second "
	    "pair: id in DFU mode" },
	{ 'p', "path", "BUS-PORT.PORT", DEVICES,
	    "show only the device on this port (either name of a USB 3 port)" },
	{ 'S', "serial", "SERIAL", DEVICES, "show only the device with this "
	    "serial number" },
	{ 'n', "devnum", "N", DEVICES, "show only the device with this "
	    "number" },
	{ 'i', "intf", "N", DEVICES, "use only this interface" },
	{ 'a', "alt", "ALT", DEVICES, "show this alternate setting, by "
	    "number or name (sends nothing)" },
	{ 'x', "execute", "COMMANDS", RUN,
	    "run these commands, separated by ';'; repeatable" },
	{ OPTION_ABOUT, "about", "ID", EXPLAIN, "explain a finding, "
	    "verdict, state, request, status or recovery action" },
	{ OPTION_ALL, "all", NULL, RUN, "run on every device that matches" },
	{ OPTION_BATCH, "batch", NULL, LEARN, "of an exam: mark the answers "
	    "on standard input, one per line, without a terminal" },
	{ OPTION_CHECK, "check", NULL, LEARN, "check lessons: try every "
	    "answer once" },
	{ OPTION_FROM, "from", "FILE", LEARN, "make a lesson from a "
	    "journal, a capture or a log" },
	{ OPTION_HTML, "html", NULL, LEARN, "with --print: print a page for "
	    "a browser" },
	{ OPTION_JSON, "json", NULL, LIST | RUN | INFO | EXPLAIN |
	    DOCTOR | TRACE, "print one JSON object per line" },
	{ OPTION_KEY, "key", NULL, LEARN, "with --print: print the right "
	    "answers on a separate page" },
	{ OPTION_MARKDOWN, "markdown", NULL, EXPLAIN,
	    "print a short answer for an issue tracker; serial numbers and "
	    "user names are masked" },
	{ OPTION_MINUTES, "minutes", "N", LEARN, "of an exam: end after N "
	    "minutes" },
	{ OPTION_NAMES, "names", NULL, LIST, "read missing "
	    "alternate-setting names (one request each)" },
	{ 'v', "verbose", NULL, LIST, "check descriptors and list other "
	    "tools' workarounds for the device" },
	{ 'j', "journal", "FILE", CONSOLE | RUN | TRACE,
	    "write the journal to FILE, a new file or an old journal (the "
	    "console always writes one, in ~/.local/state/dfuscope)" },
	{ OPTION_NO_JOURNAL, "no-journal", NULL, CONSOLE,
	    "write no journal" },
	{ OPTION_PART, "part", "A..G", LEARN, "of an exam: ask only these "
	    "parts, as AC or B..D" },
	{ OPTION_PRINT, "print", NULL, LEARN, "print a lesson or an exam as "
	    "a worksheet" },
	{ OPTION_PAYLOAD, "payload", NULL, CONSOLE | RUN | TRACE,
	    "write complete firmware data to the journal" },
	{ OPTION_KEEP_EVENTS, "keep-events", "N", CONSOLE,
	    "keep the last N events in memory; older ones are read back from "
	    "the journal" },
	{ OPTION_LISTEN, "listen", "ADDR:PORT", SERVE, "serve devices at "
	    "ADDR:PORT (default 127.0.0.1:3240)" },
	{ OPTION_WAKE, "wake", NULL, RUN, "allow opening a suspended "
	    "device, which wakes it; answers no other question" },
	{ OPTION_YES, "yes", NULL, RUN, "allow destructive commands without "
	    "asking" },
	{ OPTION_REPEAT, "repeat", "N", RUN, "run N times per device and "
	    "print statistics" },
	{ OPTION_READ_ONLY, "read-only", NULL, CONSOLE | RUN,
	    "refuse every request that loses a state or destroys data" },
	{ OPTION_LIST_FINDINGS, "list-findings", NULL, ALWAYS,
	    "list all findings, for --about" },
	{ OPTION_PRINT_CONFIG, "print-config", NULL, ALWAYS, "print active "
	    "keys and settings in the format of ~/.config/dfuscope/rc" },
	{ 'h', "help", NULL, ALWAYS, "show this help" },
	{ 'V', "version", NULL, ALWAYS, "show the version" },
};
const size_t option_rows_count =
    sizeof(option_rows) / sizeof(option_rows[0]);

static const struct option_row *
row_of(int letter)
{
	size_t i;

	for (i = 0; i < option_rows_count; i++) {
		if (option_rows[i].letter == letter)
			return (&option_rows[i]);
	}
	return (NULL);
}

static void
show(struct buf *b, const char *before, const char *s, const char *after)
{
	buf_adds(b, before);
	text_escape(b, s, strlen(s));
	buf_adds(b, after);
}

static void
add_target(struct options *o, const char *target)
{
	o->targets = mem_array(o->targets, o->ntargets + 1,
	    sizeof(*o->targets));
	o->targets[o->ntargets++] = target;
}

static bool
number(const char *s, int *v, const char *name, struct buf *error)
{
	uint64_t n;

	if (!text_number(s, UINT16_MAX, &n)) {
		buf_addf(error, "--%s: expected a number", name);
		show(error, ", not \"", s, "\"");
		return (false);
	}
	*v = (int)n;
	return (true);
}

/* Options that narrow the devices, dfu-util's letters. */
static bool
narrow(struct options *o, int letter, const char *arg, struct buf *error)
{
	o->narrowed = true;
	switch (letter) {
	case 'd':
		return (filter_parse_ids(&o->filter, arg, error));
	case 'p':
		o->filter.path = arg;
		return (true);
	case 'S':
		o->filter.serial = arg;
		return (true);
	case 'n':
		return (number(arg, &o->filter.devnum, "devnum", error));
	case 'i':
		return (number(arg, &o->filter.interface, "intf", error));
	default:
		o->filter.alternate = arg;
		return (true);
	}
}

/* A number of option name. */
static bool
take_number(unsigned long *to, const char *name, const char *arg,
    struct buf *error)
{
	uint64_t n;

	if (!text_number(arg, 1000000000, &n) || n == 0) {
		buf_addf(error, "--%s: expected a number from 1 to "
		    "1000000000, not \"", name);
		text_escape(error, arg, strlen(arg));
		buf_addc(error, '"');
		return (false);
	}
	*to = (unsigned long)n;
	return (true);
}

/* "A..D", "AC": as bits. */
static bool
parts(struct options *o, const char *arg, struct buf *error)
{
	const char *s;
	char c;

	for (s = arg; *s != '\0'; s++) {
		if (*s < 'A' || *s > 'G')
			break;
		o->parts |= 1u << (*s - 'A');
		if (strncmp(s + 1, "..", 2) != 0 || s[3] < *s || s[3] > 'G')
			continue;
		for (c = *s; c <= s[3]; c++)
			o->parts |= 1u << (c - 'A');
		s += 3;
	}
	if (*s == '\0' && o->parts != 0)
		return (true);
	show(error, "--part: expected letters from A to G, as AC or B..D, not "
	    "\"",
	    arg, "\"");
	return (false);
}

/* Options that say yes to something. */
static bool *
flag_of(struct options *o, int letter)
{
	const struct {
		int	 letter;
		bool	*flag;
	} flags[] = {
		{ 'v', &o->verbose },
		{ OPTION_ALL, &o->all },
		{ OPTION_BATCH, &o->batch },
		{ OPTION_CHECK, &o->check },
		{ OPTION_HTML, &o->html },
		{ OPTION_JSON, &o->json },
		{ OPTION_KEY, &o->key },
		{ OPTION_MARKDOWN, &o->markdown },
		{ OPTION_NAMES, &o->names },
		{ OPTION_PAYLOAD, &o->payload },
		{ OPTION_PRINT, &o->print },
		{ OPTION_READ_ONLY, &o->read_only },
		{ OPTION_WAKE, &o->wake },
		{ OPTION_YES, &o->yes },
	};
	size_t i;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (flags[i].letter == letter)
			return (flags[i].flag);
	return (NULL);
}

/* Options that take the place of a subcommand. */
static bool
takes_place(struct options *o, int letter)
{
	static const struct {
		int		 letter;
		enum subcommand	 sub;
	} places[] = {
		{ 'h', SUB_HELP },
		{ 'V', SUB_VERSION },
		{ OPTION_LIST_FINDINGS, SUB_FINDINGS },
		{ OPTION_PRINT_CONFIG, SUB_CONFIG },
	};
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (places[i].letter == letter) {
			o->sub = places[i].sub;
			return (true);
		}
	}
	return (false);
}

static bool
apply(struct options *o, int letter, const char *arg, struct buf *error)
{
	bool *flag = flag_of(o, letter);

	if (flag != NULL) {
		*flag = true;
		return (true);
	}
	if (takes_place(o, letter))
		return (true);
	switch (letter) {
	case 'T':
		add_target(o, arg);
		return (true);
	case 'x':
		buf_addf(&o->script, "%s\n", arg);
		o->has_script = true;
		return (true);
	case 'j':
		o->journal = arg;
		return (true);
	case OPTION_NO_JOURNAL:
		o->journal = "";
		return (true);
	case OPTION_ABOUT:
		o->about = arg;
		return (true);
	case OPTION_FROM:
		o->from = arg;
		return (true);
	case OPTION_LISTEN:
		o->listen = arg;
		return (true);
	case OPTION_KEEP_EVENTS:
		return (take_number(&o->keep_events, "keep-events", arg,
		    error));
	case OPTION_MINUTES:
		return (number(arg, &o->minutes, "minutes", error));
	case OPTION_PART:
		return (parts(o, arg, error));
	case OPTION_REPEAT:
		return (take_number(&o->rounds, "repeat", arg, error));
	default:
		return (narrow(o, letter, arg, error));
	}
}

/* getopt's own forms of the rows. */
struct forms {
	struct option	*longs;
	struct buf	 shorts;
};

static struct forms
make_forms(void)
{
	struct forms f = { 0 };
	size_t i;

	f.longs = mem_array(NULL, option_rows_count + 1, sizeof(*f.longs));
	/* ':' first tells a missing argument from an unknown option. */
	buf_addc(&f.shorts, ':');
	for (i = 0; i < option_rows_count; i++) {
		f.longs[i] = (struct option){ option_rows[i].name,
		    option_rows[i].argument != NULL ? required_argument :
		    no_argument, NULL, option_rows[i].letter };
		if (option_rows[i].letter > 255)
			continue;
		buf_addc(&f.shorts, option_rows[i].letter);
		if (option_rows[i].argument != NULL)
			buf_addc(&f.shorts, ':');
	}
	f.longs[i] = (struct option){ 0 };
	return (f);
}

/* "--jsn", "--yes=1" */
static void
suggest_option(const char *word, struct buf *error)
{
	char *name = mem_strdup(word + strspn(word, "-"));
	struct nearest near;
	size_t i;

	name[strcspn(name, "=")] = '\0';
	nearest_begin(&near, name);
	for (i = 0; i < option_rows_count; i++)
		nearest_offer(&near, option_rows[i].name);
	if (nearest_name(&near) != NULL && strcmp(name,
	    nearest_name(&near)) != 0)
		buf_addf(error, "; did you mean --%s?", nearest_name(&near));
	free(name);
}

static bool
complain(int c, char **argv, struct buf *error)
{
	const char *word = argv[optind - 1];
	const struct option_row *row = row_of(optopt);

	if (c == ':' && row != NULL) {
		buf_addf(error, "--%s needs %s", row->name, row->argument);
	} else if (optopt != 0 && row == NULL && optopt < 256) {
		char letter[2] = { (char)optopt, '\0' };

		show(error, "unknown option -", letter, "");
	} else {
		show(error, "unknown option, or an option without argument: ",
		    word, "");
		suggest_option(word, error);
	}
	return (false);
}

static bool
parse_options(struct options *o, int argc, char **argv,
    unsigned *seen_on, const char **seen_name, struct buf *error)
{
	struct forms f = make_forms();
	const struct option_row *row;
	bool ok = true;
	int c;

	opterr = 0;
	optind = 0;
	while (ok && (c = getopt_long(argc, argv, buf_str(&f.shorts),
	    f.longs, NULL)) != -1) {
		row = c == '?' || c == ':' ? NULL : row_of(c);
		ok = row != NULL ? apply(o, c, optarg, error) :
		    complain(c, argv, error);
		/* The first option that not every subcommand takes. */
		if (row != NULL && (*seen_on & row->on) != *seen_on) {
			*seen_on &= row->on;
			*seen_name = row->name;
		}
	}
	free(f.longs);
	buf_free(&f.shorts);
	return (ok);
}

static bool
choose_subcommand(struct options *o, int argc, char **argv,
    struct buf *error)
{
	const char *word = optind < argc ? argv[optind] : NULL;
	struct nearest near;
	size_t i;

	if (word == NULL)
		return (true);
	for (i = 0; i < subcommand_rows_count; i++) {
		if (subcommand_rows[i].name == NULL ||
		    strcmp(subcommand_rows[i].name, word) != 0)
			continue;
		o->sub = subcommand_rows[i].sub;
		o->files = argv + optind + 1;
		o->nfiles = (size_t)(argc - optind - 1);
		return (true);
	}
	/* What looks like a file is one, even if it is not there. */
	if (strpbrk(word, "./") != NULL || access(word, F_OK) == 0) {
		buf_addf(&o->recording, "recording:%s", word);
		add_target(o, buf_str(&o->recording));
		o->files = argv + optind + 1;
		o->nfiles = (size_t)(argc - optind - 1);
		return (true);
	}
	show(error, "\"", word, "\" is neither a journal nor a subcommand");
	nearest_begin(&near, word);
	for (i = 0; i < subcommand_rows_count; i++) {
		if (subcommand_rows[i].name != NULL)
			nearest_offer(&near, subcommand_rows[i].name);
	}
	if (nearest_ask(&near, error))
		return (false);
	buf_adds(error, ". Subcommands:");
	for (i = 0; i < subcommand_rows_count; i++) {
		if (subcommand_rows[i].name != NULL)
			buf_addf(error, " %s", subcommand_rows[i].name);
	}
	return (false);
}

static bool
check(const struct options *o, unsigned seen_on, const char *seen_name,
    struct buf *error)
{
	size_t i;

	if ((seen_on & ON(o->sub)) == 0) {
		buf_addf(error, "--%s cannot be used with this subcommand",
		    seen_name);
		return (false);
	}
	for (i = 0; subcommand_rows[i].sub != o->sub; i++)
		assert(i + 1 < subcommand_rows_count);
	if (o->nfiles > subcommand_rows[i].most) {
		show(error, "too many words: \"",
		    o->files[subcommand_rows[i].most], "\"");
		return (false);
	}
	if (o->sub == SUB_INFO && o->nfiles == 0) {
		buf_adds(error, "info: expected a firmware file");
		return (false);
	}
	if (o->sub == SUB_EXPLAIN && (o->nfiles == 0) != (o->about != NULL)) {
		buf_adds(error, "explain: expected a journal, a capture or a "
		    "log, or --about ID");
		return (false);
	}
	if (o->sub == SUB_SERVE && o->nfiles == 0) {
		buf_adds(error, "serve: expected a simulated device "
		    "(dfuscope sims lists them)");
		return (false);
	}
	if (o->sub == SUB_DIFF && o->nfiles != 2) {
		buf_adds(error, "diff: expected two journals, captures or "
		    "logs");
		return (false);
	}
	if (o->sub == SUB_TRACE && o->nfiles == 0) {
		buf_adds(error, "trace: expected a command after --: "
		    "dfuscope trace -- dfu-util -l");
		return (false);
	}
	if (o->recording.len != 0 && (o->ntargets > 1 ||
	    o->journal != NULL)) {
		buf_adds(error, "a file to show cannot be combined with -T "
		    "or -j");
		return (false);
	}
	if (o->sub == SUB_RUN && !o->has_script && o->nfiles == 0) {
		buf_adds(error, "run: expected -x COMMANDS or a recipe");
		return (false);
	}
	return (true);
}

bool
options_parse(struct options *o, int argc, char **argv, struct buf *error)
{
	unsigned seen_on = ALWAYS;
	const char *seen_name = "";

	*o = (struct options){ .sub = SUB_CONSOLE };
	filter_init(&o->filter);
	if (!parse_options(o, argc, argv, &seen_on, &seen_name, error))
		return (false);
	if (o->sub == SUB_HELP || o->sub == SUB_VERSION ||
	    o->sub == SUB_CONFIG || o->sub == SUB_FINDINGS)
		return (true);
	return (choose_subcommand(o, argc, argv, error) &&
	    check(o, seen_on, seen_name, error));
}

void
options_free(struct options *o)
{
	free(o->targets);
	buf_free(&o->recording);
	buf_free(&o->script);
}

void
options_help(struct buf *b)
{
	const struct option_row *row;
	size_t i, start;

	for (i = 0; i < subcommand_rows_count; i++)
		buf_addf(b, "%-52s %s\n", subcommand_rows[i].usage,
		    subcommand_rows[i].sentence);
	buf_adds(b, "\nOptions:\n");
	for (i = 0; i < option_rows_count; i++) {
		row = &option_rows[i];
		start = b->len;
		if (row->letter < 256)
			buf_addf(b, "  -%c, --%s", row->letter, row->name);
		else
			buf_addf(b, "      --%s", row->name);
		if (row->argument != NULL)
			buf_addf(b, " %s", row->argument);
		do
			buf_addc(b, ' ');
		while (b->len - start < 34);
		buf_addf(b, "%s\n", row->sentence);
	}
}
