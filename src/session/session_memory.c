/* SPDX-License-Identifier: ISC */
#include "session/session_memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/session.h"

static bool
is_running(const struct memory_operation *o)
{
	return (o->alive && o->how == MEMORY_CUT_NOT &&
	    (!o->quiet || o->manifests));
}

/* What an operator does request by request is what he wants. */
static bool
is_cut(const struct memory_operation *o)
{
	return (o->alive && !is_running(o) && (o->acted || o->doubt) &&
	    o->intent != MEMORY_INTENT_HAND);
}

static bool
has_gap(const struct session_memory *m)
{
	size_t i;

	for (i = 0; i < m->ngaps && m->gaps[i].meant; i++)
		continue;
	return (i < m->ngaps);
}

bool
session_memory_is_cut(const struct session *s)
{
	const struct session_memory *m = &s->memory;

	if (is_running(&m->operation))
		return (false);
	return (is_cut(&m->operation) || m->cut.alive || m->told != NULL ||
	    has_gap(m));
}

const struct memory_operation *
session_memory_cut(const struct session *s)
{
	const struct session_memory *m = &s->memory;

	return (is_running(&m->operation) ? NULL :
		is_cut(&m->operation)     ? &m->operation :
		m->cut.alive              ? &m->cut :
					    NULL);
}

const struct memory_mismatch *
session_memory_mismatch(const struct session *s)
{
	return (s->memory.mismatch.count != 0 ? &s->memory.mismatch : NULL);
}

static bool
touches(const struct memory_operation *o, uint8_t alternate, uint32_t from,
    uint32_t to)
{
	return (o->alternate == alternate &&
	    (!o->placed ||
		((uint64_t)from <= (uint64_t)o->to + 1 &&
		    (uint64_t)to + 1 >= o->from)));
}

bool
session_memory_cut_touches(
    const struct session *s, uint8_t alternate, uint32_t from, uint32_t to)
{
	const struct session_memory *m = &s->memory;

	return ((is_cut(&m->operation) &&
		    touches(&m->operation, alternate, from, to)) ||
	    (m->cut.alive && touches(&m->cut, alternate, from, to)));
}

/* Gaps. */

/* The first one that ends at or behind from. */
static size_t
find_gap(const struct session_memory *m, uint8_t alternate, uint32_t from)
{
	size_t low = 0, high = m->ngaps, middle;
	const struct memory_gap *g;

	while (low < high) {
		middle = low + (high - low) / 2;
		g = &m->gaps[middle];
		if (g->alternate < alternate ||
		    (g->alternate == alternate && g->to < from))
			low = middle + 1;
		else
			high = middle;
	}
	return (low);
}

static void
insert_gap(struct session_memory *m, size_t i, const struct memory_gap *gap)
{
	struct memory_gap copy = *gap;

	if (m->ngaps == m->gaps_cap) {
		m->gaps_cap =
		    m->gaps_cap < 16 ? 32 : m->gaps_cap + m->gaps_cap / 2;
		m->gaps = mem_array(m->gaps, m->gaps_cap, sizeof(*m->gaps));
	}
	memmove(
	    m->gaps + i + 1, m->gaps + i, (m->ngaps - i) * sizeof(*m->gaps));
	m->gaps[i] = copy;
	m->ngaps++;
}

static void
drop_gap(struct session_memory *m, size_t i)
{
	m->ngaps--;
	memmove(
	    m->gaps + i, m->gaps + i + 1, (m->ngaps - i) * sizeof(*m->gaps));
}

/* No gap has a byte in from..to; what is left of one was touched. */
static void
fill_gaps(
    struct session_memory *m, uint8_t alternate, uint32_t from, uint32_t to)
{
	size_t i = find_gap(m, alternate, from);
	struct memory_gap gap, rest;

	while (i < m->ngaps && m->gaps[i].alternate == alternate &&
	    m->gaps[i].from <= to) {
		gap = m->gaps[i];
		gap.touched = true;
		drop_gap(m, i);
		rest = gap;
		if (gap.from < from) {
			rest.to = from - 1;
			insert_gap(m, i++, &rest);
		}
		rest = gap;
		if (gap.to > to) {
			rest.from = to + 1;
			insert_gap(m, i++, &rest);
		}
	}
}

static void
add_gap(struct session_memory *m, const struct memory_work *work, bool doubt)
{
	const struct memory_gap gap = { .from = work->from,
		.to = work->to,
		.by = work->by,
		.alternate = work->alternate,
		.doubt = doubt,
		.meant = m->operation.intent == MEMORY_INTENT_HAND ||
		    (m->operation.intent == MEMORY_INTENT_ERASE && !doubt) };

	if (!work->placed)
		return;
	fill_gaps(m, work->alternate, work->from, work->to);
	insert_gap(m, find_gap(m, work->alternate, work->from), &gap);
}

/* A sector that is erased but for what was written of it is done. */
static void
drop_touched(struct session_memory *m, uint8_t alternate)
{
	size_t i, n = 0;

	for (i = 0; i < m->ngaps; i++)
		if (m->gaps[i].alternate != alternate || !m->gaps[i].touched)
			m->gaps[n++] = m->gaps[i];
	m->ngaps = n;
}

/* What was written holds no longer there, or is not known to. */

