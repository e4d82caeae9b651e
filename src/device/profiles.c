/* SPDX-License-Identifier: ISC */
/*
 * The simulated devices there are, and where they differ from appendix A.2.
 */
#include "device/profile.h"

#define ROW(name, sentence)	{ #name, sentence },

const struct sim_profile_row sim_profiles[] = { SIM_PROFILES(ROW) };
const size_t sim_profiles_count =
    sizeof sim_profiles / sizeof sim_profiles[0];

#define OPERATIONS(name, sentence)	&sim_##name,

static const struct profile *const operations[] = {
	SIM_PROFILES(OPERATIONS)
};

const struct profile *
sim_profile(size_t i)
{
	return (operations[i]);
}

static const char stm32f072[] = "stm32f072";
static const char early[] = "AN3156 polls in dfuDNBUSY, and logs show it "
    "answered";
static const char early_state[] = "inferred: as it answers GETSTATUS";
static const char lenient[] = "inferred: hosts send it to reach dfuIDLE";
static const char leave[] = "AN3156: the leave request is legal in dfuIDLE";
static const char stuck[] = "reported: dfuMANIFEST again, until it leaves";
static const char manifest_state[] = "inferred: a query that is not counted";
static const char manifest_other[] = "inferred: AN3156 allows only GETSTATUS "
    "next";
static const char no_timer[] = "inferred: only a GETSTATUS lets the device "
    "leave";
static const char loader[] = "the device stays in the bootloader: it has no "
    "run-time mode with DFU";

const struct sim_deviation_row sim_deviations[] = {
	{ stm32f072, STATE_IDLE, "zero-length DNLOAD", SIM_ACK,
	    STATE_MANIFEST_SYNC, leave },
	{ stm32f072, STATE_IDLE, "CLRSTATUS", SIM_ACK, STATE_IDLE, lenient },
	{ stm32f072, STATE_DNBUSY, "GETSTATUS", SIM_ACK, STATE_DNBUSY, early },
	{ stm32f072, STATE_DNBUSY, "GETSTATE", SIM_ACK, STATE_DNBUSY,
	    early_state },

	{ stm32f072, STATE_MANIFEST, "DETACH", SIM_STALL, STATE_MANIFEST,
	    manifest_other },
	{ stm32f072, STATE_MANIFEST, "DNLOAD", SIM_STALL, STATE_MANIFEST,
	    manifest_other },
	{ stm32f072, STATE_MANIFEST, "zero-length DNLOAD", SIM_STALL,
	    STATE_MANIFEST, manifest_other },
	{ stm32f072, STATE_MANIFEST, "UPLOAD", SIM_STALL, STATE_MANIFEST,
	    manifest_other },
	{ stm32f072, STATE_MANIFEST, "short UPLOAD", SIM_STALL,
	    STATE_MANIFEST, manifest_other },
	{ stm32f072, STATE_MANIFEST, "zero-length UPLOAD", SIM_STALL,
	    STATE_MANIFEST, manifest_other },
	{ stm32f072, STATE_MANIFEST, "GETSTATUS", SIM_ACK, STATE_MANIFEST,
	    stuck },
	{ stm32f072, STATE_MANIFEST, "CLRSTATUS", SIM_STALL, STATE_MANIFEST,
	    manifest_other },
	{ stm32f072, STATE_MANIFEST, "GETSTATE", SIM_ACK, STATE_MANIFEST,
	    manifest_state },
	{ stm32f072, STATE_MANIFEST, "ABORT", SIM_STALL, STATE_MANIFEST,
	    manifest_other },
	{ stm32f072, STATE_MANIFEST, "other request", SIM_STALL,
	    STATE_MANIFEST, manifest_other },
	{ stm32f072, STATE_MANIFEST, "time", SIM_ACK, STATE_MANIFEST,
	    no_timer },

	{ stm32f072, STATE_IDLE, "bus reset", SIM_ACK, STATE_IDLE, loader },
	{ stm32f072, STATE_DNLOAD_SYNC, "bus reset", SIM_ACK, STATE_IDLE,
	    loader },
	{ stm32f072, STATE_DNBUSY, "bus reset", SIM_ACK, STATE_IDLE, loader },
	{ stm32f072, STATE_DNLOAD_IDLE, "bus reset", SIM_ACK, STATE_IDLE,
	    loader },
	{ stm32f072, STATE_MANIFEST_SYNC, "bus reset", SIM_ACK, STATE_IDLE,
	    loader },
	{ stm32f072, STATE_MANIFEST, "bus reset", SIM_ACK, STATE_IDLE,
	    loader },
	{ stm32f072, STATE_UPLOAD_IDLE, "bus reset", SIM_ACK, STATE_IDLE,
	    loader },
	{ stm32f072, STATE_ERROR, "bus reset", SIM_ACK, STATE_IDLE, loader },

	{ stm32f072, STATE_IDLE, "power-on", SIM_ACK, STATE_IDLE, loader },
	{ stm32f072, STATE_DNLOAD_SYNC, "power-on", SIM_ACK, STATE_IDLE,
	    loader },
	{ stm32f072, STATE_DNBUSY, "power-on", SIM_ACK, STATE_IDLE, loader },
	{ stm32f072, STATE_DNLOAD_IDLE, "power-on", SIM_ACK, STATE_IDLE,
	    loader },
	{ stm32f072, STATE_MANIFEST_SYNC, "power-on", SIM_ACK, STATE_IDLE,
	    loader },
	{ stm32f072, STATE_MANIFEST, "power-on", SIM_ACK, STATE_IDLE,
	    loader },
	{ stm32f072, STATE_UPLOAD_IDLE, "power-on", SIM_ACK, STATE_IDLE,
	    loader },
	{ stm32f072, STATE_ERROR, "power-on", SIM_ACK, STATE_IDLE, loader },
};
const size_t sim_deviations_count =
    sizeof sim_deviations / sizeof sim_deviations[0];
