/* SPDX-License-Identifier: ISC */
/* Keys that turn to devices. */
#include "ui/input/input_act.h"

#include "lesson/lesson_run.h"
#include "ui/prompt/keys.h"
#include "ui/view/screen_stack.h"

/* Turns to a device; its console is as it was left. */
static void
open_device(const struct input *in, size_t i)
{
	size_t n = in->app->sessions->n;

	if (i >= n) {
		buf_reset(&in->view->notice);
		buf_addf(&in->view->notice, n == 1 ?
		    "no device has the number %zu; press 1" :
		    "no device has the number %zu; press 1 to %zu", i + 1, n);
		in->view->notice_at = in->now;
		return;
	}
	buf_addf(in->line, "device %zu", i + 1);
	in->view->device = i;
	in->view->asked_devices = false;
	in->view->chosen = true;
	screen_home(in->view, SCREEN_CONSOLE);
}

void
input_devices(const struct input *in)
{
	in->view->asked_devices = true;
	in->view->device = in->app->current;
	screen_show(in->view, SCREEN_DEVICES);
}

void
input_devices_move(const struct input *in, long step)
{
	long n = (long)in->app->sessions->n;
	long to = (long)in->view->device + step;

	if (n > 0)
		in->view->device = (size_t)(to < 0 ? 0 : to >= n ? n - 1 : to);
}

void
input_devices_open(const struct input *in)
{
	if (in->app->sessions->n > 0)
		open_device(in, in->view->device);
}

void
input_devices_back(const struct input *in)
{
	in->view->asked_devices = false;
	screen_back(in->view);
}

/* The digit that was pressed. */
static unsigned
digit(const struct input *in)
{
	return (in->press->cp - '0');
}

void
input_number(const struct input *in)
{
	/* A slip must not change the device while a lesson asks. */
	if (in->view->lesson != NULL && !in->view->lesson->playing)
		input_notice(in, "digit", "digits answer the lesson; 0 lists "
		    "the devices");
	else
		open_device(in, digit(in) - 1);
}

bool
input_devices_act(const struct input *in, enum act a)
{
	if (a == ACT_NUMBER)
		open_device(in, digit(in) - 1);
	return (a == ACT_NUMBER);
}
