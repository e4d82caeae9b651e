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
#include "ui/hand.h"
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
arrive(struct bench *b)
{
	struct identity who = { .place = (char *)(uintptr_t)"1-1",
	    .transport = (char *)(uintptr_t)"bench" };
	struct event e = { .kind = EVENT_ARRIVED, .dev = 1, .who = &who };

	bench_apply(b, &e);
}

/* Each request differs from the one before: nothing folds. */
static void
add_requests(struct bench *b, uint32_t n)
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
		bench_apply(b, &submit);
		bench_apply(b, &complete);
	}
}

static double
frame(struct look *look, const struct desk *d, uint64_t now,
    struct canvas *c)
{
	uint64_t began = nanoseconds();
	struct scene sc = look_scene(look, d, now);

	screen_draw(c, &sc);
	return ((double)(nanoseconds() - began) / 1e6);
}

static double
frames(struct look *look, const struct desk *d, uint64_t now,
    struct canvas *c)
{
	double total = 0;
	int i;

	for (i = 0; i < FRAMES; i++)
		total += frame(look, d, now + (uint64_t)i * 200000, c);
	return (total / FRAMES);
}

/* The worst frame, and how many, until everything is read. */
static double
catch_up(struct look *look, const struct desk *d, uint64_t now,
    struct canvas *c, unsigned *n)
{
	double worst = 0, took;

	*n = 0;
	do {
		took = frame(look, d, now, c);
		worst = took > worst ? took : worst;
		(*n)++;
	} while (look_behind(look));
	return (worst);
}

static void
scope(struct look *look, const struct desk *d, uint64_t now,
    struct canvas *c)
{
	unsigned n;
	double worst;

	look->screen = LOOK_SCOPE;
	worst = catch_up(look, d, now, c, &n);
	printf("  the scope: %u frames to read all, worst %.2f ms, then "
	    "%.3f ms\n", n, worst, frames(look, d, now, c));
	scope_look_go(&look->scope, now / 2);
	scope_look_zoom(&look->scope, now, 1.0 / 1024);
	printf("  a frame of it, zoomed in the middle: %.3f ms\n",
	    frames(look, d, now, c));
}

static void
ladder(struct look *look, const struct desk *d, uint64_t now,
    struct canvas *c)
{
	unsigned n, zoom;
	double worst;

	look->screen = LOOK_LADDER;
	worst = catch_up(look, d, now, c, &n);
	printf("  the ladder: %u frames to read all, worst %.2f ms\n", n,
	    worst);
	for (zoom = 0; zoom < LADDER_ZOOM_COUNT; zoom++) {
		look->ladder.zoom = (enum ladder_zoom)zoom;
		list_select(&look->list, fold_count(&look->list.fold) / 2);
		worst = frames(look, d, now, c);
		look->list.paused = false;
		printf("  a frame of its %s: %.3f ms, following %.3f ms\n",
		    ladder_zoom_name((enum ladder_zoom)zoom), worst,
		    frames(look, d, now, c));
	}
}

static void
measure(uint32_t requests)
{
	struct desk d = { .bench = bench_new(trace_new(), 0) };
	struct canvas *c = canvas_new(30, 100, false);
	struct look look = { .screen = LOOK_CONSOLE };
	uint64_t now = (uint64_t)requests * 1000 + 1000000;
	struct sieve sieve;
	struct buf error = { 0 };
	unsigned n;
	size_t at;
	double worst;

	arrive(d.bench);
	add_requests(d.bench, requests);
	worst = catch_up(&look, &d, now, c, &n);
	printf("%8u requests: %u frames to read them, worst %.2f ms\n",
	    requests, n, worst);
	printf("  a frame, following the latest: %.3f ms\n",
	    frames(&look, &d, now, c));
	list_select(&look.list, look.list.fold.nrows / 2);
	printf("  a frame, paused in the middle: %.3f ms\n",
	    frames(&look, &d, now, c));
	scope(&look, &d, now, c);
	ladder(&look, &d, now, c);
	look.screen = LOOK_CONSOLE;
	if (sieve_parse(&sieve, "outcome stall", &error, &at))
		list_sift(&look.list, &sieve);
	worst = catch_up(&look, &d, now, c, &n);
	printf("  a filter: %u frames to judge all, worst %.2f ms, then "
	    "%.3f ms\n", n, worst, frames(&look, &d, now, c));
	buf_free(&error);
	look_free(&look);
	canvas_free(c);
	bench_free(d.bench);
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
