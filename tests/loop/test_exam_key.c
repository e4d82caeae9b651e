/* SPDX-License-Identifier: ISC */
/*
 * What an exam itself states to be right, played on the simulated devices: of
 * each choice what the words promise is done, and the device's own answer, or
 * its memory, has to bear them out. And no exam asks the same twice.
 */
#include "tests/dfu/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/app.h"
#include "dfu/image.h"
#include "dfu/spec.h"
#include "lesson/exam.h"
#include "lesson/lesson_run.h"
#include "loop/loop_play.h"
#include "trace/trace.h"

static const uint32_t seeds[] = { 1, 2026, 4711 };

/* What was played last, and what the last answer with data brought. */
struct played {
	struct lesson_trace	 t;
	uint8_t			 data[64];
	size_t			 n;
};

static void
look(void *arg, const struct lesson_trace *t, const struct app *d,
    uint64_t now)
{
	struct played *p = arg;
	const struct trace *trace = d->sessions->trace;
	const struct event *e;
	size_t i;

	(void)t;
	(void)now;
	for (i = trace_end(trace); i-- > trace_first(trace);) {
		e = trace_get(trace, i);
		if (e->kind != EVENT_COMPLETE || e->kept == 0)
			continue;
		p->n = e->kept < sizeof(p->data) ? e->kept : sizeof(p->data);
		memcpy(p->data, e->data, p->n);
		return;
	}
}

static void
play(struct played *p, const char *target, const char *first,
    const char *then)
{
	const char *lines[2] = { first, then };
	struct lesson_play it = { .target = target, .lines = lines,
	    .n = then != NULL ? 2 : 1, .look = look, .arg = p };
	struct buf error = { 0 };

	*p = (struct played){ .n = 0 };
	if (!loop_play(&it, &p->t, &error))
		fail_msg("%s: %s; %s: %s", target, first,
		    then != NULL ? then : "", buf_str(&error));
}

static const struct lesson_move *
last_move(const struct played *p)
{
	const struct lesson_move *m = lesson_trace_last(&p->t, 0);

	assert_non_null(m);
	return (m);
}

/* DfuSe. */

#define STM	"sim:stm32f072,flash=pattern"
#define PAGE	2048u
#define HERE	0x08000000u

/* The 16 bytes at a place of the flash, before or behind those lines. */
static void
read_there(uint32_t at, const char *lines, uint8_t *bytes)
{
	char words[160];
	struct played p;

	(void)snprintf(words, sizeof(words), "set-address 0x%08x; getstatus; "
	    "wait; getstatus; abort; upload 2 16", (unsigned)at);
	play(&p, STM, lines != NULL ? lines : words,
	    lines != NULL ? words : NULL);
	assert_int_equal(last_move(&p)->answer, LESSON_ANSWERED);
	assert_int_equal(p.n, 16);
	memcpy(bytes, p.data, 16);
	lesson_trace_free(&p.t);
}

static void
assert_there(uint32_t at, const char *lines, bool erased)
{
	uint8_t was[16], is[16], none[16];

	memset(none, 0xff, sizeof(none));
	read_there(at, NULL, was);
	assert_memory_not_equal(was, none, sizeof(none));
	read_there(at, lines, is);
	assert_memory_equal(is, erased ? none : was, sizeof(is));
}

static void
block_begins_there(const struct lesson_step *s)
{
	unsigned pointer, at, right, i, block;
	char words[160];
	uint8_t want[16];
	struct played p;

	assert_int_equal(sscanf(s->text, "wTransferSize is 2048 and the "
	    "address pointer is 0x%x. Which block begins at 0x%x?", &pointer,
	    &at), 2);
	right = (unsigned)strtoul(s->right, NULL, 10);
	read_there(at, NULL, want);
	for (i = 0; i < s->nchoices; i++) {
		block = (unsigned)strtoul(s->choices[i], NULL, 10);
		(void)snprintf(words, sizeof(words), "set-address 0x%08x; "
		    "getstatus; wait; getstatus; abort; upload %u 16", pointer,
		    block);
		play(&p, STM, words, NULL);
		assert_true((p.n == 16 && memcmp(p.data, want, 16) == 0) ==
		    (block == right));
		lesson_trace_free(&p.t);
	}
}

