/* SPDX-License-Identifier: ISC */
/*
 * What is known of one thing: a finding, a verdict, a state, a request, a
 * status, an attribute, a command, a recovery action.
 */
#ifndef REPORT_ABOUT_H
#define REPORT_ABOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * The names that it knows, one namespace: none stands for two things. Only a
 * recovery action that is one request has its name, in small letters.
 */
size_t	about_names_count(void);
const char *about_name(size_t i);

/*
 * Appends all that is known of id (case ignored). False: nothing is; error
 * says so and lists what is named almost so.
 */
bool	about_text(struct buf *b, const char *id, struct buf *error);

#endif
