/* SPDX-License-Identifier: ISC */
/*
 * Nothing that a plain device would store is sent on a guess: every command,
 * every key and every profile, with the memory of the device held against what
 * it was before.
 */
#include "config.h"

#include "tests/loop/rig.h"
#include "tests/loop/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "command/app.h"
#include "command/command.h"
#include "diagnosis/dialect.h"
#include "job/job.h"
#include "source/source.h"

#define NAMED		"sim:dfu11,wrong=layout-dfuse"
#define DFUSE_11	"sim:stm32f072,flash=pattern,wrong=version-1.1"
#define MEMORY_MOST	(1u << 18)

/* Where the memory of a profile begins, as sim_peek counts. */
static const struct {
	const char	*profile;
	uint32_t	 address;
} memories[] = {
	{ "dfu11", 0 }, { "stm32f072", 0x08000000 }, { "st", 0x08003000 },
	{ "tinyusb", 0 }, { "uboot", 0 }, { "dapboot", 0x08002000 },
	{ "mboot", 0x08008000 }, { "libopencm3", 0x08002000 },
	{ "blackmagic", 0x08002000 }, { "gd32", 0x08008000 },
	{ "zephyr", 0 },
};

/* What the descriptors can say of the dialect, and of the memory. */
static const char *const claims[] = { "", ",wrong=layout-dfuse",
	",wrong=version-1.1", ",wrong=layout-dfuse,wrong=version-1.1",
	",wrong=layout-plain", ",wrong=layout-empty,wrong=version-1.0",
	",wrong=layout-dfuse,wrong=version-none",
	",wrong=layout-dfuse,descriptors=seven",
	",wrong=layout-dfuse,wrong=functional-none",
	",wrong=layout-dfuse,wrong=no-upload", ",strings=hostile" };

/* The words that a row needs; %s is a file that is there. */
static const struct {
	const char	*name;
	const char	*line;
} words[] = {
	{ "trace", "trace true" },
	{ "set-address", "set-address 0x08003000" },
	{ "erase", "erase 0x08003000" },
	{ "leave", "leave 0x08003000" },
	{ "flash", "flash %s 0x08003000" },
	{ "verify", "verify %s 0x08003000" },
	{ "read", "read 0x08003000 64 %s replace" },
	{ "erase-range", "erase-range 0x08003000 64" },
	{ "dnload", "dnload 0 hex:2100300008" },
	{ "control", "control 0x21 1 0 0 5 hex:2100300008" },
	{ "alt", "alt 0" },
	{ "string", "string 1" },
	{ "do-as", "do-as pydfu flash %s 0x08003000" },
	{ "expect", "expect state dfuIDLE" },
	{ "until", "until state dfuERROR max 2 set-address 0x08003000" },
	{ "repeat", "repeat 2 set-address 0x08003000" },
	{ "on", "getstatus; on state dfuIDLE set-address 0x08003000" },
	{ "try", "try set-address 0x08003000" },
	{ "source", "source %s.recipe" },
	{ "mark", "mark here" },
	{ "export", "export svg %s.out" },
	{ "save", "save image %s.bin" },
	{ "compare", "compare read" },
	{ "record", "record off" },
	{ "recover", "recover all" },
	{ "stack", "stack tinyusb" },
	{ "timeout", "timeout 100" },
	{ "xfer-size", "xfer-size 64" },
	{ "device", "device 1" },
	{ "instead", "instead set-address 0x08003000" },
	{ "break", "break state dfuIDLE" },
	{ "watch", "watch off" },
	{ "fault", "fault latency=300" },
};

/* More that would send such a thing. */
static const char *const more[] = { "leave", "dnload 0 hex:41",
	"dnload 0 hex:92", "flash %s", "verify %s", "read %s replace",
	"flash %s 0x08003000 verify leave", "mass-erase; getstatus",
	"step; set-address 0x08003000; continue", "recover next",
	"do-as pydfu leave", "do-as betaflight flash %s 0x08003000",
	"do-as dfu-util flash %s", "do-as webdfu flash %s",
	"do-as dfu-util leave", "wipe; unprotect; leave 0x08003000" };

