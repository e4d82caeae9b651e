/*
 * ST's DfuSe 1.1a (AN3156 rev 18): commands carried by DNLOAD and UPLOAD of
 * block 0, addresses of the other blocks.
 */
#ifndef DFU_DFUSE_H
#define DFU_DFUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "wire/xfer.h"

#define DFUSE_GET_COMMANDS	0x00
#define DFUSE_SET_ADDRESS	0x21
#define DFUSE_ERASE		0x41
#define DFUSE_READ_UNPROTECT	0x92

/* The first block that carries data; 0 is commands, 1 reserved. */
#define DFUSE_FIRST_BLOCK	2

/*
 * How much harm a request can do. LOSES: a state or an error that could have
 * told something is gone. DESTROYS: data is gone or cannot be got back.
 */
enum dfu_danger {
	DFU_DANGER_NONE,
	DFU_DANGER_LOSES,
	DFU_DANGER_DESTROYS
};

struct dfuse_command_row {
	const char	*name;		/* "set-address" */
	const char	*meaning;	/* "sets the address pointer" */
	uint8_t		 byte;		/* first byte of the DNLOAD */
	uint8_t		 length;	/* bytes in all: 1 or 5 */
	enum dfu_danger	 danger;
	const char	*loss;		/* what is lost, or NULL */
};

extern const struct dfuse_command_row dfuse_commands[];
extern const size_t dfuse_commands_count;

/* The command that n bytes of a DNLOAD of block 0 are, or NULL. */
const struct dfuse_command_row *dfuse_command_of(const uint8_t *p, size_t n);

/* The bytes of a command into p; returns how many (1 or 5). */
size_t	dfuse_command_pack(const struct dfuse_command_row *row,
	    uint32_t address, uint8_t p[5]);

/*
 * Where block (>= 2) lies: (block - 2) * size + pointer, modulo 2^32
 * (AN3156; size is the descriptor's wTransferSize).
 */
uint32_t dfuse_block_address(uint16_t block, uint16_t size, uint32_t pointer);

/*
 * What a DFU class request means in this dialect, in words, appended to b:
 * "set address 0x08000000", "write 2048 bytes at 0x08000800", "leave". data
 * is the OUT payload (n bytes, maybe only its first 16: n >= 5 is enough).
 * Nothing is appended when there is nothing to add to the request's name.
 */
void	dfuse_words(struct buf *b, const struct setup *s, const uint8_t *data,
	    size_t n, uint16_t size, const uint32_t *pointer);

#endif
