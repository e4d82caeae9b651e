/* SPDX-License-Identifier: ISC */
/* The scenes of the golden screens. */
#include "tests/ui/harness.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/difference.h"
#include "base/mem.h"
#include "dfu/spec.h"
#include "diagnosis/finding.h"
#include "diagnosis/finding_text.h"
#include "job/jobs.h"
#include "lesson/lesson_run.h"
#include "loop/loop_play.h"
#include "ui/view/page.h"
#include "ui/view/screen_stack.h"
#include "wire/usb.h"

static void
scene_none(struct harness *st)
{
	(void)st;
}

static void
scene_unasked(struct harness *st)
{
	harness_arrive(st, &harness_stm32);
	st->now += 3000000;
}

static void
leave(struct harness *st)
{
	static const uint8_t address[] = { 0x21, 0, 0, 0, 8 };

	harness_arrive(st, &harness_stm32);
	harness_state(st, 3100000, DFU_STATE_IDLE);
	harness_ask(st, 800, DFU_DNLOAD, 0, address, sizeof(address));
	harness_answer(st, 300, OUTCOME_OK, NULL, sizeof(address));
	harness_status(st, 400, 0, 104, DFU_STATE_DNBUSY);
	harness_status(st, 105000, 0, 0, DFU_STATE_DNLOAD_IDLE);
	harness_ask(st, 900, DFU_DNLOAD, 2, NULL, 0);
	harness_answer(st, 300, OUTCOME_OK, NULL, 0);
	harness_status(st, 700, 0, 0, DFU_STATE_MANIFEST);
}

static void
scene_stuck(struct harness *st)
{
	leave(st);
	st->app.journal = "journal";
	st->now += 12400000;
}

static void
scene_polled(struct harness *st)
{
	int i;

	leave(st);
	for (i = 0; i < 214; i++)
		harness_status(st, 1000000, 0, 0, DFU_STATE_MANIFEST);
	st->now += 400000;
}

static void
scene_pending(struct harness *st)
{
	leave(st);
	harness_ask(st, 1000000, DFU_GETSTATUS, 0, NULL, 0);
	st->now += 2400000;
}

static void
scene_timeout(struct harness *st)
{
	leave(st);
	harness_ask(st, 1000000, DFU_GETSTATUS, 0, NULL, 0);
	harness_answer(st, 5000000, OUTCOME_TIMEOUT, NULL, 0);
	st->now += 2400000;
}

static void
scene_error(struct harness *st)
{
	harness_arrive(st, &harness_dfu11);
	harness_status(st, 2000000, 0, 0, DFU_STATE_IDLE);
	harness_ask(st, 500000, DFU_DNLOAD, 0, "\1\2\3\4\5\6\7", 7);
	harness_answer(st, 300, OUTCOME_STALL, NULL, 0);
	harness_status(st, 400, DFU_STATUS_ERR_FIRMWARE, 0, DFU_STATE_ERROR);
	st->now += 4600000;
}

/* The STALL alone: by the specification the device is now in dfuERROR. */
static void
scene_stall(struct harness *st)
{
	harness_arrive(st, &harness_dfu11);
	harness_status(st, 2000000, 0, 0, DFU_STATE_IDLE);
	harness_ask(st, 500000, DFU_DNLOAD, 0, "\1\2\3\4\5\6\7", 7);
	harness_answer(st, 300, OUTCOME_OK, NULL, 7);
	harness_ask(st, 300, DFU_DNLOAD, 1, "\1\2\3\4\5\6\7", 7);
	harness_answer(st, 300, OUTCOME_STALL, NULL, 0);
	st->now += 1200000;
}

static void
scene_undefined(struct harness *st)
{
	harness_arrive(st, &harness_dfu11);
	harness_status(st, 2000000, 0, 5000, 15);
	st->now += 800000;
}

static void
scene_busy(struct harness *st)
{
	harness_arrive(st, &harness_dfu11);
	harness_status(st, 2000000, 0, 0, DFU_STATE_IDLE);
	harness_ask(st, 500000, DFU_DNLOAD, 0, "\1\2\3\4\5\6\7", 7);
	harness_answer(st, 300, OUTCOME_OK, NULL, 7);
	harness_status(st, 400, 0, 3000, DFU_STATE_DNBUSY);
	st->now += 1900000;
}

