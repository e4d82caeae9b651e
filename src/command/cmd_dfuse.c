/* SPDX-License-Identifier: ISC */
/* Single DfuSe commands. */
#include "command/cmd.h"

#include <string.h>

#include "base/line.h"
#include "dfu/dfuse.h"
#include "job/jobs.h"

/* Rev 18 of AN3156 no longer fixes how many there are: ask for all. */
static struct job *
get_commands(void)
{
	return (job_upload(0, 255));
}

static struct job *
compile_dfuse(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	uint8_t bytes[5];
	uint64_t address = 0;
	size_t i, n;

	for (i = 0; i < dfuse_commands_count; i++) {
		if (strcmp(dfuse_commands[i].name, row->name) == 0)
			break;
	}
	if (i == dfuse_commands_count) {
		buf_adds(error, "unknown DfuSe command");
		return (NULL);
	}
	if (dfuse_commands[i].length > 1 && !line_number(w,
	    CMD_ADDRESS, UINT32_MAX, &address, error))
		return (NULL);
	n = dfuse_command_pack(dfuse_commands[i].kind, (uint32_t)address,
	    bytes);
	return (job_dnload(0, bytes, n));
}

const struct command_row cmd_dfuse[] = {
	{ .name = "get-commands", .args = "",
	    .sentence = "read which DfuSe commands the device has (UPLOAD of "
	    "block 0)",
	    .group = COMMAND_DFUSE, .job = get_commands },
	{ .name = "set-address", .args = "ADDR",
	    .sentence = "set the address pointer; getstatus runs the command",
	    .group = COMMAND_DFUSE, .key = 'p', .press = "set-address ",
	    .label = "Pointer", .compile = compile_dfuse },
	{ .name = "erase", .args = "ADDR",
	    .sentence = "erase the sector at ADDR; getstatus runs the command",
	    .group = COMMAND_DFUSE, .danger = DFU_DANGER_DESTROYS,
	    .compile = compile_dfuse },
	{ .name = "mass-erase", .args = "",
	    .sentence = "erase the entire memory; getstatus runs the command",
	    .group = COMMAND_DFUSE, .danger = DFU_DANGER_DESTROYS,
	    .compile = compile_dfuse },
	{ .name = "read-unprotect", .args = "",
	    .sentence = "remove read protection, which erases everything; "
	    "getstatus runs the command",
	    .group = COMMAND_DFUSE, .danger = DFU_DANGER_DESTROYS,
	    .compile = compile_dfuse },
	{ .name = NULL },
};
