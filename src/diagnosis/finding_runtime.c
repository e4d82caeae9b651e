/* Findings: DETACH, bus reset, coming back; opening and the cable. */
#include "diagnosis/finding_rule.h"

#include "wire/usb.h"

#define SECOND	1000000

static bool
will_detach(const struct finding_case *c)
{
	return ((finding_attributes(c->s) & DFU_ATTR_WILL_DETACH) != 0);
}

/* DETACH was taken, and it has not left the bus since. */
static bool
detach_pending(const struct finding_case *c)
{
	return (c->w->detach_taken && session_runtime(c->s) &&
	    (!c->w->left || c->w->left_at < c->w->detach_at));
}

static bool
is_detach_zero(struct finding_case *c)
{
	if (!finding_is(c, DFU_DETACH) || c->r->setup.wValue != 0 ||
	    !session_runtime(c->s) || will_detach(c))
		return (false);
	return (finding_say(c, "DETACH with wTimeout 0"));
}

static bool
is_detach_alone(struct finding_case *c)
{
	if (!detach_pending(c) || c->w->detach_reset || will_detach(c) ||
	    c->now < c->w->detach_at +
	    (uint64_t)c->w->detach_timeout * 1000 ||
	    (c->state != NO_STATE && c->state != DFU_STATE_APP_IDLE))
		return (false);
	return (finding_since(c, c->w->detach,
	    "no bus reset within the %u ms of DETACH",
	    c->w->detach_timeout));
}

static bool
is_reset_idle(struct finding_case *c)
{
	if (!detach_pending(c) || !c->w->detach_reset ||
	    !dfu_state_is(c->state, DFU_STATES_RUNTIME))
		return (false);
	return (finding_since(c, c->w->detach,
	    "DETACH, bus reset, and still %s", dfu_state_name(c->state)));
}

static bool
is_detach_void(struct finding_case *c)
{
	if (!detach_pending(c) || !will_detach(c) ||
	    c->now < c->w->detach_at + 2 * SECOND +
	    (uint64_t)c->w->detach_timeout * 1000)
		return (false);
	return (finding_since(c, c->w->detach,
	    "DETACH was taken and it is still on the bus"));
}

static bool
is_reset_collision(struct finding_case *c)
{
	if (!detach_pending(c) || !will_detach(c) ||
	    c->now - c->w->detach_at > 5 * SECOND)
		return (false);
	return (finding_since(c, c->w->detach,
	    "bus reset %.1f s after DETACH, bitWillDetach is set",
	    (double)(c->now - c->w->detach_at) / 1e6));
}

static bool
left_on_detach(const struct finding_case *c)
{
	return (c->w->detach != 0 && c->w->detach == c->w->left_after);
}

static bool
is_lost_detach(struct finding_case *c)
{
	if (c->s->present || !c->w->left || c->w->was_dfu ||
	    !left_on_detach(c) || finding_idle(c) < 10 * SECOND)
		return (false);
	return (finding_since(c, c->w->detach,
	    "left after DETACH, not back in 10 s"));
}

static bool
is_late(struct finding_case *c)
{
	if (!c->w->left || c->now - c->w->left_at < 5 * SECOND ||
	    (!left_on_detach(c) && c->w->leave == 0))
		return (false);
	return (finding_since(c, c->w->left_after, "back after %.1f s",
	    (double)(c->now - c->w->left_at) / 1e6));
}

static bool
is_back_at_runtime(struct finding_case *c)
{
	if (!c->w->left || c->w->was_dfu || !left_on_detach(c) ||
	    !session_runtime(c->s))
		return (false);
	return (finding_since(c, c->w->detach,
	    "DETACH, and back in run-time mode"));
}

static bool
is_left_on_detach(struct finding_case *c)
{
	if (c->w->past.request != DFU_DETACH || c->w->past.number == 0 ||
	    outcome_is_answer(c->w->past.outcome))
		return (false);
	return (finding_say(c, "DETACH: %s, and it left",
	    finding_ended(c->w->past.outcome)));
}

static bool
is_detach_refused(struct finding_case *c)
{
	if (!finding_is(c, DFU_DETACH) || !session_runtime(c->s))
		return (false);
	return (finding_say(c, "DETACH to interface %u: STALL",
	    c->r->setup.wIndex));
}

static bool
is_detach_in_dfu(struct finding_case *c)
{
	if (!finding_is(c, DFU_DETACH) || session_runtime(c->s))
		return (false);
	return (finding_say(c, "DETACH in DFU mode: STALL"));
}

