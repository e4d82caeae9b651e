/* SPDX-License-Identifier: ISC */
#include "dfu/pages.h"

#include <strings.h>

#include "dfu/dfuse.h"
#include "dfu/spec.h"
#include "wire/usb.h"

/*
 * Own words. "Stacks read" and names of source files mean that the code of
 * that device software was read; numbers behind a project are its issues.
 */
const struct dfu_page dfu_pages[] = {
	{ .subject = "appIDLE",
	    .kind = DFU_PAGE_STATE, .number = DFU_STATE_APP_IDLE,
	    .title = "the device runs its application",
	    .clause = "DFU 1.1 A.2.1",
	    .paragraphs[DFU_PAGE_MEANS] =
		"This state belongs to run-time mode. The device runs its "
		"application. Of the DFU requests only DETACH changes the "
		"state.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"DETACH moves the device to appDETACH. A device with "
		"bitWillDetach then disconnects and reconnects in DFU mode; "
		"any other waits for a bus reset. Time or a bus reset alone "
		"does not end this state.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"The device may stall GETSTATUS and GETSTATE here: both are "
		"optional in run-time mode. TinyUSB answers GETSTATUS but "
		"stalls GETSTATE. Some devices reboot inside the DETACH, so "
		"the request ends in a STALL or bus error although it worked. "
		"fwupd ignores such errors for that reason.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Send DETACH, then watch the bus for some seconds instead of "
		"judging the answer. If nothing reconnects, reset the bus "
		"once, then use a button or a boot pin.",
	    .source =
		"DFU 1.1 A.2.1; TinyUSB dfu_rt_device.c; fwupd af652da, "
		"15348f4" },
	{ .subject = "appDETACH",
	    .kind = DFU_PAGE_STATE, .number = DFU_STATE_APP_DETACH,
	    .title = "waits for the reset that starts DFU mode",
	    .clause = "DFU 1.1 A.2.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The device accepted DETACH and started a timer of wTimeout "
		"milliseconds. A bus reset before the timer ends starts DFU "
		"mode.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"A bus reset moves the device to dfuIDLE. When the timer ends "
		"first, the device returns to appIDLE, and a later reset "
		"starts nothing. Any request but GETSTATUS and GETSTATE is "
		"stalled and also returns it to appIDLE.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"A host that cannot reset the bus (WinUSB) leaves the device "
		"here until the timer ends (reported for Zephyr devices "
		"without bitWillDetach). Do not reset a device with "
		"bitWillDetach: it is already disconnecting, and the reset "
		"collides with that (dfu-util up to 0.4).",
	    .paragraphs[DFU_PAGE_TRY] =
		"If bitWillDetach is clear, reset the bus now, before the "
		"timer ends. If it is set, wait.",
	    .source =
		"DFU 1.1 A.2.2; zephyr issues 49821, 50268; dfu-util 0b8b3ff" },
	{ .subject = "dfuIDLE",
	    .kind = DFU_PAGE_STATE, .number = DFU_STATE_IDLE,
	    .title = "DFU mode, no transfer in progress",
	    .clause = "DFU 1.1 A.2.3",
	    .paragraphs[DFU_PAGE_MEANS] =
		"Every transfer begins and ends in this state. The device "
		"holds no unfinished data.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"DNLOAD with data moves the device to dfuDNLOAD-SYNC, UPLOAD "
		"to dfuUPLOAD-IDLE. A bus reset starts the application if it "
		"is valid; otherwise dfuERROR follows. GETSTATUS, GETSTATE "
		"and ABORT change nothing.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"By A.2.3 a zero-length DNLOAD is an error here. DfuSe "
		"devices treat it as the leave; TinyUSB, ST's library and "
		"libopencm3 start manifestation. CLRSTATUS is harmless on "
		"most devices here. On ST's library and GigaDevice's it "
		"causes an error (dfuERROR, errUNKNOWN), which a second "
		"CLRSTATUS clears. Opening the device may have caused "
		"dfuIDLE: SET_INTERFACE resets TinyUSB and U-Boot to this "
		"state.",
	    .paragraphs[DFU_PAGE_TRY] =
		"The device is ready: start the transfer. To return to the "
		"application: leave on DfuSe, a bus reset elsewhere.",
	    .source =
		"DFU 1.1 A.2.3; AN3156; TinyUSB dfu_device.c, ST usbd_dfu.c, "
		"U-Boot f_dfu.c" },
	{ .subject = "dfuDNLOAD-SYNC",
	    .kind = DFU_PAGE_STATE, .number = DFU_STATE_DNLOAD_SYNC,
	    .title = "holds a block and waits for a poll",
	    .clause = "DFU 1.1 A.2.4",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The device has received the block and does not process it "
		"before GETSTATUS arrives.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"Only GETSTATUS advances the device: the answer is dfuDNBUSY "
		"with a wait, or dfuDNLOAD-IDLE if the block is already done. "
		"Time changes nothing. Every other request but GETSTATE is "
		"stalled, and dfuERROR follows.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"A transfer usually hangs here because the host does not "
		"poll. On ABORT the tables of the specification show a STALL, "
		"but its figure A.1 allows it. U-Boot stalls; TinyUSB, "
		"dapboot and libopencm3 go to dfuIDLE. U-Boot never reports "
		"dfuDNBUSY: it answers dfuDNLOAD-IDLE at once.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Send GETSTATUS: the device then processes the block. If you "
		"do not want that, send ABORT first.",
	    .source =
		"DFU 1.1 A.2.4, figure A.1; source read: U-Boot, TinyUSB, "
		"dapboot, libopencm3" },
	{ .subject = "dfuDNBUSY",
	    .kind = DFU_PAGE_STATE, .number = DFU_STATE_DNBUSY,
	    .title = "processes a block",
	    .clause = "DFU 1.1 A.2.5",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The device is erasing or programming. bwPollTimeout, the "
		"announced wait, is the time before the next request is "
		"allowed.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"By the specification only time ends this state: when "
		"bwPollTimeout is over, the device is in dfuDNLOAD-SYNC, and "
		"the next GETSTATUS reads the result. Any earlier request, "
		"even GETSTATUS and GETSTATE, is stalled, and dfuERROR "
		"follows.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"No DFU stack whose source was read is that strict. STM32L4 "
		"announces too short a time and stalls early polls. "
		"bwPollTimeout may be wrong in both directions. STM32F405 "
		"announces 100 ms for a mass erase that takes up to 32 s. The "
		"Black Magic Probe always announces 0 ms. Templates of ST's "
		"tool keep only the low byte, so 300 ms become 44 ms. "
		"Openmoko sends uninitialised memory.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Wait until the announced time is over, then send GETSTATUS. "
		"Allow 40 s after a mass erase. After 100 polls of dfuDNBUSY "
		"with 0 ms the device is stuck: ABORT, then CLRSTATUS (twice "
		"on ST's library), then power-cycle it.",
	    .source =
		"DFU 1.1 A.2.5; dfu-util c15ee60, 47af500, f42b6b5, af3eb04; "
		"ST usbd_dfu_if.c" },
	{ .subject = "dfuDNLOAD-IDLE",
	    .kind = DFU_PAGE_STATE, .number = DFU_STATE_DNLOAD_IDLE,
	    .title = "a block is done, the next one may follow",
	    .clause = "DFU 1.1 A.2.6",
	    .paragraphs[DFU_PAGE_MEANS] =
		"A download is open. The device has processed all blocks so "
		"far and expects more blocks or the end.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"DNLOAD with data moves the device to dfuDNLOAD-SYNC. A "
		"zero-length DNLOAD ends the download: dfuMANIFEST-SYNC "
		"follows, or dfuERROR with errNOTDONE if data is missing. "
		"ABORT cancels the download.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"A tool that sends ABORT here and the zero-length DNLOAD "
		"afterwards loses the end of the download: dfuIDLE does not "
		"allow it. DfuSe does not allow UPLOAD here: send ABORT "
		"first. U-Boot also checks the block number of the "
		"zero-length DNLOAD.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Send the next block, or the zero-length DNLOAD with the next "
		"block number, then GETSTATUS.",
	    .source =
		"DFU 1.1 A.2.6; AN3156; LibUsbDfu issue 9; U-Boot dfu.c" },
	{ .subject = "dfuMANIFEST-SYNC",
	    .kind = DFU_PAGE_STATE, .number = DFU_STATE_MANIFEST_SYNC,
	    .title = "holds the image and waits for a poll",
	    .clause = "DFU 1.1 A.2.7",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The download is complete. The device does not start "
		"manifestation before GETSTATUS arrives. A "
		"manifestation-tolerant device also returns to this state "
		"after manifestation.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"Only GETSTATUS: before manifestation dfuMANIFEST follows, "
		"after it dfuIDLE. Every other request but GETSTATE is "
		"stalled, and dfuERROR follows.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Many devices disconnect during this GETSTATUS. ST's library "
		"and libopencm3 reset before the host has read the answer. "
		"The request then ends in a bus error or timeout, but the "
		"update is complete. U-Boot may write a whole file here and "
		"answer seconds later.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Send GETSTATUS with a long timeout. If the device then "
		"disconnects and reconnects, the update worked.",
	    .source =
		"DFU 1.1 A.2.7; ST usbd_dfu.c; U-Boot fc18f8d; particle "
		"device-os 599" },
	{ .subject = "dfuMANIFEST",
	    .kind = DFU_PAGE_STATE, .number = DFU_STATE_MANIFEST,
	    .title = "installs the new firmware",
	    .clause = "DFU 1.1 A.2.8",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The device writes, checks or starts the image. No request is "
		"allowed before bwPollTimeout is over.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"By the specification only time ends this state: a "
		"manifestation-tolerant device then is in dfuMANIFEST-SYNC, "
		"any other in dfuMANIFEST-WAIT-RESET. Any earlier request is "
		"stalled, and dfuERROR follows.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"The boot ROM of STM32F072 can stay here. It accepts the "
		"leave and finishes it only when more requests arrive; "
		"several polls make it leave (reported). ST does not explain "
		"it. TinyUSB stays until its application reports the end. On "
		"ABORT TinyUSB goes to dfuIDLE; on the ROM an ABORT cancels "
		"the leave (reported). A bus reset now can destroy the "
		"update: some cameras do all their programming here.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Wait until the announced time is over, then poll until the "
		"device disconnects, some tens of times at most. A "
		"disconnection is success. Do not send ABORT. If the device "
		"never leaves: bus reset, then power-cycle.",
	    .source =
		"DFU 1.1 A.2.8; AN3156; electronics.stackexchange 586519; "
		"fwupd issue 2347" },
	{ .subject = "dfuMANIFEST-WAIT-RESET",
	    .kind = DFU_PAGE_STATE, .number = DFU_STATE_MANIFEST_WAIT_RESET,
	    .title = "update done; no answer until reset",
	    .clause = "DFU 1.1 A.2.9",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The new firmware is installed. The device is not "
		"manifestation-tolerant, so by the specification it does not "
		"answer any more.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"A bus reset or a power cycle. With bitWillDetach the device "
		"disconnects without a reset.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Some devices answer GETSTATUS here (Zephyr's old stack "
		"accepts everything). The bootloader of stm32duino skips "
		"dfuMANIFEST and waits here for a reset; tools that never send "
		"one leave the device in this state. A device that mishandles "
		"the reset can hang (reported for a TinyUSB board). Renesas' "
		"stack ended here although its descriptor announced a "
		"manifestation-tolerant device: trust the state, not the bit.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Send a bus reset. If the host cannot do that, replug the "
		"device. Timeouts before the reset are no failure.",
	    .source =
		"DFU 1.1 A.2.9; STM32duino-bootloader 22; dfu-util 6f9c0de; "
		"renesas/fsp 267; pico-ice 56" },
	{ .subject = "dfuUPLOAD-IDLE",
	    .kind = DFU_PAGE_STATE, .number = DFU_STATE_UPLOAD_IDLE,
	    .title = "an upload is open",
	    .clause = "DFU 1.1 A.2.10",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The device has sent a block and waits for the next UPLOAD.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"A full UPLOAD keeps this state; a short one ends the upload, "
		"and dfuIDLE follows. ABORT cancels the upload. DNLOAD is "
		"stalled, and dfuERROR follows.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"After reading, DfuSe does not allow writing before an ABORT; "
		"without it the next DNLOAD fails. U-Boot checks the block "
		"numbers and keeps counting after an ABORT, so the next "
		"transfer may fail at once. TinyUSB never reports this state. "
		"Zephyr's old stack loses the last, short block.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Send UPLOAD for the next block, or ABORT.",
	    .source =
		"DFU 1.1 A.2.10; AN3156; U-Boot f_dfu.c; Zephyr usb_dfu.c; "
		"TinyUSB dfu_device.c" },
	{ .subject = "dfuERROR",
	    .kind = DFU_PAGE_STATE, .number = DFU_STATE_ERROR,
	    .title = "the device reports an error; bStatus names it",
	    .clause = "DFU 1.1 A.2.11",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The device accepts no transfer until the error is cleared. "
		"bStatus is the reason: read it before you clear it.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"CLRSTATUS returns the device to dfuIDLE and sets bStatus to "
		"OK. A bus reset starts the application if it is valid. ABORT "
		"is stalled. GETSTATUS and GETSTATE change nothing.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Bootloaders of ST and GigaDevice often start here with "
		"errFIRMWARE without a fault; one CLRSTATUS clears it. ABORT "
		"also ends the state on TinyUSB, dapboot and libopencm3. "
		"mboot clears bStatus after the first GETSTATUS. U-Boot "
		"reports bStatus OK here. ST's library may need CLRSTATUS "
		"twice.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Send GETSTATUS for the reason, if it is unknown; then "
		"CLRSTATUS; then GETSTATUS again to check the result.",
	    .source =
		"DFU 1.1 A.2.11; dfu-util device logs; source read: TinyUSB, "
		"mboot, U-Boot, ST" },
	{ .subject = "undefined-state",
	    .kind = DFU_PAGE_UNDEFINED, .number = 0,
	    .title = "a bState that DFU 1.1 does not define",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"bState has the values 0 to 10. The device sent another one, "
		"so the specification does not define the effect of any "
		"request.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"Nothing reliable.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"15 is the usual value: ST's library and GigaDevice's copy "
		"put the status errSTALLEDPKT (0x0f) into bState by mistake, "
		"after a command or block that they reject. Every project "
		"that copied that code does the same. An answer read at "
		"another offset, or never filled in by the device, looks like "
		"this too.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Send CLRSTATUS, GETSTATUS, and both again: the first "
		"CLRSTATUS ends in dfuERROR, the second in dfuIDLE. Then send "
		"ABORT. If the numbers change from answer to answer, do not "
		"trust bwPollTimeout either.",
	    .source =
		"DFU 1.1 6.1.2; ST usbd_dfu.c 2.11.3; GigaDevice dfu_core.c" },
	{ .subject = "DETACH",
	    .kind = DFU_PAGE_REQUEST, .number = DFU_DETACH,
	    .title = "asks a run-time device to enter DFU mode",
	    .clause = "DFU 1.1 5.1",
	    .paragraphs[DFU_PAGE_MEANS] =
		"wValue is wTimeout in milliseconds: a bus reset within that "
		"time starts DFU mode. The request has no data.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"In appIDLE, appDETACH follows. With bitWillDetach the device "
		"disconnects without a reset; otherwise the host resets the "
		"bus within wTimeout. In DFU mode DETACH is an error.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"A device that reboots at once does not finish its answer: "
		"bus error, timeout or disconnection. In DFU mode dapboot and "
		"ST's library reset or reconnect on DETACH; XMOS returns to "
		"the application. ST's boot ROMs have no run-time mode, so "
		"DETACH has no meaning there.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Judge DETACH by the bus in the next seconds, not by its "
		"answer.",
	    .source =
		"DFU 1.1 5.1; dapboot dfu.c; ST usbd_dfu.c; xmos lib_xua 560" },
	{ .subject = "DNLOAD",
	    .kind = DFU_PAGE_REQUEST, .number = DFU_DNLOAD,
	    .title = "sends one block; zero-length, it ends the download",
	    .clause = "DFU 1.1 6.1.1",
	    .paragraphs[DFU_PAGE_MEANS] =
		"wValue is the block number, wLength the length. Block "
		"numbers count up by one. All blocks but the last have the "
		"length of the first, at most wTransferSize. Length 0 ends "
		"the download.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"With data, dfuDNLOAD-SYNC follows dfuIDLE or dfuDNLOAD-IDLE. "
		"Zero-length, dfuMANIFEST-SYNC follows dfuDNLOAD-IDLE. Any "
		"other state stalls DNLOAD, and dfuERROR follows.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"On DfuSe block 0 carries commands and block 1 is reserved. "
		"Blocks from 2 are data for address pointer + (block - 2) * "
		"wTransferSize. The device executes a command or block on the "
		"next GETSTATUS. dapboot ignores the block number. dapboot "
		"and mboot accept an unexpected DNLOAD and drop it without an "
		"error.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Send GETSTATUS after every block, at the announced pace. "
		"Verify by reading where the device allows it.",
	    .source =
		"DFU 1.1 6.1.1; AN3156; dapboot dfu.c; mboot main.c" },
	{ .subject = "UPLOAD",
	    .kind = DFU_PAGE_REQUEST, .number = DFU_UPLOAD,
	    .title = "reads one block",
	    .clause = "DFU 1.1 6.2.1",
	    .paragraphs[DFU_PAGE_MEANS] =
		"wValue is the block number, wLength the number of bytes "
		"requested. A shorter block is the last one.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"dfuUPLOAD-IDLE follows dfuIDLE. A full block keeps "
		"dfuUPLOAD-IDLE; after a short one dfuIDLE follows. Without "
		"bitCanUpload the device stalls UPLOAD.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"A table of the specification shows wValue zero, its text the "
		"block number; all host software sends the number. The "
		"specification does not define a short first block. On DfuSe "
		"block 0 reads the list of commands, other blocks read "
		"memory; read protection causes errVENDOR. mboot does not "
		"answer an unexpected request, so it ends in a timeout.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Send ABORT first if a download was open. Request "
		"wTransferSize bytes.",
	    .source =
		"DFU 1.1 6.2.1, table 3.1; AN3156; mboot main.c" },
	{ .subject = "GETSTATUS",
	    .kind = DFU_PAGE_REQUEST, .number = DFU_GETSTATUS,
	    .title = "status, next state and announced wait",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"Six bytes: bStatus, bwPollTimeout (three bytes), bState, "
		"iString. bState is the state that the device enters right "
		"after the answer, so the answer itself reports dfuDNBUSY and "
		"dfuMANIFEST.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"GETSTATUS drives every transfer: it advances dfuDNLOAD-SYNC "
		"and dfuMANIFEST-SYNC, and executes DfuSe commands. Elsewhere "
		"it changes nothing. By DFU 1.1 it is an error in dfuDNBUSY "
		"and dfuMANIFEST.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"bwPollTimeout is the minimum time before the next GETSTATUS, "
		"not a timeout for the answer; tools have read it both ways. "
		"Zephyr's newer stack reports the state before the answer. "
		"mboot clears the error after the first read. Devices that "
		"leave often disconnect during this request: after a leave a "
		"bus error here usually means success.",
	    .paragraphs[DFU_PAGE_TRY] =
		"In the two SYNC states GETSTATUS starts the work; use "
		"GETSTATE to query without effect.",
	    .source =
		"DFU 1.1 6.1.2; Zephyr usbd_dfu.c; mboot main.c; micropython "
		"4d6f60d" },
	{ .subject = "CLRSTATUS",
	    .kind = DFU_PAGE_REQUEST, .number = DFU_CLRSTATUS,
	    .title = "acknowledges an error",
	    .clause = "DFU 1.1 6.1.3",
	    .paragraphs[DFU_PAGE_MEANS] =
		"CLRSTATUS confirms that the host has seen the error. The "
		"request has no data.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"In dfuERROR it sets bStatus to OK, and dfuIDLE follows. In "
		"any other state the specification makes it an error.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Outside dfuERROR, ST's library and GigaDevice's go to "
		"dfuERROR (errUNKNOWN) on CLRSTATUS; a second one clears "
		"that. STM32H743 needs it twice for the same reason "
		"(reported). STM32C5 stalls it outside dfuERROR. libopencm3 "
		"and dapboot ignore it there.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Read bStatus first: CLRSTATUS deletes it. Then query the "
		"state, and send CLRSTATUS again if dfuERROR remains.",
	    .source =
		"DFU 1.1 6.1.3; ST usbd_dfu.c; betaflight pull requests 1861, "
		"5300" },
	{ .subject = "GETSTATE",
	    .kind = DFU_PAGE_REQUEST, .number = DFU_GETSTATE,
	    .title = "one byte: the present state",
	    .clause = "DFU 1.1 6.1.5",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The least invasive query. GETSTATE changes no state.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"No effect, with two exceptions. In dfuDNBUSY and dfuMANIFEST "
		"any request is an error by DFU 1.1 (A.2.5, A.2.8). In "
		"run-time mode the device may stall it.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"No DFU stack whose source was read treats GETSTATE as an "
		"error in dfuDNBUSY. TinyUSB in run-time mode and some old "
		"bootloaders stall it. Such a STALL means that the request is "
		"unknown, not that the device is broken.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Use GETSTATE as the first query. If the device stalls it, "
		"use GETSTATUS.",
	    .source =
		"DFU 1.1 6.1.5, A.2.5, A.2.8; TinyUSB dfu_rt_device.c" },
	{ .subject = "ABORT",
	    .kind = DFU_PAGE_REQUEST, .number = DFU_ABORT,
	    .title = "cancels the transfer",
	    .clause = "DFU 1.1 6.1.4",
	    .paragraphs[DFU_PAGE_MEANS] =
		"ABORT ends an upload or download and drops unfinished data. "
		"The request has no data.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"dfuIDLE follows dfuIDLE, dfuDNLOAD-IDLE and dfuUPLOAD-IDLE. "
		"In the SYNC states figure A.1 and the tables of the "
		"specification contradict each other. In dfuERROR the device "
		"stalls ABORT.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"In dfuERROR ABORT works on TinyUSB, dapboot and libopencm3. "
		"ST's library ignores it while busy. U-Boot keeps counting "
		"blocks, so the next download fails with errUNKNOWN. In "
		"dfuMANIFEST it cancels a leave on STM32F072 (reported).",
	    .paragraphs[DFU_PAGE_TRY] =
		"Use ABORT between upload and download. Do not use it in "
		"dfuMANIFEST. Use CLRSTATUS for errors.",
	    .source =
		"DFU 1.1 6.1.4, A.2.4, figure A.1; source read; "
		"electronics.stackexchange 586519" },
	{ .subject = "OK",
	    .kind = DFU_PAGE_STATUS, .number = 0x00,
	    .title = "no error",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The device reports no error.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"U-Boot reports OK in dfuERROR after a request that the state "
		"did not allow. DfuSe reports OK for an erase or write of a "
		"protected sector and does nothing: only reading back shows "
		"that.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Nothing.",
	    .source =
		"DFU 1.1 6.1.2; U-Boot f_dfu.c; AN3156" },
	{ .subject = "errTARGET",
	    .kind = DFU_PAGE_STATUS, .number = 0x01,
	    .title = "not for this device",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The file is not meant for this device, or, on DfuSe, the "
		"address is not in its memory.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"DfuSe: set address, erase, write or read outside every "
		"supported area.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"An image linked for another part, or another alternate "
		"setting: option bytes written through the setting of the "
		"flash, or the reverse.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Compare the address with the memory map on the device "
		"screen; choose the alternate setting that holds it.",
	    .source =
		"DFU 1.1 6.1.2; AN3156" },
	{ .subject = "errFILE",
	    .kind = DFU_PAGE_STATUS, .number = 0x02,
	    .title = "the check of the vendor failed",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The file is for this device, but a check of the vendor "
		"rejected it: a signature, a header, a checksum.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"In or after dfuDNLOAD-SYNC, or at manifestation.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Check whether the tool sent a suffix or prefix as data, and "
		"whether the image is signed for this board.",
	    .source =
		"DFU 1.1 6.1.2" },
	{ .subject = "errWRITE",
	    .kind = DFU_PAGE_STATUS, .number = 0x03,
	    .title = "the memory cannot be written",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The device could not write its memory.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"While the device processes a block.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Protected memory, or memory that was not erased.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Erase the range first; check for write protection.",
	    .source =
		"DFU 1.1 6.1.2" },
	{ .subject = "errERASE",
	    .kind = DFU_PAGE_STATUS, .number = 0x04,
	    .title = "the erase failed",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The memory could not be erased.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"While the device processes a block or an erase.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Write protection of single sectors, or the supply voltage.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Send CLRSTATUS and erase once more; then check for write "
		"protection.",
	    .source =
		"DFU 1.1 6.1.2" },
	{ .subject = "errCHECK_ERASED",
	    .kind = DFU_PAGE_STATUS, .number = 0x05,
	    .title = "not blank after an erase",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"After the erase the memory is not blank.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"While the device processes a block.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Worn flash, or an erase of another sector than intended.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Erase again and read back.",
	    .source =
		"DFU 1.1 6.1.2" },
	{ .subject = "errPROG",
	    .kind = DFU_PAGE_STATUS, .number = 0x06,
	    .title = "the programming failed",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The memory did not accept the data.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"While the device processes a block.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Programming memory that was not erased; an address that does "
		"not match the write unit.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Erase the range first; start blocks at multiples of the "
		"transfer size.",
	    .source =
		"DFU 1.1 6.1.2" },
	{ .subject = "errVERIFY",
	    .kind = DFU_PAGE_STATUS, .number = 0x07,
	    .title = "the data read back differs",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The device read back other data than it had to write.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"While the device processes a block.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"dapboot reports every failed write as errVERIFY.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Erase and write again; a second failure at the same place "
		"means bad or protected memory.",
	    .source =
		"DFU 1.1 6.1.2; dapboot dfu.c" },
	{ .subject = "errADDRESS",
	    .kind = DFU_PAGE_STATUS, .number = 0x08,
	    .title = "outside the memory",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The device does not have this address.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"While the device processes a block. ST's ROMs report "
		"errTARGET instead; mboot uses errADDRESS.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"An image that is too large: the download fails at the same "
		"percentage each time.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Compare the length of the image with the memory map.",
	    .source =
		"DFU 1.1 6.1.2; mboot main.c; fomu-workshop 9" },
	{ .subject = "errNOTDONE",
	    .kind = DFU_PAGE_STATUS, .number = 0x09,
	    .title = "data is missing",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"A zero-length DNLOAD arrived, but the device still expects "
		"data.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"In dfuDNLOAD-IDLE, on the zero-length DNLOAD that should end "
		"the download.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Openmoko's bootloader also reports errNOTDONE when "
		"SET_INTERFACE or a reset interrupts a transfer.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Send CLRSTATUS and start the download again.",
	    .source =
		"DFU 1.1 6.1.2, A.2.6; Openmoko usbdfu.c" },
	{ .subject = "errFIRMWARE",
	    .kind = DFU_PAGE_STATUS, .number = 0x0a,
	    .title = "the firmware cannot run",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The device reports that its firmware is corrupt and that it "
		"cannot return to run-time mode.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"When DFU mode starts, or at manifestation.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Usually a false alarm: bootloaders of ST and its copies "
		"(also GD32VF103) start in dfuERROR with this status while "
		"the image is valid. dapboot uses it for a failed "
		"manifestation.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Send CLRSTATUS once and continue. Do not flash again for "
		"this reason alone.",
	    .source =
		"DFU 1.1 6.1.2; dfu-util device logs; AIOC 15; dfu-util "
		"ticket 231" },
	{ .subject = "errVENDOR",
	    .kind = DFU_PAGE_STATUS, .number = 0x0b,
	    .title = "an error defined by the vendor",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The device names the error in the string iString, if iString "
		"is not 0.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"DfuSe: read, write or erase while read protection is on.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Boards that ship read-protected often report errVENDOR: "
		"nothing works before read-unprotect, which erases "
		"everything. ST's library uses it for every failed write or "
		"erase.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Read the string (command string). On DfuSe, if it is read "
		"protection, decide whether the contents may be erased.",
	    .source =
		"DFU 1.1 6.1.2; AN3156; ST usbd_dfu.c; "
		"betaflight-configurator 200" },
	{ .subject = "errUSBR",
	    .kind = DFU_PAGE_STATUS, .number = 0x0c,
	    .title = "an unexpected bus reset",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"A bus reset arrived in the middle of a transfer.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"After a reset by the host, a hub or a disturbance.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Cables, hubs, and tools that reset the bus at every start.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Send CLRSTATUS and start again.",
	    .source =
		"DFU 1.1 6.1.2" },
	{ .subject = "errPOR",
	    .kind = DFU_PAGE_STATUS, .number = 0x0d,
	    .title = "an unexpected power-on",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The device lost power in the middle of a transfer.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"After a power failure.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"A weak supply during an erase.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Use another port or a powered hub.",
	    .source =
		"DFU 1.1 6.1.2" },
	{ .subject = "errUNKNOWN",
	    .kind = DFU_PAGE_STATUS, .number = 0x0e,
	    .title = "an error that the device cannot name",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"An operation failed, and no other status describes it.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"DfuSe: a failed read-unprotect.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"ST's library and GigaDevice's report it when CLRSTATUS "
		"arrives outside dfuERROR. U-Boot reports it for an "
		"unexpected block number, also after an ABORT.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Send CLRSTATUS; if the error remains, send it once more. "
		"Start with block 0 again.",
	    .source =
		"DFU 1.1 6.1.2; AN3156; ST usbd_dfu.c; U-Boot dfu.c" },
	{ .subject = "errSTALLEDPKT",
	    .kind = DFU_PAGE_STATUS, .number = 0x0f,
	    .title = "an unexpected request",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The device stalled a request that its state does not allow.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"After any request that the state table answers with STALL; "
		"on DfuSe after an unknown command.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"ST's library writes this number into bState by mistake: see "
		"undefined-state. U-Boot leaves bStatus OK instead.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Check the previous request: the device did not expect it. "
		"Then send CLRSTATUS.",
	    .source =
		"DFU 1.1 6.1.2; AN2662 figure 55; ST usbd_dfu.c" },
	{ .subject = "bitCanDnload",
	    .kind = DFU_PAGE_ATTRIBUTE, .number = DFU_ATTR_CAN_DNLOAD,
	    .title = "bit 0: accepts a download",
	    .clause = "DFU 1.1 4.1.3",
	    .paragraphs[DFU_PAGE_MEANS] =
		"Set: the device accepts firmware by DNLOAD. Clear: it stalls "
		"DNLOAD.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"A device with this bit clear may still accept DNLOAD: the bit "
		"announces, but prevents nothing.",
	    .paragraphs[DFU_PAGE_TRY] =
		"If the bit is clear, try another alternate setting or "
		"interface.",
	    .source =
		"DFU 1.1 4.1.3, A.2.3" },
	{ .subject = "bitCanUpload",
	    .kind = DFU_PAGE_ATTRIBUTE, .number = DFU_ATTR_CAN_UPLOAD,
	    .title = "bit 1: allows an upload",
	    .clause = "DFU 1.1 4.1.3",
	    .paragraphs[DFU_PAGE_MEANS] =
		"Set: the host can read the memory by UPLOAD. Clear: the "
		"device stalls UPLOAD.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Read protection blocks reading despite the bit (errVENDOR on "
		"DfuSe).",
	    .paragraphs[DFU_PAGE_TRY] =
		"Without this bit the host cannot verify by reading; only the "
		"status of the device remains.",
	    .source =
		"DFU 1.1 4.1.3; AN3156" },
	{ .subject = "bitManifestationTolerant",
	    .kind = DFU_PAGE_ATTRIBUTE,
	    .number = DFU_ATTR_MANIFESTATION_TOLERANT,
	    .title = "bit 2: answers after manifestation",
	    .clause = "DFU 1.1 4.1.3",
	    .paragraphs[DFU_PAGE_MEANS] =
		"Set: after dfuMANIFEST the device is in dfuMANIFEST-SYNC and "
		"still answers. Clear: the device goes to "
		"dfuMANIFEST-WAIT-RESET and does not answer until a reset.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Some descriptors set this bit wrongly (a Renesas stack). "
		"Tools that send requests to a device that is not "
		"manifestation-tolerant report an error after a successful "
		"update.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Trust the reported state, not the bit.",
	    .source =
		"DFU 1.1 4.1.3, A.2.8; renesas/fsp 267; fwupd issue 2057" },
	{ .subject = "bitWillDetach",
	    .kind = DFU_PAGE_ATTRIBUTE, .number = DFU_ATTR_WILL_DETACH,
	    .title = "bit 3: detaches without a bus reset",
	    .clause = "DFU 1.1 4.1.3",
	    .paragraphs[DFU_PAGE_MEANS] =
		"Set: after DETACH, and after manifestation, the device "
		"disconnects and reconnects without a bus reset. Clear: the "
		"host resets the bus. New in DFU 1.1.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"If the bit is set, a reset by the host collides (dfu-util up "
		"to 0.4). If it is clear and the host cannot reset the bus, "
		"the device returns to appIDLE.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Set: wait and watch the bus. Clear: reset the bus once.",
	    .source =
		"DFU 1.1 4.1.3; dfu-util 0b8b3ff; zephyr 49821" },
	{ .subject = "get-commands",
	    .kind = DFU_PAGE_COMMAND, .number = DFUSE_GET_COMMANDS,
	    .title = "lists the supported commands",
	    .clause = "AN3156",
	    .paragraphs[DFU_PAGE_MEANS] =
		"UPLOAD of block 0. The answer is a list of bytes: 0x00 "
		"itself, 0x21 set address, 0x41 erase, 0x92 read unprotect.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"Allowed in dfuIDLE and dfuUPLOAD-IDLE, also under read "
		"protection.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"The length of the list differs: newer ROMs omit 0x92, ST's "
		"library sends three bytes. mboot never answers, so the "
		"request times out.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Send ABORT afterwards, before a write.",
	    .source =
		"AN3156; ST usbd_dfu.c; mboot main.c" },
	{ .subject = "set-address",
	    .kind = DFU_PAGE_COMMAND, .number = DFUSE_SET_ADDRESS,
	    .title = "sets the address pointer",
	    .clause = "AN3156",
	    .paragraphs[DFU_PAGE_MEANS] =
		"DNLOAD of block 0 with five bytes: 0x21 and the address, low "
		"byte first. Blocks from 2 are relative to this address, and "
		"leave jumps through it.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"The command executes on the next GETSTATUS, which reports "
		"dfuDNBUSY. The one after it reports dfuDNLOAD-IDLE, or "
		"dfuERROR with errTARGET.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Code based on ST's library does not check the address: the "
		"write fails later. Writing also moves the pointer: tools "
		"that leave without setting it jump to the last block.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Send GETSTATUS twice, then continue.",
	    .source =
		"AN3156; ST usbd_dfu.c; dfu-util 6e09e4d" },
	{ .subject = "erase",
	    .kind = DFU_PAGE_COMMAND, .number = DFUSE_ERASE,
	    .title = "erases one sector",
	    .clause = "AN3156",
	    .paragraphs[DFU_PAGE_MEANS] =
		"DNLOAD of block 0 with five bytes: 0x41 and an address in "
		"the sector. The device erases the contents of that sector.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"The command executes on the next GETSTATUS, which announces "
		"the duration in bwPollTimeout.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"A write-protected sector is not erased, and no error reports "
		"it. STM32L4 announces too short a time and stalls early "
		"polls. On GD32VF103 an erase moves the pointer. mboot "
		"refuses to erase its own sector.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Wait until the announced time is over; read back to be sure.",
	    .source =
		"AN3156; dfu-util c15ee60; GigaDevice dfu_core.c; micropython "
		"4586" },
	{ .subject = "mass-erase",
	    .kind = DFU_PAGE_COMMAND, .number = DFUSE_ERASE | DFU_PAGE_ALL,
	    .title = "erases everything",
	    .clause = "AN3156",
	    .paragraphs[DFU_PAGE_MEANS] =
		"DNLOAD of block 0 with the single byte 0x41. The device "
		"erases its whole memory.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"The command executes on the next GETSTATUS.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"STM32F405 announces 100 ms and takes up to 32 s; a tool that "
		"trusts the wait ends too early. ST's library accepts the "
		"command and does nothing. libopencm3 erases a sector at an "
		"old address instead.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Keep the power on and wait 40 s. Then read back.",
	    .source =
		"AN3156; dfu-util 47af500; ST usbd_dfu.c; "
		"libopencm3 usbdfu.c" },
	{ .subject = "read-unprotect",
	    .kind = DFU_PAGE_COMMAND, .number = DFUSE_READ_UNPROTECT,
	    .title = "removes read protection, erases everything",
	    .clause = "AN3156",
	    .paragraphs[DFU_PAGE_MEANS] =
		"DNLOAD of block 0 with the single byte 0x92. The device "
		"erases flash and RAM and resets.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"The command executes on the next GETSTATUS; then the device "
		"disconnects, which is success. An answer means failure "
		"(errUNKNOWN).",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Most tools report an error, because the device disconnects "
		"during the request. ST's library accepts the command and "
		"does nothing.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Make sure that the contents may be erased. Wait 20 s, then "
		"replug the device.",
	    .source =
		"AN3156; AN2662; betaflight usbdfu.js; ST usbd_dfu.c" },
	{ .subject = "leave",
	    .kind = DFU_PAGE_COMMAND, .number = DFU_PAGE_LEAVE,
	    .title = "leaves DFU mode and starts the application",
	    .clause = "AN3156",
	    .paragraphs[DFU_PAGE_MEANS] =
		"Set the address pointer to the start of the application, "
		"send a zero-length DNLOAD, then GETSTATUS. The device loads "
		"its stack pointer from that address, jumps to the reset "
		"vector after it, and disconnects.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"DfuSe allows the leave in dfuIDLE and dfuDNLOAD-IDLE. "
		"GETSTATUS reports dfuMANIFEST; then the device disconnects. "
		"Without code at the pointer the device resets.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"STM32F072 can stay in dfuMANIFEST until more polls arrive "
		"(reported). GD32VF103 jumps already at the DNLOAD and never "
		"answers the GETSTATUS. STM32C071 requires the pointer to be "
		"set. Parts that check for empty flash only at power-on stay "
		"in DFU mode after the first programming: replug them. An "
		"application disturbed by the settings of the bootloader "
		"looks like a failed leave; a reset cures that.",
	    .paragraphs[DFU_PAGE_TRY] =
		"The command leave sends all of it and keeps polling. A "
		"disconnection is success.",
	    .source =
		"AN3156; electronics.stackexchange 586519; dfu-util c66695c; "
		"LibUsbDfu 13; efton.sk g44" },
};
const size_t dfu_pages_count = sizeof(dfu_pages) / sizeof(dfu_pages[0]);

const char *
dfu_page_kind_title(enum dfu_page_kind kind)
{
	switch (kind) {
	case DFU_PAGE_STATE:
	case DFU_PAGE_UNDEFINED:
		return ("States");
	case DFU_PAGE_REQUEST:
		return ("Requests");
	case DFU_PAGE_STATUS:
		return ("Statuses");
	case DFU_PAGE_ATTRIBUTE:
		return ("Attributes");
	case DFU_PAGE_COMMAND:
		return ("DfuSe commands");
	}
	return (NULL);
}

static const char *
transitions_title(enum dfu_page_kind kind)
{
	switch (kind) {
	case DFU_PAGE_STATE:
	case DFU_PAGE_UNDEFINED:
		return ("What ends this state");
	case DFU_PAGE_REQUEST:
	case DFU_PAGE_ATTRIBUTE:
	case DFU_PAGE_COMMAND:
		return ("What it does");
	case DFU_PAGE_STATUS:
		return ("When it occurs");
	}
	return (NULL);
}

const char *
dfu_page_paragraph_title(const struct dfu_page *page,
    enum dfu_page_paragraph p)
{
	switch (p) {
	case DFU_PAGE_MEANS:
		return ("What it means");
	case DFU_PAGE_TRANSITIONS:
		return (transitions_title(page->kind));
	case DFU_PAGE_WRONG:
		return ("On real devices");
	case DFU_PAGE_TRY:
		return ("What to try");
	}
	return (NULL);
}

const struct dfu_page *
dfu_page_of(enum dfu_page_kind kind, uint16_t number)
{
	size_t i;

	if (kind == DFU_PAGE_STATE && number >= DFU_STATE_COUNT) {
		kind = DFU_PAGE_UNDEFINED;
		number = 0;
	}
	for (i = 0; i < dfu_pages_count; i++)
		if (dfu_pages[i].kind == kind &&
		    dfu_pages[i].number == number)
			return (&dfu_pages[i]);
	return (NULL);
}

const struct dfu_page *
dfu_page_named(const char *subject)
{
	uint8_t number;
	size_t i;

	for (i = 0; i < dfu_pages_count; i++)
		if (strcasecmp(dfu_pages[i].subject, subject) == 0)
			return (&dfu_pages[i]);
	if (dfu_state_parse(subject, &number))
		return (dfu_page_of(DFU_PAGE_STATE, number));
	if (dfu_status_parse(subject, &number))
		return (dfu_page_of(DFU_PAGE_STATUS, number));
	return (NULL);
}
