/* What stands at the bottom: message, keys, prompt; and the question. */
#include "ui/keys.h"
#include "ui/view.h"

#include <stdio.h>
#include <string.h>

void
view_message(struct area a, const struct scene *sc)
{
	const struct desk *d = sc->desk;
	const struct look *look = sc->look;
	struct buf doing = { 0 };
	enum style st = STYLE_NORMAL;
	const char *text = buf_str(&d->message);

	if (d->message_severity == SEVERITY_WARNING)
		st = STYLE_WARNING;
	else if (d->message_severity == SEVERITY_ERROR)
		st = STYLE_DANGER;
	if (look->notice.len > 0 && (d->message.len == 0 ||
	    look->notice_at >= d->message_at)) {
		text = buf_str(&look->notice);
		st = STYLE_WARNING;
	} else if (sc->runner != NULL && runner_busy(sc->runner)) {
		runner_words(sc->runner, &doing, sc->now);
		text = buf_str(&doing);
		st = STYLE_STRONG;
	} else if (d->message.len == 0 && sc->session != NULL &&
	    scene_advice(sc, &doing)) {
		text = buf_str(&doing);
		st = STYLE_WARNING;
	}
	area_fit(a, 0, 1, a.cols - 2, st, text);
	buf_free(&doing);
}

static int
draw_command_key(struct area a, int col, int room,
    const struct command_row *c)
{
	bool danger = c->danger != DFU_DANGER_NONE;
	int width = danger + 2 + (int)strlen(c->label);

	if (col + width > room)
		return (0);
	if (danger)
		area_text(a, 0, col++, STYLE_KEY_DANGER, "!");
	area_textf(a, 0, col, danger ? STYLE_KEY_DANGER : STYLE_KEY, "%c",
	    c->key);
	area_text(a, 0, col + 2, STYLE_NORMAL, c->label);
	return (width + 2);
}

/* Stands on the bar of each screen. */
static bool
everywhere(const struct key_row *row)
{
	return (row->bar == KEY_ON_ALL);
}

static void
add_label(struct buf *b, const struct key_row *row)
{
	buf_addf(b, "%.*s %s  ", (int)strcspn(row->name, " "), row->name,
	    row->label);
}

/* From the right edge: what is there at all times. */
static int
draw_fixed(struct area a, enum look_screen screen)
{
	const struct command_row *quit = command_named("quit");
	struct buf b = { 0 };
	size_t i;
	int width, col;

	for (i = 0; i < key_rows_count; i++)
		if (key_rows[i].label != NULL &&
		    (key_rows[i].bar & KEY_ON(screen)) != 0 &&
		    (everywhere(&key_rows[i]) || screen == LOOK_CONSOLE))
			add_label(&b, &key_rows[i]);
	if (quit != NULL && quit->key != 0)
		buf_addf(&b, "%c Quit ", quit->key);
	width = area_columns(&a, buf_str(&b));
	col = a.cols - width;
	if (col < 0)
		col = 1;
	area_text(a, 0, col, STYLE_LABEL, buf_str(&b));
	buf_free(&b);
	return (col);
}

static bool
offered(const struct scene *sc, const struct command_row *c)
{
	if (c->key == 0 || c->label == NULL || strcmp(c->name, "quit") == 0)
		return (false);
	return (command_refusal(c, sc->session, sc->runner, sc->now) == NULL &&
	    !scene_refuses(sc, c));
}

static void
draw_commands(struct area a, const struct scene *sc)
{
	const struct command_row *cancel = command_named("cancel");
	bool first = sc->session != NULL &&
	    sc->session->pending.number != 0 && cancel != NULL;
	int room = draw_fixed(a, LOOK_CONSOLE) - 1, col = 1;
	size_t i;

	if (first && cancel->key != 0 && cancel->label != NULL)
		col += draw_command_key(a, col, room, cancel);
	for (i = 0; i < commands_count; i++)
		if (offered(sc, &commands[i]) &&
		    !(first && &commands[i] == cancel))
			col += draw_command_key(a, col, room, &commands[i]);
}

static void
draw_hint(struct area a, int *col, const char *key, const char *label)
{
	*col += area_text(a, 0, *col, STYLE_KEY, key) + 1;
	*col += area_text(a, 0, *col, STYLE_NORMAL, label) + 2;
}

