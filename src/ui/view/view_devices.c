/* SPDX-License-Identifier: ISC */
/* The list of devices, or what is waited for. */
#include "ui/view/screens.h"

#include <string.h>

#include "base/text.h"
#include "dfu/spec.h"

#define ROWS	3		/* of one device, the blank one counted */

static int
draw_words(struct area a, int row, enum style st, const char *words)
{
	return (area_wrap(a, row, 2, a.cols - 4, st, words) + 1);
}

/* How a device gets here, where it is a real one. */
static void
draw_usb(struct area a, int row)
{
	row += draw_words(a, row, STYLE_NORMAL, "Not listed? It may not be in "
	    "DFU mode: use its button, boot pin or vendor tool.");
	row += draw_words(a, row, STYLE_NORMAL, "Sending requests needs "
	    "permission. Install the udev rule once, as root:");
	area_fit(a, row - 1, 4, a.cols - 5, STYLE_STRONG,
	    "install -m 644 60-dfuscope.rules /etc/udev/rules.d/");
	area_fit(a, row, 4, a.cols - 5, STYLE_STRONG,
	    "udevadm control --reload");
	area_fit(a, row + 1, 4, a.cols - 5, STYLE_NORMAL,
	    "Then replug the device.");
}

static void
draw_none(struct area a, const struct frame *sc)
{
	struct buf b = { 0 };
	int row = 1;

	buf_adds(&b, "No DFU device found");
	if (sc->app->target == NULL)
		buf_adds(&b, " at the targets named. Waiting for one.");
	else if (strcmp(sc->app->target, "usb") == 0)
		buf_adds(&b, ". Plug one in; it appears here.");
	else {
		buf_adds(&b, " at ");
		text_quote(&b, sc->app->target, strlen(sc->app->target));
		buf_adds(&b, ". Waiting for one.");
	}
	row += draw_words(a, row, STYLE_STRONG, buf_str(&b));
	row += draw_words(a, row, STYLE_NORMAL, "dfuscope does not open it or "
	    "send anything until you send the first request.");
	if (!sc->app->simulated)
		draw_usb(a, row);
	buf_free(&b);
}

static void
add_age(struct buf *b, const char *before, uint64_t since, uint64_t now,
    const char *after)
{
	buf_adds(b, before);
	clock_age(b, since, now);
	buf_adds(b, after);
}

static void
add_presence(struct buf *b, const struct session *s, uint64_t now)
{
	if (s->present)
		add_age(b, "connected for ", s->arrived_at, now, "");
	else
		add_age(b, "disconnected for ", s->left_at, now, "");
	if (s->arrivals > 1)
		buf_addf(b, ", connected %u times", s->arrivals);
}

/* What was last known of its state. */
static void
add_state(struct buf *b, const struct session *s, uint64_t now)
{
	struct estimate estimate = session_estimate(s, now);

	if (s->reported.known) {
		buf_adds(b, s->present ? "reported " : "last reported ");
		dfu_state_label(b, s->reported.state);
		buf_addf(b, " #%u", s->reported.by);
	} else {
		buf_adds(b, session_requests(s) == 0 ? "not queried" :
		    "state unknown");
	}
	if (s->present && (estimate.how == ESTIMATE_MOVED ||
	    estimate.how == ESTIMATE_TIMED)) {
		buf_adds(b, ", expected ");
		dfu_state_label(b, estimate.state);
	}
	if (s->present && session_estimates_differ(s, now)) {
		buf_adds(b, ", by DFU 1.1 ");
		dfu_state_label(b, session_estimate_spec(s, now).state);
	}
	if (s->status.known && s->status.reply.bStatus != DFU_STATUS_OK)
		buf_addf(b, ", %s",
		    dfu_status_name(s->status.reply.bStatus));
}

/* Who or what is in the way. */
static void
add_trouble(struct buf *b, const struct session *s)
{
	if (!s->present || s->who == NULL)
		return;
	if (s->who->holder != NULL) {
		buf_adds(b, "in use by ");
		text_escape(b, s->who->holder, strlen(s->who->holder));
	}
	if (s->who->suspended && !s->opened)
		buf_addf(b, "%ssuspended", b->len > 0 ? ", " : "");
}

static void
draw_who(struct area a, int row, size_t i, const struct session *s,
    enum style st)
{
	struct buf b = { 0 };
	const struct dfu_function *f = session_function(s);
	int room;

	if (f != NULL)
		buf_adds(&b, f->runtime ? "run-time" : "DFU mode");
	dialect_words(&b, s);
	room = a.cols - 6 - area_columns(&a, buf_str(&b)) - 2;
	area_text(a, row, a.cols - 1 - area_columns(&a, buf_str(&b)), st,
	    buf_str(&b));
	buf_reset(&b);
	session_title(s, &b);
	if (s->who != NULL && s->who->serial != NULL) {
		buf_adds(&b, "  ");
		text_escape(&b, s->who->serial, strlen(s->who->serial));
	}
	area_textf(a, row, i < 9 ? 3 : 2, i < 9 ? STYLE_KEY : st, "%zu",
	    i + 1);
	area_fit(a, row, 6, room, s->present ? STYLE_STRONG : STYLE_DIM,
	    buf_str(&b));
	buf_free(&b);
}

static void
draw_device(struct area a, int row, size_t i, const struct frame *sc)
{
	const struct session *s = sc->app->sessions->list[i];
	enum style st = s->present ? STYLE_NORMAL : STYLE_DIM;
	struct buf b = { 0 }, trouble = { 0 };
	int room;

	draw_who(a, row, i, s, st);
	add_trouble(&trouble, s);
	room = a.cols - 8 - area_columns(&a, buf_str(&trouble));
	area_text(a, row + 1, room + 7, STYLE_WARNING, buf_str(&trouble));
	add_presence(&b, s, sc->now);
	buf_adds(&b, "  ");
	add_state(&b, s, sc->now);
	if (s->sent != 0 || s->seen == 0)
		buf_addf(&b, "  sent %u", s->sent);
	if (s->seen != 0)
		buf_addf(&b, "  seen %u", s->seen);
	area_fit(a, row + 1, 6, room, st, buf_str(&b));
	if (i == sc->view->device) {
		area_restyle(a, row, 0, 3, STYLE_SELECTED);
		area_restyle(a, row + 1, 0, 3, STYLE_SELECTED);
		area_text(a, row, 1, STYLE_SELECTED, ">");
	}
	buf_free(&b);
	buf_free(&trouble);
}

void
view_devices(struct area a, const struct frame *sc)
{
	size_t n = sc->app->sessions->n, i, first = 0;
	size_t room = a.rows >= ROWS ? (size_t)a.rows / ROWS : 1;
	int row = 0;

	if (n == 0) {
		draw_none(a, sc);
		return;
	}
	if (sc->view->device >= n)
		sc->view->device = n - 1;
	if (sc->view->device >= room)
		first = sc->view->device - room + 1;
	for (i = first; i < n && row < a.rows; i++, row += ROWS)
		draw_device(a, row, i, sc);
	if (row + 3 > a.rows)
		return;
	area_wrap(area_part(a, a.rows - 2, 0, 2, a.cols), 0, 3, a.cols - 5,
	    STYLE_LABEL, "Enter or the number opens a console. A device "
	    "without a DFU interface is not listed.");
}

/* One device needs no list, unless it was asked for. */
enum screen_id
view_devices_instead(const struct view *view, const struct app *app)
{
	return (!view->asked_devices && app->sessions->n == 1 ?
	    view_console_instead(view, app) : SCREEN_DEVICES);
}
