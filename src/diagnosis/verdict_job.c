/* SPDX-License-Identifier: ISC */
/* A job that failed, where nothing else shows it. */
#include "diagnosis/verdict_own.h"

#include <string.h>

#include "base/code.h"

/* It came to nothing with the device, not over its file or its words. */
static bool
job_failed(const struct verdict_facts *f)
{
	return (f->s->present && f->s->failure.by != 0 &&
	    (f->s->failure.code == CODE_PROTOCOL ||
	    f->s->failure.code == CODE_LOST));
}

/* "flash: writing 0x08000000: ..." */
static void
say_failed(const struct verdict_facts *f, struct buf *b)
{
	const char *command = f->s->command, *text = f->s->failure.text;
	size_t n = command == NULL ? 0 : strcspn(command, " ;");
	bool named = n != 0 && text != NULL && strncmp(text, command, n) == 0;

	/* Of several, which one it was is not known here. */
	if (n != 0 && !named && strchr(command, ';') == NULL)
		buf_addf(b, "%.*s: ", (int)n, command);
	if (text != NULL)
		buf_adds(b, text);
	if (b->len != 0 && b->data[b->len - 1] != '.')
		buf_addc(b, '.');
}

static const struct verdict_row job_rows[] = {
	{ .word = "failed",
	    .severity = SEVERITY_ERROR,
	    .code = CODE_PROTOCOL,
	    .origin = VERDICT_FROM_JOB,
	    .holds = job_failed,
	    .say = say_failed },
};
const struct verdict_table verdict_job = { job_rows,
	sizeof(job_rows) / sizeof(job_rows[0]) };
