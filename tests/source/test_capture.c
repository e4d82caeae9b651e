/* SPDX-License-Identifier: ISC */
/*
 * Captures as sources: every journal of the tests, said in the records of
 * every link type, tells the same requests; files of each form, cut anywhere
 * and damaged anywhere; and what captures alone can be: without a begin,
 * without descriptors, of several devices and programs.
 */
#include "config.h"

#include "tests/dfu/check.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "base/mem.h"
#include "diagnosis/finding.h"
#include "diagnosis/sessions.h"
#include "dfu/descriptor.h"
#include "source/source.h"
#include "tests/source/make_capture.h"
#include "trace/fact.h"
#include "trace/identity.h"
#include "trace/trace.h"
#include "wire/usb.h"

#define START	1700000000000000	/* us since 1970 */
#define JOURNALS	TESTS_DIR "/differential/journals"

/* A file without a name, which the sources open by this path. */
static char path[64];
static int memory;

/* The link types, with what else there is of each. */
static const struct way {
	unsigned	 link;
	bool		 old;
	bool		 qemu;
} ways[] = {
	{ 189, false, false }, { 220, false, false }, { 220, false, true },
	{ 249, false, false }, { 249, true, false }, { 266, false, false },
	{ 288, false, false }, { 293, false, false }, { 294, false, false },
	{ 295, false, false }
};

static const struct maker_form forms[] = {
	{ false, false, false, 0 }, { false, true, false, 0 },
	{ false, false, true, 262144 }, { false, true, true, 0 },
	{ true, false, false, 0 }, { true, true, false, 0 },
	{ true, false, true, 262144 }, { true, true, true, 0 }
};

static struct maker
maker(unsigned way, unsigned form)
{
	return ((struct maker){ .link = ways[way].link, .old = ways[way].old,
	    .qemu = ways[way].qemu, .form = forms[form], .time = START,
	    .address = 5 });
}

static void
write_file(const void *p, size_t n)
{
	assert_int_equal(ftruncate(memory, 0), 0);
	assert_int_equal(pwrite(memory, p, n, 0), n);
}

static struct source *
opened(const void *p, size_t n, struct buf *error)
{
	write_file(p, n);
	return (source_open(path, NULL, error));
}

static bool
of_enumeration(const struct setup *s)
{
	return (s->bmRequestType == USB_DIR_IN &&
	    s->bRequest == USB_REQ_GET_DESCRIPTOR &&
	    s->wValue >> 8 != USB_DT_STRING);
}

/* A request as a line, without number and time. */
static void
add_submit(struct buf *b, const struct setup *s, const uint8_t *data,
    uint32_t kept)
{
	uint8_t setup[SETUP_LENGTH];

	setup_pack(s, setup);
	buf_adds(b, "S ");
	buf_addhex(b, setup, sizeof(setup));
	buf_adds(b, " ");
	buf_addhex(b, data, kept);
	buf_adds(b, "\n");
}

static void
add_complete(struct buf *b, const struct setup *s, enum outcome outcome,
    uint32_t len, const uint8_t *data, uint32_t kept)
{
	buf_addf(b, "C %02x%02x %s %u ", s->bmRequestType, s->bRequest,
	    outcome_name(outcome), len);
	buf_addhex(b, data, kept);
	buf_adds(b, "\n");
}

/* What was told, as far as tests ask for it. */
struct told {
	struct buf	 requests;	/* but for descriptors */
	struct buf	 other;		/* "arrived 1-@5", "left", "reset", */
	struct buf	 lost;		/* texts of those, and of notes */
	uint16_t	 lacks;		/* of the latest arrival */
	size_t		 nsubmits;
	uint64_t	 time;
	enum source_result end;
	unsigned long	 cut;
	unsigned long	 damaged;
	struct buf	 error;
};

static void
told_free(struct told *t)
{
	buf_free(&t->requests);
	buf_free(&t->other);
	buf_free(&t->lost);
	buf_free(&t->error);
}

#define OPEN	1024

static void
take(struct told *t, const struct event *e, struct setup *setups)
{
	struct setup *s = &setups[e->number % OPEN];

	assert_true(e->time >= t->time);
	assert_true(e->kept <= e->len);
	t->time = e->time;
	switch ((enum event_kind)e->kind) {
	case EVENT_ARRIVED:
		t->lacks = e->who->lacks;
		buf_addf(&t->other, "%u arrived %s\n", e->dev,
		    e->who->place);
		break;
	case EVENT_LEFT:
	case EVENT_RESET:
		buf_addf(&t->other, "%u %s\n", e->dev,
		    event_kind_name((enum event_kind)e->kind));
		break;
	case EVENT_SUBMIT:
		t->nsubmits++;
		*s = e->setup;
		if (!of_enumeration(s))
			add_submit(&t->requests, s, e->data, e->kept);
		break;
	case EVENT_COMPLETE:
		if (!of_enumeration(s))
			add_complete(&t->requests, s,
			    (enum outcome)e->outcome, e->len, e->data,
			    e->kept);
		break;
	case EVENT_NOTE:
	case EVENT_LOST:
		buf_add(&t->lost, e->data, e->kept);
		buf_adds(&t->lost, "\n");
		break;
	case EVENT_OTHER:
	case EVENT_WALL:
	case EVENT_OPENED:
	case EVENT_CLOSED:
	case EVENT_COMMAND:
		break;
	}
}

