#include "ui/input/input_recover.h"

#include "diagnosis/recovery.h"
#include "ui/view/screen_stack.h"

enum act
input_recover_press(const struct input *h, const struct press *p)
{
	if (h->view->screen != SCREEN_RECOVER || p->kind != PRESS_CHAR ||
	    p->alt)
		return (ACT_NONE);
	if (p->cp >= '1' && p->cp < '1' + RECOVERY_COUNT)
		return (ACT_RECOVERY_ACTION);
	if (p->cp == 'a')
		return (ACT_RECOVERY_ACTIONS);
	return (p->cp == 's' ? ACT_SAVE_WAY : ACT_NONE);
}

static void
fire(const struct input *h, const char *words)
{
	const char *why = command_refusal(command_named("recover"),
	    app_session(h->app), app_runner(h->app), h->now);

	if (why != NULL) {
		input_notice(h, "recover", why);
		return;
	}
	buf_addf(h->line, "recover%s%s", *words != '\0' ? " " : "", words);
	*h->by_key = true;
}

static void
fire_action(const struct input *h, enum recovery_action action)
{
	h->view->action = action;
	if (action != RECOVERY_UNPLUG)
		fire(h, recovery_rows[action].id);
	else if (h->app->simulated)
		buf_adds(h->line, "unplug");
	else
		input_notice(h, "unplug", "that is for your hand; the console "
		    "waits for it to come back");
}

static void
save(const struct input *h)
{
	const struct runner *r = app_runner(h->app);

	if (r == NULL || !r->recovery.over)
		input_notice(h, "recover save", "nothing has got it out yet");
	else
		prompt_open(&h->view->prompt, "recover save ");
}

/* The screen is about a device. */
static void
show(const struct input *h)
{
	const struct session *s = app_session(h->app);

	if (s != NULL && app_runner(h->app) != NULL)
		view_recover_open(h->view, s, app_stack(h->app, s), h->now);
}

void
input_recover(const struct input *h, enum act a, const struct press *p)
{
	if (h->view->screen != SCREEN_RECOVER)
		show(h);
	else if (a == ACT_RECOVERY_ACTION)
		fire_action(h, (enum recovery_action)(p->cp - '1'));
	else if (a == ACT_RECOVERY_ACTIONS)
		fire(h, "");
	else if (a == ACT_SAVE_WAY)
		save(h);
	else if (a == ACT_OPEN)
		fire_action(h, h->view->action);
}

void
input_recover_move(const struct input *h, long step)
{
	struct recovery_option options[RECOVERY_COUNT];
	const struct session *s = app_session(h->app);
	long at = 0, i;

	if (s == NULL || app_runner(h->app) == NULL)
		return;
	recovery_option(s, app_stack(h->app, s), h->now, options);
	for (i = 0; i < RECOVERY_COUNT; i++) {
		if (options[i].action == h->view->action)
			at = i;
	}
	at += step;
	at = at < 0 ? 0 : at >= RECOVERY_COUNT ? RECOVERY_COUNT - 1 : at;
	h->view->action = options[at].action;
	recovery_options_free(options);
}