static void
scene_gone(struct harness *st)
{
	leave(st);
	harness_ask(st, 1000000, DFU_GETSTATUS, 0, NULL, 0);
	harness_answer(st, 900, OUTCOME_GONE, NULL, 0);
	harness_leave(st, 100000);
	st->now += 3200000;
}

static void
scene_runtime(struct harness *st)
{
	struct harness_device d = harness_dfu11;

	d.protocol = 1;
	harness_arrive(st, &d);
	harness_state(st, 1000000, DFU_STATE_APP_IDLE);
	st->now += 5000000;
}

static void
scene_question(struct harness *st)
{
	scene_error(st);
	st->runner.question = mem_strdup("Clear 10 errFIRMWARE? The reason is "
	    "lost: it cannot be read again afterwards.");
}

static void
scene_help(struct harness *st)
{
	scene_stuck(st);
	st->view.screen = SCREEN_HELP;
}

static void
scene_detail(struct harness *st)
{
	scene_stuck(st);
	harness_update(st);
	st->view.screen = SCREEN_DETAIL;
	st->view.list.paused = true;
	st->view.list.selected = st->view.list.fold.nrows - 1;
}

static void
scene_prompt(struct harness *st)
{
	scene_stuck(st);
	prompt_open(&st->view.prompt, "getstatus; expect state dfuMANIFES");
}

/* Presses made one after the other; text is typed. */
static void
press(struct harness *st, enum press_kind kind, uint32_t cp)
{
	struct press p = { .kind = kind, .cp = cp };
	struct buf line = { 0 };
	bool by_key;

	harness_press(st, &p, &line, &by_key);
	buf_free(&line);
}

static void
type(struct harness *st, const char *s)
{
	for (; *s != '\0'; s++)
		press(st, PRESS_CHAR, (uint8_t)*s);
}

/* An error and how it was left, between two loops of polls. */
static void
mixed(struct harness *st)
{
	int i;

	scene_error(st);
	for (i = 0; i < 5; i++)
		harness_status(st, 200000, DFU_STATUS_ERR_FIRMWARE, 0,
		    DFU_STATE_ERROR);
	harness_ask(st, 1000000, DFU_CLRSTATUS, 0, NULL, 0);
	harness_answer(st, 400, OUTCOME_OK, NULL, 0);
	harness_ask(st, 900, DFU_UPLOAD, 0, NULL, 2048);
	harness_answer(st, 2000, OUTCOME_STALL, NULL, 0);
	for (i = 0; i < 3; i++)
		harness_status(st, 300000, 0, 0, DFU_STATE_IDLE);
	st->now += 1000000;
	canvas_free(harness_draw(st, 24, 80, false));
}

static void
scene_filtered(struct harness *st)
{
	mixed(st);
	type(st, "f");
	type(st, "outcome stall since #2");
	press(st, PRESS_ENTER, 0);
}

static void
scene_filtered_out(struct harness *st)
{
	mixed(st);
	type(st, "f");
	type(st, "request detach");
	press(st, PRESS_ENTER, 0);
}

static void
scene_marked(struct harness *st)
{
	mixed(st);
	press(st, PRESS_UP, 0);
	press(st, PRESS_UP, 0);
	type(st, " ");
	press(st, PRESS_UP, 0);
}

static void
scene_unfolded(struct harness *st)
{
	mixed(st);
	type(st, "/errFIRMWARE");
	press(st, PRESS_ENTER, 0);
	canvas_free(harness_draw(st, 24, 80, false));
	type(st, "z");
}

static void
scene_copied(struct harness *st)
{
	leave(st);
	press(st, PRESS_UP, 0);
	type(st, "C");
}

static void
scene_edit(struct harness *st)
{
	leave(st);
	type(st, ":dnload 0 hex:2100000008");
	press(st, PRESS_CHAR, PRESS_CONTROL('x'));
	press(st, PRESS_END, 0);
	press(st, PRESS_LEFT, 0);
	type(st, "4");
}

static void
scene_edit_in(struct harness *st)
{
	leave(st);
	press(st, PRESS_UP, 0);
	press(st, PRESS_DOWN, 0);
	type(st, "P");
	type(st, "e");
	press(st, PRESS_DOWN, 0);
	type(st, "7");
}

static void
scene_wrong(struct harness *st)
{
	scene_stuck(st);
	type(st, ":getstate; control 0x21 one 0 0 0");
}

