/* SPDX-License-Identifier: ISC */
/*
 * What a long recording costs in the console: how long it takes until all of
 * it is there, the worst frame and the longest time without a look at the
 * keys meanwhile, and the memory an event takes, counted, payload apart. The
 * loop and its frames are those of the program, on a canvas of 100x30.
 *
 *	tests/bench/growth [EVENTS [KEEP]]
 */
#include "config.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "loop/loop.h"
#include "trace/journal.h"
#include "ui/input/input.h"

/*
 * Of this thread: others on the machine are not its fault. Sleeping is left
 * out: the loop sleeps when nothing is left to be read, until the next frame.
 */
static uint64_t slept;

static uint64_t
microseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return ((uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000 +
	    slept);
}

struct front {
	struct frontend		 frontend;
	struct view		 view;
	struct canvas		*canvas;
	size_t			 events;	/* of the recording */
	uint64_t		 began;
	uint64_t		 drawn;		/* of the loop */
	uint64_t		 asked;		/* for keys, last */
	uint64_t		 first;		/* frame with a row in it */
	uint64_t		 ready;
	uint64_t		 deaf;		/* the longest time */
	uint64_t		 worst;		/* frame */
	unsigned		 frames;
	size_t			 bytes;
};

static size_t
pollfds(struct frontend *f, struct pollfd *fds, size_t max)
{
	(void)fds;
	(void)max;
	slept += 34000;
	((struct front *)f)->asked = 0;
	return (0);
}

static uint64_t
deadline(const struct frontend *f, const struct app *d, uint64_t now)
{
	const struct front *c = (const struct front *)f;

	(void)d;
	(void)now;
	return (view_behind(&c->view) ? c->drawn + 34000 : FRONTEND_NEVER);
}

static const char *
command(struct frontend *f, const struct app *d, uint64_t now, bool *by_key)
{
	struct front *c = (struct front *)f;
	uint64_t at = microseconds();

	(void)d;
	(void)now;
	(void)by_key;
	if (c->asked != 0 && at - c->asked > c->deaf)
		c->deaf = at - c->asked;
	c->asked = at;
	return (c->ready != 0 ? "quit" : NULL);
}

static void
draw(struct frontend *f, const struct app *d, uint64_t now)
{
	struct front *c = (struct front *)f;
	uint64_t began = microseconds(), took;
	struct frame frame;

	frame_begin(&frame, &c->view, d, app_now(d, now));
	screen_draw(c->canvas, &frame);
	frame_end(&frame);
	c->drawn = now;
	c->frames++;
	took = microseconds() - began;
	if (took > c->worst)
		c->worst = took;
	if (c->first == 0 && fold_count(&c->view.list.fold) > 0)
		c->first = microseconds();
	if (!view_behind(&c->view) &&
	    trace_end(d->sessions->trace) >= c->events)
		c->ready = microseconds();
}

static const struct frontend_ops ops = {
	.pollfds = pollfds,
	.deadline = deadline,
	.command = command,
	.draw = draw,
};

static void
line(FILE *f, uint64_t us, const char *rest)
{
	fprintf(f, "%llu.%06llu d1 %s", (unsigned long long)(us / 1000000),
	    (unsigned long long)(us % 1000000), rest);
}

