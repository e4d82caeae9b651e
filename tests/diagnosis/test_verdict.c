/* SPDX-License-Identifier: ISC */
/*
 * The watch: a case for every row of the table, and its near misses. And the
 * wait statistics of waits.
 */
#include "config.h"

#include "tests/diagnosis/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "command/command.h"
#include "diagnosis/finding.h"
#include "diagnosis/recovery.h"
#include "diagnosis/advice.h"
#include "diagnosis/verdict.h"
#include "session/limits.h"

/*
 * A story is events, separated by |, each with its time in ms:
 * "0 getstatus ok 000000000200" is a request and, 1 ms later, its end;
 * "5 send abort" only the first half; "9 left", "9 back dfu11", "9 reset".
 */
struct tale {
	const char	*name;
	const char	*spec;
	const char	*stack;		/* what the operator says, or NULL */
	const char	*story;
	int		 at;		/* ms: judged then */
	const char	*word;
	int		 by;		/* the proof */
	const char	*remedy;	/* NULL: none */
	const char	*says;		/* among other things */
};

#define IDLE	"000000000200"
#define BUSY100	"006400000400"
#define BUSY0	"000000000400"
#define MANIFEST0 "000000000700"
/* 16777215 ms. */
#define NEVERS	"00ffffff0400"
#define LEAVES	"0 getstatus ok " IDLE "|10 dnload ok|20 getstatus ok "

