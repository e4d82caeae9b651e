/*
 * Any text as the operator's file: what is in force, printed, reads back as
 * the same, without an error.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ui/rc.h"

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

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf text = { 0 }, errors = { 0 }, first = { 0 },
	    second = { 0 };
	struct rc rc, again;

	buf_add(&text, p, n);
	rc_init(&rc);
	rc_parse(&rc, buf_str(&text), "rc", &errors);
	/* At most one error a line. */
	must(lines(buf_str(&errors)) - 1 <= lines(buf_str(&text)));
	must(rc.journals >= 1 && rc.journals <= RC_JOURNALS_MAX);
	rc_print(&rc, &first);
	buf_reset(&errors);
	rc_init(&again);
	rc_parse(&again, buf_str(&first), "rc", &errors);
	rc_print(&again, &second);
	must(errors.len == 0);
	/* Keys that the tables have are the operator's own the second time. */
	must(again.nkeys >= rc.nkeys);
	buf_reset(&first);
	rc_free(&rc);
	rc_init(&rc);
	rc_parse(&rc, buf_str(&second), "rc", &errors);
	rc_print(&rc, &first);
	must(errors.len == 0 && strcmp(buf_str(&first), buf_str(&second)) ==
	    0);
	rc_free(&rc);
	rc_free(&again);
	buf_free(&text);
	buf_free(&errors);
	buf_free(&first);
	buf_free(&second);
	return (0);
}