/* Blocks are written and asked for, and sometimes one stalls. */
static void
make_journal(FILE *f, size_t events)
{
	struct buf b = { 0 };
	unsigned number = 0;
	uint64_t us = 1000;
	char text[200];
	size_t i;

	journal_print_header(&b);
	fputs(buf_str(&b), f);
	line(f, 0, "arrived transport=\"usb\" place=\"1-1\" "
	    "id=0483:df11 version=2200 bus=1 devnum=1 incarnation=1 "
	    "product=\"STM32  BOOTLOADER\" "
	    "name=0.0:\"@Internal Flash  /0x08000000/64*02Kg\" "
	    "descriptors=1201000200000040830411df00020102030109021b000101"
	    "00c0320904000000fe01020409210bff0000081a01\n");
	for (i = 1; i + 6 <= events; i += 6) {
		snprintf(text, sizeof(text), "submit #%u setup=2101%02x%02x"
		    "00000008 timeout=5000 len=2048 data=1111111111111111111"
		    "1111111111111..22222222222222222222222222222222 "
		    "crc=%08x\n", number + 1, 2 + (unsigned)(i / 6) % 32, 0,
		    (unsigned)i);
		line(f, us += 400, text);
		snprintf(text, sizeof(text), "complete #%u ok len=2048\n",
		    ++number);
		line(f, us += 300, text);
		snprintf(text, sizeof(text), "submit #%u setup=a103000000000"
		    "600 timeout=5000\n", ++number);
		line(f, us += 200, text);
		snprintf(text, sizeof(text), "complete #%u ok len=6 "
		    "data=000a00000400\n", number);
		line(f, us += 300, text);
		snprintf(text, sizeof(text), "submit #%u setup=a103000000000"
		    "600 timeout=5000\n", ++number);
		line(f, us += 12000, text);
		snprintf(text, sizeof(text), "complete #%u ok len=6 "
		    "data=000000000500\n", number);
		line(f, us += 300, text);
	}
	buf_free(&b);
}

static size_t
lines_of(size_t events)
{
	return (1 + (events - 1) / 6 * 6);
}

static void
report(const struct front *c, const struct app *d)
{
	size_t events, payload, n = trace_end(d->sessions->trace), i;
	size_t rows = fold_memory(&c->view.list.fold), requests = 0;
	struct rusage used;

	trace_memory(d->sessions->trace, &events, &payload);
	for (i = 0; i < d->sessions->n; i++)
		requests += session_bytes(d->sessions->list[i]);
	getrusage(RUSAGE_SELF, &used);
	printf("console: %zu events in %.2f s, usable after %.0f ms, %u "
	    "frames, the worst %.1f ms, keys heard within %.1f ms\n", n,
	    (double)(c->ready - c->began) / 1e6,
	    (double)(c->first - c->began) / 1e3, c->frames,
	    (double)c->worst / 1e3, (double)c->deaf / 1e3);
	printf("  %.1f bytes an event (trace %.1f, requests %.1f, rows "
	    "%.1f), %zu rows; resident %.0f MB, payload %.0f MB\n",
	    (double)(events + requests + rows) / (double)n,
	    (double)events / (double)n, (double)requests / (double)n,
	    (double)rows / (double)n, c->view.list.fold.nrows,
	    (double)used.ru_maxrss / 1024, (double)payload / 1e6);
}

static int
measure(size_t n, size_t keep)
{
	char path[] = "/tmp/dfuscope-bench-XXXXXX";
	struct front c = { .frontend = { &ops },
	    .canvas = canvas_new(30, 100, false), .events = lines_of(n) };
	struct loop_config config = { .bound = keep,
	    .clock = microseconds };
	struct dev_numbers numbers = { 0 };
	struct transport **t = mem_alloc(sizeof(*t));
	struct buf error = { 0 };
	int fd = mkstemp(path);
	FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
	struct loop *l = NULL;

	if (f == NULL)
		return (1);
	make_journal(f, n);
	fclose(f);
	c.began = microseconds();
	*t = transport_recording.open(path, &numbers, &error);
	if (*t != NULL)
		l = loop_new(&config, t, 1, &error);
	if (l == NULL || loop_run(l, &c.frontend, &error) != 0) {
		fprintf(stderr, "growth: %s\n", buf_str(&error));
		return (1);
	}
	report(&c, loop_app(l));
	unlink(path);
	view_free(&c.view);
	canvas_free(c.canvas);
	loop_free(l);
	return (0);
}

int
main(int argc, char **argv)
{
	size_t keep = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;

	mem_grow_by_pages();
	if (argc > 1)
		return (measure(strtoul(argv[1], NULL, 10), keep));
	return (measure(1000000, keep) | measure(10000000, keep));
}
