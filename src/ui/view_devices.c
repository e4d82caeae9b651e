#include "ui/view.h"

#include <string.h>

#include "base/text.h"
#include "dfu/spec.h"

static void
draw_none(struct area a, const struct scene *sc)
{
	struct buf b = { 0 };
	int row = 1;

	buf_addf(&b, "No DFU device is there. Waiting for \"%s\".",
	    sc->desk->target != NULL ? sc->desk->target : "usb");
	row += area_wrap(a, row, 2, a.cols - 4, STYLE_STRONG, buf_str(&b));
	row++;
	row += area_wrap(a, row, 2, a.cols - 4, STYLE_NORMAL, "It is shown "
	    "here as soon as it is plugged in. Nothing is sent to it, and it "
	    "is not opened, before the first request.");
	row++;
	row += area_wrap(a, row, 2, a.cols - 4, STYLE_NORMAL, "A device that "
	    "the system lists but this program does not has no DFU "
	    "interface: bring it into its DFU mode first.");
	row++;
	area_wrap(a, row, 2, a.cols - 4, STYLE_NORMAL, "Looking needs no "
	    "permission; sending does. The udev rule that comes with "
	    "dfuscope gives it to whoever sits at the machine.");
	buf_free(&b);
}

static void
add_present(struct buf *b, const struct session *s, uint64_t now)
{
	if (!s->present) {
		buf_adds(b, "gone ");
		clock_age(b, s->left_at, now);
		buf_adds(b, " ago");
	} else if (s->reported.known) {
		buf_addf(b, "%u %s, #%u", s->reported.state,
		    dfu_state_name(s->reported.state), s->reported.by);
	} else {
		buf_adds(b, "not asked");
	}
	if (s->present && s->who != NULL && s->who->holder != NULL) {
		buf_adds(b, ", held by ");
		text_escape(b, s->who->holder, strlen(s->who->holder));
	}
}

static void
draw_device(struct area a, int row, size_t i, const struct scene *sc)
{
	const struct session *s = sc->desk->bench->sessions[i];
	struct buf b = { 0 };
	enum style st = s->present ? STYLE_NORMAL : STYLE_DIM;
	int half = a.cols / 2;

	buf_addf(&b, "%zu  ", i + 1);
	session_title(s, &b);
	if (s->who != NULL && s->who->serial != NULL) {
		buf_adds(&b, "  ");
		text_escape(&b, s->who->serial, strlen(s->who->serial));
	}
	area_fit(a, row, 2, half - 2, st, buf_str(&b));
	area_text(a, row, half + 1, st, !s->present ? "" :
	    session_runtime(s) ? "run-time" : "DFU");
	buf_reset(&b);
	add_present(&b, s, sc->now);
	area_fit(a, row, half + 10, a.cols - half - 11, st, buf_str(&b));
	if (i == sc->look->device) {
		area_restyle(a, row, 0, a.cols, STYLE_SELECTED);
		area_text(a, row, 0, STYLE_SELECTED, ">");
	}
	buf_free(&b);
}

void
view_devices(struct area a, const struct scene *sc)
{
	size_t n = sc->desk->bench->nsessions, i, first = 0;
	int rows = a.rows - 1;

	if (n == 0) {
		draw_none(a, sc);
		return;
	}
	if (sc->look->device >= n)
		sc->look->device = n - 1;
	if (rows > 0 && sc->look->device >= (size_t)rows)
		first = sc->look->device - (size_t)rows + 1;
	area_text(a, 0, 2, STYLE_LABEL, "device");
	area_text(a, 0, a.cols / 2 + 1, STYLE_LABEL, "mode");
	area_text(a, 0, a.cols / 2 + 10, STYLE_LABEL, "state");
	for (i = first; i < n && (int)(i - first) < rows; i++)
		draw_device(a, (int)(i - first) + 1, i, sc);
}
