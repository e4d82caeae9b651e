/* SPDX-License-Identifier: ISC */
/* What the operator does to a device that is served: plug, reset, faults. */
#include "ui/input/input_act.h"

#include <ctype.h>
#include <string.h>

static void
fire(const struct input *in, const char *line)
{
	if (app_session(in->app) == NULL)
		input_notice(in, line, "no device is shown; 0 lists the "
		    "devices");
	else
		input_fire(in, line);
}

void
input_plug(const struct input *in)
{
	const struct session *s = app_session(in->app);

	fire(in, s != NULL && s->present ? "unplug" : "plug");
}

void
input_restart(const struct input *in)
{
	const struct session *s = app_session(in->app);

	if (s != NULL && !s->present)
		input_notice(in, "restart", "the device is unplugged; u plugs "
		    "it in");
	else
		fire(in, "restart");
}

void
input_faults_move(const struct input *in, long step)
{
	long n = (long)in->app->nfaults, to = (long)in->view->fault + step;

	in->view->fault = (size_t)(to < 0 || n == 0 ? 0 : to >= n ? n - 1 : to);
}

static const struct app_fault *
selected(const struct input *in)
{
	return (in->view->fault < in->app->nfaults ?
		&in->app->faults[in->view->fault] :
		NULL);
}

/* One that needs no number: the first that is not what it begins with. */
static bool
add_usual(const struct app_fault *f, struct buf *b)
{
	const char *p;
	size_t n;

	if (strncmp(f->value, "REQUEST@N", 9) == 0) {
		buf_adds(b, f->value[9] == ':' ? "dnload@1:11" : "getstatus@1");
		return (true);
	}
	for (p = f->value; *p != '\0'; p += n + (p[n] == '|')) {
		n = strcspn(p, "|");
		if (isupper((unsigned char)*p) ||
		    (f->initial != NULL && strlen(f->initial) == n &&
			memcmp(p, f->initial, n) == 0))
			continue;
		buf_add(b, p, n);
		return (true);
	}
	return (false);
}

void
input_faults_open(const struct input *in)
{
	const struct app_fault *f = selected(in);
	struct buf line = { 0 };

	if (f == NULL)
		return;
	buf_addf(&line, "fault %s=", f->name);
	if (app_fault_is_set(f) && strchr(buf_str(&f->now), ',') == NULL)
		buf_adds(&line, buf_str(&f->now));
	else
		add_usual(f, &line);
	prompt_open(&in->view->prompt, buf_str(&line));
	buf_free(&line);
}

static void
toggle(const struct input *in)
{
	const struct app_fault *f = selected(in);
	struct buf value = { 0 };

	if (f == NULL)
		return;
	if (app_fault_is_set(f))
		buf_adds(&value, f->initial);
	else if (!add_usual(f, &value)) {
		input_faults_open(in);
		return;
	}
	input_fire(in, "fault ");
	buf_addf(in->line, "%s=%s", f->name, buf_str(&value));
	buf_free(&value);
}

bool
input_faults_act(const struct input *in, enum act a)
{
	if (a == ACT_FAULT)
		toggle(in);
	return (a == ACT_FAULT);
}