static void
forget_mismatch(struct session_memory *m)
{
	const struct block *b;
	size_t i;

	m->mismatch.count = m->written.differ;
	for (i = 0; m->written.differ != 0 && !m->written.list[i].differs; i++)
		continue;
	if (m->written.differ == 0)
		return;
	b = &m->written.list[i];
	m->mismatch.written = b->by;
	m->mismatch.alternate = b->alternate;
	m->mismatch.address = m->mismatch.block = b->address;
	m->mismatch.exact = false;
	m->mismatch.how = BLOCK_UNTOLD;
}

static void
forget_written(
    struct session_memory *m, uint8_t alternate, uint32_t from, uint32_t to)
{
	struct memory_mismatch *d = &m->mismatch;

	blocks_remove(&m->written, alternate, from, to);
	if (d->count != 0 && d->alternate == alternate && d->block <= to &&
	    d->address >= from)
		forget_mismatch(m);
	else if (d->count != 0 && m->written.differ != 0)
		d->count = m->written.differ;
}

/* What was cut is whole, or is meant so. */
static void
forget_cut(struct session_memory *m)
{
	free(m->told);
	m->told = NULL;
	m->ngaps = 0;
	m->cut.alive = false;
	if (is_cut(&m->operation))
		m->operation.alive = false;
}

static void
forget_all(struct session_memory *m)
{
	forget_cut(m);
	m->operation.alive = false;
	m->work.kind = MEMORY_WORK_NONE;
	blocks_free(&m->written);
	m->mismatch.count = 0;
}

/* Operations. */

static void
widen(struct memory_operation *o, uint32_t from, uint32_t to)
{
	if (!o->placed || from < o->from)
		o->from = from;
	if (!o->placed || to > o->to)
		o->to = to;
	o->placed = true;
}

/* Cut operations on the same memory are one. */
static void
commit(struct session_memory *m)
{
	struct memory_operation *o = &m->operation;
	struct memory_operation was = m->cut;

	if (is_cut(o)) {
		m->cut = *o;
		m->cut.quiet = true;
		if (was.alive && was.alternate == o->alternate && was.placed &&
		    o->placed)
			widen(&m->cut, was.from, was.to);
		if (o->plain)
			forget_written(m, o->alternate, 0, UINT32_MAX);
	}
	o->alive = false;
	m->work.kind = MEMORY_WORK_NONE;
}

static void
stop(struct session_memory *m, enum memory_cut how, uint32_t by, uint64_t at)
{
	struct memory_operation *o = &m->operation;

	if (!o->alive || o->how != MEMORY_CUT_NOT)
		return;
	o->how = (uint8_t)how;
	o->cut_by = by;
	o->cut_at = at;
}

/* What the latest DNLOAD asked for may have been done, or half of it. */
static void
doubt_work(struct session_memory *m)
{
	struct memory_work *w = &m->work;

	if (w->kind == MEMORY_WORK_NONE || w->kind == MEMORY_WORK_END)
		return;
	m->operation.doubt = true;
	if (!m->operation.plain)
		add_gap(m, w, true);
	if (w->placed)
		forget_written(m, w->alternate, w->from, w->to);
}

/* All of the image is there, and so is what an earlier one left undone. */
static void
mend(struct session_memory *m)
{
	const struct memory_operation *o = &m->operation;
	struct memory_operation *cut = &m->cut;

	if (o->bytes == 0 || !cut->alive || cut->plain != o->plain ||
	    (o->placed ? !touches(cut, o->alternate, o->from, o->to) :
			 cut->alternate != o->alternate))
		return;
	cut->alive = false;
	free(m->told);
	m->told = NULL;
	if (cut->placed && !cut->plain)
		fill_gaps(m, cut->alternate, cut->from, cut->to);
}

/* A sector that was erased in it, and nothing of it written. */
static bool
left_bare(const struct session_memory *m)
{
	size_t i;

	for (i = 0; i < m->ngaps; i++)
		if (!m->gaps[i].meant && m->gaps[i].by >= m->operation.first &&
		    m->gaps[i].alternate == m->operation.alternate)
			return (true);
	return (false);
}

/* It ended as it should. */
static void
end_well(struct session_memory *m, uint32_t by, uint64_t at)
{
	struct memory_operation *o = &m->operation;

	if (!o->alive)
		return;
	o->quiet = false;
	if (o->plain && o->bytes == 0)
		stop(m, MEMORY_CUT_DROPPED, by, at);
	if (!o->plain)
		drop_touched(m, o->alternate);
	if (!o->plain && left_bare(m))
		stop(m, MEMORY_CUT_UNWRITTEN, by, at);
	if (o->how == MEMORY_CUT_NOT)
		mend(m);
	commit(m);
}

/* It was given up, or ended; in between is for the requests to tell. */
static void
end_by(struct session_memory *m, const struct request *r)
{
	if (m->operation.plain && !m->operation.manifests) {
		stop(m, MEMORY_CUT_ABORTED, r->number, r->done);
	} else if (!m->operation.plain && m->work.kind != MEMORY_WORK_NONE) {
		if (m->work.begun)
			doubt_work(m);
		stop(m, MEMORY_CUT_ABORTED, r->number, r->done);
	}
	if (m->operation.how == MEMORY_CUT_NOT)
		end_well(m, r->number, r->done);
	else
		commit(m);
}

/* A DNLOAD. */

