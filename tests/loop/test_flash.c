/* SPDX-License-Identifier: ISC */
/* Whole operations on every kind of device, and on broken ones. */
#include "config.h"

#include "tests/loop/claims.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

#define F072	"sim:stm32f072"
#define BASE	0x08000000

/* A device, what goes into it, and what it says in the end. */
struct kind {
	const char	*target;
	uint32_t	 address;	/* in the simulation */
	size_t		 n;
	const char	*where;		/* of flash, or "" */
	const char	*range;		/* of read, or "" */
	const char	*tail;		/* of flash */
	const char	*flashed;	/* it says */
	const char	*verified;
};

static const struct kind kinds[] = {
	{ F072, BASE, 0x20000, "0x08000000", "0x08000000 0x20000", "verify",
	    "wrote 131072 and verified 131072 bytes", "verified" },
	{ F072 ",flash=pattern", BASE, 0x20000, "0x08000000",
	    "0x08000000 131072", "verify", "131072 erased", "verified" },
	{ F072 ",flash=pattern", BASE + 2048, 5001, "0x08000800",
	    "0x08000800 5001", "verify no-read", "6144 erased", "verified" },
	{ "sim:st,flash=pattern", 0x08003000, 0x8000, "0x08003000",
	    "0x08003000 0x8000", "verify", "32768 erased", "verified" },
	{ "sim:dfu11", 0, 5001, "", "", "verify", "downloaded 5001 bytes",
	    "verified: the device returned the 5001 bytes" },
	{ "sim:dfu11,busy=reply,poll=0", 0, 131072, "", "", "verify",
	    "verified: the device returned the 131072 bytes", "verified" },
	{ "sim:tinyusb", 0, 5001, "", "", "verify",
	    "verified: the device returned the 5001 bytes", "verified" },
	{ "sim:uboot", 0, 131072, "", "", "verify",
	    "verified: the device returned the 131072 bytes", "verified" },
	{ "sim:uboot,write=30", 0, 8192, "", "", "verify",
	    "verified: the device returned the 8192 bytes", "verified" },
};

static void
run_kind(const struct kind *k)
{
	uint8_t *bytes;
	char *name = trial_file(k->n, 7, &bytes);
	char *back = mem_printf("%s.back", name);
	char *flash = mem_printf("flash %s %s %s", name, k->where, k->tail);
	char *verify = mem_printf("verify %s %s", name, k->where);
	char *read = mem_printf("read %s %s", k->range, back);
	struct trial t = { .target = k->target,
	    .commands = { flash, verify, read } };
	struct buf got = { 0 }, error = { 0 };

	trial_run(&t);
	trial_expect(&t, 0, 0, k->flashed);
	trial_expect(&t, 1, 0, k->verified);
	trial_expect(&t, 2, 0, "read into");
	assert_true(trial_same(&t, k->address, bytes, k->n));
	assert_true(file_read(back, 1 << 20, &got, &error));
	assert_true(got.len >= k->n);
	assert_memory_equal(got.data, bytes, k->n);
	assert_int_equal(sim_state(t.sim), 2);
	buf_free(&got);
	trial_free(&t);
	unlink(back);
	unlink(name);
	free(read);
	free(verify);
	free(flash);
	free(back);
	free(name);
	free(bytes);
}

static void
every_kind_of_device(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		run_kind(&kinds[i]);
}

/* What one command comes to; %s is the file. */
struct row {
	const char	*target;
	const char	*before;	/* a command, NULL: none */
	const char	*command;
	int		 code;
	const char	*said;
	const char	*unsaid;
	const char	*answer;
};