static const struct tale tales[] = {
	/* Off the bus. */
	{ "left just now", "stm32f072", "st-rom",
	    LEAVES MANIFEST0 "|30 left", 3029, "left", 3, NULL,
	    "after 1 poll (20 ms). Nothing has reconnected yet." },
	{ "left for good", "stm32f072", "st-rom",
	    LEAVES MANIFEST0 "|30 left", 3030, "left", 3, NULL,
	    "Nothing reconnected within 3 s" },
	{ "a GETSTATE is no GETSTATUS", "stm32f072", "st-rom",
	    LEAVES MANIFEST0 "|30 getstate ok 07|40 left", 3040, "left", 4,
	    NULL, "after 1 poll (30 ms). Nothing" },
	{ "left during the DNLOAD itself", "stm32f072", "st-rom",
	    "0 dnload gone|10 left", 20, "left", 1, NULL,
	    "left at once (10 ms)" },
	{ "a refused leave is none", "dfu11", NULL,
	    "0 getstatus ok " IDLE "|10 dnload stall|20 left", 30, "lost", 2,
	    NULL, "#2 DNLOAD" },
	{ "after DETACH", "dfu11,mode=app", NULL, "0 detach ok|30 left", 40,
	    "detached", 1, NULL,
	    "after #1 DETACH. Nothing has reconnected yet." },
	{ "after DETACH, and no more", "dfu11,mode=app", NULL,
	    "0 detach ok|30 left", 3030, "detached", 1, NULL,
	    "after #1 DETACH. Nothing reconnected within 3 s." },
	{ "asked whether it heard", "dfu11,mode=app", NULL,
	    "0 detach ok|10 getstate ok 01|30 left", 40, "detached", 2, NULL,
	    "after #1 DETACH" },
	{ "DETACH came to nothing", "dfu11,mode=app", NULL,
	    "0 detach ok|10 getstate ok 00|30 left", 40, "lost", 2, NULL,
	    "#2 GETSTATE" },
	{ "a DETACH that is refused", "dfu11", NULL,
	    "0 detach stall|30 left", 40, "lost", 1, NULL, "#1 DETACH" },
	{ "after a bus reset", "dfu11", NULL,
	    "0 getstatus ok " IDLE "|10 reset|20 left", 40, "detached", 1,
	    NULL, "after a bus reset" },
	{ "after a bus reset that it answered", "dfu11", NULL,
	    "10 reset|20 getstatus ok " IDLE "|30 left", 40, "lost", 1,
	    NULL, "#1 GETSTATUS" },
	{ "gone unasked", "dfu11", NULL, "0 getstatus ok " IDLE "|10 left",
	    20, "lost", 1, NULL, "disconnected without a leave" },

	/* In flight. */
	{ "a young request is no news", "dfu11", NULL,
	    "0 getstatus ok " IDLE "|10 send getstatus", 509, "ready", 1, NULL,
	    "dfuIDLE" },
	{ "an old one is silence", "dfu11", NULL,
	    "0 getstatus ok " IDLE "|10 send getstatus", 510, "unanswered", 2,
	    "cancel", "#2 GETSTATUS has no answer yet" },

	/* Back. */
	{ "in run-time mode", "dfu11", NULL,
	    LEAVES MANIFEST0 "|30 left|130 back dfu11,mode=app", 200,
	    "back", 0, NULL, "reconnected after 100 ms as 0000:0000, " },
	{ "in DFU mode again, by a leave", "dfu11", NULL,
	    LEAVES MANIFEST0 "|30 left|130 back dfu11", 200, "back-dfu", 0,
	    "getstate", "back in DFU mode after 100 ms: the application "
	    "did not start" },
	{ "just soon enough", "dfu11", NULL,
	    LEAVES MANIFEST0 "|30 left|3029 back dfu11", 3030, "back-dfu",
	    0, "getstate", "the application did not start" },
	{ "much later, perhaps by a hand", "dfu11", NULL,
	    LEAVES MANIFEST0 "|30 left|3030 back dfu11", 3040, "back",
	    0, "getstate", "reconnected after 3.0 s as 0000:0000, " },
	{ "in DFU mode by DETACH", "dfu11,mode=app", NULL,
	    "0 detach ok|30 left|130 back dfu11", 200, "back", 0,
	    "getstate", ", in DFU mode." },
	{ "in DFU mode, unasked", "dfu11", NULL,
	    "30 left|130 back dfu11", 200, "back", 0, "getstate",
	    ", in DFU mode again." },
	{ "it answers: that is over", "dfu11", NULL,
	    "30 left|130 back dfu11|140 getstatus ok " IDLE, 200, "ready", 1,
	    NULL, "dfuIDLE" },
	{ "unresponsive", "dfu11", NULL,
	    "30 left|130 back dfu11|140 getstatus timeout", 200,
	    "unresponsive", 0, "reset", "does not answer: #1 GETSTATUS" },
	{ "a STALL is an answer", "dfu11", NULL,
	    "30 left|130 back dfu11|140 getstatus stall", 200, "stalled", 1,
	    "getstate", "The device stalled #1 GETSTATUS" },

	/* No answer. */
	{ "silent once", "dfu11", NULL, "0 getstatus timeout", 10, "unanswered",
	    1, "getstate", "#1 GETSTATUS timed out" },
	{ "silent twice", "dfu11", NULL,
	    "0 getstatus timeout|10 getstate timeout", 20, "unanswered", 2,
	    "reset", "The request before it also failed." },
	{ "an answer between", "dfu11", NULL,
	    "0 getstate timeout|10 getstate ok 02|20 getstate timeout", 30,
	    "unanswered", 3, "getstate", "#3" },
	{ "a bus error", "dfu11", NULL, "0 getstatus buserror", 10, "failed",
	    1, "getstate", "bus error" },
	{ "deaf by its attributes", "dfu11,tolerant=0", NULL,
	    LEAVES MANIFEST0 "|40 getstatus timeout", 50, "unanswered", 4,
	    "reset", "now waits for a bus reset (A.2.9)" },

	/* Errors. */
	{ "the start value of a ROM", "stm32f072", "st-rom",
	    "0 getstatus ok 0a0000000a00", 10, "start-value", 1, "clrstatus",
	    "a start value of ST ROM (dfu-util's device logs), no failure" },
	{ "asked again it stays one", "stm32f072", "st-rom",
	    "0 getstatus ok 0a0000000a00|10 getstatus ok 0a0000000a00", 20,
	    "start-value", 2, "clrstatus", "(#2)" },
	{ "another status is none", "stm32f072", "st-rom",
	    "0 getstatus ok 0b0000000a00", 10, "error", 1, "clrstatus",
	    "errVENDOR" },
	{ "nor is it one on other stacks", "dfu11", "tinyusb",
	    "0 getstatus ok 0a0000000a00", 10, "error", 1, "clrstatus",
	    "errFIRMWARE" },
	{ "nor where no stack is known", "dfu11", NULL,
	    "0 getstatus ok 0a0000000a00", 10, "error", 1, "clrstatus",
	    "errFIRMWARE" },
	{ "nor after a request", "stm32f072", "st-rom",
	    "0 getstatus ok " IDLE "|10 upload stall|20 getstatus ok "
	    "0a0000000a00", 30, "error", 3, "clrstatus",
	    "It followed #2 UPLOAD" },
	{ "a state that is not defined", "dfu11", NULL,
	    "0 getstatus ok 000000000f00", 10, "bad-state", 1,
	    "recover clrstatus-pair",
	    "reports state 15, which DFU 1.1 does not" },
	{ "stalled", "dfu11", NULL,
	    "0 getstatus ok " IDLE "|10 abort stall", 20, "stalled", 2,
	    "getstatus", "The device stalled #2 ABORT. By DFU 1.1 dfuERROR" },
	{ "refused, and why", "dfu11", NULL,
	    "0 getstatus ok " IDLE "|10 clrstatus stall|20 getstatus ok "
	    "0f0000000a00", 30, "error", 3, "clrstatus",
	    "errSTALLEDPKT" },
	{ "refused, why is not asked", "dfu11", NULL, "0 getstate ok 0a", 10,
	    "error", 1, "getstatus", "reason has not been read" },

	/* A wait that is absurd: longer than LIMIT_ANNOUNCED_S. */
	{ "64 s are believed", "dfu11", NULL,
	    "0 getstatus ok 0000fa000400", 10, "busy", 1, "wait",
	    "asked for 1 min 4 s in dfuDNBUSY (#1)." },
	{ "a millisecond more is not", "dfu11", NULL,
	    "0 getstatus ok 0001fa000400", 10, "bad-wait", 1, "getstatus",
	    "the longest known operation takes 32 s" },
	{ "24 bits", "dfu11", NULL, "0 getstatus ok " NEVERS, 10, "bad-wait",
	    1, "getstatus", "announced 4 h 39 min in dfuDNBUSY (#1)" },

	/* dfuMANIFEST. */
	{ "the announced wait", "stm32f072", "st-rom",
	    LEAVES "00e803000700", 1020, "busy", 3, "wait",
	    "The device accepted the leave (#2) and asked for 1.0 s in "
	    "dfuMANIFEST (#3)." },
	{ "is over, and 500 ms too", "stm32f072", "st-rom",
	    LEAVES "00e803000700", 1021, "overdue", 3, "leave",
	    "leaves after several polls" },
	{ "a short wait is over", "stm32f072", "st-rom",
	    LEAVES "006400000700", 121, "busy", 3, "leave",
	    "but still reports dfuMANIFEST (#3)." },
	{ "0 ms are over at once, and all is said", "stm32f072", "st-rom",
	    LEAVES MANIFEST0, 21, "busy", 3, "leave",
	    "The device accepted the leave (#2) but still reports dfuMANIFEST "
	    "(#3). ST ROM leaves after several polls (reported)." },
	{ "499 ms are not overdue", "stm32f072", "st-rom",
	    LEAVES MANIFEST0, 520, "busy", 3, "leave", "still reports" },
	{ "500 ms are", "stm32f072", "st-rom",
	    LEAVES MANIFEST0, 521, "overdue", 3, "leave",
	    "but still reports dfuMANIFEST" },
	{ "found so", "stm32f072", "st-rom", "0 getstate ok 07", 10, "busy",
	    1, "leave", "The device was already leaving at the first "
	    "query (#1) but still reports dfuMANIFEST. ST ROM leaves" },
	{ "found so, 500 ms ago", "stm32f072", "st-rom", "0 getstate ok 07",
	    501, "overdue", 1, "leave",
	    "already leaving at the first query (#1)" },
	{ "a stack that a GETSTATUS ends it on", "dfu11", "u-boot",
	    LEAVES MANIFEST0, 521, "overdue", 3, "leave",
	    "goes to dfuIDLE on the next poll" },
	{ "the same, at once", "dfu11", "u-boot", LEAVES MANIFEST0, 30,
	    "busy", 3, "leave", "goes to dfuIDLE on the next poll" },
	{ "no stack, at once", "dfu11,tolerant=0", NULL, LEAVES MANIFEST0,
	    30, "busy", 3, "getstatus", "By DFU 1.1 the device "
	    "should be in dfuMANIFEST-WAIT-RESET and not answer" },
	{ "a stack that stays", "dfu11", "tinyusb", LEAVES MANIFEST0, 521,
	    "overdue", 3, "getstatus", "TinyUSB continues only when" },
	{ "no stack: nobody knows that it is done", "dfu11,tolerant=0", NULL,
	    LEAVES MANIFEST0, 521, "overdue", 3, "getstatus",
	    "and not answer (A.2.9)" },
	{ "no stack, and not over", "dfu11,tolerant=0", NULL,
	    LEAVES "006400000700", 100, "busy", 3, "wait",
	    "asked for 100 ms in dfuMANIFEST (#3)" },
	{ "no stack, and tolerant", "dfu11,tolerant=1", NULL,
	    LEAVES MANIFEST0, 30, "needs-poll", 3, "getstatus",
	    "The next poll returns it to dfuIDLE" },
	{ "waits for a reset", "dfu11,tolerant=0", NULL,
	    LEAVES "000000000800", 30, "needs-reset", 3, "reset",
	    "in dfuMANIFEST-WAIT-RESET (#3) and waits for" },
	{ "waits for what does not help", "dfu11,tolerant=0", "zephyr-next",
	    LEAVES "000000000800", 30, "needs-replug", 3, NULL,
	    "a bus reset does not end that state." },
	{ "done, and stays", "dfu11,tolerant=1", NULL,
	    LEAVES MANIFEST0 "|30 getstatus ok " IDLE, 40, "done", 4,
	    NULL, "back in dfuIDLE after 2 polls" },
	{ "dfuIDLE by another way", "dfu11,tolerant=1", NULL,
	    LEAVES MANIFEST0 "|30 abort ok|40 getstatus ok " IDLE, 50,
	    "ready", 5, NULL, "dfuIDLE" },
	{ "the sync before it", "stm32f072", NULL,
	    "0 getstatus ok " IDLE "|10 dnload ok", 20, "needs-poll", 2,
	    "getstatus", "The next poll starts manifestation" },
	{ "the sync of one that is done", "zephyr", "zephyr-next",
	    LEAVES "000000000600", 30, "needs-poll", 3,
	    NULL, "expected in dfuIDLE by now" },

	/* A block. */
	{ "the announced wait of a block", "dfu11", NULL,
	    "0 getstatus ok " BUSY100, 100, "busy", 1, "wait",
	    "asked for 100 ms in dfuDNBUSY (#1)." },
	{ "is over", "dfu11", NULL, "0 getstatus ok " BUSY100, 101,
	    "needs-poll", 1, "getstatus", "The announced wait of dfuDNBUSY "
	    "is over (#1)." },
	{ "said again too early to be late", "dfu11", NULL,
	    "0 getstatus ok " BUSY100 "|499 getstatus ok " BUSY100, 550,
	    "busy", 2, "wait", "100 ms in dfuDNBUSY (#2)" },
	{ "said again and late", "dfu11", NULL,
	    "0 getstatus ok " BUSY100 "|500 getstatus ok " BUSY100, 550,
	    "overdue", 2, "wait", "announced 100 ms but still reports" },
	{ "the announced time counts, if longer", "dfu11", NULL,
	    "0 getstatus ok 00e803000400|999 getstatus ok " BUSY100, 1010,
	    "busy", 2, "wait", "asked for 100 ms" },
	{ "and is over", "dfu11", NULL,
	    "0 getstatus ok 00e803000400|1000 getstatus ok " BUSY100, 1010,
	    "overdue", 2, "wait", "announced 1.0 s" },
	{ "nine times 0 ms", "dfu11", NULL, "0 *9 getstatus ok " BUSY0, 40,
	    "needs-poll", 9, "getstatus", "dfuDNBUSY" },
	{ "ten times", "dfu11", NULL, "0 *10 getstatus ok " BUSY0, 40,
	    "busy", 10, "getstatus", "keeps announcing 0 ms" },
	{ "the sync", "dfu11", NULL, "0 getstate ok 03", 10, "needs-poll", 1,
	    "getstatus", "dfuDNLOAD-SYNC" },

	/* The rest. */
	{ "DETACH", "dfu11,mode=app", NULL,
	    "0 getstatus ok 000000000000|10 detach ok", 1010, "needs-reset", 2,
	    "reset", "waits for a bus reset" },
	{ "and its time is over", "dfu11,mode=app", NULL,
	    "0 getstatus ok 000000000000|10 detach ok", 1011, "expired",
	    2, "enter-dfu", "No bus reset followed DETACH (#2) in time" },
	{ "a STALL of GETSTATUS itself", "dfu11", NULL,
	    "0 getstatus ok " IDLE "|10 getstatus stall", 20, "stalled", 2,
	    "getstate", "By DFU 1.1 dfuERROR follows." },
	{ "a STALL that changes nothing", "stm32f072", "st-rom",
	    LEAVES MANIFEST0 "|30 abort stall", 40, "stalled", 4,
	    "leave", "should be in dfuMANIFEST (ST ROM, reported)." },
	{ "three bytes of six", "dfu11", NULL, "0 getstatus ok 000000", 10,
	    "failed", 1, "getstate",
	    "The device answered #1 GETSTATUS with too" },
	{ "two answers of a sync", "dfu11", NULL,
	    "0 *2 getstatus ok 000000000300", 10, "needs-poll", 2,
	    "getstatus", "dfuDNLOAD-SYNC" },
	{ "three", "dfu11", NULL, "0 *3 getstatus ok 000000000300", 10,
	    "stuck", 3, "reset",
	    "The device still reports dfuDNLOAD-SYNC after 3 polls in 4 ms." },
	{ "three GETSTATE are no answer to GETSTATUS", "dfu11", NULL,
	    "0 *3 getstate ok 03", 10, "needs-poll", 3, "getstatus",
	    "dfuDNLOAD-SYNC" },
	{ "an open that is not allowed", "dfu11", NULL, "10 open denied", 20,
	    "no-access", 0, NULL, "permission" },
	{ "nor that of a request", "dfu11", NULL, "10 getstatus denied", 20,
	    "no-access", 1, NULL, "permission" },
	{ "allowed later", "dfu11", NULL, "10 open denied|15 open ok", 20,
	    "none", 0, "getstate", "No request has been sent" },
	{ "another has it", "dfu11", NULL, "10 open busy", 20, "in-use", 0,
	    NULL, "Another program" },
	{ "an open that fails", "dfu11", NULL, "10 open timeout", 20,
	    "failed", 0, NULL, "could not be opened: timed out" },
	{ "untouched", "dfu11", NULL, "", 10, "none", 0, "getstate",
	    "No request has been sent" },
	{ "unknown after a reset", "dfu11", NULL,
	    "0 getstatus ok " IDLE "|10 reset", 20, "unsure", 0,
	    "getstate", "The state is unknown" },
	{ "ready", "dfu11", NULL, "0 getstatus ok " IDLE, 10, "ready", 1, NULL,
	    "The device is in dfuIDLE, OK (#1)." },
};

