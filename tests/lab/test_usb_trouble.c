/* SPDX-License-Identifier: ISC */
#include "config.h"

#include <sys/ioctl.h>

#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lab/rig.h"
#include "tests/lab/test_usb.h"

#define SILENT	"dfu11,silent=getstatus@1"

void
test_stall(void **state)
{
	static struct rig r;

	(void)state;
	rig_one(&r, "dfu11,stall=getstate@1");
	rig_open(&r, 1);
	rig_ask(&r, RIG_IN, DFU_GETSTATE, 0, 1, OUTCOME_STALL);
	assert_int_equal(r.event.len, 0);
	rig_ask(&r, RIG_IN, DFU_GETSTATE, 0, 1, OUTCOME_OK);
	rig_end(&r);
}

void
test_bus_error(void **state)
{
	static struct rig r;

	(void)state;
	rig_one(&r, "dfu11,buserror=getstate@1");
	rig_open(&r, 1);
	rig_ask(&r, RIG_IN, DFU_GETSTATE, 0, 1, OUTCOME_BUSERROR);
	rig_ask(&r, RIG_IN, DFU_GETSTATE, 0, 1, OUTCOME_OK);
	rig_end(&r);
}

void
test_time_out(void **state)
{
	uint64_t start;
	static struct rig r;

	(void)state;
	rig_one(&r, SILENT);
	rig_open(&r, 1);
	start = rig_now();
	rig_submit(&r, 1, RIG_IN, DFU_GETSTATUS, 0, 6, NULL, 200);
	rig_complete(&r, OUTCOME_TIMEOUT);
	assert_in_range(r.event.time - start, 200 * RIG_MS, 400 * RIG_MS);
	rig_ask(&r, RIG_IN, DFU_GETSTATUS, 0, 6, OUTCOME_OK);
	rig_end(&r);
}

void
test_cancel(void **state)
{
	static struct rig r;

	(void)state;
	rig_one(&r, SILENT);
	rig_open(&r, 1);
	rig_submit(&r, 1, RIG_IN, DFU_GETSTATUS, 0, 6, NULL, 0);
	assert_false(rig_next(&r, 100));
	r.t->ops->cancel(r.t, 1, rig_now());
	rig_complete(&r, OUTCOME_CANCELLED);
	r.t->ops->cancel(r.t, 1, rig_now());
	rig_ask(&r, RIG_IN, DFU_GETSTATUS, 0, 6, OUTCOME_OK);
	assert_false(rig_next(&r, 50));
	rig_end(&r);
}

void
test_drops_off_instead_of_answering(void **state)
{
	static struct rig r;

	(void)state;
	rig_one(&r, "dfu11,gone=getstatus@1");
	rig_open(&r, 1);
	rig_ask(&r, RIG_IN, DFU_GETSTATUS, 0, 6, OUTCOME_GONE);
	rig_expect(&r, EVENT_LEFT, OUTCOME_UNKNOWN);
	assert_false(rig_next(&r, 50));
	rig_end(&r);
}

void
test_unplug_in_flight(void **state)
{
	static struct rig r;

	(void)state;
	rig_one(&r, SILENT);
	rig_open(&r, 1);
	rig_submit(&r, 1, RIG_IN, DFU_GETSTATUS, 0, 6, NULL, 5000);
	lab_plug(r.lab, 0, false);
	rig_complete(&r, OUTCOME_GONE);
	rig_expect(&r, EVENT_LEFT, OUTCOME_UNKNOWN);
	assert_int_equal(r.event.dev, 1);
	assert_false(rig_next(&r, 50));
	rig_end(&r);
}

/* The uevent comes before the transfer ends; told is the other way round. */
void
test_left_waits_for_what_is_pending(void **state)
{
	static struct rig r;

	(void)state;
	rig_one(&r, SILENT);
	rig_open(&r, 1);
	lab_slow(r.lab, 0, LAB_LATE, 300 * RIG_MS);
	rig_submit(&r, 1, RIG_IN, DFU_GETSTATUS, 0, 6, NULL, 0);
	lab_plug(r.lab, 0, false);
	lab_plug(r.lab, 0, true);
	rig_complete(&r, OUTCOME_GONE);
	rig_expect(&r, EVENT_LEFT, OUTCOME_UNKNOWN);
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	assert_int_equal(r.event.dev, 2);
	rig_end(&r);
}

