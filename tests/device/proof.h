/* SPDX-License-Identifier: ISC */
/*
 * What has to be shown of every simulated device: that it does what the
 * software it stands for was observed to do, where that differs from DFU 1.1,
 * and what a fault makes of it.
 */
#ifndef TESTS_DEVICE_PROOF_H
#define TESTS_DEVICE_PROOF_H

#include "device/profiles.h"
#include "tests/device/matrix.h"

#define PROOF_STATES	11

struct proof {
	const char			*profile;
	const char			*stack;	 /* its row of dfu/stack.c */

	/* What was observed, and the parameters that it was observed with. */
	const char			*spec;
	const struct matrix_cell	*cells;
	size_t				 count;
	/* NULL, or the specification that it was written from instead. */
	const char			*written;

	/*
	 * The cells of a state that differ from appendix A.2, by their input;
	 * where there are cells.
	 */
	const char			*deviates[PROOF_STATES];

	/* How requests bring it into its states; begin, before, may be NULL. */
	void				(*begin)(struct rig *);
	uint16_t			 first;	/* block of a transfer */
	uint16_t			 full;	/* wLength answered in full */
	void				(*fall)(struct rig *);
	/* Makes sure that an UPLOAD is answered short; NULL: it never is. */
	void				(*shorten)(struct rig *,
					    uint8_t state, struct step *);

	/* A fault, as a parameter, and what it does then. */
	const char			*fault;
	const struct step		*steps;
	size_t				 nsteps;
};

/* proof_NAME, in matrix_NAME.c, for each profile; weak: it may be missing. */
#define PROOF_DECLARE(name, sentence) \
	extern const struct proof proof_##name __attribute__((weak));
SIM_PROFILES(PROOF_DECLARE)

/* That of sim_profiles[i], or a failed test that says what is missing. */
const struct proof	*proof_of(size_t i);

/* The same, NULL if it is missing. */
const struct proof	*proof_at(size_t i);

/* What the matrices share: a DNLOAD, and GETSTATUS. */
enum sim_answer	proof_dnload(struct rig *r, uint16_t block,
		    const char *bytes, uint16_t n);
enum sim_answer	proof_getstatus(struct rig *r);

#endif
