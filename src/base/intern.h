/* SPDX-License-Identifier: ISC */
/*
 * Records of which many are alike, each kept once and known by a number.
 */
#ifndef BASE_INTERN_H
#define BASE_INTERN_H

#include <stddef.h>
#include <stdint.h>

#define INTERN_NONE	UINT32_MAX

/* Zero it to begin; all records of one are of the same width in bytes. */
struct intern {
	void		**list;
	size_t		  n;
	size_t		  cap;
	uint32_t	 *table;	/* number + 1, by hash; 0: free */
	size_t		  size;		/* of it, a power of two */
};

/*
 * The number of a record of that width, in which every byte is set, padding
 * included; it is copied if it is new. INTERN_NONE: it is new, and most are
 * kept already.
 */
uint32_t	 intern_keep(struct intern *t, const void *record,
		    size_t width, size_t most);

/* Record number (below n); valid until intern_free. */
const void	*intern_get(const struct intern *t, uint32_t number);

void		 intern_free(struct intern *t);

/* Bytes of memory that it takes. */
size_t		 intern_memory(const struct intern *t, size_t width);

#endif
