/* SPDX-License-Identifier: ISC */
#include "lesson/sheet.h"

#include <string.h>

#include "dfu/spec.h"
#include "lesson/lesson_run.h"
#include "lesson/rule.h"

#define COLS	76	/* of a line of text */

struct sheet {
	struct buf	*b;
	bool		 html;
};

/* Of text, what HTML would read as its own. */
static void
put_html(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '&')
			buf_adds(b, "&amp;");
		else if (*s == '<')
			buf_adds(b, "&lt;");
		else if (*s == '>')
			buf_adds(b, "&gt;");
		else
			buf_addc(b, *s);
	}
}

/* Broken at blanks, each line behind so many blanks. */
static void
put_lines(struct buf *b, const char *s, size_t indent)
{
	size_t col = 0, n;

	while (*s != '\0') {
		n = strcspn(s, " \n");
		if (col != 0 && indent + col + 1 + n > COLS) {
			buf_addc(b, '\n');
			col = 0;
		}
		if (col == 0)
			buf_addf(b, "%*s", (int)indent, "");
		else
			buf_addc(b, ' ');
		buf_add(b, s, n);
		col += n + (col != 0);
		s += n;
		if (*s == '\n') {
			buf_addc(b, '\n');
			col = 0;
		}
		s += *s != '\0';
	}
	if (col != 0)
		buf_addc(b, '\n');
}

static void
heading(const struct sheet *o, unsigned level, const char *text)
{
	if (o->html) {
		buf_addf(o->b, "<h%u>", level);
		put_html(o->b, text);
		buf_addf(o->b, "</h%u>\n", level);
		return;
	}
	put_lines(o->b, text, 0);
	buf_addc(o->b, '\n');
}

/* class: of the paragraph in HTML, or NULL. */
static void
paragraph(const struct sheet *o, const char *class, const char *text)
{
	if (*text == '\0')
		return;
	if (!o->html) {
		put_lines(o->b, text, 4);
		return;
	}
	buf_addf(o->b, class != NULL ? "<p class=\"%s\">" : "<p>",
	    class != NULL ? class : "");
	put_html(o->b, text);
	buf_adds(o->b, "</p>\n");
}

static void
cell(const struct sheet *o, const char *word)
{
	if (o->html) {
		buf_adds(o->b, "<label><input type=\"checkbox\"> ");
		put_html(o->b, word);
		buf_adds(o->b, "</label>\n");
	} else {
		buf_addf(o->b, "    [ ] %s\n", word);
	}
}

static void
blank(const struct sheet *o, const char *word)
{
	if (o->html) {
		buf_adds(o->b, "<p class=\"cell\"><label>");
		put_html(o->b, word);
		buf_adds(o->b, " <input type=\"text\"></label></p>\n");
	} else {
		buf_addf(o->b, "    %s: ____________________\n", word);
	}
}

void
sheet_begin(const char *title, bool html, struct buf *b)
{
	if (!html)
		return;
	buf_adds(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n<title>");
	put_html(b, title);
	buf_adds(b, "</title>\n<style>\n"
	    "body { font: 11pt/1.4 sans-serif; max-width: 44em; "
	    "margin: 2em auto; padding: 0 1em; }\n"
	    "h1 { font-size: 1.5em; } h2 { font-size: 1.2em; "
	    "margin-top: 2em; }\n"
	    "h3 { font-size: 1em; margin: 1.4em 0 0.2em; }\n"
	    "p { margin: 0.3em 0; }\n"
	    ".send, .moves { font-family: monospace; white-space: pre-wrap; "
	    "}\n"
	    ".send { border-left: 3px solid #888; padding-left: 0.6em; }\n"
	    "label { display: inline-block; margin-right: 1.5em; }\n"
	    "ol.map { columns: 2; font-family: monospace; }\n"
	    "input[type=text] { width: 14em; border: 0; "
	    "border-bottom: 1px solid; }\n"
	    "section.step { break-inside: avoid; }\n"
	    "section.key { break-before: page; }\n"
	    "</style>\n</head>\n<body>\n");
}

void
sheet_end(bool html, struct buf *b)
{
	if (html)
		buf_adds(b, "</body>\n</html>\n");
}

void
sheet_map(bool html, struct buf *b)
{
	struct sheet o = { b, html };
	uint8_t i;

	heading(&o, 2, "The states");
	if (html)
		buf_adds(b, "<ol class=\"map\" start=\"0\">\n");
	for (i = 0; i < DFU_STATE_COUNT; i++)
		buf_addf(b, html ? "<li value=\"%u\">%s</li>\n" :
		    "    %2u %s\n", i, dfu_state_name(i));
	buf_adds(b, html ? "</ol>\n" : "\n");
}

void
sheet_rules(bool html, struct buf *b)
{
	struct sheet o = { b, html };
	const struct rule *rule;
	struct buf line = { 0 };
	unsigned i;

	heading(&o, 2, "The rules");
	for (i = 1; (rule = rule_of(i)) != NULL; i++) {
		buf_reset(&line);
		buf_addf(&line, "%s, %s: %s (%s)", rule->id, rule->name,
		    rule->text, rule->clause);
		paragraph(&o, NULL, buf_str(&line));
	}
	buf_addc(b, '\n');
	buf_free(&line);
}

/* What the device did, as the list of requests has it. */
static void
put_moves(const struct sheet *o, const struct lesson_run *r)
{
	struct buf line = { 0 };
	size_t i;

	for (i = r->past.n; i < r->deed.n; i++) {
		lesson_move_words(&r->deed.moves[i], &line);
		if (r->deed.moves[i].request)
			buf_adds(&line, ": ");
		lesson_move_answer(&r->deed.moves[i], &line);
		buf_addc(&line, '\n');
	}
	paragraph(o, "moves", buf_str(&line));
	buf_free(&line);
}

static void
put_cells(const struct sheet *o, const struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);
	unsigned a;
	size_t i;
	int state;

	paragraph(o, "question", lesson_ask_rows[s->ask].question);
	for (a = LESSON_ANSWERED; lesson_asks_answer(r) && a <= LESSON_LEFT;
	    a++)
		if (lesson_offers_answer(r, (enum lesson_answer)a))
			cell(o, lesson_answer_name((enum lesson_answer)a));
	if (s->ask == LESSON_STATE && s->nchoices != 0) {
		for (state = 0; state < DFU_STATE_COUNT; state++)
			if (lesson_offers_state(r, state))
				cell(o, dfu_state_name((uint8_t)state));
		if (lesson_offers_state(r, LESSON_GONE))
			cell(o, "gone");
	} else if (lesson_asks_state(r)) {
		blank(o, "state");
	}
	for (i = 0; i < lesson_choices_count(r); i++)
		cell(o, lesson_choice_words(r, i));
	if (lesson_asks_number(r))
		blank(o, "number");
}