static struct told
tell(const void *p, size_t n)
{
	struct setup *setups = mem_array(NULL, OPEN, sizeof(*setups));
	struct told t = { 0 };
	struct source *s = opened(p, n, &t.error);
	struct event e;

	memset(setups, 0, OPEN * sizeof(*setups));
	t.end = SOURCE_BAD;
	while (s != NULL && (t.end = source_read(s, &e, &t.error)) !=
	    SOURCE_END && t.end != SOURCE_BAD) {
		if (t.end == SOURCE_EVENT)
			take(&t, &e, setups);
	}
	if (s != NULL) {
		t.cut = source_cut(s);
		t.damaged = source_damaged(s, NULL);
	}
	source_close(s);
	free(setups);
	return (t);
}

/* Every journal, in every link type */

/* A device of the journal: what it is called in the capture. */
struct guest {
	uint16_t	 dev;
	uint8_t		 address;
	bool		 dfu;		/* by its descriptors */
};

struct encode {
	struct maker	 m;
	struct buf	 want;		/* as told */
	struct guest	 guests[64];
	size_t		 nguests;
	struct trace	*trace;
	bool		 odd;		/* it cannot be said */
};

static bool
is_dfu(const struct identity *who)
{
	struct dfu_descriptors d;
	bool dfu;

	dfu_descriptors_parse(&d, who->descriptors.data,
	    who->descriptors.len);
	dfu = d.nfunctions != 0;
	dfu_descriptors_free(&d);
	return (dfu);
}

static void
guest_arrives(struct encode *x, const struct event *e)
{
	struct guest *g = &x->guests[x->nguests++];

	assert_true(x->nguests < COUNT(x->guests));
	g->dev = e->dev;
	g->address = (uint8_t)(x->nguests + 1);
	g->dfu = is_dfu(e->who);
	x->m.address = g->address;
	maker_descriptors(&x->m, e->who->descriptors.data,
	    e->who->descriptors.len);
}

static const struct guest *
guest_of(const struct encode *x, uint16_t dev)
{
	size_t i;

	for (i = x->nguests; i > 0; i--) {
		if (x->guests[i - 1].dev == dev)
			return (&x->guests[i - 1]);
	}
	return (NULL);
}

/* All bytes of it; those that were not kept are made up. */
static uint8_t *
whole(const struct event *e)
{
	uint8_t *p = mem_alloc((size_t)e->len + 1);

	memset(p, 0x5a, e->len);
	if (e->kept != 0)
		memcpy(p, e->data, e->kept < e->len ? e->kept : e->len);
	return (p);
}

/* Its answer, behind i, or NULL. */
static const struct event *
answer_to(const struct encode *x, size_t i, uint32_t number)
{
	const struct event *e;

	for (; i < trace_end(x->trace); i++) {
		e = trace_get(x->trace, i);
		if (e->kind == EVENT_COMPLETE && e->number == number)
			return (e);
	}
	return (NULL);
}

static void
guest_asked(struct encode *x, const struct event *e, size_t i)
{
	const struct event *c = answer_to(x, i, e->number);
	const struct guest *g = guest_of(x, e->dev);
	bool in = setup_is_in(&e->setup), seen;
	enum outcome outcome = c == NULL ? OUTCOME_UNKNOWN :
	    (enum outcome)c->outcome;
	uint8_t *p, *q = NULL;

	if (g == NULL || outcome == OUTCOME_DENIED || outcome == OUTCOME_BUSY)
		return;
	x->m.address = g->address;
	seen = g->dfu && !of_enumeration(&e->setup);
	p = whole(e);
	maker_submit(&x->m, &e->setup, in ? NULL : p);
	if (seen)
		add_submit(&x->want, &e->setup, p, in ? 0 :
		    e->setup.wLength);
	if (c != NULL && maker_can_say(&x->m, outcome)) {
		x->m.time += c->time - e->time;
		/* A journal may say either of an answer that is short. */
		if (in && outcome_is_answer(outcome))
			outcome = c->len < e->setup.wLength ? OUTCOME_SHORT :
			    OUTCOME_OK;
		q = whole(c);
		maker_complete(&x->m, outcome, q, c->len);
		if (seen)
			add_complete(&x->want, &e->setup, outcome,
			    !outcome_is_answer(outcome) ? 0 : in ? c->len :
			    e->setup.wLength, q, in &&
			    outcome_is_answer(outcome) ? c->len : 0);
	}
	free(p);
	free(q);
}

static void
encode(struct encode *x, const char *journal)
{
	struct buf error = { 0 };
	struct source *s = source_open(journal, NULL, &error);
	enum source_result r;
	struct event e;
	size_t i;

	assert_non_null(s);
	x->trace = trace_new();
	while ((r = source_read(s, &e, &error)) != SOURCE_END) {
		assert_int_not_equal(r, SOURCE_BAD);
		if (r == SOURCE_EVENT)
			trace_add(x->trace, &e);
	}
	source_close(s);
	maker_begin(&x->m);
	for (i = 0; i < trace_end(x->trace); i++) {
		e = *trace_get(x->trace, i);
		x->m.time = START + e.time;
		if (e.kind == EVENT_ARRIVED)
			guest_arrives(x, &e);
		else if (e.kind == EVENT_SUBMIT)
			guest_asked(x, &e, i);
	}
	trace_free(x->trace);
}

static size_t
check_journal(const char *journal, unsigned way, unsigned form)
{
	struct encode x = { .m = maker(way, form) };
	struct told t;
	size_t n;

	encode(&x, journal);
	if (x.m.records == 0)
		return (0);
	t = tell(x.m.file.data, x.m.file.len);
	if (strcmp(buf_str(&x.want), buf_str(&t.requests)) != 0 ||
	    t.end != SOURCE_END || t.cut != 0 || t.damaged != 0)
		fail_msg("%s, link type %u, form %u: %s\n%s---- not\n%s",
		    journal, ways[way].link, form, buf_str(&t.error),
		    buf_str(&t.requests), buf_str(&x.want));
	n = t.nsubmits;
	told_free(&t);
	buf_free(&x.want);
	maker_free(&x.m);
	return (n);
}

