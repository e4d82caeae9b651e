/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "transport/usb_holder.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"

/* The driver that stands for "a process has it, through its node". */
#define DRIVER_USBFS	"usbfs"

#define PATH_LENGTH	512

void
usb_node(char node[USB_NODE_LENGTH], unsigned bus, unsigned devnum)
{
	snprintf(node, USB_NODE_LENGTH, "/dev/bus/usb/%03u/%03u", bus % 1000,
	    devnum % 1000);
}

/* In a container or a test /dev may be found below another directory. */
static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return (n >= m && strcmp(s + n - m, end) == 0);
}

/* One of the descriptors in /proc/PID/fd is the node. */
static bool
process_has(const char *pid, const char *node)
{
	char path[PATH_LENGTH], target[PATH_LENGTH];
	struct dirent *entry;
	bool found = false;
	ssize_t n;
	DIR *fds;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	fds = opendir(path);
	if (fds == NULL)
		return (false);
	while (!found && (entry = readdir(fds)) != NULL) {
		n = readlinkat(dirfd(fds), entry->d_name, target,
		    sizeof(target) - 1);
		if (n <= 0)
			continue;
		target[n] = '\0';
		found = ends_with(target, node);
	}
	closedir(fds);
	return (found);
}

static char *
process_name(const char *pid)
{
	char path[PATH_LENGTH], comm[64];
	struct buf name = { 0 };
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, comm, sizeof(comm) - 1);
	if (fd >= 0)
		close(fd);
	comm[n > 0 ? n : 0] = '\0';
	comm[strcspn(comm, "\n")] = '\0';
	if (comm[0] == '\0')
		buf_adds(&name, "a process");
	text_escape(&name, comm, strlen(comm));
	buf_addf(&name, " (pid %s)", pid);
	return (buf_take(&name));
}

/* The first process other than this one that has the node open, or NULL. */
static char *
process_on(const char *node)
{
	struct dirent *entry;
	char *name = NULL;
	DIR *proc = opendir("/proc");

	if (proc == NULL)
		return (NULL);
	while (name == NULL && (entry = readdir(proc)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    strtol(entry->d_name, NULL, 10) != (long)getpid() &&
		    process_has(entry->d_name, node))
			name = process_name(entry->d_name);
	closedir(proc);
	return (name);
}

/* The first interface with a driver; *driver is for the caller to free. */
static bool
held_interface(const char *place, const struct usb_interfaces *in,
    uint8_t *interface, char **driver)
{
	size_t i;

	for (i = 0; i < in->count; i++) {
		*interface = in->number[i];
		*driver = usb_sysfs_driver(place, in->configuration,
		    in->number[i]);
		if (*driver != NULL)
			return (true);
	}
	return (false);
}

char *
usb_holder(const char *place, const struct usb_interfaces *in,
    const char *node)
{
	char *driver, *name;
	uint8_t interface;

	if (!held_interface(place, in, &interface, &driver))
		return (NULL);
	if (strcmp(driver, DRIVER_USBFS) != 0)
		name = mem_printf("%s (kernel driver)", driver);
	else
		name = process_on(node);
	if (name == NULL)
		name = mem_strdup("a process of another user");
	free(driver);
	return (name);
}

/* Where udevd looks for rules. */
static const char *const rule_folders[] = { "/etc/udev/rules.d",
	"/run/udev/rules.d", "/usr/local/lib/udev/rules.d",
	"/usr/lib/udev/rules.d", "/lib/udev/rules.d" };

char *
usb_holder_rule(const char *root)
{
	char *path;
	size_t i;

	for (i = 0; i < sizeof(rule_folders) / sizeof(rule_folders[0]); i++) {
		path = mem_printf("%s%s/" USB_HOLDER_RULE, root,
		    rule_folders[i]);
		if (access(path, F_OK) == 0)
			return (path);
		free(path);
	}
	return (NULL);
}

void
usb_say_denied(struct buf *b, const char *node, const char *root)
{
	char *rule = usb_holder_rule(root);

	buf_addf(b, "cannot open %s: permission denied. ", node);
	if (rule == NULL)
		buf_adds(b, "Install the udev rule data/" USB_HOLDER_RULE " in "
		    "/etc/udev/rules.d, run \"udevadm control --reload\", "
		    "then replug the device");
	else
		buf_addf(b, "The udev rule %s is installed: replug the "
		    "device. Over ssh: add MODE=\"0660\", GROUP=\"plugdev\" "
		    "after its TAG and join that group. Then run \"udevadm "
		    "control --reload\" and replug the device", rule);
	free(rule);
}

void
usb_say_busy(struct buf *b, const char *place,
    const struct usb_interfaces *in, const char *node)
{
	char *driver = NULL, *name;
	uint8_t interface = 0;

	if (!held_interface(place, in, &interface, &driver)) {
		name = process_on(node);
		buf_addf(b, "the DFU interface of %s is in use by %s", node,
		    name != NULL ? name : "a process of another user");
	} else if (strcmp(driver, DRIVER_USBFS) == 0) {
		name = usb_holder(place, in, node);
		buf_addf(b, "interface %u of %s is in use by %s. End that "
		    "program first",
		    interface, node, name);
	} else {
		name = mem_strdup(driver);
		buf_addf(b, "interface %u of %s is in use by the kernel "
		    "driver %s. To detach it, run as root: echo %s:%u.%u > "
		    "/sys/bus/usb/drivers/%s/unbind",
		    interface, node, name, place, in->configuration,
		    interface, name);
	}
	free(name);
	free(driver);
}
