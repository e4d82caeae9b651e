/* SPDX-License-Identifier: ISC */
/*
 * What the page of recovery says where nothing can be sent: how it ended, why
 * each action is not possible, and what is.
 */
#include "ui/view/recovery_shown.h"
#include "ui/view/screens.h"
#include "ui/view/view.h"

#include <string.h>

#include "diagnosis/recovery.h"
#include "trace/words.h"

#define AT_NAME		3
#define AT_WHY		21

/* What can be done instead: the first for whom it is. */
static const struct {
	bool		 past;		/* of a recording */
	bool		 simulated;
	const char	*name;
	const char	*sentence;
} instead[] = {
	{ true, false, "device", "connect the device and start dfuscope "
	    "without a file; r works there" },
	{ true, false, "replay", "start dfuscope -T replay:FILE; this "
	    "device answers as recorded, and r works there" },
	{ false, true, ":plug", "plugs the simulated device in; it starts "
	    "again" },
	{ false, false, "plug in", "connect the device; dfuscope opens it "
	    "when it reconnects" },
	{ false, false, "replug", "another cable or port, if it does not "
	    "reconnect" },
};

bool
view_recover_memory(const struct frame *sc)
{
	return (session_memory_is_cut(sc->session) ||
	    session_memory_mismatch(sc->session) != NULL);
}

static int
draw_instead(struct area a, int row, const struct frame *sc)
{
	bool past = sc->app->policy.past;
	bool simulated = sc->app->simulated && !past;
	size_t i;

	area_text(a, row++, 1, STYLE_TITLE, "What is possible");
	for (i = 0; i < sizeof(instead) / sizeof(instead[0]); i++) {
		if (instead[i].past != past ||
		    instead[i].simulated != simulated || row >= a.rows)
			continue;
		area_text(a, row, AT_NAME, STYLE_STRONG, instead[i].name);
		row += area_wrap(a, row, AT_NAME + 9, a.cols - AT_NAME - 11,
		    STYLE_NORMAL, instead[i].sentence);
	}
	if (view_recover_memory(sc) && row < a.rows) {
		area_text(a, row, AT_NAME, STYLE_STRONG, "then");
		row += area_wrap(a, row, AT_NAME + 9, a.cols - AT_NAME - 11,
		    STYLE_NORMAL, "flash again: the memory is not as it "
		    "should be");
	}
	if (sc->app->sessions->n > 1 && row < a.rows) {
		area_text(a, row, AT_NAME, STYLE_KEY, "0");
		area_text(a, row++, AT_NAME + 9, STYLE_NORMAL,
		    "lists the other devices");
	}
	return (row + 1);
}

static void
draw_reasons(struct area a, int row)
{
	bool folds = row + 1 + RECOVERY_COUNT > a.rows;
	int i, last;

	if (row + 1 >= a.rows)
		return;
	area_text(a, row, 1, STYLE_TITLE, "Action");
	area_text(a, row++, AT_WHY, STYLE_TITLE, "Why it is not possible now");
	for (i = 0; i < RECOVERY_COUNT && row < a.rows; i = last + 1, row++) {
		for (last = i; folds && last + 1 < RECOVERY_COUNT &&
		    strcmp(recovery_rows[last + 1].off_bus,
		    recovery_rows[i].off_bus) == 0; )
			last++;
		if (last != i)
			area_textf(a, row, 1, STYLE_DIM, "%d-%d requests",
			    i + 1, last + 1);
		else
			area_textf(a, row, 1, STYLE_DIM, "%d %s", i + 1,
			    recovery_rows[i].name);
		area_fit(a, row, AT_WHY, a.cols - AT_WHY - 1, STYLE_NORMAL,
		    recovery_rows[i].off_bus);
	}
}

/* What it ended with, where the verdict does not name it. */
static void
add_last(struct buf *b, const struct frame *sc)
{
	const struct request *r = session_last_ended(sc->session);
	struct buf name = { 0 };

	if (r == NULL)
		return;
	buf_addf(&name, "#%u ", r->number);
	words_request_name(&name, &r->setup);
	if (strstr(buf_str(b), buf_str(&name)) == NULL)
		buf_addf(b, " The last request: %s, %s.", buf_str(&name),
		    outcome_words((enum outcome)r->outcome));
	buf_free(&name);
}

bool
view_recover_is_none(const struct frame *sc)
{
	return (!sc->session->present || sc->app->policy.past);
}

int
view_recover_none(struct area a, const struct frame *sc, bool others)
{
	struct buf b = { 0 };
	int row;

	if (sc->app->policy.past)
		buf_adds(&b, "This is a recording: nothing can be sent. ");
	if (!sc->session->present)
		buf_adds(&b, "The device is disconnected.");
	else if (!others && view_recover_memory(sc))
		buf_adds(&b, "At its end the state needs no recovery; the "
		    "memory is not as it should be.");
	else if (!others)
		buf_adds(&b, "At its end the device needs no recovery.");
	row = area_wrap(a, 0, 1, a.cols - 2, STYLE_STRONG, buf_str(&b));
	buf_reset(&b);
	view_verdict_word(sc, &b);
	buf_adds(&b, ": ");
	verdict_words(&sc->verdict, sc->session, sc->now, &b);
	if (sc->app->policy.past)
		add_last(&b, sc);
	row += area_wrap(a, row, 1, a.cols - 2, STYLE_NORMAL, buf_str(&b)) + 1;
	buf_free(&b);
	row = draw_instead(a, row, sc);
	if (!sc->session->present && !others)
		draw_reasons(a, row);
	return (row);
}
