/* SPDX-License-Identifier: ISC */
/*
 * Every fault at every request of every job that touches memory, on simulated
 * devices of six kinds: what is claimed of the memory in the result, by the
 * verdict, by the exit code and by the findings is so, by the memory itself.
 */
#include "config.h"

#include "tests/loop/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "diagnosis/finding.h"
#include "diagnosis/verdict.h"

#define BYTES 4096
#define READ_INTO "test_verdict_truth.read"
#define LONGEST 120 /* requests of a job, and of what leads it back */

enum aim {
	AIM_IMAGE,
	AIM_BLANK,
	AIM_NOTHING
};

struct place {
	const char *spec;
	const char *where; /* behind the file, "" where plain */
	uint32_t base;
};

static const struct place places[] = {
	{ "stm32f072,flash=pattern", " 0x08000000", 0x08000000 },
	{ "st,flash=pattern", " 0x08004000", 0x08004000 },
	{ "dfu11", "", 0 },
	{ "tinyusb", "", 0 },
	{ "uboot", "", 0 },
	{ "mboot,flash=pattern", " 0x08020000", 0x08020000 },
};

/* %F: the file, %A: the address. */
struct work {
	const char *line;
	enum aim aim;
	bool dfuse; /* only there */
	bool plain; /* only there */
};

static const struct work works[] = {
	{ "flash %F%A", AIM_IMAGE, false, false },
	{ "flash %F%A verify", AIM_IMAGE, false, false },
	{ "flash %F%A verify leave", AIM_IMAGE, false, false },
	{ "read%A 4096 " READ_INTO " replace", AIM_NOTHING, true, false },
	{ "read " READ_INTO " replace", AIM_NOTHING, false, true },
	{ "wipe", AIM_BLANK, true, false },
};

/* At one request; %u: its number. */
static const char *const at_request[] = {
	"stall=any@%u",
	"silent=any@%u",
	"gone=any@%u",
	"gone=any@%u,back=same",
	"buserror=any@%u",
	"short=any@%u",
	"babble=any@%u",
	"slow=any@%u",
	"slow=any@%u,slow-for=9000",
	"fail=any@%u:3",
	"fail=any@%u:11",
};

/* Of the whole device; one that does not know it says so. */
static const char *const of_device[] = {
	"sticks=3",
	"sticks=6",
	"late=1",
	"read-only=0",
	"ends=short",
	"idle=1",
	"idle=50",
	"watchdog=1",
	"watchdog=20",
	"watchdog=20,back=same",
	"watchdog=20,back=none",
	"stuck=7",
	"stuck=never",
	"back=same",
	"back=dead",
	"back=none",
	"announce=0",
	"announce=noise",
	"announce=59000",
	"pages=half",
	"pages=double",
	"wrp=0-1",
	"wrp=0-0",
	"wrp=2-3",
	"wrp=8-8",
	"rdp=1",
	"rdp=1,unprotect=stays",
	"erase-moves=1",
	"finish=never",
	"reports=at-once",
	"tolerant=0",
	"tolerant=0,will-detach=1",
	"can-upload=0",
	"can-dnload=0",
	"busy=reply",
	"want=2048",
	"want=9999",
	"counts=1",
	"counts=1,first=1",
	"firmware=corrupt",
	"start=error",
	"start=manifest",
	"start=3",
	"start=5",
	"start=9",
	"write=6000",
	"manifest=30000",
	"core=otg",
	"erase=6000",
	"chaos=5,seed=1",
	"chaos=5,seed=2",
	"chaos=10,seed=3",
	"chaos=10,seed=4",
	"chaos=20,seed=5",
};

/* What no finding may say beside what is the case. */
enum beside {
	BESIDE_WELL = 0x1, /* exit 0, and it is as asked */
	BESIDE_HALF = 0x2, /* incomplete or mismatch */
	BESIDE_SAME = 0x4, /* nothing that was read back differs */
	BESIDE_LEFT = 0x8  /* it left as it was asked to */
};

static const struct contradiction {
	const char *id;
	unsigned beside;
} contradictions[] = {
	{ "flash-error", BESIDE_WELL },
	{ "read-protected", BESIDE_WELL },
	{ "erase-refused", BESIDE_WELL },
	{ "sector-refused", BESIDE_WELL },
	{ "dnload-refused", BESIDE_WELL },
	{ "end-refused", BESIDE_WELL },
	{ "sync-stuck", BESIDE_WELL },
	{ "readback-differs", BESIDE_WELL | BESIDE_SAME },
	{ "leave-not-sent", BESIDE_HALF },
	{ "restarted-itself", BESIDE_HALF },
	{ "vanished", BESIDE_LEFT },
};

struct frame {
	const struct place *place;
	const struct work *work;
	const uint8_t *image;
	uint8_t before[BYTES];
	bool had;  /* before: it held something */
	bool lies; /* the device, all the time */
	size_t sent;
	size_t wrong;
	size_t cut, whole, differ;
};