/* "... block 0 with the five bytes 21 00 08 00 08." as a command. */
static void
dnload_of(const char *text, char *line, size_t room)
{
	unsigned block;
	const char *p;
	size_t n;

	assert_int_equal(sscanf(text, "DNLOAD of block %u ", &block), 1);
	n = (size_t)snprintf(line, room, "dnload %u hex:", block);
	p = strstr(text, "byte");
	if (p == NULL)
		p = "byte 00 11 22 33";
	for (p += strcspn(p, " "); p[0] == ' ' && n + 3 < room; p += 3)
		n += (size_t)snprintf(line + n, room - n, "%.2s", p + 1);
}

static void
dnload_does_that(const struct lesson_step *s)
{
	char line[160], send[96];
	uint8_t is[16], want[16];
	unsigned at;
	struct played p;

	dnload_of(s->text, send, sizeof(send));
	if (sscanf(s->right, "sets the address pointer to 0x%x", &at) == 1) {
		(void)snprintf(line, sizeof(line), "%s; getstatus; wait; "
		    "getstatus; abort; upload 2 16; abort", send);
		play(&p, STM, line, NULL);
		memcpy(is, p.data, sizeof(is));
		lesson_trace_free(&p.t);
		read_there(at, NULL, want);
		assert_memory_equal(is, want, sizeof(is));
		assert_there(HERE, line, false);
		return;
	}
	(void)snprintf(line, sizeof(line), "%s; getstatus; wait; getstatus; "
	    "clrstatus", send);
	if (strncmp(s->right, "nothing", 7) != 0)
		(void)snprintf(line, sizeof(line), "%s; getstatus; wait; "
		    "getstatus; abort", send);
	if (sscanf(s->right, "erases the sector at 0x%x", &at) == 1) {
		assert_there(at, line, true);
		assert_there(at - PAGE, line, false);
		assert_there(at + PAGE, line, false);
	} else if (strcmp(s->right, "erases the whole flash") == 0) {
		assert_there(HERE, line, true);
		assert_there(HERE + 40 * PAGE, line, true);
	} else {
		assert_int_equal(strncmp(s->right, "nothing", 7), 0);
		assert_there(HERE, line, false);
		assert_there(HERE + PAGE, line, false);
	}
}

static void
check_dfuse(const struct exam *e, const struct lesson_step *s)
{
	(void)e;
	if (strstr(s->text, "Which block") != NULL)
		block_begins_there(s);
	else
		dnload_does_that(s);
}

/* The six bytes: a device that is there answers with them. */

static void
check_status(const struct lesson_step *s, unsigned status)
{
	char target[96];
	struct played p;

	if (status == 0) {
		play(&p, "sim:dfu11", "getstatus", NULL);
	} else {
		(void)snprintf(target, sizeof(target), "sim:dfu11,poll=10,"
		    "fail=dnload@1:%u", status);
		play(&p, target, "dnload 0 hex:00; getstatus; wait; getstatus",
		    NULL);
	}
	assert_true(last_move(&p)->replied);
	assert_int_equal(last_move(&p)->reply.bStatus, status);
	assert_string_equal(dfu_status_name(last_move(&p)->reply.bStatus),
	    s->right);
	lesson_trace_free(&p.t);
}

/* Where part A has that state by its name. */
static void
check_state(const struct exam *e, const struct lesson_step *s, unsigned state)
{
	const struct lesson_step *a = s;
	struct played p;
	char words[64];
	size_t i;

	(void)snprintf(words, sizeof(words), " %s.", s->right);
	for (i = 0; i < e->lesson.nsteps; i++) {
		a = &e->lesson.steps[i];
		if (e->parts[i] == 'A' && strstr(a->text, words) != NULL)
			break;
	}
	assert_true(i < e->lesson.nsteps);
	play(&p, e->lesson.devices[a->device],
	    a->begin != NULL && a->begin[0] != '\0' ? a->begin : "wait 0",
	    NULL);
	assert_int_equal(p.t.truth, state);
	lesson_trace_free(&p.t);
}

