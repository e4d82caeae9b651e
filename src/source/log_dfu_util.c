/* SPDX-License-Identifier: ISC */
/*
 * dfu-util 0.5 to 0.11: what it prints, and the requests that follow from it.
 * Their order per version is that of script/dfu_util.c; a line is printed
 * before its request or behind the answer, so that one command stays open
 * until the next line shows how it ended.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "source/log_own.h"
#include "wire/usb.h"

enum command {
	NONE,
	ERASE,
	SET_ADDRESS,
	MASS_ERASE,
	READ_UNPROTECT,
	DATA,
	LEAVE
};

#define STATE_ONLY	EVENT_KNOWS_STATE
#define TOLD_BOTH	(EVENT_KNOWS_STATE | EVENT_KNOWS_STATUS)
#define TOO_MANY	65536	/* blocks that are told for one line */

static void
inferred(struct log *l, uint8_t state)
{
	log_status(l, state, 0, 0, STATE_ONLY, EVENT_INFERRED);
}

static uint32_t
transfer_size(const struct log *l)
{
	return (l->device.transfer_size != 0 ? l->device.transfer_size : 2048);
}

static uint32_t
page_size(const struct log *l)
{
	return (l->run.page != 0 ? l->run.page : transfer_size(l));
}

static void
abort_to_idle(struct log *l)
{
	log_simple(l, DFU_ABORT, OUTCOME_OK, EVENT_INFERRED);
	inferred(l, DFU_STATE_IDLE);
}

/* Option bytes are not erased, and many devices reset to take them. */
static bool
has_options(const struct log *l)
{
	const struct buf *name = &l->device.name;
	static const char begin[] = "Option";
	size_t at = name->len > 0 && name->data[0] == '@';

	return (name->len >= at + sizeof(begin) - 1 &&
	    memcmp(name->data + at, begin, sizeof(begin) - 1) == 0);
}

static void	 open_due(struct log *l);

/* The open command went well: the answers that it must have got. */
static void
settle(struct log *l)
{
	struct log_run *r = &l->run;
	int command = r->command;

	r->command = NONE;
	if (command == NONE || r->libusb)
		return;
	if (command == SET_ADDRESS && r->block_due) {
		r->command = SET_ADDRESS;
		open_due(l);
		settle(l);
		return;
	}
	log_complete(l, OUTCOME_OK, l->setup.wLength, EVENT_INFERRED);
	if (command == LEAVE)
		return;
	if (command == DATA) {
		/*
		 * In plain DFU only -vv tells how often it was busy; most
		 * are once, as they write then.
		 */
		if (r->dfuse || !r->polled)
			inferred(l, DFU_STATE_DNBUSY);
		if (!has_options(l))
			inferred(l, DFU_STATE_DNLOAD_IDLE);
		return;
	}
	if (command == READ_UNPROTECT) {
		inferred(l, DFU_STATE_DNBUSY);
		return;
	}
	if (r->polls == 0)
		inferred(l, DFU_STATE_DNBUSY);
	inferred(l, DFU_STATE_DNLOAD_IDLE);
	if (r->old)
		abort_to_idle(l);
}

static const uint8_t codes[] = {
	[ERASE] = 0x41, [SET_ADDRESS] = 0x21, [MASS_ERASE] = 0x41,
	[READ_UNPROTECT] = 0x92,
};

static void
open_command(struct log *l, enum command command, uint32_t address,
    uint32_t size)
{
	struct log_run *r = &l->run;

	settle(l);
	r->command = (int)command;
	r->command_at = address;
	r->command_size = size;
	r->polls = 0;
	if (r->libusb)
		return;
	if (command == DATA || command == LEAVE)
		log_data(l, (uint16_t)(r->dfuse ? 2 : r->block++),
		    command == LEAVE ? 0 : size);
	else
		log_command(l, codes[command], command == MASS_ERASE ?
		    UINT32_MAX : address);
}

static void
set_pointer(struct log *l, uint32_t address)
{
	open_command(l, SET_ADDRESS, address, 0);
	l->run.pointer_set = true;
}

/* The block that -v told before its pointer was set is sent. */
static void
open_due(struct log *l)
{
	struct log_run *r = &l->run;

	r->block_due = false;
	open_command(l, DATA, r->due_at, r->due_size);
	r->sent_written += r->due_size;
	r->written = r->sent_written;
}

/* -vv: the block in flight was busy so often. */
static void
tell_polls(struct log *l, unsigned n)
{
	struct log_run *r = &l->run;

	if (n == 0 || r->libusb)
		return;
	log_complete(l, OUTCOME_OK, l->setup.wLength, EVENT_INFERRED);
	for (; n > 0 && r->block_polls > 0; n--, r->block_polls--)
		log_status(l, DFU_STATE_DNBUSY, 0, r->block_wait,
		    STATE_ONLY | EVENT_KNOWS_WAIT, EVENT_INFERRED);
}

static uint32_t
page_start(const struct log *l, uint32_t at)
{
	uint32_t page = page_size(l);

	return (page != 0 && (page & (page - 1)) == 0 ? at & ~(page - 1) : at);
}

static void
erase_to(struct log *l, uint32_t to)
{
	struct log_run *r = &l->run;
	unsigned n;

	if (has_options(l) || r->mass_erased)
		return;
	for (n = 0; r->sent_erased < to && n < TOO_MANY; n++) {
		open_command(l, ERASE, page_start(l, r->address) +
		    r->sent_erased, 0);
		r->sent_erased += page_size(l);
	}
}

/* Blocks up to that many bytes of the element. */
static void
write_to(struct log *l, uint32_t to)
{
	struct log_run *r = &l->run;
	uint32_t most = transfer_size(l), size, blocks;
	unsigned n;

	if (r->block_due)
		settle(l);
	if (r->dfuse && r->erases_first && to > 0)
		erase_to(l, r->size);
	for (n = 0; r->sent_written < to && n < TOO_MANY; n++) {
		size = to - r->sent_written < most ? to - r->sent_written :
		    most;
		if (r->dfuse && !r->erases_first)
			erase_to(l, r->sent_written + size);
		if (r->dfuse)
			set_pointer(l, r->address + r->sent_written);
		open_command(l, DATA, r->address + r->sent_written, size);
		/* A bar may stand for several blocks. */
		blocks = (to - r->sent_written + most - 1) / most;
		tell_polls(l, (r->block_polls + blocks - 1) / blocks);
		r->sent_written += size;
	}
}

/* The element that was begun is written, as another thing follows. */
static void
finish_element(struct log *l)
{
	struct log_run *r = &l->run;

	if (r->element && r->erased == 0 && r->written == 0 &&
	    r->sent_erased == 0 && r->sent_written == 0 && r->dfuse)
		r->written = r->size;
	if (r->element && !r->upload && r->dfuse && r->written != 0)
		write_to(l, r->size);
	settle(l);
	r->element = false;
}

static void
end_plain(struct log *l)
{
	struct log_run *r = &l->run;

	if (r->ended_plain)
		return;
	settle(l);
	r->ended_plain = true;
	if (r->libusb)
		return;
	log_data(l, (uint16_t)r->block, 0);
	log_complete(l, OUTCOME_OK, 0, EVENT_INFERRED);
}

static void
begin_leave(struct log *l)
{
	struct log_run *r = &l->run;

	if (r->left)
		return;
	finish_element(l);
	if (!r->all_done && !r->libusb && r->dfuse)
		abort_to_idle(l);
	r->all_done = r->left = true;
	if (r->parsed_dfuse && !r->addressed && r->elements != 0 &&
	    (r->version == 0 || r->version >= 10)) {
		static const char last[] = "the leave goes to the last chunk";

		log_said(l, last, sizeof(last) - 1);
	}
	if (!r->leave_aimed && !r->old && (!r->parsed_dfuse || r->addressed ||
	    r->version == 8 || r->version == 9))
		set_pointer(l, r->address);
	if (!r->libusb)
		open_command(l, LEAVE, 0, 0);
}


