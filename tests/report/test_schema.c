/* SPDX-License-Identifier: ISC */
/*
 * The schema of --json: its words are those of the program's tables, nothing
 * but what it names is allowed, and a member that is named otherwise or is
 * missing is found. Lines are those of the differential list.
 */
#include "config.h"

#include "tests/dfu/check.h"
#include "tests/report/schema.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diagnosis/finding.h"
#include "diagnosis/fingerprint.h"
#include "diagnosis/recovery.h"
#include "dfu/meaning.h"
#include "dfu/spec.h"
#include "dfu/stack.h"
#include "session/severity.h"
#include "session/wait_stats.h"
#include "trace/event.h"
#include "trace/fact.h"
#include "wire/xfer.h"

/* The words of the tables, by number; NULL behind the last. */

static const char *
kind_word(unsigned i)
{
	return (event_kind_name((enum event_kind)i));
}

static const char *
basis_word(unsigned i)
{
	return (event_basis_name((enum event_basis)i));
}

static const char *
agent_word(unsigned i)
{
	return (event_agent_name((enum event_agent)i));
}

static const char *
outcome_word(unsigned i)
{
	return (outcome_name((enum outcome)i));
}

static const char *
fact_word(unsigned i)
{
	return (fact_name((enum fact)i));
}

static const char *
severity_word(unsigned i)
{
	return (severity_name((enum severity)i));
}

static const char *
state_word(unsigned i)
{
	return (i < DFU_STATE_COUNT ? dfu_state_name((uint8_t)i) : NULL);
}

static const char *
certainty_word(unsigned i)
{
	return (dfu_certainty_words((enum dfu_certainty)i));
}

static const char *
dialect_word(unsigned i)
{
	return (i <= DFU_DIALECT_PLAIN ?
	    dfu_dialect_name((enum dfu_dialect)i) : NULL);
}

static const char *
life_word(unsigned i)
{
	return (i <= FINDING_WITHDRAWN ?
	    finding_life_name((enum finding_life)i) : NULL);
}

static const char *
forecast_word(unsigned i)
{
	return (recovery_forecast_words((enum recovery_forecast)i));
}

static const char *
candidate_word(unsigned i)
{
	return (fingerprint_certainty_words(
	    (enum fingerprint_certainty)i));
}

static const char *
flag_word(unsigned i)
{
	return (i < wait_stats_flags_count ? wait_stats_flags[i].word : NULL);
}

/* Where the words of each are in the schema, behind $defs. */
static const struct {
	const char	*where;
	const char	*(*word)(unsigned i);
} words[] = {
	{ "event/properties/kind/enum", kind_word },
	{ "event/properties/basis/enum", basis_word },
	{ "event/properties/agent/enum", agent_word },
	{ "outcome/enum", outcome_word },
	{ "facts/required", fact_word },
	{ "severity/enum", severity_word },
	{ "state-name/enum", state_word },
	{ "certainty/enum", certainty_word },
	{ "dialect-value/enum", dialect_word },
	{ "finding/properties/life/enum", life_word },
	{ "way/properties/expected/enum", forecast_word },
	{ "candidate/properties/certainty/enum", candidate_word },
	{ "wait/properties/flags/items/enum", flag_word },
};

/* The part of the schema at names between slashes. */
static json_t *
part_at(const char *where)
{
	json_t *part = json_object_get(schema_of_tree(), "$defs");
	char *copy = mem_strdup(where), *name, *rest = NULL;

	for (name = strtok_r(copy, "/", &rest); name != NULL;
	    name = strtok_r(NULL, "/", &rest))
		part = json_object_get(part, name);
	free(copy);
	return (part);
}

static void
test_words(void **state)
{
	const char *word;
	unsigned n;
	json_t *list;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(words); i++) {
		list = part_at(words[i].where);
		for (n = 0; (word = words[i].word(n)) != NULL; n++) {
			if (json_array_size(list) <= n ||
			    strcmp(json_string_value(json_array_get(list, n)),
			    word) != 0)
				fail_msg("%s: no %s at %u", words[i].where,
				    word, n);
		}
		if (json_array_size(list) != n)
			fail_msg("%s: has more than the table",
			    words[i].where);
	}
}

/* An object that takes any member would let a new one pass in silence. */
static void
check_closed(const char *name, json_t *part)
{
	json_t *value, *type = json_object_get(part, "type");
	const char *key;
	size_t i;

	if (json_object_get(part, "properties") != NULL &&
	    !json_is_false(json_object_get(part, "additionalProperties")))
		fail_msg("%s takes any member", name);
	if (json_is_string(type) && strcmp(json_string_value(type),
	    "object") == 0 &&
	    json_object_get(part, "additionalProperties") == NULL)
		fail_msg("%s takes any member", name);
	if (json_is_object(part)) {
		json_object_foreach(part, key, value)
			check_closed(key, value);
	}
	for (i = 0; i < json_array_size(part); i++)
		check_closed(name, json_array_get(part, i));
}

static void
test_closed(void **state)
{
	(void)state;
	check_closed("the schema", json_object_get(schema_of_tree(), "$defs"));
}

/* The longest line of each type there is. */
struct sample {
	const char	*type;
	char		*line;
};

static struct sample samples[] = {
	{ .type = "event" }, { .type = "device" }, { .type = "session" },
	{ .type = "finding" }, { .type = "what-if" }, { .type = "way" },
	{ .type = "dialect" }, { .type = "progress" }, { .type = "result" },
	{ .type = "soak" }, { .type = "journal" }, { .type = "path" },
	{ .type = "time" }, { .type = "image" }, { .type = "fit" },
};

