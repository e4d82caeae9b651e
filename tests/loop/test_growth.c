/* SPDX-License-Identifier: ISC */
/*
 * Long recordings in the console: what leaves memory is shown, looked for and
 * exported as if it were there, and what cannot be had any more is said. The
 * loop and the views are those of the program, the clock is not.
 */
#include "config.h"

#include "tests/dfu/check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "loop/loop.h"
#include "report/export.h"
#include "trace/journal.h"
#include "ui/input/input.h"
#include "wire/usb.h"

#define CHUNK	16

static char path[64], other[64];

/* A front end that draws as the console does, on a canvas. */
struct front {
	struct frontend		 frontend;
	struct view		 view;
	struct canvas		*canvas;
	size_t			 events;	/* quits when so many are in */
	unsigned		 asked;		/* for keys */
	size_t			 seen;		/* events when it was asked */
	size_t			 most;		/* events between two times */
	unsigned		 frames;
	unsigned		 early;		/* of them before all was in */
};

static uint64_t fake_now, fake_step = 10;
static size_t at_hand;

static uint64_t
fake_clock(void)
{
	return (fake_now += fake_step);
}

static size_t
pollfds(struct frontend *f, struct pollfd *fds, size_t max)
{
	(void)f;
	(void)fds;
	(void)max;
	/* Nobody waits: the clock goes on. */
	fake_now += 50000;
	return (0);
}

static uint64_t
deadline(const struct frontend *f, const struct app *d, uint64_t now)
{
	const struct front *c = (const struct front *)f;

	(void)d;
	return (view_behind(&c->view) ? now : FRONTEND_NEVER);
}

static const char *
command(struct frontend *f, const struct app *d, uint64_t now, bool *by_key)
{
	struct front *c = (struct front *)f;
	size_t in = trace_end(d->sessions->trace);

	(void)now;
	(void)by_key;
	c->asked++;
	if (in - c->seen > c->most)
		c->most = in - c->seen;
	c->seen = in;
	return (in >= c->events && c->frames > 0 && !view_behind(&c->view) &&
	    c->view.list.fold.follow.next == in ? "quit" : NULL);
}

static void
frame(struct front *c, const struct app *d)
{
	struct frame frame;

	frame_begin(&frame, &c->view, d, app_now(d, 0));
	screen_draw(c->canvas, &frame);
	frame_end(&frame);
}

static void
draw(struct frontend *f, const struct app *d, uint64_t now)
{
	struct front *c = (struct front *)f;

	(void)now;
	frame(c, d);
	c->frames++;
	c->early += trace_end(d->sessions->trace) < c->events;
}

static const struct frontend_ops ops = {
	.pollfds = pollfds,
	.deadline = deadline,
	.command = command,
	.draw = draw,
};

struct stage {
	struct front	 front;
	struct loop	*loop;
	const struct app *app;
};

/* What it takes to look at the file with that bound. */
static void
begin(struct stage *st, const char *file, size_t events, size_t bound)
{
	struct loop_config config = { .bound = bound, .chunk = CHUNK,
	    .at_hand = at_hand, .clock = fake_clock };
	static struct dev_numbers numbers;
	struct transport **t = mem_alloc(sizeof(*t));
	struct buf error = { 0 };

	memset(st, 0, sizeof(*st));
	st->front.frontend.ops = &ops;
	st->front.canvas = canvas_new(30, 100, false);
	st->front.events = events;
	*t = transport_recording.open(file, &numbers, &error);
	assert_non_null(*t);
	st->loop = loop_new(&config, t, 1, &error);
	assert_non_null(st->loop);
	st->app = loop_app(st->loop);
	assert_int_equal(loop_run(st->loop, &st->front.frontend, &error), 0);
	assert_int_equal(error.len, 0);
}

static void
end(struct stage *st)
{
	view_free(&st->front.view);
	canvas_free(st->front.canvas);
	loop_free(st->loop);
}

static void
dump(struct stage *st, struct buf *b)
{
	buf_reset(b);
	do {
		frame(&st->front, st->app);
	} while (view_behind(&st->front.view));
	canvas_dump(st->front.canvas, b, true);
}

static void
put(struct buf *b, uint64_t us, struct event e)
{
	e.time = us;
	e.dev = 1;
	journal_print(b, &e, NULL);
}

