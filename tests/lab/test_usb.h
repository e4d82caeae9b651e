/* SPDX-License-Identifier: ISC */
/* The tests of test_usb_trouble.c, for the list in test_usb.c. */
#ifndef TESTS_LAB_TEST_USB_H
#define TESTS_LAB_TEST_USB_H

void	test_stall(void **state);
void	test_bus_error(void **state);
void	test_time_out(void **state);
void	test_cancel(void **state);
void	test_drops_off_instead_of_answering(void **state);
void	test_unplug_in_flight(void **state);
void	test_left_waits_for_what_is_pending(void **state);
void	test_left_waits_one_second_at_most(void **state);
void	test_unplug_before_and_after(void **state);
void	test_plug_again(void **state);
void	test_busy_by_driver(void **state);
void	test_busy_by_process(void **state);
void	test_denied(void **state);
void	test_slow_open_blocks_nobody(void **state);
void	test_unplug_while_opening(void **state);
void	test_slow_sysfs_blocks_nobody(void **state);
void	test_unplug_while_looking(void **state);
void	test_close_while_looking(void **state);
void	test_close_does_not_hang(void **state);
void	test_refuses_what_cannot_be_sent(void **state);
void	test_does_not_enumerate(void **state);
void	test_without_udevd(void **state);
void	test_without_udevd_opens_two(void **state);

#endif
