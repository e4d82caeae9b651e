/* SPDX-License-Identifier: ISC */
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
	return (c->w->detach.taken && session_runtime(c->s) &&
	    (!c->w->gone.ever || c->w->gone.at < c->w->detach.at));
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
	if (!detach_pending(c) || c->w->detach.reset || will_detach(c) ||
	    c->now < c->w->detach.at +
	    (uint64_t)c->w->detach.timeout * 1000 ||
	    (c->state != NO_STATE && c->state != DFU_STATE_APP_IDLE))
		return (false);
	return (finding_since(c, c->w->detach.by,
	    "no bus reset within the %u ms of DETACH",
	    c->w->detach.timeout));
}

static bool
is_reset_idle(struct finding_case *c)
{
	if (!detach_pending(c) || !c->w->detach.reset ||
	    !dfu_state_is(c->state, DFU_STATES_RUNTIME))
		return (false);
	return (finding_since(c, c->w->detach.by,
	    "DETACH, bus reset, and still %s", dfu_state_name(c->state)));
}

static bool
is_detach_void(struct finding_case *c)
{
	if (!detach_pending(c) || !will_detach(c) ||
	    c->now < c->w->detach.at + 2 * SECOND +
	    (uint64_t)c->w->detach.timeout * 1000)
		return (false);
	return (finding_since(c, c->w->detach.by,
	    "DETACH was accepted, the device is still connected"));
}

static bool
is_reset_collision(struct finding_case *c)
{
	if (!detach_pending(c) || !will_detach(c) ||
	    c->now - c->w->detach.at > 5 * SECOND)
		return (false);
	return (finding_since(c, c->w->detach.by,
	    "bus reset %.1f s after DETACH, bitWillDetach is set",
	    (double)(c->now - c->w->detach.at) / 1e6));
}

static bool
left_on_detach(const struct finding_case *c)
{
	return (c->w->detach.by != 0 && c->w->detach.by == c->w->gone.after);
}

static bool
is_lost_detach(struct finding_case *c)
{
	if (c->s->present || !c->w->gone.ever || c->w->gone.was_dfu ||
	    !left_on_detach(c) || finding_idle(c) < 10 * SECOND)
		return (false);
	return (finding_since(c, c->w->detach.by,
	    "disconnected after DETACH, not reconnected within 10 s"));
}

static bool
is_late(struct finding_case *c)
{
	if (!c->w->gone.ever || c->now - c->w->gone.at < 5 * SECOND ||
	    c->w->gone.plugged ||
	    (!left_on_detach(c) && c->s->departure.leaving.by == 0))
		return (false);
	return (finding_since(c, c->w->gone.after, "reconnected after %.1f s",
	    (double)(c->now - c->w->gone.at) / 1e6));
}

static bool
is_back_at_runtime(struct finding_case *c)
{
	if (!c->w->gone.ever || c->w->gone.was_dfu || !left_on_detach(c) ||
	    !session_runtime(c->s))
		return (false);
	return (finding_since(c, c->w->detach.by,
	    "DETACH, then run-time mode again"));
}

static bool
is_left_on_detach(struct finding_case *c)
{
	if (c->w->here.past.request != DFU_DETACH ||
	    c->w->here.past.number == 0 ||
	    outcome_is_answer(c->w->here.past.outcome))
		return (false);
	return (finding_say(c, "DETACH: %s, then the device disconnected",
	    finding_ended(c->w->here.past.outcome)));
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
	    session_runtime(c->s) || c->w->detach.by != 0 ||
	    session_function(c->s) == NULL)
		return (false);
	return (finding_say(c, "%s with descriptors of DFU mode",
	    dfu_state_name(c->state)));
}

static bool
is_dfu_in_runtime(struct finding_case *c)
{
	if (dfu_state_is(c->state, DFU_STATES_RUNTIME) ||
	    !session_runtime(c->s))
		return (false);
	return (finding_say(c, "%s with descriptors of run-time mode",
	    dfu_state_name(c->state)));
}

