/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "tests/dfu/check.h"
#include "tests/report/schema.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* One value under one part of the schema. */
struct judge {
	json_t		*root;
	json_t		*value;
	const char	*path;		/* of the value */
	struct buf	*why;
};

static bool	allows(const struct judge *j, json_t *schema);

static bool
refuse(const struct judge *j, const char *what)
{
	buf_reset(j->why);
	buf_addf(j->why, "%s: %s", *j->path != '\0' ? j->path : "/", what);
	return (false);
}

/* The value under key, by its own path, under another part. */
static bool
allows_part(const struct judge *j, const char *key, json_t *value,
    json_t *schema)
{
	char *path = mem_printf("%s/%s", j->path, key);
	struct judge part = { .root = j->root, .value = value, .path = path,
	    .why = j->why };
	bool ok = allows(&part, schema);

	free(path);
	return (ok);
}

static bool
is_of_type(const json_t *value, const char *type)
{
	static const struct {
		const char	*name;
		json_type	 type;
	} types[] = {
		{ "object", JSON_OBJECT }, { "array", JSON_ARRAY },
		{ "string", JSON_STRING }, { "integer", JSON_INTEGER },
		{ "number", JSON_INTEGER }, { "number", JSON_REAL },
		{ "boolean", JSON_TRUE }, { "boolean", JSON_FALSE },
		{ "null", JSON_NULL },
	};
	size_t i;

	for (i = 0; i < COUNT(types); i++) {
		if (strcmp(types[i].name, type) == 0 &&
		    types[i].type == json_typeof(value))
			return (true);
	}
	return (false);
}

static bool
rule_type(const struct judge *j, json_t *rule, json_t *schema)
{
	size_t i;

	(void)schema;
	if (json_is_string(rule) &&
	    is_of_type(j->value, json_string_value(rule)))
		return (true);
	for (i = 0; i < json_array_size(rule); i++) {
		if (is_of_type(j->value,
		    json_string_value(json_array_get(rule, i))))
			return (true);
	}
	return (refuse(j, "is of another type"));
}

static bool
rule_const(const struct judge *j, json_t *rule, json_t *schema)
{
	(void)schema;
	return (json_equal(j->value, rule) || refuse(j, "is not the word"));
}

static bool
rule_enum(const struct judge *j, json_t *rule, json_t *schema)
{
	size_t i;

	(void)schema;
	for (i = 0; i < json_array_size(rule); i++) {
		if (json_equal(j->value, json_array_get(rule, i)))
			return (true);
	}
	return (refuse(j, "is none of the words"));
}

static bool
rule_pattern(const struct judge *j, json_t *rule, json_t *schema)
{
	regex_t regex;
	bool ok;

	(void)schema;
	if (!json_is_string(j->value))
		return (true);
	if (regcomp(&regex, json_string_value(rule),
	    REG_EXTENDED | REG_NOSUB) != 0)
		return (refuse(j, "the schema's pattern is wrong"));
	ok = regexec(&regex, json_string_value(j->value), 0, NULL, 0) == 0;
	regfree(&regex);
	return (ok || refuse(j, "does not match the pattern"));
}

static bool
rule_minimum(const struct judge *j, json_t *rule, json_t *schema)
{
	(void)schema;
	return (!json_is_number(j->value) ||
	    json_number_value(j->value) >= json_number_value(rule) ||
	    refuse(j, "is too small"));
}

static bool
rule_min_items(const struct judge *j, json_t *rule, json_t *schema)
{
	(void)schema;
	return (!json_is_array(j->value) || json_array_size(j->value) >=
	    (size_t)json_integer_value(rule) || refuse(j, "is too short"));
}

static bool
rule_max_items(const struct judge *j, json_t *rule, json_t *schema)
{
	(void)schema;
	return (!json_is_array(j->value) || json_array_size(j->value) <=
	    (size_t)json_integer_value(rule) || refuse(j, "is too long"));
}

static bool
rule_items(const struct judge *j, json_t *rule, json_t *schema)
{
	char number[24];
	size_t i;

	(void)schema;
	for (i = 0; i < json_array_size(j->value); i++) {
		snprintf(number, sizeof(number), "%zu", i);
		if (!allows_part(j, number, json_array_get(j->value, i), rule))
			return (false);
	}
	return (true);
}

static bool
rule_required(const struct judge *j, json_t *rule, json_t *schema)
{
	const char *name;
	struct buf what = { 0 };
	size_t i;

	(void)schema;
	for (i = 0; i < json_array_size(rule); i++) {
		name = json_string_value(json_array_get(rule, i));
		if (!json_is_object(j->value) ||
		    json_object_get(j->value, name) != NULL)
			continue;
		buf_addf(&what, "has no %s", name);
		refuse(j, buf_str(&what));
		buf_free(&what);
		return (false);
	}
	return (true);
}

static bool
rule_properties(const struct judge *j, json_t *rule, json_t *schema)
{
	const char *key;
	json_t *part, *value;

	(void)schema;
	json_object_foreach(rule, key, part) {
		value = json_object_get(j->value, key);
		if (value != NULL && !allows_part(j, key, value, part))
			return (false);
	}
	return (true);
}

static bool
rule_names(const struct judge *j, json_t *rule, json_t *schema)
{
	const char *key;
	json_t *value, *name;
	bool ok;

	(void)schema;
	json_object_foreach(j->value, key, value) {
		name = json_string(key);
		ok = allows_part(j, key, name, rule);
		json_decref(name);
		if (!ok)
			return (false);
	}
	return (true);
}

