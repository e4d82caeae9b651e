/* SPDX-License-Identifier: ISC */
#include "lesson/feedback.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "dfu/spec.h"
#include "lesson/rule.h"

/* A case with what the rules make of it. */
struct view {
	const struct lesson_case *c;
	uint16_t when;
	struct rule_move move;
	struct buf b;
};

/* Said of a condition that holds, and of one that does not. */
static const struct {
	uint16_t bit;
	const char *is;
	const char *is_not;
} conditions[] = {
	{ DFU_WHEN_MANIFEST_DONE, "manifestation is complete",
	    "manifestation is not complete" },
	{ DFU_WHEN_TOLERANT, "the device is manifestation-tolerant",
	    "the device is not manifestation-tolerant" },
	{ DFU_WHEN_CAN_DNLOAD, "bitCanDnload is set", "bitCanDnload is clear" },
	{ DFU_WHEN_CAN_UPLOAD, "bitCanUpload is set", "bitCanUpload is clear" },
	{ DFU_WHEN_BLOCK_DONE, "the block is done", "the block is not done" },
	{ DFU_WHEN_AGREES, "no data is missing", "data is missing" },
	{ DFU_WHEN_FIRMWARE_VALID, "the firmware is valid",
	    "the firmware is corrupt" },
	{ DFU_WHEN_DFUSE, "the device uses DfuSe",
	    "the device uses plain DFU" },
	{ RULE_WHEN_WILL_DETACH, "bitWillDetach is set",
	    "bitWillDetach is clear" },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Of these no descriptor tells. */
#define HIDDEN                                                            \
	(DFU_WHEN_BLOCK_DONE | DFU_WHEN_MANIFEST_DONE | DFU_WHEN_AGREES | \
	    DFU_WHEN_FIRMWARE_VALID)

/* Inputs that are told apart by a length or by the kind of reset. */
static const struct {
	uint8_t input;
	uint8_t group;
	const char *is;
} kinds[] = {
	{ DFU_IN_DNLOAD, 1, "the DNLOAD carries data" },
	{ DFU_IN_DNLOAD0, 1, "the DNLOAD carries no data" },
	{ DFU_IN_UPLOAD, 2, "the block is full" },
	{ DFU_IN_UPLOAD_SHORT, 2, "the block is short" },
	{ DFU_IN_UPLOAD0, 2, "wLength is 0" },
	{ DFU_IN_RESET, 3, "the bus is reset" },
	{ DFU_IN_POWER, 3, "the power is cycled" },
};

static const char *
state_words(int state)
{
	return (state == LESSON_GONE ? "a disconnect" :
				       dfu_state_name((uint8_t)state));
}

static bool
is_run_time(int state)
{
	return (state == DFU_STATE_APP_IDLE || state == DFU_STATE_APP_DETACH);
}

static bool
is_query(enum dfu_input input)
{
	return (input == DFU_IN_GETSTATUS || input == DFU_IN_GETSTATE);
}

static bool
is_request(enum dfu_input input)
{
	return (input < DFU_IN_RESET);
}

/* A sentence that began with a name of a state keeps it. */
static void
end_sentence(struct view *v, size_t begin)
{
	char *s = (char *)v->b.data + begin;

	if (strncmp(s, "dfu", 3) != 0 && strncmp(s, "app", 3) != 0 &&
	    strncmp(s, "bit", 3) != 0)
		*s = (char)toupper((unsigned char)*s);
	buf_addc(&v->b, '.');
}

static void
say(struct view *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
say(struct view *v, const char *fmt, ...)
{
	size_t begin;
	va_list ap;

	if (v->b.len != 0)
		buf_addc(&v->b, ' ');
	begin = v->b.len;
	va_start(ap, fmt);
	buf_addv(&v->b, fmt, ap);
	va_end(ap);
	end_sentence(v, begin);
}

static void
say_rule(struct view *v)
{
	struct buf b = { 0 };

	rule_tell(&b, v->c->from, v->c->input, v->when);
	say(v, "%s", buf_str(&b));
	buf_free(&b);
}

/* A move ends there, at once or by elapsed time. */
static bool
ends_in(const struct rule_move *m, int state)
{
	if (state == LESSON_GONE)
		return ((m->then & RULE_THEN_GONE) != 0);
	return (m->next == state || (m->then >> state & 1) != 0);
}

/* LESSON_LEFT says where it went; that is judged by the state. */
static bool
answers_so(const struct rule_move *m, int answer)
{
	if (answer == LESSON_UNASKED)
		return (true);
	switch (m->response) {
	case DFU_RESPONSE_OK:
		return (answer == LESSON_ANSWERED || answer == LESSON_LEFT);
	case DFU_RESPONSE_STALL:
		return (answer == LESSON_STALLED);
	case DFU_RESPONSE_NONE_EXPECTED:
		return (answer == LESSON_SILENT);
	case DFU_RESPONSE_ANY:
		return (answer == LESSON_ANSWERED || answer == LESSON_STALLED);
	case DFU_RESPONSE_NONE:
		return (true);
	}
	return (false);
}

static bool
is_so(const struct rule_move *m, int state, int answer)
{
	return ((state == LESSON_UNASKED || ends_in(m, state)) &&
	    answers_so(m, answer));
}

static bool
is_true(const struct view *v, const struct rule_move *m)
{
	return (is_so(m, v->c->truth_state, v->c->truth_answer));
}

/*
 * Decides the case; a hidden condition yields to the truth. False: the device
 * does otherwise than DFU 1.1.
 */
static bool
decide(struct view *v)
{
	struct rule_move m;
	size_t i;

	if (is_true(v, &v->move))
		return (true);
	for (i = 0; i < COUNT(conditions); i++) {
		if ((conditions[i].bit & HIDDEN & v->move.asked) == 0)
			continue;
		rule_decide(
		    &m, v->c->from, v->c->input, v->when ^ conditions[i].bit);
		if (!is_true(v, &m))
			continue;
		v->when ^= conditions[i].bit;
		v->move = m;
		return (true);
	}
	return (false);
}

/* Another kind of the same input ends there. */
static bool
tell_other_kind(struct view *v, int said)
{
	const struct lesson_case *c = v->c;
	struct rule_move m;
	size_t i, k;

	for (i = 0; i < COUNT(kinds) && kinds[i].input != c->input; i++)
		continue;
	for (k = 0; i < COUNT(kinds) && k < COUNT(kinds); k++) {
		if (k == i || kinds[k].group != kinds[i].group)
			continue;
		rule_decide(
		    &m, c->from, (enum dfu_input)kinds[k].input, v->when);
		if (m.next != said || m.rule == 1)
			continue;
		say(v, "%s is right when %s; here %s", state_words(said),
		    kinds[k].is, kinds[i].is);
		say_rule(v);
		return (true);
	}
	return (false);
}

static void
add_conditions(struct buf *b, uint16_t of, uint16_t when)
{
	const char *glue = "";
	size_t i;

	for (i = 0; i < COUNT(conditions); i++) {
		if ((of & conditions[i].bit) == 0)
			continue;
		buf_addf(b, "%s%s", glue,
		    (when & conditions[i].bit) != 0 ? conditions[i].is :
						      conditions[i].is_not);
		glue = " and ";
	}
}

/* The fewest conditions of this cell that have to change for it; 0: none. */
static uint16_t
change_for(const struct view *v, int said)
{
	struct rule_move m;
	uint16_t best = 0, bits;
	unsigned count, fewest = 99;
	/* A query is over before the device leaves the bus for it. */
	bool slow = !is_query(v->c->input);

	for (bits = 1; bits < RULE_WHEN_WILL_DETACH << 1; bits++) {
		if ((bits & ~v->move.asked) != 0)
			continue;
		rule_decide(&m, v->c->from, v->c->input, v->when ^ bits);
		count = (unsigned)__builtin_popcount(bits);
		if (count < fewest &&
		    (m.next == said || (slow && ends_in(&m, said)))) {
			best = bits;
			fewest = count;
		}
	}
	return (best);
}

/* The same input ends there under another condition. */
static bool
tell_condition(struct view *v, int said)
{
	uint16_t change = change_for(v, said);
	struct buf is = { 0 }, is_not = { 0 };

	if (change == 0)
		return (false);
	add_conditions(&is, change, v->when ^ change);
	add_conditions(&is_not, change, v->when);
	say(v, "%s is right when %s; here %s", state_words(said), buf_str(&is),
	    buf_str(&is_not));
	say_rule(v);
	buf_free(&is);
	buf_free(&is_not);
	return (true);
}

/* The states in which the input ends there, and not by R1. */
static unsigned
origins_of(const struct view *v, int said)
{
	struct rule_move m;
	unsigned from, found = 0;
	uint16_t bits;

	for (from = 0; from < DFU_STATE_COUNT; from++) {
		for (bits = 0; bits < DFU_WHEN_DFUSE; bits++) {
			rule_decide(&m, (uint8_t)from, v->c->input,
			    bits | (v->when & DFU_WHEN_DFUSE));
			if (m.next == said && m.rule != 1 && m.next != from)
				found |= 1u << from;
		}
	}
	return (found & ~(1u << v->c->from));
}

/* "a", "a and b", "a, b and c". */
static void
add_states(struct buf *b, unsigned set)
{
	unsigned s, left = (unsigned)__builtin_popcount(set);

	for (s = 0; s < DFU_STATE_COUNT; s++) {
		if ((set >> s & 1) == 0)
			continue;
		left--;
		buf_addf(b, "%s%s", dfu_state_name((uint8_t)s),
		    left > 1      ? ", " :
			left == 1 ? " and " :
				    "");
	}
}

/* dfuERROR in DFU mode, where the rule is another. */
static bool
tell_error(struct view *v)
{
	const struct lesson_case *c = v->c;

	if (c->from == DFU_STATE_MANIFEST_WAIT_RESET && is_request(c->input))
		say(v, "dfuERROR follows a STALL, and this state gives none");
	else if (is_run_time(c->from) && v->move.response == DFU_RESPONSE_STALL)
		say(v,
		    "In DFU mode dfuERROR follows a STALL; run-time mode "
		    "has no dfuERROR");
	else if (is_run_time(c->from))
		say(v, "Run-time mode has no dfuERROR");
	else if (c->input == DFU_IN_TIME)
		say(v,
		    "dfuERROR follows a request or a reset, never elapsed "
		    "time");
	else if (is_query(c->input))
		say(v,
		    "A query causes dfuERROR only where the device is busy "
		    "(R9)");
	else
		say(v,
		    "dfuERROR follows a request that the state does not "
		    "list (R1)");
	say_rule(v);
	return (true);
}

/* Between run-time mode and DFU mode. */
static bool
tell_mode(struct view *v, int said)
{
	const struct lesson_case *c = v->c;

	if (!is_request(c->input) || is_run_time(c->from) == is_run_time(said))
		return (false);
	if (said == DFU_STATE_APP_IDLE &&
	    v->move.response == DFU_RESPONSE_STALL)
		say(v,
		    "appIDLE follows a STALL in run-time mode only; %s is "
		    "a state of DFU mode",
		    dfu_state_name(c->from));
	else if (is_run_time(said))
		say(v,
		    "No request moves a device from DFU mode to %s; only a "
		    "reset ends DFU mode (R12)",
		    state_words(said));
	else
		say(v,
		    "No request moves a device from run-time mode into DFU "
		    "mode; a bus reset after DETACH does (R12)");
	say_rule(v);
	return (true);
}

/* Asked too early: elapsed time ends there. */
static bool
tell_early(struct view *v, int said)
{
	struct rule_move m;

	if (v->move.rule != 9)
		return (false);
	rule_decide(&m, v->c->from, DFU_IN_TIME, v->when);
	if (m.next != said)
		return (false);
	say(v,
	    "%s is right when the announced wait is over (R11); here it is "
	    "not over",
	    state_words(said));
	say_rule(v);
	return (true);
}

/* Out of the state in which nothing is answered. */
static bool
tell_mute(struct view *v)
{
	if (v->move.rule != 10)
		return (false);
	say(v,
	    "Only a reset or bitWillDetach ends dfuMANIFEST-WAIT-RESET "
	    "(R12)");
	say_rule(v);
	return (true);
}

/* The input ends there from other states. */
static bool
tell_origins(struct view *v, int said)
{
	struct buf b = { 0 };
	unsigned set = origins_of(v, said);

	if (set == 0)
		return (false);
	add_states(&b, set);
	say(v, "%s moves a device to %s from %s", rule_input_words(v->c->input),
	    state_words(said), buf_str(&b));
	buf_free(&b);
	say_rule(v);
	return (true);
}

/* Out of a SYNC state there is one way. */
static bool
tell_drive(struct view *v, int said)
{
	const struct lesson_case *c = v->c;
	struct rule_move m;
	uint16_t bits;

	for (bits = 0; bits < DFU_WHEN_DFUSE; bits++) {
		rule_decide(&m, c->from, DFU_IN_GETSTATUS, bits);
		if (m.rule != 3 || c->input == DFU_IN_GETSTATUS)
			return (false);
		if (m.next != said)
			continue;
		say(v, "Only GETSTATUS moves a device from %s to %s (R3)",
		    dfu_state_name(c->from), state_words(said));
		say_rule(v);
		return (true);
	}
	return (false);
}

/* It would stay. */
static bool
tell_stay(struct view *v, int said)
{
	const struct lesson_case *c = v->c;

	if (said != c->from)
		return (false);
	if (v->move.rule == 9)
		say(v,
		    is_query(c->input) ?
			"Many devices answer a query "
			"while they are busy; DFU 1.1 allows none" :
			"A busy device does not ignore a request");
	else if (v->move.rule == 12)
		say(v, "A reset does not leave the state as it was");
	else if (c->input == DFU_IN_TIME)
		say(v, "This state has a timer");
	else if (v->move.response == DFU_RESPONSE_STALL && is_run_time(c->from))
		say(v, "The device does not stay in appDETACH after a STALL");
	else if (v->move.response == DFU_RESPONSE_STALL)
		say(v,
		    "Some devices stall and keep their state; by DFU 1.1 "
		    "dfuERROR follows a STALL in DFU mode");
	else if (is_query(c->input))
		say(v,
		    "The state would stay if GETSTATUS only read, as "
		    "GETSTATE does");
	else
		say(v, "The state would stay if %s were only a query",
		    rule_input_words(c->input));
	say_rule(v);
	return (true);
}

/* The proper next input, or time, ends there. */
static bool
tell_next(struct view *v, int said)
{
	struct rule_move m;
	unsigned in;

	if (v->c->truth_state < 0)
		return (false);
	for (in = 0; in < DFU_INPUT_COUNT; in++) {
		if (in == DFU_IN_OTHER || in == DFU_IN_RESET ||
		    in == DFU_IN_POWER || in == v->c->input)
			continue;
		rule_decide(&m, (uint8_t)v->c->truth_state, (enum dfu_input)in,
		    v->when);
		if (m.next != said || m.rule == 1 || m.rule == 9)
			continue;
		say(v,
		    "One step too far: %s in %s moves the device to "
		    "%s",
		    rule_input_words((enum dfu_input)in),
		    state_words(v->c->truth_state), state_words(said));
		say_rule(v);
		return (true);
	}
	return (false);
}

/* The answer alone was wrong. */
static void
tell_reply(struct view *v)
{
	const struct lesson_case *c = v->c;

	if (c->said_state != LESSON_UNASKED)
		say(v, "The state is right; the answer was \"%s\", not \"%s\"",
		    lesson_answer_name((enum lesson_answer)c->truth_answer),
		    lesson_answer_name((enum lesson_answer)c->said_answer));
	else if (c->truth_answer == LESSON_SILENT)
		say(v, "A STALL is an answer too");
	else if (c->said_answer == LESSON_SILENT)
		say(v,
		    "A device gives no answer in dfuMANIFEST-WAIT-RESET "
		    "only (R10)");
	say_rule(v);
}

/* Gone without a reason for it. */
static bool
tell_gone(struct view *v, int said)
{
	if (said != LESSON_GONE)
		return (false);
	say(v,
	    "A device disconnects after a DETACH or at the end of an "
	    "update, and only with bitWillDetach");
	say_rule(v);
	return (true);
}

static void
tell_state(struct view *v, int said)
{
	if (tell_other_kind(v, said) || tell_condition(v, said))
		return;
	if (said == DFU_STATE_ERROR) {
		tell_error(v);
		return;
	}
	if (tell_gone(v, said) || tell_early(v, said) || tell_stay(v, said) ||
	    tell_origins(v, said) || tell_drive(v, said) ||
	    tell_mode(v, said) || tell_mute(v) || tell_next(v, said))
		return;
	say_rule(v);
}

/* The state lists the input, and the device could not do it. */
static bool
tell_failed(struct view *v)
{
	const struct lesson_case *c = v->c;
	bool work = c->input == DFU_IN_GETSTATUS && v->move.rule == 3;

	if (c->truth_state != DFU_STATE_ERROR || is_run_time(c->from) ||
	    v->move.response != DFU_RESPONSE_OK ||
	    (!work && v->move.rule != 4 && v->move.rule != 5))
		return (false);
	if (work)
		say(v,
		    "GETSTATUS fetched an error of the device, and dfuERROR "
		    "follows; bStatus names the error (R%u, %s)",
		    v->move.rule, dfu_state_row(c->from)->clause);
	else
		say(v,
		    "%s lists %s, but the device cannot do it: STALL, and "
		    "dfuERROR follows; bStatus says why (R%u, %s)",
		    dfu_state_name(c->from), rule_input_words(c->input),
		    v->move.rule, dfu_state_row(c->from)->clause);
	return (true);
}

/* The device is not what the rules describe. */
static void
tell_otherwise(struct view *v)
{
	const struct lesson_case *c = v->c;
	const char *did = c->truth_answer == LESSON_STALLED ? "stalled it "
							      "and " :
	    c->truth_answer == LESSON_SILENT                ? "did not answer "
							      "and " :
	    c->truth_answer == LESSON_ANSWERED              ? "answered and " :
							      "";

	buf_adds(&v->b, "By DFU 1.1: ");
	rule_tell(&v->b, c->from, c->input, v->when);
	buf_addc(&v->b, '.');
	if (c->truth_state == LESSON_UNASKED)
		say(v, "This device differs");
	else if (c->truth_state == LESSON_GONE)
		say(v, "This device %sdisconnected", did);
	else
		say(v, "This device %sis in %s", did,
		    state_words(c->truth_state));
}

size_t
lesson_feedback(char *buf, size_t cap, const struct lesson_case *c)
{
	struct view v = { .c = c,
		.when = rule_conditions(&c->conditions, c->will_detach) };
	size_t n;

	if (!rule_decide(&v.move, c->from, c->input, v.when) ||
	    (c->input == DFU_IN_TIME && c->truth_state == c->from &&
		v.move.next != c->from))
		return (0);
	if (!decide(&v)) {
		if (!tell_failed(&v))
			tell_otherwise(&v);
	} else if (is_so(&v.move, c->said_state, c->said_answer))
		say_rule(&v);
	else if (c->said_state == LESSON_UNASKED ||
	    ends_in(&v.move, c->said_state))
		tell_reply(&v);
	else
		tell_state(&v, c->said_state);
	n = v.b.len;
	if (cap != 0) {
		size_t keep = n < cap ? n : cap - 1;

		memcpy(buf, buf_str(&v.b), keep);
		buf[keep] = '\0';
	}
	buf_free(&v.b);
	return (n);
}
