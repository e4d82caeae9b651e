/*
 * A stage for views: a desk with devices whose events the test makes up.
 */
#ifndef TESTS_UI_STAGE_H
#define TESTS_UI_STAGE_H

#include "ui/canvas.h"
#include "ui/hand.h"

struct stage {
	struct desk	 desk;
	struct runner	 runner;
	struct runner	*runners[4];
	struct look	 look;
	uint64_t	 now;		/* us */
	uint32_t	 number;
	uint16_t	 dev;
};

/* Strings of the device: those of an STM32F072 unless a test says else. */
struct stage_device {
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

extern const struct stage_device stage_stm32;
extern const struct stage_device stage_dfu11;

void	stage_begin(struct stage *st);
void	stage_end(struct stage *st);
void	stage_arrive(struct stage *st, const struct stage_device *d);
void	stage_leave(struct stage *st, uint64_t gap);

/* gap us after the last event; the answer comes with stage_answer. */
void	stage_ask(struct stage *st, uint64_t gap, uint8_t request,
	    uint16_t value, const void *data, uint16_t n);
void	stage_answer(struct stage *st, uint64_t gap, enum outcome outcome,
	    const void *data, uint32_t n);

/* One GETSTATUS with its answer. */
void	stage_status(struct stage *st, uint64_t gap, uint8_t status,
	    uint32_t poll, uint8_t state);
void	stage_state(struct stage *st, uint64_t gap, uint8_t state);

/* The screen as it is now. The caller frees. */
struct canvas	*stage_draw(struct stage *st, int rows, int cols, bool ascii);

/* Presses as a person would make them; returns the last command line. */
const char	*stage_press(struct stage *st, const struct press *p,
		    struct buf *line, bool *by_key);

/* The scenes of the golden screens, by name; false: there is none. */
bool	stage_scene(struct stage *st, const char *name);
extern const char *const stage_scenes[];

/* Those of scenes_scope.c: the same sessions as "scope-" and "ladder-". */
bool	stage_scene_scope(struct stage *st, const char *name);

#endif
