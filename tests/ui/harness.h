/* SPDX-License-Identifier: ISC */
/*
 * A stage for views: an application state with devices whose events the test
 * makes up.
 */
#ifndef TESTS_UI_HARNESS_H
#define TESTS_UI_HARNESS_H

#include "ui/cells/canvas.h"
#include "ui/input/input.h"

struct harness {
	struct app	 app;
	struct runner	 runner;
	struct runner	*runners[4];
	struct view	 view;
	uint64_t	 now;		/* us */
	uint32_t	 number;
	uint16_t	 dev;
};

/* Strings of the device: those of an STM32F072 unless a test says else. */
struct harness_device {
	const char	*place;
	const char	*product;
	const char	*name;		/* of alternate 0; NULL: not known */
	uint8_t		 attributes;
	uint8_t		 protocol;	/* 1 run-time, 2 DFU */
	uint16_t	 version;	/* bcdDFUVersion */
	const char	*holder;
	const char	*maker;
	const char	*serial;
	bool		 suspended;
	size_t		 cut;		/* bytes missing at the end */
};

extern const struct harness_device harness_stm32;
extern const struct harness_device harness_dfu11;

void	harness_begin(struct harness *st);
void	harness_end(struct harness *st);
void	harness_arrive(struct harness *st, const struct harness_device *d);
void	harness_leave(struct harness *st, uint64_t gap);

/* gap us after the last event; the answer comes with harness_answer. */
void	harness_ask(struct harness *st, uint64_t gap, uint8_t request,
	    uint16_t value, const void *data, uint16_t n);
void	harness_answer(struct harness *st, uint64_t gap, enum outcome outcome,
	    const void *data, uint32_t n);

/* One GETSTATUS with its answer. */
void	harness_status(struct harness *st, uint64_t gap, uint8_t status,
	    uint32_t poll, uint8_t state);
void	harness_state(struct harness *st, uint64_t gap, uint8_t state);

/* The view takes in what is new, as for a frame. */
void	harness_update(struct harness *st);

/* The screen as it is now. The caller frees. */
struct canvas	*harness_draw(struct harness *st, int rows, int cols,
    bool ascii);

/* Presses as a person would make them; returns the last command line. */
const char	*harness_press(struct harness *st, const struct press *p,
		    struct buf *line, bool *by_key);

/* The scenes of the golden screens, by name; false: there is none. */
bool	harness_scene(struct harness *st, const char *name);
extern const char *const harness_scenes[];

/* Those of scenes_dialect.c: "dialect-". */
bool	harness_scene_dialect(struct harness *st, const char *name);

/* Those of scenes_timeline.c: the same sessions as "scope-" and "ladder-". */
bool	harness_scene_timeline(struct harness *st, const char *name);

#endif