static size_t
walk(const char *folder)
{
	DIR *dir = opendir(folder);
	const struct dirent *d;
	size_t n = 0, dot;
	unsigned i;
	char *name;

	assert_non_null(dir);
	while ((d = readdir(dir)) != NULL) {
		if (d->d_name[0] == '.')
			continue;
		name = mem_printf("%s/%s", folder, d->d_name);
		dot = strlen(name);
		if (dot < 8 || strcmp(name + dot - 8, ".journal") != 0)
			n += walk(name);
		else for (i = 0; i < COUNT(ways); i++)
			n += check_journal(name, i, (unsigned)(n + i) %
			    COUNT(forms));
		free(name);
	}
	closedir(dir);
	return (n);
}

static void
test_tells_what_every_journal_does(void **state)
{
	(void)state;
	assert_true(walk(JOURNALS) > 10000);
}

/* One short session in every form */

static const struct setup getstatus = { 0xa1, DFU_GETSTATUS, 0, 0, 6 };
static const struct setup getstate = { 0xa1, DFU_GETSTATE, 0, 0, 1 };
static const struct setup abort_it = { 0x21, DFU_ABORT, 0, 0, 0 };
static const struct setup clrstatus = { 0x21, DFU_CLRSTATUS, 0, 0, 0 };
static const struct setup detach = { 0x21, DFU_DETACH, 1000, 0, 0 };
static const struct setup finish = { 0x21, DFU_DNLOAD, 1, 0, 0 };
static const struct setup set_interface = { 1, USB_REQ_SET_INTERFACE, 0, 0,
    0 };
static const struct setup get_string = { 0x80, USB_REQ_GET_DESCRIPTOR, 0x304,
    USB_LANGID_ENGLISH_US, 255 };
static const uint8_t string[] = "\x0a\x03" "F\0l\0a\0s\0";

static const uint8_t device_descriptor[] = { 18, 1, 0, 2, 0, 0, 0, 64, 0x83,
    0x04, 0x11, 0xdf, 0, 0x22, 1, 2, 3, 1 };
static const uint8_t dfu_config[] = { 9, 2, 27, 0, 1, 1, 0, 0xc0, 50,
    9, 4, 0, 0, 0, 0xfe, 1, 2, 4, 9, 0x21, 0x0b, 0xff, 0, 0, 4, 0x10, 1 };
static const uint8_t runtime_config[] = { 9, 2, 27, 0, 1, 1, 0, 0xc0, 50,
    9, 4, 0, 0, 0, 0xfe, 1, 1, 4, 9, 0x21, 0x0b, 0xff, 0, 0, 4, 0x10, 1 };
static const uint8_t keyboard_config[] = { 9, 2, 18, 0, 1, 1, 0, 0xc0, 50,
    9, 4, 0, 0, 0, 3, 1, 1, 0 };

static void
ask_status(struct maker *m, uint8_t status, uint8_t dfu_state)
{
	uint8_t reply[6] = { status, 0, 0, 0, dfu_state, 0 };

	maker_control(m, &getstatus, NULL, OUTCOME_OK, reply, 6);
}

static void
dnload(struct maker *m, uint16_t block, uint16_t n)
{
	struct setup s = { 0x21, DFU_DNLOAD, block, 0, n };
	uint8_t data[4096];

	memset(data, 0xa5, sizeof(data));
	data[0] = (uint8_t)block;
	maker_control(m, &s, data, OUTCOME_OK, NULL, 0);
}

static void
describe(struct maker *m, const uint8_t *config, size_t n)
{
	maker_descriptors(m, device_descriptor, sizeof(device_descriptor));
	maker_descriptors(m, config, n);
}

#define DESCRIBE(m, config)	describe(m, config, sizeof(config))

static void
short_session(struct maker *m)
{
	DESCRIBE(m, dfu_config);
	maker_control(m, &get_string, NULL, OUTCOME_OK, string, 10);
	ask_status(m, 0, 2);
	dnload(m, 0, 130);
	ask_status(m, 0, 5);
	maker_control(m, &getstate, NULL, OUTCOME_STALL, NULL, 0);
}

static const char short_told[] =
    "S 80060403" "0904ff00 \nC 8006 short 10 0a0346006c0061007300\n"
    "S a103000000000600 \nC a103 ok 6 000000000200\n";

static void
test_reads_every_form(void **state)
{
	struct maker m;
	struct told t;
	unsigned i, k;

	(void)state;
	for (i = 0; i < COUNT(ways); i++) {
		for (k = 0; k < COUNT(forms); k++) {
			m = maker(i, k);
			short_session(&m);
			t = tell(m.file.data, m.file.len);
			assert_int_equal(t.end, SOURCE_END);
			assert_int_equal(t.cut, 0);
			assert_int_equal(t.damaged, 0);
			assert_memory_equal(buf_str(&t.requests), short_told,
			    sizeof(short_told) - 1);
			assert_non_null(strstr(buf_str(&t.requests),
			    "C a105 stall 0 \n"));
			assert_string_equal(buf_str(&t.other), ways[i].qemu ?
			    "1 arrived 0-@5\n" : "1 arrived 1-@5\n");
			assert_int_equal(t.lacks, FACT(FACT_OTHERS));
			assert_int_equal(t.nsubmits, 7);
			told_free(&t);
			maker_free(&m);
		}
	}
}

