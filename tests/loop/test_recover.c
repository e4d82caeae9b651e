/* SPDX-License-Identifier: ISC */
/*
 * recover against the best that there is: for each simulated device, in each
 * state that requests lead to, with faults or without.
 */
#include "config.h"

#include "tests/loop/rig.h"
#include "tests/loop/way.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"

#define SLACK		2	/* a look before, and one in vain */
#define REPEATS		10	/* polls that show nothing moves by itself */

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

/*
 * The finding that blames the host for what recover sent: one whose proof
 * begins behind the n requests that led there. NULL: none does.
 */
static const char *
blames_itself(const char *text, size_t n)
{
	const char *at, *proof, *side, *end;

	for (at = text; (at = strstr(at, "\nerror: ")) != NULL; at++) {
		proof = strstr(at, "\n    #");
		side = strstr(at, "\n    side: ");
		end = strstr(at + 1, "\nerror: ");
		if (proof != NULL && side != NULL &&
		    (end == NULL || side < end) && proof < side &&
		    strtoul(proof + strlen("\n    #"), NULL, 10) > n &&
		    strncmp(side, "\n    side: the host", 19) == 0)
			return (at);
	}
	return (NULL);
}

static void
check_blame(const char *spec, const struct way *into, const struct ran *r)
{
	if (blames_itself(r->text, into->n) != NULL)
		fail_msg("%s: recover blames itself:\n%s", spec, r->text);
}