static const struct row rows[] = {
	/* Less is done where less is needed. */
	{ F072, NULL, "flash %s 0x08000000 leave", 0,
	    "wrote 4096 of 4096 bytes, not read back (", "erased", NULL },
	{ F072, NULL, "flash %s 0x08000000 leave", 0,
	    "the device left after 1 poll", "came back", NULL },
	{ F072, "flash %s 0x08000000", "flash %s 0x08000000", 0,
	    "verified: the device already holds the 4096 bytes of the file",
	    NULL,
	    NULL },
	{ F072 ",stuck=7", NULL, "flash %s 0x08000000 leave", 0,
	    "the device left after 8 polls", NULL, NULL },
	{ F072 ",stuck=never", NULL, "flash %s 0x08000000 leave max 5", 76,
	    "still reports dfuMANIFEST after 5", NULL, NULL },
	/* Where it begins. */
	{ F072 ",start=error", NULL, "flash %s 0x08000000 verify", 0,
	    "verified", NULL, NULL },
	{ F072 ",start=manifest,stuck=never", NULL, "flash %s 0x08000000",
	    76, "the device is in dfuMANIFEST (#1). Run leave (L) to "
		"continue polling",
	    "written", NULL },
	{ F072, "upload 2 64", "flash %s 0x08000000 verify", 0, "verified",
	    NULL, NULL },
	{ F072, "dnload 2 hex:00", "flash %s 0x08000000 verify", 0,
	    "verified", NULL, NULL },
	{ F072, "dnload 0 hex:99", "flash %s 0x08000000 verify", 0,
	    "verified", NULL, NULL },
	/* What is refused before anything is sent. */
	{ F072, NULL, "flash /no/such/file 0x08000000", 66, "No such file",
	    NULL, NULL },
	{ F072 ",wrong=layout-read-only", NULL, "flash %s", 64,
	    "has no address, and the device", NULL, NULL },
	{ F072, NULL, "flash %s", 0, "0x08000000-0x08000fff: ", NULL,
	    NULL },
	{ "sim:st", NULL, "flash %s", 0, "0x08003000-0x08003fff: ", NULL,
	    NULL },
	{ F072, NULL, "flash %s 0x0801ff00", 65, "is outside the memory",
	    NULL, NULL },
	{ F072, NULL, "flash %s 0x20000000", 65, "is outside the memory",
	    NULL, NULL },
	{ "sim:st", NULL, "flash %s 0x08002000", 65, "read only", NULL,
	    NULL },
	{ "sim:dfu11,can-dnload=0", NULL, "flash %s", 76, "bitCanDnload",
	    NULL, NULL },
	{ "sim:dfu11,can-upload=0", NULL, "read /tmp/never", 76,
	    "bitCanUpload", NULL, NULL },
	{ F072, NULL, "read 0x08000000 16 %s", 64, "the file exists already",
	    NULL, NULL },
	{ F072, NULL, "read 0x0801fff8 16 /tmp/never", 64,
	    "0x08020000 is not readable memory", NULL, NULL },
	{ F072, NULL, "erase-range 0x1ffff800 4", 64, "in no erasable sector",
	    NULL, NULL },
	{ "sim:dfu11", NULL, "wipe", 64, "this command needs DfuSe",
	    NULL, NULL },
	{ F072 ",strings=hostile", NULL, "flash %s 0x08000000", 76,
	    "no memory map", NULL, NULL },
	/* Protection. */
	{ F072 ",rdp=1", NULL, "flash %s 0x08000000", 76, "rejected: "
	    "dfuERROR, errVENDOR", "written", NULL },
	{ F072 ",rdp=1", NULL, "flash %s 0x08000000", 76, "unprotect removes "
	    "it", "erased,", NULL },
	{ F072 ",rdp=1", NULL, "verify %s 0x08000000", 76, "errVENDOR",
	    "verified", NULL },
	/* What cannot be read is not written in its stead. */
	{ F072 ",flash=pattern,wrong=no-upload", NULL, "verify %s 0x08000000",
	    76, "does not support upload (bitCanUpload is clear)",
		"verified", NULL },
	{ F072 ",rdp=1,back=same", "unprotect", "flash %s 0x08000000 verify",
	    0, "verified", NULL, NULL },
	{ F072 ",rdp=1", NULL, "unprotect", 0, "reset itself", NULL, NULL },
	{ F072 ",wrp=0-1,flash=pattern", NULL, "flash %s 0x08000000 verify",
	    76, "differs from the data written (#", "verified", NULL },
	{ F072 ",wrp=0-1,flash=pattern", NULL, "flash %s 0x08000000", 0,
	    "bytes, not read back", "verified", NULL },
	{ "sim:st,wrp=12-12,flash=pattern", NULL, "flash %s 0x08003000", 76,
	    "erase 0x08003000: rejected: dfuERROR, errVENDOR", NULL,
	    NULL },
	/* Ranges, and all of it. */
	{ F072 ",flash=pattern", NULL, "erase-range 0x08000801 2048", 0,
	    "0x08000800-0x080017ff erased", NULL, NULL },
	{ F072 ",flash=pattern", NULL, "wipe", 0, "it erased everything",
	    NULL, NULL },
	/* Once for all of it. */
	{ F072 ",flash=pattern", NULL, "flash %s 0x08000000 verify leave", 0,
	    "verified", NULL, "yes" },
	{ F072 ",flash=pattern", NULL, "flash %s 0x08000000", 0, "not sent",
	    NULL, "no" },
	{ "sim:dfu11", NULL, "flash %s", 0, "downloaded", NULL, "yes" },
	{ F072, NULL, "wipe", 0, "it erased everything", NULL, "yes wipe" },
	{ F072, NULL, "unprotect", 0, "reset itself", NULL,
	    "yes unprotect" },
	/* Manifestation of every kind. */
	{ "sim:dfu11,tolerant=0", NULL, "flash %s", 0, "the device "
	    "reconnected as 1209:0001, in run-time mode", NULL, NULL },
	{ "sim:dfu11,tolerant=0,will-detach=1", NULL, "flash %s", 0,
	    "the device disconnected; the device reconnected as 1209:0001",
	    NULL,
	    NULL },
	{ "sim:dfu11", NULL, "flash %s leave", 0, "the device reconnected as "
	    "1209:0001, in run-time mode", NULL, NULL },
	{ "sim:dfu11,stuck=3", NULL, "flash %s", 0, "reports that it is done",
	    NULL, NULL },
	{ "sim:dfu11,want=99999", NULL, "flash %s", 76, "the end of the "
	    "download: rejected: dfuERROR, errNOTDONE", NULL, NULL },
	{ "sim:tinyusb,tolerant=0", NULL, "flash %s", 0,
	    "waits for a bus reset", NULL, NULL },
	{ "sim:tinyusb,finish=never", NULL, "flash %s", 76, "still "
	    "dfuMANIFEST", NULL, NULL },
	{ "sim:uboot,manifest=700", NULL, "flash %s verify", 0, "verified",
	    NULL, NULL },
	{ "sim:dapboot", NULL, "flash %s", 0, "disconnected", NULL, NULL },
	{ "sim:dapboot,stuck=3", NULL, "flash %s", 0, "disconnected", NULL,
	    NULL },
	/* A transfer that was given up is still open there. */
	{ "sim:uboot", "dnload 0 hex:00; getstatus; abort",
	    "flash %s verify", 0, "verified", NULL, NULL },
	/* Into DFU mode. */
	{ "sim:dfu11,mode=app", NULL, "enter-dfu", 0, "the device "
	    "reconnected as 1209:0002, in DFU mode (DETACH, bus reset)",
	    NULL, NULL },
	{ "sim:dfu11,mode=app,will-detach=1", NULL, "enter-dfu", 0,
	    "device detached itself", NULL, NULL },
	{ "sim:dfu11,mode=app", "enter-dfu", "flash %s verify", 0,
	    "verified", NULL, NULL },
	{ "sim:dfu11,mode=app", NULL, "flash %s", 76,
	    "Run enter-dfu first", NULL, NULL },
	{ F072, NULL, "enter-dfu", 0, "already in DFU mode", NULL, NULL },
	{ "sim:dfu11,mode=app,stall=detach@1", NULL, "enter-dfu", 76,
	    "DETACH: rejected", NULL, NULL },
	/* Block sizes. */
	{ F072 ",flash=pattern", "xfer-size 512",
	    "flash %s 0x08000000 verify", 0, "verified", NULL, NULL },
	{ F072 ",flash=pattern", "xfer-size 100",
	    "flash %s 0x08000000 verify", 0, "verified", NULL, NULL },
	/* Faults that are lived with. */
	{ F072 ",stall=getstatus@9", NULL, "flash %s 0x08000000 verify", 0,
	    "verified", NULL, NULL },
	{ F072 ",silent=getstatus@9", NULL, "flash %s 0x08000000 verify", 0,
	    "verified", NULL, NULL },
	{ F072 ",short=upload@1", NULL, "flash %s 0x08000000 verify", 0,
	    "verified", NULL, NULL },
	{ F072 ",babble=upload@1", NULL, "flash %s 0x08000000 verify", 0,
	    "verified", NULL, NULL },
	{ F072 ",short=getstatus@5", NULL, "flash %s 0x08000000 verify", 0,
	    "verified", NULL, NULL },
	{ F072 ",announce=0,flash=pattern", NULL,
	    "flash %s 0x08000000 verify", 0, "verified", NULL, NULL },
	{ F072 ",announce=1,flash=pattern", NULL,
	    "flash %s 0x08000000 verify", 0, "verified", NULL, NULL },
	/* What was read before it failed is kept; the file is another then. */
	{ "sim:tinyusb,babble=upload@2", NULL, "read %s replace", 76,
	    "more bytes than requested (#3); 1024 bytes read into", NULL,
	    NULL },
};

