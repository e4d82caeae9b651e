/* SPDX-License-Identifier: ISC */
/* Lessons: the menu, one of them in the console, and what was learnt. */
#include "config.h"

#include "main/main_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/signals.h"
#include "base/text.h"
#include "diagnosis/sessions.h"
#include "lesson/exam.h"
#include "lesson/lesson_from.h"
#include "lesson/lesson_run.h"
#include "lesson/rule.h"
#include "lesson/sheet.h"
#include "loop/loop_play.h"
#include "main/state_dir.h"
#include "source/source.h"
#include "ui/input/console.h"
#include "ui/prompt/progress.h"
#include "ui/view/menu.h"
#include "ui/view/view.h"

#define MAX_LESSON	(1024 * 1024)
#define BAR		20

struct school {
	struct lesson		*shelf;
	size_t			 n;
	char			*progress;
	char			*memory_path;
	struct lesson_memory	 memory;
	uint32_t		 today;
};

static int
open_school(struct school *s)
{
	struct buf error = { 0 }, text = { 0 };

	*s = (struct school){ .progress = state_dir_lessons(),
	    .memory_path = state_dir_memory(),
	    .today = (uint32_t)(time(NULL) / 86400) };
	s->shelf = mem_array(NULL, lesson_texts_count, sizeof(*s->shelf));
	for (; s->n < lesson_texts_count; s->n++)
		if (!lesson_parse(&s->shelf[s->n], lesson_texts[s->n].text,
		    &error))
			return (main_complain(EX_SOFTWARE, &error));
	progress_read(s->memory_path, &text);
	memory_read(&s->memory, buf_str(&text));
	buf_free(&text);
	return (0);
}

static void
close_school(struct school *s)
{
	while (s->n != 0)
		lesson_free(&s->shelf[--s->n]);
	free(s->shelf);
	free(s->progress);
	free(s->memory_path);
}

/* The menu. */

/* "14 steps", "step 3 of 14"; finished: what the first time came to. */
static void
add_state(struct buf *b, const struct school *s, const struct lesson *l)
{
	const struct memory_lesson *first =
	    memory_lesson_of(&s->memory, l->id);
	size_t step = progress_of(s->progress, l->id);

	if (step == 0)
		buf_addf(b, "%zu steps", l->nsteps);
	else if (step < l->nsteps)
		buf_addf(b, "step %zu of %zu", step + 1, l->nsteps);
	else if (first == NULL)
		buf_adds(b, "finished");
	else
		buf_addf(b, "%u of %u", first->points, first->of);
}

static void
print_lesson(const struct school *s, const struct lesson *l)
{
	struct buf b = { 0 };

	add_state(&b, s, l);
	printf("%-10s %-52.52s %s\n", l->id, l->title, buf_str(&b));
	buf_free(&b);
}

static void
print_rules(const struct school *s)
{
	const struct memory_rule *row;
	const struct rule *rule;
	unsigned i, k, full;

	for (i = 1; (rule = rule_of(i)) != NULL; i++) {
		row = memory_of(&s->memory, rule->id);
		full = row == NULL ? 0 : (unsigned)((uint64_t)row->right * BAR /
		    row->seen);
		printf("%-4s %-24.24s ", rule->id, rule->name);
		for (k = 0; k < BAR; k++)
			putchar(k < full ? '#' : '.');
		if (row != NULL)
			printf("  %u of %u%s", row->right, row->seen,
			    memory_is_due(row, s->today) ? ", due" : "");
		putchar('\n');
	}
}

/* The first that is not finished, or NULL. */
static const struct lesson *
next_lesson(const struct school *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (progress_of(s->progress, s->shelf[i].id) <
		    s->shelf[i].nsteps)
			return (&s->shelf[i]);
	return (NULL);
}

static void
print_menu(const struct school *s)
{
	const struct lesson *next = next_lesson(s);
	size_t i, due = memory_due(&s->memory, s->today);

	for (i = 0; i < s->n; i++)
		print_lesson(s, &s->shelf[i]);
	putchar('\n');
	print_rules(s);
	printf("\n%zu card%s due. ", due, due == 1 ? " is" : "s are");
	if (next != NULL)
		printf("Next: dfuscope learn %s\n", next->id);
	else
		printf("All lessons are finished: dfuscope learn exam\n");
}

/* Taking one. */

static bool
find_lesson(const struct school *s, const char *id, struct lesson *own,
    const struct lesson **l, struct buf *error)
{
	struct buf text = { 0 };
	bool ok;
	size_t i;

	for (i = 0; i < s->n; i++) {
		*l = &s->shelf[i];
		if (strcmp(s->shelf[i].id, id) == 0)
			return (true);
	}
	if (access(id, F_OK) != 0) {
		buf_adds(error, "unknown lesson \"");
		text_escape(error, id, strlen(id));
		buf_adds(error, "\", and no such file. List the lessons: "
		    "dfuscope learn");
		return (false);
	}
	ok = file_read(id, MAX_LESSON, &text, error);
	if (ok && !lesson_parse(own, buf_str(&text), error)) {
		ok = false;
		buf_adds(error, ": ");
		text_escape(error, id, strlen(id));
	}
	buf_free(&text);
	*l = own;
	return (ok);
}

