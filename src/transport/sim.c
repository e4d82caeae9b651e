/* SPDX-License-Identifier: ISC */
/* Simulated devices as a transport: one target, one device. */
#include "transport/transport.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "device/sim.h"
#include "dfu/descriptor.h"
#include "trace/identity.h"

/* The transfer under way. number 0: none. */
struct flight {
	uint32_t		 number;
	enum outcome		 outcome;	/* when it is due */
	uint64_t		 due;		/* us, or TRANSPORT_NEVER */
	uint64_t		 expires; /* the time limit, us, or NEVER */
	uint32_t		 len;
	bool			 in;
};

#define QUEUE	8

struct sim_transport {
	struct transport	 head;
	struct sim		*sim;
	bool			 lent;		/* and not to be freed */
	char			*spec;		/* of its own, or NULL */
	bool			 renewed;	/* another one in its place */
	bool			 came;		/* it was told once */
	uint64_t		 since;		/* its clock began, us */
	char			*place;
	uint16_t		 dev;
	uint32_t		 announced;	/* incarnation told, 0: none */
	struct flight		 flight;
	struct buf		 data;		/* of the flight, then of e */
	struct identity		*who;
	struct event		 queue[QUEUE];	/* events without bytes */
	size_t			 queued;
	uint64_t		 now;
};

/* The devices of one run stand side by side: sim-1, sim-2, ... */
static char *
next_place(const struct dev_numbers *numbers)
{
	return (mem_printf("sim-%u", numbers->last + 1u));
}

static struct sim_transport *
new_transport(struct sim *sim, struct dev_numbers *numbers)
{
	struct sim_transport *t = mem_alloc(sizeof(*t));

	t->head.ops = &transport_sim;
	t->head.numbers = numbers;
	t->head.simulated = true;
	t->sim = sim;
	t->place = next_place(numbers);
	/* Taken now, so that targets opened together get different places. */
	t->dev = ++numbers->last;
	return (t);
}

static struct transport *
sim_open(const char *arg, struct dev_numbers *numbers, struct buf *error)
{
	struct sim *sim = sim_new(arg, error);
	struct sim_transport *t;

	if (sim == NULL)
		return (NULL);
	t = new_transport(sim, numbers);
	t->spec = mem_strdup(arg);
	return (&t->head);
}

struct transport *
transport_sim_lend(struct sim *sim, struct dev_numbers *numbers)
{
	struct sim_transport *t = new_transport(sim, numbers);

	t->lent = true;
	return (&t->head);
}

struct sim *
transport_sim_device(struct transport *head)
{
	return (head->ops == &transport_sim ?
	    ((struct sim_transport *)head)->sim : NULL);
}

static void
sim_close(struct transport *head)
{
	struct sim_transport *t = (struct sim_transport *)head;

	if (!t->lent)
		sim_free(t->sim);
	identity_free(t->who);
	buf_free(&t->data);
	free(t->place);
	free(t->spec);
	free(t);
}

static size_t
sim_pollfds(struct transport *head, struct pollfd *fds, size_t max)
{
	(void)head;
	(void)fds;
	(void)max;
	return (0);
}

/* The incarnation that is on the bus, 0: none. */
static uint32_t
here(const struct sim_transport *t)
{
	return (sim_present(t->sim) ? sim_incarnation(t->sim) : 0);
}

static uint64_t
sim_transport_deadline(const struct transport *head)
{
	const struct sim_transport *t = (const struct sim_transport *)head;
	uint64_t earliest = sim_deadline(t->sim);

	if (t->queued != 0 || t->renewed || here(t) != t->announced)
		return (0);
	if (earliest != SIM_NEVER)
		earliest += t->since;
	if (t->flight.number == 0)
		return (earliest);
	if (t->flight.due < earliest)
		earliest = t->flight.due;
	if (t->flight.expires < earliest)
		earliest = t->flight.expires;
	return (earliest);
}

static void
push(struct sim_transport *t, struct event e)
{
	if (t->queued < QUEUE)
		t->queue[t->queued++] = e;
}

