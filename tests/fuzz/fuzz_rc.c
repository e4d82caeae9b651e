/* SPDX-License-Identifier: ISC */
/*
 * Any text as the operator's file: what is in force, printed, reads back as
 * the same, without an error.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ui/prompt/rc.h"

int	LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static unsigned
lines(const char *s)
{
	unsigned n = 1;

	for (; *s != '\0'; s++)
		n += *s == '\n';
	return (n);
}

static void
print_parsed(const char *text, struct buf *errors, struct buf *printed)
{
	struct rc rc;

	rc_init(&rc);
	rc_parse(&rc, text, "rc", errors);
	must(rc.journals >= 1 && rc.journals <= RC_JOURNALS_MAX);
	rc_print(&rc, printed);
	rc_free(&rc);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf text = { 0 }, errors = { 0 }, first = { 0 },
	    second = { 0 }, third = { 0 };

	buf_add(&text, p, n);
	print_parsed(buf_str(&text), &errors, &first);
	/* At most one error a line. */
	must(lines(buf_str(&errors)) - 1 <= lines(buf_str(&text)));
	/* It takes longest by far: not for each input. */
	if (n % 4 == 0) {
		buf_reset(&errors);
		print_parsed(buf_str(&first), &errors, &second);
		/* Now keys of the tables are the operator's own: in order. */
		print_parsed(buf_str(&second), &errors, &third);
		must(errors.len == 0);
		must(second.len == first.len);
		must(strcmp(buf_str(&second), buf_str(&third)) == 0);
	}
	buf_free(&text);
	buf_free(&errors);
	buf_free(&first);
	buf_free(&second);
	buf_free(&third);
	return (0);
}
