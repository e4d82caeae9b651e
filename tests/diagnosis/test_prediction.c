/* SPDX-License-Identifier: ISC */
/*
 * One prediction: in every state that requests lead a simulated device into,
 * before the announced wait and after it, the panel, the page, what-if, its
 * JSON and what is kept with the request say the same of each request, and
 * the device then does it; or it was said that it is not known. The device
 * knows no table of the program.
 */
#include "tests/diagnosis/ways.h"

#include "tests/dfu/check.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "command/command.h"
#include "diagnosis/conformance.h"
#include "diagnosis/sessions.h"
#include "diagnosis/what_if.h"
#include "report/json.h"
#include "report/text.h"
#include "ui/view/view.h"
#include "wire/usb.h"
#include "ui/view/screens.h"
#include "ui/cells/canvas.h"

/* A device is looked at in so many situations at most. */
#define SITUATIONS	256

static const struct {
	const char	*name;		/* of the panel, but for the last */
	const char	*row;		/* of what_if_rows */
	enum dfu_input	 input;
} names[ASKS] = {
	{ "GETSTATUS", "getstatus", DFU_IN_GETSTATUS },
	{ "GETSTATE", "getstate", DFU_IN_GETSTATE },
	{ "CLRSTATUS", "clrstatus", DFU_IN_CLRSTATUS },
	{ "ABORT", "abort", DFU_IN_ABORT },
	{ "DNLOAD ", "dnload", DFU_IN_DNLOAD },
	{ "DNLOAD 0", "dnload 0", DFU_IN_DNLOAD0 },
	{ "UPLOAD", "upload", DFU_IN_UPLOAD },
	{ "bus reset", "reset", DFU_IN_RESET },
	{ "DETACH", "detach", DFU_IN_DETACH },
	{ "SET_INTERFACE", "alt", DFU_IN_OTHER },
};

struct walker {
	const struct way_of	*way;
	struct way_path		 paths[SITUATIONS];
	uint64_t		 keys[SITUATIONS];
	size_t			 n;
	const struct way_path	*at;	/* for a message */
	enum ask		 ask;
	unsigned		 cells;
	unsigned		 unknown;
};

/* For a message: what was done, and what was asked. */
static const char *
story(const struct walker *w)
{
	static char text[400];
	size_t i, n = 0;

	for (i = 0; i < w->at->n; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s, ",
		    w->at->ask[i] < ASKS ? names[w->at->ask[i]].name :
		    "a wrong block, GETSTATUS, GETSTATUS",
		    w->at->waits[i] ? ", waiting" : "");
	snprintf(text + n, sizeof(text) - n, "then %s",
	    w->ask < ASKS ? names[w->ask].name : "nothing");
	return (text);
}

#define WRONG(w, ...) do {						\
	char what_[300];						\
	snprintf(what_, sizeof(what_), __VA_ARGS__);			\
	fail_msg("%s: %s: %s", way_spec((w)->way), story(w), what_);	\
} while (0)

/* The words of the pages, made anew. */
static void
add_words(struct buf *b, uint8_t from, const struct dfu_outlook *o)
{
	static const char *const answers[] = {
		[DFU_RESPONSE_OK] = "answered", [DFU_RESPONSE_STALL] =
		"STALL", [DFU_RESPONSE_NONE] = NULL, [DFU_RESPONSE_ANY] =
		"answered or not", [DFU_RESPONSE_NONE_EXPECTED] = "no answer",
	};
	const char *answer = answers[o->response];

	if (o->next == DFU_NEXT_GONE) {
		buf_adds(b, "disconnects");
		return;
	}
	if (answer != NULL)
		buf_adds(b, answer);
	if (o->says != o->next && o->response == DFU_RESPONSE_OK)
		buf_addf(b, " as if in %u %s", o->says,
		    dfu_state_name(o->says));
	if (answer != NULL)
		buf_adds(b, ", ");
	buf_addf(b, "%s %u %s", o->next == from ? "stays in" : "goes to",
	    o->next, dfu_state_name(o->next));
}

/* The words of the panel. */
static void
add_brief(struct buf *b, uint8_t from, const struct dfu_outlook *o)
{
	if (o->next == DFU_NEXT_GONE)
		buf_adds(b, "leaves");
	else if (o->response == DFU_RESPONSE_NONE_EXPECTED)
		buf_adds(b, "no answer");
	else if (o->response == DFU_RESPONSE_ANY)
		buf_adds(b, "optional");
	else if (o->response == DFU_RESPONSE_STALL && o->next == from)
		buf_adds(b, "STALL");
	else if (o->response == DFU_RESPONSE_STALL)
		buf_addf(b, "STALL → %u", o->next);
	else if (o->next == from)
		buf_adds(b, "no change");
	else
		buf_addf(b, "→ %u", o->next);
}

