/* SPDX-License-Identifier: ISC */
#include "analysis/memory_map.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dfu/layout.h"
#include "wire/usb.h"

/* Ranges: always disjoint, in order, equal neighbours joined. */

/* The first range that ends behind address. */
static size_t
find(const struct memory_map *m, uint64_t address)
{
	size_t low = 0, high = m->nranges, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (m->ranges[mid].to > address)
			high = mid;
		else
			low = mid + 1;
	}
	return (low);
}

static void
insert(struct memory_map *m, size_t i, uint64_t from, uint64_t to,
    uint8_t flags)
{
	if (m->nranges == m->cap) {
		m->cap = m->cap == 0 ? 16 : m->cap * 2;
		m->ranges = mem_array(m->ranges, m->cap, sizeof(*m->ranges));
	}
	memmove(m->ranges + i + 1, m->ranges + i,
	    (m->nranges - i) * sizeof(*m->ranges));
	m->ranges[i] = (struct memory_range){ from, to, flags };
	m->nranges++;
}

/* No range crosses address afterwards. */
static void
split(struct memory_map *m, uint64_t address)
{
	size_t i = find(m, address);

	if (i == m->nranges || m->ranges[i].from >= address)
		return;
	insert(m, i, m->ranges[i].from, address, m->ranges[i].flags);
	m->ranges[i + 1].from = address;
}

/* Joins what lies around from to to where that can be done. */
static void
join(struct memory_map *m, uint64_t from, uint64_t to)
{
	size_t i = find(m, from), keep;
	struct memory_range *r = m->ranges;

	i = i > 0 ? i - 1 : 0;
	for (keep = i++; i < m->nranges && r[i].from <= to; i++) {
		if (r[keep].to == r[i].from && r[keep].flags == r[i].flags)
			r[keep].to = r[i].to;
		else
			r[++keep] = r[i];
	}
	if (m->nranges == 0 || keep + 1 >= i)
		return;
	memmove(r + keep + 1, r + i, (m->nranges - i) * sizeof(*r));
	m->nranges -= i - keep - 1;
}

static void
touch(struct memory_map *m, uint64_t from, uint64_t to, uint8_t set,
    uint8_t clear)
{
	uint64_t at = from;
	size_t i;

	if (from >= to)
		return;
	split(m, from);
	split(m, to);
	for (i = find(m, from); at < to; i++) {
		if (i == m->nranges || m->ranges[i].from > at)
			insert(m, i, at, i < m->nranges &&
			    m->ranges[i].from < to ? m->ranges[i].from : to,
			    0);
		m->ranges[i].flags = (uint8_t)((m->ranges[i].flags &
		    ~clear) | set);
		at = m->ranges[i].to;
	}
	join(m, from, to);
}

/* Operations: named by a DNLOAD, executed on the GETSTATUS behind it. */

static void
apply_op(struct memory_map *m, const struct session *s, uint8_t set,
    uint8_t clear)
{
	const struct memory_op *op = &m->op;
	const char *name = session_alternate_name(s, m->alternate);
	struct layout l;
	size_t i;

	if (op->kind != MEMORY_OP_ERASE_ALL) {
		touch(m, op->from, op->to, set, clear);
		return;
	}
	if (name == NULL || !layout_parse(&l, name, strlen(name)))
		return;
	for (i = 0; i < l.nsegments; i++)
		touch(m, l.segments[i].start, l.segments[i].start +
		    (uint64_t)l.segments[i].count * l.segments[i].size, set,
		    clear);
	layout_free(&l);
}

static void
finish_op(struct memory_map *m, const struct session *s, bool good)
{
	if (m->op.kind == MEMORY_OP_WRITE && good)
		apply_op(m, s, MEMORY_WRITTEN, MEMORY_DOUBT);
	else if (m->op.kind != MEMORY_OP_NONE && good)
		apply_op(m, s, MEMORY_ERASED, MEMORY_WRITTEN | MEMORY_DOUBT);
	m->op = (struct memory_op){ MEMORY_OP_NONE, 0, 0, false };
}

/* It began and then nothing was heard: the memory may have changed. */
static void
abandon_op(struct memory_map *m, const struct session *s)
{
	if (m->op.begun)
		apply_op(m, s, MEMORY_DOUBT, 0);
	finish_op(m, s, false);
}

/* The sector that holds address, as far as a layout tells. */
static void
set_sector(struct memory_map *m, const struct session *s, uint32_t address)
{
	const char *name = session_alternate_name(s, m->alternate);
	const struct layout_segment *segment;
	struct layout l;

	m->op.from = address;
	m->op.to = (uint64_t)address + 1;
	if (name == NULL || !layout_parse(&l, name, strlen(name)))
		return;
	segment = layout_at(&l, address);
	if (segment != NULL) {
		m->op.from = layout_sector(&l, address);
		m->op.to = m->op.from + segment->size;
	}
	layout_free(&l);
}