/* What the program ends with where that is no lesson. */
static int
bad_lesson(const char *id)
{
	return (access(id, F_OK) == 0 ? EX_DATAERR : EX_USAGE);
}

/* The console on some devices, with a lesson in it. */
static int
run_lesson(struct options *o, struct console_config *console,
    const struct lesson *l, size_t ndevices)
{
	struct buf errors = { 0 };
	struct rc rc;
	int code;

	main_load_rc(&rc, &errors);
	console->rc = &rc;
	o->targets = mem_array(o->targets, ndevices, sizeof(*o->targets));
	for (o->ntargets = 0; o->ntargets < ndevices; o->ntargets++)
		o->targets[o->ntargets] = l->devices[o->ntargets];
	/* Nothing of it is anybody's: no question stands in the way. */
	o->yes = true;
	code = main_run_console(o, console, NULL);
	rc_free(&rc);
	buf_free(&errors);
	return (code);
}

static int
take_lesson(struct options *o, struct school *s, const struct lesson *l,
    bool *next)
{
	struct lesson_config lesson = { .lesson = l, .shelf = s->shelf,
	    .nshelf = s->n, .bench = &loop_bench, .memory = &s->memory,
	    .today = s->today,
	    .resume = progress_of(s->progress, l->id) };
	struct console_config console = { .lesson = &lesson,
	    .progress = s->progress, .memory = s->memory_path,
	    .next = next };

	if (lesson.resume >= l->nsteps)
		lesson.resume = 0;
	return (run_lesson(o, &console, l, l->ndevices));
}

static int
take_lessons(struct options *o, struct school *s, const char *id)
{
	struct lesson own = { 0 };
	const struct lesson *l;
	struct buf error = { 0 };
	bool next = true;
	int code = 0;

	while (next && id != NULL && code == 0) {
		next = false;
		if (!find_lesson(s, id, &own, &l, &error)) {
			code = main_complain(bad_lesson(id), &error);
			break;
		}
		code = take_lesson(o, s, l, &next);
		id = l >= s->shelf && l + 1 < s->shelf + s->n ? l[1].id :
		    NULL;
	}
	lesson_free(&own);
	buf_free(&error);
	return (code);
}

/* Examining them. */

static bool
check_lesson(const struct school *s, const char *id)
{
	struct lesson own = { 0 };
	const struct lesson *l;
	struct buf faults = { 0 };
	size_t n = 1;

	if (find_lesson(s, id, &own, &l, &faults))
		n = lesson_check(l, s->shelf, s->n, &loop_bench,
		    view_lesson_fits, &faults);
	else
		buf_addc(&faults, '\n');
	if (n != 0)
		printf("%s:\n%s", id, buf_str(&faults));
	else
		printf("%s: %zu steps, no errors\n", id,
		    l->nsteps);
	lesson_free(&own);
	buf_free(&faults);
	return (n == 0);
}

static int
check_lessons(const struct options *o, const struct school *s)
{
	bool ok = true;
	size_t i;

	for (i = 0; i < o->nfiles; i++)
		ok &= check_lesson(s, o->files[i]);
	for (i = 0; o->nfiles == 0 && i < s->n; i++)
		ok &= check_lesson(s, s->shelf[i].id);
	return (ok ? 0 : EX_DATAERR);
}

/* Exams. */

static bool
read_seed(const struct options *o, uint32_t *seed, struct buf *error)
{
	uint64_t v = (uint64_t)time(NULL) % 100000;

	if (o->nfiles > 2 || (o->nfiles == 2 &&
	    !text_number(o->files[1], UINT32_MAX, &v))) {
		buf_adds(error, "exam: expected a number as SEED");
		return (false);
	}
	*seed = (uint32_t)v;
	return (true);
}

/* One answer a line, in the order of the questions; none is wrong. */
static bool
mark_batch(struct lesson_run *r, struct buf *error)
{
	char line[256];
	size_t n = 0;

	while (r->phase != LESSON_ENDS) {
		if (!lesson_is_question(lesson_step_of(r)->ask)) {
			(void)lesson_enter(r);
			continue;
		}
		if (fgets(line, sizeof(line), stdin) == NULL) {
			lesson_pass(r);
			continue;
		}
		n++;
		line[strcspn(line, "\r\n")] = '\0';
		if (*line == '\0' || strcmp(line, "-") == 0) {
			lesson_pass(r);
		} else if (!lesson_say(r, line)) {
			buf_addf(error, "line %zu is not an answer to "
			    "question %zu: ", n, r->at.step + 1);
			text_escape(error, line, strlen(line));
			return (false);
		}
	}
	return (true);
}

