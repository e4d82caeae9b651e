/* SPDX-License-Identifier: ISC */
#include "ui/cells/style.h"

#include <stdlib.h>
#include <string.h>

enum { RED = 1, GREEN = 2, BLUE = 4, MAGENTA = 5, CYAN = 6, OWN = -1 };

/*
 * A role's attributes, and its colour where there are 8 or 16 on a dark
 * ground and on a light one, and where there are 256. Those 256 are half as
 * bright as can be, so that they are read on both grounds.
 */
static const struct {
	const char	*attrs;		/* bold, dim, reverse, underlined */
	int		 dark;
	int		 light;
	int		 rich;
} looks[STYLE_COUNT] = {
	[STYLE_NORMAL]		= { "", OWN, OWN, OWN },
	[STYLE_DIM]		= { "d", OWN, OWN, 244 },
	[STYLE_FRAME]		= { "d", OWN, OWN, 243 },
	[STYLE_TITLE]		= { "b", OWN, OWN, OWN },
	[STYLE_LABEL]		= { "d", OWN, OWN, 244 },
	[STYLE_STRONG]		= { "b", OWN, OWN, OWN },
	[STYLE_PRESENT]		= { "br", OWN, OWN, OWN },
	[STYLE_ESTIMATED]	= { "b", CYAN, BLUE, 31 },
	[STYLE_PATH]		= { "b", CYAN, BLUE, 63 },
	[STYLE_GOOD]		= { "b", GREEN, OWN, 28 },
	[STYLE_WARNING]		= { "b", MAGENTA, MAGENTA, 130 },
	[STYLE_DANGER]		= { "b", RED, RED, 196 },
	[STYLE_KEY]		= { "b", CYAN, BLUE, 31 },
	[STYLE_KEY_DANGER]	= { "b", RED, RED, 196 },
	[STYLE_SELECTED]	= { "r", OWN, OWN, OWN },
	[STYLE_BAR]		= { "b", OWN, OWN, OWN },
	[STYLE_WRONG]		= { "bu", RED, RED, 196 },
	[STYLE_ADVICE]		= { "br", GREEN, GREEN, 28 },
	[STYLE_GHOST]		= { "u", CYAN, BLUE, 31 },
	[STYLE_TILE_GOOD]	= { "br", GREEN, GREEN, 28 },
	[STYLE_TILE_WARNING]	= { "br", MAGENTA, MAGENTA, 130 },
	[STYLE_TILE_DANGER]	= { "br", RED, RED, 196 }
};

static bool
is_light(enum style_ground ground)
{
	const char *s = getenv("COLORFGBG");

	if (ground != STYLE_GROUND_AUTO)
		return (ground == STYLE_GROUND_LIGHT);
	/* "15;0": foreground; background. */
	if (s == NULL || (s = strrchr(s, ';')) == NULL)
		return (false);
	return (strcmp(s, ";7") == 0 || strcmp(s, ";15") == 0);
}

struct style_look
style_look(enum style st, int colours, enum style_ground ground)
{
	const char *attrs = looks[st].attrs;
	struct style_look look = { .colour = OWN };

	look.bold = strchr(attrs, 'b') != NULL;
	look.dim = strchr(attrs, 'd') != NULL;
	look.reverse = strchr(attrs, 'r') != NULL;
	look.underline = strchr(attrs, 'u') != NULL;
	if (colours >= 256)
		look.colour = looks[st].rich;
	else if (colours >= 8)
		look.colour = is_light(ground) ? looks[st].light :
		    looks[st].dark;
	/* A colour that is faint already need not be made fainter. */
	if (look.colour != OWN)
		look.dim = false;
	return (look);
}