static void
run_row(const struct row *r, const char *name)
{
	char *before = r->before == NULL ? NULL : strstr(r->before, "%s") ==
	    NULL ? mem_strdup(r->before) : mem_printf("%.*s%s%s",
	    (int)(strstr(r->before, "%s") - r->before), r->before, name,
	    strstr(r->before, "%s") + 2);
	const char *hole = strstr(r->command, "%s");
	char *command = hole == NULL ? mem_strdup(r->command) :
	    mem_printf("%.*s%s%s", (int)(hole - r->command), r->command,
	    name, hole + 2);
	struct trial t = { .target = r->target, .answer = r->answer };
	size_t last = before != NULL;

	t.commands[0] = before != NULL ? before : command;
	t.commands[1] = before != NULL ? command : NULL;
	/* What acts on the application state alone has no result. */
	if (before != NULL && strncmp(before, "xfer-size", 9) == 0) {
		char *both = mem_printf("%s; %s", before, command);

		free(command);
		command = both;
		t.commands[0] = command;
		t.commands[1] = NULL;
		last = 0;
	}
	trial_run(&t);
	trial_expect(&t, last, r->code, r->said);
	if (r->unsaid != NULL &&
	    strstr(buf_str(&t.texts[last]), r->unsaid) != NULL)
		fail_msg("%s: %s: says \"%s\": %s", r->target, r->command,
		    r->unsaid, buf_str(&t.texts[last]));
	if (r->answer != NULL)
		assert_int_equal(t.questions, 1);
	trial_free(&t);
	free(command);
	free(before);
}

