/*
 * What is known of one thing: a finding, a verdict, a state, a request, a
 * status, an attribute, a command.
 */
#ifndef REPORT_ABOUT_H
#define REPORT_ABOUT_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Appends all that is known of id (case ignored). False: nothing is; error
 * says so and lists what is named almost so.
 */
bool	about_text(struct buf *b, const char *id, struct buf *error);

#endif
