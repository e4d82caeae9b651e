/* SPDX-License-Identifier: ISC */
#include "lesson/lesson_from.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "diagnosis/advice.h"
#include "diagnosis/finding.h"
#include "session/session.h"

#define MOST	300	/* steps */
#define ENOUGH	2	/* times that the same is asked for */
#define NOT_TOLD	(LESSON_GONE - 1)

static struct lesson_step *
add_step(struct lesson *l, char *text)
{
	struct lesson_step *s;

	l->steps = mem_array(l->steps, l->nsteps + 1, sizeof(*l->steps));
	s = &l->steps[l->nsteps++];
	*s = (struct lesson_step){ .line = (unsigned)l->nsteps,
	    .text = text };
	return (s);
}

static int
state_of(uint8_t state)
{
	return (state < DFU_STATE_COUNT ? state : NOT_TOLD);
}

static enum lesson_answer
answer_of(uint8_t outcome)
{
	if (outcome == OUTCOME_GONE || outcome == OUTCOME_BUSERROR)
		return (LESSON_LEFT);
	if (outcome == OUTCOME_STALL)
		return (LESSON_STALLED);
	return (outcome_is_answer(outcome) ? LESSON_ANSWERED : LESSON_SILENT);
}

static struct lesson_move
move_of(const struct request *q, size_t line, int before)
{
	struct lesson_move m = { .line = line, .request = true,
	    .input = session_input_of(q), .setup = q->setup,
	    .answer = answer_of(q->outcome), .replied = q->replied,
	    .reply = q->reply, .addressed = q->meaning.addressed,
	    .address = q->meaning.address, .before = before,
	    .after = state_of(q->after) };

	/* What was carried of a block: all of it, or it was the last one. */
	m.len = m.input == DFU_IN_UPLOAD_SHORT ? 0 : q->setup.wLength;
	return (m);
}

static void
add_move(struct lesson_trace *t, struct lesson_move m)
{
	t->moves = mem_array(t->moves, t->n + 1, sizeof(*t->moves));
	t->moves[t->n++] = m;
	t->truth = m.after;
}

/* So often a move was there already. */
static unsigned
seen(const struct lesson_trace *t, const struct lesson_move *m)
{
	const struct lesson_move *was;
	unsigned n = 0;
	size_t i;

	for (i = 0; i < t->n && n <= ENOUGH; i++) {
		was = &t->moves[i];
		n += was->request && was->input == m->input &&
		    was->answer == m->answer && was->after == m->after &&
		    was->before == m->before && was->replied == m->replied &&
		    was->reply.bStatus == m->reply.bStatus;
	}
	return (n);
}

/* What was asked often enough is only seen; such in a row are one step. */
static void
add_seen(struct lesson_from *f, struct lesson_move m)
{
	struct lesson *l = &f->lesson;
	struct lesson_step *s = l->nsteps != 0 ? &l->steps[l->nsteps - 1] :
	    NULL;

	if (s == NULL || s->ask != LESSON_READ) {
		s = add_step(l, mem_strdup("More requests of kinds you have "
		    "answered."));
		s->send = mem_strdup("as before");
	}
	m.line = l->nsteps - 1;
	add_move(&f->whole, m);
}

static void
add_question(struct lesson_from *f, const struct request *q,
    struct lesson_move m, bool waited)
{
	struct lesson *l = &f->lesson;
	struct lesson_step *s;
	struct buf words = { 0 };
	bool told = q->replied || (m.input == DFU_IN_GETSTATE &&
	    m.answer == LESSON_ANSWERED);

	lesson_move_words(&m, &words);
	s = add_step(l, waited ? mem_printf("By elapsed time the device is in "
	    "%s now. Request #%u: what does the device do?",
	    dfu_state_name((uint8_t)m.before), q->number) :
	    mem_printf("Request #%u: what does the device do?",
	    q->number));
	s->send = mem_strdup(buf_str(&words));
	s->ask = told && m.after != NOT_TOLD ? LESSON_MOVE : LESSON_ANSWER;
	m.line = l->nsteps - 1;
	add_move(&f->whole, m);
	buf_free(&words);
}

static void
add_request(struct lesson_from *f, const struct request *q)
{
	int before = state_of(q->before), was = f->whole.truth;
	bool waited = f->whole.n != 0 && was != before &&
	    was != NOT_TOLD && before != NOT_TOLD;
	struct lesson_move m = move_of(q, f->lesson.nsteps, before);
	bool known = seen(&f->whole, &m) >= ENOUGH;
	struct lesson_move time = { .line = f->lesson.nsteps,
	    .input = DFU_IN_TIME, .before = was, .after = before };

	/* What time has done in between comes with the request behind it. */
	if (waited && known)
		add_seen(f, time);
	else if (waited)
		add_move(&f->whole, time);
	if (known)
		add_seen(f, m);
	else
		add_question(f, q, m, waited);
}