static enum memory_work_kind
work_of(const struct request *r)
{
	bool dfuse = r->meaning.dialect == DFU_DIALECT_DFUSE;

	/* Without the dialect it may be a command, or may be a block. */
	if (r->meaning.dialect == DFU_DIALECT_UNKNOWN)
		return (MEMORY_WORK_NONE);
	switch ((enum dfu_kind)r->meaning.kind) {
	case DFU_KIND_WRITE:
		return (MEMORY_WORK_WRITE);
	case DFU_KIND_END:
		return (MEMORY_WORK_END);
	case DFU_KIND_ERASE:
		return (dfuse ? MEMORY_WORK_ERASE : MEMORY_WORK_NONE);
	case DFU_KIND_MASS_ERASE:
		return (MEMORY_WORK_ERASE_ALL);
	case DFU_KIND_READ_UNPROTECT:
		return (MEMORY_WORK_UNPROTECT);
	case DFU_KIND_LEAVE:
	case DFU_KIND_NONE:
	case DFU_KIND_OTHER:
	case DFU_KIND_STANDARD:
	case DFU_KIND_GET_DESCRIPTOR:
	case DFU_KIND_SET_INTERFACE:
	case DFU_KIND_DETACH:
	case DFU_KIND_GETSTATUS:
	case DFU_KIND_CLRSTATUS:
	case DFU_KIND_GETSTATE:
	case DFU_KIND_ABORT:
	case DFU_KIND_READ:
	case DFU_KIND_WRITE_RESERVED:
	case DFU_KIND_READ_RESERVED:
	case DFU_KIND_GET_COMMANDS:
	case DFU_KIND_SET_ADDRESS:
	case DFU_KIND_COMMAND:
		break;
	}
	return (MEMORY_WORK_NONE);
}

static void
forget_map(struct session_memory *m)
{
	layout_free(&m->map);
	free(m->map_name);
	m->map_name = NULL;
}

/* Read once for each name: erases of one setting follow each other. */
static void
take_map(struct session_memory *m, const char *name)
{
	if (m->map_name != NULL && strcmp(m->map_name, name) == 0)
		return;
	forget_map(m);
	m->map_name = mem_strdup(name);
	layout_parse(&m->map, name, strlen(name));
}

/* The sector that holds the address, as far as a map tells. */
static void
place_sector(struct session *s, struct memory_work *w, uint32_t address)
{
	const char *name = session_alternate_name(s, w->alternate);
	const struct layout_segment *segment = NULL;

	w->placed = true;
	w->from = w->to = address;
	if (name != NULL) {
		take_map(&s->memory, name);
		segment = layout_at(&s->memory.map, address);
	}
	if (segment == NULL)
		return;
	w->from = layout_sector(&s->memory.map, address);
	w->to = w->from + (segment->size - 1);
}

static void
place_block(struct memory_work *w, const struct request *r,
    const struct event *e, uint32_t address)
{
	struct block_view v;

	w->placed = r->setup.wLength != 0 &&
	    address + (r->setup.wLength - 1u) >= address;
	w->from = address;
	w->to = address + (r->setup.wLength - 1u);
	w->whole =
	    w->placed && block_view_event(e, &v) && v.len == r->setup.wLength;
	if (!w->whole)
		return;
	w->block = (struct block){ .address = address,
		.crc = v.crc,
		.by = r->number,
		.len = r->setup.wLength,
		.alternate = r->alternate };
	memcpy(w->block.first, v.head,
	    v.nhead < BLOCKS_FIRST ? v.nhead : BLOCKS_FIRST);
}

/* The operation that r belongs to goes on, or begins. */
static void
begin(struct session_memory *m, const struct request *r, bool plain,
    enum memory_intent intent)
{
	struct memory_operation *o = &m->operation;
	bool anew = r->before == DFU_STATE_IDLE ||
	    (plain && o->how != MEMORY_CUT_NOT && r->setup.wValue == 0);

	if (o->alive &&
	    (o->plain != plain || o->alternate != r->alternate || anew)) {
		if (!plain && m->work.kind == MEMORY_WORK_NONE)
			end_well(m, r->number, r->done);
		stop(m, MEMORY_CUT_NOTHING, 0, r->done);
		commit(m);
	}
	if (!o->alive) {
		*o = (struct memory_operation){ .alive = true,
			.plain = plain,
			.intent = (uint8_t)intent,
			.alternate = r->alternate,
			.late = plain && r->before != DFU_STATE_IDLE &&
			    r->setup.wValue != 0,
			.first = r->number };
		if (plain)
			forget_written(m, r->alternate, 0, UINT32_MAX);
	}
	o->how = MEMORY_CUT_NOT;
	o->cut_by = 0;
	o->quiet = false;
}

static void
set_work(struct session *s, const struct request *r, enum memory_work_kind kind,
    const struct trace *t)
{
	struct session_memory *m = &s->memory;
	struct memory_work *w = &m->work;
	struct memory_operation *o = &m->operation;

	*w = (struct memory_work){ .kind = (uint8_t)kind,
		.by = r->number,
		.alternate = r->alternate };
	if (kind == MEMORY_WORK_ERASE && r->meaning.addressed)
		place_sector(s, w, r->meaning.address);
	if (kind != MEMORY_WORK_WRITE)
		return;
	o->last_short = r->setup.wLength < session_transfer_size(s);
	if (o->plain) {
		place_block(w, r, trace_get(t, r->submit), (uint32_t)o->bytes);
		w->placed = w->placed && !o->late;
	} else if (r->meaning.addressed)
		place_block(w, r, trace_get(t, r->submit), r->meaning.address);
}

