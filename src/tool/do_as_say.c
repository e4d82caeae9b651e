/* SPDX-License-Identifier: ISC */
/* What do-as checks before it begins, and what it says in the end. */
#include "tool/do_as_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "diagnosis/advice.h"
#include "diagnosis/verdict.h"
#include "job/image_fit.h"
#include "job/to_idle.h"
#include "session/session.h"
#include "trace/words.h"

#define ACCELERATED	0x80	/* ST's bit in bmAttributes */
#define ACCELERATED_SIZE 4096

static bool
refuse(struct do_as_job *k, int code, const char *text)
{
	k->error_code = code;
	buf_adds(&k->error, text);
	return (false);
}

static bool
has_map(struct do_as_job *k, const struct session *s)
{
	const char *name = session_alternate_name(s, s->alternate);

	if (name != NULL && layout_parse(&k->layout, name, strlen(name)) &&
	    k->layout.nsegments != 0)
		return (true);
	return (refuse(k, CODE_PROTOCOL, name == NULL ? "the memory map is "
	    "unknown: the name of the alternate setting was not read. Run "
	    "names first" : "the name of the alternate setting is not a "
	    "memory map"));
}

static bool
is_for_device(struct do_as_job *k, const struct session *s)
{
	struct buf why = { 0 };
	bool good = image_fit_device(&k->image, s, &why) &&
	    (!k->order.dfuse ||
		image_fit_check(&k->image, s, k->order.address, &why));

	if (!good) {
		buf_addf(&k->error, "%s: ", k->path);
		refuse(k, CODE_BAD_FILE, buf_str(&why));
	}
	buf_free(&why);
	return (good);
}

static bool
is_addressed(struct do_as_job *k)
{
	if (!k->order.dfuse && k->order.has_address)
		return (refuse(k, CODE_USAGE, "plain DFU has no addresses. "
		    "Leave out ADDR"));
	if (k->order.task != SCRIPT_FLASH || !k->order.dfuse ||
	    k->image.addressed != k->order.has_address)
		return (true);
	return (refuse(k, CODE_USAGE, k->image.addressed ?
	    "the file has its own addresses. Leave out ADDR" :
	    "the file has no address. Give ADDR after FILE"));
}

static uint16_t
block_size(const struct script *d, const struct session *s,
    const struct job_settings *set)
{
	const struct dfu_function *f = session_function(s);
	uint16_t size = set->xfer_size != 0 ? set->xfer_size :
	    session_transfer_size(s);

	if (d->accelerates && f != NULL && f->functional.present &&
	    (f->functional.bmAttributes & ACCELERATED) != 0)
		size = ACCELERATED_SIZE;
	if (d->most != 0 && size > d->most)
		size = d->most;
	return (size != 0 ? size : 1);
}

/* By the version alone, or without a look at it: names do not count. */
static bool
takes_for_dfuse(const struct script *d, const struct session *s)
{
	const struct dfu_function *f = session_function(s);
	bool announced = f != NULL && f->functional.present &&
	    f->functional.bcdDFUVersion == DFU_VERSION_DFUSE;

	return (d->plain != NULL ? announced :
	    session_dialect(s) != DFU_DIALECT_PLAIN);
}

static bool
speaks(struct do_as_job *k)
{
	const struct script *d = k->order.script;

	if (k->order.dfuse || k->order.task == SCRIPT_OPEN ||
	    (k->order.task == SCRIPT_FLASH && d->plain != NULL))
		return (true);
	script_called(d, &k->error);
	return (refuse(k, CODE_USAGE, k->order.task == SCRIPT_LEAVE ?
	    " has no separate leave in plain DFU. Use flash, which ends with "
	    "a leave" : " supports only DfuSe; the device uses plain DFU"));
}

/* Early versions leave behind a flash only, or not at all. */
static bool
can_leave(struct do_as_job *k)
{
	const struct script *d = k->order.script;
	bool alone = k->order.task == SCRIPT_LEAVE;

	if ((!alone && !k->order.leave) || !k->order.dfuse ||
	    (d->leave != NULL && (!alone || !d->leaves_behind_flash)))
		return (true);
	script_called(d, &k->error);
	return (refuse(k, CODE_USAGE, d->leave == NULL ? " has no leave" :
	    " leaves only after a flash"));
}

bool
do_as_check(struct do_as_job *k, const struct session *s,
    const struct job_settings *set)
{
	struct tool_order *o = &k->order;

	if (!s->present)
		return (refuse(k, CODE_LOST, "the device is not connected"));
	if (session_runtime(s))
		return (refuse(k, CODE_PROTOCOL, "the device is in run-time "
		    "mode. Run enter-dfu first"));
	o->dfuse = takes_for_dfuse(o->script, s);
	o->size = block_size(o->script, s, set);
	if (!speaks(k) || !can_leave(k) || !is_addressed(k))
		return (false);
	if (o->task != SCRIPT_OPEN && o->dfuse && !has_map(k, s))
		return (false);
	if (o->task == SCRIPT_FLASH && !is_for_device(k, s))
		return (false);
	o->image = k->has_image ? &k->image : NULL;
	o->layout = k->layout.nsegments != 0 ? &k->layout : NULL;
	tool_plan_make(&k->plan, o, s);
	if (o->task == SCRIPT_FLASH && k->plan.written == 0)
		return (refuse(k, CODE_BAD_FILE, "the file has no data for "
		    "this alternate setting"));
	return (true);
}

