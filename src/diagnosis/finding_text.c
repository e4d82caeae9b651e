/* SPDX-License-Identifier: ISC */
#include "diagnosis/finding_text.h"

#include <string.h>

const struct finding_text finding_texts[] = {
	{ "boot-pins", "DFU mode without a request",
	    "The bootloader runs because of a pin: the chip samples BOOT0 at "
	    "reset, and boards share that pin with other signals (CAN RX on "
	    "the CANable 2.0). The device is in dfuIDLE; no fault.",
	    "Send leave. In the firmware: take BOOT0 from the option bytes.",
	    "candleLight_fw 176" },
	{ "silent-drop", "Download looks successful, old firmware runs",
	    "Some bootloaders drop an image that is too big, or verify it "
	    "only at start and fall back, without reporting an error. A trace "
	    "shows a complete download.",
	    "Compare the version after the restart; check the size first.",
	    "lib_xua 165" },
	{ "runtime-alternates", "Alternate settings missing in run-time mode",
	    "Run-time mode has one setting; the alternate settings of DFU "
	    "mode appear after the switch. A tool that filters by one of them "
	    "finds no device.",
	    "Run enter-dfu first, then choose the setting.",
	    "dfu-util 377f6f1" },
	{ "browser", "Browser waits for a click",
	    "WebUSB opens a device only after a click, and permission for the "
	    "serial port does not cover the bootloader. The device waits in "
	    "dfuIDLE.",
	    "Press the button that requests the device.",
	    "betaflight-configurator 4915" },
	{ "false-protection", "Tool reports protection, the device has none",
	    "Some versions of STM32CubeProgrammer report an STM32F072 on a "
	    "direct port as read-protected and offer to remove the "
	    "protection. That would erase the device.",
	    "Send getstatus after set-address: errVENDOR means protection, "
	    "dfuDNLOAD-IDLE means none. A hub between them helps (reported).",
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
