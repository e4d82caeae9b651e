/* SPDX-License-Identifier: ISC */
/*
 * Where journals and the history go by themselves: $XDG_STATE_HOME/dfuscope,
 * or ~/.local/state/dfuscope; and where the operator's own file is.
 */
#ifndef MAIN_STATE_DIR_H
#define MAIN_STATE_DIR_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * A path for a new journal; makes the folder and drops the oldest journals
 * there beyond the latest `kept`, but for those that are written still. NULL:
 * why says what there is no place for. The caller frees.
 */
char	*state_dir_journal(unsigned kept, struct buf *why);

/*
 * The folder of journals, which it makes, for the caller to free; NULL: why
 * says what there is no place for.
 */
char	*state_dir_folder(struct buf *why);

/* The path of the prompt's history there, or NULL. The caller frees. */
char	*state_dir_history(void);

/* The path of how far lessons are, or NULL. The caller frees. */
char	*state_dir_lessons(void);

/* The path of what was learnt, rule by rule, or NULL. The caller frees. */
char	*state_dir_memory(void);

/*
 * The path of the operator's own file, $XDG_CONFIG_HOME/dfuscope/rc or
 * ~/.config/dfuscope/rc, whether it exists or not; or NULL. The caller frees.
 */
char	*state_dir_rc(void);

/*
 * Whether this is the first time anybody asks: leaves a mark there. False
 * where no mark can be left.
 */
bool	 state_dir_first(void);

#endif
