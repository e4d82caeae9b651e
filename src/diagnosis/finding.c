/* SPDX-License-Identifier: ISC */
/* The engine: which rows are asked at which event, and what they prove. */
#include "diagnosis/finding.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dfu/lint.h"
#include "diagnosis/finding_rule.h"

/* In this order: where rows are of one group, the earlier one wins. */
static const struct {
	const struct finding_row	*rows;
	const size_t			*n;
} tables[] = {
	{ finding_manifest_rows, &finding_manifest_count },
	{ finding_dfuse_rows, &finding_dfuse_count },
	{ finding_runtime_rows, &finding_runtime_count },
	{ finding_path_rows, &finding_path_count },
	{ finding_poll_rows, &finding_poll_count },
	{ finding_data_rows, &finding_data_count },
	{ finding_memory_rows, &finding_memory_count },
	{ finding_host_rows, &finding_host_count },
	{ finding_device_rows, &finding_device_count },
	{ finding_said_rows, &finding_said_count },
};
#define TABLES	(sizeof(tables) / sizeof(tables[0]))

#define ROWS_MOST	192
#define SECOND		1000000

/* What rows are picked by has numbers below that, and this for the rest. */
#define PICKS		32
#define PICK_OTHER	(PICKS - 1)
#define MOMENT_ROWS	64	/* at most, asked at one moment */

/*
 * The rows asked at each moment: made of the tables, once. By each thing that
 * they may be picked by a set of them, a bit each.
 */
static struct {
	struct {
		bool		(*predicate)(struct finding_case *c);
		uint32_t	 group;		/* its bit */
		uint32_t	 number;	/* of the row */
	} rows[MOMENT_ROWS];
	size_t		n;
	uint64_t	all;
	uint64_t	request[PICKS];	/* they can be so with it */
	uint64_t	work[PICKS];
	uint64_t	state[PICKS];
	uint64_t	before[PICKS];
	uint64_t	needs[FACT_COUNT];	/* they cannot without it */
} asked[FINDING_MOMENTS];
static const struct finding_row *every[ROWS_MOST];
static size_t nevery;

static void
index_by(uint64_t *sets, uint32_t mask, uint64_t bit)
{
	unsigned i;

	for (i = 0; i < PICKS; i++) {
		if (mask == 0 || (mask & FINDING_BIT(i)))
			sets[i] |= bit;
	}
}

static void
index_at(size_t moment, const struct finding_row *row)
{
	size_t n = asked[moment].n++;
	uint64_t bit = UINT64_C(1) << n;
	unsigned f;

	assert(n < MOMENT_ROWS);
	asked[moment].rows[n].predicate = row->predicate;
	asked[moment].rows[n].group = 1U << row->group & ~1U;
	asked[moment].rows[n].number = (uint32_t)nevery;
	asked[moment].all |= bit;
	index_by(asked[moment].request, row->requests, bit);
	index_by(asked[moment].work, row->works, bit);
	index_by(asked[moment].state, row->states, bit);
	index_by(asked[moment].before, row->before, bit);
	for (f = 0; f < FACT_COUNT; f++) {
		if (row->needs & FACT(f))
			asked[moment].needs[f] |= bit;
	}
}

static void
index_row(const struct finding_row *row)
{
	size_t moment;

	assert(nevery < ROWS_MOST && row->group < 32);
	assert(row->when != 0 && row->when >> FINDING_MOMENTS == 0);
	assert(row->id != NULL && row->title != NULL &&
	    row->mechanism != NULL && row->source != NULL &&
	    (row->predicate != NULL || row->when == FINDING_ON_SAID));
	for (moment = 0; moment < FINDING_MOMENTS; moment++) {
		if (row->when >> moment & 1 && row->predicate != NULL)
			index_at(moment, row);
	}
	every[nevery++] = row;
}

static void
index_rows(void)
{
	size_t i, j;

	for (i = 0; i < TABLES; i++) {
		for (j = 0; j < *tables[i].n; j++)
			index_row(&tables[i].rows[j]);
	}
}

size_t
finding_rows_count(void)
{
	if (nevery == 0)
		index_rows();
	return (nevery);
}

