/* Keys that turn to devices; and digits, which may answer a lesson instead. */
#include "ui/input/input_act.h"

#include "lesson/lesson.h"
#include "ui/prompt/keys.h"
#include "ui/view/screen_stack.h"

/* Turns to a device; its console is as it was left. */
static void
open_device(const struct input *h, size_t i)
{
	size_t n = h->app->sessions->n;

	if (i >= n) {
		buf_reset(&h->view->notice);
		buf_addf(&h->view->notice, n == 1 ? "there is no device %zu: "
		    "only 1" : "there is no device %zu: 1 to %zu", i + 1, n);
		h->view->notice_at = h->now;
		return;
	}
	buf_addf(h->line, "device %zu", i + 1);
	h->view->device = i;
	h->view->asked_devices = false;
	h->view->chosen = true;
	screen_home(h->view, SCREEN_CONSOLE);
}

void
input_devices(const struct input *h, enum act a)
{
	(void)a;
	h->view->asked_devices = true;
	h->view->device = h->app->current;
	screen_show(h->view, SCREEN_DEVICES);
}

void
input_devices_move(const struct input *h, long step)
{
	long n = (long)h->app->sessions->n;
	long to = (long)h->view->device + step;

	if (n > 0)
		h->view->device = (size_t)(to < 0 ? 0 : to >= n ? n - 1 : to);
}

void
input_devices_open(const struct input *h)
{
	if (h->app->sessions->n > 0)
		open_device(h, h->view->device);
}

void
input_devices_back(const struct input *h)
{
	h->view->asked_devices = false;
	screen_back(h->view);
}

/* The digit that was pressed. */
static unsigned
digit(const struct input *h)
{
	return (h->press->cp - '0');
}

/* A slip must not change the device while a lesson asks. */
static bool
lesson_asks(const struct input *h)
{
	const struct lesson_run *r = h->view->lesson;

	return (r != NULL && r->step != r->lesson->nsteps);
}

static void
notice_answers(const struct input *h, const char *what)
{
	struct buf *b = &h->view->notice;
	const char *devices = keys_of_act(h->view->rc, ACT_DEVICES);

	buf_reset(b);
	buf_adds(b, what);
	if (devices != NULL)
		buf_addf(b, "; %s lists the devices", devices);
	h->view->notice_at = h->now;
}

void
input_number(const struct input *h, enum act a)
{
	(void)a;
	if (lesson_asks(h))
		notice_answers(h, "digits answer in the console");
	else
		open_device(h, digit(h) - 1);
}

bool
input_devices_act(const struct input *h, enum act a)
{
	if (a == ACT_NUMBER)
		open_device(h, digit(h) - 1);
	return (a == ACT_NUMBER);
}

/* Which digits answer now. */
static void
add_choices(const struct lesson_run *r, struct buf *b)
{
	unsigned n = 0;

	while (lesson_choice(r, n + 1) != NULL)
		n++;
	if (n == 0)
		buf_adds(b, "nothing to answer now");
	else if (n == 1)
		buf_addf(b, "only 1 does something: %s", lesson_choice(r, 1));
	else
		buf_addf(b, "1 to %u answer", n);
}

bool
input_console_act(const struct input *h, enum act a)
{
	struct buf b = { 0 };

	if (a != ACT_NUMBER || !lesson_asks(h))
		return (false);
	if (!lesson_press(h->view->lesson, digit(h))) {
		add_choices(h->view->lesson, &b);
		notice_answers(h, buf_str(&b));
		buf_free(&b);
	}
	return (true);
}
