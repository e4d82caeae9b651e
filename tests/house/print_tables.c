/* SPDX-License-Identifier: ISC */
/*
 * Prints a table of the program as mdoc(7), for the manual pages: options,
 * commands, conditions, the words of lessons, tool scripts, keys, profiles,
 * parameters, verdicts, wrongs, the commands of serve, exit, what dfu(7) shows
 * of the specification
 * and what the pages of the formats show of journal and schema; all of them if
 * none is named. scripts/man-tables puts them into the pages,
 * tests/house/check_man.sh demands that it has them.
 */
#include "config.h"

#include "tests/house/print_tables.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "command/command.h"
#include "device/sim.h"
#include "dfu/dfuse.h"
#include "dfu/spec.h"
#include "dfu/transition.h"
#include "diagnosis/verdict.h"
#include "job/condition.h"
#include "job/job.h"
#include "lesson/lesson.h"
#include "lesson/rule.h"
#include "main/options.h"
#include "script/script.h"
#include "serve/serve.h"
#include "ui/prompt/keys.h"

void
put(const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\\')
			fputs("\\e", stdout);
		else if (*s == '"')
			fputs("\\(dq", stdout);
		else if (*s == '-')
			fputs("\\-", stdout);
		else
			putchar(*s);
	}
}

static void
put_quoted(const char *s)
{
	putchar('"');
	put(s);
	putchar('"');
}

void
put_sentence(const char *s)
{
	size_t n = strlen(s);

	put(s);
	fputs(n != 0 && s[n - 1] == '.' ? "\n" : ".\n", stdout);
}

void
begin_list(void)
{
	puts(".Bl -tag -width Ds");
}

void
end_list(void)
{
	puts(".El");
}

static void
print_option(const struct option_row *row)
{
	fputs(".It ", stdout);
	if (row->letter < 256)
		printf("Fl %c , ", row->letter);
	fputs("Fl Fl ", stdout);
	put(row->name);
	if (row->argument != NULL) {
		fputs(" Ar ", stdout);
		put_quoted(row->argument);
	}
	putchar('\n');
	put_sentence(row->sentence);
}

static void
print_options(void)
{
	size_t i;

	begin_list();
	for (i = 0; i < option_rows_count; i++)
		print_option(&option_rows[i]);
	end_list();
}

static void
print_danger(enum dfu_danger danger)
{
	switch (danger) {
	case DFU_DANGER_NONE:
		break;
	case DFU_DANGER_LOSES:
		puts("It can lose a state.");
		break;
	case DFU_DANGER_DESTROYS:
		puts("It asks first if it would destroy data.");
		break;
	}
}

static void
print_command(const struct command_row *row)
{
	fputs(".It Ic ", stdout);
	put(row->name);
	if (row->args[0] != '\0') {
		fputs(" Ar ", stdout);
		put_quoted(row->args);
	}
	putchar('\n');
	put_sentence(row->sentence);
	print_danger(row->danger);
	if (row->key != 0)
		printf("Key:\n.Ic \\&%c\n", row->key);
}

static void
print_commands(void)
{
	const struct command_row *row;
	size_t i;
	int g;

	for (g = 0; g < COMMAND_GROUP_COUNT; g++) {
		printf(".Ss %s\n", command_group_title((enum command_group)g));
		begin_list();
		for (i = 0; (row = command_at(i)) != NULL; i++)
			if (row->group == (enum command_group)g)
				print_command(row);
		end_list();
	}
}

static void
print_conditions(void)
{
	size_t i;

	begin_list();
	for (i = 0; i < condition_rows_count; i++) {
		fputs(".It Cm ", stdout);
		put(condition_rows[i].word);
		if (condition_rows[i].args[0] != '\0') {
			fputs(" Ar ", stdout);
			put_quoted(condition_rows[i].args);
		}
		putchar('\n');
		put_sentence(condition_rows[i].sentence);
	}
	end_list();
}

static void
print_word(const char *word, const char *args, const char *sentence)
{
	fputs(".It Cm ", stdout);
	put(word);
	if (args[0] != '\0') {
		fputs(" Ar ", stdout);
		put_quoted(args);
	}
	putchar('\n');
	put_sentence(sentence);
}

static void
print_directives(void)
{
	struct lesson_directive d;
	size_t i;

	begin_list();
	for (i = 0; i < lesson_directives_count(); i++) {
		d = lesson_directive_at(i);
		print_word(d.name, d.args, d.sentence);
	}
	end_list();
}

/* A sentence a line. */
static void
put_sentences(const char *text)
{
	char c[2] = "";

	for (; *text != '\0'; text++) {
		c[0] = *text;
		put(c);
		if (text[0] == '.' && text[1] == ' ') {
			putchar('\n');
			text++;
		}
	}
	putchar('\n');
}