const struct finding_row *
finding_row(size_t i)
{
	return (i < finding_rows_count() ? every[i] : NULL);
}

const struct finding_row *
finding_row_named(const char *id)
{
	size_t i;

	for (i = 0; i < finding_rows_count(); i++) {
		if (strcmp(every[i]->id, id) == 0)
			return (every[i]);
	}
	return (NULL);
}

struct findings *
findings_new(void)
{
	struct findings *f = mem_alloc(sizeof(*f));

	f->state = mem_alloc(sizeof(*f->state));
	f->known = mem_alloc(finding_rows_count() * sizeof(*f->known));
	f->barred = mem_alloc(FINDING_MOMENTS * sizeof(*f->barred));
	return (f);
}

void
finding_free(struct finding *f)
{
	free(f->evidence);
}

void
findings_free(struct findings *f)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		finding_free(&f->list[i]);
	free(f->list);
	finding_forget(f->state);
	free(f->state);
	free(f->known);
	free(f->barred);
	free(f);
}

/* The line that tells it: of a request that is over, that of its end. */
static uint32_t
line_of(const struct finding_case *c)
{
	const struct finding_past *past = &c->w->here.past;

	if (c->e == NULL)
		return (0);
	return (c->e->kind == EVENT_SUBMIT && c->last != 0 &&
	    c->last == past->number ? past->line : c->e->line);
}

static struct finding
finding_of(const struct finding_row *row, const struct finding_case *c)
{
	struct finding f = { .row = row, .at = c->now, .latest = c->now,
	    .first = c->first, .last = c->last, .culprit = c->culprit,
	    .count = 1, .line = line_of(c), .mechanism = c->mechanism,
	    .advice = c->advice };

	if (c->last != 0) {
		f.proofs[0] = (struct finding_proof){ c->first, c->last };
		f.nproofs = 1;
	}
	if (c->evidence->len != 0)
		f.evidence = buf_take(c->evidence);
	return (f);
}

/* Polls that prove it one after the other are one proof. */
static void
add_proof(struct finding *f, const struct finding_case *c)
{
	struct finding_proof *s = f->proofs + (f->nproofs > 0 ? f->nproofs - 1 :
	    0);

	if (c->last == 0)
		return;
	f->last = c->last;
	if (f->nproofs > 0 && c->first <= s->last + 1) {
		s->last = c->last > s->last ? c->last : s->last;
		return;
	}
	if (f->nproofs < FINDING_PROOFS)
		s = &f->proofs[f->nproofs++];
	else
		f->left_out = true;
	*s = (struct finding_proof){ c->first, c->last };
}

static void
change(struct findings *f, struct finding *x, enum finding_life life,
    uint64_t now)
{
	x->life = life;
	x->changed = now;
	x->change = ++f->changes;
}

/* The latest of that row, unless it is withdrawn. */
static struct finding *
latest(const struct findings *f, size_t row)
{
	struct finding *x = f->known[row] != 0 ? &f->list[f->known[row] - 1] :
	    NULL;

	return (x != NULL && x->life != FINDING_WITHDRAWN ? x : NULL);
}

/* What was withdrawn makes room for a new one of its row. */
static void
drop(struct findings *f, size_t row)
{
	uint32_t place = f->known[row];
	size_t i;

	if (place == 0)
		return;
	finding_free(&f->list[place - 1]);
	f->n--;
	memmove(&f->list[place - 1], &f->list[place],
	    (f->n - (place - 1)) * sizeof(*f->list));
	for (i = 0; i < nevery; i++)
		f->known[i] -= f->known[i] > place;
	f->known[row] = 0;
}

static void
add(struct findings *f, size_t row, const struct finding_case *c)
{
	struct finding *known = latest(f, row);

	if (known != NULL) {
		known->count++;
		known->culprit = c->culprit;
		if (known->row->over != NULL)
			known->advice = c->advice;
		known->latest = c->now;
		known->last_line = line_of(c);
		add_proof(known, c);
		return;
	}
	drop(f, row);
	if (f->n == f->cap) {
		f->cap = f->cap == 0 ? 4 : f->cap * 2;
		f->list = mem_array(f->list, f->cap, sizeof(*f->list));
	}
	f->list[f->n++] = finding_of(every[row], c);
	f->known[row] = (uint32_t)f->n;
	change(f, &f->list[f->n - 1], every[row]->taken_back != NULL ||
	    every[row]->general != 0 ? FINDING_SO_FAR : FINDING_STANDS, c->now);
}

