/* SPDX-License-Identifier: ISC */
/*
 * What lint.c, which has the rows, and the files with their predicates
 * have in common.
 */
#ifndef DFU_LINT_RULES_H
#define DFU_LINT_RULES_H

#include "base/buf.h"
#include "dfu/lint.h"

/* What the parsed descriptors no longer tell: how the bytes were laid out. */
struct lint_survey {
	bool		lost;		/* bytes that lead nowhere */
	size_t		lost_at;
	bool		total_wrong;
	uint16_t	total_said;	/* wTotalLength */
	size_t		total_is;
	bool		count_wrong;
	uint8_t		count_said;	/* bNumInterfaces */
	unsigned	count_is;
	/* Of the function: */
	unsigned	functionals;	/* functional descriptors */
	bool		differ;		/* and they do not agree */
	bool		ahead;		/* one before all interfaces */
	bool		between;	/* one before the last alternate */
	bool		twice;		/* an alternate setting occurs so */
	uint8_t		twice_number;
	uint8_t		endpoints;	/* the most of an alternate */
	bool		company;	/* other interfaces beside it */
};

void	lint_survey(struct lint_survey *v, const struct lint_subject *s);

struct lint_look {
	const struct lint_subject	*s;
	struct lint_survey		 survey;
};

/* The kinds of predicates; arg says which of its kind. */
#define LINT_RULE(name) \
	bool name(const struct lint_look *k, unsigned arg, struct buf *b)

LINT_RULE(lint_lost_bytes);
LINT_RULE(lint_total_length);
LINT_RULE(lint_interface_count);
LINT_RULE(lint_alternate_twice);
LINT_RULE(lint_alternate_gap);
LINT_RULE(lint_no_name);
LINT_RULE(lint_packet_size);
LINT_RULE(lint_shared_id);
LINT_RULE(lint_endpoints);
LINT_RULE(lint_company);

LINT_RULE(lint_functional_absent);
LINT_RULE(lint_functional_length);	/* arg: bLength, 0: any other */
LINT_RULE(lint_functional_several);	/* arg: 1 if they differ */
LINT_RULE(lint_functional_place);	/* arg: 1 before all interfaces */

LINT_RULE(lint_protocol);		/* arg: bInterfaceProtocol */
LINT_RULE(lint_protocol_mixed);
LINT_RULE(lint_runtime_alternates);
LINT_RULE(lint_version_unknown);
LINT_RULE(lint_version_too_low);
LINT_RULE(lint_short_dfuse);
LINT_RULE(lint_dfuse_no_layout);
LINT_RULE(lint_layout_no_dfuse);

LINT_RULE(lint_attributes);	/* arg: those that are 0 of the low 2 */
LINT_RULE(lint_attributes_reserved);
LINT_RULE(lint_detach_no_time);
LINT_RULE(lint_detach_both);
LINT_RULE(lint_detach_long);

LINT_RULE(lint_size_zero);
LINT_RULE(lint_size_small);
LINT_RULE(lint_size_large);
LINT_RULE(lint_size_packets);
LINT_RULE(lint_size_sectors);

LINT_RULE(lint_layout_odd);		/* arg: LAYOUT_ODD_ bit */
LINT_RULE(lint_layout_none);
LINT_RULE(lint_layout_blanks);
LINT_RULE(lint_layout_read_only);
LINT_RULE(lint_text_control);
LINT_RULE(lint_text_empty);
LINT_RULE(lint_serial_absent);
LINT_RULE(lint_serial_garbled);

LINT_RULE(lint_seen_wait_reset);
LINT_RULE(lint_seen_resumed);
LINT_RULE(lint_seen_unpromised);	/* arg: the attribute that is 0 */
LINT_RULE(lint_seen_other_mode);	/* arg: 1 if it says run-time */
#endif