/* A request and its answer, of so many bytes. */
static void
ask(struct buf *b, uint64_t *us, uint32_t *number, struct setup setup,
    enum outcome outcome, const uint8_t *p, uint32_t n)
{
	struct event submit = { .kind = EVENT_SUBMIT, .number = ++*number,
	    .setup = setup, .timeout = 5000 };
	struct event complete = { .kind = EVENT_COMPLETE, .number = *number,
	    .outcome = (uint8_t)outcome, .len = n };

	if (setup_is_in(&setup)) {
		complete.data = p;
		complete.kept = n;
	} else {
		submit.data = p;
		submit.len = submit.kept = n;
	}
	put(b, *us += 700, submit);
	put(b, *us += 300, complete);
}

#define OUT	0x21
#define IN	0xa1

static void
begin_journal(struct buf *b)
{
	static const char head[] = "0.000500 d1 arrived transport=\"usb\" "
	    "place=\"1-1\" id=0483:df11 version=2200 bus=1 devnum=1 "
	    "incarnation=1 product=\"STM32  BOOTLOADER\" "
	    "name=0.0:\"@Internal Flash  /0x08000000/64*02Kg\" "
	    "descriptors=1201000200000040830411df00020102030109021b000101"
	    "00c0320904000000fe01020409210bff0000081a01\n";

	journal_print_header(b);
	buf_adds(b, head);
}

/* Blocks, polls that fold, stalls and remarks; returns how many events. */
static size_t
make_journal(const char *file, uint32_t rounds)
{
	static const uint8_t idle[6] = { 0, 0, 0, 0, 5, 0 };
	static const uint8_t busy[6] = { 0, 10, 0, 0, 4, 0 };
	static const uint8_t stuck[6] = { 7, 0, 0, 0, 10, 0 };
	struct buf b = { 0 }, error = { 0 };
	uint8_t block[40];
	uint64_t us = 1000;
	uint32_t number = 0, i, k;
	size_t events = 1;

	begin_journal(&b);
	for (i = 0; i < rounds; i++) {
		memset(block, (int)i, sizeof(block));
		ask(&b, &us, &number, (struct setup){ OUT, DFU_DNLOAD,
		    (uint16_t)(i + 2), 0, sizeof(block) }, OUTCOME_OK, block,
		    sizeof(block));
		ask(&b, &us, &number, (struct setup){ IN, DFU_GETSTATUS, 0, 0,
		    6 }, OUTCOME_OK, busy, 6);
		for (k = 0; k < i % 5; k++)
			ask(&b, &us, &number, (struct setup){ IN,
			    DFU_GETSTATUS, 0, 0, 6 }, OUTCOME_OK, idle, 6);
		events += 4 + 2 * k;
		if (i % 7 == 3) {
			ask(&b, &us, &number, (struct setup){ IN, DFU_UPLOAD,
			    1, 0, 8 }, OUTCOME_STALL, NULL, 0);
			ask(&b, &us, &number, (struct setup){ IN,
			    DFU_GETSTATUS, 0, 0, 6 }, OUTCOME_OK, stuck, 6);
			ask(&b, &us, &number, (struct setup){ OUT,
			    DFU_CLRSTATUS, 0, 0, 0 }, OUTCOME_OK, NULL, 0);
			events += 6;
		}
		if (i % 9 == 4) {
			put(&b, us += 10, event_text(EVENT_NOTE, 0, 1,
			    i == 4 ? "a remark of old" : "a remark"));
			events++;
		}
	}
	assert_true(file_keep(file, b.data, b.len, &error));
	buf_free(&b);
	return (events);
}

static void
assert_same_text(const struct buf *a, const struct buf *b, size_t bound,
    size_t row)
{
	const char *is = buf_str(a), *was = buf_str(b);
	size_t n, m;

	while (*is != '\0' || *was != '\0') {
		n = strcspn(is, "\n");
		m = strcspn(was, "\n");
		if (n != m || memcmp(is, was, n) != 0)
			fail_msg("bound %zu, row %zu:\n%.*s\ninstead of\n"
			    "%.*s", bound, row, (int)n, is, (int)m, was);
		is += n + (is[n] != '\0');
		was += m + (was[m] != '\0');
	}
}

/* Every row selected in turn, on that screen: the same is shown. */
static void
assert_same(struct stage *is, struct stage *was, enum screen_id screen,
    size_t bound)
{
	struct buf a = { 0 }, b = { 0 };
	size_t n = fold_count(&was->front.view.list.fold), i;

	assert_int_equal(fold_count(&is->front.view.list.fold), n);
	is->front.view.screen = was->front.view.screen = screen;
	for (i = n; i-- > 0;) {
		list_select(&is->front.view.list, i);
		list_select(&was->front.view.list, i);
		dump(is, &a);
		dump(was, &b);
		assert_same_text(&a, &b, bound, i);
	}
	buf_free(&a);
	buf_free(&b);
}