static char *file;

/* A copy of line, with the name of the file for %s. */
static char *
with_file(const char *line)
{
	const char *hole = strstr(line, "%s");

	if (hole == NULL)
		return (mem_strdup(line));
	return (mem_printf("%.*s%s%s", (int)(hole - line), line, file,
	    hole + 2));
}

/* What a row is called with. */
static char *
line_of(const struct command_row *row)
{
	struct buf error = { 0 };
	const char *line = row->name;
	struct job *j;
	char *made;
	size_t i;

	for (i = 0; i < COUNT(words); i++)
		if (strcmp(words[i].name, row->name) == 0)
			line = words[i].line;
	made = with_file(line);
	j = command_compile(made, &error, NULL);
	if (j == NULL)
		fail_msg("%s: give it words here: %s", made, buf_str(&error));
	job_free(j);
	return (made);
}

static uint32_t
address_of(const char *spec)
{
	size_t i, n = strcspn(spec, ",");

	for (i = 0; i < COUNT(memories); i++)
		if (strlen(memories[i].profile) == n &&
		    strncmp(memories[i].profile, spec, n) == 0)
			return (memories[i].address);
	fail_msg("%s: where is its memory?", spec);
	return (0);
}

/* All of its memory. */
static void
copy_memory(struct sim *sim, uint32_t address, struct buf *b)
{
	uint8_t byte;

	buf_reset(b);
	while (b->len < MEMORY_MOST &&
	    sim_peek(sim, address + (uint32_t)b->len, &byte, 1))
		buf_addc(b, (char)byte);
}

static const struct session *
session_of(const struct loop *l)
{
	return (loop_app(l)->sessions->list[0]);
}

/* By its bytes it is a command, whatever the program made of it. */
static bool
is_command(const struct trace *t, const struct request *r)
{
	static const struct dfu_context undecided;
	const struct event *e = trace_get(t, r->submit);
	struct dfu_meaning m;

	assert_non_null(e);
	m = dfu_meaning(&e->setup, e->data, e->kept, &undecided);
	return (dfu_meaning_undecided(&m) != NULL);
}

/* No request that would be stored reached a device that speaks plain DFU. */
static void
expect_unguessed(const struct loop *l, const char *target, const char *line)
{
	const struct session *s = session_of(l);
	/* These do speak it, and some prove it when they are queried. */
	static const char *const speakers[] = { "st", "mboot", "libopencm3",
		"blackmagic", "gd32" };
	const struct request *r;
	bool dfuse = false;
	size_t i;

	target += strncmp(target, "sim:", 4) == 0 ? 4 : 0;
	for (i = 0; i < sizeof(speakers) / sizeof(speakers[0]); i++)
		dfuse |= strncmp(target, speakers[i],
		    strlen(speakers[i])) == 0;

	for (i = 0; i < s->nrequests; i++) {
		r = &s->requests[i];
		if (dfu_meaning_undecided(&r->meaning) != NULL || (!dfuse &&
		    is_command(loop_app(l)->sessions->trace, r)))
			fail_msg("%s: %s: #%u was sent on a guess", target,
			    line, r->number);
	}
}

/* spec as for sim_new; answer and read_only as for a trial. */
static void
expect_untouched(const char *spec, const char *line, const char *answer,
    bool read_only)
{
	struct buf before = { 0 }, after = { 0 }, error = { 0 };
	struct sim *sim = sim_new(spec, &error);
	struct trial t = { .target = spec, .commands = { line },
		.answer = answer, .read_only = read_only, .lent = sim };

	if (sim == NULL)
		fail_msg("%s: %s", spec, buf_str(&error));
	copy_memory(sim, address_of(spec), &before);
	assert_true(before.len > 64);
	trial_run(&t);
	copy_memory(sim, address_of(spec), &after);
	if (after.len != before.len ||
	    memcmp(after.data, before.data, before.len) != 0)
		fail_msg("%s: %s: the memory is another", spec, line);
	expect_unguessed(t.loop, spec, line);
	trial_free(&t);
	sim_free(sim);
	buf_free(&before);
	buf_free(&after);
}

