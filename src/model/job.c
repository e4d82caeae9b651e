#include "model/job.h"

#include <stdlib.h>

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
