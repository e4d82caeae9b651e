/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "tests/findings/play.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "trace/identity.h"
#include "wire/usb.h"

#define GAP	200	/* us between two requests */
#define TOOK	800	/* us a request takes */

struct line_reader {
	char	*word[PLAY_WORDS];
	size_t	 n;
};

static void
bad(const struct play_trace *t, const char *what)
{
	fail_msg("%s:%d: %s", t->file, t->line, what);
}

static uint32_t
number_of(const struct play_trace *t, const char *word, uint32_t most)
{
	uint64_t v = 0;

	if (word == NULL || !text_number(word, most, &v))
		bad(t, "a number is missing or wrong");
	return ((uint32_t)v);
}

/* The VALUE of KEY=VALUE among the words, or what. */
static const char *
value_of(const struct line_reader *w, const char *key, const char *what)
{
	size_t i, n = strlen(key);

	for (i = 0; i < w->n; i++) {
		if (strncmp(w->word[i], key, n) == 0 && w->word[i][n] == '=')
			return (w->word[i] + n + 1);
	}
	return (what);
}

static bool
has(const struct line_reader *w, const char *word)
{
	size_t i;

	for (i = 0; i < w->n; i++) {
		if (strcmp(w->word[i], word) == 0)
			return (true);
	}
	return (false);
}

static uint16_t
hex_of(const struct line_reader *w, const char *key, const char *what)
{
	uint64_t v = 0;

	if (!text_hexnumber(value_of(w, key, what), UINT16_MAX, &v))
		fail_msg("%s wants hexadecimal digits", key);
	return ((uint16_t)v);
}

static void
add_u16(struct buf *b, unsigned v)
{
	buf_addc(b, (int)(v & 0xff));
	buf_addc(b, (int)(v >> 8 & 0xff));
}

/* GETSTATUS or GETSTATE. */
static bool
asks(const struct setup *setup)
{
	const struct dfu_request_row *row = dfu_request_of(setup);

	return (row != NULL && (row->bRequest == DFU_GETSTATUS ||
	    row->bRequest == DFU_GETSTATE));
}

static void
add_bytes(struct buf *b, const uint8_t *p, size_t n)
{
	buf_add(b, p, n);
}

/*
 * id=VVVV:PPPP version=BCD attr=HEX xfer=HEX length=9|7|0 protocol=1|2
 * interface=N alt=NAME (with _ for blanks) product=NAME detach=HEX; hid puts
 * an interface of that class before it
 */
static void
add_descriptors(struct buf *b, const struct line_reader *w, uint16_t lacks,
    bool rom, bool app)
{
	uint16_t version = hex_of(w, "version", rom ? "011a" : "0110");
	uint16_t attributes = hex_of(w, "attr", rom ? "0b" : "03");
	uint16_t protocol = hex_of(w, "protocol", app ? "1" : "2");
	uint16_t interface = hex_of(w, "interface", "0");
	uint16_t length = lacks & FACT(FACT_ATTRIBUTES) ? 0 :
	    hex_of(w, "length", "9");
	uint16_t xfer = hex_of(w, "xfer", "800");
	const uint8_t device[] = { 18, 1, 0, 2, 0, 0, 0, 64 };
	const uint8_t config[] = { 9, 2, (uint8_t)(18 + length), 0, 1, 1, 0,
	    0x80, 50 };
	const uint8_t hid[] = { 9, 4, 1, 0, 1, 3, 0, 0, 0,
	    9, 0x21, 0x11, 1, 0, 1, 0x22, 63, 0 };
	const uint8_t setting[] = { 9, 4, (uint8_t)interface, 0, 0, 0xfe, 1,
	    (uint8_t)protocol, 4 };

	add_bytes(b, device, sizeof(device));
	add_u16(b, hex_of(w, "vendor", rom ? "0483" : "1209"));
	add_u16(b, hex_of(w, "id", rom ? "df11" : "0001"));
	add_u16(b, 0x0200);
	add_bytes(b, (const uint8_t[]){ 1, 2, 3, 1 }, 4);
	add_bytes(b, config, sizeof(config));
	if (has(w, "hid"))
		add_bytes(b, hid, sizeof(hid));
	add_bytes(b, setting, sizeof(setting));
	if (length == 0)
		return;
	buf_addc(b, length);
	buf_addc(b, USB_DT_DFU);
	buf_addc(b, attributes);
	add_u16(b, hex_of(w, "detach", "ff"));
	add_u16(b, xfer);
	if (length >= 9)
		add_u16(b, version);
}