static const struct {
	const char	*word;
	uint8_t		 request;
} requests[] = {
	{ "detach", DFU_DETACH }, { "dnload", DFU_DNLOAD },
	{ "upload", DFU_UPLOAD }, { "getstatus", DFU_GETSTATUS },
	{ "clrstatus", DFU_CLRSTATUS }, { "getstate", DFU_GETSTATE },
	{ "abort", DFU_ABORT },
};

static uint8_t
request_of(const char *word)
{
	size_t i;

	for (i = 0; strcmp(requests[i].word, word) != 0; i++)
		assert_true(i + 1 < COUNT(requests));
	return (requests[i].request);
}

static void
happens(struct walk *t, int ms, enum step_kind kind, const char *hex)
{
	struct step p = HAPPENS(ms, kind, hex, ANY, ANY, ANY, ANY);

	walk_run(t, &p, 1);
}

static void
opens(struct walk *t, int ms, const char *outcome)
{
	struct event e = { .kind = EVENT_OPENED };
	enum outcome o;

	assert_true(outcome_parse(outcome, &o));
	e.outcome = (uint8_t)o;
	t->now = (uint64_t)ms * 1000;
	walk_apply(t, e);
}

static void
asks(struct walk *t, int ms, const char *request, const char *outcome,
    const char *hex)
{
	struct step p = AT(ms, ANY, ANY, ANY, ANY);

	p.kind = STEP_SUBMIT;
	p.request = request_of(request);
	p.value = p.request == DFU_DETACH ? 1000 : 0;
	p.length = 64;
	walk_run(t, &p, 1);
	if (outcome == NULL)
		return;
	p.kind = STEP_COMPLETE;
	p.ms++;
	p.hex = hex;
	assert_true(outcome_parse(outcome, &p.outcome));
	walk_run(t, &p, 1);
}