/* Cut at any byte: a beginning of what it tells whole, and where it is cut. */
static void
check_prefixes(unsigned way, unsigned form)
{
	struct maker m = maker(way, form);
	struct told all, t;
	unsigned long cut = 0;
	size_t n;

	short_session(&m);
	all = tell(m.file.data, m.file.len);
	for (n = 0; n < m.file.len; n += walk_step(7)) {
		t = tell(m.file.data, n);
		if (t.end == SOURCE_BAD) {
			assert_true(t.error.len != 0);
			assert_true(t.nsubmits == 0);
		}
		assert_true(t.requests.len <= all.requests.len);
		/* Of the bus, what has not ended is told at the end. */
		if (ways[way].link < 288)
			assert_memory_equal(buf_str(&t.requests),
			    buf_str(&all.requests), t.requests.len);
		assert_int_equal(t.damaged, 0);
		if (t.cut != 0) {
			assert_true(t.cut >= cut && t.cut <= m.records);
			cut = t.cut;
		}
		told_free(&t);
	}
	assert_int_equal(cut, m.records);
	told_free(&all);
	maker_free(&m);
}

static void
test_reads_every_prefix(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < COUNT(ways); i++)
		check_prefixes(i, i % COUNT(forms));
}

/* What is wrong is said of a record. */
static void
check_damage(const struct buf *file)
{
	struct told t = tell(file->data, file->len);

	if (t.end == SOURCE_BAD)
		assert_true(t.error.len != 0);
	if (t.damaged != 0)
		assert_non_null(strstr(buf_str(&t.lost), "record "));
	told_free(&t);
}

/* Every field of each length, wherever it lies, at its extremes. */
static void
check_extremes(unsigned way, unsigned form)
{
	static const uint64_t values[] = { 0, 0xff, 0x7fff, 0xffff,
	     0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff };
	struct maker m = maker(way, form);
	struct buf was = { 0 };
	size_t at, i, n;

	short_session(&m);
	buf_add(&was, m.file.data, m.file.len);
	for (at = 0; at + 4 <= was.len; at += 2 * walk_step(5)) {
		for (i = 0; i < COUNT(values); i++) {
			n = i < 2 ? 1 : i < 4 ? 2 : 4;
			maker_patch(&m, at, values[i], n);
			check_damage(&m.file);
			memcpy(m.file.data + at, was.data + at, 4);
		}
	}
	buf_free(&was);
	maker_free(&m);
}

static void
test_survives_extremes(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < COUNT(ways); i++)
		check_extremes(i, (i + 4) % COUNT(forms));
}

/* A length that cannot be: what came before is told, and the record named. */
static void
test_names_the_damaged_record(void **state)
{
	struct maker m = maker(1, 0);
	struct told t;
	size_t at;

	(void)state;
	short_session(&m);
	at = m.file.len;
	maker_control(&m, &abort_it, NULL, OUTCOME_OK, NULL, 0);
	maker_patch(&m, at + 8, 0xffffffff, 4);
	t = tell(m.file.data, m.file.len);
	assert_int_equal(t.end, SOURCE_END);
	assert_int_equal(t.damaged, 1);
	assert_string_equal(buf_str(&t.lost), "record 15 claims to have "
	    "4294967295 bytes\n");
	assert_int_equal(t.nsubmits, 7);
	told_free(&t);
	maker_free(&m);
}

static void
test_reads_gzip(void **state)
{
	struct maker m = maker(1, 4);
	struct buf error = { 0 };
	struct event e;
	struct source *s;
	size_t n = 0;
	gzFile f;

	(void)state;
	short_session(&m);
	/* Two members, as a log rotated by size would have. */
	for (n = 0; n < 2; n++) {
		f = gzopen(path, n == 0 ? "wb" : "ab");
		gzwrite(f, m.file.data + n * (m.file.len / 2), (unsigned)
		    (n == 0 ? m.file.len / 2 : m.file.len - m.file.len / 2));
		gzclose(f);
	}
	s = source_open(path, NULL, &error);
	assert_non_null(s);
	n = 0;
	while (source_read(s, &e, &error) != SOURCE_END)
		n += e.kind == EVENT_SUBMIT;
	assert_int_equal(n, 7);
	assert_int_equal(source_cut(s), 0);
	source_close(s);
	f = gzopen(path, "wb");
	gzputs(f, "\177ELF and so on");
	gzclose(f);
	assert_null(source_open(path, NULL, &error));
	assert_non_null(strstr(buf_str(&error), "gzip data, probably a "
	    "program (ELF)"));
	buf_free(&error);
	maker_free(&m);
}

/* Two systems on two interfaces, and a section of another byte order. */
static void
test_reads_sections_and_interfaces(void **state)
{
	struct maker m = maker(1, 4);
	struct told t;

	(void)state;
	short_session(&m);
	m.link = 1;		/* Ethernet */
	maker_interface(&m);
	maker_packet(&m, "\1\2\3\4\5\6\7", 7);
	m.link = 249;
	m.form.snap = 96;
	maker_interface(&m);
	short_session(&m);
	m.form.big = true;
	m.form.snap = 0;
	m.link = 266;
	maker_section(&m);
	short_session(&m);
	t = tell(m.file.data, m.file.len);
	assert_int_equal(t.end, SOURCE_END);
	assert_int_equal(t.damaged, 0);
	assert_int_equal(t.nsubmits, 21);
	assert_string_equal(buf_str(&t.other), "1 arrived 1-@5\n"
	    "2 arrived 1-@5\n3 arrived 1-@5\n");
	told_free(&t);
	maker_free(&m);
}