/* The request that goes wrong, if this is the moment of one. */
static uint32_t
culprit(const struct finding_case *c, unsigned moment)
{
	if (1U << moment & FINDING_ON_TOLD)
		return (c->w->here.acted);
	return (1U << moment & (FINDING_ON_SENT | FINDING_ON_FAILED |
	    FINDING_ON_TAKEN) && c->r != NULL ? c->r->number : 0);
}

/* The row says what is wrong with a request, not only what happened. */
static bool
blames(const struct finding_row *row)
{
	return (row->severity != SEVERITY_NOTE && !row->beside &&
	    (row->group == GROUP_STALL ||
	    row->group == GROUP_SILENT || row->group == GROUP_ERROR ||
	    (row->fault == FINDING_FAULT_HOST &&
	    row->when & FINDING_ON_SENT)));
}

/* Something that says more, or was first, is told of the same request. */
static bool
is_explained(const struct findings *f, const struct finding_row *row,
    uint32_t by)
{
	const struct finding *x;
	size_t i;

	for (i = 0; row->general != 0 && by != 0 && i < f->n; i++) {
		x = &f->list[i];
		if (x->life != FINDING_WITHDRAWN && x->culprit == by &&
		    x->row != row && blames(x->row) &&
		    x->row->general <= row->general)
			return (true);
	}
	return (false);
}

/* The latest proof of *x was none. */
static void
take_proof_back(struct findings *f, struct finding *x, uint64_t now)
{
	if (x->count == 1) {
		change(f, x, FINDING_WITHDRAWN, now);
		return;
	}
	x->count--;
	if (x->nproofs > 1)
		x->last = x->proofs[--x->nproofs - 1].last;
	x->culprit = 0;
}

/* What says less of the same request gives way. */
static void
give_way(struct findings *f, const struct finding_row *row,
    const struct finding_case *c)
{
	struct finding *x;
	size_t i;

	if (!blames(row) || c->culprit == 0)
		return;
	for (i = 0; i < f->n; i++) {
		x = &f->list[i];
		if (x->life == FINDING_SO_FAR && x->culprit == c->culprit &&
		    x->row != row && x->row->general > row->general)
			take_proof_back(f, x, c->now);
	}
}

/* Is it so? Then *c holds the proof. */
static bool
ask(bool (*predicate)(struct finding_case *c), struct finding_case *c)
{
	c->first = c->last = c->r != NULL ? c->r->number :
	    c->w->here.past.number;
	c->mechanism = c->advice = NULL;
	if (!predicate(c))
		return (false);
	if (c->last < c->first)
		c->last = c->first;
	return (true);
}

static unsigned
pick_number(int n)
{
	return (n >= 0 && n < PICK_OTHER ? (unsigned)n : PICK_OTHER);
}

/* What is known changes rarely, beside what happens. */
static void
bar(struct findings *f, unsigned lacks)
{
	unsigned moment, i;

	if (f->lacks == lacks)
		return;
	f->lacks = (uint16_t)lacks;
	for (moment = 0; moment < FINDING_MOMENTS; moment++) {
		f->barred[moment] = 0;
		for (i = 0; i < FACT_COUNT; i++) {
			if (lacks & FACT(i))
				f->barred[moment] |= asked[moment].needs[i];
		}
	}
}

/* The rows of a moment that may be so, a bit each. */
static uint64_t
rows_of(const struct session *s, const struct finding_case *c,
    unsigned moment)
{
	uint64_t rows = asked[moment].all;

	bar(s->findings, FACTS_ALL & ~(unsigned)session_facts(s));
	if (c->r != NULL && !s->findings->unmasked)
		rows = asked[moment].request[pick_number(dfu_input_of(
		    &c->r->setup))] &
		    asked[moment].work[c->w->work.kind] &
		    asked[moment].state[pick_number(c->state)] &
		    asked[moment].before[pick_number(c->w->here.past.state)];
	return (rows & ~s->findings->barred[moment]);
}

