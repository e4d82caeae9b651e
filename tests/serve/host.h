/* SPDX-License-Identifier: ISC */
/*
 * A host of the tests' own: it says and reads USB/IP by byte offsets and
 * shares nothing with the server but the connection.
 */
#ifndef TESTS_SERVE_HOST_H
#define TESTS_SERVE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "serve/serve.h"
#include "wire/xfer.h"

/* The server under test, its log, and what time it is there. */
struct bench {
	struct serve	*serve;
	struct buf	 log;
	uint64_t	 now;
};

struct host {
	struct bench	*bench;
	int		 fd;
	uint32_t	 devid;		/* once it has imported one */
	uint32_t	 seqnum;	/* of the last request */
	struct buf	 in;		/* came, and was not asked for yet */
	bool		 closed;	/* by the server */
};

/* A server with devices, as many as there are specs before NULL. */
void	bench_open(struct bench *b, const char *const *specs);
void	bench_close(struct bench *b);

/* Turns until nothing is left to do at this time. */
void	bench_settle(struct bench *b);

/* us later. */
void	bench_pass(struct bench *b, uint64_t us);

/* The log has that text; it is emptied when it was looked at. */
void	bench_logged(struct bench *b, const char *text);

/* The answer to a command of the operator, valid until the next one. */
const char *bench_command(struct bench *b, const char *line);

void	host_open(struct host *h, struct bench *b);
void	host_close(struct host *h);
void	host_send(struct host *h, const void *p, size_t n);

/* The server has hung up, and nothing is left to read. */
bool	host_is_cut_off(struct host *h);

/* Asks for the list; the bytes are in h->in. */
void	host_list(struct host *h);

/* Its status; 0: the devid is kept, and 312 bytes are still in h->in. */
uint32_t host_import(struct host *h, const char *busid);

/* The same, where it must succeed. */
void	host_attach(struct host *h, const char *busid);

/* Sends one; its number. data: wLength bytes, NULL for zeros or IN. */
uint32_t host_submit(struct host *h, const struct setup *s,
	    const uint8_t *data);
uint32_t host_unlink(struct host *h, uint32_t seqnum);

/* The next answer: its command, status, number and data. */
struct answer {
	uint32_t	 command;
	uint32_t	 seqnum;
	int32_t		 status;
	uint32_t	 actual;
	struct buf	 data;
};

/* False: there is none. in: the request that it should be for was IN. */
bool	host_answer(struct host *h, bool in, struct answer *a);

/* Sends one and lets time pass until it has been answered. */
bool	host_ask(struct host *h, const struct setup *s, const uint8_t *data,
	    struct answer *a);

#endif
