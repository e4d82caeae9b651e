/* SPDX-License-Identifier: ISC */
/*
 * Logs of other tools: what each of those in tests/source/logs proves, and
 * that no part of one proves an error that the whole of it does not.
 */
#include "config.h"

#include "tests/dfu/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "diagnosis/finding.h"
#include "diagnosis/sessions.h"
#include "session/severity.h"
#include "source/log_own.h"
#include "source/source.h"
#include "wire/usb.h"

#define LOGS	TESTS_DIR "/source/logs"
#define LINES	256

/* The lines of a text; they point into it. */
struct text {
	struct buf	 bytes;
	const char	*line[LINES];
	size_t		 length[LINES];
	size_t		 n;
};

static void
cut_lines(struct text *t)
{
	const char *p = buf_str(&t->bytes), *end;

	for (t->n = 0; *p != '\0'; p = *end != '\0' ? end + 1 : end) {
		end = p + strcspn(p, "\n");
		assert_true(t->n < LINES);
		t->line[t->n] = p;
		t->length[t->n++] = (size_t)(end - p);
	}
}

static void
read_text(const char *name, struct text *t)
{
	char *path = mem_printf("%s/%s.txt", LOGS, name), block[4096];
	FILE *f = fopen(path, "r");
	size_t n;

	assert_non_null(f);
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(&t->bytes, block, n);
	fclose(f);
	free(path);
	cut_lines(t);
}

static struct source *
open_bytes(const void *p, size_t n)
{
	int fd = memfd_create("log", MFD_CLOEXEC);
	struct buf error = { 0 };
	struct source *s;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, p, n), (ssize_t)n);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	s = source_open_fd(fd, "log", &error);
	assert_int_equal(s == NULL, error.len != 0);
	buf_free(&error);
	return (s);
}

/* The sessions of it; NULL: it is no log. */
static struct sessions *
sessions_of(const void *p, size_t n)
{
	struct source *s = open_bytes(p, n);
	struct buf error = { 0 };
	struct sessions *all;
	enum source_result r;
	struct event e;

	if (s == NULL)
		return (NULL);
	all = sessions_new(trace_new(), 0);
	while ((r = source_read(s, &e, &error)) != SOURCE_END) {
		assert_int_not_equal(r, SOURCE_BAD);
		if (r == SOURCE_EVENT)
			sessions_apply(all, &e);
	}
	sessions_finish(all, all->last, false);
	source_close(s);
	return (all);
}

/* The ids of what was found of that severity and above, commas between. */
static void
found(const void *p, size_t n, enum severity least, struct buf *ids)
{
	struct sessions *all = sessions_of(p, n);
	struct finding held[FINDINGS_AT_MOST];
	const struct finding **sorted;
	size_t i, k, count, nheld;

	if (all == NULL) {
		buf_adds(ids, "refused");
		return;
	}
	for (i = 0; i < all->n; i++) {
		count = findings_sorted(all->list[i], all->last, held, &nheld,
		    &sorted);
		for (k = 0; k < count; k++) {
			if (sorted[k]->row->severity >= least)
				buf_addf(ids, "%s%s", ids->len == 0 ? "" : ",",
				    sorted[k]->row->id);
		}
		for (k = 0; k < nheld; k++)
			finding_free(&held[k]);
		free(sorted);
	}
	sessions_free(all);
}

/* Each log with what it must prove. */
static void
each_log(void (*look)(const char *name, const struct text *t,
    const char *expected))
{
	char line[256], name[128], ids[128];
	FILE *f = fopen(LOGS "/expected", "r");
	struct text t;
	size_t n = 0;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (line[0] == '#' ||
		    sscanf(line, "%127s %127s", name, ids) != 2)
			continue;
		memset(&t, 0, sizeof(t));
		read_text(name, &t);
		look(name, &t, ids);
		buf_free(&t.bytes);
		n++;
	}
	fclose(f);
	assert_true(n > 40);
}

static void
look_whole(const char *name, const struct text *t, const char *expected)
{
	struct buf ids = { 0 };

	found(t->bytes.data, t->bytes.len, SEVERITY_WARNING, &ids);
	if (strcmp(ids.len == 0 ? "-" : buf_str(&ids), expected) != 0)
		fail_msg("%s: %s, not %s", name, buf_str(&ids), expected);
	buf_free(&ids);
}

static void
test_whole(void **state)
{
	(void)state;
	each_log(look_whole);
}

