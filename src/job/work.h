/*
 * What the jobs that work on memory share: they begin in dfuIDLE, speak
 * through one memory_io, and end by leading the device back to dfuIDLE and
 * saying in what state it is.
 */
#ifndef JOB_WORK_H
#define JOB_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "dfu/image.h"
#include "dfu/layout.h"
#include "job/job.h"
#include "job/memory_io.h"
#include "job/to_idle.h"

struct work {
	struct job		job;
	struct to_idle		to_idle;
	struct memory_io	io;
	const struct job_settings *set;	/* of this step */
	bool			busy;	/* io or settle is at work */
	bool			left;	/* the device, since it began */
	bool			failed;
	bool			ending;
	bool			quiet;	/* the device may be left as it is */
	bool			stopped;	/* by somebody else */
	uint64_t		begun;	/* us, 0: not yet */
	uint64_t		since;	/* of what is counted now, us */
	int			code;
	struct buf		said;	/* what it has to say in the end */
	struct buf		tail;	/* more of that, behind the state */
	char			*error;	/* of a file */
};

void	work_free(struct work *w);

/* As job_ops.event, .file (errors only). */
void	work_event(struct work *w, const struct event *e);

/*
 * As job_ops.file for a firmware file: reads the image, which the caller
 * frees, or keeps in w->error what is wrong with the file at path.
 */
bool	work_image(struct work *w, struct image *image, const char *path,
	    const void *p, size_t n, const char *error);

/*
 * Brings the device to dfuIDLE. True when it is there or never will be; then
 * w->failed tells. False: *step is what the job returns.
 */
bool	work_to_idle(struct work *w, const struct session *s, uint64_t now,
	    enum job_step *step);

/* One turn of what io was told to do. */
enum poll_end work_io(struct work *w, const struct session *s, uint64_t now,
	    enum job_step *step);

/* It failed like this: code, and the words of it. */
void	work_fail_io(struct work *w, enum poll_end how);
void	work_fail(struct work *w, int code, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));

/* It is to end: as job_ops.stop. */
void	work_stop(struct work *w, const char *why);

/*
 * Waits for what comes back after the device left, or should have, at since
 * (us). False: it is over, and w->said has a "; ..." of it.
 */
bool	work_await(struct work *w, const struct session *s, uint64_t since,
	    uint64_t now, enum job_step *step);

/*
 * The end: dfuIDLE again if that can be, then the result. Returns what the
 * job returns.
 */
enum job_step work_end(struct work *w, const struct session *s, uint64_t now);

/* wTransferSize, or what the operator wants a block to have. */
uint16_t work_block_size(const struct session *s,
	    const struct job_settings *set);

/*
 * The memory of an alternate. False: it is not known, and the work has
 * failed.
 */
bool	work_layout(struct work *w, const struct session *s,
	    uint8_t alternate, struct layout *l);

/* It is there and in DFU mode; false: the work has failed. */
bool	work_is_there(struct work *w, const struct session *s);

/* Names that must be read or an alternate to be selected first: the child. */
struct job *work_first(const struct session *s);

#endif