/* The next DNLOAD came before a state told what became of the last one. */
static void
pass_over(struct session_memory *m)
{
	struct memory_operation *o = &m->operation;

	if (m->work.kind == MEMORY_WORK_NONE || !o->alive)
		return;
	if (o->plain && m->work.placed)
		o->bytes += (uint64_t)m->work.to - m->work.from + 1;
	else if (!o->plain)
		doubt_work(m);
	o->acted = true;
	m->work.kind = MEMORY_WORK_NONE;
}

static bool
is_own(const struct request *r, const struct trace *t)
{
	const struct event *e = trace_get(t, r->submit);

	return (e == NULL || e->agent == EVENT_BY_SELF);
}

static void sweep(struct session *s, const struct trace *t);

static void
take_dnload(struct session *s, const struct request *r, const struct trace *t)
{
	struct session_memory *m = &s->memory;
	enum memory_work_kind kind = work_of(r);
	bool plain = r->meaning.dialect == DFU_DIALECT_PLAIN;

	if (r->meaning.kind == DFU_KIND_LEAVE) {
		end_by(m, r);
		return;
	}
	/* To erase all is enough, but for one who writes then. */
	m->operation.acted |= kind == MEMORY_WORK_WRITE && m->operation.all;
	if (r->outcome == OUTCOME_STALL) {
		stop(m, MEMORY_CUT_STALL, r->number, r->done);
		m->work.kind = MEMORY_WORK_NONE;
		return;
	}
	if (kind == MEMORY_WORK_NONE || r->outcome == OUTCOME_DENIED ||
	    r->outcome == OUTCOME_BUSY || r->outcome == OUTCOME_UNKNOWN)
		return;
	pass_over(m);
	/* A download that has no blocks ends nothing. */
	if (kind == MEMORY_WORK_END && !m->operation.alive)
		return;
	sweep(s, t);
	if (kind != MEMORY_WORK_END)
		begin(m, r, plain,
		    is_own(r, t) ? (enum memory_intent)m->intent :
				   MEMORY_INTENT_WRITE);
	set_work(s, r, kind, t);
	if (m->work.placed)
		widen(&m->operation, m->work.from, m->work.to);
	if (outcome_is_answer((enum outcome)r->outcome))
		return;
	doubt_work(m);
	stop(m, MEMORY_CUT_SILENT, r->number, r->done);
	/* The end of a download may be taken without a word (A.2.9). */
	if (kind != MEMORY_WORK_END)
		m->work.kind = MEMORY_WORK_NONE;
}

/* A state: how the work went. */

/* The device said so, and it was not written since. */
static bool
is_erased(const struct session_memory *m, const struct memory_work *w)
{
	size_t i = find_gap(m, w->alternate, w->from);

	return (i < m->ngaps && m->gaps[i].alternate == w->alternate &&
	    m->gaps[i].from <= w->from && m->gaps[i].to >= w->to &&
	    !m->gaps[i].doubt);
}

static void
confirm(struct session_memory *m)
{
	struct memory_work *w = &m->work;
	struct memory_operation *o = &m->operation;

	switch ((enum memory_work_kind)w->kind) {
	case MEMORY_WORK_NONE:
	case MEMORY_WORK_END:
		return;
	case MEMORY_WORK_UNPROTECT:
		/* It is done by a reset, or not at all. */
		o->doubt = false;
		w->kind = MEMORY_WORK_NONE;
		return;
	case MEMORY_WORK_ERASE_ALL:
		forget_cut(m);
		forget_written(m, w->alternate, 0, UINT32_MAX);
		o->all = true;
		o->doubt = false;
		w->kind = MEMORY_WORK_NONE;
		return;
	case MEMORY_WORK_ERASE:
		if (!w->placed)
			break;
		forget_written(m, w->alternate, w->from, w->to);
		add_gap(m, w, false);
		break;
	case MEMORY_WORK_WRITE:
		o->bytes += (uint64_t)w->to - w->from + 1;
		if (!w->placed)
			break;
		forget_written(m, w->alternate, w->from, w->to);
		w->block.erased = is_erased(m, w);
		fill_gaps(m, w->alternate, w->from, w->to);
		if (w->whole)
			blocks_put(&m->written, &w->block);
		break;
	}
	o->acted = true;
	o->doubt = false;
	w->kind = MEMORY_WORK_NONE;
}

/* Silence alone has not cut what goes on after it. */
static void
go_on(struct session_memory *m)
{
	if (m->operation.how == MEMORY_CUT_SILENT ||
	    m->operation.how == MEMORY_CUT_STALL)
		m->operation.how = MEMORY_CUT_NOT;
	if (m->operation.how == MEMORY_CUT_NOT)
		m->operation.cut_by = 0;
}

/* dfuIDLE, and nobody aborted. */
static void
take_idle(struct session_memory *m, const struct request *r)
{
	bool ended = m->work.kind == MEMORY_WORK_END;

	if (ended ||
	    (!m->operation.plain && m->work.kind == MEMORY_WORK_NONE)) {
		go_on(m);
		if (m->operation.how == MEMORY_CUT_NOT)
			end_well(m, r->number, r->done);
		return;
	}
	m->operation.acted = true;
	stop(m,
	    m->work.kind == MEMORY_WORK_WRITE ? MEMORY_CUT_DROPPED :
						MEMORY_CUT_NOTHING,
	    r->number, r->done);
	commit(m);
}

