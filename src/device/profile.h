/* SPDX-License-Identifier: ISC */
/*
 * What the files of the simulated devices share: the common half of a device
 * and the operations that make it a certain one.
 */
#ifndef DEVICE_PROFILE_H
#define DEVICE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "device/profiles.h"
#include "device/sim.h"
#include "wire/xfer.h"

/* bState (DFU 1.1 6.1.2) */
enum {
	STATE_APP_IDLE,
	STATE_APP_DETACH,
	STATE_IDLE,
	STATE_DNLOAD_SYNC,
	STATE_DNBUSY,
	STATE_DNLOAD_IDLE,
	STATE_MANIFEST_SYNC,
	STATE_MANIFEST,
	STATE_MANIFEST_WAIT_RESET,
	STATE_UPLOAD_IDLE,
	STATE_ERROR
};

/* bStatus (DFU 1.1 6.1.2), those that are used */
#define STATUS_OK		0x00
#define STATUS_TARGET		0x01
#define STATUS_PROG		0x06
#define STATUS_VERIFY		0x07
#define STATUS_ADDRESS		0x08
#define STATUS_NOTDONE		0x09
#define STATUS_FIRMWARE		0x0a
#define STATUS_VENDOR		0x0b
#define STATUS_UNKNOWN		0x0e
#define STATUS_STALLEDPKT	0x0f

/* bmAttributes (DFU 1.1 4.1.3) */
#define ATTRIBUTE_CAN_DNLOAD	0x01
#define ATTRIBUTE_CAN_UPLOAD	0x02
#define ATTRIBUTE_TOLERANT	0x04
#define ATTRIBUTE_WILL_DETACH	0x08

/* Behind the seven bRequest values: any other one, and (in faults) all. */
#define REQUEST_OTHER	7
#define REQUEST_ANY	8
#define REQUEST_COUNT	9

/* A class request as a profile gets it; the reply is cut to length later. */
struct call {
	int		 request;	/* bRequest or REQUEST_OTHER */
	uint8_t		 number;	/* bRequest as it came */
	bool		 in;		/* the data stage goes to the host */
	bool		 astray;	/* and should go the other way */
	uint16_t	 value;
	uint16_t	 length;
	const uint8_t	*out;
	struct buf	*reply;
};

/* What the descriptors are made of. */
struct sim_identity {
	uint16_t		 bcdUSB;
	uint16_t		 idVendor;
	uint16_t		 idProduct;
	uint16_t		 bcdDevice;
	const char		*manufacturer;	/* NULL: none */
	const char		*product;
	const char		*serial;
	uint8_t			 packet;	/* bMaxPacketSize0 */
	uint8_t			 config_attributes;
	uint8_t			 config_power;	/* units of 2 mA */
	uint8_t			 protocol;
	uint8_t			 alternates_count;
	uint8_t			 names_count;	/* of alternates; 0: none */
	const char *const	*alternates;
	uint8_t			 bmAttributes;
	uint16_t		 wDetachTimeOut;
	uint16_t		 wTransferSize;
	uint16_t		 bcdDFUVersion;
};

/* Bytes of the device at an address; those from `used` on do not exist yet. */
struct memory {
	uint32_t	 base;
	uint32_t	 size;
	uint32_t	 used;
	uint8_t		*bytes;
};
#define SIM_MEMORIES	4

/* Requests that are let in besides those of DFU 1.1 table 3.2. */
#define TAKES_ANY_INTERFACE	0x01
#define TAKES_DEVICE_RECIPIENT	0x02
#define TAKES_VENDOR_TYPE	0x04
#define TAKES_ANY_DIRECTION	0x08

/* And what becomes of a data stage in the wrong one: unanswered, stale. */
#define NAKS_ASTRAY		0x10
#define GIVES_STALE		0x20

