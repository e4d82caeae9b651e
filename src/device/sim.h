/* SPDX-License-Identifier: ISC */
/*
 * Simulated devices: the device's side of the wire. They state the protocol
 * anew, from the prose of DFU 1.1 and AN3156, and share no table with the
 * rest of the program. Time is a number that the caller brings, in us.
 */
#ifndef DEVICE_SIM_H
#define DEVICE_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "wire/xfer.h"

#define SIM_NEVER	UINT64_MAX

/* What the device does with a control transfer. */
enum sim_answer {
	SIM_ACK,		/* answered */
	SIM_STALL,		/* EP0 stalled */
	SIM_SILENT,		/* NAKs for ever: the host must give up */
	SIM_GONE,		/* left the bus instead of answering */
	SIM_BUSERROR		/* the transfer broke; the device stays */
};

struct sim;

/*
 * Makes the device that spec describes, "PROFILE[,NAME=VALUE...]", plugged in
 * at time 0. NULL for an unknown profile, parameter, fault or a bad value:
 * error then names it and what is possible.
 */
struct sim	*sim_new(const char *spec, struct buf *error);
void		 sim_free(struct sim *);

/*
 * Sets faults of a device that is in use: "NAME=VALUE,...", those of
 * sim_parameters that belong to all profiles, "start" apart. An Nth request is
 * counted from now on. False: error says what is wrong, and the device is as
 * it was up to the one that is.
 */
bool		 sim_set(struct sim *, uint64_t now, const char *faults,
		    struct buf *error);

/*
 * The i'th fault that sim_set takes, and appended to now (which must be empty)
 * what it is, as it would be given; of an Nth request those that are still to
 * come, counted from here, with commas between them. NULL behind the last.
 */
struct sim_parameter_row;
const struct sim_parameter_row *sim_fault_at(const struct sim *, size_t i,
		    struct buf *now);

/* Lets time pass. Every other call does so too; time never goes back. */
void		 sim_run(struct sim *, uint64_t now);

/* When something will change by itself, or SIM_NEVER. */
uint64_t	 sim_deadline(const struct sim *);

/* It is on the bus; `incarnation` counts how often it came (from 1). */
bool		 sim_present(const struct sim *);
uint32_t	 sim_incarnation(const struct sim *);

/* It has a DFU interface; an application may have none (fault back=app). */
bool		 sim_has_dfu(const struct sim *);

/*
 * A control transfer: out holds wLength bytes of an OUT data stage. On
 * SIM_ACK of an IN request the reply is appended to in (at most wLength bytes;
 * more is a babble that some faults make). The transfer took sim_latency us,
 * which is long where the device was at work and answered NAK until then. An
 * acknowledged transfer after which the device is not present was torn: it
 * left before the status stage.
 */
enum sim_answer	 sim_control(struct sim *, uint64_t now,
		    const struct setup *s, const uint8_t *out, struct buf *in);
uint64_t	 sim_latency(const struct sim *);

/* A bus reset; the device may come back as another one. */
void		 sim_reset(struct sim *, uint64_t now);

/*
 * It resets itself: leaves the bus, and comes back after what the fault
 * back-after says, as after power-on. Nothing happens while it is off the bus.
 */
void		 sim_reboot(struct sim *, uint64_t now);

/* Power on and off by hand. Plugged in again it starts anew. */
void		 sim_plug(struct sim *, uint64_t now, bool in);

/* Device descriptor and configurations, as sysfs `descriptors` holds them. */
void		 sim_descriptors(const struct sim *, struct buf *b);

/* The string of that index (UTF-8), or NULL. */
const char	*sim_string(const struct sim *, uint8_t index);

/* The alternate setting selected now. */
uint8_t		 sim_alternate(const struct sim *);

/* Test access: n bytes of its memory at address; false if there is none. */
bool		 sim_peek(const struct sim *, uint32_t address, uint8_t *p,
		    size_t n);
bool		 sim_poke(struct sim *, uint32_t address, const uint8_t *p,
		    size_t n);

/*
 * Test access: forces the device's own state and reads it back, so that each
 * state can be put under each request (-1: it is not on the bus). What belongs
 * to the state is made to fit: 3 has a block to process and 4 one in work, 6
 * has all data, the timers of 1, 4 and 7 start now, 0 and 1 have valid
 * firmware, 10 has errUNKNOWN. A state the profile does not have is ignored.
 * The state may be a number that DFU does not know (15).
 */
void		 sim_force_state(struct sim *, uint64_t now, uint8_t state);
int		 sim_state(const struct sim *);
int		 sim_status(const struct sim *);

/* Everything that can be asked for, for `dfuscope sims` and the help. */
struct sim_profile_row {
	const char	*name;
	const char	*sentence;
};
struct sim_parameter_row {
	const char	*name;		/* "stuck" */
	const char	*value;		/* "N|never|random" */
	const char	*initial;	/* unless given; NULL: none */
	const char	*profiles;	/* those it belongs to, NULL: all */
	const char	*sentence;
};
struct sim_wrong_row {			/* what wrong=NAME can be */
	const char	*name;
	const char	*sentence;
};
extern const struct sim_wrong_row sim_wrongs[];
extern const size_t sim_wrongs_count;
extern const struct sim_profile_row sim_profiles[];
extern const size_t sim_profiles_count;
extern const struct sim_parameter_row sim_parameters[];
extern const size_t sim_parameters_count;

/* The profile of that name, or NULL: error suggests one or names all. */
const struct sim_profile_row *sim_profile_named(const char *name,
		    struct buf *error);

/* The row belongs to the profile of that name. */
bool		 sim_parameter_belongs(const struct sim_parameter_row *row,
		    const char *profile);

/*
 * The cells in which dfu11 and stm32f072 with their initial parameters differ
 * from the tables of DFU 1.1 appendix A.2; in all others they do what those
 * say. (The other profiles are modelled on observed software and are held to
 * what was observed, cell by cell.) input is in words: "GETSTATUS", "DNLOAD
 * of length 0", "other request", "bus reset", "power-on", "time". answer
 * means nothing for the last three.
 */
struct sim_deviation_row {
	const char	*profile;
	uint8_t		 state;
	const char	*input;
	enum sim_answer	 answer;
	uint8_t		 next;
	const char	*why;
};
extern const struct sim_deviation_row sim_deviations[];
extern const size_t sim_deviations_count;

#endif
