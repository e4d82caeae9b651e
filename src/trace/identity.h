/* SPDX-License-Identifier: ISC */
/*
 * Who arrived: everything that is known of a device without asking it.
 */
#ifndef TRACE_IDENTITY_H
#define TRACE_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* The name of one alternate setting, as the host already holds it. */
struct alternate_name {
	uint8_t	 interface;
	uint8_t	 alternate;
	char	*text;		/* UTF-8, or whatever the device sent */
};

/*
 * Strings are the device's own bytes: escape them before they are shown.
 * NULL is "not known to the host", which is not the same as empty.
 */
struct identity {
	char			*transport;	/* "usb", "sim", "replay" */
	char			*place; /* "1-1.2": bus and port chain */
	char			*peer;	/* its other name, see usb_sysfs.h */
	uint16_t		 vendor;
	uint16_t		 product;
	uint16_t		 version;	/* bcdDevice */
	uint16_t		 bus;
	uint16_t		 devnum;
	uint32_t		 incarnation;	/* counts arrivals at a place */
	bool			 suspended;	/* opening would wake it */
	/*
	 * Facts that the source of the events does not hold: bits FACT() of
	 * fact.h. 0: a live device, all are held.
	 */
	uint16_t		 lacks;
	bool			 size_untold;	/* wTransferSize is made up */
	/* What a later format of the journal says, as it stands there. */
	char			*more;
	char			*manufacturer;
	char			*product_name;
	char			*serial;
	char			*holder;	/* driver or process on it */
	struct buf		 descriptors; /* device, then configurations */
	struct alternate_name	*names;
	size_t			 nnames;
};

struct identity	*identity_new(void);
struct identity	*identity_copy(const struct identity *);
void		 identity_free(struct identity *);
bool		 identity_equal(const struct identity *,
		    const struct identity *);

/* Adds the name of an alternate setting (n bytes are copied). */
void		 identity_name(struct identity *, uint8_t interface,
		    uint8_t alternate, const char *text, size_t n);

/* The name of that alternate setting, or NULL. */
const char	*identity_name_of(const struct identity *, uint8_t interface,
		    uint8_t alternate);

#endif
