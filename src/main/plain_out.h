/* SPDX-License-Identifier: ISC */
/*
 * Output to a terminal whose character set is not UTF-8: there the bytes of a
 * character may be control characters, and steer the terminal.
 */
#ifndef MAIN_PLAIN_OUT_H
#define MAIN_PLAIN_OUT_H

/*
 * Where the locale's characters are not UTF-8, standard output and standard
 * error print ASCII alone on a terminal, in place of the files that they were.
 * After setlocale, before anything is printed.
 */
void	plain_out_begin(void);

#endif