static void
one_row_each(void **state)
{
	uint8_t *bytes;
	char *name = trial_file(4096, 11, &bytes);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		run_row(&rows[i], name);
	unlink(name);
	free(name);
	free(bytes);
}

static void
nothing_is_sent_that_is_refused(void **state)
{
	static const char *const commands[] = {
		"flash %s 0x20000000", "read 0x30000000 4 /x",
		"erase-range 0x20000000 1",
	};
	uint8_t *bytes;
	char *name = trial_file(64, 3, &bytes), *command;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		const char *hole = strstr(commands[i], "%s");
		struct trial t = { .target = F072 };

		command = hole == NULL ? mem_strdup(commands[i]) :
		    mem_printf("flash %s%s", name, hole + 2);
		t.commands[0] = command;
		trial_run(&t);
		assert_int_equal(t.sent, 0);
		trial_free(&t);
		free(command);
	}
	unlink(name);
	free(name);
	free(bytes);
}

static void
read_only_refuses_before_anything(void **state)
{
	static const char *const commands[] = { "flash /x 0x08000000",
	    "wipe", "unprotect", "erase-range 0x08000000 1" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		struct trial t = { .target = F072, .read_only = true,
		    .commands = { commands[i] } };

		trial_run(&t);
		trial_expect(&t, 0, 64, "read-only");
		assert_int_equal(t.sent, 0);
		trial_free(&t);
	}
}