/* What stays of an answer that does not tell all of itself. */
static void
untell(const struct play_trace *t, struct event *e, uint8_t *bytes)
{
	const struct request *r = session_request(t->s, e->number);
	uint16_t untold = t->untold | t->lacks;

	if (r == NULL || !asks(&r->setup) || e->kept == 0 ||
	    e->kept > 6)
		return;
	memcpy(bytes, e->data, e->kept);
	e->basis = EVENT_TOLD;
	e->known = EVENT_KNOWS_ALL;
	if (untold & FACT(FACT_ERROR_CODE))
		e->known &= ~EVENT_KNOWS_STATUS & 0xf;
	if (untold & FACT(FACT_WAITS))
		e->known &= ~EVENT_KNOWS_WAIT & 0xf;
	if (untold & FACT(FACT_STATUS))
		e->known &= ~EVENT_KNOWS_STATE & 0xf;
	if (e->kept == 6 && !(e->known & EVENT_KNOWS_STATUS))
		bytes[0] = 0;
	if (e->kept == 6 && !(e->known & EVENT_KNOWS_WAIT))
		memset(bytes + 1, 0, 3);
	if (!(e->known & EVENT_KNOWS_STATE))
		bytes[e->kept == 6 ? 4 : 0] = 0;
	e->data = bytes;
}

static bool
is_payload(const struct play_trace *t, const struct event *e)
{
	const struct request *r;

	if (e->kind == EVENT_SUBMIT)
		return (!asks(&e->setup));
	if (e->kind != EVENT_COMPLETE)
		return (false);
	r = session_request(t->s, e->number);
	return (r != NULL && !asks(&r->setup));
}

static void
apply(struct play_trace *t, struct event e)
{
	uint8_t bytes[6];

	e.time = t->now;
	e.dev = t->dev;
	/* The time is then the number of the line. */
	if (t->lacks & FACT(FACT_CLOCK))
		e.time = ++t->lines;
	if (t->lacks & FACT(FACT_PAYLOAD) && is_payload(t, &e)) {
		e.data = NULL;
		e.kept = 0;
		e.elided = false;
	}
	if (e.kind == EVENT_COMPLETE && (t->untold | t->lacks) &
	    (FACT(FACT_WAITS) | FACT(FACT_STATUS) | FACT(FACT_ERROR_CODE)))
		untell(t, &e, bytes);
	sessions_apply(t->sessions, &e);
}

static void
arrive(struct play_trace *t, const struct line_reader *w)
{
	bool app = has(w, "app"), rom = !app && !has(w, "plain");
	struct identity *who = identity_new();
	struct event e = { .kind = EVENT_ARRIVED, .who = who };
	char *name = mem_strdup(value_of(w, "alt", rom ?
	    "@Internal_Flash__/0x08000000/064*0002Kg" : "Firmware")), *p;

	for (p = name; *p != '\0'; p++)
		*p = *p == '_' ? ' ' : *p;
	who->transport = mem_strdup("sim");
	who->place = mem_strdup("1-1");
	who->vendor = hex_of(w, "vendor", rom ? "0483" : "1209");
	who->product = hex_of(w, "id", rom ? "df11" : "0001");
	who->product_name = mem_strdup(value_of(w, "product", rom ?
	    "STM32  BOOTLOADER" : "Device"));
	who->lacks = t->lacks;
	if (!(t->lacks & FACT(FACT_DESCRIPTORS)))
		add_descriptors(&who->descriptors, w, t->lacks, rom, app);
	if (!(t->lacks & (FACT(FACT_DESCRIPTORS) | FACT(FACT_MAP))))
		identity_name(who, (uint8_t)hex_of(w, "interface", "0"), 0,
		    name, strlen(name));
	t->dev++;
	apply(t, e);
	t->s = sessions_by_dev(t->sessions, t->dev);
	identity_free(who);
	free(name);
}