/* Everything that is shown of a situation. */
struct shown {
	struct buf	 panel;
	struct buf	 page;
};

static void
draw(struct seat *t, struct shown *v)
{
	struct canvas *c = canvas_new(40, 44, false);
	struct canvas *wide = canvas_new(120, 300, false);
	struct frame f;

	frame_begin(&f, &t->st.view, &t->st.app, t->st.now);
	view_what_if(canvas_area(c), &f);
	view_what_if_page(canvas_area(wide), &f);
	frame_end(&f);
	canvas_dump(c, &v->panel, false);
	canvas_dump(wide, &v->page, false);
	canvas_free(c);
	canvas_free(wide);
}

/* The part of text from the line that begins with name on. */
static const char *
line_of(const struct buf *text, const char *name)
{
	const char *p = buf_str((struct buf *)(uintptr_t)text), *at;

	for (; p != NULL && *p != '\0'; p = strchr(p, '\n'),
	    p = p != NULL ? p + 1 : NULL) {
		at = strstr(p, name);
		if (at != NULL && strcspn(p, "\n") > (size_t)(at - p))
			return (at);
	}
	return (NULL);
}

static bool
line_has(const struct buf *text, const char *name, const char *words)
{
	const char *line = line_of(text, name), *at;

	at = line != NULL ? strstr(line, words) : NULL;
	return (at != NULL && (size_t)(at - line) < strcspn(line, "\n"));
}

/* The panel has a column for each half, or DFU 1.1 alone. */
static void
check_panel(struct walker *w, const struct seat *t, const struct shown *v,
    const struct prediction *p)
{
	/* The row below the other DNLOAD has no room for its name. */
	const char *name = names[w->ask].input == DFU_IN_DNLOAD0 ? "len=0" :
	    names[w->ask].name, *line;
	struct dfu_outlook spec = prediction_spec(p);
	struct buf b = { 0 };

	if (t->s->stack == NULL || w->ask == ASK_ALTERNATE)
		return;
	line = line_of(&v->panel, name);
	if (line == NULL)
		WRONG(w, "the panel does not have it\n%s",
		    buf_str((struct buf *)(uintptr_t)&v->panel));
	if (p->spec != NULL)
		add_brief(&b, p->state, &spec);
	else
		buf_adds(&b, "?");
	if (p->otherwise != NO_STATE)
		buf_addf(&b, "/%u", p->otherwise);
	buf_addc(&b, ' ');
	if (!line_has(&v->panel, name, buf_str(&b)))
		WRONG(w, "the panel does not say %s by DFU 1.1: %.40s",
		    buf_str(&b), line);
	buf_reset(&b);
	if (p->known)
		add_brief(&b, p->stack_state, &p->stack);
	else
		buf_adds(&b, "?");
	if (!line_has(&v->panel, name, buf_str(&b)))
		WRONG(w, "the panel does not say %s by the stack: %.40s",
		    buf_str(&b), line);
	buf_free(&b);
}

/* what-if, in text and in JSON, and the page have the same sentence. */
static void
check_words(struct walker *w, const struct seat *t, const struct shown *v,
    const struct prediction *p)
{
	const struct what_if_row *row = what_if_named(names[w->ask].row);
	struct dfu_outlook spec = prediction_spec(p);
	struct buf words[2] = { { 0 }, { 0 } }, text = { 0 }, json = { 0 };
	int i;

	if (p->spec != NULL)
		add_words(&words[0], p->state, &spec);
	if (p->known)
		add_words(&words[1], p->stack_state, &p->stack);
	else if (t->s->stack != NULL)
		buf_adds(&words[1], "unknown");
	text_what_if(&text, &t->st.app, row, t->st.now);
	json_what_if(&json, &t->st.app, row, t->st.now);
	for (i = 0; i < 2; i++) {
		if (words[i].len == 0)
			continue;
		if (strstr(buf_str(&text), buf_str(&words[i])) == NULL)
			WRONG(w, "what-if does not say \"%s\"",
			    buf_str(&words[i]));
		if (strstr(buf_str(&json), buf_str(&words[i])) == NULL)
			WRONG(w, "JSON does not say \"%s\"",
			    buf_str(&words[i]));
		if (strstr(buf_str((struct buf *)(uintptr_t)&v->page),
		    buf_str(&words[i])) == NULL)
			WRONG(w, "the page does not say \"%s\"",
			    buf_str(&words[i]));
	}
	buf_free(&words[0]);
	buf_free(&words[1]);
	buf_free(&text);
	buf_free(&json);
}

