/* SPDX-License-Identifier: ISC */
#include "diagnosis/fingerprint.h"

#include <string.h>

#include "diagnosis/clue.h"
#include "diagnosis/conformance.h"
#include "session/session.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

/* What the clues of one stack say of a device. */
struct tally {
	unsigned	 own;		/* strings and ids */
	unsigned	 strings;	/* of those */
	unsigned	 shared;
	unsigned	 other;		/* typical ones that fit */
	unsigned	 against;
	const struct clue *best;	/* of those that fit */
};

static void
count_clue(struct tally *t, const struct clue *c, enum clue_answer a)
{
	if (a == CLUE_DIFFERS)
		t->against += c->strength == CLUE_ALWAYS;
	if (a != CLUE_FITS)
		return;
	t->own += c->strength == CLUE_OWN;
	t->strings += c->strength == CLUE_OWN && c->text != NULL;
	t->shared += c->strength == CLUE_SHARED;
	t->other += c->strength == CLUE_TYPICAL;
	if (t->best == NULL || c->strength > t->best->strength)
		t->best = c;
}

static struct tally
tally_of(const struct dfu_stack *stack, const struct session *s)
{
	struct tally t = { 0 };
	size_t i;

	for (i = 0; i < clues_count; i++) {
		if (strcmp(clues[i].stack, stack->id) == 0)
			count_clue(&t, &clues[i], clue_ask(&clues[i], s));
	}
	return (t);
}

/*
 * An id alone is not enough, nor is a string alone; what a stack always says
 * and this one does not is enough against it.
 */
static enum fingerprint_certainty
certainty_of(const struct tally *t)
{
	unsigned all = t->own + t->shared + t->other;

	if (t->own + t->shared == 0 || (t->own == 0 && t->against != 0))
		return (FINGERPRINT_WEAK);
	if (t->against != 0)
		return (FINGERPRINT_ID);
	if (t->own != 0 && all > (t->strings != 0 ? 1 : 2))
		return (FINGERPRINT_OWN);
	return (t->strings != 0 || all > 2 ? FINGERPRINT_SHARED :
	    FINGERPRINT_ID);
}

static int
points(const struct tally *t)
{
	return ((int)(8 * t->own + 4 * t->shared + t->other) -
	    8 * (int)t->against);
}

/* Looked for among the latest: a long poll loop says nothing new. */
#define LOOKED_AT	64

static uint32_t
first_against(const struct dfu_stack *stack, const struct session *s)
{
	size_t i = s->nrequests > LOOKED_AT ? s->nrequests - LOOKED_AT : 0;

	for (; i < s->nrequests; i++) {
		if (s->requests[i].at < s->arrived_at)
			continue;
		if (conformance_with(s, &s->requests[i], stack) == CONFORMS_NO)
			return (s->requests[i].number);
	}
	return (0);
}

static struct fingerprint
print_of(const struct dfu_stack *stack, const struct tally *t)
{
	return ((struct fingerprint){ .stack = stack,
	    .source = t->best != NULL ? t->best->source : stack->source,
	    .certainty = certainty_of(t) });
}

/* By its descriptors; the stack is NULL if they do not tell one. */
static struct fingerprint
guess(const struct session *s, const struct dfu_stack *fixed)
{
	struct fingerprint f = { 0 };
	struct tally t, best = { 0 };
	size_t i;

	if (fixed != NULL)
		return ((struct fingerprint){ .stack = fixed,
		    .source = "you",
		    .certainty = FINGERPRINT_SAID });
	for (i = 0; i < dfu_stacks_count; i++) {
		t = tally_of(&dfu_stacks[i], s);
		if (certainty_of(&t) < FINGERPRINT_SHARED ||
		    (f.stack != NULL && points(&t) <= points(&best)))
			continue;
		best = t;
		f = print_of(&dfu_stacks[i], &t);
	}
	return (f);
}

const struct dfu_stack *
fingerprint_stack(const struct session *s, const struct dfu_stack *fixed)
{
	return (guess(s, fixed).stack);
}

struct fingerprint
fingerprint_of(const struct session *s, const struct dfu_stack *fixed)
{
	struct fingerprint f = guess(s, fixed);

	if (f.stack != NULL)
		f.against = first_against(f.stack, s);
	return (f);
}

const char *
fingerprint_certainty_words(enum fingerprint_certainty c)
{
	switch (c) {
	case FINGERPRINT_WEAK:
		return ("possible, by its answers alone");
	case FINGERPRINT_ID:
		return ("possible, by an id that others use too");
	case FINGERPRINT_SHARED:
		return ("likely, by its descriptors");
	case FINGERPRINT_OWN:
		return ("very likely, by its descriptors");
	case FINGERPRINT_SAID:
		return ("set by you");
	}
	return (NULL);
}

/* Answers of one kind: to one request in one state. */
struct kinds {
	uint16_t	 list[8];
	unsigned	 n;
};

static void
note_kind(struct kinds *k, const struct request *r)
{
	uint16_t kind = (uint16_t)(r->before << 8 | r->meaning.kind);
	unsigned i;

	for (i = 0; i < k->n; i++) {
		if (k->list[i] == kind)
			return;
	}
	if (k->n < COUNT(k->list))
		k->list[k->n++] = kind;
}

