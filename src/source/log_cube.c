/* SPDX-License-Identifier: ISC */
/* STM32CubeProgrammer: its levels 1 to 3. */
#include <string.h>

#include "source/log_own.h"
#include "wire/usb.h"

/* A request was told by the line before: nothing wrong was said of it. */
static void
settle(struct log *l)
{
	log_complete(l, OUTCOME_OK, l->setup.wLength, EVENT_INFERRED);
}

static void
known(struct log *l)
{
	l->device.known = true;
	l->run.dfuse = true;
}

static void
on_head(struct log *l, const struct log_match *m)
{
	(void)m;
	settle(l);
	l->runs++;
}

static void
on_fw_version(struct log *l, const struct log_match *m)
{
	known(l);
	l->device.bcd_dfu = (uint16_t)m->hole[0].value;
}

static void
on_serial(struct log *l, const struct log_match *m)
{
	buf_reset(&l->device.serial);
	buf_add(&l->device.serial, m->hole[0].text, m->hole[0].n);
}

static void
on_usb_id(struct log *l, const struct log_match *m)
{
	known(l);
	if (m->arg == 0)
		l->device.vendor = (uint16_t)m->hole[0].value;
	else if (m->arg == 1)
		l->device.product = (uint16_t)m->hole[0].value;
	else if (m->arg == 2)
		l->device.transfer_size = (uint16_t)m->hole[0].value;
	else
		l->device.bcd_dfu = (uint16_t)m->hole[0].value;
}

/* Its rows follow. */
static void
on_areas(struct log *l, const struct log_match *m)
{
	(void)m;
	known(l);
	l->device.has_map = true;
}

static void
on_request(struct log *l, const struct log_match *m)
{
	known(l);
	settle(l);
	log_submit(l, 0x21, (uint8_t)m->arg, 0, 0, NULL, 0, EVENT_TOLD);
}

static void
on_pointer(struct log *l, const struct log_match *m)
{
	known(l);
	settle(l);
	log_command(l, 0x21, (uint32_t)m->hole[0].value);
}

static void
on_erasing(struct log *l, const struct log_match *m)
{
	known(l);
	settle(l);
	log_need(l);
	l->run.address = (uint32_t)m->hole[m->nholes - 1].value;
}

static void
on_packet(struct log *l, const struct log_match *m)
{
	known(l);
	settle(l);
	log_submit(l, 0xa1, DFU_UPLOAD, (uint16_t)(m->hole[0].value + 2),
	    2048, NULL, 0, EVENT_TOLD);
}

static void
on_broken(struct log *l, const struct log_match *m)
{
	enum outcome how = log_outcome(m->text, m->n);

	if (!l->pending)
		log_submit(l, 0xa1, DFU_GETSTATUS, 0, 6, NULL, 0,
		    EVENT_INFERRED);
	log_complete(l, how, 0, EVENT_TOLD);
	l->state = LOG_UNTOLD;
}

static void
on_status(struct log *l, const struct log_match *m)
{
	known(l);
	l->step = (uint32_t)m->hole[0].value;
}

static void
on_state(struct log *l, const struct log_match *m)
{
	settle(l);
	log_status(l, (uint8_t)m->hole[0].value, (uint8_t)l->step, 0,
	    EVENT_KNOWS_STATE | EVENT_KNOWS_STATUS, EVENT_TOLD);
	l->step = 0;
}

static void
on_said(struct log *l, const struct log_match *m)
{
	known(l);
	settle(l);
	log_says(l, m);
}

static void
on_lost(struct log *l, const struct log_match *m)
{
	on_said(l, m);
	log_left(l, EVENT_TOLD);
}

static void
on_started(struct log *l, const struct log_match *m)
{
	known(l);
	settle(l);
	(void)m;
	l->leave_sent = true;
}

static void
on_written(struct log *l, const struct log_match *m)
{
	(void)m;
	known(l);
	settle(l);
	log_need(l);
}