/* Indices of sim_parameters; a new one needs a row there, and its use. */
enum param {
	PARAM_STUCK,
	PARAM_START,
	PARAM_SILENT,
	PARAM_STALL,
	PARAM_GONE,
	PARAM_BUSERROR,
	PARAM_SHORT,
	PARAM_BABBLE,
	PARAM_SLOW,
	PARAM_SLOW_FOR,
	PARAM_FAIL,
	PARAM_CHAOS,
	PARAM_SEED,
	PARAM_LATENCY,
	PARAM_ANNOUNCE,
	PARAM_STICKS,
	PARAM_LATE,
	PARAM_READ_ONLY,
	PARAM_ENDS,
	PARAM_IDLE,
	PARAM_WATCHDOG,
	PARAM_BACK,
	PARAM_BACK_AFTER,
	PARAM_STRINGS,
	PARAM_DESCRIPTORS,
	PARAM_WRONG,
	PARAM_MODE,
	PARAM_TOLERANT,
	PARAM_WILL_DETACH,
	PARAM_CAN_DNLOAD,
	PARAM_CAN_UPLOAD,
	PARAM_BUSY,
	PARAM_POLL,
	PARAM_BLOCK,
	PARAM_POLL_ALL,
	PARAM_POLL_ANY,
	PARAM_WRITE,
	PARAM_ERASE,
	PARAM_IMAGE_WRITE,
	PARAM_MANIFEST,
	PARAM_IMAGE_MANIFEST,
	PARAM_FINISH,
	PARAM_REPORTS,
	PARAM_SIZE,
	PARAM_ROM_SIZE,
	PARAM_COUNTS,
	PARAM_FIRST,
	PARAM_WANT,
	PARAM_FIRMWARE,
	PARAM_FLASH,
	PARAM_RDP,
	PARAM_UNPROTECT,
	PARAM_WRP,
	PARAM_PAGES,
	PARAM_ERASE_MOVES,
	PARAM_CORE,
	PARAM_POLL_ADDRESS,
	PARAM_POLL_ERASE,
	PARAM_POLL_WRITE,
	PARAM_GD32_ERASE,
	PARAM_GD32_WRITE,
	PARAM_PROBE_ERASE,
	PARAM_PROBE_WRITE,
	PARAM_POLL_MASS_ERASE,
	PARAM_POLL_MANIFEST
};
#define PARAM_COUNT	(PARAM_POLL_MANIFEST + 1)

/* Indices of sim_wrongs; a new one needs a row there and one in wrong.c. */
enum wrong_name {
	WRONG_TOTAL_LENGTH,
	WRONG_INTERFACE_COUNT,
	WRONG_ALTERNATE_GAP,
	WRONG_ALTERNATE_TWICE,
	WRONG_ALTERNATE_UNNAMED,
	WRONG_TWO_ALTERNATES,
	WRONG_COMPANY,
	WRONG_ENDPOINTS,
	WRONG_PACKET_SIZE,
	WRONG_PROTOCOL_0,
	WRONG_PROTOCOL_1,
	WRONG_PROTOCOL_2,
	WRONG_PROTOCOL_MIXED,
	WRONG_FUNCTIONAL_NONE,
	WRONG_FUNCTIONAL_LONG,
	WRONG_FUNCTIONAL_TWICE,
	WRONG_FUNCTIONAL_DIFFERS,
	WRONG_FUNCTIONAL_AHEAD,
	WRONG_FUNCTIONAL_BETWEEN,
	WRONG_VERSION_1_0,
	WRONG_VERSION_1_1,
	WRONG_VERSION_DFUSE,
	WRONG_VERSION_NONE,
	WRONG_NO_DNLOAD,
	WRONG_NO_UPLOAD,
	WRONG_NO_TRANSFER,
	WRONG_TOLERANT,
	WRONG_INTOLERANT,
	WRONG_WILL_DETACH,
	WRONG_RESERVED,
	WRONG_DETACH_NO_TIME,
	WRONG_DETACH_LONG,
	WRONG_SIZE_ZERO,
	WRONG_SIZE_SMALL,
	WRONG_SIZE_LARGE,
	WRONG_SIZE_ODD,
	WRONG_SERIAL_NONE,
	WRONG_SERIAL_GARBLED,
	WRONG_LAYOUT_PLAIN,
	WRONG_LAYOUT_DFUSE,
	WRONG_LAYOUT_EMPTY,
	WRONG_LAYOUT_ZERO,
	WRONG_LAYOUT_LETTER,
	WRONG_LAYOUT_CAPITAL,
	WRONG_LAYOUT_NO_UNIT,
	WRONG_LAYOUT_OVERLAP,
	WRONG_LAYOUT_BEYOND,
	WRONG_LAYOUT_TAIL,
	WRONG_LAYOUT_FEATURE,
	WRONG_LAYOUT_DIGITS,
	WRONG_LAYOUT_BLANKS,
	WRONG_LAYOUT_READ_ONLY
};
#define WRONG_COUNT	(WRONG_LAYOUT_READ_ONLY + 1)

/* The alternative of the row's `value` that was given. */
struct value {
	const char	*word;		/* not terminated */
	size_t		 length;
	uint32_t	 number;	/* of N, MS, PROFILE, ... and of 0|1 */
	uint32_t	 last;		/* of a range that begins at number */
};

/* A fault that waits for the nth request of its kind, counted from 1. */
struct trigger {
	uint8_t		param;
	uint8_t		request;
	uint8_t		status;	/* of PARAM_FAIL */
	uint8_t		string;
	uint32_t	nth;
};