/*
 * By what it says (DFU 1.1 6.1.2) it failed in the middle of the work, or
 * refused it before anything was done; else that it was busy tells.
 */
static bool
failed_in_work(const struct memory_work *w, const struct request *r)
{
	if (!r->replied)
		return (w->begun);
	switch (r->reply.bStatus) {
	case DFU_STATUS_ERR_WRITE:
	case DFU_STATUS_ERR_ERASE:
	case DFU_STATUS_ERR_PROG:
	case DFU_STATUS_ERR_VERIFY:
		return (true);
	case DFU_STATUS_ERR_TARGET:
	case DFU_STATUS_ERR_FILE:
	case DFU_STATUS_ERR_CHECK_ERASED:
	case DFU_STATUS_ERR_ADDRESS:
	case DFU_STATUS_ERR_STALLEDPKT:
		return (false);
	default:
		return (w->begun);
	}
}

static void
take_state(struct session_memory *m, const struct request *r, uint8_t state)
{
	bool worked = m->work.kind != MEMORY_WORK_NONE;

	if (!m->operation.alive)
		return;
	if (state == DFU_STATE_ERROR) {
		stop(m, MEMORY_CUT_ERROR, r->number, r->done);
		if (worked && !m->operation.plain &&
		    failed_in_work(&m->work, r))
			doubt_work(m);
		if (worked && m->work.placed)
			forget_written(
			    m, m->work.alternate, m->work.from, m->work.to);
		m->work.kind = MEMORY_WORK_NONE;
	} else if (state == DFU_STATE_DNBUSY) {
		m->work.begun = true;
		go_on(m);
	} else if (state == DFU_STATE_DNLOAD_IDLE) {
		if (worked)
			go_on(m);
		confirm(m);
	} else if (state == DFU_STATE_IDLE) {
		take_idle(m, r);
	} else if (m->work.kind != MEMORY_WORK_END) {
		return;
	} else if (dfu_state_is(state, DFU_STATES_MANIFEST)) {
		go_on(m);
		m->operation.manifests = true;
	} else if (dfu_state_is(state, DFU_STATES_MUTE)) {
		go_on(m);
		end_well(m, r->number, r->done);
	}
}

/* By its attributes it says no more when it has manifested (A.2.9). */
static bool
is_mute(const struct session *s)
{
	const struct dfu_function *f = session_function(s);

	return (f == NULL || !f->functional.present ||
	    !(f->functional.bmAttributes & DFU_ATTR_MANIFESTATION_TOLERANT));
}

/* No state was told: what was asked for may be done. */
static void
take_silence(struct session *s, const struct request *r)
{
	struct session_memory *m = &s->memory;

	if (!m->operation.alive || r->outcome == OUTCOME_DENIED ||
	    r->outcome == OUTCOME_BUSY || r->outcome == OUTCOME_UNKNOWN)
		return;
	if (m->operation.manifests ||
	    (m->work.kind == MEMORY_WORK_END && is_mute(s))) {
		end_well(m, r->number, r->done);
		return;
	}
	doubt_work(m);
	stop(m,
	    r->outcome == OUTCOME_STALL ? MEMORY_CUT_STALL : MEMORY_CUT_SILENT,
	    r->number, r->done);
}

/* An UPLOAD: held against what was written. */

struct run {
	bool up;
	uint16_t block;
	uint32_t next;
};

/* Between the blocks of an upload stands nothing but questions. */
static bool
ends_run(const struct request *r)
{
	return (r->meaning.kind != DFU_KIND_READ &&
	    r->meaning.kind != DFU_KIND_GETSTATUS &&
	    r->meaning.kind != DFU_KIND_GETSTATE);
}

/*
 * Where what r brought lies; false: that is not known. Some stacks say
 * dfuIDLE all through an upload: there the block numbers tell that it goes on.
 */
static bool
place_read(struct run *run, const struct request *r, uint32_t n, uint32_t *at)
{
	bool next = r->setup.wValue == (uint16_t)(run->block + 1);
	bool goes_on = run->up && next;
	bool starts = !goes_on && (r->before == DFU_STATE_IDLE ||
	    r->setup.wValue == 0);
	bool known;

	*at = r->meaning.address;
	if (r->meaning.kind != DFU_KIND_READ || n == 0)
		return (false);
	if (r->meaning.dialect == DFU_DIALECT_DFUSE)
		return (r->meaning.addressed && *at + (n - 1) >= *at);
	if (r->meaning.dialect != DFU_DIALECT_PLAIN)
		return (false);
	if (starts)
		*run = (struct run){ .up = true };
	else
		run->up = goes_on;
	*at = run->next;
	run->block = r->setup.wValue;
	run->next += n;
	known = run->up;
	/* A short block was the last (A.2.10). */
	run->up = known && n == r->setup.wLength;
	return (known);
}