static void
scene_seek(struct harness *st)
{
	struct buf why = { 0 };

	scene_stuck(st);
	history_add(&st->view.prompt.history, "until state dfuIDLE "
	    "getstatus", &why);
	history_add(&st->view.prompt.history, "leave", &why);
	type(st, ":");
	press(st, PRESS_CHAR, PRESS_CONTROL('r'));
	type(st, "idl");
}

static void
scene_detail_dfuse(struct harness *st)
{
	leave(st);
	press(st, PRESS_HOME, 0);
	type(st, "/set address");
	press(st, PRESS_ENTER, 0);
	canvas_free(harness_draw(st, 24, 80, false));
	press(st, PRESS_ENTER, 0);
}

static void
scene_hostile(struct harness *st)
{
	struct harness_device d = harness_stm32;

	d.product = "\033]0;owned\007\033[2J\xc2\x9b""31m\xe2\x80\xae evil";
	d.name = "\r\nfake\033[1;1H \xff\xfe";
	harness_arrive(st, &d);
	harness_state(st, 1000000, DFU_STATE_IDLE);
}

static void
scene_devices(struct harness *st)
{
	struct harness_device d = harness_dfu11;

	harness_arrive(st, &harness_stm32);
	harness_status(st, 2000000, DFU_STATUS_ERR_FIRMWARE, 0,
	    DFU_STATE_ERROR);
	d.suspended = true;
	harness_arrive(st, &d);
	d.place = "1-1.4";
	d.suspended = false;
	d.holder = "dfu-util (812)";
	harness_arrive(st, &d);
	d.place = "1-1.3";
	d.protocol = 1;
	harness_arrive(st, &d);
	harness_leave(st, 1000000);
	st->now += 2000000;
}

/* DNLOAD of block 0, and the two GETSTATUS that carry it out. */
static void
dfuse(struct harness *st, uint16_t block, const void *p, uint16_t n)
{
	harness_ask(st, 800, DFU_DNLOAD, block, p, n);
	harness_answer(st, 300, OUTCOME_OK, NULL, n);
	harness_status(st, 400, 0, 104, DFU_STATE_DNBUSY);
	harness_status(st, 105000, 0, 0, DFU_STATE_DNLOAD_IDLE);
}

static void
program(struct harness *st)
{
	static const uint8_t block[2048];
	uint8_t erase[] = { 0x41, 0, 0, 0, 8 };
	uint8_t address[] = { 0x21, 0, 0x10, 0, 8 };
	uint8_t i;

	for (i = 0; i < 12; i++) {
		erase[2] = (uint8_t)(i * 8 + 0x10);
		dfuse(st, 0, erase, sizeof(erase));
	}
	dfuse(st, 0, address, sizeof(address));
	for (i = 0; i < 5; i++)
		dfuse(st, (uint16_t)(2 + i), block, i < 4 ? 2048 : 700);
	harness_ask(st, 300, DFU_ABORT, 0, NULL, 0);
	harness_answer(st, 300, OUTCOME_OK, NULL, 0);
	for (i = 0; i < 2; i++) {
		harness_ask(st, 300, DFU_UPLOAD, (uint16_t)(20 + i), NULL,
		    2048);
		harness_answer(st, 900, OUTCOME_OK, block, 2048);
	}
	erase[2] = 0xf8;
	harness_ask(st, 800, DFU_DNLOAD, 0, erase, sizeof(erase));
	harness_answer(st, 300, OUTCOME_OK, NULL, sizeof(erase));
	harness_status(st, 400, 0, 104, DFU_STATE_DNBUSY);
	harness_ask(st, 105000, DFU_GETSTATUS, 0, NULL, 0);
	harness_answer(st, 5000000, OUTCOME_TIMEOUT, NULL, 0);
}

static void
scene_device(struct harness *st)
{
	harness_arrive(st, &harness_stm32);
	harness_state(st, 1000000, DFU_STATE_IDLE);
	program(st);
	st->view.screen = SCREEN_DEVICE;
}

static void
scene_memory(struct harness *st)
{
	struct harness_device d = harness_stm32;

	d.name = "@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg"
	    "/0x1FFF7800/1*512 e,01*16ce,2*2K";
	harness_arrive(st, &d);
	harness_state(st, 1000000, DFU_STATE_IDLE);
	program(st);
	st->view.screen = SCREEN_DEVICE;
}

