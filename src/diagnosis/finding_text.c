#include "diagnosis/finding_text.h"

#include <string.h>

const struct finding_text finding_texts[] = {
	{ "boot-pins", "in DFU mode though nobody asked for it",
	    "The loader runs because of a pin: BOOT0 is sampled at reset, "
	    "and boards share it with other signals (CAN RX on the CANable "
	    "2.0). The device is in dfuIDLE and fine.",
	    "leave; in the firmware: take BOOT0 from the option bytes.",
	    "candleLight_fw 176" },
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
