/* SPDX-License-Identifier: ISC */
/*
 * What healthy and faulty simulated devices are found to be: flash, upload
 * and leave of every profile raise nothing above a note; faults raise what
 * they are.
 */
#include "config.h"

#include "tests/loop/rig.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "diagnosis/finding.h"
#include "diagnosis/finding_text.h"
#include "report/text.h"

#define IDLE	"until state dfuDNLOAD-IDLE getstatus; "
#define ROM_FLASH \
	"getstatus; erase 0x08000000; " IDLE "set-address 0x08000000; " IDLE \
	"dnload 2 @" IMAGE "; " IDLE "leave 0x08000000"
#define ROM_UPLOAD \
	"getstatus; set-address 0x08000000; " IDLE "abort; upload 2 1024; " \
	"upload 3 1024; abort; getstatus"
#define FLASH \
	"getstatus; dnload 0 @" IMAGE "; " IDLE "dnload 1 @" IMAGE "; " IDLE \
	"leave"
#define RESET	"; until state dfuMANIFEST-WAIT-RESET getstatus; reset"
#define UPLOAD	"getstatus; upload 0 1024; upload 1 1024; abort; getstatus"
#define IMAGE	"test_sims.bin"

struct sim_case {
	const char	*target;
	const char	*script;
	const char	*finds;		/* id; NULL: nothing above a note */
};

static const struct sim_case cases[] = {
	{ "sim:stm32f072", ROM_FLASH, NULL },
	{ "sim:stm32f072,stuck=7", ROM_FLASH, NULL },
	{ "sim:stm32f072", ROM_UPLOAD, NULL },
	{ "sim:stm32f072,start=error", "getstatus; clrstatus; getstatus",
	    NULL },
	{ "sim:st", "getstatus; erase 0x08004000; " IDLE
	    "set-address 0x08004000; " IDLE "dnload 2 @" IMAGE "; " IDLE
	    "leave 0x08004000", NULL },
	{ "sim:st", ROM_UPLOAD, NULL },
	/* A leave that takes tens of polls and what a hand plugs in. */
	{ "sim:stm32f072,stuck=40", "leave 0x08000000", NULL },
	{ "sim:dfu11,size=1024", FLASH, NULL },
	{ "sim:dfu11,size=1024,tolerant=0", FLASH, NULL },
	{ "sim:dfu11,size=1024,tolerant=0,will-detach=1", FLASH, NULL },
	{ "sim:dfu11,size=1024", UPLOAD, NULL },
	{ "sim:dfu11,mode=app", "detach 1000; reset; wait 1000", NULL },
	{ "sim:dfu11,mode=app,will-detach=1", "detach 1000; wait 3000",
	    NULL },
	{ "sim:tinyusb", FLASH, NULL },
	{ "sim:tinyusb,tolerant=0", FLASH, NULL },
	{ "sim:tinyusb", UPLOAD, NULL },
	{ "sim:uboot", FLASH, NULL },
	{ "sim:uboot", "getstatus; upload 0 4096; upload 1 4096; abort; "
	    "getstatus", NULL },
	{ "sim:dapboot", FLASH, NULL },
	{ "sim:dapboot", UPLOAD, NULL },

	{ "sim:stm32f072,stuck=never",
	    "getstatus; leave 0x08000000", "manifest-endless" },
	{ "sim:stm32f072,stuck=never",
	    "getstatus; set-address 0x08000000; " IDLE "dnload 2; "
	    "getstatus; wait 5000; getstatus", "manifest-unasked" },
	{ "sim:stm32f072,start=manifest,stuck=never",
	    "getstatus; abort",
	    "request-in-manifest" },
	{ "sim:stm32f072,stall=getstatus@3",
	    "getstatus; erase 0x08000000; getstatus; wait; getstatus",
	    "busy-stall" },
	{ "sim:stm32f072,silent=getstatus@2",
	    "getstatus; erase 0x08000000; getstatus", "erase-silent" },
	{ "sim:stm32f072,rdp=1", "getstatus; erase 0x08000000; "
	    "getstatus; wait; getstatus", "read-protected" },
	{ "sim:stm32f072", "getstatus; erase 0x20000000; getstatus",
	    "address-outside-map" },
	{ "sim:stm32f072,gone=getstatus@4", ROM_FLASH, "vanished" },
	{ "sim:stm32f072,buserror=getstatus@2",
	    "getstatus; getstatus; getstatus", "bus-error" },
	{ "sim:st", "getstatus; clrstatus; getstatus",
	    "clrstatus-made-error" },
	{ "sim:dfu11,size=64", "getstatus; dnload 0 @" IMAGE "; getstatus",
	    "block-too-long" },
	{ "sim:dfu11,firmware=corrupt", "getstatus", "corrupt-at-start" },
	{ "sim:dfu11,want=4096,size=1024", FLASH, "end-refused" },
	{ "sim:dfu11,size=1024", "getstatus; dnload 0; getstatus",
	    "end-in-idle" },
	{ "sim:dfu11,size=1024,tolerant=0,manifest=3000",
	    "getstatus; dnload 0 @" IMAGE "; " IDLE
	    "dnload 1; getstatus; reset", "reset-in-manifest" },
	{ "sim:dfu11,mode=app", "detach 100; wait 3000; getstatus",
	    "detach-without-reset" },
	{ "sim:tinyusb,finish=never", FLASH, "manifest-endless" },
	{ "sim:uboot,write=9000", "getstatus; dnload 0 @" IMAGE
	    "; getstatus", "block-silent" },
};