static void
put_goal(const struct sheet *o, const struct lesson_step *s)
{
	struct buf line = { 0 };
	size_t i;

	for (i = 0; i < s->ngoals; i++)
		buf_addf(&line, "%s%s", i == 0 ? "Goal: " : ", ",
		    s->goals[i].words);
	if (s->par != 0)
		buf_addf(&line, "; the best way takes %u request%s", s->par,
		    s->par == 1 ? "" : "s");
	paragraph(o, "question", buf_str(&line));
	blank(o, "requests");
	buf_free(&line);
}

/* A lesson is taken from step to step, and nothing answered. */
static void
begin(struct lesson_run *r, const struct lesson *l, size_t step,
    const struct lesson_bench *bench)
{
	struct lesson_config config = { .lesson = l, .bench = bench,
	    .resume = step };

	lesson_begin(r, &config);
}

static void
put_step(const struct sheet *o, const struct lesson *l, size_t step,
    const struct lesson_bench *bench)
{
	const struct lesson_step *s = &l->steps[step];
	struct lesson_run r;
	struct buf line = { 0 };

	begin(&r, l, step, bench);
	if (o->html)
		buf_adds(o->b, "<section class=\"step\">\n");
	buf_addf(&line, "%zu.", step + 1);
	heading(o, 3, buf_str(&line));
	paragraph(o, NULL, s->text);
	buf_reset(&line);
	if (s->send != NULL && s->ask != LESSON_REACH) {
		buf_addf(&line, "> %s", s->send);
		paragraph(o, "send", buf_str(&line));
	}
	if (s->ask == LESSON_READ) {
		(void)lesson_enter(&r);
		put_moves(o, &r);
		paragraph(o, NULL, s->more != NULL ? s->more : "");
	} else if (s->ask == LESSON_REACH) {
		put_goal(o, s);
	} else {
		put_cells(o, &r);
	}
	buf_adds(o->b, o->html ? "</section>\n" : "\n");
	buf_free(&line);
	lesson_end(&r);
}

void
sheet_lesson(const struct lesson *l, const struct lesson_bench *bench,
    bool html, struct buf *b)
{
	struct sheet o = { b, html };
	size_t i;

	heading(&o, 1, l->title);
	for (i = 0; i < l->nsteps; i++)
		put_step(&o, l, i, bench);
	if (l->ncards == 0)
		return;
	heading(&o, 2, "To remember");
	for (i = 0; i < l->ncards; i++)
		paragraph(&o, NULL, l->cards[i]);
	buf_addc(b, '\n');
}

static void
put_key(const struct sheet *o, const struct lesson *l, size_t step,
    const struct lesson_bench *bench)
{
	const struct lesson_step *s = &l->steps[step];
	struct lesson_run r;
	struct buf line = { 0 };
	size_t i;

	if (s->ask == LESSON_READ)
		return;
	begin(&r, l, step, bench);
	buf_addf(&line, "%zu. ", step + 1);
	if (s->ask == LESSON_REACH) {
		buf_adds(&line, s->solution);
	} else {
		lesson_answer_right(&r);
		buf_adds(&line, strncmp(buf_str(&r.told), "Right: ", 7) == 0 ?
		    buf_str(&r.told) + 7 : buf_str(&r.told));
	}
	paragraph(o, "right", buf_str(&line));
	paragraph(o, NULL, buf_str(&r.why));
	for (i = 0; i < s->nwhys; i++) {
		buf_reset(&line);
		buf_addf(&line, "%s: %s", s->whys[i].choice, s->whys[i].text);
		paragraph(o, NULL, buf_str(&line));
	}
	paragraph(o, NULL, s->more != NULL ? s->more : "");
	if (!o->html)
		buf_addc(o->b, '\n');
	buf_free(&line);
	lesson_end(&r);
}

void
sheet_key(const struct lesson *l, const struct lesson_bench *bench, bool html,
    struct buf *b)
{
	struct sheet o = { b, html };
	struct buf title = { 0 };
	size_t i;

	buf_adds(b, html ? "<section class=\"key\">\n" : "\f\n");
	buf_addf(&title, "Key: %s", l->title);
	heading(&o, 1, buf_str(&title));
	for (i = 0; i < l->nsteps; i++)
		put_key(&o, l, i, bench);
	if (html)
		buf_adds(b, "</section>\n");
	buf_free(&title);
}