static void
judge(struct session *s, struct finding_case *c, unsigned moment)
{
	struct findings *f = s->findings;
	struct buf evidence = { 0 };
	uint64_t rows = rows_of(s, c, moment);
	unsigned groups = 0;
	size_t i, row;

	c->evidence = &evidence;
	c->culprit = culprit(c, moment);
	for (; rows != 0; rows &= rows - 1) {
		i = (size_t)__builtin_ctzll(rows);
		if (groups & asked[moment].rows[i].group)
			continue;
		row = asked[moment].rows[i].number;
		c->known = latest(f, row) != NULL;
		if (!ask(asked[moment].rows[i].predicate, c))
			continue;
		if (!finding_has_facts(c, every[row])) {
			buf_reset(&evidence);
			continue;
		}
		finding_untold(c);
		groups |= asked[moment].rows[i].group;
		if (!is_explained(f, every[row], c->culprit)) {
			add(f, row, c);
			give_way(f, every[row], c);
		}
		buf_reset(&evidence);
	}
	buf_free(&evidence);
}

/* What a tool said, held against the rows of what they say. */
static void
judge_said(struct session *s, struct finding_case *c)
{
	struct buf evidence = { 0 };
	const char *id = NULL, *advice = NULL;
	struct finding *said;
	size_t i, row;

	c->evidence = &evidence;
	for (i = 0; finding_said(c, &i, &id, &advice);) {
		for (row = 0; row < finding_rows_count() &&
		    strcmp(every[row]->id, id) != 0; row++)
			;
		if (row == finding_rows_count())
			continue;
		c->first = c->last = c->w->here.past.number;
		c->culprit = 0;
		c->advice = advice;
		add(s->findings, row, c);
		said = latest(s->findings, row);
		if (said != NULL && advice != NULL)
			said->advice = advice;
		if (said != NULL && c->mechanism != NULL)
			said->mechanism = c->mechanism;
		buf_reset(&evidence);
	}
	buf_free(&evidence);
}

static unsigned
bit_number(unsigned bit)
{
	return ((unsigned)__builtin_ctz(bit));
}

static unsigned
moment_of_state(uint8_t state)
{
	if (state == DFU_STATE_ERROR)
		return (FINDING_ON_ERROR);
	if (dfu_state_is(state, DFU_STATES_BLOCK))
		return (FINDING_ON_BUSY);
	if (dfu_state_is(state, DFU_STATES_MANIFEST | DFU_STATES_MUTE))
		return (FINDING_ON_MANIFEST);
	return (FINDING_ON_STATUS);
}

static unsigned
moment_of_answer(const struct finding_case *c)
{
	switch ((enum outcome)c->r->outcome) {
	case OUTCOME_OK:
	case OUTCOME_SHORT:
		return (c->state != NO_STATE ? moment_of_state(c->state) :
		    FINDING_ON_TAKEN);
	case OUTCOME_STALL:
		return (FINDING_ON_STALL);
	case OUTCOME_TIMEOUT:
	case OUTCOME_CANCELLED:
		return (FINDING_ON_SILENT);
	case OUTCOME_BUSERROR:
	case OUTCOME_BABBLE:
	case OUTCOME_GONE:
	case OUTCOME_DENIED:
	case OUTCOME_BUSY:
		return (FINDING_ON_BROKEN);
	case OUTCOME_UNKNOWN:
		break;
	}
	return (0);
}

