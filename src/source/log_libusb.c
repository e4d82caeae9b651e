/* SPDX-License-Identifier: ISC */
/*
 * The debug lines of libusb: each transfer with its length and status, but
 * without its setup packet, which the tool's own lines between them tell.
 */
#include "source/log_own.h"
#include "wire/usb.h"

#define STRINGS_LIMIT	1000	/* ms: dfu-util's DFU requests have 5000 */

/* The answer that is held back: only what comes next tells the state. */
static void
answer(struct log *l, bool again)
{
	uint8_t state = again ? DFU_STATE_DNBUSY : DFU_STATE_DNLOAD_IDLE;

	if (!l->pending || l->setup.bRequest != DFU_GETSTATUS)
		return;
	l->now = l->reaped;
	if (!l->run.dfuse && !l->run.plain) {
		log_complete(l, OUTCOME_OK, 6, EVENT_TOLD);
		return;
	}
	if (l->number_b == DFU_ABORT || l->number_b == DFU_CLRSTATUS)
		state = DFU_STATE_IDLE;
	log_answer(l, state, 0, 0, EVENT_KNOWS_STATE, EVENT_INFERRED);
}

static enum outcome
outcome_of(int64_t status)
{
	switch (status) {
	case 0:
		return (OUTCOME_OK);
	case -32:
		return (OUTCOME_STALL);
	case -2:
	case -110:
		return (OUTCOME_TIMEOUT);
	case -19:
	case -108:
		return (OUTCOME_GONE);
	case -75:
		return (OUTCOME_BABBLE);
	default:
		return (OUTCOME_BUSERROR);
	}
}

static void
on_submit(struct log *l, const struct log_match *m)
{
	(void)m;
	l->run.begun = true;
	l->run.libusb = true;
	l->number_a = 0;
	l->submitted = l->now;
}

static void
on_limit(struct log *l, const struct log_match *m)
{
	l->number_a = m->hole[0].value;
}

/* A request of no data: what the lines before it make of it. */
static uint8_t
empty_request(const struct log *l)
{
	const struct log_run *r = &l->run;

	if (r->due)
		return (r->due_request);
	if (r->plain && r->upload)
		return (DFU_UPLOAD);
	if (r->plain && r->block != 0)
		return (r->ended_plain ? DFU_DETACH : DFU_DNLOAD);
	/* Behind "File downloaded successfully" first comes an ABORT. */
	if (r->all_done && r->aborted)
		return (DFU_DNLOAD);
	/* An upload of DfuSe is framed by them. */
	if (r->upload && l->number_b == DFU_UPLOAD &&
	    l->setup.bRequest == DFU_UPLOAD)
		return (DFU_ABORT);
	return (l->state == DFU_STATE_ERROR ? DFU_CLRSTATUS : DFU_ABORT);
}

static void
send_data(struct log *l, uint32_t n, enum outcome how)
{
	struct log_run *r = &l->run;
	uint16_t block = r->dfuse ? 2 : (uint16_t)r->block++;

	log_data(l, block, n);
	l->now = l->reaped;
	log_complete(l, how, how == OUTCOME_OK ? n : 0, EVENT_TOLD);
	l->number_b = DFU_DNLOAD;
	r->command = 5;
}

static void
send_upload(struct log *l, uint32_t n, enum outcome how)
{
	struct log_run *r = &l->run;
	uint16_t most = l->device.transfer_size, block;

	block = (uint16_t)(r->block++ + (r->dfuse ? 2 : 0));
	if (most == 0)
		most = (uint16_t)n;
	log_submit(l, 0xa1, DFU_UPLOAD, block, most, NULL, 0,
	    EVENT_INFERRED);
	l->now = l->reaped;
	log_complete(l, how == OUTCOME_OK && n < most ? OUTCOME_SHORT : how,
	    n, EVENT_TOLD);
	l->number_b = DFU_UPLOAD;
}

static void
send_empty(struct log *l, uint8_t request, enum outcome how)
{
	struct log_run *r = &l->run;

	r->due = false;
	if (request == DFU_UPLOAD) {
		send_upload(l, 0, how);
		return;
	}
	if (request == DFU_DNLOAD) {
		log_data(l, r->dfuse ? 2 : (uint16_t)r->block, 0);
		r->ended_plain = r->plain;
	} else {
		log_submit(l, 0x21, request, request == DFU_DETACH ? 1000 : 0,
		    0, NULL, 0, EVENT_INFERRED);
	}
	r->aborted = r->all_done;
	l->now = l->reaped;
	log_complete(l, how, 0, EVENT_TOLD);
	l->number_b = request;
}

static void
send_command(struct log *l, uint32_t n, enum outcome how)
{
	bool erases = l->run.command == 1 || l->run.command == 3;

	log_command(l, l->run.command == 4 ? 0x92 : erases ? 0x41 : 0x21,
	    n == 1 ? UINT32_MAX : l->run.command_at);
	l->now = l->reaped;
	log_complete(l, how, n, EVENT_TOLD);
	l->number_b = DFU_DNLOAD;
	l->run.command = 5;
}