void
test_left_waits_one_second_at_most(void **state)
{
	static struct rig r;

	(void)state;
	rig_one(&r, SILENT);
	rig_open(&r, 1);
	lab_slow(r.lab, 0, LAB_LATE, 1500 * RIG_MS);
	rig_submit(&r, 1, RIG_IN, DFU_GETSTATUS, 0, 6, NULL, 0);
	lab_plug(r.lab, 0, false);
	/* It is told gone although its own end is still to come. */
	rig_complete(&r, OUTCOME_GONE);
	rig_expect(&r, EVENT_LEFT, OUTCOME_UNKNOWN);
	/* What comes after that is told to nobody. */
	assert_false(rig_next(&r, 1000));
	rig_end(&r);
}

void
test_unplug_before_and_after(void **state)
{
	static struct rig r;

	(void)state;
	rig_one(&r, "dfu11");
	lab_plug(r.lab, 0, false);
	rig_expect(&r, EVENT_LEFT, OUTCOME_UNKNOWN);
	r.t->ops->open_device(r.t, 1, rig_now());
	rig_expect(&r, EVENT_OPENED, OUTCOME_GONE);
	assert_true(r.bytes.len > 0);
	rig_ask(&r, RIG_IN, DFU_GETSTATUS, 0, 6, OUTCOME_GONE);
	r.t->ops->reset(r.t, 1, rig_now());
	rig_expect(&r, EVENT_RESET, OUTCOME_GONE);
	r.t->ops->close_device(r.t, 1, rig_now());
	rig_expect(&r, EVENT_CLOSED, OUTCOME_OK);
	lab_plug(r.lab, 0, true);
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	rig_open(&r, 2);
	rig_submit(&r, 2, RIG_IN, DFU_GETSTATUS, 0, 6, NULL, 1000);
	rig_complete(&r, OUTCOME_OK);
	lab_plug(r.lab, 0, false);
	rig_expect(&r, EVENT_LEFT, OUTCOME_UNKNOWN);
	assert_int_equal(r.event.dev, 2);
	rig_end(&r);
}

void
test_plug_again(void **state)
{
	static struct rig r;
	unsigned i;

	(void)state;
	rig_one(&r, "stm32f072");
	for (i = 2; i <= 4; i++) {
		lab_plug(r.lab, 0, false);
		lab_plug(r.lab, 0, true);
		rig_expect(&r, EVENT_LEFT, OUTCOME_UNKNOWN);
		assert_int_equal(r.event.dev, i - 1);
		rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
		assert_int_equal(r.event.dev, i);
		assert_string_equal(r.who->place, "1-1");
		assert_int_equal(r.who->incarnation, i);
		assert_int_equal(r.who->devnum, i + 1);
		assert_int_equal(r.who->nnames, 1);
	}
	rig_end(&r);
}

void
test_busy_by_driver(void **state)
{
	const char *const specs[] = { "stm32f072", NULL };
	static struct rig r;

	(void)state;
	rig_lab(&r, specs);
	lab_bind(r.lab, 0, "dfu_snatcher");
	rig_start(&r);
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	assert_string_equal(r.who->holder, "dfu_snatcher (kernel driver)");
	r.t->ops->open_device(r.t, 1, rig_now());
	rig_expect(&r, EVENT_OPENED, OUTCOME_BUSY);
	assert_non_null(strstr(buf_str(&r.bytes), "dfu_snatcher"));
	assert_non_null(strstr(buf_str(&r.bytes), "unbind"));
	rig_log_is(&r, 0, "open\nclaim 0\nclose\n");
	lab_bind(r.lab, 0, NULL);
	rig_open(&r, 1);
	rig_end(&r);
}

