/* SPDX-License-Identifier: ISC */
/*
 * What comes and leaves where nobody tells: libusb hears of it from udevd
 * alone, which containers and rescue systems do without.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "transport/usb_device.h"

#define RESCAN_EVERY 500000 /* us */

static const char rescan_words[] =
    "udevd is not running (" USB_UDEVD_CONTROL
    " is missing), so nothing reports devices that connect or disconnect. "
    "dfuscope reads " USB_SYSFS_DEVICES
    " twice a second instead, which sends nothing";

void
usb_rescan_begin(struct usb *u, uint64_t now)
{
	if (usb_sysfs_udevd())
		return;
	u->rescan = now + RESCAN_EVERY;
	u->seen = usb_sysfs_scan(&u->nseen);
}

static bool
has(const struct usb_seen *seen, size_t n, const struct usb_seen *wanted)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (seen[i].devnum == wanted->devnum &&
		    strcmp(seen[i].place, wanted->place) == 0)
			return (true);
	return (false);
}

/*
 * While the kernel resets a device, sysfs says that its number is 0: it is
 * the one that was there.
 */
static void
keep_reset(struct usb_seen *seen, size_t n, const struct usb_seen *was,
    size_t nwas)
{
	size_t i, j;

	for (i = 0; i < n; i++)
		for (j = 0; j < nwas && seen[i].devnum == 0; j++)
			if (strcmp(seen[i].place, was[j].place) == 0)
				seen[i].devnum = was[j].devnum;
}

static void
mark_gone(struct usb *u, const struct usb_seen *was, uint64_t now)
{
	struct usb_device *d = usb_device_at(
	    u, (unsigned)strtoul(was->place, NULL, 10), was->devnum);

	if (d != NULL)
		usb_device_gone(d, now);
}

static void
add(struct usb *u, const struct usb_seen *is, uint64_t now)
{
	unsigned bus = (unsigned)strtoul(is->place, NULL, 10);

	if (is->devnum != 0 && usb_device_at(u, bus, is->devnum) == NULL)
		usb_device_add(u, is->place, bus, is->devnum, now);
}

void
usb_rescan_step(struct usb *u, uint64_t now)
{
	struct usb_seen *seen;
	size_t i, n;

	if (u->rescan == 0 || now < u->rescan)
		return;
	/* Not before: whoever only lists has not waited for anything. */
	if (!u->rescans)
		usb_say(u, 0, EVENT_NOTE, OUTCOME_UNKNOWN, rescan_words, now);
	u->rescans = true;
	u->rescan = now + RESCAN_EVERY;
	seen = usb_sysfs_scan(&n);
	keep_reset(seen, n, u->seen, u->nseen);
	/* What left is said before what took its place. */
	for (i = 0; i < u->nseen; i++)
		if (!has(seen, n, &u->seen[i]))
			mark_gone(u, &u->seen[i], now);
	for (i = 0; i < n; i++)
		if (!has(u->seen, u->nseen, &seen[i]))
			add(u, &seen[i], now);
	free(u->seen);
	u->seen = seen;
	u->nseen = n;
}
