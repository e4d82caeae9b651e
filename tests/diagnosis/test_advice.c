/* SPDX-License-Identifier: ISC */
/*
 * One advice: for every simulated device, in the situations that requests and
 * a single fault lead it into, the verdict's rows, the bar, the findings, the
 * page of recovery, text and JSON give the same. Followed, it leads out with
 * at most two actions more than the shortest way has; it destroys nothing, and
 * no finding is raised against it.
 */
#include "config.h"

#include "tests/diagnosis/ways.h"

#include "tests/dfu/check.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/mem.h"
#include "command/command.h"
#include "diagnosis/advice.h"
#include "diagnosis/finding.h"
#include "diagnosis/fingerprint.h"
#include "diagnosis/sessions.h"
#include "diagnosis/verdict.h"
#include "report/json.h"
#include "report/text.h"
#include "report/ways.h"
#include "ui/view/recovery_shown.h"
#include "ui/view/screen_stack.h"
#include "ui/view/screens.h"
#include "ui/view/view.h"
#include "wire/usb.h"

#define SITUATIONS	120
/* And where each step is watched, by a sanitizer say: WALK_SHORT is set. */
#define SITUATIONS_SHORT	3
#define STEPS		4	/* requests into a situation, at most */
#define FAULTED_STEPS	3	/* the same with a fault */
#define AHEAD		2	/* actions that are tried for the shortest */
#define MORE		2	/* actions than the shortest way has */
#define POLLS		130	/* of a state that does not end */

/* One at a time; none of them means an error of whoever follows. */
static const char *const faults[] = {
	NULL, "start=error", "start=manifest", "start=3", "start=5",
	"start=6", "start=9", "start=manifest,stuck=never",
	"start=manifest,stuck=7", "stuck=never", "stuck=7", "sticks=3",
	"sticks=6", "late=1", "announce=0", "announce=noise",
	"stall=getstatus@1", "stall=getstatus@2", "stall=getstate@1",
	"stall=dnload@1", "stall=upload@1", "stall=clrstatus@1",
	"stall=abort@1", "silent=getstatus@1", "silent=getstatus@2",
	"silent=getstate@1", "silent=dnload@1", "silent=upload@1",
	"silent=clrstatus@1", "silent=abort@1", "buserror=getstatus@1",
	"buserror=getstatus@2", "buserror=dnload@1", "buserror=upload@1",
	"short=getstatus@1", "short=getstatus@2", "short=getstate@1",
	"gone=getstatus@2", "gone=dnload@1",
	"fail=dnload@1:3", "fail=dnload@1:11", "fail=getstatus@2:14",
	"fail=upload@1:15", "back=dead", "back=none",
};

struct tour {
	const struct way_of	*way;
	const char		*fault;
	struct way_path		 paths[SITUATIONS];
	uint64_t		 keys[SITUATIONS];
	size_t			 most;	/* of them */
	size_t			 n;
	unsigned		 followed;
	char			 story[600];
	const char		*told;		/* the last of it */
};

static void
tell(struct tour *w, const char *what)
{
	size_t n = strlen(w->story);

	snprintf(w->story + n, sizeof(w->story) - n, " %s", what);
}

/* The same again is told once. */
static void
tell_step(struct tour *w, const char *what)
{
	if (what != w->told) {
		tell(w, "->");
		tell(w, what);
	}
	w->told = what;
}

#define WRONG(w, ...) do {						\
	char what_[400];						\
	snprintf(what_, sizeof(what_), __VA_ARGS__);			\
	fail_msg("%s%s%s:%s: %s", way_spec((w)->way),			\
	    (w)->fault != NULL ? "," : "", (w)->fault != NULL ?		\
	    (w)->fault : "", (w)->story, what_);			\
} while (0)

static const char *const asked[WAYS] = {
	"getstatus", "getstate", "clrstatus", "abort", "dnload", "dnload0",
	"upload", "reset", "detach", "alt", "wrong"
};