static void
scene_plain(struct harness *st)
{
	harness_arrive(st, &harness_dfu11);
	harness_status(st, 2000000, 0, 0, DFU_STATE_IDLE);
	dfuse(st, 0, "\1\2\3\4\5\6\7", 7);
	st->view.screen = SCREEN_DEVICE;
}

static void
scene_damaged(struct harness *st)
{
	struct harness_device d = harness_dfu11;

	d.cut = 4;
	d.holder = "fwupd (77)";
	d.suspended = true;
	harness_arrive(st, &d);
	st->view.screen = SCREEN_DEVICE;
	st->view.scroll = 20;
}

static void
scene_findings(struct harness *st)
{
	leave(st);
	harness_ask(st, 4000000, DFU_ABORT, 0, NULL, 0);
	harness_answer(st, 300, OUTCOME_STALL, NULL, 0);
	harness_status(st, 1000, 0x0f, 0, DFU_STATE_ERROR);
	st->now += 400000;
	st->view.finding = finding_row_named("request-in-manifest");
	st->view.screen = SCREEN_FINDINGS;
}

static void
scene_finding(struct harness *st)
{
	scene_findings(st);
	st->view.screen = SCREEN_FINDING;
}

static void
scene_page(struct harness *st)
{
	scene_stuck(st);
	st->view.page = dfu_page_of(DFU_PAGE_STATE, DFU_STATE_MANIFEST);
	st->view.screen = SCREEN_PAGE;
}

static void
scene_subjects(struct harness *st)
{
	scene_stuck(st);
	st->view.screen = SCREEN_SUBJECTS;
	st->view.subject = 20;
}

/* The last of them: what no trace can show. */
static void
scene_subjects_last(struct harness *st)
{
	scene_stuck(st);
	st->view.screen = SCREEN_SUBJECTS;
	st->view.subject = page_subjects() - 1;
}

static void
scene_page_text(struct harness *st)
{
	scene_stuck(st);
	st->view.text = finding_text_named("silent-drop");
	st->view.screen = SCREEN_PAGE;
}

static void
scene_what_if(struct harness *st)
{
	scene_stuck(st);
	st->view.screen = SCREEN_WHAT_IF;
	st->view.scroll = 12;
}

static void
scene_times(struct harness *st)
{
	scene_stuck(st);
	st->view.screen = SCREEN_TIMES;
}

static void
scene_hints(struct harness *st)
{
	scene_unasked(st);
	st->view.hints = true;
}

/* Help asked for on a screen that sends nothing. */
static void
scene_help_devices(struct harness *st)
{
	scene_devices(st);
	harness_update(st);
	screen_show(&st->view, SCREEN_HELP);
}

/* The reason is the vendor's own, and its string is known. */
static void
scene_string(struct harness *st)
{
	static const uint8_t reply[] = { 0x0b, 0, 0, 0, 10, 4 };
	static const uint8_t text[] = { 18, 3, 'p', 0, 'r', 0, 'o', 0, 't',
	    0, 'e', 0, 'c', 0, 't', 0, 0x1b, 0 };
	struct event e = { .kind = EVENT_SUBMIT, .setup = { 0x80, 6, 0x304,
	    0x409, 255 } };

	harness_arrive(st, &harness_stm32);
	harness_ask(st, 2000000, DFU_GETSTATUS, 0, NULL, 0);
	harness_answer(st, 700, OUTCOME_OK, reply, sizeof(reply));
	e.time = st->now += 900;
	e.dev = st->dev;
	e.number = ++st->number;
	sessions_apply(st->app.sessions, &e);
	harness_answer(st, 700, OUTCOME_SHORT, text, sizeof(text));
	st->now += 1400000;
}

/* Stuck, and what two actions have done so far. */
static void
scene_recover(struct harness *st)
{
	static const struct recovery_try tries[] = {
		{ .action = RECOVERY_WAIT, .before = 7, .after = 7,
		    .waited = 1000000 },
		{ .action = RECOVERY_CLRSTATUS, .before = 7, .after = 7,
		    .outcome = OUTCOME_STALL, .first = 12, .last = 13,
		    .sent = 2 } };

	scene_stuck(st);
	st->view.screen = SCREEN_RECOVER;
	st->view.action = RECOVERY_POLL;
	st->runner.recovery.tries[0] = tries[0];
	st->runner.recovery.tries[1] = tries[1];
	st->runner.recovery.n = 2;
	st->now += 2000000;
}

