/* SPDX-License-Identifier: ISC */
/*
 * Each trace raises what it says and nothing else above a note; each row has
 * a trace that raises it and a near miss that does not; and the corpus of
 * documented failures is covered.
 */
#include "config.h"

#include "tests/findings/play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "command/command.h"
#include "diagnosis/finding.h"
#include "diagnosis/finding_part.h"
#include "diagnosis/finding_text.h"
#include "job/job.h"

#define CASES	129
#define ROWS	200

struct tally {
	size_t	 traces;
	size_t	 wrong;
	bool	 raised[ROWS];
	bool	 missed[ROWS];
	/* What each case is shown by: "case id" pairs. */
	struct buf pairs;
};

static size_t
row_index(const char *id)
{
	size_t i;

	for (i = 0; i < finding_rows_count(); i++) {
		if (strcmp(finding_row(i)->id, id) == 0)
			return (i);
	}
	fail_msg("no row is called %s", id);
	return (0);
}

static bool
listed(char *const *words, size_t n, const char *id)
{
	while (n > 0) {
		if (strcmp(words[--n], id) == 0)
			return (true);
	}
	return (false);
}

static bool
found(const struct finding *const *list, size_t n, const char *id)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (strcmp(list[i]->row->id, id) == 0)
			return (true);
	}
	return (false);
}

static void
complain(struct tally *y, const struct play_trace *t, const char *what,
    const char *id)
{
	print_error("%s: %s: %s %s\n", t->file, t->name, what, id);
	y->wrong++;
}

/* What is withdrawn was found, and is not any more. */
static void
compare_withdrawn(struct tally *y, const struct play_trace *t)
{
	const struct findings *f = t->s->findings;
	size_t i, j;

	for (i = 0; i < t->nwithdraws; i++) {
		y->missed[row_index(t->withdraws[i])] = true;
		for (j = 0; j < f->n; j++) {
			if (f->list[j].life == FINDING_WITHDRAWN &&
			    strcmp(f->list[j].row->id, t->withdraws[i]) == 0)
				break;
		}
		if (j == f->n)
			complain(y, t, "does not withdraw", t->withdraws[i]);
	}
}

/* pair is ID=WORD: the words of that finding hold it, or none holds it. */
static void
compare_words(struct tally *y, const struct play_trace *t,
    const struct finding *const *list, size_t n, const char *pair, bool held)
{
	const char *word = strchr(pair, '=');
	struct buf b = { 0 };
	char id[64];
	size_t i;
	int part;

	assert_non_null(word);
	snprintf(id, sizeof(id), "%.*s", (int)(word - pair), pair);
	for (i = 0; i < n && strcmp(list[i]->row->id, id) != 0; i++)
		;
	if (i == n) {
		complain(y, t, "does not raise", id);
		return;
	}
	for (part = FINDING_PART_EVIDENCE; part <= FINDING_PART_CURE; part++) {
		finding_part_words((enum finding_part)part, list[i]->row,
		    list[i], NULL, &b);
		buf_addc(&b, '\n');
	}
	if ((strstr(buf_str(&b), word + 1) != NULL) != held)
		complain(y, t, held ? "does not tell" : "tells", pair);
	buf_free(&b);
}

static void
compare(struct tally *y, const struct play_trace *t,
    const struct finding *const *list, size_t n)
{
	const struct finding *f;
	size_t i, j;

	for (i = 0; i < t->nraises; i++) {
		y->raised[row_index(t->raises[i])] = true;
		if (!found(list, n, t->raises[i]))
			complain(y, t, "does not raise", t->raises[i]);
		for (j = 0; j < t->ncases; j++)
			buf_addf(&y->pairs, " %s %s ;", t->cases[j],
			    t->raises[i]);
	}
	for (i = 0; i < t->nquiet; i++) {
		y->missed[row_index(t->quiet[i])] = true;
		if (found(list, n, t->quiet[i]))
			complain(y, t, "raises", t->quiet[i]);
	}
	for (i = 0; i < t->ntells; i++)
		compare_words(y, t, list, n, t->tells[i], true);
	for (i = 0; i < t->nhides; i++)
		compare_words(y, t, list, n, t->hides[i], false);
	for (i = 0; i < t->nalso; i++)
		row_index(t->also[i]);
	for (i = 0; i < n; i++) {
		f = list[i];
		if (f->row->severity != SEVERITY_NOTE &&
		    !listed(t->raises, t->nraises, f->row->id) &&
		    !listed(t->also, t->nalso, f->row->id))
			complain(y, t, "unexpectedly raises", f->row->id);
	}
}

/* What was read as it came is what is read when all of it is known. */
static void
read_again(const struct play_trace *t)
{
	struct session *s = t->s;
	struct dfu_meaning *was =
	    mem_array(NULL, s->nrequests + 1, sizeof(*was));
	bool known = s->pointer_known, pending = s->pointer_pending;
	const struct dfu_meaning *is;
	size_t i;

	for (i = 0; i < s->nrequests; i++)
		was[i] = s->requests[i].meaning;
	session_read_again(s, t->sessions->trace);
	for (i = 0; i < s->nrequests; i++) {
		is = &s->requests[i].meaning;
		if (is->kind != was[i].kind || is->maybe != was[i].maybe ||
		    is->addressed != was[i].addressed ||
		    is->address != was[i].address ||
		    is->length != was[i].length ||
		    dfu_meaning_loss(is) != dfu_meaning_loss(&was[i]))
			fail_msg("%s: %s: #%u is read as another", t->file,
			    t->name, s->requests[i].number);
	}
	assert_int_equal(s->pointer_known, known);
	assert_int_equal(s->pointer_pending, pending);
	free(was);
}