static bool
is_runtime_mute(struct finding_case *c)
{
	if ((!finding_is(c, DFU_GETSTATUS) && !finding_is(c, DFU_GETSTATE)) ||
	    !session_runtime(c->s))
		return (false);
	return (finding_say(c, "STALL in run-time mode"));
}

static bool
is_app_in_dfu(struct finding_case *c)
{
	if (!dfu_state_is(c->state, DFU_STATES_RUNTIME) ||
	    session_runtime(c->s) || c->w->detach != 0 ||
	    session_function(c->s) == NULL)
		return (false);
	return (finding_say(c, "%s under descriptors of DFU mode",
	    dfu_state_name(c->state)));
}

static bool
is_dfu_in_runtime(struct finding_case *c)
{
	if (dfu_state_is(c->state, DFU_STATES_RUNTIME) ||
	    !session_runtime(c->s))
		return (false);
	return (finding_say(c, "%s under descriptors of run-time mode",
	    dfu_state_name(c->state)));
}

static bool
is_second_id(struct finding_case *c)
{
	if (!c->w->left || c->s->who == NULL || !left_on_detach(c) ||
	    (c->s->who->vendor == c->w->was_vendor &&
	    c->s->who->product == c->w->was_product))
		return (false);
	return (finding_since(c, c->w->detach,
	    "%04x:%04x became %04x:%04x, which cannot be opened",
	    c->w->was_vendor, c->w->was_product, c->s->who->vendor,
	    c->s->who->product));
}

static bool
is_open_denied(struct finding_case *c)
{
	if (c->e->outcome != OUTCOME_DENIED)
		return (false);
	return (finding_say(c, "opening it was denied"));
}

static bool
is_open_busy(struct finding_case *c)
{
	if (c->e->outcome != OUTCOME_BUSY)
		return (false);
	return (finding_say(c, "%s", c->s->who != NULL &&
	    c->s->who->holder != NULL ? "a driver or program holds it" :
	    "its interface is claimed already"));
}

/* A transfer broke, and the device did not leave after it. */
static bool
is_bus_error(struct finding_case *c)
{
	if (!c->s->present || (c->w->past.outcome != OUTCOME_BUSERROR &&
	    c->w->past.outcome != OUTCOME_BABBLE) ||
	    c->w->past.number == 0)
		return (false);
	return (finding_since(c, c->w->broken_first,
	    "%s, and the device stayed",
	    finding_ended(c->w->past.outcome)));
}

/* It left while something was going on that does not make it leave. */
static bool
is_vanished(struct finding_case *c)
{
	const struct finding_state *w = c->w;

	/* A leave that was taken and not given up is a reason at any time. */
	if (c->s->departure.leaving.accepted || w->work == DFU_KIND_NONE ||
	    w->work == DFU_KIND_END || w->work == DFU_KIND_READ_UNPROTECT ||
	    w->past.number == 0 || w->reset ||
	    w->past.state == DFU_STATE_IDLE ||
	    w->past.state == DFU_STATE_ERROR || w->past.request == DFU_DETACH ||
	    w->past.request == DFU_ABORT)
		return (false);
	return (finding_since(c, w->work_by, "it left in the middle: %s",
	    w->work_over ? "between two blocks" : "the work was not over"));
}

