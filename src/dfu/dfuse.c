/* SPDX-License-Identifier: ISC */
#include "dfu/dfuse.h"

#include "base/bytes.h"

/* AN3156: the DNLOADs of block 0. Get commands is an UPLOAD and no row. */
const struct dfuse_command_row dfuse_commands[] = {
	{ "set-address", "sets the address pointer", DFU_KIND_SET_ADDRESS,
	    DFUSE_SET_ADDRESS, 5, DFU_DANGER_NONE, NULL },
	{ "erase", "erases the sector that holds an address", DFU_KIND_ERASE,
	    DFUSE_ERASE, 5, DFU_DANGER_DESTROYS,
	    "the contents of that sector" },
	{ "mass-erase", "erases the whole memory", DFU_KIND_MASS_ERASE,
	    DFUSE_ERASE, 1, DFU_DANGER_DESTROYS,
	    "the contents of the whole memory" },
	{ "read-unprotect", "removes the read protection and erases everything",
	    DFU_KIND_READ_UNPROTECT, DFUSE_READ_UNPROTECT, 1,
	    DFU_DANGER_DESTROYS,
	    "all of flash and RAM; the device resets and disconnects" },
};
const size_t dfuse_commands_count =
    sizeof(dfuse_commands) / sizeof(dfuse_commands[0]);

const struct dfuse_command_row *
dfuse_command_row(enum dfu_kind kind)
{
	const struct dfuse_command_row *row;

	for (row = dfuse_commands; row < dfuse_commands + dfuse_commands_count;
	    row++)
		if (row->kind == kind)
			return (row);
	return (NULL);
}

size_t
dfuse_command_pack(enum dfu_kind kind, uint32_t address, uint8_t p[5])
{
	const struct dfuse_command_row *row = dfuse_command_row(kind);

	p[0] = row->byte;
	if (row->length == 5)
		put_u32(p + 1, address);
	return (row->length);
}
