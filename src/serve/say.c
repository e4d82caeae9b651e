/* SPDX-License-Identifier: ISC */
#include "serve/say.h"

#include "base/text.h"
#include "dfu/spec.h"

#define SHOWN	16	/* bytes of data in a line */

static void
say_setup(struct buf *b, const struct served_transfer *t)
{
	const struct setup *s = &t->setup;
	const struct dfu_request_row *row = dfu_request_of(s);

	if (t->endpoint != 0) {
		buf_addf(b, "endpoint %u", t->endpoint);
		return;
	}
	if (row == NULL)
		buf_addf(b, "%02x %02x %04x", s->bmRequestType, s->bRequest,
		    s->wValue);
	else if (s->wValue != 0)
		buf_addf(b, "%s %u", row->name, s->wValue);
	else
		buf_adds(b, row->name);
	buf_addf(b, ", %u byte%s", s->wLength, TEXT_S(s->wLength));
}

static void
say_answer(struct buf *b, const struct served_transfer *t)
{
	switch (t->answer) {
	case SIM_ACK:
		break;
	case SIM_STALL:
		buf_adds(b, "STALL");
		return;
	case SIM_SILENT:
		buf_adds(b, "no answer");
		return;
	case SIM_GONE:
		buf_adds(b, "disconnected");
		return;
	case SIM_BUSERROR:
		buf_adds(b, "bus error");
		return;
	}
	if (!t->in) {
		buf_adds(b, "ok");
		return;
	}
	buf_addf(b, "%s%zu", t->reply.len > t->length ? "babble, " : "",
	    t->reply.len);
	if (t->reply.len != 0)
		buf_addc(b, ' ');
	buf_addhex(b, t->reply.data, t->reply.len < SHOWN ? t->reply.len :
	    SHOWN);
	if (t->reply.len > SHOWN)
		buf_adds(b, "...");
}

static void
say_state(struct buf *b, const struct served *d)
{
	int state = sim_state(d->sim);

	if (state < 0) {
		buf_adds(b, "disconnected");
		return;
	}
	if (!sim_has_dfu(d->sim)) {
		buf_adds(b, "an application without DFU");
		return;
	}
	dfu_state_label(b, (uint8_t)state);
	if (sim_status(d->sim) > 0) {
		buf_addc(b, ' ');
		buf_adds(b, dfu_status_name((uint8_t)sim_status(d->sim)));
	}
}

void
say_transfer(struct buf *b, const struct served *d,
    const struct served_transfer *t, const char *how)
{
	buf_addf(b, "%s ", d->busid);
	say_setup(b, t);
	buf_adds(b, ": ");
	if (how != NULL)
		buf_adds(b, how);
	else
		say_answer(b, t);
	buf_adds(b, "; ");
	say_state(b, d);
	buf_addc(b, '\n');
}

void
say_device(struct buf *b, const struct served *d)
{
	say_state(b, d);
	buf_addc(b, '\n');
}
