/* What keys do on the screens of findings. */
#ifndef UI_INPUT_INPUT_FINDINGS_H
#define UI_INPUT_INPUT_FINDINGS_H

#include "ui/input/input_list.h"

void	input_findings_move(const struct input *h, long step);
void	input_findings_open(const struct input *h);

/* Goes to the request that proves the selected finding. */
void	input_findings_proof(const struct input *h);

/* Fires the remedy of the selected finding as a key would. */
void	input_findings_try(const struct input *h);

#endif
