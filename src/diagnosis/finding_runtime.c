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
	    "DETACH was taken and it is still on the bus"));
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
	    "left after DETACH, not back in 10 s"));
}

static bool
is_late(struct finding_case *c)
{
	if (!c->w->gone.ever || c->now - c->w->gone.at < 5 * SECOND ||
	    c->w->gone.plugged ||
	    (!left_on_detach(c) && c->s->departure.leaving.by == 0))
		return (false);
	return (finding_since(c, c->w->gone.after, "back after %.1f s",
	    (double)(c->now - c->w->gone.at) / 1e6));
}

static bool
is_back_at_runtime(struct finding_case *c)
{
	if (!c->w->gone.ever || c->w->gone.was_dfu || !left_on_detach(c) ||
	    !session_runtime(c->s))
		return (false);
	return (finding_since(c, c->w->detach.by,
	    "DETACH, and back in run-time mode"));
}

static bool
is_left_on_detach(struct finding_case *c)
{
	if (c->w->here.past.request != DFU_DETACH ||
	    c->w->here.past.number == 0 ||
	    outcome_is_answer(c->w->here.past.outcome))
		return (false);
	return (finding_say(c, "DETACH: %s, and it left",
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
	if (!c->s->present || (c->w->here.past.outcome != OUTCOME_BUSERROR &&
	    c->w->here.past.outcome != OUTCOME_BABBLE) ||
	    c->w->here.past.number == 0)
		return (false);
	return (finding_since(c, c->w->here.broken_first,
	    "%s, and the device stayed",
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
	return (finding_since(c, w->work.by, "it left in the middle: %s",
	    w->work.over ? "between two blocks" : "the work was not over"));
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
	    "a last block of %u bytes, it left, and its application runs",
	    c->w->work.length));
}

const struct finding_row finding_runtime_rows[] = {
	{ .id = "detach-timeout-zero",
	    .needs = FACT(FACT_ATTRIBUTES),
	    .title = "DETACH with a time-out of 0 ends at once",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "wTimeout is how long the device waits for the bus "
	    "reset that leads into DFU mode. With 0 it falls back to appIDLE "
	    "before any reset can come.",
	    .source = "DFU 1.1 5.1; fwupd 8e054956b",
	    .when = FINDING_ON_SENT,
	    .requests = FINDING_BIT(DFU_IN_DETACH),
	    .predicate = is_detach_zero },
	{ .id = "detach-without-reset",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_ATTRIBUTES),
	    .title = "DETACH, but no bus reset in time",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "Without bitWillDetach the host has to reset the "
	    "bus within wTimeout. It did not, so the device is back in "
	    "appIDLE.",
	    .firmware = "Set bitWillDetach and detach.",
	    .source = "DFU 1.1 5.1 and A.2.2",
	    .when = FINDING_ON_STATUS | FINDING_ON_TIME,
	    .predicate = is_detach_alone },
	{ .id = "reset-without-effect",
	    .needs = FACT(FACT_DESCRIPTORS) | FACT(FACT_STATUS),
	    .title = "the bus reset did not reach the device",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_SYSTEM,
	    .mechanism = "DETACH was followed by a reset, and the device is "
	    "still in run-time mode: the driver cannot reset the bus "
	    "(WinUSB), or a virtual machine swallowed it.",
	    .advice = "Another driver (libusbK), or unplug it.",
	    .firmware = "Set bitWillDetach and detach by yourself.",
	    .source = "zephyr 49821; dfu-util fc81c6c",
	    .when = FINDING_ON_STATUS,
	    .states = FINDING_BIT(DFU_STATE_APP_IDLE) |
		FINDING_BIT(DFU_STATE_APP_DETACH),
	    .predicate = is_reset_idle },
	{ .id = "detach-void",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_ATTRIBUTES),
	    .title = "DETACH was taken, and it does not leave",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "bitWillDetach promises that it leaves by itself. "
	    "The host saw no disconnect: the pull-up was not released, or "
	    "for too short a time.",
	    .advice = "Unplug it, with its button held if it has one.",
	    .firmware = "Drop the pull-up for 10 ms or more.",
	    .source = "blackmagic b44bbf04; STM32duino-bootloader 2551499",
	    .when = FINDING_ON_TIME, .predicate = is_detach_void },
	{ .id = "reset-despite-will-detach",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_ATTRIBUTES),
	    .title = "a bus reset for one that detaches",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "With bitWillDetach the device leaves and comes "
	    "back by itself. The host's reset meets it half way and it can "
	    "be lost.",
	    .source = "DFU 1.1 4.1.3; dfu-util 0b8b3ff",
	    .when = FINDING_ON_RESET, .predicate = is_reset_collision },
	{ .id = "detach-no-return",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_DESCRIPTORS),
	    .title = "it left for DFU mode and did not come back",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "After DETACH nothing enumerates: EP0 is not set up "
	    "in the new mode, or the disconnect was too short for this host.",
	    .apart = "Cameras take up to three minutes: then it is only slow.",
	    .advice = "Wait three minutes, then unplug it; try a hub.",
	    .firmware = "Stay off the bus for 500 ms; set up EP0 after that.",
	    .source = "zephyr 50549; greatfet 195; STM32duino-bootloader 6",
	    .when = FINDING_ON_TIME, .predicate = is_lost_detach,
	    .taken_back = finding_back },
	{ .id = "back-late",
	    .needs = FACT(FACT_CLOCK),
	    .title = "it took its time to come back", .class = FINDING_RUNTIME,
	    .severity = SEVERITY_NOTE, .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "It re-enumerated later than most tools wait, which "
	    "then report that the device did not come back.",
	    .advice = "Give the tool a longer wait.",
	    .source = "fwupd 9f31bc22d", .when = FINDING_ON_ARRIVED,
	    .predicate = is_late },
	{ .id = "detach-back-at-runtime",
	    .needs = FACT(FACT_DESCRIPTORS),
	    .title = "after DETACH it is in run-time mode again",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "It left and came back with the same mode: its DFU "
	    "descriptors are not served (composite devices), or its loader "
	    "started the application at once.",
	    .advice = "Or enter the loader by its button.",
	    .firmware = "Serve the DFU-mode descriptors after DETACH.",
	    .source = "zephyr 23337 and 14882", .when = FINDING_ON_ARRIVED,
	    .group = GROUP_BACK, .predicate = is_back_at_runtime },
	{ .id = "left-on-detach",
	    .title = "it left before it answered DETACH: fine",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_NOBODY,
	    .mechanism = "The device reboots as soon as it has DETACH. Tools "
	    "report a failed transfer; it is on its way into DFU mode.",
	    .firmware = "Reboot after the status stage.",
	    .source = "fwupd af652da16", .when = FINDING_ON_LEFT,
	    .group = GROUP_LEFT, .predicate = is_left_on_detach },
	{ .id = "detach-refused",
	    .needs = FACT(FACT_DESCRIPTORS),
	    .title = "DETACH is refused in run-time mode",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The device stalls DETACH: it is busy (a camera "
	    "that streams), or the request went to an interface that is not "
	    "its DFU one.",
	    .apart = "wIndex tells: it must be the number of the DFU "
	    "interface.",
	    .advice = "Stop the stream first.",
	    .source = "fwupd 870d149a1", .when = FINDING_ON_STALL,
	    .group = GROUP_STALL, .predicate = is_detach_refused },
	{ .id = "detach-in-dfu-refused",
	    .needs = FACT(FACT_DESCRIPTORS),
	    .title = "DETACH is not a request of DFU mode",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "In DFU mode DFU 1.1 knows no DETACH. Some loaders "
	    "take it as the way out, this one does not.",
	    .firmware = "Take DETACH in dfuIDLE; reset after it.",
	    .source = "DFU 1.1 A.2.3; dapboot 28", .when = FINDING_ON_STALL,
	    .group = GROUP_STALL, .predicate = is_detach_in_dfu },
	{ .id = "runtime-getstatus",
	    .needs = FACT(FACT_DESCRIPTORS),
	    .title = "no GETSTATUS in run-time mode: that is fine",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_NOBODY,
	    .mechanism = "Many devices answer nothing but DETACH in run-time "
	    "mode. Take it for appIDLE.",
	    .source = "dfu-util 33b565d; reDIP-SID 7",
	    .when = FINDING_ON_STALL, .group = GROUP_STALL,
	    .predicate = is_runtime_mute },
	{ .id = "app-state-in-dfu-mode",
	    .needs = FACT(FACT_DESCRIPTORS) | FACT(FACT_STATUS),
	    .title = "it calls itself appIDLE in DFU mode",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The descriptors are those of DFU mode, the state "
	    "is one of run-time mode: another firmware than the loader "
	    "answers, or a stub. Tools refuse to go on.",
	    .advice = "Or enter the loader by its button.",
	    .firmware = "Report dfuIDLE in DFU mode.",
	    .source = "IronOS-dfu 17", .when = FINDING_ON_STATUS,
	    .states = FINDING_BIT(DFU_STATE_APP_IDLE) |
		FINDING_BIT(DFU_STATE_APP_DETACH),
	    .predicate = is_app_in_dfu },
	{ .id = "dfu-state-at-runtime",
	    .needs = FACT(FACT_DESCRIPTORS) | FACT(FACT_STATUS),
	    .title = "DFU mode behind run-time descriptors",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "bInterfaceProtocol says run-time, its answers say "
	    "DFU mode. Believe the answers.",
	    .firmware = "bInterfaceProtocol 2 in DFU mode.",
	    .source = "dfu-util ce09a61 and fe11ce0", .when = FINDING_ON_TOLD,
	    .predicate = is_dfu_in_runtime },
	{ .id = "second-id-denied",
	    .title = "in DFU mode it has another id, not allowed",
	    .class = FINDING_BUS, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_SYSTEM,
	    .mechanism = "Driver or permission were set up for the run-time "
	    "id only. The device is in DFU mode and cannot be opened.",
	    .advice = "Driver or udev rule for the DFU id too.",
	    .firmware = "Microsoft OS descriptors in both modes.",
	    .source = "AIOC 28", .when = FINDING_ON_OPENED,
	    .group = GROUP_BROKEN, .predicate = is_second_id },
	{ .id = "open-denied",
	    .title = "this user may not open the device", .class = FINDING_BUS,
	    .severity = SEVERITY_WARNING, .fault = FINDING_FAULT_SYSTEM,
	    .mechanism = "The device node is not accessible: no udev rule "
	    "for this id. Loaders have other ids than their applications.",
	    .advice = "Install a udev rule, then plug it in again.",
	    .source = "zsa/wally 78", .when = FINDING_ON_OPENED,
	    .group = GROUP_BROKEN, .predicate = is_open_denied },
	{ .id = "open-busy",
	    .title = "another program or driver holds it",
	    .class = FINDING_BUS, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_SYSTEM,
	    .mechanism = "The interface is claimed: a second tool, a browser "
	    "tab, a daemon such as fwupd or ModemManager.",
	    .advice = "Close the other one, then try again.",
	    .source = "betaflight-configurator 4956; epsilon 2015",
	    .when = FINDING_ON_OPENED, .group = GROUP_BROKEN,
	    .predicate = is_open_busy },
	{ .id = "bus-error",
	    .title = "a transfer broke, and the device stayed",
	    .class = FINDING_BUS, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_SYSTEM,
	    .mechanism = "Not a refusal and not silence: the bits did not "
	    "arrive. Supply noise, cable, host controller, or a loader that "
	    "guessed its clock wrong (ST's ROM with a 25 MHz crystal).",
	    .apart = "The same with another cable and a USB 2.0 hub: the "
	    "clock. Always at the same block: the device.",
	    .advice = "Other cable, port, hub; run from battery.",
	    .firmware = "An 8 MHz crystal, or a loader of your own.",
	    .source = "arduino dfu-utils-cross 7; qmk_firmware 17890",
	    .when = FINDING_ON_SENT | FINDING_ON_TIME,
	    .predicate = is_bus_error, .taken_back = left_after_all,
	    .settled = FINDING_ON_TOLD | FINDING_ON_TAKEN,
	    .within = SESSION_GONE_WITHIN },
	{ .id = "restarted-itself",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_DESCRIPTORS),
	    .title = "it restarted after the last block: fine",
	    .class = FINDING_RUNTIME, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_NOBODY,
	    .mechanism = "It did not wait for the DNLOAD of length 0: a "
	    "short block was the end for it, and the new firmware runs.",
	    .firmware = "Wait for the end of the download, and for "
	    "GETSTATUS.",
	    .source = "DFU 1.1 A.2.6", .when = FINDING_ON_ARRIVED,
	    .group = GROUP_BACK, .predicate = is_restarted },
	{ .id = "vanished",
	    .title = "it left the bus in the middle of a transfer",
	    .class = FINDING_BUS, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_OPEN,
	    .mechanism = "Nothing that was asked of it makes a device leave "
	    "here: it was unplugged, lost power, or reset itself (watchdog, "
	    "crash). What was written so far is in the flash, the rest is "
	    "not.",
	    .apart = "Back at once, it reset itself; not back, it lost power.",
	    .advice = "Check cable and supply, then download again.",
	    .firmware = "Feed the watchdog while flashing.",
	    .source = "ST forum; rusefi 8926", .when = FINDING_ON_LEFT,
	    .group = GROUP_LEFT, .predicate = is_vanished,
	    .taken_back = is_over_after_all,
	    .settled = FINDING_ON_ARRIVED },
};
const size_t finding_runtime_count =
    sizeof(finding_runtime_rows) / sizeof(finding_runtime_rows[0]);
