/* SPDX-License-Identifier: ISC */
/* The steps of a tool, walked for one device and one file. */
#include "tool/tool_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "dfu/dfuse.h"
#include "dfu/spec.h"
#include "wire/usb.h"

#define FLASH	0x08000000	/* of every STM32 */
/* Where wTotalLength and bConfigurationValue are, behind the device's. */
#define DEVICE_LENGTH	18
#define HEAD_LENGTH	9

/* A stretch of the image that is written from its first byte on. */
struct run {
	uint32_t	 address;
	const uint8_t	*data;
	size_t		 len;
};

/* A page, and the block of which run it is erased for. */
struct page {
	uint32_t	 address;
	const uint8_t	*data;
};

struct maker {
	struct tool_plan		*plan;
	const struct tool_order	*order;
	const struct session		*session;
	struct run			*runs;
	size_t				 nruns;
	struct page			*pages;
	size_t				 npages;
};

static const struct dfu_alternate *
alternate_of(const struct session *s)
{
	const struct dfu_function *f = session_function(s);

	return (f == NULL ? NULL : dfu_function_alternate(f, s->alternate));
}

bool
tool_plan_options(const struct session *s, struct layout *l)
{
	const struct dfu_function *f = session_function(s);
	const char *name;
	size_t i;

	for (i = 0; f != NULL && i < f->nalternates; i++) {
		name = session_alternate_name(s,
		    f->alternates[i].bAlternateSetting);
		if (!layout_is_option_bytes(name))
			continue;
		if (layout_parse(l, name, strlen(name)) && l->nsegments != 0)
			return (true);
		layout_free(l);
	}
	return (false);
}

static bool
is_tolerant(const struct session *s)
{
	const struct dfu_function *f = session_function(s);

	return (f != NULL && f->functional.present &&
	    (f->functional.bmAttributes &
	    DFU_ATTR_MANIFESTATION_TOLERANT) != 0);
}

/* What an act needs that is not known before it is its turn is asked then. */
static bool
is_wanted(const struct maker *m, const struct script_step *step)
{
	const struct dfu_alternate *a = alternate_of(m->session);
	const struct dfu_function *f = session_function(m->session);

	switch (step->when) {
	case SCRIPT_ALWAYS:
	case SCRIPT_OPTIONS:
	case SCRIPT_IN_DFU:
		return (true);
	case SCRIPT_ADDRESS:
		return (m->order->has_address);
	case SCRIPT_ALTERNATES:
		return (f != NULL && f->nalternates > 1);
	case SCRIPT_NAMED:
		return (a != NULL && a->iInterface != 0);
	case SCRIPT_NUMBERED:
		return (m->session->descriptors.iSerialNumber != 0);
	case SCRIPT_TOLERANT:
		return (is_tolerant(m->session));
	case SCRIPT_INTOLERANT:
		return (!is_tolerant(m->session));
	}
	return (false);
}

static uint32_t
start_of(const struct maker *m)
{
	const struct layout *l = m->order->layout;
	size_t i;

	if (m->order->has_address)
		return (m->order->address);
	if (m->nruns > 0)
		return (m->runs[0].address);
	for (i = 0; l != NULL && i < l->nsegments; i++) {
		if ((l->segments[i].kind & LAYOUT_WRITABLE) != 0)
			return (l->segments[i].start);
	}
	return (FLASH);
}

static uint32_t
place_of(const struct maker *m, const struct script_step *step,
    uint32_t item)
{
	switch (step->at) {
	case SCRIPT_AT_ITEM:
	case SCRIPT_AT_OPTIONS:
		return (item);
	case SCRIPT_AT_START:
		return (start_of(m));
	case SCRIPT_AT_GIVEN:
		return (m->order->has_address ? m->order->address : 0);
	case SCRIPT_AT_FLASH:
		return (FLASH);
	}
	return (item);
}

static struct tool_act *
add(struct maker *m, const struct script_step *step, uint32_t item)
{
	const struct dfu_alternate *a = alternate_of(m->session);
	struct tool_plan *p = m->plan;
	struct tool_act *act;

	p->acts = mem_array(p->acts, p->n + 1, sizeof(*p->acts));
	act = &p->acts[p->n++];
	*act = (struct tool_act){ .step = step,
	    .address = place_of(m, step, item),
	    .block = step->block > 0 ? (uint16_t)step->block : 0,
	    .len = step->length };
	if (step->block == SCRIPT_PLAIN)
		act->block = (uint16_t)p->blocks;
	if (step->send == SCRIPT_NAME && a != NULL)
		act->string = a->iInterface;
	return (act);
}