static void
add_names(const struct sim *sim, struct identity *who)
{
	struct dfu_descriptors d;
	const struct dfu_alternate *a;
	const char *name;
	size_t i;

	dfu_descriptors_parse(&d, who->descriptors.data,
	    who->descriptors.len);
	/* A host holds the name of the current alternate only. */
	for (i = 0; i < d.nfunctions; i++) {
		a = dfu_function_alternate(&d.functions[i],
		    sim_alternate(sim));
		name = a != NULL ? sim_string(sim, a->iInterface) : NULL;
		if (name != NULL)
			identity_name(who,
			    d.functions[i].bInterfaceNumber,
			    a->bAlternateSetting, name, strlen(name));
	}
	who->vendor = d.idVendor;
	who->product = d.idProduct;
	who->version = d.bcdDevice;
	who->manufacturer = mem_strdup(sim_string(sim,
	    d.iManufacturer));
	who->product_name = mem_strdup(sim_string(sim, d.iProduct));
	who->serial = mem_strdup(sim_string(sim, d.iSerialNumber));
	dfu_descriptors_free(&d);
}

struct identity *
transport_sim_identity(const struct sim *sim, const char *place)
{
	struct identity *who = identity_new();

	who->transport = mem_strdup("sim");
	who->place = mem_strdup(place);
	who->incarnation = sim_incarnation(sim);
	who->devnum = (uint16_t)who->incarnation;
	sim_descriptors(sim, &who->descriptors);
	add_names(sim, who);
	return (who);
}

static struct event
arrive(struct sim_transport *t, uint64_t now)
{
	struct event e = { .time = now, .kind = EVENT_ARRIVED };

	identity_free(t->who);
	t->who = transport_sim_identity(t->sim, t->place);
	if (t->came || t->who->incarnation > 1)
		t->dev = ++t->head.numbers->last;
	t->came = true;
	t->announced = t->who->incarnation;
	e.dev = t->dev;
	e.who = t->who;
	return (e);
}

static struct event
land(struct sim_transport *t, uint64_t time, enum outcome outcome)
{
	struct event e = { .time = time, .kind = EVENT_COMPLETE,
	    .dev = t->dev, .number = t->flight.number,
	    .outcome = (uint8_t)outcome };

	if (outcome == t->flight.outcome) {
		e.len = t->flight.len;
		if (t->flight.in && t->data.len != 0) {
			e.data = t->data.data;
			e.kept = e.len;
		}
	}
	t->flight.number = 0;
	return (e);
}

/* Coming and going; the transfer under way has ended before that. */
static bool
presence(struct sim_transport *t, uint64_t now, struct event *e)
{
	if (here(t) == t->announced && !t->renewed)
		return (false);
	t->renewed = false;
	if (t->announced != 0) {
		t->announced = 0;
		*e = (struct event){ .time = now, .kind = EVENT_LEFT,
		    .dev = t->dev };
		return (true);
	}
	*e = arrive(t, now);
	return (true);
}

static bool
sim_read(struct transport *head, uint64_t now, struct event *e)
{
	struct sim_transport *t = (struct sim_transport *)head;
	struct flight *f = &t->flight;

	sim_run(t->sim, now - t->since);
	if (t->queued != 0) {
		*e = t->queue[0];
		memmove(t->queue, t->queue + 1,
		    --t->queued * sizeof(t->queue[0]));
		return (true);
	}
	if (f->number != 0 && f->due <= now && f->due <= f->expires) {
		*e = land(t, f->due, f->outcome);
		return (true);
	}
	/* It may have come back already: the transfer went with the old one. */
	if (f->number != 0 && (here(t) != t->announced || t->renewed)) {
		*e = land(t, now, OUTCOME_GONE);
		return (true);
	}
	if (f->number != 0 && f->expires <= now) {
		*e = land(t, f->expires, OUTCOME_TIMEOUT);
		return (true);
	}
	return (presence(t, now, e));
}

static bool
is_here(const struct sim_transport *t, uint16_t dev)
{
	return (t->dev == dev && t->announced != 0);
}

static void
sim_open_device(struct transport *head, uint16_t dev, uint64_t now)
{
	struct sim_transport *t = (struct sim_transport *)head;
	bool here = is_here(t, dev), dfu = sim_has_dfu(t->sim);
	struct event e = event_text(EVENT_OPENED, now, dev,
	    here && !dfu ? TRANSPORT_NO_DFU : "");

	e.outcome = !here ? OUTCOME_GONE : dfu ? OUTCOME_OK :
	    OUTCOME_BUSERROR;
	push(t, e);
}

static void
sim_close_device(struct transport *head, uint16_t dev, uint64_t now)
{
	push((struct sim_transport *)head, (struct event){ .time = now,
	    .kind = EVENT_CLOSED, .dev = dev });
}