static void
tell_one(struct walk *t, char *event)
{
	char *rest = NULL, *word = strtok_r(event, " ", &rest);
	int ms = atoi(word), times = 1, i;
	char *outcome, *hex;

	word = strtok_r(NULL, " ", &rest);
	if (word[0] == '*') {
		times = atoi(word + 1);
		word = strtok_r(NULL, " ", &rest);
	}
	outcome = strtok_r(NULL, " ", &rest);
	hex = strtok_r(NULL, " ", &rest);
	for (i = 0; i < times; i++, ms += 2) {
		if (strcmp(word, "left") == 0)
			happens(t, ms, STEP_LEFT, NULL);
		else if (strcmp(word, "reset") == 0)
			happens(t, ms, STEP_RESET, NULL);
		else if (strcmp(word, "open") == 0)
			opens(t, ms, outcome);
		else if (strcmp(word, "back") == 0)
			happens(t, ms, STEP_BACK, outcome);
		else if (strcmp(word, "send") == 0)
			asks(t, ms, outcome, NULL, NULL);
		else
			asks(t, ms, word, outcome, hex);
	}
}

static void
tell(struct walk *t, const char *story)
{
	char *copy = mem_strdup(story), *rest = NULL, *event;

	for (event = strtok_r(copy, "|", &rest); event != NULL;
	    event = strtok_r(NULL, "|", &rest))
		tell_one(t, event);
	free(copy);
}

