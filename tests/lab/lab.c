/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "tests/lab/lab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "tests/lab/lab_bus.h"
#include "wire/usb.h"

#define HUB		"/devices/lab/usb1"
#define TICK		1000000		/* ns between looks at the devices */
#define NOBODY		65534
#define INTERFACES	16		/* of one device */

uint64_t
lab_now(const struct lab *lab)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return ((uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000 -
	    lab->base);
}

static void
tick(void)
{
	struct timespec ts = { .tv_nsec = TICK };

	nanosleep(&ts, NULL);
}

bool
lab_is_gone(struct lab_device *d)
{
	uint64_t now = lab_now(d->lab);

	sim_run(d->sim, now);
	if (d->devnum != 0 && sim_present(d->sim) &&
	    sim_incarnation(d->sim) == d->incarnation)
		return (false);
	if (d->gone_at == 0)
		d->gone_at = now;
	return (true);
}

/* sysfs */

char *
lab_device_path(const struct lab_device *d)
{
	return (mem_printf("%s/sys%s/1-%d", d->lab->root, HUB, d->port));
}

static char *
interface_path(const struct lab_device *d, unsigned interface,
    const char *name)
{
	return (mem_printf("%s/sys%s/1-%d/1-%d:1.%u/%s", d->lab->root, HUB,
	    d->port, d->port, interface, name));
}

static void
write_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (f == NULL)
		return;
	fputs(text, f);
	fclose(f);
}

void
lab_show_driver(struct lab_device *d, const char *driver)
{
	char *link, *target;

	/* umockdev, which removes the folder, wants to find what it saw. */
	if (d->devnum == 0)
		return;
	link = interface_path(d, 0, "driver");
	target = mem_printf("../../../../../bus/usb/drivers/%s",
	    driver != NULL ? driver : "");
	unlink(link);
	if (driver != NULL && symlink(target, link) != 0)
		perror(link);
	free(link);
	free(target);
}

/* iInterface of that setting in the descriptors of the device, or 0. */
static uint8_t
name_index(const struct lab_device *d, unsigned interface, unsigned alternate)
{
	struct buf b = { 0 };
	const uint8_t *p;
	uint8_t found = 0;
	struct reader r;
	size_t n;

	sim_descriptors(d->sim, &b);
	r = reader_of(b.data, b.len);
	while (found == 0 && reader_left(&r) >= 2) {
		n = r.p[r.pos];
		p = reader_bytes(&r, n >= 2 ? n : 2);
		if (p != NULL && n >= 9 && p[1] == USB_DT_INTERFACE &&
		    p[2] == interface && p[3] == alternate)
			found = p[8];
	}
	buf_free(&b);
	return (found);
}

void
lab_show_alternate(struct lab_device *d, unsigned interface,
    unsigned alternate)
{
	char *setting, *name, *text;
	const char *s = sim_string(d->sim, name_index(d, interface,
	    alternate));

	if (d->devnum == 0)
		return;
	setting = interface_path(d, interface, "bAlternateSetting");
	name = interface_path(d, interface, "interface");
	text = mem_printf("%2u\n", alternate);
	write_text(setting, text);
	free(text);
	unlink(name);
	if (s != NULL) {
		text = mem_printf("%s\n", s);
		write_text(name, text);
		free(text);
	}
	free(setting);
	free(name);
}

/* An attribute as hexadecimal: the text is the device's own. */
static void
add_text(struct buf *b, const char *name, const char *text)
{
	if (text == NULL)
		return;
	buf_addf(b, "H: %s=", name);
	buf_addhex(b, text, strlen(text));
	buf_adds(b, "0a\n");
}

static void
add_interface(struct buf *b, struct lab_device *d, const uint8_t *p)
{
	d->interfaces |= 1u << p[2];
	buf_addf(b, "\nP: %s/1-%d/1-%d:1.%u\nE: SUBSYSTEM=usb\n"
	    "E: DEVTYPE=usb_interface\n"
	    "A: bInterfaceNumber=%02x\\n\nA: bAlternateSetting= 0\\n\n"
	    "A: bInterfaceClass=%02x\\n\nA: bInterfaceSubClass=%02x\\n\n"
	    "A: bInterfaceProtocol=%02x\\n\n", HUB, d->port, d->port, p[2],
	    p[2], p[5], p[6], p[7]);
	add_text(b, "interface", sim_string(d->sim, p[8]));
}