const char *
do_as_question(struct do_as_job *k)
{
	struct buf b = { 0 };

	buf_adds(&b, "Flash ");
	text_escape(&b, k->path, strlen(k->path));
	buf_adds(&b, " as ");
	script_called(k->order.script, &b);
	buf_addf(&b, " does (%u byte%s)? ", k->plan.written,
	    TEXT_S(k->plan.written));
	if (k->plan.erased != 0)
		buf_addf(&b, "The contents of %u bytes are erased first and "
		    "lost.", k->plan.erased);
	else
		buf_adds(&b, "The contents there are overwritten and lost.");
	free(k->question);
	k->question = buf_take(&b);
	return (k->question);
}

/* What libusb returns for it. */
static int
libusb_code(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_STALL:
		return (-9);
	case OUTCOME_TIMEOUT:
		return (-7);
	case OUTCOME_GONE:
		return (-4);
	case OUTCOME_BABBLE:
		return (-8);
	case OUTCOME_DENIED:
		return (-3);
	case OUTCOME_BUSY:
		return (-6);
	case OUTCOME_UNKNOWN:
	case OUTCOME_OK:
	case OUTCOME_SHORT:
	case OUTCOME_CANCELLED:
	case OUTCOME_BUSERROR:
		break;
	}
	return (-1);
}

/* The tool's own words, with what stands for the holes. */
static void
fill_in(struct do_as_job *k, const char *text)
{
	const struct script_step *step = k->at < k->plan.n ?
	    k->plan.acts[k->at].step : NULL;

	for (; *text != '\0'; text++) {
		if (*text != '%') {
			buf_addc(&k->said, *text);
			continue;
		}
		switch (*++text) {
		case 'c':
			buf_adds(&k->said, step != NULL &&
			    step->name != NULL ? step->name : "");
			break;
		case 'n':
			buf_addf(&k->said, "%u", k->state);
			break;
		case 'r':
			buf_addf(&k->said, "%d",
			    libusb_code((enum outcome)k->outcome));
			break;
		case 'l':
			break;
		default:
			buf_addf(&k->said, "%u", k->status);
			break;
		}
	}
}

void
do_as_fail(struct do_as_job *k, const struct script_message *w)
{
	k->failed = true;
	k->code = w->code;
	if (w->text != NULL)
		fill_in(k, w->text);
}

/* All of it went well, as far as the tool knows: what it prints. */
static void
claim(struct do_as_job *k)
{
	const struct script *d = k->order.script;
	const struct script_message *left = k->manifest ? &d->left :
	    &d->not_left;
	bool leaves = k->plan.leave != SIZE_MAX && k->order.dfuse;
	const char *done = NULL;

	if (k->differs && d->differs.text != NULL) {
		do_as_fail(k, &d->differs);
		return;
	}
	k->code = d->opened.code;
	if (k->order.task == SCRIPT_OPEN)
		return;
	if (k->order.task == SCRIPT_FLASH)
		done = !k->order.dfuse && d->plain_done.text != NULL ?
		    d->plain_done.text : d->flashed.text;
	if (done != NULL)
		buf_adds(&k->said, done);
	if (!leaves || left->text == NULL ||
	    (done != NULL && strcmp(done, left->text) == 0))
		return;
	buf_addf(&k->said, "%s%s", k->said.len != 0 ? "\", \"" : "",
	    left->text);
}

/* "dfu-util would say: ... (exit 74) at #7 DNLOAD: stall" */
static void
say_claim(struct do_as_job *k, const struct session *s, struct buf *b)
{
	const struct script *d = k->order.script;
	const struct request *r = session_request(s, k->number);

	script_called(d, b);
	if (k->endless) {
		buf_addf(b, " would poll forever; stopped here after %u polls",
		    k->rounds);
	} else if (k->said.len == 0) {
		buf_adds(b, k->failed ? " would give up" :
		    " would continue from here");
	} else {
		buf_addf(b, " would say \"%s\"", buf_str(&k->said));
	}
	if (!k->endless && k->code >= 0 &&
	    (k->said.len != 0 || k->failed))
		buf_addf(b, " (exit %d)", k->code);
	if (k->leave_from != 0 && !k->failed)
		buf_addf(b, " and %s", k->order.script->after);
	if (!k->failed || r == NULL || k->differs)
		return;
	buf_addf(b, ", at #%u ", r->number);
	words_request_name(b, &r->setup);
	if (k->told && r->replied)
		buf_addf(b, ": %s", dfu_state_row(r->reply.bState) != NULL ?
		    dfu_state_name(r->reply.bState) : "undefined state");
	else
		buf_addf(b, ": %s", outcome_words((enum outcome)k->outcome));
}

