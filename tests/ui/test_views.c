/* SPDX-License-Identifier: ISC */
/*
 * Golden screens. DFUSCOPE_UPDATE_GOLDEN=1 (make accept-goldens) writes them
 * anew; look at what git then says has changed.
 */
#include <dirent.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/findings/replay.h"
#include "tests/ui/harness.h"
#include "analysis/timing.h"
#include "base/mem.h"
#include "base/text.h"
#include "dfu/spec.h"
#include "trace/words.h"
#include "wire/usb.h"

static const struct {
	int	cols;
	int	rows;
	bool	ascii;
} sizes[] = {
	{ 100, 30, false }, { 80, 24, false }, { 200, 50, false },
	{ 60, 15, false }, { 1, 1, false }, { 100, 30, true }
};
#define NSIZES	(sizeof(sizes) / sizeof(sizes[0]))

#define GOLDEN	TESTS_DIR "/ui/golden"

static void
read_golden(const char *path, struct buf *b)
{
	FILE *f = fopen(path, "rb");
	char chunk[4096];
	size_t n;

	if (f == NULL)
		return;
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(b, chunk, n);
	fclose(f);
}

/* What diff says of the file and what was drawn; no file is an empty one. */
static void
print_diff(const char *path, const struct buf *got)
{
	struct buf command = { 0 };
	FILE *f;

	buf_addf(&command, "diff -uN --label '%s' --label drawn '%s' - >&2",
	    path, path);
	f = popen(buf_str(&command), "w");
	assert_non_null(f);
	fwrite(got->data, 1, got->len, f);
	assert_int_not_equal(pclose(f), 0);
	buf_free(&command);
}

static void
write_golden(const char *path, const struct buf *b)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(b->data, 1, b->len, f), b->len);
	assert_int_equal(fclose(f), 0);
}

static void
add_file(struct buf *b, const char *before, const char *name, size_t size)
{
	buf_addf(b, "%s%s-%dx%d%s.txt", before, name, sizes[size].cols,
	    sizes[size].rows, sizes[size].ascii ? "-ascii" : "");
}

static bool
same_as_golden(const char *name, size_t size, const struct buf *got)
{
	struct buf path = { 0 }, want = { 0 };
	bool same = true;

	add_file(&path, GOLDEN "/", name, size);
	if (getenv("DFUSCOPE_UPDATE_GOLDEN") != NULL) {
		write_golden(buf_str(&path), got);
	} else {
		read_golden(buf_str(&path), &want);
		same = strcmp(buf_str(&want), buf_str(got)) == 0;
		if (!same)
			print_diff(buf_str(&path), got);
	}
	buf_free(&path);
	buf_free(&want);
	return (same);
}

static bool
check_scene(const char *name, size_t size)
{
	struct buf got = { 0 };
	struct canvas *c;
	struct harness st;
	bool same;

	harness_begin(&st);
	assert_true(harness_scene(&st, name));
	c = harness_draw(&st, sizes[size].rows, sizes[size].cols,
	    sizes[size].ascii);
	canvas_dump(c, &got, false);
	same = same_as_golden(name, size, &got);
	canvas_free(c);
	buf_free(&got);
	harness_end(&st);
	return (same);
}

/* The sizes that only some scenes are kept in: small, and ASCII. */
static bool
kept(const char *name, size_t size)
{
	static const char *const all[] = { "stuck", "unasked", "error",
	    "none", "devices", "device", "page", "subjects", "times",
	    "recover", "scope-vanished", "scope-overdue", "ladder-refused" };
	size_t i;

	if (sizes[size].rows != 15 && !sizes[size].ascii)
		return (true);
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(name, all[i]) == 0)
			return (true);
	}
	return (false);
}

static void
screens_are_golden(void **state)
{
	size_t i, size;
	int wrong = 0;

	(void)state;
	for (i = 0; harness_scenes[i] != NULL; i++)
		for (size = 0; size < NSIZES; size++)
			if (kept(harness_scenes[i], size))
				wrong += !check_scene(harness_scenes[i], size);
	if (wrong != 0)
		print_error("%d screens differ: look at each, then "
		    "\"make accept-goldens\"\n", wrong);
	assert_int_equal(wrong, 0);
}