/* Every error of the part is one of the whole, or what is left of one. */
static void
assert_part(const char *name, const char *how, const struct buf *part,
    const char *whole)
{
	struct buf ids = { 0 };
	char *copy, *rest = NULL, *id;

	found(part->data, part->len, SEVERITY_ERROR, &ids);
	copy = mem_strdup(buf_str(&ids));
	for (id = strtok_r(copy, ",", &rest); id != NULL;
	    id = strtok_r(NULL, ",", &rest)) {
		/* Without the answer that ends it, that is what it shows. */
		if (strcmp(name, "fwupd-ok") == 0 &&
		    strcmp(id, "reset-in-manifest") == 0)
			continue;
		if (strcmp(id, "refused") != 0 &&
		    strcmp(id, "error-reported") != 0 &&
		    strstr(whole, id) == NULL)
			fail_msg("%s, %s: %s\n%s", name, how, id,
			    buf_str(part));
	}
	free(copy);
	buf_free(&ids);
}

static void
join(const struct text *t, const size_t *order, size_t n, struct buf *b)
{
	size_t i;

	buf_reset(b);
	for (i = 0; i < n; i++) {
		buf_add(b, t->line[order[i]], t->length[order[i]]);
		buf_addc(b, '\n');
	}
}

static void
look_prefixes(const char *name, const struct text *t, const char *expected)
{
	struct buf part = { 0 };
	size_t order[LINES], i;

	for (i = 0; i < t->n; i++)
		order[i] = i;
	for (i = 0; i < t->n; i += walk_step(5)) {
		join(t, order, i, &part);
		assert_part(name, "cut", &part, expected);
	}
	buf_free(&part);
}

static void
test_prefixes(void **state)
{
	(void)state;
	each_log(look_prefixes);
}

static void
look_without(const char *name, const struct text *t, const char *expected)
{
	struct buf part = { 0 };
	size_t order[LINES], i, k;

	for (i = 0; i < t->n; i += walk_step(5)) {
		for (k = 0; k + 1 < t->n; k++)
			order[k] = k < i ? k : k + 1;
		join(t, order, t->n - 1, &part);
		assert_part(name, "without a line", &part, expected);
	}
	buf_free(&part);
}

static void
test_without_a_line(void **state)
{
	(void)state;
	each_log(look_without);
}

/* Three lines in each of their six orders, at each place. */
static void
look_shuffled(const char *name, const struct text *t, const char *expected)
{
	static const size_t orders[5][3] = { { 0, 2, 1 }, { 1, 0, 2 },
	    { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
	struct buf part = { 0 };
	size_t order[LINES], i, k, o;

	/* The wire's own order is the truth of a capture. */
	if (strncmp(name, "usbmon", 6) == 0)
		return;
	for (i = 0; i + 3 <= t->n; i += walk_step(5)) {
		for (o = 0; o < 5; o++) {
			for (k = 0; k < t->n; k++)
				order[k] = k;
			for (k = 0; k < 3; k++)
				order[i + k] = i + orders[o][k];
			join(t, order, t->n, &part);
			assert_part(name, "shuffled", &part, expected);
		}
	}
	buf_free(&part);
}

static void
test_shuffled(void **state)
{
	(void)state;
	each_log(look_shuffled);
}

/* However it was pasted, it says the same. */
static void
look_pasted(const char *name, const struct text *t, const char *expected)
{
	static const char *const fronts[] = { "> ", "    ", "[10:41:07] ",
	    "2026-03-01T10:11:12.1234567Z ", ">>> ", "10:41:07.123 -> ",
	    "Mar 11 19:20:41 host flash[12]: " };
	struct buf part = { 0 };
	size_t i, k;

	/* Their own stamps stand behind what is put in front. */
	if (strncmp(name, "fwupd", 5) == 0 || strncmp(name, "cube", 4) == 0 ||
	    strcmp(expected, "refused") == 0)
		return;
	for (i = 0; i < COUNT(fronts); i++) {
		struct text pasted = { 0 };

		for (k = 0; k < t->n; k++) {
			buf_addf(&pasted.bytes, "%s\033[32m", fronts[i]);
			buf_add(&pasted.bytes, t->line[k], t->length[k]);
			buf_adds(&pasted.bytes, "\033[0m\033[K\r\n");
		}
		look_whole(name, &pasted, expected);
		buf_free(&pasted.bytes);
	}
	buf_free(&part);
}

static void
test_pasted(void **state)
{
	(void)state;
	each_log(look_pasted);
}

/* Forums make one line of them, and of tabs blanks. */
static void
test_joined(void **state)
{
	static const char *const rows[][2] = { { "rdp-v", "request-failed" },
	    { "dfuse-failed-write", "flash-error" },
	    { "erase-not-executed", "sector-refused" },
	    { "dfuse-file-leave", "leave-moved-pointer" } };
	struct text t;
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		memset(&t, 0, sizeof(t));
		read_text(rows[i][0], &t);
		for (k = 0; k < t.bytes.len; k++) {
			if (t.bytes.data[k] == '\n' ||
			    t.bytes.data[k] == '\t')
				t.bytes.data[k] = ' ';
		}
		look_whole(rows[i][0], &t, rows[i][1]);
		buf_free(&t.bytes);
	}
}

static void
test_patterns(void **state)
{
	static const struct {
		const char	*pattern, *text;
		bool		 fits;
	} rows[] = {
		{ "ID %x:%x", "ID 0483:df11", true },
		{ "ID %x:%x", "ID 0483:df11 x", false },
		{ "ID %x:%x", "ID 0483:", false },
		{ "a %d b", "a  -12\tb", true },
		{ "a %d b", "a b", false },
		{ "%w not", "X not", true },
		{ "%w not", "X y not", false },
		{ "%s: end", "a: b: end", true },
		{ "Erase %b %d%", "Erase   \t[==  ]  12%", true },
		{ "Erase %b %d%", "Erase [==  ] 12", false },
		{ "%x", "0x1F", true }, { "%x", "0x", false },
		{ "%d", "", false }, { "%s", "", true },
		{ "100%", "100%", true },
	};
	struct log_match m;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		if (log_matches(rows[i].pattern, rows[i].text,
		    strlen(rows[i].text), &m) != rows[i].fits)
			fail_msg("%s: %s", rows[i].pattern, rows[i].text);
	}
	assert_true(log_matches("%x at %d", "0xff at 7", 9, &m));
	assert_int_equal(m.nholes, 2);
	assert_int_equal(m.hole[0].value, 255);
	assert_int_equal(m.hole[1].value, 7);
}

