/* SPDX-License-Identifier: ISC */
/* Lines of the kernel and of lsusb beside the tools'. */
#include "source/log_own.h"

static void
on_said(struct log *l, const struct log_match *m)
{
	log_says(l, m);
}

/* After a leave: it is there still. */
static void
on_listed(struct log *l, const struct log_match *m)
{
	if (!l->leave_sent || !l->present ||
	    l->device.vendor != m->hole[2].value ||
	    l->device.product != m->hole[3].value ||
	    l->state != DFU_STATE_MANIFEST)
		return;
	log_says(l, m);
}

static void
on_gone(struct log *l, const struct log_match *m)
{
	(void)l;
	(void)m;
}

/* A flasher's frame tells it: behind a leave that is what was wanted. */
static void
on_disconnected(struct log *l, const struct log_match *m)
{
	(void)m;
	if (l->leave_sent)
		log_left(l, EVENT_TOLD);
}

static const struct log_row rows[] = {
	{ "Bus 0%d Device %d: ID %x:%x", on_listed, 0, LOG_TELLS },
	{ "Bus 0%d Device %d: ID %x:%x %s", on_listed, 0, LOG_TELLS },
	{ "usb %w: new %w USB device number %d using %w", on_gone, 0,
	    LOG_TELLS },
	{ "usb %w: new %w speed USB device number %d using %w", on_gone, 0,
	    LOG_TELLS },
	{ "usb %w: device descriptor read/%w error %d", on_said, 0,
	    LOG_PROVES },
	{ "usb %w: device not accepting address %d, error %d", on_said, 0,
	    LOG_PROVES },
	{ "usb %w: unable to enumerate USB device", on_said, 0,
	    LOG_PROVES },
	{ "usb %w: USB disconnect, device number %d", on_gone, 0,
	    LOG_TELLS },
	{ "usb %w: New USB device found, %s", on_gone, 0, LOG_TELLS },
	{ "usb %w: New USB device strings: %s", on_gone, 0, LOG_TELLS },
	{ "usb %w: Product: %s", on_gone, 0, LOG_WEAK },
	{ "usb %w: Manufacturer: %s", on_gone, 0, LOG_WEAK },
	{ "usb %w: SerialNumber: %s", on_gone, 0, LOG_WEAK },
	{ "usb %w: reset %w USB device number %d using %w", on_gone, 0,
	    LOG_TELLS },
	{ "usb %w: usbfs: process %d (%w) did not claim interface %s",
	    on_gone, 0, LOG_TELLS },
	{ "usb %w: can't set config #%d, error %d", on_gone, 0, LOG_TELLS },
	{ "STM32 DFU device disconnected%s", on_disconnected, 0, LOG_WEAK },
	{ "%w DFU device disconnected%s", on_disconnected, 0, LOG_WEAK },
	{ NULL, NULL, 0, LOG_WEAK }
};

const struct log_reader log_system = { .name = "kernel", .rows = rows };