static void
every_golden_has_a_scene(void **state)
{
	struct buf names = { 0 }, name = { 0 };
	struct dirent *entry;
	size_t i, size;
	int wrong = 0;
	DIR *dir;

	(void)state;
	for (i = 0; harness_scenes[i] != NULL; i++)
		for (size = 0; size < NSIZES; size++)
			if (kept(harness_scenes[i], size))
				add_file(&names, "/", harness_scenes[i], size);
	dir = opendir(GOLDEN);
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		buf_reset(&name);
		buf_addf(&name, "/%s", entry->d_name);
		if (entry->d_name[0] == '.' ||
		    strstr(buf_str(&names), buf_str(&name)) != NULL)
			continue;
		print_error("no scene draws %s%s\n", GOLDEN, buf_str(&name));
		wrong++;
	}
	closedir(dir);
	buf_free(&names);
	buf_free(&name);
	assert_int_equal(wrong, 0);
}

static void
draw_all_tabs(struct harness *st, int rows, int cols)
{
	unsigned tab, screen;

	for (screen = SCREEN_CONSOLE; screen < SCREEN_COUNT; screen++) {
		for (tab = 0; tab < TAB_COUNT; tab++) {
			/* Only the console has tabs. */
			if (tab != 0 && screen != SCREEN_CONSOLE)
				break;
			st->view.screen = (enum screen_id)screen;
			st->view.tab = (enum tab)tab;
			canvas_free(harness_draw(st, rows, cols,
			    (tab + screen) % 2 == 1));
		}
	}
}

/* All sizes for the scenes of everything, for the others each row once. */
static bool
tried(const char *scene, size_t r, size_t c)
{
	static const char *const whole[] = { "stuck", "polled", "hostile",
	    "damaged", "lesson", "held", "recover", "scope-vanished" };
	size_t i;

	for (i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		if (strcmp(scene, whole[i]) == 0)
			return (true);
	}
	return (r == c || r + c == 8);
}

static void
every_view_survives_every_size(void **state)
{
	static const int rows[] = { 1, 2, 3, 4, 7, 15, 24, 30, 90 };
	static const int cols[] = { 1, 2, 5, 13, 30, 80, 100, 151, 300 };
	struct harness st;
	size_t i, r, c;

	(void)state;
	for (i = 0; harness_scenes[i] != NULL; i++) {
		harness_begin(&st);
		harness_scene(&st, harness_scenes[i]);
		for (r = 0; r < sizeof(rows) / sizeof(rows[0]); r++)
			for (c = 0; c < sizeof(cols) / sizeof(cols[0]); c++)
				if (tried(harness_scenes[i], r, c))
					draw_all_tabs(&st, rows[r], cols[c]);
		harness_end(&st);
	}
}

static void
assert_harmless(struct harness *st)
{
	struct canvas *c = harness_draw(st, 30, 100, false);
	const struct cell *cell;
	int row, col;

	for (row = 0; row < c->rows; row++) {
		for (col = 0; col < c->cols; col++) {
			cell = canvas_cell(c, row, col);
			assert_true(cell->cp >= 0x20 && (cell->cp < 0x7f ||
			    cell->cp >= 0xa0));
			assert_true(cell->cp < 0x202a || cell->cp > 0x202e);
		}
	}
	canvas_free(c);
}

/* A string descriptor of one unit, and what a device may make of it. */
static void
read_string(struct harness *st, unsigned byte)
{
	uint8_t reply[] = { 0x0b, 0, 0, 0, 10, 9 };
	uint8_t text[] = { 6, 3, (uint8_t)byte, 0, 0x1b, 0 };
	struct event e = { .kind = EVENT_SUBMIT, .setup = { 0x80, 6, 0x309,
	    0x409, 255 } };

	harness_ask(st, 100, DFU_GETSTATUS, 0, NULL, 0);
	harness_answer(st, 100, OUTCOME_OK, reply, sizeof(reply));
	e.time = st->now;
	e.dev = st->dev;
	e.number = ++st->number;
	sessions_apply(st->app.sessions, &e);
	harness_answer(st, 100, OUTCOME_OK, text, sizeof(text));
}

static void
draw_hostile(const char *s, const char *layout, unsigned byte)
{
	struct harness_device d = harness_stm32;
	struct harness st;
	unsigned screen;

	d.place = d.product = d.serial = d.maker = d.holder = s;
	d.name = layout;
	harness_begin(&st);
	harness_arrive(&st, &d);
	read_string(&st, byte);
	st.view.page = &dfu_pages[0];
	for (screen = SCREEN_CONSOLE; screen < SCREEN_COUNT; screen++) {
		st.view.screen = (enum screen_id)screen;
		st.view.asked_devices = true;
		assert_harmless(&st);
	}
	harness_end(&st);
}

