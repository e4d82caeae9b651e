#include "diagnosis/finding_text.h"

#include <string.h>

const struct finding_text finding_texts[] = {
	{ "no-enumeration", "nothing enumerates: the loader is not reached",
	    "The trace of a loader that never comes is empty. A jump into "
	    "ST's ROM with clocks, interrupts or USB still running does not "
	    "get far; a load on D+ and D- (a CAN transceiver on the same "
	    "pins), a crystal that the ROM mistakes, or too short a "
	    "disconnect keep the host from seeing it.\n"
	    "Direct ports that fail where a USB 2.0 hub works point to the "
	    "host controller.",
	    "Reset with the boot pin held; another port, a USB 2.0 hub. In "
	    "the firmware: enter the ROM through a system reset with a flag "
	    "in RAM, before anything is set up.",
	    "micropython 4862; Klipper 5596; AIOC 21; ST forum 139655 and "
	    "778392; STM32duino-bootloader 6" },
	{ "boot-pins", "in DFU mode though nobody asked for it",
	    "The loader runs because of a pin: BOOT0 is sampled at reset, "
	    "and boards share it with other signals (CAN RX on the CANable "
	    "2.0). The device is in dfuIDLE and fine.",
	    "leave; in the firmware: take BOOT0 from the option bytes.",
	    "candleLight_fw 176" },
	{ "host-refused", "the tool stopped before it sent anything",
	    "Tools compare the file with the memory layout and stop: an "
	    "image for external flash while the ROM's loader runs, a file "
	    "that spans a hole because two regions were joined, a first "
	    "segment that is read-only because the loader lives there. The "
	    "trace ends in dfuIDLE.\n"
	    "Tools also assume regions that are not there, such as option "
	    "bytes.",
	    "Compare the image's address with the memory map of the device; "
	    "split images that span a hole.",
	    "DaisySeedProjects 15; libDaisy 545; IronOS-dfu 36; "
	    "sx1302_hal 140; betaflight-configurator 5300" },
	{ "file-suffix", "the suffix of the file does not fit",
	    "The check of a DFU suffix happens before anything is sent: a "
	    "CRC that does not match because something was appended, a "
	    "revision of 0.\n"
	    "Old tools refuse such a file, newer ones warn and write it "
	    "as it is.",
	    "info FILE tells what is in it; add the suffix last.",
	    "portapack-hackrf 53; hackrf 1358" },
	{ "silent-drop", "everything went well, the old firmware runs",
	    "Some loaders drop an image that is too big, or verify it only "
	    "at start and fall back, without a word on the bus. A trace "
	    "shows a perfect download.",
	    "Compare the version after the restart; check the size first.",
	    "lib_xua 165" },
	{ "runtime-alternates", "in run-time mode it has one setting only",
	    "The alternate settings of DFU mode are not there before the "
	    "switch. A tool that filters by one of them finds no device.",
	    "enter-dfu first, then choose the setting.", "dfu-util 377f6f1" },
	{ "drivers", "the tool does not see what the system sees",
	    "ST's old tools need their own driver and do not see a device "
	    "bound to WinUSB; others the other way round. The bus shows no "
	    "request at all.",
	    "Remove the driver and plug it in again, or use another tool.",
	    "blog.the78mole.de on STM32 and USB" },
	{ "browser", "the browser waits for a click",
	    "WebUSB opens a device only on a gesture of the user, and "
	    "permission for the serial port is not permission for the "
	    "loader. The device waits in dfuIDLE.",
	    "Press the button that asks for the device.",
	    "betaflight-configurator 4915" },
	{ "false-protection", "the tool says protected, the device is not",
	    "Some versions of STM32CubeProgrammer misread an STM32F072 on a "
	    "direct port as read-protected and ask to lift it. That would "
	    "erase it.",
	    "getstatus after set-address tells: errVENDOR is protection, "
	    "dfuDNLOAD-IDLE is none. A hub helps.",
	    "ST forum 254296 and 772965" },
};
const size_t finding_texts_count =
    sizeof(finding_texts) / sizeof(finding_texts[0]);

const struct finding_text *
finding_text_named(const char *id)
{
	size_t i;

	for (i = 0; i < finding_texts_count; i++) {
		if (strcmp(finding_texts[i].id, id) == 0)
			return (&finding_texts[i]);
	}
	return (NULL);
}
