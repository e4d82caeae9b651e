/* SPDX-License-Identifier: ISC */
/* pydfu, and the tracebacks of pyusb. */
#include "config.h"

#include <string.h>

#include "source/log_own.h"
#include "wire/usb.h"

#define CHUNK	2048
#define PAGE	2048

/* In run.polls: where the innermost frame of the tool's own file is. */
enum step {
	STEP_NONE,
	STEP_ERASE,
	STEP_ADDRESS,
	STEP_WRITE,
	STEP_LEAVE,
	STEP_INIT,
	STEP_ABORT,
	STEP_CLEAR
};

static void
inferred(struct log *l, uint8_t state)
{
	log_status(l, state, 0, 0, EVENT_KNOWS_STATE, EVENT_INFERRED);
}

static void
known(struct log *l)
{
	l->device.known = true;
	l->device.bcd_dfu = 0x011a;
	l->run.dfuse = true;
	if (l->device.transfer_size == 0)
		l->device.transfer_size = CHUNK;
	l->device.size_assumed = true;
}

static void
on_id(struct log *l, const struct log_match *m)
{
	known(l);
	l->device.vendor = (uint16_t)m->hole[0].value;
	l->device.product = (uint16_t)m->hole[1].value;
}

static void
begin(struct log *l)
{
	known(l);
	if (l->run.opened)
		return;
	l->run.opened = true;
	inferred(l, DFU_STATE_IDLE);
}

static void
on_writing(struct log *l, const struct log_match *m)
{
	(void)m;
	begin(l);
}

static void
busy_then_idle(struct log *l)
{
	log_complete(l, OUTCOME_OK, l->setup.wLength, EVENT_INFERRED);
	inferred(l, DFU_STATE_DNBUSY);
	inferred(l, DFU_STATE_DNLOAD_IDLE);
}

/* The pages first, then the blocks, each with its address. */
static void
erase_all(struct log *l, uint32_t size)
{
	struct log_run *r = &l->run;

	while (r->sent_erased < size) {
		log_command(l, 0x41, r->address + r->sent_erased);
		busy_then_idle(l);
		r->sent_erased += PAGE;
	}
}

static void
write_to(struct log *l, uint32_t to)
{
	struct log_run *r = &l->run;
	uint32_t n;

	while (r->sent_written < to) {
		n = to - r->sent_written < CHUNK ? to - r->sent_written :
		    CHUNK;
		erase_all(l, r->sent_written + 1);
		log_command(l, 0x21, r->address + r->sent_written);
		busy_then_idle(l);
		log_data(l, 2, n);
		busy_then_idle(l);
		r->sent_written += n;
	}
}

static void
on_progress(struct log *l, const struct log_match *m)
{
	struct log_run *r = &l->run;
	uint32_t at = (uint32_t)m->hole[0].value;
	uint32_t size = (uint32_t)m->hole[1].value;

	begin(l);
	if (at != r->address || size != r->size) {
		if (r->size != 0)
			write_to(l, r->size);
		r->address = at;
		r->size = size;
		r->sent_erased = r->sent_written = 0;
	}
	if (size > 0x4000000)
		return;
	write_to(l, (uint32_t)((uint64_t)size * (m->hole[2].value <= 100 ?
	    m->hole[2].value : 100) / 100));
}

static void
on_exit(struct log *l, const struct log_match *m)
{
	(void)m;
	begin(l);
	if (l->run.left)
		return;
	l->run.left = true;
	if (l->run.size <= 0x4000000)
		write_to(l, l->run.size);
	log_command(l, 0x21, 0x08000000);
	busy_then_idle(l);
	log_data(l, 0, 0);
	log_complete(l, OUTCOME_OK, 0, EVENT_INFERRED);
	log_submit(l, 0xa1, DFU_GETSTATUS, 0, 6, NULL, 0, EVENT_INFERRED);
}

/* Whatever came of the leave is swallowed. */
static void
on_finished(struct log *l, const struct log_match *m)
{
	(void)m;
	if (l->run.left && l->pending)
		log_complete(l, OUTCOME_UNKNOWN, 0, EVENT_INFERRED);
}

static void
on_traceback(struct log *l, const struct log_match *m)
{
	(void)m;
	l->run.polls = STEP_NONE;
	l->run.state_due = false;
	l->run.early_end = true;
}

static void
on_frame(struct log *l, const struct log_match *m)
{
	static const struct {
		const char	*name;
		enum step	 step;
	} rows[] = {
		{ "page_erase", STEP_ERASE }, { "mass_erase", STEP_ERASE },
		{ "set_address", STEP_ADDRESS },
		{ "write_memory", STEP_WRITE }, { "write_page", STEP_WRITE },
		{ "exit_dfu", STEP_LEAVE }, { "init", STEP_INIT },
		{ "abort_request", STEP_ABORT }, { "clr_status", STEP_CLEAR },
	};
	const struct log_hole *h = &m->hole[2];
	size_t i;

	if (!l->run.early_end)
		return;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (h->n == strlen(rows[i].name) &&
		    memcmp(h->text, rows[i].name, h->n) == 0)
			l->run.polls = (unsigned)rows[i].step;
	}
	if ((h->n == 10 && memcmp(h->text, "get_status", 10) == 0) ||
	    (h->n == 12 && memcmp(h->text, "check_status", 12) == 0))
		l->run.state_due = true;
}

/* The line of the script itself tells it, too. */
static void
on_status_line(struct log *l, const struct log_match *m)
{
	(void)m;
	if (l->run.early_end)
		l->run.state_due = true;
}

