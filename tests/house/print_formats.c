/* SPDX-License-Identifier: ISC */
/* The tables of the formats: of the journal's lines, and of the schema. */
#include "config.h"

#include "tests/house/print_tables.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace/event.h"
#include "trace/journal.h"
#include "wire/xfer.h"

/* The fields that only some kinds have, by name. */
static void
print_fields_of(unsigned kind)
{
	const struct journal_field *f;
	const char *before = "Fields: ";
	size_t i;

	for (i = 0; i < journal_fields_count; i++) {
		f = journal_field(i);
		if (f->on == ~0u || !(f->on & 1u << kind))
			continue;
		fputs(before, stdout);
		put(f->key);
		before = ", ";
	}
	if (*before == ',')
		puts(".");
}

void
print_event_kinds(void)
{
	unsigned kind;

	begin_list();
	for (kind = EVENT_OTHER + 1; kind < EVENT_KIND_COUNT; kind++) {
		printf(".It Cm %s\n",
		    event_kind_name((enum event_kind)kind));
		put_sentence(event_kind_sentence((enum event_kind)kind));
		print_fields_of(kind);
	}
	end_list();
}

void
print_event_fields(void)
{
	const struct journal_field *f;
	size_t i;

	begin_list();
	for (i = 0; i < journal_fields_count; i++) {
		f = journal_field(i);
		printf(".It Cm %s Ns = Ns Ar ", f->key);
		put(f->value);
		putchar('\n');
		put_sentence(f->sentence);
	}
	end_list();
}

void
print_outcomes(void)
{
	unsigned i;

	begin_list();
	for (i = 0; outcome_name((enum outcome)i) != NULL; i++) {
		printf(".It Cm %s\n", outcome_name((enum outcome)i));
		put_sentence(outcome_words((enum outcome)i));
	}
	end_list();
}

/* The schema; the program ends if there is none. */
static json_t *
schema(void)
{
	static json_t *read;
	json_error_t error;

	if (read == NULL)
		read = json_load_file(TESTS_DIR
		    "/../data/dfuscope.schema.json", 0, &error);
	if (read == NULL) {
		fprintf(stderr, "print_tables: %s\n", error.text);
		exit(1);
	}
	return (read);
}

static const char *
name_of(const json_t *part)
{
	const char *ref = json_string_value(json_object_get(part, "$ref"));

	return (ref != NULL ? strrchr(ref, '/') + 1 : NULL);
}

static json_t *
def_of(const char *name)
{
	return (json_object_get(json_object_get(schema(), "$defs"), name));
}

static void
put_description(const json_t *part)
{
	json_t *description = json_object_get(part, "description");

	if (description != NULL && json_string_length(description) != 0)
		put_sentence(json_string_value(description));
}

static void
put_words(const json_t *list)
{
	size_t i, n = json_array_size(list);

	for (i = 0; i < n; i++) {
		if (i != 0)
			fputs(i + 1 == n ? " or " : ", ", stdout);
		put(json_string_value(json_array_get(list, i)));
	}
}

static void	put_type(const json_t *part);

/* A name of the schema: objects by name, words and numbers as they are. */
static void
put_named(const char *name)
{
	json_t *def = def_of(name);

	if (json_object_get(def, "properties") != NULL) {
		fputs("object ", stdout);
		put(name);
	} else if (json_object_get(def, "enum") != NULL) {
		put_words(json_object_get(def, "enum"));
	} else if (json_object_get(def, "items") != NULL) {
		put_type(def);
	} else {
		put(name);
	}
}

/* What a member is, in a few words. */
static void
put_type(const json_t *part)
{
	json_t *type = json_object_get(part, "type");
	json_t *any = json_object_get(part, "anyOf");

	if (name_of(part) != NULL) {
		put_named(name_of(part));
	} else if (any != NULL) {
		put_type(json_array_get(any, 0));
		fputs(" or null", stdout);
	} else if (json_object_get(part, "enum") != NULL) {
		put_words(json_object_get(part, "enum"));
	} else if (json_object_get(part, "items") != NULL) {
		fputs("list of ", stdout);
		put_type(json_object_get(part, "items"));
	} else if (json_object_get(part, "propertyNames") != NULL) {
		put_type(json_object_get(part, "additionalProperties"));
		fputs(" by ", stdout);
		put(name_of(json_object_get(part, "propertyNames")));
	} else if (json_is_array(type)) {
		put_words(type);
	} else if (json_is_string(type)) {
		put(json_string_value(type));
	} else {
		fputs("object", stdout);
	}
}

static bool
is_required(const json_t *def, const char *name)
{
	json_t *list = json_object_get(def, "required");
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		if (strcmp(json_string_value(json_array_get(list, i)),
		    name) == 0)
			return (true);
	}
	return (false);
}

/* The members of an object; one within another as OUTER.INNER. */
static void
print_members(json_t *def, const char *within)
{
	const char *key;
	json_t *part;

	json_object_foreach(json_object_get(def, "properties"), key, part) {
		if (json_object_get(part, "const") != NULL)
			continue;
		fputs(".It Cm ", stdout);
		put(within);
		if (*within != '\0')
			putchar('.');
		put(key);
		fputs(" Pq ", stdout);
		put_type(part);
		fputs(is_required(def, key) ? "\n" : " ; optional\n", stdout);
		put_description(part);
		if (json_object_get(part, "properties") != NULL)
			print_members(part, key);
	}
}

/* Each type of line, in the order of the schema. */
void
print_json_types(void)
{
	json_t *list = json_object_get(schema(), "oneOf"), *def, *type;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		def = def_of(name_of(json_array_get(list, i)));
		type = json_object_get(json_object_get(def, "properties"),
		    "type");
		printf(".Ss \"type ");
		put(json_string_value(json_object_get(type, "const")));
		puts("\"");
		put_description(def);
		begin_list();
		print_members(def, "");
		end_list();
	}
}

static bool
is_line(const char *name)
{
	json_t *list = json_object_get(schema(), "oneOf");
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		if (strcmp(name_of(json_array_get(list, i)), name) == 0)
			return (true);
	}
	return (false);
}

/* The objects that are within others. */
void
print_json_parts(void)
{
	const char *name;
	json_t *def;

	json_object_foreach(json_object_get(schema(), "$defs"), name, def) {
		if (is_line(name) ||
		    json_object_get(def, "properties") == NULL)
			continue;
		fputs(".Ss \"object ", stdout);
		put(name);
		puts("\"");
		put_description(def);
		begin_list();
		print_members(def, "");
		end_list();
	}
}

/* The facts have their sentences in the schema. */
void
print_facts(void)
{
	const char *name;
	json_t *part;

	begin_list();
	json_object_foreach(json_object_get(def_of("facts"), "properties"),
	    name, part) {
		fputs(".It Cm ", stdout);
		put(name);
		putchar('\n');
		put_description(part);
	}
	end_list();
}
