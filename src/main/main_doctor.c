/* SPDX-License-Identifier: ISC */
/*
 * What stands between this user and a device, and the command that mends it.
 * No node is opened: nothing is sent and nobody is woken.
 */
#include "config.h"

#include "main/main_own.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "main/state_dir.h"
#include "report/doctor.h"
#include "trace/identity.h"
#include "transport/usb_holder.h"
#include "transport/usb_sysfs.h"

#define KERNEL_LOG "/dev/kmsg"

/* Where what was found goes, and what the program ends with. */
struct doctor {
	bool json;
	int code;
};

static void
tell(struct doctor *d, struct doctor_finding *f, int code)
{
	struct buf b = { 0 };

	if (d->json)
		doctor_json(&b, f);
	else
		doctor_text(&b, f);
	fputs(buf_str(&b), stdout);
	if (f->how == DOCTOR_IN_THE_WAY && d->code == 0)
		d->code = code;
	buf_free(&b);
	buf_free(&f->place);
	buf_free(&f->words);
	buf_free(&f->mend);
}

static void
look_usb(struct doctor *d, const char *id)
{
	struct doctor_finding f = { .id = id };

	if (usb_sysfs_exists()) {
		buf_adds(&f.words, "this machine has USB");
	} else {
		f.how = DOCTOR_IN_THE_WAY;
		buf_adds(&f.words,
		    USB_SYSFS_DEVICES
		    " cannot be read: the kernel has no USB, or a container "
		    "hides it");
	}
	tell(d, &f, EX_UNAVAILABLE);
}

static void
look_udevd(struct doctor *d, const char *id)
{
	struct doctor_finding f = { .id = id };

	if (usb_sysfs_udevd()) {
		buf_adds(&f.words, "udevd is running and reports devices "
		    "that connect and disconnect");
	} else {
		f.how = DOCTOR_NOTE;
		buf_adds(&f.words,
		    "udevd is not running (" USB_UDEVD_CONTROL
		    " is missing): dfuscope reads sysfs twice a second "
		    "instead, and udev rules have no effect");
	}
	tell(d, &f, 0);
}

static void
look_rule(struct doctor *d, const char *id)
{
	struct doctor_finding f = { .id = id };
	char *rule = usb_holder_rule("");

	if (rule != NULL) {
		buf_addf(&f.words, "%s is installed", rule);
	} else {
		f.how = DOCTOR_NOTE;
		buf_adds(&f.words,
		    USB_HOLDER_RULE
		    " is not installed: only root, or a user allowed by "
		    "another rule, can open a device");
		buf_adds(&f.mend,
		    "sudo install -m 644 " USB_HOLDER_RULE
		    " /etc/udev/rules.d/ && sudo udevadm control --reload");
	}
	free(rule);
	tell(d, &f, 0);
}

static void
look_permission(struct doctor *d, const char *place, const char *node)
{
	struct doctor_finding f = { .id = "permission" };
	int error = access(node, R_OK | W_OK) == 0 ? 0 : errno;

	buf_adds(&f.place, place);
	if (error == 0) {
		buf_addf(&f.words, "you can open %s", node);
	} else if (error == EACCES || error == EPERM) {
		f.how = DOCTOR_IN_THE_WAY;
		usb_say_denied(&f.words, node, "");
		buf_addf(&f.mend, "sudo setfacl -m u:%lu:rw %s",
		    (unsigned long)getuid(), node);
	} else {
		f.how = DOCTOR_IN_THE_WAY;
		buf_addf(&f.words, "%s: %s", node, strerror(error));
	}
	tell(d, &f, EX_NOPERM);
}

/* What takes the interface from a driver of the kernel; a process must end. */
static void
add_unbind(struct buf *b, const char *place, const struct usb_interfaces *in)
{
	char *driver;
	size_t i;

	for (i = 0; i < in->count && b->len == 0; i++) {
		driver =
		    usb_sysfs_driver(place, in->configuration, in->number[i]);
		if (driver != NULL && strcmp(driver, "usbfs") != 0)
			buf_addf(b,
			    "echo %s:%u.%u | sudo tee "
			    "/sys/bus/usb/drivers/%s/unbind",
			    place, in->configuration, in->number[i], driver);
		free(driver);
	}
}