static enum outcome
outcome_of(enum sim_answer answer, const struct xfer *x, size_t len)
{
	switch (answer) {
	case SIM_ACK:
		if (!setup_is_in(&x->setup))
			return (OUTCOME_OK);
		if (len > x->setup.wLength)
			return (OUTCOME_BABBLE);
		return (len < x->setup.wLength ? OUTCOME_SHORT : OUTCOME_OK);
	case SIM_STALL:
		return (OUTCOME_STALL);
	case SIM_SILENT:
		return (OUTCOME_TIMEOUT);
	case SIM_GONE:
		return (OUTCOME_GONE);
	case SIM_BUSERROR:
		return (OUTCOME_BUSERROR);
	}
	return (OUTCOME_UNKNOWN);
}

static void
sim_submit(struct transport *head, uint16_t dev, uint32_t number,
    const struct xfer *x, uint64_t now)
{
	struct sim_transport *t = (struct sim_transport *)head;
	enum sim_answer answer = SIM_GONE;

	buf_reset(&t->data);
	if (is_here(t, dev))
		answer = sim_control(t->sim, now - t->since, &x->setup,
		    x->data, &t->data);
	t->flight = (struct flight){ .number = number,
	    .in = setup_is_in(&x->setup),
	    .outcome = outcome_of(answer, x, t->data.len),
	    .due = answer == SIM_SILENT ? TRANSPORT_NEVER :
	    now + sim_latency(t->sim),
	    .expires = x->timeout != 0 ? now + (uint64_t)x->timeout * 1000 :
	    TRANSPORT_NEVER };
	if (answer != SIM_ACK)
		return;
	t->flight.len = t->flight.in ? (uint32_t)t->data.len :
	    x->setup.wLength;
}

static void
sim_cancel(struct transport *head, uint16_t dev, uint64_t now)
{
	struct sim_transport *t = (struct sim_transport *)head;

	if (t->dev != dev || t->flight.number == 0)
		return;
	t->flight.outcome = OUTCOME_CANCELLED;
	t->flight.len = 0;
	buf_reset(&t->data);
	t->flight.due = now;
	t->flight.expires = TRANSPORT_NEVER;
}

static void
sim_bus_reset(struct transport *head, uint16_t dev, uint64_t now)
{
	struct sim_transport *t = (struct sim_transport *)head;
	bool is = is_here(t, dev);

	if (is)
		sim_reset(t->sim, now - t->since);
	push(t, (struct event){ .time = now, .kind = EVENT_RESET, .dev = dev,
	    .outcome = is ? OUTCOME_OK : OUTCOME_GONE });
}

static void
sim_plug_by_hand(struct transport *head, uint16_t dev, uint64_t now,
    bool in)
{
	struct sim_transport *t = (struct sim_transport *)head;

	if (t->dev == dev)
		sim_plug(t->sim, now - t->since, in);
}

static void
sim_take_anew(struct transport *head, uint16_t dev, uint64_t now)
{
	struct sim_transport *t = (struct sim_transport *)head;
	struct buf error = { 0 };
	struct sim *fresh = t->dev == dev && t->spec != NULL ?
	    sim_new(t->spec, &error) : NULL;

	/* It was made from the same words once. */
	if (fresh != NULL) {
		sim_free(t->sim);
		t->sim = fresh;
		t->since = now;
		t->renewed = true;
	}
	buf_free(&error);
}

static bool
sim_set_faults(struct transport *head, uint16_t dev, uint64_t now,
    const char *faults, struct buf *error)
{
	struct sim_transport *t = (struct sim_transport *)head;

	return (t->dev != dev || sim_set(t->sim, now - t->since, faults,
	    error));
}

static void
sim_by_itself(struct transport *head, uint16_t dev, uint64_t now)
{
	struct sim_transport *t = (struct sim_transport *)head;

	if (t->dev == dev)
		sim_reboot(t->sim, now);
}

static int
sim_truth(const struct transport *head, uint16_t dev)
{
	const struct sim_transport *t = (const struct sim_transport *)head;

	return (t->dev == dev && sim_present(t->sim) ? sim_state(t->sim) :
	    -1);
}

const struct transport_ops transport_sim = {
	.name = "sim",
	.usage = "sim:PROFILE[,NAME=VALUE...]",
	.live = true,
	.sentence = "simulate a device; dfuscope sims lists them",
	.open = sim_open,
	.close = sim_close,
	.pollfds = sim_pollfds,
	.deadline = sim_transport_deadline,
	.read = sim_read,
	.open_device = sim_open_device,
	.close_device = sim_close_device,
	.submit = sim_submit,
	.cancel = sim_cancel,
	.reset = sim_bus_reset,
	.plug = sim_plug_by_hand,
	.anew = sim_take_anew,
	.fault = sim_set_faults,
	.restart = sim_by_itself,
	.truth = sim_truth,
};
