/*
 * What the files of the flash job share. Nobody else looks inside.
 */
#ifndef JOB_FLASH_OWN_H
#define JOB_FLASH_OWN_H

#include "dfu/image.h"
#include "job/flash_plan.h"
#include "job/jobs.h"
#include "job/work.h"
#include "session/session.h"

enum flash_phase {
	FLASH_FILE,
	FLASH_FIRST,		/* names, alternate */
	FLASH_PLAIN,		/* the device takes no addresses: a download */
	FLASH_TO_IDLE,
	FLASH_READ,
	FLASH_UNREAD,		/* it could not be read: to dfuIDLE again */
	FLASH_ASK,
	FLASH_ERASE,
	FLASH_WRITE,
	FLASH_VERIFY,
	FLASH_BACK,		/* option bytes: it resets itself */
	FLASH_AGAIN,		/* it is back: to what was written */
	FLASH_READY,		/* to leave */
	FLASH_LEAVE,
	FLASH_END
};

struct flash_job {
	struct work	 work;
	struct flash_order order;
	char		*path;
	bool		 asked;		/* for the file */
	unsigned	 firsts;
	struct image	 image;
	bool		 has_image;
	bool		 stopped;
	bool		 was_reset;	/* by option bytes */
	uint8_t		 alternate;
	struct layout	 layout;
	struct plan	 plan;
	char		*question;
	enum flash_phase	 phase;
	size_t		 at;		/* block or page */
	unsigned	 again;
	uint64_t	 done;		/* bytes of this phase */
	struct buf	 unread;	/* why it was not read first */
};

/*
 * FLASH_BACK: watches what option bytes do to the device. True: *step is to
 * be returned; false: it is back, if anything is, and k->phase says what next.
 */
bool	flash_await(struct flash_job *k, const struct session *s,
	    uint64_t now, enum job_step *step);

bool	flash_is_option_bytes(const struct flash_job *k);

/*
 * Everything that can be wrong before anything is sent, of what goes to that
 * alternate setting; false: it failed.
 */
bool	flash_check(struct flash_job *k, const struct session *s,
	    const struct job_settings *set, uint8_t alternate);

/* The image has data for another alternate setting than this one. */
bool	targets_are_needed(const struct image *image, uint8_t alternate);

/* flash or verify of all its targets, one after the other. */
struct job *job_targets(const char *path, const struct flash_order *order);

/* By its attributes and its map it can be read. */
bool	flash_is_readable(const struct flash_job *k, const struct session *s);

/* The question for all of it. */
enum job_step flash_ask(struct flash_job *k);

/* What it says in the end. */
void	flash_say_success(struct flash_job *k, uint64_t now);
void	flash_say_difference(struct flash_job *k);

/*
 * Block after block, page after page; POLL_DONE when none is left. What was
 * sent may be done, whatever came back: the plan knows.
 */
enum poll_end flash_read_blocks(struct flash_job *k, const struct session *s,
	    uint64_t now, enum job_step *step);
enum poll_end flash_erase_pages(struct flash_job *k, const struct session *s,
	    uint64_t now, enum job_step *step);
enum poll_end flash_write_blocks(struct flash_job *k,
	    const struct session *s, uint64_t now, enum job_step *step);

/* The page or the block that is in work was done, or nobody knows. */
void	flash_note_page(struct flash_job *k, bool done);
void	flash_note_block(struct flash_job *k, bool done);
bool	flash_may_have_acted(const struct flash_job *k);

#endif
