/* SPDX-License-Identifier: ISC */
/*
 * A page of text about each thing the specifications name: what it means,
 * what moves it, what goes wrong there on real devices, what to try. The
 * console's help and `explain --about` print the same rows.
 */
#ifndef DFU_PAGES_H
#define DFU_PAGES_H

#include <stddef.h>
#include <stdint.h>

enum dfu_page_kind {
	DFU_PAGE_STATE,		/* number: bState */
	DFU_PAGE_UNDEFINED,	/* any other bState */
	DFU_PAGE_REQUEST,	/* bRequest */
	DFU_PAGE_STATUS,	/* bStatus */
	DFU_PAGE_ATTRIBUTE,	/* its bit in bmAttributes */
	DFU_PAGE_COMMAND	/* DfuSe: its byte; see below */
};

/* Commands that no byte of their own tells apart. */
#define DFU_PAGE_ALL		0x100	/* with DFUSE_ERASE: the mass erase */
#define DFU_PAGE_LEAVE		0x200

enum dfu_page_paragraph {
	DFU_PAGE_MEANS,
	DFU_PAGE_TRANSITIONS,
	DFU_PAGE_WRONG,
	DFU_PAGE_TRY
};
#define DFU_PAGE_PARAGRAPHS	(DFU_PAGE_TRY + 1)

struct dfu_page {
	const char		*subject; /* "dfuERROR": what it is asked by */
	enum dfu_page_kind	 kind;
	uint16_t		 number;
	const char		*title;	/* "something went wrong" */
	const char		*clause;	/* "DFU 1.1 A.2.11" */
	const char		*paragraphs[DFU_PAGE_PARAGRAPHS]; /* or NULL */
	const char		*source; /* where the facts come from */
};

/* Sorted by kind, then as the specification counts. */
extern const struct dfu_page dfu_pages[];
extern const size_t dfu_pages_count;

/* "States"; "What to try". */
const char	*dfu_page_kind_title(enum dfu_page_kind kind);
const char	*dfu_page_paragraph_title(const struct dfu_page *page,
		    enum dfu_page_paragraph p);

/* The page of that number, or NULL. A state above 10 has one for all. */
const struct dfu_page *dfu_page_of(enum dfu_page_kind kind, uint16_t number);

/* By subject, case ignored; a state or status by any name it goes by. */
const struct dfu_page *dfu_page_named(const char *subject);

#endif
