/* SPDX-License-Identifier: ISC */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "dfu/descriptor.h"
#include "tests/lab/rig.h"
#include "tests/lab/test_usb.h"

#define TEST(f)		cmocka_unit_test_teardown(f, rig_teardown)

#define STM32	"stm32f072"
#define DFU11	"dfu11,busy=reply"

static void
test_lists_without_touching(void **state)
{
	const char *const specs[] = { STM32, DFU11, NULL };
	struct buf expected = { 0 };
	static struct rig r;
	int i;

	(void)state;
	rig_lab(&r, specs);
	rig_start(&r);
	for (i = 0; i < 2; i++) {
		rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
		assert_int_equal(r.event.dev, i + 1);
		assert_string_equal(r.who->transport, "usb");
		assert_string_equal(r.who->place, i == 0 ? "1-1" : "1-2");
		assert_int_equal(r.who->bus, 1);
		assert_int_equal(r.who->devnum, i + 2);
		assert_int_equal(r.who->incarnation, 1);
		assert_false(r.who->suspended);
		assert_null(r.who->holder);
		buf_reset(&expected);
		sim_descriptors(lab_lock(r.lab, i), &expected);
		lab_unlock(r.lab);
		assert_int_equal(r.who->descriptors.len, expected.len);
		assert_memory_equal(r.who->descriptors.data, expected.data,
		    expected.len);
	}
	assert_int_equal(r.numbers.last, 2);
	assert_false(rig_next(&r, 100));
	rig_log_is(&r, 0, "");
	rig_log_is(&r, 1, "");
	buf_free(&expected);
	rig_end(&r);
}

static void
test_identity_of_stm32(void **state)
{
	static struct rig r;

	(void)state;
	rig_one(&r, STM32);
	assert_int_equal(r.who->vendor, 0x0483);
	assert_int_equal(r.who->product, 0xdf11);
	assert_int_equal(r.who->version, 0x2200);
	assert_string_equal(r.who->product_name, "STM32  BOOTLOADER");
	assert_string_equal(r.who->manufacturer, "STMicroelectronics");
	assert_non_null(r.who->serial);
	/* The host knows the name of the current alternate, of no other. */
	assert_int_equal(r.who->nnames, 1);
	assert_true(strncmp(identity_name_of(r.who, 0, 0), "@Internal Flash",
	    15) == 0);
	assert_null(identity_name_of(r.who, 0, 1));
	rig_end(&r);
}

static void
test_lists_run_time_interface(void **state)
{
	const uint8_t *p;
	static struct rig r;

	(void)state;
	rig_one(&r, "dfu11,mode=app");
	/* Device and configuration descriptor stand before it. */
	p = r.who->descriptors.data + 18 + 9;
	assert_int_equal(p[5], USB_CLASS_APPLICATION);
	assert_int_equal(p[6], USB_SUBCLASS_DFU);
	assert_int_equal(p[7], USB_PROTOCOL_RUNTIME);
	rig_end(&r);
}

static void
test_suspended(void **state)
{
	const char *const specs[] = { STM32, NULL };
	static struct rig r;

	(void)state;
	rig_lab(&r, specs);
	lab_power(r.lab, 0, "suspended");
	rig_start(&r);
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	assert_true(r.who->suspended);
	assert_true(r.t->ops->asleep(r.t, 1));
	lab_power(r.lab, 0, "active");
	assert_false(r.t->ops->asleep(r.t, 1));
	rig_log_is(&r, 0, "");
	rig_end(&r);
}

/* A batch decides at its first turn: what is here must be told in it. */
static void
test_incomplete_from_the_start(void **state)
{
	const char *const specs[] = { STM32, STM32, NULL };
	static struct rig r;
	int i;

	(void)state;
	rig_lab(&r, specs);
	lab_attribute(r.lab, 0, "bConfigurationValue", "");
	lab_attribute(r.lab, 1, "1-2:1.0/interface", NULL);
	rig_start(&r);
	for (i = 0; i < 2; i++) {
		assert_true(rig_next(&r, 0));
		assert_int_equal(r.event.kind, EVENT_ARRIVED);
		assert_int_equal(r.event.dev, i + 1);
		assert_int_equal(r.who->nnames, 0);
	}
	rig_end(&r);
}

