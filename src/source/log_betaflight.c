/* SPDX-License-Identifier: ISC */
/* The configurators of Betaflight and INAV: the log shown, and the console. */
#include <string.h>

#include "source/log_own.h"
#include "wire/usb.h"

static void
known(struct log *l)
{
	l->device.known = true;
	l->device.bcd_dfu = 0x011a;
	l->run.dfuse = true;
}

static void
on_seen(struct log *l, const struct log_match *m)
{
	(void)m;
	known(l);
	log_need(l);
}

static void
on_claimed(struct log *l, const struct log_match *m)
{
	known(l);
	l->device.interface = (uint8_t)m->hole[0].value;
	log_opened(l, OUTCOME_OK, "", 0);
}

static void
on_size(struct log *l, const struct log_match *m)
{
	known(l);
	l->device.transfer_size = (uint16_t)m->hole[0].value;
}

static void
busy_then_idle(struct log *l)
{
	log_complete(l, OUTCOME_OK, l->setup.wLength, EVENT_INFERRED);
	log_status(l, DFU_STATE_DNBUSY, 0, 0, EVENT_KNOWS_STATE,
	    EVENT_INFERRED);
	log_status(l, DFU_STATE_DNLOAD_IDLE, 0, 0, EVENT_KNOWS_STATE,
	    EVENT_INFERRED);
}

static void
on_page(struct log *l, const struct log_match *m)
{
	known(l);
	log_command(l, 0x41, (uint32_t)m->hole[m->nholes - 1].value);
	busy_then_idle(l);
}

static void
on_said(struct log *l, const struct log_match *m)
{
	known(l);
	log_says(l, m);
}

static void
on_transfer_failed(struct log *l, const struct log_match *m)
{
	enum outcome how = log_outcome(m->hole[1].text, m->hole[1].n);
	uint8_t request = (uint8_t)m->hole[0].value;

	known(l);
	if (request == DFU_GETSTATUS)
		log_status_failed(l, how);
	else
		log_simple(l, request, how, EVENT_TOLD);
	log_says(l, m);
}

/* The read protection went, and with it the device, for a moment. */
static void
on_unprotected(struct log *l, const struct log_match *m)
{
	known(l);
	log_says(l, m);
	log_left(l, EVENT_INFERRED);
}

static void
on_programmed(struct log *l, const struct log_match *m)
{
	(void)m;
	known(l);
	log_data(l, 2, 0);
	log_complete(l, OUTCOME_OK, 0, EVENT_INFERRED);
	log_left(l, EVENT_INFERRED);
}

#define GUI	"[USB DFU] "
#define BOTH(text, act, weight)						\
	{ text, act, 0, weight }, { GUI text, act, 0, weight }

static const struct log_row rows[] = {
	BOTH("Claimed interface: %d", on_claimed, LOG_TELLS),
	BOTH("Using transfer size: %d", on_size, LOG_TELLS),
	BOTH("Address load for option bytes sector succeeded.", on_seen,
	    LOG_PROVES),
	BOTH("Address load for option bytes sector failed.%s", on_said,
	    LOG_PROVES),
	BOTH("Option bytes read successfully", on_seen, LOG_PROVES),
	BOTH("Option bytes could not be read%s", on_said, LOG_PROVES),
	BOTH("Chip does not appear read protected", on_seen, LOG_PROVES),
	BOTH("Initiate read unprotect%s", on_said, LOG_PROVES),
	BOTH("Unprotect successful%s", on_unprotected, LOG_TELLS),
	BOTH("Failed to unprotect%s", on_said, LOG_TELLS),
	BOTH("Board seems read protected. %s", on_said, LOG_PROVES),
	BOTH("ACTION REQUIRED: %s", on_said, LOG_TELLS),
	BOTH("Executing local chip erase%s", on_seen, LOG_PROVES),
	BOTH("Executing global chip erase%s", on_seen, LOG_PROVES),
	BOTH("Erasing. sector %d, page %d @ %x", on_page, LOG_PROVES),
	BOTH("Erase: complete", on_seen, LOG_TELLS),
	BOTH("erase_page: dfuDNBUSY after timeout, clearing", on_seen,
	    LOG_PROVES),
	BOTH("Writing data ...", on_seen, LOG_TELLS),
	BOTH("Writing: done", on_seen, LOG_TELLS),
	BOTH("Verifying data ...", on_seen, LOG_TELLS),
	BOTH("Verification successful, matching: %d bytes", on_seen,
	    LOG_TELLS),
	BOTH("Verification failed%s", on_said, LOG_TELLS),
	BOTH("Programming: SUCCESSFUL", on_programmed, LOG_PROVES),
	BOTH("Programming: FAILED", on_said, LOG_PROVES),
	BOTH("Failed to initiate %s", on_said, LOG_TELLS),
	BOTH("Failed to execute %s", on_said, LOG_TELLS),
	BOTH("Failed to erase %s", on_said, LOG_TELLS),
	BOTH("Failed to write %s", on_said, LOG_TELLS),
	BOTH("USB controlTransfer IN failed for request: %d (Error: %s)",
	    on_transfer_failed, LOG_PROVES),
	BOTH("USB controlTransfer OUT failed for request: %d (Error: %s)",
	    on_transfer_failed, LOG_PROVES),
	BOTH("USB transfer error: %s", on_said, LOG_TELLS),
	BOTH("DFU Device closed", NULL, LOG_TELLS),
	BOTH("Script finished after: %s", NULL, LOG_TELLS),
	BOTH("USB device successfully opened with ID: %s", on_seen,
	    LOG_TELLS),
	BOTH("Detected device with total flash size %s", on_seen, LOG_TELLS),
	BOTH("Please use the Firmware Flasher to access DFU devices", on_seen,
	    LOG_TELLS),
	BOTH("Failed to open USB device%s", on_said, LOG_TELLS),
	BOTH("USB device closed%s", NULL, LOG_WEAK),
	{ "[USB DFU] %s", NULL, 0, LOG_TELLS },
	{ NULL, NULL, 0, LOG_WEAK }
};

const struct log_reader log_betaflight = {
	.name = "Betaflight", .rows = rows,
};