/* The latest answers, held against the stack and against DFU 1.1. */
static void
count_answers(struct fingerprint_candidate *c, const struct session *s)
{
	size_t i = s->nrequests > LOOKED_AT ? s->nrequests - LOOKED_AT : 0;
	struct kinds kinds = { .n = 0 };
	struct conformance a;

	for (; i < s->nrequests; i++) {
		if (s->requests[i].at < s->arrived_at)
			continue;
		a = conformance_of(s, &s->requests[i], c->print.stack);
		if (a.stack == CONFORMS_NO && c->nagainst++ == 0)
			c->print.against = s->requests[i].number;
		if (a.stack != CONFORMS_YES || a.spec != CONFORMS_NO)
			continue;
		if (c->nspeaks++ == 0)
			c->speaks = s->requests[i].number;
		note_kind(&kinds, &s->requests[i]);
	}
	c->nkinds = kinds.n;
}

/* What contradicts weighs more than what fits. */
static long
weight(const struct fingerprint_candidate *c)
{
	return ((long)c->print.certainty * 4 +
	    (c->nspeaks > 8 ? 8 : (long)c->nspeaks) -
	    4 * (c->nagainst > 8 ? 8 : (long)c->nagainst));
}

/*
 * Without a mark of its own only answers speak for it, and one that several
 * stacks give is not enough.
 */
static bool
speaks_for_itself(const struct fingerprint_candidate *c,
    const struct tally *t)
{
	return (c->nkinds > 1 && c->nagainst == 0 && t->against == 0);
}

static size_t
insert(struct fingerprint_candidate *list, size_t n, size_t max,
    const struct fingerprint_candidate *c)
{
	size_t at = n;

	while (at > 0 && weight(c) > weight(&list[at - 1]))
		at--;
	if (at == max)
		return (n);
	n += n < max;
	memmove(&list[at + 1], &list[at], (n - at - 1) * sizeof(*list));
	list[at] = *c;
	return (n);
}

size_t
fingerprint_candidates(const struct session *s,
    const struct dfu_stack *fixed, struct fingerprint_candidate *list,
    size_t max)
{
	/* Beside one that is told by a mark of its own, an id tells nothing. */
	enum fingerprint_certainty least =
	    guess(s, fixed).certainty >= FINGERPRINT_OWN ?
	    FINGERPRINT_SHARED : FINGERPRINT_WEAK;
	struct fingerprint_candidate c;
	struct tally t;
	size_t i, n = 0;

	for (i = 0; i < dfu_stacks_count && max != 0; i++) {
		t = tally_of(&dfu_stacks[i], s);
		c = (struct fingerprint_candidate){
		    .print = print_of(&dfu_stacks[i], &t) };
		if (&dfu_stacks[i] == fixed)
			c.print = guess(s, fixed);
		count_answers(&c, s);
		if (c.print.certainty > least || speaks_for_itself(&c, &t))
			n = insert(list, n, max, &c);
	}
	return (n);
}

/* As many as a line takes; the table has the strongest first. */
#define CLUES_TOLD	2

static void
add_clues(const struct session *s, const struct fingerprint *f,
    enum clue_answer wanted, const char *head, struct buf *b)
{
	const struct clue *c;
	unsigned n = 0;

	for (c = clues; c < clues + clues_count; c++) {
		if (strcmp(c->stack, f->stack->id) != 0 ||
		    clue_ask(c, s) != wanted ||
		    (wanted == CLUE_DIFFERS && c->strength != CLUE_ALWAYS) ||
		    n++ >= CLUES_TOLD)
			continue;
		buf_adds(b, n == 1 ? head : ", ");
		if (wanted == CLUE_DIFFERS)
			buf_adds(b, "no ");
		clue_words(c, b);
	}
	if (n > CLUES_TOLD)
		buf_addf(b, " and %u more", n - CLUES_TOLD);
}

void
fingerprint_evidence(const struct session *s, const struct fingerprint *f,
    struct buf *b)
{
	if (f->certainty == FINGERPRINT_SAID) {
		buf_adds(b, "set by you");
		return;
	}
	add_clues(s, f, CLUE_FITS, "", b);
	add_clues(s, f, CLUE_DIFFERS, "; contradicted by: ", b);
}

void
fingerprint_candidate_words(const struct session *s,
    const struct fingerprint_candidate *c, struct buf *b)
{
	buf_addf(b, "%s: %s", c->print.stack->name,
	    fingerprint_certainty_words(c->print.certainty));
	if (c->print.certainty != FINGERPRINT_WEAK &&
	    c->print.stack != fingerprint_stack(s, s->said_stack)) {
		buf_adds(b, " (");
		fingerprint_evidence(s, &c->print, b);
		buf_addc(b, ')');
	}
	if (c->nspeaks != 0)
		buf_addf(b, "; #%u%s matches this DFU stack and contradicts "
		    "DFU 1.1",
		    c->speaks, c->nspeaks > 1 ? " and others" : "");
	if (c->nagainst != 0)
		buf_addf(b, "; contradicted by #%u%s", c->print.against,
		    c->nagainst > 1 ? " and others" : "");
}

void
fingerprint_words(const struct session *s, const struct fingerprint *f,
    struct buf *b)
{
	if (f->stack == NULL) {
		buf_adds(b, "unknown");
		return;
	}
	buf_addf(b, "%s (%s): ", f->stack->name, f->stack->version);
	fingerprint_evidence(s, f, b);
	if (f->against != 0)
		buf_addf(b, "; contradicted by #%u", f->against);
}
