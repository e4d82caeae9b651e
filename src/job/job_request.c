/* SPDX-License-Identifier: ISC */
/* Jobs that are one transfer, one reset, or one letting go. */
#include "job/jobs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "dfu/spec.h"
#include "session/session.h"
#include "wire/usb.h"

/* What is filled in only when the request is sent. */
#define FILL_INTERFACE		0x1
#define FILL_DETACH_TIMEOUT	0x2
#define FILL_BLOCK		0x4
#define FILL_LENGTH		0x8

struct request_job {
	struct job	 job;
	struct setup	 setup;
	uint8_t		*data;
	unsigned	 fill;
	char		*path;		/* of the data, or NULL */
	bool		 asked;		/* for the file */
	char		*error;		/* why there is no file */
	uint32_t	 timeout;	/* ms, 0: as usual */
	bool		 sent;
	bool		 ended;
	bool		 left;		/* the device, meanwhile */
	uint8_t		 outcome;
	uint64_t	 ended_at;	/* us */
};

static void
fill_in(struct request_job *r, const struct session *s,
    const struct job_settings *set)
{
	const struct dfu_function *f = session_function(s);

	if (r->fill & FILL_INTERFACE)
		r->setup.wIndex = f != NULL ? f->bInterfaceNumber : 0;
	if (r->fill & FILL_DETACH_TIMEOUT)
		r->setup.wValue = f != NULL && f->functional.present ?
		    f->functional.wDetachTimeOut : 1000;
	if (r->fill & FILL_BLOCK)
		r->setup.wValue = s->next_block;
	if (r->fill & FILL_LENGTH)
		r->setup.wLength = set->xfer_size != 0 ? set->xfer_size :
		    session_transfer_size(s);
}

static enum job_step
request_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct request_job *r = (struct request_job *)j;

	if (r->ended) {
		/* It is not over before it is seen whether the device left. */
		j->until = r->ended_at + SESSION_GONE_WITHIN;
		if ((r->outcome == OUTCOME_GONE ||
		    r->outcome == OUTCOME_BUSERROR) && s->present &&
		    !r->left && now < j->until)
			return (JOB_WAIT);
		return (job_done(j, CODE_OK, NULL));
	}
	if (r->sent) {
		j->until = JOB_FOREVER;
		return (JOB_WAIT);
	}
	if (r->path != NULL && !r->asked) {
		r->asked = true;
		j->effect = (struct effect){ .kind = EFFECT_READ_FILE,
		    .text = r->path };
		return (JOB_EFFECT);
	}
	if (r->error != NULL)
		return (job_done(j, CODE_NO_INPUT, "%s", r->error));
	fill_in(r, s, set);
	j->effect = (struct effect){ .kind = EFFECT_SUBMIT,
	    .xfer = { .setup = r->setup, .data = r->data,
	    .timeout = r->timeout } };
	r->sent = true;
	return (JOB_EFFECT);
}

static void
request_event(struct job *j, const struct session *s, const struct event *e)
{
	struct request_job *r = (struct request_job *)j;

	(void)s;
	if (e->kind == EVENT_LEFT)
		r->left = true;
	if (!r->sent || e->kind != EVENT_COMPLETE)
		return;
	r->ended = true;
	r->outcome = e->outcome;
	r->ended_at = e->time;
}

static void
request_words(const struct job *j, struct buf *b, uint64_t now)
{
	const struct request_job *r = (const struct request_job *)j;

	(void)now;
	words_request_name(b, &r->setup);
}

static void
request_file(struct job *j, const void *p, size_t n, const char *error)
{
	struct request_job *r = (struct request_job *)j;
	struct buf b = { 0 };

	if (error != NULL) {
		r->error = mem_strdup(error);
	} else if (n == 0 || n > UINT16_MAX) {
		text_escape(&b, r->path, strlen(r->path));
		buf_addf(&b, " has %zu bytes; a block needs 1 to 65535", n);
		r->error = buf_take(&b);
	} else {
		r->data = mem_copy(p, n);
		r->setup.wLength = (uint16_t)n;
	}
}

