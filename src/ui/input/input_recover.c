/* Keys of the ways out: a digit for each of them. */
#include "ui/input/input_act.h"

#include "diagnosis/fingerprint.h"
#include "diagnosis/recovery.h"

static void
fire(const struct input *in, const char *words)
{
	const char *why = command_refusal(command_named("recover"),
	    app_session(in->app), app_runner(in->app), in->now);

	if (why != NULL) {
		input_notice(in, "recover", why);
		return;
	}
	input_fire(in, "recover");
	if (*words != '\0')
		buf_addf(in->line, " %s", words);
}

static void
fire_action(const struct input *in, enum recovery_action action)
{
	in->view->action = action;
	if (action != RECOVERY_UNPLUG)
		fire(in, recovery_rows[action].id);
	else if (in->app->simulated)
		buf_adds(in->line, "unplug");
	else
		input_notice(in, "unplug", "that is for your hand; the console "
		    "waits for it to come back");
}

static void
save(const struct input *in)
{
	const struct runner *r = app_runner(in->app);

	if (r == NULL || !r->recovery.over)
		input_notice(in, "recover save", "nothing has got it out yet");
	else
		prompt_open(&in->view->prompt, "recover save ");
}

void
input_recover(const struct input *in)
{
	const struct session *s = app_session(in->app);

	if (s != NULL && app_runner(in->app) != NULL)
		view_recover_open(in->view, s,
		    fingerprint_stack(s, s->said_stack), in->now);
}

void
input_recover_open(const struct input *in)
{
	fire_action(in, in->view->action);
}

bool
input_recover_act(const struct input *in, enum act a)
{
	if (a == ACT_RECOVERY_ACTION)
		fire_action(in, (enum recovery_action)(in->press->cp - '1'));
	else if (a == ACT_RECOVERY_ACTIONS)
		fire(in, "");
	else if (a == ACT_SAVE_WAY)
		save(in);
	return (a == ACT_RECOVERY_ACTION || a == ACT_RECOVERY_ACTIONS ||
	    a == ACT_SAVE_WAY || a == ACT_RECOVER);
}

/* In the order that is shown. */
void
input_recover_move(const struct input *in, long step)
{
	struct recovery_option options[RECOVERY_COUNT];
	const struct session *s = app_session(in->app);
	long at = 0, i;

	if (s == NULL || app_runner(in->app) == NULL)
		return;
	recovery_option(s, fingerprint_stack(s, s->said_stack), in->now,
	    options);
	for (i = 0; i < RECOVERY_COUNT; i++) {
		if (options[i].action == in->view->action)
			at = i;
	}
	at += step;
	at = at < 0 ? 0 : at >= RECOVERY_COUNT ? RECOVERY_COUNT - 1 : at;
	in->view->action = options[at].action;
	recovery_options_free(options);
}