static void
add_interfaces(struct buf *b, struct lab_device *d,
    const struct buf *descriptors)
{
	struct reader r = reader_of(descriptors->data, descriptors->len);
	const uint8_t *p;
	size_t n;

	while (reader_left(&r) >= 2) {
		n = r.p[r.pos];
		p = reader_bytes(&r, n >= 2 ? n : 2);
		if (p != NULL && n >= 9 && p[1] == USB_DT_INTERFACE &&
		    p[3] == 0)
			add_interface(b, d, p);
	}
}

/* Ids in place of its own, "03eb:2ff4", for a tool that knows no others. */
static void
put_ids(struct buf *descriptors)
{
	unsigned vendor, product;

	if (getenv("LAB_IDS") == NULL ||
	    sscanf(getenv("LAB_IDS"), "%4x:%4x", &vendor, &product) != 2)
		return;
	descriptors->data[8] = (uint8_t)vendor;
	descriptors->data[9] = (uint8_t)(vendor >> 8);
	descriptors->data[10] = (uint8_t)product;
	descriptors->data[11] = (uint8_t)(product >> 8);
}

/* The device as umockdev reads it; the lock is held. */
static char *
describe(struct lab_device *d)
{
	struct buf b = { 0 }, descriptors = { 0 };
	const uint8_t *p;

	sim_descriptors(d->sim, &descriptors);
	put_ids(&descriptors);
	p = descriptors.data;
	buf_addf(&b, "P: %s/1-%d\nN: bus/usb/001/%03u\nE: SUBSYSTEM=usb\n"
	    "E: DEVTYPE=usb_device\nE: DRIVER=usb\nE: BUSNUM=001\n"
	    "E: DEVNUM=%03u\nE: DEVNAME=/dev/bus/usb/001/%03u\n"
	    "A: busnum=1\\n\nA: devnum=%u\\n\nA: speed=12\\n\n"
	    "A: bConfigurationValue=1\\n\nA: power/runtime_status=active\\n\n",
	    HUB, d->port, d->devnum, d->devnum, d->devnum, d->devnum);
	buf_addf(&b, "A: idVendor=%02x%02x\\n\nA: idProduct=%02x%02x\\n\n"
	    "A: bcdDevice=%02x%02x\\n\n", p[9], p[8], p[11], p[10], p[13],
	    p[12]);
	add_text(&b, "manufacturer", sim_string(d->sim, p[14]));
	add_text(&b, "product", sim_string(d->sim, p[15]));
	add_text(&b, "serial", sim_string(d->sim, p[16]));
	buf_adds(&b, "H: descriptors=");
	buf_addhex(&b, descriptors.data, descriptors.len);
	buf_addc(&b, '\n');
	add_interfaces(&b, d, &descriptors);
	buf_free(&descriptors);
	return (buf_take(&b));
}

static void
fail(const char *what, const GError *error)
{
	fprintf(stderr, "lab: %s: %s\n", what,
	    error != NULL ? error->message : "no reason given");
	abort();
}

static void
must_add(struct lab *lab, const char *text)
{
	GError *error = NULL;

	if (!umockdev_testbed_add_from_string(lab->bed, text, &error))
		fail("add", error);
}

/* It came: the node answers before the world hears of it. */
static void
show(struct lab_device *d)
{
	GError *error = NULL;
	char *text, *node;

	pthread_mutex_lock(&d->lab->lock);
	d->devnum = ++d->lab->devnums;
	d->incarnation = sim_incarnation(d->sim);
	d->gone_at = 0;
	d->claimer = NULL;
	text = describe(d);
	pthread_mutex_unlock(&d->lab->lock);
	node = mem_printf("/dev/bus/usb/001/%03u", d->devnum);
	if (!umockdev_testbed_attach_ioctl(d->lab->bed, node, d->handler,
	    &error))
		fail("attach_ioctl", error);
	must_add(d->lab, text);
	if (d->driver != NULL)
		lab_show_driver(d, d->driver);
	free(node);
	free(text);
}

static void
remove_interfaces(struct lab_device *d)
{
	unsigned i;
	char *path;

	for (i = 0; i < INTERFACES; i++) {
		if ((d->interfaces & 1u << i) == 0)
			continue;
		path = mem_printf("/sys%s/1-%d/1-%d:1.%u", HUB, d->port,
		    d->port, i);
		umockdev_testbed_uevent(d->lab->bed, path, "remove");
		umockdev_testbed_remove_device(d->lab->bed, path);
		free(path);
	}
	d->interfaces = 0;
}

