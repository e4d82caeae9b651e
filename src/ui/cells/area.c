/* SPDX-License-Identifier: ISC */
/*
 * Lines: each cell remembers which lines leave it, so that lines that meet
 * join whatever the order they are drawn in.
 */
#include "ui/cells/canvas.h"

#define ARM_UP		0
#define ARM_DOWN	2
#define ARM_LEFT	4
#define ARM_RIGHT	6
#define ARM(arms, which)	((unsigned)(arms) >> (which) & 3)

/* By up, down, left, right; each none, light or heavy. */
static const uint16_t joints[81] = {
	0x0020, 0x2500, 0x2501, 0x2500, 0x2500, 0x257c, 0x2501, 0x257e, 0x2501,
	0x2502, 0x250c, 0x250d, 0x2510, 0x252c, 0x252e, 0x2511, 0x252d, 0x252f,
	0x2503, 0x250e, 0x250f, 0x2512, 0x2530, 0x2532, 0x2513, 0x2531, 0x2533,
	0x2502, 0x2514, 0x2515, 0x2518, 0x2534, 0x2536, 0x2519, 0x2535, 0x2537,
	0x2502, 0x251c, 0x251d, 0x2524, 0x253c, 0x253e, 0x2525, 0x253d, 0x253f,
	0x257d, 0x251f, 0x2522, 0x2527, 0x2541, 0x2546, 0x252a, 0x2545, 0x2548,
	0x2503, 0x2516, 0x2517, 0x251a, 0x2538, 0x253a, 0x251b, 0x2539, 0x253b,
	0x257f, 0x251e, 0x2521, 0x2526, 0x2540, 0x2544, 0x2529, 0x2543, 0x2547,
	0x2503, 0x2520, 0x2523, 0x2528, 0x2542, 0x254a, 0x252b, 0x2549, 0x254b,
};

static const char *const heads[4][2] = {
	{ "↑", "▲" }, { "↓", "▼" }, { "←", "◄" }, { "→", "►" }
};

static unsigned
weight(unsigned arm)
{
	return (arm == LINE_HEAVY ? 2 : arm != LINE_NONE);
}

static bool
only_dotted(unsigned arms, unsigned a, unsigned b)
{
	return (ARM(arms, a) <= LINE_DOTTED && ARM(arms, b) <= LINE_DOTTED);
}

static uint32_t
joint_ascii(unsigned up, unsigned down, unsigned left, unsigned right)
{
	bool heavy = up == LINE_HEAVY || down == LINE_HEAVY;

	if ((up || down) && (left || right))
		return (heavy || left == LINE_HEAVY || right == LINE_HEAVY ?
		    '#' : '+');
	if (up || down)
		return (heavy ? '#' : up == LINE_DOTTED ||
		    down == LINE_DOTTED ? ':' : '|');
	return (left == LINE_HEAVY || right == LINE_HEAVY ? '=' :
	    left == LINE_DOTTED || right == LINE_DOTTED ? '.' : '-');
}

static uint32_t
joint(unsigned arms, bool ascii)
{
	unsigned up = ARM(arms, ARM_UP), down = ARM(arms, ARM_DOWN);
	unsigned left = ARM(arms, ARM_LEFT), right = ARM(arms, ARM_RIGHT);

	if (ascii)
		return (joint_ascii(up, down, left, right));
	if (!left && !right && only_dotted(arms, ARM_UP, ARM_DOWN))
		return (0x2506);
	if (!up && !down && only_dotted(arms, ARM_LEFT, ARM_RIGHT))
		return (0x2504);
	return (joints[((weight(up) * 3 + weight(down)) * 3 + weight(left)) *
	    3 + weight(right)]);
}

static struct cell *
cell_in(const struct area *a, int row, int col)
{
	long r = (long)a->row + row, c = (long)a->col + col;

	if (r < a->top || r >= a->bottom || c < a->left || c >= a->right)
		return (NULL);
	return (&a->canvas->cells[r * a->canvas->cols + c]);
}

static void
add_arm(const struct area *a, int row, int col, unsigned which, enum line l,
    enum style st)
{
	struct cell *cell = cell_in(a, row, col);
	unsigned arms;

	if (cell == NULL || cell->width != 1)
		return;
	arms = cell->arms;
	if (ARM(arms, which) < (unsigned)l)
		arms = (arms & ~(3u << which)) | (unsigned)l << which;
	if (cell->arms == 0 || l == LINE_HEAVY)
		cell->style = (uint8_t)st;
	cell->arms = (uint8_t)arms;
	cell->cp = joint(arms, a->canvas->ascii);
}

void
area_line(struct area a, int row, int col, int row2, int col2, enum line l,
    enum style st)
{
	int dr = (row2 > row) - (row2 < row), dc = (col2 > col) - (col2 < col);
	unsigned ahead = dr > 0 ? ARM_DOWN : dr < 0 ? ARM_UP : dc > 0 ?
	    ARM_RIGHT : ARM_LEFT;
	unsigned behind = dr > 0 ? ARM_UP : dr < 0 ? ARM_DOWN : dc > 0 ?
	    ARM_LEFT : ARM_RIGHT;

	if (dr != 0 && dc != 0)
		return;
	for (; row != row2 || col != col2; row += dr, col += dc) {
		add_arm(&a, row, col, ahead, l, st);
		add_arm(&a, row + dr, col + dc, behind, l, st);
	}
}

void
area_head(struct area a, int row, int col, enum head h, enum line l,
    enum style st)
{
	area_text(a, row, col, st, heads[h][l == LINE_HEAVY]);
}

void
area_frame(struct area a, enum style st, const char *title)
{
	int bottom = a.rows - 1, right = a.cols - 1;

	if (bottom < 1 || right < 1)
		return;
	area_line(a, 0, 0, 0, right, LINE_LIGHT, st);
	area_line(a, bottom, 0, bottom, right, LINE_LIGHT, st);
	area_line(a, 0, 0, bottom, 0, LINE_LIGHT, st);
	area_line(a, 0, right, bottom, right, LINE_LIGHT, st);
	if (title == NULL || right < 4)
		return;
	int n = area_fit(a, 0, 3, right - 4, STYLE_TITLE, title);
	area_text(a, 0, 2, st, " ");
	area_text(a, 0, 3 + n, st, " ");
}

struct area
area_inside(struct area a)
{
	return (area_part(a, 1, 1, a.rows - 2, a.cols - 2));
}

void
area_bar(struct area a, int row, int col, int width, int full, enum style st)
{
	int i;

	for (i = 0; i < width; i++)
		area_text(a, row, col + i, i < full ? st : STYLE_DIM,
		    i < full ? "█" : "░");
}