static void
the_same_is_shown_with_any_bound(void **state)
{
	static const size_t bounds[] = { 1, 2, CHUNK - 1, CHUNK, CHUNK + 1,
	    100, 1000000 };
	static const enum screen_id screens[] = { SCREEN_CONSOLE,
	    SCREEN_DETAIL, SCREEN_SEQUENCE };
	size_t events = make_journal(path, 60), i, k;
	size_t n = getenv("WALK_SHORT") != NULL ? 3 : COUNT(bounds);
	struct stage was, is;

	(void)state;
	begin(&was, path, events, 0);
	assert_int_equal(trace_held(was.app->sessions->trace), 0);
	for (i = 0; i < n; i++) {
		begin(&is, path, events, bounds[i]);
		assert_int_equal(trace_end(is.app->sessions->trace), events);
		assert_int_equal(trace_lost(is.app->sessions->trace), 0);
		if (bounds[i] < 1000)
			assert_in_range(events -
			    trace_held(is.app->sessions->trace), bounds[i],
			    bounds[i] + CHUNK - 1);
		for (k = 0; k < COUNT(screens); k++)
			assert_same(&is, &was, screens[k], bounds[i]);
		end(&is);
	}
	end(&was);
}

/* Neither does it matter how few requests are at hand. */
static void
the_same_is_shown_of_requests_put_away(void **state)
{
	static const enum screen_id screens[] = { SCREEN_CONSOLE,
	    SCREEN_DETAIL, SCREEN_SEQUENCE, SCREEN_TIMELINE };
	static const size_t few[] = { 70, 100 };
	size_t events = make_journal(path, 90), i, k;
	size_t n = getenv("WALK_SHORT") != NULL ? 1 : COUNT(few);
	struct stage was, is;

	(void)state;
	begin(&was, path, events, 0);
	for (i = 0; i < n; i++) {
		at_hand = few[i];
		begin(&is, path, events, i == 1 ? 0 : 2);
		assert_true(app_session(is.app)->archive.n > 0);
		for (k = 0; k < COUNT(screens); k++)
			assert_same(&is, &was, screens[k], few[i]);
		end(&is);
	}
	at_hand = 0;
	end(&was);
}

/* Pages that tell of the whole session: read anew, from the first event on. */
static void
pages_of_the_whole_session_are_the_same(void **state)
{
	static const enum screen_id screens[] = { SCREEN_DEVICE,
	    SCREEN_TIMELINE, SCREEN_TIMES, SCREEN_FINDINGS, SCREEN_SEQUENCE };
	size_t events = make_journal(path, 90), k;
	struct buf a = { 0 }, b = { 0 };
	struct stage was, is;

	(void)state;
	begin(&was, path, events, 0);
	at_hand = 70;
	begin(&is, path, events, 2);
	at_hand = 0;
	for (k = 0; k < COUNT(screens); k++) {
		is.front.view.screen = was.front.view.screen = screens[k];
		dump(&is, &a);
		dump(&was, &b);
		assert_same_text(&a, &b, 2, k);
	}
	end(&is);
	end(&was);
	buf_free(&a);
	buf_free(&b);
}

/*
 * A device whose dialect nobody knows until, long after it was written and
 * read, it tells its commands: then all that was asked means something else.
 */