/* It left: transfers end first, then the world hears of it. */
static void
hide(struct lab_device *d)
{
	char *path = mem_printf("/sys%s/1-%d", HUB, d->port);
	char *node;

	pthread_mutex_lock(&d->lab->lock);
	lab_is_gone(d);
	node = mem_printf("/dev/bus/usb/001/%03u", d->devnum);
	d->devnum = 0;
	pthread_mutex_unlock(&d->lab->lock);
	remove_interfaces(d);
	umockdev_testbed_uevent(d->lab->bed, path, "remove");
	umockdev_testbed_remove_device(d->lab->bed, path);
	umockdev_testbed_detach_ioctl(d->lab->bed, node, NULL);
	free(node);
	free(path);
}

/* sysfs follows what the device does by itself. */
static void
follow(struct lab_device *d)
{
	bool was = d->devnum != 0;
	uint32_t is;

	pthread_mutex_lock(&d->lab->lock);
	lab_usbfs_sweep(d);
	sim_run(d->sim, lab_now(d->lab));
	is = sim_present(d->sim) ? sim_incarnation(d->sim) : 0;
	pthread_mutex_unlock(&d->lab->lock);
	if (d->devnum != 0 && is != d->incarnation)
		hide(d);
	if (d->devnum == 0 && is != 0)
		show(d);
	if (was == (d->devnum != 0))
		return;
	pthread_mutex_lock(&d->lab->lock);
	d->shown = !was;
	pthread_mutex_unlock(&d->lab->lock);
}

static void *
watch(void *arg)
{
	struct lab *lab = arg;
	bool stop = false;
	int i, n;

	while (!stop) {
		tick();
		pthread_mutex_lock(&lab->lock);
		stop = lab->stop;
		n = lab->ndevices;
		pthread_mutex_unlock(&lab->lock);
		for (i = 0; i < n && !stop; i++)
			follow(lab->devices[i]);
	}
	return (NULL);
}

static void
add_hub(struct lab *lab)
{
	lab->devnums = 1;
	must_add(lab, "P: " HUB "\nN: bus/usb/001/001\nE: SUBSYSTEM=usb\n"
	    "E: DEVTYPE=usb_device\nE: DRIVER=usb\nE: BUSNUM=001\n"
	    "E: DEVNUM=001\nE: DEVNAME=/dev/bus/usb/001/001\n"
	    "A: busnum=1\\n\nA: devnum=1\\n\nA: speed=480\\n\n"
	    "A: bConfigurationValue=1\\n\n"
	    "H: descriptors=12010002090001406b1d020001060302010109021900"
	    "010100e0000904000001090000000705810304000c\n"
	    "\nP: " HUB "/1-0:1.0\nE: SUBSYSTEM=usb\n"
	    "E: DEVTYPE=usb_interface\nA: bInterfaceNumber=00\n\n");
}

struct lab *
lab_new(void)
{
	struct lab *lab = mem_alloc(sizeof(*lab));

	lab->base = lab_now(lab);
	lab_udevd(true);
	pthread_mutex_init(&lab->lock, NULL);
	lab->bed = umockdev_testbed_new();
	lab->root = umockdev_testbed_get_root_dir(lab->bed);
	/* Who is not root has a socket for uevents in it too. */
	chmod(lab->root, 0777);
	add_hub(lab);
	lab->watching = pthread_create(&lab->watcher, NULL, watch, lab) == 0;
	if (!lab->watching)
		fail("no thread", NULL);
	return (lab);
}

void
lab_free(struct lab *lab)
{
	struct lab_device *d;
	int i;

	if (lab == NULL)
		return;
	pthread_mutex_lock(&lab->lock);
	lab->stop = true;
	pthread_mutex_unlock(&lab->lock);
	pthread_join(lab->watcher, NULL);
	if (lab->denied)
		lab_deny(lab, 0, false);
	for (i = 0; i < lab->ndevices; i++)
		if (lab->devices[i]->devnum != 0)
			hide(lab->devices[i]);
	g_object_unref(lab->bed);
	for (i = 0; i < lab->ndevices; i++) {
		d = lab->devices[i];
		lab_usbfs_end(d);
		sim_free(d->sim);
		buf_free(&d->log);
		free(d->driver);
		free(d);
	}
	g_free(lab->root);
	pthread_mutex_destroy(&lab->lock);
	free(lab);
}

