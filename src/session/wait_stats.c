/* SPDX-License-Identifier: ISC */
#include "session/wait_stats.h"

#include <string.h>

#include "base/text.h"
#include "dfu/spec.h"
#include "session/limits.h"

static void
add(struct wait_stats_span *p, uint64_t us)
{
	if (p->n == 0 || us < p->min)
		p->min = us;
	if (p->n == 0 || us > p->max)
		p->max = us;
	p->n++;
}

void
wait_stats_sent(struct wait_stats *l, uint64_t at)
{
	struct wait_stats_row *r = &l->rows[l->state];
	uint64_t waited = at - l->answered;

	if (!l->open)
		return;
	l->open = false;
	add(&r->waited, waited);
	r->early += waited < l->wait;
}

/* False: a state that is not defined has no row. */
static bool
enter(struct wait_stats *l, uint8_t state, uint64_t at)
{
	if (l->here && state == l->state)
		return (true);
	if (l->here)
		wait_stats_left(l, at);
	if (state >= WAIT_STATS_STATES)
		return (false);
	l->here = true;
	l->state = state;
	l->since = at;
	l->first = l->longest = 0;
	l->zeros = l->polls = 0;
	return (true);
}

void
wait_stats_status(struct wait_stats *l, uint8_t state, uint32_t ms, uint64_t at)
{
	bool again = l->here && state == l->state;
	struct wait_stats_row *r;

	if (!enter(l, state, at))
		return;
	r = &l->rows[state];
	l->open = true;
	l->answered = at;
	l->wait = (uint64_t)ms * 1000;
	if (!again)
		l->first = l->wait;
	if (l->wait > l->longest)
		l->longest = l->wait;
	l->polls++;
	add(&r->announced, l->wait);
	l->zeros =
	    ms == 0 && dfu_state_is(state, DFU_STATES_BUSY) ? l->zeros + 1 : 0;
	if (l->zeros > r->zeros)
		r->zeros = l->zeros;
}

void
wait_stats_state(struct wait_stats *l, uint8_t state, bool polled, uint64_t at)
{
	if (!enter(l, state, at) || !polled)
		return;
	l->answered = at;
	l->polls++;
}

void
wait_stats_left(struct wait_stats *l, uint64_t at)
{
	if (l->here && dfu_state_is(l->state, DFU_STATES_BUSY))
		add(&l->rows[l->state].took, at - l->since);
	wait_stats_broken(l);
}

void
wait_stats_broken(struct wait_stats *l)
{
	l->here = l->open = false;
	l->zeros = 0;
}

bool
wait_stats_tells(const struct wait_stats *l, uint8_t state)
{
	const struct wait_stats_row *r = &l->rows[state];

	return (r->announced.n != 0 &&
	    (dfu_state_is(state, DFU_STATES_BUSY) || r->announced.max != 0));
}

static bool
is_absurd(const struct wait_stats_row *r)
{
	return (r->announced.n != 0 && r->announced.max >
	    LIMIT_ANNOUNCED_S * 1000000ull);
}

static bool
is_loop(const struct wait_stats_row *r)
{
	return (r->zeros >= WAIT_STATS_LOOP);
}

static bool
is_early(const struct wait_stats_row *r)
{
	return (r->early != 0);
}

static bool
is_longer(const struct wait_stats_row *r)
{
	return (r->took.n != 0 && r->took.max > WAIT_STATS_SLACK &&
	    r->took.max > r->announced.max + WAIT_STATS_SLACK);
}

const struct wait_stats_flag wait_stats_flags[] = {
	{ "absurd", "announced longer than any known operation takes",
	    is_absurd },
	{ "zero loop", "0 ms announced repeatedly by a busy device", is_loop },
	{ "asked early", "polled before the announced wait was over",
	    is_early },
	{ "took longer", "the state lasted longer than announced",
	    is_longer },
};
const size_t wait_stats_flags_count = sizeof(wait_stats_flags) /
    sizeof(wait_stats_flags[0]);

static void
add_span(struct buf *b, const struct wait_stats_span *p)
{
	struct buf most = { 0 };
	size_t start = b->len;

	text_duration(b, p->min);
	text_duration(&most, p->max);
	if (most.len != b->len - start ||
	    memcmp(most.data, b->data + start, most.len) != 0)
		buf_addf(b, " to %s", buf_str(&most));
	buf_free(&most);
}

void
wait_stats_words(const struct wait_stats_row *r, struct buf *b)
{
	size_t i;

	buf_addf(b, "%u × ", r->announced.n);
	add_span(b, &r->announced);
	buf_adds(b, " announced");
	if (r->waited.n != 0) {
		buf_adds(b, ", waited ");
		add_span(b, &r->waited);
	}
	if (r->took.n != 0) {
		buf_adds(b, ", took at most ");
		add_span(b, &r->took);
	}
	for (i = 0; i < wait_stats_flags_count; i++) {
		if (wait_stats_flags[i].holds(r))
			buf_addf(b, "; %s", wait_stats_flags[i].sentence);
	}
}
