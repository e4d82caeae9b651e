/* SPDX-License-Identifier: ISC */
/*
 * The simulated devices that there are: a row each, which is all that a new
 * one needs besides its file.
 */
#ifndef DEVICE_PROFILES_H
#define DEVICE_PROFILES_H

/* The name, which is that of `struct profile sim_NAME` too, and a sentence. */
#define SIM_PROFILES(ROW) \
	ROW(dfu11, \
	    "follows DFU 1.1 exactly") \
	ROW(stm32f072, \
	    "ST's ROM bootloader of an STM32F072, with DfuSe") \
	ROW(st, \
	    "ST's USB device library 2.11.3 with DfuSe: stalls without " \
	    "dfuERROR; an unneeded CLRSTATUS causes an error") \
	ROW(tinyusb, \
	    "TinyUSB fd70160, writing in the background: answers while " \
	    "busy; its application ends manifestation") \
	ROW(uboot, \
	    "U-Boot's f_dfu 6073c36: counts blocks and answers each UPLOAD " \
	    "with 4096 bytes") \
	ROW(dapboot, \
	    "dapboot 8a1f099: acknowledges and drops what does not fit") \
	ROW(mboot, \
	    "MicroPython's mboot 1c3c201 with DfuSe: does nothing before " \
	    "GETSTATUS and does not answer unknown requests") \
	ROW(libopencm3, \
	    "libopencm3's DfuSe example 15637e2: accepts any request in any " \
	    "state; no errors, no UPLOAD") \
	ROW(blackmagic, \
	    "the Black Magic Probe's bootloader 116a72e with DfuSe: accepts " \
	    "DNLOAD in any state") \
	ROW(gd32, \
	    "GigaDevice's example for the GD32VF103 with DfuSe, not its " \
	    "ROM: like ST's library, but reports no errors") \
	ROW(zephyr, \
	    "Zephyr's DFU class of device_next with its sample: nearly DFU " \
	    "1.1, but GETSTATUS reports the previous state")

#endif
