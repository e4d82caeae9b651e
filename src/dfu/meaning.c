/* SPDX-License-Identifier: ISC */
#include "dfu/meaning.h"

#include <string.h>

#include "base/bytes.h"
#include "dfu/dfuse.h"
#include "dfu/spec.h"
#include "wire/usb.h"

/* A command's own row says what is lost, and its name is its words. */
static const struct {
	enum dfu_danger	 danger;
	const char	*loss;
	const char	*words;		/* in DfuSe */
} kinds[DFU_KIND_COUNT] = {
	[DFU_KIND_DETACH] = { DFU_DANGER_LOSES,
	    "the present mode: the device may disconnect", NULL },
	[DFU_KIND_CLRSTATUS] = { DFU_DANGER_LOSES,
	    "the error that the device reports", NULL },
	[DFU_KIND_ABORT] = { DFU_DANGER_LOSES,
	    "the transfer in progress", NULL },
	[DFU_KIND_WRITE] = { DFU_DANGER_DESTROYS,
	    "the firmware in the device", "write" },
	[DFU_KIND_END] = { DFU_DANGER_LOSES,
	    "the download ends here and the device manifests",
	    "end of the download" },
	[DFU_KIND_READ] = { DFU_DANGER_NONE, NULL, "read" },
	[DFU_KIND_LEAVE] = { DFU_DANGER_LOSES,
	    "the download ends here and the device manifests", "leave" },
	[DFU_KIND_WRITE_RESERVED] = { DFU_DANGER_DESTROYS,
	    "unknown: no DfuSe command has this form",
	    "write block 1, which is reserved" },
	[DFU_KIND_READ_RESERVED] = { DFU_DANGER_NONE, NULL,
	    "read block 1, which is reserved" },
	[DFU_KIND_GET_COMMANDS] = { DFU_DANGER_NONE, NULL, "get commands" },
	[DFU_KIND_COMMAND] = { DFU_DANGER_DESTROYS,
	    "unknown: no DfuSe command has this form", NULL },
};

const char *
dfu_dialect_name(enum dfu_dialect d)
{
	switch (d) {
	case DFU_DIALECT_UNKNOWN:
		return ("unknown");
	case DFU_DIALECT_DFUSE:
		return ("dfuse");
	case DFU_DIALECT_PLAIN:
		return ("plain");
	}
	return (NULL);
}

static void
take_cost(struct dfu_meaning *m, const struct setup *s,
    const struct dfu_context *c)
{
	const struct dfuse_command_row *row =
	    dfuse_command_row((enum dfu_kind)m->kind);

	m->danger = (uint8_t)(row != NULL ? row->danger :
	    kinds[m->kind].danger);
	if (m->kind < DFU_KIND_DETACH && !setup_is_in(s)) {
		m->danger = DFU_DANGER_LOSES;
		m->lost = DFU_LOST_UNKNOWN;
	}
	if (m->kind != DFU_KIND_WRITE || c->dialect != DFU_DIALECT_DFUSE)
		return;
	m->lost = c->option_bytes ? DFU_LOST_OPTIONS : DFU_LOST_MEMORY;
}

const char *
dfu_meaning_loss(const struct dfu_meaning *m)
{
	const struct dfuse_command_row *row;

	switch ((enum dfu_lost)m->lost) {
	case DFU_LOST_BY_KIND:
		break;
	case DFU_LOST_UNKNOWN:
		return ("unknown: a request outside the DFU class");
	case DFU_LOST_MEMORY:
		return ("the contents of the memory there");
	case DFU_LOST_OPTIONS:
		return ("option bytes: a wrong value can lock the device "
		    "permanently");
	case DFU_LOST_BY_RESET:
		return ("the state, and every unfinished transfer");
	}
	row = dfuse_command_row((enum dfu_kind)m->kind);
	return (row != NULL ? row->loss : kinds[m->kind].loss);
}

static enum dfu_kind
plain_kind(const struct setup *s)
{
	static const uint8_t requests[DFU_REQUEST_COUNT] = {
		[DFU_DETACH] = DFU_KIND_DETACH,
		[DFU_DNLOAD] = DFU_KIND_WRITE,
		[DFU_UPLOAD] = DFU_KIND_READ,
		[DFU_GETSTATUS] = DFU_KIND_GETSTATUS,
		[DFU_CLRSTATUS] = DFU_KIND_CLRSTATUS,
		[DFU_GETSTATE] = DFU_KIND_GETSTATE,
		[DFU_ABORT] = DFU_KIND_ABORT,
	};

	if (dfu_request_of(s) != NULL)
		return (s->bRequest == DFU_DNLOAD && s->wLength == 0 ?
		    DFU_KIND_END : (enum dfu_kind)requests[s->bRequest]);
	if ((s->bmRequestType & USB_TYPE_MASK) != USB_TYPE_STANDARD)
		return (DFU_KIND_OTHER);
	if (setup_is_in(s) && s->bRequest == USB_REQ_GET_DESCRIPTOR)
		return (DFU_KIND_GET_DESCRIPTOR);
	if (s->bmRequestType == USB_RECIP_INTERFACE &&
	    s->bRequest == USB_REQ_SET_INTERFACE)
		return (DFU_KIND_SET_INTERFACE);
	return (DFU_KIND_STANDARD);
}