static int
take_exam(struct options *o, const struct school *s, const struct exam *e)
{
	struct lesson_config config = { .lesson = &e->lesson,
	    .bench = &loop_bench, .exam = true,
	    .minutes = (uint32_t)o->minutes };
	struct lesson_run r = { .lesson = NULL };
	struct console_config console = { .lesson = &config, .ended = &r };
	struct buf error = { 0 }, b = { 0 };
	int code = 0;

	if (o->batch) {
		lesson_begin(&r, &config);
		if (!mark_batch(&r, &error))
			code = main_complain(EX_DATAERR, &error);
	} else {
		code = run_lesson(o, &console, &e->lesson, 1);
	}
	if (code == 0 && r.marks != NULL) {
		exam_report(e, r.marks, s->shelf, s->n, &b);
		fputs(buf_str(&b), stdout);
	}
	lesson_end(&r);
	buf_free(&error);
	buf_free(&b);
	return (code);
}

/* On paper. */

static void
print_sheet(const struct options *o, const struct lesson *l, struct buf *b)
{
	sheet_lesson(l, &loop_bench, o->html, b);
	if (o->key)
		sheet_key(l, &loop_bench, o->html, b);
}

static int
print_sheets(const struct options *o, const struct school *s,
    const struct exam *e)
{
	struct lesson own = { 0 };
	const struct lesson *l;
	struct buf b = { 0 }, error = { 0 };
	int code = 0;
	size_t i;

	sheet_begin("dfuscope learn", o->html, &b);
	sheet_map(o->html, &b);
	if (e == NULL)
		sheet_rules(o->html, &b);
	else
		print_sheet(o, &e->lesson, &b);
	for (i = 0; e == NULL && o->nfiles == 0 && i < s->n; i++)
		print_sheet(o, &s->shelf[i], &b);
	for (i = 0; e == NULL && i < o->nfiles && code == 0; i++) {
		if (find_lesson(s, o->files[i], &own, &l, &error))
			print_sheet(o, l, &b);
		else
			code = main_complain(bad_lesson(o->files[i]), &error);
		lesson_free(&own);
	}
	sheet_end(o->html, &b);
	if (code == 0)
		fputs(buf_str(&b), stdout);
	buf_free(&b);
	buf_free(&error);
	return (code);
}

/* Of a recording. */

/* The device of which most is told. */
static const struct session *
main_session(const struct sessions *all)
{
	const struct session *best = NULL;
	size_t i;

	for (i = 0; i < all->n; i++)
		if (best == NULL ||
		    session_history(all->list[i]) > session_history(best))
			best = all->list[i];
	return (best);
}

static bool
read_recording(const char *path, struct sessions *all, int *code,
    struct buf *error)
{
	struct source *source = source_open(path, code, error);
	enum source_result r;
	struct event e;

	if (source == NULL)
		return (false);
	do {
		r = source_read(source, &e, error);
		if (r == SOURCE_EVENT)
			sessions_apply(all, &e);
	} while (r == SOURCE_EVENT || r == SOURCE_LATER);
	sessions_finish(all, all->last, source_cut(source) != 0);
	source_close(source);
	*code = EX_DATAERR;
	return (r == SOURCE_END);
}

static int
take_recording(struct options *o, struct lesson_from *from)
{
	struct lesson_config config = { .lesson = &from->lesson,
	    .bench = &from->bench, .recorded = true };
	struct console_config console = { .lesson = &config };
	struct buf b = { 0 };
	int code;

	if (!o->print) {
		code = run_lesson(o, &console, &from->lesson, 1);
		return (code);
	}
	sheet_begin(from->lesson.title, o->html, &b);
	sheet_map(o->html, &b);
	sheet_lesson(&from->lesson, &from->bench, o->html, &b);
	if (o->key)
		sheet_key(&from->lesson, &from->bench, o->html, &b);
	sheet_end(o->html, &b);
	fputs(buf_str(&b), stdout);
	buf_free(&b);
	return (0);
}

static int
do_recording(struct options *o)
{
	struct sessions *all = sessions_new(trace_new(), 0);
	struct lesson_from from = { .lesson = { .id = NULL } };
	const struct session *s;
	struct buf error = { 0 };
	int code = EX_DATAERR;

	if (!read_recording(o->from, all, &code, &error)) {
		code = main_complain(code, &error);
	} else if ((s = main_session(all)) == NULL) {
		buf_adds(&error, "the file has no device");
		code = main_complain(EX_DATAERR, &error);
	} else if (!lesson_from_make(&from, s, o->from, all->last, &error)) {
		code = main_complain(EX_DATAERR, &error);
	} else {
		code = take_recording(o, &from);
	}
	lesson_from_free(&from);
	sessions_free(all);
	buf_free(&error);
	return (code);
}

