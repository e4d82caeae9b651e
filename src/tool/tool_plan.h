/* SPDX-License-Identifier: ISC */
/*
 * The plan of a tool: its script laid out for one device, one order and one
 * file, as the requests that it would send.
 */
#ifndef TOOL_TOOL_PLAN_H
#define TOOL_TOOL_PLAN_H

#include "dfu/image.h"
#include "dfu/layout.h"
#include "script/script.h"
#include "session/session.h"

/* One request and what follows it. */
struct tool_act {
	const struct script_step *step;
	uint32_t		 address;
	uint16_t		 block;
	const uint8_t		*data;	/* of the image */
	uint16_t		 len;
	uint16_t		 expect; /* of UPLOAD: bytes of data to come */
	uint8_t			 string;	/* index */
};

struct tool_plan {
	struct tool_act	*acts;
	size_t			 n;
	size_t			 leave;	/* the first act of leaving */
	uint32_t		 erased;	/* bytes */
	uint32_t		 written;
	uint32_t		 blocks;
};

/* What the plan is made for. */
struct tool_order {
	const struct script	*script;
	enum script_task	 task;
	bool			 leave;		/* behind a flash */
	bool			 has_address;
	uint32_t		 address;
	/* Filled in by the job. */
	bool			 dfuse;
	uint16_t		 size;		/* of a block */
	const struct image	*image;	/* NULL: no file */
	const struct layout	*layout;	/* NULL: plain DFU */
};

/* The image and the layout are borrowed. */
void	tool_plan_make(struct tool_plan *p,
	    const struct tool_order *o, const struct session *s);
void	tool_plan_free(struct tool_plan *p);

/*
 * The memory map of the option bytes, if the name of an alternate setting that
 * is known is one. The caller frees it.
 */
bool	tool_plan_options(const struct session *s, struct layout *l);

/* The request of an act into setup, its payload into bytes (of 5) or data. */
void	tool_plan_request(const struct tool_act *a, const struct session *s,
	    struct setup *setup, uint8_t bytes[5], const uint8_t **data);

#endif