/* What is announced and not needed can be skipped. */
static void
waits_can_be_skipped(void **state)
{
	uint8_t *bytes;
	char *name = trial_file(4096, 13, &bytes);
	char *command = mem_printf("flash %s 0x08000000 verify", name);
	struct trial t = { .target = F072 ",flash=pattern,announce=50000,"
	    "poll-address=0,poll-erase=0,poll-write=0", .cut = TRIAL_SKIP,
	    .commands = { command } };

	(void)state;
	trial_run(&t);
	trial_expect(&t, 0, 0, "verified");
	assert_true(trial_same(&t, BASE, bytes, 4096));
	assert_true(t.longest < 1000000);
	trial_free(&t);
	unlink(name);
	free(command);
	free(name);
	free(bytes);
}

static void
option_bytes(void **state)
{
	static const uint8_t wanted[16] = { 0xaa, 0x55, 0xfe, 0x01, 0xff, 0,
	    0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0 };
	uint8_t *bytes;
	char *name = trial_file(16, 1, &bytes);
	char *flash = mem_printf("flash %s 0x1ffff800", name);
	char *verify = mem_printf("alt 1; verify %s 0x1ffff800", name);
	char *leave = mem_printf("flash %s 0x1ffff800 leave", name);
	char *again = mem_printf("alt 1; flash %s 0x1ffff800 verify no-read",
	    name);
	struct trial t = { .target = F072 ",back=same",
	    .commands = { "alt 1", leave, flash, verify, again },
	    .answer = "yes option-bytes" };
	struct buf error = { 0 };

	(void)state;
	assert_true(file_write(name, wanted, 16, true, &error));
	trial_run(&t);
	trial_expect(&t, 1, 64, "Leave out \"leave\"");
	trial_expect(&t, 2, 0, "after option bytes; the device reconnected "
	    "as 0483:df11, in DFU mode; not read back");
	trial_expect(&t, 3, 0, "verified");
	trial_expect(&t, 4, 0, "after option bytes; the device reconnected "
	    "as 0483:df11, in DFU mode; verified");
	assert_int_equal(t.questions, 2);
	assert_non_null(strstr(buf_str(&t.question), "lock the device"));
	assert_true(trial_same(&t, 0x1ffff800, wanted, 16));
	trial_free(&t);
	unlink(name);
	free(again);
	free(leave);
	free(verify);
	free(flash);
	free(name);
	free(bytes);
}

#define BESIDE	(BASE + 0x800)		/* the first page, of three */
#define FROM	(BASE + 0x864)
#define PAGES	0x1800

/* What lies beside the file in its pages: kept (1), or said to be lost. */
static void
beside(const char *words, bool kept, const char *asked, const char *said)
{
	uint8_t *bytes, is[PAGES], none[PAGES];
	uint8_t *before = claims_before("stm32f072,flash=pattern", BESIDE,
	    PAGES);
	size_t n = 5001, lead = FROM - BESIDE, tail = PAGES - lead - n;
	char *name = trial_file(n, 17, &bytes);
	char *command = mem_printf("flash %s 0x08000864 %s", name, words);
	struct trial t = { .target = F072 ",flash=pattern",
	    .commands = { command }, .answer = "yes" };

	trial_run(&t);
	trial_expect(&t, 0, 0, said);
	if (strstr(buf_str(&t.question), asked) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", asked,
		    buf_str(&t.question));
	memset(none, 0xff, sizeof(none));
	assert_true(sim_peek(t.sim, BESIDE, is, PAGES));
	assert_memory_equal(is + lead, bytes, n);
	assert_memory_equal(is, kept ? before : none, lead);
	assert_memory_equal(is + lead + n, kept ? before + lead + n : none,
	    tail);
	trial_free(&t);
	unlink(name);
	free(command);
	free(name);
	free(bytes);
	free(before);
}

static void
what_lies_beside_is_kept_or_named(void **state)
{
	(void)state;
	beside("verify", true, "1142 neighbouring bytes are written back",
	    "wrote 5002 and verified 5002 bytes, 6144 erased, 1142 "
	    "neighbouring bytes written back");
	beside("verify no-read", false, "Lost in the same sectors: "
	    "0x08000800-0x08000863, 0x08001bee-0x08001fff.",
	    "lost in the same sectors: 0x08000800-0x08000863, "
	    "0x08001bee-0x08001fff");
}