/* A USB 3 port is two: its name is the one on the lower bus. */
static void
test_peer_ports(void **state)
{
	const char *const specs[] = { STM32, DFU11, STM32, NULL };
	static struct rig r;

	(void)state;
	rig_lab(&r, specs);
	lab_peer(r.lab, 0, "2-1-port3");
	lab_peer(r.lab, 1, "usb0-port7");
	lab_peer(r.lab, 2, "usb0");
	rig_start(&r);
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	assert_string_equal(r.who->place, "1-1");
	assert_string_equal(r.who->peer, "2-1.3");
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	assert_string_equal(r.who->place, "0-7");
	assert_string_equal(r.who->peer, "1-2");
	assert_int_equal(r.who->bus, 1);
	assert_int_equal(r.who->devnum, 3);
	assert_int_equal(r.who->nnames, 1);
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	assert_string_equal(r.who->place, "1-3");
	assert_null(r.who->peer);
	rig_end(&r);
}

/* As a hub is: neither of them waits for the other to leave. */
static void
test_both_sides_in_use(void **state)
{
	const char *const specs[] = { STM32, STM32, NULL };
	static struct rig r;

	(void)state;
	rig_lab(&r, specs);
	lab_peer(r.lab, 0, "usb0-port7");
	lab_peer(r.lab, 1, "usb0-port7");
	rig_start(&r);
	assert_true(rig_next(&r, 0));
	assert_string_equal(r.who->place, "0-7");
	assert_true(rig_next(&r, 0));
	assert_string_equal(r.who->place, "1-2");
	rig_end(&r);
}

/* It leaves one side of its port and comes back on the other. */
static void
test_comes_back_on_the_other_side(void **state)
{
	const char *const specs[] = { STM32, STM32, NULL };
	static struct rig r;

	(void)state;
	rig_lab(&r, specs);
	lab_peer(r.lab, 0, "usb0-port7");
	lab_peer(r.lab, 1, "usb0-port7");
	lab_plug(r.lab, 1, false);
	rig_start(&r);
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	assert_string_equal(r.who->place, "0-7");
	/* The one that came first must leave before the next can be there. */
	lab_plug(r.lab, 1, true);
	assert_false(rig_next(&r, 100));
	lab_plug(r.lab, 0, false);
	rig_expect(&r, EVENT_LEFT, OUTCOME_UNKNOWN);
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	assert_string_equal(r.who->place, "0-7");
	assert_int_equal(r.who->incarnation, 2);
	rig_open(&r, 2);
	rig_end(&r);
}

static void
test_open_and_close_send_nothing(void **state)
{
	static struct rig r;

	(void)state;
	rig_one(&r, STM32);
	rig_open(&r, 1);
	r.t->ops->close_device(r.t, 1, rig_now());
	rig_expect(&r, EVENT_CLOSED, OUTCOME_OK);
	rig_log_is(&r, 0, "open\nclaim 0\nrelease 0\nclose\n");
	rig_open(&r, 1);
	r.t->ops->close_device(r.t, 1, rig_now());
	rig_expect(&r, EVENT_CLOSED, OUTCOME_OK);
	assert_false(rig_next(&r, 50));
	rig_log_is(&r, 0, "open\nclaim 0\nrelease 0\nclose\n"
	    "open\nclaim 0\nrelease 0\nclose\n");
	rig_end(&r);
}

static void
test_every_request(void **state)
{
	static const uint8_t block[] = { 0xde, 0xad, 0xbe, 0xef };
	static struct rig r;

	(void)state;
	rig_one(&r, DFU11 ",poll=0,manifest=0");
	rig_open(&r, 1);
	rig_ask(&r, RIG_IN, DFU_GETSTATE, 0, 1, OUTCOME_OK);
	assert_int_equal(r.event.len, 1);
	assert_int_equal(r.bytes.data[0], 2);
	rig_submit(&r, 1, RIG_OUT, DFU_DNLOAD, 0, sizeof(block), block, 0);
	rig_complete(&r, OUTCOME_OK);
	assert_int_equal(r.event.len, sizeof(block));
	assert_int_equal(r.event.kept, 0);
	rig_ask(&r, RIG_IN, DFU_GETSTATUS, 0, 6, OUTCOME_OK);
	assert_int_equal(r.bytes.data[4], 5);
	rig_ask(&r, RIG_OUT, DFU_ABORT, 0, 0, OUTCOME_OK);
	rig_ask(&r, RIG_OUT, DFU_CLRSTATUS, 0, 0, OUTCOME_STALL);
	rig_ask(&r, RIG_OUT, DFU_CLRSTATUS, 0, 0, OUTCOME_OK);
	rig_ask(&r, RIG_OUT, DFU_DETACH, 1000, 0, OUTCOME_STALL);
	rig_ask(&r, RIG_OUT, DFU_CLRSTATUS, 0, 0, OUTCOME_OK);
	rig_ask(&r, RIG_IN, DFU_UPLOAD, 0, 4, OUTCOME_OK);
	assert_int_equal(r.event.len, 4);
	assert_int_equal(r.event.kept, 4);
	assert_true(rig_log_has(&r, 0, "open\nclaim 0\n"
	    "a1 05 0000 0000 0001\n21 01 0000 0000 0004\n"
	    "a1 03 0000 0000 0006\n21 06 0000 0000 0000\n"
	    "21 04 0000 0000 0000\n21 04 0000 0000 0000\n"
	    "21 00 03e8 0000 0000\n21 04 0000 0000 0000\n"
	    "a1 02 0000 0000 0004\n"));
	rig_end(&r);
}

