/* SPDX-License-Identifier: ISC */
/*
 * Measures what a frame of the console costs with a long trace: screen_draw
 * at 100x30 with a thousand, a hundred thousand and a million requests, when
 * the list follows, when it stands in the middle, and with a filter; the same
 * for scope and ladder. The device stalls now and then, so that not all polls
 * fold into one row.
 */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "dfu/spec.h"
#include "trace/identity.h"
#include "ui/input/input.h"
#include "wire/usb.h"

#define FRAMES	200

/* Of this thread: others on the machine are not the frame's fault. */
static uint64_t
nanoseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return ((uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec);
}

static void
arrive(struct sessions *b)
{
	struct identity who = { .place = (char *)(uintptr_t)"1-1",
	    .transport = (char *)(uintptr_t)"bench" };
	struct event e = { .kind = EVENT_ARRIVED, .dev = 1, .who = &who };

	sessions_apply(b, &e);
}

/* Each request differs from the one before: nothing folds. */
static void
add_requests(struct sessions *b, uint32_t n)
{
	uint8_t reply[6] = { 0, 0, 0, 0, 5, 0 };
	struct event submit = { .kind = EVENT_SUBMIT, .dev = 1,
	    .setup = { .bmRequestType = 0xa1, .bRequest = DFU_GETSTATUS,
	    .wLength = 6 }, .timeout = 5000 };
	struct event complete = { .kind = EVENT_COMPLETE, .dev = 1,
	    .len = 6, .kept = 6, .data = reply };
	uint32_t i;

	for (i = 1; i <= n; i++) {
		submit.number = complete.number = i;
		submit.time = (uint64_t)i * 1000;
		complete.time = submit.time + 300;
		complete.outcome = i % 1000 == 0 ? OUTCOME_STALL : OUTCOME_OK;
		complete.len = complete.kept = i % 1000 == 0 ? 0 : 6;
		reply[4] = (uint8_t)(i % 2 == 0 ? 5 : 3);
		sessions_apply(b, &submit);
		sessions_apply(b, &complete);
	}
}

static double
frame(struct view *view, const struct app *d, uint64_t now,
    struct canvas *c)
{
	uint64_t began = nanoseconds();
	struct frame f;

	frame_begin(&f, view, d, now);
	screen_draw(c, &f);
	frame_end(&f);
	return ((double)(nanoseconds() - began) / 1e6);
}

static double
frames(struct view *view, const struct app *d, uint64_t now,
    struct canvas *c)
{
	double total = 0;
	int i;

	for (i = 0; i < FRAMES; i++)
		total += frame(view, d, now + (uint64_t)i * 200000, c);
	return (total / FRAMES);
}

/* The worst frame, and how many, until everything is read. */
static double
catch_up(struct view *view, const struct app *d, uint64_t now,
    struct canvas *c, unsigned *n)
{
	double worst = 0, took;

	*n = 0;
	do {
		took = frame(view, d, now, c);
		worst = took > worst ? took : worst;
		(*n)++;
	} while (view_behind(view));
	return (worst);
}

static void
timeline(struct view *view, const struct app *d, uint64_t now,
    struct canvas *c)
{
	unsigned n;
	double worst;

	view->screen = SCREEN_TIMELINE;
	worst = catch_up(view, d, now, c, &n);
	printf("  the scope: %u frames to read all, worst %.2f ms, then "
	    "%.3f ms\n", n, worst, frames(view, d, now, c));
	timeline_view_go(&view->timeline, now / 2);
	timeline_view_zoom(&view->timeline, now, 1.0 / 1024);
	printf("  a frame of it, zoomed in the middle: %.3f ms\n",
	    frames(view, d, now, c));
}

static void
sequence(struct view *view, const struct app *d, uint64_t now,
    struct canvas *c)
{
	unsigned n, zoom;
	double worst;

	view->screen = SCREEN_SEQUENCE;
	worst = catch_up(view, d, now, c, &n);
	printf("  the ladder: %u frames to read all, worst %.2f ms\n", n,
	    worst);
	for (zoom = 0; zoom < SEQUENCE_ZOOM_COUNT; zoom++) {
		view->sequence.zoom = (enum sequence_zoom)zoom;
		list_select(&view->list, fold_count(&view->list.fold) / 2);
		worst = frames(view, d, now, c);
		view->list.paused = false;
		printf("  a frame of its %s: %.3f ms, following %.3f ms\n",
		    sequence_zoom_name((enum sequence_zoom)zoom), worst,
		    frames(view, d, now, c));
	}
}

static void
measure(uint32_t requests)
{
	struct app d = { .sessions = sessions_new(trace_new(), 0) };
	struct canvas *c = canvas_new(30, 100, false);
	struct view view = { .screen = SCREEN_CONSOLE };
	uint64_t now = (uint64_t)requests * 1000 + 1000000;
	struct list_filter list_filter;
	struct buf error = { 0 };
	unsigned n;
	size_t at;
	double worst;

	arrive(d.sessions);
	add_requests(d.sessions, requests);
	worst = catch_up(&view, &d, now, c, &n);
	printf("%8u requests: %u frames to read them, worst %.2f ms\n",
	    requests, n, worst);
	printf("  a frame, following the latest: %.3f ms\n",
	    frames(&view, &d, now, c));
	list_select(&view.list, view.list.fold.nrows / 2);
	printf("  a frame, paused in the middle: %.3f ms\n",
	    frames(&view, &d, now, c));
	timeline(&view, &d, now, c);
	sequence(&view, &d, now, c);
	view.screen = SCREEN_CONSOLE;
	if (list_filter_parse(&list_filter, "outcome stall", &error, &at))
		list_sift(&view.list, &list_filter);
	worst = catch_up(&view, &d, now, c, &n);
	printf("  a filter: %u frames to judge all, worst %.2f ms, then "
	    "%.3f ms\n", n, worst, frames(&view, &d, now, c));
	buf_free(&error);
	view_free(&view);
	canvas_free(c);
	sessions_free(d.sessions);
}

int
main(void)
{
	mem_grow_by_pages();
	measure(1000);
	measure(100000);
	measure(1000000);
	return (0);
}
