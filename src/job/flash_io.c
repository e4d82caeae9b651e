/* The pages and blocks of a flash, one after the other. */
#include "job/flash_own.h"

#include "session/limits.h"

#define AGAIN	2	/* a spoiled block is read so often again */

static void
next_read(struct flash_job *k)
{
	k->done += k->plan.blocks[k->at].len;
	k->at++;
	k->again = 0;
}

/* A block came; or half of it, or too much: that is tried again. */
static enum poll_end
take_block(struct flash_job *k, enum poll_end how)
{
	const struct poll *p = &k->work.io.poll;
	const struct plan_block *b = &k->plan.blocks[k->at];
	bool corrupted = (how == POLL_DONE && p->in.len < b->len) ||
	    (how == POLL_SILENT && p->outcome == OUTCOME_BABBLE);

	if (corrupted && k->again++ < AGAIN)
		return (POLL_GOING);
	if (corrupted)
		return (POLL_SILENT);
	if (how == POLL_DONE) {
		plan_compare(&k->plan, k->at, p->in.data);
		next_read(k);
	}
	return (how);
}

/* Reads block after block; DONE when none is left. */
enum poll_end
flash_read_blocks(struct flash_job *k, const struct session *s, uint64_t now,
    enum job_step *step)
{
	struct work *w = &k->work;
	const struct plan_block *b;
	enum poll_end how;

	for (;;) {
		while (!w->busy && k->at < k->plan.nblocks &&
		    k->plan.blocks[k->at].same)
			next_read(k);
		if (k->at == k->plan.nblocks)
			return (POLL_DONE);
		b = &k->plan.blocks[k->at];
		if (!w->busy) {
			w->io.anchor = b->anchor;
			memory_io_read(&w->io, b->address, b->len);
		}
		how = work_io(w, s, now, step);
		if (how == POLL_GOING)
			return (how);
		how = take_block(k, how);
		if (how != POLL_DONE && how != POLL_GOING)
			return (how);
	}
}

void
flash_note_page(struct flash_job *k, bool done)
{
	struct plan_page *g = &k->plan.pages[k->at];

	plan_erased(&k->plan, k->at);
	g->erased = done;
	g->doubt = !done;
}

void
flash_note_block(struct flash_job *k, bool done)
{
	struct plan_block *b = &k->plan.blocks[k->at];

	b->same = b->blank = false;
	b->written = done;
	b->doubt = !done;
}

bool
flash_may_have_acted(const struct flash_job *k)
{
	return (memory_io_may_have_acted(&k->work.io, true));
}

enum poll_end
flash_erase_pages(struct flash_job *k, const struct session *s, uint64_t now,
    enum job_step *step)
{
	struct work *w = &k->work;
	enum poll_end how = POLL_DONE;

	for (;;) {
		k->at = plan_next_page(&k->plan, k->at);
		if (k->at == k->plan.npages)
			return (POLL_DONE);
		if (!w->busy)
			memory_io_command(&w->io, DFU_KIND_ERASE,
			    k->plan.pages[k->at].address, LIMIT_ERASE_S * 1000);
		how = work_io(w, s, now, step);
		if (how == POLL_GOING)
			return (how);
		if (how == POLL_DONE || flash_may_have_acted(k))
			flash_note_page(k, how == POLL_DONE);
		if (how != POLL_DONE)
			return (how);
		k->done += k->plan.pages[k->at++].size;
	}
}

enum poll_end
flash_write_blocks(struct flash_job *k, const struct session *s, uint64_t now,
    enum job_step *step)
{
	struct work *w = &k->work;
	const struct plan_block *b;
	enum poll_end how;

	for (;;) {
		k->at = plan_next_block(&k->plan, k->at);
		if (k->at == k->plan.nblocks)
			return (POLL_DONE);
		b = &k->plan.blocks[k->at];
		if (!w->busy) {
			w->io.anchor = b->anchor;
			memory_io_write(&w->io, b->address, b->data, b->len);
		}
		how = work_io(w, s, now, step);
		if (how == POLL_GOING)
			return (how);
		if (how == POLL_DONE || flash_may_have_acted(k))
			flash_note_block(k, how == POLL_DONE);
		if (how != POLL_DONE)
			return (how);
		k->done += k->plan.blocks[k->at++].len;
	}
}

/* In DFU mode again, so that it can be read back. */
static bool
is_back(const struct session *s)
{
	return (s->present && session_function(s) != NULL &&
	    !session_runtime(s) && session_dfuse(s));
}

bool
flash_await(struct flash_job *k, const struct session *s, uint64_t now,
    enum job_step *step)
{
	struct work *w = &k->work;

	if (work_await(w, s, w->since, now, step))
		return (true);
	if (!k->order.verify || !is_back(s)) {
		buf_adds(&w->said, "; not read back");
		w->quiet = true;
		k->phase = FLASH_END;
		return (false);
	}
	w->left = false;
	k->phase = FLASH_AGAIN;
	memory_io_begin(&w->io, session_transfer_size(s));
	w->job.child = job_alternate(k->alternate);
	*step = JOB_CALL;
	return (true);
}