#define TOLD(m, expected)	do {				\
	struct told t = tell((m)->file.data, (m)->file.len);	\
	assert_int_equal(t.end, SOURCE_END);			\
	assert_string_equal(buf_str(&t.requests), expected);	\
	told_free(&t);						\
} while (0)

#define S_STATUS	"S a103000000000600 \n"
#define C_STATUS(s)	"C a103 ok 6 00000000" s "00\n"
#define S_ABORT		"S 2106000000000000 \n"
#define S_CLEAR		"S 2104000000000000 \n"

/* An id is used again at once, and a transfer without end is none of it. */
static void
test_pairs_the_latest(void **state)
{
	static const uint8_t idle[6] = { 0, 0, 0, 0, 2, 0 };
	struct maker m = maker(1, 0);
	struct setup first;

	(void)state;
	maker_submit(&m, &abort_it, NULL);
	m.id = 0;
	m.time += 100;
	maker_submit(&m, &getstatus, NULL);
	maker_complete(&m, OUTCOME_OK, idle, 6);
	/* Two programs: S(A) S(B) C(A) C(B). */
	m.id = 10;
	maker_submit(&m, &getstatus, NULL);
	first = m.setup;
	maker_submit(&m, &clrstatus, NULL);
	m.id = 11;
	m.setup = first;
	maker_complete(&m, OUTCOME_OK, idle, 6);
	m.id = 12;
	m.setup = clrstatus;
	maker_complete(&m, OUTCOME_STALL, NULL, 0);
	TOLD(&m, S_ABORT S_STATUS C_STATUS("02") S_STATUS S_CLEAR
	    C_STATUS("02") "C 2104 stall 0 \n");
	maker_free(&m);
}

static void
test_tells_of_ends_without_begin(void **state)
{
	static const uint8_t idle[6] = { 0, 0, 0, 0, 2, 0 };
	struct maker m = maker(1, 0);
	struct told t;

	(void)state;
	m.setup = getstatus;
	maker_complete(&m, OUTCOME_OK, idle, 6);
	ask_status(&m, 0, 2);
	t = tell(m.file.data, m.file.len);
	assert_string_equal(buf_str(&t.requests), S_STATUS C_STATUS("02"));
	assert_string_equal(buf_str(&t.lost), "record 1 ends a request whose "
	    "start is not in the capture\n");
	assert_int_equal(t.lacks, FACT(FACT_DESCRIPTORS) |
	    FACT(FACT_ATTRIBUTES) | FACT(FACT_MAP) | FACT(FACT_OTHERS));
	told_free(&t);
	maker_free(&m);
}

/* How each end is told, by each system's own codes. */
static void
test_keeps_ends_apart(void **state)
{
	enum outcome o;
	struct maker m;
	struct told t;
	unsigned i;
	char *want;

	(void)state;
	for (i = 0; i < COUNT(ways); i++) {
		for (o = OUTCOME_STALL; o < OUTCOME_COUNT; o++) {
			m = maker(i, 0);
			if (!maker_can_say(&m, o) || ways[i].qemu)
				continue;
			ask_status(&m, 0, 2);
			maker_control(&m, &clrstatus, NULL, o, NULL, 0);
			t = tell(m.file.data, m.file.len);
			want = mem_printf(S_STATUS C_STATUS("02") S_CLEAR
			    "C 2104 %s 0 \n", outcome_name(o));
			assert_string_equal(buf_str(&t.requests), want);
			assert_string_equal(buf_str(&t.other),
			    o == OUTCOME_GONE ? "1 arrived 1-@5\n1 left\n" :
			    "1 arrived 1-@5\n");
			free(want);
			told_free(&t);
			maker_free(&m);
		}
	}
}

static void
test_knows_what_was_cut(void **state)
{
	struct maker m = maker(1, 0);
	struct told t;

	(void)state;
	m.form.snap = 64 + 32;
	ask_status(&m, 0, 2);
	dnload(&m, 2, 64);
	t = tell(m.file.data, m.file.len);
	assert_true(t.lacks & FACT(FACT_PAYLOAD));
	assert_false(t.lacks & FACT(FACT_STATUS));
	assert_non_null(strstr(buf_str(&t.requests), "S 2101020000004000 "
	    "02a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5"
	    "\nC 2101 ok 64 \n"));
	told_free(&t);
	maker_free(&m);
	m = maker(1, 0);
	m.form.snap = 64 + 4;
	ask_status(&m, 0, 2);
	t = tell(m.file.data, m.file.len);
	assert_true(t.lacks & FACT(FACT_STATUS));
	assert_true(t.lacks & FACT(FACT_WAITS));
	told_free(&t);
	maker_free(&m);
}

static void
test_doubts_sigrok(void **state)
{
	struct maker m = maker(1, 1);
	struct told t;

	(void)state;
	m.sigrok = true;
	ask_status(&m, 0, 2);
	maker_control(&m, &getstatus, NULL, OUTCOME_STALL, NULL, 0);
	t = tell(m.file.data, m.file.len);
	assert_string_equal(buf_str(&t.requests), S_STATUS C_STATUS("02")
	    S_STATUS "C a103 stall 0 \n");
	assert_non_null(strstr(buf_str(&t.lost), "sigrok"));
	told_free(&t);
	maker_free(&m);
}

/* Other devices, and what hubs say */

static void
port_status(struct maker *m, uint16_t port, uint8_t is)
{
	const struct setup s = { 0xa3, 0, 0, port, 4 };
	uint8_t reply[4] = { is, 1, 0, 0 };
	uint8_t was = m->address;

	m->address = 1;
	maker_control(m, &s, NULL, OUTCOME_OK, reply, 4);
	m->address = was;
}