/*
 * What makes a device a certain one. state and status of struct sim belong to
 * these functions, and alarm and leaves are theirs to set.
 */
struct profile {
	size_t	 own_size;	/* of sim->own, zeroed */
	uint16_t states;	/* one bit for each state it knows */
	uint8_t	 takes;		/* TAKES_ */
	bool	 answers_in_8;	/* dfuMANIFEST-WAIT-RESET has EP0 alive */

	/* Once, after the parameters are known: memory and its contents. */
	void	(*make)(struct sim *);

	/* Power on; first: when the simulation begins, not by a plug. */
	void	(*power)(struct sim *, bool first);

	/* A class request to interface 0. */
	enum sim_answer (*request)(struct sim *, const struct call *);

	/* sim->alarm came; it is off again. NULL where it is never set. */
	void	(*alarm)(struct sim *);

	/* A bus reset; true if it comes back as another device. */
	bool	(*reset)(struct sim *);

	/* SET_CONFIGURATION or SET_INTERFACE was accepted; may be NULL. */
	void	(*configure)(struct sim *);

	/* All blocks are there, by the fault `ends`; may be NULL. */
	void	(*complete)(struct sim *);

	/* Left the bus by itself; true if it returns, as what it now is. */
	bool	(*leave)(struct sim *);

	/* A string that an iString of GETSTATUS names; may be NULL. */
	const char *(*string)(uint8_t index);

	/* sim->state was forced: makes the rest fit. */
	void	(*force)(struct sim *);

	void	(*identify)(const struct sim *, struct sim_identity *);
};

struct sim {
	const struct profile	*profile;
	const char		*name;
	void			*own;
	struct memory		 memory[SIM_MEMORIES];

	struct value		 value[PARAM_COUNT];
	struct trigger		*triggers;
	size_t			 triggers_count;
	uint32_t		 counts[REQUEST_COUNT];
	uint64_t		 wrongs;	/* 1 << WRONG_ */
	uint64_t		 random;

	uint64_t		 now;
	uint64_t		 alarm;		/* the state's own timer */
	uint64_t		 leaves;	/* drops off the bus */
	uint64_t		 returns;	/* and comes back */
	uint64_t		 watchdog;	/* bites if it is still busy */
	uint64_t		 idle;		/* leaves if not asked before */
	uint64_t		 work;		/* EP0 NAKs until then */
	uint64_t		 took;		/* the last transfer, us */
	bool			 present;
	bool			 dead;		/* present, but silent */
	bool			 without_dfu;	/* an application runs */
	bool			 overlong;	/* reply not cut to wLength */
	bool			 shorten;	/* faults of this request */
	bool			 babble;
	bool			 slow;
	const struct trigger	*failing;	/* or NULL */
	bool			 ending;	/* after the last block */
	uint32_t		 incarnation;
	uint8_t			 configuration;
	uint8_t			 alternate;

	uint8_t			 state;
	uint8_t			 status;
	uint8_t			 string;	/* iString in dfuERROR */
	uint32_t		 rounds;	/* in dfuMANIFEST, to come */
	struct buf		 block;		/* DNLOADed, not processed */
	struct buf		 reply;
	struct buf		 control;	/* the last bytes on EP0 */
};

#define SIM_DECLARE(name, sentence)	extern const struct profile sim_##name;
SIM_PROFILES(SIM_DECLARE)

/* The operations of sim_profiles[i]. */
const struct profile	*sim_profile(size_t i);

/*
 * Reads "NAME=VALUE,..." (changed on the way) into the values and triggers of
 * s. False with a sentence in error.
 */
bool	sim_parse_parameters(struct sim *s, char *text, struct buf *error);

/* The same of faults, while s is in use. */
bool	sim_parse_faults(struct sim *s, char *text, struct buf *error);

/* The value of p; whether it is the literal word. */
uint32_t sim_number(const struct sim *s, enum param p);
bool	sim_is(const struct sim *s, enum param p, const char *word);

/* Page is in the range of the parameter `wrp`. */
bool	sim_is_write_protected(const struct sim *s, uint32_t page);

/*
 * Counts the request; true if a fault answers it, with *answer. shorten,
 * babble, slow and failing are set for this one.
 */
bool	sim_fault(struct sim *s, int request, enum sim_answer *answer);

/* Lets the time pass that a slow request takes. */
void	sim_delay(struct sim *s);

/* True if a fault keeps the request from the profile, with *answer. */
bool	sim_prevent(struct sim *s, const struct call *c,
	    enum sim_answer *answer);

/* What faults make of the profile's answer in the state before. */
void	sim_twist(struct sim *s, const struct call *c, uint8_t before,
	    enum sim_answer answer);

/* Sets or clears the time of the fault `idle`. */
void	sim_guard_idle(struct sim *s);

