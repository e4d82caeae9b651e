/* SPDX-License-Identifier: ISC */
/*
 * A finding knows what it rests on: with each fact removed in turn, from the
 * source and from its answers, a trace raises nothing that it did not raise
 * with all of them, and no row that names the fact.
 */
#include "config.h"

#include "tests/findings/play.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diagnosis/finding.h"

/* What a trace raises with every fact, and how often facts were missed. */
struct whole {
	char	*name;
	bool	*raised;	/* by row */
};

struct walk {
	struct whole	*traces;
	size_t		 n;
	size_t		 at;	/* the trace of this round */
	uint16_t	 without;
	uint32_t	*abstains;	/* by row: facts it abstained without */
	uint32_t	*holds;		/* ... it still held without */
	size_t		 wrong;
};

static size_t
index_of(const struct finding_row *row)
{
	size_t i;

	for (i = 0; finding_row(i) != row; i++)
		assert_non_null(finding_row(i));
	return (i);
}

static bool *
raised_by(const struct play_trace *t)
{
	bool *raised = mem_alloc(finding_rows_count() * sizeof(*raised));
	const struct findings *f = t->s->findings;
	size_t i;

	for (i = 0; i < f->n; i++)
		raised[index_of(f->list[i].row)] = true;
	return (raised);
}

static void
keep(const struct play_trace *t, void *arg)
{
	struct walk *k = arg;

	k->traces = mem_array(k->traces, k->n + 1, sizeof(*k->traces));
	k->traces[k->n++] = (struct whole){ mem_strdup(t->name),
	    raised_by(t) };
}

/* The special cause abstains: what is more general may be told for it. */
static bool
gives_way(const struct whole *whole, const bool *raised,
    const struct finding_row *row)
{
	const struct finding_row *special;
	size_t i;

	for (i = 0; i < finding_rows_count(); i++) {
		special = finding_row(i);
		if (whole->raised[i] && !raised[i] && row->general != 0 &&
		    special->general <= row->general)
			return (true);
	}
	return (false);
}

static void
compare(const struct play_trace *t, void *arg)
{
	struct walk *k = arg;
	const struct whole *whole = &k->traces[k->at++];
	bool *raised = raised_by(t);
	const struct finding_row *row;
	struct buf names = { 0 };
	size_t i;

	assert_string_equal(t->name, whole->name);
	fact_mask_print(&names, k->without);
	for (i = 0; i < finding_rows_count(); i++) {
		row = finding_row(i);
		if (whole->raised[i] && raised[i])
			k->holds[i] |= k->without;
		else if (whole->raised[i])
			k->abstains[i] |= k->without;
		if (raised[i] && (row->needs & k->without) != 0) {
			print_error("%s: without %s: %s\n", t->name,
			    buf_str(&names), row->id);
			k->wrong++;
		}
		if (raised[i] && !whole->raised[i] &&
		    row->severity != SEVERITY_NOTE &&
		    !gives_way(whole, raised, row)) {
			print_error("%s: only without %s: %s\n", t->name,
			    buf_str(&names), row->id);
			k->wrong++;
		}
	}
	buf_free(&names);
	free(raised);
}

static void
go(struct walk *k, uint16_t lacks, uint16_t untold,
    void (*done)(const struct play_trace *t, void *arg))
{
	char **paths = play_files();
	size_t i;

	k->at = 0;
	k->without = lacks | untold;
	for (i = 0; paths[i] != NULL; i++) {
		play_file_without(paths[i], lacks, untold, done, k);
		free(paths[i]);
	}
	free(paths);
}

static uint16_t
gone_with(enum fact fact)
{
	/* The others are parts of the descriptors. */
	return (fact == FACT_DESCRIPTORS ? FACT(FACT_DESCRIPTORS) |
	    FACT(FACT_ATTRIBUTES) | FACT(FACT_MAP) : FACT(fact));
}

/* A row holds without what it does not name, and needs what it names. */
static void
look_at_rows(struct walk *k)
{
	const struct finding_row *row;
	struct buf names = { 0 };
	size_t i;

	for (i = 0; i < finding_rows_count(); i++) {
		row = finding_row(i);
		if ((row->needs & (uint16_t)~k->abstains[i]) == 0)
			continue;
		buf_reset(&names);
		fact_mask_print(&names,
		    row->needs & (uint16_t)~k->abstains[i]);
		print_error("%s never abstains without %s\n", row->id,
		    buf_str(&names));
		k->wrong++;
	}
	buf_free(&names);
}

static void
test_each_fact_removed(void **state)
{
	static const enum fact in_answers[] = { FACT_WAITS, FACT_STATUS,
	    FACT_ERROR_CODE };
	struct walk k = { 0 };
	size_t i;
	int fact;

	(void)state;
	k.abstains = mem_alloc(finding_rows_count() * sizeof(*k.abstains));
	k.holds = mem_alloc(finding_rows_count() * sizeof(*k.holds));
	go(&k, 0, 0, keep);
	for (fact = 0; fact < FACT_COUNT; fact++)
		go(&k, gone_with((enum fact)fact), 0, compare);
	for (i = 0; i < sizeof(in_answers) / sizeof(in_answers[0]); i++)
		go(&k, 0, FACT(in_answers[i]), compare);
	look_at_rows(&k);
	assert_int_equal(k.wrong, 0);
	for (i = 0; i < k.n; i++) {
		free(k.traces[i].name);
		free(k.traces[i].raised);
	}
	free(k.traces);
	free(k.abstains);
	free(k.holds);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_fact_removed),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
