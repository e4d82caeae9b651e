/*
 * recover against the best that there is: for each simulated device, in each
 * state that requests lead to, with faults or without. The best is not taken
 * from the rows of recovery.c but searched for on the device itself, breadth
 * first. Milder is better than shorter: first questions alone, then CLRSTATUS
 * and ABORT, then DETACH and SET_INTERFACE. A way is over when the device has
 * said so itself, or has left.
 */
#include "config.h"

#include "tests/loop/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "device/sim.h"

#define IDLE		2
#define MANIFEST_SYNC	6
#define APP_IDLE	0
#define STEPS		24	/* of one way at most */
#define PATIENCE	3000000	/* us that waiting may take */
#define SLACK		2	/* a look before, and one in vain */
#define REPEATS		10	/* polls that show nothing moves by itself */

/* A request, as bytes for the device and as text for the program. */
struct ask {
	const char	*text;
	struct setup	 setup;
	const char	*out;
};

#define OUT(text, request, value, length, bytes) \
	{ text, { USB_TYPE_CLASS | USB_RECIP_INTERFACE, request, value, 0, \
	    length }, bytes }
#define IN(text, request, value, length) \
	{ text, { USB_DIR_IN | USB_TYPE_CLASS | USB_RECIP_INTERFACE, request, \
	    value, 0, length }, NULL }

/* In the order of their mildness; the first are the ladder's. */
static const struct ask asks[] = {
	IN("getstatus", DFU_GETSTATUS, 0, 6),
	OUT("clrstatus", DFU_CLRSTATUS, 0, 0, NULL),
	OUT("abort", DFU_ABORT, 0, 0, NULL),
	OUT("detach 1000", DFU_DETACH, 1000, 0, NULL),
	{ "alt 0", { USB_RECIP_INTERFACE, USB_REQ_SET_INTERFACE, 0, 0, 0 },
	    NULL },
	/* These only lead into states. */
	OUT("dnload 0 hex:2100000008", DFU_DNLOAD, 0, 5, "\x21\0\0\0\x08"),
	OUT("dnload 2 hex:0011", DFU_DNLOAD, 2, 2, "\0\x11"),
	OUT("dnload 0 hex:0011", DFU_DNLOAD, 0, 2, "\0\x11"),
	OUT("dnload 0 hex:ff00000000", DFU_DNLOAD, 0, 5, "\xff\0\0\0\0"),
	OUT("dnload 1", DFU_DNLOAD, 1, 0, NULL),
	IN("upload 0 16", DFU_UPLOAD, 0, 16),
	IN("upload 1 16", DFU_UPLOAD, 1, 16),
	IN("upload 2 16", DFU_UPLOAD, 2, 16),
};
#define NASKS	(sizeof(asks) / sizeof(asks[0]))

#define LADDER	5

/* How many of them each grade of mildness has, and how deep it is searched. */
static const struct {
	size_t	n;
	size_t	depth;
} grades[] = { { 1, 20 }, { 3, 5 }, { LADDER, 3 } };
#define NGRADES	(sizeof(grades) / sizeof(grades[0]))

/* A way: which request, and whether the device is let settle before it. */
struct way {
	uint8_t	ask[STEPS];
	bool	settled[STEPS];
	size_t	n;
};

struct seat {
	struct sim	*sim;
	uint64_t	 now;
	uint32_t	 incarnation;
	int		 said;	/* bState of the last answer, -1: none */
};

static struct seat
sit(const char *spec)
{
	struct buf error = { 0 };
	struct seat s = { .sim = sim_new(spec, &error), .said = -1 };

	if (s.sim == NULL)
		fail_msg("%s: %s", spec, buf_str(&error));
	s.incarnation = sim_incarnation(s.sim);
	return (s);
}

/* Until nothing happens by itself any more, or for PATIENCE. */
static void
settle(struct seat *s)
{
	uint64_t end = s->now + PATIENCE, due;

	while ((due = sim_deadline(s->sim)) != SIM_NEVER && due <= end) {
		s->now = due > s->now ? due : s->now;
		sim_run(s->sim, s->now);
	}
}

static bool
left(const struct seat *s)
{
	return (!sim_present(s->sim) ||
	    sim_incarnation(s->sim) != s->incarnation);
}

static void
put(struct seat *s, const struct ask *a, bool settled)
{
	struct buf in = { 0 };
	enum sim_answer answer;

	if (settled)
		settle(s);
	answer = sim_control(s->sim, s->now, &a->setup,
	    (const uint8_t *)a->out, &in);
	s->now += sim_latency(s->sim);
	s->said = answer == SIM_ACK && in.len == 6 &&
	    a->setup.bRequest == DFU_GETSTATUS ? in.data[4] : -1;
	sim_run(s->sim, s->now + 1);
	buf_free(&in);
}