static const char *const looks[] = { "getstate; getstatus; upload; abort",
	"get-commands; abort; what-if; ways; dialect", "names; string 1",
	"read %s replace", "read 0x08003000 64 %s replace", "verify %s",
	"verify %s 0x08003000", "getstatus; abort; clrstatus; getstatus" };

/* truth of every profile, whatever its descriptors claim. */
static void
test_looking_changes_nothing(void **state)
{
	char *spec, *line;
	size_t p, c, i;

	(void)state;
	for (p = 0; p < sim_profiles_count; p++)
	for (c = 0; c < COUNT(claims); c += walk_step(2))
	for (i = 0; i < COUNT(looks); i++) {
		spec = mem_printf("%s%s", sim_profiles[p].name, claims[c]);
		line = with_file(looks[i]);
		expect_untouched(spec, line, NULL, false);
		free(line);
		free(spec);
	}
}

/* Which devices a walk over all commands meets. */
static const char *const walked[] = { "dfu11", "dfu11,wrong=layout-dfuse",
	"tinyusb,wrong=layout-dfuse", "stm32f072,flash=pattern",
	"stm32f072,flash=pattern,wrong=version-1.1",
	"uboot,wrong=layout-dfuse", "st" };

static void
test_read_only_changes_nothing(void **state)
{
	const struct command_row *row;
	char *line;
	size_t i, n;

	(void)state;
	for (i = 0; i < COUNT(walked); i++) {
		for (n = 0; (row = command_at(n)) != NULL; n++) {
			line = line_of(row);
			expect_untouched(walked[i], line, NULL, true);
			free(line);
		}
		for (n = 0; n < COUNT(more); n++) {
			line = with_file(more[n]);
			expect_untouched(walked[i], line, NULL, true);
			free(line);
		}
	}
}

static void
walk_undecided(const char *target, const char *line, const char *answer)
{
	struct trial t = { .target = target, .commands = { line },
		.answer = answer };

	trial_run(&t);
	expect_unguessed(t.loop, target, line);
	trial_free(&t);
}

/* Neither --yes, nor "no", nor "query" sends one. */
static void
test_no_command_guesses(void **state)
{
	static const char *const targets[] = { NAMED,
		"sim:tinyusb,wrong=layout-dfuse",
		"sim:zephyr,wrong=layout-dfuse", NAMED ",wrong=no-upload" };
	static const char *const answers[] = { NULL, "no" };
	const struct command_row *row;
	size_t i, k, n;
	char *line;

	(void)state;
	for (i = 0; i < COUNT(targets); i += walk_step(2))
	for (k = 0; k < COUNT(answers); k++) {
		for (n = 0; (row = command_at(n)) != NULL; n++) {
			line = line_of(row);
			walk_undecided(targets[i], line, answers[k]);
			free(line);
		}
		for (n = 0; n < COUNT(more); n++) {
			line = with_file(more[n]);
			walk_undecided(targets[i], line, answers[k]);
			free(line);
		}
	}
}

/* Armed, so that no other question stands in the way. */
static void
test_no_key_guesses(void **state)
{
	const struct command_row *row;
	struct press presses[] = { { 0, "arm", false }, { 10, NULL, true },
		{ 5000, "no", false } };
	struct play p = { .target = NAMED, .presses = presses,
		.n = COUNT(presses), .strict = true, .stops = true,
		.policy = { .interactive = true } };
	size_t n, keys = 0;
	char *line;

	(void)state;
	for (n = 0; (row = command_at(n)) != NULL; n++) {
		if (row->key == 0 || strcmp(row->name, "quit") == 0)
			continue;
		keys++;
		line = line_of(row);
		presses[1].line = line;
		play_run(&p);
		expect_unguessed(p.loop, NAMED, line);
		if (row->danger == DFU_DANGER_NONE &&
		    strstr(row->press != NULL ? row->press : "", " ") ==
		    NULL && strstr(buf_str(&p.said), "DNLOAD") != NULL)
			fail_msg("%s: a looking key sent a DNLOAD", line);
		play_free(&p);
		buf_free(&p.said);
		free(line);
	}
	assert_true(keys > 10);
}

