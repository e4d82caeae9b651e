/* SPDX-License-Identifier: ISC */
/* What flash says where it cannot do all that it was asked for, and when. */
#include "config.h"

#include "tests/loop/trial.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "diagnosis/finding.h"
#include "diagnosis/sessions.h"
#include "wire/usb.h"

static const struct row {
	const char *target;
	const char *command; /* %s: the file */
	int code;
	const char *says;
	const char *not;  /* it does not say this, nor is it so found; NULL */
	const char *mark; /* is said before anything is written; NULL */
	size_t uploads;   /* at most */
	size_t asked;     /* GETSTATUS in dfuMANIFEST at most; 0: any */
} rows[] = {
	/* What cannot be read is said to be so before it is written. */
	{ "sim:libopencm3", "flash %s 0x08002000 verify leave", 76,
	    "not read back", "verified in", "not verifiable", 0, 0 },
	{ "sim:dfu11,can-upload=0", "flash %s verify", 76,
	    "bitCanUpload is clear", "; verified", "not verifiable", 0,
	    0 },
	{ "sim:dfu11", "flash %s verify", 0, "; verified", NULL, NULL, 99,
	    0 },
	/* It was read, and is refused: that is no read protection. */
	{ "sim:stm32f072,read-only=0", "flash %s 0x08000000", 76,
	    "the memory is readable, so it may be", "read-protected",
	    NULL, 99, 0 },
	{ "sim:stm32f072,flash=pattern,pages=half", "flash %s 0x08000000", 76,
	    "or not completely erased", "read-protected", NULL, 99, 0 },
	{ "sim:stm32f072,rdp=1", "flash %s 0x08000000", 76,
	    "read protection is possible", NULL, NULL, 99, 0 },
	/* Where the pages are is not known: what is left is named. */
	{ "sim:gd32", "flash %s 0x08004000", 76,
	    "By hand: erase ADDRESS for each sector",
	    NULL, NULL, 0, 0 },
	/* A bound is a bound, whatever the device. */
	{ "sim:dfu11,busy=reply,stuck=never", "flash %s leave max 3", 76,
	    "has not finished processing them", "not complete", NULL, 0, 3 },
	{ "sim:tinyusb,finish=never", "flash %s leave max 5", 76,
	    "has not finished processing them", "not complete", NULL, 0, 5 },
	{ "sim:tinyusb", "flash %s leave max 99", 0, "not read back", NULL,
	    NULL, 0, 99 },
	{ "sim:uboot,manifest=2000", "flash %s", 0, "not read back", NULL,
	    NULL, 0, 0 },
};

struct seen {
	size_t uploads;
	size_t manifest;
	bool marked;
	bool wrote;
};

static void
look(struct seen *n, const struct trial *t, const struct row *row)
{
	const struct trace *trace = loop_app(t->loop)->sessions->trace;
	const struct event *e;
	size_t i;

	for (i = trace_first(trace); i < trace_end(trace); i++) {
		e = trace_get(trace, i);
		if (e->kind == EVENT_NOTE && row->mark != NULL &&
		    memmem(e->data, e->kept, row->mark,
			strlen(row->mark)) != NULL)
			n->marked = !n->wrote;
		if (e->kind == EVENT_COMPLETE && e->kept == 6 &&
		    e->data[4] == 7)
			n->manifest++;
		if (e->kind != EVENT_SUBMIT ||
		    (e->setup.bmRequestType & USB_TYPE_MASK) !=
			USB_TYPE_CLASS)
			continue;
		n->uploads += e->setup.bRequest == DFU_UPLOAD;
		n->wrote |= e->setup.bRequest == DFU_DNLOAD;
	}
}

static void
check(const struct row *row, const struct trial *t)
{
	const struct findings *f =
	    loop_app(t->loop)->sessions->list[0]->findings;
	struct seen n = { 0 };
	size_t i;

	trial_expect(t, 0, row->code, row->says);
	if (row->not != NULL && strcmp(row->not, "read-protected") != 0 &&
	    strstr(buf_str(&t->texts[0]), row->not) != NULL)
		fail_msg("%s: says %s: %s", row->target, row->not,
		    buf_str(&t->texts[0]));
	for (i = 0; row->not != NULL && i < f->n; i++)
		if (strcmp(f->list[i].row->id, row->not) == 0)
			fail_msg("%s: found %s", row->target, row->not);
	look(&n, t, row);
	if ((row->mark != NULL) != n.marked)
		fail_msg("%s: not said before it writes", row->target);
	if (n.uploads > row->uploads ||
	    (row->asked != 0 && n.manifest > row->asked))
		fail_msg("%s: %zu UPLOAD, %zu times dfuMANIFEST", row->target,
		    n.uploads, n.manifest);
}

static void
every_row(void **state)
{
	uint8_t *bytes;
	char *file = trial_file(3000, 5, &bytes), *command;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		command = mem_printf(rows[i].command, file);
		struct trial t = { .target = rows[i].target,
			.commands = { command } };

		trial_run(&t);
		check(&rows[i], &t);
		trial_free(&t);
		free(command);
	}
	unlink(file);
	free(file);
	free(bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
