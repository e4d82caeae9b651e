/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "source/tap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "source/listener.h"
#include "trace/identity.h"
#include "wire/tap.h"
#include "wire/usb.h"
#include "wire/usb_record.h"

#define OPEN_MOST	256
#define PROCESSES_MOST	256
#define NAME_MOST	64

/* A control transfer that has begun. */
struct open {
	uint64_t	 id;	/* the tap's, of that process */
	uint64_t	 mine;	/* the listener's */
	uint32_t	 pid;
	uint16_t	 bus;
	uint16_t	 address;
	struct setup	 setup;
};

struct process {
	uint32_t	 pid;
	uint32_t	 lost;
	char		*name;
};

struct tap {
	struct listener	*listener;
	uint16_t	 unused;	/* devices are numbered elsewhere */
	uint64_t	 last_id;
	uint64_t	 records;
	unsigned long	 requests;
	unsigned long	 hellos;
	struct open	 open[OPEN_MOST];
	size_t		 nopen;
	struct process	 processes[PROCESSES_MOST];
	size_t		 nprocesses;
};

struct tap *
tap_new(uint32_t *numbers)
{
	struct tap *t = mem_alloc(sizeof(*t));

	t->listener = listener_new(&t->unused);
	listener_adopts(t->listener, numbers);
	listener_starts(t->listener, 0, 0);
	return (t);
}

void
tap_free(struct tap *t)
{
	size_t i;

	if (t == NULL)
		return;
	for (i = 0; i < t->nprocesses; i++)
		free(t->processes[i].name);
	listener_free(t->listener);
	free(t);
}

void
tap_arrived(struct tap *t, const struct identity *who, uint16_t dev)
{
	listener_adopt(t->listener, who, dev);
}

void
tap_left(struct tap *t, uint16_t dev)
{
	listener_drop(t->listener, dev);
}

bool
tap_next(struct tap *t, struct event *e)
{
	return (listener_read(t->listener, e));
}

unsigned long
tap_requests(const struct tap *t)
{
	return (t->requests);
}

unsigned long
tap_processes(const struct tap *t)
{
	return (t->hellos);
}

/* Processes. NULL: it has said nothing, or there are too many. */

static struct process *
process_of(struct tap *t, uint32_t pid)
{
	size_t i;

	for (i = 0; i < t->nprocesses; i++) {
		if (t->processes[i].pid == pid)
			return (&t->processes[i]);
	}
	return (NULL);
}

static void
hello(struct tap *t, const struct tap_message *m)
{
	struct process *p = process_of(t, m->pid);
	const char *name = (const char *)m->data, *slash;
	size_t n = m->kept;

	while (n > 0 && (slash = memchr(name, '/', n)) != NULL) {
		n -= (size_t)(slash + 1 - name);
		name = slash + 1;
	}
	if (n > NAME_MOST)
		n = NAME_MOST;
	t->hellos++;
	if (p == NULL && t->nprocesses < PROCESSES_MOST) {
		p = &t->processes[t->nprocesses++];
		*p = (struct process){ .pid = m->pid };
	}
	if (p == NULL)
		return;
	/* It became another program. */
	free(p->name);
	p->name = n != 0 ? mem_printf("%.*s", (int)n, name) : NULL;
}

/* "dfu-util (process 4711)" */
static void
add_process(const struct tap *t, uint32_t pid, struct buf *b)
{
	const struct process *p = process_of((struct tap *)(uintptr_t)t, pid);

	if (p == NULL || p->name == NULL) {
		buf_addf(b, "process %u", pid);
		return;
	}
	text_escape(b, p->name, strlen(p->name));
	buf_addf(b, " (process %u)", pid);
}