static void
check_bytes(const struct exam *e, const struct lesson_step *s)
{
	unsigned status, state;

	assert_int_equal(sscanf(s->text, "GETSTATUS answers %x 0a 00 00 %x "
	    "00. ", &status, &state), 2);
	if (strstr(s->text, "bStatus?") != NULL)
		check_status(s, status);
	else
		check_state(e, s, state);
}

/* The end: what the host is said to do leads on, or it already has. */
static void
check_end(const struct exam *e, const struct lesson_step *s)
{
	static const struct {
		const char	*words;
		const char	*line;
	} does[] = { { "sends GETSTATUS", "getstatus" },
		{ "waits until the device has disconnected", "wait 3000" },
		{ "resets the bus", "reset; wait 3000" },
		{ "sends CLRSTATUS", "clrstatus" } };
	static const char *const there = "dnload 0 hex:00; getstatus; wait; "
	    "getstatus; dnload 1; getstatus; wait";
	struct played p;
	size_t i;

	for (i = 0; i < COUNT(does); i++)
		if (strcmp(does[i].words, s->right) == 0)
			break;
	assert_true(i < COUNT(does));
	play(&p, e->lesson.devices[s->device], there, does[i].line);
	assert_true(p.t.truth == DFU_STATE_IDLE ||
	    p.t.truth == DFU_STATE_APP_IDLE);
	lesson_trace_free(&p.t);
	/* A reset is asked for only where time does not do it. */
	if (strcmp(s->right, "resets the bus") != 0)
		return;
	play(&p, e->lesson.devices[s->device], there, "wait 3000");
	assert_int_equal(p.t.truth, DFU_STATE_MANIFEST_WAIT_RESET);
	lesson_trace_free(&p.t);
}

/* Uploads until one is short, and a file that ends so. */

static void
check_count(const struct exam *e, const struct lesson_step *s)
{
	unsigned size, i;
	char line[64];
	struct buf all = { 0 };
	struct played p;

	assert_int_equal(sscanf(s->text, "wTransferSize is %u,", &size), 1);
	for (i = 0; i < 32; i++) {
		(void)snprintf(line, sizeof(line), "%supload %u %u",
		    i > 0 ? "; " : "", i, size);
		buf_adds(&all, line);
		play(&p, e->lesson.devices[s->device], buf_str(&all), NULL);
		assert_int_equal(last_move(&p)->answer, LESSON_ANSWERED);
		if (last_move(&p)->len < size)
			break;
		lesson_trace_free(&p.t);
	}
	lesson_trace_free(&p.t);
	assert_int_equal(i + 1, strtoul(s->right, NULL, 10));
	buf_free(&all);
}