/* Out: the device has left for good. */
static void
scene_recovered(struct harness *st)
{
	static const struct recovery_try poll = { .action = RECOVERY_POLL,
	    .before = 7, .left = true, .after = NO_STATE, .first = 10,
	    .last = 16, .sent = 7, .polls = 7 };

	scene_gone(st);
	st->view.screen = SCREEN_RECOVER;
	st->view.action = RECOVERY_POLL;
	st->runner.recovery.tries[0] = poll;
	st->runner.recovery.n = 1;
	st->runner.recovery.over = true;
	st->runner.recovery.sent = 7;
}

/* Off the bus: none of the actions is possible. */
static void
scene_recover_gone(struct harness *st)
{
	scene_gone(st);
	st->view.screen = SCREEN_RECOVER;
}

static void
scene_verdict_gone(struct harness *st)
{
	scene_gone(st);
	st->view.screen = SCREEN_VERDICT;
}

/* A recording that ends while the device is stuck, or well. */
static void
scene_recover_past(struct harness *st)
{
	scene_recover(st);
	st->runner.recovery.n = 0;
	st->app.policy.past = st->runner.policy.past = true;
}

/* Fell off the bus in the middle of a download, and came back. */
static void
scene_recover_cut(struct harness *st)
{
	harness_scene_timeline(st, "scope-vanished");
	st->view.screen = SCREEN_RECOVER;
	st->app.policy.past = st->runner.policy.past = true;
}

static void
scene_recover_back(struct harness *st)
{
	harness_scene_timeline(st, "scope-vanished");
	harness_arrive(st, &harness_stm32);
	harness_status(st, 300, 0, 0, DFU_STATE_IDLE);
	st->view.screen = SCREEN_RECOVER;
}

static void
scene_help_past(struct harness *st)
{
	scene_stuck(st);
	st->view.screen = SCREEN_HELP;
	st->app.policy.past = st->runner.policy.past = true;
}

static void
scene_recover_well(struct harness *st)
{
	scene_runtime(st);
	st->view.screen = SCREEN_RECOVER;
	st->app.policy.past = st->runner.policy.past = true;
}

/* The session beside another one that was cut, and then cleared. */
static void
scene_difference(struct harness *st)
{
	struct difference *d = mem_alloc(sizeof(*d));
	struct harness other;

	*d = (struct difference){ .n = 0 };
	scene_stuck(st);
	difference_take(&d->a, "this session", app_session(&st->app),
	    st->app.sessions->trace);
	harness_begin(&other);
	leave(&other);
	harness_ask(&other, 1000, DFU_ABORT, 0, NULL, 0);
	harness_answer(&other, 300, OUTCOME_STALL, NULL, 0);
	harness_status(&other, 300, 0, 0, DFU_STATE_ERROR);
	difference_take(&d->b, "work\x1b.journal", app_session(&other.app),
	    other.app.sessions->trace);
	harness_end(&other);
	difference_make(d);
	app_take_difference(&st->app, d);
	st->view.difference = d->first;
	st->view.screen = SCREEN_DIFFERENCE;
}

/* A leave that is held before its next GETSTATUS. */
static void
scene_paused(struct harness *st)
{
	struct session *s;
	struct effect effect;
	uint64_t until;

	leave(st);
	st->now += 2400000;
	s = st->app.sessions->list[0];
	s->opened = true;
	st->runner.policy.interactive = true;
	runner_start(&st->runner, job_leave(false, 0, 100, 30000), false);
	st->runner.gate = RUNNER_PAUSE;
	runner_next(&st->runner, s, st->now, &effect, &until);
}

/* The same before the request that sets the address. */
static void
scene_paused_write(struct harness *st)
{
	struct session *s;
	struct effect effect;
	uint64_t until;

	harness_arrive(st, &harness_stm32);
	harness_status(st, 3100000, 0, 0, DFU_STATE_IDLE);
	st->now += 800000;
	s = st->app.sessions->list[0];
	s->opened = true;
	st->runner.policy.interactive = true;
	runner_start(&st->runner, job_leave(true, 0x08000000, 100, 30000),
	    false);
	st->runner.gate = RUNNER_PAUSE;
	runner_next(&st->runner, s, st->now, &effect, &until);
}

static void
writing_words(const struct job *j, struct buf *b, uint64_t now)
{
	struct job_progress p;

	j->ops->progress(j, &p);
	buf_adds(b, "flash: ");
	job_progress_words(&p, b, now);
}