/* What was read before all this, as far as it is remembered. */
static void
sweep(struct session *s, const struct trace *t)
{
	struct session_memory *m = &s->memory;
	size_t i = session_place_after(s, m->swept);
	struct run run = { .up = false };
	const struct request *r;
	const struct event *e;
	struct block_view v;
	struct block b;

	for (; i < session_history(s); i++) {
		r = session_nth(s, i);
		if (r == NULL)
			continue;
		m->swept = r->number;
		run.up = run.up && !ends_run(r);
		if (r->meaning.kind != DFU_KIND_READ ||
		    !outcome_is_answer((enum outcome)r->outcome))
			continue;
		e = trace_get(t, r->complete);
		if (!block_view_event(e, &v) ||
		    !place_read(&run, r, v.len, &b.address))
			continue;
		b = (struct block){ .address = b.address,
			.crc = v.crc,
			.by = r->number,
			.len = (uint16_t)v.len,
			.alternate = r->alternate };
		memcpy(b.first, v.head,
		    v.nhead < BLOCKS_FIRST ? v.nhead : BLOCKS_FIRST);
		blocks_put(&m->before, &b);
	}
}

const struct request *
session_memory_next_read(const struct session *s, const struct trace *t,
    struct memory_reads *w, uint32_t *address)
{
	struct run run = { w->up, w->block, w->next };
	const struct request *r = NULL;
	const struct event *e;
	bool placed = false;
	size_t i = session_place_after(s, w->swept);

	for (; i < session_history(s) && !placed; i++) {
		r = session_nth(s, i);
		if (r == NULL)
			continue;
		w->swept = r->number;
		run.up = run.up && !ends_run(r);
		if (r->meaning.kind != DFU_KIND_READ ||
		    !outcome_is_answer((enum outcome)r->outcome))
			continue;
		e = trace_get(t, r->complete);
		placed = e != NULL && place_read(&run, r, e->len, address);
	}
	w->up = run.up;
	w->block = run.block;
	w->next = run.next;
	return (placed ? r : NULL);
}

/* What a request carried there, or what is remembered of it. */
static struct block_view
view_of(const struct session *s, const struct trace *t, const struct block *b,
    bool down)
{
	const struct request *r = session_request(s, b->by);
	struct block_view v;

	if (r != NULL &&
	    block_view_event(
		trace_get(t, down ? r->submit : r->complete), &v) &&
	    v.len == b->len)
		return (v);
	return (block_view_block(b));
}

/* The bytes of a view, for one that trace_get may take away; freed by you. */
static uint8_t *
keep_view(struct block_view *v)
{
	uint8_t *p = mem_alloc((size_t)v->nhead + v->ntail + 1);

	if (v->nhead != 0)
		memcpy(p, v->head, v->nhead);
	if (v->ntail != 0)
		memcpy(p + v->nhead, v->tail, v->ntail);
	v->head = p;
	v->tail = p + v->nhead;
	return (p);
}

static void
note_difference(struct session_memory *m, const struct request *r,
    const struct block *w, uint32_t at, const struct block_difference *d,
    const struct block *old)
{
	m->compared_differs = true;
	if (m->mismatch.count != 0)
		return;
	m->mismatch = (struct memory_mismatch){ .by = r->number,
		.written = w->by,
		.at = r->done,
		.plain = r->meaning.dialect == DFU_DIALECT_PLAIN,
		.alternate = w->alternate,
		.address = at + d->at,
		.block = w->address,
		.exact = d->exact,
		.how = d->how,
		.old = d->how == BLOCK_OLD ? old->by : 0 };
}

/* Block i, and from..to of what was read: the whole of it lies at address. */
static void
compare_block(struct session *s, const struct request *r, size_t i,
    const struct block_view *read, uint32_t address, const struct trace *t)
{
	struct session_memory *m = &s->memory;
	const struct block *w = &m->written.list[i], *old = NULL;
	uint32_t from = w->address > address ? w->address : address;
	uint64_t end = (uint64_t)w->address + w->len;
	uint64_t read_end = (uint64_t)address + read->len;
	uint32_t n = (uint32_t)((end < read_end ? end : read_end) - from);
	struct block_view is = block_view_part(read, from - address, n);
	struct block_view asked = view_of(s, t, w, true), was;
	uint8_t *bytes = keep_view(&asked);
	struct block_difference d;
	size_t k = blocks_find(&m->before, w->alternate, from);

	asked = block_view_part(&asked, from - w->address, n);
	if (k < m->before.n && m->before.list[k].alternate == w->alternate &&
	    m->before.list[k].address == from && m->before.list[k].len == n)
		old = &m->before.list[k];
	if (old != NULL)
		was = view_of(s, t, old, false);
	d = block_compare(&is, &asked, old != NULL ? &was : NULL, w->erased);
	free(bytes);
	if (d.how == BLOCK_UNTOLD || (d.how == BLOCK_SAME && n != w->len))
		return;
	if (d.how != BLOCK_SAME)
		note_difference(m, r, w, from, &d, old);
	blocks_mark(&m->written, i, d.how != BLOCK_SAME);
	if (d.how == BLOCK_SAME && m->mismatch.count != 0 &&
	    m->mismatch.block == w->address)
		forget_mismatch(m);
	m->mismatch.count = m->written.differ;
}

