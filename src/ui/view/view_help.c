/* Help, made of the tables: it cannot say what is not so. */
#include "ui/prompt/keys.h"
#include "ui/view/page.h"
#include "ui/view/screens.h"

#include <string.h>

static void
add_command(struct page *p, const struct frame *sc,
    const struct command_row *c)
{
	const char *key = keys_of_command(sc->view->rc, c);
	struct buf head = { 0 };

	if (key != NULL)
		buf_addf(&head, "%s%s  ", c->danger != DFU_DANGER_NONE ?
		    "!" : " ", key);
	else
		buf_addf(&head, "%s   ", c->danger != DFU_DANGER_NONE ?
		    "!" : " ");
	buf_addf(&head, "%s %s", c->name, c->args);
	if (head.len > 24) {
		page_add(p, c->danger != DFU_DANGER_NONE ? STYLE_KEY_DANGER :
		    STYLE_KEY, buf_str(&head), 0, NULL);
		buf_reset(&head);
	}
	page_add(p, c->danger != DFU_DANGER_NONE ? STYLE_KEY_DANGER :
	    STYLE_KEY, buf_str(&head), 27, c->sentence);
	buf_free(&head);
}

static void
add_commands(struct page *p, const struct frame *sc)
{
	const struct command_row *c;
	size_t i;
	unsigned g;

	for (g = 0; g < COMMAND_GROUP_COUNT; g++) {
		page_title(p, command_group_title((enum command_group)g));
		for (i = 0; (c = command_at(i)) != NULL; i++)
			if (c->group == g)
				add_command(p, sc, c);
	}
}

static void
add_reading(struct page *p)
{
	page_title(p, "How to read the screen");
	page_add(p, STYLE_STRONG, "[[ 7 dfuMANIFEST ]]", 27,
	    "what the device reported last; #9 is the request that proves it");
	page_add(p, STYLE_ESTIMATED, "( 8 ... )", 27, "what the specification "
	    "makes of it since, by requests or by time");
	page_add(p, STYLE_KEY_DANGER, "!", 27,
	    "loses a state or destroys data; a single key asks first");
}

/* The screen that help was asked for on. */
static enum screen_id
helped(const struct view *view)
{
	return (view->nunder > 0 ? view->under[view->nunder - 1].screen :
	    SCREEN_CONSOLE);
}

static void
add_screen_key(struct page *p, const struct frame *sc,
    const struct key_row *row)
{
	const char *key = keys_of_act(sc->view->rc, row->act);

	if (key != NULL)
		page_add(p, STYLE_KEY, strncmp(row->name, key,
		    strlen(key)) == 0 ? row->name : key, 27, row->sentence);
}

void
view_help(struct area a, const struct frame *sc)
{
	enum screen_id screen = helped(sc->view);
	struct page p = { 0 };
	size_t i;

	page_title(&p, screen_rows[screen].keys);
	for (i = 0; i < key_rows_count; i++)
		if (key_rows[i].name != NULL &&
		    keys_work(&key_rows[i], screen))
			add_screen_key(&p, sc, &key_rows[i]);
	if (screen_rows[screen].now)
		add_reading(&p);
	if (screen_rows[screen].commands) {
		add_commands(&p, sc);
	} else {
		page_add(&p, STYLE_NORMAL, NULL, 0, NULL);
		page_add(&p, STYLE_LABEL, NULL, 1, "Keys that send something "
		    "work in the console, on a decoded request and on the "
		    "device screen; Esc leads there.");
	}
	page_draw(a, &p, sc->view);
	page_free(&p);
}
