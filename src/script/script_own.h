/* SPDX-License-Identifier: ISC */
/*
 * What the rows of the tools share, and where they are. Each tool has its
 * versions, the latest first, behind them a row without a name.
 */
#ifndef SCRIPT_SCRIPT_OWN_H
#define SCRIPT_SCRIPT_OWN_H

#include "script/script.h"

#define LOOPS	30	/* rounds of what has no end */
#define BUSY	1000	/* the same while a device says that it works */

/*                                0123456789 10 other */
#define ALL_GO			 "............"
#define MUST_BE_BUSY		 "!!!!p!!!!!!!"
#define MUST_BE_DNLOAD_IDLE	 "!!!!!.!!!!!!"
#define MUST_BE_IDLE		 "!!.!!!!!!!!!"
#define WHILE_BUSY		 "....p......."

#define NO	SCRIPT_NO_STATE
#define END	{ .what = NULL }

extern const struct script script_dfu_util[];
extern const struct script script_pydfu[];
extern const struct script script_fwupd[];
extern const struct script script_webdfu[];
extern const struct script script_betaflight[];

#endif