static void
test_short_answer(void **state)
{
	static struct rig r;

	(void)state;
	rig_one(&r, DFU11);
	rig_open(&r, 1);
	rig_ask(&r, RIG_IN, DFU_GETSTATUS, 0, 64, OUTCOME_SHORT);
	assert_int_equal(r.event.len, 6);
	assert_int_equal(r.event.kept, 6);
	rig_end(&r);
}

/* As an ordinary request it stays visible and can be cancelled. */
static void
test_set_interface_is_a_request(void **state)
{
	static struct rig r;

	(void)state;
	rig_one(&r, STM32);
	rig_open(&r, 1);
	rig_ask(&r, 0x01, USB_REQ_SET_INTERFACE, 1, 0, OUTCOME_OK);
	assert_int_equal(sim_alternate(lab_lock(r.lab, 0)), 1);
	lab_unlock(r.lab);
	r.t->ops->close_device(r.t, 1, rig_now());
	rig_expect(&r, EVENT_CLOSED, OUTCOME_OK);
	rig_log_is(&r, 0, "open\nclaim 0\n01 0b 0001 0000 0000\n"
	    "release 0\nclose\n");
	rig_end(&r);
}

static void
test_reset(void **state)
{
	static struct rig r;

	(void)state;
	rig_one(&r, "dfu11,mode=app");
	rig_open(&r, 1);
	r.t->ops->reset(r.t, 1, rig_now());
	rig_expect(&r, EVENT_RESET, OUTCOME_OK);
	rig_ask(&r, RIG_IN, DFU_GETSTATE, 0, 1, OUTCOME_OK);
	rig_end(&r);
}

/* DFU 1.1 A.2.2: DETACH, a reset, and it is another device. */
static void
test_reset_that_changes_the_device(void **state)
{
	static struct rig r;

	(void)state;
	rig_one(&r, "dfu11,mode=app");
	rig_open(&r, 1);
	rig_ask(&r, RIG_OUT, DFU_DETACH, 1000, 0, OUTCOME_OK);
	r.t->ops->reset(r.t, 1, rig_now());
	rig_expect(&r, EVENT_RESET, OUTCOME_GONE);
	rig_expect(&r, EVENT_LEFT, OUTCOME_UNKNOWN);
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	assert_int_equal(r.event.dev, 2);
	assert_int_equal(r.who->incarnation, 2);
	assert_string_equal(r.who->place, "1-1");
	rig_end(&r);
}

/*
 * What a device with DFU became is told, though it has none now; and a device
 * that never had any is nobody's business.
 */
static void
test_application_at_the_place(void **state)
{
	const char *const specs[] = { STM32 ",back=app", DFU11 ",mode=app",
	    NULL };
	struct dfu_descriptors d;
	static struct rig r;

	(void)state;
	rig_lab(&r, specs);
	lab_plug(r.lab, 1, false);
	rig_start(&r);
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	rig_open(&r, 1);
	rig_submit(&r, 1, RIG_OUT, DFU_DNLOAD, 2, 0, NULL, 0);
	rig_complete(&r, OUTCOME_OK);
	rig_ask(&r, RIG_IN, DFU_GETSTATUS, 0, 6, OUTCOME_OK);
	rig_expect(&r, EVENT_LEFT, OUTCOME_UNKNOWN);
	rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	assert_int_equal(r.who->incarnation, 2);
	assert_string_equal(r.who->place, "1-1");
	assert_string_equal(r.who->product_name, "application");
	dfu_descriptors_parse(&d, r.who->descriptors.data,
	    r.who->descriptors.len);
	assert_int_equal(d.nfunctions, 0);
	dfu_descriptors_free(&d);
	/* It cannot be opened, and says why. */
	r.t->ops->open_device(r.t, 2, rig_now());
	rig_expect(&r, EVENT_OPENED, OUTCOME_BUSERROR);
	rig_log_is(&r, 0, "open\nclaim 0\n21 01 0002 0000 0000\n"
	    "a1 03 0000 0000 0006\nrelease 0\nclose\n");
	rig_end(&r);
}

