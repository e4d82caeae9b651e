/* SPDX-License-Identifier: ISC */
/* Which lines --json prints, and when; the schema judges each of them. */
#include "config.h"

#include "tests/loop/rig.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/json.h"
#include "tests/report/schema.h"

static const char *const types[] = { "event", "device", "session", "result",
	"what-if", "finding", "way", "dialect", "progress" };

/* Returns the index of its type; the schema knows what it may have. */
static size_t
check_line(const char *line)
{
	json_t *o = json_loads(line, 0, NULL);
	const char *type = json_string_value(json_object_get(o, "type"));
	size_t i;

	schema_check_lines(line);
	assert_non_null(type);
	for (i = 0; i < COUNT(types); i++) {
		if (strcmp(types[i], type) == 0)
			break;
	}
	if (i == COUNT(types))
		fail_msg("unknown type: %s", line);
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
	assert_true(rig_said(&r, "clrstatus        works: -> dfuIDLE; "));
	assert_true(rig_said(&r, "not recommended:"));
	assert_true(rig_said(&r, "result   #2-#3: dfuERROR -> dfuIDLE"));
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
	    "\"severity\":\"warning\",\"by\":3,\"remedy\":\"leave\","
	    "\"advice\":{\"kind\":\"job\",\"command\":\"leave\","
	    "\"key\":\"L\",\"why\":\"keeps polling\","
	    "\"certainty\":\"reported\",\"dont\":\"send ABORT "
	    "(dfu-util does): the device does not become idle "
	    "(reported)\"},\"since\":0.0009,"
	    "\"text\":\"The device accepted the leave (#2) "
	    "but still reports dfuMANIFEST (#3)."));
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
