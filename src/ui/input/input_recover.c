/* SPDX-License-Identifier: ISC */
/* Keys of the ways out: a digit for each of them. */
#include "ui/input/input_act.h"

#include "diagnosis/fingerprint.h"
#include "diagnosis/recovery.h"
#include "ui/view/recovery_shown.h"

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
		input_notice(in, "unplug", "unplug the device by hand; "
		    "dfuscope detects it when it reconnects");
}

static void
save(const struct input *in)
{
	const struct runner *r = app_runner(in->app);

	if (r == NULL || !r->recovery.over)
		input_notice(in, "recover save", "no action has worked yet");
	else
		prompt_open(&in->view->prompt, "recover save ");
}

void
input_recover(const struct input *in)
{
	const struct session *s = app_session(in->app);

	if (s != NULL && app_runner(in->app) != NULL)
		view_recover_open(in->view, s, app_runner(in->app),
		    fingerprint_stack(s, s->said_stack), in->now);
}

/* As the page shows them; false: there is no device. */
static bool
take(const struct input *in, struct recovery_shown *l)
{
	const struct session *s = app_session(in->app);
	const struct runner *r = app_runner(in->app);

	if (s == NULL || r == NULL)
		return (false);
	recovery_shown_take(l, s, r, fingerprint_stack(s, s->said_stack),
	    in->now, in->view->action);
	return (true);
}

/* Where nothing is shown. */
static void
refuse(const struct input *in)
{
	const char *why = command_refusal(command_named("recover"),
	    app_session(in->app), app_runner(in->app), in->now);

	input_notice(in, "recover", why != NULL ? why :
	    "the device needs no recovery");
}

void
input_recover_open(const struct input *in)
{
	struct recovery_shown l;

	if (!take(in, &l))
		return;
	if (l.n == 0)
		refuse(in);
	else
		fire_action(in, l.options[l.selected].action);
	recovery_shown_drop(&l);
}

/* A number: what is not shown is refused, with the reason. */
static void
fire_number(const struct input *in, enum recovery_action action)
{
	struct recovery_shown l;
	struct buf b = { 0 };
	size_t i = 0;

	if (!take(in, &l))
		return;
	while (i < l.n && l.options[i].action != action)
		i++;
	if (i < l.n) {
		fire_action(in, action);
	} else if (!l.open) {
		refuse(in);
	} else {
		while (l.options[i].action != action)
			i++;
		buf_addf(&b, "%s here; :recover %s runs it nevertheless",
		    l.options[i].forecast == RECOVERY_HARMS ? "harmful" :
		    "has no effect", recovery_rows[action].id);
		input_notice(in, recovery_rows[action].name, buf_str(&b));
		buf_free(&b);
	}
	recovery_shown_drop(&l);
}

bool
input_recover_act(const struct input *in, enum act a)
{
	if (a == ACT_RECOVERY_ACTION)
		fire_number(in, (enum recovery_action)(in->press->cp - '1'));
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
	struct recovery_shown l;
	long at;

	if (!take(in, &l))
		return;
	at = (long)l.selected + step;
	at = at < 0 ? 0 : at >= (long)l.n ? (long)l.n - 1 : at;
	if (l.n != 0)
		in->view->action = l.options[at].action;
	recovery_shown_drop(&l);
}
