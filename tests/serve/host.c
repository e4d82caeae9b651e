/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "tests/serve/host.h"

#include "tests/dfu/check.h"

#include <sys/socket.h>

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"

#define TURNS		64	/* more than any of these tests needs */
#define HEAD		48
#define RECORD		312
#define LONGEST_WORK	4000000	/* us, that one request takes */

void
bench_open(struct bench *b, const char *const *specs)
{
	struct buf error = { 0 };

	*b = (struct bench){ .serve = serve_new(&b->log) };
	for (; *specs != NULL; specs++) {
		if (!serve_add(b->serve, *specs, &error))
			fail_msg("%s", buf_str(&error));
	}
}

void
bench_close(struct bench *b)
{
	serve_free(b->serve);
	buf_free(&b->log);
}

void
bench_settle(struct bench *b)
{
	struct pollfd *fds;
	size_t n;
	int i;

	for (i = 0; i < TURNS; i++) {
		fds = serve_pollfds(b->serve, &n);
		if (poll(fds, n, 0) == 0 &&
		    serve_deadline(b->serve) > b->now)
			return;
		serve_turn(b->serve, b->now);
	}
}

void
bench_pass(struct bench *b, uint64_t us)
{
	b->now += us;
	bench_settle(b);
}

void
bench_logged(struct bench *b, const char *text)
{
	if (strstr(buf_str(&b->log), text) == NULL)
		fail_msg("no \"%s\" in:\n%s", text, buf_str(&b->log));
	buf_reset(&b->log);
}

const char *
bench_command(struct bench *b, const char *line)
{
	static struct buf answer;

	buf_reset(&answer);
	serve_command(b->serve, b->now, line, &answer);
	bench_settle(b);
	return (buf_str(&answer));
}

void
host_open(struct host *h, struct bench *b)
{
	int pair[2];

	*h = (struct host){ .bench = b };
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
	    pair), 0);
	h->fd = pair[0];
	serve_adopt(b->serve, b->now, pair[1], "host");
}

void
host_close(struct host *h)
{
	if (h->fd >= 0)
		close(h->fd);
	h->fd = -1;
	buf_free(&h->in);
	bench_settle(h->bench);
}

void
host_send(struct host *h, const void *p, size_t n)
{
	const uint8_t *from = p;
	ssize_t sent;

	while (n != 0) {
		sent = send(h->fd, from, n, MSG_NOSIGNAL);
		if (sent < 0 && errno == EPIPE)
			break;
		if (sent > 0) {
			from += sent;
			n -= (size_t)sent;
		}
		bench_settle(h->bench);
	}
	bench_settle(h->bench);
}

static void
receive(struct host *h)
{
	uint8_t chunk[4096];
	ssize_t n;

	bench_settle(h->bench);
	while ((n = recv(h->fd, chunk, sizeof chunk, 0)) > 0) {
		buf_add(&h->in, chunk, (size_t)n);
		bench_settle(h->bench);
	}
	if (n == 0 || errno == ECONNRESET)
		h->closed = true;
}

bool
host_is_cut_off(struct host *h)
{
	receive(h);
	return (h->closed);
}

void
host_list(struct host *h)
{
	host_send(h, "\x01\x11\x80\x05\0\0\0\0", 8);
	receive(h);
}

uint32_t
host_import(struct host *h, const char *busid)
{
	uint8_t message[40] = { 0x01, 0x11, 0x80, 0x03 };
	struct reader r;
	uint32_t status;

	memcpy(message + 8, busid, strlen(busid));
	host_send(h, message, sizeof message);
	receive(h);
	r = reader_of(h->in.data, h->in.len);
	r.big = true;
	assert_int_equal(reader_u32(&r), 0x01110003);
	status = reader_u32(&r);
	if (status != 0) {
		assert_int_equal(h->in.len, 8);
		return (status);
	}
	reader_bytes(&r, 256 + 32);
	h->devid = reader_u32(&r) << 16;
	h->devid |= reader_u32(&r);
	assert_int_equal(h->in.len, 8 + RECORD);
	return (0);
}

void
host_attach(struct host *h, const char *busid)
{
	assert_int_equal(host_import(h, busid), 0);
	buf_reset(&h->in);
}

static void
add32(struct buf *b, uint32_t v)
{
	uint8_t four[4];

	put_be32(four, v);
	buf_add(b, four, sizeof four);
}

uint32_t
host_submit(struct host *h, const struct setup *s, const uint8_t *data)
{
	static const uint8_t zeros[UINT16_MAX];
	struct buf b = { 0 };
	uint8_t setup[SETUP_LENGTH];

	add32(&b, 1);
	add32(&b, ++h->seqnum);
	add32(&b, h->devid);
	add32(&b, setup_is_in(s) && s->wLength != 0 ? 1 : 0);
	add32(&b, 0);
	add32(&b, 0);
	add32(&b, s->wLength);
	add32(&b, 0);
	add32(&b, 0);
	add32(&b, 0);
	setup_pack(s, setup);
	buf_add(&b, setup, sizeof setup);
	if (!setup_is_in(s))
		buf_add(&b, data != NULL ? data : zeros, s->wLength);
	host_send(h, b.data, b.len);
	buf_free(&b);
	return (h->seqnum);
}

uint32_t
host_unlink(struct host *h, uint32_t seqnum)
{
	struct buf b = { 0 };

	add32(&b, 2);
	add32(&b, ++h->seqnum);
	add32(&b, h->devid);
	add32(&b, 0);
	add32(&b, 0);
	add32(&b, seqnum);
	while (b.len < HEAD)
		add32(&b, 0);
	host_send(h, b.data, b.len);
	buf_free(&b);
	return (h->seqnum);
}

bool
host_answer(struct host *h, bool in, struct answer *a)
{
	struct reader r;
	size_t used;

	receive(h);
	buf_reset(&a->data);
	r = reader_of(h->in.data, h->in.len);
	r.big = true;
	a->command = reader_u32(&r);
	a->seqnum = reader_u32(&r);
	reader_bytes(&r, 12);
	a->status = (int32_t)reader_u32(&r);
	a->actual = reader_u32(&r);
	reader_bytes(&r, HEAD - 28);
	if (r.bad)
		return (false);
	if (in && a->command == 3) {
		const uint8_t *data = reader_bytes(&r, a->actual);

		assert_false(r.bad);
		buf_add(&a->data, data, a->actual);
	}
	used = r.pos;
	memmove(h->in.data, h->in.data + used, h->in.len - used);
	buf_cut(&h->in, h->in.len - used);
	return (true);
}

bool
host_ask(struct host *h, const struct setup *s, const uint8_t *data,
    struct answer *a)
{
	host_submit(h, s, data);
	if (!host_answer(h, setup_is_in(s), a)) {
		bench_pass(h->bench, LONGEST_WORK);
		if (!host_answer(h, setup_is_in(s), a))
			return (false);
	}
	assert_int_equal(a->command, 3);
	assert_int_equal(a->seqnum, h->seqnum);
	return (true);
}
