/* SPDX-License-Identifier: ISC */
/* A log of other tools as a source: pieces, runs, and what stays open. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "script/script.h"
#include "source/log_own.h"
#include "trace/identity.h"

/* A call reads no more than this and a line. */
#define SHARE		((uint64_t)256 * 1024)
#define LONG_PIECE	72
#define COMMAND_MOST	300	/* bytes of a command line that is kept */
#define SYSTEM_LINES	2000	/* so many may tell the system */
#define LONGEST_LOOK	1024	/* of a line that tells the system */

static void
free_event(struct log_event *q)
{
	free(q->text);
	identity_free(q->who);
	q->text = NULL;
	q->who = NULL;
}

bool
source_log_begin(struct source *s, struct buf *error)
{
	struct log *l = mem_alloc(sizeof(*l));

	(void)error;
	s->state = l;
	l->s = s;
	l->state = LOG_UNTOLD;
	source_lines_begin(&s->lines, s->lines.fd, SOURCE_LINE);
	return (true);
}

void
source_log_end(struct source *s)
{
	struct log *l = s->state;
	size_t i;

	if (l == NULL)
		return;
	for (i = l->head; i < l->n; i++)
		free_event(&l->queue[i]);
	free(l->queue);
	buf_free(&l->clean);
	buf_free(&l->piece);
	buf_free(&l->early);
	buf_free(&l->device.name);
	buf_free(&l->device.serial);
	buf_free(&l->run.denied);
	buf_free(&l->command);
	log_usbmon_free(l);
	free(l);
}

static void
note_tool(struct log *l, const char *name)
{
	size_t i;

	for (i = 0; i < l->ntools; i++) {
		if (strcmp(l->tools[i], name) == 0)
			return;
	}
	if (l->ntools < sizeof(l->tools) / sizeof(l->tools[0]))
		l->tools[l->ntools++] = name;
}

#define EARLY_MOST	4096

/*
 * Up to 0.7 what dfu-util complains of stands before its banner in a file:
 * stderr is not buffered, stdout is.
 */
static bool
is_early(const struct log *l, const struct log_row *row, const char *text,
    size_t n)
{
	static const char *const begins[] = { "Error ", "Error: ", "unable to",
	    "dfuse_download: " };
	size_t i;

	if (l->replaying || l->run.opened || l->run.banner ||
	    row->weight != LOG_PROVES || l->early.len + n > EARLY_MOST ||
	    l->run.denied.len != 0)
		return (false);
	for (i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
		if (n >= strlen(begins[i]) &&
		    memcmp(text, begins[i], strlen(begins[i])) == 0)
			return (true);
	}
	return (false);
}

static bool	 take(struct log *l, const char *text, size_t n);

void
source_log_replay(struct log *l)
{
	struct buf early = l->early;
	const char *p = buf_str(&early), *end;
	unsigned long line = l->line;

	if (early.len == 0 || l->replaying)
		return;
	l->early = (struct buf){ 0 };
	l->replaying = true;
	for (; *p != '\0'; p = *end != '\0' ? end + 1 : end) {
		l->line = strtoul(p, (char **)(uintptr_t)&p, 10);
		end = p + strcspn(p, "\n");
		if (*p == ' ')
			p++;
		take(l, p, (size_t)(end - p));
	}
	l->line = line;
	l->replaying = false;
	buf_free(&early);
}

/*
 * The clock of the tool itself: what others put in front of a line tells when
 * they read it, and the kernel's runs since the boot. Another run begins anew.
 */
static void
read_clock(struct log *l, const struct log_reader *reader)
{
	if (!l->stamped || (reader != &log_libusb && reader != &log_fwupd &&
	    reader != &log_cube && reader != &log_betaflight))
		return;
	if (!l->clocked || l->stamp < l->clock_from ||
	    l->stamp - l->clock_from + l->clock_to < l->last) {
		l->clock_from = l->stamp;
		l->clock_to = l->last + 1;
	}
	l->clocked = l->device.clock = true;
	l->now = l->stamp - l->clock_from + l->clock_to;
}

static bool
take_whole(struct log *l, const char *text, size_t n)
{
	const struct log_reader *reader;
	const struct log_row *row;
	struct log_match m;

	row = log_find(text, n, &reader, &m);
	if (row == NULL) {
		/* Time passes in what is not understood, too. */
		if (l->clocked && l->reader != NULL &&
		    l->stamp >= l->clock_from &&
		    l->stamp - l->clock_from + l->clock_to >= l->last) {
			read_clock(l, l->reader);
			l->last = l->now;
		}
		return (false);
	}
	if (row->weight != LOG_WEAK)
		note_tool(l, reader->name);
	if (reader == &log_dfu_util && is_early(l, row, text, n)) {
		buf_addf(&l->early, "%lu ", l->line);
		buf_add(&l->early, text, n);
		buf_addc(&l->early, '\n');
		return (true);
	}
	l->reader = reader;
	read_clock(l, reader);
	if (reader->before != NULL)
		reader->before(l, row);
	if (row->act != NULL)
		row->act(l, &m);
	l->telling = 0;
	return (true);
}

