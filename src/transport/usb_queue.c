/* SPDX-License-Identifier: ISC */
#include "transport/usb_queue.h"

#include <stdlib.h>

#include "base/mem.h"
#include "trace/identity.h"

struct usb_queued {
	struct usb_queued	*next;
	struct event		 event;
	uint8_t			*data;
	struct identity		*who;
};

void
usb_queue_add(struct usb_queue *q, const struct event *e)
{
	struct usb_queued *n = mem_alloc(sizeof(*n));

	n->event = *e;
	n->data = mem_copy(e->data, e->kept);
	n->event.data = n->data;
	/* The queue is where it was made for: nobody else frees it. */
	n->who = (struct identity *)(uintptr_t)e->who;
	if (n->event.time < q->time)
		n->event.time = q->time;
	q->time = n->event.time;
	if (q->last != NULL)
		q->last->next = n;
	else
		q->first = n;
	q->last = n;
}

static void
queued_free(struct usb_queued *n)
{
	if (n == NULL)
		return;
	identity_free(n->who);
	free(n->data);
	free(n);
}

bool
usb_queue_pop(struct usb_queue *q, struct event *e)
{
	queued_free(q->shown);
	q->shown = q->first;
	if (q->shown == NULL)
		return (false);
	q->first = q->shown->next;
	if (q->first == NULL)
		q->last = NULL;
	*e = q->shown->event;
	return (true);
}

void
usb_queue_free(struct usb_queue *q)
{
	struct event e;

	while (usb_queue_pop(q, &e))
		;
}
