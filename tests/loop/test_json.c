/* Every line of --json is one object with the fields of the schema. */
#include "config.h"

#include "tests/loop/rig.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/json.h"

/* The fields of a type and what each must be. */
struct field {
	const char	*name;
	json_type	 type;
	bool		 always;
};

static const struct field event_fields[] = {
	{ "time", JSON_REAL, true }, { "kind", JSON_STRING, true },
	{ "words", JSON_STRING, true }, { "dev", JSON_INTEGER, false },
	{ "place", JSON_STRING, false }, { "number", JSON_INTEGER, false },
	{ "request", JSON_STRING, false }, { "setup", JSON_OBJECT, false },
	{ "outcome", JSON_STRING, false }, { "length", JSON_INTEGER, false },
	{ "data", JSON_STRING, false }, { "text", JSON_STRING, false },
	{ "bStatus", JSON_OBJECT, false }, { "bState", JSON_OBJECT, false },
	{ "bwPollTimeout", JSON_REAL, false },
	{ "iString", JSON_INTEGER, false }, { "agrees", JSON_OBJECT, false },
}, what_if_fields[] = {
	{ "place", JSON_STRING, true }, { "request", JSON_STRING, true },
	{ "state", JSON_STRING, false }, { "stack", JSON_OBJECT, false },
	{ "specification", JSON_OBJECT, false },
	{ "differs", JSON_TRUE, false }, { "undo", JSON_STRING, false },
	{ "lost", JSON_STRING, false }, { "source", JSON_STRING, false },
}, device_fields[] = {
	{ "place", JSON_STRING, true }, { "transport", JSON_STRING, true },
	{ "id", JSON_STRING, true }, { "bcdDevice", JSON_INTEGER, true },
	{ "bus", JSON_INTEGER, true }, { "devnum", JSON_INTEGER, true },
	{ "dfuse", JSON_TRUE, true }, { "present", JSON_TRUE, true },
	{ "suspended", JSON_TRUE, true }, { "functions", JSON_ARRAY, true },
	{ "manufacturer", JSON_STRING, false },
	{ "product", JSON_STRING, false }, { "serial", JSON_STRING, false },
	{ "holder", JSON_STRING, false },
}, session_fields[] = {
	{ "place", JSON_STRING, true }, { "present", JSON_TRUE, true },
	{ "sent", JSON_INTEGER, true }, { "arrivals", JSON_INTEGER, true },
	{ "reported", JSON_OBJECT, true }, { "believed", JSON_OBJECT, true },
	{ "visits", JSON_OBJECT, true }, { "waits", JSON_OBJECT, true },
	{ "verdict", JSON_OBJECT, true }, { "stack", JSON_OBJECT, true },
	{ "stacks", JSON_ARRAY, true }, { "dialect", JSON_OBJECT, true },
}, dialect_fields[] = {
	{ "place", JSON_STRING, true }, { "value", JSON_STRING, true },
	{ "why", JSON_STRING, true }, { "by", JSON_INTEGER, false },
}, finding_fields[] = {
	{ "place", JSON_STRING, true }, { "id", JSON_STRING, true },
	{ "life", JSON_STRING, true },
	{ "severity", JSON_STRING, true }, { "class", JSON_STRING, true },
	{ "side", JSON_STRING, true }, { "title", JSON_STRING, true },
	{ "evidence", JSON_STRING, true }, { "time", JSON_REAL, true },
	{ "requests", JSON_ARRAY, true }, { "proofs", JSON_ARRAY, true },
	{ "count", JSON_INTEGER, true },
	{ "mechanism", JSON_STRING, true }, { "apart", JSON_STRING, false },
	{ "remedy", JSON_STRING, false }, { "advice", JSON_STRING, false },
	{ "firmware", JSON_STRING, false }, { "source", JSON_STRING, true },
}, way_fields[] = {
	{ "place", JSON_STRING, true }, { "id", JSON_STRING, true },
	{ "expected", JSON_STRING, true }, { "words", JSON_STRING, true },
	{ "source", JSON_STRING, true }, { "certainty", JSON_STRING, true },
	{ "does", JSON_STRING, true }, { "may_lose", JSON_STRING, true },
	{ "command", JSON_STRING, false }, { "tried", JSON_STRING, false },
}, result_fields[] = {
	{ "place", JSON_STRING, false }, { "code", JSON_INTEGER, true },
	{ "severity", JSON_STRING, true }, { "text", JSON_STRING, true },
}, progress_fields[] = {
	{ "time", JSON_REAL, true }, { "place", JSON_STRING, true },
	{ "what", JSON_STRING, true }, { "bytes", JSON_INTEGER, true },
	{ "total", JSON_INTEGER, true }, { "address", JSON_INTEGER, true },
	{ "rate", JSON_REAL, true },
};

static const struct {
	const char		*type;
	const struct field	*fields;
	size_t			 n;
} types[] = {
	{ "event", event_fields, COUNT(event_fields) },
	{ "device", device_fields, COUNT(device_fields) },
	{ "session", session_fields, COUNT(session_fields) },
	{ "result", result_fields, COUNT(result_fields) },
	{ "what-if", what_if_fields, COUNT(what_if_fields) },
	{ "finding", finding_fields, COUNT(finding_fields) },
	{ "way", way_fields, COUNT(way_fields) },
	{ "dialect", dialect_fields, COUNT(dialect_fields) },
	{ "progress", progress_fields, COUNT(progress_fields) },
};