/* One piece, or several that stand in one. */
static bool
take(struct log *l, const char *text, size_t n)
{
	struct log_piece p;
	bool any = false;
	size_t k;

	for (;;) {
		while (n > 0 && (*text == ' ' || *text == '\t')) {
			text++;
			n--;
		}
		if (any && n > 0 && *text == '[') {
			p = log_strip(text, n);
			text = p.text;
			n = p.n;
			l->stamped = p.timed;
			l->stamp = p.us;
		}
		while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t'))
			n--;
		if (n == 0)
			return (any);
		if ((n <= LONG_PIECE || memcmp(text, "libusb: ", 8) == 0) &&
		    take_whole(l, text, n))
			return (true);
		k = log_split(text, n);
		if (k == n)
			return ((n > LONG_PIECE && take_whole(l, text, n)) ||
			    any);
		any = take(l, text, k) || any;
		text += k;
		n -= k;
	}
}

/* What only one system prints. */
static const struct {
	const char		*text;
	enum source_system	 system;
} systems[] = {
	{ "C:\\", SOURCE_WINDOWS }, { "dfu-util.exe", SOURCE_WINDOWS },
	{ "dfu-util-static.exe", SOURCE_WINDOWS },
	{ "libusb: debug [windows_", SOURCE_WINDOWS },
	{ "libusb: debug [winusb", SOURCE_WINDOWS },
	{ "Windows-64Bits", SOURCE_WINDOWS }, { "10060", SOURCE_WINDOWS },
	{ "OS: Windows", SOURCE_WINDOWS }, { "OS: Linux", SOURCE_LINUX },
	{ "OS: MacOS", SOURCE_MACOS },
	{ "Windows 1", SOURCE_WINDOWS }, { "macOS", SOURCE_MACOS },
	{ "Ubuntu", SOURCE_LINUX }, { "Debian", SOURCE_LINUX },
	{ "[darwin_", SOURCE_MACOS }, { "/U" "sers/", SOURCE_MACOS },
	{ "/opt/h" "omebrew", SOURCE_MACOS }, { "brew", SOURCE_MACOS },
	{ "/h" "ome/", SOURCE_LINUX }, { "sudo ", SOURCE_LINUX },
	{ "[linux_", SOURCE_LINUX }, { "apt-get", SOURCE_LINUX },
	{ "usbfs", SOURCE_LINUX }, { "[reap_for_handle]", SOURCE_LINUX },
};

static void
note_system(struct log *l, const char *text, size_t n)
{
	size_t i;

	if (n > LONGEST_LOOK)
		n = LONGEST_LOOK;
	for (i = 0; i < sizeof(systems) / sizeof(systems[0]); i++) {
		if (memmem(text, n, systems[i].text,
		    strlen(systems[i].text)) != NULL) {
			l->system = systems[i].system;
			return;
		}
	}
}

/* A command line of a tool that is read, for running it again. */
static void
note_command(struct log *l, const struct log_piece *p)
{
	static const char *const tools[] = { "dfu-util", "pydfu", "dfu-tool",
	    "dfu-programmer", "STM32_Programmer" };
	size_t i;

	for (i = 0; p->prompt && i < sizeof(tools) / sizeof(tools[0]); i++) {
		if (p->n < strlen(tools[i]) || p->n > COMMAND_MOST ||
		    memcmp(p->text, tools[i], strlen(tools[i])) != 0)
			continue;
		buf_reset(&l->command);
		buf_add(&l->command, p->text, p->n);
	}
}

static void
take_line(struct log *l)
{
	const struct buf *line = &l->s->lines.text;
	const char *text, *end, *next;
	struct log_piece p;
	bool any = false, some = false;

	buf_reset(&l->clean);
	log_clean(&l->clean, line->data, line->len);
	text = buf_str(&l->clean);
	end = text + l->clean.len;
	l->line = l->s->lines.number;
	if (l->clocked)
		l->device.clock = true;
	l->now = !l->clocked && l->line > l->last ? l->line : l->last;
	if (l->system == SOURCE_ANY_SYSTEM && l->lines < SYSTEM_LINES)
		note_system(l, text, l->clean.len);
	for (; text < end; text = next) {
		next = memchr(text, '\n', (size_t)(end - text));
		p = log_strip(text, (size_t)((next == NULL ? end : next) -
		    text));
		next = next == NULL ? end : next + 1;
		if (p.n == 0)
			continue;
		some = true;
		l->stamped = p.timed;
		l->stamp = p.us;
		note_command(l, &p);
		any = take(l, p.text, p.n) || any;
	}
	if (!some)
		return;
	l->lines++;
	l->understood += any;
	if (!any && l->passed++ == 0)
		l->first_passed = l->line;
}

static void
finish(struct log *l)
{
	size_t i;

	source_log_replay(l);
	for (i = 0; i < log_readers_count; i++) {
		if (log_readers[i]->finish != NULL)
			log_readers[i]->finish(l);
	}
	log_release(l);
	l->ended = true;
}

