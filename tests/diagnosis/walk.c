/* SPDX-License-Identifier: ISC */
#include "tests/diagnosis/walk.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "device/sim.h"
#include "trace/identity.h"

static struct identity *
identity_of(const char *spec, const char *place)
{
	struct identity *who = identity_new();
	struct buf error = { 0 };
	struct sim *sim = sim_new(spec, &error);
	const char *name;

	assert_non_null(sim);
	who->transport = mem_strdup("sim");
	who->place = mem_strdup(place);
	sim_descriptors(sim, &who->descriptors);
	name = sim_string(sim, 4);
	if (name != NULL)
		identity_name(who, 0, 0, name, strlen(name));
	who->manufacturer = mem_strdup(sim_string(sim, 1));
	who->serial = mem_strdup(sim_string(sim, 3));
	sim_free(sim);
	return (who);
}

void
walk_arrive(struct walk *t, const char *spec, const char *place)
{
	struct identity *who = identity_of(spec, place);
	struct event e = { .kind = EVENT_ARRIVED, .who = who };

	t->dev++;
	walk_apply(t, e);
	identity_free(who);
}

void
walk_apply(struct walk *t, struct event e)
{
	e.time = t->now;
	e.dev = t->dev;
	sessions_apply(t->sessions, &e);
}

void
walk_open(struct walk *t, const char *spec)
{
	*t = (struct walk){ .sessions = sessions_new(trace_new(), 0) };
	walk_arrive(t, spec, "1-1");
	t->s = sessions_by_dev(t->sessions, t->dev);
	assert_non_null(t->s);
}

void
walk_close(struct walk *t)
{
	sessions_free(t->sessions);
}

static void
submit(struct walk *t, const struct step *p, const struct buf *bytes)
{
	const struct dfu_request_row *row = dfu_request_row(p->request);
	struct event e = { .kind = EVENT_SUBMIT, .number = ++t->number,
	    .timeout = 5000 };

	if (row == NULL) {
		e.setup.bmRequestType = USB_TYPE_CLASS | USB_RECIP_INTERFACE;
	} else {
		e.setup.bmRequestType = row->bmRequestType;
		e.setup.wLength = row->reply;
	}
	e.setup.bRequest = p->request;
	e.setup.wValue = p->value;
	if (p->request == DFU_UPLOAD)
		e.setup.wLength = p->length;
	if (p->request == DFU_DNLOAD) {
		e.data = bytes->data;
		e.len = e.kept = (uint32_t)bytes->len;
		e.setup.wLength = (uint16_t)bytes->len;
	}
	walk_apply(t, e);
}

static void
complete(struct walk *t, const struct step *p, const struct buf *bytes)
{
	struct event e = { .kind = EVENT_COMPLETE, .number = t->number,
	    .outcome = (uint8_t)p->outcome, .data = bytes->data,
	    .len = (uint32_t)bytes->len, .kept = (uint32_t)bytes->len };

	walk_apply(t, e);
}

static void
happen(struct walk *t, const struct step *p)
{
	struct event e = { .kind = EVENT_LEFT };
	struct buf bytes = { 0 };

	if (p->hex != NULL && p->kind != STEP_BACK)
		assert_true(text_unhex(&bytes, p->hex, strlen(p->hex)));
	switch (p->kind) {
	case STEP_SUBMIT:
		submit(t, p, &bytes);
		break;
	case STEP_COMPLETE:
		complete(t, p, &bytes);
		break;
	case STEP_LEFT:
		walk_apply(t, e);
		break;
	case STEP_RESET:
		e.kind = EVENT_RESET;
		walk_apply(t, e);
		e.outcome = OUTCOME_OK;
		walk_apply(t, e);
		break;
	case STEP_BACK:
		walk_arrive(t, p->hex == NULL ? "dfu11" : p->hex, "1-1");
		break;
	case STEP_IS:
		break;
	}
	buf_free(&bytes);
}

static void
view(const struct walk *t, const struct step *p, size_t i)
{
	struct estimate b = session_estimate(t->s, t->now);
	uint64_t deadline = session_deadline(t->s, t->now);
	int state = b.how == ESTIMATE_UNKNOWN ? NONE : b.state;
	int said = t->s->reported.known ? t->s->reported.state : NONE;
	int due = deadline == SESSION_NEVER ? NONE : (int)(deadline / 1000);

	if (p->how != ANY && (int)b.how != p->how)
		fail_msg("step %zu: belief %d instead of %d", i, b.how,
		    p->how);
	if (p->state != ANY && state != p->state)
		fail_msg("step %zu: state %d instead of %d", i, state,
		    p->state);
	if (p->reported != ANY && said != p->reported)
		fail_msg("step %zu: reported %d instead of %d", i, said,
		    p->reported);
	if (p->deadline != ANY && due != p->deadline)
		fail_msg("step %zu: deadline %d instead of %d", i, due,
		    p->deadline);
}

void
walk_run(struct walk *t, const struct step *steps, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		t->now = (uint64_t)steps[i].ms * 1000;
		happen(t, &steps[i]);
		view(t, &steps[i], i);
	}
}