static bool
is_same(const struct dfu_outlook *a, const struct dfu_outlook *b)
{
	return (a->response == b->response && a->next == b->next &&
	    a->says == b->says && a->certainty == b->certainty);
}

/* What was kept with the request is what was shown before it was sent. */
static void
check_kept(struct walker *w, const struct seat *t, const struct prediction *p)
{
	const struct request *r = session_request(t->s, t->st.number);

	if (w->ask == ASK_RESET)
		return;
	if (r == NULL)
		WRONG(w, "the request is not kept");
	if (r->predicted->spec != p->spec || r->predicted->known != p->known ||
	    r->predicted->stack_state != p->stack_state ||
	    (p->known && !is_same(&r->predicted->stack, &p->stack)))
		WRONG(w, "the request keeps another prediction");
}

static bool
answer_fits(enum sim_answer answer, enum dfu_response response)
{
	switch (response) {
	case DFU_RESPONSE_OK:
		return (answer == SIM_ACK);
	case DFU_RESPONSE_STALL:
		return (answer == SIM_STALL);
	case DFU_RESPONSE_ANY:
		return (answer == SIM_ACK || answer == SIM_STALL);
	case DFU_RESPONSE_NONE_EXPECTED:
		return (answer == SIM_SILENT);
	case DFU_RESPONSE_NONE:
		break;
	}
	return (true);
}

/* And the device does it. */
static void
check_device(struct walker *w, struct seat *t, const struct dfu_outlook *o,
    int otherwise, uint32_t incarnation)
{
	int state = sim_state(t->sim);
	struct estimate b = session_estimate(t->s, t->st.now);

	if (o->next == DFU_NEXT_GONE) {
		if (o->says != DFU_NEXT_GONE && t->said != o->says)
			WRONG(w, "it says %d, not %u", t->said, o->says);
		seat_wait(t, SEAT_LEAVES);
		if (!seat_left(t, incarnation))
			WRONG(w, "it does not leave, and is in %d", state);
		return;
	}
	if (w->ask != ASK_RESET && !answer_fits(t->answer, o->response))
		WRONG(w, "it answers with %d, not with %d", t->answer,
		    o->response);
	if (t->said >= 0 && t->said != o->says)
		WRONG(w, "it says %d, not %u", t->said, o->says);
	if (state != o->next && state != otherwise)
		WRONG(w, "it is in %d, not in %u", state, o->next);
	if (t->s->present && !seat_left(t, incarnation) &&
	    b.how != ESTIMATE_UNKNOWN && b.state != o->next)
		WRONG(w, "it is believed to be in %u, not in %u", b.state,
		    o->next);
}

static struct prediction
foretell(const struct seat *t, enum ask ask)
{
	return (ask == ASK_ALTERNATE ?
	    predict_alternate(t->s, t->s->stack, t->st.now) :
	    predict(t->s, names[ask].input, t->s->stack, t->st.now));
}

/* What was foretold, and was done, breaks no rule of the stack. */
static void
check_conformance(struct walker *w, const struct seat *t)
{
	const struct request *r = session_request(t->s, t->st.number);

	if (w->ask != ASK_RESET &&
	    conformance_with(t->s, r, t->s->stack) == CONFORMS_NO)
		WRONG(w, "it is said to be not as %s does", t->s->stack->name);
}

/* One request in one situation. */
static void
probe(struct walker *w, const struct way_path *p, const struct shown *v,
    enum ask ask)
{
	struct prediction one, otherwise;
	struct dfu_outlook o;
	struct seat t;
	uint32_t incarnation;
	uint8_t from;

	w->ask = ask;
	way_go(w->way, NULL, &t, p);
	one = foretell(&t, ask);
	check_panel(w, &t, v, &one);
	check_words(w, &t, v, &one);
	w->cells++;
	otherwise = predict(t.s, DFU_IN_UPLOAD_SHORT, t.s->stack, t.st.now);
	incarnation = sim_incarnation(t.sim);
	way_put(w->way, &t, ask);
	check_kept(w, &t, &one);
	/* One that is answered short is another thing, as its row says. */
	if (ask == ASK_UPLOAD && t.is_short && t.answer == SIM_ACK)
		one = otherwise;
	if (t.s->stack != NULL ? !one.known : one.spec == NULL)
		w->unknown++;
	else if (prediction_first(&one, &o, &from))
		check_device(w, &t, &o, one.known ? o.next : one.otherwise,
		    incarnation);
	if (one.known)
		check_conformance(w, &t);
	seat_close(&t);
}