static void
print_rules(void)
{
	unsigned n;

	begin_list();
	for (n = 1; n <= RULE_COUNT; n++) {
		printf(".It Cm %s Ar \"%s\"\n", rule_of(n)->id,
		    rule_of(n)->name);
		put_sentences(rule_of(n)->text);
	}
	end_list();
}

/* "R2, R7" of a lesson: what it trains. */
static void
add_rules(struct buf *b, const struct lesson *l)
{
	unsigned n, trained = 0;
	size_t i;

	for (i = 0; i < l->nsteps; i++)
		if (l->steps[i].rule != NULL)
			trained |= 1u << rule_parse(l->steps[i].rule);
	for (n = 1; n <= RULE_COUNT; n++)
		if ((trained >> n & 1) != 0)
			buf_addf(b, "%s%s", b->len != 0 ? ", " : "",
			    rule_of(n)->id);
}

static void
print_lessons(void)
{
	struct lesson l;
	struct buf b = { 0 };
	size_t i;

	begin_list();
	for (i = 0; i < lesson_texts_count; i++) {
		if (!lesson_parse(&l, lesson_texts[i].text, &b))
			continue;
		add_rules(&b, &l);
		buf_addf(&b, ": %s.", l.title);
		print_word(l.id, "", buf_str(&b));
		buf_reset(&b);
		lesson_free(&l);
	}
	end_list();
	buf_free(&b);
}

static void
print_asks(void)
{
	size_t i;

	begin_list();
	for (i = 0; i <= LESSON_REACH; i++)
		if (lesson_ask_rows[i].name != NULL)
			print_word(lesson_ask_rows[i].name, "",
			    lesson_ask_rows[i].sentence);
	end_list();
}

static void
print_serve(void)
{
	const struct serve_command_row *row = serve_commands;
	size_t i;

	begin_list();
	for (i = 0; i < serve_commands_count; i++, row++) {
		fputs(".It Cm ", stdout);
		put(row->name);
		if (row->arguments[0] != '\0') {
			fputs(" Ar ", stdout);
			put_quoted(row->arguments);
		}
		putchar('\n');
		put_sentence(row->sentence);
	}
	end_list();
}

static void
print_keys(void)
{
	size_t i;

	begin_list();
	for (i = 0; i < key_rows_count; i++) {
		if (key_rows[i].name == NULL)
			continue;
		fputs(".It Ic \"\\&", stdout);
		put(key_rows[i].name);
		puts("\"");
		put_sentence(key_rows[i].sentence);
	}
	end_list();
}

static void
print_profiles(void)
{
	size_t i;

	begin_list();
	for (i = 0; i < sim_profiles_count; i++) {
		fputs(".It Cm ", stdout);
		put(sim_profiles[i].name);
		putchar('\n');
		put_sentence(sim_profiles[i].sentence);
	}
	end_list();
}

static void
print_parameters(void)
{
	const struct sim_parameter_row *p;
	size_t i;

	begin_list();
	for (i = 0; i < sim_parameters_count; i++) {
		p = &sim_parameters[i];
		fputs(".It Cm ", stdout);
		put(p->name);
		fputs(" Ns = Ns Ar ", stdout);
		put_quoted(p->value);
		putchar('\n');
		put_sentence(p->sentence);
		if (p->profiles != NULL)
			printf("Only\n.Cm %s .\n", p->profiles);
		if (p->initial != NULL) {
			puts("Unless given:");
			fputs(".Cm ", stdout);
			put(p->initial);
			puts(" .");
		}
	}
	end_list();
}

/* dfu(7): what the specification says. */

static void
print_states(void)
{
	const struct dfu_state_row *row;
	uint8_t i;

	begin_list();
	for (i = 0; i < DFU_STATE_COUNT; i++) {
		row = dfu_state_row(i);
		printf(".It %u ", i);
		put(row->name);
		printf(" Pq %s\n", row->clause);
		put_sentence(row->meaning);
	}
	end_list();
}

static void
print_requests(void)
{
	const struct dfu_request_row *row;
	uint8_t i;

	begin_list();
	for (i = 0; i < DFU_REQUEST_COUNT; i++) {
		row = dfu_request_row(i);
		printf(".It %u DFU_%s , 0x%02x , %s\n", row->bRequest,
		    row->name, row->bmRequestType, row->clause);
		put_sentence(row->meaning);
	}
	end_list();
}

static void
print_statuses(void)
{
	uint8_t i;

	begin_list();
	for (i = 0; i < DFU_STATUS_COUNT; i++) {
		printf(".It 0x%02x ", i);
		put(dfu_status_row(i)->name);
		putchar('\n');
		put_sentence(dfu_status_row(i)->meaning);
	}
	end_list();
}

