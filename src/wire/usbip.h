/* SPDX-License-Identifier: ISC */
/*
 * Messages of USB/IP 1.1.1, the protocol that carries USB transfers over a
 * connection ("USB/IP protocol" in the Linux kernel's documentation): what a
 * host asks is read, what a server answers is written. Integers are
 * big-endian; a setup packet is as it is on the bus.
 *
 * A connection begins with one operation: the list of devices, or the import
 * of one, after which transfers follow until it is closed.
 */
#ifndef WIRE_USBIP_H
#define WIRE_USBIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "wire/xfer.h"

#define USBIP_PORT		3240
#define USBIP_PATH_LENGTH	256
#define USBIP_BUSID_LENGTH	32
#define USBIP_INTERFACES_MAX	32
#define USBIP_SPEED_FULL	2

/* The longest data stage of a control transfer; no host needs more here. */
#define USBIP_DATA_MAX		UINT16_MAX

/* The longest message that is read. */
#define USBIP_MESSAGE_MAX	(48 + USBIP_DATA_MAX)

enum usbip_kind {
	USBIP_DEVLIST,		/* OP_REQ_DEVLIST */
	USBIP_IMPORT,		/* OP_REQ_IMPORT */
	USBIP_SUBMIT,		/* USBIP_CMD_SUBMIT */
	USBIP_UNLINK		/* USBIP_CMD_UNLINK */
};

/* What a host sent; data points into the bytes that were read. */
struct usbip_request {
	enum usbip_kind	 kind;
	char		 busid[USBIP_BUSID_LENGTH + 1];	/* IMPORT */
	uint32_t	 seqnum;	/* SUBMIT and UNLINK, from here on */
	uint32_t	 devid;
	uint32_t	 unlink;	/* UNLINK: the seqnum that is meant */
	uint32_t	 endpoint;	/* SUBMIT, from here on */
	bool		 in;		/* the data go to the host */
	uint32_t	 length;	/* of the host's buffer */
	struct setup	 setup;
	const uint8_t	*data;		/* OUT: length bytes, or NULL */
};

enum usbip_reading {
	USBIP_WHOLE,		/* *used bytes were one message */
	USBIP_PART,		/* it goes on behind these bytes */
	USBIP_BROKEN		/* *why says why it is none */
};

/*
 * Reads one message at the begin of n bytes: an operation, or what follows an
 * import. A message that is larger than USBIP_MESSAGE_MAX or has isochronous
 * packets is BROKEN as soon as its header says so.
 */
enum usbip_reading	usbip_read_operation(const uint8_t *p, size_t n,
			    struct usbip_request *r, size_t *used,
			    const char **why);
enum usbip_reading	usbip_read_transfer(const uint8_t *p, size_t n,
			    struct usbip_request *r, size_t *used,
			    const char **why);

/* bInterfaceClass, bInterfaceSubClass, bInterfaceProtocol */
struct usbip_interface {
	uint8_t	code[3];
};

/* A device as lists and imports tell of it. path and busid are cut. */
struct usbip_device {
	const char	*path;
	const char	*busid;
	uint32_t	 busnum;
	uint32_t	 devnum;
	uint32_t	 speed;
	uint16_t	 idVendor;
	uint16_t	 idProduct;
	uint16_t	 bcdDevice;
	uint8_t		 code[3];	/* bDeviceClass and its two */
	uint8_t		 bConfigurationValue;
	uint8_t		 bNumConfigurations;
	uint8_t		 interfaces_count;
	struct usbip_interface	 interfaces[USBIP_INTERFACES_MAX];
};

/* The devid that transfers to it bear. */
uint32_t	usbip_devid(const struct usbip_device *d);

/* Status of an operation (ST_OK, ST_DEV_BUSY, ST_NODEV). */
enum usbip_result {
	USBIP_DONE = 0,
	USBIP_BUSY = 2,
	USBIP_NO_DEVICE = 4
};

/* OP_REP_DEVLIST */
void	usbip_add_devlist(struct buf *b, const struct usbip_device *d,
	    size_t n);

/* OP_REP_IMPORT; d is told if the result is USBIP_DONE. */
void	usbip_add_import(struct buf *b, enum usbip_result result,
	    const struct usbip_device *d);

/* How a transfer ended: Linux' error numbers, negative, on any system. */
enum usbip_status {
	USBIP_OK = 0,
	USBIP_INVALID = -22,	/* EINVAL: no such transfer is possible */
	USBIP_STALL = -32,	/* EPIPE */
	USBIP_BUSERROR = -71,	/* EPROTO */
	USBIP_BABBLE = -75,	/* EOVERFLOW */
	USBIP_UNLINKED = -104	/* ECONNRESET */
};

/*
 * USBIP_RET_SUBMIT: actual bytes went over the bus. data are those to the
 * host; NULL for an OUT transfer, which has none in its answer.
 */
void	usbip_add_submitted(struct buf *b, uint32_t seqnum,
	    enum usbip_status status, const uint8_t *data, uint32_t actual);

/*
 * USBIP_RET_UNLINK: UNLINKED if the transfer was given up and gets no answer,
 * OK if it had been answered before.
 */
void	usbip_add_unlinked(struct buf *b, uint32_t seqnum,
	    enum usbip_status status);

#endif
