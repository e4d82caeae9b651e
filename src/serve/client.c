/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "base/text.h"
#include "serve/client.h"

#include <sys/socket.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#define CHUNK	65536	/* bytes that one turn reads from one client */

struct client *
client_new(uint64_t now, int fd, const char *who)
{
	struct client *c = mem_alloc(sizeof *c);

	c->fd = fd;
	c->who = mem_strdup(who);
	c->asked = c->told = now;
	return (c);
}

static void
let_go(struct client *c, uint64_t now)
{
	if (c->device != NULL)
		served_release(c->device, now);
	c->device = NULL;
}

void
client_free(struct client *c)
{
	let_go(c, c->told);
	if (c->fd >= 0)
		close(c->fd);
	buf_free(&c->in);
	buf_free(&c->out);
	free(c->who);
	free(c);
}

static size_t
unsent(const struct client *c)
{
	return (c->out.len - c->sent);
}

/* Nothing more is taken from it, and nothing told. */
static void
end(struct client *c, struct serve *s, uint64_t now, const char *how,
    const char *why)
{
	buf_addf(s->log, "%s%s%s %s%s%s\n",
	    c->device != NULL ? c->device->busid : "",
	    c->device != NULL ? " " : "", c->who, how,
	    why != NULL ? ": " : "", why != NULL ? why : "");
	let_go(c, now);
	c->gone = true;
}

static void
cut_off(struct client *c, struct serve *s, uint64_t now, const char *why)
{
	end(c, s, now, "is disconnected", why);
}

/* An operation is all that such a connection is for. */
static void
list(struct client *c, const struct serve *s)
{
	struct usbip_device *d = mem_array(NULL, s->devices_count + 1,
	    sizeof *d);
	size_t i, n = 0;

	for (i = 0; i < s->devices_count; i++) {
		if (!s->devices[i]->held && sim_present(s->devices[i]->sim))
			served_describe(s->devices[i], &d[n++]);
	}
	usbip_add_devlist(&c->out, d, n);
	free(d);
	c->ending = true;
	buf_addf(s->log, "%s lists %zu device%s\n", c->who, n, TEXT_S(n));
}

static void
import(struct client *c, const struct serve *s, const char *busid)
{
	struct served *d = serve_device(s, busid);
	struct usbip_device told;
	enum usbip_result result = USBIP_DONE;

	if (d == NULL || !sim_present(d->sim))
		result = USBIP_NO_DEVICE;
	else if (d->held)
		result = USBIP_BUSY;
	if (result != USBIP_DONE) {
		usbip_add_import(&c->out, result, NULL);
		c->ending = true;
		buf_addf(s->log, "%s rejected: %s\n", c->who,
		    result == USBIP_BUSY ? "the device is in use by another "
			"host" :
		    "no such device is connected");
		return;
	}
	served_describe(d, &told);
	usbip_add_import(&c->out, result, &told);
	served_hold(d);
	c->device = d;
	buf_addf(s->log, "%s %s attaches it\n", d->busid, c->who);
}

static void
submit(struct client *c, struct serve *s, uint64_t now,
    const struct usbip_request *r)
{
	if (served_has(c->device, r->seqnum))
		cut_off(c, s, now, "two transfers have the same number");
	else if (c->device->waiting_count == SERVE_UNANSWERED)
		cut_off(c, s, now, "too many transfers at once");
	else
		served_submit(c->device, r);
}

static void
transfer(struct client *c, struct serve *s, uint64_t now,
    const struct usbip_request *r)
{
	struct usbip_device d;

	served_describe(c->device, &d);
	if (r->devid != usbip_devid(&d))
		cut_off(c, s, now, "a transfer for a device that it did not "
		    "attach");
	else if (r->kind == USBIP_SUBMIT)
		submit(c, s, now, r);
	else
		usbip_add_unlinked(&c->out, r->seqnum,
		    served_unlink(c->device, now, r->unlink, s->log) ?
		    USBIP_UNLINKED : USBIP_OK);
}