/* Whatever it was told to be is in the bytes that are its own. */
static void
set_out(struct tour *w, struct seat *t, const struct way_path *p)
{
	size_t i;

	w->story[0] = '\0';
	w->told = NULL;
	for (i = 0; i < p->n; i++) {
		tell(w, asked[p->ask[i]]);
		if (p->waits[i])
			tell(w, "(waits)");
	}
	way_go(w->way, w->fault, t, p);
}

static struct advice
advice_at(const struct seat *t)
{
	return (advice_of(t->s, t->s->said_stack, t->st.now));
}

/* How often needle is in a line of the text. */
static unsigned
lines_with(const struct buf *text, const char *needle)
{
	const char *p = buf_str((struct buf *)(uintptr_t)text);
	unsigned n = 0;

	while ((p = strstr(p, needle)) != NULL) {
		n++;
		p += strlen(needle);
	}
	return (n);
}

static void
check_has(struct tour *w, const char *where, const struct buf *text,
    const char *before, const struct advice *a, const char *after)
{
	struct buf words = { 0 };

	buf_adds(&words, before);
	advice_words(a, &words);
	buf_adds(&words, after);
	if (advice_is_given(a) && lines_with(text, buf_str(&words)) != 1)
		WRONG(w, "%s does not say \"%s\": %.200s", where,
		    buf_str(&words), buf_str((struct buf *)(uintptr_t)text));
	if (!advice_is_given(a) && lines_with(text, before) != 0)
		WRONG(w, "%s gives an advice where there is none", where);
	buf_free(&words);
}

static void
check_text(struct tour *w, const struct seat *t, const struct advice *a)
{
	struct buf b = { 0 };

	text_session(&b, t->s, t->s->said_stack, t->st.now, false);
	check_has(w, "the verdict's text", &b, "\ndo       ", a, "");
	buf_reset(&b);
	text_findings(&b, t->s, t->st.now);
	if (lines_with(&b, "    Try: ") > 1)
		WRONG(w, "two findings give an advice");
	if (lines_with(&b, "    Try: ") == 1)
		check_has(w, "the finding", &b, "    Try: ", a, "");
	buf_reset(&b);
	ways_text(&b, &t->st.app, t->st.now);
	if (t->s->present)
		check_has(w, "the page's text", &b, "next: ", a,
		    a->command != NULL ? ": " : "");
	buf_free(&b);
}

static void
check_object(struct tour *w, const struct advice *a, const json_t *o,
    const char *remedy)
{
	const char *command = json_string_value(json_object_get(o, "command"));

	if ((command == NULL) != (a->command == NULL) ||
	    (command != NULL && strcmp(command, a->command) != 0))
		WRONG(w, "JSON says %s, and not %s", command != NULL ?
		    command : "nothing", a->command != NULL ? a->command :
		    "nothing");
	if ((remedy == NULL) != (command == NULL) ||
	    (remedy != NULL && strcmp(remedy, command) != 0))
		WRONG(w, "JSON has another remedy");
	if (a->kind == ADVICE_NONE)
		assert_true(json_is_null(o));
	else
		assert_string_equal(json_string_value(json_object_get(o,
		    "kind")), advice_kind_name(a->kind));
}

static void
check_json(struct tour *w, const struct seat *t, const struct advice *a)
{
	struct buf b = { 0 };
	json_t *o, *in;
	const char *remedy;
	unsigned n = 0;
	char *line, *rest = NULL;

	json_session(&b, t->s, t->s->said_stack, t->st.now);
	json_findings(&b, t->s, t->st.now);
	buf_addc(&b, '\0');
	for (line = strtok_r((char *)b.data, "\n", &rest); line != NULL;
	    line = strtok_r(NULL, "\n", &rest)) {
		o = json_loads(line, 0, NULL);
		assert_non_null(o);
		in = json_object_get(o, "verdict");
		remedy = json_string_value(json_object_get(in != NULL ? in :
		    o, "remedy"));
		if (in != NULL)
			check_object(w, a, json_object_get(in, "advice"),
			    remedy);
		else if (remedy != NULL && (a->command == NULL ||
		    strcmp(remedy, a->command) != 0))
			WRONG(w, "JSON has %s for a finding", remedy);
		n += in == NULL && remedy != NULL;
		json_decref(o);
	}
	if (n > 1)
		WRONG(w, "JSON gives an advice for two findings");
	buf_free(&b);
}