/* true and false are one, and those and an object may be null. */
static bool
fits(const json_t *value, json_type type)
{
	if (json_is_boolean(value))
		return (type == JSON_TRUE);
	return (json_typeof(value) == type ||
	    ((type == JSON_OBJECT || type == JSON_TRUE) &&
	    json_is_null(value)));
}

static const struct field *
field_of(size_t type, const char *name)
{
	size_t i;

	for (i = 0; i < types[type].n; i++) {
		if (strcmp(types[type].fields[i].name, name) == 0)
			return (&types[type].fields[i]);
	}
	return (NULL);
}

static void
check_fields(size_t type, json_t *o, const char *line)
{
	const struct field *f;
	const char *key;
	json_t *value;
	size_t i;

	for (i = 0; i < types[type].n; i++) {
		f = &types[type].fields[i];
		if (f->always && json_object_get(o, f->name) == NULL)
			fail_msg("no %s: %s", f->name, line);
	}
	json_object_foreach(o, key, value) {
		if (strcmp(key, "v") == 0 || strcmp(key, "type") == 0)
			continue;
		f = field_of(type, key);
		if (f == NULL || !fits(value, f->type))
			fail_msg("%s: %s", key, line);
	}
}

/* What a session says of the watch, one level deeper. */
static void
check_watch(const json_t *o, const char *line)
{
	const json_t *v = json_object_get(o, "verdict"), *wait;
	const char *state;

	if (!json_is_string(json_object_get(v, "word")) ||
	    !json_is_string(json_object_get(v, "text")) ||
	    !json_is_real(json_object_get(v, "since")) ||
	    json_object_get(v, "by") == NULL ||
	    json_object_get(v, "remedy") == NULL)
		fail_msg("verdict: %s", line);
	json_object_foreach(json_object_get(o, "waits"), state, wait) {
		if (!json_is_integer(json_object_get(json_object_get(wait,
		    "announced"), "count")) ||
		    json_object_get(wait, "waited") == NULL ||
		    json_object_get(wait, "took") == NULL ||
		    !json_is_array(json_object_get(wait, "flags")))
			fail_msg("waits of %s: %s", state, line);
	}
}

/* Returns the index of its type. */
static size_t
check_line(const char *line)
{
	json_error_t error;
	json_t *o = json_loads(line, JSON_REJECT_DUPLICATES, &error);
	const char *type;
	size_t i;

	if (o == NULL)
		fail_msg("%s: %s", error.text, line);
	assert_int_equal(json_integer_value(json_object_get(o, "v")), 1);
	type = json_string_value(json_object_get(o, "type"));
	assert_non_null(type);
	for (i = 0; i < COUNT(types); i++) {
		if (strcmp(types[i].type, type) == 0)
			break;
	}
	if (i == COUNT(types))
		fail_msg("unknown type: %s", line);
	check_fields(i, o, line);
	if (types[i].fields == session_fields)
		check_watch(o, line);
	json_decref(o);
	return (i);
}

/* How many lines of each type, in the order of types. */
static void
check_run(const char *targets, const char *script, unsigned flags, int code,
    size_t counts[COUNT(types)])
{
	struct rig r = { .targets = targets, .script = script,
	    .flags = flags | RIG_JSON };
	char *line, *rest = NULL;

	rig_batch(&r);
	assert_int_equal(r.code, code);
	memset(counts, 0, sizeof(counts[0]) * COUNT(types));
	buf_addc(&r.out, '\0');
	for (line = strtok_r((char *)r.out.data, "\n", &rest); line != NULL;
	    line = strtok_r(NULL, "\n", &rest))
		counts[check_line(line)]++;
	rig_free(&r);
}

static void
test_runs(void **state)
{
	static const struct {
		const char *targets;
		const char *script;
		int code;
		size_t results, sessions;
	} rows[] = {
		{ "sim:stm32f072,stuck=3", "leave 0x08000000", 0, 1, 1 },
		{ "sim:stm32f072", "getstate; expect gone", 76, 1, 1 },
		{ "sim:stm32f072,silent=getstate@1", "getstate", 0, 1, 1 },
		{ "sim:stm32f072,start=error", "getstatus; reset", 0, 1, 1 },
		{ "sim:stm32f072", "mark \"\xff\xc3(\x1b\"", 0, 0, 1 },
		{ "sim:stm32f072", "mass-erase", 64, 1, 1 },
		{ "sim:stm32f072", "until gone max 1 mark \"\xff\x01\"", 76,
		    1, 1 },
		{ "sim:stm32f072", "dnload 2 @\xff\x01", 66, 1, 1 },
		{ "sim:stm32f072 sim:dfu11", "getstatus", 0, 2, 2 },
		{ "sim:dfu11,mode=app,will-detach=1",
		    "detach; expect gone; expect back", 0, 1, 1 },
		{ "", "getstate", 69, 1, 0 },
	};
	size_t counts[COUNT(types)], i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		check_run(rows[i].targets, rows[i].script,
		    RIG_ALL, rows[i].code, counts);
		assert_int_equal(counts[1], 0);
		if (counts[2] != rows[i].sessions)
			fail_msg("%s: %zu sessions", rows[i].script,
			    counts[2]);
		if (counts[3] != rows[i].results)
			fail_msg("%s: %zu results", rows[i].script, counts[3]);
	}
}