/* The answer: an outcome by name; OK if there is none. */
static enum outcome
outcome_of(const struct line_reader *w)
{
	enum outcome o;

	return (w->n > 1 && outcome_parse(w->word[w->n - 1], &o) ? o :
	    OUTCOME_OK);
}

static void
transfer(struct play_trace *t, struct setup setup, const struct buf *out,
    enum outcome outcome, const struct buf *in, uint32_t len)
{
	struct event s = { .kind = EVENT_SUBMIT, .number = ++t->number,
	    .setup = setup, .timeout = 5000 };
	struct event c = { .kind = EVENT_COMPLETE, .number = t->number,
	    .outcome = (uint8_t)outcome, .len = len };

	if (out != NULL) {
		s.data = out->data;
		s.kept = (uint32_t)out->len;
		s.len = setup.wLength;
		s.elided = s.kept < s.len;
	}
	if (in != NULL) {
		c.data = in->data;
		c.kept = (uint32_t)in->len;
		c.elided = c.kept < c.len;
	}
	t->now += t->still ? 0 : GAP;
	apply(t, s);
	t->now += outcome == OUTCOME_TIMEOUT ? 5000000 : t->still ? 0 : TOOK;
	apply(t, c);
}

static struct setup
class_setup(const struct play_trace *t, uint8_t request, uint16_t value,
    uint16_t length)
{
	const struct dfu_request_row *row = dfu_request_row(request);
	const struct dfu_function *f = session_function(t->s);

	return ((struct setup){ .bmRequestType = row->bmRequestType,
	    .bRequest = request, .wValue = value, .wLength = length,
	    .wIndex = f != NULL ? f->bInterfaceNumber : 0 });
}

static void
dnload(struct play_trace *t, uint16_t block, const struct buf *data,
    size_t length, const struct line_reader *w)
{
	enum outcome o = outcome_of(w);

	transfer(t, class_setup(t, DFU_DNLOAD, block, (uint16_t)length),
	    data, o, NULL, o == OUTCOME_OK ? (uint32_t)length : 0);
}

static void
do_getstatus(struct play_trace *t, const struct line_reader *w)
{
	enum outcome o = outcome_of(w);
	unsigned state = 0, status = 0, poll = 0;
	struct buf in = { 0 };

	if (o == OUTCOME_OK) {
		if (w->n < 2 || sscanf(w->word[1], "%u,%u,%u", &state,
		    &status, &poll) < 1)
			bad(t, "getstatus STATE[,STATUS[,MS]]");
		buf_addc(&in, (int)status);
		add_u16(&in, poll & 0xffff);
		buf_addc(&in, (int)(poll >> 16));
		buf_addc(&in, (int)state);
		buf_addc(&in, 0);
	}
	transfer(t, class_setup(t, DFU_GETSTATUS, 0, 6), NULL, o,
	    o == OUTCOME_OK ? &in : NULL, (uint32_t)in.len);
	buf_free(&in);
}

static void
do_getstate(struct play_trace *t, const struct line_reader *w)
{
	enum outcome o = outcome_of(w);
	struct buf in = { 0 };

	if (o == OUTCOME_OK)
		buf_addc(&in, (int)number_of(t, w->word[1], 255));
	transfer(t, class_setup(t, DFU_GETSTATE, 0, 1), NULL, o,
	    o == OUTCOME_OK ? &in : NULL, (uint32_t)in.len);
	buf_free(&in);
}

static void
do_command(struct play_trace *t, const struct line_reader *w, uint8_t byte,
    bool addressed)
{
	struct buf data = { 0 };
	uint32_t address;

	buf_addc(&data, byte);
	if (addressed) {
		address = number_of(t, w->n > 1 ? w->word[1] : NULL,
		    UINT32_MAX);
		add_u16(&data, address & 0xffff);
		add_u16(&data, address >> 16);
	}
	dnload(t, 0, &data, data.len, w);
	buf_free(&data);
}