static enum source_result
read_line(struct log *l, struct buf *error)
{
	struct source *s = l->s;

	switch (source_lines_next(&s->lines)) {
	case SOURCE_LINE_READ:
		take_line(l);
		return (SOURCE_LATER);
	case SOURCE_LINE_CUT:
		take_line(l);
		finish(l);
		return (SOURCE_LATER);
	case SOURCE_LINE_LONG:
		l->lines++;
		if (l->passed++ == 0)
			l->first_passed = s->lines.number;
		return (SOURCE_LATER);
	case SOURCE_LINE_LATER:
		return (SOURCE_LATER);
	case SOURCE_LINE_END:
		finish(l);
		return (SOURCE_LATER);
	case SOURCE_LINE_BAD:
		break;
	}
	buf_adds(error, strerror(errno));
	source_place(s, s->lines.number + 1, error);
	return (SOURCE_BAD);
}

/* The first that was told; what its data points to lives until the next. */
static bool
pop(struct log *l, struct event *e)
{
	struct log_event *q;

	if (l->head > 0)
		free_event(&l->queue[l->head - 1]);
	if (l->head == l->n) {
		l->head = l->n = 0;
		return (false);
	}
	if (l->held != 0 && l->head + 1 >= l->held)
		return (false);
	q = &l->queue[l->head++];
	*e = q->e;
	e->data = q->text != NULL ? (const uint8_t *)q->text : q->bytes;
	if (e->kept == 0)
		e->data = NULL;
	e->who = q->who;
	return (true);
}

enum source_result
source_log_read(struct source *s, struct event *e, struct buf *error)
{
	struct log *l = s->state;
	uint64_t from = s->lines.next;
	enum source_result r;

	for (;;) {
		if (pop(l, e))
			return (SOURCE_EVENT);
		if (l->ended)
			return (SOURCE_END);
		r = read_line(l, error);
		if (r != SOURCE_LATER)
			return (r);
		if (l->head == l->n && s->lines.next - from > SHARE)
			return (SOURCE_LATER);
	}
}

static const struct log_row *
find_trimmed(const char *text, size_t n, const struct log_reader **reader,
    struct log_match *m)
{
	while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t'))
		n--;
	return (log_find(text, n, reader, m));
}

/* What of the first bytes is lines of tools. */
static unsigned
weigh(const uint8_t *p, size_t n, const char **tool)
{
	const struct log_reader *reader;
	const struct log_row *row;
	const char *text, *end, *next;
	struct log_piece piece;
	struct log_match m;
	struct buf clean = { 0 };
	unsigned sum = 0;
	size_t k;

	log_clean(&clean, p, n);
	text = buf_str(&clean);
	end = text + clean.len;
	for (; text < end && sum < 4; text = next) {
		next = memchr(text, '\n', (size_t)(end - text));
		piece = log_strip(text,
		    (size_t)((next == NULL ? end : next) - text));
		next = next == NULL ? end : next + 1;
		while (piece.n > 0 && sum < 4) {
			k = piece.n > LONG_PIECE ?
			    log_split(piece.text, piece.n) : piece.n;
			row = find_trimmed(piece.text, k, &reader, &m);
			if (row == NULL && k == piece.n) {
				k = log_split(piece.text, piece.n);
				row = find_trimmed(piece.text, k, &reader,
				    &m);
			}
			if (row != NULL && row->weight != LOG_WEAK) {
				sum += row->weight == LOG_PROVES ? 2 : 1;
				*tool = *tool == NULL ? reader->name : *tool;
			}
			piece.text += k;
			piece.n -= k;
			while (piece.n > 0 && *piece.text == ' ') {
				piece.text++;
				piece.n--;
			}
		}
	}
	buf_free(&clean);
	return (sum);
}

enum source_certainty
source_log_sniff(const struct source_kind *k, const uint8_t *p, size_t n)
{
	const char *tool = NULL;
	unsigned sum;

	(void)k;
	if (n == 0 || memchr(p, '\0', n) != NULL)
		return (SOURCE_NOT);
	sum = weigh(p, n, &tool);
	return (sum >= 2 ? SOURCE_PERHAPS : SOURCE_NOT);
}

void
source_log_detail(struct buf *words, const uint8_t *p, size_t n)
{
	const char *tool = NULL;
	struct script_guess g;

	/* Where one version is known, a log does not tell of which it is. */
	if (script_guess((const char *)p, n, &g) && g.lines > 1) {
		buf_adds(words, g.latest->name);
		if (script_named(g.latest->name, NULL)[1].name == NULL)
			return;
		buf_addf(words, " %s", g.earliest->version);
		if (g.earliest != g.latest)
			buf_addf(words, " to %s", g.latest->version);
		return;
	}
	weigh(p, n, &tool);
	buf_adds(words, tool != NULL ? tool : "a tool");
}

bool
source_told(const struct source *s, struct source_told *told)
{
	const struct log *l = s->state;

	if (s->kind == NULL || s->kind->read != source_log_read)
		return (false);
	*told = (struct source_told){ .tools = l->tools, .ntools = l->ntools,
	    .lines = l->lines, .passed = l->passed,
	    .first_passed = l->first_passed,
	    .command = l->command.len != 0 ? buf_str(&l->command) : "",
	    .system = (enum source_system)l->system };
	return (true);
}
