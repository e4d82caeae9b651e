/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as two hosts and an operator at one server. What waits stays
 * bounded, an answer is a whole message, and a device that one host has is
 * never the other's.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "serve/client.h"

int	LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define HOSTS		2
#define TURNS_MAX	200
#define MESSAGE		48

static struct serve *server;
static struct client *hosts[HOSTS];
static uint64_t now;

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* The answers are whole, and are taken. */
static void
take_answers(struct client *c)
{
	struct reader r = reader_of(c->out.data, c->out.len);
	uint32_t first;

	r.big = true;
	while (reader_left(&r) != 0) {
		first = reader_u32(&r);
		/* Lists and imports come alone, before transfers. */
		if (first >> 16 == 0x0111) {
			reader_bytes(&r, reader_left(&r));
			break;
		}
		must(first == 3 || first == 4);
		reader_bytes(&r, MESSAGE - 4);
		/* Without its request nobody knows whether data follow. */
		break;
	}
	must(!r.bad);
	buf_reset(&c->out);
}

static void
check(void)
{
	size_t i, held = 0;

	for (i = 0; i < HOSTS; i++) {
		must(hosts[i]->in.len <= USBIP_MESSAGE_MAX + UINT8_MAX);
		if (hosts[i]->device == NULL)
			continue;
		held++;
		must(hosts[i]->device->held);
		must(hosts[i]->device->waiting_count <= SERVE_UNANSWERED);
	}
	must(hosts[0]->device == NULL ||
	    hosts[0]->device != hosts[1]->device);
	for (i = 0; i < server->devices_count; i++)
		held -= server->devices[i]->held ? 1 : 0;
	must(held == 0);
}

/* A submit that is in order but for what is asked. */
static void
feed_submit(struct client *c, struct reader *r)
{
	uint8_t m[MESSAGE] = { 0 };
	uint8_t length;
	struct buf b = { 0 };

	put_be32(m, 1);
	put_be32(m + 4, reader_u8(r));
	put_be32(m + 8, 0x10001 + (c == hosts[1] ? 1 : 0));
	m[40] = reader_u8(r);
	m[41] = reader_u8(r);
	m[42] = reader_u8(r);
	m[43] = reader_u8(r);
	m[46] = length = reader_u8(r);
	put_be32(m + 12, m[40] >> 7);
	put_be32(m + 24, length);
	buf_add(&b, m, sizeof m);
	while (m[40] < 0x80 && length-- != 0)
		buf_addc(&b, reader_u8(r));
	client_feed(c, server, now, b.data, b.len);
	buf_free(&b);
}

static void
feed_unlink(struct client *c, struct reader *r)
{
	uint8_t m[MESSAGE] = { 0 };

	put_be32(m, 2);
	put_be32(m + 4, reader_u8(r));
	put_be32(m + 8, 0x10001 + (c == hosts[1] ? 1 : 0));
	put_be32(m + 20, reader_u8(r));
	client_feed(c, server, now, m, sizeof m);
}

static void
feed_raw(struct client *c, struct reader *r)
{
	size_t n = reader_u8(r);
	const uint8_t *p;

	if (n > reader_left(r))
		n = reader_left(r);
	p = reader_bytes(r, n);
	if (p != NULL)
		client_feed(c, server, now, p, n);
}

static void
command(struct reader *r)
{
	struct buf line = { 0 }, answer = { 0 };
	uint8_t c;

	while (reader_left(r) != 0 && (c = reader_u8(r)) != '\n' && c != '\0')
		buf_addc(&line, c);
	serve_command(server, now, buf_str(&line), &answer);
	buf_free(&line);
	buf_free(&answer);
}

static void
attach(struct client **c, size_t i)
{
	uint8_t m[40] = { 0x01, 0x11, 0x80, 0x03, 0, 0, 0, 0, '1', '-' };

	client_free(*c);
	*c = client_new(now, -1, "host");
	m[10] = (uint8_t)('1' + i);
	client_feed(*c, server, now, m, sizeof m);
}

static void
turn(struct reader *r)
{
	uint8_t what = reader_u8(r);
	size_t i = what & 1;

	switch (what >> 1 & 7) {
	case 0:
		now += reader_u16(r);
		break;
	case 1:
		now += (uint64_t)reader_u8(r) << 20;
		break;
	case 2:
		command(r);
		break;
	case 3:
		attach(&hosts[i], i);
		break;
	case 4:
		feed_raw(hosts[i], r);
		break;
	case 5:
		feed_unlink(hosts[i], r);
		break;
	default:
		feed_submit(hosts[i], r);
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct reader r = reader_of(p, n);
	struct buf log = { 0 }, error = { 0 };
	size_t i;
	int turns;

	now = 0;
	server = serve_new(&log);
	must(serve_add(server, "stm32f072,latency=0", &error) &&
	    serve_add(server, "dfu11,mode=app", &error));
	for (i = 0; i < HOSTS; i++)
		hosts[i] = client_new(now, -1, "host");
	for (turns = 0; turns < TURNS_MAX && reader_left(&r) != 0; turns++) {
		turn(&r);
		for (i = 0; i < HOSTS; i++) {
			client_work(hosts[i], server, now);
			client_hurry(hosts[i], server, now);
			take_answers(hosts[i]);
		}
		check();
		buf_reset(&log);
	}
	for (i = 0; i < HOSTS; i++)
		client_free(hosts[i]);
	serve_free(server);
	buf_free(&log);
	return (0);
}
