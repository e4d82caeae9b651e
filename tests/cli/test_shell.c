/* SPDX-License-Identifier: ISC */
/*
 * What is offered to a shell is what the program takes: each candidate is
 * typed, and the tables are asked.
 */
#include "config.h"

#include "tests/dfu/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "device/sim.h"
#include "main/options.h"
#include "main/shell.h"
#include "report/about.h"

/* The words offered behind line, one a line. */
static char *
offered(const char *line)
{
	struct buf rows = { 0 }, words = { 0 };
	const char *p;

	shell_complete(&rows, line);
	for (p = buf_str(&rows); *p != '\0'; p = strchr(p, '\n') + 1) {
		buf_add(&words, p, strcspn(p, "\t\n"));
		buf_addc(&words, '\n');
	}
	p = mem_strdup(buf_str(&words));
	buf_free(&rows);
	buf_free(&words);
	return ((char *)(uintptr_t)p);
}

static void
expect(const char *line, const char *words)
{
	char *is = offered(line);

	assert_string_equal(is, words);
	free(is);
}

/* Calls each with the words that line can become; how many there were. */
static size_t
each(const char *line, void (*call)(const char *word))
{
	char *words = offered(line), *p = words, *end;
	size_t n = 0;

	for (; *p != '\0'; p = end + 1, n++) {
		end = strchr(p, '\n');
		*end = '\0';
		if (call != NULL)
			call(p);
	}
	free(words);
	return (n);
}

static void
subcommands_are_offered(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < subcommand_rows_count; i++) {
		const char *name = subcommand_rows[i].name;
		char *line, *word;

		if (name == NULL)
			continue;
		line = mem_printf("dfuscope %s", name);
		word = mem_printf("%s\n" SHELL_FILES "\n", name);
		expect(line, word);
		free(line);
		free(word);
	}
	assert_int_equal(each("dfuscope ", NULL), subcommand_rows_count);
}

/* Of a subcommand exactly the options that it takes. */
static void
options_are_those_of_the_subcommand(void **state)
{
	struct buf words = { 0 };
	size_t i, k;

	(void)state;
	for (i = 0; i < subcommand_rows_count; i++) {
		const struct subcommand_row *row = &subcommand_rows[i];
		char *line;

		if (row->name == NULL)
			continue;
		line = mem_printf("dfuscope %s --", row->name);
		buf_reset(&words);
		for (k = 0; k < option_rows_count; k++)
			if (option_rows[k].on & 1u << row->sub)
				buf_addf(&words, "--%s\n",
				    option_rows[k].name);
		expect(line, buf_str(&words));
		free(line);
	}
	buf_free(&words);
}

static void
is_a_device(const char *word)
{
	struct buf error = { 0 };
	struct sim *sim;

	assert_memory_equal(word, "sim:", 4);
	sim = sim_new(word + 4, &error);
	/* Not every profile can begin in every state that another can. */
	if (sim == NULL && strstr(buf_str(&error), "is not a state of") == NULL)
		fail_msg("%s: %s", word, buf_str(&error));
	sim_free(sim);
	buf_free(&error);
}

/* Each profile, each of its parameters, each value that is a word. */
static void
simulated_devices_are_made(void **state)
{
	size_t i, k, values = 0;
	char *line;

	(void)state;
	assert_int_equal(each("dfuscope -T sim:", is_a_device),
	    sim_profiles_count);
	for (i = 0; i < sim_profiles_count; i++) {
		for (k = 0; k < sim_parameters_count; k++) {
			line = mem_printf("dfuscope -T sim:%s,latency=1,%s=",
			    sim_profiles[i].name, sim_parameters[k].name);
			if (sim_parameter_belongs(&sim_parameters[k],
			    sim_profiles[i].name))
				values += each(line, is_a_device);
			else
				expect(line, "");
			free(line);
		}
	}
	assert_true(values > 1000);
}

static void
ids_are_all_that_are_known(void **state)
{
	(void)state;
	assert_int_equal(each("dfuscope explain --about ", NULL),
	    about_names_count());
}

static void
words_are_those_of_a_shell(void **state)
{
	(void)state;
	expect("dfuscope 'doc", "doctor\n" SHELL_FILES "\n");
	expect("dfuscope do\\c", "doctor\n" SHELL_FILES "\n");
	expect("dfuscope --target=sim:mb", "--target=sim:mboot\n");
	expect("dfuscope -Tsim:mb", "-Tsim:mboot\n");
	expect("dfuscope run -x \"wait 5; clrs", "wait 5; clrstatus\n");
	expect("dfuscope run -x 'expect outcome bab",
	    "expect outcome babble\n");
	/* An argument is no option, and behind -- there are none. */
	expect("dfuscope list -S -", "");
	expect("dfuscope explain -- --j", SHELL_FILES "\n");
	expect("dfuscope list --json=", "");
	expect("dfuscope doctor ", "");
	expect("dfuscope a.journal ", "");
	expect("dfus", "");
	expect("", "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(subcommands_are_offered),
		cmocka_unit_test(options_are_those_of_the_subcommand),
		cmocka_unit_test(simulated_devices_are_made),
		cmocka_unit_test(ids_are_all_that_are_known),
		cmocka_unit_test(words_are_those_of_a_shell),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
