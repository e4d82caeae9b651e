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
	/* Behind "File downloaded successfully" first comes an ABORT. */
	if (l->run.all_done && l->run.aborted)
		return (DFU_DNLOAD);
	return (l->state == DFU_STATE_ERROR ? DFU_CLRSTATUS : DFU_ABORT);
}

static void
send_empty(struct log *l, enum outcome how)
{
	uint8_t request = empty_request(l);

	if (request == DFU_DNLOAD)
		log_data(l, 2, 0);
	else
		log_submit(l, 0x21, request, 0, 0, NULL, 0, EVENT_INFERRED);
	l->run.aborted = l->run.all_done;
	log_complete(l, how, 0, EVENT_TOLD);
	l->number_b = request;
}

static void
send_command(struct log *l, uint32_t n, enum outcome how)
{
	bool erases = l->run.command == 1 || l->run.command == 3;

	log_command(l, l->run.command == 4 ? 0x92 : erases ? 0x41 : 0x21,
	    n == 1 ? UINT32_MAX : l->run.command_at);
	log_complete(l, how, n, EVENT_TOLD);
	l->number_b = DFU_DNLOAD;
	l->run.command = 5;
}

static void
on_reaped(struct log *l, const struct log_match *m)
{
	enum outcome how = outcome_of((int64_t)m->hole[1].value);
	uint32_t n = (uint32_t)m->hole[2].value;
	bool asks = n == 6 && how == OUTCOME_OK;

	if (l->number_a == STRINGS_LIMIT || !l->run.libusb)
		return;
	if (how != OUTCOME_OK && l->run.command == 5)
		asks = true;
	/* Without the tool's lines nothing tells what it was. */
	if (how != OUTCOME_OK && !asks && l->run.command == 0) {
		answer(l, false);
		log_says(l, m);
		return;
	}
	answer(l, asks);
	if (asks) {
		log_submit(l, 0xa1, DFU_GETSTATUS, 0, 6, NULL, 0,
		    EVENT_TOLD);
		if (how != OUTCOME_OK)
			log_complete(l, how, 0, EVENT_TOLD);
	} else if (n == 5 || n == 1 || how != OUTCOME_OK) {
		send_command(l, n == 1 ? 1 : 5, how);
	} else if (n == 0) {
		send_empty(l, how);
	} else {
		log_data(l, l->run.dfuse ? 2 : (uint16_t)l->run.block++, n);
		log_complete(l, OUTCOME_OK, n, EVENT_TOLD);
		l->number_b = DFU_DNLOAD;
		l->run.command = 5;
	}
}

static void
finish(struct log *l)
{
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
