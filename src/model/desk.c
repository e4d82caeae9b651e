#include "model/desk.h"

const char *
severity_name(enum severity s)
{
	switch (s) {
	case SEVERITY_NOTE:
		return ("note");
	case SEVERITY_WARNING:
		return ("warning");
	case SEVERITY_ERROR:
		return ("error");
	}
	return (NULL);
}

void
desk_say(struct desk *d, enum severity severity, const char *text,
    uint64_t now)
{
	buf_reset(&d->message);
	buf_adds(&d->message, text);
	d->message_severity = severity;
	d->message_at = now;
}

const struct session *
desk_session(const struct desk *d)
{
	if (d->current >= d->bench->nsessions)
		return (NULL);
	return (d->bench->sessions[d->current]);
}

const struct runner *
desk_runner(const struct desk *d)
{
	if (d->current >= d->nrunners)
		return (NULL);
	return (d->runners[d->current]);
}
