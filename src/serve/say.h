/* SPDX-License-Identifier: ISC */
/*
 * The lines of the server.
 */
#ifndef SERVE_SAY_H
#define SERVE_SAY_H

#include "serve/served.h"

/* How a transfer ended: "1-1 GETSTATUS 6: 000000000200, 2 dfuIDLE". */
void	say_transfer(struct buf *b, const struct served *d,
	    const struct served_transfer *t, const char *how);

/* What the device is and does: its own state, whoever was told what. */
void	say_device(struct buf *b, const struct served *d);

#endif