static const struct {
	const char	*line;
	const char	*asked;
	const char	*yes;		/* what answers it */
} questions[] = {
	{ "set-address 0x08000000", "Send set-address 0x08000000? The "
	    "dialect is undecided: a plain DFU device would store these 5 "
	    "bytes as firmware", "yes" },
	{ "erase 0x08000000", "Send erase 0x08000000? The dialect is "
	    "undecided: a plain DFU device would store these 5 bytes as "
	    "firmware", "yes" },
	{ "mass-erase", "Send mass-erase? The dialect is undecided: a plain "
	    "DFU device would store this byte as firmware", "yes mass-erase" },
	{ "read-unprotect", "Send read-unprotect? The dialect is undecided: "
	    "a plain DFU device would store this byte as firmware",
	    "yes read-unprotect" },
};

static void
test_questions(void **state)
{
	struct press presses[] = { { 0, "arm", false }, { 10, NULL, true },
		{ 20, NULL, false }, { 500, "dialect", false } };
	struct play p = { .target = NAMED, .presses = presses,
		.n = COUNT(presses), .stops = true,
		.policy = { .interactive = true, .yes = true } };
	size_t i, pass;

	(void)state;
	for (i = 0; i < COUNT(questions); i++)
	for (pass = 0; pass < 2; pass++) {
		presses[1].line = questions[i].line;
		presses[2].line = pass == 0 ? "no" : questions[i].yes;
		play_run(&p);
		if (strstr(buf_str(&p.said), questions[i].asked) == NULL)
			fail_msg("%s", buf_str(&p.said));
		assert_int_equal(session_of(p.loop)->nrequests, pass);
		play_free(&p);
		buf_free(&p.said);
	}
}

/* A slip is no word of what takes everything. */
static void
test_word(void **state)
{
	static const struct press presses[] = { { 0, "mass-erase", true },
		{ 10, "yes", true }, { 20, "no", true } };
	struct play p = { .target = NAMED, .presses = presses,
		.n = COUNT(presses), .policy = { .interactive = true } };

	(void)state;
	play_run(&p);
	assert_non_null(strstr(buf_str(&p.said),
	    "type yes mass-erase to answer"));
	assert_int_equal(session_of(p.loop)->nrequests, 0);
	play_free(&p);
}

#define PLAY(target_, presses, texts) do {			\
	struct play p = { .target = target_,			\
		.presses = presses, .n = COUNT(presses),	\
		.strict = true,					\
		.policy = { .interactive = true } };		\
								\
	play_run(&p);						\
	play_expect(&p, texts, COUNT(texts));			\
	expect_unguessed(p.loop, target_, "query");	\
	play_free(&p);						\
} while (0)

/* What the device says decides, and then nothing is asked any more. */
static void
test_query_decides(void **state)
{
	static const struct press presses[] = {
		{ 0, "set-address 0x08000000", true }, { 10, "query", true },
		{ 20, "dialect", true }, { 500, "getstatus", true },
	};
	static const char *const texts[] = {
		"asked Send set-address 0x08000000? The dialect is undecided",
		"submit UPLOAD block 0",
		"submit ABORT", "submit DNLOAD block 0, 5 bytes",
		("said DfuSe: the device answered UPLOAD of block 0 with its "
		"DfuSe commands (#1)"),
	};

	(void)state;
	PLAY(DFUSE_11, presses, texts);
}

