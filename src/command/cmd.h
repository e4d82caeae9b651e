/* SPDX-License-Identifier: ISC */
/*
 * The families of commands, a file each: cmd_NAME.c has their rows, what the
 * words behind them mean, and why they make no sense now. What several of them
 * need is here.
 */
#ifndef COMMAND_CMD_H
#define COMMAND_CMD_H

#include "command/app_effect.h"
#include "command/command.h"

/* Each ends with a row that has no name. */
extern const struct command_row cmd_request[];
extern const struct command_row cmd_dfuse[];
extern const struct command_row cmd_memory[];
extern const struct command_row cmd_tool[];
extern const struct command_row cmd_recover[];
extern const struct command_row cmd_flow[];
extern const struct command_row cmd_step[];
extern const struct command_row cmd_answer[];
extern const struct command_row cmd_device[];
extern const struct command_row cmd_keep[];
extern const struct command_row cmd_program[];

#define CMD_ADDRESS	"an address from 0 to 0xffffffff"

/* A number if one stands there: -1 where the command ends instead. */
bool	cmd_optional_number(struct line_reader *w, const char *what,
	    uint64_t max, int *v, struct buf *error);

/* "max N", if it stands there; else *max stays. */
bool	cmd_optional_max(struct line_reader *w, unsigned *max,
	    struct buf *error);

/* An address, if a number stands there; else both stay. */
bool	cmd_optional_address(struct line_reader *w, bool *given,
	    uint32_t *address, struct buf *error);
bool	cmd_starts_number(struct line_reader *w);

/* The caller frees; NULL: error says what is missing. */
char	*cmd_take_path(struct line_reader *w, struct buf *error);

/*
 * The command inside a command, as text: it is compiled here to be checked,
 * and anew for each round, because a job can run only once.
 */
bool	cmd_take_command(struct line_reader *w, struct buf *command,
	    struct buf *error);

/*
 * Wishes for that, with a copy of text or NULL; true. With c NULL nothing is:
 * the words are only checked.
 */
bool	cmd_wish(const struct command_context *c, enum app_effect_kind kind,
	    const char *text);

/* Said in the message line: what holds from now on. c is not NULL. */
struct buf *cmd_tell(const struct command_context *c);

#endif