static void
take_upload(struct session *s, const struct request *r, const struct trace *t)
{
	struct session_memory *m = &s->memory;
	struct run run = { m->up, m->up_block, m->up_next };
	struct block_view read;
	uint32_t address;
	uint8_t *bytes;
	size_t i;
	bool placed;

	m->compared = r->number;
	m->compared_differs = false;
	if (!outcome_is_answer((enum outcome)r->outcome))
		return;
	if (m->operation.alive && !m->operation.plain &&
	    m->work.kind == MEMORY_WORK_NONE)
		end_by(m, r);
	if (!block_view_event(trace_get(t, r->complete), &read))
		return;
	placed = place_read(&run, r, read.len, &address);
	m->up = run.up;
	m->up_block = run.block;
	m->up_next = run.next;
	if (!placed || m->written.n == 0)
		return;
	bytes = keep_view(&read);
	for (i = blocks_find(&m->written, r->alternate, address);
	     i < m->written.n && m->written.list[i].alternate == r->alternate &&
	     m->written.list[i].address <= address + (read.len - 1);
	     i++)
		compare_block(s, r, i, &read, address, t);
	free(bytes);
}

/* Events. */

void
session_memory_request(
    struct session *s, const struct request *r, const struct trace *t)
{
	struct session_memory *m = &s->memory;
	bool answered = outcome_is_answer((enum outcome)r->outcome);

	m->up = m->up && !ends_run(r);
	switch ((enum dfu_kind)r->meaning.kind) {
	case DFU_KIND_GETSTATUS:
		if (r->replied)
			take_state(m, r, r->reply.bState);
		else if (!answered)
			take_silence(s, r);
		break;
	case DFU_KIND_GETSTATE:
		if (answered)
			take_state(m, r, r->after);
		break;
	case DFU_KIND_ABORT:
		if (m->operation.alive)
			end_by(m, r);
		break;
	case DFU_KIND_CLRSTATUS:
		if (m->operation.alive && m->operation.how != MEMORY_CUT_NOT)
			commit(m);
		break;
	case DFU_KIND_SET_INTERFACE:
		if (m->operation.alive && answered)
			end_by(m, r);
		break;
	case DFU_KIND_READ:
	case DFU_KIND_READ_RESERVED:
	case DFU_KIND_GET_COMMANDS:
		take_upload(s, r, t);
		break;
	case DFU_KIND_WRITE:
	case DFU_KIND_END:
	case DFU_KIND_LEAVE:
	case DFU_KIND_WRITE_RESERVED:
	case DFU_KIND_SET_ADDRESS:
	case DFU_KIND_ERASE:
	case DFU_KIND_MASS_ERASE:
	case DFU_KIND_READ_UNPROTECT:
	case DFU_KIND_COMMAND:
		take_dnload(s, r, t);
		break;
	case DFU_KIND_NONE:
	case DFU_KIND_OTHER:
	case DFU_KIND_STANDARD:
	case DFU_KIND_GET_DESCRIPTOR:
	case DFU_KIND_DETACH:
		break;
	}
}

void
session_memory_sent(struct session *s)
{
	s->memory.operation.quiet = false;
}

static struct request *
pending_request(const struct session *s)
{
	return (
	    (struct request *)(uintptr_t)session_request(s, s->pending.number));
}

/* It left, or the bus was reset: what was under way is lost. */
static void
break_off(struct session *s, enum memory_cut how, uint64_t at)
{
	struct session_memory *m = &s->memory;
	uint32_t by =
	    s->nrequests != 0 ? s->requests[s->nrequests - 1].number : 0;
	bool options = session_option_bytes(s, m->operation.alternate);

	if (!m->operation.alive)
		return;
	if (m->work.kind == MEMORY_WORK_UNPROTECT) {
		forget_all(m);
	} else if (m->work.kind == MEMORY_WORK_END ||
	    (options && m->work.kind == MEMORY_WORK_WRITE)) {
		/* Option bytes take effect by a reset (AN3156). */
		go_on(m);
		m->operation.bytes += options;
		end_well(m, by, at);
	} else {
		doubt_work(m);
		stop(m, how, by, at);
		m->work.kind = MEMORY_WORK_NONE;
	}
}

void
session_memory_leaves(
    struct session *s, const struct event *e, const struct trace *t)
{
	struct request *r = pending_request(s);
	struct request lost;

	if (r != NULL) {
		lost = *r;
		lost.outcome = OUTCOME_GONE;
		lost.done = e->time;
		session_memory_request(s, &lost, t);
	}
	break_off(s, MEMORY_CUT_LEFT, e->time);
}

void
session_memory_arrives(struct session *s, bool other)
{
	struct session_memory *m = &s->memory;
	const struct dfu_function *f = session_function(s);
	bool runs = f == NULL || f->runtime;

	if (other)
		forget_all(m);
	/* Firmware that runs is whole: it had got all it wanted. */
	if (m->operation.alive && m->operation.plain && runs &&
	    (m->operation.how == MEMORY_CUT_LEFT ||
		m->operation.how == MEMORY_CUT_SILENT) &&
	    m->operation.last_short) {
		m->operation.how = MEMORY_CUT_NOT;
		end_well(m, 0, s->arrived_at);
	}
	stop(m, MEMORY_CUT_LEFT, 0, s->arrived_at);
	commit(m);
	m->up = false;
	if (!runs && s->arrived_at - s->left_at <= SESSION_BACK_WITHIN)
		return;
	/* What ran meanwhile may have written, too. */
	blocks_free(&m->written);
	blocks_free(&m->before);
}

void
session_memory_reset(struct session *s, const struct event *e)
{
	break_off(s, MEMORY_CUT_RESET, e->time);
	commit(&s->memory);
}