static void
test_query_decides_nothing(void **state)
{
	static const struct press presses[] = {
		{ 0, "set-address 0x08000000", true }, { 10, "query", true },
		{ 20, "query", true }, { 30, "no", true },
	};
	static const char *const texts[] = {
		"asked Send set-address 0x08000000? The dialect is undecided",
		"submit UPLOAD block 0",
		"submit ABORT", "asked Send set-address 0x08000000? The "
		    "dialect is undecided",
		"Query: the dialect is still undecided: the answer to UPLOAD "
		"of block 0 (#1)",
		"submit UPLOAD block 0", "submit ABORT",
		"asked Send set-address 0x08000000? The dialect is undecided",
		"result 0 not sent",
	};
	static const char *const stalls[] = { "STALL", "submit GETSTATUS",
		("Query: the dialect is still undecided: UPLOAD of block 0 "
		"was not answered"), "STALL",
		"result 0 not sent" };
	static const char *const cannot[] = { "Query: cannot query the dialect",
		"bitCanUpload is clear", "result 0 not sent" };

	(void)state;
	PLAY(NAMED, presses, texts);
	PLAY(NAMED ",stall=upload@1,stall=upload@2", presses, stalls);
	PLAY(NAMED ",wrong=no-upload", presses, cannot);
}

/* In the middle of a download a query would be an error of the host's. */
static void
test_query_waits_for_idle(void **state)
{
	static const struct press presses[] = {
		{ 0, "dnload 0 hex:0102; getstatus; wait; getstatus", false },
		{ 10, "yes", true }, { 500, "set-address 0x08000000", true },
		{ 510, "query", true }, { 520, "no", true },
	};
	static const char *const texts[] = {
		"asked Send set-address 0x08000000? The dialect is undecided",
		"asked Send set-address 0x08000000? The dialect is undecided",
		"result 0 not sent",
	};
	struct play p = { .target = NAMED, .presses = presses,
		.n = COUNT(presses), .policy = { .interactive = true } };

	(void)state;
	play_run(&p);
	play_expect(&p, texts, COUNT(texts));
	assert_null(strstr(buf_str(&p.said), "UPLOAD"));
	play_free(&p);
}

/* A yes is for this job, not for the next. */
static void
test_yes_is_for_one(void **state)
{
	static const struct press presses[] = {
		{ 0, "set-address 0x08000000", true }, { 10, "yes", true },
		{ 20, "getstatus; wait; getstatus", false },
		{ 500, "set-address 0x08000000", true }, { 510, "no", true },
	};
	struct play p = { .target = NAMED, .presses = presses,
		.n = COUNT(presses), .policy = { .interactive = true } };

	(void)state;
	play_run(&p);
	assert_int_equal(rig_count(buf_str(&p.said), "submit DNLOAD"), 1);
	assert_int_equal(rig_count(buf_str(&p.said), "asked Send set"), 2);
	play_free(&p);
}

/* Not answered, and refused: what ends that is named. */
static void
test_refusals_name_the_way(void **state)
{
	struct trial t = { .target = NAMED,
		.commands = { "set-address 0x08000000", "mass-erase",
		"read 0x08000000 16 /nowhere/x", "leave 0x08000000",
		"wipe", "erase-range 0x08000000 16" } };
	size_t i;

	(void)state;
	t.commands[2] = mem_printf("read 0x08000000 16 %s replace", file);
	trial_run(&t);
	assert_int_equal(t.results, 6);
	for (i = 0; i < t.results; i++)
		trial_expect(&t, i, 64, "dialect dfuse|plain");
	trial_expect(&t, 0, 64, "get-commands");
	free((char *)(uintptr_t)t.commands[2]);
	trial_free(&t);
}

/* A DfuSe device of version 1.1: asked, it is read as any other. */
static void
test_dfuse_of_version_1_1(void **state)
{
	char *line = mem_printf("read 0x08000000 256 %s replace", file);
	struct trial t = { .target = DFUSE_11, .commands = { line } };
	struct buf got = { 0 }, error = { 0 };

	(void)state;
	trial_run(&t);
	trial_expect(&t, 0, 0, "256 bytes from 0x08000000 read");
	assert_int_equal(session_dialect(session_of(t.loop)),
	    DFU_DIALECT_DFUSE);
	assert_true(file_read(file, 4096, &got, &error));
	assert_int_equal(got.len, 256);
	assert_true(trial_same(&t, 0x08000000, got.data, got.len));
	trial_free(&t);
	buf_free(&got);
	free(line);
}

