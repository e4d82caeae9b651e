/* SPDX-License-Identifier: ISC */
/* webdfu and what is made of it: the page's texts, and the console's. */
#include <string.h>

#include "source/log_own.h"
#include "wire/usb.h"

static void
known(struct log *l)
{
	l->device.known = true;
}

static void
settle(struct log *l)
{
	log_complete(l, OUTCOME_OK, l->setup.wLength, EVENT_INFERRED);
}

static void
on_page(struct log *l, const struct log_match *m)
{
	(void)m;
	known(l);
	log_need(l);
}

static void
on_sent(struct log *l, const struct log_match *m)
{
	known(l);
	settle(l);
	if (l->device.bcd_dfu == 0 && !l->run.dfuse)
		l->device.bcd_dfu = 0x0110;
	log_data(l, (uint16_t)l->run.block++, (uint32_t)m->hole[0].value);
}

static void
on_sleep(struct log *l, const struct log_match *m)
{
	known(l);
	settle(l);
	log_status(l, DFU_STATE_DNBUSY, 0, (uint32_t)m->hole[0].value,
	    EVENT_KNOWS_STATE | EVENT_KNOWS_WAIT, EVENT_INFERRED);
}

static void
on_wrote(struct log *l, const struct log_match *m)
{
	(void)m;
	known(l);
	settle(l);
	log_status(l, DFU_STATE_DNLOAD_IDLE, 0, 0, EVENT_KNOWS_STATE,
	    EVENT_INFERRED);
}

static void
on_empty(struct log *l, const struct log_match *m)
{
	(void)m;
	known(l);
	settle(l);
	log_data(l, (uint16_t)l->run.block, 0);
	if (l->webdfu != 0)
		log_complete(l, OUTCOME_UNKNOWN, 0, EVENT_TOLD);
}

/* The page says so before the console does. */
static void
on_no_end(struct log *l, const struct log_match *m)
{
	known(l);
	l->webdfu = 1;
	if (l->pending)
		log_complete(l, OUTCOME_UNKNOWN, 0, EVENT_TOLD);
	log_says(l, m);
}

static void
on_final(struct log *l, const struct log_match *m)
{
	known(l);
	settle(l);
	log_status(l, (uint8_t)m->hole[0].value, (uint8_t)m->hole[1].value, 0,
	    EVENT_KNOWS_STATE | EVENT_KNOWS_STATUS, EVENT_TOLD);
}

static void
on_erasing(struct log *l, const struct log_match *m)
{
	(void)m;
	known(l);
	settle(l);
	l->run.dfuse = true;
	if (l->held != 0 || !l->device.arrived)
		l->device.bcd_dfu = 0x011a;
	log_need(l);
}

static void
on_address(struct log *l, const struct log_match *m)
{
	on_erasing(l, m);
	log_command(l, 0x21, (uint32_t)m->hole[0].value);
	settle(l);
}

static void
on_failed_status(struct log *l, const struct log_match *m)
{
	known(l);
	if (!l->pending)
		on_sent(l, &(struct log_match){ .hole = { { NULL, 0, 1024 } },
		    .nholes = 1 });
	on_final(l, m);
	log_says(l, m);
}

static void
on_said(struct log *l, const struct log_match *m)
{
	known(l);
	settle(l);
	log_says(l, m);
}

static const struct log_row rows[] = {
	{ "Erasing DFU device memory", on_page, 0, LOG_PROVES },
	{ "Copying data from browser to DFU device", on_page, 0,
	    LOG_PROVES },
	{ "Copying data from DFU device to browser", on_page, 0,
	    LOG_PROVES },
	{ "Wrote %d bytes", on_wrote, 0, LOG_TELLS },
	{ "Manifesting new firmware", on_page, 0, LOG_PROVES },
	{ "Failed to clear status", on_said, 0, LOG_TELLS },
	{ "Using inferred start address %s", on_page, 0, LOG_PROVES },
	{ "Error during DFU download: DFU DOWNLOAD failed state=%d, "
	    "status=%d", on_failed_status, 0, LOG_PROVES },
	{ "Error during DFU download: %s", on_said, 0, LOG_PROVES },
	{ "Error during final DFU download: %s", on_no_end, 0, LOG_PROVES },
	{ "Error during DfuSe download: %s", on_said, 0, LOG_PROVES },
	{ "Error during DfuSe upload: %s", on_said, 0, LOG_PROVES },
	{ "Error during DfuSe manifestation: %s", on_said, 0, LOG_PROVES },
	{ "Error during DfuSe manifest: %s", on_said, 0, LOG_PROVES },
	{ "DFU DOWNLOAD failed state=%d, status=%d", on_failed_status, 0,
	    LOG_PROVES },
	{ "DFU GETSTATUS failed: %s", on_said, 0, LOG_PROVES },
	{ "DFU CLRSTATUS failed: %s", on_said, 0, LOG_PROVES },
	{ "ReferenceError: commandName is not defined", on_said, 0,
	    LOG_PROVES },
	{ "Sent %d bytes", on_sent, 0, LOG_TELLS },
	{ "Sleeping for %dms", on_sleep, 0, LOG_TELLS },
	{ "Sending empty block", on_empty, 0, LOG_TELLS },
	{ "Erasing %dB at %x", on_erasing, 0, LOG_TELLS },
	{ "Set address to %x", on_address, 0, LOG_TELLS },
	{ "Final DFU status: state=%d, status=%d", on_final, 0,
	    LOG_PROVES },
	{ "Read %d bytes", NULL, 0, LOG_WEAK },
	{ NULL, NULL, 0, LOG_WEAK }
};

const struct log_reader log_webdfu = {
	.name = "webdfu", .rows = rows, .finish = settle,
};
