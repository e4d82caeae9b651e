/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "transport/usb_sysfs.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "dfu/descriptor.h"
#include "trace/identity.h"

/* Descriptors of all configurations: 65535 bytes each at most. */
#define ATTRIBUTE_MAX	(1024 * 1024)

/* Appends the whole file; false if it cannot be read. */
static bool
read_file(struct buf *b, const char *path)
{
	uint8_t chunk[4096];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return (false);
	while (b->len < ATTRIBUTE_MAX) {
		n = read(fd, chunk, sizeof(chunk));
		if (n > 0)
			buf_add(b, chunk, (size_t)n);
		else if (n == 0 || errno != EINTR)
			break;
	}
	close(fd);
	return (true);
}

/* A text attribute without its newline, or NULL if there is none. */
static char *
read_text(const char *directory, const char *name)
{
	char path[USB_SYSFS_PATH];
	struct buf b = { 0 };

	snprintf(path, sizeof(path), "%s/%s/%s", USB_SYSFS_DEVICES, directory,
	    name);
	if (!read_file(&b, path)) {
		buf_free(&b);
		return (NULL);
	}
	if (b.len > 0 && b.data[b.len - 1] == '\n')
		buf_cut(&b, b.len - 1);
	return (buf_take(&b));
}

/* A decimal attribute that the kernel pads with blanks, 0 if there is none. */
static uint8_t
read_number(const char *directory, const char *name)
{
	char *text = read_text(directory, name);
	uint64_t v = 0;

	if (text == NULL || !text_number(text + strspn(text, " "), UINT8_MAX,
	    &v))
		v = 0;
	free(text);
	return ((uint8_t)v);
}

/* The last component of what a link leads to, or NULL if there is none. */
static char *
read_link(const char *name)
{
	char path[2 * USB_SYSFS_PATH], target[USB_SYSFS_PATH];
	const char *base;
	ssize_t n;

	snprintf(path, sizeof(path), "%s/%s", USB_SYSFS_DEVICES, name);
	n = readlink(path, target, sizeof(target) - 1);
	if (n <= 0)
		return (NULL);
	target[n] = '\0';
	base = strrchr(target, '/');
	return (mem_strdup(base != NULL ? base + 1 : target));
}

static void
interface_directory(char path[USB_SYSFS_PATH], const char *place,
    uint8_t configuration, uint8_t interface)
{
	snprintf(path, USB_SYSFS_PATH, "%s:%u.%u", place, configuration,
	    interface);
}

bool
usb_sysfs_exists(void)
{
	return (access(USB_SYSFS_DEVICES, R_OK | X_OK) == 0);
}

bool
usb_sysfs_udevd(void)
{
	return (access(USB_UDEVD_CONTROL, F_OK) == 0);
}

/* "1-1.2", and neither "usb1" nor "1-1.2:1.0". */
static bool
is_place(const char *name)
{
	return (isdigit((unsigned char)name[0]) && strchr(name, ':') == NULL &&
	    strlen(name) < USB_SYSFS_PLACE);
}

static int
compare_seen(const void *a, const void *b)
{
	const struct usb_seen *x = a, *y = b;

	return (strcmp(x->place, y->place));
}

struct usb_seen *
usb_sysfs_scan(size_t *n)
{
	DIR *folder = opendir(USB_SYSFS_DEVICES);
	struct usb_seen *seen = NULL, *s;
	struct dirent *entry;
	char *number;

	*n = 0;
	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		if (!is_place(entry->d_name))
			continue;
		seen = mem_array(seen, *n + 1, sizeof(*seen));
		s = &seen[*n];
		memcpy(s->place, entry->d_name, strlen(entry->d_name) + 1);
		number = read_text(entry->d_name, "devnum");
		/* Without one it is on its way in or out. */
		if (number == NULL)
			continue;
		s->devnum = (unsigned)strtoul(number, NULL, 10);
		free(number);
		++*n;
	}
	if (folder != NULL)
		closedir(folder);
	if (*n > 1)
		qsort(seen, *n, sizeof(*seen), compare_seen);
	return (seen);
}

static void
find_interfaces(struct usb_interfaces *in, const struct dfu_descriptors *d)
{
	const struct dfu_alternate *a;
	const struct dfu_function *f;
	size_t i;

	for (i = 0; i < d->nfunctions; i++) {
		f = &d->functions[i];
		if (f->bConfigurationValue != in->configuration ||
		    in->count == USB_SYSFS_INTERFACES)
			continue;
		in->number[in->count] = f->bInterfaceNumber;
		a = dfu_function_alternate(f, 0);
		in->named[in->count++] = a != NULL && a->iInterface != 0;
	}
}