static void	 open_block(struct log *l);
static void	 told(struct log *l, uint8_t state, uint8_t status);

/* Nothing told whose state it was: all is erased, so it was a block's. */
static void
tell_late(struct log *l)
{
	struct log_run *r = &l->run;

	if (!r->late)
		return;
	r->late = false;
	if (r->block_failed || r->mass_erased || r->sent_erased >= r->size)
		open_block(l);
	r->block_failed = false;
	if (r->command != NONE)
		log_complete(l, OUTCOME_OK, l->setup.wLength, EVENT_INFERRED);
	r->command = NONE;
	told(l, r->late_state, r->late_status);
}

static void
finish(struct log *l)
{
	struct log_run *r = &l->run;

	static const char driver[] = "Its driver on Windows may not be opened";
	bool silent;

	if (!r->begun)
		return;
	silent = r->denied.len != 0 && memchr(buf_str(&r->denied), '(',
	    r->denied.len) == NULL;
	if (r->denied.len != 0 && !r->opened) {
		/* Up to 0.9 it does not say why: elsewhere it is the rights. */
		if (silent && r->denied_outcome == OUTCOME_UNKNOWN &&
		    l->system != SOURCE_WINDOWS)
			r->denied_outcome = OUTCOME_DENIED;
		l->device.known = true;
		if (!l->device.arrived) {
			l->device.vendor = r->denied_vendor;
			l->device.product = r->denied_product;
		}
		l->telling = r->denied_line;
		log_opened(l, r->denied_outcome, buf_str(&r->denied),
		    r->denied.len);
		log_said(l, buf_str(&r->denied), r->denied.len);
		if (silent && r->denied_outcome == OUTCOME_UNKNOWN)
			log_said(l, driver, sizeof(driver) - 1);
		l->telling = 0;
	}
	tell_late(l);
	if (r->command != NONE && r->command != DATA && !r->libusb)
		settle(l);
	log_release(l);
}

static void
begin(struct log *l)
{
	struct log_run *r = &l->run;

	r->begun = true;
}

static void
new_run(struct log *l)
{
	struct buf keep;

	if (l->run.opened)
		source_log_replay(l);
	keep = l->run.denied;
	finish(l);
	buf_reset(&keep);
	l->run = (struct log_run){ .denied = keep, .begun = true };
	l->runs++;
}

static void
set_version(struct log *l, int version)
{
	l->run.version = version;
	l->run.old = version != 0 && version <= 7;
	l->run.erases_first = version == 0 || version >= 10;
}

static void
on_banner(struct log *l, const struct log_match *m)
{
	/* What it may not open overtakes what waits in a buffer. */
	bool overtaken = l->run.begun && !l->run.banner && !l->run.opened &&
	    !l->run.told_any && l->run.denied.len != 0;

	if (overtaken)
		l->runs++;
	else if (!l->run.begun || l->run.banner || l->run.opened ||
	    l->run.denied.len != 0 || l->run.told_any)
		new_run(l);
	l->run.banner = true;
	set_version(l, (int)m->hole[0].value);
}

/* "dfu-util -a 0 -s 0x08000000:leave -D x.bin", behind a prompt. */
static void
on_command_line(struct log *l, const struct log_match *m)
{
	const char *s = m->text, *end = m->text + m->n, *p;

	new_run(l);
	l->run.has_command = true;
	p = memmem(s, m->n, "-s ", 3);
	if (p != NULL) {
		p += 3;
		l->run.addressed = p < end && *p >= '0' && *p <= '9';
		l->run.wants_leave = memmem(p, (size_t)(end - p), "leave",
		    5) != NULL;
	}
	p = memmem(s, m->n, ".dfu", 4);
	l->run.parsed_dfuse = p != NULL && !l->run.addressed &&
	    memmem(s, m->n, ":leave", 6) != NULL;
}

static void
on_opening(struct log *l, const struct log_match *m)
{
	(void)m;
	if (!l->run.begun || (l->run.opened && !l->run.gone_back))
		new_run(l);
	if (l->run.version == 0)
		l->run.erases_first = true;
}

static void
device(struct log *l, uint16_t vendor, uint16_t product)
{
	struct log_device *d = &l->device;

	if (d->arrived && d->known && d->vendor == vendor &&
	    d->product == product)
		return;
	if (d->arrived) {
		if (!l->run.gone_back)
			log_forget(l);
		d->arrived = false;
	}
	d->known = true;
	d->vendor = vendor;
	d->product = product;
}

static void
on_id(struct log *l, const struct log_match *m)
{
	begin(l);
	if (m->nholes < 2)
		return;
	device(l, (uint16_t)m->hole[m->nholes - 2].value,
	    (uint16_t)m->hole[m->nholes - 1].value);
	l->run.opened = true;
}

static void
on_opening_id(struct log *l, const struct log_match *m)
{
	on_opening(l, m);
	on_id(l, m);
	if (l->run.version == 0)
		set_version(l, 7);
}

static void
on_dfu_version(struct log *l, const struct log_match *m)
{
	uint16_t version = (uint16_t)m->hole[m->nholes - 1].value;

	l->device.bcd_dfu = version;
	l->device.known = true;
	if (version == 0x011a)
		l->run.dfuse = true;
}

/* "Found DFU: [0483:df11] ver=2200, devnum=.., name="@..", serial="..". */
static void
on_found(struct log *l, const struct log_match *m)
{
	const char *s = m->text, *end = s + m->n, *p, *q;

	begin(l);
	if (l->run.opened && l->device.arrived)
		return;
	device(l, (uint16_t)m->hole[0].value, (uint16_t)m->hole[1].value);
	p = memmem(s, m->n, "name=\"", 6);
	q = p != NULL ? memchr(p + 6, '"', (size_t)(end - p - 6)) : NULL;
	if (q != NULL && p[6] == '@' && memchr(p, '/', (size_t)(q - p))) {
		buf_reset(&l->device.name);
		buf_add(&l->device.name, p + 6, (size_t)(q - p - 6));
		l->device.has_map = true;
		l->run.dfuse = true;
	}
	p = memmem(s, m->n, "serial=\"", 8);
	q = p != NULL ? memchr(p + 8, '"', (size_t)(end - p - 8)) : NULL;
	if (q != NULL) {
		buf_reset(&l->device.serial);
		buf_add(&l->device.serial, p + 8, (size_t)(q - p - 8));
	}
	if (!l->run.opened) {
		l->run.told_any = true;
		log_need(l);
	}
}

static void
on_attributes(struct log *l, const struct log_match *m)
{
	l->device.attributes = (uint8_t)m->hole[0].value;
	l->device.has_attributes = true;
}

static void
on_detach_time(struct log *l, const struct log_match *m)
{
	l->device.detach = (uint16_t)m->hole[0].value;
}

static void
on_claim(struct log *l, const struct log_match *m)
{
	begin(l);
	l->run.opened = true;
	l->device.known = true;
	if (!l->device.arrived)
		l->device.runtime = m->arg == 1;
	log_opened(l, OUTCOME_OK, "", 0);
}

static void
on_alternate(struct log *l, const struct log_match *m)
{
	uint8_t n = m->nholes > 0 ? (uint8_t)m->hole[0].value : 0;

	if (l->held != 0)
		l->device.alternate = n;
	if (l->run.libusb)
		return;
	log_submit(l, 0x01, 11, n, 0, NULL, 0, EVENT_INFERRED);
	log_complete(l, OUTCOME_OK, 0, EVENT_INFERRED);
}

static void
on_determining(struct log *l, const struct log_match *m)
{
	(void)m;
	begin(l);
	l->run.state_due = true;
	l->run.opened = true;
}

/*
 * A device that was told to leave and is now found elsewhere did so, and came
 * back.
 */