static const struct dfu_stack *
stack_of(const char *id)
{
	const struct dfu_stack *stack = id == NULL ? NULL :
	    dfu_stack_named(id);

	assert_true(id == NULL || stack != NULL);
	return (stack);
}

static const struct verdict_row *
check_tale(const struct tale *p)
{
	struct buf b = { 0 };
	struct walk t;
	struct verdict v;
	struct advice a;

	walk_open(&t, p->spec);
	session_take_stack(t.s, stack_of(p->stack));
	tell(&t, p->story);
	v = verdict_of(t.s, stack_of(p->stack), (uint64_t)p->at * 1000);
	a = advice_of(t.s, stack_of(p->stack), (uint64_t)p->at * 1000);
	verdict_words(&v, t.s, (uint64_t)p->at * 1000, &b);
	if (strcmp(v.row->word, p->word) != 0 || (int)v.by != p->by ||
	    strstr(buf_str(&b), p->says) == NULL ||
	    (p->remedy == NULL) != (a.command == NULL) ||
	    (p->remedy != NULL && strcmp(p->remedy, a.command) != 0))
		fail_msg("%s: %s by #%u, %s, remedy %s", p->name,
		    v.row->word, v.by, buf_str(&b), a.command != NULL ?
		    a.command : "none");
	buf_free(&b);
	walk_close(&t);
	return (v.row);
}

/* So many answers of state, ms apart, each of which announces wait ms. */
static const char *
after_polls(uint8_t state, uint32_t polls, int ms, uint8_t wait)
{
	char reply[13];
	struct verdict v;
	struct walk t;
	uint32_t i;

	snprintf(reply, sizeof(reply), "00%02x0000%02x00", wait, state);
	walk_open(&t, "stm32f072");
	tell(&t, "0 getstatus ok " IDLE "|10 dnload ok");
	for (i = 0; i < polls; i++)
		asks(&t, 20 + (int)i * ms, "getstatus", "ok", reply);
	v = verdict_of(t.s, dfu_stack_named("st-rom"), t.now);
	walk_close(&t);
	return (v.row->word);
}

/* So many answers, over so long, and longer than it announced. */
static void
test_stuck(void **state)
{
	const int pace = LIMIT_STUCK_S * 1000 / (LIMIT_STUCK_POLLS - 1) + 1;

	(void)state;
	assert_string_equal(after_polls(7, LIMIT_STUCK_POLLS, pace, 0),
	    "stuck");
	assert_string_equal(after_polls(4, LIMIT_STUCK_POLLS, pace, 0),
	    "stuck");
	assert_string_equal(after_polls(7, LIMIT_STUCK_POLLS - 1, pace + 10,
	    0), "overdue");
	assert_string_equal(after_polls(7, LIMIT_STUCK_POLLS, pace - 1, 0),
	    "overdue");
	assert_string_equal(after_polls(5, LIMIT_STUCK_POLLS, pace, 0),
	    "ready");
	assert_string_equal(after_polls(6, LIMIT_STUCK_SYNC, 1, 0), "stuck");
	assert_string_equal(after_polls(6, LIMIT_STUCK_SYNC - 1, 1, 0),
	    "needs-poll");
}