static void
do_data(struct play_trace *t, const struct line_reader *w)
{
	uint16_t block = (uint16_t)number_of(t, w->word[1], UINT16_MAX);
	uint16_t length = (uint16_t)number_of(t, w->word[2], UINT16_MAX);
	const char *head = value_of(w, "head", ""),
	    *tail = value_of(w, "tail", "");
	size_t edge = length < 32 ? length : 32, i;
	struct buf data = { 0 };

	assert_true(text_unhex(&data, head, strlen(head)));
	for (i = data.len; i + strlen(tail) / 2 < edge; i++)
		buf_addc(&data, 0x5a);
	assert_true(text_unhex(&data, tail, strlen(tail)));
	dnload(t, block, &data, length, w);
	buf_free(&data);
}

static void
do_dnload(struct play_trace *t, const struct line_reader *w)
{
	struct buf data = { 0 };

	if (w->n < 3 || !text_unhex(&data, w->word[2], strlen(w->word[2])))
		bad(t, "dnload BLOCK HEX");
	dnload(t, (uint16_t)number_of(t, w->word[1], UINT16_MAX), &data,
	    data.len, w);
	buf_free(&data);
}

static void
do_upload(struct play_trace *t, const struct line_reader *w)
{
	uint16_t block = (uint16_t)number_of(t, w->word[1], UINT16_MAX);
	uint16_t length = (uint16_t)number_of(t, w->word[2], UINT16_MAX);
	enum outcome o = outcome_of(w);
	uint32_t got = length;
	struct buf in = { 0 }, fill = { 0 };
	const char *hex = value_of(w, "fill", "00");

	assert_true(text_unhex(&fill, hex, strlen(hex)) && fill.len == 1);
	if (w->n > 3 && o == OUTCOME_OK)
		got = number_of(t, w->word[3], UINT16_MAX);
	if (o != OUTCOME_OK)
		got = 0;
	else if (got < length)
		o = OUTCOME_SHORT;
	while (in.len < 32 && in.len < got)
		buf_addc(&in, fill.data[0]);
	buf_free(&fill);
	transfer(t, class_setup(t, DFU_UPLOAD, block, length), NULL, o, &in,
	    got);
	buf_free(&in);
}

static void
do_plain(struct play_trace *t, const struct line_reader *w, uint8_t request,
    uint16_t value)
{
	transfer(t, class_setup(t, request, value, 0), NULL, outcome_of(w),
	    NULL, 0);
}

static void
do_control(struct play_trace *t, const struct line_reader *w)
{
	struct buf setup = { 0 }, data = { 0 };
	struct setup s;
	enum outcome o = outcome_of(w);

	if (w->n < 2 || !text_unhex(&setup, w->word[1],
	    strlen(w->word[1])) || setup.len != SETUP_LENGTH)
		bad(t, "control SETUP [HEX]");
	s = setup_unpack(setup.data);
	if (w->n > 2 && o == OUTCOME_OK)
		assert_true(text_unhex(&data, w->word[2],
		    strlen(w->word[2])));
	transfer(t, s, setup_is_in(&s) ? NULL : &data, o,
	    setup_is_in(&s) ? &data : NULL, (uint32_t)data.len);
	buf_free(&setup);
	buf_free(&data);
}

static void
do_reset(struct play_trace *t, const struct line_reader *w)
{
	struct event e = { .kind = EVENT_RESET };

	t->now += GAP;
	apply(t, e);
	t->now += 50000;
	e.outcome = (uint8_t)outcome_of(w);
	apply(t, e);
}

/* The words of a tool, with one blank between them. */
static void
do_says(struct play_trace *t, const struct line_reader *w)
{
	struct buf text = { 0 };
	struct event e;
	size_t i;

	for (i = 1; i < w->n; i++)
		buf_addf(&text, "%s%s", i == 1 ? "" : " ", w->word[i]);
	e = event_text(EVENT_NOTE, 0, 0, buf_str(&text));
	e.basis = EVENT_TOLD;
	apply(t, e);
	buf_free(&text);
}

