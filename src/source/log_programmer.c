/* SPDX-License-Identifier: ISC */
/* dfu-programmer: what it prints, and --debug's whole answers. */
#include <string.h>

#include "source/log_own.h"
#include "wire/usb.h"

static void
on_seen(struct log *l, const struct log_match *m)
{
	(void)m;
	l->device.known = true;
	log_need(l);
}

static void
on_said(struct log *l, const struct log_match *m)
{
	l->device.known = true;
	log_says(l, m);
}

static void
on_status(struct log *l, const struct log_match *m)
{
	l->device.known = true;
	l->number_a = m->hole[m->nholes - 1].value;
}

static void
on_wait(struct log *l, const struct log_match *m)
{
	l->number_b = m->hole[m->nholes - 1].value;
}

static void
on_state(struct log *l, const struct log_match *m)
{
	l->device.known = true;
	log_status(l, (uint8_t)m->hole[m->nholes - 1].value,
	    (uint8_t)l->number_a, (uint32_t)l->number_b & 0xffffff,
	    EVENT_KNOWS_STATE | EVENT_KNOWS_STATUS | EVENT_KNOWS_WAIT,
	    EVENT_TOLD);
}

static void
on_failed(struct log *l, const struct log_match *m)
{
	enum outcome how = log_outcome(m->text, m->n);

	l->device.known = true;
	if (m->arg == DFU_GETSTATUS)
		log_status_failed(l, how);
	else if (m->arg == DFU_DNLOAD)
		log_data(l, 0, 0);
	else
		log_simple(l, (uint8_t)m->arg, how, EVENT_TOLD);
	log_complete(l, how, 0, EVENT_TOLD);
	if (how == OUTCOME_GONE)
		log_left(l, EVENT_INFERRED);
}

static void
on_id(struct log *l, const struct log_match *m)
{
	if (l->device.arrived)
		return;
	l->device.known = true;
	l->device.vendor = (uint16_t)m->hole[m->nholes - 1].value;
	l->device.product = (uint16_t)m->hole[m->nholes - 2].value;
}

/* With --debug the answer of the device tells more. */
static void
on_erase_error(struct log *l, const struct log_match *m)
{
	l->device.known = true;
	if (l->setup.bmRequestType == 0)
		log_says(l, m);
}

static const struct log_row rows[] = {
	{ "dfu-programmer: no device present.", on_said, 0, LOG_PROVES },
	{ "dfu-programmer: %s", NULL, 0, LOG_TELLS },
	{ "dfu-programmer %s", NULL, 0, LOG_TELLS },
	{ "Checking memory from %x to %x... %s", on_seen, 0, LOG_PROVES },
	{ "Erasing flash... Success", on_seen, 0, LOG_PROVES },
	{ "Erasing flash... ERROR", on_erase_error, 0, LOG_PROVES },
	{ "Erasing flash... %s", on_seen, 0, LOG_PROVES },
	{ "0% 100% Programming %x bytes...", on_seen, 0, LOG_PROVES },
	{ "0% 100% Reading %x bytes...", on_seen, 0, LOG_PROVES },
	{ "Validating... %s", on_seen, 0, LOG_TELLS },
	{ "%x bytes written into %s", on_seen, 0, LOG_TELLS },
	{ "%b Success", on_seen, 0, LOG_TELLS },
	{ "%b X ERROR", on_said, 0, LOG_TELLS },
	{ "X ERROR", on_said, 0, LOG_WEAK },
	{ "Memory write error, use debug for more info.", on_said, 0,
	    LOG_PROVES },
	{ "Memory read error, use debug for more info.", on_said, 0,
	    LOG_PROVES },
	{ "Memory access error, use debug for more info.", on_said, 0,
	    LOG_PROVES },
	{ "Bootloader and code overlap.", on_said, 0, LOG_PROVES },
	{ "Use --suppress-bootloader-mem to ignore", NULL, 0, LOG_TELLS },
	{ "Erase Done", on_seen, 0, LOG_WEAK },
	{ "dfu.c:%d: status->bStatus: %s (%x)", on_status, 0, LOG_PROVES },
	{ "dfu.c:%d: status->bwPollTimeout: %x ms", on_wait, 0, LOG_PROVES },
	{ "dfu.c:%d: bwPollTimeout: %x ms", on_wait, 0, LOG_PROVES },
	{ "dfu.c:%d: status->bState: %s (%x)", on_state, 0, LOG_PROVES },
	{ "dfu.c:%d: bState: %s (%x)", on_state, 0, LOG_PROVES },
	{ "dfu.c:%d: dfu_download ERR: %s", on_failed, DFU_DNLOAD,
	    LOG_PROVES },
	{ "dfu.c:%d: %d: %x, %x", NULL, 0, LOG_TELLS },
	{ "chip_id: %x vendor_id: %x%s", on_id, 0, LOG_TELLS },
	{ "chip_id: %x", NULL, 0, LOG_WEAK },
	{ "%w.c:%d: %s", NULL, 0, LOG_WEAK },
	{ NULL, NULL, 0, LOG_WEAK }
};

const struct log_reader log_programmer = {
	.name = "dfu-programmer", .rows = rows,
};
