/* Keys of the ways out: a digit for each of them. */
#include "ui/input/input_act.h"

#include "diagnosis/recovery.h"

static void
fire(const struct input *h, const char *words)
{
	const char *why = command_refusal(command_named("recover"),
	    app_session(h->app), app_runner(h->app), h->now);

	if (why != NULL) {
		input_notice(h, "recover", why);
		return;
	}
	input_fire(h, "recover");
	if (*words != '\0')
		buf_addf(h->line, " %s", words);
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

void
input_recover(const struct input *h, enum act a)
{
	const struct session *s = app_session(h->app);

	(void)a;
	if (s != NULL && app_runner(h->app) != NULL)
		view_recover_open(h->view, s, app_stack(h->app, s), h->now);
}

void
input_recover_open(const struct input *h)
{
	fire_action(h, h->view->action);
}

bool
input_recover_act(const struct input *h, enum act a)
{
	if (a == ACT_RECOVERY_ACTION)
		fire_action(h, (enum recovery_action)(h->press->cp - '1'));
	else if (a == ACT_RECOVERY_ACTIONS)
		fire(h, "");
	else if (a == ACT_SAVE_WAY)
		save(h);
	return (a == ACT_RECOVERY_ACTION || a == ACT_RECOVERY_ACTIONS ||
	    a == ACT_SAVE_WAY || a == ACT_RECOVER);
}

/* In the order that is shown. */
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