static bool
writing_progress(const struct job *j, struct job_progress *p)
{
	*p = (struct job_progress){ .what = "writing", .has_address = true,
	    .address = 0x08006800, .done = 26624, .total = 40960,
	    .since = j->until };
	return (true);
}

/* Work that goes on, between two answers. */
static void
scene_writing(struct harness *st)
{
	static const struct job_ops ops = { .name = "flash",
		.words = writing_words,
		.progress = writing_progress };
	struct job *j = mem_alloc(sizeof(*j));

	leave(st);
	harness_status(st, 1000, 0, 0, DFU_STATE_IDLE);
	j->ops = &ops;
	j->until = st->now;
	st->now += 1600000;
	runner_start(&st->runner, j, false);
}

/* What it came to stands until the next job. */
static void
scene_done(struct harness *st)
{
	harness_arrive(st, &harness_stm32);
	harness_status(st, 3100000, 0, 0, DFU_STATE_IDLE);
	st->now += 800000;
	buf_adds(&st->runner.result.text, "0x08000000 to 0x08009c3f: 40000 "
	    "of 40000 bytes written and verified (3.0 s); 12 of 20 pages "
	    "were erased, the other 8 held what was to be written already");
}

/* A block is on its way: where it will lead is drawn ahead. */
static void
scene_ghost(struct harness *st)
{
	harness_arrive(st, &harness_dfu11);
	harness_status(st, 2000000, 0, 0, DFU_STATE_IDLE);
	harness_ask(st, 500000, DFU_DNLOAD, 0, "\1\2\3\4\5\6\7", 7);
	st->now += 1000000;
}

static void
scene_verdict(struct harness *st)
{
	scene_stuck(st);
	press(st, PRESS_ENTER, 0);
}

/* A lesson of the tests' own: those of the program may change. */
static const char lesson_text[] =
    "lesson block\ntitle One block\ndevice strict sim:dfu11,poll=300\n"
    "card R3: 3 to 4 if the block is not done, 3 to 5 if it is.\n"
    "card R4: only 2 and 5 take a DNLOAD with data.\n"
    "step\ntext The device is in dfuIDLE. It is handed a block.\n"
    "send dnload 0 hex:00112233; getstatus; wait\n"
    "step\nrule R3\n"
    "text The block is handed over, 300 ms were announced, and they are "
    "over.\n"
    "send getstatus\nask move\n"
    "why dfuDNBUSY 4 is the answer while the block is not done. 300 ms were "
    "announced and are over.\n"
    "step\nrule R6\ntext Your turn: back to dfuIDLE, without a reset.\n"
    "goal state dfuIDLE in 6\nforbid reset clrstatus\npar 1\n"
    "solution abort\n";

static void
begin_lesson(struct harness *st, size_t step, bool answered)
{
	static struct lesson lesson;
	static struct lesson_run run;
	struct lesson_config config = { .lesson = &lesson,
	    .bench = &loop_bench, .resume = step };
	struct buf why = { 0 };

	lesson_end(&run);
	lesson_free(&lesson);
	if (!lesson_parse(&lesson, lesson_text, &why))
		abort();
	harness_arrive(st, &harness_dfu11);
	lesson_begin(&run, &config);
	st->view.lesson = &run;
	st->view.screen = SCREEN_LESSON;
	if (!answered)
		return;
	(void)lesson_move_mark(&run, 1);
	(void)lesson_enter(&run);
}

/* A question with two hints. */
static void
scene_lesson(struct harness *st)
{
	begin_lesson(st, 1, false);
	(void)lesson_hint(st->view.lesson);
	(void)lesson_move_mark(st->view.lesson, 1);
	(void)lesson_move_mark(st->view.lesson, 1);
}

/* What became of it. */
static void
scene_told(struct harness *st)
{
	begin_lesson(st, 1, true);
}

static void
scene_goal(struct harness *st)
{
	begin_lesson(st, 2, false);
}

/* What a lesson came to. */
static void
scene_ended(struct harness *st)
{
	begin_lesson(st, 0, true);
	(void)lesson_enter(st->view.lesson);
	(void)lesson_move_mark(st->view.lesson, 1);
	(void)lesson_move_mark(st->view.lesson, 1);
	(void)lesson_enter(st->view.lesson);
	(void)lesson_enter(st->view.lesson);
	st->view.lesson->phase = LESSON_ENDS;
}