/* Where it is, and where it is believed to be: what tells situations apart. */
static uint64_t
key_of(const struct seat *t)
{
	struct estimate b = session_estimate(t->s, t->st.now);
	struct estimate spec = session_estimate_spec(t->s, t->st.now);
	uint64_t waits = session_wait_left(t->s, t->st.now) != 0;

	return ((uint64_t)(sim_state(t->sim) & 0xff) |
	    (uint64_t)(sim_status(t->sim) & 0xff) << 8 |
	    (uint64_t)b.state << 16 | (uint64_t)b.how << 24 |
	    (uint64_t)b.work << 28 | (uint64_t)spec.state << 32 |
	    (uint64_t)spec.how << 40 | (uint64_t)spec.work << 44 |
	    waits << 48);
}

/* A new situation, in which it is there and its state is known. */
static void
visit(struct walker *w, const struct way_path *p)
{
	struct shown v = { { 0 }, { 0 } };
	struct estimate b;
	struct seat t;
	uint64_t key;
	size_t i;
	int ask;

	w->at = p;
	w->ask = WAYS;
	way_go(w->way, NULL, &t, p);
	b = session_estimate(t.s, t.st.now);
	key = key_of(&t);
	for (i = 0; i < w->n && w->keys[i] != key; i++)
		;
	if (i < w->n || seat_left(&t, 1) || !t.s->present ||
	    (p->n > 0 && b.how == ESTIMATE_UNKNOWN)) {
		seat_close(&t);
		return;
	}
	if (w->n == SITUATIONS)
		WRONG(w, "more situations than there is room for");
	w->keys[w->n] = key;
	w->paths[w->n++] = *p;
	if (b.how != ESTIMATE_UNKNOWN && b.state != sim_state(t.sim))
		WRONG(w, "it is believed to be in %u, and is in %d", b.state,
		    sim_state(t.sim));
	draw(&t, &v);
	seat_close(&t);
	for (ask = 0; ask < ASKS && b.how != ESTIMATE_UNKNOWN; ask++)
		probe(w, p, &v, (enum ask)ask);
	buf_free(&v.panel);
	buf_free(&v.page);
}

/* The last step was foretold, so that it is known where it led. */
static bool
is_known(struct walker *w, const struct way_path *p)
{
	struct way_path before = *p;
	struct prediction one;
	struct seat t;
	bool known;

	if (p->ask[p->n - 1] >= ASKS)
		return (w->way->wrong != NULL);
	before.n--;
	way_go(w->way, NULL, &t, &before);
	one = foretell(&t, (enum ask)p->ask[p->n - 1]);
	known = p->n == 1 || t.s->stack == NULL || one.known;
	seat_close(&t);
	return (known);
}

static void
walk(struct walker *w)
{
	struct way_path p = { .n = 0 };
	size_t i;
	int ask;

	visit(w, &p);
	for (i = 0; i < w->n; i++) {
		if (w->paths[i].n == WAY_STEPS)
			WRONG(w, "too long a way");
		for (ask = 0; ask < WAYS; ask++) {
			p = w->paths[i];
			p.ask[p.n] = (uint8_t)ask;
			p.waits[p.n++] = false;
			if (!is_known(w, &p))
				continue;
			visit(w, &p);
			p.waits[p.n - 1] = true;
			visit(w, &p);
		}
	}
}

static void
all_say_what_the_device_does(void **state)
{
	const struct way_of *way = *state;
	struct walker *w = mem_alloc(sizeof(*w));
	struct seat t;
	bool named;

	w->way = way;
	way_sit(w->way, NULL, &t);
	named = t.s->stack != NULL;
	seat_close(&t);
	walk(w);
	if (getenv("VERBOSE") != NULL)
		print_message("%s: %zu situations, %u of %u not known\n",
		    way_spec(way), w->n, w->unknown, w->cells);
	assert_true(w->n > 8);
	if (named && w->unknown * 20 > w->cells)
		fail_msg("%s: of %u cells %u are not known", way_spec(way),
		    w->cells, w->unknown);
	free(w);
}

static const struct way_of plain = { .first = 0, .full = 16 };