/* The same request in DfuSe; of kind by plain DFU. */
static enum dfu_kind
dfuse_kind(enum dfu_kind kind, const struct setup *s, const uint8_t *data,
    size_t n)
{
	const struct dfuse_command_row *row;

	if (kind == DFU_KIND_END)
		return (DFU_KIND_LEAVE);
	if ((kind != DFU_KIND_WRITE && kind != DFU_KIND_READ) ||
	    s->wValue >= DFUSE_FIRST_BLOCK)
		return (kind);
	if (s->wValue != 0)
		return (kind == DFU_KIND_READ ? DFU_KIND_READ_RESERVED :
		    DFU_KIND_WRITE_RESERVED);
	if (kind == DFU_KIND_READ)
		return (DFU_KIND_GET_COMMANDS);
	for (row = dfuse_commands; data != NULL && n > 0 &&
	    row < dfuse_commands + dfuse_commands_count; row++) {
		if (row->byte == data[0] && row->length == s->wLength)
			return (row->kind);
	}
	return (DFU_KIND_COMMAND);
}

/* The address in a command, if it takes one and all of it is there. */
static bool
command_address(enum dfu_kind kind, const uint8_t *data, size_t n,
    uint32_t *address)
{
	struct reader r = reader_of(data, data != NULL ? n : 0);

	if (kind != DFU_KIND_SET_ADDRESS && kind != DFU_KIND_ERASE)
		return (false);
	reader_u8(&r);
	*address = reader_u32(&r);
	return (!r.bad);
}

static bool
is_data(enum dfu_kind kind)
{
	return (kind == DFU_KIND_WRITE || kind == DFU_KIND_READ);
}

static void
take_block(struct dfu_meaning *m, const struct setup *s,
    const struct dfu_context *c)
{
	m->address = ((uint32_t)s->wValue - DFUSE_FIRST_BLOCK) *
	    c->transfer_size;
	if (c->pointer_known)
		m->address += c->pointer;
	m->addressed = c->pointer_known;
}

static bool
is_command(enum dfu_kind kind)
{
	return (kind >= DFU_KIND_GET_COMMANDS &&
	    kind <= DFU_KIND_READ_UNPROTECT);
}

struct dfu_meaning
dfu_meaning(const struct setup *s, const uint8_t *data, size_t n,
    const struct dfu_context *c)
{
	enum dfu_kind plain = plain_kind(s);
	enum dfu_kind dfuse = dfuse_kind(plain, s, data, n);
	enum dfu_kind kind = c->dialect == DFU_DIALECT_DFUSE ? dfuse : plain;
	struct dfu_meaning m = { .dialect = (uint8_t)c->dialect,
	    .kind = (uint8_t)kind, .maybe = DFU_KIND_NONE };

	if (c->dialect != DFU_DIALECT_PLAIN && is_data(dfuse))
		take_block(&m, s, c);
	if (is_data(kind))
		m.length = s->wLength;
	if (command_address(kind, data, n, &m.address)) {
		m.addressed = true;
		m.length = 1;
	}
	if (c->dialect == DFU_DIALECT_UNKNOWN && is_command(dfuse)) {
		m.maybe = (uint8_t)dfuse;
		command_address(dfuse, data, n, &m.maybe_address);
	}
	take_cost(&m, s, c);
	return (m);
}

/* The names are the words, but for the hyphen. */
static void
name_words(struct buf *b, const char *name)
{
	size_t first = strcspn(name, "-");

	buf_add(b, name, first);
	if (name[first] == '-')
		buf_addf(b, " %s", name + first + 1);
}

const struct dfuse_command_row *
dfu_meaning_undecided(const struct dfu_meaning *m)
{
	return (m->kind == DFU_KIND_WRITE ?
	    dfuse_command_row((enum dfu_kind)m->maybe) : NULL);
}

static void
undecided_words(struct buf *b, const struct dfu_meaning *m,
    const struct setup *s, const uint8_t *data, size_t n)
{
	const struct dfuse_command_row *row = dfu_meaning_undecided(m);
	uint32_t address;

	if (row == NULL)
		return;
	name_words(b, row->name);
	if (command_address((enum dfu_kind)m->maybe, data, n, &address))
		buf_addf(b, " 0x%08x", address);
	buf_addf(b, ", or %u byte%s of firmware", s->wLength,
	    s->wLength == 1 ? "" : "s");
}

void
dfu_meaning_words(struct buf *b, const struct dfu_meaning *m,
    const struct setup *s, const uint8_t *data, size_t n)
{
	const struct dfuse_command_row *row =
	    dfuse_command_row((enum dfu_kind)m->kind);

	if (m->dialect == DFU_DIALECT_UNKNOWN)
		undecided_words(b, m, s, data, n);
	if (m->dialect != DFU_DIALECT_DFUSE)
		return;
	if (row != NULL)
		name_words(b, row->name);
	else if (kinds[m->kind].words != NULL)
		buf_adds(b, kinds[m->kind].words);
	else if (m->kind == DFU_KIND_COMMAND && data != NULL && n > 0)
		buf_addf(b, "no command: 0x%02x in %u byte%s", data[0],
		    s->wLength, s->wLength == 1 ? "" : "s");
	if (m->kind == DFU_KIND_WRITE || m->kind == DFU_KIND_READ)
		buf_addf(b, " %u byte%s at %s0x%0*x", m->length,
		    m->length == 1 ? "" : "s",
		    m->addressed ? "" : "the pointer + ",
		    m->addressed ? 8 : 1, m->address);
	else if (m->addressed)
		buf_addf(b, " 0x%08x", m->address);
}