static void
draw(struct seat *t, const struct advice *a, struct tour *w, enum screen_id s,
    struct buf *b)
{
	struct canvas *c = canvas_new(40, 160, false);
	struct frame f;

	if (s != SCREEN_CONSOLE)
		screen_show(&t->st.view, s);
	frame_begin(&f, &t->st.view, &t->st.app, t->st.now);
	if (f.advice.kind != a->kind || f.advice.command != a->command ||
	    f.advice.why != a->why)
		WRONG(w, "the console has another advice");
	if (s == SCREEN_RECOVER)
		view_recover(canvas_area(c), &f);
	else if (s == SCREEN_WHAT_IF)
		view_what_if_table(canvas_area(c), &f);
	else if (s == SCREEN_FINDING)
		view_finding(canvas_area(c), &f);
	else
		view_band_verdict(area_part(canvas_area(c), 0, 0, 3, 160), &f);
	frame_end(&f);
	canvas_dump(c, b, false);
	canvas_free(c);
	if (s != SCREEN_CONSOLE)
		screen_back(&t->st.view);
}

/* On the screen it is the key that does it, if one does just that. */
static void
check_screens(struct tour *w, struct seat *t, const struct advice *a)
{
	const struct command_row *row = a->command == NULL ? NULL :
	    command_named(a->command);
	struct buf b = { 0 }, words = { 0 };

	if (row != NULL && row->key != 0)
		buf_addf(&words, "%c ", row->key);
	advice_words(a, &words);
	draw(t, a, w, SCREEN_RECOVER, &b);
	if (t->s->present && advice_is_given(a) &&
	    lines_with(&b, buf_str(&words)) == 0)
		WRONG(w, "the page does not say %s", buf_str(&words));
	if (!advice_is_given(a) && lines_with(&b, "\n next: ") != 0)
		WRONG(w, "the page gives an advice where there is none: %s",
		    buf_str(&b));
	buf_reset(&b);
	draw(t, a, w, SCREEN_CONSOLE, &b);
	if (row != NULL && row->key != 0) {
		buf_reset(&words);
		buf_addf(&words, "%c  %s", row->key, row->label);
		if (lines_with(&b, buf_str(&words)) == 0)
			WRONG(w, "the verdict does not have \"%s\": %s",
			    buf_str(&words), buf_str(&b));
	}
	buf_free(&b);
	buf_free(&words);
}

/* The row of the state that it is expected in is open, and no other. */
static void
check_table(struct tour *w, struct seat *t, const struct advice *a)
{
	struct estimate e = session_estimate(t->s, t->st.now);
	struct buf b = { 0 }, row = { 0 };

	if (!t->s->present)
		return;
	draw(t, a, w, SCREEN_WHAT_IF, &b);
	buf_addf(&row, "\n>%u %s\n", e.state, dfu_state_name(e.state));
	if (e.how != ESTIMATE_UNKNOWN && dfu_state_row(e.state) != NULL &&
	    lines_with(&b, buf_str(&row)) != 1)
		WRONG(w, "the table does not open %s", buf_str(&row));
	if (lines_with(&b, "\n>") > 1)
		WRONG(w, "the table opens more than one row");
	buf_free(&b);
	buf_free(&row);
}

/* Nothing is offered that makes no sense, unless it was tried. */
static void
check_shown(struct tour *w, struct seat *t)
{
	const struct dfu_stack *stack = fingerprint_stack(t->s,
	    t->s->said_stack);
	const struct runner *r = app_runner(&t->st.app);
	struct recovery_shown l;
	size_t i;

	recovery_shown_take(&l, t->s, r, stack, t->st.now, RECOVERY_WAIT);
	for (i = 0; i < RECOVERY_COUNT; i++) {
		bool tried = recovery_tried(&r->recovery,
		    l.options[i].action) != NULL;
		bool sense = l.options[i].forecast < RECOVERY_POINTLESS;

		if (i < l.n && !tried && (!l.open || !sense))
			WRONG(w, "%s is offered", recovery_rows[
			    l.options[i].action].id);
		if (i >= l.n && (tried || (l.open && sense)))
			WRONG(w, "%s is not offered", recovery_rows[
			    l.options[i].action].id);
	}
	recovery_shown_drop(&l);
}