static const char *
side_of(enum finding_fault fault)
{
	switch (fault) {
	case FINDING_FAULT_HOST:
		return ("host");
	case FINDING_FAULT_DEVICE:
		return ("device");
	case FINDING_FAULT_SYSTEM:
		return ("bus");
	case FINDING_FAULT_NOBODY:
		return ("nobody");
	case FINDING_FAULT_OPEN:
		break;
	}
	return (NULL);
}

/* Whose side: of the worst that was found. */
static void
ask_side(struct lesson *l, const struct session *session, uint64_t now)
{
	struct finding held[FINDINGS_AT_MOST];
	const struct finding **sorted;
	size_t nheld, n = findings_sorted(session, now, held, &nheld,
	    &sorted);
	const struct finding_row *row = n != 0 ? sorted[0]->row : NULL;
	const char *side = row != NULL ? side_of(row->fault) : "nobody";
	struct lesson_step *s;

	if (side != NULL) {
		s = add_step(l, mem_strdup("The recording ends here. Did "
		    "something go wrong, and on whose side?"));
		s->ask = LESSON_SIDE;
		s->right = mem_strdup(side);
		s->more = mem_strdup(row != NULL ? row->title :
		    "dfuscope found no problem.");
	}
	while (nheld != 0)
		finding_free(&held[--nheld]);
	free(sorted);
}

/* What comes next, among what could. */
static void
ask_next(struct lesson *l, const struct session *session, uint64_t now)
{
	static const char *const others[] = { "getstatus", "clrstatus",
	    "abort", "reset", "nothing" };
	struct advice a = advice_of(session, session->said_stack, now);
	struct buf right = { 0 };
	struct lesson_step *s;
	size_t i;

	advice_words(&a, &right);
	if (a.kind == ADVICE_NONE)
		buf_adds(&right, "nothing");
	if (right.len != 0) {
		s = add_step(l, mem_strdup("What should be done next?"));
		s->ask = LESSON_ONE;
		for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
			if (strcmp(others[i], buf_str(&right)) != 0 &&
			    s->nchoices < 3)
				s->choices[s->nchoices++] =
				    mem_strdup(others[i]);
		s->choices[s->nchoices++] = mem_strdup(buf_str(&right));
		s->right = mem_strdup(buf_str(&right));
		s->more = mem_strdup(a.why != NULL ? a.why :
		    "dfuscope gives this advice without a reason.");
	}
	buf_free(&right);
}

static bool
play(const struct lesson_bench *bench, const struct lesson_play *p,
    struct lesson_trace *t, struct buf *error)
{
	const struct lesson_from *f = (const struct lesson_from *)bench;
	size_t i;

	(void)error;
	*t = (struct lesson_trace){ .truth = NOT_TOLD, .begun = true,
	    .conditions = f->whole.conditions,
	    .will_detach = f->whole.will_detach };
	for (i = 0; i < f->whole.n && f->whole.moves[i].line < p->n; i++)
		add_move(t, f->whole.moves[i]);
	return (true);
}

bool
lesson_from_make(struct lesson_from *f, const struct session *s,
    const char *name, uint64_t now, struct buf *error)
{
	const struct dfu_function *function = session_function(s);
	struct lesson *l = &f->lesson;
	const struct request *q;
	struct buf title = { 0 };
	size_t i;

	*f = (struct lesson_from){ .bench = { .play = play },
	    .whole = { .truth = NOT_TOLD } };
	f->whole.conditions = session_conditions(s);
	f->whole.will_detach = function != NULL &&
	    (function->functional.bmAttributes & DFU_ATTR_WILL_DETACH) != 0;
	for (i = 0; i < session_history(s) && l->nsteps < MOST; i++) {
		q = session_nth(s, i);
		if (q != NULL && session_input_of(q) >= 0 &&
		    q->complete != NO_EVENT)
			add_request(f, q);
	}
	if (l->nsteps == 0) {
		buf_adds(error, "the file contains no answered DFU request");
		return (false);
	}
	ask_side(l, s, now);
	ask_next(l, s, now);
	buf_adds(&title, "What happened in ");
	text_escape(&title, name, strlen(name));
	l->id = mem_strdup("recording");
	l->title = mem_strdup(buf_str(&title));
	l->devices = mem_array(NULL, 1, sizeof(*l->devices));
	l->names = mem_array(NULL, 1, sizeof(*l->names));
	l->devices[0] = mem_printf("recording:%s", name);
	l->names[0] = mem_strdup("recorded");
	l->ndevices = 1;
	buf_free(&title);
	return (true);
}

void
lesson_from_free(struct lesson_from *f)
{
	lesson_free(&f->lesson);
	lesson_trace_free(&f->whole);
}