/* A process of its own that holds the interface; killed by the caller. */
static pid_t
hold(struct rig *r)
{
	unsigned interface = 0;
	struct buf node = { 0 };
	int ready[2], fd;
	pid_t child;
	char c = 0;

	lab_node(r->lab, 0, &node);
	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		fd = open(strstr(buf_str(&node), "/dev/bus"), O_RDWR);
		c = ioctl(fd, USBDEVFS_CLAIMINTERFACE, &interface) == 0;
		c = write(ready[1], &c, 1) == 1;
		while (c)
			pause();
		_exit(0);
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(c, 1);
	close(ready[0]);
	close(ready[1]);
	buf_free(&node);
	return (child);
}

void
test_busy_by_process(void **state)
{
	const char *const specs[] = { "stm32f072", NULL };
	struct buf name = { 0 };
	static struct rig r;
	pid_t child;

	(void)state;
	rig_lab(&r, specs);
	child = hold(&r);
	buf_addf(&name, "test_usb (pid %d)", (int)child);
	rig_start(&r);
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	assert_string_equal(r.who->holder, buf_str(&name));
	r.t->ops->open_device(r.t, 1, rig_now());
	rig_expect(&r, EVENT_OPENED, OUTCOME_BUSY);
	assert_non_null(strstr(buf_str(&r.bytes), buf_str(&name)));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	buf_free(&name);
	rig_end(&r);
}

void
test_denied(void **state)
{
	static struct rig r;

	(void)state;
	rig_one(&r, "stm32f072");
	lab_deny(r.lab, 0, true);
	r.t->ops->open_device(r.t, 1, rig_now());
	rig_expect(&r, EVENT_OPENED, OUTCOME_DENIED);
	lab_deny(r.lab, 0, false);
	assert_non_null(strstr(buf_str(&r.bytes), "/dev/bus/usb/001/002"));
	assert_non_null(strstr(buf_str(&r.bytes), "60-dfuscope.rules"));
	assert_false(rig_log_has(&r, 0, "claim"));
	rig_open(&r, 1);
	rig_end(&r);
}

void
test_slow_open_blocks_nobody(void **state)
{
	const char *const specs[] = { "stm32f072", "dfu11", NULL };
	uint64_t start;
	static struct rig r;

	(void)state;
	rig_lab(&r, specs);
	lab_slow(r.lab, 0, LAB_OPEN, 700 * RIG_MS);
	rig_start(&r);
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	start = rig_now();
	r.t->ops->open_device(r.t, 1, start);
	assert_true(rig_now() - start < 50 * RIG_MS);
	rig_open(&r, 2);
	rig_submit(&r, 2, RIG_IN, DFU_GETSTATE, 0, 1, NULL, 1000);
	rig_complete(&r, OUTCOME_OK);
	assert_true(rig_now() - start < 500 * RIG_MS);
	rig_expect(&r, EVENT_OPENED, OUTCOME_OK);
	assert_int_equal(r.event.dev, 1);
	assert_true(rig_now() - start >= 700 * RIG_MS);
	rig_end(&r);
}

void
test_unplug_while_opening(void **state)
{
	static struct rig r;

	(void)state;
	rig_one(&r, "stm32f072");
	lab_slow(r.lab, 0, LAB_OPEN, 300 * RIG_MS);
	r.t->ops->open_device(r.t, 1, rig_now());
	assert_false(rig_next(&r, 100));
	lab_plug(r.lab, 0, false);
	rig_expect(&r, EVENT_OPENED, OUTCOME_GONE);
	rig_expect(&r, EVENT_LEFT, OUTCOME_UNKNOWN);
	assert_false(rig_next(&r, 50));
	rig_end(&r);
}

/* Device 0 is plugged again, and the kernel keeps its serial number. */
static void
plug_and_hold(struct rig *r)
{
	lab_plug(r->lab, 0, false);
	rig_expect(r, EVENT_LEFT, OUTCOME_UNKNOWN);
	lab_plug(r->lab, 0, true);
	lab_hold(r->lab, 0, "serial");
	assert_false(rig_next(r, 100));
}

