/* SPDX-License-Identifier: ISC */
/*
 * ST's DfuSe 1.1a (AN3156 rev 18): the commands that a DNLOAD of block 0
 * carries.
 */
#ifndef DFU_DFUSE_H
#define DFU_DFUSE_H

#include <stddef.h>
#include <stdint.h>

#include "dfu/meaning.h"

#define DFUSE_GET_COMMANDS	0x00
#define DFUSE_SET_ADDRESS	0x21
#define DFUSE_ERASE		0x41
#define DFUSE_READ_UNPROTECT	0x92

/* The first block that carries data; 0 is commands, 1 reserved. */
#define DFUSE_FIRST_BLOCK	2

struct dfuse_command_row {
	const char	*name;		/* "set-address" */
	const char	*meaning;	/* "sets the address pointer" */
	enum dfu_kind	 kind;
	uint8_t		 byte;		/* first byte of the DNLOAD */
	uint8_t		 length;	/* bytes in all: 1 or 5 */
	enum dfu_danger	 danger;
	const char	*loss;		/* what is lost, or NULL */
};

extern const struct dfuse_command_row dfuse_commands[];
extern const size_t dfuse_commands_count;

/* The row of a kind that is one of these commands, or NULL. */
const struct dfuse_command_row *dfuse_command_row(enum dfu_kind kind);

/* The bytes of one of these into p; returns how many (1 or 5). */
size_t	dfuse_command_pack(enum dfu_kind kind, uint32_t address,
	    uint8_t p[5]);

#endif