/* A finding names requests that exist, in order, and says something. */
static void
look(struct tally *y, const struct play_trace *t, const struct finding *f)
{
	if (f->first > f->last || f->last > t->number || f->count == 0)
		complain(y, t, "has wrong requests in", f->row->id);
	if ((f->life == FINDING_SO_FAR) !=
	    (t->cut && f->row->taken_back != NULL))
		complain(y, t, "settles too late or too early", f->row->id);
	if (f->evidence == NULL || f->evidence[0] == '\0')
		complain(y, t, "has no evidence for", f->row->id);
}

static void
one_trace(const struct play_trace *t, void *arg)
{
	struct finding held[FINDINGS_AT_MOST];
	const struct finding **list;
	struct tally *y = arg;
	size_t i, n, nheld;

	assert_non_null(t->s);
	y->traces++;
	n = findings_sorted(t->s, t->now, held, &nheld, &list);
	compare(y, t, list, n);
	compare_withdrawn(y, t);
	for (i = 0; i < n; i++)
		look(y, t, list[i]);
	for (i = 0; i < nheld; i++)
		finding_free(&held[i]);
	free(list);
	read_again(t);
}

static void
all_traces(struct tally *y)
{
	char **paths = play_files();
	size_t i;

	for (i = 0; paths[i] != NULL; i++) {
		play_file(paths[i], one_trace, y);
		free(paths[i]);
	}
	free(paths);
	assert_true(y->traces > 0);
}

static void
test_traces(void **state)
{
	struct tally y = { 0 };
	size_t i, wanting = 0;

	(void)state;
	all_traces(&y);
	assert_int_equal(y.wrong, 0);
	for (i = 0; i < finding_rows_count(); i++) {
		if (!y.raised[i] || !y.missed[i]) {
			print_error("%s has no %s\n", finding_row(i)->id,
			    y.raised[i] ? "near miss" : "trace");
			wanting++;
		}
	}
	assert_int_equal(wanting, 0);
	buf_free(&y.pairs);
}

/* One of the ids (separated by commas) is raised by a trace of that case. */
static bool
is_shown(const struct tally *y, const char *name, const char *ids)
{
	char *copy = mem_strdup(ids), *rest = NULL, *id, *pair;
	bool shown = false;

	for (id = strtok_r(copy, ",", &rest); id != NULL;
	    id = strtok_r(NULL, ",", &rest)) {
		row_index(id);
		pair = mem_printf(" %s %s ;", name, id);
		shown = shown || strstr(buf_str(&y->pairs), pair) != NULL;
		free(pair);
	}
	free(copy);
	return (shown);
}

/* NUMBER NAME ID[,ID...] or NUMBER NAME about:ID, then what shows it. */
static void
one_case(struct tally *y, const char *line, int want)
{
	char name[64], ids[160];
	int number, at = 0;

	if (sscanf(line, "%d %63s %159s %n", &number, name, ids, &at) != 3 ||
	    at == 0)
		fail_msg("corpus: %s", line);
	assert_int_equal(number, want);
	if (strlen(line + at) < 12) {
		print_error("%s: what a trace shows is missing\n", name);
		y->wrong++;
	}
	if (strncmp(ids, "about:", 6) == 0) {
		if (finding_text_named(ids + 6) == NULL) {
			print_error("%s: no text %s\n", name, ids + 6);
			y->wrong++;
		}
	} else if (!is_shown(y, name, ids)) {
		print_error("%s: no trace shows %s\n", name, ids);
		y->wrong++;
	}
}

static void
test_corpus(void **state)
{
	struct tally y = { 0 };
	char line[512];
	FILE *f = fopen(TESTS_DIR "/findings/corpus", "r");
	int n = 0;

	(void)state;
	all_traces(&y);
	y.wrong = 0;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (line[0] != '#' && line[0] != '\n')
			one_case(&y, line, ++n);
	}
	fclose(f);
	buf_free(&y.pairs);
	assert_int_equal(n, CASES);
	assert_int_equal(y.wrong, 0);
}

static void
look_at_row(const struct finding_row *row)
{
	if (strlen(row->title) > 60)
		fail_msg("%s: the title is too long", row->id);
	if (finding_mechanism(row) == NULL || row->source == NULL ||
	    (row->predicate == NULL && row->when != FINDING_ON_SAID) ||
	    row->when == 0)
		fail_msg("%s lacks something", row->id);
	assert_non_null(finding_class_name(row->class));
	assert_non_null(finding_fault_words(row->fault));
	assert_ptr_equal(finding_row_named(row->id), row);
}

static void
test_rows(void **state)
{
	size_t i;

	(void)state;
	assert_true(finding_rows_count() > 50);
	assert_true(finding_rows_count() < ROWS);
	for (i = 0; i < finding_rows_count(); i++)
		look_at_row(finding_row(i));
	assert_null(finding_row(i));
	assert_null(finding_row_named("no-such-thing"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_traces),
		cmocka_unit_test(test_corpus),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