static void
print_attributes(void)
{
	size_t i;

	begin_list();
	for (i = 0; i < dfu_attributes_count; i++) {
		printf(".It 0x%02x ", dfu_attributes[i].mask);
		put(dfu_attributes[i].name);
		fputs("\nSet: ", stdout);
		put(dfu_attributes[i].set);
		fputs(".\nClear: ", stdout);
		put_sentence(dfu_attributes[i].clear);
	}
	end_list();
}

static void
print_dfuse(void)
{
	size_t i;

	begin_list();
	for (i = 0; i < dfuse_commands_count; i++) {
		printf(".It 0x%02x , %u byte%s\n", dfuse_commands[i].byte,
		    dfuse_commands[i].length,
		    dfuse_commands[i].length == 1 ? "" : "s");
		put_sentence(dfuse_commands[i].meaning);
	}
	end_list();
}

/* "bitCanDnload, not manifested" */
static void
print_steps(const char *title, const struct script_step *step)
{
	const char *before = "";

	if (step == NULL)
		return;
	puts(".Pp");
	put(title);
	fputs(", the tool ", stdout);
	for (; step->what != NULL; step++) {
		fputs(before, stdout);
		put(step->what);
		before = "; ";
	}
	puts(".");
}

/* States in which it does the same stand together. */
static void
print_letters(const struct script_poll *p)
{
	bool done[SCRIPT_STATES] = { false };
	uint8_t state, same;

	puts(".Pp");
	for (state = 0; state < SCRIPT_STATES - 1; state++) {
		if (done[state])
			continue;
		fputs(state == 0 ? "After the first answer the tool " :
		    "; the tool ", stdout);
		put(script_letter_words(p->then[state]));
		fputs(" in ", stdout);
		for (same = state; same < SCRIPT_STATES - 1; same++) {
			if (p->then[same] != p->then[state])
				continue;
			fputs(same != state ? ", " : "", stdout);
			put(dfu_state_name(same));
			done[same] = true;
		}
	}
	puts(".");
}

static void
print_scripts(void)
{
	const struct script_step *step;
	const struct script *d;
	size_t i;

	begin_list();
	for (i = 0; i < scripts_count; i++) {
		d = scripts[i];
		fputs(".It Cm ", stdout);
		put(d->name);
		fputs(" Pq ", stdout);
		put(d->version);
		fputs("\nSource: ", stdout);
		put_sentence(d->source);
		print_steps("To open", d->open);
		for (step = d->open; step->what != NULL; step++) {
			if (step->poll != NULL)
				print_letters(step->poll);
		}
		print_steps("To flash", d->write);
		print_steps("To end", d->end);
		print_steps("To leave", d->leave);
		print_steps("Without DfuSe", d->plain);
		if (d->own_files != NULL) {
			puts(".Pp");
			fputs("The tool takes only ", stdout);
			put(d->own_files);
			puts("; do\\-as takes any file.");
		}
	}
	end_list();
}

static void
print_conditions_of(const struct dfu_transition *m)
{
	static const struct {
		uint8_t		 bit;
		const char	*is;
		const char	*is_not;
	} words[] = {
		{ DFU_WHEN_CAN_DNLOAD, "can download", "cannot download" },
		{ DFU_WHEN_CAN_UPLOAD, "can upload", "cannot upload" },
		{ DFU_WHEN_TOLERANT, "tolerant", "not tolerant" },
		{ DFU_WHEN_BLOCK_DONE, "block done", "block not done" },
		{ DFU_WHEN_MANIFEST_DONE, "manifested", "not manifested" },
		{ DFU_WHEN_AGREES, "data is complete", "data is missing" },
		{ DFU_WHEN_FIRMWARE_VALID, "firmware valid",
		    "firmware corrupt" },
		{ DFU_WHEN_DFUSE, "DfuSe", "not DfuSe" },
	};
	const char *before = "";
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if ((m->mask & words[i].bit) == 0)
			continue;
		printf("%s%s", before, (m->want & words[i].bit) != 0 ?
		    words[i].is : words[i].is_not);
		before = ", ";
	}
}

static const char *
response_words(const struct dfu_transition *m)
{
	switch ((enum dfu_response)m->response) {
	case DFU_RESPONSE_OK:
		return ("answered");
	case DFU_RESPONSE_STALL:
		return ("STALL");
	case DFU_RESPONSE_NONE:
		return ("\\(en");
	case DFU_RESPONSE_ANY:
		return ("optional");
	case DFU_RESPONSE_NONE_EXPECTED:
		return ("no answer");
	}
	return ("");
}

/*
 * A move that leads to dfuERROR by a STALL is what everything not listed
 * does; the text of the page says so once.
 */