/* Port and address of a device that is enumerated. */
static void
enumerate(struct maker *m, uint16_t port, uint8_t address,
    const uint8_t *config, size_t n)
{
	const struct setup reset = { 0x23, 3, 4, port, 0 };
	const struct setup set_address = { 0, USB_REQ_SET_ADDRESS, address, 0,
	    0 };

	port_status(m, port, 1);
	m->address = 1;
	maker_control(m, &reset, NULL, OUTCOME_OK, NULL, 0);
	m->address = 0;
	maker_control(m, &set_address, NULL, OUTCOME_OK, NULL, 0);
	m->address = address;
	describe(m, config, n);
}

static void
test_passes_over_other_devices(void **state)
{
	static const struct setup idle = { 0x21, 10, 0, 0, 0 };
	static const struct setup protocol = { 0xa1, 3, 0, 0, 1 };
	static const struct setup current = { 0x21, 1, 0x100, 1, 26 };
	struct maker m = maker(1, 0);
	uint8_t probe[26] = { 0 };
	struct told t;

	(void)state;
	DESCRIBE(&m, keyboard_config);
	maker_control(&m, &idle, NULL, OUTCOME_OK, NULL, 0);
	maker_control(&m, &protocol, NULL, OUTCOME_OK, probe, 1);
	m.address = 6;
	maker_control(&m, &current, probe, OUTCOME_OK, NULL, 0);
	maker_control(&m, &protocol, NULL, OUTCOME_OK, probe, 1);
	m.address = 7;
	short_session(&m);
	t = tell(m.file.data, m.file.len);
	assert_string_equal(buf_str(&t.other), "1 arrived 1-@7\n");
	assert_memory_equal(buf_str(&t.requests), short_told,
	    sizeof(short_told) - 1);
	told_free(&t);
	maker_free(&m);
}

static void
test_says_that_there_is_none(void **state)
{
	struct maker m = maker(1, 0);
	struct told t;

	(void)state;
	DESCRIBE(&m, keyboard_config);
	t = tell(m.file.data, m.file.len);
	assert_int_equal(t.end, SOURCE_END);
	assert_non_null(strstr(buf_str(&t.lost), "no device in this capture"));
	told_free(&t);
	maker_free(&m);
	m = maker(1, 0);
	m.link = 1;
	maker_packet(&m, "\1\2\3\4\5\6\7", 7);
	t = tell(m.file.data, m.file.len);
	assert_int_equal(t.end, SOURCE_BAD);
	assert_non_null(strstr(buf_str(&t.error), "in this capture is "
	    "readable USB traffic"));
	told_free(&t);
	maker_free(&m);
}

/* Detached, back on the same port with another address; left; application. */
static void
test_follows_a_device_on_its_port(void **state)
{
	struct maker m = maker(1, 0);
	struct told t;

	(void)state;
	enumerate(&m, 2, 5, runtime_config, sizeof(runtime_config));
	maker_control(&m, &detach, NULL, OUTCOME_OK, NULL, 0);
	port_status(&m, 2, 0);
	enumerate(&m, 2, 6, dfu_config, sizeof(dfu_config));
	ask_status(&m, 0, 2);
	maker_control(&m, &finish, NULL, OUTCOME_OK, NULL, 0);
	enumerate(&m, 2, 7, keyboard_config, sizeof(keyboard_config));
	enumerate(&m, 3, 8, dfu_config, sizeof(dfu_config));
	t = tell(m.file.data, m.file.len);
	assert_string_equal(buf_str(&t.other), "1 arrived 1-2\n1 left\n"
	    "2 arrived 1-2\n2 reset\n2 left\n3 arrived 1-2\n"
	    "4 arrived 1-3\n");
	told_free(&t);
	maker_free(&m);
}

/* The same where nobody heard the hubs, and who was there before. */
static void
test_follows_a_device_without_hubs(void **state)
{
	struct maker m = maker(3, 0);
	struct told t;

	(void)state;
	DESCRIBE(&m, runtime_config);
	maker_control(&m, &detach, NULL, OUTCOME_OK, NULL, 0);
	m.address = 9;
	ask_status(&m, 0, 2);
	/* Another one, at the same time. */
	m.address = 3;
	ask_status(&m, 0, 2);
	t = tell(m.file.data, m.file.len);
	assert_string_equal(buf_str(&t.other), "1 arrived 1-@5\n1 left\n"
	    "2 arrived 1-@5\n3 arrived 1-@3\n");
	told_free(&t);
	maker_free(&m);
	/* A hub says that one left, and has not said who hangs where. */
	m = maker(1, 0);
	DESCRIBE(&m, dfu_config);
	maker_control(&m, &finish, NULL, OUTCOME_OK, NULL, 0);
	port_status(&m, 4, 0);
	enumerate(&m, 4, 6, runtime_config, sizeof(runtime_config));
	t = tell(m.file.data, m.file.len);
	assert_string_equal(buf_str(&t.other), "1 arrived 1-@5\n1 left\n"
	    "2 arrived 1-@5\n");
	told_free(&t);
	maker_free(&m);
}

static void
test_tells_resets(void **state)
{
	struct maker m = maker(1, 0);
	struct told t;

	(void)state;
	enumerate(&m, 2, 5, dfu_config, sizeof(dfu_config));
	ask_status(&m, 0, 2);
	enumerate(&m, 2, 5, dfu_config, sizeof(dfu_config));
	ask_status(&m, 0, 2);
	t = tell(m.file.data, m.file.len);
	assert_string_equal(buf_str(&t.other), "1 arrived 1-2\n1 reset\n");
	told_free(&t);
	maker_free(&m);
}