static bool
is_second_id(struct finding_case *c)
{
	if (!c->w->gone.ever || c->s->who == NULL || !left_on_detach(c) ||
	    (c->s->who->vendor == c->w->gone.vendor &&
	    c->s->who->product == c->w->gone.product))
		return (false);
	return (finding_since(c, c->w->detach.by,
	    "%04x:%04x became %04x:%04x, which cannot be opened",
	    c->w->gone.vendor, c->w->gone.product, c->s->who->vendor,
	    c->s->who->product));
}

static bool
is_open_denied(struct finding_case *c)
{
	if (c->e->outcome != OUTCOME_DENIED)
		return (false);
	return (finding_say(c, "permission denied at opening"));
}

static bool
is_open_busy(struct finding_case *c)
{
	if (c->e->outcome != OUTCOME_BUSY)
		return (false);
	return (finding_say(c, "%s", c->s->who != NULL &&
	    c->s->who->holder != NULL ? "in use by a driver or program" :
	    "the interface is already claimed"));
}

/* A transfer broke, and the device did not leave after it. */
static bool
is_bus_error(struct finding_case *c)
{
	if (!c->s->present || (c->w->here.past.outcome != OUTCOME_BUSERROR &&
	    c->w->here.past.outcome != OUTCOME_BABBLE) ||
	    c->w->here.past.number == 0)
		return (false);
	c->last = c->w->here.past.number;
	return (finding_since(c, c->w->here.broken_first,
	    "%s, the device stayed connected",
	    finding_ended(c->w->here.past.outcome)));
}

/* On real hubs it breaks first, and is seen to leave later. */
static bool
left_after_all(const struct finding_case *c, const struct finding *f)
{
	(void)f;
	return (c->e->kind == EVENT_LEFT &&
	    c->now - c->w->here.broken_at <= SESSION_GONE_WITHIN);
}

/* Neither an unprotect nor option bytes: they end in a reset. */
static bool
may_not_leave(const struct finding_case *c)
{
	return (finding_sure(c) && (finding_plain(c) ||
	    session_fact(c->s, FACT_MAP) != KNOWN_NOT));
}

/* It left while something was going on that does not make it leave. */
static bool
is_vanished(struct finding_case *c)
{
	const struct finding_state *w = c->w;

	/* A leave that was taken and not given up is a reason at any time. */
	if (c->s->departure.cause == DEPARTURE_ANEW ||
	    c->s->departure.leaving.accepted || w->work.kind == DFU_KIND_NONE ||
	    w->work.kind == DFU_KIND_END ||
	    w->work.kind == DFU_KIND_READ_UNPROTECT || !may_not_leave(c) ||
	    w->here.past.number == 0 || w->here.reset ||
	    w->here.past.state == DFU_STATE_IDLE ||
	    w->here.past.state == DFU_STATE_ERROR ||
	    w->here.past.request == DFU_DETACH ||
	    w->here.past.request == DFU_ABORT)
		return (false);
	return (finding_since(c, w->work.by, "disconnected in the middle: %s",
	    w->work.over ? "between two blocks" : "the operation was not "
	    "over"));
}

/* The last block was short, and what comes back is no loader. */
static bool
was_over(const struct finding_case *c)
{
	return (c->e->kind == EVENT_ARRIVED && c->w->gone.ever &&
	    c->w->gone.was_dfu && !c->w->gone.plugged &&
	    c->w->work.kind == DFU_KIND_WRITE &&
	    c->w->work.length < c->w->here.transfer_size &&
	    c->now - c->w->gone.at < 5 * SECOND &&
	    (session_function(c->s) == NULL || session_runtime(c->s)));
}

static bool
is_over_after_all(const struct finding_case *c, const struct finding *f)
{
	(void)f;
	return (was_over(c));
}

static bool
is_restarted(struct finding_case *c)
{
	if (!was_over(c))
		return (false);
	return (finding_since(c, c->w->work.by,
	    "a last block of %u bytes, a disconnection, then the application",
	    c->w->work.length));
}