/* Out, by no more than the best way and what looking costs. */
static void
check_way(const char *spec, const struct way *into, size_t fewest)
{
	struct ran r = recover(spec, into, "recover");
	size_t most = fewest + SLACK + r.beyond;

	if (r.code != 0)
		fail_msg("%s: %zu requests would do\n%s", spec, fewest, r.text);
	check_blame(spec, into, &r);
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
	bool helps = way_reset_helps(spec, into);
	struct ran r = recover(spec, into, "recover");
	struct ran all = recover(spec, into, "recover all");

	check_blame(spec, into, &r);
	check_blame(spec, into, &all);
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

/* Each action by its name ends, whatever it meets. */
static void
check_actions(const char *spec, const struct way *into)
{
	static const char *const actions[] = { "recover wait",
	    "recover getstatus", "recover clrstatus",
	    "recover clrstatus-pair", "recover abort", "recover detach",
	    "recover alternate", "recover reset", "recover unplug",
	    "recover next" };
	struct ran r;
	size_t i;

	for (i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		r = recover(spec, into, actions[i]);
		if ((r.code != 0 && r.code != 76 && r.code != 64) ||
		    r.sent > 105 ||
		    strstr(r.text, "can happen any more") != NULL)
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
	bool actions; /* each of them, and all places */
};

static void
take(struct search *t, const struct way *w)
{
	int place = way_place(t->spec, w, t->actions);
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
	n = way_best(t->spec, w);
	if (n > 0)
		check_way(t->spec, w, n);
	else
		check_none(t->spec, w);
	if (t->actions)
		check_actions(t->spec, w);
	t->checked++;
}

/* All states that requests lead to, nearest first. */
static size_t
check_states(const char *spec, bool actions)
{
	struct search t = { .spec = spec, .actions = actions };
	struct way w = { .n = 0 };
	size_t at, i;

	take(&t, &w);
	for (at = 0; at < t.nseen; at += walk_step(3)) {
		if (t.ways[at].n + 1 == STEPS)
			continue;
		for (i = 0; i < asks_count * 2; i++) {
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
check_profile(const char *profile, size_t n)
{
	char *spec;
	size_t i;

	assert_true(check_states(profile, true) > 2);
	for (i = 0; i < n; i++) {
		spec = mem_printf("%s%s", profile, faults[i]);
		assert_true(check_states(spec, false) > 0);
		free(spec);
	}
}

#define FAULTS	(sizeof(faults) / sizeof(faults[0]))
#define STICKING	7	/* the first of them */

#define PROFILE(id, name, n) \
static void \
test_##id(void **state) \
{ \
	(void)state; \
	check_profile(name, n); \
}
PROFILE(dfu11, "dfu11", FAULTS)
PROFILE(dfu11_replies, "dfu11,busy=reply", STICKING)
PROFILE(dfu11_intolerant, "dfu11,tolerant=0", STICKING)
PROFILE(stm32f072, "stm32f072", FAULTS)
PROFILE(st, "st", FAULTS)
PROFILE(tinyusb, "tinyusb", FAULTS)
PROFILE(tinyusb_forgets, "tinyusb,finish=never", STICKING)
PROFILE(tinyusb_intolerant, "tinyusb,tolerant=0", STICKING)
PROFILE(uboot, "uboot", FAULTS)
PROFILE(dapboot, "dapboot", FAULTS)
PROFILE(dapboot_starts, "dapboot,flash=pattern", STICKING)
PROFILE(dfu11_app, "dfu11,mode=app,will-detach=1", STICKING)

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
	    "recovered: the device disconnected after 7 requests: getstatus "
	    "#2-#7: dfuMANIFEST -> disconnected; nothing reconnected within "
	    "3 s",
	    "> ABORT" },
	{ "stm32f072,start=manifest,stuck=7,back=same", "recover", 0, 0,
	    "reconnected as 0483:df11, in DFU mode again", NULL },
	/* Neither ABORT nor CLRSTATUS: they cost the leave. */
	{ "stm32f072,start=manifest,stuck=never", "recover", 0, 76,
	    "still in dfuMANIFEST after 101 requests: getstatus #2-#101: "
	    "still dfuMANIFEST; no request is known to help. Try recover "
	    "reset (bus reset; ST ROM, inferred:", "> ABORT" },
	{ "stm32f072,start=manifest,stuck=never", "recover all", 0, 0,
	    "reset #102: dfuMANIFEST -> dfuIDLE", "> ABORT" },
	{ "stm32f072,start=error", "recover", 0, 0, "recovered: the device "
	    "is in dfuIDLE after 3 requests: clrstatus #2-#3: dfuERROR -> "
	    "dfuIDLE", NULL },
	{ "stm32f072,start=error", "recover next", 0, 0, "recovered: the "
	    "device is in dfuIDLE",
	    NULL },
	{ "stm32f072,start=error", "recover abort", 0, 76,
	    "ABORT, #2-#3: STALL, still dfuERROR", "> CLRSTATUS" },
	{ "stm32f072", "recover", 0, 0,
	    "nothing to recover: the device is in dfuIDLE", NULL },
	{ "stm32f072,start=error", "recover", RIG_READ_ONLY, 64,
	    "read-only", "> CLRSTATUS" },
	/* Nothing was sent, so it says nothing of an answer. */
	{ "stm32f072", "recover wait", 0, 0, "waited 1.0 s; state not queried",
	    "no answer" },
	/* The first answer settles it. */
	{ "stm32f072", "getstatus; recover getstatus", 0, 0,
	    "recovered: the device is in dfuIDLE after 1 request", "#3" },
	{ "stm32f072", "recover unplug", 0, 64, "by hand", NULL },
	/* It faults on an address that is not there, and is silent. */
	{ "st", "upload 60000 16; recover all", 0, 76,
	    "the bus reset had no effect. Unplug the device", "> CLRSTATUS" },
	{ "dfu11,tolerant=0", "dnload hex:0011; getstatus; wait; getstatus; "
	    "dnload; getstatus; wait; recover", RIG_YES, 0,
	    "reset", "> CLRSTATUS" },
	{ "stm32f072,gone=getstatus@2", "recover getstatus; recover", 0, 74,
	    "disconnected", NULL },
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
	if (r.code != 74 || !rig_said(&r, "the file exists already"))
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

/* By a key on a real device each request that loses a state is asked for. */
static void
what_loses_is_asked_for(void **state)
{
	static const struct press presses[] = {
		{ 0, "recover clrstatus-pair", true }, { 2000, "yes", true },
		{ 3000, "yes", true }, { 9000, "recover abort", true },
		{ 9500, "no", true } };
	static const char *const texts[] = { "submit GETSTATUS",
		"asked Clear",
		"submit CLRSTATUS", "submit GETSTATUS",
		"asked Clear", "submit CLRSTATUS", "asked Abort the transfer",
		"result 0 not sent" };
	struct play p = { .target = "sim:st,flash=pattern", .strict = true,
	    .policy = { .interactive = true }, .presses = presses,
	    .n = sizeof(presses) / sizeof(presses[0]) };

	(void)state;
	play_run(&p);
	play_expect(&p, texts, sizeof(texts) / sizeof(texts[0]));
	play_free(&p);
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
		cmocka_unit_test(what_loses_is_asked_for),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
