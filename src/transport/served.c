/* SPDX-License-Identifier: ISC */
/*
 * Devices that are served to hosts elsewhere, as a transport: what the hosts
 * ask is seen as it happens, and nothing is sent from here.
 */
#include "transport/transport.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "device/sim.h"
#include "serve/serve.h"
#include "trace/identity.h"

/* A port: what was told of the device there. */
struct port {
	uint16_t	 dev;
	uint32_t	 announced;	/* incarnation, 0: none */
	uint32_t	 number;	/* of the transfer in work, 0: none */
	bool		 in;
	uint16_t	 length;	/* its wLength */
};

/* An event to be read, with what it borrows. */
struct seen {
	struct event	 event;
	struct buf	 bytes;
	struct identity	*who;
};

struct served_transport {
	struct transport	 head;
	struct serve		*serve;
	struct serve_watcher	 watcher;
	struct buf		*log;
	struct port		*ports;
	size_t			 ports_count;
	struct seen		*queue;
	size_t			 queued;
	size_t			 taken;		/* of them, by read */
	uint32_t		 number;	/* of the last transfer */
	uint64_t		 began;		/* when the devices' time did */
};

static void
forget_taken(struct served_transport *t)
{
	size_t i;

	for (i = 0; i < t->taken; i++) {
		buf_free(&t->queue[i].bytes);
		identity_free(t->queue[i].who);
	}
	t->queued = t->taken = 0;
}

static struct seen *
push(struct served_transport *t, uint64_t now, enum event_kind kind,
    uint16_t dev)
{
	struct seen *s;

	t->queue = mem_array(t->queue, t->queued + 1, sizeof(*t->queue));
	s = &t->queue[t->queued++];
	*s = (struct seen){ .event = { .time = now + t->began,
	    .kind = (uint8_t)kind, .dev = dev, .agent = EVENT_BY_OTHER } };
	return (s);
}

static void
push_text(struct served_transport *t, uint64_t now, const char *text,
    size_t n)
{
	struct seen *s = push(t, now, EVENT_NOTE, 0);

	s->event.agent = EVENT_BY_SELF;
	buf_add(&s->bytes, text, n);
	s->event.len = s->event.kept = (uint32_t)n;
}

/* What the server says: who came and went. */
static void
push_log(struct served_transport *t, uint64_t now)
{
	const char *line = buf_str(t->log), *end;

	for (; (end = strchr(line, '\n')) != NULL; line = end + 1)
		push_text(t, now, line, (size_t)(end - line));
	buf_reset(t->log);
}

static void
on_began(void *arg, size_t device, uint64_t now, const struct setup *setup,
    const uint8_t *out)
{
	struct served_transport *t = arg;
	struct port *p = &t->ports[device];
	struct seen *s = push(t, now, EVENT_SUBMIT, p->dev);

	p->number = ++t->number;
	p->in = setup_is_in(setup);
	p->length = setup->wLength;
	s->event.number = p->number;
	s->event.setup = *setup;
	if (!p->in && out != NULL) {
		buf_add(&s->bytes, out, setup->wLength);
		s->event.len = s->event.kept = setup->wLength;
	}
}

static void
on_ended(void *arg, size_t device, uint64_t now, enum outcome outcome,
    const uint8_t *in, size_t n)
{
	struct served_transport *t = arg;
	struct port *p = &t->ports[device];
	struct seen *s;

	if (p->number == 0)
		return;
	s = push(t, now, EVENT_COMPLETE, p->dev);
	s->event.number = p->number;
	s->event.outcome = (uint8_t)outcome;
	p->number = 0;
	if (p->in && in != NULL) {
		buf_add(&s->bytes, in, n);
		s->event.len = s->event.kept = (uint32_t)n;
	} else if (outcome == OUTCOME_OK)
		s->event.len = p->length;
}

static void
on_reset(void *arg, size_t device, uint64_t now)
{
	struct served_transport *t = arg;
	uint16_t dev = t->ports[device].dev;

	push(t, now, EVENT_RESET, dev);
	push(t, now, EVENT_RESET, dev)->event.outcome = OUTCOME_OK;
}

static void
arrive(struct served_transport *t, uint64_t now, struct port *p,
    const struct sim *sim, const char *busid)
{
	struct seen *s;

	p->announced = sim_incarnation(sim);
	p->dev = ++t->head.numbers->last;
	s = push(t, now, EVENT_ARRIVED, p->dev);
	s->who = transport_sim_identity(sim, busid);
}

static void
look_at_ports(struct served_transport *t, uint64_t now)
{
	const char *busid;
	struct sim *sim;
	struct port *p;
	uint32_t here;
	size_t i;

	for (i = 0; i < t->ports_count; i++) {
		p = &t->ports[i];
		sim = serve_sim(t->serve, i, &busid);
		here = sim_present(sim) ? sim_incarnation(sim) : 0;
		if (here == p->announced)
			continue;
		if (p->announced != 0)
			push(t, now, EVENT_LEFT, p->dev);
		p->announced = 0;
		if (here != 0)
			arrive(t, now, p, sim, busid);
	}
}

struct transport *
transport_serve(struct serve *serve, struct buf *log, uint64_t began,
    struct dev_numbers *numbers)
{
	struct served_transport *t = mem_alloc(sizeof(*t));
	const char *busid;