/* What is no request. */
static bool
do_event(struct play_trace *t, const struct line_reader *w)
{
	struct event e = { .kind = EVENT_LEFT };
	const char *word = w->word[0];

	if (strcmp(word, "wait") == 0) {
		t->now += (uint64_t)number_of(t, w->word[1], UINT32_MAX) *
		    1000;
	} else if (strcmp(word, "waited") == 0) {
		t->now += session_wait_left(t->s, t->now);
	} else if (strcmp(word, "left") == 0) {
		apply(t, e);
	} else if (strcmp(word, "back") == 0) {
		arrive(t, w);
	} else if (strcmp(word, "reset") == 0) {
		do_reset(t, w);
	} else if (strcmp(word, "opened") == 0) {
		e.kind = EVENT_OPENED;
		e.outcome = (uint8_t)outcome_of(w);
		apply(t, e);
	} else if (strcmp(word, "plug") == 0) {
		e = event_text(EVENT_COMMAND, 0, 0, "plug");
		apply(t, e);
	} else if (strcmp(word, "closed") == 0) {
		e.kind = EVENT_CLOSED;
		apply(t, e);
	} else if (strcmp(word, "says") == 0) {
		do_says(t, w);
	} else {
		return (false);
	}
	return (true);
}

static bool
do_download(struct play_trace *t, const struct line_reader *w)
{
	const char *word = w->word[0];

	if (strcmp(word, "data") == 0)
		do_data(t, w);
	else if (strcmp(word, "dnload") == 0)
		do_dnload(t, w);
	else if (strcmp(word, "set") == 0)
		do_command(t, w, 0x21, true);
	else if (strcmp(word, "erase") == 0)
		do_command(t, w, 0x41, true);
	else if (strcmp(word, "mass-erase") == 0)
		do_command(t, w, 0x41, false);
	else if (strcmp(word, "unprotect") == 0)
		do_command(t, w, 0x92, false);
	else if (strcmp(word, "end") == 0)
		do_plain(t, w, DFU_DNLOAD, 2);
	else
		return (false);
	return (true);
}

static void
do_request(struct play_trace *t, const struct line_reader *w)
{
	const char *word = w->word[0];

	if (strcmp(word, "polled") == 0)
		t->now += session_wait_left(t->s, t->now);
	if (strcmp(word, "getstatus") == 0 || strcmp(word, "polled") == 0)
		do_getstatus(t, w);
	else if (strcmp(word, "getstate") == 0)
		do_getstate(t, w);
	else if (strcmp(word, "upload") == 0)
		do_upload(t, w);
	else if (strcmp(word, "clrstatus") == 0)
		do_plain(t, w, DFU_CLRSTATUS, 0);
	else if (strcmp(word, "abort") == 0)
		do_plain(t, w, DFU_ABORT, 0);
	else if (strcmp(word, "detach") == 0)
		do_plain(t, w, DFU_DETACH,
		    (uint16_t)number_of(t, w->word[1], UINT16_MAX));
	else if (strcmp(word, "control") == 0)
		do_control(t, w);
	else
		bad(t, word);
}

static void
do_line(struct play_trace *t, struct line_reader *w)
{
	uint32_t times = 1;
	size_t skip = 0;
	struct line_reader rest;

	if (strcmp(w->word[0], "repeat") == 0) {
		times = number_of(t, w->word[1], 100000);
		skip = 2;
	}
	rest.n = w->n - skip;
	memcpy(rest.word, w->word + skip, rest.n * sizeof(rest.word[0]));
	while (times-- > 0) {
		if (!do_event(t, &rest) && !do_download(t, &rest))
			do_request(t, &rest);
	}
}

static void
take_words(char **into, size_t *n, const struct line_reader *w)
{
	size_t i;

	for (i = 1; i < w->n && *n < PLAY_WORDS; i++)
		into[(*n)++] = mem_strdup(w->word[i]);
}