/* An application that is done before the answer shows it by answers. */
static void
it_is_learnt_that_one_is_done_at_once(void **state)
{
	struct walker w = { .way = &plain };
	struct prediction p;
	struct seat t;

	(void)state;
	seat_open(&t, "tinyusb,reports=at-once", NULL);
	way_put(w.way, &t, ASK_GETSTATUS);
	way_put(w.way, &t, ASK_DNLOAD);
	p = foretell(&t, ASK_GETSTATUS);
	assert_int_equal(p.stack.next, DFU_STATE_DNBUSY);
	way_put(w.way, &t, ASK_GETSTATUS);
	way_put(w.way, &t, ASK_GETSTATE);
	assert_int_equal(t.said, DFU_STATE_DNLOAD_SYNC);
	way_put(w.way, &t, ASK_GETSTATUS);
	way_put(w.way, &t, ASK_DNLOAD);
	p = foretell(&t, ASK_GETSTATUS);
	assert_int_equal(p.stack.next, DFU_STATE_DNLOAD_SYNC);
	assert_int_equal(p.stack.says, DFU_STATE_DNBUSY);
	way_put(w.way, &t, ASK_GETSTATUS);
	assert_int_equal(session_estimate(t.s, t.st.now).state,
	    DFU_STATE_DNLOAD_SYNC);
	p = foretell(&t, ASK_GETSTATUS);
	assert_int_equal(p.stack.next, DFU_STATE_DNLOAD_IDLE);
	seat_close(&t);
}

/* ABORT is stalled, and it is where it was: only DFU 1.1 has it in dfuERROR. */
static void
a_rom_that_refuses_an_abort_is_in_dfuMANIFEST(void **state)
{
	struct walker w = { .way = &plain };
	struct buf json = { 0 };
	struct estimate b;
	struct seat t;

	(void)state;
	seat_open(&t, "stm32f072,start=manifest,stuck=never", NULL);
	way_put(w.way, &t, ASK_GETSTATUS);
	way_put(w.way, &t, ASK_ABORT);
	assert_int_equal(t.answer, SIM_STALL);
	b = session_estimate(t.s, t.st.now);
	assert_int_equal(b.state, DFU_STATE_MANIFEST);
	assert_true(b.by_stack);
	assert_int_equal(b.certainty, DFU_KNOWN_REPORT);
	assert_int_equal(session_estimate_spec(t.s, t.st.now).state,
	    DFU_STATE_ERROR);
	assert_true(session_estimates_differ(t.s, t.st.now));
	json_session(&json, t.s, NULL, t.st.now);
	assert_non_null(strstr(buf_str(&json), "\"by_spec\":{\"number\":10"));
	assert_non_null(strstr(buf_str(&json), "\"believed\":{\"number\":7"));
	buf_free(&json);
	/* Time does not lead it out, either. */
	seat_wait(&t, 1000000);
	assert_int_equal(session_estimate(t.s, t.st.now).state,
	    DFU_STATE_MANIFEST);
	seat_close(&t);
}

static void
say(struct seat *t, const char *text)
{
	struct event e = event_text(EVENT_COMMAND, t->st.now, t->st.dev,
	    text);

	sessions_apply(t->st.app.sessions, &e);
}

/* The operator's word is an event, so that a replay hears it. */
static void
the_operator_says_what_it_is(void **state)
{
	struct walker w = { .way = &plain };
	struct seat t;

	(void)state;
	seat_open(&t, "dfu11", NULL);
	assert_null(t.s->stack);
	say(&t, "stack dapboot");
	assert_ptr_equal(t.s->stack, dfu_stack_named("dapboot"));
	way_put(w.way, &t, ASK_GETSTATUS);
	assert_ptr_equal(session_request(t.s, t.st.number)->predicted->by,
	    dfu_stack_named("dapboot"));
	say(&t, "stack auto");
	assert_null(t.s->stack);
	seat_close(&t);
}

/* None is left out. */
static void
every_profile_is_walked(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < sim_profiles_count; i++) {
		for (k = 0; k < ways_count; k++) {
			if (strcmp(ways[k].profile,
			    sim_profiles[i].name) == 0)
				break;
		}
		if (k == ways_count)
			fail_msg("%s is not walked", sim_profiles[i].name);
	}
}

int
main(void)
{
	static const struct CMUnitTest more[] = {
		cmocka_unit_test(every_profile_is_walked),
		cmocka_unit_test(it_is_learnt_that_one_is_done_at_once),
		cmocka_unit_test(
		    a_rom_that_refuses_an_abort_is_in_dfuMANIFEST),
		cmocka_unit_test(the_operator_says_what_it_is),
	};
	static struct CMUnitTest tests[WAYS_OF + COUNT(more)];
	size_t i, n = 0;

	setlocale(LC_ALL, "C.UTF-8");
	for (i = 0; i < ways_count; i += walk_step(3))
		tests[n++] = (struct CMUnitTest){ way_spec(&ways[i]),
		    all_say_what_the_device_does, NULL, NULL,
		    (void *)(uintptr_t)&ways[i] };
	memcpy(tests + n, more, sizeof(more));
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