static void
request_free(struct job *j)
{
	struct request_job *r = (struct request_job *)j;

	free(r->data);
	free(r->path);
	free(r->error);
}

static const struct job_ops request_ops = {
	.name = "request",
	.next = request_next,
	.event = request_event,
	.file = request_file,
	.words = request_words,
	.free = request_free,
};

static struct request_job *
new_request_job(const struct setup *setup, const uint8_t *data,
    unsigned fill)
{
	struct request_job *r = mem_alloc(sizeof(*r));

	r->job.ops = &request_ops;
	r->setup = *setup;
	r->fill = fill;
	if (data != NULL && !setup_is_in(setup))
		r->data = mem_copy(data, setup->wLength);
	return (r);
}

struct job *
job_xfer(const struct setup *setup, const uint8_t *data, bool own_interface)
{
	return (&new_request_job(setup, data, own_interface ?
	    FILL_INTERFACE : 0)->job);
}

struct job *
job_xfer_within(const struct setup *setup, const uint8_t *data, uint32_t ms)
{
	struct request_job *r = new_request_job(setup, data, FILL_INTERFACE);

	r->timeout = ms;
	return (&r->job);
}

static struct setup
class_setup(uint8_t bRequest)
{
	const struct dfu_request_row *row = dfu_request_row(bRequest);

	return ((struct setup){ .bmRequestType = row->bmRequestType,
	    .bRequest = bRequest, .wLength = row->reply });
}

struct job *
job_class(uint8_t bRequest)
{
	struct setup setup = class_setup(bRequest);

	return (&new_request_job(&setup, NULL, FILL_INTERFACE)->job);
}

struct job *
job_detach(int ms)
{
	struct setup setup = class_setup(DFU_DETACH);

	if (ms >= 0)
		setup.wValue = (uint16_t)ms;
	return (&new_request_job(&setup, NULL, FILL_INTERFACE |
	    (ms < 0 ? FILL_DETACH_TIMEOUT : 0))->job);
}

struct job *
job_dnload(int block, const uint8_t *data, size_t n)
{
	struct setup setup = class_setup(DFU_DNLOAD);

	setup.wLength = (uint16_t)n;
	if (block >= 0)
		setup.wValue = (uint16_t)block;
	return (&new_request_job(&setup, data, FILL_INTERFACE |
	    (block < 0 ? FILL_BLOCK : 0))->job);
}

struct job *
job_dnload_file(int block, const char *path)
{
	struct job *j = job_dnload(block, NULL, 0);

	((struct request_job *)j)->path = mem_strdup(path);
	return (j);
}

struct job *
job_upload(int block, int length)
{
	struct setup setup = class_setup(DFU_UPLOAD);
	unsigned fill = FILL_INTERFACE;

	if (block >= 0)
		setup.wValue = (uint16_t)block;
	else
		fill |= FILL_BLOCK;
	if (length >= 0)
		setup.wLength = (uint16_t)length;
	else
		fill |= FILL_LENGTH;
	return (&new_request_job(&setup, NULL, fill)->job);
}

struct job *
job_alternate(uint8_t alternate)
{
	struct setup setup = { .bmRequestType = USB_RECIP_INTERFACE,
	    .bRequest = USB_REQ_SET_INTERFACE, .wValue = alternate };

	return (&new_request_job(&setup, NULL, FILL_INTERFACE)->job);
}

/* Names: one string read after the other. */

struct names_job {
	struct job	job;
	size_t		next;
};

static struct job *
job_string_read(uint8_t index)
{
	struct setup setup = { .bmRequestType = USB_DIR_IN,
	    .bRequest = USB_REQ_GET_DESCRIPTOR,
	    .wValue = (uint16_t)(USB_DT_STRING << 8 | index),
	    .wIndex = USB_LANGID_ENGLISH_US, .wLength = 255 };

	return (job_xfer(&setup, NULL, false));
}