static void
check_same(struct tour *w, struct seat *t, const struct advice *a)
{
	struct buf error = { 0 };
	struct job *job;

	if (a->command != NULL) {
		job = command_compile(a->command, &error, NULL);
		if (job == NULL)
			WRONG(w, "%s: %s", a->command, buf_str(&error));
		job_free(job);
		buf_free(&error);
	}
	check_text(w, t, a);
	check_json(w, t, a);
	check_screens(w, t, a);
	check_shown(w, t);
	check_table(w, t, a);
}

/* Off the bus, at rest, or in a transfer that was seen to begin. */
static bool
is_out(const struct seat *t, uint32_t incarnation)
{
	int state = sim_state(t->sim);

	return (seat_left(t, incarnation) || state == 0 || state == 2 ||
	    ((state == 5 || state == 9) && session_transfers(t->s)));
}

/* GETSTATUS as announced, until its answer is another one. */
static void
poll(struct seat *t, unsigned most)
{
	uint32_t incarnation = t->incarnation;
	int was = sim_state(t->sim);
	unsigned i;

	for (i = 0; i < most && t->s->present; i++) {
		seat_wait(t, session_wait_left(t->s, t->st.now) + 60000);
		way_put(NULL, t, ASK_GETSTATUS);
		if (sim_state(t->sim) != was || seat_left(t, incarnation) ||
		    t->answer != SIM_ACK)
			break;
	}
}

/* How an action is done; false: not by us. */
static bool
act(struct seat *t, enum recovery_action action)
{
	uint64_t left;

	switch (action) {
	case RECOVERY_WAIT:
		left = session_wait_left(t->s, t->st.now);
		seat_wait(t, left != 0 ? left + 1000 : 1000000);
		break;
	case RECOVERY_POLL:
		poll(t, POLLS);
		break;
	case RECOVERY_CLRSTATUS:
		way_put(NULL, t, ASK_CLRSTATUS);
		break;
	case RECOVERY_ABORT:
		way_put(NULL, t, ASK_ABORT);
		break;
	case RECOVERY_PAIR:
		way_put(NULL, t, ASK_CLRSTATUS);
		way_put(NULL, t, ASK_GETSTATUS);
		if (t->said == 10)
			way_put(NULL, t, ASK_CLRSTATUS);
		break;
	case RECOVERY_DETACH:
		way_put(NULL, t, ASK_DETACH);
		seat_wait(t, 500000);
		break;
	case RECOVERY_ALTERNATE:
		way_put(NULL, t, ASK_ALTERNATE);
		break;
	case RECOVERY_RESET:
		seat_reset(t);
		seat_wait(t, 500000);
		break;
	case RECOVERY_UNPLUG:
		sim_plug(t->sim, t->st.now, false);
		seat_wait(t, 1000);
		break;
	}
	return (action != RECOVERY_UNPLUG);
}

/* From the situation of p on: the fewest actions, in which no hand helps. */
static unsigned
shortest(struct tour *w, const struct way_path *p)
{
	enum recovery_action first, second;
	struct seat t;
	uint32_t incarnation;
	unsigned best = AHEAD + 1;

	for (first = RECOVERY_POLL; first < RECOVERY_UNPLUG; first++) {
		for (second = RECOVERY_WAIT; second < RECOVERY_UNPLUG &&
		    best > 1; second++) {
			way_go(w->way, w->fault, &t, p);
			incarnation = t.incarnation;
			act(&t, first);
			if (is_out(&t, incarnation))
				best = 1;
			act(&t, second);
			if (is_out(&t, incarnation) && best > 2)
				best = 2;
			seat_close(&t);
		}
	}
	return (best);
}

