/* SPDX-License-Identifier: ISC */
/* Another tool at work: dfuscope trace -- COMMAND. */
#include "config.h"

#include "main/main_own.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/mem.h"
#include "report/traced.h"

/* What the front end knows of the transport. */
struct traced_by {
	struct transport	*transport;
	char			**argv;
};

static bool
start(void *argument, struct buf *error)
{
	struct traced_by *t = argument;

	return (transport_tap_start(t->transport, t->argv, NULL, error));
}

static struct traced_tool
tool(void *argument)
{
	const struct traced_by *t = argument;
	struct tap_tool tool = transport_tap_tool(t->transport);

	return ((struct traced_tool){ .ended = tool.ended,
	    .code = WIFSIGNALED(tool.status) ? 128 + WTERMSIG(tool.status) :
	    WEXITSTATUS(tool.status), .requests = tool.requests,
	    .processes = tool.processes });
}

static void
stop(void *argument)
{
	const struct traced_by *t = argument;

	transport_tap_signal(t->transport, SIGTERM);
}

static const char *
name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return (slash != NULL && slash[1] != '\0' ? slash + 1 : path);
}

static int
run(const struct options *o, struct loop *l, struct traced_by *by)
{
	struct traced_config config = { .name = name_of(o->files[0]),
	    .json = o->json, .out = stderr, .start = start, .tool = tool,
	    .stop = stop, .argument = by };
	struct frontend *frontend = traced_new(&config);
	struct buf error = { 0 };
	int trouble = loop_run(l, frontend, &error);
	int code = traced_code(frontend);

	if (error.len != 0)
		main_complain(trouble, &error);
	traced_free(frontend);
	buf_free(&error);
	return (trouble != 0 ? trouble : code);
}

int
main_trace(const struct options *o)
{
	struct loop_config config = { .journal = o->journal };
	struct traced_by by = { .argv = o->files };
	struct buf error = { 0 };
	struct loop *l;
	int code;

	if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !o->json)
		return (main_console(o));
	l = main_make_loop(o, &config, &code, &error);
	by.transport = l != NULL ? main_tapped : NULL;
	if (l != NULL)
		code = run(o, l, &by);
	else
		main_complain(code, &error);
	loop_free(l);
	buf_free(&error);
	return (code);
}
