/*
 * What the words behind a command's name mean: the functions that the rows of
 * command.c point to.
 */
#ifndef MODEL_COMMAND_ARGS_H
#define MODEL_COMMAND_ARGS_H

#include "model/command.h"

typedef struct job *command_compile_fn(const struct command_row *,
    struct words *, struct buf *);
typedef bool command_act_fn(struct desk *, struct words *, struct buf *);

command_compile_fn	compile_class, compile_detach, compile_dnload,
			compile_upload, compile_reset, compile_alt,
			compile_control, compile_names, compile_get_commands,
			compile_dfuse, compile_leave, compile_wait,
			compile_expect, compile_until, compile_repeat,
			compile_release;

command_act_fn		act_step, act_continue, act_break, act_watch,
			act_cancel, act_yes, act_no, act_arm, act_timeout,
			act_xfer_size, act_device, act_mark, act_unplug,
			act_plug, act_help, act_quit;

#endif