static void
came_back(struct log *l, uint8_t state)
{
	bool manifest = state == DFU_STATE_MANIFEST ||
	    state == DFU_STATE_MANIFEST_SYNC || state == DFU_STATE_ERROR ||
	    state == DFU_STATE_MANIFEST_WAIT_RESET;

	if (!l->leave_sent || manifest || l->run.told_any || !l->present ||
	    l->held != 0)
		return;
	log_left(l, EVENT_INFERRED);
}

static void
told(struct log *l, uint8_t state, uint8_t status)
{
	if (l->run.state_due) {
		came_back(l, state);
		l->run.in_manifest = state == DFU_STATE_MANIFEST;
	}
	l->run.state_due = false;
	l->run.told_any = true;
	if (l->run.libusb) {
		if (l->pending && l->setup.bRequest == DFU_GETSTATUS)
			log_answer(l, state, status, 0, TOLD_BOTH, EVENT_TOLD);
		l->state = state;
		return;
	}
	log_status(l, state, status, 0, TOLD_BOTH, EVENT_TOLD);
}

/* "state = dfuIDLE, status = 0" in one line with what it determines. */
static void
on_determined(struct log *l, const struct log_match *m)
{
	uint8_t state = log_state(m->hole[0].text, m->hole[0].n);

	begin(l);
	l->run.opened = true;
	l->run.state_due = true;
	if (state != LOG_UNTOLD)
		told(l, state, (uint8_t)m->hole[1].value);
}

static void
on_state(struct log *l, const struct log_match *m)
{
	struct log_run *r = &l->run;
	uint8_t state = (uint8_t)m->hole[0].value;
	uint8_t status = (uint8_t)m->hole[2].value;

	begin(l);
	if (r->plain && !r->state_due && (r->download_done ||
	    dfu_state_is(state, DFU_STATES_MANIFEST)))
		end_plain(l);
	/* What went wrong is told behind it, but for a block. */
	if (r->dfuse && r->element && !r->state_due && status != 0 &&
	    !r->all_done && !r->libusb) {
		r->late = true;
		r->late_state = state;
		r->late_status = status;
		return;
	}
	r->block_failed = false;
	if (!r->libusb && r->command != NONE && !r->state_due) {
		log_complete(l, OUTCOME_OK, l->setup.wLength, EVENT_INFERRED);
		r->command = NONE;
	}
	told(l, state, status);
}

static void
on_clear(struct log *l, const struct log_match *m)
{
	if (!l->run.libusb)
		log_simple(l, (uint8_t)m->arg, OUTCOME_OK, EVENT_INFERRED);
	l->run.due = l->run.libusb;
	l->run.due_request = (uint8_t)m->arg;
	l->run.state_due = true;
}

static void
on_status_failed(struct log *l, const struct log_match *m)
{
	begin(l);
	l->run.opened = true;
	if (!l->run.libusb)
		log_status_failed(l, log_outcome(m->text, m->n));
	l->run.state_due = false;
	log_says(l, m);
}

static void
on_no_status(struct log *l, const struct log_match *m)
{
	(void)m;
	if (!l->run.libusb)
		log_status_failed(l, OUTCOME_STALL);
	l->run.state_due = false;
}

static void
on_detach(struct log *l, const struct log_match *m)
{
	(void)m;
	l->device.runtime = true;
	l->run.gone_back = true;
	l->run.due = l->run.libusb;
	l->run.due_request = DFU_DETACH;
	if (!l->run.libusb)
		log_submit(l, 0x21, DFU_DETACH, 1000, 0, NULL, 0,
		    EVENT_TOLD);
}

static void
on_will_detach(struct log *l, const struct log_match *m)
{
	(void)m;
	log_complete(l, OUTCOME_OK, 0, EVENT_INFERRED);
	if (l->held != 0) {
		l->device.attributes = 0x0b;
		if (l->device.detach == 0)
			l->device.detach = 1000;
	}
	l->run.gone_back = true;
}

static void
on_reset(struct log *l, const struct log_match *m)
{
	log_complete(l, OUTCOME_OK, 0, EVENT_INFERRED);
	if (l->run.gone_back && l->held != 0) {
		l->device.attributes = 0x03;
		if (l->device.detach == 0)
			l->device.detach = 1000;
	}
	/* -R detaches first; out of dfuMANIFEST-WAIT-RESET it does not. */
	if (m->arg == 1 && !l->run.libusb && l->device.arrived &&
	    l->state != DFU_STATE_MANIFEST_WAIT_RESET &&
	    l->setup.bRequest != DFU_DETACH)
		log_simple(l, DFU_DETACH, OUTCOME_OK, EVENT_INFERRED);
	log_reset(l, OUTCOME_OK, EVENT_TOLD);
}

/* In DFU mode now: what is known of its other half is not true of it. */
static void
on_reopened(struct log *l, const struct log_match *m)
{
	struct log_device *d = &l->device;

	(void)m;
	if (!l->run.gone_back)
		return;
	log_left(l, EVENT_INFERRED);
	d->runtime = false;
	d->arrived = false;
	d->has_attributes = false;
	d->attributes = 0;
	l->run.opened = true;
}

static void
on_lost(struct log *l, const struct log_match *m)
{
	if (l->run.denied.len == 0) {
		log_left(l, EVENT_INFERRED);
		l->device.arrived = true;
		log_says(l, m);
		return;
	}
	l->telling = l->run.denied_line;
	log_said(l, "in DFU mode: It may not be opened", 33);
	log_said(l, buf_str(&l->run.denied), l->run.denied.len);
	l->telling = 0;
	l->run.denied.len = 0;
	log_left(l, EVENT_INFERRED);
	l->device.arrived = true;
}

static void
on_size(struct log *l, const struct log_match *m)
{
	l->device.transfer_size = (uint16_t)m->hole[0].value;
}

static void
on_dfuse_name(struct log *l, const struct log_match *m)
{
	const struct log_hole *h = &m->hole[0];

	l->run.dfuse = true;
	if (l->device.bcd_dfu == 0)
		l->device.bcd_dfu = 0x011a;
	l->device.known = true;
	if (l->device.has_map || l->held == 0)
		return;
	buf_reset(&l->device.name);
	buf_add(&l->device.name, h->text, h->n);
}

/* "Memory segment at 0x08000000  64 x 2048 = 131072 (rew)". */
static void
on_segment(struct log *l, const struct log_match *m)
{
	static const char *const letters[] = { "", "a", "b", "c", "d", "e",
	    "f", "g" };
	uint64_t page = m->hole[2].value;
	const struct log_hole *h = &m->hole[4];
	unsigned bits = 0;
	size_t i;

	if (l->run.page == 0)
		l->run.page = (uint32_t)page;
	for (i = 0; i < h->n; i++)
		bits |= h->text[i] == 'r' ? 1 : h->text[i] == 'e' ? 2 :
		    h->text[i] == 'w' ? 4 : 0;
	if (l->held == 0 || page == 0 || page > 0xffffff)
		return;
	if (!l->device.has_map) {
		if (l->device.name.len == 0)
			buf_adds(&l->device.name, "Flash ");
		if (l->device.name.data[0] != '@') {
			char *name = buf_take(&l->device.name);

			buf_addf(&l->device.name, "@%s", name);
			free(name);
		}
		buf_addf(&l->device.name, "/0x%08llx/",
		    (unsigned long long)m->hole[0].value);
		l->device.has_map = true;
	} else {
		buf_addc(&l->device.name, ',');
	}
	buf_addf(&l->device.name, "%03llu*%03llu%c%s",
	    (unsigned long long)m->hole[1].value, (unsigned long long)
	    (page % 1024 == 0 ? page / 1024 : page),
	    page % 1024 == 0 ? 'K' : 'B', letters[bits]);
}

