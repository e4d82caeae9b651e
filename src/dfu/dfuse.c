#include "dfu/dfuse.h"

#include <string.h>

#include "base/bytes.h"
#include "dfu/spec.h"
#include "wire/usb.h"

/* AN3156: the DNLOADs of block 0. Get commands is an UPLOAD and no row. */
const struct dfuse_command_row dfuse_commands[] = {
	{ "set-address", "sets the address pointer",
	    DFUSE_SET_ADDRESS, 5, DFU_DANGER_NONE, NULL },
	{ "erase", "erases the sector that holds an address",
	    DFUSE_ERASE, 5, DFU_DANGER_DESTROYS,
	    "the contents of that sector" },
	{ "mass-erase", "erases the whole memory",
	    DFUSE_ERASE, 1, DFU_DANGER_DESTROYS,
	    "the contents of the whole memory" },
	{ "read-unprotect", "lifts the read protection and erases all",
	    DFUSE_READ_UNPROTECT, 1, DFU_DANGER_DESTROYS,
	    "all of flash and RAM; the device resets and leaves the bus" },
};
const size_t dfuse_commands_count =
    sizeof(dfuse_commands) / sizeof(dfuse_commands[0]);

static const struct dfuse_command_row *
command_row(uint8_t byte, size_t length)
{
	const struct dfuse_command_row *row;

	for (row = dfuse_commands; row < dfuse_commands + dfuse_commands_count;
	    row++)
		if (row->byte == byte && row->length == length)
			return (row);
	return (NULL);
}

const struct dfuse_command_row *
dfuse_command_of(const uint8_t *p, size_t n)
{
	return (p != NULL && n > 0 ? command_row(p[0], n) : NULL);
}

size_t
dfuse_command_pack(const struct dfuse_command_row *row, uint32_t address,
    uint8_t p[5])
{
	p[0] = row->byte;
	if (row->length == 5)
		put_u32(p + 1, address);
	return (row->length);
}

uint32_t
dfuse_block_address(uint16_t block, uint16_t size, uint32_t pointer)
{
	return (pointer + ((uint32_t)block - DFUSE_FIRST_BLOCK) * size);
}

static void
command_words(struct buf *b, uint16_t length, const uint8_t *data, size_t n)
{
	const struct dfuse_command_row *row;
	struct reader r = reader_of(data, data != NULL ? n : 0);
	uint8_t byte = reader_u8(&r);
	uint32_t address;

	if (r.bad)
		return;
	row = command_row(byte, length);
	if (row == NULL) {
		buf_addf(b, "no command: 0x%02x in %u byte%s", byte, length,
		    length == 1 ? "" : "s");
		return;
	}
	/* The names are the words, but for the hyphen. */
	buf_add(b, row->name, strcspn(row->name, "-"));
	if (strchr(row->name, '-') != NULL)
		buf_addf(b, " %s", strchr(row->name, '-') + 1);
	address = reader_u32(&r);
	if (row->length == 5 && !r.bad)
		buf_addf(b, " 0x%08x", address);
}

static void
block_words(struct buf *b, const struct setup *s, uint16_t size,
    const uint32_t *pointer)
{
	bool in = setup_is_in(s);

	if (s->wValue < DFUSE_FIRST_BLOCK) {
		buf_addf(b, "%s block 1, which is reserved",
		    in ? "read" : "write");
		return;
	}
	buf_addf(b, "%s %u byte%s ", in ? "read" : "write", s->wLength,
	    s->wLength == 1 ? "" : "s");
	if (pointer == NULL)
		buf_addf(b, "at the pointer + 0x%x",
		    dfuse_block_address(s->wValue, size, 0));
	else
		buf_addf(b, "at 0x%08x",
		    dfuse_block_address(s->wValue, size, *pointer));
}

void
dfuse_words(struct buf *b, const struct setup *s, const uint8_t *data,
    size_t n, uint16_t size, const uint32_t *pointer)
{
	const struct dfu_request_row *row = dfu_request_of(s);

	if (row == NULL ||
	    (row->bRequest != DFU_DNLOAD && row->bRequest != DFU_UPLOAD))
		return;
	if (row->bRequest == DFU_DNLOAD && s->wLength == 0)
		buf_adds(b, "leave");
	else if (s->wValue != 0)
		block_words(b, s, size, pointer);
	else if (row->bRequest == DFU_UPLOAD)
		buf_adds(b, "get commands");
	else
		command_words(b, s->wLength, data, n);
}