static void
add_names(struct maker *m, const struct script_step *step)
{
	const struct dfu_function *f = session_function(m->session);
	size_t i;

	for (i = 0; f != NULL && i < f->nalternates; i++) {
		if (f->alternates[i].iInterface != 0)
			add(m, step, 0)->string =
			    f->alternates[i].iInterface;
	}
}

/* Block k of a run, of n bytes at offset `at`. */
static void
add_block(struct maker *m, const struct script_step *step,
    const struct run *r, size_t at, size_t n, size_t k)
{
	struct tool_act *a = add(m, step, r->address + (uint32_t)at);

	if (step->block == SCRIPT_COUNTS)
		a->block = (uint16_t)(k + DFUSE_FIRST_BLOCK);
	if (step->send != SCRIPT_DATA && step->send != SCRIPT_UPLOAD)
		return;
	a->data = r->data + at;
	a->len = (uint16_t)n;
	if (step->send == SCRIPT_UPLOAD) {
		a->expect = (uint16_t)(r->len - at < n ? r->len - at : n);
		return;
	}
	m->plan->written += (uint32_t)n;
	m->plan->blocks++;
}

/* The steps of one group that are walked this often, from first to last. */
static void
walk(struct maker *m, const struct script_step *first, size_t n,
    enum script_each each, const struct run *r, size_t at, size_t len,
    size_t k)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (first[i].each == each && is_wanted(m, &first[i]))
			add_block(m, &first[i], r, at, len, k);
	}
}

/* Those pages, or those that a block is the first to come to. */
static void
walk_pages(struct maker *m, const struct script_step *first, size_t n,
    const uint8_t *data)
{
	size_t i;

	for (i = 0; i < m->npages; i++) {
		if (data == NULL || m->pages[i].data == data)
			walk(m, first, n, SCRIPT_PAGE, &(struct run){
			    .address = m->pages[i].address }, 0, 0, 0);
	}
}

static bool
erases_by_block(const struct maker *m)
{
	return (m->order->script->pages == SCRIPT_PAGES_BLOCK);
}

/* Blocks from offset `from` to `to` of a run. */
static void
walk_blocks(struct maker *m, const struct script_step *first, size_t n,
    const struct run *r, size_t from, size_t to)
{
	size_t at, len, size = m->order->size;

	for (at = from; at < to; at += len) {
		len = to - at < size ? to - at : size;
		if (erases_by_block(m))
			walk_pages(m, first, n, r->data + at);
		walk(m, first, n, SCRIPT_BLOCK, r, at, len, at / size);
	}
}

static bool
has(const struct script_step *first, size_t n, enum script_each each)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (first[i].each == each)
			return (true);
	}
	return (false);
}

static void
walk_run(struct maker *m, const struct script_step *first, size_t n,
    const struct run *r)
{
	size_t size = m->order->size, k;

	walk(m, first, n, SCRIPT_RUN, r, 0, 0, 0);
	walk_blocks(m, first, n, r, 0, r->len);
	if (has(first, n, SCRIPT_READ)) {
		for (k = 0; k <= r->len / size; k++)
			walk(m, first, n, SCRIPT_READ, r, k * size, size, k);
	}
	walk(m, first, n, SCRIPT_RUN_END, r, 0, 0, 0);
}

/* Page after page, each erased and written before the next. */
static void
walk_by_page(struct maker *m, const struct script_step *first, size_t n,
    const struct run *r)
{
	const struct layout *l = m->order->layout;
	const struct layout_segment *g;
	size_t at = 0, to;
	uint32_t page;

	while (at < r->len) {
		g = layout_at(l, r->address + (uint32_t)at);
		page = layout_sector(l, r->address + (uint32_t)at);
		to = g == NULL ? r->len : page + g->size - r->address;
		if (to > r->len)
			to = r->len;
		walk(m, first, n, SCRIPT_PAGE, &(struct run){
		    .address = page }, 0, 0, 0);
		m->plan->erased += g != NULL ? g->size : 0;
		walk_blocks(m, first, n, r, at, to);
		at = to;
	}
}

static void
walk_group(struct maker *m, const struct script_step *first, size_t n)
{
	bool by_page = !erases_by_block(m) && has(first, n, SCRIPT_PAGE) &&
	    has(first, n, SCRIPT_BLOCK);
	size_t i;

	for (i = 0; i < n; i++) {
		if (!is_wanted(m, &first[i]))
			continue;
		if (first[i].each == SCRIPT_ONCE)
			add(m, &first[i], 0);
		if (first[i].each == SCRIPT_ALTERNATE)
			add_names(m, &first[i]);
	}
	if (!by_page && !erases_by_block(m))
		walk_pages(m, first, n, NULL);
	for (i = 0; i < m->nruns; i++) {
		if (by_page)
			walk_by_page(m, first, n, &m->runs[i]);
		else
			walk_run(m, first, n, &m->runs[i]);
	}
}

