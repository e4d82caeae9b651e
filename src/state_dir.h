/*
 * Where journals go by themselves: $XDG_STATE_HOME/dfuscope, or
 * ~/.local/state/dfuscope.
 */
#ifndef STATE_DIR_H
#define STATE_DIR_H

#include <stdbool.h>

/*
 * A path for a new journal; makes the folder and drops the oldest journals
 * there beyond the latest 100. NULL if there is no place. The caller frees.
 */
char	*state_dir_journal(void);

/*
 * Whether this is the first time anybody asks: leaves a mark there. False
 * where no mark can be left.
 */
bool	 state_dir_first(void);

#endif
