/* SPDX-License-Identifier: ISC */
/* fwupd and dfu-tool: their debug lines tell each GETSTATUS. */
#include "config.h"

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
on_refreshed(struct log *l, const struct log_match *m)
{
	uint8_t status = log_status_named(m->hole[0].text, m->hole[0].n);
	uint8_t state = log_state(m->hole[1].text, m->hole[1].n);
	uint8_t parts = EVENT_KNOWS_WAIT;

	known(l);
	settle(l);
	if (state != LOG_UNTOLD)
		parts |= EVENT_KNOWS_STATE;
	if (status != LOG_UNTOLD)
		parts |= EVENT_KNOWS_STATUS;
	/* DfuSe: the end is not told, its answer is. */
	if (state == DFU_STATE_MANIFEST && l->run.dfuse && !l->leave_sent &&
	    l->run.sent_written != 0) {
		log_data(l, 2, 0);
		settle(l);
	}
	log_status(l, state, status, (uint32_t)m->hole[2].value, parts,
	    EVENT_TOLD);
}

static void
on_erase(struct log *l, const struct log_match *m)
{
	known(l);
	settle(l);
	l->run.dfuse = true;
	l->device.bcd_dfu = 0x011a;
	log_command(l, m->arg == 0 ? 0x41 : 0x21,
	    (uint32_t)m->hole[0].value);
}

/* "(0x2048)" is decimal for all its 0x. */
static void
on_sector(struct log *l, const struct log_match *m)
{
	known(l);
	settle(l);
	l->run.dfuse = true;
	l->device.bcd_dfu = 0x011a;
	log_data(l, (uint16_t)(2 + l->run.block++ % 250),
	    m->nholes > 1 ? (uint32_t)m->hole[1].value : 2048);
	l->run.sent_written++;
}

static void
on_chunk(struct log *l, const struct log_match *m)
{
	known(l);
	settle(l);
	l->run.plain = true;
	if (l->device.bcd_dfu == 0)
		l->device.bcd_dfu = 0x0110;
	log_data(l, (uint16_t)m->hole[0].value, (uint32_t)m->hole[1].value);
}

static void
on_request(struct log *l, const struct log_match *m)
{
	known(l);
	settle(l);
	log_simple(l, (uint8_t)m->arg, OUTCOME_OK, EVENT_TOLD);
}

static void
on_reset(struct log *l, const struct log_match *m)
{
	known(l);
	settle(l);
	log_reset(l, OUTCOME_OK, EVENT_TOLD);
	if (l->state == DFU_STATE_MANIFEST ||
	    l->state == DFU_STATE_MANIFEST_SYNC)
		log_says(l, m);
}

static void
on_detach(struct log *l, const struct log_match *m)
{
	(void)m;
	known(l);
	settle(l);
	log_simple(l, DFU_DETACH, OUTCOME_OK, EVENT_INFERRED);
	log_reset(l, OUTCOME_OK, EVENT_TOLD);
}

static void
on_no_status(struct log *l, const struct log_match *m)
{
	(void)m;
	known(l);
	settle(l);
	log_status_failed(l, OUTCOME_STALL);
}

/* It is there again; in which mode is not told. */
static void
on_back(struct log *l, const struct log_match *m)
{
	struct log_device *d = &l->device;

	settle(l);
	if (!d->known || !d->arrived)
		return;
	log_left(l, EVENT_INFERRED);
	d->no_dfu = true;
	log_need(l);
	log_says(l, m);
	log_release(l);
	d->no_dfu = false;
}

/* "USB error on device 0483:df11": before that it may be another device. */
static void
read_id(struct log *l, const struct log_match *m)
{
	const char *at = m->text, *end = m->text + m->n;
	struct log_match id;

	if (l->device.arrived && l->held == 0)
		return;
	while ((at = memmem(at, (size_t)(end - at), "device ", 7)) != NULL) {
		if (log_matches("device %x:%x%s", at, (size_t)(end - at),
		    &id)) {
			l->device.vendor = (uint16_t)id.hole[0].value;
			l->device.product = (uint16_t)id.hole[1].value;
			return;
		}
		at += 7;
	}
}

