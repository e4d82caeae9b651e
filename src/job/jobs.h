/* SPDX-License-Identifier: ISC */
/*
 * All jobs there are. Each function makes one; the runner owns it once
 * started. Strings and bytes are copied.
 */
#ifndef JOB_JOBS_H
#define JOB_JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diagnosis/recovery.h"
#include "job/job.h"
#include "wire/xfer.h"

/*
 * One control transfer as it stands. wIndex is replaced by the interface's
 * number if own_interface is set.
 */
struct job	*job_xfer(const struct setup *setup, const uint8_t *data,
		    bool own_interface);

/* To the own interface, with a time limit in ms of its own; 0: as usual. */
struct job	*job_xfer_within(const struct setup *setup,
		    const uint8_t *data, uint32_t ms);

/* GETSTATUS, CLRSTATUS, GETSTATE or ABORT. */
struct job	*job_class(uint8_t bRequest);

/* DETACH; ms < 0: the wDetachTimeOut of the descriptor. */
struct job	*job_detach(int ms);

/*
 * DNLOAD of n bytes (0: zero length); block < 0: the last plus one, 0 in
 * dfuIDLE.
 */
struct job	*job_dnload(int block, const uint8_t *data, size_t n);

/* The same with the bytes of a file, which is read when it is sent. */
struct job	*job_dnload_file(int block, const char *path);

/* UPLOAD; block as for DNLOAD; length < 0: the transfer size. */
struct job	*job_upload(int block, int length);

/* SET_INTERFACE as an ordinary control transfer. */
struct job	*job_alternate(uint8_t alternate);

struct job	*job_reset(void);
struct job	*job_release(void);

/* Reads the names of the alternates that are not known, one string each. */
struct job	*job_names(void);

/* Reads one string; index < 0: the iString of the last GETSTATUS. */
struct job	*job_string(int index);

/*
 * leave: sets the pointer to address (if has_address), sends the zero-length
 * DNLOAD, then GETSTATUS at the announced pace until the device is gone or
 * max answers or ms have passed. What comes back is waited for where something
 * else is behind it that does not do so itself.
 */
struct job	*job_leave(bool has_address, uint32_t address, unsigned max,
		    uint32_t ms);

/* The same, but it never waits for what comes back. */
struct job	*job_leave_briefly(bool has_address, uint32_t address,
		    unsigned max, uint32_t ms);

/* What flash and verify are to do. */
struct flash_order {
	bool		 has_address;	/* else the file says it */
	uint32_t	 address;
	bool		 no_read;	/* does not read first */
	bool		 verify;	/* reads back what was written */
	bool		 leave;
	unsigned	 max;		/* GETSTATUS of leave */
	bool		 has_max;	/* it was said */
	bool		 only_verify;	/* writes nothing */
	bool		 here;		/* the alternate in use alone */
	bool		 fits;		/* only what lies in that */
	bool		 raw;		/* the file's bytes, whatever it is */
	bool		 part;		/* private to job_targets.c */
};

/*
 * flash: makes memory hold a file, by DfuSe, else by a plain download; asks
 * once for all of it. verify: reads and compares. A container with targets
 * for other alternate settings takes them all in turn, unless here.
 */
struct job	*job_flash(const char *path, const struct flash_order *order);

/*
 * A plain download of the file's bytes, and its manifestation of whatever
 * kind; leave of the order: a device that stays is reset.
 */
struct job	*job_download(const char *path,
		    const struct flash_order *order);

/*
 * A plain upload until a block comes short, compared with a file; raw as in
 * struct flash_order.
 */
struct job	*job_compare_plain(const char *path, bool raw);

/*
 * Reads length bytes at address into a file (DfuSe), or has_address false: all
 * that a plain upload gives. A file that is there is kept unless replace.
 */
struct job	*job_read(bool has_address, uint32_t address,
		    uint32_t length, const char *path, bool replace);

/* Erases every page that has bytes of address to address + length. */
struct job	*job_erase_range(uint32_t address, uint32_t length);

/* Mass erase, followed until it is done. */
struct job	*job_wipe(void);

/* Lifts the read protection, which erases all; the device resets itself. */
struct job	*job_unprotect(void);

/*
 * Asks an undecided device which dialect it speaks: UPLOAD of block 0, then
 * ABORT; a STALL of it is cleared. leads: to dfuIDLE first, else it is asked
 * as it is.
 */
struct job	*job_query(bool leads);

/* Why a job does not begin that would go by a guess, and what ends that. */
void		 job_query_refusal(const struct session *s, struct buf *b);

/* DETACH, and the way of the device into DFU mode at the same place. */
struct job	*job_enter(void);

/* How far recover goes. */
enum recover_reach {
	RECOVER_ONE,		/* the action that is named */
	RECOVER_NEXT,		/* the mildest that may help */
	RECOVER_UNTIL,		/* one after the other until it is out */
	RECOVER_ALL		/* and a bus reset in the end */
};

/*
 * recover: looks if the state is not known, then runs actions of recovery.h;
 * each is followed by a GETSTATUS that shows what it did. What was done goes
 * into settings->recovery.
 */
struct job	*job_recover(enum recover_reach reach,
		    enum recovery_action action);

/* recover save: writes what worked to a file that must not exist. */
struct job	*job_recover_save(const char *path);

#endif
