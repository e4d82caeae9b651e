/* SPDX-License-Identifier: ISC */
/* The screens there are, and what keys can do: the rows of screens.def. */
#ifndef UI_PROMPT_SCREENS_H
#define UI_PROMPT_SCREENS_H

enum screen_id {
#define SCREEN(id, ...)	SCREEN_##id,
#include "ui/prompt/screens.def"
};

enum {
	SCREEN_COUNT = 0
#define SCREEN(...)	+ 1
#include "ui/prompt/screens.def"
};

enum act {
	ACT_NONE,
#define KEY(id, ...)	ACT_##id,
#include "ui/prompt/screens.def"
};

enum {
	ACT_COUNT = 1
#define KEY(...)	+ 1
#include "ui/prompt/screens.def"
};

/* A column of a row, without the brackets around it. */
#define SCREEN_COLUMN(...)	__VA_ARGS__

#endif