static void
no_string_of_a_device_reaches_a_cell_raw(void **state)
{
	char s[8] = "a?\033[2J", name[] = "@?\033]0;x\007 /0x0/?1*2Kg?\033c";
	unsigned byte;

	(void)state;
	for (byte = 1; byte < 256; byte++) {
		s[1] = name[1] = name[13] = name[18] = (char)byte;
		draw_hostile(s, s, byte);
		draw_hostile(s, name, byte);
	}
}

static void
reported_and_estimated_never_look_the_same(void **state)
{
	struct buf text = { 0 };
	struct canvas *c;
	struct harness st;

	(void)state;
	harness_begin(&st);
	harness_scene(&st, "stuck");
	/* Its ROM is known to stay; of another device time is believed. */
	session_take_stack(st.app.sessions->list[0], NULL);
	c = harness_draw(&st, 30, 100, false);
	canvas_dump(c, &text, false);
	assert_non_null(strstr(buf_str(&text), "[[ 7 dfuMANIFEST  #6 ]]"));
	assert_non_null(strstr(buf_str(&text),
	    "( 8 dfuMANIFEST-WAIT-RESET  12 s )"));
	canvas_free(c);
	buf_free(&text);
	harness_end(&st);
}

/* Up to what says more of the same. */
static void
first_clause(char *out, size_t n, const char *words)
{
	static const char *const ends[] = { ", ", ": ", "; ", " (", "  " };
	char *at;
	size_t i;

	snprintf(out, n, "%s", words);
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		at = strstr(out, ends[i]);
		if (at != NULL)
			*at = '\0';
	}
}

static bool
is_drawn(const struct canvas *c, const char *text)
{
	struct buf b = { 0 };
	bool found;

	canvas_dump(c, &b, false);
	found = strstr(buf_str(&b), text) != NULL;
	buf_free(&b);
	return (found);
}

/* What the list says of one request with that answer. */
static void
check_row(uint8_t request, uint16_t value, const void *data, uint16_t n,
    enum outcome outcome, const void *reply, uint32_t len, int cols)
{
	const struct request *r;
	const struct event *submit;
	struct buf asks = { 0 }, answer = { 0 };
	struct canvas *c;
	struct harness st;
	const char *meaning;
	char clause[200];

	harness_begin(&st);
	harness_arrive(&st, &harness_stm32);
	harness_ask(&st, 12345678, request, value, data, n);
	harness_answer(&st, 5000000, outcome, reply, len);
	c = harness_draw(&st, cols == 80 ? 24 : 30, cols, false);
	r = session_last_ended(app_session(&st.app));
	submit = trace_get(st.app.sessions->trace, r->submit);
	words_request(&asks, submit, &r->meaning);
	words_answer(&answer, submit, trace_get(st.app.sessions->trace,
	    r->complete));
	first_clause(clause, sizeof(clause), buf_str(&answer));
	if (!is_drawn(c, clause))
		fail_msg("%d columns: the list cuts \"%s\"", cols, clause);
	meaning = strstr(buf_str(&asks), "  ");
	first_clause(clause, sizeof(clause), buf_str(&asks));
	if (!is_drawn(c, clause) && meaning != NULL)
		first_clause(clause, sizeof(clause), meaning + 2);
	if (!is_drawn(c, clause))
		fail_msg("%d columns: the list cuts \"%s\"", cols, clause);
	buf_free(&asks);
	buf_free(&answer);
	canvas_free(c);
	harness_end(&st);
}