static void
on_element(struct log *l, const struct log_match *m)
{
	struct log_run *r = &l->run;

	if (l->run.left)
		return;
	finish_element(l);
	if (m->arg == 10 && r->version == 0)
		r->erases_first = true;
	if (m->arg == 9 && r->version == 0)
		r->erases_first = false;
	r->dfuse = true;
	if (r->elements++ == 0 || !r->addressed)
		r->address = (uint32_t)m->hole[0].value;
	r->address = (uint32_t)m->hole[0].value;
	r->size = (uint32_t)m->hole[1].value;
	r->element = true;
	r->erased = r->written = r->sent_erased = r->sent_written = 0;
	r->erase_begun = false;
}

static void
on_dfuse_file(struct log *l, const struct log_match *m)
{
	(void)m;
	l->run.parsed_dfuse = true;
}

/* An element of a DfuSe file, at its own address. */
static void
on_file_element(struct log *l, const struct log_match *m)
{
	struct log_match at = *m;

	l->run.parsed_dfuse = true;
	at.hole[0] = m->hole[1];
	at.hole[1] = m->hole[2];
	at.arg = 0;
	on_element(l, &at);
}

static void
on_plain(struct log *l, const struct log_match *m)
{
	begin(l);
	l->run.plain = true;
	l->run.dfuse = false;
	l->run.element = true;
	l->run.upload = m->arg == 1;
}

/*
 * The bar is drawn behind a page, with the offset at which that begins; the
 * first one is drawn before anything.
 */
static void
erase_bar(struct log *l, unsigned percent, uint32_t bytes)
{
	struct log_run *r = &l->run;
	uint32_t done = bytes;

	r->dfuse = true;
	r->erases_first = true;
	if (percent < 100 && (bytes != 0 || r->erase_begun))
		done += page_size(l);
	r->erase_begun = true;
	r->erased = done;
	erase_to(l, done);
	settle(l);
}

static void
on_bar(struct log *l, const struct log_match *m)
{
	struct log_run *r = &l->run;
	uint32_t bytes = (uint32_t)m->hole[m->nholes - 1].value;

	if (r->left || r->ended_plain)
		return;
	begin(l);
	switch (m->arg) {
	case 0:
		erase_bar(l, (unsigned)m->hole[0].value, bytes);
		break;
	case 1:
		r->written = bytes;
		if (r->dfuse && r->size == 0)
			r->size = bytes;
		write_to(l, bytes);
		settle(l);
		break;
	default:
		if (r->upload && bytes <= r->written)
			break;
		r->upload = true;
		r->written = bytes;
		break;
	}
}

static void
upload_done(struct log *l)
{
	struct log_run *r = &l->run;
	uint32_t most = transfer_size(l), done, n;
	uint16_t block = r->dfuse ? 2 : 0;

	if (r->libusb || r->ended_plain)
		return;
	r->ended_plain = true;
	if (r->dfuse) {
		set_pointer(l, r->command_at != 0 ? r->command_at :
		    0x08000000);
		settle(l);
		abort_to_idle(l);
	}
	for (done = 0; done <= r->written; done += most) {
		n = r->written - done < most ? r->written - done : most;
		log_submit(l, 0xa1, DFU_UPLOAD, block++, (uint16_t)most, NULL,
		    0, EVENT_INFERRED);
		log_complete(l, n == most ? OUTCOME_OK : OUTCOME_SHORT, n,
		    EVENT_INFERRED);
	}
	if (r->dfuse)
		abort_to_idle(l);
}

static void
on_phase_done(struct log *l, const struct log_match *m)
{
	struct log_run *r = &l->run;

	if (r->left || (r->ended_plain && m->arg != 2))
		return;
	switch (m->arg) {
	case 0:
		erase_to(l, r->size);
		settle(l);
		break;
	case 1:
		if (r->dfuse)
			write_to(l, r->size);
		r->download_done = true;
		if (!r->dfuse) {
			r->plain = true;
			settle(l);
		}
		break;
	default:
		upload_done(l);
		break;
	}
}

/* A bar of 50 of '#', each for so many bytes. */
static void
on_hash_size(struct log *l, const struct log_match *m)
{
	l->run.size = m->hole[0].value < 0x1000000 ?
	    (uint32_t)m->hole[0].value * 50 : 0;
}

static void
on_hashes(struct log *l, const struct log_match *m)
{
	(void)m;
	begin(l);
	if (l->run.plain && !l->run.libusb) {
		write_to(l, l->run.size != 0 ? l->run.size :
		    transfer_size(l));
		settle(l);
	}
	l->run.download_done = true;
}

static void
on_all_done(struct log *l, const struct log_match *m)
{
	static const char options[] = "the option bytes were downloaded";

	(void)m;
	if (l->run.left)
		return;
	begin(l);
	finish_element(l);
	if (has_options(l))
		log_said(l, options, sizeof(options) - 1);
	if (!l->run.old && !l->run.libusb && l->run.dfuse && !has_options(l))
		abort_to_idle(l);
	l->run.all_done = true;
}

static void
on_leave(struct log *l, const struct log_match *m)
{
	(void)m;
	begin(l);
	begin_leave(l);
}

static void
on_manifest(struct log *l, const struct log_match *m)
{
	(void)m;
	begin(l);
	l->run.dfuse = true;
	begin_leave(l);
	settle(l);
	if (l->run.libusb) {
		if (l->pending && l->setup.bRequest == DFU_GETSTATUS)
			log_answer(l, DFU_STATE_MANIFEST, 0, 0, STATE_ONLY,
			    EVENT_TOLD);
		l->state = DFU_STATE_MANIFEST;
		return;
	}
	log_status(l, DFU_STATE_MANIFEST, 0, 0, STATE_ONLY, EVENT_TOLD);
	if (l->run.version == 7)
		log_status(l, DFU_STATE_MANIFEST, 0, 0, STATE_ONLY,
		    EVENT_INFERRED);
}

/* -v: a line of its own for each page and block. */
static void
on_erasing(struct log *l, const struct log_match *m)
{
	if (l->run.left)
		return;
	l->run.dfuse = true;
	if (l->run.page == 0)
		l->run.page = (uint32_t)m->hole[0].value;
	open_command(l, ERASE, (uint32_t)m->hole[m->nholes - 1].value, 0);
	l->run.sent_erased += (uint32_t)m->hole[0].value;
	l->run.erased = l->run.sent_erased;
}

static void
on_block(struct log *l, const struct log_match *m)
{
	uint32_t at = (uint32_t)m->hole[1].value;

	if (l->run.left)
		return;
	l->run.dfuse = true;
	set_pointer(l, at);
	if (l->run.libusb) {
		l->run.command_at = at;
		return;
	}
	l->run.block_due = true;
	l->run.due_at = at;
	l->run.due_size = (uint32_t)m->hole[3].value;
	l->run.sent_erased = l->run.size;
}

/* -vv: the pointer has its line, which the block's line had told already. */
static void
on_pointer(struct log *l, const struct log_match *m)
{
	struct log_run *r = &l->run;

	if (r->libusb || !r->all_done || r->left || r->leave_aimed) {
		r->command_at = (uint32_t)m->hole[0].value;
		return;
	}
	r->leave_aimed = true;
	set_pointer(l, (uint32_t)m->hole[0].value);
}

static void
on_mass_erase(struct log *l, const struct log_match *m)
{
	if (l->run.left)
		return;
	l->run.dfuse = true;
	l->run.mass_erased = m->arg == 0;
	open_command(l, m->arg == 1 ? READ_UNPROTECT : MASS_ERASE, 0, 0);
}

/* One answer of the open command, with its wait. */
static void
poll_told(struct log *l, uint32_t wait)
{
	struct log_run *r = &l->run;

	if (r->libusb)
		return;
	if (r->plain) {
		r->polled = true;
		r->block_polls += r->block_polls < TOO_MANY;
		r->block_wait = wait;
		return;
	}
	if (r->command == NONE || r->command == DATA)
		return;
	log_complete(l, OUTCOME_OK, l->setup.wLength, EVENT_INFERRED);
	if (r->polls++ == 0)
		log_status(l, DFU_STATE_DNBUSY, 0, wait, STATE_ONLY |
		    EVENT_KNOWS_WAIT, EVENT_INFERRED);
}