void
test_slow_sysfs_blocks_nobody(void **state)
{
	const char *const specs[] = { "stm32f072", "dfu11", NULL };
	uint64_t start;
	static struct rig r;

	(void)state;
	rig_lab(&r, specs);
	rig_start(&r);
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	rig_open(&r, 2);
	plug_and_hold(&r);
	start = rig_now();
	rig_submit(&r, 2, RIG_IN, DFU_GETSTATE, 0, 1, NULL, 1000);
	rig_complete(&r, OUTCOME_OK);
	assert_true(rig_now() - start < 500 * RIG_MS);
	assert_false(rig_next(&r, 400));
	lab_let_go("let go\n");
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	assert_int_equal(r.event.dev, 3);
	assert_string_equal(r.who->serial, "let go");
	assert_string_equal(r.who->place, "1-1");
	assert_int_equal(r.who->incarnation, 2);
	rig_open(&r, 3);
	rig_end(&r);
}

/* What the look finds is no news when it is over. */
void
test_unplug_while_looking(void **state)
{
	static struct rig r;

	(void)state;
	rig_one(&r, "stm32f072");
	plug_and_hold(&r);
	lab_plug(r.lab, 0, false);
	assert_false(rig_next(&r, 50));
	lab_let_go("too late\n");
	assert_false(rig_next(&r, 100));
	lab_plug(r.lab, 0, true);
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	assert_int_equal(r.event.dev, 2);
	assert_string_equal(r.who->serial, "FFFFFFFEFFFF");
	rig_end(&r);
}

void
test_close_while_looking(void **state)
{
	static struct rig r;
	uint64_t start;

	(void)state;
	rig_one(&r, "stm32f072");
	plug_and_hold(&r);
	start = rig_now();
	r.t->ops->close(r.t);
	assert_in_range(rig_now() - start, 900 * RIG_MS, 2000 * RIG_MS);
	r.t = NULL;
	lab_let_go("too late\n");
	rig_end(&r);
}

/* With a request that is never answered, then with an open that is stuck. */
void
test_close_does_not_hang(void **state)
{
	uint64_t start;
	static struct rig r;

	(void)state;
	rig_one(&r, SILENT);
	rig_open(&r, 1);
	rig_submit(&r, 1, RIG_IN, DFU_GETSTATUS, 0, 6, NULL, 0);
	start = rig_now();
	r.t->ops->close(r.t);
	assert_true(rig_now() - start < 500 * RIG_MS);

	r.numbers.last = 0;
	rig_start(&r);
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	lab_slow(r.lab, 0, LAB_OPEN, 2000 * RIG_MS);
	r.t->ops->open_device(r.t, 1, rig_now());
	start = rig_now();
	r.t->ops->close(r.t);
	r.t = NULL;
	assert_in_range(rig_now() - start, 900 * RIG_MS, 1300 * RIG_MS);
	/* The thread it left behind must not disturb the next test. */
	usleep(1500 * RIG_MS);
	rig_end(&r);
}

void
test_refuses_what_cannot_be_sent(void **state)
{
	static struct rig r;

	(void)state;
	rig_one(&r, "dfu11");
	rig_submit(&r, 1, RIG_IN, DFU_GETSTATUS, 0, 6, NULL, 0);
	rig_expect(&r, EVENT_NOTE, OUTCOME_UNKNOWN);
	rig_complete(&r, OUTCOME_CANCELLED);
	rig_open(&r, 1);
	/* libusb takes 4096 bytes at most. */
	rig_submit(&r, 1, RIG_IN, DFU_UPLOAD, 0, 4097, NULL, 0);
	rig_expect(&r, EVENT_NOTE, OUTCOME_UNKNOWN);
	rig_complete(&r, OUTCOME_CANCELLED);
	assert_false(rig_next(&r, 50));
	rig_log_is(&r, 0, "open\nclaim 0\n");
	rig_end(&r);
}