static void
obey(struct client *c, struct serve *s, uint64_t now,
    const struct usbip_request *r)
{
	switch (r->kind) {
	case USBIP_DEVLIST:
		list(c, s);
		break;
	case USBIP_IMPORT:
		import(c, s, r->busid);
		break;
	case USBIP_SUBMIT:
	case USBIP_UNLINK:
		transfer(c, s, now, r);
		break;
	}
}

/* The first n bytes of in are done with. */
static void
forget(struct client *c, size_t n)
{
	memmove(c->in.data, c->in.data + n, c->in.len - n);
	buf_cut(&c->in, c->in.len - n);
}

static void
take_messages(struct client *c, struct serve *s, uint64_t now)
{
	enum usbip_reading reading;
	struct usbip_request r;
	const char *why = NULL;
	size_t used = 0, done = 0, left;

	while (!c->gone && !c->ending && (left = c->in.len - done) != 0) {
		reading = c->device == NULL ?
		    usbip_read_operation(c->in.data + done, left, &r, &used,
		    &why) :
		    usbip_read_transfer(c->in.data + done, left, &r, &used,
		    &why);
		if (reading == USBIP_PART)
			break;
		if (reading == USBIP_BROKEN) {
			cut_off(c, s, now, why);
			break;
		}
		obey(c, s, now, &r);
		done += used;
		c->asked = now;
		client_work(c, s, now);
	}
	if (done != 0)
		forget(c, done);
}

void
client_feed(struct client *c, struct serve *s, uint64_t now,
    const uint8_t *p, size_t n)
{
	if (c->gone || c->ending)
		return;
	if (c->in.len == 0 && c->device != NULL)
		c->asked = now;
	buf_add(&c->in, p, n);
	take_messages(c, s, now);
}

void
client_work(struct client *c, struct serve *s, uint64_t now)
{
	size_t before = unsent(c);

	if (c->device != NULL && !c->gone) {
		served_run(c->device, now, &c->out, s->log);
		if (served_is_lost(c->device)) {
			buf_addf(s->log, "%s disconnected from %s\n",
			    c->device->busid, c->who);
			let_go(c, now);
			c->ending = true;
		}
	}
	if (before == 0)
		c->told = now;
}

short
client_events(const struct client *c)
{
	short events = 0;

	if (!c->ending && unsent(c) <= CLIENT_BACKLOG)
		events |= POLLIN;
	if (unsent(c) != 0)
		events |= POLLOUT;
	return (events);
}

void
client_read(struct client *c, struct serve *s, uint64_t now, short revents)
{
	static uint8_t chunk[CHUNK];
	ssize_t n;

	if (c->gone || (revents & (POLLIN | POLLHUP | POLLERR)) == 0)
		return;
	n = recv(c->fd, chunk, sizeof chunk, MSG_DONTWAIT);
	if (n > 0)
		client_feed(c, s, now, chunk, (size_t)n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		end(c, s, now, "hangs up", NULL);
}

void
client_write(struct client *c, struct serve *s, uint64_t now)
{
	ssize_t n = 0;

	while (!c->gone && c->fd >= 0 && unsent(c) != 0) {
		n = send(c->fd, c->out.data + c->sent, unsent(c),
		    MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0)
			break;
		c->sent += (size_t)n;
	}
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		end(c, s, now, "hangs up", NULL);
	if (unsent(c) != 0)
		return;
	buf_reset(&c->out);
	c->sent = 0;
	c->told = now;
	if (c->ending)
		c->gone = true;
}

uint64_t
client_deadline(const struct client *c)
{
	uint64_t due = SERVE_NEVER;

	if (c->device == NULL || c->in.len != 0)
		due = c->asked + SERVE_PATIENCE;
	if (unsent(c) != 0 && c->told + SERVE_PATIENCE < due)
		due = c->told + SERVE_PATIENCE;
	return (due);
}

void
client_hurry(struct client *c, struct serve *s, uint64_t now)
{
	if (c->gone || client_deadline(c) > now)
		return;
	cut_off(c, s, now, unsent(c) != 0 ? "it does not read its answers" :
	    c->in.len != 0 ? "an incomplete message" : "no request within the "
		"timeout");
}