static void
test_reads_packetry(void **state)
{
	struct maker m = maker(8, 4);
	struct told t;

	(void)state;
	DESCRIBE(&m, dfu_config);
	ask_status(&m, 0, 2);
	maker_packetry(&m, 15);
	maker_packetry(&m, 14);
	maker_packetry(&m, 16);
	maker_packetry(&m, 99);
	maker_packetry(&m, 12);
	t = tell(m.file.data, m.file.len);
	assert_int_equal(t.damaged, 0);
	assert_string_equal(buf_str(&t.other), "1 arrived 1-@5\n1 reset\n"
	    "1 left\n");
	assert_string_equal(buf_str(&t.lost), "the bus was suspended\n"
	    "the bus was resumed\nthe bus has no power\n");
	told_free(&t);
	maker_free(&m);
}

/* What is held back before it is known to be DFU is told then, and bounded. */
static void
test_holds_back_and_bounds(void **state)
{
	struct maker m = maker(1, 0);
	struct told t;
	unsigned i;

	(void)state;
	maker_control(&m, &set_interface, NULL, OUTCOME_OK, NULL, 0);
	maker_control(&m, &get_string, NULL, OUTCOME_OK, string, 10);
	ask_status(&m, 0, 2);
	t = tell(m.file.data, m.file.len);
	assert_int_equal(t.nsubmits, 3);
	told_free(&t);
	for (i = 0; i < 1000; i++) {
		m.address = (uint8_t)(20 + i % 2);
		maker_control(&m, &get_string, NULL, OUTCOME_OK, string, 10);
	}
	ask_status(&m, 0, 2);
	t = tell(m.file.data, m.file.len);
	assert_true(t.nsubmits > 3 + 60 && t.nsubmits < 3 + 256);
	assert_non_null(strstr(buf_str(&t.lost), "earlier requests"));
	told_free(&t);
	maker_free(&m);
}

/* Nothing that cannot be known */

static size_t
findings_of(const struct buf *file, struct buf *ids)
{
	struct sessions *b = sessions_new(trace_new(), 0);
	struct buf error = { 0 };
	struct source *s = opened(file->data, file->len, &error);
	struct finding held[FINDINGS_AT_MOST];
	const struct finding **sorted;
	struct event e;
	size_t i, k, n, nheld, all = 0;

	assert_non_null(s);
	while (source_read(s, &e, &error) != SOURCE_END)
		sessions_apply(b, &e);
	sessions_finish(b, b->last, false);
	for (i = 0; i < b->n; i++) {
		n = findings_sorted(b->list[i], b->last, held, &nheld,
		    &sorted);
		for (k = 0; k < n; k++)
			buf_addf(ids, "%s ", sorted[k]->row->id);
		for (k = 0; k < nheld; k++)
			finding_free(&held[k]);
		free(sorted);
		all += n;
	}
	source_close(s);
	sessions_free(b);
	return (all);
}

/* A download that is healthy, from the i-th of its requests on. */
static void
from_the_middle(struct maker *m, unsigned from)
{
	unsigned i;

	for (i = from; i < 12; i++) {
		switch (i % 3) {
		case 0:
			dnload(m, (uint16_t)(i / 3), 1024);
			break;
		case 1:
			m->time += 5000;
			ask_status(m, 0, 4);
			break;
		case 2:
			m->time += 5000;
			ask_status(m, 0, 5);
			break;
		}
	}
	maker_control(m, &finish, NULL, OUTCOME_OK, NULL, 0);
	ask_status(m, 0, 7);
	m->time += 5000;
	ask_status(m, 0, 2);
}

static void
test_raises_nothing_from_the_middle(void **state)
{
	struct buf ids = { 0 };
	struct maker m;
	unsigned i, from;

	(void)state;
	for (i = 0; i < COUNT(ways); i++) {
		for (from = 0; from < 9; from++) {
			m = maker(i, i % COUNT(forms));
			from_the_middle(&m, from);
			findings_of(&m.file, &ids);
			if (ids.len != 0)
				fail_msg("way %u from %u: %s", i, from,
				    buf_str(&ids));
			maker_free(&m);
		}
	}
	buf_free(&ids);
}

/* Beside control transfers of this link type, before and behind a request. */
static struct maker
begin_others(unsigned link, const uint8_t data[512])
{
	struct maker m = maker(0, 0);
	size_t k;

	m.link = link;
	/* Of a device that is not known yet. */
	maker_other(&m, 3, 1, data, 512);
	DESCRIBE(&m, dfu_config);
	ask_status(&m, 0, 2);
	for (k = 0; k < 37; k++)
		maker_other(&m, 3, 1, data, 512);
	maker_other(&m, 3, 1, data, 31);
	maker_other(&m, 1, 0x82, data, 8);
	return (m);
}

/* What goes on beside control transfers: a row for each run. */
static void
test_counts_other_transfers(void **state)
{
	static const unsigned links[] = { 189, 220, 249 };
	uint8_t data[512] = { 0 };
	struct maker m;
	struct told t;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(links); i++) {
		m = begin_others(links[i], data);
		maker_other(&m, 1, 0x82, data, 8);
		ask_status(&m, 0, 2);
		maker_other(&m, 1, 0x82, data, 1);
		t = tell(m.file.data, m.file.len);
		assert_string_equal(buf_str(&t.lost), "bulk OUT ep 1, 512 "
		    "bytes, 37 times\nbulk OUT ep 1, 31 bytes\n"
		    "interrupt IN ep 2, 8 bytes, 2 times\n"
		    "interrupt IN ep 2, 1 byte\n");
		told_free(&t);
		maker_free(&m);
	}
}