static int
do_exam(struct options *o, const struct school *s)
{
	struct buf error = { 0 };
	struct exam e;
	uint32_t seed;
	int code;

	if (!read_seed(o, &seed, &error)) {
		code = main_complain(EX_USAGE, &error);
		buf_free(&error);
		return (code);
	}
	exam_make(&e, seed, o->parts != 0 ? o->parts : EXAM_ALL);
	code = o->print ? print_sheets(o, s, &e) : take_exam(o, s, &e);
	exam_free(&e);
	return (code);
}

/* The menu on a terminal: a row for each lesson, and the exam. */
static void
make_menu(struct menu *m, const struct school *s)
{
	const struct lesson *next = next_lesson(s);
	const struct memory_rule *row;
	const struct rule *rule;
	size_t i;

	*m = (struct menu){ .due = memory_due(&s->memory, s->today) };
	m->rows = mem_array(NULL, s->n + 1, sizeof(*m->rows));
	for (i = 0; i < s->n; i++) {
		m->rows[i] = (struct menu_row){ .id = s->shelf[i].id,
		    .title = s->shelf[i].title };
		add_state(&m->rows[i].state, s, &s->shelf[i]);
	}
	m->rows[i] = (struct menu_row){ .id = "exam",
	    .title = "An exam: questions from all parts" };
	m->n = s->n + 1;
	m->next = next != NULL ? (size_t)(next - s->shelf) : s->n;
	m->selected = m->next;
	for (i = 1; (rule = rule_of((unsigned)i)) != NULL; i++) {
		row = memory_of(&s->memory, rule->id);
		m->rules = mem_array(m->rules, i, sizeof(*m->rules));
		m->rules[m->nrules++] = (struct menu_rule){ .id = rule->id,
		    .name = rule->name, .right = row != NULL ? row->right : 0,
		    .seen = row != NULL ? row->seen : 0,
		    .due = row != NULL && memory_is_due(row, s->today) };
	}
}

/* Until it is left: what was chosen comes back to it. */
static int
choose_lessons(struct options *o, struct school *s)
{
	struct buf error = { 0 };
	struct menu m;
	bool opens = true;
	int code = 0;

	while (opens && code == 0 && signals_ended() == 0) {
		make_menu(&m, s);
		if (!main_menu(&m, &opens, &error))
			code = main_complain(EX_USAGE, &error);
		else if (opens && m.selected == s->n)
			code = do_exam(o, s);
		else if (opens)
			code = take_lessons(o, s, s->shelf[m.selected].id);
		/* The report of an exam is printed, and stays in sight. */
		opens = opens && m.selected != s->n;
		menu_free(&m);
	}
	buf_free(&error);
	return (code);
}

/* Words and options that mean nothing together. */
static bool
is_sound(const struct options *o, bool exam, struct buf *error)
{
	if (!exam && (o->batch || o->parts != 0 || o->minutes != 0))
		buf_adds(error, "--batch, --part and --minutes need exam");
	else if (!o->print && (o->key || o->html))
		buf_adds(error, "--key and --html need --print");
	else if (o->check + o->print + o->batch > 1)
		buf_adds(error, "use only one of --check, --print and --batch");
	else if (o->from != NULL && (o->nfiles != 0 || o->check))
		buf_adds(error, "--from cannot be combined with a lesson");
	else if (!exam && !o->check && !o->print && o->nfiles > 1) {
		buf_adds(error, "too many words: \"");
		text_escape(error, o->files[1], strlen(o->files[1]));
		buf_addc(error, '"');
	}
	return (error->len == 0);
}

static int
learn(struct options *o, struct school *s)
{
	bool exam = o->nfiles != 0 && strcmp(o->files[0], "exam") == 0;
	struct buf error = { 0 };
	int code;

	if (!is_sound(o, exam, &error)) {
		code = main_complain(EX_USAGE, &error);
		buf_free(&error);
		return (code);
	}
	if (o->from != NULL)
		return (do_recording(o));
	if (o->check)
		return (check_lessons(o, s));
	if (exam)
		return (do_exam(o, s));
	if (o->print)
		return (print_sheets(o, s, NULL));
	if (o->nfiles != 0)
		return (take_lessons(o, s, o->files[0]));
	if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		return (choose_lessons(o, s));
	print_menu(s);
	return (0);
}

int
main_learn(struct options *o)
{
	struct school s;
	int code = open_school(&s);

	if (code == 0)
		code = learn(o, &s);
	close_school(&s);
	return (code);
}
