/* SPDX-License-Identifier: ISC */
/*
 * What blocks for as long as a device or the kernel pleases: libusb's open,
 * reset and close, and the first look at sysfs. It runs in the worker.
 */
#include "config.h"

#include <libusb.h>
#include <stdlib.h>

#include "base/mem.h"
#include "transport/usb_device.h"

/* Not found is libusb's word for "another device came back". */
static enum outcome
outcome_of_error(int error)
{
	switch (error) {
	case LIBUSB_SUCCESS:
		return (OUTCOME_OK);
	case LIBUSB_ERROR_ACCESS:
		return (OUTCOME_DENIED);
	case LIBUSB_ERROR_BUSY:
		return (OUTCOME_BUSY);
	case LIBUSB_ERROR_NO_DEVICE:
	case LIBUSB_ERROR_NOT_FOUND:
		return (OUTCOME_GONE);
	default:
		return (OUTCOME_BUSERROR);
	}
}

/* One interface is enough; usbfs lends the others as they are asked. */
static int
claim(const struct usb_task *t)
{
	int error = LIBUSB_ERROR_INVALID_PARAM, e;
	size_t i;

	for (i = 0; i < t->interfaces.count; i++) {
		e = libusb_claim_interface(t->handle, t->interfaces.number[i]);
		if (i == 0 || e == LIBUSB_SUCCESS)
			error = e;
	}
	return (error);
}

/*
 * libusb lists what is there when it begins, and after that what udevd tells:
 * where nobody tells, only a beginner knows the device.
 */
static int
open_unlisted(struct usb_task *t)
{
	libusb_device **list = NULL;
	int error = libusb_init(&t->context);
	ssize_t i, n;

	if (error != LIBUSB_SUCCESS) {
		t->context = NULL;
		return (error);
	}
	n = libusb_get_device_list(t->context, &list);
	error = LIBUSB_ERROR_NO_DEVICE;
	for (i = 0; i < n; i++)
		if (libusb_get_bus_number(list[i]) == t->bus &&
		    libusb_get_device_address(list[i]) == t->devnum)
			error = libusb_open(list[i], &t->handle);
	if (n >= 0)
		libusb_free_device_list(list, 1);
	return (error);
}

static int
open_and_claim(struct usb_task *t)
{
	int error = t->device != NULL ? libusb_open(t->device, &t->handle) :
	    open_unlisted(t);

	if (error == LIBUSB_SUCCESS)
		error = claim(t);
	if (error == LIBUSB_SUCCESS)
		return (error);
	if (t->handle != NULL)
		libusb_close(t->handle);
	t->handle = NULL;
	if (t->context != NULL)
		libusb_exit(t->context);
	t->context = NULL;
	return (error);
}

/* The kernel would release them too, but only after it was let go. */
static void
release_and_close(struct usb_task *t)
{
	size_t i;

	for (i = 0; i < t->interfaces.count; i++)
		libusb_release_interface(t->handle, t->interfaces.number[i]);
	libusb_close(t->handle);
	if (t->context != NULL)
		libusb_exit(t->context);
}

static void
run_task(void *arg)
{
	struct usb_task *t = arg;
	int error = LIBUSB_SUCCESS;

	switch (t->kind) {
	case USB_TASK_OPEN:
		error = open_and_claim(t);
		break;
	case USB_TASK_CLOSE:
		release_and_close(t);
		break;
	case USB_TASK_RESET:
		error = libusb_reset_device(t->handle);
		break;
	case USB_TASK_LOOK:
		usb_look_run(&t->look);
		break;
	}
	t->outcome = outcome_of_error(error);
	t->why = libusb_strerror(error);
}

void
usb_task_end(struct usb_task *t, uint64_t now)
{
	usb_task_finished(t->owner, t, now);
	if (t->device != NULL)
		libusb_unref_device(t->device);
	usb_look_free(&t->look);
	free(t);
}

void
usb_task_start(struct usb_device *d, enum usb_task_kind kind, uint64_t now)
{
	struct usb_task *t = mem_alloc(sizeof(*t));

	t->kind = kind;
	t->owner = d;
	t->interfaces = d->interfaces;
	t->bus = d->bus;
	t->devnum = d->devnum;
	t->job.run = run_task;
	t->job.arg = t;
	d->task = t;
	if (kind == USB_TASK_LOOK)
		usb_look_init(&t->look, d->place, d->bus, d->devnum,
		    usb_device_is_late(d, now));
	else if (kind == USB_TASK_OPEN && d->device != NULL)
		t->device = libusb_ref_device(d->device);
	else if (kind != USB_TASK_OPEN)
		t->handle = d->handle;
	if (kind == USB_TASK_CLOSE) {
		d->handle = NULL;
		t->context = d->context;
		d->context = NULL;
		d->usb->closes++;
	}
	if (usb_worker_start(d->usb->worker, &t->job))
		return;
	/* Without a thread it is better late than never. */
	run_task(t);
	usb_task_end(t, now);
}