/* What came of one job. */
struct outcome_of {
	const struct trial *t;
	const char *text;
	const char *word; /* of the verdict */
	struct buf words;
	int code; /* of the program */
	bool asked;
	bool before;
	bool excused; /* it lies, and it is said that it was not read */
};

static const struct session *
session_of(const struct trial *t)
{
	return (loop_app(t->loop)->sessions->list[0]);
}

/* What is there is what was there, is asked for, or is something else. */
static bool
is_as(const struct frame *c, const struct trial *t, const uint8_t *bytes)
{
	uint8_t is[BYTES];
	size_t i;

	if (!sim_peek(t->sim, c->place->base, is, BYTES))
		return (bytes == c->before && !c->had);
	if (bytes == c->before && !c->had)
		return (false);
	for (i = 0; i < BYTES; i++)
		if (is[i] != (bytes != NULL ? bytes[i] : 0xff))
			return (false);
	return (true);
}

static bool
is_asked(const struct frame *c, const struct trial *t)
{
	switch (c->work->aim) {
	case AIM_IMAGE:
		return (is_as(c, t, c->image));
	case AIM_BLANK:
		return (is_as(c, t, NULL));
	case AIM_NOTHING:
		break;
	}
	return (is_as(c, t, c->before));
}

/* The exit code of the program. */
static int
exit_code(const struct trial *t)
{
	const struct session *s = session_of(t);

	return (t->codes[0] != 74 &&
		    (session_memory_is_cut(s) ||
			session_memory_mismatch(s) != NULL) ?
		76 :
		t->codes[0]);
}

static void
wrong(struct frame *c, const struct outcome_of *o, const char *what)
{
	c->wrong++;
	print_error("%s: %s: %s\n  %d: %s\n  %s: %s\n", o->t->target,
	    c->work->line, what, o->code, o->text, o->word, buf_str(&o->words));
}

static void
must(struct frame *c, const struct outcome_of *o, bool good, const char *what)
{
	if (!good)
		wrong(c, o, what);
}

/* The file has the bytes of the memory; a short block ends a plain upload. */
static bool
is_read(const struct frame *c, const struct trial *t)
{
	struct buf error = { 0 }, b = { 0 };
	uint8_t is[BYTES];
	bool read = file_read(READ_INTO, 1 << 20, &b, &error);
	bool good = read && !c->had;
	size_t n = b.len < BYTES ? b.len : BYTES;

	if (read && c->had)
		good = (n == BYTES || c->work->plain) &&
		    sim_peek(t->sim, c->place->base, is, n) &&
		    memcmp(b.data, is, n) == 0;
	buf_free(&b);
	buf_free(&error);
	return (good);
}

static bool
is_said_verified(const char *text)
{
	return (strstr(text, "verified") != NULL &&
	    strstr(text, "be verified") == NULL &&
	    strstr(text, "not verified") == NULL);
}

static bool
is_half(const struct outcome_of *o)
{
	return (strcmp(o->word, "incomplete") == 0 ||
	    strcmp(o->word, "mismatch") == 0);
}

static unsigned
beside_of(const struct outcome_of *o)
{
	return ((o->code == 0 && o->asked ? BESIDE_WELL : 0) |
	    (is_half(o) ? BESIDE_HALF : 0) |
	    (strcmp(o->word, "mismatch") != 0 ? BESIDE_SAME : 0) |
	    (strcmp(o->word, "left") == 0 ? BESIDE_LEFT : 0));
}

static void
check_findings(struct frame *c, const struct outcome_of *o)
{
	const struct findings *f = session_of(o->t)->findings;
	unsigned is = beside_of(o);
	size_t i, k;

	for (i = 0; i < f->n; i++) {
		for (k = 0; k < COUNT(contradictions); k++)
			must(c, o,
			    f->list[i].life == FINDING_WITHDRAWN ||
				(contradictions[k].beside & is) == 0 ||
				strcmp(f->list[i].row->id,
				    contradictions[k].id) != 0,
			    contradictions[k].id);
	}
}

static void
check(struct frame *c, const struct outcome_of *o)
{
	bool half = is_half(o);

	must(c, o, o->code != 0 || o->asked || o->excused,
	    "exit 0, and it is not as asked");
	must(c, o,
	    o->code == 0 || o->asked || o->code == 74 || o->code == 76 ||
		o->t->sent == 0,
	    "it is not as asked, and another code");
	must(c, o,
	    o->code != 0 || c->work->aim != AIM_NOTHING || is_read(c, o->t),
	    "exit 0, and the file is not what was read");
	must(c, o, !is_said_verified(o->text) || is_as(c, o->t, c->image),
	    "it is not verified");
	must(c, o, o->asked || o->before || half || o->excused,
	    "half is done, and the verdict is silent");
	must(c, o, !o->asked || strcmp(o->word, "mismatch") != 0,
	    "nothing differs");
	must(c, o, !half || o->t->codes[0] != 0,
	    "the job says well, and the verdict does not");
	check_findings(c, o);
}