/* Not before twice the longest wait that was announced. */
static void
test_not_stuck_yet(void **state)
{
	struct walk t;
	int i;

	(void)state;
	walk_open(&t, "stm32f072");
	tell(&t, "0 getstatus ok 00e02e000400");
	for (i = 1; i < LIMIT_STUCK_POLLS; i++)
		asks(&t, i * 242, "getstatus", "ok", BUSY0);
	assert_false(session_is_stuck(t.s));
	asks(&t, 24001, "getstatus", "ok", BUSY0);
	assert_true(session_is_stuck(t.s));
	walk_close(&t);
}

/* As another device: the sessions's simulated ones have ids of their own. */
static const struct verdict_row *
check_back_as(uint16_t vendor, bool dfu, const char *says)
{
	struct identity *who = identity_new();
	struct event e = { .kind = EVENT_ARRIVED, .who = who };
	struct buf b = { 0 };
	struct verdict v;
	struct walk t;

	walk_open(&t, "dfu11");
	tell(&t, LEAVES MANIFEST0 "|30 left");
	who->transport = mem_strdup("sim");
	who->place = mem_strdup("1-1");
	who->vendor = vendor;
	if (dfu)
		buf_add(&who->descriptors, t.s->who->descriptors.data,
		    t.s->who->descriptors.len);
	t.now = 130000;
	t.dev++;
	walk_apply(&t, e);
	v = verdict_of(t.s, NULL, t.now);
	assert_string_equal(v.row->word, "back");
	verdict_words(&v, t.s, t.now, &b);
	if (strstr(buf_str(&b), says) == NULL)
		fail_msg("%s", buf_str(&b));
	buf_free(&b);
	identity_free(who);
	walk_close(&t);
	return (v.row);
}

#define DOWN(ms, hex) \
	ASK(ms, DFU_DNLOAD, 0, 0, hex, OK, NULL, ANY, ANY, ANY, ANY)

/* A plain download that is not ended; one that reads as something else. */
static const struct step given_up[] = {
	STATUS(0, IDLE, ANY, ANY),
	DOWN(10, "aabb"),
	STATUS(20, "000000000500", ANY, ANY),
	SEND(30, DFU_ABORT, OK, ANY, ANY, ANY, ANY),
	STATUS(40, IDLE, ANY, ANY),
};
static const struct step read_back[] = {
	STATUS(0, IDLE, ANY, ANY),
	DOWN(10, "aabb"),
	STATUS(20, "000000000500", ANY, ANY),
	DOWN(30, NULL),
	STATUS(40, IDLE, ANY, ANY),
	ASK(50, DFU_UPLOAD, 0, 2, NULL, OK, "aabf", ANY, ANY, ANY, ANY),
};

static const struct verdict_row *
check_memory(const struct step *steps, size_t n, const char *word, uint32_t by,
    const char *says, const char *under)
{
	struct buf b = { 0 };
	struct verdict v;
	struct walk t;

	walk_open(&t, "dfu11");
	walk_run(&t, steps, n);
	v = verdict_of(t.s, NULL, t.now);
	verdict_words(&v, t.s, t.now, &b);
	if (strcmp(v.row->word, word) != 0 || v.by != by ||
	    strstr(buf_str(&b), says) == NULL)
		fail_msg("%s by #%u: %s", v.row->word, v.by, buf_str(&b));
	assert_non_null(v.under);
	assert_string_equal(v.under->word, under);
	assert_ptr_equal(verdict_of_device(t.s, NULL, t.now).row, v.under);
	buf_free(&b);
	walk_close(&t);
	return (v.row);
}

/* What a job came to is told by a note; in step with the rest of a tale. */
static void
note(struct walk *t, enum event_kind kind, int code, const char *text)
{
	struct event e = event_text(kind, t->now, t->dev, text);

	e.code = (uint32_t)code;
	sessions_apply(t->sessions, &e);
}

/* Whether the verdict is failed; the words are checked for says. */
static const struct verdict_row *
check_job(int code, const char *story, const char *word, const char *says)
{
	struct buf b = { 0 };
	struct verdict v;
	struct walk t;

	walk_open(&t, "dfu11");
	note(&t, EVENT_COMMAND, 0, "flash a.bin");
	tell(&t, story);
	note(&t, EVENT_NOTE, code, "writing: the device is well");
	v = verdict_of(t.s, NULL, t.now);
	verdict_words(&v, t.s, t.now, &b);
	if (strcmp(v.row->word, word) != 0 ||
	    strstr(buf_str(&b), says) == NULL)
		fail_msg("%d after %s: %s, %s", code, story, v.row->word,
		    buf_str(&b));
	assert_true(verdict_of_device(t.s, NULL, t.now).row != v.row ||
	    strcmp(v.row->word, "failed") != 0);
	/* It is past with the next command. */
	note(&t, EVENT_COMMAND, 0, "getstatus");
	assert_string_not_equal(verdict_of(t.s, NULL, t.now).row->word,
	    "failed");
	buf_free(&b);
	walk_close(&t);
	return (v.row);
}