static void
read_name(struct identity *who, const char *place,
    const struct usb_interfaces *in, size_t i)
{
	char directory[USB_SYSFS_PATH], *name;

	interface_directory(directory, place, in->configuration,
	    in->number[i]);
	name = read_text(directory, "interface");
	if (name == NULL)
		return;
	identity_name(who, in->number[i],
	    read_number(directory, "bAlternateSetting"), name, strlen(name));
	free(name);
}

struct identity *
usb_sysfs_identity(const char *place, unsigned devnum,
    struct usb_interfaces *in)
{
	struct identity *who = identity_new();
	struct dfu_descriptors d;
	char path[USB_SYSFS_PATH];

	snprintf(path, sizeof(path), "%s/%s/descriptors", USB_SYSFS_DEVICES,
	    place);
	read_file(&who->descriptors, path);
	dfu_descriptors_parse(&d, who->descriptors.data, who->descriptors.len);
	who->vendor = d.idVendor;
	who->product = d.idProduct;
	who->version = d.bcdDevice;
	*in = (struct usb_interfaces){
		.configuration = read_number(place, "bConfigurationValue")
	};
	find_interfaces(in, &d);
	in->dfu = d.nfunctions > 0;
	dfu_descriptors_free(&d);
	if (who->descriptors.len == 0 ||
	    read_number(place, "devnum") != devnum) {
		identity_free(who);
		return (NULL);
	}
	who->place = mem_strdup(place);
	who->devnum = (uint16_t)devnum;
	who->suspended = usb_sysfs_suspended(place);
	who->manufacturer = read_text(place, "manufacturer");
	who->product_name = read_text(place, "product");
	who->serial = read_text(place, "serial");
	return (who);
}

void
usb_sysfs_names(struct identity *who, const char *place,
    const struct usb_interfaces *in)
{
	size_t i;

	for (i = 0; i < in->count; i++)
		read_name(who, place, in, i);
}

/*
 * The kernel announces a device before it chooses a configuration, and reads
 * the name of each interface only after that.
 */
bool
usb_sysfs_settled(const char *place, const struct usb_interfaces *in)
{
	char directory[USB_SYSFS_PATH], path[2 * USB_SYSFS_PATH];
	size_t i;

	for (i = 0; i < in->count; i++) {
		interface_directory(directory, place, in->configuration,
		    in->number[i]);
		snprintf(path, sizeof(path), "%s/%s%s", USB_SYSFS_DEVICES,
		    directory, in->named[i] ? "/interface" : "");
		if (access(path, F_OK) != 0)
			return (false);
	}
	return (in->count > 0 || !in->dfu);
}

/*
 * Through the hub, whose ports are there before anything is plugged into
 * them: the kernel links a device to its port only after it was announced.
 */
static char *
peer_link(const char *place)
{
	const char *dot = strrchr(place, '.'), *dash = strchr(place, '-');
	int hub = (int)((dot != NULL ? dot : dash) - place);

	if (dot != NULL)
		return (mem_printf("%.*s:1.0/%.*s-port%s/peer", hub, place,
		    hub, place, dot + 1));
	return (mem_printf("%.*s-0:1.0/usb%.*s-port%s/peer", hub, place,
	    hub, place, dash + 1));
}

/* "2-1-port2" is "2-1.2", and "usb2-port2" is "2-2". */
static char *
place_of_port(const char *port)
{
	const char *number = strstr(port, "-port");
	int hub;

	if (number == NULL)
		return (NULL);
	hub = (int)(number - port);
	number += strlen("-port");
	if (strncmp(port, "usb", 3) == 0)
		return (mem_printf("%.*s-%s", hub - 3, port + 3, number));
	return (mem_printf("%.*s.%s", hub, port, number));
}

char *
usb_sysfs_peer(const char *place)
{
	char *link, *port, *peer;

	if (strchr(place, '-') == NULL)
		return (NULL);
	link = peer_link(place);
	port = read_link(link);
	peer = port != NULL ? place_of_port(port) : NULL;
	free(port);
	free(link);
	return (peer);
}

bool
usb_sysfs_suspended(const char *place)
{
	char *text = read_text(place, "power/runtime_status");
	bool suspended = text != NULL && strcmp(text, "suspended") == 0;

	free(text);
	return (suspended);
}

char *
usb_sysfs_driver(const char *place, uint8_t configuration, uint8_t interface)
{
	char directory[USB_SYSFS_PATH], *link, *driver;

	interface_directory(directory, place, configuration, interface);
	link = mem_printf("%s/driver", directory);
	driver = read_link(link);
	free(link);
	return (driver);
}
