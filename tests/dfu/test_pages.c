/* SPDX-License-Identifier: ISC */
#include "tests/dfu/check.h"

#include <string.h>

#include "base/text.h"
#include "dfu/dfuse.h"
#include "dfu/pages.h"
#include "dfu/spec.h"
#include "wire/usb.h"

static void
check_page(enum dfu_page_kind kind, uint16_t number, const char *subject)
{
	const struct dfu_page *page = dfu_page_of(kind, number);

	assert_non_null(page);
	assert_string_equal(page->subject, subject);
	assert_ptr_equal(dfu_page_named(subject), page);
}

static void
everything_named_has_a_page(void **state)
{
	uint8_t i;

	(void)state;
	for (i = 0; i < DFU_STATE_COUNT; i++)
		check_page(DFU_PAGE_STATE, i, dfu_state_name(i));
	for (i = 0; i < DFU_STATUS_COUNT; i++)
		check_page(DFU_PAGE_STATUS, i, dfu_status_name(i));
	for (i = 0; i < DFU_REQUEST_COUNT; i++)
		check_page(DFU_PAGE_REQUEST, i, dfu_request_row(i)->name);
	for (i = 0; i < dfu_attributes_count; i++)
		check_page(DFU_PAGE_ATTRIBUTE, dfu_attributes[i].mask,
		    dfu_attributes[i].name);
	for (i = 0; i < dfuse_commands_count; i++)
		assert_non_null(dfu_page_named(dfuse_commands[i].name));
	check_page(DFU_PAGE_COMMAND, DFUSE_ERASE | DFU_PAGE_ALL,
	    "mass-erase");
}

static void
an_undefined_state_has_one_for_all(void **state)
{
	unsigned i;

	(void)state;
	for (i = DFU_STATE_COUNT; i < 256; i++)
		assert_string_equal(dfu_page_of(DFU_PAGE_STATE,
		    (uint16_t)i)->subject, "undefined-state");
	assert_null(dfu_page_of(DFU_PAGE_STATUS, 16));
	assert_null(dfu_page_named("no such thing"));
	assert_string_equal(dfu_page_named("manifest")->subject,
	    "dfuMANIFEST");
	assert_string_equal(dfu_page_named("vendor")->subject, "errVENDOR");
	assert_string_equal(dfu_page_named("15")->subject,
	    "undefined-state");
}

static void
clauses_are_those_of_the_tables(void **state)
{
	const struct dfu_page *page;
	uint8_t i;

	(void)state;
	for (i = 0; i < DFU_STATE_COUNT; i++) {
		page = dfu_page_of(DFU_PAGE_STATE, i);
		assert_non_null(strstr(page->clause,
		    dfu_state_row(i)->clause));
	}
	for (i = 0; i < DFU_REQUEST_COUNT; i++) {
		page = dfu_page_of(DFU_PAGE_REQUEST, i);
		assert_non_null(strstr(page->clause,
		    dfu_request_row(i)->clause + 2));
	}
}

static void
pages_are_complete_and_in_order(void **state)
{
	const struct dfu_page *page;
	size_t i, j;

	(void)state;
	for (i = 0; i < dfu_pages_count; i++) {
		page = &dfu_pages[i];
		assert_true(i == 0 || page->kind >= dfu_pages[i - 1].kind);
		assert_non_null(page->title);
		assert_non_null(page->clause);
		assert_non_null(page->source);
		assert_non_null(page->paragraphs[DFU_PAGE_MEANS]);
		assert_non_null(page->paragraphs[DFU_PAGE_TRY]);
		assert_non_null(dfu_page_kind_title(page->kind));
		for (j = 0; j < i; j++)
			assert_string_not_equal(page->subject,
			    dfu_pages[j].subject);
		for (j = 0; j < DFU_PAGE_PARAGRAPHS; j++)
			assert_non_null(dfu_page_paragraph_title(page,
			    (enum dfu_page_paragraph)j));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_named_has_a_page),
		cmocka_unit_test(an_undefined_state_has_one_for_all),
		cmocka_unit_test(clauses_are_those_of_the_tables),
		cmocka_unit_test(pages_are_complete_and_in_order)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