static size_t
make_late(const char *file, uint32_t blocks, const char *line)
{
	static const char head[] = "0.000500 d1 arrived transport=\"usb\" "
	    "place=\"1-1\" id=1209:0001 version=0100 bus=1 devnum=1 "
	    "incarnation=1 descriptors=1201000200000040091201000001000000"
	    "0109021b00010100c0320904000000fe01020009210bff0000081001\n";
	static const uint8_t idle[6] = { 0, 0, 0, 0, 5, 0 };
	static const uint8_t erase[5] = { 0x41, 0, 0, 0, 8 };
	static const uint8_t set[5] = { 0x21, 0, 0, 0, 8 };
	static const uint8_t commands[3] = { 0, 0x21, 0x41 };
	struct setup poll = { IN, DFU_GETSTATUS, 0, 0, 6 };
	struct buf b = { 0 }, error = { 0 };
	uint64_t us = 1000;
	uint32_t number = 0, i, k;
	uint8_t block[40];

	journal_print_header(&b);
	buf_adds(&b, head);
	for (k = 0; k < 3; k++) {
		ask(&b, &us, &number, (struct setup){ OUT, DFU_DNLOAD, 0, 0,
		    5 }, OUTCOME_OK, k == 0 ? erase : set, 5);
		ask(&b, &us, &number, poll, OUTCOME_OK, idle, 6);
		for (i = 0; i < blocks; i++) {
			/* One is read back as it was not written. */
			memset(block, (int)(i + (k == 2 && i == 3)),
			    sizeof(block));
			ask(&b, &us, &number, (struct setup){ k == 1 ? OUT :
			    IN, k == 1 ? DFU_DNLOAD : DFU_UPLOAD,
			    (uint16_t)(i + 2), 0, sizeof(block) }, OUTCOME_OK,
			    block, sizeof(block));
			ask(&b, &us, &number, poll, OUTCOME_OK, idle, 6);
		}
	}
	if (line == NULL)
		ask(&b, &us, &number, (struct setup){ IN, DFU_UPLOAD, 0, 0,
		    64 }, OUTCOME_SHORT, commands, sizeof(commands));
	else
		put(&b, us += 10, event_text(EVENT_COMMAND, 0, 1, line));
	ask(&b, &us, &number, poll, OUTCOME_OK, idle, 6);
	assert_true(file_keep(file, b.data, b.len, &error));
	buf_free(&b);
	return (1 + 2 * number + (line != NULL));
}

/* However little was at hand, in memory or in the trace, when it was told. */
static void
what_is_told_late_is_read_again_in_all(void **state)
{
	static const char *const lines[] = { NULL, "dialect dfuse",
		"dialect plain" };
	static const size_t bounds[] = { 1, 2, CHUNK, 0 }, few[] = { 1, 2,
		CHUNK, 70, 0 };
	static const enum screen_id whole[] = { SCREEN_DEVICE,
		SCREEN_FINDINGS, SCREEN_SEQUENCE, SCREEN_TIMELINE,
		SCREEN_TIMES, SCREEN_VERDICT };
	struct buf a = { 0 }, b = { 0 };
	struct stage was, is;
	size_t i, k, w, events;

	(void)state;
	for (i = 0; i < COUNT(lines); i++) {
		events = make_late(path, 60, lines[i]);
		for (k = 0; k < COUNT(bounds) * COUNT(few); k++) {
			at_hand = 0;
			begin(&was, path, events, 0);
			at_hand = few[k / COUNT(bounds)];
			begin(&is, path, events, bounds[k % COUNT(bounds)]);
			assert_true((at_hand == 0) ==
			    (app_session(is.app)->archive.n == 0));
			for (w = 0; w < COUNT(whole); w++) {
				is.front.view.screen = whole[w];
				was.front.view.screen = whole[w];
				dump(&is, &a);
				dump(&was, &b);
				assert_same_text(&a, &b, k, w);
			}
			if (k % 7 == 1)
				assert_same(&is, &was, SCREEN_CONSOLE, k);
			end(&is);
			end(&was);
		}
	}
	at_hand = 0;
	buf_free(&a);
	buf_free(&b);
}

/* One block that the device refused, and a host that only asks since. */
static size_t
make_stuck(const char *file, uint32_t polls)
{
	static const uint8_t wrong[6] = { 8, 0, 0, 0, 10, 0 };
	static const uint8_t idle[6] = { 0, 0, 0, 0, 2, 0 };
	static const uint8_t block[40] = { 1 };
	uint64_t us = 1000;
	uint32_t number = 0, i;
	struct buf b = { 0 }, error = { 0 };

	begin_journal(&b);
	ask(&b, &us, &number, (struct setup){ IN, DFU_GETSTATUS, 0, 0, 6 },
	    OUTCOME_OK, idle, 6);
	ask(&b, &us, &number, (struct setup){ OUT, DFU_DNLOAD, 2, 0,
	    sizeof(block) }, OUTCOME_STALL, block, sizeof(block));
	for (i = 0; i < polls; i++)
		ask(&b, &us, &number, (struct setup){ IN, DFU_GETSTATUS, 0, 0,
		    6 }, OUTCOME_OK, wrong, 6);
	assert_true(file_keep(file, b.data, b.len, &error));
	buf_free(&b);
	return (5 + 2 * polls);
}