/* The findings of severity at least warning, or the one that is wanted. */
static bool
finds(const struct rig *r, const char *id)
{
	const char *p = buf_str(&r->out), *end;
	char line[256], want[96];

	snprintf(want, sizeof(want), "\"id\":\"%s\"", id != NULL ? id : "");
	for (; (p = strstr(p, "\"type\":\"finding\"")) != NULL; p = end) {
		end = strchr(p, '\n');
		snprintf(line, sizeof(line), "%.*s", (int)(end - p), p);
		if (id != NULL ? strstr(line, want) != NULL :
		    strstr(line, "\"severity\":\"note\"") == NULL) {
			if (id == NULL)
				print_error("%s\n", line);
			return (true);
		}
	}
	return (false);
}

static void
write_image(void)
{
	uint8_t image[1024] = { 0x00, 0x40, 0x00, 0x20, 0x01, 0x02, 0x00,
	    0x08 };
	FILE *f = fopen(IMAGE, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(image, 1, sizeof(image), f), sizeof(image));
	assert_int_equal(fclose(f), 0);
}

static void
test_cases(void **state)
{
	size_t i, wrong = 0;

	(void)state;
	write_image();
	for (i = 0; i < COUNT(cases); i++) {
		struct rig r = { .targets = cases[i].target,
		    .script = cases[i].script, .flags = RIG_JSON | RIG_YES };

		rig_batch(&r);
		if (finds(&r, cases[i].finds) != (cases[i].finds != NULL)) {
			print_error("%s: %s: %s\n", cases[i].target,
			    cases[i].script, cases[i].finds != NULL ?
			    cases[i].finds : "not quiet");
			wrong++;
		}
		rig_free(&r);
	}
	unlink(IMAGE);
	assert_int_equal(wrong, 0);
}

/* Each row and each text can be asked for, and every line is narrow. */
static void
test_about(void **state)
{
	struct buf b = { 0 };
	const char *p, *end;
	size_t i;

	(void)state;
	text_finding_rows(&b);
	assert_int_equal(rig_count(buf_str(&b), "\n"), finding_rows_count() +
	    finding_texts_count);
	for (i = 0; i < finding_rows_count(); i++)
		assert_true(text_finding_about(&b, finding_row(i)->id));
	for (i = 0; i < finding_texts_count; i++)
		assert_true(text_finding_about(&b, finding_texts[i].id));
	for (p = buf_str(&b); (end = strchr(p, '\n')) != NULL; p = end + 1) {
		if (end - p > 96 || (end > p && end[-1] == ' '))
			fail_msg("too wide: %.*s", (int)(end - p), p);
	}
	assert_false(text_finding_about(&b, "no-such-thing"));
	buf_free(&b);
}

/* As text a run ends with the same findings. */
static void
test_text(void **state)
{
	struct rig r = { .targets = "sim:dfu11,firmware=corrupt",
	    .script = "getstatus" };

	(void)state;
	rig_batch(&r);
	assert_true(rig_said(&r, "[corrupt-at-start]"));
	assert_true(rig_said(&r, "    Try: clrstatus: clears the error"));
	rig_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_about),
		cmocka_unit_test(test_text),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