static void
ask(struct log *l, enum outcome how)
{
	log_submit(l, 0xa1, DFU_GETSTATUS, 0, 6, NULL, 0, EVENT_TOLD);
	l->now = l->reaped;
	if (how != OUTCOME_OK)
		log_complete(l, how, 0, EVENT_TOLD);
}

void
log_libusb_broken(struct log *l, uint8_t request)
{
	struct log_run *r = &l->run;
	enum outcome how = (enum outcome)r->broken_how;
	bool asks = request == DFU_GETSTATUS;

	if (!r->broken)
		return;
	r->broken = false;
	answer(l, asks);
	l->reaped = l->broken_at;
	l->now = l->submitted;
	if (asks)
		ask(l, how);
	else if (request == DFU_UPLOAD)
		send_upload(l, 0, how);
	else if (request != DFU_DNLOAD)
		send_empty(l, request, how);
	else if ((r->plain && r->download_done) || r->left)
		send_empty(l, DFU_DNLOAD, how);
	else if (r->plain || r->command == 0 || r->command == 5)
		send_data(l, l->device.transfer_size, how);
	else
		send_command(l, 5, how);
}

/* Nothing told which: the one that was due. */
static void
broken_untold(struct log *l)
{
	if (!l->run.broken)
		return;
	if (l->run.due) {
		log_libusb_broken(l, l->run.due_request);
	} else if (l->run.command == 5) {
		log_libusb_broken(l, DFU_GETSTATUS);
	} else if (l->run.command != 0) {
		log_libusb_broken(l, DFU_DNLOAD);
	} else {
		/* Without the tool's lines nothing tells what it was. */
		static const char said[] = "urb type=2 status=-";

		l->run.broken = false;
		answer(l, false);
		log_said(l, said, sizeof(said) - 1);
	}
}

static void
on_reaped(struct log *l, const struct log_match *m)
{
	enum outcome how = outcome_of((int64_t)m->hole[1].value);
	uint32_t n = (uint32_t)m->hole[2].value;
	bool asks = n == 6 && how == OUTCOME_OK;
	uint64_t now;

	if (l->number_a == STRINGS_LIMIT || !l->run.libusb)
		return;
	now = l->now;
	broken_untold(l);
	l->now = now;
	if (how != OUTCOME_OK) {
		l->run.broken = true;
		l->run.broken_how = (uint8_t)how;
		l->broken_at = now;
		return;
	}
	answer(l, asks);
	l->reaped = now;
	l->now = l->submitted;
	if (asks)
		ask(l, how);
	else if (n == 0)
		send_empty(l, empty_request(l), how);
	else if (l->run.upload && (n > 5 || l->run.command == 0))
		send_upload(l, n, how);
	else if (n == 5 || n == 1)
		send_command(l, n, how);
	else
		send_data(l, n, how);
}

static void
finish(struct log *l)
{
	broken_untold(l);
	if (l->run.libusb && l->pending)
		log_complete(l, OUTCOME_OK, 6, EVENT_TOLD);
}

static const struct log_row rows[] = {
	{ "libusb: debug [libusb_submit_transfer] transfer %x", on_submit, 0,
	    LOG_TELLS },
	{ "libusb: debug [add_to_flying_list] arm timer for timeout in %dms"
	    " (first in line)", on_limit, 0, LOG_TELLS },
	{ "libusb: debug [add_to_flying_list] arm timerfd for timeout in "
	    "%dms (first in line)", on_limit, 0, LOG_TELLS },
	{ "libusb: debug [arm_timer_for_next_timeout] next timeout %s", NULL,
	    0, LOG_TELLS },
	{ "libusb: debug [reap_for_handle] urb type=%d status=%d "
	    "transferred=%d", on_reaped, 0, LOG_TELLS },
	{ "libusbx: debug [reap_for_handle] urb type=%d status=%d "
	    "transferred=%d", on_reaped, 0, LOG_TELLS },
	{ "libusbx: debug [libusb_submit_transfer]%s", on_submit, 0,
	    LOG_TELLS },
	{ "libusb: debug [libusb_submit_transfer]%s", on_submit, 0,
	    LOG_TELLS },
	{ "libusb: debug [%s", NULL, 0, LOG_TELLS },
	{ "libusbx: debug [%s", NULL, 0, LOG_TELLS },
	{ "libusb: info [%s", NULL, 0, LOG_TELLS },
	{ "libusb: warning [%s", NULL, 0, LOG_TELLS },
	{ "libusb: error [%s", NULL, 0, LOG_TELLS },
	{ "[timestamp] [threadID] facility level [function call] <message>",
	    NULL, 0, LOG_TELLS },
	{ "-----%s", NULL, 0, LOG_WEAK },
	{ NULL, NULL, 0, LOG_WEAK }
};

const struct log_reader log_libusb = {
	.name = "libusb", .rows = rows, .finish = finish,
};