/* The one moment that e is, or 0. */
static unsigned
moment_of(const struct finding_case *c)
{
	switch ((enum event_kind)c->e->kind) {
	case EVENT_ARRIVED:
		return (FINDING_ON_ARRIVED);
	case EVENT_LEFT:
		return (FINDING_ON_LEFT);
	case EVENT_OPENED:
		return (c->e->outcome != OUTCOME_OK ? FINDING_ON_OPENED : 0);
	case EVENT_CLOSED:
		return (FINDING_ON_CLOSED);
	case EVENT_RESET:
		return (c->e->outcome != OUTCOME_UNKNOWN ?
		    FINDING_ON_RESET : 0);
	case EVENT_SUBMIT:
		return (c->r != NULL && dfu_request_of(&c->e->setup) != NULL ?
		    FINDING_ON_SENT : 0);
	case EVENT_COMPLETE:
		if (c->r == NULL)
			return (0);
		return (dfu_request_of(&c->r->setup) != NULL ?
		    moment_of_answer(c) : FINDING_ON_OTHER);
	case EVENT_OTHER:
	case EVENT_WALL:
	case EVENT_COMMAND:
	case EVENT_NOTE:
	case EVENT_LOST:
		break;
	}
	return (0);
}

/* Something happened to the device, not only at the application state. */
static bool
of_device(const struct event *e)
{
	return (e->kind >= EVENT_ARRIVED && e->kind <= EVENT_RESET);
}

enum finding_life
finding_life(const struct finding *f, uint64_t now)
{
	return (f->life == FINDING_SO_FAR && f->row->within != 0 &&
	    now - f->latest > f->row->within ? FINDING_STANDS : f->life);
}

/* What has been so far for as long as its row wants stands. */
static void
settle_by_time(struct findings *f, uint64_t now)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (finding_life(&f->list[i], now) != f->list[i].life)
			change(f, &f->list[i], FINDING_STANDS, now);
	}
}

/* Whether a better cause is named is known when the next state is told. */
static bool
settles_soon(const struct finding_row *row)
{
	return (row->general != 0 && row->taken_back == NULL);
}

/* What an event makes of those that were raised before it. */
static void
settle(struct findings *f, const struct finding_case *c, unsigned moment,
    uint32_t before)
{
	struct finding *x;
	size_t i;

	for (i = 0; i < f->n; i++) {
		x = &f->list[i];
		if (x->row->over != NULL && moment & x->row->settled &&
		    moment != FINDING_ON_ERROR)
			x->advice = x->row->over;
		if (x->life != FINDING_SO_FAR || x->change > before)
			continue;
		if (x->row->taken_back != NULL && x->row->taken_back(c, x))
			change(f, x, FINDING_WITHDRAWN, c->now);
		else if (moment & (x->row->settled | (settles_soon(x->row) ?
		    FINDING_ON_TOLD : 0)))
			change(f, x, FINDING_STANDS, c->now);
	}
}

void
findings_before(struct session *s, const struct event *e)
{
	struct finding_case c;

	if (!of_device(e) || s->arrivals == 0 ||
	    e->time - s->findings->state->last_event < SECOND)
		return;
	c = (struct finding_case){ .s = s, .w = s->findings->state,
	    .now = e->time, .state = NO_STATE };
	judge(s, &c, bit_number(FINDING_ON_TIME));
}

void
findings_after(struct session *s, const struct event *e)
{
	struct finding_case c = { .s = s, .w = s->findings->state, .e = e,
	    .now = e->time, .state = NO_STATE };
	struct findings *f = s->findings;
	uint32_t before;
	unsigned moment;

	if (e->kind == EVENT_COMMAND)
		f->job = e->time;
	settle_by_time(f, e->time);
	before = f->changes;
	if ((e->kind == EVENT_SUBMIT || e->kind == EVENT_COMPLETE) &&
	    e->number != 0)
		c.r = session_request(s, e->number);
	if (e->kind == EVENT_COMPLETE && c.r != NULL &&
	    s->reported.known && s->reported.by == e->number)
		c.state = s->reported.state;
	else if (e->kind == EVENT_COMPLETE && c.r != NULL && c.r->replied &&
	    e->basis == EVENT_INFERRED)
		c.state = c.r->reply.bState;
	moment = moment_of(&c);
	if (moment != 0)
		judge(s, &c, bit_number(moment));
	else if (e->kind == EVENT_NOTE && e->basis == EVENT_TOLD)
		judge_said(s, &c);
	settle(f, &c, moment, before);
	finding_note(f->state, &c);
}