/* The first word of a command, or the one that counts among several. */
static enum memory_intent
intent_of(const struct event *e)
{
	static const struct {
		const char *word;
		enum memory_intent intent;
	} jobs[] = {
		{ "flash", MEMORY_INTENT_WRITE },
		{ "do-as", MEMORY_INTENT_WRITE },
		{ "erase-range", MEMORY_INTENT_ERASE },
		{ "wipe", MEMORY_INTENT_ERASE },
		{ "unprotect", MEMORY_INTENT_ERASE },
	};
	enum memory_intent found = MEMORY_INTENT_HAND;
	const char *p = (const char *)e->data;
	size_t i, k, n;

	for (i = 0; i < e->kept; i += n + 1) {
		for (n = 0;
		     i + n < e->kept && memchr(" \t;\n", p[i + n], 4) == NULL;
		     n++)
			continue;
		for (k = 0; k < sizeof(jobs) / sizeof(jobs[0]); k++)
			if (strlen(jobs[k].word) == n &&
			    jobs[k].intent < found &&
			    memcmp(p + i, jobs[k].word, n) == 0)
				found = jobs[k].intent;
	}
	return (found);
}

static bool
begins_with(const struct event *e, const char *text)
{
	return (e->kept >= strlen(text) &&
	    memcmp(e->data, text, strlen(text)) == 0);
}

static bool
says(const struct event *e, const char *text)
{
	return (e->kept == strlen(text) && begins_with(e, text));
}

static void
take_command(struct session_memory *m, const struct event *e)
{
	if (says(e, SESSION_MEMORY_MEANT))
		forget_all(m);
	else if (says(e, "anew"))
		forget_all(m);
	else if (!says(e, "plug") && !says(e, "unplug"))
		m->intent = (uint8_t)intent_of(e);
}

/* A job knows more than its requests tell. */
static void
take_told(struct session_memory *m, const struct event *e)
{
	static const char glue[] = ": ";
	size_t n = strlen(SESSION_MEMORY_CUT);
	struct memory_operation *o = &m->operation;
	char *told;

	if (e->kept > n + 2 && memcmp(e->data + n, glue, 2) == 0)
		n += 2;
	told = mem_alloc(e->kept - n + 1);
	memcpy(told, e->data + n, e->kept - n);
	free(m->told);
	m->told = told;
	if (is_cut(o))
		return;
	o->alive = o->acted = o->quiet = true;
	if (o->intent == MEMORY_INTENT_HAND)
		o->intent = MEMORY_INTENT_WRITE;
	stop(m, MEMORY_CUT_ABORTED, o->cut_by, e->time);
	commit(m);
}

void
session_memory_text(struct session *s, const struct event *e)
{
	struct session_memory *m = &s->memory;

	if (e->kind == EVENT_COMMAND)
		take_command(m, e);
	else if (e->agent == EVENT_BY_SELF && says(e, SESSION_MEMORY_WHOLE))
		forget_cut(m);
	else if (e->agent == EVENT_BY_SELF &&
	    begins_with(e, SESSION_MEMORY_CUT))
		take_told(m, e);
	else if (e->agent == EVENT_BY_SELF && s->pending.number == 0)
		/* A job that ends says how. */
		m->operation.quiet = true;
}

void
session_memory_lost(struct session *s)
{
	struct session_memory *m = &s->memory;

	if (m->operation.how != MEMORY_CUT_NOT)
		commit(m);
	m->operation.alive = false;
	m->work.kind = MEMORY_WORK_NONE;
	m->up = false;
}

/* What is known of requests behind that one goes. */
static void
forget_since(struct session_memory *m, uint32_t number)
{
	size_t i, n = 0;

	m->cut.alive = m->cut.alive && m->cut.first <= number;
	for (i = 0; i < m->ngaps; i++)
		if (m->gaps[i].by <= number)
			m->gaps[n++] = m->gaps[i];
	m->ngaps = n;
	m->operation.alive = false;
	m->work.kind = MEMORY_WORK_NONE;
	blocks_free(&m->written);
	blocks_free(&m->before);
	m->mismatch.count = 0;
	m->swept = number;
	m->up = false;
}

void
session_memory_again(struct session *s, const struct trace *t)
{
	size_t i = session_since_arrival(s), n = session_history(s);
	const struct request *r = NULL;
	struct request read;

	/* What the trace has lost cannot be read again. */
	while (i < n && (r = session_nth(s, i)) == NULL)
		i++;
	/* Of what came before nothing is forgotten. */
	forget_since(&s->memory, i > 0 ? session_number(s, i - 1) : 0);
	for (; i < n; i++) {
		r = session_nth(s, i);
		if (r == NULL || r->complete == NO_EVENT)
			continue;
		read = *r;
		session_memory_request(s, &read, t);
	}
}

void
session_memory_finish(struct session *s, uint64_t now)
{
	struct session_memory *m = &s->memory;

	if (m->operation.alive && m->operation.how == MEMORY_CUT_NOT &&
	    (m->work.begun || s->pending.number != 0))
		doubt_work(m);
	if (m->operation.manifests)
		end_well(m, 0, now);
	stop(m, MEMORY_CUT_NOTHING, m->operation.cut_by, now);
}

void
session_memory_free(struct session_memory *m)
{
	free(m->gaps);
	free(m->told);
	forget_map(m);
	blocks_free(&m->written);
	blocks_free(&m->before);
}