/* Every fault of a request, at every turn of a small flash. */
static void
every_fault_at_every_request(void **state)
{
	static const char *const faults[] = { "silent", "stall", "gone",
	    "buserror", "short", "babble" };
	static const char *const requests[] = { "getstatus", "dnload",
	    "upload", "abort", "any" };
	static const char *const specs[] = { "stm32f072,flash=pattern",
	    "st,flash=pattern" };
	static const uint32_t bases[] = { BASE, 0x08003000 };
	uint8_t *bytes;
	char *name = trial_file(4096, 5, &bytes);
	size_t i, j, k;
	unsigned n;

	(void)state;
	for (i = 0; i < 6 * 5; i++) {
		for (k = 0; k < 2; k++) {
			uint8_t *before = claims_before(specs[k], bases[k],
			    4096);
			struct claims c = { bases[k], bytes, 4096, before };
			char *command = mem_printf("flash %s 0x%08x verify",
			    name, bases[k]);

			for (n = 1; n <= 40; n++) {
				char *target = mem_printf("sim:%s,%s=%s@%u",
				    specs[k], faults[i / 5],
				    requests[i % 5], n);
				struct trial t = { .target = target,
				    .commands = { command } };

				trial_run(&t);
				assert_int_equal(t.results, 1);
				j = t.texts[0].len;
				assert_true(j != 0);
				assert_true(t.codes[0] == 0 ||
				    t.codes[0] == 74 || t.codes[0] == 76);
				if (t.codes[0] == 0)
					assert_true(trial_same(&t, bases[k],
					    bytes, 4096));
				claims_check(&t, &c, buf_str(&t.texts[0]));
				assert_true(t.longest < 300000000);
				trial_free(&t);
				free(target);
			}
			free(command);
			free(before);
		}
	}
	unlink(name);
	free(name);
	free(bytes);
}

static void
chaos(void **state)
{
	uint8_t *bytes, *before = claims_before("stm32f072,flash=pattern",
	    BASE, 8192);
	char *name = trial_file(8192, 9, &bytes);
	char *command = mem_printf("flash %s 0x08000000 verify", name);
	struct claims c = { BASE, bytes, 8192, before };
	unsigned seed, good = 0;

	(void)state;
	for (seed = 1; seed <= 200; seed++) {
		char *target = mem_printf("sim:stm32f072,flash=pattern,"
		    "chaos=%u,seed=%u", seed % 10, seed);
		struct trial t = { .target = target,
		    .commands = { command } };

		trial_run(&t);
		assert_int_equal(t.results, 1);
		if (t.codes[0] == 0)
			assert_true(trial_same(&t, BASE, bytes, 8192));
		good += t.codes[0] == 0;
		claims_check(&t, &c, buf_str(&t.texts[0]));
		trial_free(&t);
		free(target);
	}
	assert_true(good > 20 && good < 200);
	unlink(name);
	free(name);
	free(command);
	free(bytes);
	free(before);
}

/* A job's own time limit counts: silence that is promised takes 2 s, not 10. */
static void
promised_silence_is_short(void **state)
{
	uint8_t *bytes;
	char *name = trial_file(1000, 3, &bytes);
	char *command = mem_printf("flash %s", name);
	struct trial t = { .target = "sim:dfu11,tolerant=0",
	    .commands = { command } };

	(void)state;
	trial_run(&t);
	trial_expect(&t, 0, 0, "does not answer, as expected while it waits");
	assert_true(t.longest > 2000000 && t.longest < 3000000);
	trial_free(&t);
	unlink(name);
	free(name);
	free(command);
	free(bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_device),
		cmocka_unit_test(one_row_each),
		cmocka_unit_test(nothing_is_sent_that_is_refused),
		cmocka_unit_test(read_only_refuses_before_anything),
		cmocka_unit_test(waits_can_be_skipped),
		cmocka_unit_test(option_bytes),
		cmocka_unit_test(what_lies_beside_is_kept_or_named),
		cmocka_unit_test(every_fault_at_every_request),
		cmocka_unit_test(promised_silence_is_short),
		cmocka_unit_test(chaos),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