/* Each request with each outcome, each state and each status. */
static void
the_list_cuts_no_first_clause(void **state)
{
	static const uint8_t requests[] = { DFU_DETACH, DFU_DNLOAD, DFU_UPLOAD,
	    DFU_GETSTATUS, DFU_CLRSTATUS, DFU_GETSTATE, DFU_ABORT };
	static const int widths[] = { 80, 100, 120, 200 };
	static const uint8_t address[] = { 0x21, 0, 0, 0, 8 };
	static const uint8_t erase[] = { 0x41, 0, 0, 0, 8 };
	uint8_t reply[6] = { 0, 4, 1, 0, 0, 4 }, block[2048] = { 0 };
	size_t i, k;
	int o;

	(void)state;
	for (i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		for (k = 0; k < sizeof(requests); k++)
			for (o = OUTCOME_STALL; o < (int)OUTCOME_COUNT; o++)
				check_row(requests[k], 2, NULL,
				    requests[k] == DFU_UPLOAD ? 2048 : 0,
				    (enum outcome)o, NULL, 0, widths[i]);
		for (o = OUTCOME_OK; o < (int)OUTCOME_COUNT; o++) {
			check_row(DFU_DNLOAD, 0, address, 5, (enum outcome)o,
			    NULL, 5, widths[i]);
			check_row(DFU_DNLOAD, 0, erase, 5, (enum outcome)o,
			    NULL, 5, widths[i]);
			check_row(DFU_DNLOAD, 2, block, 2048, (enum outcome)o,
			    NULL, 2048, widths[i]);
		}
		for (k = 0; k <= 0xff; k++) {
			reply[4] = (uint8_t)(k % 12);
			reply[0] = (uint8_t)(k / 12);
			check_row(DFU_GETSTATUS, 0, NULL, 6, OUTCOME_OK,
			    reply, 6, widths[i]);
		}
		check_row(DFU_GETSTATUS, 0, NULL, 6, OUTCOME_SHORT, reply, 3,
		    widths[i]);
	}
}

/* As many visits, and as long, as explain tells of that state. */
static void
check_times(const char *path, const char *screen, uint8_t state,
    const struct timing_sum *took, bool here)
{
	struct buf b = { 0 };
	const char *row;
	size_t n;

	buf_addf(&b, "%2u %s ", state, dfu_state_name(state));
	row = strstr(screen, buf_str(&b));
	if (took->n == 0) {
		if (row != NULL && strspn(row + b.len, " ") < 20)
			fail_msg("%s: %s was never seen", path, buf_str(&b));
		buf_free(&b);
		return;
	}
	assert_non_null(row);
	row += b.len;
	row += strspn(row, " ");
	buf_reset(&b);
	buf_addf(&b, "%llu  ", (unsigned long long)took->n);
	if (!here && took->total < 60000000)
		text_duration(&b, took->total);
	n = b.len;
	if (strncmp(row, buf_str(&b), n) != 0)
		fail_msg("%s: %s: explain tells %s, the screen %.20s", path,
		    dfu_state_name(state), buf_str(&b), row);
	buf_free(&b);
}

/* Returns how many states were seen. */
static size_t
check_journal(const char *path)
{
	struct replay r = { .n = 0 };
	struct timing t = { 0 };
	struct timing_line line;
	struct buf screen = { 0 };
	const struct session *s;
	struct canvas *c;
	struct harness st;
	size_t i, seen = 0;
	uint8_t state;

	harness_begin(&st);
	replay_read(&r, path);
	for (i = 0; i < r.n; i++)
		sessions_apply(st.app.sessions, &r.events[i]);
	st.now = st.app.sessions->last;
	st.view.screen = SCREEN_TIMES;
	harness_update(&st);
	c = harness_draw(&st, 50, 200, true);
	canvas_dump(c, &screen, false);
	s = app_session(&st.app);
	while (timing_update(&t, st.app.sessions, s, 1000))
		;
	for (state = 0; s != NULL && state < DFU_STATE_COUNT; state++) {
		timing_state(&t, state, st.now, &line);
		check_times(path, buf_str(&screen), state,
		    &line.parts[TIMING_TOOK], t.here && t.state == state);
		seen += line.parts[TIMING_TOOK].n != 0;
	}
	timing_clear(&t);
	canvas_free(c);
	buf_free(&screen);
	harness_end(&st);
	replay_free(&r);
	return (seen);
}

static size_t
check_journals(const char *folder)
{
	struct dirent *entry;
	size_t seen = 0;
	char *path;
	DIR *dir = opendir(folder);

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		path = mem_printf("%s/%s", folder, entry->d_name);
		if (strstr(entry->d_name, ".journal") != NULL)
			seen += check_journal(path);
		else if (entry->d_name[0] != '.')
			seen += check_journals(path);
		free(path);
	}
	closedir(dir);
	return (seen);
}

static void
the_times_are_those_that_explain_tells(void **state)
{
	(void)state;
	assert_true(check_journals(TESTS_DIR "/differential/journals") > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(screens_are_golden),
		cmocka_unit_test(every_golden_has_a_scene),
		cmocka_unit_test(every_view_survives_every_size),
		cmocka_unit_test(no_string_of_a_device_reaches_a_cell_raw),
		cmocka_unit_test(reported_and_estimated_never_look_the_same),
		cmocka_unit_test(the_list_cuts_no_first_clause),
		cmocka_unit_test(the_times_are_those_that_explain_tells)
	};

	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return (1);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