/* Steps that are walked once are groups of their own. */
static void
walk_steps(struct maker *m, const struct script_step *step)
{
	size_t n;

	for (; step != NULL && step->what != NULL; step += n) {
		n = 1;
		while (step->group != 0 && step[n].what != NULL &&
		    step[n].group == step->group)
			n++;
		walk_group(m, step, n);
	}
}

static void
find_runs(struct maker *m)
{
	const struct image *image = m->order->image;
	const struct image_segment *g;
	size_t i;

	for (i = 0; image != NULL && i < image->nsegments; i++) {
		g = &image->segments[i];
		if (image->kind == IMAGE_DFUSE &&
		    g->alternate != m->session->alternate)
			continue;
		m->runs = mem_array(m->runs, m->nruns + 1,
		    sizeof(*m->runs));
		m->runs[m->nruns++] = (struct run){
		    .address = image->addressed ? g->address :
		    m->order->address, .data = g->data, .len = g->len };
	}
}

static void
add_page(struct maker *m, uint32_t address, const struct layout_segment *g,
    const uint8_t *data)
{
	m->pages = mem_array(m->pages, m->npages + 1, sizeof(*m->pages));
	m->pages[m->npages++] = (struct page){ address, data };
	m->plan->erased += g->size;
}

/* The pages between two addresses, each once and by its start. */
static void
find_pages_of(struct maker *m, uint32_t from, uint64_t to)
{
	const struct layout *l = m->order->layout;
	const struct layout_segment *g;
	uint64_t at = from;
	uint32_t page;

	while (at < to && (g = layout_at(l, (uint32_t)at)) != NULL) {
		page = layout_sector(l, (uint32_t)at);
		if ((g->kind & LAYOUT_ERASABLE) != 0 && (m->npages == 0 ||
		    m->pages[m->npages - 1].address != page))
			add_page(m, page, g, NULL);
		at = (uint64_t)page + g->size;
	}
}

/*
 * dfu-util goes by blocks: it steps through a block by the size of a page,
 * from the block's own address, and erases what is not in the page it erased
 * last; then it looks at the block's last byte in the same way.
 */
static void
find_pages_literal(struct maker *m, const struct run *r)
{
	const struct layout *l = m->order->layout;
	uint64_t last = UINT64_MAX, at, begin, end;
	const struct layout_segment *g;
	size_t offset, n;

	for (offset = 0; offset < r->len; offset += m->order->size) {
		n = r->len - offset < m->order->size ? r->len - offset :
		    m->order->size;
		begin = (uint64_t)r->address + offset;
		end = begin + n;
		g = layout_at(l, (uint32_t)begin);
		if (g == NULL || (g->kind & LAYOUT_ERASABLE) == 0)
			continue;
		for (at = begin; at < end; at += g->size) {
			if (layout_sector(l, (uint32_t)at) == last)
				continue;
			add_page(m, (uint32_t)at, g, r->data + offset);
			last = layout_sector(l, (uint32_t)at);
		}
		if (layout_sector(l, (uint32_t)(end - 1)) != last) {
			add_page(m, (uint32_t)(end - 1), g,
			    r->data + offset);
			last = layout_sector(l, (uint32_t)(end - 1));
		}
	}
}

static void
find_pages(struct maker *m)
{
	const struct run *r;
	size_t i, size = m->order->size;
	uint64_t end;

	for (i = 0; m->order->layout != NULL && i < m->nruns; i++) {
		r = &m->runs[i];
		end = (uint64_t)r->address + r->len;
		switch (m->order->script->pages) {
		case SCRIPT_PAGES:
			find_pages_of(m, r->address, end);
			break;
		case SCRIPT_PAGES_WHOLE:
			/* A file of one block alone is not rounded up. */
			if (r->len > size)
				end = r->address +
				    (r->len + size - 1) / size * size;
			find_pages_of(m, r->address, end);
			break;
		case SCRIPT_PAGES_LITERAL:
		case SCRIPT_PAGES_BLOCK:
			find_pages_literal(m, r);
			break;
		}
	}
}

static bool
walks_by_page(const struct script_step *step)
{
	size_t n;

	for (; step != NULL && step->what != NULL; step += n) {
		for (n = 1; step->group != 0 && step[n].what != NULL &&
		    step[n].group == step->group; n++)
			continue;
		if (has(step, n, SCRIPT_PAGE) && has(step, n, SCRIPT_BLOCK))
			return (true);
	}
	return (false);
}