/*
 * A finding on the host's side about what was advised; what is found at the
 * first look blames who was there before.
 */
static void
check_findings(struct tour *w, const struct seat *t, uint32_t from,
    const bool *known)
{
	const struct findings *all = t->s->findings;
	const struct finding *f;
	size_t i;

	for (i = 0; i < all->n; i++) {
		f = &all->list[i];
		if (f->life != FINDING_WITHDRAWN && !known[i] &&
		    (f->culprit != 0 ? f->culprit : f->last) >= from &&
		    f->row->severity != SEVERITY_NOTE &&
		    f->row->fault == FINDING_FAULT_HOST &&
		    strncmp(f->row->id, "found-", 6) != 0)
			WRONG(w, "whoever follows is found to be %s (#%u)",
			    f->row->id, f->last);
	}
}

static bool
step(struct tour *w, struct seat *t, const struct advice *a,
    unsigned *actions)
{
	tell_step(w, a->command != NULL ? a->command : a->why);
	if (a->kind == ADVICE_OUTSIDE)
		return (false);
	/*
	 * A question behind an action tells what that did; and where nothing
	 * is known to help, nobody knows a short way.
	 */
	*actions += (a->action > RECOVERY_POLL &&
	    a->forecast != RECOVERY_UNKNOWN) || *actions == 0;
	if (a->command != NULL && strcmp(a->command, "getstate") == 0)
		way_put(w->way, t, ASK_GETSTATE);
	else if (a->command != NULL && strcmp(a->command, "getstatus") == 0)
		poll(t, 1);
	else if (a->command != NULL && strcmp(a->command, "enter-dfu") == 0) {
		act(t, RECOVERY_DETACH);
		act(t, RECOVERY_RESET);
	} else
		return (act(t, a->action));
	return (true);
}

#define KEPT	256
static void
peek(const struct seat *t, uint8_t *p)
{
	memset(p, 0, KEPT);
	if (!sim_peek(t->sim, 0x08000000, p, KEPT))
		sim_peek(t->sim, 0, p, KEPT);
}

static bool
writes(const struct way_path *p)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		if (p->ask[i] == ASK_DNLOAD || p->ask[i] == ASK_WRONG)
			return (true);
	}
	return (false);
}

/* What it is in was not told by itself: whoever doubts it looks. */
static bool
is_doubtful(const struct seat *t)
{
	return (t->s->present && session_function(t->s) != NULL &&
	    (t->s->estimate.how != ESTIMATE_REPORTED ||
	    session_estimate(t->s, t->st.now).state !=
	    t->s->reported.state));
}

/* Until there is none any more. */
static void
follow(struct tour *w, struct seat *t, const struct way_path *p)
{
	unsigned actions = 0, turns = 0, best = 0;
	uint32_t incarnation = t->incarnation, from = t->st.number + 1;
	uint8_t before[KEPT], after[KEPT];
	bool known[256] = { false };
	const struct advice query = { .kind = ADVICE_REQUEST,
	    .command = "getstate", .action = RECOVERY_POLL };
	struct advice a;
	size_t i;

	for (i = 0; i < t->s->findings->n; i++)
		known[i] = true;
	peek(t, before);
	for (a = advice_at(t); ; a = advice_at(t)) {
		if (!advice_is_given(&a) && !is_doubtful(t))
			break;
		if (!advice_is_given(&a))
			a = query;
		if (++turns > 3 * POLLS)
			WRONG(w, "it goes on and on");
		if (!step(w, t, &a, &actions) ||
		    seat_left(t, incarnation))
			break;
		/* Where it is told over and over, once is enough. */
		if (turns % 8 == 1)
			check_same(w, t, (a = advice_at(t), &a));
	}
	peek(t, after);
	if (!writes(p) && memcmp(before, after, KEPT) != 0)
		WRONG(w, "the memory is not as it was");
	check_findings(w, t, from, known);
	if (a.kind == ADVICE_NONE && !is_out(t, incarnation))
		WRONG(w, "no advice, and it is in %d, not in %d",
		    sim_state(t->sim), t->s->estimate.state);
	if (actions > MORE + 1)
		best = shortest(w, p);
	if (actions > MORE + 1 && actions > best + MORE)
		WRONG(w, "%u actions, the shortest way has %u", actions, best);
	w->followed += turns != 0;
}