/* The operator's word is for one arrival; the target's for each. */
static void
test_word_ends_with_the_arrival(void **state)
{
	static const struct press presses[] = {
		{ 0, "dialect dfuse", true }, { 1, "dialect", true },
		{ 10, "unplug", true }, { 100, "plug", true },
		{ 200, "dialect", true },
	};
	static const char *const once[] = { "command dialect dfuse",
		"said DfuSe: set by you", "arrived", "said undecided" };
	static const char *const each[] = { "arrived",
		"command dialect dfuse", "said DfuSe: set by you", "arrived",
		"command dialect dfuse", "said DfuSe: set by you" };

	(void)state;
	PLAY(DFUSE_11, presses, once);
	PLAY(DFUSE_11 ",dialect=dfuse", presses, each);
}

/* The same line in a longer one is said when its turn comes. */
static void
test_word_in_its_turn(void **state)
{
	struct trial t = { .target = DFUSE_11, .commands = {
		"set-address 0x08000000; dialect dfuse",
		"dialect dfuse; set-address 0x08000000; getstatus" } };

	(void)state;
	trial_run(&t);
	trial_expect(&t, 0, 64, "undecided");
	assert_int_equal(t.codes[1], 0);
	trial_free(&t);
}

/* Whoever reads the journal hears the word, too. */
static void
test_word_is_in_the_journal(void **state)
{
	char *path = mem_printf("%s.journal", file);
	struct trial t = { .target = DFUSE_11, .journal = path,
		.commands = { "dialect dfuse; set-address 0x08000000" } };
	struct sessions *sessions = sessions_new(trace_new(), 0);
	struct buf error = { 0 };
	const struct session *s;
	struct source *source;
	struct event e;

	(void)state;
	trial_run(&t);
	trial_free(&t);
	source = source_open(path, NULL, &error);
	assert_non_null(source);
	while (source_read(source, &e, &error) == SOURCE_EVENT)
		sessions_apply(sessions, &e);
	source_close(source);
	s = sessions->list[0];
	assert_int_equal(session_dialect(s), DFU_DIALECT_DFUSE);
	assert_string_equal(s->dialect_why, "set by you");
	assert_int_equal(session_request(s, 1)->meaning.kind,
	    DFU_KIND_SET_ADDRESS);
	sessions_free(sessions);
	unlink(path);
	free(path);
}

static int
make_files(void **state)
{
	static const char recipe[] = "set-address 0x08003000\n";
	struct buf error = { 0 };
	uint8_t *bytes;
	char *path;

	(void)state;
	file = trial_file(200, 7, &bytes);
	free(bytes);
	path = mem_printf("%s.recipe", file);
	assert_true(file_write(path, recipe, strlen(recipe), true, &error));
	free(path);
	return (0);
}

static int
drop_files(void **state)
{
	static const char *const ends[] = { "", ".recipe", ".out" };
	char *path;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(ends); i++) {
		path = mem_printf("%s%s", file, ends[i]);
		unlink(path);
		free(path);
	}
	free(file);
	return (0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_looking_changes_nothing),
		cmocka_unit_test(test_read_only_changes_nothing),
		cmocka_unit_test(test_no_command_guesses),
		cmocka_unit_test(test_no_key_guesses),
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_word),
		cmocka_unit_test(test_query_decides),
		cmocka_unit_test(test_query_decides_nothing),
		cmocka_unit_test(test_query_waits_for_idle),
		cmocka_unit_test(test_yes_is_for_one),
		cmocka_unit_test(test_refusals_name_the_way),
		cmocka_unit_test(test_dfuse_of_version_1_1),
		cmocka_unit_test(test_word_ends_with_the_arrival),
		cmocka_unit_test(test_word_in_its_turn),
		cmocka_unit_test(test_word_is_in_the_journal),
	};

	return (cmocka_run_group_tests(tests, make_files, drop_files));
}