/* The kernel's log alone tells it from firmware without USB. */
void
test_does_not_enumerate(void **state)
{
	const char *const specs[] = { "stm32f072", NULL };
	static struct rig r;

	(void)state;
	rig_lab(&r, specs);
	lab_kmsg(r.lab, "");
	rig_start(&r);
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	lab_plug(r.lab, 0, false);
	rig_expect(&r, EVENT_LEFT, OUTCOME_UNKNOWN);
	lab_kmsg(r.lab, "3,7,1,-;usb 1-2: device not accepting address 9, "
	    "error -71\n");
	while (lab_kmsg_unread())
		assert_false(rig_next(&r, 20));
	lab_kmsg(r.lab, "3,8,1,-;usb usb1-port1: unable to enumerate USB "
	    "device\n");
	rig_expect(&r, EVENT_NOTE, OUTCOME_UNKNOWN);
	assert_int_equal(r.event.dev, 1);
	assert_non_null(strstr(buf_str(&r.bytes), "does not enumerate"));
	/* Once is enough. */
	lab_kmsg(r.lab, "3,9,1,-;usb 1-1: device descriptor read/64, error "
	    "-71\n");
	assert_false(rig_next(&r, 100));
	rig_end(&r);
}

/* One device, and nobody tells what happens to it; the note was read. */
static void
start_without_udevd(struct rig *r, const char *spec)
{
	const char *specs[] = { spec, NULL };

	rig_lab(r, specs);
	lab_no_udevd(r->lab, false);
	rig_start(r);
	lab_no_udevd(r->lab, true);
	rig_expect(r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	rig_expect(r, EVENT_NOTE, OUTCOME_UNKNOWN);
	assert_int_equal(r->event.dev, 0);
	assert_non_null(strstr(buf_str(&r->bytes), "udevd is not running"));
}

/* Looking sends nothing, and what sysfs alone tells of can be used. */
void
test_without_udevd(void **state)
{
	static struct rig r;

	(void)state;
	start_without_udevd(&r, "stm32f072");
	lab_plug(r.lab, 0, false);
	rig_expect(&r, EVENT_LEFT, OUTCOME_UNKNOWN);
	assert_int_equal(r.event.dev, 1);
	lab_plug(r.lab, 0, true);
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	assert_int_equal(r.event.dev, 2);
	assert_string_equal(r.who->place, "1-1");
	assert_int_equal(r.who->incarnation, 2);
	/* It is said once, and found once. */
	assert_false(rig_next(&r, 1200));
	rig_log_is(&r, 0, "");
	rig_open(&r, 2);
	rig_submit(&r, 2, RIG_IN, DFU_GETSTATE, 0, 1, NULL, 1000);
	rig_complete(&r, OUTCOME_OK);
	r.t->ops->close_device(r.t, 2, rig_now());
	rig_expect(&r, EVENT_CLOSED, OUTCOME_OK);
	rig_open(&r, 2);
	/* The cable, while a request is under way. */
	rig_submit(&r, 2, RIG_IN, DFU_GETSTATE, 0, 1, NULL, 1000);
	rig_complete(&r, OUTCOME_OK);
	lab_plug(r.lab, 0, false);
	rig_expect(&r, EVENT_LEFT, OUTCOME_UNKNOWN);
	lab_plug(r.lab, 0, true);
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	assert_int_equal(r.event.dev, 3);
	rig_end(&r);
}

/* A device that libusb knows, and one that it does not, side by side. */
void
test_without_udevd_opens_two(void **state)
{
	struct buf error = { 0 };
	static struct rig r;
	uint16_t i;

	(void)state;
	start_without_udevd(&r, "stm32f072");
	assert_int_equal(lab_add(r.lab, "dfu11", &error), 1);
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	assert_int_equal(r.event.dev, 2);
	rig_log_is(&r, 1, "");
	for (i = 1; i <= 2; i++)
		rig_open(&r, i);
	for (i = 1; i <= 2; i++) {
		rig_submit(&r, i, RIG_IN, DFU_GETSTATE, 0, 1, NULL, 1000);
		rig_complete(&r, OUTCOME_OK);
		rig_log_is(&r, i - 1, "open\nclaim 0\na1 05 0000 0000 0001\n");
	}
	r.t->ops->close_device(r.t, 2, rig_now());
	rig_expect(&r, EVENT_CLOSED, OUTCOME_OK);
	rig_submit(&r, 1, RIG_IN, DFU_GETSTATE, 0, 1, NULL, 1000);
	rig_complete(&r, OUTCOME_OK);
	rig_end(&r);
}