static void
on_poll(struct log *l, const struct log_match *m)
{
	poll_told(l, (uint32_t)m->hole[0].value);
}

static void
on_timeout_35(struct log *l, const struct log_match *m)
{
	(void)m;
	poll_told(l, 100);
}

static void
on_stalled(struct log *l, const struct log_match *m)
{
	struct log_run *r = &l->run;

	if (!r->libusb) {
		if (r->command != NONE)
			log_complete(l, OUTCOME_OK, l->setup.wLength,
			    EVENT_INFERRED);
		if (r->polls++ == 0)
			inferred(l, DFU_STATE_DNBUSY);
		log_status_failed(l, OUTCOME_STALL);
	}
	log_says(l, m);
}

/* Errors. */

static enum command
command_named(const char *name, size_t n)
{
	static const struct {
		const char	*name;
		enum command	 is;
	} rows[] = {
		{ "ERASE_PAGE", ERASE }, { "SET_ADDRESS", SET_ADDRESS },
		{ "MASS_ERASE", MASS_ERASE },
		{ "READ_UNPROTECT", READ_UNPROTECT },
		{ "ERASE", ERASE },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (n >= strlen(rows[i].name) && memcmp(name, rows[i].name,
		    strlen(rows[i].name)) == 0)
			return (rows[i].is);
	}
	return (NONE);
}

/* Up to 0.7 it does not say which. */
static enum command
command_next(const struct log *l)
{
	return (l->run.sent_erased <= l->run.sent_written && !l->run.upload ?
	    ERASE : SET_ADDRESS);
}

/* The command that goes wrong is open. */
static void
open_wrong(struct log *l, enum command command)
{
	struct log_run *r = &l->run;
	uint32_t at = r->address;

	if (r->command == (int)command)
		return;
	if (command == ERASE)
		at = page_start(l, r->address) + r->sent_erased;
	else if (!r->all_done)
		at = r->address + r->sent_written;
	open_command(l, command, at, 0);
}

static enum command
wrong(struct log *l, const struct log_match *m)
{
	enum command c = m->nholes > 0 ?
	    command_named(m->hole[0].text, m->hole[0].n) :
	    command_named(m->text, m->n);

	begin(l);
	l->run.dfuse = true;
	/* Its block was not sent. */
	if (c == SET_ADDRESS && l->run.command == SET_ADDRESS)
		l->run.block_due = false;
	return (c != NONE ? c : command_next(l));
}

static enum outcome
code_of(struct log *l, const struct log_match *m)
{
	enum outcome how = log_outcome(m->text, m->n);

	if (how == OUTCOME_UNKNOWN) {
		how = (enum outcome)l->step;
		l->telling = how != OUTCOME_UNKNOWN ? l->step_line : 0;
	}
	l->step = OUTCOME_UNKNOWN;
	return (how);
}

/* What the broken transfer makes of a device that is no longer there. */
static void
after(struct log *l, enum outcome how)
{
	static const char gone[] = "gone in the middle of its work";

	if (how != OUTCOME_GONE) {
		l->state = LOG_UNTOLD;
		return;
	}
	log_left(l, EVENT_INFERRED);
	if (!l->leave_sent && (l->run.element || l->run.erased != 0 ||
	    l->run.written != 0) && !has_options(l))
		log_said(l, gone, sizeof(gone) - 1);
}

static void
on_command_refused(struct log *l, const struct log_match *m)
{
	enum outcome how = code_of(l, m);

	open_wrong(l, wrong(l, m));
	l->run.command = NONE;
	if (!l->run.libusb)
		log_complete(l, how, 0, EVENT_TOLD);
	if (l->run.in_manifest && how != OUTCOME_GONE) {
		static const char said[] = "found in dfuMANIFEST, and refused";

		log_said(l, said, sizeof(said) - 1);
	}
	after(l, how);
	log_says(l, m);
}

static void
on_command_unheard(struct log *l, const struct log_match *m)
{
	enum outcome how = code_of(l, m);

	open_wrong(l, wrong(l, m));
	if (!l->run.libusb) {
		log_complete(l, OUTCOME_OK, l->setup.wLength, EVENT_INFERRED);
		if (l->run.polls != 0 && how == OUTCOME_UNKNOWN)
			how = OUTCOME_STALL;
		log_status_failed(l, how);
	}
	l->run.command = NONE;
	after(l, how);
	log_says(l, m);
}

/* bStatus was not OK; which, and in which state, is not printed. */
static void
on_not_executed(struct log *l, const struct log_match *m)
{
	enum command c = wrong(l, m);

	open_wrong(l, c);
	if (!l->run.libusb) {
		log_complete(l, OUTCOME_OK, l->setup.wLength, EVENT_INFERRED);
		if (m->arg == 0 && l->run.polls == 0)
			inferred(l, DFU_STATE_DNBUSY);
		log_status(l, DFU_STATE_ERROR, LOG_UNTOLD, 0, STATE_ONLY,
		    EVENT_INFERRED);
	} else if (l->pending && l->setup.bRequest == DFU_GETSTATUS) {
		log_answer(l, DFU_STATE_ERROR, LOG_UNTOLD, 0, STATE_ONLY,
		    EVENT_INFERRED);
	}
	l->run.command = NONE;
	log_says(l, m);
}

/* 0.8 and later print the state before it, 0.7 does not. */
static void
on_wrong_state(struct log *l, const struct log_match *m)
{
	struct log_run *r = &l->run;

	if (!r->late) {
		on_not_executed(l, &(struct log_match){ .text = m->text,
		    .n = m->n, .hole = { m->hole[0] }, .nholes = m->nholes,
		    .arg = 1 });
		return;
	}
	r->late = r->block_failed = false;
	open_wrong(l, wrong(l, m));
	log_complete(l, OUTCOME_OK, l->setup.wLength, EVENT_INFERRED);
	r->command = NONE;
	told(l, r->late_state, r->late_status);
	log_says(l, m);
}

static void
on_stuck(struct log *l, const struct log_match *m)
{
	unsigned i;

	begin(l);
	l->run.dfuse = true;
	if (l->run.command == NONE)
		open_wrong(l, command_next(l));
	if (!l->run.libusb) {
		log_complete(l, OUTCOME_OK, l->setup.wLength, EVENT_INFERRED);
		for (i = 0; i < 100; i++)
			log_status(l, DFU_STATE_DNBUSY, 0, 0, STATE_ONLY |
			    EVENT_KNOWS_WAIT, EVENT_INFERRED);
	}
	l->run.command = NONE;
	log_says(l, m);
}

static void
on_returned(struct log *l, const struct log_match *m)
{
	begin(l);
	l->step = (uint32_t)log_outcome(m->text, m->n);
	l->step_line = l->line;
	if (l->run.version == 8 || l->run.version == 9) {
		l->run.told_any = true;
		log_says(l, m);
	}
}

/* A block, or the leave once everything is written. */
static void
open_block(struct log *l)
{
	struct log_run *r = &l->run;
	uint32_t most = transfer_size(l), left;

	if (r->command == DATA && !r->libusb && l->pending)
		return;
	if (r->all_done) {
		begin_leave(l);
		return;
	}
	if (r->block_due) {
		open_due(l);
		return;
	}
	left = r->size > r->sent_written ? r->size - r->sent_written : most;
	if (r->dfuse) {
		if (!r->erases_first)
			erase_to(l, r->sent_written + 1);
		else
			erase_to(l, r->size);
		set_pointer(l, r->address + r->sent_written);
	}
	open_command(l, DATA, r->address + r->sent_written,
	    left < most ? left : most);
	tell_polls(l, r->block_polls);
}

static void
on_block_refused(struct log *l, const struct log_match *m)
{
	enum outcome how = code_of(l, m);

	begin(l);
	open_block(l);
	l->run.command = NONE;
	if (!l->run.libusb)
		log_complete(l, how, 0, EVENT_TOLD);
	after(l, how);
	log_says(l, m);
}

