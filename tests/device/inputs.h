/* SPDX-License-Identifier: ISC */
/*
 * The inputs of appendix A.2, given to a simulated device.
 */
#ifndef TESTS_DEVICE_INPUTS_H
#define TESTS_DEVICE_INPUTS_H

#include "dfu/transition.h"
#include "tests/device/steps.h"

/* What happened to a device under an input. */
struct rig_result {
	bool		answers;	/* not for resets and time */
	enum sim_answer	answer;
	int		state;		/* GONE: not on the bus */
};

/* The request that is this input; SIM_GONE for what is none. */
enum sim_answer	 rig_input(struct rig *r, enum dfu_input input);

/* Long after every timer of the devices. */
#define RIG_LATER	UINT64_C(100000000)

/* One input; for a reset and for time, until nothing more happens. */
struct rig_result rig_put(struct rig *r, enum dfu_input input);

#endif