static void
walk(struct seat *s, const struct way *w)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		put(s, &asks[w->ask[i]], w->settled[i]);
}

/* Where no more has to be done: by its own word, or because it left. */
static bool
out(struct seat *s)
{
	if (s->said == IDLE || s->said == APP_IDLE || left(s))
		return (true);
	settle(s);
	return (left(s));
}

static bool
gets_out(const char *spec, const struct way *into, const struct way *w)
{
	struct seat s = sit(spec);
	bool is;

	walk(&s, into);
	walk(&s, w);
	is = out(&s);
	sim_free(s.sim);
	return (is);
}

/* The next way of that length over n requests; false: that was the last. */
static bool
next_way(struct way *w, size_t n)
{
	size_t i;

	for (i = 0; i < w->n; i++) {
		if (!w->settled[i]) {
			w->settled[i] = true;
			return (true);
		}
		w->settled[i] = false;
		if (++w->ask[i] < n)
			return (true);
		w->ask[i] = 0;
	}
	return (false);
}

/* Questions alone: one after the other says as much as all ways would. */
static size_t
ask_on(const char *spec, const struct way *into)
{
	struct way w = { .n = 0 };

	for (w.n = 1; w.n <= grades[0].depth; w.n++) {
		w.settled[w.n - 1] = true;
		if (gets_out(spec, into, &w))
			return (w.n);
	}
	return (0);
}

/*
 * Requests of the best way out, 0: there is none. Nobody is faster than the
 * device's own timers, so that it has settled before the first of them.
 */
static size_t
search(const char *spec, const struct way *into)
{
	size_t g, n = ask_on(spec, into);
	struct way w;

	for (g = 1; g < NGRADES && n == 0; g++) {
		for (w.n = 1; w.n <= grades[g].depth && n == 0; w.n++) {
			memset(w.ask, 0, sizeof(w.ask));
			memset(w.settled, 0, sizeof(w.settled));
			do {
				if (w.settled[0] && gets_out(spec, into, &w))
					n = w.n;
			} while (n == 0 && next_way(&w, grades[g].n));
		}
	}
	return (n);
}

/*
 * In dfuMANIFEST-SYNC a leave was asked for that GETSTATUS goes on with. To
 * break it off is no way out, even if that would be shorter.
 */
static struct way
go_on(const char *spec, const struct way *into)
{
	struct seat s = sit(spec);
	struct way on = *into;

	walk(&s, into);
	if (sim_state(s.sim) == MANIFEST_SYNC) {
		on.settled[on.n] = true;
		on.ask[on.n++] = 0;
	}
	sim_free(s.sim);
	return (on);
}

static size_t
best(const char *spec, const struct way *into)
{
	const struct way none = { .n = 0 };
	struct way on = go_on(spec, into);
	size_t n;

	if (on.n == into->n)
		return (search(spec, into));
	if (gets_out(spec, &on, &none))
		return (1);
	n = search(spec, &on);
	return (n == 0 ? 0 : n + 1);
}

static bool
reset_helps(const char *spec, const struct way *into)
{
	struct way on = go_on(spec, into);
	struct seat s = sit(spec);
	bool helps;

	walk(&s, &on);
	settle(&s);
	s.incarnation = sim_incarnation(s.sim);
	sim_reset(s.sim, s.now);
	settle(&s);
	if (sim_present(s.sim))
		put(&s, &asks[0], true);
	helps = s.said == IDLE || s.said == APP_IDLE || !sim_present(s.sim);
	sim_free(s.sim);
	return (helps);
}

static void
script_of(const struct way *into, const char *then, struct buf *b)
{
	size_t i;

	for (i = 0; i < into->n; i++) {
		if (into->settled[i])
			buf_adds(b, "wait 3000; ");
		buf_addf(b, "%s; ", asks[into->ask[i]].text);
	}
	buf_adds(b, then);
}

struct ran {
	int	code;
	size_t	sent;		/* behind those that led into the state */
	size_t	repeats;	/* polls that brought dfuDNBUSY, dfuMANIFEST */
	size_t	beyond;		/* faults that fired */
	char	*text;
};

static size_t
lines(const char *s, const char *begin, const char *with)
{
	size_t n = 0;
	const char *end;
	char *line;

	for (; *s != '\0'; s = end + (*end != '\0')) {
		end = strchr(s, '\n');
		if (end == NULL)
			end = s + strlen(s);
		line = mem_printf("%.*s", (int)(end - s), s);
		n += strncmp(line, begin, strlen(begin)) == 0 &&
		    strstr(line, with) != NULL;
		free(line);
	}
	return (n);
}

