/* Which commands make no sense now, and why. */
#include "command/command.h"

#include <string.h>

#include "job/runner.h"
#include "session/session.h"

typedef const char *(*refuse_fn)(const struct session *s,
    const struct runner *r, uint64_t now);

static bool
is_busy(const struct runner *r)
{
	return (r != NULL && runner_busy(r));
}

static const char *
refuse_cancel(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)now;
	if (is_busy(r) || (s != NULL && s->pending.number != 0))
		return (NULL);
	return ("nothing is pending and no job runs");
}

static const char *
refuse_continue(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)s;
	(void)now;
	if (r != NULL && (r->stepping || (runner_busy(r) &&
	    r->gate != RUNNER_RUN)))
		return (NULL);
	return ("no job is held");
}

static const char *
refuse_step(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)s;
	(void)now;
	if (r == NULL)
		return ("there is no device");
	if (!runner_busy(r) && r->stepping)
		return ("the next job is held already");
	return (NULL);
}

static const char *
refuse_paused(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)s;
	(void)now;
	return (r != NULL && runner_is_paused(r) ? NULL : "no request is held");
}

static const char *
refuse_answer(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)s;
	(void)now;
	return (r != NULL && r->question != NULL ? NULL :
	    "nothing is asked");
}

static const char *
refuse_leave(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)r;
	(void)now;
	return (session_runtime(s) ? "the device is in run-time mode" : NULL);
}

static const char *
refuse_enter(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)r;
	(void)now;
	return (session_runtime(s) ? NULL : "the device is in DFU mode");
}

static const char *
refuse_dfuse(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)r;
	(void)now;
	return (session_dfuse(s) ? NULL : "the device does not speak DfuSe");
}

static const char *
refuse_names(const struct session *s, const struct runner *r, uint64_t now)
{
	const struct dfu_function *f = session_function(s);
	size_t i;

	(void)r;
	(void)now;
	for (i = 0; f != NULL && i < f->nalternates; i++) {
		if (f->alternates[i].iInterface != 0 &&
		    session_alternate_name(s,
		    f->alternates[i].bAlternateSetting) == NULL)
			return (NULL);
	}
	return ("every name that the device has is known");
}

static const char *
refuse_string(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)r;
	(void)now;
	if (!s->status.known)
		return ("no GETSTATUS has named a string yet");
	if (s->status.reply.iString == 0)
		return ("the last GETSTATUS named no string");
	if (s->strings[s->status.reply.iString] != NULL)
		return ("that string is known");
	return (NULL);
}

static const char *
refuse_wait(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)r;
	return (s != NULL && session_wait_left(s, now) != 0 ? NULL :
	    "no announced wait is left");
}

static const char *
refuse_skip(const struct session *s, const struct runner *r, uint64_t now)
{
	if (r != NULL && r->waits_until > now)
		return (NULL);
	return (refuse_paused(s, r, now) == NULL ? NULL :
	    "no job waits and no request is held");
}

static const char *
refuse_release(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)r;
	(void)now;
	return (s != NULL && s->opened ? NULL : "the device is not open");
}

/* What a row has of its own; s is a present device where it needs one. */
static const struct {
	const char	*name;
	refuse_fn	 refuse;
} rules[] = {
	{ "leave", refuse_leave },
	{ "flash", refuse_leave },
	{ "verify", refuse_leave },
	{ "read", refuse_leave },
	{ "erase-range", refuse_dfuse },
	{ "wipe", refuse_dfuse },
	{ "unprotect", refuse_dfuse },
	{ "enter-dfu", refuse_enter },
	{ "names", refuse_names },
	{ "string", refuse_string },
	{ "wait", refuse_wait },
	{ "skip", refuse_skip },
	{ "step", refuse_step },
	{ "continue", refuse_continue },
	{ "instead", refuse_paused },
	{ "cancel", refuse_cancel },
	{ "yes", refuse_answer },
	{ "no", refuse_answer },
	{ "release", refuse_release }
};

/* Requests go nowhere without a device, whatever they are. */
static bool
needs_device(const struct command_row *row)
{
	return (row->group == COMMAND_REQUEST ||
	    row->group == COMMAND_DFUSE || row->group == COMMAND_JOB);
}

/* It asks the device, or adds to what happened, or prepares for that. */
static bool
adds(const struct command_row *row)
{
	static const char *const acts[] = { "watch", "mark", "step", "arm",
	    "record", "plug", "unplug", "cancel" };
	size_t i;

	for (i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		if (strcmp(row->name, acts[i]) == 0)
			return (true);
	}
	return (row->compile != NULL);
}

static const char *
refuse_request(const struct command_row *row, const struct session *s)
{
	if (s == NULL)
		return ("there is no device");
	if (!s->present)
		return ("the device is not on the bus");
	if (row->group == COMMAND_DFUSE && !session_dfuse(s))
		return ("the device does not speak DfuSe");
	return (NULL);
}

const char *
command_refusal(const struct command_row *row, const struct session *s,
    const struct runner *r, uint64_t now)
{
	const char *why = NULL;
	size_t i;

	if (r != NULL && r->policy.past && adds(row))
		return (RUNNER_PAST);
	if (needs_device(row))
		why = refuse_request(row, s);
	if (why == NULL && row->compile != NULL) {
		if (s != NULL && s->pending.number != 0)
			why = "a request is pending";
		else if (is_busy(r) && !runner_takes_in(r))
			why = "a job is not finished";
	}
	for (i = 0; why == NULL && i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (strcmp(rules[i].name, row->name) == 0)
			why = rules[i].refuse(s, r, now);
	}
	return (why);
}