/* What made it so is far back, and the verdict still names it. */
static void
the_verdict_knows_what_was_put_away(void **state)
{
	static const enum screen_id screens[] = { SCREEN_CONSOLE,
	    SCREEN_RECOVER, SCREEN_FINDINGS, SCREEN_DEVICE };
	size_t events = make_stuck(path, 1000), k;
	struct buf a = { 0 }, b = { 0 };
	struct stage was, is;

	(void)state;
	begin(&was, path, events, 0);
	at_hand = 70;
	begin(&is, path, events, 2);
	at_hand = 0;
	for (k = 0; k < COUNT(screens); k++) {
		is.front.view.screen = was.front.view.screen = screens[k];
		dump(&is, &a);
		dump(&was, &b);
		assert_same_text(&a, &b, 2, k);
	}
	assert_true(session_transfers(app_session(is.app)) ==
	    session_transfers(app_session(was.app)));
	end(&is);
	end(&was);
	buf_free(&a);
	buf_free(&b);
}

static void
a_search_finds_what_left_memory(void **state)
{
	size_t events = make_journal(path, 200);
	struct buf a = { 0 };
	struct stage is;

	(void)state;
	begin(&is, path, events, 5);
	list_seek(&is.front.view.list, "a remark of old");
	dump(&is, &a);
	assert_int_equal(is.front.view.list.hunting, 0);
	assert_true(is.front.view.list.paused);
	assert_non_null(strstr(buf_str(&a), "a remark of old"));
	end(&is);
	buf_free(&a);
}

static void
an_export_has_what_left_memory(void **state)
{
	static const struct export kinds[] = {
		{ .kind = EXPORT_SEQUENCE, .zoom = SEQUENCE_REQUESTS },
		{ .kind = EXPORT_SEQUENCE, .zoom = SEQUENCE_OPERATIONS },
		{ .kind = EXPORT_SVG }, { .kind = EXPORT_PCAPNG } };
	size_t events = make_journal(path, 200), i;
	struct buf a = { 0 }, b = { 0 };
	struct stage was, is;

	(void)state;
	begin(&was, path, events, 0);
	at_hand = 70;
	begin(&is, path, events, 5);
	at_hand = 0;
	for (i = 0; i < COUNT(kinds); i++) {
		buf_reset(&a);
		buf_reset(&b);
		export_write(&a, is.app, app_session(is.app), &kinds[i],
		    app_now(is.app, 0));
		export_write(&b, was.app, app_session(was.app), &kinds[i],
		    app_now(was.app, 0));
		assert_int_equal(a.len, b.len);
		assert_memory_equal(a.data, b.data, a.len);
	}
	end(&is);
	end(&was);
	buf_free(&a);
	buf_free(&b);
}

/* The first row, with what became of the file in between. */
static void
look_at_first(struct stage *is, struct buf *a)
{
	is->front.view.screen = SCREEN_CONSOLE;
	list_select(&is->front.view.list, 0);
	dump(is, a);
	is->front.view.screen = SCREEN_DETAIL;
	list_select(&is->front.view.list, 1);
	frame(&is->front, is->app);
	canvas_dump(is->front.canvas, a, false);
}

static void
a_journal_that_is_gone_or_cut(void **state)
{
	size_t events = make_journal(path, 400);
	struct buf a = { 0 };
	struct stage is;

	(void)state;
	/* Its name is gone, and it is there all the same. */
	begin(&is, path, events, 5);
	assert_int_equal(unlink(path), 0);
	look_at_first(&is, &a);
	assert_non_null(strstr(buf_str(&a), "connected"));
	assert_null(strstr(buf_str(&a), "no longer in memory"));
	end(&is);
	events = make_journal(path, 400);
	begin(&is, path, events, 5);
	assert_int_equal(truncate(path, 0), 0);
	look_at_first(&is, &a);
	assert_non_null(strstr(buf_str(&a), "no longer in memory, and cannot "
	    "be read back: the journal was truncated"));
	list_seek(&is.front.view.list, "no such words");
	dump(&is, &a);
	end(&is);
	buf_free(&a);
}

