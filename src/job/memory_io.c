/* SPDX-License-Identifier: ISC */
#include "job/memory_io.h"

#include "session/session.h"
#include "wire/usb.h"

#define WRITE_MS	40000	/* a block may be busy for so long */
#define PREPARE		4	/* requests before the thing itself */

enum phase {
	PHASE_PREPARE,
	PHASE_ABORT,
	PHASE_POINTER,
	PHASE_ACT
};

void
memory_io_begin(struct memory_io *io, uint16_t unit)
{
	struct poll poll = io->poll;

	*io = (struct memory_io){ .poll = poll, .unit = unit };
}

void
memory_io_free(struct memory_io *io)
{
	poll_free(&io->poll);
}

static void
want(struct memory_io *io, uint8_t bRequest, uint32_t address,
    const uint8_t *data, uint16_t len)
{
	io->bRequest = bRequest;
	io->address = address;
	io->data = data;
	io->len = len;
	io->command = DFU_KIND_NONE;
	io->limit = WRITE_MS;
	io->phase = PHASE_PREPARE;
	io->prepared = 0;
}

void
memory_io_read(struct memory_io *io, uint32_t address, uint16_t len)
{
	want(io, DFU_UPLOAD, address, NULL, len);
}

void
memory_io_write(struct memory_io *io, uint32_t address, const uint8_t *data,
    uint16_t len)
{
	want(io, DFU_DNLOAD, address, data, len);
}

void
memory_io_command(struct memory_io *io, enum dfu_kind command, uint32_t address,
    uint32_t limit)
{
	want(io, DFU_DNLOAD, address, io->bytes,
	    (uint16_t)dfuse_command_pack(command, address, io->bytes));
	io->command = command;
	io->limit = limit;
}

/* The block that address has from base, or 0: none has. */
static uint16_t
block_from(const struct memory_io *io, uint32_t base)
{
	uint32_t n;

	if (io->address < base || (io->address - base) % io->unit != 0)
		return (0);
	n = (io->address - base) / io->unit;
	return (n <= UINT16_MAX - DFUSE_FIRST_BLOCK ?
	    (uint16_t)(n + DFUSE_FIRST_BLOCK) : 0);
}

static void
set_pointer(struct memory_io *io)
{
	uint32_t base = block_from(io, io->anchor) != 0 ? io->anchor :
	    io->address;

	dfuse_command_pack(DFU_KIND_SET_ADDRESS, base, io->pointer);
	io->base = base;
	io->is_set = false;
	poll_begin(&io->poll, DFU_DNLOAD, 0, io->pointer, 5, POLL_BLOCK,
	    WRITE_MS);
	io->phase = PHASE_POINTER;
}

static void
act(struct memory_io *io)
{
	poll_begin(&io->poll, io->bRequest,
	    io->command != DFU_KIND_NONE ? 0 : block_from(io, io->base),
	    io->data, io->len,
	    io->bRequest == DFU_DNLOAD ? POLL_BLOCK : POLL_NOTHING, io->limit);
	/* ST's library lets an erase move the pointer. */
	if (io->command != DFU_KIND_NONE)
		io->is_set = false;
	io->phase = PHASE_ACT;
}

/* What comes next; the state is believed as the last answer left it. */
static void
prepare(struct memory_io *io, const struct session *s)
{
	bool points = io->command != DFU_KIND_NONE ||
	    (io->is_set && block_from(io, io->base) != 0);
	uint8_t state = s->estimate.state;
	/* To set the pointer is a download, too. */
	bool down = io->bRequest == DFU_DNLOAD || !points;

	if (state == (down ? DFU_STATE_UPLOAD_IDLE : DFU_STATE_DNLOAD_IDLE) &&
	    s->estimate.how != ESTIMATE_UNKNOWN) {
		poll_begin(&io->poll, DFU_ABORT, 0, NULL, 0, POLL_NOTHING, 0);
		io->phase = PHASE_ABORT;
	} else if (!points) {
		set_pointer(io);
	} else {
		act(io);
	}
}

enum poll_end
memory_io_next(struct memory_io *io, struct job_turn *t)
{
	enum poll_end how;

	for (;;) {
		if (io->phase == PHASE_PREPARE) {
			if (io->prepared++ > PREPARE)
				return (POLL_REFUSED);
			prepare(io, t->s);
		}
		how = poll_next(&io->poll, t);
		if (how != POLL_DONE || io->phase == PHASE_ACT)
			return (how);
		io->is_set |= io->phase == PHASE_POINTER;
		io->phase = PHASE_PREPARE;
	}
}

bool
memory_io_may_have_acted(const struct memory_io *io, bool sent)
{
	if (io->phase != PHASE_ACT || io->poll.taken == OUTCOME_STALL)
		return (false);
	return (io->poll.taken != OUTCOME_UNKNOWN || sent);
}

void
memory_io_words(const struct memory_io *io, struct buf *b)
{
	if (io->phase == PHASE_ABORT)
		buf_adds(b, "ABORT");
	else if (io->phase == PHASE_POINTER)
		buf_addf(b, "set-address 0x%08x", io->base);
	else if (io->command == DFU_KIND_NONE)
		buf_addf(b, "%s 0x%08x", io->bRequest == DFU_UPLOAD ?
		    "reading" : "writing", io->address);
	else if (io->len == 5)
		buf_addf(b, "%s 0x%08x", dfuse_command_row(io->command)->name,
		    io->address);
	else
		buf_adds(b, dfuse_command_row(io->command)->name);
}