static struct ran
recover(const char *spec, const struct way *into, const char *command)
{
	char *target = mem_printf("sim:%s", spec);
	struct buf script = { 0 };
	struct rig r = { .targets = target, .flags = RIG_YES };
	struct ran ran;
	const char *out;

	script_of(into, command, &script);
	r.script = buf_str(&script);
	rig_batch(&r);
	out = buf_str(&r.out);
	ran.code = r.code;
	ran.sent = lines(out, "#", "") - into->n;
	ran.repeats = lines(out, "#", "dfuMANIFEST") + lines(out, "#",
	    "dfuDNBUSY");
	ran.beyond = strstr(spec, "silent=") != NULL ||
	    strstr(spec, "stall=") != NULL;
	ran.text = mem_printf("%s\n%s\n%s%s", r.script, out,
	    buf_str(&r.err), buf_str(&r.trouble));
	rig_free(&r);
	buf_free(&script);
	free(target);
	return (ran);
}

/* Out, by no more than the best way and what looking costs. */
static void
check_way(const char *spec, const struct way *into, size_t fewest)
{
	struct ran r = recover(spec, into, "recover");
	size_t most = fewest + SLACK + r.beyond;

	if (r.code != 0)
		fail_msg("%s: %zu requests would do\n%s", spec, fewest, r.text);
	/* Asking whether it goes on by itself is milder than what would. */
	if (r.sent > most)
		most += r.repeats < REPEATS ? r.repeats : REPEATS;
	if (r.sent > most)
		fail_msg("%s: %zu requests, %zu would do\n%s", spec, r.sent,
		    fewest, r.text);
	free(r.text);
}

/* No way: says so, and that a reset helps exactly if it does. */
static void
check_none(const char *spec, const struct way *into)
{
	bool helps = reset_helps(spec, into);
	struct ran r = recover(spec, into, "recover");
	struct ran all = recover(spec, into, "recover all");

	if (r.code == 0 && strstr(r.text, "reset") == NULL)
		fail_msg("%s: no way was found, but:\n%s", spec, r.text);
	if (r.code != 0 && strstr(r.text, helps ? "recover reset" :
	    "unplugging") == NULL)
		fail_msg("%s: reset helps: %d\n%s", spec, helps, r.text);
	if ((all.code == 0) != helps)
		fail_msg("%s: reset helps: %d\n%s", spec, helps, all.text);
	if (!helps && strstr(all.text, "only unplugging") == NULL)
		fail_msg("%s:\n%s", spec, all.text);
	free(r.text);
	free(all.text);
}

/* Each rung by its name ends, whatever it meets. */
static void
check_rungs(const char *spec, const struct way *into)
{
	static const char *const rungs[] = { "recover wait",
	    "recover getstatus", "recover clrstatus",
	    "recover clrstatus-pair", "recover abort", "recover detach",
	    "recover alternate", "recover reset", "recover unplug",
	    "recover next" };
	struct ran r;
	size_t i;

	for (i = 0; i < sizeof(rungs) / sizeof(rungs[0]); i++) {
		r = recover(spec, into, rungs[i]);
		if ((r.code != 0 && r.code != 76 && r.code != 64) ||
		    r.sent > 105 || strstr(r.text, "not finished") != NULL)
			fail_msg("%s: %d\n%s", spec, r.code, r.text);
		free(r.text);
	}
}

#define SEEN	96

struct search {
	const char	*spec;
	int		 states[SEEN];	/* what was seen, to be found anew */
	size_t		 nseen;
	struct way	 ways[SEEN];	/* into each */
	size_t		 checked;
	bool		 rungs;		/* each of them, and all places */
};

/*
 * Where a way leads, as one number; -1 if it left. What is under way belongs
 * to it: a command that nobody knows is another thing than a block.
 */
static int
place_of(const char *spec, const struct way *w, bool whole)
{
	struct seat s = sit(spec);
	int place = -1;

	walk(&s, w);
	if (sim_present(s.sim) && sim_incarnation(s.sim) == 1)
		place = sim_state(s.sim) << 8 | sim_status(s.sim);
	if (whole && place >= 0 && w->n > 0 && w->ask[w->n - 1] >= LADDER)
		place |= w->ask[w->n - 1] << 16;
	sim_free(s.sim);
	return (place);
}

