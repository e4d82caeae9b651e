/* SPDX-License-Identifier: ISC */
#include "tests/device/inputs.h"

/* The boot loader's list of commands is shorter, a page of dfu11 too. */
static enum sim_answer
short_upload(struct rig *r)
{
	const uint8_t in = USB_DIR_IN | USB_TYPE_CLASS | USB_RECIP_INTERFACE;
	const char *name = sim_string(r->sim, 4);
	bool dfuse = name != NULL && name[0] == '@';

	return (rig_request(
	    r, in, DFU_UPLOAD, dfuse ? 0 : 2, 0, dfuse ? 255 : 4096, NULL));
}

enum sim_answer
rig_input(struct rig *r, enum dfu_input input)
{
	static const uint8_t data[4] = { 0x21, 0, 0, 8 };
	const uint8_t out = USB_TYPE_CLASS | USB_RECIP_INTERFACE;
	const uint8_t in = USB_DIR_IN | out;

	switch (input) {
	case DFU_IN_DETACH:
		return (rig_request(r, out, DFU_DETACH, 1000, 0, 0, NULL));
	case DFU_IN_DNLOAD:
		return (rig_request(r, out, DFU_DNLOAD, 2, 0, 4, data));
	case DFU_IN_DNLOAD0:
		return (rig_request(r, out, DFU_DNLOAD, 2, 0, 0, NULL));
	case DFU_IN_UPLOAD:
		return (rig_request(r, in, DFU_UPLOAD, 2, 0, 16, NULL));
	case DFU_IN_UPLOAD_SHORT:
		return (short_upload(r));
	case DFU_IN_UPLOAD0:
		return (rig_request(r, in, DFU_UPLOAD, 2, 0, 0, NULL));
	case DFU_IN_GETSTATUS:
		return (rig_request(r, in, DFU_GETSTATUS, 0, 0, 6, NULL));
	case DFU_IN_CLRSTATUS:
		return (rig_request(r, out, DFU_CLRSTATUS, 0, 0, 0, NULL));
	case DFU_IN_GETSTATE:
		return (rig_request(r, in, DFU_GETSTATE, 0, 0, 1, NULL));
	case DFU_IN_ABORT:
		return (rig_request(r, out, DFU_ABORT, 0, 0, 0, NULL));
	case DFU_IN_OTHER:
		return (rig_request(r, out, 42, 0, 0, 0, NULL));
	case DFU_IN_RESET:
	case DFU_IN_POWER:
	case DFU_IN_TIME:
		break;
	}
	return (SIM_GONE);
}

struct rig_result
rig_put(struct rig *r, enum dfu_input input)
{
	struct rig_result result = { .answers = input < DFU_IN_RESET };

	switch (input) {
	case DFU_IN_RESET:
		sim_reset(r->sim, r->now);
		/* It may take its time to come back. */
		sim_run(r->sim, r->now + RIG_LATER);
		break;
	case DFU_IN_POWER:
		sim_plug(r->sim, r->now, false);
		sim_plug(r->sim, r->now, true);
		break;
	case DFU_IN_TIME:
		sim_run(r->sim, r->now + RIG_LATER);
		break;
	case DFU_IN_DETACH:
	case DFU_IN_DNLOAD:
	case DFU_IN_DNLOAD0:
	case DFU_IN_UPLOAD:
	case DFU_IN_UPLOAD_SHORT:
	case DFU_IN_UPLOAD0:
	case DFU_IN_GETSTATUS:
	case DFU_IN_CLRSTATUS:
	case DFU_IN_GETSTATE:
	case DFU_IN_ABORT:
	case DFU_IN_OTHER:
		result.answer = rig_input(r, input);
		break;
	}
	result.state = sim_state(r->sim);
	return (result);
}
