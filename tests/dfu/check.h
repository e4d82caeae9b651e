/* SPDX-License-Identifier: ISC */
/* What every cmocka program wants in front of it. */
#ifndef TESTS_DFU_CHECK_H
#define TESTS_DFU_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

/*
 * The step of a long walk: 1, and brief where WALK_SHORT is set because each
 * instruction is watched, by valgrind or a sanitizer.
 */
static inline unsigned
walk_step(unsigned brief)
{
	return (getenv("WALK_SHORT") != NULL ? brief : 1);
}

#endif
