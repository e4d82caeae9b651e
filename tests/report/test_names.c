/* SPDX-License-Identifier: ISC */
/*
 * Ids of verdicts, findings, recovery actions, states, requests, statuses and
 * commands are one namespace: an argument of explain --about, a word in JSON,
 * an operand of expect. None stands for two things.
 */
#include "config.h"

#include "tests/dfu/check.h"

#include <string.h>
#include <strings.h>

#include "diagnosis/recovery.h"
#include "diagnosis/verdict.h"
#include "dfu/pages.h"
#include "dfu/spec.h"
#include "report/about.h"

/* That action is the request of that name and nothing else. */
static bool
is_request(const char *action, const char *name)
{
	int i = recovery_named(action);
	size_t k;

	if (i < 0 || recovery_rows[i].command == NULL ||
	    strcasecmp(recovery_rows[i].command, name) != 0)
		return (false);
	for (k = 0; k < DFU_REQUEST_COUNT; k++) {
		if (strcmp(dfu_request_row((uint8_t)k)->name, name) == 0)
			return (true);
	}
	return (false);
}

static void
test_once(void **state)
{
	size_t i, k, n = about_names_count();
	const char *a, *b;

	(void)state;
	for (i = 0; i < n; i++) {
		for (k = i + 1; k < n; k++) {
			a = about_name(i);
			b = about_name(k);
			if (strcasecmp(a, b) == 0 && !is_request(b, a))
				fail_msg("%s and %s are two things", a, b);
		}
	}
}

/* Each is known, and told first; a state goes by shorter names, too. */
static void
test_told(void **state)
{
	struct buf text = { 0 }, error = { 0 };
	const char *name;
	size_t i;

	(void)state;
	for (i = 0; i < about_names_count(); i++) {
		name = about_name(i);
		buf_reset(&text);
		if (!about_text(&text, name, &error))
			fail_msg("%s", buf_str(&error));
		if (strncasecmp(buf_str(&text), name, strlen(name)) != 0 ||
		    buf_str(&text)[strlen(name)] != ':')
			fail_msg("%s: %s", name, buf_str(&text));
	}
	buf_free(&text);
	buf_free(&error);
}

static bool
is_known(const char *name)
{
	size_t i;

	for (i = 0; i < about_names_count(); i++) {
		if (strcmp(about_name(i), name) == 0)
			return (true);
	}
	return (false);
}

/* No table is left out: states and requests are those of the protocol. */
static void
test_whole(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < DFU_STATE_COUNT; i++) {
		if (!is_known(dfu_state_name((uint8_t)i)))
			fail_msg("%s", dfu_state_name((uint8_t)i));
	}
	for (i = 0; i < DFU_REQUEST_COUNT; i++) {
		if (!is_known(dfu_request_row((uint8_t)i)->name))
			fail_msg("%s", dfu_request_row((uint8_t)i)->name);
	}
	for (i = 0; i < RECOVERY_COUNT; i++) {
		if (!is_known(recovery_rows[i].id))
			fail_msg("%s", recovery_rows[i].id);
	}
	for (i = 0; verdict_row(i) != NULL; i++) {
		if (!is_known(verdict_row(i)->word))
			fail_msg("%s", verdict_row(i)->word);
	}
}

/* In JSON an id is lower case, with hyphens. */
static void
test_written(void **state)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	size_t i;

	(void)state;
	for (i = 0; i < about_names_count(); i++) {
		if (dfu_page_named(about_name(i)) != NULL)
			continue;
		if (strspn(about_name(i), letters) != strlen(about_name(i)))
			fail_msg("%s", about_name(i));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_once),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_written),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
