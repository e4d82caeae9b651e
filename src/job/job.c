/* SPDX-License-Identifier: ISC */
#include "job/job.h"

#include <stdlib.h>

#include "base/text.h"
#include "session/limits.h"
#include "session/session.h"

uint64_t
job_wait_left(const struct session *s, const struct job_settings *set,
    uint64_t now)
{
	if (s->status.known && set->skipped == s->status.by)
		return (0);
	return (session_wait_left(s, now));
}

enum job_step
job_wait_announced(struct job *j, uint64_t until)
{
	j->until = until;
	j->skippable = j->announced = true;
	return (JOB_WAIT);
}

bool
job_wait_absurd(const struct job *j, const struct session *s, uint64_t now,
    struct buf *b)
{
	if (!j->announced ||
	    session_wait_left(s, now) <= LIMIT_ANNOUNCED_S * 1000000ull)
		return (false);
	buf_adds(b, "the device announced a wait of ");
	text_duration(b, (uint64_t)s->status.reply.bwPollTimeout * 1000);
	buf_addf(b, " (#%u): longer than " LIMIT_TEXT(LIMIT_ANNOUNCED_S)
	    " s, so dfuscope did not wait. \"wait %u\" or --yes waits that "
	    "long",
	    s->status.by, s->status.reply.bwPollTimeout);
	return (true);
}

void
job_words_wait(const struct job *j, struct buf *b, uint64_t now)
{
	if (!j->announced || j->until <= now)
		return;
	buf_adds(b, ", ");
	text_duration(b, j->until - now);
	buf_adds(b, " of the announced wait left");
}

void
job_free(struct job *j)
{
	if (j == NULL)
		return;
	buf_free(&j->result.text);
	if (j->ops->free != NULL)
		j->ops->free(j);
	free(j);
}

enum job_step
job_done(struct job *j, int code, const char *fmt, ...)
{
	va_list ap;

	j->result.code = code;
	buf_reset(&j->result.text);
	if (fmt != NULL) {
		va_start(ap, fmt);
		buf_addv(&j->result.text, fmt, ap);
		va_end(ap);
	}
	return (JOB_DONE);
}

/* In the unit of the larger number. */
static void
amounts(struct buf *b, uint64_t done, uint64_t total)
{
	if (total >= 10 * 1024)
		buf_addf(b, "%llu of %llu KiB",
		    (unsigned long long)done / 1024,
		    (unsigned long long)(total + 1023) / 1024);
	else
		buf_addf(b, "%llu of %llu bytes", (unsigned long long)done,
		    (unsigned long long)total);
}

void
job_progress_words(const struct job_progress *p, struct buf *b, uint64_t now)
{
	uint64_t us = now > p->since ? now - p->since : 0;

	buf_adds(b, p->what);
	if (p->has_address)
		buf_addf(b, " 0x%08x", p->address);
	if (p->total == 0) {
		if (p->done != 0)
			buf_addf(b, ", %llu bytes",
			    (unsigned long long)p->done);
		return;
	}
	buf_adds(b, ", ");
	amounts(b, p->done, p->total);
	buf_addf(b, " (%u %%)", (unsigned)(p->done * 100 / p->total));
	if (us == 0 || p->done == 0 || p->done >= p->total)
		return;
	buf_addf(b, ", %.1f KiB/s, ", (double)p->done / 1024 /
	    ((double)us / 1e6));
	text_duration(b, (p->total - p->done) * us / p->done);
	buf_adds(b, " left");
}
