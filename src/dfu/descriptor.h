/* SPDX-License-Identifier: ISC */
/*
 * Descriptors of a DFU device, as sysfs or GET_DESCRIPTOR give them: the
 * device descriptor followed by one or more configurations. The bytes are
 * foreign: every length lies until it was checked.
 */
#ifndef DFU_DESCRIPTOR_H
#define DFU_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define DFU_VERSION_10		0x0100
#define DFU_VERSION_11		0x0110
#define DFU_VERSION_DFUSE	0x011a
/* S 4.1.3 names no default: dfu-util takes this when there is none. */
#define DFU_TRANSFER_SIZE_UNKNOWN 4096

/* The functional descriptor (S 4.1.3): 9 bytes, or 7 in DFU 1.0. */
struct dfu_functional {
	bool		present;	/* else the defaults named below */
	uint8_t		bLength;	/* as sent */
	uint8_t		bmAttributes;
	uint16_t	wDetachTimeOut;	/* ms */
	uint16_t	wTransferSize;	/* bytes; DFU_TRANSFER_SIZE_UNKNOWN */
	uint16_t	bcdDFUVersion;	/* DFU_VERSION_10 if not sent */
};

struct dfu_alternate {
	uint8_t		bAlternateSetting;
	uint8_t		bInterfaceProtocol;
	uint8_t		iInterface;	/* string index, 0 none */
};

/* One DFU interface of one configuration, with its alternate settings. */
struct dfu_function {
	uint8_t			 bConfigurationValue;
	uint8_t			 bInterfaceNumber;
	bool			 runtime;	/* else DFU mode */
	struct dfu_functional	 functional;
	struct dfu_alternate	*alternates;
	size_t			 nalternates;
};

struct dfu_descriptors {
	bool			 has_device;	/* the next fields are valid */
	uint16_t		 bcdUSB;
	uint8_t			 bDeviceClass;
	uint8_t			 bDeviceSubClass;
	uint8_t			 bDeviceProtocol;
	uint8_t			 bMaxPacketSize0;
	uint16_t		 idVendor;
	uint16_t		 idProduct;
	uint16_t		 bcdDevice;
	uint8_t			 iManufacturer;
	uint8_t			 iProduct;
	uint8_t			 iSerialNumber;
	struct dfu_function	*functions;
	size_t			 nfunctions;
	const char		*fault;		/* first thing wrong, or NULL */
	size_t			 fault_at;	/* its offset in the bytes */
};

/*
 * Parses n bytes into *d (overwritten). Damaged input gives what could be
 * read in spite of the damage, with fault and fault_at set; a bLength that
 * leads nowhere ends it. wTotalLength and bNumInterfaces are not believed:
 * a configuration ends where the next one begins. Never fails; release with
 * dfu_descriptors_free.
 */
void	dfu_descriptors_parse(struct dfu_descriptors *d, const void *p,
	    size_t n);
void	dfu_descriptors_free(struct dfu_descriptors *d);

/* The version in words: "1.1", "1.1a" for DfuSe, "1.01" for 0x0101. */
void	dfu_version_words(struct buf *b, uint16_t bcdDFUVersion);

/* The alternate setting of that number, or NULL. */
const struct dfu_alternate *dfu_function_alternate(
	    const struct dfu_function *f, uint8_t alternate);

#endif