static bool
rule_additional(const struct judge *j, json_t *rule, json_t *schema)
{
	json_t *value, *known = json_object_get(schema, "properties");
	const char *key;

	json_object_foreach(j->value, key, value) {
		if (json_object_get(known, key) == NULL &&
		    !allows_part(j, key, value, rule))
			return (false);
	}
	return (true);
}

static bool
rule_ref(const struct judge *j, json_t *rule, json_t *schema)
{
	static const char start[] = "#/$defs/";
	const char *name = json_string_value(rule);
	json_t *defs = json_object_get(j->root, "$defs"), *part;

	(void)schema;
	if (strncmp(name, start, sizeof(start) - 1) != 0)
		return (refuse(j, "the schema points elsewhere"));
	part = json_object_get(defs, name + sizeof(start) - 1);
	return (part != NULL ? allows(j, part) :
	    refuse(j, "the schema points nowhere"));
}

/* How many allow it. What the closest says against it stays in why. */
static size_t
count_allowing(const struct judge *j, json_t *list)
{
	struct buf closest = { 0 };
	size_t i, n = 0;

	for (i = 0; i < json_array_size(list); i++) {
		buf_reset(j->why);
		if (allows(j, json_array_get(list, i)))
			n++;
		else if (strstr(buf_str(j->why), "/type: ") == NULL)
			buf_addf(&closest, "%s%s", closest.len != 0 ?
			    ", or " : "", buf_str(j->why));
	}
	buf_reset(j->why);
	if (n == 0)
		buf_adds(j->why, closest.len != 0 ? buf_str(&closest) :
		    "/: nothing of that type");
	buf_free(&closest);
	return (n);
}

static bool
rule_one_of(const struct judge *j, json_t *rule, json_t *schema)
{
	size_t n = count_allowing(j, rule);

	(void)schema;
	return (n == 1 ||
	    (n > 1 && refuse(j, "is more than one of the choices")));
}

static bool
rule_any_of(const struct judge *j, json_t *rule, json_t *schema)
{
	(void)schema;
	return (count_allowing(j, rule) != 0);
}

static bool
rule_none(const struct judge *j, json_t *rule, json_t *schema)
{
	(void)j;
	(void)rule;
	(void)schema;
	return (true);
}

/* type first, and names last: the plainest complaint wins. */
static const struct {
	const char	*keyword;
	bool		 (*rule)(const struct judge *j, json_t *rule,
			     json_t *schema);
} rules[] = {
	{ "type", rule_type },
	{ "const", rule_const },
	{ "enum", rule_enum },
	{ "pattern", rule_pattern },
	{ "minimum", rule_minimum },
	{ "minItems", rule_min_items },
	{ "maxItems", rule_max_items },
	{ "items", rule_items },
	{ "properties", rule_properties },
	{ "required", rule_required },
	{ "propertyNames", rule_names },
	{ "additionalProperties", rule_additional },
	{ "$ref", rule_ref },
	{ "oneOf", rule_one_of },
	{ "anyOf", rule_any_of },
	{ "description", rule_none },
	{ "title", rule_none },
	{ "$schema", rule_none },
	{ "$defs", rule_none },
};

static bool
is_known(const char *keyword)
{
	size_t i;

	for (i = 0; i < COUNT(rules); i++) {
		if (strcmp(rules[i].keyword, keyword) == 0)
			return (true);
	}
	return (false);
}

static bool
allows(const struct judge *j, json_t *schema)
{
	const char *keyword;
	json_t *rule;
	size_t i;

	if (json_is_boolean(schema))
		return (json_is_true(schema) ||
		    refuse(j, "is not in the schema"));
	json_object_foreach(schema, keyword, rule) {
		if (!is_known(keyword))
			return (refuse(j, keyword));
	}
	for (i = 0; i < COUNT(rules); i++) {
		rule = json_object_get(schema, rules[i].keyword);
		if (rule != NULL && !rules[i].rule(j, rule, schema))
			return (false);
	}
	return (true);
}

json_t *
schema_read(const char *path, struct buf *error)
{
	json_error_t e;
	json_t *schema = json_load_file(path, JSON_REJECT_DUPLICATES, &e);

	if (schema == NULL)
		buf_addf(error, "%s:%d: %s", path, e.line, e.text);
	return (schema);
}

bool
schema_allows(json_t *schema, const char *line, struct buf *why)
{
	json_error_t error;
	struct judge j = { .root = schema, .path = "", .why = why };
	bool ok;

	buf_reset(why);
	j.value = json_loads(line, JSON_REJECT_DUPLICATES, &error);
	if (j.value == NULL) {
		buf_addf(why, "%s", error.text);
		return (false);
	}
	ok = allows(&j, schema);
	json_decref(j.value);
	return (ok);
}

static json_t *tree;

static void
forget_tree(void)
{
	json_decref(tree);
}

json_t *
schema_of_tree(void)
{
	struct buf error = { 0 };

	if (tree != NULL)
		return (tree);
	tree = schema_read(TESTS_DIR "/../data/dfuscope.schema.json", &error);
	if (tree == NULL)
		fail_msg("%s", buf_str(&error));
	atexit(forget_tree);
	return (tree);
}

void
schema_check_lines(const char *text)
{
	char *copy = mem_strdup(text), *line, *rest = NULL;
	struct buf why = { 0 };

	for (line = strtok_r(copy, "\n", &rest); line != NULL;
	    line = strtok_r(NULL, "\n", &rest)) {
		if (!schema_allows(schema_of_tree(), line, &why))
			fail_msg("%s: %s", buf_str(&why), line);
	}
	buf_free(&why);
	free(copy);
}