static void
test_cleans(void **state)
{
	static const struct {
		const char	*raw, *plain;
	} rows[] = {
		{ "\033[1;32mDone!\033[0m\033[K", "Done!" },
		{ "\033]0;title\aDone!", "Done!" },
		{ "a\xc2\xa0" "b\xe2\x80\x8b" "c", "a bc" },
		{ "\xe2\x80\x9cx\xe2\x80\x9d \xe2\x80\x94 y", "\"x\" -- y" },
		{ "12\b3", "13" }, { "a\rb", "a\nb" },
		{ "&quot;a&quot; &lt; b & c", "\"a\" < b & c" },
		{ "\xe2\x80\xae" "evil", "evil" },
		{ "\001\002tab\tstays", "tab\tstays" },
		{ "\033", "" }, { "\033[", "" },
	};
	struct buf b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		buf_reset(&b);
		log_clean(&b, (const uint8_t *)rows[i].raw,
		    strlen(rows[i].raw));
		assert_string_equal(buf_str(&b), rows[i].plain);
	}
	buf_free(&b);
}

/* What was not understood is counted. */
static void
test_counts(void **state)
{
	static const char text[] = "Hello,\n\nthis is what I get:\n"
	    "dfu-util 0.11\n\ndfu-util: No DFU capable USB device available\n";
	struct source *s = open_bytes(text, sizeof(text) - 1);
	struct buf error = { 0 };
	struct source_told told;
	struct event e;

	(void)state;
	assert_non_null(s);
	while (source_read(s, &e, &error) != SOURCE_END)
		;
	assert_true(source_told(s, &told));
	assert_int_equal(told.lines, 4);
	assert_int_equal(told.passed, 2);
	assert_int_equal(told.first_passed, 1);
	assert_int_equal(told.ntools, 1);
	assert_string_equal(told.tools[0], "dfu-util");
	source_close(s);
	buf_free(&error);
}

/* Every answer that follows from the text says so, with its line. */
static void
test_basis(void **state)
{
	struct text t = { 0 };
	struct buf error = { 0 };
	struct source *s;
	struct event e;
	size_t told = 0, inferred = 0;

	(void)state;
	read_text("dfuse-file-leave", &t);
	s = open_bytes(t.bytes.data, t.bytes.len);
	assert_non_null(s);
	while (source_read(s, &e, &error) != SOURCE_END) {
		if (e.kind != EVENT_SUBMIT && e.kind != EVENT_COMPLETE)
			continue;
		assert_int_not_equal(e.basis, EVENT_SEEN);
		assert_int_equal(e.agent, EVENT_BY_OTHER);
		assert_true(e.line > 0 && e.line <= t.n);
		assert_false(event_knows(&e, EVENT_KNOWS_WAIT));
		told += e.basis == EVENT_TOLD;
		inferred += e.basis == EVENT_INFERRED;
	}
	assert_int_equal(told, 2);	/* at the beginning, and at the end */
	assert_true(inferred > 40);
	source_close(s);
	buf_free(&t.bytes);
	buf_free(&error);
}

