/*
 * Prints a table of the program as mdoc(7), for the manual page: options,
 * commands, keys, profiles, parameters or exit; all of them if none is named.
 * scripts/man-tables puts them into the page, tests/house/check_man.sh demands
 * that it has them.
 */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "device/sim.h"
#include "model/command.h"
#include "model/job.h"
#include "options.h"
#include "ui/keys.h"

/* As an argument of a macro or as text: nothing in it means anything. */
static void
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

static void
put_sentence(const char *s)
{
	put(s);
	fputs(".\n", stdout);
}

static void
begin_list(void)
{
	puts(".Bl -tag -width Ds");
}

static void
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
		puts("What destroys something asks first.");
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
	size_t i;
	int g;

	for (g = 0; g < COMMAND_GROUP_COUNT; g++) {
		printf(".Ss %s\n", command_group_title((enum command_group)g));
		begin_list();
		for (i = 0; i < commands_count; i++)
			if (commands[i].group == (enum command_group)g)
				print_command(&commands[i]);
		end_list();
	}
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
		{ JOB_OK, "everything went as asked" },
		{ JOB_USAGE, "wrong words on the command line or in a "
		    "command; or an answer was needed, and there was no "
		    "--yes" },
		{ EX_DATAERR, "a recipe or a recorded file has faults" },
		{ JOB_NO_INPUT, "a file cannot be read" },
		{ EX_UNAVAILABLE, "no such device to run on" },
		{ JOB_LOST, "the device was lost, or reading or writing "
		    "failed" },
		{ JOB_PROTOCOL, "the protocol did not go as asked: expect or "
		    "the bound of until failed, leave did not end with the "
		    "device gone, or a replayed device was asked something "
		    "else" },
		{ JOB_DENIED, "no permission to open the device" }
	};
	size_t i;

	begin_list();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		printf(".It %d\n", rows[i].code);
		put_sentence(rows[i].sentence);
	}
	end_list();
}

static const struct {
	const char	*name;
	void		(*print)(void);
} tables[] = {
	{ "options", print_options },
	{ "commands", print_commands },
	{ "keys", print_keys },
	{ "profiles", print_profiles },
	{ "parameters", print_parameters },
	{ "wrongs", print_wrongs },
	{ "exit", print_exit }
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
