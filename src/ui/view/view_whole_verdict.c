/* SPDX-License-Identifier: ISC */
/* How it stands, in full: the band, and what the last job came to. */
#include "ui/prompt/keys.h"
#include "ui/view/page.h"
#include "ui/view/screens.h"

#include <string.h>

#define COLUMN	10

static void
add_verdict(struct page *p, const struct frame *sc)
{
	const char *means = verdict_meaning(sc->verdict.row->word);
	struct buf b = { 0 };

	view_verdict_word(sc, &b);
	buf_adds(&b, "  ");
	clock_age(&b, sc->verdict.since, sc->now);
	page_title(p, buf_str(&b));
	buf_reset(&b);
	verdict_words(&sc->verdict, sc->session, sc->now, &b);
	page_add(p, STYLE_NORMAL, NULL, 1, buf_str(&b));
	/* Where that is all there is to say it is said once. */
	if (strncmp(buf_str(&b), means, strlen(means)) != 0)
		page_add(p, STYLE_LABEL, "means", COLUMN, means);
	if (sc->verdict.by != 0) {
		buf_reset(&b);
		buf_addf(&b, "#%u", sc->verdict.by);
		page_add(p, STYLE_LABEL, "evidence", COLUMN, buf_str(&b));
	}
	buf_free(&b);
}

/* Why there is nothing to do; a device off the bus takes no request. */
static const char *
nothing(struct buf *b, const struct frame *sc)
{
	buf_addf(b, "nothing: %s.", sc->advice.none);
	if (!sc->session->present) {
		buf_addc(b, ' ');
		frame_off_bus(sc, b);
	}
	return (buf_str(b));
}

static void
add_advice(struct page *p, const struct frame *sc)
{
	struct buf b = { 0 };

	frame_advice_words(sc, &b);
	if (b.len != 0)
		page_add(p, STYLE_GOOD, "Do", COLUMN, buf_str(&b));
	else if (sc->advice.none != NULL)
		page_add(p, STYLE_LABEL, "Do", COLUMN, nothing(&b, sc));
	if (sc->advice.dont != NULL)
		page_add(p, STYLE_DANGER, "Don't", COLUMN, sc->advice.dont);
	buf_free(&b);
}

static void
add_paused(struct page *p, const struct frame *sc)
{
	struct buf b = { 0 }, loses = { 0 };

	if (sc->runner == NULL || !runner_is_paused(sc->runner))
		return;
	page_title(p, "Paused before");
	runner_paused_words(sc->runner, sc->session, &b);
	page_add(p, STYLE_NORMAL, NULL, 1, buf_str(&b));
	buf_reset(&b);
	view_paused_effect(sc, &b, &loses);
	page_add(p, STYLE_LABEL, "effect", COLUMN, buf_str(&b));
	page_add(p, STYLE_LABEL, "loses", COLUMN, loses.len != 0 ?
	    buf_str(&loses) : "nothing");
	buf_free(&b);
	buf_free(&loses);
}

static void
add_job(struct page *p, const struct frame *sc)
{
	struct buf b = { 0 };

	if (sc->runner != NULL && runner_busy(sc->runner)) {
		page_title(p, "Job");
		runner_words(sc->runner, &b, sc->now);
		page_add(p, STYLE_NORMAL, NULL, 1, buf_str(&b));
	}
	buf_free(&b);
	if (frame_result(sc, NULL) != NULL) {
		page_title(p, "Result of the last job");
		page_add(p, STYLE_NORMAL, NULL, 1, frame_result(sc, NULL));
	}
	if (sc->app->message.len == 0 || (sc->runner != NULL &&
	    strcmp(buf_str(&sc->app->message),
	    buf_str(&sc->runner->result.text)) == 0))
		return;
	page_title(p, "Last message");
	page_add(p, STYLE_NORMAL, NULL, 1, buf_str(&sc->app->message));
}

static void
add_findings(struct page *p, const struct frame *sc)
{
	size_t i;

	if (sc->findings.standing == 0)
		return;
	page_title(p, "Findings");
	for (i = 0; i < sc->findings.standing; i++)
		page_add(p, STYLE_NORMAL, NULL, 1,
		    sc->findings.list[i]->row->title);
}

void
view_whole_verdict(struct area a, const struct frame *sc)
{
	struct page p = { 0 };

	if (sc->session == NULL)
		return;
	add_verdict(&p, sc);
	add_advice(&p, sc);
	add_paused(&p, sc);
	add_job(&p, sc);
	add_findings(&p, sc);
	page_draw(area_part(a, 0, 0, a.rows, a.cols < 100 ? a.cols : 100), &p,
	    sc->view);
	page_free(&p);
}
