/* SPDX-License-Identifier: ISC */
/*
 * Exit codes, those of sysexits.h: the program and each of its jobs end with
 * one.
 */
#ifndef BASE_CODE_H
#define BASE_CODE_H

#define CODE_OK		0
#define CODE_USAGE		64
#define CODE_BAD_FILE	65
#define CODE_NO_INPUT	66
#define CODE_NO_DEVICE	69
#define CODE_LOST		74
#define CODE_PROTOCOL	76
#define CODE_DENIED	77

#endif
