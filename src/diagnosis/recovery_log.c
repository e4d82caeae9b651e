/* SPDX-License-Identifier: ISC */
/* What was tried, in words and as a recipe. */
#include "diagnosis/recovery.h"

#include "base/text.h"
#include "dfu/spec.h"
#include "session/session.h"

const struct recovery_try *
recovery_tried(const struct recovery_log *log, enum recovery_action action)
{
	size_t i;

	for (i = log->n; i > 0; i--) {
		if (log->tries[i - 1].action == action)
			return (&log->tries[i - 1]);
	}
	return (NULL);
}

const struct recovery_try *
recovery_worked(const struct recovery_log *log)
{
	return (log->over && log->n != 0 ? &log->tries[log->n - 1] : NULL);
}

static void
state_words(struct buf *b, uint8_t state)
{
	if (state == NO_STATE)
		buf_adds(b, "unknown");
	else
		dfu_state_words(b, state);
}

void
recovery_try_words(struct buf *b, const struct recovery_try *t)
{
	/* Nothing was sent: there is no word of the state in it. */
	if (t->action == RECOVERY_WAIT && !t->left) {
		buf_adds(b, "waited ");
		text_duration(b, t->waited);
		buf_adds(b, "; state not queried");
		return;
	}
	if (t->first != 0 && t->first != t->last)
		buf_addf(b, "#%u-#%u: ", t->first, t->last);
	else if (t->first != 0)
		buf_addf(b, "#%u: ", t->first);
	if (t->outcome != OUTCOME_UNKNOWN && t->outcome != OUTCOME_OK &&
	    t->outcome != OUTCOME_SHORT && !t->left)
		buf_addf(b, "%s, ", t->outcome == OUTCOME_STALL ? "STALL" :
		    outcome_words(t->outcome));
	if (t->left) {
		state_words(b, t->before);
		buf_adds(b, " -> disconnected");
	} else if (t->before == t->after) {
		buf_adds(b, t->after == NO_STATE ? "no answer" : "still ");
		if (t->after != NO_STATE)
			state_words(b, t->after);
	} else {
		state_words(b, t->before);
		buf_adds(b, " -> ");
		state_words(b, t->after);
	}
}

/*
 * The tries that led somewhere, in order; a way that came back to a state it
 * had been in is cut out. Returns how many.
 */
static size_t
shortest(const struct recovery_log *log,
    const struct recovery_try *way[RECOVERY_TRIES])
{
	const struct recovery_try *t;
	size_t i, j, n = 0;

	for (i = 0; i < log->n; i++) {
		t = &log->tries[i];
		if (!t->left && t->after == t->before)
			continue;
		for (j = 0; j < n; j++) {
			if (way[j]->before == t->before)
				break;
		}
		n = j;
		way[n++] = t;
	}
	return (n);
}

static void
recipe_step(const struct recovery_try *t, struct buf *b)
{
	buf_adds(b, "# ");
	recovery_try_words(b, t);
	buf_addc(b, '\n');
	if (t->action == RECOVERY_POLL)
		buf_adds(b, "wait\n");
	if (t->action == RECOVERY_POLL && t->polls > 1 && t->left)
		buf_addf(b, "until gone max %u getstatus\n", t->polls * 2);
	else if (t->action == RECOVERY_POLL && t->polls > 1)
		buf_addf(b, "until state %u max %u getstatus\n", t->after,
		    t->polls * 2);
	else
		buf_addf(b, "%s\n", recovery_rows[t->action].command);
}

bool
recovery_recipe(const struct recovery_log *log, const struct session *s,
    struct buf *b)
{
	const struct recovery_try *way[RECOVERY_TRIES];
	size_t i, n = shortest(log, way);

	if (!log->over || n == 0)
		return (false);
	buf_adds(b, "# Recovery from ");
	state_words(b, way[0]->before);
	buf_adds(b, ", as it worked on ");
	session_title(s, b);
	if (log->stack != NULL)
		buf_addf(b, ", %s", log->stack->name);
	buf_addc(b, '\n');
	for (i = 0; i < n; i++)
		recipe_step(way[i], b);
	if (way[n - 1]->left)
		buf_adds(b, "expect gone\n");
	else
		buf_addf(b, "getstatus\nexpect state %s\n",
		    dfu_state_name(way[n - 1]->after));
	return (true);
}