static void
view(struct trial *t)
{
	struct frame *c = t->arg;
	struct sessions *all = loop_app(t->loop)->sessions;
	struct outcome_of o = { .t = t, .text = buf_str(&t->texts[0]) };
	struct verdict v;

	c->sent = t->sent;
	if (t->results != 1)
		return;
	sessions_finish(all, all->last, false);
	v = verdict_of(session_of(t), NULL, all->last);
	o.word = v.row->word;
	verdict_words(&v, session_of(t), all->last, &o.words);
	o.code = exit_code(t);
	o.asked = is_asked(c, t);
	o.before = is_as(c, t, c->before);
	o.excused = c->lies && strstr(o.text, "not read back") != NULL;
	check(c, &o);
	c->cut += strcmp(o.word, "incomplete") == 0;
	c->differ += strcmp(o.word, "mismatch") == 0;
	c->whole += o.asked;
	buf_free(&o.words);
}

static char *
line_of(const struct frame *c, const char *file)
{
	struct buf b = { 0 };
	const char *p;

	for (p = c->work->line; *p != '\0'; p++) {
		if (*p == '%' && p[1] == 'F')
			buf_adds(&b, file);
		else if (*p == '%' && p[1] == 'A')
			buf_adds(&b, c->place->where);
		else
			buf_addc(&b, *p);
		p += *p == '%';
	}
	return (buf_take(&b));
}

static void
look_before(struct frame *c, const char *target)
{
	struct buf error = { 0 };
	struct sim *sim = sim_new(target, &error);

	if (sim == NULL)
		fail_msg("%s: %s", target, buf_str(&error));
	c->had = sim_peek(sim, c->place->base, c->before, BYTES);
	sim_free(sim);
}

static void
try_one(struct frame *c, const char *file, const char *fault)
{
	char *target = mem_printf("sim:%s,%s", c->place->spec, fault);
	char *command = line_of(c, file);
	struct trial t = { .target = target,
		.commands = { command },
		.view = view,
		.arg = c };

	look_before(c, target + 4);
	trial_run(&t);
	trial_free(&t);
	free(command);
	free(target);
}

static bool
knows(const struct place *p, const char *fault)
{
	char *target = mem_printf("%s,%s", p->spec, fault);
	struct buf error = { 0 };
	struct sim *sim = sim_new(target, &error);

	if (sim != NULL)
		sim_free(sim);
	buf_free(&error);
	free(target);
	return (sim != NULL);
}

static bool
does(const struct place *p, const struct work *w)
{
	bool plain = p->where[0] == '\0';

	return ((!w->dfuse || !plain) && (!w->plain || plain));
}

static void
try_requests(struct frame *c, const char *file, const char *fault)
{
	char spec[64];
	unsigned n;

	for (n = 1; n < LONGEST; n += walk_step(17)) {
		snprintf(spec, sizeof(spec), fault, n);
		try_one(c, file, spec);
		if (c->sent < n)
			break;
	}
	assert_true(n > 1);
}

static void
on_every(void (*run)(struct frame *c, const char *file))
{
	struct frame c = { 0 };
	uint8_t *bytes;
	char *file = trial_file(BYTES, 5, &bytes);
	size_t i, k;

	c.image = bytes;
	for (i = 0; i < COUNT(places); i++) {
		for (k = 0; k < COUNT(works); k++) {
			if (!does(&places[i], &works[k]))
				continue;
			c.place = &places[i];
			c.work = &works[k];
			run(&c, file);
		}
	}
	unlink(file);
	unlink(READ_INTO);
	free(file);
	free(bytes);
	assert_true(c.whole != 0 && c.cut != 0);
	assert_int_equal(c.wrong, 0);
}

static void
run_requests(struct frame *c, const char *file)
{
	size_t i;

	/* ST's library says that a mass erase is done, and knows none. */
	c->lies =
	    c->work->aim == AIM_BLANK && strncmp(c->place->spec, "st,", 3) == 0;
	for (i = 0; i < COUNT(at_request); i++)
		try_requests(c, file, at_request[i]);
}

static void
run_devices(struct frame *c, const char *file)
{
	size_t i;

	c->lies = true;
	for (i = 0; i < COUNT(of_device); i += walk_step(17) > 1 ? 5 : 1)
		if (knows(c->place, of_device[i]))
			try_one(c, file, of_device[i]);
}

static void
at_every_request(void **state)
{
	(void)state;
	on_every(run_requests);
}

static void
of_every_device(void **state)
{
	(void)state;
	on_every(run_devices);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_every_request),
		cmocka_unit_test(of_every_device),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