static void
test_jobs(void **state)
{
	(void)state;
	/* No code: a remark. A usage error is nothing of the device's. */
	check_job(0, "0 getstatus ok " IDLE, "ready", "dfuIDLE");
	check_job(64, "0 getstatus ok " IDLE, "ready", "dfuIDLE");
	check_job(74, "0 getstatus ok " IDLE, "failed", "Flash: writing");
	/* The device itself shows it, or is not there, or was not asked. */
	check_job(76, "0 getstatus ok " IDLE "|10 abort stall", "stalled",
	    "#2 ABORT");
	check_job(76, "0 getstatus ok " IDLE "|10 left", "lost", "without");
	check_job(76, "", "none", "No request");
}

/* A source that tells no state at all. */
static const struct verdict_row *
check_not_told(void)
{
	struct verdict v;
	struct walk t;

	walk_open(&t, "dfu11");
	t.s->who->lacks = FACT(FACT_STATUS);
	tell(&t, "0 dnload ok|10 reset");
	v = verdict_of(t.s, NULL, t.now);
	assert_string_equal(v.row->word, "not-told");
	walk_close(&t);
	return (v.row);
}

/* Of a row; of NULL: how many there are. */
static size_t
index_of(const struct verdict_row *row)
{
	size_t i = 0;

	while (verdict_row(i) != row)
		i++;
	return (i);
}

static void
test_every_row(void **state)
{
	bool *hit = mem_alloc(index_of(NULL) * sizeof(*hit));
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(tales); i++)
		hit[index_of(check_tale(&tales[i]))] = true;
	hit[index_of(check_not_told())] = true;
	hit[index_of(check_job(76, "0 getstatus ok " IDLE, "failed",
	    "Flash: writing: the device is well."))] = true;
	hit[index_of(check_memory(given_up, COUNT(given_up), "incomplete", 4,
	    "The download (#2) stopped at #4 (aborted): the device "
	    "accepted 2 bytes", "ready"))] = true;
	hit[index_of(check_memory(read_back, COUNT(read_back), "mismatch", 6,
	    "The data read back at byte 1 (#6) differs from the data written "
	    "(#2)",
	    "ready"))] = true;
	hit[index_of(check_back_as(0x1234, false, "reconnected after 100 ms "
	    "as 1234:0000, without DFU."))] = true;
	hit[index_of(check_back_as(0x1234, true, "reconnected after 100 ms "
	    "as 1234:0000, in DFU mode again."))] = true;
	for (i = 0; verdict_row(i) != NULL; i++) {
		if (!hit[i])
			fail_msg("no case for row %zu, %s", i,
			    verdict_row(i)->word);
	}
	free(hit);
}

/* Nothing changes between now and the deadline, and then it may. */
/* It does not change unannounced; what is kept of it is the same. */
static void
check_advice(const struct tale *p, const struct session *s, uint64_t from,
    uint64_t to)
{
	const struct dfu_stack *stack = stack_of(p->stack);
	struct advice a = advice_of(s, stack, from), b, c;
	struct advice_kept kept = { 0 };

	b = advice_of(s, stack, to);
	advice_take(&kept, s, stack, 1, from);
	c = advice_take(&kept, s, stack, 1, to);
	if (a.kind != b.kind || a.command != b.command || a.why != b.why ||
	    c.kind != b.kind || c.command != b.command || c.why != b.why)
		fail_msg("%s: %s becomes %s unannounced", p->name,
		    a.command != NULL ? a.command : "nothing",
		    b.command != NULL ? b.command : "nothing");
	/* It is looked at again after an event, and when its time is up. */
	kept.advice.kind = ADVICE_UNKNOWN;
	c = advice_take(&kept, s, stack, 2, to);
	assert_int_equal(c.kind, b.kind);
	kept.advice.kind = ADVICE_UNKNOWN;
	c = advice_take(&kept, s, stack, 2, kept.until);
	assert_true(kept.until == SESSION_NEVER || kept.from != to);
}

static void
test_deadlines(void **state)
{
	struct verdict v, later;
	struct walk t;
	uint64_t due, now;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(tales); i++) {
		walk_open(&t, tales[i].spec);
		tell(&t, tales[i].story);
		for (now = t.now; now < 20000000; now = due) {
			v = verdict_of(t.s, stack_of(tales[i].stack), now);
			due = verdict_deadline(t.s, now);
			assert_true(due > now);
			if (due == SESSION_NEVER)
				due = 20000000;
			later = verdict_of(t.s, stack_of(tales[i].stack),
			    due - 1);
			if (later.row != v.row)
				fail_msg("%s: %s becomes %s unannounced",
				    tales[i].name, v.row->word,
				    later.row->word);
			check_advice(&tales[i], t.s, now, due - 1);
		}
		walk_close(&t);
	}
}

static bool
is_word(const char *word)
{
	size_t i;

	for (i = 0; i < verdict_meanings_count; i++) {
		if (strcmp(verdict_meanings[i].word, word) == 0)
			return (true);
	}
	return (false);
}

static void
test_words_have_meanings(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; verdict_row(i) != NULL; i++)
		assert_true(is_word(verdict_row(i)->word));
	for (i = 0; i < verdict_meanings_count; i++)
		assert_non_null(verdict_named(verdict_meanings[i].word));
}