static bool
is_said_once(const struct dfu_transition *m)
{
	/* A reset by power does what one by the bus does, but where noted. */
	if (m->input == DFU_IN_POWER && m->state != DFU_STATE_APP_DETACH)
		return (true);
	return (m->response == DFU_RESPONSE_STALL &&
	    (m->next == DFU_STATE_ERROR || m->state <=
	    DFU_STATE_APP_DETACH) && m->mask == 0);
}

static void
print_transitions_of(uint8_t state)
{
	const struct dfu_transition *m;
	size_t i;

	puts(".Bl -column \"zero-length DNLOAD\" \"no answer\" "
	    "\"6 dfuMANIFEST\\-SYNC\"");
	puts(".It Sy what happens Ta Sy answer Ta Sy next state Ta Sy if");
	for (i = 0; (m = dfu_transitions_row(i)) != NULL; i++) {
		if (m->state != state || is_said_once(m))
			continue;
		printf(".It %s Ta %s Ta ",
		    dfu_input_name((enum dfu_input)m->input),
		    response_words(m));
		if (m->next == state) {
			fputs("no change", stdout);
		} else {
			printf("%u ", m->next);
			put(dfu_state_name(m->next));
		}
		if (m->mask != 0)
			fputs(" Ta ", stdout);
		print_conditions_of(m);
		putchar('\n');
	}
	end_list();
}

static void
print_transitions(void)
{
	const struct dfu_state_row *row;
	uint8_t state;

	for (state = 0; state < DFU_STATE_COUNT; state++) {
		row = dfu_state_row(state);
		printf(".Ss %u ", state);
		put(row->name);
		printf(" Pq %s\n", row->clause);
		print_transitions_of(state);
	}
}

static void
print_verdicts(void)
{
	size_t i;

	begin_list();
	for (i = 0; i < verdict_meanings_count; i++) {
		fputs(".It Cm ", stdout);
		put(verdict_meanings[i].word);
		putchar('\n');
		put_sentence(verdict_meanings[i].sentence);
	}
	end_list();
}

static void
print_wrongs(void)
{
	size_t i;

	begin_list();
	for (i = 0; i < sim_wrongs_count; i++) {
		fputs(".It Cm ", stdout);
		put(sim_wrongs[i].name);
		putchar('\n');
		put_sentence(sim_wrongs[i].sentence);
	}
	end_list();
}

static void
print_exit(void)
{
	static const struct {
		int		 code;
		const char	*sentence;
	} rows[] = {
		{ CODE_OK, "success." },
		{ CODE_USAGE, "usage error, or confirmation needed without "
		    "--yes." },
		{ EX_DATAERR, "a recipe, a journal, a log or a firmware file "
		    "has an error." },
		{ CODE_NO_INPUT, "a file cannot be read." },
		{ EX_UNAVAILABLE, "no such device, or no USB." },
		{ CODE_LOST, "the device was lost, or reading or writing "
		    "failed." },
		{ CODE_PROTOCOL, "a job failed or was cancelled, expect "
		    "failed, until reached its bound, or a request "
		    "differs from the replayed one. Also of run: the "
		    "memory of a device is incomplete or differs from "
		    "the data written. Of explain: a finding is an "
		    "error, or a device ends stuck, incomplete or "
		    "different." },
		{ CODE_DENIED, "no permission to open the device." }
	};
	size_t i;

	begin_list();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		printf(".It %d\n", rows[i].code);
		put_sentences(rows[i].sentence);
	}
	end_list();
}

static const struct {
	const char	*name;
	void		(*print)(void);
} tables[] = {
	{ "options", print_options },
	{ "commands", print_commands },
	{ "conditions", print_conditions },
	{ "dialects", print_scripts },
	{ "keys", print_keys },
	{ "profiles", print_profiles },
	{ "parameters", print_parameters },
	{ "verdicts", print_verdicts },
	{ "wrongs", print_wrongs },
	{ "serve", print_serve },
	{ "exit", print_exit },
	{ "states", print_states },
	{ "requests", print_requests },
	{ "statuses", print_statuses },
	{ "attributes", print_attributes },
	{ "dfuse", print_dfuse },
	{ "moves", print_transitions },
	{ "event-kinds", print_event_kinds },
	{ "event-fields", print_event_fields },
	{ "outcomes", print_outcomes },
	{ "facts", print_facts },
	{ "lesson-directives", print_directives },
	{ "lesson-rules", print_rules },
	{ "lessons", print_lessons },
	{ "lesson-asks", print_asks },
	{ "json-types", print_json_types },
	{ "json-parts", print_json_parts }
};

int
main(int argc, char **argv)
{
	bool known = argc == 1;
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		if (argc > 1 && strcmp(tables[i].name, argv[1]) != 0)
			continue;
		tables[i].print();
		known = true;
	}
	if (!known)
		fprintf(stderr, "print_tables: there is no such table\n");
	return (known && fflush(stdout) == 0 ? 0 : 1);
}