static void
take(struct search *t, const struct way *w)
{
	int place = place_of(t->spec, w, t->rungs);
	size_t i, n;

	for (i = 0; i < t->nseen; i++) {
		if (t->states[i] == place)
			return;
	}
	if (place < 0)
		return;
	assert_true(t->nseen < SEEN);
	t->ways[t->nseen] = *w;
	t->states[t->nseen++] = place;
	n = best(t->spec, w);
	if (n > 0)
		check_way(t->spec, w, n);
	else
		check_none(t->spec, w);
	if (t->rungs)
		check_rungs(t->spec, w);
	t->checked++;
}

/* All states that requests lead to, nearest first. */
static size_t
check_states(const char *spec, bool rungs)
{
	struct search t = { .spec = spec, .rungs = rungs };
	struct way w = { .n = 0 };
	size_t at, i;

	take(&t, &w);
	for (at = 0; at < t.nseen; at++) {
		if (t.ways[at].n + 1 == STEPS)
			continue;
		for (i = 0; i < NASKS * 2; i++) {
			w = t.ways[at];
			w.ask[w.n] = (uint8_t)(i / 2);
			w.settled[w.n++] = i % 2;
			take(&t, &w);
		}
	}
	return (t.checked);
}

static const char *const faults[] = {
	",stuck=2", ",stuck=7", ",stuck=never",
	",start=error", ",start=manifest", ",start=manifest,stuck=7",
	",start=manifest,stuck=never",
	",silent=getstatus@1", ",silent=getstatus@2", ",silent=getstatus@3",
	",silent=clrstatus@1", ",silent=abort@1", ",silent=any@1",
	",stall=getstatus@1", ",stall=getstatus@2", ",stall=clrstatus@1",
	",stall=abort@1", ",stall=any@2",
};

static void
check_profile(const char *profile)
{
	char *spec;
	size_t i;

	assert_true(check_states(profile, true) > 2);
	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		spec = mem_printf("%s%s", profile, faults[i]);
		assert_true(check_states(spec, false) > 0);
		free(spec);
	}
}

#define PROFILE(id, name) \
static void \
test_##id(void **state) \
{ \
	(void)state; \
	check_profile(name); \
}
PROFILE(dfu11, "dfu11")
PROFILE(dfu11_replies, "dfu11,busy=reply")
PROFILE(dfu11_intolerant, "dfu11,tolerant=0")
PROFILE(stm32f072, "stm32f072")
PROFILE(st, "st")
PROFILE(tinyusb, "tinyusb")
PROFILE(tinyusb_forgets, "tinyusb,finish=never")
PROFILE(tinyusb_intolerant, "tinyusb,tolerant=0")
PROFILE(uboot, "uboot")
PROFILE(dapboot, "dapboot")
PROFILE(dapboot_starts, "dapboot,flash=pattern")
PROFILE(dfu11_app, "dfu11,mode=app,will-detach=1")

/* What is said in the end, and the exit code. */
static const struct {
	const char	*target;
	const char	*script;
	unsigned	 flags;
	int		 code;
	const char	*said;
	const char	*unsaid;
} ends[] = {
	{ "stm32f072,start=manifest,stuck=7", "recover", 0, 0,
	    "out: the device left the bus after 7 requests: getstatus #2-#7: "
	    "dfuMANIFEST -> left the bus; nothing came back in 3 s", "ABORT" },
	{ "stm32f072,start=manifest,stuck=7,back=same", "recover", 0, 0,
	    "came back as 0483:df11, in DFU mode again", NULL },
	/* Neither ABORT nor CLRSTATUS: they cost the leave. */
	{ "stm32f072,start=manifest,stuck=never", "recover", 0, 76,
	    "still in dfuMANIFEST after 101 requests: getstatus #2-#101: "
	    "still dfuMANIFEST; no request is known to help: left are a bus "
	    "reset (recover reset; ST ROM, inferred:", "ABORT" },
	{ "stm32f072,start=manifest,stuck=never", "recover all", 0, 0,
	    "reset #102: dfuMANIFEST -> dfuIDLE", "ABORT" },
	{ "stm32f072,start=error", "recover", 0, 0, "out: dfuIDLE after 3 "
	    "requests: clrstatus #2-#3: dfuERROR -> dfuIDLE", NULL },
	{ "stm32f072,start=error", "recover next", 0, 0, "out: dfuIDLE",
	    NULL },
	{ "stm32f072,start=error", "recover abort", 0, 76,
	    "ABORT, #2-#3: STALL, still dfuERROR", "CLRSTATUS" },
	{ "stm32f072", "recover", 0, 0,
	    "dfuIDLE: there is nothing to recover from", NULL },
	{ "stm32f072,start=error", "recover", RIG_READ_ONLY, 64,
	    "read-only", "CLRSTATUS" },
	{ "stm32f072", "recover unplug", 0, 64, "by hand", NULL },
	/* It faults on an address that is not there, and is silent. */
	{ "st", "upload 60000 16; recover all", 0, 76,
	    "a bus reset did not help: only unplugging does", "CLRSTATUS" },
	{ "dfu11,tolerant=0", "dnload hex:0011; getstatus; wait; getstatus; "
	    "dnload; getstatus; wait; recover", RIG_YES, 0,
	    "reset", "CLRSTATUS" },
	{ "stm32f072,gone=getstatus@2", "recover getstatus; recover", 0, 74,
	    "not on the bus", NULL },
	{ "stm32f072,chaos=60,seed=5,start=error", "recover all", 0, -1,
	    "requests", NULL },
	{ "stm32f072,poll-manifest=16777215,start=manifest,stuck=never",
	    "recover", 0, 76, "still in dfuMANIFEST after 3 requests", NULL },
};