const struct finding_row finding_runtime_rows[] = {
	{ .id = "detach-timeout-zero",
	    .needs = FACT(FACT_ATTRIBUTES),
	    .title = "DETACH with a timeout of 0 expires at once",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "wTimeout is how long the device waits for the bus "
	    "reset that starts DFU mode. With 0 the device returns to appIDLE "
	    "before any reset.",
	    .source = "DFU 1.1 5.1; fwupd 8e054956b",
	    .when = FINDING_ON_SENT,
	    .requests = FINDING_BIT(DFU_IN_DETACH),
	    .predicate = is_detach_zero },
	{ .id = "detach-without-reset",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_ATTRIBUTES),
	    .title = "No bus reset in time after DETACH",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "Without bitWillDetach the host must reset the bus "
	    "within wTimeout. The host did not, so the device is back in "
	    "appIDLE.",
	    .firmware = "Set bitWillDetach and detach without a bus reset.",
	    .source = "DFU 1.1 5.1 and A.2.2",
	    .when = FINDING_ON_STATUS | FINDING_ON_TIME,
	    .predicate = is_detach_alone },
	{ .id = "reset-without-effect",
	    .needs = FACT(FACT_DESCRIPTORS) | FACT(FACT_STATUS),
	    .title = "Bus reset did not reach the device",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_SYSTEM,
	    .mechanism = "A bus reset followed DETACH, but the device is "
	    "still in run-time mode. The driver cannot reset the bus "
	    "(WinUSB), or a virtual machine did not pass the reset on.",
	    .advice = "Use another driver (libusbK), or unplug the device.",
	    .firmware = "Set bitWillDetach and detach without a bus reset.",
	    .source = "zephyr 49821; dfu-util fc81c6c",
	    .when = FINDING_ON_STATUS,
	    .states = FINDING_BIT(DFU_STATE_APP_IDLE) |
		FINDING_BIT(DFU_STATE_APP_DETACH),
	    .predicate = is_reset_idle },
	{ .id = "detach-void",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_ATTRIBUTES),
	    .title = "DETACH accepted, but the device stays connected",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "bitWillDetach announces that the device disconnects. "
	    "The host saw no disconnection: the device did not release its "
	    "pull-up, or too briefly.",
	    .advice = "Unplug the device; hold its button, if it has one, "
	        "while you plug it in.",
	    .firmware = "Release the pull-up for 10 ms or more.",
	    .source = "blackmagic b44bbf04; STM32duino-bootloader 2551499",
	    .when = FINDING_ON_TIME, .predicate = is_detach_void },
	{ .id = "reset-despite-will-detach",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_ATTRIBUTES),
	    .title = "Bus reset sent to a device that detaches itself",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "A device with bitWillDetach disconnects and "
	    "reconnects without a bus reset. A reset by the host in between "
	    "can make it fail.",
	    .source = "DFU 1.1 4.1.3; dfu-util 0b8b3ff",
	    .when = FINDING_ON_RESET, .predicate = is_reset_collision },
	{ .id = "detach-no-return",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_DESCRIPTORS),
	    .title = "Device disconnected for DFU mode, did not reconnect",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "No device reconnected after DETACH. The firmware "
	    "does not set up EP0 in DFU mode, or the disconnection was too "
	    "short for this host.",
	    .apart = "Cameras take up to 3 min; such a device is only slow.",
	    .advice = "Wait 3 min, then replug the device; try a hub.",
	    .firmware = "Stay disconnected for 500 ms; set up EP0 after that.",
	    .source = "zephyr 50549; greatfet 195; STM32duino-bootloader 6",
	    .when = FINDING_ON_TIME, .predicate = is_lost_detach,
	    .taken_back = finding_back },
	{ .id = "back-late",
	    .needs = FACT(FACT_CLOCK),
	    .title = "Device reconnected late", .class = FINDING_RUNTIME,
	    .severity = SEVERITY_NOTE, .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The device reconnected later than most tools wait. "
	    "Those tools report that the device was lost.",
	    .advice = "Give the tool a longer wait.",
	    .source = "fwupd 9f31bc22d", .when = FINDING_ON_ARRIVED,
	    .predicate = is_late },
	{ .id = "detach-back-at-runtime",
	    .needs = FACT(FACT_DESCRIPTORS),
	    .title = "Run-time mode again after DETACH",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The device reconnected in the same mode. It does "
	    "not serve its DFU descriptors (composite devices), or its "
	    "bootloader started the application at once.",
	    .advice = "Start the bootloader by its button.",
	    .firmware = "Serve the DFU-mode descriptors after DETACH.",
	    .source = "zephyr 23337 and 14882", .when = FINDING_ON_ARRIVED,
	    .group = GROUP_BACK, .predicate = is_back_at_runtime },
	{ .id = "left-on-detach",
	    .title = "Device left before answering DETACH: no fault",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_NOBODY,
	    .mechanism = "The device reboots as soon as it receives DETACH "
	    "and will reconnect in DFU mode. Tools report a failed transfer.",
	    .firmware = "Reboot after the status stage.",
	    .source = "fwupd af652da16", .when = FINDING_ON_LEFT,
	    .group = GROUP_LEFT, .predicate = is_left_on_detach },
	{ .id = "detach-refused",
	    .needs = FACT(FACT_DESCRIPTORS),
	    .title = "DETACH stalled in run-time mode",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The device stalled DETACH: it is busy (a camera "
	    "that streams), or the request went to an interface other than "
	    "the DFU one.",
	    .apart = "Check wIndex: it must be the number of the DFU "
	    "interface.",
	    .advice = "Stop the stream first.",
	    .source = "fwupd 870d149a1", .when = FINDING_ON_STALL,
	    .group = GROUP_STALL, .predicate = is_detach_refused },
	{ .id = "detach-in-dfu-refused",
	    .needs = FACT(FACT_DESCRIPTORS),
	    .title = "DETACH is not a request of DFU mode",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "DFU 1.1 defines no DETACH in DFU mode. Some "
	    "bootloaders leave DFU mode on DETACH; this one does not.",
	    .firmware = "Accept DETACH in dfuIDLE; reset after it.",
	    .source = "DFU 1.1 A.2.3; dapboot 28", .when = FINDING_ON_STALL,
	    .group = GROUP_STALL, .predicate = is_detach_in_dfu },
	{ .id = "runtime-getstatus",
	    .needs = FACT(FACT_DESCRIPTORS),
	    .title = "No GETSTATUS in run-time mode: no fault",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_NOBODY,
	    .mechanism = "Many devices answer only DETACH in run-time mode. "
	    "Assume appIDLE.",
	    .source = "dfu-util 33b565d; reDIP-SID 7",
	    .when = FINDING_ON_STALL, .group = GROUP_STALL,
	    .predicate = is_runtime_mute },
	{ .id = "app-state-in-dfu-mode",
	    .needs = FACT(FACT_DESCRIPTORS) | FACT(FACT_STATUS),
	    .title = "Device reports appIDLE in DFU mode",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The descriptors are those of DFU mode, but the "
	    "state is one of run-time mode. Other firmware than the "
	    "bootloader answers, or a stub. Tools refuse to continue.",
	    .advice = "Start the bootloader by its button.",
	    .firmware = "Report dfuIDLE in DFU mode.",
	    .source = "IronOS-dfu 17", .when = FINDING_ON_STATUS,
	    .states = FINDING_BIT(DFU_STATE_APP_IDLE) |
		FINDING_BIT(DFU_STATE_APP_DETACH),
	    .predicate = is_app_in_dfu },
	{ .id = "dfu-state-at-runtime",
	    .needs = FACT(FACT_DESCRIPTORS) | FACT(FACT_STATUS),
	    .title = "DFU mode with run-time descriptors",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "bInterfaceProtocol announces run-time mode, but the "
	    "answers are those of DFU mode. Trust the answers.",
	    .firmware = "Set bInterfaceProtocol to 2 in DFU mode.",
	    .source = "dfu-util ce09a61 and fe11ce0", .when = FINDING_ON_TOLD,
	    .predicate = is_dfu_in_runtime },
	{ .id = "second-id-denied",
	    .title = "Permission denied for the id of DFU mode",
	    .class = FINDING_BUS, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_SYSTEM,
	    .mechanism = "The driver or permission covers only the run-time "
	    "id. The device is in DFU mode and cannot be opened.",
	    .advice = "Add a driver or udev rule for the id of DFU mode.",
	    .firmware = "Provide Microsoft OS descriptors in both modes.",
	    .source = "AIOC 28", .when = FINDING_ON_OPENED,
	    .group = GROUP_BROKEN, .predicate = is_second_id },
	{ .id = "open-denied",
	    .title = "Permission denied opening the device",
	    .class = FINDING_BUS,
	    .severity = SEVERITY_WARNING, .fault = FINDING_FAULT_SYSTEM,
	    .mechanism = "You have no access to the device node: no udev rule "
	    "covers this id. Bootloaders have other ids than their "
	    "applications.",
	    .advice = "Install the udev rule, then replug the device.",
	    .source = "zsa/wally 78", .when = FINDING_ON_OPENED,
	    .group = GROUP_BROKEN, .predicate = is_open_denied },
	{ .id = "open-busy",
	    .title = "Device in use by another program or driver",
	    .class = FINDING_BUS, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_SYSTEM,
	    .mechanism = "Another program has claimed the interface: a second "
	    "tool, a browser tab, or a daemon such as fwupd or ModemManager.",
	    .advice = "Close the other program, then retry.",
	    .source = "betaflight-configurator 4956; epsilon 2015",
	    .when = FINDING_ON_OPENED, .group = GROUP_BROKEN,
	    .predicate = is_open_busy },
	{ .id = "bus-error",
	    .title = "Transfer failed on the bus, the device stayed",
	    .class = FINDING_BUS, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_SYSTEM,
	    .mechanism = "The transfer ended in a bus error, not in a STALL "
	    "or timeout. Possible causes: supply noise, cable, host "
	    "controller, or a bootloader that detected its clock wrongly (ST "
	    "ROM with a 25 MHz crystal).",
	    .apart = "If another cable and a USB 2.0 hub change nothing, "
	    "suspect the clock. If it is always the same block, suspect the "
	    "device.",
	    .advice = "Try another cable, port or hub; run the device from "
	        "battery.",
	    .firmware = "Use an 8 MHz crystal, or another bootloader.",
	    .source = "arduino dfu-utils-cross 7; qmk_firmware 17890",
	    .when = FINDING_ON_SENT | FINDING_ON_TIME,
	    .predicate = is_bus_error, .taken_back = left_after_all,
	    .settled = FINDING_ON_TOLD | FINDING_ON_TAKEN,
	    .within = SESSION_GONE_WITHIN },
	{ .id = "restarted-itself",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_DESCRIPTORS),
	    .title = "Device restarted after the last block: no fault",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_NOBODY,
	    .mechanism = "The device did not wait for the zero-length DNLOAD: "
	    "it took a short block as the end, and the new application runs.",
	    .firmware = "Wait for the end of the download, and for "
	    "GETSTATUS.",
	    .source = "DFU 1.1 A.2.6", .when = FINDING_ON_ARRIVED,
	    .group = GROUP_BACK, .predicate = is_restarted },
	{ .id = "vanished",
	    .title = "Device disconnected during a transfer",
	    .class = FINDING_BUS, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_OPEN,
	    .mechanism = "No request here makes a device disconnect: it was "
	    "unplugged, lost power, or reset itself (watchdog, crash). What "
	    "it reported as done is done; the block or sector in progress is "
	    "unknown, and nothing after it is written.",
	    .apart = "A device that reconnects at once reset itself; one that "
	        "does not lost power.",
	    .advice = "Check cable and power, then download again.",
	    .firmware = "Serve the watchdog while flashing.",
	    .source = "ST forum; rusefi 8926", .when = FINDING_ON_LEFT,
	    .group = GROUP_LEFT, .predicate = is_vanished,
	    .taken_back = is_over_after_all,
	    .settled = FINDING_ON_ARRIVED },
};
const size_t finding_runtime_count =
    sizeof(finding_runtime_rows) / sizeof(finding_runtime_rows[0]);