static bool
do_header(struct play_trace *t, const struct line_reader *w)
{
	const char *word = w->word[0];

	if (strcmp(word, "cases") == 0)
		take_words(t->cases, &t->ncases, w);
	else if (strcmp(word, "raises") == 0)
		take_words(t->raises, &t->nraises, w);
	else if (strcmp(word, "also") == 0)
		take_words(t->also, &t->nalso, w);
	else if (strcmp(word, "withdraws") == 0)
		take_words(t->withdraws, &t->nwithdraws, w);
	else if (strcmp(word, "cut") == 0)
		t->cut = true;
	else if (strcmp(word, "quiet") == 0)
		take_words(t->quiet, &t->nquiet, w);
	else if (strcmp(word, "tells") == 0)
		take_words(t->tells, &t->ntells, w);
	else if (strcmp(word, "hides") == 0)
		take_words(t->hides, &t->nhides, w);
	else if (strcmp(word, "still") == 0)
		t->still = true;
	else if (strcmp(word, "device") == 0)
		arrive(t, w);
	else
		return (false);
	return (true);
}

static void
release(char **words, size_t n)
{
	while (n > 0)
		free(words[--n]);
}

static void
finish(struct play_trace *t,
    void (*done)(const struct play_trace *t, void *arg), void *arg)
{
	if (t->sessions == NULL)
		return;
	sessions_finish(t->sessions, t->lacks & FACT(FACT_CLOCK) ? t->lines :
	    t->now, t->cut);
	done(t, arg);
	sessions_free(t->sessions);
	release(t->cases, t->ncases);
	release(t->raises, t->nraises);
	release(t->also, t->nalso);
	release(t->withdraws, t->nwithdraws);
	release(t->quiet, t->nquiet);
	release(t->tells, t->ntells);
	release(t->hides, t->nhides);
	t->sessions = NULL;
}

static void
start(struct play_trace *t, const struct line_reader *w)
{
	const char *file = t->file;
	int line = t->line;
	uint16_t lacks = t->lacks, untold = t->untold;

	*t = (struct play_trace){ .file = file, .line = line,
	    .lacks = lacks, .untold = untold,
	    .sessions = sessions_new(trace_new(), 0) };
	if (w->n != 2)
		bad(t, "trace NAME");
	snprintf(t->name, sizeof(t->name), "%s", w->word[1]);
}

static void
split(char *line, struct line_reader *w)
{
	char *rest = NULL, *word;

	w->n = 0;
	for (word = strtok_r(line, " \t\n", &rest);
	    word != NULL && *word != '#' && w->n < PLAY_WORDS;
	    word = strtok_r(NULL, " \t\n", &rest))
		w->word[w->n++] = word;
}

void
play_file(const char *path,
    void (*done)(const struct play_trace *t, void *arg), void *arg)
{
	play_file_without(path, 0, 0, done, arg);
}

void
play_file_without(const char *path, uint16_t lacks, uint16_t untold,
    void (*done)(const struct play_trace *t, void *arg), void *arg)
{
	struct play_trace t = { .file = path, .lacks = lacks,
	    .untold = untold };
	static const struct line_reader none;
	struct line_reader w;
	char line[1024];
	FILE *f = fopen(path, "r");

	if (f == NULL)
		fail_msg("%s cannot be read", path);
	while (fgets(line, sizeof(line), f) != NULL) {
		t.line++;
		split(line, &w);
		if (w.n == 0)
			continue;
		if (strcmp(w.word[0], "trace") == 0) {
			finish(&t, done, arg);
			start(&t, &w);
			continue;
		}
		if (t.sessions == NULL)
			bad(&t, "no trace has begun");
		if (do_header(&t, &w))
			continue;
		if (t.s == NULL)
			arrive(&t, &none);
		do_line(&t, &w);
	}
	fclose(f);
	finish(&t, done, arg);
}

char **
play_files(void)
{
	DIR *d = opendir(TESTS_DIR "/findings/traces");
	struct dirent *entry;
	char **paths = NULL;
	size_t n = 0;

	assert_non_null(d);
	while ((entry = readdir(d)) != NULL) {
		if (strstr(entry->d_name, ".trace") == NULL)
			continue;
		paths = mem_array(paths, n + 2, sizeof(*paths));
		paths[n++] = mem_printf("%s/%s", TESTS_DIR "/findings/traces",
		    entry->d_name);
		paths[n] = NULL;
	}
	closedir(d);
	assert_non_null(paths);
	return (paths);
}