static void
look_holder(struct doctor *d, const char *place,
    const struct usb_interfaces *in, const char *node)
{
	struct doctor_finding f = { .id = "holder" };
	char *holder = usb_holder(place, in, node);

	buf_adds(&f.place, place);
	if (holder != NULL) {
		f.how = DOCTOR_IN_THE_WAY;
		usb_say_busy(&f.words, place, in, node);
		add_unbind(&f.mend, place, in);
	} else {
		buf_adds(&f.words, "no program uses its DFU interface");
	}
	free(holder);
	tell(d, &f, EX_UNAVAILABLE);
}

/* False: it has no DFU interface. */
static bool
look_device(struct doctor *d, const struct usb_seen *seen)
{
	struct usb_interfaces in;
	struct identity *who =
	    usb_sysfs_identity(seen->place, seen->devnum, &in);
	char node[USB_NODE_LENGTH];
	bool dfu = who != NULL && in.dfu;

	identity_free(who);
	if (!dfu)
		return (false);
	usb_node(node, (unsigned)strtoul(seen->place, NULL, 10), seen->devnum);
	look_permission(d, seen->place, node);
	look_holder(d, seen->place, &in, node);
	return (true);
}

static void
look_devices(struct doctor *d, const char *id)
{
	struct doctor_finding f = { .id = id };
	struct usb_seen *seen;
	size_t i, n, found = 0;

	seen = usb_sysfs_scan(&n);
	for (i = 0; i < n; i++)
		found += look_device(d, &seen[i]);
	free(seen);
	f.how = found != 0 ? DOCTOR_FINE : DOCTOR_NOTE;
	if (found != 0)
		buf_addf(&f.words, "with a DFU interface: %zu of %zu",
		    found, n);
	else
		buf_addf(&f.words,
		    "with a DFU interface: 0 of %zu. Put yours into "
		    "DFU mode and check its cable",
		    n);
	tell(d, &f, 0);
}

static void
look_terminal(struct doctor *d, const char *id)
{
	const char *term = getenv("TERM");
	struct doctor_finding f = { .id = id, .how = DOCTOR_NOTE };

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		buf_adds(&f.words,
		    "input or output is not a terminal: the console needs "
		    "one, \"dfuscope run\" does not");
	} else if (term == NULL || *term == '\0') {
		buf_adds(&f.words, "TERM is not set: the console cannot start");
		buf_adds(&f.mend, "export TERM=xterm-256color");
	} else if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) {
		buf_addf(&f.words,
		    "%s; the locale is not UTF-8, so lines are drawn in ASCII",
		    term);
		buf_adds(&f.mend, "export LC_ALL=C.UTF-8");
	} else {
		f.how = DOCTOR_FINE;
		buf_adds(&f.words, term);
	}
	tell(d, &f, 0);
}

static void
look_journal(struct doctor *d, const char *id)
{
	struct doctor_finding f = { .id = id };
	struct buf why = { 0 };
	char *folder = state_dir_folder(&why);

	if (folder != NULL) {
		buf_addf(&f.words, "journals are written to %s", folder);
	} else {
		f.how = DOCTOR_NOTE;
		buf_addf(&f.words,
		    "cannot write journals: %s. Use -j FILE",
		    buf_str(&why));
	}
	free(folder);
	buf_free(&why);
	tell(d, &f, 0);
}

static void
look_kernel_log(struct doctor *d, const char *id)
{
	struct doctor_finding f = { .id = id };
	int fd = open(KERNEL_LOG, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0) {
		close(fd);
		buf_adds(&f.words,
		    "readable: it shows devices that do not enumerate");
	} else {
		f.how = DOCTOR_NOTE;
		buf_addf(&f.words,
		    KERNEL_LOG ": %s; it shows devices that do not enumerate",
		    strerror(errno));
		buf_adds(&f.mend, "sudo dmesg | grep -i usb");
	}
	tell(d, &f, 0);
}

static const struct doctor_row {
	const char *id;
	void (*look)(struct doctor *, const char *id);
} doctor_rows[] = {
	{ "usb", look_usb },
	{ "udevd", look_udevd },
	{ "rule", look_rule },
	{ "devices", look_devices },
	{ "terminal", look_terminal },
	{ "journal", look_journal },
	{ "kernel-log", look_kernel_log },
};

int
main_doctor(const struct options *o)
{
	struct doctor d = { .json = o->json };
	size_t i;

	for (i = 0; i < sizeof(doctor_rows) / sizeof(doctor_rows[0]); i++)
		doctor_rows[i].look(&d, doctor_rows[i].id);
	return (d.code);
}