/* What each request would do to a simulated device that is gone. */
static void
scene_off(struct harness *st)
{
	scene_gone(st);
	st->app.simulated = st->app.recording = true;
	st->view.screen = SCREEN_WHAT_IF;
}

static void
scene_quitting(struct harness *st)
{
	scene_busy(st);
	buf_adds(&st->app.question, "Stop and quit? flash: writing 0x08006800, "
	    "26 of 40 KiB (65 %) stops unfinished; the rest is lost.");
}

static const struct {
	const char	*name;
	void		(*make)(struct harness *);
} scenes[] = {
	{ "none", scene_none }, { "unasked", scene_unasked },
	{ "stuck", scene_stuck }, { "polled", scene_polled },
	{ "pending", scene_pending }, { "timeout", scene_timeout },
	{ "error", scene_error }, { "stall", scene_stall },
	{ "undefined", scene_undefined }, { "busy", scene_busy },
	{ "gone", scene_gone }, { "runtime", scene_runtime },
	{ "question", scene_question }, { "help", scene_help },
	{ "detail", scene_detail }, { "prompt", scene_prompt },
	{ "hostile", scene_hostile }, { "devices", scene_devices },
	{ "filtered", scene_filtered }, { "marked", scene_marked },
	{ "filtered-out", scene_filtered_out },
	{ "unfolded", scene_unfolded }, { "copied", scene_copied },
	{ "edit", scene_edit }, { "edit-in", scene_edit_in },
	{ "wrong", scene_wrong }, { "seek", scene_seek },
	{ "detail-dfuse", scene_detail_dfuse },
	{ "device", scene_device }, { "memory", scene_memory },
	{ "plain", scene_plain }, { "damaged", scene_damaged },
	{ "findings", scene_findings }, { "finding", scene_finding },
	{ "page", scene_page }, { "subjects", scene_subjects },
	{ "page-text", scene_page_text },
	{ "subjects-last", scene_subjects_last },
	{ "times", scene_times }, { "hints", scene_hints },
	{ "what-if", scene_what_if },
	{ "help-devices", scene_help_devices }, { "string", scene_string },
	{ "recover", scene_recover }, { "recovered", scene_recovered },
	{ "recover-gone", scene_recover_gone },
	{ "recover-past", scene_recover_past },
	{ "recover-well", scene_recover_well },
	{ "recover-cut", scene_recover_cut },
	{ "recover-back", scene_recover_back },
	{ "help-past", scene_help_past },
	{ "verdict-gone", scene_verdict_gone },
	{ "difference", scene_difference },
	{ "held", scene_paused },
	{ "held-write", scene_paused_write }, { "writing", scene_writing },
	{ "done", scene_done }, { "ghost", scene_ghost },
	{ "verdict", scene_verdict }, { "lesson", scene_lesson },
	{ "told", scene_told }, { "goal", scene_goal },
	{ "ended", scene_ended }, { "off", scene_off },
	{ "quitting", scene_quitting }
};

const char *const harness_scenes[] = { "none", "unasked", "stuck", "polled",
    "pending", "timeout", "error", "stall", "undefined", "busy", "gone",
    "runtime", "question", "help", "detail", "prompt", "hostile", "devices",
    "filtered", "filtered-out", "marked", "unfolded", "copied", "edit",
    "edit-in", "wrong", "seek", "detail-dfuse", "findings", "finding",
    "device", "memory", "plain", "damaged", "page", "page-text", "subjects",
    "subjects-last", "times", "what-if",
    "hints", "help-devices", "string", "recover",
    "recovered", "recover-gone", "recover-past", "recover-well",
    "recover-cut", "recover-back", "help-past",
    "verdict-gone", "difference", "held", "held-write", "writing", "done",
    "ghost", "verdict", "lesson", "told", "goal", "ended", "off", "quitting",
    "scope-stuck", "scope-overdue",
    "scope-refused", "scope-silent", "scope-vanished", "scope-many",
    "ladder-stuck",
    "ladder-overdue", "ladder-refused", "ladder-silent", "ladder-vanished",
    "dialect-undecided", "dialect-question", "dialect-decided",
    "dialect-untold", NULL };

bool
harness_scene(struct harness *st, const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
		if (strcmp(scenes[i].name, name) != 0)
			continue;
		scenes[i].make(st);
		return (true);
	}
	return (harness_scene_dialect(st, name) ||
	    harness_scene_timeline(st, name));
}