const struct finding_row finding_runtime_rows[] = {
	{ "detach-timeout-zero", "DETACH with a time-out of 0 ends at once",
	    FINDING_RUNTIME, SEVERITY_WARNING, FINDING_FAULT_HOST,
	    "wTimeout is how long the device waits for the bus reset that "
	    "leads into DFU mode. With 0 it falls back to appIDLE before any "
	    "reset can come.",
	    NULL, "detach 1000", NULL, NULL, "DFU 1.1 5.1; fwupd 8e054956b",
	    FINDING_ON_SENT, GROUP_NONE, is_detach_zero },
	{ "detach-without-reset", "DETACH, but no bus reset in time",
	    FINDING_RUNTIME, SEVERITY_WARNING, FINDING_FAULT_HOST,
	    "Without bitWillDetach the host has to reset the bus within "
	    "wTimeout. It did not, so the device is back in appIDLE.",
	    NULL, "enter-dfu", NULL, "Set bitWillDetach and detach.",
	    "DFU 1.1 5.1 and A.2.2",
	    FINDING_ON_STATUS | FINDING_ON_TIME, GROUP_NONE,
	    is_detach_alone },
	{ "reset-without-effect", "the bus reset did not reach the device",
	    FINDING_RUNTIME, SEVERITY_WARNING, FINDING_FAULT_SYSTEM,
	    "DETACH was followed by a reset, and the device is still in "
	    "run-time mode: the driver cannot reset the bus (WinUSB), or a "
	    "virtual machine swallowed it.",
	    NULL, NULL, "Another driver (libusbK), or unplug it.",
	    "Set bitWillDetach and detach by yourself.",
	    "zephyr 49821; dfu-util fc81c6c",
	    FINDING_ON_STATUS, GROUP_NONE, is_reset_idle },
	{ "detach-void", "DETACH was taken, and it does not leave",
	    FINDING_RUNTIME, SEVERITY_WARNING, FINDING_FAULT_DEVICE,
	    "bitWillDetach promises that it leaves by itself. The host saw "
	    "no disconnect: the pull-up was not released, or for too short "
	    "a time.",
	    NULL, NULL, "Unplug it, with its button held if it has one.",
	    "Drop the pull-up for 10 ms or more.",
	    "blackmagic b44bbf04; STM32duino-bootloader 2551499",
	    FINDING_ON_TIME, GROUP_NONE, is_detach_void },
	{ "reset-despite-will-detach", "a bus reset for one that detaches",
	    FINDING_RUNTIME, SEVERITY_WARNING, FINDING_FAULT_HOST,
	    "With bitWillDetach the device leaves and comes back by itself. "
	    "The host's reset meets it half way and it can be lost.",
	    NULL, "enter-dfu", NULL, NULL, "DFU 1.1 4.1.3; dfu-util 0b8b3ff",
	    FINDING_ON_RESET, GROUP_NONE, is_reset_collision },
	{ "detach-no-return", "it left for DFU mode and did not come back",
	    FINDING_RUNTIME, SEVERITY_WARNING, FINDING_FAULT_DEVICE,
	    "After DETACH nothing enumerates: EP0 is not set up in the new "
	    "mode, or the disconnect was too short for this host.",
	    "Cameras take up to three minutes: then it is only slow.",
	    NULL, "Wait three minutes, then unplug it; try a hub.",
	    "Stay off the bus for 500 ms; set up EP0 after that.",
	    "zephyr 50549; greatfet 195; STM32duino-bootloader 6",
	    FINDING_ON_TIME, GROUP_NONE, is_lost_detach },
	{ "back-late", "it took its time to come back",
	    FINDING_RUNTIME, SEVERITY_NOTE, FINDING_FAULT_DEVICE,
	    "It re-enumerated later than most tools wait, which then report "
	    "that the device did not come back.",
	    NULL, NULL, "Give the tool a longer wait.", NULL,
	    "fwupd 9f31bc22d", FINDING_ON_ARRIVED, GROUP_NONE, is_late },
	{ "detach-back-at-runtime", "after DETACH it is in run-time mode again",
	    FINDING_RUNTIME, SEVERITY_WARNING, FINDING_FAULT_DEVICE,
	    "It left and came back with the same mode: its DFU descriptors "
	    "are not served (composite devices), or its loader started the "
	    "application at once.",
	    NULL, "enter-dfu", "Or enter the loader by its button.",
	    "Serve the DFU-mode descriptors after DETACH.",
	    "zephyr 23337 and 14882",
	    FINDING_ON_ARRIVED, GROUP_BACK, is_back_at_runtime },
	{ "left-on-detach", "it left before it answered DETACH: fine",
	    FINDING_RUNTIME, SEVERITY_NOTE, FINDING_FAULT_NOBODY,
	    "The device reboots as soon as it has DETACH. Tools report a "
	    "failed transfer; it is on its way into DFU mode.",
	    NULL, NULL, NULL, "Reboot after the status stage.",
	    "fwupd af652da16", FINDING_ON_LEFT, GROUP_LEFT,
	    is_left_on_detach },
	{ "detach-refused", "DETACH is refused in run-time mode",
	    FINDING_RUNTIME, SEVERITY_WARNING, FINDING_FAULT_DEVICE,
	    "The device stalls DETACH: it is busy (a camera that streams), "
	    "or the request went to an interface that is not its DFU one.",
	    "wIndex tells: it must be the number of the DFU interface.",
	    "detach 1000", "Stop the stream first.", NULL, "fwupd 870d149a1",
	    FINDING_ON_STALL, GROUP_STALL, is_detach_refused },
	{ "detach-in-dfu-refused", "DETACH is not a request of DFU mode",
	    FINDING_RUNTIME, SEVERITY_NOTE, FINDING_FAULT_HOST,
	    "In DFU mode DFU 1.1 knows no DETACH. Some loaders take it as "
	    "the way out, this one does not.",
	    NULL, "reset", NULL, "Take DETACH in dfuIDLE; reset after it.",
	    "DFU 1.1 A.2.3; dapboot 28", FINDING_ON_STALL, GROUP_STALL,
	    is_detach_in_dfu },
	{ "runtime-getstatus", "no GETSTATUS in run-time mode: that is fine",
	    FINDING_RUNTIME, SEVERITY_NOTE, FINDING_FAULT_NOBODY,
	    "Many devices answer nothing but DETACH in run-time mode. Take "
	    "it for appIDLE.",
	    NULL, "detach 1000", NULL, NULL, "dfu-util 33b565d; reDIP-SID 7",
	    FINDING_ON_STALL, GROUP_STALL, is_runtime_mute },
	{ "app-state-in-dfu-mode", "it calls itself appIDLE in DFU mode",
	    FINDING_RUNTIME, SEVERITY_WARNING, FINDING_FAULT_DEVICE,
	    "The descriptors are those of DFU mode, the state is one of "
	    "run-time mode: another firmware than the loader answers, or a "
	    "stub. Tools refuse to go on.",
	    NULL, "enter-dfu", "Or enter the loader by its button.",
	    "Report dfuIDLE in DFU mode.", "IronOS-dfu 17",
	    FINDING_ON_STATUS, GROUP_NONE, is_app_in_dfu },
	{ "dfu-state-at-runtime", "DFU mode behind run-time descriptors",
	    FINDING_RUNTIME, SEVERITY_NOTE, FINDING_FAULT_DEVICE,
	    "bInterfaceProtocol says run-time, its answers say DFU mode. "
	    "Believe the answers.",
	    NULL, NULL, NULL, "bInterfaceProtocol 2 in DFU mode.",
	    "dfu-util ce09a61 and fe11ce0",
	    FINDING_ON_TOLD, GROUP_NONE, is_dfu_in_runtime },
	{ "second-id-denied", "in DFU mode it has another id, not allowed",
	    FINDING_BUS, SEVERITY_WARNING, FINDING_FAULT_SYSTEM,
	    "Driver or permission were set up for the run-time id only. The "
	    "device is in DFU mode and cannot be opened.",
	    NULL, NULL, "Driver or udev rule for the DFU id too.",
	    "Microsoft OS descriptors in both modes.", "AIOC 28",
	    FINDING_ON_OPENED, GROUP_BROKEN, is_second_id },
	{ "open-denied", "this user may not open the device",
	    FINDING_BUS, SEVERITY_WARNING, FINDING_FAULT_SYSTEM,
	    "The device node is not accessible: no udev rule for this id. "
	    "Loaders have other ids than their applications.",
	    NULL, NULL, "Install a udev rule, then plug it in again.", NULL,
	    "zsa/wally 78", FINDING_ON_OPENED, GROUP_BROKEN,
	    is_open_denied },
	{ "open-busy", "another program or driver holds it",
	    FINDING_BUS, SEVERITY_WARNING, FINDING_FAULT_SYSTEM,
	    "The interface is claimed: a second tool, a browser tab, a "
	    "daemon such as fwupd or ModemManager.",
	    NULL, NULL, "Close the other one, then try again.", NULL,
	    "betaflight-configurator 4956; epsilon 2015",
	    FINDING_ON_OPENED, GROUP_BROKEN, is_open_busy },
	{ "bus-error", "a transfer broke, and the device stayed",
	    FINDING_BUS, SEVERITY_WARNING, FINDING_FAULT_SYSTEM,
	    "Not a refusal and not silence: the bits did not arrive. Supply "
	    "noise, cable, host controller, or a loader that guessed its "
	    "clock wrong (ST's ROM with a 25 MHz crystal).",
	    "The same with another cable and a USB 2.0 hub: the clock. "
	    "Always at the same block: the device.",
	    "getstatus", "Other cable, port, hub; run from battery.",
	    "An 8 MHz crystal, or a loader of your own.",
	    "arduino dfu-utils-cross 7; qmk_firmware 17890",
	    FINDING_ON_SENT | FINDING_ON_TIME, GROUP_NONE, is_bus_error },
	{ "vanished", "it left the bus in the middle of a transfer",
	    FINDING_BUS, SEVERITY_ERROR, FINDING_FAULT_OPEN,
	    "Nothing that was asked of it makes a device leave here: it was "
	    "unplugged, lost power, or reset itself (watchdog, crash). What "
	    "was written so far is in the flash, the rest is not.",
	    "Back at once, it reset itself; not back, it lost power.",
	    NULL, "Check cable and supply, then download again.",
	    "Feed the watchdog while flashing.", "ST forum; rusefi 8926",
	    FINDING_ON_LEFT, GROUP_LEFT, is_vanished },
};
const size_t finding_runtime_count =
    sizeof(finding_runtime_rows) / sizeof(finding_runtime_rows[0]);