static void
keep_longest(const char *line)
{
	json_t *o = json_loads(line, 0, NULL);
	const char *type = json_string_value(json_object_get(o, "type"));
	size_t i;

	for (i = 0; type != NULL && i < COUNT(samples); i++) {
		if (strcmp(samples[i].type, type) != 0 ||
		    (samples[i].line != NULL &&
		    strlen(samples[i].line) >= strlen(line)))
			continue;
		free(samples[i].line);
		samples[i].line = mem_strdup(line);
	}
	json_decref(o);
}

static void
read_samples(const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;

	assert_non_null(f);
	while (getline(&line, &size, f) > 0) {
		if (strncmp(line, "  {\"v\":", 7) == 0)
			keep_longest(line + 2);
	}
	free(line);
	fclose(f);
}

static int
setup(void **state)
{
	glob_t found;
	size_t i;

	(void)state;
	if (glob(TESTS_DIR "/differential/expected/*.json", 0, NULL,
	    &found) != 0)
		return (-1);
	for (i = 0; i < found.gl_pathc; i++)
		read_samples(found.gl_pathv[i]);
	globfree(&found);
	return (0);
}

static int
teardown(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(samples); i++)
		free(samples[i].line);
	return (0);
}

/* The line as it is now must be refused; what names the change. */
static void
expect_refused(const json_t *line, const char *what)
{
	char *text = json_dumps(line, 0);
	struct buf why = { 0 };

	assert_non_null(text);
	if (schema_allows(schema_of_tree(), text, &why))
		fail_msg("%s is allowed: %s", what, text);
	buf_free(&why);
	free(text);
}

static void
rename_member(json_t *line, json_t *o, const char *key)
{
	char *other = mem_printf("%sx", key), *was = mem_strdup(key);
	json_t *value = json_incref(json_object_get(o, was));

	json_object_set(o, other, value);
	expect_refused(line, other);
	json_object_del(o, was);
	expect_refused(line, was);
	json_object_del(o, other);
	json_object_set_new(o, was, value);
	free(was);
	free(other);
}

/* With each member of each of its objects. */
static void
rename_all(json_t *line, json_t *part)
{
	const char **keys;
	const char *key;
	json_t *value;
	size_t i, n = 0;

	for (i = 0; i < json_array_size(part); i++)
		rename_all(line, json_array_get(part, i));
	keys = mem_array(NULL, json_object_size(part) + 1, sizeof(*keys));
	json_object_foreach(part, key, value)
		keys[n++] = mem_strdup(key);
	for (i = 0; i < n; i++) {
		rename_member(line, part, keys[i]);
		rename_all(line, json_object_get(part, keys[i]));
		free((char *)keys[i]);
	}
	free(keys);
}

static void
test_renamed(void **state)
{
	struct buf why = { 0 };
	json_t *line;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(samples); i++) {
		if (samples[i].line == NULL)
			fail_msg("no line of type %s", samples[i].type);
		if (!schema_allows(schema_of_tree(), samples[i].line, &why))
			fail_msg("%s", buf_str(&why));
		line = json_loads(samples[i].line, 0, NULL);
		rename_all(line, line);
		json_decref(line);
	}
	buf_free(&why);
}

/* Each rule refuses what it is there for. */
static void
test_rules(void **state)
{
	static const struct {
		const char	*schema;
		const char	*good;
		const char	*bad;
	} rows[] = {
		{ "{\"type\":\"integer\"}", "[1]", "[1.5]" },
		{ "{\"type\":[\"string\",\"null\"]}", "[null]", "[true]" },
		{ "{\"const\":2}", "[2]", "[1]" },
		{ "{\"enum\":[\"a\",\"b\"]}", "[\"b\"]", "[\"c\"]" },
		{ "{\"pattern\":\"^a+$\"}", "[\"aa\"]", "[\"ab\"]" },
		{ "{\"minimum\":0}", "[0]", "[-1]" },
		{ "{\"minItems\":1}", "[[1]]", "[[]]" },
		{ "{\"maxItems\":1}", "[[1]]", "[[1,2]]" },
		{ "{\"items\":{\"const\":1}}", "[[1,1]]", "[[1,2]]" },
		{ "{\"required\":[\"a\"]}", "[{\"a\":1}]", "[{\"b\":1}]" },
		{ "{\"propertyNames\":{\"const\":\"a\"}}", "[{\"a\":1}]",
		    "[{\"b\":1}]" },
		{ "{\"properties\":{\"a\":{\"const\":1}}}", "[{\"a\":1}]",
		    "[{\"a\":2}]" },
		{ "{\"additionalProperties\":false}", "[{}]",
		    "[{\"a\":2}]" },
		{ "{\"oneOf\":[{\"const\":1},{\"minimum\":1}]}", "[2]",
		    "[1]" },
		{ "{\"anyOf\":[{\"const\":1},{\"const\":2}]}", "[2]",
		    "[3]" },
		/* Not known here: never good. */
		{ "{\"format\":\"date\"}", NULL, "[1]" },
		{ "{\"$ref\":\"#/$defs/none\"}", NULL, "[1]" },
	};
	struct buf why = { 0 };
	json_t *schema;
	char *text;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		text = mem_printf("{\"items\":%s,\"$defs\":{}}",
		    rows[i].schema);
		schema = json_loads(text, 0, NULL);
		assert_non_null(schema);
		if (rows[i].good != NULL &&
		    !schema_allows(schema, rows[i].good, &why))
			fail_msg("%s: %s", rows[i].good, buf_str(&why));
		if (schema_allows(schema, rows[i].bad, &why))
			fail_msg("%s allows %s", rows[i].schema, rows[i].bad);
		json_decref(schema);
		free(text);
	}
	buf_free(&why);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_closed),
		cmocka_unit_test(test_renamed),
		cmocka_unit_test(test_rules),
	};

	return (cmocka_run_group_tests(tests, setup, teardown));
}
