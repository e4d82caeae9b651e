/* SPDX-License-Identifier: ISC */
/* What a runner does, in words. */
#include "job/runner.h"

#include "trace/words.h"

void
runner_words(const struct runner *r, struct buf *b, uint64_t now)
{
	bool joined = false;
	size_t i, len, before;

	if (r->depth == 0)
		return;
	if (runner_is_paused(r))
		buf_adds(b, r->broke_at != NULL ? "paused at " : "paused: ");
	if (runner_is_paused(r) && r->broke_at != NULL) {
		condition_words(r->broke_at, b);
		buf_adds(b, ": ");
	}
	/* The outermost job that has something to say; inside a recipe, it. */
	for (i = r->inserted != 0 ? r->inserted - 1 : 0; i < r->depth; i++) {
		if (r->jobs[i]->ops->words == NULL)
			continue;
		len = b->len;
		buf_adds(b, joined ? ": " : "");
		before = b->len;
		r->jobs[i]->ops->words(r->jobs[i], b, now);
		/* It leaves that to the one inside. */
		if (b->len == before) {
			buf_cut(b, len);
			continue;
		}
		if (!r->jobs[i]->ops->around)
			return;
		joined = true;
	}
}

void
runner_paused_words(const struct runner *r, const struct session *s,
    struct buf *b)
{
	struct dfu_meaning m;

	if (!runner_is_paused(r))
		return;
	if (r->paused.kind == EFFECT_RESET) {
		buf_adds(b, "bus reset");
		return;
	}
	m = session_xfer_meaning(s, &r->paused.xfer);
	words_xfer(b, &r->paused.xfer, &m);
}