static uint64_t
key_of(const struct seat *t)
{
	struct estimate b = session_estimate(t->s, t->st.now);
	const struct request *r = session_last_ended(t->s);
	struct advice a = advice_at(t);

	return ((uint64_t)(sim_state(t->sim) & 0xff) |
	    (uint64_t)(sim_status(t->sim) & 0xff) << 8 |
	    (uint64_t)b.state << 16 | (uint64_t)b.how << 24 |
	    (uint64_t)(r != NULL ? r->outcome : 0) << 32 |
	    (uint64_t)a.kind << 40 | (uint64_t)a.action << 44 |
	    (uint64_t)session_is_found(t->s) << 48 |
	    (uint64_t)t->s->present << 49);
}

static void
visit(struct tour *w, const struct way_path *p)
{
	struct advice a;
	struct seat t;
	uint64_t key;
	size_t i;

	set_out(w, &t, p);
	key = key_of(&t);
	for (i = 0; i < w->n && w->keys[i] != key; i++)
		;
	if (i == w->n && w->n < w->most) {
		w->keys[w->n] = key;
		w->paths[w->n++] = *p;
		a = advice_at(&t);
		check_same(w, &t, &a);
		if (t.s->present)
			follow(w, &t, p);
	}
	seat_close(&t);
}

static void
walk(struct tour *w)
{
	struct way_path p = { .n = 0 };
	size_t i;
	int ask;

	visit(w, &p);
	for (i = 0; i < w->n; i++) {
		if (w->paths[i].n == (w->fault == NULL ? STEPS :
		    FAULTED_STEPS))
			continue;
		for (ask = 0; ask < WAYS; ask++) {
			p = w->paths[i];
			if (ask == ASK_WRONG && w->way->wrong == NULL)
				continue;
			p.ask[p.n] = (uint8_t)ask;
			p.waits[p.n++] = false;
			visit(w, &p);
			p.waits[p.n - 1] = true;
			visit(w, &p);
		}
	}
}

/* Not every device can begin in every state. */
static bool
has_fault(const struct way_of *way, const char *fault)
{
	char *spec = mem_printf("%s%s%s", way_spec(way), fault != NULL ? "," :
	    "", fault != NULL ? fault : "");
	struct buf error = { 0 };
	struct sim *sim = sim_new(spec, &error);
	bool has = sim != NULL;

	if (has)
		sim_free(sim);
	buf_free(&error);
	free(spec);
	return (has);
}

static void
all_give_one_advice_that_leads_out(void **state)
{
	const struct way_of *way = *state;
	struct tour *w;
	size_t i;

	for (i = 0; i < COUNT(faults); i += walk_step(3)) {
		if (!has_fault(way, faults[i]))
			continue;
		w = mem_alloc(sizeof(*w));
		w->way = way;
		w->fault = faults[i];
		w->most = getenv("WALK_SHORT") != NULL ? SITUATIONS_SHORT :
		    SITUATIONS;
		walk(w);
		if (getenv("VERBOSE") != NULL)
			print_message("%s,%s: %zu situations, %u followed\n",
			    way_spec(way), faults[i] != NULL ? faults[i] :
			    "no fault", w->n, w->followed);
		assert_true(w->n > 0);
		free(w);
	}
}

int
main(void)
{
	static struct CMUnitTest tests[WAYS_OF];
	size_t i;

	setlocale(LC_ALL, "C.UTF-8");
	for (i = 0; i < ways_count; i++)
		tests[i] = (struct CMUnitTest){ way_spec(&ways[i]),
		    all_give_one_advice_that_leads_out, NULL, NULL,
		    (void *)(uintptr_t)&ways[i] };
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