/* Old words stand for words of now, and are none of them. */
static void
test_old_words(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < verdict_aliases_count; i++) {
		assert_false(is_word(verdict_aliases[i].old));
		assert_true(is_word(verdict_aliases[i].word));
		assert_true(verdict_means(verdict_aliases[i].old,
		    verdict_aliases[i].word));
	}
	assert_true(verdict_means("left", "left"));
	assert_false(verdict_means("gone", "left"));
	assert_false(verdict_means("lost", "gone"));
}

/* One name, one thing: what --about and scripts can be asked for. */
static const char *
id_at(size_t i)
{
	if (i < verdict_meanings_count)
		return (verdict_meanings[i].word);
	i -= verdict_meanings_count;
	if (i < finding_rows_count())
		return (finding_row(i)->id);
	i -= finding_rows_count();
	if (i < DFU_STATE_COUNT)
		return (dfu_state_name((uint8_t)i));
	i -= DFU_STATE_COUNT;
	if (i < DFU_REQUEST_COUNT)
		return (dfu_request_row((uint8_t)i)->name);
	i -= DFU_REQUEST_COUNT;
	return (i < RECOVERY_COUNT ? recovery_rows[i].id : NULL);
}

static void
test_one_namespace(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; id_at(i) != NULL; i++) {
		for (k = 0; k < i; k++) {
			/* An action that is one request is called so. */
			if (strcasecmp(id_at(i), id_at(k)) == 0 &&
			    dfu_request_named(id_at(i)) == NULL)
				fail_msg("%s is two things", id_at(i));
		}
	}
}

/* The wait statistics. */

static void
assert_wait_stats(const struct walk *t, uint8_t state, const char *words)
{
	struct buf b = { 0 };

	assert_true(wait_stats_tells(&t->s->wait_stats, state));
	wait_stats_words(&t->s->wait_stats.rows[state], &b);
	assert_string_equal(buf_str(&b), words);
	buf_free(&b);
}

static void
test_wait_stats(void **state)
{
	struct walk t;

	(void)state;
	walk_open(&t, "dfu11");
	tell(&t, "0 getstatus ok " IDLE);
	assert_false(wait_stats_tells(&t.s->wait_stats, DFU_STATE_IDLE));
	tell(&t, "10 getstatus ok " BUSY100 "|111 getstatus ok "
	    "003200000400|212 getstatus ok 000000000500");
	assert_wait_stats(&t, DFU_STATE_DNBUSY,
	    "2 × 50 ms to 100 ms announced, "
	    "waited 100 ms, took at most 202 ms");
	tell(&t, "300 getstatus ok " BUSY100 "|350 getstatus ok " BUSY0
	    "|900 getstatus ok 000000000500");
	assert_wait_stats(&t, DFU_STATE_DNBUSY,
	    "4 × 0 ms to 100 ms announced, "
	    "waited 49 ms to 549 ms, took at most 202 ms to 600 ms; "
	    "polled before the announced wait was over");
	tell(&t, "1000 getstatus ok " BUSY0 "|1601 getstatus ok "
	    "000000000500");
	assert_wait_stats(&t, DFU_STATE_DNBUSY,
	    "5 × 0 ms to 100 ms announced, "
	    "waited 49 ms to 600 ms, took at most 202 ms to 601 ms; "
	    "polled before the announced wait was over; the state lasted "
	    "longer than announced");
	walk_close(&t);

	walk_open(&t, "dfu11");
	tell(&t, "0 *9 getstatus ok " BUSY0);
	assert_wait_stats(&t, DFU_STATE_DNBUSY, "9 × 0 ms announced, waited "
	    "1 ms");
	tell(&t, "18 getstatus ok " BUSY0);
	assert_wait_stats(&t, DFU_STATE_DNBUSY, "10 × 0 ms announced, waited "
	    "1 ms; 0 ms announced repeatedly by a busy device");
	/* What the host breaks off says nothing of the device. */
	tell(&t, "30 clrstatus ok|40 getstatus ok " IDLE);
	assert_int_equal(t.s->wait_stats.rows[DFU_STATE_DNBUSY].took.n, 0);
	tell(&t, "50 getstatus ok 0000fa000400");
	assert_false(wait_stats_flags[0].holds(
	    &t.s->wait_stats.rows[DFU_STATE_DNBUSY]));
	tell(&t, "60 getstatus ok 0001fa000400");
	assert_true(wait_stats_flags[0].holds(
	    &t.s->wait_stats.rows[DFU_STATE_DNBUSY]));
	walk_close(&t);

	/* Leaving the bus ends a state too. */
	walk_open(&t, "stm32f072");
	tell(&t, LEAVES MANIFEST0 "|50 left");
	assert_wait_stats(&t, DFU_STATE_MANIFEST,
	    "1 × 0 ms announced, took at "
	    "most 29 ms");
	walk_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row),
		cmocka_unit_test(test_jobs),
		cmocka_unit_test(test_deadlines),
		cmocka_unit_test(test_words_have_meanings),
		cmocka_unit_test(test_stuck),
		cmocka_unit_test(test_not_stuck_yet),
		cmocka_unit_test(test_old_words),
		cmocka_unit_test(test_one_namespace),
		cmocka_unit_test(test_wait_stats),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