/* Behind the leave no answer is what a good one gives. */
static void
on_block_unheard(struct log *l, const struct log_match *m)
{
	enum outcome how = code_of(l, m);
	bool leave = l->run.all_done;

	begin(l);
	open_block(l);
	if (leave && how == OUTCOME_UNKNOWN)
		how = OUTCOME_GONE;
	if (!l->run.libusb) {
		log_complete(l, OUTCOME_OK, l->setup.wLength, EVENT_INFERRED);
		log_status_failed(l, how);
	}
	l->run.command = NONE;
	after(l, how);
	if (!leave)
		log_says(l, m);
}

/* " failed!": the status line follows. */
static void
on_failed(struct log *l, const struct log_match *m)
{
	(void)m;
	begin(l);
	l->run.block_failed = true;
	/* DfuSe of 0.8: it may be a command's, whose name comes last. */
	if (!l->run.dfuse)
		open_block(l);
}

static void
on_end_refused(struct log *l, const struct log_match *m)
{
	enum outcome how = code_of(l, m);

	begin(l);
	settle(l);
	l->run.ended_plain = true;
	if (!l->run.libusb) {
		log_data(l, (uint16_t)l->run.block, 0);
		log_complete(l, how, 0, EVENT_TOLD);
	}
	after(l, how);
	log_says(l, m);
}

static void
on_end_unheard(struct log *l, const struct log_match *m)
{
	enum outcome how = code_of(l, m);

	begin(l);
	end_plain(l);
	if (!l->run.libusb)
		log_status_failed(l, how);
	after(l, how);
	log_says(l, m);
}

/* CLRSTATUS, ABORT or DETACH failed. */
static void
on_request_failed(struct log *l, const struct log_match *m)
{
	enum outcome how = code_of(l, m);

	begin(l);
	finish_element(l);
	if (!l->run.libusb)
		log_simple(l, (uint8_t)m->arg, how, m->arg == DFU_DETACH &&
		    l->run.ended_plain ? EVENT_INFERRED : EVENT_TOLD);
	/* -R goes on without it, and resets the bus anyway. */
	if (m->arg == DFU_DETACH && l->run.ended_plain)
		return;
	after(l, how);
	log_says(l, m);
}

static void
on_not_idle(struct log *l, const struct log_match *m)
{
	begin(l);
	finish_element(l);
	if (!l->run.libusb && !l->run.old)
		log_simple(l, DFU_ABORT, OUTCOME_OK, EVENT_INFERRED);
	log_says(l, m);
	l->state = LOG_UNTOLD;
}

static void
on_upload_failed(struct log *l, const struct log_match *m)
{
	enum outcome how = code_of(l, m);
	uint32_t size = transfer_size(l);

	begin(l);
	settle(l);
	l->run.ended_plain = true;
	if (!l->run.libusb) {
		log_submit(l, 0xa1, DFU_UPLOAD, l->run.dfuse ? 2 : 0,
		    (uint16_t)size, NULL, 0, EVENT_INFERRED);
		log_complete(l, how, 0, EVENT_TOLD);
	}
	after(l, how);
	log_says(l, m);
}

/* From 0.7 on it warns, and writes the file as it is. */
static void
on_crc(struct log *l, const struct log_match *m)
{
	begin(l);
	if (l->run.version < 7)
		log_says(l, m);
}

static void
on_denied(struct log *l, const struct log_match *m)
{
	struct log_run *r = &l->run;

	begin(l);
	r->denied_vendor = (uint16_t)m->hole[0].value;
	r->denied_product = (uint16_t)m->hole[1].value;
	r->denied_outcome = (uint8_t)log_outcome(m->text, m->n);
	if (r->denied_outcome == OUTCOME_GONE)
		r->denied_outcome = OUTCOME_UNKNOWN;
	buf_reset(&r->denied);
	buf_add(&r->denied, m->text, m->n);
	r->denied_line = l->line;
}

static void
on_none(struct log *l, const struct log_match *m)
{
	begin(l);
	l->run.told_any = true;
	if (l->run.denied.len == 0)
		log_says(l, m);
}

static void
on_claim_refused(struct log *l, const struct log_match *m)
{
	begin(l);
	log_opened(l, log_outcome(m->text, m->n), m->text, m->n);
	log_says(l, m);
}

static void
on_said(struct log *l, const struct log_match *m)
{
	begin(l);
	settle(l);
	l->run.told_any = true;
	log_says(l, m);
}

static void
on_no_functional(struct log *l, const struct log_match *m)
{
	begin(l);
	l->run.told_any = true;
	log_said(l, m->text, m->n);
}

static void
on_own_mode(struct log *l, const struct log_match *m)
{
	(void)l;
	(void)m;
}

#define NOTHING	on_own_mode

/* The line that tells which request it was that libusb saw fail. */
static void
before(struct log *l, const struct log_row *row)
{
	static const struct {
		void	(*act)(struct log *, const struct log_match *);
		uint8_t	 request;
	} rows[] = {
		{ on_returned, DFU_DNLOAD }, { on_block_refused, DFU_DNLOAD },
		{ on_command_refused, DFU_DNLOAD },
		{ on_end_refused, DFU_DNLOAD },
		{ on_upload_failed, DFU_UPLOAD },
		{ on_status_failed, DFU_GETSTATUS },
		{ on_no_status, DFU_GETSTATUS },
		{ on_stalled, DFU_GETSTATUS },
		{ on_command_unheard, DFU_GETSTATUS },
		{ on_block_unheard, DFU_GETSTATUS },
		{ on_end_unheard, DFU_GETSTATUS },
		{ on_manifest, DFU_GETSTATUS },
	};
	size_t i;

	if (row->act != on_wrong_state)
		tell_late(l);
	if (!l->run.broken)
		return;
	if (row->act == on_end_refused)
		l->run.download_done = true;
	if (row->act == on_request_failed)
		log_libusb_broken(l, (uint8_t)row->arg);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].act == row->act)
			log_libusb_broken(l, rows[i].request);
	}
}