static void
count_lost(struct tap *t, const struct tap_message *m)
{
	struct process *p = process_of(t, m->pid);
	struct buf text = { 0 };

	if (p == NULL || m->lost <= p->lost)
		return;
	buf_addf(&text, "%u message%s of ", m->lost - p->lost,
	    m->lost - p->lost == 1 ? "" : "s");
	p->lost = m->lost;
	add_process(t, m->pid, &text);
	buf_adds(&text, " were lost: their requests are missing");
	listener_text(t->listener, EVENT_LOST, USB_HOST_LINUX, 0, 0,
	    buf_str(&text));
	buf_free(&text);
}

/* Transfers. */

static void
begin(struct tap *t, const struct tap_message *m, uint64_t id,
    const struct setup *setup)
{
	struct usb_record r = { .kind = USB_RECORD_SUBMIT,
	    .id = ++t->last_id, .time = m->time, .host = USB_HOST_LINUX,
	    .bus = m->bus, .device = m->address,
	    .endpoint = m->endpoint & 0x80, .transfer = USB_TRANSFER_CONTROL,
	    .has_setup = true, .setup = *setup, .data = m->data,
	    .kept = m->kept, .there = m->kept, .room = UINT32_MAX };

	if (t->nopen == OPEN_MOST)
		memmove(t->open, t->open + 1,
		    --t->nopen * sizeof(t->open[0]));
	t->open[t->nopen++] = (struct open){ .id = id, .mine = r.id,
	    .pid = m->pid, .bus = m->bus, .address = m->address,
	    .setup = *setup };
	t->requests++;
	listener_record(t->listener, &r, ++t->records);
}

static void
finish(struct tap *t, size_t i, const struct usb_record *how)
{
	struct usb_record r = *how;

	r.kind = USB_RECORD_COMPLETE;
	r.id = t->open[i].mine;
	r.host = USB_HOST_LINUX;
	r.bus = t->open[i].bus;
	r.device = t->open[i].address;
	r.transfer = USB_TRANSFER_CONTROL;
	r.there = r.kept;
	r.room = UINT32_MAX;
	memmove(t->open + i, t->open + i + 1,
	    (--t->nopen - i) * sizeof(t->open[0]));
	listener_record(t->listener, &r, ++t->records);
}

/* The latest: addresses of memory are used again. */
static bool
find_open(const struct tap *t, uint32_t pid, uint64_t id, size_t *at)
{
	size_t i;

	for (i = t->nopen; i > 0; i--) {
		if (t->open[i - 1].pid == pid && t->open[i - 1].id == id) {
			*at = i - 1;
			return (true);
		}
	}
	return (false);
}

static void
end(struct tap *t, const struct tap_message *m, uint64_t id, uint32_t moved)
{
	struct usb_record r = { .time = m->time, .code = m->code,
	    .outcome = (uint8_t)usb_record_linux_outcome(m->code),
	    .moved = moved, .data = m->data, .kept = m->kept };
	size_t i;

	/* Fewer bytes than were asked for are no failure. */
	if (r.outcome == OUTCOME_SHORT)
		r.outcome = OUTCOME_OK;
	if (find_open(t, m->pid, id, &i))
		finish(t, i, &r);
}

void
tap_ended(struct tap *t, uint32_t pid, uint64_t time)
{
	struct usb_record r = { .time = time, .outcome = OUTCOME_CANCELLED,
	    .basis = EVENT_INFERRED };
	size_t i;

	for (i = t->nopen; i > 0; i--) {
		if (t->open[i - 1].pid == pid)
			finish(t, i - 1, &r);
	}
}

/* Acts. */

/* What it is called; %u: the interface, endpoint or configuration. */
static const char *const act_words[TAP_ACT_COUNT] = {
	[TAP_CLAIM] = "claims interface",
	[TAP_RELEASE] = "releases interface",
	[TAP_RESET] = "resets the device",
	[TAP_DISCONNECT] = "detaches the kernel driver from interface",
	[TAP_CONNECT] = "reattaches the kernel driver to interface",
	[TAP_DISCONNECT_CLAIM] = "disconnects interface",
	[TAP_BULK] = "transfers data on endpoint",
	[TAP_CLOSE] = "closes the device",
};

