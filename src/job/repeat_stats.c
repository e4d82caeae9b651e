/* SPDX-License-Identifier: ISC */
#include "job/repeat_stats.h"

#include "base/text.h"
#include "session/session.h"
#include "wire/usb.h"

void
repeat_stats_free(struct repeat_stats *k)
{
	buf_free(&k->first_failure);
}

void
repeat_stats_event(
    struct repeat_stats *k, const struct session *s, const struct event *e)
{
	const struct request *r;

	if (e->kind == EVENT_LEFT && !k->has_left) {
		k->has_left = true;
		if (!k->asked)
			return;
		distribution_add(&k->polls, k->answers);
		distribution_add(&k->leaving, e->time - k->asked_at);
		k->asked = false;
	}
	if (e->kind != EVENT_COMPLETE || !outcome_is_answer(e->outcome))
		return;
	r = session_request(s, e->number);
	if (r == NULL || dfu_request_of(&r->setup) == NULL)
		return;
	if (r->setup.bRequest == DFU_DNLOAD && r->setup.wLength == 0) {
		k->asked = true;
		k->asked_at = e->time;
		k->answers = 0;
	} else if (r->setup.bRequest == DFU_GETSTATUS) {
		k->answers++;
	}
}

void
repeat_stats_round(struct repeat_stats *k, const struct session *s,
    const struct job_result *r)
{
	k->rounds++;
	if (r->code != CODE_OK && k->failed++ == 0)
		buf_addf(&k->first_failure, "round %llu: %s",
		    (unsigned long long)k->rounds, buf_str(&r->text));
	k->left += k->has_left;
	k->came_back += k->has_left && s->present;
	distribution_add(&k->requests, s->sent - k->began);
	k->began = s->sent;
	k->has_left = false;
}

static void
distribution_words(const struct distribution *s, const char *what, bool time,
    struct buf *b)
{
	static const struct {
		const char	*name;
		double		 share;
	} points[] = { { "min", 0 }, { "median", 0.5 }, { "95%", 0.95 },
	    { "max", 1 } };
	uint64_t v;
	size_t i;

	if (s->n == 0)
		return;
	buf_adds(b, what);
	for (i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		v = points[i].share >= 1 ? s->max : points[i].share <= 0 ?
		    s->min : distribution_quantile(s, points[i].share);
		buf_addf(b, "%s%s ", i != 0 ? ", " : " ", points[i].name);
		if (time)
			text_duration(b, v);
		else
			buf_addf(b, "%llu", (unsigned long long)v);
	}
	buf_addc(b, '\n');
}

/* So many rows and columns at most has a picture of a spread. */
#define PICTURE_ROWS	12
#define PICTURE_COLS	40

static void
picture_row(uint64_t from, uint64_t to, uint64_t n, uint64_t most,
    struct buf *b)
{
	size_t start = b->len;
	uint64_t i;

	buf_addf(b, from == to ? "  %llu" : "  %llu-%llu",
	    (unsigned long long)from, (unsigned long long)to);
	do
		buf_addc(b, ' ');
	while (b->len - start < 14);
	buf_addf(b, "%8llu  ", (unsigned long long)n);
	for (i = 0; i < n * PICTURE_COLS / most; i++)
		buf_addc(b, '#');
	buf_addc(b, '\n');
}

/* How often the device left after how many polls. */
static void
picture(const struct distribution *s, struct buf *b)
{
	uint64_t bins[PICTURE_ROWS] = { 0 }, most = 1, v, width;
	size_t i, n = sizeof(s->counts) / sizeof(s->counts[0]), bin;

	if (s->n == 0)
		return;
	width = (s->max - s->min) / PICTURE_ROWS + 1;
	for (i = 0; i < n; i++) {
		if (s->counts[i] == 0)
			continue;
		v = distribution_value(i) > s->max ? s->max :
						     distribution_value(i);
		bin = (size_t)((v - s->min) / width);
		bins[bin] += s->counts[i];
		if (bins[bin] > most)
			most = bins[bin];
	}
	buf_adds(b, "polls until the device left:\n");
	for (bin = 0; bin < PICTURE_ROWS; bin++) {
		if (s->min + bin * width <= s->max)
			picture_row(s->min + bin * width,
			    s->min + (bin + 1) * width - 1, bins[bin], most,
			    b);
	}
}

void
repeat_stats_words(const struct repeat_stats *k, struct buf *b)
{
	buf_addf(b, "%llu of %llu rounds succeeded",
	    (unsigned long long)(k->rounds - k->failed),
	    (unsigned long long)k->rounds);
	if (k->left != 0)
		buf_addf(b, ", %llu of %llu left, %llu reconnected",
		    (unsigned long long)k->left,
		    (unsigned long long)k->rounds,
		    (unsigned long long)k->came_back);
	buf_addc(b, '\n');
	distribution_words(&k->polls, "polls       ", false, b);
	distribution_words(&k->leaving, "to leave    ", true, b);
	distribution_words(&k->requests, "requests    ", false, b);
	picture(&k->polls, b);
	if (k->failed != 0)
		buf_addf(b, "first failure, %s\n",
		    buf_str(&k->first_failure));
}