static void
check_end(size_t i)
{
	char *target = mem_printf("sim:%s", ends[i].target);
	struct rig r = { .targets = target, .script = ends[i].script,
	    .flags = ends[i].flags };

	rig_batch(&r);
	if ((ends[i].code >= 0 && r.code != ends[i].code) ||
	    !rig_said(&r, ends[i].said) ||
	    (ends[i].unsaid != NULL && rig_said(&r, ends[i].unsaid)))
		fail_msg("%s: %s: %d\n%s%s", target, ends[i].script, r.code,
		    buf_str(&r.out), buf_str(&r.err));
	rig_free(&r);
	free(target);
}

static void
the_end_is_told(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		check_end(i);
}

/* The recipe of a way out, which does the same again; NULL: none. */
static void
check_recipe(const char *spec, const char *into, const char *has)
{
	const char *path = "test_recover.recipe";
	char *target = mem_printf("sim:%s", spec);
	char *script = mem_printf("%srecover; recover save %s; recover save "
	    "%s", into, path, path);
	struct rig r = { .targets = target, .script = script,
	    .flags = RIG_YES };
	struct rig again = { .targets = target, .flags = RIG_YES };
	struct buf recipe = { 0 }, error = { 0 };

	remove(path);
	rig_batch(&r);
	/* The second save finds the file there, and leaves it alone. */
	if (r.code != 74 || !rig_said(&r, "File exists"))
		fail_msg("%s: %d\n%s", spec, r.code, buf_str(&r.out));
	buf_adds(&recipe, into);
	buf_addc(&recipe, '\n');
	assert_true(file_read(path, 10000, &recipe, &error));
	if (strstr(buf_str(&recipe), has) == NULL)
		fail_msg("%s: \"%s\" is not in\n%s", spec, has,
		    buf_str(&recipe));
	again.script = buf_str(&recipe);
	rig_batch(&again);
	if (again.code != 0)
		fail_msg("%s: %d\n%s\n%s%s", spec, again.code,
		    buf_str(&recipe), buf_str(&again.out),
		    buf_str(&again.err));
	remove(path);
	rig_free(&r);
	rig_free(&again);
	buf_free(&recipe);
	free(script);
	free(target);
}

static void
a_recipe_does_it_again(void **state)
{
	(void)state;
	check_recipe("stm32f072,start=manifest,stuck=7", "",
	    "until gone max 12 getstatus\nexpect gone\n");
	check_recipe("stm32f072,start=error", "",
	    "clrstatus\ngetstatus\nexpect state dfuIDLE\n");
	/* The polls that did nothing are not in it. */
	check_recipe("st", "dnload 0 hex:ff00000000; getstatus; ",
	    ", ST library\n# #11-#14: dfuDNBUSY -> dfuIDLE\n"
	    "clrstatus; getstatus; clrstatus\n");
	check_recipe("dfu11", "dnload 0 hex:0011; getstatus; ",
	    "\nabort\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dfu11),
		cmocka_unit_test(test_dfu11_replies),
		cmocka_unit_test(test_dfu11_intolerant),
		cmocka_unit_test(test_stm32f072),
		cmocka_unit_test(test_st),
		cmocka_unit_test(test_tinyusb),
		cmocka_unit_test(test_tinyusb_forgets),
		cmocka_unit_test(test_tinyusb_intolerant),
		cmocka_unit_test(test_uboot),
		cmocka_unit_test(test_dapboot),
		cmocka_unit_test(test_dapboot_starts),
		cmocka_unit_test(test_dfu11_app),
		cmocka_unit_test(the_end_is_told),
		cmocka_unit_test(a_recipe_does_it_again),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
