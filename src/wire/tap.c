/* SPDX-License-Identifier: ISC */
#include "wire/tap.h"

#include "base/bytes.h"

/* USBDEVFS_URB_TYPE_CONTROL */
#define CONTROL	2

static void
read_header(struct reader *r, struct tap_message *m)
{
	m->kind = (enum tap_kind)reader_u8(r);
	m->act = (enum tap_act)reader_u8(r);
	m->endpoint = reader_u8(r);
	m->type = reader_u8(r);
	m->bus = reader_u16(r);
	m->address = reader_u16(r);
	m->pid = reader_u32(r);
	m->tid = reader_u32(r);
	m->code = reader_u32(r);
	m->time = reader_u64(r);
	m->id = reader_u64(r);
	m->timeout = reader_u32(r);
	m->length = reader_u32(r);
	m->value = reader_u32(r);
	m->other = reader_u32(r);
	m->lost = reader_u32(r);
	(void)reader_u32(r);
}

bool
tap_read(const uint8_t *p, size_t n, struct tap_message *m)
{
	struct reader r = reader_of(p, n);
	const uint8_t *setup;
	bool transfer;

	*m = (struct tap_message){ .kind = TAP_HELLO };
	if (n > TAP_MESSAGE_MAX || reader_u32(&r) != TAP_MAGIC)
		return (false);
	read_header(&r, m);
	if (r.bad || m->kind < TAP_HELLO || m->kind > TAP_DONE ||
	    m->act >= TAP_ACT_COUNT)
		return (false);
	transfer = m->kind == TAP_SUBMIT || m->kind == TAP_COMPLETE;
	if (transfer && m->type == CONTROL) {
		setup = reader_bytes(&r, SETUP_LENGTH);
		if (setup == NULL)
			return (false);
		m->has_setup = true;
		m->setup = setup_unpack(setup);
	}
	m->kept = (uint32_t)reader_left(&r);
	m->data = reader_bytes(&r, m->kept);
	return (true);
}
