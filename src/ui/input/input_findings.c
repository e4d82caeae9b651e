/* SPDX-License-Identifier: ISC */
/* Keys of the list of findings, and of one of them. */
#include "ui/input/input_act.h"

#include "diagnosis/advice.h"
#include "diagnosis/verdict.h"
#include "ui/prompt/keys.h"
#include "ui/view/findings_shown.h"
#include "ui/view/screen_stack.h"

void
input_findings_move(const struct input *in, long step)
{
	struct findings_shown f;
	long to;

	findings_take(&f, app_session(in->app), in->view->finding, in->now);
	to = (long)f.selected + step;
	if (f.n != 0)
		in->view->finding = f.list[to < 0 ? 0 : to >= (long)f.n ?
		    f.n - 1 : (size_t)to]->row;
	findings_drop(&f);
}

void
input_findings_open(const struct input *in)
{
	input_findings_move(in, 0);
	if (in->view->finding != NULL)
		screen_show(in->view, SCREEN_FINDING);
}

/* Goes to the request that proves the selected finding. */
void
input_findings_proof(const struct input *in)
{
	const struct session *s = app_session(in->app);
	const struct request *r = NULL;
	struct list *l = &in->view->list;
	struct findings_shown f;
	size_t row;

	findings_take(&f, s, in->view->finding, in->now);
	if (f.n != 0)
		r = session_request(s, f.list[f.selected]->last);
	if (r == NULL) {
		input_notice(in, "proof", "its requests are no longer kept in "
		    "memory");
	} else {
		/* The last row that begins at or before the request. */
		row = fold_find(&l->fold, r->submit + 1);
		list_select(l, row > 0 ? row - 1 : 0);
		screen_show(in->view, SCREEN_DETAIL);
	}
	findings_drop(&f);
}

/* The command of the advice, if the selected finding is what it is for. */
static const char *
advised(const struct input *in)
{
	const struct session *s = app_session(in->app);
	const struct finding *for_it;
	struct findings_shown f;
	struct verdict v;
	bool is_it;

	if (s == NULL)
		return (NULL);
	v = verdict_of(s, s->said_stack, in->now);
	findings_take(&f, s, in->view->finding, in->now);
	for_it = advice_finding(s, &v, f.list, f.standing);
	is_it = for_it != NULL && for_it == f.list[f.selected];
	findings_drop(&f);
	return (is_it ? advice_of(s, s->said_stack, in->now).command : NULL);
}

/* Fires the advice as a key would. */
static void
try_advice(const struct input *in)
{
	const char *line = advised(in), *why;
	const struct command_row *row = line == NULL ? NULL :
	    keys_first_command(line);

	if (row == NULL) {
		input_notice(in, "try",
		    "no command helps here; read Try on the finding's page");
		return;
	}
	why = command_refusal(row, app_session(in->app), app_runner(in->app),
	    in->now);
	if (why != NULL)
		input_notice(in, line, why);
	else
		input_fire(in, line);
}

bool
input_finding_act(const struct input *in, enum act a)
{
	if (a == ACT_PROOF)
		input_findings_proof(in);
	else if (a == ACT_TRY)
		try_advice(in);
	/* The list of them lies below already. */
	return (a == ACT_PROOF || a == ACT_TRY || a == ACT_FINDINGS);
}

bool
input_findings_act(const struct input *in, enum act a)
{
	if (a != ACT_ABOUT)
		return (input_finding_act(in, a));
	input_findings_open(in);
	return (true);
}