static void
begin_op(struct memory_map *m, const struct session *s,
    const struct dfu_meaning *means)
{
	if (means->kind == DFU_KIND_ERASE && means->addressed) {
		m->op.kind = MEMORY_OP_ERASE;
		set_sector(m, s, means->address);
	} else if (means->kind == DFU_KIND_MASS_ERASE ||
	    means->kind == DFU_KIND_READ_UNPROTECT) {
		m->op.kind = MEMORY_OP_ERASE_ALL;
	} else if (means->kind == DFU_KIND_WRITE && means->addressed) {
		m->op.kind = MEMORY_OP_WRITE;
		m->op.from = means->address;
		m->op.to = m->op.from + means->length;
	}
}

static void
take_dnload(struct memory_map *m, const struct session *s,
    const struct request *r)
{
	abandon_op(m, s);
	if (!outcome_is_answer(r->outcome) || r->setup.wLength == 0)
		return;
	m->down.count++;
	m->down.last = r->setup.wValue;
	m->down.bytes += r->setup.wLength;
	if (dfu_meaning_undecided(&r->meaning) != NULL) {
		m->undecided++;
		m->undecided_by = r->number;
	}
	begin_op(m, s, &r->meaning);
}

static void
take_upload(struct memory_map *m, const struct request *r,
    const struct trace *t)
{
	const struct event *e = trace_get(t, r->complete);

	if (!outcome_is_answer(r->outcome) || e == NULL || e->len == 0 ||
	    r->meaning.kind != DFU_KIND_READ)
		return;
	m->up.count++;
	m->up.last = r->setup.wValue;
	m->up.bytes += e->len;
	if (r->meaning.addressed)
		touch(m, r->meaning.address,
		    (uint64_t)r->meaning.address + e->len, MEMORY_READ, 0);
}

static void
take_status(struct memory_map *m, const struct session *s,
    const struct request *r)
{
	if (!r->replied) {
		abandon_op(m, s);
		return;
	}
	if (r->reply.bStatus != DFU_STATUS_OK ||
	    r->reply.bState == DFU_STATE_ERROR)
		finish_op(m, s, false);
	else if (r->reply.bState == DFU_STATE_DNBUSY)
		m->op.begun = true;
	else if (r->reply.bState != DFU_STATE_DNLOAD_SYNC)
		finish_op(m, s, true);
}

static void
take_request(struct memory_map *m, const struct session *s,
    const struct request *r, const struct trace *t)
{
	const struct dfu_request_row *row = dfu_request_of(&r->setup);

	if (row == NULL) {
		if (r->meaning.kind == DFU_KIND_SET_INTERFACE &&
		    outcome_is_answer(r->outcome))
			m->alternate = (uint8_t)r->setup.wValue;
	} else if (row->bRequest == DFU_DNLOAD) {
		take_dnload(m, s, r);
	} else if (row->bRequest == DFU_UPLOAD) {
		take_upload(m, r, t);
	} else if (row->bRequest == DFU_GETSTATUS) {
		take_status(m, s, r);
	} else if (row->bRequest != DFU_GETSTATE) {
		abandon_op(m, s);
	}
}

bool
memory_map_update(struct memory_map *m, const struct session *s,
    const struct trace *t, size_t budget)
{
	size_t i, n;
	const struct request *r;

	if (m->of != s || (s != NULL && m->revision != s->revision)) {
		memory_map_clear(m);
		m->of = s;
	}
	if (s == NULL)
		return (false);
	m->revision = s->revision;
	n = session_history(s);
	for (i = session_place_after(s, m->after); i < n; i++) {
		if (budget-- == 0)
			return (true);
		r = session_nth(s, i);
		/* Lost: what is behind it goes on from there. */
		if (r == NULL) {
			m->after = session_number(s, i);
			continue;
		}
		if (r->number == s->pending.number)
			break;
		take_request(m, s, r, t);
		m->after = r->number;
	}
	if (!s->present)
		abandon_op(m, s);
	return (false);
}

void
memory_map_clear(struct memory_map *m)
{
	free(m->ranges);
	*m = (struct memory_map){ 0 };
}

uint8_t
memory_map_flags(const struct memory_map *m, uint64_t from, uint64_t to,
    uint8_t *whole)
{
	uint8_t any = 0, all = 0xff;
	uint64_t at = from;
	size_t i;

	for (i = find(m, from); i < m->nranges && at < to; i++) {
		if (m->ranges[i].from > at)
			break;
		any |= m->ranges[i].flags;
		all &= m->ranges[i].flags;
		at = m->ranges[i].to;
	}
	if (at < to)
		all = 0;
	for (; i < m->nranges && m->ranges[i].from < to; i++)
		any |= m->ranges[i].flags;
	*whole = all;
	return (any);
}

uint64_t
memory_map_bytes(const struct memory_map *m, uint8_t flag)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < m->nranges; i++)
		if (m->ranges[i].flags & flag)
			n += m->ranges[i].to - m->ranges[i].from;
	return (n);
}