static void
tell_act(struct tap *t, const struct tap_message *m, enum event_kind kind,
    bool with_value)
{
	struct buf text = { 0 };
	struct event e;

	add_process(t, m->pid, &text);
	buf_addf(&text, " %s", act_words[m->act]);
	if (with_value)
		buf_addf(&text, " %u", m->value);
	if (m->code != 0)
		buf_addf(&text, ": %s", strerror((int)(m->code & 0xff)));
	e = event_text(kind, m->time, 0, buf_str(&text));
	e.outcome = (uint8_t)usb_record_linux_outcome(m->code);
	if (kind == EVENT_NOTE)
		e.outcome = OUTCOME_UNKNOWN;
	listener_act(t->listener, USB_HOST_LINUX, m->bus, m->address, &e);
	buf_free(&text);
}

static void
tell_reset(struct tap *t, const struct tap_message *m)
{
	struct event e = { .time = m->time, .kind = EVENT_RESET,
	    .outcome = OUTCOME_UNKNOWN };

	if (m->kind == TAP_DONE)
		e.outcome = (uint8_t)usb_record_linux_outcome(m->code);
	listener_act(t->listener, USB_HOST_LINUX, m->bus, m->address, &e);
}

/* The request that the kernel makes of it. */
static struct setup
setup_of(const struct tap_message *m)
{
	struct setup s = { .bmRequestType = USB_RECIP_INTERFACE,
	    .bRequest = USB_REQ_SET_INTERFACE, .wValue = (uint16_t)m->other,
	    .wIndex = (uint16_t)m->value };

	if (m->act == TAP_SET_CONFIGURATION)
		s = (struct setup){
		    .bRequest = USB_REQ_SET_CONFIGURATION,
		    .wValue = (uint16_t)m->value };
	else if (m->act == TAP_CLEAR_HALT)
		s = (struct setup){
		    .bmRequestType = USB_RECIP_ENDPOINT,
		    .bRequest = USB_REQ_CLEAR_FEATURE,
		    .wIndex = (uint16_t)m->value };
	return (s);
}

/* A thread does one of these at a time. */
static uint64_t
id_of(const struct tap_message *m)
{
	return ((uint64_t)1 << 63 | (uint64_t)m->act << 32 | m->tid);
}

static void
tell_request(struct tap *t, const struct tap_message *m)
{
	struct setup s = setup_of(m);

	if (m->kind == TAP_BEGINS)
		begin(t, m, id_of(m), &s);
	else
		end(t, m, id_of(m), 0);
}

static void
act(struct tap *t, const struct tap_message *m)
{
	switch (m->act) {
	case TAP_CLAIM:
	case TAP_DISCONNECT_CLAIM:
		tell_act(t, m, EVENT_OPENED, true);
		break;
	case TAP_CLOSE:
		tell_act(t, m, EVENT_CLOSED, false);
		break;
	case TAP_RESET:
		tell_reset(t, m);
		break;
	case TAP_SET_INTERFACE:
	case TAP_SET_CONFIGURATION:
	case TAP_CLEAR_HALT:
		tell_request(t, m);
		break;
	case TAP_RELEASE:
	case TAP_DISCONNECT:
	case TAP_CONNECT:
	case TAP_BULK:
		tell_act(t, m, EVENT_NOTE, true);
		break;
	case TAP_NONE:
	case TAP_DISCARD:
		break;
	}
}

bool
tap_take(struct tap *t, const uint8_t *p, size_t n)
{
	struct tap_message m;

	if (!tap_read(p, n, &m))
		return (false);
	count_lost(t, &m);
	switch (m.kind) {
	case TAP_HELLO:
		hello(t, &m);
		break;
	case TAP_SUBMIT:
		if (m.has_setup)
			begin(t, &m, m.id, &m.setup);
		break;
	case TAP_COMPLETE:
		if (m.has_setup)
			end(t, &m, m.id, m.length);
		break;
	case TAP_BEGINS:
	case TAP_DONE:
		act(t, &m);
		break;
	}
	return (true);
}