/* What to do next, and what that does. */
static void
say_way(const struct do_as_job *k, const struct session *s, uint64_t now,
    struct buf *b)
{
	struct advice a = advice_of(s, k->stack, now);

	/* The tool has gone, and nobody goes on with its transfer. */
	if ((!advice_is_given(&a) || (a.command == NULL &&
	    a.action == RECOVERY_ABORT)) &&
	    dfu_state_is(s->estimate.state, DFU_STATES_OPEN)) {
		buf_adds(b, ". Run abort (a) to end the transfer");
		return;
	}
	if (!advice_is_given(&a))
		return;
	buf_adds(b, ": ");
	advice_words(&a, b);
	if (a.command != NULL)
		buf_addf(b, " %s", a.why);
}

/* How it stands with the device, whatever the tool makes of it. */
static void
say_case(const struct do_as_job *k, const struct session *s, uint64_t now,
    struct buf *b)
{
	struct estimate now_is = s->estimate;

	if (k->left) {
		buf_adds(b, "the device left");
		if (k->leave_from != 0 && k->left_at > k->leave_from) {
			buf_adds(b, " after ");
			text_duration(b, k->left_at - k->leave_from);
		}
		buf_adds(b, s->present ? " and reconnected" : "");
		return;
	}
	if (now_is.how == ESTIMATE_UNKNOWN) {
		buf_adds(b, "the state of the device is unknown");
		return;
	}
	buf_adds(b, "the device is ");
	if (k->leave_from != 0)
		buf_adds(b, "still ");
	buf_adds(b, "in ");
	to_idle_state(s, now, b);
	say_way(k, s, now, b);
}

/* It is known that the memory is not what was asked for. */
static bool
is_spoilt(const struct do_as_job *k, const struct session *s)
{
	return (k->order.task == SCRIPT_FLASH &&
	    (session_memory_is_cut(s) || session_memory_mismatch(s) != NULL));
}

/*
 * It was asked to leave, and is there: the tool took that for done. Plain
 * devices may stay when they have manifested.
 */
static bool
has_stayed(const struct do_as_job *k, const struct session *s)
{
	return (k->leave_from != 0 && !k->left && s->present &&
	    s->estimate.how != ESTIMATE_UNKNOWN && (k->order.dfuse ||
	    dfu_state_is(s->estimate.state, DFU_STATES_MANIFEST)));
}

static void
say_spoilt(const struct session *s, struct buf *b)
{
	if (session_memory_mismatch(s) != NULL)
		verdict_words_mismatch(s, b);
	else
		verdict_words_incomplete(s, b);
}

/* What is known of the memory, beside what the tool makes of it. */
static void
say_memory(const struct do_as_job *k, const struct session *s, struct buf *b)
{
	const struct memory_operation *o = &s->memory.operation;

	if (k->order.task != SCRIPT_FLASH)
		return;
	buf_adds(b, "; memory: ");
	if (is_spoilt(k, s)) {
		say_spoilt(s, b);
		return;
	}
	if (k->failed && o->alive)
		buf_addf(b, "not finished, ");
	if (k->accepted == 0)
		buf_adds(b, "nothing written");
	else
		buf_addf(b, "%u byte%s accepted, %s", k->accepted,
		    TEXT_S(k->accepted),
		    k->compared >= k->accepted && !k->differs ?
		    "read back and identical" : "not read back");
}

void
do_as_say(struct do_as_job *k, const struct session *s, uint64_t now)
{
	bool lies;

	struct buf *b = &k->job.result.text;

	if (k->error.len != 0) {
		buf_add(b, k->error.data, k->error.len);
		k->job.result.code = k->error_code;
		return;
	}
	if (!k->failed)
		claim(k);
	lies = !k->failed && (is_spoilt(k, s) || has_stayed(k, s));
	/* What comes first is what a narrow screen has room for. */
	if (k->failed && k->stopped.len != 0)
		buf_add(b, k->stopped.data, k->stopped.len);
	else if (k->failed)
		say_claim(k, s, b);
	else if (lies && is_spoilt(k, s))
		say_spoilt(s, b);
	if (k->failed || b->len != 0)
		buf_adds(b, "; ");
	say_case(k, s, now, b);
	if (!k->failed) {
		buf_adds(b, lies ? "; but " : "; ");
		say_claim(k, s, b);
	}
	if (!lies || !is_spoilt(k, s))
		say_memory(k, s, b);
	k->job.result.code = k->failed || lies ? CODE_PROTOCOL : CODE_OK;
}
