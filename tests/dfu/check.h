/* SPDX-License-Identifier: ISC */
/* What every cmocka program wants in front of it. */
#ifndef TESTS_DFU_CHECK_H
#define TESTS_DFU_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

#endif