/* The DNLOAD of the step, not ended. */
static void
send_step(struct log *l)
{
	struct log_run *r = &l->run;

	switch ((enum step)r->polls) {
	case STEP_ERASE:
		log_command(l, 0x41, r->address + r->sent_erased);
		break;
	case STEP_WRITE:
		erase_all(l, r->sent_written + 1);
		log_command(l, 0x21, r->address + r->sent_written);
		busy_then_idle(l);
		log_data(l, 2, CHUNK);
		break;
	case STEP_ADDRESS:
		erase_all(l, r->sent_written + 1);
		log_command(l, 0x21, r->address + r->sent_written);
		break;
	case STEP_ABORT:
	case STEP_CLEAR:
		log_submit(l, 0x21, r->polls == STEP_ABORT ? DFU_ABORT :
		    DFU_CLRSTATUS, 0, 0, NULL, 0, EVENT_TOLD);
		break;
	case STEP_LEAVE:
		log_data(l, 0, 0);
		break;
	case STEP_NONE:
	case STEP_INIT:
		break;
	}
}

static void
on_usb_error(struct log *l, const struct log_match *m)
{
	enum outcome how = log_outcome(m->text, m->n);
	bool commands = l->run.polls >= STEP_ERASE &&
	    l->run.polls <= STEP_WRITE;

	known(l);
	if (how == OUTCOME_DENIED || how == OUTCOME_BUSY) {
		log_opened(l, how, m->text, m->n);
		log_says(l, m);
		return;
	}
	if (!l->run.opened && l->run.polls != STEP_INIT)
		begin(l);
	send_step(l);
	if (l->run.state_due) {
		log_complete(l, OUTCOME_OK, l->setup.wLength,
		    EVENT_INFERRED);
		if (commands)
			inferred(l, DFU_STATE_DNBUSY);
		log_status_failed(l, how);
		if (commands && how == OUTCOME_STALL)
			log_said(l, "pydfu does not wait: GETSTATUS refused",
			    38);
	} else if (l->pending) {
		log_complete(l, how, 0, EVENT_TOLD);
	} else {
		log_status_failed(l, how);
	}
	log_says(l, m);
	if (how == OUTCOME_GONE)
		log_left(l, EVENT_INFERRED);
	l->run.early_end = false;
}

static void
on_failed(struct log *l, const struct log_match *m)
{
	uint8_t state = log_state(m->hole[1].text, m->hole[1].n);

	begin(l);
	l->run.polls = memmem(m->hole[0].text, m->hole[0].n, "erase", 5) ?
	    STEP_ERASE : memmem(m->hole[0].text, m->hole[0].n, "set address",
	    11) != NULL ? STEP_ADDRESS : STEP_WRITE;
	send_step(l);
	log_complete(l, OUTCOME_OK, l->setup.wLength, EVENT_INFERRED);
	log_status(l, state, LOG_UNTOLD, 0, state != LOG_UNTOLD ?
	    EVENT_KNOWS_STATE : 0, EVENT_TOLD);
	log_says(l, m);
}

static void
on_said(struct log *l, const struct log_match *m)
{
	known(l);
	log_says(l, m);
}

static const struct log_row rows[] = {
	{ "pydfu%s", NULL, 0, LOG_TELLS },
	{ "File: %w", NULL, 0, LOG_TELLS },
	{ "%w v%d, image size: %d, targets: %d", NULL, 0, LOG_PROVES },
	{ "%w %d, alt setting: %d, name: %s", NULL, 0, LOG_PROVES },
	{ "%d, address: %x, size: %d", NULL, 0, LOG_TELLS },
	{ "usb: %x:%x, device: %x, dfu: %x, %s", on_id, 0, LOG_PROVES },
	{ "Writing memory...", on_writing, 0, LOG_TELLS },
	{ "0x%x %d %b %d%", on_progress, 0, LOG_TELLS },
	{ "Erasing page: %x", NULL, 0, LOG_TELLS },
	{ "Addr %x %s", NULL, 0, LOG_WEAK },
	{ "Mass erase...", NULL, 0, LOG_WEAK },
	{ "Exiting DFU...", on_exit, 0, LOG_TELLS },
	{ "Finished", on_finished, 0, LOG_WEAK },
	{ "Failed to reset device", on_said, 0, LOG_TELLS },
	{ "No DFU devices found", on_said, 0, LOG_TELLS },
	{ "Traceback (most recent call last):", on_traceback, 0, LOG_WEAK },
	{ "File \"%s\", line %d, in %w", on_frame, 0, LOG_WEAK },
	{ "if get_status() %s", on_status_line, 0, LOG_WEAK },
	{ "stat = __dev.ctrl_transfer(%s", on_status_line, 0, LOG_WEAK },
	{ "usb.core.USBError: %s", on_usb_error, 0, LOG_PROVES },
	{ "usb.core.USBTimeoutError: %s", on_usb_error, 0, LOG_PROVES },
	{ "usb.core.NoBackendError: %s", on_said, 0, LOG_PROVES },
	{ "USBError: %s", on_usb_error, 0, LOG_TELLS },
	{ "DFU: %s failed (STATE_%w)", on_failed, 0, LOG_PROVES },
	{ "DFU: %s failed (%w)", on_failed, 0, LOG_PROVES },
	{ "SystemExit: DFU: %s failed (%w)", on_failed, 0, LOG_PROVES },
	{ "ValueError: DFU: %s failed (%w)", on_failed, 0, LOG_PROVES },
	{ "ValueError: No DFU device found", on_said, 0, LOG_PROVES },
	{ NULL, NULL, 0, LOG_WEAK }
};

const struct log_reader log_pydfu = { .name = "pydfu", .rows = rows };
