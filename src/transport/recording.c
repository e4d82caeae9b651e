/* SPDX-License-Identifier: ISC */
/*
 * A file to be looked at: it tells what was, at once, and nothing can be sent.
 * Read a slice at a time, for it may be long.
 */
#include "transport/transport.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "source/source.h"

struct recording {
	struct transport	 head;
	struct source		*source;
	uint64_t		 size;		/* of the file, bytes */
	bool			 journal;	/* it is one of ours */
	bool			 ended;
	bool			 stands;	/* the last event, in a line */
	uint64_t		 last;	/* of what was told, us */
	uint16_t		 dev;	/* the device of that */
	struct buf		 trouble;	/* what is wrong with it */
};

static void
recording_close(struct transport *head)
{
	struct recording *r = (struct recording *)head;

	source_close(r->source);
	buf_free(&r->trouble);
	free(r);
}

static struct transport *
recording_open(const char *arg, struct dev_numbers *numbers,
    struct buf *error)
{
	struct source *source = source_open(arg, NULL, error);
	struct recording *r;
	struct stat st;

	if (source == NULL)
		return (NULL);
	r = mem_alloc(sizeof(*r));
	r->head.ops = &transport_recording;
	r->head.numbers = numbers;
	r->head.simulated = true;
	r->head.past = true;
	r->source = source;
	r->journal = strcmp(source_kind_of(source)->name, "journal") == 0;
	if (fstat(source_fd(source), &st) == 0)
		r->size = (uint64_t)st.st_size;
	return (&r->head);
}

static size_t
recording_pollfds(struct transport *head, struct pollfd *fds, size_t max)
{
	(void)head;
	(void)fds;
	(void)max;
	return (0);
}

static uint64_t
recording_deadline(const struct transport *head)
{
	return (((const struct recording *)head)->ended ? TRANSPORT_NEVER :
	    0);
}

/* It ends too early, or cannot be read on: that is an event as well. */
static bool
tell_trouble(struct recording *r, struct event *e)
{
	*e = event_text(EVENT_LOST, r->last, r->dev, buf_str(&r->trouble));
	return (true);
}

static bool
recording_read(struct transport *head, uint64_t now, struct event *e)
{
	struct recording *r = (struct recording *)head;

	(void)now;
	r->stands = false;
	if (r->ended)
		return (false);
	switch (source_read(r->source, e, &r->trouble)) {
	case SOURCE_EVENT:
		r->last = e->time;
		/* What it says of its own damage is in no line. */
		r->stands = r->journal && e->kind != EVENT_LOST;
		if (e->dev != 0)
			r->dev = e->dev;
		return (true);
	case SOURCE_LATER:
		return (false);
	case SOURCE_BAD:
		r->ended = true;
		return (tell_trouble(r, e));
	case SOURCE_END:
		break;
	}
	r->ended = true;
	if (source_cut(r->source) == 0)
		return (false);
	buf_addf(&r->trouble, "the file ends in the middle of %s %lu",
	    source_kind_of(r->source)->unit, source_cut(r->source));
	return (tell_trouble(r, e));
}

static int
recording_where(const struct transport *head, uint64_t *offset)
{
	const struct recording *r = (const struct recording *)head;
	size_t length;

	source_where(r->source, offset, &length);
	return (r->stands ? source_fd(r->source) : -1);
}

/* A capture does not tell how far it is. */
static void
recording_read_so_far(const struct transport *head, uint64_t *at,
    uint64_t *of)
{
	const struct recording *r = (const struct recording *)head;
	uint64_t offset;
	size_t length;

	source_where(r->source, &offset, &length);
	if (r->ended || offset == 0)
		return;
	*at += offset + length;
	*of += r->size;
}

/* Nobody asks: a loop over a recording starts nothing. */

static void
recording_device(struct transport *head, uint16_t dev, uint64_t now)
{
	(void)head;
	(void)dev;
	(void)now;
}

static void
recording_submit(struct transport *head, uint16_t dev, uint32_t number,
    const struct xfer *x, uint64_t now)
{
	(void)head;
	(void)dev;
	(void)number;
	(void)x;
	(void)now;
}

const struct transport_ops transport_recording = {
	.name = "recording",
	.usage = "recording:FILE",
	.sentence = "show a journal or a capture; nothing can be sent",
	.open = recording_open,
	.close = recording_close,
	.pollfds = recording_pollfds,
	.deadline = recording_deadline,
	.read = recording_read,
	.open_device = recording_device,
	.close_device = recording_device,
	.submit = recording_submit,
	.cancel = recording_device,
	.reset = recording_device,
	.where = recording_where,
	.read_so_far = recording_read_so_far,
};