static enum job_step
names_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct names_job *n = (struct names_job *)j;
	const struct dfu_function *f = session_function(s);
	const struct dfu_alternate *a;

	(void)set;
	(void)now;
	while (f != NULL && n->next < f->nalternates) {
		a = &f->alternates[n->next++];
		if (a->iInterface == 0 ||
		    session_alternate_name(s, a->bAlternateSetting) != NULL)
			continue;
		j->child = job_string_read(a->iInterface);
		return (JOB_CALL);
	}
	return (job_done(j, CODE_OK, NULL));
}

static const struct job_ops names_ops = {
	.name = "names",
	.next = names_next,
};

struct job *
job_names(void)
{
	struct names_job *n = mem_alloc(sizeof(*n));

	n->job.ops = &names_ops;
	return (&n->job);
}

/* One string, and what it says. */

struct string_job {
	struct job	job;
	int		index;		/* -1: that of the last GETSTATUS */
	bool		asked;
};

static enum job_step
string_done(struct job *j, const struct session *s, uint8_t index)
{
	const struct request *last = s->nrequests == 0 ? NULL :
	    &s->requests[s->nrequests - 1];
	const char *text = s->strings[index];
	struct buf b = { 0 };
	enum job_step step;

	if (text == NULL || last == NULL || !outcome_is_answer(last->outcome))
		return (job_done(j, CODE_PROTOCOL, "string %u: the answer is "
		    "not a string descriptor", index));
	text_escape(&b, text, strlen(text));
	step = job_done(j, CODE_OK, "string %u: %s", index, buf_str(&b));
	buf_free(&b);
	return (step);
}

static enum job_step
string_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct string_job *string = (struct string_job *)j;

	(void)set;
	(void)now;
	if (string->index < 0 && s->status.known)
		string->index = s->status.reply.iString;
	if (string->index <= 0)
		return (job_done(j, CODE_USAGE, "no GETSTATUS has reported "
		    "a string. Give its number: string N"));
	if (string->asked)
		return (string_done(j, s, (uint8_t)string->index));
	string->asked = true;
	j->child = job_string_read((uint8_t)string->index);
	return (JOB_CALL);
}

static const struct job_ops string_ops = {
	.name = "string",
	.next = string_next,
};

struct job *
job_string(int index)
{
	struct string_job *string = mem_alloc(sizeof(*string));

	string->job.ops = &string_ops;
	string->index = index;
	return (&string->job);
}

/* Reset and release: one effect, and the event that ends it. */

struct effect_job {
	struct job		 job;
	enum effect_kind	 kind;
	enum event_kind		 ends;
	bool			 sent;
	bool			 ended;
};

static enum job_step
effect_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct effect_job *e = (struct effect_job *)j;

	(void)set;
	(void)now;
	/* The runner may have put a sentence there: it stays. */
	if (e->ended || (e->kind == EFFECT_CLOSE && !s->opened))
		return (JOB_DONE);
	j->until = JOB_FOREVER;
	j->effect = (struct effect){ .kind = e->kind };
	if (e->sent)
		return (JOB_WAIT);
	e->sent = true;
	return (JOB_EFFECT);
}

static void
effect_event(struct job *j, const struct session *s, const struct event *e)
{
	struct effect_job *own = (struct effect_job *)j;

	(void)s;
	/* A reset is told twice: when it begins and when it has ended. */
	if (own->sent && e->kind == own->ends &&
	    (e->kind != EVENT_RESET || e->outcome != OUTCOME_UNKNOWN))
		own->ended = true;
}

static struct job *
effect_job(enum effect_kind kind, enum event_kind ends,
    const struct job_ops *ops)
{
	struct effect_job *e = mem_alloc(sizeof(*e));

	e->job.ops = ops;
	e->kind = kind;
	e->ends = ends;
	return (&e->job);
}

static const struct job_ops reset_ops = {
	.name = "reset",
	.next = effect_next,
	.event = effect_event,
};

static const struct job_ops release_ops = {
	.name = "release",
	.next = effect_next,
	.event = effect_event,
};

struct job *
job_reset(void)
{
	return (effect_job(EFFECT_RESET, EVENT_RESET, &reset_ops));
}

struct job *
job_release(void)
{
	return (effect_job(EFFECT_CLOSE, EVENT_CLOSED, &release_ops));
}
