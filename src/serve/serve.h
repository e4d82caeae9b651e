/* SPDX-License-Identifier: ISC */
/*
 * Simulated devices on a bus of their own, served over USB/IP: any machine
 * can plug them in. One thread, one loop; nothing in here waits, and time is a
 * number that the caller brings, in us.
 *
 * The devices are on ports 1-1, 1-2, ... in the order in which they were
 * added, and stay there whatever they become.
 */
#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "wire/xfer.h"

struct sim;

#define SERVE_NEVER	UINT64_MAX
#define SERVE_LISTEN	"127.0.0.1:3240"	/* unless told otherwise */

/* Who does not get on within that time is cut off, us. */
#define SERVE_PATIENCE	10000000

/* Connections at a time; one more is refused. */
#define SERVE_CLIENTS	32

/* Requests of a host that are not answered yet; one more cuts it off. */
#define SERVE_UNANSWERED	64

struct serve;

/*
 * What happened is appended to log (which the caller empties), a line each:
 * who came and went, and each request when it ended.
 */
struct serve	*serve_new(struct buf *log);
void		 serve_free(struct serve *s);

/* Adds the device that spec describes, as sim_new does; false: error. */
bool		 serve_add(struct serve *s, const char *spec,
		    struct buf *error);

/*
 * Who looks on is told of each transfer as a device takes it up, and as it
 * ended, with the bytes that came; of each bus reset behind it; and then
 * finds no line for these in the log. device is the index of serve_sim.
 */
struct serve_watcher {
	void	*arg;
	void	(*began)(void *arg, size_t device, uint64_t now,
		    const struct setup *setup, const uint8_t *out);
	void	(*ended)(void *arg, size_t device, uint64_t now,
		    enum outcome outcome, const uint8_t *in, size_t n);
	void	(*reset)(void *arg, size_t device, uint64_t now);
};
void		 serve_watch(struct serve *s, const struct serve_watcher *w);

/* The device of that index and the name of its port; NULL behind the last. */
struct sim	*serve_sim(const struct serve *s, size_t device,
		    const char **busid);

/*
 * Listens at "ADDR:PORT", an address in digits ("[ADDR]:PORT" for IPv6).
 * Appends to where as what, the port chosen if it was 0. *open: hosts other
 * than this one can connect. Returns 0, or an exit code, and error says why:
 * CODE_USAGE if that is no address and port, CODE_DENIED, CODE_NO_DEVICE.
 */
int		 serve_listen(struct serve *s, const char *at,
		    struct buf *where, bool *open, struct buf *error);

/* Takes a connection over; who is what the log calls it. */
void		 serve_adopt(struct serve *s, uint64_t now, int fd,
		    const char *who);

/*
 * The descriptors to wait for; [0] is the caller's own, -1 until it is set.
 * Valid until the next call. Then serve_turn, with what poll(2) made of them,
 * or at the deadline at the latest.
 */
struct pollfd	*serve_pollfds(struct serve *s, size_t *n);
uint64_t	 serve_deadline(const struct serve *s);
void		 serve_turn(struct serve *s, uint64_t now);

/* A command of the operator, and what it is answered. */
struct serve_command_row {
	const char	*name;
	const char	*arguments;	/* "DEVICE NAME=VALUE[,...]" */
	const char	*sentence;
};
extern const struct serve_command_row serve_commands[];
extern const size_t serve_commands_count;

/*
 * Does what a line says; the answer, or what is wrong with it, is appended to
 * b. False: it was `quit`.
 */
bool		 serve_command(struct serve *s, uint64_t now,
		    const char *line, struct buf *b);

#endif
