/* SPDX-License-Identifier: ISC */
/*
 * check_json SCHEMA <LINES: each line is one that the schema allows; for the
 * tests that run the program as it is typed.
 */
#include "config.h"

#include "tests/report/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
main(int argc, char **argv)
{
	struct buf error = { 0 };
	unsigned long number = 0;
	char *line = NULL;
	size_t size = 0;
	json_t *schema;
	int bad = 0;

	schema = argc == 2 ? schema_read(argv[1], &error) : NULL;
	if (schema == NULL) {
		fprintf(stderr, "check_json: %s\n", error.len != 0 ?
		    buf_str(&error) : "usage: check_json SCHEMA <LINES");
		buf_free(&error);
		return (2);
	}
	while (getline(&line, &size, stdin) > 0) {
		number++;
		line[strcspn(line, "\n")] = '\0';
		if (schema_allows(schema, line, &error))
			continue;
		bad = 1;
		fprintf(stderr, "check_json: line %lu: %s: %.200s\n", number,
		    buf_str(&error), line);
	}
	free(line);
	json_decref(schema);
	buf_free(&error);
	return (bad);
}