void
findings_finish(struct session *s, uint64_t now, bool cut)
{
	struct findings *f = s->findings;
	struct finding_case c = { .s = s, .w = f->state, .now = now,
	    .state = NO_STATE };
	struct finding *x;
	size_t i;

	if (s->arrivals != 0 && now >= c.w->last_event + SECOND)
		judge(s, &c, bit_number(FINDING_ON_TIME));
	judge(s, &c, bit_number(FINDING_ON_END));
	settle_by_time(f, now);
	for (i = 0; i < f->n; i++) {
		x = &f->list[i];
		if (x->life == FINDING_SO_FAR && !cut)
			change(f, x, FINDING_STANDS, now);
		else if (x->count > 1)
			change(f, x, x->life, x->changed);
	}
}

/*
 * What holds at now: at most max of them into out.
 */
static size_t
holding(const struct session *s, uint64_t now, struct finding *out,
    size_t max)
{
	struct buf evidence = { 0 };
	struct finding_case c = { .s = s, .w = s->findings->state,
	    .now = now, .state = NO_STATE, .evidence = &evidence };
	unsigned time = bit_number(FINDING_ON_TIME);
	uint64_t rows = rows_of(s, &c, time);
	size_t i, row, n = 0;

	if (now < c.w->last_event + SECOND)
		return (0);
	for (; rows != 0 && n < max; rows &= rows - 1) {
		i = (size_t)__builtin_ctzll(rows);
		row = asked[time].rows[i].number;
		if (latest(s->findings, row) == NULL &&
		    ask(asked[time].rows[i].predicate, &c) &&
		    finding_has_facts(&c, every[row]))
			out[n++] = finding_of(every[row], &c);
	}
	buf_free(&evidence);
	return (n);
}

uint64_t
findings_deadline(const struct session *s, uint64_t now)
{
	static const uint64_t steps[] = { SECOND, 2 * SECOND, 3 * SECOND,
	    5 * SECOND, 10 * SECOND, 30 * SECOND };
	uint64_t last, over, t;
	size_t i;

	last = s->findings->state->last_event;
	over = s->status.known ? s->status.at +
	    (uint64_t)s->status.reply.bwPollTimeout * 1000 : 0;
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		t = (over > last ? over : last) + steps[i];
		if (t > now)
			return (t);
	}
	return (SESSION_NEVER);
}

size_t
findings_sorted(const struct session *s, uint64_t now, struct finding *held,
    size_t *nheld, const struct finding ***sorted)
{
	const struct findings *f = s->findings;
	const struct finding **list;
	size_t i, n = 0, all;
	int severity;

	*nheld = holding(s, now, held, FINDINGS_AT_MOST);
	all = f->n + *nheld;
	list = mem_alloc((all + 1) * sizeof(const struct finding *));
	for (severity = SEVERITY_ERROR; severity >= SEVERITY_NOTE;
	    severity--) {
		for (i = 0; i < all; i++) {
			list[n] = i < f->n ? &f->list[i] : &held[i - f->n];
			if (list[n]->life != FINDING_WITHDRAWN &&
			    (int)list[n]->row->severity == severity)
				n++;
		}
	}
	*sorted = list;
	return (n);
}

const char *
finding_mechanism(const struct finding_row *row)
{
	static const char lint[] = "lint:";
	const struct lint_row *said;

	if (strncmp(row->mechanism, lint, sizeof(lint) - 1) != 0)
		return (row->mechanism);
	said = lint_named(row->mechanism + sizeof(lint) - 1);
	return (said != NULL ? said->consequence : NULL);
}

const char *
finding_cause(const struct finding *f)
{
	return (f->mechanism != NULL ? f->mechanism :
	    finding_mechanism(f->row));
}

const char *
finding_advice(const struct finding *f)
{
	return (f->advice != NULL ? f->advice : f->row->advice);
}

void
finding_requests(const struct finding *f, struct buf *b)
{
	const struct finding_proof *s;
	size_t i;

	for (i = 0; i < f->nproofs; i++) {
		s = &f->proofs[i];
		if (i > 0)
			buf_adds(b, f->left_out && i + 1 == f->nproofs ?
			    " ... " : ", ");
		buf_addf(b, "#%u", s->first != 0 ? s->first : s->last);
		if (s->first != 0 && s->last > s->first)
			buf_addf(b, "-#%u", s->last);
	}
}