static const struct log_row rows[] = {
	{ "STM32CubeProgrammer v%s", on_head, 0, LOG_PROVES },
	{ "STM32CubeProgrammer API v%s", on_head, 0, LOG_PROVES },
	{ "USB speed : %s", NULL, 0, LOG_TELLS },
	{ "Manuf. ID : %s", NULL, 0, LOG_TELLS },
	{ "Product ID : %s", on_written, 0, LOG_TELLS },
	{ "SN : %w", on_serial, 0, LOG_WEAK },
	{ "FW version : %x", on_fw_version, 0, LOG_TELLS },
	{ "DFU protocol: %s", NULL, 0, LOG_TELLS },
	{ "DFU protocol : %s", NULL, 0, LOG_TELLS },
	{ "Board : %s", NULL, 0, LOG_WEAK },
	{ "Device ID : %x", NULL, 0, LOG_WEAK },
	{ "Device name : %s", NULL, 0, LOG_WEAK },
	{ "Device type : %s", NULL, 0, LOG_WEAK },
	{ "Device CPU : %s", NULL, 0, LOG_WEAK },
	{ "AREA NAME SECT.NBR ADDRESS SIZE TYPE", on_areas, 0, LOG_TELLS },
	{ "|_idVendor : %x", on_usb_id, 0, LOG_TELLS },
	{ "|_idProduct : %x", on_usb_id, 1, LOG_TELLS },
	{ "|_wTransferSize : %x", on_usb_id, 2, LOG_TELLS },
	{ "|_bcdDFUVersion : %x", on_usb_id, 3, LOG_TELLS },
	{ "sending an abort request", on_request, DFU_ABORT, LOG_TELLS },
	{ "sending a clear status request", on_request, DFU_CLRSTATUS,
	    LOG_TELLS },
	{ "setting the address pointer to address: %x", on_pointer, 0,
	    LOG_TELLS },
	{ "receiving packet nbr: %d", on_packet, 0, LOG_TELLS },
	{ "UpLoading data", NULL, 0, LOG_TELLS },
	{ "UpLoading data...", NULL, 0, LOG_TELLS },
	{ "libusb control transfer error: %d", on_broken, 0, LOG_PROVES },
	{ "libusb control transfer error [%d] : %s", on_broken, 0,
	    LOG_PROVES },
	{ "libusb error [%d] : %s", on_broken, 0, LOG_TELLS },
	{ "error [%d] : LIBUSB_%s", on_broken, 0, LOG_TELLS },
	{ "DFU status = %d", on_status, 0, LOG_TELLS },
	{ "DFU status = %d : %s", on_status, 0, LOG_TELLS },
	{ "DFU State = %d", on_state, 0, LOG_TELLS },
	{ "DFU state = %d", on_state, 0, LOG_TELLS },
	{ "DFU state = %d : %s", on_state, 0, LOG_TELLS },
	{ "DFU State = %d : %s", on_state, 0, LOG_TELLS },
	{ "Erase sector(s) ...", on_written, 0, LOG_WEAK },
	{ "Erasing internal memory sectors [%s", on_written, 0, LOG_TELLS },
	{ "Erasing memory corresponding to segment %d:", on_written, 0,
	    LOG_TELLS },
	{ "erasing sector %d @: %x done", on_erasing, 0, LOG_TELLS },
	{ "erasing sector %d @: %x", on_erasing, 0, LOG_TELLS },
	{ "Download in Progress:%s", on_written, 0, LOG_TELLS },
	{ "Download in Progress:", on_written, 0, LOG_TELLS },
	{ "File download complete", on_written, 0, LOG_TELLS },
	{ "Verifying ...", on_written, 0, LOG_WEAK },
	{ "Read progress:%s", NULL, 0, LOG_WEAK },
	{ "Download verified successfully", on_written, 0, LOG_TELLS },
	{ "RUNNING Program ...", on_written, 0, LOG_TELLS },
	{ "Start operation achieved successfully", on_started, 0,
	    LOG_TELLS },
	{ "Connection to device %x is lost", on_lost, 0, LOG_TELLS },
	{ "Connection to device %w is lost", on_lost, 0, LOG_TELLS },
	{ "Write failed at address: %x%s", on_said, 0, LOG_TELLS },
	{ "failed to download Segment[%d]", on_said, 0, LOG_TELLS },
	{ "failed to download the File", on_said, 0, LOG_TELLS },
	{ "failed to download Segment%s", on_said, 0, LOG_TELLS },
	{ "Start operation failed%s", on_said, 0, LOG_TELLS },
	{ "failed to erase memory", on_said, 0, LOG_TELLS },
	{ "Uploading Option Bytes bank: %d failed", on_said, 0, LOG_TELLS },
	{ "received memory address is wrong or unsupported", on_said, 0,
	    LOG_TELLS },
	{ "Target device not found%s", on_said, 0, LOG_TELLS },
	{ "No STM32 device in DFU mode connected%s", on_said, 0,
	    LOG_PROVES },
	{ "No DFU capable USB device%s", on_said, 0, LOG_PROVES },
	{ "Bad state machine in firmware%s", on_said, 0, LOG_PROVES },
	{ "Target: %d, Request: %s Request, State: %s, Status: %s", on_said,
	    0, LOG_PROVES },
	{ NULL, NULL, 0, LOG_WEAK }
};

const struct log_reader log_cube = {
	.name = "STM32CubeProgrammer", .rows = rows, .finish = settle,
};