static void
on_failed(struct log *l, const struct log_match *m)
{
	enum outcome how = log_outcome(m->text, m->n);

	known(l);
	read_id(l, m);
	if (memmem(m->text, m->n, "cannot get device state", 23) != NULL ||
	    memmem(m->text, m->n, "cannot get status", 17) != NULL) {
		settle(l);
		log_status_failed(l, how);
	} else if (how != OUTCOME_UNKNOWN) {
		log_complete(l, how, 0, EVENT_TOLD);
	}
	log_says(l, m);
	if (how == OUTCOME_GONE)
		log_left(l, EVENT_TOLD);
}

static const struct log_row rows[] = {
	{ "refreshed status=%w and state=%w (dnload=%d)", on_refreshed, 0,
	    LOG_PROVES },
	{ "sleeping for %dms%s", NULL, 0, LOG_TELLS },
	{ "waiting for FU_DFU_STATE_%s", NULL, 0, LOG_TELLS },
	{ "waiting for DFU_DNBUSY%s", NULL, 0, LOG_TELLS },
	{ "erasing sector at %x%s", on_erase, 0, LOG_PROVES },
	{ "setting address to %x%s", on_erase, 1, LOG_PROVES },
	{ "writing sector at %x (0x%d)", on_sector, 0, LOG_PROVES },
	{ "writing #%x chunk of size %x", on_chunk, 0, LOG_PROVES },
	{ "clearing error %s", on_request, DFU_CLRSTATUS, LOG_TELLS },
	{ "aborting transfer %s", on_request, DFU_ABORT, LOG_TELLS },
	{ "reset took %s", on_reset, 0, LOG_TELLS },
	{ "doing device reset as host will not self-reset", on_detach, 0,
	    LOG_PROVES },
	{ "GetStatus not implemented, assuming appIDLE", on_no_status, 0,
	    LOG_PROVES },
	{ "waiting %dms for replug", NULL, 0, LOG_TELLS },
	{ "device came back, clearing flag", on_back, 0, LOG_TELLS },
	{ "device came back%s", on_back, 0, LOG_TELLS },
	{ "setting percentage %s", NULL, 0, LOG_TELLS },
	{ "device-write: %d%%s", NULL, 0, LOG_TELLS },
	{ "device-write: %d%", NULL, 0, LOG_TELLS },
	{ "device version not updated on success, %s", NULL, 0, LOG_TELLS },
	{ "cannot wait for busy: %s", on_failed, 0, LOG_PROVES },
	{ "failed to write chunk %d: %s", on_failed, 0, LOG_PROVES },
	{ "cannot get device state: %s", on_failed, 0, LOG_PROVES },
	{ "failed to write%s", on_failed, 0, LOG_TELLS },
	{ "failed to erase%s", on_failed, 0, LOG_TELLS },
	{ "cannot download data: %s", on_failed, 0, LOG_TELLS },
	{ "%s: read protection is active", on_failed, 0, LOG_TELLS },
	{ "[dfuERROR,%w]: %s", on_failed, 0, LOG_PROVES },
	{ "[dfu-error,%w]: %s", on_failed, 0, LOG_PROVES },
	{ "read protection is active", on_failed, 0, LOG_TELLS },
	{ "Stuck in DFU_DNBUSY", on_failed, 0, LOG_PROVES },
	{ "reach to max polling tries", on_failed, 0, LOG_PROVES },
	{ "dfu-tool %s", NULL, 0, LOG_TELLS },
	{ NULL, NULL, 0, LOG_WEAK }
};

const struct log_reader log_fwupd = {
	.name = "fwupd", .rows = rows, .finish = settle,
};