void
tool_plan_make(struct tool_plan *p, const struct tool_order *o,
    const struct session *s)
{
	const struct script *d = o->script;
	struct maker m = { .plan = p, .order = o, .session = s };

	*p = (struct tool_plan){ .leave = SIZE_MAX };
	find_runs(&m);
	if (o->dfuse && (erases_by_block(&m) || !walks_by_page(d->write)))
		find_pages(&m);
	if (o->task != SCRIPT_LEAVE || !d->bare_leave)
		walk_steps(&m, d->open);
	if (o->task == SCRIPT_FLASH)
		walk_steps(&m, o->dfuse ? d->write : d->plain);
	if (o->task != SCRIPT_OPEN && o->dfuse)
		walk_steps(&m, d->end);
	if (o->task == SCRIPT_FLASH && !o->dfuse)
		p->leave = p->n;
	if (o->dfuse && (o->task == SCRIPT_LEAVE ||
	    (o->task == SCRIPT_FLASH && (o->leave || d->always_leaves)))) {
		p->leave = p->n;
		walk_steps(&m, d->leave);
	}
	free(m.runs);
	free(m.pages);
}

void
tool_plan_free(struct tool_plan *p)
{
	free(p->acts);
	*p = (struct tool_plan){ 0 };
}

/* wTotalLength, bConfigurationValue of the configuration in use. */
static void
read_head(const struct session *s, uint16_t *length, uint8_t *value)
{
	struct reader r = reader_of(s->who->descriptors.data,
	    s->who->descriptors.len);
	const struct dfu_function *f = session_function(s);

	reader_bytes(&r, DEVICE_LENGTH);
	reader_u16(&r);
	*length = reader_u16(&r);
	if (r.bad)
		*length = HEAD_LENGTH;
	*value = f != NULL ? f->bConfigurationValue : 1;
}

static struct setup
class_request(uint8_t bRequest, uint16_t value, uint16_t length)
{
	return ((struct setup){
	    .bmRequestType = dfu_request_row(bRequest)->bmRequestType,
	    .bRequest = bRequest, .wValue = value, .wLength = length });
}

static struct setup
string_request(uint8_t index, uint16_t length)
{
	return ((struct setup){ .bmRequestType = USB_DIR_IN,
	    .bRequest = USB_REQ_GET_DESCRIPTOR,
	    .wValue = (uint16_t)(USB_DT_STRING << 8 | index),
	    .wIndex = index != 0 ? USB_LANGID_ENGLISH_US : 0,
	    .wLength = length });
}

void
tool_plan_request(const struct tool_act *a, const struct session *s,
    struct setup *setup, uint8_t bytes[5], const uint8_t **data)
{
	uint16_t length, total;
	uint8_t value;

	*data = NULL;
	read_head(s, &total, &value);
	switch (a->step->send) {
	case SCRIPT_NOTHING:
	case SCRIPT_RESET:
		*setup = (struct setup){ 0 };
		break;
	case SCRIPT_SET_CONFIGURATION:
		*setup = (struct setup){
		    .bRequest = USB_REQ_SET_CONFIGURATION, .wValue = value };
		break;
	case SCRIPT_SET_INTERFACE:
		*setup = (struct setup){
		    .bmRequestType = USB_RECIP_INTERFACE,
		    .bRequest = USB_REQ_SET_INTERFACE,
		    .wValue = s->alternate };
		break;
	case SCRIPT_CONFIGURATION_HEAD:
	case SCRIPT_CONFIGURATION:
		*setup = (struct setup){ .bmRequestType = USB_DIR_IN,
		    .bRequest = USB_REQ_GET_DESCRIPTOR,
		    .wValue = USB_DT_CONFIG << 8,
		    .wLength = a->len != 0 ? a->len : total };
		break;
	case SCRIPT_LANGUAGES:
		*setup = string_request(0, a->len);
		break;
	case SCRIPT_NAME:
		*setup = string_request(a->string, a->len);
		break;
	case SCRIPT_SERIAL:
		*setup = string_request(s->descriptors.iSerialNumber,
		    a->len);
		break;
	case SCRIPT_ABORT:
		*setup = class_request(DFU_ABORT, 0, 0);
		break;
	case SCRIPT_ERASE:
	case SCRIPT_POINTER:
		length = (uint16_t)dfuse_command_pack(
		    a->step->send == SCRIPT_ERASE ? DFU_KIND_ERASE :
		    DFU_KIND_SET_ADDRESS, a->address, bytes);
		*setup = class_request(DFU_DNLOAD, 0, length);
		*data = bytes;
		break;
	case SCRIPT_DATA:
	case SCRIPT_ZERO:
		*setup = class_request(DFU_DNLOAD, a->block,
		    a->data != NULL ? a->len : 0);
		*data = a->data;
		break;
	case SCRIPT_UPLOAD:
		*setup = class_request(DFU_UPLOAD, a->block, a->len);
		break;
	}
}