/* Each tenth of what a long job does, once. */
static void
test_progress(void **state)
{
	size_t counts[COUNT(types)];

	(void)state;
	check_run("sim:stm32f072,flash=pattern", "erase-range 0x08000000 "
	    "65536", RIG_ALL | RIG_YES, 0, counts);
	assert_int_equal(counts[COUNT(types) - 1], 10);
	assert_int_equal(counts[3], 1);
}

static void
test_what_if(void **state)
{
	size_t counts[COUNT(types)];

	(void)state;
	check_run("sim:stm32f072", "what-if; getstatus; what-if abort; "
	    "what-if dnload 0; what-if mass-erase", 0, 0, counts);
	/* In an unknown state too each row is there. */
	assert_int_equal(counts[4], 16 + 3);
	check_run("sim:dfu11", "what-if", 0, 0, counts);
	assert_int_equal(counts[4], 11);
}

/* Each action, and what it did; the same in words. */
static void
test_ways(void **state)
{
	struct rig r = { .targets = "sim:stm32f072,start=error",
	    .script = "getstatus; ways; recover; ways" };
	size_t counts[COUNT(types)];

	(void)state;
	check_run(r.targets, r.script, 0, 0, counts);
	assert_int_equal(counts[6], 9 + 9);
	rig_batch(&r);
	assert_true(rig_said(&r, "clrstatus        gets it out: -> dfuIDLE; "));
	assert_true(rig_said(&r, "not here:"));
	assert_true(rig_said(&r, "it did   #2-#3: dfuERROR -> dfuIDLE"));
	rig_free(&r);
}

static void
test_lists(void **state)
{
	size_t counts[COUNT(types)];

	(void)state;
	check_run("sim:stm32f072 sim:dfu11,mode=app", NULL, RIG_LIST, 0,
	    counts);
	assert_int_equal(counts[1], 2);
	assert_int_equal(counts[0] + counts[2] + counts[3], 0);
	check_run("sim:stm32f072", "names", RIG_LIST, 0, counts);
	assert_int_equal(counts[1], 1);
	check_run("", NULL, RIG_LIST, 0, counts);
	assert_int_equal(counts[1], 0);
}

/* What a device says in its strings is escaped before it is encoded. */
static void
test_hostile_strings(void **state)
{
	struct identity *who = identity_new();
	struct event e = { .kind = EVENT_ARRIVED, .dev = 1, .who = who };
	struct app d = { .sessions = sessions_new(trace_new(), 0) };
	struct buf b = { 0 };

	(void)state;
	who->transport = mem_strdup("usb");
	who->place = mem_strdup("1-\x1b[2J");
	who->product_name = mem_strdup("\xff\xfe\"\\\n\xe2\x80\xae");
	who->manufacturer = mem_strdup("\xed\xa0\x80");
	who->serial = mem_strdup("");
	who->holder = mem_strdup("\x7f\xc2\x9b");
	sessions_apply(d.sessions, &e);
	json_event(&b, &d, &e);
	assert_int_equal(check_line(buf_str(&b)), 0);
	assert_null(strchr(buf_str(&b), '\x1b'));
	buf_reset(&b);
	json_device(&b, d.sessions->list[0], false);
	assert_int_equal(check_line(buf_str(&b)), 1);
	buf_reset(&b);
	json_session(&b, d.sessions->list[0], NULL, 0);
	assert_int_equal(check_line(buf_str(&b)), 2);
	buf_free(&b);
	identity_free(who);
	sessions_free(d.sessions);
}

/* The same words as the screen and the text have. */
static void
test_verdict(void **state)
{
	struct rig r = { .targets = "sim:stm32f072,stuck=9",
	    .script = "getstatus; dnload 2; getstatus; wait 500",
	    .flags = RIG_JSON };

	(void)state;
	rig_batch(&r);
	assert_true(rig_said(&r, "\"verdict\":{\"word\":\"overdue\","
	    "\"severity\":\"warning\",\"since\":0.0003,\"by\":3,"
	    "\"remedy\":\"leave\",\"text\":\"the leave (#2) was accepted "
	    "and is not finished."));
	assert_true(rig_said(&r, "\"stack\":{\"id\":\"st-rom\",\"name\":"
	    "\"ST ROM\""));
	assert_true(rig_said(&r, "\"waits\":{\"dfuMANIFEST\":{"
	    "\"announced\":{\"count\":1,\"min\":0.0,\"max\":0.0},"
	    "\"waited\":null,\"took\":null,\"flags\":[]}}"));
	rig_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_what_if),
		cmocka_unit_test(test_ways),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_verdict),
		cmocka_unit_test(test_hostile_strings),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
