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
	    .title = "the device runs its own firmware",
	    .clause = "DFU 1.1 A.2.1",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The run-time half. The device does its ordinary work and, "
		"beside it, listens for one request: DETACH.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"DETACH leads to appDETACH. A device with bitWillDetach then "
		"leaves the bus by itself and comes back in DFU mode; any "
		"other waits for a bus reset. Nothing else leads out, time "
		"and bus reset included.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"GETSTATUS and GETSTATE may be refused here: the "
		"specification makes them optional, and TinyUSB answers "
		"GETSTATUS but stalls GETSTATE. Some devices reboot inside "
		"the DETACH, so that it looks failed (a STALL or a bus error) "
		"although it worked. fwupd ignores such errors for that "
		"reason.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Send DETACH, then watch the bus for some seconds instead of "
		"judging the answer. Where nothing comes back: reset the bus, "
		"once; then look for a button or a boot pin.",
	    .source =
		"DFU 1.1 A.2.1; TinyUSB dfu_rt_device.c; fwupd af652da, "
		"15348f4" },
	{ .subject = "appDETACH",
	    .kind = DFU_PAGE_STATE, .number = DFU_STATE_APP_DETACH,
	    .title = "it waits for the reset that starts DFU mode",
	    .clause = "DFU 1.1 A.2.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"It took a DETACH and has started a timer of wTimeout "
		"milliseconds. A bus reset before the timer ends starts DFU "
		"mode.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"A bus reset leads to dfuIDLE. When the timer ends first it "
		"falls back to appIDLE, and a later reset starts nothing. Any "
		"request but GETSTATUS and GETSTATE stalls and leads back to "
		"appIDLE too.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"A host that cannot reset the bus (WinUSB) leaves it here "
		"until the timer ends: seen with Zephyr devices that lack "
		"bitWillDetach. A device with bitWillDetach must not be "
		"reset: it is already on its way, and the reset collides with "
		"it (dfu-util up to 0.4).",
	    .paragraphs[DFU_PAGE_TRY] =
		"If bitWillDetach is clear, reset the bus now, before the "
		"timer is over. If it is set, wait.",
	    .source =
		"DFU 1.1 A.2.2; zephyr issues 49821, 50268; dfu-util 0b8b3ff" },
	{ .subject = "dfuIDLE",
	    .kind = DFU_PAGE_STATE, .number = DFU_STATE_IDLE,
	    .title = "DFU mode, no transfer in progress",
	    .clause = "DFU 1.1 A.2.3",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The place where every transfer begins and ends. Nothing is "
		"held and nothing is half done.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"DNLOAD with data leads to dfuDNLOAD-SYNC, UPLOAD to "
		"dfuUPLOAD-IDLE. A bus reset starts the firmware if it is "
		"valid, else dfuERROR. GETSTATUS, GETSTATE and ABORT change "
		"nothing.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"A zero-length DNLOAD here is an error by A.2.3, but DfuSe "
		"takes it as leave, and TinyUSB, ST's library and libopencm3 "
		"go on to manifestation. CLRSTATUS here is harmless on most "
		"devices; on ST's library and GigaDevice's it makes an error "
		"(dfuERROR, errUNKNOWN), and a second one clears it. A state "
		"that reads dfuIDLE right after opening may be the work of "
		"the opener: SET_INTERFACE resets TinyUSB and U-Boot to it.",
	    .paragraphs[DFU_PAGE_TRY] =
		"It is ready: begin the transfer. To go back to the firmware: "
		"leave on DfuSe, a bus reset elsewhere.",
	    .source =
		"DFU 1.1 A.2.3; AN3156; TinyUSB dfu_device.c, ST usbd_dfu.c, "
		"U-Boot f_dfu.c" },
	{ .subject = "dfuDNLOAD-SYNC",
	    .kind = DFU_PAGE_STATE, .number = DFU_STATE_DNLOAD_SYNC,
	    .title = "it holds a block and waits to be asked",
	    .clause = "DFU 1.1 A.2.4",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The block has crossed the wire. The device does nothing with "
		"it until GETSTATUS comes.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"Only GETSTATUS moves it: the answer says dfuDNBUSY and how "
		"long, or dfuDNLOAD-IDLE if the block is done already. Time "
		"does nothing. Everything else but GETSTATE stalls and leads "
		"to dfuERROR.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"A transfer that hangs here usually hangs because nobody "
		"asks. ABORT: the tables of the specification stall it, its "
		"figure allows it, and devices do either (U-Boot stalls; "
		"TinyUSB, dapboot and libopencm3 go to dfuIDLE). U-Boot never "
		"shows dfuDNBUSY: it answers dfuDNLOAD-IDLE at once.",
	    .paragraphs[DFU_PAGE_TRY] =
		"GETSTATUS. It executes the block, so be sure that you want "
		"that; ABORT first if you do not.",
	    .source =
		"DFU 1.1 A.2.4, figure A.1; stacks read: U-Boot, TinyUSB, "
		"dapboot, libopencm3" },
	{ .subject = "dfuDNBUSY",
	    .kind = DFU_PAGE_STATE, .number = DFU_STATE_DNBUSY,
	    .title = "it works on a block",
	    .clause = "DFU 1.1 A.2.5",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The device is erasing or programming and announced in "
		"bwPollTimeout how long it wants to be left alone.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"By the specification only time: when bwPollTimeout is over "
		"it is in dfuDNLOAD-SYNC, and the next GETSTATUS tells the "
		"result. Any request before that, GETSTATUS and GETSTATE too, "
		"stalls and leads to dfuERROR.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"No device whose source was read is that strict, but some "
		"suffer from haste: STM32L4 announces too short a time and "
		"stalls a poll that comes too early. bwPollTimeout lies in "
		"both directions: STM32F405 says 100 ms for a mass erase that "
		"takes up to 32 s; the Black Magic Probe says 0 for ever; "
		"templates of ST's tool keep only the low byte, so that 300 "
		"ms reads 44 ms; Openmoko sends what was in memory.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Wait out the announced time, then GETSTATUS. After a mass "
		"erase give it 40 s. If it says dfuDNBUSY with 0 ms a hundred "
		"times, it is stuck: ABORT, then CLRSTATUS (twice on ST's "
		"library), then power.",
	    .source =
		"DFU 1.1 A.2.5; dfu-util c15ee60, 47af500, f42b6b5, af3eb04; "
		"ST usbd_dfu_if.c" },
	{ .subject = "dfuDNLOAD-IDLE",
	    .kind = DFU_PAGE_STATE, .number = DFU_STATE_DNLOAD_IDLE,
	    .title = "a block is done, the next one may come",
	    .clause = "DFU 1.1 A.2.6",
	    .paragraphs[DFU_PAGE_MEANS] =
		"A download is open. What came so far is processed; more "
		"blocks or the end are expected.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"DNLOAD with data leads to dfuDNLOAD-SYNC. A zero-length "
		"DNLOAD ends the download and leads to dfuMANIFEST-SYNC, or, "
		"if data is missing, to dfuERROR with errNOTDONE. ABORT gives "
		"the download up.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"A tool that ABORTs here and sends the zero-length DNLOAD "
		"afterwards has thrown the end away: in dfuIDLE it is "
		"refused. On DfuSe, UPLOAD is not allowed from here: ABORT "
		"first. U-Boot checks the block number of the zero-length "
		"DNLOAD as well.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Send the next block, or the zero-length DNLOAD with the next "
		"block number, then GETSTATUS.",
	    .source =
		"DFU 1.1 A.2.6; AN3156; LibUsbDfu issue 9; U-Boot dfu.c" },
	{ .subject = "dfuMANIFEST-SYNC",
	    .kind = DFU_PAGE_STATE, .number = DFU_STATE_MANIFEST_SYNC,
	    .title = "it has the image and waits to be asked",
	    .clause = "DFU 1.1 A.2.7",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The download is complete. The device does nothing with it "
		"until GETSTATUS comes. It is also where a tolerant device "
		"returns to after manifestation.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"Only GETSTATUS: before the work it leads to dfuMANIFEST, "
		"after it to dfuIDLE. All else but GETSTATE stalls and leads "
		"to dfuERROR.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Many devices leave the bus inside this GETSTATUS: ST's "
		"library and libopencm3 reset before the answer has been "
		"read, so it ends as a bus error or a time-out, and the "
		"update is good all the same. U-Boot may write a whole file "
		"here and answer seconds later.",
	    .paragraphs[DFU_PAGE_TRY] =
		"GETSTATUS, with a generous time limit. If the device is gone "
		"afterwards and comes back, it worked.",
	    .source =
		"DFU 1.1 A.2.7; ST usbd_dfu.c; U-Boot fc18f8d; particle "
		"device-os 599" },
	{ .subject = "dfuMANIFEST",
	    .kind = DFU_PAGE_STATE, .number = DFU_STATE_MANIFEST,
	    .title = "it puts the new firmware in place",
	    .clause = "DFU 1.1 A.2.8",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The device writes, checks or starts what it got and wants to "
		"be left alone for bwPollTimeout.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"By the specification only time: then a tolerant device is in "
		"dfuMANIFEST-SYNC, any other in dfuMANIFEST-WAIT-RESET. Any "
		"request before that stalls and leads to dfuERROR.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"The boot ROM of STM32F072 can stay here: it accepts the "
		"leave and finishes it only when more requests come; several "
		"GETSTATUS in a row make it leave (reported by one who "
		"stepped through it by hand; ST does not explain it). TinyUSB "
		"stays until its application says that it is done. ABORT "
		"leads to dfuIDLE on TinyUSB and spoils the leave on the ROM. "
		"A bus reset now can undo the update: some cameras do all "
		"their programming here.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Wait for the announced time, then GETSTATUS until the device "
		"is gone, some tens of times at most. Gone is the good end. "
		"Do not ABORT. If it never leaves: bus reset, then power.",
	    .source =
		"DFU 1.1 A.2.8; AN3156; electronics.stackexchange 586519; "
		"fwupd issue 2347" },
	{ .subject = "dfuMANIFEST-WAIT-RESET",
	    .kind = DFU_PAGE_STATE, .number = DFU_STATE_MANIFEST_WAIT_RESET,
	    .title = "done, and deaf until it is reset",
	    .clause = "DFU 1.1 A.2.9",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The firmware is in place. The device is not manifestation "
		"tolerant: it cannot answer any more, and silence is what the "
		"specification promises.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"A bus reset or power. With bitWillDetach the device leaves "
		"the bus by itself.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Some devices do answer GETSTATUS here (Zephyr's old stack "
		"accepts everything), and stm32duino's loader goes here "
		"directly and waits for the reset for ever: tools that never "
		"send it leave the device behind. A reset can hang a device "
		"that mishandles it (a TinyUSB board was reported). Renesas' "
		"stack ended here although its descriptor promised tolerance: "
		"believe the state, not the bit.",
	    .paragraphs[DFU_PAGE_TRY] =
		"A bus reset. Where the host cannot do that, unplug and plug. "
		"Time-outs before that are no failure.",
	    .source =
		"DFU 1.1 A.2.9; STM32duino-bootloader 22; dfu-util 6f9c0de; "
		"renesas/fsp 267; pico-ice 56" },
	{ .subject = "dfuUPLOAD-IDLE",
	    .kind = DFU_PAGE_STATE, .number = DFU_STATE_UPLOAD_IDLE,
	    .title = "an upload is open",
	    .clause = "DFU 1.1 A.2.10",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The device sent a block and waits to be asked for the next "
		"one.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"A full UPLOAD stays here, a short one ends the upload and "
		"leads to dfuIDLE; ABORT gives it up. DNLOAD stalls and leads "
		"to dfuERROR.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"After reading, DfuSe refuses to write until ABORT came; "
		"tools that forget it fail on the next DNLOAD. U-Boot checks "
		"the block numbers and keeps counting after an ABORT, so the "
		"next transfer may fail at once. TinyUSB never shows this "
		"state. Zephyr's old stack loses the last, short block.",
	    .paragraphs[DFU_PAGE_TRY] =
		"UPLOAD the next block, or ABORT.",
	    .source =
		"DFU 1.1 A.2.10; AN3156; U-Boot f_dfu.c; Zephyr usb_dfu.c; "
		"TinyUSB dfu_device.c" },
	{ .subject = "dfuERROR",
	    .kind = DFU_PAGE_STATE, .number = DFU_STATE_ERROR,
	    .title = "something went wrong; bStatus says what",
	    .clause = "DFU 1.1 A.2.11",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The device refuses everything until the error is "
		"acknowledged. bStatus is the reason; read it before you "
		"clear it.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"CLRSTATUS leads to dfuIDLE and sets bStatus to OK. A bus "
		"reset starts the firmware if it is valid. ABORT stalls. "
		"GETSTATUS and GETSTATE change nothing.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Loaders of ST and GigaDevice often start here with "
		"errFIRMWARE although nothing is wrong: one CLRSTATUS and all "
		"is normal. ABORT does lead out on TinyUSB, dapboot and "
		"libopencm3. mboot forgets bStatus with the first GETSTATUS; "
		"U-Boot is here with bStatus OK. ST's library may need "
		"CLRSTATUS twice.",
	    .paragraphs[DFU_PAGE_TRY] =
		"GETSTATUS for the reason, if it is not known yet; then "
		"CLRSTATUS; GETSTATUS again to see that it took.",
	    .source =
		"DFU 1.1 A.2.11; dfu-util device logs; stacks read: TinyUSB, "
		"mboot, U-Boot, ST" },
	{ .subject = "undefined-state",
	    .kind = DFU_PAGE_UNDEFINED, .number = 0,
	    .title = "a bState that DFU 1.1 does not define",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"bState has the values 0 to 10. The device sent another one, "
		"so the specification says nothing about what a request would "
		"do now.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"Nothing that can be relied on.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"15 is the one that is met: ST's library and GigaDevice's "
		"copy put the status errSTALLEDPKT (0x0f) into bState by "
		"mistake, after a command or a block that they refuse. Every "
		"project that copied that code does the same. An answer read "
		"at the wrong offset, or by a device that never fills it in, "
		"looks like this too.",
	    .paragraphs[DFU_PAGE_TRY] =
		"CLRSTATUS, GETSTATUS, and once more: the first one makes it "
		"dfuERROR, the second dfuIDLE. Then ABORT. If the numbers "
		"change from answer to answer, do not trust bwPollTimeout "
		"either.",
	    .source =
		"DFU 1.1 6.1.2; ST usbd_dfu.c 2.11.3; GigaDevice dfu_core.c" },
	{ .subject = "DETACH",
	    .kind = DFU_PAGE_REQUEST, .number = DFU_DETACH,
	    .title = "asks a run-time device to enter DFU mode",
	    .clause = "DFU 1.1 5.1",
	    .paragraphs[DFU_PAGE_MEANS] =
		"wValue is wTimeout: for so many milliseconds a bus reset "
		"will be taken as the beginning of DFU mode. No data.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"In appIDLE it leads to appDETACH. With bitWillDetach the "
		"device leaves the bus by itself; without it the host resets "
		"the bus before the time is over. In DFU mode it is an error.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"A device that reboots at once breaks its own answer: bus "
		"error, time-out, gone. dapboot and ST's library take DETACH "
		"in DFU mode as reset or re-attach, XMOS as the way back to "
		"the firmware. The boot ROMs of ST know no run-time mode, so "
		"it means nothing there.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Judge it by what happens on the bus in the next seconds, not "
		"by its answer.",
	    .source =
		"DFU 1.1 5.1; dapboot dfu.c; ST usbd_dfu.c; xmos lib_xua 560" },
	{ .subject = "DNLOAD",
	    .kind = DFU_PAGE_REQUEST, .number = DFU_DNLOAD,
	    .title = "sends one block; without data it ends the download",
	    .clause = "DFU 1.1 6.1.1",
	    .paragraphs[DFU_PAGE_MEANS] =
		"wValue is the block number, wLength the length. Blocks are "
		"counted up by one; all but the last are as long as the "
		"first; at most wTransferSize. A length of 0 says: that was "
		"all.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"With data: dfuIDLE or dfuDNLOAD-IDLE lead to dfuDNLOAD-SYNC. "
		"Without: dfuDNLOAD-IDLE leads to dfuMANIFEST-SYNC. Elsewhere "
		"it stalls and leads to dfuERROR.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"On DfuSe block 0 carries commands, block 1 is reserved, and "
		"blocks from 2 on are data at (block - 2) * wTransferSize "
		"behind the pointer; nothing is executed before the next "
		"GETSTATUS. dapboot ignores the number altogether. dapboot "
		"and mboot accept a DNLOAD that does not fit and drop it in "
		"silence.",
	    .paragraphs[DFU_PAGE_TRY] =
		"GETSTATUS after every one, at the announced pace. Verify by "
		"reading where the device allows it.",
	    .source =
		"DFU 1.1 6.1.1; AN3156; dapboot dfu.c; mboot main.c" },
	{ .subject = "UPLOAD",
	    .kind = DFU_PAGE_REQUEST, .number = DFU_UPLOAD,
	    .title = "reads one block",
	    .clause = "DFU 1.1 6.2.1",
	    .paragraphs[DFU_PAGE_MEANS] =
		"wValue is the block number, wLength how much is wanted. A "
		"block shorter than asked for is the last one.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"dfuIDLE leads to dfuUPLOAD-IDLE; there a full block stays "
		"and a short one leads to dfuIDLE. Without bitCanUpload it "
		"stalls.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"A table of the specification prints zero for wValue, its "
		"text the block number: everybody sends the number. What a "
		"short first block does is left open. DfuSe: block 0 asks for "
		"the list of commands, the others read memory; read "
		"protection makes it errVENDOR. mboot answers wrong requests "
		"by never answering: only the time limit ends that.",
	    .paragraphs[DFU_PAGE_TRY] =
		"ABORT first if a download was open. Ask for wTransferSize "
		"bytes.",
	    .source =
		"DFU 1.1 6.2.1, table 3.1; AN3156; mboot main.c" },
	{ .subject = "GETSTATUS",
	    .kind = DFU_PAGE_REQUEST, .number = DFU_GETSTATUS,
	    .title = "status, state to come, and how long to wait",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"Six bytes: bStatus, bwPollTimeout (three bytes), bState, "
		"iString. bState is the state that the device enters right "
		"after the answer, so the answer itself shows dfuDNBUSY and "
		"dfuMANIFEST.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"It is the motor of every transfer: dfuDNLOAD-SYNC and "
		"dfuMANIFEST-SYNC go on only through it, and DfuSe executes "
		"its commands on it. Elsewhere it changes nothing; on a "
		"strict device it is an error in dfuDNBUSY and dfuMANIFEST.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"bwPollTimeout is the least time before the next GETSTATUS, "
		"no limit for the answer; tools have read it both ways. "
		"Zephyr's newer stack names the state before the answer. "
		"mboot forgets the error once it was read. Devices that leave "
		"often die inside this request: a bus error here after a "
		"leave is good news.",
	    .paragraphs[DFU_PAGE_TRY] =
		"It is not a mere look: in the two SYNC states it starts the "
		"work. GETSTATE is milder.",
	    .source =
		"DFU 1.1 6.1.2; Zephyr usbd_dfu.c; mboot main.c; micropython "
		"4d6f60d" },
	{ .subject = "CLRSTATUS",
	    .kind = DFU_PAGE_REQUEST, .number = DFU_CLRSTATUS,
	    .title = "acknowledges an error",
	    .clause = "DFU 1.1 6.1.3",
	    .paragraphs[DFU_PAGE_MEANS] =
		"It says that the host has seen the error. No data.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"In dfuERROR it leads to dfuIDLE with bStatus OK. Anywhere "
		"else the specification makes it an error.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"ST's library and GigaDevice's answer it outside of dfuERROR "
		"by going there (errUNKNOWN), and a second one clears that; "
		"STM32H743 was seen to want it twice for the same reason. "
		"STM32C5 stalls it outside of dfuERROR. libopencm3 and "
		"dapboot ignore it there.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Read bStatus first: it is gone afterwards. Then look whether "
		"it took, and send it once more if not.",
	    .source =
		"DFU 1.1 6.1.3; ST usbd_dfu.c; betaflight pull requests 1861, "
		"5300" },
	{ .subject = "GETSTATE",
	    .kind = DFU_PAGE_REQUEST, .number = DFU_GETSTATE,
	    .title = "one byte: the present state",
	    .clause = "DFU 1.1 6.1.5",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The mildest look there is. It moves nothing.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"Nothing, but for a strict device in dfuDNBUSY or "
		"dfuMANIFEST, where any request is an error (A.2.5, A.2.8), "
		"and in the run-time half, where it may be stalled.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"No device whose source was read punishes it in dfuDNBUSY; "
		"TinyUSB's run-time half and some old loaders stall it. A "
		"STALL here says that the request is not known, not that the "
		"device is broken.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Use it as the first look. If it stalls, use GETSTATUS.",
	    .source =
		"DFU 1.1 6.1.5, A.2.5, A.2.8; TinyUSB dfu_rt_device.c" },
	{ .subject = "ABORT",
	    .kind = DFU_PAGE_REQUEST, .number = DFU_ABORT,
	    .title = "gives the transfer up",
	    .clause = "DFU 1.1 6.1.4",
	    .paragraphs[DFU_PAGE_MEANS] =
		"It ends an upload or download and drops what was not "
		"finished. No data.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"dfuIDLE, dfuDNLOAD-IDLE and dfuUPLOAD-IDLE lead to dfuIDLE. "
		"In the SYNC states figure A.1 and the tables of the "
		"specification contradict each other; in dfuERROR it stalls.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"In dfuERROR it works on TinyUSB, dapboot and libopencm3. "
		"ST's library ignores it while busy. U-Boot keeps counting "
		"blocks, so that the next download fails with errUNKNOWN. In "
		"dfuMANIFEST it spoils a leave on STM32F072.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Use it between upload and download. Not as a way out of "
		"dfuMANIFEST, and not for errors: that is CLRSTATUS.",
	    .source =
		"DFU 1.1 6.1.4, A.2.4, figure A.1; stacks read; "
		"electronics.stackexchange 586519" },
	{ .subject = "OK",
	    .kind = DFU_PAGE_STATUS, .number = 0x00,
	    .title = "no error",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"Nothing is wrong as far as the device knows.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"U-Boot says OK in dfuERROR after a request that did not fit. "
		"DfuSe says OK to an erase or a write of a protected sector "
		"and does nothing: only reading it back tells.",
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
		"DfuSe: set address, erase, write or read outside of every "
		"supported area.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"An image linked for another part, or the wrong alternate "
		"setting: option bytes written through the one of the flash, "
		"or the reverse.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Compare the address with the memory map of the device "
		"screen; pick the alternate setting that holds it.",
	    .source =
		"DFU 1.1 6.1.2; AN3156" },
	{ .subject = "errFILE",
	    .kind = DFU_PAGE_STATUS, .number = 0x02,
	    .title = "the vendor's check failed",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The file is for this device, but a check of the vendor's "
		"refused it: a signature, a header, a checksum.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"In or behind dfuDNLOAD-SYNC, or at manifestation.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Look whether the tool sent a suffix or a prefix as data, and "
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
		"While a block is processed.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Protected memory, or memory that was not erased before.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Erase the range first; look for write protection.",
	    .source =
		"DFU 1.1 6.1.2" },
	{ .subject = "errERASE",
	    .kind = DFU_PAGE_STATUS, .number = 0x04,
	    .title = "the erase failed",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The memory could not be erased.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"While a block or an erase is processed.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Write protection of single sectors, or the supply voltage.",
	    .paragraphs[DFU_PAGE_TRY] =
		"CLRSTATUS and once more; then look for write protection.",
	    .source =
		"DFU 1.1 6.1.2" },
	{ .subject = "errCHECK_ERASED",
	    .kind = DFU_PAGE_STATUS, .number = 0x05,
	    .title = "not blank after an erase",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"After the erase the memory does not read as blank.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"While a block is processed.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Worn flash, or an erase of another sector than the one meant.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Erase again and read it back.",
	    .source =
		"DFU 1.1 6.1.2" },
	{ .subject = "errPROG",
	    .kind = DFU_PAGE_STATUS, .number = 0x06,
	    .title = "the programming failed",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The memory did not take the data.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"While a block is processed.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Programming what was not erased; an address off the write "
		"unit.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Erase the range first; begin blocks at multiples of the "
		"transfer size.",
	    .source =
		"DFU 1.1 6.1.2" },
	{ .subject = "errVERIFY",
	    .kind = DFU_PAGE_STATUS, .number = 0x07,
	    .title = "read back, it differs",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"What the device read back is not what it was to write.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"While a block is processed.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"dapboot reports every failed write as this one.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Erase and write again; the same place twice means bad or "
		"protected memory.",
	    .source =
		"DFU 1.1 6.1.2; dapboot dfu.c" },
	{ .subject = "errADDRESS",
	    .kind = DFU_PAGE_STATUS, .number = 0x08,
	    .title = "outside of the memory",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The address is not one that the device has.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"While a block is processed. The ROMs of ST say errTARGET "
		"instead; mboot uses this one.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"An image that is too large: it fails at the same percentage "
		"each time.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Compare the length of the image with the memory map.",
	    .source =
		"DFU 1.1 6.1.2; mboot main.c; fomu-workshop 9" },
	{ .subject = "errNOTDONE",
	    .kind = DFU_PAGE_STATUS, .number = 0x09,
	    .title = "data is missing",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"A zero-length DNLOAD came, but the device still expects data.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"In dfuDNLOAD-IDLE, with the DNLOAD that was to end the "
		"download.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Openmoko's loader says it too when SET_INTERFACE or a reset "
		"cuts a transfer.",
	    .paragraphs[DFU_PAGE_TRY] =
		"CLRSTATUS and begin the download anew.",
	    .source =
		"DFU 1.1 6.1.2, A.2.6; Openmoko usbdfu.c" },
	{ .subject = "errFIRMWARE",
	    .kind = DFU_PAGE_STATUS, .number = 0x0a,
	    .title = "the firmware cannot run",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The device says that its firmware is damaged and that it "
		"cannot go back to run-time mode.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"On entering DFU mode, or at manifestation.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Mostly a false alarm: loaders of ST and of its copies, "
		"GD32VF103 too, start in dfuERROR with this status while the "
		"image is fine. dapboot uses it for a failed manifestation.",
	    .paragraphs[DFU_PAGE_TRY] =
		"CLRSTATUS once and go on. Do not flash again because of it "
		"alone.",
	    .source =
		"DFU 1.1 6.1.2; dfu-util device logs; AIOC 15; dfu-util "
		"ticket 231" },
	{ .subject = "errVENDOR",
	    .kind = DFU_PAGE_STATUS, .number = 0x0b,
	    .title = "an error of the vendor's own",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The device names it in the string iString, if that is not 0.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"DfuSe: read, write or erase while read protection is on.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"The known trap of boards that ship read protected: nothing "
		"works until read-unprotect, and that erases everything. ST's "
		"library uses it for every failed write or erase.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Read the string (command string). On DfuSe: if it is read "
		"protection, decide whether the contents may go.",
	    .source =
		"DFU 1.1 6.1.2; AN3156; ST usbd_dfu.c; "
		"betaflight-configurator 200" },
	{ .subject = "errUSBR",
	    .kind = DFU_PAGE_STATUS, .number = 0x0c,
	    .title = "an unexpected bus reset",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"A bus reset came in the middle of a transfer.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"After a reset by the host, a hub or a disturbance.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Cables, hubs, and tools that reset on every start.",
	    .paragraphs[DFU_PAGE_TRY] =
		"CLRSTATUS and begin anew.",
	    .source =
		"DFU 1.1 6.1.2" },
	{ .subject = "errPOR",
	    .kind = DFU_PAGE_STATUS, .number = 0x0d,
	    .title = "an unexpected power-on",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The device lost power in the middle of a transfer.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"After the supply failed.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Weak supply while the flash is erased.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Another port or a powered hub.",
	    .source =
		"DFU 1.1 6.1.2" },
	{ .subject = "errUNKNOWN",
	    .kind = DFU_PAGE_STATUS, .number = 0x0e,
	    .title = "the device does not know",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"Something failed and the device has no better word.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"DfuSe: a read-unprotect that failed.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"ST's library and GigaDevice's create it when CLRSTATUS comes "
		"outside of dfuERROR; U-Boot when a block number is not the "
		"expected one, also after an ABORT.",
	    .paragraphs[DFU_PAGE_TRY] =
		"CLRSTATUS; if it stays, once more. Begin with block 0 again.",
	    .source =
		"DFU 1.1 6.1.2; AN3156; ST usbd_dfu.c; U-Boot dfu.c" },
	{ .subject = "errSTALLEDPKT",
	    .kind = DFU_PAGE_STATUS, .number = 0x0f,
	    .title = "a request did not fit",
	    .clause = "DFU 1.1 6.1.2",
	    .paragraphs[DFU_PAGE_MEANS] =
		"The device stalled a request that has no place in its state.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"After any request that the table of moves answers with "
		"STALL; on DfuSe after an unknown command.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"ST's library writes this number into bState by mistake: see "
		"undefined-state. U-Boot leaves bStatus OK instead.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Look at the request before: it is the one that did not fit. "
		"Then CLRSTATUS.",
	    .source =
		"DFU 1.1 6.1.2; AN2662 figure 55; ST usbd_dfu.c" },
	{ .subject = "bitCanDnload",
	    .kind = DFU_PAGE_ATTRIBUTE, .number = DFU_ATTR_CAN_DNLOAD,
	    .title = "bit 0: takes firmware",
	    .clause = "DFU 1.1 4.1.3",
	    .paragraphs[DFU_PAGE_MEANS] =
		"Set: the device takes firmware by DNLOAD. Clear: it stalls "
		"DNLOAD.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"A device that says no here and takes DNLOAD all the same is "
		"possible: the bit is a promise, not a lock.",
	    .paragraphs[DFU_PAGE_TRY] =
		"If it is clear, look for another alternate setting or "
		"another interface.",
	    .source =
		"DFU 1.1 4.1.3, A.2.3" },
	{ .subject = "bitCanUpload",
	    .kind = DFU_PAGE_ATTRIBUTE, .number = DFU_ATTR_CAN_UPLOAD,
	    .title = "bit 1: can be read",
	    .clause = "DFU 1.1 4.1.3",
	    .paragraphs[DFU_PAGE_MEANS] =
		"Set: its memory can be read by UPLOAD. Clear: it stalls "
		"UPLOAD.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Read protection refuses reads in spite of the bit (errVENDOR "
		"on DfuSe).",
	    .paragraphs[DFU_PAGE_TRY] =
		"Without it nothing can be verified by reading; the device's "
		"own word is all there is.",
	    .source =
		"DFU 1.1 4.1.3; AN3156" },
	{ .subject = "bitManifestationTolerant",
	    .kind = DFU_PAGE_ATTRIBUTE,
	    .number = DFU_ATTR_MANIFESTATION_TOLERANT,
	    .title = "bit 2: answers after manifestation",
	    .clause = "DFU 1.1 4.1.3",
	    .paragraphs[DFU_PAGE_MEANS] =
		"Set: after dfuMANIFEST the device is in dfuMANIFEST-SYNC and "
		"still answers. Clear: it goes to dfuMANIFEST-WAIT-RESET and "
		"is deaf until it is reset.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Descriptors promise it wrongly: a Renesas stack said "
		"tolerant and was not. Tools that keep talking to a device "
		"that is not tolerant report an error behind a good update.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Believe the state that is reported, not the bit.",
	    .source =
		"DFU 1.1 4.1.3, A.2.8; renesas/fsp 267; fwupd issue 2057" },
	{ .subject = "bitWillDetach",
	    .kind = DFU_PAGE_ATTRIBUTE, .number = DFU_ATTR_WILL_DETACH,
	    .title = "bit 3: leaves the bus by itself",
	    .clause = "DFU 1.1 4.1.3",
	    .paragraphs[DFU_PAGE_MEANS] =
		"Set: after DETACH, and after manifestation, the device "
		"leaves the bus and comes back by itself. Clear: the host "
		"resets the bus. New in DFU 1.1.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"A host reset on top of it collides (dfu-util up to 0.4). "
		"Where it is clear and the host cannot reset the bus, the "
		"device falls back to appIDLE.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Set: wait and watch. Clear: reset the bus, once.",
	    .source =
		"DFU 1.1 4.1.3; dfu-util 0b8b3ff; zephyr 49821" },
	{ .subject = "get-commands",
	    .kind = DFU_PAGE_COMMAND, .number = DFUSE_GET_COMMANDS,
	    .title = "which commands there are",
	    .clause = "AN3156",
	    .paragraphs[DFU_PAGE_MEANS] =
		"UPLOAD of block 0. The answer is a list of bytes: 0x00 "
		"itself, 0x21 set address, 0x41 erase, 0x92 read unprotect.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"Allowed in dfuIDLE and dfuUPLOAD-IDLE, also under read "
		"protection.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"How long the list is differs: newer ROMs leave 0x92 out. "
		"ST's library sends three bytes. mboot never answers: the "
		"time limit ends it.",
	    .paragraphs[DFU_PAGE_TRY] =
		"ABORT afterwards if a write is to follow.",
	    .source =
		"AN3156; ST usbd_dfu.c; mboot main.c" },
	{ .subject = "set-address",
	    .kind = DFU_PAGE_COMMAND, .number = DFUSE_SET_ADDRESS,
	    .title = "sets the address pointer",
	    .clause = "AN3156",
	    .paragraphs[DFU_PAGE_MEANS] =
		"DNLOAD of block 0 with five bytes: 0x21 and the address, low "
		"byte first. Blocks from 2 on lie behind it, and leave jumps "
		"through it.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"It takes effect on the next GETSTATUS: that answers "
		"dfuDNBUSY, the one after it dfuDNLOAD-IDLE, or dfuERROR with "
		"errTARGET.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"Code built on ST's library does not check the address: the "
		"write fails later. The pointer also moves with what is "
		"written: tools that leave without setting it jump to the "
		"last block.",
	    .paragraphs[DFU_PAGE_TRY] =
		"GETSTATUS twice, then go on.",
	    .source =
		"AN3156; ST usbd_dfu.c; dfu-util 6e09e4d" },
	{ .subject = "erase",
	    .kind = DFU_PAGE_COMMAND, .number = DFUSE_ERASE,
	    .title = "erases one sector",
	    .clause = "AN3156",
	    .paragraphs[DFU_PAGE_MEANS] =
		"DNLOAD of block 0 with five bytes: 0x41 and an address "
		"inside the sector. Its contents are gone.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"It takes effect on the next GETSTATUS; its bwPollTimeout "
		"says how long.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"A write-protected sector is not erased, and no error says "
		"so. STM32L4 announces too short a time and stalls a poll "
		"that comes early. On GD32VF103 an erase moves the pointer. "
		"mboot refuses its own sector.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Wait out the announced time; read it back if it matters.",
	    .source =
		"AN3156; dfu-util c15ee60; GigaDevice dfu_core.c; micropython "
		"4586" },
	{ .subject = "mass-erase",
	    .kind = DFU_PAGE_COMMAND, .number = DFUSE_ERASE | DFU_PAGE_ALL,
	    .title = "erases everything",
	    .clause = "AN3156",
	    .paragraphs[DFU_PAGE_MEANS] =
		"DNLOAD of block 0 with the single byte 0x41. All of the "
		"memory is erased.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"It takes effect on the next GETSTATUS.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"STM32F405 announces 100 ms and takes up to 32 s: a tool that "
		"believes it gives up in the middle. ST's library accepts it "
		"and does nothing. libopencm3 takes it for the erase of a "
		"sector at a stale address.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Keep the power on and wait 40 s before you judge. Read it "
		"back.",
	    .source =
		"AN3156; dfu-util 47af500; ST usbd_dfu.c; "
		"libopencm3 usbdfu.c" },
	{ .subject = "read-unprotect",
	    .kind = DFU_PAGE_COMMAND, .number = DFUSE_READ_UNPROTECT,
	    .title = "lifts read protection, erases everything",
	    .clause = "AN3156",
	    .paragraphs[DFU_PAGE_MEANS] =
		"DNLOAD of block 0 with the single byte 0x92. Flash and RAM "
		"are erased and the device resets.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"It takes effect on the next GETSTATUS. Then the device "
		"leaves the bus: that is success. An answer means failure "
		"(errUNKNOWN).",
	    .paragraphs[DFU_PAGE_WRONG] =
		"It looks like an error in most tools, because the device "
		"goes in the middle. ST's library accepts it and does nothing.",
	    .paragraphs[DFU_PAGE_TRY] =
		"Be sure that the contents may go. Wait 20 s, unplug and plug.",
	    .source =
		"AN3156; AN2662; betaflight usbdfu.js; ST usbd_dfu.c" },
	{ .subject = "leave",
	    .kind = DFU_PAGE_COMMAND, .number = DFU_PAGE_LEAVE,
	    .title = "leaves DFU mode and starts the firmware",
	    .clause = "AN3156",
	    .paragraphs[DFU_PAGE_MEANS] =
		"Set the pointer to the start of the firmware, send a "
		"zero-length DNLOAD, then GETSTATUS. The device takes its "
		"stack pointer from there, jumps to the address behind it, "
		"and leaves the bus.",
	    .paragraphs[DFU_PAGE_TRANSITIONS] =
		"Allowed in dfuIDLE and dfuDNLOAD-IDLE. GETSTATUS answers "
		"dfuMANIFEST; after that the device goes. If there is no code "
		"at the pointer it resets.",
	    .paragraphs[DFU_PAGE_WRONG] =
		"STM32F072 can stay in dfuMANIFEST until more GETSTATUS come. "
		"GD32VF103 jumps at the DNLOAD already and never answers the "
		"GETSTATUS. STM32C071 wants the pointer set. Parts that check "
		"for empty flash at power-on only stay in DFU after the first "
		"programming of a virgin chip: unplug. Firmware that is "
		"disturbed by what the loader left behind looks like a failed "
		"leave, and a reset cures it.",
	    .paragraphs[DFU_PAGE_TRY] =
		"The command leave does all of it and keeps asking. Gone from "
		"the bus is success.",
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
		return ("What leads out of it");
	case DFU_PAGE_REQUEST:
	case DFU_PAGE_ATTRIBUTE:
	case DFU_PAGE_COMMAND:
		return ("What it does");
	case DFU_PAGE_STATUS:
		return ("When it comes");
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