/* One request at each of them; the answers come in any order. */
static void
ask_all(struct rig *r, unsigned n)
{
	unsigned i, seen = 0;

	for (i = 1; i <= n; i++)
		rig_submit(r, (uint16_t)i, RIG_IN, DFU_GETSTATUS, 0, 6, NULL,
		    1000);
	for (i = 1; i <= n; i++) {
		rig_expect(r, EVENT_COMPLETE, OUTCOME_OK);
		seen |= 1u << r->event.dev;
	}
	assert_int_equal(seen, (1u << (n + 1)) - 2);
}

static void
test_eight_at_once(void **state)
{
	const char *const specs[] = { STM32, STM32, DFU11, STM32, DFU11,
	    STM32, STM32, DFU11, NULL };
	static struct rig r;
	unsigned i;

	(void)state;
	rig_lab(&r, specs);
	rig_start(&r);
	for (i = 0; i < 8; i++)
		rig_expect(&r, EVENT_ARRIVED, OUTCOME_UNKNOWN);
	for (i = 1; i <= 8; i++)
		r.t->ops->open_device(r.t, (uint16_t)i, rig_now());
	for (i = 0; i < 8; i++)
		rig_expect(&r, EVENT_OPENED, OUTCOME_OK);
	for (i = 0; i < 20; i++)
		ask_all(&r, 8);
	rig_end(&r);
}

static void
test_takes_no_argument(void **state)
{
	struct dev_numbers numbers = { 0 };
	struct buf error = { 0 };

	(void)state;
	assert_null(transport_usb.open("1-1", &numbers, &error));
	assert_non_null(strstr(buf_str(&error), "\"1-1\""));
	buf_free(&error);
}

/* Outside of a lab sysfs is that of the machine, which may have none. */
static void
test_says_if_there_is_no_usb(void **state)
{
	struct dev_numbers numbers = { 0 };
	struct buf error = { 0 };
	struct transport *t = transport_usb.open("", &numbers, &error);

	(void)state;
	if (t != NULL)
		t->ops->close(t);
	else
		assert_non_null(strstr(buf_str(&error), "USB"));
	buf_free(&error);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_says_if_there_is_no_usb),
		TEST(test_takes_no_argument),
		/* The lab's kernel log has one reader: before any is left. */
		TEST(test_does_not_enumerate),
		TEST(test_lists_without_touching),
		TEST(test_identity_of_stm32),
		TEST(test_lists_run_time_interface),
		TEST(test_suspended),
		TEST(test_incomplete_from_the_start),
		TEST(test_peer_ports),
		TEST(test_both_sides_in_use),
		TEST(test_comes_back_on_the_other_side),
		TEST(test_open_and_close_send_nothing),
		TEST(test_every_request),
		TEST(test_short_answer),
		TEST(test_set_interface_is_a_request),
		TEST(test_reset),
		TEST(test_reset_that_changes_the_device),
		TEST(test_application_at_the_place),
		TEST(test_eight_at_once),
		TEST(test_stall),
		TEST(test_bus_error),
		TEST(test_time_out),
		TEST(test_cancel),
		TEST(test_drops_off_instead_of_answering),
		TEST(test_unplug_in_flight),
		TEST(test_left_waits_for_what_is_pending),
		TEST(test_left_waits_one_second_at_most),
		TEST(test_unplug_before_and_after),
		TEST(test_plug_again),
		TEST(test_busy_by_driver),
		TEST(test_busy_by_process),
		TEST(test_denied),
		TEST(test_slow_open_blocks_nobody),
		TEST(test_unplug_while_opening),
		TEST(test_slow_sysfs_blocks_nobody),
		TEST(test_unplug_while_looking),
		TEST(test_close_while_looking),
		TEST(test_close_does_not_hang),
		TEST(test_refuses_what_cannot_be_sent),
		TEST(test_without_udevd),
		TEST(test_without_udevd_opens_two),
	};

	cmocka_set_test_filter(getenv("CMOCKA_TEST_FILTER"));
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
