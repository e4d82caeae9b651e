/* What the files of an export share. */
#ifndef REPORT_EXPORT_OWN_H
#define REPORT_EXPORT_OWN_H

#include "report/export.h"
#include "source/capture_back.h"

#define EXPORT_MADE_UP	CAPTURE_BACK_MADE_UP
#define EXPORT_ZERO	CAPTURE_BACK_ZERO
#define EXPORT_EVENT	CAPTURE_BACK_EVENT

/* The session as pcapng. */
void	export_pcapng(struct buf *b, const struct app *d,
	    const struct session *s);

#endif