/* No endpoint takes the bytes of a download that a hub holds. */
static void
test_splits_of_endpoints_are_apart(void **state)
{
	static const struct setup dnload = { 0x21, DFU_DNLOAD, 0, 0, 5 };
	static const uint8_t endpoints[] = { 1, 0x82 }, bytes[5] = { 0x21 };
	struct maker m;
	struct told t;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(endpoints); i++) {
		m = maker(0, 0);
		m.link = 294;
		DESCRIBE(&m, dfu_config);
		m.between = endpoints[i];
		maker_control(&m, &dnload, bytes, OUTCOME_OK, NULL, 0);
		t = tell(m.file.data, m.file.len);
		assert_string_equal(buf_str(&t.requests),
		    "S 2101000000000500 2100000000\nC 2101 ok 5 \n");
		told_free(&t);
		maker_free(&m);
	}
}

/* The same of an analyser, which sees packets and of which no kind. */
static void
test_counts_packets(void **state)
{
	static const unsigned links[] = { 288, 293, 294, 295 };
	uint8_t data[512] = { 0 };
	struct maker m;
	struct told t;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(links); i++) {
		m = begin_others(links[i], data);
		maker_stall(&m, 0x82);
		maker_stall(&m, 0x82);
		ask_status(&m, 0, 2);
		maker_other(&m, 0, 3, data, 100);
		maker_split(&m, 1, data, 40);
		maker_split(&m, 1, data, 1);
		maker_split(&m, 0x8f, data, 1);
		ask_status(&m, 0, 2);
		maker_other(&m, 0, 0x83, data, 10);
		t = tell(m.file.data, m.file.len);
		assert_string_equal(buf_str(&t.lost),
		    "297 packets OUT ep 1, 18975 bytes\n"
		    "1 packet IN ep 2, 8 bytes\n"
		    "2 packets IN ep 2, 0 bytes: stalled by the device\n"
		    "2 packets OUT ep 3, 100 bytes, without a handshake\n"
		    "2 packets OUT ep 1, 41 bytes\n"
		    "1 packet IN ep 15, 1 byte\n"
		    "1 packet IN ep 3, 10 bytes, without a handshake\n");
		told_free(&t);
		maker_free(&m);
	}
}

/* What the session knows by descriptors that came i requests late. */
static void
learn_late(struct maker *m, uint16_t *before, uint16_t *after)
{
	struct sessions *b = sessions_new(trace_new(), 0);
	struct buf error = { 0 };
	struct source *s = opened(m->file.data, m->file.len, &error);
	struct event e;

	assert_non_null(s);
	*before = *after = 0;
	while (source_read(s, &e, &error) != SOURCE_END) {
		if (b->n != 0 && b->list[0]->described_by == 0)
			*before = session_facts(b->list[0]);
		sessions_apply(b, &e);
	}
	assert_int_equal(b->n, 1);
	*after = session_facts(b->list[0]);
	assert_int_equal(b->list[0]->who->vendor, device_descriptor[8] |
	    device_descriptor[9] << 8);
	assert_non_null(session_function(b->list[0]));
	source_close(s);
	sessions_free(b);
}

/* Descriptors that are asked for in the middle hold from there on. */
static void
test_learns_late_descriptors(void **state)
{
	uint16_t before, after;
	struct maker m;
	unsigned i;

	(void)state;
	for (i = 0; i < COUNT(ways); i++) {
		m = maker(i, i % COUNT(forms));
		from_the_middle(&m, 0);
		DESCRIBE(&m, dfu_config);
		from_the_middle(&m, 0);
		learn_late(&m, &before, &after);
		assert_false(before & FACT(FACT_DESCRIPTORS));
		assert_false(before & FACT(FACT_ATTRIBUTES));
		assert_true(after & FACT(FACT_DESCRIPTORS));
		assert_true(after & FACT(FACT_ATTRIBUTES));
		maker_free(&m);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tells_what_every_journal_does),
		cmocka_unit_test(test_reads_every_form),
		cmocka_unit_test(test_reads_every_prefix),
		cmocka_unit_test(test_survives_extremes),
		cmocka_unit_test(test_names_the_damaged_record),
		cmocka_unit_test(test_reads_gzip),
		cmocka_unit_test(test_reads_sections_and_interfaces),
		cmocka_unit_test(test_pairs_the_latest),
		cmocka_unit_test(test_tells_of_ends_without_begin),
		cmocka_unit_test(test_keeps_ends_apart),
		cmocka_unit_test(test_knows_what_was_cut),
		cmocka_unit_test(test_doubts_sigrok),
		cmocka_unit_test(test_passes_over_other_devices),
		cmocka_unit_test(test_counts_other_transfers),
		cmocka_unit_test(test_counts_packets),
		cmocka_unit_test(test_splits_of_endpoints_are_apart),
		cmocka_unit_test(test_learns_late_descriptors),
		cmocka_unit_test(test_says_that_there_is_none),
		cmocka_unit_test(test_follows_a_device_on_its_port),
		cmocka_unit_test(test_follows_a_device_without_hubs),
		cmocka_unit_test(test_tells_resets),
		cmocka_unit_test(test_reads_packetry),
		cmocka_unit_test(test_holds_back_and_bounds),
		cmocka_unit_test(test_raises_nothing_from_the_middle),
	};
	memory = memfd_create("capture", MFD_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", memory);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