/* Table of DFU 1.1 appendix B, made anew bit by bit. */
static uint32_t
crc_of(const uint8_t *p, size_t n)
{
	uint32_t crc = 0xffffffff;
	int bit;

	for (; n > 0; n--, p++)
		for (crc ^= *p, bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
	return (crc);
}

static void
check_file(const struct lesson_step *s)
{
	uint8_t file[48] = { 1, 2, 3, 4 };
	const char *p = strstr(s->text, "are ");
	struct buf error = { 0 };
	struct image image;
	char words[64];
	uint32_t crc;
	size_t i;

	assert_non_null(p);
	for (i = 32, p += 4; i < 44; i++, p += 3)
		file[i] = (uint8_t)strtoul(p, NULL, 16);
	crc = crc_of(file, 44);
	for (i = 0; i < 4; i++)
		file[44 + i] = (uint8_t)(crc >> (8 * i));
	if (!image_read(&image, file, sizeof(file), &error))
		fail_msg("%s: %s", s->text, buf_str(&error));
	assert_true(image.has_suffix && image.suffix_good);
	(void)snprintf(words, sizeof(words), "%s, for %04x:%04x",
	    image.suffix.bcdDFU == 0x011a ? "DfuSe" : "DFU 1.1",
	    image.suffix.idVendor, image.suffix.idProduct);
	assert_string_equal(words, s->right);
	image_free(&image);
}

static void
check_uploads(const struct exam *e, const struct lesson_step *s)
{
	if (strstr(s->text, "How many UPLOADs") != NULL)
		check_count(e, s);
	else
		check_file(s);
}

/* Traces: without a fault the device is right, and the host to blame. */

static void
check_side(const char *target, const struct played *p, const char *side)
{
	const char *want = "nobody";
	bool refused = false;
	size_t i;

	for (i = 0; i < p->t.n; i++)
		refused |= p->t.moves[i].request &&
		    p->t.moves[i].answer == LESSON_STALLED;
	if (strstr(target, "buserror=") != NULL)
		want = "bus";
	else if (strstr(target, "fail=") != NULL ||
	    strstr(target, "silent=") != NULL)
		want = "device";
	else if (refused || p->t.truth == DFU_STATE_ERROR)
		want = "host";
	assert_string_equal(side, want);
}

/* The next request is answered, and behind it nothing is in error. */
static void
check_next(const char *target, const char *send, const char *next)
{
	static const struct {
		const char	*words;
		const char	*line;
	} requests[] = { { "CLRSTATUS", "clrstatus" },
		{ "GETSTATUS", "getstatus" }, { "GETSTATE", "getstate" },
		{ "DNLOAD of block 1", "dnload 1 hex:0011" } };
	struct played p;
	size_t i;

	for (i = 0; i < COUNT(requests); i++)
		if (strcmp(requests[i].words, next) == 0)
			break;
	assert_true(i < COUNT(requests));
	play(&p, target, send, requests[i].line);
	assert_int_equal(last_move(&p)->answer, LESSON_ANSWERED);
	assert_int_not_equal(p.t.truth, DFU_STATE_ERROR);
	lesson_trace_free(&p.t);
}

/* The step before, or the one before that, shows what happens. */
static void
check_trace(const struct exam *e, const struct lesson_step *s)
{
	const struct lesson_step *shown = s - 1;
	const char *target;
	struct played p;

	if (shown->send == NULL)
		shown--;
	assert_non_null(shown->send);
	target = e->lesson.devices[shown->device];
	if (s->ask != LESSON_SIDE) {
		check_next(target, shown->send, s->right);
		return;
	}
	play(&p, target, shown->send, NULL);
	check_side(target, &p, s->right);
	lesson_trace_free(&p.t);
}

static void
what_is_stated_is_so(void **state)
{
	static void (*const checks[EXAM_PARTS])(const struct exam *,
	    const struct lesson_step *) = { NULL, NULL, check_dfuse,
		check_bytes, check_end, check_uploads, check_trace };
	static const unsigned want[EXAM_PARTS] = { 0, 0, 6, 4, 4, 4, 20 };
	unsigned stated[EXAM_PARTS], part;
	const struct lesson_step *s;
	struct exam e;
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT(seeds); i++) {
		exam_make(&e, seeds[i], EXAM_ALL);
		memset(stated, 0, sizeof(stated));
		for (k = 0; k < e.lesson.nsteps; k++) {
			s = &e.lesson.steps[k];
			if (s->right == NULL)
				continue;
			part = (unsigned)(e.parts[k] - 'A');
			stated[part]++;
			assert_non_null(checks[part]);
			checks[part](&e, s);
		}
		assert_memory_equal(stated, want, sizeof(want));
		exam_free(&e);
	}
}

/* Two questions are one if nothing that the pupil sees differs. */
static bool
is_same(const struct lesson_step *a, const struct lesson_step *b)
{
	return (a->ask == b->ask && strcmp(a->text, b->text) == 0 &&
	    (a->send == NULL) == (b->send == NULL) &&
	    (a->send == NULL || strcmp(a->send, b->send) == 0));
}

static void
nothing_is_asked_twice(void **state)
{
	const struct lesson_step *s;
	uint32_t seed;
	struct exam e;
	size_t i, k;

	(void)state;
	for (seed = 0; seed < 200; seed++) {
		exam_make(&e, seed, EXAM_ALL);
		assert_true(e.lesson.nsteps > 100);
		s = e.lesson.steps;
		for (i = 1; i < e.lesson.nsteps; i++) {
			/* Its words are of the trace above them. */
			if (e.parts[i] == 'G')
				continue;
			for (k = 0; k < i; k++)
				if (e.parts[k] == e.parts[i] &&
				    is_same(&s[i], &s[k]))
					fail_msg("exam %u: %s", seed,
					    s[i].text);
		}
		exam_free(&e);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_stated_is_so),
		cmocka_unit_test(nothing_is_asked_twice),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
