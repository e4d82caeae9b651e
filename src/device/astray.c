/* SPDX-License-Identifier: ISC */
/*
 * A request whose data stage goes the other way than DFU 1.1 has it, at
 * software that does not look at the direction (read in its sources).
 */
#include "device/profile.h"
#include "wire/usb.h"

bool
sim_is_astray(const struct setup *r)
{
	bool in = r->bRequest == DFU_UPLOAD || r->bRequest == DFU_GETSTATUS ||
	    r->bRequest == DFU_GETSTATE;

	return (in != setup_is_in(r));
}

/* A DNLOAD without data is one of what the buffer of EP0 still holds. */
void
sim_fill_astray(struct sim *s, struct call *c)
{
	while (s->control.len < c->length)
		buf_addc(&s->control, 0);
	if (c->request == DFU_DNLOAD && c->length != 0)
		c->out = s->control.data;
}

/*
 * Without a data stage nothing is different. What a host sends where it
 * should have asked is taken and dropped; what it asks for where it should
 * have sent is that buffer, or nothing.
 */
enum sim_answer
sim_end_astray(struct sim *s, const struct call *c, enum sim_answer answer)
{
	if (answer != SIM_ACK || c->length == 0)
		return (answer);
	if ((s->profile->takes & NAKS_ASTRAY) != 0)
		return (SIM_SILENT);
	if (c->request == DFU_DNLOAD && (s->profile->takes & GIVES_STALE) != 0)
		buf_add(c->reply, s->control.data, c->length);
	return (SIM_ACK);
}

void
sim_keep_control(struct sim *s, const struct call *c)
{
	if ((s->profile->takes & GIVES_STALE) == 0 || c->astray)
		return;
	if (c->in && c->reply->len != 0) {
		buf_reset(&s->control);
		buf_add(&s->control, c->reply->data, c->reply->len);
	} else if (!c->in && c->length != 0) {
		buf_reset(&s->control);
		buf_add(&s->control, c->out, c->length);
	}
}