/* The text of an iString of GETSTATUS, or NULL. */
const char *sim_error_string(const struct sim *s, uint8_t index);

/* A number drawn from the seed. */
uint64_t sim_draw(struct sim *s);

/* bRequest is one of the class, but the direction is not its own. */
bool	sim_is_astray(const struct setup *r);

/* Before and after such a request, where it is taken all the same. */
void	sim_fill_astray(struct sim *s, struct call *c);
enum sim_answer	sim_end_astray(struct sim *s, const struct call *c,
		    enum sim_answer answer);

/* Keeps the bytes of an acknowledged one of the other kind for that. */
void	sim_keep_control(struct sim *s, const struct call *c);

/* What those two make of the reply. */
void	sim_corrupt_reply(struct sim *s, uint16_t wLength);

/* The faults `strings` and `descriptors`. */
void	sim_corrupt_identity(const struct sim *s, struct sim_identity *id);
void	sim_corrupt_config(const struct sim *s, struct buf *config);

/* The fault `wrong`: the same, and by how much wTotalLength is too large. */
void	sim_wrong_identity(const struct sim *s, struct sim_identity *id);
void	sim_wrong_config(const struct sim *s, struct buf *config);
uint16_t sim_wrong_total(const struct sim *s);

/* Rounds in dfuMANIFEST by the fault `stuck`; UINT32_MAX is for ever. */
uint32_t sim_stuck_rounds(struct sim *s);

/* One of them is over; false if there was none. */
bool	sim_pass_round(struct sim *s);

/* A standard request of the host (USB 2.0 9.4). */
enum sim_answer	sim_standard_request(struct sim *s, const struct setup *r);

/* Memory number i; the bytes are fill. */
void	sim_add_memory(struct sim *s, unsigned i, uint32_t base,
	    uint32_t size, uint8_t fill);

/*
 * Programs n bytes as half words: only erased ones unless zero is written
 * (RM0091 and RM0008, PGERR). False where it stopped at one.
 */
bool	sim_program(uint8_t *to, const uint8_t *p, size_t n);

/* Bytes that differ from block to block, so that a mix-up shows. */
void	sim_fill_pattern(uint8_t *p, size_t n);

/* Erases the page of that size around the offset, or as `pages` has it. */
void	sim_erase_page(struct sim *s, struct memory *m, uint32_t offset,
	    uint32_t size);

/* Programs n bytes where any bit can still be cleared. */
void	sim_burn(uint8_t *to, const uint8_t *p, size_t n);

/* At address an application begins, with a stack pointer into RAM. */
bool	sim_boots(const struct sim *s, uint32_t address);

/* The memory that holds address, or NULL. */
struct memory *sim_memory_at(struct sim *s, uint64_t address);

/* now plus that many us or ms, SIM_NEVER at most. */
uint64_t sim_after(const struct sim *s, uint64_t us);
uint64_t sim_after_ms(const struct sim *s, uint32_t ms);

/* The ms until the alarm, rounded up, as a bwPollTimeout. */
uint32_t sim_alarm_ms(const struct sim *s);

/* After the answer to the request in work has reached the host. */
uint64_t sim_after_answer(const struct sim *s);

/* Makes s a device of the profile of that number. */
void	sim_become(struct sim *s, size_t profile);

/* Starts anew, with the faults that concern the first state. */
void	sim_power_on(struct sim *s, bool first);

/* On the bus, off it, and when the next of these is due. */
void	sim_arrive(struct sim *s);
void	sim_vanish(struct sim *s);
uint64_t sim_next_move(const struct sim *s);

/* Drops off the bus now; comes back as `back` says. */
void	sim_leave_bus(struct sim *s);

/* A system reset now: comes back as after power-on. */
void	sim_restart(struct sim *s);

/* Sets or clears the watchdog; it bites unless the work is done. */
void	sim_guard(struct sim *s);
void	sim_bite(struct sim *s);

/* Answers shared by all that follow DFU 1.1. */
enum sim_answer	sim_say_status(struct sim *s, const struct call *c,
		    uint32_t poll);

/* The same, saying a bState that is not the device's own. */
enum sim_answer	sim_say_other_state(struct sim *s, const struct call *c,
		    uint8_t state, uint32_t poll);
enum sim_answer	sim_say_state(struct sim *s, const struct call *c);

/* dfuERROR with status; the first status is kept (inferred). */
void		sim_fail(struct sim *s, uint8_t status);

/* A request that makes no sense here: STALL and dfuERROR (A.1). */
enum sim_answer	sim_refuse(struct sim *s);

/* A.2.11 */
enum sim_answer	sim_error_request(struct sim *s, const struct call *c);

#endif