static const struct log_row rows[] = {
	{ "dfu-util 0.%d", on_banner, 0, LOG_TELLS },
	{ "dfu-util 0.%d-%w", on_banner, 0, LOG_TELLS },
	{ "dfu-util (%s) 0.%d", NOTHING, 0, LOG_TELLS },
	{ "dfu-util -%s", on_command_line, 0, LOG_TELLS },
	{ "dfu-util.exe -%s", on_command_line, 0, LOG_TELLS },
	{ "dfu-util-static -%s", on_command_line, 0, LOG_TELLS },
	{ "dfu-util does currently only support DFU version 1.0", NOTHING, 0,
	    LOG_TELLS },
	{ "Copyright 20%s", NOTHING, 0, LOG_WEAK },
	{ "(C) 20%s", NOTHING, 0, LOG_WEAK },
	{ "This program is Free Software and has ABSOLUTELY NO WARRANTY",
	    NOTHING, 0, LOG_WEAK },
	{ "Please report bugs to %s", NOTHING, 0, LOG_WEAK },
	{ "libusb version %s", NOTHING, 0, LOG_WEAK },
	{ "Invalid DFU suffix signature", NOTHING, 0, LOG_TELLS },
	{ "A valid DFU suffix will be required in %s", NOTHING, 0,
	    LOG_TELLS },
	{ "No valid DFU suffix signature", NOTHING, 0, LOG_TELLS },
	{ "File has no DFU suffix", NOTHING, 0, LOG_TELLS },
	{ "Dfu suffix version %s", NOTHING, 0, LOG_TELLS },
	{ "DFU suffix version %s", NOTHING, 0, LOG_TELLS },
	{ "bytes_per_hash=%d", on_hash_size, 0, LOG_TELLS },
	{ "Filter on vendor = %x product = %x", NOTHING, 0, LOG_TELLS },
	{ "Match vendor ID from file: %s", NOTHING, 0, LOG_TELLS },
	{ "Match product ID from file: %s", NOTHING, 0, LOG_TELLS },
	{ "Opening DFU capable USB device... ID %x:%x", on_opening_id, 0,
	    LOG_PROVES },
	{ "Opening DFU USB device... ID %x:%x", on_opening_id, 0,
	    LOG_PROVES },
	{ "Opening DFU capable USB device...", on_opening, 0, LOG_PROVES },
	{ "Opening DFU USB device...", on_opening, 0, LOG_PROVES },
	{ "Opening DFU USB Device...", on_reopened, 0, LOG_TELLS },
	{ "ID %x:%x", on_id, 0, LOG_WEAK },
	{ "Device ID %x:%x", on_id, 0, LOG_TELLS },
	{ "Run-time device DFU version %x", on_dfu_version, 0, LOG_TELLS },
	{ "Run-Time device DFU version %x", on_dfu_version, 0, LOG_TELLS },
	{ "Run-Time Device DFU version %x", on_dfu_version, 0, LOG_TELLS },
	{ "Device DFU version %x", on_dfu_version, 0, LOG_TELLS },
	{ "DFU mode device DFU version %x", on_dfu_version, 0, LOG_TELLS },
	{ "Found DFU: [%x:%x] %s", on_found, 0, LOG_PROVES },
	{ "Found Runtime: [%x:%x] %s", on_found, 1, LOG_PROVES },
	{ "DFU attributes: (%x) %s", on_attributes, 0, LOG_TELLS },
	{ "DFU attributes: (%x)", on_attributes, 0, LOG_TELLS },
	{ "Detach timeout %d ms", on_detach_time, 0, LOG_WEAK },
	{ "Claiming USB DFU Interface...", on_claim, 0, LOG_PROVES },
	{ "Claiming USB DFU (Run-Time) Interface...", on_claim, 1,
	    LOG_PROVES },
	{ "Claiming USB DFU Runtime Interface...", on_claim, 1, LOG_PROVES },
	{ "Claiming USB DFU (Runtime) Interface...", on_claim, 1,
	    LOG_PROVES },
	{ "Setting Alternate Setting #%d ...", on_alternate, 0, LOG_TELLS },
	{ "Setting Alternate Interface #%d ...", on_alternate, 0,
	    LOG_TELLS },
	{ "Setting Alternate Interface zero...", on_alternate, 0,
	    LOG_TELLS },
	{ "Setting Alternate Setting zero...", on_alternate, 0, LOG_TELLS },
	{ "Determining device status: state = %s, status = %d",
	    on_determined, 0, LOG_PROVES },
	{ "Determining device status...", on_determining, 0, LOG_PROVES },
	{ "DFU state(%d) = %w, status(%d) = %s", on_state, 0, LOG_PROVES },
	{ "state(%d) = %w, status(%d) = %s", on_state, 0, LOG_TELLS },
	{ "dfuIDLE, continuing", NOTHING, 0, LOG_TELLS },
	{ "dfuERROR, clearing status", on_clear, DFU_CLRSTATUS, LOG_TELLS },
	{ "Clearing status", on_clear, DFU_CLRSTATUS, LOG_TELLS },
	{ "aborting previous incomplete transfer", on_clear, DFU_ABORT,
	    LOG_TELLS },
	{ "%w, aborting previous incomplete transfer", on_clear, DFU_ABORT,
	    LOG_TELLS },
	{ "Aborting previous incomplete transfer", on_clear, DFU_ABORT,
	    LOG_TELLS },
	{ "error get_status%s", on_status_failed, 0, LOG_TELLS },
	{ "USB communication error", on_status_failed, 0, LOG_WEAK },
	{ "Device does not implement get_status, assuming appIDLE",
	    on_no_status, 0, LOG_TELLS },
	{ "Device really in Run-Time Mode, send DFU detach request...",
	    on_detach, 0, LOG_TELLS },
	{ "Device really in Runtime Mode, send DFU detach request...",
	    on_detach, 0, LOG_TELLS },
	{ "Device will detach and reattach...", on_will_detach, 0,
	    LOG_TELLS },
	{ "Resetting USB...", on_reset, 0, LOG_TELLS },
	{ "Resetting USB to switch back to runtime mode", on_reset, 1,
	    LOG_TELLS },
	{ "Resetting USB to switch back to Run-Time mode", on_reset, 1,
	    LOG_TELLS },
	{ "Lost device after RESET?", on_lost, 0, LOG_TELLS },
	{ "Device still in Run-Time Mode!", on_said, 0, LOG_TELLS },
	{ "Device still in Runtime Mode!", on_said, 0, LOG_TELLS },
	{ "Device returned transfer size %d", on_size, 0, LOG_PROVES },
	{ "Limited transfer size to %d", on_size, 0, LOG_TELLS },
	{ "Overriding device-reported transfer size", NOTHING, 0,
	    LOG_TELLS },
	{ "DfuSe interface name: \"%s\"", on_dfuse_name, 0, LOG_PROVES },
	{ "Memory segment at %x %d x %d = %d (%w)", on_segment, 0,
	    LOG_TELLS },
	{ "Downloading element to address = %x, size = %d", on_element, 10,
	    LOG_PROVES },
	{ "Downloading to address = %x, size = %d", on_element, 9,
	    LOG_PROVES },
	{ "File contains %d DFU images", on_dfuse_file, 0, LOG_TELLS },
	{ "file contains %d DFU images", on_dfuse_file, 0, LOG_TELLS },
	{ "Parsing DFU image %d", on_dfuse_file, 0, LOG_TELLS },
	{ "parsing DFU image %d", on_dfuse_file, 0, LOG_TELLS },
	{ "Parsing element %d, address = %x, size = %d", on_file_element, 0,
	    LOG_TELLS },
	{ "parsing element %d, address = %x, size = %d", on_file_element, 0,
	    LOG_TELLS },
	{ "Target name: %s", NOTHING, 0, LOG_WEAK },
	{ "Image for alternate setting %d, %s", on_dfuse_file, 0,
	    LOG_TELLS },
	{ "image for alternate setting %d, %s", on_dfuse_file, 0,
	    LOG_TELLS },
	{ "done parsing DfuSe file", on_dfuse_file, 0, LOG_TELLS },
	{ "Done parsing DfuSe file", on_dfuse_file, 0, LOG_TELLS },
	{ "Copying data from PC to DFU device", on_plain, 0, LOG_PROVES },
	{ "Copying data from DFU device to PC", on_plain, 1, LOG_PROVES },
	{ "Erase %b %d% %d bytes", on_bar, 0, LOG_TELLS },
	{ "Download %b %d% %d bytes", on_bar, 1, LOG_TELLS },
	{ "Upload %b %d% %d bytes", on_bar, 2, LOG_TELLS },
	{ "Erase %b %d%", NOTHING, 0, LOG_WEAK },
	{ "Download %b %d%", NOTHING, 0, LOG_WEAK },
	{ "Upload %b %d%", NOTHING, 0, LOG_WEAK },
	{ "Erase done.", on_phase_done, 0, LOG_TELLS },
	{ "Download done.", on_phase_done, 1, LOG_TELLS },
	{ "Upload done.", on_phase_done, 2, LOG_TELLS },
	{ "Received a total of %d bytes", NOTHING, 0, LOG_WEAK },
	{ "Starting download: %b finished!", on_hashes, 0, LOG_TELLS },
	{ "Starting upload: %b finished!", NOTHING, 0, LOG_TELLS },
	{ "Starting download: [%s", NOTHING, 0, LOG_TELLS },
	{ "File downloaded successfully", on_all_done, 0, LOG_PROVES },
	{ "Submitting leave request...", on_leave, 0, LOG_PROVES },
	{ "Transitioning to dfuMANIFEST state", on_manifest, 0, LOG_PROVES },
	{ "Done!", NOTHING, 0, LOG_WEAK },
	{ "DfuSe command mode", NOTHING, 0, LOG_TELLS },
	{ "Erasing page size %d at address %x, page starting at %x",
	    on_erasing, 0, LOG_PROVES },
	{ "Download from image offset %x to memory %x-%x, size %d", on_block,
	    0, LOG_PROVES },
	{ "Setting address pointer to %x", on_pointer, 0, LOG_TELLS },
	{ "Performing mass erase, this can take a moment", on_mass_erase, 0,
	    LOG_TELLS },
	{ "Device disconnects, erases flash and resets now", on_mass_erase,
	    1, LOG_TELLS },
	{ "Poll timeout %d ms", on_poll, 0, LOG_TELLS },
	{ "Setting timeout to 35 seconds", on_timeout_35, 0, LOG_TELLS },
	{ "* Device stalled USB pipe, reusing last poll timeout", on_stalled,
	    0, LOG_TELLS },
	{ "Device stalled USB pipe, reusing last poll timeout", on_stalled,
	    0, LOG_TELLS },
	{ "Device stuck after special command request", on_stuck, 0,
	    LOG_PROVES },
	{ "Error during special command \"%w\" download%s",
	    on_command_refused, 0, LOG_PROVES },
	{ "Error during special command download%s", on_command_refused, 0,
	    LOG_PROVES },
	{ "Error during special command \"%w\" get_status%s",
	    on_command_unheard, 0, LOG_PROVES },
	{ "Error during special command get_status%s", on_command_unheard, 0,
	    LOG_PROVES },
	{ "Error during second get_status%s", on_command_unheard, 0,
	    LOG_PROVES },
	{ "Command not correctly executed", on_not_executed, 0, LOG_PROVES },
	{ "ERASE_PAGE not correctly executed", on_not_executed, 0,
	    LOG_PROVES },
	{ "SET_ADDRESS not correctly executed", on_not_executed, 0,
	    LOG_PROVES },
	{ "MASS_ERASE not correctly executed", on_not_executed, 0,
	    LOG_PROVES },
	{ "READ_UNPROTECT not correctly executed", on_not_executed, 0,
	    LOG_PROVES },
	{ "%w not correctly executed", on_not_executed, 0, LOG_PROVES },
	{ "Wrong state after command \"%w\" download", on_wrong_state, 0,
	    LOG_PROVES },
	{ "Wrong state after command download", on_wrong_state, 0,
	    LOG_PROVES },
	{ "dfuse_download: libusb_control_transfer returned %s",
	    on_returned, 0, LOG_PROVES },
	{ "dfuse_download: libusb_control_msg returned %s", on_returned, 0,
	    LOG_PROVES },
	{ "dfuse_upload: libusb_control_transfer returned %s",
	    on_upload_failed, 0, LOG_PROVES },
	{ "dfuse_upload: libusb_control_msg returned %s",
	    on_upload_failed, 0, LOG_PROVES },
	{ "Error during download get_status%s", on_block_unheard, 0,
	    LOG_PROVES },
	{ "Error during download%s", on_block_refused, 0, LOG_PROVES },
	{ "failed!", on_failed, 0, LOG_WEAK },
	{ "Error during upload%s", on_upload_failed, 0, LOG_TELLS },
	{ "Error sending completion packet%s", on_end_refused, 0,
	    LOG_PROVES },
	{ "unable to read DFU status after completion%s", on_end_unheard, 0,
	    LOG_PROVES },
	{ "unable to read DFU status%s", on_end_unheard, 0, LOG_PROVES },
	{ "error clear_status%s", on_request_failed, DFU_CLRSTATUS,
	    LOG_PROVES },
	{ "can't send DFU_ABORT%s", on_request_failed, DFU_ABORT,
	    LOG_PROVES },
	{ "Error sending dfu abort request%s", on_request_failed, DFU_ABORT,
	    LOG_PROVES },
	{ "Error during abort get_status%s", on_status_failed, 0,
	    LOG_PROVES },
	{ "error detaching%s", on_request_failed, DFU_DETACH, LOG_TELLS },
	{ "can't detach%s", on_request_failed, DFU_DETACH, LOG_TELLS },
	{ "Failed to enter idle state on abort", on_not_idle, 0,
	    LOG_PROVES },
	{ "Status is not OK: %d", on_said, 0, LOG_TELLS },
	{ "Cannot open DFU device %x:%x found on devnum %d (%s)", on_denied,
	    0, LOG_PROVES },
	{ "Cannot open DFU device %x:%x found on devnum %d", on_denied, 0,
	    LOG_PROVES },
	{ "Cannot open DFU device %x:%x%s", on_denied, 0, LOG_PROVES },
	{ "Cannot open device%s", on_said, 0, LOG_TELLS },
	{ "No DFU capable USB device available", on_none, 0, LOG_PROVES },
	{ "No DFU capable USB device found", on_none, 0, LOG_PROVES },
	{ "More than one DFU capable USB device found%s", on_said, 0,
	    LOG_PROVES },
	{ "More than one DFU capable USB device found, %s", on_said, 0,
	    LOG_PROVES },
	{ "Cannot claim interface%s", on_claim_refused, 0, LOG_PROVES },
	{ "Cannot set alternate interface%s", on_claim_refused, 0,
	    LOG_PROVES },
	{ "Cannot set alternate interface zero%s", on_claim_refused, 0,
	    LOG_PROVES },
	{ "Cannot detach kernel driver%s", on_claim_refused, 0, LOG_TELLS },
	{ "Device has DFU interface, but has no DFU functional descriptor",
	    on_no_functional, 0, LOG_PROVES },
	{ "Deducing device DFU version from functional descriptor length",
	    NOTHING, 0, LOG_TELLS },
	{ "Transfer size must be specified", on_said, 0, LOG_PROVES },
	{ "Last page at %x is not writeable", on_said, 0, LOG_PROVES },
	{ "Page at %x can not be erased", on_said, 0, LOG_PROVES },
	{ "Page at %x is not writeable", on_said, 0, LOG_PROVES },
	{ "Start address %x is not writeable%s", on_said, 0, LOG_TELLS },
	{ "Address %x not writ%s", on_said, 0, LOG_TELLS },
	{ "File ID %x:%x does not match device (%s)", on_said, 0,
	    LOG_PROVES },
	{ "File ID %s does not match %s", on_said, 0, LOG_PROVES },
	{ "Only DfuSe file version 1.1a is supported", on_said, 0,
	    LOG_PROVES },
	{ "Only DfuSe file%s", on_said, 0, LOG_PROVES },
	{ "Cannot open file %s for writing%s", on_said, 0, LOG_PROVES },
	{ "Cannot open file %s for reading%s", on_said, 0, LOG_TELLS },
	{ "Could not open file %s for %s", on_said, 0, LOG_TELLS },
	{ "DFU CRC does not match", on_crc, 0, LOG_PROVES },
	{ "Unsupported DFU file revision %x", on_said, 0, LOG_TELLS },
	{ "Invalid DFU suffix CRC%s", on_said, 0, LOG_TELLS },
	{ "DFU suffix CRC does not match", on_said, 0, LOG_PROVES },
	{ "Invalid DfuSe prefix%s", on_said, 0, LOG_TELLS },
	{ "Limiting default upload to %d bytes", on_said, 0, LOG_TELLS },
	{ "Limiting upload to end of memory segment, %d bytes", NOTHING, 0,
	    LOG_TELLS },
	{ "Non-valid multiplier '%s', assuming bytes", NOTHING, 0,
	    LOG_TELLS },
	{ "Non-valid multiplier '%s', interpreted as type identifier instead",
	    NOTHING, 0, LOG_TELLS },
	{ "GD32 flash memory access detected", NOTHING, 0, LOG_WEAK },
	{ "failed to parse element%s", on_said, 0, LOG_TELLS },
	{ NULL, NULL, 0, LOG_WEAK }
};

const struct log_reader log_dfu_util = {
	.name = "dfu-util", .rows = rows, .finish = finish,
	.before = before,
};