int
lab_add(struct lab *lab, const char *spec, struct buf *error)
{
	struct lab_device *d;
	struct sim *sim;
	int i = lab->ndevices;

	if (i == LAB_DEVICES) {
		buf_adds(error, "the lab has no more ports");
		return (-1);
	}
	sim = sim_new(spec, error);
	if (sim == NULL)
		return (-1);
	d = mem_alloc(sizeof(*d));
	d->lab = lab;
	d->sim = sim;
	d->port = i + 1;
	lab_usbfs_begin(d);
	show(d);
	pthread_mutex_lock(&lab->lock);
	d->shown = true;
	lab->devices[i] = d;
	lab->ndevices++;
	pthread_mutex_unlock(&lab->lock);
	return (i);
}

void
lab_plug(struct lab *lab, int i, bool in)
{
	struct lab_device *d = lab->devices[i];
	bool done = false;

	pthread_mutex_lock(&lab->lock);
	sim_plug(d->sim, lab_now(lab), in);
	pthread_mutex_unlock(&lab->lock);
	while (!done) {
		tick();
		pthread_mutex_lock(&lab->lock);
		done = d->shown == in;
		pthread_mutex_unlock(&lab->lock);
	}
}

void
lab_attribute(struct lab *lab, int i, const char *name, const char *value)
{
	char *device = lab_device_path(lab->devices[i]);
	char *path = mem_printf("%s/%s", device, name);
	char *text = mem_printf("%s\n", value != NULL ? value : "");

	if (value != NULL)
		write_text(path, text);
	else
		unlink(path);
	free(text);
	free(path);
	free(device);
}

void
lab_peer(struct lab *lab, int i, const char *port)
{
	char *path = mem_printf("%s/sys" HUB "/1-0:1.0/usb1-port%d",
	    lab->root, lab->devices[i]->port);
	char *link = mem_printf("%s/peer", path);
	char *target = mem_printf("../../../usb/%s", port);

	if (mkdir(path, 0755) != 0 || symlink(target, link) != 0)
		perror(link);
	free(path);
	free(link);
	free(target);
}

void
lab_power(struct lab *lab, int i, const char *status)
{
	lab_attribute(lab, i, "power/runtime_status", status);
}

void
lab_bind(struct lab *lab, int i, const char *driver)
{
	struct lab_device *d = lab->devices[i];

	pthread_mutex_lock(&lab->lock);
	free(d->driver);
	d->driver = mem_strdup(driver);
	lab_show_driver(d, driver);
	pthread_mutex_unlock(&lab->lock);
}

void
lab_deny(struct lab *lab, int i, bool deny)
{
	struct buf node = { 0 }, socket = { 0 };

	lab_node(lab, i, &node);
	/* umockdev gives up on a node whose socket refuses. */
	buf_addf(&socket, "%s/ioctl%s", lab->root,
	    buf_str(&node) + strlen(lab->root));
	chmod(buf_str(&socket), 0777);
	buf_free(&socket);
	if (!deny && lab->denied && seteuid(0) != 0)
		perror("seteuid");
	chmod(buf_str(&node), deny ? 0 : 0644);
	if (deny && geteuid() == 0) {
		lab->denied = true;
		if (seteuid(NOBODY) != 0)
			perror("seteuid");
	}
	if (!deny)
		lab->denied = false;
	buf_free(&node);
}

void
lab_slow(struct lab *lab, int i, enum lab_delay what, uint64_t us)
{
	pthread_mutex_lock(&lab->lock);
	lab->devices[i]->slow[what] = us;
	pthread_mutex_unlock(&lab->lock);
}

char *
lab_log(struct lab *lab, int i)
{
	char *s;

	pthread_mutex_lock(&lab->lock);
	s = mem_strdup(buf_str(&lab->devices[i]->log));
	pthread_mutex_unlock(&lab->lock);
	return (s);
}

void
lab_log_data(struct lab *lab)
{
	pthread_mutex_lock(&lab->lock);
	lab->logs_data = true;
	pthread_mutex_unlock(&lab->lock);
}

void
lab_node(struct lab *lab, int i, struct buf *path)
{
	pthread_mutex_lock(&lab->lock);
	buf_addf(path, "%s/dev/bus/usb/001/%03u", lab->root,
	    lab->devices[i]->devnum);
	pthread_mutex_unlock(&lab->lock);
}

struct sim *
lab_lock(struct lab *lab, int i)
{
	pthread_mutex_lock(&lab->lock);
	return (lab->devices[i]->sim);
}

void
lab_unlock(struct lab *lab)
{
	pthread_mutex_unlock(&lab->lock);
}