	t->head.ops = &transport_served;
	t->head.numbers = numbers;
	t->head.simulated = true;
	t->head.served = true;
	t->serve = serve;
	t->log = log;
	t->began = began;
	while (serve_sim(serve, t->ports_count, &busid) != NULL)
		t->ports_count++;
	t->ports = mem_array(NULL, t->ports_count, sizeof(*t->ports));
	memset(t->ports, 0, t->ports_count * sizeof(*t->ports));
	t->watcher = (struct serve_watcher){ t, on_began, on_ended,
	    on_reset };
	serve_watch(serve, &t->watcher);
	return (&t->head);
}

static void
served_close(struct transport *head)
{
	struct served_transport *t = (struct served_transport *)head;

	serve_watch(t->serve, NULL);
	t->taken = t->queued;
	forget_taken(t);
	free(t->queue);
	free(t->ports);
	free(t);
}

static size_t
served_pollfds(struct transport *head, struct pollfd *fds, size_t max)
{
	struct served_transport *t = (struct served_transport *)head;
	struct pollfd *own;
	size_t n;

	own = serve_pollfds(t->serve, &n);
	if (n > max)
		n = max;
	memcpy(fds, own, n * sizeof(*fds));
	return (n);
}

static uint64_t
served_deadline(const struct transport *head)
{
	const struct served_transport *t =
	    (const struct served_transport *)head;
	uint64_t due = serve_deadline(t->serve);

	if (t->taken < t->queued || t->ports_count == 0 ||
	    t->ports[0].dev == 0)
		return (0);
	return (due < SERVE_NEVER - t->began ? t->began + due :
	    TRANSPORT_NEVER);
}

/* The loop waited with its own copy: looked at again, without waiting. */
static void
serve_now(struct served_transport *t, uint64_t now)
{
	struct pollfd *fds;
	size_t n;

	look_at_ports(t, now);
	fds = serve_pollfds(t->serve, &n);
	(void)poll(fds, (nfds_t)n, 0);
	serve_turn(t->serve, now);
	look_at_ports(t, now);
	push_log(t, now);
}

static bool
served_read(struct transport *head, uint64_t now, struct event *e)
{
	struct served_transport *t = (struct served_transport *)head;
	struct seen *s;

	if (t->taken == t->queued) {
		forget_taken(t);
		serve_now(t, now > t->began ? now - t->began : 0);
	}
	if (t->taken == t->queued)
		return (false);
	s = &t->queue[t->taken++];
	s->event.data = s->bytes.data;
	s->event.who = s->who;
	*e = s->event;
	return (true);
}

/* Nothing is asked from here. */

static void
served_device(struct transport *head, uint16_t dev, uint64_t now)
{
	(void)head;
	(void)dev;
	(void)now;
}

static void
served_submit(struct transport *head, uint16_t dev, uint32_t number,
    const struct xfer *x, uint64_t now)
{
	(void)head;
	(void)dev;
	(void)number;
	(void)x;
	(void)now;
}

static struct sim *
sim_of(const struct served_transport *t, uint16_t dev)
{
	const char *busid;
	size_t i;

	for (i = 0; i < t->ports_count; i++) {
		if (t->ports[i].dev == dev)
			return (serve_sim(t->serve, i, &busid));
	}
	return (NULL);
}

static void
served_plug(struct transport *head, uint16_t dev, uint64_t now, bool in)
{
	struct served_transport *t = (struct served_transport *)head;
	struct sim *sim = sim_of(t, dev);

	if (sim != NULL)
		sim_plug(sim, now - t->began, in);
}

static bool
served_fault(struct transport *head, uint16_t dev, uint64_t now,
    const char *faults, struct buf *error)
{
	struct served_transport *t = (struct served_transport *)head;
	struct sim *sim = sim_of(t, dev);

	return (sim == NULL || sim_set(sim, now - t->began, faults, error));
}

static void
served_restart(struct transport *head, uint16_t dev, uint64_t now)
{
	struct served_transport *t = (struct served_transport *)head;
	struct sim *sim = sim_of(t, dev);

	if (sim != NULL)
		sim_reboot(sim, now - t->began);
}

static bool
served_fault_at(const struct transport *head, uint16_t dev, size_t i,
    struct transport_fault *f, struct buf *now)
{
	const struct served_transport *t =
	    (const struct served_transport *)head;
	const struct sim *sim = sim_of(t, dev);
	const struct sim_parameter_row *row = sim == NULL ? NULL :
	    sim_fault_at(sim, i, now);

	if (row == NULL)
		return (false);
	*f = (struct transport_fault){ .name = row->name,
	    .value = row->value, .initial = row->initial,
	    .sentence = row->sentence };
	return (true);
}

static int
served_truth(const struct transport *head, uint16_t dev)
{
	const struct sim *sim = sim_of((const struct served_transport *)head,
	    dev);

	return (sim != NULL ? sim_state(sim) : -1);
}

const struct transport_ops transport_served = {
	.name = "served",
	.open = NULL,
	.close = served_close,
	.pollfds = served_pollfds,
	.deadline = served_deadline,
	.read = served_read,
	.open_device = served_device,
	.close_device = served_device,
	.submit = served_submit,
	.cancel = served_device,
	.reset = served_device,
	.plug = served_plug,
	.fault = served_fault,
	.fault_at = served_fault_at,
	.restart = served_restart,
	.truth = served_truth,
};