/*
 * What the lab's devices saw of the real dfu-util that printed these: a letter
 * each, 0 for a DNLOAD without data.
 */
static void
test_requests(void **state)
{
	static const char letters[] = "TDUGCsA";
	static const char *const rows[][2] = {
		{ "lab-dfuse",
		    "GDGGDGGDGGDGGDGGDGGDGGDGGDGGAGDGG0G" },
		{ "lab-plain-vv",
		    "GDGGDGGDGGDGGDGG0GGT" },
		{ "lab-pointer",
		    "GDGGDGGDGGDGGDGGDG" },
		{ "lab-block",
		    "GDGGDGGDGGDGGDGGDGGD" },
		{ "lab-mass",
		    "GDGGDGGDGGDGGDGGDGGDGGAGDGG0G" },
		{ "lab-erase",
		    "GDGGDGGD" },
	};
	struct buf error = { 0 }, got = { 0 };
	struct source *s;
	struct event e;
	struct text t;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		memset(&t, 0, sizeof(t));
		buf_reset(&got);
		read_text(rows[i][0], &t);
		s = open_bytes(t.bytes.data, t.bytes.len);
		assert_non_null(s);
		while (source_read(s, &e, &error) != SOURCE_END) {
			if (e.kind != EVENT_SUBMIT ||
			    (e.setup.bmRequestType & 0x60) != 0x20)
				continue;
			buf_addc(&got, e.setup.bRequest == DFU_DNLOAD &&
			    e.setup.wLength == 0 ? '0' :
			    letters[e.setup.bRequest]);
		}
		assert_string_equal(buf_str(&got), rows[i][1]);
		source_close(s);
		buf_free(&t.bytes);
	}
	buf_free(&got);
	buf_free(&error);
}

/* The time of the last event of a text, and whether it is one, us. */
static uint64_t
last_time(const char *text, bool *clock)
{
	struct source *s = open_bytes(text, strlen(text));
	struct buf error = { 0 };
	uint64_t at = 0;
	struct event e;

	assert_non_null(s);
	*clock = false;
	while (source_read(s, &e, &error) != SOURCE_END) {
		if (e.kind == EVENT_ARRIVED)
			*clock = !(e.who->lacks & FACT(FACT_CLOCK));
		at = e.time;
	}
	source_close(s);
	buf_free(&error);
	return (at);
}

/* libusb's stamps are a clock; those that others put in front are none. */
static void
test_clock(void **state)
{
	static const char stamped[] = "dfu-util 0.11\n"
	    "Opening DFU capable USB device...\nDevice ID 0483:df11\n"
	    "[ 1.000000] [00000001] libusb: debug [libusb_submit_transfer] "
	    "transfer 0x1\n"
	    "[ 3.500000] [00000001] libusb: debug [reap_for_handle] urb "
	    "type=2 status=0 transferred=6\n";
	static const char front[] = "[10:00:00] dfu-util 0.11\n"
	    "[10:00:01] Opening DFU capable USB device...\n"
	    "[10:00:02] Device ID 0483:df11\n"
	    "[10:00:09] Determining device status...\n"
	    "[10:00:09] DFU state(2) = dfuIDLE, status(0) = No error\n";
	/* Whole seconds tell no time; fractions do, and pass in any line. */
	static const char whole[] =
	    "10:22:31 : STM32CubeProgrammer API v2.15.0 | Windows-64Bits\n"
	    "10:22:40 : sending an abort request\n"
	    "10:22:49 : DFU State = 2\n";
	static const char fractions[] =
	    "10:22:31:250 : STM32CubeProgrammer API v2.15.0 | Windows-64Bits\n"
	    "10:22:40:250 : sending an abort request\n"
	    "10:22:49:500 : something that is not understood\n"
	    "DFU State = 2\n";
	bool clock;

	(void)state;
	assert_in_range(last_time(whole, &clock), 1, 100);
	assert_false(clock);
	assert_in_range(last_time(fractions, &clock), 18250000, 18250100);
	assert_true(clock);
	assert_in_range(last_time(stamped, &clock), 2500000, 2500100);
	assert_true(clock);
	assert_in_range(last_time(front, &clock), 1, 100);
	assert_false(clock);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_without_a_line),
		cmocka_unit_test(test_shuffled),
		cmocka_unit_test(test_pasted),
		cmocka_unit_test(test_joined),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_cleans),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_basis),
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_clock),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