/* A capture holds no lines to read back. */
static void
without_a_journal_it_is_lost(void **state)
{
	size_t bounds[] = { 1, CHUNK, 100 }, events, i, n, lost;
	struct buf a = { 0 }, b = { 0 };
	char words[80];
	struct stage was, is;
	struct export kind = { .kind = EXPORT_PCAPNG };

	(void)state;
	events = make_journal(path, 100);
	begin(&was, path, events, 0);
	export_write(&a, was.app, app_session(was.app), &kind,
	    app_now(was.app, 0));
	assert_true(file_keep(other, a.data, a.len, &b));
	end(&was);
	begin(&was, other, 1000, 0);
	events = trace_end(was.app->sessions->trace);
	for (i = 0; i < COUNT(bounds); i++) {
		begin(&is, other, events, bounds[i]);
		lost = trace_lost(is.app->sessions->trace);
		assert_int_equal(lost, trace_held(is.app->sessions->trace));
		assert_int_equal(lost, trace_first(is.app->sessions->trace));
		snprintf(words, sizeof(words), "%zu event%s lost: no "
		    "longer in memory, and in no journal", lost,
		    lost == 1 ? "" : "s");
		list_select(&is.front.view.list, 0);
		dump(&is, &a);
		assert_non_null(strstr(buf_str(&a), words));
		/* What is left has the numbers it had. */
		n = fold_count(&is.front.view.list.fold);
		assert_true(n > 1);
		assert_int_equal(fold_at(&is.front.view.list.fold, n - 1)->
		    last, fold_at(&was.front.view.list.fold,
		    fold_count(&was.front.view.list.fold) - 1)->last);
		assert_int_equal(session_requests(app_session(is.app)),
		    session_requests(app_session(was.app)));
		end(&is);
	}
	end(&was);
	buf_free(&a);
	buf_free(&b);
}

/* Between two looks at the keys 10 ms are read, however long the file is. */
static void
keys_are_heard_while_it_reads(void **state)
{
	size_t events = make_journal(path, 3000);
	struct stage is;

	(void)state;
	/* The clock is looked at each few events: 1 ms goes by. */
	fake_step = 1000;
	begin(&is, path, events, 0);
	fake_step = 10;
	assert_in_range(is.front.most, 1, 400);
	assert_in_range(is.front.asked, events / 400, events);
	assert_in_range(is.front.early, 10, events / 10);
	end(&is);
}

/* Payload apart, with all that is kept of an event. */
static void
an_event_takes_few_bytes(void **state)
{
	size_t n = make_journal(path, 30000), events, payload, rows, requests;
	struct stage is;

	(void)state;
	begin(&is, path, n, 0);
	trace_memory(is.app->sessions->trace, &events, &payload);
	rows = fold_memory(&is.front.view.list.fold);
	requests = session_bytes(app_session(is.app));
	assert_in_range((events + requests + rows) / n, 24, 96);
	end(&is);
}

/* Nor do the pages that tell of all of them. */
static void
a_page_takes_few_bytes(void **state)
{
	size_t n = make_journal(path, 30000), i;
	struct timeline *timeline;
	struct operations *operations;
	struct buf b = { 0 };
	struct stage is;

	(void)state;
	for (i = 0; i < 2; i++) {
		if (i == 1)
			n = make_late(path, 10000, "dialect dfuse");
		begin(&is, path, n, CHUNK);
		timeline = &is.front.view.timeline.timeline;
		operations = &is.front.view.sequence.operations;
		is.front.view.screen = SCREEN_TIMELINE;
		dump(&is, &b);
		is.front.view.screen = SCREEN_SEQUENCE;
		dump(&is, &b);
		assert_in_range(timeline->n, n / 3, n);
		assert_in_range(operations->n, 3, n);
		assert_in_range(timeline_memory(timeline) * 10 / n, 5, 40);
		assert_in_range(operations_memory(operations) * 10 / n, 0,
		    60);
		end(&is);
	}
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_is_shown_with_any_bound),
		cmocka_unit_test(the_same_is_shown_of_requests_put_away),
		cmocka_unit_test(pages_of_the_whole_session_are_the_same),
		cmocka_unit_test(what_is_told_late_is_read_again_in_all),
		cmocka_unit_test(the_verdict_knows_what_was_put_away),
		cmocka_unit_test(a_search_finds_what_left_memory),
		cmocka_unit_test(an_export_has_what_left_memory),
		cmocka_unit_test(a_journal_that_is_gone_or_cut),
		cmocka_unit_test(without_a_journal_it_is_lost),
		cmocka_unit_test(keys_are_heard_while_it_reads),
		cmocka_unit_test(an_event_takes_few_bytes),
		cmocka_unit_test(a_page_takes_few_bytes),
	};
	int failed;

	snprintf(path, sizeof(path), "test_growth.%ld.journal",
	    (long)getpid());
	snprintf(other, sizeof(other), "test_growth.%ld.pcapng",
	    (long)getpid());
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	unlink(other);
	return (failed);
}