static bool
scrolls(const struct look *look)
{
	return (look->screen == LOOK_DEVICES || look->screen ==
	    LOOK_SUBJECTS || look->scroll_max > 0);
}

/* The keys of a screen beside the console. */
static void
draw_screen_keys(struct area a, const struct scene *sc)
{
	const struct command_row *names = command_named("names");
	enum look_screen screen = sc->look->screen;
	const struct key_row *row;
	char name[16];
	int col = 1;
	size_t i;

	if (scrolls(sc->look))
		draw_hint(a, &col, "Up Down", screen == LOOK_DEVICES ||
		    screen == LOOK_SUBJECTS ? "Select" : "Scroll");
	for (i = 0; i < key_rows_count; i++) {
		row = &key_rows[i];
		if (row->label == NULL || everywhere(row) ||
		    (row->bar & KEY_ON(screen)) == 0)
			continue;
		snprintf(name, sizeof(name), "%.*s",
		    (int)strcspn(row->name, " "), row->name);
		draw_hint(a, &col, name, row->label);
	}
	if (screen == LOOK_DEVICE && names != NULL && offered(sc, names))
		col += draw_command_key(a, col, a.cols, names);
	draw_fixed(area_part(a, 0, col, 1, a.cols - col), screen);
}

void
view_keys(struct area a, const struct scene *sc)
{
	if (sc->session == NULL)
		draw_fixed(a, sc->look->screen);
	else if (sc->look->screen == LOOK_CONSOLE)
		draw_commands(a, sc);
	else
		draw_screen_keys(a, sc);
}

void
view_prompt(struct area a, const struct scene *sc)
{
	const struct prompt *p = &sc->look->prompt;
	bool good = p->error.len == 0;
	const char *word = p->text.len == 0 ? "" : good ? "ok" : "not yet";
	struct buf before = { 0 };
	int room = a.cols - 12, cursor, shift;

	if (room < 4)
		room = a.cols - 2;
	buf_add(&before, p->text.data, p->at);
	cursor = area_columns(&a, buf_str(&before));
	shift = cursor >= room ? cursor - room + 1 : 0;
	area_text(a, 0, 0, STYLE_KEY, ":");
	area_text(area_part(a, 0, 1, 1, room), 0, -shift,
	    p->text.len == 0 ? STYLE_NORMAL : good ? STYLE_GOOD :
	    STYLE_WARNING, buf_str(&p->text));
	if (a.cols >= 24)
		area_right(a, 0, good ? STYLE_GOOD : STYLE_WARNING, word);
	a.canvas->cursor_row = a.row;
	a.canvas->cursor_col = a.col + 1 + cursor - shift;
	if (p->choices.len > 0)
		area_fit(a, 1, 1, a.cols - 2, STYLE_LABEL,
		    buf_str(&p->choices));
	else if (p->text.len == 0)
		area_fit(a, 1, 1, a.cols - 2, STYLE_LABEL,
		    "Tab completes, Up recalls, Esc gives up");
	else
		area_fit(a, 1, 1, a.cols - 2, STYLE_NORMAL,
		    buf_str(&p->error));
	buf_free(&before);
}

void
view_question(struct area a, const struct scene *sc)
{
	int width = a.cols < 64 ? a.cols : 64, rows, col;
	struct area box, in, nowhere = area_part(a, 0, 0, 0, 0);

	rows = area_wrap(nowhere, 0, 0, width - 6, STYLE_NORMAL,
	    sc->runner->question);
	box = area_part(a, (a.rows - rows - 6) / 2, (a.cols - width) / 2,
	    rows + 6, width);
	area_fill(box, 0, 0, box.rows, box.cols, STYLE_NORMAL);
	area_frame(box, STYLE_DANGER, "! sure?");
	in = area_inside(box);
	area_wrap(in, 1, 2, width - 6, STYLE_STRONG, sc->runner->question);
	col = 2;
	in = area_part(in, rows + 2, 0, 1, in.cols);
	draw_hint(in, &col, "y", "yes, do it");
	draw_hint(in, &col, "n", "no, send nothing");
}
